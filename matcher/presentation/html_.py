"""A result as the page shows it: plain values for the template, which escapes them; no markup is made here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matcher.presentation.words import answer, clip, mark, one_line, plain, word
from matcher.schema import Assessment, CandidateProfile, Contribution, Evidence, MatchResult, Outcome, Tier, Verdict

HELPERS = {"word": word}  # what the template may call

_QUOTES = 4  # of one verdict; the rest is counted


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the resume and the anchor of the piece of text that holds them."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Line:
    """One rule's answer: ``sign`` and ``outcome`` for colour, ``answer`` in a word, the notice's clause, the proof."""

    label: str
    outcome: str
    sign: str
    answer: str
    reason: str
    clause: str
    question: str
    quotes: tuple[Quote, ...]
    more: int  # quotes left out


@dataclass(frozen=True, slots=True)
class Part:
    """One contribution to the score; ``width`` is its share of the largest, 0 to 100."""

    label: str
    points: float
    width: float
    detail: str


@dataclass(frozen=True, slots=True)
class Card:
    """One position: score, tier, rules, preferred conditions met, what makes up the score, what is not shown."""

    rank: int
    position_id: int
    title: str
    score: float
    tier: Tier
    lines: tuple[Line, ...]
    preferred: tuple[Line, ...]
    parts: tuple[Part, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the resume's text; one that proves something has an anchor."""

    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """One resume on the page."""

    key: str
    name: str
    file: str
    as_of: str
    facts: tuple[tuple[str, str], ...]
    cards: tuple[Card, ...]
    warnings: tuple[str, ...]
    segments: tuple[Segment, ...]
    model: str


def view(result: MatchResult, index: int) -> View:
    """A result for the page; ``index`` keeps the anchors of several results apart."""
    key = f"r{index}"
    verdicts = [v for a in result.matches for v in (*a.verdicts, *_met(a.preferred))]
    spans = merged(e for v in verdicts for e in v.evidence)
    return View(
        key=key,
        name=clip(one_line(result.candidate.name.value or ""), 20) or "（未写姓名）",
        file=one_line(result.name),
        as_of=result.as_of.isoformat(),
        facts=tuple((label, one_line(value)) for label, value in _facts(result.candidate) if value),
        cards=tuple(_card(result, rank, a, spans, key) for rank, a in enumerate(result.matches, start=1)),
        warnings=tuple(one_line(n.message) for n in result.notices),
        segments=segments(result.text, spans, key),
        model=result.model.version,
    )


def merged(evidence: Iterable[Evidence]) -> list[tuple[int, int]]:
    """The ranges of some evidence, overlapping ones joined, in the order of the text."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted({(e.start, e.end) for e in evidence if e.start < e.end}):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def segments(text: str, spans: Sequence[tuple[int, int]], key: str) -> tuple[Segment, ...]:
    """The whole text in pieces: ``spans`` (disjoint, in order) with their anchors, and what lies between."""
    pieces: list[Segment] = []
    at = 0
    for start, end in spans:
        pieces += [Segment(plain(text[at:start])), Segment(plain(text[start:end]), _anchor(key, start))]
        at = end
    return tuple(p for p in (*pieces, Segment(plain(text[at:]))) if p.text)


def _anchor(key: str, start: int) -> str:
    return f"{key}-{start}"


def _met(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return [v for v in verdicts if v.outcome is Outcome.MEETS]


def _card(result: MatchResult, rank: int, a: Assessment, spans: Sequence[tuple[int, int]], key: str) -> Card:
    return Card(
        rank=rank,
        position_id=a.position_id,
        title=a.title,
        score=max(0.0, min(100.0, a.score)),
        tier=a.tier,
        lines=tuple(_line(v, word("rule", v.rule), spans, key) for v in a.verdicts),
        preferred=tuple(_line(v, "优先条件", spans, key) for v in _met(a.preferred)),
        parts=_parts(a.contributions),
        missing=tuple(one_line(m) for m in a.missing),
    )


def _line(verdict: Verdict, label: str, spans: Sequence[tuple[int, int]], key: str) -> Line:
    found: dict[str, Quote] = {}
    for item in sorted(verdict.evidence, key=lambda e: (e.start, -e.end)):
        start = next((s for s, end in spans if s <= item.start and item.end <= end), None)
        text = clip(one_line(item.text), 40)
        if start is not None and text and not any(text in known for known in found):
            found[text] = Quote(text, _anchor(key, start))
    return Line(
        label=label,
        outcome=verdict.outcome.value,
        sign=mark(verdict.outcome),
        answer=answer(verdict),
        reason=one_line(verdict.reason),
        clause=one_line(verdict.clause),
        question=one_line(verdict.question) if verdict.outcome is Outcome.UNKNOWN else "",
        quotes=tuple(found.values())[:_QUOTES],
        more=max(0, len(found) - _QUOTES),
    )


def _parts(contributions: Sequence[Contribution]) -> tuple[Part, ...]:
    shown = [c for c in contributions if round(c.points, 1)]
    largest = max((abs(c.points) for c in shown), default=1.0)
    return tuple(
        Part(
            word("feature", c.feature), round(c.points, 1), round(abs(c.points) / largest * 100, 1), one_line(c.detail)
        )
        for c in shown
    )


def _facts(profile: CandidateProfile) -> list[tuple[str, str]]:
    """What a person looks for first: degree, school, age, years of work, wish, skills."""
    degree = profile.highest_degree.value
    best = next((e for e in profile.education if degree and e.degree is degree), None)
    months = profile.total_months.value
    years = ""
    if months is not None:
        years = (
            f"{months.low / 12:.1f} 年"
            if months.low == months.high
            else f"{months.low / 12:.1f}–{months.high / 12:.1f} 年"
        )
    age = ""
    if profile.age_range:
        low, high = profile.age_range
        age = f"{low} 岁" if low == high else f"{low}–{high} 岁"
    return [
        ("学历", degree.value if degree else ""),
        ("毕业院校", best.school if best else ""),
        ("专业", best.major if best else ""),
        ("年龄", age),
        ("工作年限", years),
        ("期望职位", profile.expected_position.value or ""),
        ("证书", "、".join(profile.certificates.value or ())),
        ("技能", clip("、".join(profile.skills.value or ()), 60)),
    ]
