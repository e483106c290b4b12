"""Compare ways to rank positions for a text on labelled job adverts, on held-out folds only.

    python bench/ranking_candidates.py ADS.csv [--folds source|random] [--json OUT.json]

``ADS.csv`` has ``source_repo, label_group, text``. Fold "source": each source is ranked by what the other sources teach
(no scrape leaks); fold "random": ten folds, near-duplicates kept together. Near-duplicates of a held-out advert are
always taken out of training. Background frequencies, vocabulary and corrections are recomputed in every fold; the
reviewed terms (data/position_terms.csv) are the same in all, and were written with these adverts in sight.
"""

from __future__ import annotations

import argparse
import atexit
import json
import math
import re
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from matcher import evaluation, training
from matcher.knowledge import DATA_DIR, load_positions
from matcher.scoring import PARTS, is_word, load_weights
from matcher.text import fold, segment

Scores = NDArray[np.float64]
POSITIONS = load_positions()
NOTICE = [
    "\n".join((p.title, p.responsibilities_text, p.competencies_text, p.experience_text, p.preferred_text))
    for p in POSITIONS
]


@lru_cache(maxsize=2000)
def tokens(text: str) -> tuple[str, ...]:
    return tuple(t for t in segment(fold(text)) if is_word(t))


# --- folds --------------------------------------------------------------------------------------------------------


def near_duplicates(texts: Sequence[str], share: float = 0.4) -> dict[int, set[int]]:
    """Texts that share more than ``share`` of the shorter one's six-character shingles."""
    shingles = [{t[i : i + 6] for i in range(max(1, len(t) - 5))} for t in (re.sub(r"\W", "", fold(x)) for x in texts)]
    holders: dict[str, list[int]] = defaultdict(list)
    for i, own in enumerate(shingles):
        for s in own:
            holders[s].append(i)
    found: dict[int, set[int]] = defaultdict(set)
    for i, own in enumerate(shingles):
        for j, n in Counter(j for s in own for j in holders[s] if j != i).items():
            if n > share * min(len(own), len(shingles[j])):
                found[i].add(j)
    return found


def folds(adverts: Sequence[training.Advert], kind: str) -> Iterator[tuple[list[int], list[int]]]:
    """``(train, test)`` row numbers."""
    twins = near_duplicates([a.text for a in adverts])
    if kind == "source":
        keys = [a.source for a in adverts]
    else:
        root = list(range(len(adverts)))

        def find(i: int) -> int:
            while root[i] != i:
                i = root[i]
            return i

        for i, others in twins.items():
            for j in others:
                root[find(i)] = find(j)
        draw = np.random.default_rng(0).integers(0, 10, size=len(adverts))
        keys = [str(draw[find(i)]) for i in range(len(adverts))]
    for key in sorted(set(keys)):
        test = [i for i, k in enumerate(keys) if k == key]
        out = set(test).union(*(twins.get(i, set()) for i in test))
        yield [i for i in range(len(adverts)) if i not in out], test


# --- candidates: (training adverts, test texts) -> scores (n, 10) ---------------------------------------------------

Candidate = Callable[[Sequence[training.Advert], Sequence[str]], Scores]


def tfidf(fit_on: str, **options: object) -> Candidate:
    def run(train: Sequence[training.Advert], texts: Sequence[str]) -> Scores:
        vectoriser = TfidfVectorizer(**{"analyzer": tokens, **options})
        vectoriser.fit(NOTICE if fit_on == "notice" else [*NOTICE, *(a.text for a in train)])
        return np.asarray((vectoriser.transform(texts) @ vectoriser.transform(NOTICE).T).todense())

    return run


def blend(*parts: tuple[float, Candidate]) -> Candidate:
    def run(train: Sequence[training.Advert], texts: Sequence[str]) -> Scores:
        total = np.zeros((len(texts), len(POSITIONS)))
        for weight, part in parts:
            scores = part(train, texts)
            total += weight * scores / max(float(scores.std()), 1e-9)
        return total

    return run


