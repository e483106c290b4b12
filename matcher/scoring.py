"""How well a resume fits a position: TF-IDF at the core, every other fact a claim with a weight.

The text score of a position is an inner product ``x · w``: ``x`` is the resume's TF-IDF vector (sublinear and capped
counts over a fixed vocabulary), ``w`` the position's vector, a sum of parts that are kept apart (titles, duties, tools,
terms, the notice's own words, what job adverts taught), so that each part's share can be shown. A score is
``g(z)``, ``z`` the sum of all claims in log-odds and ``g`` the logistic function; points are shared out along the chord
``(g(z) - g(z0)) / (z - z0)``, so they add up exactly and no order of claims matters.

Nothing here reads a name, sex, age, birthplace, school or anything else that DESIGN decision 9 rules out: such words
are outside the vocabulary (data/stopwords.txt).
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

from matcher.copied import PASTED, clauses, copied
from matcher.knowledge import DATA_DIR, KnowledgeError, data_file, data_hash, load_positions, load_words
from matcher.provenance import knowledge_hash, policy_hash, program
from matcher.schema import (
    CandidateProfile,
    Contribution,
    Evidence,
    Job,
    JobKind,
    ModelInfo,
    Outcome,
    Position,
    ResumeText,
    Score,
    Verdict,
)
from matcher.terms import Hit, TermIndex
from matcher.text import Section, fold, sections, segment

Array = NDArray[np.float32]

MODELS_DIR = Path(__file__).resolve().parent.parent / "models"

# Bumped when the meaning of a saved array changes: an older model then refuses to load.
FORMAT = "1"

# The parts of a position's vector, in the order of the saved array's second axis.
PARTS = ("title", "duty", "tool", "term", "anti", "notice", "learned")

# Claims of a score, in the order of its contributions.
FEATURES = (
    "base",
    "text_title",
    "text_duty",
    "text_tool",
    "text_term",
    "text_other_trade",
    "text_notice",
    "text_learned",
    "text_limit",
    "rival",
    "experience",
    "major",
    "preferred",
    "min_degree",
    "full_time",
    "major_rule",
    "experience_rule",
    "age",
    "portfolio",
    "penalty_limit",
)

# What the fitted arrays were computed from.
FITTED_FILES = (
    "background_df.csv",
    "learned_weights.csv",
    "position_terms.csv",
    "positions.csv",
    "stopwords.txt",
    "synonyms.csv",
    "user_dict.txt",
)

_CJK = re.compile("[\u4e00-\u9fff]")


class ModelError(RuntimeError):
    """The fitted model is missing or does not belong to this code and data; the message says how to refit."""


class Sieve:
    """Words of several kinds, all found in one pass over a text."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        pairs = [(word, kind) for kind, of_kind in words.items() for word in of_kind]
        self._kinds = [kind for _, kind in pairs]
        self._automaton = AhoCorasick([word for word, _ in pairs])

    def look(self, text: str) -> dict[str, list[tuple[int, int]]]:
        """The kinds that ``text`` holds words of, and where: overlapping too, in the order of the ends."""
        found: dict[str, list[tuple[int, int]]] = {}
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            found.setdefault(self._kinds[index], []).append((start, end))
        return found


