"""Requirement sentences to the columns that rules read; what fits no column stays text and is listed for a person.

The words are in ``data/notice_rules.csv`` (patterns over folded text) and ``data/notice_majors.csv``. Every function
takes the notice's words and gives a value and what was left over; none guesses: a condition that cannot be turned into
a rule is never dropped in silence, and a rule is never stricter than its words.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from matcher.extraction import majors_catalogue
from matcher.extraction.lexicon import lexicon
from matcher.knowledge import DATA_DIR, KnowledgeError, read_table
from matcher.majors import CATEGORIES
from matcher.schema import UNLISTED, Degree
from matcher.screening import listed_group
from matcher.text import fold

Patterns = tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class Leftover:
    """Words of a notice that no rule holds: where they stand, and in Chinese why."""

    field: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The rule columns of a position, and what its words say beyond them."""

    min_degree: Degree = Degree.SECONDARY
    full_time: bool = False
    majors: tuple[str, ...] = ()
    majors_open: bool = True
    min_years: int = 0
    experience_domains: tuple[str, ...] = ()
    max_age: int | None = None
    born_from: dt.date | None = None
    age_by_degree: tuple[tuple[Degree, int], ...] = ()
    age_relaxed_to: int | None = None
    preferred: tuple[str, ...] = ()
    waivable: bool = False
    needs_portfolio: bool = False
    certificates: tuple[str, ...] = ()
    leftovers: tuple[Leftover, ...] = field(default=(), compare=False)


# Before the words of a clause that holds for all positions of its notice.
SHARED = "\n（全部岗位）"


# --- the words ----------------------------------------------------------------------------------------------------


@lru_cache
def patterns(rule: str, data_dir: Path = DATA_DIR) -> Patterns:
    """``(value, pattern)`` of one rule's rows in file order. Raises KnowledgeError naming the row of a bad pattern."""
    path = data_dir / "notice_rules.csv"
    found = []
    for line, row in read_table(path, ["rule", "value", "pattern", "note"]):
        if row["rule"] != rule:
            continue
        try:
            found.append((row["value"], re.compile(row["pattern"])))
        except re.error as error:
            raise KnowledgeError(f"{path.name}：第 {line} 行的写法有误：{error} (bad pattern)") from error
    return tuple(found)


@lru_cache
def notes(rule: str, data_dir: Path = DATA_DIR) -> dict[str, str]:
    """Value to note of one rule's rows."""
    rows = read_table(data_dir / "notice_rules.csv", ["rule", "value", "pattern", "note"])
    return {row["value"]: row["note"] for _, row in rows if row["rule"] == rule}


@lru_cache
def _major_words(data_dir: Path = DATA_DIR) -> dict[str, tuple[str, ...]]:
    rows = read_table(data_dir / "notice_majors.csv", ["word", "majors", "note"])
    return {fold(row["word"]): tuple(row["majors"].split("|")) for _, row in rows}


def hits(rule: str, folded: str) -> Iterator[tuple[str, re.Match[str]]]:
    """All matches of a rule's patterns as ``(value, match)``, pattern by pattern."""
    for value, pattern in patterns(rule):
        for match in pattern.finditer(folded):
            if match.end() > match.start():
                yield value, match


def degrees(folded: str) -> list[tuple[Degree, re.Match[str]]]:
    """Degrees named in a folded text, in order; of overlapping words the longer one (博士研究生 is no 研究生)."""
    found: list[tuple[Degree, re.Match[str]]] = []
    for value, match in sorted(hits("degree", folded), key=lambda h: (h[1].start() - h[1].end(), h[1].start())):
        if all(match.end() <= m.start() or match.start() >= m.end() for _, m in found):
            found.append((Degree(value), match))
    return sorted(found, key=lambda d: d[1].start())


def says(rule: str, text: str) -> bool:
    """Whether a text holds words of a rule."""
    return any(pattern.search(fold(text)) for _, pattern in patterns(rule))


def _blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """``text`` with spans replaced by blanks: offsets stay."""
    chars = list(text)
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    return "".join(chars)