def bm25(train: Sequence[training.Advert], texts: Sequence[str]) -> Scores:
    """Positions as documents, the text as query."""
    documents = [Counter(tokens(t)) for t in NOTICE]
    mean = sum(sum(d.values()) for d in documents) / len(documents)
    holders = Counter(w for d in documents for w in d)
    out = np.zeros((len(texts), len(documents)))
    for i, text in enumerate(texts):
        for word in tokens(text):
            n = holders.get(word, 0)
            weight = math.log(1 + (len(documents) - n + 0.5) / (n + 0.5))
            for j, d in enumerate(documents):
                if word in d:
                    out[i, j] += weight * d[word] * 2.5 / (d[word] + 1.5 * (0.25 + 0.75 * sum(d.values()) / mean))
    return out


def lsa(train: Sequence[training.Advert], texts: Sequence[str]) -> Scores:
    vectoriser = TfidfVectorizer(analyzer=tokens, sublinear_tf=True, min_df=2)
    svd = TruncatedSVD(80, random_state=0)
    svd.fit(vectoriser.fit_transform([*NOTICE, *(a.text for a in train)]))
    a, b = svd.transform(vectoriser.transform(texts)), svd.transform(vectoriser.transform(NOTICE))
    return (a / np.linalg.norm(a, axis=1, keepdims=True)) @ (b / np.linalg.norm(b, axis=1, keepdims=True)).T


def logistic(train: Sequence[training.Advert], texts: Sequence[str], balanced: str | None = None) -> Scores:
    """Word TF-IDF and a logistic regression on single-label adverts and the notice."""
    vectoriser = TfidfVectorizer(analyzer=tokens, sublinear_tf=True, min_df=2)
    rows = [(a.text, a.allowed[0]) for a in train if len(a.allowed) == 1] + [(t, i) for i, t in enumerate(NOTICE)]
    model = LogisticRegression(C=10.0, max_iter=500, class_weight=balanced)
    model.fit(vectoriser.fit_transform([t for t, _ in rows]), [y for _, y in rows])
    out = np.full((len(texts), len(POSITIONS)), -1e9)
    out[:, model.classes_] = model.decision_function(vectoriser.transform(texts))
    return out


@lru_cache
def working_data() -> Path:
    """One copy of data/ for the whole run (only the background table changes), so that one segmenter serves."""
    data = Path(tempfile.mkdtemp(prefix="ranking-")) / "data"
    atexit.register(shutil.rmtree, data.parent, ignore_errors=True)
    shutil.copytree(DATA_DIR, data)
    (data / "learned_weights.csv").unlink(missing_ok=True)
    return data


def ours(learned: bool = True, reviewed: bool = True, practice: bool = True, without: Sequence[str] = ()) -> Candidate:
    """The shipped ranker refitted on the fold, or with one of its parts left out."""

    def run(train: Sequence[training.Advert], texts: Sequence[str]) -> Scores:
        data = working_data()
        training.write_background(train, data)
        ranker = training.build(data)
        dropped = set(without) | (set() if reviewed else {"title", "duty", "tool", "term", "anti"})
        keep = [i for i, part in enumerate(PARTS) if part not in dropped]
        start = ranker.parts[:, keep, :].sum(axis=1).astype(np.float64)
        if not reviewed:
            start *= 5.0  # the notice alone at the strength that the terms would have had
        if learned:
            settings = training.LearnSettings()
            rows = (*train, *(training.practice_texts(data, settings.practice) if practice else ()))
            x = training.vectors(ranker, [a.text for a in rows])
            share = float(load_weights(data)["text"]["learned_share"])
            start = start + share * training.learn(x, start, rows, settings)
        return np.asarray(training.vectors(ranker, texts) @ start)

    return run


