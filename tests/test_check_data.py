"""check-data: every fault of a data folder with file, row and mend; the committed data has none."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from matcher import cli
from matcher.checking import Fault, check_data
from matcher.lawfulness import unlawful
from tests.support import ROOT

DATA = ROOT / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for changed files; data/ lies under it."""
    made = tmp_path / "data"
    made.mkdir()
    return made


def change(folder: Path, name: str, *pairs: tuple[str, str], more: str = "", codec: str = "utf-8") -> None:
    text = (DATA / name).read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, (name, old)
        text = text.replace(old, new, 1)
    (folder / name).write_text(text + more, encoding=codec, newline="\n")


def faults(folder: Path) -> list[Fault]:
    return [f for f in check_data(folder) if not f.note]


def last_row(name: str) -> int:
    return len((DATA / name).read_text(encoding="utf-8").splitlines()) + 1


def test_the_committed_data_has_no_fault() -> None:
    assert [f for f in check_data() if not f.note] == []


def positions_line(position_id: int) -> int:
    """The line where a position's row begins."""
    with (DATA / "positions.csv").open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        start = 1
        for row in reader:
            if row[0] == str(position_id):
                return start
            start = reader.line_num + 1
    raise AssertionError(position_id)


P1 = positions_line(1)
CASES: list[tuple[str, tuple[tuple[str, str], ...], str, int | str, str, str]] = [
    # file, (old, new), line added, row (or words in it), words of the fault, words of the mend
    ("positions.csv", ((",35,fin_or", ",三十五,fin_or"),), "", P1, "三十五", "整数周岁"),
    ("positions.csv", (("本科,yes,经济金融|管理|计算机", "本科,是,经济金融|管理|计算机"),), "", P1, "full_time", "yes 或 no"),
    ("positions.csv", ((",fin_or_internet_product_pm,", ",no_such_key,"),), "", P1, "no_such_key", "preferred.csv"),
    ("positions.csv", ((",financial_product_manager,", ",no_such_domain,"),), "", P1, "no_such_domain", "experience_domains.csv"),
    ("positions.csv", (("经济金融|管理|计算机", "经济金融、管理、计算机"),), "", P1, "majors", "竖线"),
    ("positions.csv", ((",35岁以下；,有金融产品", ",\"35岁以下，限男性\",有金融产品"),), "", P1, "限男性", "性别"),
    ("positions.csv", (("position_id,title", "position,title"),), "", 0, "缺少列", "表头"),
    ("common_requirements.csv", (("kinship", "kinshp"),), "", "kinshp", "kinshp", "kinship"),
    ("common_requirements.csv", (), "6,具有重庆市户籍,\n", "重庆市户籍", "户籍", "户籍"),
    ("policy.toml", (("reserve_min = 35.0", 'reserve_min = "35"'),), "", "reserve_min = ", "reserve_min", "0 到 100"),
    ("policy.toml", (("priority_min", "prioritymin"),), "", "prioritymin", "prioritymin", "写法"),
    ("policy.toml", (("priority_min = 60.0", "priority_min = 10.0"),), "", "reserve_min = ", "大于", "不大于"),
    ("policy.toml", (('"全职", "自由职业"', '"全职", "自由"'),), "", "counted_kinds", "自由", "自由职业"),
    ("policy.toml", (("[tiers]", "[tiers"),), "", 0, "格式有误", "方括号"),
    ("weights.toml", (("base = -3.0", 'base = "-3"'),), "", "base = ", "base", "数字"),
    ("weights.toml", (("rival_max = 2.0", "rival_most = 2.0"),), "", "rival_most", "rival_most", "写法"),
    ("weights.toml", (("age_fails = 1.6", "age_fails = -1.6"),), "", "age_fails", "age_fails", "0 到 100"),
    ("synonyms.csv", (), "bd,银行,\n", last_row("synonyms.csv"), "商务拓展", "只留一行"),
    ("synonyms.csv", (), "甲乙,甲乙,\n", last_row("synonyms.csv"), "它自己", "删去"),
    ("synonyms.csv", (), "甲乙\n", last_row("synonyms.csv"), "列数", "双引号"),
    ("synonyms.csv", (), "甲乙,bd,\n", last_row("synonyms.csv"), "又归到", "商务拓展"),
    ("preferred.csv", (), "some_key,77,any,某词\n", last_row("preferred.csv"), "77", "岗位编号"),
    ("preferred.csv", (), "some_key,1,some,某词\n", last_row("preferred.csv"), "some", "any"),
    ("preferred.csv", (), "some_key,1,any,男性优先\n", last_row("preferred.csv"), "男性优先", "删去"),
    ("position_terms.csv", (), "77,duty,某词,1,\n", last_row("position_terms.csv"), "岗位编号", "README"),
    ("position_terms.csv", (), "1,duty,某词,很重,\n", last_row("position_terms.csv"), "不是数字", "README"),
    ("degrees.csv", (("博士学位,博士,", "博士学位,博土,"),), "", "博土", "博土", "博士"),
    ("majors.csv", (), "xyz,某专业\n", last_row("majors.csv"), "", "README"),
    ("experience_domains.csv", (), "some_domain,title,某职位,\n", last_row("experience_domains.csv"), "some_domain", "domain_names"),
    ("experience_domains.csv", (), "banking,titel,某职位,\n", last_row("experience_domains.csv"), "titel", "可用"),
    ("background_df.csv", (("ab测试,1\n", "ab测试,一\n"),), "", "ab测试,一", "一", "整数"),
    ("learned_weights.csv", (("word,", "wrod,"),), "", 0, "缺少列", "表头"),
    ("instruction_phrases.csv", (), "忽略,忽略(以上\n", last_row("instruction_phrases.csv"), "写法有误", "README"),
    ("forbidden_rules.csv", (), "sex,forbidden,限(男,,\n", last_row("forbidden_rules.csv"), "pattern", "括号"),
    ("audit.toml", (("bands = [25, 30", "bands = [30, 25"),), "", 0, "从小到大", "README"),
    ("presentation.csv", (("tier,reserve,备选,\n", ""),), "", 0, "tier,reserve", "增加一行"),
    ("skills.csv", (("sql,,数据库\n", 'sql,",数据库\n'),), "", 0, "", ""),
]  # fmt: skip


