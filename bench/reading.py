"""Files a second for each format, and a peer where a permissive one reads it: ``python -m bench.reading``.

Every format holds the same invented resume; each is read for about ``--seconds``, at least three times. OCR and
LibreOffice are the real ones. With ``--right`` the invented resumes of ``tests/resumes`` are written in every format
instead, read back, and compared with what was written. Both print Markdown tables.
"""

from __future__ import annotations

import argparse
import importlib
import io
import re
import resource
import statistics
import time
import unicodedata
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

from matcher.reading import read_path, read_source
from matcher.reading.base import Document, Source
from tests.reading import fuzz, test_archive, test_image, test_mail, test_ole, test_rtf, test_table


def _openpyxl(data: bytes) -> int:
    openpyxl = importlib.import_module("openpyxl")
    return sum(1 for _ in openpyxl.load_workbook(io.BytesIO(data), read_only=True).active.iter_rows(values_only=True))


def _calamine(data: bytes) -> int:
    calamine = importlib.import_module("python_calamine")
    return len(calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python())


def _striprtf(data: bytes) -> int:
    return len(importlib.import_module("striprtf.striprtf").rtf_to_text(data.decode("latin-1")))


def _python_docx(data: bytes) -> int:
    return sum(len(p.text) for p in importlib.import_module("docx").Document(io.BytesIO(data)).paragraphs)


def _pool(rows: int) -> bytes:
    heads = ["姓名", "手机", "学历", "毕业院校", "专业", "出生年月", "工作单位", "职务", "工作年限", "邮箱"]
    people = [
        [f"测试{i}", f"{13800000000 + i}", "本科", "某大学", "金融学", "1992-05", f"甲银行{i % 50}", "产品经理", i % 20, f"t{i}@example.com"]
        for i in range(rows)
    ]  # fmt: skip
    return test_table.xlsx([heads, *people])


PEERS: dict[str, tuple[str, Callable[[bytes], int]]] = {
    "pool xlsx, 2,000 rows": ("openpyxl (streaming)", _openpyxl),
    "xlsx": ("python-calamine", _calamine),
    "rtf office": ("striprtf", _striprtf),
    "docx": ("python-docx (paragraphs only)", _python_docx),
}


def rate(read: Callable[[], object], seconds: float) -> float:
    """Calls a second: the median of single calls over about this time, at least three calls."""
    read()  # loads libraries and models
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < end:
        started = time.perf_counter()
        read()
        times.append(time.perf_counter() - started)
    return 1 / statistics.median(times)


def _as_docx(text: str) -> bytes:
    document = importlib.import_module("docx").Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _as_picture(text: str) -> bytes:
    lines = [line[i : i + 34] for line in text.split("\n") for i in range(0, max(len(line), 1), 34)][:40]
    placed = [(60, 60 + 44 * number, line) for number, line in enumerate(lines)]
    return test_image.saved(test_image.drawn(placed, (1240, 120 + 44 * len(lines))))


def _as_letter(docx: bytes) -> bytes:
    letter = test_mail.letter()
    letter.add_attachment(docx, maintype="application", subtype="octet-stream", filename="简历.docx")
    return letter.as_bytes()


def _as_row(text: str) -> list[list[str]]:
    return [["姓名", "电话", "个人简历"], ["王测试", "13800000001", text]]


def _bare(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def right(most: int) -> None:
    """Write resumes in every format, read them, and count the files whose lines all come back, in order."""
    folder = Path(__file__).resolve().parents[1] / "tests" / "resumes"
    texts = [
        "\n".join(line for line in found.text.split("\n") if line.strip())
        for path in sorted([*folder.glob("*.txt"), *folder.glob("*.docx")])[:most]
        for found in read_path(path)
        if isinstance(found, Document)
    ]
    office = test_ole.convert
    formats: dict[str, Callable[[str], bytes]] = {
        "doc (LibreOffice)": lambda text: office(_as_docx(text), "docx", "doc", "MS Word 97"),
        "rtf (LibreOffice)": lambda text: office(_as_docx(text), "docx", "rtf"),
        "rtf (GBK bytes)": lambda text: f"{{\\rtf1\\ansi\\ansicpg936{test_rtf.FONTS}{_rtf_lines(text)}}}".encode(
            "latin-1"
        ),
        "odt (LibreOffice)": lambda text: office(_as_docx(text), "docx", "odt"),
        "eml, docx attached": lambda text: _as_letter(_as_docx(text)),
        "eml, GBK body": lambda text: test_mail.letter(text, "gb18030").as_bytes(),
        "msg, docx attached": lambda text: test_mail.msg(
            {**test_mail.WIDE_BODY, **test_mail.attachment("a.docx", _as_docx(text))}
        ),
        "zip of docx (GBK name)": lambda text: test_archive.raw_named("简历.docx".encode("gbk"), _as_docx(text)),
        "7z of docx": lambda text: test_archive.seven({"简历.docx": _as_docx(text)}),
        "xlsx row": lambda text: test_table.xlsx(_as_row(text)),
        "xls row": lambda text: test_table.xls(_as_row(text)),
        "csv row (GB18030)": lambda text: test_table.comma(_as_row(text), "gb18030"),
        "png (OCR)": _as_picture,
    }
    print("| format | files tried | read right | characters kept |\n| --- | ---: | ---: | ---: |")
    for name, make in formats.items():
        chosen = texts[:3] if "OCR" in name else texts
        good, kept = 0, []
        for text in chosen:
            found = "".join(_bare(d.text) for d in read_source(Source(make(text), "x")) if isinstance(d, Document))
            share = sum(b.size for b in SequenceMatcher(None, _bare(text), found, False).get_matching_blocks())
            kept.append(share / len(_bare(text)))
            good += kept[-1] == 1
        print(f"| {name} | {len(chosen)} | {good} | {100 * sum(kept) / len(kept):.2f} % |")


def _rtf_lines(text: str) -> str:
    return "".join(f"{test_rtf.escaped(line, 'gb18030')}\\par\n" for line in text.split("\n"))


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=1.0)
    options.add_argument("--right", type=int, default=0, metavar="FILES", help="compare this many resumes instead")
    chosen = options.parse_args()
    if chosen.right:
        right(chosen.right)
        return
    seconds = chosen.seconds
    files = {**fuzz.seeds(), "pool xlsx, 2,000 rows": _pool(2_000)}
    for name in ("jpg", "tif"):
        files.pop(name)
    files["png"] = test_image.saved(test_image.drawn(test_image.SIMPLE))
    print("| format | KB | documents | files/s | peer | files/s |\n| --- | ---: | ---: | ---: | --- | ---: |")
    for name, data in files.items():

        def ours(data: bytes = data) -> int:
            return sum(isinstance(found, Document) for found in read_source(Source(data, "x")))

        documents, peer = ours(), PEERS.get(name)
        theirs = ""
        if peer is not None:
            try:
                theirs = f"{rate(lambda read=peer[1], data=data: read(data), seconds):,.1f}"  # type: ignore[misc]
            except ImportError:
                theirs = "not installed"
        speed = rate(ours, seconds)
        print(
            f"| {name} | {len(data) / 1024:,.0f} | {documents:,} | {speed:,.1f} | {peer[0] if peer else ''} | {theirs} |"
        )
    print(f"\nPeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
