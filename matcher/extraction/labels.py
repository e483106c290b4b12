"""Label and value pairs (`姓名：张三`, `学历<tab>本科`) in a folded text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.extraction.lexicon import Lexicon

_COLON = re.compile(
    r"[①-⑳\d一二三]?(?:\([^()\n:]{1,12}\))?(?:[ \t]*[:\t][ \t:]*|[ ]*[\]】〗〕>][ ]*[:]?[ ]*(?=\S)|(?P<wrap>[ ]*[【\[〔`])|(?P<bar>[ ]*\|)|[ ]{2,})"
)
_BEFORE = frozenset(" \t\n|,;。、()/·•-—*[【〖〔<#>+】]〗_")
_VALUE_END = re.compile(r"[\n\t|;】〗`]| {2,}|。")
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
_SPACED_OK = frozenset({"name", "birth", "age", "degree", "school", "major", "mode", "sex", "title", "employer"})


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
        if before not in _BEFORE and not before.isdigit() and not _is_symbol(before):
            continue
        colon = _COLON.match(folded, hit.end)
        if colon is None:
            if folded.startswith("\n", hit.end) and before in "\n\t ":
                heads.append((hit.value, hit.start, hit.end))
            continue
        if colon[0].isspace() and "\t" not in colon[0] and (hit.value not in _SPACED_OK or before not in "\n\t "):
            continue
        if colon["bar"] and before != "\n":
            continue
        heads.append((hit.value, hit.start, colon.end()))
    found = []
    for i, (field, start, value_start) in enumerate(heads):
        limit = heads[i + 1][1] if i + 1 < len(heads) else len(folded)
        match = _VALUE_END.search(folded, value_start, limit)
        end = match.start() if match else limit
        if field in _ONE_LINE and not folded[value_start:end].strip() and folded.startswith("\n", end):
            line_end = folded.find("\n", end + 1)
            line_end = len(folded) if line_end < 0 else line_end
            if limit > end + 1:
                value_start, end = end + 1, min(line_end, limit)
                match = _VALUE_END.search(folded, value_start, end)
                end = match.start() if match else end
        while value_start < end and (folded[value_start].isspace() or folded[value_start] == "_"):
            value_start += 1
        while end > value_start and (folded[end - 1].isspace() or folded[end - 1] in ",/([_"):
            end -= 1
        found.append(Label(field, start, value_start, end))
    return tuple(found)


def _is_symbol(char: str) -> bool:
    """Emoji and bullets may stand before a label (B068)."""
    return ord(char) >= 0x2000 and not ("\u3400" <= char <= "\u9fff")
