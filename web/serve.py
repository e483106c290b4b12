"""One parent that has loaded the model, and its children: web processes on one socket, and the worker of the pools.

Memory of the model is shared, as children are forked after it was loaded. SIGTERM lets requests end; a child that dies
is replaced; children die with their parent, however it ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import ipaddress
import logging
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask

from matcher.knowledge import KnowledgeError
from matcher.scoring import ModelError
from web import apart, metrics, store, worker
from web import config as configuration
from web.app import JsonLines, create_app
from web.problems import http_problem
from web.service import Service
from web.signals import ended_by

_GRACE = 30.0  # seconds in which requests may end
_PR_SET_PDEATHSIG = 1


def is_loopback(host: str) -> bool:
    """Whether an address is this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def run(host: str = "127.0.0.1", port: int = 8000, config: Mapping[str, Any] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; 0 when stopped, 1 when it cannot start. Port 0 takes a free one and says which.

    An address that other machines reach is served only when there is an admin, and then everybody must log in.
    """
    try:
        given = dict(config or {})
        if not is_loopback(host):
            given["LOGIN"] = "always"
        return _serve(host, port, given)
    except (KnowledgeError, ModelError, OSError, configuration.ConfigError, SQLAlchemyError) as error:
        what = str(error.__cause__ or error) if isinstance(error, SQLAlchemyError) else str(error)
        print(f"无法启动 / cannot start: {what.splitlines()[0]}", file=sys.stderr)
        return 1


def _serve(host: str, port: int, given: dict[str, Any]) -> int:
    settings = configuration.load(given)
    if settings["LOGIN"] == "always" and not store.has_admin(store.open_engine(settings["DATABASE"])):
        print(
            f"{host} 可能不只本机可达（或设置了 LOGIN=always），但还没有管理员；请先运行 python -m web create-admin。\n"
            "Not a loopback address (or LOGIN=always), and there is no admin yet: run python -m web create-admin first.",
            file=sys.stderr,
        )
        return 1
    Service(settings, None).secret_key(make=True)  # type: ignore[arg-type]  # no matcher is needed for it
    app = create_app(given)
    service: Service = app.extensions["service"]
    engine = service.engine  # brought up to date here, before there are several processes
    engine.dispose()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=1024) as listener:
        log_as_json()
        gc.collect()
        gc.freeze()  # what is loaded stays where it is, in memory that the children share
        jobs: list[Callable[[], None]] = [lambda: _web(app, listener) for _ in range(settings["WEB_PROCESSES"])]
        if settings["WORKERS"]:
            jobs.append(lambda: _off(listener, lambda: worker.supervise(service)))
        shown = f"[{host}]" if ":" in host else host
        print(f"http://{shown}:{listener.getsockname()[1]}/", flush=True)
        with tempfile.TemporaryDirectory(prefix="matcher-metrics-") as figures:
            metrics.share(figures)
            keep(jobs)
    return 0


def _off(listener: socket.socket, job: Callable[[], None]) -> None:
    listener.close()  # kept open by one that does not serve, the address would take connections that nobody answers
    job()


def log_as_json() -> None:
    """Logs of the service go to standard error, one JSON object a line."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


# --- children -----------------------------------------------------------------------------------------------------


def fork(job: Callable[[], None]) -> int:
    """Run ``job`` in a child that dies with this process; its number."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        with contextlib.suppress(OSError, AttributeError):  # Linux only
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == parent:
            job()
        status = 0
    except BaseException as error:
        if not isinstance(error, (SystemExit, KeyboardInterrupt)):
            logging.getLogger("service").error("child ended: %s", type(error).__name__)
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(status)


def keep(jobs: list[Callable[[], None]]) -> None:
    """Keep one child for each job until SIGTERM or SIGINT; then ask them to end, and wait."""
    ended = ended_by(signal.SIGTERM, signal.SIGINT)
    children = {fork(job): job for job in jobs}
    while not ended():
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            time.sleep(0.1)
        elif pid in children:
            job = children.pop(pid)
            logging.getLogger("service").error("child %d died and is replaced", pid)
            metrics.gone(pid)
            time.sleep(0.2)  # one that dies at once must not be forked without end
            children[fork(job)] = job
    end(list(children), _GRACE)


def end(children: list[int], grace: float) -> None:
    """Ask children to end, wait so many seconds, and kill those that are still there."""
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + grace
    left = set(children)
    while left:
        for pid in list(left):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    continue
            left.discard(pid)
        if left and time.monotonic() > until:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            until = float("inf")
        time.sleep(0.02)


# --- a web process ------------------------------------------------------------------------------------------------


class _ProblemTask(ErrorTask):  # type: ignore[misc]
    """What waitress refuses by itself (too large, malformed) as a problem too."""

    def execute(self) -> None:
        """Write the answer."""
        error = self.request.error
        body = http_problem(error.code).response().get_data()
        self.status = f"{error.code} {error.reason}"
        self.response_headers = [
            ("Content-Type", "application/problem+json"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    error_task_class = _ProblemTask


def make_server(app: Flask, listener: socket.socket) -> BaseWSGIServer:
    """A waitress server on a socket that is listening already."""
    largest = max(app.config["MAX_CONTENT_LENGTH"], app.config["POOL_REQUEST_BYTES"])
    server = create_server(
        app,
        sockets=[listener],
        threads=app.config["THREADS"],
        ident=None,
        # Above it waitress refuses by the stated length alone.
        max_request_body_size=largest + 2**20,
        channel_timeout=60,
        connection_limit=500,
    )
    server.channel_class = _Channel
    return server


def _web(app: Flask, listener: socket.socket) -> None:
    service: Service = app.extensions["service"]
    service.forked()

    def without_listener(job: Callable[[], None]) -> int:
        return fork(lambda: _off(listener, job))

    seconds = service.settings["MATCH_SECONDS"]
    app.extensions["doorman"] = apart.start(service.matcher, seconds, without_listener)
    server = make_server(app, listener)
    ended = ended_by(signal.SIGTERM)
    loop = server.asyncore.loop
    while not ended():
        loop(timeout=0.5, map=server._map, count=1)
    server.accepting = False
    until = time.monotonic() + _GRACE - 5
    while time.monotonic() < until and any(
        channel.requests or channel.total_outbufs_len for channel in server.active_channels.values()
    ):
        loop(timeout=0.1, map=server._map, count=1)
    server.task_dispatcher.shutdown()
