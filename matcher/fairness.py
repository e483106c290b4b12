"""The figures of a fairness audit: rates and impact ratios by group, what each rule costs, spreads of scores.

Pure counting over what ``matcher.audit`` notes of each resume; no figure of this module reaches a score or a verdict.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import exp, log, sqrt
from pathlib import Path
from statistics import median
from typing import Any

from matcher.knowledge import DATA_DIR, KnowledgeError, read_table
from matcher.lawfulness import UnlawfulClause
from matcher.schema import ModelInfo, Position, Tier, Unreadable
from matcher.screening_evaluation import wilson

CALLED = frozenset({Tier.PRIORITY, Tier.VERIFY, Tier.WAIVER})  # the tiers to call
UNKNOWN = "未写明"
SEX, AGE = "性别", "年龄段"
EVERY = 0  # in place of a position: called for at least one
BINS = 10  # of ten points each
RULES = ("min_degree", "full_time", "major", "experience", "age", "portfolio")


# --- settings -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Swap:
    """One thing that must not matter (data/audit.toml): what to write instead, and how to find what stands there."""

    key: str
    title: str
    label: str
    labels: tuple[str, ...]
    values: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of data/audit.toml; ``bands`` are upper ages, included."""

    line: float
    least: int
    bands: tuple[int, ...]
    swaps: tuple[Swap, ...]


@lru_cache
def load_settings(data_dir: Path = DATA_DIR) -> Settings:
    """Raises KnowledgeError when the file is missing, malformed or incomplete."""
    path = data_dir / "audit.toml"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        swaps = tuple(
            Swap(
                key,
                str(s["title"]),
                str(s["label"]),
                tuple(map(str, s["labels"])),
                tuple(map(str, s["values"])),
                tuple(map(str, s["words"])),
            )
            for key, s in found["swaps"].items()
        )
        bands = tuple(int(b) for b in found["age"]["bands"])
        settings = Settings(float(found["line"]["four_fifths"]), int(found["line"]["least_group"]), bands, swaps)
    except FileNotFoundError as error:
        raise KnowledgeError(f"{path.name}：找不到文件；请从项目的 data/ 目录恢复 (file not found: {path})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}：格式有误：{error} (bad TOML)") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise KnowledgeError(f"{path.name}：缺少或写错了一项：{error} (missing or wrong)") from error
    if list(bands) != sorted(set(bands)) or not bands or not 0 < settings.line <= 1:
        raise KnowledgeError(f"{path.name}：[age] bands 应从小到大，[line] four_fifths 应在 0 与 1 之间 (bad value)")
    if any(len(set(s.values)) < 2 for s in swaps):
        raise KnowledgeError(f"{path.name}：[swaps] 每项的 values 至少要有两个不同的值 (two values needed)")
    return settings


def band_names(bands: Sequence[int]) -> tuple[str, ...]:
    """Names of the age bands, youngest first: 25岁及以下, 26–30岁, …, 41岁及以上."""
    middle = (f"{low + 1}–{high}岁" for low, high in pairwise(bands))
    return (f"{bands[0]}岁及以下", *middle, f"{bands[-1] + 1}岁及以上")


def age_band(ages: tuple[int, int] | None, bands: Sequence[int]) -> str:
    """The band that holds the whole range of possible ages; UNKNOWN when there is none."""
    if ages is None:
        return UNKNOWN
    low, high = (sum(a > b for b in bands) for a in ages)
    return band_names(bands)[low] if low == high else UNKNOWN


