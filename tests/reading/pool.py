"""The mixed pool: our invented resumes written by real programs, and how they are read against the txt original.

``python -m tests.reading.pool --each 12`` makes twelve files of every kind, reads them and prints the table of
docs/reading.md. The test takes a few of each (test_pool.py). Producers: LibreOffice (one call a format), Chromium,
Pillow, python-docx, 7-Zip, xlsxwriter, xlwt and the standard library.
"""

from __future__ import annotations

import argparse
import base64
import html
import io
import itertools
import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.extraction import extract
from matcher.knowledge import load_policy, load_positions
from matcher.reading import read_source
from matcher.reading.base import Document, Source
from matcher.schema import CandidateProfile
from matcher.screening import screen
from matcher.text import fold, heading_kind, to_resume
from tests.reading import test_archive, test_image, test_mail, test_ole, test_table
from tests.support import AS_OF, ROOT

FOLDERS = ("tests/gold/a_dev", "tests/gold/b_dev", "tests/resumes")
OFFICE_FORMS = {
    "docx": "MS Word 2007 XML", "doc": "MS Word 97", "odt": "", "rtf": "", "pdf": "", "html": "HTML (StarWriter)"
}  # fmt: skip
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass(frozen=True, slots=True)
class Made:
    """A file that a program made of one or more resumes; ``ordered``: nothing but white space may change."""

    kind: str
    data: bytes
    texts: tuple[str, ...]
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """How one file was read: what is missing of its words, what of the facts."""

    kind: str
    texts: int
    lost_text: tuple[str, ...]
    lost_facts: tuple[str, ...]


def originals() -> dict[str, str]:
    """The resumes that exist as txt, decoded and with tabs as they stand, by id."""
    found: dict[str, str] = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).glob("*.txt")):
            (document,) = read_source(Source(path.read_bytes(), path.name))
            assert isinstance(document, Document), path
            found[path.stem] = document.text
    return found


# --------------------------------------------------------------------------------------------------------- comparing


def bare(text: str) -> str:
    """A text without white space, what joins a label to its value, and emoji (no font here prints them); NFKC."""
    return re.sub(r"[\s\u200b:•\U0001f000-\U0001faff]", "", unicodedata.normalize("NFKC", text))


def facts(text: str | Document) -> dict[str, Any]:
    """What extraction finds, as plain values; jobs and studies as sorted lists."""
    resume = to_resume(text) if isinstance(text, str) else to_resume(text.text, "", text.notices, text.fields)
    policy = load_policy()
    profile = extract(resume, AS_OF, policy)
    found = _fields(profile)
    for position in load_positions():
        for verdict in screen(resume, profile, position, policy):
            found[f"verdict {position.position_id} {verdict.rule}"] = verdict.outcome.value
    return found


def _fields(profile: CandidateProfile) -> dict[str, Any]:
    def period(item: Any) -> str:
        return "" if item is None else f"{item.start}~{'至今' if item.ongoing else item.end}"

    found: dict[str, Any] = {
        "name": profile.name.value,
        "birth": str(profile.birth.value),
        "age": profile.age_range,
        "degree": profile.highest_degree.value,
    }
    for item in profile.education:
        found[f"study {bare(item.school)} {item.degree} {bare(item.major)} {period(item.period)}"] = True
    for job in profile.jobs:
        found[f"job {bare(job.employer)} {bare(job.title)} {period(job.period)} {job.kind}"] = True
    return found


def lost(expected: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, ...]:
    """Facts of the original that the file does not give."""
    return tuple(
        f"{key}: {value} -> {found.get(key)}"
        for key, value in expected.items()
        if value not in (None, "None", "unknown") and found.get(key) != value
    )


def check(made: Made) -> Checked:
    """Read a file and compare it with what it was made of."""
    results = list(read_source(Source(made.data, "file")))
    documents = [found for found in results if isinstance(found, Document)]
    if len(documents) != len(made.texts):
        return Checked(made.kind, len(made.texts), (f"{len(documents)} documents: {results}"[:300],), ())
    words: list[str] = []
    missing: list[str] = []
    for text, document in zip(made.texts, documents, strict=True):
        whole = bare(document.text)
        if made.ordered:
            words += [] if bare(text) in whole else [_difference(bare(text), whole)]
        else:
            words += [line for line in text.split("\n") if bare(line) not in whole]
        missing += lost(facts(text), facts(document))
    return Checked(made.kind, len(made.texts), tuple(words), tuple(missing))


def _difference(wanted: str, found: str) -> str:
    """Where two texts part."""
    at = next((i for i, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b), min(len(wanted), len(found)))
    return f"…{wanted[max(0, at - 8) : at + 12]} -> {found[max(0, at - 8) : at + 12]}"


# ----------------------------------------------------------------------------------------------------------- writing


def blocks(text: str) -> list[list[str]]:
    """A resume's lines cut before its headings."""
    found: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip() and heading_kind(fold(line.strip())) and found[-1]:
            found.append([])
        if line.strip():
            found[-1].append(line)
    return [block for block in found if block]


