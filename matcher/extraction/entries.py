"""Cut a resume into dated entries: which lines belong to which period, whatever the layout.

Layouts met: date before or after the employer, on its own line, in a table row, many in one line, in prose.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from matcher.extraction.dates import DateRange, find_ranges
from matcher.extraction.lexicon import Lexicon
from matcher.text import Section

# Sections whose periods are no work or study of the candidate
_SKIPPED = frozenset({"advert", "wish", "family", "reference", "award", "hobby"})
_BULLET = re.compile(r"\s*(?:[-*•●▪■◆◇○·>▶►★]|\(?\d{1,2}[.、)）](?!\d)|[①-⑳])\s*")
_DURATION = re.compile(r"[\[(]?\s*(?:共|约|合计)?\s*(?:\d{1,2}\s*年(?:\s*\d{1,2}\s*个月)?|\d{1,3}\s*个月|\d+\s*(?:yrs?|years?|mos?|months?))\s*[\])]?")
_SENTENCE_END = re.compile(r"[。;!?]\s*$")
_MAX_HEADER = 64


@dataclass(frozen=True, slots=True)
class Entry:
    """A dated block. ``header`` are the spans that name it (date removed); ``start``/``end`` cover duties too."""

    section: str
    period: DateRange
    header: tuple[tuple[int, int], ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int


def header_words(lex: Lexicon, folded: str, start: int, end: int) -> bool:
    """Whether a span names an employer, a title, a school or a degree."""
    return (
        lex.employers.first(folded, start, end) is not None
        or lex.titles.first(folded, start, end) is not None
        or lex.schools.first(folded, start, end) is not None
        or any(suffix in folded[start:end] for suffix, _ in lex.school_patterns)
        or any(h.value is not None for h in lex.degrees.scan(folded, start, end))
    )


def is_header_line(lex: Lexicon, folded: str, line: _Line) -> bool:
    """A short line that names something and is no bullet and no sentence."""
    text = folded[line.start : line.end].strip()
    if not text or len(text) > _MAX_HEADER or _SENTENCE_END.search(text):
        return False
    bullet = _BULLET.match(text)
    if bullet and not text.startswith(("*", "■", "◆", "●", "▶", "★")):
        return False
    if re.match(r"(?:工作|主要|岗位)?(?:描述|内容|职责|业绩|成果)\s*[:]", text):
        return False
    return header_words(lex, folded, line.start, line.end)


def _lines(folded: str) -> list[_Line]:
    lines = []
    pos = 0
    for piece in folded.split("\n"):
        lines.append(_Line(pos, pos + len(piece)))
        pos += len(piece) + 1
    return lines


def _blank(folded: str, start: int, end: int) -> bool:
    rest = _DURATION.sub("", folded[start:end])
    return not re.sub(r"[\s\-—~|()\[\]<>【】*•●■◆▶★·:,.。、/#]|时间|起止|在职|任职|就读|全职|期间", "", rest)


def find_entries(lex: Lexicon, folded: str, sections: Sequence[Section]) -> tuple[Entry, ...]:
    """All dated entries in text order."""
    lines = _lines(folded)
    starts = [line.start for line in lines]
    ends_of_sections = [s.start for s in sections]

    def line_of(at: int) -> int:
        return bisect_right(starts, at) - 1

    def section_of(at: int) -> Section:
        return sections[max(0, bisect_right(ends_of_sections, at) - 1)]

    by_line: dict[int, list[DateRange]] = {}
    for period in find_ranges(folded):
        section = section_of(period.at)
        if section.kind not in _SKIPPED and period.at < section.end:
            by_line.setdefault(line_of(period.at), []).append(period)

    # (section, period, header spans, block start, line index); block ends are set afterwards
    drafts: list[tuple[Section, DateRange, list[tuple[int, int]], int]] = []
    anchors = {i for i, ranges in by_line.items() if _anchors(lex, folded, lines[i], ranges, section_of(ranges[0].at))}
    direction: dict[int, str] = {}
    claimed: set[int] = set()
    for i in sorted(anchors):
        ranges = by_line[i]
        line = lines[i]
        section = section_of(ranges[0].at)
        if len(ranges) > 1:
            for period, (s, e) in zip(ranges, _segments(lex, folded, line, ranges), strict=True):
                spans = [(a, b) for a, b in ((s, period.at), (period.to, e)) if b > a]
                drafts.append((section, period, spans, min(s, period.at)))
            claimed.add(i)
            continue
        period = ranges[0]
        body_start = max(line.start, section.start) if section.start <= period.at else line.start
        spans = [(a, b) for a, b in ((body_start, period.at), (period.to, line.end)) if not _blank(folded, a, b)]
        key = section.start
        if key not in direction:
            first = line_of(section.start)
            above = any(
                k not in claimed and is_header_line(lex, folded, lines[k])
                for k in range(first if section.start <= lines[first].start else first + 1, i)
            )
            direction[key] = "before" if above else "after"
        complete = _complete(lex, folded, spans)
        block_start = body_start
        if not complete:
            before, after = _neighbours(lex, folded, lines, i, anchors, claimed, section)
            order = (before, after) if direction[key] == "before" else (after, before)
            for k in order[0]:
                spans.append((lines[k].start, lines[k].end))
                claimed.add(k)
                block_start = min(block_start, lines[k].start)
            if not _complete(lex, folded, spans):
                limit = 1 if direction[key] == "before" else 2
                for k in order[1][:limit]:
                    spans.append((lines[k].start, lines[k].end))
                    claimed.add(k)
                    block_start = min(block_start, lines[k].start)
        claimed.add(i)
        drafts.append((section, period, sorted(spans), block_start))

    drafts.sort(key=lambda d: d[3])
    entries = []
    for n, (section, period, header, start) in enumerate(drafts):
        end = section.end if section.end > period.to else len(folded)
        if n + 1 < len(drafts):
            end = min(end, max(drafts[n + 1][3], period.to))
        entries.append(Entry(section.kind, period, tuple(header), start, end))
    return tuple(entries)


def _anchors(lex: Lexicon, folded: str, line: _Line, ranges: Sequence[DateRange], section: Section) -> bool:
    """Whether the periods of a line start entries, rather than stand inside a sentence about duties."""
    first, last = ranges[0], ranges[-1]
    body = max(line.start, section.start if section.start < first.at else line.start)
    before, after = folded[body : first.at], folded[last.to : line.end]
    bullet = _BULLET.match(before)
    lead = before[bullet.end() :] if bullet else before
    if not lead.strip(" \t|([【*-—:,") or len(ranges) > 1:
        if _blank(folded, last.to, line.end) or len(after) <= _MAX_HEADER or len(ranges) > 1:
            return True
        return header_words(lex, folded, last.to, min(line.end, last.to + 50))
    if _blank(folded, last.to, line.end) or len(after.strip()) <= 24:
        inside = lead.count("(") > lead.count(")")
        long = len(lead) > _MAX_HEADER
        if (inside and (long or bullet)) or long or re.search(r"[。;!?]", lead.rstrip(" 。;")):
            return "\t" in folded[line.start : line.end] and not bullet
        return header_words(lex, folded, body, line.end) or section.kind in ("project", "education", "campus")
    if "\t" in folded[line.start : line.end] or "|" in folded[line.start : line.end]:
        return True
    # prose: `...2018年7月至2021年6月在甲银行任柜员...`
    return header_words(lex, folded, last.to, min(line.end, last.to + 50)) or header_words(lex, folded, max(body, first.at - 50), first.at)


def _segments(lex: Lexicon, folded: str, line: _Line, ranges: Sequence[DateRange]) -> list[tuple[int, int]]:
    """Share a line among its periods: text before each date, or text after it."""
    lead = line.start, ranges[0].at
    tail = ranges[-1].to, line.end
    trailing = header_words(lex, folded, *lead) and not _blank(folded, *lead)
    if trailing and header_words(lex, folded, *tail) and not _blank(folded, *tail):
        # both ends speak: the date belongs to what follows unless a separator stands right after it
        trailing = bool(re.match(r"\s*[;,。、)）]", folded[ranges[0].to : ranges[0].to + 3]))
    spans = []
    for n, period in enumerate(ranges):
        if trailing:
            start = ranges[n - 1].to if n else line.start
            stop = period.to if n + 1 < len(ranges) else line.end
            spans.append((start, stop))
        else:
            start = period.at if n else line.start
            stop = ranges[n + 1].at if n + 1 < len(ranges) else line.end
            spans.append((start, stop))
    return spans


def _complete(lex: Lexicon, folded: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether the header names both who and what: an employer and a title, or a school and a degree."""
    employer = any(lex.employers.first(folded, s, e) or lex.institutions.first(folded, s, e) for s, e in spans)
    title = any(lex.titles.first(folded, s, e) for s, e in spans)
    school = any(lex.schools.first(folded, s, e) or re.search(r"大学|学院|学校|中学", folded[s:e]) for s, e in spans)
    degree = any(h.value is not None for s, e in spans for h in lex.degrees.scan(folded, s, e))
    return (employer and title) or (school and degree)


def _neighbours(
    lex: Lexicon,
    folded: str,
    lines: Sequence[_Line],
    i: int,
    anchors: set[int],
    claimed: set[int],
    section: Section,
) -> tuple[list[int], list[int]]:
    """Header-like lines next to a date line: up to two above, up to three below."""
    before: list[int] = []
    k = i - 1
    while k >= 0 and len(before) < 2 and k not in claimed and k not in anchors and lines[k].start >= section.start:
        if folded[lines[k].start : lines[k].end].strip():
            if not is_header_line(lex, folded, lines[k]):
                break
            before.append(k)
        elif before:
            break
        k -= 1
    after: list[int] = []
    k = i + 1
    while k < len(lines) and len(after) < 3 and k not in anchors and lines[k].start < section.end:
        if folded[lines[k].start : lines[k].end].strip():
            if not is_header_line(lex, folded, lines[k]):
                break
            after.append(k)
        elif after:
            break
        k += 1
    return before, after
