"""Education entries, highest finished degree, and whether the bachelor's was full-time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from typing import Any, cast

from matcher.extraction.basics import OTHERS_SECTIONS, section_at
from matcher.extraction.dates import DateRange, earliest, find_points, find_ranges, latest, month_of
from matcher.extraction.entries import Entry
from matcher.extraction.labels import Label
from matcher.extraction.lexicon import (
    Lexicon,
    School,
    about_others,
    clause,
    is_negated,
    own_again,
    places,
    tried,
)
from matcher.majors import Majors
from matcher.schema import Basis, Degree, Education, Evidence, Fact, PartialDate, Period, ResumeText, StudyMode
from matcher.text import Section, part_around

_SCHOOL = re.compile(
    r"(?:[\u4e00-\u9fff][\u4e00-\u9fff()·]{1,23}?|某)(?:大学|学院|高等专科学校|专科学校|学校|中学|党校|电大|一中|二中|三中|高中)(?![\u4e00-\u9fff]{0,1}(?:生|教师|老师|英语))"
)
_HAS_SCHOOL = re.compile(r"大学|学院|学校|中学|党校|电大|一中|二中|三中|高中")
_HAS_ENGLISH_SCHOOL = re.compile(r"University|College|Institute|School|Academy|Polytechnic")
_COLLEGE_OF = re.compile(r"(?<=大学)[\u4e00-\u9fff]{2,14}?学院|(?<=大学)[\u4e00-\u9fff]{2,10}?系")
_ENGLISH_SCHOOL = re.compile(
    r"(?:[A-Z][A-Za-z&.'\-]+ ){0,5}(?:University|College|Institute|School|Academy|Polytechnic)(?: (?:of|for) (?:the )?[A-Z][A-Za-z&'\-]+(?:(?: and| &)? [A-Z][A-Za-z&'\-]+){0,5})?"
)
_MOST_GRADUATIONS = 12  # nobody has more; a text with more is stuffed
_MOST_MENTIONS = 60  # degree words looked at outside entries; a text with more is stuffed
_COUNTED = re.compile(
    r"(?:\d+|[一二两三四五六七八九十几多]+)\s*[名位个]\s*(?:全日制|统招|是)?$|[□☐○]\s*$|(?:均|都|全)[为是]\s*$|多[是为]\s*$"
)
_OF_MANY = re.compile(r"[^,。;\n]{0,6}(?:背景的|学历的|以上学历|\d+\s?[名人位])")
_COURSES = re.compile(
    r"(?:主修|主要|核心|专业|相关|所学|主干|在校)?课程|主修\s*[:][^\n]*[、,][^\n]*[、,]|courses?work|主修科目"
)
_HAS_COURSES = re.compile(r"课程|主修|course")
# what makes a degree word something else: MBA 智库, Master Class, 本科同等学力
_OTHER_SENSE = re.compile(
    r"(?:(?<=[a-z]) )?(?:同等学[力历]|的?同等水平|智库|课程(?!\s*:)|案例|面试|备考|联考|教材|百科|公开课|招生|中心|学员|俱乐部|读书会|校友会|总裁|项目(?:[做的招组部管]|咨询)|"
    r"(?:高级|核心)?(?:研修|进修|研讨)|培训|辅导|优先|者优先|尤佳|为佳|均可|不限|(?:(?<=master)|(?<=master ))(?:class|course|card|data|plan|chef|key|branch|page)\b)"
)
_EQUIVALENT = re.compile(r"同等学[力历]")
# BA, MA, BS, MS are degrees in capitals, before a subject, on a line that names a school
_SHORT_DEGREE = re.compile(
    r"(?<![A-Za-z])(?:(B)|M)(?:A|S|Phil|Res|Com|Des|Mus|Ed)\b(?=,? ?\(?(?:in|of|Hons|[A-Z][a-z]+))"
)
_MAY_BE_SHORT_DEGREE = re.compile(r"[BM](?=[ASPRCDME])")
_ENGLISH_SCHOOL_WORD = re.compile(r"(?i)universit|college|institute|school of|academy|大学|学院")
_NO_DEGREE = re.compile(r"(?:无|没有|未取得|未获得?|未拿到?)[^,。;\n]{0,6}(?:本科学历|学历证|毕业证)")
_TOP_UP = re.compile(
    r"[专升](?<!备考.)(?<!准备.)(?<!报考.)(?<!打算.)(?<!计划.)(?<!参加.)(?:(?<=专)[升接转插套]本|(?<=升)本)"
    r"(?!考试|考过|考了|报名|未|没|失败|落榜|备考|辅导|培训|教材|在读|机构|同学|学生|的人|率|班)"
)
# what is only wished for, tried or let go: 想过报个专升本, 读MBA的计划, 研究生考上没去读
_WISHED_BEFORE = re.compile(
    r"(?:想过?|打算|计划|准备|考虑|希望|有意|有心|欲|拟|梦想|愿意|以后|将来|今后|未来|要不要|报考?了?|备考|(?<!同等学力)(?<!同等学历)申请|错过|放弃|劝我|让我|没有?|未曾?|从未|不曾|并无|误标|误写)"
    r"(?:[^,。;\n(]{0,4}(?:考|读|报|念|攻读|上|修|申)[^,。;\n(]{0,4})?$"
    r"|(?:plan\w*|hop\w*|want\w*|intend\w*|appl\w*|consider\w*|not|never|no)\b[^,.;\n]{0,16}$"
)
_WISHED_BEHIND = re.compile(
    r"[^,。;\n]{0,6}?(?:的?(?:计划|打算|念头|想法|梦|愿望)|考上(?:了)?(?:没|未|不)|没[有]?(?:去|考|读|念|上|过|报)|未(?:去|考上|录取|入学|报名|遂|果)|放弃|落榜|失败|考试未|误标|误写|就?是?别人)"
)


_LET_GO = re.compile(r"放弃|没去[读念上]|未就读|未去[读念上]|未入学|没有入学")


def _only_wished(folded: str, s: int, e: int) -> bool:
    """Whether a degree is told as a wish, a plan or a thing let go in its own part of the sentence."""
    before = re.split(r"[,。;:\n]", folded[max(0, s - 14) : s])[-1]
    return bool(_WISHED_BEFORE.search(before) or _WISHED_BEHIND.match(folded, e))


def _topped_up(folded: str, start: int, end: int) -> bool:
    """Whether a span says 专升本 of a study that took place."""
    return any(not _only_wished(folded, *m.span()) for m in _TOP_UP.finditer(folded, start, end))


_SECOND = re.compile(
    r"第二学历|第二(?:学士)?学位|第二专业|双学[位士]|双本科|双专业|双主修|主修|辅修|double (?:major|degree)|minor"
)
_SECOND_LINE = re.compile(r"\W*(?:第二学士学位|第二学位|双学[位士]|第二专业|双专业|辅修(?:专业|学位)?|minor)")
_YEAR_SYSTEM = re.compile(r"学制\s*[:]?\s*([三四五345])\s*年|([四五45])\s*年制")
_YES = re.compile(r"^(?:是|yes|√|统招|全日制)")
_NO = re.compile(r"^(?:否|no|不是|×|非)")


def _degree_hits(lex: Lexicon, folded: str, start: int, end: int) -> list[tuple[Degree, int, int]]:
    """All of ``_each_degree``."""
    return list(_each_degree(lex, folded, start, end))


def _each_degree(lex: Lexicon, folded: str, start: int, end: int) -> Iterator[tuple[Degree, int, int]]:
    """Degree words in a span, without phrases of other meaning (data/degree_exclusions.csv) and without counted
    people (两名硕士), unticked boxes (□硕士) and a person named before (配偶为硕士).
    """
    return (
        (h.value, h.start, h.end)
        for h in lex.degrees.scan(folded, start, end)
        if h.value is not None
        and not _COUNTED.search(folded, max(start, h.start - 8), h.start)
        and not about_others(lex, folded, h.start)
        and not _OF_MANY.match(folded, h.end, h.end + 14)
        and not _OTHER_SENSE.match(folded, h.end)
        and not (h.value in (Degree.MASTER, Degree.DOCTOR) and _by_equivalence(folded, start, h.start, h.end))
    )


def _by_equivalence(folded: str, start: int, s: int, e: int) -> bool:
    """Whether a postgraduate degree is told as one of equivalent standing (同等学力): a degree without the study."""
    if "同等学" not in folded[max(start, s - 14) : e + 12]:
        return False
    before = re.split(r"[,。;\n]", folded[max(start, s - 14) : s])[-1]
    return bool(_EQUIVALENT.search(before) or re.match(r"[^,。;\n]{0,6}同等学[力历]", folded[e : e + 12]))


def _short_degrees(resume: ResumeText, start: int, end: int) -> list[tuple[Degree, int, int]]:
    """BA, MA, BS, MS before a subject, on a line that names a school."""
    if not _ENGLISH_SCHOOL_WORD.search(resume.text, start, end):
        return []
    return [
        (Degree.BACHELOR if m[1] else Degree.MASTER, m.start(), m.end())
        for m in _SHORT_DEGREE.finditer(resume.text, start, end)
    ]


def _course_spans(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    if _HAS_COURSES.search(folded, start, end) is None:
        return spans
    for match in _COURSES.finditer(folded, start, end):
        stop = folded.find("\n", match.end())
        spans.append((match.start(), end if stop < 0 else min(stop, end)))
    return spans


def _inside(spans: Iterable[tuple[int, int]], at: int) -> bool:
    return any(s <= at < e for s, e in spans)


def _opened(name: str) -> int:
    """Where a name begins behind a bracket that it does not close: 大学（国立台北大学."""
    at = name.rfind("(")
    return at + 1 if at >= 0 and ")" not in name[at:] else 0


def find_school(resume: ResumeText, lex: Lexicon, start: int, end: int) -> tuple[str, str, tuple[Evidence, ...]]:
    """Name, kind (regular, college, adult, training, overseas, secondary or "") and evidence of the school in a span."""
    folded = resume.folded
    matches: list[tuple[int, int]] = [
        (a, b)
        for m in (_SCHOOL.finditer(folded, start, end) if _HAS_SCHOOL.search(folded, start, end) else ())
        for a, b in [(m.start() + _opened(m[0]), m.end())]
        if not _NO_SCHOOL.search(folded[a:b])
    ]
    named: list[tuple[int, int, School]] = [
        (h.start, h.end, h.value)
        for h in lex.schools.scan(folded, start, end)
        if not folded.startswith(("附属", "附中", "附小", "幼儿园", "子弟"), h.end)
    ]
    if _HAS_ENGLISH_SCHOOL.search(resume.text, start, end):
        matches += [m.span() for m in _ENGLISH_SCHOOL.finditer(resume.text, start, end)]
    # 北大, 电大: a name of two characters counts only as the whole school name (东北大学 is no 北大)
    named = [
        n for n in named if n[1] - n[0] > 2 or not any(m[0] < n[1] and n[0] < m[1] and m != n[:2] for m in matches)
    ]
    if named:
        s, e, school = named[0]
        if len(named) > 1 and named[1][2] == school and folded[e : named[1][0]] == "(":
            s, e, school = named[1]  # 上财（上海财经大学）
        longer = [m for m in matches if m[0] <= s and e <= m[1] and not _COLLEGE_WITHIN.search(folded, *m)]
        if longer and (kind := _pattern_kind(lex, folded[longer[0][0] : longer[0][1]])) in (
            "adult",
            "training",
            "secondary",
        ):
            s, e = _after_lead(folded, *longer[0]), longer[0][1]
            return resume.text[s:e], kind, (resume.evidence(s, e),)
        tail = _ADULT_TAIL.match(folded, e, e + 20)
        if tail:
            return resume.text[s : tail.end()], "adult", (resume.evidence(s, tail.end()),)
        bracket = _CAMPUS.match(folded, e)
        if bracket and school.kind == "regular":
            e += bracket.end()
        return resume.text[s:e], school.kind, (resume.evidence(s, e),)
    if not matches:
        return "", "", ()
    s, e = matches[0]
    lead = re.match(
        r"(?:[\u4e00-\u9fff]{0,10}?(?:毕业于|就读于|考入|考取|就读|进入|在|于|从|入读|毕业|入|赴|(?:年|月|^)进))(?=[\u4e00-\u9fff]{2,})",
        folded[s:e],
    )
    if lead and e - s - lead.end() >= 3:
        s += lead.end()
    name = resume.text[s:e]
    return name, _pattern_kind(lex, folded[s:e]), (resume.evidence(s, e),)


_COLLEGE_WITHIN = re.compile(r"大学.+学院")
_ADULT_TAIL = re.compile(
    r"[\u4e00-\u9fff]{0,8}(?:继续教育学院|成人教育学院|网络教育学院|远程教育学院|函授部|夜大学|自学考试)"
)
# 中国地质大学（武汉）: a bracket that is part of the name; any other tells of the study
_CAMPUS = re.compile(
    r"\((?:武汉|北京|华东|徐州|威海|深圳|珠海|荣昌|保定|秦皇岛|苏州|泉州|成都|重庆|上海|南京|广州|盘锦|克拉玛依|香港|澳门|[\u4e00-\u9fff]{2,4}(?:校区|分校))\)"
)
# a span that ends like a school and is none: 博士点的大学, 本科肄业（实为高中
_NO_SCHOOL = re.compile(
    r"^(?:没有?|未|不)(?:读|上|考|念)|^参加|的(?:大学|学院|学校|高中)$|肄业|实为|学历|资格证|\([^)]*$|[被由经]学[校院]$"
)
_LEAD = re.compile(
    r"(?:[\u4e00-\u9fff]{0,10}?(?:毕业于|就读于|考入|考取|就读|进入|在|于|从|入读|毕业|入|赴|是|(?:年|月|^)进))(?=[\u4e00-\u9fff]{2,})"
)


def _after_lead(folded: str, s: int, e: int) -> int:
    """Where a school's name begins behind the verb that leads to it: 我考入重庆大学."""
    lead = _LEAD.match(folded[s:e])
    return s + lead.end() if lead and e - s - lead.end() >= 3 else s


