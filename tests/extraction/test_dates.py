"""Dates, periods and months."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.extraction.dates import (
    chinese_month,
    chinese_year,
    earliest,
    find_points,
    find_ranges,
    full_years,
    interval,
    latest,
    span,
    union_months,
)
from matcher.schema import PartialDate
from matcher.text import fold
from tests.support import ranges, written


def date(text: str) -> PartialDate:
    return PartialDate(*map(int, text.split("-")))


# --- points -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("2018年9月", ["2018-09"]),
        ("2018 年 9 月 3 日", ["2018-09-03"]),
        ("2018年09月份", ["2018-09"]),
        ("2018.9.3", ["2018-09-03"]),
        ("2018/09", ["2018-09"]),
        ("2018-09-03", ["2018-09-03"]),
        ("201809", ["2018-09"]),
        ("Sep 2018", ["2018-09"]),
        ("september, 2018", ["2018-09"]),
        ("09/2018", ["2018-09"]),
        ("二〇一八年九月", ["2018-09"]),
        ("二零一八年十二月", ["2018-12"]),
        ("2018年", ["2018"]),
        ("2018年初", ["2018-01"]),
        ("2018年底", ["2018-12"]),
        ("2018年下半年", ["2018"]),
        ("2020.02.29", ["2020-02-29"]),
        ("2019.02.29", ["2019-02"]),
        ("2019年13月", ["2019"]),
        ("5月18日", []),
        ("13800002018", []),
        ("1949年", []),
        ("2100年", []),
    ],
)
def test_points(text: str, points: list[str]) -> None:
    assert [str(d) for d, _, _ in find_points(fold(text))] == points


@pytest.mark.parametrize(("text", "year"), [("二〇一八", 2018), ("一九九八", 1998), ("九八", 98), ("二零 二三", 2023)])
def test_chinese_year(text: str, year: int) -> None:
    assert chinese_year(text) == year


@pytest.mark.parametrize(("text", "month"), [("一", 1), ("九", 9), ("十", 10), ("十一", 11), ("十二", 12)])
def test_chinese_month(text: str, month: int) -> None:
    assert chinese_month(text) == month


# --- periods ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2018.09-2020.03", ["2018-09~2020-03"]),
        ("[2018.09-2020.03]", ["2018-09~2020-03"]),
        ("（2018年9月—2020年3月）", ["2018-09~2020-03"]),
        ("2018年-2020年", ["2018~2020"]),
        ("2018-2020", ["2018~2020"]),
        ("2018至2020年", ["2018~2020"]),
        ("18.09–20.03", ["2018-09~2020-03"]),
        ("18年9月-20年3月", ["2018-09~2020-03"]),
        ("98年7月-03年6月", ["1998-07~2003-06"]),
        ("2018年7月起", ["2018-07~"]),
        ("2016/7-", ["2016-07~"]),
        ("2018.07\n2020.03", ["2018-07~2020-03"]),
        ("July 2018 to June 2021", ["2018-07~2021-06"]),
        ("Sept. 2018 - Present", ["2018-09~至今"]),
        ("2022.3—现在", ["2022-03~至今"]),
        ("2018.09-今", ["2018-09~至今"]),
        ("2018.01-2019.01，2019.02-2020.01", ["2018-01~2019-01", "2019-02~2020-01"]),
        ("2018.01-2019.01甲 2019.02-至今乙", ["2018-01~2019-01", "2019-02~至今"]),
        ("2018年9月1日—2019年2月28日", ["2018-09-01~2019-02-28"]),
        ("2018-09-01 至 2020-03-31", ["2018-09-01~2020-03-31"]),
        ("由2018年9月至2020年3月", ["2018-09~2020-03"]),
        ("3.8/4.0", []),
        ("2018.5万-2019.3万元", []),
        ("2018.07\t2021.06\t甲乙银行\t客户经理", ["2018-07~2021-06"]),
        ("甲乙银行 | 客户经理 | 2018-07-01 | 2021-06-30", ["2018-07-01~2021-06-30"]),
        ("| 2018.07 | 至今 | 甲乙银行 |", ["2018-07~至今"]),
        ("公司\t入职\t离开\n甲乙银行\t2018.07\t2021.06", ["2018-07~2021-06"]),
        ("测甲\t1990.05\t2012.06\t重庆大学", []),
        ("出生年月\t毕业时间\t学校\n1990.05\t1999.06\t重庆大学", []),
        ("2018.07\t2019.07\t2020.07\t三年报表", []),
        ("2018.07\t2021.06", []),
        ("甲乙银行\t2018.07\t证书取得：2021.06", []),
        ("宁波大学／金融学／10.09→14.06", ["2010-09~2014-06"]),
        ("比例 3/98.5-99.2", []),
        ("2018.07-21.06 甲乙银行", ["2018-07~2021-06"]),
        ("2018年7月—21年6月", ["2018-07~2021-06"]),
        ("2018.07-08.12", []),
        ("2018.07-20.05万元", []),
        ("2018.07-12", ["2018-07~2018-12"]),
        ("12-15人", []),
        ("2018-50000", []),
        ("13800000000-2018", []),
        ("", []),
    ],
)
def test_ranges(text: str, found: list[str]) -> None:
    assert written(text) == found


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("2021.06-2019.03", "reversed"),
        ("2019.13-2020.05", "impossible_month"),
        ("2018.05-2020.31", "impossible_month"),
        ("2020.05 - ", "open_end"),
        ("2020年5月起", "open_end"),
    ],
)
def test_flags(text: str, flag: str) -> None:
    (found,) = ranges(text)
    assert flag in found.flags


def test_same_year_is_not_reversed() -> None:
    (found,) = ranges("2018.09-2018")
    assert not found.flags


DATE_TEXT = st.text(st.sampled_from("0123456789一二〇九十年月日至今到.-/~ （）\n起现在 presentjulsep'→"), max_size=60)


@given(DATE_TEXT)
def test_ranges_are_in_order_without_overlap(text: str) -> None:
    folded = fold(text)
    found = find_ranges(folded)
    for left, right in pairwise(found):
        assert left.at < left.to <= right.at
    for item in found:
        assert 0 <= item.at < item.to <= len(folded)
        assert folded[item.at : item.to].strip() == folded[item.at : item.to]


YEARS, MONTHS = st.integers(1950, 2099), st.integers(1, 12)


@given(YEARS, MONTHS, YEARS, MONTHS, st.sampled_from(["-", "—", "~", "至", " 到 ", "–", "～", "--"]))
def test_what_is_written_is_read(y1: int, m1: int, y2: int, m2: int, separator: str) -> None:
    expected = f"{y1:04d}-{m1:02d}~{y2:04d}-{m2:02d}"
    for text in (f"{y1}.{m1:02d}{separator}{y2}.{m2:02d}", f"{y1}年{m1}月{separator}{y2}年{m2}月"):
        assert written(text) == [expected], text


# --- months -------------------------------------------------------------------------------------------------------

NOW = dt.date(2024, 6, 30)


def months(start: str, end: str | None, ongoing: bool = False, flags: tuple[str, ...] = ()) -> tuple[int, int]:
    total = span([interval(date(start), date(end) if end else None, ongoing, NOW, flags)])
    return total.low, total.high


@pytest.mark.parametrize(
    ("start", "end", "ongoing", "expected"),
    [
        ("2018-01", "2020-12", False, (36, 36)),
        ("2018-01", "2018-01", False, (1, 1)),
        ("2021-03", None, True, (40, 40)),
        ("2024-06", None, True, (1, 1)),
        ("2024-07", None, True, (0, 0)),
        ("2018", "2020", False, (14, 36)),
        ("2018", "2018", False, (0, 12)),
        ("2018", None, True, (67, 78)),
        ("2018-09", "2020", False, (17, 28)),
        ("2023-07", "2026-06", False, (12, 12)),
        ("2024-09", "2027-08", False, (0, 0)),
    ],
)
def test_months(start: str, end: str | None, ongoing: bool, expected: tuple[int, int]) -> None:
    assert months(start, end, ongoing) == expected


def test_reversed_period_surely_covers_nothing() -> None:
    assert months("2021-06", "2019-03", flags=("reversed",)) == (0, 28)


def test_open_end_surely_covers_its_first_month() -> None:
    assert months("2020-05", None) == (1, 50)


@pytest.mark.parametrize(
    ("intervals", "total"),
    [
        ([], 0),
        ([None], 0),
        ([(0, 12)], 12),
        ([(0, 12), (6, 18)], 18),
        ([(0, 12), (12, 18)], 18),
        ([(0, 12), (24, 36)], 24),
        ([(0, 36), (6, 12)], 36),
        ([(0, 12), (0, 12)], 12),
        ([(24, 36), (0, 12), None], 24),
    ],
)
def test_union(intervals: list[tuple[int, int] | None], total: int) -> None:
    assert union_months(intervals) == total


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 120)), max_size=12))
def test_union_is_bounded_by_span_and_sum(pairs: list[tuple[int, int]]) -> None:
    intervals = [(a, a + n) for a, n in pairs]
    total = union_months(intervals)
    if not pairs:
        assert total == 0
        return
    assert max(n for _, n in pairs) <= total <= sum(n for _, n in pairs)
    assert total <= max(b for _, b in intervals) - min(a for a, _ in intervals)
    assert union_months(reversed(intervals)) == total


# --- ages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "as_of", "years"),
    [
        ("1988-07-15", "2024-06-30", (35, 35)),
        ("1988-06-30", "2024-06-30", (36, 36)),
        ("1988-07-01", "2024-06-30", (35, 35)),
        ("1988-06", "2024-06-30", (35, 36)),
        ("1988-06", "2024-07-01", (36, 36)),
        ("1988", "2024-06-30", (35, 36)),
        ("1988", "2024-12-31", (36, 36)),
        ("1988-02-29", "2024-02-28", (35, 35)),
        ("1988-02-29", "2024-02-29", (36, 36)),
        ("1988-02-29", "2023-02-28", (34, 34)),
        ("1988-02-29", "2023-03-01", (35, 35)),
    ],
)
def test_full_years(birth: str, as_of: str, years: tuple[int, int]) -> None:
    assert full_years(date(birth), dt.date.fromisoformat(as_of)) == years


@given(st.dates(dt.date(1950, 1, 1), dt.date(2010, 12, 31)), st.dates(dt.date(2011, 1, 1), dt.date(2050, 12, 31)))
def test_vague_birth_holds_the_exact_age(born: dt.date, as_of: dt.date) -> None:
    exact = full_years(PartialDate(born.year, born.month, born.day), as_of)
    assert exact[0] == exact[1]
    for vague in (PartialDate(born.year), PartialDate(born.year, born.month)):
        low, high = full_years(vague, as_of)
        assert low <= exact[0] <= high <= low + 1


@given(st.builds(PartialDate, YEARS, st.integers(0, 12)))
def test_earliest_is_never_after_latest(when: PartialDate) -> None:
    assert earliest(when) <= latest(when) <= earliest(when) + 11


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2017-07..2021-08", [("2017-07", "2021-08")]),
        ("2020.1…2021.3", [("2020-01", "2021-03")]),
        ("一五年三月到一七年底", [("2015-03", "2017-12")]),
        ("2012年9月起 / 2016年6月止", [("2012-09", "2016-06")]),
        ("2020年4月起，至今", [("2020-04", "None")]),
        ('"起": "2024.7", "止": "2025.6"', [("2024-07", "2025-06")]),
        ('"起": "2025.7", "止": null', [("2025-07", "None")]),
        ("start=2020-01, end=2022-11", [("2020-01", "2022-11")]),
        ("单位\t岗位\t自\t至\n甲乙银行\t柜员\t2018-07\t2020-06", [("2018-07", "2020-06")]),
        ("15年-19年 中邮证券", [("2015", "2019")]),
        ("有10年-15年经验", []),
        ("出生 1994-02-11", []),
        ("（1990/11/24）\n-----\n目前居住地", []),
    ],
)
def test_ends_in_other_words(text: str, found: list[tuple[str, str]]) -> None:
    assert [(str(r.start), str(r.end)) for r in find_ranges(fold(text))] == found
