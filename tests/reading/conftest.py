"""Makers of real files, shared by the reader tests. Persons, phones and addresses are plainly invented."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from matcher.reading import read_source
from matcher.reading.base import Document, Source
from matcher.schema import Unreadable

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)


def read_all(data: bytes, name: str = "简历") -> list[Document | Unreadable]:
    """Every result of reading these bytes."""
    return list(read_source(Source(data, name)))


def read_one(data: bytes, name: str = "简历") -> Document:
    """The one document in these bytes; fails the test when it is not exactly one."""
    found = read_all(data, name)
    assert len(found) == 1, found
    assert isinstance(found[0], Document), found[0]
    return found[0]


def refused(data: bytes, name: str = "简历") -> Unreadable:
    """The one refusal for these bytes, with both messages filled."""
    found = read_all(data, name)
    assert len(found) == 1, found
    assert isinstance(found[0], Unreadable), found[0]
    assert found[0].reason
    assert found[0].reason_en
    return found[0]


def codes(document: Document) -> set[str]:
    """Codes of a document's notices."""
    return {notice.code for notice in document.notices}


def para(text: str, run: str = "", paragraph: str = "") -> str:
    """A ``w:p`` with one run; ``run`` and ``paragraph`` are property elements."""
    return f'<w:p><w:pPr>{paragraph}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def make_docx(
    body: str, parts: dict[str, str] | None = None, relations: str = "", word: str = W, prolog: str = ""
) -> bytes:
    """A docx from the XML inside ``w:body``; ``parts`` are further members (name to whole XML or bytes)."""
    namespaces = _NAMESPACES.replace(W, word)
    document = f"{prolog}<w:document {namespaces}><w:body>{body}</w:body></w:document>"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": document,
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{relations}</Relationships>",
        **(parts or {}),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return buffer.getvalue()


def part(tag: str, inner: str) -> str:
    """A whole part: ``part("w:hdr", …)``."""
    return f"<{tag} {_NAMESPACES}>{inner}</{tag}>"


def relation(rid: str, kind: str, target: str) -> str:
    """A relationship of the main document."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return f'<Relationship Id="{rid}" Type="{office}/{kind}" Target="{target}"/>'


@pytest.fixture(scope="session")
def chinese_font() -> str:
    """Name of a TrueType Chinese font registered with reportlab; skips when the machine has none."""
    pytest.importorskip("reportlab")
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    for path in ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"):
        if Path(path).exists():
            try:
                pdfmetrics.registerFont(TTFont("Chinese", path))
            except TTFError:
                continue
            return "Chinese"
    pytest.skip("no TrueType Chinese font (fonts-wqy-zenhei)")


@pytest.fixture(scope="session")
def make_pdf(chinese_font: str) -> Callable[..., bytes]:
    """Draw an A4 pdf: ``make_pdf(draw, …)`` calls ``draw(canvas)`` once a page; keyword arguments go to the canvas."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen import canvas

    def make(*pages: Callable[[Any], None], **options: Any) -> bytes:
        buffer = io.BytesIO()
        sheet = canvas.Canvas(buffer, pagesize=A4, invariant=1, **options)
        for draw in pages:
            sheet.setFont(chinese_font, 11)
            draw(sheet)
            sheet.showPage()
        sheet.save()
        return buffer.getvalue()

    return make


def put(lines: Sequence[str], x: float = 60, y: float = 780, step: float = 18) -> Callable[[Any], None]:
    """A page of lines below one another."""

    def draw(sheet: Any) -> None:
        for i, line in enumerate(lines):
            sheet.drawString(x, y - step * i, line)

    return draw


@pytest.fixture(scope="session")
def chromium_pdf() -> Callable[[str], bytes]:
    """Print HTML to pdf with Chromium; skips when it is not installed."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("chromium is not installed")

    def make(html: str) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            page, out = Path(folder, "page.html"), Path(folder, "page.pdf")
            page.write_text(html, encoding="utf-8")
            command = [
                str(program), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--no-pdf-header-footer", f"--user-data-dir={folder}/profile", f"--print-to-pdf={out}", page.as_uri(),
            ]  # fmt: skip
            subprocess.run(command, check=True, capture_output=True, timeout=60)
            return out.read_bytes()

    return make
