"""Label and value pairs (`姓名：张三`, `学历<tab>本科`) in a folded text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.extraction.lexicon import Lexicon
from matcher.terms import Hit

_COLON = re.compile(
    r"[ ](?!and |or )[a-z][a-z /.]{1,18}[ ]*:[ ]*|[ ]*(?:\"[ ]*:[ ]*|[=∷┐〓→▶►»⇒][ ]*)|[①-⑳\d一二三]?(?:\([^()\n:]{1,12}\))?(?:[ \t]*[:\t][ \t:]*|[ ]*[\]】〗〕>」』][ ]*[:]?[ ]*(?=\S)|(?P<wrap>[ ]*[【\[〔`])|(?P<bar>[ ]*\|)|[ ]{2,})"
)
# 名字 — 毕某某, 应聘方向 / 产品经理: a dash or stroke between blanks parts a label at a line's head from its value
_SPACED_MARK = re.compile(r"[ ]+(?:-{1,2}|/)[ ]+(?=\S)|[ ]*~[ ]*(?=[^\d\s])")
_BEFORE = frozenset(' \t\n|,;。、()/·•-—*[【〖〔<#>+】]〗_"')
_VALUE_END = re.compile(r"[\n\t|;【】〖〗`]| {2,}|。|\"[ ]*(?=[,}\]\n])")
_LINE_HEAD = re.compile(r"(?:^|[\n,;|。])[^\w\n]*$")
_HEAD = re.compile(r"(?:^|[\n;。\t])[^\w\n]*$")
# fields whose label may be parted from the value by one blank, in a form (`姓名 王某  出生年月 1991.09`)
_BLANK_OK = frozenset({"name", "sex", "birth", "age", "degree", "school", "major", "mode", "expected", "phone"})
_ONE_LINE = frozenset(
    {
        "name",
        "sex",
        "birth",
        "age",
        "phone",
        "school",
        "major",
        "degree",
        "mode",
        "employer",
        "title",
        "expected",
        "graduated",
        "portfolio",
    }
)
_SPACED_OK = frozenset(
    {"certificate", "name", "birth", "age", "degree", "school", "major", "mode", "sex", "title", "employer", "expected"}
)


@dataclass(frozen=True, slots=True)
class Label:
    """``field`` of data/labels.csv with the offsets of the label and of its value (stripped, maybe empty)."""

    field: str
    start: int
    value_start: int
    value_end: int


def find_labels(lex: Lexicon, folded: str) -> tuple[Label, ...]:
    """All labels in order. A value ends at the next label, a tab, a bar, two blanks, ``;``, ``。`` or the line end.

    An empty value takes the next line, unless that is a label itself.
    """
    rows, cells = _row_tables(lex, folded)
    heads: list[tuple[str, int, int]] = []
    for hit in lex.labels.scan(folded):
        if rows and any(a <= hit.start < b for a, b in rows):
            continue
        before = folded[hit.start - 1] if hit.start else "\n"
        if (
            before not in _BEFORE
            and not before.isdigit()
            and not _is_symbol(before)
            and not (before == "." and hit.start > 1 and folded[hit.start - 2].isdigit())  # 7.毕业院校/专业
        ):
            continue
        if heads and heads[-1][2] == hit.start and heads[-1][0] == hit.value:
            continue  # 学习形式<tab>全日制: the value is a label's word too
        wish = before == "," and hit.value == "expected" and folded.startswith(":", hit.end)  # …，求：运营管理岗
        if hit.end - hit.start == 1 and not wish and not _HEAD.search(folded, max(0, hit.start - 8), hit.start):
            continue  # 安全员 C 证
        if heads and heads[-1][2] > hit.start:
            continue  # 意向 Position：…: the second name of a label
        colon = _COLON.match(folded, hit.end)
        if (
            colon is None
            and hit.value in _ONE_LINE | {"certificate"}
            and _LINE_HEAD.search(folded, max(0, hit.start - 8), hit.start)
        ):
            colon = _SPACED_MARK.match(folded, hit.end)
        blank_ok = hit.value in _BLANK_OK or hit.term in ("在校时间", "就读时间")
        if colon is None and blank_ok and _in_form(lex, folded, hit.start, hit.end):
            heads.append((hit.value, hit.start, hit.end + 1))
            continue
        if colon is None:
            if folded.startswith("\n", hit.end) and before in "\n\t ":
                heads.append((hit.value, hit.start, hit.end))
            continue
        dated = hit.value == "period" and folded[colon.end() : colon.end() + 1].isdigit()  # 起止  2011.9-2015.7
        spaced_ok = (hit.value in _SPACED_OK or dated) and before in "\n\t "
        if colon[0].isspace() and "\t" not in colon[0] and not spaced_ok:
            continue
        if (
            colon.re is _COLON
            and colon["bar"]
            and before != "\n"
            and (before != "|" or _label_at(lex, folded, colon.end()))
        ):
            continue
        heads.append((hit.value, hit.start, colon.end()))
    found = []
    for i, (field, start, value_start) in enumerate(heads):
        limit = heads[i + 1][1] if i + 1 < len(heads) else len(folded)
        match = _VALUE_END.search(folded, value_start + folded.startswith(("【", "〖"), value_start), limit)
        end = match.start() if match else limit
        if field in _ONE_LINE and not folded[value_start:end].strip() and folded.startswith("\n", end):
            line_end = folded.find("\n", end + 1)
            line_end = len(folded) if line_end < 0 else line_end
            if limit > end + 1:
                value_start, end = end + 1, min(line_end, limit)
                match = _VALUE_END.search(folded, value_start, end)
                end = match.start() if match else end
        while value_start < end and (folded[value_start].isspace() or folded[value_start] in "_\"'{["):
            value_start += 1
        while end > value_start and (folded[end - 1].isspace() or folded[end - 1] in "、,/([_\"'"):
            end -= 1
        found.append(Label(field, start, value_start, end))
    return tuple(sorted((*found, *cells), key=lambda x: x.value_start)) if cells else tuple(found)


_LEAST_CELLS = 4
# what a person has once; the columns of a job are read with the entries
_OF_A_PERSON = _ONE_LINE - {"employer", "title"} | {"certificate"}


def _row_tables(lex: Lexicon, folded: str) -> tuple[list[tuple[int, int]], list[Label]]:
    """Tables of one person: a row of labels and below it one row of values (`姓名|出生年月|学历` / `王某|1996.12|本科`).

    Gives the spans of both rows and a label for each cell that is one.
    """
    rows: list[tuple[int, int]] = []
    found: list[Label] = []
    if folded.count("\t") < _LEAST_CELLS - 1 and folded.count("|") < _LEAST_CELLS - 1:
        return rows, found
    lines, at = folded.split("\n"), 0
    for i, line in enumerate(lines[:-1]):
        mark = "\t" if line.count("\t") >= _LEAST_CELLS - 1 else "|"
        below = lines[i + 1]
        start, at = at, at + len(line) + 1
        count = line.strip(mark).count(mark)
        alone = i + 2 >= len(lines) or lines[i + 2].strip(mark).count(mark) != count
        if count < _LEAST_CELLS - 1 or below.strip(mark).count(mark) != count or not alone:
            continue
        heads, values = _cells(line, start, mark), _cells(below, at, mark)
        labels = [(h.value, h.start, cell) for h, cell in zip(_heads(lex, folded, heads), values, strict=False) if h]
        under = sum(h is not None for h in _heads(lex, folded, values))
        # 院校 | 某大学 | 专业 | 统计学 above 学历 | 本科 | …: pairs, no row of labels
        if 5 * len(labels) < 3 * (count + 1) or 4 * under > count + 1 or any(b - a > 24 for a, b in heads):
            continue
        rows.append((start, at + len(below)))
        # 是否全日制 | 是: a mode is read with its label
        found += [
            Label(field, head if field == "mode" else a, a, b)
            for field, head, (a, b) in labels
            if field in _OF_A_PERSON and a < b
        ]
    return rows, found


def _heads(lex: Lexicon, folded: str, cells: list[tuple[int, int]]) -> list[Hit[str] | None]:
    """The label that each cell begins with, or None."""
    found = [lex.labels.first(folded, a, b) for a, b in cells]
    return [h if h is not None and h.start == a else None for h, (a, _) in zip(found, cells, strict=True)]


def _cells(line: str, start: int, mark: str) -> list[tuple[int, int]]:
    """Offsets of a row's cells, blanks left out."""
    spans, at = [], start + len(line) - len(line.lstrip(mark))
    for cell in line.strip(mark).split(mark):
        left = at + len(cell) - len(cell.lstrip())
        spans.append((left, max(left, at + len(cell.rstrip()))))
        at += len(cell) + 1
    return spans


