"""A notice's parts as positions: which words are a title, duties, requirements, and which hold for all positions.

Tables with a header row (also of two levels), tables of labels and values, numbered lists, headings with prose, and
cells written one after another as Word tables paste into text. Headings are in ``data/notice_headings.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from matcher.knowledge import DATA_DIR, read_table
from matcher.notice.rules import degrees, place_major, says
from matcher.notice.sources import Grid, Part
from matcher.reading.layout import Cell, compact
from matcher.text import fold

Pieces = tuple[tuple[str, str], ...]  # (field, words) in the notice's order; field "" is not said


@dataclass(frozen=True, slots=True)
class Block:
    """One position as the notice writes it; words unchanged."""

    title: str
    number: int | None
    cells: Pieces


@dataclass(frozen=True, slots=True)
class Words:
    """A notice taken apart. ``loose`` are lines that belong to no position and to no common requirement."""

    title: str
    common: tuple[str, ...]
    blocks: tuple[Block, ...]
    loose: tuple[str, ...]


# --- headings -----------------------------------------------------------------------------------------------------

_MARK = re.compile(
    r"^\s*(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.、．]\s*|第[一二三四五六七八九十]+[部章节条][分、 ]*|[•·●■◆▶►▪➢✓*#\-]+\s*)+"
)
_LABEL = re.compile(
    r"^[【\[〖《]?(?P<label>[^：:，。；、\n]{1,40}?)[】\]〗》]?\s*(?:[：:][ \t]*(?P<rest>.*))?$", re.DOTALL
)


@lru_cache
def headings(data_dir: Path = DATA_DIR) -> dict[str, str]:
    """A heading as ``compact`` writes it, to the field it opens; ``报名*`` stands for every heading that begins so."""
    rows = read_table(data_dir / "notice_headings.csv", ["heading", "field", "note"])
    return {compact(row["heading"].rstrip("*")) + "*" * row["heading"].endswith("*"): row["field"] for _, row in rows}


@lru_cache
def _beginnings() -> tuple[tuple[str, str], ...]:
    return tuple((key[:-1], field) for key, field in headings().items() if key.endswith("*"))


def field_of(text: str) -> str:
    """The field that a label or heading names, "" when none: 岗位职责, 三、岗位职责 Responsibilities, 年龄（周岁）."""
    if len(text) > 60 or not text.strip():
        return ""
    known = headings()
    bare = _MARK.sub("", text)
    key = compact(bare)
    short = compact(re.sub(r"[(（【\[][^()（）\[\]【】]*[)）】\]]", "", bare))
    han, latin = re.sub(r"[a-z./&'\s]+", "", key), re.sub(r"[^a-z]+", "", key)
    for form in (key, short, han, latin if han == "" or han not in known else ""):
        if form in known:
            return known[form]
    if latin and not han:
        return known.get(latin, "")
    return ""


def label_line(line: str) -> tuple[str, int] | None:
    """``(field, offset of what follows)`` of a line that opens a field: ``1、学历及专业：全日制…``; None for others."""
    mark = _MARK.match(line)
    at = mark.end() if mark else len(line) - len(line.lstrip())
    found = _LABEL.match(line[at:].rstrip("\n"))
    if found is None:
        return None
    field = field_of(found["label"])
    if not field and mark and len(found["label"]) <= 14:
        field = next((opens for word, opens in _beginnings() if compact(found["label"]).startswith(word)), "")
    numbered = re.fullmatch(r"(?:招聘)?(?:岗位|职位)\s*[一二三四五六七八九十\d]{1,3}", found["label"].strip())
    if not field and numbered and found["rest"]:
        field = "title"
    if not field:
        return None
    rest = found.start("rest")
    return field, at + rest if rest >= 0 else len(line.rstrip("\n"))


_INLINE_LABEL = re.compile(r"(?:(?<=[ \t\u3000]{2})|(?<=[\t；;。]))(?=(?P<label>[^\s：:，。；;、]{2,16}?)\s*[：:])")


def unfold(line: str) -> list[str]:
    """A line that holds several labels, cut before each: ``岗位：会计  人数：1名``; its words stay as they are."""
    cuts = [m.start() for m in _INLINE_LABEL.finditer(line) if field_of(_MARK.sub("", m["label"]))]
    return [line[a:b] for a, b in pairwise([0, *cuts, len(line)])] if cuts else [line]


def split_labels(text: str) -> Pieces:
    """A cell's text at the labels inside it; the words of each piece are exactly the notice's."""
    pieces: list[tuple[str, int, int]] = []
    at, field, start = 0, "", 0
    for line in (piece for whole in text.splitlines(keepends=True) for piece in unfold(whole)):
        opened = label_line(line)
        if opened is not None:
            pieces.append((field, start, at))
            field, start = opened[0], at + opened[1]
        at += len(line)
    pieces.append((field, start, at))
    return tuple((f, text[s:e].strip("\n")) for f, s, e in pieces if text[s:e].strip())


# --- sentences without a label ------------------------------------------------------------------------------------


def kind_of(clause: str) -> str:
    """What a clause of requirements speaks of: education, experience, age, preferred, waiver; "" for anything else."""
    if re.fullmatch(r"[\d\s]*|不限|无", clause.strip(" ，,；;。")):
        return ""  # a cell of a column that says what it is
    if any(re.search(r"放宽(?:至|到|为)[^,;。]{0,4}$", fold(clause)[: m.start()]) for _, m in degrees(fold(clause))):
        return "education"
    if says("age_if", clause):
        return "age"
    if says("waiver_clause", clause):
        return "waiver"
    if says("preferred_word", clause):
        return "preferred"
    if says("birth", clause) or says("age_if", clause) or says("age_max", clause) or says("no_age", clause):
        return "age"
    if says("age_range", clause) and re.search(r"岁|aged?\b", fold(clause)):
        return "age"
    if says("age_under", clause):
        return "age"
    if (says("years", clause) and says("experience_word", clause)) or says("no_years", clause):
        return "experience"
    if says("no_degree", clause) or says("no_major", clause) or _names_degree(clause):
        return "education"
    if re.search(r"专业(?!的|能力|知识|技能|素养|性|化|精神|水平|基础|工作|技术)", clause) and re.search(
        r"[、等类]|相关|优先|毕业", clause
    ):
        return "education"
    return ""


def _names_degree(clause: str) -> bool:
    folded = fold(clause)
    return any(
        re.match(r".{0,4}(?:以上|学历|学位|毕业|degree|or above)|\s*$|[^一-鿿]{0,3}(?:in|or|of)\b", folded[m.end() :])
        or re.search(r"(?:学历|学位)[^,;。]{0,8}$", folded[: m.start()])
        for _, m in degrees(folded)
    )


def sort_sentences(text: str, default: str) -> Pieces:
    """Requirements without labels: each sentence, or clause of a sentence that speaks of several things, by its kind."""
    pieces: list[tuple[str, str]] = []
    for line in text.split("\n"):
        for sentence in re.findall(r"[^；;。]+[；;。]?", line):
            body = _MARK.sub("", sentence).strip()
            if not re.search(r"\w", body):
                continue
            clauses = re.findall(r"(?:[^，,(（]|[(（][^()（）]*[)）])+[，,]?|[(（][^，,]*[，,]?", body) or [body]
            kinds = [kind_of(c) for c in clauses]
            several = {k for k in kinds if k}
            if len(several) < 2:
                pieces.append((next(iter(several), default), body))
                continue
            here = default
            loose = "competencies" if default == "responsibilities" else default
            for clause, kind in zip(clauses, kinds, strict=True):
                # a list of majors goes on behind its comma; anything else without a kind stands for itself
                goes_on = not kind and here == "education" and place_major(clause.strip().strip("，,；;。"))
                here = kind or (here if goes_on or here == default else loose)
                pieces.append((here, clause.strip().rstrip("，,")))
    return tuple(pieces)


# --- tables -------------------------------------------------------------------------------------------------------

_POSITION_FIELDS = frozenset(
    [
        "number",
        "code",
        "title",
        "department",
        "headcount",
        "place",
        "sex",
        "responsibilities",
        "requirements",
        "degree",
        "major",
        "education",
        "competencies",
        "experience",
        "age",
        "preferred",
        "other",
    ]
)


def _header(grid: Grid) -> tuple[list[str], int] | None:
    """``(field of each column, first row of data)`` of a table with a header; None for any other table."""
    for at, row in enumerate(grid.rows[:8]):
        fields = [field_of(cell.text) for cell in row]
        known = {f for f in fields if f in _POSITION_FIELDS}
        labels_only = all(f for f, cell in zip(fields, row, strict=True) if cell.text.strip())
        if "title" not in known or len(known) < 3 - labels_only or (len(known) == 2 and len(grid.rows) < 2):
            continue
        if len(known) == 2 and not known & {"requirements", "responsibilities"}:
            continue
        below = grid.rows[at + 1] if at + 1 < len(grid.rows) else ()
        under = [field_of(cell.text) for cell in below]
        second = [f for cell, f in zip(below, under, strict=False) if f and not cell.continued]
        if len(second) >= 2 and all(c.continued or f for c, f in zip(below, under, strict=True) if c.text):
            fields = [b if b and not c.continued else f for f, b, c in zip(fields, under, below, strict=True)]
            return fields, at + 2
        return fields, at + 1
    return None


def _rows_to_blocks(grid: Grid, fields: Sequence[str], first: int) -> tuple[list[Block], list[str]]:
    blocks: list[Block] = []
    loose: list[str] = []
    title_at = fields.index("title")
    for row in grid.rows[first:]:
        own = [c for c in row if c.text.strip()]
        if not own:
            continue
        if len({c.text for c in own}) == 1 and len(own) > 1:  # a line across the table
            loose.append(own[0].text)
            continue
        cells = tuple((f, c.text) for f, c in zip(fields, row, strict=True) if c.text.strip())
        title = " ".join(row[title_at].text.split())
        if row[title_at].continued and blocks and blocks[-1].title == title:
            fresh = tuple((f, c.text) for f, c in zip(fields, row, strict=True) if c.text.strip() and not c.continued)
            blocks[-1] = replace(blocks[-1], cells=(*blocks[-1].cells, *fresh))
        elif not title or re.fullmatch(r"合\s*计|小\s*计", title) or re.match(r"合\s*计|备注|注[：:]", own[0].text):
            loose.append("\t".join(dict.fromkeys(c.text for c in own)))
        else:
            number = next((c for f, c in cells if f == "number"), "").strip()
            kept = tuple((f, c) for f, c in cells if f not in ("number", "title"))
            blocks.append(Block(title, int(number) if number.isdigit() else None, kept))
    return blocks, loose


def _form_to_blocks(grid: Grid) -> tuple[list[Block], list[str]]:
    """A table of labels and values: one position, or several one below another."""
    blocks: list[Block] = []
    loose: list[str] = []
    field = ""
    for number, row in enumerate(grid.rows):
        cells = [c for c in row if not c.continued and c.text.strip()]
        at = 0
        if _names_rows(grid, number):  # a title merged down the left edge of its rows
            blocks.append(Block(_bare_title(cells[0].text), None, ()))
            field, at = "", 1
        while at < len(cells):
            named = field_of(cells[at].text)
            if named and at + 1 < len(cells):
                field, text = named, cells[at + 1].text
                at += 2
            elif (opened := label_line(cells[at].text.split("\n")[0])) is not None:
                field, text = opened[0], cells[at].text[opened[1] :].strip("\n")
                at += 1
            else:
                text = cells[at].text
                at += 1
            if field == "title":
                blocks.append(Block(_bare_title(text), None, ()))
                field = ""
            elif blocks and field:
                blocks[-1] = replace(blocks[-1], cells=(*blocks[-1].cells, (field, text)))
            else:
                loose.append(text)
    return blocks, loose


def _names_rows(grid: Grid, number: int) -> bool:
    row, below = grid.rows[number], grid.rows[number + 1 : number + 2]
    if len(row) < 3 or row[0].continued or not row[0].text.strip() or field_of(row[0].text):
        return False
    return bool(field_of(row[1].text)) and bool(below) and below[0][0].continued and len(row[0].text) <= 40


def _sequence(text: str) -> Iterator[Part]:
    """Text in which each cell of a table stands behind a tab of its own (a Word table pasted), as text and table."""
    cells = [c.rstrip("\n") for c in re.split(r"(?m)^\t", text)]
    for at in range(len(cells)):
        width = 0
        while at + width < len(cells) and field_of(cells[at + width]) in _POSITION_FIELDS:
            width += 1
        if width >= 3 and "title" in (fields := [field_of(c) for c in cells[at : at + width]]):
            if "number" not in fields:
                continue
            rows = [cells[i : i + width] for i in range(at, len(cells) - width + 1, width)]
            yield "\n".join(cells[:at])
            yield Grid(tuple(tuple(Cell(c) for c in row) for row in rows))
            yield "\n".join(cells[at + len(rows) * width :])
            return
    yield text


def _spaced(text: str) -> Iterator[Part]:
    """Text with a table whose cells stand between blanks under a line of headings: each row begins with its number."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        fields = [field_of(cell) for cell in line.split()]
        if len(fields) < 3 or fields[0] != "number" or "title" not in fields or not all(fields):
            continue
        rows: list[list[str]] = []
        end = at + 1
        while end < len(lines) and (lines[end].split(None, 1) or [""])[0].isdigit():
            cells = lines[end].split(None, len(fields) - 1)
            rows.append([*cells, *[""] * (len(fields) - len(cells))])
            end += 1
        if rows:
            yield "\n".join(lines[:at])
            yield Grid(tuple(tuple(Cell(c) for c in row) for row in (line.split(), *rows)))
            yield from _spaced("\n".join(lines[end:]))
            return
    yield text


