"""Names of majors: what a resume calls a major, its class (专业类) and category (门类), and whether a notice's group
of majors takes it.

Knowledge is in ``data/majors.csv`` and ``data/major_groups.csv`` (columns and sources: ``data/README-majors.md``);
this module reads them and answers questions. No function here knows a single major.

Texts are expected simplified (``ResumeText.folded``); width and letter case do not matter.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

Fit = Literal["meets", "related", "other", "unknown"]

CATEGORIES = ("哲学", "经济学", "法学", "教育学", "文学", "历史学", "理学", "工学", "农学", "医学", "管理学", "艺术学")
TRADE = "职业技能"  # a manual trade (烹饪, 美容): in no category of the catalogue, so in no group of a notice
_CATEGORY_CODES = dict(
    zip(("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "12", "13"), CATEGORIES, strict=True)
)
_NAMED_LEVELS = ("undergraduate", "graduate", "vocational", "direction")
_RULE_LEVELS = ("pattern", "reject", "stop", "quiet")
_COLUMNS = ["code", "name", "class", "category", "level", "aliases"]
_GROUP_COLUMNS = ["group", "kind", "target", "note"]

_HAN = "\u4e00-\u9fff"
_SEPARATORS = re.compile(r"[/／\\、,，;；+＋|｜&\n\t]|\s[-–—]\s|(?<=[^\W\d_])[—–](?=[^\W\d_])")
_BRACKET = re.compile(r"[(\[（【<《]([^()\[\]（）【】<>《》]*)[)\]）】>》]?")
_MINOR = re.compile(r"(?:with an? )?(?:辅修|选修|\bminor(?:ing)?\b)(?: in)?(?:专业)?[:：\s]*([^()（）;；,，。]*)")
_SECOND_DEGREE = re.compile(
    r"双学位|双专业|第二专业|第二学位|第二学士学位|主修|双主修|双学士|"
    r"(?:double|dual|joint) (?:majors?|degrees?|honou?rs)\b"
)
_SCHOOL = re.compile(
    rf"[{_HAN}()（）·]*?(?:大学|学院|学校|分校|党校|研究院|研究所|school of [a-z &]+?(?=,|$)|"
    rf"(?:university|college|institute)(?: of [a-z ]+?(?=,|$))?)(?:[{_HAN}]{{2,6}}系(?=\s))?"
)
_LONGEST_FIELD = 200  # characters; what stands beyond is no name of a major, and the patterns stay quick
_DATES = re.compile(r"(?:19|20)\d\d[\d级届.\-/年月日至今~～—–\s]*|\d{1,2}月")
_DEGREE_EN = re.compile(
    r"^\W*(?:(?:bachelor|master|doctor|diploma|associate|postgraduate|undergraduate|honou?rs)(?:'?s)?\b(?: degree)?"
    r"(?: of (?:science|arts|commerce|engineering|philosophy|social sciences?|fine arts|applied science|"
    r"business administration|economics))?(?: \(?hon(?:ou?r)?s\)?)?\s*(?:with honou?rs )?"
    r"(?:in|of|,|-|:|\(|majoring in|major in)\s*|"
    r"(?:b\.?\s?a|b\.?\s?sc?|b\.?\s?eng|b\.?\s?com|b\.?\s?fa|b\.?\s?des|b\.?\s?s|m\.?\s?a|m\.?\s?sc?|m\.?\s?eng|"
    r"m\.?\s?phil|m\.?\s?res|m\.?\s?com|m\.?\s?des|m\.?\s?fa|ph\.?\s?d|bba)\.?(?:\s*\(hons?\))?"
    r"(?:\s*(?:degree\s+)?in\s+|\s+of\s+|[\s,:(-]+)(?=[a-z])|"
    r"major(?:ing|ed)?(?: in)?\b\s*[:：]?\s*|degree in\s+)"
)
_DEGREE_EN_TAIL = re.compile(r"[\s,(-]+(?:major|degree|program(?:me)?|department|dept\.?|hons?\.?)\)?\s*$")
_PREFIX = re.compile(
    r"^(?:所学|主修|攻读|就读|学习|报考|毕业)?(?:专业(?:名称)?|学科|方向|主修|所学)?[是为]?[:：\s]*"
    r"(?:专业[:：]?)?(?:(?:全日制|非全日制|统招|自考|函授|成人|网络教育|普通)[\s]*)*"
    r"(?:(?:大学)?本科|专科|大专|专升本|学士|硕士研究生|博士研究生|研究生|硕士|博士)?(?:学历)?[\s:：]*"
)
_SUFFIX = re.compile(
    r"(?:[\s]*(?:专业|方向|系|学科|专业课|本科|专科|大专|专升本|学士学位|学士|硕士学位|硕士研究生|博士研究生|研究生|"
    r"硕士|博士|学位|毕业生|毕业|在读|试验班|实验班|卓越班|基地班|创新班|英才班|全英班|双语班|国际班|中外合作办学|"
    r"中外合作|师范类|师范|统招|全日制|函授|自考|第一学历|双学位|第二学位))+$"
)
_DROPPED = re.compile(r"中外合作(?:办学)?|专升本|本科|专科|全日制|师范类?|统招|自考|函授|卓越.*|\d.*|.*班")


@dataclass(frozen=True, slots=True)
class Major:
    """A major. ``major_class`` and ``category`` are "" where the name does not tell.

    ``level`` says where the name comes from (a row's column, or "class" for a class named as such, "pattern" for a name
    that is in no list and was placed by a head word; its ``name`` is then as written). It is no statement about the
    applicant's degree: one row serves 计算机应用技术 of a college and of a graduate school.
    A manual trade (烹饪) has the category "职业技能" and no class.
    ``leanings`` are traits (``class:…``, ``category:…``, ``major:…``) of a direction in brackets or of a minor:
    工商管理（金融方向）. They are worth a question, no more.
    """

    code: str
    name: str
    major_class: str
    category: str
    level: str
    aliases: tuple[str, ...] = ()
    leanings: frozenset[str] = frozenset()

    @property
    def traits(self) -> frozenset[str]:
        """What a group's targets are compared with."""
        return frozenset({f"major:{self.name}", f"class:{self.major_class}", f"category:{self.category}"})


