"""Pages of pools without a browser: what a person may see and do, and what odd requests get."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient

from matcher import Matcher
from matcher.schema import MatchResult, Unreadable
from tests.web.conftest import PASSWORD, People, resume
from tests.web.pages.conftest import ROOT
from web import exports, store, worker
from web.app import create_app
from web.auth import LOCAL
from web.service import Service
from web.store import Pool

AS_OF = dt.date(2026, 11, 24)
SAMPLES = ("p01_clear.docx", "p01_near.pdf", "p07_trap.docx", "out_chef.docx")


@pytest.fixture(scope="session")
def samples(matcher: Matcher, resumes: Path) -> list[MatchResult]:
    """Four resumes against every position."""
    return [matcher.match(resumes / name, None, AS_OF) for name in SAMPLES]


def fill(service: Service, samples: list[MatchResult], who: store.User = LOCAL) -> Pool:
    """A pool with the samples and one file that could not be read."""
    found, _ = store.create_pool(service.engine, who, "春招 <b>一</b>", AS_OF, 30)
    broken = Unreadable("坏了.pdf", "damaged", "PDF 已损坏；请重发。", "The PDF is damaged.")
    for item in (*samples, broken):
        store.add_file(service.engine, who, found, service.files, item.name, item.name.encode())
        claim = store.claim(service.engine, "test", 60)
        assert claim
        store.finish(service.engine, claim, [item])
    return store.pool(service.engine, who, found.id)


@pytest.fixture
def pool(service: Service, samples: list[MatchResult]) -> Pool:
    """A pool of this test's own, to be changed."""
    return fill(service, samples)


@pytest.fixture(scope="module")
def shared(
    tmp_path_factory: pytest.TempPathFactory, matcher: Matcher, samples: list[MatchResult]
) -> Iterator[tuple[FlaskClient, str]]:
    """A client and the path of a pool that is only looked at."""
    app = create_app({"HOME": str(tmp_path_factory.mktemp("shared"))}, matcher)
    service: Service = app.extensions["service"]
    yield app.test_client(), f"/pools/{fill(service, samples).id}"
    service.raw_engine.dispose()


def page(answer: Any, status: int = 200) -> Any:
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    return lxml.html.fromstring(answer.text)


def token(client: FlaskClient) -> str:
    found: str = page(client.get("/pools")).xpath("//input[@name='csrf_token']/@value")[0]
    return found


def people(shown: Any) -> list[str]:
    found: list[str] = shown.xpath("//table[contains(@class,'people-list')]//tbody//th/a/text()")
    return found


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("/positions/1", ["林样例", "宋样例", "卢测试", "石样例"]),
        ("/positions/1?tier=priority&tier=waiver", ["林样例", "宋样例"]),
        ("/positions/1?verdict=kinship:unknown", ["卢测试"]),
        ("/positions/1?tier=priority&verdict=experience:fails", []),
        ("/positions/1?per_page=2&page=2", ["卢测试", "石样例"]),
        ("?sort=-added", ["石样例", "卢测试", "宋样例", "林样例"]),
    ],
)
def test_lists(shared: tuple[FlaskClient, str], query: str, names: list[str]) -> None:
    client, path = shared
    assert people(page(client.get(path + query))) == names


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/positions/99", 404),
        ("/positions/1?tier=gold", 400),
        ("/positions/1?verdict=age", 400),
        ("/positions/1?page=zero", 400),
        ("/candidates/none", 404),
        ("/compare", 400),
        ("/compare?c=a", 400),
        ("/compare?c=a&c=b", 404),
        ("/compare?c=a&c=b&c=c&c=d&c=e", 400),
        ("/files/none/delete", 404),
        ("/questions?page=-1", 200),
        ("/waivers?page=x", 200),
    ],
)
def test_odd_addresses(shared: tuple[FlaskClient, str], path: str, status: int) -> None:
    client, start = shared
    page(client.get(start + path), status)


def test_a_pools_name_is_text(shared: tuple[FlaskClient, str]) -> None:
    client, path = shared
    shown = page(client.get(path))
    assert shown.xpath("//h1/text()") == ["春招 <b>一</b>"]


