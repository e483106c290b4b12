"""OpenDocument text: by LibreOffice, and by hand for what it does not write."""

from __future__ import annotations

import functools
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.reading import odt, ole
from matcher.reading.base import Document, ReadError, Source
from tests.reading.test_ole import WHOLE, convert, resume_docx

needs_office = pytest.mark.skipif(ole.office_program() is None, reason="LibreOffice (soffice) is not installed")
SPACES = " ".join(
    f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
    for p, n in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("draw", "drawing"),
        ("form", "form"),
        ("fo", "xsl-fo-compatible"),
    )
)
STYLES = (
    '<office:automatic-styles><style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="W" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>'
    '<style:style style:name="X" style:family="text" style:parent-style-name="H"/>'
    '<style:style style:name="S" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="T" style:family="text"><style:text-properties fo:font-size="1pt"/></style:style>'
    '<style:style style:name="D" style:family="table-cell"><style:table-cell-properties fo:background-color="#000050"/></style:style>'
    "</office:automatic-styles>"
)


def made(body: str, styles: str = STYLES, **parts: str) -> bytes:
    content = f'<?xml version="1.0"?><office:document-content {SPACES}>{styles}<office:body><office:text>{body}</office:text></office:body></office:document-content>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.text")
        box.writestr("content.xml", parts.pop("content", content))
        for name, text in parts.items():
            box.writestr(name.replace("__", "/") + ".xml", text)
    return out.getvalue()


def read(data: bytes) -> Document:
    source = Source(data, "简历.odt")
    assert odt.accepts(source)
    (found,) = odt.read(source)
    assert isinstance(found, Document)
    return found


def code_of(data: bytes) -> str:
    with pytest.raises(ReadError) as error:
        read(data)
    assert error.value.reason
    assert error.value.reason_en
    return error.value.code


@functools.cache
def resume_odt(wanted: str) -> bytes:
    return convert(resume_docx(), "docx", wanted)


@needs_office
@pytest.mark.parametrize("wanted", ["odt", "fodt", "ott"])
def test_libreoffice_documents_are_read_whole(wanted: str) -> None:
    found = read(resume_odt(wanted))
    for part in WHOLE:
        assert part in found.text
    assert "博士" not in found.text
    assert "高级" not in found.text
    assert {"hidden_text", "tracked_changes"} <= {n.code for n in found.notices}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<text:p>本科<text:span text:style-name="H">博士</text:span></text:p>', "hidden_text"),
        ('<text:p>本科<text:span text:style-name="X">博士</text:span></text:p>', "hidden_text"),
        ('<text:p>本科<text:span text:style-name="W">博士</text:span></text:p>', "hidden_text"),
        ('<text:p>本科<text:span text:style-name="T">博士</text:span></text:p>', "hidden_text"),
        ('<text:p>本科<text:span text:style-name="S">博士</text:span></text:p>', "struck_out_text"),
        ('<text:p>本科</text:p><text:section text:display="none"><text:p>博士</text:p></text:section>', "hidden_text"),
        ("<text:p>本科<text:hidden-text>博士</text:hidden-text></text:p>", "hidden_text"),
        (
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>博士</text:p></text:deletion>"
            "</text:changed-region></text:tracked-changes><text:p>本科</text:p>",
            "tracked_changes",
        ),
        ("<text:p>本科<office:annotation><text:p>博士</text:p></office:annotation></text:p>", None),
        (
            "<text:p><text:ruby><text:ruby-base>本科</text:ruby-base><text:ruby-text>博士</text:ruby-text></text:ruby></text:p>",
            None,
        ),
    ],
)
def test_text_that_is_not_shown_stays_out(body: str, code: str | None) -> None:
    found = read(made(body))
    assert found.text == "本科"
    assert [n.code for n in found.notices] == ([code] if code else [])


@pytest.mark.parametrize(
    "body",
    [
        '<table:table><table:table-row><table:table-cell table:style-name="D"><text:p><text:span text:style-name="W">本科</text:span></text:p>'
        "</table:table-cell></table:table-row></table:table>",
        '<text:p><draw:frame><draw:text-box><text:p><text:span text:style-name="W">本科</text:span></text:p></draw:text-box></draw:frame></text:p>',
    ],
)
def test_white_text_on_a_ground_of_its_own_is_honest(body: str) -> None:
    assert read(made(body)).text == "本科"


def test_order_frames_notes_tabs_and_blanks() -> None:
    body = (
        "<text:p>工作经历<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>注释</text:p></text:note-body></text:note></text:p>"
        '<text:p>2019.01<text:s text:c="2"/>甲<text:tab/>乙<text:line-break/>丙</text:p>'
        "<text:p>前<draw:frame><draw:text-box><text:p>框内</text:p></draw:text-box></draw:frame></text:p>"
        "<text:list><text:list-item><text:p>条目</text:p></text:list-item></text:list>"
    )
    assert read(made(body)).text.split("\n") == ["工作经历", "2019.01  甲\t乙", "丙", "前", "框内", "条目", "注释"]


def test_merged_cells_are_said_once_and_labels_meet_their_values() -> None:
    body = (
        "<table:table><table:table-row><table:table-cell><text:p>姓名</text:p></table:table-cell>"
        '<table:table-cell table:number-columns-spanned="3"><text:p>王测试</text:p></table:table-cell>'
        "<table:covered-table-cell/><table:covered-table-cell/></table:table-row>"
        '<table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>学历</text:p></table:table-cell>'
        "<table:table-cell><text:p>本科</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:covered-table-cell/><table:table-cell><text:p>金融学</text:p></table:table-cell></table:table-row></table:table>"
    )
    text = read(made(body)).text
    assert text.split("\n") == ["姓名：王测试", "学历：本科", "金融学"]


def test_filled_form_controls_are_read() -> None:
    body = (
        '<office:forms><form:form><form:text form:id="c1" form:current-value="周测试"/></form:form></office:forms>'
        '<text:p>姓名：<draw:control draw:control="c1"/></text:p>'
    )
    assert "周测试" in read(made(body)).text


def test_headers_of_master_pages() -> None:
    styles = (
        f'<office:document-styles {SPACES}><office:master-styles><style:master-page style:name="S"><style:header>'
        "<text:p>姓名：赵测试 13800000000</text:p></style:header><style:footer><text:p>第1页</text:p></style:footer>"
        "</style:master-page></office:master-styles></office:document-styles>"
    )
    assert read(made("<text:p>正文</text:p>", styles=styles)).text == "正文"  # no such part: only the body
    data = made("<text:p>正文</text:p>")
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as box:
        box.writestr("styles.xml", styles)
    assert read(out.getvalue()).text == "姓名：赵测试 13800000000\n正文"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (made("<text:p> </text:p>"), "empty"),
        (made('<text:p><text:span text:style-name="H">x</text:span></text:p>'), "hidden_only"),
        (made("", content='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'), "unsafe_xml"),
        (made("", content="<x>" + " " * 8_000_000 + "</x>"), "archive_bomb"),
        (made("", content="no xml"), "damaged"),
        (made("", **{"META-INF__manifest": "<m><encryption-data/></m>"}), "encrypted"),
        (made("<text:p>x</text:p>")[:300], "damaged"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, code: str) -> None:
    assert code_of(data) == code


@given(st.text(max_size=50), st.text(alphabet="<>/&;:=' \"abtextp", max_size=30))
def test_any_content_ends_in_an_answer(text: str, markup: str) -> None:
    for data in (made("", content=markup), made(f"<text:p>{markup}</text:p>")):
        try:
            list(odt.read(Source(data, "x")))
        except ReadError as error:
            assert error.reason  # noqa: PT017