def _tabbed(text: str) -> Iterator[Part]:
    """Text whose lines hold cells between tabs, as text and table."""
    rows = [line.split("\t") for line in text.split("\n")]
    for at, row in enumerate(rows):
        if len(row) >= 3 and _header(Grid((tuple(Cell(c.strip()) for c in row),))):
            end = at
            while end < len(rows) and len(rows[end]) == len(row):
                end += 1
            if end - at < 2:
                continue
            yield "\n".join("\t".join(r) for r in rows[:at])
            yield Grid(tuple(tuple(Cell(c.strip()) for c in r) for r in rows[at:end]))
            yield from _tabbed("\n".join("\t".join(r) for r in rows[end:]))
            return
    yield text


# --- running text -------------------------------------------------------------------------------------------------

_COUNT = re.compile(
    r"\s*(?:[(（][^()（）]{0,4}?(?:\d{1,3}|若干)\s*[人名][^()（）]{0,4}[)）]|[×xX*]\s*\d{1,3}|(?:\d{1,3}|若干)\s*[人名])\s*$"
)


@lru_cache
def _title_ends(data_dir: Path = DATA_DIR) -> tuple[str, ...]:
    rows = read_table(data_dir / "title_words.csv", ["word", "note"])
    return ("岗", "岗位", "职位", *(fold(row["word"]) for _, row in rows))


