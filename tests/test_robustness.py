"""What people do to a resume to rank higher, and what habits do to it: bounded on every labelled text of the tuned half.

The attacks are those of bench/ranking_attacks.py; docs/ranking-decision.md has the figures.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bench.ranking_attacks import ATTACKS, with_hidden_words, without_hidden_words
from matcher.pipeline import Matcher
from matcher.schema import Notice
from matcher.screening_evaluation import GoldCase, load_gold
from tests.support import AS_OF, ROOT

GOLD = [c for name in ("a_dev", "b_dev") for c in load_gold(ROOT / "tests" / "gold" / name) if c.path.suffix == ".txt"]
# Every second: the bench has them all.
FITS = [c for c in GOLD if c.label["target"]["kind"] == "clear_fit"][::2]
OUTSIDERS = [c for c in GOLD if c.label["target"]["kind"] == "outsider"]

# name -> most that a clear fit may gain and lose on its own position, on the mean and each
BOUNDS: dict[str, tuple[float, float, float]] = {
    "关键词堆砌：30 个词各 30 次": (10.0, -10.0, -25.0),
    "整张岗位词表各写 1 次": (10.0, -10.0, -25.0),
    "一个词 200 次": (3.0, -2.0, -10.0),
    "一句话 100 遍": (10.0, -2.0, -10.0),
    "粘贴公告": (6.0, -2.0, -10.0),
    "粘贴公告 3 遍，写成经历": (6.0, -2.0, -10.0),
    "对机器下命令": (0.01, -0.01, -0.01),
    "全文重复 2 遍": (1.0, -3.0, -20.0),
    "没有标点": (2.0, -3.0, -20.0),
    "很长：另附 2 万字小说": (0.0, -20.0, -30.0),
    "繁体": (0.5, -0.5, -3.0),
}


def text_of(case: GoldCase) -> str:
    return case.path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def honest(matcher: Matcher) -> dict[str, dict[int, float]]:
    return {c.label["id"]: scores(matcher, text_of(c)) for c in FITS}


def scores(matcher: Matcher, item: str | Path, day: dt.date = AS_OF) -> dict[int, float]:
    return {a.position_id: a.score for a in matcher.match(item, None, day).matches}


def test_every_attack_has_its_bounds() -> None:
    assert set(ATTACKS) - set(BOUNDS) == {"很短：只留前 200 字"}


@pytest.mark.parametrize("name", BOUNDS, ids=lambda name: ATTACKS[name][1].__name__)
def test_a_fit_moves_little_and_stays_first(matcher: Matcher, honest: dict[str, dict[int, float]], name: str) -> None:
    attack = ATTACKS[name][1]
    most, least, worst = BOUNDS[name]
    changes = []
    for case in FITS:
        best = case.label["target"]["top1"]
        found = scores(matcher, attack(text_of(case), best[0]))
        assert max(found, key=lambda p: (found[p], -p)) in best, case.label["id"]
        changes.append(found[best[0]] - honest[case.label["id"]][best[0]])
    mean = sum(changes) / len(changes)
    assert least <= mean <= most
    assert min(changes) >= worst


@pytest.mark.parametrize(
    "name", [n for n, (kind, _) in ATTACKS.items() if kind == "gain"], ids=lambda name: ATTACKS[name][1].__name__
)
def test_no_outsider_gains_a_position(matcher: Matcher, name: str) -> None:
    """Each tries every third position; 20 points are the least that counts as a position."""
    limit = float(matcher.policy["tiers"]["no_fit_below"])
    attack = ATTACKS[name][1]
    reached = {
        (case.label["id"], p): scores(matcher, attack(text_of(case), p))[p]
        for i, case in enumerate(OUTSIDERS)
        for p in matcher.ranker.position_ids
        if (i + p) % 3 == 0
    }
    assert {who: s for who, s in reached.items() if s >= limit} == {}


def test_a_cut_resume_is_not_better_than_the_whole(matcher: Matcher, honest: dict[str, dict[int, float]]) -> None:
    cut = ATTACKS["很短：只留前 200 字"][1]
    for case in FITS:
        position = case.label["target"]["top1"][0]
        assert scores(matcher, cut(text_of(case), position))[position] <= honest[case.label["id"]][position] + 2.0


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_hidden_words_gain_nothing_and_are_told(matcher: Matcher, tmp_path: Path, kind: str) -> None:
    """The very same scores as without them, for a fit and for an outsider; a person is told."""
    for case, position in ((FITS[0], FITS[0].label["target"]["top1"][0]), (OUTSIDERS[0], 1)):
        text = text_of(case)
        plain = matcher.match(without_hidden_words(text, kind, tmp_path), None, AS_OF)
        hidden = matcher.match(with_hidden_words(text, position, kind, tmp_path), None, AS_OF)
        assert {a.position_id: a.score for a in hidden.matches} == {a.position_id: a.score for a in plain.matches}
        assert "hidden_text" in codes(hidden.notices) - codes(plain.notices)


def codes(notices: tuple[Notice, ...]) -> set[str]:
    return {n.code for n in notices}


ENGLISH = {
    1: "Product Manager, consumer lending, ABC Bank, 2019.03 - present\nOwned product planning and roadmap for mobile "
    "banking loans; requirement analysis, PRD, Axure; product launch and iteration.",
    4: "UI/UX Designer, ABC Tech, 2019.03 - present\nInterface and interaction design for the mobile banking app: "
    "wireframes, hi-fi prototypes, design system; Figma, Sketch, Photoshop, After Effects.",
    6: "Data Analyst, ABC Bank, 2019.03 - present\nBuilt reports and dashboards in SQL, Python, Hive, Spark and Tableau; "
    "data mining and modelling, ETL, data warehouse.",
    10: "Business Development Manager, ABC Pay, 2019.03 - present\nBD of merchants, POS and QR acquiring, sales targets; "
    "partner onboarding, CRM.",
}


@pytest.mark.parametrize("position", ENGLISH)
def test_english_resumes_find_their_position(matcher: Matcher, position: int) -> None:
    school = "2012.09 - 2016.06 Chongqing University, Bachelor of Economics, full-time"
    text = f"Name: Test Person\nEducation\n{school}\nWork experience\n{ENGLISH[position]}"
    found = scores(matcher, text)
    assert max(found, key=found.__getitem__) == position
    assert found[position] >= 20.0


@pytest.mark.parametrize(
    "text",
    [
        "Chef, Golden Dragon Restaurant, 2015.01 - present. Hot dishes, menu, kitchen staff of twelve, food cost.",
        "Nurse, City Hospital, 2016.07 - present. Ward care, injections, night shifts, emergency room.",
        "Truck driver, ABC Logistics, 2010.05 - present. Long-haul transport, loading, vehicle maintenance.",
    ],
)
def test_english_outsiders_find_none(matcher: Matcher, text: str) -> None:
    limit = float(matcher.policy["tiers"]["no_fit_below"])
    assert max(scores(matcher, text).values()) < limit
