"""Counting from many threads at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

FIRST = """
import sys, threading
from web import metrics
sys.setswitchinterval(1e-6)
start, faults = threading.Barrier(8), []
def count():
    start.wait()
    try:
        metrics.matched(1, ())
    except Exception as error:
        faults.append(type(error).__name__)
threads = [threading.Thread(target=count) for _ in range(8)]
for t in threads: t.start()
for t in threads: t.join()
text = metrics.exposition(0, "1")[0].decode()
print(faults, [line for line in text.splitlines() if line.startswith("matcher_resumes_total")])
"""


def test_the_first_counts_of_many_threads_are_all_counted() -> None:
    """In a process that has counted nothing yet: metrics that two threads made at once were refused, with a 500."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", FIRST], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "[] ['matcher_resumes_total{door=\"request\"} 8.0']\n", done.stderr
