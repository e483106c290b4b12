"""An index gives the shortlist that ranking the whole pool gives, exactly, also after a position has changed."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from bench.bench_index import enlarge
from bench.made import resumes as made_resumes
from matcher import Matcher, asked, bounds, copied, facts, index, scoring, screening
from matcher.extraction import extract, says_no_work
from matcher.knowledge import DATA_DIR
from matcher.pipeline import assess
from matcher.presentation.excel import trimmed
from matcher.presentation.json_ import result_to_dict
from matcher.ranking import shortlist
from matcher.reading.base import Document
from matcher.schema import (
    Basis,
    CandidateProfile,
    Degree,
    Education,
    Evidence,
    Fact,
    Job,
    JobKind,
    MatchResult,
    MonthSpan,
    PartialDate,
    Period,
    Position,
    ResumeText,
    StudyMode,
    Tier,
)
from matcher.scoring import Ranker, TextView, read_text, view_of
from tests.support import AS_OF, ROOT, sample_resumes


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    samples = [Document(r.text, f"样例{i:02}") for i, r in enumerate(sample_resumes())]
    return samples + [Document(t, f"{i:03}") for i, t in enumerate(made_resumes(60, 400, seed=9))]


@pytest.fixture(scope="module")
def folder(documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index") / "库"
    assert index.build(documents, AS_OF, folder) == len(documents)
    return folder


def run(matcher: Matcher, documents: list[Document]) -> list[MatchResult]:
    """A full run over the same documents."""
    return [r for d in documents for r in matcher.rank([index.normalised(d)], AS_OF) if isinstance(r, MatchResult)]


@pytest.fixture(scope="module")
def results(matcher: Matcher, documents: list[Document]) -> list[MatchResult]:
    return run(matcher, documents)


def whole(results: list[MatchResult], position_id: int, most: int) -> list[dict[str, Any]]:
    """The shortlist of a full run."""
    rows = shortlist([trimmed(r) for r in results], position_id, most)
    return [shown(replace(row.result, matches=(row.assessment,))) for row in rows]


def shown(result: MatchResult) -> dict[str, Any]:
    """A result without the notice that no position at all fits, which one position cannot tell."""
    found = result_to_dict(result)
    found["warnings"] = [w for w in found["warnings"] if w["code"] != "no_position_fits"]
    return {"file": result.name, **found}


def from_index(matcher: Matcher, folder: Path, position: Position, most: int) -> list[dict[str, Any]]:
    rows, _ = index.rank(folder, matcher, position, most)
    assert [r.rank for r in rows] == list(range(1, len(rows) + 1))
    return [shown(replace(row.result, matches=(row.assessment,))) for row in rows]


def changed(matcher: Matcher, position_id: int, **more: Any) -> Matcher:
    positions = tuple(replace(p, **more) if p.position_id == position_id else p for p in matcher.positions)
    return replace(matcher, positions=positions)


@pytest.mark.parametrize("most", [3, 25])
@pytest.mark.parametrize("position_id", range(1, 11))
def test_the_shortlist_is_that_of_a_full_run(
    matcher: Matcher, results: list[MatchResult], folder: Path, position_id: int, most: int
) -> None:
    position = matcher.positions[position_id - 1]
    assert from_index(matcher, folder, position, most) == whole(results, position_id, most)


@pytest.mark.parametrize(
    "change",
    [
        {"min_years": 1, "max_age": 45},
        {"min_degree": Degree.MASTER},
        {"min_years": 0},
        {"experience_domains": ("banking",)},
        {"majors": ("统计学",), "majors_open": False},
    ],
    ids=str,
)
def test_so_it_is_after_a_rule_has_changed(
    matcher: Matcher, documents: list[Document], folder: Path, change: dict[str, Any]
) -> None:
    new = changed(matcher, 1, **change)
    assert from_index(new, folder, new.positions[0], 5) == whole(run(new, documents), 1, 5)


def test_so_it_is_after_the_weights_have_changed(matcher: Matcher, documents: list[Document], folder: Path) -> None:
    weights = dict(matcher.ranker.weights)
    weights["score"] = {**weights["score"], "experience": 3.0, "text": 0.2, "major_near": 1.1}
    parts = matcher.ranker.parts.copy()
    parts[:, :, 4] *= 0.5
    new = replace(matcher, ranker=replace(matcher.ranker, weights=weights, parts=parts))
    assert from_index(new, folder, new.positions[4], 5) == whole(run(new, documents), 5, 5)


# --- bounds -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Varied:
    """A varied pool in memory, seen by ``ranker``, and as an index."""

    folder: Path
    ranker: Ranker
    resumes: tuple[ResumeText, ...]
    profiles: tuple[CandidateProfile, ...]
    views: tuple[TextView, ...]

    def places(self, matcher: Matcher, position: Position) -> np.ndarray[Any, Any]:
        """The true places, of full assessments."""
        ranker, found = matcher.ranker, []
        for resume, profile, v in zip(self.resumes, self.profiles, self.views, strict=True):
            same = ranker is self.ranker
            view = v if same else view_of(v.columns, v.values, v.starts, v.backed.tolist(), ranker)
            match = assess(resume, profile, position, matcher.policy, ranker, view)
            found.append(bounds.place(match.tier, match.score))
        return np.array(found)


# Two years in each of two domains, three and more together; the major is another.
TWO_DOMAINS = """姓名：测试某
出生年月：1995年3月
教育经历
2013.09-2017.06 重庆大学 护理学 本科 全日制
工作经历
2018.01-2019.12 重庆示例银行 综合柜员
负责柜台业务办理。
2020.01-2021.12 成都示例科技有限公司 渠道拓展经理
负责渠道拓展与商务合作。
"""


INTERNSHIP_ONLY = """姓名：测试某
教育经历
2020.09-2024.06 重庆大学 金融学 本科 全日制
实习经历
2023.07-2023.12 重庆示例银行 客户经理实习生
协助开展客户营销。
"""


@pytest.fixture(scope="module")
def varied(matcher: Matcher, documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Varied:
    """Sample, labelled (those open for tuning) and made resumes."""
    files = [
        f for name in ("a_dev", "b_dev", "a_opened", "b_opened") for f in (ROOT / "tests/gold" / name).glob("*.txt")
    ]
    assert len(files) > 150
    labelled = [Document(f.read_text(encoding="utf-8"), f.name) for f in sorted(files)]
    written = {"两个领域": TWO_DOMAINS, "实习": INTERNSHIP_ONLY, "空": "", "短": "应届毕业生"}
    pool = [*documents, *labelled, *(Document(text, name) for name, text in written.items())]
    folder = tmp_path_factory.mktemp("varied") / "库"
    assert index.build(pool, AS_OF, folder) == len(pool)
    resumes = tuple(map(index.normalised, pool))
    profiles = tuple(extract(r, AS_OF, matcher.policy) for r in resumes)
    views = tuple(
        read_text(r.folded, matcher.ranker, p.jobs, p.name.value) for r, p in zip(resumes, profiles, strict=True)
    )
    return Varied(folder, matcher.ranker, resumes, profiles, views)


def checked(varied: Varied, matcher: Matcher, position: Position) -> int:
    """Assert that no bound is worse than the true place; how many are better by more than a rounding."""
    found = index.bounds(index.opened(varied.folder, matcher), matcher, position)
    true = varied.places(matcher, position)
    worse = np.flatnonzero(found > true)
    assert not len(worse), [(varied.resumes[i].name, found[i], true[i]) for i in worse.tolist()]
    return int(np.count_nonzero(true - found > 2))


@pytest.mark.parametrize("position_id", range(1, 11))
def test_no_bound_is_worse_than_the_true_place(matcher: Matcher, varied: Varied, position_id: int) -> None:
    loose = checked(varied, matcher, matcher.positions[position_id - 1])
    assert loose <= (len(varied.resumes) // 20 if position_id == 10 else 0)  # 10 takes two domains together


RULE_CHANGES: tuple[dict[str, Any], ...] = (
    {"min_years": 1, "max_age": 45},
    {"min_years": 0, "max_age": None},
    {"min_years": 7, "max_age": 28},
    {"min_years": 2, "waivable": False},
    {"min_degree": Degree.MASTER},
    {"min_degree": Degree.COLLEGE, "full_time": False},
    {"min_degree": Degree.SECONDARY, "min_years": 4},
    {"experience_domains": ()},
    {"experience_domains": ("unlisted",)},
    {"experience_domains": ("banking", "unlisted"), "min_years": 1},
    {"experience_domains": ("banking", "account_manager", "ebank_internet_operations"), "min_years": 2},
    {"experience_domains": ("database_or_analytics", "internet_product_design"), "min_years": 6},
    {"experience_domains": ("channel_expansion", "banking"), "min_years": 1, "majors": ("法学",)},
    {"majors": ()},
    {"majors": ("统计学", "英语"), "majors_open": False},
    {"majors": ("一种没有的专业", "计算机"), "min_years": 1},
    {"needs_portfolio": True, "certificates": ("CFA", "FRM", "注册会计师", "PMP")},
    {"certificates": ("证券从业资格",), "max_age": 30},
    {"born_from": dt.date(1992, 5, 17)},
    {"born_from": dt.date(1990, 1, 1), "age_relaxed_to": 40},
    {"max_age": 29, "age_by_degree": ((Degree.MASTER, 32), (Degree.DOCTOR, 38))},
    {"max_age": 27, "age_relaxed_to": 33},
    {"preferred": ("known_company_bd", "enterprise_data_mining", "ebank_ops_and_service"), "max_age": 33},
)


@pytest.mark.parametrize("change", RULE_CHANGES, ids=str)
def test_nor_after_a_rule_has_changed(matcher: Matcher, varied: Varied, change: dict[str, Any]) -> None:
    for position_id in (1, 5, 6, 7, 8):
        new = changed(matcher, position_id, **change)
        loose = checked(varied, new, new.positions[position_id - 1])
        assert loose <= (len(varied.resumes) // 20 if len(change.get("experience_domains", ())) > 1 else 0)


def tables(where: dict[str, Any], **changes: dict[str, Any]) -> dict[str, Any]:
    """Weights or a policy with some values changed."""
    return {**where, **{table: {**where[table], **values} for table, values in changes.items()}}


POLICIES: tuple[dict[str, Any], ...] = (
    {"counting": {"inclusive": False}},
    {"tiers": {"priority_min": 45.5, "reserve_min": 44.1, "no_fit_below": 30.3}},
    {"tiers": {"priority_min": 90.0, "reserve_min": 1.0, "no_fit_below": 0.0}},
    {"waiver": {"max_years_short": 3.0, "max_years_over_age": 9, "min_score": 20.0}},
    {"waiver": {"min_score": 101.0, "min_score_with_preferred": 12.5}, "counting": {"inclusive": False}},
)
WEIGHTS: tuple[dict[str, Any], ...] = (
    {"score": {"experience": 3.0, "text": 0.2, "major_near": 1.1}},
    {"score": {"rival": 2.0, "rival_max": 5.0, "text_max": 20.0, "text_beyond_work": 0.0}},
    {"score": {"preferred": 1.0, "preferred_max": 0.7, "base": -1.0, "text_max_bare": 0.2}},
    {"score": {"experience": -1.0, "experience_possible": 2.5, "major": -0.5}},
    {"penalty": {"total_max": 1.0, "waivable_share": 1.5}},
    {"penalty": {"age_fails": 0.0, "major_fails": 3.0, "total_max": 9.0, "waivable_share": 0.0}},
)


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_nor_after_the_policy_has_changed(matcher: Matcher, varied: Varied, policy: dict[str, Any]) -> None:
    new = replace(matcher, policy=tables(dict(matcher.policy), **policy))
    for position in new.positions:
        checked(varied, new, position)


@pytest.mark.parametrize("weights", WEIGHTS, ids=str)
def test_nor_after_the_weights_have_changed(matcher: Matcher, varied: Varied, weights: dict[str, Any]) -> None:
    parts = matcher.ranker.parts.copy()
    parts[:, :, 4] *= 1.7
    ranker = replace(matcher.ranker, weights=tables(dict(matcher.ranker.weights), **weights), parts=parts)
    new = replace(matcher, ranker=ranker)
    for position in new.positions[::2]:
        checked(varied, new, position)


def test_years_in_two_domains_make_a_failed_major_a_small_matter(matcher: Matcher, varied: Varied) -> None:
    position = replace(matcher.positions[6], experience_domains=("banking", "channel_expansion"), min_years=3)
    new = replace(matcher, policy=tables(dict(matcher.policy), waiver={"min_score": 0.0}))
    at = [r.name for r in varied.resumes].index("两个领域")
    assert varied.places(new, position)[at] < bounds.place(Tier.NOT_MET, 100.0)  # waived
    checked(varied, new, position)


def random_profile(dice: Random) -> CandidateProfile:
    """Facts of every kind in every mixture, also such as no resume would give."""
    quote = (Evidence("", 0, 0),)
    domains = ("banking", "account_manager", "channel_expansion", "ui_ux_design")

    def span(note: str = "") -> Fact[MonthSpan]:
        low = dice.choice((0, 5, 11, 12, 23, 24, 25, 35, 36, 37, 60))
        return Fact(MonthSpan(low, low + dice.choice((0, 0, 0, 1, 12))), Basis.STATED, quote, note)

    def some(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(d for d in names if dice.random() < 0.3)

    def job() -> Job:
        start = PartialDate(dice.randint(2012, 2024), dice.randint(0, 12))
        end = PartialDate(min(2026, start.year + dice.randint(0, 5)), dice.randint(0, 12))
        period = dice.choice((Period(start, end, False, quote[0]),) * 3 + (Period(None, end, False, quote[0]), None))
        return Job(
            "", "", dice.choice((JobKind.FULL_TIME, *JobKind)), period, 0, 0, quote, some(domains), some(domains)
        )

    def study() -> Education:
        major = dice.choice(("", "金融学", "英语", "计算机科学与技术", "甲乙丙", "工商管理（金融方向）", "统计学/英语"))
        mode, degree = dice.choice((None, *StudyMode)), dice.choice((None, *Degree))
        end = dice.random() < 0.8
        return Education(degree, "", major, mode, Basis.STATED, None, end, False, False, "", dice.choice((quote, ())))

    def perhaps(value: Any) -> Fact[Any]:
        return Fact(value, Basis.STATED, quote) if dice.random() < 0.7 else Fact()

    no: Fact[Any] = Fact()
    age = dice.randint(22, 45)
    born = PartialDate(2026 - age, *dice.choice(((0, 0), (5, 0), (5, 17), (11, 24))))
    return CandidateProfile(
        AS_OF,
        no,
        perhaps(born),
        no,
        dice.choice((None, (age, age), (age - 1, age))),
        no,
        tuple(study() for _ in range(dice.randint(0, 3))),
        perhaps(dice.choice(list(Degree))),
        perhaps(dice.random() < 0.5),
        tuple(job() for _ in range(dice.randint(0, 3))),
        span() if dice.random() < 0.7 else Fact(),
        {d: span(dice.choice(("", "自述"))) for d in some(domains)},
        {d: span(dice.choice(("", "自述，经历中未能证实"))) for d in some(domains)},
        no,
        perhaps(some(("CFA", "FRM", "PMP"))),
        perhaps("作品"),
        perhaps("亲属"),
        no,
        claimed_domains=dict.fromkeys(some(domains), quote),
    )


@pytest.mark.parametrize("change", [{}, *RULE_CHANGES], ids=str)
def test_rows_answer_as_the_rules_do(matcher: Matcher, change: dict[str, Any]) -> None:
    """Of facts in every mixture: the rule's own answer, and among several possible ones where domains add up."""
    dice = Random(4)
    several = False
    for position_id in (7, 10):
        position = replace(matcher.positions[position_id - 1], **change)
        profiles = [random_profile(dice) for _ in range(500)]
        texts = ["应届毕业生" if dice.random() < 0.3 else "其他" for _ in profiles]
        domains = tuple(screening.domain_names())
        made = [
            facts.row_of(ResumeText(t, t), p, position, matcher.policy, domains)
            for t, p in zip(texts, profiles, strict=True)
        ]
        rows = np.concatenate([row for row, _ in made])
        rows["study"] = range(len(rows))
        rules = asked.Asked(position, matcher.policy, AS_OF, domains, [study for _, study in made])
        simple, experience, enough = rules.simple(rows), rules.experience(rows), rules.long_enough(rows)
        for i, (text, profile) in enumerate(zip(texts, profiles, strict=True)):
            verdicts = screening.screen(ResumeText(text, text), profile, position, matcher.policy)
            for v in verdicts:
                true = asked.code_of(v)
                if v.rule == "experience":
                    assert experience[i, true], (i, v.outcome)
                    counted = sum(d in profile.domain_months for d in position.experience_domains)
                    maybe = sum(d in profile.possible_domain_months for d in position.experience_domains)
                    assert experience[i].sum() == 1 or max(counted, maybe) > 1
                    several |= bool(experience[i].sum() > 1)
                elif v.rule == "major":
                    assert simple["quoted"][i] == bool(v.evidence)
                    if simple["major"][i] == asked.FAILS:
                        assert enough[0][i] <= (true == asked.SMALL) <= enough[1][i]
                    else:
                        assert simple["major"][i] == true
                else:
                    assert simple[v.rule][i] == true, (i, v.rule)
            assert {r for r in simple if simple[r][i] != asked.MEETS} <= {v.rule for v in verdicts} | {"quoted"}
    assert several or change  # position 10 names two domains