@dataclass(frozen=True, slots=True)
class Ranker:
    """The fitted text model.

    ``vocabulary``  word to column (V words).
    ``idf``         (V,) background inverse document frequency.
    ``parts``       (V, len(PARTS), P) each position's vector, by part; P positions in ``position_ids`` order.
    ``none``        (V,) weights of the class "another trade".
    ``expansions``  word to the further words it stands for (parts of a compound, synonyms).
    ``asked``       for each position, columns of what it asks for, most telling first.
    ``phrases``     multi-word Latin terms ("power bi") to the words they stand for.
    ``columns``     token to the columns it counts for, its own and those of its expansions: the bytes of an (n,) array of
                    intp, so that those of many tokens are joined and counted at once.
    ``implied``     the same for each phrase.
    ``whole``       (V, P) ``parts`` summed, less "another trade".
    ``sieve``       tells in one pass which of the closer looks at a text can find anything.
    """

    position_ids: tuple[int, ...]
    vocabulary: Mapping[str, int]
    words: tuple[str, ...]
    idf: Array
    parts: Array
    none: Array
    expansions: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[str, ...]]
    phrase_index: TermIndex[tuple[str, ...]]
    weights: Mapping[str, Any]
    info: ModelInfo
    asked: tuple[tuple[int, ...], ...]
    data_dir: Path = DATA_DIR
    columns: Mapping[str, bytes] = field(init=False, repr=False, compare=False)
    implied: Mapping[str, bytes] = field(init=False, repr=False, compare=False)
    whole: Array = field(init=False, repr=False, compare=False)
    sieve: Sieve = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make what follows from the fitted fields: ``columns``, ``implied``, ``whole`` and ``sieve``."""

        def packed(words: Iterable[str]) -> bytes:
            columns = [self.vocabulary[word] for word in words if word in self.vocabulary]
            return np.array(columns, dtype=np.intp).tobytes()

        object.__setattr__(self, "whole", self.parts.sum(axis=1) - self.none[:, None])
        named = {w: (w, *self.expansions.get(w, ())) for w in (*self.words, *self.expansions) if is_word(w)}
        object.__setattr__(self, "columns", {word: packed(words) for word, words in named.items()})
        object.__setattr__(self, "implied", {phrase: packed(words) for phrase, words in self.phrases.items()})
        object.__setattr__(self, "sieve", Sieve(_sought(self.data_dir) | {"phrase": tuple(self.phrases)}))


@dataclass(frozen=True, slots=True)
class TextView:
    """A resume as the text model sees it: columns, TF-IDF values and where each word first stands.

    ``sums``    (P, len(PARTS)): what its words add to each position, by part; "another trade" is taken off in the part
                "anti".
    ``told``    for each position and part, rows (of ``columns``) of the words that add most (that take most away, for
                "anti"), most telling first.
    ``totals``  (P,) the text scores.
    ``backed``  (n,) whether a word stands anywhere but in lists of skills, self-praise and the like.
    ``worked``  (P,) what the backed words add to the text scores.
    """

    columns: NDArray[np.intp]
    values: Array
    starts: tuple[tuple[int, int], ...]
    sums: NDArray[np.float64]
    told: tuple[tuple[tuple[int, ...], ...], ...]
    totals: Array
    backed: NDArray[np.bool_]
    worked: Array


# --- words ------------------------------------------------------------------------------------------------------


def is_word(token: str) -> bool:
    """Whether a token can be a feature: two Chinese characters or more, or a Latin word of two letters or more."""
    return len(token) > 1 and ((token[0].isalpha() and token.isascii()) or _CJK.search(token) is not None)


# --- zones: which stretches of a text count, and how much --------------------------------------------------------

# To the end of the clause; a text without punctuation is not silenced to its end.
_CLAUSE_REST = r"[^,。;\n]{0,40}"


@lru_cache
def _sought(data_dir: Path) -> dict[str, tuple[str, ...]]:
    """By kind, the words without which the patterns below, or ``copied``, find nothing."""
    cues = load_weights(data_dir)["cues"]
    folded = {name: tuple(fold(word) for word in cues[name]) for name in ("wish", "interest", "never", "lacking")}
    return folded | {"beside": tuple(cues["roles"]), "copied": clauses(data_dir)}


@lru_cache
def _silenced(data_dir: Path) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Patterns of clauses that say what the writer has not done: wishes and negations ([cues] of weights.toml).

    Each with the kind of word (``_sought``) that it cannot match without.
    """
    cues = load_weights(data_dir)["cues"]

    def either(name: str) -> str:
        return "|".join(re.escape(fold(word)) for word in sorted(cues[name], key=len, reverse=True))

    wish = rf"(?:{either('wish')}){_CLAUSE_REST}"
    interest = rf"对[^,。;\n]{{1,20}}(?:{either('interest')}){_CLAUSE_REST}"
    never = rf"(?:{either('never')}){_CLAUSE_REST}"
    lacking = rf"(?:{either('lacking')})(?=[^,。;\n]{{1,24}}(?:{either('lacked')})){_CLAUSE_REST}"
    patterns = {"wish": wish, "interest": interest, "never": never, "lacking": lacking}
    return tuple((kind, re.compile(pattern)) for kind, pattern in patterns.items())


@lru_cache
def _beside(data_dir: Path) -> re.Pattern[str]:
    """配合产品经理、向产品经理汇报: a role beside the writer's own (B159)."""
    cues = load_weights(data_dir)["cues"]
    before, roles = ("|".join(map(re.escape, cues[name])) for name in ("beside", "roles"))
    return re.compile(rf"(?:{before})(?P<role>[^,。;\n]{{2,10}}?(?:{roles}))")


# A sentence said again counts once, however often it stands there.
def _sentences(folded: str) -> list[str]:
    """Sentences of six characters or more, in order."""
    for mark in "。;!?":
        if mark in folded:
            folded = folded.replace(mark, "\n")
    return [sentence for sentence in folded.split("\n") if len(sentence) >= 6]


