"""What the hard rules and the score read of a profile, as one row of numbers, so that ``matcher.asked`` can ask a changed
rule of a million resumes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from matcher.extraction import majors_catalogue, says_no_work
from matcher.extraction.dates import interval, span
from matcher.extraction.lexicon import lexicon
from matcher.knowledge import DATA_DIR, read_table
from matcher.schema import (
    Basis,
    CandidateProfile,
    Degree,
    Education,
    Evidence,
    Job,
    MonthSpan,
    Outcome,
    Position,
    ResumeText,
)
from matcher.scoring import text_limit
from matcher.screening import preferred_conditions
from matcher.text import fold

Rows = NDArray[Any]  # (n,) of ``dtype``

# Names that scoring.text_limit gives.
LIMITS = ("text_max", "text_max_without_jobs", "text_max_bare")

FLAGS = ("no_work", "counted", "uncounted", "undated", "portfolio", "relatives")
LONGEST = 2000  # months; spans are cut there
NO_AGE = -128
_AGES = (-127, 383)  # what is read as an age, whatever it is, lies between


class Study(NamedTuple):
    """What rules read of education: highest degree, full-time bachelor's, the entries without words."""

    highest: Degree | None
    full_time: bool | None
    entries: tuple[Education, ...]


MARK = Evidence("", 0, 0)  # stands for evidence of which only the presence counts
STUDY = msgspec.msgpack.Decoder(Study)


def dtype(domains: Sequence[str]) -> np.dtype[Any]:
    """A row. Months are -1 and ages -128 where nothing is known; ``told``, ``claimed``, ``undated`` have a bit a domain."""
    months = ("<i2", (len(domains),))
    return np.dtype(
        [
            ("study", "<u4"),  # which Study of the pool's table
            ("total_low", "<i2"), ("total_high", "<i2"), ("any_low", "<i2"), ("any_high", "<i2"),
            ("sure_low", *months), ("sure_high", *months), ("maybe_low", *months), ("maybe_high", *months),
            ("told", "<u2"), ("claimed", "<u2"), ("undated", "<u2"),
            ("age_low", "<i2"), ("age_high", "<i2"), ("year", "<u2"), ("month", "u1"), ("day", "u1"), ("degree", "u1"),
            ("limit", "u1"), ("flags", "u1"), ("preferred", "<u8"), ("certificates", "u1", (-(-len(certificates()) // 8),)),
        ]
    )  # fmt: skip


@lru_cache
def certificates() -> tuple[str, ...]:
    """Every certificate that a position can name, in the order of their bits."""
    return tuple(dict.fromkeys(r["certificate"] for _, r in read_table(DATA_DIR / "certificates.csv", ["certificate"])))


@lru_cache
def preferred_keys() -> tuple[str, ...]:
    """Every key of a preferred condition, in the order of their bits."""
    return tuple(dict.fromkeys(r["key"] for _, r in read_table(DATA_DIR / "preferred.csv", ["key"])))


# --- making rows --------------------------------------------------------------------------------------------------


def row_of(
    resume: ResumeText, profile: CandidateProfile, position: Position, policy: Mapping[str, Any], domains: Sequence[str]
) -> tuple[Rows, bytes]:
    """A resume's row, (1,), its ``study`` not yet set, and its Study packed. ``position``: any, its words are not read.

    Raises ValueError for a profile with a domain outside ``domains``.
    """
    row = np.zeros(1, dtype(domains))
    r: Any = row[0]
    counting = policy["counting"]
    for name, fact in (("total", profile.total_months.value), ("any", _any_domain(profile, counting))):
        r[f"{name}_low"], r[f"{name}_high"] = _cut(fact)
    for name, table in (("sure", profile.domain_months), ("maybe", profile.possible_domain_months)):
        r[f"{name}_low"] = r[f"{name}_high"] = -1
        for domain, found in table.items():
            at = domains.index(domain)
            r[f"{name}_low"][at], r[f"{name}_high"][at] = _cut(found.value)
    counted = [j for j in profile.jobs if j.kind.value in counting["counted_kinds"]]
    r["told"] = _bits(domains, (d for d, f in profile.domain_months.items() if f.note == "自述"))
    r["claimed"] = _bits(domains, (d for d, quotes in profile.claimed_domains.items() if quotes))
    r["undated"] = _bits(domains, (d for j in counted if _undated(j) for d in (*j.domains, *j.possible_domains)))
    r["age_low"], r["age_high"] = (NO_AGE, NO_AGE) if profile.age_range is None else np.clip(profile.age_range, *_AGES)
    born = profile.birth.value
    if born is not None:
        r["year"], r["month"], r["day"] = born.year, born.month, born.day
    r["degree"] = _degree_code(profile.highest_degree.value)
    r["limit"] = LIMITS.index(text_limit(resume, profile)[0])
    r["flags"] = _bits(
        FLAGS,
        (
            name
            for name, holds in (
                ("no_work", says_no_work(resume) is not None),
                ("counted", counted),
                ("uncounted", len(counted) < len(profile.jobs)),
                ("undated", any(map(_undated, profile.jobs))),
                ("portfolio", profile.portfolio.value is not None),
                ("relatives", profile.relatives.value is not None),
            )
            if holds
        ),
    )
    every = replace(position, preferred=preferred_keys())
    met = (v.rule for v in preferred_conditions(resume, profile, every) if v.outcome is Outcome.MEETS)
    r["preferred"] = _bits(preferred_keys(), met)
    index = lexicon().certificates
    for held in profile.certificates.value or ():
        for hit in index.scan(fold(held)):
            at = certificates().index(hit.value[0])
            r["certificates"][at // 8] |= 1 << at % 8
    return row, msgspec.msgpack.encode(_study(profile))


def _bits(names: Sequence[str], present: Iterable[str]) -> int:
    return sum(1 << names.index(name) for name in set(present))


def _cut(months: MonthSpan | None) -> tuple[int, int]:
    return (-1, -1) if months is None else (min(months.low, LONGEST), min(months.high, LONGEST))


def _undated(job: Job) -> bool:
    return job.period is None or job.period.start is None


def _degree_code(degree: Degree | None) -> int:
    return 0 if degree is None else degree.rank + 1


def _any_domain(profile: CandidateProfile, counting: Mapping[str, Any]) -> MonthSpan:
    """Months of all dated jobs that count: no union of domains has more."""
    return span(
        interval(j.period.start, j.period.end, j.period.ongoing, profile.as_of, (), counting["both_end_months"])
        for j in profile.jobs
        if j.period and j.kind.value in counting["counted_kinds"]
    )


def _study(profile: CandidateProfile) -> Study:
    """Education without words and dates; the order of entries only chooses among quotes."""
    entries = {
        Education(
            e.degree, "", _same_major(e.major), e.mode, Basis.ABSENT, None, e.finished, False, False, "",
            (MARK,) if e.evidence or e.major_evidence else (),
        ): None
        for e in profile.education
    }  # fmt: skip
    ordered = list(entries)
    if all(e.evidence for e in ordered):
        ordered.sort(key=lambda e: (_degree_code(e.degree), e.major, e.mode or "", e.finished))
    return Study(profile.highest_degree.value, profile.full_time_bachelor.value, tuple(ordered))


@lru_cache(maxsize=4096)
def _same_major(written: str) -> str:
    """Another spelling that the catalogue takes for the very same majors, so that fewer studies differ."""
    found = majors_catalogue().find_all(fold(written))
    name = found[0].name if found else "？"
    return name if written and majors_catalogue().find_all(fold(name)) == found else written