# A check costs a second: cases of different files are checked together, but nothing beside a position that is not read.
def _round(at: int) -> tuple[bool, int]:
    name = CASES[at][0]
    return name == "positions.csv", [c[0] for c in CASES[:at]].count(name)


ROUNDS = sorted({_round(i) for i in range(len(CASES))})


@pytest.mark.parametrize("number", ROUNDS)
def test_a_fault_is_named_with_its_mend(folder: Path, number: tuple[bool, int]) -> None:
    cases = [case for i, case in enumerate(CASES) if _round(i) == number]
    for name, pairs, more, *_ in cases:
        change(folder, name, *pairs, more=more)
    told = faults(folder)
    for name, _, _, row, what, mend in cases:
        found = [f for f in told if f.file == name and what in f.what and mend in f.mend]
        assert found, (name, what, told)
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        at = row if isinstance(row, int) else next(n for n, line in enumerate(lines, start=1) if row in line)
        assert not at or at in {f.row for f in found}, (name, what, found)
    assert {f.file for f in told} == {name for name, *_ in cases}


@pytest.mark.parametrize("codec", ["gb18030", "utf-16"])
def test_another_encoding(folder: Path, codec: str) -> None:
    change(folder, "skills.csv", codec=codec)
    (found,) = faults(folder)
    assert (found.file, found.row) == ("skills.csv", 0)
    assert "UTF-8" in found.mend


def test_what_excel_saves_is_no_fault(folder: Path) -> None:
    text = (DATA / "synonyms.csv").read_text(encoding="utf-8")
    (folder / "synonyms.csv").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert faults(folder) == []


