"""The tables of the store (SQLAlchemy Core). Times are UTC without a zone; names are for display, never paths."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Table

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _number() -> Column[int]:
    """A rising number as the key; never given twice, so that the order of arrival is kept."""
    return Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True)


users = Table(
    "users",
    metadata,
    _number(),
    Column("name", sa.String(100), nullable=False, unique=True),
    Column("password", sa.String(200), nullable=False),  # argon2
    Column("role", sa.String(20), nullable=False),
    Column("team", sa.String(100), nullable=False),
    Column("active", sa.Boolean, nullable=False),
    Column("created_at", sa.DateTime, nullable=False),
    sqlite_autoincrement=True,
)
invitations = Table(
    "invitations",
    metadata,
    _number(),
    Column("secret_hash", sa.String(64), nullable=False, unique=True),
    Column("role", sa.String(20), nullable=False),
    Column("team", sa.String(100), nullable=False),
    Column("invited_by", sa.String(100), nullable=False),
    Column("created_at", sa.DateTime, nullable=False),
    Column("expires_at", sa.DateTime, nullable=False),
    Column("used_at", sa.DateTime),
    sqlite_autoincrement=True,
)
tokens = Table(  # sessions of browsers and tokens of programs
    "tokens",
    metadata,
    _number(),
    Column("user_number", ForeignKey("users.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", sa.String(10), nullable=False),  # session, api
    Column("secret_hash", sa.String(64), nullable=False, unique=True),
    Column("label", sa.String(100), nullable=False),
    Column("created_at", sa.DateTime, nullable=False),
    Column("expires_at", sa.DateTime, nullable=False),
    sqlite_autoincrement=True,
)
pools_table = Table(
    "pools",
    metadata,
    _number(),
    Column("id", sa.String(32), nullable=False, unique=True),
    Column("team", sa.String(100), nullable=False, index=True),
    Column("name", sa.String(200), nullable=False),
    Column("as_of", sa.Date, nullable=False),
    Column("created_by", sa.String(100), nullable=False),
    Column("created_at", sa.DateTime, nullable=False),
    Column("expires_at", sa.DateTime, nullable=False, index=True),
    Column("cancelled_at", sa.DateTime),
    Column("deleted_at", sa.DateTime, index=True),  # out of sight; bytes and rows are being removed
    Column("idempotency", sa.String(300), unique=True),  # who and key
    Column("request_hash", sa.String(64)),
    sqlite_autoincrement=True,
)
files_table = Table(
    "files",
    metadata,
    _number(),
    Column("id", sa.String(32), nullable=False, unique=True),
    Column("pool_id", ForeignKey("pools.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("stored", sa.String(32), nullable=False, unique=True),
    Column("name", sa.String(200), nullable=False),  # for display
    Column("size", sa.BigInteger, nullable=False),
    Column("digest", sa.String(64), nullable=False),
    Column("status", sa.String(10), nullable=False),  # queued, working, done, cancelled
    Column("attempts", sa.Integer, nullable=False),
    Column("claimed_by", sa.String(100)),
    Column("lease_until", sa.DateTime),
    Column("added_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("pool_id", "digest", "name"),
    sa.Index("ix_files_status_attempts_number", "status", "attempts", "number"),
    sqlite_autoincrement=True,
)
candidates_table = Table(
    "candidates",
    metadata,
    _number(),
    Column("id", sa.String(32), nullable=False, unique=True),
    Column("pool_id", ForeignKey("pools.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("file_id", ForeignKey("files.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("source", sa.String(400), nullable=False),  # display name of the document inside the file
    Column("name", sa.String(100), nullable=False),
    Column("tie", sa.String(64), nullable=False),  # orders equal scores by the text, whatever the order of upload
    Column("result", sa.LargeBinary, nullable=False),  # MatchResult: JSON, compressed
    sqlite_autoincrement=True,
)
assessments_table = Table(
    "assessments",
    metadata,
    Column("candidate_id", ForeignKey("candidates.id", ondelete="CASCADE"), primary_key=True),
    Column("position_id", sa.Integer, primary_key=True, autoincrement=False),
    Column("pool_id", ForeignKey("pools.id", ondelete="CASCADE"), nullable=False),
    Column("best", sa.Boolean, nullable=False),  # the candidate's best position
    Column("score", sa.Double, nullable=False),
    Column("tier", sa.String(20), nullable=False),  # as computed
    Column("outcomes", sa.String(400), nullable=False),  # as computed: ",rule:outcome,rule:outcome,"
    Column("shown_tier", sa.String(20), nullable=False),  # with overrides
    Column("shown_order", sa.Integer, nullable=False),
    Column("shown_outcomes", sa.String(400), nullable=False),
    sa.Index("ix_assessments_list", "pool_id", "position_id", "shown_order", "score"),
)
unreadable_table = Table(
    "unreadable",
    metadata,
    _number(),
    Column("pool_id", ForeignKey("pools.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("file_id", ForeignKey("files.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("source", sa.String(400), nullable=False),
    Column("code", sa.String(40), nullable=False),
    Column("reason", sa.String(400), nullable=False),
    Column("reason_en", sa.String(400), nullable=False),
    sqlite_autoincrement=True,
)
feedback_table = Table(
    "feedback",
    metadata,
    _number(),
    Column("id", sa.String(32), nullable=False, unique=True),
    Column("pool_id", ForeignKey("pools.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("candidate_id", ForeignKey("candidates.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position_id", sa.Integer, nullable=False),
    Column("rule", sa.String(40)),  # NULL: the tier
    Column("computed", sa.String(20), nullable=False),
    Column("value", sa.String(20), nullable=False),
    Column("reason", sa.String(1000), nullable=False),
    Column("by", sa.String(100), nullable=False),
    Column("at", sa.DateTime, nullable=False),
    sqlite_autoincrement=True,
)
exports_table = Table(  # the workbook of a pool, one at most; its bytes lie in the folder of exports under ``stored``
    "exports",
    metadata,
    _number(),
    Column("id", sa.String(32), nullable=False, unique=True),
    Column("pool_id", ForeignKey("pools.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("status", sa.String(10), nullable=False),  # queued, working, done, failed, stale
    Column("stored", sa.String(32), unique=True),  # what is on disk and not named here is nobody's, and goes
    Column("attempts", sa.Integer, nullable=False),
    Column("claimed_by", sa.String(100)),
    Column("lease_until", sa.DateTime),
    Column("requested_by", sa.String(100), nullable=False),
    Column("requested_at", sa.DateTime, nullable=False),
    Column("finished_at", sa.DateTime),
    Column("candidates", sa.Integer),
    Column("size", sa.BigInteger),
    Column("code", sa.String(40)),  # why it failed
    Column("reason", sa.String(400)),
    Column("reason_en", sa.String(400)),
    sqlite_autoincrement=True,
)
audit_table = Table(  # who did what; no names of candidates, no texts; stays when a pool goes, so no foreign keys
    "audit",
    metadata,
    _number(),
    Column("at", sa.DateTime, nullable=False, index=True),
    Column("by", sa.String(100), nullable=False, index=True),
    Column("action", sa.String(40), nullable=False, index=True),
    Column("pool_id", sa.String(32), index=True),
    Column("candidate_id", sa.String(32)),
    Column("position_id", sa.Integer),
    Column("detail", sa.String(200), nullable=False),
    sqlite_autoincrement=True,
)
