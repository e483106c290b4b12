"""ResumeText to CandidateProfile: one function a field, each with its evidence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from matcher.copied import PASTED, copied
from matcher.extraction.basics import (
    find_age,
    find_birth,
    find_certificates,
    find_expected,
    find_name,
    find_portfolio,
    find_relatives,
    find_sex,
    find_skills,
    text_notices,
)
from matcher.extraction.dates import find_ranges
from matcher.extraction.domains import DomainHits, domain_words, mentions
from matcher.extraction.education import find_education, full_time_bachelor, highest_degree, is_study
from matcher.extraction.entries import find_entries
from matcher.extraction.jobs import StatedYears, domain_months, find_jobs, stated_years, teaches, total_months
from matcher.extraction.labels import find_labels
from matcher.extraction.lexicon import Lexicon, lexicon
from matcher.knowledge import DATA_DIR, load_policy
from matcher.majors import Majors, load_majors
from matcher.schema import Basis, CandidateProfile, Evidence, Fact, Job, JobKind, MonthSpan, Notice, ResumeText
from matcher.text import Section, sections


@lru_cache
def majors_catalogue(data_dir: Path = DATA_DIR) -> Majors:
    """The catalogue of majors, loaded once."""
    return load_majors(data_dir)


def extract(resume: ResumeText, as_of: dt.date, policy: Mapping[str, Any] | None = None) -> CandidateProfile:
    """Everything the rules and the score read, counted to ``as_of``. Pure; any text is accepted."""
    policy = load_policy() if policy is None else policy
    lex = lexicon()
    parts = sections(resume.folded)
    labels = find_labels(lex, resume.folded)
    periods = find_ranges(resume.folded)
    entries = find_entries(lex, resume.folded, parts, labels, periods)
    told = [(e, is_study(resume, lex, e, labels) and not teaches(resume.folded, e)) for e in entries]
    studies = [e for e, study in told if study]
    others = [e for e, study in told if not study]
    education = find_education(resume, lex, majors_catalogue(), parts, labels, studies, as_of)
    found = domain_words().read(resume.folded)
    drafts, job_notices = find_jobs(
        resume, lex, parts, labels, others, education, as_of, found, periods, policy["counting"]["both_end_months"]
    )
    counted = policy["counting"]["counted_kinds"]
    stated = stated_years(resume, lex, parts, labels)
    pasted = [(a, b) for a, b, clauses in copied(resume.folded) if clauses >= PASTED]
    if pasted:  # what the notice asks for is no experience
        stated = tuple(s for s in stated if not _inside(s.evidence.start, pasted))
        drafts = tuple(d for d in drafts if d.job.period is not None or not _inside(d.job.start, pasted))
    birth = find_birth(resume, lex, parts, labels, as_of, periods)
    age, age_range, age_notices = find_age(resume, lex, parts, labels, birth, as_of)
    full_time = policy["full_time"]
    total = total_months(drafts, counted)
    certain = dict(domain_months(drafts, counted, possible=False))
    possible = dict(domain_months(drafts, counted, possible=True))
    total, certain, possible, conflict = _with_stated(total, certain, possible, stated)
    rules = policy["input"]
    jobs = tuple(d.job for d in drafts)
    return CandidateProfile(
        as_of=as_of,
        name=find_name(resume, lex, labels),
        birth=birth,
        age=age,
        age_range=age_range,
        sex=find_sex(resume, labels),
        education=education,
        highest_degree=highest_degree(education),
        full_time_bachelor=full_time_bachelor(
            education,
            full_time["min_years_for_inference"],
            full_time["max_years_for_inference"],
            full_time["infer_regular_school"],
            [d.intervals.inner for d in drafts if d.intervals.inner and d.job.kind is JobKind.FULL_TIME],
        ),
        jobs=jobs,
        total_months=total,
        domain_months=certain,
        possible_domain_months=possible,
        skills=find_skills(resume, lex, parts),
        certificates=find_certificates(resume, lex, parts, labels),
        portfolio=find_portfolio(resume, labels),
        relatives=find_relatives(resume, parts),
        expected_position=find_expected(resume, parts, labels),
        notices=(
            *age_notices,
            *job_notices,
            *conflict,
            *text_notices(resume, rules["min_characters"], rules["stuffing_min_repeats"], rules["stuffing_share"]),
        ),
        claimed_domains=_claims(resume, lex, parts, jobs, found, [s.evidence for s in stated if not s.vague]),
    )


def _inside(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(a <= at < b for a, b in spans)


# where a title is no claim of one's own work
_NO_CLAIM = frozenset(
    {"advert", "wish", "family", "reference", "education", "project", "campus", "training", "award", "hobby"}
)


def _claims(
    resume: ResumeText,
    lex: Lexicon,
    parts: Sequence[Section],
    jobs: Sequence[Job],
    hits: Mapping[str, DomainHits],
    measured: Sequence[Evidence],
) -> dict[str, tuple[Evidence, ...]]:
    """Titles of each domain claimed outside every dated job: work that was told but could not be dated.

    ``measured`` are claims that say how long (不足3年金融产品经理经验): their months are known.
    """
    spans = []
    in_order = sorted(jobs, key=lambda j: j.start)
    for part in parts:
        if part.kind in _NO_CLAIM:
            continue
        at = part.start
        for job in in_order:
            end = job.end if job.end - job.start <= 900 else max(e.end for e in job.evidence)
            if job.start < part.end and end > part.start:
                if job.start > at:
                    spans.append((at, job.start))
                at = max(at, end)
        if at < part.end:
            spans.append((at, part.end))
    found = {}
    for domain, own in hits.items():
        quotes = tuple(
            resume.evidence(h.start, h.end)
            for h in mentions(lex, resume.folded, domain, own, spans)
            if not any(m.start <= h.start < m.end for m in measured)
        )
        if quotes:
            found[domain] = quotes[:3]
    return found


_NO_WORK = re.compile(
    r"(?:无|没有|暂无|尚无)(?:正式|全职|任何)?(?:的)?工作(?:经历|经验)|(?<!欢迎)(?<!接受)(?<!招聘)(?<!面向)\d{0,4}届?应届(?:毕业)?生(?!优先|均可|亦可|也可|皆可|可|勿)|"
    r"20\d\d\s?届[\u4e00-\u9fff]{0,8}(?:毕业)?生(?!优先|均可|亦可|也可|可)|尚未工作|fresh graduate"
)


def says_no_work(resume: ResumeText) -> tuple[int, int] | None:
    """Where the resume says that its owner has not worked yet (应届毕业生), or None."""
    match = _NO_WORK.search(resume.folded)
    return match.span() if match else None


def _named(item: StatedYears) -> list[str]:
    """Domains whose certain titles stand beside a stated length."""
    hits = domain_words().read(item.subject)
    return [d for d, h in hits.items() if d != "banking" and any(t.value == "title" for t in h.titles)]


def _stays(
    total: Fact[MonthSpan], certain: dict[str, Fact[MonthSpan]], stays: Sequence[StatedYears]
) -> tuple[Fact[MonthSpan], dict[str, Fact[MonthSpan]]]:
    """Lengths told job by job add up (当了2年数据库开发工程师，随后加入某银行，做了4年数据分析师: 6 years)."""
    if len(stays) < 2:
        return total, certain
    sums: dict[str, list[StatedYears]] = {"": list(stays)}
    for item in stays:
        at_bank = re.search(r"(?:银行|农商行|信用社)[^,。;]{0,4}[,，]?(?:当|做|干|工作)了?", item.subject)
        for domain in [*_named(item), *(["banking"] if at_bank else [])]:
            sums.setdefault(domain, []).append(item)
    facts = {
        domain: Fact(
            MonthSpan(sum(i.span.low for i in items), sum(i.span.high for i in items)),
            Basis.STATED,
            tuple(i.evidence for i in items),
            "自述",
        )
        for domain, items in sums.items()
    }
    return facts.pop(""), {**certain, **facts}


def _with_stated(
    total: Fact[MonthSpan],
    certain: dict[str, Fact[MonthSpan]],
    possible: dict[str, Fact[MonthSpan]],
    stated: Sequence[StatedYears],
) -> tuple[Fact[MonthSpan], dict[str, Fact[MonthSpan]], dict[str, Fact[MonthSpan]], tuple[Notice, ...]]:
    """Bring in self-stated lengths. Dates decide where there are dates; where there are none, the words do.

    A domain's stated length that its dated jobs do not bear out is only possible, so a person asks.
    """
    notices: list[Notice] = []
    dated = total.value is not None
    if not dated:
        total, certain = _stays(total, certain, [s for s in stated if s.stay and not s.vague])
        possible = {**certain, **possible}
    for item in stated:
        hits = {d: h for d, h in domain_words().read(item.subject).items() if d != "banking"}
        named = _named(item)
        # 五年金融产品经理经验 may be 产品设计 too: a person must ask
        akin = [
            d
            for d, h in hits.items()
            if d not in named and (h.duty or any(t.value == "title_if_duty" for t in h.titles))
        ]
        if not named:
            named, akin = akin, []
        if re.search(r"银行(?:从业|工作|机构|业|一线|网点|系统)", item.subject):
            named.append("banking")
        fact: Fact[MonthSpan] = Fact(item.span, Basis.STATED, (item.evidence,), "自述")
        if not named and not dated and total.value is None and not item.vague:
            total = fact
        if not dated:
            possible.update({d: fact for d in akin if d not in possible})
        for domain in named:
            if not dated and not item.vague:
                certain.setdefault(domain, fact)
                possible.setdefault(domain, fact)
                if total.value is None or total.value.low < item.span.low:
                    total = fact
            elif item.vague and not dated:
                possible.setdefault(domain, fact)
                if total.value is None:
                    total = fact
            else:
                known = possible.get(domain)
                low = known.value.low if known and known.value else 0
                if item.span.low > low + 1 and (total.value is None or total.value.high >= item.span.low - 1):
                    merged = MonthSpan(low, max(item.span.low, known.value.high if known and known.value else 0))
                    possible[domain] = Fact(merged, Basis.STATED, (item.evidence,), "自述，经历中未能证实")
                    notices.append(
                        Notice("stated_years_unproven", "自述的年限在工作经历中未能证实，请核实。", (item.evidence,))
                    )
    return total, certain, possible, tuple(notices)
