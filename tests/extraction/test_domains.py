"""Which experience domains a job counts for."""

from __future__ import annotations

import pytest

from matcher.extraction.domains import bank_status
from matcher.extraction.lexicon import lexicon
from matcher.text import fold
from tests.support import months, profile

JOB = "工作经历\n2018.01-2020.12 {}"

# (employer and title, duties) -> domain, answer: certain, possible or none
ROWS = [
    ("甲乙消费金融有限公司 金融产品经理", "", "financial_product_manager", "certain"),
    ("甲乙银行 产品经理", "负责手机银行理财产品的规划与迭代", "financial_product_manager", "certain"),
    ("某电商科技有限公司 产品经理", "负责商品详情页与购物车", "financial_product_manager", "possible"),
    ("某电商科技有限公司 产品经理助理", "", "financial_product_manager", "not_certain"),
    ("甲乙银行 柜员", "配合产品经理验收", "financial_product_manager", "none"),
    ("某建筑工程有限公司 项目经理", "负责工地进度", "financial_product_manager", "none"),
    ("某金融科技有限公司 金融产品设计师", "绘制理财产品流程与原型", "financial_product_design", "certain"),
    ("某中学 教师", "讲授语文", "financial_product_design", "none"),
    ("某路桥建设集团 项目经理", "", "financial_product_manager", "none"),
    ("某大酒店 主管", "", "internet_product_design", "none"),
    ("某金融科技有限公司 项目经理", "", "financial_product_manager", "possible"),
    ("某银行软件公司 需求分析师", "编写理财产品需求说明书，画原型", "financial_product_design", "possible"),
    ("某酒店 厨师 应聘UI设计师", "", "ui_ux_design", "none"),
    ("某互联网有限公司 互联网产品设计师", "输出原型与产品需求文档", "internet_product_design", "certain"),
    ("某酒店 厨师", "菜品设计", "internet_product_design", "none"),
    ("某科技有限公司 UI设计师", "负责界面视觉与交互规范", "ui_ux_design", "certain"),
    ("某科技有限公司 交互设计师", "", "ui_ux_design", "certain"),
    ("某装饰有限公司 室内设计师", "设计住宅户型方案", "ui_ux_design", "none"),
    ("某服装有限公司 服装设计师", "画款式图", "ui_ux_design", "none"),
    ("某商业银行 电子银行运营", "负责手机银行活动运营", "ebank_internet_operations", "certain"),
    ("某互联网有限公司 用户运营", "负责用户分层与活跃", "ebank_internet_operations", "certain"),
    ("某物流有限公司 运营经理", "负责车辆调度", "ebank_internet_operations", "not_certain"),
    ("某科技有限公司 数据分析师", "用SQL建模，出分析报告", "database_or_analytics", "certain"),
    ("某科技有限公司 数据库开发工程师", "", "database_or_analytics", "certain"),
    ("某超市 收银员", "录入数据", "database_or_analytics", "none"),
    ("某商业银行 客户经理", "负责小微企业贷款营销", "account_manager", "certain"),
    ("某广告有限公司 客户经理", "维护广告主", "account_manager", "certain"),
    ("某商业银行 信贷内勤", "协助客户经理收集资料", "account_manager", "none"),
    ("某科技有限公司 渠道拓展经理", "开拓商户渠道", "channel_expansion", "certain"),
    ("某科技有限公司 BD经理", "洽谈第三方合作", "channel_expansion", "certain"),
    ("某医院 护士", "病房护理", "channel_expansion", "none"),
    ("重庆农村商业银行 柜员", "", "banking", "certain"),
    ("中国工商银行重庆分行 大堂经理", "", "banking", "certain"),
    ("某村镇银行 保安", "", "banking", "certain"),
    ("某小额贷款有限公司 客户经理", "", "banking", "none"),
    ("某保险股份有限公司 客户经理", "", "banking", "none"),
    ("某外包服务有限公司 坐席", "派驻甲乙银行信用卡中心", "banking", "possible"),
    # titles of one word that say a trade and no more, without duties
    ("某某设计有限公司 设计助理", "", "ui_ux_design", "possible"),
    ("某互联网有限公司 设计", "", "ui_ux_design", "possible"),
    ("某数据有限公司 BI", "", "database_or_analytics", "possible"),
    ("某科技有限公司 商务", "", "channel_expansion", "possible"),
    ("某建筑设计院 设计", "", "ui_ux_design", "none"),
    ("某科技有限公司 商务", "负责合同归档与开票", "ui_ux_design", "none"),
    # a bank's own centre, or its subsidiary's
    ("甲乙银行软件中心 工程师", "", "banking", "possible"),
    ("甲乙银行软件开发中心 工程师", "", "banking", "possible"),
    ("某银行软件有限公司 工程师", "", "banking", "none"),
]


