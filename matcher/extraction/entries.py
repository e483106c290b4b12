"""Cut a resume into dated entries: which lines belong to which period, whatever the layout.

Layouts met: date before or after the employer, on its own line, in a table row, many in one line, in prose.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from matcher.extraction.dates import DateRange
from matcher.extraction.labels import Label
from matcher.extraction.lexicon import Lexicon
from matcher.text import Section, heading_kind

# Sections whose periods are no work or study of the candidate
_SKIPPED = frozenset({"advert", "family", "reference"})
_BULLET = re.compile(
    r"\s*(?:[-+*•●▪■◆◇○·>▶►★☆◎※▲△▽▼◦‣・└├✓✔✦❖➢➤]|[\U0001f000-\U0001faff]|\(?\d{1,2}[.、)）](?!\d)|[①-⑳])\s*"
)
_NUMBERED = re.compile(r"[ \t]*\(?(?:\d{1,2}|[一二三四五六七八九十])[.、)）](?!\d)|[ \t]*[①-⑳]")
_DURATION = re.compile(
    r"[\[(]?\s*(?:共|约|合计)?\s*(?:\d{1,2}\s*年(?:\s*\d{1,2}\s*个月)?|\d{1,3}\s*个月|\d+\s*(?:yrs?|years?|mos?|months?))\s*[\])]?"
)
_SENTENCE_END = re.compile(r"[。;!?]\s*$")
_FULL_STOP = re.compile(r"[。!?]\s*")
_MAX_HEADER = 64


@dataclass(frozen=True, slots=True)
class Entry:
    """A dated block. ``header`` are the spans that name it (date removed); ``start``/``end`` cover duties too.

    ``cells`` map a field of data/labels.csv to its span where a table's heading row says so.
    """

    section: str
    period: DateRange
    header: tuple[tuple[int, int], ...]
    start: int
    end: int
    cells: tuple[tuple[str, int, int], ...] = ()


class _Line(NamedTuple):  # there are many: cheaper to make than a dataclass
    start: int
    end: int


def header_words(lex: Lexicon, folded: str, start: int, end: int) -> bool:
    """Whether a span names an employer, a title, a school or a degree."""
    return (
        lex.employers.first(folded, start, end) is not None
        or lex.titles.first(folded, start, end) is not None
        or lex.schools.first(folded, start, end) is not None
        or lex.school_words.any_in(folded[start:end])
        or any(h.value is not None for h in lex.degrees.scan(folded, start, end))
    )


def _width(text: str) -> float:
    """Length in Chinese characters; Latin ones count half."""
    return sum(0.5 if c.isascii() else 1.0 for c in text)


def _is_wide(text: str) -> bool:
    """Whether a text is wider than a header may be."""
    return len(text) > _MAX_HEADER and _width(text) > _MAX_HEADER


def is_header_line(lex: Lexicon, folded: str, line: _Line) -> bool:
    """A short line that names something and is no bullet and no sentence."""
    text = folded[line.start : line.end].strip()
    if not text or _is_wide(text) or "://" in text:
        return False
    plain = _BRACKETED.sub("", text)  # 果壳屋公司（社区团购，C轮）: what a bracket says is no sentence
    if _SENTENCE_END.search(plain) or ";" in plain:
        return False
    bullet = _BULLET.match(text)
    if bullet and not text.startswith(("*", "■", "◆", "●", "▶", "★")):
        numbered = bullet[0].strip()[:1].isalnum() or bullet[0].strip()[:1] in "(①②③④⑤⑥⑦⑧⑨⑩"
        named = len(text) <= 40 and names_employer(lex, folded, line.start, line.end)
        if not named or not (numbered or _only_names(lex, plain[bullet.end() :])):
            return False
    if _OF_DUTIES.match(text):
        return False
    first, comma, _ = plain.partition(",")
    if comma and not _ends_with_name(lex, first):
        return False  # 接外包，长期客户两家保险公司
    return header_words(lex, folded, line.start, line.end)


_OF_DUTIES = re.compile(r"(?:工作|主要|岗位)?(?:描述|内容|职责|业绩|成果)\s*[:]")
_BRACKETED = re.compile(r"\([^()\n]*\)")
_TAIL_OF_NAME = re.compile(r"[\s\-|/·:~>]+")


def _only_names(lex: Lexicon, text: str) -> bool:
    """Whether each piece of a bulleted line is an employer's name or a title, so that the bullet heads an entry."""
    pieces = [x for x in _TAIL_OF_NAME.split(text) if x]
    return bool(pieces) and all(
        not re.search(r"[,、。;]", x)
        and len(x) <= 24
        and (
            any(h.end >= len(x) for h in lex.employers.scan(x)) or any(h.end >= len(x) - 1 for h in lex.titles.scan(x))
        )
        for x in pieces
    )


