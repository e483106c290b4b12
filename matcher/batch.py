"""Many resumes: matched in worker processes, in order, into a spool that survives an interruption.

A run is a stream of chunks. A chunk says how far into the input it reaches, so that a run cut short goes on behind its
last whole chunk and ends with the same bytes. Memory is flat: a few chunks on their way, and the results that some
position's shortlist keeps.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import heapq
import multiprocessing
import os
import signal
import struct
import threading
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import msgspec

from matcher.blinding import blinded
from matcher.pipeline import Matcher, judge_all, match_resume, normalised, read, result_of
from matcher.presentation.excel import trimmed
from matcher.presentation.json_ import dumps, result_to_dict, unreadable_to_dict
from matcher.ranking import (
    Place,
    Totals,
    add_totals,
    best_of,
    count,
    count_tiers,
    place_of,
    places_of,
    tiers_of,
)
from matcher.reading.base import Document
from matcher.reading.sandbox import Entry
from matcher.schema import MatchResult, Tier, Unreadable

SIZE = 32  # documents in a chunk: what a crash may cost, against the price of a message
SECONDS = 120.0  # for a chunk; a resume takes milliseconds
# Candidates kept for each position by default. More than a person reads, and little enough for memory.
MOST = 5000

Item = Document | Unreadable
NOBODY = count(())
# Of each position, the place that a candidate must reach to enter its shortlist.
Floor = Mapping[int, Place]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Results of consecutive documents, trimmed to what a workbook shows; ``lines`` are their JSON lines if asked for.

    ``entries`` entries of the input are done after it, and ``items`` documents of the next one. ``passed`` counts those
    matched who can enter no shortlist any more and are not among the results.
    """

    entries: int
    items: int
    results: tuple[MatchResult, ...]
    problems: tuple[Unreadable, ...]
    lines: bytes = b""
    passed: Totals = NOBODY


@dataclass(frozen=True, slots=True)
class Pool:
    """A run's outcome: the results that shortlists keep, in input order, every problem, and counts of all."""

    results: tuple[MatchResult, ...]
    problems: tuple[Unreadable, ...]
    totals: Totals


class SpoolError(ValueError):
    """A spool that cannot be gone on with; the message is Chinese with English."""


# --- matching -----------------------------------------------------------------------------------------------------


def match_document(matcher: Matcher, document: Document, as_of: dt.date) -> MatchResult | Unreadable:
    """A document against every position; a fault of ours in one resume is named and never stops the rest."""
    try:
        return match_resume(normalised(document), as_of, matcher.positions, matcher.policy, matcher.ranker)
    except Exception as error:
        return _failed(document.name, type(error).__name__)


Tiers = Mapping[int, Tier]  # of somebody who can enter no shortlist any more, at each position


def _match_above(
    matcher: Matcher, document: Document, as_of: dt.date, floor: Floor
) -> MatchResult | Unreadable | Tiers:
    """``match_document``, for whom it explains nothing when he stands behind the floor of every position."""
    if len(floor) < len(matcher.positions):
        return match_document(matcher, document, as_of)
    try:
        resume = normalised(document)
        profile, view = read(resume, as_of, matcher.policy, matcher.ranker)
        judged = judge_all(resume, profile, matcher.positions, matcher.policy, matcher.ranker, view)
        if not _reaches({j.position.position_id: place_of(j.tier, j.score) for j in judged}, floor):
            return {j.position.position_id: j.tier for j in judged}
        return result_of(judged, resume, profile, matcher.ranker, view)
    except Exception as error:
        return _failed(document.name, type(error).__name__)


def _reaches(places: Mapping[int, Place], floor: Floor) -> bool:
    """Whether somebody of these places may still enter a shortlist."""
    return len(floor) < len(places) or any(place <= floor[i] for i, place in places.items())


def _failed(name: str, kind: str) -> Unreadable:
    return Unreadable(
        name,
        "failed",
        f"程序处理这份简历时出错（{kind}）；请人工查看，并告知开发人员。",
        f"The program failed on this resume ({kind}); please look at it by hand and tell the developers.",
    )


