"""PDF: drawn by reportlab, printed by Chromium, changed by pypdf."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from matcher.reading import pdf, read_path
from matcher.reading.base import Document, ReadError, Source
from matcher.reading.pdf import looks_like_words
from matcher.schema import Unreadable
from tests.reading.conftest import codes, put, read_all, read_one, refused

pypdf = pytest.importorskip("pypdf")
annotations = pytest.importorskip("pypdf.annotations")

Maker = Callable[..., bytes]
Printer = Callable[[str], bytes]
RESUME = ["姓名：王测试", "电话：13800000000", "学历：本科 某大学 金融学", "2018.07-2021.06 甲银行 产品经理"]


@pytest.fixture(autouse=True)
def no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, unless a test asks for ``fake_ocr``: reading pictures has tests of its own."""

    def missing(_: object) -> list[str]:
        raise ReadError("needs_ocr", "需要文字识别", "needs OCR")

    monkeypatch.setattr(pdf, "ocr_images", missing)


def lines(data: bytes) -> list[str]:
    """The lines of a document; empty ones, which stand for gaps, are left out."""
    return [line for line in read_one(data).text.split("\n") if line]


def edited(data: bytes, change: Callable[[Any], None]) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    change(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


# --- order ------------------------------------------------------------------------------------------------------

LEFT = ["教育背景", "某大学 本科", "2014.09-2018.06"]
RIGHT = ["工作经历", "甲银行 产品经理", "2018.07-2021.06"]


def test_lines_in_order(make_pdf: Maker) -> None:
    assert lines(make_pdf(put(RESUME))) == RESUME


def columns(
    by_row: bool, left: Sequence[str], right: Sequence[str], title: str = "", step: float = 18
) -> Callable[[Any], None]:
    def draw(sheet: Any) -> None:
        if title:
            sheet.drawString(250, 800, title)
        places = [(60, 770 - 18 * i, t) for i, t in enumerate(left)] + [
            (300, 770 - step * i, t) for i, t in enumerate(right)
        ]
        for x, y, text in sorted(places, key=lambda p: (-p[1], p[0])) if by_row else places:
            sheet.drawString(x, y, text)

    return draw


@pytest.mark.parametrize("by_row", [False, True])
@pytest.mark.parametrize("step", [18, 15.5])
@pytest.mark.parametrize("title", ["", "个人简历", "王测试 电话：13800000000 邮箱：a@example.com"])
def test_two_columns(make_pdf: Maker, by_row: bool, step: float, title: str) -> None:  # B022
    data = make_pdf(columns(by_row, LEFT, RIGHT, title, step))
    assert lines(data) == ([title] if title else []) + LEFT + RIGHT


def test_a_side_bar_without_headings(make_pdf: Maker) -> None:
    side = ["王测试", "13800000000", "a@example.com", "某市"]
    main = ["2018.07-2021.06 甲银行", "产品经理，负责金融产品", "2021.07-2022.06 乙银行", "高级产品经理", "本科 某大学"]
    assert lines(make_pdf(columns(False, side, main, step=15.5))) == side + main


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # dates at the right edge belong to their lines
        (
            [("甲银行 产品经理", "2018.07-2021.06"), ("乙银行 客户经理", "2016.07-2018.06"), ("丙银行 柜员", "2014.07-2016.06")],
            ["甲银行 产品经理\t2018.07-2021.06", "乙银行 客户经理\t2016.07-2018.06", "丙银行 柜员\t2014.07-2016.06"],
        ),
        # labels and values
        ([("姓名", "王测试"), ("学历", "本科"), ("专业", "会计学")], ["姓名：王测试", "学历：本科", "专业：会计学"]),
        # headings in the margin
        ([("教育背景", "2014.09-2018.06 某大学 本科"), ("工作经历", "2018.07-2021.06 甲银行 产品经理")],
         ["教育背景", "2014.09-2018.06 某大学 本科", "工作经历", "2018.07-2021.06 甲银行 产品经理"]),
    ],
)  # fmt: skip
def test_rows_stay_rows(make_pdf: Maker, rows: list[tuple[str, str]], expected: list[str]) -> None:
    def draw(sheet: Any) -> None:
        for i, (a, b) in enumerate(rows):
            sheet.drawString(60, 780 - 20 * i, a)
            sheet.drawString(330, 780 - 20 * i, b)

    assert lines(make_pdf(draw)) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            '<h1 style="text-align:center">个人简历</h1><div style="display:flex"><div style="width:30%;background:#234;color:#fff;padding:10px">'
            "<h3>教育背景</h3><p>某大学 本科</p><p>2014.09-2018.06</p></div><div style='width:60%;padding:10px'><h3>工作经历</h3>"
            "<p>甲银行 产品经理 <span style='float:right'>2018.07-2021.06</span></p><p>负责产品</p>"
            "<p>乙银行 客户经理 <span style='float:right'>2016.07-2018.06</span></p></div></div>",
            ["个人简历", "教育背景", "某大学 本科", "2014.09-2018.06", "工作经历", "甲银行 产品经理\t2018.07-2021.06", "负责产品",
             "乙银行 客户经理\t2016.07-2018.06"],
        ),
        (
            "<style>td{border:1px solid #000}table{border-collapse:collapse}</style><table><tr><td>姓名</td><td>王测试</td><td>学历</td>"
            "<td>本科</td></tr><tr><td>专业</td><td colspan=3>会计学</td></tr><tr><td rowspan=3>工作经历</td><td>起止时间</td><td>单位</td>"
            "<td>职务</td></tr><tr><td>2019.01-2021.12</td><td style='width:60px'>某某银行股份有限公司某某分行</td><td>产品经理</td></tr>"
            "<tr><td>2018.01-2018.12</td><td>丁公司</td><td>助理</td></tr></table>",
            ["姓名：王测试", "学历：本科", "专业：会计学", "工作经历", "起止时间\t单位\t职务", "2019.01-2021.12\t某某银行股份有限公司某某分行\t产品经理",
             "2018.01-2018.12\t丁公司\t助理"],
        ),
        (
            "<p>工作经历</p><p style='width:300px'>负责金融产品的市场调研、需求分析、产品设计与上线推广，协调科技、风险、运营等部门推进项目，"
            "跟踪产品运行数据并持续优化产品功能与流程，编写产品手册。</p><p>教育背景</p>",
            ["工作经历", "负责金融产品的市场调研、需求分析、产品设计与上线推广，协调科技、风险、运营等部门推进项目，跟踪产品运行数据并持续优化产品功能与流程，"
             "编写产品手册。", "教育背景"],
        ),
        (
            "<p>负责SQL Server数据仓库and business intelligence</p><ul><li>第一</li><li>第二</li></ul>",
            ["负责SQL Server数据仓库and business intelligence", "第一", "第二"],
        ),
        (
            "<p style='font-family:DejaVu Sans;font-style:italic'>Sample Payments (Shanghai) Ltd. Office offers</p>",
            ["Sample Payments (Shanghai) Ltd. Office offers"],
        ),
        (
            "<p style='width:330px'>Built a churn model and a cross-sell model, monitored, recalibrated and documented both of them every "
            "quarter of a year, with a report of ten pages for the management.</p>",
            ["Built a churn model and a cross-sell model, monitored, recalibrated and documented both of them every quarter of a year, "
             "with a report of ten pages for the management."],
        ),
    ],
)  # fmt: skip
def test_printed_by_chromium(chromium_pdf: Printer, html: str, expected: list[str]) -> None:
    page = f'<meta charset="utf-8"><style>body{{font-family:"Noto Sans CJK SC";font-size:13px}}</style>{html}'
    assert lines(chromium_pdf(page)) == expected


