"""Files a second of processor for each format, and a peer where a permissive one reads it (``make bench``).

Every format holds the same invented resume; each is read for about ``--seconds`` of processor time, at
least twice. OCR and LibreOffice are the real ones. What is read right: ``python -m tests.reading.pool``.
"""

from __future__ import annotations

import argparse
import importlib
import io
import resource
from collections.abc import Callable

from bench.report import machine, save, table
from matcher.reading import read_source
from matcher.reading.base import Document, Source
from tests.reading import fuzz, test_image, test_table


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


def _processor() -> float:
    """Seconds of processor that this process and its ended children have used: other work does not disturb it."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def rate(read: Callable[[], object], seconds: float) -> float:
    """Calls a second of processor over about this time, at least two calls."""
    read()  # loads libraries and models
    calls, begun = 0, _processor()
    while calls < 2 or _processor() - begun < seconds:
        read()
        calls += 1
    return calls / (_processor() - begun)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=0.5)
    seconds = options.parse_args().seconds
    files = {**fuzz.seeds(), "pool xlsx, 2,000 rows": _pool(2_000)}
    for name in ("jpg", "tif"):
        files.pop(name)
    files["png"] = test_image.saved(test_image.drawn(test_image.SIMPLE))
    rows: list[tuple[str, ...]] = []
    figures: dict[str, float] = {}
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
        figures[name] = rate(ours, seconds)
        size = f"{len(data) / 1024:,.0f}"
        rows.append((name, size, f"{documents:,}", f"{figures[name]:,.1f}", peer[0] if peer else "", theirs))
    print(machine())
    print(table(("format", "KB", "documents", "files/s", "peer", "files/s"), rows))
    print(f"\nPeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    save("reading", {"files_a_second": {name: round(value, 1) for name, value in figures.items()}})


if __name__ == "__main__":
    main()
