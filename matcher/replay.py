"""A stored result made again from its stored text: the same bytes, or what differs and what moved by it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from matcher.comparison import Difference, Replay, fields_moved, moves
from matcher.pipeline import Matcher, match_resume, top
from matcher.presentation.json_ import dumps, result_to_dict
from matcher.text import to_resume

Json = dict[str, Any]


class ReplayError(ValueError):
    """A file that holds no result to make again; the message is Chinese with English."""


def stored_results(data: bytes) -> Iterator[tuple[Json, str]]:
    """The results in a file of ``match --json`` (one value) or JSON Lines (one a line), each with its own bytes.

    Lines that tell of an unreadable file are passed over. Raises ReplayError.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReplayError("不是 UTF-8 编码的 JSON (not UTF-8)") from error
    try:
        values = [(json.loads(text), text)]
    except ValueError:
        values = []
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                try:
                    values.append((json.loads(line), line + "\n"))
                except ValueError as error:
                    raise ReplayError(f"第 {number} 行不是 JSON：{error} (not JSON)") from error
    for number, (value, own) in enumerate(values, start=1):
        if isinstance(value, dict) and "error" in value:
            continue
        _check(value, number)
        yield value, own


def _check(value: Any, number: int) -> None:
    needed = {"as_of", "candidate", "matches", "warnings", "model", "text"}
    if not isinstance(value, dict) or not needed <= set(value):
        raise ReplayError(
            f"第 {number} 个值不是匹配结果：应为 match --json 或 rank --jsonl 的输出 (not a match result)"
        )
    name = value["candidate"]["name"]
    if name["basis"] == "inferred" and not name["evidence"]:
        raise ReplayError(f"第 {number} 个结果是遮蔽过的（--blind），原文已隐去，不能重现 (a blind result)")


def replay(stored: Json, own: str, matcher: Matcher) -> Replay:
    """Match the stored text again, as of the stored date, and compare. ``own`` is the text that ``stored`` was parsed from."""
    as_of = dt.date.fromisoformat(stored["as_of"])
    resume = to_resume(stored["text"])
    result = match_resume(resume, as_of, matcher.positions, matcher.policy, matcher.ranker)
    new = result_to_dict(top(result, len(stored["matches"])))
    new["warnings"] = _with_readers(stored["warnings"], new["warnings"])
    if "file" in stored:
        new = {"file": stored["file"], **new}
    new = json.loads(dumps(new))
    old_warnings = [w["code"] for w in stored["warnings"] if w not in new["warnings"]]
    new_warnings = [w["code"] for w in new["warnings"] if w not in stored["warnings"]]
    return Replay(
        stored.get("file", ""),
        as_of,
        own in (dumps(new) + "\n", dumps(new, 2) + "\n"),
        {**stored, "model": None} == {**new, "model": None},
        tuple(_differences(stored["model"], new["model"])),
        moves(stored, new),
        fields_moved(stored, new),
        tuple(dict.fromkeys(old_warnings + new_warnings)),
        stored["text"] != new["text"],
    )


# Warnings that the stored text gives again. Others came with the original file (hidden text, a scan) and are kept as they
# stand; tests/test_replay.py holds this list against the program.
FROM_TEXT = frozenset(
    {
        "age_conflict", "future_dates", "impossible_date", "inferred_end", "instruction_in_text", "keyword_stuffing",
        "no_position_fits", "nominal_age", "open_end", "reversed_dates", "stated_years_unproven", "too_short",
    }
)  # fmt: skip


def _with_readers(stored: list[Json], found: list[Json]) -> list[Json]:
    """``found`` behind what the reader of the original file had said, which the text alone cannot say again."""
    return [w for w in stored if w["code"] not in FROM_TEXT] + found


_MADE_WITH = ("program", "version", "data_hash", "policy_hash", "knowledge_hash")


def _differences(before: Json, after: Json) -> Iterator[Difference]:
    for key in _MADE_WITH:
        was, now = before.get(key, ""), after[key]
        if was != now:
            yield Difference(key, was, now)
