"""A changed position ranked again over a stored pool, beside matching the whole pool again.

    python -m bench.bench_index [--resumes 2000] [--times 1] [--top 100 1000] [--cold]
    python -m bench.bench_index --resumes 20000 --times 50 --workers 2    # a pool of a million

The full run is timed on a part of the pool and scaled. ``--times 50`` enlarges the index that was built: every matched
resume stands in it 50 times, with the same text, profile and vector but a name of its own. So the entries are as many
and as large as those of a real pool and every product is done in full; but each score occurs 50 times at least, which
makes more ties than real resumes do, and rows of facts differ less. ``--cold`` drops the files from the page cache
before each ranking.

Ranking is one process of its own, so that its peak of memory (ru_maxrss, with the loaded matcher) is its own.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import numpy as np

from bench.made import resumes
from bench.report import machine, save, table
from matcher import index
from matcher.batch import match_chunk, packed
from matcher.bounds import text_sums
from matcher.index import STRETCHES
from matcher.pipeline import Matcher
from matcher.reading.base import Document

AS_OF = dt.date(2026, 11, 24)


def enlarge(small: Path, large: Path, times: int) -> int:
    """Write an index that holds every resume of ``small`` ``times`` times, by other names; the number of resumes."""
    pool = index.opened(small, Matcher.load())
    n = pool.header.resumes
    large.mkdir()
    ends: dict[str, list[int]] = {"ends": [0], "offsets": [0], "breaks": [0]}
    with ExitStack() as stack:
        files = {n: stack.enter_context(open(large / n, "wb")) for n in (*STRETCHES, "facts")}
        for i in range(n):
            for name in ("columns", "values", "texts"):
                files[name].write(pool.stretch(name, i, i + 1).tobytes() * times)
            files["facts"].write(pool.read("facts", i, i + 1).tobytes() * times)
            lengths = {name: len(pool.stretch(name, i, i + 1)) for name in ("columns", "texts")}
            kept = pool.record(i)
            for again in range(times):
                data = packed(replace(kept, resume=replace(kept.resume, name=f"{i}-{again}")))
                files["records"].write(data)
                for name, length in (*lengths.items(), ("records", len(data))):
                    ends[STRETCHES[name]].append(ends[STRETCHES[name]][-1] + length)
    for name, values in ends.items():
        np.array(values, "<i8").tofile(large / name)
    (large / "studies").write_bytes((small / "studies").read_bytes())
    (large / "header.json").write_bytes(msgspec.json.encode(replace(pool.header, resumes=n * times)))
    return n * times


def again(folder: Path, top: int) -> dict[str, float]:
    """Rank for a changed position: seconds of each step, how many were assessed, the peak of memory."""
    matcher = Matcher.load()
    changed = replace(matcher.positions[4], min_years=5, max_age=32)
    new = replace(matcher, positions=tuple(changed if p.position_id == 5 else p for p in matcher.positions))
    text_sums(np.zeros(1, np.uint16), np.zeros(1, np.float32), np.array([0, 1]), new.ranker, 5)  # loads scipy
    loaded_kB = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = [0.0]

    def timed(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            begun = time.perf_counter()
            found = function(*arguments)
            spent[0] += time.perf_counter() - begun
            return found

        return run

    steps = [time.perf_counter()]
    pool = index.opened(folder, new)
    steps.append(time.perf_counter())
    with patch.object(index, "text_sums", timed(text_sums)):
        bounds = index.bounds(pool, new, changed)
    steps.append(time.perf_counter())
    rows, assessed = index.best_of(pool, bounds, new, changed, top)
    steps.append(time.perf_counter())
    assert len(rows) == min(top, pool.header.resumes)
    opened, reckoned, listed = np.diff(steps).tolist()
    return {
        "open_s": opened, "product_s": spent[0], "bounds_s": reckoned - spent[0], "assess_s": listed,
        "again_s": steps[-1] - steps[0], "assessed": assessed, "loaded_MB": loaded_kB / 1024,
        "peak_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def cooled(folder: Path) -> None:
    """Have the kernel forget what it holds of the files."""
    for file in folder.iterdir():
        with open(file, "rb") as stream:
            os.fsync(stream.fileno())
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def main() -> None:
    """Print seconds; keep them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resumes", type=int, default=2000)
    parser.add_argument("--characters", type=int, default=500)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--top", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--workers", type=int, default=1, help="processes that build the index")
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--folder", type=Path, help="keep the index there, and use the one that is there")
    arguments = parser.parse_args()
    n = arguments.resumes
    part = [Document(t, f"{i}") for i, t in enumerate(resumes(min(n, 200), arguments.characters, seed=5))]
    matcher = Matcher.load()
    match_chunk(matcher, part[:20], AS_OF)  # what is loaded on first use
    begun = time.perf_counter()
    match_chunk(matcher, part, AS_OF)
    full = (time.perf_counter() - begun) / len(part)
    with tempfile.TemporaryDirectory() as temporary:
        place = arguments.folder or Path(temporary)
        place.mkdir(exist_ok=True)
        folder = place / f"index-{n}"
        begun, there = time.perf_counter(), folder.exists()
        if not there:
            documents = (Document(t, f"{i}") for i, t in enumerate(resumes(n, arguments.characters, seed=5)))
            index.build(documents, AS_OF, folder, arguments.workers)
        built = time.perf_counter() - begun
        if arguments.times > 1:
            small, folder = folder, place / f"index-{n}-{arguments.times}"
            if not folder.exists():
                enlarge(small, folder, arguments.times)
        pool = index.opened(folder, matcher)
        total, studies = pool.header.resumes, len(pool.studies)
        words = int(pool.read("ends", total, total + 1)[0])
        size = sum(f.stat().st_size for f in folder.iterdir())
        found: dict[int, dict[str, float]] = {}
        for top in arguments.top:
            if arguments.cold:
                cooled(folder)
            with multiprocessing.get_context("spawn").Pool(1) as worker:
                found[top] = worker.apply(again, (folder, top))
    print(machine())
    made = f"{total:,} entries made from {n:,} matched resumes" if arguments.times > 1 else f"{n:,} resumes"
    print(f"a pool of {made}" + f", each repeated {arguments.times} times by its own name" * (arguments.times > 1))
    print(f"{words / total:.0f} words and {size / total / 1024:.1f} kB kept a resume; {studies:,} different studies")
    rows = [
        ("matching all again (scaled)", f"{full * total:.1f}", f"{full * 1e3:.3f}", ""),
    ]
    if not there:
        rows.append((f"building the index of {n:,}", f"{built:.1f}", f"{built / n * 1e3:.3f}", ""))
    for top, f in found.items():
        rows.append((f"one position again, best {top}", f"{f['again_s']:.2f}", f"{f['again_s'] / total * 1e3:.4f}", ""))
        for step in ("open", "product", "bounds", "assess"):
            what = f"{f['assessed']:.0f} assessed" if step == "assess" else ""
            rows.append((f"  {step}", f"{f[f'{step}_s']:.2f}", "", what))
        rows.append(("  peak memory", "", "", f"{f['peak_MB']:.0f} MB ({f['loaded_MB']:.0f} before)"))
    print(table(("way" + " (files not in memory)" * arguments.cold, "s", "ms a resume", ""), rows))
    first = found[arguments.top[0]]
    save(
        "index" if arguments.times == 1 else "index_enlarged",
        {
            "resumes": total, "matched": n, "times": arguments.times, "top": arguments.top[0], "full_s": full * total,
            "build_s": None if there else built, "kB": size / total / 1024, "words": words / total, "cold": arguments.cold,
            "times_faster": full * total / first["again_s"], "tops": {str(t): f for t, f in found.items()}, **first,
        },
    )  # fmt: skip


if __name__ == "__main__":
    main()
