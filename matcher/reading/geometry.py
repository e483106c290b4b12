"""Pieces of text on a page to lines in reading order: ruled tables, columns, rows, wrapped lines.

Reading space: x to the right, y downwards, in points. Nothing here knows a file format.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from matcher.reading.layout import (
    Cell,
    glue,
    is_date_like,
    is_field_label,
    is_heading,
    opens_known,
    opens_section,
    row_lines,
    starts_item,
    table_lines,
)

_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u3000-\u303f\U00020000-\U0003ffff]")
_GUTTER = 1.2  # ems: the least blank that parts two columns
_MAX_GRID = 20_000  # minimal cells of one table's grid


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in reading space."""

    x0: float
    y0: float
    x1: float
    y1: float

    def overlaps(self, other: Box, by: float) -> bool:
        """Whether the two share an area more than ``by`` points wide and high."""
        across = min(self.x1, other.x1) - max(self.x0, other.x0)
        down = min(self.y1, other.y1) - max(self.y0, other.y0)
        return across > by and down > by


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters on one baseline. ``order``: place in the page's stream; ``filled``: a form field's value."""

    text: str
    x0: float
    x1: float
    base: float
    em: float
    order: int
    luminance: float = 0.0
    alpha: int = 255
    filled: bool = False
    block: tuple[Line, ...] = ()  # a finished table stands in the page as one piece
    top: float = 0.0  # of a block

    @property
    def box(self) -> Box:
        """The rectangle that the piece covers."""
        if self.block:
            return Box(self.x0, self.top, self.x1, self.base)
        return Box(self.x0, self.base - 0.85 * self.em, self.x1, self.base + 0.15 * self.em)


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight ruling, horizontal or vertical."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; ``left``/``right`` are the edges of the column it stands in. ``em`` 0: place unknown."""

    text: str
    x0: float = 0.0
    x1: float = 0.0
    base: float = 0.0
    em: float = 0.0
    left: float = 0.0
    right: float = 0.0
    full_lines: int = 0  # lines of the column that reach its right edge
    page: int = 0


# --- lines and spans --------------------------------------------------------------------------------------------


