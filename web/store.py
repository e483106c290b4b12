"""What the service keeps: tables, records, and plain functions over an SQLAlchemy engine. The only module with SQL.

SQLite (WAL, foreign keys, deleted pages overwritten) or PostgreSQL. Times are UTC without a zone. Everything that belongs
to a pool is reached through a ``Pool``, and a ``Pool`` only through ``pool(engine, who, id)``, which knows the team.
Uploaded bytes lie in a folder under random names; the names that people gave are in the database only.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
import shutil
import socket
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlalchemy.engine import Connection, Engine, Row

from matcher.presentation.words import one_line, word
from matcher.ranking import tier as tier_of
from matcher.schema import Assessment, MatchResult, Outcome, Tier, Unreadable, Verdict
from web.tables import (
    assessments_table,
    audit_table,
    candidates_table,
    exports_table,
    feedback_table,
    files_table,
    invitations,
    pools_table,
    tokens,
    unreadable_table,
    users,
)

T = TypeVar("T")

ROLES = ("viewer", "recruiter", "admin")  # each has the rights of those before it
TIER_ORDER = {t.value: i for i, t in enumerate(Tier)}
SORTS = ("rank", "score", "name", "added")
EXPORT_KEPT = dt.timedelta(hours=24)  # a workbook that was made, and the word on one that was not
_EXPORT_ATTEMPTS = 3  # claims that may end with a dead worker before an export is given up
_REASON_MOST = 500  # characters


class Missing(LookupError):
    """There is no such thing, or it belongs to another team: the two look the same from outside."""


class Refused(ValueError):
    """Something that cannot be done as asked; ``status`` is 409 (state) or 422 (value)."""

    def __init__(self, code: str, detail: str, detail_en: str, status: int = 409) -> None:
        super().__init__(detail_en)
        self.code, self.detail, self.detail_en, self.status = code, detail, detail_en, status


# --- records ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who asks; ``id`` is None for the person at this machine when there are no users."""

    id: int | None
    name: str
    role: str
    team: str
    active: bool = True

    def may(self, role: str) -> bool:
        """Whether the user has at least the rights of ``role``."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; ``total`` counts all pages' items."""

    items: tuple[T, ...]
    total: int
    page: int
    per_page: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.per_page))


@dataclass(frozen=True, slots=True)
class Pool:
    """Applications that belong together. ``counts``: files that are queued, working, done, cancelled."""

    id: str
    name: str
    team: str
    as_of: dt.date
    created_by: str
    created_at: dt.datetime
    expires_at: dt.datetime
    cancelled: bool
    counts: Mapping[str, int]
    candidates: int
    unreadable: int

    @property
    def total(self) -> int:
        """Files in all."""
        return sum(self.counts.values())

    @property
    def status(self) -> str:
        """``cancelled``, ``empty``, ``working`` or ``done``."""
        if self.cancelled:
            return "cancelled"
        if not self.total:
            return "empty"
        return "working" if self.counts["queued"] or self.counts["working"] else "done"


@dataclass(frozen=True, slots=True)
class File:
    """One upload; it may hold several resumes, or none that can be read."""

    id: str
    name: str
    size: int
    status: str
    added_at: dt.datetime
    stored: str


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be read, and why."""

    file_id: str
    file: str
    source: str
    code: str
    reason: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One candidate at one position, as lists show it. ``outcomes``: rule to outcome; ``computed_…`` without overrides."""

    candidate_id: str
    name: str
    file: str
    source: str
    position_id: int
    score: float
    tier: str
    computed_tier: str
    outcomes: Mapping[str, str]
    computed_outcomes: Mapping[str, str]

    @property
    def overridden(self) -> bool:
        """Whether a person has changed anything here."""
        return self.tier != self.computed_tier or self.outcomes != self.computed_outcomes


