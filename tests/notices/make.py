"""Makes the six invented notices: ``python -m tests.notices.make``. Every employer, place and person is made up.

The golden answers (``NAME.json``) were written by hand beside these words; nothing here computes them.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import docx
import openpyxl

HERE = Path(__file__).resolve().parent


# --- a bank's docx: one table with merged cells and a header of two levels ------------------------------------------

BANK_BEFORE = """云岚银行股份有限公司2026年社会招聘公告
（云岚银行为程序测试而虚构）
一、招聘基本条件
1.遵纪守法，诚实守信，具有良好的职业操守；
2.具有国家承认的全日制本科及以上学历；
3.符合亲属回避有关规定；
4.年龄、工作年限计算截至2026年10月31日。
二、招聘岗位及条件"""
BANK_HEAD = [
    ["部门", "岗位", "人数", "岗位职责", "应聘条件", "", "", ""],
    ["", "", "", "", "学历专业", "工作经验", "年龄", "其他"],
]
BANK_ROWS = [
    [
        "数字金融部",
        "数字产品经理岗",
        "2",
        "1.负责手机银行信贷产品的规划、设计和上线；\n2.分析产品数据，提出优化方案。",
        "本科及以上，金融、经济、计算机等相关专业",
        "3年以上银行产品经理经验",
        "35周岁（含）以下，硕士可放宽至38周岁",
        "持有CFA等证书者优先；特别优秀者可适当放宽条件。",
    ],
    [
        "",
        "数据分析岗",
        "1",
        "1.搭建经营分析指标体系；\n2.建立客户流失预测模型。",
        "硕士及以上，统计学、数学、计算机类专业",
        "5年以上数据分析经验，其中2年以上银行工作经验",
        "不超过40周岁",
        "熟练使用SQL、Python。",
    ],
    [
        "公司业务部",
        "客户经理岗",
        "5",
        "1.拓展公司客户，营销存款、贷款产品；\n2.维护客户关系。",
        "经济金融、管理、市场营销类专业",
        "2年以上银行从业经验",
        "年龄不限",
        "具有云岚市户籍；形象气质佳。",
    ],
]
BANK_AFTER = """三、报名方式
请将简历发送至 hr@example.com，邮件标题注明应聘岗位。"""


def bank() -> None:
    document = docx.Document()
    for line in BANK_BEFORE.split("\n"):
        document.add_paragraph(line)
    table = document.add_table(rows=5, cols=8)
    table.style = "Table Grid"
    for at, row in enumerate([*BANK_HEAD, *BANK_ROWS]):
        for column, text in enumerate(row):
            if text:
                table.cell(at, column).text = text
    for column in range(4):
        table.cell(0, column).merge(table.cell(1, column))
    table.cell(0, 4).merge(table.cell(0, 7))
    table.cell(2, 0).merge(table.cell(3, 0))
    for line in BANK_AFTER.split("\n"):
        document.add_paragraph(line)
    document.save(str(HERE / "bank_table.docx"))


# --- a state firm's html: a table of labels and values for each position --------------------------------------------

ENERGY = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>江泽能源集团招聘</title><style>td { border: 1px solid }</style></head>
<body>
<h1>江泽能源集团有限公司2026年公开招聘公告</h1>
<p>江泽能源集团为程序测试而虚构。</p>
<h2>一、基本条件</h2>
<p>（一）认同企业文化，责任心强；</p>
<p>（二）身体健康，能正常履行岗位职责。</p>
<h2>二、招聘岗位</h2>
<table>
<tr><th>岗位名称</th><td>财务管理岗</td><th>招聘人数</th><td>1</td></tr>
<tr><th>所属部门</th><td>财务部</td><th>工作地点</th><td>江泽市</td></tr>
<tr><th rowspan="2">岗位职责</th><td colspan="3">1.负责会计核算和财务报表编制；</td></tr>
<tr><td colspan="3">2.负责预算管理和税务申报。</td></tr>
<tr><th>任职资格</th><td colspan="3">1.学历：大专及以上；<br>2.专业：会计学、财务管理、审计学；<br>
3.年龄：1991年1月1日（含）以后出生；<br>4.工作经验：三年以上会计工作经验；<br>
5.其他：具有初级会计专业技术资格证书。</td></tr>
</table>
<p>&nbsp;</p>
<table>
<tr><th>岗位名称</th><td>信息化岗</td><th>招聘人数</th><td>2</td></tr>
<tr><th>所属部门</th><td>信息中心</td><th>工作地点</th><td>江泽市</td></tr>
<tr><th>岗位职责</th><td colspan="3">负责集团信息系统的开发、运行维护和网络安全。</td></tr>
<tr><th>任职资格</th><td colspan="3"><p>全日制本科及以上学历，计算机科学与技术、软件工程、网络工程等相关专业；</p>
<p>35周岁及以下（1990年12月1日以后出生）；</p><p>5年及以上信息系统开发或运维工作经历；</p>
<p>仅限男性，能适应夜班；毕业于985、211院校。</p></td></tr>
</table>
<table>
<tr><th>岗位名称</th><td>综合文秘岗</td><th>招聘人数</th><td>1</td></tr>
<tr><th>所属部门</th><td>办公室</td><th>工作地点</th><td>江泽市</td></tr>
<tr><th>岗位职责</th><td colspan="3">起草公文和讲话稿，组织会议，管理档案。</td></tr>
<tr><th>任职资格</th><td colspan="3">硕士研究生及以上学历，汉语言文学、新闻学、法学类专业；30周岁以下，博士研究生可放宽至35周岁；
中共党员优先；应届毕业生亦可。</td></tr>
</table>
<h2>三、报名方式</h2>
<p>联系电话：0000-1234567</p>
</body></html>
"""