def _ends_with_name(lex: Lexicon, text: str) -> bool:
    """Whether a text ends with an employer, a title, a school or in Latin letters."""
    tail = text.rstrip()
    return (
        tail[-1:].isascii()
        or any(h.end == len(tail) for h in lex.employers.scan(tail))
        or any(h.end >= len(tail) - 1 for h in lex.titles.scan(tail))
        or lex.school_words.any_in(tail)
    )


def _lines(folded: str) -> list[_Line]:
    """Lines; a long line of prose counts as one line a sentence."""
    lines = []
    pos = 0
    for piece in folded.split("\n"):
        end = pos + len(piece)
        if len(piece) > 120 and "\t" not in piece and "|" not in piece:
            start = pos
            for match in re.finditer(r"[。;!?]|\.(?=[\u4e00-\u9fff\s])", piece):
                if pos + match.end() - start > 8:
                    lines.append(_Line(start, pos + match.end()))
                    start = pos + match.end()
            if start < end or not piece:
                lines.append(_Line(start, end))
        else:
            lines.append(_Line(pos, end))
        pos = end + 1
    return lines


_AROUND_DATE = re.compile(
    r"[\s\-—~|()\[\]<>【】*•●■◆▶★·:,.。、/#]|时间|起止|在职|任职|就读|全职|期间|^from|^since|[自从]$"
)
# a character that no duration and nothing else around a date has
_SAYS_SOMETHING = re.compile(r"[^\s\da-z\-—~|()\[\]<>【】*•●■◆▶★·:,.。、/#共约合计年个月时间起止在职任就读全期自从]")


def _blank(folded: str, start: int, end: int) -> bool:
    """Whether nothing is said beside a date but how long it was."""
    if start >= end:
        return True
    if _SAYS_SOMETHING.search(folded, start, end):
        return False
    return not _AROUND_DATE.sub("", _DURATION.sub("", folded[start:end]))


