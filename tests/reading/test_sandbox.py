"""Paths, folders, containers, and workers that hang, die or run out of memory (B256)."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher import reading
from matcher.reading import Limits, read_many, read_path, read_sandboxed, read_source, sandbox
from matcher.reading.base import Document, Reader, ReadError, Source
from matcher.schema import Unreadable

# What a hostile file might do to the process that reads it, by the file's own first word.
TROUBLE = """
import ctypes, os, signal, sys, time
def read(source):
    word = source.data.split()[0].decode()
    if word == "HANG": time.sleep(60)
    if word == "SPIN":
        while True: pass
    if word == "SEGV": ctypes.string_at(0)
    if word == "EXIT": os._exit(3)
    if word == "ABRT": os.abort()
    if word == "KILL": os.kill(os.getpid(), signal.SIGKILL)
    if word == "FILL": bytearray(8 * 2**30)
    if word == "NOISE": print("noise" * 1000, flush=True); os.write(1, b"raw noise")
    if word == "RAISE": raise RuntimeError("bug")
    if word == "CHILD": os.system("sleep 60")
    yield Document(source.data.decode(), source.name)
"""


@pytest.fixture
def troubled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Workers whose only reader obeys the file."""
    module = tmp_path / "trouble.py"
    module.write_text(
        "from matcher import reading\nfrom matcher.reading.base import Document, Reader\n" + TROUBLE
        + "\nreading.readers.cache_clear()\nreading.readers = lambda: (Reader('trouble', lambda s: True, read),)\n"
    )  # fmt: skip
    start = sandbox._START.replace("serve()", f"sys.path.insert(0, {str(tmp_path)!r}); import trouble; serve()")
    sandbox.close_workers()
    monkeypatch.setattr(sandbox, "_START", start)
    yield
    sandbox.close_workers()


QUICK = Limits(seconds=1.0, memory=2 * 2**30)


