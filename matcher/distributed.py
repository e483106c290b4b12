"""Very large pools on many machines: the batch function mapped over partitions with Dask, reduced to the best.

    python -m matcher.distributed DATASET --out BEST.jsonl [--scheduler tcp://host:8786 | --workers N]

A data set is JSON Lines (``{"name": …, "text": …}`` a line) or Parquet (columns ``name`` and ``text``), one file or a
folder of them. Without a scheduler and with ``--workers 0`` the same partitions run in this process, one after the
other: the result is the same, byte for byte, because pruned pools merge to the pruned whole (``ranking.best_of``) and
partitions are merged in their order. A worker that is lost takes only the partitions with it that it was working on;
Dask gives them to another.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from matcher.batch import MOST, SIZE, Chunk, Floors, Pool, gather, json_line, loaded, match_chunk, merge, packed
from matcher.ranking import count, places_of, shortlist
from matcher.reading.base import Document
from matcher.schema import Unreadable

if TYPE_CHECKING:
    from distributed import Client

BLOCK = 8 * 2**20  # bytes of a JSON Lines partition: some thousands of resumes, some tens of seconds
_FANIN = 8  # pools merged at a time
_POOL = msgspec.msgpack.Decoder(Pool)


@dataclass(frozen=True, slots=True)
class Partition:
    """A part of a data set: the lines that begin in bytes ``start..stop`` of a JSON Lines file, or those row groups
    of a Parquet file."""

    path: str
    start: int
    stop: int


def partitions(dataset: Path, block: int = BLOCK) -> list[Partition]:
    """The parts of a file, or of every ``.jsonl`` and ``.parquet`` file of a folder in sorted order.

    Raises FileNotFoundError when there are none.
    """
    files = sorted(dataset.iterdir()) if dataset.is_dir() else [dataset]
    found: list[Partition] = []
    for file in files:
        if file.suffix == ".parquet":
            import pyarrow.parquet as pq

            with pq.ParquetFile(file) as table:
                found += [Partition(str(file), i, i + 1) for i in range(table.num_row_groups)]
        elif file.suffix == ".jsonl":
            size = file.stat().st_size
            found += [Partition(str(file), at, min(at + block, size)) for at in range(0, size, block)]
    if not found:
        raise FileNotFoundError(2, "没有 .jsonl 或 .parquet 文件 (no .jsonl or .parquet file)", str(dataset))
    return found


def read_partition(part: Partition) -> Iterator[Document | Unreadable]:
    """The resumes of a partition; a row without a text is an Unreadable ``bad_row``."""
    rows = _parquet_rows(part) if part.path.endswith(".parquet") else _json_rows(part)
    for place, row in rows:
        text, name = (row.get("text"), row.get("name")) if isinstance(row, dict) else (None, None)
        name = name if isinstance(name, str) and name else place
        if isinstance(text, str) and text.strip():
            yield Document(text, name)
        else:
            reason = "这一行没有 text 字段或不是有效的 JSON；请检查数据。"
            yield Unreadable(
                name, "bad_row", reason, "The row has no text or is not valid JSON; please check the data."
            )


def _json_rows(part: Partition) -> Iterator[tuple[str, Any]]:
    with open(part.path, "rb") as stream:
        if part.start:
            stream.seek(part.start - 1)
            stream.readline()  # a line that begins before the block belongs to the block before
        while (at := stream.tell()) < part.stop and (line := stream.readline()):
            if line.strip():
                yield f"{Path(part.path).name}@{at}", _parsed(line)


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _parquet_rows(part: Partition) -> Iterator[tuple[str, Any]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(part.path) as table:
        columns = [c for c in ("name", "text") if c in table.schema_arrow.names]
        for group in range(part.start, part.stop):
            for i, row in enumerate(table.read_row_group(group, columns=columns).to_pylist()):
                yield f"{Path(part.path).name}@{group}.{i}", row


def rank_partition(part: Partition, as_of: dt.date, most: int = MOST) -> bytes:
    """A partition's pool, packed: what a worker does. It loads its matcher once."""
    documents = read_partition(part)
    chunks = iter(lambda: list(islice(documents, SIZE)), [])
    floors = Floors(most)

    def matched() -> Iterator[Chunk]:
        for some in chunks:
            chunk = match_chunk(loaded(), some, as_of, floor=floors.floor())
            floors.add(map(places_of, chunk.results))
            yield chunk

    return packed(gather(matched(), most))


