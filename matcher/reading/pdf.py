"""PDF through pdfium: characters with their boxes, what can be seen of them, and the order a person reads them in.

The page is drawn once and every piece of text is looked up in the drawing: white on white, covered, clipped, off-page
and invisible text leave no ink there (B241). Order comes from geometry (``geometry.py``): ruled tables, columns, rows.
Pages without a sound text layer go to OCR (B017, B020, B021, B037).
"""

from __future__ import annotations

import ctypes
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from matcher.reading.base import Document, Reader, ReadError, Source
from matcher.reading.geometry import Line, Piece, Rule, page_lines, unwrap
from matcher.reading.layout import compact, tidy_lines
from matcher.reading.limits import DEFAULT
from matcher.reading.ocr_door import ocr_images
from matcher.reading.plain import common_hanzi
from matcher.schema import Notice

if TYPE_CHECKING:
    import pypdfium2
    from numpy.typing import NDArray

_SCALE = 1.5  # pixels a point of the drawing that visibility is judged on
_NO_INK = 20  # grey levels: less difference inside a text's box means that nothing of it is seen
_MAX_GLYPHS = 60_000  # a page; a dense resume page has 3,000
_MAX_OBJECTS = 20_000
_OCR_DPI = 200
_BLANK_LINE = "_＿"


@dataclass(frozen=True, slots=True)
class _Glyph:
    char: str
    x: float  # origin, page space
    y: float
    right: float
    em: float  # points
    angle: int  # degrees, counter-clockwise
    color: tuple[int, int, int, int]
    mode: int  # text rendering mode; 3 is invisible
    order: int


@dataclass(frozen=True, slots=True)
class _Page:
    """What one page says: its lines, and what was left out."""

    lines: tuple[Line, ...]
    hidden: int = 0
    watermark: bool = False
    scanned_layer: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    sound: bool = True


# --- raw reading ------------------------------------------------------------------------------------------------


def _glyphs(page: pypdfium2.PdfPage) -> tuple[list[_Glyph], int]:
    """The page's characters in stream order, blanks included, and how many have no usable Unicode value."""
    import pypdfium2.raw as raw

    text_page = page.get_textpage()
    handle = text_page.raw
    found: list[_Glyph] = []
    unmapped = 0
    x, y = ctypes.c_double(), ctypes.c_double()
    rect, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    modes: dict[int, int] = {}
    for i in range(min(text_page.count_chars(), _MAX_GLYPHS)):
        if raw.FPDFText_IsGenerated(handle, i) == 1:
            continue
        code = raw.FPDFText_GetUnicode(handle, i)
        if code in (0, 0xFFFD, 0xFFFF) or raw.FPDFText_HasUnicodeMapError(handle, i) == 1 or 0xE000 <= code <= 0xF8FF:
            unmapped += 1
        char = "-" if code in (2, 0xFFFE) else chr(code) if code >= 0x20 and not 0xD800 <= code <= 0xDFFF else ""
        raw.FPDFText_GetCharOrigin(handle, i, x, y)
        raw.FPDFText_GetLooseCharBox(handle, i, rect)
        raw.FPDFText_GetMatrix(handle, i, matrix)
        raw.FPDFText_GetFillColor(handle, i, red, green, blue, alpha)
        obj = raw.FPDFText_GetTextObject(handle, i)
        address = ctypes.addressof(obj.contents) if obj else 0
        if address not in modes:
            modes[address] = raw.FPDFTextObj_GetTextRenderMode(obj) if obj else 0
        em = abs(raw.FPDFText_GetFontSize(handle, i)) * math.hypot(matrix.c, matrix.d)
        angle = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
        color = (red.value, green.value, blue.value, alpha.value)
        if char:
            right = _along(rect, angle, x.value, y.value) - _slant(matrix) * 0.88 * em
            if code > 0x2E7F:  # pdfium gives some full-width characters the box of their ink
                right = max(right, 0.98 * em * math.hypot(matrix.a, matrix.b) / (math.hypot(matrix.c, matrix.d) or 1.0))
            found.append(_Glyph(char, x.value, y.value, right, em, angle, color, modes[address], i))
    text_page.close()
    return found, unmapped


