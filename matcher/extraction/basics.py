"""Name, birth and age, sex, expected position, portfolio, relatives, skills, certificates; and flags on the text."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, zip_longest
from operator import attrgetter

from matcher.extraction.dates import DateRange, chinese_month, chinese_year, find_points, full_years
from matcher.extraction.labels import Label
from matcher.extraction.lexicon import Lexicon, about_others, clause, is_negated, places, tried
from matcher.knowledge import load_words
from matcher.schema import Basis, Evidence, Fact, Notice, PartialDate, ResumeText
from matcher.text import Section, fold, heading_kind, sections

OTHERS_SECTIONS = frozenset({"family", "reference", "advert"})


def section_at(sections: Sequence[Section], at: int) -> str:
    """Kind of the section that holds offset ``at`` ("" when none)."""
    n = bisect_right(sections, at, key=_start) - 1
    return sections[n].kind if n >= 0 and at < sections[n].end else ""


_start = attrgetter("start")


def first_value(resume: ResumeText, labels: Iterable[Label], field: str) -> Fact[str]:
    """The first non-empty value labelled ``field``."""
    for label in labels:
        if label.field == field and label.value_end > label.value_start:
            quoted = resume.evidence(label.value_start, label.value_end)
            return Fact(quoted.text, Basis.STATED, (quoted,))
    return Fact()


# --- name -------------------------------------------------------------------------------------------------------

_CJK_NAME = re.compile(
    r"[\u4e00-\u9fff]{1,8}(?:[·•・][\u4e00-\u9fff]{1,8}){1,3}|[\u4e00-\u9fff\U00020000-\U0003ffff]{2,4}"
)
_SPACED_NAME = re.compile(r"[\u4e00-\u9fff](?: [\u4e00-\u9fff]){1,3}(?![\u4e00-\u9fff])")
_ENGLISH_NAME = re.compile(r"[A-Z][A-Za-z'\-]+(?:[ ,]+[A-Z][A-Za-z'\-.]*){1,3}")
_I_AM = re.compile(
    r"(?P<lead>我叫做?|我是|本人姓名|本人|敝人|鄙人|在下|晚辈|名叫|名字叫|全名|本名|写信的人叫|申请人|应聘人|求职人)[^\S\n]?"
    r"(?P<name>[\u4e00-\u9fff](?: [\u4e00-\u9fff]){1,3}(?=[,，。])|[\u4e00-\u9fff]{2,4})(?=[,，。;；、\s(（]|今年|男|女|\d|$)"
)
_MY_SURNAME = re.compile(
    r"我姓([\u4e00-\u9fff]{1,2})[,，、]?(?:单?名|名字?叫)([\u4e00-\u9fff]{1,2})(?=[,，。;；、\s(（]|$)"
)
_FROM_WHERE = re.compile(r"我是(?:一[名位个])?[^,，。\n]{1,14}?的([\u4e00-\u9fff]{2,4})(?=[,，。(（])")
_MY_NAME_IS = re.compile(
    r"(?i:my name is|i am called|this is) ((?:[A-Z][A-Za-z'\-]+)(?: [A-Z][A-Za-z'\-]+){1,2})(?=[,.\n ])"
)
_SURNAME_TWICE = re.compile(
    r"姓([\u4e00-\u9fff])[,，、。]\s?(?:我?叫|名叫|全名)?(\1[\u4e00-\u9fff]{1,3})(?=[,，。;；、\s(（]|$)"
)
_RECOMMENDED = re.compile(
    r"(?:推荐|介绍)[^,，。\n]{0,14}?([\u4e00-\u9fff]{2,4})(?:女士|先生|同学|同志|小姐)(?=应聘|到|赴|前来|加入|[,，。])"
)
# 登记人　彭设江, 报审人：桂测梁: whoever fills in is the candidate, unless the word says another
_WHO_FILLS = re.compile(
    r"(?<![\u4e00-\u9fff])(?!联系|证明|推荐|介绍|负责|担保|委托|收件|发件|收信|见证|审批|审核|监护|抚养|被告|中介|经办|接待|主持)"
    r"[\u4e00-\u9fff]{2}人[^\S\n]*[:：\s\]】┐][^\S\n]*([\u4e00-\u9fff]{2,4})(?![\u4e00-\u9fff])"
)
_WITH_SEX = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{2,4})(?:[^\S\n]*[,，、;；/／|｜·(（][^\S\n]*|[^\S\n]+)(?:性别[:：]?)?(?:[男女♀♂](?![\u4e00-\u9fff])|(?:[Ff]e)?[Mm]ale\b)"
)
_WITH_PHONE = re.compile(
    r"(?:^|(?<=[\n_—\-]))[^\S\n]*([\u4e00-\u9fff]{2,4})(?:[^\S\n]*[,，、;；/／|｜·(（:：][^\S\n]*|[^\S\n]+)(?:电话|手机|☎|tel)?[:：.]?[^\S\n]*1[3-9]\d[\s\-]?\d{4}[\s\-]?\d{4}(?!\d)"
)
# what each of these needs, quick to find: without it the whole text is not searched
_HAS_SEX = re.compile(
    r"[男女♀♂FfMm](?<=[,，、;；/／|｜·(（:：别\s].)(?:(?<=[男女♀♂])(?![\u4e00-\u9fff])|(?<=[Ff])emale|(?<=[Mm])ale)"
)
_HAS_PHONE = re.compile(r"1[3-9]\d[\s\-]?\d{4}[\s\-]?\d{4}(?!\d)")
_HAS_PERSON = re.compile(r"人[:：\s\]】┐]")
_SIGNED = re.compile(
    r"(?:^|\n)[^\S\n]*([\u4e00-\u9fff]{2,4})[^\S\n]*(?:谨启|敬上|谨上|敬启|拜上|上|手书)?[^\S\n]*(?=\n|$)"
)
_NOT_A_NAME = re.compile(
    r"(?i)\bdear\b|\bsir\b|madam|hello|hiring|\bteam\b|简历|简介|个人|应聘|求职|登记|基本|信息|更新|项目|能力|能做|纪要|说明|先生|女士|^[男女]|[男女][性生]|经理|工程|设计|运营|专员|岗位|"
    r"申请|银行|公司|您好|你好|领导|尊敬|本科|硕士|大专|[一二三四五六七八九十几多半全今去近]年|年[份度月限级代薪龄]|curriculum|vitae|resume|readme|"
    r"附件|自荐|表$|[区县镇省]$|简表|报表|主管|总监|分析|护士|教师|厨师|司机|律师|档案|手机|电话|邮箱|学历|学校|毕业|专业|经验|经历|教育|工作|联系|"
    r"出生|籍贯|民族|家庭|资料|概况|概述|自述|头条|文体|格式|关于|目标|意向|技能|证书|荣誉|爱好|作品|团队|同志|招聘|总行|部门|负责|版本|"
    r"^(?:成都|武汉|安徽|江苏|江西|江津|云南|宁波|宁夏|温州|常州|常德|常熟|万州|乐山|郑州|房山|松江|安康|安庆|金华|沈阳|许昌|阳江|巴南|巴中|"
    r"达州|石家庄|家[父母兄姐]|舍[弟妹]|务农|退休|在职|离职|考虑|机会|单位|某$|党员|群众|全职|应届|高中|中专|和谐|安全|高级|初级|中级|万元|时间|方向|方法|计算|项|程序|金融|成绩|成果|平台)"
)


@lru_cache
def _surnames() -> frozenset[str]:
    return frozenset(load_words("surnames.txt"))


def _has_surname(word: str) -> bool:
    return (word[:2] in _surnames() and len(word) > 2) or word[:1] in _surnames()


def find_name(resume: ResumeText, lex: Lexicon, labels: Sequence[Label]) -> Fact[str]:
    """The candidate's name: labelled, introduced (我叫…), beside the sex, in the first lines, or signed below a letter."""
    for label in labels:
        if label.field == "name" and label.value_end > label.value_start and not _of_others(resume, label.start):
            value = resume.text[label.value_start : label.value_end]
            inner = lex.labels.first(resume.folded, label.value_start, label.value_end)
            if inner is not None and inner.start == label.value_start and inner.end == label.value_end:
                continue  # a table's heading: 姓名 | 出生年月
            if re.match(r"[\u4e00-\u9fff]{1,2}(?:先生|女士|小姐|同学)(?![\u4e00-\u9fff])", value):
                continue  # 候选人：卓先生，全名卓某某
            match = (
                _SPACED_NAME.match(value)
                or _CJK_NAME.match(value)
                or _ENGLISH_NAME.match(value)
                or re.match(r"\S[^\s,，(（|]{0,30}", value)
            )
            if match:
                return _named(resume, label.value_start, label.value_start + match.end(), Basis.STATED)
    if (introduced := _introduced(resume)) is not None:
        return introduced
    for match in _WITH_SEX.finditer(resume.text) if _HAS_SEX.search(resume.text) else ():
        line = resume.folded[resume.folded.rfind("\n", 0, match.start()) + 1 : match.start()]
        # with the sex behind it and nothing before it on the first line a name need not carry a known surname
        first = not resume.folded[: match.start()].strip(_HEAD_MARKS) and _may_be_name(resume, lex, *match.span(1))
        if (first or _is_name(match[1])) and not _ANOTHER.search(line) and not _of_others(resume, match.start()):
            return _named(resume, match.start(1), match.end(1), Basis.STATED)
    offset = 0
    for number, line in enumerate(resume.text.split("\n")[:8]):
        kind = heading_kind(resume.folded[offset : offset + len(line)])
        if kind in OTHERS_SECTIONS:
            break
        if kind is None and (found := _name_in_line(resume, lex, line, offset, first=number == 0)) is not None:
            return _named(resume, *found, Basis.INFERRED)
        offset += len(line) + 1
    for pattern, needed in ((_WHO_FILLS, _HAS_PERSON), (_WITH_PHONE, _HAS_PHONE)):
        for match in pattern.finditer(resume.text) if needed.search(resume.text) else ():
            line = resume.folded[resume.folded.rfind("\n", 0, match.start(1)) + 1 : match.start(1)]
            if _is_name(match[1]) and not _NOT_MINE.match(line) and not _of_others(resume, match.start()):
                return _named(resume, match.start(1), match.end(1), Basis.INFERRED)
    signed = [m for m in _SIGNED.finditer(resume.text, max(0, len(resume.text) - 160)) if _is_name(m[1])]
    if signed:
        return _named(resume, signed[-1].start(1), signed[-1].end(1), Basis.INFERRED)
    return Fact()


