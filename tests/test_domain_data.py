"""The hand-written knowledge files say what they mean: shape, duplicates, conflicts, and samples read as HR would.

``judge``, ``bank`` and ``school`` below are reference readings of data/README-domains.md: they test the data, not the
product's code, and stay as short as the README's rules.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parent.parent / "data"
HEADERS = {
    "experience_domains.csv": ["domain", "role", "term", "note"],
    "institutions.csv": ["name", "kind", "counts_as_bank", "aliases", "note"],
    "schools.csv": ["name", "kind", "aliases", "note"],
    "preferred.csv": ["key", "position_id", "role", "term"],
    "skills.csv": ["skill", "aliases", "kind"],
    "certificates.csv": ["certificate", "aliases"],
}
DOMAINS = {
    "financial_product_manager",
    "financial_product_design",
    "internet_product_design",
    "ui_ux_design",
    "ebank_internet_operations",
    "database_or_analytics",
    "banking",
    "account_manager",
    "channel_expansion",
}
TITLE_ROLES = ("title", "title_if", "title_if_duty", "title_if_both", "title_maybe", "exclude")
OTHER_ROLES = ("context", "context_employer", "duty", "vague")
BANK_KINDS = {"state", "policy", "joint_stock", "city", "rural", "village", "private", "foreign"}
NO_BANK_KINDS = {"consumer_finance", "payment", "securities", "insurance", "trust", "internet", "not_bank"}
MIXED_KINDS = {"fund", "fintech", "regulator", "pattern", "pattern_first"}
SCHOOL_KINDS = {"regular", "college", "adult", "training", "overseas", "secondary"}


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one data file, keyed by its header."""
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def split(cell: str) -> list[str]:
    """The aliases of one cell."""
    return [part for part in cell.split("|") if part]


def spans(term: str, text: str) -> list[tuple[int, int]]:
    """Where ``term`` stands in ``text``; ASCII letters and digits at its edges need a boundary, ``…`` spans 20."""
    return [m.span() for m in _pattern(term).finditer(text)]


@cache
def _pattern(term: str) -> re.Pattern[str]:
    body = re.escape(term).replace("…", ".{0,20}?")
    before = "(?<![a-z0-9])" if re.match("[a-z0-9]", term) else ""
    after = "(?![a-z0-9])" if re.search("[a-z0-9]$", term) else ""
    return re.compile(before + body + after)


def has(terms: list[str], *texts: str) -> bool:
    """Whether any term stands in any of the texts."""
    return any(spans(term, text) for term in terms for text in texts)


@cache
def domain_terms(domain: str) -> dict[str, list[str]]:
    """The terms of one domain by role."""
    by_role: dict[str, list[str]] = defaultdict(list)
    for row in rows("experience_domains.csv"):
        if row["domain"] == domain:
            by_role[row["role"]].append(row["term"])
    return by_role


def judge(domain: str, employer: str, title: str, duties: str) -> str:
    """certain, possible or no, by the order of decision in data/README-domains.md."""
    terms = domain_terms(domain)
    found = [(*span, role) for role in TITLE_ROLES for term in terms[role] for span in spans(term, title)]
    roles = {
        role
        for start, end, role in found
        if not any(s <= start and end <= e and e - s > end - start for s, e, _ in found)
    }
    context = has(terms["context"], employer, title, duties) or has(terms["context_employer"], employer, title)
    duty = has(terms["duty"], employer, title, duties)
    if "exclude" in roles:
        return "possible" if len(roles) > 1 else "no"
    if "title_maybe" in roles:
        return "possible"
    if roles:
        needs = {"title": True, "title_if": context, "title_if_duty": duty, "title_if_both": context and duty}
        return "certain" if any(needs[role] for role in roles) else "possible"
    vague = not duties and (not title or title in domain_terms("any")["vague"])
    return "possible" if duty or vague else "no"


def bank(employer: str) -> str:
    """counts_as_bank of an employer: first patterns, longest name, then patterns in file order."""
    patterns = [row for row in rows("institutions.csv") if row["kind"].startswith("pattern")]
    for row in patterns:
        if row["kind"] == "pattern_first" and spans(row["name"], employer):
            return row["counts_as_bank"]
    named = [
        (len(name), row["counts_as_bank"])
        for row in rows("institutions.csv")
        if not row["kind"].startswith("pattern")
        for name in [row["name"], *split(row["aliases"])]
        if (employer.startswith(name) if len(name) == 2 and not name.isascii() else spans(name, employer))
    ]
    if named:
        return max(named)[1]
    for row in patterns:
        suffix = row["name"].removeprefix("…")
        if suffix != row["name"]:
            if employer.endswith(suffix) and employer != suffix:
                return row["counts_as_bank"]
        elif row["kind"] == "pattern" and spans(row["name"], employer):
            return row["counts_as_bank"]
    return "no"