@dataclass(frozen=True, slots=True)
class Group:
    """A word of a notice for several majors: typed targets (``class:…``, ``category:…``, ``major:…``)."""

    name: str
    meets: frozenset[str]
    related: frozenset[str]


@dataclass(frozen=True, slots=True)
class Majors:
    """The loaded tables. Build with ``load_majors``."""

    rows: tuple[Major, ...]  # undergraduate, graduate, vocational, direction; no rules
    classes: Mapping[str, Major]  # the classes by name
    groups: Mapping[str, Group]
    index: Mapping[str, Major]  # key(name or alias) -> major
    patterns: tuple[tuple[re.Pattern[str], Major], ...]
    rejects: tuple[re.Pattern[str], ...]
    stop: re.Pattern[str]  # what may not follow a name in running text
    quiet: re.Pattern[str]  # names that are everyday words: in running text only as 专业：… or …专业
    heads: Mapping[str, tuple[str, ...]]  # first two characters of a written name -> names, longest first
    by_text: Mapping[str, Major]  # lower-cased written name -> major

    def find(self, text: str) -> Major | None:
        """The major that ``text``, the content of a major field, names; None when it names none known.

        ``find("商学院 计算机科学与技术")`` is 计算机科学与技术; ``find("全国计算机二级")`` is None.
        """
        found = self.find_all(text)
        return found[0] if found else None

    def find_all(self, text: str) -> tuple[Major, ...]:
        """All majors that a field names (双学位, 金融学/法学), in the order written, without repetition.

        A minor (辅修) is no degree: it is kept as a leaning of the first major.
        """
        text = _prepare(text)
        whole = self._known(text)
        if whole:
            return (whole,)
        minors = [minor for match in _MINOR.finditer(text) if (minor := self._known(match.group(1)))]
        found: dict[str, Major] = {}
        for piece in _pieces(text):
            for major in self._pair(piece) or (self._resolve(piece),):
                if major and minors and not found:
                    major = _leaning(major, minors)
                if major:
                    found.setdefault(major.name, major)
        return tuple(found.values())

    def scan(self, text: str, start: int = 0, end: int | None = None) -> list[tuple[Major, int, int]]:
        """Major names in ``text[start:end]`` (folded running text) as (major, start, end), left to right.

        The longest name wins. Names that are also words of work (会计, 产品设计; Finance) count only where they stand
        alone or beside words of study; full names (金融学, 国际经济与贸易) anywhere. No name counts before a word that
        makes it something else (市场营销部, 软件工程师, 金融学院).
        """
        end = len(text) if end is None else min(end, len(text))
        low = _lower(text)
        found: list[tuple[Major, int, int]] = []
        at = start
        while at < end:
            hit = self._name_at(low, at, end) if low[at : at + 2] in self.heads else None
            if hit is None:
                at += 1
                continue
            major, stop = hit
            if major:
                found.append((major, at, stop))
            at = stop
        return found

    def judge(self, major: Major | None, groups: Sequence[str]) -> Fit:
        """Whether the best of ``groups`` takes ``major`` (DESIGN, decision 6).

        meets    in a listed class, category or major
        related  the same category as a listed class, a neighbour named in data/major_groups.csv, or a direction or
                 minor in a listed class: 待核实
        other    another category: 不符合
        unknown  no major, or a name that tells too little to say "other"
        A category guessed from a bare head word (…管理, …工程) never decides: at most "related", never "other".
        Unknown group names raise ValueError.
        """
        for name in groups:
            if name not in self.groups:
                raise ValueError(f"major group {name!r} is not in major_groups.csv")
        if major is None:
            return "unknown"
        guessed = major.level == "pattern" and not major.major_class and major.category != TRADE
        listed = [self.groups[name] for name in groups]
        if any(group.meets & major.traits for group in listed):
            return "related" if guessed else "meets"
        if any(group.related & major.traits or group.meets & major.leanings for group in listed):
            return "related"
        return "unknown" if guessed or not major.category else "other"

    def _known(self, text: str) -> Major | None:
        """An exact name or alias, with or without the words around it."""
        bare = _bare(text)
        for form in (text, _PREFIX.sub("", text.strip()), bare, bare.removesuffix("类")):
            major = self.index.get(key(form))
            if major:
                return major
        return None

    def _pair(self, piece: str) -> tuple[Major, ...]:
        """Two known names joined by 与 or 及 where the whole is no name: 会计学与法学."""
        if self._known(piece):
            return ()
        for joint in re.finditer(r"与|及|和|\band\b", piece):
            first, second = self._known(piece[: joint.start()]), self._known(piece[joint.end() :])
            if first and second:
                return first, second
        return ()

    def _resolve(self, piece: str) -> Major | None:
        """One piece of a field: exact with its bracket, exact without, longest full name inside, then head words."""
        base = _BRACKET.sub(" ", piece).strip()
        inner = [part for part in _BRACKET.findall(piece) if part.strip() and not _DROPPED.fullmatch(part.strip())]
        exact = self._known(piece) or self._known(_without_school(piece))
        if exact:
            return exact
        directions = [major for part in inner if (major := self._known(part) or self._guess(part))]
        major = self._unbracketed(_bare(_without_school(base)), base)
        if directions and (major is None or (not major.major_class and major.category in ("", directions[0].category))):
            return directions[0]  # 工程硕士（电子与通信工程）: the bracket says what the base leaves open
        return _leaning(major, directions) if major else None

    def _unbracketed(self, rest: str, base: str) -> Major | None:
        """``rest`` is ``base`` without school and words of study."""
        exact = self._known(base) or self._known(rest)
        if exact or not key(rest):
            return exact
        for word in reversed(rest.split()):  # 金融系 会计: the department comes first
            if not word.isascii() and (major := self._known(word)) and not word.endswith("系"):
                return major
        if any(pattern.fullmatch(key(rest)) for pattern in self.rejects):
            return None
        inside, guess = self._inside(rest), self._guess(rest)
        if inside and guess and inside.category != guess.category:
            # 金融信息管理: two trades in one name, so neither decides
            blend = Major(inside.code, rest, "", inside.category, "pattern")
            return _leaning(blend, [inside, guess])
        return inside or guess

    def _inside(self, text: str) -> Major | None:
        """The longest full name inside ``text``; short names are left to the head words, which see the whole."""
        best: tuple[int, Major] | None = None
        low = text.lower()
        for at in range(len(low)):
            for name in self.heads.get(low[at : at + 2], ()):
                if not low.startswith(name, at) or not _is_full(name) or not _word_bounds(low, at, at + len(name)):
                    continue
                if not self.stop.match(low, at + len(name)) and (best is None or len(name) > best[0]):
                    best = (len(name), self.by_text[name])
        return best[1] if best else None

    def _guess(self, text: str) -> Major | None:
        """A name in no list, placed by the first head-word rule that fits."""
        folded = key(text)
        for pattern, rule in self.patterns:
            if pattern.fullmatch(folded):
                return replace(rule, name=text.strip())
        return None

    def _name_at(self, low: str, at: int, end: int) -> tuple[Major | None, int] | None:
        """The longest name that starts at ``at`` and its end; (None, end) where what follows makes it no major."""
        for name in self.heads.get(low[at : at + 2], ()):
            if not low.startswith(name, at, end) or not _word_bounds(low, at, stop := at + len(name)):
                continue
            if self.stop.match(low, stop, end):
                return None, stop
            if self.quiet.fullmatch(name) and not _is_called_major(low, at, stop):
                continue
            if not _is_unmistakable(name) and not _stands_alone(low, at, stop):
                continue
            major = self.by_text[name]
            bracket = _BRACKET.match(low, stop, min(end, stop + 24))
            closer = self.find(low[at : bracket.end()]) if bracket else None
            if bracket and closer and closer != major and closer.level != "pattern":
                return closer, bracket.end()
            return major, stop
        return None