@dataclass(frozen=True, slots=True)
class Feedback:
    """A person's override of a verdict (``rule``) or of the tier (``rule`` None), with the computed value kept."""

    id: str
    candidate_id: str
    position_id: int
    rule: str | None
    computed: str
    value: str
    reason: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """One resume of a pool: the result as shown (overrides applied), as computed, and what people said."""

    id: str
    file_id: str
    file: str
    source: str
    name: str
    result: MatchResult
    computed: MatchResult
    feedback: tuple[Feedback, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that a worker has taken; what it holds must be stored under this claim."""

    file_id: str
    pool_id: str
    stored: str
    name: str
    as_of: dt.date
    attempts: int
    worker: str


@dataclass(frozen=True, slots=True)
class Export:
    """The workbook of a pool, asked for, made, or failed (``code``, ``reason``); stale: the pool has changed since."""

    id: str
    status: str
    requested_by: str
    requested_at: dt.datetime
    finished_at: dt.datetime | None
    candidates: int | None
    size: int | None
    code: str | None
    reason: str | None
    reason_en: str | None
    stored: str | None

    @property
    def underway(self) -> bool:
        """Whether it is still to come."""
        return self.status in ("queued", "working")


@dataclass(frozen=True, slots=True)
class ExportClaim:
    """An export that a worker has taken; the workbook is of no use when the claim is lost."""

    export_id: str
    pool: Pool
    stored: str
    worker: str


@dataclass(frozen=True, slots=True)
class Token:
    """An API token as lists show it; the secret is shown once, when it is made."""

    id: int
    label: str
    created_at: dt.datetime
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Audit:
    """One line of the audit log."""

    at: dt.datetime
    by: str
    action: str
    pool_id: str | None
    candidate_id: str | None
    position_id: int | None
    detail: str


# --- engine -------------------------------------------------------------------------------------------------------


def open_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL; nothing is created or opened before its first use."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True, pool_size=4, max_overflow=8)
    engine = sa.create_engine(url, connect_args={"timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say, see below
        for pragma in (
            "journal_mode = WAL",
            "foreign_keys = ON",
            "secure_delete = ON",  # what is deleted is overwritten
            "synchronous = FULL",
            "temp_store = MEMORY",
            "trusted_schema = OFF",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails when another wrote in between: say so at its start.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that will write: all of it or nothing."""
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        yield connection


def exists(engine: Engine) -> bool:
    """Whether there is a store yet; an SQLite file is not created by looking."""
    name = engine.url.database
    return engine.dialect.name != "sqlite" or name in (None, "", ":memory:") or os.path.exists(name or "")


def scrub(engine: Engine) -> bool:
    """After a deletion: nothing of it stays in the write-ahead log or in dead rows.

    False: a reader was in the way; the worker's next cleaning does it.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as c:
            driver = c.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA busy_timeout = 3000").close()
            busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            driver.execute("PRAGMA busy_timeout = 30000").close()
        return not busy
    # A connection of its own: one of the pool may have begun a transaction, in which nothing can be vacuumed.
    own = sa.create_engine(engine.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with own.connect() as c:
        c.exec_driver_sql("VACUUM pools, files, candidates, assessments, unreadable, feedback")
    return True


def now() -> dt.datetime:
    """The time in UTC, without a zone, to the millisecond."""
    time = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def new_id() -> str:
    """A random id: 96 bits, fit for addresses."""
    return secrets.token_hex(12)


def hashed(secret: str) -> str:
    """What is kept of a random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def pack(result: MatchResult) -> bytes:
    """A result as bytes; ``unpack`` gives the same result again."""
    return zlib.compress(msgspec.json.encode(result), 6)


def unpack(data: bytes) -> MatchResult:
    """The result that ``pack`` was given."""
    return msgspec.json.decode(zlib.decompress(data), type=MatchResult)


def _paged(
    c: Connection, query: sa.Select[Any], order: Sequence[Any], page: int, per_page: int
) -> tuple[list[Row[Any]], int]:
    total = c.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    return list(c.execute(query.order_by(*order).limit(per_page).offset((page - 1) * per_page))), total


# --- audit --------------------------------------------------------------------------------------------------------


def _record(
    c: Connection,
    by: str,
    action: str,
    pool_id: str | None = None,
    candidate_id: str | None = None,
    position_id: int | None = None,
    detail: str = "",
) -> None:
    c.execute(
        audit_table.insert().values(
            at=now(),
            by=by,
            action=action,
            pool_id=pool_id,
            candidate_id=candidate_id,
            position_id=position_id,
            detail=detail[:200],
        )
    )


def record(
    engine: Engine,
    who: User | str,
    action: str,
    pool_id: str | None = None,
    candidate_id: str | None = None,
    position_id: int | None = None,
    detail: str = "",
) -> None:
    """A line in the audit log. ``detail`` holds codes and counts, never words of a resume."""
    with writing(engine) as c:
        _record(c, who if isinstance(who, str) else who.name, action, pool_id, candidate_id, position_id, detail)


def audit(
    engine: Engine, page: int = 1, per_page: int = 50, action: str | None = None, pool_id: str | None = None
) -> Page[Audit]:
    """The audit log, newest first."""
    columns = [c for c in audit_table.c if c.name != "number"]
    query = sa.select(*columns)
    if action:
        query = query.where(audit_table.c.action == action)
    if pool_id:
        query = query.where(audit_table.c.pool_id == pool_id)
    with engine.connect() as c:
        rows, total = _paged(c, query, [audit_table.c.number.desc()], page, per_page)
    return Page(tuple(Audit(*tuple(row)) for row in rows), total, page, per_page)


def count_recent(engine: Engine, action: str, by: str, since: dt.datetime) -> int:
    """How often somebody did something lately."""
    a = audit_table.c
    query = sa.select(sa.func.count()).where(a.action == action, a.by == by, a.at >= since)
    with engine.connect() as c:
        return c.scalar(query) or 0


# --- users --------------------------------------------------------------------------------------------------------


def _user(row: Row[Any]) -> User:
    return User(row.number, row.name, row.role, row.team, row.active)


def has_users(engine: Engine) -> bool:
    """Whether anybody was ever made a user: then everybody must log in."""
    if not exists(engine):
        return False
    with engine.connect() as c:
        if engine.dialect.name == "sqlite" and not c.scalar(
            sa.text("SELECT 1 FROM sqlite_master WHERE name = 'users'")
        ):
            return False
        return c.scalar(sa.select(users.c.number).limit(1)) is not None


def has_admin(engine: Engine) -> bool:
    """Whether somebody can administer."""
    if not has_users(engine):
        return False
    with engine.connect() as c:
        return c.scalar(sa.select(users.c.number).where(users.c.role == "admin", users.c.active)) is not None


def list_users(engine: Engine) -> list[User]:
    """All users by name."""
    with engine.connect() as c:
        return [_user(row) for row in c.execute(users.select().order_by(users.c.name))]


def user_and_password(engine: Engine, name: str) -> tuple[User, str] | None:
    """An active user with the hash of the password."""
    with engine.connect() as c:
        row = c.execute(users.select().where(users.c.name == name, users.c.active)).first()
    return (_user(row), row.password) if row else None


def add_user(engine: Engine, by: str, name: str, password_hash: str, role: str, team: str) -> User:
    """A new user. Raises Refused when the name is taken."""
    try:
        with writing(engine) as c:
            user = _insert_user(c, name, password_hash, role, team)
            _record(c, by, "add_user", detail=f"user={user.id} role={role}")
    except sa.exc.IntegrityError:
        raise _name_taken() from None
    return user


def _insert_user(c: Connection, name: str, password_hash: str, role: str, team: str) -> User:
    values = {"name": name, "password": password_hash, "role": role, "team": team, "active": True, "created_at": now()}
    key = c.execute(users.insert().values(**values)).inserted_primary_key
    assert key is not None
    return User(key[0], name, role, team)


def _name_taken() -> Refused:
    return Refused("name_taken", "这个用户名已被使用。", "The user name is taken.")


def change_user(
    engine: Engine,
    who: User,
    user_id: int,
    role: str | None = None,
    team: str | None = None,
    active: bool | None = None,
) -> User:
    """Another role, team or standing; sessions and tokens end. Raises Missing, and Refused for the last admin."""
    changes = {k: v for k, v in (("role", role), ("team", team), ("active", active)) if v is not None}
    with writing(engine) as c:
        if c.execute(users.select().where(users.c.number == user_id)).first() is None:
            raise Missing
        if changes:
            c.execute(users.update().where(users.c.number == user_id).values(**changes))
            c.execute(tokens.delete().where(tokens.c.user_number == user_id))
        if c.scalar(sa.select(users.c.number).where(users.c.role == "admin", users.c.active)) is None:
            raise Refused("last_admin", "至少要保留一名管理员。", "At least one admin must stay.")
        _record(c, who.name, "change_user", detail=f"user={user_id} " + ",".join(sorted(changes)))
        row = c.execute(users.select().where(users.c.number == user_id)).one()
    return _user(row)


def set_password(engine: Engine, user: User, password_hash: str) -> None:
    """A new password; every session and token of the user ends."""
    with writing(engine) as c:
        c.execute(users.update().where(users.c.number == user.id).values(password=password_hash))
        c.execute(tokens.delete().where(tokens.c.user_number == user.id))
        _record(c, user.name, "set_password")


def add_invitation(engine: Engine, by: str, secret: str, role: str, team: str, expires_at: dt.datetime) -> None:
    """An invitation that the holder of ``secret`` may accept once."""
    values = {"secret_hash": hashed(secret), "role": role, "team": team, "invited_by": by}
    with writing(engine) as c:
        c.execute(invitations.insert().values(**values, created_at=now(), expires_at=expires_at))
        _record(c, by, "invite", detail=f"role={role}")


def accept_invitation(engine: Engine, secret: str, name: str, password_hash: str) -> User:
    """The invited user. Raises Refused for a secret that is unknown, used or too old, and for a name that is taken."""
    i = invitations.c
    valid = sa.and_(i.secret_hash == hashed(secret), i.used_at.is_(None), i.expires_at > now())
    try:
        with writing(engine) as c:
            row = c.execute(invitations.select().where(valid)).first()
            if row is None or not c.execute(invitations.update().where(valid).values(used_at=now())).rowcount:
                raise Refused(
                    "bad_invitation", "邀请无效、已使用或已过期；请管理员重新发出。",
                    "The invitation is unknown, used or expired; ask for a new one.",
                )  # fmt: skip
            user = _insert_user(c, name, password_hash, row.role, row.team)
            _record(c, name, "accept_invitation", detail=f"user={user.id} role={row.role}")
    except sa.exc.IntegrityError:
        raise _name_taken() from None
    return user


def invitation_is_open(engine: Engine, secret: str) -> bool:
    """Whether an invitation can still be accepted."""
    i = invitations.c
    query = sa.select(i.number).where(i.secret_hash == hashed(secret), i.used_at.is_(None), i.expires_at > now())
    with engine.connect() as c:
        return c.scalar(query) is not None


def add_token(engine: Engine, user: User, kind: str, secret: str, label: str, expires_at: dt.datetime) -> Token:
    """A session or an API token; only its hash is kept."""
    made = now()
    values = {"user_number": user.id, "kind": kind, "secret_hash": hashed(secret), "label": label}
    with writing(engine) as c:
        c.execute(tokens.delete().where(tokens.c.expires_at <= made))
        key = c.execute(tokens.insert().values(**values, created_at=made, expires_at=expires_at)).inserted_primary_key
        _record(c, user.name, "log_in" if kind == "session" else "make_token")
    assert key is not None
    return Token(key[0], label, made, expires_at)


def user_of_token(engine: Engine, kind: str, secret: str) -> User | None:
    """Whose session or API token this is."""
    query = (
        users.select()
        .join(tokens, tokens.c.user_number == users.c.number)
        .where(
            tokens.c.kind == kind, tokens.c.secret_hash == hashed(secret), tokens.c.expires_at > now(), users.c.active
        )
    )
    with engine.connect() as c:
        row = c.execute(query).first()
    return _user(row) if row else None


def api_tokens(engine: Engine, user: User) -> list[Token]:
    """A user's API tokens."""
    t = tokens.c
    query = (
        sa.select(t.number, t.label, t.created_at, t.expires_at)
        .where(t.user_number == user.id, t.kind == "api", t.expires_at > now())
        .order_by(t.number)
    )
    with engine.connect() as c:
        return [Token(*row) for row in c.execute(query)]


def end_token(engine: Engine, user: User, token_id: int | None = None, secret: str | None = None) -> None:
    """End a user's API token by number, or a session by its secret. Raises Missing for another's or none."""
    which = tokens.c.number == token_id if secret is None else tokens.c.secret_hash == hashed(secret)
    kind = "api" if secret is None else "session"
    with writing(engine) as c:
        done = c.execute(tokens.delete().where(which, tokens.c.user_number == user.id, tokens.c.kind == kind))
        if not done.rowcount:
            raise Missing
        _record(c, user.name, "end_token" if secret is None else "log_out")


# --- pools --------------------------------------------------------------------------------------------------------


def _visible(who: User) -> sa.ColumnElement[bool]:
    seen = pools_table.c.deleted_at.is_(None)
    return seen if who.role == "admin" else sa.and_(seen, pools_table.c.team == who.team)


def _pool(c: Connection, row: Row[Any]) -> Pool:
    return _pools(c, [row])[0]


def _pools(c: Connection, rows: Sequence[Row[Any]]) -> list[Pool]:
    ids = [row.id for row in rows]

    def per_pool(table: Table) -> dict[str, int]:
        query = sa.select(table.c.pool_id, sa.func.count()).where(table.c.pool_id.in_(ids)).group_by(table.c.pool_id)
        return {row[0]: row[1] for row in c.execute(query)}

    f = files_table.c
    by_status = sa.select(f.pool_id, f.status, sa.func.count()).where(f.pool_id.in_(ids)).group_by(f.pool_id, f.status)
    counts = {i: dict.fromkeys(("queued", "working", "done", "cancelled"), 0) for i in ids}
    for pool_id, status, count in c.execute(by_status):
        counts[pool_id][status] = count
    read, unread = per_pool(candidates_table), per_pool(unreadable_table)
    return [
        Pool(
            row.id,
            row.name,
            row.team,
            row.as_of,
            row.created_by,
            row.created_at,
            row.expires_at,
            row.cancelled_at is not None,
            counts[row.id],
            read.get(row.id, 0),
            unread.get(row.id, 0),
        )
        for row in rows
    ]


def create_pool(
    engine: Engine, who: User, name: str, as_of: dt.date, keep_days: int, key: str | None = None
) -> tuple[Pool, bool]:
    """A new pool of the user's team, and True; with the same idempotency ``key`` again, the earlier one and False.

    Raises Refused when the key came with another request before.
    """
    request = hashed(repr((name, as_of, keep_days)))
    idempotency = None if key is None else f"{who.id or 'local'}:{hashed(key)}"
    made = now()
    try:
        with writing(engine) as c:
            values: dict[str, Any] = {
                "id": new_id(),
                "team": who.team,
                "name": name,
                "as_of": as_of,
                "created_by": who.name,
                "created_at": made,
                "expires_at": made + dt.timedelta(days=keep_days),
                "idempotency": idempotency,
                "request_hash": request,
            }
            c.execute(pools_table.insert().values(**values))
            _record(c, who.name, "create_pool", values["id"])
            return _pool(c, c.execute(pools_table.select().where(pools_table.c.id == values["id"])).one()), True
    except sa.exc.IntegrityError:
        with engine.connect() as c:
            row = c.execute(pools_table.select().where(pools_table.c.idempotency == idempotency)).first()
            if row is None:
                raise
            if row.request_hash != request or row.deleted_at is not None:
                raise Refused(
                    "idempotency_key_reused", "这个 Idempotency-Key 已用于另一个请求。",
                    "This Idempotency-Key was used for another request.", 422,
                ) from None  # fmt: skip
            return _pool(c, row), False


def pools(engine: Engine, who: User, page: int = 1, per_page: int = 20) -> Page[Pool]:
    """The pools that the user may see, newest first."""
    with engine.connect() as c:
        query = pools_table.select().where(_visible(who))
        rows, total = _paged(c, query, [pools_table.c.number.desc()], page, per_page)
        return Page(tuple(_pools(c, rows)), total, page, per_page)


def pool(engine: Engine, who: User, pool_id: str) -> Pool:
    """A pool that the user may see. Raises Missing."""
    with engine.connect() as c:
        row = c.execute(pools_table.select().where(pools_table.c.id == pool_id, _visible(who))).first()
        if row is None:
            raise Missing
        return _pool(c, row)


def cancel_pool(engine: Engine, who: User, pool: Pool) -> Pool:
    """Stop: files not begun yet stay unread. What is done stays."""
    return _turn(engine, who, pool, "queued", "cancelled", now())


def resume_pool(engine: Engine, who: User, pool: Pool) -> Pool:
    """Go on after ``cancel_pool``."""
    return _turn(engine, who, pool, "cancelled", "queued", None)


def _turn(engine: Engine, who: User, pool: Pool, old: str, new: str, cancelled_at: dt.datetime | None) -> Pool:
    with writing(engine) as c:
        where = sa.and_(pools_table.c.id == pool.id, pools_table.c.deleted_at.is_(None))
        if not c.execute(pools_table.update().where(where).values(cancelled_at=cancelled_at)).rowcount:
            raise Missing
        f = files_table.c
        c.execute(files_table.update().where(f.pool_id == pool.id, f.status == old).values(status=new))
        _record(c, who.name, "cancel_pool" if new == "cancelled" else "resume_pool", pool.id)
        return _pool(c, c.execute(pools_table.select().where(pools_table.c.id == pool.id)).one())


def delete_pool(engine: Engine, who: User | str, pool: Pool, folder: Path) -> None:
    """Remove a pool with its texts, files and rows. Broken off in between, ``purge`` ends it later."""
    with writing(engine) as c:
        where = sa.and_(pools_table.c.id == pool.id, pools_table.c.deleted_at.is_(None))
        if c.execute(pools_table.update().where(where).values(deleted_at=now())).rowcount:
            _record(c, who if isinstance(who, str) else who.name, "delete_pool", pool.id, detail=f"files={pool.total}")
    purge(engine, folder)


def purge(engine: Engine, folder: Path) -> int:
    """End every deletion that was begun: bytes, rows, traces in the log. The number of pools removed."""
    with engine.connect() as c:
        doomed = list(c.scalars(sa.select(pools_table.c.id).where(pools_table.c.deleted_at.is_not(None))))
        stored = list(c.scalars(sa.select(files_table.c.stored).where(files_table.c.pool_id.in_(doomed))))
    for name in stored:
        path_of(folder, name).unlink(missing_ok=True)
    with writing(engine) as c:
        for table in (
            exports_table, feedback_table, assessments_table, candidates_table, unreadable_table, files_table,
        ):  # fmt: skip
            c.execute(table.delete().where(table.c.pool_id.in_(doomed)))
        c.execute(pools_table.delete().where(pools_table.c.id.in_(doomed)))
    if doomed:
        sweep_exports(engine, folder)
        scrub(engine)
    return len(doomed)


def expire(engine: Engine, folder: Path) -> int:
    """Delete the pools whose time is over; the number of them."""
    with engine.connect() as c:
        p = pools_table.c
        rows = list(c.execute(pools_table.select().where(p.expires_at <= now(), p.deleted_at.is_(None))))
        over = _pools(c, rows) if rows else []
    for pool in over:
        delete_pool(engine, "retention", pool, folder)
    return len(over)


# --- files --------------------------------------------------------------------------------------------------------


def path_of(folder: Path, stored: str) -> Path:
    """Where the bytes of an upload lie."""
    return folder / stored[:2] / stored


def _save(folder: Path, data: bytes) -> str:
    stored = secrets.token_hex(16)
    path = path_of(folder, stored)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    return stored


def sweep(engine: Engine, folder: Path, older_than: float = 3600.0) -> int:
    """Remove bytes that no row names: an upload that was broken off. The number of files removed."""
    limit = now().replace(tzinfo=dt.UTC).timestamp() - older_than
    found = [p for p in folder.glob("??/*") if p.is_file() and p.stat().st_mtime < limit]
    with engine.connect() as c:
        known = set(c.scalars(sa.select(files_table.c.stored))) if found else set()
    lost = [p for p in found if p.name not in known]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)