def find_entries(
    lex: Lexicon, folded: str, sections: Sequence[Section], labels: Sequence[Label], periods: Sequence[DateRange]
) -> tuple[Entry, ...]:
    """All dated entries in text order; ``periods`` are those of the whole text, ``find_ranges(folded)``."""
    lines = _lines(folded)
    starts = [line.start for line in lines]
    section_starts = [s.start for s in sections]
    labelled: dict[int, list[Label]] = {}
    captions: set[int] = set()  # lines that hold only a label, whose value is the next line
    for label in labels:
        row, value_row = (bisect_right(starts, at) - 1 for at in (label.start, label.value_start))
        if row == value_row and label.value_end <= label.value_start and label.value_start >= lines[row].end:
            value_row = min(row + 1, len(lines) - 1)  # 时间： / 2015.8 至 2019.10
        labelled.setdefault(value_row, []).append(label)
        if row != value_row:
            captions.add(row)

    def line_of(at: int) -> int:
        return bisect_right(starts, at) - 1

    def section_of(at: int) -> Section:
        n = max(0, bisect_right(section_starts, at) - 1)
        section = sections[n]
        head = folded.rfind("\n", 0, section.start) + 1
        if (
            n
            and section.kind == "reference"
            and folded[head : section.start].strip()
            and "\n" in folded[section.start : at]
        ):
            return replace(sections[n - 1], end=section.end)  # 证明人：张总: a line in a job, not the end of the jobs
        return section

    by_line: dict[int, list[DateRange]] = {}
    for period in periods:
        section = section_of(period.at)
        if section.kind not in _SKIPPED:
            by_line.setdefault(line_of(period.at), []).append(period)
    for i, ranges in by_line.items():  # 高级数据分析师（2024年起） beside a full period is a turn within it
        full = [r for r in ranges if not is_since(folded, r)]
        by_line[i] = full or ranges
    anchors = {
        i
        for i, ranges in by_line.items()
        if _is_record(folded, labelled.get(i, ()), ranges)
        or _anchors(lex, folded, lines[i], ranges, section_of(ranges[0].at))
    }

    # (section, period, header spans, block start, cells); block ends are set afterwards
    drafts: list[tuple[Section, DateRange, list[tuple[int, int]], int, tuple[tuple[str, int, int], ...]]] = []
    direction: dict[int, str] = {}
    claimed: set[int] = set()
    for i in sorted(anchors):
        ranges = by_line[i]
        line = lines[i]
        section = section_of(ranges[0].at)
        if len(ranges) > 1 and not _is_record(folded, labelled.get(i, ()), ranges):
            for period, (s, e) in zip(ranges, _segments(lex, folded, line, ranges), strict=True):
                around = [(_tail(folded, s, period.at), period.at), (period.to, _head(folded, period.to, e))]
                spans = [(a, b) for a, b in around if b > a]
                drafts.append((section, period, spans, min(s, period.at), ()))
            claimed.add(i)
            continue
        period = ranges[0]
        last = line_of(period.to)  # a stacked date ends on a later line
        body_start = max(line.start, section.start) if section.start <= period.at else line.start
        body_start = _body_start(lex, folded, body_start, period.at)
        around = [
            (_tail(folded, body_start, period.at), period.at),
            (period.to, _head(folded, period.to, lines[last].end)),
        ]
        if folded[body_start : period.at].rstrip().endswith(":") and folded[period.to : period.to + 1] in (".", "。"):
            around = around[:1]  # what follows the full stop are duties
        spans = [(a, b) for a, b in around if not _blank(folded, a, b)]
        block_start = body_start
        claimed.update(range(i, last + 1))
        if _is_record(folded, labelled.get(i, ()), ranges):
            for k in _record(lex, lines, labelled, i, claimed, anchors, folded, captions):
                spans.append((lines[k].start, lines[k].end))
                claimed.add(k)
                block_start = min(block_start, lines[k].start)
            drafts.append((section, period, sorted(spans), block_start, ()))
            continue
        cells = _cells(lex, folded, lines, i, section, period)
        if section.start not in direction:
            first = line_of(section.start)
            above = any(
                k not in claimed and is_header_line(lex, folded, lines[k])
                for k in range(first if section.start <= lines[first].start else first + 1, i)
            )
            direction[section.start] = "before" if above else "after"
        if not cells and not _complete(lex, folded, spans):
            before, after = _neighbours(lex, folded, lines, i, last, anchors, claimed, section)
            way = direction[section.start]
            if i == 0 or not folded[lines[i - 1].start : lines[i - 1].end].strip():
                way = "after" if after else way
            elif last + 1 >= len(lines) or not folded[lines[last + 1].start : lines[last + 1].end].strip():
                way = "before" if before else way
            way = way if before else "after"
            preferred, other = (before, after) if way == "before" else (after, before)
            if way == "before" and before and any(names_title(lex, folded, *x) for x in spans):
                other = []  # 快拿无人柜 / BD经理 2022.01-至今: who above, what beside the date
            if way == "before" and any(_NUMBERED.match(folded, lines[k].start) for k in other[:1]):
                other = []  # 2. the next item of a list
            for k in [*preferred, *other[: 1 if way == "before" else 2]]:
                if k in preferred or not _complete(lex, folded, spans):
                    spans.append((lines[k].start, lines[k].end))
                    claimed.add(k)
                    block_start = min(block_start, lines[k].start)
            told = _first_sentence(lex, folded, lines, last + 1, anchors, claimed)
            caption = bool(_CAPTION.match(folded[line.start : line.end].strip()))
            if told and (caption or not any(header_words(lex, folded, *x) for x in spans)):
                spans = [told] if caption else [*spans, told]
        drafts.append((section, period, sorted(spans), block_start, cells))

    drafts.sort(key=lambda d: (d[3], d[1].at))
    entries = []
    for n, (section, period, header, start, cells) in enumerate(drafts):
        end = section.end if section.end > period.to else len(folded)
        if n + 1 < len(drafts):
            end = min(end, max(drafts[n + 1][3], period.to))
        head = max([period.to, *(b for _, b in header)])
        if (part := _NEW_PART.search(folded, head, end)) is not None:
            end = part.start()
        entries.append(Entry(section.kind, period, tuple(header), start, end, cells))
    return tuple(entries)