def _along(rect: Any, angle: int, x: float, y: float) -> float:
    """How far the character reaches from its origin along its direction, in points."""
    direction = math.radians(angle)
    corners = ((rect.left, rect.bottom), (rect.right, rect.bottom), (rect.left, rect.top), (rect.right, rect.top))
    return max(0.0, *(float((cx - x) * math.cos(direction) + (cy - y) * math.sin(direction)) for cx, cy in corners))


def _slant(matrix: Any) -> float:
    """How far slanted (oblique) letters lean to the right, by height: their boxes are that much wider than they are."""
    area = matrix.a * matrix.d - matrix.b * matrix.c
    lean = float((matrix.a * matrix.c + matrix.b * matrix.d) / area) if area else 0.0
    return lean if 0.05 < lean < 1 else 0.0


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What else is on a page: rulings (page space), the share of it under pictures, paths of curves."""

    rules: tuple[tuple[float, float, float, float], ...]
    picture_share: float
    curves: int


def _multiply(m: Sequence[float], n: Sequence[float]) -> tuple[float, ...]:
    a, b, c, d, e, f = m
    p, q, r, s, t, u = n
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _drawn(page: pypdfium2.PdfPage, area: float) -> _Drawn:
    import pypdfium2.raw as raw

    rules: list[tuple[float, float, float, float]] = []
    pictures = 0.0
    curves = 0
    seen = 0
    identity = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    stack: list[tuple[Any, tuple[float, ...], int]] = [
        (raw.FPDFPage_GetObject(page.raw, i), identity, 0)
        for i in range(min(raw.FPDFPage_CountObjects(page.raw), _MAX_OBJECTS))
    ]
    matrix = raw.FS_MATRIX()
    while stack and seen < _MAX_OBJECTS:
        obj, outer, depth = stack.pop()
        seen += 1
        kind = raw.FPDFPageObj_GetType(obj)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            continue
        raw.FPDFPageObj_GetMatrix(obj, matrix)
        own = _multiply((matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f), outer)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            pictures += abs(own[0] * own[3] - own[1] * own[2])
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < 8:
            count = min(raw.FPDFFormObj_CountObjects(obj), _MAX_OBJECTS)
            stack += [(raw.FPDFFormObj_GetObject(obj, i), own, depth + 1) for i in range(count)]
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            found, curved = _path(obj, own)
            rules += found
            curves += curved
    return _Drawn(tuple(rules), min(pictures / area, 1.0) if area else 0.0, curves)


def _path(obj: Any, matrix: Sequence[float]) -> tuple[list[tuple[float, float, float, float]], bool]:
    """Straight rulings of a path as ``(x0, y0, x1, y1)``, and whether it holds curves."""
    import pypdfium2.raw as raw

    count = raw.FPDFPath_CountSegments(obj)
    if count > 2000:
        return [], True
    fill_mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(obj, fill_mode, stroke)
    x, y = ctypes.c_float(), ctypes.c_float()
    a, b, c, d, e, f = matrix
    subpaths: list[list[tuple[float, float]]] = []
    closed = False
    for i in range(count):
        segment = raw.FPDFPath_GetPathSegment(obj, i)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            return [], True
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if kind == raw.FPDF_SEGMENT_MOVETO or not subpaths:
            subpaths.append([point])
        else:
            subpaths[-1].append(point)
        closed |= bool(raw.FPDFPathSegment_GetClose(segment))
    rules = []
    for points in subpaths:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        box = (min(xs), min(ys), max(xs), max(ys))
        if box[2] - box[0] < 2.5 or box[3] - box[1] < 2.5:
            rules.append(box)
        elif stroke.value:
            ring = [*points, points[0]] if closed or len(points) == 4 else points
            for (x0, y0), (x1, y1) in itertools.pairwise(ring):
                if abs(x0 - x1) < 1 or abs(y0 - y1) < 1:
                    rules.append((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    return [r for r in rules if max(r[2] - r[0], r[3] - r[1]) > 4], False


# --- what can be seen -------------------------------------------------------------------------------------------


def _luminance(color: Sequence[int]) -> float:
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in color[:3]))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(front: float, back: float) -> float:
    return (max(front, back) + 0.05) / (min(front, back) + 0.05)


def _picture(page: pypdfium2.PdfPage, box: Sequence[float]) -> NDArray[Any] | None:
    """The page in grey levels without rotation, ``_SCALE`` pixels a point; None for pages too large to draw."""
    width, height = box[2] - box[0], box[3] - box[1]
    scale = _SCALE
    if width * height * scale * scale > 12_000_000 or width <= 0 or height <= 0:
        return None
    bitmap = page.render(scale=scale, grayscale=True, draw_annots=False, may_draw_forms=False)
    pixels: NDArray[Any] = bitmap.to_numpy()
    return pixels if pixels.ndim == 2 else pixels[:, :, 0]


def _window(
    pixels: NDArray[Any], box: Sequence[float], area: tuple[float, float, float, float], margin: float
) -> NDArray[Any]:
    """The pixels under a rectangle of the page (left, bottom, right, top)."""
    height, width = pixels.shape
    x0 = max(0, math.floor((area[0] - margin - box[0]) * _SCALE))
    x1 = min(width, math.ceil((area[2] + margin - box[0]) * _SCALE) + 1)
    y0 = max(0, math.floor((box[3] - area[3] - margin) * _SCALE))
    y1 = min(height, math.ceil((box[3] - area[1] + margin) * _SCALE) + 1)
    return pixels[y0:y1, x0:x1] if x1 > x0 and y1 > y0 else pixels[0:0, 0:0]


def _background(pixels: NDArray[Any]) -> int:
    """The commonest grey level on the rim of a window: what lies around a text."""
    import numpy as np

    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return int(np.bincount(rim, minlength=256).argmax())


def _is_seen(run: Sequence[_Glyph], pixels: NDArray[Any] | None, box: Sequence[float], scanned: bool) -> bool:
    """Whether a run of one colour and size can be read on the drawn page."""
    first = run[0]
    if first.em <= 2:
        return False
    area = _extent(run)
    center = ((area[0] + area[2]) / 2, (area[1] + area[3]) / 2)
    if not (box[0] <= center[0] <= box[2] and box[1] <= center[1] <= box[3]):
        return False
    if first.mode == 3:
        return scanned
    if pixels is None or scanned:
        return True
    window = _window(pixels, box, area, 0)
    if window.size == 0 or int(window.max()) - int(window.min()) < _NO_INK:
        return False
    light = _luminance(first.color)
    if light > 0.7 and first.mode in (0, 2, 4, 6):
        # white over other text leaves the other's ink in its box: compare with what lies around instead
        around = _background(_window(pixels, box, area, first.em * 0.25)) / 255
        back = around / 12.92 if around <= 0.03928 else ((around + 0.055) / 1.055) ** 2.4
        return _contrast(light, back) >= 1.2
    return True


def _extent(run: Sequence[_Glyph]) -> tuple[float, float, float, float]:
    """Rectangle of a run in page space: left, bottom, right, top."""
    xs: list[float] = []
    ys: list[float] = []
    for glyph in (run[0], run[-1]):
        direction = math.radians(glyph.angle)
        cos, sin = math.cos(direction), math.sin(direction)
        for along in (0.0, max(glyph.right, glyph.em * 0.3)):
            for across in (-0.15 * glyph.em, 0.8 * glyph.em):
                xs.append(glyph.x + along * cos - across * sin)
                ys.append(glyph.y + along * sin + across * cos)
    return min(xs), min(ys), max(xs), max(ys)


def _runs(glyphs: Sequence[_Glyph]) -> list[list[_Glyph]]:
    """Characters in stream order cut where colour, size, direction or line changes, or a wide gap opens."""
    runs: list[list[_Glyph]] = []
    for glyph in glyphs:
        last = runs[-1][-1] if runs else None
        if last is not None and last.color == glyph.color and last.mode == glyph.mode and last.angle == glyph.angle:
            direction = math.radians(glyph.angle)
            dx, dy = glyph.x - last.x, glyph.y - last.y
            along = dx * math.cos(direction) + dy * math.sin(direction)
            across = abs(dy * math.cos(direction) - dx * math.sin(direction))
            em = max(last.em, glyph.em)
            alike = (last.char in _BLANK_LINE) == (glyph.char in _BLANK_LINE)  # a field's line ends its label
            if along == 0 and across == 0:  # letters of one ligature
                runs[-1].append(glyph)
                continue
            if (
                alike
                and abs(last.em - glyph.em) <= 0.05 * em
                and across < 0.2 * em
                and -0.3 * em < along - last.right < 0.15 * em
            ):
                runs[-1].append(glyph)
                continue
        runs.append([glyph])
    return runs


def _is_twin(glyph: _Glyph, other: _Glyph, step: float) -> bool:
    """Whether two equal characters overlap; 11 or ll of a narrow font stand close, but beside one another."""
    dx, dy = abs(other.x - glyph.x), abs(other.y - glyph.y)
    if dx >= 0.9 * step or dy >= 0.9 * step:
        return False
    return dx < 0.6 * max(glyph.right, 0.1) or dy > 0.05 * glyph.em


def _is_ligature(first: _Glyph, second: _Glyph) -> bool:
    """Whether two equal characters are parts of one glyph (ff, ——): one origin, the second reaches further."""
    together = 0 < second.order - first.order <= 6 and (second.x, second.y) == (first.x, first.y)
    return together and (second.char.islower() or second.right > 1.4 * min(first.right, second.em))


def _undouble(glyphs: Sequence[_Glyph]) -> list[_Glyph]:
    """Drop a character drawn again at the same place (fake bold, shadows); the darker copy stays (B026)."""
    kept: list[_Glyph | None] = []
    places: dict[tuple[str, int, int], list[int]] = {}
    for glyph in glyphs:
        if glyph.char.isspace():
            kept.append(glyph)
            continue
        step = max(glyph.em * 0.3, 0.5)
        column, row = int(glyph.x // step), int(glyph.y // step)
        twin = None
        for near in ((column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)):
            for index in places.get((glyph.char, *near), ()):
                other = kept[index]
                if other is not None and _is_ligature(other, glyph):
                    continue
                if other is not None and _is_twin(glyph, other, step):
                    twin = index
        if twin is None:
            places.setdefault((glyph.char, column, row), []).append(len(kept))
            kept.append(glyph)
        else:
            other = kept[twin]
            assert other is not None
            if _luminance(glyph.color) < _luminance(other.color) or other.mode == 3:
                kept[twin] = replace(other, color=glyph.color, mode=glyph.mode)
    return [g for g in kept if g is not None]


# --- a page -----------------------------------------------------------------------------------------------------


def _main_angle(glyphs: Sequence[_Glyph]) -> int:
    """The direction most of the page's text runs in: 0, 90, 180 or 270 (B028, rotated pages)."""
    counts = Counter(round(g.angle / 90) % 4 * 90 for g in glyphs if min(g.angle % 90, 90 - g.angle % 90) <= 10)
    return counts.most_common(1)[0][0] if counts else 0