def match_chunk(
    matcher: Matcher,
    items: Sequence[Item],
    as_of: dt.date,
    place: tuple[int, int] = (0, 0),
    with_lines: bool = False,
    blind: bool = False,
    floor: Floor = MappingProxyType({}),
) -> Chunk:
    """Match documents, ``blind`` ones under their numbers; what could not be read passes through.

    Whoever stands behind the ``floor`` of every position is counted only.
    """
    explained: Floor = {} if with_lines else floor  # a line shows everybody
    found = [i if isinstance(i, Unreadable) else _match_above(matcher, i, as_of, explained) for i in items]
    if blind:
        found = [blinded(f) if isinstance(f, MatchResult) else f for f in found]
    problems = tuple(f for f in found if isinstance(f, Unreadable))
    lines = "".join(json_line(f) + "\n" for f in found if isinstance(f, MatchResult | Unreadable)) if with_lines else ""
    kept: list[MatchResult] = []
    passed: list[Tiers] = []
    for f in found:
        if isinstance(f, MatchResult):
            if _reaches(places_of(f), floor):
                kept.append(trimmed(f))
            else:
                passed.append(tiers_of(f))
        elif not isinstance(f, Unreadable):
            passed.append(f)
    return Chunk(*place, tuple(kept), problems, lines.encode(), count_tiers(passed))


class Floors:
    """The places of the best ``most`` candidates seen so far for each position; all when None."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._best: dict[int, list[Place]] = {}  # heaps, the worst on top

    def add(self, places: Iterable[Mapping[int, Place]]) -> None:
        """Take in candidates by their places at the positions."""
        if self._most is None:
            return
        for candidate in places:
            for position_id, (tier, points) in candidate.items():
                best = self._best.setdefault(position_id, [])
                if len(best) < self._most:
                    heapq.heappush(best, (-tier, -points))
                else:
                    heapq.heappushpop(best, (-tier, -points))

    def floor(self) -> Floor:
        """The floor of each position that has enough candidates."""
        return {i: (-b[0][0], -b[0][1]) for i, b in self._best.items() if len(b) == self._most}


def json_line(result: MatchResult | Unreadable) -> str:
    """A result or a problem as one line of JSON (docs/match.schema.json), under its file's name."""
    if isinstance(result, Unreadable):
        return dumps({"file": result.name, "error": unreadable_to_dict(result)})
    return dumps({"file": result.name, **result_to_dict(result)})


@lru_cache(maxsize=1)
def loaded(notice: str = "") -> Matcher:
    """This process's matcher for a notice ("" for data/ itself), loaded once."""
    return Matcher.load(notice=notice or None)


@dataclass(frozen=True, slots=True)
class _Task:
    """What all chunks of a run have in common."""

    as_of: dt.date
    with_lines: bool
    notice: str
    blind: bool


# A packed chunk, and the places of its candidates for the floors.
_Done = tuple[bytes, list[dict[int, Place]]]
_Job = tuple[list[Item], tuple[int, int]]
_Ahead = tuple[tuple[list[Item], tuple[int, int], _Task], Future[_Done]]


def _work(items: Sequence[Item], place: tuple[int, int], task: _Task, floor: Floor) -> _Done:
    """What a worker process does with a chunk; it loads its own matcher once."""
    return _done(match_chunk(loaded(task.notice), items, task.as_of, place, task.with_lines, task.blind, floor))


def _done(chunk: Chunk) -> _Done:
    return packed(chunk), [places_of(r) for r in chunk.results]


def match_many(
    items: Iterable[tuple[int, Item]],
    as_of: dt.date,
    workers: int,
    with_lines: bool = False,
    start: tuple[int, int] = (0, 0),
    size: int = SIZE,
    notice: str = "",
    blind: bool = False,
    most: int | None = None,
) -> Iterator[bytes]:
    """Packed chunks in the order of ``items`` (each with the number of its entry), matched by ``workers`` processes.

    ``start`` is the place that the first item stands at, ``notice`` the name of the notice, "" for data/ itself. A chunk
    whose worker dies or hangs is tried again one document at a time; the one that does it again is an Unreadable
    ``failed``. With ``most``, candidates behind the best ``most`` of every position may be counted only.
    """
    task = _Task(as_of, with_lines, notice, blind)
    jobs = _chunked(items, start, size)
    floors = Floors(most)
    for chunk, places in _in_turn(jobs, task, floors) if workers == 1 else _ahead(jobs, task, floors, workers):
        floors.add(places)
        yield chunk