def docx_of(text: str, table: bool = False) -> bytes:
    """A Word document: a paragraph a line, or a ruled table with a section a row."""
    from docx import Document as new_document
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = new_document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Noto Sans CJK SC", Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Sans CJK SC")
    parts = blocks(text)
    if table and len(parts) > 2:
        for line in parts[0]:
            document.add_paragraph(line)
        grid = document.add_table(0, 2, style="Table Grid")
        grid.autofit = False
        for head, *rest in parts[1:]:
            cells = grid.add_row().cells
            cells[0].text, cells[1].text = head, "\n".join(rest)
            cells[0].width, cells[1].width = Pt(90), Pt(330)
        document.add_paragraph()  # Word always writes one; LibreOffice's doc loses a table that ends the file
    else:
        for line in text.split("\n"):
            document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


_STYLE = "body{font-family:'Noto Sans CJK SC';font-size:10.5pt;line-height:1.6}p,td{white-space:pre-wrap;margin:0}"


def _page(style: str, body: str) -> str:
    return f"<html><head><meta charset='utf-8'><style>{_STYLE}{style}</style></head><body>{body}</body></html>"


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"<p>{html.escape(line) or '&nbsp;'}</p>" for line in lines)


def html_of(text: str, layout: str) -> str:
    """A page: ``plain``, ``table`` (a ruled row a section) or ``sidebar`` (the first section in a column of its own)."""
    parts = blocks(text)
    if layout == "plain" or len(parts) < 3:
        return _page("", _lines(text.split("\n")))
    if layout == "table":
        rows = "".join(
            f"<tr><td style='width:80px'>{html.escape(head)}</td><td>{_lines(rest)}</td></tr>"
            for head, *rest in parts[1:]
        )
        return _page("table{border-collapse:collapse;width:100%}td{border:1px solid #333;padding:4px}",
                     f"{_lines(parts[0])}<table>{rows}</table>")  # fmt: skip
    side, main = [parts[0], parts[-1]], parts[1:-1]
    columns = (
        "<div style='width:{}'>{}</div>".format(width, "".join(map(_lines, part)))
        for width, part in (("31%", side), ("64%", main))
    )
    return _page("", f"<div style='display:flex;justify-content:space-between'>{''.join(columns)}</div>")


def office(files: Mapping[str, bytes], given: str, wanted: str, form: str = "") -> dict[str, bytes]:
    """Files converted by one call of LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            Path(folder, f"{name}.{given}").write_bytes(data)
        target = Path(folder, "out")
        subprocess.run(
            ["soffice", f"-env:UserInstallation={test_ole.ole.office_profile().as_uri()}", "--headless",
             "--convert-to", f"{wanted}:{form}" if form else wanted, "--outdir", str(target),
             *(str(Path(folder, f"{name}.{given}")) for name in files)],
            check=True, capture_output=True, timeout=240,
        )  # fmt: skip
        return {name: (target / f"{name}.{wanted}").read_bytes() for name in files}


def chromium(page: str, folder: str) -> bytes:
    """A page printed to pdf."""
    assert CHROMIUM
    source, out = Path(folder, "page.html"), Path(folder, "page.pdf")
    source.write_text(page, encoding="utf-8")
    subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--no-pdf-header-footer", f"--user-data-dir={folder}/profile", f"--print-to-pdf={out}", source.as_uri()],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return out.read_bytes()


def picture(text: str, form: str) -> bytes:
    """A scan: black on grey paper, lines wrapped at the edge."""
    lines = [line[i : i + 34] for line in text.split("\n") for i in range(0, max(len(line), 1), 34)]
    placed = [(60, 60 + 44 * number, line) for number, line in enumerate(lines)]
    return test_image.saved(test_image.drawn(placed, (1240, 120 + 44 * len(lines))), form)


def traditional(text: str) -> str:
    """The text in Traditional characters."""
    import opencc

    return str(opencc.OpenCC("s2t").convert(text))


def pool_rows(texts: Sequence[str]) -> list[list[str]]:
    """A pool: one applicant a row, the resume in a cell."""
    heads = ["序号", "姓名", "个人简历"]
    return [heads, *([str(i), facts(text)["name"] or f"测试{i}", text] for i, text in enumerate(texts, 1))]


def _letters(text: str) -> dict[str, bytes]:
    letter = test_mail.letter()
    letter.add_attachment(docx_of(text), maintype="application", subtype="octet-stream", filename="简历.docx")
    page = html_of(text, "plain").replace("utf-8", "gb2312").encode("gb18030")
    return {
        "eml, docx attached": letter.as_bytes(),
        "eml, GBK body": test_mail.letter(text, "gb18030").as_bytes(),
        "mht, GBK page": test_mail._page("text/html; charset=gb2312", "base64", base64.encodebytes(page)),
    }


def by_office(plain: Mapping[str, str], tables: Mapping[str, str]) -> Iterator[Made]:
    """Files that LibreOffice writes, from Word documents with paragraphs and with tables; one call a format."""
    files = {f"{key}-p": docx_of(text) for key, text in plain.items()}
    files |= {f"{key}-t": docx_of(text, True) for key, text in tables.items()}
    for form, name in OFFICE_FORMS.items():
        for key, data in office(files, "docx", form, name).items():
            text, layout = (plain[key[:-2]], "") if key.endswith("p") else (tables[key[:-2]], ", table")
            yield Made(f"{form} by LibreOffice{layout}", data, (text,))


def by_chromium(pages: Iterable[tuple[str, str]]) -> Iterator[Made]:
    """Pages that Chromium prints, given as texts and their layouts (``plain``, ``table``, ``sidebar``)."""
    with tempfile.TemporaryDirectory() as folder:
        for text, layout in pages:
            yield Made(
                f"pdf by Chromium, {layout}", chromium(html_of(text, layout), folder), (text,), layout != "sidebar"
            )


def by_python(texts: Mapping[str, str]) -> Iterator[Made]:
    """Files that need no program: letters, pages, archives, texts in other encodings."""
    for text in texts.values():
        for kind, data in _letters(text).items():
            yield Made(kind, data, (text,))
        yield Made("docx by python-docx", docx_of(text), (text,))
        yield Made("html, flex side bar", html_of(text, "sidebar").encode(), (text,), False)
        yield Made("html, table", html_of(text, "table").encode(), (text,))
        yield Made("txt, GB18030", text.encode("gb18030"), (text,))
        yield Made("txt, UTF-16", text.encode("utf-16"), (text,))
        old = traditional(text).encode("big5hkscs", "ignore").decode("big5hkscs")
        yield Made("txt, Big5", old.encode("big5hkscs"), (old,))


def _gbk_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip with GBK names and no flag that says so, as older Windows programs write it."""
    names = {("n" * len(name.encode("gbk")))[:-2] + f"{i:02d}": name for i, name in enumerate(files)}
    data = test_archive.zipped({place: files[name] for place, name in names.items()})
    for place, name in names.items():
        data = data.replace(place.encode(), name.encode("gbk"))
    return data