# --- characters -------------------------------------------------------------------------------------------------


def test_fake_bold_is_one_character(make_pdf: Maker) -> None:  # B026
    def draw(sheet: Any) -> None:
        for shift in (0, 0.4):
            put(["工作经历", "本科 2011.11-2018.06"], 60 + shift)(sheet)

    assert lines(make_pdf(draw)) == ["工作经历", "本科 2011.11-2018.06"]


def test_spread_out_words_close_up(make_pdf: Maker) -> None:
    def draw(sheet: Any) -> None:
        for i, char in enumerate("个人简历"):
            sheet.drawString(200 + 30 * i, 780, char)

    assert lines(make_pdf(draw)) == ["个人简历"]


@pytest.mark.parametrize("first", ["2018.09-2020.03 在某某银行任金融产", "在某某银行总行零售业务部担任高级客户经"])
@pytest.mark.parametrize("pages", [1, 2])
def test_a_word_cut_at_a_line_or_page_end(make_pdf: Maker, first: str, pages: int) -> None:  # B035
    rest = "品经理，负责产品设计。" if first.endswith("产") else "理，负责客户维护。"
    data = make_pdf(put([first, rest])) if pages == 1 else make_pdf(put([first]), put([rest]))
    assert lines(data) == [first + rest]


def test_page_numbers_and_running_heads_do_not_cut_words(make_pdf: Maker) -> None:
    def page(number: int, text: str) -> Callable[[Any], None]:
        return put(["王测试的简历", text, f"第{number}页 共2页"])

    data = make_pdf(page(1, "2018.09-2020.03 在某某银行任金融产"), page(2, "品经理，负责产品设计。"))
    assert lines(data) == ["王测试的简历", "2018.09-2020.03 在某某银行任金融产品经理，负责产品设计。"]


