"""Stretches of a resume that were copied from the notice: the employer's words, not the candidate's."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from matcher.knowledge import DATA_DIR, load_positions
from matcher.terms import TermIndex
from matcher.text import fold

_GAP = 120
# Long clauses from which a stretch is a pasted notice; one or two may be anybody's words.
PASTED = 3


@lru_cache
def clauses(data_dir: Path) -> tuple[str, ...]:
    """Clauses of the notice long enough that nobody writes them by chance, folded."""
    texts = (
        t
        for p in load_positions(data_dir)
        for t in (p.responsibilities_text, p.competencies_text, p.experience_text, p.preferred_text)
    )
    found = {c for t in texts for c in re.split(r"[,。;:\n、]", fold(t)) if len(c.strip()) >= 12}
    return tuple(c.strip() for c in sorted(found))


@lru_cache
def _clauses(data_dir: Path) -> TermIndex[None]:
    return TermIndex((c, None) for c in clauses(data_dir))


def copied(folded: str, data_dir: Path = DATA_DIR) -> list[tuple[int, int, int]]:
    """Stretches copied from the notice: start, end, number of long clauses.

    Short clauses between two copied ones were copied with them.
    """
    runs: list[tuple[int, int, int]] = []
    for hit in _clauses(data_dir).scan(folded):
        if runs and hit.start - runs[-1][1] < _GAP:
            start, _, number = runs.pop()
            runs.append((start, hit.end, number + 1))
        else:
            runs.append((hit.start, hit.end, 1))
    return runs
