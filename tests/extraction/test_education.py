"""Study entries, highest degree, study mode of the bachelor's."""

from __future__ import annotations

from typing import Any

import pytest

from matcher.schema import Basis, Degree, Education, StudyMode
from tests.support import outcome, profile

HEAD = "教育经历\n"


def education(text: str) -> tuple[Education, ...]:
    return profile(text).education


def short(entry: Education) -> tuple[str | None, str, str]:
    return entry.degree.value if entry.degree else None, entry.school, entry.major


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        (HEAD + "2010.09-2014.06 重庆大学 金融学 本科", [("本科", "重庆大学", "金融学")]),
        (HEAD + "重庆大学 | 金融学 | 本科 | 2010.09-2014.06", [("本科", "重庆大学", "金融学")]),
        (HEAD + "重庆大学\n金融学 本科\n2010.09 - 2014.06", [("本科", "重庆大学", "金融学")]),
        (HEAD + "2010.09-2014.06\t重庆大学\t金融学\t本科", [("本科", "重庆大学", "金融学")]),
        (
            HEAD + "时间\t学校\t专业\t学历\n2010.09-2014.06\t重庆大学\t金融学\t本科",
            [("本科", "重庆大学", "金融学")],
        ),
        (
            HEAD + "2014.09-2017.06 西南财经大学 金融学 硕士\n2010.09-2014.06 重庆大学 会计学 本科",
            [("硕士", "西南财经大学", "金融学"), ("本科", "重庆大学", "会计学")],
        ),
        (
            HEAD + "2010.09-2014.06 重庆大学 会计学 本科\n2014.09-2017.06 西南财经大学 金融学 硕士",
            [("硕士", "西南财经大学", "金融学"), ("本科", "重庆大学", "会计学")],
        ),
        (
            "学历：本科\n毕业院校：重庆大学\n专业：金融学\n毕业时间：2014年6月",
            [("本科", "重庆大学", "金融学")],
        ),
        ("我2014年毕业于重庆大学金融学专业，全日制本科学历。", [("本科", "重庆大学", "金融学")]),
        (HEAD + "重庆大学（985？是，211） 金融学 本科 2010.09-2014.06", [("本科", "重庆大学", "金融学")]),
        (
            HEAD + "2010.09-2014.06 重庆大学 经济与工商管理学院 会计学 本科",
            [("本科", "重庆大学", "会计学")],
        ),
        (HEAD + "2010.09-2013.06 重庆电子工程职业学院 软件技术 大专", [("大专", "重庆电子工程职业学院", "软件技术")]),
        (
            "Education\nSep 2010 - Jun 2014  Chongqing University  Bachelor of Economics",
            [("本科", "Chongqing University", "Economics")],
        ),
        ("工作经历\n2018.01-2020.12 重庆大学 辅导员", []),
        ("工作经历\n2018.01-2020.12 某师范学院 讲师", []),
    ],
)
def test_entries(text: str, entries: list[tuple[str, str, str]]) -> None:
    assert [short(e) for e in education(text)] == entries


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("学历：本科", "本科"),
        ("学历：大学本科", "本科"),
        ("最高学历：硕士研究生", "硕士"),
        ("学历/学位：本科/学士", "本科"),
        ("学历：博士", "博士"),
        ("学历：大专", "大专"),
        ("文化程度：专科", "大专"),
        ("学历：中专", "高中及以下"),
        ("学历：高中", "高中及以下"),
        ("学历 本科", "本科"),
        ("学历\t本科", "本科"),
        ("学历：□大专 ☑本科 □硕士", "本科"),
        ("本科学历，三年客户经理经验", "本科"),
        ("学历：", None),
        ("要求本科以上学历", None),
        ("带领3名硕士完成课题", None),
        ("配偶为硕士", None),
        ("硕士生导师助理", None),
        ("博士后工作站行政人员", None),
        ("服务本科院校二十余所", None),
        ("Scrum Master", None),
    ],
)
def test_highest_degree(text: str, degree: str | None) -> None:
    found = profile(text).highest_degree
    assert (found.value.value if found.value else None) == degree
    assert (found.basis is Basis.ABSENT) == (degree is None)