def _rest(text: str, folded: str, filler: str) -> tuple[str, ...]:
    """What is left of a text once its rules (already blanked in ``folded``) and fillers are taken out, by clause."""
    bare = _blank(folded, (m.span() for _, m in hits(filler, folded)))
    left = []
    for clause in re.finditer(r"[^,;。、\n.]+", bare):
        if re.search(r"[^\W_]", clause[0]):
            words = text[clause.start() : clause.end()]
            original = _clause_around(text, clause.start() + len(clause[0]) - len(clause[0].lstrip()))
            left.append(original if len(re.sub(r"\W", "", clause[0])) > 1 else words.strip())
    return tuple(dict.fromkeys(w.strip() for w in left if w.strip()))


def _clause_span(text: str, at: int) -> tuple[int, int]:
    start = max(text.rfind(mark, 0, at) for mark in "，,；;。\n") + 1
    ends = [e for mark in "，,；;。\n" if (e := text.find(mark, at)) >= 0]
    return start, min(ends, default=len(text))


def _clause_around(text: str, at: int) -> str:
    """The clause of the notice's own words that holds offset ``at``."""
    start, end = _clause_span(text, at)
    return text[start:end].strip()


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}


def number(word: str) -> int:
    """A number of a notice: ``3``, ``三``, ``十二``. ValueError when it is none."""
    if word.isdigit():
        return int(word)
    tens, ten, ones = word.rpartition("十")
    if not ten:
        return _DIGITS[word] if word in _DIGITS else int(word)
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


# --- education ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Schooling:
    """What an education clause asks for."""

    min_degree: Degree = Degree.SECONDARY
    full_time: bool = False
    majors: tuple[str, ...] = ()
    majors_open: bool = True
    leftovers: tuple[Leftover, ...] = ()


def read_education(text: str, majors_only: bool = False) -> Schooling:
    """Degree, study mode and majors of a clause; ``majors_only`` for a cell of a column 专业.

    Of several degrees the lowest is the rule: 本科（硕士优先） asks for 本科. What stands behind ``SHARED`` holds for all
    positions: it says what the position's own words do not.
    """
    if SHARED in text:
        own, _, shared = text.partition(SHARED)
        first, rest = read_education(own, majors_only), read_education(shared)
        mode_said = any(says(rule, own) for rule in ("full_time", "part_time", "study_mode_free", "no_degree"))
        return Schooling(
            first.min_degree if any(says(rule, own) for rule in ("degree", "no_degree")) else rest.min_degree,
            first.full_time or (rest.full_time and not mode_said),
            first.majors or rest.majors,
            first.majors_open if first.majors else rest.majors_open,
            (*first.leftovers, *rest.leftovers),
        )
    folded = fold(text)
    spans: list[tuple[int, int]] = []
    left: list[Leftover] = []
    free = [m.span() for _, m in hits("study_mode_free", folded)]
    part = [m.span() for _, m in hits("part_time", folded)]
    full = [m.span() for _, m in hits("full_time", folded)]
    spans += free + part + full
    bare = _blank(folded, spans)
    named: list[tuple[Degree, re.Match[str]]] = []
    if not majors_only:
        spans += [m.span() for _, m in hits("no_degree", bare)]
        bare = _blank(bare, spans)
        named = degrees(bare)
        spans += [match.span() for _, match in named]
    degree = _lowest(named, folded)
    full_time = False
    allowed = [p for p in part if not re.search(r"(?:不含|不接受|不包括|不招|除)[^,;。]{0,3}$", folded[: p[0]])]
    if allowed and not free and any(start not in [s + 1 for s, _ in allowed] for start, _ in full):
        reason = "部分人可为非全日制：全日制不作规则，由人核对"
        left.append(Leftover("education", _clause_around(text, allowed[0][0]), reason))
        free = allowed
    for start, _ in full:
        if free or any(s <= start < e for s, e in part):
            continue
        others = {d for d, m in named if _same_clause(folded, start, m.start())}
        if others and degree not in others:
            left.append(
                Leftover("education", _clause_around(text, start), "另一学历的学习形式：没有这条规则，须由人核对")
            )
        else:
            full_time = True
    for span in dict.fromkeys(_aside(folded, m.start()) for _, m in hits("school", folded)):
        reason = "院校要求：程序不按院校判断，须由人核对"
        left.append(Leftover("education", text[slice(*span)].strip(" ()（）"), reason))
        spans.append(span)
    asides = _asides(text, folded)
    left += [Leftover("education", words, reason) for words, reason in asides.values()]
    spans += asides
    bare = _blank(folded, spans)
    bare = _blank(bare, [m.span() for _, m in hits("degree_filler", bare)])
    majors, is_open, unknown = _read_majors(text, bare, majors_only)
    left += [Leftover("education", word, reason) for word, reason in unknown]
    return Schooling(degree, full_time, majors, is_open, tuple(dict.fromkeys(left)))


