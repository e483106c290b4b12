"""Old Word documents (.doc, .wps): converted by a program of their own, then read as docx.

No permissive library reads the format whole. LibreOffice (MPL) converts everything it holds; antiword (GPL, called as
a separate program) is the light second choice and loses headers and text boxes, which is said in a notice.
``olefile`` (BSD) only looks inside to tell what the file is.
"""

from __future__ import annotations

import atexit
import functools
import io
import re
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from matcher.reading.base import Document, Reader, ReadError, Source
from matcher.schema import Notice

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE_SECONDS = 40  # below Limits.seconds, so that the reason can still be told; a normal file takes 2
ANTIWORD_SECONDS = 10
_NEW_PROFILE = 81  # LibreOffice's exit code for "profile made, start me again"


def streams(data: bytes) -> frozenset[str]:
    """Lower-case names of the top entries of an OLE file. Raises ReadError damaged."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as box:
            return frozenset(entry[0].lower() for entry in box.listdir(streams=True, storages=True))
    except Exception as error:  # olefile raises whatever a damaged directory trips
        raise _damaged() from error


def _damaged() -> ReadError:
    return ReadError(
        "damaged",
        "Word 文件已损坏或不完整，无法读取；请应聘者另存为 docx 或 PDF 后重发。",
        "The Word file is damaged or cut short; please ask for it again as docx or PDF.",
    )


def _encrypted() -> ReadError:
    return ReadError(
        "encrypted",
        "文件已加密，无法读取；请应聘者提供未加密的简历。",
        "The file is encrypted; please ask for a copy without a password.",
    )


def accepts(source: Source) -> bool:
    """True for an OLE file that is no workbook and no Outlook message (``table`` and ``mail`` read those)."""
    if not source.data.startswith(MAGIC):
        return False
    try:
        names = streams(source.data)
    except ReadError:
        return True  # read() says that it is damaged
    return not ((names & {"workbook", "book"} and "worddocument" not in names) or "__properties_version1.0" in names)


def _check(data: bytes) -> str:
    """The suffix a converter should see: ``doc`` or ``wps``. Raises ReadError: encrypted, damaged, unknown_format."""
    names = streams(data)
    if names & {"encryptedpackage", "encryptioninfo"}:
        raise _encrypted()
    if "worddocument" in names:
        import olefile

        try:
            with olefile.OleFileIO(io.BytesIO(data)) as box:
                head = box.openstream("WordDocument").read(12)
        except Exception as error:
            raise _damaged() from error
        if len(head) < 12:
            raise _damaged()
        if struct.unpack_from("<H", head, 10)[0] & 0x0100:  # FIB: fEncrypted
            raise _encrypted()
        return "doc"
    if names & {"contents", "matost"}:
        return "wps"  # Microsoft Works
    raise ReadError(
        "unknown_format",
        "不是 Word 文件（可能是演示文稿等其他 Office 文件），未读取；请上传 Word 或 PDF 格式的简历。",
        "Not a Word file (perhaps a presentation); please send the resume as Word or PDF.",
    )


# -------------------------------------------------------------------------------------------------------- LibreOffice


@functools.cache
def office_profile() -> Path:
    """This process's own LibreOffice profile, removed when it ends: two processes cannot share one."""
    folder = Path(tempfile.mkdtemp(prefix="matcher-office-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def office_program() -> str | None:
    """The LibreOffice binary. The one behind the start script is preferred: a single process is surely ended."""
    script = shutil.which("soffice") or shutil.which("libreoffice")
    if script is None:
        return None
    binary = Path(script).resolve().with_name("soffice.bin")
    return str(binary) if binary.exists() else script


def to_docx(data: bytes, suffix: str) -> bytes | None:
    """The file as docx by LibreOffice; None when it makes nothing of it.

    Raises ReadError: needs_office (not installed), timeout.
    """
    program = office_program()
    if program is None:
        raise needs_office()
    with tempfile.TemporaryDirectory(prefix="matcher-doc-", ignore_cleanup_errors=True) as folder:
        given = Path(folder, f"in.{suffix}")
        given.write_bytes(data)
        # The converter stays in the reader's process group: ended with it when the worker is ended.
        command = [
            program, f"-env:UserInstallation={office_profile().as_uri()}", "--headless", "--norestore",
            "--nolockcheck", "--convert-to", "docx:MS Word 2007 XML", "--outdir", folder, str(given),
        ]  # fmt: skip
        try:
            for _ in range(2):
                done = subprocess.run(command, timeout=OFFICE_SECONDS, capture_output=True, stdin=subprocess.DEVNULL)
                if done.returncode != _NEW_PROFILE:
                    break
        except subprocess.TimeoutExpired as error:
            office_profile.cache_clear()  # its locks belong to a process that was killed
            raise ReadError(
                "timeout",
                "Word 文件转换超时，未读取；请应聘者另存为 docx 或 PDF 后重发。",
                "Converting the Word file took too long; please ask for it again as docx or PDF.",
            ) from error
        except OSError as error:
            raise needs_office() from error
        made = Path(folder, "in.docx")
        return made.read_bytes() if made.exists() else None


def needs_office() -> ReadError:
    """Neither converter is at hand."""
    return ReadError(
        "needs_office",
        "旧版 Word（doc）需要 LibreOffice 才能读取：请安装后重试（apt install libreoffice-writer），"
        "或另存为 docx、PDF 后上传，或人工查看。",
        "Old Word files need LibreOffice: install it (apt install libreoffice-writer), save the file as docx or PDF,"
        " or look at it by hand.",
    )


# ----------------------------------------------------------------------------------------------------------- antiword

_LIGHT = Notice("light_conversion", "旧版 Word 由简易工具转换，页眉、文本框可能缺失，隐藏文字可能混入；请对照原件。")


def by_antiword(data: bytes) -> str | None:
    """The text of a .doc by antiword; None when it is not installed or makes nothing of the file."""
    program = shutil.which("antiword")
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, "-m", "UTF-8.txt", "-w", "0", "-"], input=data, capture_output=True, timeout=ANTIWORD_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    text = done.stdout.decode("utf-8", "replace")
    return "\n".join(_bars(text.split("\n"))) if done.returncode == 0 and text.strip() else None


def _bars(lines: Sequence[str]) -> Iterator[str]:
    """Antiword draws tables with bars; a row's cells go on below where they are long."""
    from matcher.reading.layout import Cell, table_lines

    table: list[list[str]] = []
    for line in [*lines, ""]:
        if len(line) > 2 and line.startswith("|") and line.rstrip().endswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if table and len(table[-1]) == len(cells) and not cells[0] and any(cells):
                table[-1] = [f"{above}{cell}" for above, cell in zip(table[-1], cells, strict=True)]
            else:
                table.append(cells)
            continue
        if table:
            yield from table_lines([[Cell(cell) for cell in row] for row in table])
            table = []
        yield line.replace("\x0c", "").rstrip()


def read(source: Source) -> Iterator[Document | Source]:
    """One document. Raises ReadError: encrypted, damaged, unknown_format, needs_office, timeout, empty."""
    suffix = _check(source.data)
    try:
        converted = to_docx(source.data, suffix)
    except ReadError as error:
        text = by_antiword(source.data)
        if text is None:
            raise error
        yield _light(text, source.name)
        return
    if converted is None:
        text = by_antiword(source.data)
        if text is None:
            raise _damaged()
        yield _light(text, source.name)
        return
    from matcher.reading import docx

    for found in docx.read(Source(converted, source.name, source.depth)):
        yield replace(found, name=source.name)


def _light(text: str, name: str) -> Document:
    from matcher.reading.layout import tidy_lines

    tidy = tidy_lines(re.sub(r"[\x00-\x08\x0b-\x1f]", "", text).split("\n"))
    if not tidy:
        raise ReadError(
            "empty", "文档没有文字内容，请重新上传简历。", "The document holds no text; please send it again."
        )
    return Document(tidy, name, (_LIGHT,))


READER = Reader("ole", accepts, read)
