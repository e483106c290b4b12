"""Measures ranking and score, writes docs/figures/ranking.json and the tables of docs/ranking-decision.md from it.

    python -m bench.ranking_report                            # the labelled resumes: fits, calibration, robustness
    python -m bench.ranking_report --held                     # also the resumes held for reports (totals only)
    python -m bench.ranking_report --ads ADS.csv              # the job adverts instead, held-out folds (ten minutes)
    python -m bench.ranking_report --ads ADS.csv --only LSA   # only the candidates whose names hold one of these (a|b)
    python -m bench.ranking_report --tables                   # only the tables again, from the figures kept

The JSON holds figures, never a sentence of an advert or a resume. What is not measured again keeps its figures.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.ranking_attacks import ATTACKS, with_hidden_words, without_hidden_words
from matcher import evaluation
from matcher.evaluation import Measure
from matcher.pipeline import Matcher
from matcher.screening_evaluation import load_gold

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "docs" / "figures" / "ranking.json"
NOTE = ROOT / "docs" / "ranking-decision.md"
GOLD = ROOT / "tests" / "gold"
DEV = {"gold A": GOLD / "a_dev", "gold B": GOLD / "b_dev", "samples": ROOT / "tests" / "resumes"}
HELD = {"gold C": GOLD / "c_held", "gold D": GOLD / "d_held"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled resume with its score for each position; ``right``: a labelled best position without a failed rule."""

    resume: str
    source: str
    kind: str
    best: tuple[int, ...]
    scores: Mapping[int, float]
    right: frozenset[int]


def judged(matcher: Matcher, folders: Mapping[str, Path]) -> list[Judged]:
    rows = []
    for source, folder in folders.items():
        for case in load_gold(folder):
            label, target = case.label, case.label["target"]
            found = matcher.match(case.path, None, dt.date.fromisoformat(label["as_of"]))
            right = {p for p in target["top1"] if "fails" not in label["verdicts"][str(p)].values()}
            scores = {a.position_id: a.score for a in found.matches}
            rows.append(Judged(label["id"], source, target["kind"], tuple(target["top1"]), scores, frozenset(right)))
    return rows


def numbers(m: Measure) -> list[float]:
    return [round(m.value, 4), round(m.low, 4), round(m.high, 4)]


# --- the labelled resumes ---------------------------------------------------------------------------------------------


def first(scores: Mapping[int, float]) -> int:
    return max(scores, key=lambda p: (scores[p], -p))


def resumes(matcher: Matcher, rows: Sequence[Judged]) -> dict[str, Any]:
    """How many clear fits have their position first, how many outsiders are given a position at all."""
    limit = float(matcher.policy["tiers"]["no_fit_below"])
    fits = [r for r in rows if r.kind == "clear_fit"]
    outsiders = [r for r in rows if r.kind == "outsider"]
    return {
        "clear_fits": [sum(first(r.scores) in r.best for r in fits), len(fits)],
        "outsiders_given_a_position": [sum(max(r.scores.values()) >= limit for r in outsiders), len(outsiders)],
    }


def flat(rows: Sequence[Judged]) -> tuple[list[float], list[bool], list[str]]:
    """Scores, right or not, and the resume of each resume-position pair."""
    pairs = [(r.scores[p], p in r.right, r.resume) for r in rows for p in r.scores]
    return [s for s, _, _ in pairs], [y for _, y, _ in pairs], [g for _, _, g in pairs]


def calibration(rows: Sequence[Judged]) -> dict[str, Any]:
    scores, right, groups = flat(rows)
    rate = 100.0 * sum(right) / len(right)
    bins = evaluation.reliability(scores, right, groups=groups)
    return {
        "pairs": len(scores),
        "resumes": len(rows),
        "brier": numbers(evaluation.brier(scores, right, groups)),
        "brier_base_rate": numbers(evaluation.brier([rate] * len(right), right, groups)),
        "platt": [round(v, 3) for v in evaluation.platt(scores, right)],
        "bins": [
            {"low": b.low, "high": b.high, "mean": round(b.mean_score, 1), "right": numbers(b.share_right), "n": b.n}
            for b in bins
        ],
    }


def left_out(rows: Sequence[Judged]) -> dict[str, Any]:
    """Each source measured as it is, and after Platt scaling fitted on the other sources: would recalibrating help?"""
    found = {}
    for source in dict.fromkeys(r.source for r in rows):
        scores, right, groups = flat([r for r in rows if r.source == source])
        slope, shift = evaluation.platt(*flat([r for r in rows if r.source != source])[:2])
        bent = (100.0 / (1.0 + np.exp(-(slope * evaluation.logit(scores) + shift)))).tolist()
        found[source] = {
            "brier": numbers(evaluation.brier(scores, right, groups)),
            "brier_platt": numbers(evaluation.brier(bent, right, groups)),
        }
    return found


# --- robustness -------------------------------------------------------------------------------------------------------


