"""``make bench-check``: the figures of the last ``make bench`` against the ratios of bench/budget.toml."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from bench.report import RESULTS, table

BUDGET = Path(__file__).resolve().parent / "budget.toml"


def numbers(value: Any) -> dict[str, float]:
    """Every figure of a result by its last name."""
    found: dict[str, float] = {}
    for key, inside in value.items():
        if isinstance(inside, dict):
            found |= numbers(inside)
        elif isinstance(inside, int | float):
            found[key] = float(inside)
    return found


def main() -> int:
    """Print each ratio with its limits; 1 when one is outside or was not measured."""
    rows, bad = [], 0
    for name, limits in tomllib.loads(BUDGET.read_text(encoding="utf-8")).items():
        file = RESULTS / f"{name}.json"
        figures = numbers(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}
        for ratio, (least, most) in limits.items():
            over, _, under = ratio.partition(" / ")
            if over not in figures or (under and under not in figures):
                rows.append((f"{name}: {ratio}", "not measured", "run: make bench"))
                bad += 1
                continue
            value = figures[over] / (figures[under] if under else 1.0)
            inside = least <= value <= most
            bad += not inside
            rows.append((f"{name}: {ratio}", f"{value:.2f}", f"{'ok' if inside else 'OUTSIDE'} {least:g}..{most:g}"))
    print(table(("ratio", "measured", "allowed"), rows))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
