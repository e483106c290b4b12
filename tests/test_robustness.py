"""What people do to a resume to rank higher, and what habits do to it: bounded on every labelled text of the tuned half.

The attacks are those of bench/ranking_attacks.py; docs/ranking-decision.md has the figures.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bench.ranking_attacks import ATTACKS, with_hidden_words, without_hidden_words
from matcher.pipeline import Matcher
from matcher.schema import Notice
from matcher.scoring import score_text
from matcher.screening_evaluation import GoldCase, load_gold
from tests.support import AS_OF, ROOT

GOLD = [c for name in ("a_dev", "b_dev") for c in load_gold(ROOT / "tests" / "gold" / name) if c.path.suffix == ".txt"]
# Every second: the bench has them all.
FITS = [c for c in GOLD if c.label["target"]["kind"] == "clear_fit"][::2]
OUTSIDERS = [c for c in GOLD if c.label["target"]["kind"] == "outsider"]

# name -> most that a clear fit may gain and lose on its own position, on the mean and each
BOUNDS: dict[str, tuple[float, float, float]] = {
    "关键词堆砌：30 个词各 30 次": (10.0, -10.0, -25.0),
    "整张岗位词表各写 1 次": (10.0, -10.0, -25.0),
    "一个词 200 次": (3.0, -2.0, -10.0),
    "一句话 100 遍": (10.0, -2.0, -10.0),
    "粘贴公告": (6.0, -2.0, -10.0),
    "粘贴公告 3 遍，写成经历": (6.0, -2.0, -10.0),
    "对机器下命令": (0.01, -0.01, -0.01),
    "全文重复 2 遍": (1.0, -3.0, -20.0),
    "没有标点": (2.0, -3.0, -20.0),
    "很长：另附 2 万字小说": (0.0, -20.0, -30.0),
    "繁体": (0.5, -0.5, -3.0),
}


def text_of(case: GoldCase) -> str:
    return case.path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def honest(matcher: Matcher) -> dict[str, dict[int, float]]:
    return {c.label["id"]: scores(matcher, text_of(c)) for c in FITS}


def scores(matcher: Matcher, item: str | Path, day: dt.date = AS_OF) -> dict[int, float]:
    return {a.position_id: a.score for a in matcher.match(item, None, day).matches}


def test_every_attack_has_its_bounds() -> None:
    assert set(ATTACKS) - set(BOUNDS) == {"很短：只留前 200 字"}


@pytest.mark.parametrize("name", BOUNDS, ids=lambda name: ATTACKS[name][1].__name__)
def test_a_fit_moves_little_and_stays_first(matcher: Matcher, honest: dict[str, dict[int, float]], name: str) -> None:
    attack = ATTACKS[name][1]
    most, least, worst = BOUNDS[name]
    changes = []
    for case in FITS:
        best = case.label["target"]["top1"]
        found = scores(matcher, attack(text_of(case), best[0]))
        assert max(found, key=lambda p: (found[p], -p)) in best, case.label["id"]
        changes.append(found[best[0]] - honest[case.label["id"]][best[0]])
    mean = sum(changes) / len(changes)
    assert least <= mean <= most
    assert min(changes) >= worst


@pytest.mark.parametrize(
    "name", [n for n, (kind, _) in ATTACKS.items() if kind == "gain"], ids=lambda name: ATTACKS[name][1].__name__
)
def test_no_outsider_gains_a_position(matcher: Matcher, name: str) -> None:
    """Each tries every third position; 20 points are the least that counts as a position."""
    limit = float(matcher.policy["tiers"]["no_fit_below"])
    attack = ATTACKS[name][1]
    reached = {
        (case.label["id"], p): scores(matcher, attack(text_of(case), p))[p]
        for i, case in enumerate(OUTSIDERS)
        for p in matcher.ranker.position_ids
        if (i + p) % 3 == 0
    }
    assert {who: s for who, s in reached.items() if s >= limit} == {}


def test_a_cut_resume_is_not_better_than_the_whole(matcher: Matcher, honest: dict[str, dict[int, float]]) -> None:
    cut = ATTACKS["很短：只留前 200 字"][1]
    for case in FITS:
        position = case.label["target"]["top1"][0]
        assert scores(matcher, cut(text_of(case), position))[position] <= honest[case.label["id"]][position] + 2.0


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_hidden_words_gain_nothing_and_are_told(matcher: Matcher, tmp_path: Path, kind: str) -> None:
    """The very same scores as without them, for a fit and for an outsider; a person is told."""
    for case, position in ((FITS[0], FITS[0].label["target"]["top1"][0]), (OUTSIDERS[0], 1)):
        text = text_of(case)
        plain = matcher.match(without_hidden_words(text, kind, tmp_path), None, AS_OF)
        hidden = matcher.match(with_hidden_words(text, position, kind, tmp_path), None, AS_OF)
        assert {a.position_id: a.score for a in hidden.matches} == {a.position_id: a.score for a in plain.matches}
        assert "hidden_text" in codes(hidden.notices) - codes(plain.notices)


def codes(notices: tuple[Notice, ...]) -> set[str]:
    return {n.code for n in notices}


ENGLISH = {
    1: "Product Manager, consumer lending, ABC Bank, 2019.03 - present\nOwned product planning and roadmap for mobile "
    "banking loans; requirement analysis, PRD, Axure; product launch and iteration.",
    4: "UI/UX Designer, ABC Tech, 2019.03 - present\nInterface and interaction design for the mobile banking app: "
    "wireframes, hi-fi prototypes, design system; Figma, Sketch, Photoshop, After Effects.",
    6: "Data Analyst, ABC Bank, 2019.03 - present\nBuilt reports and dashboards in SQL, Python, Hive, Spark and Tableau; "
    "data mining and modelling, ETL, data warehouse.",
    10: "Business Development Manager, ABC Pay, 2019.03 - present\nBD of merchants, POS and QR acquiring, sales targets; "
    "partner onboarding, CRM.",
}


@pytest.mark.parametrize("position", ENGLISH)
def test_english_resumes_find_their_position(matcher: Matcher, position: int) -> None:
    school = "2012.09 - 2016.06 Chongqing University, Bachelor of Economics, full-time"
    text = f"Name: Test Person\nEducation\n{school}\nWork experience\n{ENGLISH[position]}"
    found = scores(matcher, text)
    assert max(found, key=found.__getitem__) == position
    assert found[position] >= 20.0


@pytest.mark.parametrize(
    "text",
    [
        "Chef, Golden Dragon Restaurant, 2015.01 - present. Hot dishes, menu, kitchen staff of twelve, food cost.",
        "Nurse, City Hospital, 2016.07 - present. Ward care, injections, night shifts, emergency room.",
        "Truck driver, ABC Logistics, 2010.05 - present. Long-haul transport, loading, vehicle maintenance.",
    ],
)
def test_english_outsiders_find_none(matcher: Matcher, text: str) -> None:
    limit = float(matcher.policy["tiers"]["no_fit_below"])
    assert max(scores(matcher, text).values()) < limit


# Other trades: id, major, employer and title, duties.
TRADES = [
    (
        "car",
        "市场营销",
        "某汽车销售服务有限公司 销售顾问",
        "负责展厅客户接待、试乘试驾、车型介绍与报价谈判，签订购车合同，办理按揭、上牌与交车；客户回访和转介绍，月均销量12台，完成销售任务，回款率100%。",
    ),
    ("phone", "市场营销", "某手机专卖店 销售员", "接待顾客，介绍手机与配件，收银，盘点库存，完成销售任务。"),
    (
        "machine",
        "机械设计",
        "某工程机械公司 销售工程师",
        "挖掘机、装载机销售，开发经销商和终端客户，投标报价，签订合同，催收货款。",
    ),
    (
        "edu",
        "英语",
        "某教育培训公司 课程顾问",
        "接听咨询电话，邀约家长到访，试听课跟进，签单缴费，续费与转介绍，完成招生任务。",
    ),
    ("gym", "体育教育", "某健身俱乐部 会籍顾问", "发传单、电话邀约，接待参观，办理会员卡，完成销售任务。"),
    (
        "store",
        "工商管理",
        "某连锁超市 店长",
        "负责门店日常管理，商品陈列、订货、盘点、排班，完成销售目标，处理顾客投诉。",
    ),
    ("tele", "工商管理", "某电商公司 电话客服", "接听售后电话，处理退换货和投诉，录入工单。"),
    ("hr", "人力资源管理", "某集团 招聘专员", "发布职位、筛选简历、组织面试，员工入离职，社保办理。"),
    ("acc", "会计学", "某贸易公司 会计", "凭证录入、应收应付对账、开票、报税、月末结账、财务报表。"),
    (
        "java",
        "软件工程",
        "某科技公司 Java开发工程师",
        "负责订单系统后端开发，Spring Cloud、MySQL、Redis，接口设计与性能优化。",
    ),
    ("test", "软件工程", "某科技公司 测试工程师", "编写测试用例，执行功能测试、回归测试，提交缺陷，编写测试报告。"),
    ("ops", "软件工程", "某科技公司 运维工程师", "Linux服务器运维、监控告警、故障处理、发布部署，值班。"),
    ("lawyer", "法学", "某律师事务所 律师助理", "起草合同、诉讼文书，开庭准备，法律检索，客户沟通。"),
    ("teacher", "数学与应用数学", "某中学 数学教师", "备课授课，班主任工作，成绩统计分析，家长沟通。"),
    ("admin", "行政管理", "某公司 行政专员", "会议安排、办公用品采购、公文撰写、车辆管理、档案管理。"),
    ("photog", "摄影", "某婚纱影楼 摄影师", "婚纱拍摄、后期修图 Photoshop，客户沟通选片。"),
    ("interior", "环境设计", "某装饰公司 室内设计师", "量房、CAD 施工图、3dmax 效果图、谈单签约、施工交底。"),
    ("travel", "旅游管理", "某旅行社 计调", "线路策划、酒店机票预订、地接社对接、报价、团队结算。"),
]


@pytest.mark.parametrize(("major", "job", "duties"), [row[1:] for row in TRADES], ids=[row[0] for row in TRADES])
def test_other_trades_are_given_no_position(matcher: Matcher, major: str, job: str, duties: str) -> None:
    text = (
        "姓名：测试甲\n出生年月：1994.05\n"
        f"教育经历\n2012.09-2016.06 重庆工商大学 {major} 本科 全日制\n工作经历\n2018.03-至今 {job}\n{duties}"
    )
    limit = float(matcher.policy["tiers"]["no_fit_below"])
    assert max(scores(matcher, text).values()) < limit


@pytest.mark.parametrize(
    ("done", "not_done", "position"),
    [
        ("担任产品经理，做产品规划", "想往产品经理方向发展", 1),
        ("担任产品经理，做产品规划", "目标是成为产品经理", 1),
        ("担任产品经理，做产品规划", "还没有独立负责过产品规划", 1),
        ("担任产品经理，做产品规划", "给产品经理打下手", 1),
        ("担任产品经理，做产品规划", "接受产品经理安排的测试任务", 1),
        ("用SQL做数据分析", "不太熟悉SQL和数据分析", 6),
        ("用SQL做数据分析", "计划学习SQL和数据分析", 6),
        ("用SQL做数据分析", "旁听过数据分析课程", 6),
        ("担任客户经理，开发商户", "没有担任过客户经理", 10),
        ("担任客户经理，开发商户", "不曾担任客户经理", 10),
    ],
)
def test_other_ways_to_say_that_it_was_not_done(matcher: Matcher, done: str, not_done: str, position: int) -> None:
    """B156, B159, B161 in other words."""
    at = matcher.ranker.position_ids.index(position)
    high, low = score_text(matcher.ranker, done)[at], score_text(matcher.ranker, not_done)[at]
    assert high > 0.3
    assert low < 0.5 * high
