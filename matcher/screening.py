"""Hard rules: one function a rule, in one visible list. Each answers 符合, 不符合 or 待核实 with its proof; a small
shortfall may afterwards become 可放宽, a proposal to a person (DESIGN decisions 1 to 11).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from matcher.extraction import majors_catalogue, says_no_work
from matcher.extraction.dates import interval, span
from matcher.extraction.lexicon import lexicon
from matcher.knowledge import DATA_DIR, data_file, read_table
from matcher.majors import CATEGORIES, Group, Major, Majors
from matcher.schema import (
    UNLISTED,
    Basis,
    CandidateProfile,
    Degree,
    Evidence,
    Fact,
    Job,
    MonthSpan,
    Outcome,
    PartialDate,
    Position,
    ResumeText,
    StudyMode,
    Verdict,
)
from matcher.terms import Hit
from matcher.text import fold


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at: one candidate, one position, the policy."""

    resume: ResumeText
    profile: CandidateProfile
    position: Position
    policy: Mapping[str, Any]


def _verdict(
    case: Case, rule: str, outcome: Outcome, fact: Fact[Any], clause: str, reason: str, **more: Any
) -> Verdict:
    return Verdict(rule, outcome, fact.basis, clause, reason, fact.evidence, **more)


def min_degree(case: Case) -> Verdict:
    """The highest finished degree is at least the one asked for (以上 includes it: Civil Code art. 1259)."""
    fact, need, clause = case.profile.highest_degree, case.position.min_degree, case.position.education_text
    if need.rank == 0:
        return _verdict(case, "min_degree", Outcome.MEETS, fact, clause, "岗位没有学历要求")
    if fact.value is None:
        return _verdict(
            case,
            "min_degree",
            Outcome.UNKNOWN,
            fact,
            clause,
            f"学历{fact.note}" if fact.note else "简历未写明学历，待核实",
            question="请候选人说明最高学历，并提供学历证书",
        )
    note = f"（{fact.note}）" if fact.note else ""
    if fact.value.rank >= need.rank:
        return _verdict(
            case, "min_degree", Outcome.MEETS, fact, clause, f"最高学历{fact.value.value}{note}，符合{need.value}以上"
        )
    studying = [e for e in case.profile.education if e.degree and e.degree.rank >= need.rank and not e.finished]
    more = f"；{studying[0].degree.value}尚未毕业" if studying and studying[0].degree and "未完成" not in note else ""
    return _verdict(
        case,
        "min_degree",
        Outcome.FAILS,
        fact,
        clause,
        f"已取得的最高学历为{fact.value.value}{note}{more}，未达到{need.value}",
    )


def full_time(case: Case) -> Verdict:
    """The bachelor's (or the degree asked for) was full-time study (DESIGN decision 5)."""
    fact, clause = case.profile.full_time_bachelor, case.position.education_text
    if case.position.min_degree is not Degree.BACHELOR:
        return _full_time_of(case)
    if fact.value is None:
        return _verdict(
            case,
            "full_time",
            Outcome.UNKNOWN,
            fact,
            clause,
            "简历未写明本科的学习形式，待核实",
            question="请候选人说明本科是否全日制，并提供学信网学历验证",
        )
    note = f"（{fact.note}）" if fact.note else ""
    if fact.value:
        word = "推定为全日制本科" if fact.basis is Basis.INFERRED else "全日制本科"
        return _verdict(case, "full_time", Outcome.MEETS, fact, clause, f"{word}{note}，符合全日制要求")
    highest = case.profile.highest_degree
    below = highest.value is not None and highest.value.rank < Degree.BACHELOR.rank
    reason = (
        f"最高学历为{highest.value.value}，没有全日制本科学历" if below and highest.value else "本科学习形式为非全日制"
    )
    if not below and fact.evidence:
        reason += f"（{fact.evidence[0].text[:20]}）"
    return _verdict(case, "full_time", Outcome.FAILS, fact, clause, f"{reason}，不符合全日制要求")


