"""A pool kept as vectors and profiles: a changed position is ranked against it again without reading a file.

    python -m matcher.index build PATH... --out DIR
    python -m matcher.index rank DIR --position 5 --out BEST.jsonl

What is kept of a resume: its text, its profile, its vector. A position's words, rules, weights and policy may change;
then one sparse product gives every resume's text score, from which follows the most that its whole score could be.
Resumes are assessed in the order of that bound, by the same ``assess`` as ever, until no other can enter the list: the
result is exact. The index belongs to the vocabulary and to the data that extraction reads, and refuses to be used with
others.
"""

from __future__ import annotations

import argparse
import datetime as dt
import heapq
import json
import os
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from matcher.batch import SIZE, json_line, loaded, packed
from matcher.extraction import extract
from matcher.knowledge import DATA_DIR, data_hash
from matcher.pipeline import Matcher, assess, normalised
from matcher.presentation.excel import trimmed
from matcher.ranking import TIER_ORDER, Row, shortlist_key
from matcher.reading import entries, read_entries
from matcher.reading.base import Document
from matcher.schema import CandidateProfile, MatchResult, Position, ResumeText, Tier, Unreadable
from matcher.scoring import Ranker, read_text, text_limit, view_of
from matcher.screening import domain_names

# Data that a position, its words and its weights are made of: it may change under an index.
OF_POSITIONS = frozenset(
    {"positions.csv", "position_terms.csv", "weights.toml", "learned_weights.csv", "policy.toml", "background_df.csv"}
)
LIMITS = ("text_max", "text_max_without_jobs", "text_max_bare")  # names that scoring.text_limit gives
_ARRAYS = ("columns", "values", "ends", "offsets", "domains", "limits")


class IndexFault(ValueError):
    """An index that cannot be used; the message is Chinese with English."""


@dataclass(frozen=True, slots=True)
class Record:
    """A resume as the index keeps it: what ``assess`` needs, and the vector with where each of its words stands."""

    resume: ResumeText
    profile: CandidateProfile
    columns: tuple[int, ...]
    values: tuple[float, ...]
    starts: tuple[tuple[int, int], ...]
    backed: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """What an index belongs to. ``words`` hashes the vocabulary, ``data`` what extraction reads."""

    as_of: dt.date
    words: int
    data: str
    domains: tuple[str, ...]


_RECORD = msgspec.msgpack.Decoder(Record)


# --- building -----------------------------------------------------------------------------------------------------


def record(matcher: Matcher, document: Document, as_of: dt.date) -> Record:
    """A document as the index keeps it."""
    resume = normalised(document)
    profile = extract(resume, as_of, matcher.policy)
    view = read_text(resume.folded, matcher.ranker, profile.jobs, profile.name.value)
    return Record(
        resume,
        profile,
        tuple(view.columns.tolist()),
        tuple(view.values.tolist()),
        view.starts,
        tuple(view.backed.tolist()),
    )


def _records(documents: Sequence[Document], as_of: dt.date) -> list[bytes]:
    return [packed(record(loaded(), d, as_of)) for d in documents]


def build(documents: Iterable[Document], as_of: dt.date, folder: Path, workers: int = 1) -> int:
    """Write an index of documents into a new folder; the number of resumes. Raises FileExistsError, OSError."""
    folder.mkdir()
    matcher = loaded()
    names = tuple(sorted({d for p in matcher.positions for d in p.experience_domains} | set(domain_names())))
    columns, values, ends, offsets, domains, limits = [], [], [0], [0], [], []
    with open(folder / "records", "wb") as stream:
        for data in _in_parallel(documents, as_of, workers):
            stream.write(data)
            kept = _RECORD.decode(zlib.decompress(data))
            columns.append(np.array(kept.columns, dtype=np.uint32))
            values.append(np.array(kept.values, dtype=np.float32))
            ends.append(ends[-1] + len(kept.columns))
            offsets.append(offsets[-1] + len(data))
            domains.append(sum(1 << names.index(d) for d in _mentioned(kept.profile) if d in names))
            limits.append(text_limit(kept.resume, kept.profile)[0])
    arrays: dict[str, NDArray[Any]] = {
        "columns": np.concatenate([np.zeros(0, np.uint32), *columns]),
        "values": np.concatenate([np.zeros(0, np.float32), *values]),
        "ends": np.array(ends, dtype=np.int64),
        "offsets": np.array(offsets, dtype=np.int64),
        "domains": np.array(domains, dtype=np.uint32),
        "limits": np.array([LIMITS.index(name) for name in limits], dtype=np.uint8),
    }
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", arrays[name], allow_pickle=False)
    header = Header(as_of, _words(matcher.ranker), _data(), names)
    (folder / "header.json").write_bytes(msgspec.json.encode(header))
    return len(domains)


def _mentioned(profile: CandidateProfile) -> set[str]:
    """Domains that an experience claim could rest on."""
    return {*profile.domain_months, *profile.possible_domain_months, *profile.claimed_domains}


def _in_parallel(documents: Iterable[Document], as_of: dt.date, workers: int) -> Iterator[bytes]:
    stream = iter(documents)
    chunks = iter(lambda: list(islice(stream, SIZE)), [])
    if workers == 1:
        for chunk in chunks:
            yield from _records(chunk, as_of)
        return
    with ProcessPoolExecutor(workers) as pool:
        while some := list(islice(chunks, 4 * workers)):
            for records in pool.map(_records, some, [as_of] * len(some)):
                yield from records


