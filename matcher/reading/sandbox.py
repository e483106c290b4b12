"""Reading in worker processes: one bad file can hang or kill its worker, never the batch (B256).

A worker is ``python -c`` running ``serve``; requests and answers are length-prefixed frames over its pipes. Answers are
JSON, not pickles: a worker taken over by a hostile file can say wrong words, but cannot run code here.
concurrent.futures and loky lose the whole pool with one dead worker and cannot stop one that hangs.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from matcher.reading import Document, Source, entries, load_file, read_source
from matcher.reading.limits import DEFAULT, Limits
from matcher.schema import Notice, Unreadable

Result = Document | Unreadable
# A file with its display name, bytes, or what is known to be unreadable.
Entry = tuple[Path, str] | Source | Unreadable
_ROOT = str(Path(__file__).resolve().parents[2])
_RECYCLE = 2000  # files after which a worker is replaced, against memory that libraries keep
_START = "import sys; sys.path.insert(0, {root!r}); from matcher.reading.sandbox import serve; serve()"


# --- frames -----------------------------------------------------------------------------------------------------


def _send(pipe: IO[bytes], head: dict[str, Any], body: bytes = b"") -> None:
    text = json.dumps(head, ensure_ascii=True).encode()
    for block in (struct.pack(">IQ", len(text), len(body)) + text, body):
        view = memoryview(block)
        while view:
            view = view[pipe.write(view) :]


def _receive(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """The next frame; EOFError when the other side is gone."""
    head = _exactly(pipe, 12)
    size, extra = struct.unpack(">IQ", head)
    return json.loads(_exactly(pipe, size)), _exactly(pipe, extra)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        block = pipe.read(min(size - len(data), 2**20))
        if not block:
            raise EOFError
        data += block
    return bytes(data)


def _pack(result: Result) -> dict[str, Any]:
    return {"kind": type(result).__name__, **asdict(result)}


def _unpack(found: dict[str, Any]) -> Result:
    kind = found.pop("kind")
    if kind == "Unreadable":
        return Unreadable(**found)
    notices = tuple(Notice(n["code"], n["message"]) for n in found["notices"])
    return Document(found["text"], found["name"], notices, tuple((a, b) for a, b in found["fields"]))


# --- the worker's side ------------------------------------------------------------------------------------------


def _confine(limits: Limits) -> None:
    try:
        import resource
    except ImportError:
        return  # no such limits on Windows; the time limit still holds
    for what, value in ((resource.RLIMIT_AS, limits.memory), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (value if hard < 0 else min(value, hard), hard))


def serve() -> None:
    """Answer requests on standard input until it closes; run by the parent, never by hand."""
    requests = os.fdopen(os.dup(0), "rb", 0)
    answers = os.fdopen(os.dup(1), "wb", 0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):  # what libraries print must not mix with the answers
        os.dup2(nothing, descriptor)
    while True:
        try:
            head, body = _receive(requests)
        except EOFError:
            return
        limits = Limits(**head["limits"])
        _confine(limits)
        if "path" in head:
            source = load_file(Path(head["path"]), head["name"], limits)
        else:
            source = Source(body, head["name"], head["depth"])
        for result in (source,) if isinstance(source, Unreadable) else read_source(source, limits):
            _send(answers, _pack(result))
        _send(answers, {"kind": "end"})


# --- the parent's side ------------------------------------------------------------------------------------------


class _Worker:
    """A child process and the job it has."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START.format(root=_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,  # a buffered frame would hide from the selector
            start_new_session=True,  # converters that a reader starts die with it
        )
        self.served = 0
        self.deadline = 0.0

    def give(self, head: dict[str, Any], body: bytes, seconds: float) -> None:
        """Send a job. A worker that died before is found out when its answer is read."""
        self.deadline = time.monotonic() + seconds
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError, OSError):
            _send(self.process.stdin, head, body)

    def take(self) -> dict[str, Any]:
        """The next answer (its first byte has come); EOFError when the worker died."""
        assert self.process.stdout is not None
        return _receive(self.process.stdout)[0]

    def stop(self) -> int:
        """Kill the worker and its children; its exit status as Popen gives it."""
        status = self.process.poll()
        if status is None:
            try:
                status = self.process.wait(0.2)  # a pipe may close a moment before its process ends
            except subprocess.TimeoutExpired:
                status = None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self.process.wait()
        return self.process.returncode if status is None else status


_idle: list[_Worker] = []
_idle_lock = threading.Lock()
_owner = os.getpid()


def _hire() -> _Worker:
    """An idle worker of this process, or a new one."""
    global _owner
    with _idle_lock:
        if _owner != os.getpid():  # after a fork (gunicorn) the workers are the parent's
            _idle.clear()
            _owner = os.getpid()
        while _idle:
            worker = _idle.pop()
            if worker.process.poll() is None:
                return worker
            worker.stop()
    return _Worker()


def _release(worker: _Worker) -> None:
    with _idle_lock:
        if worker.served < _RECYCLE and len(_idle) < 8 and _owner == os.getpid():
            _idle.append(worker)
            return
    worker.stop()


@atexit.register
def close_workers() -> None:
    """Stop the idle workers (also done at exit)."""
    with _idle_lock:
        workers, _idle[:] = _idle[:], []
    for worker in workers if _owner == os.getpid() else ():
        worker.stop()


