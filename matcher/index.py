"""A pool kept as vectors and profiles: a changed position is ranked against it again without reading a file.

    python -m matcher.index build PATH... --out DIR
    python -m matcher.index rank DIR --position 5 --out BEST.jsonl

What is kept of a resume: its text, its profile, its vector, and a row of what rules read (``matcher.facts``). A
position's rules, weights and policy may change; then a sparse product gives every resume's text score, and with its
row the best place that it can have (``matcher.bounds``). Resumes are assessed in that order, by the same ``assess`` as
ever, until no other can enter the list: the result is exact.

The index belongs to the vocabulary and to all else that a resume is read with (data files, sections' weights, counted
kinds of work, the notice's own long clauses, which a resume may have copied), and refuses to be used with others.

Files, all of plain numbers, little-endian, in the order of the resumes:

    columns   a vector's words, uint16       values   float32, negative for a word not backed by work
    ends      (n + 1,) int64, into both      facts    a row (facts.dtype)
    records   packed Record after Record     offsets  (n + 1,) int64, into records
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
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from matcher import facts
from matcher.batch import SIZE, json_line, loaded, packed
from matcher.bounds import place, places, text_sums
from matcher.extraction import extract
from matcher.knowledge import DATA_DIR, data_hash, load_positions
from matcher.pipeline import Matcher, assess, normalised
from matcher.presentation.excel import trimmed
from matcher.ranking import Row, shortlist_key
from matcher.reading import entries, read_entries
from matcher.reading.base import Document
from matcher.schema import CandidateProfile, MatchResult, Position, ResumeText, Unreadable
from matcher.scoring import read_text, view_of
from matcher.screening import domain_names

# Data that a position, its words and its weights are made of: it may change under an index.
OF_POSITIONS = frozenset(
    {"positions.csv", "position_terms.csv", "weights.toml", "learned_weights.csv", "policy.toml", "background_df.csv"}
)
BLOCK = 50_000  # resumes whose places are reckoned at once: some 100 MB
_FILES: dict[str, np.dtype[Any]] = {
    "columns": np.dtype("<u2"),
    "values": np.dtype("<f4"),
    "ends": np.dtype("<i8"),
    "offsets": np.dtype("<i8"),
}
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


@dataclass(frozen=True, slots=True)
class Part:
    """Some resumes on their way into an index: bytes of the files, lengths of vectors; ``facts`` count ``studies``."""

    records: tuple[bytes, ...]
    columns: bytes
    values: bytes
    lengths: tuple[int, ...]
    facts: bytes
    studies: tuple[bytes, ...]


_RECORD = msgspec.msgpack.Decoder(Record)


# --- building -----------------------------------------------------------------------------------------------------


def _part(documents: Sequence[Document], as_of: dt.date) -> Part:
    """Documents as the index keeps them."""
    matcher = loaded()
    records, columns, values, rows, studies = [], [], [], [], []
    for document in documents:
        resume = normalised(document)
        profile = extract(resume, as_of, matcher.policy)
        view = read_text(resume.folded, matcher.ranker, profile.jobs, profile.name.value)
        row, study = facts.row_of(resume, profile, matcher.positions[0], matcher.policy, _domains())
        records.append(packed(Record(resume, profile, view.starts)))
        columns.append(view.columns.astype(_FILES["columns"]))
        values.append(np.where(view.backed, view.values, -view.values).astype(_FILES["values"]))
        rows.append(row)
        studies.append(study)
    return Part(
        tuple(records),
        b"".join(c.tobytes() for c in columns),
        b"".join(v.tobytes() for v in values),
        tuple(map(len, columns)),
        b"".join(r.tobytes() for r in rows),
        tuple(studies),
    )


def build(documents: Iterable[Document], as_of: dt.date, folder: Path, workers: int = 1) -> int:
    """Write an index of documents into a new folder; the number of resumes. Raises FileExistsError, OSError."""
    folder.mkdir()
    kind = facts.dtype(_domains())
    studies: dict[bytes, int] = {}
    end = offset = number = 0
    with ExitStack() as stack:
        names = ("records", "columns", "values", "ends", "offsets", "facts")
        files = {name: stack.enter_context(open(folder / name, "wb")) for name in names}
        files["ends"].write(bytes(8))
        files["offsets"].write(bytes(8))
        for part in _in_parallel(documents, as_of, workers):
            rows = np.frombuffer(part.facts, kind).copy()
            rows["study"] = [studies.setdefault(s, len(studies)) for s in part.studies]
            ends = np.cumsum([end, *part.lengths])
            offsets = np.cumsum([offset, *map(len, part.records)])
            for name, data in (
                ("records", b"".join(part.records)),
                ("columns", part.columns),
                ("values", part.values),
                ("ends", ends[1:].astype(_FILES["ends"]).tobytes()),
                ("offsets", offsets[1:].astype(_FILES["offsets"]).tobytes()),
                ("facts", rows.tobytes()),
            ):
                files[name].write(data)
            end, offset, number = int(ends[-1]), int(offsets[-1]), number + len(rows)
    (folder / "studies").write_bytes(msgspec.msgpack.encode(list(studies)))
    header = Header(number, as_of, *_belongs(loaded()), _domains())
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
    copied = [
        (p.responsibilities_text, p.competencies_text, p.experience_text, p.preferred_text)
        for p in load_positions(ranker.data_dir)
    ]
    read = (counting, policy["full_time"], policy["input"], text, weights["zones"], weights["cues"], copied)
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

    def record(self, i: int) -> Record:
        """The record of resume ``i``."""
        start, stop = self.read("offsets", i, i + 2).tolist()
        with open(self.folder / "records", "rb") as stream:
            stream.seek(start)
            return _RECORD.decode(zlib.decompress(stream.read(stop - start)))


def opened(folder: Path, matcher: Matcher) -> Pool:
    """An index for a matcher. Raises IndexFault when it is of another vocabulary or other data, or damaged."""
    try:
        header = msgspec.json.decode((folder / "header.json").read_bytes(), type=Header)
        studies = msgspec.msgpack.decode((folder / "studies").read_bytes(), type=tuple[bytes, ...])
        pool = Pool(folder, header, studies)
        n = header.resumes
        words, size = (int(pool.read(name, n, n + 1)[0]) for name in ("ends", "offsets"))
        kinds: dict[str, tuple[int, np.dtype[Any]]] = {
            "facts": (n, facts.dtype(header.domains)),
            "columns": (words, _FILES["columns"]),
        }
        kinds |= {"values": (words, _FILES["values"]), "records": (size, np.dtype("u1"))}
        if any((folder / name).stat().st_size != count * kind.itemsize for name, (count, kind) in kinds.items()):
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
            f"{folder.name}：读简历的口径（policy.toml 的计数、全日制推定，weights.toml 的各部分比例，"
            f"公告中简历可能抄录的原文）在建索引后改动过；{_AGAIN}"
        )
    return pool


def bounds(pool: Pool, matcher: Matcher, position: Position) -> NDArray[np.int32]:
    """(n,) a place (``matcher.bounds``) for each resume that is no worse than its true one. Raises IndexFault."""
    try:
        asked = facts.Asked(position, matcher.policy, pool.header.as_of, pool.header.domains, pool.studies)
    except facts.TooLong as error:
        raise IndexFault(str(error)) from error
    found = np.zeros(pool.header.resumes, np.int32)
    for start in range(0, len(found), BLOCK):
        stop = min(start + BLOCK, len(found))
        ends = pool.read("ends", start, stop + 1)
        first, last = int(ends[0]), int(ends[-1])
        columns, values = pool.read("columns", first, last), pool.read("values", first, last)
        sums = text_sums(columns, values, ends, matcher.ranker, position.position_id)
        found[start:stop] = places(asked, matcher.ranker, pool.read("facts", start, stop), sums)
    return found


def rank(folder: Path, matcher: Matcher, position: Position, most: int = 1000) -> tuple[tuple[Row, ...], int]:
    """The best ``most`` candidates of an index for a position, exactly, and how many had to be assessed.

    Raises IndexFault when the index is of another vocabulary or other data, or damaged.
    """
    pool = opened(folder, matcher)
    return best_of(pool, bounds(pool, matcher, position), matcher, position, most)


def best_of(
    pool: Pool, bounds: NDArray[np.int32], matcher: Matcher, position: Position, most: int
) -> tuple[tuple[Row, ...], int]:
    """Assess resumes in the order of their bounds until no other can be among the best ``most``."""
    found: list[tuple[Any, int, MatchResult]] = []
    true: list[int] = []  # places of those assessed, best first
    assessed = 0
    for i in np.argsort(bounds, kind="stable").tolist():
        if assessed >= most and (most == 0 or bounds[i] > true[most - 1]):
            break
        result = _assessed(pool, i, matcher, position)
        match = result.matches[0]
        found.append((shortlist_key(result, match), i, result))
        bisect.insort(true, place(match.tier, match.score))
        assessed += 1
        if len(found) >= 2 * most + BLOCK // 50:
            found = heapq.nsmallest(most, found, key=lambda f: f[:2])
    best = heapq.nsmallest(most, found, key=lambda f: f[:2])
    return tuple(Row(n, r, r.matches[0]) for n, (_, _, r) in enumerate(best, start=1)), assessed


def _assessed(pool: Pool, i: int, matcher: Matcher, position: Position) -> MatchResult:
    kept = pool.record(i)
    ends = pool.read("ends", i, i + 2).tolist()
    columns, values = pool.read("columns", *ends).astype(np.intp), pool.read("values", *ends)
    view = view_of(columns, np.abs(values), kept.starts, (~np.signbit(values)).tolist(), matcher.ranker)
    found = assess(kept.resume, kept.profile, position, matcher.policy, matcher.ranker, view)
    notices = (*kept.resume.notices, *kept.profile.notices)
    return trimmed(
        MatchResult(
            pool.header.as_of, kept.resume.name, kept.resume.text, kept.profile, (found,), notices, matcher.ranker.info
        )
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