def _file(row: Row[Any]) -> File:
    return File(row.id, row.name, row.size, row.status, row.added_at, row.stored)


def add_file(
    engine: Engine, who: User, pool: Pool, folder: Path, name: str, data: bytes, most: int = 20_000
) -> tuple[File, bool]:
    """Take an upload into a pool, to be read by the worker, and True; the same bytes under the same name again: False.

    ``name`` is for display and must be one line. Raises Missing when the pool is gone, Refused when it is full.
    """
    digest = hashlib.sha256(data).hexdigest()
    f = files_table.c
    same = files_table.select().where(f.pool_id == pool.id, f.digest == digest, f.name == name)
    with engine.connect() as c:
        if row := c.execute(same).first():
            return _file(row), False
    stored = _save(folder, data)
    try:
        with writing(engine) as c:
            alive = sa.select(pools_table.c.cancelled_at).where(
                pools_table.c.id == pool.id, pools_table.c.deleted_at.is_(None)
            )
            state = c.execute(alive.with_for_update()).first()
            if state is None:
                raise Missing
            if (c.scalar(sa.select(sa.func.count()).where(f.pool_id == pool.id)) or 0) >= most:
                raise Refused("pool_full", f"一批最多 {most} 个文件。", f"A pool holds at most {most} files.")
            values = {
                "id": new_id(),
                "pool_id": pool.id,
                "stored": stored,
                "name": name,
                "size": len(data),
                "digest": digest,
                "status": "queued" if state.cancelled_at is None else "cancelled",
                "attempts": 0,
                "added_at": now(),
            }
            c.execute(files_table.insert().values(**values))
            _record(c, who.name, "add_file", pool.id, detail=f"file={values['id']}")
            return _file(c.execute(files_table.select().where(f.id == values["id"])).one()), True
    except BaseException as error:
        path_of(folder, stored).unlink(missing_ok=True)
        if not isinstance(error, sa.exc.IntegrityError):
            raise
        with engine.connect() as c:  # the same upload came twice at once
            return _file(c.execute(same).one()), False