def _lost(name: str, status: int | None) -> Unreadable:
    """Why a worker gave no answer: ``status`` None is a time-out, -9 the system's memory killer."""
    if status is None:
        return Unreadable(
            name,
            "timeout",
            "读取超时，已中止；请另存为 PDF 或 Word 后重试，或人工查看。",
            "Reading took too long and was stopped; please save it as PDF or Word, or look at it by hand.",
        )
    if status == -signal.SIGKILL:
        return Unreadable(
            name,
            "memory",
            "读取该文件所需内存超过限制，已中止；请另存为较小的文件或人工查看。",
            "Reading the file needs more memory than allowed; please save it smaller or look at it by hand.",
        )
    return Unreadable(
        name,
        "crashed",
        "读取程序在处理该文件时异常退出；文件可能已损坏，请重新保存后再试，或人工查看。",
        "The reader died on this file, which may be damaged; please save it anew, or look at it by hand.",
    )


class _Job:
    """One file on its way: what to send, what has come back."""

    def __init__(self, name: str, head: dict[str, Any], body: bytes = b"") -> None:
        self.name, self.head, self.body = name, head, body
        self.results: deque[Result] = deque()
        self.done = False
        self.tries = 0


def _job(entry: Entry, limits: Limits) -> _Job:
    if isinstance(entry, Unreadable):
        job = _Job(entry.name, {})
        job.results.append(entry)
        job.done = True
        return job
    if isinstance(entry, Source):
        return _Job(entry.name, {"name": entry.name, "depth": entry.depth, "limits": asdict(limits)}, entry.data)
    file, name = entry
    return _Job(name, {"path": str(file), "name": name, "limits": asdict(limits)})


def _run(jobs: Iterator[_Job], workers: int, limits: Limits) -> Iterator[tuple[int, Result]]:
    """Results with the numbers of their jobs, in order; at most ``4 * workers`` jobs are ahead of the one yielded."""
    number = 0  # of the job being yielded
    waiting: deque[_Job] = deque()  # not started
    ordered: deque[_Job] = deque()  # not yet yielded
    busy: dict[_Worker, _Job] = {}
    selector = selectors.DefaultSelector()
    exhausted = False
    try:
        while True:
            while not exhausted and len(ordered) < 4 * workers:
                job = next(jobs, None)
                if job is None:
                    exhausted = True
                else:
                    ordered.append(job)
                    if not job.done:
                        waiting.append(job)
            while ordered and (ordered[0].results or ordered[0].done):
                while ordered[0].results:
                    yield number, ordered[0].results.popleft()
                if not ordered[0].done:
                    break
                ordered.popleft()
                number += 1
            if not ordered and exhausted:
                return
            while waiting and len(busy) < workers:
                job, worker = waiting.popleft(), _hire()
                busy[worker] = job
                assert worker.process.stdout is not None
                selector.register(worker.process.stdout, selectors.EVENT_READ, worker)
                worker.give(job.head, job.body, limits.seconds)
            if not busy:
                continue
            pause = max(0.0, min(w.deadline for w in busy) - time.monotonic())
            for key, _ in selector.select(pause):
                _answer(key.data, busy, waiting, selector, limits)
            for worker in [w for w in busy if w.deadline <= time.monotonic()]:
                job = busy.pop(worker)
                assert worker.process.stdout is not None
                selector.unregister(worker.process.stdout)
                worker.stop()
                job.results.append(_lost(job.name, None))
                job.done = True
    finally:
        for worker in busy:
            worker.stop()
        selector.close()


def _answer(
    worker: _Worker, busy: dict[_Worker, _Job], waiting: deque[_Job], selector: selectors.BaseSelector, limits: Limits
) -> None:
    """Take one answer of a worker: a result, the end of its job, or its death."""
    job = busy[worker]
    assert worker.process.stdout is not None
    try:
        found = worker.take()
    except (EOFError, OSError, ValueError, struct.error):
        selector.unregister(worker.process.stdout)
        del busy[worker]
        status = worker.stop()
        job.tries += 1
        if worker.served and job.tries == 1 and not job.results:
            waiting.appendleft(job)  # files before it may have worn the worker out: once more in a fresh one
        else:
            job.results.append(_lost(job.name, status))
            job.done = True
        return
    if found.get("kind") == "end":
        selector.unregister(worker.process.stdout)
        del busy[worker]
        worker.served += 1
        job.done = True
        _release(worker)
    else:
        job.results.append(_unpack(found))
        worker.deadline = time.monotonic() + limits.seconds  # a container's files each have their own time


def read_entries(
    found: Iterable[Entry], workers: int | None = None, limits: Limits = DEFAULT
) -> Iterator[tuple[int, Result]]:
    """Read files, bytes and entries of a folder in worker processes: each result with the number (from 0) of its entry.

    Results come in order, as they are ready. ``workers`` defaults to the processors this process may use. Each file
    has ``limits.seconds`` of wall clock and ``limits.memory`` of address space; one that breaks a limit is an
    Unreadable ``timeout``, ``memory`` or ``crashed``, and the rest goes on. Never raises for bad input.
    """
    count = workers or len(os.sched_getaffinity(0))
    yield from _run((_job(entry, limits) for entry in found), max(1, count), limits)


def read_many(paths: Iterable[str | Path], workers: int | None = None, limits: Limits = DEFAULT) -> Iterator[Result]:
    """``read_entries`` of files and folders."""
    found = (entry for path in paths for entry in entries(path))
    yield from (result for _, result in read_entries(found, workers, limits))


def read_sandboxed(source: Source, limits: Limits = DEFAULT) -> Iterator[Result]:
    """``read_source`` in a worker process: for a service that must outlive any upload. Safe to call from threads."""
    yield from (result for _, result in read_entries([source], 1, limits))
