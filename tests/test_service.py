"""The HTTP door: answers, problems, the page; a real server where only a real one can show it."""

from __future__ import annotations

import datetime as dt
import http.client
import io
import json
import logging
import re
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

import service
import web.apart
import web.matching
from matcher.knowledge import KnowledgeError
from matcher.reading import Source, read_source
from matcher.scoring import ModelError

TEXT = """姓名：甲测试
出生年月：1993.05
手机：13800000000
教育经历
2011.09-2015.06 重庆大学 金融学 本科 全日制
工作经历
2015.07-2026.10 某消费金融公司 金融产品经理 负责消费信贷产品规划、需求分析与上线推广
"""
PROBLEM = {"type", "title", "status", "detail", "detail_en", "code"}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return service.create_app().test_client()


def upload(client: FlaskClient, data: bytes, name: str = "甲简历.txt", to: str = "/api/v1/match", **form: str) -> Any:
    parts = {"file": (io.BytesIO(data), name), **form}
    return client.post(to, data=parts, content_type="multipart/form-data")


def archive(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as box:
        for name, data in members.items():
            box.writestr(name, data)
    return out.getvalue()


def check_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    problem: dict[str, Any] = json.loads(answer.data)
    assert set(problem) >= PROBLEM
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"].endswith(code)
    assert re.search("[\u4e00-\u9fff]", problem["detail"])
    assert problem["detail_en"].isascii()
    return problem


# --- answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "count", "as_of"),
    [
        ({}, 3, None),
        ({"top_k": 1}, 1, None),
        ({"top_k": 10, "as_of": "2026-11-24"}, 10, "2026-11-24"),
        ({"top_k": None, "as_of": None}, 3, None),
    ],
)
def test_text_is_matched(client: FlaskClient, fields: dict[str, Any], count: int, as_of: str | None) -> None:
    answer = client.post("/api/v1/match", json={"text": TEXT, **fields})
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    body = answer.get_json()
    assert len(body["matches"]) == count
    assert body["as_of"] == (as_of or dt.date.today().isoformat())
    assert body["matches"][0]["position_id"] == 1
    assert body["candidate"]["name"]["value"] == "甲测试"