def test_a_pool_is_made_filled_and_watched(client: FlaskClient) -> None:
    form = {"csrf_token": token(client), "name": " 春招 ", "as_of": "2026-11-24", "keep_days": "7"}
    made = client.post("/pools", data=form)
    assert made.status_code == 303
    where = made.headers["Location"]
    assert page(client.get(where)).xpath("//h1/text()") == ["春招"]
    files = [(io.BytesIO(resume()), "甲.txt"), (io.BytesIO(b"b"), "夹/乙.txt")]
    parts = {"csrf_token": token(client), "file": files}
    sent = client.post(f"{where}/files", data=parts, headers={"Accept": "application/json"})
    assert sent.get_json() == {"files": 2, "new": 2}
    progress = client.get(f"{where}/progress").get_json()
    assert {k: progress[k] for k in ("status", "done", "total")} == {"status": "working", "done": 0, "total": 2}
    assert "0 / 2" in progress["text"]
    shown = page(client.get(f"{where}/files"))
    assert [t.strip() for t in shown.xpath("//tbody//th/text()") if t.strip()] == ["甲.txt", "乙.txt"]


def test_many_files_come_in_one_form(make_app: Callable[..., Flask]) -> None:
    """Without a script the browser sends all at once: more parts and bytes than other forms may have."""
    client = make_app(MAX_CONTENT_LENGTH=50_000, POOL_REQUEST_BYTES=200_000).test_client()
    form = {"name": "春招", "as_of": "2026-11-24", "keep_days": "7"}
    where = client.post("/pools", data={**form, "csrf_token": token(client)}).headers["Location"]
    for size, status in ((3_000, 303), (6_000, 413)):
        files = [(io.BytesIO(b"%d" % i + b"x" * size), f"{i}.txt") for i in range(40)]
        sent = client.post(f"{where}/files", data={"csrf_token": token(client), "file": files})
        assert sent.status_code == status
    assert client.get(f"{where}/progress").get_json()["total"] == 40
    assert client.post("/pools", data={**form, "csrf_token": "x" * 60_000}).status_code == 413


@pytest.mark.parametrize(
    ("change", "said"),
    [({"name": " "}, "名称"), ({"as_of": "明天"}, "as_of"), ({"keep_days": "0"}, "天数"), ({"keep_days": "٣"}, "天数")],
)
def test_a_pool_with_a_slip_is_not_made(client: FlaskClient, change: dict[str, str], said: str) -> None:
    form = {"csrf_token": token(client), "name": "春招", "as_of": "2026-11-24", "keep_days": "7", **change}
    shown = page(client.post("/pools", data=form), 400)
    assert said in shown.xpath("//div[@class='alert']")[0].text_content()
    assert "还没有简历池" in client.get("/pools").text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 303),
        ({"reason": "  "}, 422),
        ({"reason": "长" * 501}, 422),
        ({"value": "perfect"}, 422),
        ({"rule": "height"}, 422),
        ({"position": "99"}, 404),
        ({"csrf_token": "wrong"}, 400),
        ({"rule": "", "value": "reserve"}, 303),
    ],
)
def test_a_persons_word_needs_a_reason(client: FlaskClient, pool: Pool, change: dict[str, str], status: int) -> None:
    listed = page(client.get(f"/pools/{pool.id}/positions/1"))
    path = listed.xpath("//table[contains(@class,'people-list')]//tbody//th/a/@href")[0].partition("?")[0]
    form = {
        "csrf_token": token(client),
        "position": "1",
        "rule": "experience",
        "value": "unknown",
        "reason": "社保待补",
        **change,
    }
    answer = client.post(f"{path}/feedback", data=form)
    assert answer.status_code == status
    if status != 303:
        page(answer, status)
    shown = page(client.get(path))
    assert ("社保待补" in shown.text_content()) == (status == 303)
    if status == 303:
        where = answer.headers["Location"].partition("#")[2]
        assert shown.get_element_by_id(where) is not None, "back to what was changed"


def test_a_shortlist_is_leafed_through(shared: tuple[FlaskClient, str]) -> None:
    client, path = shared
    listed = page(client.get(f"{path}/positions/1"))
    paths = listed.xpath("//table[contains(@class,'people-list')]//tbody//th/a/@href")
    for i, path in enumerate(paths):
        beside = page(client.get(path)).xpath("//span[@class='beside']/a/@href")
        assert beside == [p for j, p in enumerate(paths) if abs(i - j) == 1]