_PERSONAL = re.compile(r"虚?岁|1[3-9]\d{9}|[男女](?![\u4e00-\u9fff])|(?:19|20)\d\d\s?[年.]\s?\d{1,2}|[\w.]+@")
_PIECE = re.compile(
    r"[A-Za-z][A-Za-z.'\-]*(?: [A-Z][A-Za-z.'\-]*)*|[^\sA-Za-z|/｜,，。;；:：()（）\-—_#*《》「」【】〔〕〖〗\[\]\"{}]+"
)
_RESUME_OF = re.compile(r"(?i)[\W_]*(?:个人简历|简历|履历|编年简历|(?:resume|cv|curriculum vitae) of|resume|cv)?[\W_]*")
_LABELS_NO_PERSON = re.compile(r"[^\S\n]*[:：](?!\s*(?:(?:19|20)?\d\d\s?[.年岁]|[男女](?![\u4e00-\u9fff])))")
_RESUME_BEHIND = re.compile(
    r"的(?:简历|职业档案|自我陈述|求职信|个人简历|[一二三四五六七八九十\d]{1,3}年|故事|自述|自荐信?)$"
)
_HEAD_MARKS = " \t\n*#=-_~·•●■◆▶|【】()（）「」《》<>"


def _introduced(resume: ResumeText) -> Fact[str] | None:
    """A name told in a sentence near the head: 我叫…, 我姓郝，名范舟, 推荐我的前下属汤某某女士."""
    head = resume.text[:800]
    if (parted := _MY_SURNAME.search(head)) and parted[1] in _surnames():
        return Fact(parted[1] + parted[2], Basis.STATED, (resume.evidence(parted.start(1), parted.end(2)),))
    said = resume.folded[:800]
    if ("name" in said or "called" in said or "th" in said) and (english := _MY_NAME_IS.search(head)) is not None:
        return _named(resume, *english.span(1), Basis.STATED)
    if (asked := _SURNAME_TWICE.search(head)) is not None:
        return _named(resume, *asked.span(2), Basis.STATED)
    for match in _I_AM.finditer(head):
        word = match["name"].replace(" ", "")
        called = match["lead"].startswith(("我叫", "全名", "本名")) or re.match(r"[,，]\s?[男女]", head[match.end() :])
        if _is_name(word) or (called and not _NOT_A_NAME.search(word)):
            return _named(resume, *match.span("name"), Basis.STATED)
    for match in _FROM_WHERE.finditer(head):
        if _is_name(match[1]):
            return _named(resume, *match.span(1), Basis.STATED)
    for match in _RECOMMENDED.finditer(head):
        for size in (3, 2, 4):
            if _is_name(match[1][-size:]) and len(match[1]) >= size:
                return _named(resume, match.end(1) - size, match.end(1), Basis.STATED)
    return None


def _is_name(word: str) -> bool:
    return _has_surname(fold(word)) and not _NOT_A_NAME.search(fold(word))


def _may_be_name(resume: ResumeText, lex: Lexicon, start: int, end: int) -> bool:
    """Whether a word of two to four characters is none that we know as something else."""
    word = resume.folded[start:end]
    return not (
        _NOT_A_NAME.search(word)
        or heading_kind(word) is not None
        or any(
            index.first(word) for index in (lex.labels, lex.titles, lex.schools, lex.degrees, lex.modes, lex.employers)
        )
    )


def _of_others(resume: ResumeText, at: int) -> bool:
    """Whether ``at`` lies in a section on the family or referees; the head of a resume never does."""
    return at > 120 and section_at(sections(resume.folded), at) in OTHERS_SECTIONS


def _named(resume: ResumeText, start: int, end: int, basis: Basis) -> Fact[str]:
    quoted = resume.evidence(start, end)
    name = quoted.text.replace(" ", "") if _SPACED_NAME.fullmatch(quoted.text) else quoted.text
    return Fact(name, basis, (quoted,))


def _name_in_line(resume: ResumeText, lex: Lexicon, line: str, offset: int, first: bool) -> tuple[int, int] | None:
    """A name standing alone among the pieces of a head line that is no heading; below the first line it must carry a
    known surname.
    """
    if _NOT_MINE.match(line):
        return None
    lead = _RESUME_OF.match(line)
    start = lead.end() if lead else 0
    spaced = _SPACED_NAME.match(line, start)
    if spaced and _has_surname(spaced[0].replace(" ", "")) and heading_kind(spaced[0].replace(" ", "")) is None:
        return offset + spaced.start(), offset + spaced.end()
    pieces = list(islice(_PIECE.finditer(line, start), 3 if first else 2))
    for piece in sorted(pieces, key=lambda m: m[0].isascii()):  # CHEN Moni 陈模霓: as it is written in Chinese
        if _LABELS_NO_PERSON.match(line, piece.end()):
            continue  # 施工单位：…
        word = _RESUME_BEHIND.sub("", piece[0])
        english = first and bool(_ENGLISH_NAME.fullmatch(word)) and heading_kind(word.lower()) is None
        if not (_CJK_NAME.fullmatch(word) or english) or _RELATIVE.match(word):
            continue
        folded = resume.folded[offset + piece.start() : offset + piece.start() + len(word)]
        known = any(
            (hit := index.first(folded)) is not None and hit.end - hit.start == len(folded)
            for index in (lex.labels, lex.titles, lex.schools, lex.degrees, lex.modes)
        )
        if _NOT_A_NAME.search(word) or known or heading_kind(folded) is not None:
            continue
        if english and any(index.first(folded) for index in (lex.degrees, lex.skills, lex.titles)):
            continue  # BSc Economics, Photoshop Master Class
        # CHEN Moni 陈模霓, 海归客 Hai Guike; 仓颉子，虚岁35，电话…: alone, or with what only a person has behind it
        alone = (
            first
            and piece is pieces[0]
            and (len(pieces) == 2 and not english and _ENGLISH_NAME.fullmatch(pieces[1][0]))
        )
        personal = (
            first
            and piece is pieces[0]
            and piece.end() < len(line)
            and 2 <= len(word) <= 4
            and _PERSONAL.search(resume.folded, offset + piece.end(), offset + len(line))
            and _may_be_name(resume, lex, offset + piece.start(), offset + piece.start() + len(word))
        )
        if english or "·" in word or _has_surname(folded) or alone or personal:
            return offset + piece.start(), offset + piece.start() + len(word)
    return None


# --- birth and age ------------------------------------------------------------------------------------------------

