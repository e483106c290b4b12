"""Dates and periods in a folded text, as Chinese and English resumes write them; and months between them.

Only four-digit years (1950 to 2099), two-digit years with a month inside a range, and Chinese numerals are read.
A general date parser reads "5月18日" as this year's: here a date without a year is no date (B086).
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from matcher.extraction.lexicon import places, tried
from matcher.schema import MonthSpan, PartialDate

_CHINESE_DIGITS = dict(zip("〇零○oO一二三四五六七八九", "00000123456789", strict=True))
_ENGLISH_MONTHS = {
    m: i
    for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1)
}

_YEAR = r"(?:19[5-9]\d|20\d\d)"
_CN_YEAR = r"[一二]\s?[九〇零○]\s?[〇零○一二三四五六七八九]\s?[〇零○一二三四五六七八九](?=\s?年)"
_CN_SHORT_YEAR = r"(?<![〇零○一二三四五六七八九])[〇零○一二九八][〇零○一二三四五六七八九](?=\s?年)"
_CN_MONTH = r"(?:十[一二]?|[一二三四五六七八九元])(?=\s?月)"
_EN_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
# One point in time. Named groups carry a prefix so that a range may hold two of them.
_POINT = rf"""(?:
    (?P<{{p}}y>{_YEAR})(?:\s?年\s?|[ \t]{{{{1,2}}}}(?=\d{{{{1,2}}}}[ \t]?月))(?P<{{p}}m>\d{{{{1,2}}}}(?!\d)|{_CN_MONTH})(?:\s?月(?:份)?(?:\s?(?P<{{p}}d>\d{{{{1,2}}}})\s?[日号])?)?
  | (?P<{{p}}y2>{_YEAR})\s?(?P<{{p}}s>[.\-/])\s?(?P<{{p}}m2>\d{{{{1,2}}}})(?!\d)(?:(?P={{p}}s)(?P<{{p}}d2>\d{{{{1,2}}}})(?!\d)(?!(?P={{p}}s)\d))?(?:[ \t]?月(?:份)?)?
  | (?P<{{p}}cy>{_CN_YEAR})\s?年(?:\s?(?P<{{p}}cm>{_CN_MONTH}|\d{{{{1,2}}}}(?=\s?月))\s?月(?:份)?)?
  | (?P<{{p}}sy>{_CN_SHORT_YEAR})\s?年\s?(?:(?P<{{p}}sm>{_CN_MONTH}|\d{{{{1,2}}}}(?=\s?月))\s?月(?:份)?|(?P<{{p}}shalf>年?[初底末]))
  | (?P<{{p}}en>{_EN_MONTH})\.?,?[\s\-/']{{{{0,2}}}}(?P<{{p}}ey>{_YEAR})(?!\d)
  | (?P<{{p}}en3>{_EN_MONTH})\.?\s?'(?P<{{p}}ey3>\d\d)(?!\d)
  | (?P<{{p}}em>0?[1-9]|1[0-2])\s?[/.]\s?(?P<{{p}}ey2>{_YEAR})(?!\d)
  | (?P<{{p}}y4>{_YEAR})(?P<{{p}}m4>0[1-9]|1[0-2])(?!\d)(?![./]\d)
  | (?P<{{p}}y5>{_YEAR})(?:\s?年(?:\s?(?P<{{p}}half>初|底|末|春|夏|秋|冬|上半年|下半年))?|(?!\d)(?![.]\d))
)"""


def _point(prefix: str) -> str:
    return _POINT.format(p=prefix)


_NOW = r"(?:至今|迄今|现在|目前|今天|今日|如今|今(?!年)|present|now|current(?:ly)?|to\s?date|till\s?now|until\s?now|now|ongoing|today)"
_OPEN, _CLOSE = r"[\[【(<\"'“`〔]?", r"[\]】)>\"'”`〕]?"
_SEP = rf"\s*{_CLOSE}\s*(?:[-~_▶►>]{{1,5}}|\.{{2,4}}|…{{1,2}}|起?至|起?到|起\s?,\s?(?:一?直)?[至到]|to|until|till|through|thru|/|and)\s*{_OPEN}\s*"
# a number before it would make it part of a number; a full stop before a Chinese numeral is only a full stop
# (the first look is cheap and rules out nearly every character)
_BEGIN = r"(?=[0-9一二九八〇零○jfmasond])(?:(?<![\d.])|(?=[一二九〇零]))"
_RANGE = re.compile(
    rf"{_BEGIN}(?:{_point('a')})(?:"
    rf"(?:{_SEP})(?:{_point('b')})"
    rf"|\s?[-~至到]\s?'?(?P<short_y>\d\d)(?P<short_s>[./年])\s?(?P<short_m>0?[1-9]|1[0-2])(?![\d.\-/%万千元kK])\s?月?"  # 2018.07-21.06
    rf"|\s*{_CLOSE}\s*(?:起?[-~至到▶►>]*|/|\.{{2,4}}|…{{1,2}}|起\s?,\s?(?:一?直)?|to|until|till|through)\s*{_OPEN}\s*(?P<now>{_NOW})(?![\u4e00-\u9fff]{{0,1}}年)"
    rf"|\s?起\s?[,/、;]\s?(?:{_point('c')})\s?(?:止|为止)"  # 二〇二四年八月起，二〇二六年七月止
    rf"|\s?[-~至到]\s?(?P<em_only>0?[1-9]|1[0-2])\s?(?P<em_mark>月|(?![\d.\-/年%万个人]))"
    rf"|\s?[-~至到]\s?(?P<em_cn>{_CN_MONTH})\s?月"
    rf"|[ \t]*(?P<open>-{{1,3}}|~)(?=[\s)\]】>,;。]|$)(?!\s*\d)"
    r")",
    re.VERBOSE | re.ASCII,
)
_SHORT = re.compile(
    r"(?=['\d])(?<![\d.\-年])(?<!\d/)'?(?P<y>\d\d)\s?(?:年\s?|[./])(?P<m>\d{1,2})(?!\d)\s?月?\s*(?:[-~▶►>]{1,4}|起?至|起?到)?\s*"
    rf"(?:(?<=[-~▶►>至到\s])'?(?P<y2>\d\d)\s?(?:年\s?|[./])(?P<m2>\d{{1,2}})(?![\d.%])\s?月?|(?P<now>{_NOW}))",
    re.ASCII,
)
# years in two digits, each with 年: 15年-19年; a length says of what (10年-15年经验)
_SHORT_YEARS = re.compile(
    rf"(?:(?<=[\n(\[,;。:|\t ])|^)(?P<y>\d\d)年[ ]?(?:初|底|末)?\s?(?:[-~▶►>]{{1,3}}|起?[至到])\s?(?:(?P<y2>\d\d)年(?![级代前后龄期制])|(?P<now>{_NOW}))"
    r"(?![^\n]{0,3}(?:经验|工龄|以上|左右|贷|期限))",
    re.ASCII,
)
# A period whose two dates stand on lines of their own
_STACKED = re.compile(
    rf"(?:^|(?<=\n))[ \t]*(?:{_point('a')})[ \t]*\n[ \t]*(?:(?:{_point('b')})|(?P<now>{_NOW}))[ \t]*(?=\n|$)",
    re.VERBOSE | re.ASCII,
)
# two columns of a table: 开始时间 | 结束时间
_COLUMNS = re.compile(
    r"(?:(?:开始|入职|加入|起始|到岗|start)[^\t\n|]{0,6}|(?:(?<=[\t|\n])|^)[ ]*(?:起|始|自|从|from)(?:时间|日期|年月)?)[ ]*[\t|][ ]*"
    r"(?:结束|离职|离岗|离开|离任|卸任|截止|终止|end|(?:止|讫|终|至|到|to)(?:时间|日期|年月)?[ ]*(?=[\t|\n]))"
)
# each end behind its own word: "起": "2024.7", "止": "2025.6" / start=2020-01 end=2022-11
_NAMED_ENDS = re.compile(
    rf"(?:起始?|始|开始|入职|自|从|start|from|begin)(?:时间|日期|年月)?[\"' ]{{0,2}}[:=][ ]?[\"']?(?:{_point('a')})[\"']?[ ]?[,;/|]?\s{{0,8}}"
    rf"[\"']?(?:截?止|终止?|结束|离职|至|到|end|to|until|讫)(?:时间|日期|年月)?[\"' ]{{0,2}}[:=][ ]?[\"']?(?:(?:{_point('b')})|(?P<now>{_NOW}|null|none|(?=[\"',;}}])))[\"']?",
    re.VERBOSE | re.ASCII,
)
_PAIR = re.compile(
    rf"(?<![\d.])(?:{_point('a')})[ ]*[\t|][ ]*(?:(?:{_point('b')})|(?P<now>{_NOW}))(?=[ ]*(?:[\t|\n]|$))",
    re.VERBOSE | re.ASCII,
)
_POINT_RE = re.compile(rf"{_BEGIN}(?:{_point('a')})", re.VERBOSE | re.ASCII)
# The patterns above are long, and most characters begin no date. These look from a first character whether one of
# them may begin there; only there is the whole pattern tried.
_MAY_BEGIN = re.compile(
    r"[0-9一二九八〇零○jfmasond](?="
    r"(?<![0-9.][0-9])(?:(?<=1)9[5-9][0-9]|(?<=2)0[0-9][0-9]|(?<=[0-9])[0-9]?\s?[/.]\s?[12][09][0-9][0-9])"
    r"|\s?[〇零○一二三四五六七八九](?:\s?[〇零○一二三四五六七八九]){0,2}\s?年"
    r"|(?:an|eb|ar|pr|ay|u[nlg]|ep|ct|ov|ec)[a-z]{0,6}[^a-z]{0,5}[0-9])"
)
_MAY_BEGIN_SHORT = re.compile(r"['0-9](?<![0-9.\-年].)(?<![0-9]/.)(?=[0-9]{1,2}\s?[年./])")
_NAMED_BEFORE = re.compile(r"(?:[起始职自从]|start|from|begin)(?:时间|日期|年月)?[\"' ]{0,2}[:=][ ]?[\"']?$")
_DATE_AND_SINCE = re.compile(
    r"(?:起|开(?=始)|以(?=来))(?:(?<=[0-9年月份日号初底末春夏秋冬].)|(?<=[0-9年月份日号初底末春夏秋冬]\s.))"
)
_SINCE = re.compile(
    rf"(?=[自从sf0-9一二九八〇零○jmaond])(?:(?:自|从|since\s|from\s)[ \t]*)?(?:{_point('a')})\s?(?:起|开始|以来)",
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class DateRange:
    """A period as written: offsets into the folded text, and what is wrong with it.

    ``flags`` hold codes: impossible_month, reversed, open_end.
    """

    start: PartialDate | None
    end: PartialDate | None
    ongoing: bool
    at: int
    to: int
    flags: tuple[str, ...] = ()


def chinese_year(text: str) -> int:
    """Digits written one by one: 二〇一八 is 2018, 九八 is 98."""
    return int("".join(_CHINESE_DIGITS[c] for c in text if not c.isspace()))


def chinese_month(text: str) -> int:
    """一 to 十二 (or digits, 二〇一八年9月) as a number."""
    if text.isdigit():
        return int(text)
    if text == "元":
        return 1
    if text.startswith("十"):
        return 10 + (int(_CHINESE_DIGITS[text[1]]) if len(text) > 1 else 0)
    return int(_CHINESE_DIGITS[text])


_HALF_MONTH = {"初": 1, "春": 3, "夏": 6, "秋": 9, "冬": 12, "底": 12, "末": 12, "上半年": 0, "下半年": 0}


_PARTS = (
    *("y", "m", "d", "y2", "m2", "d2", "cy", "cm", "sy", "sm", "shalf"),
    *("en", "ey", "en3", "ey3", "em", "ey2", "y4", "m4", "y5", "half"),
)
# by number, which is quicker than by name: in every pattern the points a and b come first
_GROUPS = {p: tuple(_RANGE.groupindex[p + part] for part in _PARTS) for p in "abc"}


def _date(match: re.Match[str], p: str) -> tuple[PartialDate | None, bool]:
    """The date under prefix ``p`` and whether its month or day is impossible."""
    y, m, d, y2, m2, d2, cy, cm, sy, sm, shalf, en, ey, en3, ey3, em, ey2, y4, m4, y5, half = match.group(*_GROUPS[p])
    year = month = day = 0
    if y:
        year, month, day = int(y), chinese_month(m), int(d or 0)
    elif y2:
        year, month, day = int(y2), int(m2), int(d2 or 0)
    elif cy:
        year = chinese_year(cy)
        month = chinese_month(cm) if cm else 0
    elif sy:
        year = _two_digit(str(chinese_year(sy)).zfill(2))
        month = chinese_month(sm) if sm else _HALF_MONTH[shalf[-1]]
    elif en:
        year, month = int(ey), _ENGLISH_MONTHS[en[:3]]
    elif en3:
        year, month = _two_digit(ey3), _ENGLISH_MONTHS[en3[:3]]
    elif em:
        year, month = int(ey2), int(em)
    elif y4:
        year, month = int(y4), int(m4)
    elif y5:
        year = int(y5)
        month = _HALF_MONTH.get(half or "", 0)
    else:
        return None, False
    if not (y or y2 or cy or sy):  # the other forms admit only real months
        return PartialDate(year, month), False
    if not month and cy:
        return PartialDate(year), False
    if not 1 <= month <= 12:
        return PartialDate(year), True
    if day and not _valid_day(year, month, day):
        return PartialDate(year, month), True
    return PartialDate(year, month, day), False


def _valid_day(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _two_digit(year: str) -> int:
    number = int(year)
    return 1900 + number if number >= 60 else 2000 + number


@lru_cache(maxsize=4)  # every extractor asks for those of the resume at hand
def _beginnings(folded: str) -> tuple[int, ...]:
    """Where a date with its full year may begin."""
    return tuple(places(_MAY_BEGIN, folded))


@lru_cache(maxsize=4)
def _short_beginnings(folded: str) -> tuple[int, ...]:
    """Where a date with a two-digit year may begin."""
    return tuple(places(_MAY_BEGIN_SHORT, folded))


def _between(begins: Sequence[int], start: int, end: int) -> Sequence[int]:
    """Those of them from ``start`` up to ``end``."""
    return begins[bisect_left(begins, start) : bisect_left(begins, end)]


def _stacked(folded: str, begins: Iterable[int], start: int, end: int) -> Iterator[re.Match[str]]:
    """Matches of ``_STACKED``: it begins with a line whose first word is a date."""
    heads = []
    for at in begins:
        while at and folded[at - 1] in " \t":
            at -= 1
        if not at or folded[at - 1] == "\n":
            heads.append(at)
    return tried(_STACKED, heads, folded, start, end)


_OTHER_DATES = re.compile(r"出生|生日|毕业|取得|获得|发证|有效|更新|填表|入党")
_DATE_CELL = re.compile(r"\s*(?:19|20)\d\d[年./\-\d月日\s]*$")
_ROW = 300  # characters of a row that are looked at to either side
_PAIR_YEARS = 15  # two dates further apart are rather a birth and something else


def _cell_pairs(folded: str, begins: Iterable[int], start: int, end: int) -> Iterator[re.Match[str]]:
    """Two cells of a row that hold nothing but a date each are a period, also without a heading that says so, when no
    third does: 2018.07 | 2021.06 | 甲乙银行 | 柜员.
    """
    for at in begins:
        edge = at
        while edge > start and folded[edge - 1] == " ":
            edge -= 1
        if edge > start and folded[edge - 1] not in "\t|\n":
            continue
        match = _PAIR.match(folded, at, end)
        first, second = (_date(match, "a")[0], _date(match, "b")[0]) if match else (None, None)
        if match is None or first is None or not first.month or (second and not second.month):
            continue
        row = folded.rfind("\n", max(0, at - _ROW), at) + 1 or max(0, at - _ROW)
        after = folded[match.end() : match.end() + _ROW].split("\n", 1)[0]
        cells = re.split(r"[\t|]", folded[row:edge] + after)
        above = (
            folded.rfind("\n", max(0, row - _ROW), max(0, row - 1)) + 1
        )  # the row above: a heading, or a row of the same kind
        if (
            any(map(_DATE_CELL.match, cells))
            or not any(re.search(r"[\u4e00-\u9fffa-z]{2}", cell) for cell in cells)
            or _OTHER_DATES.search(folded, above, max(above, row - 1))
            or (second is not None and second.year - first.year > _PAIR_YEARS)
        ):
            continue
        yield match


def _named_ends(folded: str, begins: Iterable[int], start: int, end: int) -> Iterator[re.Match[str]]:
    """Matches of ``_NAMED_ENDS``: a colon and one of its words stand before a date."""
    if any(folded[at - 1] in ":= \"'" and _NAMED_BEFORE.search(folded, max(0, at - 20), at) for at in begins if at):
        return _NAMED_ENDS.finditer(folded, start, end)
    return iter(())


def _since(folded: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Matches of ``_SINCE``, sought before each 起, 开始 or 以来 that stands behind the end of a date."""
    at = start
    for mark in _DATE_AND_SINCE.finditer(folded, start, end):
        begin = max(at, mark.start() - 40)  # no date is that long, but the blanks behind its 自 may be
        while begin > at and folded[begin] in " \t":
            begin -= 1
        if (match := _SINCE.search(folded, max(at, begin - 6), min(end, mark.start() + 2))) is not None:
            yield match
            at = match.end()


def find_ranges(folded: str, start: int = 0, end: int | None = None) -> list[DateRange]:
    """All periods in ``folded[start:end]`` in order, without overlap."""
    end = len(folded) if end is None else end
    begins = _between(_beginnings(folded), start, end)
    short_begins = _between(_short_beginnings(folded), start, end)
    found = [_range(m) for m in tried(_RANGE, begins, folded, start, end)]
    taken = [(r.at, r.to) for r in found if r is not None]
    in_cells = folded.find("\t", start, end) >= 0 or folded.find("|", start, end) >= 0
    columns = _COLUMNS.search(folded, start, end) if in_cells and begins else None
    pairs = _PAIR.finditer(folded, columns.end(), end) if columns else iter(())
    alone = _cell_pairs(folded, begins, start, end) if in_cells else iter(())
    for match in chain(_stacked(folded, begins, start, end), pairs, alone, _named_ends(folded, begins, start, end)):
        first, bad = _date(match, "a")
        second, worse = (None, False) if match["now"] is not None else _date(match, "b")
        if first is None or any(a < match.end() and match.start() < b for a, b in taken):
            continue
        if second is not None and latest(second) < earliest(first):
            continue
        flags = ["impossible_month"] if bad or worse else []
        found.append(_checked(first, second, match["now"] is not None, match.start(), _end(match), flags))
        taken.append((match.start(), match.end()))
    for match in tried(_SHORT, short_begins, folded, start, end):
        if any(a < match.end() and match.start() < b for a, b in taken):
            continue
        first = _short_date(match["y"], match["m"])
        second = _short_date(match["y2"], match["m2"]) if match["y2"] else None
        if first is None or (match["y2"] and second is None):
            continue
        found.append(_checked(first, second, bool(match["now"]), match.start(), _end(match), []))
        taken.append((match.start(), match.end()))
    for match in tried(_SHORT_YEARS, short_begins, folded, start, end):
        if any(a < match.end() and match.start() < b for a, b in taken):
            continue
        first = PartialDate(_two_digit(match["y"]))
        second = PartialDate(_two_digit(match["y2"])) if match["y2"] else None
        found.append(_checked(first, second, bool(match["now"]), match.start(), _end(match), []))
        taken.append((match.start(), match.end()))
    for match in _since(folded, start, end):
        if any(a < match.end() and match.start() < b for a, b in taken):
            continue
        first, bad = _date(match, "a")
        if first is not None:
            found.append(
                DateRange(
                    first,
                    None,
                    False,
                    match.start(),
                    _end(match),
                    ("open_end", "impossible_month") if bad else ("open_end",),
                )
            )
    return sorted((r for r in found if r is not None), key=lambda r: r.at)


def _end(match: re.Match[str]) -> int:
    """End of a match without the blank or line break that an optional 月 may have taken along."""
    return match.start() + len(match[0].rstrip())


def _short_date(year: str, month: str) -> PartialDate | None:
    return PartialDate(_two_digit(year), int(month)) if 1 <= int(month) <= 12 else None


def _range(match: re.Match[str]) -> DateRange | None:
    flags: list[str] = []
    start, bad = _date(match, "a")
    if bad:
        flags.append("impossible_month")
    if start is None:
        return None
    if match["now"]:
        if "\n" in match[0] and match["now"] not in ("至今", "今", "迄今", "now", "present"):
            return None  # （1990/11/24） / ---- / 目前居住地
        return _checked(start, None, True, match.start(), _end(match), flags)
    if match["open"]:
        if not start.month:  # "2018 - " is as likely a list mark as an open end
            return None
        return DateRange(start, None, False, match.start(), _end(match), (*flags, "open_end"))
    if match["em_only"] or match["em_cn"]:
        month = chinese_month(match["em_only"] or match["em_cn"])
        if not start.month or month < start.month or (match["em_mark"] == "" and (start.day or match["as"] == "-")):
            return None  # 1994-02-11 is a day
        return _checked(start, PartialDate(start.year, month), False, match.start(), _end(match), flags)
    end: PartialDate | None
    if match["short_y"]:
        end, bad = PartialDate(_two_digit(match["short_y"]), int(match["short_m"])), False
        if not start.month or end is None or not earliest(start) <= earliest(end) <= earliest(start) + 12 * _PAIR_YEARS:
            return None  # 2018.07-08.12: days of July
    else:
        end, bad = _date(match, "b")
    if end is None:
        end, bad = _date(match, "c")
    if bad:
        flags.append("impossible_month")
    return _checked(start, end, False, match.start(), _end(match), flags)


def _checked(
    start: PartialDate, end: PartialDate | None, ongoing: bool, at: int, to: int, flags: list[str]
) -> DateRange:
    if end is not None and latest(end) < earliest(start):
        flags.append("reversed")
    return DateRange(start, end, ongoing, at, to, tuple(dict.fromkeys(flags)))


def find_points(folded: str, start: int = 0, end: int | None = None) -> Iterator[tuple[PartialDate, int, int]]:
    """All single dates in ``folded[start:end]`` with their offsets (ranges yield both ends)."""
    if start == 0 and (end is None or end == len(folded)):
        return iter(_all_points(folded))
    return _points(folded, start, len(folded) if end is None else end)


@lru_cache(maxsize=4)  # several extractors ask for those of the resume at hand
def _all_points(folded: str) -> tuple[tuple[PartialDate, int, int], ...]:
    return tuple(_points(folded, 0, len(folded)))


def _points(folded: str, start: int, end: int) -> Iterator[tuple[PartialDate, int, int]]:
    for match in tried(_POINT_RE, _between(_beginnings(folded), start, end), folded, start, end):
        date, _ = _date(match, "a")
        if date is not None:
            yield date, match.start(), _end(match)


# --- months -----------------------------------------------------------------------------------------------------


def earliest(date: PartialDate) -> int:
    """Month number (year × 12 + month - 1) of the earliest reading."""
    return date.year * 12 + (date.month or 1) - 1


def latest(date: PartialDate) -> int:
    """Month number of the latest reading."""
    return date.year * 12 + (date.month or 12) - 1


def month_of(day: dt.date) -> int:
    """Month number of a calendar day."""
    return day.year * 12 + day.month - 1


@dataclass(frozen=True, slots=True)
class Interval:
    """Months a spell surely covers (``inner``) and may cover (``outer``), as half-open month numbers or None."""

    inner: tuple[int, int] | None
    outer: tuple[int, int] | None


def interval(
    start: PartialDate | None,
    end: PartialDate | None,
    ongoing: bool,
    as_of: dt.date,
    flags: Iterable[str] = (),
    both_ends: bool = True,
) -> Interval:
    """The months of a period up to ``as_of``; both end months count (DESIGN decision 3) unless ``both_ends`` is False.

    A reversed or endless period surely covers little: its inner part is None or the first month; it is never swapped.
    """
    now = month_of(as_of)
    if start is None:
        return Interval(None, None)
    flags = set(flags)
    if "reversed" in flags and end is not None:
        low, high = min(earliest(start), earliest(end)), max(latest(start), latest(end))
        return Interval(None, _clip(low, high, now, both_ends))
    if ongoing:
        return Interval(_clip(latest(start), now, now, both_ends), _clip(earliest(start), now, now, both_ends))
    if end is None:
        return Interval(
            _clip(latest(start), latest(start), now, both_ends), _clip(earliest(start), now, now, both_ends)
        )
    inner = _clip(latest(start), earliest(end), now, both_ends)
    if start.year == end.year and not start.month and not end.month:
        inner = None
    return Interval(inner, _clip(earliest(start), latest(end), now, both_ends))


def _clip(first: int, last: int, now: int, both_ends: bool) -> tuple[int, int] | None:
    last = min(last, now)
    stop = last + 1 if both_ends else last
    return (first, stop) if first < stop else None


def union_months(intervals: Iterable[tuple[int, int] | None]) -> int:
    """Months covered by half-open month intervals, overlaps once (B088)."""
    total = 0
    reach = -1
    for first, stop in sorted(i for i in intervals if i is not None):
        total += max(0, stop - max(first, reach))
        reach = max(reach, stop)
    return total


def span(intervals: Iterable[Interval]) -> MonthSpan:
    """Lower and upper bound of the months covered by all intervals together."""
    items = list(intervals)
    low = union_months(i.inner for i in items)
    return MonthSpan(low, max(low, union_months(i.outer for i in items)))


def full_years(birth: PartialDate, as_of: dt.date) -> tuple[int, int]:
    """Age in full years (周岁) at ``as_of``: lowest and highest reading of the birth date. A leap-day birth counts
    from 1 March in common years (Civil Code art. 1259 counts the day itself; 周岁 is complete the day after the 28th).
    """
    first = (birth.month or 1, birth.day or 1)
    last = (birth.month or 12, birth.day or 31)
    today = (as_of.month, as_of.day)
    years = as_of.year - birth.year
    return years - (today < last), years - (today < first)
