"""Notices of other employers: six invented ones against answers written by hand, and our own word for word."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matcher import cli
from matcher.knowledge import DATA_DIR, KnowledgeError, data_file, load_common_requirements, load_positions, read_table
from matcher.notice import NoticeError, check, explain, import_notice, write
from matcher.notice.blocks import field_of, sort_sentences, split_labels
from matcher.notice.tables import common_csv, positions_csv
from matcher.pipeline import Matcher
from matcher.reading.layout import Cell
from matcher.schema import Position
from matcher.training import fit
from tests.support import ROOT

NOTICES = ROOT / "tests" / "notices"
GOLDEN = sorted(NOTICES.glob("*.json"))
SEED = Path(os.environ.get("MATCHER_NOTICE", ROOT.parent / "shared" / "seed" / "notice.txt"))
EACH = pytest.mark.parametrize("golden", GOLDEN, ids=lambda p: p.stem)


def load(golden: Path) -> dict[str, Any]:
    """A notice's golden answer."""
    found: dict[str, Any] = json.loads(golden.read_text(encoding="utf-8"))
    return found


def rules(p: Position) -> dict[str, Any]:
    """What the golden answers say of a position, texts apart."""
    return {
        "position_id": p.position_id,
        "title": p.title,
        "min_degree": p.min_degree.value,
        "full_time": p.full_time,
        "majors": list(p.majors),
        "majors_open": p.majors_open,
        "min_years": p.min_years,
        "experience_domains": list(p.experience_domains),
        "max_age": p.max_age,
        "born_from": p.born_from.isoformat() if p.born_from else None,
        "age_by_degree": [[degree.value, cap] for degree, cap in p.age_by_degree],
        "age_relaxed_to": p.age_relaxed_to,
        "preferred": list(p.preferred),
        "waivable": p.waivable,
        "needs_portfolio": p.needs_portfolio,
        "certificates": list(p.certificates),
    }


def test_there_are_six_shapes() -> None:
    assert {Path(load(g)["file"]).suffix for g in GOLDEN} == {".docx", ".html", ".xlsx", ".txt", ".pdf", ".rtf"}


@EACH
def test_positions_are_those_written(golden: Path) -> None:
    answer = load(golden)
    found = import_notice(NOTICES / answer["file"])
    assert [rules(p) for p in found.positions] == [
        {k: v for k, v in p.items() if k != "text"} for p in answer["positions"]
    ]
    assert found.title == answer["title"]
    assert (found.as_of.isoformat() if found.as_of else None) == answer["as_of"]
    assert [list(c) for c in found.common] == answer["common"]


@EACH
def test_words_are_the_notices(golden: Path) -> None:
    answer = load(golden)
    found = import_notice(NOTICES / answer["file"])
    for position, wanted in zip(found.positions, answer["positions"], strict=True):
        texts = {field: getattr(position, f"{field}_text") for field in wanted["text"]}
        assert texts == wanted["text"]


@EACH
def test_what_is_no_rule_is_listed_for_a_person(golden: Path) -> None:
    answer = load(golden)
    found = import_notice(NOTICES / answer["file"])
    shown = [[u.kind, u.position_id, u.text] for u in found.unread if u.kind in ("check", "unlawful")]
    assert sorted(shown, key=str) == sorted(answer["unread"], key=str)


@EACH
def test_a_folder_is_read_back_as_it_was_imported(golden: Path, tmp_path: Path) -> None:
    found = import_notice(NOTICES / load(golden)["file"])
    write(found, tmp_path)
    assert load_positions(tmp_path) == found.positions
    assert load_common_requirements(tmp_path) == found.common
    positions, problems = check(tmp_path)
    assert positions == found.positions
    assert [p for p in problems if p.severe or "不一致" in p.message or "读作" in p.message] == []


RESUME = """姓名：张测试
出生年月：1994年5月
学历：硕士研究生
教育经历
2012.09-2016.06 重庆大学 {major} 本科 全日制
2016.09-2019.06 重庆大学 {major} 硕士 全日制
工作经历
2019.07-至今 {employer} {job}
{duty}
"""


