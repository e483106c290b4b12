"""The mixed pool: at least 60 files of our invented resumes, made by real programs, lose no word and no field.

``python -m tests.reading.pool`` makes the larger pools of docs/reading.md.
"""

from __future__ import annotations

import functools
import itertools
import shutil
from difflib import SequenceMatcher

import pytest

from matcher.reading import read_source
from matcher.reading.base import Document, Source
from tests.reading import pool, test_ole

# Of different layouts: a job board's export, essays, tables, an outline, lists, dates of every form.
IDS = ("a001", "a043", "a011", "a003", "p06_clear", "bd03")
SCAN = "a003"


@functools.cache
def _texts() -> dict[str, str]:
    known = pool.originals()
    return {key: known[key] for key in IDS}


def _some(*places: int) -> dict[str, str]:
    return {IDS[i]: _texts()[IDS[i]] for i in places}


@functools.cache
def made(group: str) -> tuple[pool.Made, ...]:
    """The files of one group of producers; skips when a program is missing."""
    if group == "office":
        if test_ole.ole.office_program() is None:
            pytest.skip("LibreOffice (soffice) is not installed")
        return tuple(pool.by_office(_some(0, 1, 5), _some(2, 4)))
    if group == "chromium":
        if pool.CHROMIUM is None:
            pytest.skip("chromium is not installed")
        layouts = ("plain", "table", "sidebar")
        return tuple(pool.by_chromium(zip(_texts().values(), itertools.cycle(layouts), strict=False)))
    if group == "python":
        return tuple(pool.by_python(_some(1, 3, 5)))
    return tuple(pool.together(list(_texts().values())))


@functools.cache
def checked(group: str) -> tuple[pool.Checked, ...]:
    return tuple(map(pool.check, made(group)))


GROUPS = ("office", "chromium", "python", "together")


@pytest.mark.parametrize("group", GROUPS)
def test_no_word_is_lost(group: str) -> None:
    assert [(c.kind, c.lost_text) for c in checked(group) if c.lost_text] == []


@pytest.mark.parametrize("group", GROUPS)
def test_no_field_is_lost(group: str) -> None:
    """Name, birth, degree, studies, jobs and the verdicts for all positions are those of the txt."""
    assert [(c.kind, c.lost_facts) for c in checked(group) if c.lost_facts] == []


def test_the_pool_is_large_and_mixed() -> None:
    files = [m for group in GROUPS for m in made(group)]
    assert len(files) >= 60
    assert len({m.kind for m in files}) >= 25


def test_a_resume_without_its_jobs_is_noticed() -> None:
    """The comparison itself: a missing word and a missing job do not pass."""
    text = _texts()["a001"]
    (document,) = read_source(Source(text.encode(), "a"))
    assert isinstance(document, Document)
    short = text.replace("2015/7-2019/2", "")
    found = pool.check(pool.Made("txt", short.encode(), (text,)))
    assert found.lost_text
    assert any("2015-07" in fact for fact in found.lost_facts)


def test_a_scan_keeps_nearly_every_character() -> None:
    pytest.importorskip("rapidocr")
    if shutil.which("fc-list") is None:
        pytest.skip("fontconfig is not installed")
    (scan,) = pool.pictures([_texts()[SCAN]])
    (document,) = read_source(Source(scan.data, "scan"))
    assert isinstance(document, Document)
    wanted, found = pool.bare(scan.texts[0]), pool.bare(document.text)
    share = sum(b.size for b in SequenceMatcher(None, wanted, found, False).get_matching_blocks()) / len(wanted)
    assert share >= 0.98
    assert pool.facts(document)["degree"] == pool.facts(scan.texts[0])["degree"]
