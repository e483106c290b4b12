"""Long runs: parallel work gives the same bytes, an interrupted run goes on, a lost worker loses nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from matcher import Matcher, batch, cli
from matcher.batch import Chunk, Header, gather, match_chunk, match_many, merge, packed, unpacked
from matcher.presentation.excel import trimmed
from matcher.ranking import add_totals, best_of, count, shortlist
from matcher.reading.base import Document
from matcher.schema import MatchResult, Unreadable
from tests.support import AS_OF, ROOT, sample_resumes

DAY = ["--as-of", "2026-11-24"]
BAD = Unreadable("坏.pdf", "damaged", "文件已损坏。", "Damaged.")


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [r.text for r in sample_resumes()[:12]]


@pytest.fixture(scope="module")
def results(matcher: Matcher, texts: list[str]) -> list[MatchResult]:
    return [trimmed(matcher.match(t, k=None, as_of=AS_OF)) for t in texts]


@pytest.fixture
def folder(tmp_path: Path, texts: list[str]) -> Path:
    """Sixty files, so that a run has several chunks, and one that cannot be read."""
    made = tmp_path / "简历"
    made.mkdir()
    for i in range(60):
        (made / f"{i:02}.txt").write_text(f"{texts[i % 12]}\n编号 {i}\n", encoding="utf-8")
    (made / "17.txt").write_bytes(b"")
    return made


def rank(folder: Path, out: Path, *more: str) -> int:
    asked = ["rank", str(folder), "--out", str(out), "--jsonl", str(out.with_suffix(".jsonl")), *DAY, *more]
    return cli.main(asked)


# --- chunks and the spool -----------------------------------------------------------------------------------------


def test_a_chunk_survives_packing(matcher: Matcher, texts: list[str]) -> None:
    chunk = match_chunk(matcher, [Document(t, "甲.txt") for t in texts] + [BAD], AS_OF, (3, 1), with_lines=True)
    assert unpacked(packed(chunk)) == chunk
    assert (len(chunk.results), chunk.problems, len(chunk.lines.splitlines())) == (12, (BAD,), 13)


def test_a_fault_of_ours_is_a_problem_and_no_end(matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("13800000000")

    monkeypatch.setattr(batch, "match_resume", fail)
    chunk = match_chunk(matcher, [Document("甲", "甲.txt")], AS_OF)
    assert [(p.name, p.code) for p in chunk.problems] == [("甲.txt", "failed")]
    assert "13800000000" not in chunk.problems[0].reason


@pytest.mark.parametrize("workers", [1, 2])
def test_order_and_places(texts: list[str], workers: int) -> None:
    """Entry 1 holds three documents, entry 2 none that is read, the others one each; the run begins inside entry 1."""
    numbers = [1, 1, 2, 3, 4, 5]
    items = [(n, Document(texts[i], f"{n}.{i}")) for i, n in enumerate(numbers)]
    items[2] = (2, BAD)
    found = [unpacked(c) for c in match_many(iter(items), AS_OF, workers, start=(1, 1), size=2)]
    assert [(c.entries, c.items) for c in found] == [(1, 3), (3, 1), (5, 1)]
    assert [r.name for c in found for r in c.results] == ["1.0", "1.1", "3.3", "4.4", "5.5"]
    assert [c.problems for c in found] == [(), (BAD,), ()]


HEADER = Header(AS_OF, "inputs", "settings", True)


@pytest.mark.parametrize("cut", [1, 7, 8, 9, 40])
def test_a_torn_spool_goes_on_behind_its_last_whole_chunk(tmp_path: Path, results: list[MatchResult], cut: int) -> None:
    """A process can be killed in the middle of a write; whatever is left of the last frame goes."""
    spool = tmp_path / "a.part"
    with batch.start_spool(spool, HEADER) as stream:
        for i, result in enumerate(results[:3]):
            batch.append(stream, packed(Chunk(i + 1, 0, (result,), (), b"line\n")))
        whole = stream.tell()
        batch.append(stream, packed(Chunk(4, 2, (results[3],), ())))
        stream.truncate(whole + cut)
    with batch.resume_spool(spool)[0] as stream:
        assert [c.entries for c in batch.spooled(stream)] == [1, 2, 3]
        assert b"".join(batch.spooled_lines(stream)) == b"line\n" * 3
        assert spool.stat().st_size == whole
    again, header, place = batch.resume_spool(spool)
    with again:
        assert (header, place) == (HEADER, (3, 0))
        batch.append(again, packed(Chunk(9, 0, (), (BAD,))))
        assert [c.entries for c in batch.spooled(again)] == [1, 2, 3, 9]


@pytest.mark.parametrize("damage", [b"", b"nonsense" * 9])
def test_a_spool_damaged_at_its_beginning_is_refused(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "a.part").write_bytes(damage)
    with pytest.raises(batch.SpoolError, match="已损坏"):
        batch.resume_spool(tmp_path / "a.part")
    assert (tmp_path / "a.part").read_bytes() == damage


@pytest.mark.skipif(os.name == "nt", reason="modes")
def test_a_spool_is_private(tmp_path: Path) -> None:
    batch.start_spool(tmp_path / "a.part", HEADER).close()
    assert (tmp_path / "a.part").stat().st_mode & 0o077 == 0


# --- pruning ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 2, 5, 100])
@pytest.mark.parametrize("seed", range(4))
def test_pruned_parts_give_the_pruned_whole(results: list[MatchResult], most: int, seed: int) -> None:
    dice = random.Random(seed)
    pool = [replace(r, name=f"{i}") for i, r in enumerate(dice.choices(results, k=40))]
    cuts = sorted(dice.sample(range(41), 5))
    parts = [pool[a:b] for a, b in zip([0, *cuts], [*cuts, 40], strict=True)]
    whole = best_of(pool, most)
    assert best_of([r for part in parts for r in best_of(part, most)], most) == whole
    assert merge([gather(iter([Chunk(0, 0, tuple(part), ())]), most) for part in parts], most).results == whole
    for position_id in range(1, 11):
        assert shortlist(whole, position_id, most) == shortlist(pool, position_id, most)


def test_gathering_keeps_few_and_counts_all(results: list[MatchResult]) -> None:
    pool = [replace(results[i % 12], name=f"{i}") for i in range(300)]
    seen = 0

    def chunks() -> Iterator[Chunk]:
        nonlocal seen
        for i in range(0, 300, 10):
            seen += 10
            yield Chunk(i, 0, tuple(pool[i : i + 10]), (replace(BAD, name=f"{i}"),))

    found = gather(chunks(), 3)
    assert seen == 300
    assert found.results == best_of(pool, 3)
    assert 3 <= len(found.results) <= 30
    assert found.totals == count(pool) == add_totals([count(pool[:99]), count(pool[99:])])
    assert sum(found.totals.tiers.values()) == 3000
    assert [p.name for p in found.problems] == [str(i) for i in range(0, 300, 10)]


@pytest.mark.parametrize("most", [1, 3, 50])
@pytest.mark.parametrize("workers", [1, 2])
def test_who_can_enter_no_shortlist_is_counted_and_not_carried(texts: list[str], most: int, workers: int) -> None:
    items = [(i, Document(text, f"{i}")) for i, text in enumerate(texts * 4)]

    def run(most: int | None) -> list[Chunk]:
        return [unpacked(c) for c in match_many(iter(items), AS_OF, workers, size=3, most=most)]

    all_kept, few_kept = run(None), run(most)
    assert gather(few_kept, most) == gather(all_kept, most)
    assert sum(c.passed.resumes for c in all_kept) == 0
    assert (sum(c.passed.resumes for c in few_kept) > 0) == (most < 50)


# --- the command --------------------------------------------------------------------------------------------------


def test_two_processes_write_the_bytes_of_one(folder: Path, tmp_path: Path) -> None:
    assert rank(folder, tmp_path / "a.xlsx", "--workers", "1") == 1
    assert rank(folder, tmp_path / "b.xlsx", "--workers", "2") == 1
    for suffix in (".xlsx", ".jsonl"):
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()
    assert not list(tmp_path.glob("*.part"))


def start(folder: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    asked = ["rank", folder, "--out", out, "--jsonl", out.with_suffix(".jsonl"), *DAY, "--workers", "2", *more]
    return subprocess.Popen(
        [sys.executable, "-m", "matcher", *map(str, asked)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=lambda s: s.name)
def test_an_interrupted_run_goes_on_and_ends_with_the_same_bytes(
    folder: Path, tmp_path: Path, how: signal.Signals
) -> None:
    for i in range(60, 200):  # long enough to be met at work
        (folder / f"{i}.txt").write_text((folder / f"{i % 12:02}.txt").read_text(encoding="utf-8"), encoding="utf-8")
    child = start(folder, tmp_path / "a.xlsx")
    spool = tmp_path / "a.xlsx.part"
    while not spool.exists() or spool.stat().st_size < 5_000:
        assert child.poll() is None
        time.sleep(0.005)
    if how is signal.SIGINT:
        os.killpg(child.pid, how)  # what a terminal does: every process of the run hears it
    else:
        child.send_signal(how)
    _, err = child.communicate()
    assert spool.exists()
    if how is signal.SIGINT:
        assert child.returncode == 130
        assert err.decode().count("\n") == 1, err.decode()
        assert "--resume" in err.decode()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xlsx.part", "简历"]
    assert rank(folder, tmp_path / "a.xlsx", "--resume", "--workers", "2") == 1
    assert rank(folder, tmp_path / "b.xlsx", "--workers", "2") == 1
    for suffix in (".xlsx", ".jsonl"):
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()
    assert not list(tmp_path.glob("*.part"))


def interrupted(folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run until the first chunk is spooled, in this process."""

    def append(stream: object, data: bytes, real: object = batch.append) -> None:
        real(stream, data)  # type: ignore[operator]
        if stream.tell() > 5000:  # type: ignore[attr-defined]
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(batch, "append", append)
        assert rank(folder, out, "--workers", "1") == 130