def files(engine: Engine, pool: Pool, page: int = 1, per_page: int = 50, status: str | None = None) -> Page[File]:
    """The uploads of a pool in the order they came."""
    query = files_table.select().where(files_table.c.pool_id == pool.id)
    if status:
        query = query.where(files_table.c.status == status)
    with engine.connect() as c:
        rows, total = _paged(c, query, [files_table.c.number], page, per_page)
    return Page(tuple(_file(r) for r in rows), total, page, per_page)


def file(engine: Engine, pool: Pool, file_id: str) -> File:
    """One upload. Raises Missing."""
    f = files_table.c
    with engine.connect() as c:
        row = c.execute(files_table.select().where(f.pool_id == pool.id, f.id == file_id)).first()
    if row is None:
        raise Missing
    return _file(row)


def delete_file(engine: Engine, who: User, pool: Pool, file_id: str, folder: Path) -> None:
    """Remove one upload with everything read from it: an applicant who withdraws. Raises Missing."""
    found = file(engine, pool, file_id)
    path_of(folder, found.stored).unlink(missing_ok=True)
    with writing(engine) as c:
        # The lock that an insert takes too: nobody asks for an export before this is committed, see ``ask_export``.
        whose = sa.select(pools_table.c.id).where(pools_table.c.id == pool.id)
        c.execute(whose.with_for_update(read=True, key_share=True))
        ids = sa.select(candidates_table.c.id).where(candidates_table.c.file_id == file_id)
        for table in (feedback_table, assessments_table):
            c.execute(table.delete().where(table.c.candidate_id.in_(ids)))
        for table in (candidates_table, unreadable_table):
            c.execute(table.delete().where(table.c.file_id == file_id))
        if c.execute(files_table.delete().where(files_table.c.id == file_id)).rowcount:
            _record(c, who.name, "delete_file", pool.id, detail=f"file={file_id}")
        _outdate(c, pool.id)
    sweep_exports(engine, folder)
    scrub(engine)