def _bare_title(line: str) -> str:
    """A heading without its number, brackets and head count."""
    title = _MARK.sub("", line.strip()).strip()
    title = re.sub(r"^[【\[〖]|[】\]〗]", "", title)
    return " ".join(_COUNT.sub("", title).split())


def _style(line: str) -> str:
    """How a heading is marked: ``一、``, ``（一）``, ``1.``, ``#``, ``【``; titles of one notice are marked alike."""
    mark = _MARK.match(line)
    shown = re.sub(r"[一二三四五六七八九十]+", "一", re.sub(r"\d+", "1", "".join(mark[0].split()))) if mark else ""
    return re.sub(r"#+", "#", shown.replace("(", "（").replace(")", "）")) or line.strip()[0] * (
        line.strip()[0] in "【[〖"
    )


def _is_post(title: str) -> bool:
    """Whether words end as names of posts do (data/title_words.csv), in Chinese or in both languages."""
    folded = fold(re.sub(r"[(（][^()（）]*[)）]$", "", title)).strip()
    han = re.sub(r"\s*[a-z][a-z /&,.'-]*$|^[a-z][a-z /&,.'-]*\s*[/|·-]?\s*(?=[\u4e00-\u9fff])", "", folded)
    return han.endswith(_title_ends()) or folded.endswith(_title_ends())