_ALONE_BEFORE = re.compile(
    r"(?:专业[是为]?|分流[至到]|转[到入至]|主修|学院|大学|学校|攻读|就读|[读念][的了]?是?|[学报][的了习]?是?|系|本科|专科|大专|硕士|学士|博士|研究生|major|in|of|b\.?sc?|b\.?a|m\.?sc?|m\.?a|b\.?eng|ph\.?d|hons\)?)[:.]?,?\s*$"
)
_ALONE_AFTER = re.compile(
    r"\s*(?:专业|系(?!统)|方向|本科|专科|大专|专升本|硕士|学士|博士|研究生|学位|双学位|毕业|在读|(?:非?全日制|统招|自考|函授|成人|脱产)(?:的?(?:大学)?[本专]科|专升本|硕士|研究生)|major\b|degree\b|b\.?sc\b|m\.?sc\b|b\.?a\b|m\.?a\b|bachelor|master)"
)


_MAJOR_BEFORE = re.compile(
    r"(?:专业|主修|攻读|degree in|bachelor of|master of|major|b\.?sc?|b\.?a|m\.?sc?|m\.?a|m?b\.?eng|ph\.?d|hons\)?)[:：.]?,?(?: in)?\s*$"
)
_MAJOR_AFTER = re.compile(r"\s*(?:专业|系(?!统)|方向|major\b)")