@pytest.mark.usefixtures("troubled")
@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("HANG", "timeout"),
        ("SPIN", "timeout"),
        ("CHILD", "timeout"),
        ("SEGV", "crashed"),
        ("EXIT", "crashed"),
        ("ABRT", "crashed"),
        ("KILL", "memory"),
        ("FILL", "memory"),
        ("RAISE", "damaged"),
    ],
)
def test_a_bad_file_is_named_and_the_batch_goes_on(tmp_path: Path, word: str, code: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for i, text in enumerate(["甲 本科", f"{word} x", "乙 硕士", "NOISE 丙", "丁"]):
        (folder / f"{i}.txt").write_text(text, encoding="utf-8")
    found = list(read_many([folder], 2, QUICK))
    assert [item.name for item in found] == [f"{i}.txt" for i in range(5)]
    assert [getattr(item, "code", "") for item in found] == ["", code, "", "", ""]
    assert isinstance(found[1], Unreadable)
    assert found[1].reason
    assert found[1].reason_en


@pytest.mark.usefixtures("troubled")
def test_what_a_dead_worker_started_dies_with_it(tmp_path: Path) -> None:
    marker = f"{os.getpid()}7"
    (tmp_path / "a.txt").write_text("CHILD")
    environment = dict(os.environ)
    os.environ["MATCHER_TEST_MARK"] = marker
    try:
        assert [getattr(f, "code", "") for f in read_many([tmp_path / "a.txt"], 1, QUICK)] == ["timeout"]
    finally:
        os.environ.clear()
        os.environ.update(environment)
    mark = f"MATCHER_TEST_MARK={marker}".encode()
    for _ in range(50):  # a killed process takes a moment to be gone
        left = [p for p in Path("/proc").glob("[0-9]*/environ") if _holds(p, mark)]
        if not left:
            break
        time.sleep(0.1)
    assert left == []


def _holds(path: Path, mark: bytes) -> bool:
    try:
        return mark in path.read_bytes() and b"State:\tZ" not in path.with_name("status").read_bytes()
    except OSError:
        return False


@pytest.mark.usefixtures("troubled")
def test_a_file_after_which_a_worn_worker_dies_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = list(read_sandboxed(Source(b"good", "a"), QUICK))
    assert isinstance(first[0], Document)
    assert sandbox._idle
    os.kill(sandbox._idle[-1].process.pid, 9)
    sandbox._idle[-1].process.poll = lambda: None  # type: ignore[method-assign]  # not noticed yet
    again = list(read_sandboxed(Source(b"good", "b"), QUICK))
    assert again == [Document("good", "b")]


def test_many_files_in_order_and_in_a_stream(tmp_path: Path) -> None:
    texts = [f"姓名：测试{i}\n学历：本科" for i in range(60)]
    for i, text in enumerate(texts):
        (tmp_path / f"{i:03}.txt").write_text(text, encoding="utf-8")
    opened: list[str] = []

    def paths() -> Iterator[Path]:
        for i in range(60):
            opened.append(str(i))
            yield tmp_path / f"{i:03}.txt"

    stream = read_many(paths(), 2)
    first = next(stream)
    assert first == Document(texts[0], "000.txt")
    assert len(opened) <= 10  # bounded look-ahead
    assert [d.text for d in stream if isinstance(d, Document)] == texts[1:]


def test_leaving_a_stream_early_leaves_no_worker_busy(tmp_path: Path) -> None:
    for i in range(20):
        (tmp_path / f"{i}.txt").write_text("学历：本科", encoding="utf-8")
    stream = read_many([tmp_path], 2)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert len(list(read_many([tmp_path], 2))) == 20


def test_sandboxed_and_direct_reading_agree(tmp_path: Path) -> None:
    page = "<p>学历：本科</p><p style='display:none'>博士</p>".encode()
    for source in (
        Source(page, "甲.doc"),
        Source(b"", "空"),
        Source(b"\x00\x01\x02" * 99, "乱"),
        Source("本科".encode("gbk"), "乙"),
    ):
        assert list(read_sandboxed(source)) == list(read_source(source))


def test_threads_share_workers() -> None:
    results: dict[int, list[object]] = {}

    def work(i: int) -> None:
        results[i] = list(read_sandboxed(Source(f"姓名：测试{i}，本科".encode(), str(i))))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {i: [Document(f"姓名：测试{i}，本科", str(i))] for i in range(6)}


def test_a_script_without_a_main_guard_can_read_many(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("学历：本科", encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(
        f"from matcher.reading import read_many\nprint([d.text for d in read_many([{str(tmp_path / 'a.txt')!r}], 1)])"
    )
    root = str(Path(reading.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": root, "PYTHONUTF8": "1"},
        timeout=60,
    )
    assert done.stdout.strip() == "['学历：本科']", done.stderr


# --- paths and folders ------------------------------------------------------------------------------------------


def test_a_folder_is_walked_in_order(tmp_path: Path) -> None:
    for name in (
        "b/2.txt",
        "a.txt",
        "b/1.txt",
        ".hidden.txt",
        "~$lock.docx",
        ".git/x.txt",
        "__MACOSX/x.txt",
        "Thumbs.db",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("学历：本科", encoding="utf-8")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    os.mkfifo(tmp_path / "pipe")
    found = [(item.name, getattr(item, "code", "")) for item in read_path(tmp_path)]
    assert found == [("a.txt", ""), ("link.txt", "symlink"), ("pipe", "not_a_file"), ("b/1.txt", ""), ("b/2.txt", "")]
    assert [(item.name, getattr(item, "code", "")) for item in read_many([tmp_path], 1)] == found


@pytest.mark.parametrize("path", ["/nowhere/简历.pdf", "a\0b", "x" * 5000, ""])
def test_a_missing_path(path: str) -> None:
    found = list(read_path(path)) if path else list(read_path("/nowhere"))
    assert [getattr(item, "code", "") for item in found] == ["not_found"]


def test_an_empty_folder(tmp_path: Path) -> None:
    assert [getattr(item, "code", "") for item in read_path(tmp_path)] == ["empty_folder"]


def test_a_big_file_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "big.pdf"
    with path.open("wb") as handle:
        handle.truncate(50 * 2**20)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("loaded"))
    assert [getattr(item, "code", "") for item in read_path(path)] == ["too_large"]


# --- containers and accidents -----------------------------------------------------------------------------------


def only(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "readers", lambda: (reader,))


def test_containers_are_opened_down_to_a_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    def inside(source: Source) -> Iterator[Document | Source]:
        yield Document(f"第{source.depth}层", source.name)
        yield Source(b"x", f"{source.name}/x", source.depth + 1)

    only(Reader("doll", lambda s: True, inside), monkeypatch)
    found = list(read_source(Source(b"x", "a")))
    assert [item.text for item in found if isinstance(item, Document)] == [f"第{i}层" for i in range(5)]
    assert [item.code for item in found if isinstance(item, Unreadable)] == ["too_deep"]


def test_containers_are_bounded_in_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def inside(source: Source) -> Iterator[Document | Source]:
        if source.depth:
            yield Document("x", source.name)
        else:
            yield from (Source(b"x", str(i), 1) for i in range(100))

    only(Reader("box", lambda s: True, inside), monkeypatch)
    found = list(read_source(Source(b"x", "a"), Limits(max_items=11)))
    assert sum(isinstance(item, Document) for item in found) == 10
    assert [item.code for item in found if isinstance(item, Unreadable)] == ["too_many"]


def test_documents_before_an_accident_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(source: Source) -> Iterator[Document | Source]:
        yield Document("好", source.name)
        raise ReadError("damaged", "坏", "bad")

    only(Reader("half", lambda s: True, half), monkeypatch)
    assert [type(item).__name__ for item in read_source(Source(b"x", "a"))] == ["Document", "Unreadable"]


@pytest.mark.parametrize("error", [RuntimeError, RecursionError, KeyError, MemoryError, UnicodeError, AssertionError])
def test_no_accident_of_a_reader_escapes(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def bad(source: Source) -> Iterator[Document | Source]:
        raise error
        yield

    only(Reader("bad", lambda s: True, bad), monkeypatch)
    (found,) = read_source(Source(b"x", "a"))
    assert isinstance(found, Unreadable)
    assert found.code == ("memory" if error is MemoryError else "damaged")


def test_a_very_long_text_is_cut_and_said() -> None:
    (found,) = read_source(Source("本科".encode() * 300, "a"), Limits(max_characters=100))
    assert isinstance(found, Document)
    assert len(found.text) == 100
    assert [n.code for n in found.notices] == ["text_cut"]


def test_every_reader_of_the_list_loads() -> None:
    names = [reader.name for reader in reading.readers()]
    assert len(names) == len(set(names))
    assert names[0] == "pdf"
    assert names[-1] == "plain"
