"""Jobs in their layouts; what counts as work; stated totals."""

from __future__ import annotations

import datetime as dt

import pytest

from matcher.schema import Job
from tests.support import AS_OF, codes, months, outcome, profile

HEAD = "工作经历\n"


def short(job: Job) -> tuple[str, str, str]:
    period = job.period
    assert period is not None
    end = "至今" if period.ongoing else str(period.end or "")
    return job.employer, job.title, f"{period.start}~{end}"


BANK = ("甲乙银行", "客户经理", "2018-07~2021-06")


@pytest.mark.parametrize(
    "text",
    [
        "2018.07-2021.06 甲乙银行 客户经理",
        "甲乙银行 客户经理 2018.07-2021.06",
        "甲乙银行 2018.07-2021.06 客户经理",
        "2018.07-2021.06\n甲乙银行\n客户经理",
        "甲乙银行\n客户经理\n2018年7月 - 2021年6月",
        "2018.07-2021.06 | 甲乙银行 | 客户经理",
        "2018.07-2021.06\t甲乙银行\t客户经理",
        "甲乙银行（2018.07-2021.06）客户经理",
        "2018/07—2021/06  甲乙银行·客户经理",
        "起止时间：2018.07-2021.06\n公司名称：甲乙银行\n职位：客户经理",
        "时间\t单位\t职务\n2018.07-2021.06\t甲乙银行\t客户经理",
        "2018.07\t2021.06\t甲乙银行\t客户经理",
        "甲乙银行 | 客户经理 | 2018.07 | 2021.06",
        "入职\t离开\t公司\t职务\n2018.07\t2021.06\t甲乙银行\t客户经理",
        "2018年7月至2021年6月在甲乙银行担任客户经理。",
        "2018.07-2021.06 甲乙银行 客户经理\n· 负责对公客户拓展，完成率120%\n· 管理存款2.5亿元",
    ],
)
def test_layouts_of_one_job(text: str) -> None:
    """The same job, however it is laid out."""
    found = profile(HEAD + text)
    assert [short(j) for j in found.jobs] == [BANK]
    assert months(found.total_months) == (36, 36)


@pytest.mark.parametrize(
    ("text", "jobs"),
    [
        (
            "2021.07-至今 丙丁科技有限公司 产品经理\n2018.07-2021.06 甲乙银行 客户经理",
            [("丙丁科技有限公司", "产品经理", "2021-07~至今"), BANK],
        ),
        (
            "2018.07-2021.06 甲乙银行 客户经理；2021.07-2023.06 丙丁科技有限公司 产品经理",
            [BANK, ("丙丁科技有限公司", "产品经理", "2021-07~2023-06")],
        ),
        (
            "甲乙银行\n2018.07-2019.06 柜员\n2019.07-2021.06 客户经理",
            [("甲乙银行", "柜员", "2018-07~2019-06"), ("甲乙银行", "客户经理", "2019-07~2021-06")],
        ),
        (
            "甲乙银行 2018.07-2021.06\n2018.07-2019.06 柜员\n2019.07-2021.06 客户经理",
            [("甲乙银行", "柜员", "2018-07~2019-06"), ("甲乙银行", "客户经理", "2019-07~2021-06")],
        ),
    ],
)
def test_several_jobs(text: str, jobs: list[tuple[str, str, str]]) -> None:
    assert [short(j) for j in profile(HEAD + text).jobs] == jobs


def test_prose_with_single_dates() -> None:
    text = "二〇一八年七月进入甲乙银行做柜员，一直干到二〇二一年六月。"
    found = profile(text)
    assert [short(j) for j in found.jobs] == [("甲乙银行", "柜员", "2018-07~2021-06")]
    assert months(found.total_months) == (36, 36)


@pytest.mark.parametrize(
    ("text", "kind", "total"),
    [
        ("2018.07-2021.06 甲乙银行 客户经理", "全职", (36, 36)),
        ("2018.07-2018.12 甲乙银行 实习生", "实习", (0, 0)),
        ("2018.07-2018.12 甲乙银行 客户经理（实习）", "实习", (0, 0)),
        ("2018.07-2018.12 甲乙银行 暑期实习", "实习", (0, 0)),
        ("Jul 2018 - Dec 2018  Example Bank  Intern", "实习", (0, 0)),
        ("2018.07-2018.12 甲乙咖啡店 兼职店员", "兼职", (0, 0)),
        ("2018.07-2019.06 自由职业 UI设计师", "自由职业", (12, 12)),
    ],
)
def test_kinds(text: str, kind: str, total: tuple[int, int]) -> None:
    found = profile(HEAD + text)
    assert [j.kind.value for j in found.jobs] == [kind]
    assert months(found.total_months) == total