def _aside(folded: str, at: int) -> tuple[int, int]:
    """The bracket around ``at``, or else the clause."""
    start, end = _clause_span(folded, at)
    opened = folded.rfind("(", start, at)
    closed = folded.find(")", at)
    return (opened, closed + 1) if opened > folded.rfind(")", start, at) and closed >= 0 else (start, end)


def _lowest(named: Sequence[tuple[Degree, re.Match[str]]], folded: str) -> Degree:
    """The degree asked for: the lowest of those said with 以上, else the lowest of all, and what it may be relaxed to.

    A degree that is a wish (硕士优先), or whose holders have another condition relaxed (硕士可放宽至30岁), asks nothing.
    """
    relaxed = [d for d, m in named if re.search(r"放宽(?:至|到|为)?[^,;。\n]{0,4}$", folded[: m.start()])]
    asked = [
        (degree, match.end())
        for degree, match in named
        if degree not in relaxed and not re.match(r"[^,;。\n]{0,8}(?:优先|放宽|preferred)", folded[match.end() :])
    ]
    least = [d for d, end in asked if re.match(r"[^,;。、\n]{0,8}(?:以上|or above|or higher|and above)", folded[end:])]
    return min((*(least or [d for d, _ in asked]), *relaxed), key=lambda d: d.rank, default=Degree.SECONDARY)


def _same_clause(folded: str, one: int, other: int) -> bool:
    return not re.search(r"[,;。\n]", folded[min(one, other) : max(one, other)])


def _read_majors(text: str, bare: str, column: bool) -> tuple[tuple[str, ...], bool, list[tuple[str, str]]]:
    """Listed majors in the order written, whether others related count, and what could not be placed."""
    free = any(True for _ in hits("no_major", bare))
    bare = _blank(bare, (m.span() for _, m in hits("no_major", bare)))
    bare = re.sub(r"\((?:[^()]*\d{4}[^()]*|含[^()]*)\)", lambda m: " " * len(m[0]), bare)  # codes: (120203K)
    named = column or any(p.search(bare) for _, p in patterns("major_filler")) or "类" in bare
    found: dict[str, None] = {}
    unknown: list[tuple[str, str]] = []
    is_open = False
    for clause in re.finditer(r"[^,;。\n]+", bare):
        opened = [m.span() for _, m in hits("open_majors", clause[0])]
        is_major = named and (
            column or bool(opened) or any(p.search(clause[0]) for _, p in patterns("major_filler")) or "类" in clause[0]
        )
        words = _blank(clause[0], (m.span() for _, m in hits("major_filler", clause[0])))
        for start, end in opened:
            if not _inside_name(words, (start, end)):
                words = f"{words[:start]}{'、' * (end - start)}{words[end:]}"
        pieces = _major_pieces(words)
        placed = [(word, place_major(word)) for word in pieces]
        if not is_major and not all(names for _, names in placed):
            unknown += [(_clause_around(text, clause.start()), "未能转成规则，须由人核对")] if pieces else []
            continue
        is_open = is_open or bool(opened)
        for word, names in placed:
            for name in names:
                found.setdefault(name)
            if not names and len(word) > 1:
                found.setdefault(word)
                unknown.append((word, "专业不在专业目录中：所有应聘者的专业都判待核实"))
            elif not names:
                unknown.append((_clause_around(text, clause.start()), "未能转成规则，须由人核对"))
    if free and found:  # 硕士专业不限，本科须为会计学专业
        return (), True, [*unknown, (text.strip(), "专业对部分人不限：专业不作规则，由人核对")]
    return tuple(found), is_open if found else True, unknown