def _full_time_of(case: Case) -> Verdict:
    """Full-time study for a position that asks for another degree than the bachelor's: the best of enough degrees.

    Only a resume whose every sufficient degree is said to be part-time fails; the degree itself is min_degree's.
    """
    need, clause = case.position.min_degree, case.position.education_text
    enough = [e for e in case.profile.education if e.finished and e.degree and e.degree.rank >= max(need.rank, 1)]
    highest = case.profile.highest_degree
    if not enough and highest.value is not None and highest.value.rank < need.rank:
        fact: Fact[str] = Fact(highest.value.value, highest.basis, highest.evidence)
        return _verdict(case, "full_time", Outcome.FAILS, fact, clause, f"没有已取得的{need.value}及以上学历")
    for item in enough:
        if item.mode is StudyMode.FULL_TIME:
            word = "全日制" if item.mode_basis is Basis.STATED else "推定为全日制"
            found: Fact[str] = Fact(item.mode.value, item.mode_basis, item.mode_evidence or item.evidence[:1])
            degree = item.degree.value if item.degree else ""
            return _verdict(case, "full_time", Outcome.MEETS, found, clause, f"{word}{degree}，符合全日制要求")
    if enough and all(e.mode is StudyMode.PART_TIME for e in enough):
        quotes = tuple(q for e in enough for q in e.mode_evidence or e.evidence[:1])
        told: Fact[str] = Fact(StudyMode.PART_TIME.value, Basis.STATED, quotes)
        return _verdict(case, "full_time", Outcome.FAILS, told, clause, f"{need.value}及以上学历均为非全日制")
    return _verdict(
        case,
        "full_time",
        Outcome.UNKNOWN,
        Fact(),
        clause,
        f"简历未写明{need.value}的学习形式，待核实",
        question=f"请候选人说明{need.value}是否全日制，并提供学信网学历验证",
    )


@lru_cache(maxsize=1024)
def listed_group(name: str) -> Group | None:
    """What a position's word for majors takes: a group of major_groups.csv, else the class, category or major of that
    name in majors.csv, with its neighbours 待核实; None when no table knows the name."""
    catalogue = majors_catalogue()
    if name in catalogue.groups:
        return catalogue.groups[name]
    if name in CATEGORIES and name not in catalogue.classes:
        return Group(name, frozenset({f"category:{name}"}), frozenset())
    found = catalogue.classes.get(name) or catalogue.find(name)
    if found is None or not found.category:
        return None
    if found.level == "class":
        return Group(name, frozenset({f"class:{found.name}"}), frozenset({f"category:{found.category}"}))
    near = {f"category:{found.category}", *([f"class:{found.major_class}"] if found.major_class else [])}
    return Group(name, frozenset({f"major:{found.name}"}), frozenset(near))


@lru_cache(maxsize=256)
def _listed(names: tuple[str, ...]) -> tuple[Majors, tuple[str, ...], bool]:
    """The catalogue with a group for each listed name that is known, those names, and whether all are known."""
    catalogue = majors_catalogue()
    groups = {name: group for name in names if (group := listed_group(name)) is not None}
    return replace(catalogue, groups={**catalogue.groups, **groups}), tuple(groups), len(groups) == len(names)


_FITS = {"meets": 3, "related": 2, "unknown": 1, "other": 0}


