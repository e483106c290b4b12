"""Rules that other notices need: birth dates, caps by degree, no rule at all, unlisted fields, other degrees' study mode."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from matcher.extraction import extract
from matcher.knowledge import load_policy
from matcher.schema import Degree, Outcome, Position, Verdict
from matcher.screening import listed_group, screen
from matcher.text import to_resume
from tests.support import AS_OF, POSITIONS, profile

BASE = POSITIONS[1]


def judged(text: str, rule: str, as_of: dt.date = AS_OF, **columns: Any) -> Verdict:
    """One rule's verdict on a raw text for our first position with some columns changed."""
    position: Position = replace(BASE, **columns)
    resume = to_resume(text)
    found = profile(text, as_of) if as_of == AS_OF else extract(resume, as_of, load_policy())
    return next(v for v in screen(resume, found, position, load_policy()) if v.rule == rule)


def person(degree: str = "本科", mode: str = "全日制", major: str = "会计学", born: str = "1990年5月1日") -> str:
    """A resume with one degree and eight years of another trade."""
    return (
        f"姓名：张测试\n出生日期：{born}\n教育经历\n2008.09-2012.06 重庆大学 {major} {degree} {mode}\n"
        "工作经历\n2012.07-2020.06 示例会计师事务所 会计\n负责会计核算\n"
    )


@pytest.mark.parametrize(
    ("born", "answer"),
    [
        ("出生日期：1991年1月1日", "meets"),
        ("出生日期：1990年12月31日", "fails"),
        ("出生日期：1991年1月", "meets"),
        ("出生日期：1990年12月", "fails"),
        ("出生年份：1991年", "meets"),
        ("出生日期：1990年", "fails"),
        ("年龄：30岁", "meets"),
        ("年龄：35岁", "unknown"),
        ("年龄：36岁", "fails"),
        ("电话：13800000000", "unknown"),
    ],
)
def test_born_from(born: str, answer: str) -> None:
    """1991年1月1日以后出生 at 2026-11-24: 35 full years may be born before or after it."""
    text = f"姓名：张测试\n{born}\n"
    assert judged(text, "age", born_from=dt.date(1991, 1, 1), max_age=None).outcome.value == answer


def test_born_from_decides_where_both_are_given() -> None:
    """35周岁以下（1990年12月1日以后出生）: at 2026-11-24 somebody born 1990-11-30 is 35 and still too early."""
    text = "姓名：张测试\n出生日期：1990年11月30日\n"
    assert judged(text, "age", max_age=35).outcome is Outcome.MEETS
    assert judged(text, "age", max_age=35, born_from=dt.date(1990, 12, 1)).outcome is Outcome.FAILS


@pytest.mark.parametrize(
    ("degree", "born", "answer"),
    [
        ("本科", "1996年5月1日", "meets"),  # 30
        ("本科", "1994年5月1日", "fails"),  # 32
        ("硕士", "1994年5月1日", "meets"),
        ("硕士", "1992年5月1日", "fails"),  # 34
        ("博士", "1992年5月1日", "meets"),
        ("博士", "1990年5月1日", "fails"),  # 36
    ],
)
def test_caps_by_degree(degree: str, born: str, answer: str) -> None:
    """30岁以下，硕士可放宽至33岁，博士可放宽至35岁."""
    caps = ((Degree.MASTER, 33), (Degree.DOCTOR, 35))
    assert judged(person(degree, born=born), "age", max_age=30, age_by_degree=caps).outcome.value == answer


@pytest.mark.parametrize(("born", "answer"), [("1994年5月1日", "unknown"), ("1990年5月1日", "fails")])
def test_a_cap_by_degree_is_asked_of_who_names_no_degree(born: str, answer: str) -> None:
    text = f"姓名：张测试\n出生日期：{born}\n"
    caps = ((Degree.MASTER, 33),)
    assert judged(text, "age", max_age=30, age_by_degree=caps).outcome.value == answer


@pytest.mark.parametrize(
    ("born", "answer"), [("1992年5月1日", "meets"), ("1987年5月1日", "unknown"), ("1985年5月1日", "fails")]
)
def test_an_age_relaxed_on_another_condition_is_asked(born: str, answer: str) -> None:
    """35周岁以下，有高级职称的可放宽至40周岁: 34 meets, 39 is 待核实, 41 fails."""
    assert judged(person(born=born), "age", max_age=35, age_relaxed_to=40).outcome.value == answer


def test_a_birth_before_the_limit_is_asked_where_the_notice_relaxes() -> None:
    text = person("硕士", born="1989年5月1日")
    limit = dt.date(1991, 1, 1)
    assert judged(text, "age", born_from=limit).outcome is Outcome.FAILS
    assert judged(text, "age", born_from=limit, age_by_degree=((Degree.MASTER, 40),)).outcome is Outcome.UNKNOWN
    assert judged(text, "age", born_from=limit, age_relaxed_to=40).outcome is Outcome.UNKNOWN


def test_a_position_without_rules_asks_nothing() -> None:
    """学历、专业、经验、年龄不限 and no 回避: every rule is met, also by an empty resume."""
    free: dict[str, Any] = {
        "min_degree": Degree.SECONDARY,
        "full_time": False,
        "majors": (),
        "min_years": 0,
        "experience_domains": (),
        "max_age": None,
        "common": (),
    }
    for text in ("姓名：张测试\n", person()):
        resume = to_resume(text)
        verdicts = screen(resume, profile(text), replace(BASE, **free), load_policy())
        assert {v.outcome for v in verdicts} == {Outcome.MEETS}


