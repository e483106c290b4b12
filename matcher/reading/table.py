"""Pools of applicants in a table: one applicant a row. Headings are guessed from ``data/table_headings.csv``.

A row becomes one ``Document``: ``label：value`` lines under the usual names of the columns, and the same pairs in
``fields``. What the sheet did to a value (a phone as a number, a date as a serial) is undone, or flagged where it
cannot be. A sheet without a row of headings is one person's resume laid out as a form and is read as one document.
"""

from __future__ import annotations

import csv
import functools
import io
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from matcher.reading import sheets
from matcher.reading.base import Document, Reader, ReadError, Source
from matcher.reading.sheets import Merge, Row, Sheet
from matcher.schema import Notice

HEADINGS_FILE = Path(__file__).resolve().parents[2] / "data" / "table_headings.csv"
_LOOK_AHEAD = 40  # rows among which the headings are looked for
_WHOLE_RESUME = 5  # line breaks of a cell that holds a resume, not a career in short
_FORM_ROWS = 5_000  # rows of a sheet without headings that are read as one form

_IDENTITY = ("name", "phone", "email", "id")
_OWN = (*_IDENTITY, "sex", "birth", "age", "expected", "degree")  # a row with none of these goes on with the row above
_JOB = ("job_period", "job_start", "job_end", "employer", "employer_title", "department", "title", "duties")
_STUDY = ("edu_period", "edu_start", "edu_end", "school", "school_major", "major", "degree", "degree_title", "mode")
_STARTS = ("job_period", "job_start", "edu_period", "edu_start")
_BLANK = frozenset(
    ("nan", "NaN", "NAN", "None", "NULL", "null", "N/A", "n/a", "#N/A", "-", "--", "—", "——", "/", "\\", "\\N")
)
_KIN = frozenset(("关系", "称谓", "与本人关系", "与应聘者关系", "關係", "稱謂"))
_TOTALS = re.compile(r"\s*(合\s*计|总\s*计|小\s*计|共计|备注|说明|注[:：]|填表|制表|审核|填报)")


@dataclass(frozen=True, slots=True)
class Alias:
    """What a heading means: a key such as ``name``, its usual Chinese label, and how to read its values."""

    field: str
    label: str
    kind: str  # text, digits, date, period, section, skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a pool. ``group`` tells repeated columns apart (工作单位1, 工作单位2; 全日制教育, 在职教育)."""

    field: str  # "" when the heading is not known
    label: str
    kind: str
    group: str = ""


@functools.cache
def load_headings(path: Path = HEADINGS_FILE) -> Mapping[str, Alias]:
    """Aliases by their normal form, from a csv with columns field, label, kind, alias."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {_key(r["alias"]): Alias(r["field"], r["label"], r["kind"]) for r in csv.DictReader(lines)}


def _key(text: str) -> str:
    """A heading's normal form: half width, lower case, no blanks, no colons, stars or brackets."""
    return _NO_NAME.sub("", unicodedata.normalize("NFKC", text).lower())


_NO_NAME = re.compile(r"[\s*:：()（）\[\]【】•·　]|必填|选填")


def _lookup(text: str, mapping: Mapping[str, str]) -> tuple[Alias, str] | None:
    """What a heading means and the number behind it (``工作单位2`` is 工作单位, ``2``); None when it is not known."""
    if len(text) > 30:
        return None
    return _looked_up(text, mapping) if mapping else _known_heading(text)


@functools.lru_cache(maxsize=256)  # the cells of the file at hand, asked about under every delimiter
def _known_heading(text: str) -> tuple[Alias, str] | None:
    return _looked_up(text, {})


def _looked_up(text: str, mapping: Mapping[str, str]) -> tuple[Alias, str] | None:
    known = load_headings()
    for form in (text, re.sub(r"[（(【\[].*?[)）】\]]", "", text), re.split(r"[/（(\n]", text)[0]):
        key = _key(form)
        for bare, number in ((key, ""), (re.sub(r"(\d{1,2}|[一二三四五])$", "", key), key[-1:])):
            wanted = mapping.get(text.strip()) or mapping.get(bare)
            if wanted is not None:
                return _named(wanted), number
            if bare in known:
                return known[bare], number
    return None


