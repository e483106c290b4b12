"""Segment, vectorise and compare with ten positions: ours beside the usual ways, on the same resumes in one run.

    python -m bench.bench_text [--resumes 300] [--texts FOLDER]

Peers rank the ten positions by their notice's words: jieba + TfidfVectorizer (fixed vocabulary, cosine), the same with
rjieba, rank_bm25 and bm25s over jieba's tokens. Ours does more: sections, wishes and copies set lower, synonyms, parts.
Every way begins with the raw text, and none keeps anything from one text to the next. Resumes are made, unless a folder
of texts is given. Processor time, the median of the rounds.

Beside the times: how often the first position is the one that jieba + TfidfVectorizer puts first, and how often
``score_text`` orders the positions as the ``totals`` of ``read_text`` (without jobs) do.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jieba
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.made import resumes
from bench.report import machine, save, table
from matcher.pipeline import Matcher
from matcher.scoring import read_text, score_text
from matcher.text import fold, segment

Rank = Callable[[str], Any]


def peers(matcher: Matcher) -> dict[str, Rank]:
    """Name to a function that scores the positions for a text."""
    notice = [
        "\n".join((p.title, p.responsibilities_text, p.competencies_text, p.experience_text, p.preferred_text))
        for p in matcher.positions
    ]

    def tfidf(cut: Callable[[str], Sequence[str]]) -> Rank:
        vectors = TfidfVectorizer(tokenizer=cut, token_pattern=None, lowercase=False)
        positions = vectors.fit_transform(notice).T.tocsr()
        return lambda text: (vectors.transform([text]) @ positions).toarray()

    def cut(text: str) -> Sequence[str]:
        return jieba.lcut(text, HMM=False)

    found: dict[str, Rank] = {
        "matcher.score_text": lambda text: score_text(matcher.ranker, text),
        "jieba + TfidfVectorizer": tfidf(cut),
        "rjieba + TfidfVectorizer": tfidf(lambda t: segment(fold(t))),
    }
    try:
        import bm25s
        from rank_bm25 import BM25Okapi
    except ImportError:
        return found
    tokens = [cut(n) for n in notice]
    okapi = BM25Okapi(tokens)
    found["jieba + rank_bm25"] = lambda text: okapi.get_scores(cut(text))
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    found["jieba + bm25s"] = lambda text: index.get_scores(cut(text))
    return found


def agreement(ways: dict[str, Rank], matcher: Matcher, texts: Sequence[str]) -> dict[str, float]:
    """Shares of the texts: each way's first position is TfidfVectorizer's; the quick score orders as the full one."""

    def first(rank: Rank, text: str) -> int:
        return int(np.argmax(np.ravel(rank(text))))

    def order(scores: Sequence[float]) -> list[int]:
        # To six digits: the two sum in another order, so that equal scores may differ in the last.
        return sorted(range(len(scores)), key=lambda i: (-round(scores[i], 6), i))

    base = [first(ways["jieba + TfidfVectorizer"], text) for text in texts]
    shares = {n: statistics.mean(first(w, t) == b for t, b in zip(texts, base, strict=True)) for n, w in ways.items()}
    same = statistics.mean(
        order(score_text(matcher.ranker, text)) == order(read_text(fold(text), matcher.ranker).totals.tolist())
        for text in texts
    )
    return shares | {"score_text as read_text": same}


def main() -> None:
    """Print milliseconds a resume and ratios; keep them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resumes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts", type=Path, help="a folder of .txt files to take in place of made resumes")
    arguments = parser.parse_args()
    jieba.setLogLevel(60)
    texts = (
        [file.read_text(encoding="utf-8") for file in sorted(arguments.texts.rglob("*.txt"))]
        if arguments.texts
        else list(resumes(arguments.resumes, characters=1500, seed=2))
    )
    matcher = Matcher.load()
    ways = peers(matcher)
    for rank in ways.values():
        rank(texts[0])  # dictionaries load
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(arguments.rounds):  # in turn, so that a busy moment hits all alike
        for name, rank in ways.items():
            begun = time.process_time()
            for text in texts:
                rank(text)
            times[name].append((time.process_time() - begun) / len(texts) * 1e3)
    medians = {name: statistics.median(t) for name, t in times.items()}
    base = medians["jieba + TfidfVectorizer"]
    shares = agreement(ways, matcher, texts)
    print(f"{machine()}; {len(texts)} texts of {statistics.mean(map(len, texts)):.0f} characters on average")
    print(
        table(
            ("way", "ms a resume", "x jieba + TfidfVectorizer", "same first position"),
            [(n, f"{m:.3f}", f"{base / m:.1f}", f"{shares[n]:.0%}") for n, m in medians.items()],
        )
    )
    print(f"score_text orders the positions as read_text does: {shares['score_text as read_text']:.1%}")
    if not arguments.texts:
        save("text", {"milliseconds": medians, "agreement": shares, "resumes": len(texts)})


if __name__ == "__main__":
    main()
