"""The worker: killed at random it loses nothing and does nothing twice; time limits; bad files; retention."""

from __future__ import annotations

import datetime as dt
import io
import os
import random
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from matcher import Matcher, batch
from matcher.pipeline import match_resume
from matcher.reading import read_source
from matcher.schema import MatchResult, Unreadable
from web import exports, store, tables, worker
from web.auth import LOCAL
from web.limits import time_limit
from web.serve import fork
from web.service import Service

from .conftest import resume

DAY = dt.date(2026, 11, 24)


def box(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(f"{name}.txt", resume(name))
    return out.getvalue()


def add(service: Service, pool: store.Pool, name: str, data: bytes) -> store.File:
    return store.add_file(service.engine, LOCAL, pool, service.files, name, data)[0]


def new_pool(service: Service, days: int = 30) -> store.Pool:
    return store.create_pool(service.engine, LOCAL, "春招", DAY, days)[0]


def work(service: Service) -> None:
    while worker.work_once(service.engine, service, "here:1"):
        pass


# --- kill -9 ------------------------------------------------------------------------------------------------------


def children(pid: int) -> list[int]:
    """Processes that a process has started, by the kernel's account."""
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


class Supervisor:
    """A supervisor forked from this process, whose model is warm."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.pid = 0
        self.start()

    def start(self) -> None:
        service = Service(self.service.settings, self.service.matcher)
        self.pid = fork(lambda: worker.supervise(service))

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def stop(self) -> int:
        os.kill(self.pid, signal.SIGTERM)
        return os.waitpid(self.pid, 0)[1]


def stored(engine: sa.Engine) -> dict[str, int]:
    """File name to the number of candidates stored of it."""
    query = (
        sa.select(tables.files_table.c.name, sa.func.count(tables.candidates_table.c.id))
        .outerjoin(tables.candidates_table, tables.candidates_table.c.file_id == tables.files_table.c.id)
        .group_by(tables.files_table.c.name)
    )
    with engine.connect() as c:
        return {row[0]: row[1] for row in c.execute(query)}


@pytest.mark.parametrize("seed", [1])
def test_nothing_is_lost_or_done_twice_through_60_kills(
    seed: int, make_app: Callable[..., Flask], matcher: Matcher
) -> None:
    """Kills fall anywhere in claiming, reading, matching and storing; now and then the supervisor is the one killed."""
    rng = random.Random(seed)
    service: Service = make_app(WORKERS=2).extensions["service"]
    engine, pool = service.engine, new_pool(service)
    inside = {}
    for i in range(30):
        names = [f"甲{i}", f"乙{i}"] if i % 3 == 0 else [f"甲{i}"]
        name = f"{i}.{'zip' if len(names) > 1 else 'txt'}"
        inside[name] = len(names)
        add(service, pool, name, box(*names) if len(names) > 1 else resume(names[0]))
    engine.dispose()  # no connection may be open across a fork
    kills = {"worker": 0, "supervisor": 0}
    supervisor = Supervisor(service)
    try:
        while sum(kills.values()) < 60:
            time.sleep(rng.choice((rng.uniform(0.0, 0.1), rng.uniform(0.0, 0.7))))
            workers = children(supervisor.pid)
            if rng.random() < 0.1:
                supervisor.kill()
                supervisor.start()
                kills["supervisor"] += 1
            elif workers:
                os.kill(rng.choice(workers), signal.SIGKILL)
                kills["worker"] += 1
            found = stored(engine)
            assert {n for n, count in found.items() if count not in (0, inside[n])} == set()
            engine.dispose()
        until = time.monotonic() + 60
        while store.waiting(engine) and time.monotonic() < until:
            time.sleep(0.1)
        engine.dispose()
        assert supervisor.stop() == 0
    finally:
        for pid in (*children(supervisor.pid), supervisor.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert kills["supervisor"] >= 2
    assert stored(engine) == inside
    assert store.unreadable(engine, pool).total == 0
    assert store.pool(engine, LOCAL, pool.id).status == "done"
    for candidate in store.results(engine, pool, matcher.policy):
        right = matcher.match(candidate.computed.text, None, DAY)
        assert candidate.computed.matches == right.matches
    with engine.connect() as c:
        rows = c.scalar(sa.select(sa.func.count()).select_from(tables.assessments_table))
        assert rows == 10 * sum(inside.values())
        if engine.dialect.name == "sqlite":
            assert c.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert c.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def die_at(service: Service, number: int) -> None:
    """One turn of a worker named after the number of the statement before which it dies."""
    left = [number]
    own = store.open_engine(service.settings["DATABASE"])

    def step(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(own, "before_cursor_execute", step)
    sa.event.listen(own, "commit", step)
    worker.work_once(own, service, f"w{number}")


def test_killed_at_every_statement_it_stores_all_or_nothing(
    database: str, make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at random: a worker dies before its first statement, the next before its second …, until one gets through."""
    service: Service = make_app(DATABASE=database).extensions["service"]
    engine, pool = service.engine, new_pool(service)
    monkeypatch.setattr(worker, "read_within", lambda source, limits, _: read_source(source, limits))

    add(service, pool, "两份.zip", box("甲", "乙"))
    for number in range(1, 100):
        engine.dispose()
        pid = fork(partial(die_at, service, number))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert code in (0, -signal.SIGKILL)
        if code == 0:
            break
        assert stored(engine) == {"两份.zip": 0}
        store.give_back(engine, f"w{number}", 1000)
    assert number > 10
    assert stored(engine) == {"两份.zip": 2}
    assert store.pool(engine, LOCAL, pool.id).status == "done"
    assert not worker.work_once(engine, service, "w")


def test_an_export_killed_at_every_statement_is_made_whole_or_not(
    database: str, make_app: Callable[..., Flask]
) -> None:
    service: Service = make_app(DATABASE=database).extensions["service"]
    engine, pool = service.engine, new_pool(service)
    add(service, pool, "两份.zip", box("甲", "乙"))
    work(service)

    def state() -> str | None:
        found = store.export(engine, pool)
        return found and found.status

    left_behind = False
    for number in range(1, 100):
        store.ask_export(engine, LOCAL, pool)
        engine.dispose()
        pid = fork(partial(die_at, service, number))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert code in (0, -signal.SIGKILL)
        if code == 0:
            break
        assert state() in ("queued", "working")
        store.give_back(engine, f"w{number}", 1000)
        assert state() in ("queued", "failed")  # the third time in a row it has failed
        left_behind |= bool(list((service.files / "exports").glob("*/*")))
        store.sweep_exports(engine, service.files)
        assert list((service.files / "exports").glob("*")) == []
    assert number > 8
    assert left_behind, "some died with the workbook on the disk"
    assert state() == "done"
    assert len(list((service.files / "exports").iterdir())) == 1
    book = openpyxl.load_workbook(io.BytesIO(store.read_export(engine, LOCAL, pool, service.files)))
    assert "候选人" in book.sheetnames


def test_a_second_supervisor_waits_for_the_first(service: Service) -> None:
    first = Supervisor(service)
    try:
        until = time.monotonic() + 20
        while not children(first.pid) and time.monotonic() < until:
            time.sleep(0.02)
        second = Supervisor(service)
        time.sleep(0.5)
        assert children(second.pid) == []
        assert first.stop() == 0
        while not children(second.pid) and time.monotonic() < until:
            time.sleep(0.02)
        assert len(children(second.pid)) == 1
        assert second.stop() == 0
    finally:
        for supervisor in (first, second):
            with suppress(ProcessLookupError):
                os.kill(supervisor.pid, signal.SIGKILL)


# --- limits and bad input -----------------------------------------------------------------------------------------


@contextmanager
def matching(monkeypatch: pytest.MonkeyPatch, instead: Callable[..., MatchResult]) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(batch, "match_resume", instead)
        yield


def codes(service: Service, pool: store.Pool) -> list[tuple[str, str]]:
    return [(u.source, u.code) for u in store.unreadable(service.engine, pool).items]


def test_one_resume_that_takes_too_long_does_not_stop_the_others(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    service: Service = make_app(MATCH_SECONDS=2.0).extensions["service"]
    pool = new_pool(service)
    add(service, pool, "三份.zip", box("甲", "久", "乙"))

    def slow(resume: Any, *rest: Any) -> MatchResult:
        while "久" in resume.text:
            pass
        return match_resume(resume, *rest)

    with matching(monkeypatch, slow):
        work(service)
    assert [e.name for e in store.candidates(service.engine, pool, sort="added").items] == ["甲", "乙"]
    assert [c for _, c in codes(service, pool)] == ["timeout"]


def test_code_that_heeds_no_signal_is_ended_with_its_process() -> None:
    def deaf() -> None:
        with time_limit(0.2, 0.2):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
            time.sleep(60)

    pid = fork(deaf)
    start = time.monotonic()
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1
    assert time.monotonic() - start < 30


def test_a_fault_of_ours_in_one_resume_is_named_without_its_words(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pool = new_pool(service)
    add(service, pool, "两份.zip", box("甲机密", "乙测试"))

    def fail(resume: Any, *rest: Any) -> MatchResult:
        if "甲机密" in resume.text:
            raise ValueError(resume.text)
        return match_resume(resume, *rest)

    with matching(monkeypatch, fail), caplog.at_level("DEBUG"):
        work(service)
    assert [c for _, c in codes(service, pool)] == ["failed"]
    assert "ValueError" in store.unreadable(service.engine, pool).items[0].reason
    assert [e.name for e in store.candidates(service.engine, pool).items] == ["乙测试"]
    assert "甲机密" not in caplog.text


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("空.pdf", b"", "empty"),
        ("噪声.bin", bytes(range(256)) * 9, "unknown_format"),
        ("坏.pdf", b"%PDF-1.7\n%broken", "damaged"),
    ],
)
def test_what_cannot_be_read_is_listed_with_its_reason(service: Service, name: str, data: bytes, code: str) -> None:
    pool = new_pool(service)
    add(service, pool, name, data)
    add(service, pool, "好.txt", resume())
    work(service)
    assert codes(service, pool) == [(name, code)]
    assert store.candidates(service.engine, pool).total == 1


def test_bytes_that_are_gone_are_a_reason_too(service: Service) -> None:
    pool = new_pool(service)
    store.path_of(service.files, add(service, pool, "甲.txt", resume()).stored).unlink()
    work(service)
    assert codes(service, pool) == [("甲.txt", "not_found")]


def test_half_a_surrogate_pair_is_stored(service: Service) -> None:
    pool = new_pool(service)
    add(
        service,
        pool,
        "甲.html",
        b"<html><body><p>\xe5\xa7\x93\xe5\x90\x8d\xef\xbc\x9a\xe7\x94\xb2&#xD800;</p></body></html>",
    )
    work(service)
    assert store.candidates(service.engine, pool).total == 1


def test_an_export_that_takes_too_long_is_stopped(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = new_pool(service)
    store.ask_export(service.engine, LOCAL, pool)

    def slow(*_: Any) -> None:
        while True:
            pass

    monkeypatch.setattr(worker, "_EXPORT_SECONDS", 0.2)
    monkeypatch.setattr(exports, "write_workbook", slow)
    work(service)
    found = store.export(service.engine, pool)
    assert found
    assert (found.status, found.code) == ("failed", "timeout")
    assert list((service.files / "exports").iterdir()) == []


# --- retention ----------------------------------------------------------------------------------------------------


def test_a_pool_whose_time_is_over_goes_and_others_stay(service: Service) -> None:
    old, new = new_pool(service), new_pool(service)
    file = add(service, old, "甲.txt", resume())
    with store.writing(service.engine) as c:
        past = store.now() - dt.timedelta(seconds=1)
        c.execute(tables.pools_table.update().where(tables.pools_table.c.id == old.id).values(expires_at=past))
    assert store.expire(service.engine, service.files) == 1
    assert [p.id for p in store.pools(service.engine, LOCAL).items] == [new.id]
    assert not store.path_of(service.files, file.stored).exists()
    assert store.audit(service.engine, action="delete_pool").items[0].by == "retention"


def test_a_deletion_that_was_broken_off_is_ended(service: Service) -> None:
    pool = new_pool(service)
    file = add(service, pool, "甲.txt", resume())
    with store.writing(service.engine) as c:
        c.execute(tables.pools_table.update().values(deleted_at=store.now()))
    assert store.claim(service.engine, "w", 60) is None  # what is being deleted is not read any more
    assert store.purge(service.engine, service.files) == 1
    assert not store.path_of(service.files, file.stored).exists()
    with service.engine.connect() as c:
        assert c.scalar(sa.select(sa.func.count()).select_from(tables.files_table)) == 0


def test_bytes_without_a_row_are_swept_after_an_hour(service: Service) -> None:
    kept = add(service, new_pool(service), "甲.txt", resume())
    lost = service.files / "ab" / ("ab" + "0" * 30)
    lost.parent.mkdir(exist_ok=True)
    lost.write_bytes(b"x")
    assert store.sweep(service.engine, service.files) == 0
    os.utime(lost, (1, 1))
    os.utime(store.path_of(service.files, kept.stored), (1, 1))
    assert store.sweep(service.engine, service.files) == 1
    assert not lost.exists()
    assert store.path_of(service.files, kept.stored).exists()


def test_an_export_goes_after_a_day_and_is_not_served_before_it_is_swept(service: Service) -> None:
    pool = new_pool(service)
    store.ask_export(service.engine, LOCAL, pool)
    work(service)
    assert store.read_export(service.engine, LOCAL, pool, service.files)
    worker._clean(service)
    assert len(list((service.files / "exports").iterdir())) == 1
    with store.writing(service.engine) as c:
        c.execute(tables.exports_table.update().values(finished_at=store.now() - store.EXPORT_KEPT))
    assert store.export(service.engine, pool) is None
    with pytest.raises(store.Refused):
        store.read_export(service.engine, LOCAL, pool, service.files)
    worker._clean(service)
    assert list((service.files / "exports").iterdir()) == []
    with service.engine.connect() as c:
        assert c.scalar(sa.select(sa.func.count()).select_from(tables.exports_table)) == 0


def test_an_unreadable_of_the_reader_keeps_its_words(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = new_pool(service)
    add(service, pool, "甲.txt", resume())
    problem = Unreadable("x", "timeout", "读取超时", "too long")
    monkeypatch.setattr(worker, "read_within", lambda *_: iter([problem]))
    work(service)
    found = store.unreadable(service.engine, pool).items[0]
    assert (found.file, found.source, found.code, found.reason, found.reason_en) == (
        "甲.txt",
        "x",
        "timeout",
        "读取超时",
        "too long",
    )
