"""Pools of applicants: headings, rows, and what spreadsheet programs do to values. Files are made by openpyxl, xlwt,
xlsxwriter, LibreOffice and the csv module."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from matcher.reading import sheets, table
from matcher.reading.base import Document, ReadError, Source

PEOPLE: list[list[Any]] = [["姓名", "学历"], ["王测试", "本科"], ["李测试", "硕士"]]


def xlsx(rows: Sequence[Sequence[Any]], change: Callable[[Any], None] | None = None, title: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if change is not None:
        change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: Sequence[Sequence[Any]], change: Callable[[Any], None] | None = None) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write(r, c, value)
    if change is not None:
        change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def comma(rows: Sequence[Sequence[Any]], encoding: str = "utf-8", mark: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark).writerows([["" if v is None else v for v in row] for row in rows])
    return out.getvalue().encode(encoding)


def read(data: bytes, mapping: dict[str, str] | None = None) -> list[Document]:
    source = Source(data, "pool")
    assert mapping is not None or table.accepts(source)
    return list(table.read_table(source, mapping))


def values(documents: Sequence[Document], label: str) -> list[str]:
    return ["|".join(v for k, v in d.fields if k == label) for d in documents]


def codes(document: Document) -> set[str]:
    return {n.code for n in document.notices}


# ------------------------------------------------------------------------------------------------------- all producers


@pytest.mark.parametrize("make", [xlsx, xls, comma])
def test_one_applicant_a_row(make: Callable[..., bytes]) -> None:
    found = read(
        make(
            [
                ["姓名", "手机号", "学历", "专业"],
                ["王测试", "13800000001", "本科", "金融学"],
                ["李测试", "13800000002", "硕士", None],
            ]
        )
    )
    assert [d.text.splitlines() for d in found] == [
        ["姓名：王测试", "电话：13800000001", "学历：本科", "专业：金融学"],
        ["姓名：李测试", "电话：13800000002", "学历：硕士"],
    ]
    assert [d.name.endswith(("#2", "#Sheet1!2")) for d in found] == [True, False]


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "csv"])
def test_libreoffice_writes_the_same_applicants(suffix: str, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    rows: list[list[Any]] = [
        ["姓名", "联系电话", "出生日期"],
        ["王测试", 13800000001, dt.date(1992, 5, 7)],
        ["李测试", 13800000002, dt.date(1990, 1, 2)],
    ]
    (tmp_path / "pool.xlsx").write_bytes(xlsx(rows))
    form = {
        "xlsx": "xlsx:Calc MS Excel 2007 XML",
        "xls": "xls:MS Excel 97",
        "csv": "csv:Text - txt - csv (StarCalc):44,34,76",
    }
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", form[suffix],
         "--outdir", str(tmp_path / "out"), str(tmp_path / "pool.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    found = read((tmp_path / "out" / f"pool.{suffix}").read_bytes())
    assert values(found, "电话") == ["13800000001", "13800000002"]
    assert values(found, "出生年月") == ["1992-05-07", "1990-01-02"]


@pytest.mark.parametrize(
    "heads",
    [
        ["名字", "联系方式", "最高学历", "所学专业", "生日"],
        ["候选人姓名", "手机号码", "文化程度", "专业名称", "出生日期"],
        ["应聘者", "联系电话", "学历层次", "主修专业", "出生年月"],
        ["*姓 名：", "电 话", "学历（最高）", "专业（所学）", "出生年月\n(如1990-01)"],
        ["Name", "Mobile", "Education Level", "Major", "Date of Birth"],
        ["姓名", "電話", "學歷", "專業", "出生日期"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("make", [xlsx, comma])
def test_other_words_for_the_headings(heads: list[str], make: Callable[..., bytes]) -> None:
    (found,) = read(make([heads, ["王测试", "13800000001", "本科", "会计学", "1992-05"]]))
    assert dict(found.fields) == {
        "姓名": "王测试", "电话": "13800000001", "学历": "本科", "专业": "会计学", "出生年月": "1992-05",
    }  # fmt: skip


def test_every_alias_is_known_once_and_leads_to_its_label() -> None:
    with table.HEADINGS_FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len({table._key(r["alias"]) for r in rows}) == len(rows)
    assert {r["kind"] for r in rows} == {"text", "digits", "date", "period", "section", "skip"}
    for row in rows:
        hit = table._lookup(row["alias"], {})
        assert hit is not None, row
        assert hit[0].field == row["field"], row


def test_a_mapping_overrides_the_guess() -> None:
    data = comma([["代号", "最终学位层次", "内部编码"], ["王测试", "硕士", "A1"]])
    assert not table.accepts(Source(data, "pool.csv"))
    (found,) = read(data, {"代号": "name", "最终学位层次": "学历", "内部编码": "编码"})
    assert found.fields == (("姓名", "王测试"), ("学历", "硕士"), ("编码", "A1"))


def test_an_unknown_column_keeps_its_own_heading() -> None:
    (found,) = read(comma([["姓名", "学历", "面试官", "一面结果"], ["王测试", "本科", "赵测试", "良"]]))
    assert ("一面结果", "良") in found.fields
    assert "面试官：赵测试" in found.text


# ------------------------------------------------------------------------------------------------------------ headings


def test_a_title_and_a_group_row_stand_above_the_headings() -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_cells("A1:D1")
        sheet.merge_cells("A2:B2")
        sheet.merge_cells("C2:D2")

    rows: list[list[Any]] = [
        ["2024年招聘汇总"],
        ["基本信息", None, "教育情况", None],
        ["姓名", "学历", "毕业院校", "专业"],
        ["王测试", "本科", "某大学", "金融学"],
    ]
    (found,) = read(xlsx(rows, merge))
    assert dict(found.fields) == {"姓名": "王测试", "学历": "本科", "毕业院校": "某大学", "专业": "金融学"}


@pytest.mark.parametrize("merged", [True, False])
def test_two_rows_of_headings_tell_repeated_groups_apart(merged: bool) -> None:
    rows: list[list[Any]] = [
        ["姓名", "全日制教育", None, "在职教育", None, "工作经历", None, None],
        [None, "学历", "毕业院校及专业", "学历", "毕业院校及专业", "起止时间", "单位", "职务"],
        ["王测试", "本科", "某大学金融学", "硕士", "某学院会计学", "2018.09-2020.03", "甲银行", "产品经理"],
    ]

    def merge(sheet: Any) -> None:
        for area in ("A1:A2", "B1:C1", "D1:E1", "F1:H1"):
            sheet.merge_cells(area)

    (found,) = read(xlsx(rows, merge) if merged else comma(rows))
    assert "全日制教育：\n某大学金融学 本科" in found.text
    assert "在职教育：\n某学院会计学 硕士" in found.text
    assert "工作经历：\n2018.09-2020.03 甲银行 产品经理" in found.text
    assert ("全日制教育学历", "本科") in found.fields
    assert ("在职教育学历", "硕士") in found.fields


def test_numbered_groups_of_columns_stay_apart() -> None:
    heads = ["姓名", "工作单位1", "入职时间1", "离职时间1", "工作单位2", "入职时间2", "离职时间2"]
    (found,) = read(comma([heads, ["王测试", "甲银行", "2018-07", "2021-06", "乙公司", "2021-07", "至今"]]))
    assert "2018-07 至 2021-06 甲银行" in found.text
    assert "2021-07 至 至今 乙公司" in found.text


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8-sig", ","),
        ("gb18030", ","),
        ("utf-16", "\t"),
        ("gbk", ";"),
        ("utf-8", "，"),
        ("utf-8-sig", "\t"),
        ("big5", ","),
    ],
)
def test_csv_in_any_encoding_and_with_any_delimiter(encoding: str, mark: str) -> None:
    rows: list[list[Any]] = [
        ["姓名", "手機", "備註"],
        ["王測試", "13800000001", "銀行工作經驗三年，熟悉產品管理與開發"],
    ]
    if mark == "，":
        rows[1][2] = "銀行工作經驗三年"
    (found,) = read(comma(rows, encoding, mark))
    assert values([found], "姓名") == ["王測試"]
    assert values([found], "电话") == ["13800000001"]


def test_line_breaks_and_delimiters_inside_a_cell() -> None:
    story = '2018.07-2021.06 甲银行,产品经理\n2021.07-至今 乙公司，"主管"'
    (found,) = read(comma([["姓名", "工作经历", "学历"], ["王测试", story, "本科"]]))
    assert f"工作经历：\n{story}\n学历：本科" in found.text


def test_a_stray_quote_does_not_swallow_the_rest() -> None:
    data = '姓名,学历\n王"测试,本科\n李测试,硕士\n'.encode()
    assert values(read(data), "学历") == ["本科", "硕士"]


def test_headings_repeated_on_each_printed_page_and_totals_are_no_applicants() -> None:
    rows: list[list[Any]] = [*PEOPLE, ["姓名", "学历"], ["赵测试", "大专"], ["合计：3人", None]]
    found = read(xlsx(rows))
    assert values(found, "姓名") == ["王测试", "李测试", "赵测试"]


@pytest.mark.parametrize(
    "text",
    [
        "姓名：王测试\n学历：本科，金融学\n2018.09-2020.03，甲银行，产品经理\n",
        "姓名\t王测试\t性别\t男\n学历\t本科\t专业\t会计学\n",
        "# 王测试\n| 项目 | 内容 |\n| --- | --- |\n| 学历 | 本科 |\n",
        "你好",
        "",
        "家庭成员：姓名，关系，年龄\n王某，父亲，62\n",
    ],
)
def test_a_resume_in_plain_text_is_no_pool(text: str) -> None:
    assert not table.accepts(Source(text.encode(), "a.txt"))


# -------------------------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize("make", [xlsx, xls])
def test_a_phone_kept_as_a_number_stays_digits(make: Callable[..., bytes]) -> None:
    rows: list[list[Any]] = [["姓名", "手机"], ["王测试", 13800000001], ["李测试", None], ["赵测试", 13800000003.0]]
    assert values(read(make(rows)), "电话") == ["13800000001", "", "13800000003"]


def test_a_phone_that_pandas_wrote_as_a_float() -> None:
    assert values(read(comma([["姓名", "手机"], ["王测试", "13800000001.0"], ["李测试", ""]])), "电话") == [
        "13800000001",
        "",
    ]


@pytest.mark.parametrize(
    "kept", ['="110101199003070011"', "'110101199003070011", "\t110101199003070011", "110101199003070011"]
)
def test_long_digits_kept_as_text_are_whole(kept: str) -> None:
    (found,) = read(comma([["姓名", "身份证号"], ["王测试", kept]]))
    assert values([found], "身份证号") == ["110101199003070011"]
    assert "digits_lost" not in codes(found)


@pytest.mark.parametrize("make", [xlsx, xls])
def test_long_digits_kept_as_a_number_are_flagged(make: Callable[..., bytes]) -> None:
    found = read(make([["姓名", "身份证号"], ["王测试", 110101199003070000], ["李测试", "110101199003070011"]]))
    assert values(found, "身份证号") == ["110101199003070000", "110101199003070011"]
    assert ["digits_lost" in codes(d) for d in found] == [True, False]


@pytest.mark.parametrize("text", ["1.1010119900307E+17", "110101199003070000"])
def test_digits_that_a_csv_has_already_lost_are_flagged(text: str) -> None:
    (found,) = read(comma([["姓名", "身份证号"], ["王测试", text]]))
    assert "digits_lost" in codes(found)


DATES: list[tuple[Any, str | None, str]] = [
    (43344, None, "2018-09-01"),
    (43344, "yyyy-mm-dd", "2018-09-01"),
    (43344, 'yyyy"年"m"月"d"日"', "2018-09-01"),
    (43344, 'yyyy"年"m"月"', "2018-09"),
    (43344, "[$-804]yyyy/m/d;@", "2018-09-01"),
    (dt.datetime(2018, 9, 1), None, "2018-09-01"),
    (dt.datetime(2018, 9, 1, 10, 30), None, "2018-09-01 10:30"),
    (201809, None, "2018-09"),
    (20180901, None, "2018-09-01"),
    (2018.09, None, "2018.09"),
    (2018.10, "0.00", "2018.10"),
    (2018, None, "2018"),
    ("2018年9月", None, "2018年9月"),
    ("2018/9/1 0:00:00", None, "2018/9/1"),
    ("43344", None, "2018-09-01"),
]


@pytest.mark.parametrize(("value", "code", "shown"), DATES)
def test_dates_however_the_sheet_keeps_them(value: Any, code: str | None, shown: str) -> None:
    def style(sheet: Any) -> None:
        if code is not None:
            sheet["B2"].number_format = code

    (found,) = read(xlsx([["姓名", "入职日期"], ["王测试", value]], style))
    assert values([found], "入职日期") == [shown]


def test_the_other_epoch() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    assert book.active is not None
    for row in (["姓名", "入职日期"], ["王测试", dt.date(2018, 9, 1)]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    assert values(read(out.getvalue()), "入职日期") == ["2018-09-01"]


def test_january_or_october_is_asked() -> None:
    (found,) = read(xlsx([["姓名", "入职日期"], ["王测试", 2018.1]]))
    assert "date_ambiguous" in codes(found)


def test_a_number_outside_a_date_column_is_no_date() -> None:
    (found,) = read(xlsx([["姓名", "期望薪资"], ["王测试", 43344]]))
    assert values([found], "期望薪资") == ["43344"]


@pytest.mark.parametrize("blank", [None, "", "nan", "NaN", "None", "N/A", "-", "/", "  ", "\u3000"])
def test_a_blank_is_empty(blank: str | None) -> None:
    for make in (xlsx, comma):
        (found,) = read(make([["姓名", "毕业院校", "学历"], ["王测试", blank, "本科"]]))
        assert found.text == "姓名：王测试\n学历：本科"


def test_a_formula_gives_its_result_and_an_error_gives_nothing() -> None:
    # The file as Excel keeps it: openpyxl cannot write a formula together with its result.
    data = xlsx([["姓名", "年龄", "学历"], ["王测试", 32, "本科"]])
    old = zipfile.ZipFile(io.BytesIO(data))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                assert b"<v>32</v>" in part
                part = part.replace(b"<v>32</v>", b"<f>2024-1992</f><v>32</v>").replace(
                    b"</row></sheetData>", b'<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData>'
                )
            new.writestr(name, part)
    (found,) = read(out.getvalue())
    assert found.text == "姓名：王测试\n年龄：32\n学历：本科"


# ------------------------------------------------------------------------------------------------------ merged, hidden


@pytest.mark.parametrize("make", [xlsx, xls])
def test_a_name_merged_over_two_jobs_is_one_person(make: Callable[..., bytes]) -> None:
    def merge(sheet: Any) -> None:
        if make is xlsx:
            sheet.merge_cells("A2:A3")
        else:
            sheet.merge(1, 2, 0, 0)

    rows: list[list[Any]] = [
        ["姓名", "工作单位", "职务", "入职日期", "离职日期"],
        ["王测试", "甲银行", "产品经理", "2018-07", "2021-06"],
        [None, "乙公司", "产品总监", "2021-07", "至今"],
        ["李测试", "丙公司", "会计", "2019-01", "至今"],
    ]
    first, second = read(make(rows, merge))
    assert first.text == "姓名：王测试\n工作经历：\n2018-07 至 2021-06 甲银行 产品经理\n2021-07 至 至今 乙公司 产品总监"
    assert "李测试" in second.text
    assert "乙公司" not in second.text


def test_a_row_without_anything_of_its_own_goes_on_with_the_person_above() -> None:
    rows: list[list[Any]] = [
        ["姓名", "电话", "工作单位", "入职日期"],
        ["王测试", "13800000001", "甲银行", "2018-07"],
        [None, None, "乙公司", "2021-07"],
    ]
    (found,) = read(comma(rows))
    assert "甲银行" in found.text
    assert "乙公司" in found.text


def test_a_row_with_a_phone_but_no_name_is_a_person() -> None:
    rows: list[list[Any]] = [["姓名", "电话", "学历"], ["王测试", "13800000001", "本科"], [None, "13800000002", "硕士"]]
    assert values(read(comma(rows)), "学历") == ["本科", "硕士"]


def test_one_person_exported_with_a_row_for_each_job() -> None:
    rows: list[list[Any]] = [
        ["姓名", "电话", "工作单位", "入职日期", "应聘岗位"],
        ["王测试", "13800000001", "甲银行", "2018-07", "金融产品经理"],
        ["王测试", "13800000001", "乙公司", "2021-07", "金融产品经理"],
        ["王测试", "13800000001", "乙公司", "2021-07", "数据分析"],
    ]
    found = read(comma(rows))
    assert [d.text.count("2018-07") for d in found] == [1, 0]
    assert values(found, "应聘岗位") == ["金融产品经理", "数据分析"]


def test_a_group_value_merged_over_several_persons_belongs_to_each() -> None:
    rows: list[list[Any]] = [["姓名", "应聘岗位"], ["王测试", "数据分析"], ["李测试", None], ["赵测试", "客户经理"]]
    found = read(xlsx(rows, lambda sheet: sheet.merge_cells("B2:B3")))
    assert values(found, "应聘岗位") == ["数据分析", "数据分析", "客户经理"]


def test_all_sheets_are_read_and_hidden_rows_sheets_and_columns_are_marked() -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "社招"
    for row in PEOPLE:
        first.append(row)
    first.row_dimensions[3].hidden = True
    second = book.create_sheet("校招")
    for row in (["姓名", "学历", "性别"], ["赵测试", "本科", "男"]):
        second.append(row)
    second.column_dimensions["C"].hidden = True
    second.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue())
    assert [d.name for d in found] == ["pool#社招!2", "pool#社招!3", "pool#校招!2"]
    assert [codes(d) for d in found] == [set(), {"hidden_row"}, {"hidden_sheet", "hidden_column"}]


def test_hidden_rows_of_xls() -> None:
    def hide(sheet: Any) -> None:
        sheet.row(2).hidden = True

    assert [codes(d) for d in read(xls(PEOPLE, hide))] == [set(), {"hidden_row"}]


def test_instructions_beside_a_pool_are_no_applicant() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["填写说明：请勿修改模板"])
    people = book.create_sheet("名单")
    for row in PEOPLE:
        people.append(row)
    out = io.BytesIO()
    book.save(out)
    assert values(read(out.getvalue()), "姓名") == ["王测试", "李测试"]


# --------------------------------------------------------------------------------------------------------------- forms

FORM: list[list[Any]] = [
    ["应聘登记表"],
    ["姓名", "王测试", "性别", "男", "出生年月", "1992.05"],
    ["学历", "本科", "专业", "会计学", "联系电话", 13800000001],
    ["教育经历"],
    ["起止时间", "学校", "专业", "学历"],
    ["2010.09-2014.06", "某大学", "会计学", "本科"],
    ["家庭成员"],
    ["姓名", "关系", "工作单位", "职务"],
    ["王某", "父亲", "某公司", "职员"],
]


@pytest.mark.parametrize("make", [xlsx, xls])
def test_one_persons_form_is_one_document(make: Callable[..., bytes]) -> None:
    (found,) = read(make(FORM))
    for part in ("姓名：王测试", "学历：本科", "专业：会计学", "13800000001", "2010.09-2014.06"):
        assert part in found.text
    assert found.fields == ()


def test_a_form_with_merged_cells_says_nothing_twice() -> None:
    rows: list[list[Any]] = [
        ["姓名", None, "王测试", None],
        ["求职意向", None, "金融产品经理", None],
        ["学历", None, "硕士", None],
    ]

    def merge(sheet: Any) -> None:
        for row in (1, 2, 3):
            sheet.merge_cells(f"A{row}:B{row}")
            sheet.merge_cells(f"C{row}:D{row}")

    (found,) = read(xlsx(rows, merge))
    assert found.text.count("金融产品经理") == 1
    assert "学历：硕士" in found.text


def test_a_sheet_for_each_person() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, degree in (("王测试", "本科"), ("李测试", "硕士")):
        sheet = book.create_sheet(name)
        for row in (["姓名", name, "性别", "男"], ["学历", degree, "专业", "金融学"]):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    first, second = read(out.getvalue())
    assert "本科" in first.text
    assert "硕士" not in first.text
    assert "硕士" in second.text


def test_a_pool_on_its_side() -> None:
    rows: list[list[Any]] = [
        ["姓名", "王测试", "李测试"],
        ["学历", "本科", "硕士"],
        ["专业", "金融学", "会计学"],
        ["电话", 13800000001, 13800000002],
    ]
    found = read(xlsx(rows))
    assert [dict(d.fields)["学历"] for d in found] == ["本科", "硕士"]
    assert [dict(d.fields)["电话"] for d in found] == ["13800000001", "13800000002"]


# ---------------------------------------------------------------------------------------------------------- Excel XML

XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="名单"><Table><Row><Cell ss:MergeAcross="2"><Data ss:Type="String">汇总</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">姓名</Data></Cell><Cell><Data ss:Type="String">手机</Data></Cell><Cell><Data ss:Type="String">学历</Data></Cell></Row>
<Row ss:Hidden="1"><Cell><Data ss:Type="String">王测试</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">本科</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">李测试</Data></Cell><Cell><Data ss:Type="Number">1.3800000001E10</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def test_excel_2003_xml() -> None:
    first, second = read(XML.encode())
    assert dict(first.fields) == {"姓名": "王测试", "学历": "本科"}
    assert codes(first) == {"hidden_row"}
    assert dict(second.fields) == {"姓名": "李测试", "电话": "13800000001"}


HTML = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="{0}"><style>td {{}}</style></head><body>
<table><tr><td colspan="3">候选人列表</td></tr><tr><th>姓名</th><th>手机</th><th>学历</th></tr>
<tr><td>王测试</td><td x:num="13800000001">1.38E+10</td><td rowspan="2">本科</td></tr>
<tr style="display:none"><td>李测试</td><td>13800000002</td></tr></table></body></html>"""


