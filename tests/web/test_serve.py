"""A real server: several processes, the worker beside them, refusals of the server itself, stopping, users."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from web import serve, store, tables

from .conftest import PASSWORD, resume


@dataclass
class Server:
    """A running service: its process and where it listens."""

    process: subprocess.Popen[str]
    port: int
    home: Path

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
            kind = {} if data is None else {"Content-Type": "application/json"}
            connection.request(method, path, data, {**kind, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def log(self) -> str:
        return (self.home / "log").read_text(encoding="utf-8")


@contextlib.contextmanager
def running(root: Path, home: Path, **settings: str) -> Iterator[Server]:
    command = [sys.executable, "-W", "ignore", "service.py", "--port", "0"]
    home.mkdir(parents=True, exist_ok=True)
    with open(home / "log", "w") as log:
        environment = {**os.environ, "MATCHER_HOME": str(home), **{f"MATCHER_{k}": v for k, v in settings.items()}}
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\n", process.stdout.readline())
        assert found
        yield Server(process, int(found[1]), home)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(40)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="module")
def server(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(root, tmp_path_factory.mktemp("serve") / "home") as found:
        yield found


def until(what: Any, seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return False


def test_what_is_uploaded_is_read_beside_the_web_server(server: Server) -> None:
    _, _, body = server.ask("POST", "/api/v1/pools", {"name": "春招"})
    path = f"/api/v1/pools/{json.loads(body)['id']}"
    for name in ("甲测试", "乙测试"):
        given = {"text": resume(name).decode(), "name": f"{name}.txt"}
        assert server.ask("POST", f"{path}/files", given)[0] == 201
    assert until(lambda: json.loads(server.ask("GET", path)[2])["status"] == "done")
    found = json.loads(server.ask("GET", f"{path}/candidates?sort=added")[2])
    assert [c["name"] for c in found["items"]] == ["甲测试", "乙测试"]
    assert server.ask("DELETE", path)[0] == 204


def test_a_workbook_is_made_beside_the_web_server(server: Server) -> None:
    path = f"/api/v1/pools/{json.loads(server.ask('POST', '/api/v1/pools', {'name': '春招'})[2])['id']}"
    for name in ("甲测试", "乙测试"):
        server.ask("POST", f"{path}/files", {"text": resume(name).decode(), "name": f"{name}.txt"})
    status, headers, _ = server.ask("POST", f"{path}/export")
    assert (status, headers["location"]) == (202, f"{path}/export")
    assert until(lambda: json.loads(server.ask("GET", headers["location"])[2])["status"] == "done")
    state = json.loads(server.ask("GET", headers["location"])[2])
    status, headers, body = server.ask("GET", state["href"])
    assert (status, len(body), state["candidates"]) == (200, state["size"], 2)
    assert "%E6%98%A5%E6%8B%9B" in headers["content-disposition"]
    cells = {c for sheet in openpyxl.load_workbook(io.BytesIO(body)) for row in sheet.values for c in row if c}
    assert {"甲测试", "乙测试"} <= cells
    web = set(re.findall(r'"message": "POST [^"]*", "process": (\d+)', server.log()))
    made = set(re.findall(r'"message": "export done: [^"]*", "process": (\d+)', server.log()))
    assert made
    assert not made & web
    assert server.ask("DELETE", path)[0] == 204
    assert list((server.home / "files" / "exports").iterdir()) == []


def test_two_processes_answer_on_one_address(server: Server) -> None:
    statuses: list[int] = []

    def many() -> None:
        for _ in range(10):
            statuses.append(server.ask("GET", "/healthz")[0])
            statuses.append(server.ask("GET", "/api/v1/positions")[0])

    threads = [threading.Thread(target=many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 160
    processes = set(re.findall(r'"message": "GET /api/v1/positions 200 \d+ ms", "process": (\d+)', server.log()))
    assert len(processes) == 2


def test_metrics_of_all_processes_are_added_up(server: Server) -> None:
    def count() -> float:
        text = server.ask("GET", "/metrics")[2].decode()
        found = re.search(r'matcher_requests_total\{method="GET",route="/readyz",status="200"\} ([\d.]+)', text)
        return float(found[1]) if found else 0.0

    before = count()
    for _ in range(20):
        assert server.ask("GET", "/readyz")[0] == 200
    assert count() == before + 20


@pytest.mark.parametrize(
    ("length", "body", "status", "code"),
    [
        (300 * 2**20, b"", 413, "too_large"),
        (41 * 2**20, b"a" * (41 * 2**20), 413, "too_large"),
        (10**15, b"", 413, "too_large"),
        ("many", b"", 400, "bad_request"),
    ],
    ids=["stated", "sent", "absurd", "malformed"],
)
def test_what_the_server_itself_refuses_is_a_problem(
    server: Server, length: int | str, body: bytes, status: int, code: str
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.putrequest("POST", "/api/v1/match")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    connection.send(body)
    answer = connection.getresponse()
    problem = json.loads(answer.read())
    connection.close()
    assert (answer.status, answer.getheader("Content-Type")) == (status, "application/problem+json")
    assert (problem["status"], problem["code"]) == (status, code)
    assert server.ask("GET", "/healthz")[0] == 200


def test_headers_that_are_too_large_are_a_problem(server: Server) -> None:
    status, headers, body = server.ask("GET", "/healthz", headers={"X-Long": "a" * 300_000})
    assert (status, headers["content-type"]) == (431, "application/problem+json")
    assert json.loads(body)["code"] == "headers_too_large"


def test_too_many_parts_are_refused_and_nothing_is_kept(server: Server) -> None:
    _, _, made = server.ask("POST", "/api/v1/pools", {"name": "多"})
    path = f"/api/v1/pools/{json.loads(made)['id']}"
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="%d"\r\n\r\na\r\n'
    body = b"".join(part % i for i in range(2000)) + b"--x--\r\n"
    status, _, answer = server.ask("POST", f"{path}/files", body, {"Content-Type": "multipart/form-data; boundary=x"})
    assert (status, json.loads(answer)["code"]) == (413, "too_large")
    assert json.loads(server.ask("GET", path)[2])["files"]["total"] == 0


def test_a_killed_child_is_replaced(server: Server) -> None:
    def children() -> set[int]:
        pid = server.process.pid
        return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))

    before = children()
    assert len(before) == 3  # two web processes and the supervisor of the worker
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert until(lambda: len(children()) == 3 and not children() & before)
    assert until(lambda: server.ask("GET", "/readyz")[0] == 200)


def test_logs_are_json_without_anything_personal(server: Server) -> None:
    server.ask("POST", "/api/v1/match", {"text": resume("王机密").decode()})
    lines = [json.loads(line) for line in server.log().splitlines()]
    assert [line for line in lines if line["message"].startswith("POST /api/v1/match 200") and line["request"]]
    assert not re.search("王机密|13800000000|重庆大学|春招", server.log())


def many_jobs(count: int) -> str:
    """Matching takes far more than in proportion to the number of jobs."""
    return resume().decode() + "2015.07-2016.10 某消费金融公司 金融产品经理 负责产品规划\n" * count


def test_a_long_text_is_matched_apart_and_within_its_time(root: Path, tmp_path: Path) -> None:
    with running(root, tmp_path / "home", MATCH_SECONDS="4", WORKERS="0", WEB_PROCESSES="1") as server:
        fair = {"text": resume().decode() + "负责产品规划。\n" * 1000}
        status, _, body = server.ask("POST", "/api/v1/match", fair)
        assert (status, json.loads(body)["matches"][0]["position_id"]) == (200, 1)
        endless = {"text": many_jobs(8000)}
        statuses: list[tuple[int, str]] = []

        def ask() -> None:
            status, _, body = server.ask("POST", "/api/v1/match", endless)
            statuses.append((status, json.loads(body)["code"]))

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            assert server.ask("GET", "/healthz")[0] == 200  # others are served meanwhile
            time.sleep(0.2)
        assert statuses == [(422, "timeout")] * 2


def test_stopping_lets_a_request_end(root: Path, tmp_path: Path) -> None:
    """SIGTERM while a file is being read: its answer comes, then the server is gone, with status 0."""
    with running(root, tmp_path / "home", WORKERS="0", WEB_PROCESSES="1") as server:
        text = resume().decode() + "负责产品规划。\n" * 2000
        answers: list[int] = []
        asking = threading.Thread(target=lambda: answers.append(server.ask("POST", "/api/v1/match", {"text": text})[0]))
        asking.start()
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(40) == 0
        asking.join()
        assert answers == [200]
        with pytest.raises(OSError, match="refused"):
            server.ask("GET", "/healthz")


# --- who may be served --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "hr.example.com", "::"])
def test_other_machines_are_served_only_with_an_admin(
    host: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = store.open_engine(f"sqlite:///{home}/service.db")
    for role, active in ((None, True), ("recruiter", True), ("admin", False)):
        if role:
            store.add_user(engine, "t", f"某{role}", "hash", role, "甲")
        with store.writing(engine) as c:
            c.execute(tables.users.update().where(tables.users.c.role == "admin").values(active=active))
        assert serve.run(host, 0, {"HOME": str(home)}) == 1
        assert "create-admin" in capsys.readouterr().err
    engine.dispose()
    assert serve.run(host, 0, {"HOME": str(home / "none")}) == 1
    assert not (home / "none").exists()


def test_with_an_admin_everybody_must_log_in_and_children_die_with_their_parent(root: Path, home: Path) -> None:
    environment = {**os.environ, "MATCHER_HOME": str(home), "MATCHER_PASSWORD": PASSWORD}
    command = [sys.executable, "-m", "web", "create-admin", "管理员甲"]
    subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL)
    with running(root, home, LOGIN="always") as server:
        assert server.ask("GET", "/api/v1/positions")[0] == 401
        status, headers, _ = server.ask("POST", "/api/v1/session", {"name": "管理员甲", "password": PASSWORD})
        cookie = {"Cookie": headers["set-cookie"].split(";")[0]}
        assert (status, server.ask("GET", "/api/v1/positions", headers=cookie)[0]) == (201, 200)
        server.process.kill()
        server.process.wait()

        def closed() -> bool:
            try:
                server.ask("GET", "/healthz")
            except OSError:
                return True
            return False

        assert until(closed)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"DATABASE": "postgresql+pg8000://nobody@127.0.0.1:1/none"}, "cannot start"),
        ({"DATA_DIR": "/none"}, "positions.csv"),
        ({"LOGIN": "never"}, "LOGIN"),
    ],
)
def test_what_stands_in_the_way_is_told(
    settings: dict[str, str], said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert serve.run("127.0.0.1", 0, {"HOME": str(home), **settings}) == 1
    assert said in capsys.readouterr().err
