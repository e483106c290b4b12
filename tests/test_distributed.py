"""Many machines: the same bytes from one process, two workers, and two workers of which one is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from matcher import distributed
from matcher.distributed import BLOCK, Partition, best_lines, partitions, rank_dataset, read_partition
from matcher.reading.base import Document
from matcher.schema import Unreadable
from tests.support import AS_OF, sample_resumes

# Dask leaves sockets to the collector when a worker is killed; its start warns of ports in use.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore:Port:UserWarning")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    resumes = sample_resumes()
    return [{"name": f"{i:03}", "text": f"{resumes[i % len(resumes)].text}\n{i}"} for i in range(90)]


@pytest.fixture(scope="module")
def dataset(rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("data") / "pool.jsonl"
    lines = [json.dumps(r, ensure_ascii=False) for r in rows]
    lines[40:40] = ["{broken", '{"name": "无文字"}', "", '"a string"']
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def names(found: Iterator[Document | Unreadable]) -> list[str]:
    return [d.name for d in found if isinstance(d, Document)]


@pytest.mark.parametrize("block", [1, 100, 4096, BLOCK])
def test_every_line_is_in_one_partition(dataset: Path, rows: list[dict[str, str]], block: int) -> None:
    parts = partitions(dataset, block)
    assert [n for p in parts for n in names(read_partition(p))] == [r["name"] for r in rows]


def test_bad_rows_are_listed(dataset: Path) -> None:
    (part,) = partitions(dataset)
    bad = [u for u in read_partition(part) if isinstance(u, Unreadable)]
    assert [u.code for u in bad] == ["bad_row"] * 3
    assert bad[1].name == "无文字"
    assert bad[0].name.startswith("pool.jsonl@")


def test_parquet_and_folders(rows: list[dict[str, str]], dataset: Path, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="pyarrow is an extra (make scale)")
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(rows[:50]), tmp_path / "a.parquet", row_group_size=20)
    (tmp_path / "b.jsonl").write_text("\n".join(json.dumps(r) for r in rows[50:]), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not data", encoding="utf-8")
    parts = partitions(tmp_path)
    assert [(Path(p.path).name, p.start) for p in parts] == [
        ("a.parquet", 0),
        ("a.parquet", 1),
        ("a.parquet", 2),
        ("b.jsonl", 0),
    ]
    assert [n for p in parts for n in names(read_partition(p))] == [r["name"] for r in rows]


def test_no_data_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert distributed.main([str(tmp_path), "--out", str(tmp_path / "x.jsonl")]) == 2
    assert "没有 .jsonl" in capsys.readouterr().err


@pytest.fixture(scope="module")
def alone(dataset: Path) -> list[str]:
    pool = rank_dataset(dataset, AS_OF, None, 4)
    assert pool.totals.resumes == 90
    lines = list(best_lines(pool, range(1, 11), 4))
    assert len(lines) == 43
    assert [json.loads(line)["rank"] for line in lines[:4]] == [1, 2, 3, 4]
    return lines


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> list[Partition]:
    """Many partitions of a small data set."""
    monkeypatch.setattr(distributed, "partitions", lambda dataset: partitions(dataset, 6000))
    return []


@pytest.mark.usefixtures("small_blocks")
def test_partitions_change_nothing(dataset: Path, alone: list[str]) -> None:
    assert list(best_lines(rank_dataset(dataset, AS_OF, None, 4), range(1, 11), 4)) == alone


@pytest.fixture
def client() -> Iterator[Any]:
    dask = pytest.importorskip("distributed", reason="dask is an extra (make scale)")
    with (
        dask.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        dask.Client(cluster) as client,
    ):
        yield client


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_two_workers_and_a_killed_one_give_the_same_bytes(client: Any, dataset: Path, alone: list[str]) -> None:
    assert list(best_lines(rank_dataset(dataset, AS_OF, client, 4), range(1, 11), 4)) == alone
    parts = distributed.partitions(dataset)
    futures = client.map(distributed.rank_partition, parts, as_of=AS_OF, most=4, pure=False)
    futures[0].result()
    done = {f.key for f in futures if f.done()}
    victim = client.scheduler_info()["workers"]
    pid = client.run(os.getpid, workers=[next(iter(victim))])
    os.kill(next(iter(pid.values())), signal.SIGKILL)
    pool = distributed.unpacked_pool(distributed.merge_packed(client.gather(futures), 4))
    assert list(best_lines(pool, range(1, 11), 4)) == alone
    assert len(done) < len(parts)


def test_the_command_writes_the_same_bytes_with_workers_and_without(rows: list[dict[str, str]], tmp_path: Path) -> None:
    """As a person starts it: functions of a script, unlike a module's, are sent to workers whole."""
    pytest.importorskip("distributed", reason="dask.distributed is an extra (make scale)")
    for part in range(3):
        lines = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows[part * 12 : part * 12 + 12])
        (tmp_path / f"{part}.jsonl").write_text(lines, encoding="utf-8")
    for workers in ("0", "2"):
        command = [
            sys.executable,
            "-m",
            "matcher.distributed",
            str(tmp_path),
            "--out",
            str(tmp_path / f"{workers}.out"),
        ]
        done = subprocess.run(
            [*command, "--as-of", AS_OF.isoformat(), "--top", "3", "--workers", workers],
            cwd=Path(__file__).resolve().parent.parent, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "36 份" in done.stdout
    assert (tmp_path / "0.out").read_bytes() == (tmp_path / "2.out").read_bytes()
