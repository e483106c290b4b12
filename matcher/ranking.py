"""Tiers and order: positions for a candidate, candidates for a position. The same assessments sorted two ways."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.schema import Assessment, MatchResult, Outcome, Tier, Verdict


def tier(score: float, verdicts: Sequence[Verdict], policy: Mapping[str, Any]) -> Tier:
    """Who to call first (policy: tiers). A failed hard rule is shown and ranked lower, never dropped."""
    limits = policy["tiers"]
    outcomes = {v.outcome for v in verdicts if v.rule != "kinship"}
    if Outcome.FAILS in outcomes:
        return Tier.NO_FIT if score < limits["no_fit_below"] else Tier.NOT_MET
    experienced = any(v.rule == "experience" and v.outcome is Outcome.MEETS for v in verdicts)
    if score < limits["no_fit_below"] and not experienced:
        return Tier.NO_FIT
    if score < limits["reserve_min"]:
        return Tier.RESERVE  # whoever meets every hard rule stays in sight, whatever the words are like
    if Outcome.WAIVABLE in outcomes:
        return Tier.WAIVER
    if Outcome.UNKNOWN in {v.outcome for v in verdicts}:
        return Tier.VERIFY
    return Tier.PRIORITY if score >= limits["priority_min"] else Tier.RESERVE


TIER_ORDER = {
    t: i for i, t in enumerate((Tier.PRIORITY, Tier.VERIFY, Tier.WAIVER, Tier.RESERVE, Tier.NOT_MET, Tier.NO_FIT))
}


# Tiers in which an answer can change whom to call.
OPEN_TIERS = (Tier.VERIFY, Tier.WAIVER, Tier.RESERVE)


def best_positions(assessments: Iterable[Assessment]) -> tuple[Assessment, ...]:
    """Positions for one candidate: by score, then by number in the notice."""
    return tuple(sorted(assessments, key=lambda a: (-a.score, a.position_id)))


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate's place in a position's shortlist."""

    rank: int
    result: MatchResult
    assessment: Assessment


Place = tuple[int, float]  # tier, score: the smaller, the nearer the head of the shortlist


def place_of(found: Tier, score: float) -> Place:
    """Where an assessment stands in its position's shortlist, but for ties."""
    return TIER_ORDER[found], -score


def shortlist_key(result: MatchResult, assessment: Assessment) -> tuple[Any, ...]:
    """Order of a shortlist: tier, score, then the text itself, so that input order and file names change nothing."""
    return (*place_of(assessment.tier, assessment.score), result.text, result.name)


def shortlist(results: Iterable[MatchResult], position_id: int, most: int | None = None) -> tuple[Row, ...]:
    """Candidates for one position, best first."""
    pairs = [(r, a) for r in results for a in r.matches if a.position_id == position_id]
    if most is None:
        pairs.sort(key=lambda p: shortlist_key(*p))
    else:
        pairs = heapq.nsmallest(most, pairs, key=lambda p: shortlist_key(*p))
    return tuple(Row(i, r, a) for i, (r, a) in enumerate(pairs, start=1))


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over a whole pool, those included whom no shortlist keeps.

    ``resumes`` read, ``unmatched`` of them with 无合适岗位, ``tiers`` per position and tier.
    """

    resumes: int
    unmatched: int
    tiers: Mapping[tuple[int, Tier], int]


def count(results: Iterable[MatchResult]) -> Totals:
    """The totals of results."""
    return count_tiers(map(tiers_of, results))


def places_of(result: MatchResult) -> dict[int, Place]:
    """The place at each position."""
    return {a.position_id: place_of(a.tier, a.score) for a in result.matches}


def tiers_of(result: MatchResult) -> dict[int, Tier]:
    """The tier of each position."""
    return {a.position_id: a.tier for a in result.matches}


def count_tiers(resumes: Iterable[Mapping[int, Tier]]) -> Totals:
    """The totals of resumes by their tiers at the positions."""
    number = unmatched = 0
    tiers: Counter[tuple[int, Tier]] = Counter()
    for found in resumes:
        number += 1
        unmatched += all(t is Tier.NO_FIT for t in found.values())
        tiers.update(found.items())
    return Totals(number, unmatched, tiers)


def add_totals(totals: Sequence[Totals]) -> Totals:
    """The totals of several pools together."""
    tiers: Counter[tuple[int, Tier]] = Counter()
    for each in totals:
        tiers.update(each.tiers)
    return Totals(sum(t.resumes for t in totals), sum(t.unmatched for t in totals), tiers)


def best_of(results: Sequence[MatchResult], most: int) -> tuple[MatchResult, ...]:
    """The results that are among the best ``most`` of at least one position, in the order given.

    ``best_of(best_of(a) + best_of(b)) == best_of(a + b)``: pools can be pruned part by part, on many machines.
    """
    if len(results) <= most:
        return tuple(results)
    by_position: dict[int, list[tuple[tuple[Any, ...], int]]] = {}
    for i, result in enumerate(results):
        for a in result.matches:
            by_position.setdefault(a.position_id, []).append((shortlist_key(result, a), i))
    kept = {i for found in by_position.values() for _, i in heapq.nsmallest(most, found)}
    return tuple(results[i] for i in sorted(kept))