def load_groups(path: Path) -> tuple[tuple[str, ...], dict[str, dict[str, str]]]:
    """A table of groups: ``file`` and one column a dimension; ``(dimensions, file to {dimension: group})``.

    A column 性别 or sex goes before what resumes say; an empty cell says nothing. Raises KnowledgeError.
    """
    table: dict[str, dict[str, str]] = {}
    dimensions: tuple[str, ...] = ()
    for line, row in read_table(path, ["file"]):
        named = {SEX if c.strip().lower() == "sex" else c.strip(): v for c, v in row.items() if c != "file"}
        dimensions = tuple(named)
        if row["file"] in table:
            raise KnowledgeError(f"{path.name}：第 {line} 行的文件“{row['file']}”重复 (row {line}: duplicate)")
        table[row["file"]] = {d: v for d, v in named.items() if v}
    if not dimensions:
        raise KnowledgeError(f"{path.name}：除 file 外至少要有一列分组，如 性别 (no group columns, or no rows)")
    return dimensions, table


# --- one resume ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """What the audit keeps of one resume; mappings go by position, ``without`` is without the age rule."""

    groups: Mapping[str, str]
    scores: Mapping[int, float]
    tiers: Mapping[int, Tier]
    without: Mapping[int, Tier]
    fails: Mapping[int, tuple[str, ...]]  # rules that say 不符合
    near: frozenset[int]  # positions whose trade the resume speaks of, whatever the rules say

    def called(self, position_id: int, without_age: bool = False) -> bool:
        """Whether the person is in a tier to call, for a position or (EVERY) for any."""
        tiers = self.without if without_age else self.tiers
        return any(t in CALLED for t in tiers.values()) if position_id == EVERY else tiers[position_id] in CALLED


# --- impact ratios ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Impact:
    """One group: how many are called, the rate, and the rate over the best group's. Intervals are 95 %.

    ``finding``: reference, fine (at or above the line), low (below it, and the interval stays below 1), unsure (below it,
    but chance could do that), few (too few people to say), unknown (not stated), nobody (no group has anyone called).
    """

    group: str
    n: int
    called: int
    rate: float
    rate_low: float
    rate_high: float
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    finding: str
    called_without_age: int
    ratio_without_age: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The groups of one dimension, for a position or (EVERY) for being called at all."""

    dimension: str
    position_id: int
    reference: str  # the group with the highest rate; "" when there is none
    rows: tuple[Impact, ...]


def ratio_interval(called: int, n: int, of_called: int, of_n: int) -> tuple[float, float]:
    """95 % interval of the ratio of two proportions (logarithms, half a case added to each: Walter 1975)."""
    a, b, c, d = called + 0.5, n + 0.5, of_called + 0.5, of_n + 0.5
    centre = log(a / b) - log(c / d)
    half = 1.96 * sqrt(max(0.0, 1 / a - 1 / b + 1 / c - 1 / d))
    return exp(centre - half), exp(centre + half)


def compare(
    people: Sequence[Person], dimension: str, position_id: int, order: Sequence[str], settings: Settings
) -> Comparison:
    """Impact ratios of a dimension's groups; ``order`` names groups that come first, UNKNOWN comes last."""
    n, called, without = Counter[str](), Counter[str](), Counter[str]()
    for one in people:
        group = one.groups.get(dimension, UNKNOWN)
        n[group] += 1
        called[group] += one.called(position_id)
        without[group] += one.called(position_id, without_age=True)
    names = [*(g for g in order if g in n), *sorted(g for g in n if g not in order and g != UNKNOWN)]
    names += [UNKNOWN] if UNKNOWN in n else []

    def best(counts: Mapping[str, int]) -> str:
        able = [g for g in names if g != UNKNOWN and n[g] >= settings.least]
        found = max(able, key=lambda g: counts[g] / n[g], default="")
        return found if found and counts[found] else ""

    reference, reference_without = best(called), best(without)
    rows = []
    for group in names:
        low, high = wilson(called[group], n[group])
        ratio = _ratio(called, n, group, reference)
        between = ratio_interval(called[group], n[group], called[reference], n[reference]) if reference else None
        if between is not None and ratio is not None:
            between = (min(between[0], ratio), max(between[1], ratio))
        rows.append(
            Impact(
                group, n[group], called[group], called[group] / n[group], low, high, ratio,
                between[0] if between else None, between[1] if between else None,
                _finding(group, n[group], ratio, between, reference, settings),
                without[group], _ratio(without, n, group, reference_without),
            )
        )  # fmt: skip
    return Comparison(dimension, position_id, reference, tuple(rows))