def _turn(x: float, y: float, angle: int) -> tuple[float, float]:
    """Page space to reading space: text runs to the right, y grows downwards."""
    if angle == 90:
        return y, x
    if angle == 180:
        return -x, y
    if angle == 270:
        return -y, -x
    return x, -y


def _piece(run: Sequence[_Glyph], angle: int) -> Piece:
    x, y = _turn(run[0].x, run[0].y, angle)
    end, _ = _turn(run[-1].x, run[-1].y, angle)
    text = "".join(glyph.char for glyph in run)
    em = run[0].em
    return Piece(text, x, end + run[-1].right, y, em, run[0].order, _luminance(run[0].color), run[0].color[3])


def _read_page(document: pypdfium2.PdfDocument, index: int) -> _Page:
    page = document[index]
    rotation = page.get_rotation()
    page.set_rotation(0)
    box = _visible_box(page)
    glyphs, unmapped = _glyphs(page)
    drawn = _drawn(page, (box[2] - box[0]) * (box[3] - box[1]))
    scanned = drawn.picture_share > 0.5 and sum(g.mode == 3 for g in glyphs) > 0.5 * len(glyphs)
    glyphs = _undouble(glyphs)
    angle = _main_angle(glyphs)
    pixels = _picture(page, box) if glyphs else None
    pieces: list[Piece] = []
    sideways: list[Piece] = []
    hidden = 0
    tilted = False
    for run in _runs(glyphs):
        text = "".join(g.char for g in run)
        if not text.strip():
            if pieces and run[0].angle == angle:
                pieces.append(_piece(run, angle))
            continue
        turned = (run[0].angle - angle) % 360
        if min(turned % 90, 90 - turned % 90) > 3:
            tilted = True
        elif not _is_seen(run, pixels, box, scanned):
            hidden += len(text.strip())
        elif turned <= 3 or turned >= 357:
            pieces.append(_piece(run, angle))
        else:
            sideways.append(_piece(run, round(run[0].angle / 90) % 4 * 90))
    kept, marks = _without_watermarks(pieces)
    added, fields = _annotations(document, page, angle)
    rules = [_rule(rule, angle) for rule in drawn.rules]
    left, right = sorted((_turn(box[0], box[1], angle)[0], _turn(box[2], box[3], angle)[0]))
    kept = [replace(p, x0=p.x0 - left, x1=p.x1 - left) for p in (*kept, *added)]
    rules = [replace(r, x0=r.x0 - left, x1=r.x1 - left) for r in rules]
    lines = [*page_lines(kept, rules, right - left), *page_lines(sideways, ())]
    text = "\n".join(line.text for line in lines)
    page.set_rotation(rotation)
    sound = _is_sound(text, len(glyphs), unmapped, drawn, scanned)
    page.close()
    return _Page(tuple(lines), hidden, tilted or marks, scanned and bool(text), fields, sound)