def _in_turn(jobs: Iterable[_Job], task: _Task, floors: Floors) -> Iterator[_Done]:
    for documents, place in jobs:
        yield _work(documents, place, task, floors.floor())


def _ahead(jobs: Iterable[_Job], task: _Task, floors: Floors, workers: int) -> Iterator[_Done]:
    """Chunks in order, a few of them on their way in worker processes."""
    pool = _executor(workers, task.notice)
    ahead: deque[_Ahead] = deque()
    try:
        for documents, place in jobs:
            work = (documents, place, task)
            try:
                ahead.append((work, pool.submit(_work, *work, floors.floor())))
            except RuntimeError:  # a worker was lost and the pool with it
                yield from (_first(pool, ahead) for _ in range(len(ahead)))
                pool = _executor(workers, task.notice)
                ahead.append((work, pool.submit(_work, *work, floors.floor())))
            if len(ahead) > 2 * workers:
                yield _first(pool, ahead)
        yield from (_first(pool, ahead) for _ in range(len(ahead)))
    finally:
        _stop(pool)


def _chunked(items: Iterable[tuple[int, Item]], start: tuple[int, int], size: int) -> Iterator[_Job]:
    """Runs of ``size`` items, each with the place behind it."""
    entry, done = start
    stream = iter(items)
    while run := list(islice(stream, size)):
        for number, _ in run:
            entry, done = (entry, done + 1) if number == entry else (number, 1)
        yield [item for _, item in run], (entry, done)


def _executor(workers: int, notice: str) -> ProcessPoolExecutor:
    # spawn: the parent has threads (the progress bar) and pipes of readers, which a fork would copy
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(notice,))
    pool.submit(int)  # starts the workers: they load while the first files are read
    return pool