def _inside_name(words: str, span: tuple[int, int]) -> bool:
    """等 of 高等教育 is part of a name; the mark for related majors ends a list."""
    return words[span[0] : span[1]] == "等" and words[max(0, span[0] - 1) : span[0]] in ("高", "中", "初")


def _major_pieces(words: str) -> list[str]:
    pieces: list[str] = []
    for piece in re.split(r"[、/|()]|\s{2,}|[-–—](?=\D)", words):
        piece = piece.strip(" \t\u3000.:：,")
        if not piece:
            continue
        split = re.split(r"或者?|以及|及|和|与|\bor\b|\band\b", piece)
        if len(split) > 1 and (piece.isascii() or not place_major(piece)):
            pieces += [p for p in map(str.strip, split) if p]
        else:
            pieces.append(piece)
    return pieces


@lru_cache(maxsize=1024)
def place_major(word: str) -> tuple[str, ...]:
    """A notice's word for majors as names that screening knows (``listed_group``); empty when it knows none.

    >>> place_major("会计"), place_major("计算机类")
    (('会计学',), ('计算机',))
    """
    word = fold(word).strip()
    known = _major_words()
    catalogue = majors_catalogue()
    stem = word.removesuffix("类").removesuffix("专业")
    for form in (word, stem):
        if form in catalogue.groups:
            return (form,)
        if form in known:
            return known[form]
    for form in (word, f"{stem}类", f"{stem}学类"):
        if form in catalogue.classes:
            return (form,)
    if stem in CATEGORIES:
        return (stem,)
    found = catalogue.find(word) or catalogue.find(stem)
    # a name guessed from its last word would be a rule of our own making
    return (found.name,) if found and found.level != "pattern" and found.category and listed_group(found.name) else ()


# --- experience ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Work:
    """Years and domains that a clause asks for; no domain: any work counts."""

    min_years: int = 0
    domains: tuple[str, ...] = ()
    leftovers: tuple[Leftover, ...] = ()


def read_experience(text: str) -> Work:
    """Years and domains. Of several demands the one with a domain is the rule (its shortest), the rest is left over."""
    folded = fold(text)
    free = [m.span() for _, m in hits("no_years", folded)]
    asides = _asides(text, folded)
    relaxed = [number(m["n"]) for m in _RELAXED_YEARS.finditer(folded)]
    bare = _blank(folded, (*free, *asides, *(m.span() for _, m in hits("portfolio", folded))))
    told = [Leftover("experience", words, reason) for words, reason in asides.values()]
    asked: list[_Demand] = []
    found = sorted(hits("years", bare), key=lambda hit: (hit[1].start(), -hit[1].end()))
    matches = [hit for i, hit in enumerate(found) if not any(hit[1].start() < m.end() for _, m in found[:i])]
    for at, (value, match) in enumerate(matches):
        after = matches[at + 1][1].start() if at + 1 < len(matches) else len(folded)
        before = matches[at - 1][1].end() if at else 0
        start = max(_clause_start(folded, match.start()), asked[-1][3][1] if asked else before)
        end = min(_clause_end(folded, match.end()), after)
        if not says("experience_word", folded[start:end]) and text.strip(" 。；;") != match[0].strip():
            continue
        domains, known = read_domains(_experience_of(bare[start : match.start()], bare[match.end() : end]))
        years = max(0, number(match["n"]) - (value == "about"))
        asked.append((years, domains if known else (*domains, UNLISTED), text[start:end], (start, end)))
    if not asked:
        rest = () if free and not bare.strip(" ,;。.\n") else _rest(text, bare, "experience_filler")
        return Work(0, (), (*told, *(Leftover("experience", w, "未能转成规则，须由人核对") for w in rest)))
    years, domains, words = _demand(asked, folded)
    left = told + [
        Leftover("experience", a[2].strip(), "另一项年限要求：每个岗位只有一项年限规则")
        for a in asked
        if (a[0], a[1]) != (years, domains) and not words
    ]
    if words:
        left.append(Leftover("experience", words, "几项年限要求任选其一或因学历而异：取最低年限和全部领域，由人核对"))
    if UNLISTED in domains:
        left.append(
            Leftover(
                "experience", (words or asked[0][2]).strip(), "经验领域不在领域表中：总年限足够的判待核实，由人核对领域"
            )
        )
    bare = _blank(bare, [a[3] for a in asked])
    left += [Leftover("experience", w, "未能转成规则，须由人核对") for w in _rest(text, bare, "experience_filler")]
    return Work(min(years, *relaxed) if relaxed else years, domains, tuple(dict.fromkeys(left)))


