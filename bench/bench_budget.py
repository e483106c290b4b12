"""Where the time of the text path goes: microseconds a resume, and as multiples of segmentation alone.

    python -m bench.bench_budget [--characters 1500]

Resumes are made by ``bench.made``; each stage is timed alone over the same resumes, in one process, best of several
rounds, by processor time. The parts of a stage are indented below it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.made import resumes
from bench.report import machine, save
from matcher.extraction import extract
from matcher.pipeline import Matcher, match_resume
from matcher.presentation.json_ import dumps, result_to_dict
from matcher.scoring import read_text, score
from matcher.screening import preferred_conditions, screen
from matcher.text import fold, normalise, sections, segment, to_resume

AS_OF = dt.date(2026, 11, 24)


def timed(work: Callable[[Any], object], items: Sequence[Any], rounds: int = 7) -> float:
    """Least processor time of ``work`` over all ``items``, in microseconds an item."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        for item in items:
            work(item)
        best = min(best, time.process_time() - begun)
    return best / len(items) * 1e6


def budget(characters: int, number: int = 60) -> dict[str, float]:
    """Stage to microseconds a resume."""
    m = Matcher.load()
    texts = list(resumes(number, characters=characters, seed=1))
    # before anything is kept beside it: a heap full of results is not what a run has
    whole = timed(lambda t: match_resume(to_resume(t, ""), AS_OF, m.positions, m.policy, m.ranker), texts)
    made = [to_resume(t, "甲.txt") for t in texts]
    profiles = [extract(r, AS_OF, m.policy) for r in made]
    views = [read_text(r.folded, m.ranker, p.jobs, p.name.value) for r, p in zip(made, profiles, strict=True)]
    known = list(zip(made, profiles, views, strict=True))
    verdicts = [[screen(r, p, x, m.policy) for x in m.positions] for r, p, _ in known]
    wishes = [[preferred_conditions(r, p, x) for x in m.positions] for r, p, _ in known]
    results = [match_resume(r, AS_OF, m.positions, m.policy, m.ranker) for r in made]

    def scores(i: int) -> None:
        r, p, view = known[i]
        for x, v, w in zip(m.positions, verdicts[i], wishes[i], strict=True):
            score(r, p, v, w, x, m.ranker, view)

    every = range(number)
    return {
        "segment alone": timed(segment, [r.folded for r in made]),
        "normalise": timed(normalise, texts),
        "fold": timed(fold, [r.text for r in made]),
        "sections": timed(sections, [r.folded for r in made]),
        "extract": timed(lambda r: extract(r, AS_OF, m.policy), made),
        "vectorise (segment too)": timed(lambda k: read_text(k[0].folded, m.ranker, k[1].jobs, k[1].name.value), known),
        "screen, 10 positions": timed(lambda k: [screen(k[0], k[1], x, m.policy) for x in m.positions], known),
        "preferred, 10 positions": timed(lambda k: [preferred_conditions(k[0], k[1], x) for x in m.positions], known),
        "score, 10 positions": timed(scores, every),
        "whole path": whole,
        "present as JSON": timed(lambda r: dumps(result_to_dict(r)), results),
    }


def main() -> None:
    """Print the budget and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--characters", type=int, default=1500)
    arguments = parser.parse_args()
    found = budget(arguments.characters)
    unit = found["segment alone"]
    print(f"{machine()}; resumes of {arguments.characters} characters")
    for stage, micros in found.items():
        print(f"{stage:28}{micros:10.0f} µs {micros / unit:8.1f} x segmentation")
    save("budget", {"characters": arguments.characters, "microseconds": found})


if __name__ == "__main__":
    main()