# a line that opens another part of the resume, whatever it is called: 【两个故事】, #器#
_NEW_PART = re.compile(r"\n[ \t]*(?:【[^【】\n]{1,12}】|〖[^〖〗\n]{1,12}〗|#[^#\n]{1,8}#)[ \t]*(?=\n)")


def _first_sentence(
    lex: Lexicon, folded: str, lines: Sequence[_Line], k: int, anchors: set[int], claimed: set[int]
) -> tuple[int, int] | None:
    """The first sentence of the line below a heading with a date, when it says who and what: 富滇银行，交互设计岗。"""
    if k >= len(lines) or k in anchors or k in claimed:
        return None
    line = lines[k]
    stop = _FULL_STOP.search(folded, line.start, min(line.end, line.start + 48))
    if stop is None or re.match(r"负责|参与|主导|协助|完成|主要", folded[line.start : line.end]):
        return None
    return (line.start, stop.start()) if header_words(lex, folded, line.start, stop.start()) else None


def _tail(folded: str, start: int, end: int) -> int:
    """Where the words that lead up to a date begin: in prose only its own clause or two, not the whole paragraph."""
    if not _is_wide(folded[start:end]):
        return start
    for match in re.finditer(r"[。;!?]", folded[start:end]):
        if end - (start + match.end()) >= 6:
            found = start + match.end()
            if end - found <= _MAX_HEADER:
                return found
    commas = [start + m.end() for m in re.finditer(r"[,、]", folded[start:end]) if end - (start + m.end()) >= 6]
    return next((c for c in commas if end - c <= 48), _after_date(folded, max(start, end - 40), end))


def _after_date(folded: str, at: int, end: int) -> int:
    """``at`` or, when that is inside a date, where the date ends: no name begins with 月进."""
    return _REST_OF_DATE.match(folded, at, end).end()  # type: ignore[union-attr]


_REST_OF_DATE = re.compile(r"[\d\s年]*(?:月份?)?(?:起)?")


def _head(folded: str, start: int, end: int) -> int:
    """Where the words that follow a date end: in prose its own sentence."""
    if end - start <= _MAX_HEADER:
        return end
    match = re.compile(r"[。;!?]").search(folded, start + 6, end)
    return min(match.start() if match else end, start + 80)


_RECORD_FIELDS = frozenset(
    {"employer", "title", "department", "school", "major", "degree", "mode", "kind", "graduated", "studied"}
)


_NAMED_START = re.compile(r"[^\W\d]{1,6}[\"' ]{0,2}[:=]")


def _is_record(folded: str, labels: Sequence[Label], ranges: Sequence[DateRange]) -> bool:
    """Whether the period is the value of a label (`在职时间：2019.07-2023.12`, `自【…】到【…】`, `开始时间：2018-04`)."""
    if _NAMED_START.match(folded, ranges[0].at, ranges[0].to) and "\n" in folded[ranges[0].at : ranges[0].to]:
        return True
    return any(
        x.field == "period" and (x.value_start <= ranges[0].at < x.value_end or 0 <= ranges[0].at - x.value_start <= 4)
        for x in labels
    )