def _ratio(counts: Mapping[str, int], n: Mapping[str, int], group: str, reference: str) -> float | None:
    return (counts[group] / n[group]) / (counts[reference] / n[reference]) if reference else None


def _finding(
    group: str, n: int, ratio: float | None, between: tuple[float, float] | None, reference: str, settings: Settings
) -> str:
    if ratio is None or between is None:
        return "nobody"
    if group == UNKNOWN:
        return "unknown"
    if group == reference:
        return "reference"
    if n < settings.least:
        return "few"
    if ratio >= settings.line:
        return "fine"
    return "low" if between[1] < 1 else "unsure"


# --- rules --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """One rule and one group: of ``pairs`` of a person and a position, how many fail it, and how many fail it alone.

    Only pairs where the resume speaks of the position's trade count: of a chef who applies nowhere near a bank no rule
    says anything.
    """

    rule: str
    dimension: str
    group: str
    pairs: int
    fails: int
    alone: int


def rule_effects(
    people: Sequence[Person], rules: Sequence[str], dimension: str, groups: Sequence[str]
) -> list[RuleEffect]:
    """Effects of ``rules`` on ``groups`` of a dimension, over all positions."""
    pairs, fails, alone = Counter[str](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in people:
        group = one.groups.get(dimension, UNKNOWN)
        for position_id, failed in one.fails.items():
            if position_id not in one.near:
                continue
            pairs[group] += 1
            fails.update((rule, group) for rule in failed)
            alone.update((rule, group) for rule in failed if len(failed) == 1)
    return [
        RuleEffect(rule, dimension, group, pairs[group], fails[rule, group], alone[rule, group])
        for rule in rules
        for group in groups
    ]


@dataclass(frozen=True, slots=True)
class AgeCost:
    """What the age rule alone costs at a position (EVERY: at all of them): called with it, called without it."""

    position_id: int
    max_age: int | None
    called: int
    without: int

    @property
    def lost(self) -> int:
        """People who would be called were it not for their age."""
        return self.without - self.called


def age_costs(people: Sequence[Person], positions: Sequence[Position]) -> tuple[AgeCost, ...]:
    """The cost for being called at all, then for each position."""
    limits = {EVERY: None, **{p.position_id: p.max_age for p in positions}}
    return tuple(
        AgeCost(i, limit, sum(p.called(i) for p in people), sum(p.called(i, without_age=True) for p in people))
        for i, limit in limits.items()
    )


@dataclass(frozen=True, slots=True)
class Distribution:
    """Scores at a position: ``counts[tier][bin]`` in bins of ten points; ``middle`` is the median of those in the trade."""

    position_id: int
    counts: Mapping[Tier, tuple[int, ...]]
    n: int
    middle: float | None


def distribution(people: Sequence[Person], position_id: int) -> Distribution:
    """How the scores of all people spread at one position."""
    bins = Counter((p.tiers[position_id], min(BINS - 1, int(p.scores[position_id] // 10))) for p in people)
    near = [p.scores[position_id] for p in people if p.tiers[position_id] is not Tier.NO_FIT]
    counts = {t: tuple(bins[t, i] for i in range(BINS)) for t in Tier}
    return Distribution(position_id, counts, len(people), median(near) if near else None)


# --- counterfactual swaps -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """A swap that changed something: a fault to mend."""

    file: str
    position_id: int
    before: str
    after: str
    score_before: float
    score_after: float
    what: str  # the verdicts or the tier that changed, in stable words


@dataclass(frozen=True, slots=True)
class Swapped:
    """All swaps of one kind: ``stated`` resumes say the thing already, ``added`` had a line added; counts of changes.

    ``compared`` counts pairs of two texts and a position.
    """

    key: str
    title: str
    values: tuple[str, ...]
    stated: int
    added: int
    compared: int
    scores: int
    verdicts: int
    tiers: int
    largest: float
    changes: tuple[Change, ...]


# --- the whole audit ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything the report shows. ``dimensions`` names each dimension's groups in order."""

    as_of: dt.date
    resumes: int
    unreadable: tuple[Unreadable, ...]
    positions: tuple[Position, ...]
    model: ModelInfo
    settings: Settings
    dimensions: Mapping[str, tuple[str, ...]]
    comparisons: tuple[Comparison, ...]
    rules: tuple[RuleEffect, ...]
    age_costs: tuple[AgeCost, ...]
    distributions: tuple[Distribution, ...]
    swaps: tuple[Swapped, ...]
    swapped_resumes: int
    unlawful: tuple[UnlawfulClause, ...]
    ungrouped: tuple[str, ...] = ()  # files of the groups table that the pool does not hold


