"""Zip packages of XML (docx, odt, xlsx) opened with bounds: no bomb, no entity, no path out of the package."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from matcher.reading.base import ReadError
from matcher.reading.limits import MAX_PART, MAX_PARTS_TOTAL, MAX_RATIO

_DAMAGED = (
    "damaged",
    "文件已损坏或不完整，无法读取；请重新下载或请应聘者重发。",
    "The file is damaged or cut short; please fetch it again or ask the applicant to resend it.",
)
_BOMB = (
    "archive_bomb",
    "文件解压后异常巨大，已拒绝读取（疑似压缩炸弹）；请人工核对来源。",
    "The file unpacks to an abnormal size and was refused (suspected zip bomb); please check where it came from.",
)


def damaged() -> ReadError:
    """A file whose structure is broken."""
    return ReadError(*_DAMAGED)


@contextmanager
def open_package(data: bytes) -> Iterator[zipfile.ZipFile]:
    """Open a zip package after checking its declared sizes; nothing is unpacked yet.

    Raises ReadError ``damaged``, ``encrypted`` or ``archive_bomb`` (also for errors while the caller reads members).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            total = 0
            for info in package.infolist():
                total += info.file_size
                ratio = info.file_size / max(info.compress_size, 1)
                if info.file_size > 2**20 and ratio > MAX_RATIO and info.filename.lower().endswith((".xml", ".rels")):
                    raise ReadError(*_BOMB)
                if info.flag_bits & 1:
                    raise ReadError(
                        "encrypted",
                        "文件已加密，无法读取；请应聘者提供未加密的简历。",
                        "The file is encrypted; please ask for a copy without a password.",
                    )
            if total > 4 * MAX_PARTS_TOTAL:
                raise ReadError(*_BOMB)
            yield package
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, OverflowError) as error:
        raise damaged() from error
    except ValueError as error:  # offsets and names that lie: "negative seek value", a name that is no UTF-8
        if _in_zipfile(error):
            raise damaged() from error
        raise


def _in_zipfile(error: BaseException) -> bool:
    """Whether an error was raised inside ``zipfile``: one of our own must not pass for a damaged file."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_globals.get("__name__") == "zipfile"


def read_member(package: zipfile.ZipFile, name: str, limit: int = MAX_PART) -> bytes:
    """A member's bytes; KeyError when absent, ReadError ``archive_bomb`` above ``limit``."""
    info = package.getinfo(name)
    if info.file_size > limit:
        raise ReadError(*_BOMB)
    with package.open(info) as member:
        data = member.read(limit + 1)
    if len(data) > limit:
        raise ReadError(*_BOMB)
    return data


def parse_xml(data: bytes) -> etree._Element:
    """The root of a part; see ``parse_part``."""
    return parse_part(data)[0]


def parse_part(data: bytes) -> tuple[etree._Element, bool]:
    """Parse a part: entities and network off, DOCTYPE refused, libxml2's limits kept (B235, B237).

    The second value is True when the part was malformed and only what could be recovered is there.
    Raises ReadError ``unsafe_xml``, ``xml_limits`` or ``damaged``.
    """
    repaired = False
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if _has_doctype(data):
            raise _unsafe() from error
        if re.search(r"(?i)huge|too long|excessive|limit|nested too deep|depth", str(error)):
            raise ReadError(
                "xml_limits",
                "文件内部结构超出安全限制（单项过大或嵌套过深），未读取；请另存为新的 docx 或 PDF 后重试。",
                "A part of the file exceeds the parser's safety limits (too large or too deeply nested);"
                " please save it anew as docx or PDF.",
            ) from error
        recovered = _recovered(data)
        if recovered is None:
            raise damaged() from error
        root, repaired = recovered, True
    except ValueError as error:
        raise damaged() from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise _unsafe()
    return root, repaired


def _has_doctype(data: bytes) -> bool:
    return b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:65536] or b"<\0!\0D\0O\0C" in data[:8192]


def _unsafe() -> ReadError:
    return ReadError(
        "unsafe_xml",
        "文件内含外部实体或文档类型声明（有安全风险），已拒绝读取；请应聘者重新保存后再发。",
        "The file declares a DOCTYPE or entities, which is unsafe; it was refused. Please ask for a fresh copy.",
    )


def _recovered(data: bytes) -> etree._Element | None:
    """A part with a few bad characters (0x0B from a bad export) read leniently; entities stay off."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root