@pytest.mark.parametrize(
    ("degree", "need", "mode", "answer"),
    [
        ("大专", Degree.COLLEGE, "全日制", "meets"),
        ("大专", Degree.COLLEGE, "自考", "fails"),
        ("本科", Degree.COLLEGE, "全日制", "meets"),
        ("硕士", Degree.MASTER, "全日制", "meets"),
        ("硕士", Degree.MASTER, "非全日制", "fails"),
        ("本科", Degree.MASTER, "全日制", "fails"),
    ],
)
def test_study_mode_of_another_degree_than_the_bachelors(degree: str, need: Degree, mode: str, answer: str) -> None:
    assert judged(person(degree, mode), "full_time", min_degree=need, full_time=True).outcome.value == answer


def test_a_part_time_college_diploma_beside_a_full_time_bachelors() -> None:
    text = "姓名：张测试\n教育经历\n2006.09-2009.06 示例职业学院 会计 大专 函授\n2010.09-2014.06 重庆大学 会计学 本科 全日制\n"
    assert judged(text, "full_time", min_degree=Degree.COLLEGE, full_time=True).outcome is Outcome.MEETS


@pytest.mark.parametrize(
    ("years", "domains", "answer"),
    [
        (3, (), "meets"),
        (8, (), "meets"),
        (9, (), "fails"),
        (3, ("unlisted",), "unknown"),
        (9, ("unlisted",), "fails"),
        (3, ("banking", "unlisted"), "unknown"),
        (3, ("banking",), "fails"),
    ],
)
def test_years_of_any_work_and_of_an_unlisted_field(years: int, domains: tuple[str, ...], answer: str) -> None:
    """Eight years of accountancy: enough for any work; whether it is the field that the notice names, a person asks."""
    assert judged(person(), "experience", min_years=years, experience_domains=domains).outcome.value == answer


def test_an_unlisted_field_beside_a_known_one_is_met_by_the_known_one() -> None:
    text = "姓名：张测试\n工作经历\n2015.07-2020.06 中国工商银行 柜员\n办理柜面业务\n"
    assert judged(text, "experience", min_years=3, experience_domains=("banking", "unlisted")).outcome is Outcome.MEETS


@pytest.mark.parametrize(
    ("text", "answer"), [("姓名：张测试\n", "unknown"), ("姓名：张测试\n应届毕业生，无工作经验\n", "fails")]
)
def test_any_work_without_dates(text: str, answer: str) -> None:
    assert judged(text, "experience", min_years=2, experience_domains=()).outcome.value == answer


@pytest.mark.parametrize(
    ("major", "majors", "answer"),
    [
        ("会计学", ("会计学", "审计学"), "meets"),
        ("财务管理", ("会计学", "审计学"), "unknown"),  # the same class
        ("农林经济管理", ("会计学",), "unknown"),  # the same category
        ("法学", ("会计学", "审计学"), "fails"),
        ("法学", ("法学类",), "meets"),
        ("政治学与行政学", ("法学类",), "unknown"),
        ("软件工程", ("工学",), "meets"),
        ("会计学", ("工学", "理学"), "fails"),
        ("法学", ("会计学", "炼丹术"), "unknown"),  # a listed word that no table knows may mean any major
        ("会计学", ("会计学", "炼丹术"), "meets"),
        ("法学", (), "meets"),
    ],
)
def test_majors_that_are_no_group_of_ours(major: str, majors: tuple[str, ...], answer: str) -> None:
    assert judged(person(major=major), "major", majors=majors, majors_open=False).outcome.value == answer


def test_a_closed_list_is_said_to_be_one() -> None:
    found = judged(person(major="财务管理"), "major", majors=("会计学",), majors_open=False)
    assert "公告未写“等相关专业”" in found.reason


@pytest.mark.parametrize("name", ["计算机", "会计学", "法学类", "工学"])
def test_known_names_have_a_group(name: str) -> None:
    assert listed_group(name) is not None


def test_an_unknown_name_has_none() -> None:
    assert listed_group("炼丹术") is None


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("证书：CFA二级、英语六级", "meets"),
        ("证书：FRM", "meets"),
        ("证书：英语六级", "unknown"),
        ("", "unknown"),
    ],
)
def test_certificates_are_seen_or_asked_for(line: str, answer: str) -> None:
    """CFA或FRM: never a failure, for a resume may leave out what its writer holds."""
    found = judged(f"姓名：张测试\n{line}\n", "certificate", certificates=("CFA", "FRM"))
    assert found.outcome.value == answer
    assert bool(found.question) == (answer == "unknown")


def test_positions_without_certificates_have_no_such_rule() -> None:
    text = person()
    assert "certificate" not in {v.rule for v in screen(to_resume(text), profile(text), BASE, load_policy())}


def test_kinship_is_asked_by_the_notice_that_asks_it() -> None:
    assert "面试时照例询问" in judged(person(), "kinship").reason
    assert "没有近亲属回避" in judged(person(), "kinship", common=(("诚实", ""),)).reason
