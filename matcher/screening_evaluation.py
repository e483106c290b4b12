"""Measure extraction and screening against labelled resumes: precision and recall a field, confusion a rule.

Labels: one JSON beside each resume (tests/gold/README.md says their form), written by whoever invented the person.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from typing import Any

from matcher.schema import Assessment, MatchResult, MonthSpan, Outcome, Period

OUTCOMES = ("meets", "fails", "unknown")


@dataclass(frozen=True, slots=True)
class GoldCase:
    """A labelled resume: where it is and what is true of it."""

    path: Path
    label: Mapping[str, Any]


def load_gold(folder: Path) -> Iterator[GoldCase]:
    """All labelled resumes below a folder, in name order. Raises ValueError naming a label without its resume."""
    for label_path in sorted(folder.rglob("*.json")):
        label = json.loads(label_path.read_text(encoding="utf-8"))
        if not isinstance(label, dict) or "file" not in label or "verdicts" not in label:
            continue
        path = label_path.parent / label["file"]
        if not path.is_file():
            raise ValueError(f"{label_path.name}: {label['file']} is missing")
        yield GoldCase(path, label)


def wilson(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """95 % Wilson score interval of a proportion; (0, 1) when nothing was counted."""
    if total == 0:
        return 0.0, 1.0
    p = right / total
    centre = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z * sqrt(p * (1 - p) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass
class FieldCount:
    """Hits, false finds and misses of one field, and where they happened."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    errors: list[tuple[str, str, str]] = field(default_factory=list)  # (id, expected, found)

    @property
    def f1(self) -> float:
        """2·right / (2·right + wrong + missed); 1 when there was nothing to find and nothing was found."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0


@dataclass
class ScreeningReport:
    """Counts over a set of labelled resumes."""

    resumes: int = 0
    fields: dict[str, FieldCount] = field(default_factory=dict)
    confusion: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)  # rule -> (truth, answer)
    verdict_errors: list[tuple[str, str, str, str, str]] = field(
        default_factory=list
    )  # id, position, rule, truth, answer
    stated: int = 0  # verdicts whose truth is meets or fails
    unknown_though_stated: int = 0

    def wrong(self, answer: str) -> int:
        """Verdicts that say ``answer`` (fails or meets) though the truth is the opposite or not known."""
        return sum(
            n
            for counts in self.confusion.values()
            for (truth, said), n in counts.items()
            if said == answer and truth != answer
        )

    @property
    def verdicts(self) -> int:
        """All verdicts compared."""
        return sum(sum(c.values()) for c in self.confusion.values())


def evaluate_screening(cases: Iterable[GoldCase], match: Callable[[Path, dt.date], MatchResult]) -> ScreeningReport:
    """Run ``match`` on every case and count. 可放宽 is a kind of shortfall and counts as ``fails``."""
    report = ScreeningReport()
    for case in cases:
        as_of = dt.date.fromisoformat(case.label["as_of"])
        result = match(case.path, as_of)
        report.resumes += 1
        _count_fields(report, case, result)
        by_position = {str(a.position_id): a for a in result.matches}
        for position_id, rules in case.label["verdicts"].items():
            if position_id in by_position:
                fair = case.label.get("also_accept", {}).get(position_id, {})
                _count_verdicts(report, case.label["id"], position_id, rules, fair, by_position[position_id])
    return report


def _count_verdicts(
    report: ScreeningReport,
    case_id: str,
    position_id: str,
    truths: Mapping[str, str],
    fair: Mapping[str, Sequence[str]],
    assessment: Assessment,
) -> None:
    answers = {v.rule: "fails" if v.outcome is Outcome.WAIVABLE else v.outcome.value for v in assessment.verdicts}
    for rule, truth in truths.items():
        answer = answers.get(rule, "unknown")
        if answer in fair.get(rule, ()):  # the label says that two readings are fair
            truth = answer
        report.confusion.setdefault(rule, Counter())[truth, answer] += 1
        if truth != "unknown":
            report.stated += 1
            report.unknown_though_stated += answer == "unknown"
        if truth != answer:
            report.verdict_errors.append((case_id, position_id, rule, truth, answer))


# --- fields -------------------------------------------------------------------------------------------------------


def _count_fields(report: ScreeningReport, case: GoldCase, result: MatchResult) -> None:
    gold, profile, case_id = case.label["fields"], result.candidate, case.label["id"]

    def single(name: str, truth: Any, found: Any, same: bool) -> None:
        count = report.fields.setdefault(name, FieldCount())
        if truth is not None and same:
            count.right += 1
            return
        if found is not None:
            count.wrong += 1
        if truth is not None:
            count.missed += 1
        if truth is not None or found is not None:
            count.errors.append((case_id, str(truth), str(found)))

    def many(name: str, truths: Sequence[str], found: Sequence[str]) -> None:
        count = report.fields.setdefault(name, FieldCount())
        left = list(found)
        for truth in truths:
            hit = next((f for f in left if alike(truth, f)), None)
            if hit is None:
                count.missed += 1
                count.errors.append((case_id, truth, ""))
            else:
                left.remove(hit)
                count.right += 1
        for extra in left:
            count.wrong += 1
            count.errors.append((case_id, "", extra))

    name = profile.name.value
    single("name", gold.get("name"), name, name is not None and squeeze(name) == squeeze(gold.get("name") or ""))
    birth = str(profile.birth.value) if profile.birth.value else None
    single(
        "birth",
        gold.get("birth"),
        birth,
        birth is not None and gold.get("birth") is not None and _same_date(birth, gold["birth"]),
    )
    age = gold.get("age")
    low, high = (age, age) if isinstance(age, int) else (age or [None, None])
    single(
        "age",
        age,
        profile.age_range,
        profile.age_range is not None
        and low is not None
        and profile.age_range[0] >= low - (low != high)
        and profile.age_range[1] <= high + (low != high),
    )
    degree = profile.highest_degree.value
    single(
        "highest_degree",
        gold.get("highest_degree"),
        degree.value if degree else None,
        degree is not None and degree.value == gold.get("highest_degree"),
    )
    full = profile.full_time_bachelor.value
    single("full_time_bachelor", gold.get("full_time_bachelor"), full, full == gold.get("full_time_bachelor"))
    entries = [e for e in gold.get("education") or [] if e.get("degree") != "高中及以下"]
    ours = [e for e in profile.education if e.degree is None or e.degree.rank > 0]
    many(
        "education.degree",
        [e["degree"] for e in entries if e.get("degree")],
        [e.degree.value for e in ours if e.degree],
    )
    many("education.school", [e["school"] for e in entries if e.get("school")], [e.school for e in ours if e.school])
    many("education.major", [e["major"] for e in entries if e.get("major")], [e.major for e in ours if e.major])
    many(
        "education.dates",
        [_dates(e) for e in entries if e.get("end") or e.get("start")],
        [_period_text(e.period) for e in ours if e.period],
    )
    many("education.mode", [e["mode"] for e in entries if e.get("mode")], [e.mode.value for e in ours if e.mode])
    jobs = gold.get("jobs") or []
    many(
        "jobs.employer",
        [j["employer"] for j in jobs if j.get("employer")],
        [j.employer for j in profile.jobs if j.employer],
    )
    many("jobs.title", [j["title"] for j in jobs if j.get("title")], [j.title for j in profile.jobs if j.title])
    many(
        "jobs.dates",
        [_dates(j) for j in jobs if j.get("start")],
        [_period_text(j.period) for j in profile.jobs if j.period],
    )
    total = gold.get("total_months")
    found_total = profile.total_months.value
    single("total_months", total, found_total and [found_total.low, found_total.high], _same_span(total, found_total))
    domains = gold.get("domain_months") or {}
    certain = {d: f.value for d, f in profile.domain_months.items() if f.value and d in domains}
    for domain, span in domains.items():
        single(
            "domain_months",
            span,
            certain.get(domain) and [certain[domain].low, certain[domain].high],
            _same_span(span, certain.get(domain)),
        )
    many("certificates", gold.get("certificates") or [], list(profile.certificates.value or ()))
    single(
        "portfolio",
        gold.get("portfolio"),
        profile.portfolio.value,
        bool(profile.portfolio.value) == bool(gold.get("portfolio")),
    )
    single(
        "relatives",
        gold.get("relatives"),
        profile.relatives.value,
        bool(profile.relatives.value) == bool(gold.get("relatives")),
    )
    expected = profile.expected_position.value
    single(
        "expected_position",
        gold.get("expected_position"),
        expected,
        bool(expected) and alike(gold.get("expected_position") or "", expected or ""),
    )


def squeeze(text: str) -> str:
    """Letters and digits only, lower case: for comparing names whatever their spacing."""
    return re.sub(r"[\W_]", "", text).lower()


def alike(truth: str, found: str) -> bool:
    """Same words, or one inside the other (重庆大学 and 重庆大学（本部）), or most characters shared."""
    a, b = squeeze(truth), squeeze(found)
    if not a or not b:
        return a == b
    if a in b or b in a:
        return True
    return len(set(a) & set(b)) / len(set(a) | set(b)) >= 0.75


def _same_date(a: str, b: str) -> bool:
    return a.startswith(b) or b.startswith(a)


def _same_span(truth: Sequence[int] | None, found: MonthSpan | None) -> bool:
    if truth is None or found is None:
        return truth is None and found is None
    exact = truth[0] == truth[1]
    slack = 0 if exact else 3
    return abs(truth[0] - found.low) <= slack and (abs(truth[1] - found.high) <= slack or truth[1] - truth[0] > 100)


def _dates(entry: Mapping[str, Any]) -> str:
    return f"{entry.get('start') or ''}~{entry.get('end') or ''}"


def _period_text(period: Period | None) -> str:
    if period is None:
        return ""
    end = "至今" if period.ongoing else str(period.end or "")
    return f"{period.start or ''}~{end}"
