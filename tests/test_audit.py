"""The fairness audit: figures by hand, swaps that change nothing, a report that stands alone."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import Matcher, cli
from matcher.audit import audit, person, rewritten, try_swap, variants, with_line
from matcher.extraction import extract
from matcher.fairness import (
    AGE,
    EVERY,
    SEX,
    UNKNOWN,
    Audit,
    Person,
    age_band,
    age_costs,
    audit_to_dict,
    band_names,
    compare,
    distribution,
    load_groups,
    load_settings,
    ratio_interval,
    rule_effects,
)
from matcher.knowledge import KnowledgeError
from matcher.presentation.audit_html import audit_html
from matcher.presentation.json_ import dumps
from matcher.reading.base import Document
from matcher.schema import Tier, Unreadable
from matcher.text import to_resume
from tests.support import AS_OF, ROOT, sample_resumes

SETTINGS = load_settings()


def someone(
    sex: str,
    tier: Tier,
    without: Tier | None = None,
    score: float = 50.0,
    fails: tuple[str, ...] = (),
    near: bool = True,
) -> Person:
    return Person({SEX: sex}, {1: score}, {1: tier}, {1: without or tier}, {1: fails}, frozenset({1} if near else ()))


# --- figures by hand ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ages", "band"),
    [
        (None, UNKNOWN), ((25, 25), "25岁及以下"), ((26, 26), "26–30岁"), ((35, 35), "31–35岁"), ((36, 36), "36–40岁"),
        ((41, 41), "41岁及以上"), ((33, 34), "31–35岁"), ((35, 36), UNKNOWN),
    ],
)  # fmt: skip
def test_age_bands(ages: tuple[int, int] | None, band: str) -> None:
    assert age_band(ages, (25, 30, 35, 40)) == band
    assert band in (*band_names((25, 30, 35, 40)), UNKNOWN)


def test_impact_ratios() -> None:
    people = [someone("男", Tier.PRIORITY)] * 30 + [someone("男", Tier.RESERVE)] * 30
    people += [someone("女", Tier.VERIFY)] * 6 + [someone("女", Tier.NOT_MET)] * 54
    people += [someone("其他", Tier.NO_FIT)] * 2 + [someone(UNKNOWN, Tier.WAIVER)] * 10
    found = compare(people, SEX, 1, ("女", "男"), SETTINGS)
    assert found.reference == "男"
    rows = {r.group: r for r in found.rows}
    assert list(rows) == ["女", "男", "其他", UNKNOWN]
    assert [(r.n, r.called) for r in found.rows] == [(60, 6), (60, 30), (2, 0), (10, 10)]
    assert rows["女"].ratio == pytest.approx(0.2)
    assert {g: r.finding for g, r in rows.items()} == {
        "女": "low",
        "男": "reference",
        "其他": "few",
        UNKNOWN: "unknown",
    }
    assert rows[UNKNOWN].ratio == pytest.approx(2.0)  # counted, but nobody's measure
    for r in found.rows:
        assert r.rate_low <= r.rate <= r.rate_high
        assert r.ratio is not None
        assert r.ratio_low is not None
        assert r.ratio_high is not None
        assert r.ratio_low <= r.ratio <= r.ratio_high


@pytest.mark.parametrize(
    ("women", "finding"),
    [((8, 10), "fine"), ((7, 10), "unsure"), ((0, 4), "few"), ((79, 100), "low"), ((80, 100), "fine")],
)
def test_findings(women: tuple[int, int], finding: str) -> None:
    called, n = women
    people = [someone("男", Tier.PRIORITY)] * 100
    people += [someone("女", Tier.PRIORITY)] * called + [someone("女", Tier.RESERVE)] * (n - called)
    rows = {r.group: r for r in compare(people, SEX, EVERY, (), SETTINGS).rows}
    assert rows["女"].finding == finding


def test_nobody_called() -> None:
    found = compare([someone("男", Tier.RESERVE)] * 9, SEX, 1, (), SETTINGS)
    assert found.reference == ""
    assert [(r.ratio, r.finding) for r in found.rows] == [(None, "nobody")]


@given(st.integers(0, 50), st.integers(1, 50), st.integers(1, 50), st.integers(0, 50))
def test_a_ratio_has_an_interval(called: int, more: int, of_called: int, of_more: int) -> None:
    low, high = ratio_interval(called, called + more, of_called, of_called + of_more)
    assert 0 < low <= high


def test_rule_effects_and_the_cost_of_age() -> None:
    people = [
        someone("女", Tier.NOT_MET, Tier.PRIORITY, fails=("age",)),
        someone("女", Tier.NOT_MET, fails=("age", "major")),
        someone("女", Tier.PRIORITY),
        someone("男", Tier.NO_FIT, fails=("age",), near=False),
    ]
    effects = {
        (e.rule, e.group): (e.pairs, e.fails, e.alone)
        for e in rule_effects(people, ("age", "major"), SEX, ("女", "男"))
    }
    assert effects == {
        ("age", "女"): (3, 2, 1),
        ("age", "男"): (0, 0, 0),
        ("major", "女"): (3, 1, 0),
        ("major", "男"): (0, 0, 0),
    }
    position = replace(Matcher.load().positions[0], position_id=1, max_age=35)
    every, one = age_costs(people, [position])
    assert (every.called, every.without, every.lost) == (1, 2, 1)
    assert (one.position_id, one.max_age, one.lost) == (1, 35, 1)


def test_distribution() -> None:
    people = [someone("男", Tier.PRIORITY, score=s) for s in (99.0, 100.0, 60.0)] + [
        someone("男", Tier.NO_FIT, score=0.0)
    ]
    found = distribution(people, 1)
    assert found.counts[Tier.PRIORITY] == (0, 0, 0, 0, 0, 0, 1, 0, 0, 2)
    assert found.counts[Tier.NO_FIT][0] == 1
    assert (found.n, found.middle) == (4, 99.0)


# --- one resume ---------------------------------------------------------------------------------------------------

OLD = "姓名：张试\n性别：女\n出生日期：1986年3月\n教育经历\n2004.09-2008.06 重庆大学 金融学 本科 全日制\n工作经历\n" + (
    "2012.07至今 某某银行 客户经理\n负责客户开发、商户拓展、渠道合作、商务谈判、合作项目跟进、市场调研，维护商户关系。\n"
)


def test_without_the_age_rule_only_age_is_left_out(matcher: Matcher) -> None:
    resume = to_resume(OLD)
    one = person(resume, matcher, AS_OF, SETTINGS.bands, {"来源": "校招"})
    assert one.groups == {SEX: "女", AGE: "36–40岁" if AS_OF.year - 1986 <= 40 else "41岁及以上", "来源": "校招"}
    assert "age" in one.fails[10]
    assert one.tiers[10] is Tier.NOT_MET
    assert one.without[10] in (Tier.PRIORITY, Tier.VERIFY)
    assert 10 in one.near
    result = matcher.match(OLD, k=None, as_of=AS_OF)
    assert one.scores == {a.position_id: a.score for a in result.matches}
    assert one.tiers == {a.position_id: a.tier for a in result.matches}


@pytest.mark.parametrize("swap", SETTINGS.swaps, ids=lambda s: s.key)
def test_swaps_change_nothing(matcher: Matcher, swap: object) -> None:
    """Resumes that say the thing, and resumes to which a line is added."""
    some = [s for s in SETTINGS.swaps if s is swap]
    resumes = [*sample_resumes()[::8], to_resume(OLD + "民族：苗族 籍贯：重庆 婚姻状况：已婚\n", "old.txt")]
    (found,) = [try_swap(s, resumes, matcher, AS_OF) for s in some]
    assert (found.scores, found.verdicts, found.tiers, found.changes) == (0, 0, 0, ())
    assert found.stated + found.added == len(resumes)
    assert found.stated >= 1
    assert found.compared >= len(resumes) * len(matcher.positions)


def test_a_swap_that_matters_is_seen(matcher: Matcher) -> None:
    """A swap of degrees stands in for a fault: it is counted and shown."""
    swap = replace(
        SETTINGS.swaps[2], key="degree", label="学历", labels=("学历",), values=("本科", "大专"), words=("本科",)
    )
    found = try_swap(swap, [to_resume(OLD, "old.txt")], matcher, AS_OF)
    assert found.scores > 0
    assert found.verdicts > 0
    assert found.largest > 1
    assert any("min_degree" in c.what for c in found.changes)
    assert {c.file for c in found.changes} == {"old.txt"}


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("sex", "姓名：张试\n性别：女", ["姓名:张试\n性别:男"]),
        ("sex", "张试\n男 | 1990年", ["张试\n女 | 1990年"]),
        ("ethnicity", "张试\n苗族，重庆人", ["张试\n汉族,重庆人", "张试\n藏族,重庆人", "张试\n维吾尔族,重庆人"]),
        ("birthplace", "张试\n籍贯：四川成都 民族：汉", ["张试\n籍贯:重庆渝中 民族:汉"]),
        ("marital", "张试\n婚姻状况：已婚", ["张试\n婚姻状况:未婚"]),
        ("name", "姓名：张试甲\n本人张试甲", ["姓名:李某甲\n本人李某甲"]),
    ],
)
def test_only_the_one_thing_is_rewritten(key: str, text: str, expected: list[str]) -> None:
    swap = next(s for s in SETTINGS.swaps if s.key == key)
    resume = to_resume(text)
    base, others, stated = variants(swap, resume, extract(resume, AS_OF))
    assert stated
    assert base == resume.text
    folded = [to_resume(t).text.replace("：", ":").replace("，", ",") for _, t in others]
    assert set(expected) <= set(folded)


def test_rewriting() -> None:
    assert rewritten("甲乙甲", [(0, 1), (2, 3)], "丙丙") == "丙丙乙丙丙"
    assert with_line("一\n二", "新") == "一\n新\n二"
    assert with_line("一", "新") == "一\n新"


# --- the report ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report(matcher: Matcher) -> Audit:
    resumes = [(r.name, Document(r.text, r.name)) for r in sample_resumes()[::3]]
    bad = [("<b>坏</b>.pdf", Unreadable("<b>坏</b>.pdf", "damaged", "文件已损坏。", "Damaged."))]
    groups = (("来源",), {resumes[0][0]: {"来源": "<script>校招</script>"}, "没有这份.txt": {"来源": "社招"}})
    return audit([*resumes, *bad], matcher, AS_OF, SETTINGS, groups, swapped=2)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "rect", "line", "circle", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "line", "circle", "path"):
            assert self.open.pop() == tag


def test_the_page_stands_alone(report: Audit) -> None:
    html = audit_html(report)
    page = _Page()
    page.feed(html)
    page.close()
    assert page.open == []
    names = [t for t, _ in page.tags]
    assert {"script", "link", "img", "iframe", "object"} & set(names) == set()
    assert not [a for _, attrs in page.tags for a in attrs if a in ("src", "srcset") or a.startswith("on")]
    links = [attrs["href"] or "" for t, attrs in page.tags if t == "a"]
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert links
    assert {link.lstrip("#") for link in links} <= ids
    assert "http" not in html.replace("http-equiv", "")
    assert "<script>" not in html
    assert "&lt;script&gt;校招" in html
    assert names.count("svg") >= len(report.positions) + 3
    assert "NaN" not in html


def test_the_page_says_what_the_figures_say(report: Audit) -> None:
    html = audit_html(report)
    assert f"简历 {report.resumes} 份，另有 1 份无法读取" in html
    assert all(p.title in html for p in report.positions)
    assert "未发现" in html
    assert "没有这份.txt" in html
    assert audit_html(report) == html


def test_no_name_in_the_report(report: Audit) -> None:
    names = {extract(r, AS_OF).name.value for r in sample_resumes()} - {None}
    shown = audit_html(report) + dumps(audit_to_dict(report))
    assert names
    assert [n for n in names if n and n in shown] == []


def test_the_figures_as_json(report: Audit, matcher: Matcher) -> None:
    value = json.loads(dumps(audit_to_dict(report)))
    assert value["resumes"] == report.resumes
    assert {c["dimension"] for c in value["impact"]} == {SEX, AGE, "来源"}
    assert len(value["impact"]) == 3 * (1 + len(matcher.positions))
    assert all(sum(g["n"] for g in c["groups"]) == report.resumes for c in value["impact"])
    assert all(sum(map(sum, d["bins"].values())) == report.resumes for d in value["scores"])
    assert [s["what"] for s in value["swaps"]] == [s.key for s in SETTINGS.swaps]
    assert [s["score_changes"] + s["verdict_changes"] for s in value["swaps"]] == [0] * 5
    assert value["unlawful"] == []


def test_order_of_the_pool_changes_nothing(matcher: Matcher) -> None:
    items = [(r.name, Document(r.text, r.name)) for r in sample_resumes()[:6]]
    first, second = (
        dumps(audit_to_dict(audit(found, matcher, AS_OF, SETTINGS, swapped=1))) for found in (items, items[::-1])
    )
    assert first == second


def test_an_unlawful_notice_is_shown(matcher: Matcher) -> None:
    position = replace(matcher.positions[0], age_text="35岁以下，限男性；", common=(("具有重庆市户籍。", ""),))
    other = replace(matcher, positions=(position, *matcher.positions[1:]))
    found = audit([("a", Document(OLD, "a"))], other, AS_OF, SETTINGS, swapped=1)
    assert [(u.position_id, u.found.kind) for u in found.unlawful] == [(1, "sex"), (0, "birthplace")]
    html = audit_html(found)
    assert "限男性" in html
    assert "妇女权益保障法" in html
    # left out of the rules: the same answers as without it
    plain = matcher.match(OLD, k=None, as_of=AS_OF)
    unlawful = other.match(OLD, k=None, as_of=AS_OF)
    assert [(a.score, a.tier) for a in plain.matches] == [(a.score, a.tier) for a in unlawful.matches]


# --- tables and the command ---------------------------------------------------------------------------------------


def test_groups(tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    path.write_text("file,sex,来源\na.txt,女,\nb.txt,,社招\n", encoding="utf-8")
    assert load_groups(path) == ((SEX, "来源"), {"a.txt": {SEX: "女"}, "b.txt": {"来源": "社招"}})


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("name,sex\na,女\n", "file"),
        ("file\na.txt\n", "分组"),
        ("file,sex\na,女\na,男\n", "第 3 行"),
        ("file,sex\na\n", "第 2 行"),
    ],
)
def test_bad_groups(tmp_path: Path, content: str, word: str) -> None:
    path = tmp_path / "groups.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=word):
        load_groups(path)


def numbers(html: str) -> Iterator[str]:
    yield from re.findall(r"简历 (\d+) 份", html)


def test_the_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pool = tmp_path / "pool"
    pool.mkdir()
    for name in ("p01_clear.docx", "p02_clear.pdf", "out_lawyer.txt"):
        (pool / name).write_bytes((ROOT / "tests" / "resumes" / name).read_bytes())
    (tmp_path / "groups.csv").write_text("file,sex\nout_lawyer.txt,女\n", encoding="utf-8")
    asked = ["audit", str(pool), "--out", str(tmp_path / "a.html"), "--json", str(tmp_path / "a.json"), "--swaps", "1"]
    asked += ["--groups", str(tmp_path / "groups.csv"), "--as-of", "2026-11-24"]
    assert cli.main(asked) == cli.DONE
    told = capfd.readouterr().out
    assert "反事实替换的变化 0 次" in told
    value = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    sex = next(c for c in value["impact"] if c["dimension"] == SEX and c["position_id"] is None)
    assert sum(g["n"] for g in sex["groups"]) == 3
    assert next(g for g in sex["groups"] if g["group"] == "女")["n"] >= 1
    assert next(iter(numbers((tmp_path / "a.html").read_text(encoding="utf-8")))) == "3"
    assert value["as_of"] == dt.date(2026, 11, 24).isoformat()


@pytest.mark.parametrize("out", ["a.pdf", "no/folder.html"])
def test_a_bad_target(tmp_path: Path, out: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["audit", str(tmp_path), "--out", str(tmp_path / out)]) == cli.USAGE
    assert "错误" in capfd.readouterr().err
