"""The store, on SQLite and on a real PostgreSQL: what goes in comes out, and nothing else."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from matcher import Matcher
from matcher.schema import MatchResult, Unreadable
from web import store, tables
from web.migrations import migrate
from web.store import Missing, Refused, User

from .conftest import opened, resume

WHO = User(1, "招聘甲", "recruiter", "零售")
OTHER = User(2, "招聘乙", "recruiter", "科技")
ADMIN = User(3, "管理员甲", "admin", "总行")
DAY = dt.date(2026, 11, 24)


@pytest.fixture
def engine(database: str, home: Path) -> Iterator[sa.Engine]:
    with opened(database, home) as found:
        yield found


@pytest.fixture
def folder(home: Path) -> Path:
    return home / "files"


@pytest.fixture
def pool(engine: sa.Engine) -> store.Pool:
    return store.create_pool(engine, WHO, "春招", DAY, 30)[0]


_RESULTS: dict[tuple[str, str], MatchResult] = {}  # matching the same again and again would take most of the time


def result(matcher: Matcher, name: str, text: str = "") -> MatchResult:
    if (name, text) not in _RESULTS:
        found = matcher.match(text or resume(name).decode(), None, DAY)
        _RESULTS[name, text] = replace(found, name=f"{name}.txt")
    return _RESULTS[name, text]


def fill(engine: sa.Engine, folder: Path, pool: store.Pool, found: dict[str, list[MatchResult | Unreadable]]) -> None:
    """Files with what was read from them."""
    for name in found:
        store.add_file(engine, WHO, pool, folder, name, name.encode())
    while claim := store.claim(engine, "w", 60):
        assert store.finish(engine, claim, found[claim.name])


def test_the_migrations_make_the_tables_of_the_code(engine: sa.Engine) -> None:
    with engine.connect() as c:
        assert compare_metadata(MigrationContext.configure(c, opts={"compare_type": True}), tables.metadata) == []


def test_migrations_go_down_and_up_again(engine: sa.Engine) -> None:
    from alembic import command

    from web.migrations import configuration

    with engine.connect().execution_options(write=True) as c, c.begin():
        command.downgrade(configuration(c), "base")
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate(engine)
    migrate(engine)
    assert set(sa.inspect(engine).get_table_names()) == {*tables.metadata.tables, "alembic_version"}


@pytest.mark.parametrize("table", ["files", "candidates", "assessments", "unreadable", "feedback", "tokens", "exports"])
def test_foreign_keys_hold(engine: sa.Engine, table: str) -> None:
    keys = sa.inspect(engine).get_foreign_keys(table)
    assert keys
    assert {k["options"].get("ondelete") for k in keys} == {"CASCADE"}


def test_a_file_needs_its_pool(engine: sa.Engine) -> None:
    values = dict.fromkeys(("id", "stored", "name", "digest", "status", "pool_id"), "x")
    row = tables.files_table.insert().values(size=1, attempts=0, added_at=store.now(), **values)
    with engine.connect() as c, pytest.raises(sa.exc.DBAPIError):
        c.execute(row)


def test_a_result_comes_back_as_it_was(engine: sa.Engine, folder: Path, pool: store.Pool, matcher: Matcher) -> None:
    given = result(matcher, "甲\u2028测试\U0001f600")
    fill(engine, folder, pool, {"a.txt": [given]})
    entry = store.candidates(engine, pool).items[0]
    found = store.candidate(engine, pool, entry.candidate_id, matcher.policy)
    assert found.result == found.computed == given
    assert [c.result for c in store.results(engine, pool, matcher.policy)] == [given]
    assert (entry.position_id, entry.score) == (given.matches[0].position_id, given.matches[0].score)
    assert entry.outcomes == {v.rule: v.outcome.value for v in given.matches[0].verdicts}


def test_a_file_is_claimed_once_and_in_order(engine: sa.Engine, folder: Path, pool: store.Pool) -> None:
    for name in ("甲.txt", "乙.txt"):
        store.add_file(engine, WHO, pool, folder, name, name.encode())
    claims = [store.claim(engine, f"w{i}", 60) for i in range(3)]
    assert [c and (c.name, c.worker, c.as_of) for c in claims] == [("甲.txt", "w0", DAY), ("乙.txt", "w1", DAY), None]
    assert [store.path_of(folder, c.stored).read_bytes().decode() for c in claims if c] == ["甲.txt", "乙.txt"]


@pytest.mark.parametrize("how", ["given back", "lease over", "prefix"])
def test_a_lost_claim_stores_nothing(
    how: str, engine: sa.Engine, folder: Path, pool: store.Pool, matcher: Matcher
) -> None:
    store.add_file(engine, WHO, pool, folder, "甲.txt", b"x")
    old = store.claim(engine, "host:1", -1 if how == "lease over" else 60)
    assert old is not None
    if how == "given back":
        store.give_back(engine, "host:1", 8)
    else:
        assert store.give_back_all(engine, "host:" if how == "prefix" else None) == 1
    new = store.claim(engine, "host:2", 60)
    assert new is not None
    assert not store.finish(engine, old, [result(matcher, "旧")])
    assert store.finish(engine, new, [result(matcher, "新")])
    assert not store.finish(engine, new, [result(matcher, "新")])
    assert [e.name for e in store.candidates(engine, pool).items] == ["新"]


def test_a_file_that_kills_its_workers_is_given_up_with_a_reason(
    engine: sa.Engine, folder: Path, pool: store.Pool
) -> None:
    store.add_file(engine, WHO, pool, folder, "毒.bin", b"x")
    for _ in range(3):
        assert store.claim(engine, "w", 60)
        store.give_back(engine, "w", 3)
    assert store.claim(engine, "w", 60) is None
    assert [(u.source, u.code) for u in store.unreadable(engine, pool).items] == [("毒.bin", "crashed")]
    assert store.pool(engine, WHO, pool.id).status == "done"


def test_files_that_failed_wait_behind_the_others(engine: sa.Engine, folder: Path, pool: store.Pool) -> None:
    for name in ("毒.bin", "好.txt"):
        store.add_file(engine, WHO, pool, folder, name, b"x")
    assert store.claim(engine, "w", 60)
    store.give_back(engine, "w", 9)
    again = [store.claim(engine, "w", 60) for _ in range(2)]
    assert [c.name for c in again if c] == ["好.txt", "毒.bin"]


def status(engine: sa.Engine, pool: store.Pool) -> str | None:
    found = store.export(engine, pool)
    return found and found.status


@pytest.mark.parametrize("how", ["given back", "lease over", "prefix", "pool changed"])
def test_a_lost_export_is_made_anew(
    how: str, engine: sa.Engine, folder: Path, pool: store.Pool, matcher: Matcher
) -> None:
    fill(engine, folder, pool, {"a.txt": [result(matcher, "甲")]})
    store.ask_export(engine, WHO, pool)
    old = store.claim_export(engine, "host:1", -1 if how == "lease over" else 60)
    assert old is not None
    assert store.claim_export(engine, "host:2", 60) is None
    if how == "given back":
        store.give_back(engine, "host:1", 8)
    elif how == "pool changed":
        entry = store.candidates(engine, pool).items[0]
        store.give_feedback(engine, WHO, pool, entry.candidate_id, 1, "age", "unknown", "因", matcher.policy)
    else:
        assert store.give_back_all(engine, "host:" if how == "prefix" else None) == 1
    new = store.claim_export(engine, "host:2", 60)
    assert new is not None
    assert new.stored != old.stored
    assert not store.finish_export(engine, old, 1, 1)
    assert not store.fail_export(engine, old, "failed", "x", "x")
    assert store.finish_export(engine, new, 1, 1)
    assert status(engine, pool) == "done"


def test_an_export_that_kills_its_workers_has_failed_until_it_is_asked_for_again(
    engine: sa.Engine, pool: store.Pool
) -> None:
    for _ in range(2):
        store.ask_export(engine, WHO, pool)
        for _ in range(3):
            assert store.claim_export(engine, "w", 60)
            store.give_back(engine, "w", 8)
        assert store.claim_export(engine, "w", 60) is None
        found = store.export(engine, pool)
        assert found
        assert (found.status, found.code) == ("failed", "crashed")


def test_every_change_of_a_pool_makes_its_export_stale(
    engine: sa.Engine, folder: Path, pool: store.Pool, matcher: Matcher
) -> None:
    def made() -> None:
        store.ask_export(engine, WHO, pool)
        claim = store.claim_export(engine, "w", 60)
        assert claim
        assert store.finish_export(engine, claim, 1, 1)
        assert status(engine, pool) == "done"

    made()
    fill(engine, folder, pool, {"a.txt": [result(matcher, "甲")]})
    assert status(engine, pool) == "stale"
    made()
    entry = store.candidates(engine, pool).items[0]
    store.give_feedback(engine, WHO, pool, entry.candidate_id, 1, None, "reserve", "因", matcher.policy)
    assert status(engine, pool) == "stale"
    made()
    store.add_file(engine, WHO, pool, folder, "毒.bin", b"x")
    assert status(engine, pool) == "done", "what is not read yet changes nothing"
    assert store.claim(engine, "w", 60)
    store.give_back(engine, "w", 1)
    assert status(engine, pool) == "stale"
    made()
    other = store.create_pool(engine, WHO, "秋招", DAY, 30)[0]
    fill(engine, folder, other, {"b.txt": [result(matcher, "乙")]})
    assert status(engine, pool) == "done"
    store.delete_file(engine, WHO, pool, store.files(engine, pool).items[0].id, folder)
    assert status(engine, pool) == "stale"
    store.ask_export(engine, WHO, pool)
    store.delete_pool(engine, WHO, pool, folder)
    assert store.claim_export(engine, "w", 60) is None
    with pytest.raises(Missing):
        store.ask_export(engine, WHO, pool)


@pytest.mark.parametrize("how", ["read", "override", "withdrawal", "given up"])
def test_an_export_asked_for_during_a_change_is_made_after_it(
    how: str,
    engine: sa.Engine,
    folder: Path,
    pool: store.Pool,
    matcher: Matcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A change that is not committed yet cannot be read: who asks then must wait, or would get the old state."""
    fill(engine, folder, pool, {"a.txt": [result(matcher, "甲")]})
    first, file = store.candidates(engine, pool).items[0].candidate_id, store.files(engine, pool).items[0].id
    claim = None
    if how in ("read", "given up"):
        store.add_file(engine, WHO, pool, folder, "b.txt", b"b")
        claim = store.claim(engine, "w", 60)
        assert claim

    def change() -> None:
        if how == "override":
            store.give_feedback(engine, WHO, pool, first, 1, "age", "unknown", "因", matcher.policy)
        elif how == "withdrawal":
            store.delete_file(engine, WHO, pool, file, folder)
        elif how == "given up":
            store.give_back(engine, "w", 1)
        else:
            assert claim
            assert store.finish(engine, claim, [result(matcher, "乙")])

    outdate, there, go = store._outdate, threading.Event(), threading.Event()

    def slowly(c: sa.Connection, pool_id: str) -> None:
        outdate(c, pool_id)
        there.set()
        go.wait(30)

    monkeypatch.setattr(store, "_outdate", slowly)
    threads = [threading.Thread(target=change), threading.Thread(target=store.ask_export, args=(engine, WHO, pool))]
    threads[0].start()
    assert there.wait(30)
    threads[1].start()
    time.sleep(0.4)
    assert threads[1].is_alive()
    assert store.claim_export(engine, "w", 60) is None
    go.set()
    for thread in threads:
        thread.join(30)
    assert store.claim_export(engine, "w", 60)