def test_lines_as_long_as_one_another_are_not_one(make_pdf: Maker) -> None:
    texts = ["2018.09-2020.03 甲银行某某分行", "产品经理，负责金融产品与渠道"]
    assert lines(make_pdf(put(texts))) == texts


# --- what is not the applicant's text ---------------------------------------------------------------------------


@pytest.mark.parametrize("angle", [45, 30, -45, 60])
@pytest.mark.parametrize("grey", [0.0, 0.6, 0.85])
def test_a_tilted_mark_is_left_out(make_pdf: Maker, angle: int, grey: float) -> None:  # B028
    def draw(sheet: Any) -> None:
        put(["2018.09-2020.03 甲银行", "产品经理，负责金融产品"])(sheet)
        sheet.saveState()
        sheet.translate(100, 740)
        sheet.rotate(angle)
        sheet.setFillGray(grey)
        sheet.setFont("Chinese", 30)
        sheet.drawString(0, 0, "内部资料 仅供招聘")
        sheet.restoreState()

    document = read_one(make_pdf(draw))
    assert document.text == "2018.09-2020.03 甲银行\n产品经理，负责金融产品"
    assert codes(document) == {"watermark"}


def test_a_level_pale_mark_is_left_out(make_pdf: Maker) -> None:
    def draw(sheet: Any) -> None:
        put(["2018.09-2020.03 甲银行", "产品经理"])(sheet)
        sheet.setFillGray(0.8)
        sheet.setFont("Chinese", 40)
        sheet.drawString(50, 760, "内部资料")

    document = read_one(make_pdf(draw))
    assert document.text == "2018.09-2020.03 甲银行\n产品经理"
    assert codes(document) == {"watermark"}


def test_a_grey_title_is_no_mark(make_pdf: Maker) -> None:
    def draw(sheet: Any) -> None:
        sheet.setFillGray(0.5)
        sheet.setFont("Chinese", 28)
        sheet.drawString(60, 780, "王测试")
        sheet.setFillGray(0)
        sheet.setFont("Chinese", 11)
        put(RESUME[1:], y=740)(sheet)

    assert lines(make_pdf(draw)) == ["王测试", *RESUME[1:]]


def white(sheet: Any) -> None:
    sheet.setFillGray(1)
    sheet.drawString(60, 600, "博士 CFA")


def tiny(sheet: Any) -> None:
    sheet.setFont("Chinese", 1)
    sheet.drawString(60, 600, "博士 CFA")


def off_page(sheet: Any) -> None:
    sheet.drawString(60, -40, "博士 CFA")
    sheet.drawString(900, 500, "博士 CFA")


def invisible(sheet: Any) -> None:
    text = sheet.beginText(60, 600)
    text.setTextRenderMode(3)
    text.textLine("博士 CFA")
    sheet.drawText(text)


def covered(sheet: Any) -> None:
    sheet.drawString(60, 600, "博士 CFA")
    sheet.setFillGray(1)
    sheet.rect(50, 590, 200, 30, fill=1, stroke=0)


def dark_on_dark(sheet: Any) -> None:
    sheet.setFillColorRGB(0.1, 0.2, 0.4)
    sheet.rect(50, 590, 200, 30, fill=1, stroke=0)
    sheet.drawString(60, 600, "博士 CFA")


def white_over_words(sheet: Any) -> None:
    sheet.setFillGray(1)
    sheet.drawString(62, 777, "博士 CFA")


def clear(sheet: Any) -> None:
    sheet.setFillAlpha(0)
    sheet.drawString(60, 600, "博士 CFA")


def clipped(sheet: Any) -> None:
    sheet.saveState()
    path = sheet.beginPath()
    path.rect(300, 300, 10, 10)
    sheet.clipPath(path, stroke=0)
    sheet.drawString(60, 600, "博士 CFA")
    sheet.restoreState()


@pytest.mark.parametrize(
    "hide", [white, tiny, off_page, invisible, covered, dark_on_dark, white_over_words, clear, clipped]
)
def test_hidden_text_is_out_and_flagged(make_pdf: Maker, hide: Callable[[Any], None]) -> None:  # B241
    def draw(sheet: Any) -> None:
        put(RESUME)(sheet)
        hide(sheet)

    document = read_one(make_pdf(draw))
    assert document.text.split("\n") == RESUME
    assert codes(document) == {"hidden_text"}