def _pattern_kind(lex: Lexicon, school: str) -> str:
    return lex.school_words.kind(school)


_AT_ITS_END = r"\s*(?:[(),。;/|\n]|$)"
# a word with a study mode's word in it that tells of no study: 自考英语证书, 校夜大助教, 业余组冠军
_ELSE = re.compile(
    r"培训|证书|资格证|比赛|竞赛|大赛|锦标|[冠亚季]军|等奖|志愿者|支教|助教|教师|老师|讲师|班主任|兼职|论文|课题|"
    r"研究(?!生)|调研|调查|课程|实践|社团|实习|积极分子|党员|优秀|招生|负责人|顾问|客服|选手|组第|交流|交换|访学|参观"
)
_OF_STUDY = re.compile(
    r"学历|学位|文凭|毕业(?!论文|设计|实习)|本科|大专|专科|硕士|研究生|学制|学习形式|教育形式|教育类型|脱产|就读|攻读|培养"
)
_WORD_END = re.compile(r"[\s,;:。|()/、]")


def _of_something_else(folded: str, start: int, end: int) -> bool:
    """Whether the word around a study mode, up to blanks and marks, tells of something else than a study."""
    a, b = part_around(folded, _WORD_END, start, end, 12)
    follows = _MODE_FOLLOWS.get(folded[start:end])
    if follows is not None and not follows.match(folded, end):
        return True
    if _ITS_TRADE.match(folded, end) or (folded[start:end] == "在职" and folded[start - 1 : start] == "现"):
        return True
    if _OF_STUDY.search(folded, a, b):
        return False
    party_class = folded[start:end] == "党校" and _PARTY_CLASS.match(folded, end) is not None
    return party_class or _ELSE.search(folded, a, b) is not None


# 远程沟通, 现在职于某银行, 业余自学: what must stand behind a word for it to tell of the study
_MODE_FOLLOWS = {
    "远程": re.compile(rf"教育|学习|授课|网络|本科|大专|专科|{_AT_ITS_END}"),
    "在职": re.compile(r"(?![于期状中人员找看考业\-])"),
    "业余": re.compile(r"(?!自学|兼|做|喜|热|写|画|摄|作|创|运|打|练|生|歌|活|爱|时)"),
}
_ITS_TRADE = re.compile(
    r"[\u4e00-\u9fff]{0,4}?(?:公司|集团|行业|机构|企业|平台|领域|业务|产品(?:经理|运营|调研|开发|销售)|客户)"
)
# words of work in the part of a sentence that a study mode's word stands in: 从事继续教育8年
_OF_WORK = re.compile(
    r"公司|行业|工作|任教|从事|经验|沟通|经理|客户|擅长|负责|担任|任职|[教讲]师|老师|目前|考虑|机会|离职|到岗|服务|销售|平台|年薪"
)
_GOT = re.compile(
    r"取得|读[下完了的]|考[上取下]|拿[到下了]|念[完了下]|修[完读]|通过|获得"
)  # 工作后通过自学考试读下来的本科
_MODE_PART = 10  # characters of a part of a sentence that says little more than the mode: 后自考取得


def _told_of_study(lex: Lexicon, folded: str, start: int, end: int, hit: tuple[int, int]) -> bool:
    """Whether a word of part-time study in a sentence, a head line or a value is said of the study told there:
    本科，在职 in a head line tells of the job; 从事继续教育8年 of the work.
    """
    a, b = _part(folded, *hit)
    a, b = max(a, start), min(b, end)
    if folded[slice(*hit)] == "在职" and not (folded[hit[0] - 1] == "(" and folded.startswith(")", hit[1])):
        return bool(_BOUND.match(folded, hit[1]))
    degree = next(_each_degree(lex, folded, a, b), None)
    if degree is not None and min(abs(degree[1] - hit[1]), abs(hit[0] - degree[2])) <= 2:
        return True  # 自考本科, 本科（函授）
    got = _GOT.search(folded, a, b) and (degree is not None or _OF_STUDY.search(folded, a, b))
    if _OF_WORK.search(folded, a, b) and not got:
        return False
    named = degree is not None or _HAS_SCHOOL.search(folded, a, b) or _OF_STUDY.search(folded, a, b)
    return b - a <= _MODE_PART or bool(named)


def _at_work_or_study(lex: Lexicon, folded: str, start: int, end: int) -> bool:
    """Whether a bare 在职 leaves open of what it tells: 重庆大学，本科，在职."""
    return any(
        h.term == "在职" and h.value is not None and not _of_something_else(folded, h.start, h.end)
        for h in lex.modes.scan(folded, start, end)
    )


_BOUND = re.compile(r" ?(?:学习|攻读|就读|读|本科|大专|专科|硕士|研究生|mba|学历|教育)")


_PARTY_CLASS = re.compile(r"(?:学习|结业|第|[\u4e00-\u9fff]{0,3}班|[\u4e00-\u9fff]{0,3}期)")
_SHORT_LINE = 14  # a line below a study that says little more than its mode: 边工作边读的业余班
_MODE_OPEN = "学习形式的说法不明，请核实"


def _mode_below(
    lex: Lexicon, folded: str, start: int, end: int, avoid: Sequence[tuple[int, int]]
) -> tuple[tuple[StudyMode, int, int] | None, bool]:
    """The study mode that the lines below a study's header say, and whether one of them leaves it open: it holds a word
    against full-time study, and does not say of what (后来又在夜大泡了三个冬天的图书馆).
    """
    unclear = False
    for a, b in _lines_on_this(folded, start, end):
        found = _find_mode(lex, folded, a, b)
        if found is None or _inside(avoid, found[1]):
            continue
        short = b - a <= _SHORT_LINE or _OF_STUDY.search(folded, a, b)
        if found[0] is StudyMode.FULL_TIME or short:
            return found, False
        unclear = True
    return None, unclear


def _find_mode(
    lex: Lexicon, folded: str, start: int, end: int, told: bool = False
) -> tuple[StudyMode, int, int] | None:
    """The study mode said in a span; any word against full-time wins over one for it. ``told``: the span is no entry of
    a list of studies, so that a word against it must be seen to speak of the study.
    """
    hits = [
        (h.value, h.start, h.end)
        for h in lex.modes.scan(folded, start, end)
        if h.value is not None and not _of_something_else(folded, h.start, h.end)
    ]
    if told:
        hits = [h for h in hits if h[0] is StudyMode.FULL_TIME or _told_of_study(lex, folded, start, end, h[1:])]
    against = [h for h in hits if h[0] is StudyMode.PART_TIME]
    full = [h for h in hits if h[0] is StudyMode.FULL_TIME and not is_negated(lex, folded, h[1], 3)]
    if against and not any("专升本" in folded[h[1] : h[2]] for h in full):
        return against[0]
    if full:
        return full[0]
    if hits:  # only negated full-time words
        return StudyMode.PART_TIME, hits[0][1], hits[0][2]
    return None


def _labelled_mode(resume: ResumeText, lex: Lexicon, label: Label) -> tuple[StudyMode, int, int] | None:
    value = resume.folded[label.value_start : label.value_end]
    name = resume.folded[label.start : label.value_start]
    asks = "统招" in name or "全日制" in name
    if asks and _NO.match(value):
        return StudyMode.PART_TIME, label.start, label.value_end
    if asks and _YES.match(value):
        return StudyMode.FULL_TIME, label.start, label.value_end
    return _find_mode(lex, resume.folded, label.value_start, label.value_end)


