"""The main path on one screen: text becomes a profile, the profile meets the rules, vectors score, a ranking comes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from matcher.extraction import extract
from matcher.knowledge import DATA_DIR, load_notice, load_policy, load_positions, notice_dir
from matcher.ranking import best_positions, tier
from matcher.reading import read_path
from matcher.reading.base import Document
from matcher.reading.people import split_people
from matcher.schema import (
    Assessment,
    CandidateProfile,
    MatchResult,
    Notice,
    Position,
    ResumeText,
    Tier,
    Unreadable,
    Verdict,
)
from matcher.scoring import MODELS_DIR, Ranker, TextView, Weighed, explain, read_text, weigh
from matcher.scoring import load as load_ranker
from matcher.screening import preferred_conditions, propose_waivers, screen
from matcher.text import to_resume


class UnreadableError(ValueError):
    """Raised by ``Matcher.match`` for an input that cannot be read; ``problem`` says why, in both languages."""

    def __init__(self, problem: Unreadable) -> None:
        super().__init__(f"{problem.name}: {problem.reason} ({problem.reason_en})")
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Judged:
    """What decides the place of a candidate for a position: verdicts with proposals to waive, claims, tier."""

    position: Position
    verdicts: tuple[Verdict, ...]
    preferred: tuple[Verdict, ...]
    weighed: Weighed
    tier: Tier

    @property
    def score(self) -> float:
        """0 to 100."""
        return self.weighed.points


def judge(
    resume: ResumeText,
    profile: CandidateProfile,
    position: Position,
    policy: Mapping[str, Any],
    ranker: Ranker,
    view: TextView,
) -> Judged:
    """One candidate against one position, without what explains the score."""
    preferred = preferred_conditions(resume, profile, position)

    def weighed(verdicts: Sequence[Verdict]) -> Weighed:
        return weigh(resume, profile, verdicts, preferred, position, ranker, view)

    screened = screen(resume, profile, position, policy)
    verdicts = propose_waivers(screened, position, policy, lambda v: weighed(v).points, preferred)
    found = weighed(verdicts)
    return Judged(position, verdicts, preferred, found, tier(found.points, verdicts, policy))


def judge_all(
    resume: ResumeText,
    profile: CandidateProfile,
    positions: Iterable[Position],
    policy: Mapping[str, Any],
    ranker: Ranker,
    view: TextView,
) -> list[Judged]:
    """One candidate against every position, in the order of ``positions``."""
    return [judge(resume, profile, p, policy, ranker, view) for p in positions]


def explained(judged: Judged, resume: ResumeText, ranker: Ranker, view: TextView) -> Assessment:
    """A judgement with the contributions to its score and what is missing."""
    found = explain(judged.weighed, resume, judged.position, ranker, view)
    return Assessment(
        position_id=judged.position.position_id,
        title=judged.position.title,
        score=found.points,
        tier=judged.tier,
        verdicts=judged.verdicts,
        preferred=judged.preferred,
        contributions=found.contributions,
        missing=found.missing,
    )


def assess(
    resume: ResumeText,
    profile: CandidateProfile,
    position: Position,
    policy: Mapping[str, Any],
    ranker: Ranker,
    view: TextView,
) -> Assessment:
    """One candidate against one position: verdicts, waiver proposals, score, tier."""
    return explained(judge(resume, profile, position, policy, ranker, view), resume, ranker, view)


def match_resume(
    resume: ResumeText, as_of: dt.date, positions: Iterable[Position], policy: Mapping[str, Any], ranker: Ranker
) -> MatchResult:
    """A resume against every position, best first."""
    profile, view = read(resume, as_of, policy, ranker)
    judged = judge_all(resume, profile, positions, policy, ranker, view)
    return result_of(judged, resume, profile, ranker, view)


def read(
    resume: ResumeText, as_of: dt.date, policy: Mapping[str, Any], ranker: Ranker
) -> tuple[CandidateProfile, TextView]:
    """What a resume says: its profile, and its words as the text model sees them."""
    profile = extract(resume, as_of, policy)
    return profile, read_text(resume.folded, ranker, profile.jobs, profile.name.value)


def result_of(
    judged: Iterable[Judged], resume: ResumeText, profile: CandidateProfile, ranker: Ranker, view: TextView
) -> MatchResult:
    """The judgements of a resume explained, best first."""
    matches = best_positions(explained(j, resume, ranker, view) for j in judged)
    notices = (*resume.notices, *profile.notices)
    if all(a.tier is Tier.NO_FIT for a in matches):
        notices = (*notices, Notice("no_position_fits", "无合适岗位：简历内容与全部岗位都不匹配。"))
    return MatchResult(profile.as_of, resume.name, resume.text, profile, matches, notices, ranker.info)


@dataclass(frozen=True, slots=True)
class Matcher:
    """The public door: ``Matcher.load()`` once, then ``match`` and ``rank`` as often as you like; holds no state."""

    positions: tuple[Position, ...]
    policy: Mapping[str, Any]
    ranker: Ranker
    as_of: dt.date | None = None  # the notice's own date for ages and years, when it names one

    @classmethod
    def load(
        cls, data_dir: str | Path | None = None, models_dir: str | Path | None = None, notice: str | None = None
    ) -> Matcher:
        """Load positions, policy and the fitted ranker; another employer gives its own folders, or the name of a
        ``notice`` read by ``positions import`` (notices/NAME with models/NAME).

        Raises KnowledgeError for bad data files and ModelError for a model that does not belong to them.
        """
        data = Path(data_dir) if data_dir else notice_dir(notice) if notice else DATA_DIR
        models = Path(models_dir) if models_dir else MODELS_DIR / notice if notice else MODELS_DIR
        day = load_notice(data).get("as_of")
        return cls(load_positions(data), load_policy(data), load_ranker(models, data), day)

    def match(self, text_or_path: str | Path, k: int | None = 3, as_of: dt.date | None = None) -> MatchResult:
        """The best ``k`` positions (all when None) for one resume.

        A ``Path``, or a ``str`` that names an existing file, is read; any other ``str`` is the resume's text. ``as_of``
        is the date that ages and years are counted to: the notice's or today when not given, and every result says it.
        Raises UnreadableError when the file cannot be read.
        """
        as_of = as_of or self.as_of or dt.date.today()
        for item in self.read(text_or_path):
            if isinstance(item, Unreadable):
                raise UnreadableError(item)
            return top(match_resume(item, as_of, self.positions, self.policy, self.ranker), k)
        name = str(text_or_path)
        raise UnreadableError(Unreadable(name, "empty", "没有找到可读的简历。", "No resume found."))

    def read(self, text_or_path: str | Path) -> Iterator[ResumeText | Unreadable]:
        """The resumes inside a text, file or folder, normalised; what cannot be read comes with its reason."""
        if isinstance(text_or_path, str) and not _names_file(text_or_path):
            yield from map(normalised, split_people(Document(text_or_path, "")))
            return
        for item in read_path(text_or_path):
            yield item if isinstance(item, Unreadable) else normalised(item)

    def rank(
        self, items: Iterable[str | Path | ResumeText], as_of: dt.date | None = None
    ) -> Iterator[MatchResult | Unreadable]:
        """Results for many resumes as they come, each against every position; one bad file never stops the rest."""
        as_of = as_of or self.as_of or dt.date.today()
        for item in items:
            for resume in [item] if isinstance(item, ResumeText) else self.read(item):
                if isinstance(resume, Unreadable):
                    yield resume
                else:
                    yield match_resume(resume, as_of, self.positions, self.policy, self.ranker)


def normalised(document: Document) -> ResumeText:
    """A reader's document as the text that extraction and evidence refer to."""
    return to_resume(document.text, document.name, document.notices, document.fields)


def top(result: MatchResult, k: int | None) -> MatchResult:
    """The same result with its best ``k`` positions only (all when None)."""
    return result if k is None else replace(result, matches=result.matches[:k])


def _names_file(text: str) -> bool:
    """A string is a path when it is short, holds no line break and such a file or folder exists."""
    if len(text) > 4096 or "\n" in text or "\0" in text or not text.strip():
        return False
    try:
        return Path(text).exists()
    except OSError:
        return False