@lru_cache(maxsize=4)  # the parts of one resume are scanned one by one
def _lower(text: str) -> str:
    """The text in lower case, unless that would move its characters."""
    low = text.lower()
    return low if len(low) == len(text) else text


def _is_called_major(low: str, start: int, end: int) -> bool:
    """The text itself says that the name is a major's."""
    return bool(_MAJOR_BEFORE.search(low, max(0, start - 16), start) or _MAJOR_AFTER.match(low, end))


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _is_full(name: str) -> bool:
    """A name long enough to be meant wherever it stands: four characters, or three that end in 学; two Latin words."""
    if name.isascii():
        return " " in name and len(name) >= 10
    return len(name) >= 4 or (len(name) == 3 and name.endswith("学"))


def _is_unmistakable(name: str) -> bool:
    """A name that is no word of work: it ends in 学, or has six characters; two Latin words and more."""
    return _is_full(name) and (name.isascii() or name.endswith("学") or len(name) >= 6)


def _word_bounds(low: str, start: int, end: int) -> bool:
    """No Latin letter or digit continues the name on a side where the name itself ends in one."""
    before = low[start - 1] if start else " "
    after = low[end] if end < len(low) else " "
    cut_left = low[start].isascii() and low[start].isalnum() and before.isascii() and before.isalnum()
    cut_right = low[end - 1].isascii() and low[end - 1].isalnum() and after.isascii() and after.isalnum()
    return not cut_left and not cut_right


