"""Blind results: name, sex, photo, birth, age and contacts are hidden, offsets and verdicts stay.

A candidate becomes 候选人 001, 002, … in the order of the input. What is hidden in the text is overwritten character by
character, so evidence still stands where it stood. What tells a person's age in other ways (the year of a degree) stays:
the rules need it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

from matcher.knowledge import load_words
from matcher.people import contact_spans
from matcher.reading.base import Document
from matcher.schema import (
    Basis,
    Education,
    Evidence,
    Fact,
    MatchResult,
    Outcome,
    PartialDate,
    Unreadable,
    Verdict,
)
from matcher.text import fold, segment

HIDDEN = "（已隐去）"
MASK = "*"

_Item = TypeVar("_Item", bound=Document | Unreadable)
Span = tuple[int, int]


def numbered(items: Iterable[_Item], first: int = 1) -> Iterator[_Item]:
    """Items under numbers in place of their files' names, which often are people's names."""
    for number, item in enumerate(items, start=first):
        yield replace(item, name=alias(number))


def alias(number: int) -> str:
    """候选人 001."""
    return f"候选人 {number:03}"


def blinded(result: MatchResult) -> MatchResult:
    """The result of a ``numbered`` document with everything hidden that tells who it is; ``result.name`` is shown."""
    spans = personal_spans(result)
    text = masked(result.text, spans)
    words = {result.text[a:b].strip() for a, b in spans}
    edit = _eraser(w for w in words if len(w) > 1)
    candidate = replace(
        result.candidate,
        name=Fact(result.name, Basis.INFERRED),
        birth=Fact(),
        age=Fact(),
        age_range=None,
        sex=Fact(),
        portfolio=_hidden(result.candidate.portfolio),
        relatives=_hidden(result.candidate.relatives),
        education=tuple(_not_born(e, result.candidate.birth.value) for e in result.candidate.education),
    )
    ageless = [
        replace(
            a,
            verdicts=tuple(_without_age(v) for v in a.verdicts),
            contributions=tuple(
                replace(c, detail=f"年龄{HIDDEN}") if c.feature == "age" else c for c in a.contributions
            ),
        )
        for a in result.matches
    ]
    return replace(
        result,
        text=text,
        candidate=_erased(candidate, edit, text),
        matches=tuple(_erased(a, edit, text) for a in ageless),
        notices=_erased(result.notices, edit, text),
    )


def _hidden(fact: Fact[str]) -> Fact[str]:
    return fact if fact.value is None else replace(fact, value=HIDDEN)


def _not_born(entry: Education, birth: PartialDate | None) -> Education:
    """A study entry without its period when a birth was taken for one of its dates."""
    if entry.period is None or birth is None or birth not in (entry.period.start, entry.period.end):
        return entry
    return replace(entry, period=None)


_AGE_REASONS = {
    Outcome.MEETS: "年龄符合要求",
    Outcome.FAILS: "年龄超过上限",
    Outcome.UNKNOWN: "年龄待核实",
    Outcome.WAIVABLE: "年龄超过上限",
}


def _without_age(verdict: Verdict) -> Verdict:
    """The age rule's answer without the age; what a waiver rests on stays."""
    if verdict.rule != "age":
        return verdict
    _, more, rest = verdict.reason.partition("；差距")
    return replace(verdict, reason=f"{_AGE_REASONS[verdict.outcome]}{HIDDEN}{more}{rest}", evidence=())


# --- what is personal ---------------------------------------------------------------------------------------------

