"""The workbook: nobody is lost, nothing a resume says is executed, nothing breaks Excel's limits."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from matcher import Matcher
from matcher.pipeline import match_resume
from matcher.presentation.excel import MAX_CELL, Run, cell_text, sheet_names, trimmed, write_workbook
from matcher.presentation.words import word
from matcher.ranking import shortlist
from matcher.schema import MatchResult, Outcome, Tier, Unreadable
from matcher.text import to_resume
from tests.support import AS_OF, sample_resumes

FORMULA = "=cmd|' /C calc'!A0"
BROKEN = Unreadable("坏的 简历.doc", "damaged", "文件已损坏，无法读取；请重新保存后再发。", "The file is damaged.")
HEAD = 5  # the header row of a position's sheet


@pytest.fixture(scope="session")
def results(matcher: Matcher) -> list[MatchResult]:
    return [match_resume(r, AS_OF, matcher.positions, matcher.policy, matcher.ranker) for r in sample_resumes()]


def run_of(matcher: Matcher) -> Run:
    return Run(AS_OF, matcher.positions, matcher.policy, "1", "abc", "0")


def opened(matcher: Matcher, path: Path, results: list[MatchResult], *problems: Unreadable, **more: Any) -> Any:
    write_workbook(path, results, problems, run_of(matcher), **more)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="session")
def book(matcher: Matcher, results: list[MatchResult], tmp_path_factory: pytest.TempPathFactory) -> Any:
    return opened(matcher, tmp_path_factory.mktemp("excel") / "名单.xlsx", results, BROKEN)


def column(sheet: Worksheet, heading: str, head: int) -> list[Any]:
    """The values below a heading."""
    at = next(c.column for c in sheet[head] if c.value == heading)
    return [sheet.cell(row, at).value for row in range(head + 1, sheet.max_row + 1)]


def renamed(result: MatchResult, name: str, text: str = "") -> MatchResult:
    """The result with another name for the candidate and the file, and perhaps another text behind its own."""
    candidate = dataclasses.replace(result.candidate, name=dataclasses.replace(result.candidate.name, value=name))
    return dataclasses.replace(result, name=name, candidate=candidate, text=result.text + text)


def test_sheets_in_order(matcher: Matcher, book: Any) -> None:
    positions = [f"{p.position_id} {p.title}" for p in matcher.positions]
    assert book.sheetnames == ["总览", "候选人", *positions, "待核实", "可放宽", "无法读取", "说明"]


def test_everybody_stands_in_every_position_in_order(matcher: Matcher, results: list[MatchResult], book: Any) -> None:
    for position in matcher.positions:
        sheet = book[f"{position.position_id} {position.title}"]
        rows = shortlist(results, position.position_id)
        assert column(sheet, "文件", HEAD) == [r.result.name for r in rows]
        assert column(sheet, "排名", HEAD) == [str(r.rank) for r in rows]
        assert column(sheet, "分层", HEAD) == [word("tier", r.assessment.tier.value) for r in rows]
        assert column(sheet, "匹配度", HEAD) == [round(r.assessment.score, 2) for r in rows]
        assert len(rows) == len(results)


@pytest.mark.parametrize("rule", ["min_degree", "full_time", "major", "experience", "age", "portfolio"])
def test_verdicts_are_in_words(results: list[MatchResult], book: Any, rule: str) -> None:
    sheet = book["4 界面及交互设计岗"]
    rows = shortlist(results, 4)
    said = column(sheet, word("rule", rule), HEAD)
    reasons = column(sheet, "理由", HEAD)
    for row, answer, reason in zip(rows, said, reasons, strict=True):
        (verdict,) = [v for v in row.assessment.verdicts if v.rule == rule]
        if verdict.outcome is not Outcome.MEETS:
            assert answer == word("outcome", verdict.outcome.value)
            assert verdict.reason in reason
        else:
            assert answer in ("符合", "推定符合", "未提及")


def test_every_table_has_frozen_header_filter_and_print_setup(matcher: Matcher, book: Any) -> None:
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.freeze_panes is not None
        if sheet.title not in ("总览", "说明"):
            head = HEAD if sheet.title[0].isdigit() else 3
            assert sheet.auto_filter.ref.startswith(f"A{head}:")
            assert sheet.print_title_rows == f"${head}:${head}"


def test_overview_counts(matcher: Matcher, results: list[MatchResult], book: Any) -> None:
    sheet = book["总览"]
    for row, position in enumerate(matcher.positions, start=6):
        found = [r.assessment.tier for r in shortlist(results, position.position_id)]
        counts = [sheet.cell(row, i).value for i in range(2, 9)]
        order = (Tier.PRIORITY, Tier.VERIFY, Tier.WAIVER, Tier.RESERVE, Tier.NOT_MET, Tier.NO_FIT)
        assert counts == [*(found.count(t) for t in order), len(results)]
        assert sheet.cell(row, 1).value == f"{position.position_id} {position.title}"
        assert sheet.cell(row, 1).hyperlink.location == f"'{position.position_id} {position.title}'!A1"


def test_candidates_each_once_with_their_best_position(results: list[MatchResult], book: Any) -> None:
    sheet = book["候选人"]
    files, best, tiers = (column(sheet, h, 3) for h in ("文件", "最合适岗位", "分层"))
    assert sorted(files) == sorted(r.name for r in results)
    by_name = {r.name: r for r in results}
    for file, title, tier in zip(files, best, tiers, strict=True):
        first = by_name[file].matches[0]
        assert tier == word("tier", first.tier.value)
        nothing = all(a.tier is Tier.NO_FIT for a in by_name[file].matches)
        assert title == ("无合适岗位" if nothing else f"{first.position_id} {first.title}")


def test_questions_name_candidate_and_positions(results: list[MatchResult], book: Any) -> None:
    asked = set()
    for result in results:
        for a in result.matches:
            if a.tier in (Tier.VERIFY, Tier.WAIVER, Tier.RESERVE):
                asked |= {
                    (result.name, v.question, f"{a.position_id} {a.title}")
                    for v in a.verdicts
                    if v.outcome is Outcome.UNKNOWN
                }
    sheet = book["待核实"]
    rows = zip(*(column(sheet, h, 3) for h in ("文件", "要问的问题", "涉及岗位")), strict=True)
    assert {(file, question, place) for file, question, places in rows for place in places.split("\n")} == asked
    assert asked


def test_waivers_leave_the_decision_to_a_person(results: list[MatchResult], book: Any) -> None:
    proposals = {
        (r.name, f"{a.position_id} {a.title}", v.reason)
        for r in results
        for a in r.matches
        for v in a.verdicts
        if v.outcome is Outcome.WAIVABLE and a.tier is not Tier.NO_FIT
    }
    sheet = book["可放宽"]
    assert set(zip(*(column(sheet, h, 3) for h in ("文件", "岗位", "差距与理由")), strict=True)) == proposals
    assert proposals
    assert not any(column(sheet, "是否放宽（是/否）", 3))
    assert sheet.data_validations.dataValidation[0].formula1 == '"是,否"'


def test_unreadable_files_have_reason_and_mend(book: Any) -> None:
    row = [c.value for c in book["无法读取"][4]]
    assert row == ["坏的 简历.doc", "文件已损坏，无法读取", "请重新保存后再发。", "The file is damaged.", "damaged"]


def test_settings(matcher: Matcher, book: Any) -> None:
    said = {row[0].value: row[1].value for row in book["说明"].iter_rows(min_row=3)}
    assert said["截止日（年龄、年限算到这一天）"] == "2026-11-24"
    assert said["数据指纹"] == "abc"
    assert said["优先联系：匹配度至少"] == f"{matcher.policy['tiers']['priority_min']:g}"
    assert said["计入工作年限的经历"] == "、".join(matcher.policy["counting"]["counted_kinds"])


@pytest.mark.parametrize(
    "name",
    [FORMULA, "+1+1", "-1", "@SUM(A1)", "\t=1", "http://example.com", "01380000000", "110101199003070000", "1E5"],
)
def test_strings_stay_strings(matcher: Matcher, results: list[MatchResult], tmp_path: Path, name: str) -> None:
    """B213, B221: neither formula, link nor number."""
    problem = Unreadable(name, "damaged", name, name)
    book = opened(matcher, tmp_path / "a.xlsx", [renamed(results[0], name)], problem)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert all(c.data_type in "sn" for c in row if c.value is not None)
            assert sheet.title == "总览" or not any(c.hyperlink and c.value == name for c in row)
    assert column(book["1 互联网金融产品经理岗"], "候选人", HEAD) == [name.strip()]
    assert column(book["1 互联网金融产品经理岗"], "文件", HEAD) == [name.strip()]
    assert book["无法读取"]["A4"].value == name.strip()


def test_control_characters_are_removed(matcher: Matcher, results: list[MatchResult], tmp_path: Path) -> None:
    """B215."""
    book = opened(matcher, tmp_path / "a.xlsx", [renamed(results[0], "王\x0b测\x16试\x00\ud800\uffff")])
    assert column(book["候选人"], "候选人", 3) == ["王测试"]


def test_contacts_are_left_out(matcher: Matcher, tmp_path: Path) -> None:
    text = (
        "王测试 电话 13800000000 邮箱 wang@example.com 身份证 110101199003070011\n"
        "2010.09-2014.06 重庆大学 金融学 本科 全日制\n2014.07-至今 某某消费金融公司 产品经理"
        " 电话13800000000 负责贷款产品"
    )
    results = [
        match_resume(to_resume(text + t), AS_OF, matcher.positions, matcher.policy, matcher.ranker)
        for t in ("", "\n另")
    ]
    write_workbook(tmp_path / "a.xlsx", results, [], run_of(matcher))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        whole = b"".join(parts.read(n) for n in parts.namelist()).decode()
    assert "王测试" in whole
    for secret in ("13800000000", "wang@example.com", "110101199003070011"):
        assert secret not in whole


def test_same_person_is_noted_and_kept(matcher: Matcher, results: list[MatchResult], tmp_path: Path) -> None:
    people = [
        renamed(results[0], "甲.pdf", "\n手机 138-0000-9999"),
        renamed(results[1], "乙.pdf", "\n+8613800009999"),
        renamed(results[2], "丙.pdf"),
    ]
    book = opened(matcher, tmp_path / "a.xlsx", people)
    notes = dict(zip(column(book["候选人"], "文件", 3), column(book["候选人"], "疑似同一人", 3), strict=True))
    assert notes == {"甲.pdf": "第 1 组，同：乙.pdf", "乙.pdf": "第 1 组，同：甲.pdf", "丙.pdf": ""}


def test_input_order_changes_nothing(matcher: Matcher, results: list[MatchResult], tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", results, [BROKEN], run_of(matcher))
    write_workbook(tmp_path / "b.xlsx", results, [BROKEN], run_of(matcher))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    turned = opened(matcher, tmp_path / "c.xlsx", results[::-1], BROKEN)
    straight = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for sheet in straight.worksheets:
        assert [[c.value for c in r] for r in sheet.iter_rows()] == [
            [c.value for c in r] for r in turned[sheet.title].iter_rows()
        ]


def test_trimmed_results_give_the_same_workbook(matcher: Matcher, results: list[MatchResult], tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", results, [], run_of(matcher))
    write_workbook(tmp_path / "b.xlsx", [trimmed(r) for r in results], [], run_of(matcher))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_more_rows_than_excel_holds(matcher: Matcher, results: list[MatchResult], tmp_path: Path) -> None:
    book = opened(matcher, tmp_path / "a.xlsx", results, max_rows=HEAD + 10)
    sheet = book["1 互联网金融产品经理岗"]
    best = [r.result.name for r in shortlist(results, 1, 10)]
    assert column(sheet, "文件", HEAD) == best
    said = {row[0].value: row[1].value for row in book["说明"].iter_rows(min_row=3)}
    assert said["岗位 1：排在后面、未列出"].startswith(f"{len(results) - 10} 行")


def test_nobody_at_all(matcher: Matcher, tmp_path: Path) -> None:
    book = opened(matcher, tmp_path / "a.xlsx", [])
    assert book["待核实"]["A4"].value == "没有"
    assert book["总览"]["I6"].value == "—"


def test_failure_leaves_nothing_behind(matcher: Matcher, results: list[MatchResult], tmp_path: Path) -> None:
    old = tmp_path / "a.xlsx"
    old.write_bytes(b"old")
    run = dataclasses.replace(
        run_of(matcher), as_of=dt.date(1, 1, 1), policy={"a": object(), "b": None}, positions=None
    )  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        write_workbook(old, results, [], run)
    assert old.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["1 商务拓展岗"], ["1 商务拓展岗"]),
        (
            ["零售/公司业务金融产品经理岗（总行营业部）：2024年度社会招聘第二批"],
            ["零售 公司业务金融产品经理岗（总行营业部）：2024年度社会招"],
        ),
        (["a:b*c?d[e]f\\g"], ["a b c d e f g"]),
        (["'引'"], ["引"]),
        (["", "  "], ["表", "表 (2)"]),
        (["History"], ["History_"]),
        (["A" * 40, "a" * 40], ["A" * 31, "a" * 27 + " (2)"]),
    ],
)  # fmt: skip
def test_sheet_names(titles: list[str], expected: list[str]) -> None:
    """B217."""
    found = sheet_names(titles)
    assert found == expected
    assert all(len(n) <= 31 for n in found)


@pytest.mark.parametrize("text", ["长" * 40_000, "𠮷" * 20_000, "x" * 32_768])
def test_long_cell_is_cut_with_a_note(text: str) -> None:
    """B220: Excel counts UTF-16 units."""
    found = cell_text(text)
    assert len(found.encode("utf-16-le")) // 2 <= MAX_CELL
    assert found.endswith("完整内容见 JSON）")
    assert found[0] == text[0]


@pytest.mark.parametrize("text", ["", "长" * MAX_CELL, "𠮷" * (MAX_CELL // 2)])
def test_cell_that_fits_is_whole(text: str) -> None:
    assert cell_text(text) == text


def test_long_resume_gives_a_sound_file(matcher: Matcher, results: list[MatchResult], tmp_path: Path) -> None:
    book = opened(matcher, tmp_path / "a.xlsx", [renamed(results[0], "很长" * 30_000)])
    assert len(column(book["候选人"], "文件", 3)[0]) <= MAX_CELL