def _visible_box(page: pypdfium2.PdfPage) -> tuple[float, float, float, float]:
    """The crop box inside the media box: left, bottom, right, top."""
    media, crop = page.get_mediabox(), page.get_cropbox()
    box = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    return box if box[2] > box[0] and box[3] > box[1] else media


def _rule(rule: tuple[float, float, float, float], angle: int) -> Rule:
    x0, y0 = _turn(rule[0], rule[1], angle)
    x1, y1 = _turn(rule[2], rule[3], angle)
    return Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _without_watermarks(pieces: Sequence[Piece]) -> tuple[list[Piece], bool]:
    """Leave out large pale text that lies under or over the rest, and pale text that is tiled over the page."""
    words = [p for p in pieces if p.text.strip()]
    if not words:
        return list(pieces), False
    sizes = sorted(p.em for p in words for _ in p.text)
    usual = sizes[len(sizes) // 2]
    pale = [p for p in words if p.luminance > 0.5 or p.alpha < 140]
    counts = Counter(p.text.strip() for p in pale)
    marks = set()
    for piece in pale:
        tiled = counts[piece.text.strip()] >= 4 and len(piece.text.strip()) >= 3
        crossed = any(other is not piece and piece.box.overlaps(other.box, usual * 0.2) for other in words)
        if (piece.em >= 1.8 * usual and crossed) or (tiled and crossed):
            marks.add(piece.order)
    return [p for p in pieces if p.order not in marks], bool(marks)


# --- annotations ------------------------------------------------------------------------------------------------


def _annotations(
    document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, angle: int
) -> tuple[list[Piece], tuple[tuple[str, str], ...]]:
    """Filled form fields and free-text notes as pieces at their places (B033, B034), and the fields' own pairs."""
    import pypdfium2.raw as raw

    pieces: list[Piece] = []
    fields: list[tuple[str, str]] = []
    form = document.formenv.raw if document.formenv else None
    count = min(raw.FPDFPage_GetAnnotCount(page.raw), 2000)
    for i in range(count):
        annotation = raw.FPDFPage_GetAnnot(page.raw, i)
        if not annotation:
            continue
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        flags = raw.FPDFAnnot_GetFlags(annotation)
        rect = raw.FS_RECTF()
        raw.FPDFAnnot_GetRect(annotation, rect)
        text = ""
        if flags & (raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW):
            pass
        elif kind == raw.FPDF_ANNOT_FREETEXT:
            text = _annotation_string(annotation, b"Contents")
        elif kind == raw.FPDF_ANNOT_WIDGET and form is not None:
            text, name = _field(form, annotation)
            if text and name:
                fields.append((name, text))
        raw.FPDFPage_CloseAnnot(annotation)
        text = re.sub(r"[\r\n]+", "\n", text).strip()
        if text:
            pieces += _placed(text, rect, angle, 10_000_000 + i)
    return pieces, tuple(fields)


def _placed(text: str, rect: Any, angle: int, order: int) -> list[Piece]:
    """A text of several lines as pieces stacked in its rectangle."""
    x0, y0 = _turn(rect.left, rect.bottom, angle)
    x1, y1 = _turn(rect.right, rect.top, angle)
    left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    lines = text.split("\n")
    height = max(bottom - top, 1.0) / len(lines)
    em = min(max(height * 0.7, 4.0), 12.0)
    return [
        Piece(
            line,
            left,
            min(right, left + em * max(len(line), 1)),
            top + height * (k + 0.5) + em * 0.35,
            em,
            order,
            0.0,
            255,
            filled=True,
        )
        for k, line in enumerate(lines)
    ]


def _wide_string(call: Any, *arguments: Any) -> str:
    """A UTF-16 string from one of pdfium's two-step getters."""
    size = call(*arguments, None, 0)
    if not 2 < size <= 200_000:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(*arguments, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def _annotation_string(annotation: Any, key: bytes) -> str:
    import pypdfium2.raw as raw

    return _wide_string(raw.FPDFAnnot_GetStringValue, annotation, key)


def _field(form: Any, annotation: Any) -> tuple[str, str]:
    """Value and label of a form field; a ticked box is ☑, an empty field is nothing."""
    import pypdfium2.raw as raw

    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    name = _wide_string(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation) or _wide_string(
        raw.FPDFAnnot_GetFormFieldName, form, annotation
    )
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        return ("☑" if raw.FPDFAnnot_IsChecked(form, annotation) else "☐"), ""
    if kind in (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX):
        value = _wide_string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
        password = kind == raw.FPDF_FORMFIELD_TEXTFIELD and raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & (
            1 << 13
        )
        return ("" if password else value), name
    return "", ""


# --- soundness --------------------------------------------------------------------------------------------------

_PLAIN_LATIN = re.compile(r"[A-Za-z0-9\u00c0-\u017f]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_CID = re.compile(r"\(cid:\d+\)")


def _is_sound(text: str, glyphs: int, unmapped: int, drawn: _Drawn, scanned: bool) -> bool:
    """Whether the text layer can be trusted; an empty page without pictures or outlines is sound."""
    letters = re.sub(r"\s", "", text)
    if not letters:
        return drawn.picture_share < 0.05 and drawn.curves < 60 and not unmapped
    if unmapped > 0.1 * max(glyphs, 1) or len(_CID.findall(text)) >= 3:
        return False
    if not scanned and len(letters) < 60 and (drawn.picture_share > 0.5 or drawn.curves > 200):
        return False
    return looks_like_words(text)


def looks_like_words(text: str) -> bool:
    """False for text whose letters say nothing: wrong ToUnicode, private-use characters, rare Chinese characters only.

    A resume is written in common Chinese characters or in Latin letters; text of other scripts is for a person.
    """
    letters = [c for c in text if not c.isspace()]
    if len(letters) < 4:
        return True
    odd = sum(1 for c in letters if c == "\ufffd" or c < " " or "\ue000" <= c <= "\uf8ff")
    han = _HAN.findall(text) + re.findall(r"[\u2e80-\u2fdf]", text)
    latin = len(_PLAIN_LATIN.findall(text))
    words = len(han) + latin
    foreign = sum(1 for c in letters if c.isalpha()) - words
    if odd > 0.1 * len(letters) or (foreign > 0.3 * max(words, 1) and foreign >= 4):
        return False
    common = sum(1 for c in han if c in common_hanzi() or "\u2e80" <= c <= "\u2fdf" or "\uf900" <= c <= "\ufaff")
    return len(han) < 8 or common >= 0.5 * len(han)


def _suspiciously_latin(document: pypdfium2.PdfDocument, pages: Sequence[_Page]) -> bool:
    """No Chinese at all although the document names Chinese fonts: its Chinese text has vanished (B021)."""
    text = "".join(line.text for page in pages for line in page.lines)
    if not text or _HAN.search(text) or re.search(r"[\u2e80-\u2fdf]", text):
        return False
    words = re.findall(r"[A-Za-z]{3,}", text)
    return len(words) < 30 and any(_CHINESE_FONT.search(name) for name in _font_names(document))


_CHINESE_FONT = re.compile(
    r"(?i)sim(?:sun|hei|kai|fang)|song|heiti|kaiti|fangsong|yahei|pingfang|st(?:song|hei|kai|fang|xihei)|cjk|gb(?:k|2312)|mingliu|dengxian|deng|hanyi|founder"
)


def _font_names(document: pypdfium2.PdfDocument) -> set[str]:
    import pypdfium2
    import pypdfium2.raw as raw

    names: set[str] = set()
    for index in range(min(len(document), 5)):
        try:
            page = document[index]
        except pypdfium2.PdfiumError:
            continue
        for obj in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=4):
            font = raw.FPDFTextObj_GetFont(obj.raw)
            if font:
                size = raw.FPDFFont_GetBaseFontName(font, None, 0)
                buffer = ctypes.create_string_buffer(max(size, 1))
                raw.FPDFFont_GetBaseFontName(font, buffer, size)
                names.add(buffer.value.decode("utf-8", "replace"))
        page.close()
    return names


# --- reader -----------------------------------------------------------------------------------------------------


def _accepts(source: Source) -> bool:
    """``%PDF-`` within the first kilobyte, as viewers allow."""
    return b"%PDF-" in source.data[:1024]


def _open(data: bytes) -> pypdfium2.PdfDocument:
    import pypdfium2
    import pypdfium2.raw as raw

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise ReadError(
                "encrypted",
                "PDF 已加密，无法读取；请应聘者提供未设密码的文件。",
                "The PDF is encrypted and cannot be read; please ask for a copy without a password.",
            ) from error
        repaired = _with_trailer(data)
        if repaired is not None:
            return _open(repaired)
        raise ReadError(
            "damaged",
            "PDF 已损坏或不完整，无法读取；请重新下载或请应聘者重发。",
            "The PDF is damaged or cut short; please fetch it again or ask the applicant to resend it.",
        ) from error
    return document


def _with_trailer(data: bytes) -> bytes | None:
    """A file cut before its trailer, with a new one that names its catalogue; None when there is none to name."""
    catalogues = re.findall(rb"(\d{1,9}) (\d{1,5}) obj[^>]{0,400}?/Type\s*/Catalog", data)
    ending = b"\nstartxref\n0\n%%EOF\n"
    if not catalogues or data.endswith(ending):
        return None
    number, generation = catalogues[-1]
    return b"".join((data, b"\ntrailer\n<</Root ", number, b" ", generation, b" R>>", ending))


def read(source: Source) -> Iterator[Document | Source]:
    """One document. Raises ReadError ``encrypted``, ``damaged``, ``empty``, ``needs_ocr`` and those of OCR."""
    import pypdfium2

    document = _open(source.data)
    try:
        with suppress(pypdfium2.PdfiumError):  # XFA without AcroForm: the page's own text is read
            document.init_forms()
        total = len(document)
        if not total:
            raise ReadError(
                "empty", "PDF 没有页面；请重新上传简历。", "The PDF has no pages; please upload the resume again."
            )
        pages = []
        for index in range(min(total, DEFAULT.max_pages)):
            try:
                pages.append(_read_page(document, index))
            except pypdfium2.PdfiumError:
                pages.append(_Page((), sound=False))
        if all(page.sound for page in pages) and _suspiciously_latin(document, pages):
            pages = [replace(page, sound=False) for page in pages]
        yield _document(source.name, document, pages, total)
    finally:
        document.close()


def _document(name: str, document: pypdfium2.PdfDocument, pages: Sequence[_Page], total: int) -> Document:
    notices: list[Notice] = []
    bad = [i for i, page in enumerate(pages) if not page.sound]
    read_again: dict[int, str] = {}
    if bad:
        try:
            texts = ocr_images([_drawing(document, i) for i in bad])
            read_again = dict(zip(bad, texts, strict=False))
            notices.append(Notice("ocr", "部分或全部文字由图片识别（OCR）得到，请对照原件。"))
        except ReadError:
            good = sum(len(line.text) for page in pages if page.sound for line in page.lines)
            if good < 60:
                raise
            which = "、".join(str(i + 1) for i in bad[:10])
            notices.append(Notice("pages_not_read", f"第 {which} 页是图片或文字层不可用，未读取；请人工查看。"))
    lines: list[Line] = []
    for i, page in enumerate(pages):
        if page.sound:
            lines += _without_page_number(page.lines, i)
        else:
            lines += [Line(text) for text in read_again.get(i, "").split("\n")]
    text = tidy_lines(unwrap(_without_repeats(lines)))
    hidden = sum(page.hidden for page in pages if page.sound)
    if hidden >= 2:
        notices.append(Notice("hidden_text", "PDF 含隐藏文字（与底色同色、极小、页外或被遮盖），未计入；请对照原件。"))
    if any(page.watermark for page in pages):
        notices.append(Notice("watermark", "水印文字未计入。"))
    if any(page.scanned_layer for page in pages):
        notices.append(Notice("ocr_layer", "扫描件自带的识别文字层，可能有误；请对照原件。"))
    if total > len(pages):
        notices.append(Notice("pages_cut", f"共 {total} 页，只读取前 {len(pages)} 页；请人工查看其余页。"))
    if not text:
        if hidden:
            raise ReadError(
                "hidden_only",
                "PDF 只有隐藏文字，没有可见内容；请人工查看。",
                "The PDF holds hidden text only; please look at it by hand.",
            )
        raise ReadError(
            "empty", "PDF 没有文字内容；请重新上传简历。", "The PDF holds no text; please upload the resume again."
        )
    fields = tuple(pair for page in pages for pair in page.fields)
    missing = [f"{label}：{value}" for label, value in fields if compact(value) not in compact(text)]
    return Document("\n".join([text, *missing]), name, tuple(notices), fields)


_PAGE_NUMBER = re.compile(
    r"(?:第\s*)?[-–—\s]*\d{1,3}\s*页?[-–—\s]*(?:[/／|,，共of]+\s*(?:共\s*)?\d{1,3}\s*页?)?|page\s*\d+(?:\s*(?:of|/)\s*\d+)?",
    re.IGNORECASE,
)


def _without_page_number(lines: Sequence[Line], page: int) -> list[Line]:
    """Drop a page number that stands alone in the first or last line of a page."""
    kept = list(lines)
    for at in (-1, 0):
        if len(kept) > 1 and _PAGE_NUMBER.fullmatch(kept[at].text.strip()):
            kept.pop(at)
    return [replace(line, page=page) for line in kept]


def _without_repeats(lines: Sequence[Line]) -> list[Line]:
    """A page header or footer that comes on every page is written once."""
    edges = Counter[str]()
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    for page in by_page.values():
        edges.update({line.text.strip() for line in (page[0], page[-1])})
    if len(by_page) < 2:
        return list(lines)
    seen: set[str] = set()
    kept = []
    for line in lines:
        text = line.text.strip()
        edge = line is by_page[line.page][0] or line is by_page[line.page][-1]
        if edge and text in seen and edges[text] >= 2:
            continue
        if edge:
            seen.add(text)
        kept.append(line)
    return kept


def _drawing(document: pypdfium2.PdfDocument, index: int) -> Any:
    """A page as a picture for OCR, at 200 dpi or as much as 12 million pixels allow."""
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError as error:
        raise ReadError(
            "damaged",
            "PDF 的页面已损坏，无法读取；请应聘者重新导出后再发。",
            "A page of the PDF is damaged and cannot be read; please ask for a freshly exported copy.",
        ) from error
    width, height = page.get_size()
    scale = min(_OCR_DPI / 72, math.sqrt(12_000_000 / max(width * height, 1.0)))
    try:
        picture = page.render(scale=scale).to_pil()
    finally:
        page.close()
    return picture


READER = Reader("pdf", _accepts, read)
