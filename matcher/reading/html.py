"""HTML: what a browser would show, as lines. Job boards export resumes so, also under the names .doc and .xls.

Scripts, styles and hidden nodes stay out (B049); style sheets inside the file are read for what hides text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import lxml.html
from lxml import etree

from matcher.reading.base import Document, Reader, ReadError, Source
from matcher.reading.docx import unseen
from matcher.reading.layout import (
    Cell,
    is_field_label,
    is_heading,
    is_label,
    label_value,
    opens_section,
    table_lines,
    tidy_lines,
)
from matcher.reading.plain import decode, score
from matcher.schema import Notice

_SILENT = frozenset(
    (  # noqa: SIM905
        "script style head title template noscript iframe object embed svg canvas audio video map datalist rt rp meta"
        " link colgroup"
    ).split()
)
_STRUCK = frozenset(("s", "strike", "del"))
_INLINE = frozenset(
    (  # noqa: SIM905
        "a abbr acronym b bdi bdo big cite code dfn em font i img input ins kbd label mark nobr output q ruby rb samp"
        " select small span strong sub sup time tt u var wbr button textarea data o:p st1:chsdate"
    ).split()
)
_MAX_DEPTH = 180
_MAX_RULES = 4000
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "pc": 16.0, "cm": 37.8, "mm": 3.78, "in": 96.0, "q": 0.945, "rem": 16.0}
_SIZES = {"xx-small": 9, "x-small": 10, "small": 13, "medium": 16, "large": 18, "x-large": 24, "xx-large": 32}
_COLORS = {
    "white": "FFFFFF",
    "black": "000000",
    "snow": "FFFAFA",
    "ivory": "FFFFF0",
    "whitesmoke": "F5F5F5",
    "ghostwhite": "F8F8FF",
    "floralwhite": "FFFAF0",
    "azure": "F0FFFF",
    "mintcream": "F5FFFA",
    "red": "FF0000",
    "green": "008000",
    "blue": "0000FF",
    "navy": "000080",
    "gray": "808080",
    "grey": "808080",
    "silver": "C0C0C0",
    "maroon": "800000",
    "teal": "008080",
    "purple": "800080",
    "orange": "FFA500",
    "yellow": "FFFF00",
    "darkblue": "00008B",
    "lightgray": "D3D3D3",
    "lightgrey": "D3D3D3",
}


# --- characters -------------------------------------------------------------------------------------------------


def to_text(data: bytes) -> tuple[str, tuple[Notice, ...]]:
    """Decode a page: byte order mark, then the declared charset when it reads well, else by content."""
    found, notices = decode(data)
    head = data[:4096].replace(b"\0", b"").decode("latin-1")
    declared = re.search(r"""charset\s*=\s*["']?\s*([\w-]+)""", head, re.IGNORECASE)
    name = declared[1].lower() if declared else ""
    name = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs", "unicode": ""}.get(
        name, name
    )
    if not name or data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return found, notices
    try:
        text = data.decode(name, "replace")
    except (LookupError, ValueError):
        return found, notices
    # a declaration may be wrong; the words decide when the two differ clearly
    if score(_words(text)) >= score(_words(found)) - 0.1:
        return text.replace("\r\n", "\n"), () if "\ufffd" not in text else notices
    return found, notices


def _words(page: str) -> str:
    """What is not ASCII, with a little of what is: markup would drown the difference."""
    return re.sub(r"[\x00-\x7f]+", " ", page[:200_000]) or page[:1000]


# --- style ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Style:
    """What decides whether a node is seen; inherited downwards. Sizes in CSS pixels."""

    size: float = 16.0
    color: str | None = None
    background: str | None = None
    invisible: bool = False  # visibility, can be undone by a child
    gone: bool = False  # display:none and the like, cannot
    display: str = ""
    apart: bool = False  # floats, margins, widths: not glued to its neighbour
    pre: bool = False


def _declarations(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).split(";"):
        name, colon, value = entry.partition(":")
        if colon:
            found[name.strip().lower()] = re.sub(r"\s*!\s*important", "", value.strip().lower())
    return found


_RELEVANT = frozenset(
    (  # noqa: SIM905
        "display visibility opacity color background background-color background-image font-size font position left top"
        " right text-indent clip clip-path transform width height max-height overflow float margin margin-left"
        " margin-right padding padding-left white-space text-decoration text-decoration-line flex-direction flex-flow"
        " mso-hide content-visibility zoom"
    ).split()
)


