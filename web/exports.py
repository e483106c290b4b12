"""A pool as the workbook for HR."""

from __future__ import annotations

import tempfile
from pathlib import Path

from matcher import __version__
from matcher.presentation.excel import Run, trimmed, write_workbook
from matcher.schema import Unreadable
from web import store
from web.service import Service
from web.store import Pool, User


def workbook(service: Service, who: User, pool: Pool) -> bytes:
    """The Excel file of a pool: results with overrides applied, and what could not be read. It is recorded."""
    policy, info = service.matcher.policy, service.matcher.ranker.info
    results = [trimmed(c.result) for c in store.results(service.engine, pool, policy)]
    unread = store.unreadable(service.engine, pool, per_page=1_000_000).items
    problems = [Unreadable(u.source, u.code, u.reason, u.reason_en) for u in unread]
    run = Run(pool.as_of, service.matcher.positions, policy, info.version, info.data_hash, __version__)
    with tempfile.TemporaryDirectory(prefix="matcher-") as folder:
        path = Path(folder, "shortlist.xlsx")
        write_workbook(path, results, problems, run)
        data = path.read_bytes()
    store.record(service.engine, who, "export", pool.id, detail=f"candidates={len(results)}")
    return data