def major(case: Case) -> Verdict:
    """A finished degree's major is in a listed class (DESIGN decision 6). The best of all majors decides."""
    position, clause = case.position, case.position.education_text
    if not position.majors:
        return _verdict(case, "major", Outcome.MEETS, Fact(), clause, "岗位没有专业要求")
    catalogue, names, all_known = _listed(position.majors)
    best: tuple[int, str, str, tuple[Evidence, ...]] | None = None
    finished = [e for e in case.profile.education if e.finished]
    enough = [e for e in finished if e.degree is not None and e.degree.rank >= position.min_degree.rank]
    for item in enough or finished or case.profile.education:
        if not item.major:
            continue
        for found in _majors_named(item.major) or (None,):
            fit = catalogue.judge(found, names)
            if fit == "other" and not all_known:
                fit = "unknown"  # a listed word that no table knows may mean this major
            name = found.name if found and found.name != item.major and found.level != "pattern" else ""
            place = f"{found.major_class or found.category}" if found else ""
            candidate = (
                _FITS[fit],
                item.major,
                "，".join(x for x in (name, place) if x),
                item.major_evidence or item.evidence[:1],
            )
            if best is None or candidate[0] > best[0]:
                best = candidate
    listed = "、".join(position.majors)
    listed += "" if listed.endswith("类") else "类"
    if best is None:
        return _verdict(
            case,
            "major",
            Outcome.UNKNOWN,
            Fact(),
            clause,
            "简历未写明所学专业，待核实",
            question="请候选人说明所学专业",
        )
    rank, written, place, evidence = best
    fact: Fact[str] = Fact(written, Basis.STATED, evidence)
    shown = f"{written}（{place}）" if place else written
    if rank == 3:
        return _verdict(case, "major", Outcome.MEETS, fact, clause, f"专业{shown}，属于{listed}")
    if rank == 2:
        return _verdict(
            case,
            "major",
            Outcome.UNKNOWN,
            fact,
            clause,
            f"专业{shown}与{listed}相近，是否算“等相关专业”待核实"
            if position.majors_open
            else f"专业{shown}与所列{listed}相近；公告未写“等相关专业”，是否符合待核实",
            question=f"请确认“{written}”是否视为相关专业，可查看主修课程",
        )
    if rank == 1:
        return _verdict(
            case,
            "major",
            Outcome.UNKNOWN,
            fact,
            clause,
            f"专业“{written}”不在专业目录中，待核实"
            if all_known
            else f"公告所列专业不全在专业目录中，“{written}”是否符合待核实",
            question=f"请核实“{written}”所属的专业类",
        )
    named = {e.degree for e in enough if e.major}
    if any(e.degree not in named and not e.major for e in enough):
        return _verdict(
            case,
            "major",
            Outcome.UNKNOWN,
            fact,
            clause,
            f"专业{shown}不属于{listed}；另一段学历未写明专业，待核实",
            question="请候选人说明各段学历所学专业",
        )
    experienced = (s := _domain_span(case, certain=True)) is not None and s.low >= position.min_years * 12
    return _verdict(
        case,
        "major",
        Outcome.FAILS,
        fact,
        clause,
        f"专业{shown}，不属于{listed}及其同门类专业",
        small_shortfall=experienced,
    )


@lru_cache(maxsize=4096)
def _majors_named(written: str) -> tuple[Major, ...]:
    """The catalogue's majors that a written major names; asked once for all positions."""
    return majors_catalogue().find_all(fold(written))


def _domain_span(case: Case, certain: bool) -> MonthSpan | None:
    fact = _domain_fact(case, certain)
    return fact.value if fact else None


def _domain_fact(case: Case, certain: bool) -> Fact[MonthSpan] | None:
    """Months in any of the position's domains: the best single domain, or, where several are named, their union."""
    table = case.profile.domain_months if certain else case.profile.possible_domain_months
    facts = [table[d] for d in case.position.experience_domains if d in table]
    if len(facts) < 2:
        return facts[0] if facts else None
    wanted = set(case.position.experience_domains)
    kinds = case.policy["counting"]["counted_kinds"]
    jobs = [
        j
        for j in case.profile.jobs
        if j.period
        and j.kind.value in kinds
        and wanted & set(j.domains if certain else (*j.domains, *j.possible_domains))
    ]
    union = span(
        interval(
            j.period.start,
            j.period.end,
            j.period.ongoing,
            case.profile.as_of,
            (),
            case.policy["counting"]["both_end_months"],
        )
        for j in jobs
        if j.period
    )
    best = max(facts, key=lambda f: f.value.low if f.value else 0)
    if best.value and best.value.low >= union.low:
        return best
    return Fact(union, best.basis, tuple(j.period.evidence for j in jobs if j.period))