def _sheets(root: etree._Element) -> dict[etree._Element, dict[str, str]]:
    """Declarations of the file's own style sheets by element, in order of weight; what cannot be parsed is skipped."""
    from cssselect import GenericTranslator, SelectorError, parse

    rules: list[tuple[tuple[int, int, int], int, str, dict[str, str]]] = []
    for sheet in root.iter("style"):
        if (sheet.get("media") or "screen").strip().lower() not in ("screen", "all", "screen, print", "print, screen"):
            continue
        for selector, body in _blocks(
            sheet.text_content() if isinstance(sheet, lxml.html.HtmlElement) else sheet.text or ""
        ):
            wanted = {k: v for k, v in _declarations(body).items() if k in _RELEVANT}
            if not wanted or len(rules) > _MAX_RULES:
                continue
            try:
                for parsed in parse(selector)[:50]:
                    if parsed.pseudo_element is None:
                        rules.append(
                            (parsed.specificity(), len(rules), GenericTranslator().selector_to_xpath(parsed), wanted)
                        )
            except (SelectorError, RecursionError):
                continue
    found: dict[Any, dict[str, str]] = {}
    for _, _, xpath, wanted in sorted(rules, key=lambda r: r[:2]):
        try:
            nodes = root.xpath(xpath)
        except etree.XPathError:
            continue
        for node in nodes if isinstance(nodes, list) else ():
            found.setdefault(node, {}).update(wanted)
    return found


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """``(selector, declarations)`` of a style sheet; blocks of @media screen are entered, others passed by."""
    sheet = re.sub(r"/\*.*?\*/|<!--|-->", "", sheet, flags=re.DOTALL)
    at, depth_until = 0, len(sheet)
    while at < depth_until:
        opening = sheet.find("{", at)
        if opening < 0:
            return
        selector = sheet[at:opening].rpartition(";")[2].strip().lstrip("}").strip()
        closing, depth = opening + 1, 1
        while closing < len(sheet) and depth:
            depth += {"{": 1, "}": -1}.get(sheet[closing], 0)
            closing += 1
        body = sheet[opening + 1 : closing - 1]
        if selector.startswith("@"):
            if (
                re.match(r"@media\s+(?:only\s+)?(?:screen|all)\b|@supports|@layer", selector, re.IGNORECASE)
                and "{" in body
            ):
                yield from _blocks(body)
        elif "{" not in body:
            yield selector, body
        at = closing


def _length(value: str, base: float, default: float) -> float:
    found = re.match(r"(-?\d*\.?\d+)\s*(px|pt|pc|cm|mm|in|q|rem|em|ex|ch|%|)", value)
    if not found:
        return default
    number = float(found[1])
    unit = found[2]
    if unit in ("em", "ex", "ch"):
        return number * base * (1.0 if unit == "em" else 0.5)
    return number * base / 100 if unit == "%" else number * _PIXELS[unit]


@lru_cache(maxsize=1024)
def _color(value: str) -> str | None:
    """RRGGBB of a CSS colour; ``clear`` for transparent, None when not understood."""
    value = value.strip().lower()
    if value in _COLORS:
        return _COLORS[value]
    if found := re.match(r"#([0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-f])", value):
        digits = found[1]
        return (digits if len(digits) == 6 else "".join(d * 2 for d in digits)).upper()
    if found := re.match(r"#([0-9a-f]{6})([0-9a-f]{2})$", value):
        return "clear" if int(found[2], 16) < 26 else found[1].upper()
    if found := re.match(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]+)(%?))?\s*\)", value):
        if found[4] and float(found[4]) / (100 if found[5] else 1) < 0.1:
            return "clear"
        return "".join(f"{min(255, int(found[i])):02X}" for i in (1, 2, 3))
    return "clear" if value == "transparent" else None


def _background(css: dict[str, str], before: str | None) -> str | None:
    """Background below a node; ``unknown`` for pictures and gradients, under which white text may be honest."""
    value = css.get("background-color") or css.get("background") or ""
    if "url(" in value or "gradient" in value or css.get("background-image", "none") != "none":
        return "unknown"
    if not value or value in ("none", "inherit"):
        return before
    for word in (value, *value.split()):
        color = _color(word)
        if color == "clear":
            return before
        if color:
            return color
    return "unknown" if value.startswith(("#", "rgb", "hsl", "var")) else before


