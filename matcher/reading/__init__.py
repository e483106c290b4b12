"""Bytes to raw documents: one file a format, one visible list of readers, told apart by content.

``read_source`` and ``read_path`` read in this process; ``read_many`` and ``read_sandboxed`` read in worker processes
with a time and a memory limit. None of them raises for bad input: what cannot be read is an ``Unreadable`` with a
stable code and a reason in Chinese and English.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from matcher.reading.base import Document, Reader, ReadError, Source
from matcher.reading.limits import DEFAULT, Limits
from matcher.reading.people import split_people
from matcher.schema import Unreadable

__all__ = [
    "READER_MODULES",
    "Document",
    "Limits",
    "Source",
    "entries",
    "read_entries",
    "read_many",
    "read_path",
    "read_sandboxed",
    "read_source",
]

# The readers in the order they are asked. Marked formats first, containers after the formats that are zip files
# themselves, text by its looks last. A module holds READER or READERS and imports heavy packages inside functions.
READER_MODULES = ("pdf", "docx", "table", "ole", "odt", "archive", "rtf", "image", "mail", "html", "plain")


@lru_cache
def readers() -> tuple[Reader, ...]:
    """The readers of ``READER_MODULES`` in order; a module whose optional package is missing is passed by."""
    found: list[Reader] = []
    for name in READER_MODULES:
        try:
            module = importlib.import_module(f"matcher.reading.{name}")
        except ImportError:
            continue
        found += getattr(module, "READERS", None) or (module.READER,)
    return tuple(found)


def _too_large(name: str, limits: Limits) -> Unreadable:
    size = limits.max_bytes // 2**20
    return Unreadable(
        name,
        "too_large",
        f"文件超过 {size} MB，未读取；请压缩图片或另存为较小的文件后重试。",
        f"The file is larger than {size} MB and was not read; please shrink its pictures or save it smaller.",
    )


def _unknown(name: str) -> Unreadable:
    return Unreadable(
        name,
        "unknown_format",
        "无法识别的文件格式；请上传 Word、PDF、网页、文本或图片格式的简历。",
        "Unknown file format; please upload the resume as Word, PDF, HTML, text or picture.",
    )


def _empty(name: str) -> Unreadable:
    return Unreadable(
        name, "empty", "文件是空的；请重新上传简历。", "The file is empty; please upload the resume again."
    )


def read_source(source: Source, limits: Limits = DEFAULT) -> Iterator[Document | Unreadable]:
    """Read bytes in this process; containers are opened down to ``limits.max_depth``.

    Yields at least one item and never raises for bad input. Codes: ``empty``, ``too_large``, ``unknown_format``,
    ``too_deep``, ``too_many``, ``damaged``, and those of the readers (docs/reading.md).
    """
    budget = [limits.max_items, limits.max_total_bytes]
    yield from _read(source, limits, budget)


def _read(source: Source, limits: Limits, budget: list[int]) -> Iterator[Document | Unreadable]:
    name = source.name
    if not source.data.strip(b"\0 \t\r\n\xef\xbb\xbf") and len(source.data) <= limits.max_bytes:
        yield _empty(name)
        return
    if len(source.data) > limits.max_bytes:
        yield _too_large(name, limits)
        return
    budget[0] -= 1
    budget[1] -= len(source.data)
    if budget[0] < 0 or budget[1] < 0:
        yield Unreadable(
            name,
            "too_many",
            "压缩包或文件夹内的文件过多或过大，其余未读取；请分批上传。",
            "Too many or too large files in one container; the rest was not read. Please split it up.",
        )
        return
    yielded = False
    try:
        reader = next((r for r in readers() if r.accepts(source)), None)
        if reader is None:
            yield _unknown(name)
            return
        for found in reader.read(source):
            if isinstance(found, Document):
                yielded = True
                yield from split_people(_bounded(found, limits))
            elif found.depth > limits.max_depth:
                yielded = True
                yield Unreadable(
                    found.name,
                    "too_deep",
                    f"文件嵌套超过 {limits.max_depth} 层，未读取；请解压后上传。",
                    f"The file lies more than {limits.max_depth} containers deep and was not read; please unpack it.",
                )
            else:
                yielded = True
                yield from _read(found, limits, budget)
                if budget[0] < 0 or budget[1] < 0:
                    return
        if not yielded:
            yield _empty(name)
    except ReadError as error:
        yield Unreadable(name, error.code, error.reason, error.reason_en)
    except MemoryError:
        yield Unreadable(
            name,
            "memory",
            "读取该文件所需内存超过限制，未读取；请另存为较小的文件或人工查看。",
            "Reading the file needs more memory than allowed; please save it smaller or look at it by hand.",
        )
    except Exception:  # a reader must never stop the batch; the fuzz tests hold the readers to ReadError
        yield Unreadable(
            name,
            "damaged",
            "文件已损坏或结构异常，无法读取；请应聘者重新保存后再发，或人工查看。",
            "The file is damaged or malformed; please ask for a freshly saved copy, or look at it by hand.",
        )


def _bounded(document: Document, limits: Limits) -> Document:
    if len(document.text) <= limits.max_characters:
        return document
    from matcher.schema import Notice

    note = Notice("text_cut", f"文字超过 {limits.max_characters // 10_000} 万字，其后未读取；请人工查看。")
    return Document(document.text[: limits.max_characters], document.name, (*document.notices, note), document.fields)


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """Files below a folder in sorted order with their relative names; hidden and lock files skipped."""
    for root, folders, names in os.walk(path, followlinks=False):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__MACOSX")))
        for name in sorted(names):
            if not name.startswith((".", "~$", ".~lock")) and name.lower() not in ("thumbs.db", "desktop.ini"):
                file = Path(root, name)
                yield file, file.relative_to(path).as_posix()


def entries(path: str | Path) -> Iterator[tuple[Path, str] | Unreadable]:
    """The files of a path with their display names; a folder is walked. Links inside a folder are not followed."""
    path = Path(path)
    try:
        if path.is_dir():
            files = _files(path)
        elif path.exists():
            files = iter([(path, path.name)])
        else:
            yield _not_found(path.name)
            return
        some = False
        for file, name in files:
            some = True
            if file.is_symlink() and file != path:
                reason = "符号链接，未读取；请放入文件本身。"
                yield Unreadable(
                    name, "symlink", reason, "A symbolic link was not followed; please supply the file itself."
                )
            elif not file.is_file():
                yield Unreadable(name, "not_a_file", "不是普通文件，未读取。", "Not a regular file; it was not read.")
            else:
                yield file, name
        if not some:
            yield Unreadable(path.name, "empty_folder", "文件夹中没有文件。", "The folder holds no files.")
    except (OSError, ValueError):
        yield _not_found(path.name)


def load_file(file: Path, name: str, limits: Limits = DEFAULT) -> Source | Unreadable:
    """A file's bytes under its display name, or why they cannot be had; nothing above the size limit is loaded."""
    try:
        if file.stat().st_size > limits.max_bytes:
            return _too_large(name, limits)
        return Source(file.read_bytes(), name)
    except PermissionError:
        reason = "没有读取权限；请检查文件权限。"
        return Unreadable(
            name, "no_permission", reason, "No permission to read the file; please check its permissions."
        )
    except (OSError, ValueError):
        return _not_found(name)


