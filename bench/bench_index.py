"""A changed position ranked again over a stored pool, beside matching the whole pool again.

    python -m bench.bench_index [--resumes 2000] [--top 100]

One process. The full run is timed on a part of the pool and scaled.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench.made import resumes
from bench.report import machine, save, table
from matcher import index
from matcher.batch import match_chunk
from matcher.pipeline import Matcher
from matcher.reading.base import Document

AS_OF = dt.date(2026, 11, 24)


def main() -> None:
    """Print seconds; keep them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resumes", type=int, default=2000)
    parser.add_argument("--top", type=int, default=100)
    arguments = parser.parse_args()
    n = arguments.resumes
    matcher = Matcher.load()
    part = [Document(t, f"{i}") for i, t in enumerate(resumes(min(n, 200), 500, seed=5))]
    begun = time.perf_counter()
    match_chunk(matcher, part, AS_OF)
    full = (time.perf_counter() - begun) / len(part)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "index"
        begun = time.perf_counter()
        index.build((Document(t, f"{i}") for i, t in enumerate(resumes(n, 500, seed=5))), AS_OF, folder)
        built = time.perf_counter() - begun
        size = sum(f.stat().st_size for f in folder.iterdir())
        changed = replace(matcher.positions[4], min_years=5, max_age=32)
        new = replace(matcher, positions=tuple(changed if p.position_id == 5 else p for p in matcher.positions))
        begun = time.perf_counter()
        _, assessed = index.rank(folder, new, changed, arguments.top)
        again = time.perf_counter() - begun
    print(machine())
    rows = [
        ("matching all again (scaled)", f"{full * n:.1f}", f"{full * 1e3:.2f}"),
        ("building the index", f"{built:.1f}", f"{built / n * 1e3:.2f}"),
        (f"one position again, best {arguments.top}", f"{again:.2f}", f"{again / n * 1e3:.3f}"),
    ]
    print(table(("way", "s", "ms a resume"), rows))
    print(f"{n} resumes, {assessed} assessed, {size / n / 1024:.1f} kB a resume kept, {full * n / again:.0f} x")
    save(
        "index",
        {
            "resumes": n, "top": arguments.top, "assessed": assessed, "full_s": full * n, "build_s": built,
            "again_s": again, "kB": size / n / 1024, "times_faster": full * n / again,
        },
    )  # fmt: skip


if __name__ == "__main__":
    main()
