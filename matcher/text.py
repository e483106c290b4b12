"""Raw text to ``ResumeText``: repair characters and spaces, fold for matching, find sections, segment.

``normalise`` decides the offsets that evidence uses; ``fold`` keeps them, character for character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from matcher.knowledge import (
    DATA_DIR,
    data_file,
    load_headings,
    load_ocr_confusions,
    load_radicals,
    load_words,
    read_table,
)
from matcher.schema import Notice, ResumeText

if TYPE_CHECKING:
    import ahocorasick_rs
    import rjieba

CJK = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"

# --- characters -------------------------------------------------------------------------------------------------


# Characters that a normalised text keeps as they are; the others are looked up. Most texts are made of these alone.
_KEPT = (
    "\t\n\x20-\x7e\u00b0\u00b1\u00b7\u00d7\u2010-\u2027\u2030-\u203f\u2190-\u23ff\u2460-\u27bf"
    "\u3001-\u9fff，：；（）！？～＜＞［］｛｝｜＂＇＊￥"
)
_LOOKED_UP = re.compile(f"[^{_KEPT}]")
_FEW = 8  # different characters that are quicker replaced one by one than by a table for every character


class _CharacterTable(dict[int, str | None]):
    """What one character becomes in the normalised text; filled as characters are met.

    Full-width letters, digits and the marks that dates and links are written with become ASCII (B061); Chinese
    punctuation stays, HR reads it. Radicals and compatibility ideographs become the character they stand for
    (B015, B064; NFKC lacks U+2E80-2EFF). Superscripts and circled numbers are left alone: NFKC would glue them to
    their neighbours (B062).
    """

    def __missing__(self, code: int) -> str | None:
        self[code] = result = self._convert(code)
        return result

    @staticmethod
    def _convert(code: int) -> str | None:
        char = chr(code)
        if code in (0x09, 0x0A):
            return char
        if code in (0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029):
            return "\n"
        if 0xD800 <= code <= 0xDFFF:
            return "\ufffd"
        category = unicodedata.category(char)
        if category in ("Cc", "Cf") or 0xFE00 <= code <= 0xFE0F:
            return None
        if category == "Zs":
            return " "
        if (
            0xFF10 <= code <= 0xFF19
            or 0xFF21 <= code <= 0xFF3A
            or 0xFF41 <= code <= 0xFF5A
            or char in "．／－＋＠＃％＆＿＝＼"
        ):
            return chr(code - 0xFEE0)
        if 0x2E80 <= code <= 0x2EFF:
            return load_radicals().get(code, char)
        if (
            0x2F00 <= code <= 0x2FDF
            or 0xF900 <= code <= 0xFAFF
            or 0x2F800 <= code <= 0x2FA1F
            or 0xFB00 <= code <= 0xFB06
        ):
            return unicodedata.normalize("NFKC", char)
        return char


class _FoldTable(dict[int, str]):
    """One character to one character: Traditional to simplified (OpenCC), lower case, ASCII marks and dashes."""

    _MARKS: ClassVar[dict[str, str]] = dict(
        zip("，：；（）！？［］｛｝｜＜＞＂＇．＊", ",:;()!?[]{}|<>\"'.*", strict=True)
    )
    _DASHES = "‐‑‒–—―−－﹣─━"
    _TILDES = "～〜∼˜→➔➜⟶"

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if code < 0x80:
            folded = char.lower()
        elif char in self._MARKS:
            folded = self._MARKS[char]
        elif char in self._DASHES:
            folded = "-"
        elif char in self._TILDES:
            folded = "~"
        elif 0x3400 <= code <= 0x9FFF:
            folded = _simplified(char)
        else:
            lower = char.lower()
            folded = lower if len(lower) == 1 else char
        self[code] = folded
        return folded


@lru_cache
def _converter() -> object:
    import opencc

    return opencc.OpenCC("t2s")


def _simplified(char: str) -> str:
    converted = _converter().convert(char)  # type: ignore[attr-defined]
    return converted if len(converted) == 1 else char


_CHARACTERS = _CharacterTable()
_FOLD = _FoldTable()
_FOLDED_MARKS = tuple(
    (char, _FOLD[ord(char)]) for char in (*_FoldTable._MARKS, *_FoldTable._DASHES, *_FoldTable._TILDES)
)


def _mended(text: str) -> str:
    """``text`` with each character as ``_CharacterTable`` has it."""
    found = set(_LOOKED_UP.findall(text))
    if len(found) > _FEW:
        return text.translate(_CHARACTERS)
    for char in found:  # what one becomes is none of the others
        text = text.replace(char, _CHARACTERS[ord(char)] or "")
    return text


@lru_cache
def _traditional() -> re.Pattern[str]:
    """A character that simplification changes, or that Python's ``lower`` changes by more than itself (İ, Σ)."""
    chars = [chr(code) for code in range(0x3400, 0xA000)]
    simplified = _converter().convert("\n".join(chars)).split("\n")  # type: ignore[attr-defined]
    return re.compile(f"[İΣ{''.join(a for a, b in zip(chars, simplified, strict=True) if a != b)}]")


