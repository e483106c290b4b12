"""Mutated files over all readers (``make fuzz``): ``python -m tests.reading.fuzz --files 2300``.

Each file is read as ``read_source`` reads it, but strictly: a reader may raise ReadError and nothing else. Batches run
in child processes, so that a crash of a native library is counted instead of ending the run. Prints a table of formats
and exits 1 when something was unexpected. Runs with the same ``--seed`` make the same files.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from types import FrameType

from matcher.reading import readers
from matcher.reading.base import Document, ReadError, Source

SECONDS = 30  # one file; a normal one takes milliseconds
OFFICE_FILES = 10  # of a batch: LibreOffice and OCR take seconds each, the rest is read without them


class Hang(BaseException):
    """A file took longer than ``SECONDS``."""


def seeds(office: bool = True) -> dict[str, bytes]:
    """One sound file of each format that can be made here, those of LibreOffice only when ``office``."""
    from tests.reading import test_archive, test_image, test_mail, test_odt, test_ole, test_rtf, test_table

    text = "姓名：王测试\n学历：本科\n专业：金融学\n工作经历\n2018.07-至今 甲银行 金融产品经理\n" * 3
    docx = test_ole.resume_docx()
    letter = test_mail.letter()
    letter.add_attachment(docx, maintype="application", subtype="octet-stream", filename="王测试.docx")
    page = base64.encodebytes(test_mail.PAGE.encode("gbk"))
    found = {
        "txt": text.encode("gb18030"),
        "md": f"# 王测试\n\n**2019.03**–2021.02\n\n| 学历 | 本科 |\n| --- | --- |\n\n{text}".encode(),
        "html": test_mail.PAGE.encode(),
        "docx": docx,
        "xlsx": test_table.xlsx([*test_table.PEOPLE, *test_table.FORM]),
        "xls": test_table.xls([*test_table.PEOPLE, *test_table.FORM]),
        "xml": test_table.XML.encode(),
        "csv": test_table.comma(test_table.PEOPLE * 3, "gb18030"),
        "rtf": f"{{\\rtf1\\ansi\\ansicpg936{test_rtf.FONTS}{test_rtf.escaped(text)}\\par}}".encode("latin-1"),
        "odt": test_odt.made("<text:p>姓名：王测试</text:p><text:p>学历：本科</text:p>"),
        "eml": letter.as_bytes(),
        "mht": test_mail._page("text/html; charset=gb2312", "base64", page),
        "msg": test_mail.msg({**test_mail.WIDE_BODY, **test_mail.attachment("王测试.docx", docx)}),
        "zip": test_archive.zipped({"甲.docx": docx, "乙.txt": text.encode()}),
        "png": test_image.saved(test_image.drawn([], (60, 40))),
        "jpg": test_image.saved(test_image.drawn([], (60, 40)), "JPEG"),
        "tif": test_image.saved(test_image.drawn([], (60, 40)), "TIFF"),
    }
    optional: dict[str, Callable[[], bytes]] = {
        "7z": lambda: test_archive.seven({"甲.docx": docx, "乙.txt": text.encode()}),
        "doc": test_ole.resume_doc,
        "pdf": lambda: test_ole.convert(docx, "docx", "pdf"),
        "fodt": lambda: test_odt.resume_odt("fodt"),
        "rtf office": lambda: test_ole.convert(docx, "docx", "rtf"),
        "odt office": lambda: test_odt.resume_odt("odt"),
    }
    for name, make in optional.items():
        if not office and name != "7z":
            continue
        try:
            found[name] = make()
        except BaseException as error:  # pytest's skip is no Exception
            if isinstance(error, KeyboardInterrupt):
                raise
    return found


# ----------------------------------------------------------------------------------------------------------- mutations


def _flip(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 1, 3, 10, 50))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _number(data: bytearray, rng: random.Random) -> None:
    """A size or an offset that lies."""
    value = rng.choice(
        (b"\0", b"\xff", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x01\0\0\0", b"\0\0\0\x80")
    )
    at = rng.randrange(len(data))
    data[at : at + len(value)] = value


def _cut(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    del data[at : at + rng.choice((1, 4, 64, 1000, len(data)))]


def _repeat(data: bytearray, rng: random.Random) -> None:
    at, size = rng.randrange(len(data)), rng.choice((1, 8, 100, 2000))
    data[at:at] = data[at : at + size] * rng.choice((1, 2, 50))


def _insert(data: bytearray, rng: random.Random) -> None:
    words = (
        b"<", b">", b"&amp;", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"{", b"}", b"\\u-99999 ", b"\\bin999999999 ", b"\0" * 9, b'"',
        b"%PDF", b"--b\r\n", b"\r\n\r\n", b"=?gb2312?B?", b"\xff\xfe", b"9" * 400, "姓名".encode(), rng.randbytes(rng.randrange(1, 60)),
    )  # fmt: skip
    at = rng.randrange(len(data))
    data[at:at] = rng.choice(words)


def mutate(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """A damaged copy. Of a zip package, half the time a part inside is damaged instead and packed again."""
    if data.startswith(b"PK") and rng.random() < 0.5:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            names = old.namelist()
            chosen = rng.choice([n for n in names if n.endswith((".xml", ".rels", ".txt", ".docx"))] or names)
            for name in names:
                part = old.read(name)
                new.writestr(name, mutate(part, other, rng) if name == chosen and part else part)
        return out.getvalue()
    copy = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5))):
        if copy:
            rng.choice((_flip, _number, _cut, _repeat, _insert))(copy, rng)
    if rng.random() < 0.05:
        at = rng.randrange(len(copy) + 1)
        copy[at:] = other[rng.randrange(len(other)) :]
    return bytes(copy[: 4 << 20])


# ------------------------------------------------------------------------------------------------------------- reading


def strictly(source: Source, budget: int = 60) -> Iterator[str]:
    """Read a source and what it holds; yields ``document`` or ReadError codes, raises what a reader must not raise."""
    reader = next((r for r in readers() if r.accepts(source)), None)
    if reader is None:
        yield "unknown_format"
        return
    try:
        for found in reader.read(source):
            if isinstance(found, Document):
                found.text.encode("utf-8")  # no half of a surrogate pair
                yield "document"
            elif found.depth <= 4 and budget > 0:
                budget -= 1
                yield from strictly(found, budget)
    except ReadError as error:
        if not (error.code and error.reason and error.reason_en):
            raise AssertionError("a ReadError without words") from error
        yield error.code


def without_slow_tools() -> Callable[[], None]:
    """Put quick stand-ins for LibreOffice and OCR; returns what puts them back."""
    from matcher.reading import image, ole

    kept = ole.to_docx, image._page, image._engine

    def no_office(data: bytes, suffix: str) -> bytes | None:
        return None

    ole.to_docx = no_office
    image._page = lambda picture: ("姓名：王测试 学历：本科" if picture.size else "", 1.0)
    image._engine = lambda: None  # type: ignore[assignment]

    def restore() -> None:
        ole.to_docx, image._page, image._engine = kept  # type: ignore[assignment]

    return restore


def _alarm(signum: int, frame: FrameType | None) -> None:
    raise Hang


def run(files: int, seed: int, slow: int = 0, office: bool = True) -> list[dict[str, object]]:
    """Read mutated files here; one record a file. The first ``slow`` doc and picture files meet real tools."""
    known = seeds(office)
    names = sorted(known)
    records: list[dict[str, object]] = []
    restore = without_slow_tools()
    signal.signal(signal.SIGALRM, _alarm)
    try:
        for number in range(files):
            rng = random.Random(seed * 1_000_003 + number)
            name = names[number % len(names)]
            data = mutate(known[name], known[rng.choice(names)], rng)
            real = slow > 0 and name in ("doc", "png", "jpg", "tif")
            if real:
                slow -= 1
                restore()
            started, outcome, detail = time.monotonic(), "", ""
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            try:
                outcome = ",".join(sorted(set(strictly(Source(data, f"{number}.{name}"))))) or "nothing"
            except Hang:
                outcome = "HANG"
            except Exception as error:
                outcome, detail = "UNEXPECTED", f"{type(error).__name__}: {error}"[:200]
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            if real:
                restore = without_slow_tools()
            seconds = round(time.monotonic() - started, 3)
            records.append(
                {"n": number, "seed": seed, "format": name, "outcome": outcome, "detail": detail, "s": seconds}
            )
    finally:
        restore()
    return records


def main() -> int:
    """Run batches in child processes and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=2300)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--batch", type=int, default=0, help="run one batch of this many files here, for the parent")
    chosen = options.parse_args()
    if chosen.batch:
        json.dump(run(chosen.batch, chosen.seed, OFFICE_FILES), sys.stdout)
        return 0
    records: list[dict[str, object]] = []
    crashes = 0
    size = 460
    for start in range(0, chosen.files, size):
        batch = min(size, chosen.files - start)
        command = [
            sys.executable,
            "-m",
            "tests.reading.fuzz",
            "--batch",
            str(batch),
            "--seed",
            str(chosen.seed + start),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=3600)
        if done.returncode != 0:
            crashes += 1
            print(f"batch {start}: exit {done.returncode}\n{done.stderr[-2000:]}")
            continue
        records += json.loads(done.stdout)
    bad = [r for r in records if r["outcome"] in ("HANG", "UNEXPECTED")]
    print(f"{'format':<12}{'files':>6}{'with text':>11}{'refused':>9}{'bad':>5}{'slowest s':>11}")
    for name in sorted({str(r["format"]) for r in records}):
        mine = [r for r in records if r["format"] == name]
        text = sum("document" in str(r["outcome"]) for r in mine)
        wrong = sum(r in bad for r in mine)
        slowest = max(float(str(r["s"])) for r in mine)
        print(f"{name:<12}{len(mine):>6}{text:>11}{len(mine) - text - wrong:>9}{wrong:>5}{slowest:>11.2f}")
    print(f"files {len(records)}, crashes {crashes}, hangs {sum(r['outcome'] == 'HANG' for r in bad)},"
          f" unexpected errors {sum(r['outcome'] == 'UNEXPECTED' for r in bad)}")  # fmt: skip
    for kind, count in Counter(f"{r['format']}: {r['detail']}" for r in bad).most_common(20):
        print(f"  {count} x {kind}")
    for record in bad[:10]:
        print(f"  seed {record['seed']} file {record['n']} {record['format']} {record['outcome']}")
    return 1 if bad or crashes else 0


if __name__ == "__main__":
    sys.exit(main())
