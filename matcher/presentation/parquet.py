"""Results as a Parquet table for analysts: one row a candidate and position. Needs pyarrow (requirements-scale.txt)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from matcher.schema import MatchResult

_RULES = ("min_degree", "full_time", "major", "experience", "age", "kinship", "portfolio", "certificate")
_GROUP = 2_000  # resumes in a row group: some megabytes

SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("name", pa.string()),
        ("as_of", pa.date32()),
        ("position_id", pa.int32()),
        ("title", pa.string()),
        ("score", pa.float64()),
        ("tier", pa.string()),
        *((rule, pa.string()) for rule in _RULES),
        ("total_months", pa.int32()),
        ("highest_degree", pa.string()),
        ("model", pa.string()),
    ]
)


def write_parquet(stream: BinaryIO, results: Iterable[MatchResult]) -> None:
    """Write rows in the order of ``results``; a rule that does not apply, and what is not stated, is null."""
    rows = iter(results)
    with pq.ParquetWriter(stream, SCHEMA, compression="zstd") as writer:
        while group := list(islice(rows, _GROUP)):
            writer.write_table(pa.Table.from_pylist([r for result in group for r in _rows(result)], SCHEMA))


def _rows(result: MatchResult) -> Iterator[dict[str, Any]]:
    candidate = result.candidate
    months, degree = candidate.total_months.value, candidate.highest_degree.value
    for a in sorted(result.matches, key=lambda a: a.position_id):
        yield {
            "file": result.name,
            "name": candidate.name.value,
            "as_of": result.as_of,
            "position_id": a.position_id,
            "title": a.title,
            "score": a.score,
            "tier": a.tier.value,
            **{v.rule: v.outcome.value for v in a.verdicts},
            "total_months": months.low if months else None,
            "highest_degree": degree.value if degree else None,
            "model": result.model.version,
        }
