"""Small helpers for tests of text, extraction and rules: a text in, plain values out. No fitted model is needed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from matcher.extraction import extract
from matcher.extraction.dates import DateRange, find_ranges
from matcher.knowledge import load_policy, load_positions
from matcher.reading import read_path
from matcher.schema import (
    CandidateProfile,
    Evidence,
    Fact,
    MonthSpan,
    Position,
    ResumeText,
    Unreadable,
    Verdict,
)
from matcher.screening import screen
from matcher.text import fold, normalise, to_resume

ROOT = Path(__file__).resolve().parent.parent
RESUMES = ROOT / "tests" / "resumes"
AS_OF = dt.date(2026, 11, 24)  # the golden answers' date
CASES_DAY = dt.date(2024, 6, 30)  # the date that the known failures are written for
POSITIONS: dict[int, Position] = {p.position_id: p for p in load_positions()}


@lru_cache(maxsize=4096)
def profile(text: str, as_of: dt.date = AS_OF) -> CandidateProfile:
    """The profile of a raw text."""
    return extract(to_resume(text), as_of, load_policy())


@lru_cache(maxsize=4096)
def verdicts(text: str, position_id: int, as_of: dt.date = AS_OF) -> dict[str, Verdict]:
    """Rule to verdict, before waivers."""
    resume = to_resume(text)
    return {v.rule: v for v in screen(resume, profile(text, as_of), POSITIONS[position_id], load_policy())}


def outcome(text: str, position_id: int, rule: str, as_of: dt.date = AS_OF) -> str:
    """One rule's answer: meets, fails or unknown."""
    return verdicts(text, position_id, as_of)[rule].outcome.value


def ranges(text: str) -> list[DateRange]:
    """The periods found in a raw text."""
    return find_ranges(fold(normalise(text)[0]))


def written(text: str) -> list[str]:
    """The periods found in a raw text as ``start~end``: ``2018-09~2020-03``, ``2021-03~至今``, ``2020-05~`` (not stated)."""
    return [f"{r.start}~{'至今' if r.ongoing else r.end or ''}" for r in ranges(text)]


def months(fact: Fact[MonthSpan] | None) -> tuple[int, int]:
    """A span of months as ``(low, high)``; (0, 0) when absent."""
    return (fact.value.low, fact.value.high) if fact is not None and fact.value is not None else (0, 0)


def codes(found: CandidateProfile) -> set[str]:
    """Codes of a profile's notices."""
    return {n.code for n in found.notices}


def evidence_of(value: Any) -> Iterator[Evidence]:
    """Every Evidence anywhere inside a value made of dataclasses, mappings and tuples."""
    if isinstance(value, Evidence):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from evidence_of(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from evidence_of(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from evidence_of(getattr(value, name))


@lru_cache
def sample_resumes() -> tuple[ResumeText, ...]:
    """The resumes of tests/resumes as extraction meets them, in name order of their golden answers."""
    found = []
    for label in sorted(RESUMES.glob("*.json")):
        path = RESUMES / json.loads(label.read_text(encoding="utf-8"))["file"]
        (document,) = read_path(path)
        assert not isinstance(document, Unreadable), path.name
        found.append(to_resume(document.text, path.name, document.notices, document.fields))
    assert found
    return tuple(found)
