"""Further shapes of notices, small and whole: what each position asks for, whatever way it is set out."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.notice import NoticeError, import_notice
from matcher.notice.blocks import read_words
from matcher.notice.build import build
from matcher.notice.sources import Part, grid
from matcher.reading.ole import office_program
from tests.support import ROOT

# title, degree, study mode, majors, years, age
Asked = tuple[str, str, bool, str, int, int | None]


def asked(*parts: Part) -> list[Asked]:
    """What the positions of a notice ask for, in short."""
    return [
        (p.title, p.min_degree.value, p.full_time, "、".join(p.majors), p.min_years, p.max_age)
        for p in build(read_words(parts), parts).positions
    ]


LABELS_ON_ONE_LINE = """测试村镇银行招聘公告

招聘岗位：客户经理   招聘人数：5名   工作地点：测试市
岗位职责：1.营销贷款；2.维护客户。
任职要求：1.全日制本科及以上学历；2.年龄35周岁以下；3.具有3年以上银行从业经验；4.遵纪守法。

招聘岗位：综合柜员   招聘人数：3名
学历要求：大专及以上  专业要求：会计学、金融学  年龄要求：28岁以下
岗位职责：办理业务。
"""
MARKDOWN = """# 某某科技招聘

## 1. Java 开发工程师（3名）
**岗位职责**
- 负责后端开发
- 代码评审

**任职要求**
- 本科及以上学历，计算机相关专业
- 3年以上 Java 开发经验
- 35岁以下

## 2. 产品经理
岗位职责：
1、规划产品
任职要求：
1、本科及以上学历；
2、5年以上互联网产品经理经验，金融行业背景优先。
薪资福利：
五险一金
"""
CONDITIONS_IN_ONE_SENTENCE = """某市某局下属单位公开招聘工作人员公告
一、招聘岗位、人数及条件
（一）办公室文员 2名
条件：大学本科及以上学历，汉语言文学、新闻学等相关专业，年龄在30周岁以下，有2年以上文秘工作经验者优先。
（二）会计 1名
条件：大专及以上学历，会计、财务管理等相关专业，持有初级及以上会计职称，3年以上会计工作经验，年龄40周岁以下。
（三）驾驶员 1名
条件：高中及以上学历，持有C1及以上驾驶证，男性，年龄50周岁以下，身体健康。
二、报名时间及地点
2026年12月1日至10日，3年以上。
"""
TABBED = """招聘岗位\t人数\t岗位要求\t薪资
会计\t1\t大专以上，会计专业，3年以上经验\t面议
出纳\t1\t大专以上，有会计证\t面议
"""
RELAXED = """信贷审批岗
工作职责：
1. 负责贷款审批
任职资格：
1. 硕士研究生及以上学历，经济、法律、会计等相关专业；具有注册会计师资格证书的，学历可放宽至本科；
2. 5年以上银行信贷审批经验；
3. 年龄原则上不超过40周岁。

风险管理岗
工作职责：
1. 建立风险模型
任职资格：
1. 全日制本科及以上学历，数学、统计、金融工程类专业；
2. 3年以上风险管理或数据建模经验；
3. 年龄不超过35周岁，特别优秀者可适当放宽。
"""
CAMPUS = """2026年校园招聘
一、招聘对象
全日制普通高校本科及以上学历毕业生。
二、基本条件
（一）年龄：本科生25周岁以下，硕士研究生28周岁以下，博士研究生32周岁以下；
（二）专业：法律、计算机、数学等相关专业；
（三）英语：大学英语四级425分以上。
三、招聘岗位
（一）管理培训生：在总行各部门轮岗。
（二）金融科技岗：从事系统开发，要求计算机类、电子信息类专业。
四、报名方式
网上报名。
"""
ENGLISH = """Example Robotics is hiring

Software Engineer
Responsibilities:
- Build services
Requirements:
- Bachelor's degree or above in Computer Science or related field
- 3+ years of experience in software development
- No older than 40

Data Analyst
Responsibilities:
- Build dashboards
Requirements:
- Master's degree in Statistics
- At least 2 years of experience in data analysis

