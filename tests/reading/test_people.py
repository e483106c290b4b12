"""One file, several people: split for certain, flagged in doubt, never on relatives and referees (B191)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.reading.base import Document
from matcher.reading.people import split_people
from matcher.schema import Notice

A = "姓名：甲测试\n电话：13800000001\n学历：本科 某大学 金融学\n2018.07-2021.06 甲银行 产品经理"
B = "姓名：乙测试\n电话：13800000002\n学历：硕士 另一大学 统计学\n2019.07-2022.06 乙银行 数据分析师"


def notice_codes(documents: tuple[Document, ...]) -> set[str]:
    return {n.code for d in documents for n in d.notices}


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("姓名：甲测试 本科\n姓名：乙测试 硕士", ["姓名：甲测试", "姓名：乙测试"]),
        (f"{A}\n\n{B}", ["姓名：甲测试", "姓名：乙测试"]),
        (f"个人简历\n{A}\n个人简历\n基本信息\n{B}", ["个人简历", "个人简历"]),
        (
            "姓 名：甲测试\t本科\n某大学\n姓　名 ： 乙测试\t大专\n某学院\n姓名:丙测试\n高中",
            ["姓 名", "姓　名", "姓名:丙测试"],
        ),
        (
            "Name: Jia Ceshi\nBachelor, Some University\nName: Yi Ceshi\nMaster, Other University",
            ["Name: Jia", "Name: Yi"],
        ),
        (
            "个人简历\n甲测试\n13800000001\n本科 某大学\n个人简历\n乙测试\n13800000002\n硕士 另一大学",
            ["个人简历\n甲测试", "个人简历\n乙测试"],
        ),
    ],
)
def test_several_people_are_parted(text: str, heads: list[str]) -> None:
    found = split_people(Document(text, "合并.pdf", (Notice("ocr", "x"),)))
    assert len(found) == len(heads)
    assert all(d.text.startswith(h) for d, h in zip(found, heads, strict=True))
    assert [d.name for d in found] == [f"合并.pdf#{i}" for i in range(1, len(heads) + 1)]
    assert notice_codes(found) == {"ocr", "several_people"}
    assert "".join(text.split()) == "".join("".join(d.text.split()) for d in found)  # nothing lost, nothing twice


@pytest.mark.parametrize(
    "text",
    [
        A,
        "",
        f"{A}\n家庭成员\n姓名：丙测试\n关系：父亲\n本科，某单位职工",
        f"{A}\n家庭情况\n姓名：丙测试\n电话：13800000009\n本科 2001-2005",
        f"{A}\n证明人\n姓名：丁测试\n电话：13800000008\n曾在某大学任职",
        f"{A}\n称谓：母亲\t姓名：丙测试\t大专",
        f"{A}\n紧急联系人姓名：丙测试\n本科",
        f"{A}\n第2页\n姓名：甲测试\n2021.07-2022.06 乙银行",  # a page header repeats the name
        f"{A}\nName: Jia Ceshi\nTel: 13800000001\nBachelor, Some University",  # the same resume in English
        f"{A}\nName: Jia Ceshi\nBachelor, Some University",  # nothing tells whether it is the same person
    ],
)
def test_one_person_stays_one(text: str) -> None:
    found = split_people(Document(text, "一人"))
    assert [d.text for d in found] == [text]
    assert "several_people" not in notice_codes(found)


@pytest.mark.parametrize("text", [f"{A}\n姓名：乙测试\n负责接待"])
def test_doubt_is_flagged_and_not_split(text: str) -> None:
    found = split_people(Document(text, "疑似"))
    assert [d.text for d in found] == [text]
    assert notice_codes(found) == {"several_people_suspected"}


@given(st.text(alphabet="姓名：甲乙丙测试本科硕士 \t\n2018.-13800001关系父个人简历Name:", max_size=200))
def test_any_text_is_kept_whole(text: str) -> None:
    found = split_people(Document(text, "x"))
    assert "".join("".join(d.text.split()) for d in found) == "".join(text.split())