@pytest.mark.parametrize(("language", "word"), [("zh", "证书"), ("en", "Certificate")])
def test_a_position_that_asks_for_certificates_shows_them_everywhere(
    home: Path, matcher: Matcher, language: str, word: str
) -> None:
    """Another employer's notice: the rule is in the list, the filter, the comparison, the letter and the positions."""
    first, *others = matcher.positions
    asking = Matcher((replace(first, certificates=("CFA",)), *others), matcher.policy, matcher.ranker)
    app = create_app({"HOME": str(home)}, asking)
    service: Service = app.extensions["service"]
    texts = {"甲": resume("甲测试").decode() + "证书：CFA\n", "乙": resume("乙测试").decode()}
    made = fill(service, [replace(asking.match(text, None, AS_OF), name=name) for name, text in texts.items()])
    client, path = app.test_client(), f"/pools/{made.id}"
    client.set_cookie("language", language)
    listed = page(client.get(f"{path}/positions/1"))
    assert [word in row.text_content() for row in listed.xpath("//tbody/tr")].count(True) == 1, "met rules are counted"
    assert f"{word} " in listed.xpath("string(//option[@value='certificate:unknown'])")
    assert people(page(client.get(f"{path}/positions/1?verdict=certificate:unknown"))) == ["乙测试"]
    ids = listed.xpath("//input[@name='c']/@value")
    beside = page(client.get(f"{path}/compare?position=1&c={ids[0]}&c={ids[1]}"))
    row = beside.xpath("//tr[th[normalize-space()=$word]]", word=word)[-1].text_content()
    assert "CFA" in row
    letters = [page(client.get(f"{path}/candidates/{i}/letter/1")).xpath("string(//article)") for i in ids]
    assert any({"zh": "证书的名称", "en": "certificates"}[language] in letter for letter in letters)
    shown = page(client.get("/positions"))
    assert ["CFA" in a.text_content() for a in shown.xpath("//article//dl[@class='read']")][:2] == [True, False]
    service.raw_engine.dispose()


def test_waivers_are_refused_with_a_reason_and_kept(client: FlaskClient, pool: Pool) -> None:
    path = f"/pools/{pool.id}/waivers"
    form = page(client.get(path)).xpath("//article[contains(., '宋样例')]//form")[0]
    values = {i.get("name"): i.get("value") for i in form.xpath(".//input")}
    answer = client.post(form.get("action"), data={**values, "reason": "人手已足", "value": "fails"})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    shown = page(client.get(path))
    assert not shown.xpath("//article[contains(., '宋样例')]")
    assert "人手已足" in shown.xpath("//table")[0].text_content()
    assert "人手已足" not in shown.xpath("string(//form)")


def test_questions_name_the_positions_that_hang_on_them(shared: tuple[FlaskClient, str]) -> None:
    client, path = shared
    asked = page(client.get(f"{path}/questions")).get_element_by_id("questions")
    (item,) = [i for i in asked.xpath("./li") if "卢测试" in i.text_content()]
    assert "近亲属" in item.text_content()
    assert "运营管理岗" in item.text_content()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_letter_says_what_it_must(shared: tuple[FlaskClient, str], language: str) -> None:
    client, start = shared
    client.set_cookie("language", language)
    listed = page(client.get(f"{start}/positions/1"))
    path = listed.xpath("//table[contains(@class,'people-list')]//tbody//th/a/@href")[1].partition("?")[0]
    letter = page(client.get(f"{path}/letter/1")).xpath("//article")[0].text_content()
    law = {"zh": "《中华人民共和国个人信息保护法》第二十四条", "en": "article 24"}[language]
    for words in ("宋样例", "互联网金融产品经理岗", "35岁以下", law):
        assert words in letter
    assert not re.search("优先联系|建议放宽|Contact first|Waiver proposed", letter), "tiers are for the recruiters"
    assert client.get(f"{path}/letter/99").status_code == 404
    client.delete_cookie("language")


