"""Files a second for each format, and a peer where a permissive one reads it: ``python -m bench.reading``.

Every format holds the same invented resume; each is read for about ``--seconds``, at least three times. OCR and
LibreOffice are the real ones. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import importlib
import io
import resource
import statistics
import time
from collections.abc import Callable

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


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=1.0)
    seconds = options.parse_args().seconds
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