@pytest.mark.parametrize("form", [{"top_k": "2", "as_of": "2026-11-24"}, {"top_k": " 2 ", "as_of": "2026-11-24 "}])
def test_an_uploaded_resume_is_the_match_itself(client: FlaskClient, resumes: Path, form: dict[str, str]) -> None:
    answer = upload(client, (resumes / "p06_clear.txt").read_bytes(), **form)
    assert answer.status_code == 200
    assert [m["rank"] for m in answer.get_json()["matches"]] == [1, 2]
    assert answer.get_json()["matches"][0]["position_id"] == 6


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_several_resumes_in_one_file_come_as_lists(client: FlaskClient, resumes: Path, method: int) -> None:
    names = ("p01_clear.docx", "p04_clear.pdf")
    picture = {"图.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 9}
    box = archive({**{n: (resumes / n).read_bytes() for n in names}, **picture}, method)
    body = upload(client, box, "一批.zip", as_of="2026-11-24").get_json()
    assert sorted(body) == ["results", "unreadable"]
    assert [r["matches"][0]["position_id"] for r in body["results"]] == [1, 4]
    assert [n for n, r in zip(names, body["results"], strict=True) if not r["file"].endswith(n)] == []
    assert body["unreadable"][0]["file"].endswith("图.png")
    assert body["unreadable"][0]["error"].keys() == {"code", "reason", "reason_en"}


@pytest.mark.parametrize("text", ["/etc/hostname", "README.md", "tests/resumes/p01_clear.txt", "."])
def test_a_text_that_names_a_file_is_a_text(client: FlaskClient, text: str) -> None:
    assert client.post("/api/v1/match", json={"text": text}).get_json()["text"] == text


def test_half_a_surrogate_pair_is_no_accident(client: FlaskClient) -> None:
    answer = client.post("/api/v1/match", data=b'{"text": "\\ud800 \\u59d3"}', content_type="application/json")
    assert answer.status_code == 200


def test_positions_have_their_words_and_their_columns(client: FlaskClient) -> None:
    found = client.get("/api/v1/positions").get_json()["positions"]
    assert [p["position_id"] for p in found] == list(range(1, 11))
    assert [p["min_years"] for p in found] == [3, 3, 1, 3, 3, 3, 2, 3, 5, 3]
    assert [p["position_id"] for p in found if p["needs_portfolio"]] == [4]
    assert all(p["responsibilities"] and p["experience"] and p["majors"] for p in found)


def test_health_names_the_model(client: FlaskClient) -> None:
    body = client.get("/healthz").get_json()
    assert body["status"] == "ok"
    assert body["model"] == client.post("/api/v1/match", json={"text": TEXT}).get_json()["model"]


# --- problems -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code", "fields"),
    [
        (b"", "bad_json", None),
        (b"{", "bad_json", None),
        (b"\xff\xfe\x00", "bad_json", None),
        (b"[" * 100_000, "bad_json", None),
        (b"[]", "bad_json", None),
        (b'"text"', "bad_json", None),
        (b"{}", "invalid_parameters", ["text"]),
        (b'{"text": 5}', "invalid_parameters", ["text"]),
        (b'{"text": null}', "invalid_parameters", ["text"]),
        (b'{"text": "a", "top_k": 0}', "invalid_parameters", ["top_k"]),
        (b'{"text": "a", "top_k": 11}', "invalid_parameters", ["top_k"]),
        (b'{"text": "a", "top_k": true}', "invalid_parameters", ["top_k"]),
        (b'{"text": "a", "top_k": 3.0}', "invalid_parameters", ["top_k"]),
        (b'{"text": "a", "top_k": "three"}', "invalid_parameters", ["top_k"]),
        (b'{"text": "a", "top_k": [3]}', "invalid_parameters", ["top_k"]),
        (b'{"text": "a", "as_of": "2026-02-30"}', "invalid_parameters", ["as_of"]),
        (b'{"text": "a", "as_of": "20261124"}', "invalid_parameters", ["as_of"]),
        (b'{"text": "a", "as_of": "24/11/2026"}', "invalid_parameters", ["as_of"]),
        (b'{"text": "a", "as_of": "0001-01-01"}', "invalid_parameters", ["as_of"]),
        (b'{"text": "a", "as_of": 20261124}', "invalid_parameters", ["as_of"]),
        (b'{"text": "a", "topk": 3}', "invalid_parameters", ["topk"]),
        (b'{"top_k": 99, "as_of": "soon", "x": 1}', "invalid_parameters", ["x", "top_k", "as_of", "text"]),
        (b'{"text": "' + b"a" * 400_001 + b'"}', "invalid_parameters", ["text"]),
    ],
    ids=lambda v: v[:40].decode(errors="replace") if isinstance(v, bytes) else None,
)
def test_a_bad_json_request(client: FlaskClient, body: bytes, code: str, fields: list[str] | None) -> None:
    answer = client.post("/api/v1/match", data=body, content_type="application/json")
    problem = check_problem(answer, 400, code)
    assert [e["field"] for e in problem["errors"]] == fields if fields else "errors" not in problem