CANDIDATES: dict[str, Candidate] = {
    "TF-IDF words, IDF of the ten positions": tfidf("notice"),
    "TF-IDF words, background IDF": tfidf("ads"),
    "TF-IDF words, sublinear": tfidf("ads", sublinear_tf=True),
    "TF-IDF characters 2-3": tfidf("ads", analyzer="char", ngram_range=(2, 3), sublinear_tf=True),
    "TF-IDF words + characters": blend(
        (1.0, tfidf("ads", sublinear_tf=True)),
        (1.0, tfidf("ads", analyzer="char", ngram_range=(2, 3), sublinear_tf=True)),
    ),
    "BM25, positions as documents": bm25,
    "LSA (80) over adverts": lsa,
    "logistic regression on TF-IDF": logistic,
    "logistic regression, balanced": lambda train, texts: logistic(train, texts, "balanced"),
    "reviewed terms in TF-IDF, nothing learned": ours(learned=False),
    "learned corrections, no reviewed terms": ours(reviewed=False, practice=False),
    "reviewed terms + learned, no practice texts": ours(practice=False),
    "reviewed terms + learned, no titles": ours(without=("title",)),
    "reviewed terms + learned, no tools": ours(without=("tool",)),
    "reviewed terms + learned, no notice": ours(without=("notice",)),
    "shipped: reviewed terms + learned + practice": ours(),
    "shipped + balanced logistic regression": blend(
        (1.0, ours()), (0.3, lambda train, texts: np.maximum(logistic(train, texts, "balanced"), -20.0))
    ),
}


SHIPPED = "shipped: reviewed terms + learned + practice"

# Those worth their time on random folds too.
ON_RANDOM_FOLDS = (
    "TF-IDF words, background IDF",
    "BM25, positions as documents",
    "logistic regression, balanced",
    "reviewed terms in TF-IDF, nothing learned",
    "reviewed terms + learned, no practice texts",
    SHIPPED,
)


def held_out(
    adverts: Sequence[training.Advert], splits: Sequence[tuple[list[int], list[int]]], candidate: Candidate
) -> Scores:
    """(n, 10): each advert's scores, given by a model that did not see its fold."""
    scores = np.zeros((len(adverts), len(POSITIONS)))
    for train, test in splits:
        scores[test] = candidate([adverts[i] for i in train], [adverts[i].text for i in test])
    return scores


def report(adverts: Sequence[training.Advert], scores: Scores) -> evaluation.Report:
    ids = [p.position_id for p in POSITIONS]
    ranks: list[int] = []
    confusion: dict[str, Counter[int]] = defaultdict(Counter)
    for advert, row in zip(adverts, scores, strict=True):
        best = max(row[i] for i in advert.allowed)
        ranks.append(1 + sum(row[i] >= best for i in range(len(ids)) if i not in advert.allowed))
        confusion[advert.group][ids[int(row.argmax())]] += 1
    return evaluation.measure([a.group for a in adverts], ranks, {g: dict(c) for g, c in confusion.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("ads", type=Path)
    parser.add_argument("--folds", choices=("source", "random"), default="source")
    parser.add_argument("--only", default="", help="candidates whose name holds one of these, separated by |")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    adverts = training.load_adverts(options.ads, POSITIONS)
    splits = list(folds(adverts, options.folds))
    reports: dict[str, evaluation.Report] = {}
    print(f"{len(adverts)} adverts, {len(splits)} folds by {options.folds}\n")
    groups = sorted({a.group for a in adverts})
    print("| method | top-1 | macro top-1 | MRR | " + " | ".join(g.replace("|", "/") for g in groups) + " |")
    print("|---" * (4 + len(groups)) + "|")
    for name, candidate in CANDIDATES.items():
        if not any(part in name for part in options.only.split("|")):
            continue
        found = reports[name] = report(adverts, held_out(adverts, splits, candidate))

        def cell(m: evaluation.Measure) -> str:
            return f"{m.value:.3f} ({m.low:.2f}–{m.high:.2f})"

        per_group = " | ".join(f"{found.groups[g].top1.value:.2f}" for g in groups)
        total = f"{cell(found.overall.top1)} | {cell(found.macro.top1)} | {cell(found.overall.mrr)}"
        print(f"| {name} | {total} | {per_group} |", flush=True)
    if options.json:
        figures = {name: r.as_dict() for name, r in reports.items()}
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
