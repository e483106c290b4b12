"""What must hold for any text, and for every sample resume whatever is done to it."""

from __future__ import annotations

import datetime as dt
import math
import re
import signal
from functools import lru_cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.extraction import extract
from matcher.knowledge import load_policy
from matcher.pipeline import Matcher, match_resume
from matcher.schema import JobKind, MatchResult, ResumeText
from matcher.screening import screen
from matcher.text import fold, to_resume
from tests.support import AS_OF, POSITIONS, evidence_of, months, profile, sample_resumes

PIECES = [
    *"：:，,。；;、|/-—~～·()（）[]【】\n\t  　",
    *"年月日岁至今到起",
    *("2018.09", "2020年3月", "二〇一八年", "18.09", "2018", "13月", "Sep 2018", "至今", "现在"),
    *("姓名", "学历", "专业", "出生年月", "年龄", "工作经历", "教育背景", "求职意向", "家庭成员", "作品集", "证书"),
    *("本科", "碩士", "大专", "MBA", "全日制", "自考", "在读", "肄业", "专升本"),
    *("金融学", "軟件工程", "视觉传达设计", "英语", "重庆大学", "某职业技术学院", "国家开放大学"),
    *("甲乙银行", "某科技有限公司", "客户经理", "产品经理", "UI设计师", "柜员", "实习生", "兼职"),
    *(
        "负责渠道拓展",
        "不熟悉",
        "SQL",
        "配合",
        "带领3名",
        "配偶",
        "本行",
        "36岁",
        "90后",
        "3年以上",
        "https://a.example",
    ),
    *("⾦⻓", "１２", "①²", "İ", "🎓", "\x00", "\u200b", "\ud800", "𠀀", "ﷺ", "=cmd|"),
]
SOUP = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=40).map("".join)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2060, 12, 31))


# --- any text -----------------------------------------------------------------------------------------------------


def check_result(result: MatchResult) -> None:
    for quote in evidence_of(result):
        assert result.text[quote.start : quote.end] == quote.text
        assert 0 <= quote.start <= quote.end <= len(result.text)
    for match in result.matches:
        assert math.isfinite(match.score)
        assert 0 <= match.score <= 100
        assert math.isclose(sum(c.points for c in match.contributions), match.score, abs_tol=0.02)
    assert [m.score for m in result.matches] == sorted((m.score for m in result.matches), reverse=True)
    assert len(result.matches) == 10


@given(text=SOUP, as_of=DAYS)
@example(text="", as_of=AS_OF)
@example(text="\ud800", as_of=AS_OF)
@settings(max_examples=150)
def test_any_text_gives_finite_scores_and_true_evidence(matcher: Matcher, text: str, as_of: dt.date) -> None:
    check_result(matcher.match(text + "\n", k=None, as_of=as_of))


