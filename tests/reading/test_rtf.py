"""Rich Text Format: by LibreOffice, and by hand as Word, WordPad and job boards write Chinese."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.reading import ole, rtf
from matcher.reading.base import Document, ReadError, Source
from tests.reading.test_ole import WHOLE, convert, resume_docx

FONTS = r"{\fonttbl{\f0\fnil\fcharset134 \'cb\'ce\'cc\'e5;}{\f1\fswiss\fcharset0 Arial;}{\f2\fnil\fcharset2 Symbol;}{\f3\fnil\fcharset136 PMingLiU;}}"


def escaped(text: str, codec: str = "gbk") -> str:
    return "".join(chr(b) if 0x20 <= b < 0x7F else f"\\'{b:02x}" for b in text.encode(codec))


def unicode(text: str, fallback: str = "?") -> str:
    units = memoryview(text.encode("utf-16-le")).cast("H")
    return "".join(f"\\u{n - 65536 if n > 32767 else n}{fallback}" for n in units)


def read(body: str | bytes, head: str = r"{\rtf1\ansi\ansicpg936\deff0") -> Document:
    data = body if isinstance(body, bytes) else f"{head}{FONTS}{body}}}".encode("latin-1")
    source = Source(data, "简历.doc")
    assert rtf.accepts(source)
    (found,) = rtf.read(source)
    assert isinstance(found, Document)
    return found


def codes(found: Document) -> list[str]:
    return [n.code for n in found.notices]


TEXT = "姓名：王喆，本科 金融学"


@pytest.mark.parametrize(
    "body",
    [
        escaped(TEXT),
        unicode(TEXT),
        r"\uc0 " + unicode(TEXT, " "),
        r"\uc2 " + "".join(unicode(c, escaped(c) if len(c.encode("gbk")) == 2 else c + "?") for c in TEXT),
        r"{\f1 " + escaped(TEXT) + "}",
        r"\f1\f0" + escaped(TEXT).replace(r"\'", "\n\\'", 3),
        r"{\upr{?????}{\*\ud " + unicode(TEXT) + "}}",
    ],
)
def test_chinese_however_it_is_written(body: str) -> None:
    assert read(body).text == TEXT


@pytest.mark.parametrize("head", [r"{\rtf1\ansi", r"{\rtf1\ansi\ansicpg1252", r"{\rtf1", r"{\rtf\ansi\ansicpg936"])
def test_a_wrong_or_missing_code_page(head: str) -> None:
    assert read(r"\f1 " + escaped(TEXT), head).text == TEXT


@pytest.mark.parametrize("codec", ["gbk", "gb18030"])
def test_raw_bytes_as_job_boards_write_them(codec: str) -> None:
    assert read(b"{\\rtf1\\ansi " + TEXT.encode(codec) + b"\\par }").text == TEXT


def test_traditional_font_in_a_simplified_document() -> None:
    assert read(r"{\f3 " + escaped("學歷：碩士", "big5") + r"}\par " + escaped(TEXT)).text == f"學歷：碩士\n{TEXT}"


def test_western_letters_stay() -> None:
    assert read(r"{\f1 caf\'e9 na\'efve}", r"{\rtf1\ansi\ansicpg1252").text == "café naïve"


def test_an_emoji_is_two_escapes() -> None:
    assert read(unicode("🎓本科")).text == "🎓本科"


@pytest.mark.parametrize(
    ("body", "shown", "code"),
    [
        (r"{\v BOSHI}", "", "hidden_text"),
        (r"\v BOSHI\v0 ", "", "hidden_text"),
        (r"{\deleted BOSHI}{\revised OK}", "OK", "tracked_changes"),
        (r"{\strike BOSHI}", "", "struck_out_text"),
        (r"{\fs2 BOSHI}", "", "hidden_text"),
        (r"{\colortbl;\red255\green255\blue255;}{\cf1 BOSHI}", "", "hidden_text"),
    ],
)
def test_text_that_is_not_shown_stays_out_and_is_said(body: str, shown: str, code: str) -> None:
    found = read(r"{\colortbl;\red255\green255\blue255;}" + escaped(TEXT) + body)
    assert found.text == TEXT + shown
    assert codes(found) == [code]


@pytest.mark.parametrize(
    "body",
    [
        r"\trowd\clcbpat2\cellx1000\pard\plain\intbl{\cf1 BOSHI}\cell\row\pard",
        r"\pard\cbpat2{\plain\cf1 BOSHI}\par",
        r"{\highlight2\cf1 BOSHI}",
        r"{\shp{\*\shpinst{\sp{\sn fillColor}{\sv 0}}{\shptxt\pard\plain\cf1 BOSHI\par}}}",
    ],
)
def test_white_text_on_a_dark_ground_is_honest(body: str) -> None:
    found = read(r"{\colortbl;\red255\green255\blue255;\red0\green0\blue80;}" + escaped(TEXT) + r"\par " + body)
    assert "BOSHI" in found.text
    assert codes(found) == []


def test_what_word_keeps_beside_the_text_stays_out() -> None:
    body = (
        r"{\*\generator Word 11;}{\info{\author SECRET}{\title SECRET}}{\stylesheet{\s0 SECRET;}}{\*\unknown SECRET}"
        r"{\pict\wmetafile8 0102ffSECRET}{\*\bkmkstart SECRET}"
        r'{\field{\*\fldinst HYPERLINK "mailto:a@example.com"}{\fldrslt a@example.com}}'
    )
    assert read(body).text == "a@example.com"


def test_binary_data_is_passed_over() -> None:
    assert read(b"{\\rtf1\\ansi {\\pict\\bin6 }}}}}}}OK\\par}").text == "OK"


def test_a_table_of_labels_and_values() -> None:
    def row(*cells: str) -> str:
        return r"\trowd" + "".join(rf"\cellx{i}000" for i in range(1, len(cells) + 1)) + r"\pard\intbl " + "".join(
            escaped(c) + r"\cell " for c in cells) + r"\row"  # fmt: skip

    text = read(
        row("姓名", "王测试", "学历", "本科")
        + row("专业", "会计学", "出生年月", "1992.05")
        + r"\pard "
        + escaped("完")
        + r"\par"
    ).text
    assert text.split("\n") == ["姓名：王测试", "学历：本科", "专业：会计学", "出生年月：1992.05", "完"]


def test_a_cell_that_goes_on_below_is_said_once() -> None:
    top = r"\trowd\clvmgf\cellx1000\cellx2000\pard\intbl " + escaped("金融产品经理") + r"\cell A\cell\row"
    below = r"\trowd\clvmrg\cellx1000\cellx2000\pard\intbl \cell B\cell\row"
    assert read(top + below).text.count("金融产品经理") == 1


def test_headers_footnotes_and_boxes_are_read() -> None:
    box = r"{\shp{\*\shpinst{\shptxt\pard " + escaped("技能：SQL") + r"\par}}{\shprslt{\*\do{\dptxbxtext SQL twice}}}}"
    header = r"{\header " + escaped("姓名：赵测试 13800000000") + r"\par}"
    text = read(header + escaped("正文") + box + r"{\footnote " + escaped("注：CFA") + r"}\par").text
    assert text.startswith("姓名：赵测试 13800000000")
    assert text.count("SQL") == 1
    assert text.endswith("注：CFA")


def test_a_header_of_every_section_is_read_once() -> None:
    header = r"{\header " + escaped("姓名：赵测试") + r"\par}"
    assert read(header + r"A\par\sect" + header + r"B\par").text.count("赵测试") == 1


@pytest.mark.skipif(ole.office_program() is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_rtf_is_read_whole() -> None:
    found = read(convert(resume_docx(), "docx", "rtf"))
    for part in WHOLE:
        assert part in found.text
    assert "博士" not in found.text
    assert "高级" not in found.text
    assert {"hidden_text", "tracked_changes"} <= set(codes(found))


@pytest.mark.parametrize(("body", "code"), [("", "empty"), (r"{\v x}", "hidden_only"), ("{" * 3000, "too_deep")])
def test_what_cannot_be_read_is_said(body: str, code: str) -> None:
    with pytest.raises(ReadError) as error:
        read(body)
    assert error.value.code == code
    assert error.value.reason


def test_a_cut_file_gives_what_is_there() -> None:
    assert read((r"{\rtf1\ansi\ansicpg936" + FONTS + escaped(TEXT) + r"\par {\b ").encode("latin-1")).text == TEXT


PIECES = [
    b"{", b"}", b"\\par ", b"\\'d5", b"\\u26412", b"?", b"\\*\\x", b"\\f0", b"\\cell ", b"\\row ", b"\\v", b"\\bin9 ", b"\\uc3 ",
    b"\\fonttbl", b"\\colortbl", b";", b"\\red300", b"\\upr", b"\\ud ", b"\\u-1 ", b"\\u55357 ", b"\\header ", b"\\shptxt ",
    b"\\nestrow", b"\\fcharset134", b"\\ansicpg99999", b"\\", b"\xd5", b"text",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=60))
def test_any_tokens_end_in_an_answer(pieces: list[bytes]) -> None:
    try:
        list(rtf.read(Source(b"{\\rtf1" + b"".join(pieces), "x")))
    except ReadError as error:
        assert error.reason  # noqa: PT017
