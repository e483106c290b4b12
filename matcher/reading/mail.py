"""Letters: eml and mht (standard library), msg (a walk over its OLE properties with ``olefile``, BSD).

The attachments are the resume and come out as sources. The body is read when there is no attachment, when only
pictures are attached, or when it is plainly a resume itself (job boards send it so); a saved web page (mht) is a
letter whose body is the page.
"""

from __future__ import annotations

import contextlib
import email
import email.header
import email.policy
import io
import re
import struct
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from matcher.reading.base import Document, Reader, ReadError, Source
from matcher.reading.limits import DEFAULT

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOM = b"\xef\xbb\xbf"
_KNOWN = frozenset(
    b"received return-path message-id mime-version content-type content-transfer-encoding from to cc subject date"
    b" reply-to delivered-to sender dkim-signature x-mailer x-priority snapshot-content-location".split()
)
_SURE = frozenset((b"received", b"return-path", b"message-id", b"mime-version", b"content-type"))
_IGNORED = (
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "text/calendar",
)
_PICTURE = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"RIFF")
_SMALL_PICTURE = 10_000  # bytes; logos of signatures are smaller, photographed resumes are not
_SECTIONS = re.compile(
    r"教育(?:背景|经历)|工作(?:经历|经验)|学\s*历|毕业院校|姓\s*名|出生|专\s*业|Education|Experience"
)


@dataclass(slots=True)
class _Letter:
    """What a letter holds, filled while its parts are walked."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    rtf: list[bytes] = field(default_factory=list)
    attached: list[tuple[str, bytes]] = field(default_factory=list)
    pictures: list[tuple[str, bytes]] = field(default_factory=list)  # shown inside the body


def _deliver(letter: _Letter, source: Source) -> Iterator[Document | Source]:
    """The resumes of a letter: its attachments, or its body, or the pictures in its body."""
    for number, (name, data) in enumerate(letter.attached, start=1):
        yield Source(data, f"{source.name}/{name or f'附件{number}'}", source.depth + 1)
    words = "".join(letter.plain) + re.sub(r"<[^>]*>|&\w+;", "", "".join(letter.html))
    length = len("".join(words.split()))
    only_pictures = all(data.startswith(_PICTURE) for _, data in letter.attached)
    is_resume = length >= 200 and len(set(_SECTIONS.findall(words))) >= 3
    if letter.attached and not is_resume and not (only_pictures and length >= 100):
        return
    if letter.html:
        page = "\n".join(letter.html)
        if "<html" not in page[:2000].lower():
            page = f"<html><body>{page}</body></html>"
        if length or not letter.pictures:
            yield Source(_BOM + page.encode("utf-8", "replace"), source.name, source.depth + 1)
    elif any(text.strip() for text in letter.plain):
        from matcher.reading.layout import tidy_lines

        yield Document(tidy_lines("\n".join(letter.plain).split("\n")), source.name)
    elif letter.rtf:
        yield Source(letter.rtf[0], source.name, source.depth + 1)
    if length < 30 and not letter.attached:
        for number, (name, data) in enumerate(letter.pictures, start=1):
            if len(data) >= _SMALL_PICTURE or not length:
                yield Source(data, f"{source.name}/{name or f'图片{number}'}", source.depth + 1)


def _empty() -> ReadError:
    return ReadError(
        "empty",
        "邮件没有正文和附件；请打开原邮件核对，或请应聘者重发。",
        "The message holds neither text nor attachments; please look at the original or ask for it again.",
    )


def _encrypted() -> ReadError:
    return ReadError(
        "encrypted",
        "邮件已加密，无法读取；请在邮箱中打开后保存附件再上传。",
        "The message is encrypted; please open it in the mailbox and send its attachments.",
    )


def _damaged() -> ReadError:
    return ReadError(
        "damaged",
        "邮件文件已损坏或不完整，无法读取；请重新导出，或保存附件后上传。",
        "The message file is damaged or cut short; please export it again, or send its attachments.",
    )


# ------------------------------------------------------------------------------------------------------- eml and mht

_CODECS = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "gb_2312-80": "gb18030",
    "gb18030": "gb18030", "chinese": "gb18030", "hz-gb-2312": "hz", "big5": "big5hkscs", "utf8": "utf-8",
    "utf-8": "utf-8", "utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "unicode": "utf-16",
    "utf-7": "utf-7", "iso-2022-cn": "gb18030",
}  # fmt: skip


def decode_text(data: bytes, charset: str | None) -> str:
    """Text in a declared character set when the bytes agree with it, else as its bytes look (see ``plain.decode``).

    A declared Latin or ASCII set is no claim: Chinese mailers write it over GBK.
    """
    from matcher.reading.plain import decode

    codec = _CODECS.get((charset or "").strip("\"' ").lower())
    if codec is not None:
        try:
            return data.decode(codec).lstrip("\ufeff").replace("\r\n", "\n")
        except (UnicodeDecodeError, UnicodeError):
            pass
    return decode(data)[0]


def _header_block(data: bytes) -> set[bytes]:
    """Lower-case names of the header lines at the top; empty when the top is no block of headers."""
    head = data[:65_536].removeprefix(_BOM).lstrip(b"\r\n\t ")
    names: set[bytes] = set()
    for number, line in enumerate(re.split(rb"\r\n|\n|\r", head)):
        if not line.strip():
            break
        if line[:1] in b" \t" or (number == 0 and line.startswith((b"From ", b">From "))):
            continue
        match = re.match(rb"([A-Za-z][A-Za-z0-9-]{1,60})[ \t]?:", line)
        if match is None:
            # One long line of rubbish inside otherwise sure headers does not make it another format.
            if len(names & _SURE) >= 2:
                continue
            return set()
        names.add(match[1].lower())
    return names


def is_mail(source: Source) -> bool:
    """True for text that starts with the headers of a letter or of a saved web page."""
    if not re.match(rb"(\xef\xbb\xbf)?\s*>?[A-Za-z][A-Za-z0-9-]*[: ]", source.data[:200]):
        return False
    names = _header_block(source.data)
    if b"mime-version" in names and b"content-type" in names:
        return True
    return len(names & _KNOWN) >= 3 and (bool(names & _SURE) or {b"from", b"subject"} <= names)


def _word(text: str) -> str:
    """A header's words decoded: RFC 2047, and GB2312 that is really GBK."""
    if "=?" not in text:
        return text
    parts = []
    for piece, charset in email.header.decode_header(re.sub(r"\?=\s+=\?", "?==?", text)):
        parts.append(piece if isinstance(piece, str) else decode_text(piece, charset))
    return "".join(parts)


