"""The words of the pages: every key used is there, none is idle, both languages say as much."""

from __future__ import annotations

import csv
import re
import string
from pathlib import Path

import pytest

from matcher.presentation.words import knows
from matcher.schema import Basis, Degree, Outcome, Tier
from web import store
from web.texts import domain_word, text

ROOT = Path(__file__).resolve().parents[3]
ROWS = list(csv.DictReader((ROOT / "web" / "texts.csv").read_text(encoding="utf-8").splitlines()))
DOMAIN = ("rule", "outcome", "answer", "tier", "feature", "policy", "degree")  # Chinese is in data/presentation.csv
TEMPLATES = "\n".join(f.read_text(encoding="utf-8") for f in sorted((ROOT / "web" / "templates").iterdir()))
CODE = "\n".join((ROOT / "web" / name).read_text(encoding="utf-8") for name in ("pages.py", "pool_pages.py"))
# Keys that are put together while a page is drawn: the part that is written down, and what may follow it.
MADE = {
    "nav.": ("match", "pools", "positions", "users"),
    "promise.": ("stored", "unknown", "human", "stored.why", "unknown.why", "human.why"),
    "fact.": ("degree", "school", "major", "years", "age", "wish", "certificates", "skills"),
    "unit.": ("age", "years"),
    "state.": ("empty", "working", "done", "cancelled"),
    "progress.": ("empty", "working", "done", "cancelled"),
    "export.": ("waiting", "making", "done", "failed", "stale"),
    "tab.": ("list", "questions", "waivers", "files"),
    "sort.": store.SORTS,
    "file.": ("queued", "working", "done", "cancelled"),
    "notice.": ("duties", "education", "competencies", "experience", "age", "preferred", "waiver", "common"),
    "role.": store.ROLES,
    "letter.ask.": ("min_degree", "full_time", "major", "experience", "age", "kinship", "portfolio", "certificate"),
}


def made() -> set[str]:
    return {start + end for start, ends in MADE.items() for end in ends}


def written() -> set[str]:
    """Keys that templates and views name outright, ``'a' if x else 'b'`` included."""
    calls = re.findall(r"\b(?:t|say)\((?=([^()]*))", TEMPLATES + CODE)
    return {key for call in calls for key in re.findall(r"['\"]([a-z_]+(?:\.[a-z_0-9]+)*)['\"]", call.split("=")[0])}


def test_every_key_is_there_and_none_is_idle() -> None:
    keys = {r["key"] for r in ROWS}
    assert len(keys) == len(ROWS)
    assert all(None not in r and None not in r.values() for r in ROWS), "a comma wants quotation marks"
    own = {k for k in keys if k.partition(".")[0] not in (*DOMAIN, "weight")}
    used = {k for k in written() | made() if not k.endswith(".")}
    assert (used - keys, own - used) == (set(), set())


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["key"])
def test_both_languages_say_the_same_things(row: dict[str, str]) -> None:
    assert row["en"].strip()
    if row["key"].partition(".")[0] in DOMAIN:
        assert not row["zh"]
        kind, _, key = row["key"].partition(".")
        assert knows(kind, key) or kind == "degree"
        return
    assert row["zh"].strip()
    names = [{f for _, f, _, _ in string.Formatter().parse(row[language]) if f} for language in ("zh", "en")]
    assert names[0] == names[1]
    assert not re.search("[\u4e00-\u9fff]", row["en"])


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("outcome", Outcome),
        ("tier", Tier),
        ("degree", Degree),
        ("answer", [f"meets/{b}" for b in Basis if b != "stated"]),
    ],
)
def test_words_of_the_domain_are_known_in_english(kind: str, keys: list[str]) -> None:
    for key in keys:
        assert domain_word("en", kind, str(key)) == text("en", f"{kind}.{key}")
        assert domain_word("zh", kind, str(key)) != ""
