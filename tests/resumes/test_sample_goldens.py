"""The golden answers agree with themselves: months, ages and rule words are recomputed here from their dates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
GOLDENS = sorted(HERE.glob("*.json"))
AS_OF_YEAR, AS_OF_MONTH = 2026, 11
NEEDS = {  # position: (months, domains)
    1: (36, {"financial_product_manager"}),
    2: (36, {"financial_product_design"}),
    3: (12, {"internet_product_design"}),
    4: (36, {"ui_ux_design"}),
    5: (36, {"ebank_internet_operations"}),
    6: (36, {"database_or_analytics"}),
    7: (24, {"banking"}),
    8: (36, {"account_manager"}),
    9: (60, {"channel_expansion"}),
    10: (36, {"channel_expansion", "account_manager"}),
}


def month_number(date: str) -> int:
    """Months since year 0 of ``YYYY-MM`` or 至今."""
    if date == "至今":
        return AS_OF_YEAR * 12 + AS_OF_MONTH
    year, month = date.split("-")
    return int(year) * 12 + int(month)


def worked(jobs: list[dict[str, Any]]) -> set[int]:
    """Every month of every full-time job, once."""
    return {
        month
        for job in jobs
        if job["kind"] == "全职"
        for month in range(month_number(job["start"]), month_number(job["end"]) + 1)
    }


def test_there_are_three_for_each_position_and_six_outsiders() -> None:
    positions = [json.loads(path.read_text(encoding="utf-8"))["target"]["position_id"] for path in GOLDENS]
    assert {p: positions.count(p) for p in set(positions)} == {None: 6, **dict.fromkeys(NEEDS, 3)}


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: path.stem)
def test_golden_agrees_with_itself(path: Path) -> None:
    golden = json.loads(path.read_text(encoding="utf-8"))
    fields, verdicts, target = golden["fields"], golden["verdicts"], golden["target"]
    assert golden["id"] == path.stem
    assert (HERE / golden["file"]).is_file()
    assert fields["total_months"] == [len(worked(fields["jobs"]))] * 2
    assert all(low <= high <= fields["total_months"][1] for low, high in fields["domain_months"].values())
    if fields["birth"]:
        year, month = map(int, fields["birth"].split("-")[:2])
        expected = AS_OF_YEAR - year - (month > AS_OF_MONTH)
        assert fields["age"] == ([expected - 1, expected] if month == AS_OF_MONTH else expected)
    assert set(verdicts) == {str(position) for position in NEEDS}
    for position, (months, domains) in NEEDS.items():
        row = verdicts[str(position)]
        rules = {"min_degree", "full_time", "major", "experience", "age", "kinship"}
        assert set(row) == (rules | {"portfolio"} if position == 4 else rules)
        assert set(row.values()) <= {"meets", "fails", "unknown"}
        certain = sum(high for domain, (_, high) in fields["domain_months"].items() if domain in domains)
        assert (row["experience"] == "meets") == (certain >= months)
        if fields["total_months"][1] < months:
            assert row["experience"] == "fails"
        oldest = fields["age"] if isinstance(fields["age"], int) else fields["age"][1]
        assert row["age"] == ("meets" if oldest <= (30 if position == 3 else 35) else "fails")
    for position, rules in golden.get("also_accept", {}).items():
        assert all(answers[0] == verdicts[position][rule] for rule, answers in rules.items())
    if target["kind"] == "clear_fit":
        assert set(verdicts[str(target["position_id"])].values()) == {"meets"}
    if target["kind"] == "near_miss":
        assert "fails" in verdicts[str(target["position_id"])].values()
