"""Whole runs of the command: cold start, file kinds, two processes beside one, growth in number.

    python -m bench.bench_run [--sizes 1000 10000 100000] [--pool 4000]

Every figure is that of ``python -m matcher`` as a person starts it, by the wall clock; memory is the largest resident
set of its main process, which is the one that grows if any does. Two processes are measured beside one in turn, and
beside what the machine gives: one-process runs of the same pool, alone and two at once.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.made import resumes
from bench.report import machine, save, table

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "tests" / "resumes" / "p01_clear.docx"
AS_OF = "2026-11-24"


def run(command: Sequence[str]) -> tuple[float, float]:
    """Seconds, and the largest resident set of any process of the run in MB."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"exit code {process.returncode}: {' '.join(command)}")
    return time.perf_counter() - begun, used.ru_maxrss / 1024


def cold() -> list[tuple[str, str]]:
    """``match`` of one docx beside importing scikit-learn's TfidfVectorizer."""
    ways = {
        "match p01_clear.docx": ["-m", "matcher", "match", str(SAMPLE)],
        "import scikit-learn's TfidfVectorizer": ["-c", "from sklearn.feature_extraction.text import TfidfVectorizer"],
        "--help": ["-m", "matcher", "--help"],
    }
    times: dict[str, list[float]] = {w: [] for w in ways}
    for _ in range(5):
        for name, command in ways.items():
            times[name].append(run(command)[0])
    medians = {w: statistics.median(t) for w, t in times.items()}
    save("cold", medians)
    return [(w, f"{m:.2f}") for w, m in medians.items()]


def rank(folder: Path, workers: int, top: int = 50, out: str = "out.xlsx") -> tuple[float, float]:
    return run(
        [
            "-m",
            "matcher",
            "rank",
            str(folder),
            "--out",
            str(folder.parent / out),
            "--as-of",
            AS_OF,
            "--workers",
            str(workers),
            "--top",
            str(top),
        ]
    )


def written(folder: Path, number: int, characters: int = 500) -> Path:
    """A pool of text files, a thousand to a folder, as mail and upload systems keep them."""
    for i, text in enumerate(resumes(number, characters, seed=3)):
        place = folder / f"{i // 1000:04}"
        if i % 1000 == 0:
            place.mkdir(parents=True)
        (place / f"{i:07}.txt").write_text(text, encoding="utf-8")
    return folder


def processes(pool: Path, rounds: int = 3) -> list[tuple[str, ...]]:
    """Two worker processes beside one, and what two runs at once take beside one alone: medians of ``rounds``."""
    ones, twos, boths = [], [], []
    for _ in range(rounds):
        ones.append(rank(pool, 1)[0])
        twos.append(rank(pool, 2)[0])
        with ThreadPoolExecutor(2) as threads:
            begun = time.perf_counter()
            list(threads.map(lambda n: rank(pool, 1, out=f"both{n}.xlsx"), range(2)))
            boths.append(time.perf_counter() - begun)
    one, two, both = map(statistics.median, (ones, twos, boths))
    save("processes", {"one": one, "two": two, "ratio": one / two, "two_runs_at_once": both, "ceiling": 2 * one / both})
    return [
        ("1 process", f"{one:.1f}", "1.00"),
        ("2 processes", f"{two:.1f}", f"{one / two:.2f}"),
        ("two runs at once, each of 1 process: what the machine gives", f"{both:.1f}", f"{2 * one / both:.2f}"),
    ]


def kinds(folder: Path, number: int = 150) -> list[tuple[str, str]]:
    """Resumes a second, one process, as text, docx and pdf."""
    import docx
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    texts = list(resumes(number, 500, seed=4))
    for kind in ("txt", "docx", "pdf"):
        (folder / kind).mkdir()
        for i, text in enumerate(texts):
            file = folder / kind / f"{i:04}.{kind}"
            if kind == "txt":
                file.write_text(text, encoding="utf-8")
            elif kind == "docx":
                document = docx.Document()
                for line in text.split("\n"):
                    document.add_paragraph(line)
                document.save(str(file))
            else:
                canvas = Canvas(str(file))
                canvas.setFont("STSong-Light", 9)
                for n, line in enumerate(text.split("\n")):
                    canvas.drawString(40, 800 - 14 * n, line)
                canvas.save()
    (folder / "one").mkdir()
    (folder / "one" / "a.txt").write_text(texts[0], encoding="utf-8")
    start = rank(folder / "one", 1)[0]  # loading, and a workbook
    speeds = {kind: number / (rank(folder / kind, 1)[0] - start) for kind in ("txt", "docx", "pdf")}
    save("kinds", speeds)
    return [(kind, f"{speed:.0f}") for kind, speed in speeds.items()]


def slope_of(start: float, rows: Sequence[tuple[int, float, float]]) -> float:
    """The slope of the time beyond ``start`` over the number (rows of number, seconds, MB), both logarithmic."""
    xs, ys = [math.log(n) for n, _, _ in rows], [math.log(seconds - start) for _, seconds, _ in rows]
    return statistics.linear_regression(xs, ys).slope if len(rows) > 1 else float("nan")


def growth(folder: Path, sizes: Sequence[int]) -> list[tuple[str, ...]]:
    """Time and memory for more and more resumes on all cores, and the slope of time over number, both logarithmic.

    The slope is that of the time beyond a run of one resume: what starting takes does not grow.
    """
    start = min(rank(written(folder / f"one{i}", 1), len(os.sched_getaffinity(0)))[0] for i in range(3))
    rows = []
    for size in sizes:
        pool = written(folder / str(size), size)
        seconds, memory = rank(pool, len(os.sched_getaffinity(0)))
        rows.append((size, seconds, memory))
        shutil.rmtree(pool)
    slope = slope_of(start, rows)
    save("growth_files", {"rows": rows, "slope": slope, "start": start})
    shown: list[tuple[str, ...]] = [(f"{n}", f"{s:.1f}", f"{s / n * 1e3:.2f}", f"{m:.0f}") for n, s, m in rows]
    return [("1", f"{start:.1f}", "", ""), *shown, ("slope", f"{slope:.3f}", "", "")]


def main() -> None:
    """Print the tables and keep them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 2000, 4000])
    parser.add_argument("--pool", type=int, default=4000, help="resumes for the comparison of processes")
    parser.add_argument("--rounds", type=int, default=3, help="of that comparison")
    arguments = parser.parse_args()
    print(machine())
    print(table(("cold start", "s"), cold()))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        print(table(("kind", "resumes/s, one process"), kinds(folder)))
        pool = written(folder / "two", arguments.pool)
        print(table((f"{arguments.pool} resumes", "s", "x"), processes(pool, arguments.rounds)))
        print(table(("resumes", "s", "ms a resume", "MB"), growth(folder, arguments.sizes)))


if __name__ == "__main__":
    main()