_DEMANDS = frozenset(
    {"requirements", "degree", "major", "education", "competencies", "experience", "age", "preferred", "other"}
)


def _is_title(lines: Sequence[str], at: int, state: _State) -> bool:
    """A short line before lines that speak of duties or requirements: marked as the titles before it, ending like a
    post, or with a head count. Inside duties or requirements only what the next line makes a title is one."""
    line, style = lines[at], _style(lines[at])
    title = _bare_title(line)
    if not 2 <= len(title) <= 40 or re.search(r"[，。；：:;、]", title) or label_line(line) or style in set("•·●-*➢"):
        return False
    following = [after for after in lines[at + 1 : at + 12] if after.strip()][:6]
    labels = [opened[0] for after in following if (opened := label_line(after)) and opened[0] in _POSITION_FIELDS]
    next_label = labels[0] if labels and label_line(following[0]) else ""
    counted, alike = bool(_COUNT.search(line.strip())), bool(state.blocks) and style == state.style
    speaks = bool(labels) or any(
        kind_of(clause) in ("education", "experience")
        for after in following
        for clause in re.split(r"[，。；;]", after)
    )
    if counted and alike and style and state.field == "free" and not state.blocks[-1].cells:
        return True  # titles one below another, nothing said of each
    if not style and next_label and next_label == state.after and at and not lines[at - 1].strip():
        return True  # behind an empty line, before the label that follows the first title
    if state.field in _POSITION_FIELDS and state.blocks:
        if not next_label or (state.field == "responsibilities" and next_label in _DEMANDS):
            return alike and bool(style) and (counted or _is_post(title)) and speaks
        return alike or counted or (not style and _is_post(title))
    if next_label and (counted or alike):
        return True
    return speaks and (_is_post(title) or (counted and bool(style)))