_SHORT = 100  # characters that a table folds sooner than whole-text steps


def fold(text: str) -> str:
    """The view that matching reads: same length as ``text``, simplified, lower case, ASCII punctuation and dashes."""
    if len(text) < _SHORT or _traditional().search(text):
        return text.translate(_FOLD)
    # A text in simplified characters, as most are: whole-text steps are several times quicker than a table's.
    text = text.lower()
    for mark, folded in _FOLDED_MARKS:
        if mark in text:
            text = text.replace(mark, folded)
    return text


# --- repairs ----------------------------------------------------------------------------------------------------

_SPACED_LABEL = re.compile(rf"(?<![{CJK}])[{CJK}](?:[ ]+[{CJK}]){{1,5}}(?=[ ]*[:：\t|])")
_SPACED_OUT = re.compile(r"(?<!\S)\S(?: \S)+(?!\S)")
_PARTED_LABEL = re.compile(
    r"(?:^|(?<=  )|(?<=\t))(?:姓 +名|性 +别|年 +龄|学 +历|专 +业|民 +族|籍 +贯|电 +话|手 +机|邮 +箱|住 +址|职 +业|学 +校|出 +生)(?= )"
)
_RUN = re.compile(r"[^\s，,。；;：:、|（）()]+")
_THREE_PAIRS = re.compile(r"(\S)\1(\S)\2(\S)\3")
# The asterisks over a hidden identity number (******19981206****) are none: both runs must be of one length.
_MARKDOWN_BOLD = re.compile(r"(?<![*_])(\*{2,}|_{2,})(?=[^\s*_])((?:(?!\*\*|__)[^\n]){1,200}?)(?<=[^\s*_])\1(?![*_])")
_MARKDOWN_STRUCK = re.compile(r"~~(?=\S)([^\n~]{1,200}?)(?<=\S)~~")
_MARKDOWN_HEAD = re.compile(r"(?m)^[ \t]*(?:#{1,6}[ \t]+)+")
_MARKDOWN_RULE = re.compile(r"(?m)^(?:[ \t]*\|)?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)+\|?[ \t]*$\n?")
# What may stand before a number is looked at behind its first character: a pattern that begins with a set of characters
# is searched for several times faster than one that begins with a look behind.
_ID_NUMBER = re.compile(
    r"[1-9](?<![0-9][1-9])\d{5}((?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))[\dXx*]{3,4}(?![0-9])"
)
_BOX_BAR = re.compile(r"[│┃║╎┆┊]")
_BOX_RULE = re.compile(r"(?m)^[ \t]*[┌┐└┘├┤┬┴┼─━┄┈═╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋ \t]{3,}$\n?")
_SPACED_ID = re.compile(
    r"[1-9](?<![0-9][1-9])\d{5}[ -](?:19|20)\d{2}[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])[ -]?[\dXx*]{3,4}(?![0-9])"
)
_MAY_BE_ID = re.compile(r"[1-9](?<![0-9][1-9])\d{5}[ -]?(?:19|20)\d{2}")  # how both of them begin
# fifteen digits are an identity number of the old form only behind its label
_OLD_ID = re.compile(
    r"((?:身份证|身份證|证件|證件)[^\d\n]{0,10})[1-9]\d{5}(\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))\d{3}(?!\d)"
)
# a date with a letter among its digits
_DATE_LIKE = re.compile(
    r"[12lIZ|](?<![A-Za-z0-9][12lIZ|])(?:(?<=[lIZ|])|(?=[0-9.\-/年]*[OolISZ|]))[0-9OolISZ|]{3}[.\-/年][0-9OolI|]{1,2}(?![A-Za-z0-9])"
)