def _years(months: int) -> str:
    years, rest = divmod(months, 12)
    return f"{years}年{rest}个月" if years and rest else f"{years}年" if years else f"{rest}个月"


def _shown(span: MonthSpan) -> str:
    if span.high >= 600:
        return f"{_years(span.low)}以上"
    return _years(span.low) if span.low == span.high else f"{_years(span.low)}至{_years(span.high)}"


def _job_evidence(case: Case, certain: bool) -> tuple[Evidence, ...]:
    """The words that place jobs in the domain, and their dates."""
    quotes: list[Evidence] = []
    wanted = case.position.experience_domains
    for job in case.profile.jobs:
        domains = job.domains if certain else (*job.domains, *job.possible_domains)
        if any(d in domains for d in wanted):
            quotes += job.evidence
            quotes += [e for d in wanted for e in job.domain_evidence.get(d, ())]
    return tuple(sorted(dict.fromkeys(quotes), key=lambda e: e.start))


@lru_cache
def domain_names(data_dir: Path = DATA_DIR) -> dict[str, str]:
    """Experience domain key to its Chinese name (data/domain_names.csv)."""
    path = data_file(data_dir, "domain_names.csv")
    return {row["domain"]: row["name"] for _, row in read_table(path, ["domain", "name"])}


def experience(case: Case) -> Verdict:
    """Months in jobs of the named domains reach the years asked for; exactly 36 months is 3 years (decision 4).

    When the total suffices but the domain is unclear, it is 待核实, never 不符合.
    """
    position, profile, clause = case.position, case.profile, case.position.experience_text
    if position.min_years == 0:
        return _verdict(case, "experience", Outcome.MEETS, Fact(), clause, "岗位没有工作年限要求")
    if not position.experience_domains:
        return _any_experience(case)
    # 以上 includes the number (policy: counting.inclusive); without it, one month more is needed
    need = position.min_years * 12 + (0 if case.policy["counting"]["inclusive"] else 1)
    names = "或".join(domain_names()[d] for d in position.experience_domains if d != UNLISTED) or "岗位所要求领域"
    ask = f"请候选人说明{names}相关工作的起止年月与内容"
    certain, possible = _domain_fact(case, True), _domain_fact(case, False)
    if certain and certain.value and certain.value.low >= need:
        quotes = _job_evidence(case, True) or certain.evidence
        stated = "（自述）" if certain.note == "自述" else ""
        fact = Fact(certain.value, certain.basis, quotes)
        return _verdict(
            case,
            "experience",
            Outcome.MEETS,
            fact,
            clause,
            f"{names}经验{_shown(certain.value)}{stated}，符合{position.min_years}年以上",
        )
    if possible and possible.value and possible.value.high >= need:
        quotes = _job_evidence(case, False) or possible.evidence
        if certain and certain.value and certain.value.high >= need:
            reason = f"{names}经验为{_shown(certain.value)}，起止月份不全，待核实"
        elif possible.note.startswith("自述"):
            reason = f"自述有{_shown(MonthSpan(possible.value.high, possible.value.high))}{names}经验，工作经历未能证实，待核实"
        else:
            known = (
                f"可确认的{names}经验为{_shown(certain.value)}；"
                if certain and certain.value and certain.value.low
                else ""
            )
            reason = f"{known}另有岗位可能属于{names}，待核实"
        return _verdict(
            case,
            "experience",
            Outcome.UNKNOWN,
            Fact(possible.value, Basis.INFERRED, quotes),
            clause,
            reason,
            question=ask,
        )
    if UNLISTED in position.experience_domains:
        return _any_experience(case)
    claimed = tuple(e for d in position.experience_domains for e in profile.claimed_domains.get(d, ()))
    worked = profile.total_months.value
    if claimed and (worked is None or worked.high >= need or not profile.jobs):
        return _verdict(
            case,
            "experience",
            Outcome.UNKNOWN,
            Fact("", Basis.INFERRED, claimed),
            clause,
            f"简历另处提到{claimed[0].text}，未能对应到有起止时间的工作，待核实",
            question=ask,
        )
    undated = [
        j
        for j in profile.jobs
        if (j.period is None or j.period.start is None) and j.kind.value in case.policy["counting"]["counted_kinds"]
    ]
    told = certain is not None and certain.note == "自述"  # a length told by the writer takes in the undated jobs
    if not told and any(set(position.experience_domains) & {*j.domains, *j.possible_domains} for j in undated):
        quotes = tuple(e for j in undated for e in j.evidence)
        return _verdict(
            case,
            "experience",
            Outcome.UNKNOWN,
            Fact("", Basis.INFERRED, quotes),
            clause,
            "相关岗位未写明起止时间，待核实",
            question=ask,
        )
    total = profile.total_months
    got = certain.value if certain and certain.value else MonthSpan(0, 0)
    if total.value is None:
        if (none := says_no_work(case.resume)) is not None:
            fact_none: Fact[str] = Fact("", Basis.STATED, (case.resume.evidence(*none),))
            return _verdict(
                case, "experience", Outcome.FAILS, fact_none, clause, f"应届或无工作经历，未达到{position.min_years}年"
            )
        if profile.jobs and all(j.kind.value not in case.policy["counting"]["counted_kinds"] for j in profile.jobs):
            quotes = tuple(e for j in profile.jobs for e in j.evidence)
            fact_jobs: Fact[str] = Fact("", Basis.STATED, quotes)
            return _verdict(
                case,
                "experience",
                Outcome.FAILS,
                fact_jobs,
                clause,
                f"只有实习或兼职经历，未达到{position.min_years}年",
            )
        return _verdict(
            case, "experience", Outcome.UNKNOWN, Fact(), clause, "简历未写明工作起止时间，待核实", question=ask
        )
    high = max(got.high, possible.value.high if possible and possible.value else 0)
    short = need - high
    small = 0 < short <= case.policy["waiver"]["max_years_short"] * 12 and high > 0
    quotes = _job_evidence(case, False) or total.evidence
    reached = f"{names}经验{_shown(MonthSpan(got.low, high))}" if high else f"工作经历中没有{names}经验"
    extra = f"（工作年限共{_shown(total.value)}）"
    return _verdict(
        case,
        "experience",
        Outcome.FAILS,
        Fact(total.value, total.basis, quotes),
        clause,
        f"{reached}{extra}，未达到{position.min_years}年",
        small_shortfall=small,
    )


