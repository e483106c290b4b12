"""The same data set on 1, 2 and 4 Dask workers beside one process.

python -m bench.bench_dask [--resumes 1000]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
import time
from pathlib import Path

from bench.made import resumes
from bench.report import machine, save, table
from matcher import distributed


def warm() -> None:
    """Load a worker's matcher."""
    distributed.loaded()


def main() -> None:
    """Print seconds and ratios; keep them."""
    from distributed import Client, LocalCluster

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resumes", type=int, default=1000)
    arguments = parser.parse_args()
    as_of = dt.date(2026, 11, 24)
    times: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place:
        for i in range(16):  # sixteen partitions
            rows = resumes(arguments.resumes // 16, 500, seed=100 + i)
            lines = (json.dumps({"name": f"{i}-{n}", "text": t}, ensure_ascii=False) + "\n" for n, t in enumerate(rows))
            Path(place, f"{i:02}.jsonl").write_text("".join(lines), encoding="utf-8")
        distributed.loaded()
        begun = time.perf_counter()
        alone = distributed.rank_dataset(Path(place), as_of, None, 100)
        times["one process"] = time.perf_counter() - begun
        for workers in (1, 2, 4):
            with (
                LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
                Client(cluster) as client,
            ):
                client.run(warm)  # loading is not what is measured
                begun = time.perf_counter()
                pool = distributed.rank_dataset(Path(place), as_of, client, 100)
                times[f"{workers} workers"] = time.perf_counter() - begun
                assert pool == alone
    first = times["one process"]
    print(machine())
    print(table(("way", "s", "x"), [(n, f"{t:.1f}", f"{first / t:.2f}") for n, t in times.items()]))
    save("dask", {"seconds": times, "resumes": arguments.resumes})


if __name__ == "__main__":
    main()