@pytest.mark.parametrize(("header", "duties", "domain", "answer"), ROWS, ids=[f"{r[0]}-{r[2]}" for r in ROWS])
def test_domain(header: str, duties: str, domain: str, answer: str) -> None:
    found = profile(JOB.format(header) + (f"\n{duties}" if duties else ""))
    assert found.jobs, "no job was found"
    certain = months(found.domain_months.get(domain))[0] >= 36
    possible = any(domain in j.possible_domains for j in found.jobs)
    match answer:
        case "certain":
            assert certain
        case "possible":
            assert possible
            assert not certain
        case "not_certain":
            assert not certain
        case _:
            assert not certain
            assert not possible


@pytest.mark.parametrize(
    ("employer", "answer"),
    [
        ("中国工商银行", "yes"),
        ("招商银行重庆分行", "yes"),
        ("重庆银行", "yes"),
        ("重庆三峡银行", "yes"),
        ("重庆农村商业银行", "yes"),
        ("浙江网商银行", "yes"),
        ("汇丰银行（中国）有限公司", "yes"),
        ("某某村镇银行", "yes"),
        ("国家开发银行", "yes"),
        ("银行", ""),
        ("福建行政学院", ""),
    ],
)
def test_bank(employer: str, answer: str) -> None:
    assert bank_status(lexicon(), fold(employer)) == answer or (
        answer == "" and bank_status(lexicon(), fold(employer)) != "yes"
    )


@pytest.mark.parametrize(
    "employer",
    [
        "某银行学校",
        "银行职工食堂",
        "支付宝（中国）网络技术有限公司",
        "某典当行",
        "某血液银行有限公司",
        "某某干细胞银行股份有限公司",
        "中华骨髓库某分库",
        "某社区时间银行",
        "Sunny Blood Bank",
        "某种子银行",
        "数据银行科技有限公司",
        "某小额贷款有限公司",
        "某证券股份有限公司",
    ],
)
def test_no_bank(employer: str) -> None:
    assert bank_status(lexicon(), fold(employer)) != "yes"


def test_evidence_names_the_words_that_decide() -> None:
    (job,) = profile(JOB.format("某科技有限公司 UI设计师")).jobs
    assert "ui_ux_design" in job.domains
    assert any("UI设计师" in e.text or "设计" in e.text for e in job.domain_evidence["ui_ux_design"])


def test_wish_is_no_work() -> None:
    text = "求职意向：UI设计师，熟悉界面设计\n" + JOB.format("某酒店 厨师")
    found = profile(text)
    assert months(found.domain_months.get("ui_ux_design")) == (0, 0)
    assert months(found.possible_domain_months.get("ui_ux_design")) == (0, 0)


def test_overlapping_jobs_of_a_domain_count_once() -> None:
    text = JOB.format("甲乙银行 客户经理\n2019.01-2021.12 丙丁银行 客户经理")
    assert months(profile(text).domain_months["account_manager"]) == (48, 48)