def _any_experience(case: Case) -> Verdict:
    """Years of any work; where the notice names a field that no table knows (UNLISTED), enough years are 待核实."""
    position, profile, clause = case.position, case.profile, case.position.experience_text
    need = position.min_years * 12 + (0 if case.policy["counting"]["inclusive"] else 1)
    unlisted = UNLISTED in position.experience_domains
    ask = "请候选人说明与岗位要求相符的工作经历及起止年月" if unlisted else "请候选人说明每段工作的起止年月"
    total = profile.total_months
    if total.value is None:
        if (none := says_no_work(case.resume)) is not None:
            told: Fact[str] = Fact("", Basis.STATED, (case.resume.evidence(*none),))
            reason = f"应届或无工作经历，未达到{position.min_years}年"
            return _verdict(case, "experience", Outcome.FAILS, told, clause, reason)
        reason = "简历未写明工作起止时间，待核实"
        return _verdict(case, "experience", Outcome.UNKNOWN, Fact(), clause, reason, question=ask)
    shown = f"工作年限共{_shown(total.value)}"
    undated = any(j.period is None or j.period.start is None for j in profile.jobs)
    if total.value.high < need and not undated:
        small = 0 < need - total.value.high <= case.policy["waiver"]["max_years_short"] * 12 and total.value.high > 0
        reason = f"{shown}，未达到{position.min_years}年"
        return _verdict(case, "experience", Outcome.FAILS, total, clause, reason, small_shortfall=small)
    if total.value.low >= need and not unlisted:
        reason = f"{shown}，符合{position.min_years}年以上"
        return _verdict(case, "experience", Outcome.MEETS, total, clause, reason)
    why = "是否属于岗位要求的领域待核实" if unlisted and total.value.low >= need else "起止月份不全，待核实"
    return _verdict(case, "experience", Outcome.UNKNOWN, total, clause, f"{shown}，{why}", question=ask)


