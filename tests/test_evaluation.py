"""The measures, against figures worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.evaluation import (
    LabelledRow,
    best_rank,
    brier,
    evaluate,
    load_pairs,
    load_rows,
    measure,
    pair_accuracy,
    platt,
    reliability,
)
from matcher.knowledge import KnowledgeError

ORDERS = {"a": [1, 2, 3, 4], "b": [2, 1, 3, 4], "c": [4, 3, 2, 1], "d": [3, 4, 1, 2]}
ROWS = (
    LabelledRow("1", "a", "1", frozenset({1})),  # rank 1
    LabelledRow("2", "b", "1", frozenset({1})),  # rank 2
    LabelledRow("3", "c", "1", frozenset({1})),  # rank 4
    LabelledRow("4", "d", "2|4", frozenset({2, 4})),  # rank 2, either counts
)


def test_measures_by_hand() -> None:
    report = evaluate(ROWS, ORDERS.__getitem__)
    assert report.overall.n == 4
    assert report.overall.top1.value == pytest.approx(1 / 4)
    assert report.overall.top3.value == pytest.approx(3 / 4)
    assert report.overall.mrr.value == pytest.approx((1 + 1 / 2 + 1 / 4 + 1 / 2) / 4)
    assert report.overall.ndcg3.value == pytest.approx((1 + 1 / math.log2(3) + 0 + 1 / math.log2(3)) / 4)
    assert report.groups["1"].top1.value == pytest.approx(1 / 3)
    assert report.groups["2|4"].top1.value == 0.0
    assert report.macro.top1.value == pytest.approx((1 / 3 + 0) / 2)
    assert report.confusion == {"1": {1: 1, 2: 1, 4: 1}, "2|4": {3: 1}}


def test_the_same_rows_give_the_same_intervals() -> None:
    assert evaluate(ROWS, ORDERS.__getitem__) == evaluate(ROWS, ORDERS.__getitem__)


@pytest.mark.parametrize(
    ("order", "allowed", "rank"),
    [([3, 1, 2], {1}, 2), ([3, 1, 2], {2, 3}, 1), ([3, 1, 2], {9}, 4), ([], {1}, 1)],
)
def test_best_rank(order: list[int], allowed: set[int], rank: int) -> None:
    assert best_rank(order, frozenset(allowed)) == rank


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(1, 10)), min_size=1, max_size=40))
def test_values_lie_inside_their_intervals(rows: list[tuple[str, int]]) -> None:
    report = measure([g for g, _ in rows], [r for _, r in rows], {})
    for part in (report.overall, report.macro, *report.groups.values()):
        for m in (part.top1, part.top3, part.mrr, part.ndcg3):
            assert 0.0 <= m.low <= m.high <= 1.0
            assert m.low - 0.1 <= m.value <= m.high + 0.1
        assert part.top1.value <= part.ndcg3.value + 1e-9 <= part.top3.value + 2e-9
        assert part.top1.value <= part.mrr.value + 1e-9


def test_no_rows_is_an_error() -> None:
    with pytest.raises(ValueError, match="no rows"):
        evaluate([], lambda text: [1])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,text\n1,甲\n", "label_group"),
        ("id,text,label_group\n1,甲,一\n", "第 2 行"),
        ("id,text,label_group\n", "没有任何数据行"),
        ("id,text,label_group\n1,甲\n", "列数"),
    ],
)
def test_wrong_tables_name_their_place(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=message):
        load_rows(path)


def test_rows_are_read_with_their_groups(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("\ufeffid,text,label_group,other\nx,负责运营,5|7|8,z\n", encoding="utf-8")
    assert load_rows(path) == (LabelledRow("x", "负责运营", "5|7|8", frozenset({5, 7, 8})),)


def test_pairs_demand_a_strictly_higher_score(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("position_id,better,worse,why\n1,长长长,短,长\n1,同,样,平\n2,短,长长长,错\n", encoding="utf-8")
    pairs = load_pairs(path)
    accuracy, wrong = pair_accuracy(pairs, lambda text, position: float(len(text)))
    assert accuracy.value == pytest.approx(1 / 3)
    assert wrong == pairs[1:]


@pytest.mark.parametrize(
    ("scores", "right", "expected"),
    [([100, 0], [True, False], 0.0), ([100, 0], [False, True], 1.0), ([50, 50], [True, False], 0.25)],
)
def test_brier(scores: list[float], right: list[bool], expected: float) -> None:
    assert brier(scores, right).value == pytest.approx(expected)


def test_reliability_bins() -> None:
    bins = reliability([5, 8, 95, 100], [False, True, True, True])
    found = [(b.low, b.high, b.n, b.share_right.value) for b in bins]
    assert found == [(0.0, 10.0, 2, 0.5), (90.0, 100.0, 2, 1.0)]
    assert bins[0].mean_score == pytest.approx(6.5)
    assert (bins[0].share_right.low, bins[0].share_right.high) == (0.0, 1.0)
    assert (bins[1].share_right.low, bins[1].share_right.high) == (1.0, 1.0)


def test_rows_of_one_resume_are_drawn_together() -> None:
    """Twenty rows in two resumes say less than twenty rows of their own: the interval is the whole range."""
    scores, right = [50.0 + 50.0 * (i < 10) for i in range(20)], [True] * 20
    apart, together = brier(scores, right), brier(scores, right, ["a"] * 10 + ["b"] * 10)
    assert apart.value == together.value == pytest.approx(0.125)
    assert (together.low, together.high) == (0.0, 0.25)
    assert 0.0 < apart.low < apart.high < 0.25


@pytest.mark.parametrize(
    ("stretch", "shift"),
    [(1.0, 0.0), (0.5, 0.0), (1.0, -1.0), (2.0, 0.7)],
)
def test_platt_finds_how_scores_are_bent(stretch: float, shift: float) -> None:
    """Outcomes drawn from known odds; the scores say other odds; the fit finds the way back."""
    random = np.random.default_rng(1)
    odds = random.uniform(-4, 4, 20_000)
    right = random.random(odds.size) < 1 / (1 + np.exp(-odds))
    said = 100 / (1 + np.exp(-(odds - shift) / stretch))
    found = platt(list(said), list(right))
    assert found == pytest.approx((stretch, shift), abs=0.08)


def test_platt_leaves_no_infinite_odds() -> None:
    assert all(np.isfinite(platt([0.0, 100.0, 0.0], [False, True, True])))
