"""The catalogue of majors, the notice's groups, and how names as written are resolved and judged."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.majors import CATEGORIES, Major, Majors, key, load_majors

DATA = Path(__file__).parents[1] / "data"
MAJORS = load_majors(DATA)
NOTICE_GROUPS = {
    "经济金融",
    "管理",
    "计算机",
    "市场营销",
    "电子商务",
    "新闻传媒",
    "金融工程",
    "统计学",
    "数学",
    "电子信息技术",
    "平面设计",
    "美术",
}


def rows(table: str) -> list[tuple[str, ...]]:
    """The lines of a table, cells split at ` | `."""
    return [tuple(cell.strip() for cell in line.split(" | ")) for line in table.strip().splitlines()]


# ---------------------------------------------------------------- the catalogue


def undergraduate() -> list[Major]:
    return [major for major in MAJORS.rows if major.level == "undergraduate"]


def test_catalogue_has_twelve_categories_and_ninety_three_classes() -> None:
    assert {major.category for major in undergraduate()} == set(CATEGORIES)
    assert len(CATEGORIES) == 12
    assert len(MAJORS.classes) == 93


@pytest.mark.parametrize(
    ("category", "classes"),
    [
        ("哲学", 1),
        ("经济学", 4),
        ("法学", 6),
        ("教育学", 2),
        ("文学", 3),
        ("历史学", 1),
        ("理学", 12),
        ("工学", 32),
        ("农学", 7),
        ("医学", 11),
        ("管理学", 9),
        ("艺术学", 5),
    ],
)
def test_classes_per_category(category: str, classes: int) -> None:
    assert sum(major.category == category for major in MAJORS.classes.values()) == classes


def test_number_of_undergraduate_majors_is_near_the_official_816_of_2024() -> None:
    assert 800 <= len(undergraduate()) <= 870


@pytest.mark.parametrize(
    ("major_class", "count"),
    [("财政学类", 3), ("数学类", 4), ("计算机类", 18), ("电子商务类", 3), ("图书情报与档案管理类", 3), ("法医学类", 1)],
)
def test_majors_per_class(major_class: str, count: int) -> None:
    """Classes whose list is closed (2024): nothing missing, nothing twice."""
    assert sum(major.major_class == major_class for major in undergraduate()) == count


def test_codes_and_names_are_unique() -> None:
    assert max(Counter(major.code for major in MAJORS.rows).values()) == 1
    assert max(Counter(key(major.name) for major in MAJORS.rows).values()) == 1


def test_every_name_and_alias_finds_its_own_row() -> None:
    wrong = {
        text: found.name if (found := MAJORS.find(text)) else None
        for major in MAJORS.rows
        for text in (major.name, *major.aliases)
        if (found := MAJORS.find(text)) is None or found.name != major.name
    }
    assert wrong == {}


def test_every_pattern_row_compiles_and_fits_no_listed_name_of_another_category() -> None:
    """Head words place listed names too; where they would contradict the list, they are wrong as rules."""
    wrong = []
    for major in undergraduate():
        for pattern, rule in MAJORS.patterns:
            if pattern.fullmatch(key(major.name)):
                if rule.major_class and rule.category and rule.category != major.category:
                    wrong.append((major.name, rule.major_class))
                break
    assert len(wrong) / len(undergraduate()) < 0.06, wrong  # 人工智能… and the like are placed by hand


def test_groups_are_those_of_the_notice() -> None:
    assert set(MAJORS.groups) == NOTICE_GROUPS


@pytest.mark.parametrize("name", sorted(NOTICE_GROUPS))
def test_a_group_asks_about_the_category_of_every_class_it_lists(name: str) -> None:
    """DESIGN, decision 6: the same 门类 as a listed class is 待核实, never 不符合."""
    group = MAJORS.groups[name]
    for target in group.meets:
        kind, _, value = target.partition(":")
        if kind == "class":
            assert f"category:{MAJORS.classes[value].category}" in group.related | group.meets


# ---------------------------------------------------------------- loader errors

GOOD = "020101,经济学,经济学类,经济学,undergraduate,Economics|经济\n"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("020102,经济学,经济学类,经济学,undergraduate,\n", "majors.csv row 3: '经济学' also names 经济学"),
        ("020102,经济统计学,经济学类,经济学,undergraduate,economics\n", "row 3: 'economics' also names 经济学"),
        ("020102,经济统计学,经济学类,经济学,undergraduate,a||b\n", "row 3: an alias is empty"),
        ("020102,经济统计学,经济学类,经济学,undergraduate,（）\n", "row 3: '（）' holds no letter"),
        ("020101,经济统计学,经济学类,经济学,undergraduate,\n", "row 3: code 020101 repeats row 2"),
        ("020102,经济统计学,经济学类,经济学,bachelor,\n", "row 3: level 'bachelor'"),
        ("020102,经济统计学,经济学类,经济,undergraduate,\n", "row 3: category '经济' is not one of the twelve"),
        ("030102,经济统计学,经济学类,经济学,undergraduate,\n", "row 3: code 030102 is not of category 经济学"),
        ("020202,经济统计学,经济学类,经济学,undergraduate,\n", "row 3: code 020202 is not of class 经济学类"),
        ("020102,,经济学类,经济学,undergraduate,\n", "row 3: name is empty"),
        ("020102,经济统计学,,经济学,undergraduate,\n", "row 3: undergraduate row without class"),
        ("G1,金融,金融学类,经济学,graduate,\n", "row 3: class 金融学类 has no undergraduate major"),
        ("G1,金融,经济学类,法学,graduate,\n", "row 3: class 经济学类 is not of category 经济学"),
        ("G1,金融,经济学类,,graduate,\n", "row 3: class without category"),
        ("P1,(经济,,,pattern,\n", "row 3: not a regular expression"),
        ("P1,经济.*\n", "row 3: 2 cells, not 6"),
    ],
)
def test_majors_errors_name_file_and_row(tmp_path: Path, lines: str, message: str) -> None:
    (tmp_path / "majors.csv").write_text("code,name,class,category,level,aliases\n" + GOOD + lines, encoding="utf-8")
    (tmp_path / "major_groups.csv").write_text("group,kind,target,note\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"\.csv row \d+") as caught:
        load_majors(tmp_path)
    # the wrong-category row is reported against the class's own category
    assert message.split(" is not of category")[0] in str(caught.value)
    assert str(caught.value).startswith("majors.csv row ")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (",meets,class:经济学类,", "major_groups.csv row 2: group is empty"),
        ("金融,maybe,class:经济学类,", "major_groups.csv row 2: kind 'maybe'"),
        ("金融,meets,经济学类,", "major_groups.csv row 2: target '经济学类'"),
        ("金融,meets,class:金融类,", "major_groups.csv row 2: class '金融类' is not in majors.csv"),
        ("金融,meets,major:炼金术,", "major_groups.csv row 2: major '炼金术' is not in majors.csv"),
        (
            "金融,meets,class:经济学类,\n金融,related,class:经济学类,",
            "major_groups.csv row 3: target class:经济学类 repeats",
        ),
    ],
)
def test_group_errors_name_file_and_row(tmp_path: Path, line: str, message: str) -> None:
    shutil.copy(DATA / "majors.csv", tmp_path)
    (tmp_path / "major_groups.csv").write_text(f"group,kind,target,note\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"\.csv row \d+") as caught:
        load_majors(tmp_path)
    assert message in str(caught.value)


def test_wrong_columns_are_refused(tmp_path: Path) -> None:
    (tmp_path / "majors.csv").write_text("code,name\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"majors\.csv row 1: columns"):
        load_majors(tmp_path)


# ---------------------------------------------------------------- names as written

NAMED = """
金融学 | 金融学类 | 经济学
金融 | 金融学类 | 经济学
金融学专业 | 金融学类 | 经济学
金融系 | 金融学类 | 经济学
专业：金融学 | 金融学类 | 经济学
金融学（本科） | 金融学类 | 经济学
金融学（CFA方向） | 金融学类 | 经济学
货币银行学 | 金融学类 | 经济学
国际金融 | 金融学类 | 经济学
金工 | 金融学类 | 经济学
金融工程 | 金融学类 | 经济学
金融数学 | 金融学类 | 经济学
数理金融 | 金融学类 | 经济学
保险学 | 金融学类 | 经济学
保险 | 金融学类 | 经济学
投资学 | 金融学类 | 经济学
精算 | 金融学类 | 经济学
互联网金融 | 金融学类 | 经济学
金融科技 | 金融学类 | 经济学
信用管理 | 金融学类 | 经济学
经济与金融 | 金融学类 | 经济学
投资与理财 | 金融学类 | 经济学
金融管理 | 金融学类 | 经济学
金融服务与管理 | 金融学类 | 经济学
证券与期货 | 金融学类 | 经济学
金融硕士 | 金融学类 | 经济学
应用金融学 | 金融学类 | 经济学
金融保险 | 金融学类 | 经济学
农村合作金融 | 金融学类 | 经济学
证券投资分析与应用 | 金融学类 | 经济学
经济学 | 经济学类 | 经济学
西方经济学 | 经济学类 | 经济学
产业经济学 | 经济学类 | 经济学
数字经济 | 经济学类 | 经济学
经济统计学 | 经济学类 | 经济学
国贸 | 经济与贸易类 | 经济学
国际贸易 | 经济与贸易类 | 经济学
国际经济与贸易 | 经济与贸易类 | 经济学
国际经济与贸易（中外合作办学） | 经济与贸易类 | 经济学
国际贸易实务 | 经济与贸易类 | 经济学
财政学 | 财政学类 | 经济学
税务 | 财政学类 | 经济学
计科 | 计算机类 | 工学
计算机 | 计算机类 | 工学
计算机系 | 计算机类 | 工学
计算机及应用 | 计算机类 | 工学
计算机软件 | 计算机类 | 工学
计算机科学与技术专业 | 计算机类 | 工学
计算机科学与技术（3+2） | 计算机类 | 工学
计算机应用技术 | 计算机类 | 工学
计算机网络技术 | 计算机类 | 工学
计算机信息管理 | 计算机类 | 工学
计算机网络工程技术与应用 | 计算机类 | 工学
计算机软件与理论 | 计算机类 | 工学
软件工程 | 计算机类 | 工学
软工 | 计算机类 | 工学
网络工程 | 计算机类 | 工学
信息安全 | 计算机类 | 工学
物联网工程 | 计算机类 | 工学
数据科学与大数据技术 | 计算机类 | 工学
大数据技术与应用 | 计算机类 | 工学
数字媒体技术 | 计算机类 | 工学
电子信息（计算机技术） | 计算机类 | 工学
电子信息（软件工程） | 计算机类 | 工学
商学院 计算机科学与技术 | 计算机类 | 工学
信息工程学院计算机科学与技术 | 计算机类 | 工学
2012级计算机科学与技术 | 计算机类 | 工学
ＣＳ | 计算机类 | 工学
计 算 机 | 计算机类 | 工学
计算机类 | 计算机类 | 工学
计算机类专业 | 计算机类 | 工学
电子信息工程 | 电子信息类 | 工学
通信工程 | 电子信息类 | 工学
通信与信息系统 | 电子信息类 | 工学
微电子学 | 电子信息类 | 工学
人工智能 | 电子信息类 | 工学
应用电子技术 | 电子信息类 | 工学
工程硕士（电子与通信工程） | 电子信息类 | 工学
自动化 | 自动化类 | 工学
电气工程及其自动化 | 电气类 | 工学
机械设计制造及其自动化 | 机械类 | 工学
机电一体化 | 机械类 | 工学
工业设计 | 机械类 | 工学
土木工程 | 土木类 | 工学
会计学 | 工商管理类 | 管理学
会计 | 工商管理类 | 管理学
会计系 | 工商管理类 | 管理学
金融系 会计 | 工商管理类 | 管理学
会计学(ACCA) | 工商管理类 | 管理学
会计电算化 | 工商管理类 | 管理学
电算化会计 | 工商管理类 | 管理学
大数据与会计 | 工商管理类 | 管理学
财务管理 | 工商管理类 | 管理学
财管 | 工商管理类 | 管理学
审计学 | 工商管理类 | 管理学
MPAcc | 工商管理类 | 管理学
MBA | 工商管理类 | 管理学
工商管理（MBA） | 工商管理类 | 管理学
企业管理 | 工商管理类 | 管理学
工商企业管理 | 工商管理类 | 管理学
市场营销 | 工商管理类 | 管理学
营销与策划 | 工商管理类 | 管理学
市场营销（函授） | 工商管理类 | 管理学
人力资源管理 | 工商管理类 | 管理学
国际商务 | 工商管理类 | 管理学
信息管理与信息系统 | 管理科学与工程类 | 管理学
信管 | 管理科学与工程类 | 管理学
工程管理 | 管理科学与工程类 | 管理学
大数据管理与应用 | 管理科学与工程类 | 管理学
电子商务 | 电子商务类 | 管理学
电商 | 电子商务类 | 管理学
跨境电商 | 电子商务类 | 管理学
移动商务 | 电子商务类 | 管理学
物流管理 | 物流管理与工程类 | 管理学
行政管理（自考） | 公共管理类 | 管理学
公共事业管理 | 公共管理类 | 管理学
MPA | 公共管理类 | 管理学
旅游管理 | 旅游管理类 | 管理学
统计学 | 统计学类 | 理学
数学系 统计学 | 统计学类 | 理学
应用统计 | 统计学类 | 理学
数据科学 | 统计学类 | 理学
数学与应用数学 | 数学类 | 理学
信息与计算科学 | 数学类 | 理学
概率论与数理统计 | 数学类 | 理学
应用物理 | 物理学类 | 理学
英语 | 外国语言文学类 | 文学
大学英语 | 外国语言文学类 | 文学
某金融学院 英语 | 外国语言文学类 | 文学
商务英语 | 外国语言文学类 | 文学
汉语言文学（师范） | 中国语言文学类 | 文学
文秘 | 中国语言文学类 | 文学
新闻学 | 新闻传播学类 | 文学
新闻学 - 财经新闻 | 新闻传播学类 | 文学
新闻与传播 | 新闻传播学类 | 文学
广播电视新闻学 | 新闻传播学类 | 文学
广告学 | 新闻传播学类 | 文学
网络与新媒体 | 新闻传播学类 | 文学
法学 | 法学类 | 法学
法律硕士（非法学） | 法学类 | 法学
思政教育 | 马克思主义理论类 | 法学
视觉传达设计 | 设计学类 | 艺术学
视传 | 设计学类 | 艺术学
艺术设计 | 设计学类 | 艺术学
艺术设计（视觉传达方向） | 设计学类 | 艺术学
艺术设计（环境艺术方向） | 设计学类 | 艺术学
装潢设计 | 设计学类 | 艺术学
平面设计 | 设计学类 | 艺术学
视觉传播设计与制作 | 设计学类 | 艺术学
数字媒体艺术 | 设计学类 | 艺术学
环艺 | 设计学类 | 艺术学
美术学 | 美术学类 | 艺术学
油画 | 美术学类 | 艺术学
播音与主持 | 戏剧与影视学类 | 艺术学
动画 | 戏剧与影视学类 | 艺术学
音乐表演 | 音乐与舞蹈学类 | 艺术学
护理学 | 护理学类 | 医学
护理（老年护理方向） | 护理学类 | 医学
临床医学 | 临床医学类 | 医学
学前教育 | 教育学类 | 教育学
体育教育 | 体育学类 | 教育学
园林 | 林学类 | 农学
历史学 | 历史学类 | 历史学
烹饪工艺与营养 |  | 职业技能
西点制作 |  | 职业技能
B.A. in Finance | 金融学类 | 经济学
MSc Finance and Investment | 金融学类 | 经济学
BBA in Finance | 金融学类 | 经济学
Bachelor of Commerce (Finance) | 金融学类 | 经济学
Financial Engineering | 金融学类 | 经济学
Master of Finance | 金融学类 | 经济学
PhD in Economics | 经济学类 | 经济学
BSc Economics | 经济学类 | 经济学
Computer Science | 计算机类 | 工学
computer  science | 计算机类 | 工学
BSc (Hons) Computer Science | 计算机类 | 工学
Bachelor of Science in Computer Science | 计算机类 | 工学
Major: Computer Science & Technology | 计算机类 | 工学
Master of Software Engineering | 计算机类 | 工学
Advanced Computing and Networks | 计算机类 | 工学
Accounting | 工商管理类 | 管理学
Master of Professional Accounting | 工商管理类 | 管理学
Business Administration | 工商管理类 | 管理学
MBA in Finance | 工商管理类 | 管理学
Master of Science in Marketing | 工商管理类 | 管理学
Management Information Systems | 管理科学与工程类 | 管理学
Statistics | 统计学类 | 理学
Applied Mathematics | 数学类 | 理学
Journalism and Communication | 新闻传播学类 | 文学
Communication Engineering | 电子信息类 | 工学
Visual Communication Design | 设计学类 | 艺术学
Bachelor of Arts (Graphic Design) | 设计学类 | 艺术学
Fine Arts | 美术学类 | 艺术学
E-commerce | 电子商务类 | 管理学
"""


@pytest.mark.parametrize(("text", "major_class", "category"), rows(NAMED))
def test_name_as_written(text: str, major_class: str, category: str) -> None:
    found = MAJORS.find(text)
    assert found is not None
    assert (found.major_class, found.category) == (major_class, category)


def test_the_table_of_names_is_long_enough() -> None:
    assert len(rows(NAMED)) >= 150


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "计算机二级",
        "全国计算机等级考试二级",
        "英语六级",
        "大学英语四级证书",
        "会计从业资格证",
        "高中",
        "无",
        "不限",
        "计算机学院",
        "某财经大学",
        "软件工程师",
        "产品经理",
        "某银行股份有限公司",
        "理财规划师",
        "宝石鉴定与加工",
        "Scrum Master",
        "----",
        "2014.09-2018.06",
    ],
)
def test_what_is_no_major(text: str) -> None:
    assert MAJORS.find(text) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("金融学/法学", ["金融学", "法学"]),
        ("财务管理、会计", ["财务管理", "会计学"]),
        ("金融学（双学位：法学）", ["金融学", "法学"]),
        ("会计学与法学双学位", ["会计学", "法学"]),
        ("主修英语，第二学位金融学", ["英语", "金融学"]),
        ("Computer Science and Finance", ["计算机科学与技术", "金融学"]),
        ("专业：英语；证书：全国计算机二级", ["英语"]),
        ("英语 计算机二级", ["英语"]),
        ("供热、供燃气、通风及空调工程", ["建筑环境与能源应用工程"]),
        ("土木、水利与海洋工程", ["土木、水利与海洋工程"]),
        ("政治学、经济学与哲学", ["政治学、经济学与哲学"]),
        ("金融学/金融学", ["金融学"]),
        ("主修国际经济与贸易，辅修法学", ["国际经济与贸易"]),
        ("English with a minor in Economics", ["英语"]),
        ("Accounting and Finance", ["会计与金融"]),
        ("Double major: Finance and Statistics", ["金融学", "统计学"]),
        ("硕士：MBA；本科：计算机", ["工商管理硕士", "计算机科学与技术"]),
        ("国际贸易与商务英语", ["国际经济与贸易", "商务英语"]),
    ],
)
def test_several_majors_in_one_field(text: str, names: list[str]) -> None:
    assert [major.name for major in MAJORS.find_all(text)] == names


def test_an_unlisted_name_keeps_its_own_words() -> None:
    found = MAJORS.find("证券投资分析与应用")
    assert found is not None
    assert (found.name, found.level) == ("证券投资分析与应用", "pattern")


# ---------------------------------------------------------------- verdicts

JUDGED = """
金融学 | 经济金融 | meets
金融数学 | 经济金融 | meets
保险学 | 经济金融 | meets
投资学 | 经济金融 | meets
国际经济与贸易 | 经济金融 | meets
财政学 | 经济金融 | meets
互联网金融 | 经济金融 | meets
精算学 | 经济金融 | meets
B.A. in Finance | 经济金融 | meets
金融服务与管理 | 经济金融 | meets
国际商务硕士 | 经济金融 | meets
Accounting and Finance | 经济金融 | meets
国际商务 | 经济金融 | related
应用统计 | 经济金融 | related
农林经济管理 | 经济金融 | related
工商管理（金融方向） | 经济金融 | related
英语（辅修金融学） | 经济金融 | related
MBA (Finance) | 经济金融 | related
Financial Management | 经济金融 | related
金融信息管理 | 经济金融 | related
经济管理 | 经济金融 | related
会计学 | 经济金融 | other
统计学 | 经济金融 | other
工商管理 | 经济金融 | other
英语 | 经济金融 | other
护理学 | 经济金融 | other
土木工程 | 经济金融 | other
烹饪 | 经济金融 | other
法学 | 经济金融 | other
会计学 | 经济金融、管理 | meets
财务管理 | 经济金融、管理 | meets
会计学 | 管理 | meets
市场营销 | 管理 | meets
人力资源管理 | 管理 | meets
信息管理与信息系统 | 管理 | meets
行政管理 | 管理 | meets
物流管理 | 管理 | meets
旅游管理 | 管理 | meets
MBA | 管理 | meets
会计电算化 | 管理 | meets
管理类 | 管理 | meets
Business Administration | 管理 | meets
信用管理 | 管理 | related
艺术管理 | 管理 | related
机场安全管理 | 管理 | related
英语 | 管理 | other
软件工程 | 管理 | other
护理学 | 管理 | other
法学 | 管理、经济金融 | other
临床医学 | 经济金融、管理、计算机 | other
软件工程 | 计算机 | meets
网络工程 | 计算机 | meets
计算机网络技术 | 计算机 | meets
Computer Science | 计算机 | meets
商学院 计算机科学与技术 | 计算机 | meets
数据科学与大数据技术 | 计算机 | meets
信息安全 | 计算机 | meets
计算机网络工程技术与应用 | 计算机 | meets
电子信息（计算机技术） | 计算机 | meets
电子信息工程 | 计算机 | related
通信工程 | 计算机 | related
自动化 | 计算机 | related
机械工程 | 计算机 | related
人工智能 | 计算机 | related
信息管理与信息系统 | 计算机 | related
信息与计算科学 | 计算机 | related
大数据管理与应用 | 计算机 | related
数据科学 | 计算机 | related
金融科技 | 计算机 | related
电子商务 | 计算机 | related
教育技术学 | 计算机 | related
地理信息科学 | 计算机 | related
智能楼宇系统技术 | 计算机 | related
英语 | 计算机 | other
市场营销 | 计算机 | other
护理学 | 计算机 | other
法学 | 计算机 | other
烹饪 | 计算机 | other
市场营销 | 市场营销 | meets
国际市场营销 | 市场营销 | meets
营销与策划 | 市场营销 | meets
Marketing | 市场营销 | meets
工商管理 | 市场营销 | related
电子商务 | 市场营销 | related
广告学 | 市场营销 | related
临床医学 | 市场营销 | other
电子商务 | 电子商务 | meets
跨境电商 | 电子商务 | meets
E-commerce | 电子商务 | meets
市场营销 | 电子商务 | related
数字贸易 | 电子商务 | related
计算机科学与技术 | 电子商务 | other
新闻学 | 新闻传媒 | meets
广告学 | 新闻传媒 | meets
传播学 | 新闻传媒 | meets
网络与新媒体 | 新闻传媒 | meets
Journalism | 新闻传媒 | meets
汉语言文学 | 新闻传媒 | related
英语 | 新闻传媒 | related
广播电视编导 | 新闻传媒 | related
播音与主持艺术 | 新闻传媒 | related
数字媒体艺术 | 新闻传媒 | related
公共关系学 | 新闻传媒 | related
土木工程 | 新闻传媒 | other
金融工程 | 金融工程 | meets
Quantitative Finance | 金融工程 | meets
金融学 | 金融工程 | related
金融数学 | 金融工程 | related
经济学 | 金融工程 | related
计算金融 | 金融工程 | related
会计学 | 金融工程 | other
统计学 | 统计学 | meets
应用统计学 | 统计学 | meets
应用统计硕士 | 统计学 | meets
概率论与数理统计 | 统计学 | meets
Statistics | 统计学 | meets
经济统计学 | 统计学 | related
数学与应用数学 | 统计学 | related
数学与应用数学 | 数学 | meets
信息与计算科学 | 数学 | meets
Mathematics | 数学 | meets
统计学 | 数学 | related
物理学 | 数学 | related
金融数学 | 数学 | related
汉语言文学 | 数学 | other
电子信息工程 | 电子信息技术 | meets
通信工程 | 电子信息技术 | meets
微电子学 | 电子信息技术 | meets
人工智能 | 电子信息技术 | meets
电气工程及其自动化 | 电子信息技术 | related
软件工程 | 电子信息技术 | related
应用物理 | 电子信息技术 | related
法学 | 电子信息技术 | other
视觉传达设计 | 平面设计 | meets
平面设计 | 平面设计 | meets
艺术设计 | 平面设计 | meets
装潢设计 | 平面设计 | meets
数字媒体艺术 | 平面设计 | meets
视觉传播设计与制作 | 平面设计 | meets
广告设计与制作 | 平面设计 | meets
Graphic Design | 平面设计 | meets
Visual Communication Design | 平面设计 | meets
艺术设计（视觉传达方向） | 平面设计 | meets
艺术设计（环境艺术方向） | 平面设计 | related
环境设计 | 平面设计 | related
产品设计 | 平面设计 | related
动画 | 平面设计 | related
交互设计 | 平面设计 | related
工业设计 | 平面设计 | related
数字媒体技术 | 平面设计 | related
广告学 | 平面设计 | related
音乐表演 | 平面设计 | related
金融学 | 平面设计、美术 | other
计算机科学与技术 | 平面设计、美术 | other
护理学 | 平面设计、美术 | other
美术学 | 美术 | meets
绘画 | 美术 | meets
美术教育 | 美术 | meets
Fine Arts | 美术 | meets
视觉传达设计 | 美术 | related
工业设计 | 美术 | related
数学 | 美术 | other
宝石鉴定与加工 | 经济金融、管理、计算机 | unknown
民航运输管理 | 经济金融 | unknown
数字媒体 | 经济金融 | unknown
无 | 管理 | unknown
"""


@pytest.mark.parametrize(("text", "groups", "fit"), rows(JUDGED))
def test_verdict(text: str, groups: str, fit: str) -> None:
    assert MAJORS.judge(MAJORS.find(text), groups.split("、")) == fit


def test_the_table_of_verdicts_is_long_enough() -> None:
    assert len(rows(JUDGED)) >= 100


def test_no_major_is_unknown_and_an_unlisted_group_is_an_error() -> None:
    assert MAJORS.judge(None, ["管理"]) == "unknown"
    with pytest.raises(ValueError, match="占星"):
        MAJORS.judge(MAJORS.find("金融学"), ["占星"])


def test_more_groups_never_make_a_verdict_worse() -> None:
    order = {"other": 0, "unknown": 1, "related": 2, "meets": 3}
    for major in MAJORS.rows:
        alone = max(order[MAJORS.judge(major, [name])] for name in NOTICE_GROUPS)
        assert order[MAJORS.judge(major, sorted(NOTICE_GROUPS))] == alone


# ---------------------------------------------------------------- running text


def scanned(text: str) -> list[tuple[str, str]]:
    return [(major.name, text[start:end]) for major, start, end in MAJORS.scan(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("某大学—金融学—本科—2014.09–2018.06", [("金融学", "金融学")]),
        ("2010.09-2014.06 某大学 会计 本科", [("会计学", "会计")]),
        ("毕业于某大学会计专业", [("会计学", "会计")]),
        ("金融学院 计算机科学与技术", [("计算机科学与技术", "计算机科学与技术")]),
        ("艺术设计(环境艺术方向)毕业", [("环境设计", "艺术设计(环境艺术方向)")]),
        ("bsc economics, msc finance, uk university", [("经济学", "economics"), ("金融学", "finance")]),
        ("b.a. in finance", [("金融学", "finance")]),
        ("bachelor of science in computer science, 2012", [("计算机科学与技术", "computer science")]),
        ("国际经济与贸易专业", [("国际经济与贸易", "国际经济与贸易")]),
        ("学的电子商务，后来读了软件工程", [("电子商务", "电子商务"), ("软件工程", "软件工程")]),
        ("教育\n技能：软件、产品设计、设计", []),
        ("专业：产品设计", [("产品设计", "产品设计")]),
        ("任市场营销部经理，软件工程师，人力资源管理系统", []),
        ("全国计算机二级，会计从业资格证", []),
        ("负责金融产品设计与管理", []),
        ("marketing manager at a bank; refinanced loans; finances", []),
        ("", []),
    ],
)
def test_scan(text: str, found: list[tuple[str, str]]) -> None:
    assert scanned(text) == found


def test_scan_keeps_to_its_range() -> None:
    text = "金融学 法学 会计学"
    assert [text[start:end] for _, start, end in MAJORS.scan(text, 4, 6)] == ["法学"]
    assert [text[start:end] for _, start, end in MAJORS.scan(text, 0, 2)] == []


# ---------------------------------------------------------------- any input

names = st.sampled_from([text for major in MAJORS.rows for text in (major.name, *major.aliases)])
noise = st.text(alphabet="金融会计学系院管理与、/（）()[] 专业方向大学级abcB.A. in0123-—：\n　", max_size=40)


@given(st.one_of(st.text(max_size=80), noise, st.tuples(noise, names, noise).map("".join)))
@settings(max_examples=300, deadline=None)
def test_any_text_is_answered_and_offsets_hold(text: str) -> None:
    for major in MAJORS.find_all(text):
        assert MAJORS.judge(major, ["管理", "计算机"]) in ("meets", "related", "other", "unknown")
    last = 0
    for major, start, end in MAJORS.scan(text):
        assert last <= start < end <= len(text)
        assert isinstance(major, Major)
        last = end


@given(names)
@settings(max_examples=200, deadline=None)
def test_words_of_study_around_a_name_change_nothing(name: str) -> None:
    plain = MAJORS.find(name)
    for written in (f"专业：{name}", f" {name} ", name.upper()):
        found = MAJORS.find(written)
        assert found is not None
        assert plain is not None
        assert found.name == plain.name


@pytest.mark.parametrize(
    "text", ["专业" * 40000, "（" * 40000, "计" * 40000, "a" * 40000, "金融学、" * 20000, " 系" * 30000]
)
def test_long_input_is_answered(text: str) -> None:
    assert isinstance(MAJORS.find_all(text), tuple)
    assert isinstance(MAJORS.scan(text[:5000]), list)


def test_loading_twice_gives_equal_tables() -> None:
    again: Majors = load_majors(DATA)
    assert again.rows == MAJORS.rows
    assert again.groups == MAJORS.groups