def together(texts: Sequence[str]) -> Iterator[Made]:
    """Files that hold several people: archives and pools."""
    whole = tuple(texts)
    named = {f"{i:02d}应聘{facts(text)['name']}.docx": docx_of(text) for i, text in enumerate(whole)}
    rows = pool_rows(whole)
    yield Made("zip, GBK names", _gbk_zip(named), whole)
    yield Made("xlsx pool", test_table.xlsx(rows), whole)
    yield Made("xls pool", test_table.xls(rows), whole)
    yield Made("csv pool, GB18030", test_table.comma(rows, "gb18030"), whole)
    if shutil.which("7zz") or shutil.which("7z") or shutil.which("bsdtar"):
        yield Made("7z", test_archive.seven(named), whole)


def pictures(texts: Sequence[str]) -> Iterator[Made]:
    """Scans, read by OCR."""
    for text, form in zip(texts, itertools.cycle(("PNG", "JPEG"))):
        yield Made(f"{form.lower()} by Pillow", picture(text, form), (text,))


# ------------------------------------------------------------------------------------------------------------ report


def main() -> None:
    """Make, read, compare, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--each", type=int, default=12, help="resumes written in every format")
    options.add_argument("--skip", type=int, default=0)
    options.add_argument("--scans", type=int, default=0)
    options.add_argument("--only", default="", help="a word of the kinds to make: office, chromium, python, together")
    options.add_argument("--verbose", action="store_true")
    chosen = options.parse_args()
    known = originals()
    step = max(1, len(known) // chosen.each)
    texts = dict(list(known.items())[chosen.skip :: step][: chosen.each])
    makers: dict[str, Callable[[], Iterator[Made]]] = {
        "office": lambda: by_office(texts, texts),
        "chromium": lambda: by_chromium(itertools.product(texts.values(), ("plain", "table", "sidebar"))),
        "python": lambda: by_python(texts),
        "together": lambda: together(list(texts.values())),
        "pictures": lambda: pictures(list(texts.values())[: chosen.scans]),
    }
    records: list[Checked] = []
    for name, make in makers.items():
        if chosen.only and name not in chosen.only.split(","):
            continue
        for made in make():
            checked = check(made)
            records.append(checked)
            if chosen.verbose and (checked.lost_text or checked.lost_facts):
                head = next(line for line in made.texts[0].split("\n") if line.strip())[:20]
                print(f"## {made.kind} [{head}]")
                for entry in (*checked.lost_text[:6], *checked.lost_facts[:14]):
                    print(f"   {entry}")
    print("| kind | files | resumes | words whole | no field lost |\n| --- | ---: | ---: | ---: | ---: |")
    for kind in dict.fromkeys(r.kind for r in records):
        mine = [r for r in records if r.kind == kind]
        words = sum(not r.lost_text for r in mine)
        fields = sum(not (r.lost_facts or r.lost_text) for r in mine)
        print(f"| {kind} | {len(mine)} | {sum(r.texts for r in mine)} | {words} | {fields} |")


if __name__ == "__main__":
    main()