def _named(wanted: str) -> Alias:
    """The alias for a field key (``name``) or a label (``姓名``) given by a caller; other words become a label."""
    for alias in load_headings().values():
        if wanted in (alias.field, alias.label):
            return alias
    return Alias("", wanted, "text")


# ------------------------------------------------------------------------------------------------- finding the headings


def _filled(rows: Sequence[Row], merges: Sequence[Merge], across: bool) -> list[Row]:
    """Rows with merged values written into every cell they span, downwards and, if wanted, across."""
    cells = {row.number: dict(row.cells) for row in rows}
    for merge in merges:
        text = cells.get(merge.top, {}).get(merge.left)
        if text is None:
            continue
        right = min(merge.right, sheets.MAX_COLUMNS) if across else merge.left
        for number in range(merge.top, merge.bottom + 1):
            if number in cells:
                for column in range(merge.left, right + 1):
                    cells[number].setdefault(column, text)
    return [replace(row, cells=dict(sorted(cells[row.number].items()))) for row in rows]


_DATA = re.compile(r"\d{5}|@")


def _heading_score(row: Row, mapping: Mapping[str, str]) -> int:
    """How many different headings a row names; 0 when it is not a row of headings."""
    if any(len(text) > 40 or _DATA.search(text) for text in row.cells.values()):
        return 0
    found = {
        column: hit[0].field or hit[0].label for column, text in row.cells.items() if (hit := _lookup(text, mapping))
    }
    fields = set(found.values())
    if not fields & set(_IDENTITY) or any(_key(text) in _KIN for text in row.cells.values()):
        return 0
    if len(fields) < (1 if mapping else 2) or len(found) < 0.4 * len(row.cells):
        return 0
    # On a form label and value alternate; headings stand side by side.
    neighbours = any(column + 1 in found for column in found)
    return len(fields) if neighbours or (mapping and len(row.cells) == 1) else 0


def _with_row_below(rows: Sequence[Row], index: int, mapping: Mapping[str, str]) -> Row:
    """A row with the headings under its groups in their places, when the row below holds such headings and no data."""
    row = rows[index]
    if index + 1 == len(rows):
        return row
    below = {c: t for c, t in rows[index + 1].cells.items() if row.cells.get(c) != t}
    known = [text for text in below.values() if _lookup(text, mapping)]
    if len(known) < max(2, 0.6 * len(below)) or any(re.search(r"\d{4}", text) for text in below.values()):
        return row
    return replace(row, cells={**row.cells, **below})


def _is_form_row(row: Row, mapping: Mapping[str, str]) -> bool:
    """True when 姓名 is followed by a value instead of the next heading."""
    texts = [text for _, text in sorted(row.cells.items())]
    for text, after in itertools.pairwise(texts):
        hit = _lookup(text, mapping)
        if hit and hit[0].field == "name" and not _lookup(after, mapping) and len(_key(after)) <= 20:
            return len(texts) > 2 or not re.search(r"[\u4e00-\u9fff]{0,3}(结果|情况|时间|意见|人)$", after)
    return False


def find_columns(
    rows: Sequence[Row], merges: Sequence[Merge], mapping: Mapping[str, str]
) -> tuple[int, dict[int, Column]] | None:
    """Index of the first row of data and what each column means; None when no row is a row of headings."""
    filled = _filled(rows, merges, across=True)
    best, score = -1, 0
    for index, row in enumerate(filled):
        here = _heading_score(_with_row_below(filled, index, mapping), mapping)
        if here > score:
            best, score = index, here
        if not score and _is_form_row(row, mapping):
            return None
        if score and index > best + 3:
            break
    if best < 0:
        return None
    titles: dict[int, str] = dict(filled[best].cells)
    parents: dict[int, str] = {}
    if best > 0:
        above = filled[best - 1]
        adjacent = above.number == filled[best].number - 1
        if adjacent and len(set(above.cells.values())) > 1:
            # Exported to csv, a merged group stands in its first cell only.
            spread = _spread(above, rows[best - 1], titles) if not merges else above.cells
            parents = {column: text for column, text in spread.items() if text != titles.get(column)}
    start = best + 1
    joined = _with_row_below(filled, best, mapping).cells
    if joined != titles:
        group = ""
        for column in range(max(joined) + 1):
            group = titles.get(column, group)
            if column in joined and joined[column] != titles.get(column):
                parents[column] = group
        titles = dict(joined)
        start += 1
    return start, _columns(titles, parents, mapping)