MODE = HEAD + "2010.09-2014.06 重庆大学 金融学 {}"


@pytest.mark.parametrize(
    ("text", "full_time", "basis"),
    [
        (MODE.format("全日制本科"), True, "stated"),
        (MODE.format("统招本科"), True, "stated"),
        (MODE.format("本科（统招）"), True, "stated"),
        (MODE.format("本科\n学习形式：全日制"), True, "stated"),
        (MODE.format("本科\n是否统招：是"), True, "stated"),
        (MODE.format("本科\n是否全日制：否"), False, "stated"),
        (MODE.format("本科\n是否统招：否"), False, "stated"),
        (MODE.format("本科"), True, "inferred"),
        (MODE.format("非全日制本科"), False, "stated"),
        (MODE.format("自考本科"), False, "stated"),
        (MODE.format("函授本科"), False, "stated"),
        (MODE.format("成人教育本科"), False, "stated"),
        (MODE.format("网络教育 本科"), False, "stated"),
        (MODE.format("本科（业余）"), False, "stated"),
        (MODE.format("本科（夜大）"), False, "stated"),
        (HEAD + "2010.09-2014.06 国家开放大学 金融学 本科", False, None),
        (HEAD + "2010.09-2014.06 重庆广播电视大学 金融学 本科", False, None),
        (HEAD + "2010.09-2013.06 重庆某职业技术学院 大专 全日制", False, None),
        ("学历：本科", None, "absent"),
        ("自考本科", False, "stated"),
        ("全日制本科", True, "stated"),
        ("本科 金融学，2014年毕业", None, "absent"),
        ("", None, "absent"),
    ],
)
def test_full_time_bachelor(text: str, full_time: bool | None, basis: str | None) -> None:
    found = profile(text).full_time_bachelor
    assert found.value is full_time, found
    if basis:
        assert found.basis.value == basis


def test_work_during_part_time_looking_study_is_not_taken_for_full_time() -> None:
    """A bachelor's of four plain years beside a full-time job in the same years is asked about, not assumed."""
    text = "工作经历\n2010.07-2016.06 甲银行 柜员\n教育经历\n2011.09-2015.06 重庆大学 金融学 本科"
    assert profile(text).full_time_bachelor.value is not True


@pytest.mark.parametrize(
    ("text", "finished"),
    [
        (HEAD + "2013.09-2017.06 重庆大学 会计学 本科\n大四时未取得CPA证书", True),
        (HEAD + "2013.09-2017.06 重庆大学 会计学 本科\n在校期间在修改手册，预计读者2000人", True),
        (HEAD + "2013.09-2017.06 重庆大学 会计学 本科（未取得学位）", False),
        (HEAD + "2010.09-2014.06 重庆大学 金融学 本科", True),
        (HEAD + "2024.09-2027.06 重庆大学 金融 硕士", False),
        (HEAD + "2024.09-至今 重庆大学 金融 硕士 在读", False),
        (HEAD + "2010.09-2012.06 重庆大学 金融学 本科 肄业", False),
        (HEAD + "2010.09-2014.06 重庆大学 金融学 本科，在校期间任班长", True),
    ],
)
def test_finished(text: str, finished: bool) -> None:
    assert [e.finished for e in education(text)] == [finished]


@pytest.mark.parametrize(
    ("text", "overseas"),
    [
        ("Education\n2015.09-2016.11 University of Leeds, MSc Finance", True),
        (HEAD + "2015.09-2016.11 英国利兹大学 金融学 硕士", True),
        (HEAD + "2015.09-2018.06 重庆大学 金融学 硕士", False),
    ],
)
def test_overseas(text: str, overseas: bool) -> None:
    assert [e.overseas for e in education(text)] == [overseas]


