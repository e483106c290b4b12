"""Encodings and Markdown."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.reading.base import Document
from matcher.reading.plain import clean_markdown, decode
from tests.reading.conftest import codes, read_all, read_one, refused

SHORT = [
    "姓名：陈测试 学历：本科",  # B053
    "应聘金融产品经理，本科，三年经验",  # B054
    "金融产品",  # B057
    "姓名：测喆堃，本科",  # B058
    "本科",
    "硕士",
    "张测试\n男\n1992年5月\n某大学",
    "求职意向：客户经理",
    "Python、SQL，5年",
    "王",
]
TRADITIONAL = ["本科學歷，三年以上金融產品經理經驗", "姓名：陳測試 學歷：碩士", "銀行客戶經理，負責市場拓展"]


@pytest.mark.parametrize("text", SHORT)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-32"])
def test_short_simplified_texts(text: str, codec: str) -> None:
    try:
        data = text.encode(codec)
    except UnicodeEncodeError:
        pytest.skip("not in this code")
    assert decode(data) == (text, ())


@pytest.mark.parametrize("text", TRADITIONAL)
@pytest.mark.parametrize("codec", ["utf-8", "big5", "big5hkscs", "gb18030", "utf-16-le", "utf-16-be"])
def test_traditional_texts(text: str, codec: str) -> None:
    assert decode(text.encode(codec)) == (text, ())


@pytest.mark.parametrize("text", [t for t in SHORT if len(t) >= 8])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(text: str, codec: str) -> None:
    assert decode(text.encode(codec)) == (text, ())


RESUME = "姓名：王测试\n学历：本科\n某大学 金融学 2010.09-2014.06\n甲银行 产品经理，负责金融产品设计与推广\n" * 3


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
@pytest.mark.parametrize("seed", range(10))
def test_a_few_broken_bytes_lose_a_few_characters(codec: str, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(RESUME.encode(codec))
    for _ in range(3):
        data[chance.randrange(len(data))] = 0xFF
    document = read_one(bytes(data))
    lines, kept = RESUME.strip().split("\n"), document.text.split("\n")
    assert sum(line in kept for line in lines) >= len(lines) - 4
    assert "broken_bytes" in codes(document)


def test_a_file_cut_in_mid_character() -> None:
    document = read_one(RESUME.encode()[:-2])
    assert document.text.startswith("姓名：王测试\n学历：本科")
    assert "broken_bytes" in codes(document)


def test_two_encodings_pasted_together() -> None:
    assert (
        read_one("姓名：陈测试\n".encode() + "学历：本科，金融学".encode("gbk")).text
        == "姓名：陈测试\n学历：本科，金融学"
    )


@pytest.mark.parametrize("wrong", ["gb18030", "latin-1", "cp1252"])
def test_a_text_saved_in_the_wrong_encoding_is_repaired(wrong: str) -> None:
    text = "姓名：陈测试，金融产品经理"
    read_wrongly = (
        "".join(bytes([b]).decode(wrong, "ignore") or chr(b) for b in text.encode()) if wrong == "cp1252" else None
    )
    data = (read_wrongly or text.encode().decode(wrong, "replace")).encode()
    document = read_one(data)
    assert codes(document) >= {"mojibake_repaired"}
    assert "金融产品" in document.text


@pytest.mark.parametrize(
    "text", ["café résumé, Zürich 2018–2020", "naïve Bayes, 5 years", "Zürich Ökonomie", "Зарплата и опыт"]
)
def test_other_scripts_are_not_repaired_away(text: str) -> None:
    assert decode(text.encode()) == (text, ())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\0" * 1000, "empty"),
        ("\u3000\u3000\n".encode(), "empty"),
        (random.Random(1).randbytes(4000), "unknown_format"),
        (b"\x7fELF" + bytes(range(256)) * 8, "unknown_format"),
        (b"SQLite format 3\0" + bytes(range(256)) * 4, "unknown_format"),
        (b"x" * (20 * 2**20 + 1), "too_large"),
    ],
)
def test_refused(data: bytes, code: str) -> None:
    assert refused(data).code == code


# --- Markdown ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("**2019.03**–**2021.02** | 甲银行 | ~~乙银行~~", "2019.03–2021.02 | 甲银行 | "),  # B051
        ("# 王测试\n## 工作经历 ##", "王测试\n工作经历"),
        ("- **甲银行** *产品经理*", "- 甲银行 产品经理"),
        ("| 姓名 | 学历 |\n|:--|--:|\n| 王测试 | 本科 |", "姓名：王测试\n学历：本科"),
        (
            "|时间|公司|职位|\n|---|---|---|\n|2019.01-2020.02|甲银行|**产品经理**|",
            "时间\t公司\t职位\n2019.01-2020.02\t甲银行\t产品经理",
        ),
        ("[作品集](https://example.com/p)", "作品集 https://example.com/p"),
        ("[https://example.com](https://example.com)", "https://example.com"),
        ("[a@example.com](mailto:a@example.com)", "a@example.com"),
        ("![照片](me.png)甲", "照片甲"),
        ("> 引用\n> 第二行", "引用\n第二行"),
        ("```sql\nselect 1\n```", "select 1\n"),
        ("`SQL` 与 `Python`", "SQL 与 Python"),
        ("甲<br>乙&nbsp;丙", "甲\n乙\xa0丙"),
        (r"2018\.09 \- 2020\.03 \*", "2018.09 - 2020.03 *"),
        ("<!-- 博士 -->本科", "本科"),
        ("~~大专~~本科", "本科"),
        # plain text that looks a little like Markdown stays as it is
        ("2018/09~~2020/03 甲银行；2020/04~~2022/01 乙银行", "2018/09~~2020/03 甲银行；2020/04~~2022/01 乙银行"),
        ("姓名：____ 学历：____", "姓名：____ 学历：____"),
        ("尺寸 5*3*2，C#、C++", "尺寸 5*3*2，C#、C++"),
        ("男 | 1992.05 | 本科", "男 | 1992.05 | 本科"),
        ("#1 团队第一", "#1 团队第一"),
        ("snake_case_name __init__.py", "snake_case_name __init__.py"),
        ("绩效 < 90% 且 > 60%", "绩效 < 90% 且 > 60%"),
    ],
)
def test_markdown(marked: str, plain: str) -> None:
    assert clean_markdown(marked)[0] == plain


def test_what_is_left_out_is_said() -> None:
    assert codes(read_one("~~乙银行~~ 甲银行 本科".encode())) == {"struck_out_text"}
    assert codes(read_one("本科 金融学<!-- 博士 -->".encode())) == {"hidden_text"}


@given(st.binary(max_size=400))
def test_any_bytes_are_decoded(data: bytes) -> None:
    text, _ = decode(data)
    assert isinstance(text, str)
    assert read_all(data)


@given(
    st.text(alphabet="姓名本科银行，。：0123456789.-/ \nabc", min_size=12, max_size=200),
    st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_encoding_and_decoding_agree(text: str, codec: str) -> None:
    expected = text.replace("\r\n", "\n")
    assert decode(text.encode(codec))[0] == expected


@given(st.text(alphabet="*_~`#|-> \n[](){}<>!\\&;:甲乙1a", max_size=120))
def test_any_marks_are_cleaned_without_inventing_words(text: str) -> None:
    cleaned, _ = clean_markdown(text)
    assert all(cleaned.count(c) <= text.count(c) for c in "甲乙1a")


def test_a_document_of_text_keeps_its_lines() -> None:
    document = read_one("王测试\r\n\r\n\r\n\r\n工作经历  \r2019.01-至今".encode(), "甲.txt")
    assert document == Document("王测试\n\n工作经历\n2019.01-至今", "甲.txt")