def school(words: str) -> str:
    """The kind of a school: strong patterns, longest name, then weak patterns."""

    def pattern(*kinds: str) -> str:
        found = {row["kind"] for row in rows("schools.csv") if row["kind"] in kinds and spans(row["name"], words)}
        return next((kind.removeprefix("pattern_") for kind in kinds if kind in found), "")

    strong = pattern("pattern_adult", "pattern_training", "pattern_secondary")
    if strong:
        return strong
    named = [
        (len(name), row["kind"])
        for row in rows("schools.csv")
        if not row["kind"].startswith("pattern")
        for name in [row["name"], *split(row["aliases"])]
        if (words == name if len(name) == 2 else spans(name, words))
    ]
    if named:
        return max(named)[1]
    return pattern("pattern_college", "pattern_overseas", "pattern_regular") or "unknown"


# --- shape


@pytest.mark.parametrize("name", HEADERS)
def test_file_is_plain_utf8_with_its_header(name: str) -> None:
    raw = (DATA / name).read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        table = list(csv.reader(handle))
    assert table[0] == HEADERS[name]
    assert [n for n, row in enumerate(table, 1) if len(row) != len(HEADERS[name])] == []


@pytest.mark.parametrize("name", HEADERS)
def test_terms_are_folded_and_trimmed(name: str) -> None:
    bad = []
    for number, row in enumerate(rows(name), 2):
        shown = {"note"} | ({"certificate"} if name == "certificates.csv" else set())
        for column, cell in row.items():
            if column in shown:
                continue
            for part in cell.split("|"):
                plain = part.replace("…", "")  # the pattern mark is the only character NFKC may change
                if part != part.strip() or plain != unicodedata.normalize("NFKC", plain).lower():
                    bad.append((number, column, part))
    assert bad == []


def test_roles_domains_and_kinds_are_known() -> None:
    for number, row in enumerate(rows("experience_domains.csv"), 2):
        assert row["role"] in TITLE_ROLES + OTHER_ROLES, (number, row)
        assert (row["domain"] == "any") == (row["role"] == "vague"), (number, row)
        assert row["domain"] in DOMAINS | {"any"}, (number, row)
    for number, row in enumerate(rows("institutions.csv"), 2):
        allowed = (
            {"yes"}
            if row["kind"] in BANK_KINDS
            else {"no"}
            if row["kind"] in NO_BANK_KINDS
            else {"yes", "no", "verify"}
        )
        assert row["kind"] in BANK_KINDS | NO_BANK_KINDS | MIXED_KINDS, (number, row)
        assert row["counts_as_bank"] in allowed, (number, row)
    assert {row["kind"].removeprefix("pattern_") for row in rows("schools.csv")} == SCHOOL_KINDS
    assert {row["role"] for row in rows("preferred.csv")} == {"any", "all_a", "all_b", "not"}


def test_no_term_has_two_meanings_in_one_domain() -> None:
    groups = dict.fromkeys((*TITLE_ROLES, "vague"), "title") | {
        "context": "context",
        "context_employer": "context",
        "duty": "duty",
    }
    seen: dict[tuple[str, str, str], int] = {}
    twice = []
    for number, row in enumerate(rows("experience_domains.csv"), 2):
        key = (row["domain"], groups[row["role"]], row["term"])
        if key in seen:
            twice.append((seen[key], number, row["term"]))
        seen[key] = number
    assert twice == []


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("institutions.csv", "name"),
        ("schools.csv", "name"),
        ("skills.csv", "skill"),
        ("certificates.csv", "certificate"),
    ],
)
def test_every_name_and_alias_belongs_to_one_row(name: str, column: str) -> None:
    seen: dict[str, int] = {}
    twice = []
    for number, row in enumerate(rows(name), 2):
        for word in [row[column], *split(row["aliases"])]:
            if word in seen:
                twice.append((seen[word], number, word))
            seen[word] = number
    assert twice == []