@pytest.mark.parametrize(
    ("text", "major"),
    [
        (HEAD + "2010.09-2014.06 重庆大学 金融学\n主修课程：统计学、会计学、计算机基础", "金融学"),
        (HEAD + "2010.09-2014.06 重庆大学 本科\n专业：工商管理（市场营销方向）", "工商管理（市场营销方向）"),
        (HEAD + "2010.09-2014.06 重庆大学 计算机科学与技术专业 本科", "计算机科学与技术"),
        ("专业：英语\n证书：计算机二级", "英语"),
        ("所学专业  会计学\n学历  本科", "会计学"),
        # names that are also a whole category's, and names in no catalogue
        (HEAD + "2010.09-2014.06 重庆大学 农学 本科", "农学"),
        (HEAD + "重庆大学　医学　本科　10.09 — 14.06", "医学"),
        (HEAD + "2010.09-2014.06 重庆大学 茶艺品鉴学 本科", "茶艺品鉴学"),
        (HEAD + "2010.09-2014.06 重庆大学 学生会主席 本科", ""),
        (HEAD + "2010.09-2014.06 重庆大学 学习委员 本科", ""),
    ],
)
def test_major(text: str, major: str) -> None:
    assert [e.major for e in education(text)] == [major]


def test_second_degree_does_not_hide_the_first() -> None:
    found = education(HEAD + "2010.09-2014.06 重庆大学 英语 本科（辅修 金融学 双学位）")
    assert found[0].degree is not None
    assert "英语" in "".join(e.major for e in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + "2010.09-2014.06 重庆大学 本科（非全日制）", {"mode": StudyMode.PART_TIME}),
        (HEAD + "2010.09-2014.06 重庆大学 全日制本科", {"mode": StudyMode.FULL_TIME}),
        (HEAD + "2010.09-2014.06 重庆大学 本科", {"mode": None, "mode_basis": Basis.ABSENT}),
    ],
)
def test_mode_of_an_entry(text: str, expected: dict[str, Any]) -> None:
    (found,) = education(text)
    for name, value in expected.items():
        assert getattr(found, name) == value


@pytest.mark.parametrize(
    ("text", "degree", "full_time"),
    [
        # one clause's study mode is not another's
        (
            "本人于2015年7月本科毕业于重庆工商大学会计学专业（全日制），后于2019年取得西南大学工商管理硕士（非全日制）。",
            "硕士",
            True,
        ),
        ("2012年毕业于重庆大学金融学专业，全日制本科；2018年取得重庆大学MBA，非全日制。", "硕士", True),
        ("本科自考，研究生全日制。", "硕士", False),
        ("学历：全日制本科\n在职研究生学历（硕士）", "硕士", True),
        # a degree by equivalent standing is no finished postgraduate study, and says nothing of the bachelor's
        ("同等学力申请硕士学位，本科毕业", "本科", None),
        ("以同等学力取得经济学硕士学位\n教育经历\n2010.09-2014.06 重庆大学 金融学 全日制本科", None, True),
        # a major's name is no study mode
        ("教育经历\n2014.09-2018.06 西南大学 成人教育学 本科（全日制）", "本科", True),
        ("教育经历\n2014.09-2018.06 西南大学 网络工程 本科（全日制）", "本科", True),
    ],
)
def test_facts_of_one_study_do_not_leak_into_another(text: str, degree: str | None, full_time: bool | None) -> None:
    """``degree`` None: either reading of the highest degree is fair."""
    found = profile(text)
    assert found.highest_degree.value is not None
    assert degree is None or found.highest_degree.value.value == degree
    assert found.full_time_bachelor.value is full_time


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "2010.09-2014.06 重庆大学 英语 本科 全日制\n2012.09-2014.06 重庆大学 金融学 第二学位",
        HEAD + "2015.09-2019.06 重庆大学 双学士：英语、金融学 本科",
        HEAD + "2015.09-2019.06 重庆大学 英语（主修）、金融学（双学位） 本科",
        HEAD + "2015.09-2019.06 重庆大学 英语 本科\n第二学士学位：金融学",
    ],
)
def test_a_second_bachelors_major_is_not_lost(text: str) -> None:
    """Whoever holds a second degree in a listed class is not turned down for the first one's."""
    assert outcome(text, 9, "major") in ("meets", "unknown")


def test_major_without_a_degree_word_is_kept() -> None:
    assert outcome("2012年毕业于四川美术学院 艺术设计（平面设计方向）", 4, "major") == "meets"