def _raw_name(header: bytes) -> str:
    """The file name in a header that the standard parser gives up on: raw bytes, a GB2312 that is really GBK."""
    pieces = re.findall(rb'name(?:\*\d+)?(\*?)\s*=\s*(?:"([^"]*)"|([^;\s]+))', header)
    charset, name = "", b""
    for star, quoted, bare in pieces:
        value = quoted or bare
        if star:
            if value.count(b"'") >= 2:
                declared, _, value = value.split(b"'", 2)
                charset = declared.decode("ascii", "replace")
            value = urllib.parse.unquote_to_bytes(value)
        name += value
    return decode_text(name, charset)


def _file_name(part: EmailMessage) -> str:
    """A part's file name, also when it is raw GBK or encoded where it must not be."""
    try:
        name = part.get_filename() or ""
    except Exception:
        name = ""
    if not name or "\ufffd" in name or "\udc80" <= max(name) <= "\udcff":
        for key, raw in part.raw_items():
            if key.lower() in ("content-disposition", "content-type"):
                name = _raw_name(str(raw).encode("ascii", "surrogateescape"))
                if name:
                    break
    with contextlib.suppress(ValueError, LookupError, email.errors.HeaderParseError):
        name = _word(name)
    return re.split(r"[/\\]", name.replace("\n", "").replace("\r", ""))[-1].strip()


def _payload(part: EmailMessage) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except Exception:
        data = None
    return data if isinstance(data, bytes) else b""


def _walk(part: EmailMessage, letter: _Letter, depth: int, related: bool = False) -> None:
    """Sort a part and its children into bodies, attachments and pictures of the body."""
    kind = part.get_content_type()
    if depth > 20 or len(letter.attached) > DEFAULT.max_items:
        return
    sealed = kind in ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
    if sealed and "signed-data" not in str(part.get("content-type", "")):
        raise _encrypted()
    if kind == "message/rfc822":
        inner = part.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], EmailMessage):
            name = _file_name(part) or "转发邮件.eml"
            letter.attached.append((name, inner[0].as_bytes(policy=email.policy.compat32)))
        return
    if part.is_multipart():
        children = [child for child in part.get_payload() if isinstance(child, EmailMessage)]
        if kind == "multipart/alternative":
            rich = [
                c for c in children if c.get_content_type() in ("text/html", "multipart/related", "multipart/mixed")
            ]
            plain = [c for c in children if c.get_content_type().startswith("text/") and c not in rich]
            others = [c for c in children if c not in rich and c not in plain]
            for child in [*(rich[-1:] or plain[:1]), *others]:
                _walk(child, letter, depth + 1)
            return
        for child in children:
            _walk(child, letter, depth + 1, kind == "multipart/related")
        return
    _leaf(part, kind, letter, related)