def _unspace(line: str) -> str:
    """Undo a blank between every two characters (B024); two or more blanks part words and stay one."""
    tokens = [t for t in line.split(" ") if t]
    if len(tokens) < 4:
        return line
    single = [t for t in tokens if len(t) == 1]
    han = sum("\u3400" <= t <= "\u9fff" for t in single)
    if han < 3 or len(single) < 4 or len(single) < 0.6 * len(tokens):
        return line
    return " ".join(_SPACED_OUT.sub(_without_blanks, part) for part in re.split(r" {2,}", line))


def _trimmed(line: str) -> str:
    """A line without blanks around it, and without those that only space its characters out."""
    line = line.strip(" \t")
    blanks = line.count(" ")
    if not blanks:
        return line
    if blanks >= 3:
        line = _unspace(line)
    if ":" in line or "：" in line or "\t" in line or "|" in line:
        line = _SPACED_LABEL.sub(_without_blanks, line)
    return _PARTED_LABEL.sub(_without_blanks, line) if blanks >= 2 else line


def _without_blanks(match: re.Match[str]) -> str:
    return match[0].replace(" ", "")


def _is_doubled(run: str) -> bool:
    return (
        len(run) >= 4
        and run[0] == run[1]  # seldom so: the rest is rarely looked at
        and len(run) % 2 == 0
        and run[::2] == run[1::2]
        and len(set(run)) > 1
    )


def _undouble(text: str) -> str:
    """Undo fake bold that writes every character twice (B026), without touching 踏踏实实.

    A whole line that is doubled is repaired; single runs only in a document that shows a doubled run of six or more.
    """

    def halve(match: re.Match[str]) -> str:
        return match[0][::2] if _is_doubled(match[0]) else match[0]

    lines = text.split("\n")
    proven = _THREE_PAIRS.search(text) is not None and any(
        len(run) >= 6 and _is_doubled(run) for line in lines if _THREE_PAIRS.search(line) for run in _RUN.findall(line)
    )
    for i, line in enumerate(lines):
        begin = line[:2]
        may_be = len(begin) == 2 and (begin[0] == begin[1] or begin[0].isspace() or begin[1].isspace())
        if may_be and _is_doubled("".join(line.split())):
            lines[i] = re.sub(r"(\S)\1", r"\1", line)
        elif proven:
            lines[i] = _RUN.sub(halve, line)
    return "\n".join(lines)


def _join_wrapped(text: str) -> str:
    """Join a line end that cuts a word in two (B035): a word of the domain anywhere, any word where a line is full."""
    if "\n" not in text:
        return text
    out: list[str] = []
    before = ""
    for line in text.split("\n"):
        if (
            before
            and line
            and "\u3400" <= before[-1] <= "\u9fff"
            and "\u3400" <= line[0] <= "\u9fff"
            and (_cuts_word(before, line) or _cuts_full_line(before, line))
        ):
            before += line
            out[-1] = before
        else:
            before = line
            out.append(line)
    return "\n".join(out)


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