_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? ?['\d]"


_NEXT_WORD = re.compile(rf"(?: ?[.&] ?| ?)(?!{_MONTH})[a-z]|-[a-z]")


def _stands_alone(low: str, start: int, end: int) -> bool:
    """A short name between spaces, marks, or words of study."""
    led = _ALONE_BEFORE.search(low, max(0, start - 12), start) is not None
    followed = _ALONE_AFTER.match(low, end) is not None
    before = low[start - 1] if start else "\n"
    after = low[end] if end < len(low) else "\n"
    if low[start:end].isascii():
        # a dash between blanks parts names, and so do two blanks and a month
        next_word = _NEXT_WORD.match(low, end, end + 16)
        if end - start < 4 or next_word:
            return followed or (led and not next_word)
        return led or followed or not re.search(r"[a-z][ .&-]+$", low[max(0, start - 4) : start])
    return (led or not _is_han(before)) and (followed or not _is_han(after))


def key(text: str) -> str:
    """The form in which names are compared: NFKC, lower case, without spaces between Chinese characters, marks or 方向.

    >>> key("艺术设计（环境艺术方向）")
    '艺术设计环境艺术'
    """
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"\s*&\s*", " and ", text)
    text = re.sub(r"方向(?=\W|$)", "", text)
    text = re.sub(r"[^\w\s]|_", lambda m: "-" if m.group() == "-" else " ", text).strip(" -")
    text = re.sub(r"(?<![a-z]) | (?![a-z])", "", re.sub(r"\s+", " ", text))
    return text


def _leaning(major: Major, others: Sequence[Major]) -> Major:
    """``major`` with the traits of its directions or minors noted."""
    traits = frozenset(trait for other in others for trait in other.traits if not trait.endswith(":"))
    return replace(major, leanings=major.leanings | traits) if traits else major


def _prepare(text: str) -> str:
    """Width, case and dates out of the way."""
    text = unicodedata.normalize("NFKC", text[:_LONGEST_FIELD]).lower()
    text = re.sub(r"(?:专业|系)(?=[(\[【<])", "", _DATES.sub(" ", text))
    text = re.sub(r"\b(e?mba)\s+in\s+([a-z ]+)", r"\1 (\2)", text)  # a direction of the MBA, not another degree
    return re.sub(r"\s+", " ", text).strip()


def _pieces(text: str) -> Iterator[str]:
    """Split a field into the majors it may name: at marks outside brackets, and at words for a second degree."""
    outside = text
    for bracket in _BRACKET.finditer(text):
        inner = bracket.group(1)
        if _MINOR.search(inner) or _SECOND_DEGREE.search(inner):
            second = "" if _MINOR.search(inner) else f"/{inner}"
            outside = outside.replace(bracket.group(), second)
    outside = _MINOR.sub("/", outside)
    outside = _SECOND_DEGREE.sub("/", outside)
    depth, piece = 0, ""
    marks = {match.start(): match.end() for match in _SEPARATORS.finditer(outside)}
    at = 0
    while at < len(outside):
        char = outside[at]
        depth = max(0, depth + (char in "([【") - (char in ")]】"))
        if not depth and at in marks:
            yield piece.strip(" :：.-")
            piece, at = "", marks[at]
            continue
        piece, at = piece + char, at + 1
    yield piece.strip(" :：.-")