def _cap(case: Case, held: Degree | None) -> int:
    """The age limit for a holder of ``held``: the notice's, or the higher one of a degree it names (硕士可放宽至30岁)."""
    assert case.position.max_age is not None
    caps = [cap for degree, cap in case.position.age_by_degree if held is not None and held.rank >= degree.rank]
    return max(case.position.max_age, *caps) if caps else case.position.max_age


def _born_from(case: Case, limit: dt.date) -> Verdict:
    """Born on ``limit`` or later; a birth of which only year or month is known, or an age, decides when all of it does."""
    profile, clause = case.profile, case.position.age_text
    ask = "请候选人提供出生年月日"
    born, shown = profile.birth.value, f"{limit.year}年{limit.month}月{limit.day}日以后出生"
    fact: Fact[Any] = profile.birth
    if born is not None:
        first = (born.year, born.month or 1, born.day or 1)
        last = (born.year, born.month or 12, born.day or 31)
        known = f"{born} 出生"
    elif profile.age_range is not None:
        fact = profile.age
        low, high = profile.age_range
        day = profile.as_of
        # somebody of n full years was born after the same day n + 1 years ago, and not after it n years ago
        first = (day.year - high - 1, day.month, day.day + 1)
        last = (day.year - low, day.month, day.day)
        known = f"年龄 {low} 周岁" if low == high else f"年龄 {low}至{high} 周岁"
    else:
        return _verdict(case, "age", Outcome.UNKNOWN, fact, clause, "简历未写明出生日期或年龄，待核实", question=ask)
    edge = (limit.year, limit.month, limit.day)
    if first >= edge:
        return _verdict(case, "age", Outcome.MEETS, fact, clause, f"{known}，符合{shown}")
    if last < edge:
        over = limit.year - last[0]
        held = case.profile.highest_degree.value
        relaxed = [cap for degree, cap in case.position.age_by_degree if held is None or held.rank >= degree.rank]
        if relaxed or case.position.age_relaxed_to is not None:
            reason = f"{known}，早于{shown}；公告另有放宽的条件，是否符合待核实"
            return _verdict(case, "age", Outcome.UNKNOWN, fact, clause, reason, question=ask)
        small = over <= case.policy["waiver"]["max_years_over_age"]
        return _verdict(case, "age", Outcome.FAILS, fact, clause, f"{known}，早于{shown}的要求", small_shortfall=small)
    return _verdict(case, "age", Outcome.UNKNOWN, fact, clause, f"{known}，是否{shown}待核实", question=ask)