def energy() -> None:
    (HERE / "energy_forms.html").write_text(ENERGY, encoding="utf-8", newline="\n")


# --- a public institution's xlsx: 岗位表 with a title across the top --------------------------------------------------

INSTITUTE_HEAD = [
    ["序号", "招聘单位", "岗位名称", "岗位代码", "招聘人数", "资格条件", "", "", "", "", "备注"],
    ["", "", "", "", "", "学历", "学位", "专业", "年龄", "其他条件", ""],
]
INSTITUTE_ROWS = [
    ["1", "青屿市档案中心", "管理岗", "0101", "1", "本科及以上", "学士及以上", "档案学、图书馆学、信息资源管理", "35周岁及以下", "限青屿市户籍", ""],
    ["2", "", "专业技术岗", "0102", "1", "研究生", "硕士及以上", "计算机类、电子信息类", "35周岁及以下，博士可放宽至40周岁", "取得软件设计师中级及以上职称", ""],
    ["3", "青屿市文化馆", "专业技术岗", "0103", "2", "大专及以上", "不限", "专业不限", "18周岁以上、40周岁以下", "2年以上工作经历", "试用期3个月"],
]  # fmt: skip
INSTITUTE_NOTE = "注：年龄、工作经历计算截止时间为2026年9月30日。"


def institute() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "岗位表"
    sheet.append(["青屿市市属事业单位2026年公开招聘岗位一览表（虚构）"])
    for row in [*INSTITUTE_HEAD, *INSTITUTE_ROWS]:
        sheet.append(row)
    sheet.append([INSTITUTE_NOTE])
    for place in ("A1:K1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:E3", "F2:J2", "K2:K3", "B4:B5", "A7:K7"):
        sheet.merge_cells(place)
    book.save(HERE / "institute_list.xlsx")


# --- an internet company's prose ------------------------------------------------------------------------------------

STARTUP = """松果互动 2026 秋季社招

松果互动是一家为程序测试而虚构的互联网公司，做一款让人愿意多走路的应用。

【数据分析师】
你会和产品、运营同学一起，从埋点数据里找到用户留下来的原因，设计 A/B 实验，并把结论讲给所有人听。
我们希望你：本科以上学历，统计学、数学或计算机相关专业；至少2年数据分析经验；会 SQL 和 Python，写得清楚报告。有推荐算法经验更佳。年龄不限。

【用户体验设计师】
你要做的：
负责应用的界面与交互设计；
和研究员一起做用户访谈。
期待你：
大专及以上学历，专业不限；
3年以上UI/UX设计经验，请附作品集链接；
已婚已育优先。

【商务拓展经理】
你将和连锁健身房、运动品牌谈合作，从第一通电话到合同落地都由你负责。要求五年以上商务拓展或渠道拓展经验，学历不限，能接受出差。

我们提供
弹性工作，年度体检。
"""


def startup() -> None:
    (HERE / "startup_prose.txt").write_text(STARTUP, encoding="utf-8", newline="\n")


# --- a payment firm's bilingual pdf ---------------------------------------------------------------------------------

