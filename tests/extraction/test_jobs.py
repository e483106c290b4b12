"""Jobs in their layouts; what counts as work; stated totals."""

from __future__ import annotations

import datetime as dt

import pytest

from matcher.schema import Job
from tests.support import AS_OF, codes, months, profile

HEAD = "工作经历\n"


def short(job: Job) -> tuple[str, str, str]:
    period = job.period
    assert period is not None
    end = "至今" if period.ongoing else str(period.end or "")
    return job.employer, job.title, f"{period.start}~{end}"


BANK = ("甲乙银行", "客户经理", "2018-07~2021-06")


@pytest.mark.parametrize(
    "text",
    [
        "2018.07-2021.06 甲乙银行 客户经理",
        "甲乙银行 客户经理 2018.07-2021.06",
        "甲乙银行 2018.07-2021.06 客户经理",
        "2018.07-2021.06\n甲乙银行\n客户经理",
        "甲乙银行\n客户经理\n2018年7月 - 2021年6月",
        "2018.07-2021.06 | 甲乙银行 | 客户经理",
        "2018.07-2021.06\t甲乙银行\t客户经理",
        "甲乙银行（2018.07-2021.06）客户经理",
        "2018/07—2021/06  甲乙银行·客户经理",
        "起止时间：2018.07-2021.06\n公司名称：甲乙银行\n职位：客户经理",
        "时间\t单位\t职务\n2018.07-2021.06\t甲乙银行\t客户经理",
        "2018年7月至2021年6月在甲乙银行担任客户经理。",
        "2018.07-2021.06 甲乙银行 客户经理\n· 负责对公客户拓展，完成率120%\n· 管理存款2.5亿元",
    ],
)
def test_layouts_of_one_job(text: str) -> None:
    """The same job, however it is laid out."""
    found = profile(HEAD + text)
    assert [short(j) for j in found.jobs] == [BANK]
    assert months(found.total_months) == (36, 36)


@pytest.mark.parametrize(
    ("text", "jobs"),
    [
        (
            "2021.07-至今 丙丁科技有限公司 产品经理\n2018.07-2021.06 甲乙银行 客户经理",
            [("丙丁科技有限公司", "产品经理", "2021-07~至今"), BANK],
        ),
        (
            "2018.07-2021.06 甲乙银行 客户经理；2021.07-2023.06 丙丁科技有限公司 产品经理",
            [BANK, ("丙丁科技有限公司", "产品经理", "2021-07~2023-06")],
        ),
        (
            "甲乙银行\n2018.07-2019.06 柜员\n2019.07-2021.06 客户经理",
            [("甲乙银行", "柜员", "2018-07~2019-06"), ("甲乙银行", "客户经理", "2019-07~2021-06")],
        ),
        (
            "甲乙银行 2018.07-2021.06\n2018.07-2019.06 柜员\n2019.07-2021.06 客户经理",
            [("甲乙银行", "柜员", "2018-07~2019-06"), ("甲乙银行", "客户经理", "2019-07~2021-06")],
        ),
    ],
)
def test_several_jobs(text: str, jobs: list[tuple[str, str, str]]) -> None:
    assert [short(j) for j in profile(HEAD + text).jobs] == jobs


def test_prose_with_single_dates() -> None:
    text = "二〇一八年七月进入甲乙银行做柜员，一直干到二〇二一年六月。"
    found = profile(text)
    assert [short(j) for j in found.jobs] == [("甲乙银行", "柜员", "2018-07~2021-06")]
    assert months(found.total_months) == (36, 36)


@pytest.mark.parametrize(
    ("text", "kind", "total"),
    [
        ("2018.07-2021.06 甲乙银行 客户经理", "全职", (36, 36)),
        ("2018.07-2018.12 甲乙银行 实习生", "实习", (0, 0)),
        ("2018.07-2018.12 甲乙银行 客户经理（实习）", "实习", (0, 0)),
        ("2018.07-2018.12 甲乙银行 暑期实习", "实习", (0, 0)),
        ("Jul 2018 - Dec 2018  Example Bank  Intern", "实习", (0, 0)),
        ("2018.07-2018.12 甲乙咖啡店 兼职店员", "兼职", (0, 0)),
        ("2018.07-2019.06 自由职业 UI设计师", "自由职业", (12, 12)),
    ],
)
def test_kinds(text: str, kind: str, total: tuple[int, int]) -> None:
    found = profile(HEAD + text)
    assert [j.kind.value for j in found.jobs] == [kind]
    assert months(found.total_months) == total