def audit_to_dict(found: Audit) -> dict[str, Any]:
    """The audit as plain data: every figure of the report, no name and no text of a resume but the files' names."""
    return {
        "as_of": found.as_of.isoformat(),
        "resumes": found.resumes,
        "unreadable": [{"file": u.name, "code": u.code} for u in found.unreadable],
        "model": {"version": found.model.version, "data_hash": found.model.data_hash},
        "line": found.settings.line,
        "least_group": found.settings.least,
        "impact": [
            {
                "dimension": c.dimension,
                "position_id": c.position_id or None,
                "reference": c.reference or None,
                "groups": [
                    {
                        "group": r.group,
                        "n": r.n,
                        "called": r.called,
                        "rate": _rounded(r.rate, r.rate_low, r.rate_high),
                        "ratio": _rounded(r.ratio, r.ratio_low, r.ratio_high),
                        "finding": r.finding,
                        "called_without_age_rule": r.called_without_age,
                        "ratio_without_age_rule": None if r.ratio_without_age is None else round(r.ratio_without_age, 4),
                    }
                    for r in c.rows
                ],
            }
            for c in found.comparisons
        ],
        "rules": [
            {"rule": e.rule, "dimension": e.dimension, "group": e.group, "pairs": e.pairs, "fails": e.fails, "alone": e.alone}
            for e in found.rules
        ],
        "age_rule": [
            {"position_id": c.position_id or None, "max_age": c.max_age, "called": c.called, "called_without": c.without}
            for c in found.age_costs
        ],
        "scores": [
            {
                "position_id": d.position_id,
                "n": d.n,
                "median_in_trade": d.middle,
                "bins": {t.value: list(v) for t, v in d.counts.items()},
            }
            for d in found.distributions
        ],
        "swaps": [
            {
                "what": s.key,
                "values": list(s.values),
                "resumes_stated": s.stated,
                "resumes_added": s.added,
                "compared": s.compared,
                "score_changes": s.scores,
                "verdict_changes": s.verdicts,
                "tier_changes": s.tiers,
                "largest_score_change": round(s.largest, 2),
                "changes": [
                    {"file": c.file, "position_id": c.position_id, "score": [c.score_before, c.score_after], "what": c.what}
                    for c in s.changes
                ],
            }
            for s in found.swaps
        ],
        "unlawful": [
            {
                "position_id": u.position_id or None,
                "column": u.column,
                "clause": u.clause,
                "kind": u.found.kind,
                "words": u.found.words,
                "law": u.found.law,
            }
            for u in found.unlawful
        ],
        "groups_without_resume": list(found.ungrouped),
    }  # fmt: skip


def _rounded(value: float | None, low: float | None, high: float | None) -> dict[str, float] | None:
    if value is None or low is None or high is None:
        return None
    return {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}