def _styled(node: etree._Element, sheet: dict[str, str], before: _Style) -> _Style:
    css = dict(sheet)
    if node.get("color") and node.tag == "font":
        css["color"] = str(node.get("color")).lower()
    if node.get("bgcolor"):
        css["background-color"] = str(node.get("bgcolor")).lower()
    if node.get("background"):
        css["background-image"] = "url(x)"
    if node.get("style"):
        css.update(_declarations(str(node.get("style"))))
    gone = node.get("hidden") is not None and node.get("hidden") != "until-found"
    if not css and not gone:
        return before if not (before.display or before.apart) else replace(before, display="", apart=False)
    size = before.size
    wanted = (
        css.get("font-size")
        or (re.search(r"(?:^|\s)(\d*\.?\d+(?:px|pt|em|rem|%))", css.get("font", "")) or ["", ""])[1]
    )
    if wanted:
        size = float(_SIZES.get(wanted, 0)) or _length(wanted, before.size, before.size)
    color = _color(css["color"]) if css.get("color") and css["color"] not in ("inherit", "initial") else before.color
    color = before.color if color is None else color
    visibility = css.get("visibility", "")
    display = css.get("display", "")
    gone |= display == "none" or css.get("mso-hide") == "all" or css.get("content-visibility") == "hidden"
    gone |= _opacity(css) < 0.1 or css.get("zoom") in ("0", "0%") or "scale(0)" in css.get("transform", "")
    gone |= _is_off_screen(css, size) or _is_collapsed(css, size)
    return _Style(
        size,
        color,
        _background(css, before.background),
        {"hidden": True, "collapse": True, "visible": False}.get(visibility, before.invisible),
        before.gone or gone,
        display,
        any(k in css for k in ("float", "margin", "margin-left", "margin-right", "padding", "padding-left", "width")),
        before.pre or css.get("white-space", "").startswith("pre"),
    )


def _opacity(css: dict[str, str]) -> float:
    found = re.fullmatch(r"(\d*\.?\d+)(%?)", css.get("opacity", ""))
    return float(found[1]) / (100 if found[2] else 1) if found else 1.0


def _is_off_screen(css: dict[str, str], size: float) -> bool:
    if _length(css.get("text-indent", "0"), size, 0) < -300:
        return True
    if css.get("position") not in ("absolute", "fixed"):
        return _length(css.get("margin-left", "0"), size, 0) < -1500
    if re.search(r"rect\((?:0(?:px)?|1px)[\s,]+(?:0(?:px)?|1px)", css.get("clip", "")) or "inset(50%)" in css.get(
        "clip-path", ""
    ):
        return True
    edges = [_length(css.get(edge, "0"), size, 0) for edge in ("left", "top", "right")]
    return min(edges) < -300 or max(edges[:2]) > 20_000


def _is_collapsed(css: dict[str, str], size: float) -> bool:
    if "hidden" not in css.get("overflow", "") and "clip" not in css.get("overflow", ""):
        return False
    return any(
        k in css and _length(css[k], size, 99) <= 1 and css[k] != "auto" for k in ("width", "height", "max-height")
    )


# --- the walk ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Walk:
    """State of one page's walk."""

    sheets: dict[etree._Element, dict[str, str]]
    lines: list[str] = field(default_factory=lambda: [""])
    hidden: int = 0
    struck: bool = False
    watermark: bool = False

    def write(self, text: str) -> None:
        """Add to the line at hand."""
        self.lines[-1] += text

    def close_line(self) -> None:
        """End the line at hand, unless it is empty; a paragraph of a no-break blank shows as an empty line."""
        if self.lines[-1].strip(" \t"):
            self.lines.append("")
        else:
            self.lines[-1] = ""


def _is_seen(style: _Style) -> bool:
    if style.gone or style.invisible or style.size <= 2.7 or style.color == "clear":
        return False
    return not unseen(style.color, style.background)


def _put(walk: _Walk, text: str | None, style: _Style) -> None:
    if not text:
        return
    if not _is_seen(style):
        walk.hidden += len(re.sub(r"\s", "", text))
        return
    text = text.replace("\u200b", "").replace("\ufeff", "")
    if style.pre:
        first, *rest = text.split("\n")
        walk.write(first)
        for line in rest:
            walk.lines.append(line)
        return
    collapsed = re.sub(r"[ \t\r\n\f]+", " ", text)
    if walk.lines[-1] == "" or walk.lines[-1].endswith((" ", "\t")):
        collapsed = collapsed.lstrip(" ")
    walk.write(collapsed)