def test_a_sentence_before_a_job_keeps_its_degree() -> None:
    """全日制本科。2019.07-至今 …：the job's date is not the end of the study told before it."""
    found = profile("李测试，全日制本科，计算机科学与技术专业。2019.07-至今 云桥支付 支付产品经理：负责支付产品规划。")
    assert found.highest_degree.value is Degree.BACHELOR
    assert found.full_time_bachelor.value is True
    assert [job.title for job in found.jobs] == ["支付产品经理"]


@pytest.mark.parametrize(
    ("text", "degree", "full_time"),
    [
        ("学历性质 [√]全日制 [ ]非全日制\n最高学历：本科\n毕业学校：重庆大学", "本科", True),
        ("学历：大学本科/管理学学士（√ 全日制 □ 非全日制）", "本科", True),
        ("学历：本科　学习形式：全日制(　) 非全日制(√)", "本科", False),
        (
            HEAD + "2010.09-2013.06 某职业技术学院 市场营销 大专 全日制\n自我评价\n想过报个专升本，忙起来就放下了。",
            "大专",
            False,
        ),
        (HEAD + "2013.09-2017.06 重庆大学 会计学 本科 全日制\n其他\n读MBA的计划还停在收藏夹里。", "本科", True),
        (HEAD + "2013.09-2017.06 重庆大学 会计学 本科 全日制\n设计学研究生考上没去读。", "本科", True),
        (HEAD + "2013.09-2017.06 重庆大学 会计学 本科 全日制\n评语\n“肯吃苦”——原部门经理（博士）", "本科", True),
        (HEAD + "2013.09-2017.06 重庆大学 会计学 本科 全日制\n在校获“优秀学生干部”", "本科", True),
        (HEAD + "2013.09-2017.06 重庆大学 会计学 本科 全日制\n交换一学期（未获学位）", "本科", True),
        (
            HEAD + "2013.09-2017.06 重庆大学 会计学 本科 全日制\nMy manager, a PhD from MIT, recommended me.",
            "本科",
            True,
        ),
        ("高中毕业后念夜大：2014年9月到2018年7月，上海戏剧学院继续教育学院，艺术设计，本科，夜大学", "本科", False),
        ("李测试 | 硕士 | 1989年5月\n" + HEAD + "2007.09-2011.06 重庆大学 会计学 本科 全日制", "硕士", True),
        # other people's degrees, and the writer again behind them
        ("爱人硕士毕业，本人大专学历", "大专", False),
        ("领导是博士，我是本科，统招", "本科", True),
        ("女儿本科在读，本人中专毕业", "高中及以下", False),
        ("其中一名组员后来考上了上海财经大学的硕士。\n学历：本科（全日制）", "本科", True),
        ("客户含硕士博士等高学历人群；学历：大专", "大专", False),
        # negation, plans, what came to nothing
        ("我不是硕士，只有本科学历（全日制）", "本科", True),
        ("未取得硕士学位，本科毕业于重庆大学，全日制", "本科", True),
        ("计划2027年攻读硕士，现为全日制本科学历", "本科", True),
        ("已考上研究生但未入学，本科全日制", "本科", True),
        ("大专毕业。专升本考过一次，差 4 分", "大专", False),
        ("大学本科肄业，后自考大专毕业", "大专", False),
        ("2012年9月至2016年6月，重庆大学，金融学，全日制本科。考研没考上。", "本科", True),
        ("毕业院校：重庆大学\n学历：本科\n在校时间：2012.09-2016.06\n是否全日制：是", "本科", True),
        ("学历\t本科\n学习形式\t全日制\n毕业时间\t2016年6月", "本科", True),
        ("Master's degree not completed; Bachelor's degree in Law, 2014, full-time", "本科", True),
        # each part of a sentence keeps its own mode, state and dates
        ("本科就读于四川大学（2012.9-2016.6，统招），MBA在读（2025.9起）", "本科", True),
        ("MBA（重庆大学，2018-2020，在职），本科（重庆工商大学，2010-2014，统招）", "硕士", True),
        ("学历：研究生（在读）；本科：重庆大学（统招）", "本科", True),
        ("第一学历：大专（全日制）\n第二学历：本科（自考）", "本科", False),
        ("全日制教育：大专\n在职教育：本科", "本科", False),
        ("全日制教育：大学本科\n在职教育：硕士研究生", "硕士", True),
        # words for a degree, and words that look like one
        ("统招二本 会计学 2014届", "本科", True),
        ("高起本（函授）", "本科", False),
        ("学历：大学", "本科", None),
        ("学历|本科|学位|学士|学习形式|普通全日制", "本科", True),
        ("Master of Ceremonies at company events. Bachelor degree, full-time.", "本科", True),
        ("Head Master's assistant; high school graduate", "高中及以下", False),
        ("MBA 智库撰稿人，学历：高中", "高中及以下", False),
        ("本科，Photoshop Master Class 结业", "本科", None),
        ("MA Finance, University of Leeds, 2018-2019", "硕士", None),
        ("MS Office 熟练，BA 岗位，大专", "大专", False),
        ("教育经历\n2010.09-2017.06 重庆大学 金融学 本硕连读", "硕士", None),
    ],
)
def test_degree_traps(text: str, degree: str, full_time: bool | None) -> None:
    found = profile(text)
    assert found.highest_degree.value is not None
    assert found.highest_degree.value.value == degree
    assert found.full_time_bachelor.value is full_time