def robustness(matcher: Matcher) -> list[dict[str, Any]]:
    """How far each attack or habit moves the labelled resumes (texts of gold A and B, the tuned half)."""
    day = dt.date(2026, 11, 24)
    cases = [c for name in ("gold A", "gold B") for c in load_gold(DEV[name]) if c.path.suffix == ".txt"]
    texts = {c.label["id"]: c.path.read_text(encoding="utf-8") for c in cases}
    fits = {c.label["id"]: c.label["target"]["top1"] for c in cases if c.label["target"]["kind"] == "clear_fit"}
    outsiders = [c.label["id"] for c in cases if c.label["target"]["kind"] == "outsider"]
    limit = float(matcher.policy["tiers"]["no_fit_below"])

    def scores(item: str | Path) -> dict[int, float]:
        return {a.position_id: a.score for a in matcher.match(item, None, day).matches}

    def row(name: str, kind: str, before: Callable[[str], Any], after: Callable[[str, int], Any]) -> dict[str, Any]:
        changes, still = [], 0
        for key, best in fits.items():
            found = scores(after(texts[key], best[0]))
            changes.append(found[best[0]] - scores(before(texts[key]))[best[0]])
            still += first(found) in best
        reached = [scores(after(texts[key], p))[p] for key in outsiders for p in range(1, 11)]
        return {
            "what": name,
            "kind": kind,
            "fits": len(fits),
            "mean": round(statistics.fmean(changes), 1),
            "worst": round(min(changes), 1),
            "best": round(max(changes), 1),
            "still_first": still,
            "outsiders": len(outsiders),
            "outsider_max": round(max(reached), 1),
            "outsider_pairs_given": sum(s >= limit for s in reached),
        }

    found = [row(name, kind, str, attack) for name, (kind, attack) in ATTACKS.items()]
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("html", "docx"):

            def hidden(text: str, position: int, kind: str = kind) -> Path:
                return with_hidden_words(text, position, kind, Path(folder))

            def plain(text: str, kind: str = kind) -> Path:
                return without_hidden_words(text, kind, Path(folder))

            found.append(row(f"隐藏文字（{kind.upper()}）", "gain", plain, hidden))
    return found


# --- job adverts ------------------------------------------------------------------------------------------------------