_RELAXED_YEARS = re.compile(r"放宽(?:至|到|为)\s*(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})\s*年")


def _asides(text: str, folded: str) -> dict[tuple[int, int], tuple[str, str]]:
    """Clauses and brackets that are wishes or relaxations, with their words and why they are no rule."""
    reasons = {"preferred_word": "优先条件：不作规则", "relaxed": "有条件的放宽：按放宽后的要求作规则，由人核对"}
    return {
        span: (text[slice(*span)].strip(" ()（）"), reason)
        for rule, reason in reasons.items()
        for span in (_aside(folded, m.start()) for _, m in hits(rule, folded))
    }


_Demand = tuple[int, tuple[str, ...], str, tuple[int, int]]  # years, domains, words, place


def _demand(asked: Sequence[_Demand], folded: str) -> tuple[int, tuple[str, ...], str]:
    """The one demand that the rule holds, and the words where it stands for several.

    Demands joined by 或, or given by degree, are as one with the fewest years in any of the domains; of others (…，其中…)
    the first that names a domain counts.
    """
    first, last = asked[0][3][0], asked[-1][3][1]
    joints = [folded[a[3][1] - 3 : b[3][0] + 3] for a, b in pairwise(asked)]
    either = any(re.search(r"或|\bor\b", words) for words in joints)
    by_degree = sum(bool(degrees(folded[s:e])) for *_, (s, e) in asked) > 1
    if len({(a[0], a[1]) for a in asked}) > 1 and (either or by_degree):
        domains = () if any(not a[1] for a in asked) else tuple(dict.fromkeys(d for a in asked for d in a[1]))
        return min(a[0] for a in asked), domains, folded[first:last].strip()
    chosen = next((a for a in asked if a[1] and a[1] != (UNLISTED,)), asked[0])
    return chosen[0], chosen[1], ""


_CLAUSE_END = re.compile(r"[,;。\n]|\.(?=\s|$|[\u4e00-\u9fff])")


def _clause_start(folded: str, at: int) -> int:
    return max((m.end() for m in _CLAUSE_END.finditer(folded, 0, at)), default=0)


def _clause_end(folded: str, at: int) -> int:
    found = _CLAUSE_END.search(folded, at)
    return found.start() if found else len(folded)


def _experience_of(before: str, after: str) -> str:
    """The words that say which experience: behind the years (3年以上…经验) or before them (从事信贷工作满3年)."""
    worked = re.search(r"(?:从事|具有|有|担任)(?P<what>[^,;。]{2,20})$", before)
    return after if not worked or not re.fullmatch(r"[的\s]*(?:以上|的|工作|经验|经历|者)*", after) else worked["what"]


def read_domains(words: str) -> tuple[tuple[str, ...], bool]:
    """Domains named in the words, in their order, and whether nothing else is named: ``(domains, complete)``."""
    found: list[tuple[int, int, str]] = []
    for value, match in sorted(hits("domain", words), key=lambda h: (-(h[1].end() - h[1].start()), h[1].start())):
        if all(match.end() <= s or match.start() >= e for s, e, _ in found):
            found.append((match.start(), match.end(), value))
    bare = _blank(words, ((s, e) for s, e, _ in found))
    bare = _blank(bare, (m.span() for _, m in hits("experience_filler", bare)))
    bare = re.sub(r"[\s、/()或及和与·.\-:]", "", bare)
    domains = tuple(dict.fromkeys(value for _, _, value in sorted(found)))
    # 相关 opens a field that is named, and points at the position's own where none is
    return domains, not bare and not re.search(r"相关|类似|同类|本岗位|related|relevant|similar", words)