@pytest.mark.parametrize(
    ("name", "words", "best", "answers"),
    [
        (
            "bank_table",
            {"major": "统计学", "employer": "示例商业银行", "job": "数据分析师", "duty": "建立客户流失预测模型，使用SQL、Python"},
            2,
            {"min_degree": "meets", "full_time": "meets", "major": "meets", "experience": "meets", "age": "meets"},
        ),
        (
            "energy_forms",
            {"major": "软件工程", "employer": "示例能源公司", "job": "软件开发工程师", "duty": "负责信息系统开发、运行维护"},
            2,
            {"full_time": "meets", "major": "meets", "experience": "unknown", "age": "meets"},
        ),
        (
            "institute_list",
            {"major": "档案学", "employer": "示例图书馆", "job": "档案管理员", "duty": "管理档案"},
            1,
            {"major": "meets", "experience": "meets", "age": "meets"},
        ),
        (
            "startup_prose",
            {"major": "数学", "employer": "示例互联网公司", "job": "数据分析师", "duty": "设计A/B实验，使用SQL和Python写报告"},
            1,
            {"major": "meets", "experience": "meets"},
        ),
        (
            "bilingual",
            {"major": "金融学", "employer": "示例支付公司", "job": "金融产品经理", "duty": "规划钱包与支付产品，撰写需求文档"},
            1,
            {"major": "meets", "experience": "meets", "age": "meets"},
        ),
        (
            "city_bank_list",
            {"major": "金融学", "employer": "示例商业银行", "job": "客户经理", "duty": "负责小微企业客户的开发与维护，贷款调查和贷后管理"},
            1,
            {"full_time": "meets", "major": "meets", "experience": "meets", "age": "meets", "kinship": "meets"},
        ),
    ],
)  # fmt: skip
def test_a_resume_is_matched_against_the_notice(
    name: str, words: dict[str, str], best: int, answers: dict[str, str], tmp_path: Path
) -> None:
    data, models = tmp_path / "notice", tmp_path / "models"
    write(import_notice(NOTICES / load(NOTICES / f"{name}.json")["file"]), data)
    fit(data, models)
    matcher = Matcher.load(data, models)
    result = matcher.match(RESUME.format(**words), k=1, as_of=matcher.as_of or dt.date(2026, 11, 24))
    (match,) = result.matches
    assert match.position_id == best
    found = {v.rule: v.outcome.value for v in match.verdicts}
    assert {rule: found[rule] for rule in answers} == answers


def test_the_notices_own_date_is_the_date_of_ages(tmp_path: Path) -> None:
    """云岚银行 counts to 2026-10-31; without a date of its own the day of the run is used."""
    data, models = tmp_path / "notice", tmp_path / "models"
    write(import_notice(NOTICES / "bank_table.docx"), data)
    fit(data, models)
    matcher = Matcher.load(data, models)
    resume = "张测试\n出生日期：1991年10月15日\n"
    ages = {
        r.as_of: r.candidate.age.value
        for r in (matcher.match(resume), matcher.match(resume, as_of=dt.date(2026, 9, 1)))
    }
    assert ages == {dt.date(2026, 10, 31): 35, dt.date(2026, 9, 1): 34}


# --- our own notice -----------------------------------------------------------------------------------------------


def test_the_seed_notice_gives_our_positions_byte_for_byte(tmp_path: Path) -> None:
    if not SEED.is_file():
        pytest.skip(f"the notice is not here ({SEED}); set MATCHER_NOTICE to compare word for word")
    write(import_notice(SEED), tmp_path)
    for name in ("positions.csv", "common_requirements.csv"):
        assert (tmp_path / name).read_bytes() == (DATA_DIR / name).read_bytes()


HEADER = ("序号", "招聘岗位", "岗位职责", "岗位需求")
LABELS = (
    ("学历及专业", "education"),
    ("专业能力及素质", "competencies"),
    ("从业经验及资历", "experience"),
    ("年龄", "age"),
)