def test_progress(engine: sa.Engine, folder: Path, pool: store.Pool, matcher: Matcher) -> None:
    def state() -> tuple[str, int, int, int]:
        found = store.pool(engine, WHO, pool.id)
        return found.status, found.total, found.candidates, found.unreadable

    assert state() == ("empty", 0, 0, 0)
    for name in "甲乙":
        store.add_file(engine, WHO, pool, folder, name, name.encode())
    assert state() == ("working", 2, 0, 0)
    first = store.claim(engine, "w", 60)
    assert first
    store.finish(engine, first, [result(matcher, "甲"), Unreadable("b", "damaged", "坏", "bad")])
    assert state() == ("working", 2, 1, 1)
    assert store.cancel_pool(engine, WHO, pool).status == "cancelled"
    assert store.claim(engine, "w", 60) is None
    store.add_file(engine, WHO, pool, folder, "丙", b"late")
    assert store.claim(engine, "w", 60) is None
    assert store.resume_pool(engine, WHO, pool).counts == {"queued": 2, "working": 0, "done": 1, "cancelled": 0}
    while claim := store.claim(engine, "w", 60):
        store.finish(engine, claim, [])
    assert state() == ("done", 3, 1, 1)


def test_the_same_upload_twice_is_one_file(engine: sa.Engine, folder: Path, pool: store.Pool) -> None:
    first, new = store.add_file(engine, WHO, pool, folder, "甲.txt", b"a")
    again, second = store.add_file(engine, WHO, pool, folder, "甲.txt", b"a")
    assert (new, second, first.id == again.id) == (True, False, True)
    for name, data in (("乙.txt", b"a"), ("甲.txt", b"b")):
        assert store.add_file(engine, WHO, pool, folder, name, data)[1]
    assert len([p for p in folder.rglob("*") if p.is_file()]) == 3