def test_preferred_rows_are_unique_and_pairs_complete() -> None:
    triples = [(row["key"], row["role"], row["term"]) for row in rows("preferred.csv")]
    assert len(triples) == len(set(triples))
    roles: dict[str, set[str]] = defaultdict(set)
    for key, role, _ in triples:
        roles[key].add(role)
    for key, have in roles.items():
        assert ("all_a" in have) == ("all_b" in have), key
        assert have & {"any", "all_a"}, key


def test_positions_use_known_keys() -> None:
    preferred: dict[str, set[str]] = defaultdict(set)
    for row in rows("preferred.csv"):
        preferred[row["key"]] |= set(row["position_id"].split("|"))
    used = set()
    for row in rows("positions.csv"):
        for domain in split(row["experience_domains"]):
            assert domain in DOMAINS, row["position_id"]
        for key in split(row["preferred"]):
            assert row["position_id"] in preferred[key], (row["position_id"], key)
            used.add(key)
    assert used == set(preferred)


def test_no_one_character_terms() -> None:
    words = [row["term"] for name in ("experience_domains.csv", "preferred.csv") for row in rows(name)]
    words += [
        w for name in ("institutions.csv", "schools.csv") for r in rows(name) for w in [r["name"], *split(r["aliases"])]
    ]
    assert [word for word in words if len(word) < 2] == []


@pytest.mark.parametrize("domain", sorted(DOMAINS - {"banking"}))
def test_big_domains_know_the_variety_of_titles(domain: str) -> None:
    terms = domain_terms(domain)
    assert sum(len(terms[role]) for role in TITLE_ROLES if role != "exclude") >= 80
    assert terms["duty"]
    assert terms["exclude"]


# --- samples read as HR would

FPM, FPD, IPD, UI = "financial_product_manager", "financial_product_design", "internet_product_design", "ui_ux_design"
OPS, DATA_WORK, ACCOUNT, CHANNEL = (
    "ebank_internet_operations",
    "database_or_analytics",
    "account_manager",
    "channel_expansion",
)


