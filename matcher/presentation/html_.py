"""A result as the pages show it: plain values for the templates, which escape them; no markup and no wording here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matcher.presentation.words import answer_key, clip, one_line, plain
from matcher.schema import Assessment, CandidateProfile, Contribution, Evidence, MatchResult, Outcome, Tier, Verdict

_QUOTES = 4  # of one verdict; the rest is counted


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the resume; ``marks`` are the ids of the pieces of text that hold them."""

    text: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One rule's answer with the notice's clause and the proof. ``answer`` is a (kind, key) of data/presentation.csv."""

    rule: str
    outcome: Outcome
    answer: tuple[str, str]
    reason: str
    clause: str
    question: str  # to ask now: only of what is 待核实
    quotes: tuple[Quote, ...]
    more: int  # quotes left out
    marks: tuple[str, ...]  # of all evidence


@dataclass(frozen=True, slots=True)
class Part:
    """One contribution to the score; ``width`` is its share of the largest, 0 to 100."""

    feature: str
    points: float
    width: float
    detail: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One position: score, tier, rules, preferred conditions met, what makes up the score, what is not shown."""

    key: str
    rank: int
    position_id: int
    title: str
    score: float
    tier: Tier
    lines: tuple[Line, ...]
    preferred: tuple[Line, ...]
    parts: tuple[Part, ...]
    missing: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether the resume speaks of this trade at all."""
        return self.tier is not Tier.NO_FIT


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the resume's text from ``start`` on. One that proves something has an id in ``mark``; a ``quiet`` one
    proves only a part of the score."""

    text: str
    start: int
    mark: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a person should see, and the ids of the pieces of text that it speaks of."""

    message: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """One resume on a page; ``facts`` are (key, value), most telling first."""

    key: str
    name: str
    file: str
    as_of: str
    facts: tuple[tuple[str, str], ...]
    cards: tuple[Card, ...]
    warnings: tuple[Remark, ...]
    segments: tuple[Segment, ...]
    model: str

    @property
    def fits(self) -> bool:
        """Whether any position fits; without one the answer is 无合适岗位."""
        return any(c.fits for c in self.cards)


def view(result: MatchResult, index: int = 0) -> View:
    """A result for a page; ``index`` keeps the ids of several results apart."""
    key = f"r{index}"
    proof = [e for a in result.matches for v in (*a.verdicts, *_met(a.preferred)) for e in v.evidence]
    proof += [e for n in result.notices for e in n.evidence]
    words = [e for a in result.matches for c in a.contributions for e in c.evidence]
    pieces = segments(result.text, proof, words, key)
    starts = {p.start: p.mark for p in pieces if p.mark}
    return View(
        key=key,
        name=clip(one_line(result.candidate.name.value or ""), 20),
        file=one_line(result.name),
        as_of=result.as_of.isoformat(),
        facts=tuple((label, one_line(value)) for label, value in _facts(result.candidate) if value),
        cards=tuple(_card(rank, a, starts, key) for rank, a in enumerate(result.matches, start=1)),
        # that no position fits is said by the page as its answer
        warnings=tuple(
            Remark(one_line(n.message), _marks(n.evidence, starts))
            for n in result.notices
            if n.code != "no_position_fits"
        ),
        segments=pieces,
        model=result.model.version,
    )


def segments(text: str, proof: Iterable[Evidence], words: Iterable[Evidence], key: str) -> tuple[Segment, ...]:
    """The whole text in pieces, cut wherever some evidence begins or ends; what is evidence has an id.

    ``proof`` is what a verdict rests on, ``words`` what only moves a score; ids begin with ``key``.
    """
    loud, quiet = ({(e.start, e.end) for e in found if e.start < e.end} for found in (proof, words))
    changes: dict[int, list[int]] = {0: [0, 0], len(text): [0, 0]}  # offset to how many of each kind open and close
    for kind, spans in enumerate((loud, quiet)):
        for start, end in spans:
            changes.setdefault(start, [0, 0])[kind] += 1
            changes.setdefault(end, [0, 0])[kind] -= 1
    cuts = sorted(changes)
    pieces: list[Segment] = []
    open_loud = open_quiet = 0
    for start, end in pairwise(cuts):
        open_loud += changes[start][0]
        open_quiet += changes[start][1]
        shown = plain(text[start:end])
        if not shown:
            continue
        mark = f"{key}-{start}" if open_loud or open_quiet else ""
        pieces.append(Segment(shown, start, mark, quiet=bool(mark) and not open_loud))
    return tuple(pieces)


def _marks(evidence: Iterable[Evidence], starts: Mapping[int, str]) -> tuple[str, ...]:
    """Ids of the pieces inside some evidence, in the order of the text."""
    spans = [(e.start, e.end) for e in evidence]
    return tuple(mark for at, mark in starts.items() if any(start <= at < end for start, end in spans))


def _met(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return [v for v in verdicts if v.outcome is Outcome.MEETS]


def _card(rank: int, a: Assessment, starts: Mapping[int, str], key: str) -> Card:
    return Card(
        key=f"{key}-p{a.position_id}",
        rank=rank,
        position_id=a.position_id,
        title=a.title,
        score=max(0.0, min(100.0, a.score)),
        tier=a.tier,
        lines=tuple(_line(v, starts) for v in a.verdicts),
        preferred=tuple(_line(v, starts) for v in _met(a.preferred)),
        parts=_parts(a.contributions, starts),
        missing=tuple(one_line(m) for m in a.missing),
    )


def _line(verdict: Verdict, starts: Mapping[int, str]) -> Line:
    found: dict[str, Quote] = {}
    for item in sorted(verdict.evidence, key=lambda e: (e.start, -e.end)):
        text, marks = clip(one_line(item.text), 40), _marks((item,), starts)
        if marks and text and not any(text in known for known in found):
            found[text] = Quote(text, marks)
    return Line(
        rule=verdict.rule,
        outcome=verdict.outcome,
        answer=answer_key(verdict),
        reason=one_line(verdict.reason),
        clause=one_line(verdict.clause),
        question=one_line(verdict.question) if verdict.outcome is Outcome.UNKNOWN else "",
        quotes=tuple(found.values())[:_QUOTES],
        more=max(0, len(found) - _QUOTES),
        marks=_marks(verdict.evidence, starts),
    )


def _parts(contributions: Sequence[Contribution], starts: Mapping[int, str]) -> tuple[Part, ...]:
    shown = [c for c in contributions if round(c.points, 1)]
    largest = max((abs(c.points) for c in shown), default=1.0)
    return tuple(
        Part(
            feature=c.feature,
            points=round(c.points, 1),
            width=round(abs(c.points) / largest * 100, 1),
            detail=one_line(c.detail),
            marks=_marks(c.evidence, starts),
        )
        for c in shown
    )


def _facts(profile: CandidateProfile) -> list[tuple[str, str]]:
    """What a person looks for first: degree, school, years of work, age, certificates, skills. Numbers without units."""
    degree = profile.highest_degree.value
    best = next((e for e in profile.education if degree and e.degree is degree), None)
    months = profile.total_months.value
    return [
        ("degree", degree.value if degree else ""),
        ("school", best.school if best else ""),
        ("major", best.major if best else ""),
        ("years", _range(months.low / 12, months.high / 12, ".1f") if months else ""),
        ("age", _range(*profile.age_range, "d") if profile.age_range else ""),
        ("wish", profile.expected_position.value or ""),
        ("certificates", "、".join(profile.certificates.value or ())),
        ("skills", clip("、".join(profile.skills.value or ()), 60)),
    ]


def _range(low: float, high: float, form: str) -> str:
    return f"{low:{form}}" if low == high else f"{low:{form}}–{high:{form}}"