def age(case: Case) -> Verdict:
    """Full years at ``as_of`` are at most the limit: 35岁以下 admits 35 until the day before the 36th birthday."""
    position, profile, clause = case.position, case.profile, case.position.age_text
    fact = profile.age
    if position.born_from is not None:
        return _born_from(case, position.born_from)
    if position.max_age is None:
        return _verdict(case, "age", Outcome.MEETS, Fact(), clause, "岗位没有年龄要求")
    if profile.age_range is None:
        return _verdict(
            case,
            "age",
            Outcome.UNKNOWN,
            fact,
            clause,
            "简历未写明出生日期或年龄，待核实",
            question="请候选人提供出生年月",
        )
    low, high = profile.age_range
    limit = _cap(case, profile.highest_degree.value)
    highest = limit if case.policy["counting"]["inclusive"] else limit - 1
    known = f"{low} 周岁" if low == high else f"{low}至{high} 周岁"
    born = profile.birth.value
    source = f"{born} 出生" if isinstance(born, PartialDate) else "自述"
    note = f"，{fact.note}" if fact.note else ""
    shown = f"年龄 {known}（{source}，截至 {profile.as_of}{note}）"
    if high <= highest:
        return _verdict(case, "age", Outcome.MEETS, fact, clause, f"{shown}，符合 {limit} 岁以下")
    widest = _cap(case, Degree.DOCTOR) if profile.highest_degree.value is None else limit
    if low > highest and low <= max(widest, position.age_relaxed_to or 0):
        reason = f"{shown}，超过 {limit} 岁；公告另有放宽的条件，是否符合待核实"
        ask = "请候选人说明最高学历" if low <= widest else "请按公告核实候选人是否符合放宽年龄的条件"
        return _verdict(case, "age", Outcome.UNKNOWN, fact, clause, reason, question=ask)
    if low > highest:
        small = low - limit <= case.policy["waiver"]["max_years_over_age"]
        return _verdict(case, "age", Outcome.FAILS, fact, clause, f"{shown}，超过 {limit} 岁", small_shortfall=small)
    return _verdict(
        case,
        "age",
        Outcome.UNKNOWN,
        fact,
        clause,
        f"{shown}，是否超过 {limit} 岁待核实",
        question="请候选人提供出生年月日",
    )


def kinship(case: Case) -> Verdict:
    """近亲属回避 cannot be read from a resume: always a question for HR; 待核实 when the resume names a relative."""
    clause = next((text for text, rule in case.position.common if rule == "kinship"), "")
    fact = case.profile.relatives
    if not clause and fact.value is None:
        return _verdict(case, "kinship", Outcome.MEETS, fact, clause, "公告没有近亲属回避的要求")
    question = "请候选人按近亲属回避制度申报在本行工作的亲属"
    if fact.value is not None:
        return _verdict(
            case, "kinship", Outcome.UNKNOWN, fact, clause, "简历提到亲属在本行，需做回避核查", question=question
        )
    return _verdict(
        case, "kinship", Outcome.MEETS, fact, clause, "简历未提及在本行工作的亲属，面试时照例询问", question=question
    )


def portfolio(case: Case) -> Verdict:
    """Position 4 asks for works to be enclosed (请附相关作品): what is not seen is 待核实, never a failure."""
    clause, fact = case.position.preferred_text, case.profile.portfolio
    if fact.value is None:
        return _verdict(
            case,
            "portfolio",
            Outcome.UNKNOWN,
            fact,
            clause,
            "未见作品或作品链接，待补充",
            question="请候选人补交作品集或链接",
        )
    return _verdict(case, "portfolio", Outcome.MEETS, fact, clause, "已附作品或作品链接")


def certificate(case: Case) -> Verdict:
    """One of the certificates that the position names is in the resume; what is not seen is 待核实, never a failure."""
    fact, wanted = case.profile.certificates, case.position.certificates
    clause = case.position.competencies_text
    index = lexicon().certificates
    held = [c for c in fact.value or () if any(hit.value[0] in wanted for hit in index.scan(fold(c)))]
    if held:
        return _verdict(case, "certificate", Outcome.MEETS, fact, clause, f"简历写有{'、'.join(held)}，请核验证书")
    return _verdict(
        case,
        "certificate",
        Outcome.UNKNOWN,
        Fact(),
        clause,
        f"简历未见{'或'.join(wanted)}，待核实",
        question=f"请候选人提供{'或'.join(wanted)}的证书",
    )


Rule = Callable[[Case], Verdict]
RULES: tuple[Rule, ...] = (min_degree, full_time, major, experience, age, kinship)


def screen(
    resume: ResumeText, profile: CandidateProfile, position: Position, policy: Mapping[str, Any]
) -> tuple[Verdict, ...]:
    """Every rule's verdict for one candidate and one position, in the order of RULES."""
    case = Case(resume, profile, position, policy)
    rules = [r for r in RULES if r is not full_time or position.full_time]
    if position.needs_portfolio:
        rules.append(portfolio)
    if position.certificates:
        rules.append(certificate)
    return tuple(rule(case) for rule in rules)


