"""Run a fairness audit: match a pool with and without the age rule, and swap what must not matter.

Sex is read here and nowhere else, from what the resume says or from a table of groups; age comes in bands. The figures
are ``matcher.fairness``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import heapq
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from matcher.extraction import extract
from matcher.extraction.labels import find_labels
from matcher.extraction.lexicon import lexicon
from matcher.fairness import (
    AGE,
    EVERY,
    RULES,
    SEX,
    UNKNOWN,
    Audit,
    Change,
    Person,
    Settings,
    Swap,
    Swapped,
    age_band,
    age_costs,
    band_names,
    compare,
    distribution,
    rule_effects,
)
from matcher.lawfulness import unlawful_clauses
from matcher.pipeline import Matcher, assess, normalised, read
from matcher.reading.base import Document
from matcher.schema import Assessment, CandidateProfile, Outcome, Position, ResumeText, Unreadable
from matcher.scoring import TextView, weigh
from matcher.text import to_resume

EXAMPLES = 20  # changes that a report shows; all are counted


def _ageless(position: Position) -> Position:
    return replace(position, max_age=None, born_from=None, age_by_degree=())


def _assessed(
    resume: ResumeText, profile: CandidateProfile, positions: Iterable[Position], matcher: Matcher, view: TextView
) -> tuple[Assessment, ...]:
    return tuple(assess(resume, profile, p, matcher.policy, matcher.ranker, view) for p in positions)


def person(
    resume: ResumeText, matcher: Matcher, as_of: dt.date, bands: Sequence[int], given: Mapping[str, str]
) -> Person:
    """Match one resume with and without the age rule, and note its groups; ``given`` groups go first."""
    profile, view = read(resume, as_of, matcher.policy, matcher.ranker)
    found = _assessed(resume, profile, matcher.positions, matcher, view)
    ageless = _assessed(resume, profile, map(_ageless, matcher.positions), matcher, view)
    said = {SEX: profile.sex.value or UNKNOWN, AGE: age_band(profile.age_range, bands)}
    least = matcher.policy["tiers"]["no_fit_below"]
    near = {
        p.position_id
        for p, a in zip(matcher.positions, found, strict=True)
        if a.score >= least or _unpunished(resume, profile, a, p, matcher, view) >= least
    }
    return Person(
        {**said, **given},
        {a.position_id: a.score for a in found},
        {a.position_id: a.tier for a in found},
        {a.position_id: a.tier for a in ageless},
        {a.position_id: tuple(v.rule for v in a.verdicts if v.outcome is Outcome.FAILS) for a in found},
        frozenset(near),
    )


def _unpunished(
    resume: ResumeText, profile: CandidateProfile, a: Assessment, position: Position, matcher: Matcher, view: TextView
) -> float:
    """The score without what failed rules take away: whether the resume speaks of the trade at all."""
    kept = [v for v in a.verdicts if v.outcome not in (Outcome.FAILS, Outcome.WAIVABLE)]
    return weigh(resume, profile, kept, a.preferred, position, matcher.ranker, view).points


# --- counterfactual swaps -----------------------------------------------------------------------------------------

_SEPARATOR = r"[ \t]*[:：\t|｜ ][ \t]*"


def spans_of(swap: Swap, resume: ResumeText, profile: CandidateProfile) -> list[tuple[int, int]]:
    """Where a text says the thing: for a name every occurrence, for others the values of their labels, bare words."""
    text = resume.text
    if swap.key == "name":
        name = profile.name.value
        return [m.span() for m in re.finditer(re.escape(name), text)] if name else []
    if swap.key == "sex":
        labels = [x for x in find_labels(lexicon(), resume.folded) if x.field == "sex"]
        spans = [(x.value_start, x.value_end) for x in labels if x.value_start < x.value_end]
        return spans or [(e.start, e.end) for e in profile.sex.evidence if e.text in ("男", "女")]
    labels_ = "|".join(map(re.escape, sorted((swap.label, *swap.labels), key=len, reverse=True)))
    valued = re.compile(rf"(?<![\u4e00-\u9fff])(?:{labels_}){_SEPARATOR}([^\s:：|｜,，;；。/、()（）]+)")
    spans = [m.span(1) for m in valued.finditer(text)]
    if swap.words:
        words = "|".join(map(re.escape, sorted(swap.words, key=len, reverse=True)))
        bare = re.compile(rf"(?<![\u4e00-\u9fff])(?:{words})(?![\u4e00-\u9fff])")
        spans += [m.span() for m in bare.finditer(text) if not any(a < m.end() and m.start() < b for a, b in spans)]
    return sorted(spans)


def rewritten(text: str, spans: Sequence[tuple[int, int]], value: str) -> str:
    """``text`` with every span replaced; spans do not overlap."""
    parts, at = [], 0
    for start, end in sorted(spans):
        parts += [text[at:start], value]
        at = end
    return "".join([*parts, text[at:]])


def with_line(text: str, line: str) -> str:
    """``text`` with a line after its first one, where such things stand in a resume."""
    first, newline, rest = text.partition("\n")
    return f"{first}\n{line}{newline}{rest}"


def variants(swap: Swap, resume: ResumeText, profile: CandidateProfile) -> tuple[str, list[tuple[str, str]], bool]:
    """``(text, [(value, other text), …], stated)``: texts that differ in one thing alone.

    A resume that says nothing of it gets a line with each value, and these are compared with one another.
    """
    spans = spans_of(swap, resume, profile)
    if spans:
        said = resume.text[slice(*spans[0])]
        others = [v for v in swap.values if v != said]
        return resume.text, [(v, rewritten(resume.text, spans, v)) for v in others], True
    first, *rest = ((v, with_line(resume.text, f"{swap.label}：{v}")) for v in swap.values)
    return first[1], rest, False


_Answers = dict[int, tuple[float, str, dict[str, str]]]


def _answers(text: str, name: str, matcher: Matcher, as_of: dt.date) -> _Answers:
    """Position to its score, tier, and verdicts by rule."""
    resume = to_resume(text, name)
    profile, view = read(resume, as_of, matcher.policy, matcher.ranker)
    found = _assessed(resume, profile, matcher.positions, matcher, view)
    return {
        a.position_id: (
            a.score,
            a.tier.value,
            {**{v.rule: v.outcome.value for v in a.verdicts}, **{f"+{v.rule}": v.outcome.value for v in a.preferred}},
        )
        for a in found
    }


def try_swap(swap: Swap, resumes: Sequence[ResumeText], matcher: Matcher, as_of: dt.date) -> Swapped:
    """Rewrite each resume and count what changes; nothing may."""
    stated = added = compared = scores = verdicts = tiers = 0
    largest = 0.0
    changes: list[Change] = []
    for resume in resumes:
        profile = extract(resume, as_of, matcher.policy)
        base, others, said = variants(swap, resume, profile)
        stated, added = stated + said, added + (not said)
        first = spans_of(swap, resume, profile) if said else []
        before = resume.text[slice(*first[0])] if first else swap.values[0]
        old = _answers(base, resume.name, matcher, as_of)
        for value, text in others:
            new = _answers(text, resume.name, matcher, as_of)
            for position_id, (points, tier, rules) in old.items():
                points_now, tier_now, rules_now = new[position_id]
                compared += 1
                moved = [f"{r}: {rules[r]} → {rules_now.get(r)}" for r in sorted(rules) if rules[r] != rules_now.get(r)]
                moved += [f"tier: {tier} → {tier_now}"] if tier != tier_now else []
                scores += points != points_now
                verdicts += any(not m.startswith("tier") for m in moved)
                tiers += tier != tier_now
                largest = max(largest, abs(points - points_now))
                if (moved or points != points_now) and len(changes) < EXAMPLES:
                    change = Change(resume.name, position_id, before, value, points, points_now, "；".join(moved))
                    changes.append(change)
    return Swapped(
        swap.key, swap.title, swap.values, stated, added, compared, scores, verdicts, tiers, largest, tuple(changes)
    )


# --- the whole audit ----------------------------------------------------------------------------------------------


def audit(
    items: Iterable[tuple[str, Document | Unreadable]],
    matcher: Matcher,
    as_of: dt.date,
    settings: Settings,
    groups: tuple[tuple[str, ...], Mapping[str, Mapping[str, str]]] = ((), {}),
    swapped: int = 60,
    step: Callable[[], None] = lambda: None,
) -> Audit:
    """Audit a pool: ``items`` are names with documents, read once. Memory: some hundred bytes a resume.

    Swaps are tried on ``swapped`` resumes, those of the smallest hash: always the same ones, whatever the order.
    """
    dimensions, table = groups
    people: list[Person] = []
    problems: list[Unreadable] = []
    drawn: list[tuple[int, int, ResumeText]] = []  # a heap with the largest hash first
    seen: set[str] = set()
    for name, item in items:
        step()
        if isinstance(item, Unreadable):
            problems.append(replace(item, name=name))
            continue
        seen.add(name)
        resume = replace(normalised(item), name=name)
        given = {d: table.get(name, {}).get(d, UNKNOWN) for d in dimensions if d not in (SEX, AGE)}
        given |= {d: v for d, v in table.get(name, {}).items() if d in (SEX, AGE)}
        try:
            people.append(person(resume, matcher, as_of, settings.bands, given))
        except Exception as error:  # as in batch: a fault of ours in one resume never stops the rest
            reason = f"程序处理这份简历时出错（{type(error).__name__}）"
            problems.append(Unreadable(name, "failed", reason, f"The program failed ({type(error).__name__})"))
            continue
        digest = int.from_bytes(hashlib.sha256(resume.text.encode("utf-8", "replace")).digest()[:8])
        heapq.heappush(drawn, (-digest, len(people), resume))
        if len(drawn) > swapped:
            heapq.heappop(drawn)
    named = tuple(dict.fromkeys((SEX, AGE, *dimensions)))
    orders = {SEX: ("女", "男"), AGE: band_names(settings.bands)}
    places = (EVERY, *(p.position_id for p in matcher.positions))
    comparisons = tuple(
        compare(people, d, position_id, orders.get(d, ()), settings) for d in named for position_id in places
    )
    shown = {c.dimension: tuple(r.group for r in c.rows) for c in comparisons if c.position_id == EVERY}
    sample = [resume for _, _, resume in sorted(drawn, key=lambda x: (-x[0], x[1]))]
    return Audit(
        as_of,
        len(people),
        tuple(problems),
        matcher.positions,
        matcher.ranker.info,
        settings,
        shown,
        comparisons,
        tuple(e for d in named for e in rule_effects(people, RULES, d, shown[d])),
        age_costs(people, matcher.positions),
        tuple(distribution(people, p.position_id) for p in matcher.positions),
        tuple(_tried(settings.swaps, sample, matcher, as_of, step)),
        len(sample),
        tuple(
            unlawful_clauses(matcher.positions, dict.fromkeys(text for p in matcher.positions for text, _ in p.common))
        ),
        tuple(sorted(set(table) - seen)),
    )


def _tried(
    swaps: Iterable[Swap], sample: Sequence[ResumeText], matcher: Matcher, as_of: dt.date, step: Callable[[], None]
) -> Iterator[Swapped]:
    for swap in swaps:
        step()
        yield try_swap(swap, sample, matcher, as_of)
