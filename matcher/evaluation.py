"""The measures of ranking quality, with bootstrap intervals. Pure functions over labelled rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.knowledge import KnowledgeError, read_table

RESAMPLES = 1000
SEED = 20261124


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A text and the positions of which any counts as right."""

    row_id: str
    text: str
    group: str
    allowed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Measure:
    """A mean with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures over ``n`` rows. All lie in 0..1.

    ``top1``/``top3``: a right position stands first / among the first three. ``mrr``: mean of 1 / rank of the best
    right position. ``ndcg3``: 1 / log2(1 + that rank) within the first three, else 0 (any one right position suffices).
    """

    n: int
    top1: Measure
    top3: Measure
    mrr: Measure
    ndcg3: Measure


@dataclass(frozen=True, slots=True)
class Report:
    """``macro`` is the plain mean over label groups, so that a large group does not hide a small one."""

    overall: Measures
    macro: Measures
    groups: Mapping[str, Measures]
    confusion: Mapping[str, Mapping[int, int]]  # group -> position ranked first -> rows

    def as_dict(self) -> dict[str, object]:
        """Plain dictionaries for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Pair:
    """Of two resumes the better one for a position, and why."""

    position_id: int
    better: str
    worse: str
    why: str


def load_rows(path: Path) -> tuple[LabelledRow, ...]:
    """Read ``id,text,label_group``. Raises KnowledgeError naming file and row."""
    rows = []
    for line, row in read_table(path, ["id", "text", "label_group"]):
        try:
            allowed = frozenset(int(i) for i in row["label_group"].split("|"))
        except ValueError as error:
            raise KnowledgeError(
                f"{path.name}：第 {line} 行的 label_group“{row['label_group']}”应为岗位编号，多个用 | 分隔 (row {line})"
            ) from error
        rows.append(LabelledRow(row["id"], row["text"], row["label_group"], allowed))
    if not rows:
        raise KnowledgeError(f"{path.name}：没有任何数据行 (no rows)")
    return tuple(rows)


def load_pairs(path: Path) -> tuple[Pair, ...]:
    """Read ``position_id,better,worse,why``. Raises KnowledgeError naming file and row."""
    pairs = []
    for line, row in read_table(path, ["position_id", "better", "worse", "why"]):
        if not row["position_id"].isdigit():
            raise KnowledgeError(f"{path.name}：第 {line} 行的 position_id 不是数字 (row {line})")
        pairs.append(Pair(int(row["position_id"]), row["better"], row["worse"], row["why"]))
    return tuple(pairs)


def best_rank(order: Sequence[int], allowed: frozenset[int]) -> int:
    """Rank (from 1) of the best right position in ``order``; one past the end when none is there."""
    return next((i for i, position in enumerate(order, 1) if position in allowed), len(order) + 1)


def _per_row(ranks: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n, 4): top1, top3, reciprocal rank, nDCG@3 of each row."""
    ndcg = np.where(ranks <= 3, 1.0 / np.log2(1.0 + ranks), 0.0)
    return np.column_stack([ranks == 1, ranks <= 3, 1.0 / ranks, ndcg]).astype(np.float64)


def _measures(n: int, values: NDArray[np.float64], samples: NDArray[np.float64]) -> Measures:
    low, high = np.percentile(samples, [2.5, 97.5], axis=0)
    return Measures(n, *(Measure(*map(float, v)) for v in zip(values, low, high, strict=True)))


def measure(groups: Sequence[str], ranks: Sequence[int], confusion: Mapping[str, Mapping[int, int]]) -> Report:
    """Measures from the rank of the best right position of each row. Groups are resampled each within itself."""
    names = sorted(set(groups))
    random = np.random.default_rng(SEED)
    rows = _per_row(np.asarray(ranks, dtype=np.int64))
    labels = np.asarray(groups)
    means: dict[str, NDArray[np.float64]] = {}
    samples: dict[str, NDArray[np.float64]] = {}
    sizes: dict[str, int] = {}
    for name in names:
        own = rows[labels == name]
        draws = random.integers(0, len(own), size=(RESAMPLES, len(own)))
        means[name], samples[name], sizes[name] = own.mean(axis=0), own[draws].mean(axis=1), len(own)
    share = np.array([sizes[g] for g in names]) / len(rows)
    overall = np.tensordot(share, np.stack([samples[g] for g in names]), axes=1)
    macro = np.stack([samples[g] for g in names]).mean(axis=0)
    return Report(
        overall=_measures(len(rows), rows.mean(axis=0), overall),
        macro=_measures(len(rows), np.stack([means[g] for g in names]).mean(axis=0), macro),
        groups={g: _measures(sizes[g], means[g], samples[g]) for g in names},
        confusion=confusion,
    )