def _not_found(name: str) -> Unreadable:
    return Unreadable(
        name,
        "not_found",
        "找不到文件；请检查路径和文件名。",
        "File not found; please check the path and the file name.",
    )


def read_path(path: str | Path, limits: Limits = DEFAULT) -> Iterator[Document | Unreadable]:
    """Read a file, or every file below a folder in sorted order, in this process.

    Names are the file name, or the path relative to the folder. Never raises for bad input: codes of ``read_source``,
    ``not_found``, ``no_permission``, ``not_a_file``, ``symlink``, ``empty_folder``.
    """
    for entry in entries(path):
        source = entry if isinstance(entry, Unreadable) else load_file(*entry, limits)
        if isinstance(source, Unreadable):
            yield source
        else:
            yield from read_source(source, limits)


def read_many(
    paths: Iterable[str | Path], workers: int | None = None, limits: Limits = DEFAULT
) -> Iterator[Document | Unreadable]:
    """``read_path`` of many paths in worker processes, results in order; see ``matcher.reading.sandbox``."""
    from matcher.reading import sandbox  # it imports this module

    return sandbox.read_many(paths, workers, limits)


def read_entries(
    found: Iterable[tuple[Path, str] | Source | Unreadable], workers: int | None = None, limits: Limits = DEFAULT
) -> Iterator[tuple[int, Document | Unreadable]]:
    """Entries, read in worker processes, each result with its entry's number; see ``matcher.reading.sandbox``."""
    from matcher.reading import sandbox

    return sandbox.read_entries(found, workers, limits)


def read_sandboxed(source: Source, limits: Limits = DEFAULT) -> Iterator[Document | Unreadable]:
    """``read_source`` in a worker process; see ``matcher.reading.sandbox``."""
    from matcher.reading import sandbox

    return sandbox.read_sandboxed(source, limits)