def _walk(walk: _Walk, node: etree._Element, before: _Style, depth: int = 0) -> None:
    if not isinstance(node.tag, str):
        return  # comments, processing instructions
    tag = node.tag.lower().rpartition("}")[2]
    if tag in _SILENT:
        return
    style = _styled(node, walk.sheets.get(node, {}), before)
    if tag == "pre":
        style = replace(style, pre=True)
    if tag in _STRUCK or "line-through" in _decoration(node, walk):
        walk.struck |= bool(_text_of(node).strip())
        return
    if re.search(r"rotate\(-?(?:[2-6]\d(?:\.\d+)?deg|0\.125turn)", _transform(node, walk)):
        walk.watermark |= bool(_text_of(node).strip())
        return
    if style.gone or depth > _MAX_DEPTH:
        text = _text_of(node)
        if style.gone:
            walk.hidden += len(re.sub(r"\s", "", text))
        else:
            _put(walk, text, style)
        return
    if tag == "br":
        walk.lines.append("")
        return
    if tag in ("input", "select", "textarea"):
        _put(walk, _control(node, tag), replace(style, pre=False))
        return
    if tag == "table":
        walk.close_line()
        walk.lines[-1:] = [*_table(walk, node, style, depth), ""]
        return
    inline = (tag in _INLINE or ":" in tag) and style.display not in (
        "block",
        "flex",
        "grid",
        "table",
        "list-item",
        "table-row",
    )
    cell_like = style.display in ("table-cell", "inline-block", "inline-flex")
    inline = inline or cell_like
    if not inline:
        walk.close_line()
        if tag == "li":
            walk.write("• ")
    start = len(walk.lines)
    if style.display in ("flex", "inline-flex", "table-row") and not inline and _is_row(walk, node):
        walk.lines[-1:] = [*_beside(walk, node, style, depth), ""]
    elif tag == "dl":
        _definitions(walk, node, style, depth)
    else:
        _children(walk, node, style, depth)
    if not inline:
        if tag == "li":
            _tidy_item(walk, start - 1)
        walk.close_line()


def _decoration(node: etree._Element, walk: _Walk) -> str:
    css = walk.sheets.get(node, {})
    own = str(node.get("style") or "")
    return " ".join(
        (
            css.get("text-decoration", ""),
            css.get("text-decoration-line", ""),
            own if "line-through" in own.lower() else "",
        )
    ).lower()


def _transform(node: etree._Element, walk: _Walk) -> str:
    css = {**walk.sheets.get(node, {}), **_declarations(str(node.get("style") or ""))}
    return css.get("transform", "").replace(" ", "")


def _tidy_item(walk: _Walk, at: int) -> None:
    """A list item that is a heading, or empty, has no bullet."""
    rest = walk.lines[at].removeprefix("• ")
    if not rest.strip() or is_heading(rest):
        walk.lines[at] = rest


def _text_of(node: etree._Element) -> str:
    return "".join(
        text
        for child in node.iter()
        if isinstance(child.tag, str) and child.tag not in _SILENT
        for text in (child.text or "", (child.tail or "") if child is not node else "")
    )


def _children(walk: _Walk, node: etree._Element, style: _Style, depth: int) -> None:
    _put(walk, node.text, style)
    previous: etree._Element | None = None
    beside = style.display in ("flex", "inline-flex", "grid", "table-row")
    for child in node:
        if previous is not None and _are_apart(walk, previous, child, beside):
            walk.write("\t" if beside else " ")
        length = sum(map(len, walk.lines))
        _walk(walk, child, replace(style, display="", apart=False), depth + 1)
        _put(walk, child.tail, style)
        if sum(map(len, walk.lines)) > length:
            previous = child if not (child.tail or "").strip() else None


def _is_row(walk: _Walk, node: etree._Element) -> bool:
    css = {**walk.sheets.get(node, {}), **_declarations(str(node.get("style") or ""))}
    return "column" not in css.get("flex-direction", "") and "column" not in css.get("flex-flow", "")


def _beside(walk: _Walk, node: etree._Element, style: _Style, depth: int) -> list[str]:
    """Children that are laid side by side, read like the cells of a table's row."""
    cells = [Cell(re.sub(r"\s+", " ", node.text or "").strip())] if _is_seen(style) else []
    for child in node:
        outer, walk.lines = walk.lines, [""]
        _walk(walk, child, replace(style, display="", apart=False), depth + 1)
        _put(walk, child.tail, style)
        cells.append(Cell(tidy_lines(line.strip(" ") for line in walk.lines)))
        walk.lines = outer
    return table_lines([[cell for cell in cells if cell.text]])


