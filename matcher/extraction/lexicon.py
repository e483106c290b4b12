"""The words extraction looks for, loaded once from data/ and indexed for one-pass search."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import ahocorasick_rs

from matcher.knowledge import DATA_DIR, cell, load_words, read_table
from matcher.schema import Degree, StudyMode
from matcher.terms import TermIndex

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class School:
    """A row of data/schools.csv: what kind of institution grants the degree."""

    name: str
    kind: str  # regular, college, adult, training, overseas, secondary


class SchoolWords:
    """Words in the names of schools that tell their kind, (word, kind) in the order they are tried."""

    def __init__(self, words: tuple[tuple[str, str], ...]) -> None:
        self._kinds = tuple(kind for _, kind in words)
        self._automaton = ahocorasick_rs.AhoCorasick([word for word, _ in words])

    def kind(self, text: str) -> str:
        """The kind that the first of the words says which stands anywhere in ``text``; "" when none does."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return self._kinds[min(found)[0]] if found else ""

    def any_in(self, text: str) -> bool:
        """Whether one of the words stands in ``text``."""
        return bool(self._automaton.find_matches_as_indexes(text))


@dataclass(frozen=True, slots=True)
class Institution:
    """A row of data/institutions.csv. ``counts_as_bank``: yes, no or verify."""

    name: str
    kind: str
    counts_as_bank: str


class NamePatterns:
    """Patterns of institutions' names, tried in file order; … stands for up to 20 characters, at the head for any.

    ``no_bank`` are those of what is no bank.
    """

    def __init__(self, patterns: Iterable[tuple[str, Institution]]) -> None:
        self._patterns = tuple(patterns)
        # nearly every name holds no pattern's longest part, and is done with in one look
        parts = {max(pattern.split("…"), key=len) for pattern, _ in self._patterns}
        self._parts = re.compile("|".join(map(re.escape, parts)) or "(?!)")
        self.no_bank = tuple(pattern for pattern, item in self._patterns if item.counts_as_bank == "no")

    def first(self, name: str) -> Institution | None:
        """The institution of the first pattern that fits a folded name, or None."""
        if not self._parts.search(name):
            return None
        return next((item for pattern, item in self._patterns if _fits(pattern, name)), None)