@pytest.mark.parametrize(
    ("domain", "employer", "title", "duties", "expected"),
    [
        (FPM, "某科技公司", "高级理财产品经理", "", "certain"),
        (FPM, "招商银行", "产品经理", "", "certain"),
        (FPM, "某科技有限公司", "产品经理(信贷方向)", "", "certain"),
        (FPM, "某网络科技有限公司", "产品经理", "负责社区产品", "possible"),
        (FPM, "某网络科技有限公司", "产品经理", "对接银行与支付宝支付接口", "possible"),
        (FPM, "某商业银行", "产品经理助理", "", "possible"),
        (FPM, "某支付公司", "支付产品经理助理", "", "possible"),
        (ACCOUNT, "某银行", "对公客户经理助理", "", "possible"),
        (CHANNEL, "某公司", "渠道经理助理", "", "possible"),
        (OPS, "某公司", "产品经理", "提出用户增长方案", "no"),
        (DATA_WORK, "某公司", "产品经理(大数据平台)", "", "possible"),
        (UI, "某公司", "金融产品设计师", "业务流程图与原型", "no"),
        (FPM, "某软件公司", "测试工程师", "配合产品经理验收,向产品经理汇报产品需求", "no"),
        (FPM, "某建设集团", "pm", "负责工地进度", "no"),
        (FPM, "某制药公司", "医药产品经理", "", "no"),
        (FPM, "某银行", "经理", "", "possible"),
        (FPM, "某银行", "综合柜员", "办理储蓄业务", "no"),
        (FPM, "retail bank", "product manager", "", "certain"),
        (FPM, "某金融服务公司", "理财产品销售", "销售理财产品", "no"),
        (FPM, "某科技公司", "信贷产品部", "负责信贷产品规划", "possible"),
        (FPD, "某科技公司", "金融产品设计师", "", "certain"),
        (FPD, "某科技公司", "支付产品经理", "撰写prd,原型设计", "certain"),
        (FPD, "某科技公司", "支付产品经理", "", "possible"),
        (FPD, "某银行", "产品经理", "制作产品原型", "certain"),
        (FPD, "某家具公司", "家具设计师", "产品设计", "no"),
        (IPD, "腾讯", "产品策划", "", "certain"),
        (IPD, "某网络科技公司", "产品经理", "输出prd", "certain"),
        (IPD, "某网络科技公司", "产品经理", "", "possible"),
        (IPD, "某实业公司", "产品设计师", "外观", "possible"),
        (IPD, "某实业公司", "工业设计师", "产品设计", "no"),
        (UI, "某公司", "ui设计师", "", "certain"),
        (UI, "某公司", "gui设计师", "", "certain"),
        (UI, "某公司", "高级ui/ux designer", "", "certain"),
        (UI, "某公司", "视觉设计师", "app界面设计", "certain"),
        (UI, "某广告公司", "视觉设计师", "海报", "possible"),
        (UI, "某广告公司", "平面设计师", "画册", "possible"),
        (UI, "某装饰公司", "室内设计师", "页面设计", "no"),
        (UI, "某公司", "web前端开发工程师", "配合ui设计师切图", "no"),
        (OPS, "某银行", "手机银行运营岗", "", "certain"),
        (OPS, "某公司", "用户运营经理", "", "certain"),
        (OPS, "某网络科技公司", "运营专员", "", "certain"),
        (OPS, "某商场", "门店运营经理", "线上活动", "possible"),
        (OPS, "某银行支行", "运营主管", "柜面业务复核,推广手机银行", "possible"),
        (OPS, "中国联通", "运营商客户经理", "", "no"),
        (OPS, "某银行电子银行部", "职员", "开展业务", "possible"),
        (OPS, "某物流公司", "仓储运营", "库存", "no"),
        (DATA_WORK, "某公司", "数据库开发工程师", "", "certain"),
        (DATA_WORK, "某公司", "资深data analyst", "", "certain"),
        (DATA_WORK, "某公司", "数据录入员", "excel数据统计", "no"),
        (DATA_WORK, "某公司", "java开发工程师", "数据库设计与存储过程", "possible"),
        (DATA_WORK, "某公司", "java开发工程师", "接口开发", "no"),
        (DATA_WORK, "某公司", "业务分析师", "用sql做数据分析", "certain"),
        (DATA_WORK, "某公司", "数据产品经理", "数据分析", "possible"),
        (DATA_WORK, "某公司", "dba", "", "certain"),
        (ACCOUNT, "某银行", "对公客户经理", "", "certain"),
        (ACCOUNT, "某财富公司", "理财经理", "", "certain"),
        (ACCOUNT, "某银行", "客户经理助理", "", "possible"),
        (ACCOUNT, "某农商行", "信贷员", "", "possible"),
        (ACCOUNT, "某贸易公司", "业务员", "拓展客户,维护老客户", "possible"),
        (ACCOUNT, "hsbc", "relationship manager", "", "certain"),
        (ACCOUNT, "某公司", "行政前台", "接待", "no"),
        (CHANNEL, "某公司", "渠道经理", "", "certain"),
        (CHANNEL, "某公司", "抖音bd", "", "certain"),
        (CHANNEL, "某公司", "电子商务经理", "", "no"),
        (CHANNEL, "某公司", "商务经理", "商务拓展与合作洽谈", "certain"),
        (CHANNEL, "某建筑公司", "商务经理", "合同预算管理", "possible"),
        (CHANNEL, "某公司", "区域销售经理", "经销商开发", "possible"),
        (CHANNEL, "某水利公司", "施工员", "灌溉渠道施工", "no"),
        (CHANNEL, "某公司", "后端工程师", "abdc", "no"),
    ],
)
def test_jobs(domain: str, employer: str, title: str, duties: str, expected: str) -> None:
    assert judge(domain, employer, title, duties) == expected