def _are_apart(walk: _Walk, left: etree._Element, right: etree._Element, beside: bool) -> bool:
    """Whether two inline neighbours are shown with a space between them that the text does not hold."""
    line = walk.lines[-1]
    if not line.strip() or line.endswith((" ", "\t", "：", ":")) or not isinstance(right.tag, str):
        return False
    if right.tag not in _INLINE and not beside:
        return False
    if beside or (left.get("class") and right.get("class") and left.get("class") != right.get("class")):
        return True
    styles = [_styled(n, walk.sheets.get(n, {}), _Style()) for n in (left, right)]
    return any(s.apart or s.display in ("inline-block", "table-cell") for s in styles)


def _control(node: etree._Element, tag: str) -> str:
    """What a form control shows."""
    if tag == "textarea":
        return node.text or ""
    if tag == "select":
        options = list(node.iter("option"))
        chosen = [o for o in options if o.get("selected") is not None] or options[:1]
        return "、".join("".join(str(t) for t in o.itertext()).strip() for o in chosen)
    kind = (node.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "☑" if node.get("checked") is not None else "☐"
    return (
        "" if kind in ("hidden", "password", "submit", "button", "reset", "image", "file") else node.get("value") or ""
    )


def _inner(walk: _Walk, node: etree._Element, style: _Style, depth: int) -> str:
    """A node's own lines as text, without touching the page's."""
    outer, walk.lines = walk.lines, [""]
    _children(walk, node, style, depth)
    lines, walk.lines = walk.lines, outer
    return tidy_lines(line.strip(" ") for line in lines)


def _definitions(walk: _Walk, node: etree._Element, style: _Style, depth: int) -> None:
    """``dl``: a term beside its description when it is a label."""
    term = ""
    for child in node.iter("dt", "dd"):
        own = _styled(child, walk.sheets.get(child, {}), style)
        if own.gone:
            walk.hidden += len(_text_of(child).strip())
            continue
        text = _inner(walk, child, own, depth + 1)
        walk.close_line()
        if child.tag == "dt":
            if term:
                walk.lines[-1:] = [term, ""]
            term = text
        elif term and is_label(term):
            walk.lines[-1:] = [*label_value(term, text), ""]
            term = ""
        else:
            walk.lines[-1:] = [*([term] if term else []), *text.split("\n"), ""]
            term = ""
    if term:
        walk.lines[-1:] = [term, ""]


def _rows_of(table: etree._Element) -> Iterator[etree._Element]:
    """Rows of this table, not of tables inside it."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("tbody", "thead", "tfoot"):
            yield from _rows_of(child)


def _table(walk: _Walk, table: etree._Element, style: _Style, depth: int) -> list[str]:
    rows: list[list[Cell]] = []
    before: list[str] = []
    for child in table:
        if child.tag == "caption":
            before.append(_inner(walk, child, style, depth + 1))
    for row in _rows_of(table):
        group = row.getparent()
        outer = _styled(group, walk.sheets.get(group, {}), style) if group is not None and group is not table else style
        row_style = _styled(row, walk.sheets.get(row, {}), outer)
        cells = []
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            own = _styled(cell, walk.sheets.get(cell, {}), row_style)
            if own.gone:
                walk.hidden += len(re.sub(r"\s", "", _text_of(cell)))
            else:
                cells.append(Cell(_inner(walk, cell, own, depth + 1)))
        rows.append(cells)
    return [line for line in before if line] + table_lines(rows)


# --- reader -----------------------------------------------------------------------------------------------------


def _pair_lines(lines: Sequence[str]) -> list[str]:
    """Labels that stand on a line of their own before their value (grids of divs), when the page does so throughout."""
    pairs = [
        i
        for i in range(len(lines) - 1)
        if is_field_label(lines[i])
        and lines[i + 1].strip()
        and len(lines[i + 1]) <= (12 if opens_section(lines[i]) else 60)  # 学历 | 本科, but 工作经验 | a job
        and not is_label(lines[i + 1])
        and "：" not in lines[i + 1]
    ]
    if len(pairs) < 2:
        return list(lines)
    starts = set(pairs)
    out: list[str] = []
    i = 0
    while i < len(lines):
        if i in starts:
            out += label_value(lines[i], lines[i + 1])
            i += 2
        else:
            out.append(lines[i])
            i += 1
    return out


def html_to_text(page: str) -> tuple[str, tuple[Notice, ...]]:
    """The words that a browser would show of a page, as lines, and notices of what was left out.

    ``page`` is decoded HTML, whole or a fragment. Raises ReadError ``damaged`` when nothing can be parsed.
    """
    page = re.sub(r"^\s*<\?xml[^>]*\?>", "", page.replace("\0", ""))
    if not page.strip():
        return "", ()
    parser = lxml.html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(page, parser=parser)
    except etree.ParserError:
        return "", ()  # no element at all
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(
            "damaged",
            "网页文件无法解析；请另存为 PDF 或 Word 后重试。",
            "The HTML cannot be parsed; please save it as PDF or Word.",
        ) from error
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        return _stripped(page), (Notice("deep_nesting", "网页嵌套过深，只按文字读取，未区分隐藏内容；请对照原件。"),)
    walk = _Walk(_sheets(root))
    body = root.find("body")
    _walk(walk, root if body is None else body, _styled(root, walk.sheets.get(root, {}), _Style()))
    notices = []
    if walk.hidden >= 2:
        notices.append(
            Notice("hidden_text", "网页含隐藏文字（不显示、与底色同色、极小或移出页面），未计入；请对照原件。")
        )
    if walk.struck:
        notices.append(Notice("struck_out_text", "划掉的文字未计入。"))
    if walk.watermark:
        notices.append(Notice("watermark", "水印文字未计入。"))
    lines = [re.sub(r"[ \u00a0]*\t[ \t\u00a0]*", "\t", line.replace("\u00a0", " ")).strip() for line in walk.lines]
    return tidy_lines(_pair_lines(_without_gaps(lines))), tuple(notices)


def _without_gaps(lines: Sequence[str]) -> list[str]:
    """Lines without the empty ones that stand between a label and its value."""
    return [line for i, line in enumerate(lines) if line or (i and lines[i - 1] and not is_field_label(lines[i - 1]))]


def _stripped(page: str) -> str:
    """The words between the tags, for pages nested deeper than the parser allows."""
    page = re.sub(r"(?is)<(script|style|head|noscript|template)\b.*?</\1\s*>|<!--.*?-->", " ", page)
    page = re.sub(r"(?i)<(?:br|/?(?:p|div|tr|li|h[1-6]|table|ul|ol|section))\b[^>]*>", "\n", page)
    text = html.unescape(re.sub(r"<[^>]*>", " ", page)).replace("\u00a0", " ")
    return tidy_lines(line for line in (re.sub(r"[ \t]+", " ", part).strip() for part in text.split("\n")) if line)


_START = re.compile(
    r"\s*(?:<!--.*?-->\s*|<\?xml[^>]*\?>\s*)*<(?:!doctype\s+html|html|head|body|meta|title|style|table|div|p|span|font|section|h[1-4]|center|ul|ol|br|article|form|link|script)\b",
    re.IGNORECASE | re.DOTALL,
)


def _accepts(source: Source) -> bool:
    """Starts with a tag of HTML, or holds ``<html``/``<body`` early; Markdown with a few tags is not HTML."""
    head, _ = decode(source.data[:8192])
    head = head.lstrip("\ufeff")
    whole = bool(re.search(r"<(?:html|body|!doctype html)\b", head[:4096], re.IGNORECASE))
    if not whole and re.search(r"(?m)^ {0,3}#{1,6} \S|^\|[ :-]+\|", head):
        return False
    return bool(_START.match(head)) or (whole and head.lstrip().startswith("<"))


def read(source: Source) -> Iterator[Document | Source]:
    """One document. Raises ReadError ``empty``, ``hidden_only`` or ``damaged``."""
    page, notices = to_text(source.data)
    text, more = html_to_text(page)
    if not text:
        if any(n.code == "hidden_text" for n in more):
            raise ReadError(
                "hidden_only",
                "网页只有隐藏文字，没有可见内容；请人工查看。",
                "The page holds hidden text only; please look at it by hand.",
            )
        raise ReadError(
            "empty", "网页没有文字内容；请重新上传简历。", "The page holds no text; please upload the resume again."
        )
    yield Document(text, source.name, notices + more)


READER = Reader("html", _accepts, read)
