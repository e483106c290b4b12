"""Letters and saved pages. Eml by the standard library and by hand as Chinese mailers write it; msg by a small writer
of OLE files below (python-oxmsg, an independent reader, reads its bodies)."""

from __future__ import annotations

import base64
import quopri
import struct
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.reading import mail
from matcher.reading.base import Document, ReadError, Source

RESUME = b"PK\x03\x04 the resume"
BODY = "您好，附件是我的简历，请查收。"
PAGE = (
    "<html><body><p>姓名：王测试</p><p>学历：本科</p><p>教育背景 某大学 金融学</p><p>工作经历 甲银行 金融产品经理</p>"
    + "<p>负责金融产品设计</p>" * 30
    + "</body></html>"
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20_000)


def letter(body: str = BODY, charset: str = "utf-8") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "wang@example.com"
    message["To"] = "hr@example.com"
    message["Subject"] = "应聘金融产品经理"
    message["MIME-Version"] = "1.0"
    message.set_content(body, charset=charset)
    return message


def read(data: bytes, depth: int = 0) -> list[tuple[str, str | bytes]]:
    source = Source(data, "信", depth)
    reader = next(r for r in mail.READERS if r.accepts(source))
    found = []
    for item in reader.read(source):
        found.append((item.name, item.text if isinstance(item, Document) else item.data))
        assert isinstance(item, Document) or item.depth == depth + 1
    return found


# ---------------------------------------------------------------------------------------------------------- eml


def test_the_attachment_is_the_resume() -> None:
    message = letter()
    message.add_attachment(RESUME, maintype="application", subtype="octet-stream", filename="王测试_简历.docx")
    assert read(message.as_bytes(policy=SMTP)) == [("信/王测试_简历.docx", RESUME)]


def test_every_attachment_comes_out() -> None:
    message = letter()
    for name in ("甲.pdf", "乙.zip"):
        message.add_attachment(RESUME, maintype="application", subtype="octet-stream", filename=name)
    assert [name for name, _ in read(message.as_bytes())] == ["信/甲.pdf", "信/乙.zip"]


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk", "gb18030", "big5"])
def test_the_body_is_the_resume_when_nothing_is_attached(charset: str) -> None:
    body = "姓名：王測試\n" if charset == "big5" else "姓名：王测试\n学历：本科\n"
    assert read(letter(body, charset).as_bytes()) == [("信", body.strip())]


@pytest.mark.parametrize(("declared", "real"), [("gb2312", "gbk"), ("us-ascii", "gbk"), ("iso-8859-1", "gbk"), ("utf-8", "gbk"), ("", "utf-8"), ("x-nonsense", "gb18030")])  # fmt: skip
def test_a_body_in_another_character_set_than_declared(declared: str, real: str) -> None:
    body = "姓名：王喆，学历：本科，应聘金融产品经理，三年经验"
    kind = f"; charset={declared}" if declared else ""
    head = f"From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain{kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    assert read(head.encode() + body.encode(real)) == [("信", body)]


def _attached(disposition: bytes, kind: bytes = b"application/octet-stream") -> bytes:
    return (
        b"From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: "
        + kind
        + b"\r\nContent-Transfer-Encoding: "
        b"base64\r\n" + disposition + b"\r\n\r\n" + base64.b64encode(RESUME) + b"\r\n--b--\r\n"
    )


_GBK64 = base64.b64encode("王喆简历.docx".encode("gbk"))


@pytest.mark.parametrize(
    "disposition",
    [
        b'Content-Disposition: attachment; filename="' + "王喆简历.docx".encode("gbk") + b'"',
        b'Content-Disposition: attachment; filename="' + "王喆简历.docx".encode() + b'"',
        b'Content-Disposition: attachment; filename="=?gb2312?B?' + _GBK64 + b'?="',
        b"Content-Disposition: attachment; filename==?GBK?B?" + _GBK64 + b"?=",
        b"Content-Disposition: attachment; filename*=gb2312''%CD%F5%86%B4%BC%F2%C0%FA.docx",
        b"Content-Disposition: attachment; filename*0*=utf-8''%E7%8E%8B%E5%96%86;\r\n filename*1*=%E7%AE%80%E5%8E%86.docx",
        b'Content-Disposition: attachment; filename="../../../' + "王喆简历.docx".encode() + b'"',
    ],
)
def test_file_names_however_they_are_written(disposition: bytes) -> None:
    assert read(_attached(disposition)) == [("信/王喆简历.docx", RESUME)]


