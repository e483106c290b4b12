"""Pictures of resumes: OCR by ``rapidocr`` (Apache-2.0) on ``onnxruntime`` (MIT), models inside the wheel, no network.

An optional extra: without it a picture is ``needs_ocr``. Order on the page comes from ``geometry``, as for pdf: columns
are read one after another. Look-alike misreads (O for 0, 土 for 士) are mended later, by ``matcher.text``.
"""

from __future__ import annotations

import functools
import io
import math
import re
import statistics
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matcher.reading.base import Document, Reader, ReadError, Source
from matcher.reading.geometry import Piece, page_lines, unwrap
from matcher.reading.layout import tidy_lines
from matcher.reading.ocr_door import MAX_PIXELS, needs_ocr
from matcher.schema import Notice

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_JPEG_PIXELS = 130_000_000  # phones take 108 million; JPEG is decoded at a fraction of its size
MAX_FRAMES = 10  # pages of a tiff: some 5 seconds each
_SIDE = 2_000  # the recogniser shrinks longer sides to this
_THREADS = 2

_HEIC = re.compile(rb"^.{4}ftyp(heic|heix|hevc|mif1|msf1|avif)", re.S)


@dataclass(frozen=True, slots=True)
class _Found:
    """A line of text in a picture: its corners (pixels, clockwise from the top left) and how sure it is (0 to 1)."""

    text: str
    corners: tuple[tuple[float, float], ...]
    score: float

    @property
    def width(self) -> float:
        """Length of the upper edge."""
        return math.dist(self.corners[0], self.corners[1])

    @property
    def height(self) -> float:
        """Length of the left edge."""
        return math.dist(self.corners[0], self.corners[3])