def _leaf(part: EmailMessage, kind: str, letter: _Letter, related: bool) -> None:
    name = _file_name(part)
    disposition = (part.get_content_disposition() or "").lower()
    if kind in _IGNORED:
        return
    if kind in ("text/html", "text/plain") and disposition != "attachment" and (not name or related):
        charset = part.get_content_charset()
        if kind == "text/html":
            if len(letter.html) < 20:
                letter.html.append(decode_text(_payload(part), charset))
            return
        text = decode_text(_payload(part), charset)
        if str(part.get_param("format", "")).lower() == "flowed":
            text = re.sub(r"(?<=\S) \n(?=\S)", " ", text)
        letter.plain.append(text)
        return
    data = _payload(part)
    if not data:
        return
    inside = related or disposition == "inline" or (bool(part.get("content-id")) and disposition != "attachment")
    if kind.startswith("image/") and inside:
        letter.pictures.append((name, data))
    elif related and (kind.startswith("text/") or kind in ("application/javascript", "application/x-javascript")):
        return  # style sheets and scripts of a saved page
    elif related and disposition != "attachment" and not kind.startswith("application/"):
        return  # fonts, sounds
    elif kind.startswith("application/octet-stream") and related and data.startswith(_PICTURE):
        letter.pictures.append((name, data))
    else:
        letter.attached.append((name, data))


def read_mail(source: Source) -> Iterator[Document | Source]:
    """The resumes of an eml or mht file. Raises ReadError: empty, encrypted, damaged."""
    data = source.data.removeprefix(_BOM).lstrip(b"\r\n\t ")
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        letter = _Letter()
        _walk(message, letter, 0)
    except ReadError:
        raise
    except Exception as error:  # the email package raises what its header parser trips over
        raise _damaged() from error
    found = list(_deliver(letter, source))
    if not found:
        raise _empty()
    yield from found


# ---------------------------------------------------------------------------------------------------------------- msg

_CODE_PAGES = {936: "gb18030", 54936: "gb18030", 20936: "gb18030", 950: "big5hkscs", 65001: "utf-8", 1200: "utf-16-le"}


def is_msg(source: Source) -> bool:
    """True for an OLE file with the properties of an Outlook item."""
    return source.data.startswith(_OLE) and "__properties_version1.0".encode("utf-16-le") in source.data


def _stream(box: Any, path: list[str]) -> bytes:
    if not box.exists(path) or box.get_type(path) != 2:
        return b""
    return bytes(box.openstream(path).read(DEFAULT.max_bytes + 1))


def _numbers(box: Any, prefix: list[str], header: int) -> dict[int, int]:
    """Fixed-size properties by id, their low 32 bits."""
    data = _stream(box, [*prefix, "__properties_version1.0"])
    found = {}
    for at in range(header, len(data) - 15, 16):
        kind, tag = struct.unpack_from("<HH", data, at)
        if kind in (0x0003, 0x000B, 0x0002):
            found[tag] = struct.unpack_from("<I", data, at + 8)[0]
    return found


def _property(box: Any, prefix: list[str], tag: int, codec: str | None) -> str:
    """A text property, Unicode or in the code page of the message."""
    wide = _stream(box, [*prefix, f"__substg1.0_{tag:04X}001F"])
    if wide:
        return wide.decode("utf-16-le", "replace").rstrip("\0")
    return decode_text(_stream(box, [*prefix, f"__substg1.0_{tag:04X}001E"]), codec).rstrip("\0")