_LONGEST = 12  # characters of a word whose cut is undone


@lru_cache
def _cut_words(data_dir: Path = DATA_DIR) -> tuple[frozenset[str], ahocorasick_rs.AhoCorasick]:
    """Words whose cut at a line end is undone, the user dictionary's of four characters or more; first all pairs of
    neighbours in them."""
    import ahocorasick_rs

    words = [w for w in _user_words(data_dir) if 4 <= len(w) <= _LONGEST and not w.isascii()]
    return frozenset(a + b for w in words for a, b in pairwise(w)), ahocorasick_rs.AhoCorasick(words)


def _cuts_word(line: str, following: str) -> bool:
    """Whether a word of four characters or more straddles the cut and neither side is a word of its own."""
    pairs, words = _cut_words()
    if fold(line[-1] + following[0]) not in pairs:
        return False
    tail, head = fold(line[-_LONGEST:]), fold(following[:_LONGEST])
    cut = len(tail)
    found = words.find_matches_as_indexes(tail + head, overlapping=True)
    straddling = min(((cut - start, end - cut) for _, start, end in found if start < cut < end), default=None)
    # 金融产品|经理：a side that is a label or a line of its own is a layout, not a cut
    return straddling is not None and straddling != (len(tail), len(head))


_FULL_LINE = 12  # characters of a line that may have been broken for want of room


def _cuts_full_line(line: str, following: str) -> bool:
    """Whether a full line ends, or the next begins, with a lone character that is half a word (数据分|析).

    Both sides are segmented alone and together: the cut must go through a token, and leave a single character.
    """
    if len(line) < _FULL_LINE or len(following) < 2:
        return False
    both = fold(line[-6:] + following[:6])
    tail, head = both[:6], both[6:]
    if not _is_han(tail[-2]) and not _is_han(head[1]):
        return False
    at = 0
    for token in segment(both):
        at += len(token)
        if at > len(tail):
            begin = at - len(token)
            if begin >= len(tail):
                return False
            left, right = len(tail) - begin, at - len(tail)
            lone_left = left == 1 and len(segment(tail)[-1]) == 1
            lone_right = right == 1 and len(segment(head)[0]) == 1
            return (lone_left and lone_right) or (len(token) > 2 and (lone_left or lone_right))
    return False


def _repair_ocr(text: str) -> tuple[str, bool]:
    """Look-alike misreads inside dates and degree words (B042)."""
    anywhere, in_dates = load_ocr_confusions()
    table = {ord(seen): meant for seen, meant in in_dates.items()}
    repaired = _DATE_LIKE.sub(lambda m: m[0].translate(table), text)
    for seen, meant in anywhere.items():
        repaired = repaired.replace(seen, meant)
    return repaired, repaired != text


