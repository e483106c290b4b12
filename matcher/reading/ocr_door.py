"""The one door to OCR: an optional extra, asked for only where there is no sound text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from matcher.reading.base import ReadError

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 40_000_000  # one picture; a page at 300 dpi has 9 million (B041)


def needs_ocr() -> ReadError:
    """No text layer, and no OCR at hand."""
    return ReadError(
        "needs_ocr",
        "文件是扫描件或图片（或文字层不可用），需要文字识别：请安装 OCR 组件（pip install -r requirements-ocr.txt）"
        "后重试，或人工查看。",
        "The file is a scan or picture (or its text layer is unusable) and needs OCR: install the OCR extra"
        " (pip install -r requirements-ocr.txt), or look at it by hand.",
    )


def ocr_images(images: Sequence[Image]) -> list[str]:
    """Text of each picture, in order. Raises ReadError ``needs_ocr`` when the extra is not installed."""
    try:
        from matcher.reading.image import ocr_pages
    except ImportError as error:
        raise needs_ocr() from error
    try:
        return list(ocr_pages(list(images)))
    except ImportError as error:
        raise needs_ocr() from error


def ocr_files(pictures: Sequence[bytes]) -> list[str]:
    """Text of picture files; giant and broken pictures are passed by. Raises ReadError ``needs_ocr``."""
    try:
        from PIL import Image, ImageOps
    except ImportError as error:
        raise needs_ocr() from error
    images = []
    for data in pictures:
        try:
            with Image.open(io.BytesIO(data)) as picture:
                if picture.width * picture.height <= MAX_PIXELS:
                    images.append(ImageOps.exif_transpose(picture).convert("RGB"))
        except (OSError, ValueError, Image.DecompressionBombError, SyntaxError):
            continue
    if not images:
        raise needs_ocr()
    return ocr_images(images)
