"""Pictures of resumes, drawn by Pillow with a Chinese font. OCR runs where the extra is installed."""

from __future__ import annotations

import functools
import importlib.util
import io
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Pillow = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat  # noqa: E402

from matcher.reading import image  # noqa: E402
from matcher.reading.base import Document, ReadError, Source  # noqa: E402

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
needs_ocr = pytest.mark.skipif(
    importlib.util.find_spec("rapidocr") is None or not FONT.exists(),
    reason="the OCR extra (rapidocr, onnxruntime) or the Noto CJK font is not installed",
)


@functools.cache
def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size, index=2)


def drawn(lines: list[tuple[int, int, str]], size: tuple[int, int] = (760, 300), letters: int = 28) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    for x, y, text in lines:
        pen.text((x, y), text, fill="black", font=font(letters))
    return picture


def saved(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


SIMPLE = [(30, 30, "姓名：郑测试"), (30, 100, "学历：本科"), (30, 170, "2018.09-2020.03 甲银行 产品经理")]


def read(data: bytes) -> Document:
    source = Source(data, "简历.jpg")
    assert image.accepts(source)
    (found,) = image.read(source)
    assert isinstance(found, Document)
    return found


def code_of(data: bytes) -> str:
    assert image.accepts(Source(data, "x"))
    with pytest.raises(ReadError) as error:
        list(image.read(Source(data, "x")))
    assert error.value.reason
    assert error.value.reason_en
    return error.value.code


def whole(text: str) -> bool:
    bare = re.sub(r"\s", "", text)
    return all(part in bare for part in ("姓名：郑测试", "学历：本科", "2018.09-2020.03甲银行产品经理"))


@needs_ocr
def test_a_picture_is_read_and_marked_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("OCR asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    image._engine.cache_clear()
    found = read(saved(drawn(SIMPLE)))
    assert whole(found.text)
    assert [n.code for n in found.notices] == ["ocr"]


def alike(data: bytes, picture: Image.Image) -> bool:
    """Whether a file opens as this picture, up to what its format loses."""
    (opened,) = image.open_pictures(data)
    difference = ImageChops.difference(opened.convert("L"), picture.convert("L"))
    return opened.mode == "RGB" and opened.size == picture.size and ImageStat.Stat(difference).mean[0] < 2


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "BMP", "GIF", "TIFF", "PNG"])
def test_every_picture_format(form: str) -> None:
    data = saved(drawn(SIMPLE), form)
    assert image.accepts(Source(data, "简历.docx"))
    assert alike(data, drawn(SIMPLE))


@needs_ocr
def test_columns_are_read_one_after_another() -> None:
    left = ["技能", "SQL Python", "英语六级", "证书", "CFA二级"]
    right = ["工作经历", "2019.01-2021.12 甲银行", "金融产品经理", "负责理财产品设计", "2022.01-至今 乙银行"]
    lines = [(30, 20 + 60 * i, t) for i, t in enumerate(left)] + [(330, 20 + 60 * i, t) for i, t in enumerate(right)]
    (text,) = image.ocr_pages([drawn(lines, (800, 340))])
    bare = re.sub(r"[ \t]", "", text).split("\n")
    assert bare == [re.sub(" ", "", t) for t in [*left, *right]]


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_turn_kept_in_exif_only(orientation: int) -> None:
    picture = drawn(SIMPLE).rotate({1: 0, 3: 180, 6: 90, 8: 270}[orientation], expand=True)
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert alike(saved(picture, "JPEG", exif=exif.tobytes()), drawn(SIMPLE))


@needs_ocr
@pytest.mark.parametrize("degrees", [90, 180])
def test_a_page_that_lies_wrong(degrees: int) -> None:
    lines = [*SIMPLE, (30, 230, "二〇一八年起任金融产品经理，负责个人理财产品")]
    picture = drawn(lines).rotate(degrees, expand=True, fillcolor="white")
    text = read(saved(picture)).text
    assert whole(text)
    assert re.sub(r"\s", "", text).startswith("姓名")