# --- age ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ages:
    """The age that a clause asks for: a cap in full years, the earliest day of birth, caps of higher degrees, and the
    cap that any other condition may lead to (有高级职称的可放宽至40岁)."""

    max_age: int | None = None
    born_from: dt.date | None = None
    by_degree: tuple[tuple[Degree, int], ...] = ()
    relaxed_to: int | None = None
    leftovers: tuple[Leftover, ...] = ()


def read_age(text: str) -> Ages:
    """Of several caps the highest is the rule; the others, and what depends on more than a degree, are left over."""
    folded = fold(text)
    left: list[Leftover] = []
    by_degree: dict[Degree, int] = {}
    born: list[dt.date] = []
    relaxed: list[int] = []
    spans: list[tuple[int, int]] = []
    for span in dict.fromkeys(_aside(folded, m.start()) for _, m in hits("preferred_word", folded)):
        left.append(Leftover("age", text[slice(*span)].strip(" ()（）"), "优先条件：不作规则"))
        spans.append(span)
    bare = _blank(folded, spans)
    for _, match in hits("age_if", bare):
        spans.append(match.span())
        who = [degree for degree, _ in degrees(match["who"])]
        others = _blank(
            match["who"], (m.span() for _, m in (*hits("degree", match["who"]), *hits("age_filler", match["who"])))
        )
        if who and not re.sub(r"[\s、或及和与以上]|研究生|对", "", others):
            lowest = min(who, key=lambda d: d.rank)
            by_degree[lowest] = max(int(match["n"]), by_degree.get(lowest, 0))
        else:
            relaxed.append(int(match["n"]))
            words = text[match.start() : match.end()].strip()
            left.append(Leftover("age", words, "放宽的条件不是学历：在此年龄以内的判待核实，由人核对"))
    spans += [m.span() for _, m in hits("waiver_clause", _blank(folded, spans))]  # the waiver's, not an age rule
    bare = _blank(folded, spans)
    for _, match in hits("birth", bare):
        spans.append(match.span())
        try:
            born.append(dt.date(int(match["y"]), int(match["mo"]), int(match["d"] or 1)))
        except ValueError:
            left.append(Leftover("age", text[match.start() : match.end()], "出生日期不存在"))
    bare = _blank(folded, spans)
    caps: list[tuple[int, str, tuple[Degree, tuple[int, int]] | None]] = []
    for rule, less in (("age_range", 0), ("age_under", 1), ("age_max", 0)):
        for _, match in hits(rule, bare):
            groups = match.groupdict()
            spans.append(match.span())
            words = text[match.start() : match.end()]
            caps.append((int(groups.get("n") or groups.get("m") or 0) - less, words, _degree_before(folded, match)))
            if int(groups.get("low") or 0) > 18:
                left.append(Leftover("age", text[match.start() : match.end()], "年龄下限：没有这条规则，须由人核对"))
        bare = _blank(folded, spans)
    bare = _blank(bare, (m.span() for _, m in hits("no_age", bare)))
    top = max((cap for cap, *_ in caps), default=None)
    given = [(named[0], cap, named[1]) for cap, _, named in caps if named is not None]
    if len(given) > 1 and len(given) == len(caps):  # 本科28岁以下，硕士30岁以下
        least, top, _ = min(given, key=lambda g: g[0].rank)
        by_degree |= {degree: cap for degree, cap, _ in given if degree is not least and cap > top}
        bare = _blank(bare, (span for *_, span in given))
    else:
        left += [Leftover("age", words, "另一个年龄上限：取较宽的一个") for cap, words, _ in caps if cap != top]
    if len(set(born)) > 1:
        left.append(Leftover("age", text.strip(), "有几个出生日期界限：取较宽的一个"))
    left += [Leftover("age", w, "未能转成规则，须由人核对") for w in _rest(text, bare, "age_filler")]
    caps_by_degree = tuple(sorted(by_degree.items(), key=lambda d: d[0].rank))
    return Ages(top, min(born, default=None), caps_by_degree, max(relaxed, default=None), tuple(left))


def _degree_before(folded: str, match: re.Match[str]) -> tuple[Degree, tuple[int, int]] | None:
    """The degree that stands before an age in its clause (硕士30岁以下), and where."""
    start = _clause_start(folded.replace("、", ","), match.start())
    named = degrees(folded[start : match.start()])
    if len(named) != 1:
        return None
    degree, found = named[0]
    return degree, (start + found.start(), start + found.end())