def test_a_full_pool_says_so_and_keeps_no_bytes(engine: sa.Engine, folder: Path, pool: store.Pool) -> None:
    store.add_file(engine, WHO, pool, folder, "甲", b"a", most=1)
    with pytest.raises(Refused, match="at most 1"):
        store.add_file(engine, WHO, pool, folder, "乙", b"b", most=1)
    assert len([p for p in folder.rglob("*") if p.is_file()]) == 1


def test_names_are_never_paths(engine: sa.Engine, folder: Path, pool: store.Pool) -> None:
    for name in ("../../简历.docx", "/etc/passwd", "甲简历.pdf", "乙简历.pdf"):
        file, _ = store.add_file(engine, WHO, pool, folder, name, name.encode())
        assert store.path_of(folder, file.stored).read_bytes() == name.encode()
    there = [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()]
    assert len(there) == 4
    assert all(set(p) <= set("0123456789abcdef/") for p in there)
    assert [f.name for f in store.files(engine, pool).items][2:] == ["甲简历.pdf", "乙简历.pdf"]


# --- teams --------------------------------------------------------------------------------------------------------


def test_a_pool_is_seen_by_its_team_and_by_admins(engine: sa.Engine, pool: store.Pool) -> None:
    for who in (WHO, ADMIN, replace(WHO, role="viewer")):
        assert store.pool(engine, who, pool.id).id == pool.id
        assert [p.id for p in store.pools(engine, who).items] == [pool.id]
    with pytest.raises(Missing):
        store.pool(engine, OTHER, pool.id)
    assert store.pools(engine, OTHER) == store.Page((), 0, 1, 20)