_BORN = re.compile(
    r"(?:出?生于|born(?:\s(?:on|in))?|\bdob|birthday|date of birth)[\s:]*$|(?:出生[年月日期时间]*|生日|生年)[\s:]*$|(?:^|[\s(,/|])b\.\s*$|身份证上?[写是的]{0,3}$"
)
_BORN_AFTER = re.compile(
    r"\s*(?:(?:[正冬腊]|[一二三四五六七八九十]{1,2})月)?(?:初?[一二三四五六七八九十廿]{1,3}|\d{1,2})?\s*(?:日|号|月|年)?\s*,?\s*(?:出生|生(?![产活成命存意源])|生人|的[鼠牛虎兔龙蛇马羊猴鸡狗猪])"
)
_CN_DAY = re.compile(
    r"\s?(三十一?|廿[一二三四五六七八九]?|[一二]?十[一二三四五六七八九]?|[一二三四五六七八九])\s?[日号]"
)
_EN_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EN_MONTH = rf"({'|'.join(_EN_MONTHS)})[a-z]*\.?"
_EN_DATE = re.compile(
    rf"(?<![a-z]){_EN_MONTH}\s?(\d{{1,2}})(?:st|nd|rd|th)?\s?,?\s?(\d{{4}})(?!\d)|(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\s(?:of )?{_EN_MONTH},?\s?(\d{{4}})(?!\d)"
)
_HAS_EN_DATE = re.compile(r"(?:" + "|".join(_EN_MONTHS) + r")[a-z]*\.?,?\s?\d")
_SHORT_BIRTH = re.compile(r"'?(\d\d)\s?[.年/\-]\s?(\d{1,2})(?!\d)(?:\s?[.月/\-]\s?(\d{1,2})(?!\d))?")
_REPUBLIC = re.compile(
    r"民国\s?(\d{1,3}|[一二三四五六七八九十百〇零]{1,4})\s?年(?:\s?(\d{1,2}|十[一二]?|[一二三四五六七八九])\s?月)?"
)
_LUNAR = re.compile(r"农历|阴历|旧历|腊月|正月|冬月|初[一二三四五六七八九十]")
_SOLAR = re.compile(
    r"(?:阳历|公历|新历)\D{0,3}(\d{1,2}|[一二三四五六七八九十]{1,2})\s?月\s?(?:(\d{1,2}|[一二三四五六七八九十廿]{1,3}))?"
)
# an age of one's own: not that of an event (22岁毕业), of customers, or a demand (35岁以下)
_NO_OWN_AGE = r"(?![^\S\n]?(?:以[上下前后]|及以|内|那年|时|前|之[前后]|起|开始|毕业|入[学职行伍]|进|当|学|参|结婚|生日|才|就|左右?的|的?[客老学孩儿女人]|多岁))"
_AGE = re.compile(
    rf"([1-6](?<![\d.~\-从自至到约近].)\d)\s*(?:周岁|岁(?!月)|[- ]?years?[- ]old|yrs? old|y/o\b){_NO_OWN_AGE}"
)
_CN_NUMBER = r"[一二三四五六]?十(?:有?[一二三四五六七八九])?"  # 三十有五, as letters put it
_CN_AGE = re.compile(
    rf"(?<![一二三四五六七八九十百千零从自至到约近])({_CN_NUMBER})(?:周岁|岁(?!月)){_NO_OWN_AGE}"
    rf"|(?:今年|年方|现年)\s?({_CN_NUMBER}|[1-6]\d)(?=了|[\s,。;)]|$)|(?:实岁|足岁|(?<!平均)年龄 )\s?[:]?\s?({_CN_NUMBER}|[1-6]\d)(?!\d)|(?<!平均)年龄({_CN_NUMBER})(?=[\s,。;)]|$)"
    r"|(?:年龄|贵庚|多大|几岁)了?\s?[?][^\n\d]{0,5}([1-6]\d)(?!\d)"
    r"|(?<![a-z])aged?\s?:?\s?([1-6]\d)(?!\d)(?! ?[-~to])"
)
_MAY_BE_AGE = re.compile(
    r"[一二三四五六十今年现实足贵多几a](?=十?有?[一二三四五六七八九]?周?岁|(?<=[今现])年|(?<=年)[方龄]|(?<=贵)庚|(?<=多)大|(?<=a)ge)"
)
# 苏某 | 29 | 女: two digits alone beside the sex
_AGE_IN_HEAD = re.compile(
    r"(?:(?<=[男女] )|(?<=[男女][|/,·])|(?<=[男女] [|/,·] )|(?<=[男女]  ))([2-5]\d)(?=\s?(?:[|/,·\n]|  )|\s[\u4e00-\u9fff]|$)"
    r"|(?:(?<=[|/,·])|(?<=[|/,·] )|(?<=[\u4e00-\u9fff] )|(?<=  ))([2-5]\d)(?=\s?[|/,·]?[^\S\n]{0,2}[男女](?![\u4e00-\u9fff]))"
)
_MAY_BE_AGE_IN_HEAD = re.compile(r"[2-5](?<=[ |/,·].)(?=\d(?:[\s|/,·男女]|$))")
# an age of others or of many: 妻32岁, 平均年龄45岁, 适合18岁至60岁人群
_OTHERS_AGE = re.compile(
    r"(?:(?:[妻夫父母子儿兄弟姐妹媳婆爸妈爷奶娃亲]|女儿)\s?[,:(]?|(?:平均|适合|面向|针对|客群|年龄[段层]|未满|不满|超过|限)[^,。;\n]{0,6})$"
)
_NOMINAL = re.compile(
    rf"虚[岁龄]?\s*[:]?\s*([1-6]\d|{_CN_NUMBER})(?!\d)|([1-6]\d|{_CN_NUMBER})\s*(?:岁\s*[(,]?\s*虚[岁龄]?\)?|\(?虚[岁龄]\)?)"
)
_DECADE = re.compile(r"(?<!\d)(?:19)?([6-9]\d|0\d|[六七八九零〇][零〇五])\s*后(?![\u4e00-\u9fff]{0,2}[客群用团学])")
_HAS_DECADE = re.compile(r"后(?<=[\d五零〇\s]后)")
_YEAR_BORN = re.compile(
    r"(?<![\d.])(?<!民国)(?<!昭和)(?<!平成)([6-9]\d|0\d|[六七八九〇零][〇零一二三四五六七八九])\s*年\s*(?:(?=的?\s?\()的?\s?\(\s?)?(?:(\d{1,2}|[一二三四五六七八九]|十[一二]?)\s*月)?(?:[\d一二三四五六七八九十廿]{1,4}[日号]?)?\s*(?:生(?![产活])|出生|生人|(?<=月)\)|的(?:(?![\u4e00-\u9fff])|[鼠牛虎兔龙蛇马羊猴鸡狗猪]))"
)
_MAY_BE_YEAR_BORN = re.compile(r"[06-9六七八九〇零](?<![\d.].)(?=[\d〇零一二三四五六七八九]\s*年)")
# 问：哪年的？ 答：九二年，六月份
_YEAR_ASKED = re.compile(
    r"哪年(?:的|生的?|出生的?)[^\n]{0,8}?(?<!\d)([6-9]\d|0\d|[六七八九〇零][〇零一二三四五六七八九])\s*年[,、]?\s*(?:(\d{1,2}|十[一二]?|[一二三四五六七八九])\s*月)?"
)
# a date in the head that is another's than the birth's: 2008年7月参加工作
_NO_BIRTH = re.compile(
    r"\s?[月日号]?\s?[^,|/·;。\n]{0,4}?(?:参加|毕业|入[党团学职行伍]|开始|[起止始]|加入|至今|到岗|更新|可|离职|填|制)"
)
_SHORT_IN_HEAD = re.compile(
    r"(?<![\d.\-~至到年])(?<!\d/)'?([6-9]\d|0\d)\s?[.年/\-]\s?(\d{1,2})(?!\d)(?:\s?[.月/\-]\s?(\d{1,2})(?!\d)\s?日?|\s?月)?(?!\s?[\-~至到\d%万k])"
)
_MAY_BE_SHORT_IN_HEAD = re.compile(r"['06-9](?<![\d.\-~至到年].)(?=[06-9]?\d\s?[.年/\-])")
_YEAR_ON_CARD = re.compile(
    r"身份证上?[写是的]{1,3}([六七八九〇零][〇零一二三四五六七八九]|[6-9]\d|0\d)\s*年\s*(?:(\d{1,2}|[一二三四五六七八九]|十[一二]?)\s*月)?"
)
_ID = re.compile(r"(?<!\d)\*{6}((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\*{4}")
_CONTACT = re.compile(r"1[3-9]\d[\s\-]?\d{4}[\s\-]?\d{4}|[\w.]+@[\w.]+")
_OF_ONESELF = re.compile(r"党员|团员|群众|[已未]婚|汉族")
_SEX = re.compile(r"(?<![\u4e00-\u9fff])[男女](?![\u4e00-\u9fff友儿生士])|\b(?:fe)?male\b")


def _plausible(birth: PartialDate, as_of: dt.date) -> bool:
    return 15 <= as_of.year - birth.year <= 80