def _without_school(text: str) -> str:
    """Drop the names of schools and colleges: 商学院 is where, not what."""
    return _SCHOOL.sub(" ", text).strip()


def _bare(text: str) -> str:
    """Drop words around a name: 专业：, 主修, 本科, 系; Bachelor of Science in."""
    text = text.strip()
    if re.search(r"[a-z]{2}", text):
        text = _DEGREE_EN_TAIL.sub("", _DEGREE_EN.sub("", text))
    text = _PREFIX.sub("", text)
    return _SUFFIX.sub("", text).strip(" ()（）:：.,-")


def load_majors(data_dir: Path) -> Majors:
    """Read ``majors.csv`` and ``major_groups.csv``. ValueError names file and row (1 is the header)."""
    path = data_dir / "majors.csv"
    rows: list[Major] = []
    patterns: list[tuple[re.Pattern[str], Major]] = []
    rejects: list[re.Pattern[str]] = []
    words: dict[str, list[str]] = {"stop": [], "quiet": []}
    where: dict[str, int] = {}
    codes: dict[str, int] = {}
    class_codes: dict[str, tuple[str, str]] = {}
    for number, row in _read(path, _COLUMNS):
        major = _row_major(path, number, row)
        if codes.setdefault(major.code, number) != number:
            raise _fault(path, number, f"code {major.code} repeats row {codes[major.code]}")
        if major.level in _RULE_LEVELS:
            try:
                rule = re.compile(major.name)
            except re.error as error:
                raise _fault(path, number, f"not a regular expression: {error}") from error
            if major.level == "pattern":
                patterns.append((rule, major))
            elif major.level == "reject":
                rejects.append(rule)
            else:
                words[major.level].append(major.name)
        else:
            rows.append(major)
            where[major.code] = number
            if major.level == "undergraduate":
                _check_codes(path, number, major, class_codes)
    _check_classes(path, rows + [rule for _, rule in patterns], class_codes, codes)
    classes = {
        name: Major(code, name, name, category, "class") for name, (code, category) in sorted(class_codes.items())
    }
    index = _index(path, rows, classes, where)
    by_text = {text.lower(): major for major in (*rows, *classes.values()) for text in (major.name, *major.aliases)}
    return Majors(
        rows=tuple(rows),
        classes=classes,
        groups=_load_groups(data_dir / "major_groups.csv", {major.name for major in rows}, classes),
        index=index,
        patterns=tuple(patterns),
        rejects=tuple(rejects),
        stop=_any_of(words["stop"]),
        quiet=_any_of(words["quiet"]),
        heads=_heads(by_text),
        by_text=by_text,
    )


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    """One pattern for several; none matches nothing."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)")


def _fault(path: Path, number: int, what: str) -> ValueError:
    return ValueError(f"{path.name} row {number}: {what}")


def _read(path: Path, columns: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with their line numbers; every cell stripped."""
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        header = next(reader, [])
        if header != columns:
            raise _fault(path, 1, f"columns are {header}, not {columns}")
        for cells in reader:
            if len(cells) != len(columns):
                raise _fault(path, reader.line_num, f"{len(cells)} cells, not {len(columns)}")
            yield reader.line_num, dict(zip(columns, (cell.strip() for cell in cells), strict=True))


