"""Prometheus metrics: counts and times by route, nothing of a person. Several processes are added up.

``serve`` sets ``PROMETHEUS_MULTIPROC_DIR`` before it forks; without it the figures are this process's own.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client import REGISTRY as _OWN
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from matcher.schema import Unreadable

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_requests = Counter("matcher_requests", "Answered requests", ["route", "method", "status"])
_seconds = Histogram("matcher_request_seconds", "Time to answer", ["route"], buckets=_BUCKETS)
_resumes = Counter("matcher_resumes", "Resumes matched", ["door"])
_unreadable = Counter("matcher_unreadable", "Inputs that could not be read", ["code"])
_files = Histogram("matcher_file_seconds", "Time to read and match one file of a pool", buckets=_BUCKETS)
_died = Counter("matcher_worker_deaths", "Worker processes that ended on their own")


def answered(route: str, method: str, status: int, seconds: float) -> None:
    """One request was answered. ``route`` is the pattern, never the address."""
    _requests.labels(route, method, status).inc()
    _seconds.labels(route).observe(seconds)


def matched(results: int, problems: Sequence[Unreadable], door: str = "request") -> None:
    """Resumes were matched, or could not be read."""
    _resumes.labels(door).inc(results)
    for problem in problems:
        _unreadable.labels(problem.code).inc()


def worked(seconds: float) -> None:
    """A file of a pool is done."""
    _files.observe(seconds)


def worker_died(pid: int) -> None:
    """A worker ended without being asked to."""
    _died.inc()
    gone(pid)


def gone(pid: int) -> None:
    """A process has ended: what it alone had no longer counts."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]


def exposition(waiting: int, model: str) -> tuple[bytes, str]:
    """The metrics as text, and its content type. ``waiting``: files of pools not done yet."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_Own())
    Gauge("matcher_files_waiting", "Files of pools not done yet", registry=registry, multiprocess_mode="max").set(
        waiting
    )
    Gauge("matcher_model", "The model in use", ["version"], registry=registry, multiprocess_mode="max").labels(
        model
    ).set(1)
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Own:
    """This process's own metrics, those of Python and of the process itself too."""

    def collect(self):  # type: ignore[no-untyped-def]
        """What the default registry holds."""
        return _OWN.collect()