_AT_SCHOOL_NOW = re.compile(
    r"(?:大|本|专|硕|博|科|士|研究|全日制|应届|高中|学|的){0,4}生(?!会|干|活|涯|成|代|组)|学习中|就读"
)
# 退学生会, 辍学儿童, 退学率: a thing or other people, not the writer's own leaving
_OF_A_THING = (
    r"[率费会者籍预]|生(?!病)|儿童|少年|青年|女童|现象|风险|人数|人员|学员|情况|研究|政策|原因分析|问题(?:研究|分析|调)"
)
_EXPECTED = re.compile(
    r"[^\n,。]{0,8}(?:毕业(?!后|去向|设计|论文|规划|生)|(?:19|20)?\d\d\s?(?:[年./\-届]|$)|(?:取得|获得?|拿到)学位)"
)


# 在校时间, 预计到岗, 未取得驾照, 在修改, 在学生会: what must stand behind a word for it to tell of the study
_FOLLOWS = {
    "在校": _AT_SCHOOL_NOW,
    "在学": re.compile(rf"中|{_AT_SCHOOL_NOW.pattern}|{_AT_ITS_END}"),
    "预计": _EXPECTED,
    "预计毕业": re.compile(r"(?!后|去向|设计|论文|规划)"),
    "将于": re.compile(r"[^\n,。;]{0,12}(?:毕业(?!后|去向|设计|论文)|学[位业]|文凭)"),
    "未取得": (_NOT_GRANTED := re.compile(rf"[^,。;\n]{{0,8}}(?:学[位历]|毕业|文凭|双证)|{_AT_ITS_END}")),
    "未获得": _NOT_GRANTED,
    "在修": re.compile(r"(?![改订理养身复建炼行饰正缮习])"),
    "未毕业": re.compile(r"(?!就|便|即|时|前|先|已)"),
    "退学": re.compile(rf"(?!{_OF_A_THING})"),
    "辍学": re.compile(rf"(?!{_OF_A_THING})"),
    "肄业": re.compile(r"(?!率|生(?:就业|群体|调查|人数|帮扶|问题))"),
    "开除": re.compile(r"(?!的|学籍处分)"),
    "expected": re.compile(
        r"[\s:(,]*(?:to (?:grad|complete|finish|obtain|receive|be award)|grad|complet|degree|[a-z]{3,9}\.?,?\s?20\d\d|20\d\d|[)\]。;\n]|$)"
    ),
    "candidate for": re.compile(
        r"[^\n,.;]{0,24}(?:degree|bachelor|master|doctor|ph\.?d|mba\b|ll\.?m|m\.?sc|b\.?sc|[bm]\.?[as]\b)"
    ),
    "incomplete": re.compile(rf"{_AT_ITS_END}|\s*(?:degree|stud)"),
    "unfinished": re.compile(rf"{_AT_ITS_END}|\s*(?:degree|stud)"),
    "withdrew": re.compile(rf"{_AT_ITS_END}|\s*(?:from (?:the )?(?:uni|col|school|prog|course|deg|stud)|in |after )"),
}
# what was written when the study was still under way, or only planned: it says nothing of one whose end is past
_UNDER_WAY = frozenset(
    {
        "在读",
        "就读中",
        "在学",
        "在校",
        "攻读中",
        "预计",
        "预计毕业",
        "将于",
        "应届在读",
        "在修",
        "expected",
        "in progress",
    }
    | {"candidate for"}
)
_PLANNED = frozenset({"报考了", "考过一次", "没考上", "未考上", "未录取", "录取通知", "没念过", "没读过", "没上过"})
_LEFT_SCHOOL = frozenset({"退学", "辍学", "肄业", "开除"})
# the subject of a paper or of a good deed: 论文《辍学儿童研究》, 帮助辍学少年; not 论文未过退学
_TOPIC = re.compile(r"论文(?![^,。;\n]{0,6}[未没不])|课题|调研|调查|帮助|帮扶|支教|资助|《[^》\n]*$|关于|题目")
# what else is sat for, held or left than a degree: 英语六级未取得, 公务员没考上, 辅修课程未修完
_NOT_OF_THE_STUDY = re.compile(
    r"[四六]级|专[四八]|证书|资格|奖|cpa|cfa|注会|会计师|驾照|公务员|国考|省考|编制|选调|事业编|社团|校队|球队|辅修|双学位|第二学位|选修"
)
_DIPLOMA = re.compile(r"学[位历]|毕业|文凭|双证")


def _part(folded: str, at: int, to: int) -> tuple[int, int]:
    """The part of a sentence, between commas, around a word."""
    a = max(folded.rfind(mark, max(0, at - 40), at) for mark in ",;。\n") + 1
    ends = [x for mark in ",;。\n" if (x := folded.find(mark, to, to + 40)) >= 0]
    return max(a, at - 40, 0), min([*ends, to + 40, len(folded)])


def _of_another_degree(lex: Lexicon, folded: str, part: tuple[int, int], degree: Degree) -> bool:
    """Whether a part of a sentence speaks only of other degrees than the study's (本科，研究生没考上)."""
    text = folded[slice(*part)]
    named = {h.value for h in lex.degrees.scan(folded, *part) if h.value is not None}
    if "考研" in text or "读研" in text:
        named.add(Degree.MASTER)
    if "升本" in text and degree is Degree.COLLEGE:
        named = {Degree.BACHELOR}
    return bool(named) and degree not in named


_WITHOUT_DEGREE = re.compile(
    r"(?:未|没有?)(?:能)?(?:取得|获得?|拿到)[^,。;\n历证文]{0,6}学位(?!证?[^,。;\n]{0,3}(?:和|与|及|、)?(?:毕业|学历))"
)


def _status(lex: Lexicon, folded: str, start: int, end: int, degree: Degree | None, past: bool = False) -> str:
    """What a span says of how a study for ``degree`` stands; ``past``: words of a study under way say nothing."""
    for hit in lex.statuses.scan(folded, start, end):
        if hit.value == "unfinished" and re.match(r"[^\n,。;]{0,4}期间", folded[hit.end : hit.end + 8]):
            continue  # 在校期间 says nothing about today
        follows = _FOLLOWS.get(hit.term)
        if follows and not follows.match(folded, hit.end):
            continue  # 在校时间, 预计到岗
        a, b = _part(folded, hit.start, hit.end)
        a = max(a, start)
        under_way = hit.term in _UNDER_WAY
        if (under_way or hit.term in _PLANNED) and (past or lex.others.first(folded, a, hit.start)):
            continue  # 导师：在读博士李老师
        if hit.term in _LEFT_SCHOOL and _TOPIC.search(folded, a, hit.start):
            continue
        if _NOT_OF_THE_STUDY.search(folded, a, hit.start) and not _DIPLOMA.search(folded, hit.end, b):
            continue
        if degree is not None and _of_another_degree(lex, folded, (a, b), degree):
            continue
        if "学位" in folded[hit.start : hit.end + 8] and _WITHOUT_DEGREE.match(folded, hit.start):
            return "no_degree"  # who is without the degree may hold the diploma all the same
        return "under_way" if under_way else hit.value
    return ""


def _period(resume: ResumeText, period: DateRange) -> Period:
    return Period(period.start, period.end, period.ongoing, resume.evidence(period.at, period.to))


def _months_long(period: Period | None) -> float | None:
    if period is None or period.start is None or period.end is None:
        return None
    if not period.start.month or not period.end.month:
        return float((period.end.year - period.start.year) * 12)
    return float(latest(period.end) - earliest(period.start) + 1)


def _major(
    resume: ResumeText, majors: Majors, start: int, end: int, avoid: Sequence[tuple[int, int]]
) -> tuple[str, tuple[Evidence, ...]]:
    """The major named in a span: not part of the school's or college's name, not a course."""
    folded = resume.folded
    colleges = [m.span() for m in _COLLEGE_OR_DEPARTMENT.finditer(folded, start, end)]
    blocked = [*avoid, *colleges]
    best: tuple[int, int] | None = None
    firm = False  # the name found is the major itself, not the degree's (法学硕士, Bachelor of Engineering)
    others: list[tuple[int, int]] = []
    several = _SECOND.search(folded, start, end) is not None
    for _, s, e in majors.scan(folded, start, end):
        if _NOT_STUDIED.search(folded, max(start, s - 10), s):
            continue
        if _inside(blocked, s) or folded.startswith(_NO_MAJOR_BEFORE, e):
            if folded.startswith(("学士", "硕士", "博士"), e) and best is None:
                best = (s, e)
            continue
        if not firm:
            if folded[s].isascii() and (
                re.match(
                    r"\s+(?:in|\((?!full|part|hon|with|online|distance|merit|first|upper|lower))\s*[a-z]",
                    folded[e : e + 16],
                )
                or (re.search(r"(?:bachelor|master) of $", folded[max(0, s - 12) : s]) and _NAMED_NEXT.match(folded, e))
            ):
                # Bachelor of Engineering in Software Engineering, Bachelor of Management, Marketing: what follows says more
                best = best or (s, e)
                continue
            if folded.startswith("方向", e) and "专业" in folded[e:end]:
                best = best or (s, e)  # 广告设计方向，艺术设计专业
                continue
            best, firm = (s, e), True
            if not several and not folded[s:e].isascii():
                break
        elif several:
            others.append((s, e))
        elif (
            best and s - best[1] <= 4 and not folded[s].isascii() and re.fullmatch(r"\s?[/(|]\s?", folded[best[1] : s])
        ):
            best = (s, e)  # Computer Science / 计算机科学与技术: as the catalogue writes it
            break
        else:
            break
    if best is None:
        called = _called_major(resume, start, end, blocked)
        return called if called[0] else _department(resume, majors, start, end, avoid)
    quoted = resume.evidence(*best)
    return _with_second(resume, start, quoted, others)


_COLLEGE_OR_DEPARTMENT = re.compile(r"[\u4e00-\u9fff]{2,14}(?:学院|系(?![统列]))(?![\u4e00-\u9fff]*专业)")
_NO_MAJOR_BEFORE = (
    *("二级", "一级", "三级", "等级", "考试", "协会", "竞赛", "大赛", "建模", "作品", "学士", "硕士", "博士"),
)
# what a line names and nobody was enrolled in: 旁听过金融学, 自学计算机, 考研目标金融学
_NOT_STUDIED = re.compile(
    r"(?:旁听|自学(?!考试|本科|大专)|选修|蹭课|论文|题目|感兴趣|想学|考研|报考|跨考|关注|爱好|兴趣|热爱|喜欢|了解)[^,。;\n]{0,6}$"
)
_DEPARTMENT = re.compile(r"(?:^|(?<=大学)|(?<=学院)|(?<=[\s,(]))([\u4e00-\u9fff]{2,10}?)学?系(?![统列\u4e00-\u9fff])")