def test_bounds_know_every_rule() -> None:
    assert set(asked.RULES_KNOWN) == {*screening.RULES, screening.portfolio, screening.certificate}


def test_words_that_stand_for_no_work_say_so() -> None:
    assert says_no_work(ResumeText(asked.NO_WORK, asked.NO_WORK)) is not None


def test_blocks_change_nothing(matcher: Matcher, varied: Varied, monkeypatch: pytest.MonkeyPatch) -> None:
    pool, position = index.opened(varied.folder, matcher), matcher.positions[9]
    whole = index.bounds(pool, matcher, position)
    monkeypatch.setattr(index, "BLOCK", 37)
    assert (index.bounds(pool, matcher, position) == whole).all()


def test_processes_change_nothing(documents: list[Document], folder: Path, tmp_path: Path) -> None:
    index.build(documents, AS_OF, tmp_path / "库", workers=2)
    files = {f.name: f.read_bytes() for f in folder.iterdir()}
    assert {f.name: f.read_bytes() for f in (tmp_path / "库").iterdir()} == files


def test_ties_are_ranked_as_in_a_full_run(matcher: Matcher, documents: list[Document], tmp_path: Path) -> None:
    """Every resume three times, by names that stand in another order than the resumes: equals are ordered by names."""
    few = [replace(d, name=f"{9 - n}-{d.name}") for n in range(3) for d in documents[-30:]]
    index.build(few, AS_OF, tmp_path / "库")
    results = run(matcher, few)
    for most in (1, 4, 20):
        assert from_index(matcher, tmp_path / "库", matcher.positions[4], most) == whole(results, 5, most)


