"""Rich Text Format, as Word, WPS and job boards write it, often under the name .doc.

A tokeniser of our own: striprtf (BSD), the permissive choice, keeps hidden text, drops headers and joins table cells
with bars (docs/reading_other.md). Bytes are decoded by the code page of their font, Unicode escapes replace their
fallback, hidden, deleted and struck text stays out, tables go through ``layout.table_lines``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from matcher.reading.base import Document, Reader, ReadError, Source, no_text
from matcher.reading.docx import unseen
from matcher.reading.layout import Cell, table_lines, tidy_lines
from matcher.schema import Notice

_MAX_DEPTH = 2_000  # groups in groups; Word stays below 100
_MAX_TEXT = 4_000_000

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?"  # a control word
    rb"|\\'([0-9a-fA-F]{2})"  # a byte
    rb"|\\([^a-zA-Z])"  # a control symbol
    rb"|([{}])"
    rb"|[\r\n\0]+"
    rb"|([^\\{}\r\n\0]+)",
    re.S,
)

# Windows character sets of fonts (\fcharset) and code pages (\ansicpg, \cpg).
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs", 161: "cp1253", 162: "cp1254", 163: "cp1258",
             177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"}  # fmt: skip
_PAGES = {
    936: "gb18030",
    950: "big5hkscs",
    932: "cp932",
    949: "cp949",
    54936: "gb18030",
    65001: "utf-8",
    10008: "gb18030",
}

_LINES = {"par", "line", "page", "sect", "column", "softline", "softpage"}
_MARKS = {
    "tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "emspace": "\u3000", "enspace": " ", "qmspace": " ",
}  # fmt: skip
# Destinations whose text is not the document's.
_SILENT = frozenset(
    """
    fonttbl colortbl stylesheet info pict objdata objclass objname themedata colorschememapping datastore
    generator xmlnstbl listtable listoverridetable rsidtbl latentstyles fldinst nonshppict shprslt listtext
    pntext bkmkstart bkmkend atnid atnauthor atnref atndate annotation atrfstart atrfend revtbl filetbl
    template private userprops mmathpr datafield formfield ffname ffdeftext ffformat ffhelptext ffstattext
    ffentrymcr ffexitmcr ffl sn sv wgrffmtfilter ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn pgptbl tc tcn
    xe rxe txe dptxbx panose falt background docvar passwordhash defchp defpap hlinkbase htmltag mhtmltag
    pnseclvl1 listpicture
    """.split()  # noqa: SIM905
)
_BACKS = {
    "cb": "char", "chcbpat": "char", "highlight": "char", "chshdng": "char", "cbpat": "par", "shading": "par",
    "clcbpat": "row", "clshdng": "row",
}  # fmt: skip
_MARGINS = {
    "header": "header", "headerl": "header", "headerr": "header", "headerf": "header", "footer": "footer",
    "footerl": "footer", "footerr": "footer", "footerf": "footer", "footnote": "notes",
}  # fmt: skip
_STARRED = frozenset(  # destinations behind \* that hold text people see
    ["shpinst", "shptxt", "shpgrp", "do", "dptxbxtext", "ud", "footnote"]
)


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside one group. ``font`` is the font in use, ``skip`` says that the group's text is not shown."""

    sink: str = "body"
    skip: bool = False
    hidden: bool = False
    deleted: bool = False
    struck: bool = False
    font: int = -1
    size: int = 24  # half points
    color: int = 0
    backs: frozenset[str] = frozenset()  # what gives the text a background of its own: char, par, row
    table: bool = False
    fallback: int = 1  # \uc: characters that stand in for a Unicode one
    defines: int = -1  # the font that a group of the font table defines
    upr: bool = False


