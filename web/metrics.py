"""Prometheus metrics: counts and times by route, nothing of a person.

``serve`` calls ``share`` before it forks: then the figures of all processes are added up.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from matcher.schema import Unreadable

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library reads it whenever it counts
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


@dataclass(frozen=True)
class _Metrics:
    requests: Counter
    seconds: Histogram
    resumes: Counter
    unreadable: Counter
    files: Histogram
    deaths: Counter


_making = threading.Lock()


def _metrics() -> _Metrics:
    """Made at the first count, not at the import: ``share`` comes before that. Threads that count first wait for one."""
    with _making:
        return _made()


@lru_cache
def _made() -> _Metrics:
    return _Metrics(
        Counter("matcher_requests", "Answered requests", ["route", "method", "status"]),
        Histogram("matcher_request_seconds", "Time to answer", ["route"], buckets=_BUCKETS),
        Counter("matcher_resumes", "Resumes matched", ["door"]),
        Counter("matcher_unreadable", "Inputs that could not be read", ["code"]),
        Histogram("matcher_file_seconds", "Time to read and match one file of a pool", buckets=_BUCKETS),
        Counter("matcher_worker_deaths", "Worker processes that ended on their own"),
    )


def share(folder: str) -> None:
    """From now on the figures lie in files of a folder, one a process."""
    os.environ[_FOLDER] = folder
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]


def answered(route: str, method: str, status: int, seconds: float) -> None:
    """One request was answered. ``route`` is the pattern, never the address."""
    found = _metrics()
    found.requests.labels(route, method, status).inc()
    found.seconds.labels(route).observe(seconds)


def matched(results: int, problems: Sequence[Unreadable], door: str = "request") -> None:
    """Resumes were matched, or could not be read."""
    _metrics().resumes.labels(door).inc(results)
    for problem in problems:
        _metrics().unreadable.labels(problem.code).inc()


def worked(seconds: float) -> None:
    """A file of a pool is done."""
    _metrics().files.observe(seconds)


def worker_died(pid: int) -> None:
    """A worker ended without being asked to."""
    _metrics().deaths.inc()
    gone(pid)


def gone(pid: int) -> None:
    """A process has ended: what it alone had no longer counts."""
    if _FOLDER in os.environ:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]


def exposition(waiting: int, model: str) -> tuple[bytes, str]:
    """The metrics as text, and its content type. ``waiting``: files of pools not done yet."""
    now = CollectorRegistry()
    if _FOLDER in os.environ:
        MultiProcessCollector(now)  # type: ignore[no-untyped-call]
        counted = generate_latest(now)
    else:
        _metrics()
        counted = generate_latest(REGISTRY)
    lines = [
        "# HELP matcher_files_waiting Files of pools not done yet",
        "# TYPE matcher_files_waiting gauge",
        f"matcher_files_waiting {float(waiting)}",
        "# HELP matcher_model The model in use",
        "# TYPE matcher_model gauge",
        f'matcher_model{{version="{model}"}} 1.0',
    ]
    return counted + "".join(f"{line}\n" for line in lines).encode(), CONTENT_TYPE_LATEST
