"""A pool as the workbook for HR, made by the worker."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import Engine

from matcher import __version__
from matcher.presentation.excel import Run, trimmed, write_workbook
from matcher.schema import Unreadable
from web import store
from web.service import Service
from web.store import Pool


def write(engine: Engine, service: Service, pool: Pool, path: Path) -> int:
    """Write a pool's workbook: results with overrides applied, and what could not be read. How many candidates it has."""
    policy, info = service.matcher.policy, service.matcher.ranker.info
    results = [trimmed(c.result) for c in store.results(engine, pool, policy)]
    unread = store.unreadable(engine, pool, per_page=1_000_000).items
    problems = [Unreadable(u.source, u.code, u.reason, u.reason_en) for u in unread]
    run = Run(pool.as_of, service.matcher.positions, policy, info.version, info.data_hash, __version__)
    path.parent.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(mode=0o700)
    with _temporary_files(path.parent):
        write_workbook(path, results, problems, run)
    path.chmod(0o600)
    return len(results)


@contextlib.contextmanager
def _temporary_files(folder: Path) -> Iterator[None]:
    """Temporary files of this process (half sheets are some) go where they are found when it is killed."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