@pytest.mark.parametrize("codec", ["utf-8", "gb2312"])
def test_a_page_that_is_one_table_as_sites_export_it_under_xls(codec: str) -> None:
    first, second = read(HTML.format(codec).encode(codec))
    assert first.fields == (("姓名", "王测试"), ("电话", "13800000001"), ("学历", "本科"))
    assert second.fields == (("姓名", "李测试"), ("电话", "13800000002"), ("学历", "本科"))
    assert codes(second) == {"hidden_row"}


@pytest.mark.parametrize(
    "page",
    [
        "<p>我在甲银行任金融产品经理三年，负责理财产品设计与推广，熟悉需求分析</p><table><tr><th>姓名</th><th>学历</th></tr>"
        "<tr><td>王测试</td><td>本科</td></tr><tr><td>李测试</td><td>本科</td></tr></table>",
        "<table><tr><th>姓名</th><th>学历</th><th>电话</th></tr><tr><td>王测试</td><td>本科</td><td>13800000001</td></tr></table>",
        "<table><tr><td>姓名</td><td>王测试</td></tr><tr><td>学历</td><td>本科</td></tr></table>",
    ],
)
def test_a_resume_in_html_is_no_pool(page: str) -> None:
    assert not table.accepts(Source(f"<html><body>{page}</body></html>".encode(), "a.xls"))