def _department(
    resume: ResumeText, majors: Majors, start: int, end: int, avoid: Sequence[tuple[int, int]]
) -> tuple[str, tuple[Evidence, ...]]:
    """The major that a department is named after, where nothing else names one: 企业管理学系."""
    for match in _DEPARTMENT.finditer(resume.folded, start, end):
        a, b = match.span(1)
        if not _inside(avoid, a) and majors.find(resume.folded[a:b]) is not None:
            quoted = resume.evidence(a, b)
            return quoted.text, (quoted,)
    return "", ()


_NAMED_NEXT = re.compile(r",\s*(?!univers|college|school|the )[a-z]")
_CALLED = re.compile(
    r"(?:^|(?<=[,、\s:(读学系])|(?<=学院)|(?<=大学))([\u4e00-\u9fff]{2,12}?)专业(?![\u4e00-\u9fff]{0,2}(?:课|人|知识|能力|背景|成绩|第|排|技|素|奖|岗|对))"
)


def _called_major(
    resume: ResumeText, start: int, end: int, blocked: Sequence[tuple[int, int]]
) -> tuple[str, tuple[Evidence, ...]]:
    """A name in no catalogue that the text itself calls a major: 汽车检测专业."""
    for match in _CALLED.finditer(resume.folded, start, end):
        word = re.sub(r"^.*(?:大学|学院|学校|攻读|就读|主修|学的?是|读的?是)", "", match[1])
        if (
            len(word) >= 2
            and not _inside(blocked, match.start(1))
            and not re.search(r"[相对所本非该各其跨]|不同|多个|毕业|任何|有关|要求|岗位|工作", word)
        ):
            quoted = resume.evidence(match.end(1) - len(word), match.end(1))
            return quoted.text, (quoted,)
    return "", ()


def _with_second(
    resume: ResumeText, start: int, first: Evidence, others: Sequence[tuple[int, int]]
) -> tuple[str, tuple[Evidence, ...]]:
    """A major with those of a second bachelor's named beside it: 英语、金融学; a minor is kept as one: 英语（辅修金融学）."""
    name, quotes = first.text, [first]
    for s, e in others:
        quoted = resume.evidence(s, e)
        if quoted.text in name:
            continue
        part = resume.folded[max(start, s - 8) : e + 8].replace("双学位", "")
        minor = re.search(r"辅修|minor", part) and not re.search(
            r"双学|第二学", resume.folded[max(start, s - 10) : e + 14]
        )
        name += f"（辅修{quoted.text}）" if minor else f"、{quoted.text}"
        quotes.append(quoted)
    return name, tuple(quotes)


def _labelled_major(resume: ResumeText, label: Label) -> tuple[str, tuple[Evidence, ...]]:
    value = resume.folded[label.value_start : label.value_end]
    stop = re.search(
        r"(?<=[\u4e00-\u9fff)]) +(?=\S)|[,;|/](?=\s*(?:本科|硕士|大专|学士|全日制|\d{4}))|\((?:本科|硕士|大专|全日制|统招|自考|函授)",
        value,
    )
    quoted = resume.evidence(label.value_start, label.value_start + (stop.start() if stop else len(value)))
    return quoted.text, (quoted,)


def _loose_major(
    resume: ResumeText, start: int, end: int, taken: Sequence[tuple[int, int]], lex: Lexicon
) -> tuple[str, tuple[Evidence, ...]]:
    """A piece of a header line that is nothing else we know: an unlisted major, kept so that a person sees it."""
    folded = resume.folded
    for match in re.finditer(r"[\u4e00-\u9fff]{2,14}(?:\([\u4e00-\u9fff]{2,10}\))?", folded[start:end]):
        s, e = start + match.start(), start + match.end()
        word = match[0].removesuffix("专业")
        if (
            any(a < e and s < b for a, b in taken)
            or any(h.end - h.start > 1 or h.end - h.start == e - s for h in lex.labels.scan(folded, s, e))
            or lex.modes.first(folded, s, e)
            or _degree_hits(lex, folded, s, e)
        ):
            continue
        if (
            len(word) < 2
            or s < 8
            or re.search(
                r"大学|学院|学校|毕业|学位|学历|至今|排名|成绩|绩点|奖|时间|专业|生$|部$|班$|市$|省$|任|获|期间|系$|培养|办学|连读|之前|之后|曾|后来|其间|先后|[我你他她]|当兵|目前|现在|工作|毕|本人|姓名|学[生习期分制业]|同学|主席|委员|干部|社团|社长",
                word,
            )
        ):
            continue
        quoted = resume.evidence(s, s + len(word))
        return quoted.text, (quoted,)
    return "", ()


def _study(
    resume: ResumeText,
    *,
    degree: Degree | None,
    school: tuple[str, str],
    major: tuple[str, tuple[Evidence, ...]],
    mode: tuple[StudyMode, int, int] | None,
    period: Period | None,
    finished: bool,
    note: str,
    evidence: tuple[Evidence, ...],
) -> Education:
    """An Education from what was found: the school with its kind, the major with its words, the mode with its place."""
    name, kind = school
    return Education(
        degree=degree,
        school=name,
        major=major[0],
        mode=mode[0] if mode else None,
        mode_basis=Basis.STATED if mode else Basis.ABSENT,
        period=period,
        finished=finished,
        overseas=kind == "overseas",
        regular_school=kind in ("regular", "overseas"),
        note=note,
        evidence=evidence,
        major_evidence=major[1],
        mode_evidence=(resume.evidence(mode[1], mode[2]),) if mode else (),
    )


def _from_entry(
    resume: ResumeText, lex: Lexicon, majors: Majors, entry: Entry, end: int, labels: Sequence[Label], as_of: dt.date
) -> Education | None:
    """The study that an entry tells of up to ``end`` (see ``_trim``), or None."""
    folded = resume.folded
    courses = _course_spans(folded, entry.start, end)
    lines_of_header = [(s, e) for s, e in entry.header]
    own = [x for x in labels if entry.start <= x.start < end and not _inside(courses, x.start)]
    if not any(name == "major" and re.search(r"大学|学院$", folded[a:b]) for name, a, b in entry.cells):
        own += [Label(name, a, a, b) for name, a, b in entry.cells]  # a form's row above is no heading of a table
    spans = lines_of_header or [(entry.start, end)]
    school, kind, school_evidence = "", "", ()  # type: tuple[str, str, tuple[Evidence, ...]]
    for s, e in [*spans, (entry.start, end)]:
        school, kind, school_evidence = find_school(resume, lex, s, e)
        if school:
            break
    hits: list[tuple[Degree, int, int]] = []
    for s, e in [*spans, (entry.start, end)]:
        hits = [
            h
            for h in _degree_hits(lex, folded, s, e)
            if not _inside(courses, h[1])
            and not _in_evidence(school_evidence, h[1])
            and not (h[0] is Degree.SECONDARY and _THEN.match(folded, h[2]))
        ] or _short_degrees(resume, s, e)
        if hits:
            break
    if not hits:
        hits = [h for h in _degree_hits(lex, folded, entry.start, end) if _in_evidence(school_evidence, h[1])]
    top_up = any(_topped_up(folded, s, e) for s, e in [*spans, (entry.start, end)])
    degree = _best_degree(hits, folded)
    degree_basis_note = ""
    if top_up and not (kind == "college" and degree is Degree.COLLEGE):  # the college is what was topped up
        degree = Degree.BACHELOR if degree is None or degree.rank <= Degree.BACHELOR.rank else degree
        degree_basis_note = "专升本"
    period = _period(resume, entry.period)
    if degree is None and kind == "secondary":
        degree = Degree.SECONDARY
    if degree is None and kind == "college":
        degree, degree_basis_note = Degree.COLLEGE, "未写学历，按学校类别推定为大专"
    long = _months_long(period)
    if degree is None and kind in ("regular", "overseas") and long is not None and 44 <= long <= 60:
        degree, degree_basis_note = Degree.BACHELOR, "未写学历，按普通高校四年推定为本科"
    equivalent = degree is None and any(_EQUIVALENT.search(folded, s, e) for s, e in [*spans, (entry.start, end)])
    if equivalent and school:  # 以同等学力申请硕士学位: never finished while it is told so
        degree, degree_basis_note = Degree.MASTER, "同等学力申请学位"
    if school == "" and degree is None:
        return None
    mode: tuple[StudyMode, int, int] | None = None
    for label in own:
        if label.field == "mode":
            mode = _labelled_mode(resume, lex, label) or mode
    if mode is None:
        modes = (_find_mode(lex, folded, s, e) for s, e in spans)
        mode = next((m for m in modes if m and not _inside(courses, m[1])), None)
    if mode is None:
        mode, unclear = _mode_below(lex, folded, entry.start, end, courses)
        degree_basis_note = "，".join(x for x in (degree_basis_note, _MODE_OPEN if unclear else "") if x)
    major, major_evidence = "", ()  # type: tuple[str, tuple[Evidence, ...]]
    for label in own:
        if label.field in ("major", "studied") and label.value_end > label.value_start and not major:
            major, major_evidence = _labelled_major(resume, label)
    avoid = [*courses, *((x.start, x.end) for x in school_evidence)]
    if not major:
        for s, e in [*spans, (entry.start, end)]:
            major, major_evidence = _major(resume, majors, s, e, avoid)
            if major:
                break
    if not major:
        for s, e in spans:
            major, major_evidence = _loose_major(resume, s, e, avoid, lex)
            if major:
                break
    if major:
        major, major_evidence = _second_lines(resume, majors, entry.start, end, major, major_evidence)
    own_lines = _lines_on_this(folded, entry.start, end)
    past = _is_past(period, as_of)
    status = next((x for s, e in spans if (x := _status(lex, folded, s, e, degree))), "")
    status = status or next((x for s, e in own_lines if (x := _status(lex, folded, s, e, degree, past))), "")
    finished = _finished(period, status, as_of) and not equivalent
    if _long_enough(period, degree, as_of) is not None and not status:
        finished = False  # 2024.09 - 某大学 硕士: begun, and no end written
    doubt = "" if finished else _doubt(period, degree, status, as_of)
    degree_basis_note = "，".join(x for x in (degree_basis_note, doubt) if x)
    if status == "certificate_only" or _COURSE_ONLY.search(folded[entry.start : end].split("\n")[0]):
        return None  # a course with a certificate, no study for a degree
    quotes = [resume.evidence(s, e) for s, e in ([*spans, (entry.period.at, entry.period.to)])]
    return _study(
        resume,
        degree=degree,
        school=(school, kind),
        major=(major, major_evidence),
        mode=mode,
        period=period,
        finished=finished,
        note=degree_basis_note,
        evidence=tuple(q for q in sorted(set(quotes), key=lambda q: q.start) if q.text),
    )


