"""Rules: texts and what each rule answers, on what basis; waivers; proof and wording."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from matcher.extraction import extract
from matcher.knowledge import load_common_requirements, load_policy
from matcher.schema import Basis, Outcome, Verdict
from matcher.screening import RULES, preferred_conditions, propose_waivers, screen
from matcher.text import to_resume
from tests.support import AS_OF, POSITIONS, profile, sample_resumes, verdicts

STUDY = "教育经历\n2010.09-2014.06 重庆大学 {} {}"
WORK = "工作经历\n{} {}"

# rule, position, text, outcome, basis, words that the reason must hold
TABLE: list[tuple[str, int, str, str, str, Sequence[str]]] = [
    # degree
    ("min_degree", 1, "学历：本科", "meets", "stated", ["本科"]),
    ("min_degree", 1, "学历：硕士研究生", "meets", "stated", ["硕士"]),
    ("min_degree", 1, "学历：博士", "meets", "stated", ["博士"]),
    ("min_degree", 1, "学历：大专", "fails", "stated", ["大专", "本科"]),
    ("min_degree", 1, "学历：高中", "fails", "stated", ["高中"]),
    ("min_degree", 1, "热爱金融", "unknown", "absent", ["待核实"]),
    (
        "min_degree",
        1,
        "教育经历\n2024.09-2027.06 重庆大学 金融 硕士\n2012.09-2015.06 重庆电子工程职业学院 软件技术 大专",
        "fails",
        "stated",
        ["大专"],
    ),
    # study mode
    ("full_time", 1, STUDY.format("金融学", "全日制本科"), "meets", "stated", ["全日制"]),
    ("full_time", 1, STUDY.format("金融学", "本科"), "meets", "inferred", ["推定", "学信网"]),
    ("full_time", 1, STUDY.format("金融学", "本科（函授）"), "fails", "stated", ["非全日制"]),
    ("full_time", 1, "学历：本科", "unknown", "absent", ["待核实"]),
    ("full_time", 1, "学历：大专", "fails", "stated", ["大专"]),
    (
        "full_time",
        1,
        "教育经历\n2016.09-2018.06 重庆大学 MBA 非全日制\n2008.09-2012.06 重庆大学 工商管理 全日制本科",
        "meets",
        "stated",
        ["全日制"],
    ),
    # major
    ("major", 1, STUDY.format("金融学", "本科"), "meets", "stated", ["金融学", "经济金融"]),
    ("major", 1, STUDY.format("工商管理", "本科"), "meets", "stated", ["工商管理"]),
    ("major", 1, STUDY.format("软件工程", "本科"), "meets", "stated", ["软件工程", "计算机"]),
    ("major", 1, STUDY.format("通信工程", "本科"), "unknown", "stated", ["通信工程", "相近"]),
    ("major", 1, STUDY.format("汉语言文学", "本科"), "fails", "stated", ["汉语言文学"]),
    ("major", 4, STUDY.format("视觉传达设计", "本科"), "meets", "stated", ["视觉传达设计"]),
    ("major", 4, STUDY.format("环境设计", "本科"), "unknown", "stated", ["环境设计"]),
    ("major", 4, STUDY.format("金融学", "本科"), "fails", "stated", ["金融学"]),
    ("major", 8, STUDY.format("新闻学", "本科"), "meets", "stated", ["新闻学"]),
    ("major", 8, STUDY.format("电子商务", "本科"), "meets", "stated", ["电子商务"]),
    ("major", 6, STUDY.format("统计学", "本科"), "meets", "stated", ["统计学"]),
    ("major", 6, STUDY.format("应用数学", "硕士"), "meets", "stated", ["数学"]),
    ("major", 9, STUDY.format("软件工程", "本科"), "fails", "stated", ["软件工程"]),
    ("major", 1, "学历：本科", "unknown", "absent", ["未写明"]),
    ("major", 1, "学历：本科\n专业：量子风水学", "unknown", "stated", ["量子风水学"]),
    (
        "major",
        9,
        "教育经历\n2014.09-2017.06 重庆大学 金融学 硕士\n2010.09-2014.06 重庆大学 英语 本科",
        "meets",
        "stated",
        ["金融学"],
    ),
    # experience
    ("experience", 8, WORK.format("2018.01-2020.12", "甲乙银行 客户经理"), "meets", "stated", ["客户经理", "3年"]),
    (
        "experience",
        8,
        WORK.format("2018.02-2020.12", "甲乙银行 客户经理"),
        "fails",
        "stated",
        ["2年11个月", "未达到3年"],
    ),
    ("experience", 7, WORK.format("2018.01-2019.12", "重庆农村商业银行 柜员"), "meets", "stated", ["银行", "2年"]),
    ("experience", 7, WORK.format("2018.01-2019.11", "重庆农村商业银行 柜员"), "fails", "stated", ["1年11个月"]),
    ("experience", 7, WORK.format("2018-2020", "重庆农村商业银行 柜员"), "unknown", "inferred", ["待核实"]),
    ("experience", 8, WORK.format("2018-2019", "甲乙银行 客户经理"), "fails", "stated", ["未达到3年"]),
    ("experience", 8, WORK.format("2015.01-2020.12", "某医院 护士"), "fails", "stated", ["没有客户经理经验"]),
    ("experience", 1, WORK.format("2015.01-2020.12", "某电商科技有限公司 产品经理"), "unknown", "inferred", ["待核实"]),
    ("experience", 9, WORK.format("2015.01-2019.12", "某科技有限公司 渠道拓展经理"), "meets", "stated", ["5年"]),
    ("experience", 9, WORK.format("2015.01-2019.11", "某科技有限公司 渠道拓展经理"), "fails", "stated", ["4年11个月"]),
    (
        "experience",
        10,
        WORK.format("2017.01-2018.06", "某科技有限公司 渠道拓展经理\n2018.07-2019.12 甲乙银行 客户经理"),
        "meets",
        "stated",
        ["3年"],
    ),
    (
        "experience",
        10,
        WORK.format("2017.01-2018.06", "某科技有限公司 渠道拓展经理\n2018.07-2019.11 甲乙银行 客户经理"),
        "fails",
        "stated",
        ["2年11个月"],
    ),
    ("experience", 8, "3年客户经理工作经验", "meets", "stated", ["自述"]),
    ("experience", 8, "2026届应届毕业生，无工作经历", "fails", "stated", ["应届"]),
    ("experience", 8, "工作经历\n2025.07-2025.12 甲乙银行 客户经理实习生", "fails", "stated", ["实习"]),
    ("experience", 8, "在甲乙银行任客户经理", "unknown", "inferred", ["待核实"]),
    ("experience", 8, "", "unknown", "absent", ["待核实"]),
    ("experience", 3, WORK.format("2022.01-2022.12", "某互联网有限公司 互联网产品设计师"), "meets", "stated", ["1年"]),
    # age
    ("age", 1, "出生日期：1992-05-01", "meets", "stated", ["34 周岁", "1992-05-01", "2026-11-24", "35 岁以下"]),
    ("age", 1, "出生日期：1990-11-25", "meets", "stated", ["35 周岁"]),
    ("age", 1, "出生日期：1990-11-24", "fails", "stated", ["36 周岁", "超过 35 岁"]),
    ("age", 3, "出生日期：1996-01-01", "meets", "stated", ["30 周岁"]),
    ("age", 3, "出生日期：1995-11-24", "fails", "stated", ["31 周岁"]),
    ("age", 1, "出生年月：1990-11", "unknown", "stated", ["待核实"]),
    ("age", 1, "年龄：35", "meets", "stated", ["自述"]),
    ("age", 1, "年龄：36", "fails", "stated", ["36 周岁"]),
    ("age", 1, "95后", "meets", "inferred", ["年代"]),
    ("age", 1, "90后", "unknown", "inferred", ["待核实"]),
    ("age", 1, "学历：本科", "unknown", "absent", ["未写明"]),
    # kinship
    ("kinship", 1, "学历：本科", "meets", "absent", ["未提及"]),
    ("kinship", 1, "母亲在本行工作", "unknown", "stated", ["回避"]),
    # portfolio
    ("portfolio", 4, "作品集：https://example.com/a", "meets", "stated", ["作品"]),
    ("portfolio", 4, "学历：本科", "unknown", "absent", ["待补充"]),
]


@pytest.mark.parametrize(
    ("rule", "position", "text", "outcome", "basis", "words"),
    TABLE,
    ids=[f"{n}-{r}-{p}-{o}" for n, (r, p, _, o, _, _) in enumerate(TABLE)],
)
def test_rule(rule: str, position: int, text: str, outcome: str, basis: str, words: Sequence[str]) -> None:
    found = verdicts(text, position)[rule]
    assert (found.outcome.value, found.basis.value) == (outcome, basis), found.reason
    for word in words:
        assert word in found.reason


@pytest.mark.parametrize(
    ("rule", "position", "text", "small"),
    [
        ("age", 1, "出生日期：1990-01-01", True),
        ("age", 1, "出生日期：1989-01-01", True),
        ("age", 1, "出生日期：1988-01-01", False),
        ("age", 3, "出生日期：1994-01-01", True),
        ("age", 3, "出生日期：1990-01-01", False),
        ("experience", 8, WORK.format("2018.01-2019.12", "甲乙银行 客户经理"), True),
        ("experience", 8, WORK.format("2018.01-2019.11", "甲乙银行 客户经理"), False),
        ("experience", 3, WORK.format("2018.01-2018.06", "某互联网有限公司 互联网产品设计师"), True),
        ("experience", 3, WORK.format("2018.01-2020.12", "某医院 护士"), False),
        ("experience", 8, "2026届应届毕业生，无工作经历", False),
        ("major", 8, WORK.format("2018.01-2020.12", "甲乙银行 客户经理") + "\n" + STUDY.format("护理学", "本科"), True),
        ("major", 8, STUDY.format("护理学", "本科"), False),
        ("min_degree", 1, "学历：大专", False),
        ("full_time", 1, STUDY.format("金融学", "自考本科"), False),
    ],
)
def test_small_shortfall(rule: str, position: int, text: str, small: bool) -> None:
    found = verdicts(text, position)[rule]
    assert found.outcome is Outcome.FAILS
    assert found.small_shortfall is small


@pytest.mark.parametrize("position", range(1, 11))
def test_every_rule_answers_once(position: int) -> None:
    """Six rules, and the portfolio for position 4 only; in the order of RULES."""
    found = list(verdicts("学历：本科", position))
    expected = [r.__name__ for r in RULES] + (["portfolio"] if position == 4 else [])
    assert found == expected


def test_no_rule_of_study_mode_where_the_position_asks_for_none() -> None:
    resume = to_resume("学历：本科")
    open_post = replace(POSITIONS[1], full_time=False, max_age=None)
    found = {v.rule: v for v in screen(resume, profile("学历：本科"), open_post, load_policy())}
    assert "full_time" not in found
    assert found["age"].outcome is Outcome.MEETS


# --- over the sample resumes --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def all_verdicts() -> list[tuple[str, str, int, Verdict]]:
    """(resume name, its text, position, verdict) for every sample resume."""
    policy = load_policy()
    found = []
    for resume in sample_resumes():
        person = extract(resume, AS_OF, policy)
        for number, position in POSITIONS.items():
            found += [(resume.name, resume.text, number, v) for v in screen(resume, person, position, policy)]
    return found


def test_clauses_are_words_of_the_notice(all_verdicts: list[tuple[str, str, int, Verdict]]) -> None:
    common = [text for text, _ in load_common_requirements()]
    for name, _, number, verdict in all_verdicts:
        p = POSITIONS[number]
        notice = "\n".join([p.education_text, p.experience_text, p.age_text, p.preferred_text, *common])
        assert verdict.clause, (name, verdict.rule)
        assert verdict.clause in notice, (name, verdict.rule)


def test_evidence_is_the_text(all_verdicts: list[tuple[str, str, int, Verdict]]) -> None:
    for name, text, number, verdict in all_verdicts:
        for quote in verdict.evidence:
            assert text[quote.start : quote.end] == quote.text, (name, number, verdict.rule)


def test_a_failure_is_proved(all_verdicts: list[tuple[str, str, int, Verdict]]) -> None:
    """Nobody is turned down without words of the resume; unknown is asked about; absent is never a failure."""
    for name, _, number, verdict in all_verdicts:
        where = (name, number, verdict.rule, verdict.reason)
        if verdict.outcome is Outcome.FAILS:
            assert verdict.evidence, where
            assert verdict.basis is not Basis.ABSENT, where
        if verdict.outcome is Outcome.UNKNOWN:
            assert verdict.question, where
        assert verdict.outcome is not Outcome.WAIVABLE, where
        assert verdict.reason, where
        assert "\n" not in verdict.reason, where


def test_reasons_are_chinese_without_keys(all_verdicts: list[tuple[str, str, int, Verdict]]) -> None:
    for name, _, number, verdict in all_verdicts:
        for key in ("None", "Fact(", "meets", "unknown", "_manager", "_design", "full_time"):
            assert key not in verdict.reason, (name, number, verdict.reason)


# --- waivers ------------------------------------------------------------------------------------------------------


def verdict(rule: str, outcome: Outcome, small: bool = False) -> Verdict:
    return Verdict(rule, outcome, Basis.STATED, "条款；", "理由", small_shortfall=small)


MEETS, FAILS, WAIVABLE, UNKNOWN = Outcome.MEETS, Outcome.FAILS, Outcome.WAIVABLE, Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("given", "points", "preferred", "expected"),
    [
        ([("age", FAILS, True)], 60.0, UNKNOWN, [WAIVABLE]),
        ([("age", FAILS, True)], 59.9, UNKNOWN, [FAILS]),
        ([("age", FAILS, True)], 35.0, MEETS, [WAIVABLE]),
        ([("age", FAILS, True)], 34.9, MEETS, [FAILS]),
        ([("age", FAILS, False)], 100.0, MEETS, [FAILS]),
        ([("age", FAILS, True), ("min_degree", FAILS, False)], 100.0, MEETS, [FAILS, FAILS]),
        ([("age", FAILS, True), ("experience", FAILS, True)], 90.0, UNKNOWN, [WAIVABLE, WAIVABLE]),
        ([("age", FAILS, True), ("full_time", UNKNOWN, False)], 90.0, UNKNOWN, [WAIVABLE, UNKNOWN]),
        ([("age", MEETS, False)], 90.0, MEETS, [MEETS]),
    ],
)
def test_waiver(
    given: list[tuple[str, Outcome, bool]], points: float, preferred: Outcome, expected: list[Outcome]
) -> None:
    before = [verdict(*g) for g in given]
    after = propose_waivers(before, POSITIONS[1], load_policy(), lambda _: points, [verdict("x", preferred)])
    assert [v.outcome for v in after] == expected
    for old, new in zip(before, after, strict=True):
        if new.outcome is WAIVABLE:
            assert new.reason.startswith(old.reason)
            assert "放宽" in new.reason
            assert "人工" in new.reason
            assert POSITIONS[1].waiver_text in new.clause
        else:
            assert new == old


def test_waiver_judges_the_score_that_it_would_give() -> None:
    """The score asked for is that of the waived verdicts, not of the failed ones."""
    seen: list[list[Outcome]] = []

    def score(proposal: Sequence[Verdict]) -> float:
        seen.append([v.outcome for v in proposal])
        return 80.0

    propose_waivers([verdict("age", FAILS, True)], POSITIONS[1], load_policy(), score, [])
    assert seen == [[WAIVABLE]]


def test_no_waiver_where_the_position_has_none() -> None:
    before = (verdict("age", FAILS, True),)
    strict = replace(POSITIONS[1], waivable=False)
    assert propose_waivers(before, strict, load_policy(), lambda _: 100.0, [verdict("x", MEETS)]) == before


def test_policy_sets_the_size_of_a_waiver() -> None:
    policy = copy.deepcopy(load_policy())
    policy["waiver"]["max_years_over_age"] = 5
    text = "出生日期：1987-01-01"
    found = screen(to_resume(text), profile(text), POSITIONS[1], policy)
    assert next(v for v in found if v.rule == "age").small_shortfall


# --- preferred conditions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("position", range(1, 11))
def test_preferred_conditions_never_fail(position: int) -> None:
    """B180: who lacks them is not turned down."""
    text = "学历：本科"
    found = preferred_conditions(to_resume(text), profile(text), POSITIONS[position])
    assert found
    assert all(v.outcome is Outcome.UNKNOWN and v.basis is Basis.ABSENT for v in found)


@pytest.mark.parametrize(
    ("position", "text", "met"),
    [
        (1, WORK.format("2018.01-2020.12", "甲乙银行 产品经理\n负责互联网产品项目管理与推广"), True),
        (6, WORK.format("2018.01-2020.12", "某科技有限公司 数据分析师\n负责企业级数据挖掘项目"), True),
        (6, "希望从事企业级数据挖掘项目", False),
        (5, WORK.format("2018.01-2020.12", "某便利店 店员\n在抖音上看过运营课程"), False),
    ],
)
def test_preferred_condition(position: int, text: str, met: bool) -> None:
    found = preferred_conditions(to_resume(text), profile(text), POSITIONS[position])
    assert any(v.outcome is Outcome.MEETS for v in found) == met


def test_personal_traits_reach_no_verdict() -> None:
    """DESIGN decision 9: sex, marital status, ethnicity, birthplace and political status change no answer."""
    base = "姓名：测试甲\n{}\n出生日期：1992-05-01\n" + STUDY.format("金融学", "全日制本科")
    traits = ["性别：男 未婚 汉族 籍贯：重庆 党员", "性别：女 已婚已育 苗族 籍贯：河南 群众"]
    for number in POSITIONS:
        answers = [
            json.dumps(
                [(v.rule, v.outcome, v.reason) for v in verdicts(base.format(t), number).values()], ensure_ascii=False
            )
            for t in traits
        ]
        assert answers[0] == answers[1]