def unreadable(engine: Engine, pool: Pool, page: int = 1, per_page: int = 50) -> Page[Unread]:
    """What could not be read, in the order of upload."""
    u, f = unreadable_table.c, files_table.c
    query = (
        sa.select(u.file_id, f.name, u.source, u.code, u.reason, u.reason_en)
        .join(files_table, f.id == u.file_id)
        .where(u.pool_id == pool.id)
    )
    with engine.connect() as c:
        rows, total = _paged(c, query, [f.number, u.number], page, per_page)
    return Page(tuple(Unread(*tuple(row)) for row in rows), total, page, per_page)


# --- work ---------------------------------------------------------------------------------------------------------


def host() -> str:
    """The first part of the names of this machine's workers."""
    return socket.gethostname()[:60]


def _waits(engine: Engine, table: Table) -> bool:
    """Whether anything of a table waits; a look costs no lock."""
    with engine.connect() as c:
        return c.scalar(sa.select(table.c.number).where(table.c.status == "queued").limit(1)) is not None


def _take(
    c: Connection, table: Table, worker: str, seconds: float, *conditions: sa.ColumnElement[bool], **values: Any
) -> str | None:
    """Claim the row of a living pool that waits first, for ``seconds``; those that failed before come last. Its id."""
    t, p = table.c, pools_table.c
    following = (
        sa.select(t.id)
        .join(pools_table, p.id == t.pool_id)
        .where(t.status == "queued", p.deleted_at.is_(None), *conditions)
        .order_by(t.attempts, t.number)
        .limit(1)
        .with_for_update(skip_locked=True, of=table)
    )
    found: str | None = c.scalar(following)
    if found is not None:
        until = now() + dt.timedelta(seconds=seconds)
        held = {"status": "working", "claimed_by": worker, "lease_until": until, "attempts": t.attempts + 1}
        c.execute(table.update().where(t.id == found).values(**held, **values))
    return found


def claim(engine: Engine, worker: str, seconds: float) -> Claim | None:
    """Take the next file for ``seconds``; nobody else gets it meanwhile. Files that failed before come last."""
    f, p = files_table.c, pools_table.c
    if not _waits(engine, files_table):
        return None
    with writing(engine) as c:
        file_id = _take(c, files_table, worker, seconds)
        if file_id is None:
            return None
        row = c.execute(
            sa.select(f.id, f.pool_id, f.stored, f.name, p.as_of, f.attempts)
            .join(pools_table, p.id == f.pool_id)
            .where(f.id == file_id)
        ).one()
    return Claim(*row, worker)


def finish(engine: Engine, claim: Claim, found: Sequence[MatchResult | Unreadable]) -> bool:
    """Store what a claimed file holds, all of it or nothing; False when the claim was lost: then nothing is stored."""
    f = files_table.c
    mine = sa.and_(f.id == claim.file_id, f.claimed_by == claim.worker, f.status == "working")
    with writing(engine) as c:
        if not c.execute(files_table.update().where(mine).values(status="done", claimed_by=None)).rowcount:
            return False
        for item in found:
            if isinstance(item, Unreadable):
                _insert_unreadable(c, claim.pool_id, claim.file_id, item)
            else:
                _insert_candidate(c, claim, item)
        _outdate(c, claim.pool_id)
    return True


def _insert_unreadable(c: Connection, pool_id: str, file_id: str, item: Unreadable) -> None:
    values = {"source": item.name[:400], "code": item.code, "reason": item.reason, "reason_en": item.reason_en}
    c.execute(unreadable_table.insert().values(pool_id=pool_id, file_id=file_id, **values))