@dataclass(slots=True)
class _Sink:
    """Text that is shown together: the body, a header, a text box."""

    blocks: list[str | list[Cell]] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)  # finished lines of the open cell
    cells: list[str] = field(default_factory=list)  # finished cells of the open row
    merged: list[bool] = field(default_factory=list)  # per cell: goes on from the row above

    def end_line(self, in_table: bool) -> None:
        text = "".join(self.line)
        self.line.clear()
        if in_table:
            self.cell.append(text)
            return
        self.end_row()
        self.blocks.append(text)

    def end_cell(self) -> None:
        self.cell.append("".join(self.line))
        self.line.clear()
        self.cells.append("\n".join(self.cell).strip("\n"))
        self.cell.clear()

    def end_row(self) -> None:
        if self.cell:
            self.cells.append("\n".join(self.cell).strip("\n"))
            self.cell.clear()
        if self.cells:
            flags = [*self.merged, *[False] * len(self.cells)]
            self.blocks.append([Cell(text, flag) for text, flag in zip(self.cells, flags, strict=False)])
            self.cells.clear()

    def lines(self) -> Iterator[str]:
        if self.line or self.cell or self.cells:
            if self.cell or self.cells:
                self.end_cell()
                self.end_row()
            else:
                self.end_line(False)
        table: list[list[Cell]] = []
        for block in [*self.blocks, ""]:
            if isinstance(block, list):
                table.append(block)
                continue
            if table:
                yield from table_lines(table)
                table = []
            yield from block.split("\n")


