"""One pass over a text for many words (Aho-Corasick, leftmost longest), with the right edges for Latin words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

import ahocorasick_rs

V = TypeVar("V")


class Hit(NamedTuple, Generic[V]):
    """A word found: offsets into the scanned text, its value, the word. A tuple, for very many are made and sorted."""

    start: int
    end: int
    value: V
    term: str


class TermIndex(Generic[V]):
    """Finds the words of a table. Words are folded already (simplified, lower case).

    A word that begins or ends with a Latin letter or digit is found only as a whole: Java not in JavaScript (B165),
    risk stays whole (B169).
    """

    def __init__(self, terms: Iterable[tuple[str, V]]) -> None:
        table = dict(terms)
        self._terms = [(term, value, _is_latin(term[0]), _is_latin(term[-1])) for term, value in table.items()]
        self._automaton = (
            ahocorasick_rs.AhoCorasick(list(table), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
            if table
            else None
        )

    def scan(self, text: str, start: int = 0, end: int | None = None) -> list[Hit[V]]:
        """Hits in ``text[start:end]`` in order, without overlap."""
        if self._automaton is None:
            return []
        piece = text if start == 0 and end is None else text[start:end]
        hits: list[Hit[V]] = []
        for index, s, e in self._automaton.find_matches_as_indexes(piece):
            term, value, latin_start, latin_end = self._terms[index]
            s, e = s + start, e + start
            if (latin_start or latin_end) and not _whole(text, s, e):
                continue
            hits.append(Hit(s, e, value, term))
        return hits

    def first(self, text: str, start: int = 0, end: int | None = None) -> Hit[V] | None:
        """The first hit, or None."""
        hits = self.scan(text, start, end)
        return hits[0] if hits else None


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _whole(text: str, start: int, end: int) -> bool:
    if _is_latin(text[start]) and start > 0 and _is_latin(text[start - 1]):
        return False
    return not (_is_latin(text[end - 1]) and end < len(text) and _is_latin(text[end]))


def nested_terms(terms: Sequence[str]) -> dict[str, tuple[tuple[str, int, int], ...]]:
    """Each term with all terms that lie inside it (itself too): ``(term, start, end)`` within the outer one."""
    if not terms:
        return {}
    automaton = ahocorasick_rs.AhoCorasick(list(terms))
    return {
        outer: tuple(
            (terms[i], s, e)
            for i, s, e in automaton.find_matches_as_indexes(outer, overlapping=True)
            if _whole(outer, s, e)
        )
        for outer in terms
    }
