"""Word documents (docx, docm, dotx; transitional and strict): one walk in document order.

Headers, body with tables, text boxes, content controls and insertions, footers, notes. Deleted text, field codes,
comments and hidden text stay out. python-docx walks past text boxes, content controls, insertions and headers
(python-openxml/python-docx#155, #416, #1123), so the parts are read directly.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from matcher.reading.base import Document, Reader, Source, no_text
from matcher.reading.layout import Cell, glue, is_heading, table_lines, tidy_lines
from matcher.reading.office import damaged, open_package, parse_part, parse_xml, read_member
from matcher.schema import Notice

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape": "wps",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "dgm",
    "http://purl.oclc.org/ooxml/drawingml/diagram": "dgm",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "urn:schemas-microsoft-com:vml": "v",
}

# What Word's symbol fonts mean (w:sym, and private-use characters typed in them)
_SYMBOLS = {
    0x52: "☑",
    0x53: "☒",
    0xFE: "☑",
    0xFD: "☒",
    0xFC: "√",
    0xA8: "☐",
    0x6F: "☐",
    0xA3: "☐",
    0x9F: "•",
    0x6C: "●",
    0x6E: "■",
    0x76: "◆",
    0xD8: "➢",
    0x28: "电话：",
    0x2A: "邮箱：",
}
_SKIPPED = frozenset(
    (  # noqa: SIM905
        "w:del w:moveFrom w:delText w:instrText w:delInstrText w:annotationRef w:footnoteRef w:endnoteRef w:rPr w:pPr"
        " w:sectPr w:tblPr w:tblGrid w:trPr w:tcPr w:sdtPr w:sdtEndPr w:proofErr w:rt w:rubyPr w:footnoteReference"
        " w:endnoteReference w:commentReference w:pgNum w:lastRenderedPageBreak"
    ).split()
)


@lru_cache(maxsize=4096)
def _name(tag: str) -> str:
    """``{namespace}local`` as ``prefix:local``; unknown namespaces as ``?:local``."""
    namespace, _, local = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    return f"{_PREFIXES.get(namespace, '?' if namespace else '')}:{local}" if namespace else local


def _tag(node: etree._Element) -> str:
    return _name(node.tag) if isinstance(node.tag, str) else ""


def _attr(node: etree._Element, name: str) -> str | None:
    """An attribute by ``prefix:local``, whichever of the two namespaces it is in."""
    prefix, _, local = name.rpartition(":")
    for key, value in node.attrib.items():
        if _name(str(key)) == name or (str(key) == local and prefix == "w"):
            return str(value)
    return None


def _child(node: etree._Element | None, name: str) -> etree._Element | None:
    if node is None:
        return None
    return next((c for c in node if _tag(c) == name), None)


def _on(node: etree._Element | None) -> bool:
    """A toggle property: present and not switched off."""
    return node is not None and (_attr(node, "w:val") or "true") not in ("0", "false", "off", "none")


# --- what a run looks like --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Look:
    """Properties that can hide a run; ``None`` is not said."""

    vanish: bool | None = None
    color: str | None = None  # RRGGBB or auto
    size: float | None = None  # points
    fill: str | None = None  # background, RRGGBB or auto
    struck: bool | None = None

    def over(self, below: _Look) -> _Look:
        """Own properties where said, else those of ``below``."""
        return _Look(
            below.vanish if self.vanish is None else self.vanish,
            self.color or below.color,
            below.size if self.size is None else self.size,
            self.fill or below.fill,
            below.struck if self.struck is None else self.struck,
        )


_NO_LOOK = _Look()
_HIGHLIGHTS = {
    "black": "000000",
    "blue": "0000FF",
    "darkBlue": "000080",
    "darkCyan": "008080",
    "darkGray": "808080",
    "darkGreen": "008000",
    "darkMagenta": "800080",
    "darkRed": "800000",
    "darkYellow": "808000",
    "green": "00FF00",
    "red": "FF0000",
    "white": "FFFFFF",
    "yellow": "FFFF00",
    "cyan": "00FFFF",
    "magenta": "FF00FF",
    "lightGray": "C0C0C0",
}
_THEME = {"background1": "FFFFFF", "light1": "FFFFFF", "text1": "000000", "dark1": "000000"}


def _shade(node: etree._Element | None) -> str | None:
    """Background of a ``w:shd``; ``unknown`` for a pattern or a theme colour we cannot resolve."""
    if node is None:
        return None
    pattern = _attr(node, "w:val") or "clear"
    if pattern == "solid":
        return _attr(node, "w:color") or "unknown"
    fill = _attr(node, "w:fill")
    if fill in (None, "auto"):
        theme = _attr(node, "w:themeFill")
        return _THEME.get(theme, "unknown") if theme else ("unknown" if pattern not in ("clear", "nil") else None)
    return fill


def _look(properties: etree._Element | None) -> _Look:
    if properties is None or not len(properties):
        return _NO_LOOK
    vanish = color = size = fill = struck = None
    for node in properties:
        tag = _tag(node)
        if tag == "w:vanish":
            vanish = _on(node)
        elif tag in ("w:strike", "w:dstrike"):
            struck = _on(node) or bool(struck)
        elif tag == "w:color":
            color = _attr(node, "w:val")
            if color in (None, "auto") and _attr(node, "w:themeColor"):
                color = _THEME.get(_attr(node, "w:themeColor") or "", color)
        elif tag == "w:sz":
            try:
                size = float(_attr(node, "w:val") or "") / 2
            except ValueError:
                size = None
        elif tag == "w:shd":
            fill = _shade(node) or fill
        elif tag == "w:highlight":
            fill = _HIGHLIGHTS.get(_attr(node, "w:val") or "", fill)
    return _Look(vanish, color, size, fill, struck)


def _luminance(rgb: str) -> float | None:
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", rgb):
        return None
    channels = (int(rgb[i : i + 2], 16) / 255 for i in (0, 2, 4))
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def unseen(color: str | None, background: str | None) -> bool:
    """Whether text of this colour cannot be told from its background (contrast below 1.2; WCAG's formula).

    ``RRGGBB``; None or auto is black on white; an unknown background counts as honest.
    """
    front = _luminance(color or "000000")
    back = _luminance("FFFFFF" if background in (None, "auto", "none") else str(background))
    if color in (None, "auto") or front is None or back is None:
        return False
    return (max(front, back) + 0.05) / (min(front, back) + 0.05) < 1.2


# --- the package ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    root: etree._Element
    relations: Mapping[str, tuple[str, str]]  # id to (type's last word, target part)
    repaired: bool = False


@dataclass(slots=True)
class _Walk:
    """State of one document's walk: the package, what styles say, and what was left out."""

    package: zipfile.ZipFile
    styles: _Styles = field(default_factory=lambda: _Styles({}))
    defaults: _Look = _NO_LOOK
    bullets: frozenset[str] = frozenset()
    style_lists: Mapping[str, str] = field(default_factory=dict)
    part: _Part | None = None
    fields: list[str] = field(default_factory=list)  # open complex fields: "code" or "result"
    hidden: int = 0
    struck: bool = False
    revised: bool = False
    dark_shapes: bool = False  # a filled or pictured shape may lie behind white text
    images: int = 0


def _relations(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    folder, _, base = part.rpartition("/")
    name = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
    try:
        root = parse_xml(read_member(package, _member(package, name)))
    except KeyError:
        return {}
    found = {}
    for node in root:
        if _tag(node) == "rel:Relationship" and (node.get("TargetMode") or "") != "External":
            target = (node.get("Target") or "").replace("\\", "/")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[node.get("Id") or ""] = ((node.get("Type") or "").rpartition("/")[2], path)
    return found


def _member(package: zipfile.ZipFile, name: str) -> str:
    """The member of this name, whatever its case and slashes (some writers use back slashes). KeyError when absent."""
    if name in package.NameToInfo:
        return name
    wanted = name.lower()
    for member in package.NameToInfo:
        if member.replace("\\", "/").lower() == wanted:
            return member
    raise KeyError(name)


def _load(package: zipfile.ZipFile, name: str) -> _Part | None:
    try:
        root, repaired = parse_part(read_member(package, _member(package, name)))
    except KeyError:
        return None
    return _Part(name, root, _relations(package, name), repaired)


def _main_part(package: zipfile.ZipFile) -> str:
    for kind, target in _relations(package, "").values():
        if kind == "officeDocument":
            return target
    return "word/document.xml"


class _Styles(dict[str, _Look]):
    """Style id to its look with ``basedOn`` resolved, worked out when asked for: a template holds hundreds."""

    def __init__(self, nodes: Mapping[str, etree._Element]) -> None:
        super().__init__()
        self._nodes = nodes

    def __missing__(self, style_id: str) -> _Look:
        look, seen, at = _NO_LOOK, set[str](), style_id
        while at in self._nodes and at not in seen:
            seen.add(at)
            node = self._nodes[at]
            fill = _shade(_child(_child(node, "w:pPr"), "w:shd")) or _shade(_child(_child(node, "w:tblPr"), "w:shd"))
            if _attr(node, "w:type") == "table":
                fill = _table_style_fill(node) or fill
            look = look.over(_look(_child(node, "w:rPr")).over(_Look(fill=fill)))
            based = _child(node, "w:basedOn")
            at = (_attr(based, "w:val") or "") if based is not None else ""
        self[style_id] = look
        return look


def _load_styles(package: zipfile.ZipFile, part: _Part) -> tuple[_Styles, _Look, dict[str, str]]:
    """Looks of styles, the defaults, and the list that a paragraph style belongs to."""
    loaded = _load(package, _target(part, "styles"))
    nodes: dict[str, etree._Element] = {}
    lists: dict[str, str] = {}
    defaults = _NO_LOOK
    default_style = None
    for node in () if loaded is None else loaded.root:
        tag = _tag(node)
        if tag == "w:docDefaults":
            defaults = _look(_child(_child(node, "w:rPrDefault"), "w:rPr"))
        elif tag == "w:style":
            style_id = _attr(node, "w:styleId") or ""
            nodes[style_id] = node
            if _attr(node, "w:type") != "paragraph":
                continue
            number = _child(_child(_child(node, "w:pPr"), "w:numPr"), "w:numId")
            if number is not None:
                lists[style_id] = _attr(number, "w:val") or ""
            if _attr(node, "w:default") in ("1", "true", "on"):
                default_style = style_id
    styles = _Styles(nodes)
    return styles, defaults if default_style is None else styles[default_style].over(defaults), lists


def _table_style_fill(style: etree._Element) -> str | None:
    """A table style that shades header rows: white text in it may be honest."""
    for node in style.iter():
        if _tag(node) == "w:shd" and (fill := _shade(node)) and not _is_light(fill):
            return "unknown"
    return None


def _is_light(fill: str) -> bool:
    luminance = _luminance(fill)
    return luminance is not None and luminance > 0.8


def _load_bullets(package: zipfile.ZipFile, part: _Part) -> frozenset[str]:
    """Ids of the lists whose first level is a bullet."""
    loaded = _load(package, _target(part, "numbering"))
    if loaded is None:
        return frozenset()
    abstract: dict[str, bool] = {}
    found = set()
    for node in loaded.root:
        if _tag(node) == "w:abstractNum":
            form = _child(_child(node, "w:lvl"), "w:numFmt")
            abstract[_attr(node, "w:abstractNumId") or ""] = form is not None and _attr(form, "w:val") == "bullet"
        elif _tag(node) == "w:num":
            link = _child(node, "w:abstractNumId")
            if link is not None and abstract.get(_attr(link, "w:val") or ""):
                found.add(_attr(node, "w:numId") or "")
    return frozenset(found)


def _target(part: _Part, kind: str) -> str:
    return next((target for k, target in part.relations.values() if k == kind), "")


# --- the walk ---------------------------------------------------------------------------------------------------

_BREAK = "\n"
_BLOCKS = frozenset(
    ("w:p", "w:tbl", "w:sdt", "w:customXml", "w:ins", "w:moveTo", "w:altChunk", "mc:AlternateContent", "w:smartTag")
)


def _blocks(walk: _Walk, parent: etree._Element, look: _Look) -> list[str]:
    """Lines of the paragraphs, tables and what wraps them, below ``parent``."""
    lines: list[str] = []
    joined = False  # the paragraph mark before was deleted: the next paragraph continues the line
    for node in parent:
        tag = _tag(node)
        if tag == "w:p":
            text, boxes = _paragraph(walk, node, look)
            if joined and lines:
                lines[-1] = glue(lines[-1], text) if text else lines[-1]
            elif text.strip() or not boxes:
                lines.extend(text.split("\n"))
            lines += boxes
            joined = _child(_child(_child(node, "w:pPr"), "w:rPr"), "w:del") is not None and not boxes
        elif tag == "w:tbl":
            lines += _table(walk, node, look)
        elif tag in _SKIPPED:
            walk.revised |= tag in ("w:del", "w:moveFrom")
        elif tag == "w:sdt":
            if not _is_placeholder(node):
                content = _child(node, "w:sdtContent")
                lines += _blocks(walk, content, look) if content is not None else []
        elif tag == "w:altChunk":
            lines += _chunk(walk, node)
        elif tag == "mc:AlternateContent":
            chosen = _alternative(node)
            lines += _blocks(walk, chosen, look) if chosen is not None else []
        elif any(_tag(child) in _BLOCKS for child in node):
            walk.revised |= tag in ("w:ins", "w:moveTo")
            lines += _blocks(walk, node, look)
    return lines


def _is_placeholder(control: etree._Element) -> bool:
    """A content control that still shows its prompt (单击此处输入文字)."""
    return _on(_child(_child(control, "w:sdtPr"), "w:showingPlcHdr"))


def _alternative(node: etree._Element) -> etree._Element | None:
    """One of the two copies of a drawing: the choice when it has content, else the fallback."""
    choices = [c for c in node if _tag(c) == "mc:Choice"]
    for choice in choices:
        if len(choice):
            return choice
    return _child(node, "mc:Fallback")


def _paragraph(walk: _Walk, node: etree._Element, look: _Look) -> tuple[str, list[str]]:
    """A paragraph's own text, and the lines of the text boxes anchored in it."""
    properties = _child(node, "w:pPr")
    style = _child(properties, "w:pStyle")
    style_id = (_attr(style, "w:val") or "") if style is not None else ""
    fill = _shade(_child(properties, "w:shd"))
    base = _Look(fill=fill).over(walk.styles[style_id]).over(look)
    pieces: list[str] = []
    boxes: list[_Box] = []
    _inline(walk, node, base, pieces, boxes)
    if "code" in walk.fields:
        walk.fields.clear()  # a code is never longer than its paragraph: an unclosed field must not swallow the rest
    text = "".join(pieces)
    number = _child(_child(properties, "w:numPr"), "w:numId")
    list_id = _attr(number, "w:val") if number is not None else walk.style_lists.get(style_id)
    if list_id in walk.bullets and text.strip() and not is_heading(text):
        text = f"• {text.lstrip()}"
    return text, [line for box in _in_order(boxes) for line in box.lines]


def _inline(walk: _Walk, parent: etree._Element, look: _Look, pieces: list[str], boxes: list[_Box]) -> None:
    for node in parent:
        tag = _tag(node)
        if tag == "w:r":
            _run(walk, node, look, pieces, boxes)
        elif tag in _SKIPPED:
            walk.revised |= tag in ("w:del", "w:moveFrom")
        elif tag == "w:sdt":
            box = _child(_child(node, "w:sdtPr"), "w14:checkbox")
            if box is not None:
                pieces.append("☑" if _ticked(_child(box, "w14:checked")) else "☐")
            elif not _is_placeholder(node):
                content = _child(node, "w:sdtContent")
                if content is not None:
                    _inline(walk, content, look, pieces, boxes)
        elif tag == "mc:AlternateContent":
            chosen = _alternative(node)
            if chosen is not None:
                _inline(walk, chosen, look, pieces, boxes)
        elif tag in ("w:txbxContent", "w:drawing", "w:pict", "w:object"):
            _drawing(walk, node, pieces, boxes)
        elif len(node):
            walk.revised |= tag in ("w:ins", "w:moveTo")
            _inline(walk, node, look, pieces, boxes)


def _ticked(node: etree._Element | None) -> bool:
    return node is not None and (_attr(node, "w14:val") or "1") in ("1", "true", "on")


def _run(walk: _Walk, run: etree._Element, look: _Look, pieces: list[str], boxes: list[_Box]) -> None:
    properties = _child(run, "w:rPr")
    style = _child(properties, "w:rStyle")
    by_style = walk.styles[_attr(style, "w:val") or ""] if style is not None else _NO_LOOK
    if properties is not None and (
        _child(properties, "w:del") is not None or _child(properties, "w:moveFrom") is not None
    ):
        walk.revised = True
        return
    shown = _look(properties).over(by_style).over(look).over(walk.defaults)
    text: list[str] = []
    for node in run:
        tag = _tag(node)
        if tag == "w:fldChar":
            _field_mark(walk, node, text)
        elif "code" in walk.fields:
            continue
        elif tag == "w:t":
            text.append(_symbols(node.text or ""))
        elif tag in ("w:tab", "w:ptab"):
            text.append("\t")
        elif tag in ("w:br", "w:cr"):
            text.append(_BREAK)
        elif tag == "w:noBreakHyphen":
            text.append("-")
        elif tag == "w:sym":
            text.append(_symbol(_attr(node, "w:char") or ""))
        elif tag in ("w:drawing", "w:pict", "w:object"):
            _drawing(walk, node, text, boxes)
        elif tag == "mc:AlternateContent":
            chosen = _alternative(node)
            for child in () if chosen is None else chosen:
                if _tag(child) in ("w:drawing", "w:pict", "w:object"):
                    _drawing(walk, child, text, boxes)
                elif _tag(child) == "w:t":
                    text.append(child.text or "")
        elif tag == "w:ruby":
            base = _child(node, "w:rubyBase")
            if base is not None:
                _inline(walk, base, look, text, boxes)
    written = "".join(text)
    if written.strip() and shown.struck:
        walk.struck = True
        return
    if written.strip() and _is_hidden(walk, shown):
        walk.hidden += len(written.strip())
        return
    pieces.append(written)


def _is_hidden(walk: _Walk, look: _Look) -> bool:
    if look.vanish or (look.size is not None and look.size <= 2):
        return True
    if look.fill in (None, "auto") and walk.dark_shapes:
        return False
    return unseen(look.color, look.fill)


def _symbols(text: str) -> str:
    """Private-use characters of Word's symbol fonts (U+F0xx) as what they show."""
    return re.sub("[\uf020-\uf0ff]", lambda m: _SYMBOLS.get(ord(m[0]) - 0xF000, ""), text)


def _symbol(code: str) -> str:
    try:
        return _SYMBOLS.get(int(code, 16) & 0xFF, "")
    except ValueError:
        return ""


def _field_mark(walk: _Walk, mark: etree._Element, text: list[str]) -> None:
    """Complex fields: the code is dropped, the result stays; old form fields show their state."""
    kind = _attr(mark, "w:fldCharType")
    if kind == "begin":
        walk.fields.append("code")
        data = _child(mark, "w:ffData")
        box = _child(data, "w:checkBox")
        if box is not None:
            state = _child(box, "w:checked")
            text.append("☑" if _on(state if state is not None else _child(box, "w:default")) else "☐")
        choices = _child(data, "w:ddList")
        if choices is not None:
            entries = [_attr(c, "w:val") or "" for c in choices if _tag(c) == "w:listEntry"]
            result = _child(choices, "w:result")
            index = (
                int(_attr(result, "w:val") or 0)
                if result is not None and (_attr(result, "w:val") or "0").isdigit()
                else 0
            )
            text.append(entries[index] if index < len(entries) else "")
    elif kind == "separate" and walk.fields:
        walk.fields[-1] = "result"
    elif kind == "end" and walk.fields:
        walk.fields.pop()


# --- drawings ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Box:
    """Lines of a text box and where it is anchored, when that is comparable."""

    lines: tuple[str, ...]
    frame: tuple[str, str] | None = None
    x: int = 0
    y: int = 0


def _in_order(boxes: Sequence[_Box]) -> Sequence[_Box]:
    """Boxes of one paragraph from top to bottom when all are placed in the same frame, else as written.

    Boxes side by side in two columns stay column by column, left first.
    """
    frames = {box.frame for box in boxes}
    if len(boxes) < 2 or len(frames) != 1 or None in frames:
        return boxes
    column_width = 914_400 * 3 // 2  # EMU: boxes 1.5 inches apart stand in different columns
    left = min(box.x for box in boxes)
    return sorted(boxes, key=lambda box: ((box.x - left) // column_width, box.y))


def _drawing(walk: _Walk, node: etree._Element, pieces: list[str], boxes: list[_Box]) -> None:
    """Text boxes (DrawingML and VML), SmartArt; pictures are only counted."""
    frame, x, y = _anchor(node)
    for content, background in _contents(walk, node, None):
        inner = _Look(fill=background or ("unknown" if walk.dark_shapes else None))
        open_fields, walk.fields = walk.fields, []
        lines = _blocks(walk, content, inner)
        walk.fields = open_fields
        if any(line.strip() for line in lines):
            boxes.append(_Box(tuple(lines), frame, x, y))
    for art in node.iter("{*}relIds"):
        if _tag(art) == "dgm:relIds" and walk.part is not None:
            boxes += _smart_art(walk, _attr(art, "r:dm") or "")


def _anchor(node: etree._Element) -> tuple[tuple[str, str] | None, int, int]:
    anchor = next((c for c in node if _tag(c) == "wp:anchor"), None)
    if anchor is None:
        return None, 0, 0
    values = []
    frames = []
    for name in ("wp:positionH", "wp:positionV"):
        position = _child(anchor, name)
        offset = _child(position, "wp:posOffset")
        if position is None or offset is None or not re.fullmatch(r"-?\d{1,9}", (offset.text or "").strip()):
            return None, 0, 0
        values.append(int((offset.text or "0").strip()))
        frames.append(position.get("relativeFrom") or "")
    return (frames[0], frames[1]), values[0], values[1]


def _contents(walk: _Walk, node: etree._Element, fill: str | None) -> Iterator[tuple[etree._Element, str | None]]:
    """``w:txbxContent`` below a drawing, each once, with the fill of its shape; fallback copies are passed by."""
    for child in node:
        tag = _tag(child)
        if tag == "w:txbxContent":
            yield child, fill
        elif tag == "mc:AlternateContent":
            chosen = _alternative(child)
            if chosen is not None:
                yield from _contents(walk, chosen, fill)
        elif tag not in ("mc:Fallback", "w:t"):
            yield from _contents(walk, child, _shape_fill(child) or fill)


def _shape_fill(node: etree._Element) -> str | None:
    """Fill of a shape: RRGGBB, ``unknown`` for gradients, pictures and theme colours, None when it has none."""
    tag = _tag(node)
    if tag.startswith("v:"):
        color = node.get("fillcolor")
        if node.get("filled") in ("f", "false") or (color is None and tag != "v:rect"):
            return None
        found = re.match(r"#([0-9A-Fa-f]{6})\b", color or "")
        return found[1] if found else "unknown" if color else None
    if tag not in ("wps:wsp", "?:wsp"):
        return None
    properties = next((c for c in node if _tag(c).endswith(":spPr")), None)
    for part in () if properties is None else properties:
        name = _tag(part)
        if name == "a:solidFill":
            rgb = _child(part, "a:srgbClr")
            return rgb.get("val") if rgb is not None else "unknown"
        if name in ("a:gradFill", "a:blipFill", "a:pattFill", "a:grpFill"):
            return "unknown"
        if name == "a:noFill":
            return None
    style = next((c for c in node if _tag(c).endswith(":style")), None)
    reference = _child(style, "a:fillRef")
    return "unknown" if reference is not None and (reference.get("idx") or "0") != "0" else None


def _has_dark_shapes(root: etree._Element) -> bool:
    """Whether a filled shape or a picture behind the text could make white text readable."""
    for node in root.iter("{*}wsp", "{*}rect", "{*}shape", "{*}roundrect", "{*}anchor", "{*}background"):
        tag = _tag(node)
        if (
            tag == "wp:anchor"
            and node.get("behindDoc") in ("1", "true")
            and next(node.iter("{*}blip"), None) is not None
        ):
            return True
        if tag == "w:background" and not _is_light(_attr(node, "w:color") or "FFFFFF"):
            return True
        fill = _shape_fill(node) if tag not in ("wp:anchor", "w:background") else None
        if fill is not None and not _is_light(fill):
            return True
    return False


def _smart_art(walk: _Walk, relation: str) -> list[_Box]:
    assert walk.part is not None
    target = walk.part.relations.get(relation, ("", ""))[1]
    loaded = _load(walk.package, target) if target else None
    if loaded is None:
        return []
    lines = []
    for paragraph in loaded.root.iter("{*}p"):
        if _tag(paragraph) == "a:p":
            lines.append("".join(t.text or "" for t in paragraph.iter("{*}t") if _tag(t) == "a:t"))
    return [_Box(tuple(line for line in lines if line.strip()))]


def _chunk(walk: _Walk, node: etree._Element) -> list[str]:
    """An imported HTML, RTF or docx chunk (job boards write whole resumes this way)."""
    from matcher.reading import read_source

    target = walk.part.relations.get(_attr(node, "r:id") or "", ("", ""))[1] if walk.part else ""
    try:
        data = read_member(walk.package, _member(walk.package, target))
    except KeyError:
        return []
    lines: list[str] = []
    for found in read_source(Source(data, "chunk", depth=3)):
        if isinstance(found, Document):
            walk.hidden += sum(n.code == "hidden_text" for n in found.notices)
            lines += found.text.split("\n")
    return lines


# --- tables -----------------------------------------------------------------------------------------------------


def _rows(walk: _Walk, node: etree._Element) -> Iterator[etree._Element]:
    for child in node:
        tag = _tag(child)
        if tag == "w:tr":
            properties = _child(child, "w:trPr")
            if _child(properties, "w:del") is not None:
                walk.revised = True
            else:
                yield child
        elif tag not in _SKIPPED and len(child):
            yield from _rows(walk, child)


def _cells(walk: _Walk, row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        tag = _tag(child)
        if tag == "w:tc":
            if _child(_child(child, "w:tcPr"), "w:cellDel") is not None:
                walk.revised = True
            else:
                yield child
        elif tag == "w:sdt" and _is_placeholder(child):
            yield etree.Element("none")
        elif tag not in _SKIPPED and len(child):
            yield from _cells(walk, child)


def _table(walk: _Walk, node: etree._Element, look: _Look) -> list[str]:
    properties = _child(node, "w:tblPr")
    style = _child(properties, "w:tblStyle")
    by_style = walk.styles[_attr(style, "w:val") or ""] if style is not None else _NO_LOOK
    base = _Look(fill=_shade(_child(properties, "w:shd")) or by_style.fill, vanish=by_style.vanish).over(look)
    rows: list[list[Cell]] = []
    for row in _rows(walk, node):
        cells = []
        for cell in _cells(walk, row):
            own = _child(cell, "w:tcPr")
            merge = _child(own, "w:vMerge")
            if merge is not None and _attr(merge, "w:val") != "restart":
                cells.append(Cell("", continued=True))
                continue
            inner = _Look(fill=_shade(_child(own, "w:shd"))).over(base)
            cells.append(Cell("\n".join(_blocks(walk, cell, inner))))
        rows.append(cells)
    return table_lines(rows)


# --- reader -----------------------------------------------------------------------------------------------------


def _accepts(source: Source) -> bool:
    """A zip that holds a Word document, whatever the main part is called; also one cut short."""
    data = source.data
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        names = []  # cut short: its bytes must tell
    if names:  # a zip that holds a docx has its part names inside, but not in its own directory
        if "[Content_Types].xml" not in names:
            return False
        return any(n.startswith(("word/", "word\\")) or "document" in n.lower() for n in names) and not any(
            n.startswith(("xl/", "ppt/")) for n in names
        )
    return b"[Content_Types].xml" in data and (b"word/" in data or b"word\\" in data or b"WordDocument" in data)


def _notes(walk: _Walk, main: _Part) -> list[str]:
    lines: list[str] = []
    for kind, wanted in (("footnotes", "w:footnote"), ("endnotes", "w:endnote")):
        part = _load(walk.package, _target(main, kind))
        if part is None:
            continue
        walk.part = part
        for note in part.root:
            if _tag(note) == wanted and _attr(note, "w:type") not in (
                "separator",
                "continuationSeparator",
                "continuationNotice",
            ):
                lines += _blocks(walk, note, _NO_LOOK)
    return lines


def _margins(walk: _Walk, main: _Part, reference: str) -> list[str]:
    """Lines of the headers or footers in use, each text once (first, even and default pages repeat it)."""
    lines: list[str] = []
    seen: set[str] = set()
    for node in main.root.iter("{*}" + reference.partition(":")[2]):
        target = main.relations.get(_attr(node, "r:id") or "", ("", ""))[1]
        if target in seen:
            continue
        seen.add(target)
        part = _load(walk.package, target) if target else None
        if part is None:
            continue
        walk.part = part
        for line in _blocks(walk, part.root, _NO_LOOK):
            if line.strip() and line.strip() not in seen:
                seen.add(line.strip())
                lines.append(line)
    return [line for line in lines if not re.fullmatch(r"\s*(?:第?\s*\d*\s*页?\s*[/共]?\s*\d*\s*页?)\s*", line)]


def read(source: Source) -> Iterator[Document | Source]:
    """One document. Raises ReadError for damaged, encrypted, unsafe or oversized packages and for empty ones."""
    with open_package(source.data) as package:
        try:
            main = _load(package, _main_part(package))
        except RecursionError as error:
            raise damaged() from error
        if main is None:
            raise damaged()
        body = _child(main.root, "w:body")
        if body is None:
            raise damaged()
        styles, defaults, lists = _load_styles(package, main)
        walk = _Walk(package, styles, defaults, _load_bullets(package, main), lists)
        walk.dark_shapes = _has_dark_shapes(main.root)
        head = _margins(walk, main, "w:headerReference")
        walk.part = main
        walk.fields.clear()
        lines = _blocks(walk, body, _NO_LOOK)
        walk.fields.clear()
        lines += _margins(walk, main, "w:footerReference")
        lines += _notes(walk, main)
        text = tidy_lines(_reflow([*head, *lines]))
        notices = _notices(walk)
        if main.repaired:
            notices += (Notice("partly_damaged", "文档部分损坏，只读出了能恢复的内容；请对照原件或请应聘者重发。"),)
        if len(re.sub(r"\s", "", text)) < 10:
            text, notices = _from_pictures(package, text, notices)
    if not text:
        raise no_text(bool(walk.hidden or walk.struck))
    yield Document(text, source.name, notices)


def _reflow(lines: Sequence[str]) -> list[str]:
    return [part for line in lines for part in line.split("\n")]


def _notices(walk: _Walk) -> tuple[Notice, ...]:
    notices = []
    if walk.hidden:
        notices.append(Notice("hidden_text", "文档含隐藏文字（不可见、与底色同色或极小字号），未计入；请对照原件。"))
    if walk.struck:
        notices.append(Notice("struck_out_text", "划掉的文字未计入。"))
    if walk.revised:
        notices.append(Notice("tracked_changes", "文档含未接受的修订：插入的文字已计入，删除的文字未计入。"))
    return tuple(notices)


def _from_pictures(package: zipfile.ZipFile, text: str, notices: tuple[Notice, ...]) -> tuple[str, tuple[Notice, ...]]:
    """A resume pasted in as pictures: read them by OCR."""
    names = [i.filename for i in package.infolist() if "/media/" in i.filename and i.file_size > 20_000]
    pictures = [
        n
        for n in sorted(names, key=_natural)
        if n.lower().endswith((".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif"))
    ]
    if not pictures:
        return text, notices
    from matcher.reading.ocr_door import ocr_files

    pages = ocr_files([read_member(package, name) for name in pictures[:20]])
    read_text = tidy_lines(line for page in pages for line in page.split("\n"))
    return "\n".join(t for t in (text, read_text) if t), (
        *notices,
        Notice("ocr", "文字由图片识别（OCR）得到，请对照原件。"),
    )


def _natural(name: str) -> tuple[int, str]:
    digits = re.search(r"(\d+)\.\w+$", name)
    return (int(digits[1]) if digits else 0, name)


READER = Reader("docx", _accepts, read)
