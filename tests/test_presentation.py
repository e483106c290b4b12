"""Words, quotes, the terminal's output, and notes on resumes of the same person."""

from __future__ import annotations

import dataclasses
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from matcher import Matcher
from matcher.knowledge import load_policy
from matcher.people import groups, mask_contacts, own_contacts, same_person_groups
from matcher.pipeline import match_resume, top
from matcher.presentation.terminal import console, listed, print_positions, print_result, print_shortlists, wrapped
from matcher.presentation.words import (
    OUTCOMES,
    TIERS,
    answer,
    clip,
    knows,
    mark,
    one_line,
    plain,
    quotes,
    word,
)
from matcher.ranking import shortlist
from matcher.schema import Basis, Evidence, MatchResult, Outcome, Tier, Verdict
from matcher.scoring import FEATURES
from matcher.screening import RULES, domain_names
from matcher.text import to_resume
from tests.support import AS_OF


def result_of(matcher: Matcher, text: str) -> MatchResult:
    return match_resume(to_resume(text), AS_OF, matcher.positions, matcher.policy, matcher.ranker)


# --- words ----------------------------------------------------------------------------------------------------------


def _policy_keys() -> list[str]:
    return [f"{section}.{key}" for section, values in load_policy().items() for key in values]


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        *(("rule", rule.__name__) for rule in RULES),
        ("rule", "portfolio"),
        *(("outcome", o.value) for o in Outcome),
        *(("outcome_meaning", o.value) for o in Outcome),
        *(("plain_mark", o.value) for o in Outcome),
        *(("tier", t.value) for t in Tier),
        *(("tier_meaning", t.value) for t in Tier),
        *(("feature", f) for f in FEATURES),
        *(("policy", k) for k in _policy_keys()),
    ],
)
def test_everything_has_a_word(kind: str, key: str) -> None:
    assert knows(kind, key)
    assert word(kind, key)


def test_tiers_and_outcomes_are_complete() -> None:
    assert sorted(TIERS) == sorted(Tier)
    assert sorted(OUTCOMES) == sorted(Outcome)


def test_unknown_key_is_shown_itself() -> None:
    assert word("rule", "new_rule") == "new_rule"


@pytest.mark.parametrize(
    ("encoding", "marks"),
    [("utf-8", "✓✗?~"), ("gbk", "√×?~"), ("cp936", "√×?~"), ("no-such-encoding", "√×?~")],
)
def test_marks_can_be_written_and_told_apart(encoding: str, marks: str) -> None:
    found = [mark(o, encoding) for o in (Outcome.MEETS, Outcome.FAILS, Outcome.UNKNOWN, Outcome.WAIVABLE)]
    assert "".join(found) == marks
    assert len(set(found)) == 4


@pytest.mark.parametrize(
    ("outcome", "basis", "expected"),
    [
        (Outcome.MEETS, Basis.STATED, "符合"),
        (Outcome.MEETS, Basis.INFERRED, "推定符合"),
        (Outcome.MEETS, Basis.ABSENT, "未提及"),
        (Outcome.FAILS, Basis.INFERRED, "不符合"),
        (Outcome.UNKNOWN, Basis.ABSENT, "待核实"),
        (Outcome.WAIVABLE, Basis.STATED, "可放宽"),
    ],
)
def test_answer(outcome: Outcome, basis: Basis, expected: str) -> None:
    assert answer(Verdict("age", outcome, basis, "", "")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王测试", "王测试"),
        ("a\x0bb\x16c\x00d", "abcd"),
        ("行\n列\t", "行\n列\t"),
        ("\x1b[31m红", "[31m红"),
        ("名\u202e\u200b\ufeff单", "名单"),
        ("a\ud800b\uffff", "ab"),
        ("𠮷🙂", "𠮷🙂"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_one_line_and_clip() -> None:
    assert one_line(" 甲\t乙\n\u3000丙 ") == "甲 乙 丙"
    assert clip("一二三四五", 5) == "一二三四五"
    assert clip("一二三四五六", 5) == "一二三四…"


TEXT = "2015.07-2019.06\t重庆某某公司  产品经理\n电话：138-0000-0000 邮箱 a@example.com\n负责贷款产品"


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([(0, 15)], ["2015.07-2019.06"]),
        ([(16, 22), (0, 15), (24, 28)], ["2015.07-2019.06 重庆某某公司 产品经理"]),
        ([(16, 22), (18, 20)], ["重庆某某公司"]),
        ([(16, 22), (16, 22)], ["重庆某某公司"]),
        ([(24, 28), (65, 69)], ["产品经理", "贷款产品"]),
        ([(29, 62)], ["电话：*** 邮箱 ***"]),
        ([(3, 3)], []),
    ],
)
def test_quotes(spans: list[tuple[int, int]], expected: list[str]) -> None:
    evidence = tuple(Evidence(TEXT[a:b], a, b) for a, b in spans)
    assert quotes(TEXT, evidence) == expected