@pytest.mark.parametrize(
    ("text", "school", "major"),
    [
        (HEAD + "2013.09-2017.06 重庆大学 本科 全日制\n旁听过金融学，自学计算机", "重庆大学", ""),
        (HEAD + "2013.09-2017.06 重庆大学 经管试验班，后分流至工业工程 本科", "重庆大学", "工业工程"),
        (HEAD + "2012-09 to 2016-06 某大学 Bachelor of Management, Marketing (full-time)", "某大学", "Marketing"),
        (HEAD + "某大学, 国际经济与贸易 (B.Econ.), Sep. 2014 – Jun. 2018 本科", "某大学", "国际经济与贸易"),
        (HEAD + "University of Leeds, UK - MSc Finance  Sep 2018 - Sep 2019", "University of Leeds", "Finance"),
        ("东北财经大学工商管理全日制本科，2010年9月至2014年6月。", "东北财经大学", "工商管理"),
        ("毕业院校／专业：新疆财经大学／会计学\n学历：本科", "新疆财经大学", "会计学"),
        ("学：广西财经学院；市场营销；本科；统招全日制；2017/09—2021/07", "广西财经学院", "市场营销"),
        (
            '{"学历": "本科", "学校": "云南大学", "专业": "经济学", "起": "2020.9", "止": "2024.6"}',
            "云南大学",
            "经济学",
        ),
        (HEAD + "2011.09-2015.07 四川农业大学（农业经济）本科", "四川农业大学", "农业经济"),
        (HEAD + "2009.09-2013.06 國立臺北大學 企業管理學系 本科", "國立臺北大學", "企業管理"),
        (HEAD + "2011.09-2014.06 某学院 广告设计方向，艺术设计专业，专科", "某学院", "艺术设计"),
        ("BSc Economics, MSc Finance, UK university, 2018-2022", "", "Finance"),
        (HEAD + "2015.09-2019.06 重庆大学 双学士：英语、金融学 本科", "重庆大学", "英语、金融学"),
        (HEAD + "2015.09-2019.06 重庆大学 英语 本科\n辅修：金融学", "重庆大学", "英语（辅修金融学）"),
        ("2014年9月进重庆交通职业学院，汽车检测专业，大专，2017年7月毕业", "重庆交通职业学院", "汽车检测"),
        ("某大学｜统计学｜硕士｜2018.09~2021.06", "某大学", "统计学"),
        ("深圳大学\n2019.09-2023.06 本科 Computer Science / 计算机科学与技术", "深圳大学", "计算机科学与技术"),
        (
            "2014.09 进山西财经大学，税收学，全日制本科\n2018.06 毕业\n2018.08 某公司 会计",
            "山西财经大学",
            "税收学",
        ),
    ],
)
def test_schools_and_majors_in_other_wordings(text: str, school: str, major: str) -> None:
    first = max(education(text), key=lambda e: e.degree.rank if e.degree else -1)
    assert (first.school, first.major) == (school, major)


def test_dates_with_two_digit_years_belong_to_the_study() -> None:
    (found,) = education("全日制本科，长江师范学院 行政管理，10年9月入学14年6月毕业")
    assert found.period is not None
    assert (str(found.period.start), str(found.period.end)) == ("2010-09", "2014-06")


