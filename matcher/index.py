"""A pool kept as vectors and profiles: a changed position is ranked against it again without reading a file.

    python -m matcher.index build PATH... --out DIR
    python -m matcher.index rank DIR --position 5 --out BEST.jsonl

What is kept of a resume: its text, its profile, its vector, and a row of what rules read (``matcher.facts``). A
position's rules, weights and policy may change; then a sparse product gives every resume's text score, and with its
row the best place that it can have (``matcher.bounds``). Resumes are assessed in that order, by the same ``assess`` as
ever, until no other can enter the list: the result is exact.

The index belongs to the vocabulary and to all else that a resume is read with (data files, sections' weights, counted
kinds of work), and refuses to be used with others. One thing more may change: words copied from the notice count for
little, so a resume that holds a long clause which the notice has gained or lost is read again from its text.

Files, all of plain numbers, little-endian, in the order of the resumes:

    columns   a vector's words, uint16       values   float32, negative for a word not backed by work
    ends      (n + 1,) int64, into both      facts    a row (facts.dtype)
    records   packed Record after Record     offsets  (n + 1,) int64, into records
    texts     folded texts, UTF-8            breaks   (n + 1,) int64, into texts
    studies   packed Studies                 header.json
"""

from __future__ import annotations

import argparse
import bisect
import datetime as dt
import hashlib
import heapq
import json
import os
import sys
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import ahocorasick_rs
import msgspec
import numpy as np
from numpy.typing import NDArray

from matcher import facts
from matcher.asked import Asked, TooLong
from matcher.batch import SIZE, json_line, loaded, packed
from matcher.bounds import place, places, text_sums
from matcher.copied import clauses
from matcher.knowledge import DATA_DIR, data_hash
from matcher.pipeline import Matcher, assess, normalised, read
from matcher.presentation.excel import trimmed
from matcher.ranking import Row, shortlist_key
from matcher.reading import entries, read_entries
from matcher.reading.base import Document
from matcher.schema import CandidateProfile, MatchResult, Position, ResumeText, Unreadable
from matcher.scoring import view_of
from matcher.screening import domain_names

# Data that a position, its words and its weights are made of: it may change under an index.
OF_POSITIONS = frozenset(
    {"positions.csv", "position_terms.csv", "weights.toml", "learned_weights.csv", "policy.toml", "background_df.csv"}
)
BLOCK = 50_000  # resumes whose places are reckoned at once: some 100 MB
_FILES: dict[str, np.dtype[Any]] = {
    "columns": np.dtype("<u2"), "values": np.dtype("<f4"), "records": np.dtype("u1"), "texts": np.dtype("u1"),
    "ends": np.dtype("<i8"), "offsets": np.dtype("<i8"), "breaks": np.dtype("<i8"),
}  # fmt: skip
# Which file of ends says where a resume's stretch of another file lies.
STRETCHES = {"columns": "ends", "values": "ends", "records": "offsets", "texts": "breaks"}
_AGAIN = "请用 python -m matcher.index build 重建 (please build it again)"


class IndexFault(ValueError):
    """An index that cannot be used; the message is Chinese with English."""


@dataclass(frozen=True, slots=True)
class Record:
    """A resume as the index keeps it beside its vector: what ``assess`` needs; where each of its words stands first."""

    resume: ResumeText
    profile: CandidateProfile
    starts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Header:
    """What an index holds, and what it belongs to: hashes of ``words`` (the vocabulary), of the ``data`` that extraction
    reads, and of what else a resume was read with (``reading``).
    """

    resumes: int
    as_of: dt.date
    words: str
    data: str
    reading: str
    domains: tuple[str, ...]
    clauses: tuple[str, ...]  # of the notice, as ``copied`` looked for them


@dataclass(frozen=True, slots=True)
class Part:
    """Some resumes on their way into an index: what each adds to ``files``; rows of ``facts``; a Study for each row."""

    files: dict[str, tuple[bytes, ...]]
    facts: bytes
    studies: tuple[bytes, ...]


_RECORD = msgspec.msgpack.Decoder(Record)


# --- building -----------------------------------------------------------------------------------------------------