def test_separators_at_the_ends_are_left_out() -> None:
    assert quotes("｜ 重庆大学 ｜ 金融学 ｜", (Evidence("", 0, 14),)) == ["重庆大学 ｜ 金融学"]


def test_long_quote_is_clipped() -> None:
    text = "长" * 300
    assert quotes(text, (Evidence(text, 0, 300),), 20) == ["长" * 19 + "…"]


# --- line breaks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cells", "expected"),
    [
        ("", 10, ""),
        ("短句", 10, "短句"),
        ("一二三四五六", 6, "一二三\n四五六"),
        ("一二三，四五", 6, "一二\n三，四\n五"),
        ("对口 2024-11-24 起", 10, "对口\n2024-11-24\n起"),
        ("甲（乙丙）丁", 8, "甲（乙\n丙）丁"),
        ("甲乙丙（丁）", 8, "甲乙丙\n（丁）"),
    ],
)
def test_wrapped(text: str, cells: int, expected: str) -> None:
    assert wrapped(text, cells) == expected


@pytest.mark.parametrize(
    ("items", "cells", "expected"),
    [
        ([], 10, ""),
        (["甲", "乙"], 10, "甲、乙"),
        (["甲乙", "丙丁", "戊"], 6, "甲乙、\n丙丁、\n戊"),
        (["甲乙丙丁戊己", "庚"], 6, "甲乙丙丁戊己、\n庚"),
    ],
)
def test_listed(items: list[str], cells: int, expected: str) -> None:
    assert listed(items, "、", cells) == expected


@given(st.text(st.sampled_from("汉字abc123，。（）“” -")), st.integers(20, 40))
def test_wrapped_keeps_every_sign(text: str, cells: int) -> None:
    found = wrapped(text, cells)
    assert re.sub(r"\s", "", found) == re.sub(r"\s", "", text)
    marks = "，。）”（“"
    for line in found.split("\n"):
        # A run that cannot be broken may be too long; nothing else may.
        assert cell_len(line) <= cells or re.fullmatch(rf"[{marks}]*(?:[a-c0-9-]+|[汉字])?[{marks}]*", line)


# --- terminal -------------------------------------------------------------------------------------------------------

SHOWN = ["p01_clear.docx", "p02_trap.txt", "p04_near.docx", "p05_near.pdf", "p09_clear.docx", "out_chef.docx"]


def shown(result: MatchResult, width: int) -> str:
    stream = io.StringIO()
    print_result(result, console(stream, width), "简历/甲.docx")
    return stream.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("name", SHOWN)
