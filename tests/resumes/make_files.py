"""Render ``src/`` to the resumes beside this script: ``python tests/resumes/make_files.py [ID …]``.

``src/ID.txt``   UTF-8 text, written again in the encoding named in ``ENCODINGS`` (other txt resumes have no source).
``src/ID.html``  printed to pdf by Chromium.
``src/ID.dx``    a small markup, rendered to docx by python-docx. A line is one of:

    ``@title T``  big centred line     ``# T``  heading      ``- T``  bullet      ``@header T``, ``@footer T``
    ``@box`` … ``@end``                a text box (raw XML, with the usual VML fallback)
    ``@sdt T``                         a paragraph inside a content control
    ``@table W,W,…`` … ``@end``        a table, widths in cm; rows are ``| a | b |``; a cell ``<`` joins its left
                                       neighbour, ``^`` the one above, `` // `` breaks a line inside a cell
    ``A >> B``                         A on the left, B at a right tab stop
    anything else                      a paragraph; ``**bold**`` works everywhere

Development tool only: the rendered files are committed, and tests read those.
"""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

HERE = Path(__file__).parent
SOURCES = HERE / "src"
ENCODINGS = {"p03_near": "gb18030", "p07_clear": "gb18030", "p05_trap": "utf-16"}
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BOX = """<w:p xmlns:w="{w}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
 xmlns:v="urn:schemas-microsoft-com:vml"><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>
<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="5400000" cy="{height}"/>
<wp:docPr id="{n}" name="文本框 {n}"/>
<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>
<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="5400000" cy="{height}"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>
<a:ln w="6350"><a:solidFill><a:srgbClr val="7F7F7F"/></a:solidFill></a:ln>
</wps:spPr><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic>
</wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape style="width:425pt;height:{points}pt"><v:textbox>
<w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"""
SDT = """<w:sdt xmlns:w="{w}"><w:sdtPr/><w:sdtContent><w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>
</w:sdtContent></w:sdt>"""


def escape(text: str) -> str:
    """XML-escape ``text``."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def write_runs(paragraph: Any, text: str) -> None:
    """Add ``text`` to a paragraph, ``**…**`` in bold."""
    for index, part in enumerate(re.split(r"\*\*", text)):
        if part:
            paragraph.add_run(part).bold = bool(index % 2)


def add_box(document: Any, lines: list[str], number: int) -> None:
    """Add a text box that holds one paragraph a line."""
    content = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in lines)
    height = 390000 * len(lines) + 150000  # EMU
    xml = BOX.format(w=WORD, content=content, height=height, points=height // 12700, n=number)
    document.element.body.insert(len(document.element.body) - 1, parse_xml(xml))


def add_table(document: Any, widths: list[float], rows: list[str]) -> None:
    """Add a bordered table; see the markup for joined cells."""
    cells = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in rows]
    table = document.add_table(rows=len(cells), cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for y, row in enumerate(cells):
        for x, text in enumerate(row):
            cell = table.cell(y, x)
            cell.width = Cm(widths[x])
            if text == "<":
                table.cell(y, x - 1).merge(cell)
            elif text == "^":
                table.cell(y - 1, x).merge(cell)
            else:
                for index, line in enumerate(text.split(" // ")):
                    paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
                    write_runs(paragraph, line)
    for row in table.rows:  # merging keeps the empty paragraphs of joined cells: drop them
        for cell in row.cells:
            for paragraph in cell.paragraphs[1:]:
                if not paragraph.text:
                    paragraph._p.getparent().remove(paragraph._p)


def make_docx(source: Path, target: Path) -> None:
    """Render one ``.dx`` file."""
    document = Document()
    document.core_properties.author = "invented"
    document.core_properties.created = document.core_properties.modified = dt.datetime(2026, 11, 24)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Noto Sans CJK SC", Pt(10)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Sans CJK SC")
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    lines = iter(source.read_text(encoding="utf-8").splitlines())
    for number, line in enumerate(lines, start=1):
        keyword, _, rest = line.partition(" ")
        if keyword in ("@table", "@box"):
            block = []
            for inner in lines:
                if inner == "@end":
                    break
                block.append(inner)
            if keyword == "@box":
                add_box(document, block, number)
            else:
                add_table(document, [float(width) for width in rest.split(",")], block)
        elif keyword == "@header":
            section.header.paragraphs[0].text = rest
        elif keyword == "@footer":
            section.footer.paragraphs[0].text = rest
        elif keyword == "@sdt":
            document.element.body.insert(
                len(document.element.body) - 1, parse_xml(SDT.format(w=WORD, text=escape(rest)))
            )
        elif keyword == "@title":
            paragraph = document.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = paragraph.add_run(rest)
            run.bold, run.font.size = True, Pt(18)
        elif keyword == "#":
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.space_before = Pt(10)
            run = paragraph.add_run(rest)
            run.bold, run.font.size = True, Pt(13)
        elif keyword == "-":
            write_runs(document.add_paragraph(style="List Bullet"), rest)
        elif " >> " in line:
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(17), WD_TAB_ALIGNMENT.RIGHT)
            write_runs(paragraph, line.replace(" >> ", "\t"))
        elif line.strip():
            write_runs(document.add_paragraph(), line)
    document.save(str(target))


def make_pdf(source: Path, target: Path) -> None:
    """Print one html file with Chromium."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                "/usr/bin/chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                f"--user-data-dir={profile}",
                "--no-pdf-header-footer",
                f"--print-to-pdf={target}",
                str(source.resolve()),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


def main(wanted: list[str]) -> None:
    """Render all sources, or those whose ids are given."""
    for source in sorted(SOURCES.iterdir()):
        if wanted and source.stem not in wanted:
            continue
        if source.suffix == ".dx":
            make_docx(source, HERE / f"{source.stem}.docx")
        elif source.suffix == ".html":
            make_pdf(source, HERE / f"{source.stem}.pdf")
        elif source.suffix == ".txt":
            text = source.read_text(encoding="utf-8")
            (HERE / f"{source.stem}.txt").write_bytes(text.encode(ENCODINGS[source.stem]))


if __name__ == "__main__":
    main(sys.argv[1:])