def normalise(raw: str) -> tuple[str, tuple[Notice, ...]]:
    """Repair a raw text. Idempotent; the result is what all offsets refer to. Any ``str`` is accepted."""
    notices: list[Notice] = []
    text = _mended(raw.replace("\r\n", "\n"))
    if _BOX_BAR.search(text):  # a table drawn with box characters: its bars part cells, its rules are no text
        text = _BOX_RULE.sub("", _BOX_BAR.sub("\t", text))
    if "   " in text:
        text = re.sub(r" {3,}", "  ", text)
    if "~~" in text:
        struck = _MARKDOWN_STRUCK.sub("", text)
        if struck != text:
            notices.append(Notice("struck_out_text", "划掉的文字未计入。"))
            text = struck
    if "**" in text or "__" in text:
        text = _MARKDOWN_BOLD.sub(r"\2", text)
    if "#" in text:
        text = _MARKDOWN_HEAD.sub("", text)
    if "---" in text and "|" in text:
        text = _MARKDOWN_RULE.sub("", text)
    text = _undouble("\n".join(map(_trimmed, text.split("\n"))))
    # an identity number is dropped here, before anything can store or show it; only the birth date in it stays (B115)
    if _MAY_BE_ID.search(text):
        text = _SPACED_ID.sub(lambda m: m[0].replace(" ", "").replace("-", ""), text)
        text = _ID_NUMBER.sub(r"******\1****", text)
    if "身份" in text or "证件" in text or "證件" in text:
        text = _OLD_ID.sub(lambda m: f"{m[1]}******19{m[2]}****", text)
    text, ocr = _repair_ocr(text)
    if ocr:
        notices.append(Notice("ocr_repair", "OCR 修正：形近误识字符（如 O/0、l/1、土/士）已更正，请对照原件。"))
    text = _join_wrapped(text)
    if "   " in text:
        text = re.sub(r" {3,}", "  ", text)
    if "\n\n\n" in text:
        text = re.sub(r"\n{3,}", "\n\n", text)
    return text.strip(), tuple(notices)


def to_resume(
    raw: str, name: str = "", notices: tuple[Notice, ...] = (), fields: tuple[tuple[str, str], ...] = ()
) -> ResumeText:
    """A raw text as a ``ResumeText``; a reader's notices and fields are kept."""
    text, found = normalise(raw)
    folded, orders = _without_orders(_without_unticked(fold(text)))
    resume = ResumeText(text=text, folded=folded, name=name, notices=notices + found, fields=fields)
    if orders:
        quotes = tuple(resume.evidence(*span) for span in orders)
        told = Notice("instruction_in_text", "简历中有对阅读者或系统下指令的文字，未影响得分，请人工留意。", quotes)
        resume = replace(resume, notices=(*resume.notices, told))
    return resume


@lru_cache
def _orders() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Phrases that give orders to the reader, each with words of which everything that it matches holds one."""
    rows = read_table(DATA_DIR / "instruction_phrases.csv", ["words", "pattern"])
    return tuple((tuple(row["words"].split("|")), row["pattern"]) for _, row in rows)


@lru_cache(maxsize=256)
def _either(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns))


PART_END = re.compile(r"[,。;!?\n]")


def part_around(folded: str, ends: re.Pattern[str], start: int, end: int, reach: int) -> tuple[int, int]:
    """The stretch around a span between two matches of ``ends``, at most ``reach`` characters to either side."""
    low, high = max(0, start - reach), min(len(folded), end + reach)
    stop = ends.search(folded, end, high)
    return max([low, *(m.end() for m in ends.finditer(folded, low, start))]), stop.start() if stop else high


def _without_orders(folded: str) -> tuple[str, list[tuple[int, int]]]:
    """Blank the clauses that address the reader or the machine (DESIGN decision 12): shown and flagged, but not said.

    Keeps the length. Also gives the places of the words found.
    """
    possible = tuple(pattern for words, pattern in _orders() if any(word in folded for word in words))
    spans = [match.span() for match in _either(possible).finditer(folded)] if possible else []
    for start, end in spans:
        a, b = part_around(folded, PART_END, start, end, 60)
        folded = folded[:a] + "".join(c if c == "\n" else " " for c in folded[a:b]) + folded[b:]
    return folded, spans


def _without_unticked(folded: str) -> str:
    """Blank the options of a form that are not ticked (☑本科 □硕士, [√]全日制 [ ]非全日制, 全日制(√) 非全日制( )): shown, but
    not said. Keeps the length. A line's boxes stand before their options, or all behind them.
    """
    if not _TICK.search(folded):
        return folded
    return "".join(_ticked_only(line) if _TICK.search(line) else line for line in folded.splitlines(keepends=True))


def _ticked_only(line: str) -> str:
    boxes = [m for m in _BOX.finditer(line) if not m["ring"] or ("●" in line or "◉" in line or "⊙" in line)]
    if len(boxes) < 2 and "□" not in line and "☐" not in line:
        return line
    ticked = any(_TICK.fullmatch(m[0].strip()) for m in boxes)
    if not ticked or all(_TICK.fullmatch(m[0].strip()) for m in boxes):
        return line
    behind = bool(re.search(rf"[{CJK}a-z]$", line[: boxes[0].start()]) or not line[boxes[-1].end() :].strip(" )]\n"))
    chars = list(line)
    for before, box in pairwise((None, *boxes)) if behind else ((b, b) for b in boxes):
        if box is None or _TICK.fullmatch(box[0].strip()):
            continue
        option = (
            re.compile(r"[^\s:,;|/()\[\]]+[ ]?$").search(line, before.end() if before else 0, box.start())
            if behind
            else _OPTION.match(line, box.end())
        )
        if option:
            chars[option.start() : option.end()] = " " * len(option[0])
    for box in boxes:
        if box[0][0] in "[(【":  # a box in brackets is no bracket of a label
            chars[box.start() : box.end()] = " " * len(box[0])
    return "".join(chars)


_TICK = re.compile(
    r"[☑☒✓✔√■●◉⊙\[(【](?:(?<=[☑☒✓✔√■●◉⊙])|(?<=[\[(【])[ ]?[☑✓✔√■●vx][ ]?[\])】])"  # begins with a set: fast
)
_BOX = re.compile(r"[\[(【][ ]{0,2}(?:[☑✓✔√■●vx][ ]?)?[\])】]|[☑☒✓✔√■□☐]|(?P<ring>[○●◉⊙])")
_OPTION = re.compile(r"[ ]?[^\s□☐☑☒✓✔√■○●◉⊙,;|/\[\](){}【】]+")


# --- sections ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a resume: ``kind`` from data/headings.csv ("" before the first heading), body offsets."""

    kind: str
    start: int
    end: int