def _part(documents: Sequence[Document], as_of: dt.date) -> Part:
    """Documents as the index keeps them."""
    matcher = loaded()
    if len(matcher.ranker.words) > np.iinfo(_FILES["columns"]).max:
        raise IndexFault("词表太大，索引放不下 (the vocabulary is too large for an index)")
    files: dict[str, list[bytes]] = {name: [] for name in STRETCHES}
    rows, studies = [], []
    for document in documents:
        resume = normalised(document)
        profile, view = read(resume, as_of, matcher.policy, matcher.ranker)
        row, study = facts.row_of(resume, profile, matcher.positions[0], matcher.policy, _domains())
        files["columns"].append(view.columns.astype(_FILES["columns"]).tobytes())
        files["values"].append(np.where(view.backed, view.values, -view.values).astype(_FILES["values"]).tobytes())
        files["records"].append(packed(Record(resume, profile, view.starts)))
        files["texts"].append(resume.folded.encode("utf-8", "surrogatepass"))
        rows.append(row.tobytes())
        studies.append(study)
    return Part({name: tuple(data) for name, data in files.items()}, b"".join(rows), tuple(studies))


def build(documents: Iterable[Document], as_of: dt.date, folder: Path, workers: int = 1) -> int:
    """Write an index of documents into a new folder; the number of resumes. Raises FileExistsError, OSError."""
    folder.mkdir(mode=0o700)  # whole texts: private to its owner
    kind = facts.dtype(_domains())
    studies: dict[bytes, int] = {}
    number, sizes = 0, dict.fromkeys(STRETCHES, 0)
    with ExitStack() as stack:
        streams = {name: stack.enter_context(open(folder / name, "wb")) for name in (*_FILES, "facts")}
        for name in set(STRETCHES.values()):
            streams[name].write(bytes(8))
        for part in _in_parallel(documents, as_of, workers):
            rows = np.frombuffer(part.facts, kind).copy()
            rows["study"] = [studies.setdefault(s, len(studies)) for s in part.studies]
            streams["facts"].write(rows.tobytes())
            number += len(rows)
            for name, data in part.files.items():
                streams[name].write(b"".join(data))
                ends = np.cumsum([sizes[name], *(len(d) // _FILES[name].itemsize for d in data)])
                sizes[name] = int(ends[-1])
                if name != "values":  # as long as columns
                    streams[STRETCHES[name]].write(ends[1:].astype("<i8").tobytes())
    (folder / "studies").write_bytes(msgspec.msgpack.encode(list(studies)))
    matcher = loaded()
    header = Header(number, as_of, *_belongs(matcher), _domains(), clauses(matcher.ranker.data_dir))
    (folder / "header.json").write_bytes(msgspec.json.encode(header))
    return number


def _domains() -> tuple[str, ...]:
    """Domains that a profile can have, in the order of their columns."""
    return tuple(domain_names())


def _in_parallel(documents: Iterable[Document], as_of: dt.date, workers: int) -> Iterator[Part]:
    stream = iter(documents)
    chunks = iter(lambda: list(islice(stream, SIZE)), [])
    if workers == 1:
        for chunk in chunks:
            yield _part(chunk, as_of)
        return
    with ProcessPoolExecutor(workers) as pool:
        while some := list(islice(chunks, 4 * workers)):
            yield from pool.map(_part, some, [as_of] * len(some))


def _belongs(matcher: Matcher) -> tuple[str, str, str]:
    """Hashes of the vocabulary, of data files, and of what else a resume is read with."""
    ranker, policy, weights = matcher.ranker, matcher.policy, matcher.ranker.weights
    names = (str(p.relative_to(DATA_DIR)) for p in DATA_DIR.rglob("*") if p.is_file() and p.suffix != ".md")
    counting = {k: v for k, v in policy["counting"].items() if k != "inclusive"}  # that one only a rule reads
    text = {k: weights["text"][k] for k in ("max_count", "min_norm")}
    read = (counting, policy["full_time"], policy["input"], text, weights["zones"], weights["cues"])
    words = (ranker.words, ranker.expansions, ranker.phrases, ranker.idf.tobytes())
    return (
        hashlib.sha256(msgspec.json.encode(words, order="deterministic")).hexdigest(),
        data_hash(DATA_DIR, [n for n in names if n not in OF_POSITIONS]),
        hashlib.sha256(msgspec.json.encode(read, order="deterministic")).hexdigest(),
    )


# --- ranking ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pool:
    """An index opened for a matcher; nothing of it is in memory but the table of studies."""

    folder: Path
    header: Header
    studies: tuple[bytes, ...]

    def read(self, name: str, start: int, stop: int) -> NDArray[Any]:
        """Elements ``start`` to ``stop`` of a file of numbers."""
        kind = _FILES[name] if name in _FILES else facts.dtype(self.header.domains)
        found: NDArray[Any] = np.fromfile(self.folder / name, kind, stop - start, offset=start * kind.itemsize)
        return found

    def stretch(self, name: str, start: int, stop: int) -> NDArray[Any]:
        """What a file holds of the resumes ``start`` to ``stop``."""
        first, last = (int(self.read(STRETCHES[name], i, i + 1)[0]) for i in (start, stop))
        return self.read(name, first, last)

    def record(self, i: int) -> Record:
        """The record of resume ``i``."""
        return _RECORD.decode(zlib.decompress(self.stretch("records", i, i + 1).tobytes()))


def opened(folder: Path, matcher: Matcher) -> Pool:
    """An index for a matcher. Raises IndexFault when it is of another vocabulary or other data, or damaged."""
    try:
        header = msgspec.json.decode((folder / "header.json").read_bytes(), type=Header)
        studies = msgspec.msgpack.decode((folder / "studies").read_bytes(), type=tuple[bytes, ...])
        pool = Pool(folder, header, studies)
        counts = dict.fromkeys(("facts", "ends", "offsets", "breaks"), header.resumes)
        for name, ends in STRETCHES.items():
            counts[name] = int(pool.read(ends, header.resumes, header.resumes + 1)[0])
        kinds = {**_FILES, "facts": facts.dtype(header.domains)}
        sizes = {name: (n + (name in STRETCHES.values())) * kinds[name].itemsize for name, n in counts.items()}
        if any((folder / name).stat().st_size != size for name, size in sizes.items()):
            raise ValueError("cut short")
    except (OSError, ValueError, IndexError, msgspec.DecodeError) as error:
        raise IndexFault(f"{folder.name}：不是完整的索引；{_AGAIN}") from error
    words_now, data, reading = _belongs(matcher)
    if header.words != words_now:
        raise IndexFault(f"{folder.name}：索引的词表与当前模型不同；{_AGAIN}")
    if header.data != data:
        raise IndexFault(f"{folder.name}：提取所用的资料（data/）在建索引后改动过；{_AGAIN}")
    if header.reading != reading:
        raise IndexFault(
            f"{folder.name}：读简历的口径（policy.toml 的计数、全日制推定，weights.toml 的各部分比例）"
            f"在建索引后改动过；{_AGAIN}"
        )
    return pool


def bounds(pool: Pool, matcher: Matcher, position: Position) -> NDArray[np.int32]:
    """(n,) a place (``matcher.bounds``) for each resume that is no worse than its true one. Raises IndexFault."""
    try:
        asked = Asked(position, matcher.policy, pool.header.as_of, pool.header.domains, pool.studies)
    except TooLong as error:
        raise IndexFault(str(error)) from error
    found = np.zeros(pool.header.resumes, np.int32)
    for start in range(0, len(found), BLOCK):
        stop = min(start + BLOCK, len(found))
        ends = pool.read("ends", start, stop + 1)
        columns, values = pool.stretch("columns", start, stop), pool.stretch("values", start, stop)
        sums = text_sums(columns, values, ends, matcher.ranker, position.position_id)
        found[start:stop] = places(asked, matcher.ranker, pool.read("facts", start, stop), sums)
    return found


def rank(folder: Path, matcher: Matcher, position: Position, most: int = 1000) -> tuple[tuple[Row, ...], int]:
    """The best ``most`` candidates of an index for a position, exactly, and how many had to be assessed.

    Raises IndexFault when the index is of another vocabulary or other data, or damaged.
    """
    pool = opened(folder, matcher)
    stale = holding(pool, set(pool.header.clauses) ^ set(clauses(matcher.ranker.data_dir)))
    found = bounds(pool, matcher, position)
    found[list(stale)] = 0  # their vectors tell nothing
    return best_of(pool, found, matcher, position, most, stale)


def holding(pool: Pool, words: Collection[str]) -> frozenset[int]:
    """Resumes whose folded texts hold one of some words."""
    found: set[int] = set()
    if not words:
        return frozenset()
    automaton = ahocorasick_rs.BytesAhoCorasick([w.encode() for w in sorted(words)])
    for start in range(0, pool.header.resumes, BLOCK // 5):
        stop = min(start + BLOCK // 5, pool.header.resumes)
        hits = automaton.find_matches_as_indexes(pool.stretch("texts", start, stop).tobytes())
        breaks = pool.read("breaks", start, stop + 1)
        # a hit across two resumes is none, but may hide one beside it: both are taken
        ends = [at for _, first, end in hits for at in (first, end - 1)]
        found.update((start + np.searchsorted(breaks - breaks[0], ends, side="right") - 1).tolist())
    return frozenset(found)


def best_of(
    pool: Pool,
    bounds: NDArray[np.int32],
    matcher: Matcher,
    position: Position,
    most: int,
    stale: Collection[int] = (),
) -> tuple[tuple[Row, ...], int]:
    """Assess resumes in the order of their bounds until no other can be among the best ``most``; read ``stale`` again."""
    found: list[tuple[Any, int, MatchResult]] = []
    true: list[int] = []  # places of those assessed, best first
    assessed = 0
    for i in map(int, np.argsort(bounds, kind="stable")):
        if assessed >= most and (most == 0 or bounds[i] > true[most - 1]):
            break
        result = _assessed(pool, i, matcher, position, i in stale)
        match = result.matches[0]
        found.append((shortlist_key(result, match), i, result))
        bisect.insort(true, place(match.tier, match.score))
        assessed += 1
        if len(found) >= 2 * most + BLOCK // 50:
            found = heapq.nsmallest(most, found, key=lambda f: f[:2])
    best = heapq.nsmallest(most, found, key=lambda f: f[:2])
    return tuple(Row(n, r, r.matches[0]) for n, (_, _, r) in enumerate(best, start=1)), assessed


def _assessed(pool: Pool, i: int, matcher: Matcher, position: Position, again: bool) -> MatchResult:
    """Resume ``i`` assessed as it is kept, or read ``again`` from its text."""
    kept = pool.record(i)
    resume, profile = kept.resume, kept.profile
    if again:
        profile, view = read(resume, pool.header.as_of, matcher.policy, matcher.ranker)
    else:
        columns, values = pool.stretch("columns", i, i + 1).astype(np.intp), pool.stretch("values", i, i + 1)
        view = view_of(columns, np.abs(values), kept.starts, (~np.signbit(values)).tolist(), matcher.ranker)
    found = assess(resume, profile, position, matcher.policy, matcher.ranker, view)
    notices = (*resume.notices, *profile.notices)
    return trimmed(
        MatchResult(pool.header.as_of, resume.name, resume.text, profile, (found,), notices, matcher.ranker.info)
    )


# --- the command line ---------------------------------------------------------------------------------------------


def main(argv: Sequence[str] | None = None) -> int:
    """Exit codes as those of ``python -m matcher``."""
    parser = argparse.ArgumentParser(prog="python -m matcher.index", description="简历库索引 an index of a pool")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    made = commands.add_parser("build", help="建索引 build")
    made.add_argument("paths", nargs="+", metavar="PATH")
    made.add_argument("--as-of", type=dt.date.fromisoformat, metavar="YYYY-MM-DD")
    made.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    made.set_defaults(run=_run_build)
    asked = commands.add_parser("rank", help="按一个岗位重新排名 rank for one position")
    asked.add_argument("folder", type=Path, metavar="DIR")
    asked.add_argument("--position", type=int, required=True, metavar="N")
    asked.add_argument("--top", type=int, default=1000, metavar="N")
    asked.set_defaults(run=_run_rank)
    for command in (made, asked):
        command.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        return code
    except (IndexFault, OSError) as error:
        print(f"错误 error: {error}", file=sys.stderr)
        return 2


def _run_build(arguments: argparse.Namespace) -> int:
    problems = 0

    def documents() -> Iterator[Document]:
        nonlocal problems
        for _, item in read_entries((e for p in arguments.paths for e in entries(p)), arguments.workers):
            if isinstance(item, Unreadable):
                problems += 1
                print(f"无法读取 cannot read {item.name}: {item.reason} {item.reason_en}", file=sys.stderr)
            else:
                yield item

    number = build(documents(), arguments.as_of or dt.date.today(), arguments.out, arguments.workers)
    print(f"简历 {number} 份，无法读取 {problems} 份；索引 index: {arguments.out}")
    return 1 if problems else 0


def _run_rank(arguments: argparse.Namespace) -> int:
    matcher = loaded()
    position = next((p for p in matcher.positions if p.position_id == arguments.position), None)
    if position is None:
        raise IndexFault(f"没有编号为 {arguments.position} 的岗位 (no such position)")
    rows, assessed = rank(arguments.folder, matcher, position, arguments.top)
    with open(arguments.out, "w", encoding="utf-8", newline="\n") as stream:
        for row in rows:
            line = {"rank": row.rank} | json.loads(json_line(replace(row.result, matches=(row.assessment,))))
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    print(f"{position.title}：名单 {len(rows)} 人（逐人核对 {assessed} 人）；{arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
