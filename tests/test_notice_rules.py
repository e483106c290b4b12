"""Phrases of requirements to rules: a rule is never stricter than its words, and nothing is lost in silence."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.knowledge import DATA_DIR, read_table
from matcher.majors import load_majors
from matcher.notice.blocks import read_words
from matcher.notice.build import build
from matcher.notice.rules import (
    SHARED,
    number,
    patterns,
    place_major,
    read_age,
    read_as_of,
    read_certificates,
    read_education,
    read_experience,
    read_preferred,
    read_rules,
    split_waiver,
)
from matcher.schema import Degree
from matcher.screening import domain_names, listed_group

D, B, M, DR, S = Degree.COLLEGE, Degree.BACHELOR, Degree.MASTER, Degree.DOCTOR, Degree.SECONDARY


@pytest.mark.parametrize(
    ("text", "degree", "full_time"),
    [
        ("本科及以上学历", B, False),
        ("全日制大学本科及以上学历", B, True),
        ("具有国家承认的大专（含）以上学历", D, False),
        ("硕士研究生及以上", M, False),
        ("博士研究生学历", DR, False),
        ("研究生学历", M, False),
        ("本科或硕士", B, False),
        ("取得学士学位", B, False),
        ("学历不限", S, False),
        ("不限", S, False),
        ("中专以上", S, False),
        ("统招本科", B, True),
        ("本科及以上学历，全日制和非全日制均可", B, False),
        ("非全日制本科亦可", B, False),
        ("本科及以上学历，硕士优先", B, False),
        ("大专及以上，本科优先", D, False),
        ("本科及以上学历，条件优秀者可放宽至大专", D, False),
        ("大专及以上学历（特别优秀者可放宽至中专）", S, False),
        ("硕士及以上学历，本科须为全日制", M, False),
        ("全日制本科及以上，优秀者可放宽至非全日制", B, False),
        ("全日制本科及以上（不含非全日制）", B, True),
        ("大专以上学历，5年以上工作经验者可放宽至高中", S, False),
        ("Bachelor's degree or above", B, False),
        ("Full-time Master's degree or higher", M, True),
        ("", S, False),
    ],
)
def test_degree_and_study_mode(text: str, degree: Degree, full_time: bool) -> None:
    found = read_education(text)
    assert (found.min_degree, found.full_time) == (degree, full_time)


@pytest.mark.parametrize(
    ("text", "majors", "is_open"),
    [
        ("经济金融、管理、计算机类等专业", ("经济金融", "管理", "计算机"), True),
        ("本科以上学历，会计、审计、金融学等相关专业", ("会计学", "审计学", "金融学类"), True),
        ("会计学、财务管理、审计学专业", ("会计学", "财务管理", "审计学"), False),
        ("金融学（020301K）、经济学（020101）专业", ("金融学类", "经济金融"), False),
        ("本科，法学类", ("法学类",), False),
        ("管理科学与工程、信息管理与信息系统专业", ("管理科学与工程类", "信息管理与信息系统"), False),
        ("统计学、数学或计算机相关专业", ("统计学", "数学", "计算机"), True),
        ("电子信息类、自动化类等理工科相关专业", ("电子信息技术", "自动化类", "理学", "工学"), True),
        ("本科及以上学历，理工科背景", ("理学", "工学"), False),
        ("专业不限", (), True),
        ("学历不限，专业不限", (), True),
        ("major in Computer Science, Statistics or related fields", ("计算机", "统计学"), True),
        ("统招本科，计算机相关专业优先", (), True),
        ("炼丹术专业", ("炼丹术",), False),
        ("硕士专业不限，本科须为会计学专业", (), True),
        ("本科以上，熟练使用计算机办公软件", (), True),
    ],
)
def test_majors(text: str, majors: tuple[str, ...], is_open: bool) -> None:
    found = read_education(text)
    assert (found.majors, found.majors_open) == (majors, is_open)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("本科及以上学历，会计学专业", ()),
        ("全日制本科以上学历，经济金融、管理、计算机类等专业", ()),
        ("毕业于985院校，本科以上", ("毕业于985院校",)),
        ("第一学历为全日制本科", ("第一学历为全日制本科",)),
        ("2027届应届毕业生，本科及以上学历", ("2027届应届毕业生",)),
        ("硕士及以上学历，本科须为全日制", ("本科须为全日制",)),
        ("炼丹术专业", ("炼丹术",)),
        ("大专及以上（本科优先）", ("本科优先",)),
    ],
)
def test_what_is_left_of_education(text: str, left: tuple[str, ...]) -> None:
    assert tuple(w.text for w in read_education(text).leftovers) == left


@pytest.mark.parametrize(
    ("own", "shared", "degree", "full_time", "majors"),
    [
        ("硕士及以上", "全日制本科及以上学历", M, True, ()),
        ("会计学专业", "全日制本科及以上学历", B, True, ("会计学",)),
        ("非全日制本科亦可", "全日制本科及以上学历", B, False, ()),
        ("学历不限", "全日制本科及以上学历", S, False, ()),
        ("本科", "硕士及以上学历，法学类专业", B, False, ("法学类",)),
    ],
)
def test_a_positions_own_words_win(
    own: str, shared: str, degree: Degree, full_time: bool, majors: tuple[str, ...]
) -> None:
    found = read_education(f"{own}{SHARED}{shared}")
    assert (found.min_degree, found.full_time, found.majors) == (degree, full_time, majors)


@pytest.mark.parametrize(
    ("text", "years", "domains"),
    [
        ("3年以上金融产品经理的工作经验", 3, ("financial_product_manager",)),
        ("三年及以上银行从业经历", 3, ("banking",)),
        ("具有三年以上界面及交互设计经验", 3, ("ui_ux_design",)),
        ("3年以上市场渠道拓展或客户经理从业经验", 3, ("channel_expansion", "account_manager")),
        ("2年（含）以上工作经验", 2, ()),
        ("2年以上", 2, ()),
        ("两年以上相关工作经验", 2, ("unlisted",)),
        ("三年以上会计工作经验", 3, ("unlisted",)),
        ("3年以上银行、证券从业经验", 3, ("banking", "unlisted")),
        ("从事信贷工作满3年", 3, ("unlisted",)),
        ("担任客户经理3年以上", 3, ("account_manager",)),
        ("有客户经理从业经验2年以上", 2, ("account_manager",)),
        ("3-5年互联网产品设计经验", 3, ("internet_product_design",)),
        ("3年以上产品设计经验", 3, ("unlisted",)),
        ("3年以上数据分析相关工作经验", 3, ("database_or_analytics", "unlisted")),
        ("有3年以上银行从业经验者优先", 0, ()),
        ("3年以上银行从业经验（硕士可放宽至1年）", 1, ("banking",)),
        ("3年以上银行从业经验，5年以上者优先", 3, ("banking",)),
        ("至少3年数据分析或数据挖掘经验", 3, ("database_or_analytics",)),
        ("5年以上数据分析经验，其中2年以上银行工作经验", 5, ("database_or_analytics",)),
        ("5年以上工作经验，其中3年以上客户经理经验", 3, ("account_manager",)),
        ("2年以上银行从业经验或3年以上市场拓展经验", 2, ("banking", "channel_expansion")),
        ("本科3年以上银行工作经验，硕士1年以上银行工作经验", 1, ("banking",)),
        ("应届毕业生亦可", 0, ()),
        ("经验不限", 0, ()),
        ("公司成立3年以上", 0, ()),
        ("At least 3 years of experience in data analysis.", 3, ("database_or_analytics",)),
        ("5+ years experience as an account manager", 5, ("account_manager",)),
        ("", 0, ()),
    ],
)
def test_years_and_domains(text: str, years: int, domains: tuple[str, ...]) -> None:
    found = read_experience(text)
    assert (found.min_years, found.domains) == (years, domains)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("3年以上金融产品设计工作经验；", ()),
        ("3年以上金融产品经理的工作经验，有较丰富的需求调研及数据分析能力；", ("有较丰富的需求调研及数据分析能力",)),
        ("5年以上数据分析经验，其中2年以上银行工作经验", ("其中2年以上银行工作经验",)),
        ("公司成立3年以上", ("公司成立3年以上",)),
        ("三年以上会计工作经验", ("三年以上会计工作经验",)),
    ],
)
def test_what_is_left_of_experience(text: str, left: tuple[str, ...]) -> None:
    assert tuple(w.text for w in read_experience(text).leftovers) == left


@pytest.mark.parametrize(
    ("text", "cap", "born", "by_degree", "relaxed"),
    [
        ("35岁以下；", 35, None, (), None),
        ("年龄35周岁（含）以下", 35, None, (), None),
        ("35周岁以下（含35周岁）", 35, None, (), None),
        ("年龄不超过40周岁", 40, None, (), None),
        ("18-35周岁", 35, None, (), None),
        ("18周岁以上、40周岁以下", 40, None, (), None),
        ("未满35周岁", 34, None, (), None),
        ("年龄不限", None, None, (), None),
        ("1991年1月1日以后出生", None, dt.date(1991, 1, 1), (), None),
        ("1988年6月以后出生", None, dt.date(1988, 6, 1), (), None),
        ("1990.01.01以后出生", None, dt.date(1990, 1, 1), (), None),
        ("35周岁以下（1990年11月1日及以后出生）", 35, dt.date(1990, 11, 1), (), None),
        ("28岁以下，硕士可放宽至30岁", 28, None, ((M, 30),), None),
        ("30周岁以下，硕士、博士可放宽至35周岁", 30, None, ((M, 35),), None),
        ("30岁以下，硕士可放宽至33岁，博士研究生可放宽至35岁", 30, None, ((M, 33), (DR, 35)), None),
        ("35周岁以下，具有高级职称的可放宽至45周岁", 35, None, (), 45),
        ("原则上不超过35周岁，特别优秀者可适当放宽", 35, None, (), None),
        ("男35岁以下，女30岁以下", 35, None, (), None),
        ("40岁以下，30岁以下优先", 40, None, (), None),
        ("45周岁以下，条件特别优秀的可放宽到50周岁", 45, None, (), 50),
        ("本科生25周岁以下，硕士研究生28周岁以下", 25, None, ((M, 28),), None),
        ("2月30日", None, None, (), None),
        ("1991年2月30日以后出生", None, None, (), None),
        ("no older than 40", 40, None, (), None),
        ("", None, None, (), None),
    ],
)
def test_ages(
    text: str, cap: int | None, born: dt.date | None, by_degree: tuple[tuple[Degree, int], ...], relaxed: int | None
) -> None:
    found = read_age(text)
    assert (found.max_age, found.born_from, found.by_degree, found.relaxed_to) == (cap, born, by_degree, relaxed)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("35岁以下；", 0),
        ("18-35周岁", 0),
        ("25岁至40岁", 1),
        ("35周岁以下，具有高级职称的可放宽至45周岁", 1),
        ("年龄35岁左右", 1),
        ("1991年2月30日以后出生", 1),
    ],
)
def test_what_is_left_of_age(text: str, left: int) -> None:
    assert len(read_age(text).leftovers) == left


@pytest.mark.parametrize(
    ("text", "preferred", "waiver"),
    [
        ("有知名企业商务拓展经验者优先，特别优秀者可适当放宽应聘条件。", "有知名企业商务拓展经验者优先", "特别优秀者可适当放宽应聘条件。"),
        ("党员优先", "党员优先", ""),
        ("条件优秀者可酌情放宽", "", "条件优秀者可酌情放宽"),
    ],
)  # fmt: skip
def test_waivers_are_parted_from_wishes(text: str, preferred: str, waiver: str) -> None:
    assert split_waiver(text) == (preferred, waiver)


@pytest.mark.parametrize(
    ("text", "names", "left"),
    [
        ("持有CFA或FRM证书。", ("CFA", "FRM"), 0),
        ("CFA or FRM certificate.持有CFA或FRM证书", ("CFA", "FRM"), 0),
        ("具有初级会计专业技术资格证书", ("初级会计",), 0),
        ("持有注册会计师和法律职业资格证书", ("CPA 注册会计师", "法律职业资格"), 1),
        ("持有CFA等证书者优先；", (), 0),
        ("熟悉CFA课程", (), 0),
        ("持有炼丹师证书", (), 0),
    ],
)
def test_certificates(text: str, names: tuple[str, ...], left: int) -> None:
    found, more = read_certificates(text)
    assert (set(found), len(more)) == (set(names), left)


def test_preferred_conditions_that_are_known_and_not() -> None:
    assert read_preferred("有知名互联网公司全面运营管理经验者优先") == ("known_internet_company_operations",)
    assert read_preferred("会弹钢琴者优先") == ()


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("年龄、工作年限计算截至2026年10月31日。", [dt.date(2026, 10, 31)]),
        ("注：年龄、工作经历计算截止时间为2026年9月30日。", [dt.date(2026, 9, 30)]),
        ("年龄计算截止日期：2026-09-30", [dt.date(2026, 9, 30)]),
        ("报名截止时间为2026年9月30日", []),
        ("年龄计算截至2026年2月31日", []),
    ],
)
def test_the_day_that_ages_are_counted_to(text: str, dates: list[dt.date]) -> None:
    assert list(read_as_of(text)) == dates


@pytest.mark.parametrize(
    ("word", "value"), [("3", 3), ("三", 3), ("两", 2), ("十", 10), ("十二", 12), ("二十", 20), ("二十五", 25)]
)
def test_numbers(word: str, value: int) -> None:
    assert number(word) == value


# --- the data files -----------------------------------------------------------------------------------------------


def test_every_word_for_majors_is_placed_in_known_groups() -> None:
    for line, row in read_table(DATA_DIR / "notice_majors.csv", ["word", "majors", "note"]):
        assert row["majors"], line
        for name in row["majors"].split("|"):
            assert listed_group(name) is not None, (line, name)


def test_every_group_of_ours_is_its_own_place() -> None:
    for name in load_majors(DATA_DIR).groups:
        assert place_major(name) == (name,)


def test_domains_and_preferred_keys_of_the_patterns_exist() -> None:
    keys = {row["key"] for _, row in read_table(DATA_DIR / "preferred.csv", ["key"])}
    assert {value for value, _ in patterns("preferred")} == keys
    assert {value for value, _ in patterns("domain")} == set(domain_names())


def test_every_domains_name_reads_as_itself() -> None:
    for domain, name in domain_names().items():
        assert read_experience(f"3年以上{name}经验").domains == (domain,)


# --- any text -----------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *"，。；、（）：\n\t 123 30 35年月日岁本科硕士专业等",
        "以上", "及以上", "以下", "岗位名称：", "任职要求：", "学历", "3年以上", "经验", "放宽至", "优先", "1991年1月1日以后出生",
        "岗位职责", "序号", "全日制", "学位", "计算机类", "客户经理岗", "基本条件", "报名方式", "不限", "a", "Bachelor",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@given(TEXTS)
def test_any_text_is_read(text: str) -> None:
    found = read_rules(text, text, text, text, text, majors=text)
    assert 0 <= found.min_years < 100
    assert list(found.age_by_degree) == sorted(found.age_by_degree, key=lambda d: d[0].rank)
    for left in found.leftovers:
        assert left.text == left.text.strip()


SENTENCES = st.lists(
    st.sampled_from(
        [
            "本科及以上学历，会计学、审计学专业", "大专以上学历，30周岁以下，2年以上银行从业经验", "能吃苦耐劳，乐于学习",
            "具有驾驶证", "三年以上炼丹经验", "1991年1月1日以后出生", "有比赛获奖者优先", "特别优秀者可适当放宽",
            "熟练使用办公软件，写作能力强", "35岁以下，有高级职称的可放宽至45岁", "毕业于985院校", "限男性", "专业不限",
        ]
    ),
    max_size=6,
)  # fmt: skip


@given(SENTENCES, SENTENCES, st.sampled_from(["1.", "（1）", "1、", "• ", ""]))
def test_no_clause_of_a_notice_is_lost(first: list[str], second: list[str], mark: str) -> None:
    """Every clause stands in its position's words or among what is left, whatever sentences meet."""
    asked = (first, second)
    parts = [f"岗位名称：岗位{n}\n岗位职责：做事\n任职要求：\n" for n in "甲乙"]
    text = "招聘公告\n" + "".join(
        head + "".join(f"{mark}{sentence}；\n" for sentence in sentences)
        for head, sentences in zip(parts, asked, strict=True)
    )
    found = build(read_words([text]), [text])
    assert [p.title for p in found.positions] == ["岗位甲", "岗位乙"]
    for position, sentences in zip(found.positions, asked, strict=True):
        words = "\n".join(
            getattr(position, f"{f}_text")
            for f in ("education", "competencies", "experience", "age", "preferred", "waiver")
        )
        for clause in "，".join(sentences).split("，") if sentences else []:
            assert clause in words