@pytest.mark.parametrize(
    ("employer", "expected"),
    [
        ("中国工商银行股份有限公司重庆分行", "yes"),
        ("工行重庆渝中支行", "yes"),
        ("招商银行信用卡中心", "yes"),
        ("重庆农商行", "yes"),
        ("某县农村信用联社", "yes"),
        ("某某村镇银行", "yes"),
        ("某城市商业银行", "yes"),
        ("北方某银行", "yes"),
        ("微众银行", "yes"),
        ("中国建设银行投资银行部", "yes"),
        ("industrial and commercial bank of china", "yes"),
        ("standard chartered bank", "yes"),
        ("福建行政学院", "no"),
        ("化工行业协会", "no"),
        ("某某血液银行", "no"),
        ("脐带血银行", "no"),
        ("银行卡检测中心", "no"),
        ("重庆银保监局", "no"),
        ("中国银行保险监督管理委员会", "no"),
        ("中国银行业协会", "no"),
        ("中信证券投资银行部", "no"),
        ("中银国际证券", "no"),
        ("招商证券", "no"),
        ("银联商务重庆分公司", "no"),
        ("马上消费金融股份有限公司", "no"),
        ("支付宝(中国)网络技术有限公司", "no"),
        ("某软件公司银行事业部", "verify"),
        ("南方银行互联网金融部", "yes"),
        ("江南银行资产管理部", "yes"),
        ("甲银行消费金融中心", "yes"),
        ("某消费金融有限公司", "no"),
        ("某人寿保险股份有限公司", "no"),
        ("某证券公司投资银行部", "verify"),
        ("中国人民银行重庆营业管理部", "verify"),
        ("招银理财有限责任公司", "verify"),
        ("建信金融科技有限责任公司", "verify"),
        ("某人力资源公司(派驻招商银行)", "verify"),
        ("某服务外包公司驻建设银行", "verify"),
        ("阿里巴巴", "no"),
        ("某某食品厂", "no"),
    ],
)
def test_banks(employer: str, expected: str) -> None:
    assert bank(employer) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("重庆大学", "regular"),
        ("重庆邮电大学", "regular"),
        ("东北大学", "regular"),
        ("某某理工学院", "regular"),
        ("chongqing university", "regular"),
        ("香港中文大学(深圳)", "regular"),
        ("华东师范大学教育学院", "regular"),
        ("重庆电子工程职业学院", "college"),
        ("某高等专科学校", "college"),
        ("重庆大学继续教育学院", "adult"),
        ("西南大学网络教育学院", "adult"),
        ("国家开放大学", "adult"),
        ("电大", "adult"),
        ("四川大学(自考)", "adult"),
        ("达内", "training"),
        ("北大青鸟", "training"),
        ("清华大学高级研修班", "training"),
        ("某某培训学校", "training"),
        ("人大附中", "secondary"),
        ("重庆市第八中学", "secondary"),
        ("某技工学校", "secondary"),
        ("university of leeds", "overseas"),
        ("imperial college london", "overseas"),
        ("英国某某大学", "overseas"),
        ("东北大学(日本)", "overseas"),
        ("香港大学", "overseas"),
        ("mit", "overseas"),
        ("某某公司", "unknown"),
    ],
)
def test_schools(words: str, expected: str) -> None:
    assert school(words) == expected


@pytest.mark.parametrize(
    ("name", "column", "sentence"),
    [
        ("skills.csv", "skill", "we go to market with one principle and a swift reply"),
        ("skills.csv", "skill", "project manager of r&d, access to all areas, a flash sale"),
        ("skills.csv", "skill", "djangology、javascripts、mysqldump、gotham"),
        ("skills.csv", "skill", "处理swift报文,跟踪到账"),
        ("certificates.csv", "certificate", "银行从业经验3年,证券从业人员,基金从业两年"),
        ("certificates.csv", "certificate", "任审计师、软件设计师与系统分析师,后任精算师"),
        ("certificates.csv", "certificate", "mastercard项目,scrum master带队,cpaas平台"),
    ],
)
def test_listed_words_stay_silent_in_ordinary_sentences(name: str, column: str, sentence: str) -> None:
    shown = name == "skills.csv"  # a certificate's display name is not matched
    found = [
        word
        for row in rows(name)
        for word in [*([row[column]] if shown else []), *split(row["aliases"])]
        if spans(word, sentence)
    ]
    assert found == []


@pytest.mark.parametrize(
    "sentence",
    [
        "负责车间生产计划与安全检查,编制周报",
        "照顾病人,书写护理记录,参加科室培训",
        "讲授初中数学,担任班主任,组织家长会",
        "驾驶货车往返重庆与成都,保养车辆",
        "工程现场管理,核对图纸与工程量,协调分包",
        "整理档案,接待来访,订购办公用品,安排会议",
        "审核凭证,编制报表,申报纳税",
        "产品包装与发货,盘点库存,调拨商品",
        "运营商基站维护,光缆抢修",
        "组织户外拓展训练,带领队员登山",
        "performed welding and assembly on the night shift",
    ],
)
def test_other_trades_meet_no_duty_phrase(sentence: str) -> None:
    found = [(d, t) for d in sorted(DOMAINS) for t in domain_terms(d)["duty"] if spans(t, sentence)]
    assert found == []