@pytest.mark.parametrize(
    "text",
    [
        "教育经历\n2014.09-2018.06 重庆大学 金融学 本科",
        "项目经历\n2018.07-2019.06 手机银行改版项目",
        "家庭成员\n父亲 2010.01-2020.12 甲乙银行 客户经理",
        "岗位要求\n2018.07-2021.06 有银行工作经历者优先",
        "证书\n2018.07-2021.07 注册会计师（有效期）",
        "校园经历\n2015.09-2016.06 学生会 外联部部长",
        "工作经历\n2018.07-2019.06 待业备考",
        "荣誉\n2018-2020 连续三年优秀学生",
    ],
)
def test_what_is_no_job(text: str) -> None:
    assert months(profile(text).total_months) == (0, 0)


def test_project_inside_a_job_adds_nothing() -> None:
    text = HEAD + "2018.01-2021.12 甲乙银行 产品经理\n项目经历\n2019.01-2022.12 手机银行改版项目"
    assert months(profile(text).total_months) == (48, 48)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2021.06-2019.03 甲乙银行 柜员", "reversed_dates"),
        ("2019.13-2020.05 甲乙银行 柜员", "impossible_date"),
        ("2024.05 -  甲乙银行 柜员", "open_end"),
        ("2027.05-2028.05 甲乙银行 柜员", "future_dates"),
        ("2025.05-2028.05 甲乙银行 柜员", "future_dates"),
    ],
)
def test_odd_dates_are_told(text: str, code: str) -> None:
    assert code in codes(profile(HEAD + text))


def test_ordinary_dates_raise_no_notice() -> None:
    text = "姓名：测试甲\n" + HEAD + "2018.07-2021.06 甲乙银行 客户经理\n2021.07-至今 丙丁科技有限公司 产品经理"
    assert not codes(profile(text))


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("5年工作经验", (60, 60)),
        ("工作年限：5年", (60, 60)),
        ("工作经验：5", (0, 71)),
        ("五年工作经验", (60, 60)),
        ("十二年银行从业经验", (144, 144)),
        ("5 years of experience", (60, 60)),
        ("团队平均5年工作经验", (0, 60)),
        ("要求5年以上工作经验", (0, 0)),
        ("公司成立5年", (0, 0)),
        ("2018年入职", (0, 107)),
        ("学制4年", (0, 0)),
        ("35岁，5年工作经验", (60, 60)),
    ],
)
def test_stated_totals(text: str, total: tuple[int, int]) -> None:
    low, high = months(profile(text).total_months)
    assert total[0] <= low
    assert high <= total[1]


def test_dates_decide_over_stated_years() -> None:
    text = "10年工作经验\n" + HEAD + "2018.07-2021.06 甲乙银行 客户经理"
    assert months(profile(text).total_months) == (36, 36)


def test_months_are_counted_to_the_day_given() -> None:
    text = HEAD + "2021.03-至今 甲乙银行 柜员"
    assert months(profile(text, dt.date(2024, 6, 30)).total_months) == (40, 40)
    assert months(profile(text, dt.date(2024, 7, 1)).total_months) == (41, 41)
    assert profile(text).as_of == AS_OF


@pytest.mark.parametrize(
    "text",
    [
        "2018.01-2020.12 甲乙银行 客户经理\n2018.02-2020.12 甲乙银行 客户经理",
        "2018.01-2020.12 甲乙银行 客户经理\n2018.01-2020.11 甲乙银行 高级客户经理",
        "甲乙银行 2018.01-2020.12\n2018.01-2018.12 客户经理\n2019.01-2020.10 高级客户经理",
        "2018.01-2020.12 甲乙银行 客户经理\n2018.03-2020.12 甲乙银行 柜员",
    ],
)
def test_an_inner_entry_takes_no_months_away(text: str) -> None:
    """36 months with one employer stay 36 whatever posts are listed inside them."""
    assert months(profile(HEAD + text).total_months) == (36, 36)