@needs_ocr
def test_a_screenshot_of_many_screens() -> None:
    lines = [(30, 60 + 200 * i, f"第{i + 1}段 甲银行产品经理") for i in range(12)]
    picture = drawn(lines, (700, 2500))
    text = re.sub(r"\s", "", read(saved(picture)).text)
    assert [text.count(f"第{i + 1}段") for i in range(12)] == [1] * 12


def test_all_pages_of_a_tiff_and_one_of_an_animation() -> None:
    pages = [drawn([(30, 30, f"第{i}页")], (300, 100)) for i in range(3)]
    for form, count in (("TIFF", 3), ("GIF", 1), ("WEBP", 1)):
        data = saved(pages[0], form, save_all=True, append_images=pages[1:])
        assert len(image.open_pictures(data)) == count


def test_more_pages_than_are_read_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "_engine", lambda: None)
    monkeypatch.setattr(image, "_page", lambda picture: ("姓名：郑测试，学历：本科", 0.5))
    page = Image.new("L", (20, 20))
    found = read(saved(page, "TIFF", save_all=True, append_images=[page] * image.MAX_FRAMES))
    assert [n.code for n in found.notices] == ["ocr", "ocr_doubtful", "pages_cut"]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "1", "P", "CMYK", "I;16"])
def test_every_kind_of_pixel(mode: str) -> None:
    picture = drawn(SIMPLE)
    ink = picture.convert("L").point(lambda v: 255 - v)
    if mode in ("RGBA", "LA"):  # black letters on nothing
        changed = Image.merge("RGBA", [Image.new("L", picture.size)] * 3 + [ink]).convert(mode)
    elif mode == "I;16":
        changed = Image.frombytes(
            "I;16", picture.size, bytes(b for v in picture.convert("L").tobytes() for b in (0, v))
        )
    else:
        changed = picture.convert(mode)
    assert alike(saved(changed, "TIFF" if mode == "CMYK" else "PNG"), picture)


@needs_ocr
def test_a_picture_without_text_is_said() -> None:
    assert code_of(saved(Image.new("RGB", (300, 300), "grey"))) == "no_text"


@pytest.mark.parametrize("module", ["rapidocr", "PIL"])
def test_without_the_extra_a_picture_needs_a_person(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(Image.new("RGB", (50, 50)))
    image._engine.cache_clear()
    monkeypatch.setitem(sys.modules, module, None)
    assert code_of(data) == "needs_ocr"


def test_a_small_file_of_giant_size_is_refused_before_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    import struct
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0))
    data = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(3_751 * 30_000))) + chunk(b"IEND", b"")
    assert len(data) < 200_000

    def decode(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    assert code_of(data) == "picture_too_large"


def test_a_photo_of_a_large_camera_is_no_bomb() -> None:
    (picture,) = image.open_pictures(saved(Image.new("L", (9_000, 6_000), "white"), "JPEG"))
    assert max(picture.size) <= 9_000 / 2


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_heic_is_refused_with_a_way_out(brand: bytes) -> None:
    assert code_of(b"\0\0\0\x18ftyp" + brand + bytes(40)) == "unsupported_picture"


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF"])
def test_a_cut_picture_is_damaged(form: str) -> None:
    data = saved(Image.effect_noise((200, 200), 60), form)
    assert code_of(data[: len(data) // 3]) in ("damaged", "needs_ocr", "no_text")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"II*\0", b"RIFF\0\0\0\0WEBP"]),
    st.binary(max_size=300),
)
def test_any_bytes_behind_a_mark_are_damaged(head: bytes, data: bytes) -> None:
    try:
        image.open_pictures(head + data)
    except ReadError as error:
        assert error.code in ("damaged", "picture_too_large")  # noqa: PT017