def test_an_enlarged_index_ranks_every_copy(matcher: Matcher, documents: list[Document], tmp_path: Path) -> None:
    """The pool that bench_index measures is what it says."""
    few = documents[-8:]
    index.build(few, AS_OF, tmp_path / "一")
    assert enlarge(tmp_path / "一", tmp_path / "库", 3) == 24
    results = run(matcher, [replace(d, name=f"{i}-{n}") for i, d in enumerate(few) for n in range(3)])
    assert from_index(matcher, tmp_path / "库", matcher.positions[4], 24) == whole(results, 5, 24)
    copied_text = index.holding(index.opened(tmp_path / "库", matcher), [index.normalised(few[2]).folded[:40]])
    assert copied_text >= {6, 7, 8}


def test_more_are_asked_for_than_there_are(matcher: Matcher, documents: list[Document], folder: Path) -> None:
    rows, assessed = index.rank(folder, matcher, matcher.positions[0], len(documents) + 5)
    assert len(rows) == assessed == len(documents)


def test_an_index_of_nobody(matcher: Matcher, tmp_path: Path) -> None:
    assert index.build([], AS_OF, tmp_path / "库") == 0
    assert index.rank(tmp_path / "库", matcher, matcher.positions[0], 3) == ((), 0)


# --- copies of the notice -----------------------------------------------------------------------------------------