def _number(text: str) -> int:
    """A number below a hundred in Chinese or Arabic digits: 三十四, 十六, 廿三, 34."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.replace("廿", "二十").replace("有", "").partition("十")
    digits = "零一二三四五六七八九"
    if not ten:
        return digits.index(tens) if tens in digits else 0
    return 10 * (digits.index(tens) if tens else 1) + (digits.index(ones) if ones else 0)


def _valid(year: int, month: int = 0, day: int = 0) -> PartialDate | None:
    """The date, without a day that its month has not; None where the month is none."""
    if month > 12:
        return None
    if day and (not month or day > monthrange(year, month)[1]):
        day = 0
    return PartialDate(year, month, day)


def _date_of_birth(folded: str, start: int, end: int) -> Iterator[tuple[PartialDate, int, int]]:
    """Dates that a birth may be written as in a span, with their offsets: every form of ``find_points``, days in
    Chinese numerals, July 15, 1988, 民国77年, and for a lunar date its year.
    """
    for m in _REPUBLIC.finditer(folded, start, end):
        if (date := _valid(1911 + _number(m[1]), _number(m[2] or "0"))) is not None:
            yield date, m.start(), m.end()
        return
    for m in _EN_DATE.finditer(folded, start, end) if _HAS_EN_DATE.search(folded, start, end) else ():
        name, day, year = (m[1], m[2], m[3]) if m[1] else (m[5], m[4], m[6])
        if (date := _valid(int(year), _EN_MONTHS.index(name) + 1, int(day))) is not None:
            yield date, m.start(), m.end()
    for date, s, e in find_points(folded, start, end):
        if date.month and not date.day and (day_of := _CN_DAY.match(folded, e)):
            date, e = _valid(date.year, date.month, _number(day_of[1])) or date, day_of.end()
        around = folded[max(0, s - 4) : e + 12]
        if _LUNAR.search(around):
            solar = _SOLAR.search(folded, s, e + 24)
            said = _valid(date.year, _number(solar[1]), _number(solar[2] or "0")) if solar else None
            date = said or PartialDate(date.year)
        yield date, s, e


def find_birth(
    resume: ResumeText,
    lex: Lexicon,
    sections: Sequence[Section],
    labels: Sequence[Label],
    as_of: dt.date,
    periods: Sequence[DateRange],
) -> Fact[PartialDate]:
    """The birth date, as precise as stated; from a label, the words 出生/生, an identity number, or the head line."""
    folded = resume.folded
    for label in labels:
        if label.field == "birth" and section_at(sections, label.start) not in OTHERS_SECTIONS:
            found = _labelled_birth(folded, label, as_of)
            if found is not None:
                return Fact(found[0], Basis.STATED, (resume.evidence(found[1], found[2]),))
    # no period of work: one read over a line's end, or out of a single full date (1996-04-04)
    days = {(s, e) for date, s, e in _date_of_birth(folded, 0, min(len(folded), 800)) if date.day}
    ranges = [(r.at, r.to) for r in periods if (r.at, r.to) not in days and "\n" not in folded[r.at : r.to]]
    points = [p for p in _date_of_birth(folded, 0, len(folded)) if not any(a <= p[1] < b for a, b in ranges)]
    for date, s, e in points:
        if not _plausible(date, as_of):
            continue
        said = _BORN.search(folded[max(0, s - 14) : s]) or _BORN_AFTER.match(folded, e)
        if said and section_at(sections, s) not in OTHERS_SECTIONS and not about_others(lex, folded, s):
            if not date.month and (parted := _parted_birth(folded, s, min(len(folded), s + 16))) is not None:
                date, s, e = parted
            return Fact(date, Basis.STATED, (resume.evidence(s, e),))
    match = _ID.search(folded) if "******" in folded else None
    if match and section_at(sections, match.start()) not in OTHERS_SECTIONS:
        date = PartialDate(int(match[1]), int(match[2]), int(match[3]))
        if _plausible(date, as_of):
            quoted = resume.evidence(match.start(1), match.end(3))
            return Fact(date, Basis.STATED, (quoted,), "出生日期取自证件号码，号码已隐去")
    # a bare date beside the sex or an age in the head of the resume: `男 | 1990年9月`, `33 岁（1993/7/22）`
    for date, s, e in points:
        if (
            s > 400
            or _NO_BIRTH.match(folded, e)
            or not 16 <= as_of.year - date.year <= 65
            or section_at(sections, s) not in ("", "basic", "self")
        ):
            continue
        start = folded.rfind("\n", 0, s) + 1
        end = folded.find("\n", e)
        line = folded[start : end if end >= 0 else len(folded)]
        if (_SEX.search(line) or _OF_ONESELF.search(line) or _AGE.search(line) or _CONTACT.search(line)) and len(
            line
        ) < 160:
            return Fact(date, Basis.INFERRED, (resume.evidence(s, e),), "按抬头信息推定为出生日期")
    if (short := _short_birth_in_head(folded, sections, ranges, as_of)) is not None:
        return Fact(short[0], Basis.INFERRED, (resume.evidence(short[1], short[2]),), "按抬头信息推定为出生日期")
    head = folded[:800]
    born = next(tried(_YEAR_BORN, places(_MAY_BE_YEAR_BORN, head), head), None)
    match = born or _YEAR_ON_CARD.search(head) or _YEAR_ASKED.search(head)
    if match and not about_others(lex, folded, match.start()):
        year = match[1] if match[1].isdigit() else str(chinese_year(match[1]))
        month = match[2] or "0"
        date = PartialDate(_century(year.zfill(2)), int(month) if month.isdigit() else chinese_month(month))
        if date.month <= 12:
            return Fact(date, Basis.STATED, (resume.evidence(match.start(), match.end()),))
    return Fact()


def _short_birth_in_head(
    folded: str, sections: Sequence[Section], ranges: Sequence[tuple[int, int]], as_of: dt.date
) -> tuple[PartialDate, int, int] | None:
    """A date with a two-digit year beside the sex in the head of the resume: `男｜94年3月`, `女, 92-08-30`."""
    head = folded[:400]
    for m in tried(_SHORT_IN_HEAD, places(_MAY_BE_SHORT_IN_HEAD, head), head):
        start, end = folded.rfind("\n", 0, m.start()) + 1, folded.find("\n", m.end())
        line = folded[start : end if end >= 0 else len(folded)]
        date = _valid(_century(m[1]), int(m[2]), int(m[3] or 0))
        if (
            date is not None
            and date.month
            and 16 <= as_of.year - date.year <= 65
            and not _NO_BIRTH.match(folded, m.end())
            and _SEX.search(line)
            and len(line) < 160
            and section_at(sections, m.start()) in ("", "basic", "self", "work")
            and not any(a <= m.start() < b for a, b in ranges)
        ):
            return date, m.start(), m.end()
    return None


# parts of a date set apart by blanks or commas, as forms have them: 1992 05 06; 一九九六、七、八
_PARTED_BIRTH = re.compile(
    r"日?\s?((?:19|20)\d\d)(?:\s?[,、]\s?|\s{1,2})(\d{1,2})(?:(?:\s?[,、]\s?|\s{1,2})(\d{1,2}))?(?![\d岁.])"
)
_PARTED_CN_BIRTH = re.compile(
    r"([一二][九〇零○][〇零○一二三四五六七八九]{2})\s?[,、]\s?(十[一二]?|[一二三四五六七八九])\s?[,、]\s?"
    r"([一二]?十[一二三四五六七八九]?|三十一?|[一二三四五六七八九])(?![一二三四五六七八九十])"
)


def _parted_birth(folded: str, start: int, end: int) -> tuple[PartialDate, int, int] | None:
    if m := _PARTED_BIRTH.match(folded, start, end):
        year, month, day = int(m[1]), int(m[2]), int(m[3] or 0)
    elif m := _PARTED_CN_BIRTH.match(folded, start, end):
        year, month, day = chinese_year(m[1]), chinese_month(m[2]), _number(m[3])
    else:
        return None
    date = _valid(year, month, day)
    return (date, m.start(1), m.end()) if date is not None and date.month else None


def _labelled_birth(folded: str, label: Label, as_of: dt.date) -> tuple[PartialDate, int, int] | None:
    """The date that the value of a birth label gives, or None; `85.03` there is a year and a month."""
    start, end = label.value_start, label.value_end
    if (parted := _parted_birth(folded, start, end)) is not None and _plausible(parted[0], as_of):
        return parted
    for found in _date_of_birth(folded, start, end):
        if _plausible(found[0], as_of):
            return found
    compact = re.match(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?(?!\d)", folded[start:end])
    short = _SHORT_BIRTH.match(folded, start, end)
    if compact:
        date = _valid(int(compact[1]), int(compact[2]), int(compact[3] or 0))
        stop = start + compact.end()
    elif short:
        date, stop = _valid(_century(short[1]), int(short[2]), int(short[3] or 0)), short.end()
    else:
        return None
    return (date, start, stop) if date is not None and date.month and _plausible(date, as_of) else None


def _century(two_digits: str) -> int:
    year = int(two_digits)
    return 1900 + year if year >= 50 else 2000 + year


def find_age(
    resume: ResumeText,
    lex: Lexicon,
    sections: Sequence[Section],
    labels: Sequence[Label],
    birth: Fact[PartialDate],
    as_of: dt.date,
) -> tuple[Fact[int], tuple[int, int] | None, tuple[Notice, ...]]:
    """Age in full years at ``as_of``: the fact (lowest reading), its range, and flags (conflict, nominal age).

    A birth date decides over a stated age (B110). A stated age with an older date beside it is carried forward.
    """
    folded = resume.folded
    stated = _stated_age(resume, lex, sections, labels, as_of)
    if birth.value is not None:
        low, high = full_years(birth.value, as_of)
        notices: tuple[Notice, ...] = ()
        if stated is not None and not (stated[1] >= low - 1 and stated[0] <= high + 1):
            notices = (
                Notice(
                    "age_conflict", "自述年龄与出生日期不一致，按出生日期计算，请核对。", (stated[2], *birth.evidence)
                ),
            )
        return Fact(low, birth.basis, birth.evidence, birth.note), (low, high), notices
    if stated is not None:
        low, high, quoted, note = stated
        return Fact(low, Basis.STATED, (quoted,), note), (low, high), ()
    match = _NOMINAL.search(folded) if "虚" in folded else None
    if match:
        nominal = _number(match[1] or match[2])
        quoted = resume.evidence(match.start(), match.end())
        flag = Notice("nominal_age", "简历写的是虚岁，周岁小一至两岁，请核对出生日期。", (quoted,))
        return Fact(nominal - 2, Basis.INFERRED, (quoted,), "由虚岁推算"), (nominal - 2, nominal - 1), (flag,)
    match = _DECADE.search(folded[:800]) if _HAS_DECADE.search(folded[:800]) else None
    if match and not about_others(lex, folded, match.start()):
        written = match[1] if match[1].isascii() else str(chinese_year(match[1]))
        first = _century(written[-2:].zfill(2))
        last = first + (9 if first % 10 == 0 else 4)
        quoted = resume.evidence(match.start(), match.end())
        return (
            Fact(as_of.year - last - 1, Basis.INFERRED, (quoted,), "由年代推算"),
            (as_of.year - last - 1, as_of.year - first),
            (),
        )
    return Fact(), None, ()


def _stated_age(
    resume: ResumeText, lex: Lexicon, sections: Sequence[Section], labels: Sequence[Label], as_of: dt.date
) -> tuple[int, int, Evidence, str] | None:
    folded = resume.folded
    candidates: list[tuple[int, int, int]] = []
    for label in labels:
        if label.field == "age" and section_at(sections, label.start) not in OTHERS_SECTIONS:
            value = folded[label.value_start : label.value_end]
            number = re.match(rf"([1-6]\d|{_CN_NUMBER})(?!\d)", value)
            if number and "虚" not in value[:10]:
                candidates.append((_number(number[1]), label.value_start, label.value_start + number.end()))
    for match in (*_AGE.finditer(folded), *tried(_CN_AGE, places(_MAY_BE_AGE, folded), folded)):
        if section_at(sections, match.start()) in OTHERS_SECTIONS or about_others(lex, folded, match.start()):
            continue
        if "虚" in re.split(r"[,;]", folded[max(0, match.start() - 4) : match.start()])[-1] + folded[
            match.end() : match.end() + 4
        ] or _OTHERS_AGE.search(folded, max(0, match.start() - 12), match.start()):
            continue
        if (years := _number(next(filter(None, match.groups())))) >= 16:  # 12岁开始学画: no applicant's age
            candidates.append((years, match.start(), match.end()))
    if not candidates:
        head = folded[:400]
        candidates = [
            (int(m[0]), m.start(), m.end())
            for m in tried(_AGE_IN_HEAD, places(_MAY_BE_AGE_IN_HEAD, head), head)
            if section_at(sections, m.start()) in ("", "basic")
        ]
    if not candidates:
        return None
    age, s, e = min(candidates, key=lambda c: c[1])
    quoted = resume.evidence(s, e)
    dated = _age_date(folded, labels, s, e)
    if dated is None or (as_of.year, as_of.month) <= (dated.year, dated.month or 12):
        return age, age, quoted, ""
    years = as_of.year - dated.year
    low = age + years - (1 if (dated.month or 12) >= as_of.month else 0)
    high = age + years + (1 if (dated.month or 1) < as_of.month else 0)
    return low, high, quoted, f"年龄写于 {dated}，推算到 {as_of}"


def _age_date(folded: str, labels: Sequence[Label], s: int, e: int) -> PartialDate | None:
    """The older date an age was stated at: `年龄：33（截至2023年5月）`, or the resume's own date (更新时间)."""
    if re.match(r"\s?岁?\s?[(,]?[^()\n。;]{0,6}(?:截|填|制|写|更新|as of)", folded[e : e + 20]):
        for date, a, _ in find_points(folded, e, e + 30):
            if a - e < 16:
                return date
    if re.match(
        r"\s?岁?\s?[(,]?(?:填表|填写|制表|登记|当)时", folded[e : e + 12]
    ):  # the form's own date, told elsewhere
        for date, _, b in find_points(folded, 0, min(len(folded), 400)):
            if re.match(r"\s?(?:填|制|登记|更新)", folded[b : b + 4]):
                return date
    told = re.search(r"(20\d\d)\s?年(?:\s?(\d{1,2})\s?月)?[^,。;\n\d]{0,4}$", folded[max(0, s - 14) : s])
    if told and not re.search(r"生", told[0]):  # 2021年时29岁
        return PartialDate(int(told[1]), int(told[2] or 0) if int(told[2] or 0) <= 12 else 0)
    for label in labels:
        if label.field == "update":
            for date, _, _ in find_points(folded, label.value_start, label.value_end):
                return date
    return None