def _record(
    lex: Lexicon,
    lines: Sequence[_Line],
    labelled: Mapping[int, list[Label]],
    i: int,
    claimed: set[int],
    anchors: set[int],
    folded: str,
    captions: set[int],
) -> list[int]:
    """Lines of the labelled record around a period's line: until a field repeats or the labels stop."""
    seen = {x.field for x in labelled.get(i, ()) if x.field in _RECORD_FIELDS}
    found: list[int] = []
    k = i - 1
    while k >= 0 and i - k <= 8 and len(found) < 4 and k not in claimed and k not in anchors:
        fields = {x.field for x in labelled.get(k, ())} & _RECORD_FIELDS
        if k not in captions:
            if not fields or fields & seen:
                break
            seen |= fields
            found.append(k)
        k -= 1
    if not seen & {"employer", "school"} and k >= 0 and k not in claimed and i - k <= 4:
        line = lines[k]  # 甲乙银行 / 职位：客户经理 / 在职时间：…
        if names_employer(lex, folded, line.start, line.end) and is_header_line(lex, folded, line):
            found.append(k)
            seen.add("employer")
    k = i + 1
    after = 0
    while k < len(lines) and k - i <= 8 and after < 4 and k not in anchors:
        fields = {x.field for x in labelled.get(k, ())} & _RECORD_FIELDS
        if k not in captions:
            if not fields or fields & seen or (found and _next_record(labelled, k, anchors)):
                break
            seen |= fields
            found.append(k)
            after += 1
        k += 1
    return found


def _next_record(labelled: Mapping[int, list[Label]], k: int, anchors: set[int]) -> bool:
    """Whether line ``k`` opens the next record: it names an employer or school and a period follows it."""
    opens = {x.field for x in labelled.get(k, ())} & {"employer", "school"}
    return bool(opens) and any(j in anchors for j in (k + 1, k + 2))


def _cells(
    lex: Lexicon,
    folded: str,
    lines: Sequence[_Line],
    i: int,
    section: Section,
    period: DateRange,
) -> tuple[tuple[str, int, int], ...]:
    """Columns of a table row by the heading row above it (时间 | 公司 | 职位)."""
    line = lines[i]
    for mark in ("\t", "|"):
        if mark not in folded[line.start : line.end]:
            continue
        row = _split(folded, line, mark)
        for k in range(i - 1, max(-1, i - 40), -1):
            if mark not in folded[lines[k].start : lines[k].end]:
                if not folded[lines[k].start : lines[k].end].strip():
                    continue
                break
            heads = _split(folded, lines[k], mark)
            names = [_field_of(lex, folded, *h) for h in heads]
            if (
                len(
                    [
                        n
                        for n in names
                        if n in ("employer", "title", "period", "school", "major", "degree", "department")
                    ]
                )
                < 2
            ):
                continue
            shift = 0
            if len(heads) != len(row):
                at = next((n for n, (a, b) in enumerate(row) if a <= period.at < b), 0)
                shift = at - (names.index("period") if "period" in names else 0)
            return tuple(
                (name, *row[n + shift])
                for n, name in enumerate(names)
                if name and 0 <= n + shift < len(row) and name != "period" and row[n + shift][1] > row[n + shift][0]
            )
    return ()


def _split(folded: str, line: _Line, mark: str) -> list[tuple[int, int]]:
    spans = []
    pos = line.start
    for piece in folded[line.start : line.end].split(mark):
        a, b = pos, pos + len(piece)
        pos = b + 1
        while a < b and folded[a].isspace():
            a += 1
        while b > a and folded[b - 1].isspace():
            b -= 1
        spans.append((a, b))
    return (
        spans[1:-1]
        if mark == "|" and len(spans) > 2 and spans[0][0] == spans[0][1] and spans[-1][0] == spans[-1][1]
        else spans
    )


def _field_of(lex: Lexicon, folded: str, start: int, end: int) -> str:
    """The field that a heading cell names, or ""."""
    hit = lex.labels.first(folded, start, end)
    return hit.value if hit and hit.start == start and end - hit.end <= 4 else ""


def is_since(folded: str, period: DateRange) -> bool:
    """Whether a period is only a beginning (2022年起), not an open range (2022.03-)."""
    open_end = period.end is None and not period.ongoing and "open_end" in period.flags
    return open_end and folded[period.to - 1 : period.to] not in ("-", "~")


