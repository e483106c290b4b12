"""Made-up resumes for measurements: varied, plausible, endless, the same for the same seed. No person is real."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from matcher.knowledge import load_positions

_SURNAMES = "甲乙丙丁戊己庚辛壬癸"
_SCHOOLS = (
    "重庆大学",
    "西南大学",
    "重庆邮电大学",
    "四川大学",
    "西南政法大学",
    "某职业技术学院",
    "贵州大学",
    "云南财经大学",
)
_MAJORS = ("金融学", "计算机科学与技术", "市场营销", "电子商务", "新闻学", "统计学", "机械工程", "英语", "工商管理")
_DEGREES = ("本科", "本科", "本科", "硕士", "大专")
_PLACES = ("重庆", "成都", "上海", "深圳", "贵阳")
_FIRMS = ("甲乙银行", "示例科技有限公司", "测试网络股份有限公司", "样例商贸有限公司", "演示农商银行", "虚构保险公司")
_TRADES = (
    ("厨师", "负责热菜出品与后厨卫生", "编排每日菜单", "控制食材成本"),
    ("护士", "执行病区护理与输液", "记录病历", "健康宣教"),
    ("会计", "编制记账凭证与财务报表", "税务申报", "往来核对"),
    ("教师", "承担初中数学教学", "组织教研活动", "班级管理"),
)


def _duties() -> list[tuple[str, list[str]]]:
    """Titles and duties of the ten positions, out of the notice's own words, and some other trades."""
    found = [(t, [a, b, c]) for t, a, b, c in _TRADES]
    for position in load_positions():
        clauses = re.split(r"[，。；、：\s]", position.responsibilities_text)
        # Longer ones nobody writes by chance: they would be taken for copies of the notice.
        found.append((position.title.removesuffix("岗"), [c for c in clauses if 4 <= len(c) < 12]))
    return found


def resumes(number: int, characters: int = 1500, seed: int = 0) -> Iterator[str]:
    """``number`` resumes of about ``characters`` characters each."""
    duties = _duties()
    for i in range(number):
        dice = random.Random(f"{seed}:{i}")
        yield _resume(dice, duties, characters, i)


def _resume(dice: random.Random, duties: list[tuple[str, list[str]]], characters: int, number: int) -> str:
    born = dice.randint(1982, 2001)
    end = born + dice.randint(21, 24)
    lines = [
        f"姓名：{dice.choice(_SURNAMES)}测试",
        f"出生年月：{born}年{dice.randint(1, 12)}月",
        f"现居住地：{dice.choice(_PLACES)}    手机：1380000{number % 10000:04}",
        "教育经历",
        f"{end - 4}.09-{end}.06 {dice.choice(_SCHOOLS)} {dice.choice(_MAJORS)} {dice.choice(_DEGREES)} 全日制",
        "工作经历",
    ]
    year, month = 2026, 10
    size = sum(map(len, lines))
    while size < characters - 60:
        title, does = dice.choice(duties)
        months = dice.randint(8, 40)
        first = year * 12 + month - months
        head = (
            f"{first // 12}.{first % 12 + 1:02}-{year}.{month:02} {dice.choice(_PLACES)}{dice.choice(_FIRMS)} {title}"
        )
        lines.append(head)
        size += len(head)
        for _ in range(dice.randint(3, 7)):
            line = f"{dice.choice(does)}，{dice.choice(does)}，同比提升{dice.randint(3, 90)}%，覆盖{dice.randint(2, 900)}家客户。"
            lines.append(line)
            size += len(line)
        year, month = first // 12, first % 12 + 1
        if year <= end:
            break
    lines += ["技能", "SQL、Axure、Office、Python", "自我评价", "工作认真，责任心强，沟通顺畅。"]
    while size < characters - 30:
        extra = dice.choice(dice.choice(duties)[1]) + "，注重细节，按时交付，与各部门配合良好。"
        lines.append(extra)
        size += len(extra)
    return "\n".join(lines)
