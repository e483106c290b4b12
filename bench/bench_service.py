"""The service under load: matching a 1,500-character text beside a trivial route of the same server, on loopback.

``python -m bench.bench_service [--seconds 10] [--connections 32] [--soak 0]``. The client is one process with
non-blocking sockets and kept connections; it shares the machine with the server, so the figures are low and the ratios are
what to read. ``--soak 600`` goes on matching for ten minutes and samples memory.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.report import machine, save, table

ROOT = Path(__file__).resolve().parent.parent


def text(characters: int = 1500) -> str:
    """An invented resume, filled up with duties to so many characters."""
    resume = (ROOT / "tests" / "resumes" / "p06_clear.txt").read_text(encoding="utf-8")
    duty = "负责零售客户数据的采集、清洗与建模，完成指标口径梳理、报表开发与上线后的跟踪复盘。\n"
    while len(resume) < characters:
        resume += duty
    return resume[:characters]


def request(method: str, path: str, body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Content-Type: application/json\r\n\r\n".encode() + body


@dataclass
class Load:
    """What came back: seconds of each answer, and how many were no 200."""

    times: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0

    def rate(self) -> float:
        return len(self.times) / self.seconds

    def quantile(self, share: float) -> float:
        found = sorted(self.times)
        return found[min(len(found) - 1, int(share * len(found)))]


def drive(
    port: int, message: bytes, connections: int, seconds: float, each_second: Callable[[float], None] | None = None
) -> Load:
    """Send ``message`` again and again on so many connections, each waiting for its answer."""
    load, selector = Load(), selectors.DefaultSelector()
    started: dict[socket.socket, float] = {}
    answers: dict[socket.socket, bytearray] = {}
    for _ in range(connections):
        link = socket.create_connection(("127.0.0.1", port))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(link, selectors.EVENT_READ)
        answers[link], started[link] = bytearray(), time.perf_counter()
        link.sendall(message)
    begin = time.perf_counter()
    sampled = begin
    while (now := time.perf_counter()) - begin < seconds:
        if each_second is not None and now - sampled >= 1:
            sampled = now
            each_second(now - begin)
        for key, _ in selector.select(0.5):
            link = key.fileobj
            assert isinstance(link, socket.socket)
            part = link.recv(1 << 18)
            data = answers[link]
            data += part
            end = data.find(b"\r\n\r\n")
            if not part:
                load.errors += 1
                selector.unregister(link)
                continue
            length = re.search(rb"(?i)content-length: (\d+)", data[:end]) if end > 0 else None
            if length is None or len(data) < end + 4 + int(length[1]):
                continue
            load.times.append(time.perf_counter() - started[link])
            load.errors += not data.startswith(b"HTTP/1.1 200")
            data.clear()
            started[link] = time.perf_counter()
            link.sendall(message)
    load.seconds = time.perf_counter() - begin
    for link in answers:
        link.close()
    return load


def memory(pid: int) -> dict[int, float]:
    """Private megabytes of a process and its descendants (what they do not share), by process."""
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found |= memory(int(child))
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return found
    private = sum(int(m) for m in re.findall(r"^Private_(?:Clean|Dirty): +(\d+) kB", rollup, re.M))
    return {pid: private / 1024, **found}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--soak", type=float, default=0.0, help="seconds")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    body = json.dumps({"text": text(), "as_of": "2026-11-24"}, ensure_ascii=False).encode()
    routes = {"trivial": request("GET", "/healthz"), "match": request("POST", "/api/v1/match", body)}
    with tempfile.TemporaryDirectory() as home:
        settings = {"MATCHER_HOME": home, "MATCHER_WEB_PROCESSES": str(options.processes), "MATCHER_WORKERS": "0"}
        command = [sys.executable, "service.py", "--port", "0"]
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline().strip().rstrip("/").rsplit(":", 1)[1])
            for message in routes.values():
                drive(port, message, options.connections, 1.0)
            loads = {name: drive(port, m, options.connections, options.seconds) for name, m in routes.items()}
            workers = [round(v, 1) for pid, v in sorted(memory(server.pid).items()) if pid != server.pid]
            soak: dict[str, Any] = {}
            if options.soak:
                samples: list[tuple[float, float]] = []
                run = drive(
                    port,
                    routes["match"],
                    options.connections,
                    options.soak,
                    lambda at: samples.append((at, sum(memory(server.pid).values()))),
                )
                half = len(samples) // 2
                soak = {
                    "seconds": round(run.seconds),
                    "answers": len(run.times),
                    "errors": run.errors,
                    "memory_mb_first_half": round(statistics.mean(m for _, m in samples[:half]), 1),
                    "memory_mb_second_half": round(statistics.mean(m for _, m in samples[half:]), 1),
                }
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
    shown = [
        (n, f"{v.rate():.1f}", f"{v.quantile(0.5) * 1000:.1f}", f"{v.quantile(0.99) * 1000:.1f}", str(v.errors))
        for n, v in loads.items()
    ]
    print(machine(), f"· {options.processes} web processes, {options.connections} connections")
    print(table(["route", "requests/s", "p50 ms", "p99 ms", "errors"], shown))
    share = loads["match"].rate() / loads["trivial"].rate()
    tail = loads["match"].quantile(0.99) / loads["trivial"].quantile(0.99)
    print(
        f"\nmatch: {share:.3f} of the trivial route's throughput, {tail:.1f} times its p99; private MB a worker: {workers}"
    )
    if soak:
        print("soak:", soak)
    figures = {
        name: {
            "requests_per_second": round(load.rate(), 1),
            "p50_ms": round(load.quantile(0.5) * 1000, 2),
            "p99_ms": round(load.quantile(0.99) * 1000, 2),
            "errors": load.errors,
        }
        for name, load in loads.items()
    }
    save(
        "service",
        {
            **figures,
            "throughput_share": round(share, 4),
            "p99_ratio": round(tail, 2),
            "worker_private_mb": workers,
            "soak": soak,
        },
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