def evaluate(rows: Iterable[LabelledRow], rank: Callable[[str], Sequence[int]]) -> Report:
    """Rank every text with ``rank`` (position ids, best first) and measure. Raises ValueError without rows."""
    groups: list[str] = []
    ranks: list[int] = []
    confusion: dict[str, dict[int, int]] = {}
    for row in rows:
        order = rank(row.text)
        groups.append(row.group)
        ranks.append(best_rank(order, row.allowed))
        seen = confusion.setdefault(row.group, {})
        seen[order[0]] = seen.get(order[0], 0) + 1
    if not groups:
        raise ValueError("no rows to evaluate")
    return measure(groups, ranks, confusion)


def pair_accuracy(pairs: Sequence[Pair], score: Callable[[str, int], float]) -> tuple[Measure, tuple[Pair, ...]]:
    """Share of pairs whose better text scores strictly higher, and those that do not; ``score(text, position_id)``."""
    right = np.array([score(p.better, p.position_id) > score(p.worse, p.position_id) for p in pairs], dtype=np.float64)
    draws = np.random.default_rng(SEED).integers(0, len(pairs), size=(RESAMPLES, len(pairs)))
    low, high = np.percentile(right[draws].mean(axis=1), [2.5, 97.5])
    wrong = tuple(p for p, ok in zip(pairs, right, strict=True) if not ok)
    return Measure(float(right.mean()), float(low), float(high)), wrong


# --- calibration ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bin:
    """Scores between ``low`` and ``high``: their mean, the share that is right, how many."""

    low: float
    high: float
    mean_score: float
    share_right: Measure
    n: int


def _draws(n: int, groups: Sequence[object] | None) -> NDArray[np.float64]:
    """(RESAMPLES, n): how often each row is drawn; rows of one group are drawn together."""
    names, member = np.unique(np.asarray(groups if groups is not None else range(n)), return_inverse=True)
    share = np.full(len(names), 1.0 / len(names))
    drawn = np.random.default_rng(SEED).multinomial(len(names), share, size=RESAMPLES)
    return drawn[:, member].astype(np.float64)


def _mean(values: NDArray[np.float64], draws: NDArray[np.float64]) -> Measure:
    """Mean of ``values`` with its interval over ``draws``; draws that hold none of the rows say nothing."""
    sizes = draws.sum(axis=1)
    samples = (draws @ values)[sizes > 0] / sizes[sizes > 0]
    low, high = np.percentile(samples, [2.5, 97.5])
    return Measure(float(values.mean()), float(low), float(high))


def brier(scores: Sequence[float], right: Sequence[bool], groups: Sequence[object] | None = None) -> Measure:
    """Mean squared distance of score/100 from right or wrong, with its interval; 0 is best.

    ``groups``: rows that stand or fall together (the positions of one resume) and are resampled together.
    """
    p, y = np.asarray(scores, dtype=np.float64) / 100.0, np.asarray(right, dtype=np.float64)
    return _mean((p - y) ** 2, _draws(len(p), groups))


def reliability(
    scores: Sequence[float], right: Sequence[bool], bins: int = 10, groups: Sequence[object] | None = None
) -> tuple[Bin, ...]:
    """Equal-width bins of the score; empty bins are left out. ``groups`` as in ``brier``."""
    s, y = np.asarray(scores, dtype=np.float64), np.asarray(right, dtype=np.float64)
    which = np.minimum((s / 100.0 * bins).astype(int), bins - 1)
    width = 100.0 / bins
    draws = _draws(len(s), groups)
    return tuple(
        Bin(b * width, (b + 1) * width, float(s[m].mean()), _mean(y[m], draws[:, m]), int(m.sum()))
        for b in range(bins)
        if (m := which == b).any()
    )


def platt(scores: Sequence[float], right: Sequence[bool], ridge: float = 1.0) -> tuple[float, float]:
    """``(slope, shift)`` of the log-odds that make scores (0 to 100) calibrated: logit(p) = slope · logit(s) + shift.

    (1, 0) says that the scores need no change; ``ridge`` pulls there, so that few rows move little.
    """
    z, y = logit(scores), np.asarray(right, dtype=np.float64)
    change = np.zeros(2)
    x = np.column_stack([z, np.ones_like(z)])
    for _ in range(50):  # Newton's steps; the loss is convex
        p = 1.0 / (1.0 + np.exp(-(z + x @ change)))
        slope = x.T @ (p - y) + ridge * change
        curve = (x * (p * (1.0 - p))[:, None]).T @ x + ridge * np.eye(2)
        step = np.linalg.solve(curve, slope)
        change -= step
        if np.abs(step).max() < 1e-9:
            break
    return 1.0 + float(change[0]), float(change[1])


def logit(scores: Sequence[float]) -> NDArray[np.float64]:
    """Log-odds of scores (0 to 100), kept finite at both ends."""
    p = np.clip(np.asarray(scores, dtype=np.float64) / 100.0, 1e-4, 1.0 - 1e-4)
    odds: NDArray[np.float64] = np.log(p / (1.0 - p))
    return odds