@pytest.mark.parametrize(
    ("text", "job"),
    [
        ("2018.01至2019.12任甲乙银行柜员", ("甲乙银行", "柜员", "2018-01~2019-12")),
        ("2018.01-2019.12，就职于甲乙银行，岗位为客户经理。", ("甲乙银行", "客户经理", "2018-01~2019-12")),
        ("2018年7月毕业后一直在甲乙银行做客户经理", ("甲乙银行", "客户经理", "2018-07~至今")),
        ("2018年1月起任职甲乙银行客户经理，2019年12月离职", ("甲乙银行", "客户经理", "2018-01~2019-12")),
        ("甲乙银行\n职位：客户经理\n在职时间：2018年1月 - 2019年12月", ("甲乙银行", "客户经理", "2018-01~2019-12")),
    ],
)
def test_words_around_a_job_are_no_part_of_its_names(text: str, job: tuple[str, str, str]) -> None:
    assert [short(j) for j in profile(HEAD + text).jobs] == [job]


# (text, jobs): layouts and sentences that a heading-and-line reader gets wrong
TRAPS = [
    # two jobs in one line, names without any telling word
    (
        "2015.07—2018.06 星河科技 前端开发；2018.07—至今 远山软件 产品经理",
        [("星河科技", "前端开发", "2015-07~2018-06"), ("远山软件", "产品经理", "2018-07~至今")],
    ),
    (
        "星河科技 前端开发 2015.07—2018.06，远山软件 产品经理 2018.07—2020.01",
        [("星河科技", "前端开发", "2015-07~2018-06"), ("远山软件", "产品经理", "2018-07~2020-01")],
    ),
    # titles promoted within one employer
    (
        "[2017.03 - 2020.09] 南岸支付有限公司  产品助理 → 2018.04起 产品经理",
        [("南岸支付有限公司", "产品助理", "2017-03~2018-04"), ("南岸支付有限公司", "产品经理", "2018-04~2020-09")],
    ),
    # job boards and forms
    (
        "2017/5--2019/6：海棠数据有限公司（150-500人）[2年1个月]\n所属行业：计算机软件\n数据部\n数据分析师\n负责取数",
        [("海棠数据有限公司", "数据分析师", "2017-05~2019-06")],
    ),
    (
        "单位名称\t岗位\t开始时间\t结束时间\n海棠数据有限公司\t数据分析师\t2017.05\t2019.06\n远山软件\t产品经理\t2019.07\t至今",
        [("海棠数据有限公司", "数据分析师", "2017-05~2019-06"), ("远山软件", "产品经理", "2019-07~至今")],
    ),
    (
        "云杉网络有限公司\n\n运营专员\n\n2019.03-2021.08\n\n负责活动策划",
        [("云杉网络有限公司", "运营专员", "2019-03~2021-08")],
    ),
    ("海棠数据有限公司（数据分析师） 2017年5月–2019年6月", [("海棠数据有限公司", "数据分析师", "2017-05~2019-06")]),
    (
        "1、时间：_2020年7月 至 2022年3月_\n单位：_某街道办_  岗位：_网格员_\n2、时间：_2022年4月 至 今_\n单位：_川江公司_\n岗位：_录入员_",
        [("某街道办", "网格员", "2020-07~2022-03"), ("川江公司", "录入员", "2022-04~至今")],
    ),
    (
        "2020.01-2021.12 远山软件\n证明人：张总\n2018.01-2019.12 海棠数据有限公司  私营 / 20-99人\n渠道专员",
        [("远山软件", "", "2020-01~2021-12"), ("海棠数据有限公司", "渠道专员", "2018-01~2019-12")],
    ),
    # who above, what beside the date
    (
        "快拿无人柜（重庆）\nBD经理 2022.01-至今\n点位谈判\n渝马商会秘书处\n联络员 2019.10-2021.12",
        [("快拿无人柜（重庆）", "BD经理", "2022-01~至今"), ("渝马商会秘书处", "联络员", "2019-10~2021-12")],
    ),
    # a caption with the date, who and what in the first sentence below
    (
        "【第四章 银行，二〇二〇年九月至二〇二四年六月】\n富滇银行网络金融部，界面与交互设计岗。负责视觉语言。",
        [("富滇银行网络金融部", "界面与交互设计岗", "2020-09~2024-06")],
    ),
    # English
    ("Product Manager at Sunny Pay, March 2019 to June 2021", [("Sunny Pay", "Product Manager", "2019-03~2021-06")]),
    (
        "Haitang Data Co., Ltd.\nData Analyst, Risk Team\n01/2018 - 12/2020\n- Built dashboards",
        [("Haitang Data Co., Ltd", "Data Analyst", "2018-01~2020-12")],
    ),
    (
        "Iron Panda Gym, Fitness Coach: July 2021 till August 2024. One-to-one training.",
        [("Iron Panda Gym", "Fitness Coach", "2021-07~2024-08")],
    ),
    # names that begin like a verb
    ("2018.01-2020.12 任丘农商行 客户经理", [("任丘农商行", "客户经理", "2018-01~2020-12")]),
    ("2018.01-2020.12 自如网 渠道经理", [("自如网", "渠道经理", "2018-01~2020-12")]),
    ("2018.01-2020.12 到家集团 城市经理", [("到家集团", "城市经理", "2018-01~2020-12")]),
    ("2018.01-2020.12 都江堰市信用社 综合柜员", [("都江堰市信用社", "综合柜员", "2018-01~2020-12")]),
    # dates in words
    ("一六年七月到一九年十二月在老街服装店当导购", [("老街服装店", "导购", "2016-07~2019-12")]),
    ("甲乙银行，柜员，二〇二四年八月起，二〇二六年七月止", [("甲乙银行", "柜员", "2024-08~2026-07")]),
    ("二零一八年元月至二零二〇年三月 甲乙银行 客户经理", [("甲乙银行", "客户经理", "2018-01~2020-03")]),
    # no job of its own
    (
        "2018.01-2020.12 甲乙银行 客户经理\n期间参与2019.03-2019.09新核心上线项目",
        [("甲乙银行", "客户经理", "2018-01~2020-12")],
    ),
    ("2018.01-2020.12 甲乙银行 客户经理\n- 2019年6月起兼任团支部书记", [("甲乙银行", "客户经理", "2018-01~2020-12")]),
    (
        "2010.09-2014.07 某某大学工商管理专业学习\n2014.07-2017.03 渝江投资有限公司综合部科员",
        [("渝江投资有限公司", "综合部科员", "2014-07~2017-03")],
    ),
]


