"""A notice's file as parts in reading order: running text, and tables with their merged cells filled.

The readers of resumes flatten tables; here a cell's column says what it is, so tables of docx, html and xlsx are kept
as they are. Formats without tables of their own (txt, pdf, rtf) come as text from ``matcher.reading``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lxml.html
from lxml import etree

from matcher.knowledge import KnowledgeError
from matcher.reading import Source, load_file, ole, plain, read_source, readers
from matcher.reading import docx as docx_reader
from matcher.reading import html as html_reader
from matcher.reading.base import ReadError
from matcher.reading.layout import Cell
from matcher.reading.office import open_package, parse_part, read_member
from matcher.reading.sheets import Merge, Row, Sheet, is_xlsx, xlsx_sheets
from matcher.schema import Unreadable


class NoticeError(KnowledgeError):
    """A notice that cannot be read or holds no position; the message is Chinese with English and names the mend."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of equal length; a cell covered by a merged one repeats its text and is ``continued``."""

    rows: tuple[tuple[Cell, ...], ...]


Part = str | Grid


def read_parts(path: Path) -> tuple[Part, ...]:
    """The parts of a notice's file. Raises NoticeError when it cannot be read."""
    source = load_file(path, path.name)
    if isinstance(source, Unreadable):
        raise NoticeError(f"{path.name}：{source.reason} ({source.reason_en})")
    try:
        return tuple(p for p in _parts(source) if isinstance(p, Grid) or p.strip())
    except ReadError as error:
        raise NoticeError(f"{path.name}：{error.reason} ({error.reason_en})") from error


def _parts(source: Source) -> Iterator[Part]:
    data = source.data
    if is_xlsx(data):
        for sheet in xlsx_sheets(data):
            if not sheet.hidden:
                yield from _sheet(sheet)
    elif docx_reader.READER.accepts(source):
        yield from _docx(data)
    elif ole.accepts(source):
        made = ole.to_docx(data, "doc")
        if made is None:
            yield ole.by_antiword(data) or ""
        else:
            yield from _docx(made)
    elif next((r.name for r in readers() if r.accepts(source)), "") not in _TEXTUAL:
        yield from _documents(source)
    elif html_reader.READER.accepts(source):
        yield from _html(html_reader.to_text(data)[0])
    else:
        yield plain.decode(data)[0]  # the reader's tidied text has lost blanks that the notice's words have


# Readers of text by its looks; a table of theirs is a pool of applicants, which a notice is not.
_TEXTUAL = frozenset({"html", "plain", "table"})


def _documents(source: Source) -> Iterator[str]:
    for item in read_source(source):
        if isinstance(item, Unreadable):
            raise NoticeError(f"{item.name}：{item.reason} ({item.reason_en})")
        yield item.text


# --- tables -------------------------------------------------------------------------------------------------------

_Span = tuple[str, int, int]  # text, columns, rows
_WIDEST = 200


def grid(rows: Iterable[Sequence[_Span]]) -> Grid:
    """A table from its rows of ``(text, columns, rows)`` as html gives them."""
    above: dict[int, tuple[int, str]] = {}  # column -> (rows still covered, text)
    made: list[list[Cell]] = []
    for spans in rows:
        line: dict[int, Cell] = {}
        for column, (left, text) in list(above.items()):
            line[column] = Cell(text, continued=True)
            above[column] = (left - 1, text)
        column = 0
        for text, across, down in spans:
            while column in line:
                column += 1
            for step in range(min(across, _WIDEST)):
                line[column + step] = Cell(text, continued=step > 0)
                if down > 1:
                    above[column + step] = (down - 1, text)
            column += across
        above = {c: rest for c, rest in above.items() if rest[0] > 0}
        made.append([line.get(c, Cell("")) for c in range(max(line, default=-1) + 1)])
    width = max((len(line) for line in made), default=0)
    return Grid(tuple((*line, *[Cell("")] * (width - len(line))) for line in made))


def _sheet(sheet: Sheet) -> Iterator[Part]:
    rows = [row for row in sheet.rows if not row.hidden]
    covered = {(r, c): m for m in sheet.merges for r in range(m.top, m.bottom + 1) for c in range(m.left, m.right + 1)}
    by_number = {row.number: row for row in rows}
    width = max((max(row.cells) + 1 for row in rows), default=0)
    shown = [c for c in range(width) if c not in sheet.hidden_columns]
    yield Grid(tuple(tuple(_sheet_cell(row, c, covered, by_number) for c in shown) for row in rows))


def _sheet_cell(row: Row, column: int, covered: dict[tuple[int, int], Merge], rows: dict[int, Row]) -> Cell:
    merge = covered.get((row.number, column))
    if merge is None or (merge.top, merge.left) == (row.number, column):
        return Cell(row.cells.get(column, ""))
    first = rows.get(merge.top)
    return Cell(first.cells.get(merge.left, "") if first else "", continued=True)


# --- docx ---------------------------------------------------------------------------------------------------------


def _local(node: Any) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _value(node: Any, name: str) -> str:
    """A ``w:val`` of the first ``name`` below ``node``, "" when the element is there without one, else "-"."""
    found = next((n for n in node.iter("{*}" + name)), None) if node is not None else None
    return "-" if found is None else next((v for k, v in found.attrib.items() if k.endswith("}val")), "")


def _docx(data: bytes) -> Iterator[Part]:
    with open_package(data) as package:
        names = package.namelist()
        main = next((n for n in ("word/document.xml", "word/document2.xml") if n in names), "word/document.xml")
        try:
            root, _ = parse_part(read_member(package, main))
        except KeyError as error:
            raise NoticeError("文档没有正文 (the document has no main part)") from error
    body = next(iter(root.iter("{*}body")), root)
    yield from _docx_blocks(body)