def raw_rows() -> list[dict[str, str]]:
    """Our positions' cells, blanks kept."""
    with (DATA_DIR / "positions.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def typeset() -> list[tuple[str, str, str, str]]:
    """The table of our notice set anew from its cells: number, title, duties, requirements."""
    rows = []
    for row in raw_rows():
        items = []
        for at, (label, column) in enumerate(LABELS, start=1):
            mark = "\n" if column == "competencies" else ""
            items.append(f"{at}、{label}：{mark}{row[column]}")
        joint = "" if row["preferred_conditions"].endswith("，") else "，"
        items.append(f"5、优先录用条件：{row['preferred_conditions']}{joint}{row['waiver']}")
        rows.append((row["position_id"], row["title"], row["responsibilities"], "\n".join(items)))
    return rows


COMMON = [text for text, _ in load_common_requirements()]


def as_docx(path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("招聘岗位及要求")
    document.add_paragraph("一、应聘者基本要求")
    for at, text in enumerate(COMMON, start=1):
        document.add_paragraph(f"{at}.{text}")
    table = document.add_table(rows=0, cols=4)
    for cells in (HEADER, *typeset()):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    document.save(str(path))


def as_xlsx(path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["招聘岗位及要求"])
    sheet.append(["一、应聘者基本要求"])
    for at, text in enumerate(COMMON, start=1):
        sheet.append([f"{at}.{text}"])
    for cells in (HEADER, *typeset()):
        sheet.append(list(cells))
    book.save(path)


def as_html(path: Path) -> None:
    from html import escape

    rows = "".join(
        "<tr>" + "".join(f"<td style='white-space: pre'>{escape(c)}</td>" for c in cells) + "</tr>"
        for cells in (HEADER, *typeset())
    )
    common = "".join(f"<p>{at}.{escape(text)}</p>" for at, text in enumerate(COMMON, start=1))
    head = (
        "<!DOCTYPE html><html><head><meta charset='utf-8'></head><body><p>招聘岗位及要求</p><p>一、应聘者基本要求</p>"
    )
    path.write_text(f"{head}{common}<table>{rows}</table></body></html>", encoding="utf-8")


@pytest.mark.parametrize(("suffix", "make"), [("docx", as_docx), ("xlsx", as_xlsx), ("html", as_html)])
def test_our_notice_set_anew_gives_our_positions(suffix: str, make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / f"notice.{suffix}"
    make(path)
    found = import_notice(path)
    assert positions_csv(found.positions) == (DATA_DIR / "positions.csv").read_text(encoding="utf-8")
    assert common_csv(found.common) == (DATA_DIR / "common_requirements.csv").read_text(encoding="utf-8")


def test_our_notice_as_a_pdf_list_gives_our_rules(tmp_path: Path, chinese_font: str) -> None:
    """A pdf has no cells: the same words as headings and lists. Blanks and line ends are the page's, so they may differ."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen import canvas

    lines = ["招聘岗位及要求", "一、应聘者基本要求", *(f"{at}.{text}" for at, text in enumerate(COMMON, start=1))]
    for _, title, duties, wanted in typeset():
        lines += [f"招聘岗位：{title}", "岗位职责：", *duties.split("\n"), "岗位需求：", *wanted.split("\n")]
    path = tmp_path / "notice.pdf"
    sheet = canvas.Canvas(str(path), pagesize=A4, invariant=1)
    at = 0
    for line in lines:
        for start in range(0, max(len(line), 1), 44):
            if at % 44 == 0:
                sheet.showPage() if at else None
                sheet.setFont(chinese_font, 11)
            sheet.drawString(50, 790 - at % 44 * 17, line[start : start + 44])
            at += 1
    sheet.save()
    found = import_notice(path)
    ours = load_positions()
    assert [rules(p) for p in found.positions] == [rules(p) for p in ours]
    for mine, theirs in zip(ours, found.positions, strict=True):
        for field in (
            "responsibilities_text",
            "education_text",
            "competencies_text",
            "experience_text",
            "preferred_text",
        ):
            assert "".join(getattr(theirs, field).split()) == "".join(getattr(mine, field).split())


@pytest.fixture(scope="module")
def chinese_font() -> str:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    for path in ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"):
        if Path(path).exists():
            try:
                pdfmetrics.registerFont(TTFont("Chinese", path))
            except TTFError:
                continue
            return "Chinese"
    pytest.skip("no TrueType Chinese font (fonts-wqy-zenhei)")


# --- taking a notice apart ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("岗位职责", "responsibilities"),
        ("三、岗位职责", "responsibilities"),
        ("（二）任职 资格", "requirements"),
        ("年龄（周岁）", "age"),
        ("招聘\n人数", "headcount"),
        ("Responsibilities 岗位职责", "responsibilities"),
        ("Requirements", "requirements"),
        ("岗位职责是什么", ""),
        ("专业能力", "competencies"),
        ("", ""),
    ],
)
def test_headings(text: str, field: str) -> None:
    assert field_of(text) == field


def test_labels_inside_a_cell_keep_the_words_as_they_stand() -> None:
    text = "1、学历及专业：本科；\n2、专业能力及素质：\n   细心 \nl认真\n3、年龄：35岁以下"
    assert split_labels(text) == (("education", "本科；"), ("competencies", "   细心 \nl认真"), ("age", "35岁以下"))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("本科及以上学历，35周岁以下，3年以上银行从业经验。", [("education", "本科及以上学历"), ("age", "35周岁以下"), ("experience", "3年以上银行从业经验。")]),
        ("会计学，财务管理，审计学等专业本科以上学历，30岁以下", [("", "会计学"), ("", "财务管理"), ("education", "审计学等专业本科以上学历"), ("age", "30岁以下")]),
        ("本科及以上学历，硕士优先；", [("education", "本科及以上学历"), ("preferred", "硕士优先；")]),
        ("熟悉专业知识，工作认真", [("", "熟悉专业知识，工作认真")]),
    ],
)  # fmt: skip
def test_sentences_go_where_they_belong(text: str, pieces: list[tuple[str, str]]) -> None:
    assert list(sort_sentences(text, "")) == pieces


def test_merged_cells_of_html_repeat_their_text() -> None:
    from matcher.notice.sources import grid

    rows = grid([[("部门", 1, 2), ("岗位", 2, 1)], [("甲", 1, 1), ("乙", 1, 1)]]).rows
    assert rows == (
        (Cell("部门"), Cell("岗位"), Cell("岗位", continued=True)),
        (Cell("部门", continued=True), Cell("甲"), Cell("乙")),
    )


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.txt", b"", "空"),
        ("letter.txt", "各位同事，明天放假。".encode(), "没有找到岗位"),
        ("broken.docx", b"PK\x03\x04[Content_Types].xml word/", "损坏"),
        ("missing.txt", None, "找不到"),
    ],
)
def test_what_is_no_notice_says_so(name: str, data: bytes | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(NoticeError, match=said):
        import_notice(path)


# --- checking -----------------------------------------------------------------------------------------------------


def test_our_own_data_has_no_problem() -> None:
    positions, problems = check()
    assert len(positions) == 10
    assert problems == ()


def test_every_rule_is_explained() -> None:
    said = explain(load_positions()[0])
    assert said.startswith(
        "1 互联网金融产品经理岗：全日制本科及以上；专业：经济金融、管理、计算机等相关专业（开放）；"
        "经验：金融产品经理3年以上；年龄：35周岁及以下；"
    )
    assert said.endswith("特别优秀者可放宽（只作建议）")


def edited(folder: Path, row: int, **cells: str) -> Path:
    """A copy of our data's positions with cells of one row changed."""
    rows = raw_rows()
    rows[row].update(cells)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (folder / "positions.csv").write_text(out.getvalue(), encoding="utf-8")
    shutil.copy(DATA_DIR / "common_requirements.csv", folder)
    return folder


@pytest.mark.parametrize(
    ("cells", "said", "severe"),
    [
        ({"min_years": "5"}, "min_years 为 5，原文“3年以上金融产品设计工作经验；”读作 3 年", False),
        ({"max_age": "30"}, "年龄规则", False),
        ({"min_degree": "硕士"}, "min_degree 为“硕士”", False),
        ({"full_time": "no"}, "full_time 为 no", False),
        ({"experience_domains": "banking"}, "experience_domains 为“banking”", False),
        ({"experience_domains": "cooking"}, "不在 data/domain_names.csv", True),
        ({"preferred": "nobody"}, "不在 data/preferred.csv", True),
        ({"majors": "计算机|法学类"}, "majors 的“法学类”不在原文", False),
        ({"majors": "计算机|炼丹术"}, "“炼丹术”不在专业目录中", False),
        ({"age": "35岁以下，限男性；"}, "法律不允许", False),
    ],
)
def test_a_wrong_cell_is_named_with_its_row(cells: dict[str, str], said: str, severe: bool, tmp_path: Path) -> None:
    _, problems = check(edited(tmp_path, 1, **cells))
    found = [p for p in problems if said in p.message]
    assert found
    lines = (tmp_path / "positions.csv").read_text(encoding="utf-8").split("\n")
    for problem in found:
        assert problem.severe is severe
        assert lines[problem.row - 1].startswith("2,互联网金融产品设计岗,")


def test_a_cell_that_cannot_be_read_is_severe(tmp_path: Path) -> None:
    positions, (problem,) = check(edited(tmp_path, 0, max_age="三十五"))
    assert positions == ()
    assert problem.severe
    assert "max_age" in problem.message


# --- a notice's folder --------------------------------------------------------------------------------------------


def test_a_notices_folder_lies_over_data(tmp_path: Path) -> None:
    write(import_notice(NOTICES / "startup_prose.txt"), tmp_path)
    assert data_file(tmp_path, "policy.toml") == DATA_DIR / "policy.toml"
    assert data_file(tmp_path, "learned_weights.csv") == tmp_path / "learned_weights.csv"
    (tmp_path / "policy.toml").write_text("[counting]\n", encoding="utf-8")
    assert data_file(tmp_path, "policy.toml") == tmp_path / "policy.toml"


def test_a_folder_without_a_notice_is_no_overlay(tmp_path: Path) -> None:
    assert data_file(tmp_path, "policy.toml") == tmp_path / "policy.toml"


def test_terms_are_a_draft_from_the_notices_words(tmp_path: Path) -> None:
    write(import_notice(NOTICES / "bank_table.docx"), tmp_path)
    rows = [row for _, row in read_table(tmp_path / "position_terms.csv", ["position_id", "field", "term"])]
    terms = {(row["position_id"], row["field"], row["term"]) for row in rows}
    assert {("1", "title", "数字产品经理"), ("2", "tool", "sql"), ("3", "title", "客户经理")} <= terms


# --- the command line ---------------------------------------------------------------------------------------------


def test_import_check_fit_and_match_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Side by side: two notices by name, and data/ when no name is given."""
    monkeypatch.setattr("matcher.knowledge.NOTICES_DIR", tmp_path / "notices")
    monkeypatch.setattr("matcher.scoring.MODELS_DIR", tmp_path / "models")
    monkeypatch.setattr("matcher.pipeline.MODELS_DIR", tmp_path / "models")
    for name, file in (("yunlan", "bank_table.docx"), ("songguo", "startup_prose.txt")):
        out = tmp_path / "notices" / name
        assert cli.main(["positions", "import", str(NOTICES / file), "--out", str(out)]) == 0
        said = capsys.readouterr().out
        assert "需要人看的" in said
        assert f"fit --notice {name}" in said
        assert cli.main(["positions", "check", str(out)]) == 0
        assert cli.main(["fit", "--notice", name]) == 0
        capsys.readouterr()
    resume = tmp_path / "resume.txt"
    resume.write_text(
        RESUME.format(major="数学", employer="示例公司", job="数据分析师", duty="使用SQL"), encoding="utf-8"
    )
    titles = {}
    for name in ("yunlan", "songguo"):
        assert cli.main(["match", "--json", "--top", "1", "--notice", name, str(resume)]) == 0
        titles[name] = json.loads(capsys.readouterr().out)["matches"][0]["title"]
    assert titles == {"yunlan": "数据分析岗", "songguo": "数据分析师"}
    assert cli.main(["positions", "--notice", "songguo", "--json"]) == 0
    assert [p["title"] for p in json.loads(capsys.readouterr().out)] == ["数据分析师", "用户体验设计师", "商务拓展经理"]
    out = tmp_path / "list.xlsx"
    assert cli.main(["rank", str(resume), "--out", str(out), "--notice", "yunlan", "--workers", "1"]) == 0
    assert "数据分析岗" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["match", "--notice", "nowhere", "x.txt"], "没有名为“nowhere”的公告"),
        (["match", "--notice", "../data", "x.txt"], "没有名为"),
        (["positions", "import", "missing.txt", "--out", "{tmp}/out"], "找不到文件"),
        (["positions", "import", "missing.txt", "--out", str(DATA_DIR)], "data/ 是共同的数据"),
        (["positions", "import", str(NOTICES / "bank_table.docx"), "--out", "{tmp}/full"], "--force"),
        (["fit", "--notice", "nowhere", "--ads", "ads.csv"], "--ads"),
    ],
)
def test_wrong_usage_says_what_to_do(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "positions.csv").write_text("kept", encoding="utf-8")
    assert cli.main([a.format(tmp=tmp_path) for a in arguments]) == 2
    assert said in capsys.readouterr().err
    assert (tmp_path / "full" / "positions.csv").read_text(encoding="utf-8") == "kept"


def test_a_wrong_table_is_exit_code_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["positions", "check", str(edited(tmp_path, 0, min_years="x"))]) == 1
    assert "min_years" in capsys.readouterr().out


def test_a_bad_pattern_names_its_row(tmp_path: Path) -> None:
    from matcher.notice.rules import patterns

    (tmp_path / "notice_rules.csv").write_text("rule,value,pattern,note\nyears,,(,\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"notice_rules\.csv：第 2 行"):
        patterns("years", tmp_path)