@pytest.mark.parametrize(("text", "jobs"), TRAPS, ids=[t[:24].replace("\n", "/") for t, _ in TRAPS])
def test_traps_of_layout(text: str, jobs: list[tuple[str, str, str]]) -> None:
    assert sorted(short(j) for j in profile(HEAD + text).jobs) == sorted(jobs)


PROSE = [
    (
        "我2018年7月大学毕业后进入海棠数据有限公司，先做数据分析师，2020年3月升任数据主管，2022年6月离职。",
        [("海棠数据有限公司", "数据分析师", "2018-07~2020-02"), ("海棠数据有限公司", "数据主管", "2020-03~2022-06")],
    ),
    ("2022年7月加入远山软件任产品经理至今。", [("远山软件", "产品经理", "2022-07~至今")]),
    (
        "2018年7月进了北京大风车视频网，做内容运营，一做就是两年，到2020年7月。",
        [("北京大风车视频网", "内容运营", "2018-07~2020-07")],
    ),
    (
        "二〇一五年七月，我进了南昌一家小额贷款公司（虚舟小额贷款有限公司）做信审专员，一直做到二〇一八年八月。",
        [("虚舟小额贷款有限公司", "信审专员", "2015-07~2018-08")],
    ),
    ("2018年1月起在甲乙银行任柜员，2020年3月公司没了。", [("甲乙银行", "柜员", "2018-01~2020-03")]),
    ("2019年7月去“马上修”做派单员，做到2021年12月。", [("马上修", "派单员", "2019-07~2021-12")]),
    (
        "从2013年8月到2020年7月，我都在青杠小学担任语文教师，带过四届毕业班。",
        [("青杠小学", "语文教师", "2013-08~2020-07")],
    ),
    ("2013 6 月，毕业；7 月，进《渝商周刊》做记者\n2016 1 月，离职", [("渝商周刊", "记者", "2013-07~2016-01")]),
]