# --- other facts --------------------------------------------------------------------------------------------------

_URL = re.compile(
    r"(?:https?://|www\.)[^\s,;，；()（）<>\"'、。]+|(?<![a-z0-9\-])(?:[a-z0-9\-]{1,40}\.)?(?:behance\.net|dribbble\.com|zcool\.com\.cn|ui\.cn|github\.io)/[^\s,;()]*",
    re.I,
)
_WORK_ATTACHED = re.compile(
    r"作品(?:集|见|随|另)?[^。\n]{0,12}(?:附件|随附|附后|附上|见附|已附|另附|压缩包|pdf|邮件)|(?:附|随信|随简历)[^。\n]{0,8}作品|portfolio (?:attached|enclosed|available)"
)
_HAS_URL = re.compile(r"://|www\.|\.(?:net|com|cn|.o)/")
_AT_BANK = re.compile(r"本行|贵行|我行|重庆银行|你们?行(?!业)|贵单位|重银")
# said of another bank: 某国有大行，非贵行; 与贵行无关
_NOT_AT_BANK = re.compile(r"(?:非|不是|并非|不属|不属于|不在|未在|没在|没有?在|反正不)(?:你们?|在)?$")
_NOTHING_WITH_BANK = re.compile(
    r"(?:系统|体系)?(?:无关|没有?(?:任何|什么|半点)?关系|没关|无涉|不沾边?|不相干|毫无关系|无任何关系|以外|之外)"
)
_RELATIVE = re.compile(
    r"父亲|母亲|父|母|配偶|爱人|妻子|丈夫|老公|老婆|哥哥|姐姐|弟弟|妹妹|兄|岳父|岳母|公公|婆婆|舅|叔|姑妈|姑姑|姑父|伯父|伯母|大伯|姨|嫂|姐夫|妹夫|侄|外甥|连襟|妯娌|太太|媳妇|我先生|表哥|表姐|表弟|表妹|堂哥|堂姐|堂弟|堂妹|亲戚|亲属|儿子|女儿|未婚夫|未婚妻|家属|家人"
)
# before a name on its line: that of somebody else
_ANOTHER = re.compile(rf"(?:{_RELATIVE.pattern}|证明人|推荐人|联系人|介绍人|紧急|领导|经理|老师|同事|客户|候补)")
_NOT_MINE = re.compile(r"\W*(?:证明人|推荐人|介绍人|紧急联系人|家庭联系人|面试官|招聘)")
_APPLYING = re.compile(r"(?:应聘|申请|加入|希望|来到|想[进来到]|投)(?:贵行|本行)")
_NO_RELATIVE = re.compile(
    r"(?:无|没有|不存在|未有|并无|均不在|不在|均未在|均未|未在)[^。\n;]{0,14}(?:本行|贵行|我行|重庆银行|亲属|亲戚|近亲)|(?:本行|贵行|我行|重庆银行)[^。\n;]{0,10}(?:无|没有|不存在|未有)[^。\n;]{0,4}(?:亲属|亲戚|近亲|家属)"
)


def find_portfolio(resume: ResumeText, labels: Sequence[Label]) -> Fact[str]:
    """A link to, or word of, the candidate's enclosed works (position 4: 请附相关作品)."""
    for label in labels:
        if label.field == "portfolio" and label.value_end > label.value_start:
            quoted = resume.evidence(label.value_start, label.value_end)
            if _URL.search(quoted.text) or _WORK_ATTACHED.search(
                resume.folded, max(0, label.start - 1), label.value_end + 12
            ):
                return Fact(quoted.text, Basis.STATED, (quoted,))
    folded = resume.folded
    match = _WORK_ATTACHED.search(folded) if "作品" in folded or "portfolio" in folded else None
    if match is None and _HAS_URL.search(folded):
        match = _URL.search(resume.text)
    if match:
        quoted = resume.evidence(match.start(), match.end())
        return Fact(quoted.text, Basis.STATED if "作品" in quoted.text else Basis.INFERRED, (quoted,))
    return Fact()


def find_relatives(resume: ResumeText, sections: Sequence[Section]) -> Fact[str]:
    """A relative said to work at the bank (近亲属回避); declared absence and mere family words are none."""
    folded = resume.folded
    for match in _AT_BANK.finditer(folded):
        s, e = clause(folded, match.start())
        text = folded[s:e]
        family = section_at(sections, match.start()) == "family"
        denied = _NO_RELATIVE.search(text) or re.search(
            r"[:【(_\s](?:无|没有|否|不存在)[】)_\s。,]*$", folded[match.end() : e]
        )
        denied = (
            denied
            or _NOT_AT_BANK.search(folded, max(s, match.start() - 6), match.start())
            or _NOTHING_WITH_BANK.match(folded, match.end())
        )
        if not (_RELATIVE.search(text) or family) or denied or _APPLYING.search(text):
            continue
        if re.search(r"(?:不是|并非|非)(?:我的?)?(?:亲戚|亲属|近亲)", text):
            continue
        relative = _RELATIVE.search(text)
        gap = abs((s + relative.start()) - match.start()) if relative else 0
        if gap <= 40:
            quoted = resume.evidence(s, e)
            return Fact(quoted.text, Basis.STATED, (quoted,))
    return Fact()


