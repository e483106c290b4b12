"""Word documents: real ones by python-docx, and parts written by hand for what python-docx cannot write."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Sequence

import docx
import pytest
from docx.shared import Pt, RGBColor
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.reading.base import Document
from tests.reading.conftest import STRICT_W, codes, make_docx, para, part, read_all, read_one, refused, relation

INS = 'w:id="1" w:author="A" w:date="2024-01-01T00:00:00Z"'


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def with_table(rows: Sequence[Sequence[str]], before: str = "") -> bytes:
    document = docx.Document()
    if before:
        document.add_paragraph(before)
    table = document.add_table(len(rows), max(map(len, rows)))
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            table.cell(i, j).text = text
    return saved(document)


def text_box(inner: str, fill: str = "") -> str:
    """A text box as Word writes it: DrawingML, and the same again as VML for old versions."""
    return (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp>'
        f"<wps:spPr>{fill}</wps:spPr><wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData>"
        "</a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>"
        f"{inner}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{para(text)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def complex_field(code: str, result: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{code}</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f"<w:r><w:t>{result}</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        # B001: a text box is read, and once
        (para("个人简历") + text_box(para("学历：本科，专业：金融学")), ["个人简历", "学历：本科，专业：金融学"]),
        # a VML text box that stands alone
        (
            f"<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>{para('电话：13800000000')}</w:txbxContent></v:textbox></v:shape>"
            "</w:pict></w:r></w:p>",
            ["电话：13800000000"],
        ),
        # a text box within a text box, and a table within one
        (text_box(para("外") + text_box(para("内"))), ["外", "内"]),
        (text_box(table(row(cell("姓名"), cell("王测试")))), ["姓名：王测试"]),
        # B004: content controls around blocks, runs, cells and rows; a prompt is not a value
        (f"<w:sdt><w:sdtContent>{para('姓名：李测试')}</w:sdtContent></w:sdt>", ["姓名：李测试"]),
        (
            "<w:p><w:r><w:t>最高学历：</w:t></w:r><w:sdt><w:sdtContent><w:r><w:t>硕士</w:t></w:r></w:sdtContent></w:sdt></w:p>",
            ["最高学历：硕士"],
        ),
        (
            table(row(cell("姓名"), f"<w:sdt><w:sdtContent>{cell('李测试')}</w:sdtContent></w:sdt>")),
            ["姓名：李测试"],
        ),
        (f"<w:sdt><w:sdtContent>{table(row(cell('学历'), cell('本科')))}</w:sdtContent></w:sdt>", ["学历：本科"]),
        (
            para("甲")
            + "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
            + para("单击此处输入文字")
            + "</w:sdtContent></w:sdt>",
            ["甲"],
        ),
        (
            '<w:p><w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☒</w:t>'
            '</w:r></w:sdtContent></w:sdt><w:r><w:t>全日制</w:t></w:r><w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="0"/>'
            "</w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☐</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>在职</w:t></w:r></w:p>",
            ["☑全日制☐在职"],
        ),
        # B011, B012: insertions in, deletions and moves-from out
        (
            f"<w:p><w:r><w:t>学历：</w:t></w:r><w:del {INS}><w:r><w:delText>大专</w:delText></w:r></w:del>"
            f"<w:ins {INS}><w:r><w:t>本科</w:t></w:r></w:ins></w:p>",
            ["学历：本科"],
        ),
        (
            f"<w:p><w:pPr><w:rPr><w:ins {INS}/></w:rPr></w:pPr><w:ins {INS}><w:r><w:t>2020.03-2023.02 丁银行 金融产品经理</w:t></w:r>"
            "</w:ins></w:p>",
            ["2020.03-2023.02 丁银行 金融产品经理"],
        ),
        (
            f"<w:p><w:moveFrom {INS}><w:r><w:t>甲银行</w:t></w:r></w:moveFrom></w:p>"
            f"<w:p><w:moveTo {INS}><w:r><w:t>甲银行</w:t></w:r></w:moveTo></w:p>",
            ["甲银行"],
        ),
        # a deleted paragraph mark joins two paragraphs
        (
            f"<w:p><w:pPr><w:rPr><w:del {INS}/></w:rPr></w:pPr><w:r><w:t>金融产</w:t></w:r></w:p>" + para("品经理"),
            ["金融产品经理"],
        ),
        (table(row(cell("甲"), properties=f"<w:del {INS}/>"), row(cell("乙"), properties=f"<w:ins {INS}/>")), ["乙"]),
        # B014: results of fields, not their codes; nested and simple fields; a field left open swallows nothing
        (
            f"<w:p>{complex_field(' HYPERLINK &quot;mailto:a@example.com&quot; ', 'a@example.com')}</w:p>",
            ["a@example.com"],
        ),
        (
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF </w:instrText></w:r>'
            f"{complex_field('PAGE', '9')}"
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>本科</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
            ["本科"],
        ),
        ('<w:p><w:fldSimple w:instr="AUTHOR"><w:r><w:t>王测试</w:t></w:r></w:fldSimple></w:p>', ["王测试"]),
        (
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r></w:p>'
            + para("本科"),
            ["本科"],
        ),
        (
            '<w:p><w:hyperlink r:id="x"><w:r><w:t>作品集 example.com</w:t></w:r></w:hyperlink></w:p>',
            ["作品集 example.com"],
        ),
        # old form fields
        (
            '<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData>'
            '</w:fldChar></w:r><w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
            "<w:r><w:t>已婚</w:t></w:r></w:p>",
            ["☑已婚"],
        ),
        (
            '<w:p><w:r><w:t>学历：</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/>'
            '<w:listEntry w:val="大专"/><w:listEntry w:val="本科"/></w:ddList></w:ffData></w:fldChar></w:r>'
            '<w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
            ["学历：本科"],
        ),
        # symbols, tabs, breaks, hyphens, ruby, smart tags
        (
            '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>统招</w:t><w:tab/><w:t>本科</w:t><w:br/><w:t>2018</w:t><w:noBreakHyphen/>'
            "<w:t>2020</w:t></w:r></w:p>",
            ["☑统招\t本科", "2018-2020"],
        ),
        (
            "<w:p><w:r><w:ruby><w:rt><w:r><w:t>zhe</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>喆</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>",
            ["喆"],
        ),
        (
            "<w:p><w:smartTag><w:r><w:t>北京</w:t></w:r></w:smartTag><w:customXml><w:r><w:t>某公司</w:t></w:r></w:customXml></w:p>",
            ["北京某公司"],
        ),
        # B006, B008: merged cells once, labels joined to values
        (
            table(
                row(cell("金融产品经理，5年经验", '<w:gridSpan w:val="4"/>')),
                row(cell("姓名"), cell("王测试"), cell("学历"), cell("本科")),
            ),
            ["金融产品经理，5年经验", "姓名：王测试", "学历：本科"],
        ),
        (
            table(
                row(cell("工作经历", '<w:vMerge w:val="restart"/>'), cell("起止时间"), cell("单位"), cell("职务")),
                row(cell("", "<w:vMerge/>"), cell("2019.01-2021.12"), cell("丙公司"), cell("产品经理")),
                row(cell("", "<w:vMerge/>"), cell("2018.01-2018.12"), cell("丁公司"), cell("助理")),
            ),
            ["工作经历", "起止时间\t单位\t职务", "2019.01-2021.12\t丙公司\t产品经理", "2018.01-2018.12\t丁公司\t助理"],
        ),
        # nested tables
        (
            table(row(f"<w:tc>{para('基本信息')}{table(row(cell('姓名'), cell('王测试')))}{para('')}</w:tc>")),
            ["基本信息", "姓名：王测试"],
        ),
        # labels spread out, written downwards, with colons and spacer cells
        (
            table(
                row(cell("姓　　名："), cell("王测试"), cell("学 历"), cell("")),
                row(cell("专业"), cell(""), cell("会计学"), cell("照片")),
            ),
            ["姓名：王测试", "学历：", "专业：会计学", "照片："],
        ),
        (
            table(
                row(
                    f"<w:tc>{para('工')}{para('作')}{para('经')}{para('历')}</w:tc>",
                    f"<w:tc>{para('2019.01 甲银行')}{para('负责产品')}</w:tc>",
                )
            ),
            ["工作经历", "2019.01 甲银行", "负责产品"],
        ),
        # comments are not the applicant's words; a strict document is read the same
        (
            '<w:p><w:commentRangeStart w:id="0"/><w:r><w:t>本科</w:t></w:r><w:r><w:commentReference w:id="0"/></w:r></w:p>',
            ["本科"],
        ),
    ],
)
@pytest.mark.parametrize("word", ["transitional", "strict"])
def test_body(body: str, lines: list[str], word: str) -> None:
    data = make_docx(body, word=STRICT_W) if word == "strict" else make_docx(body)
    assert read_one(data).text.split("\n") == lines


def test_form_table_by_python_docx() -> None:
    text = read_one(with_table([["姓名", "王测试", "出生年月", "1992.05"], ["学历", "本科", "专业", "会计学"]])).text
    assert text.split("\n") == ["姓名：王测试", "出生年月：1992.05", "学历：本科", "专业：会计学"]


def test_tables_stay_in_their_sections() -> None:
    document = docx.Document()
    for heading, cells in (
        ("工作经历", ["2019.01-2021.12", "丙公司"]),
        ("教育经历", ["2014.09-2018.06", "某大学", "本科"]),
    ):
        document.add_paragraph(heading)
        table_ = document.add_table(1, len(cells))
        for j, text in enumerate(cells):
            table_.cell(0, j).text = text
    assert read_one(saved(document)).text.split("\n") == [
        "工作经历",
        "2019.01-2021.12\t丙公司",
        "教育经历",
        "2014.09-2018.06\t某大学\t本科",
    ]


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        # one applicant under a header: label beside value
        ([["姓名", "性别", "学历"], ["王测试", "男", "本科"]], ["姓名：王测试", "性别：男", "学历：本科"]),
        # a family table is data: its names are not the applicant's
        (
            [["称谓", "姓名", "工作单位"], ["父亲", "王某", "某厂"]],
            ["称谓\t姓名\t工作单位", "父亲\t王某\t某厂"],
        ),
        (
            [["姓名：王测试", "性别：男"], ["学历：本科", "专业：会计学"]],
            ["姓名：王测试", "性别：男", "学历：本科", "专业：会计学"],
        ),
        ([["自我评价", "踏实肯干"]], ["自我评价", "踏实肯干"]),
        (
            [["2019.01-2021.12", "甲银行\n负责金融产品\n负责渠道"]],
            ["2019.01-2021.12\t甲银行", "负责金融产品", "负责渠道"],
        ),
    ],
)
def test_kinds_of_tables(rows: list[list[str]], lines: list[str]) -> None:
    assert read_one(with_table(rows)).text.split("\n") == lines


def test_headers_and_footers_once_by_python_docx() -> None:
    document = docx.Document()
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = "赵测试 13800000000"
    section.first_page_header.paragraphs[0].text = "赵测试 13800000000"
    section.footer.paragraphs[0].text = "邮箱：a@example.com"
    document.add_paragraph("教育经历")
    assert read_one(saved(document)).text.split("\n") == ["赵测试 13800000000", "教育经历", "邮箱：a@example.com"]


def test_notes_are_read_and_separators_are_not() -> None:
    notes = (
        '<w:footnote w:type="separator" w:id="0">'
        + para("---")
        + '</w:footnote><w:footnote w:id="1">'
        + para("CFA二级")
        + "</w:footnote>"
    )
    data = make_docx(
        para("证书") + '<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>',
        {"word/footnotes.xml": part("w:footnotes", notes)},
        relation("rId9", "footnotes", "footnotes.xml"),
    )
    assert read_one(data).text.split("\n") == ["证书", "", "CFA二级"]


def test_smart_art_is_read() -> None:
    data = make_docx(
        '<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><dgm:relIds r:dm="rId7"/></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>",
        {"word/diagrams/data1.xml": part("dgm:dataModel", "<a:p><a:r><a:t>技能：SQL</a:t></a:r></a:p>")},
        relation("rId7", "diagramData", "diagrams/data1.xml"),
    )
    assert read_one(data).text == "技能：SQL"


def test_imported_html_chunk_is_read() -> None:
    data = make_docx(
        para("个人简历") + '<w:altChunk r:id="rId8"/>',
        {"word/afchunk.html": "<html><body><p>姓名：王测试</p><p style='display:none'>博士</p></body></html>"},
        relation("rId8", "aFChunk", "afchunk.html"),
    )
    document = read_one(data)
    assert document.text.split("\n") == ["个人简历", "姓名：王测试"]
    assert "hidden_text" in codes(document)


def test_bullets_are_marked_and_numbered_headings_are_not() -> None:
    document = docx.Document()
    document.add_paragraph("工作经历", style="List Bullet")
    document.add_paragraph("负责金融产品", style="List Bullet")
    assert read_one(saved(document)).text.split("\n") == ["工作经历", "• 负责金融产品"]


WHITE = '<w:color w:val="FFFFFF"/>'


@pytest.mark.parametrize(
    "body",
    [
        para("博士", "<w:vanish/>"),
        para("博士", WHITE),
        para("博士", '<w:color w:val="FEFEFE"/>'),
        para("博士", '<w:sz w:val="2"/>'),
        para("博士", '<w:color w:val="1F3864"/>', '<w:shd w:val="clear" w:fill="1F3864"/>'),
        para("博士", WHITE, '<w:shd w:val="clear" w:fill="FFFFFF"/>'),
        text_box(para("博士", WHITE)),
        table(row(cell("姓名"), f"<w:tc>{para('博士', '<w:vanish/>')}</w:tc>")),
    ],
)
def test_hidden_text_is_out_and_flagged(body: str) -> None:
    document = read_one(make_docx(para("学历：本科 某某大学 金融学") + body))
    assert "博士" not in document.text
    assert "hidden_text" in codes(document)


@pytest.mark.parametrize(
    "body",
    [
        para("硕士", WHITE, '<w:shd w:val="clear" w:fill="1F3864"/>'),
        para("硕士", WHITE + '<w:highlight w:val="darkBlue"/>'),
        para("硕士", WHITE + '<w:shd w:val="clear" w:fill="000000"/>'),
        table(row(f'<w:tc><w:tcPr><w:shd w:val="clear" w:fill="2E74B5"/></w:tcPr>{para("硕士", WHITE)}</w:tc>')),
        text_box(para("硕士", WHITE), '<a:solidFill><a:srgbClr val="203864"/></a:solidFill>'),
        text_box(para("硕士", WHITE), '<a:solidFill><a:schemeClr val="accent1"/></a:solidFill>'),
        para("硕士", '<w:vanish w:val="0"/>'),
        para("硕士", '<w:color w:val="auto"/>'),
        para("硕士", '<w:color w:val="D9D9D9"/>'),
    ],
)
def test_white_on_dark_is_honest(body: str) -> None:
    document = read_one(make_docx(para("某某大学 金融学，全日制") + body))
    assert "硕士" in document.text
    assert "hidden_text" not in codes(document)


def test_hidden_by_style() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Base"><w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Ghost"><w:basedOn w:val="Base"/></w:style>'
        '<w:style w:type="character" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>'
    )
    data = make_docx(
        para("某某大学 金融学 本科") + para("博士", "", '<w:pStyle w:val="Ghost"/>') + para("硕士", '<w:rStyle w:val="Gone"/>')
        + para("会计", '<w:color w:val="000000"/>', '<w:pStyle w:val="Ghost"/>'),
        {"word/styles.xml": part("w:styles", styles)},
        relation("rId5", "styles", "styles.xml"),
    )  # fmt: skip
    assert read_one(data).text.split() == ["某某大学", "金融学", "本科", "会计"]


def test_hidden_runs_by_python_docx() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("学历：本科 某某大学 金融学")
    run = paragraph.add_run("CFA 硕士")
    run.font.size, run.font.color.rgb = Pt(1), RGBColor(255, 255, 255)
    found = read_one(saved(document))
    assert found.text == "学历：本科 某某大学 金融学"
    assert codes(found) == {"hidden_text"}


def test_tracked_changes_are_said() -> None:
    body = f"<w:p><w:r><w:t>学历：本科</w:t></w:r><w:del {INS}><w:r><w:delText>大专</w:delText></w:r></w:del></w:p>"
    assert "tracked_changes" in codes(read_one(make_docx(body)))


# --- what is refused --------------------------------------------------------------------------------------------

LONG = "".join(random.Random(0).choices("abcdefghijklmnopqrstuvwxyz", k=10_500_000))
DOCTYPE = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (make_docx(para("&x;"), prolog=DOCTYPE), "unsafe_xml"),  # B235
        (make_docx(para("&c;&c;"), prolog=LAUGHS), "unsafe_xml"),
        (make_docx(para("甲"), prolog="<!DOCTYPE w>"), "unsafe_xml"),
        (make_docx(para("A" * 30_000_000)), "archive_bomb"),  # B233: 30 MB of one letter in 30 kB
        (make_docx("<w:p/>" + "<w:sdt>" * 300 + "</w:sdt>" * 300), "xml_limits"),
        (make_docx(f'<w:p w:x="{LONG}"/>'), "xml_limits"),  # B237
        (make_docx(""), "empty"),
        (make_docx(para("博士", "<w:vanish/>")), "hidden_only"),
        (make_docx(para("甲"))[:900], "damaged"),
    ],
)
def test_refused(data: bytes, code: str) -> None:
    assert refused(data).code == code


def test_what_is_left_of_a_malformed_part_is_read_and_said() -> None:
    document = read_one(make_docx(para("姓名：王测试") + "<w:p><w:r><w:t>学历 & 本科</w:t></w:r>"))
    assert "姓名：王测试" in document.text
    assert "partly_damaged" in codes(document)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    data = make_docx(para("A" * 30_000_000))

    def no_reading(*_: object) -> bytes:
        raise AssertionError("unpacked")

    monkeypatch.setattr(zipfile.ZipExtFile, "read", no_reading)
    assert refused(data).code == "archive_bomb"


def test_a_member_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(make_docx(para("A" * 200_000)))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.rfind(mark, 0, data.rfind(b"word/document.xml"))
        data[at + offset : at + offset + 4] = (1000).to_bytes(4, "little")
    assert refused(bytes(data)).code == "damaged"


def test_content_tells_not_the_suffix() -> None:
    assert read_one(make_docx(para("本科")), "简历.txt").text == "本科"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutated_documents_never_raise(data: st.DataObject) -> None:
    whole = bytearray(make_docx(para("姓名：王测试") + table(row(cell("学历"), cell("本科"))) + text_box(para("技能"))))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found = read_all(bytes(whole[: data.draw(st.integers(len(whole) // 2, len(whole)))]))
    assert found


TAGS = [
    "w:p",
    "w:r",
    "w:t",
    "w:tbl",
    "w:tr",
    "w:tc",
    "w:sdt",
    "w:sdtContent",
    "w:ins",
    "w:del",
    "w:txbxContent",
    "w:drawing",
    "mc:AlternateContent",
    "mc:Choice",
]
TREES = st.recursive(
    st.just("<w:t>文</w:t>"),
    lambda inner: st.builds(
        lambda t, c: f"<{t}>{''.join(c)}</{t}>", st.sampled_from(TAGS), st.lists(inner, max_size=3)
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_any_structure_is_walked_without_an_accident(tree: str) -> None:
    (found,) = read_all(make_docx(tree))
    assert isinstance(found, Document) or found.code == "empty"
    if isinstance(found, Document):
        assert found.text.count("文") <= tree.count("文")


def test_damaged_compression_is_a_refusal() -> None:
    data = make_docx(para("甲" * 3000))
    at = data.find(b"word/document.xml") + 30
    broken = data[:at] + bytes(b ^ 0x55 for b in data[at : at + 40]) + data[at + 40 :]
    assert refused(broken).code in {"damaged", "unsafe_xml"}


@pytest.mark.parametrize(
    ("mark", "kept"),
    [
        ("<w:strike/>", "学历：本科"),
        ("<w:dstrike/>", "学历：本科"),
        ('<w:rStyle w:val="S"/>', "学历：本科"),
        ('<w:strike w:val="0"/>', "学历：大专本科"),
        ('<w:rStyle w:val="S"/><w:strike w:val="false"/>', "学历：大专本科"),
    ],
)
def test_struck_out_words_are_left_out_and_said(mark: str, kept: str) -> None:
    style = '<w:style w:type="character" w:styleId="S"><w:rPr><w:strike/></w:rPr></w:style>'
    runs = "".join(
        f"<w:r><w:rPr>{m}</w:rPr><w:t>{t}</w:t></w:r>" for t, m in (("学历：", ""), ("大专", mark), ("本科", ""))
    )
    document = read_one(
        make_docx(
            f"<w:p>{runs}</w:p>", {"word/styles.xml": part("w:styles", style)}, relation("rId9", "styles", "styles.xml")
        )
    )
    assert document.text == kept
    assert ("struck_out_text" in codes(document)) is (kept == "学历：本科")
