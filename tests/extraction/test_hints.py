"""Long patterns are tried only where a short hint says that they may begin: no match may be lost by that.

Whoever adds a way of writing to a pattern and forgets its hint is told so here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.made import resumes as made_resumes
from matcher.extraction import basics, dates, jobs
from matcher.extraction.lexicon import places, tried
from matcher.text import fold, to_resume
from tests.support import sample_resumes

GOLD = Path(__file__).resolve().parent.parent / "gold"

Find = Callable[[str], Iterator[re.Match[str]]]


def hinted(pattern: re.Pattern[str], hint: re.Pattern[str]) -> tuple[re.Pattern[str], Find]:
    return pattern, lambda text: tried(pattern, places(hint, text), text)


def with_begins(pattern: re.Pattern[str], find: Callable[..., Iterator[re.Match[str]]]) -> tuple[re.Pattern[str], Find]:
    return pattern, lambda text: find(text, dates._beginnings(text), 0, len(text))


WAYS: dict[str, tuple[re.Pattern[str], Find]] = {
    "range": hinted(dates._RANGE, dates._MAY_BEGIN),
    "point": hinted(dates._POINT_RE, dates._MAY_BEGIN),
    "short range": hinted(dates._SHORT, dates._MAY_BEGIN_SHORT),
    "short years": hinted(dates._SHORT_YEARS, dates._MAY_BEGIN_SHORT),
    "stacked": with_begins(dates._STACKED, dates._stacked),
    "named ends": with_begins(dates._NAMED_ENDS, dates._named_ends),
    "since": (dates._SINCE, lambda text: dates._since(text, 0, len(text))),
    "age": hinted(basics._CN_AGE, basics._MAY_BE_AGE),
    "age in head": hinted(basics._AGE_IN_HEAD, basics._MAY_BE_AGE_IN_HEAD),
    "year born": hinted(basics._YEAR_BORN, basics._MAY_BE_YEAR_BORN),
    "short birth": hinted(basics._SHORT_IN_HEAD, basics._MAY_BE_SHORT_IN_HEAD),
    "applies": hinted(basics._APPLIES, basics._MAY_APPLY),
    "named post": (basics._NAMED_POST, basics._named_posts),
    "bare post": (basics._BARE_POST, lambda text: tried(basics._BARE_POST, basics._before_posts(text), text)),
    "stated length": (jobs._STATED, jobs._lengths),
}


@lru_cache
def texts() -> tuple[str, ...]:
    """Folded texts of many hands: samples, the open gold resumes, made ones."""
    found = [r.folded for r in sample_resumes()]
    halves = ("a_dev", "b_dev", "a_opened", "b_opened")
    found += [to_resume(p.read_text("utf-8")).folded for half in halves for p in sorted((GOLD / half).rglob("*.txt"))]
    return (*found, *(to_resume(t).folded for t in made_resumes(40, 800, seed=11)))


def same(way: str, text: str) -> bool:
    pattern, find = WAYS[way]
    assert [m.span() for m in find(text)] == [m.span() for m in pattern.finditer(text)]
    return bool(pattern.search(text))


@pytest.mark.parametrize("way", WAYS)
def test_no_match_is_lost_in_resumes(way: str) -> None:
    for text in texts():
        same(way, text)


# Looks behind and the size of the others let hypothesis make few whole matches; it makes texts that hold one instead.
WHOLE = ("age", "year born", "applies", "named post", "stated length")


@pytest.mark.parametrize("way", WAYS)
def test_no_match_is_lost_in_what_the_pattern_itself_can_say(way: str) -> None:
    pattern = WAYS[way][0]
    met = 0
    whole = way in WHOLE

    @given(
        st.from_regex(pattern, fullmatch=whole), st.sampled_from(["", "\n", " ", "，", "工作", "2019.03-", "(", "："])
    )
    @settings(max_examples=200 if whole else 40, deadline=None, suppress_health_check=list(HealthCheck))
    def check(said: str, before: str) -> None:
        nonlocal met
        met += same(way, fold(f"{before}{said}{before}"))

    check()
    assert met