# what stands under 求职意向 and is no post: state, pay, place, time
_NO_POST = re.compile(
    r"^(?:工作(?:类型|性质|地点|地区)|行业|月薪|年薪|薪资|薪酬|税[前后]|期望|地点|城市|到岗时间|全职|兼职|实习|不限|面议|重庆|离职|在职|在岗|随时|正在|目前|成为|努力|不断|提升|实现|"
    r"应届|求职状态|若|如|什么|一个|\d|[（(])|随时到岗|找工作|看机会|面议|什么岗位|[kK元万]/|\d{4,}"
)
_POST_WORD = re.compile(
    r"岗|经理|设计|专员|运营|策划|开发|分析|助理|主管|总监|工程师|柜员|顾问|编辑|管理|营销|拓展|会计|出纳|文员|designer|manager|analy|developer|engineer|operation|product",
    re.I,
)


def find_expected(resume: ResumeText, sections: Sequence[Section], labels: Sequence[Label]) -> Fact[str]:
    """The position the candidate says to apply for: labelled, in a wish section, or told in a sentence."""
    wished = [(s.start, s.end) for s in sections if s.kind == "wish"]
    employed = min((x.start for x in labels if x.field in ("employer", "period")), default=len(resume.text))
    for label in labels:
        in_head = (
            label.field == "title"
            and label.start < min(400, employed)
            and _POST_LABEL.match(resume.folded, label.start)
        )
        own = label.field == "expected" or (label.field == "title" and _listed(wished, label.start))
        if not own and not (in_head and section_at(sections, label.start) in ("", "basic")):
            continue
        found = _post_in(resume, label.value_start, label.value_end)
        weak = _WEAK_WISH.match(resume.folded, label.start)
        wanted = "岗$" if in_head and not own else _POST_WORD if weak else ""
        if found and re.search(wanted, found.value or ""):
            return found
    if (found := _told_post(resume, tried(_APPLIES, places(_MAY_APPLY, resume.folded), resume.folded))) is not None:
        return found
    for start, end in wished:
        at = start
        for line in resume.text[start:end].split("\n")[:4]:
            if (found := _post_in(resume, at, at + len(line))) is not None and _POST_WORD.search(found.value or ""):
                return found
            at += len(line) + 1
    return _told_post(resume, _named_posts(resume.folded)) or _bare_post(resume, sections) or Fact()


def _bare_post(resume: ResumeText, sections: Sequence[Section]) -> Fact[str] | None:
    """A post named alone outside every account of work, as the bank names them (…岗): `殷某某｜8-10K｜🎯 商务拓展岗`."""
    for match in tried(_BARE_POST, _before_posts(resume.folded), resume.folded):
        start = resume.folded.rfind("\n", 0, match.start(1)) + 1
        end = resume.folded.find("\n", match.end())
        line = resume.folded[start : end if end >= 0 else len(resume.folded)]
        if (
            section_at(sections, match.start(1))
            not in OTHERS_SECTIONS | {"work", "internship", "education", "project", "campus"}
            and not _HELD.search(resume.folded[start : match.start(1)])
            and not _DATED.search(line)
            and not _NO_POST.search(match[1])
        ):
            quoted = resume.evidence(*match.span(1))
            return Fact(quoted.text, Basis.STATED, (quoted,))
    return None


# before a post: that it is or was held, or refused
_HELD = re.compile(r"现任|曾任|担任|历任|任职|[任为当做在是至转调]$|不考虑|不投|除了?|原|单位|公司|部门|前[,:]?$|离职")
_DATED = re.compile(r"(?:19|20)\d\d\s?[年./\-]|\d\d[.]\d\d\s?[-~至]|至今")
_BARE_POST = re.compile(
    r"(?:^|(?<=[\n|/:;。\-「『\s>]))(?:\d{1,2}\s?[号.、]?\s?)?(?:我?投的?是?|想做|想去|就是)?((?![^,。;\n]{0,16}(?:什么|哪|某|在岗|到岗|转岗|上岗|待岗|离岗|定岗|顶岗|轮岗|换岗|各岗|同岗|本岗|其他岗|等岗|位岗|个岗))"
    r"[\u4e00-\u9fff/&()]{2,18}岗)(?=位?[\n|/;,。(」』\s]|$)"
)
_END_OF_POST = re.compile(r"岗(?=位?[\n|/;,。(」』\s]|$)")
_BEFORE_POST = re.compile(r"^|[\n|/:;。\-「『\s>]")
_LONGEST_POST = 32


def _before_posts(folded: str) -> Iterator[int]:
    """Where ``_BARE_POST`` may begin: behind one of its marks, shortly before a 岗 that ends a name."""
    at = 0
    for end in _END_OF_POST.finditer(folded):
        for mark in _BEFORE_POST.finditer(folded, max(at - 1, end.start() - _LONGEST_POST, 0), end.start()):
            if mark.end() >= at:
                yield mark.end()
        at = end.start() + 1


_POST_LABEL = re.compile(r"(?:拟任|应聘)?(?:岗位|职位|职务)(?:名称)?(?=[\s:])")
# words that lead to more than posts: 希望：稳定, 去向：重庆
_WEAK_WISH = re.compile(
    r"希望(?![岗职])|想去|去向|求(?!职)|愿|盼|目标(?![岗职])|意向(?![岗职])|期望(?![岗职])|申请(?![岗职])|投(?!递)|志愿(?!岗)|seeking|target|wanted|want|intent"
)


def _post_in(resume: ResumeText, start: int, end: int) -> Fact[str] | None:
    """The first piece of a line that can be a post: no state, pay or place, and no sentence."""
    for match in re.finditer(r"[^|｜；;\n]+", resume.text[start:end]):
        lead = re.match(
            r"\s*(?:\d{1,2}\s?[号.、]?\s?(?=[\u4e00-\u9fff])|(?:贵行|贵司|贵部|本行|重庆银行)的?)", match[0]
        )
        piece = re.split(
            r"[。]|[，,](?=.{0,4}(?:年包|月薪|薪|若|可谈|全职|不|到岗))|  ",
            match[0][lead.end() if lead else 0 :].strip(" \t：:/·-*>【】「」"),
        )[0]
        at = resume.text.find(piece, start + match.start())
        if piece and len(piece) <= 60 and not _NO_POST.search(piece):
            quoted = resume.evidence(
                at, at + len(piece.rstrip("）)" if "（" not in piece and "(" not in piece else ""))
            )
            return Fact(quoted.text, Basis.STATED, (quoted,)) if quoted.text else None
    return None


def _told_post(resume: ResumeText, matches: Iterable[re.Match[str]]) -> Fact[str] | None:
    for match in matches:
        group = next(i for i, value in enumerate(match.groups(), 1) if value is not None)
        quoted = resume.evidence(match.start(group), match.end(group))
        if not _NO_POST.search(quoted.text) and _POST_WORD.search(quoted.text):
            return Fact(quoted.text, Basis.STATED, (quoted,))
    return None


_AT_THE_BANK = r"(?:贵行|贵公司|贵司|贵单位|贵部|本行|你们)?(?:招的|招聘的)?(?:的)?\s?(?:\d{1,2}\s?号)?"
_APPLIES = re.compile(
    rf"(?:想?应聘|(?<!客户)(?<!用户)申请(?!人)|竞聘|报考|投递(?:的是)?|(?:想|希望|愿|愿意)?(?:来|到|在)(?:贵行|贵司|你们行|你们这)做|来做|想做|拟报|拟投|想报|想投|欲报|请考虑|自荐|应征|(?:apply(?:ing)? for|targeting)\s|(?:希望|想|欲|愿意?)(?:做|从事)|诚求|求职(?:方向|意向|目标|岗位)?[是为]?)(?:一下)?{_AT_THE_BANK}[:《“\"「 ]*"
    r"([\u4e00-\u9fff/&]{2,18}?(?:岗|经理|设计师|专员|运营|策划|设计|开发|分析|拓展|柜台)(?:岗)?(?![\u4e00-\u9fff]{1,8}岗))"
    r"|(?:seeking|applying for|apply for|application for) (?:an? |the )?([a-z /&]{3,40}?) (?:position|role|job|post)\b(?! of)"
    r"|(?:seeking|applying for|apply for|application for) (?:an? |the )?(?:position|role|job|post) of (?:an? )?([a-z /&]{3,40}?)(?=[,.\n]| at | in | with |$)"
)
_MAY_APPLY = re.compile(
    r"应(?=[聘征])|申(?=请)|竞(?=聘)|报(?=考)|投(?=递)|自(?=荐)|诚(?=求)|求(?=职)|请(?=考虑)|拟(?=[报投])|欲(?=[报做从])"
    r"|想(?=应聘|[来到在做报投从])|希(?=望[来到在做从])|愿(?=意?[来到在做从])|来(?=[贵你做])|到(?=[贵你])|在(?=[贵你])"
    r"|a(?=ppl)|t(?=arget)|s(?=eeking)"
)
_NAMED_POST = re.compile(
    r"(?:获悉|得知|看到|听说|了解到|知悉)[^,。;\n]{0,12}?(?:招聘|招)[“\"「]?([\u4e00-\u9fff/]{3,16})[”\"」]?(?:一职|岗位|职位)?,\s?(?:特此|特来|现|欲|想|前来)"
    r"|(?:贵行|贵部|贵公司)的?((?!的)[\u4e00-\u9fff]{3,12}岗位?)[,]?\s?我|(?:贵行|贵公司|贵司|贵单位|贵部|求)[^,。;\n]{0,6}[\"“「《']([\u4e00-\u9fff]{3,18}岗?)[\"”」》']"
    r"|(?:贵行|贵部|允许贵行|供|求|投(?:的是)?)(?:招聘的?|招的?|发布的|在招的?)?((?!的|招|设|有)[\u4e00-\u9fff]{3,16}岗)|(?:^|[\s|｜])([\u4e00-\u9fff]{3,16}岗)应聘|[☑☒✓✔√■]\s?([\u4e00-\u9fff]{3,16}岗)"
)


