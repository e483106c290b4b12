"""The vocabulary of the project: frozen dataclasses and enumerations, no behaviour beyond small derived values.

Offsets everywhere are character offsets into ``ResumeText.text``: ``text[e.start:e.end] == e.text``.
Months are whole calendar months; both end months count (data/policy.toml).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Basis(StrEnum):
    """How a fact is known. Unknown is never zero and never a failure."""

    STATED = "stated"  # the resume says so
    INFERRED = "inferred"  # follows from what it says; a person should verify
    ABSENT = "absent"  # the resume does not say


class Outcome(StrEnum):
    """The four answers a rule can give."""

    MEETS = "meets"  # 符合
    FAILS = "fails"  # 不符合
    UNKNOWN = "unknown"  # 待核实
    WAIVABLE = "waivable"  # 可放宽: a proposal to a person, never a pass


class Tier(StrEnum):
    """Who to call first. Order of the members is the order of the shortlist's colours, not of its rows."""

    PRIORITY = "priority"  # 优先联系: fits well, no open question on a hard rule
    VERIFY = "verify"  # 核实后联系: fits well, some hard rule is 待核实
    WAIVER = "waiver"  # 建议放宽: fits well, a hard rule may be waived
    RESERVE = "reserve"  # 备选: meets the rules, fits less well
    NOT_MET = "not_met"  # 硬性条件不符: shown, ranked lower, never dropped
    NO_FIT = "no_fit"  # 不匹配: the resume speaks of another trade


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the resume: ``text`` is exactly ``ResumeText.text[start:end]``."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """One field of a profile. ``value is None`` exactly when ``basis`` is ABSENT."""

    value: T | None = None
    basis: Basis = Basis.ABSENT
    evidence: tuple[Evidence, ...] = ()
    note: str = ""  # Chinese, for HR: why inferred, what conflicts


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should see: a flag on a resume, never an automatic rejection.

    ``code`` is stable (snake_case English); ``message`` is Chinese for HR and holds no personal data.
    """

    code: str
    message: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ResumeText:
    """A resume after reading and normalising.

    ``text``    what offsets index and what people see; width, radicals and spaces are repaired,
                Traditional characters are kept.
    ``folded``  the same length, character for character: Traditional to simplified, ASCII lower case.
                Matching reads this; evidence quotes ``text``.
    ``name``    display name of the source (file name, sheet row); never used as a path.
    ``fields``  label/value pairs known from structure (a pool's columns, a filled form), already in the text too.
    """

    text: str
    folded: str
    name: str = ""
    notices: tuple[Notice, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()

    def evidence(self, start: int, end: int) -> Evidence:
        """Quote ``text[start:end]`` without surrounding white space."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return Evidence(self.text[start:end], start, end)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that could not be read: it goes to 需人工查看 with its reason, never scored.

    ``reason`` is Chinese, ``reason_en`` English; both name the mend, neither holds personal data.
    """

    name: str
    code: str
    reason: str
    reason_en: str


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as precise as the resume states it. ``month``/``day`` are 0 when not stated."""

    year: int
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        if self.month:
            parts.append(f"{self.month:02d}")
            if self.day:
                parts.append(f"{self.day:02d}")
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start`` to ``end``. ``end is None`` and ``ongoing`` means until as_of; both False/None: end not stated."""

    start: PartialDate | None
    end: PartialDate | None
    ongoing: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class MonthSpan:
    """A number of months known to lie in ``low..high`` (equal when dates name their months)."""

    low: int
    high: int


class Degree(StrEnum):
    """Levels of education, lowest first; ``rank`` gives their order: 0 (高中及以下) to 4 (博士)."""

    rank: int

    SECONDARY = "高中及以下", 0
    COLLEGE = "大专", 1
    BACHELOR = "本科", 2
    MASTER = "硕士", 3
    DOCTOR = "博士", 4

    def __new__(cls, value: str, rank: int = 0) -> Degree:
        """A level with its rank."""
        level = str.__new__(cls, value)
        level._value_ = value
        level.rank = rank
        return level


class StudyMode(StrEnum):
    """Study mode as screening needs it."""

    FULL_TIME = "全日制"
    PART_TIME = "非全日制"


@dataclass(frozen=True, slots=True)
class Education:
    """One study entry. ``degree`` is the level it leads to; ``finished`` False: in progress, broken off or future."""

    degree: Degree | None
    school: str
    major: str
    mode: StudyMode | None
    mode_basis: Basis
    period: Period | None
    finished: bool
    overseas: bool
    regular_school: bool  # a university or institute known to grant regular degrees
    note: str
    evidence: tuple[Evidence, ...]
    major_evidence: tuple[Evidence, ...] = ()
    mode_evidence: tuple[Evidence, ...] = ()


class JobKind(StrEnum):
    """What kind of work an entry is; only some kinds count as experience (data/policy.toml)."""

    FULL_TIME = "全职"
    INTERN = "实习"
    PART_TIME = "兼职"
    FREELANCE = "自由职业"


@dataclass(frozen=True, slots=True)
class Job:
    """One spell of work. ``start``/``end`` are offsets of the whole entry, duties included."""

    employer: str
    title: str
    kind: JobKind
    period: Period | None
    start: int
    end: int
    evidence: tuple[Evidence, ...]
    domains: tuple[str, ...] = ()  # experience domains this job counts for
    possible_domains: tuple[str, ...] = ()  # it may count; a person must ask
    domain_evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CandidateProfile:
    """What one resume says. ``months`` are counted to ``as_of``; study and internships are not work."""

    as_of: dt.date
    name: Fact[str]
    birth: Fact[PartialDate]
    age: Fact[int]  # full years at as_of, lower bound when only a range is known
    age_range: tuple[int, int] | None
    sex: Fact[str]  # read so that it can be shown masked; no rule and no score reads it
    education: tuple[Education, ...]
    highest_degree: Fact[Degree]
    full_time_bachelor: Fact[bool]
    jobs: tuple[Job, ...]
    total_months: Fact[MonthSpan]
    domain_months: Mapping[str, Fact[MonthSpan]]  # per experience domain, certain jobs only
    possible_domain_months: Mapping[str, Fact[MonthSpan]]  # certain and possible jobs
    skills: Fact[tuple[str, ...]]
    certificates: Fact[tuple[str, ...]]
    portfolio: Fact[str]
    relatives: Fact[str]  # a relative said to work at the bank
    expected_position: Fact[str]
    notices: tuple[Notice, ...] = ()
    # titles of a domain that the candidate claims outside every dated job: a reason to ask before saying 不符合
    claimed_domains: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)


