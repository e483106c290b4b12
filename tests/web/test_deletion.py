"""What is deleted is gone: from tables, files, and from the bytes of the data folder, the write-ahead log included."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from web import store, tables, worker
from web.auth import LOCAL
from web.service import Service

from .conftest import resume
from .test_api import exported, new_pool, upload, work

NAME = "欧阳灭迹"
MARKS = (NAME.encode(), NAME.encode("utf-16-le"), NAME.encode("utf-16-be"), NAME.encode("gb18030"))


def traces(folder: Path, more: tuple[bytes, ...] = ()) -> list[str]:
    """Files below a folder that hold the name, in any encoding, or one of the given bytes."""
    return [
        p.name for p in folder.rglob("*") if p.is_file() and any(mark in p.read_bytes() for mark in (*MARKS, *more))
    ]


def packed(engine: sa.Engine) -> tuple[bytes, ...]:
    """Pieces of the stored results as they lie in the database: compressed, so no name can be searched in them."""
    with engine.connect() as c:
        blobs = list(c.scalars(sa.select(tables.candidates_table.c.result)))
    assert any(NAME in zlib.decompress(blob).decode() for blob in blobs)
    return tuple(blob[at : at + 40] for blob in blobs for at in range(200, len(blob) - 40, 1000))


OVERRIDE = {"position_id": 1, "rule": "age", "value": "unknown", "reason": f"{NAME}来电"}


def candidate(client: Any, path: str) -> str:
    found: str = client.get(f"{path}/candidates?sort=added").get_json()["items"][0]["candidate_id"]
    return found


@pytest.fixture
def full(make_app: Callable[..., Flask]) -> tuple[Any, Service, str]:
    """A pool with the name in every place it can be: file, file name, result, override, pool name, unreadable file."""
    app = make_app()
    client, service = app.test_client(), app.extensions["service"]
    path = new_pool(client, name=f"{NAME}等")
    text = resume(NAME) + ("负责" + NAME + "。\n").encode() * 3000  # longer than a page: overflow pages too
    upload(client, path, (f"{NAME}.txt", text), (f"{NAME}.pdf", b"%PDF-" + NAME.encode()))
    upload(client, path, *((f"{NAME}{i}.txt", resume(f"{NAME}{i}")) for i in range(3)))
    work(service)
    assert client.post(f"{path}/candidates/{candidate(client, path)}/feedback", json=OVERRIDE).status_code == 201
    assert exported(client, service, path).status_code == 200
    return client, service, path


def test_a_deleted_pool_leaves_no_byte(full: tuple[Any, Service, str], tmp_path: Path) -> None:
    client, service, path = full
    pieces = packed(service.engine)
    before = set(traces(service.home, pieces))
    assert {n for n in before if n.startswith("service.db")}
    assert [n for n in before if not n.startswith("service.db")]  # the uploads
    assert list((service.files / "exports").iterdir())
    assert client.delete(path).status_code == 204
    assert traces(service.home, pieces) == []
    assert list((service.files / "exports").iterdir()) == []
    assert os.path.getsize(service.home / "service.db-wal") == 0
    service.engine.dispose()
    assert traces(tmp_path, pieces) == []


def test_an_applicant_who_withdraws_leaves_no_byte(full: tuple[Any, Service, str]) -> None:
    client, service, path = full
    for file in client.get(f"{path}/files").get_json()["items"]:
        assert client.delete(f"{path}/files/{file['id']}").status_code == 204
        assert list((service.files / "exports").iterdir()) == []
    with store.writing(service.engine) as c:
        c.execute(tables.pools_table.update().values(name="x"))
    store.scrub(service.engine)
    assert traces(service.home) == []


def test_a_reader_in_the_way_delays_the_log_and_cleaning_ends_it(full: tuple[Any, Service, str]) -> None:
    """An open transaction keeps old pages in the log; the worker's next cleaning removes them."""
    client, service, path = full
    other = store.open_engine(service.settings["DATABASE"])
    with other.connect() as reader:
        assert reader.scalar(sa.text("SELECT count(*) FROM files")) == 5
        assert client.delete(path).status_code == 204
        assert traces(service.home)
    other.dispose()
    worker._clean(service)
    assert traces(service.home) == []


def test_nothing_of_a_request_stays_in_temporary_files(
    full: tuple[Any, Service, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, service, path = full
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert client.post(f"{path}/candidates/{candidate(client, path)}/feedback", json=OVERRIDE).status_code == 201
    exported(client, service, path)
    upload(client, path, (f"{NAME}大.txt", resume(NAME) + b" " * 700_000))
    work(service)
    monkeypatch.setattr("tempfile.tempdir", None)
    assert list(folder.rglob("*")) == []


def test_postgresql_forgets_too(postgres_database: str, make_app: Callable[..., Flask]) -> None:
    """Dead rows are vacuumed: nothing of the pool can be read from the tables' pages any more."""
    app = make_app(DATABASE=postgres_database)
    client, service = app.test_client(), app.extensions["service"]
    path = new_pool(client, name=NAME)
    upload(client, path, (f"{NAME}.txt", resume(NAME)))
    work(service)
    tables = ("pools", "files", "candidates", "assessments", "unreadable", "feedback")
    sizes = "SELECT " + " + ".join(f"pg_relation_size('{t}')" for t in tables)
    with service.engine.connect() as c:
        assert (c.scalar(sa.text(sizes)) or 0) > 0
    assert client.delete(path).status_code == 204
    with service.engine.connect() as c:
        assert c.scalar(sa.text(sizes)) == 0  # emptied tables are cut back by VACUUM
    assert store.pools(service.engine, LOCAL).total == 0