_DECORATION = " \t*#=-_~·•●■◆▶►▪▌▍▎▲△▼▽◤◢◈|【】〖〗〔〕[]《》<>「」『』()★☆§※✦✿◇○□❖➤➢✎✔+┃│┄─:：.、,，"
_SYMBOLS = re.compile(r"^[^\w\s(（【\[<《「『〖〔{]+\s*")
_ORDINAL = re.compile(
    r"^(?:第\s?[\d一二三四五六七八九十]{1,3}\s?[页章节部]分?|[ⅰ-ⅿ]{1,4}|[一二三四五六七八九十]{1,3}|\d{1,2}|[ivx]{1,4})[、.．)）:\s/]\s*"
)
_TRAILING_ENGLISH = re.compile(r"[\s/|(（]*[a-z][a-z &/'-]*[)）]?$")
_ENDS_ENGLISH = re.compile(r"[a-z &/'\-)）\n]\Z")
_TAILS = ("栏", "一栏", "清单", "一览", "一览表", "部分", "汇总", "概况", "情况", "信息", "记录", "简介", "概述")
_HEADING_TAIL = re.compile(rf"(?:{'|'.join(_TAILS)})$")
_HEADING_LEAD = re.compile(r"^(?:我的|本人的?|个人|主要|附[:：]?)")
_INLINE = re.compile(r"(?:^|(?<=[。；;!！\n\s]))([\u4e00-\u9fffa-z/&]{2,14})[:：]")


@lru_cache
def _heading_words() -> ahocorasick_rs.AhoCorasick:
    import ahocorasick_rs

    return ahocorasick_rs.AhoCorasick([w.replace(" ", "") for w in load_headings()])


def _heading_lines(folded: str) -> set[int]:
    """Numbers of the lines that hold a heading's words at all, in one pass: most lines are done with here."""
    squeezed = folded.replace(" ", "")
    lines = squeezed.split("\n")
    told: set[int] = set()
    number, end = 0, len(lines[0])
    for _, start, _ in _heading_words().find_matches_as_indexes(squeezed):
        while start > end:
            number += 1
            end += len(lines[number]) + 1
        told.add(number)
    return told


