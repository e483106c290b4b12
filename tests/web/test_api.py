"""Pools through the HTTP interface: what is sent, what comes back, what is refused and how."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import re
import zipfile
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from matcher import Matcher
from matcher.presentation.json_ import result_to_dict
from web import exports, store, worker
from web.service import Service

from .conftest import People, resume

Json = dict[str, Any]
PROBLEM = {"type", "title", "status", "detail", "detail_en", "code"}


def check_problem(answer: Any, status: int, code: str) -> Json:
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    problem: Json = json.loads(answer.data)
    assert set(problem) >= PROBLEM
    assert (problem["status"], problem["code"]) == (status, code)
    assert re.search("[\u4e00-\u9fff]", problem["detail"])
    assert problem["detail_en"].isascii()
    return problem


def new_pool(client: FlaskClient, **body: Any) -> str:
    answer = client.post("/api/v1/pools", json={"name": "春招", "as_of": "2026-11-24", **body})
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/pools/{answer.get_json()['id']}"
    return f"/api/v1/pools/{answer.get_json()['id']}"


def upload(client: FlaskClient, pool: str, *files: tuple[str, bytes]) -> Any:
    parts = MultiDict(("file", FileStorage(io.BytesIO(data), name)) for name, data in files)
    edge, body = encode_multipart(parts)  # in memory: the client's own temporary file would be left open
    return client.post(f"{pool}/files", data=body, content_type=f"multipart/form-data; boundary={edge}")


def work(service: Service) -> None:
    while worker.work_once(service.engine, service, "test"):
        pass


def exported(client: FlaskClient, service: Service, pool: str) -> Any:
    """Ask for the workbook, let the worker make it, take it."""
    asked = client.post(f"{pool}/export")
    assert (asked.status_code, asked.headers["Location"]) == (202, f"{pool}/export")
    work(service)
    return client.get(client.get(asked.headers["Location"]).get_json()["href"])


@pytest.fixture
def pool(client: FlaskClient, service: Service) -> str:
    """Two resumes, one unreadable file."""
    path = new_pool(client)
    assert (
        upload(client, path, ("甲.txt", resume("甲测试")), ("乙.txt", resume("乙测试")), ("空.pdf", b"")).status_code
        == 201
    )
    work(service)
    return path


# --- the story ----------------------------------------------------------------------------------------------------


def test_a_pool_from_upload_to_deletion(client: FlaskClient, service: Service, matcher: Matcher) -> None:
    path = new_pool(client)
    assert client.get(path).get_json()["status"] == "empty"
    answer = upload(client, path, ("甲.txt", resume("甲测试")), ("空.pdf", b""))
    assert [f["duplicate"] for f in answer.get_json()["files"]] == [False, False]
    assert [f["duplicate"] for f in upload(client, path, ("甲.txt", resume("甲测试"))).get_json()["files"]] == [True]
    assert client.post(f"{path}/files", json={"text": resume("丙测试").decode(), "name": "丙"}).status_code == 201
    assert client.get(path).get_json()["files"] == {"queued": 3, "working": 0, "done": 0, "cancelled": 0, "total": 3}
    work(service)
    shown = client.get(path).get_json()
    assert (shown["status"], shown["candidates"], shown["unreadable"]) == ("done", 2, 1)
    unread = client.get(f"{path}/unreadable").get_json()["items"]
    assert [(u["file"], u["error"]["code"]) for u in unread] == [("空.pdf", "empty")]
    found = client.get(f"{path}/candidates?sort=added").get_json()["items"]
    assert [(c["name"], c["file"], c["position_id"], c["overridden"]) for c in found] == [
        ("甲测试", "甲.txt", 1, False),
        ("丙测试", "丙", 1, False),
    ]
    one = client.get(f"{path}/candidates/{found[0]['candidate_id']}").get_json()
    right = matcher.match(resume("甲测试").decode(), None, dt.date(2026, 11, 24))
    assert one["result"] == json.loads(json.dumps(result_to_dict(right)))
    assert client.delete(path).status_code == 204
    check_problem(client.get(path), 404, "not_found")
    check_problem(client.delete(path), 404, "not_found")


def test_an_override_through_the_interface(client: FlaskClient, service: Service, pool: str) -> None:
    entry = client.get(f"{pool}/positions/1/candidates").get_json()["items"][0]
    path = f"{pool}/candidates/{entry['candidate_id']}"
    body = {"position_id": 1, "rule": "age", "value": "unknown", "reason": "身份证件与简历不一致"}
    said = client.post(f"{path}/feedback", json=body)
    assert (said.status_code, said.get_json()["computed"], said.get_json()["by"]) == (201, "meets", "本机")
    shown = client.get(f"{pool}/positions/1/candidates?verdict=age:unknown").get_json()["items"]
    assert [(e["candidate_id"], e["tier"], e["computed"]["tier"]) for e in shown] == [
        (entry["candidate_id"], "verify", "priority")
    ]
    one = client.get(path).get_json()
    verdicts = {m["position_id"]: {v["rule"]: v for v in m["verdicts"]} for m in one["result"]["matches"]}
    assert verdicts[1]["age"]["verdict"] == "unknown"
    assert "身份证件与简历不一致" in verdicts[1]["age"]["reason"]
    computed = {c["position_id"]: c for c in one["computed"]}
    assert (computed[1]["tier"], computed[1]["verdicts"]["age"]) == ("priority", "meets")
    assert client.get(f"{pool}/feedback").get_json()["items"] == one["feedback"]
    book = openpyxl.load_workbook(io.BytesIO(exported(client, service, pool).data))
    cells = [str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c]
    assert [c for c in cells if "身份证件与简历不一致" in c]


def test_the_workbook_of_a_pool(client: FlaskClient, service: Service, pool: str) -> None:
    answer = exported(client, service, pool)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert (answer.status_code, answer.content_type) == (200, kind)
    assert "filename*=UTF-8''%E6%98%A5%E6%8B%9B" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    cells = {str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c}
    assert {"甲测试", "乙测试", "空.pdf"} <= cells


def test_an_export_is_asked_for_watched_and_taken(client: FlaskClient, service: Service, pool: str) -> None:
    def state() -> Json:
        found: Json = client.get(f"{pool}/export").get_json()
        return found

    assert {k: v for k, v in state().items() if v is not None} == {"status": "none"}
    check_problem(client.get(f"{pool}/export.xlsx"), 409, "export_not_ready")
    first = client.post(f"{pool}/export").get_json()
    assert (first["status"], first["requested_by"], first["href"]) == ("queued", "本机", None)
    assert client.post(f"{pool}/export").get_json()["id"] == first["id"], "one on its way is enough"
    check_problem(client.get(f"{pool}/export.xlsx"), 409, "export_not_ready")
    work(service)
    done = state()
    assert (done["status"], done["candidates"], done["error"]) == ("done", 2, None)
    assert len(client.get(done["href"]).data) == done["size"]
    assert client.post(f"{pool}/export").get_json()["status"] == "done", "nothing has changed"
    for candidate in client.get(f"{pool}/candidates").get_json()["items"][:1]:
        body = {"position_id": 1, "rule": "age", "value": "unknown", "reason": "待补"}
        client.post(f"{pool}/candidates/{candidate['candidate_id']}/feedback", json=body)
    assert (state()["status"], state()["href"]) == ("stale", None)
    check_problem(client.get(done["href"]), 409, "export_not_ready")
    again = client.post(f"{pool}/export").get_json()
    assert (again["status"], again["id"] != first["id"]) == ("queued", True)


def test_an_export_waits_until_all_is_read(client: FlaskClient, service: Service, pool: str) -> None:
    """One made earlier would be stale at once."""
    upload(client, pool, ("丙.txt", resume("丙测试")))
    client.post(f"{pool}/export")
    assert store.claim_export(service.engine, "w", 60) is None
    work(service)
    assert client.get(f"{pool}/export").get_json()["candidates"] == 3
    upload(client, pool, ("丁.txt", resume("丁测试")))
    work(service)
    check_problem(client.get(f"{pool}/export.xlsx"), 409, "export_not_ready")


def test_who_withdraws_is_in_no_workbook(client: FlaskClient, service: Service, pool: str) -> None:
    """Not in one that was made, nor in one that is being made."""
    assert exported(client, service, pool).status_code == 200
    first, second, _ = client.get(f"{pool}/files").get_json()["items"]
    assert list((service.files / "exports").iterdir())
    assert client.delete(f"{pool}/files/{first['id']}").status_code == 204
    assert list((service.files / "exports").iterdir()) == []
    check_problem(client.get(f"{pool}/export.xlsx"), 409, "export_not_ready")
    client.post(f"{pool}/export")
    claim = store.claim_export(service.engine, "w", 60)
    assert claim
    assert client.delete(f"{pool}/files/{second['id']}").status_code == 204
    assert not store.finish_export(service.engine, claim, 1, 1)
    work(service)
    assert client.get(f"{pool}/export").get_json()["candidates"] == 0


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [(OSError(28, "甲机密"), "cannot_write", "磁盘"), (ValueError("甲机密"), "failed", "ValueError")],
)
def test_a_failed_export_says_why_and_can_be_asked_for_again(
    error: Exception,
    code: str,
    said: str,
    client: FlaskClient,
    service: Service,
    pool: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(path: Any, *_: Any) -> None:
        path.write_text("甲机密")
        raise error

    with monkeypatch.context() as patch, caplog.at_level(logging.DEBUG):
        patch.setattr(exports, "write_workbook", fail)
        client.post(f"{pool}/export")
        work(service)
    found = client.get(f"{pool}/export").get_json()
    assert (found["status"], found["error"]["code"], found["href"]) == ("failed", code, None)
    assert said in found["error"]["reason"]
    assert found["error"]["reason_en"].isascii()
    assert "机密" not in caplog.text + json.dumps(found, ensure_ascii=False)
    assert list((service.files / "exports").iterdir()) == []
    assert exported(client, service, pool).status_code == 200


def test_an_export_of_another_team_is_not_reached(app: Any, service: Service, people: People) -> None:
    client = app.test_client()
    who = people.headers("招聘甲")
    path = client.post("/api/v1/pools", json={"name": "春招"}, headers=who).headers["Location"]
    assert client.post(f"{path}/export", headers=who).status_code == 202
    work(service)
    answers = {
        name: [client.open(path + p, method=m, headers=people.headers(name)).status_code for m, p in EXPORT]
        for name in ("招聘甲", "管理员甲", "查看甲", "招聘乙")
    }
    assert answers == {
        "招聘甲": [202, 200, 200],
        "管理员甲": [202, 200, 200],
        "查看甲": [403, 403, 403],
        "招聘乙": [404, 404, 404],
    }
    found = store.audit(service.engine, pool_id=path.rsplit("/", 1)[1]).items
    taken = [(a.by, a.action) for a in reversed(found) if "export" in a.action]
    assert taken == [
        ("招聘甲", "export"),
        ("招聘甲", "export"),
        ("招聘甲", "download_export"),
        ("管理员甲", "export"),
        ("管理员甲", "download_export"),
    ]


EXPORT = (("POST", "/export"), ("GET", "/export"), ("GET", "/export.xlsx"))


def test_an_upload_comes_back_as_it_was(client: FlaskClient) -> None:
    path = new_pool(client)
    data = b"<script>alert(1)</script>" + bytes(range(256))
    file = upload(client, path, ("甲\u202e简历.html", data)).get_json()["files"][0]
    answer = client.get(f"{path}/files/{file['id']}/content")
    assert (answer.data, answer.content_type) == (data, "application/octet-stream")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "%E7%94%B2%E7%AE%80%E5%8E%86.html" in answer.headers["Content-Disposition"]


def test_a_pool_can_be_stopped_and_go_on(client: FlaskClient, service: Service) -> None:
    path = new_pool(client)
    upload(client, path, ("甲.txt", resume()))
    assert client.post(f"{path}/cancel").get_json()["status"] == "cancelled"
    work(service)
    assert client.get(f"{path}/files?status=cancelled").get_json()["total"] == 1
    assert client.post(f"{path}/resume").get_json()["status"] == "working"
    work(service)
    assert client.get(path).get_json()["candidates"] == 1


def test_one_applicant_withdraws(client: FlaskClient, pool: str) -> None:
    files = client.get(f"{pool}/files").get_json()["items"]
    assert client.delete(f"{pool}/files/{files[0]['id']}").status_code == 204
    assert [c["name"] for c in client.get(f"{pool}/candidates").get_json()["items"]] == ["乙测试"]
    assert client.delete(f"{pool}/files/{files[2]['id']}").status_code == 204
    assert client.get(pool).get_json()["unreadable"] == 0
    check_problem(client.delete(f"{pool}/files/{files[0]['id']}"), 404, "not_found")


def test_the_same_key_makes_one_pool(client: FlaskClient) -> None:
    key = {"Idempotency-Key": "6f0a7a9e-1"}
    first = client.post("/api/v1/pools", json={"name": "春招"}, headers=key)
    again = client.post("/api/v1/pools", json={"name": "春招"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")
    other = client.post("/api/v1/pools", json={"name": "秋招"}, headers=key)
    check_problem(other, 422, "idempotency_key_reused")
    assert client.get("/api/v1/pools").get_json()["total"] == 1


def test_who_did_what_is_recorded_without_names(client: FlaskClient, service: Service, pool: str) -> None:
    candidate = client.get(f"{pool}/candidates").get_json()["items"][0]["candidate_id"]
    client.get(f"{pool}/candidates/{candidate}")
    body = {"position_id": 1, "rule": None, "value": "reserve", "reason": "甲测试已另有去处"}
    client.post(f"{pool}/candidates/{candidate}/feedback", json=body)
    exported(client, service, pool)
    client.delete(pool)
    found = client.get(f"/api/v1/audit?pool_id={pool.rsplit('/', 1)[1]}&per_page=200").get_json()["items"]
    expected = [
        "create_pool",
        *["add_file"] * 3,
        "list_candidates",
        "view_candidate",
        "override",
        "export",
        "download_export",
        "delete_pool",
    ]
    assert [a["action"] for a in reversed(found)] == expected
    assert not re.search("甲测试|春招|去处|甲.txt", json.dumps(found, ensure_ascii=False))
    only = client.get("/api/v1/audit?action=override").get_json()["items"]
    assert [(a["detail"], a["candidate_id"], a["by"]) for a in only] == [
        ("tier: priority -> reserve", candidate, "本机")
    ]


# --- wrong requests -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["name"]),
        ({"name": ""}, ["name"]),
        ({"name": " \u200b"}, ["name"]),
        ({"name": 5}, ["name"]),
        ({"name": "长" * 101}, ["name"]),
        ({"name": "甲", "as_of": "2026-13-01"}, ["as_of"]),
        ({"name": "甲", "keep_days": 0}, ["keep_days"]),
        ({"name": "甲", "keep_days": "7"}, ["keep_days"]),
        ({"name": "甲", "keep_days": True}, ["keep_days"]),
        ({"name": "甲", "team": "他人"}, ["team"]),
    ],
)
def test_a_bad_pool(client: FlaskClient, body: Json, fields: list[str]) -> None:
    problem = check_problem(client.post("/api/v1/pools", json=body), 400, "invalid_parameters")
    assert [e["field"] for e in problem["errors"]] == fields


@pytest.mark.parametrize("key", ["", "a b", "键".encode().decode("latin-1"), "x" * 201])
def test_a_bad_idempotency_key(client: FlaskClient, key: str) -> None:
    answer = client.post("/api/v1/pools", json={"name": "甲"}, headers={"Idempotency-Key": key})
    assert check_problem(answer, 400, "invalid_parameters")["errors"][0]["field"] == "Idempotency-Key"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=99999999999", "page"),
        ("per_page=201", "per_page"),
        ("sort=age", "sort"),
        ("tier=best", "tier"),
        ("verdict=age", "verdict"),
        ("verdict=age:perhaps", "verdict"),
        ("verdict=%25:meets", "verdict"),
        ("q=x", "q"),
    ],
)
def test_a_bad_list(client: FlaskClient, pool: str, query: str, field: str) -> None:
    for path in (f"{pool}/candidates", f"{pool}/positions/1/candidates"):
        problem = check_problem(client.get(f"{path}?{query}"), 400, "invalid_parameters")
        assert [e["field"] for e in problem["errors"]] == [field]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"position_id": 1, "rule": "age", "value": "fails"}, 400, "invalid_parameters"),
        ({"position_id": 1, "rule": "age", "value": "fails", "reason": "  "}, 400, "invalid_parameters"),
        ({"position_id": 1, "rule": "age", "value": "priority", "reason": "因"}, 400, "invalid_parameters"),
        ({"position_id": 1, "rule": "looks", "value": "fails", "reason": "因"}, 400, "invalid_parameters"),
        ({"rule": "age", "value": "fails", "reason": "因"}, 400, "invalid_parameters"),
        ({"position_id": 99, "rule": "age", "value": "fails", "reason": "因"}, 404, "not_found"),
        ({"position_id": 1, "rule": "portfolio", "value": "fails", "reason": "因"}, 422, "bad_rule"),
    ],
)
def test_a_bad_override(client: FlaskClient, pool: str, body: Json, status: int, code: str) -> None:
    candidate = client.get(f"{pool}/candidates").get_json()["items"][0]["candidate_id"]
    check_problem(client.post(f"{pool}/candidates/{candidate}/feedback", json=body), status, code)
    assert client.get(f"{pool}/feedback").get_json() == {"items": []}


@pytest.mark.parametrize("pool_id", ["x", "0" * 24, "..", "%00", "'%20OR%201=1", "甲"])
def test_a_pool_that_is_not_there(client: FlaskClient, pool_id: str) -> None:
    for method, rest in (
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/candidates"),
        ("POST", "/files"),
        ("POST", "/export"),
        ("GET", "/export"),
        ("GET", "/export.xlsx"),
    ):
        answer = client.open(f"/api/v1/pools/{pool_id}{rest}", method=method)
        assert answer.status_code in ((404, 405) if pool_id == ".." else (404,))
        assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        ({}, "multipart/form-data", 400),
        ({"file": "a field"}, "multipart/form-data", 400),
        ({"other": (io.BytesIO(b"a"), "a.txt")}, "multipart/form-data", 400),
        (b"text", "text/plain", 415),
        (b"{", "application/json", 400),
        (b'{"text": ""}', "application/json", 400),
        (b'{"text": "a", "name": 5}', "application/json", 400),
    ],
)
def test_a_bad_upload(client: FlaskClient, data: Any, kind: str, status: int) -> None:
    path = new_pool(client)
    answer = client.post(f"{path}/files", data=data, content_type=kind)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert client.get(path).get_json()["files"]["total"] == 0


# --- uploads that mean harm ---------------------------------------------------------------------------------------


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in members.items():
            box.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../简历.docx", "简历.docx"),
        ("C:\\HR\\甲.txt", "C:HR甲.txt"),  # the encoding of forms takes the backslashes
        ("/etc/passwd", "passwd"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("<img src=x onerror=alert(1)>.txt", "<img src=x onerror=alert(1)>.txt"),
        ("=cmd|' /C calc'!A0", " C calc'!A0".strip()),
        ("甲" * 300 + ".txt", "甲" * 200),
        ("..", "未命名文件"),
    ],
)
def test_names_are_kept_for_display_only(client: FlaskClient, service: Service, name: str, shown: str) -> None:
    path = new_pool(client)
    before = {p for p in service.home.parent.rglob("*") if p.is_file()}
    assert upload(client, path, (name, resume())).get_json()["files"][0]["name"] == shown
    made = {p for p in service.home.parent.rglob("*") if p.is_file()} - before
    assert [p for p in made if p.parent.parent != service.files and not p.name.startswith("service.db")] == []
    work(service)
    assert client.get(f"{path}/candidates").get_json()["items"][0]["file"] == shown
    assert exported(client, service, path).status_code == 200


def test_bombs_and_tricks_are_listed_with_a_reason_and_the_rest_is_read(client: FlaskClient, service: Service) -> None:
    path = new_pool(client)
    entity = (
        b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]><w:document>&x;</w:document>'
    )
    types = {"[Content_Types].xml": b"<Types/>"}
    files = {
        "炸弹.docx": archive({**types, "word/document.xml": b"<w:document>" + b" " * 150_000_000}),
        "实体.docx": archive({**types, "word/document.xml": entity}),
        "穿越.zip": archive({"../../逃.txt": resume("穿越者"), "好.txt": resume("好人")}),
        "嵌套.pdf": b"%PDF-1.4\n" + b"<<" * 20_000,
        "好.txt": resume("甲测试"),
    }
    upload(client, path, *files.items())
    work(service)
    shown = client.get(path).get_json()
    assert (shown["status"], shown["files"]["done"]) == ("done", 5)
    names = {c["name"] for c in client.get(f"{path}/candidates").get_json()["items"]}
    assert {"甲测试", "好人"} <= names
    unread = {u["file"].split("/")[0] for u in client.get(f"{path}/unreadable").get_json()["items"]}
    assert {"炸弹.docx", "实体.docx", "嵌套.pdf"} <= unread
    assert not list(service.home.parent.parent.rglob("逃.txt"))


def test_a_pool_and_a_request_have_their_limits(client: FlaskClient, make_app: Any) -> None:
    path = new_pool(client)
    small = make_app(POOL_FILES=2, POOL_REQUEST_BYTES=5000).test_client()
    check_problem(upload(small, path, *((f"{i}.txt", b"%d" % i) for i in range(3))), 409, "pool_full")
    check_problem(upload(small, path, ("大.txt", b"a" * 5001)), 413, "too_large")
    assert client.get(path).get_json()["files"]["total"] == 2


# --- what must not leak -------------------------------------------------------------------------------------------


def test_nothing_personal_is_logged(client: FlaskClient, service: Service, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        path = new_pool(client, name="机密批次")
        upload(client, path, ("甲机密13800000000.txt", resume("甲机密")))
        work(service)
        candidate = client.get(f"{path}/candidates").get_json()["items"][0]["candidate_id"]
        client.get(f"{path}/candidates/{candidate}")
        body = {"position_id": 1, "rule": "age", "value": "fails", "reason": "机密理由"}
        client.post(f"{path}/candidates/{candidate}/feedback", json=body)
        exported(client, service, path)
        client.delete(path)
    assert caplog.text.count("service") >= 8
    assert not re.search("机密|13800000000|重庆大学", caplog.text)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abcdefgh-1", True), ("x", False), ("a b c d e f g", False), ("<script>x</script>", False), (None, False)],
)
def test_every_answer_has_its_request_id(client: FlaskClient, given: str | None, kept: bool) -> None:
    headers = {} if given is None else {"X-Request-Id": given}
    found = client.get("/healthz", headers=headers).headers["X-Request-Id"]
    assert (found == given) is kept
    assert re.fullmatch("[A-Za-z0-9_-]{8,64}", found)


def test_a_log_line_is_json_with_request_and_user(client: FlaskClient, app: Any) -> None:
    from web.app import JsonLines

    record = logging.LogRecord("service", logging.ERROR, "x", 1, "%s at %s", ("ValueError", "x.py:1"), None)
    with app.test_request_context(headers={"X-Request-Id": "abcdefgh-1"}):
        app.preprocess_request()
        line = json.loads(JsonLines().format(record))
    assert (line["message"], line["request"], line["level"]) == ("ValueError at x.py:1", "abcdefgh-1", "ERROR")
    try:
        raise ValueError("王机密")
    except ValueError:
        import sys

        record.exc_info = sys.exc_info()
    line = json.loads(JsonLines().format(record))
    assert line["error"] == "ValueError"
    assert "王机密" not in str(line)


def test_metrics_count_by_route_and_name_nobody(client: FlaskClient, pool: str) -> None:
    client.get(f"{pool}/candidates")
    text = client.get("/metrics").text
    assert re.search(
        r'matcher_requests_total\{method="GET",route="/api/v1/pools/<pool_id>/candidates",status="200"\}', text
    )
    assert re.search(r'matcher_resumes_total\{door="pool"\} [1-9]', text)
    assert re.search(r'matcher_unreadable_total\{code="empty"\} [1-9]', text)
    assert "matcher_files_waiting 0.0" in text
    assert pool.rsplit("/", 1)[1] not in text
    assert "甲测试" not in text


def test_ready_asks_the_store(client: FlaskClient, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/readyz").get_json() == {"status": "ready"}

    def fail(*_: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(store, "waiting", fail)
    check_problem(client.get("/readyz"), 503, "not_ready")
    assert client.get("/healthz").status_code == 200


def test_an_internal_error_of_a_pool_shows_nothing(
    client: FlaskClient, pool: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("王机密 13800000009")

    monkeypatch.setattr(store, "candidates", fail)
    check_problem(client.get(f"{pool}/candidates"), 500, "internal_error")
    assert "王机密" not in caplog.text


def test_a_store_of_its_own_is_not_touched_by_matching(tmp_path: Any, matcher: Matcher) -> None:
    from web.app import create_app

    client = create_app({"HOME": str(tmp_path / "home")}, matcher).test_client()
    assert client.post("/api/v1/match", json={"text": resume().decode()}).status_code == 200
    assert client.get("/").status_code == 200
    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_is_for_its_owner_only(tmp_path: Any, matcher: Matcher) -> None:
    from web.app import create_app

    app = create_app({"HOME": str(tmp_path / "home")}, matcher)
    service: Service = app.extensions["service"]
    client = app.test_client()
    path = new_pool(client)
    upload(client, path, ("甲.txt", resume()))
    work(service)
    exported(client, service, path)
    service.secret_key(make=True)
    kept = [p for p in (tmp_path / "home").rglob("*") if not p.name.endswith(".lock")]
    assert {p.suffix for p in kept} >= {".db", ".db-wal", ".key", "", ".xlsx"}
    assert [p.name for p in kept if p.stat().st_mode & 0o077] == []
    service.raw_engine.dispose()


def test_people_fixture_has_every_role(people: People) -> None:
    assert {u.role for u in people.users.values()} == set(store.ROLES)