_ASPECT = re.compile(r"(?:在职|任职|工作|在岗)?(?:期间|其间)|参与|负责|主导|完成|牵头|带领|协助|获得?|荣获|被评")
_CAPTION = re.compile(r"[【\[〖#]|第.{1,3}[章节部回页]")
_CLOSED_CAPTION = re.compile(r"\s*[【\[〖][^【】\[\]〖〗\n]{1,12}[】\]〗]\s*")
_LEAD_IN = re.compile(r"^\s*(?:from|since|between|自|从|由|于)\s*$")
_LIST_MARK = re.compile(r"^\s*v?\d{1,2}(?:\.\d+)*\s*[(\[]")  # v2(2022/03 → 至今)…


def _stops(folded: str, start: int, end: int) -> list[int]:
    """Where sentences begin in a span; a mark inside a bracket ends none: 西南大学（985？不，211） 金融学."""
    return [
        m.end()
        for m in _FULL_STOP.finditer(folded, start, end)
        if folded.count("(", start, m.start()) <= folded.count(")", start, m.start())
    ]


def _body_start(lex: Lexicon, folded: str, start: int, at: int) -> int:
    """Where the words before a date begin that belong to it: behind a full stop, and behind a semicolon when the rest
    names an employer (全日制本科。2019.07-至今 云桥支付: the sentence before tells of something else).
    """
    if start >= at:
        return start
    start = max([start, *_stops(folded, start, at)])
    mark = folded.rfind(";", start, at)
    return mark + 1 if mark >= 0 and names_employer(lex, folded, mark + 1, at) else start


def _anchors(lex: Lexicon, folded: str, line: _Line, ranges: Sequence[DateRange], section: Section) -> bool:
    """Whether the periods of a line start entries, rather than stand inside a sentence about duties."""
    first, last = ranges[0], ranges[-1]
    if len(ranges) == 1 and is_since(folded, first):
        # 2022年起担任测试组长: a turn within the job around it; a sentence is read as prose
        rest = _BRACKETED.sub("", folded[last.to : line.end])
        if re.search(r"[,。;]", rest):
            return False
        if not rest.strip() and not folded[line.start : first.at].strip():  # 2027.01 起（已签约） / 甲公司 商务经理
            below = folded.find("\n", line.end + 1)
            below = len(folded) if below < 0 else below
            return line.end < below and is_header_line(lex, folded, _Line(line.end + 1, below))
        return names_employer(lex, folded, last.to, min(line.end, last.to + 40))
    body = max(line.start, section.start if section.start < first.at else line.start)
    body = _body_start(lex, folded, body, first.at)
    before, after = folded[body : first.at], folded[last.to : line.end]
    bullet = _BULLET.match(before)
    lead = before[bullet.end() :] if bullet else before
    lead = _LEAD_IN.sub("", _LIST_MARK.sub("", lead))
    if caption := _CLOSED_CAPTION.match(lead):
        lead = lead[caption.end() :]  # 【第二航段】2021年9月-2026年10月，蜀翔航空，乘务长
    if not lead.strip(" \t|([【*-—:,") or len(ranges) > 1:
        if len(after) <= _MAX_HEADER or len(ranges) > 1 or _blank(folded, last.to, line.end):
            return True
        return header_words(lex, folded, last.to, min(line.end, last.to + 50))
    if _ASPECT.match(lead.strip()) and not names_employer(lex, folded, last.to, min(line.end, last.to + 30)):
        return False  # 期间参与2019.03-2019.09新核心上线项目
    if _CAPTION.match(lead.strip()) and _blank(folded, last.to, line.end):
        return True  # 【第三章 第一块屏幕，2018年1月至2020年8月】
    if section.kind in ("work", "internship") and len(lead) <= 48 and re.search(r"[^:]{4,}:\s*$", lead):
        return True  # Iron Panda Gym, Fitness Coach: July 2021 till August 2024. …
    if len(after.strip()) <= 24 or _blank(folded, last.to, line.end):
        inside = lead.count("(") > lead.count(")")
        if inside and lead.endswith("(") and names_employer(lex, folded, body, first.at - 1):
            return True  # ①东莞银行（2021/02-迄今）电子银行运营主任
        long = _is_wide(lead)
        if section.kind in ("work", "internship") and not bullet and not inside and not long:
            return True
        if (inside and (long or bullet)) or long or re.search(r"[。;!?]", lead.rstrip(" 。;")):
            return "\t" in folded[line.start : line.end] and not bullet
        return header_words(lex, folded, body, line.end) or section.kind in ("project", "education", "campus")
    if "\t" in folded[line.start : line.end] or "|" in folded[line.start : line.end]:
        return True
    # prose: `...2018年7月至2021年6月在甲银行任柜员...`
    return header_words(lex, folded, last.to, min(line.end, last.to + 50)) or header_words(
        lex, folded, max(body, first.at - 50), first.at
    )