@lru_cache
def _plain_headings() -> dict[str, str]:
    """Headings that nothing is stripped from: a line that is one of them needs no further look."""
    return {heading: kind for heading, kind in load_headings().items() if _bare(heading) == heading}


def _bare(line: str) -> str:
    """A heading's line without what surrounds it: a bracket behind it, decoration, its number."""
    if _BRACKET.search(line):
        line = _BRACKET_BEHIND.sub("", line)
    return _cut_off(_ORDINAL, _cut_off(_SYMBOLS, line.strip(_DECORATION))).strip(_DECORATION)


def _cut_off(begin: re.Pattern[str], line: str) -> str:
    """``line`` without what ``begin`` matches at its begin."""
    match = begin.match(line)
    return line[match.end() :] if match else line


_BRACKET = re.compile(r"[)）〕\]]")
_BRACKET_BEHIND = re.compile(r"(?<=\w)\s*[(（〔\[][^()（）]{1,16}[)）〕\]]\s*[:：]?\s*$")
_LEADING_ENGLISH = re.compile(r"^[a-z][a-z &/'-]*")
# A mark between two Chinese characters, before any bracket: nothing that is taken off a heading reaches across it.
_CLAUSES = re.compile(r"[^(（〔\[,。;]*(?<=[\u4e00-\u9fff])[,。;][\u4e00-\u9fff]")


def heading_kind(folded_line: str) -> str | None:
    """The section a line announces, or None when the line is not a heading alone (`【工作经历】`, `二、教育背景 EDUCATION`)."""
    if len(folded_line) > 48:
        return None
    if (kind := _plain_headings().get(folded_line)) is not None:
        return kind
    if _CLAUSES.match(folded_line):
        return None
    headings = load_headings()
    line = _bare(folded_line)
    if (kind := headings.get(line)) is not None or (kind := headings.get(line.replace(" ", ""))) is not None:
        return kind
    ended = line.endswith(_TAILS) or line.endswith("\n")
    if ended and (kind := headings.get(_HEADING_TAIL.sub("", line))) is not None:
        return kind
    if (kind := headings.get(_cut_off(_HEADING_LEAD, line))) is not None:
        return kind
    if _ENDS_ENGLISH.search(line, len(line) - 1):
        chinese = _TRAILING_ENGLISH.sub("", line).strip(_DECORATION).replace(" ", "")
        if chinese and chinese != line and chinese in headings:
            return headings[chinese]
    leading = _cut_off(_LEADING_ENGLISH, line).strip(_DECORATION)
    return headings.get(leading) if leading != line else None


# A label of this kind at the head of a line with its value behind it ("求职意向：金融产品经理") governs that line only.
_LINE_ONLY = frozenset(
    {"wish", "education", "skills", "certificate", "training", "other", "hobby", "award", "portfolio"}
)

_FIELD_NOT_SECTION = frozenset({"学历", "教育", "教育程度"})

# `家庭成员：父亲62岁` and below it `出生：1993.01`: a label of the applicant's own ends what is said of the family,
# unless the members are listed with such labels themselves (`关系：父亲`)
_RELATION_LABEL = re.compile(r"\W*(?:姓\s?名|关系|称谓|与本人关系)\s*[:\t ]")
_OWN_LABEL = re.compile(
    r"\W*(?:本人)?(?:出生(?:年月日?|日期|时间)?|生日|年龄|最高学历|学历|毕业(?:院校|学校|时间)|(?:所学)?专业|"
    r"联系电话|手机号?码?|电子?邮箱|求职意向|期望(?:职位|岗位|薪资)|应聘(?:岗位|职位)|现居(?:住?地)?|籍贯|民族)\s*[:\t]"
)