_COURSE_ONLY = re.compile(r"进修|研修|课程班")
# a line below a study that tells of something beside it: an exchange, a minor, a course
_BESIDE = re.compile(
    r"交换|交流|访学|夏令营|游学|辅修|第二学位|双学位|培训|研修|选修|exchange|visiting|summer|semester|minor"
)


def _lines_on_this(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """The lines of an entry without those that tell of something beside the study."""
    found, at = [], start
    for number, line in enumerate(folded[start:end].split("\n")):
        if number == 0 or not _BESIDE.search(line):
            found.append((at, at + len(line)))
        at += len(line) + 1
    return found


def _second_lines(
    resume: ResumeText, majors: Majors, start: int, end: int, major: str, evidence: tuple[Evidence, ...]
) -> tuple[str, tuple[Evidence, ...]]:
    """A major with those that lines of their own add: `第二学士学位：金融学`, `辅修：法学`."""
    pos = start
    for line in resume.folded[start:end].split("\n"):
        if _SECOND_LINE.match(line):
            spans = [(s, e) for _, s, e in majors.scan(resume.folded, pos, pos + len(line))]
            base = Evidence(major, evidence[0].start if evidence else start, evidence[0].end if evidence else start)
            major, more = _with_second(resume, pos, base, spans)
            evidence = (*evidence, *more[1:])
        pos += len(line) + 1
    return major, evidence


def _in_evidence(evidence: Sequence[Evidence], at: int) -> bool:
    return any(x.start <= at < x.end for x in evidence)


def _best_degree(hits: Sequence[tuple[Degree, int, int]], folded: str) -> Degree | None:
    if not hits:
        return None
    return max((h[0] for h in hits), key=lambda d: d.rank)


def _trim(resume: ResumeText, lex: Lexicon, entry: Entry) -> int:
    """Where an education entry ends: at a line that names another school or degree, and after a few lines at most."""
    folded = resume.folded
    used = max([entry.period.to, *(e for _, e in entry.header)])
    end = folded.find("\n", used, entry.end)
    end = entry.end if end < 0 else end
    stop = _STOP.search(folded, max(entry.period.to, used - 1), end)
    if stop and end - stop.end() > 8:  # prose: the sentence is the entry
        return stop.start()
    if end == entry.end:
        return end
    for _ in range(5):
        stop_at = folded.find("\n", end + 1, entry.end)
        stop_at = entry.end if stop_at < 0 else stop_at
        if not _OWN_LABEL.match(folded, end + 1, stop_at) and (
            _degree_hits(lex, folded, end + 1, stop_at) or find_school(resume, lex, end + 1, stop_at)[0]
        ):
            return end
        end = stop_at
        if end >= entry.end:
            break
    return end


_STOP = re.compile(r"[。;]")
_OWN_LABEL = re.compile(
    r"\W*(?:第二学士学位|第二学位|双学[位士]|第二专业|辅修(?:专业)?|学历|学位|专业|学习形式|学历类型|教育类型|学制|培养方式|主修|统招|是否统招)\s*[:\t ]"
)


def _is_past(period: Period | None, as_of: dt.date) -> bool:
    return period is not None and period.end is not None and latest(period.end) < month_of(as_of)


# months after which a study may be over: a bachelor's on top of a college's diploma takes two years
_SHORTEST = {Degree.COLLEGE: 20, Degree.BACHELOR: 20, Degree.MASTER: 20, Degree.DOCTOR: 32}
_FORGOTTEN = 96  # a study begun that long ago is over, though its end is not written
_ASK = "是否毕业请核实"
_MAY_BE_OVER = f"未写毕业或所写毕业时间已过，{_ASK}"
_NO_DEGREE_YET = f"未取得学位，{_ASK}"


def _long_enough(period: Period | None, degree: Degree | None, as_of: dt.date) -> bool | None:
    """Whether a study with a beginning and no end (2024.09 - ) has lasted as long as it takes; None: it has an end, or
    began so long ago that it is over.
    """
    if period is None or period.start is None or period.end is not None or period.ongoing:
        return None
    months = month_of(as_of) - latest(period.start)
    if degree not in _SHORTEST or months >= _FORGOTTEN:
        return None
    return months >= _SHORTEST[degree]


def _doubt(period: Period | None, degree: Degree | None, status: str, as_of: dt.date) -> str:
    """Why a study that is not told as finished may be so all the same: 在读 beside an end that is past, an open end, a
    degree not granted; "" where nothing says so.
    """
    if status == "no_degree":
        return _NO_DEGREE_YET
    under_way = status == "under_way" and _is_past(period, as_of)
    return _MAY_BE_OVER if under_way or (not status and _long_enough(period, degree, as_of) is True) else ""


def _finished(period: Period | None, status: str, as_of: dt.date) -> bool:
    if status in ("unfinished", "under_way", "no_degree", "broken_off", "certificate_only"):
        return False
    if period is None:
        return True
    if period.ongoing:
        return False
    return not (period.end is not None and earliest(period.end) > month_of(as_of))


def find_education(
    resume: ResumeText,
    lex: Lexicon,
    majors: Majors,
    sections: Sequence[Section],
    labels: Sequence[Label],
    entries: Sequence[Entry],
    as_of: dt.date,
) -> tuple[Education, ...]:
    """All studies, latest first: ``entries`` (the dated ones that are a study, see ``is_study``), undated lines of the
    education section, labels, prose.
    """
    found: list[Education] = []
    covered: list[tuple[int, int]] = []
    for entry in (_own_part_of_entry(resume, lex, entry) for entry in entries):
        end = _trim(resume, lex, entry)
        item = _from_entry(resume, lex, majors, entry, end, labels, as_of)
        if item is not None:
            found += _parted(resume, lex, majors, entry.header, item)
            covered.append((entry.start, end))
    for section in sections:
        if section.kind == "education":
            found += _undated(resume, lex, majors, section, labels, covered, as_of)
    found = _with_labels(resume, lex, majors, sections, labels, found, covered, as_of)
    found = _with_prose(resume, lex, majors, sections, found, covered, as_of)
    found = _with_graduations(resume, lex, majors, sections, found, covered)
    found = _with_doubts(lex, resume.folded, _merged(found))
    return tuple(sorted(found, key=lambda e: (-_end_key(e), -(e.degree.rank if e.degree else -1))))


_THAT_DEGREE = re.compile(r"(?:该|此|本|上述|以上|前述|我的|第一)(?:段|个)?(?:学历|文凭)[^,。;\n]{0,6}$")


def _with_doubts(lex: Lexicon, folded: str, found: list[Education]) -> list[Education]:
    """Studies whose mode is not said where they stand, with a doubt when a word elsewhere may speak of them:
    说明：该学历为自考取得.
    """
    if not any(e.degree is Degree.BACHELOR and e.mode is None for e in found):
        return found
    if not any(
        h.value is StudyMode.PART_TIME and _THAT_DEGREE.search(folded, max(0, h.start - 12), h.start)
        for h in lex.modes.scan(folded)
    ):
        return found
    return [replace(e, note="，".join(x for x in (e.note, _MODE_OPEN) if x)) if e.mode is None else e for e in found]


def _own_part_of_entry(resume: ResumeText, lex: Lexicon, entry: Entry) -> Entry:
    """The entry, narrowed to its own part of a sentence that tells of several degrees, cut at the commas between them:
    `本科（重庆大学，2012-2016，统招），MBA在读（2025起）`. Commas inside brackets part nothing.
    """
    folded, at = resume.folded, entry.period.at
    start = max(folded.rfind("\n", 0, at), folded.rfind("。", 0, at)) + 1
    stops = [stop for mark in "\n。" if (stop := folded.find(mark, entry.period.to)) >= 0]
    end = min(stops, default=len(folded))
    if end - start > 300 or "\t" in folded[start:end] or entry.cells:
        return entry
    left, right = next((p for p in _degree_parts(lex, folded, start, end) if p[0] <= at < p[1]), (start, end))
    goes_on = folded.startswith("。", end) and folded[end + 1 : end + 2] not in ("", "\n")
    tells_all = goes_on and _degree_hits(lex, folded, start, end) and find_school(resume, lex, start, end)[0]
    if (left, right) == (start, end) and not tells_all:  # …大专，2018.09 到 2021.06。专升本没考上。
        return entry
    spans = tuple((max(a, left), min(b, right)) for a, b in entry.header if a < right and left < b)
    spans = spans or ((left, at), (entry.period.to, right))
    return replace(entry, header=tuple((a, b) for a, b in spans if a < b), start=left, end=right)


_THEN = re.compile(r"毕业(?:后|那年|时|之后|以后|就|便|,)")


def _degree_parts(lex: Lexicon, folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """A span cut at the last comma outside brackets between two different degrees; the span itself where there is none."""
    hits = [
        h
        for h in _degree_hits(lex, folded, start, end)
        if h[0] is not Degree.SECONDARY or not _THEN.match(folded, h[2])
    ]
    if len({h[0] for h in hits}) < 2:
        return [(start, end)]
    commas = _outer_commas(folded, start, end)
    parts, at = [], start
    for (degree, _, a), (following, b, _) in pairwise(hits):
        between = [c for c in commas if a <= c < b]
        if degree is not following and between:
            parts.append((at, between[-1]))
            at = between[-1] + 1
    return [*parts, (at, end)]


def _outer_commas(folded: str, start: int, end: int) -> list[int]:
    """Places of the commas and semicolons of a span that stand outside brackets."""
    depth, found = 0, []
    for i in range(start, end):
        if folded[i] in "([":
            depth += 1
        elif folded[i] in ")]":
            depth = max(0, depth - 1)
        elif folded[i] in ",;" and not depth:
            found.append(i)
    return found


def _parted(
    resume: ResumeText, lex: Lexicon, majors: Majors, spans: Sequence[tuple[int, int]], item: Education
) -> list[Education]:
    """An entry, parted where it names a bachelor's beside a higher degree: `BSc Economics, MSc Finance, … 2018-2022`,
    本硕连读. The dates are the whole entry's, so they say nothing of the bachelor's.
    """
    if item.degree is None or item.degree.rank < Degree.MASTER.rank or not item.finished:
        return [item]
    folded = resume.folded
    bachelor = replace(item, degree=Degree.BACHELOR, period=None, mode=None, mode_basis=Basis.ABSENT, note="")
    for s, e in spans:
        if _THROUGH.search(folded, s, e):
            return [item, bachelor]
        hits = _degree_hits(lex, folded, s, e) or _short_degrees(resume, s, e)
        if {h[0] for h in hits} != {Degree.BACHELOR, item.degree} or not re.search(r"[,、;+/&和及]", folded[s:e]):
            continue
        named: dict[Degree, tuple[str, tuple[Evidence, ...]]] = {}
        for n, (degree, a, _) in enumerate(hits):
            stop = hits[n + 1][1] if n + 1 < len(hits) else e
            named[degree] = named.get(degree) or _major(resume, majors, a, stop, [])
        if hits[0][0] is hits[-1][0] and named[Degree.BACHELOR] == ("", ()):
            continue
        major = named[Degree.BACHELOR] if named[Degree.BACHELOR][0] else (item.major, item.major_evidence)
        higher = named[item.degree] if named[item.degree][0] else (item.major, item.major_evidence)
        return [
            replace(item, major=higher[0], major_evidence=higher[1]),
            replace(bachelor, major=major[0], major_evidence=major[1]),
        ]
    return [item]


_THROUGH = re.compile(r"本硕连读|本硕博|本硕一贯|硕本连读")


def is_study(resume: ResumeText, lex: Lexicon, entry: Entry, labels: Sequence[Label]) -> bool:
    """Whether a dated entry is a course of study: it names a school or a degree, and no job at that school."""
    folded = resume.folded
    head_end = max(entry.period.to, *(e for _, e in entry.header or ((0, 0),)))
    fields = {x.field for x in labels if entry.start <= x.start < head_end}
    fields |= {name for name, _, _ in entry.cells}
    if "employer" in fields:
        return False
    if fields & {"school", "major", "degree"}:
        return True
    spans = entry.header or ((entry.start, entry.period.at),)
    degree = any(_degree_hits(lex, folded, s, e) for s, e in spans)
    if not degree and entry.section in _NEEDS_DEGREE:
        return False
    school = any(find_school(resume, lex, s, e)[0] for s, e in spans)
    if not degree and not school:
        return False
    works = any(_JOB_WORD.search(folded[s:e]) and not re.search(r"毕业|就读|攻读|学习", folded[s:e]) for s, e in spans)
    employer = any(_EMPLOYER_WORD.search(folded[s:e]) for s, e in spans)
    if entry.section == "education":
        return not (employer and works and not degree)
    if entry.section in ("work", "internship", "project"):
        return degree and school and not works and not employer
    if entry.section in ("campus", "award", "training", "hobby"):
        return degree and school and not works
    return (school or degree) and not employer and not (works and not degree)


# where a school alone may be an employer, a customer or a host
_NEEDS_DEGREE = frozenset({"work", "internship", "project", "campus", "award", "training", "hobby"})
_JOB_WORD = re.compile(
    r"教师|老师|讲师|辅导员|教务|助教|经理|专员|主管|工程师|设计师|助理|干事|主任|岗位|客服|销售|实习|校长|园长|秘书|文员|职员|科员|馆员|保安|厨师|teacher|lecturer|assistant|engineer|analyst|manager|designer"
)
_EMPLOYER_WORD = re.compile(r"公司|集团|银行|支行|分行|医院|酒店|事务所|工作室|超市|co\.|ltd|inc\b|bank\b")


def _end_key(item: Education) -> int:
    if item.period is None:
        return 0
    if item.period.end is not None:
        return latest(item.period.end)
    return earliest(item.period.start) if item.period.start else 0


def _undated(
    resume: ResumeText,
    lex: Lexicon,
    majors: Majors,
    section: Section,
    labels: Sequence[Label],
    covered: list[tuple[int, int]],
    as_of: dt.date,
) -> list[Education]:
    """Lines of an education section that name a school and a degree without a period."""
    folded = resume.folded
    items = []
    pos = section.start
    for line in folded[section.start : section.end].split("\n"):
        s, e = pos, pos + len(line)
        pos = e + 1
        if not line.strip() or "填起" in line or any(a < e and s < b for a, b in covered) or _COURSES.search(line):
            continue
        if any(
            x.field not in ("degree", "school", "major", "mode", "graduated", "period")
            for x in labels
            if s <= x.start < e
        ):
            continue
        hits = _degree_hits(lex, folded, s, e)
        school, _, _ = find_school(resume, lex, s, e)
        if not hits or (not school and any(x.field == "degree" for x in labels if s <= x.start < e)):
            continue
        if about_others(lex, folded, hits[0][1]) or _NO_DEGREE.search(line):
            continue
        if all(_only_wished(folded, x, y) for _, x, y in hits) or (not school and len(line) > 40):
            continue
        for part in _degree_parts(lex, folded, s, e):
            item = _from_span(resume, lex, majors, *part, as_of, prose=not school)
            if item is not None:
                items.append(item)
        covered.append((s, e))
    return items


def _from_span(
    resume: ResumeText, lex: Lexicon, majors: Majors, s: int, e: int, as_of: dt.date, prose: bool = False
) -> Education | None:
    """An entry from one line or clause; its last date, if any, is taken as the end of study. ``prose``: it is no line of
    a list of studies.
    """
    folded = resume.folded
    school, kind, school_evidence = find_school(resume, lex, s, e)
    hits = _degree_hits(lex, folded, s, e) or _short_degrees(resume, s, e)
    degree = _best_degree(hits, folded)
    top_up = _topped_up(folded, s, e)
    if top_up and (degree is None or degree.rank <= Degree.BACHELOR.rank):
        degree = Degree.BACHELOR
    if degree is None:
        return None
    mode = _find_mode(lex, folded, s, e, prose)
    doubt = mode is None and bool(school) and _at_work_or_study(lex, folded, s, e)
    avoid = [*_course_spans(folded, s, e), *((x.start, x.end) for x in school_evidence)]
    major, major_evidence = _major(resume, majors, s, e, avoid)
    points = [p for p in find_points(folded, s, e) if not _of_birth(folded, p[1], p[2])] or _short_points(folded, s, e)
    period = begun = None
    told = find_ranges(folded, s, e)
    if told and told[0].start and told[0].end:  # 2004年到2007年在…学…，2007年7月到2015年4月在…当厨师
        points = [(told[0].start, told[0].at, told[0].to), (told[0].end, told[0].at, told[0].to)]
    if len(points) == 1 and _ENTERS.search(folded[points[0][2] : points[0][2] + 12]):
        # 2014.09 进…大学 and below it 2018.06 毕业
        after = next(find_points(folded, e, min(len(folded), e + 40)), None)
        if after and re.match(r"[\s\W_]{0,8}毕业", folded[after[2] : after[2] + 12]):
            points.append(after)
    if points:
        start = points[0] if len(points) > 1 else None
        last = points[-1]
        if start and start[0].month and last[0].month and earliest(start[0]) > latest(last[0]):
            start, last = last, start  # 2019年6月毕业于…（2015年9月入校）
        if start or not _ENTERS.search(folded[last[2] : last[2] + 12]):
            quoted = resume.evidence(min((start or last)[1], last[1]), max((start or last)[2], last[2]))
            period = Period(start[0] if start else None, last[0], False, quoted)
        else:
            begun = Period(last[0], None, False, resume.evidence(last[1], last[2]))  # 2025年9月起 重庆大学 本科
    status = _status(lex, folded, s, e, degree)
    if status == "certificate_only" and hits and not _same_part(folded, hits[0][2], s, e):
        status = ""  # 大专学历，Photoshop Master Class 结业
    finished = _finished(period, status, as_of)
    note = "专升本" if top_up else ""
    note = "，".join(x for x in (note, _MODE_OPEN if doubt else "") if x)
    if not status and _long_enough(begun, degree, as_of) is not None:
        finished = False
    unsure = "" if finished else _doubt(period or begun, degree, status, as_of)
    note = "，".join(x for x in (note, unsure) if x)
    return _study(
        resume,
        degree=degree,
        school=(school, kind),
        major=(major, major_evidence),
        mode=mode,
        period=period,
        finished=finished,
        note=note,
        evidence=(resume.evidence(s, e),),
    )


def _same_part(folded: str, at: int, s: int, e: int) -> bool:
    """Whether 结业 stands in the same part of the sentence as the degree word that ends at ``at``."""
    start = max(folded.rfind(mark, s, at) for mark in ",;、")
    stops = [stop for mark in ",;、" if (stop := folded.find(mark, at, e)) >= 0]
    return "结业" in folded[max(s, start + 1) : min([e, *stops])]


_BIRTH = re.compile(r"\s?(?:\d{1,2}\s?日)?\s?[)]?(?:出生|生(?!产|活|源)|生人)")


def _of_birth(folded: str, start: int, end: int) -> bool:
    return bool(
        _BIRTH.match(folded, end)
        or re.search(r"(?:生于|出生[年月日期]*[:]?|生日[:]?)\s?$", folded[max(0, start - 8) : start])
    )


_ENTERS = re.compile(r"考入|入学|入读|起|进入|[\s\W_]进")
_SHORT_POINT = re.compile(r"(?<!\d)([09]\d|[12]\d)\s?年\s?(\d{1,2})\s?月")


def _short_points(folded: str, s: int, e: int) -> list[tuple[PartialDate, int, int]]:
    """Dates with two-digit years in a sentence on study: 10年9月入学14年6月毕业."""
    return [
        (PartialDate((1900 if m[1] > "50" else 2000) + int(m[1]), int(m[2])), m.start(), m.end())
        for m in _SHORT_POINT.finditer(folded, s, e)
        if 1 <= int(m[2]) <= 12
    ]


def _with_labels(
    resume: ResumeText,
    lex: Lexicon,
    majors: Majors,
    sections: Sequence[Section],
    labels: Sequence[Label],
    found: list[Education],
    covered: list[tuple[int, int]],
    as_of: dt.date,
) -> list[Education]:
    """Merge labelled facts (学历、毕业院校、专业、学习形式) outside dated entries; each 学历 label starts a group."""
    folded = resume.folded
    groups: list[dict[str, Any]] = []
    for label in labels:
        last = groups[-1] if groups else None
        if label.field not in ("degree", "school", "major", "mode", "graduated", "entered", "studied") and not (
            label.field == "period"
            and (_AT_SCHOOL.match(folded, label.start) or (last is not None and _next_to(folded, last, label)))
        ):
            continue
        if any(a <= label.start < b for a, b in covered) or section_at(sections, label.start) in OTHERS_SECTIONS | {
            "wish"
        }:
            continue
        if label.value_end <= label.value_start or about_others(lex, folded, label.start):
            continue
        if label.field == "studied" and re.search(r"[、,]", folded[label.value_start : label.value_end]):
            continue
        field = "major" if label.field == "studied" else label.field
        level = _named_level(lex, folded, label) if field != "degree" else None
        value = folded[label.value_start : label.value_end]
        if (
            field == "degree"
            and value.strip() != "大学"
            and not _degree_hits(lex, folded, label.value_start, label.value_end)
        ):
            continue
        if last is None or field in last or label.start - last["at"] > 160:
            if (
                last is not None
                and field == "degree"
                and "学位" in folded[label.start : label.value_start]
                and label.start - last["at"] <= 160
            ):
                continue  # 学历：本科 学位：学士 are one entry
            last = {"at": label.start}
            groups.append(last)
        elif level is not None and (_group_level(lex, folded, last) or level) is not level:
            last = {"at": label.start}  # 学历：硕士 … 本科院校：重庆大学
            groups.append(last)
        if level is not None:
            last["level"] = level
        last[field] = label
        last["at"] = label.value_end
    for group in groups:
        item = _from_group(resume, lex, majors, group, as_of)
        if item is not None:
            found = _absorb(found, item)
    return found


def _named_level(lex: Lexicon, folded: str, label: Label) -> Degree | None:
    """The degree that a label's own name speaks of: 本科院校, 硕士专业."""
    return next((h.value for h in lex.degrees.scan(folded, label.start, label.value_start) if h.value), None)


def _group_level(lex: Lexicon, folded: str, group: dict[str, Any]) -> Degree | None:
    if "level" in group:
        return cast(Degree, group["level"])
    if "degree" not in group:
        return None
    return _best_degree(_degree_hits(lex, folded, group["degree"].value_start, group["degree"].value_end), folded)


def _next_to(folded: str, group: dict[str, Any], label: Label) -> bool:
    """Whether a plain label of time (时段：12.09至16.06) stands directly behind the labels of a study."""
    between = folded[group["at"] : label.start]
    return "school" in group and "period" not in group and between.count("\n") <= 1 and len(between.strip()) <= 2


_AT_SCHOOL = re.compile(r"(?:学制|在校|就读|学习|在读|本科|专科|硕士)")


def _from_group(
    resume: ResumeText, lex: Lexicon, majors: Majors, group: dict[str, Any], as_of: dt.date
) -> Education | None:
    folded = resume.folded
    marks = [x for x in group.values() if isinstance(x, Label)]
    if [k for k, v in group.items() if isinstance(v, Label)] == [
        "school"
    ]:  # 学：某大学；市场营销；本科；2017/09—2021/07
        stop = folded.find("\n", marks[0].value_start)
        line = _from_span(resume, lex, majors, marks[0].value_start, stop if stop >= 0 else len(folded), as_of)
        if line is not None and line.school:
            return line
    degree: Degree | None = None
    school, kind, note = "", "", ""
    mode: tuple[StudyMode, int, int] | None = None
    major: str = ""
    major_evidence: tuple[Evidence, ...] = ()
    status = ""
    if "degree" in group:
        label = group["degree"]
        if re.fullmatch(r"大学\s*", folded[label.value_start : label.value_end]):
            degree, note = Degree.BACHELOR, "学历写“大学”，推定为本科，请核实"
        if is_negated(lex, folded, label.value_start) or _NO_DEGREE.search(folded[label.value_start : label.value_end]):
            return None
        degree = _best_degree(_degree_hits(lex, folded, label.value_start, label.value_end), folded) or degree
        if _TOP_UP.search(folded[label.value_start : label.value_end]):
            degree, note = Degree.BACHELOR, "专升本"
        mode = _find_mode(lex, folded, label.value_start, label.value_end, told=True)
        if mode is None and _at_work_or_study(lex, folded, label.value_start, label.value_end):
            note = "，".join(x for x in (note, _MODE_OPEN) if x)
        mode = mode or _find_mode(lex, folded, label.start, label.value_start)  # 全日制教育：…, 在职教育：…
        status = _status(lex, folded, label.value_start, label.value_end, degree)
        major, major_evidence = _major(resume, majors, label.value_start, label.value_end, [])
        school, kind, _ = find_school(resume, lex, label.value_start, label.value_end)
    degree = degree or group.get("level")
    if "school" in group:
        label = group["school"]
        school, kind, _ = find_school(resume, lex, label.value_start, label.value_end)
        if not school and re.search(
            r"[\u4e00-\u9fffA-Za-z]{2}", written := resume.text[label.value_start : label.value_end]
        ):
            school = written
        mode = mode or _find_mode(lex, folded, label.value_start, label.value_end)
        if degree is None:
            degree = _best_degree(_degree_hits(lex, folded, label.value_start, label.value_end), folded)
        if not major:
            major, major_evidence = _major(resume, majors, label.value_start, label.value_end, [])
    if "major" in group:
        major, major_evidence = _labelled_major(resume, group["major"])
        mode = mode or _find_mode(lex, folded, group["major"].value_start, group["major"].value_end)
        if degree is None:
            degree = _best_degree(
                _degree_hits(lex, folded, group["major"].value_start, group["major"].value_end), folded
            )
    if "mode" in group:
        mode = _labelled_mode(resume, lex, group["mode"]) or mode
        if _TOP_UP.search(folded[group["mode"].value_start : group["mode"].value_end]):
            degree, note = Degree.BACHELOR, "专升本"
    period = None
    if "graduated" in group:
        label = group["graduated"]
        for date, s, e in find_points(folded, label.value_start, label.value_end):
            period = Period(None, date, False, resume.evidence(s, e))
    if "entered" in group:
        label = group["entered"]
        for date, s, e in find_points(folded, label.value_start, label.value_end):
            quoted = resume.evidence(min(s, period.evidence.start), max(e, period.evidence.end)) if period else None
            period = Period(date, period.end if period else None, False, quoted or resume.evidence(s, e))
    if "period" in group:
        label = group["period"]
        for found in find_ranges(folded, label.value_start, label.value_end):
            period = _period(resume, found)
        mode = mode or _find_mode(lex, folded, label.value_start, label.value_end)
    if (period is None or period.start is None) and {"school", "degree"} <= group.keys():
        # 学历 / 学校 / 专业 on one line, and its two dates beside them: {"学校": …, "起": "2020.9", "止": "2024.6"}
        first = min(x.start for x in marks)
        b = folded.find("\n", max(x.value_end for x in marks))
        b = len(folded) if b < 0 else b
        points = list(find_points(folded, first, b)) if "\n" not in folded[first:b] else []
        points = [p for p in points if p[0].month]
        if len(points) == 2 and 12 <= latest(points[1][0]) - earliest(points[0][0]) <= 96:
            period = Period(points[0][0], points[1][0], False, resume.evidence(points[0][1], points[1][2]))
    if period is None and "school" in group:  # 所学：重庆大学，金融学，2010年9月入，2014年6月出
        label = group["school"]
        points = list(find_points(folded, label.value_start, label.value_end))
        if len(points) == 2:
            period = Period(points[0][0], points[1][0], False, resume.evidence(points[0][1], points[1][2]))
    finished = _finished(period, status, as_of)
    doubt = "" if finished else _doubt(period, degree, status, as_of)
    return _study(
        resume,
        degree=degree,
        school=(school, kind),
        major=(major, major_evidence),
        mode=mode,
        period=period,
        finished=finished,
        note="，".join(x for x in (note, doubt) if x),
        evidence=tuple(resume.evidence(x.start, x.value_end) for x in sorted(marks, key=lambda x: x.start)),
    )


_ANOTHER = re.compile(r"又|另|再|第二|还")


def _second_degree(first: Education, other: Education) -> bool:
    """Whether a part-time study of the same level is one of its own: 后又自考英语本科."""
    if first.degree is not other.degree or first.mode is not None or other.mode is not StudyMode.PART_TIME:
        return False
    a, b = first.major, other.major
    return bool((a and b and a not in b and b not in a) or any(_ANOTHER.search(q.text) for q in other.evidence))


def _absorb(found: list[Education], item: Education) -> list[Education]:
    """Add an undated item to the entry it speaks of (same degree, or the only one without), else keep it apart."""
    for i, entry in enumerate(found):
        same_degree = item.degree is not None and entry.degree == item.degree
        unknown = entry.degree is None or item.degree is None
        same_school = not item.school or not entry.school or item.school in entry.school or entry.school in item.school
        same_major = not item.major or not entry.major or item.major in entry.major or entry.major in item.major
        if _second_degree(entry, item):
            continue
        if (same_degree and same_school) or (
            unknown and same_school and (item.school or same_major) and (item.degree or item.school or same_major)
        ):
            if item.degree is None and not item.school and len([e for e in found if e.degree]) > 1 and not same_major:
                continue
            found[i] = _joined(entry, item)
            return found
    if item.degree is None and not item.school and not item.major:
        return found
    return [*found, item]


def _joined(entry: Education, item: Education) -> Education:
    return replace(
        entry,
        degree=entry.degree or item.degree,
        school=entry.school or item.school,
        major=entry.major or item.major,
        mode=entry.mode or item.mode,
        mode_basis=entry.mode_basis if entry.mode else item.mode_basis,
        period=entry.period or item.period,
        finished=entry.finished and item.finished,
        overseas=entry.overseas or item.overseas,
        regular_school=entry.regular_school or item.regular_school,
        note=entry.note or item.note,
        evidence=(*entry.evidence, *(x for x in item.evidence if x not in entry.evidence)),
        major_evidence=entry.major_evidence if entry.major else item.major_evidence,
        mode_evidence=entry.mode_evidence if entry.mode else item.mode_evidence,
    )


def _with_prose(
    resume: ResumeText,
    lex: Lexicon,
    majors: Majors,
    sections: Sequence[Section],
    found: list[Education],
    covered: list[tuple[int, int]],
    as_of: dt.date,
) -> list[Education]:
    """Degree words elsewhere: in the head line, in a letter. Others' degrees, demands and negations are left out."""
    folded = resume.folded
    used = [(x.start, x.end) for item in found for x in item.evidence]
    mentions = [
        *islice(_each_degree(lex, folded, 0, len(folded)), _MOST_MENTIONS),
        *_line_short_degrees(resume, sections),
    ]
    for degree, s, e in sorted(mentions, key=lambda m: m[1]):
        kind = section_at(sections, s)
        if (
            _inside(covered, s)
            or _inside(used, s)
            or kind in ("family", "reference", "advert", "wish", "project", "campus")
        ):
            continue
        a, b = clause(folded, s)
        if about_others(lex, folded, s) or is_negated(lex, folded, s) or _NO_DEGREE.search(folded[a:b]):
            continue
        if kind in ("work", "internship") and not re.search(
            r"毕业|学历|学位|就读|攻读|考入|取得|获得|大学", folded[a:b]
        ):
            continue
        if re.match(
            r"(?:及|或)?以[上下]|优先|毕业生|层次|学生|实习生|院校|老师|教师|导师", folded[e : e + 4]
        ) and not re.match(r"毕业", folded[e : e + 2]):
            continue
        a, b = _own_clause(folded, a, b, s, e)
        a, b = _own_part(lex, folded, own_again(folded, a, s), b, s, e)
        if _only_wished(folded, s, e) or _of_a_colleague(folded, s, e) or _LET_GO.search(folded, a, b):
            continue
        item = _from_span(resume, lex, majors, a, b, as_of, prose=True)
        if item is not None and not _vouched(folded, found, degree, item, kind, (s, e), (a, b)):
            continue
        if item is None or (not item.finished and not item.school and item.period is None):
            continue
        if item.degree != degree:
            item = replace(item, degree=degree)
        found = _absorb(found, item)
        used.append((s, e))
    return found


# 主管（MBA）, 原部门经理（博士）: a bracket behind a post tells of who holds it
_POST_BRACKET = re.compile(
    r"(?:主管|经理|总监|老师|部长|主任|行长|院长|校长|领导|教授|组长|总|vp|boss|manager|director|lead)\s?\($"
)
_OWN_STUDY = re.compile(
    r"毕业|取得|获得?|拿到|拿了|攻读|就读|入读|考入|考取|考上|读完|修完|读书|念|学历|学位|学的|求学|本科在|硕士在|graduat|degree|studied|obtained|earned|completed|read for"
)


def _of_a_colleague(folded: str, s: int, e: int) -> bool:
    return bool(_POST_BRACKET.search(folded[max(0, s - 10) : s]) and folded.startswith(")", e))


_NOT_MINE = re.compile(r"[我他她某]|\b(?:my|his|her|he|she|who|a|an)\b")
_PIECE_ENDS = r"|,/·\s()、:;。\[\]【】"


def _vouched(
    folded: str,
    found: Sequence[Education],
    degree: Degree,
    item: Education,
    section: str,
    word: tuple[int, int],
    span: tuple[int, int],
) -> bool:
    """Whether prose may raise the degree above what the entries with a school say: in the head, or in a sentence that
    names a school or speaks of study. A bare 硕士 elsewhere is more often somebody else's.
    """
    known = [e.degree.rank for e in found if e.degree is not None and e.school]
    if not known or degree.rank <= max(known):
        return True
    if (
        section in ("", "basic", "education")
        and word[0] < 400
        and not re.search(r"[我他她]", folded[span[0] : span[1]])
    ):
        return True
    return bool(_OWN_STUDY.search(folded, *span)) and (bool(item.school) or word[0] < 800 or section in ("self", ""))


_GRADUATED = re.compile(r"毕业于|就读于|本科就读|graduated from")


def _with_graduations(
    resume: ResumeText,
    lex: Lexicon,
    majors: Majors,
    sections: Sequence[Section],
    found: list[Education],
    covered: Sequence[tuple[int, int]],
) -> list[Education]:
    """Studies told without any degree word: 2012年毕业于四川美术学院 艺术设计. School and major are kept."""
    folded = resume.folded
    for match in islice(_GRADUATED.finditer(folded), _MOST_GRADUATIONS):
        a, b = clause(folded, match.start())
        if (
            _inside(covered, match.start())
            or section_at(sections, match.start()) in OTHERS_SECTIONS | {"wish", "project", "campus"}
            or about_others(lex, folded, match.start())
            or _degree_hits(lex, folded, a, b)
        ):
            continue
        school, kind, evidence = find_school(resume, lex, match.start(), b)
        if not school or any(school in item.school or item.school in school for item in found if item.school):
            continue
        major = _major(resume, majors, match.start(), b, [(x.start, x.end) for x in evidence])
        if major[0]:
            item = _study(
                resume,
                degree=None,
                school=(school, kind),
                major=major,
                mode=_find_mode(lex, folded, a, b),
                period=None,
                finished=not _status(lex, folded, a, b, None),
                note="",
                evidence=(resume.evidence(a, b),),
            )
            undated = [e for e in found if not e.school and not e.major and e.degree is not None]
            found = [_joined(e, item) if e is undated[0] else e for e in found] if len(undated) == 1 else [*found, item]
    return found


def _line_short_degrees(resume: ResumeText, sections: Sequence[Section]) -> list[tuple[Degree, int, int]]:
    """BA and MA on the lines of education sections, and on any line that names a school in English."""
    text = resume.text
    if next(tried(_SHORT_DEGREE, places(_MAY_BE_SHORT_DEGREE, text), text), None) is None:
        return []
    found, pos = [], 0
    for line in resume.text.split("\n"):
        found += _short_degrees(resume, pos, pos + len(line))
        pos += len(line) + 1
    return [h for h in found if section_at(sections, h[1]) in ("", "education", "basic", "self")]


def _own_clause(folded: str, a: int, b: int, s: int, e: int) -> tuple[int, int]:
    """The part of a head line that belongs to one degree word: `男 | 33岁 | 本科 | 9年经验` gives 本科 and neighbours."""
    if re.search(r"[|·/]", folded[a:b]) and not re.search(r"大学|学院", folded[a:b]):
        left = max((folded.rfind(c, a, s) for c in "|·/"), default=-1)
        rights = [x for c in "|·/" if (x := folded.find(c, e, b)) >= 0]
        return (left + 1 if left >= 0 else a), (min(rights) if rights else b)
    return a, b


def _own_part(lex: Lexicon, folded: str, a: int, b: int, s: int, e: int) -> tuple[int, int]:
    """The part of a sentence that tells of one degree where it tells of several: cut at the last comma between them.

    本科毕业于…（全日制），后取得…硕士（非全日制）: the master's mode is not the bachelor's.
    """
    for _, start, end in _degree_hits(lex, folded, a, b):
        if end <= s and (comma := folded.rfind(",", end, s)) >= 0:
            a = max(a, comma + 1)
        elif end <= s and (bracket := folded.rfind(")", end, s)) >= 0:
            a = max(a, bracket + 1)  # 最高学历本科（函授）第一学历大专（全日制）
        elif start >= e and folded.find(",", e, start) < 0 and (bracket := folded.find(")", e, start)) >= 0:
            b = min(b, bracket + 1)
        elif start >= e and (comma := folded.rfind(",", e, start)) >= 0:
            b = min(b, comma)
    return a, b


def _merged(found: Sequence[Education]) -> list[Education]:
    """Drop entries that repeat another with less in them."""
    kept: list[Education] = []
    for item in sorted(found, key=lambda e: -(bool(e.period) * 4 + bool(e.school) * 2 + bool(e.major))):
        for i, other in enumerate(kept):
            if (
                other.degree == item.degree
                and not _second_degree(other, item)
                and (not item.school or item.school == other.school)
                and (item.period is None or item.period == other.period or other.period is None)
            ):
                kept[i] = _joined(other, item)
                break
        else:
            kept.append(item)
    return kept


# --- what rules ask -----------------------------------------------------------------------------------------------


def highest_degree(education: Sequence[Education]) -> Fact[Degree]:
    """The highest finished degree. Unfinished study does not count."""
    finished = [e for e in education if e.degree is not None and e.finished]
    if finished:
        best = max(finished, key=lambda e: e.degree.rank if e.degree else -1)
        basis = Basis.INFERRED if "推定" in best.note else Basis.STATED
        return Fact(best.degree, basis, best.evidence[:3], best.note)
    implied = [
        e
        for e in education
        if e.degree in (Degree.MASTER, Degree.DOCTOR) and not e.finished and "同等学力" not in e.note
    ]
    if implied:  # whoever reads for a master's has a bachelor's
        return Fact(Degree.BACHELOR, Basis.INFERRED, implied[0].evidence[:2], "在读研究生，推定已有本科学历，请核实")
    unsure = [e for e in education if _ASK in e.note]
    if unsure:
        note = next(n for n in (_NO_DEGREE_YET, _MAY_BE_OVER) if n in unsure[0].note)
        return Fact(None, Basis.ABSENT, unsure[0].evidence[:3], note)
    unfinished = [e for e in education if e.degree is not None]
    if unfinished:  # 本科肄业、本科在读: only school before it is certain (B131)
        first = unfinished[0]
        return Fact(Degree.SECONDARY, Basis.INFERRED, first.evidence[:2], f"{first.degree}未完成")
    return Fact()


def full_time_bachelor(
    education: Sequence[Education],
    min_years: float,
    max_years: float,
    infer: bool,
    work: Sequence[tuple[int, int]] = (),
) -> Fact[bool]:
    """Whether a finished bachelor's was full-time (DESIGN decision 5): stated, inferred from a regular university and
    plain dates, contradicted, or not known. The bachelor's decides, not the master's. ``work`` are month intervals of
    full-time jobs: whoever worked through most of the years of study is not presumed to have studied full-time.
    """
    bachelors = [e for e in education if e.degree is Degree.BACHELOR and e.finished]
    stated = [e for e in bachelors if e.mode is StudyMode.FULL_TIME]
    if stated:
        return Fact(True, Basis.STATED, stated[0].mode_evidence or stated[0].evidence[:2], stated[0].note)
    for e in bachelors:
        months = _months_long(e.period)
        plain = e.mode is None and e.regular_school and "专升本" not in e.note and _MODE_OPEN not in e.note
        if not infer or not plain or months is None or _worked_through(e.period, work):
            continue
        if min_years * 12 <= months + 2 and months <= max_years * 12:
            note = "未写学习形式；普通高校、学制年限相符，推定全日制（请核验学信网）"
            if e.overseas:
                note = "境外院校，推定全日制；请查验教育部留学服务中心学历认证"
            return Fact(True, Basis.INFERRED, e.evidence[:3], note)
    open_ones = [e for e in bachelors if e.mode is None]
    if open_ones:
        return Fact()
    part = [e for e in bachelors if e.mode is StudyMode.PART_TIME]
    if part:
        return Fact(False, Basis.STATED, part[0].mode_evidence or part[0].evidence[:2])
    highest = highest_degree(education)
    if highest.value is not None and highest.value.rank < Degree.BACHELOR.rank:
        return Fact(False, highest.basis, highest.evidence, highest.note)
    return Fact()


def _worked_through(period: Period | None, work: Sequence[tuple[int, int]]) -> bool:
    if period is None or period.start is None or period.end is None:
        return False
    first, stop = latest(period.start), earliest(period.end)
    return any(min(stop, b) - max(first, a) >= 18 for a, b in work)
