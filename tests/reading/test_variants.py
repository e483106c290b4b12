"""Second samples of the kinds in the list of known failures: other words, other carriers, the same fault."""

from __future__ import annotations

import pytest

from matcher.reading.base import Document
from matcher.schema import Unreadable
from tests.reading import test_mail, test_table
from tests.reading.conftest import codes, make_docx, para, read_all, read_one, refused


def _run(text: str, mark: str = "") -> str:
    return f'<w:r><w:rPr>{mark}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _cell(inner: str) -> str:
    return f"<w:tc>{inner}</w:tc>"


MOVED = (
    f'<w:p><w:moveFrom w:id="1" w:author="a">{_run("2018.01-2019.01 旧银行")}</w:moveFrom></w:p>'
    f'<w:p><w:moveTo w:id="2" w:author="a">{_run("2020.03-2023.02 丁银行")}</w:moveTo></w:p>'
)
IN_CONTROLS = (
    f"<w:tbl><w:sdt><w:sdtContent><w:tr>{_cell(para('姓名'))}<w:sdt><w:sdtContent>{_cell(para('王测试'))}"
    "</w:sdtContent></w:sdt></w:tr></w:sdtContent></w:sdt></w:tbl>"
)
BESIDE_HEADING = f"<w:tbl><w:tr>{_cell(para('〖工作经历〗（5年）'))}{_cell(para('2019.01-2021.12 丙公司 经理') + para('负责招商'))}</w:tr></w:tbl>"
WRITTEN_YEAR = f"<w:tbl><w:tr>{_cell(para('工作經驗'))}{_cell(para('二○二一年一月至二○二五年八月　廈門銀行　個人客戶經理'))}</w:tr></w:tbl>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (MOVED, "2020.03-2023.02 丁银行"),
        (IN_CONTROLS, "姓名：王测试"),
        (BESIDE_HEADING, "〖工作经历〗（5年）\n2019.01-2021.12 丙公司 经理\n负责招商"),
        (WRITTEN_YEAR, "工作經驗\n二○二一年一月至二○二五年八月　廈門銀行　個人客戶經理"),
    ],
    ids=["moved", "row and cell in controls", "heading with a bracket", "Traditional heading, written years"],
)
def test_word(body: str, text: str) -> None:
    assert read_one(make_docx(body)).text == text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("电话", "gbk"),
        ("五年客户经理，大专", "gbk"),
        ("姓名：㛃㐂堃 本科", "gb18030"),
        ("碩士學歷，五年以上客戶經理經驗", "big5"),
        ("姓名：王测试 学历：本科", "utf-16-le"),
        ("姓名：王测试 学历：本科", "utf-16-be"),
        ("🎓硕士｜📞13800000002｜📧b@example.com", "utf-8"),
    ],
)
def test_short_texts_in_any_encoding(text: str, codec: str) -> None:
    assert read_one(text.encode(codec)).text == text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ('<p>学历：<span style="font-size:0">博士</span>&#x672C;&#x79D1;</p><template>硕士</template>', "学历：本科"),
        ('<div style="text-indent:-9999px">硕士</div><p><del>大专</del>本科</p><noscript>博士</noscript>', "本科"),
        ("<p>甲银行</p><p>&nbsp;</p><p>乙银行</p>", "甲银行\n\n乙银行"),
        ("甲银行<br><br>乙银行<br>柜员", "甲银行\n\n乙银行\n柜员"),
        ("<div>学历</div><div><br></div><div>本科</div><div>姓名</div><div>王测试</div>", "学历：本科\n姓名：王测试"),
        ("<div>工作经验</div><div>2019.01-2021.12 甲银行 柜员</div><div>姓名</div><div>王测试</div><div>学历</div><div>本科</div>",
         "工作经验\n2019.01-2021.12 甲银行 柜员\n姓名：王测试\n学历：本科"),
    ],
)  # fmt: skip
def test_pages(page: str, text: str) -> None:
    assert read_one(f"<html><body>{page}</body></html>".encode()).text == text


def test_task_lists_are_ticked_boxes() -> None:
    assert read_one("# 学历\n\n- [x] 本科\n- [ ] 硕士\n".encode()).text == "学历\n\n☑本科\n☐硕士"


@pytest.mark.parametrize("gap", ["\n\x0c", "\x0c", "\n\x0c\n", "\n==========\n", "\n\n\n"])
def test_two_people_however_they_are_parted(gap: str) -> None:
    text = f"姓名：甲测试\n学历：本科\n电话：13800000001{gap}姓名：乙测试\n学历：硕士\n电话：13800000002"
    found = [d for d in read_all(text.encode()) if isinstance(d, Document)]
    assert [d.text.strip("\x0c\n=")[:6] for d in found] == ["姓名：甲测试", "姓名：乙测试"]


POOLS = [
    (test_table.xlsx([["名字", "联系方式", "生日"], ["王测试", 13800000009.0, 33800], ["李测试", None, None]]),
     ["姓名：王测试\n电话：13800000009\n出生年月：1992-07-15", "姓名：李测试"]),
    ("姓名,入职日期,公司\n王测试,43344,甲银行\n".encode("gb18030"), ["姓名：王测试\n工作经历：\n2018-09-01 - 甲银行"]),
    ("\ufeff姓名;学历\n王测试;本科\n".encode(), ["姓名：王测试\n学历：本科"]),
    (test_table.xlsx([["姓名", "学历", "院校"], ["王测试", "本科", "NaN"], ["李测试", "硕士", "#N/A"]]),
     ["姓名：王测试\n学历：本科", "姓名：李测试\n学历：硕士"]),
]  # fmt: skip


@pytest.mark.parametrize(("data", "texts"), POOLS)
def test_pools(data: bytes, texts: list[str]) -> None:
    assert [d.text for d in read_all(data) if isinstance(d, Document)] == texts


def test_a_whole_resume_in_a_cell_has_headings_of_its_own() -> None:
    resume = (
        "王测试\n男 | 33 岁（1993/7/22）\n教育经历\n2011.09-2015.06 某大学 本科\n工作经历\n2015.07-至今 甲银行 柜员"
    )
    document = read_one(test_table.xlsx([["姓名", "电话", "个人简历"], ["王测试", "13800000000", resume]]))
    assert document.text == f"姓名：王测试\n电话：13800000000\n\n{resume}"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (test_mail.ole({"PowerPoint Document": b"x" * 5000, "Current User": b"y" * 100}), "unknown_format"),
        (make_docx(para("x"), prolog='<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'), "unsafe_xml"),
    ],
)
def test_refused_with_a_reason(data: bytes, code: str) -> None:
    found: Unreadable = refused(data)
    assert found.code == code


def test_digits_that_a_spreadsheet_lost_are_said() -> None:
    (document, _) = (d for d in read_all("姓名,手机\n王测试,1.38E+10\n李测试,13800000001.0\n".encode()))
    assert isinstance(document, Document)
    assert "digits_lost" in codes(document)