def _read_item(box: Any, prefix: list[str], letter: _Letter, depth: int) -> None:
    """One message: the top one, or one inside an attachment (whose parts then join the top one's attachments)."""
    numbers = _numbers(box, prefix, 24 if prefix else 32)
    codec = _CODE_PAGES.get(numbers.get(0x3FFD, 0))
    if plain := _property(box, prefix, 0x1000, codec).replace("\r\n", "\n").strip():
        letter.plain.append(plain)
    page = _stream(box, [*prefix, "__substg1.0_10130102"])
    if page:
        letter.html.append(decode_text(page, _CODE_PAGES.get(numbers.get(0x3FDE, 0))))
    elif text := _property(box, prefix, 0x1013, codec):
        letter.html.append(text)
    if rtf := _stream(box, [*prefix, "__substg1.0_10090102"]):
        letter.rtf.append(unpack_rtf(rtf))
    level = len(prefix)
    names = sorted(
        {e[level] for e in box.listdir(streams=True, storages=True) if len(e) > level and e[:level] == prefix}
    )
    for name in names[: DEFAULT.max_items]:
        if name.startswith("__attach_version1.0_"):
            _read_attachment(box, [*prefix, name], codec, letter, depth)


def _read_attachment(box: Any, path: list[str], codec: str | None, letter: _Letter, depth: int) -> None:
    numbers = _numbers(box, path, 8)
    name = (
        _property(box, path, 0x3707, codec)
        or _property(box, path, 0x3704, codec)
        or _property(box, path, 0x3001, codec)
    )
    data = _stream(box, [*path, "__substg1.0_37010102"])
    inside = numbers.get(0x7FFE, 0) & 1 or numbers.get(0x3714, 0) & 4
    name = re.split(r"[/\\]", name)[-1].strip()
    if data:
        picture = data.startswith(_PICTURE) and (inside or _property(box, path, 0x3712, codec))
        (letter.pictures if picture else letter.attached).append((name, data))
    elif box.exists([*path, "__substg1.0_3701000D", "__properties_version1.0"]) and depth < DEFAULT.max_depth:
        inner = _Letter()
        _read_item(box, [*path, "__substg1.0_3701000D"], inner, depth + 1)
        letter.attached += inner.attached or _as_attachment(inner, name)
        letter.pictures += inner.pictures


def _as_attachment(letter: _Letter, name: str) -> list[tuple[str, bytes]]:
    """The body of a message inside a message, as a file."""
    if letter.html:
        return [(name or "转发邮件.html", _BOM + "\n".join(letter.html).encode("utf-8", "replace"))]
    if letter.plain:
        return [(name or "转发邮件.txt", _BOM + "\n".join(letter.plain).encode("utf-8", "replace"))]
    return [(name or "转发邮件.rtf", letter.rtf[0])] if letter.rtf else []


_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def unpack_rtf(data: bytes) -> bytes:
    """Rtf out of Outlook's compressed form (MS-OXRTFCP); empty when it is not that."""
    if len(data) < 16:
        return b""
    _, size, kind = struct.unpack_from("<III", data)
    if kind == 0x414C454D:
        return data[16 : 16 + size]
    if kind != 0x75465A4C or size > DEFAULT.max_bytes:
        return b""
    window = bytearray(_DICTIONARY.ljust(4096, b"\0"))
    write, out, at = len(_DICTIONARY), bytearray(), 16
    while at < len(data) and len(out) < size:
        flags, at = data[at], at + 1
        for bit in range(8):
            if at >= len(data) or len(out) >= size:
                break
            if flags >> bit & 1:
                if at + 1 >= len(data):
                    return bytes(out)
                word, at = data[at] << 8 | data[at + 1], at + 2
                read, length = word >> 4, (word & 15) + 2
                if read == write % 4096:
                    return bytes(out)
                block = [read + k for k in range(length)]
            else:
                window[write % 4096] = data[at]
                out.append(data[at])
                write, at = write + 1, at + 1
                continue
            for place in block:
                byte = window[place % 4096]
                window[write % 4096] = byte
                out.append(byte)
                write += 1
    return bytes(out)


def read_msg(source: Source) -> Iterator[Document | Source]:
    """The resumes of an Outlook message. Raises ReadError: empty, damaged."""
    import olefile

    letter = _Letter()
    try:
        with olefile.OleFileIO(io.BytesIO(source.data)) as box:
            _read_item(box, [], letter, source.depth)
    except Exception as error:  # olefile raises whatever a damaged directory trips
        raise _damaged() from error
    found = list(_deliver(letter, source))
    if not found:
        raise _empty()
    yield from found


READERS = (Reader("msg", is_msg, read_msg), Reader("mail", is_mail, read_mail))
