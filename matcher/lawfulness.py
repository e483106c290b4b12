"""What a notice must not ask: words of data/forbidden_rules.csv (sex, marriage and children, birthplace, ethnicity,
religion, health). Such a sentence never becomes a rule; whoever wrote the notice is told, with the law and the mend.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from matcher.knowledge import DATA_DIR, cell, read_table
from matcher.schema import Position
from matcher.text import fold

KINDS = ("sex", "marital_child", "birthplace", "ethnicity", "religion", "health")


@dataclass(frozen=True, slots=True)
class Unlawful:
    """Words that ask for what must not be asked. ``start``/``end`` index the text that was checked."""

    kind: str
    words: str
    start: int
    end: int
    law: str
    mend: str


@dataclass(frozen=True, slots=True)
class UnlawfulClause:
    """Where the notice says it: ``position_id`` 0 is the common requirements."""

    position_id: int
    title: str
    column: str
    clause: str
    found: Unlawful


@dataclass(frozen=True, slots=True)
class _Pattern:
    kind: str
    expression: re.Pattern[str]
    law: str
    mend: str


@lru_cache
def load_forbidden(data_dir: Path = DATA_DIR) -> tuple[tuple[_Pattern, ...], tuple[_Pattern, ...]]:
    """``(forbidden, allowed)`` patterns over folded text. Raises KnowledgeError naming file and row."""
    path = data_dir / "forbidden_rules.csv"
    found: dict[str, list[_Pattern]] = {"forbidden": [], "allowed": []}
    for line, row in read_table(path, ["kind", "role", "pattern", "law", "mend"]):
        expression = cell(path, line, "pattern", row["pattern"], _compiled)
        kind = cell(path, line, "kind", row["kind"], _one_of(KINDS))
        role = cell(path, line, "role", row["role"], _one_of(tuple(found)))
        found[role].append(_Pattern(kind, expression, row["law"], row["mend"]))
    return tuple(found["forbidden"]), tuple(found["allowed"])


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(str(error)) from error


def _one_of(values: tuple[str, ...]) -> Callable[[str], str]:
    return lambda value: values[values.index(value)]


def unlawful(text: str, data_dir: Path = DATA_DIR) -> tuple[Unlawful, ...]:
    """Everything that ``text`` asks and must not, in order, without overlap; 男女不限 asks nothing."""
    folded = fold(text)
    forbidden, allowed = load_forbidden(data_dir)
    free = [m.span() for p in allowed for m in p.expression.finditer(folded)]
    hits = sorted(
        ((m.start(), -m.end(), p) for p in forbidden for m in p.expression.finditer(folded)), key=lambda h: h[:2]
    )
    found: list[Unlawful] = []
    for start, minus_end, pattern in hits:
        end = -minus_end
        if any(a < end and start < b for a, b in free) or (found and start < found[-1].end):
            continue
        found.append(Unlawful(pattern.kind, text[start:end], start, end, pattern.law, pattern.mend))
    return tuple(found)


# Columns of positions.csv that say what a notice asks for, with their fields; duties may speak of women's products or
# of minorities' regions.
ASKS = {
    "education": "education_text",
    "competencies": "competencies_text",
    "experience": "experience_text",
    "age": "age_text",
    "preferred_conditions": "preferred_text",
    "waiver": "waiver_text",
}
_CLAUSE = re.compile(r"[^。；;\n]+")


def clauses(text: str) -> Iterator[tuple[str, Unlawful]]:
    """Clauses of a text with what each asks and must not."""
    for clause in _CLAUSE.finditer(text):
        for found in unlawful(clause[0]):
            yield clause[0].strip(), found


def unlawful_clauses(positions: Iterable[Position], common: Iterable[str] = ()) -> Iterator[UnlawfulClause]:
    """Clauses of positions and of the common requirements that ask what must not be asked."""
    texts = [(p.position_id, p.title, column, getattr(p, name)) for p in positions for column, name in ASKS.items()]
    texts += [(0, "共同要求", "text", text) for text in common]
    for position_id, title, column, text in texts:
        for clause, found in clauses(text):
            yield UnlawfulClause(position_id, title, column, clause, found)