def merge_packed(parts: Sequence[bytes], most: int = MOST) -> bytes:
    """Packed pools in their order as one; two are unpacked at a time, so that memory does not grow with their number."""
    pool = Pool((), (), count(()))
    for part in parts:
        pool = merge([pool, unpacked_pool(part)], most)
    return packed(pool)


def unpacked_pool(data: bytes) -> Pool:
    """The pool of ``batch.packed``, every field checked against its type."""
    return _POOL.decode(zlib.decompress(data))


def rank_dataset(dataset: Path, as_of: dt.date, client: Client | None = None, most: int = MOST) -> Pool:
    """The best ``most`` candidates of every position over a data set; with ``client`` on its workers, else here.

    Workers must have this package and see the data set under the same path. Raises FileNotFoundError.
    """
    parts = partitions(dataset)
    if client is None:
        return merge([Pool((), (), count(())), *(unpacked_pool(rank_partition(p, as_of, most)) for p in parts)], most)
    pools = client.map(rank_partition, parts, as_of=as_of, most=most, pure=False)
    while len(pools) > 1:
        groups = [pools[i : i + _FANIN] for i in range(0, len(pools), _FANIN)]
        pools = [client.submit(merge_packed, group, most, pure=False) for group in groups]
    return unpacked_pool(pools[0].result())


def best_lines(pool: Pool, position_ids: Sequence[int], most: int = MOST) -> Iterator[str]:
    """Each position's shortlist as JSON lines: position, rank, and the candidate with its trimmed result."""
    for position_id in position_ids:
        for row in shortlist(pool.results, position_id, most):
            line = json.loads(json_line(row.result))
            line["matches"] = [m for m in line["matches"] if m["position_id"] == position_id]
            head = {"position_id": position_id, "rank": row.rank}
            yield json.dumps(head | line, ensure_ascii=False, sort_keys=True) + "\n"
    for problem in pool.problems:
        yield json_line(problem) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; exit codes as those of ``python -m matcher``."""
    parser = argparse.ArgumentParser(
        prog="python -m matcher.distributed", description="大规模排名 rank very large pools"
    )
    parser.add_argument("dataset", type=Path, metavar="DATASET", help=".jsonl / .parquet 文件或文件夹")
    parser.add_argument("--out", type=Path, required=True, metavar="BEST.jsonl", help="每个岗位的名单 shortlists")
    parser.add_argument("--as-of", type=dt.date.fromisoformat, default=None, metavar="YYYY-MM-DD")
    parser.add_argument("--top", type=int, default=1000, metavar="N", help="每个岗位最多多少人，默认 1000")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="Dask 调度器地址 address of a Dask scheduler")
    parser.add_argument(
        "--workers", type=int, default=0, metavar="N", help="在本机启动几个进程；0 为本进程 0: this process"
    )
    arguments = parser.parse_args(argv)
    as_of = arguments.as_of or dt.date.today()
    try:
        if arguments.scheduler or arguments.workers:
            with _client(arguments.scheduler, arguments.workers) as client:
                pool = rank_dataset(arguments.dataset, as_of, client, arguments.top)
        else:
            pool = rank_dataset(arguments.dataset, as_of, None, arguments.top)
        ids = [p.position_id for p in loaded().positions]
        with open(arguments.out, "w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(best_lines(pool, ids, arguments.top))
    except (FileNotFoundError, ImportError, OSError) as error:
        print(f"错误 error: {error}", file=sys.stderr)
        return 2
    print(f"简历 {pool.totals.resumes} 份，无法读取 {len(pool.problems)} 份；名单 shortlists: {arguments.out}")
    return 1 if pool.problems else 0


def _client(scheduler: str | None, workers: int) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise ImportError(f"缺少组件 {error.name}；请先运行 make scale (missing {error.name})") from error
    if scheduler:
        return Client(scheduler)  # type: ignore[no-untyped-call]
    return Client(  # type: ignore[no-untyped-call]
        n_workers=workers, threads_per_worker=1, dashboard_address=None
    )


if __name__ == "__main__":
    # Workers find this module's functions by its name, not by that of a script that runs only here.
    from matcher.distributed import main as run

    sys.exit(run())
