"""Pools are read, matched and exported here, in processes of their own: ``python -m web work``, or beside the web server.

A worker claims a file, reads it in a sandboxed process, matches what it holds, and stores all of it together with the end
of its claim in one transaction. Killed at any moment it has stored everything or nothing, and the claim goes back: the
supervisor sees its children die; a new supervisor waits until the old one's children are gone. An export goes the same
way: claimed, written, and of no use when the claim was lost, as it is when the pool has changed meanwhile.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import sqlalchemy as sa

from matcher.batch import match_document
from matcher.pipeline import Matcher
from matcher.reading import Document, Limits, Source
from matcher.schema import MatchResult, Unreadable
from web import exports, metrics, store
from web.apart import too_long
from web.limits import TooLong, time_limit
from web.matching import read_within, shown_name
from web.service import Service, locked
from web.signals import ended_by
from web.store import Claim

log = logging.getLogger("service.worker")

ATTEMPTS = 8  # claims of one file that may end with a dead worker before it is given up
_EXPORT_SECONDS = 1800.0  # for one workbook; 1,000 candidates take some 16 seconds
_IDLE = 0.3  # seconds between looks when nothing waits
_CLEANING = 60.0  # seconds between looks for what has expired


def supervise(service: Service) -> None:
    """Keep the workers and clean up, until SIGTERM. One on each machine: a second waits for the first to end."""
    ended = ended_by(signal.SIGTERM)
    from web.serve import end, fork

    service.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The children inherit the lock: it is free only when the last of them is gone.
    with locked(service.home / "worker.lock"):
        prefix = f"{store.host()}:"
        with fresh(service) as engine:
            given_back = store.give_back_all(engine, prefix)
        if given_back:
            log.info("files given back: %d", given_back)
        children: dict[int, str] = {}
        number, cleaned = 0, -_CLEANING
        while not ended():
            while len(children) < service.settings["WORKERS"]:
                number += 1
                name = f"{prefix}{os.getpid()}:{number}"
                children[fork(partial(_work, service, name))] = name
            if time.monotonic() - cleaned >= _CLEANING:
                cleaned = time.monotonic()
                _clean(service)
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                time.sleep(0.05)
            elif pid in children:
                name = children.pop(pid)
                log.error("worker %s died with status %d", name, status)
                metrics.worker_died(pid)
                with fresh(service) as engine:
                    store.give_back(engine, name, ATTEMPTS)
        end(list(children), 20.0)
        with fresh(service) as engine:
            store.give_back_all(engine, prefix)


@contextlib.contextmanager
def fresh(service: Service) -> Iterator[sa.Engine]:
    """An engine whose connections are closed at the end: none may be open when a child is forked."""
    engine = store.open_engine(service.settings["DATABASE"])
    try:
        yield engine
    finally:
        engine.dispose()


def _clean(service: Service) -> None:
    """Retention, deletions that were broken off, uploads that were broken off."""
    try:
        with fresh(service) as engine:
            store.expire(engine, service.files)
            store.purge(engine, service.files)
            store.sweep(engine, service.files)
            store.expire_exports(engine)
            store.sweep_exports(engine, service.files)
            if engine.dialect.name == "sqlite":
                store.scrub(engine)  # a reader may have been in the way of a deletion's
            store.give_back_all(engine)  # leases that are over, on other machines too
    except (OSError, sa.exc.SQLAlchemyError) as error:
        log.error("cleaning failed: %s", type(error).__name__)


def _work(service: Service, name: str) -> None:
    """A worker's life: export after export, file after file, until SIGTERM, or until its parent is gone."""
    ended = ended_by(signal.SIGTERM)
    parent = os.getppid()
    engine = store.open_engine(service.settings["DATABASE"])
    while not ended() and os.getppid() == parent:
        try:
            if not work_once(engine, service, name):
                time.sleep(_IDLE)
        except sa.exc.OperationalError as error:  # the database is away: wait for it
            log.error("the store does not answer: %s", type(error).__name__)
            time.sleep(2.0)