def test_lines_fit_and_carry_no_colour(matcher: Matcher, resumes: Path, name: str, width: int) -> None:
    text = shown(matcher.match(resumes / name, as_of=AS_OF), width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "\x1b" not in text
    assert "2026-11-24" in text
    assert "简历/甲.docx" in text


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", SHOWN)
def test_each_verdict_of_the_best_position_is_shown(matcher: Matcher, resumes: Path, name: str, width: int) -> None:
    result = matcher.match(resumes / name, as_of=AS_OF)
    best = result.matches[0]
    text = re.sub(r"\s", "", shown(result, width))
    for verdict in best.verdicts:
        assert mark(verdict.outcome) + word("rule", verdict.rule) in text
        assert re.sub(r"\s", "", verdict.reason) in text
        if verdict.outcome is Outcome.UNKNOWN:
            assert re.sub(r"\s", "", verdict.question) in text
    assert word("tier", best.tier.value) in text
    assert f"{best.score:.1f}" in text


def test_wide_terminal_shows_words(matcher: Matcher, resumes: Path) -> None:
    text = shown(matcher.match(resumes / "p04_near.docx", as_of=AS_OF), 120)
    assert "?专业待核实" in text
    assert "✓全日制符合" in text


def test_no_fitting_position_is_said_plainly(matcher: Matcher, resumes: Path) -> None:
    assert "无合适岗位" in shown(matcher.match(resumes / "out_chef.docx", as_of=AS_OF), 80)
    assert "无合适岗位" not in shown(matcher.match(resumes / "p01_clear.docx", as_of=AS_OF), 80)


def test_no_positions_at_all(matcher: Matcher) -> None:
    assert "无合适岗位" in shown(top(result_of(matcher, "王测试"), 0), 80)


def test_resume_is_data_not_orders(matcher: Matcher) -> None:
    resume = "姓名：王测试\n学历：[bold]本科[/bold] :smile: \x1b[31m 重庆大学 2010.09-2014.06 金融学"
    text = shown(result_of(matcher, resume), 120)
    assert "[bold]本科[/bold] :smile:" in text
    assert "\x1b" not in text


def test_contacts_are_not_printed(matcher: Matcher) -> None:
    resume = "王测试 男 电话：13800000000 邮箱：a@example.com 本科 1992年5月 2010.09-2014.06 重庆大学 金融学 全日制"
    text = shown(result_of(matcher, resume), 120)
    assert "13800000000" not in text
    assert "example.com" not in text


def test_gbk_console(matcher: Matcher, resumes: Path) -> None:
    data = io.BytesIO()
    stream = io.TextIOWrapper(data, encoding="gbk", errors="strict")
    result = matcher.match(resumes / "p04_near.docx", as_of=AS_OF)
    print_result(dataclasses.replace(result, notices=()), console(stream, 80), "甲.docx")
    stream.flush()
    assert "√学历" in data.getvalue().decode("gbk")


def test_shortlists_and_positions(matcher: Matcher, resumes: Path) -> None:
    results = [matcher.match(resumes / n, k=None, as_of=AS_OF) for n in ("p01_clear.docx", "p02_trap.txt")]
    stream = io.StringIO()
    out = console(stream, 80)
    print_shortlists(((p, shortlist(results, p.position_id, 3)) for p in matcher.positions), out)
    print_positions(matcher.positions, domain_names(), out)
    text = stream.getvalue()
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert re.search(r"1\. +林样例 +[\d.]+ +优先联系 +p01_clear\.docx", text)
    assert "没有匹配的候选人" in text
    assert all(p.title in text for p in matcher.positions)  # in the shortlists' headings, unbroken


# --- people ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("李测 13800000003", {"13800000003"}),
        ("电话：138-0000-0006", {"13800000006"}),
        ("+86 13800000006", {"13800000006"}),
        ("(+86)138 0000 0006", {"13800000006"}),
        ("008613800000006", {"13800000006"}),
        ("１３８００００0006", {"13800000006"}),
        ("Mail: Ce.Li@Example.COM；", {"ce.li@example.com"}),
        ("邮箱ce@example.com电话13800000006", {"ce@example.com", "13800000006"}),
        ("证明人：张总 13800000009", set()),
        ("紧急联系人 13800000009\n本人 13800000008", {"13800000008"}),
        ("编号 2013800000006", set()),
        ("138000000061", set()),
        ("138****0006", set()),
        ("12800000006", set()),
        ("2013.09-2017.06 销售额 1380 万", set()),
    ],
)
def test_own_contacts(text: str, expected: set[str]) -> None:
    assert own_contacts(text) == expected


@pytest.mark.parametrize(
    ("contacts", "expected"),
    [
        ([], {}),
        ([{"a"}, {"b"}, set()], {}),
        ([{"a"}, {"b"}, {"a"}], {0: 1, 2: 1}),
        ([{"x"}, {"a"}, {"a", "b"}, {"b"}, {"x"}], {0: 1, 4: 1, 1: 2, 2: 2, 3: 2}),
        ([{"a"}] * 10, dict.fromkeys(range(10), 1)),
        ([{"agency"}] * 11, {}),
    ],
)
def test_groups(contacts: list[set[str]], expected: dict[int, int]) -> None:
    assert groups([frozenset(c) for c in contacts]) == expected


def test_same_person_by_phone_not_by_name(matcher: Matcher) -> None:
    texts = ["李测 13800000003 本科", "Li Ce +86 138-0000-0003 硕士", "李测 13800000004 本科"]
    assert same_person_groups(result_of(matcher, t) for t in texts) == {0: 1, 1: 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电话13800000000。", "电话***。"),
        ("a@example.com", "***"),
        ("身份证 110101199003070000", "身份证 ***"),
        ("11010119900307000X 完", "*** 完"),
        ("2010.09-2014.06 金融学", "2010.09-2014.06 金融学"),
    ],
)
def test_mask_contacts(text: str, expected: str) -> None:
    assert mask_contacts(text) == expected