def test_white_on_a_dark_side_bar_is_honest(make_pdf: Maker) -> None:
    def draw(sheet: Any) -> None:
        sheet.setFillColorRGB(0.1, 0.2, 0.4)
        sheet.rect(0, 0, 200, 842, fill=1, stroke=0)
        sheet.setFillGray(1)
        put(["联系方式", "13800000000"], 40)(sheet)
        sheet.setFillGray(0)
        put(["工作经历", "2018.07-2021.06 甲银行"], 240)(sheet)

    document = read_one(make_pdf(draw))
    assert document.text.split("\n") == ["联系方式", "13800000000", "工作经历", "2018.07-2021.06 甲银行"]
    assert codes(document) == set()


# --- pages, fields, notes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("upright", [True, False])
def test_turned_pages(make_pdf: Maker, turn: int, upright: bool) -> None:
    def draw(sheet: Any) -> None:
        if turn and upright:
            sheet.setPageRotation(turn)
        sheet.saveState()
        sheet.translate(300, 400)
        sheet.rotate(turn)
        put(RESUME, -120, 100)(sheet)
        sheet.restoreState()

    assert lines(make_pdf(draw)) == RESUME


def test_form_fields_stand_beside_their_labels(make_pdf: Maker) -> None:  # B033
    values = {"name": "周测试", "degree": "硕士"}

    def draw(sheet: Any) -> None:
        put(["姓名：________ 学历：________", "电话："])(sheet)
        form = sheet.acroForm
        form.textfield(name="name", tooltip="姓名", x=95, y=776, width=50, height=15, value="x", fontSize=9)
        form.textfield(name="degree", tooltip="学历", x=190, y=776, width=50, height=15, value="x", fontSize=9)
        form.textfield(name="phone", x=95, y=758, width=90, height=15, value="13800000000", fontSize=9)
        form.checkbox(name="mode", x=60, y=730, size=12, checked=True)
        sheet.drawString(80, 732, "全日制")

    def fill(writer: Any) -> None:
        for reference in writer.pages[0]["/Annots"]:
            field = reference.get_object()
            if field.get("/T") in values:
                field[pypdf.generic.NameObject("/V")] = pypdf.generic.TextStringObject(values[field["/T"]])

    document = read_one(edited(make_pdf(draw), fill))
    assert document.text.split("\n") == ["姓名：周测试 学历：硕士", "电话：13800000000", "☑ 全日制"]
    assert ("姓名", "周测试") in document.fields


def test_free_text_notes_are_read(make_pdf: Maker) -> None:  # B034
    def add(writer: Any) -> None:
        note = annotations.FreeText(text="补充：CFA二级，2020.01起任产品经理", rect=(60, 500, 300, 540))
        writer.add_annotation(0, note)

    assert lines(edited(make_pdf(put(RESUME)), add))[-1] == "补充：CFA二级，2020.01起任产品经理"


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_encryption(make_pdf: Maker, algorithm: str) -> None:  # B031, B032
    plain = make_pdf(put(RESUME))
    pytest.importorskip("cryptography")
    assert lines(edited(plain, lambda w: w.encrypt("", "owner", algorithm=algorithm))) == RESUME
    assert refused(edited(plain, lambda w: w.encrypt("open", "owner", algorithm=algorithm))).code == "encrypted"


def test_pages_beyond_the_limit_are_named(make_pdf: Maker) -> None:
    document = read_one(make_pdf(*[put([f"第{i}段 甲银行产品经理"]) for i in range(60)]))
    assert "第49段" in document.text
    assert "第50段" not in document.text
    assert codes(document) == {"pages_cut"}


# --- pages without sound text -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("姓名：王测试 学历：本科", True),
        ("Product manager, retail bank, 2018.01-2022.12", True),
        ("⾦融产品经理，⼯作3年", True),
        ("本科學歷，三年以上金融產品經理經驗", True),
        ("13800000000", True),
        ("ʃཕɛϡ ɮ˘ɰʌ", False),  # B020
        ("閲戣瀺浜у搧閸欓弫娑撻柌娑旀澘", False),
        ("\ue001\ue002\ue003\ue004 2018", False),
    ],
)
def test_words_are_told_from_rubbish(text: str, sound: bool) -> None:
    assert looks_like_words(text) is sound