@pytest.mark.parametrize(
    ("parts", "fields"),
    [
        ({}, ["file"]),
        ({"resume": (io.BytesIO(b"a"), "a.txt")}, ["file"]),
        ({"file": [(io.BytesIO(b"a"), "a.txt"), (io.BytesIO(b"b"), "b.txt")]}, ["file"]),
        ({"file": "only a field"}, ["file", "file"]),
        ({"file": (io.BytesIO(b"a"), "a.txt"), "top_k": "0", "as_of": "x"}, ["top_k", "as_of"]),
        ({"file": (io.BytesIO(b"a"), "a.txt"), "text": "b"}, ["text"]),
    ],
)
def test_a_bad_upload_form(client: FlaskClient, parts: dict[str, Any], fields: list[str]) -> None:
    answer = client.post("/api/v1/match", data=parts, content_type="multipart/form-data")
    assert [e["field"] for e in check_problem(answer, 400, "invalid_parameters")["errors"]] == fields


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/static/../service.py", 404, "not_found"),
        ("GET", "/static/%2e%2e/%2e%2e/service.py", 404, "not_found"),
        ("POST", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/api/v1/match", 405, "method_not_allowed"),
        ("DELETE", "/api/v1/positions", 405, "method_not_allowed"),
        ("PUT", "/", 405, "method_not_allowed"),
    ],
)
def test_wrong_addresses_and_methods(client: FlaskClient, method: str, path: str, status: int, code: str) -> None:
    answer = client.open(path, method=method)
    check_problem(answer, status, code)
    assert ("Allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", None])
def test_another_content_type(client: FlaskClient, kind: str | None) -> None:
    check_problem(client.post("/api/v1/match", data=b"text=a", content_type=kind), 415, "unsupported_media_type")


def test_too_large_a_request() -> None:
    client = service.create_app({"MAX_CONTENT_LENGTH": 10_000}).test_client()
    check_problem(upload(client, b"a" * 10_001), 413, "too_large")
    check_problem(client.post("/api/v1/match", json={"text": "a" * 10_001}), 413, "too_large")
    page = upload(client, b"a" * 10_001, to="/")
    assert (page.status_code, page.mimetype) == (413, "text/html")
    assert "内容过大" in page.text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 100,
        bytes(range(256)) * 20,
        b"%PDF-1.7\n%broken",
        b"PK\x03\x04" + b"\0" * 60,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document"}),
    ],
    ids=["empty", "zeros", "noise", "pdf", "zip", "ole", "docx"],
)
def test_an_unreadable_file_gives_the_readers_reason(client: FlaskClient, data: bytes) -> None:
    reason = next(iter(read_source(Source(data, "甲简历.pdf"))))
    problem = check_problem(upload(client, data, "甲简历.pdf"), 422, getattr(reason, "code", "?"))
    assert problem["detail"] == getattr(reason, "reason", "?")
    assert problem["unreadable"][0]["file"].startswith("甲简历.pdf")


def test_a_busy_service_says_so() -> None:
    app = service.create_app({"READ_SLOTS": 1, "READ_WAIT_SECONDS": 0.01})
    with app.extensions["read_slots"]:
        answer = upload(app.test_client(), TEXT.encode())
    check_problem(answer, 503, "busy")
    assert answer.headers["Retry-After"]
    assert upload(app.test_client(), TEXT.encode()).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("127.0.0.1:8000", 200), ("evil.example.com", 400), ("localhost.example.com", 400)],
)
def test_only_known_host_names_are_served(client: FlaskClient, host: str, status: int) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == status


def test_data_or_model_that_cannot_be_loaded_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"positions\.csv"):
        service.create_app({"DATA_DIR": str(tmp_path)})
    with pytest.raises(ModelError):
        service.create_app({"MODELS_DIR": str(tmp_path)})