# --- preferred, waiver, the rest ----------------------------------------------------------------------------------


def split_waiver(text: str) -> tuple[str, str]:
    """``(preferred conditions, waiver clause)`` of a text that may hold both; each in the notice's words."""
    found = min((m.start() for _, m in hits("waiver_clause", fold(text))), default=-1)
    if found < 0:
        return text, ""
    return text[:found].rstrip("，,；; \n"), text[found:]


def read_preferred(text: str) -> tuple[str, ...]:
    """Keys of data/preferred.csv that the words of a preferred condition stand for; the most exact one."""
    keys = [value for value, pattern in patterns("preferred") if pattern.search(fold(text))]
    return tuple(keys[:1])


def read_as_of(text: str) -> tuple[dt.date, ...]:
    """The dates to which a notice says that ages and years are counted."""
    found = []
    for _, match in hits("as_of", fold(text)):
        try:
            found.append(dt.date(int(match["y"]), int(match["mo"]), int(match["d"])))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


def read_rules(
    education: str, experience: str, age: str, preferred: str, waiver: str, majors: str = "", competencies: str = ""
) -> Rules:
    """The rule columns from a position's clauses. ``majors`` is the cell of a column of its own."""
    school = read_education(education)
    if majors:
        listed = read_education(majors, majors_only=True)
        left = (*school.leftovers, *listed.leftovers)
        school = Schooling(school.min_degree, school.full_time, listed.majors, listed.majors_open, left)
    work, ages = read_experience(experience), read_age(age)
    certificates, more = read_certificates("\n".join((competencies, education, experience)))
    return Rules(
        min_degree=school.min_degree,
        full_time=school.full_time,
        majors=school.majors,
        majors_open=school.majors_open,
        min_years=work.min_years,
        experience_domains=work.domains if work.min_years else (),
        max_age=ages.max_age,
        born_from=ages.born_from,
        age_by_degree=ages.by_degree,
        age_relaxed_to=ages.relaxed_to,
        preferred=read_preferred(preferred) if preferred else (),
        waivable=bool(waiver),
        needs_portfolio=says("portfolio", "\n".join((preferred, education, experience))),
        certificates=certificates,
        leftovers=(*school.leftovers, *work.leftovers, *ages.leftovers, *more),
    )


def read_certificates(text: str) -> tuple[tuple[str, ...], tuple[Leftover, ...]]:
    """Certificates that sentences ask for, any of which will do, and the sentences that ask for more than the rule.

    A wish (证书者优先) asks for none; of a sentence that names several joined by 和 one is the rule.
    """
    found: dict[str, None] = {}
    left: list[Leftover] = []
    asked = 0
    for sentence in re.split(r"[；;。\n]", text):
        folded = fold(sentence)
        bare = _blank(folded, _asides(sentence, folded))
        if not any(value == "证书" and pattern.search(bare) for value, pattern in patterns("hard")):
            continue
        names = dict.fromkeys(hit.value[0] for hit in lexicon().certificates.scan(bare))
        if not names:
            continue
        found |= names
        asked += 1
        if (asked > 1) or (len(names) > 1 and re.search(r"[和及与并]", bare)):
            left.append(Leftover("certificates", sentence.strip(), "几项证书：有其中一项即判符合，其余由人核对"))
    return tuple(found), tuple(left)


def hard_words(texts: Sequence[tuple[str, str]]) -> tuple[Leftover, ...]:
    """Sentences with words of hard conditions that no rule reads (certificates, languages, …), to be listed."""
    found = []
    for place, text in texts:
        for sentence in re.split(r"[；;。\n]", text):
            kinds = [value for value, pattern in patterns("hard") if pattern.search(fold(sentence))]
            if kinds == ["证书"] and read_certificates(sentence)[0]:
                continue
            if kinds and not says("preferred_word", sentence):
                found.append(Leftover(place, sentence.strip(), f"{'、'.join(kinds)}要求：没有这条规则，须由人核对"))
    return tuple(found)
