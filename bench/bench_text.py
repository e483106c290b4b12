"""Segment, vectorise and compare with ten positions: ours beside the usual ways, on the same resumes in one run.

    python -m bench.bench_text [--resumes 300]

Peers rank the ten positions by their notice's words: jieba + TfidfVectorizer (fixed vocabulary, cosine), the same with
rjieba, rank_bm25 and bm25s over jieba's tokens. Ours does more: sections, wishes and copies set lower, synonyms, parts.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence

import jieba
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.made import resumes
from bench.report import machine, save, table
from matcher.pipeline import Matcher
from matcher.scoring import score_text
from matcher.text import fold, segment

Rank = Callable[[str], object]


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


def main() -> None:
    """Print milliseconds a resume and ratios; keep them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resumes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    jieba.setLogLevel(60)
    texts = list(resumes(arguments.resumes, characters=1500, seed=2))
    ways = peers(Matcher.load())
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
    print(machine())
    print(
        table(
            ("way", "ms a resume", "x jieba + TfidfVectorizer"),
            [(n, f"{m:.2f}", f"{base / m:.1f}") for n, m in medians.items()],
        )
    )
    save("text", {"milliseconds": medians, "resumes": len(texts)})


if __name__ == "__main__":
    main()