def _insert_candidate(c: Connection, claim: Claim, result: MatchResult) -> None:
    candidate_id = new_id()
    c.execute(
        candidates_table.insert().values(
            id=candidate_id,
            pool_id=claim.pool_id,
            file_id=claim.file_id,
            source=result.name[:400],
            name=one_line(result.candidate.name.value or "")[:100],
            tie=hashed(result.text),
            result=pack(result),
        )
    )
    c.execute(
        assessments_table.insert(),
        [
            {
                "candidate_id": candidate_id,
                "position_id": a.position_id,
                "pool_id": claim.pool_id,
                "best": rank == 0,
                "score": a.score,
                "tier": a.tier.value,
                "outcomes": _outcomes(a),
                **_shown(a),
            }
            for rank, a in enumerate(result.matches)
        ],
    )


def _outcomes(a: Assessment) -> str:
    return "," + "".join(f"{v.rule}:{v.outcome.value}," for v in a.verdicts)


def _shown(a: Assessment) -> dict[str, Any]:
    return {"shown_tier": a.tier.value, "shown_order": TIER_ORDER[a.tier.value], "shown_outcomes": _outcomes(a)}


def give_back(engine: Engine, worker: str, attempts: int, problem: Unreadable | None = None) -> None:
    """A worker has died: its files wait again; after so many ``attempts``, or with a ``problem``, they are unreadable.

    The export that it was making waits again too, or has failed.
    """
    f = files_table.c
    mine = sa.and_(f.claimed_by == worker, f.status == "working")
    with writing(engine) as c:
        for row in c.execute(files_table.select().where(mine)).all():
            status = "queued"
            if problem is not None or row.attempts >= attempts:
                status = "done"
                _insert_unreadable(c, row.pool_id, row.id, replace(problem or _died(row.name), name=row.name))
                _outdate(c, row.pool_id)
            c.execute(files_table.update().where(f.id == row.id).values(status=status, claimed_by=None))
        e = exports_table.c
        held = sa.and_(e.claimed_by == worker, e.status == "working")
        c.execute(
            exports_table.update()
            .where(held, e.attempts >= _EXPORT_ATTEMPTS)
            .values(
                status="failed",
                stored=None,
                claimed_by=None,
                finished_at=now(),
                code="crashed",
                reason="程序多次在生成时异常退出（可能内存不足）。",
                reason_en="The program died again and again while making it (perhaps for lack of memory).",
            )
        )
        c.execute(exports_table.update().where(held).values(**_WAITING))


def _died(name: str) -> Unreadable:
    return Unreadable(
        name, "crashed", "程序多次在处理该文件时异常退出；请人工查看。",
        "The program died on this file again and again; please look at it by hand.",
    )  # fmt: skip


def give_back_all(engine: Engine, prefix: str | None = None) -> int:
    """Work waits again whose lease is over, or whose workers (names that begin with ``prefix``) are gone: how much."""

    def again(c: Connection, table: Table, **values: Any) -> int:
        gone = table.c.lease_until < now()
        if prefix is not None:
            gone = sa.or_(gone, table.c.claimed_by.startswith(prefix, autoescape=True))
        return c.execute(table.update().where(table.c.status == "working", gone).values(**values)).rowcount

    with writing(engine) as c:
        return again(c, files_table, status="queued", claimed_by=None) + again(c, exports_table, **_WAITING)


def waiting(engine: Engine) -> int:
    """How many files wait or are being worked on, in all pools."""
    with engine.connect() as c:
        query = sa.select(sa.func.count()).where(files_table.c.status.in_(("queued", "working")))
        return c.scalar(query) or 0


# --- exports ------------------------------------------------------------------------------------------------------

_WAITING = {"status": "queued", "claimed_by": None, "stored": None}
_EXPORT = [exports_table.c[name] for name in Export.__dataclass_fields__]


def export_folder(folder: Path, stored: str) -> Path:
    """Where an export is made and lies: a folder of its own, with all that is put down on the way."""
    return folder / "exports" / stored


def export_path(folder: Path, stored: str) -> Path:
    """The workbook of an export that was made."""
    return export_folder(folder, stored) / "workbook.xlsx"


def _outdate(c: Connection, pool_id: str) -> None:
    """The pool has changed: its workbook is never served again, and one that is being made is made anew.

    Called in the transaction of the change and after it: who asks meanwhile waits (``ask_export``), and a row that waits
    is touched too, so that nobody claims it before the change is there to be read.
    """
    e = exports_table.c
    of_pool = exports_table.update().where(e.pool_id == pool_id)
    c.execute(of_pool.where(e.status.in_(("queued", "working"))).values(**_WAITING, attempts=0))
    c.execute(of_pool.where(e.status == "done").values(status="stale", stored=None))


def _export(c: Connection, pool_id: str) -> Export | None:
    e = exports_table.c
    over = sa.and_(e.finished_at.is_not(None), e.finished_at <= now() - EXPORT_KEPT)
    row = c.execute(sa.select(*_EXPORT).where(e.pool_id == pool_id, sa.not_(over))).first()
    return None if row is None else Export(*tuple(row))


def export(engine: Engine, pool: Pool) -> Export | None:
    """The pool's export; None when none was asked for lately."""
    with engine.connect() as c:
        return _export(c, pool.id)


def ask_export(engine: Engine, who: User, pool: Pool) -> Export:
    """Have the worker make the workbook; one that is on its way, or made of the pool as it is now, is enough.

    Raises Missing when the pool is gone.
    """
    with writing(engine) as c:
        p, e = pools_table.c, exports_table.c
        alive = sa.select(p.id).where(p.id == pool.id, p.deleted_at.is_(None)).with_for_update()
        if c.scalar(alive) is None:
            raise Missing
        found = _export(c, pool.id)
        if found is None or found.status in ("failed", "stale"):
            c.execute(exports_table.delete().where(e.pool_id == pool.id))
            values = {"id": new_id(), "pool_id": pool.id, "status": "queued", "attempts": 0}
            c.execute(exports_table.insert().values(**values, requested_by=who.name, requested_at=now()))
            found = _export(c, pool.id)
        assert found is not None
        _record(c, who.name, "export", pool.id, detail=f"export={found.id}")
    return found


