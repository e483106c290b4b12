"""The measures themselves: intervals, counts, comparison of names, and the confusion of verdicts."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from matcher.schema import (
    Assessment,
    Basis,
    CandidateProfile,
    Degree,
    Education,
    Evidence,
    Fact,
    MatchResult,
    ModelInfo,
    MonthSpan,
    Outcome,
    PartialDate,
    Period,
    StudyMode,
    Tier,
    Verdict,
)
from matcher.screening_evaluation import (
    FieldCount,
    ScreeningReport,
    alike,
    evaluate_screening,
    load_gold,
    squeeze,
    wilson,
)

AS_OF = dt.date(2026, 11, 24)


# --- figures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [
        # published examples of the score interval: Newcombe 1998, Table I (81/263, 15/148, 0/20, 1/29)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 1 - 0.1611, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson_known_values(right: int, total: int, low: float, high: float) -> None:
    assert wilson(right, total) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("total", [1, 2, 7, 100, 3050])
def test_wilson_holds_the_proportion_and_mirrors(total: int) -> None:
    for right in {0, 1, total // 2, total}:
        low, high = wilson(right, total)
        assert 0 <= low <= high <= 1
        assert low - 1e-12 <= right / total <= high + 1e-12
        mirrored = wilson(total - right, total)
        assert (1 - high, 1 - low) == pytest.approx(mirrored)


@pytest.mark.parametrize(
    ("right", "wrong", "missed", "f1"),
    [
        (0, 0, 0, 1.0),
        (5, 0, 0, 1.0),
        (0, 3, 0, 0.0),
        (0, 0, 3, 0.0),
        (8, 2, 2, 0.8),
        (3, 0, 1, 6 / 7),
        (1, 1, 0, 2 / 3),
    ],
)
def test_f1(right: int, wrong: int, missed: int, f1: float) -> None:
    assert FieldCount(right, wrong, missed).f1 == pytest.approx(f1)


@pytest.mark.parametrize(
    ("text", "squeezed"),
    [
        ("重庆 大学（本部）", "重庆大学本部"),
        ("CFA-Level_I", "cfaleveli"),
        ("", ""),
        ("——（）", ""),
        ("ＡＢ", "ａｂ"),  # width is the reader's work, not the measure's
    ],
)
def test_squeeze(text: str, squeezed: str) -> None:
    assert squeeze(text) == squeezed


@pytest.mark.parametrize(
    ("truth", "found", "same"),
    [
        ("重庆大学", "重庆大学（本部）", True),
        ("银行业专业人员职业资格（中级）", "银行业专业人员职业资格", True),
        ("Axure RP", "axure", True),
        ("招商银行重庆分行", "招商银行重庆分行营业部", True),
        ("重庆大学", "西南大学", False),
        ("硕士", "博士", False),
        ("产品经理", "客户经理", False),
        ("金融学", "会计学", False),
        ("", "", True),
        ("重庆大学", "", False),
        ("", "重庆大学", False),
        ("（）", "重庆大学", False),
    ],
)
def test_alike(truth: str, found: str, same: bool) -> None:
    assert alike(truth, found) is same


def test_wrong_counts_the_opposite_and_the_unknown() -> None:
    report = ScreeningReport()
    report.confusion["age"] = Counter({("meets", "fails"): 2, ("unknown", "fails"): 3, ("fails", "fails"): 50})
    report.confusion["major"] = Counter({("fails", "meets"): 1, ("unknown", "meets"): 4, ("meets", "unknown"): 7})
    assert report.wrong("fails") == 5
    assert report.wrong("meets") == 5
    assert report.wrong("unknown") == 7
    assert report.verdicts == 67


# --- two invented resumes and a matcher that answers what the table says --------------------------------------------


def _label(case_id: str, verdicts: dict[str, dict[str, str]], fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": case_id,
        "file": f"{case_id}.txt",
        "as_of": AS_OF.isoformat(),
        "fields": fields,
        "verdicts": verdicts,
        **more,
    }


def _gold(folder: Path, *labels: dict[str, Any]) -> Path:
    for label in labels:
        (folder / f"{label['id']}.json").write_text(json.dumps(label, ensure_ascii=False), encoding="utf-8")
        (folder / label["file"]).write_text("虚构的简历", encoding="utf-8")
    return folder


def _profile(**known: Any) -> CandidateProfile:
    absent: Fact[Any] = Fact()
    blank: dict[str, Any] = {
        **dict.fromkeys(
            ("name", "birth", "age", "sex", "highest_degree", "full_time_bachelor", "total_months"), absent
        ),
        **dict.fromkeys(("skills", "certificates", "portfolio", "relatives", "expected_position"), absent),
        "age_range": None,
        "education": (),
        "jobs": (),
        "domain_months": {},
        "possible_domain_months": {},
    }
    return CandidateProfile(as_of=AS_OF, **{**blank, **known})


def _said(value: Any) -> Fact[Any]:
    return Fact(value, Basis.STATED)


def _assessment(position_id: int, answers: Mapping[str, str]) -> Assessment:
    verdicts = tuple(Verdict(rule, Outcome(said), Basis.STATED, "条款", "理由") for rule, said in answers.items())
    return Assessment(position_id, "岗位", 50.0, Tier.RESERVE, verdicts, (), ())


def _result(answers: Mapping[int, Mapping[str, str]], **known: Any) -> MatchResult:
    matches = tuple(_assessment(position, rules) for position, rules in answers.items())
    return MatchResult(AS_OF, "", "", _profile(**known), matches, (), ModelInfo("test", ""))


@pytest.fixture
def report(tmp_path: Path) -> ScreeningReport:
    one = _label(
        "one",
        {
            "1": {"age": "meets", "major": "meets", "experience": "fails", "kinship": "meets"},
            "2": {"age": "meets", "major": "unknown", "experience": "unknown"},
        },
        {"name": "路试一", "birth": "1992-05", "age": 34, "highest_degree": "本科", "full_time_bachelor": True},
        also_accept={"2": {"experience": ["unknown", "fails"]}},
    )
    two = _label(
        "two",
        {"1": {"age": "fails", "major": "fails", "experience": "meets"}, "11": {"age": "fails"}},
        {"name": None, "birth": None, "age": None, "highest_degree": None, "full_time_bachelor": None},
    )
    answers = {
        "one.txt": _result(
            {
                1: {"age": "fails", "major": "unknown", "experience": "waivable"},  # no word on kinship
                2: {"age": "meets", "major": "meets", "experience": "fails"},
            },
            name=_said("路 试一"),
            birth=_said(PartialDate(1992)),
            age_range=(34, 34),
            highest_degree=_said(Degree.MASTER),
        ),
        "two.txt": _result(
            {1: {"age": "fails", "major": "meets", "experience": "meets"}},
            name=_said("路试二"),
            full_time_bachelor=_said(False),
        ),
    }

    def match(path: Path, as_of: dt.date) -> MatchResult:
        assert as_of == AS_OF
        return answers[path.name]

    return evaluate_screening(load_gold(_gold(tmp_path, one, two)), match)


@pytest.mark.parametrize(
    ("rule", "counts"),
    [
        ("age", {("meets", "fails"): 1, ("meets", "meets"): 1, ("fails", "fails"): 1}),
        ("major", {("meets", "unknown"): 1, ("unknown", "meets"): 1, ("fails", "meets"): 1}),
        # 可放宽 counts as fails; fails where the label also accepts it is right
        ("experience", {("fails", "fails"): 2, ("meets", "meets"): 1}),
        ("kinship", {("meets", "unknown"): 1}),  # a rule that gives no answer says 待核实
    ],
)
def test_confusion(report: ScreeningReport, rule: str, counts: dict[tuple[str, str], int]) -> None:
    assert dict(report.confusion[rule]) == counts


def test_totals(report: ScreeningReport) -> None:
    assert report.resumes == 2
    assert report.verdicts == 10  # position 11 was not answered and is not counted
    assert report.wrong("fails") == 1
    assert report.wrong("meets") == 2
    # stated: age 3, major 2, experience 3 (one through also_accept), kinship 1
    assert (report.stated, report.unknown_though_stated) == (9, 2)
    assert {(i, p, r) for i, p, r, _, _ in report.verdict_errors} == {
        ("one", "1", "age"),
        ("one", "1", "major"),
        ("one", "1", "kinship"),
        ("one", "2", "major"),
        ("two", "1", "major"),
    }


@pytest.mark.parametrize(
    ("field", "counts"),
    [
        ("name", (1, 1, 0)),  # spacing is no error; a name where the label has none is
        ("birth", (1, 0, 0)),  # less precise than the label, not against it
        ("age", (1, 0, 0)),
        ("highest_degree", (0, 1, 1)),  # another value is found wrongly and the right one missed
        ("full_time_bachelor", (0, 1, 1)),
        ("total_months", (0, 0, 0)),
    ],
)
def test_single_fields(report: ScreeningReport, field: str, counts: tuple[int, int, int]) -> None:
    found = report.fields[field]
    assert (found.right, found.wrong, found.missed) == counts


def _study(school: str, degree: Degree, start: int, end: int, mode: StudyMode | None = None) -> Education:
    period = Period(PartialDate(start, 9), PartialDate(end, 6), False, Evidence("", 0, 0))
    return Education(degree, school, "金融学", mode, Basis.STATED, period, True, False, True, "", ())


def test_repeated_fields_pair_one_to_one(tmp_path: Path) -> None:
    entry = {"school": "西南大学", "degree": "本科", "major": "金融学", "start": "2010-09", "end": "2014-06"}
    school = {"school": "某县一中", "degree": "高中及以下", "major": "", "start": "2007-09", "end": "2010-06"}
    label = _label("one", {"1": {"age": "meets"}}, {"education": [entry, school], "total_months": [30, 30]})
    result = _result(
        {1: {"age": "meets"}},
        education=(
            _study("西南大学", Degree.BACHELOR, 2010, 2014, StudyMode.FULL_TIME),
            _study("西南大学", Degree.MASTER, 2014, 2017),
        ),
        total_months=_said(MonthSpan(31, 31)),
    )
    fields = evaluate_screening(load_gold(_gold(tmp_path, label)), lambda path, day: result).fields
    shown = {n: (c.right, c.wrong, c.missed) for n, c in fields.items()}
    assert shown["education.school"] == (1, 1, 0)  # secondary school is no entry; a second hit is one too many
    assert shown["education.degree"] == (1, 1, 0)
    assert shown["education.mode"] == (0, 1, 0)
    assert shown["total_months"] == (0, 1, 1)  # a month off is wrong where the label is exact


@pytest.mark.parametrize(
    ("truth", "low", "high", "right"),
    [
        ([36, 36], 36, 36, True),
        ([36, 36], 35, 37, False),
        ([30, 40], 33, 37, True),  # a label with slack admits three months
        ([30, 40], 26, 40, False),
    ],
)
def test_month_spans(tmp_path: Path, truth: list[int], low: int, high: int, right: bool) -> None:
    label = _label("one", {}, {"total_months": truth})
    result = _result({}, total_months=_said(MonthSpan(low, high)))
    report = evaluate_screening(load_gold(_gold(tmp_path, label)), lambda path, day: result)
    assert report.fields["total_months"].right == int(right)


def test_missing_resume_is_named(tmp_path: Path) -> None:
    label = _label("lost", {"1": {"age": "meets"}}, {})
    (tmp_path / "lost.json").write_text(json.dumps(label), encoding="utf-8")
    with pytest.raises(ValueError, match=r"lost\.json: lost\.txt is missing"):
        list(load_gold(tmp_path))


def test_other_json_files_are_no_labels(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[1]", encoding="utf-8")
    (tmp_path / "object.json").write_text('{"file": "x.txt"}', encoding="utf-8")
    assert list(load_gold(tmp_path)) == []