def _zones(
    folded: str,
    jobs: Sequence[Job],
    zones: Mapping[str, float],
    data_dir: Path,
    sought: Container[str],
) -> NDArray[np.float32]:
    """Weight of each character, (len(folded),): by section, then wishes, negations and copied clauses set lower.

    ``sought``: the kinds of ``_sought`` that the text holds words of.
    """
    weight = np.full(len(folded), zones["default"], dtype=np.float32)
    parts = sections(folded)
    resume_like = bool(jobs) or any(s.kind == "work" for s in parts)
    for part in parts:
        if part.kind and not (part.kind == "advert" and not resume_like):
            end = _short_end(folded, part) if part.kind in _SHORT else part.end
            weight[part.start : end] = zones.get(part.kind, zones["default"])
    recent = sorted(jobs, key=_recency, reverse=True)
    for i, job in enumerate(recent):
        # The extraction knows better than a heading where a job stands.
        weight[job.start : job.end] = zones["work" if i < 2 else "older_work"]
        if job.kind is JobKind.INTERN:
            weight[job.start : job.end] = zones["internship"]
    for kind, pattern in _silenced(data_dir):
        if kind in sought:
            for match in pattern.finditer(folded):
                weight[match.start() : match.end()] = 0.0
    if "beside" in sought:
        for match in _beside(data_dir).finditer(folded):
            weight[match.start("role") : match.end("role")] *= zones["beside_role"]
    if "copied" in sought:
        for start, end, number in copied(folded, data_dir):
            share = zones["copied_clause" if number < PASTED else "copied_notice"]
            weight[start:end] = np.minimum(weight[start:end], share)
    sentences = _sentences(folded)
    if len(set(sentences)) < len(sentences):
        at = 0
        seen: set[str] = set()
        for sentence in sentences:
            at = folded.index(sentence, at)
            if sentence in seen:
                weight[at : at + len(sentence)] = 0.0
            seen.add(sentence)
            at += len(sentence)
    return weight


# Sections of a few lines; what stands after a blank line, or far below the heading, is something else.
_SHORT = frozenset({"wish", "family", "hobby", "reference"})


def _short_end(folded: str, part: Section, most: int = 150) -> int:
    start = part.start
    while start < part.end and folded[start].isspace():
        start += 1
    blank = folded.find("\n\n", start, part.end)
    return min(part.end, start + most, blank if blank >= 0 else part.end)


def _recency(job: Job) -> tuple[int, int, int]:
    if job.period is None:
        return (0, 0, 0)
    end = job.period.end
    if job.period.ongoing or end is None:
        return (9999, 12, job.period.start.year if job.period.start else 0)
    return (end.year, end.month, job.period.start.year if job.period.start else 0)


# --- the text score ---------------------------------------------------------------------------------------------