@functools.cache
def _engine() -> Any:
    """The recogniser, loaded once a process. Raises ImportError when the extra is not installed."""
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            # Turned lines are found by their low score below; a page upside down must be turned whole for its order.
            "Global.use_cls": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _bands(image: Image) -> Iterator[tuple[int, Image]]:
    """A tall picture (a screenshot of several screens) as bands cut at rows of one colour, each with its top."""
    import numpy as np

    width, height = image.size
    tall = max(int(1.4 * width), 600)
    if height <= _SIDE or height <= 1.6 * tall:
        yield 0, image
        return
    grey = np.asarray(image.convert("L"))
    quiet = np.ptp(grey, axis=1) <= 24
    top = 0
    while top < height:
        bottom = min(top + tall, height)
        if bottom < height:
            rows = np.flatnonzero(quiet[top + tall // 2 : bottom])
            bottom = top + tall // 2 + int(rows[-1]) if rows.size else bottom
        yield top, image.crop((0, top, width, bottom))
        top = bottom


def _recognise(image: Image) -> list[_Found]:
    """Lines of text of a picture, in no order."""
    import numpy as np

    found = []
    for top, band in _bands(image):
        result = _engine()(np.ascontiguousarray(np.asarray(band.convert("RGB"))[:, :, ::-1]))
        if result.boxes is None or result.txts is None:
            continue
        for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
            corners = tuple((float(x), float(y) + top) for x, y in box)
            if text.strip():
                found.append(_Found(text.strip(), corners, float(score)))
    return found


def _sureness(found: Sequence[_Found]) -> float:
    """Mean score over characters; 0 when nothing was found."""
    total = sum(len(f.text) for f in found)
    return sum(f.score * len(f.text) for f in found) / total if total else 0.0


def _upright(found: Sequence[_Found]) -> bool:
    """Whether most lines lie as text does: longer than high, and read well."""
    long = [f for f in found if len(f.text) >= 3]
    if not long:
        return bool(found) and _sureness(found) >= 0.8
    return sum(f.width >= f.height for f in long) > len(long) / 2 and _sureness(long) >= 0.8


def _read_turned(image: Image) -> list[_Found]:
    """Lines of a picture; one that was put on the scanner sideways or upside down is turned until it reads."""
    best = _recognise(image)
    if not best or _upright(best):
        return best
    sideways = sum(f.width < f.height for f in best) > len(best) / 2
    for degrees in (90, 270, 180) if sideways else (180, 90, 270):
        found = _recognise(image.rotate(degrees, expand=True))
        # More characters read surely win: the wrong way round gives few, or rubbish.
        if sum(f.score * len(f.text) for f in found if f.width >= f.height) > sum(
            f.score * len(f.text) for f in best if f.width >= f.height
        ):
            best = found
        if _upright(found):
            return found
    return best


def _pieces(found: Sequence[_Found]) -> list[Piece]:
    """Lines as pieces on a page; a page photographed askew is turned straight by the angle of its lines."""
    angles = [
        math.atan2(f.corners[1][1] - f.corners[0][1], f.corners[1][0] - f.corners[0][0])
        for f in found
        if f.width > 4 * f.height
    ]
    angle = statistics.median(angles) if angles else 0.0
    cos, sin = math.cos(-angle), math.sin(-angle)
    pieces = []
    for order, line in enumerate(found):
        turned = [(x * cos - y * sin, x * sin + y * cos) for x, y in line.corners]
        left = (turned[0][0] + turned[3][0]) / 2
        right = (turned[1][0] + turned[2][0]) / 2
        bottom = (turned[2][1] + turned[3][1]) / 2
        height = line.height
        # The frame of a line is about 1.3 times the size of its letters.
        pieces.append(Piece(line.text, left, max(right, left + 1), bottom - 0.24 * height, 0.76 * height, order))
    return pieces


def _page(image: Image) -> tuple[str, float]:
    """Text of one picture in reading order, and how sure it is."""
    found = _read_turned(image)
    pieces = _pieces(found)
    width = max((p.x1 for p in pieces), default=0.0)
    return tidy_lines(unwrap(page_lines(pieces, (), width))), _sureness(found)


def ocr_pages(images: Sequence[Image]) -> list[str]:
    """Text of each picture, in order; lines in reading order, columns apart, empty where nothing is written.

    Raises ImportError when the OCR extra is not installed.
    """
    _engine()
    return [_page(image)[0] for image in images]


# ------------------------------------------------------------------------------------------------------------- pictures


def _too_large() -> ReadError:
    return ReadError(
        "picture_too_large",
        "图片像素过多，已拒绝读取；请缩小图片（长边 4000 像素以内）后重新上传。",
        "The picture has too many pixels and was refused; please shrink it (4000 pixels or less) and send it again.",
    )


def _damaged() -> ReadError:
    return ReadError(
        "damaged",
        "图片已损坏或不完整，无法读取；请重新拍摄或导出后上传。",
        "The picture is damaged or cut short; please take or export it again.",
    )


def open_pictures(data: bytes) -> list[Image]:
    """The pages of a picture file, turned as their EXIF says, transparent ground white; at most ``MAX_FRAMES`` + 1.

    Sizes are looked at before anything is decoded. Raises ReadError picture_too_large, damaged; ImportError.
    """
    from PIL import Image as Pillow
    from PIL import ImageOps

    pages: list[Image] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a bomb's size is checked here; damaged tags are no error
            with Pillow.open(io.BytesIO(data)) as picture:
                jpeg = picture.format in ("JPEG", "MPO")
                for number in range(min(getattr(picture, "n_frames", 1), MAX_FRAMES + 1)):
                    if number and (jpeg or picture.format in ("GIF", "PNG", "WEBP")):
                        break  # an animation shows one resume; an MPO's second picture is a preview
                    if number:
                        picture.seek(number)
                    if picture.width * picture.height > (MAX_JPEG_PIXELS if jpeg else MAX_PIXELS):
                        raise _too_large()
                    if picture.width < 8 or picture.height < 8:
                        continue
                    if jpeg:
                        scale = 2 * _SIDE / max(picture.size)
                        picture.draft("RGB", (int(picture.width * scale), int(picture.height * scale)))
                    pages.append(_plain(ImageOps.exif_transpose(picture)))
    except Pillow.DecompressionBombError as error:
        raise _too_large() from error
    except ReadError:
        raise
    except Exception as error:  # Pillow's decoders raise many kinds
        if not pages:
            raise _damaged() from error
    return pages


def _plain(picture: Image) -> Image:
    """Red, green and blue on white."""
    from PIL import Image as Pillow

    if picture.mode.startswith("I"):  # 16 bits a pixel
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        rich = picture.convert("RGBA")
        ground = Pillow.new("RGBA", rich.size, "white")
        return Pillow.alpha_composite(ground, rich).convert("RGB")
    return picture.convert("RGB")


def accepts(source: Source) -> bool:
    """True for the picture formats that people send, by their first bytes."""
    data = source.data
    return (
        data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*"))
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or (
            data[:2] == b"BM"
            and data[6:10] == b"\0\0\0\0"
            and data[14:15] in (b"\x0c", b"\x28", b"\x38", b"\x40", b"\x6c", b"\x7c")
        )
        or bool(_HEIC.match(data[:12]))
    )


def read(source: Source) -> Iterator[Document | Source]:
    """One document. Raises ReadError: needs_ocr, picture_too_large, damaged, unsupported_picture, no_text."""
    if _HEIC.match(source.data[:12]):
        raise ReadError(
            "unsupported_picture",
            "不支持 HEIC/AVIF 图片，未读取；请转换为 JPG 或 PNG 后上传。",
            "HEIC and AVIF pictures are not supported; please send a JPG or PNG.",
        )
    try:
        pictures = open_pictures(source.data)
        _engine()
    except ImportError as error:
        raise needs_ocr() from error
    pages = [_page(picture) for picture in pictures[:MAX_FRAMES]]
    text = "\n".join(page for page, _ in pages if page)
    if len(re.sub(r"\s", "", text)) < 8:
        raise ReadError(
            "no_text",
            "图片中没有识别出文字（可能是照片或过于模糊），请人工查看或请应聘者重发。",
            "No text was found in the picture (a photo, or too blurred); please look at it by hand or ask again.",
        )
    notices = [Notice("ocr", "文字由图片识别（OCR）得到，请对照原件。")]
    if min(sure for page, sure in pages if page) < 0.8:
        notices.append(Notice("ocr_doubtful", "图片不清晰，识别结果可信度低，请务必对照原件。"))
    if len(pictures) > MAX_FRAMES:
        notices.append(Notice("pages_cut", f"图片超过 {MAX_FRAMES} 页，其后未读取；请人工查看。"))
    yield Document(text, source.name, tuple(notices))


READER = Reader("image", accepts, read)