# where one of these may begin, but for the one that ends in 岗应聘
_MAY_NAME_POST = re.compile(
    r"获(?=悉)|得(?=知)|看(?=到)|听(?=说)|了(?=解到)|知(?=悉)|贵(?=[行部公司单])|允(?=许贵行)|供|求|投|☑|☒|✓|✔|√|■"
)


def _named_posts(folded: str) -> Iterator[re.Match[str]]:
    if "岗应聘" in folded:
        return _NAMED_POST.finditer(folded)
    return tried(_NAMED_POST, places(_MAY_NAME_POST, folded), folded)


def find_skills(resume: ResumeText, lex: Lexicon, sections: Sequence[Section]) -> Fact[tuple[str, ...]]:
    """Skills named in the resume by their usual names, each once, in order; denied ones and others' are left out."""
    found: dict[str, Evidence] = {}
    for hit in lex.skills.scan(resume.folded):
        name, group = hit.value
        if name in found:
            continue
        section = section_at(sections, hit.start)
        if section in OTHERS_SECTIONS | {"wish"} or (group in ("能力", "语言") and section != "skills"):
            continue  # every duty names some ability: only a skills section lists it
        if not _denied(resume, lex, hit.start, hit.end):
            found[name] = resume.evidence(hit.start, hit.end)
    return Fact(tuple(found), Basis.STATED, tuple(found.values())) if found else Fact()


def _denied(resume: ResumeText, lex: Lexicon, start: int, end: int) -> bool:
    return is_negated(lex, resume.folded, start) or _DENIED_BEHIND.match(resume.folded, end, end + 6) is not None


_DENIED_BEHIND = re.compile(r"\s*[(,]?\s*(?:不会|不熟|不懂|未通过|未过|没过|备考|在考)")


_NO_CERTIFICATE = re.compile(
    r"亲属|不是|没有|未考|[(（](?:目前|暂时?)?(?:还没|还未|没考|尚未)|培训(?!合格|证)|^[ivx]+\. |what |公示中|不算|备考|在考|待考|未通过|没过|已?过期|失效|成绩未出|^(?:无|暂无|没有|证书|资格|资格证书|职业资格|等|其他|身份证)|暂缺|奖|优秀|标兵|第一名|冠军"
)
_LIKE_CERTIFICATE = re.compile(r"证|资格|级|[A-Z]{3}|师|员|从业|会计|合格|^[ABC][12](?:[ABC][12])?$")
# names in no list that say themselves what they are: 货运从业资格证, 安全考核B证, 会展策划师三级, 执业兽医师
_SAYS_CERTIFICATE = re.compile(
    r"[\u4e00-\u9fff]{2,10}?(?:从业资格|执业资格|职业资格|上岗资格|任职资格)证?书?"
    r"|[\u4e00-\u9fff]{2,6}?执业证书?|[\u4e00-\u9fff]{2,10}?[a-e]证(?!券|件|明|书|据|照)|执业(?!律师)[\u4e00-\u9fff]{1,4}师"
    r"|[\u4e00-\u9fff]{2,8}(?:工|师|员)\(?(?:[初中高]级|[一二三四五]级)\)?(?:/技师|/高级技师)?"
    r"|[\u4e00-\u9fff]{2,8}?(?:[员师]证书?|(?:训练|培训|考试|岗位|实操|安全)合格证书?|导游证|上岗证|操作证|从业证|退伍证)(?!明|据|件)"
    r"|(?:钢琴|古筝|提琴|二胡|吉他|琵琶|声乐|舞蹈|书法|围棋|电子琴|手风琴)(?:业余)?[一二三四五六七八九十]{1,2}级"
    r"|(?:(?<=外语:)|(?<=英语:)|(?<=外语水平:)|(?<=英语水平:))[四六]级"
    r"|(?:评[上为]|评定为|获评|取得|职称[:是为])了?(?:正高级|副高级|[初中高]级|助理)(?:工程|经济|会计|统计|审计|政工|农艺)师"
    r"|初级(?:广告|程序|统计|审计)[师员]|软考[初中高]级[·:]?[\u4e00-\u9fff]{2,10}[师员]"
    r"|(?<![\u4e00-\u9fff])[四六]级(?=[\s:]*[4-6]\d\d)"
)
_LEAD_TO_CERTIFICATE = re.compile(
    r"^.*(?:持有?|评[上为]了?|评定为|获评|职称:|取得了?|考取|考过了?|考了|考到了?|有|与|会|通过了?|具有|具备|获得|拿到|拥有|有[个一]*|和|及|与|证|(?<=[、,])|[是为])(?=[\u4e00-\u9fff]{3,})"
)
_MORE_OF_CERTIFICATE = re.compile(
    r"(?:资格|职业资格)?(?:证书?|合格证)?[ ]?(?:[初中高]级|[一二三]级|level ?(?:[1-3]|i{1,3})\b|[甲乙]等)?(?:证书?)?(?:[(（](?!20|已|未|备|在|待|公示|目前|还|暂|没|无|尚|拟|计划|准备)[^()（）\n]{1,16}[)）])?"
)
# before a certificate: what is only planned or under way; behind it: what is not held, or is work
_PLANNED = re.compile(
    r"备考|愿意?去?考|愿意报|正在考|在考|报考|拟考|准备考|计划|打算|目标|争取|希望|想考|准备|拟取|学习中|报名|拟[于在]?|将考|要考|考取中|尚未|不属于|不算"
)
_NOT_HELD = re.compile(
    r"[^,。;、\n]{0,12}?[(,]?\s?(?:备考|在考|未通过|未全部?通过|未过|没过|没考过|未考过|成绩未出|未出成绩|待考|考试中|差一门|已?过期|失效|公示中|不会|不熟|不懂)"
    r"|[(（][^()（）]{0,4}(?:还没有?|未考|没考|尚未|未取|没取|没有|无)[^()（）]{0,4}[)）]|(?:资格)?证?书?的(?:同事|同学|领导|老师|上司|主管|客户|朋友|学员|下属|候选人|员工|人[员士]|家人|专家|导师|团队|伙伴|经理)|\s?(?:level in|水平)|[、\w/]{0,8}?(?:者|证书|持证人?)?优先|\s?(?:考试)?(?:培训|课程|辅导|讲师|题库|报名|教材|备考|考点|项目|业务|行业)"
)
# 银行从业 for short: in a list or behind 有, 考过; not 银行从业经验, 从事银行从业
_CREDENTIAL = re.compile(
    r"(?:(?<=[\s、,;:·|/(有持过得考])|(?<=[过得]了)|^)(?:银行|证券|基金|期货|保险)从业"
    r"(?!(?:经验|人员(?!资格)|者|年|背景|机构|经历|公司|多年|的|规范|纪律))"
)


# where a name that says itself what it is may stand: the whole pattern is tried only around these
# (its words each begin with a character of their own: the search skips to these)
_SAYS_HINT = re.compile(
    "|".join(
        [
            *("资格", "合格证", "导游证", "上岗证", "操作证", "从业证", "退伍证", "语(?:水平)?:[四六]", "执业"),
            *(f"{c}证" for c in "员师ABCDEabcde"),
            *(f"{c}[一二三四五六七八九十]" for c in "琴筝胡他琶乐蹈法棋余"),
            *(rf"{c}\(?[初中高一二三四五]级" for c in "工师员"),
            *(
                "初级",
                "软考",
                "中级(?=[工经会统审政农])",
                "高级(?=[工经会统审政农])",
                "助理(?=[工经会统审政农])",
                r"四级[\s:]*[4-6]\d",
                r"六级[\s:]*[4-6]\d",
            ),
        ]
    )
)


def _said_certificates(folded: str) -> Iterator[re.Match[str]]:
    reach = 0
    for hint in _SAYS_HINT.finditer(folded):
        match = _SAYS_CERTIFICATE.search(folded, max(reach, hint.start() - 12), hint.end() + 12)
        if match:
            reach = match.end()
            yield match


