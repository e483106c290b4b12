"""What a reader is: bytes in, raw documents out. Nothing here knows a format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from matcher.schema import Notice


@dataclass(frozen=True, slots=True)
class Document:
    """One applicant's raw text as a reader found it, before ``matcher.text.normalise``.

    ``name`` is a display name (file name, ``pool.xlsx#3``); it is never used as a path.
    ``fields`` are label/value pairs known from structure (a pool's columns, form fields); they stand in ``text`` too,
    as ``label：value`` lines.
    ``notices`` carry what was left out or repaired: hidden text, OCR, tracked deletions.
    """

    text: str
    name: str
    notices: tuple[Notice, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


class ReadError(Exception):
    """An input that cannot be read. ``code`` is stable; both messages name the mend and hold no personal data."""

    def __init__(self, code: str, reason: str, reason_en: str) -> None:
        super().__init__(reason_en)
        self.code = code
        self.reason = reason
        self.reason_en = reason_en


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes to read and the display name of where they came from; ``depth`` counts containers around it."""

    data: bytes
    name: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """A format: ``accepts`` looks at content only, never at the suffix; ``read`` yields the documents inside.

    A container's reader (zip, eml) yields ``Source`` items to be read in turn.
    """

    name: str
    accepts: Callable[[Source], bool]
    read: Callable[[Source], Iterator[Document | Source]]


def no_text(hidden: bool) -> ReadError:
    """What to say of a document without visible text: only hidden text, or none at all."""
    if hidden:
        return ReadError(
            "hidden_only",
            "文档只有隐藏文字，没有可见内容；请人工查看。",
            "The document holds hidden text only; please look at it by hand.",
        )
    return ReadError(
        "empty", "文档没有文字内容，请重新上传简历。", "The document holds no text; please upload the resume again."
    )
