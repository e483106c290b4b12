"""A result as plain data, the same from the command line, Python and HTTP (docs/match.schema.json)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from matcher.schema import (
    Assessment,
    Basis,
    CandidateProfile,
    Contribution,
    Education,
    Evidence,
    Fact,
    Job,
    MatchResult,
    MonthSpan,
    Notice,
    Period,
    Position,
    Unreadable,
    Verdict,
)

Json = dict[str, Any]

# Surrogates cannot be encoded; line and paragraph separators would break a JSON Lines file for some readers.
_ESCAPED = re.compile("[\ud800-\udfff\u2028\u2029\x85]")


def result_to_dict(result: MatchResult) -> Json:
    """A result as docs/match.schema.json describes it; sex is read but not given out."""
    return {
        "as_of": result.as_of.isoformat(),
        "candidate": _candidate(result.candidate),
        "matches": [_assessment(rank, a) for rank, a in enumerate(result.matches, start=1)],
        "warnings": [_notice(n) for n in result.notices],
        "model": {
            "version": result.model.version,
            "data_hash": result.model.data_hash,
            "program": result.model.program,
            "knowledge_hash": result.model.knowledge_hash,
            "policy_hash": result.model.policy_hash,
        },
        "text": result.text,
    }


def unreadable_to_dict(problem: Unreadable) -> Json:
    """Why an input could not be read: ``{"code", "reason", "reason_en"}``."""
    return {"code": problem.code, "reason": problem.reason, "reason_en": problem.reason_en}


def position_to_dict(position: Position) -> Json:
    """A position: the words of the notice and the columns that rules read."""
    return {
        "position_id": position.position_id,
        "title": position.title,
        "responsibilities": position.responsibilities_text,
        "education": position.education_text,
        "competencies": position.competencies_text,
        "experience": position.experience_text,
        "age": position.age_text,
        "preferred_conditions": position.preferred_text,
        "waiver": position.waiver_text,
        "min_degree": position.min_degree.value,
        "full_time": position.full_time,
        "majors": list(position.majors),
        "majors_open": position.majors_open,
        "min_years": position.min_years,
        "experience_domains": list(position.experience_domains),
        "max_age": position.max_age,
        "preferred": list(position.preferred),
        "waivable": position.waivable,
        "needs_portfolio": position.needs_portfolio,
    }


def dumps(value: object, indent: int | None = None) -> str:
    """JSON text, Chinese kept readable; without ``indent`` it is one line whatever the strings hold."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    return _ESCAPED.sub(lambda m: f"\\u{ord(m.group()):04x}", text)


# --- parts --------------------------------------------------------------------------------------------------------


def _points(value: float) -> float:
    return round(value, 2) + 0.0  # never -0.0


def _evidence(evidence: Iterable[Evidence]) -> list[Json]:
    return [{"text": e.text, "start": e.start, "end": e.end} for e in evidence]


def _field(value: Any, basis: Basis, evidence: Iterable[Evidence]) -> Json:
    return {"value": value, "basis": basis.value, "evidence": _evidence(evidence)}


def _fact(fact: Fact[Any]) -> Json:
    return _field(fact.value, fact.basis, fact.evidence)


def _text_fact(fact: Fact[Any]) -> Json:
    return _field(None if fact.value is None else str(fact.value), fact.basis, fact.evidence)


def _list_fact(fact: Fact[tuple[str, ...]]) -> Json:
    return _field(list(fact.value or ()), fact.basis, fact.evidence)


def _span(span: MonthSpan) -> Json:
    return {"low": span.low, "high": span.high}


def _span_fact(fact: Fact[MonthSpan]) -> Json:
    return _field(None if fact.value is None else _span(fact.value), fact.basis, fact.evidence)


def _union(evidence: Iterable[Evidence]) -> list[Evidence]:
    return sorted(dict.fromkeys(evidence), key=lambda e: (e.start, e.end))


def _entries(values: list[Json], evidence: Iterable[Evidence]) -> Json:
    return _field(values, Basis.STATED if values else Basis.ABSENT, _union(evidence))


def _dates(period: Period | None) -> Json:
    start = str(period.start) if period and period.start else None
    end = "至今" if period and period.ongoing else str(period.end) if period and period.end else None
    return {"start": start, "end": end}


def _education(entry: Education) -> Json:
    return {
        "school": entry.school or None,
        "degree": entry.degree.value if entry.degree else None,
        "major": entry.major or None,
        "mode": entry.mode.value if entry.mode else None,
        **_dates(entry.period),
        "finished": entry.finished,
        "overseas": entry.overseas,
        "note": entry.note,
    }


def _job(job: Job) -> Json:
    return {
        "employer": job.employer or None,
        "title": job.title or None,
        **_dates(job.period),
        "kind": job.kind.value,
        "domains": list(job.domains),
        "possible_domains": list(job.possible_domains),
    }


def _domains(months: Mapping[str, Fact[MonthSpan]]) -> Json:
    known = {d: f for d, f in sorted(months.items()) if f.value is not None}
    if not known:
        return _field(None, Basis.ABSENT, ())
    values = {d: _span(f.value) for d, f in known.items() if f.value is not None}
    inferred = any(f.basis is Basis.INFERRED for f in known.values())
    evidence = _union(e for f in known.values() for e in f.evidence)
    return _field(values, Basis.INFERRED if inferred else Basis.STATED, evidence)


def _candidate(profile: CandidateProfile) -> Json:
    return {
        "name": _fact(profile.name),
        "birth": _text_fact(profile.birth),
        "age": _fact(profile.age),
        "highest_degree": _text_fact(profile.highest_degree),
        "full_time_bachelor": _fact(profile.full_time_bachelor),
        "education": _entries(
            [_education(e) for e in profile.education], (q for e in profile.education for q in e.evidence)
        ),
        "jobs": _entries([_job(j) for j in profile.jobs], (q for j in profile.jobs for q in j.evidence)),
        "total_months": _span_fact(profile.total_months),
        "domain_months": _domains(profile.domain_months),
        "skills": _list_fact(profile.skills),
        "certificates": _list_fact(profile.certificates),
        "portfolio": _fact(profile.portfolio),
        "relatives": _fact(profile.relatives),
        "expected_position": _fact(profile.expected_position),
    }


def _verdict(verdict: Verdict) -> Json:
    return {
        "rule": verdict.rule,
        "verdict": verdict.outcome.value,
        "basis": verdict.basis.value,
        "clause": verdict.clause,
        "reason": verdict.reason,
        "evidence": _evidence(verdict.evidence),
        "question": verdict.question,
    }


def _contribution(c: Contribution) -> Json:
    return {
        "feature": c.feature,
        "value": round(c.value, 4) + 0.0,
        "points": _points(c.points),
        "detail": c.detail,
        "evidence": _evidence(c.evidence),
    }


def _assessment(rank: int, a: Assessment) -> Json:
    return {
        "rank": rank,
        "position_id": a.position_id,
        "title": a.title,
        "score": _points(a.score),
        "tier": a.tier.value,
        "verdicts": [_verdict(v) for v in a.verdicts],
        "preferred": [_verdict(v) for v in a.preferred],
        "contributions": [_contribution(c) for c in a.contributions],
        "missing": list(a.missing),
    }


def _notice(notice: Notice) -> Json:
    return {"code": notice.code, "message": notice.message, "evidence": _evidence(notice.evidence)}