def test_a_file_name_that_only_the_content_type_gives() -> None:
    name = b'application/msword; name="=?gb2312?B?' + _GBK64 + b'?="'
    assert read(_attached(b"X-A: b", name)) == [("信/王喆简历.docx", RESUME)]


def test_an_attachment_without_a_name() -> None:
    assert read(_attached(b"Content-Disposition: attachment")) == [("信/附件1", RESUME)]


def test_an_html_body_is_read_as_a_page_and_preferred_to_its_plain_twin() -> None:
    message = letter("请使用支持HTML的邮箱")
    message.add_alternative(PAGE, subtype="html")
    ((_name, data),) = read(message.as_bytes())
    assert isinstance(data, bytes)
    assert data.startswith(b"\xef\xbb\xbf")
    assert "王测试" in data.decode("utf-8-sig")


def test_a_logo_in_the_body_is_no_attachment() -> None:
    message = letter("请看网页")
    message.add_alternative(PAGE, subtype="html")
    page = message.get_payload()[1]
    assert isinstance(page, EmailMessage)
    page.add_related(PNG, maintype="image", subtype="png", cid="<logo>")
    assert [name for name, _ in read(message.as_bytes())] == ["信"]


def test_a_photo_attached_to_a_resume_in_the_body_does_not_hide_it() -> None:
    message = letter("请看网页")
    message.add_alternative(PAGE, subtype="html")
    message.add_attachment(PNG, maintype="image", subtype="png", filename="照片.png")
    assert [name for name, _ in read(message.as_bytes())] == ["信/照片.png", "信"]


def test_a_scan_in_an_empty_body_is_read() -> None:
    message = letter(" ")
    message.add_attachment(PNG, maintype="image", subtype="png", filename="scan.png", disposition="inline")
    assert [name for name, _ in read(message.as_bytes())][-1] == "信/scan.png"


def test_a_forwarded_letter_is_an_attachment() -> None:
    inner = letter()
    inner.add_attachment(RESUME, maintype="application", subtype="pdf", filename="甲.pdf")
    outer = letter("转发")
    outer.add_attachment(inner)
    ((_name, data),) = read(outer.as_bytes())
    assert isinstance(data, bytes)
    assert read(data, 1) == [("信/甲.pdf", RESUME)]


def test_a_signature_is_no_resume() -> None:
    message = letter("姓名：王测试，学历：本科")
    message.add_attachment(b"x", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    assert read(message.as_bytes()) == [("信", "姓名：王测试，学历：本科")]


def test_flowed_lines_are_joined() -> None:
    data = b"From: a@example.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; format=flowed\n\nlong \nline\nnext"
    assert read(data) == [("信", "long line\nnext")]


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nabc", "encrypted"),
        (b"Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--", "encrypted"),
        (b"Content-Type: text/plain\r\n\r\n  ", "empty"),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--", "empty"),
    ],
)
def test_what_cannot_be_read_is_said(head: bytes, code: str) -> None:
    with pytest.raises(ReadError) as error:
        read(b"From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n" + head)
    assert error.value.code == code


@pytest.mark.parametrize(
    "text", ["姓名：王测试\n学历：本科", "Name: Wang\nDegree: BSc\n", "From: 2018 to 2020 at a bank\nSubject: finance\n", "Summary: x\n\n", ""]
)  # fmt: skip
def test_a_resume_is_no_letter(text: str) -> None:
    assert not mail.is_mail(Source(text.encode(), "a.txt"))


# ---------------------------------------------------------------------------------------------------------- mht


def _page(kind: str, encoding: str, body: bytes) -> bytes:
    return (
        (
            "From: <Saved by Blink>\r\nSubject: =?utf-8?B?566A5Y6G?=\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
            f"--b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\nContent-Location: http://example.com/a\r\n\r\n"
        ).encode()
        + body
        + b"\r\n--b\r\nContent-Type: image/png\r\nContent-Location: logo\r\n\r\nxx\r\n--b\r\nContent-Type: text/css\r\n\r\np{}\r\n--b--\r\n"
    )