@pytest.mark.parametrize("change", ["file", "as_of", "lines", "none"])
def test_only_the_same_run_goes_on(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], change: str
) -> None:
    out = tmp_path / "a.xlsx"
    interrupted(folder, out, monkeypatch)
    asked = ["rank", str(folder), "--out", str(out), "--resume", "--workers", "1"]
    if change == "file":
        (folder / "05.txt").write_text("改过", encoding="utf-8")
    if change != "lines":
        asked += ["--jsonl", str(out.with_suffix(".jsonl"))]
    if change == "as_of":
        asked += ["--as-of", "2020-01-01"]
    code = cli.main(asked)  # without --as-of the date is that of the interrupted run
    if change == "none":
        assert code == 1
        assert "截止日 2026-11-24" in capfd.readouterr().out
    else:
        assert code == 2
        assert "去掉 --resume" in capfd.readouterr().err
        assert (tmp_path / "a.xlsx.part").exists()


def test_nothing_to_resume_is_said(folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert rank(folder, tmp_path / "a.xlsx", "--resume") == 2
    assert "没有可以接着做的进度" in capfd.readouterr().err


def test_a_large_pool_lists_the_best_and_says_so(folder: Path, tmp_path: Path) -> None:
    assert rank(folder, tmp_path / "a.xlsx", "--top", "5", "--workers", "1") == 1
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["1 互联网金融产品经理岗"]
    ranks = [sheet.cell(r, 1).value for r in range(6, sheet.max_row + 1)]
    assert ranks == ["1", "2", "3", "4", "5"]
    assert "简历 59 份" in book["总览"]["A2"].value
    assert "JSON Lines" in book["总览"]["A3"].value
    said = {row[0].value: row[1].value for row in book["说明"].iter_rows(min_row=3)}
    assert said["岗位 1：排在后面、未列出"].startswith("54 行")
    assert len((tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()) == 60


def test_parquet(folder: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is an extra (make scale)")
    assert rank(folder, tmp_path / "a.xlsx", "--parquet", str(tmp_path / "a.parquet"), "--workers", "1") == 1
    rows = parquet.read_table(tmp_path / "a.parquet").to_pylist()
    assert len(rows) == 590
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    scores = {(f["file"], m["position_id"]): (m["score"], m["tier"]) for f in lines for m in f.get("matches", ())}
    assert {(r["file"], r["position_id"]): (r["score"], r["tier"]) for r in rows} == scores
    verdicts = {
        (f["file"], m["position_id"], v["rule"]): v["verdict"]
        for f in lines
        for m in f.get("matches", ())
        for v in m["verdicts"]
    }
    assert {(r["file"], r["position_id"], "major"): r["major"] for r in rows}.items() <= verdicts.items()


# --- lost workers -------------------------------------------------------------------------------------------------


def deadly(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that die on a resume that says so; spawned processes import this hook through ``sitecustomize``."""
    hook = (
        "import os\n"
        "from matcher import batch\n"
        "real = batch.match_document\n"
        "def match_document(matcher, document, as_of):\n"
        "    if '致命' in document.text:\n"
        "        os._exit(9)\n"
        "    return real(matcher, document, as_of)\n"
        "batch.match_document = match_document\n"
    )
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(hook, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(ROOT)]))


def test_a_resume_that_kills_its_worker_is_named_and_the_rest_goes_on(
    texts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly(tmp_path / "hook", monkeypatch)
    documents = [Document(t, f"{i}.txt") for i, t in enumerate(texts)]
    documents[5] = Document("致命的简历", "5.txt")
    found = [unpacked(c) for c in match_many(enumerate(documents), AS_OF, 2, with_lines=True, size=3)]
    assert [(p.name, p.code) for c in found for p in c.problems] == [("5.txt", "failed")]
    assert [r.name for c in found for r in c.results] == [f"{i}.txt" for i in range(12) if i != 5]
    names = [json.loads(line)["file"] for c in found for line in c.lines.splitlines()]
    assert names == [f"{i}.txt" for i in range(12)]