def _segments(lex: Lexicon, folded: str, line: _Line, ranges: Sequence[DateRange]) -> list[tuple[int, int]]:
    """Share a line among its periods, sentence by sentence: one may put its dates behind what they date, the next before
    it (本科（重庆大学，2008-2012）。2012.07-2015.06甲乙银行柜员；…).
    """
    spans: list[tuple[int, int]] = []
    start, first = line.start, 0
    for n, period in enumerate(ranges):
        stops = _stops(folded, period.to, ranges[n + 1].at) if n + 1 < len(ranges) else [line.end]
        if stops:
            spans += _segments_of(lex, folded, _Line(start, stops[-1]), ranges[first : n + 1])
            start, first = stops[-1], n + 1
    return spans


def _segments_of(lex: Lexicon, folded: str, line: _Line, ranges: Sequence[DateRange]) -> list[tuple[int, int]]:
    """Share a sentence among its periods: text before each date, or text after it."""
    begin = max([line.start, *_stops(folded, line.start, ranges[0].at)])
    lead = begin, ranges[0].at
    tail = ranges[-1].to, line.end
    trailing = header_words(lex, folded, *lead) and not _blank(folded, *lead)
    if trailing and header_words(lex, folded, *tail) and not _blank(folded, *tail):
        # both ends speak: the date belongs to what follows unless a separator stands right after it
        trailing = bool(re.match(r"\s*[;,。、)）]", folded[ranges[0].to : ranges[0].to + 3]))
    spans = []
    for n, period in enumerate(ranges):
        if trailing:
            start = ranges[n - 1].to if n else begin
            stop = period.to if n + 1 < len(ranges) else line.end
            spans.append((start, stop))
        else:
            start = period.at if n else begin
            stop = ranges[n + 1].at if n + 1 < len(ranges) else line.end
            spans.append((start, stop))
    return spans


