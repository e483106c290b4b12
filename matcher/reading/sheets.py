"""Spreadsheets as rows of text: xlsx, xls, Excel 2003 XML, csv. Nothing here knows what a column means.

Why a walk of our own over xlsx: a stream of 200,000 rows in flat memory that also tells hidden rows, hidden columns,
merged cells and number formats. openpyxl's streaming mode tells none of the first three, its full mode holds every
cell as an object, and python-calamine returns numbers without their formats (docs/reading_other.md has the figures).
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from matcher.reading.base import ReadError

# What broken parts raise while they are unpacked and parsed.
_BROKEN = (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)
MAX_COLUMNS = 1_000  # cells further right are counted as damage, not as an applicant's data
_MAX_PART = 1 << 30  # bytes of one unpacked xlsx part: 200,000 full rows need about 200 MB
_MAX_STRINGS = 512 << 20  # bytes of the shared strings, the one part that is held whole
_RATIO = 400  # a part larger than 32 MB may be at most this many times its packed size
_RATIO_FROM = 32 << 20
_LOSSY_FROM = 10**15  # Excel keeps 15 digits; longer numbers have lost their last ones


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``cells`` maps 0-based columns to non-blank text; ``numbers`` holds the raw value of numeric cells
    that carry no date format; ``lossy`` names columns whose digits may be wrong."""

    number: int  # 1-based, as the spreadsheet program shows it
    cells: dict[int, str]
    numbers: dict[int, float]
    lossy: frozenset[int] = frozenset()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, all bounds inclusive: 1-based rows, 0-based columns."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; ``rows`` can be iterated once, in order, without blank rows."""

    name: str
    rows: Iterator[Row]
    merges: tuple[Merge, ...] = ()
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()
    epoch_1904: bool = False


def damaged() -> ReadError:
    """The error for a spreadsheet whose parts do not fit together."""
    return ReadError(
        "damaged",
        "表格文件已损坏，请用 Excel 或 WPS 打开后另存为 xlsx 再上传",
        "The spreadsheet is damaged; open it in Excel or WPS, save it as xlsx and send that",
    )


def encrypted() -> ReadError:
    """The error for a spreadsheet that asks for a password."""
    return ReadError(
        "encrypted",
        "表格文件有打开密码，请去掉密码后再上传",
        "The spreadsheet has a password; remove it and send it again",
    )


def _too_big() -> ReadError:
    return ReadError(
        "too_big",
        "表格解压后过大或压缩比异常，已拒绝读取，请拆分后再上传",
        "The spreadsheet unpacks to too much data and was refused; split it and send the parts",
    )


# ---------------------------------------------------------------------------------------------------- numbers and dates

# Built-in formats that files name by number only; 27 to 58 are the Chinese ones (ECMA-376 part 1, 18.8.30).
_BUILTIN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 27: "yyyy年m月",
    28: "m月d日", 29: "m月d日", 30: "m-d-yy", 31: "yyyy年m月d日", 32: "h时mm分", 33: "h时mm分ss秒", 36: "yyyy年m月",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 50: "yyyy年m月", 51: "m月d日", 52: "yyyy年m月", 53: "m月d日",
    54: "m月d日", 57: "yyyy年m月", 58: "m月d日",
}  # fmt: skip
_NOT_LETTERS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)


@functools.lru_cache(1024)
def _date_parts(code: str) -> str:
    """Which of ``y``, ``m``, ``d``, ``h`` a number format shows; empty when it is no date format."""
    bare = _NOT_LETTERS.sub("", code.split(";")[0]).lower().replace("general", "").replace("am/pm", "")
    shown = "".join(part for part in "ydh" if part in bare)
    if "m" in bare and ("y" in bare or "d" in bare or ("h" not in bare and "s" not in bare)):
        shown += "m"
    return shown


def serial_date(value: float, epoch_1904: bool) -> dt.datetime | None:
    """The moment an Excel serial number stands for; None outside 1900 to 9999."""
    days = value + (1462 if epoch_1904 else 0)
    if not 1 <= days < 2_958_466:
        return None
    # Excel believes in 29 February 1900; before it the count is one day off.
    base = dt.datetime(1899, 12, 31 if days < 60 else 30)
    moment = base + dt.timedelta(days=days)
    return (moment + dt.timedelta(microseconds=500_000)).replace(microsecond=0)


