"""Two results of one resume side by side, as plain data (docs/match.schema.json): what moved, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VerdictMove:
    """A rule that answers otherwise, with the new reason; an empty outcome: the rule did not apply."""

    rule: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class PartMove:
    """A part of the score that is worth more or less."""

    feature: str
    before: float
    after: float
    detail: str


@dataclass(frozen=True, slots=True)
class Move:
    """One position: scores and tiers before and after, the verdicts that changed, the parts that changed most first.

    A position that only one of two results lists has None for the other's score and "" for its tier.
    """

    position_id: int
    title: str
    before: float | None
    after: float | None
    tier_before: str
    tier_after: str
    verdicts: tuple[VerdictMove, ...]
    parts: tuple[PartMove, ...]


def moves(before: Json, after: Json) -> tuple[Move, ...]:
    """Positions whose score, tier or verdicts differ, in the order of ``after``."""
    old = {m["position_id"]: m for m in before["matches"]}
    new = {m["position_id"]: m for m in after["matches"]}
    found = (_move(i, old.get(i), new.get(i)) for i in [*new, *(i for i in old if i not in new)])
    return tuple(m for m in found if m.before != m.after or m.tier_before != m.tier_after or m.verdicts or m.parts)


def _move(position_id: int, old: Json | None, new: Json | None) -> Move:
    some = new or old
    assert some is not None
    return Move(
        position_id,
        some["title"],
        old["score"] if old else None,
        new["score"] if new else None,
        old["tier"] if old else "",
        new["tier"] if new else "",
        tuple(_verdicts(old, new)) if old and new else (),
        tuple(sorted(_parts(old, new), key=lambda p: (-abs(p.after - p.before), p.feature))) if old and new else (),
    )


def _verdicts(old: Json, new: Json) -> Iterator[VerdictMove]:
    for kind in ("verdicts", "preferred"):
        was = {v["rule"]: v for v in old[kind]}
        now = {v["rule"]: v for v in new[kind]}
        for rule in [*now, *(r for r in was if r not in now)]:
            before, after = (x[rule]["verdict"] if rule in x else "" for x in (was, now))
            if before != after:
                yield VerdictMove(rule, before, after, now[rule]["reason"] if rule in now else "")


def _parts(old: Json, new: Json) -> Iterator[PartMove]:
    was = {c["feature"]: c for c in old["contributions"]}
    now = {c["feature"]: c for c in new["contributions"]}
    for feature in [*now, *(f for f in was if f not in now)]:
        before, after = (x[feature]["points"] if feature in x else 0.0 for x in (was, now))
        if before != after:
            yield PartMove(feature, before, after, (now.get(feature) or was[feature])["detail"])


def fields_moved(before: Json, after: Json) -> tuple[str, ...]:
    """Fields of the candidate that were read otherwise."""
    old, new = before["candidate"], after["candidate"]
    return tuple(f for f in [*new, *(f for f in old if f not in new)] if old.get(f) != new.get(f))


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that a result was made with and that is another now: program, model, data_hash, policy, …"""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of one stored result. ``same``: every byte but what names the program, model, data and policy.

    ``fields`` of the candidate, and ``warnings`` (codes), that differ; ``text``: the program reads the text otherwise.
    """

    file: str
    as_of: dt.date
    exact: bool
    same: bool
    made_with: tuple[Difference, ...]
    moved: tuple[Move, ...]
    fields: tuple[str, ...]
    warnings: tuple[str, ...]
    text: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """One resume that another data folder judges otherwise, and the fields of the candidate that it reads otherwise."""

    file: str
    moves: tuple[Move, ...]
    fields: tuple[str, ...]

    def stepped(self) -> tuple[Move, ...]:
        """The moves that change a tier."""
        return tuple(m for m in self.moves if m.tier_before != m.tier_after)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a changed data folder would do to a pool. ``apart``: files that only one of the two could read."""

    as_of: dt.date
    changed: tuple[str, ...]  # data files
    refitted: bool
    resumes: int
    moved: tuple[Moved, ...]
    apart: tuple[str, ...]
