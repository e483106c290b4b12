"""Backup and restore, within one database and from one to the other; the administrator's commands."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from matcher import Matcher
from web import admin, backup, store, tables, worker
from web.service import Service

from .conftest import PASSWORD, PEOPLE, People, opened, resume


def content(engine: sa.Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but sessions, tokens and exports."""
    with engine.connect() as c:
        return {
            t.name: [tuple(row) for row in c.execute(t.select().order_by(*t.primary_key.columns))]
            for t in tables.metadata.sorted_tables
            if t.name not in ("tokens", "exports")
        }


@pytest.fixture
def filled(service: Service, people: People, matcher: Matcher) -> Service:
    """Users, a pool with a result, an override and an unreadable file, and one file half done."""
    who = people.users["招聘甲"]
    pool = store.create_pool(service.engine, who, "春招", store.now().date(), 30, "key")[0]
    for name, data in (("甲.txt", resume()), ("空.pdf", b"")):
        store.add_file(service.engine, who, pool, service.files, name, data)
    while worker.work_once(service.engine, service, "w"):
        pass
    candidate = store.candidates(service.engine, pool).items[0].candidate_id
    store.give_feedback(service.engine, who, pool, candidate, 1, "age", "fails", "因", matcher.policy)
    store.add_file(service.engine, who, pool, service.files, "半.txt", resume("半"))
    assert store.claim(service.engine, "w", 60)
    return service


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_a_restored_store_is_the_same(
    to: str, filled: Service, tmp_path: Path, request: pytest.FixtureRequest, people: People
) -> None:
    saved, home = tmp_path / "saved.tar.gz", tmp_path / "other"
    rows, files = backup.save(filled.engine, filled.files, saved)
    assert (rows > 15, files) == (True, 3)
    assert saved.stat().st_mode & 0o077 == 0
    url = f"sqlite:///{home}/service.db" if to == "sqlite" else request.getfixturevalue("postgres_database")
    with opened(url, home) as engine:
        assert backup.restore(engine, home / "files", saved) == (rows, files)
        old, new = content(filled.engine), content(engine)
        assert old.pop("files") != new.pop("files")  # the half-done file waits again
        assert new == old
        claim = store.claim(engine, "w", 60)
        assert claim
        assert store.path_of(home / "files", claim.stored).read_bytes() == resume("半")
        assert store.user_and_password(engine, "招聘甲")
        assert store.user_of_token(engine, "api", people.secrets["招聘甲"]) is None
        added = store.add_user(engine, "t", "新人", "hash", "viewer", "零售")  # numbers go on
        assert added.id == len(PEOPLE) + 1
        with pytest.raises(backup.BackupError, match="not empty"):
            backup.restore(engine, home / "files", saved)


def spoilt(how: str, good: bytes) -> bytes:
    return {"cut": good[: len(good) // 2], "none": b"", "text": b"not a tar"}[how]


@pytest.mark.parametrize("how", ["cut", "none", "text"])
def test_a_spoilt_backup_changes_nothing(how: str, filled: Service, tmp_path: Path) -> None:
    saved, home = tmp_path / "saved.tar.gz", tmp_path / "other"
    backup.save(filled.engine, filled.files, saved)
    saved.write_bytes(spoilt(how, saved.read_bytes()))
    with opened(f"sqlite:///{home}/service.db", home) as engine:
        empty = content(engine)
        with pytest.raises(backup.BackupError, match="not a readable backup"):
            backup.restore(engine, home / "files", saved)
        assert content(engine) == empty
        assert [p for p in (home / "files").rglob("*") if p.is_file()] == []


def test_a_backup_of_another_version_is_refused(filled: Service, tmp_path: Path) -> None:
    saved, home = tmp_path / "saved.tar.gz", tmp_path / "other"
    with store.writing(filled.engine) as c:
        c.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    backup.save(filled.engine, filled.files, saved)
    with (
        opened(f"sqlite:///{home}/service.db", home) as engine,
        pytest.raises(backup.BackupError, match="another version"),
    ):
        backup.restore(engine, home / "files", saved)


def test_names_in_a_backup_are_no_paths(filled: Service, tmp_path: Path) -> None:
    saved, home = tmp_path / "saved.tar.gz", tmp_path / "other"
    backup.save(filled.engine, filled.files, saved)
    with tarfile.open(saved) as box:
        members = [(m, (box.extractfile(m) or sys.stdin.buffer).read()) for m in box.getmembers()]
    with tarfile.open(saved, "w:gz") as box:
        for member, data in members:
            backup._add(box, member.name, data)
        backup._add(box, "files/../../escaped", b"x")
        backup._add(box, "../escaped", b"x")
    with opened(f"sqlite:///{home}/service.db", home) as engine:
        assert backup.restore(engine, home / "files", saved)[1] == 3
    assert not list(tmp_path.rglob("escaped"))


# --- commands -----------------------------------------------------------------------------------------------------


@pytest.fixture
def environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MATCHER_HOME", str(home))
    monkeypatch.setenv("MATCHER_PASSWORD", PASSWORD)
    return home


def test_the_commands_of_an_administrator(
    environment: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        code = admin.main(arguments)
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    assert run("migrate")[0] == 0
    assert run("create-admin", "管理员甲") == (0, "已建立管理员 admin made: 管理员甲\n")
    assert run("create-admin", "管理员甲")[0] == 1
    assert run("set-password", "管理员甲")[0] == 0
    assert run("set-password", "没有此人")[0] == 1
    code, shown = run("invite", "recruiter", "--team", "零售")
    assert (code, shown.startswith("/invite/")) == (0, True)
    assert run("expire") == (0, "已删除到期批次 expired pools deleted: 0\n")
    saved = tmp_path / "saved.tar.gz"
    assert run("backup", str(saved))[0] == 0
    assert run("restore", str(saved))[0] == 1
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path / "other"))
    assert run("restore", str(saved))[0] == 0
    assert run("restore", str(tmp_path / "none"))[0] == 1
    monkeypatch.setenv("MATCHER_PASSWORD", "short")
    code, shown = run("create-admin", "管理员乙")
    assert (code, "密码" in shown) == (1, True)
    monkeypatch.setenv("MATCHER_DATABASE", "postgresql+pg8000://nobody@127.0.0.1:1/none")
    code, shown = run("migrate")
    assert (code, "database error" in shown, "Traceback" in shown) == (1, True, False)


def test_the_module_is_a_command(root: Path, environment: Path) -> None:
    command = [sys.executable, "-m", "web", "migrate"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env={**os.environ}, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "service.db" in done.stdout


def test_an_unknown_setting_of_a_file_is_told(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "matcher.toml"
    file.write_text("keep_day = 5\n", encoding="utf-8")
    monkeypatch.setenv("MATCHER_CONFIG", str(file))
    assert admin.main(["migrate"]) == 1
    assert "keep_day" in capsys.readouterr().err
