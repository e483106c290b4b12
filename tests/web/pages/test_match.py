"""The match page as text: results, evidence, what is wrong; nothing from elsewhere, nothing unescaped."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient

from matcher import Matcher
from matcher.schema import Degree
from tests.web.conftest import resume

TEXT = resume().decode()


def upload(client: FlaskClient, *files: tuple[bytes, str], **form: str) -> Any:
    parts = {"file": [(io.BytesIO(data), name) for data, name in files], **form}
    return client.post("/", data=parts, content_type="multipart/form-data")


def page_of(answer: Any) -> Any:
    return lxml.html.fromstring(answer.text)


def test_positions_stand_beside_the_resume_with_evidence_in_place(client: FlaskClient, resumes: Path) -> None:
    answer = upload(client, ((resumes / "p01_clear.docx").read_bytes(), "甲.docx"), top_k="2", as_of="2026-11-24")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    page = page_of(answer)
    cards = page.xpath("//details[starts-with(@class,'card ')]")
    assert cards[0].xpath("./summary/h4/text()") == ["互联网金融产品经理岗"]
    assert len(cards) == 2
    links = page.xpath("//dd[@class='quotes']/a")
    assert len(links) > 5
    for link in links:
        marked = "".join(page.get_element_by_id(i).text_content() for i in link.get("data-marks").split())
        assert re.sub(r"\s|…", "", link.text) in re.sub(r"\s", "", marked)
        assert link.get("href")[1:] == link.get("data-marks").split()[0]
    for verdict in page.xpath("//details[starts-with(@class,'verdict')]"):
        assert verdict.xpath(".//dd[starts-with(@class,'clause')]/text()"), "the notice's words"
    bar = cards[0].xpath(".//rect[@class='fill']/@width")[0]
    assert bar == cards[0].xpath("./summary/span[@class='score']/b/text()")[0]


def test_the_resume_is_the_whole_text(client: FlaskClient) -> None:
    text = client.post("/api/v1/match", json={"text": TEXT}).get_json()["text"]
    page = page_of(client.post("/", data={"text": TEXT}))
    assert page.xpath("//div[@class='paper']")[0].text_content().strip() == text.strip()


def test_several_files_give_several_people(client: FlaskClient) -> None:
    page = page_of(upload(client, (resume("甲测试"), "甲.txt"), (b"", "空.pdf"), (resume("乙测试"), "乙.txt")))
    assert page.xpath("//article//h2/text()") == ["甲测试", "乙测试"]
    assert page.xpath("//nav[@class='people']//a/b/text()") == ["甲测试", "乙测试"]
    assert "空.pdf" in page.xpath("//section[@class='alert']")[0].text_content()
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids)), "ids of several results stay apart"


def test_no_position_fits_is_an_answer(client: FlaskClient, resumes: Path) -> None:
    page = page_of(upload(client, ((resumes / "out_chef.docx").read_bytes(), "厨师.docx")))
    assert page.xpath("//section[@class='nofit']/h3/text()") == ["无合适岗位"]
    assert len(page.xpath("//details[starts-with(@class,'card ')]")) == 3, "the nearest are still shown"
    assert not page.xpath("//details[starts-with(@class,'card ')]/@open")


@pytest.mark.parametrize(
    "attack",
    [
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        '"><svg onload=alert(1)>',
        "{{7*7}}",
        "</textarea><b>",
    ],
)
def test_what_a_resume_says_is_shown_as_text(client: FlaskClient, attack: str) -> None:
    text = f"姓名：{attack}\n{TEXT.replace('某消费金融公司', attack)}"
    for answer in (
        client.post("/", data={"text": text, "as_of": attack}),
        client.post("/", data={"text": text, "as_of": "2026-11-24"}),
        upload(client, (text.encode(), f"{attack}.txt")),
        upload(client, (b"", f"{attack}.txt")),
    ):
        page = page_of(answer)
        assert not page.xpath("//*[@*[starts-with(name(), 'on')] or @style]")
        assert [s.get("src") for s in page.iter("script")] == ["/static/page.js"]
        assert len(page.xpath("//img")) == 1
        assert "49" not in page.xpath("string(//h2)")
    assert attack in page_of(client.post("/", data={"text": text})).text_content()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("data", [{}, {"text": TEXT, "top_k": "10"}], ids=["empty", "result"])
def test_everything_is_local_and_light(client: FlaskClient, data: dict[str, str], language: str) -> None:
    client.set_cookie("language", language)
    text = (client.post("/", data=data) if data else client.get("/")).text
    page = lxml.html.fromstring(text)
    files = [*page.xpath("//@src"), *page.xpath("//link/@href")]
    assert files
    size = len(text.encode())
    for file in set(files):
        with client.get(file) as answer:
            assert answer.status_code == 200
            assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "")
            size += len(answer.data)
    assert size < 200_000


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        ({}, 400, "请选择一个文件"),
        ({"text": "  "}, 400, "请选择一个文件"),
        ({"text": TEXT, "top_k": "0"}, 400, "top_k"),
        ({"text": TEXT, "as_of": "明天"}, 400, "as_of"),
        ({"text": TEXT, "colour": "red"}, 400, "colour"),
        ({"file": (io.BytesIO(b""), "空.pdf")}, 422, "空.pdf"),
        ({"file": [(io.BytesIO(b"x"), f"{i}.txt") for i in range(11)]}, 400, "10 个文件"),
    ],
)
def test_the_page_says_what_is_wrong(client: FlaskClient, data: dict[str, Any], status: int, said: str) -> None:
    answer = client.post("/", data=data, content_type="multipart/form-data")
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert said in page_of(answer).xpath("//*[@class='alert']")[0].text_content()


def test_what_was_typed_is_not_lost_when_something_is_wrong(client: FlaskClient) -> None:
    page = page_of(client.post("/", data={"text": TEXT, "top_k": "0"}))
    assert page.xpath("//textarea/text()")[0].strip() == TEXT.strip()


def test_positions_show_the_notice_beside_the_rules(client: FlaskClient, matcher: Matcher) -> None:
    page = page_of(client.get("/positions"))
    articles = page.xpath("//article")
    assert len(articles) == len(matcher.positions)
    for article, position in zip(articles, matcher.positions, strict=True):
        words, rules = article.xpath(".//dl")
        assert position.experience_text in words.text_content()
        assert f"{position.min_years} 年以上" in rules.text_content()
        assert all(m in rules.text_content() for m in position.majors)
    assert "l了解" not in page.text_content(), "bullets of a lost font are bullets"
    assert {str(v) for v in ("3.5", "60", "0.38")} <= set(page.xpath("//td[@class='number']/text()"))


def test_positions_of_another_notice(app: Flask, matcher: Matcher) -> None:
    """A notice may ask for no major, no years, no domain, and name a birth date or caps by degree."""
    odd = replace(
        matcher.positions[0],
        majors=(),
        min_years=2,
        experience_domains=(),
        max_age=None,
        born_from=dt.date(1991, 1, 1),
        age_by_degree=((Degree.MASTER, 30),),
        age_relaxed_to=40,
        common=(("能出差。", "none"),),
    )
    free = replace(odd, position_id=2, min_years=0, born_from=None, age_by_degree=(), age_relaxed_to=None)
    app.extensions["service"].matcher = replace(matcher, positions=(odd, free))
    first, second = (a.text_content() for a in page_of(app.test_client().get("/positions")).xpath("//article"))
    for words in ("任何工作", "1991-01-01 及以后出生", "硕士以上 30 岁以下", "到 40 岁", "能出差。"):
        assert words in first
    assert second.count("不限") == 3


@pytest.mark.parametrize(
    ("target", "goes"),
    [
        ("/pools?page=2", "/pools?page=2"),
        ("https://example.com/", "/"),
        ("//example.com/", "/"),
        ("/\\example.com", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\nb", "/"),
    ],
)
def test_a_switch_of_language_stays_on_this_server(client: FlaskClient, target: str, goes: str) -> None:
    answer = client.get("/language", query_string={"to": "en", "next": target})
    assert (answer.status_code, answer.headers["Location"]) == (303, goes)
    assert lxml.html.fromstring(client.get("/").text).get("lang") == "en"
    assert client.get("/language?to=xx").headers.get("Set-Cookie") is None