def _begin(notice: str) -> None:
    """A worker's start: an interruption is the parent's to handle, and its death ends the worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    loaded(notice)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _first(pool: ProcessPoolExecutor, ahead: deque[_Ahead]) -> _Done:
    """The first chunk on its way; when its worker was lost or hangs, matched again, one document at a time."""
    work, future = ahead.popleft()
    try:
        return future.result(SECONDS * 4)  # others may stand before it
    except (BrokenProcessPool, CancelledError, TooSlow):
        _stop(pool)
        return _done(_one_by_one(*work))


def _one_by_one(documents: Sequence[Item], place: tuple[int, int], task: _Task) -> Chunk:
    parts: list[Chunk] = []
    pool = _executor(1, task.notice)
    try:
        for document in documents:
            try:
                parts.append(unpacked(pool.submit(_work, [document], place, task, {}).result(SECONDS)[0]))
            except (BrokenProcessPool, TooSlow) as error:
                _stop(pool)
                pool = _executor(1, task.notice)
                problem = _failed(document.name, "timeout" if isinstance(error, TooSlow) else "crashed")
                line = (json_line(problem) + "\n").encode() if task.with_lines else b""
                parts.append(Chunk(*place, (), (problem,), line))
    finally:
        _stop(pool)
    return Chunk(
        *place,
        tuple(r for p in parts for r in p.results),
        tuple(u for p in parts for u in p.problems),
        b"".join(p.lines for p in parts),
    )


def _stop(pool: ProcessPoolExecutor) -> None:
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:  # one that hangs would keep the interpreter from ending
        process.kill()


# --- the spool ----------------------------------------------------------------------------------------------------

_FRAME = struct.Struct(">II")
_CHUNK = msgspec.msgpack.Decoder(Chunk)


@dataclass(frozen=True, slots=True)
class _Lines:
    lines: bytes = b""


_LINES = msgspec.msgpack.Decoder(_Lines)


@dataclass(frozen=True, slots=True)
class Header:
    """What a run depends on: a spool of another header is another run's.

    ``inputs`` hashes names, sizes and times of the files, ``settings`` names the program, data and model.
    """

    as_of: dt.date
    inputs: str
    settings: str
    with_lines: bool
    blind: bool = False


def run_header(
    matcher: Matcher, as_of: dt.date, entries: Iterable[Entry], with_lines: bool, blind: bool = False
) -> tuple[Header, int]:
    """The header of a run over ``entries``, and their number; no file is opened."""
    inputs = hashlib.sha256()
    total = 0
    for entry in entries:
        total += 1
        about = [entry[1], _stamp(entry[0])] if isinstance(entry, tuple) else [entry.name]
        inputs.update("\0".join(about).encode("utf-8", "surrogateescape") + b"\n")
    info = matcher.ranker.info
    settings = (info.program, info.knowledge_hash, info.version, info.data_hash)
    return Header(as_of, inputs.hexdigest(), " ".join(settings), with_lines, blind), total


def _stamp(file: Path) -> str:
    try:
        found = file.stat()
    except OSError:
        return "gone"
    return f"{found.st_size} {found.st_mtime_ns}"


def packed(value: object) -> bytes:
    """A chunk, a pool or the like as bytes (MessagePack, deflated: about 5 kB a resume of a chunk)."""
    return zlib.compress(msgspec.msgpack.encode(value), 1)


def unpacked(data: bytes) -> Chunk:
    """The chunk of ``packed``, every field checked against its type."""
    return _CHUNK.decode(zlib.decompress(data))


def start_spool(path: Path, header: Header) -> BinaryIO:
    """A new spool, private to its owner."""
    stream = open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "r+b")  # noqa: SIM115
    append(stream, msgspec.json.encode(header))
    return stream


def append(stream: BinaryIO, data: bytes) -> None:
    """Write a frame and hand it to the operating system, so that a killed process loses none."""
    stream.write(_FRAME.pack(len(data), zlib.crc32(data)) + data)
    stream.flush()


def _frames(stream: BinaryIO) -> Iterator[bytes]:
    """Whole frames from the start; the stream stands behind the last whole one when they end."""
    stream.seek(0)
    while True:
        at = stream.tell()
        head = stream.read(_FRAME.size)
        if len(head) == _FRAME.size:
            size, check = _FRAME.unpack(head)
            data = stream.read(size)
            if len(data) == size and zlib.crc32(data) == check:
                yield data
                continue
        stream.seek(at)
        return


def resume_spool(path: Path) -> tuple[BinaryIO, Header, tuple[int, int]]:
    """An interrupted run's spool, cut behind its last whole chunk, its header, and the place it reached.

    Raises SpoolError when there is none or when its beginning is damaged, OSError when it cannot be opened.
    """
    try:
        stream = open(path, "r+b")  # noqa: SIM115
    except FileNotFoundError:
        raise SpoolError(f"{path.name}：没有可以接着做的进度；请去掉 --resume 重新开始 (nothing to resume)") from None
    frames = _frames(stream)
    try:
        header = msgspec.json.decode(next(frames, b""), type=Header)
    except (msgspec.DecodeError, msgspec.ValidationError):
        stream.close()
        raise SpoolError(f"{path.name}：进度文件已损坏；请去掉 --resume 重新开始 (damaged)") from None
    place = (0, 0)
    for data in frames:
        chunk = unpacked(data)
        place = (chunk.entries, chunk.items)
    stream.truncate()
    return stream, header, place


def spooled(stream: BinaryIO) -> Iterator[Chunk]:
    """The chunks of a spool, from the first."""
    frames = _frames(stream)
    next(frames, None)
    yield from map(unpacked, frames)


def spooled_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The JSON lines of a spool, a chunk at a time."""
    frames = _frames(stream)
    next(frames, None)
    yield from (_LINES.decode(zlib.decompress(data)).lines for data in frames)


# --- gathering ----------------------------------------------------------------------------------------------------


def gather(chunks: Iterable[Chunk], most: int = MOST) -> Pool:
    """All chunks as one pool; only candidates among the best ``most`` of some position stay in memory."""
    pool = Pool((), (), count(()))
    waiting: list[Chunk] = []
    held = 0
    for chunk in chunks:
        waiting.append(chunk)
        held += len(chunk.results)
        if held > max(most, len(pool.results)):  # as many again as are kept: pruning costs a share of matching
            pool = merge([pool, *map(_pool, waiting)], most)
            waiting, held = [], 0
    return merge([pool, *map(_pool, waiting)], most)


def _pool(chunk: Chunk) -> Pool:
    return Pool(chunk.results, chunk.problems, add_totals([count(chunk.results), chunk.passed]))


def merge(pools: Sequence[Pool], most: int = MOST) -> Pool:
    """Pools one after another as one pool. Merging merged pools gives the same as merging all at once."""
    return Pool(
        best_of([r for p in pools for r in p.results], most),
        tuple(u for p in pools for u in p.problems),
        add_totals([p.totals for p in pools]),
    )