def _docx_blocks(parent: Any) -> Iterator[Part]:
    lines: list[str] = []
    for node in _docx_children(parent):
        if _local(node) == "p":
            lines.append(_docx_paragraph(node))
        else:
            yield "\n".join(lines)
            lines = []
            yield _docx_table(node)
    yield "\n".join(lines)


def _docx_children(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables, through content controls and insertions."""
    for node in parent:
        name = _local(node)
        if name in ("p", "tbl"):
            yield node
        elif name in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _docx_children(node)


def _docx_paragraph(paragraph: Any) -> str:
    out: list[str] = []
    for node in paragraph.iter():
        name = _local(node)
        if name == "t" and not any(_local(up) in ("del", "moveFrom") for up in node.iterancestors()):
            run = next((up for up in node.iterancestors() if _local(up) == "r"), None)
            if run is None or _value(next(iter(run.iterchildren("{*}rPr")), None), "vanish") in ("-", "0", "false"):
                out.append(node.text or "")
        elif name == "tab" and _local(node.getparent()) == "r":
            out.append("\t")
        elif name in ("br", "cr"):
            out.append("\n")
    return "".join(out)


def _docx_table(table: Any) -> Grid:
    rows: list[list[tuple[str, int, bool]]] = []
    for row in table.iter("{*}tr"):
        if next(row.iterancestors("{*}tbl")) is not table:
            continue
        cells = []
        for cell in row.iter("{*}tc"):
            if next(cell.iterancestors("{*}tr")) is not row:
                continue
            properties = next(iter(cell.iterchildren("{*}tcPr")), None)
            across = _value(properties, "gridSpan")
            below = _value(properties, "vMerge") not in ("-", "restart")
            text = "\n".join(_plain(part) for part in _docx_blocks(cell)).strip("\n")
            cells.append((text, int(across) if across.isdigit() else 1, below))
        rows.append(cells)
    return _continued(rows)


def _plain(part: Part) -> str:
    """A table inside a cell as lines."""
    if isinstance(part, str):
        return part
    return "\n".join("\t".join(c.text for c in row if not c.continued) for row in part.rows)


def _continued(rows: Sequence[Sequence[tuple[str, int, bool]]]) -> Grid:
    """Rows of ``(text, columns, covered by the cell above)``, as Word keeps merged cells."""
    made: list[list[Cell]] = []
    for cells in rows:
        line: list[Cell] = []
        for text, across, below in cells:
            up = made[-1][len(line)].text if below and made and len(line) < len(made[-1]) else text
            line += [Cell(up, continued=below or step > 0) for step in range(min(across, _WIDEST))]
        made.append(line)
    width = max((len(line) for line in made), default=0)
    return Grid(tuple((*line, *[Cell("")] * (width - len(line))) for line in made))


# --- html ---------------------------------------------------------------------------------------------------------

_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript"})
_INLINE = frozenset(
    {"a", "abbr", "b", "em", "font", "i", "label", "mark", "o:p", "small", "span", "strong", "sub", "sup", "u"}
)


def _html(page: str) -> Iterator[Part]:
    try:
        root = lxml.html.document_fromstring(page.encode("utf-8", "replace"), lxml.html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NoticeError("网页没有内容 (the page is empty)") from error
    found: list[Part] = [""]
    _html_walk(root, found, False)
    yield from (part if isinstance(part, Grid) else _lines(part) for part in found)


def _html_walk(node: Any, found: list[Part], kept: bool) -> None:
    """Add the text and the tables of ``node`` to ``found``; ``kept`` inside pre: white space stays."""
    name = _local(node)
    if name in _SILENT or not isinstance(node.tag, str):
        return
    style = re.sub(r"\s", "", node.get("style") or "").lower()
    if "display:none" in style or node.get("hidden") is not None:
        return
    kept = kept or name in ("pre", "textarea") or "white-space:pre" in style
    if name == "table" and not any(True for _ in node.iterdescendants("table")):
        found += [_html_table(node), ""]
        return
    if name == "br":
        _add(found, "\n")
        return
    apart = name not in _INLINE
    if apart:
        _add(found, "\n")
    _add(found, _space(node.text, kept))
    for child in node:
        _html_walk(child, found, kept)
        _add(found, _space(child.tail, kept))
    if apart:
        _add(found, "\n")


def _space(text: str | None, kept: bool) -> str:
    return (text or "") if kept else re.sub(r"[ \t\r\n]+", " ", text or "")


def _add(found: list[Part], text: str) -> None:
    last = found[-1]
    assert isinstance(last, str)
    if text == "\n" and last.endswith("\n"):
        return
    found[-1] = last + text


def _lines(text: str) -> str:
    """Lines without the blanks that markup leaves around them."""
    return "\n".join(line.strip(" ") for line in text.split("\n")).strip("\n")


def _html_table(table: Any) -> Grid:
    rows = []
    for line in table.iter("tr"):
        spans = []
        for cell in line.iterchildren("td", "th"):
            across, down = (int(cell.get(k)) if (cell.get(k) or "").isdigit() else 1 for k in ("colspan", "rowspan"))
            inside: list[Part] = [""]
            kept = "white-space:pre" in re.sub(r"\s", "", cell.get("style") or "").lower()
            _html_walk(cell, inside, kept)
            text = "".join(part for part in inside if isinstance(part, str))
            spans.append((text.strip("\n") if kept else _lines(text), max(across, 1), max(down, 1)))
        rows.append(spans)
    return grid(rows)