@pytest.fixture
def fake_ocr(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []

    def read(images: Sequence[Any]) -> list[str]:
        seen.extend(image.size for image in images)
        return ["姓名：王测试\n学历：本科"] * len(images)

    monkeypatch.setattr(pdf, "ocr_images", read)
    return seen


@pytest.fixture
def scan(tmp_path: Path, chinese_font: str) -> str:
    image = pytest.importorskip("PIL.Image").new("L", (800, 1100), 255)
    pytest.importorskip("PIL.ImageDraw").Draw(image).rectangle((80, 80, 500, 120), fill=0)
    path = tmp_path / "scan.png"
    image.save(path)
    return str(path)


def remove_unicode(writer: Any) -> None:
    for font in writer.pages[0]["/Resources"]["/Font"].values():
        font.get_object().pop("/ToUnicode", None)


def test_without_ocr_a_person_is_asked(make_pdf: Maker, scan: str) -> None:
    picture = lambda sheet: sheet.drawImage(scan, 0, 0, 595, 842)  # noqa: E731
    assert refused(make_pdf(picture)).code == "needs_ocr"  # B037
    assert refused(make_pdf(put(["(cid:1203)(cid:887)：(cid:45)(cid:2210)"]))).code == "needs_ocr"  # B017
    assert refused(make_pdf(put(["ʃཕɛϡ ɮ˘ɰʌ ЖЩЮЯ"]))).code == "needs_ocr"
    # a scanned certificate behind a sound resume loses nothing but itself, and says so
    document = read_one(make_pdf(put(RESUME * 2), picture))
    assert document.text.split("\n") == RESUME * 2
    assert codes(document) == {"pages_not_read"}
    assert "2" in document.notices[0].message


def test_with_ocr_the_page_is_read(make_pdf: Maker, scan: str, fake_ocr: list[tuple[int, int]]) -> None:
    document = read_one(make_pdf(put(RESUME), lambda sheet: sheet.drawImage(scan, 0, 0, 595, 842)))
    assert document.text.split("\n") == [*RESUME, "姓名：王测试", "学历：本科"]
    assert codes(document) == {"ocr"}
    assert fake_ocr[0][0] > 1500  # 200 dpi


def test_fonts_without_to_unicode_go_to_ocr(make_pdf: Maker, fake_ocr: list[tuple[int, int]]) -> None:  # B017
    document = read_one(edited(make_pdf(put(RESUME)), remove_unicode))
    assert document.text == "姓名：王测试\n学历：本科"
    assert fake_ocr


def test_the_text_layer_of_a_scan_is_used_and_said(make_pdf: Maker, scan: str) -> None:
    def draw(sheet: Any) -> None:
        sheet.drawImage(scan, 0, 0, 595, 842)
        text = sheet.beginText(60, 770)
        text.setTextRenderMode(3)
        text.textLines("\n".join(RESUME))
        sheet.drawText(text)

    document = read_one(make_pdf(draw))
    assert document.text.split("\n") == RESUME
    assert codes(document) == {"ocr_layer"}


# --- damage -----------------------------------------------------------------------------------------------------


def test_a_file_cut_before_its_cross_references(make_pdf: Maker) -> None:
    data = make_pdf(put(RESUME))
    assert lines(data[: data.rindex(b"\nxref")]) == RESUME
    assert lines(data.replace(b"startxref\n", b"startxref\n9")) == RESUME


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n" + bytes(range(256)) * 20])
def test_rubbish_under_a_pdf_head(data: bytes) -> None:
    assert refused(data).code == "damaged"


def test_loops(make_pdf: Maker) -> None:
    def loop(writer: Any) -> None:
        pages = writer._root_object["/Pages"]
        pages["/Kids"].append(writer._root_object.raw_get("/Pages"))

    found = read_all(edited(make_pdf(put(RESUME)), loop))
    assert len(found) == 1
    assert isinstance(found[0], Unreadable) or found[0].text.startswith(RESUME[0])


def test_an_empty_page(make_pdf: Maker) -> None:
    assert refused(make_pdf(lambda sheet: None)).code == "empty"


def test_mutated_files_never_raise(make_pdf: Maker) -> None:
    whole = make_pdf(put(RESUME), columns(True, LEFT, RIGHT), pageCompression=0)
    chance = random.Random(7)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            found = list(pdf.read(Source(bytes(data), "x")))
        except ReadError:
            continue
        assert all(isinstance(d, Document) for d in found)


def test_the_name_is_the_file_name(make_pdf: Maker, tmp_path: Path) -> None:
    path = tmp_path / "甲.doc"
    path.write_bytes(make_pdf(put(RESUME)))
    assert [d.name for d in read_path(path)] == ["甲.doc"]
