"""Growth: a data set of ten times, a hundred times as many resumes through ``matcher.distributed``.

    python -m bench.bench_growth [--sizes 1000 10000 100000 1000000] [--workers 2]

Resumes of 500 characters as JSON Lines, ranked for all positions by Dask workers on this machine, best 50 each; no file
is read by a reader here (bench_run does that). Time is the wall clock of the whole command; the slope is that of the
time beyond a run of one resume, both logarithmic; memory is the largest resident set of any process of the run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.bench_run import AS_OF, run, slope_of
from bench.made import resumes
from bench.report import machine, save, table

ROWS = 5_000  # of a file: about what a partition holds


def written(folder: Path, number: int, seed: int) -> Path:
    """A data set of ``number`` resumes in files of ``ROWS``."""
    folder.mkdir()
    for part in range(0, number, ROWS):
        with open(folder / f"{part // ROWS:05}.jsonl", "w", encoding="utf-8") as stream:
            for i, text in enumerate(resumes(min(ROWS, number - part), 500, seed=seed + part)):
                stream.write(json.dumps({"name": f"{part + i}", "text": text}, ensure_ascii=False) + "\n")
    return folder


def ranked(dataset: Path, workers: int) -> tuple[float, float]:
    """Seconds and MB of a run."""
    out = dataset.parent / "best.jsonl"
    command = ["-m", "matcher.distributed", str(dataset), "--out", str(out), "--as-of", AS_OF]
    return run([*command, "--top", "50", "--workers", str(workers)])


def growth(place: Path, sizes: Sequence[int], workers: int) -> tuple[float, list[tuple[int, float, float]], float]:
    """Seconds of a run of one resume; number, seconds and MB of each size; the slope."""
    start = min(ranked(written(place / f"one{i}", 1, 7), workers)[0] for i in range(2))
    rows = []
    for size in sizes:
        dataset = written(place / str(size), size, 7)
        rows.append((size, *ranked(dataset, workers)))
        print(f"{size} resumes: {rows[-1][1]:.1f} s, {rows[-1][2]:.0f} MB", flush=True)
        shutil.rmtree(dataset)
    return start, rows, slope_of(start, rows)


def main() -> None:
    """Print the table and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 30_000])
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    arguments = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as place:
        start, rows, slope = growth(Path(place), arguments.sizes, arguments.workers)
    shown = [(f"{n}", f"{s:.1f}", f"{(s - start) / n * 1e3:.2f}", f"{m:.0f}") for n, s, m in rows]
    print(table(("resumes", "s", "ms a resume beyond the start", "MB"), [("1", f"{start:.1f}", "", ""), *shown]))
    print(f"slope {slope:.3f}")
    save("growth", {"rows": rows, "slope": slope, "start": start, "workers": arguments.workers})


if __name__ == "__main__":
    main()
