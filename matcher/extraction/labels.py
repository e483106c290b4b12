"""Label and value pairs (`姓名：张三`, `学历<tab>本科`) in a folded text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.extraction.lexicon import Lexicon

_COLON = re.compile(
    r"[ ](?!and |or )[a-z][a-z /.]{1,18}[ ]*:[ ]*|[ ]*(?:\"[ ]*:[ ]*|[=∷┐〓→▶►»⇒][ ]*)|[①-⑳\d一二三]?(?:\([^()\n:]{1,12}\))?(?:[ \t]*[:\t][ \t:]*|[ ]*[\]】〗〕>」』][ ]*[:]?[ ]*(?=\S)|(?P<wrap>[ ]*[【\[〔`])|(?P<bar>[ ]*\|)|[ ]{2,})"
)
# 名字 — 毕某某, 应聘方向 / 产品经理: a dash or stroke between blanks parts a label at a line's head from its value
_SPACED_MARK = re.compile(r"[ ]+(?:-{1,2}|/)[ ]+(?=\S)")
_BEFORE = frozenset(' \t\n|,;。、()/·•-—*[【〖〔<#>+】]〗_"')
_VALUE_END = re.compile(r"[\n\t|;【】〖〗`]| {2,}|。|\"[ ]*(?=[,}\]\n])")
_LINE_HEAD = re.compile(r"(?:^|\n)[^\w\n]*$")
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
    heads: list[tuple[str, int, int]] = []
    for hit in lex.labels.scan(folded):
        before = folded[hit.start - 1] if hit.start else "\n"
        numbered = before == "." and hit.start > 1 and folded[hit.start - 2].isdigit()  # 7.毕业院校/专业
        if before not in _BEFORE and not before.isdigit() and not _is_symbol(before) and not numbered:
            continue
        if heads and heads[-1][2] == hit.start and heads[-1][0] == hit.value:
            continue  # 学习形式<tab>全日制: the value is a label's word too
        if hit.end - hit.start == 1 and not _HEAD.search(folded, max(0, hit.start - 8), hit.start):
            if not (before == "," and hit.value == "expected" and folded.startswith(":", hit.end)):
                continue  # 安全员 C 证
        if heads and heads[-1][2] > hit.start:
            continue  # 意向 Position：…: the second name of a label
        colon = _COLON.match(folded, hit.end)
        if colon is None and hit.value in _ONE_LINE and _LINE_HEAD.search(folded, max(0, hit.start - 8), hit.start):
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
        while value_start < end and (folded[value_start].isspace() or folded[value_start] in '_"{'):
            value_start += 1
        while end > value_start and (folded[end - 1].isspace() or folded[end - 1] in ',/([_"'):
            end -= 1
        found.append(Label(field, start, value_start, end))
    return tuple(found)


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