STUDY = HEAD + "2010.09-2014.06 重庆大学 金融学 本科"


@pytest.mark.parametrize("where", ["\n", "，"])
@pytest.mark.parametrize(
    "text",
    [
        "在学生会任部长",
        "在学校图书馆勤工俭学",
        "大二从足球队退学生会",
        "完成退学预警系统",
        "论文《辍学儿童研究》",
        "支教：帮助三名辍学儿童返校",
        "肄业生就业调查",
        "导师：在读博士李老师",
        "预计毕业去向：银行",
        "将于毕业后从事金融",
        "考研没考上",
        "研究生未录取",
        "公务员没考上",
        "英语六级未取得",
        "CFA candidate for level 2",
        "expected salary 10k",
        "Thesis: incomplete contracts",
        "在修身养性方面下了功夫",
        "未毕业就签约了甲乙银行",
    ],
)
def test_what_is_said_beside_a_study_does_not_break_it_off(text: str, where: str) -> None:
    """A word of leaving or of studying on (退学, 在学) tells of this study only: else a finished one is lost."""
    found = profile(STUDY + where + text)
    assert (found.highest_degree.value, found.full_time_bachelor.value) == (Degree.BACHELOR, True)


@pytest.mark.parametrize(
    "text",
    [
        " 肄业",
        "（大二退学）",
        "\n大二时退学创业",
        "\n读了两年后退学，去了深圳",
        "\n办理退学手续",
        "\n因论文未通过未毕业",
        "\n毕业论文没过，退学了",
        "，英语六级未取得，未毕业",
        "，未拿到毕业证和学位证",
        "\nWithdrew from the program in 2012",
        "\n尚未毕业",
        "\n后被学校开除",
    ],
)
@pytest.mark.parametrize("major", ["金融学", "英语"])
def test_a_study_broken_off(text: str, major: str) -> None:
    found = profile(HEAD + f"2010.09-2013.06 重庆大学 {major} 本科" + text)
    assert found.highest_degree.value is Degree.SECONDARY


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        # under way by its words, over by its dates; begun, and no end written: a person asks
        ("2019.09-2023.06 重庆大学 金融学 本科 在读", None),
        ("2022.09- 重庆大学 金融学 本科", None),
        ("2022年9月起 重庆大学 金融学 本科", None),
        ("2024.09- 重庆大学 金融学 硕士", "本科"),
        ("2024.09- 重庆大学 金融学 硕士\n将于2027年获硕士学位", "本科"),
        ("2026.03- 重庆大学 金融学 本科", "高中及以下"),
        ("2010.09- 重庆大学 金融学 本科", "本科"),
        # the diploma may be held without the degree
        ("2010.09-2014.06 重庆大学 金融学 本科毕业，未取得学位", None),
        ("2010.09-2014.06 重庆大学 金融学 本科（未获得学士学位）", None),
        ("2010.09-2014.06 重庆大学 金融学 本科，未取得毕业证", "高中及以下"),
        ("2023.09-2027.06 重庆大学 金融学 本科 在读", "高中及以下"),
        ("2020.09-2023.06 重庆某职业学院 金融管理 大专，专升本没考上", "大专"),
    ],
)
def test_a_study_without_an_end(text: str, degree: str | None) -> None:
    assert profile(HEAD + text).highest_degree.value == degree
    if degree is None:
        assert outcome(HEAD + text, 1, "min_degree") == "unknown"
        assert outcome(HEAD + text, 1, "full_time") == "unknown"