@pytest.mark.parametrize(
    "text",
    [
        "教育经历\n2014.09-2018.06 重庆大学 金融学 本科",
        "项目经历\n2018.07-2019.06 手机银行改版项目",
        "家庭成员\n父亲 2010.01-2020.12 甲乙银行 客户经理",
        "岗位要求\n2018.07-2021.06 有银行工作经历者优先",
        "证书\n2018.07-2021.07 注册会计师（有效期）",
        "校园经历\n2015.09-2016.06 学生会 外联部部长",
        "工作经历\n2018.07-2019.06 待业备考",
        "荣誉\n2018-2020 连续三年优秀学生",
    ],
)
def test_what_is_no_job(text: str) -> None:
    assert months(profile(text).total_months) == (0, 0)


def test_project_inside_a_job_adds_nothing() -> None:
    text = HEAD + "2018.01-2021.12 甲乙银行 产品经理\n项目经历\n2019.01-2022.12 手机银行改版项目"
    assert months(profile(text).total_months) == (48, 48)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2021.06-2019.03 甲乙银行 柜员", "reversed_dates"),
        ("2019.13-2020.05 甲乙银行 柜员", "impossible_date"),
        ("2024.05 -  甲乙银行 柜员", "open_end"),
        ("2027.05-2028.05 甲乙银行 柜员", "future_dates"),
        ("2025.05-2028.05 甲乙银行 柜员", "future_dates"),
    ],
)
def test_odd_dates_are_told(text: str, code: str) -> None:
    assert code in codes(profile(HEAD + text))


def test_ordinary_dates_raise_no_notice() -> None:
    text = "姓名：测试甲\n" + HEAD + "2018.07-2021.06 甲乙银行 客户经理\n2021.07-至今 丙丁科技有限公司 产品经理"
    assert not codes(profile(text))


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("5年工作经验", (60, 60)),
        ("工作年限：5年", (60, 60)),
        ("工作经验：5", (0, 71)),
        ("五年工作经验", (60, 60)),
        ("十二年银行从业经验", (144, 144)),
        ("5 years of experience", (60, 60)),
        ("团队平均5年工作经验", (0, 60)),
        ("要求5年以上工作经验", (0, 0)),
        ("公司成立5年", (0, 0)),
        ("2018年入职", (0, 107)),
        ("学制4年", (0, 0)),
        ("35岁，5年工作经验", (60, 60)),
    ],
)
def test_stated_totals(text: str, total: tuple[int, int]) -> None:
    low, high = months(profile(text).total_months)
    assert total[0] <= low
    assert high <= total[1]


def test_dates_decide_over_stated_years() -> None:
    text = "10年工作经验\n" + HEAD + "2018.07-2021.06 甲乙银行 客户经理"
    assert months(profile(text).total_months) == (36, 36)


def test_months_are_counted_to_the_day_given() -> None:
    text = HEAD + "2021.03-至今 甲乙银行 柜员"
    assert months(profile(text, dt.date(2024, 6, 30)).total_months) == (40, 40)
    assert months(profile(text, dt.date(2024, 7, 1)).total_months) == (41, 41)
    assert profile(text).as_of == AS_OF


@pytest.mark.parametrize(
    "text",
    [
        "2018.01-2020.12 甲乙银行 客户经理\n2018.02-2020.12 甲乙银行 客户经理",
        "2018.01-2020.12 甲乙银行 客户经理\n2018.01-2020.11 甲乙银行 高级客户经理",
        "甲乙银行 2018.01-2020.12\n2018.01-2018.12 客户经理\n2019.01-2020.10 高级客户经理",
        "2018.01-2020.12 甲乙银行 客户经理\n2018.03-2020.12 甲乙银行 柜员",
    ],
)
def test_an_inner_entry_takes_no_months_away(text: str) -> None:
    """36 months with one employer stay 36 whatever posts are listed inside them."""
    assert months(profile(HEAD + text).total_months) == (36, 36)


@pytest.mark.parametrize(
    ("text", "job"),
    [
        ("2018.01至2019.12任甲乙银行柜员", ("甲乙银行", "柜员", "2018-01~2019-12")),
        ("2018.01-2019.12，就职于甲乙银行，岗位为客户经理。", ("甲乙银行", "客户经理", "2018-01~2019-12")),
        ("2018年7月毕业后一直在甲乙银行做客户经理", ("甲乙银行", "客户经理", "2018-07~至今")),
        ("2018年1月起任职甲乙银行客户经理，2019年12月离职", ("甲乙银行", "客户经理", "2018-01~2019-12")),
        ("甲乙银行\n职位：客户经理\n在职时间：2018年1月 - 2019年12月", ("甲乙银行", "客户经理", "2018-01~2019-12")),
    ],
)
def test_words_around_a_job_are_no_part_of_its_names(text: str, job: tuple[str, str, str]) -> None:
    assert [short(j) for j in profile(HEAD + text).jobs] == [job]
