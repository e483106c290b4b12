"""Plain text and Markdown: which encoding, which marks.

Order: a byte order mark, strict UTF-8, then every candidate decoded and scored by how many of its characters are
common in Chinese or plain ASCII. Statistical detectors fail on text as short as a resume's (B053, B054, B058).
"""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from matcher.knowledge import load_words
from matcher.reading.base import Document, Reader, ReadError, Source
from matcher.reading.layout import Cell, table_lines, tidy_lines
from matcher.schema import Notice

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_SAMPLE = 200_000  # bytes that decide the encoding
_GOOD_MARKS = frozenset("，。、；：？！（）【】《》“”‘’—…·～￥％／－＋｜　•●■◆★☆▶►➢✓√□☑☐○◇㎡℃①②③④⑤⑥⑦⑧⑨⑩–−é")
_BAD_BYTES = Notice("broken_bytes", "文件中有少量损坏的字节，已用“\ufffd”代替，其余内容照常读取；请对照原件。")


@lru_cache
def common_hanzi() -> frozenset[str]:
    """Characters common in Chinese resumes, simplified and Traditional (data/common_hanzi.txt)."""
    return frozenset("".join(load_words("common_hanzi.txt")))


@lru_cache(maxsize=65536)
def _weight(char: str) -> float:
    code = ord(char)
    if char in "\t\n\r" or 0x20 <= code < 0x7F:
        return 0.5
    if char in common_hanzi():
        return 1.0
    if char in _GOOD_MARKS or 0xFF10 <= code <= 0xFF5A:
        return 0.6
    if 0x4E00 <= code <= 0x9FFF:
        return -0.1
    if char == "\ufffd" or code < 0x20 or 0x7F <= code < 0xA0 or 0xE000 <= code <= 0xF8FF or 0xD800 <= code <= 0xDFFF:
        return -2.0
    if 0x3400 <= code <= 0x4DBF or code >= 0x20000:
        return -0.5
    if unicodedata.category(char) in ("Cn", "Co"):
        return -2.0
    return -0.3 if code > 0x24F else 0.1


def score(text: str) -> float:
    """How much a text looks written by a person: about 0.5 (English) to 1 (Chinese), below 0 for rubbish."""
    return sum(_weight(char) * times for char, times in Counter(text).items()) / len(text) if text else 0.0


def _by_lines(data: bytes) -> str:
    """A file pasted together from two encodings: every line on its own, UTF-8 when it is valid."""
    lines = []
    for line in data.split(b"\n"):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(line.decode("gb18030", "replace"))
    return "\n".join(lines)


def _decodings(data: bytes) -> Iterator[tuple[float, str, str]]:
    """``(score, codec, text of the sample)``; ties go to the first."""
    sample = data[:_SAMPLE]
    zeros = sample.count(0)
    for codec in ("gb18030", "utf-8", "big5hkscs", "utf-16-le", "utf-16-be"):
        if codec.startswith("utf-16") and not zeros and len(sample) % 2:
            continue
        text = sample.decode(codec, "replace")
        # the same bytes give fewer characters in a wider code: compare what they say, not how long they are
        handicap = 0.05 if codec == "big5hkscs" else 0.15 if codec.startswith("utf-16") and not zeros else 0.0
        yield score(text) - handicap, codec, text
    if b"\n" in sample:
        yield score(_by_lines(sample)) - 0.01, "lines", ""


