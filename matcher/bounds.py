"""The best place that each resume of a stored pool can have for a position, reckoned for many at once.

A place is one whole number, smaller is better: the tier, then the score in hundredths, as ``shortlist_key`` orders
them. What adds up to a score is known but for the last digits of sums of float32; where an answer is open, the better
place is taken. So a place is never worse than the true one, and hardly ever better.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.asked import FAILS, MEETS, SMALL, UNKNOWN, Asked, Codes
from matcher.facts import LIMITS, Rows
from matcher.ranking import TIER_ORDER
from matcher.schema import Tier
from matcher.scoring import Ranker

Floats = NDArray[np.float64]

_TIER = 20_000  # places between tiers; scores take 0 to 10,000


def place(tier: Tier, score: float) -> int:
    """The place of an assessment."""
    return TIER_ORDER[tier] * _TIER + 10_000 - round(score * 100)


@dataclass(frozen=True, slots=True)
class Sums:
    """(n,) text scores: ``own`` position's, that of backed words (``worked``), and the ``most`` of any position."""

    own: Floats
    worked: Floats
    most: Floats


def text_sums(
    columns: NDArray[Any], values: NDArray[np.float32], ends: NDArray[Any], ranker: Ranker, position_id: int
) -> Sums:
    """Text scores of ``n`` vectors: those of words ``ends[i]`` to ``ends[i + 1]``, the value of a word that is not backed negative."""
    from scipy.sparse import csr_array

    at = ranker.position_ids.index(position_id)
    shape = (len(ends) - 1, len(ranker.words))
    columns = columns.astype(np.int32)
    starts = (ends - ends[0]).astype(np.int32)
    totals = (csr_array((np.abs(values), columns, starts), shape=shape) @ ranker.whole).astype(np.float64)
    worked = csr_array((np.maximum(values, np.float32(0)), columns, starts), shape=shape) @ np.ascontiguousarray(
        ranker.whole[:, at]
    )
    return Sums(totals[:, at], worked.astype(np.float64), totals.max(axis=1))


def places(asked: Asked, ranker: Ranker, rows: Rows, sums: Sums) -> NDArray[np.int64]:
    """(n,) a place for each row that is no worse than its true one."""
    codes = asked.simple(rows)
    met = asked.preferred(rows)
    possible = asked.experience(rows)
    surely, perhaps = asked.long_enough(rows)
    failed = codes["major"] == FAILS
    months = asked.months(rows)
    s = ranker.weights["score"]
    z = _text(ranker, rows, sums) + _other(s, codes, met)
    best = np.full(len(rows), np.iinfo(np.int64).max)
    for experience in (MEETS, UNKNOWN, SMALL, FAILS):
        # a failed major is a small matter for whoever worked long enough in the position's domains
        for major, true in ((FAILS, ~(failed & surely)), (SMALL, failed & perhaps)):
            some = np.flatnonzero(possible[:, experience] & true)
            if not len(some):
                continue
            answers = {rule: code[some] for rule, code in codes.items() if rule != "quoted"}
            answers["experience"] = np.full(len(some), experience, np.int8)
            if major == SMALL:
                answers["major"] = np.full(len(some), SMALL, np.int8)
            known = z[some] + _experience(
                asked.position.min_years * 12, s, months[0][some], months[1][some], experience
            )
            best[some] = np.minimum(best[some], _placed(asked, ranker, answers, known, met[some] > 0))
    return best


def _text(ranker: Ranker, rows: Rows, sums: Sums) -> Floats:
    """Log-odds of the text, limited, and of a rival position; with what float32 may have cost them."""
    s = ranker.weights["score"]
    unit = float(s["text"])
    limit = np.minimum(
        unit * np.array([float(s[name]) for name in LIMITS])[rows["limit"]],
        unit * (np.maximum(sums.worked, 0.0) + float(s["text_beyond_work"])),
    )
    gap = sums.most - sums.own
    rival = np.where(gap > 0.0, -np.minimum(float(s["rival"]) * gap, float(s["rival_max"])), 0.0)
    # vectors have length 1 at most: a sum's terms are no larger than the position's own vector
    largest = float(np.sqrt(np.square(np.abs(ranker.parts).sum(axis=1) + np.abs(ranker.none)[:, None]).sum(0).max()))
    error = 128 * 2.0**-24 * largest
    found: Floats = np.minimum(unit * sums.own, limit) + rival + error * (abs(unit) + 2 * abs(float(s["rival"])))
    return found