def _baselines(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces grouped by line, top to bottom, each from left to right."""
    groups: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (p.base, p.x0)):
        fits = None
        for group in reversed(groups[-3:]):
            lead = max(group, key=lambda p: p.em)
            middle = piece.base - 0.35 * piece.em
            if abs(piece.base - lead.base) <= 0.3 * min(piece.em, lead.em) or (
                piece.em < 0.8 * lead.em and lead.base - 0.8 * lead.em < middle < lead.base + 0.1 * lead.em
            ):
                fits = group
                break
        if fits is None:
            groups.append([piece])
        else:
            fits.append(piece)
    return [sorted(group, key=lambda p: (p.x0, p.order)) for group in groups]


def _separator(left: Piece, right: Piece, usual: float, written: bool) -> str:
    """What stands between two neighbours of a line: nothing, a blank, or a tab for a gap that parts fields.

    ``usual``: the gap between this line's characters, which is not 0 in justified or spaced-out text. ``written``: the
    page writes its blanks as characters; word processors then widen 11年 and CFA一级 by a quarter without one.
    """
    em = min(left.em, right.em)
    gap = right.x0 - left.x1
    if gap >= 1.5 * em:
        return "\t"
    if gap <= usual + 0.15 * em or left.text.endswith(" ") or right.text.startswith(" "):
        return ""
    mixed = bool(_WIDE.match(left.text[-1:])) != bool(_WIDE.match(right.text[:1]))
    return "" if written and mixed and gap < 0.4 * em else " "


def _usual_gap(group: Sequence[Piece]) -> float:
    gaps = [0.0] * sum(len(p.text) - 1 for p in group)
    gaps += [b.x0 - a.x1 for a, b in itertools.pairwise(group) if b.x0 - a.x1 < 1.5 * a.em]
    return max(0.0, sorted(gaps)[(len(gaps) - 1) // 2]) if gaps else 0.0


def _is_spread(group: Sequence[Piece]) -> bool:
    """Single characters at even gaps: one word spread out (个 人 简 历), not fields of a row."""
    texts = [p.text.strip() for p in group]
    if len(group) < 2 or any(len(t) != 1 or not _WIDE.match(t) for t in texts):
        return False
    gaps = [b.x0 - a.x1 for a, b in itertools.pairwise(group)]
    return max(gaps) - min(gaps) <= 0.6 * group[0].em and max(gaps) <= 6 * group[0].em


def _line_text(group: Sequence[Piece], written: bool = False) -> str:
    if _is_spread(group):
        return "".join(p.text.strip() for p in group)
    text = group[0].text
    usual = _usual_gap(group)
    for left, right in itertools.pairwise(group):
        between = _separator(left, right, usual, written)
        if right.filled and re.search(r"[：:]\s*$", text):
            between = ""
        text += between + right.text
    return re.sub(r"[ \u00a0\u3000]*\t[ \t]*", "\t", text).strip()


@dataclass(frozen=True, slots=True)
class _Walls:
    """Vertical rulings, looked up by where a gap lies."""

    rules: tuple[Rule, ...]

    def between(self, left: Piece, right: Piece) -> bool:
        middle = left.base - 0.35 * left.em
        low, high = left.x1 - 0.35 * left.em, right.x0 + 0.35 * right.em
        return any(low <= (r.x0 + r.x1) / 2 <= high and r.y0 <= middle <= r.y1 for r in self.rules)


def _spans(pieces: Sequence[Piece], walls: _Walls) -> list[Piece]:
    """Neighbours on a line without a wide gap or a wall between them, as one piece each."""
    spans: list[Piece] = []
    written = any(" " in p.text for p in pieces)
    values = [p for p in pieces if p.filled]
    if values:  # a value stands on the line that was drawn for it
        blanks = [p for p in pieces if p.text.strip("_＿ ") == "" and any(p.box.overlaps(v.box, 1) for v in values)]
        pieces = [p for p in pieces if p not in blanks]
    for group in _baselines(pieces):
        parts: list[list[Piece]] = []
        for piece in group:
            last = parts[-1][-1] if parts else None
            near = last is not None and (
                piece.x0 - last.x1 < 1.0 * min(piece.em, last.em) or (piece.filled and piece.x0 - last.x1 < 2 * last.em)
            )
            if last is not None and near and not walls.between(last, piece):
                parts[-1].append(piece)
            else:
                parts.append([piece])
        if (
            len(parts) >= 2
            and _is_spread([p for part in parts for p in part])
            and not walls.between(parts[0][-1], parts[-1][0])
        ):
            parts = [[p for part in parts for p in part]]
        for part in parts:
            text = _line_text(part, written)
            if text:
                spans.append(
                    Piece(
                        text,
                        min(p.x0 for p in part if p.text.strip()),
                        max(p.x1 for p in part if p.text.strip()),
                        max(part, key=lambda p: p.em).base,
                        max(p.em for p in part),
                        min(p.order for p in part),
                        filled=all(p.filled for p in part),
                    )
                )
    return spans


# --- ruled tables -----------------------------------------------------------------------------------------------


def _clusters(values: Iterable[float], near: float) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > near:
            found.append(value)
    return found


def _components(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rulings that touch one another, by a sweep over boxes grown by 3 points."""
    rules = sorted(rules, key=lambda r: r.y0)
    parent = list(range(len(rules)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    active: list[int] = []
    for i, rule in enumerate(rules):
        active = [j for j in active if rules[j].y1 + 3 >= rule.y0]
        for j in active:
            other = rules[j]
            if other.x0 - 3 <= rule.x1 and rule.x0 - 3 <= other.x1:
                parent[find(i)] = find(j)
        active.append(i)
    groups: dict[int, list[Rule]] = defaultdict(list)
    for i, rule in enumerate(rules):
        groups[find(i)].append(rule)
    return list(groups.values())


def _covered(parts: Sequence[tuple[float, float]], low: float, high: float) -> bool:
    """Whether intervals cover most of ``low..high``."""
    reach = total = 0.0
    reach = low
    for start, end in sorted(parts):
        start, end = max(start, reach), min(end, high)
        if end > start:
            total += end - start
            reach = end
    return total >= 0.6 * (high - low)


def _grid_cells(rules: Sequence[Rule]) -> list[Box]:
    """The cells that rulings enclose; merged cells are one box. Empty when they make no table."""
    flat = [r for r in rules if r.x1 - r.x0 >= r.y1 - r.y0]
    upright = [r for r in rules if r.x1 - r.x0 < r.y1 - r.y0]
    ys = _clusters(((r.y0 + r.y1) / 2 for r in flat), 3)
    xs = _clusters(((r.x0 + r.x1) / 2 for r in upright), 3)
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 1 or rows < 1 or columns * rows < 2 or columns * rows > _MAX_GRID:
        return []
    at_y: dict[int, list[tuple[float, float]]] = defaultdict(list)
    at_x: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for r in flat:
        at_y[_nearest(ys, (r.y0 + r.y1) / 2)].append((r.x0 - 2, r.x1 + 2))
    for r in upright:
        at_x[_nearest(xs, (r.x0 + r.x1) / 2)].append((r.y0 - 2, r.y1 + 2))
    parent = list(range(columns * rows))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            if column + 1 < columns and not _covered(at_x[column + 1], ys[row], ys[row + 1]):
                parent[find(here + 1)] = find(here)
            if row + 1 < rows and not _covered(at_y[row + 1], xs[column], xs[column + 1]):
                parent[find(here + columns)] = find(here)
    boxes: dict[int, list[int]] = defaultdict(list)
    for i in range(columns * rows):
        boxes[find(i)].append(i)
    cells = []
    for members in boxes.values():
        left, right = min(m % columns for m in members), max(m % columns for m in members)
        top, bottom = min(m // columns for m in members), max(m // columns for m in members)
        cells.append(Box(xs[left], ys[top], xs[right + 1], ys[bottom + 1]))
    return cells


def _nearest(values: Sequence[float], value: float) -> int:
    return min(range(len(values)), key=lambda i: abs(values[i] - value))


def _tables(spans: Sequence[Piece], rules: Sequence[Rule]) -> list[Piece]:
    """Spans inside ruled tables folded into one block piece a table; the rest unchanged."""
    rest = list(spans)
    blocks: list[Piece] = []
    for group in _components(rules):
        cells = _grid_cells(group)
        if len(cells) < 2:
            continue
        inside: dict[int, list[Piece]] = defaultdict(list)
        outside = []
        for span in rest:
            x, y = (span.x0 + span.x1) / 2, span.base - 0.35 * span.em
            home = next(
                (i for i, c in enumerate(cells) if c.x0 - 1 <= x <= c.x1 + 1 and c.y0 - 1 <= y <= c.y1 + 1), None
            )
            if home is None:
                outside.append(span)
            else:
                inside[home].append(span)
        if len(inside) < 2:
            continue
        rest = outside
        filled = [(cells[i], inside.get(i, [])) for i in range(len(cells))]
        frame = Box(
            min(c.x0 for c in cells), min(c.y0 for c in cells), max(c.x1 for c in cells), max(c.y1 for c in cells)
        )
        order = min(s.order for members in inside.values() for s in members)
        lines = tuple(Line(text, em=0.0) for text in table_lines(_table_rows(filled)))
        blocks.append(Piece("", frame.x0, frame.x1, frame.y1, frame.y1 - frame.y0, order, block=lines, top=frame.y0))
    return rest + blocks


def _table_rows(filled: Sequence[tuple[Box, Sequence[Piece]]]) -> list[list[Cell]]:
    rows: dict[int, list[tuple[float, Cell]]] = defaultdict(list)
    tops = _clusters((box.y0 for box, _ in filled), 3)
    for box, members in filled:
        lines = [
            replace(line, left=box.x0, right=max(line.right, box.x1 - 6), full_lines=3) for line in arrange(members)
        ]
        rows[_nearest(tops, box.y0)].append((box.x0, Cell("\n".join(unwrap(lines)))))
    return [[cell for _, cell in sorted(rows[i], key=lambda c: c[0])] for i in sorted(rows)]


# --- columns ----------------------------------------------------------------------------------------------------


def _count_lines(spans: Sequence[Piece]) -> int:
    return len(_clusters((s.base for s in spans), 0.4 * min(s.em for s in spans))) if spans else 0


def _matched(few: Sequence[Piece], many: Sequence[Piece]) -> float:
    """Share of the lines of ``few`` that stand level with a line of ``many``."""
    return sum(any(abs(a.base - b.base) <= 0.25 * min(a.em, b.em) for b in many) for a in few) / len(few)


def _are_columns(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether two sides of a gutter are read one after the other, not row by row.

    Rows: dates or labels beside what they belong to. Columns: headings on both sides, a stream that finishes one side
    before it starts the other (Chromium paints floated dates first: B022's trap), or lines that do not stand level.
    """
    few, many = (left, right) if len(left) <= len(right) else (right, left)
    level = _matched(few, many)
    if _are_dated_rows(left, right):
        return False
    if all(is_heading(s.text) for s in left):
        return False
    if any(opens_section(s.text) for s in left) and any(opens_section(s.text) for s in right):
        return True
    in_order = sorted([(s.order, 0) for s in left] + [(s.order, 1) for s in right])
    switches = sum(a[1] != b[1] for a, b in itertools.pairwise(in_order))
    if switches <= max(1, 0.2 * min(_count_lines(left), _count_lines(right))):
        short = all(len(s.text) <= 14 for s in few) and level >= 0.9 and len(few) < 4
        return not short
    return level < 0.6


def _are_dated_rows(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether one side is dates or labels level with the other, where the two stand beside each other."""
    low = max(min(s.base for s in left), min(s.base for s in right)) - 3
    high = min(max(s.base for s in left), max(s.base for s in right)) + 3
    sides = [[s for s in side if low <= s.base <= high] for side in (left, right)]
    few, many = sorted(sides, key=len)
    if not few or _matched(few, many) < 0.75:
        return False
    return any(sum(is_date_like(s.text) or is_field_label(s.text) for s in side) >= 0.6 * len(side) for side in sides)


def _split(spans: Sequence[Piece]) -> tuple[list[Piece], list[Piece], list[Piece], list[Piece]] | None:
    """The best gutter as (above, left, right, below), or None when the spans are read row by row."""
    if len(spans) < 4:
        return None
    sizes = sorted(s.em for s in spans if not s.block)
    gap = _GUTTER * (sizes[len(sizes) // 2] if sizes else 10)
    edges = _clusters((s.x0 for s in spans), 2)[:80]
    best: tuple[float, tuple[list[Piece], list[Piece], list[Piece], list[Piece]]] | None = None
    for edge in edges:
        edge -= 2
        blockers = sorted((s.box for s in spans if s.x0 < edge and s.x1 > edge - gap + 2), key=lambda b: b.y0)
        free = [s for s in spans if not (s.x0 < edge and s.x1 > edge - gap + 2)]
        cuts = [float("-inf"), *(b.y1 for b in blockers)]
        ends = [*(b.y0 for b in blockers), float("inf")]
        for low, high in zip(cuts, ends, strict=True):
            band = [s for s in free if low <= s.base - 0.35 * s.em <= high]
            left = [s for s in band if s.x1 <= edge]
            right = [s for s in band if s.x0 >= edge]
            if _count_lines(left) < 2 or _count_lines(right) < 2:
                continue
            size = min(_height(left), _height(right))
            if (best is None or size > best[0]) and _are_columns(left, right):
                left, right = _below_title(left, right)
                if high < float("inf"):
                    left, right = _without_last_heading(left, right), _without_last_heading(right, left)
                chosen = {id(s) for s in (*left, *right)}
                others = [s for s in spans if id(s) not in chosen]
                middle = min(s.box.y0 for s in (*left, *right))
                above = [s for s in others if s.base - 0.35 * s.em <= middle]
                below = [s for s in others if s.base - 0.35 * s.em > middle]
                best = (size, (above, left, right, below))
    return best[1] if best else None


def _below_title(left: list[Piece], right: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Leave a title of one or two lines that stands higher than the other column out of its column."""
    start = max(min(s.base for s in left), min(s.base for s in right))
    title = [s for s in (*left, *right) if s.base < start - 0.8 * s.em]
    if not title or _count_lines(title) > 2 or any(is_heading(s.text) and "简历" not in s.text for s in title):
        return left, right
    kept_left, kept_right = ([s for s in side if s not in title] for side in (left, right))
    return (kept_left, kept_right) if kept_left and kept_right else (left, right)


def _without_last_heading(side: list[Piece], other: Sequence[Piece]) -> list[Piece]:
    """A heading that ends a column and stands below the other one belongs to what comes below both."""
    last = max(side, key=lambda s: s.base)
    if len(side) > 1 and is_heading(last.text) and last.base > max(s.base for s in other):
        return [s for s in side if s is not last]
    return side


def _height(spans: Sequence[Piece]) -> float:
    return max(s.box.y1 for s in spans) - min(s.box.y0 for s in spans)


def arrange(spans: Sequence[Piece], depth: int = 0) -> list[Line]:
    """Spans to lines in reading order."""
    found = _split(spans) if depth < 12 else None
    if found is None:
        return _rows(spans)
    return [line for part in found for line in arrange(part, depth + 1)]


def _rows(spans: Sequence[Piece]) -> list[Line]:
    """Lines from top to bottom, spans of a line from left to right; a heading in the margin gets a line of its own."""
    if not spans:
        return []
    texts = [s for s in spans if not s.block]
    left = min((s.x0 for s in texts), default=0.0)
    right = max((s.x1 for s in texts), default=0.0)
    lines: list[tuple[float, list[Line]]] = [(s.top, list(s.block)) for s in spans if s.block]
    for group in _baselines(texts):
        base = max(group, key=lambda s: s.em).base
        whole = _line_text(group)
        parts = [group]
        if len(group) >= 2 and is_heading(group[0].text) and not is_heading(whole):
            parts = [group[:1], group[1:]]
        made = []
        for part in parts:
            pairs = (
                row_lines([s.text for s in part])
                if any(is_field_label(s.text) for s in part[:-1])
                else [_line_text(part)]
            )
            size = max(s.em for s in part)
            made += [Line(text, part[0].x0, part[-1].x1, base, size, left, right) for text in pairs]
        lines.append((base, made))
    lines.sort(key=lambda item: item[0])
    flat = [line for _, group in lines for line in group]
    full = sum(
        1
        for i, line in enumerate(flat)
        if line.em
        and (
            line.x1 >= right - 1.6 * line.em
            or (i + 1 < len(flat) and line.x1 + _first_unit(flat[i + 1].text) * line.em >= right)
        )
    )
    return [replace(line, full_lines=full) for line in flat]


def page_lines(pieces: Sequence[Piece], rules: Sequence[Rule], width: float = 0.0) -> list[Line]:
    """The lines of a page in reading order; ``width`` of the page, when known, tells where its right margin is."""
    walls = _Walls(tuple(r for r in rules if r.x1 - r.x0 < 3 and r.y1 - r.y0 > 6))
    spans = _spans(pieces, walls)
    lines = arrange(_tables(spans, rules) if rules else spans)
    margin = width - min((s.x0 for s in spans), default=0.0)
    if margin <= 0:
        return lines
    alone = all(line.left <= other.right for line in lines for other in lines[:1] if line.em and other.em)
    return [_judged(line, margin, alone) for line in lines]


def _judged(line: Line, margin: float, alone: bool) -> Line:
    """A line with what the page's right margin says of its wrapping; ``alone``: the page has one column.

    Where the one column ends well short of the margin, two lines of about one length prove nothing.
    """
    if not line.em:
        return line
    if abs(line.x1 - margin) <= 1.6 * line.em:
        return replace(line, full_lines=3)
    if alone and line.right < margin - 3 * line.em and line.full_lines < 3:
        return replace(line, full_lines=0)
    return line


# --- wrapped lines ----------------------------------------------------------------------------------------------


@lru_cache
def _segmenter() -> Any:
    import rjieba

    return rjieba.Jieba()


def _cuts_word(left: str, right: str) -> bool:
    """Whether a word of the general dictionary stands across the cut (金融产|品经理)."""
    tail = re.search(r"[\u4e00-\u9fff]{1,6}$", left)
    head = re.match(r"[\u4e00-\u9fff]{1,6}", right)
    if not tail or not head:
        return False
    at = 0
    for token in _segmenter().cut(tail[0] + head[0], hmm=False):
        if at < len(tail[0]) < at + len(token):
            return True
        at += len(token)
    return False


def _continues(line: Line, after: Line) -> bool:
    """Whether ``after`` is the rest of ``line``, wrapped at the column's edge."""
    if not _may_follow(line, after) or re.search(r"[。！？!?；;]$", line.text):
        return False
    width = line.x1 - line.x0
    long = width >= 24 * line.em
    reaches = line.x1 + _first_unit(after.text) * line.em >= line.right - (0.6 if long else 0.1) * line.em
    if reaches and _holds_together(line.text, after.text):
        return True
    if "\t" in line.text:  # fields of a row; the last may be cut: 2009年9月～2013年6月<tab>上海师|范大学
        return reaches and not starts_item(after.text) and _cuts_word(line.text, after.text)
    if opens_known(after.text) or _is_entry(after.text) or re.fullmatch(r"[^：:]*[：:]", line.text):
        return False  # something new, or a label alone
    # one line is always the longest, and some may be as long by chance: more must reach the edge that is to count,
    # and a short line that opens with a date is an entry's head (2018.07-2021.06 甲银行)
    head = not long and starts_item(line.text) and not re.search(r"[，、；]|[：:].*[：:]", line.text)
    if reaches and not head and width >= 10 * line.em and line.full_lines >= (2 if long else 3):
        return True
    return width >= 8 * line.em and not starts_item(after.text) and _cuts_word(line.text, after.text)


def _may_follow(line: Line, after: Line) -> bool:
    """Whether two lines are of one size in one column, the second right below the first, neither a heading or a row."""
    if not line.em or not after.em or not line.text or not after.text or is_heading(line.text):
        return False
    if abs(line.em - after.em) > 0.08 * line.em or "\t" in after.text:
        return False
    if line.page == after.page:
        if not 0 < after.base - line.base <= 2.4 * line.em:
            return False
        if abs(after.left - line.left) > 1 or abs(after.right - line.right) > 1:
            return False
    return -3.2 * line.em <= after.x0 - line.x0 <= 2.6 * line.em


def _holds_together(line: str, after: str) -> bool:
    """Whether a bracket or a quotation is open across the line's end, or a separator stands at it."""
    if re.search(r"[|｜/／]\s*$", line) or re.match(r"\s*[|｜)）]", after):
        return True
    return _closes_bracket(line, after) or (len(line) >= 16 and after.startswith(("（", "(")))


def _closes_bracket(line: str, after: str) -> bool:
    """Whether a bracket or a quotation stays open at the end of a line and the next line closes it."""
    for opening, closing in ("（）", "()", "“”", "《》"):
        open_at, close_at = line.rfind(opening), after.find(closing)
        if open_at > line.rfind(closing) and 0 <= close_at < 30 and opening not in after[:close_at]:
            return True
    return False


_RANGE = re.compile(r"(?:19|20)\d\d[年./\-\d\s月]*[-–—~～至到]+\s*(?:(?:19|20)\d\d|至?今|现在)")


def _is_entry(text: str) -> bool:
    """Whether a line is an entry of its own: parts with blanks between them, one a span of dates, and no sentence."""
    return bool(_RANGE.search(text)) and len(text.split()) >= 3 and not re.search(r"[。；，]", text)


def _first_unit(text: str) -> float:
    """Width in ems of what a line break cannot part from the head of a text: a character, or a word and its marks."""
    found = re.match(r"[\w%.,'/+@&()-]*[^\W\u2e80-\uffff][\w%.,'/+@&()-]*|\S", text, re.ASCII)
    unit = found[0] if found else ""
    marks = re.match(r"[，。、；：！？）》”’]*", text[len(unit) :])
    return min(sum(1.0 if _WIDE.match(c) else 0.5 for c in unit + (marks[0] if marks else "")), 12.0)


def unwrap(lines: Sequence[Line]) -> list[str]:
    """Texts of the lines, wrapped ones joined: no blank between Chinese characters (B035)."""
    texts: list[str] = []
    last: Line | None = None
    usual = _usual_step(lines)
    for line in lines:
        if last is not None and _continues(last, line):
            texts[-1] = glue(texts[-1], line.text)
        else:
            if last is not None and _step(last, line) > max(1.6 * usual, 1.8 * line.em):
                texts.append("")  # a gap that a person sees: an empty line parts entries
            texts.append(line.text)
        last = line
    return texts


def _step(line: Line, after: Line) -> float:
    """From one baseline to the next in one column; 0 where they do not follow each other."""
    if not line.em or not after.em or line.page != after.page or abs(line.left - after.left) > 1:
        return 0.0
    return max(after.base - line.base, 0.0)


def _usual_step(lines: Sequence[Line]) -> float:
    """The median distance of two baselines."""
    steps = sorted(step for pair in itertools.pairwise(lines) if (step := _step(*pair)) > 0)
    return steps[len(steps) // 2] if steps else 0.0