_URL = re.compile(
    r"(?:https?://|www\.)[^\s，。；、）)]+|(?<![@\w.])[\w-]+(?:\.[\w-]+)*\.(?:com|cn|net|org|io|me)(?:/[^\s，。；、）)]*)?"
)
_MOBILE = re.compile(
    r"(?<!\d)1[3-9](?:[ \-–—.]?[\dOo]){9}(?!\d)"
)  # glued to letters, with O for 0: hidden all the same
_LANDLINE = re.compile(r"(?<![\d.])(?:\(?0\d{2,3}\)?[- ]?)?[2-9]\d{6,7}(?![\d.])(?!\s*(?:元|万|人|户|次|条))")
_SEX = re.compile(
    r"(?<![\u4e00-\u9fff])[男女](?:性|士|生)?(?![\u4e00-\u9fff])|先生|女士|小姐|(?<![a-z])(?:fe)?male(?![a-z])"
)
_AGE = re.compile(
    r"(?<!\d)[1-6]\d\s*(?:周岁|岁|years? old|yrs? old)|[一二三四五六]?十[一二三四五六七八九]?(?:周岁|岁)|"
    r"(?<!\d)(?:19)?[6-9]\d\s*后|(?<!\d)(?:19)?0\d\s*后|属[鼠牛虎兔龙蛇马羊猴鸡狗猪](?![\u4e00-\u9fff])"
)
_BORN = re.compile(
    r"(?:19|20)\d\d\s*[年./\-]\s*\d{1,2}(?:\s*[月./\-]\s*\d{1,2})?\s*[日号月]?\s*(?=出?生(?![产活成命存意源]))|(?<=生于)\s*[\d年月日./\- ]{4,12}"
)
# A date with its day is a birth: jobs and studies are told by months. Not one end of a period, and not of these years.
_FULL_DATE = re.compile(
    r"(?<![\d~～至到—–-])(?<![至到~～—–-] )(?:19[5-9]\d|200\d)\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}(?!\d)日?(?!\s*(?:[~～至到—–]|-\s*(?:\d{4}|至今|现在)))"
)
_ID = re.compile(r"\*{6}(?:19|20)\d{6}\*{4}")
_LATIN_NAME = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z'\-]+(?:[ ,·]+[A-Z][A-Za-z'\-]+){1,2}(?![A-Za-z])")
_TITLES = "先生|女士|小姐|同学|老师"


def personal_spans(result: MatchResult) -> list[Span]:
    """Where the text tells who the candidate is, merged and in order."""
    text, folded, profile = result.text, fold(result.text), result.candidate
    spans: list[Span] = [*contact_spans(text), *labelled_values(folded, load_words("personal_labels.txt"))]
    for pattern in (_URL, _MOBILE, _LANDLINE, _BORN, _FULL_DATE, _ID):
        spans += [m.span() for m in pattern.finditer(text)]
    for pattern in (_SEX, _AGE):
        spans += [m.span() for m in pattern.finditer(folded)]
    for fact in (profile.name, profile.birth, profile.age, profile.sex, profile.relatives):
        spans += [(e.start, e.end) for e in fact.evidence]
    for e in profile.birth.evidence:
        if len(e.text) >= 6:
            spans += [m.span() for m in re.finditer(re.escape(e.text), text)]
    return _merged([*spans, *_name_spans(text, profile.name)])


def _name_spans(text: str, name: Fact[str]) -> Iterator[Span]:
    """The name wherever it stands, spaced out too, with 先生 or 女士, and its Latin form on the same line.

    Where the name found may be none, the lines that a name would stand on are hidden whole.
    """
    value = name.value or ""
    letters = [c for c in value if not c.isspace()]
    if any(c.isalpha() for c in letters):
        spaced = re.compile(r"[ \t·•]*".join(map(re.escape, letters)), re.I)
        yield from (m.span() for m in spaced.finditer(text))
        if "\u4e00" <= letters[0] <= "\u9fff":
            yield from (m.span() for m in re.finditer(rf"{re.escape(letters[0])}(?:{_TITLES})", text))
    for e in name.evidence:
        start, end = text.rfind("\n", 0, e.start) + 1, text.find("\n", e.end)
        yield from (m.span() for m in _LATIN_NAME.finditer(text, start, end if end >= 0 else len(text)))
    if not _surely_a_name(name):
        yield from _head_and_foot(text)
        yield from _name_like(text)


