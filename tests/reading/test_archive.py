"""Archives: names, links, bombs, passwords, nesting. Made by zipfile, libarchive, and 7-Zip where it is installed."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.reading import archive
from matcher.reading.base import ReadError, Source
from matcher.reading.limits import DEFAULT

RESUME = "姓名：王测试\n学历：本科\n".encode()


def zipped(files: dict[str, bytes], **options: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", options.get("method", zipfile.ZIP_DEFLATED)) as box:
        for name, data in files.items():
            box.writestr(name, data)
    return out.getvalue()


def raw_named(name: bytes, data: bytes, extra: bytes = b"") -> bytes:
    """A zip whose one name is these bytes without the UTF-8 flag, as older Windows programs write it."""
    place = "n" * len(name)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        info = zipfile.ZipInfo(place)
        info.extra = extra
        box.writestr(info, data)
    return out.getvalue().replace(place.encode(), name)


def seven(files: dict[str, bytes]) -> bytes:
    libarchive = pytest.importorskip(
        "libarchive", reason="libarchive is not installed", exc_type=(ImportError, OSError)
    )
    blocks: list[bytes] = []

    def write(block: bytes) -> int:
        blocks.append(bytes(block))
        return len(block)

    with libarchive.custom_writer(write, "7zip") as box:
        for name, data in files.items():
            box.add_file_from_memory(name, len(data), data)
    return b"".join(blocks)


def members(data: bytes, depth: int = 0) -> tuple[dict[str, bytes], str]:
    """What an archive yields by name, and the code of the error at its end."""
    source = Source(data, "包", depth)
    reader = next(r for r in archive.READERS if r.accepts(source))
    found: dict[str, bytes] = {}
    try:
        for item in reader.read(source):
            assert isinstance(item, Source)
            assert item.depth == depth + 1
            found[item.name] = item.data
    except ReadError as error:
        assert error.reason  # noqa: PT017
        assert error.reason_en  # noqa: PT017
        return found, error.code
    return found, ""


@pytest.mark.parametrize("make", [zipped, seven])
def test_files_come_out_under_their_names(make: Callable[[dict[str, bytes]], bytes]) -> None:
    files = {"简历/甲.txt": RESUME, "乙 (1).txt": RESUME * 2000}
    assert members(make(files)) == ({f"包/{k}": v for k, v in files.items()}, "")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing(method: int) -> None:
    assert members(zipped({"a.txt": RESUME}, method=method)) == ({"包/a.txt": RESUME}, "")


@pytest.mark.parametrize("codec", ["gbk", "gb18030", "utf-8"])
@pytest.mark.parametrize("name", ["简历/甲.docx", "王测试-金融产品经理（本科）.pdf", "测喆堃.doc"])
def test_names_without_the_utf8_flag(name: str, codec: str) -> None:
    assert list(members(raw_named(name.encode(codec), RESUME))[0]) == [f"包/{name}"]


def test_a_unicode_name_kept_in_the_extra_field() -> None:
    name, better = "简历甲.txt".encode("gbk"), "簡歷甲.txt".encode()
    field = struct.pack("<BI", 1, zlib.crc32(name)) + better
    extra = struct.pack("<HH", 0x7075, len(field)) + field
    assert list(members(raw_named(name, RESUME, extra))[0]) == ["包/簡歷甲.txt"]


@pytest.mark.parametrize(
    "name", ["../../x.docx", "/etc/x.docx", "a/../../x.docx", "..\\..\\x.docx", "C:\\x.docx", "\\\\host\\x.docx"]
)
@pytest.mark.parametrize("make", [zipped, seven])
def test_a_path_out_of_the_archive_is_passed_over_and_said(
    name: str, make: Callable[[dict[str, bytes]], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found, code = members(make({"好.txt": RESUME, name: b"x"}))
    assert (found, code) == ({"包/好.txt": RESUME}, "members_skipped_unsafe_path")
    assert not list(tmp_path.parent.rglob("x.docx"))


def test_a_symbolic_link_is_passed_over_and_said() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        info = zipfile.ZipInfo("链接.txt")
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        box.writestr(info, "/etc/passwd")
        box.writestr("好.txt", RESUME)
    assert members(out.getvalue()) == ({"包/好.txt": RESUME}, "members_skipped_link")


def test_a_symbolic_link_in_7z(tmp_path: Path) -> None:
    if shutil.which("bsdtar") is None:
        pytest.skip("bsdtar is not installed")
    (tmp_path / "a.txt").write_bytes(RESUME)
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    subprocess.run(["bsdtar", "-cf", "x.7z", "--format=7zip", "a.txt", "link.txt"], cwd=tmp_path, check=True)
    assert members((tmp_path / "x.7z").read_bytes()) == ({"包/a.txt": RESUME}, "members_skipped_link")


def test_litter_of_operating_systems_is_no_resume() -> None:
    files = {"a.txt": RESUME, "__MACOSX/._a.txt": b"x", ".DS_Store": b"x", "Thumbs.db": b"x", "~$a.docx": b"x"}
    assert members(zipped(files)) == ({"包/a.txt": RESUME}, "")


@pytest.mark.parametrize("make", [zipped, seven])
def test_a_bomb_is_refused_before_it_is_unpacked(make: Callable[[dict[str, bytes]], bytes]) -> None:
    bomb = make({"简历.txt": bytes(DEFAULT.max_bytes + 1)})
    assert len(bomb) < DEFAULT.max_bytes / 100
    assert members(bomb) == ({}, "archive_bomb")


def test_a_bomb_of_many_small_files() -> None:
    piece = bytes(1 << 20)
    assert members(zipped({f"{i}.txt": piece for i in range(30)})) == ({}, "archive_bomb")


def test_a_bomb_whose_directory_lies_yields_no_more_than_it_declares() -> None:
    data = bytearray(zipped({"a.txt": bytes(1 << 20)}))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.find(mark) + at
        data[place : place + 4] = struct.pack("<I", 1000)
    assert members(bytes(data)) == ({}, "damaged")


def test_too_many_files() -> None:
    assert members(zipped({f"{i}.txt": b"x" for i in range(DEFAULT.max_items + 1)})) == ({}, "too_many")


def test_one_large_member_does_not_cost_the_others() -> None:
    import random

    large = random.Random(1).randbytes(1 << 20) * 21
    found, code = members(zipped({"a.txt": RESUME, "录像.mp4": large}, method=zipfile.ZIP_STORED))
    assert found == {"包/a.txt": RESUME}
    assert code == "members_skipped_too_large"


def test_nested_archives_count_their_depth() -> None:
    inner = zipped({"甲.txt": RESUME})
    found, _ = members(zipped({"内.zip": inner}), depth=2)
    assert found == {"包/内.zip": inner}


def test_a_damaged_member_does_not_cost_the_others() -> None:
    data = bytearray(zipped({"甲.txt": RESUME, "乙.txt": b"other text"}, method=zipfile.ZIP_STORED))
    data[data.find(b"other")] ^= 0xFF
    assert members(bytes(data)) == ({"包/甲.txt": RESUME}, "members_skipped_damaged")


@pytest.mark.parametrize("kind", ["zip", "7z"])
@pytest.mark.parametrize("options", [[], ["-mhe=on"]])
def test_a_password_is_said(kind: str, options: list[str], tmp_path: Path) -> None:
    program = shutil.which("7zz") or shutil.which("7z")
    if program is None:
        pytest.skip("7-Zip is not installed")
    if kind == "zip" and options:
        options = ["-mem=AES256"]
    (tmp_path / "a.txt").write_bytes(RESUME)
    subprocess.run(
        [program, "a", "-psecret", *options, f"x.{kind}", "a.txt"], cwd=tmp_path, check=True, capture_output=True
    )
    assert members((tmp_path / f"x.{kind}").read_bytes()) == ({}, "encrypted")


@pytest.mark.parametrize("method", ["LZMA2", "LZMA", "PPMd", "BZip2", "Deflate", "Copy"])
def test_every_way_7zip_packs(method: str, tmp_path: Path) -> None:
    program = shutil.which("7zz") or shutil.which("7z")
    if program is None:
        pytest.skip("7-Zip is not installed")
    (tmp_path / "简历甲.txt").write_bytes(RESUME * 50)
    subprocess.run([program, "a", f"-m0={method}", "x.7z", "简历甲.txt"], cwd=tmp_path, check=True, capture_output=True)
    assert members((tmp_path / "x.7z").read_bytes()) == ({"包/简历甲.txt": RESUME * 50}, "")


def test_a_missing_7z_library_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    data = seven({"a.txt": RESUME})
    monkeypatch.setitem(sys.modules, "libarchive", None)
    assert members(data) == ({}, "needs_libarchive")


@pytest.mark.parametrize("head", [b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"])
def test_rar_is_refused_with_a_way_out(head: bytes) -> None:
    assert members(head + b"\0" * 50) == ({}, "rar_unsupported")


def test_an_empty_archive_is_said() -> None:
    assert members(zipped({})) == ({}, "empty")


@pytest.mark.parametrize("names", [["[Content_Types].xml", "word/document.xml"], ["mimetype", "content.xml"]])
def test_an_office_document_is_no_archive(names: list[str]) -> None:
    assert not any(r.accepts(Source(zipped(dict.fromkeys(names, b"<x/>")), "a")) for r in archive.READERS)


@pytest.mark.parametrize("make", [zipped, seven])
@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_a_cut_archive_is_damaged(make: Callable[[dict[str, bytes]], bytes], keep: float) -> None:
    data = make({"a.txt": RESUME * 100, "b.txt": RESUME * 100})
    assert members(data[: int(len(data) * keep)]) == ({}, "damaged")


@given(st.binary(max_size=300), st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c\0\x04", b""]))
def test_any_bytes_end_in_an_answer(data: bytes, head: bytes) -> None:
    source = Source(head + data, "x")
    if any(r.accepts(source) for r in archive.READERS):
        members(source.data)