@pytest.mark.parametrize(("text", "jobs"), PROSE, ids=[t[:24] for t, _ in PROSE])
def test_jobs_told_in_sentences(text: str, jobs: list[tuple[str, str, str]]) -> None:
    assert [short(j) for j in profile(text).jobs] == jobs


def test_jobs_without_dates_are_kept() -> None:
    """Employer and title are shown, no months are made up; lengths told job by job add up."""
    text = "在城墙数据有限公司当了2年数据库开发工程师；随后加入秦丰银行，做了4年数据分析师。"
    found = profile(text)
    assert [(j.employer, j.title, j.period) for j in found.jobs] == [
        ("城墙数据有限公司", "数据库开发工程师", None),
        ("秦丰银行", "数据分析师", None),
    ]
    assert months(found.total_months) == (72, 72)
    assert months(found.domain_months["banking"]) == (48, 48)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("差两个月满3年的客户经理经验", 34, 34),
        ("还差半年就满3年的客户经理经验", 30, 30),
        ("客户经理经验三年差一个月", 35, 35),
        ("三年不到的客户经理经验", 24, 35),
        ("快三年的客户经理经验", 24, 35),
        ("客户经理经验3年零6个月", 42, 42),
        ("我有1年11个月客户经理工作经验", 23, 23),
        ("客户经理工作经验：3.5年", 42, 42),
    ],
)
def test_stated_lengths(text: str, low: int, high: int) -> None:
    assert months(profile(text).domain_months["account_manager"]) == (low, high)


FAMILIES = [
    (
        "序号\t起\t止\t单位\t职务\n1\t2021-07\t2023-10\t锦溪制造厂\t计划员\n2\t2024-06\t2026-08\t麦垛数据服务有限公司\t数据分析师",
        [("锦溪制造厂", "计划员", "2021-07~2023-10"), ("麦垛数据服务有限公司", "数据分析师", "2024-06~2026-08")],
    ),
    (
        '{"工作": [{"起": "2024.7", "止": "2025.6", "单位": "钱溪水务集团", "岗位": "数据员"}]}',
        [("钱溪水务集团", "数据员", "2024-07~2025-06")],
    ),
    (
        "Job[0] = 2017-07..2021-08 | 山溪公交集团信息中心 | 系统运维",
        [("山溪公交集团信息中心", "系统运维", "2017-07~2021-08")],
    ),
    (
        "公司：小麦科技有限责任公司\n职位：产品经理\n开始时间：2018-04\n结束时间：2021-08",
        [("小麦科技有限责任公司", "产品经理", "2018-04~2021-08")],
    ),
    (
        "▌果壳溪信息科技有限公司（社区团购，C轮）\n运营总监　2018.03 - 至今\n公众号与社区内容",
        [("果壳溪信息科技有限公司（社区团购，C轮）", "运营总监", "2018-03~至今")],
    ),
    (
        "· 天衡溪律师事务所\n  2019.01 - 至今　执业律师",
        [("天衡溪律师事务所", "执业律师", "2019-01~至今")],
    ),
    (
        "①东溪银行（2021/02－迄今）电子银行运营主任",
        [("东溪银行", "电子银行运营主任", "2021-02~至今")],
    ),
    (
        "【第一航段】2016年7月 — 2020年3月，蜀溪航空有限公司，乘务员。",
        [("蜀溪航空有限公司", "乘务员", "2016-07~2020-03")],
    ),
    (
        "之前：某某地铁公司　站务员　2018年8月 — 2022年1月",
        [("某某地铁公司", "站务员", "2018-08~2022-01")],
    ),
    (
        "2022.04-至今：三溪银行网络金融部——产品经理岗",
        [("三溪银行网络金融部", "产品经理岗", "2022-04~至今")],
    ),
    (
        "2015.08 — 2017.07　兰溪某中学　数学教师",
        [("兰溪某中学", "数学教师", "2015-08~2017-07")],
    ),
    (
        "2021-08 to present: Bank of Lanxi. Mobile Banking Operations Manager",
        [("Bank of Lanxi", "Mobile Banking Operations Manager", "2021-08~至今")],
    ),
    (
        "Jan '19 – Mar '22   Data Analyst, Lanxi Finance Co.",
        [("Lanxi Finance Co", "Data Analyst", "2019-01~2022-03")],
    ),
    (
        "2027.01 起（已签约，尚未入职）\n  花溪数谷科技公司　商务经理\n2020.03 - 2026.10\n  乌溪银行　客户经理",
        [("花溪数谷科技公司", "商务经理", "2027-01~至今"), ("乌溪银行", "客户经理", "2020-03~2026-10")],
    ),
    (
        "2014/07 江溪农商行　柜员\n2017/03 江溪农商行　客户经理\n2021/09 离职",
        [("江溪农商行", "柜员", "2014-07~2017-02"), ("江溪农商行", "客户经理", "2017-03~2021-09")],
    ),
]