def _show_date(moment: dt.datetime, shown: str) -> str:
    """ISO text of no more precision than the format shows: a cell shown as 2018年9月 holds no day."""
    if "y" not in shown and "d" not in shown:
        return moment.strftime("%H:%M") if "h" in shown else ""
    day = f"{moment.year:04d}"
    if "y" not in shown or "m" in shown or "d" in shown:
        day += f"-{moment.month:02d}"
    if "d" in shown:
        day += f"-{moment.day:02d}"
    if "h" in shown and (moment.hour or moment.minute):
        day += f" {moment.hour:02d}:{moment.minute:02d}"
    return day


def plain_number(value: float, code: str = "") -> str:
    """A number as text: no exponent, no ``.0``, the decimals or leading zeros that its format shows."""
    decimals = re.fullmatch(r"[#,]*0\.(0+)_?\s*", code)
    if decimals and abs(value) < _LOSSY_FROM:
        return f"{value:.{len(decimals[1])}f}"
    if value == int(value):
        whole = str(int(value))
        return whole.zfill(len(code)) if re.fullmatch("0{2,}", code) else whole
    return f"{value:.15g}" if 1e-4 <= abs(value) < 1e15 else f"{value:.10f}".rstrip("0").rstrip(".")


def _number_cell(value: float, code: str, epoch_1904: bool) -> tuple[str, float | None, bool]:
    """Text of a numeric cell, its raw value when it is not shown as a date, and whether digits may be lost."""
    if value != value or value in (float("inf"), float("-inf")):
        return "", None, False
    shown = _date_parts(code)
    if shown:
        moment = serial_date(value, epoch_1904)
        if moment is not None:
            return _show_date(moment, shown), None, False
    return plain_number(value, code), value, abs(value) >= _LOSSY_FROM


# --------------------------------------------------------------------------------------------------------------- xlsx


def is_xlsx(data: bytes) -> bool:
    """True for a zip that holds an Excel workbook."""
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            return any(re.fullmatch(r"xl/workbook\d*\.xml", name.replace("\\", "/").lower()) for name in box.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return False


_PLACE = re.compile(r"[A-Z]{1,3}")


@functools.cache
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1


def _open_part(box: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int = _MAX_PART) -> Any:
    """Open one part after looking at the sizes its directory declares; zipfile never yields more than those."""
    if info.file_size > limit or (
        info.file_size > _RATIO_FROM and info.file_size > _RATIO * max(info.compress_size, 1)
    ):
        raise _too_big()
    if info.flag_bits & 1:
        raise encrypted()
    return box.open(info)


def _events(stream: Any, *tags: str) -> Iterator[Any]:
    """Elements with these local names as they close. No entities, no network, no switched-off parser limits."""
    seen = False
    for _, element in etree.iterparse(
        stream,
        events=("end",),
        tag=[f"{{*}}{tag}" for tag in tags],
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    ):
        if not seen and element.getroottree().docinfo.doctype:
            raise ReadError(
                "unsafe_xml",
                "文件含有外部实体声明，可能有恶意内容，已拒绝读取",
                "The file declares XML entities and was refused",
            )
        seen = True
        yield element


def _release(element: Any) -> None:
    """Free an element and its earlier siblings, so that memory stays flat."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _string(element: Any) -> str:
    """Text of ``si`` or ``is``: runs joined, phonetic guides left out, struck-out runs left out."""
    parts: list[str] = []
    if len(element) == 1 and _local(element[0]) == "t":
        return _unescape(element[0].text or "")
    for child in element:
        name = _local(child)
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            struck = any(_local(p) == "strike" and p.get("val", "1") not in ("0", "false") for p in child.iter())
            if not struck:
                parts.extend(t.text or "" for t in child if _local(t) == "t")
    return _unescape("".join(parts))


def _unescape(text: str) -> str:
    """Excel writes control characters as ``_x000D_``."""
    if "_x" not in text:
        return text
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)


def _clean(text: str) -> str:
    """Cell text without control characters and outer blanks; line breaks stay."""
    if text.isprintable():
        return text.strip(" \u3000\xa0")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text).strip(" \t\n\u3000\xa0")


def _parts(box: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Parts by lower-case name; some producers write backslashes or another case."""
    return {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in box.infolist()}


def _target(base: str, target: str) -> str:
    """A relationship's target as a part name."""
    path = target if target.startswith("/") else f"{base}/{target}"
    steps: list[str] = []
    for step in path.lower().split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _number_formats(box: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo]) -> list[str]:
    """The number format of each cell style, in style order."""
    info = parts.get("xl/styles.xml")
    if info is None:
        return []
    codes = dict(_BUILTIN)
    styles: list[str] = []
    with _open_part(box, info, 64 << 20) as stream:
        for element in _events(stream, "numFmt", "cellXfs"):
            if _local(element) == "numFmt" and (element.get("numFmtId") or "").isdigit():
                codes[int(element.get("numFmtId"))] = element.get("formatCode") or ""
            elif _local(element) == "cellXfs":
                ids = [xf.get("numFmtId") or "0" for xf in element if _local(xf) == "xf"]
                styles = [codes.get(int(i), "") if i.isdigit() else "" for i in ids]
    return styles