_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile("[\x80-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


def _at_least(pattern: re.Pattern[str], text: str, number: int) -> bool:
    return next(islice(pattern.finditer(text), number - 1, None), None) is not None


def _repair_mojibake(text: str) -> str | None:
    """Undo UTF-8 that was read as GBK or Latin and saved again (閲戣瀺浜у搧 is 金融产品); None when it was not."""
    han = _at_least(_HAN, text, 4)
    latin = not _HAN.search(text) and _at_least(_LATIN, text, 6)
    for codec, enough in (
        ("gb18030", han),
        ("cp1252", latin),
        ("latin-1", latin),
    ):
        if not enough:
            continue
        repaired = _as_latin(text.replace("\ufffd", "?"), codec).decode("utf-8", "replace")
        gain = 0.2 if "\ufffd" not in repaired else 0.4  # a character lost on the way breaks its neighbour
        if _HAN.search(repaired) and score(repaired) > score(text) + gain:
            return repaired
    return None


def _is_short_gbk(data: bytes, text: str) -> bool:
    """Whether valid UTF-8 is GBK by chance: 硕士 in GBK is valid UTF-8 for two letters that nobody writes."""
    if text.isascii() or any(c > "\u07ff" for c in text) or len(data) > 2000:
        return False
    runs = re.findall(rb"[\x80-\xff]+", data)
    words = [run.decode("gb18030", "replace") for run in runs]
    return all(len(word) >= 2 and all(c in common_hanzi() or c in _GOOD_MARKS for c in word) for word in words)


def _as_latin(text: str, codec: str) -> bytes:
    """Bytes that were read as Latin: the five that Windows leaves undefined passed as control characters."""
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        pass  # one by one, then
    return b"".join(
        c.encode(codec, "ignore") or (c.encode("latin-1", "replace") if codec != "gb18030" else b"?") for c in text
    )


def decode(data: bytes) -> tuple[str, tuple[Notice, ...]]:
    """Bytes of a text in an unknown encoding as text; never raises.

    Broken bytes become U+FFFD and a notice ``broken_bytes``; a text saved in the wrong encoding is repaired with a
    notice ``mojibake_repaired``.
    """
    return _last_decoded(data) if len(data) <= _SAMPLE else _decoded(data)


@lru_cache(maxsize=2)  # several readers look at the file at hand before one takes it
def _last_decoded(data: bytes) -> tuple[str, tuple[Notice, ...]]:
    return _decoded(data)


def _decoded(data: bytes) -> tuple[str, tuple[Notice, ...]]:
    text, codec = "", ""
    for mark, name in _BOMS:
        if data.startswith(mark):
            text, codec = data[len(mark) :].decode(name, "replace"), name
            break
    if not codec and b"\0" not in data[:_SAMPLE]:
        try:
            text, codec = data.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            pass
        else:
            codec = "" if _is_short_gbk(data, text) else codec
    if not codec:
        _, codec, _ = max(_decodings(data), key=lambda found: found[0])
        text = _by_lines(data) if codec == "lines" else data.decode(codec, "replace")
    notices: list[Notice] = []
    if (repaired := _repair_mojibake(text)) is not None:
        text = repaired
        notices.append(Notice("mojibake_repaired", "文件曾以错误的编码保存，乱码已还原；请对照原件。"))
    if "\ufffd" in text:
        notices.append(_BAD_BYTES)
    return text.replace("\r\n", "\n").replace("\r", "\n"), tuple(notices)


# --- Markdown ---------------------------------------------------------------------------------------------------

# `2018/09~~2020/03` is a date range, not a struck text: marks stand at the edge of a word
_STRUCK = re.compile(
    r"(?<![^\s|,，;；(（*_:：。、\u4e00-\u9fff])~~(?=[^\s~])([^\n~]{1,300}?)(?<=[^\s~])~~(?![A-Za-z0-9_~])"
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BOLD = re.compile(r"(\*\*\*|\*\*|(?<!\w)__(?=\w*[^\x00-\x7f]))(?=[^\s*_])([^\n]{1,300}?)(?<=[^\s*_])\1")
_ITALIC = re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^\n*]{1,300}?)(?<=[^\s*\\])\*(?![\w*])")
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\]\n]+)\]\(<?([^)\s>]+)>?(?:\s+\"[^\"\n]*\")?\)")
_HEADING = re.compile(r"(?m)^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$")
_QUOTE = re.compile(r"(?m)^ {0,3}(?:>[ \t]?)+")
_FENCE = re.compile(r"(?m)^ {0,3}(?:```|~~~)[^\n]*$\n?")
_TASK = re.compile(r"(?m)^[ \t]*(?:[-*+][ \t]+)\[([ xX])\][ \t]+(?=\S)")
_RULE = re.compile(r"(?m)^ {0,3}(?:[-=*_][ \t]*){3,}$")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~>])")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|span|div|p|font|center|sup|sub|small|big|a|img|hr|kbd|mark|h[1-6]|ul|ol|li|details|summary)\b[^<>\n]{0,300}>",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")


