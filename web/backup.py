"""Backup and restore: one tar with every table as JSON Lines and every uploaded file; the same for either database."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection, Engine

from web.store import path_of, writing
from web.tables import exports_table, files_table, metadata, tokens, users

_FORMAT = 1
_BATCH = 500
_LEFT_OUT = (tokens, exports_table)


class BackupError(Exception):
    """A backup that cannot be written or restored; the message says why, in both languages."""


def save(engine: Engine, folder: Path, target: Path) -> tuple[int, int]:
    """Write everything to ``target`` (readable by its owner only), as of one moment: numbers of rows and files.

    Sessions, API tokens and exports are left out: after a restore everybody logs in, and exports, anew. Raises OSError.
    """
    partial = target.with_name(target.name + ".part")
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    rows = count = 0
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with (
            open(handle, "wb") as out,
            tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as box,
            engine.connect().execution_options(**level) as c,
        ):
            revision = MigrationContext.configure(c).get_current_revision()
            _add(box, "manifest.json", json.dumps({"format": _FORMAT, "revision": revision}).encode())
            for table in metadata.sorted_tables:
                if table not in _LEFT_OUT:
                    lines = list(_lines(c, table))
                    rows += len(lines)
                    _add(box, f"tables/{table.name}.jsonl", "".join(lines).encode())
            for stored in c.scalars(sa.select(files_table.c.stored).order_by(files_table.c.number)):
                try:
                    data = path_of(folder, stored).read_bytes()
                except FileNotFoundError:
                    continue  # deleted while we were at it
                _add(box, f"files/{stored}", data)
                count += 1
        os.replace(partial, target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return rows, count


def _add(box: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    box.addfile(info, io.BytesIO(data))


def _lines(c: Connection, table: sa.Table) -> Iterator[str]:
    for row in c.execute(table.select().order_by(*table.primary_key.columns)):
        yield json.dumps({k: _plain(v) for k, v in row._mapping.items()}, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return base64.b85encode(bytes(value)).decode()
    return value.isoformat() if isinstance(value, (dt.datetime, dt.date)) else value


def _typed(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(table.c[name].type, value) for name, value in row.items()}


def _value(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, sa.LargeBinary):
        return base64.b85decode(value)
    if isinstance(kind, sa.DateTime):
        return dt.datetime.fromisoformat(value)
    return dt.date.fromisoformat(value) if isinstance(kind, sa.Date) else value


def restore(engine: Engine, folder: Path, source: Path) -> tuple[int, int]:
    """Load a backup into a store that is up to date and empty: numbers of rows and files. All of it or nothing.

    Files that were being worked on wait again. Raises BackupError for a store that is not empty, a backup of another
    version, or a file that is none.
    """
    rows = count = 0
    written: list[Path] = []
    try:
        with tarfile.open(source, "r:gz") as box, writing(engine) as c:
            for table in (users, files_table):
                if c.scalar(sa.select(sa.func.count()).select_from(table)):
                    raise BackupError("数据库不是空的；请恢复到新的数据文件夹 / the store is not empty")
            manifest = json.loads(_member(box, "manifest.json"))
            revision = MigrationContext.configure(c).get_current_revision()
            if manifest.get("format") != _FORMAT or manifest.get("revision") != revision:
                raise BackupError("备份来自另一版本的程序 / the backup is of another version of the program")
            for table in reversed(metadata.sorted_tables):
                c.execute(table.delete())
            for table in metadata.sorted_tables:
                if table not in _LEFT_OUT:
                    found = _member(box, f"tables/{table.name}.jsonl").decode().splitlines()
                    values = [_typed(table, json.loads(line)) for line in found]
                    for start in range(0, len(values), _BATCH):
                        c.execute(table.insert(), values[start : start + _BATCH])
                    rows += len(values)
                    _continue_numbers(c, table)
            f = files_table.c
            c.execute(files_table.update().where(f.status == "working").values(status="queued", claimed_by=None))
            known = set(c.scalars(sa.select(f.stored)))
            for member in box:
                name = member.name.removeprefix("files/")
                if name in known and member.isfile():
                    path = path_of(folder, name)
                    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                    with open(handle, "wb") as out:
                        out.write(_member(box, member.name))
                    written.append(path)
                    count += 1
    except (tarfile.TarError, EOFError, KeyError, ValueError) as error:
        _forget(written)
        raise BackupError(f"备份文件无法读取 / not a readable backup ({type(error).__name__})") from None
    except BaseException:
        _forget(written)
        raise
    return rows, count


def _forget(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _member(box: tarfile.TarFile, name: str) -> bytes:
    handle = box.extractfile(name)
    if handle is None:
        raise KeyError(name)
    return handle.read()


def _continue_numbers(c: Connection, table: sa.Table) -> None:
    """PostgreSQL's counters go on behind the numbers that were loaded."""
    if c.dialect.name == "postgresql" and "number" in table.c:
        top = c.scalar(sa.select(sa.func.max(table.c.number)))
        if top is not None:
            c.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, "number"), top)))