def _row_major(path: Path, number: int, row: Mapping[str, str]) -> Major:
    """One row, checked by itself."""
    for column in ("code", "name", "level"):
        if not row[column]:
            raise _fault(path, number, f"{column} is empty")
    if row["level"] not in _NAMED_LEVELS + _RULE_LEVELS:
        raise _fault(path, number, f"level {row['level']!r} is none of {', '.join(_NAMED_LEVELS + _RULE_LEVELS)}")
    if row["category"] and row["category"] not in (*CATEGORIES, TRADE):
        raise _fault(path, number, f"category {row['category']!r} is not one of the twelve")
    if row["class"] and not row["category"]:
        raise _fault(path, number, "class without category")
    if row["level"] in ("undergraduate", "graduate", "vocational") and not row["class"] and row["category"] != TRADE:
        raise _fault(path, number, f"{row['level']} row without class")
    aliases = tuple(alias.strip() for alias in row["aliases"].split("|")) if row["aliases"] else ()
    if not all(aliases):
        raise _fault(path, number, "an alias is empty")
    return Major(row["code"], row["name"], row["class"], row["category"], row["level"], aliases)


def _check_codes(path: Path, number: int, major: Major, class_codes: dict[str, tuple[str, str]]) -> None:
    """An undergraduate code begins with its category (2 digits) and its class (4 digits)."""
    if _CATEGORY_CODES.get(major.code[:2]) != major.category:
        raise _fault(path, number, f"code {major.code} is not of category {major.category}")
    if class_codes.setdefault(major.major_class, (major.code[:4], major.category))[0] != major.code[:4]:
        raise _fault(path, number, f"code {major.code} is not of class {major.major_class}")


def _check_classes(
    path: Path, majors: Sequence[Major], class_codes: Mapping[str, tuple[str, str]], numbers: Mapping[str, int]
) -> None:
    """Every class is one of the undergraduate classes and stands with that class's category."""
    for major in majors:
        if not major.major_class:
            continue
        if major.major_class not in class_codes:
            raise _fault(path, numbers[major.code], f"class {major.major_class} has no undergraduate major")
        if class_codes[major.major_class][1] != major.category:
            raise _fault(path, numbers[major.code], f"class {major.major_class} is not of category {major.category}")


def _index(
    path: Path, rows: Sequence[Major], classes: Mapping[str, Major], where: Mapping[str, int]
) -> dict[str, Major]:
    """All names and aliases by key; two rows may not share one."""
    index = {key(name): major for name, major in classes.items()}
    for major in rows:
        for text in (major.name, *major.aliases):
            folded = key(text)
            if not folded:
                raise _fault(path, where[major.code], f"{text!r} holds no letter")
            if folded in index:
                raise _fault(path, where[major.code], f"{text!r} also names {index[folded].name}")
            index[folded] = major
    return index


def _heads(by_text: Mapping[str, Major]) -> dict[str, tuple[str, ...]]:
    heads: dict[str, list[str]] = {}
    for name in sorted(by_text, key=lambda name: (-len(name), name)):
        heads.setdefault(name[:2], []).append(name)
    return {head: tuple(names) for head, names in heads.items()}


def _load_groups(path: Path, names: set[str], classes: Mapping[str, Major]) -> dict[str, Group]:
    """The notice's groups; every target must exist in majors.csv."""
    known = {"major": names, "class": set(classes), "category": set(CATEGORIES)}
    targets: dict[str, dict[str, set[str]]] = {}
    for number, row in _read(path, _GROUP_COLUMNS):
        if not row["group"]:
            raise _fault(path, number, "group is empty")
        if row["kind"] not in ("meets", "related"):
            raise _fault(path, number, f"kind {row['kind']!r} is neither meets nor related")
        prefix, _, name = row["target"].partition(":")
        if prefix not in known:
            raise _fault(path, number, f"target {row['target']!r} does not begin with class:, category: or major:")
        if name not in known[prefix]:
            raise _fault(path, number, f"{prefix} {name!r} is not in majors.csv")
        kinds = targets.setdefault(row["group"], {"meets": set(), "related": set()})
        if row["target"] in kinds["meets"] | kinds["related"]:
            raise _fault(path, number, f"target {row['target']} repeats in group {row['group']}")
        kinds[row["kind"]].add(row["target"])
    return {
        name: Group(name, frozenset(kinds["meets"]), frozenset(kinds["related"])) for name, kinds in targets.items()
    }