BILINGUAL = """<!DOCTYPE html><html><head><meta charset="utf-8">
<style>body { font-family: "Noto Serif CJK SC"; font-size: 11pt } h3 { margin-bottom: 0 }</style></head><body>
<h2>North Star Payments (invented) Careers 北辰支付（虚构）招聘</h2>
<p>General Requirements 基本要求</p>
<p>1. Honest and reliable. 诚实可靠。</p>
<h3>Position 职位：Financial Product Manager 金融产品经理</h3>
<p>Responsibilities 岗位职责</p>
<p>1. Plan wallet and payment products. 规划钱包与支付产品。</p>
<p>2. Write requirements and follow launches. 撰写需求文档并跟进上线。</p>
<p>Requirements 任职要求</p>
<p>1. Bachelor's degree or above in Finance, Economics or Computer Science.<br>
本科及以上学历，金融、经济、计算机相关专业。</p>
<p>2. At least 3 years of experience as a financial product manager.<br>3年以上金融产品经理经验。</p>
<p>3. No older than 40. 年龄40周岁以下。</p>
<p>4. Fluent English is preferred. 英语流利者优先。</p>
<h3>Position 职位：Data Analyst 数据分析师</h3>
<p>Responsibilities 岗位职责</p>
<p>1. Build risk dashboards and models. 建立风险看板与模型。</p>
<p>Requirements 任职要求</p>
<p>1. Master's degree or above in Statistics or Mathematics. 硕士及以上学历，统计学、数学专业。</p>
<p>2. At least 2 years of experience in data analysis. 2年以上数据分析经验。</p>
<p>3. CFA or FRM certificate. 持有CFA或FRM证书。</p>
<p>How to Apply 应聘方式</p>
<p>Please write to jobs@example.com. 请发邮件至 jobs@example.com。</p>
</body></html>
"""


def bilingual() -> None:
    """Printed by Chromium: it places Chinese glyphs as a browser's "save as PDF" does."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(BILINGUAL, encoding="utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        target = HERE / "bilingual.pdf"
        subprocess.run([*command, f"--print-to-pdf={target}", page.as_uri()], check=True, capture_output=True)


# --- a city commercial bank's numbered list in rtf -------------------------------------------------------------------

CITY = """临溪城市商业银行2026年社会招聘启事
（临溪城市商业银行为程序测试而虚构）
一、应聘须具备以下条件
1.无不良记录；
2.符合我行近亲属回避制度。
二、招聘岗位及要求
（一）客户经理岗（5人）
1.岗位职责：
（1）负责小微企业客户的开发与维护；
（2）负责贷款调查和贷后管理。
2.任职条件：
（1）全日制大学本科及以上学历，经济、金融、管理类相关专业；
（2）2年以上银行从业经验或3年以上市场拓展经验；
（3）年龄在35周岁以下，具有5年以上客户经理经验的可放宽至40周岁；
（4）取得银行从业资格证书者优先。
（二）柜员岗（10人）
1.岗位职责：办理柜面业务，解答客户咨询。
2.任职条件：
（1）大专及以上学历，全日制和非全日制均可，专业不限；
（2）18至30周岁，女性优先；
（3）普通话标准，身高160厘米以上。
（三）科技开发岗（3人）
1.岗位职责：负责核心系统和渠道系统的开发、测试。
2.任职条件：
（1）硕士研究生及以上学历，计算机类、电子信息类专业，本科须为全日制；
（2）具有软件开发工作经验三年以上，条件优秀者可酌情放宽；
（3）1988年6月以后出生。
三、报名时间及方式
即日起至2026年12月15日，简历发送至 zhaopin@example.com。"""


def city() -> None:
    body = "".join(c if ord(c) < 128 else f"\\u{ord(c) if ord(c) < 32768 else ord(c) - 65536}?" for c in CITY)
    body = body.replace("\n", "\\par\n")
    text = "{\\rtf1\\ansi\\ansicpg936\\uc1\\deff0{\\fonttbl{\\f0 SimSun;}}\\f0\\fs24\n" + body + "\\par}\n"
    (HERE / "city_bank_list.rtf").write_text(text, encoding="ascii", newline="\n")


def city_doc() -> None:
    """The same words as an old Word file, by LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        document = docx.Document()
        for line in CITY.split("\n"):
            document.add_paragraph(line)
        given = Path(folder, "city_bank_list.docx")
        document.save(str(given))
        subprocess.run(["soffice", "--headless", "--convert-to", "doc", "--outdir", str(HERE), str(given)], check=True)


if __name__ == "__main__":
    for make in (bank, energy, institute, startup, bilingual, city, city_doc):
        make()