def _other(s: Mapping[str, Any], codes: Mapping[str, Codes], met: NDArray[np.int64]) -> Floats:
    """Log-odds of the base, the major and the preferred conditions."""
    quoted = codes["quoted"] == 1
    major = float(s["major"]) * (quoted & (codes["major"] == MEETS))
    near = float(s["major_near"]) * (quoted & (codes["major"] == UNKNOWN))
    preferred = np.where(met > 0, np.minimum(float(s["preferred"]) * met, float(s["preferred_max"])), 0.0)
    found: Floats = float(s["base"]) + major + near + preferred
    return found


def _experience(
    need: int, s: Mapping[str, Any], months: NDArray[np.int64], possible: NDArray[np.int64], code: int
) -> Floats:
    """Log-odds of sure and possible months in the position's domains, where the rule of experience gives ``code``."""
    if need == 0:
        return np.zeros(len(months))
    if code == MEETS:
        months = np.maximum(months, need)
    sure = np.minimum(months / need, 1.0)
    more = np.clip(months / need - 1.0, 0.0, 1.0)
    maybe = np.maximum(np.minimum(possible / need, 1.0) - sure, 0.0)
    found: Floats = (
        float(s["experience"]) * sure + float(s["experience_more"]) * more + float(s["experience_possible"]) * maybe
    )
    return found


def _placed(
    asked: Asked, ranker: Ranker, answers: Mapping[str, Codes], z: Floats, preferred: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The better place of those that the answers can lead to: as they are, or with small failures waived."""
    waiver = asked.policy["waiver"]
    fails = np.any([c >= SMALL for c in answers.values()], axis=0)
    found = _in_tiers(asked, answers, _hundredths(z + _penalty(ranker, answers, waived=False)), fails, ~fails & False)
    small = fails & ~np.any([c == FAILS for c in answers.values()], axis=0)
    if asked.position.waivable and small.any():
        points = _hundredths(z + _penalty(ranker, answers, waived=True))
        score = points / 100.0  # as scoring divides: limits are compared with the very same number
        enough = (score >= waiver["min_score"]) | (preferred & (score >= waiver["min_score_with_preferred"]))
        waived = _in_tiers(asked, answers, points, fails & False, small)
        found = np.where(small & enough, np.minimum(found, waived), found)
    return found


def _penalty(ranker: Ranker, answers: Mapping[str, Codes], waived: bool) -> Floats:
    p = ranker.weights["penalty"]
    total = np.zeros(len(answers["experience"]))
    for rule, code in answers.items():
        if rule in ("kinship", "certificate"):
            continue  # they cost nothing
        total -= float(p[f"{rule}_fails"]) * np.where(
            code == SMALL, float(p["waivable_share"]) if waived else 1.0, code == FAILS
        )
    return np.maximum(total, -float(p["total_max"]))


def _hundredths(z: Floats) -> NDArray[np.int64]:
    """The score in whole hundredths."""
    return np.floor(10_000.0 / (1.0 + np.exp(-z)) + 0.501).astype(np.int64)


def _in_tiers(
    asked: Asked,
    answers: Mapping[str, Codes],
    points: NDArray[np.int64],
    fails: NDArray[np.bool_],
    waived: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Places of scores in hundredths, by the tiers of ``ranking.tier``."""
    limits = asked.policy["tiers"]
    unknown = np.any([c == UNKNOWN for c in answers.values()], axis=0)
    score = points / 100.0
    low = score < limits["no_fit_below"]
    tiers = np.select(
        [
            fails & low,
            fails,
            low & (answers["experience"] != MEETS),
            score < limits["reserve_min"],
            waived,
            unknown,
            score >= limits["priority_min"],
        ],
        [
            TIER_ORDER[t]
            for t in (Tier.NO_FIT, Tier.NOT_MET, Tier.NO_FIT, Tier.RESERVE, Tier.WAIVER, Tier.VERIFY, Tier.PRIORITY)
        ],
        TIER_ORDER[Tier.RESERVE],
    )
    found: NDArray[np.int64] = tiers * _TIER + 10_000 - points
    return found