@pytest.mark.parametrize(
    ("text", "full_time"),
    [
        # a word with a study mode's word in it
        ("党校培训结业", True),
        ("参加校党校学习，获优秀学员", True),
        ("业余党校第32期结业", True),
        ("获校业余组羽毛球冠军", True),
        ("自考英语证书", True),
        ("兼职成人高考培训老师", True),
        ("学生会夜校支教", True),
        ("毕业论文：成人教育需求研究", True),
        ("课程：成人教育学、远程教育", True),
        ("非全日制实习六个月", True),
        ("大三到国家开放大学交流", True),
        ("工作后又考取自考英语本科", True),
        # the mode of the study, in a line of its own
        ("函授", False),
        ("（自学考试）", False),
        ("成人教育，业余", False),
        ("边工作边读的业余班", False),
        ("学习形式：夜大", False),
        ("这份本科文凭是工作以后一边上班一边通过自学考试读下来的", False),
        # of what it tells is not clear
        ("后来又在夜大泡了三个冬天的图书馆", None),
        ("说明：该学历为自考取得", None),
    ],
)
def test_mode_words_below_a_study(text: str, full_time: bool | None) -> None:
    """党校, 业余, 自考 stand in many lines on other things; whom they are read against loses every position."""
    assert profile(f"{STUDY}\n{text}").full_time_bachelor.value is full_time


@pytest.mark.parametrize(
    "text",
    [
        "重庆大学函授辅导站 会计学 本科 2010.09-2014.06",
        "2010.09-2014.06 重庆大学继续教育学院 培训管理 本科",
        "2010.09-2014.06 重庆市委党校 经济管理 本科",
        "2010.09-2014.06 重庆大学（函授） 证券投资 本科",
        "2010.09-2014.06 重庆大学 夜大学 会计学 本科",
    ],
)
def test_a_study_mode_in_the_header_decides(text: str) -> None:
    assert profile(HEAD + text).full_time_bachelor.value is False


MASTER = HEAD + "2014.09-2017.06 西南大学 金融学 硕士\n"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        # the bachelor's major is not told: it may be the one asked for
        (MASTER + "2010.09-2014.06 重庆大学 本科", "unknown"),
        ("先在重庆大学读了四年本科；后考入西南大学读金融学硕士，2017年毕业。", "unknown"),
        (MASTER + "2010.09-2014.06 重庆大学 会计学 本科", "fails"),
        (MASTER + "2010.09-2014.06 重庆大学 农学 本科", "fails"),
        (MASTER + "2010.09-2014.06 重庆大学 视觉传达设计 本科", "meets"),
        (MASTER + "2007.09-2010.06 重庆某职业学院 大专\n2010.09-2014.06 重庆大学 会计学 本科", "fails"),
        (HEAD + "2010.09-2014.06 重庆大学 会计学 本科\n自我评价\n本科期间任班长", "fails"),
    ],
)
def test_a_study_whose_major_is_not_told(text: str, answer: str) -> None:
    """Position 4 takes graphic design: no 不符合 while one of two degrees is without its major."""
    assert outcome(text, 4, "major") == answer


@pytest.mark.parametrize(
    ("text", "full_time"),
    [
        # 在职 in the head and words of one's trade tell of work
        ("测甲，男，33岁，本科，在职", True),
        ("测甲 男 33岁 本科 在职 重庆", True),
        ("学历：本科（目前在职，月内到岗）", True),
        ("学历：本科，现在职于甲乙银行", True),
        ("本科毕业，现在职，希望换工作", True),
        ("我本科毕业，擅长远程沟通", True),
        ("我是本科学历，有成人教育行业工作经验。", True),
        ("本科学历，5年函授教育产品经理经验", True),
        ("本科毕业后，在某网络教育公司做产品经理", True),
        ("我本科毕业于重庆大学，后在电大任教", True),
        ("本科学历，从事继续教育8年", True),
        # and these of the study
        ("自考本科，会计学专业，重庆大学", False),
        ("本科（函授），重庆大学", False),
        ("本科，重庆大学，后自考取得", False),
        ("我在职攻读本科，重庆大学", False),
        ("本科（在职），重庆大学", False),
        ("2014年毕业于重庆大学网络教育学院，会计学本科", False),
        # it may be either
        ("学历：本科 在职\n毕业院校：重庆大学", None),
        ("测甲，重庆大学本科，在职", None),
    ],
)
def test_words_of_part_time_study_in_sentences(text: str, full_time: bool | None) -> None:
    """在职 in a head line is no way to study: read so, it turned down whoever has a job."""
    study = "\n教育经历\n2010.09-2014.06 重庆大学 金融学 本科" if full_time else ""
    assert profile(text + study).full_time_bachelor.value is full_time
    assert profile(text).full_time_bachelor.value is not (True if full_time is False else False if full_time else "")