def test_every_fault_of_a_file_is_told(folder: Path) -> None:
    change(folder, "degrees.csv", ("博士学位,博士,", "博士学位,博土,"), more="某学历,硕土,\n某学位,学士后,\n")
    change(
        folder,
        "positions.csv",
        (",35,fin_or", ",三十五,fin_or"),
        ("本科,yes,计算机|经济金融,yes,1", "本科,是,计算机|经济金融,yes,1"),
    )
    found = faults(folder)
    assert [f.row for f in found if f.file == "degrees.csv"] == [
        3,
        last_row("degrees.csv"),
        last_row("degrees.csv") + 1,
    ]
    assert [f.row for f in found if f.file == "positions.csv"] == [P1, positions_line(3)]
    assert len(found) == 5  # and nothing that only follows from them


def test_a_whole_folder_that_lacks_a_file(folder: Path) -> None:
    for file in DATA.iterdir():
        if file.name != "stopwords.txt":
            (folder / file.name).write_bytes(file.read_bytes())
    assert {(f.file, f.what) for f in faults(folder)} == {("stopwords.txt", "找不到文件")}


def test_the_folder_is_not_touched(folder: Path) -> None:
    change(folder, "degrees.csv", more="某学历,硕土,\n")
    before = {f.name: f.read_bytes() for f in folder.iterdir()}
    faults(folder)
    assert {f.name: f.read_bytes() for f in folder.iterdir()} == before


def test_the_command(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    change(folder, "degrees.csv", more="某学历,硕土,\n")
    assert cli.main(["check-data", str(folder)]) == cli.UNREAD
    told = capfd.readouterr().out
    assert f"错误 degrees.csv 第 {last_row('degrees.csv')} 行" in told
    assert "怎么改：" in told
    assert cli.main(["check-data", str(folder), "--json"]) == cli.UNREAD
    (value,) = json.loads(capfd.readouterr().out)
    assert (value["file"], value["row"], value["note"]) == ("degrees.csv", last_row("degrees.csv"), False)
    assert cli.main(["check-data", str(folder / "none")]) == cli.USAGE


# --- what a notice must not ask -----------------------------------------------------------------------------------


def kinds(text: str) -> list[str]:
    return [u.kind for u in unlawful(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("限男性", "sex"), ("男士优先", "sex"), ("只招女生", "sex"), ("性别：男", "sex"), ("35岁以下，男", "sex"),
        ("未婚", "marital_child"), ("已婚已育优先", "marital_child"), ("三年内不生育", "marital_child"),
        ("提供妊娠检测报告", "marital_child"),
        ("具有重庆市户籍", "birthplace"), ("本地户口优先", "birthplace"), ("限本市生源", "birthplace"),
        ("河南人除外", "birthplace"),
        ("限汉族", "ethnicity"), ("少数民族除外", "ethnicity"), ("民族：汉", "ethnicity"),
        ("无宗教信仰", "religion"), ("乙肝两对半阴性", "health"), ("HBsAg阴性", "health"), ("无残疾", "health"),
        ("無傳染病", "health"),
    ],
)  # fmt: skip
def test_what_must_not_be_asked(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "男女不限", "性别不限", "不限户籍", "民族不限", "婚育不限", "不检测乙肝", "协助解决户口", "身体健康，符合岗位的法定体检标准",
        "有女性用户运营经验", "有少数民族地区工作经验", "负责男装频道", "担任过项目负责人优先", "有团队带头人经验者优先",
        "全日制本科以上学历", "35岁以下", "有教育行业经验", "熟悉账户和户名管理", "具有良好的客户关系",
    ],
)  # fmt: skip
def test_what_may_be_said(text: str) -> None:
    assert kinds(text) == []


def test_found_words_are_the_texts(folder: Path) -> None:
    text = "要求：限男性；已婚已育优先"
    found = unlawful(text)
    assert [text[u.start : u.end] for u in found] == [u.words for u in found]
    assert all(u.law and u.mend for u in found)


def _rows() -> Iterator[dict[str, str]]:
    with (DATA / "forbidden_rules.csv").open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def test_every_forbidden_row_names_law_and_mend() -> None:
    lacking: Callable[[dict[str, str]], bool] = lambda r: r["role"] == "forbidden" and not (r["law"] and r["mend"])  # noqa: E731
    assert [r for r in _rows() if lacking(r)] == []