def work_once(engine: sa.Engine, service: Service, name: str) -> bool:
    """Make the export that waits or, when none does, read the next file; False when nothing waits.

    Exports go first: somebody sits before the page, and the files of a large pool would take hours.
    """
    return _export_once(engine, service, name) or _read_once(engine, service, name)


def _export_once(engine: sa.Engine, service: Service, name: str) -> bool:
    """Claim an export, write its workbook, say how it went; False when none waits."""
    claim = store.claim_export(engine, name, _EXPORT_SECONDS + 60)
    if claim is None:
        return False
    folder, path = store.export_folder(service.files, claim.stored), store.export_path(service.files, claim.stored)
    start, served = time.monotonic(), False
    try:
        with time_limit(_EXPORT_SECONDS):
            count = exports.write(engine, service, claim.pool, path)
        served = store.finish_export(engine, claim, count, path.stat().st_size)
        log.info("export %s: candidates=%d seconds=%.1f", "done" if served else "lost", count, time.monotonic() - start)
    except TooLong:
        log.error("export took too long")
        said = f"用时超过 {_EXPORT_SECONDS / 60:.0f} 分钟，已停止。", "It took too long and was stopped."
        store.fail_export(engine, claim, "timeout", *said)
    except sa.exc.SQLAlchemyError:
        raise  # nothing can be said to a database that is away: the claim goes back as that of a file does
    except Exception as error:
        # Never the words of an exception: they may be a resume's.
        kind = type(error).__name__
        log.error("export failed: %s", kind)
        if isinstance(error, OSError):
            said = (
                "数据文件夹不能写入（可能磁盘已满）。",
                "The data folder cannot be written to (perhaps the disk is full).",
            )
            store.fail_export(engine, claim, "cannot_write", *said)
        else:
            said = (
                f"程序出错（{kind}）；请告知管理员。",
                f"A fault of the program ({kind}); please tell the administrator.",
            )
            store.fail_export(engine, claim, "failed", *said)
    finally:
        if not served:
            shutil.rmtree(folder, ignore_errors=True)
    return True


def _read_once(engine: sa.Engine, service: Service, name: str) -> bool:
    """Claim a file, read it, match it, store it; False when none waits."""
    settings = service.settings
    lease = 2 * settings["REQUEST_SECONDS"] + 200 * settings["MATCH_SECONDS"]
    claim = store.claim(engine, name, lease)
    if claim is None:
        return False
    start = time.monotonic()
    found = list(read_and_match(claim, service))
    if store.finish(engine, claim, found):
        problems = [f for f in found if isinstance(f, Unreadable)]
        metrics.matched(len(found) - len(problems), problems, "pool")
        metrics.worked(time.monotonic() - start)
        log.info("file done: matched=%d unreadable=%d", len(found) - len(problems), len(problems))
    return True


def read_and_match(claim: Claim, service: Service) -> Iterator[MatchResult | Unreadable]:
    """What a claimed file holds; everything that goes wrong is an Unreadable with its reason, and the rest goes on."""
    settings = service.settings
    limits = Limits(max_items=200, max_total_bytes=100 * 2**20, seconds=settings["READ_SECONDS"])
    try:
        data = store.path_of(service.files, claim.stored).read_bytes()
    except OSError:
        yield Unreadable(
            claim.name, "not_found", "上传的文件不见了；请重新上传。", "The upload is gone; please upload it again."
        )
        return
    for item in read_within(Source(data, claim.name), limits, settings["REQUEST_SECONDS"]):
        if isinstance(item, Unreadable):
            yield replace(item, name=shown_name(item.name))
        else:
            yield _match(_clean_text(item), claim, service.matcher, settings["MATCH_SECONDS"])


def _clean_text(document: Document) -> Document:
    """Without half surrogate pairs, which nothing can store."""
    text = document.text.encode("utf-8", "replace").decode()
    return replace(document, text=text, name=shown_name(document.name))


def _match(document: Document, claim: Claim, matcher: Matcher, seconds: float) -> MatchResult | Unreadable:
    try:
        with time_limit(seconds):
            return match_document(matcher, document, claim.as_of)
    except TooLong:
        return too_long(document.name)