@pytest.mark.parametrize(("text", "jobs"), FAMILIES, ids=[t[:24].replace("\n", "/") for t, _ in FAMILIES])
def test_families_of_layout(text: str, jobs: list[tuple[str, str, str]]) -> None:
    assert sorted(short(j) for j in profile(HEAD + text).jobs) == sorted(jobs)


@pytest.mark.parametrize(
    ("text", "high"),
    [
        ("2018.01-2020.12，一些说不清的安排，以后细谈。\n2021.01-2021.12 甲乙银行 客户经理", 48),
        ("Designer of things since Aug 2021; before that, Specialist at Lanxi Pay Co. (2017-08 to 2021-07).", 112),
    ],
)
def test_unread_periods_may_be_work(text: str, high: int) -> None:
    """What was not understood counts for nothing certain, yet it never makes the years fall short for sure."""
    found = profile(text)
    total = months(found.total_months)
    assert total is not None
    assert total[0] < total[1] == high
    possible = found.possible_domain_months["channel_expansion"].value
    assert possible is not None
    assert possible.high > possible.low


@pytest.mark.parametrize(
    "text",
    [
        "2018.01-2020.12 全职照顾家人",
        "2018.01-2020.12 某某大学 本科",
        "出生：1994-02-11",
        "参与的项目时间：2018.01-2020.12",
        "· 达标率 98.5-99.2，执行新规",
    ],
)
def test_periods_without_work_are_none(text: str) -> None:
    assert months(profile(HEAD + "2021.01-2021.12 甲乙银行 客户经理\n" + text).total_months) == (12, 12)


@pytest.mark.parametrize(
    ("text", "jobs"),
    [
        # a month told after the year: no job of its own for the year
        ("我毕业于2016年，那年七月进了甲乙银行做客户经理，一直干到2021年6月。", ["2016-07~2021-06"]),
        ("2016年毕业，同年8月加入丙丁科技有限公司任产品经理，至今。", ["2016-08~至今"]),
        ("2016年进入甲乙银行做柜员，次年三月转岗客户经理，2020年6月离开。", ["2016~2017-02", "2017-03~2020-06"]),
    ],
)
def test_months_told_after_their_year(text: str, jobs: list[str]) -> None:
    assert [short(j)[2] for j in profile(text).jobs] == jobs


@pytest.mark.parametrize(
    ("text", "job"),
    [
        ("2018年腊月进甲乙银行做柜员，2021年正月离职。", ("甲乙银行", "柜员")),
        ("2018年春天加入甲乙银行任柜员，至今。", ("甲乙银行", "柜员")),
        (HEAD + "甲乙银行（国企？是的。） 客户经理 2018.07-2021.06", ("甲乙银行", "客户经理")),
    ],
)
def test_names_beside_seasons_and_brackets(text: str, job: tuple[str, str]) -> None:
    assert short(profile(text).jobs[0])[:2] == job


@pytest.mark.parametrize("mark", [",", "，", "；"])
def test_a_study_and_jobs_in_one_long_line(mark: str) -> None:
    """The dates of the study are no months of the job told behind it."""
    text = mark.join(
        [
            "测甲",
            "男",
            "一九九八年九月生",
            "二〇一六年九月到二〇二〇年七月在贵州师范大学念视觉传达设计全日制本科",
            "二〇二〇年八月进了甲乙科技有限公司做UI设计师",
            "干到二〇二三年九月",
            "二〇二三年十月到现在在丙丁网络公司当交互设计师",
        ]
    )
    assert [short(j) for j in profile(text).jobs] == [
        ("甲乙科技有限公司", "UI设计师", "2020-08~2023-09"),
        ("丙丁网络公司", "交互设计师", "2023-10~至今"),
    ]