def _complete(lex: Lexicon, folded: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether the header names both who and what: an employer and a title, or a school and a degree."""
    if any(names_employer(lex, folded, s, e) for s, e in spans) and any(
        names_title(lex, folded, s, e) for s, e in spans
    ):
        return True
    return any(h.value is not None for s, e in spans for h in lex.degrees.scan(folded, s, e)) and any(
        lex.schools.first(folded, s, e) or _SCHOOL_WORD.search(folded, s, e) for s, e in spans
    )


_SCHOOL_WORD = re.compile(r"大学|学院|学校|中学")


def names_title(lex: Lexicon, folded: str, start: int, end: int) -> bool:
    """A title word that is no part of an employer's name behind it: 平面设计师, not the 品牌设计 of 红壤品牌设计有限公司."""
    for hit in lex.titles.scan(folded, start, end):
        if folded.count("(", start, hit.start) > folded.count(")", start, hit.start):
            continue  # 楚天金服公司（网贷系统开发商）
        stop = _WORD_END.search(folded, hit.end, end)
        rest = stop.start() if stop else end
        if hit.end == rest or lex.employers.first(folded, hit.end, rest) is None:
            return True
    return False


_WORD_END = re.compile(r"[\s,;|(。]")
STRONG = frozenset({"公司", "集团", "银行", "支行", "分行", "有限公司", "股份有限公司", "有限责任公司", "分公司"})


def names_employer(lex: Lexicon, folded: str, start: int, end: int) -> bool:
    """An employer word that ends a name of its own: 重庆农村商业银行, not the 金融 of 金融产品经理."""
    for hit in lex.employers.scan(folded, start, end):
        strong = hit.term in STRONG
        before = folded[max(start, hit.start - 2) : hit.start]
        ends = hit.end >= end or not ("\u4e00" <= folded[hit.end] <= "\u9fff")
        if (hit.term.isascii() or len(before.strip(" \t|:,·")) == 2) and (ends or strong):
            return True
    return False


def _bare_name(folded: str, line: _Line) -> bool:
    """A short line of name-like words right above a date line: an employer without any telling word (青柚互动)."""
    text = folded[line.start : line.end].strip()
    return (
        2 <= _width(text) <= 20
        and not re.search(r"[,、。;:!?@\d]", text)
        and (not (bullet := _BULLET.match(text)) or folded.startswith(bullet[0], line.end + 1))
        and heading_kind(text) is None
    )


def _bare_block(folded: str, lines: Sequence[_Line], i: int, last: int, k: int, anchors: set[int]) -> bool:
    """Whether line ``k`` is one of the two short lines of a block under a date that stands alone (2015.7 - 2018.8 /
    平安普惠 / 电销坐席): set apart by a blank line, the next date or the end of the text.
    """

    def ends(row: int) -> bool:
        return row >= len(lines) or row in anchors or not folded[lines[row].start : lines[row].end].strip()

    alone = not i or ends(i - 1) or heading_kind(folded[lines[i - 1].start : lines[i - 1].end].strip()) is not None
    return (
        (alone or i - 1 in anchors or (i >= 3 and any(i - n in anchors for n in (2, 3, 4))))
        and k <= last + 2
        and (ends(k + 1) or (k == last + 1 and ends(k + 2)))
        and _bare_name(folded, lines[k])
    )


# lines between employer and title that board exports put in: the trade, the department, the size
_ASIDE = re.compile(r"(?:所属|公司|企业)?(?:行业|性质|规模|部门)\s*:.{0,24}|[\u4e00-\u9fff]{1,8}(?:部|中心|室|组)")


_OWN_DATE = re.compile(r"[^\w\n]*(?:19|20)\d\d\s?[年./-]\s?\d{1,2}(?!\d)")
# 经历一, 第二份工作: a line that only counts
_COUNTED_CAPTION = re.compile(
    r"[^\w\n]*(?:工作|职业|任职|实习)?(?:经历|履历|单位|公司|岗位|工作|职位)?\s?[一二三四五六七八九\d]{1,2}[^\w\n]*|第.{1,2}[段份家个](?:工作|经历|公司|单位)?:?"
)


def _neighbours(
    lex: Lexicon,
    folded: str,
    lines: Sequence[_Line],
    i: int,
    last: int,
    anchors: set[int],
    claimed: set[int],
    section: Section,
) -> tuple[list[int], list[int]]:
    """Header-like lines next to a date line: up to two above, up to three below."""
    before: list[int] = []
    k = i - 1
    while k >= 0 and len(before) < 3 and k not in claimed and k not in anchors and lines[k].start >= section.start:
        if folded[lines[k].start : lines[k].end].strip():
            text = folded[lines[k].start : lines[k].end].strip()
            if _COUNTED_CAPTION.fullmatch(text) or _OWN_DATE.match(text):
                break
            if not is_header_line(lex, folded, lines[k]) and not (k == i - 1 and _bare_name(folded, lines[k])):
                break
            before.append(k)
        elif before and not (
            len(before) == 1 and before[0] < i - 1 and not folded[lines[k].start : lines[k].end].strip()
        ):
            break  # lines set apart by blank ones still belong together
        k -= 1
    after: list[int] = []
    k = last + 1
    while k < len(lines) and len(after) < 3 and k not in anchors and lines[k].start < section.end:
        if folded[lines[k].start : lines[k].end].strip():
            if not is_header_line(lex, folded, lines[k]):
                if _bare_block(folded, lines, i, last, k, anchors):
                    after.append(k)
                    k += 1
                    continue
                if _ASIDE.fullmatch(folded[lines[k].start : lines[k].end].strip()) and k <= last + 2:
                    k += 1
                    continue
                break
            after.append(k)
        elif after:
            break
        k += 1
    return before, after
