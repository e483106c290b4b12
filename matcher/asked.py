"""The rules of a changed position, asked of many rows of facts at once.

No rule is written a second time here. Resumes whose rows agree in all that a rule reads must get the same answer, so
``screening``'s own function is asked once for each different row, with a profile that holds nothing else.

Where a rule needs more than a row tells (the union of several domains), its answer is a set that holds the true one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.facts import FLAGS, LONGEST, MARK, NO_AGE, STUDY, Rows, certificates, preferred_keys
from matcher.schema import (
    UNLISTED,
    Basis,
    CandidateProfile,
    Degree,
    Education,
    Fact,
    Job,
    JobKind,
    MonthSpan,
    Outcome,
    PartialDate,
    Period,
    Position,
    ResumeText,
    Verdict,
)
from matcher.screening import (
    Case,
    Rule,
    age,
    certificate,
    experience,
    full_time,
    kinship,
    major,
    min_degree,
    portfolio,
)

Codes = NDArray[np.int8]  # (n,) of the codes below

# Answers of a rule; SMALL: fails by little, so that it may be waived.
MEETS, UNKNOWN, SMALL, FAILS = range(4)

# The rules that rows can answer. One that is missing here would make bounds too harsh (tests/test_index.py).
RULES_KNOWN: tuple[Rule, ...] = (min_degree, full_time, major, experience, age, kinship, portfolio, certificate)

_BITS = 11  # of a number of months up to LONGEST, one more for "none"
NO_WORK = "应届毕业生"  # words that extraction.says_no_work takes for it


def code_of(verdict: Verdict) -> int:
    """The code of an answer that nobody has proposed to waive yet."""
    if verdict.outcome is Outcome.FAILS:
        return SMALL if verdict.small_shortfall else FAILS
    return MEETS if verdict.outcome is Outcome.MEETS else UNKNOWN


class TooLong(ValueError):
    """A position asks for more years than rows hold; the message is Chinese with English."""


@dataclass(frozen=True)
class Asked:
    """A position's rules, asked of rows. ``studies`` (packed) is the pool's table, ``domains`` the order of its bits."""

    position: Position
    policy: Mapping[str, Any]
    as_of: dt.date
    domains: Sequence[str]
    studies: Sequence[bytes]
    # answers so far
    _known: dict[tuple[str, int], int] = field(default_factory=dict, repr=False)
    _studied: dict[object, int] = field(default_factory=dict, repr=False)
    _fits: dict[str, int] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse what rows cannot tell. Raises TooLong."""
        if self.need >= LONGEST:
            raise TooLong(f"岗位要求 {self.position.min_years} 年，索引无法计算 (too many years for an index)")

    @property
    def need(self) -> int:
        """Months asked for, as the rule of experience counts them at most."""
        return self.position.min_years * 12 + 1

    @property
    def wanted(self) -> list[int]:
        """Bits of the position's domains that a profile can have."""
        return [self.domains.index(d) for d in self.position.experience_domains if d in self.domains]

    def simple(self, rows: Rows) -> dict[str, Codes]:
        """Rule to (n,) codes, all but experience; a rule that the position does not have MEETS. Exact, but for a
        failed major, which is FAILS here and may be SMALL (``long_enough``). ``quoted``: 1 where it has evidence.
        """
        position = self.position
        study = self._each("study", rows["study"].astype(np.int64), self._study_codes)
        full = np.full(len(rows), MEETS, np.int8)
        return {
            "min_degree": study & 3,
            "full_time": study >> 2 & 3,
            "major": study >> 4 & 3,
            "quoted": study >> 6,
            "age": self._age(rows),
            "kinship": self._flag("relatives", rows, kinship),
            "portfolio": self._flag("portfolio", rows, portfolio) if position.needs_portfolio else full,
            "certificate": np.where(self._certified(rows), full, UNKNOWN) if position.certificates else full,
        }

    def months(self, rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(n,) months surely in the best of the position's domains, and possibly in one of them; 0 for none."""
        none = np.zeros(len(rows), np.int64)
        sure, maybe = none, none
        for at in self.wanted:
            sure = np.maximum(sure, rows["sure_low"][:, at])
            maybe = np.maximum(maybe, rows["maybe_high"][:, at])
        return sure, maybe

    def long_enough(self, rows: Rows) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether work in the domains surely, and possibly, has the years that make a failed major a small matter."""
        least = self.position.min_years * 12
        best, number = _best(rows, "sure_low", self.wanted)
        return best >= least, np.where(number > 1, np.maximum(best, rows["any_low"]), best) >= least

    def experience(self, rows: Rows) -> NDArray[np.bool_]:
        """(n, 4) which codes the rule of experience may give each row; one, unless several domains count together."""
        if self.position.min_years == 0:
            return _one_of_four(np.full(len(rows), MEETS, np.int8))
        low, sure_number = _best(rows, "sure_low", self.wanted)
        maybe_low, maybe_number = _best(rows, "maybe_low", self.wanted)
        high, maybe_high = (_best(rows, name, self.wanted)[0] for name in ("sure_high", "maybe_high"))
        told = (rows["told"] & sum(1 << at for at in set(self.wanted))) != 0
        several = (sure_number > 1) | (maybe_number > 1)
        possible = _one_of_four(self._experience(rows, low, high, told, maybe_high))
        if several.any():  # anything between the least and the most that a union could be
            some, n, low = rows[several], int(several.sum()), low[several]
            most = np.maximum(np.maximum(high, maybe_high)[several], some["any_high"])
            top = np.where(sure_number[several] > 1, np.maximum(low, some["any_low"]), low)
            sure_top, maybe_top = np.where(low >= 0, most, -1), np.where(maybe_low[several] >= 0, most, -1)
            best = self._experience(some, top, sure_top, np.zeros(n, np.int64), maybe_top)
            worst = self._experience(some, low, low, np.ones(n, np.int64), maybe_low[several])
            first, last = np.minimum(best, worst)[:, None], np.maximum(best, worst)[:, None]
            within = (np.arange(4) >= first) & (np.arange(4) <= last)
            within[:, SMALL:] = within[:, SMALL:].any(axis=1, keepdims=True)  # how far it falls short is left open
            possible[several] = within
        return possible

    def preferred(self, rows: Rows) -> NDArray[np.int64]:
        """(n,) how many of the position's preferred conditions are met."""
        found, one, keys = np.zeros(len(rows), np.int64), np.uint64(1), preferred_keys()
        for key in self.position.preferred:
            if key in keys:
                found += ((rows["preferred"] >> np.uint64(keys.index(key))) & one).astype(np.int64)
        return found

    def _each(self, name: str, keys: NDArray[np.int64], answer: Callable[[int], int]) -> Codes:
        """``answer`` of every key, asked once for each different one."""
        different, place = np.unique(keys, return_inverse=True)
        known = self._known
        for key in different.tolist():
            if (name, key) not in known:
                known[name, key] = int(answer(key))
        found: Codes = np.array([known[name, key] for key in different.tolist()], np.int8)[place]
        return found

    def _ask(self, rule: Rule, profile: CandidateProfile, words: str = "") -> Verdict:
        return rule(Case(ResumeText(words, words), profile, self.position, self.policy))

    def _code(self, rule: Rule, profile: CandidateProfile, words: str = "") -> int:
        return code_of(self._ask(rule, profile, words))

    def _blank(self) -> CandidateProfile:
        no: Fact[Any] = Fact()
        return CandidateProfile(self.as_of, no, no, no, None, no, (), no, no, (), no, {}, {}, no, no, no, no, no)

    def _study_codes(self, number: int) -> int:
        """The codes of min_degree, full_time and major, two bits each, and whether major's has evidence.

        Majors that the position takes alike make studies alike; which of them is quoted matters where evidence lacks.
        """
        study = STUDY.decode(self.studies[number])
        quoted = all(e.evidence for e in study.entries)
        entries = tuple(
            (e.degree, self._fit(e.major) if quoted else e.major, e.mode, e.finished, len(e.evidence))
            for e in study.entries
        )
        key = (study.highest, study.full_time, entries)
        if key not in self._studied:
            profile = replace(
                self._blank(),
                education=study.entries,
                highest_degree=Fact(study.highest),
                full_time_bachelor=Fact(study.full_time),
            )
            whole = self._code(full_time, profile) if self.position.full_time else MEETS
            found = self._ask(major, profile)
            codes = self._code(min_degree, profile) | whole << 2 | code_of(found) << 4 | bool(found.evidence) << 6
            self._studied[key] = codes
        return self._studied[key]

    def _fit(self, written: str) -> int:
        """The code that the rule gives to a written major alone; -1 for none."""
        if written not in self._fits:
            entry = Education(None, "", written, None, Basis.ABSENT, None, True, False, False, "", (MARK,))
            profile = replace(self._blank(), education=(entry,))
            self._fits[written] = self._code(major, profile) if written else -1
        return self._fits[written]

    def _flag(self, name: str, rows: Rows, rule: Rule) -> Codes:
        said: Fact[str] = Fact("", Basis.STATED, (MARK,))
        profile = self._blank()
        with_it = replace(profile, portfolio=said, relatives=said)  # the rule reads its own
        answers = np.array([self._code(rule, profile), self._code(rule, with_it)], np.int8)
        found: Codes = answers[(rows["flags"] >> FLAGS.index(name)) & 1]
        return found

    def _certified(self, rows: Rows) -> NDArray[np.bool_]:
        wanted = np.zeros(rows.dtype["certificates"].shape, np.uint8)
        for at, name in enumerate(certificates()):
            if name in self.position.certificates:
                wanted[at // 8] |= 1 << at % 8
        held: NDArray[np.bool_] = ((rows["certificates"] & wanted) != 0).any(axis=1)
        return held

    def _age(self, rows: Rows) -> Codes:
        names: tuple[str, ...] = ("age_low", "age_high", "degree")
        widths: tuple[int, ...] = (9, 9, 3)
        if self.position.born_from is not None:  # else the day of birth changes no answer
            names, widths = (*names, "year", "month", "day"), (*widths, 14, 4, 5)

        def answer(key: int) -> int:
            low, high, degree, *born = _unpacked(key, widths)
            profile = replace(
                self._blank(),
                age_range=None if low == 0 else (low + NO_AGE, high + NO_AGE),
                highest_degree=Fact(_degree(degree)),
                birth=Fact(PartialDate(*born)) if born and born[0] else Fact(),
            )
            return self._code(age, profile)

        columns = [rows[n].astype(np.int64) - (NO_AGE if n.startswith("age") else 0) for n in names]
        if self.position.born_from is not None:  # in another year than the limit's, the day decides nothing
            near = columns[3] == self.position.born_from.year
            columns[4:] = [column * near for column in columns[4:]]
        return self._each("age", _packed(columns, widths), answer)

    def _experience(
        self,
        rows: Rows,
        low: NDArray[np.int64],
        high: NDArray[np.int64],
        told: NDArray[Any],
        maybe: NDArray[np.int64],
    ) -> Codes:
        """The rule's codes for rows whose months in the domains are given. Months beyond the need are all alike."""
        wanted = sum(1 << at for at in set(self.wanted))
        kinds = [k for k in JobKind if k.value in self.policy["counting"]["counted_kinds"]]
        others = [k for k in JobKind if k not in kinds]
        domain = next((d for d in self.position.experience_domains if d in self.domains), "")
        widths = (_BITS,) * 5 + (1, 1, 1, 4)

        def span_of(low: int, high: int) -> Fact[MonthSpan]:
            return Fact(MonthSpan(low - 1, high - 1), Basis.STATED)

        def answer(key: int) -> int:
            low, high, maybe, total_low, total_high, told, claimed, undated, flags = _unpacked(key, widths)
            sure = replace(span_of(low, high), note="自述" if told else "")
            jobs = []
            if undated:
                jobs.append(_job(kinds[0], dated=False, domains=(domain,)))
            if flags >> 1 & 1:
                jobs.append(_job(kinds[0], dated=not flags >> 3 & 1))
            if flags >> 2 & 1:
                jobs.append(_job(others[0], dated=not flags >> 3 & 1))
            profile = replace(
                self._blank(),
                jobs=tuple(jobs),
                total_months=span_of(total_low, total_high) if total_low else Fact(),
                domain_months={domain: sure} if low else {},
                possible_domain_months={domain: span_of(maybe, maybe)} if maybe else {},
                claimed_domains={domain: (MARK,)} if claimed else {},
            )
            return self._code(experience, profile, NO_WORK if flags & 1 else "")

        def coarse(months: NDArray[Any]) -> NDArray[Any]:
            """None, too few, just the years asked for, more."""
            return np.where(months >= self.need - 1, months, np.minimum(months, 0))

        # how far the least months fall short tells nothing, nor all months where those of domains count
        total = (
            rows["total_high"]
            if not domain or UNLISTED in self.position.experience_domains
            else coarse(rows["total_high"])
        )
        months = (coarse(low), high, maybe, coarse(rows["total_low"]), total)
        columns = [np.minimum(m, self.need).astype(np.int64) + 1 for m in months]
        columns += [told, (rows["claimed"] & wanted) != 0, (rows["undated"] & wanted) != 0, rows["flags"] & 15]
        return self._each("experience", _packed(columns, widths), answer)


def _degree(code: int) -> Degree | None:
    return list(Degree)[code - 1] if code else None


def _job(kind: JobKind, dated: bool, domains: tuple[str, ...] = ()) -> Job:
    period = Period(PartialDate(2000, 1), None, True, MARK) if dated else None
    return Job("", "", kind, period, 0, 0, (MARK,), domains)


def _one_of_four(codes: Codes) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = codes[:, None] == np.arange(4)
    return found


def _best(rows: Rows, name: str, wanted: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(n,) the most months of the wanted domains, -1 for none, and in how many of them there are any."""
    best, number = np.full(len(rows), -1, np.int64), np.zeros(len(rows), np.int64)
    for at in wanted:
        best = np.maximum(best, rows[name][:, at])
        number = number + (rows[name][:, at] >= 0)
    return best, number


def _packed(columns: Sequence[NDArray[Any]], widths: Sequence[int]) -> NDArray[np.int64]:
    """Columns of small numbers as one number a row."""
    keys = np.zeros(len(columns[0]), np.int64)
    for column, width in zip(columns, widths, strict=True):
        keys = keys << width | column.astype(np.int64)
    return keys


def _unpacked(key: int, widths: Sequence[int]) -> list[int]:
    found = []
    for width in reversed(widths):
        found.append(key & ((1 << width) - 1))
        key >>= width
    return found[::-1]