def _line_of_values(folded: str, label: Label, following: Label | None) -> int:
    """Where a list of certificates behind a label ends: at the next label or the line's end; `;` parts its items."""
    end = folded.find("\n", label.value_start)
    end = len(folded) if end < 0 else end
    if following is not None and label.value_start <= following.start < end:
        end = following.start
    return max(end, label.value_end)


def _not_held(resume: ResumeText, lex: Lexicon, start: int, end: int) -> bool:
    """Whether a certificate is only planned, under way, failed, expired, asked of others, or a matter of work."""
    folded = resume.folded
    before = re.split(r"[。;\n◎●]", folded[max(0, start - 16) : start])[-1]
    if _PLANNED.search(before) and not re.search(r"已[^,]{0,4}$|通过$|取得$", before):
        return True
    return (
        is_negated(lex, folded, start) or _NOT_HELD.match(folded, end) is not None or _others_hold(lex, folded, start)
    )


_WHO_HOLDS = re.compile(r"[^,，;；。:：\n]{0,14}$")
_HOLDS = re.compile(r"[\u4e00-\u9fff]{0,5}(?:持有?|拥有|取得了?|考取了?|考[过到]了?|通过了?|有|是)$")


def _others_hold(lex: Lexicon, folded: str, start: int) -> bool:
    """Whether somebody else holds what begins at ``start``: 领导持有注册会计师证书, 我的导师是CFA."""
    part = _WHO_HOLDS.search(folded, max(0, start - 14), start)
    who = lex.others.first(folded, part.start(), start) if part else None
    return (
        who is not None
        and part is not None
        and who.start - part.start() <= 3
        and (_HOLDS.match(folded, who.end, start) is not None)
    )


def find_certificates(
    resume: ResumeText, lex: Lexicon, sections: Sequence[Section], labels: Sequence[Label]
) -> Fact[tuple[str, ...]]:
    """Certificates as written: the items of certificate sections and labels, known ones named elsewhere, and names
    that say themselves what they are. Planned, failed and expired ones are none.
    """
    folded = resume.folded
    found: list[tuple[int, int, str]] = []  # start, end, name of data/certificates.csv or ""
    listed = [(s.start, s.end) for s in sections if s.kind == "certificate"]
    listed += [
        (x.value_start, _line_of_values(folded, x, following))
        for x, following in zip_longest(labels, labels[1:])
        if x is not None and x.field == "certificate"
    ]
    for start, end in listed:
        for match in re.finditer(
            r"(?:[^、，,；;。\n\t|｜／·•●◆■:：/(（]|(?<=级)[·/]|(?<=软考)[:：]|[(（][^()（）]*[)）])+",
            resume.text[start:end],
        ):
            begin = start + match.start() + len(match[0]) - len(match[0].lstrip(" -*"))
            quoted = resume.evidence(begin, start + match.end())
            name = quoted.text
            if not 2 <= len(name) <= 40 or _NO_CERTIFICATE.search(name) or not _LIKE_CERTIFICATE.search(name):
                continue
            skill = lex.skills.first(folded, quoted.start, quoted.end)
            if (skill and (skill.start, skill.end) == (quoted.start, quoted.end)) or re.search(
                r"获|参加|带|负责|熟练|[。]", name
            ):
                continue
            for a, b in _cut_at_blanks(quoted):
                if not _not_held(resume, lex, a, b):
                    hit = lex.certificates.first(folded, a, b)
                    found.append((a, b, hit.value[0] if hit else ""))
    elsewhere: list[tuple[int, int, str]] = []
    for hit in lex.certificates.scan(folded):
        if hit.value[0] == "机动车驾驶证":
            continue  # a driving licence counts where certificates are listed
        more = _MORE_OF_CERTIFICATE.match(folded, hit.end)
        elsewhere.append((hit.start, more.end() if more else hit.end, hit.value[0]))
    for match in _CREDENTIAL.finditer(folded) if "从业" in folded else ():
        more = _MORE_OF_CERTIFICATE.match(folded, match.end())
        elsewhere.append((match.start(), more.end() if more else match.end(), f"{match[0]}资格"))
    for match in _said_certificates(folded):
        lead = _LEAD_TO_CERTIFICATE.match(match[0])
        elsewhere.append((match.start() + (lead.end() if lead else 0), match.end(), ""))
    taken = bytearray(len(folded))  # characters that a certificate found already holds
    for a, b, _ in found:
        taken[a:b] = b"\1" * (b - a)
    for a, b, known in sorted(elsewhere, key=lambda x: (not x[2], x[0])):
        if any(taken[a:b]):
            continue
        if section_at(sections, a) not in OTHERS_SECTIONS | {"wish"} and not _not_held(resume, lex, a, b):
            found.append((a, b, known))
            taken[a:b] = b"\1" * (b - a)
    quotes: dict[str, Evidence] = {}
    names: dict[str, str] = {}
    for a, b, known in sorted(found):
        quoted = resume.evidence(a, b)
        earlier = names.get(known) if known else None
        if earlier is not None and (earlier in quoted.text or quoted.text in earlier or not _listed(listed, a)):
            continue  # CFA二级 and again CFA
        if known:
            names.setdefault(known, quoted.text)
        quotes.setdefault(quoted.text, quoted)
    return Fact(tuple(quotes), Basis.STATED, tuple(quotes.values())) if quotes else Fact()


def _listed(spans: Sequence[tuple[int, int]], at: int) -> bool:
    return any(a <= at < b for a, b in spans)


def _cut_at_blanks(quoted: Evidence) -> Iterator[tuple[int, int]]:
    """The parts of a list's item that blanks part: `英语六级  软件设计师`, `银行从业（中级） CFA一级`."""
    at = 0
    for blank in (*re.finditer(r" {2,}|(?<=[)）]) ", quoted.text), None):
        stop = blank.start() if blank else len(quoted.text)
        if quoted.text[at:stop].strip():
            yield quoted.start + at, quoted.start + stop
        at = blank.end() if blank else stop


def find_sex(resume: ResumeText, labels: Sequence[Label]) -> Fact[str]:
    """Sex as stated. No rule and no score reads it (DESIGN decision 9)."""
    labelled = first_value(resume, labels, "sex")
    match = (
        re.search(r"[男女]|female|male", labelled.value.lower())
        if labelled.value
        else _sex_in_head(resume.folded[:300])
    )
    if match is None:
        return Fact()
    value = "女" if match[0] in ("女", "female") else "男"
    evidence = labelled.evidence or (resume.evidence(match.start(), match.end()),)
    return Fact(value, Basis.STATED, evidence)


def _sex_in_head(head: str) -> re.Match[str] | None:
    return _SEX.search(head) if "男" in head or "女" in head or "male" in head else None


def text_notices(
    resume: ResumeText, min_characters: int, stuffing_repeats: int, stuffing_share: float
) -> tuple[Notice, ...]:
    """Flags on the text itself: too short, keyword stuffing."""
    folded = resume.folded
    notices = []
    characters = Counter(folded)
    letters = sum([n for c, n in characters.items() if c.isalnum()])
    if letters < min_characters:
        notices.append(Notice("too_short", "内容不足：正文太少，无法判断，请查看原件或请候选人补充。"))
    split = folded
    for mark in "。;,，":
        split = split.replace(mark, "\n")
    lines = Counter([piece for piece in map(str.strip, split.split("\n")) if len(piece) >= 2])
    if lines and letters:
        count = max(lines.values())
        piece = next(piece for piece, n in lines.items() if n == count)
        if count >= stuffing_repeats and count * len(piece) / letters >= stuffing_share:
            at = folded.find(piece)
            notices.append(
                Notice(
                    "keyword_stuffing",
                    "疑似堆砌关键词：同一词句大量重复，重复部分不加分。",
                    (resume.evidence(at, at + len(piece)),),
                )
            )
        else:
            # a gram that often holds its letters that often: most texts have none, and few others are counted at all
            least = max(stuffing_repeats, stuffing_share * letters / 6)
            often = {c for c, n in characters.items() if n >= least - 1}
            possible = len(folded) < 200_000 and any(c.isalpha() and characters[c] >= least for c in often)
            words = Counter(_grams_of(folded, often) if possible else ())
            if words:
                gram, repeats = words.most_common(1)[0]
                if (
                    repeats >= stuffing_repeats
                    and repeats * 6 / letters >= stuffing_share
                    and gram.strip() == gram
                    and any("\u4e00" <= c <= "\u9fff" or c.isalpha() for c in gram)
                ):
                    at = folded.find(gram)
                    notices.append(
                        Notice(
                            "keyword_stuffing",
                            "疑似堆砌关键词：同一词句大量重复，重复部分不加分。",
                            (resume.evidence(at, at + 6),),
                        )
                    )
    return tuple(notices)


def _grams_of(folded: str, letters: set[str]) -> Iterator[str]:
    """The grams of six characters that are all among ``letters``, in order."""
    last = len(folded) - 7
    for sixth in range(5, len(folded) - 1, 6):  # each gram holds one of every sixth characters
        if folded[sixth] in letters:
            for start in range(sixth - 5, min(sixth, last) + 1):
                if letters.issuperset(gram := folded[start : start + 6]):
                    yield gram