_CELL = re.compile(r"(?:^|\n|\t| {2,}| [/|] )(?:[^\w\n]{1,3})?$")


def _in_form(lex: Lexicon, folded: str, start: int, end: int) -> bool:
    """Whether a word with one blank behind it labels a cell of a form: a short value, and another label on its line or
    at the head of the next or the last line.
    """
    if not folded.startswith(" ", end) or end + 1 >= len(folded) or folded[end + 1].isspace():
        return False
    if not _CELL.search(folded, max(0, start - 6), start):
        return False
    line_start, line_end = folded.rfind("\n", 0, start) + 1, folded.find("\n", end)
    line_end = len(folded) if line_end < 0 else line_end
    cell_end = min(
        x for x in (*(folded.find(mark, end + 1) for mark in ("  ", "\t", "(", " / ", " | ")), line_end) if x >= 0
    )
    if not 1 <= cell_end - end - 1 <= 24 or re.search(r"[。;!?]", folded[end:cell_end]):
        return False
    following = folded.find("\n", line_end + 1)
    spans = (
        (line_start, start),
        (cell_end, line_end),
        (line_end, min(line_end + 12, len(folded) if following < 0 else following)),
        (folded.rfind("\n", 0, max(0, line_start - 1)) + 1, max(0, line_start - 1)),
    )
    return any(
        (not a or folded[h.start - 1] in "\n\t □-·*•/|") and folded[h.end : h.end + 1] in (" ", ":", "\t")
        for a, b in spans
        if b > a
        for h in lex.labels.scan(folded, a, b)
    )


def _label_at(lex: Lexicon, folded: str, at: int) -> bool:
    """Whether a label begins at ``at``, blanks aside: then a row is a table's heading, not labels with values."""
    hit = lex.labels.first(folded, at, min(len(folded), at + 16))
    return hit is not None and not folded[at : hit.start].strip()


def _is_symbol(char: str) -> bool:
    """Emoji and bullets may stand before a label (B068)."""
    return ord(char) >= 0x2000 and not ("\u3400" <= char <= "\u9fff")
