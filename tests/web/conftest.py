"""A service with a store of its own for each test; people of every role in two teams; a real PostgreSQL for the session."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from matcher import Matcher
from web import auth, store
from web.app import create_app
from web.service import Service

PASSWORD = "correct horse 7"
PEOPLE = {  # name: role, team
    "管理员甲": ("admin", "总行"),
    "招聘甲": ("recruiter", "零售"),
    "查看甲": ("viewer", "零售"),
    "招聘乙": ("recruiter", "科技"),
    "查看乙": ("viewer", "科技"),
}
RESUME = """姓名：{name}
出生年月：1993.05
手机：13800000000
教育经历
2011.09-2015.06 重庆大学 金融学 本科 全日制
工作经历
2015.07-2026.10 某消费金融公司 金融产品经理 负责消费信贷产品规划、需求分析与上线推广
"""


def resume(name: str = "甲测试") -> bytes:
    return RESUME.format(name=name).encode()


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite store that is up to date and empty, to be copied."""
    folder = tmp_path_factory.mktemp("store")
    service = Service({"HOME": str(folder), "DATABASE": f"sqlite:///{folder}/service.db"}, None)  # type: ignore[arg-type]
    service.engine.dispose()
    return folder / "service.db"


@pytest.fixture
def home(tmp_path: Path, empty_store: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(empty_store, folder / "service.db")
    return folder


@pytest.fixture
def make_app(home: Path, matcher: Matcher) -> Iterator[Callable[..., Flask]]:
    """An application on this test's store; settings as keywords."""
    made: list[Flask] = []

    def make(**settings: Any) -> Flask:
        app = create_app({"HOME": str(home), "RATE_LIMIT": "100000 per minute", **settings}, matcher)
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["service"].raw_engine.dispose()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def service(app: Flask) -> Service:
    found: Service = app.extensions["service"]
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody at this machine: no users, no login."""
    return app.test_client()


_HASH = auth.hash_password("x", PASSWORD)  # argon2 is slow on purpose: once


@dataclass(frozen=True)
class People:
    """Users by name with an API token each."""

    users: dict[str, store.User]
    secrets: dict[str, str]

    def headers(self, name: str | None) -> dict[str, str]:
        return {} if name is None else {"Authorization": f"Bearer {self.secrets[name]}"}


@pytest.fixture
def people(app: Flask, service: Service) -> People:
    users, secrets = {}, {}
    with app.test_request_context():
        for name, (role, team) in PEOPLE.items():
            users[name] = store.add_user(service.engine, "test", name, _HASH, role, team)
            secrets[name] = auth.make_token(users[name], "test", 1)[0]
    return People(users, secrets)


# --- PostgreSQL ---------------------------------------------------------------------------------------------------


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL server, started for these tests in a folder of its own."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    user = "postgres" if os.getuid() == 0 else None  # the server refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="matcher-postgres-"))
    port = _free_port()
    try:
        if user:
            shutil.chown(folder, user)
        started = {"user": user, "cwd": folder, "check": True, "stdout": subprocess.DEVNULL, "timeout": 60}
        data = folder / "data"
        subprocess.run([programs / "initdb", "-D", data, "-A", "trust", "-U", "hr", "-E", "UTF8"], **started)
        options = f"-F -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        control = [programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
        subprocess.run([*control, "-o", options, "start"], **started)
        try:
            yield f"postgresql+pg8000://hr@127.0.0.1:{port}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **started)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database that is up to date and empty, to be copied."""
    with _server(postgres) as c:
        c.exec_driver_sql("CREATE DATABASE template_matcher")
    with opened(f"{postgres}/template_matcher", tmp_path_factory.mktemp("template")):
        return "template_matcher"


@contextlib.contextmanager
def _server(postgres: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(f"{postgres}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as c:
        yield c
    engine.dispose()


@pytest.fixture
def postgres_database(postgres: str, postgres_template: str) -> Iterator[str]:
    """The address of a new, empty database."""
    name = f"test_{time.monotonic_ns()}"
    with _server(postgres) as c:
        c.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {postgres_template} STRATEGY FILE_COPY")
    yield f"{postgres}/{name}"
    with _server(postgres) as c:
        c.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, home: Path) -> str:
    """The address of an empty store, in either database."""
    if request.param == "sqlite":
        return f"sqlite:///{home}/service.db"
    found: str = request.getfixturevalue("postgres_database")
    return found


@contextlib.contextmanager
def opened(url: str, home: Path) -> Iterator[sa.Engine]:
    """The engine of a store, brought up to date, closed at the end."""
    service = Service({"HOME": str(home), "DATABASE": url}, None)  # type: ignore[arg-type]
    try:
        yield service.engine
    finally:
        service.raw_engine.dispose()