_TITLE_OF_ALL = re.compile(r"简历|履历|信|函")


@lru_cache(maxsize=4)  # extraction and scoring ask for those of the resume at hand
def sections(folded: str) -> tuple[Section, ...]:
    """Cut a folded text at its headings; the sections cover it all, in order, without overlap."""
    headings = load_headings()
    cuts: list[tuple[int, int, str]] = [(0, 0, "")]
    end = -1
    back_to = before_family = ""
    records = False  # whether the family section lists its members with labels of their own
    with_words = _heading_lines(folded)
    for number, line in enumerate(folded.split("\n")):
        pos = end + 1
        end = pos + len(line)
        told = number in with_words
        if not told and back_to != "family":  # changes nothing
            continue
        kind = heading_kind(line) if told else None
        if back_to == "family":
            records = records or bool(_RELATION_LABEL.match(line))
            if kind is None and not records and _OWN_LABEL.match(line):
                cuts.append((pos, pos, before_family))
                back_to = before_family
        elif back_to != "reference":
            before_family, records = back_to, False
        if kind in ("work", "reference") and _TITLE_OF_ALL.search(line) and not folded[:pos].strip(_DECORATION + "\n"):
            kind = None  # 个人简历, 推荐信 above everything opens no section
        elif kind is not None:
            cuts.append((pos, end, kind))
            back_to = kind
        elif told and "\t" in line and (kind := heading_kind(cell := line.partition("\t")[0].strip())) is not None:
            # a form's row label: `工作经历<tab>2016.07-2019.03<tab>...`; the rows below belong to it too
            cuts.append((pos, pos + line.index("\t") + 1, kind))
            if kind in _LINE_ONLY and (kind != "education" or cell in _FIELD_NOT_SECTION):
                cuts.append((end, end, back_to))
            else:
                back_to = kind
        elif told and (":" in line or "：" in line):
            for match in _INLINE.finditer(line):
                word = match[1]
                found = headings.get(word) or headings.get(_ORDINAL.sub("", word))
                if found is None or (records and back_to == "family" and found in _LINE_ONLY):
                    continue  # the members' own 学历：本科 is not the applicant's
                at = pos + match.start(1)
                body = pos + match.end()
                cuts.append((at, body, found))
                whole_line = match.start(1) <= 3 and len(line) > match.end()
                aside = found == "wish" and len(line) - match.end() >= 2 and pos + match.start() < 400
                if (whole_line and found in _LINE_ONLY) or aside:  # （女；13800000000；求职：运营管理岗）
                    cuts.append((end, end, back_to))
                else:
                    back_to = found
    cuts.sort(key=lambda c: c[0])
    result = []
    for i, (_, body, kind) in enumerate(cuts):
        stop = cuts[i + 1][0] if i + 1 < len(cuts) else len(folded)
        if stop > body or i == 0:
            result.append(Section(kind, min(body, stop), stop))
    return tuple(result)


# --- segmentation -----------------------------------------------------------------------------------------------


@lru_cache
def _user_words(data_dir: Path = DATA_DIR) -> tuple[str, ...]:
    return load_words("user_dict.txt", data_dir) if data_file(data_dir, "user_dict.txt").is_file() else ()


@lru_cache
def segmenter(data_dir: Path = DATA_DIR) -> rjieba.Jieba:
    """An rjieba instance of our own with the domain's words (data/user_dict.txt).

    Never the shared one: another caller's words would leak in (B248).
    """
    import rjieba

    instance = rjieba.Jieba()
    for word in _user_words(data_dir):
        instance.add_word(word, None, None)
    return instance


def segment(folded: str, data_dir: Path = DATA_DIR) -> Sequence[str]:
    """Tokens of a folded text in order; joined they are the text again. HMM off: the same tokens as jieba's."""
    tokens: list[str] = segmenter(data_dir).cut(folded, hmm=False)
    return tokens