def _shared_strings(box: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo]) -> list[str]:
    info = parts.get("xl/sharedstrings.xml")
    if info is None:
        return []
    strings: list[str] = []
    with _open_part(box, info, _MAX_STRINGS) as stream:
        for element in _events(stream, "si"):
            strings.append(_string(element))
            _release(element)
    return strings


_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^<>]*>")


def _layout(box: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[tuple[Merge, ...], frozenset[int]]:
    """Merged ranges and hidden columns. Merges stand behind the rows they govern, so they are looked for first, by a
    scan over the bytes that costs a tenth of parsing them."""
    merges: list[Merge] = []
    hidden: set[int] = set()
    tail = b""
    with _open_part(box, info) as stream:
        while chunk := stream.read(1 << 20):
            block = tail + chunk
            cut = block.rfind(b"<")
            tail = block[cut:] if cut >= 0 and len(block) - cut < 4096 else b""
            block = block[:cut] if tail else block
            for m in _MERGE.finditer(block):
                merges.append(Merge(int(m[2]), _column(m[1].decode()), int(m[4]), _column(m[3].decode())))
            for tag in _COLUMN.findall(block):
                if re.search(rb'\shidden="(1|true)"', tag):
                    low, high = (re.search(rb"\s" + key + rb'="(\d{1,5})"', tag) for key in (b"min", b"max"))
                    if low and high:
                        hidden.update(range(int(low[1]) - 1, min(int(high[1]), MAX_COLUMNS)))
    return tuple(merges), frozenset(hidden)


def _xlsx_rows(
    box: zipfile.ZipFile, info: zipfile.ZipInfo, strings: Sequence[str], formats: Sequence[str], epoch_1904: bool
) -> Iterator[Row]:
    number = 0
    try:
        with _open_part(box, info) as stream:
            for element in _events(stream, "row"):
                stated = element.get("r") or ""
                number = int(stated) if stated.isdigit() else number + 1
                cells: dict[int, str] = {}
                numbers: dict[int, float] = {}
                lossy: set[int] = set()
                column = -1
                for cell in element:
                    if _local(cell) != "c":
                        continue
                    place = _PLACE.match(cell.get("r") or "")
                    column = _column(place[0]) if place else column + 1
                    if column >= MAX_COLUMNS:
                        continue
                    text, value, lost = _xlsx_cell(cell, strings, formats, epoch_1904)
                    if text:
                        cells[column] = text
                        if value is not None:
                            numbers[column] = value
                        if lost:
                            lossy.add(column)
                hidden = element.get("hidden") in ("1", "true")
                _release(element)
                if cells:
                    yield Row(number, cells, numbers, frozenset(lossy), hidden)
    except _BROKEN as error:
        raise damaged() from error


def _xlsx_cell(
    cell: Any, strings: Sequence[str], formats: Sequence[str], epoch_1904: bool
) -> tuple[str, float | None, bool]:
    kind = cell.get("t") or "n"
    value = ""
    for child in cell:
        name = _local(child)
        if name == "v":
            value = child.text or ""
        elif name == "is":
            return _clean(_string(child)), None, False
    if not value or kind == "e":
        return "", None, False
    if kind == "s":
        index = int(value) if value.strip().isdigit() else -1
        return (_clean(strings[index]) if 0 <= index < len(strings) else ""), None, False
    if kind == "b":
        return ("是" if value.strip() in ("1", "true") else "否"), None, False
    if kind != "n":  # str: a formula's text; d: an ISO date
        return _clean(_unescape(value)).removesuffix("T00:00:00"), None, False
    style = cell.get("s") or ""
    code = formats[int(style)] if style.isdigit() and int(style) < len(formats) else ""
    try:
        return _number_cell(float(value), code, epoch_1904)
    except (ValueError, OverflowError):
        return _clean(value), None, False


def xlsx_sheets(data: bytes) -> Iterator[Sheet]:
    """The sheets of an xlsx workbook in order; read each one's rows before asking for the next sheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            parts = _parts(box)
            if sum(info.file_size for info in parts.values()) > 2 * _MAX_PART:
                raise _too_big()
            formats = _number_formats(box, parts)
            strings = _shared_strings(box, parts)
            targets = {}
            relations = parts.get("xl/_rels/workbook.xml.rels")
            if relations is not None:
                with _open_part(box, relations, 16 << 20) as stream:
                    targets = {
                        e.get("Id"): _target("xl", e.get("Target") or "") for e in _events(stream, "Relationship")
                    }
            book = parts.get("xl/workbook.xml")
            if book is None:
                raise damaged()
            with _open_part(box, book, 16 << 20) as stream:
                epoch_1904 = False
                listed = []
                for element in _events(stream, "workbookPr", "sheet"):
                    if _local(element) == "workbookPr":
                        epoch_1904 = element.get("date1904") in ("1", "true")
                        continue
                    key = next((v for k, v in element.attrib.items() if str(k).endswith("}id")), None)
                    listed.append((element.get("name") or "", targets.get(key, ""), element.get("state") or ""))
            for name, target, state in listed:
                info = parts.get(target)
                if info is None or "/chartsheets/" in f"/{target}":
                    continue
                merges, hidden_columns = _layout(box, info)
                rows = _xlsx_rows(box, info, strings, formats, epoch_1904)
                yield Sheet(name, rows, merges, "hidden" in state.lower(), hidden_columns, epoch_1904)
    except _BROKEN as error:
        raise damaged() from error


# ---------------------------------------------------------------------------------------------------------------- xls


def xls_sheets(data: bytes) -> Iterator[Sheet]:
    """The sheets of a BIFF workbook (Excel 2 to 2003, WPS .et), by xlrd (BSD)."""
    import xlrd
    from xlrd.biffh import XLRDError

    def opened(formatting: bool) -> Any:
        return xlrd.open_workbook(file_contents=data, formatting_info=formatting, logfile=io.StringIO())

    try:
        try:
            book = opened(True)
        except XLRDError:
            raise
        except Exception:
            book = opened(False)
        sheets = [book.sheet_by_index(i) for i in range(book.nsheets)]
    except XLRDError as error:
        raise (encrypted() if "encrypt" in str(error).lower() else damaged()) from error
    except Exception as error:
        raise damaged() from error
    for sheet in sheets:
        merges = tuple(Merge(t + 1, left, b, right - 1) for t, b, left, right in sheet.merged_cells)
        columns = frozenset(c for c, col in sheet.colinfo_map.items() if col.hidden and c < MAX_COLUMNS)
        yield Sheet(sheet.name, _xls_rows(book, sheet), merges, sheet.visibility != 0, columns, book.datemode == 1)


def _xls_rows(book: Any, sheet: Any) -> Iterator[Row]:
    import xlrd

    for index in range(sheet.nrows):
        cells: dict[int, str] = {}
        numbers: dict[int, float] = {}
        lossy: set[int] = set()
        for column, cell in enumerate(sheet.row(index)[:MAX_COLUMNS]):
            text, value, lost = "", None, False
            if cell.ctype == xlrd.XL_CELL_TEXT:
                text = _clean(str(cell.value))
            elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                text = "是" if cell.value else "否"
            elif cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                code = "yyyy-mm-dd" if cell.ctype == xlrd.XL_CELL_DATE else ""
                if cell.xf_index is not None and cell.xf_index < len(book.xf_list):
                    form = book.format_map.get(book.xf_list[cell.xf_index].format_key)
                    if form is not None:
                        code = _BUILTIN.get(form.format_key, form.format_str)
                text, value, lost = _number_cell(float(cell.value), code, book.datemode == 1)
            if text:
                cells[column] = text
                if value is not None:
                    numbers[column] = value
                if lost:
                    lossy.add(column)
        if cells:
            shape = sheet.rowinfo_map.get(index)
            yield Row(index + 1, cells, numbers, frozenset(lossy), bool(shape is not None and shape.hidden))


# ----------------------------------------------------------------------------------------------- Excel 2003 XML (.xls)


def is_xml_workbook(data: bytes) -> bool:
    """True for SpreadsheetML 2003, which many systems export under the suffix .xls."""
    return b"urn:schemas-microsoft-com:office:spreadsheet" in data[:4096] and b"<" in data[:64]


def xml_sheets(data: bytes) -> Iterator[Sheet]:
    """The sheets of an Excel 2003 XML workbook."""
    try:
        for element in _events(io.BytesIO(data), "Worksheet"):
            attributes = {str(k).rsplit("}", 1)[-1]: v for k, v in element.attrib.items()}
            rows, merges = _xml_rows(element)
            yield Sheet(attributes.get("Name", ""), iter(rows), tuple(merges))
            element.clear()
    except etree.XMLSyntaxError as error:
        raise damaged() from error


def _xml_rows(sheet: Any) -> tuple[list[Row], list[Merge]]:
    rows: list[Row] = []
    merges: list[Merge] = []
    number = 0
    for row in sheet.iter("{*}Row"):
        attributes = {str(k).rsplit("}", 1)[-1]: v for k, v in row.attrib.items()}
        number = _small(attributes.get("Index"), number + 1)
        cells: dict[int, str] = {}
        numbers: dict[int, float] = {}
        column = -1
        for cell in row.iter("{*}Cell"):
            place = {str(k).rsplit("}", 1)[-1]: v for k, v in cell.attrib.items()}
            column = _small(place.get("Index"), column + 2) - 1
            if column >= MAX_COLUMNS:
                continue
            across, down = _small(place.get("MergeAcross"), 0), _small(place.get("MergeDown"), 0)
            if across or down:
                merges.append(Merge(number, column, number + down, column + across))
            for item in cell.iter("{*}Data"):
                text = _clean("".join(item.itertext()))
                kind = next((v for k, v in item.attrib.items() if str(k).endswith("}Type")), "String")
                if kind == "DateTime":
                    text = re.sub(r"T00:00:00(\.0+)?$", "", text)
                elif kind == "Number" and re.fullmatch(r"-?\d+(\.\d+)?([eE]\+?\d+)?", text):
                    numbers[column] = float(text)
                    text = plain_number(numbers[column])
                if text:
                    cells[column] = text
            column += across
        if cells:
            lossy = frozenset(c for c, v in numbers.items() if abs(v) >= _LOSSY_FROM)
            rows.append(Row(number, cells, numbers, lossy, attributes.get("Hidden") == "1"))
    return rows, merges


def _small(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 8 else default


# ------------------------------------------------------------------------------------- html tables (.xls of many sites)

_SHARE = 0.8  # of a page's words must stand in the table: else the page says more than a pool


def html_sheet(data: bytes) -> Sheet | None:
    """The one table of a page that is nothing but a table, as sites export lists under the suffix .xls; else None."""
    from lxml import html

    from matcher.reading.html import to_text

    try:
        root: Any = html.document_fromstring(
            to_text(data)[0].encode("utf-8", "replace"), html.HTMLParser(encoding="utf-8")
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    for silent in list(root.iter("script", "style", "head", "title")):
        silent.drop_tree()
    tables = [table for table in root.iter("table") if not any(True for _ in table.iterancestors("table"))]
    words = len("".join("".join(root.itertext()).split()))
    sizes = [len("".join("".join(table.itertext()).split())) for table in tables]
    if not tables or max(sizes) < _SHARE * words:
        return None
    rows, merges = _html_rows(tables[sizes.index(max(sizes))])
    return Sheet("", iter(rows), tuple(merges))


def _html_rows(table: Any) -> tuple[list[Row], list[Merge]]:
    rows: list[Row] = []
    merges: list[Merge] = []
    taken: set[tuple[int, int]] = set()  # places covered by a cell above
    for number, line in enumerate(table.iter("tr"), start=1):
        cells: dict[int, str] = {}
        numbers: dict[int, float] = {}
        column = -1
        for cell in line.iterchildren("td", "th"):
            column += 1
            while (number, column) in taken:
                column += 1
            if column >= MAX_COLUMNS:
                break
            across, down = (min(max(_small(cell.get(key), 1), 1), 200) for key in ("colspan", "rowspan"))
            if across > 1 or down > 1:
                merges.append(Merge(number, column, number + down - 1, column + across - 1))
                taken.update((number + r, column + c) for r in range(1, down) for c in range(across))
            for mark in cell.iter("br"):
                mark.tail = "\n" + (mark.tail or "")
            text = _clean("".join(cell.itertext()))
            exact = cell.get("x:num") or ""
            if re.fullmatch(r"\d+(\.\d+)?", exact) and _EXPONENT.fullmatch(text):
                text = exact
            if text:
                cells[column] = text
            column += across - 1
        hidden = bool(re.search(r"display\s*:\s*none", line.get("style") or ""))
        if cells:
            lossy = frozenset(c for c, text in cells.items() if _EXPONENT.fullmatch(text))
            rows.append(Row(number, cells, numbers, lossy, hidden))
    return rows, merges


# ---------------------------------------------------------------------------------------------------------------- csv

_DELIMITERS = ",\t;，|；"
_FORMULA_TEXT = re.compile(r'="((?:[^"]|"")*)"')
_QUOTED_DIGITS = re.compile(r"'\d[\d\s+-]*[xX]?")
_EXPONENT = re.compile(r"\d(?:\.\d+)?[eE]\+\d{1,2}")


def delimiter_of(text: str) -> str | None:
    """The mark that divides the first lines into the same number (at least 2) of cells most often, or None."""
    best: tuple[float, int, str] | None = None
    for mark in filter(text.__contains__, _DELIMITERS):
        rows = [row for row in _csv_records(text, mark, 12) if any(cell.strip() for cell in row)][:10]
        wide = [len(row) for row in rows if len(row) > 1]
        if not wide:
            continue
        common = max(set(wide), key=wide.count)
        rank = (wide.count(common) / len(rows), common, mark)
        if best is None or rank[:2] > best[:2]:
            best = rank
    return best[2] if best else None


def _csv_records(text: str, mark: str, most: int | None = None) -> Iterator[list[str]]:
    """Records of csv text; a quote that never closes does not swallow the file."""
    source = io.StringIO(text, newline="")
    reader = csv.reader(source, delimiter=mark, strict=False)
    count = 0
    try:
        for record in reader:
            yield record
            count += 1
            if most is not None and count >= most:
                return
    except csv.Error:
        # A field above the csv module's limit: almost always a stray quote. Read the rest with quotes as plain text.
        for line in text.split("\n")[reader.line_num :] if most is None else ():
            yield line.rstrip("\r").split(mark)


def csv_sheet(text: str, mark: str) -> Sheet:
    """Csv text as one sheet; cells written ``="138…"`` or with a leading apostrophe to keep their digits lose that."""
    return Sheet("", _csv_rows(_csv_records(text, mark)))


def _csv_rows(records: Iterable[list[str]]) -> Iterator[Row]:
    for number, record in enumerate(records, start=1):
        cells: dict[int, str] = {}
        lossy: set[int] = set()
        for column, raw in enumerate(record[:MAX_COLUMNS]):
            kept = _FORMULA_TEXT.fullmatch(raw.strip())
            text = _clean(kept[1].replace('""', '"') if kept else raw.lstrip("\ufeff"))
            if _QUOTED_DIGITS.fullmatch(text):
                text = text[1:]
            if text:
                cells[column] = text
                # 1.38E+10, or 110101199003070000 that a spreadsheet program has rounded before it wrote the file
                if _EXPONENT.fullmatch(text):
                    lossy.add(column)
        if cells:
            yield Row(number, cells, {}, frozenset(lossy))
