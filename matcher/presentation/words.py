"""Chinese words for rules, outcomes, tiers and features (data/presentation.csv), and text made safe to show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from matcher.knowledge import DATA_DIR, read_table
from matcher.people import mask_contacts
from matcher.schema import Basis, Evidence, Outcome, Tier, Verdict

# Tiers from the one to call first to the one to call last, as a shortlist is ordered.
TIERS = (Tier.PRIORITY, Tier.VERIFY, Tier.WAIVER, Tier.RESERVE, Tier.NOT_MET, Tier.NO_FIT)
OUTCOMES = (Outcome.MEETS, Outcome.UNKNOWN, Outcome.WAIVABLE, Outcome.FAILS)

# Control characters, surrogates, non-characters and marks that turn the direction of text: they stop an export (B215),
# drive a terminal, or make a line read differently from what it says.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_EDGES = " |｜│·•,，;；、"  # separators that say nothing at the ends of a quote
_SPACE = re.compile(r"\s+")


@lru_cache
def _table(data_dir: Path) -> dict[tuple[str, str], tuple[str, str]]:
    rows = read_table(data_dir / "presentation.csv", ["kind", "key", "word", "mark"])
    return {(row["kind"], row["key"]): (row["word"], row["mark"]) for _, row in rows}


def word(kind: str, key: str, data_dir: Path = DATA_DIR) -> str:
    """The word for a key; the key itself when the table does not know it, so that nothing is lost."""
    return _table(data_dir).get((kind, key), (key, ""))[0]


def knows(kind: str, key: str, data_dir: Path = DATA_DIR) -> bool:
    """Whether the table has a word for a key."""
    return (kind, key) in _table(data_dir)


def mark(outcome: Outcome, encoding: str = "utf-8", data_dir: Path = DATA_DIR) -> str:
    """One sign for an outcome; √ and × where ✓ and ✗ cannot be written (GBK consoles)."""
    sign = _table(data_dir)["outcome", outcome.value][1]
    try:
        sign.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return word("plain_mark", outcome.value, data_dir)
    return sign


def answer_key(verdict: Verdict, data_dir: Path = DATA_DIR) -> tuple[str, str]:
    """Kind and key of the word for an outcome, with how it is known where that matters: 推定符合, 未提及."""
    key = f"{verdict.outcome.value}/{verdict.basis.value}"
    if verdict.outcome is Outcome.MEETS and verdict.basis is not Basis.STATED and knows("answer", key, data_dir):
        return "answer", key
    return "outcome", verdict.outcome.value


def answer(verdict: Verdict, data_dir: Path = DATA_DIR) -> str:
    """The outcome in a word: ``answer_key`` in Chinese."""
    return word(*answer_key(verdict, data_dir), data_dir)


def plain(text: str) -> str:
    """``text`` without control characters, surrogates and direction marks; line feeds and tabs stay."""
    return _UNSAFE.sub("", text)


def one_line(text: str) -> str:
    """``plain`` with every run of white space turned to one space."""
    return _SPACE.sub(" ", plain(text)).strip()


def clip(text: str, length: int) -> str:
    """At most ``length`` characters, with an ellipsis when cut."""
    return text if len(text) <= length else text[: length - 1] + "…"


def quotes(text: str, evidence: tuple[Evidence, ...], length: int = 40) -> list[str]:
    """The evidence in the resume's own words, in the order of the resume, made fit to show.

    Pieces that overlap or stand close on one line are quoted together; each quote is one line of at most ``length``
    characters; phone numbers, e-mails and identity numbers are masked.
    """
    spans: list[list[int]] = []
    for item in sorted(evidence, key=lambda e: (e.start, -e.end)):
        if item.start >= item.end:
            continue
        if spans:
            last, between = spans[-1], text[spans[-1][1] : item.start]
            near = item.start <= last[1] or (len(between) <= 4 and not any(c.isalnum() for c in between))
            if near and max(last[1], item.end) - last[0] <= max(length, last[1] - last[0]):
                last[1] = max(last[1], item.end)
                continue
        spans.append([item.start, item.end])
    found = (clip(one_line(mask_contacts(text[a:b])).strip(_EDGES), length) for a, b in spans)
    return [q for q in dict.fromkeys(found) if q]


def flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested tables of settings as ``("waiver.min_score", 60.0)`` …, in their order."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