def test_an_idempotency_key_makes_one_pool(engine: sa.Engine) -> None:
    first, new = store.create_pool(engine, WHO, "甲", DAY, 30, "key-1")
    again, second = store.create_pool(engine, WHO, "甲", DAY, 30, "key-1")
    assert (new, second, again) == (True, False, first)
    assert store.create_pool(engine, OTHER, "甲", DAY, 30, "key-1")[1]
    assert store.create_pool(engine, WHO, "甲", DAY, 30, "key-2")[1]
    with pytest.raises(Refused, match="another request"):
        store.create_pool(engine, WHO, "乙", DAY, 30, "key-1")


# --- lists --------------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(engine: sa.Engine, folder: Path, pool: store.Pool, matcher: Matcher) -> dict[str, MatchResult]:
    """Five candidates: three that fit position 1 alike, one without dates, one of another trade."""
    texts = {
        "丙": "",
        "甲": "",
        "乙": "",
        "丁": "姓名：丁\n本科 金融学\n金融产品经理",
        "戊": "姓名：戊\n2011.09-2015.06 某大学 英语 本科\n2016.01-2020.12 某酒店 厨师",
    }
    found = {name: result(matcher, name, text) for name, text in texts.items()}
    fill(engine, folder, pool, {f"{n}.txt": [r] for n, r in found.items()})
    return found