def test_whoever_copied_a_clause_that_is_new_or_gone_is_read_again(
    matcher: Matcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = "3年以上电子银行或互联网运营工作经验", "8年以上电子银行或互联网运营工作经验"
    assert old in matcher.positions[4].experience_text
    plain = list(made_resumes(12, 400, seed=4))
    texts = [*plain, *(f"{t}\n{words}，成绩突出。" for t in plain[:3] for words in (old, new))]
    texts.append(f"{plain[0]}\n{new}，成绩突出，会员。")  # between number 12 as it was read and as it is read again
    pool = [Document(t, f"{i:02}") for i, t in enumerate(texts)]
    index.build(pool, AS_OF, tmp_path / "库")
    before = whole(run(matcher, pool), 5, len(pool))
    positions = tuple(replace(p, experience_text=p.experience_text.replace(old, new)) for p in matcher.positions)
    monkeypatch.setattr(copied, "load_positions", lambda *_: positions)
    forget = (copied.clauses, copied._clauses, scoring._sought)
    for cached in forget:
        cached.cache_clear()
    changed = replace(matcher, positions=positions, ranker=replace(matcher.ranker))
    try:
        opened = index.opened(tmp_path / "库", changed)
        words = set(opened.header.clauses) ^ set(copied.clauses(DATA_DIR))
        assert index.holding(opened, words) == frozenset(range(12, 19))
        monkeypatch.setattr(index, "BLOCK", 25)
        assert index.holding(opened, words) == frozenset(range(12, 19))
        expected = whole(run(changed, pool), 5, len(pool))
        for most in range(1, len(pool) + 1):
            assert from_index(changed, tmp_path / "库", positions[4], most) == expected[:most]
        scores = [{r["file"]: r["matches"][0]["score"] for r in rows} for rows in (before, expected)]
        assert scores[0]["12"] < scores[1]["18"] < scores[1]["12"]  # so that the bound as it was would lose number 12
    finally:
        monkeypatch.undo()
        for cached in forget:
            cached.cache_clear()


# --- refusals -----------------------------------------------------------------------------------------------------


def test_not_everybody_need_be_assessed(matcher: Matcher, documents: list[Document], folder: Path) -> None:
    _, assessed = index.rank(folder, matcher, matcher.positions[3], 1)
    assert assessed <= 3  # ties and roundings


@pytest.mark.parametrize(
    ("weights", "policy"),
    [
        ({"zones": {"skills": 0.7}}, {}),
        ({"text": {"max_count": 4}}, {}),
        ({}, {"counting": {"counted_kinds": ["全职"]}}),
        ({}, {"full_time": {"min_years_for_inference": 3.0}}),
    ],
    ids=str,
)
def test_what_a_resume_was_read_with_may_not_change(
    matcher: Matcher, folder: Path, weights: dict[str, Any], policy: dict[str, Any]
) -> None:
    ranker = replace(matcher.ranker, weights=tables(dict(matcher.ranker.weights), **weights))
    new = replace(matcher, ranker=ranker, policy=tables(dict(matcher.policy), **policy))
    with pytest.raises(index.IndexFault, match="口径"):
        index.rank(folder, new, new.positions[0], 3)


@pytest.mark.parametrize("name", ["header.json", "studies", "facts", *index.STRETCHES, *index.STRETCHES.values()])
def test_a_damaged_index_is_refused(matcher: Matcher, documents: list[Document], tmp_path: Path, name: str) -> None:
    index.build(documents[:4], AS_OF, tmp_path / "库")
    file = tmp_path / "库" / name
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(index.IndexFault, match="不是完整的索引"):
        index.rank(tmp_path / "库", matcher, matcher.positions[0], 3)


def test_more_years_than_rows_hold_are_refused(matcher: Matcher, folder: Path) -> None:
    with pytest.raises(index.IndexFault, match="年"):
        index.rank(folder, matcher, replace(matcher.positions[0], min_years=200), 3)


def test_another_vocabulary_or_other_data_is_refused(
    matcher: Matcher, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(matcher, ranker=replace(matcher.ranker, idf=matcher.ranker.idf + np.float32(1)))
    with pytest.raises(index.IndexFault, match="词表"):
        index.rank(folder, other, matcher.positions[0], 3)
    monkeypatch.setattr(index, "data_hash", lambda *_: "other")
    with pytest.raises(index.IndexFault, match="资料"):
        index.rank(folder, matcher, matcher.positions[0], 3)


def test_the_command(documents: list[Document], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pool = tmp_path / "简历"
    pool.mkdir()
    for d in documents[:8]:
        (pool / f"{d.name}.txt").write_text(d.text, encoding="utf-8")
    (pool / "空.txt").touch()
    asked = ["build", str(pool), "--out", str(tmp_path / "库"), "--as-of", "2026-11-24", "--workers", "2"]
    assert index.main(asked) == 1
    assert "空.txt" in capsys.readouterr().err
    best = tmp_path / "best.jsonl"
    assert index.main(["rank", str(tmp_path / "库"), "--position", "1", "--top", "3", "--out", str(best)]) == 0
    assert [json.loads(line)["rank"] for line in best.read_text(encoding="utf-8").splitlines()] == [1, 2, 3]
    assert index.main(["rank", str(tmp_path / "没有"), "--position", "1", "--out", str(best)]) == 2
    assert "重建" in capsys.readouterr().err
    assert index.main(asked) == 2  # an index is never written over