def _cells(line: str) -> list[Cell]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    parts = re.split(r"(?<!\\)\|", inner)
    return [Cell(_BREAK.sub("\n", part).strip()) for part in parts]


def _tables(text: str) -> str:
    """Pipe tables (known by their line of dashes) as lines."""
    lines = text.split("\n")
    out: list[str] = []
    i = 0
    while i < len(lines):
        is_table = "|" in lines[i] and i + 1 < len(lines) and "-" in lines[i + 1] and "|" in lines[i + 1]
        if is_table and _DELIMITER.match(lines[i + 1]):
            rows = [_cells(lines[i])]
            i += 2
            while i < len(lines) and "|" in lines[i]:
                rows.append(_cells(lines[i]))
                i += 1
            width = len(rows[0])
            out += table_lines([*row, *[Cell("")] * (width - len(row))] for row in rows)
        else:
            out.append(lines[i])
            i += 1
    return "\n".join(out)


def clean_markdown(text: str) -> tuple[str, tuple[Notice, ...]]:
    """Remove Markdown's marks, keep its words; struck text and comments go, each with a notice.

    Plain text passes unchanged: every mark is only read where Markdown would read it.
    """
    notices: list[Notice] = []
    if "<!--" in text:
        kept = _COMMENT.sub("", text)
        if kept != text:
            notices.append(Notice("hidden_text", "注释中的隐藏文字未计入。"))
            text = kept
    if "~~" in text:
        kept = _STRUCK.sub("", text)
        if kept != text:
            notices.append(Notice("struck_out_text", "划掉的文字未计入。"))
            text = kept
    text = _TASK.sub(lambda m: "☐" if m[1] == " " else "☑", _FENCE.sub("", text))
    text = _BOLD.sub(r"\2", text)
    text = _tables(_QUOTE.sub("", text))
    text = _RULE.sub("", _HEADING.sub(r"\1", text))
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub(lambda m: m[1] if m[1] in m[2] else f"{m[1]} {m[2].removeprefix('mailto:')}", text)
    text = _ITALIC.sub(r"\1", _CODE.sub(r"\1", text))
    text = _TAG.sub("", _BREAK.sub("\n", text))
    text = _ESCAPE.sub(r"\1", text)
    if "&" in text:
        text = re.sub(
            r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|nbsp|amp|lt|gt|quot|middot|bull|ndash|mdash|hellip);",
            lambda m: html.unescape(m[0]),
            text,
        )
    return text, tuple(notices)


# --- reader -----------------------------------------------------------------------------------------------------


# undecodable, control and private-use characters
_ODD = re.compile("[\ufffd\x00-\x08\x0e-\x15\x17-\x19\x1b-\x1f\ue000-\uf8ff]")


def _accepts(source: Source) -> bool:
    """Text of any kind: few control characters, few undecodable bytes, nothing that reads as rubbish."""
    data = source.data[:_SAMPLE]
    if not data.strip():
        return False
    text, _ = decode(data[: _SAMPLE - 4] if len(data) == _SAMPLE else data)
    odd = len(_ODD.findall(text))
    return odd <= 0.1 * len(text) and score(text) > 0.05


def read(source: Source) -> Iterator[Document | Source]:
    """One document. Raises ReadError ``empty`` when nothing but blanks is left."""
    raw, notices = decode(source.data)
    text, more = clean_markdown(raw.replace("\0", ""))
    if not text.strip():
        raise ReadError(
            "empty", "文件没有文字内容，请重新上传简历。", "The file holds no text; please upload the resume again."
        )
    yield Document(tidy_lines(text.split("\n")), source.name, notices + more)


READER = Reader("plain", _accepts, read)