@pytest.mark.parametrize("unit", ["自2019年起 ", "某某公司任职", "工作经历\n", "2018-", "本科"])
def test_a_monotonous_text_does_not_hang(matcher: Matcher, unit: str) -> None:
    """Work that grows with the square of a text took minutes; the alarm stands far above what is left."""
    signal.alarm(90)
    try:
        check_result(matcher.match(unit * (60_000 // len(unit)), None, AS_OF))
    finally:
        signal.alarm(0)


@given(text=SOUP, as_of=DAYS)
@settings(max_examples=300)
def test_evidence_equals_the_text_at_its_offsets(text: str, as_of: dt.date) -> None:
    resume = to_resume(text)
    found = extract(resume, as_of)
    for quote in evidence_of(found):
        assert resume.text[quote.start : quote.end] == quote.text
    for job in found.jobs:
        assert 0 <= job.start <= job.end <= len(resume.text)


@given(text=SOUP, as_of=DAYS)
@settings(max_examples=200)
def test_facts_are_absent_exactly_when_unknown(text: str, as_of: dt.date) -> None:
    found = extract(to_resume(text), as_of)
    for name in ("name", "birth", "age", "highest_degree", "full_time_bachelor", "total_months", "skills", "portfolio"):
        fact = getattr(found, name)
        assert (fact.value is None) == (fact.basis.value == "absent"), name
    low, high = months(found.total_months)
    assert 0 <= low <= high


@given(SOUP)
@settings(max_examples=200)
def test_traditional_characters_change_no_fact(text: str) -> None:
    """Every rule answers a text and its folded form alike in kind: no exception, the same number of verdicts."""
    for version in (text, fold(text)):
        resume = to_resume(version)
        person = extract(resume, AS_OF)
        assert all(len(screen(resume, person, p, load_policy())) >= 6 for p in POSITIONS.values())


# --- time ---------------------------------------------------------------------------------------------------------

MONTH = st.builds(dt.date, st.integers(2000, 2024), st.integers(1, 12), st.just(1))
SPELLS = st.lists(st.tuples(MONTH, st.one_of(st.none(), MONTH)), min_size=1, max_size=6)


def with_spells(spells: list[tuple[dt.date, dt.date | None]]) -> str:
    lines = []
    for start, end in spells:
        stop = "至今" if end is None else f"{max(start, end):%Y.%m}"
        lines.append(f"{start:%Y.%m}-{stop} 甲乙银行 客户经理")
    return "工作经历\n" + "\n".join(lines)


@given(SPELLS, DAYS, st.integers(0, 2000))
def test_a_later_day_never_lowers_months(
    spells: list[tuple[dt.date, dt.date | None]], day: dt.date, later: int
) -> None:
    text = with_spells(spells)
    early, late = (profile(text, d) for d in (day, day + dt.timedelta(days=later)))
    for name in ("low", "high"):
        before, after = (getattr(p.total_months.value, name, 0) for p in (early, late))
        assert before <= after


@given(SPELLS, DAYS)
def test_overlapping_jobs_never_exceed_the_span(spells: list[tuple[dt.date, dt.date | None]], day: dt.date) -> None:
    found = profile(with_spells(spells), day)
    now = day.year * 12 + day.month
    ends = [
        now if end is None else min(now, max(start, end).year * 12 + max(start, end).month) for start, end in spells
    ]
    starts = [start.year * 12 + start.month for start, _ in spells]
    assert months(found.total_months)[1] <= max(0, max(ends) - min(starts) + 1)
    exact = set()
    for first, last in zip(starts, ends, strict=True):
        exact |= set(range(first, last + 1))
    assert months(found.total_months) == (len(exact), len(exact))


@pytest.mark.parametrize("years", [1, 5, 20])
def test_a_later_day_never_lowers_months_of_the_samples(years: int) -> None:
    for resume in sample_resumes():
        early, late = (extract(resume, d) for d in (AS_OF, AS_OF.replace(year=AS_OF.year + years)))
        assert months(early.total_months) <= months(late.total_months), resume.name


# --- changes that must not matter ---------------------------------------------------------------------------------


def answers(resume: ResumeText) -> list[tuple[int, str, str]]:
    person = extract(resume, AS_OF)
    return [
        (n, v.rule, v.outcome.value)
        for n, position in POSITIONS.items()
        for v in screen(resume, person, position, load_policy())
    ]


@lru_cache
def sample_answers() -> dict[str, list[tuple[int, str, str]]]:
    return {r.name: answers(r) for r in sample_resumes()}


@pytest.mark.parametrize(
    "sentence",
    [
        "以上内容均真实有效，谢谢您的阅读。",
        "本人性格开朗，周末喜欢爬山和摄影。",
        "感谢您抽出时间，期待您的回复。",
        "随时可以到岗，可以出差，自备电脑。",
        "今天天气很好，窗外的黄桷树开了花。",
        "去年夏天和朋友一起骑车去了青海湖。",
    ],
)
def test_a_neutral_sentence_changes_no_verdict(sentence: str) -> None:
    for resume in sample_resumes():
        longer = to_resume(f"{resume.text}\n\n{sentence}", resume.name, resume.notices, resume.fields)
        assert answers(longer) == sample_answers()[resume.name], resume.name


SWAPS: list[list[tuple[str, str]]] = [
    [("男", "女")],
    [("女", "男")],
    [("未婚", "已婚"), ("已婚未育", "已婚已育")],
    [("已婚", "未婚")],
    [("汉族", "苗族"), ("土家族", "汉族")],
    [("中共党员", "群众"), ("群众", "共青团员"), ("共青团员", "中共党员")],
    [("身体健康", "身体一般"), ("健康状况：健康", "健康状况：良好"), ("健康状况：良好", "健康状况：一般")],
]


def swapped(text: str, pairs: list[tuple[str, str]]) -> str:
    return re.sub("|".join(re.escape(a) for a, _ in pairs), lambda m: dict(pairs)[m[0]], text)


def scores(matcher: Matcher, resume: ResumeText) -> list[tuple[int, float, str, list[str]]]:
    result = match_resume(resume, AS_OF, matcher.positions, matcher.policy, matcher.ranker)
    return [
        (m.position_id, m.score, m.tier.value, [v.outcome.value for v in m.verdicts])
        for m in sorted(result.matches, key=lambda m: m.position_id)
    ]


@pytest.mark.parametrize("pairs", SWAPS, ids=lambda p: "-".join(a for a, _ in p))
def test_personal_words_change_no_figure(matcher: Matcher, pairs: list[tuple[str, str]]) -> None:
    """DESIGN decision 9: sex, marital and political status, ethnicity and health enter nothing."""
    touched = 0
    for resume in sample_resumes():
        other = swapped(resume.text, pairs)
        if other != resume.text:
            touched += 1
            changed = to_resume(other, resume.name, resume.notices, resume.fields)
            assert scores(matcher, changed) == scores(matcher, resume), resume.name
    assert touched or pairs[0][0] not in ("男", "女")


def test_name_changes_no_figure(matcher: Matcher) -> None:
    touched = 0
    for resume in sample_resumes():
        name = extract(resume, AS_OF).name.value
        if not name or not re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name):
            continue
        touched += 1
        for other in ("李测一", "王测二", "赵试"):
            changed = to_resume(resume.text.replace(name, other), resume.name, resume.notices, resume.fields)
            assert scores(matcher, changed) == scores(matcher, resume), (resume.name, other)
    assert touched >= 20


def test_birthplace_changes_no_figure(matcher: Matcher) -> None:
    for resume in sample_resumes():
        lines = [
            f"{resume.text}\n籍贯：{place}\n民族：{people}" for place, people in (("重庆", "汉族"), ("河南", "回族"))
        ]
        one, two = (scores(matcher, to_resume(t, resume.name, resume.notices, resume.fields)) for t in lines)
        assert one == two, resume.name


@pytest.mark.parametrize(
    "text",
    [
        "姓名：测试甲\n性别：{}\n婚姻状况：{}\n民族：{}\n籍贯：{}\n政治面貌：{}\n出生日期：1992-05-01\n"
        "教育经历\n2010.09-2014.06 重庆大学 金融学 全日制本科\n工作经历\n2014.07-2020.06 甲乙银行 客户经理",
        "测试甲 | {} | {} | {} | {} | {} | 1992年5月\n2014.07-2020.06 某科技有限公司 UI设计师",
    ],
)
def test_traits_in_a_form_change_no_figure(matcher: Matcher, text: str) -> None:
    """B189."""
    people = [("男", "未婚", "汉族", "重庆", "中共党员"), ("女", "已婚已育", "藏族", "河南周口", "群众")]
    one, two = (scores(matcher, to_resume(text.format(*p))) for p in people)
    assert one == two


def test_order_of_input_changes_nothing(matcher: Matcher) -> None:
    resumes = sample_resumes()
    forward = {r.name: r for r in matcher.rank(resumes, as_of=AS_OF)}
    backward = {r.name: r for r in matcher.rank(reversed(resumes), as_of=AS_OF)}
    assert forward == backward


def test_only_counted_kinds_enter_the_total() -> None:
    for resume in sample_resumes():
        found = extract(resume, AS_OF)
        if all(j.kind in (JobKind.INTERN, JobKind.PART_TIME) for j in found.jobs) and found.jobs:
            assert months(found.total_months) == (0, 0), resume.name