class _Rtf:
    """One document being read."""

    def __init__(self) -> None:
        self.sinks: dict[str, _Sink] = {}
        self.stack: list[_State] = []
        self.state = _State()
        self.page = ""  # codec of \ansicpg
        self.fonts: dict[int, str] = {}
        self.colors: list[str | None] = []
        self.rgb: dict[str, int] = {}
        self.raw = bytearray()  # bytes not decoded yet: a character's two bytes may come as an escape and a letter
        self.pending = 0  # fallback characters still to be passed over
        self.surrogate = 0
        self.boxes = 0
        self.size = 0
        self.goes_on = False  # the cell being defined belongs to the one above
        self.left_out: set[str] = set()

    # --- text

    def sink(self) -> _Sink:
        return self.sinks.setdefault(self.state.sink, _Sink())

    def flush(self) -> None:
        if self.raw:
            data = bytes(self.raw)
            self.raw.clear()
            self.show(self.decode(data))

    def decode(self, data: bytes) -> str:
        if data.isascii():
            return data.decode("ascii")
        codec = self.fonts.get(self.state.font) or self.page
        if codec == "symbol":
            return "•"
        if not codec or codec == "cp1252":
            # No word on the code page, or a Western one over GBK as some job boards write it.
            try:
                text = data.decode("gb18030")
            except UnicodeDecodeError:
                text = ""
            if re.search(r"[\u4e00-\u9fff，。：；、（）]", text):
                return text
            codec = codec or "cp1252"
        return data.decode(codec, "replace")

    def show(self, text: str) -> None:
        state = self.state
        if state.skip or not text:
            return
        if text.strip():
            color = self.colors[state.color] if 0 < state.color < len(self.colors) else None
            if state.hidden or state.size <= 2 or (not state.backs and unseen(color, None)):
                self.left_out.add("hidden")
                return
            if state.deleted:
                self.left_out.add("deleted")
                return
            if state.struck:
                self.left_out.add("struck")
                return
        elif state.hidden or state.deleted:
            return
        self.size += len(text)
        if self.size > _MAX_TEXT:
            raise _refused("too_big", "文字过多", "it holds too much text")
        self.sink().line.append(text)

    # --- tokens

    def read(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            match = _TOKEN.match(data, at)
            if match is None:
                at += 1
                continue
            at = match.end()
            word, number, byte, symbol, brace, text = match.groups()
            if text is not None:
                self.text(text)
            elif byte is not None:
                self.byte(int(byte, 16))
            elif word is not None:
                if word == b"bin" and number:
                    at += max(0, int(number))
                    continue
                self.word(word.decode("ascii"), int(number) if number else None)
            elif symbol is not None:
                at = self.symbol(symbol, data, at)
            elif brace == b"{":
                self.flush()
                self.pending = 0
                if len(self.stack) >= _MAX_DEPTH:
                    raise _refused("too_deep", "嵌套过深", "it is nested too deep")
                self.stack.append(self.state)
                if self.state.upr:
                    # The first group of \upr repeats the second in the code page.
                    self.stack[-1] = replace(self.state, upr=False)
                    self.state = replace(self.state, upr=False, skip=True)
            elif brace == b"}":
                self.flush()
                self.pending = 0
                if self.stack:
                    self.leave(self.stack.pop())
        self.flush()

    def leave(self, outer: _State) -> None:
        if self.state.sink != outer.sink and self.state.sink.startswith("box") and not self.state.skip:
            box = self.sinks.pop(self.state.sink, None)
            if box is not None:
                self.sinks.setdefault(outer.sink, _Sink()).blocks.extend(box.lines())
        self.state = outer

    def text(self, data: bytes) -> None:
        if self.state.defines >= 0 or self.state.skip:
            if b";" in data and self.rgb is not None and self.state.defines == -2:
                for _ in range(data.count(b";")):
                    known = len(self.rgb) == 3
                    self.colors.append(
                        "".join(f"{self.rgb[c]:02X}" for c in ("red", "green", "blue")) if known else None
                    )
                    self.rgb = {}
            return
        if self.pending:
            dropped = min(self.pending, len(data))
            self.pending -= dropped
            data = data[dropped:]
        self.raw += data

    def byte(self, value: int) -> None:
        if self.state.skip:
            return
        if self.pending:
            self.pending -= 1
            return
        self.raw.append(value)

    def symbol(self, symbol: bytes, data: bytes, at: int) -> int:
        if symbol == b"*":
            self.flush()
            match = re.compile(rb"\s*\\([a-zA-Z]{1,32})").match(data, at)
            if match is not None and match[1].decode("ascii") not in _STARRED:
                self.state = replace(self.state, skip=True)
        elif symbol in (b"\\", b"{", b"}"):
            self.text(symbol)
        elif symbol == b"~":
            self.text(b" ")
        elif symbol == b"_":
            self.text(b"-")
        elif symbol in (b"\r", b"\n"):
            self.word("par", None)
        elif symbol[0] >= 0x80:
            self.text(symbol)
        return at

    def word(self, word: str, number: int | None) -> None:
        state = self.state
        if word == "u" and number is not None:
            self.unicode(number)
            return
        if self.pending and word not in ("uc",):
            self.pending -= 1 if word in _MARKS else 0
            if word in _MARKS:
                return
        self.flush()
        on = number != 0
        if word in _MARGINS:
            self.state = replace(state, sink=_MARGINS[word], table=False)
        elif word in _SILENT:
            self.state = replace(state, skip=True, defines=-2 if word == "colortbl" else -1)
        elif word in ("shptxt", "dptxbxtext") and not state.skip:
            self.boxes += 1
            # A box may be filled: white text in it is honest.
            self.state = replace(state, sink=f"box{self.boxes}", table=False, backs=state.backs | {"box"})
        elif word in ("sp", "sn", "sv"):
            self.state = replace(state, skip=True)
        elif word == "upr":
            self.state = replace(state, upr=True)
        elif word == "ud":
            self.state = replace(state, skip=self.stack[-1].skip if self.stack else False)
        elif word == "ansicpg" and number is not None:
            self.page = _PAGES.get(
                number, f"cp{number}" if number in range(1250, 1259) or number in (437, 850, 874) else ""
            )
        elif word == "fcharset" and number is not None:
            if number == 2:
                self.fonts[state.font] = "symbol"
            elif number in _CHARSETS:
                self.fonts[state.font] = _CHARSETS[number]
        elif word == "cpg" and number is not None:
            self.fonts.setdefault(state.font, _PAGES.get(number, ""))
        elif word == "f" and number is not None:
            self.state = replace(state, font=number)
        elif word in ("red", "green", "blue") and state.defines == -2:
            self.rgb[word] = min(max(number or 0, 0), 255)
        elif word == "nestrow":  # stands in the properties of the nested row, whose other words are not for this table
            self.sink().end_line(True)
        elif state.skip:
            return
        else:
            self.shown(word, number, on)

    def shown(self, word: str, number: int | None, on: bool) -> None:
        """Control words that matter only where text is shown."""
        state = self.state
        if word in _LINES:
            if not (word == "par" and state.deleted):
                self.sink().end_line(state.table)
        elif word in _MARKS:
            self.show(_MARKS[word])
        elif word == "plain":
            self.state = replace(
                state, hidden=False, deleted=False, struck=False, size=24, color=0, backs=state.backs - {"char"}
            )
        elif word == "pard":
            self.state = replace(state, table=False, backs=state.backs - {"par"})
        elif word == "intbl":
            self.state = replace(state, table=True)
        elif word == "v":
            self.state = replace(state, hidden=on)
        elif word == "deleted":
            self.state = replace(state, deleted=on)
        elif word in ("strike", "striked"):
            self.state = replace(state, struck=on)
        elif word == "fs" and number is not None:
            self.state = replace(state, size=number)
        elif word == "cf":
            self.state = replace(state, color=number or 0)
        elif word in _BACKS:
            place = {_BACKS[word]}
            self.state = replace(state, backs=state.backs | place if on else state.backs - place)
        elif word == "uc" and number is not None:
            self.state = replace(state, fallback=min(max(number, 0), 100))
        elif word == "trowd":
            self.sink().merged.clear()
            self.state = replace(state, backs=state.backs - {"row"})
        elif word == "cellx":
            self.sink().merged.append(self.goes_on)
            self.goes_on = False
        elif word == "clvmrg":
            self.goes_on = True
        elif word == "cell":
            self.sink().end_cell()
        elif word == "row":
            self.sink().end_row()
        elif word == "nestcell":
            self.show("\t")

    def unicode(self, number: int) -> None:
        self.flush()
        code = number + 65536 if number < 0 else number
        self.pending = self.state.fallback
        if 0xD800 <= code < 0xDC00:
            self.surrogate = code
            return
        if 0xDC00 <= code < 0xE000:
            if not self.surrogate:
                return
            code = 0x10000 + ((self.surrogate - 0xD800) << 10) + (code - 0xDC00)
        self.surrogate = 0
        if 0xF020 <= code <= 0xF0FF:  # a symbol font's place: a bullet or a box
            self.show("•")
        elif 0x20 <= code < 0x110000 or code == 9:
            self.show(chr(code))


def _refused(code: str, why: str, why_en: str) -> ReadError:
    return ReadError(
        code,
        f"RTF 文件{why}，已停止读取；请另存为 docx 或 PDF 后重试。",
        f"The rtf file was not read on: {why_en}; please save it as docx or PDF.",
    )


def rtf_text(data: bytes) -> tuple[str, tuple[Notice, ...]]:
    """Text of an rtf file, headers first, then body, footers and notes. Raises ReadError too_big, too_deep."""
    reader = _Rtf()
    reader.read(data)
    lines: list[str] = []
    seen: set[str] = set()
    for name in ("header", "body", *sorted(k for k in reader.sinks if k.startswith("box")), "footer", "notes"):
        for line in reader.sinks[name].lines() if name in reader.sinks else ():
            if name in ("header", "footer"):  # each section repeats them
                if line.strip() in seen or re.fullmatch(r"\s*第?\s*\d*\s*页?\s*", line):
                    continue
                seen.add(line.strip())
            lines.append(line)
    notices = []
    if "hidden" in reader.left_out:
        notices.append(Notice("hidden_text", "文档含隐藏文字（不可见、与底色同色或极小字号），未计入；请对照原件。"))
    if "deleted" in reader.left_out:
        notices.append(Notice("tracked_changes", "文档含未接受的修订：插入的文字已计入，删除的文字未计入。"))
    if "struck" in reader.left_out:
        notices.append(Notice("struck_out_text", "划掉的文字未计入。"))
    return tidy_lines("".join(c for c in line if c >= " " or c == "\t") for line in lines), tuple(notices)


def accepts(source: Source) -> bool:
    """True for text that starts as rtf."""
    return source.data[:64].lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"{\\rt")


def read(source: Source) -> Iterator[Document | Source]:
    """One document. Raises ReadError: too_big, too_deep, empty, hidden_only."""
    text, notices = rtf_text(source.data)
    if not text.strip():
        raise no_text(any(n.code == "hidden_text" for n in notices))
    yield Document(text, source.name, notices)


READER = Reader("rtf", accepts, read)