def adverts(path: Path, only: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Candidates on folds by source and on random folds, one after the other: each yields the figures that it adds.

    Only those whose name holds one of ``only``. Of the shipped one also confusion and reliability.
    """
    from bench import ranking_candidates as bench
    from matcher import training

    rows = training.load_adverts(path, bench.POSITIONS)
    yield {"adverts": len(rows), "shipped": bench.SHIPPED}
    for kind in ("source", "random"):
        splits = list(bench.folds(rows, kind))
        names = [n for n in bench.CANDIDATES if kind == "source" or n in bench.ON_RANDOM_FOLDS]
        for name in (n for n in names if any(part in n for part in only)):
            scores = bench.held_out(rows, splits, bench.CANDIDATES[name])
            report = bench.report(rows, scores)
            figures = {
                "top1": numbers(report.overall.top1),
                "macro": numbers(report.macro.top1),
                "mrr": numbers(report.overall.mrr),
                "groups": {g: numbers(m.top1) for g, m in report.groups.items()},
            }
            print(kind, name, figures["top1"], figures["macro"], figures["mrr"], flush=True)
            yield {"quality": {kind: {name: figures}}}
            if kind == "source" and name == bench.SHIPPED:
                yield {
                    "confusion": {g: {str(p): n for p, n in sorted(c.items())} for g, c in report.confusion.items()},
                    "groups": {g: m.n for g, m in report.groups.items()},
                    "text": text_reliability(rows, scores),
                }


def text_reliability(rows: Sequence[Any], scores: Any) -> dict[str, Any]:
    """The text model's probability of its first position, against how often that one is right; drawn by source."""
    odds = scores - scores.max(axis=1, keepdims=True)
    shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    said = (100.0 * shares.max(axis=1)).tolist()
    right = [int(s.argmax()) in a.allowed for s, a in zip(shares, rows, strict=True)]
    sources = [a.source for a in rows]
    bins = evaluation.reliability(said, right, groups=sources)
    return {
        "brier": numbers(evaluation.brier(said, right, sources)),
        "bins": [
            {"low": b.low, "high": b.high, "mean": round(b.mean_score, 1), "right": numbers(b.share_right), "n": b.n}
            for b in bins
        ],
    }


# --- tables -----------------------------------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def cell(m: Sequence[float], digits: int = 3) -> str:
    value, low, high = m
    return f"{value:.{digits}f} ({low:.2f}–{high:.2f})"


def quality_table(figures: Mapping[str, Any], kind: str) -> str:
    groups = sorted(figures["groups"])
    head = ("method", "top-1", "macro top-1", "MRR", *(g.replace("|", "/") for g in groups))

    def rows() -> Iterator[Sequence[str]]:
        for name, q in sorted(figures["quality"][kind].items(), key=lambda item: item[1]["macro"][0]):
            each = [f"{q['groups'][g][0]:.2f}" for g in groups]
            yield (name, cell(q["top1"]), cell(q["macro"]), cell(q["mrr"]), *each)

    return table(head, rows())


def bins_table(found: Mapping[str, Any]) -> str:
    head = ("score", "mean score", "share right (95 %)", "pairs")

    def rows() -> Iterator[Sequence[str]]:
        for b in found["bins"]:
            yield (f"{b['low']:.0f}–{b['high']:.0f}", f"{b['mean']:.1f}", cell(b["right"], 2), str(b["n"]))

    return table(head, rows())


def brier_table(figures: Mapping[str, Any]) -> str:
    head = ("resumes", "pairs", "Brier", "Brier of the base rate", "Platt slope, shift")

    def rows() -> Iterator[Sequence[str]]:
        for name, title in (("held", "held half (gold A, gold B)"), ("dev", "tuned half (gold A, gold B, samples)")):
            if name in figures["calibration"]:
                c = figures["calibration"][name]
                slope, shift = c["platt"]
                yield (
                    f"{title}: {c['resumes']}",
                    str(c["pairs"]),
                    interval(c["brier"]),
                    interval(c["brier_base_rate"]),
                    f"{slope:.2f}, {shift:+.2f}",
                )

    return table(head, rows())


def interval(m: Sequence[float]) -> str:
    return f"{m[0]:.4f} ({m[1]:.4f}–{m[2]:.4f})"


def left_out_table(figures: Mapping[str, Any]) -> str:
    head = ("source left out", "Brier as shipped", "Brier after Platt scaling on the other sources")
    found = figures["calibration"]["left_out"].items()
    return table(head, ((n, interval(c["brier"]), interval(c["brier_platt"])) for n, c in found))


def robustness_table(figures: Mapping[str, Any]) -> str:
    head = ("什么", "对口简历：平均变化", "最坏", "最好", "仍排第一", "无关简历的最高分", "其中 ≥ 20 分")

    def rows() -> Iterator[Sequence[str]]:
        for r in figures["robustness"]:
            yield (
                r["what"],
                f"{r['mean']:+.1f}",
                f"{r['worst']:+.1f}",
                f"{r['best']:+.1f}",
                f"{r['still_first']}/{r['fits']}",
                f"{r['outsider_max']:.1f}",
                f"{r['outsider_pairs_given']}/{r['outsiders'] * 10}",
            )

    return table(head, rows())


def tables(figures: Mapping[str, Any]) -> dict[str, str]:
    """Name of a marked stretch of the note to the table that belongs there."""
    found: dict[str, str] = {}
    if "robustness" in figures:
        found |= {"robustness": robustness_table(figures), "brier": brier_table(figures)}
        found |= {"left-out": left_out_table(figures), "reliability-dev": bins_table(figures["calibration"]["dev"])}
        if "held" in figures["calibration"]:
            found["reliability-held"] = bins_table(figures["calibration"]["held"])
    if "text" in figures:
        found |= {f"quality-{kind}": quality_table(figures, kind) for kind in ("source", "random")}
        found["reliability-text"] = bins_table(figures["text"])
    return found


def written(text: str, found: Mapping[str, str]) -> str:
    """The note with each marked stretch replaced. Raises ValueError when a mark is missing."""
    for name, body in found.items():
        pattern = re.compile(rf"(<!-- {name}: begin -->\n).*?(?=<!-- {name}: end -->)", re.S)
        text, n = pattern.subn(lambda m, body=body: f"{m[1]}{body}\n", text)
        if n != 1:
            raise ValueError(f"{NOTE.name}: no marks for {name}")
    return text


def save(figures: Mapping[str, Any]) -> None:
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--ads", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--held", action="store_true")
    parser.add_argument("--tables", action="store_true")
    options = parser.parse_args()
    figures = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.is_file() else {}
    if options.ads:
        for found in adverts(options.ads, options.only.split("|")):
            for kind, by_name in found.pop("quality", {}).items():
                figures.setdefault("quality", {}).setdefault(kind, {}).update(by_name)
            figures |= found
            save(figures)
    elif not options.tables:
        matcher = Matcher.load()
        rows = judged(matcher, DEV)
        found = figures.setdefault("calibration", {})
        figures["resumes"] = {**figures.get("resumes", {}), "dev": resumes(matcher, rows)}
        found |= {"dev": calibration(rows), "left_out": left_out(rows)}
        if options.held:
            held = judged(matcher, HELD)
            figures["resumes"]["held"], found["held"] = resumes(matcher, held), calibration(held)
        figures["robustness"] = robustness(matcher)
    save(figures)
    NOTE.write_text(written(NOTE.read_text(encoding="utf-8"), tables(figures)), encoding="utf-8")


if __name__ == "__main__":
    main()