@pytest.mark.parametrize(("name", "may"), [("查看甲", False), ("招聘甲", True)])
def test_who_may_only_look_sees_no_forms(
    app: Flask, people: People, service: Service, samples: list[MatchResult], name: str, may: bool
) -> None:
    made = fill(service, samples, people.users["招聘甲"])
    client = app.test_client()
    sign = page(client.get("/login")).xpath("//input[@name='csrf_token']/@value")[0]
    form = {"csrf_token": sign, "name": name, "password": PASSWORD}
    assert client.post("/login?next=/pools", data=form).headers["Location"] == "/pools"
    entry = store.candidates(service.engine, made).items[0]
    for path in ("", "/waivers", "/files", f"/candidates/{entry.candidate_id}"):
        shown = page(client.get(f"/pools/{made.id}{path}"))
        posts = [f.get("action") for f in shown.xpath("//form[@method='post']") if f.get("action") != "/logout"]
        assert bool(posts) == may, path
    assert bool(page(client.get(f"/pools/{made.id}")).xpath("//form[contains(@action, 'export')]")) == may
    store.ask_export(service.engine, people.users["招聘甲"], made)
    worker.work_once(service.engine, service, "w")
    shown = page(client.get(f"/pools/{made.id}"))
    assert bool(shown.xpath("//a[contains(@href, 'export')]")) == may
    assert bool(shown.xpath("//*[@data-export]")) == may
    assert client.get(f"/pools/{made.id}/progress").get_json()["export"] == ("done" if may else "")
    assert client.get(f"/pools/{made.id}/export.xlsx").status_code == (200 if may else 403)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_export_is_asked_for_and_offered_without_a_script(
    client: FlaskClient, service: Service, pool: Pool, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.set_cookie("language", language)
    path = f"/pools/{pool.id}/positions/1?sort=name"

    def state() -> tuple[str, str, list[str]]:
        shown = page(client.get(path))
        (box,) = shown.xpath("//*[@data-export]")
        return box.get("data-export"), box.text_content().strip(), shown.xpath("//a[contains(@href,'.xlsx')]/@href")

    def ask() -> None:
        form = page(client.get(path)).xpath("//form[contains(@action,'export')]")[0]
        values = {i.get("name"): i.get("value") for i in form.xpath(".//input")}
        answer = client.post(form.get("action"), data=values)
        assert (answer.status_code, answer.headers["Location"]) == (303, path), "back to where it was asked for"

    assert state() == ("", "", [])
    page(client.get(f"/pools/{pool.id}/export.xlsx"), 409)
    store.add_file(service.engine, LOCAL, pool, service.files, "晚.txt", resume("晚测试"))
    ask()
    assert state()[0] == "queued"
    assert {"zh": "全部读完", "en": "all files are read"}[language] in state()[1]
    assert page(client.get(path)).xpath("//form[contains(@action,'export')]//button/@disabled")
    worker.work_once(service.engine, service, "w")
    assert {"zh": "正在生成", "en": "being made"}[language] in state()[1]
    assert page(client.get(path)).xpath("//noscript/a/@href") == [path]
    with monkeypatch.context() as patch:
        patch.setattr(exports, "write_workbook", lambda *_: 1 / 0)
        worker.work_once(service.engine, service, "w")
    assert state()[0::2] == ("failed", [])
    assert "ZeroDivisionError" in state()[1]
    ask()
    worker.work_once(service.engine, service, "w")
    status, words, links = state()
    assert (status, "5" in words) == ("done", True)
    assert client.get(links[0]).data[:2] == b"PK"
    entry = store.candidates(service.engine, pool).items[0]
    policy = service.matcher.policy
    store.give_feedback(service.engine, LOCAL, pool, entry.candidate_id, 1, "age", "unknown", "因", policy)
    assert state()[0::2] == ("stale", [])
    page(client.get(links[0]), 409)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_asking_for_an_export_leads_nowhere_else(client: FlaskClient, pool: Pool, target: str) -> None:
    form = {"csrf_token": token(client), "next": target}
    assert client.post(f"/pools/{pool.id}/export", data=form).headers["Location"] == "/"
    assert client.post(f"/pools/{pool.id}/export", data={"next": target}).status_code == 400


def test_pages_are_light(shared: tuple[FlaskClient, str]) -> None:
    client, start = shared
    candidate = page(client.get(start)).xpath("//tbody//th/a/@href")[0]
    paths = [start, *(start + p for p in ("/positions/1", "/questions", "/waivers", "/files")), candidate, "/positions"]
    files = sum(len((ROOT / "web" / "static" / f).read_bytes()) for f in ("page.css", "page.js", "icon.svg"))
    sizes = {path: files + len(client.get(path).data) for path in paths}
    assert max(sizes.values()) < 200_000, sizes