def _words(ranker: Ranker) -> int:
    return zlib.crc32("\n".join(ranker.words).encode() + ranker.idf.tobytes())


def _data() -> str:
    names = (str(p.relative_to(DATA_DIR)) for p in DATA_DIR.rglob("*") if p.is_file() and p.suffix != ".md")
    return data_hash(DATA_DIR, [n for n in names if n not in OF_POSITIONS])


# --- ranking ------------------------------------------------------------------------------------------------------


def rank(folder: Path, matcher: Matcher, position: Position, most: int = 1000) -> tuple[tuple[Row, ...], int]:
    """The best ``most`` candidates of an index for a position, exactly, and how many had to be assessed.

    Raises IndexFault when the index is of another vocabulary or other data, or damaged.
    """
    header, arrays = _open(folder, matcher)
    bounds = _bounds(arrays, header, matcher, position)
    best: list[tuple[Any, int, MatchResult]] = []
    assessed = 0
    with open(folder / "records", "rb") as stream:
        for i in np.argsort(-bounds, kind="stable").tolist():
            if len(best) >= 2 * most or (len(best) >= most and assessed % 256 == 0):
                best = heapq.nsmallest(most, best, key=lambda b: b[:2])
                if _hopeless(float(bounds[i]), best[-1][0], matcher):
                    break
            result = _assessed(stream, arrays["offsets"], i, matcher, position, header.as_of)
            best.append((shortlist_key(result, result.matches[0]), i, result))
            assessed += 1
    best = heapq.nsmallest(most, best, key=lambda b: b[:2])
    return tuple(Row(n, r, r.matches[0]) for n, (_, _, r) in enumerate(best, start=1)), assessed


def _open(folder: Path, matcher: Matcher) -> tuple[Header, dict[str, NDArray[Any]]]:
    again = "请用 python -m matcher.index build 重建 (please build it again)"
    try:
        header = msgspec.json.decode((folder / "header.json").read_bytes(), type=Header)
        arrays = {n: np.load(folder / f"{n}.npy", mmap_mode="r", allow_pickle=False) for n in _ARRAYS}
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise IndexFault(f"{folder.name}：不是完整的索引；{again}") from error
    if header.words != _words(matcher.ranker):
        raise IndexFault(f"{folder.name}：索引的词表与当前模型不同；{again}")
    if header.data != _data():
        raise IndexFault(f"{folder.name}：提取所用的资料（data/）在建索引后改动过；{again}")
    return header, arrays


def _bounds(
    arrays: dict[str, NDArray[Any]], header: Header, matcher: Matcher, position: Position
) -> NDArray[np.float64]:
    """(n,) the most that each resume's score could be: its text as it is, every other claim at its best."""
    from scipy.sparse import csr_array

    ranker = matcher.ranker
    s = ranker.weights["score"]
    shape = (len(arrays["ends"]) - 1, len(ranker.words))
    vectors = csr_array((arrays["values"], arrays["columns"].astype(np.int32), arrays["ends"]), shape=shape)
    totals = np.asarray(vectors @ ranker.whole, dtype=np.float64)
    own = totals[:, ranker.position_ids.index(position.position_id)]
    caps = np.array([float(s[name]) for name in LIMITS])[arrays["limits"]]
    rival = np.minimum(float(s["rival"]) * (totals.max(axis=1) - own), float(s["rival_max"]))
    wanted = sum(1 << header.domains.index(d) for d in position.experience_domains if d in header.domains)
    fixed = bool(position.experience_domains) and all(d in header.domains for d in position.experience_domains)
    worked = ((arrays["domains"] & wanted) != 0) | (not fixed) | (position.min_years == 0)
    most = max(0.0, float(s["experience"])) + max(0.0, float(s["experience_more"]), float(s["experience_possible"]))
    others = max(float(s["major"]), float(s["major_near"]), 0.0) + max(0.0, float(s["preferred_max"]))
    z = float(s["base"]) + float(s["text"]) * np.minimum(own, caps) - rival + worked * most + others
    bound: NDArray[np.float64] = 100.0 / (1.0 + np.exp(-z)) + 0.02  # rounding to hundredths, float32 sums
    return bound


def _hopeless(bound: float, worst: tuple[Any, ...], matcher: Matcher) -> bool:
    """Whether a resume of this bound must stand behind the worst one listed, whatever its verdicts are."""
    tiers = matcher.policy["tiers"]
    best = (
        Tier.PRIORITY
        if bound >= tiers["priority_min"]
        else Tier.VERIFY
        if bound >= tiers["reserve_min"]
        else Tier.RESERVE
    )
    return (TIER_ORDER[best], -bound) > (worst[0], worst[1])


def _assessed(
    stream: BinaryIO, offsets: NDArray[Any], i: int, matcher: Matcher, position: Position, as_of: dt.date
) -> MatchResult:
    stream.seek(int(offsets[i]))
    kept = _RECORD.decode(zlib.decompress(stream.read(int(offsets[i + 1] - offsets[i]))))
    columns, values = np.array(kept.columns, dtype=np.intp), np.array(kept.values, dtype=np.float32)
    view = view_of(columns, values, kept.starts, kept.backed, matcher.ranker)
    found = assess(kept.resume, kept.profile, position, matcher.policy, matcher.ranker, view)
    notices = (*kept.resume.notices, *kept.profile.notices)
    return trimmed(
        MatchResult(as_of, kept.resume.name, kept.resume.text, kept.profile, (found,), notices, matcher.ranker.info)
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