def test_work_at_a_school_in_the_years_of_a_study_is_kept() -> None:
    text = "2016年9月到2020年7月在重庆大学任辅导员，2020年8月进了甲乙银行做柜员，至今。"
    assert short(profile(text).jobs[0])[2] == "2016-09~2020-07"


def test_dates_before_and_behind_in_one_line() -> None:
    """Each sentence has its own order: a study dated in a bracket, jobs behind their dates."""
    text = "我本科（重庆大学，金融学，2008-2012）。2012.07-2015.06甲乙银行柜员；2015.07-至今丙丁银行客户经理。"
    assert [short(j) for j in profile(text).jobs] == [
        ("甲乙银行", "柜员", "2012-07~2015-06"),
        ("丙丁银行", "客户经理", "2015-07~至今"),
    ]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("2018.07-2021.06 甲乙银行 实习柜员转正柜员", "unknown"),
        ("2018.07-2021.06 甲乙银行 实习生\n2018年12月转正为柜员", "unknown"),
        ("2018.07-2021.06 甲乙银行 柜员实习生（后留用）", "unknown"),
        ("2018.07-2021.06 甲乙银行 实习生\n表现优异，获转正机会", "fails"),
        ("2018.07-2021.06 甲乙银行 实习生\n期满未转正", "fails"),
        ("2018.07-2021.06 甲乙银行 柜员\n试用三个月后转正", "meets"),
    ],
)
def test_an_internship_that_became_a_post(text: str, answer: str) -> None:
    """Nobody is turned down for an internship that his resume says went on as work; position 7 asks for a bank."""
    assert outcome(HEAD + text, 7, "experience") == answer


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("拥有5年金融产品经理经验，学历本科。", True),
        ("5年以上金融产品经理经验者优先。", False),
        ("和5年经验的金融产品经理共事。", False),
        ("希望成为有5年经验的金融产品经理。", False),
        ("向有5年金融产品经理经验的前辈学习。", False),
    ],
)
def test_years_of_others_are_not_ones_own(text: str, met: bool) -> None:
    assert (outcome(text, 1, "experience") == "meets") == met


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("2018.07-2021.06 甲乙银行 客户经理\n2019年起担任支行团支书、志愿者", (36, 36)),
        ("2018.07-2021.06 甲乙银行 客户经理\n2020年3月起担任班组长", (36, 36)),
        ("2018.07-至今 甲乙银行 客户经理\n2019年起担任团支书", (101, 101)),
    ],
)
def test_a_turn_within_a_job_ends_with_it(text: str, total: tuple[int, int]) -> None:
    """It counted to today, though the job around it was over."""
    assert months(profile(HEAD + text).total_months) == total


@pytest.mark.parametrize("side", ["也在朋友的店做兼职客户经理", "在丙丁公司兼职做渠道顾问"])
def test_a_side_job_does_not_end_the_job(side: str) -> None:
    text = f"2016年5月加入甲乙公司做渠道经理，2020年12月起{side}，2026年3月离开甲乙公司。"
    found = profile(text)
    assert short(found.jobs[0])[2].startswith("2016-05~")
    assert months(found.total_months)[1] >= 119


def test_the_next_job_ends_the_one_before() -> None:
    text = "2016年5月加入甲乙公司做渠道经理，2020年12月转入丙丁银行做客户经理，至今。"
    assert [short(j)[2] for j in profile(text).jobs] == ["2016-05~2020-11", "2020-12~至今"]


@pytest.mark.parametrize(
    ("title", "jobs"),
    [
        ("柜员，2017年1月转客户经理", [("柜员", "2016-03~2016-12"), ("客户经理", "2017-01~2021-06")]),
        ("客户经理；2018.05 转岗为柜员", [("客户经理", "2016-03~2018-04"), ("柜员", "2018-05~2021-06")]),
        ("柜员，2014年1月转客户经理", [("柜员", "2016-03~2021-06")]),
        ("柜员，2017年1月获优秀员工", [("柜员", "2016-03~2021-06")]),
    ],
)
def test_a_turn_behind_a_labelled_title(title: str, jobs: list[tuple[str, str]]) -> None:
    text = f"公司：甲乙银行\n职位：{title}\n时间：2016.03-2021.06"
    assert [short(j)[1:] for j in profile(text).jobs] == jobs