def test_pages_hold_everybody_once_in_order(
    engine: sa.Engine, pool: store.Pool, listed: dict[str, MatchResult]
) -> None:
    keys: dict[str, Callable[[store.Entry], Any]] = {
        "rank": lambda e: (store.TIER_ORDER[e.tier], -e.score),
        "score": lambda e: -e.score,
        "name": lambda e: e.name.encode(),
        "added": lambda e: list(listed).index(e.name),
    }
    if engine.dialect.name == "postgresql":
        del keys["name"]  # the order of Chinese names is the database's
    for name, key in keys.items():
        for sort in (name, f"-{name}"):
            for per_page in (1, 2, 5, 200):
                pages = [store.shortlist(engine, pool, 1, n, per_page, sort) for n in range(1, -(-5 // per_page) + 2)]
                found = [e for p in pages for e in p.items]
                assert {p.total for p in pages} == {5}
                assert sorted(e.name for e in found) == sorted(listed)
                values = [key(e) for e in found]
                assert values == sorted(values, reverse=sort.startswith("-"))


def test_rank_is_the_order_of_the_workbook(engine: sa.Engine, pool: store.Pool, listed: dict[str, MatchResult]) -> None:
    from matcher.ranking import shortlist

    for position_id in range(1, 11):
        rows = shortlist(listed.values(), position_id)
        shown = store.shortlist(engine, pool, position_id).items
        assert [r.assessment.tier.value for r in rows] == [e.tier for e in shown]
        assert [round(r.assessment.score, 9) for r in rows] == [round(e.score, 9) for e in shown]


@pytest.mark.parametrize("position_id", [1, 4, 6])
def test_filters_agree_with_the_results(
    position_id: int, engine: sa.Engine, pool: store.Pool, listed: dict[str, MatchResult]
) -> None:
    known = {n: next(a for a in r.matches if a.position_id == position_id) for n, r in listed.items()}
    asked = {(v.rule, v.outcome.value) for a in known.values() for v in a.verdicts} | {("age", "waivable")}
    for rule, outcome in asked:
        found = store.shortlist(engine, pool, position_id, verdicts=[(rule, outcome)])
        right = {n for n, a in known.items() if (rule, outcome) in {(v.rule, v.outcome.value) for v in a.verdicts}}
        assert ({e.name for e in found.items}, found.total) == (right, len(right))
    for tier in {a.tier.value for a in known.values()} | {"waiver"}:
        found = store.shortlist(engine, pool, position_id, tiers=[tier])
        assert {e.name for e in found.items} == {n for n, a in known.items() if a.tier.value == tier}


def test_each_candidate_is_listed_at_the_best_position(
    engine: sa.Engine, pool: store.Pool, listed: dict[str, MatchResult]
) -> None:
    found = {e.name: e.position_id for e in store.candidates(engine, pool).items}
    assert found == {n: r.matches[0].position_id for n, r in listed.items()}


# --- overrides ----------------------------------------------------------------------------------------------------


def test_an_override_is_shown_and_the_computed_answer_is_kept(
    engine: sa.Engine, pool: store.Pool, listed: dict[str, MatchResult], matcher: Matcher
) -> None:
    entry = next(e for e in store.shortlist(engine, pool, 1).items if e.name == "甲")
    assert (entry.tier, entry.outcomes["age"], entry.overridden) == ("priority", "meets", False)

    def say(rule: str | None, value: str, reason: str = "电话核实") -> store.Feedback:
        return store.give_feedback(engine, WHO, pool, entry.candidate_id, 1, rule, value, reason, matcher.policy)

    def shown(position_id: int = 1) -> store.Entry:
        items = store.shortlist(engine, pool, position_id).items
        return next(e for e in items if e.candidate_id == entry.candidate_id)

    assert say("age", "fails").computed == "meets"
    assert (shown().tier, shown().outcomes["age"]) == ("not_met", "fails")
    assert (shown().computed_tier, shown().computed_outcomes["age"], shown().overridden) == ("priority", "meets", True)
    assert not shown(2).overridden  # another position's answer is its own
    assert say(None, "reserve").computed == "not_met"
    assert shown().tier == "reserve"
    found = store.candidate(engine, pool, entry.candidate_id, matcher.policy)
    a = next(a for a in found.result.matches if a.position_id == 1)
    verdict = next(v for v in a.verdicts if v.rule == "age")
    assert (a.tier.value, verdict.outcome.value) == ("reserve", "fails")
    assert "电话核实" in verdict.reason
    assert "符合" in verdict.reason
    assert found.computed == listed["甲"]
    say("age", "meets", "看错了")
    say(None, "priority", "看错了")
    assert not shown().overridden
    assert [f.value for f in store.history(engine, pool, entry.candidate_id)] == [
        "fails",
        "reserve",
        "meets",
        "priority",
    ]


@pytest.mark.parametrize(
    ("position_id", "rule", "value", "reason", "code"),
    [
        (1, "age", "fails", " \u200b\n", "reason_missing"),
        (1, "age", "fails", "长" * 501, "reason_too_long"),
        (1, "age", "priority", "因", "bad_value"),
        (1, None, "fails", "因", "bad_value"),
        (1, "portfolio", "meets", "因", "bad_rule"),
        (1, "beauty", "meets", "因", "bad_rule"),
        (99, "age", "meets", "因", None),
    ],
)
def test_an_override_that_does_not_fit(
    position_id: int,
    rule: str | None,
    value: str,
    reason: str,
    code: str | None,
    engine: sa.Engine,
    pool: store.Pool,
    listed: dict[str, MatchResult],
    matcher: Matcher,
) -> None:
    candidate = store.candidates(engine, pool).items[0].candidate_id
    with pytest.raises((Refused, Missing)) as error:
        store.give_feedback(engine, WHO, pool, candidate, position_id, rule, value, reason, matcher.policy)
    assert getattr(error.value, "code", None) == code
    assert store.history(engine, pool) == []


# --- accounts -----------------------------------------------------------------------------------------------------


def test_the_last_admin_stays(engine: sa.Engine) -> None:
    admin = store.add_user(engine, "t", "管理员", "hash", "admin", "总行")
    for change in ({"role": "viewer"}, {"active": False}):
        with pytest.raises(Refused, match="At least one admin"):
            store.change_user(engine, admin, admin.id or 0, **change)
    other = store.add_user(engine, "t", "第二", "hash", "admin", "总行")
    assert store.change_user(engine, other, admin.id or 0, active=False).active is False
    with pytest.raises(Refused, match="taken"):
        store.add_user(engine, "t", "第二", "hash", "viewer", "总行")
    with pytest.raises(Missing):
        store.change_user(engine, other, 999, role="viewer")


def test_secrets_are_not_kept(engine: sa.Engine) -> None:
    user = store.add_user(engine, "t", "某人", "hash", "viewer", "总行")
    soon = store.now() + dt.timedelta(hours=1)
    store.add_token(engine, user, "api", "secret-1", "给系统", soon)
    store.add_invitation(engine, "t", "secret-2", "viewer", "总行", soon)
    assert store.user_of_token(engine, "api", "secret-1") == user
    assert store.user_of_token(engine, "session", "secret-1") is None
    assert store.user_of_token(engine, "api", "secret-2") is None
    with engine.connect() as c:
        kept = [str(tuple(row)) for t in tables.metadata.sorted_tables for row in c.execute(t.select())]
    assert kept
    assert not [row for row in kept if "secret-" in row]


def test_sessions_end_with_time_standing_and_password(engine: sa.Engine) -> None:
    admin = store.add_user(engine, "t", "管理员", "hash", "admin", "总行")
    user = store.add_user(engine, "t", "某人", "hash", "viewer", "总行")

    def secrets() -> list[bool]:
        return [store.user_of_token(engine, "api", s) is not None for s in ("now", "past")]

    def make() -> None:
        for secret, hours in (("now", 1), ("past", -1)):
            store.add_token(engine, user, "api", secret, "", store.now() + dt.timedelta(hours=hours))

    make()
    assert secrets() == [True, False]
    store.set_password(engine, user, "other")
    assert secrets() == [False, False]
    make()
    store.change_user(engine, admin, user.id or 0, active=False)
    assert secrets() == [False, False]


def test_an_invitation_is_for_one_person_and_a_while(engine: sa.Engine) -> None:
    for secret, days in (("good", 1), ("old", -1)):
        store.add_invitation(engine, "t", secret, "recruiter", "零售", store.now() + dt.timedelta(days=days))
    user = store.accept_invitation(engine, "good", "新人", "hash")
    assert (user.role, user.team) == ("recruiter", "零售")
    for secret in ("good", "old", "never"):
        assert not store.invitation_is_open(engine, secret)
        with pytest.raises(Refused, match="unknown, used or expired"):
            store.accept_invitation(engine, secret, "又一人", "hash")
    store.add_invitation(engine, "t", "next", "viewer", "零售", store.now() + dt.timedelta(days=1))
    with pytest.raises(Refused, match="taken"):
        store.accept_invitation(engine, "next", "新人", "hash")
    assert store.invitation_is_open(engine, "next")  # all of it or nothing