# -------------------------------------------------------------------------------------------------------------- hostile


def _rezip(data: bytes, name: str, part: bytes) -> bytes:
    old = zipfile.ZipFile(io.BytesIO(data))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.namelist():
            new.writestr(info, part if info == name else old.read(info))
    return out.getvalue()


def _refused(data: bytes) -> str:
    with pytest.raises(ReadError) as error:
        list(table.read_table(Source(data, "pool.xlsx")))
    assert error.value.reason
    assert error.value.reason_en
    return error.value.code


def test_an_xlsx_bomb_is_refused() -> None:
    bomb = _rezip(xlsx(PEOPLE), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + b" " * (64 << 20))
    assert len(bomb) < 200_000
    assert _refused(bomb) == "too_big"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_xml_with_entities_is_refused(part: str) -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>&a;</t></is></c></row></sheetData><si><t>&a;</t></si><sheet name="&a;"/></worksheet>'
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})  # unlike openpyxl it writes shared strings
    book.add_worksheet().write(0, 0, "姓名")
    book.close()
    assert part in zipfile.ZipFile(out).namelist()
    assert _refused(_rezip(out.getvalue(), part, evil)) in ("unsafe_xml", "damaged")


def test_a_workbook_with_nothing_in_it() -> None:
    assert _refused(xlsx([])) == "empty"


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("make", [xlsx, xls])
def test_a_cut_workbook_is_damaged(make: Callable[..., bytes], keep: float) -> None:
    data = make(PEOPLE * 50)
    assert _refused(data[: int(len(data) * keep)]) in ("damaged", "empty")


@given(st.binary(max_size=400))
def test_any_bytes_are_accepted_or_not_without_an_error(data: bytes) -> None:
    table.accepts(Source(data, "x"))
    table.accepts(Source(b"PK\x03\x04" + data, "x"))
    table.accepts(Source(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data, "x"))


@given(st.lists(st.lists(st.text(max_size=6), min_size=2, max_size=4), min_size=1, max_size=6))
def test_every_row_of_a_pool_is_kept(rows: list[list[str]]) -> None:
    data = comma([["姓名", "电话", "毕业院校", "邮箱"], *[[f"测{i}", *row[:3]] for i, row in enumerate(rows)]])
    found = list(table.read_table(Source(data, "pool.csv")))
    assert [dict(d.fields)["姓名"] for d in found] == [f"测{i}" for i in range(len(rows))]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself(value: float) -> None:
    assert "e" not in sheets.plain_number(value).lower()
    if abs(value) >= 1e-3 or value == 0:
        assert float(sheets.plain_number(value)) == pytest.approx(value, rel=1e-9)