# --- what must not leak -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/v1/match", "/"])
def test_an_internal_error_shows_and_logs_nothing_of_the_resume(
    path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = service.create_app().test_client()

    def fail(*_: object) -> None:
        raise ValueError("王机密 13800000009")

    monkeypatch.setattr(web.apart, "match_resume", fail)
    with caplog.at_level(logging.DEBUG):
        answer = upload(client, TEXT.encode(), "王机密.txt", to=path)
    assert answer.status_code == 500
    assert "ValueError at test_service.py" in caplog.text
    for said in (answer.text, caplog.text):
        assert not re.search("王机密|13800000009|甲测试|Traceback", said)
    assert "内部错误" in answer.text


def test_nothing_personal_is_logged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        upload(client, TEXT.encode(), "甲测试13800000000.txt")
        upload(client, b"\0" * 20, "甲测试13800000000.txt")
        client.post("/api/v1/match", json={"text": TEXT})
        upload(client, TEXT.encode(), "甲测试13800000000.txt", to="/")
    assert caplog.text.count("matched=") >= 3
    assert not re.search("甲测试|13800000000|重庆大学", caplog.text)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("简历.docx", "简历.docx"),
        ("../../简历.docx", "简历.docx"),
        ("C:\\Users\\hr\\简历.docx", "简历.docx"),
        ("/etc/passwd", "passwd"),
        ("..", "未命名文件"),
        ("", "未命名文件"),
        (None, "未命名文件"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
        ("简历\u202efdp.exe", "简历fdp.exe"),
        ("甲" * 300, "甲" * 200),
    ],
)
def test_names_are_for_display_only(given: str | None, shown: str) -> None:
    assert web.matching.display_name(given) == shown


def test_two_chinese_names_stay_apart(client: FlaskClient) -> None:
    for name in ("甲简历.pdf", "乙简历.pdf"):
        assert upload(client, b"", name).get_json(force=True)["unreadable"][0]["file"] == name


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("POST", "/"),
        ("GET", "/healthz"),
        ("GET", "/api/v1/positions"),
        ("POST", "/api/v1/match"),
        ("GET", "/no"),
    ],
)
def test_every_answer_has_strict_headers(client: FlaskClient, method: str, path: str) -> None:
    headers = client.open(path, method=method).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers


# --- a real server ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-W", "ignore", "service.py", "--port", "0"]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = re.fullmatch(r"http://([\d.]+):(\d+)/\n", line)
        assert found, line
        yield found[1], int(found[2])
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def ask(address: tuple[str, int], method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(*address, timeout=120)
    try:
        connection.request(method, path, body or None, {"Content-Type": kind} if kind else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def send(address: tuple[str, int], data: bytes, name: str = "a.bin") -> tuple[int, bytes]:
    edge = "----------edge"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + data + f"\r\n--{edge}--\r\n".encode()
    return ask(address, "POST", "/api/v1/match", body, f"multipart/form-data; boundary={edge}")


def test_a_real_server_matches_while_others_ask_too(address: tuple[str, int], resumes: Path) -> None:
    data = (resumes / "p02_clear.pdf").read_bytes()
    answers: list[tuple[int, bytes]] = []
    threads = [threading.Thread(target=lambda: answers.append(send(address, data, "乙.pdf"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert len(set(answers)) == 1
    assert answers[0][0] == 200
    assert json.loads(answers[0][1])["matches"][0]["position_id"] == 2


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("[Content_Types].xml", "<Types/>")
        box.writestr("word/document.xml", b"<w:document>" + b" " * 150_000_000)
    return out.getvalue()


ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b"<w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
)


@pytest.mark.parametrize(
    "data",
    [
        bomb(),
        archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": ENTITY}),
        b"%PDF-1.4\n" + b"<<" * 200_000,
    ],
    ids=["zip bomb", "external entity", "nested pdf"],
)
def test_a_hostile_upload_leaves_the_server_well(address: tuple[str, int], data: bytes) -> None:
    status, body = send(address, data)
    assert status == 422
    assert json.loads(body)["status"] == 422
    assert ask(address, "GET", "/healthz")[0] == 200


def test_a_far_too_large_upload_is_refused_by_its_stated_length(address: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*address, timeout=60)
    connection.putrequest("POST", "/api/v1/match")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(300 * 2**20))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    assert ask(address, "GET", "/healthz")[0] == 200


def test_a_slightly_too_large_upload_is_a_problem_too(address: tuple[str, int]) -> None:
    status, body = send(address, b"a" * (21 * 2**20))
    assert (status, json.loads(body)["code"]) == (413, "too_large")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "hr.example.com", "::"])
def test_only_this_machine_is_served(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert service.run(host, 0) == 1
    assert "create-admin" in capsys.readouterr().err