def claim_export(engine: Engine, worker: str, seconds: float) -> ExportClaim | None:
    """Take the next export for ``seconds``. One of a pool that is still being read waits: it would be stale at once."""
    e, p, f = exports_table.c, pools_table.c, files_table.c
    unread = sa.exists().where(f.pool_id == e.pool_id, f.status.in_(("queued", "working")))
    if not _waits(engine, exports_table):
        return None
    stored = secrets.token_hex(16)  # named before the first byte is written: what has no name here can go at any time
    with writing(engine) as c:
        export_id = _take(c, exports_table, worker, seconds, sa.not_(unread), stored=stored)
        if export_id is None:
            return None
        whose = sa.select(e.pool_id).where(e.id == export_id).scalar_subquery()
        of_pool = _pool(c, c.execute(pools_table.select().where(p.id == whose)).one())
    return ExportClaim(export_id, of_pool, stored, worker)


def finish_export(engine: Engine, claim: ExportClaim, candidates: int, size: int) -> bool:
    """The workbook is there; False when the claim was lost: then it must go."""
    return _end_export(engine, claim, status="done", candidates=candidates, size=size)


def fail_export(engine: Engine, claim: ExportClaim, code: str, reason: str, reason_en: str) -> bool:
    """There is no workbook, and why."""
    values = {"code": code, "reason": reason[:400], "reason_en": reason_en[:400]}
    return _end_export(engine, claim, status="failed", stored=None, **values)


def _end_export(engine: Engine, claim: ExportClaim, **values: Any) -> bool:
    e = exports_table.c
    mine = sa.and_(e.id == claim.export_id, e.stored == claim.stored, e.status == "working")
    with writing(engine) as c:
        ended = exports_table.update().where(mine).values(**values, claimed_by=None, finished_at=now())
        return bool(c.execute(ended).rowcount)


def read_export(engine: Engine, who: User, pool: Pool, folder: Path) -> bytes:
    """The workbook, made of the pool as it is now; that somebody took it is recorded. Raises Refused when there is none."""
    found = export(engine, pool)
    try:
        if found is None or found.stored is None or found.status != "done":
            raise FileNotFoundError
        data = export_path(folder, found.stored).read_bytes()
    except FileNotFoundError:
        raise Refused(
            "export_not_ready", "没有可下载的 Excel：还没有生成，或名单在生成之后有变化；请（重新）导出。",
            "There is no workbook: it is not made yet, or the pool has changed since; ask for an export.",
        ) from None  # fmt: skip
    record(engine, who, "download_export", pool.id, detail=f"export={found.id} candidates={found.candidates}")
    return data


def expire_exports(engine: Engine) -> int:
    """Forget the exports whose time is over; ``sweep_exports`` removes their bytes. The number of them."""
    with writing(engine) as c:
        return c.execute(exports_table.delete().where(exports_table.c.finished_at <= now() - EXPORT_KEPT)).rowcount


def sweep_exports(engine: Engine, folder: Path) -> int:
    """Remove every workbook, whole or half made, that no row names: stale, expired, broken off. The number of them."""
    found = list((folder / "exports").glob("*"))  # before the look at the rows: a name is there before its folder
    with engine.connect() as c:
        known = set(c.scalars(sa.select(exports_table.c.stored).where(exports_table.c.stored.is_not(None))))
    lost = [p for p in found if p.name not in known]
    for path in lost:
        shutil.rmtree(path, ignore_errors=True)
    return len(lost)


# --- results ------------------------------------------------------------------------------------------------------


def _read_outcomes(text: str) -> dict[str, str]:
    pairs = (pair.partition(":") for pair in text.strip(",").split(",") if pair)
    return {rule: outcome for rule, _, outcome in pairs}


def _order(sort: str) -> list[Any]:
    a, c = assessments_table.c, candidates_table.c
    keys: dict[str, list[tuple[Column[Any], bool]]] = {  # columns, and whether the largest comes first
        "rank": [(a.shown_order, False), (a.score, True)],
        "score": [(a.score, True)],
        "name": [(c.name, False)],
        "added": [(c.number, False)],
    }
    turned = sort.startswith("-")
    order = [k.desc() if down != turned else k.asc() for k, down in keys[sort.removeprefix("-")]]
    return [*order, c.tie, c.number]


def _entry(row: Row[Any]) -> Entry:
    values: Any = tuple(row)
    return Entry(*values[:8], *map(_read_outcomes, values[8:]))


def _entries(
    engine: Engine,
    where: sa.ColumnElement[bool],
    page: int,
    per_page: int,
    sort: str,
    tiers: Iterable[str],
    verdicts: Iterable[tuple[str, str]],
) -> Page[Entry]:
    a, c, f = assessments_table.c, candidates_table.c, files_table.c
    query = (
        sa.select(
            a.candidate_id,
            c.name,
            f.name.label("file"),
            c.source,
            a.position_id,
            a.score,
            a.shown_tier,
            a.tier,
            a.shown_outcomes,
            a.outcomes,
        )
        .join(candidates_table, c.id == a.candidate_id)
        .join(files_table, f.id == c.file_id)
        .where(where)
    )
    if chosen := list(tiers):
        query = query.where(a.shown_tier.in_(chosen))
    for rule, outcome in verdicts:
        query = query.where(a.shown_outcomes.contains(f",{rule}:{outcome},", autoescape=True))
    with engine.connect() as connection:
        rows, total = _paged(connection, query, _order(sort), page, per_page)
    items = (_entry(row) for row in rows)
    return Page(tuple(items), total, page, per_page)


def shortlist(
    engine: Engine,
    pool: Pool,
    position_id: int,
    page: int = 1,
    per_page: int = 50,
    sort: str = "rank",
    tiers: Iterable[str] = (),
    verdicts: Iterable[tuple[str, str]] = (),
) -> Page[Entry]:
    """The candidates for one position. ``sort``: one of ``SORTS``, turned round by ``-``; see docs/service-design.md."""
    a = assessments_table.c
    where = sa.and_(a.pool_id == pool.id, a.position_id == position_id)
    return _entries(engine, where, page, per_page, sort, tiers, verdicts)


def candidates(
    engine: Engine,
    pool: Pool,
    page: int = 1,
    per_page: int = 50,
    sort: str = "rank",
    tiers: Iterable[str] = (),
    verdicts: Iterable[tuple[str, str]] = (),
) -> Page[Entry]:
    """Every candidate once, at the best position."""
    a = assessments_table.c
    return _entries(engine, sa.and_(a.pool_id == pool.id, a.best), page, per_page, sort, tiers, verdicts)