# --- preferred conditions and waivers -----------------------------------------------------------------------------


def preferred_conditions(resume: ResumeText, profile: CandidateProfile, position: Position) -> tuple[Verdict, ...]:
    """Preferred conditions (优先录用条件): reported, never a failure. Met only by words of a job of one's own."""
    verdicts = []
    for key in position.preferred:
        quotes: tuple[Evidence, ...] = ()
        for job in profile.jobs:
            found: dict[str, Evidence] = {}
            for hit in _preferred_hits(resume.folded, job.start, job.end):
                for owner, role in hit.value:
                    if owner == key and not (
                        role == "all_a" and key.startswith("known_") and not _in_employer(job, resume, hit)
                    ):
                        found.setdefault(role, resume.evidence(hit.start, hit.end))
            if "any" in found:
                quotes = (found["any"],)
            elif "all_a" in found and "all_b" in found:
                quotes = (found["all_a"], found["all_b"])
            if quotes:
                break
        if quotes:
            verdicts.append(
                Verdict(key, Outcome.MEETS, Basis.STATED, position.preferred_text, "符合优先录用条件", quotes)
            )
        else:
            verdicts.append(
                Verdict(
                    key,
                    Outcome.UNKNOWN,
                    Basis.ABSENT,
                    position.preferred_text,
                    "未见优先录用条件的相关经历（不影响资格）",
                )
            )
    return tuple(verdicts)


@lru_cache(maxsize=64)  # the jobs of the resume at hand, which every position asks about
def _preferred_hits(folded: str, start: int, end: int) -> tuple[Hit[Any], ...]:
    """Words of preferred conditions in a job, but for those of others' work (配合…) and of what was not done."""
    hits = lexicon().preferred_index.scan(folded, start, end)
    return tuple(h for h in hits if not _NOT_OWN.search(folded, max(start, h.start - 3), h.start))


_NOT_OWN = re.compile(r"配合|协助|未|无")


def _in_employer(job: Job, resume: ResumeText, hit: Hit[Any]) -> bool:
    """A known company counts as the employer only: 抖音运营 at a small shop is no work at 抖音."""
    return bool(job.employer) and hit.term in fold(job.employer)


def propose_waivers(
    verdicts: Sequence[Verdict],
    position: Position,
    policy: Mapping[str, Any],
    score: Callable[[Sequence[Verdict]], float],
    preferred: Sequence[Verdict],
) -> tuple[Verdict, ...]:
    """Turn small shortfalls to 可放宽 where the position allows it and the person is outstanding (decision 7).

    ``score`` gives the score that a list of verdicts would have. Nothing is waived when another rule fails beyond
    waiving: a proposal must be worth a person's time.
    """
    small = [v for v in verdicts if v.outcome is Outcome.FAILS and v.small_shortfall]
    beyond = any(v.outcome is Outcome.FAILS and not v.small_shortfall for v in verdicts)
    if not position.waivable or not small or beyond:
        return tuple(verdicts)
    rules = policy["waiver"]
    waived = [replace(v, outcome=Outcome.WAIVABLE) if v in small else v for v in verdicts]
    points = score(waived)
    why = [f"匹配度 {points:.0f} 分"] if points >= rules["min_score"] else []
    met = any(v.outcome is Outcome.MEETS for v in preferred)
    if met and points >= rules["min_score_with_preferred"]:
        why.append("符合优先录用条件")
    if not why:
        return tuple(verdicts)
    return tuple(
        replace(
            v,
            clause=f"{v.clause.rstrip('；。')}；{position.waiver_text}",
            reason=f"{v.reason}；差距较小且{'、'.join(why)}，建议人工考虑适当放宽",
        )
        if v.outcome is Outcome.WAIVABLE
        else v
        for v in waived
    )