def _spread(above: Row, raw: Row, titles: Mapping[int, str]) -> dict[int, str]:
    spread: dict[int, str] = {}
    group = ""
    for column in sorted(titles):
        group = raw.cells.get(column, group)
        if group:
            spread[column] = group
    return spread or dict(above.cells)


def _columns(titles: Mapping[int, str], parents: Mapping[int, str], mapping: Mapping[str, str]) -> dict[int, Column]:
    """Meaning of each column from its heading and the heading above it."""
    columns: dict[int, Column] = {}
    topic = ""
    for column in sorted(titles):
        text, parent = " ".join(titles[column].split()), " ".join(parents.get(column, "").split())
        hit = _lookup(f"{parent}{text}", mapping) if parent else None
        hit = hit or _lookup(text, mapping)
        if hit is None:
            columns[column] = Column("", text.strip("*：: "), "text", parent)
            continue
        alias, number = hit
        around = parent or topic
        study = any(word in around for word in ("教育", "学", "院校"))
        field = alias.field
        if field in ("period", "start", "end"):
            field = f"{'edu' if study else 'job'}_{field}"
        elif field == "work_start" and not parent:
            field = "work_start"
        label = alias.label
        columns[column] = Column(field, label, alias.kind, parent + number)
        topic = text if alias.kind == "section" or field in ("school", "major", "degree") else topic
    return _distinct(columns, titles)


def _distinct(columns: dict[int, Column], titles: Mapping[int, str]) -> dict[int, Column]:
    """Give columns that share a label the words of their group, or their own heading, instead."""
    labels = [column.label for column in columns.values()]
    result = {}
    for place, column in columns.items():
        if labels.count(column.label) > 1:
            own = " ".join(titles[place].split())
            label = f"{column.group}{column.label}" if column.group and column.group not in own else own
            column = replace(column, label=label)
        result[place] = column
    return result


# ------------------------------------------------------------------------------------------------------- one applicant


def _value(row: Row, place: int, column: Column, epoch_1904: bool) -> str:
    """The text of a cell as its column wants it; empty for the many ways of writing nothing."""
    text = row.cells.get(place, "")
    if not text or (text in _BLANK and not (column.field == "name" and text == "NaN")):
        return ""
    if column.kind == "date":
        return _date_text(text, epoch_1904)
    if column.kind == "digits" and re.fullmatch(r"\d{6,}\.0+", text):
        return text.split(".")[0]
    if column.kind == "section":
        return text
    return re.sub(r"\s*\n\s*", "；" if len(text) > 30 else " ", text) if "\n" in text else text