def _feedback(row: Row[Any]) -> Feedback:
    return Feedback(
        row.id, row.candidate_id, row.position_id, row.rule, row.computed, row.value, row.reason, row.by, row.at
    )


def overridden(a: Assessment, said: Iterable[Feedback], policy: Mapping[str, Any]) -> Assessment:
    """An assessment as people have changed it: the last word on each rule and on the tier counts.

    The score stays; the tier follows from the verdicts as shown unless somebody set it. The reason names both answers.
    """
    last = {f.rule: f for f in said if f.position_id == a.position_id}
    verdicts = tuple(_overridden(v, last.get(v.rule)) for v in a.verdicts)
    found = a.tier if verdicts == a.verdicts else tier_of(a.score, verdicts, policy)
    if None in last and last[None].value != last[None].computed:
        found = Tier(last[None].value)
    return replace(a, verdicts=verdicts, tier=found)


def _overridden(v: Verdict, f: Feedback | None) -> Verdict:
    if f is None or f.value == v.outcome.value:
        return v
    reason = f"人工改为“{word('outcome', f.value)}”：{f.reason}（程序：{word('outcome', v.outcome.value)}，{v.reason}）"
    return replace(v, outcome=Outcome(f.value), reason=reason, small_shortfall=False)


def _candidate(row: Row[Any], said: Sequence[Feedback], policy: Mapping[str, Any]) -> Candidate:
    computed = unpack(row.result)
    shown = replace(computed, matches=tuple(overridden(a, said, policy) for a in computed.matches))
    return Candidate(row.id, row.file_id, row.file, row.source, row.name, shown, computed, tuple(said))


def _candidate_query(pool: Pool) -> sa.Select[Any]:
    c, f = candidates_table.c, files_table.c
    return (
        sa.select(c.number, c.id, c.file_id, f.name.label("file"), c.source, c.name, c.result)
        .join(files_table, f.id == c.file_id)
        .where(c.pool_id == pool.id)
    )


def candidate(engine: Engine, pool: Pool, candidate_id: str, policy: Mapping[str, Any]) -> Candidate:
    """One candidate with everything. Raises Missing."""
    with engine.connect() as c:
        row = c.execute(_candidate_query(pool).where(candidates_table.c.id == candidate_id)).first()
        if row is None:
            raise Missing
        return _candidate(row, _history(c, pool, candidate_id), policy)


def results(engine: Engine, pool: Pool, policy: Mapping[str, Any], batch: int = 200) -> Iterator[Candidate]:
    """Every candidate in the order of upload, some at a time, so that no transaction stays open meanwhile."""
    f, k = files_table.c, candidates_table.c
    after = (0, 0)
    while True:
        with engine.connect() as c:
            said: dict[str, list[Feedback]] = {}
            for item in _history(c, pool):
                said.setdefault(item.candidate_id, []).append(item)
            query = _candidate_query(pool).add_columns(f.number.label("file_number"))
            later = sa.or_(f.number > after[0], sa.and_(f.number == after[0], k.number > after[1]))
            rows = c.execute(query.where(later).order_by(f.number, k.number).limit(batch)).all()
        for row in rows:
            yield _candidate(row, said.get(row.id, ()), policy)
        if len(rows) < batch:
            return
        after = (rows[-1].file_number, rows[-1].number)


# --- feedback -----------------------------------------------------------------------------------------------------


def _history(c: Connection, pool: Pool, candidate_id: str | None = None) -> list[Feedback]:
    query = feedback_table.select().where(feedback_table.c.pool_id == pool.id).order_by(feedback_table.c.number)
    if candidate_id is not None:
        query = query.where(feedback_table.c.candidate_id == candidate_id)
    return [_feedback(row) for row in c.execute(query)]


def history(engine: Engine, pool: Pool, candidate_id: str | None = None) -> list[Feedback]:
    """What people said, oldest first: of one candidate, or of all."""
    with engine.connect() as c:
        return _history(c, pool, candidate_id)


def give_feedback(
    engine: Engine,
    who: User,
    pool: Pool,
    candidate_id: str,
    position_id: int,
    rule: str | None,
    value: str,
    reason: str,
    policy: Mapping[str, Any],
) -> Feedback:
    """Override a verdict (``rule``, a value of Outcome) or the tier (``rule`` None, a value of Tier), with a reason.

    The computed value takes an override back. Raises Missing, and Refused for values that do not fit.
    """
    reason = one_line(reason)
    if not reason:
        raise Refused("reason_missing", "请写明改判的理由。", "A reason is required.", 422)
    if len(reason) > _REASON_MOST:
        raise Refused("reason_too_long", f"理由不超过 {_REASON_MOST} 字。", f"At most {_REASON_MOST} characters.", 422)
    if value not in (list(Tier) if rule is None else list(Outcome)):
        raise Refused("bad_value", "没有这个结论或档次。", "No such outcome or tier.", 422)
    with writing(engine) as c:
        row = c.execute(
            _candidate_query(pool).where(candidates_table.c.id == candidate_id).with_for_update(of=candidates_table)
        ).first()
        if row is None:
            raise Missing
        found = next((a for a in unpack(row.result).matches if a.position_id == position_id), None)
        if found is None:
            raise Missing
        outcomes: dict[str | None, str] = {v.rule: v.outcome.value for v in found.verdicts}
        said = _history(c, pool, candidate_id)
        if rule is None:  # what the tier would be without anybody setting it
            outcomes[None] = overridden(found, [f for f in said if f.rule is not None], policy).tier.value
        if rule not in outcomes:
            raise Refused("bad_rule", "这个岗位没有这项条件。", "The position has no such rule.", 422)
        given = Feedback(new_id(), candidate_id, position_id, rule, outcomes[rule], str(value), reason, who.name, now())
        c.execute(feedback_table.insert().values(pool_id=pool.id, **_columns(given)))
        shown = overridden(found, [*said, given], policy)
        a = assessments_table.c
        where = sa.and_(a.candidate_id == candidate_id, a.position_id == position_id)
        c.execute(assessments_table.update().where(where).values(**_shown(shown)))
        _outdate(c, pool.id)
        detail = f"{rule or 'tier'}: {given.computed} -> {given.value}"
        _record(c, who.name, "override", pool.id, candidate_id, position_id, detail)
    return given


def _columns(f: Feedback) -> dict[str, Any]:
    return {name: getattr(f, name) for name in f.__dataclass_fields__}
