"""OpenDocument text (.odt, .ott, .fodt): a bounded walk over content.xml and styles.xml.

A walk of our own, as for docx. Order: headers, body with tables and frames where they stand, footers, notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from matcher.reading.base import Document, Reader, ReadError, Source, no_text
from matcher.reading.docx import unseen
from matcher.reading.layout import Cell, table_lines, tidy_lines
from matcher.reading.office import damaged, open_package, parse_xml, read_member
from matcher.schema import Notice

_MIME = b"application/vnd.oasis.opendocument.text"
_NOT_SHOWN = frozenset(
    [
        "tracked-changes",
        "annotation",
        "annotation-end",
        "note-citation",
        "ruby-text",
        "bookmark",
        "bookmark-start",
        "bookmark-end",
        "change",
        "change-start",
        "change-end",
        "sequence-decls",
        "variable-decls",
        "user-field-decls",
        "dde-connection-decls",
        "forms",
        "scripts",
        "reference-mark",
        "table-of-content-source",
        "alphabetical-index-source",
        "event-listeners",
        "desc",
        "title",
        "glue-point",
        "image",
        "object",
        "object-ole",
        "plugin",
        "script",
        "soft-page-break",
    ]
)
_BLOCKS = frozenset(("p", "h"))
_FRAMES = frozenset(("frame", "text-box", "custom-shape", "rect", "ellipse", "polygon", "g", "a-shape", "path", "line"))
_MAX_REPEAT = 200  # repeated cells; sheets pasted in repeat empty ones by thousands


@dataclass(frozen=True, slots=True)
class _Look:
    """What a style says of text; None: nothing said."""

    hidden: bool | None = None
    struck: bool | None = None
    color: str | None = None
    back: str | None = None
    size: float | None = None  # points

    def over(self, below: _Look) -> _Look:
        """This look where it speaks, the one below elsewhere."""
        return _Look(
            below.hidden if self.hidden is None else self.hidden,
            below.struck if self.struck is None else self.struck,
            self.color or below.color,
            self.back or below.back,
            below.size if self.size is None else self.size,
        )


@dataclass(slots=True)
class _Walk:
    styles: Mapping[tuple[str, str], _Look]
    controls: Mapping[str, str] = field(default_factory=dict)  # form controls by id: their value
    notes: list[str] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    deletions: frozenset[str] = frozenset()  # ids of tracked deletions whose text stands in its place
    deleting: set[str] = field(default_factory=set)  # those that are open


def _tag(node: etree._Element) -> str:
    tag = node.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _attr(node: etree._Element, name: str) -> str:
    """An attribute by its local name: one name means one thing in the elements read here."""
    for key, value in node.attrib.items():
        if str(key).rsplit("}", 1)[-1] == name:
            return str(value)
    return ""


# -------------------------------------------------------------------------------------------------------------- styles


def _own_look(style: etree._Element) -> _Look:
    look = _Look()
    for child in style:
        if not _tag(child).endswith("-properties"):
            continue
        size = re.fullmatch(r"([\d.]+)(pt|cm|mm|in|px)?", _attr(child, "font-size"))
        points = (
            float(size[1]) * {"cm": 28.35, "mm": 2.835, "in": 72, "px": 0.75}.get(size[2] or "pt", 1) if size else None
        )
        color, back, line = (
            _attr(child, "color"),
            _attr(child, "background-color"),
            _attr(child, "text-line-through-style"),
        )
        fill = _attr(child, "fill-color") if _attr(child, "fill") not in ("", "none") else ""
        look = _Look(
            _attr(child, "display") == "none" if _attr(child, "display") else None,
            line != "none" if line else None,
            color.lstrip("#").upper() if re.fullmatch("#[0-9a-fA-F]{6}", color) else None,
            (back if back not in ("", "transparent") else fill).lstrip("#").upper() or None,
            points,
        ).over(look)
    return look


def _load_styles(roots: list[etree._Element]) -> dict[tuple[str, str], _Look]:
    """The look of each style by family and name, parents included."""
    nodes: dict[tuple[str, str], etree._Element] = {}
    for root in roots:
        for node in root.iter("{*}style"):
            nodes[_attr(node, "family"), _attr(node, "name")] = node
    looks: dict[tuple[str, str], _Look] = {}
    for key, node in nodes.items():
        look, seen = _own_look(node), {key}
        parent = (key[0], _attr(node, "parent-style-name"))
        while parent in nodes and parent not in seen:
            seen.add(parent)
            look = look.over(_own_look(nodes[parent]))
            parent = (key[0], _attr(nodes[parent], "parent-style-name"))
        looks[key] = look
    return looks


def _styled(walk: _Walk, node: etree._Element, family: str, below: _Look) -> _Look:
    return walk.styles.get((family, _attr(node, "style-name")), _Look()).over(below)


# ---------------------------------------------------------------------------------------------------------------- text


def _show(walk: _Walk, text: str | None, look: _Look) -> str:
    """Text as shown: white space folded as the format wants, nothing of what is hidden or struck out."""
    if not text:
        return ""
    text = re.sub(r"[ \t\r\n]+", " ", text)
    if not text.strip():
        return "" if look.hidden or walk.deleting else text
    if walk.deleting:
        walk.left_out.add("deleted")
        return ""
    if look.hidden or (look.size is not None and look.size <= 1) or unseen(look.color, look.back):
        walk.left_out.add("hidden")
        return ""
    if look.struck:
        walk.left_out.add("struck")
        return ""
    return text


def _track(walk: _Walk, node: etree._Element, tag: str) -> None:
    """Open or close a tracked deletion. Most writers move deleted text away; LibreOffice may leave it in its place."""
    if tag == "change-start" and _attr(node, "change-id") in walk.deletions:
        walk.deleting.add(_attr(node, "change-id"))
    elif tag == "change-end":
        walk.deleting.discard(_attr(node, "change-id"))


def _inline(walk: _Walk, node: etree._Element, look: _Look, below: list[str]) -> str:
    """The line of a paragraph; frames anchored in it are put into ``below``."""
    parts = [_show(walk, node.text, look)]
    for child in node:
        tag = _tag(child)
        _track(walk, child, tag)
        if tag == "s":
            parts.append(" " * min(int(_attr(child, "c") or "1") if (_attr(child, "c") or "1").isdigit() else 1, 80))
        elif tag == "tab":
            parts.append("\t")
        elif tag == "line-break":
            parts.append("\n")
        elif tag == "note":
            body = next((c for c in child if _tag(c) == "note-body"), None)
            if body is not None:
                walk.notes += _blocks(walk, body, look)
        elif tag in _FRAMES or tag == "control":
            below += _frame(walk, child, look)
        elif tag == "hidden-text" or (tag == "conditional-text" and _attr(child, "current-value") == "false"):
            walk.left_out.add("hidden")
        elif tag == "span":
            parts.append(_inline(walk, child, _styled(walk, child, "text", look), below))
        elif tag and tag not in _NOT_SHOWN:
            parts.append(_inline(walk, child, look, below))
        parts.append(_show(walk, child.tail, look))
    return "".join(parts)


def _frame(walk: _Walk, node: etree._Element, look: _Look) -> list[str]:
    """Lines inside a frame, shape or form control."""
    if _tag(node) == "control":
        value = walk.controls.get(_attr(node, "control"), "")
        return value.split("\n") if value else []
    # A shape may be filled or stand on a picture: white text in it counts as honest unless a white fill is stated.
    look = _styled(walk, node, "graphic", replace(look, back=look.back or "unknown"))
    return _blocks(walk, node, look)


def _blocks(walk: _Walk, node: etree._Element, look: _Look) -> list[str]:
    """Lines of everything below a node that holds paragraphs, tables, lists and frames."""
    lines: list[str] = []
    for child in node:
        tag = _tag(child)
        _track(walk, child, tag)
        if tag in _BLOCKS:
            below: list[str] = []
            lines += _inline(walk, child, _styled(walk, child, "paragraph", look), below).split("\n")
            lines += below
        elif tag == "table":
            lines += _table(walk, child, look)
        elif tag == "section" and _attr(child, "display") in ("none", "condition"):
            if "".join(str(t) for t in child.itertext()).strip():
                walk.left_out.add("hidden")
        elif tag in _FRAMES or tag == "control":
            lines += _frame(walk, child, look)
        elif tag and tag not in _NOT_SHOWN:
            lines += _blocks(walk, child, look)
    return lines


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        tag = _tag(child)
        if tag == "table-row":
            if _attr(child, "visibility") not in ("collapse", "filter"):
                yield child
        elif tag in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child)


def _table(walk: _Walk, table: etree._Element, look: _Look) -> list[str]:
    rows = []
    for row in _rows(table):
        cells: list[Cell] = []
        for cell in row:
            tag = _tag(cell)
            if tag not in ("table-cell", "covered-table-cell"):
                continue
            text = ""
            if tag == "table-cell":
                text = "\n".join(_blocks(walk, cell, _styled(walk, cell, "table-cell", look))).strip("\n")
            if tag == "covered-table-cell" and cells and _across(row, cell):
                continue  # covered by the cell to its left: not a place of its own
            times = _attr(cell, "number-columns-repeated")
            count = min(int(times), _MAX_REPEAT) if times.isdigit() else 1
            cells += [Cell(text, tag == "covered-table-cell")] * (count if text or count < _MAX_REPEAT else 1)
        rows.append(cells)
    return table_lines(rows)


def _across(row: etree._Element, covered: etree._Element) -> bool:
    """Whether a covered cell belongs to a cell of its own row."""
    before = covered.getprevious()
    while before is not None and _tag(before) == "covered-table-cell":
        before = before.getprevious()
    spanned = _attr(before, "number-columns-spanned") if before is not None else ""
    return spanned.isdigit() and int(spanned) > 1


# ------------------------------------------------------------------------------------------------------------ document


def _controls(root: etree._Element) -> dict[str, str]:
    """Values of form controls by their id, as people filled them in."""
    values = {}
    for node in root.iter("{*}text", "{*}textarea", "{*}combobox", "{*}formatted-text", "{*}date"):
        value = _attr(node, "current-value") or _attr(node, "value")
        if value and _attr(node, "id"):
            values[_attr(node, "id")] = value
    return values


def _margins(walk: _Walk, styles: etree._Element | None, kind: str) -> list[str]:
    """Lines of all headers or footers, each once, page numbers aside."""
    lines: list[str] = []
    if styles is None:
        return lines
    for page in styles.iter("{*}master-page"):
        for node in page:
            if _tag(node) in (kind, f"{kind}-left", f"{kind}-first"):
                for line in _blocks(walk, node, _Look()):
                    if line.strip() and line not in lines and not re.fullmatch(r"\s*第?\s*\d*\s*页?\s*", line):
                        lines.append(line)
    return lines


def odt_text(content: etree._Element, styles: etree._Element | None) -> tuple[str, tuple[Notice, ...]]:
    """Text of a document from its content and its styles (the same root when the file is flat)."""
    walk = _Walk(_load_styles([root for root in (styles, content) if root is not None]), _controls(content))
    regions = [node for node in content.iter("{*}changed-region") if any(_tag(child) == "deletion" for child in node)]
    walk.deletions = frozenset(_attr(node, "id") for node in regions) - {""}
    if regions:
        walk.left_out.add("deleted")
    body = next((node for node in content.iter("{*}body")), None)
    head = _margins(walk, styles, "header")
    lines = _blocks(walk, body, _Look()) if body is not None else []
    foot = _margins(walk, styles, "footer")
    notices = []
    if "hidden" in walk.left_out:
        notices.append(Notice("hidden_text", "文档含隐藏文字（不可见、与底色同色或极小字号），未计入；请对照原件。"))
    if "deleted" in walk.left_out:
        notices.append(Notice("tracked_changes", "文档含未接受的修订：插入的文字已计入，删除的文字未计入。"))
    if "struck" in walk.left_out:
        notices.append(Notice("struck_out_text", "划掉的文字未计入。"))
    return tidy_lines([*head, *lines, *foot, *walk.notes]), tuple(notices)


def accepts(source: Source) -> bool:
    """True for an OpenDocument text, zipped or flat."""
    data = source.data
    if data.startswith(b"PK\x03\x04"):
        return _MIME in data[:200] or (
            b"content.xml" in data and b"META-INF/manifest.xml" in data and b"mimetype" not in data[:60]
        )
    return b"urn:oasis:names:tc:opendocument:xmlns:office" in data[:4096] and _MIME in data[:8192] and b"<" in data[:16]


def read(source: Source) -> Iterator[Document | Source]:
    """One document. Raises ReadError: damaged, encrypted, archive_bomb, unsafe_xml, empty, hidden_only."""
    try:
        if source.data.startswith(b"PK"):
            content, styles = _open(source.data)
        else:
            content = styles = parse_xml(source.data)
        text, notices = odt_text(content, styles)
    except (RecursionError, ValueError) as error:  # zipfile raises ValueError on offsets and names that lie
        raise damaged() from error
    if not text.strip():
        raise no_text(any(n.code == "hidden_text" for n in notices))
    yield Document(text, source.name, notices)


def _open(data: bytes) -> tuple[etree._Element, etree._Element | None]:
    with open_package(data) as package:
        names = package.namelist()
        if "META-INF/manifest.xml" in names and b"encryption-data" in read_member(package, "META-INF/manifest.xml"):
            raise ReadError(
                "encrypted",
                "文件已加密，无法读取；请应聘者提供未加密的简历。",
                "The file is encrypted; please ask for a copy without a password.",
            )
        if "content.xml" not in names:
            raise damaged()
        content = parse_xml(read_member(package, "content.xml"))
        styles = parse_xml(read_member(package, "styles.xml")) if "styles.xml" in names else None
    return content, styles


READER = Reader("odt", accepts, read)