How to Apply
Send to hr@example.com
"""
NUMBERED_TITLES = """测试城商行2026年社会招聘
一、招聘岗位
岗位一：公司客户经理
（1）岗位职责：营销对公客户。
（2）任职资格：本科及以上学历；3年以上对公客户经理经验；年龄不超过40岁。
岗位二：理财经理
（1）岗位职责：销售理财产品。
（2）任职资格：大专及以上学历；持有AFP证书；2年以上银行零售工作经验。
二、薪酬福利
面议
"""


SPACED = """测试医院招聘合同制人员公告
一、招聘岗位
序号 岗位 人数 条件
1 护士 20 大专及以上，护理学专业，30岁以下，持护士执业证
2 药师 2 本科及以上，药学专业，35岁以下
二、报名方式
现场报名
"""
ONE_LINE_EACH = """招聘简章
客户服务专员：5名，大专以上学历，25周岁以下，普通话标准。
车险理赔员：3名，本科以上学历，车辆工程、保险学专业，30周岁以下，有驾照。
"""


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        (SPACED, [("护士", "大专", False, "护理学类", 0, 30), ("药师", "本科", False, "药学类", 0, 35)]),
        (
            ONE_LINE_EACH,
            [("客户服务专员", "大专", False, "", 0, 25), ("车险理赔员", "本科", False, "车辆工程、保险学", 0, 30)],
        ),
        (
            LABELS_ON_ONE_LINE,
            [("客户经理", "本科", True, "", 3, 35), ("综合柜员", "大专", False, "会计学、金融学类", 0, 28)],
        ),
        (
            MARKDOWN,
            [("Java 开发工程师", "本科", False, "计算机", 3, 35), ("产品经理", "本科", False, "", 5, None)],
        ),
        (
            CONDITIONS_IN_ONE_SENTENCE,
            [
                ("办公室文员", "本科", False, "汉语言文学、新闻学", 0, 30),
                ("会计", "大专", False, "会计学、财务管理", 3, 40),
                ("驾驶员", "高中及以下", False, "", 0, 50),
            ],
        ),
        (TABBED, [("会计", "大专", False, "会计学", 3, None), ("出纳", "大专", False, "", 0, None)]),
        (
            RELAXED,
            [
                ("信贷审批岗", "本科", False, "经济金融、法学类、会计学", 5, 40),
                ("风险管理岗", "本科", True, "数学、统计学、金融工程", 3, 35),
            ],
        ),
        (
            CAMPUS,
            [
                ("管理培训生", "本科", True, "法学类、计算机、数学", 0, 25),
                ("金融科技岗", "本科", True, "计算机、电子信息技术", 0, 25),
            ],
        ),
        (
            ENGLISH,
            [("Software Engineer", "本科", False, "计算机", 3, 40), ("Data Analyst", "硕士", False, "统计学", 2, None)],
        ),
        (
            NUMBERED_TITLES,
            [("公司客户经理", "本科", False, "", 3, 40), ("理财经理", "大专", False, "", 2, None)],
        ),
    ],
    ids=[
        "spaced",
        "one line each",
        "labels",
        "markdown",
        "sentence",
        "tabbed",
        "relaxed",
        "campus",
        "english",
        "numbered",
    ],
)
def test_running_text(text: str, positions: list[Asked]) -> None:
    assert asked(text) == positions


def rows(*lines: str) -> list[list[tuple[str, int, int]]]:
    """A table's rows from ``a|b|c``; ``text^3`` reaches three rows down."""
    spans = []
    for line in lines:
        cells = []
        for cell in line.split("|"):
            text, _, down = cell.partition("^")
            cells.append((text, 1, int(down or 1)))
        spans.append(cells)
    return spans


@pytest.mark.parametrize(
    ("lines", "positions"),
    [
        (
            ["岗位|要求", "客户经理|全日制本科及以上，35岁以下，3年以上银行从业经验", "柜员|大专以上，30岁以下"],
            [("客户经理", "本科", True, "", 3, 35), ("柜员", "大专", False, "", 0, 30)],
        ),
        (
            ["会计岗^3|岗位职责|负责核算", "学历|本科以上", "年龄|35岁以下", "法务岗^3|岗位职责|审核合同", "学历|硕士以上", "专业|法学"],
            [("会计岗", "本科", False, "", 0, 35), ("法务岗", "硕士", False, "法学类", 0, None)],
        ),
        (
            ["序号|岗位名称|学历|学位|专业|年龄|工作经验", "1|法务专员|本科|学士|法学|35|3年", "2|行政专员|大专|无|不限|40岁|无"],
            [("法务专员", "本科", False, "法学类", 3, 35), ("行政专员", "大专", False, "", 0, 40)],
        ),
        (
            ["岗位名称|信贷岗", "学历要求|本科及以上", "岗位名称|运营岗", "学历要求|大专及以上"],
            [("信贷岗", "本科", False, "", 0, None), ("运营岗", "大专", False, "", 0, None)],
        ),
        (
            ["岗位名称|人数|学历要求", "客服岗|2|大专及以上", "合计|2|", "注：以上岗位均为合同制||"],
            [("客服岗", "大专", False, "", 0, None)],
        ),
    ],
    ids=["two columns", "titles down the edge", "bare cells", "form", "total"],
)  # fmt: skip
def test_tables(lines: list[str], positions: list[Asked]) -> None:
    assert asked("招聘公告", grid(rows(*lines))) == positions


def test_positions_of_one_name_carry_their_department() -> None:
    table = grid(rows("部门|岗位名称|学历要求", "一部|专员岗|本科", "二部|专员岗|大专"))
    assert [a[0] for a in asked(table)] == ["专员岗（一部）", "专员岗（二部）"]


def test_numbers_of_the_notice_are_kept() -> None:
    table = grid(rows("序号|岗位名称|学历要求", "7|甲岗|本科", "9|乙岗|大专"))
    assert [p.position_id for p in build(read_words([table])).positions] == [7, 9]


def test_numbers_that_repeat_are_given_anew() -> None:
    table = grid(rows("序号|岗位名称|学历要求", "1|甲岗|本科", "1|乙岗|大专"))
    assert [p.position_id for p in build(read_words([table])).positions] == [1, 2]


def test_several_days_of_counting_are_a_persons_to_decide() -> None:
    text = "岗位名称：甲岗\n学历要求：本科\n年龄计算截至2026年9月30日。\n工作年限计算截至2026年10月31日。\n"
    found = build(read_words([text]), [text])
    assert found.as_of is None
    assert [u.text for u in found.unread if u.field == "as_of"] == ["2026-09-30、2026-10-31"]


def test_a_table_without_cells_is_refused(tmp_path: Path) -> None:
    """As a pdf reader breaks it: headings line by line, then values that nothing tells apart."""
    path = tmp_path / "table.txt"
    path.write_text("招聘公告\n序号\n岗位名称\n学历要求\n1\n护士\n大专\n", encoding="utf-8")
    with pytest.raises(NoticeError, match="没有单元格"):
        import_notice(path)


def test_an_old_word_file_is_the_same_notice() -> None:
    if office_program() is None:
        pytest.skip("no LibreOffice here: old Word files are read with it")
    folder = Path(ROOT, "tests", "notices")
    assert (
        import_notice(folder / "city_bank_list.doc").positions == import_notice(folder / "city_bank_list.rtf").positions
    )
