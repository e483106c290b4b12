"""A request's resume to its matches: parameters, names for display, reading in a worker process with limits."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import re
import socket
import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage

from matcher.pipeline import top
from matcher.reading import Document, Limits, Source, read_sandboxed
from matcher.schema import MatchResult, Unreadable
from web import apart, metrics
from web.problems import field_error, http_problem, unreadable

log = logging.getLogger("service")

DEFAULT_TOP = 3
MAX_TEXT = Limits().max_characters
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATES = (dt.date(2000, 1, 1), dt.date(2100, 12, 31))  # an as_of outside is a slip of the pen


@dataclass(frozen=True)
class Query:
    """What to match against: how many positions, and the date that ages and years are counted to."""

    top_k: int
    as_of: dt.date


def unknown_fields(values: Iterable[str], known: Iterable[str]) -> list[dict[str, str]]:
    """An error for each parameter that nobody knows: a slip in a name must not pass in silence."""
    names = (plain_name(n)[:40] for n in sorted(set(values) - set(known)))
    return [field_error(n, f"不认识的参数 {n}", f"unknown parameter {ascii(n)[1:-1]}") for n in names]


def parse_date(value: Any, name: str, errors: list[dict[str, str]]) -> dt.date | None:
    """A date written YYYY-MM-DD; None when not given; what is wrong goes to ``errors``."""
    if value in (None, ""):
        return None
    try:
        date = dt.date.fromisoformat(value if isinstance(value, str) and _DATE.fullmatch(value) else "")
        if _DATES[0] <= date <= _DATES[1]:
            return date
    except ValueError:
        pass
    errors.append(field_error(name, f"{name} 应为日期，如 2026-11-24", f"{name} must be a date such as 2026-11-24"))
    return None


def parse_query(values: Mapping[str, Any], most: int, known: Iterable[str], errors: list[dict[str, str]]) -> Query:
    """``top_k`` (1 to ``most``, an int or its digits) and ``as_of`` (YYYY-MM-DD); what is wrong goes to ``errors``."""
    errors += unknown_fields(values, {"top_k", "as_of", *known})
    top_k = values.get("top_k")
    k = min(DEFAULT_TOP, most)
    if isinstance(top_k, str) and re.fullmatch("[0-9]{1,3}", top_k):
        top_k = int(top_k)
    if top_k not in (None, ""):
        if isinstance(top_k, int) and not isinstance(top_k, bool) and 1 <= top_k <= most:
            k = top_k
        else:
            errors.append(
                field_error("top_k", f"top_k 应为 1 到 {most} 的整数", f"top_k must be an integer from 1 to {most}")
            )
    return Query(k, parse_date(values.get("as_of"), "as_of", errors) or dt.date.today())


def display_name(name: str | None) -> str:
    """An uploaded file's name for people to see: no folders, no control or direction marks; never used as a path."""
    return shown_name(re.split(r"[/\\]", name or "")[-1])


def shown_name(name: str) -> str:
    """A name without control and direction marks; a file inside an archive keeps its folders."""
    shown = plain_name(name)
    return shown[:200] if shown.strip(". ") else "未命名文件"


def plain_name(text: str) -> str:
    """Text on one line without control, direction and surrogate characters."""
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip()


def match_text(text: str, query: Query) -> MatchResult:
    """A pasted text against the positions. Raises the 422 problem when it takes too long."""
    # Not Matcher.match: there a text that names a file is read from disk.
    found = _match(Document(text.encode("utf-8", "replace").decode(), ""), query)
    if isinstance(found, Unreadable):
        raise unreadable([replace(found, name="text")])
    return found


def _match(document: Document, query: Query) -> MatchResult | Unreadable:
    """A document's best positions; a long one is matched apart where there is a doorman."""
    doorman: socket.socket | None = current_app.extensions.get("doorman")
    if doorman is None or len(document.text) <= apart.LONG:
        found: MatchResult | Unreadable = apart.here(document, query.as_of, current_app.extensions["matcher"])
    else:
        found = apart.match(document, query.as_of, current_app.config["MATCH_SECONDS"], doorman)
    return found if isinstance(found, Unreadable) else top(found, query.top_k)


def _documents(file: FileStorage) -> Iterator[Document | Unreadable]:
    """What is inside an upload, read in a worker; at most so many uploads are read at the same time."""
    slots: threading.BoundedSemaphore = current_app.extensions["read_slots"]
    if not slots.acquire(timeout=current_app.config["READ_WAIT_SECONDS"]):
        raise http_problem(503)
    try:
        with contextlib.closing(file.stream):
            source = Source(file.read(), display_name(file.filename))
        yield from read_within(source, current_app.extensions["limits"], current_app.config["REQUEST_SECONDS"])
    finally:
        slots.release()


def read_within(source: Source, limits: Limits, seconds: float) -> Iterator[Document | Unreadable]:
    """What is inside some bytes, read in a worker; a container whose files take longer together is cut with a reason."""
    end = time.monotonic() + seconds
    for item in read_sandboxed(source, limits):
        yield item
        if time.monotonic() > end:
            yield Unreadable(
                source.name,
                "timeout",
                "文件内容过多，其余部分未读取；请分批上传或用命令行处理。",
                "The upload holds too much; the rest was not read. Please split it, or use the command line.",
            )
            return


def match_file(file: FileStorage, query: Query) -> list[MatchResult | Unreadable]:
    """Every resume inside an upload against the positions; what cannot be read comes with its reason."""
    found: list[MatchResult | Unreadable] = []
    for item in _documents(file):
        result = item if isinstance(item, Unreadable) else _match(item, query)
        found.append(replace(result, name=shown_name(result.name)))
    return found


def split(found: Sequence[MatchResult | Unreadable]) -> tuple[list[MatchResult], list[Unreadable]]:
    """Results apart from what could not be read."""
    results = [f for f in found if isinstance(f, MatchResult)]
    return results, [f for f in found if isinstance(f, Unreadable)]


def note(results: int, problems: Sequence[Unreadable]) -> None:
    """One line a request: counts and reason codes, nothing of the resume."""
    codes = ",".join(sorted({p.code for p in problems})) or "-"
    log.info("matched=%d unreadable=%d codes=%s", results, len(problems), codes)
    metrics.matched(results, problems)
