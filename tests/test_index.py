"""An index gives the shortlist that ranking the whole pool gives, exactly, also after a position has changed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.made import resumes as made_resumes
from matcher import Matcher, index
from matcher.presentation.excel import trimmed
from matcher.presentation.json_ import result_to_dict
from matcher.ranking import shortlist
from matcher.reading.base import Document
from matcher.schema import Degree, MatchResult, Position
from tests.support import AS_OF, sample_resumes


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    samples = [Document(r.text, f"样例{i:02}") for i, r in enumerate(sample_resumes())]
    return samples + [Document(t, f"{i:03}") for i, t in enumerate(made_resumes(60, 400, seed=9))]


@pytest.fixture(scope="module")
def folder(documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index") / "库"
    assert index.build(documents, AS_OF, folder) == len(documents)
    return folder


def run(matcher: Matcher, documents: list[Document]) -> list[MatchResult]:
    """A full run over the same documents."""
    return [r for d in documents for r in matcher.rank([index.normalised(d)], AS_OF) if isinstance(r, MatchResult)]


@pytest.fixture(scope="module")
def results(matcher: Matcher, documents: list[Document]) -> list[MatchResult]:
    return run(matcher, documents)


def whole(results: list[MatchResult], position_id: int, most: int) -> list[dict[str, Any]]:
    """The shortlist of a full run."""
    rows = shortlist([trimmed(r) for r in results], position_id, most)
    return [shown(replace(row.result, matches=(row.assessment,))) for row in rows]


def shown(result: MatchResult) -> dict[str, Any]:
    """A result without the notice that no position at all fits, which one position cannot tell."""
    found = result_to_dict(result)
    found["warnings"] = [w for w in found["warnings"] if w["code"] != "no_position_fits"]
    return {"file": result.name, **found}


def from_index(matcher: Matcher, folder: Path, position: Position, most: int) -> list[dict[str, Any]]:
    rows, _ = index.rank(folder, matcher, position, most)
    assert [r.rank for r in rows] == list(range(1, len(rows) + 1))
    return [shown(replace(row.result, matches=(row.assessment,))) for row in rows]


def changed(matcher: Matcher, position_id: int, **more: Any) -> Matcher:
    positions = tuple(replace(p, **more) if p.position_id == position_id else p for p in matcher.positions)
    return replace(matcher, positions=positions)


@pytest.mark.parametrize("most", [3, 25])
@pytest.mark.parametrize("position_id", range(1, 11))
def test_the_shortlist_is_that_of_a_full_run(
    matcher: Matcher, results: list[MatchResult], folder: Path, position_id: int, most: int
) -> None:
    position = matcher.positions[position_id - 1]
    assert from_index(matcher, folder, position, most) == whole(results, position_id, most)


@pytest.mark.parametrize(
    "change",
    [
        {"min_years": 1, "max_age": 45},
        {"min_degree": Degree.MASTER},
        {"min_years": 0},
        {"experience_domains": ("banking",)},
        {"majors": ("统计学",), "majors_open": False},
    ],
    ids=str,
)
def test_so_it_is_after_a_rule_has_changed(
    matcher: Matcher, documents: list[Document], folder: Path, change: dict[str, Any]
) -> None:
    new = changed(matcher, 1, **change)
    assert from_index(new, folder, new.positions[0], 5) == whole(run(new, documents), 1, 5)


def test_so_it_is_after_the_weights_have_changed(matcher: Matcher, documents: list[Document], folder: Path) -> None:
    weights = dict(matcher.ranker.weights)
    weights["score"] = {**weights["score"], "experience": 3.0, "text": 0.2, "major_near": 1.1}
    parts = matcher.ranker.parts.copy()
    parts[:, :, 4] *= 0.5
    new = replace(matcher, ranker=replace(matcher.ranker, weights=weights, parts=parts))
    assert from_index(new, folder, new.positions[4], 5) == whole(run(new, documents), 5, 5)


def test_not_everybody_need_be_assessed(matcher: Matcher, documents: list[Document], folder: Path) -> None:
    _, assessed = index.rank(folder, matcher, matcher.positions[3], 1)
    assert assessed < len(documents)


def test_another_vocabulary_or_other_data_is_refused(
    matcher: Matcher, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(matcher, ranker=replace(matcher.ranker, idf=matcher.ranker.idf + np.float32(1)))
    with pytest.raises(index.IndexFault, match="词表"):
        index.rank(folder, other, matcher.positions[0], 3)
    monkeypatch.setattr(index, "data_hash", lambda *_: "other")
    with pytest.raises(index.IndexFault, match="资料"):
        index.rank(folder, matcher, matcher.positions[0], 3)


def test_the_command(documents: list[Document], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pool = tmp_path / "简历"
    pool.mkdir()
    for d in documents[:8]:
        (pool / f"{d.name}.txt").write_text(d.text, encoding="utf-8")
    (pool / "空.txt").touch()
    asked = ["build", str(pool), "--out", str(tmp_path / "库"), "--as-of", "2026-11-24", "--workers", "2"]
    assert index.main(asked) == 1
    assert "空.txt" in capsys.readouterr().err
    best = tmp_path / "best.jsonl"
    assert index.main(["rank", str(tmp_path / "库"), "--position", "1", "--top", "3", "--out", str(best)]) == 0
    assert [json.loads(line)["rank"] for line in best.read_text(encoding="utf-8").splitlines()] == [1, 2, 3]
    assert index.main(["rank", str(tmp_path / "没有"), "--position", "1", "--out", str(best)]) == 2
    assert "重建" in capsys.readouterr().err
    assert index.main(asked) == 2  # an index is never written over