# 信息科技岗 10人（计算机类专业）
_COUNTED = re.compile(
    r"^(?P<label>[^：:，。；、（()）]{2,20}?)\s*(?:\d{1,3}|若干)\s*[人名]\s*[(（](?P<rest>.{3,})[)）]$"
)


def _inline_title(line: str, state: _State) -> tuple[str, str] | None:
    """``(title, words)`` of a line ``（一）柜员岗：办理业务`` in a list of positions; None for any other line."""
    style = _style(line)
    bare = _MARK.sub("", line.strip())
    found = _COUNTED.match(bare) or _LABEL.match(bare)
    if found is None or not found["rest"] or len(found["label"]) > 20 or field_of(found["label"]):
        return None
    counted = re.match(r"\s*(?:\d{1,3}|若干)\s*[人名]", found["rest"]) is not None
    counted = counted and (_is_post(_bare_title(found["label"])) or state.style == ":")
    alike = bool(state.blocks) and bool(style) and state.style.rstrip(":") == style
    listed = counted or alike or (bool(style) and state.field in ("positions", "title"))
    return (_bare_title(found["label"]), found["rest"]) if listed else None


@dataclass(frozen=True, slots=True)
class _State:
    """Where a reading of running text stands: the open field, and whether it belongs to the last block."""

    title: str = ""
    field: str = ""
    style: str = ""  # how the first title is marked, with a colon when its words follow on the line
    after: str = ""  # the field that follows the first title
    common: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    loose: tuple[str, ...] = ()


def _begin(state: _State, title: str, style: str) -> _State:
    """A new position; the first one tells how titles are marked."""
    blocks = (*state.blocks, Block(title, None, ()))
    return replace(state, blocks=blocks, field="free", style=state.style if state.blocks else style)


def _read_text(text: str, state: _State) -> _State:
    lines = [piece.replace("**", "") for line in text.split("\n") for piece in unfold(line)]
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        opened = label_line(line)
        if opened is None and (named := _inline_title(line, state)) is not None:
            state = _put(_begin(state, named[0], f"{_style(line)}:"), named[1])
        elif opened is None and _is_title(lines, at, state):
            state = _begin(state, _bare_title(line), _style(line))
        elif opened is None:
            state = _put(state, line)
        else:
            state = _open(state, line, *opened)
    return state