def _fits(pattern: str, name: str) -> bool:
    """A pattern's parts in order; one that begins with … must end the name."""
    if "…" not in pattern:
        return pattern in name
    if pattern.startswith("…"):
        return name.endswith(pattern[1:]) and len(name) > len(pattern) - 1
    at = -1
    for part in pattern.split("…"):
        found = name.find(part, max(at, 0))
        if found < 0 or (at >= 0 and found - at > 20):
            return False
        at = found + len(part)
    return True


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every index of words, ready to scan folded text."""

    degrees: TermIndex[Degree | None]  # None: a phrase that holds a degree word but is no degree of one's own
    modes: TermIndex[StudyMode | None]  # None: a phrase that holds a mode word but says nothing of study
    statuses: TermIndex[str]
    titles: TermIndex[str]
    employers: TermIndex[str]
    labels: TermIndex[str]
    others: TermIndex[str]
    negation: re.Pattern[str]
    schools: TermIndex[School]
    school_words: SchoolWords
    institutions: TermIndex[Institution]
    institution_first: NamePatterns  # tried before names
    institution_patterns: NamePatterns
    skills: TermIndex[tuple[str, str]]  # (skill, kind)
    certificates: TermIndex[tuple[str, str]]  # (certificate, "")
    preferred_index: TermIndex[tuple[tuple[str, str], ...]]  # term -> (key, role)


def _aliases(row: dict[str, str], name: str) -> list[str]:
    return [w.strip().lower() for w in [row[name], *row["aliases"].split("|")] if w.strip()]


# a certificate's name that only display needs: CPA 注册会计师, 软件设计师(软考)
_DISPLAY_NAME = re.compile(r"[A-Za-z (]")

# data/README-domains.md: adult, training and secondary schools first, English words last
_SCHOOL_ORDER = ("adult", "training", "secondary", "college", "overseas", "regular")


@lru_cache
def lexicon(data_dir: Path = DATA_DIR) -> Lexicon:
    """Load and index all of it. Raises KnowledgeError naming file and row."""

    def parsed(name: str, key: str, column: str, parse: Callable[[str], V]) -> Iterator[tuple[str, V]]:
        for line, row in read_table(data_dir / name, (key, column)):
            yield row[key], cell(data_dir / name, line, column, row[column], parse)

    def rows(name: str, *columns: str) -> list[dict[str, str]]:
        return [row for _, row in read_table(data_dir / name, columns)]

    degrees: list[tuple[str, Degree | None]] = list(parsed("degrees.csv", "term", "degree", Degree))
    degrees += [(r["term"], None) for r in rows("degree_exclusions.csv", "term")]

    schools: list[tuple[str, School]] = []
    school_patterns: list[tuple[str, str]] = []
    for r in rows("schools.csv", "name", "kind", "aliases"):
        if r["kind"].startswith("pattern_"):
            school_patterns += [(w, r["kind"].removeprefix("pattern_")) for w in _aliases(r, "name")]
        else:
            schools += [(w, School(r["name"], r["kind"])) for w in _aliases(r, "name")]
    school_patterns.sort(key=lambda p: (_SCHOOL_ORDER.index(p[1]), p[0].isascii(), -len(p[0]), p[0]))

    institutions: list[tuple[str, Institution]] = []
    first: list[tuple[str, Institution]] = []
    patterns: list[tuple[str, Institution]] = []
    for r in rows("institutions.csv", "name", "kind", "counts_as_bank", "aliases"):
        item = Institution(r["name"], r["kind"], r["counts_as_bank"])
        place = {"pattern_first": first, "pattern": patterns}.get(r["kind"], institutions)
        place += [(w, item) for w in _aliases(r, "name")]

    preferred: dict[str, tuple[tuple[str, str], ...]] = {}
    for r in rows("preferred.csv", "key", "role", "term"):
        if (r["key"], r["role"]) not in preferred.get(r["term"], ()):
            preferred[r["term"]] = (*preferred.get(r["term"], ()), (r["key"], r["role"]))

    return Lexicon(
        degrees=TermIndex(degrees),
        modes=TermIndex(parsed("study_modes.csv", "term", "mode", lambda v: StudyMode(v) if v else None)),
        statuses=TermIndex((r["term"], r["status"]) for r in rows("education_status.csv", "term", "status")),
        titles=TermIndex((r["word"], r["word"]) for r in rows("title_words.csv", "word")),
        employers=TermIndex((r["word"], r["word"]) for r in rows("employer_words.csv", "word")),
        labels=TermIndex((r["label"], r["field"]) for r in rows("labels.csv", "label", "field")),
        others=TermIndex((w, w) for w in load_words("others_words.txt", data_dir)),
        negation=re.compile("|".join(map(re.escape, load_words("negations.txt", data_dir)))),
        schools=TermIndex(schools),
        school_words=SchoolWords(tuple(dict.fromkeys(school_patterns))),
        institutions=TermIndex(institutions),
        institution_first=NamePatterns(first),
        institution_patterns=NamePatterns(patterns),
        skills=TermIndex(
            (w, (r["skill"], r["kind"]))
            for r in rows("skills.csv", "skill", "aliases", "kind")
            for w in _aliases(r, "skill")
        ),
        certificates=TermIndex(
            (w.strip().lower(), (r["certificate"], ""))
            for r in rows("certificates.csv", "certificate", "aliases")
            for w in [r["certificate"], *r["aliases"].split("|")]
            if w.strip() and not (w == r["certificate"] and _DISPLAY_NAME.search(w))
        ),
        preferred_index=TermIndex(preferred.items()),
    )


# --- a pattern tried only where it may begin ------------------------------------------------------------------------


def places(hint: re.Pattern[str], text: str) -> Iterator[int]:
    """Where ``hint`` finds something: it should begin with plain characters, so that the search skips to them, and
    look at more than one only ahead or behind, so that no place is passed over.
    """
    return (match.start() for match in hint.finditer(text))


def tried(
    pattern: re.Pattern[str], at: Iterable[int], text: str, start: int = 0, end: int | None = None
) -> Iterator[re.Match[str]]:
    """As ``pattern.finditer(text, start, end)``, where ``at`` are in order all places at which it may begin."""
    stop = len(text) if end is None else end
    for place in at:
        if place >= start and (match := pattern.match(text, place, stop)) is not None:
            yield match
            start = match.end()


# --- small questions every extractor asks -------------------------------------------------------------------------

# a full stop not within B.A. Finance
_CLAUSE_END = re.compile(r"[。;!?\n.](?:(?<!\.)|(?<![\s.,(][a-z]\.)(?<!^[a-z]\.)(?=\s|[\u4e00-\u9fff]))")
_COMMA_END = re.compile(r"[。;!?\n,、:]")


CLAUSE_REACH = 301  # characters to either side beyond which no clause goes


@lru_cache(maxsize=4)  # every extractor asks for clauses of the resume at hand
def _clause_ends(folded: str) -> tuple[int, ...]:
    """Places of the marks that end clauses."""
    return tuple(m.start() for m in _CLAUSE_END.finditer(folded))


def clause(folded: str, at: int) -> tuple[int, int]:
    """Offsets of the clause (up to 。；！？ or a line end) around ``at``."""
    marks = _clause_ends(folded)
    before = behind = bisect_left(marks, at)
    reach = min(len(folded), at + 300)  # a text without any stop must not be read to its end for every word
    # a full stop in Latin letters ends a clause only together with what follows it, which must lie on the same side
    if before and marks[before - 1] == at - 1 and folded[at - 1] == ".":
        before -= 1
    start = max(marks[before - 1] + 1 if before else 0, at - 300, 0)
    stop = marks[behind] if behind < len(marks) and marks[behind] < reach else reach
    return start, reach if stop == reach - 1 and folded[stop] == "." else stop


def is_negated(lex: Lexicon, folded: str, at: int, reach: int = 6) -> bool:
    """Whether a negation stands shortly before ``at`` in the same part of the sentence (无金融产品经理经验)."""
    start = at - reach if at > reach else 0
    if lex.negation.search(folded, start, at) is None:
        return False
    for match in _COMMA_END.finditer(folded, start, at):
        start = match.end()
    return lex.negation.search(folded, start, at) is not None


def about_others(lex: Lexicon, folded: str, at: int) -> bool:
    """Whether the words before ``at`` in its clause speak of another person or of a demand (配偶为硕士), and none after
    them of the writer again (配偶为硕士，本人大专).
    """
    start, _ = clause(folded, at)
    start = max(start, at - 60)
    if lex.others.first(folded, start, at) is None:
        return False
    return lex.others.first(folded, own_again(folded, start, at), at) is not None


def own_again(folded: str, start: int, at: int) -> int:
    """Where the writer speaks of himself again behind others, before ``at`` (配偶为硕士，本人…); ``start`` if nowhere."""
    for match in _OWN_AGAIN.finditer(folded, start, at):
        start = match.end()
    return start


_OWN_AGAIN = re.compile(r"[,、;]\s?[而但]?(?:本人|我(?![们的])|自己)")
