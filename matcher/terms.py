"""One pass over a text for many words (Aho-Corasick, leftmost longest), with the right edges for Latin words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import ahocorasick_rs

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Hit(Generic[V]):
    """A word found: its value, the word, and offsets into the scanned text."""

    value: V
    term: str
    start: int
    end: int


class TermIndex(Generic[V]):
    """Finds the words of a table. Words are folded already (simplified, lower case).

    A word that begins or ends with a Latin letter or digit is found only as a whole: Java not in JavaScript (B165),
    risk stays whole (B169).
    """

    def __init__(self, terms: Iterable[tuple[str, V]]) -> None:
        table = dict(terms)
        self._terms = list(table)
        self._values = list(table.values())
        self._automaton = (
            ahocorasick_rs.AhoCorasick(self._terms, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
            if table
            else None
        )

    def scan(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Hit[V]]:
        """Hits in ``text[start:end]`` in order, without overlap."""
        if self._automaton is None:
            return
        stop = len(text) if end is None else end
        piece = text if start == 0 and stop == len(text) else text[start:stop]
        for index, s, e in self._automaton.find_matches_as_indexes(piece):
            s, e = s + start, e + start
            if _whole(text, s, e):
                yield Hit(self._values[index], self._terms[index], s, e)

    def first(self, text: str, start: int = 0, end: int | None = None) -> Hit[V] | None:
        """The first hit, or None."""
        return next(self.scan(text, start, end), None)


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