# Stands in Position.experience_domains for a field of work that data/experience_domains.csv does not know.
UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class Position:
    """One position of the notice: its words (``*_text``) and the columns that rules read (data/positions.csv)."""

    position_id: int
    title: str
    responsibilities_text: str
    education_text: str
    competencies_text: str
    experience_text: str
    age_text: str
    preferred_text: str
    waiver_text: str
    min_degree: Degree
    full_time: bool
    majors: tuple[str, ...]  # groups as listed in the notice; keys of data/major_groups.csv
    majors_open: bool  # 等相关专业
    min_years: int
    experience_domains: tuple[str, ...]  # any of them counts; keys of data/experience_domains.csv; none: any work
    max_age: int | None
    preferred: tuple[str, ...]  # keys of data/preferred.csv
    waivable: bool
    needs_portfolio: bool
    born_from: dt.date | None = None  # 1991年1月1日以后出生: decides instead of max_age where both are given
    age_by_degree: tuple[tuple[Degree, int], ...] = ()  # 硕士可放宽至30岁: a higher cap from this degree up
    age_relaxed_to: int | None = None  # up to this age a condition that no rule reads may be met: 待核实
    certificates: tuple[str, ...] = ()  # any of them, as data/certificates.csv calls them; not seen is 待核实
    common: tuple[tuple[str, str], ...] = ()  # (text, rule) of the notice's requirements common to all positions


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's answer for one candidate and position, with its proof."""

    rule: str  # min_degree, full_time, major, experience, age, kinship, portfolio, certificate
    outcome: Outcome
    basis: Basis
    clause: str  # the words of the notice
    reason: str  # Chinese, one line
    evidence: tuple[Evidence, ...] = ()
    question: str = ""  # what to ask the candidate when 待核实
    small_shortfall: bool = False  # fails by little: screening.propose_waivers may turn it to 可放宽


@dataclass(frozen=True, slots=True)
class Contribution:
    """One claim that makes up a score. ``points`` of all contributions add up to the score."""

    feature: str
    value: float
    points: float
    detail: str = ""  # Chinese: which words met which words
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """0 to 100, absolute and deterministic: ``points == sum(c.points for c in contributions)`` to 0.01."""

    points: float
    contributions: tuple[Contribution, ...]
    missing: tuple[str, ...] = ()  # what the position asks for and the resume does not show


@dataclass(frozen=True, slots=True)
class Assessment:
    """One candidate against one position."""

    position_id: int
    title: str
    score: float
    tier: Tier
    verdicts: tuple[Verdict, ...]
    preferred: tuple[Verdict, ...]  # preferred conditions: reported, never a failure
    contributions: tuple[Contribution, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which fitted ranker gave the scores, and with which program, data files and policy (``matcher.provenance``)."""

    version: str
    data_hash: str
    features: tuple[str, ...] = ()
    program: str = ""
    knowledge_hash: str = ""
    policy_hash: str = ""


@dataclass(frozen=True, slots=True)
class MatchResult:
    """The answer for one resume; ``matches`` are the best positions first."""

    as_of: dt.date
    name: str  # display name of the source
    text: str
    candidate: CandidateProfile
    matches: tuple[Assessment, ...]
    notices: tuple[Notice, ...]
    model: ModelInfo