def _surely_a_name(name: Fact[str]) -> bool:
    value = "".join((name.value or "").split())
    if re.fullmatch(r"[\u4e00-\u9fff·•]{2,12}", value):
        known = load_words("surnames.txt")
        return len(value) <= 4 and (value[0] in known or value[:2] in known)
    return name.basis is Basis.STATED and _LATIN_NAME.fullmatch(name.value or "") is not None


_ALONE = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])")


def _name_like(text: str) -> Iterator[Span]:
    """Words that stand alone, begin with a surname and are in no dictionary."""
    known = load_words("surnames.txt")
    for match in _ALONE.finditer(text):
        word = match[0]
        if (word[0] in known or word[:2] in known) and len(segment(fold(word))) > 1:
            yield match.span()


_HEAD, _FOOT = 3, 2  # lines
_LONG = 40  # a line longer than this is prose: it is no headline


def _head_and_foot(text: str) -> Iterator[Span]:
    """The first lines, further ones of the head that speak of sex, age or contacts, and a signature."""
    lines = [m.span() for m in re.finditer(r"[^\n]*\S[^\n]*", text)]
    for number, (start, end) in enumerate(lines[:8]):
        personal = any(p.search(text, start, end) for p in (_SEX, _AGE, _BORN, _FULL_DATE)) or contact_spans(
            text[start:end]
        )
        if end - start <= _LONG and (number < _HEAD or personal):
            yield start, end
    yield from ((start, end) for start, end in lines[-_FOOT:] if end - start <= 8)


@lru_cache
def _labels(words: tuple[str, ...]) -> re.Pattern[str]:
    either = "|".join(re.escape(fold(w)) for w in sorted(words, key=len, reverse=True))
    # a value ends where the next thing begins: 性别：女 民族：汉
    return re.compile(
        rf"(?<![\u4e00-\u9fffa-z])(?:{either})[ \t]*[:\t|][ \t]*([^\s|,;，；。、]+(?:[ ][^\s:|,;]+(?=[\n|]|$))?)", re.M
    )


def labelled_values(folded: str, labels: Sequence[str]) -> list[Span]:
    """Where the values of labels stand in a folded text: 籍贯：重庆."""
    return [m.span(1) for m in _labels(tuple(labels)).finditer(folded)]


def _merged(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(s for s in spans if s[0] < s[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def masked(text: str, spans: Iterable[Span]) -> str:
    """``text`` of the same length, every visible character inside ``spans`` overwritten."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = [c if c.isspace() else MASK for c in letters[start:end]]
    return "".join(letters)


# --- all other words of a result ----------------------------------------------------------------------------------


def _eraser(words: Iterable[str]) -> Callable[[str], str]:
    """Takes the words out of a text wherever they stand; figures only as wholes, so that 19 does not eat 2019."""
    found = sorted(words, key=lambda w: (-len(w), w))
    if not found:
        return lambda text: text
    pattern = re.compile("|".join(rf"(?<!\d){re.escape(w)}(?!\d)" for w in found))
    return lambda text: pattern.sub(lambda m: MASK * len(m[0]), text)


_OURS = frozenset({"clause", "title", "feature", "rule", "code", "question"})  # words of the notice and of the program


def _erased(value: Any, edit: Callable[[str], str], text: str) -> Any:
    """``value`` with ``edit`` done on every string in it, and evidence quoted from ``text``."""
    if isinstance(value, Evidence):
        return Evidence(text[value.start : value.end], value.start, value.end)
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return edit(value)
    if isinstance(value, tuple):
        return tuple(_erased(v, edit, text) for v in value)
    if isinstance(value, Mapping):
        return {k: _erased(v, edit, text) for k, v in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: _erased(getattr(value, f.name), edit, text) for f in fields(value) if f.name not in _OURS}
        return replace(value, **changed)
    return value