def _open(state: _State, line: str, field: str, offset: int) -> _State:
    """A line that opens a field."""
    rest = line[offset:].strip()
    if field == "title":
        return _begin(state, _bare_title(rest), _style(line)) if rest else replace(state, field="title")
    if state.field == "common" and rest and field in _DEMANDS - {"requirements"}:
        return _put(state, line)  # 基本条件：（一）年龄：35岁以下
    if field in _DEMANDS and not state.blocks:
        field = "common"  # 招聘条件 before any position
    if state.field == "free" and len(state.blocks) == 1 and not state.blocks[0].cells:
        state = replace(state, after=field)
    state = replace(state, field=field)
    if rest or (field in _POSITION_FIELDS and state.blocks):
        return _put(state, rest, new=True)
    return state


def _put(state: _State, line: str, new: bool = False) -> _State:
    """A line added to the open field; ``new`` begins another piece of it."""
    words = line.rstrip()
    if state.field == "common":
        item = _MARK.sub("", words).strip()
        return replace(state, common=(*state.common, item)) if item else state
    if state.field == "title":
        return _begin(state, _bare_title(words), _style(words))
    if state.field == "free" or (state.field in _POSITION_FIELDS and state.blocks):
        field = "" if state.field == "free" else state.field
        block = state.blocks[-1]
        if not new and block.cells and block.cells[-1][0] == field:
            before = block.cells[-1][1]
            cells = (*block.cells[:-1], (field, f"{before}\n{words}" if before else words))
        else:
            cells = (*block.cells, (field, words))
        return replace(state, blocks=(*state.blocks[:-1], replace(block, cells=cells)))
    if not state.title and not state.blocks and not state.common:
        return replace(state, title=" ".join(words.split()).lstrip("# "))
    return replace(state, loose=(*state.loose, words.strip()))


def broken_table(part: Part) -> str:
    """The headings of a table that a format without cells (pdf) has broken into lines; "" when there is none."""
    if isinstance(part, Grid):
        return ""
    run: list[str] = []
    for line in [*part.split("\n"), ""]:
        cells = [cell for cell in re.split(r"[\s：:]+", line) if cell]
        if cells and all(field_of(cell) in _POSITION_FIELDS for cell in cells):
            run += cells
        elif len(run) >= 3 and "title" in map(field_of, run):
            return " ".join(run)
        else:
            run = []
    return ""


def pieces_of(part: Part) -> list[Part]:
    """A part with the tables that stand in its running text."""
    return [part] if isinstance(part, Grid) else [q for p in _sequence(part) for q in _split_tabs(p)]


def read_words(parts: Sequence[Part]) -> Words:
    """A notice's parts as positions and common requirements."""
    state = _State()
    for part in parts:
        for piece in pieces_of(part):
            state = _read_text(piece, state) if isinstance(piece, str) else _read_grid(piece, state)
    blocks = tuple(replace(b, cells=tuple((f, c) for f, c in b.cells if c.strip())) for b in state.blocks)
    return Words(state.title, state.common, blocks, state.loose)


def _split_tabs(part: Part) -> Iterator[Part]:
    if isinstance(part, Grid):
        yield part
    else:
        for piece in _tabbed(part):
            yield from _spaced(piece) if isinstance(piece, str) else (piece,)


def _read_grid(grid: Grid, state: _State) -> _State:
    header = _header(grid)
    if header is not None:
        above = [row for row in grid.rows[: header[1]] if len({c.text for c in row if c.text.strip()}) == 1]
        for row in above:  # the notice's name across the top of the sheet
            state = _read_text(next(c.text for c in row if c.text.strip()), state)
        blocks, loose = _rows_to_blocks(grid, *header)
        if state.field not in ("common", "end"):
            state = replace(state, field="")
        return replace(
            state, blocks=(*state.blocks, *blocks), loose=(*state.loose, *loose), field="" if blocks else state.field
        )
    blocks, loose = _form_to_blocks(grid)
    if blocks:
        return replace(state, blocks=(*state.blocks, *blocks), loose=(*state.loose, *loose), field="")
    return _read_text("\n".join("\t".join(c.text for c in r if not c.continued) for r in grid.rows), state)