@pytest.mark.parametrize(
    ("kind", "encoding", "body"),
    [
        ("text/html; charset=utf-8", "quoted-printable", quopri.encodestring(PAGE.encode())),
        ("text/html; charset=gb2312", "base64", base64.encodebytes(PAGE.encode("gbk"))),
        ('text/html; charset="unicode"', "base64", base64.encodebytes(PAGE.encode("utf-16"))),
        ("text/html", "8bit", PAGE.encode("gbk")),
    ],
)
def test_a_saved_page_is_its_html(kind: str, encoding: str, body: bytes) -> None:
    ((name, data),) = read(_page(kind, encoding, body))
    assert name == "信"
    assert isinstance(data, bytes)
    assert "姓名：王测试" in data.decode("utf-8-sig")


def test_a_saved_page_without_a_sender_as_job_boards_export_it() -> None:
    data = _page("text/html; charset=utf-8", "8bit", PAGE.encode()).split(b"\r\n", 2)[2]
    assert data.startswith(b"MIME-Version")
    assert len(read(data)) == 1


# ---------------------------------------------------------------------------------------------------------- msg


def ole(streams: dict[str, bytes]) -> bytes:
    """A compound file (MS-CFB, version 3) holding these streams; ``/`` in a name makes storages."""
    free, end, none = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF
    storages = sorted({"/".join(p.split("/")[:i]) for p in streams for i in range(1, p.count("/") + 1)})
    entries = [
        "",
        *sorted([*storages, *streams], key=lambda p: (p.count("/"), len(p.split("/")[-1]), p.split("/")[-1].upper())),
    ]
    children: dict[str, list[int]] = {}
    for number, path in enumerate(entries[1:], start=1):
        children.setdefault(path.rpartition("/")[0], []).append(number)
    sectors: list[bytes] = []
    fat: list[int] = []

    def put(data: bytes) -> int:
        first = len(sectors)
        for at in range(0, len(data), 512):
            sectors.append(data[at : at + 512].ljust(512, b"\0"))
            fat.append(len(sectors))
        fat[-1] = end
        return first

    mini, minifat, starts = b"", list[int](), {}
    for path, data in streams.items():
        if len(data) >= 4096:
            starts[path] = put(data)
        elif data:
            starts[path] = len(minifat)
            count = -(-len(data) // 64)
            minifat += [len(minifat) + 1 + i for i in range(count - 1)] + [end]
            mini += data.ljust(count * 64, b"\0")
    root_start = put(mini) if mini else end
    minifat_start = put(b"".join(struct.pack("<I", n) for n in minifat).ljust(512, b"\xff")) if minifat else end
    minifat_sectors = -(-len(minifat) * 4 // 512)
    directory = b""
    for number, path in enumerate(entries):
        below = children.get(path, [])
        siblings = children.get(path.rpartition("/")[0], []) if number else []
        right = siblings[siblings.index(number) + 1] if number and siblings[-1] != number else none
        name = (path.rpartition("/")[2] if number else "Root Entry").encode("utf-16-le") + b"\0\0"
        stream = path in streams
        size = len(streams[path]) if stream else (len(mini) if not number else 0)
        start = starts.get(path, end) if stream else (root_start if not number else 0)
        directory += name.ljust(64, b"\0") + struct.pack(
            "<HBBIII16sIQQIQ", len(name), 2 if stream else (1 if number else 5), 1, none, right,
            below[0] if below else none, b"", 0, 0, 0, start, size,
        )  # fmt: skip
    while len(directory) % 512:
        directory += struct.pack("<64xHBBIII", 0, 0, 0, none, none, none).ljust(128, b"\0")
    directory_start = put(directory)
    count = 1
    while count * 128 < len(fat) + count:
        count += 1
    fat_start = len(sectors)
    fat += [0xFFFFFFFD] * count + [free] * (count * 128 - len(fat) - count)
    table = struct.pack(f"<{len(fat)}I", *fat)
    sectors += [table[i : i + 512] for i in range(0, len(table), 512)]
    places = [fat_start + i for i in range(count)] + [free] * (109 - count)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack(
        "<16sHHHHH6xIIIIIIIII", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory_start, 0, 4096, minifat_start,
        minifat_sectors, end, 0,
    )  # fmt: skip
    return header + struct.pack("<109I", *places) + b"".join(sectors)


def _numbers(header: int, **values: int) -> bytes:
    rows = b"".join(struct.pack("<HHIII", 3, int(tag[1:], 16), 6, value, 0) for tag, value in values.items())
    return bytes(header) + rows


def msg(streams: dict[str, bytes], **numbers: int) -> bytes:
    return ole({"__properties_version1.0": _numbers(32, **numbers), **streams})


def attachment(name: str, data: bytes, number: int = 0, wide: bool = True, **numbers: int) -> dict[str, bytes]:
    base = f"__attach_version1.0_#{number:08X}"
    title = (
        {f"{base}/__substg1.0_3707001F": name.encode("utf-16-le")}
        if wide
        else {f"{base}/__substg1.0_3707001E": name.encode("gbk")}
    )
    return {
        f"{base}/__properties_version1.0": _numbers(8, x3705=1, **numbers),
        f"{base}/__substg1.0_37010102": data,
        **title,
    }


WIDE_BODY = {"__substg1.0_1000001F": BODY.encode("utf-16-le")}


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("size", [10, 4095, 5000, 100_000])
def test_attachments_of_an_outlook_message(wide: bool, size: int) -> None:
    data = b"PK\x03\x04".ljust(size, b"x")
    found = read(
        msg(
            {**WIDE_BODY, **attachment("王测试简历.docx", data, 0, wide), **attachment("乙.pdf", data, 1, wide)},
            x3FFD=936,
        )
    )
    assert found == [("信/王测试简历.docx", data), ("信/乙.pdf", data)]


def test_the_body_of_an_outlook_message() -> None:
    assert read(msg(WIDE_BODY)) == [("信", BODY)]
    assert read(msg({"__substg1.0_1000001E": "姓名：王喆".encode("gbk")}, x3FFD=936)) == [("信", "姓名：王喆")]


@pytest.mark.parametrize(("codec", "page"), [("gbk", 936), ("utf-8", 65001), ("gbk", 20936), ("utf-8", 0)])
def test_the_html_body_of_an_outlook_message(codec: str, page: int) -> None:
    ((_, data),) = read(msg({**WIDE_BODY, "__substg1.0_10130102": PAGE.encode(codec)}, x3FDE=page))
    assert isinstance(data, bytes)
    assert "姓名：王测试" in data.decode("utf-8-sig")


def test_a_message_inside_a_message() -> None:
    inner = {f"__attach_version1.0_#00000000/__substg1.0_3701000D/{k}": v for k, v in
             {"__properties_version1.0": bytes(24), **WIDE_BODY, **attachment("甲.pdf", RESUME)}.items()}  # fmt: skip
    outer = {"__attach_version1.0_#00000000/__properties_version1.0": _numbers(8, x3705=5), **inner}
    assert read(msg({**WIDE_BODY, **outer})) == [("信/甲.pdf", RESUME)]


def test_a_picture_shown_in_the_body_is_no_attachment() -> None:
    page = {"__substg1.0_10130102": PAGE.encode()}
    found = read(msg({**page, **attachment("logo.png", PNG, 0, True, x3714=4), **attachment("甲.pdf", RESUME, 1)}))
    assert [name for name, _ in found] == ["信/甲.pdf", "信"]


def test_compressed_rtf_body() -> None:
    # The worked example of MS-OXRTFCP 3.1.1.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert mail.unpack_rtf(packed).startswith(b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}")
    ((_, data),) = read(
        msg({"__substg1.0_10090102": struct.pack("<III", 28, 12, 0x414C454D) + bytes(4) + b"{\\rtf1 good}"})
    )
    assert data == b"{\\rtf1 good}"


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_cut_outlook_message_is_damaged(keep: float) -> None:
    data = msg({**WIDE_BODY, **attachment("甲.pdf", bytes(50_000))})
    with pytest.raises(ReadError):
        list(mail.read_msg(Source(data[: int(len(data) * keep)], "x")))


@given(st.binary(max_size=300))
def test_any_bytes_behind_headers_end_in_an_answer(data: bytes) -> None:
    for head in (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=",
        b"MIME-Version: 1.0\r\nContent-Type:",
        b"From: ",
        b"",
    ):
        source = Source(head + data, "x")
        if mail.is_mail(source):
            try:
                list(mail.read_mail(source))
            except ReadError as error:
                assert error.reason  # noqa: PT017


@given(st.binary(max_size=200))
def test_any_bytes_as_compressed_rtf(data: bytes) -> None:
    assert len(mail.unpack_rtf(struct.pack("<III", 0, 1000, 0x75465A4C) + bytes(4) + data)) <= 1016
