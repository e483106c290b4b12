"""Pools are read and matched here, in processes of their own: ``python -m web work``, or beside the web server.

A worker claims a file, reads it in a sandboxed process, matches what it holds, and stores all of it together with the end
of its claim in one transaction. Killed at any moment it has stored everything or nothing, and the claim goes back: the
supervisor sees its children die; a new supervisor waits until the old one's children are gone.
"""

from __future__ import annotations

import contextlib
import logging
import os
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
from web import metrics, store
from web.apart import too_long
from web.limits import TooLong, time_limit
from web.matching import read_within, shown_name
from web.service import Service, locked
from web.signals import ended_by
from web.store import Claim

log = logging.getLogger("service.worker")

ATTEMPTS = 8  # claims of one file that may end with a dead worker before it is given up
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
            if engine.dialect.name == "sqlite":
                store.scrub(engine)  # a reader may have been in the way of a deletion's
            store.give_back_all(engine)  # leases that are over, on other machines too
    except (OSError, sa.exc.SQLAlchemyError) as error:
        log.error("cleaning failed: %s", type(error).__name__)


def _work(service: Service, name: str) -> None:
    """A worker's life: file after file until SIGTERM, or until its parent is gone."""
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
