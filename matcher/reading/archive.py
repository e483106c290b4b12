"""Archives of resumes: zip (standard library) and 7z (libarchive, BSD, through ``libarchive-c``, CC0).

Nothing is written to disk: a member's name is a display name only, so no path can lead out of a folder. Sizes are
looked at before anything is unpacked. What is passed over (links, paths with ``..``, locked or too large members) is
named in one ReadError after the sound members, so that nothing is lost in silence.
"""

from __future__ import annotations

import contextlib
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.reading.base import Reader, ReadError, Source
from matcher.reading.limits import DEFAULT, MAX_RATIO

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SEVEN = b"7z\xbc\xaf\x27\x1c"
_RAR = (b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00")
_LITTER = re.compile(r"(^|/)(__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)", re.I)

# What is passed over, and how to say so: Chinese, English.
_REASONS = {
    "unsafe_path": ("路径越界", "with a path that leads out of the archive"),
    "link": ("链接文件", "links"),
    "encrypted": ("加密文件", "encrypted"),
    "too_large": ("超过大小限制", "above the size limit"),
    "damaged": ("损坏或压缩方式不支持", "damaged or packed in an unknown way"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive as its directory declares it. ``load`` unpacks it."""

    name: str
    size: int
    problem: str  # a key of _REASONS, or ""
    load: Callable[[], bytes]


def _problem(name: str, size: int, link: bool, locked: bool) -> str:
    """Why a member is passed over; empty when it is sound."""
    steps = name.replace("\\", "/").split("/")
    if ".." in steps or name[:1] in ("/", "\\") or re.match(r"[A-Za-z]:", name) or "\0" in name:
        return "unsafe_path"
    if link:
        return "link"
    if locked:
        return "encrypted"
    return "too_large" if size > DEFAULT.max_bytes else ""


def _check_bomb(sizes: Sequence[int], packed: int) -> None:
    """Refuse an archive by what it declares: number of files, total size, ratio. Sizes in bytes."""
    total = sum(sizes)
    if len(sizes) > DEFAULT.max_items:
        raise ReadError(
            "too_many",
            f"压缩包内的文件超过 {DEFAULT.max_items} 个，未读取；请分批上传。",
            f"The archive holds more than {DEFAULT.max_items} files; please split it up.",
        )
    if total > DEFAULT.max_total_bytes or (total > DEFAULT.max_bytes and total > MAX_RATIO * max(packed, 1)):
        raise ReadError(
            "archive_bomb",
            "压缩包解压后异常巨大，已拒绝读取（疑似压缩炸弹）；请人工核对来源或分批上传。",
            "The archive unpacks to an abnormal size and was refused (suspected bomb); check its origin or split it.",
        )


def _encrypted() -> ReadError:
    return ReadError(
        "encrypted",
        "压缩包已加密，无法读取；请解压后上传，或请应聘者提供未加密的简历。",
        "The archive has a password; please unpack it, or ask for one without a password.",
    )


def _damaged() -> ReadError:
    return ReadError(
        "damaged",
        "压缩包已损坏或不完整，无法读取；请重新下载或解压后上传。",
        "The archive is damaged or cut short; please fetch it again, or unpack it and send the files.",
    )


def _read_members(members: Iterable[Member], source: Source) -> Iterator[Source]:
    """Sound members as sources; then one ReadError that names what was passed over."""
    passed: dict[str, int] = {}
    given = 0
    for member in members:
        problem = member.problem
        if not problem:
            try:
                data = member.load()
            except ReadError as error:
                problem = error.code if error.code in _REASONS else "damaged"
            else:
                given += 1
                yield Source(data, f"{source.name}/{member.name}", source.depth + 1)
        if problem:
            passed[problem] = passed.get(problem, 0) + 1
    if not passed:
        if not given:
            raise ReadError(
                "empty", "压缩包内没有文件；请重新上传。", "The archive holds no files; please send it again."
            )
        return
    if not given and set(passed) == {"encrypted"}:
        raise _encrypted()
    code = next(code for code in _REASONS if code in passed)
    said = "、".join(f"{_REASONS[k][0]} {n} 个" for k, n in passed.items())
    said_en = ", ".join(f"{n} {_REASONS[k][1]}" for k, n in passed.items())
    rest = "其余文件已读取。" if given else ""
    raise ReadError(
        f"members_skipped_{code}" if given else code,
        f"压缩包内有文件未读取（{said}）；{rest}请人工查看这些文件。",
        f"Some files in the archive were not read ({said_en}); please look at them by hand.",
    )


# ---------------------------------------------------------------------------------------------------------------- zip


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    """The bytes of a name that carries no UTF-8 flag: zipfile reads them as code page 437."""
    return info.orig_filename.encode("cp437")


def _unicode_path(info: zipfile.ZipInfo) -> str | None:
    """The UTF-8 name that Info-ZIP and 7-Zip keep in extra field 0x7075, when it belongs to the stored name."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == 0x7075 and size > 5 and len(extra) >= 4 + size:
            (crc,) = struct.unpack_from("<I", extra, 5)
            if crc == zlib.crc32(_raw_name(info)):
                return extra[9 : 4 + size].decode("utf-8", "replace")
        extra = extra[4 + size :]
    return None


def zip_names(infos: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Names as people see them. Without the UTF-8 flag: UTF-8 if every name is that, else GB18030 (Chinese Windows)."""
    plain = [info for info in infos if not info.flag_bits & 0x800]
    codec = "gb18030"
    try:
        for info in plain:
            _raw_name(info).decode("utf-8")
        codec = "utf-8"
    except (UnicodeDecodeError, UnicodeEncodeError):
        pass
    names = []
    for info in infos:
        name = info.orig_filename
        if not info.flag_bits & 0x800:
            with contextlib.suppress(UnicodeEncodeError):
                name = _unicode_path(info) or _raw_name(info).decode(codec, "replace")
        names.append(name)
    return names


def _zip_loader(box: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def load() -> bytes:
        try:
            with box.open(info) as member:  # yields no more than the declared size, then checks the sum
                return member.read()
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise _damaged() from error
        except RuntimeError as error:  # zipfile's way to ask for a password
            raise _encrypted() from error
        except Exception as error:  # lzma and bz2 have errors of their own
            raise _damaged() from error

    return load


def read_zip(source: Source) -> Iterator[Source]:
    """The files of a zip. Raises ReadError: damaged, encrypted, archive_bomb, too_many, empty, members_skipped_…"""
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as box:
            infos = [info for info in box.infolist() if not info.is_dir()]
            _check_bomb([info.file_size for info in infos], len(source.data))
            members = []
            for info, name in zip(infos, zip_names(infos), strict=True):
                if _LITTER.search(name) and ".." not in name:
                    continue
                link = stat.S_ISLNK(info.external_attr >> 16)
                problem = _problem(name, info.file_size, link, bool(info.flag_bits & 1))
                members.append(Member(name.replace("\\", "/"), info.file_size, problem, _zip_loader(box, info)))
            yield from _read_members(members, source)
    except (
        zipfile.BadZipFile,
        EOFError,
        OSError,
        struct.error,
        NotImplementedError,
        OverflowError,
        ValueError,
    ) as error:
        raise _damaged() from error


def _is_zip(source: Source) -> bool:
    """A zip that is not an office document or another package whose parts mean nothing alone."""
    if not source.data.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as box:
            names = {name.replace("\\", "/").lower() for name in box.namelist()}
    except Exception:
        return True
    return not names & {"[content_types].xml", "mimetype", "meta-inf/manifest.xml", "meta-inf/manifest.mf"}


# ----------------------------------------------------------------------------------------------------------------- 7z


def _libarchive() -> Any:
    try:
        import libarchive
    except (ImportError, OSError, TypeError, AttributeError) as error:  # the package or the system's library is missing
        raise ReadError(
            "needs_libarchive",
            "未安装 7z 解压组件（libarchive），未读取；请解压后上传，或改用 zip。",
            "The 7z component (libarchive) is not installed; please unpack the archive or send a zip.",
        ) from error
    return libarchive


def _seven_error(error: Exception) -> ReadError:
    return _encrypted() if "encrypt" in str(error).lower() or "passphrase" in str(error).lower() else _damaged()


def read_seven(source: Source) -> Iterator[Source]:
    """The files of a 7z. Raises the same errors as ``read_zip``, and needs_libarchive."""
    libarchive = _libarchive()
    from libarchive.exception import ArchiveError

    try:
        with libarchive.memory_reader(source.data) as archive:  # headers only: nothing is unpacked
            sizes = [entry.size or 0 for entry in archive if entry.isfile]
        _check_bomb(sizes, len(source.data))
        with libarchive.memory_reader(source.data) as archive:
            yield from _read_members(_seven_members(archive, ArchiveError), source)
    except ArchiveError as error:
        raise _seven_error(error) from error
    except (OSError, ValueError) as error:
        raise _damaged() from error


def _seven_members(archive: Any, failure: type[Exception]) -> Iterator[Member]:
    """Members in stored order, each to be loaded before the next is asked for."""
    for entry in archive:
        name = str(entry.pathname or "")
        if entry.isdir or (_LITTER.search(name) and ".." not in name):
            continue
        size = entry.size or 0
        problem = _problem(name, size, bool(entry.issym or entry.islnk), False)
        if not problem and not entry.isfile:
            problem = "link"
        yield Member(name.replace("\\", "/"), size, problem, _seven_loader(entry, size, failure))


def _seven_loader(entry: Any, size: int, failure: type[Exception]) -> Callable[[], bytes]:
    def load() -> bytes:
        blocks, got = [], 0
        try:
            for block in entry.get_blocks():
                got += len(block)
                if got > size:
                    raise _damaged()
                blocks.append(bytes(block))
        except failure as error:
            raise _seven_error(error) from error
        if got != size:
            raise _damaged()
        return b"".join(blocks)

    return load


# ---------------------------------------------------------------------------------------------------------------- rar


def read_rar(source: Source) -> Iterator[Source]:
    """Refused: no permissive library reads rar."""
    raise ReadError(
        "rar_unsupported",
        "不支持 rar 压缩包，未读取；请解压后上传，或改用 zip。",
        "Rar archives are not supported; please unpack it, or send a zip.",
    )
    yield source


READERS = (
    Reader("zip", _is_zip, read_zip),
    Reader("7z", lambda source: source.data.startswith(_SEVEN), read_seven),
    Reader("rar", lambda source: source.data.startswith(_RAR), read_rar),
)