def read_text(folded: str, ranker: Ranker, jobs: Sequence[Job] = (), name: str | None = None) -> TextView:
    """See a folded text through the model. ``jobs`` (offsets into ``folded``) let old work count less.

    ``name`` is the candidate's: it counts for nothing wherever it stands, even when it is made of words of the domain.
    """
    weight, phrases = _weights(folded, ranker, jobs, name)
    tokens = segment(folded, ranker.data_dir)
    lengths = np.fromiter(map(len, tokens), np.intp, len(tokens))
    ends = np.cumsum(lengths)
    # Tokens, then phrases: where they stand, and the columns that they show.
    starts = np.concatenate((ends - lengths, np.array([hit.start for _, hit in phrases], dtype=np.intp)))
    ends = np.concatenate((ends, np.array([hit.end for _, hit in phrases], dtype=np.intp)))
    packed = [*map(ranker.columns.get, tokens, repeat(b"")), *(ranker.implied[hit.term] for _, hit in phrases)]
    shown = np.frombuffer(b"".join(packed), dtype=np.intp)
    by = np.repeat(np.arange(len(packed)), np.fromiter(map(len, packed), np.intp, len(packed)) // shown.itemsize)
    levels = weight[starts[by]]
    counting = levels > 0.0
    shown, by, levels = shown[counting], by[counting], levels[counting]
    counts = np.asarray(np.bincount(shown, levels), dtype=np.float64)
    columns = np.flatnonzero(counts > 0.0)
    first = np.zeros(len(counts), dtype=np.intp)
    first[shown[::-1]] = by[::-1]  # of several, the first stays
    backed = np.zeros(len(counts), dtype=np.bool_)
    backed[shown[_work(folded, jobs)[starts[by]]]] = True
    first = first[columns]
    places = tuple(zip(starts[first].tolist(), ends[first].tolist(), strict=True))
    return view_of(columns, _vector(columns, counts[columns], ranker), places, backed[columns], ranker)


def view_of(
    columns: NDArray[np.intp],
    values: Array,
    starts: tuple[tuple[int, int], ...],
    backed: Sequence[bool] | NDArray[np.bool_],
    ranker: Ranker,
) -> TextView:
    """A vector, where its words stand, and which are backed, as the positions see it."""
    shares = values[:, None, None] * ranker.parts[columns]
    anti = PARTS.index("anti")
    shares[:, anti, :] -= (values * ranker.none[columns])[:, None]
    totals = shares.sum(axis=(0, 1))
    sums = shares.sum(axis=0, dtype=np.float64).T
    work = np.array(backed, dtype=np.bool_)
    worked = shares[work].sum(axis=(0, 1))
    shares[:, anti, :] *= -1.0
    return TextView(columns, values, starts, sums, _telling_words(shares), totals, work, worked)


def _weights(
    folded: str, ranker: Ranker, jobs: Sequence[Job], name: str | None
) -> tuple[NDArray[np.float32], list[tuple[float, Hit[tuple[str, ...]]]]]:
    """Weight of each character, (len(folded),), and the phrases that count, each with its weight."""
    found = ranker.sieve.look(folded)
    weight = _zones(folded, jobs, ranker.weights["zones"], ranker.data_dir, found)
    if name:
        for match in re.finditer(re.escape(fold(name)), folded):
            weight[match.start() : match.end()] = 0.0
    phrases = [
        (level, hit)
        for start, end in _joined(found.get("phrase", ()))
        for hit in ranker.phrase_index.scan(folded, start, end)
        if (level := float(weight[hit.start])) > 0.0
    ]
    return weight, phrases


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping spans made one, in order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _changes(weight: NDArray[np.float32]) -> tuple[list[int], list[float]]:
    """Where runs of equal weight begin, 0 first, and their weights."""
    begins = [0, *(np.flatnonzero(weight[1:] != weight[:-1]) + 1).tolist()] if len(weight) else []
    return begins, weight[begins].tolist()


# No token goes on across one of these.
_PARTING = frozenset(" \t\n,。;:!?()、|/“”")
_PARTED = re.compile(f"[{''.join(_PARTING)}]")


def _said(folded: str, weight: NDArray[np.float32], data_dir: Path) -> dict[float, list[str]]:
    """Weights to the tokens of that weight; none of weight 0. A token has the weight of its first character.

    Runs of one weight are segmented together and apart from the others. Where one ends within what may be a token, the
    stretch around it is segmented alone, so that the tokens are those of the whole text.
    """
    begins, levels = _changes(weight)
    texts: dict[float, list[str]] = {}
    said: dict[float, list[str]] = {}
    at = 0
    for level, end in zip(levels, [*begins, len(folded)][1:], strict=True):
        if end <= at:  # within a stretch already taken
            continue
        if end == len(folded) or folded[end - 1] in _PARTING or folded[end] in _PARTING:
            texts.setdefault(level, []).append(folded[at:end])
            at = end
            continue
        start = end
        while start > at and folded[start - 1] not in _PARTING:
            start -= 1
        texts.setdefault(level, []).append(folded[at:start])
        parted = _PARTED.search(folded, end)
        at = parted.start() if parted else len(folded)
        for token in segment(folded[start:at], data_dir):
            said.setdefault(float(weight[start]), []).append(token)
            start += len(token)
    for level, runs in texts.items():
        if level > 0.0:
            said.setdefault(level, []).extend(segment("\n".join(runs), data_dir))
    said.pop(0.0, None)
    return said


def _counts(
    said: Mapping[float, Iterable[str]], phrases: Iterable[tuple[float, Hit[tuple[str, ...]]]], ranker: Ranker
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The columns that a text shows, in order, (n,), and their weighted counts, (n,).

    Weights are of single precision, so sums of them are exact in double precision: their order does not matter.
    """
    known = ranker.columns
    shown = [(level, b"".join(filter(None, map(known.get, tokens)))) for level, tokens in said.items()]
    shown += [(level, ranker.implied[hit.term]) for level, hit in phrases]
    columns = np.frombuffer(b"".join([joined for _, joined in shown]), dtype=np.intp)
    weights = np.repeat([level for level, _ in shown], [len(joined) // columns.itemsize for _, joined in shown])
    counts = np.asarray(np.bincount(columns, weights), dtype=np.float64)
    found = np.flatnonzero(counts > 0.0)
    return found, counts[found]


# Sections that may tell of work done; what a text says under no heading at all may be work too.
_WORK_SECTIONS = frozenset({"", "work", "project", "internship", "advert", "section"})


def _work(folded: str, jobs: Sequence[Job]) -> NDArray[np.bool_]:
    """Whether work may be told at each character, (len(folded),): in the jobs found, and in every section that is not of
    another kind."""
    flags = np.zeros(len(folded), dtype=np.bool_)
    for part in sections(folded):
        if part.kind in _WORK_SECTIONS:
            flags[part.start : part.end] = True
    for job in jobs:
        flags[job.start : job.end] = True
    return flags


def _vector(columns: NDArray[np.intp], counts: NDArray[np.float64], ranker: Ranker) -> Array:
    """The TF-IDF values of counted columns, (n,): sublinear, capped, normalised."""
    text = ranker.weights["text"]
    capped = np.minimum(counts, text["max_count"])
    damped = np.minimum(capped, 1.0) + np.log(np.maximum(capped, 1.0))
    values = damped * ranker.idf.take(columns)
    norm = max(math.sqrt(values @ values), float(text["min_norm"]))
    scaled: Array = (values / norm).astype(np.float32)
    return scaled


def score_text(ranker: Ranker, text: str) -> tuple[float, ...]:
    """Text scores of all positions for a raw text, in ``ranker.position_ids`` order; higher fits better.

    The ``totals`` of ``read_text``, by one product with the summed parts, without what explains them.
    """
    folded = fold(text)
    weight, phrases = _weights(folded, ranker, (), None)
    columns, counts = _counts(_said(folded, weight, ranker.data_dir), phrases, ranker)
    values = _vector(columns, counts, ranker)
    return tuple((values @ ranker.whole.take(columns, axis=0)).tolist())


# --- the score --------------------------------------------------------------------------------------------------


class _Claim(NamedTuple):
    """One summand of ``z``: its feature, the value seen, its log-odds, the words for HR, and the proof."""

    feature: str
    value: float
    odds: float
    detail: str
    evidence: tuple[Evidence, ...] = ()


def score(
    resume: ResumeText,
    profile: CandidateProfile,
    verdicts: Sequence[Verdict],
    preferred: Sequence[Verdict],
    position: Position,
    ranker: Ranker,
    view: TextView | None = None,
) -> Score:
    """Score one resume for one position, 0 to 100.

    ``view`` is ``read_text(resume.folded, ranker, profile.jobs, profile.name.value)``; pass it for several positions.
    Contributions are rounded to 0.01 and add up to ``points`` exactly.
    """
    if view is None:
        view = read_text(resume.folded, ranker, profile.jobs, profile.name.value)
    return explain(weigh(resume, profile, verdicts, preferred, position, ranker, view), resume, position, ranker, view)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The claims that make a score, those of the text still without their words, and its ``points``, 0 to 100."""

    text: tuple[_Claim, ...]
    facts: tuple[_Claim, ...]
    points: float


def weigh(
    resume: ResumeText,
    profile: CandidateProfile,
    verdicts: Sequence[Verdict],
    preferred: Sequence[Verdict],
    position: Position,
    ranker: Ranker,
    view: TextView,
) -> Weighed:
    """The points of ``score``, without what explains them."""
    text = tuple(_text_claims(resume, profile, view, position, ranker))
    facts = tuple(_fact_claims(profile, verdicts, preferred, position, ranker))
    z = float(ranker.weights["score"]["base"]) + math.fsum(c.odds for c in (*text, *facts))
    return Weighed(text, facts, _hundredths(z) / 100.0)


def explain(weighed: Weighed, resume: ResumeText, position: Position, ranker: Ranker, view: TextView) -> Score:
    """What was weighed, with the words of its claims, the points of each, and what is missing."""
    claims = [*_with_words(weighed.text, resume, view, position, ranker), *weighed.facts]
    return Score(*_share_out(claims, float(ranker.weights["score"]["base"])), missing=_missing(view, position, ranker))


def _fact_claims(
    profile: CandidateProfile,
    verdicts: Sequence[Verdict],
    preferred: Sequence[Verdict],
    position: Position,
    ranker: Ranker,
) -> list[_Claim]:
    """What the facts of a resume add to its text: experience, major, preferred conditions, failed rules."""
    s = ranker.weights["score"]
    return [
        *_experience_claims(profile, verdicts, position, s),
        *_major_claims(verdicts, s),
        *_preferred_claims(preferred, s),
        *_penalty_claims(verdicts, ranker.weights["penalty"]),
    ]


def _hundredths(z: float) -> int:
    """The points of a sum of claims, in whole hundredths."""
    return round(_logistic(z) * 100)


def _logistic(z: float) -> float:
    return 100.0 / (1.0 + math.exp(-z))


def _share_out(claims: Sequence[_Claim], base: float) -> tuple[float, tuple[Contribution, ...]]:
    """Points of each claim along the chord from ``g(base)`` to ``g(z)``, in whole hundredths that add up exactly."""
    z = base + math.fsum(c.odds for c in claims)
    start, end = _logistic(base), _logistic(z)
    slope = (end - start) / (z - base) if abs(z - base) > 1e-9 else end * (1.0 - end / 100.0)
    total = _hundredths(z)
    exact = [start * 100.0, *(c.odds * slope * 100.0 for c in claims)]
    cents = [math.floor(v) for v in exact]
    # Largest remainders first; position in the list breaks ties, so the outcome is always the same.
    order = sorted(range(len(exact)), key=[c - e for c, e in zip(cents, exact, strict=True)].__getitem__)
    for i in order[: total - sum(cents)]:
        cents[i] += 1
    labelled = [_Claim("base", 1.0, base, "起点：尚未看到任何依据时的分数"), *claims]
    contributions = tuple(
        Contribution(feature, round(value, 4), n / 100.0, detail, evidence)
        for (feature, value, _, detail, evidence), n in zip(labelled, cents, strict=True)
    )
    return total / 100.0, contributions


_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")

_PART_NAMES = {
    "title": ("text_title", "职位名称"),
    "duty": ("text_duty", "工作内容"),
    "tool": ("text_tool", "工具技能"),
    "term": ("text_term", "领域用语"),
    "anti": ("text_other_trade", "更像其他岗位或行业的词"),
    "notice": ("text_notice", "公告原文用词"),
    "learned": ("text_learned", "同类招聘用词（统计修正）"),
}


def text_limit(resume: ResumeText, profile: CandidateProfile) -> tuple[str, str]:
    """Which limit ([score] of weights.toml) holds the text score of a resume, and why, in Chinese."""
    if profile.jobs:
        return "text_max", "文本依据已到上限"
    if profile.education or _YEAR.search(resume.folded):
        return "text_max_without_jobs", "没有可核对的工作经历，文本依据按较低上限计"
    return "text_max_bare", "没有任何学习、工作经历或时间，文本依据按最低上限计"


def _text_claims(
    resume: ResumeText, profile: CandidateProfile, view: TextView, position: Position, ranker: Ranker
) -> list[_Claim]:
    """The text score by part (words and evidence left open), then its limits and the comparison with other positions."""
    s = ranker.weights["score"]
    at = ranker.position_ids.index(position.position_id)
    unit = float(s["text"])
    claims = [
        _Claim(_PART_NAMES[part][0], share, unit * share, "")
        for part, share in zip(PARTS, view.sums[at].tolist(), strict=True)
    ]
    total = math.fsum(c.odds for c in claims)
    name, why = text_limit(resume, profile)
    limit = unit * float(s[name])
    shown = unit * (max(float(view.worked[at]), 0.0) + float(s["text_beyond_work"]))
    if shown < limit:
        limit, why = shown, "技能清单、自我评价等处的词，超出工作内容所示的部分只计少许"
    if total > limit:
        claims.append(_Claim("text_limit", limit / unit, limit - total, why))
    best = int(view.totals.argmax())
    gap = float(view.totals[best]) - float(view.totals[at])
    if gap > 0.0 and len(view.columns):
        odds = -min(float(s["rival"]) * gap, float(s["rival_max"]))
        claims.append(_Claim("rival", gap, odds, f"用词更贴近岗位 {ranker.position_ids[best]}"))
    return claims


def _with_words(
    claims: Sequence[_Claim], resume: ResumeText, view: TextView, position: Position, ranker: Ranker
) -> list[_Claim]:
    """Claims of the text, those of its parts with the words that make them and where these stand."""
    told = view.told[ranker.position_ids.index(position.position_id)]
    columns = view.columns.tolist()
    explained = []
    for part, rows, claim in zip(PARTS, told, claims[: len(PARTS)], strict=True):
        words, evidence = _top_words(resume, view, rows, columns, ranker)
        detail = f"{_PART_NAMES[part][1]}：{'、'.join(words) or '未见'}"
        explained.append(_Claim(claim.feature, claim.value, claim.odds, detail, evidence))
    return [*explained, *claims[len(PARTS) :]]


def _telling_words(signed: Array, least: float = 0.02) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """``TextView.told`` of shares (n, len(PARTS), P) in which what takes away is positive too."""
    number, parts, positions = signed.shape
    by_list = signed.transpose(2, 1, 0).reshape(-1)  # the shares of one list together, in the order of rows
    found = np.flatnonzero(by_list > least)
    lists = found // number
    # Positive floats order as their bits do: one whole number orders by list, then by falling share.
    order = np.argsort((lists << 32) - by_list[found].view(np.int32), kind="stable")
    rows = (found - lists * number)[order].tolist()
    ends = np.bincount(lists, minlength=positions * parts).cumsum().tolist()
    told = [tuple(rows[start:end]) for start, end in pairwise((0, *ends))]
    return tuple(tuple(told[i : i + parts]) for i in range(0, len(told), parts))


def _top_words(
    resume: ResumeText, view: TextView, rows: Sequence[int], columns: Sequence[int], ranker: Ranker, most: int = 6
) -> tuple[list[str], tuple[Evidence, ...]]:
    """The first words of ``rows`` that are not part of one another, and where the first three of them stand."""
    words: list[str] = []
    places: list[tuple[int, int]] = []
    inside = ""  # the words so far, apart
    for i in rows[: most * 2]:
        word = ranker.words[columns[i]]
        if word in inside:
            continue
        words.append(word)
        inside += f" {word}"
        if len(places) < 3 and view.starts[i] not in places:
            places.append(view.starts[i])
        if len(words) == most:
            break
    return words, tuple(Evidence(resume.text[a:b], a, b) for a, b in places)


def _missing(view: TextView, position: Position, ranker: Ranker, most: int = 6) -> tuple[str, ...]:
    """What the position asks for and the text does not show: the notice's own words first, then other common ones."""
    seen = set(view.columns.tolist())
    words: list[str] = []
    for column in ranker.asked[ranker.position_ids.index(position.position_id)]:
        word = ranker.words[column]
        if column not in seen and not any(word in w or w in word for w in words):
            words.append(word)
            if len(words) == most:
                break
    return tuple(words)


def asked_columns(
    parts: Array, idf: Array, words: Sequence[str], positions: Sequence[Position]
) -> tuple[tuple[int, ...], ...]:
    """Columns of each position's reviewed duties and tools: those the notice names first, then the commonest."""
    order = []
    for at, position in enumerate(positions):
        notice = fold(f"{position.responsibilities_text}{position.competencies_text}{position.preferred_text}")
        weight = parts[:, [PARTS.index("duty"), PARTS.index("tool")], at].max(axis=1) / idf
        columns = np.flatnonzero(weight > 0.35 * weight.max()).tolist()
        columns.sort(
            key=lambda c: (
                words[c] not in notice,
                -round(float(weight[c]), 3) if words[c] in notice else 0.0,
                float(idf[c]),
                words[c],
            )
        )
        order.append(tuple(columns[:60]))
    return tuple(order)


def _find(verdicts: Sequence[Verdict], rule: str) -> Verdict | None:
    return next((v for v in verdicts if v.rule == rule), None)


def _experience_claims(
    profile: CandidateProfile, verdicts: Sequence[Verdict], position: Position, s: Mapping[str, float]
) -> list[_Claim]:
    """Months in the position's domain against the years it asks for; full weight at the need."""
    if position.min_years == 0:
        return []  # a notice that asks for none
    need = position.min_years * 12
    months = 0
    evidence: tuple[Evidence, ...] = ()
    possible = 0
    for domain in position.experience_domains:
        sure = profile.domain_months.get(domain)
        if sure is not None and sure.value is not None and sure.value.low > months:
            months, evidence = sure.value.low, sure.evidence[:3]
        maybe = profile.possible_domain_months.get(domain)
        if maybe is not None and maybe.value is not None:
            possible = max(possible, maybe.value.high)
    verdict = _find(verdicts, "experience")
    if verdict is not None and verdict.outcome is Outcome.MEETS and months < need:
        months, evidence = need, verdict.evidence[:3]  # stated as a total ("5年金融产品经理经验")
    sure_share = min(months / need, 1.0)
    more = min(max(months / need - 1.0, 0.0), 1.0)
    maybe_share = max(0.0, min(possible / need, 1.0) - sure_share)
    if sure_share == 0.0 and maybe_share == 0.0:
        return []
    odds = s["experience"] * sure_share + s["experience_more"] * more + s["experience_possible"] * maybe_share
    detail = f"对口经验 {months} 个月，需要 {need} 个月"
    if maybe_share:
        detail += f"；另有经历可能对口，合计至多 {possible} 个月，待核实"
    return [_Claim("experience", float(months), odds, detail, tuple(evidence))]


def _major_claims(verdicts: Sequence[Verdict], s: Mapping[str, float]) -> list[_Claim]:
    verdict = _find(verdicts, "major")
    if verdict is None or not verdict.evidence:
        return []
    if verdict.outcome is Outcome.MEETS:
        return [_Claim("major", 1.0, s["major"], verdict.reason, verdict.evidence[:3])]
    if verdict.outcome is Outcome.UNKNOWN:
        return [_Claim("major", 0.5, s["major_near"], verdict.reason, verdict.evidence[:3])]
    return []


def _preferred_claims(preferred: Sequence[Verdict], s: Mapping[str, float]) -> list[_Claim]:
    met = [v for v in preferred if v.outcome is Outcome.MEETS]
    if not met:
        return []
    odds = min(s["preferred"] * len(met), s["preferred_max"])
    detail = "优先条件：" + "；".join(v.reason for v in met)
    evidence = tuple(e for v in met for e in v.evidence)[:3]
    return [_Claim("preferred", float(len(met)), odds, detail, evidence)]


_RULE_FEATURES = {
    "min_degree": "min_degree",
    "full_time": "full_time",
    "major": "major_rule",
    "experience": "experience_rule",
    "age": "age",
    "portfolio": "portfolio",
}


def _penalty_claims(verdicts: Sequence[Verdict], p: Mapping[str, float]) -> list[_Claim]:
    """A failed hard rule pushes down; 可放宽 by a share of it; 待核实 costs nothing. The sum has a floor."""
    claims: list[_Claim] = []
    counting = {v.rule: v for v in verdicts if v.outcome in (Outcome.FAILS, Outcome.WAIVABLE)}
    if not counting:
        return claims
    for rule, feature in _RULE_FEATURES.items():
        verdict = counting.get(rule)
        if verdict is None:
            continue
        size = float(p[f"{rule}_fails"])
        if verdict.outcome is Outcome.WAIVABLE:
            size *= float(p["waivable_share"])
        claims.append(_Claim(feature, 1.0, -size, verdict.reason, verdict.evidence[:3]))
    total = math.fsum(c.odds for c in claims)
    if total < -float(p["total_max"]):
        claims.append(_Claim("penalty_limit", 1.0, -float(p["total_max"]) - total, "各项扣减合计封底"))
    return claims


# --- loading ----------------------------------------------------------------------------------------------------


@lru_cache
def load_weights(data_dir: Path = DATA_DIR) -> dict[str, Any]:
    """``weights.toml`` as nested dictionaries. Raises KnowledgeError when it is missing, malformed or incomplete."""
    path = data_file(data_dir, "weights.toml")
    try:
        weights = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise KnowledgeError(f"{path.name}：找不到文件 (file not found: {path})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}：格式有误：{error} (bad TOML)") from error
    for table in ("text", "fields", "zones", "score", "penalty"):
        values = weights.get(table)
        if not isinstance(values, dict):
            raise KnowledgeError(f"{path.name}：缺少 [{table}] 一节 (missing table)")
        for key, value in values.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise KnowledgeError(f"{path.name}：[{table}] {key} 的值“{value}”应为数字 (not a number)")
    cues = weights.get("cues")
    for name in ("wish", "interest", "never", "lacking", "lacked", "beside", "roles"):
        words = cues.get(name) if isinstance(cues, dict) else None
        if not isinstance(words, list) or not words or not all(isinstance(w, str) and w for w in words):
            raise KnowledgeError(f"{path.name}：[cues] {name} 应为非空的词语列表 (not a list of words)")
    return weights


def fitted_hash(data_dir: Path) -> str:
    """Hash of everything the fitted arrays depend on: data files and the weights that enter them."""
    import hashlib

    weights = load_weights(data_dir)
    used = {table: weights[table] for table in ("text", "fields")}
    files = [name for name in FITTED_FILES if data_file(data_dir, name).is_file()]
    digest = hashlib.sha256(data_hash(data_dir, files).encode())
    digest.update(json.dumps(used, sort_keys=True).encode())
    return digest.hexdigest()


_REFIT = "请运行 python -m matcher fit 重新生成 (run: python -m matcher fit)"


def load(models_dir: Path = MODELS_DIR, data_dir: Path = DATA_DIR) -> Ranker:
    """Load the fitted ranker.

    Raises ModelError, with the way out, when a file is missing or damaged, or when the model was fitted by another
    format, other features, another segmenter or other data.
    """
    try:
        manifest = json.loads((models_dir / "manifest.json").read_text(encoding="utf-8"))
        vocabulary = json.loads((models_dir / "vocabulary.json").read_text(encoding="utf-8"))
        with np.load(models_dir / "ranker.npz", allow_pickle=False) as arrays:
            idf, parts, none = arrays["idf"], arrays["parts"], arrays["none"]
    except FileNotFoundError as error:
        raise ModelError(f"模型文件缺失：{Path(str(error.filename)).name}；{_REFIT}") from error
    except (ValueError, KeyError, OSError, EOFError) as error:
        raise ModelError(f"模型文件损坏：{error}；{_REFIT}") from error
    if manifest.get("format") != FORMAT or tuple(manifest.get("features", ())) != FEATURES:
        raise ModelError(f"模型的格式或特征与程序不一致；{_REFIT}")
    if manifest.get("libraries", {}).get("rjieba") != segmenter_version():
        raise ModelError(f"模型所用的分词器版本与当前不一致；{_REFIT}")
    if manifest.get("data_hash") != fitted_hash(data_dir):
        raise ModelError(f"模型与 data/ 中的数据不一致（数据改动过）；{_REFIT}")
    words = tuple(vocabulary["words"])
    ids = tuple(manifest["position_ids"])
    phrases = {k: tuple(v) for k, v in vocabulary["phrases"].items()}
    if idf.shape != (len(words),) or parts.shape != (len(words), len(PARTS), len(ids)) or none.shape != idf.shape:
        raise ModelError(f"模型数组的形状不一致；{_REFIT}")
    return Ranker(
        position_ids=ids,
        vocabulary={w: i for i, w in enumerate(words)},
        words=words,
        idf=idf,
        parts=parts,
        none=none,
        expansions={k: tuple(v) for k, v in vocabulary["expansions"].items()},
        phrases=phrases,
        phrase_index=TermIndex(phrases.items()),
        weights=load_weights(data_dir),
        info=ModelInfo(
            manifest["version"],
            manifest["data_hash"],
            FEATURES,
            program(),
            knowledge_hash(data_dir),
            policy_hash(data_dir),
        ),
        asked=asked_columns(parts, idf, words, load_positions(data_dir)),
        data_dir=data_dir,
    )


@lru_cache
def segmenter_version() -> str:
    """Version of the segmenter, which decides the tokens a model was fitted on."""
    from importlib.metadata import version

    return version("rjieba")


def stop_words(data_dir: Path = DATA_DIR) -> frozenset[str]:
    """Folded words that are never features."""
    return frozenset(fold(w) for w in load_words("stopwords.txt", data_dir))