def _date_text(text: str, epoch_1904: bool) -> str:
    """ISO text of a date that a sheet holds as a serial number or as bare digits; other text as it is."""
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and 15_000 <= float(text) <= 60_000:  # 1941 to 2064
        moment = sheets.serial_date(float(text), epoch_1904)
        return moment.date().isoformat() if moment else text
    bare = re.fullmatch(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?", text)
    if bare:
        return "-".join(part for part in bare.groups() if part)
    return re.sub(r"[ T]0?0:00(:00(\.0+)?)?$", "", text)


def _notices(rows: Sequence[Row], columns: Mapping[int, Column], sheet: Sheet) -> tuple[Notice, ...]:
    """What a person should know about how these rows were kept."""
    found: list[Notice] = []
    if sheet.hidden:
        found.append(Notice("hidden_sheet", "该申请人来自隐藏的工作表"))
    if any(row.hidden for row in rows):
        found.append(Notice("hidden_row", "该申请人在表格中是隐藏行"))
    veiled = [c.label for place, c in columns.items() if place in sheet.hidden_columns and c.kind != "skip"]
    if veiled:
        found.append(Notice("hidden_column", f"表格中有隐藏列，已读取：{'、'.join(veiled[:8])}"))
    lost, unclear = [], []
    for place, column in columns.items():
        for row in rows:
            text = row.cells.get(place, "")
            rounded = column.field == "id" and re.fullmatch(r"\d{15}000", text)
            if place in row.lossy or rounded:
                lost.append(column.label)
            elif column.kind == "date" and place in row.numbers and re.fullmatch(r"\d{4}\.1", text):
                unclear.append(column.label)
    if lost:
        found.append(
            Notice(
                "digits_lost",
                f"数字可能失真（表格以数值保存，末位可能丢失），请核对原件：{'、'.join(dict.fromkeys(lost))}",
            )
        )
    if unclear:
        found.append(
            Notice(
                "date_ambiguous", f"表格以数值保存日期，1月与10月无法区分，请核对：{'、'.join(dict.fromkeys(unclear))}"
            )
        )
    return tuple(found)


def _span(start: str, end: str) -> str:
    return f"{start} 至 {end}" if start and end else f"{start} -" if start else end


def _line(values: Mapping[str, str], bundle: Sequence[str]) -> str:
    """One dated line of a job or a study, as a resume would write it."""
    prefix = bundle[0].split("_")[0]
    period = values.get(f"{prefix}_period") or _span(values.get(f"{prefix}_start", ""), values.get(f"{prefix}_end", ""))
    rest = [values[field] for field in bundle[3:] if values.get(field)]
    return " ".join(part for part in [period, *rest] if part)


def applicant(
    rows: Sequence[Row], columns: Mapping[int, Column], sheet: Sheet, name: str, extra: tuple[Notice, ...] = ()
) -> Document | None:
    """One document from the row or rows of one person; None when they say nothing."""
    kept = {place: column for place, column in columns.items() if column.kind != "skip"}
    table = [{p: v for p, c in kept.items() if (v := _value(row, p, c, sheet.epoch_1904))} for row in rows]
    fields: dict[tuple[str, str], None] = {}
    lines: list[str] = []
    done: set[int] = set()
    for place, column in kept.items():
        for value in dict.fromkeys(row[place] for row in table if place in row):
            fields[column.label, value] = None
        if place in done:
            continue
        bundle = _JOB if column.field in _JOB else _STUDY if column.field in _STUDY else ()
        mates = [p for p, c in kept.items() if c.field in bundle and c.group == column.group] if bundle else []
        dated = [row for row in table if any(p in row and kept[p].field in _STARTS for p in mates)]
        grouped = bool(column.group) and len({kept[p].field for p in mates}) > 1 and len(mates) > 1
        if mates and (dated or (grouped and not re.fullmatch(r"\d+", column.group))):
            heading = column.group.rstrip("0123456789一二三四五") or ("工作经历" if bundle is _JOB else "教育经历")
            written = [_line({kept[p].field: row[p] for p in mates if p in row}, bundle) for row in table]
            lines += [f"{heading}：", *dict.fromkeys(text for text in written if text)] if any(written) else []
            done.update(mates)
            continue
        for value in dict.fromkeys(row[place] for row in table if place in row):
            if column.field == "resume" and value.count("\n") >= _WHOLE_RESUME:
                lines += ["", value]  # it has headings of its own
            else:
                lines.append(f"{column.label}：\n{value}" if column.kind == "section" else f"{column.label}：{value}")
    if not fields:
        return None
    return Document("\n".join(lines), name, (*extra, *_notices(rows, kept, sheet)), tuple(fields))


# --------------------------------------------------------------------------------------------------------- whole tables


def _identity(row: Row, columns: Mapping[int, Column], wanted: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        text
        for place, c in columns.items()
        if c.field in wanted and (text := row.cells.get(place, "")) not in ("", *_BLANK)
    )


def _same_person(first: Row, row: Row, columns: Mapping[int, Column]) -> bool:
    """True when a row goes on with the person above: nothing of its own, or the same name and number again."""
    if not _identity(row, columns, _OWN):
        return True
    if not any(c.field in _STARTS for c in columns.values()):
        return False
    if not _identity(row, columns, ("name",)) or not _identity(row, columns, ("phone", "email", "id")):
        return False
    whole = ("name", "phone", "email", "id", "expected", "birth")
    return _identity(first, columns, whole) == _identity(row, columns, whole)


def _people(
    rows: Iterable[Row], merges: Sequence[Merge], columns: Mapping[int, Column]
) -> Iterator[tuple[list[Row], list[Row]]]:
    """Rows of one person each, with the remark rows met before them. Merged values are written down their rows."""
    by_top: dict[int, list[Merge]] = {}
    for merge in merges:
        if merge.bottom > merge.top:
            by_top.setdefault(merge.top, []).append(merge)
    wide = {merge.top for merge in merges if merge.right - merge.left >= 2}
    key = min((p for p, c in columns.items() if c.field == "name"), default=-1)
    titles = {place: column.label for place, column in columns.items()}
    active: list[tuple[Merge, str]] = []
    current: list[Row] = []
    remarks: list[Row] = []
    until = 0  # last row of the merge over the name cell of the current person
    for row in rows:
        active = [(m, text) for m, text in active if m.bottom >= row.number]
        active += [(m, row.cells[m.left]) for m in by_top.get(row.number, ()) if m.left in row.cells]
        down = {m.left: text for m, text in active if m.left not in row.cells}
        row = replace(row, cells={**row.cells, **down}) if down else row
        only = next(iter(row.cells.values())) if len(row.cells) == 1 else ""
        if only and (row.number in wide or _TOTALS.match(only) or len(only) > 40) and len(columns) > 1:
            remarks.append(row)
            continue
        if (
            len(row.cells) > 1
            and _repeats(row.cells.get(key, ""), "姓名")
            and all(_repeats(text, titles.get(place, "")) for place, text in row.cells.items())
        ):
            continue  # the headings again, at the top of a printed page
        covered = row.number <= until
        until = max([until, *(m.bottom for m in by_top.get(row.number, ()) if m.left == key)])
        if current and (covered or _same_person(current[0], row, columns)):
            current.append(row)
            continue
        if current:
            yield current, remarks
            remarks = []
        current = [row]
    if current or remarks:
        yield current, remarks


def _repeats(text: str, label: str) -> bool:
    hit = _lookup(text, {})
    return text == label or (hit is not None and hit[0].label == label)


def _read_sheet(sheet: Sheet, name: str, mapping: Mapping[str, str]) -> Iterator[Document | Notice] | list[Row]:
    """The applicants of a pool, and remarks; or the sheet's rows when it has no row of headings."""
    head = list(itertools.islice(sheet.rows, _LOOK_AHEAD))
    found = find_columns(head, sheet.merges, mapping)
    if found is None:
        return head
    start, columns = found
    return _read_pool(itertools.chain(head[start:], sheet.rows), columns, sheet, name)


def _read_pool(
    rows: Iterable[Row], columns: Mapping[int, Column], sheet: Sheet, name: str
) -> Iterator[Document | Notice]:
    place = f"{name}#{sheet.name}!" if sheet.name else f"{name}#"
    for people, remarks in _people(rows, sheet.merges, columns):
        for row in remarks:
            yield Notice("table_remark", f"表格第{row.number}行是说明或合计，未作为申请人读取")
        document = applicant(people, columns, sheet, f"{place}{people[0].number}") if people else None
        if document is not None:
            yield document


def read_sheets(found: Iterable[Sheet], name: str, mapping: Mapping[str, str]) -> Iterator[Document]:
    """All applicants of a workbook's sheets.

    Sheets without headings are forms: one with a name of its own starts a person, the others go on with the form
    above; beside a pool they are remarks and are named in a notice.
    """
    pending: list[Notice] = []
    form: list[str] = []
    form_notices: list[Notice] = []
    pool = False
    for sheet in found:
        part = _read_sheet(sheet, name, mapping)
        if isinstance(part, list):
            rows = [*part, *itertools.islice(sheet.rows, _FORM_ROWS)]
            people = _transposed(rows, mapping)
            if people is not None:
                pool = True
                columns, persons = people
                for number, row in persons:
                    document = applicant([row], columns, sheet, f"{name}#{sheet.name}!{number}", tuple(pending))
                    if document is not None:
                        pending = []
                        yield document
                continue
            text = form_text(rows, sheet.merges)
            if not text:
                continue
            if any(_is_form_row(row, mapping) for row in rows) and form:
                yield Document("\n".join(form), name, tuple(form_notices))
                form, form_notices = [], []
            form.append(text)
            if sheet.hidden:
                form_notices.append(Notice("hidden_sheet", "部分内容来自隐藏的工作表"))
            continue
        pool = True
        for item in part:
            if isinstance(item, Notice):
                pending.append(item)
            else:
                yield replace(item, notices=(*pending, *item.notices))
                pending = []
    if form and pool and not re.search(r"姓\s*名|电\s*话|手\s*机|学\s*历", "\n".join(form)):
        return  # instructions beside a pool: no applicant is lost
    if form:
        yield Document("\n".join(form), name, (*pending, *form_notices))


def _transposed(
    rows: Sequence[Row], mapping: Mapping[str, str]
) -> tuple[dict[int, Column], list[tuple[int, Row]]] | None:
    """A pool turned on its side (headings down the first column, one applicant a column), as rows; None otherwise."""
    first = min((min(row.cells) for row in rows), default=0)
    labelled = [row for row in rows if first in row.cells and _lookup(row.cells[first], mapping)]
    names = [row for row in labelled if _lookup(row.cells[first], mapping)[0].field == "name"]  # type: ignore[index]
    if len(labelled) < 3 or not names or len(labelled) < 0.6 * len(rows):
        return None
    persons = [p for p in names[0].cells if p > first]
    if len(persons) < 2 or any(_lookup(names[0].cells[p], mapping) for p in persons):
        return None
    alike = [row for row in labelled if len([p for p in persons if p in row.cells]) >= 2]
    if len(alike) < max(3, 0.6 * len(labelled)) or any(
        _lookup(row.cells.get(p, ""), mapping) for row in labelled for p in persons
    ):
        return None
    titles = {index: row.cells[first] for index, row in enumerate(rows) if first in row.cells}
    columns = _columns(titles, {}, mapping)
    result = []
    for person in persons:
        cells = {i: row.cells[person] for i, row in enumerate(rows) if person in row.cells}
        numbers = {i: row.numbers[person] for i, row in enumerate(rows) if person in row.numbers}
        lossy = frozenset(i for i, row in enumerate(rows) if person in row.lossy)
        result.append((person + 1, Row(person + 1, cells, numbers, lossy)))
    return columns, result


def form_text(rows: Sequence[Row], merges: Sequence[Merge]) -> str:
    """A sheet laid out as a form, as lines: each label beside its value, in reading order, no cell twice."""
    from matcher.reading.layout import Cell, table_lines, tidy_lines

    covered = {
        (number, merge.left): merge
        for merge in merges
        for number in range(merge.top + 1, min(merge.bottom, merge.top + 999) + 1)
    }
    table = []
    for row in rows:
        cells = []
        for column in sorted({*row.cells, *(left for number, left in covered if number == row.number)}):
            continued = (row.number, column) in covered and column not in row.cells
            cells.append(Cell(row.cells.get(column, ""), continued))
        table.append(cells)
    return tidy_lines(table_lines(table))


# ------------------------------------------------------------------------------------------------------------- readers


def read_table(source: Source, mapping: Mapping[str, str] | None = None) -> Iterator[Document]:
    """The applicants of an xlsx, xls, Excel 2003 XML or csv file, or of a page that is one table of them.

    ``mapping`` overrides what headings mean: heading text to a field key (``name``) or a label (``姓名``) of
    ``data/table_headings.csv``; any other word becomes the label itself.
    Raises ReadError: damaged, encrypted, too_big, empty.
    """
    own = {**{_key(k): v for k, v in (mapping or {}).items()}, **(mapping or {})}
    count = 0
    for document in read_sheets(_sheets(source), source.name, own):
        count += 1
        yield document
    if not count:
        raise ReadError("empty", "表格中没有可读取的内容", "The table holds nothing to read")


def _sheets(source: Source) -> Iterator[Sheet]:
    if source.data.startswith(b"PK"):
        return sheets.xlsx_sheets(source.data)
    if sheets.is_xml_workbook(source.data):
        return sheets.xml_sheets(source.data)
    if source.data.startswith(_OLE) or _is_bare_biff(source.data):
        return sheets.xls_sheets(source.data)
    page = sheets.html_sheet(source.data) if source.data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else None
    if page is not None:
        return iter([page])
    text = _decode(source.data)
    return iter([sheets.csv_sheet(text, _csv_mark(text, {}) or sheets.delimiter_of(text[:20_000]) or ",")])


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _is_bare_biff(data: bytes) -> bool:
    """Excel 2 to 4 wrote workbooks without the OLE shell: a BOF record comes first."""
    return data[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04") and data[2:4] in (b"\x04\x00", b"\x06\x00")


def _is_xls(data: bytes) -> bool:
    if _is_bare_biff(data):
        return True
    if not data.startswith(_OLE):
        return False
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as box:
            names = {entry[0].lower() for entry in box.listdir() if len(entry) == 1}
    except Exception:
        return False
    return bool(names & {"workbook", "book"}) and "worddocument" not in names


def _decode(data: bytes) -> str:
    from matcher.reading.plain import decode

    return decode(data)[0]


def _csv_mark(text: str, mapping: Mapping[str, str]) -> str | None:
    """The delimiter under which one of the first lines is a row of headings; None when there is none."""
    head = text[:20_000]
    guess = sheets.delimiter_of(head)
    for mark in dict.fromkeys([guess, ",", "\t", ";"]):
        if mark is None or not (mapping or mark in head):
            continue  # a single column is no pool, unless the caller says what it means
        rows = list(itertools.islice(sheets.csv_sheet(head, mark).rows, 10))
        found = find_columns(rows, (), mapping)
        if found and found[0] < max(len(rows), 2):
            return mark
    return None


def _is_csv(data: bytes) -> bool:
    """True when one of the first lines is a row of headings of a pool."""
    head = data[:16_384]
    if head.startswith((b"{\\rtf", b"%PDF", b"<", b"PK")) or (
        b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        return False
    cut = head.rfind(b"\n")
    return _csv_mark(_decode(head[:cut] if len(data) > len(head) and cut > 0 else head), {}) is not None


def _is_html_pool(data: bytes) -> bool:
    """True for a page that is one table with a row of headings and at least two applicants below it."""
    head = data[:4096].lower()
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or b"<table" not in data[:262_144].lower():
        return False
    sheet = sheets.html_sheet(data)
    if sheet is None:
        return False
    rows = list(itertools.islice(sheet.rows, _LOOK_AHEAD))
    found = find_columns(rows, sheet.merges, {})
    if found is None:
        return False
    names = {
        text
        for row in rows[found[0] :]
        for place, c in found[1].items()
        if c.field == "name" and (text := row.cells.get(place, ""))
    }
    return len(names) >= 2


def accepts(source: Source) -> bool:
    """True for a workbook, or for text with a row of headings of a pool."""
    data = source.data
    return sheets.is_xlsx(data) or _is_xls(data) or sheets.is_xml_workbook(data) or _is_csv(data) or _is_html_pool(data)


READER = Reader("table", accepts, read_table)
