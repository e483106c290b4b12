"""Jobs with employer, title, kind, period and domains; months in total and per domain; stated totals."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, takewhile

from matcher.extraction.basics import section_at
from matcher.extraction.dates import (
    DateRange,
    Interval,
    chinese_month,
    earliest,
    find_points,
    find_ranges,
    interval,
    latest,
    month_of,
    span,
    union_months,
)
from matcher.extraction.domains import DomainHits, JobSpans, domain_words, judge_job, other_trade
from matcher.extraction.entries import STRONG, Entry, is_since, names_employer, names_title
from matcher.extraction.labels import Label
from matcher.extraction.lexicon import Lexicon, about_others, clause, is_negated
from matcher.knowledge import load_words
from matcher.schema import (
    Basis,
    Education,
    Evidence,
    Fact,
    Job,
    JobKind,
    MonthSpan,
    Notice,
    PartialDate,
    Period,
    ResumeText,
)
from matcher.terms import TermIndex
from matcher.text import PART_END, Section, fold

_NO_JOBS = frozenset({"project", "campus", "advert", "family", "reference"})
_PIECE = re.compile(
    r"(?:[^\s\t|·•,;:。,，>#*()\[\]【】「」〖〗/]|(?<=[a-z])/(?=[a-z])|(?<=\b[a-z]{2})/(?=[\u4e00-\u9fff]))+(?:\([^()\n]{1,16}\)[^\s\t|·•,;:。,，>#*()\[\]【】「」〖〗/]*)*(?:(?<=[a-z.&]) (?=[a-z&])[a-z&.'\-]+)*"
)
_LATIN_PIECE = re.compile(
    r"(?:(?! {2,}| -+ |, (?!ltd|inc|llc|co\b|corp)|(?:(?<=[a-z]{4})|(?<=\bco)|(?<=\bltd)|(?<=\binc))\. )[^\t|·•;\n()])+"
)
_NOT_PIECE = re.compile(
    r"(?:共|约)?\d{1,2}年(?:\d{1,2}个?月)?|\d+个?月|\d[\d\-.,~kw万元]*(?:/月|元|k|万|人)?\S{0,3}|税前|至今|在职|离职|全职|民营|国企|上市公司|外资|合资|"
    r"(?:\d+-?)+\d*人|互联网|金融业?|银行业?|计算机软件|[-—~]+|.{1,2}省.{0,6}|时间|起止.{0,4}|单位|职务|岗位|公司|部门|"
    r"(?:工作|职业|经历|单位|公司|任职|履历)?(?:第?[一二三四五六七八九十零\d]+)[家段份号]?(?:工作|经历|公司|单位)?|"
    r"(?:在此|这)?期间|(?:最近|上一?家|下一?家|现在?|前|目前|曾任|当前)(?:任职)?(?:的)?(?:公司|单位|职位|岗位|职务|东家)|第.{1,3}[章节部回页]|自由职业者?|私营|股份制|外企|独资|事业单位|(?:期满|试用期|返聘|已?离职|入职|每周.{1,4}|代表)"
)
# a piece that is a sentence about duties, not a name
_NOT_NAME = re.compile(
    r"^(?:[一二两三四五六七八九十几\d]+(?:家(?:公司|单位|银行|企业)|年(?!级))|业主|甲方|委托|那里|那儿|那边|与|和(?![平信谐记润创光])|对(?!外|啊)|负责|为|把|将|用(?!友)|从(?!业|江|化)|在.*时|同(?![程花方仁济创盾洲城策])|给|做|写|管(?!理|家)|带|参与|协助|配合|主导|完成|自己|因)|(?<!\.)[、,](?![^(]*\))(?! ?(?:ltd|inc|llc|co\b))|了$"
)
# what leads up to an employer in a sentence: 毕业后一直在…, 18年加入…, 我便转到…; names that begin with such a word
# (自如, 任丘, 都江堰, 到家) are left whole
_STRIP_EMPLOYER = re.compile(
    r"^(?:[,、。;:\s]+|(?:(?:再|更)?(?:之|此|以)前|更?早先|早年|最先)(?=[在于到进曾任做当])|最早|最初|起初|最开始|一开始|(?:\d{4}|\d\d)年(?:\d{1,2}月)?份?|[正腊冬]月里?|年[初底中末前后]|[春夏秋冬][天季]|[上下]半年|本人|我|随后|之后|此后|其后|随即|后来|然后|接着|毕业后?|退伍后|同年|当年|同月|当月|期间|"
    r"其间|目前|现在|意外|正式|主要|开始|先后|先(?=在|到|进|去|于)|后(?=在|到|进|去|又|任|加|转|入)|"
    r"[并又再便就都也曾则](?=[在到进去任加转入受])|了|起(?=[在到进去任加转入受担做当就我调]|$)|一直|直接|由(?=.{2,}公司)|"
    r"(?:受聘|就职|任职|供职|服务|工作)[于在]?|分配[到至在]|加盟|加入|进入|入职|应聘[到至进]|跳槽[到至]|调[入到至]|调(?=[总分支]行)|转[到至入投战]|转岗[到至]|来到|回到|考[入进]|"
    r"聘[至到于]|担任|进(?!出口|步|阶|修|贤)|去(?!哪|水)|到(?!家|店|账|位)|成了|成为|在(?!线|行|职|途|读)|于(?!都|洪|田)|自(?!由|如|动|媒|行|营|然|贸|律|强|主|己|办|建)|"
    r"从(?!业|江|化)|任(?!丘|县|务|我|意)|(?:本地|当地|老家|附近)?的?(?:一家|某家))+了?"
)
# the last verb inside a clause after which the employer's name begins: 我回河北，意外成了廊坊永定河银行
_JOINING = re.compile(
    r"(?:受聘|就职|任职|供职)于?|加盟|加入|进入|入职|跳槽[到至]|调[入到至]|转[到至]|来到|回到|进了|去了|到了|成了|成为|[,我先后便都就:]在|:"
)
# between employer and title in one clause: 甲乙公司任客户经理, “乡里鲜”社区团购做产品专员
_VERB = re.compile(
    r"(?<![主责信继专])(?:担任[了过]?|出任|现任|历任|曾任|后任|任职为?|任(?!务|何)|当(?![地年时前月日天])[了过]?|[做干升]到|做起?[了过]?|从事|改做|转做|的?(?:职务|职位|岗位|岗)[是为]|升任|晋升为?)"
)
_COUNTED = re.compile(r"(?:[一两三四五六七八九十\d]+个?(?:年|月|载)(?:半|多|余)?的?|一?名|一?个)?")
_STRIP_TITLE = re.compile(
    r"^(?:[,，]|我|并|后|先|起|一直|主要|正式|历任|先后)*(?:担任|任职为?|出任|升任|晋升为?|晋升至|提拔为?|转岗为?|转为|转任|调任|做了?|从事|任|当|为|是|的|职务[是为]?|职位[是为]?|岗位[是为]?)+(?:[一二两]?[名个]|[一两三四五六七八九十\d]+年)?"
)
_DEPARTMENT = re.compile(r"(?:部|处|室|科|组|线|事业部|条线|中心)$")
_AT_WORK = re.compile(r"(?:短期|暑期|寒假|顶岗|轮岗|轮转)?(?:实习|见习|工作|上班|任职|就职|兼职|打工)$")
_TITLE_TAIL = re.compile(r"(?<=.)(?:岗|一职|职务|职位|的?工作|兼(?!职).*)$")
_PROJECT = re.compile(
    r"项目(?!经理|主管|助理|总监|专员|管理|负责人|运营|岗|工程师|科|部|处|组)|项目(?:起止)?时间|课题|改版|上线|系统建设|平台建设|专项|工程$"
)
_PROJECT_TIMES = re.compile(r"项目(?:起止|实施|开发)?(?:时间|日期|周期)")
_INTERN = re.compile(r"实习|见习(?![\u4e00-\u9fff]{1,6}(?:经理|员|师|主管|代表|顾问))|intern(?:ship)?\b|trainee\b")
_PART = re.compile(r"兼职|part-time|part time|按次付酬|业余|课余|在校期间|校期间|不计入工作")
_FREE = re.compile(
    r"自由职业|自由设计师|自由撰稿|freelanc|self-employed|接单|接散单|独立[^,。;\n]{0,8}设计师|众包|个体户|自媒体人|自负盈亏|摆摊|网约车|跑滴滴|自主创业|自己创业|个体经营"
)
_VOLUNTEER = re.compile(r"志愿者|义工|支教|volunteer|学生会|社团|班长|团支书|学生干部|义务帮|算义务")


@lru_cache
def _not_employers() -> TermIndex[str]:
    return TermIndex((w, w) for w in load_words("not_employer_words.txt"))


@lru_cache
def _not_work() -> re.Pattern[str]:
    """Words that say nothing was worked in a period (待业、备考); an employer named beside them overrules."""
    return re.compile("|".join(map(re.escape, load_words("not_work.txt"))))


def _idle(text: str) -> bool:
    """Whether a text says that nothing was worked: 待业, 旅行, but not 某某旅行网."""
    return any(text[m.end() : m.end() + 1] not in tuple("网社公集平团局店") for m in _not_work().finditer(text))


@dataclass(frozen=True, slots=True)
class _Names:
    employer: tuple[int, int] | None
    title: tuple[int, int] | None


_VERBS = 20  # verbs looked at between employer and title: a clause of more of them names neither


def _split_at_verb(lex: Lexicon, folded: str, a: int, b: int) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Employer and title of one clause with a verb between them, or None: 荣昌某种猪场当技术员."""
    for match in islice(_VERB.finditer(folded, a + 2, b), _VERBS):
        at = match.end() + len(_COUNTED.match(folded[match.end() : b])[0])  # type: ignore[index]
        if b - at >= 2 and _title_at_end(lex, folded, at, b) and not folded[a : match.start()].endswith(("的", "我")):
            return (a, match.start()), (at, b)
    return None


def _employer_start(folded: str, a: int, stop: int) -> int:
    """Where an employer's name begins in ``folded[a:stop]``: behind the words that lead up to it."""
    lead = _STRIP_EMPLOYER.match(folded[a:stop])
    if lead and stop - a - lead.end() >= 2:
        a += lead.end()
    for match in _JOINING.finditer(folded, a, stop):
        if stop - match.end() >= 3:
            a = match.end()
    lead = _STRIP_EMPLOYER.match(folded[a:stop])
    return a + lead.end() if lead and stop - a - lead.end() >= 2 else a


def _employer_end(lex: Lexicon, folded: str, s: int, e: int) -> int | None:
    """Where the employer's name ends inside a piece, or None when the piece names none."""
    bracket = folded.find("(", s + 2, e)
    e = bracket if bracket > 0 else e
    hits = [(h.start, h.end, h.term in STRONG) for h in lex.employers.scan(folded, s, e)]
    hits = [h for h in hits if not (h[0] == s and h[1] - s < 4 and not folded[s : h[1]].isascii())]
    hits += [(h.start, h.end, True) for h in lex.institutions.scan(folded, s, e)]
    if not hits:
        return None
    blocked = [(h.start, h.end) for h in _not_employers().scan(folded, s, e)]
    best = None
    strong = False
    for start, end, telling in sorted(hits):
        if any(x <= start < y for x, y in blocked):
            continue
        if best is not None and start >= best:
            if _VERB.search(folded, best, start + 1):
                break  # 杭州蜜糖理财公司做金融｜产品经理
            if strong and not telling and start == best and _title_at_end(lex, folded, best, e):
                break  # 甲乙银行金融产品经理
        best, strong = max(best or 0, end), telling
    return best


def _title_at_end(lex: Lexicon, folded: str, s: int, e: int) -> bool:
    """Whether a span ends with a job title word, perhaps with a bracket or 岗 behind it."""
    stop = e
    bracket = re.search(r"\([^()]*\)$", folded[s:e])
    if bracket:
        stop = s + bracket.start()
    text = folded[s:stop]
    tail = _TITLE_TAIL.search(text)
    if tail and tail.start() > 0 and tail[0] == "岗":
        return True
    if re.fullmatch(r"[\u4e00-\u9fff]{2,7}[员师]", text):
        return True
    stop = s + (tail.start() if tail else len(text))
    last = stop - (folded[stop - 1] in "师员岗")  # 资深界面与交互设计|师
    return any(h.end >= last for h in lex.titles.scan(folded, s, stop))


_ORDINAL = re.compile(r"\(?\d{1,2}[.、)）] ?(?=[^\d\s])")
_NEXT_TURN = re.compile(r"\s*(?:[,;(、]\s*(?=\d{2}(?:\d\d)?\s?[年./-])|~|→|->|=>)")


def _first_turn(folded: str, a: int, b: int, period: DateRange) -> tuple[int, int] | None:
    """The title of a labelled value up to a date or an arrow (BD专员，2017年5月升BD经理); none when the period stands in
    a later part of it (大堂经理（17.08–18.12）→ 小微客户经理（19.01–21.09）).
    """
    if a <= period.at < b:
        return None
    turn = _NEXT_TURN.search(folded, a, b)
    return _strip(folded, a, turn.start() if turn and turn.start() - a >= 2 else b)


def _names(resume: ResumeText, lex: Lexicon, entry: Entry, labels: Sequence[Label]) -> _Names:
    """Employer and title of an entry: from its labels, else from the pieces of its header."""
    folded = resume.folded
    employer: tuple[int, int] | None = None
    title: tuple[int, int] | None = None
    for name, a, b in entry.cells:
        if name == "employer":
            employer = (a, b)
        elif name == "title":
            title = _strip(folded, a, b)
    stop_at = max((e for _, e in entry.header), default=entry.end)
    for label in labels:
        if (
            entry.start <= label.start < stop_at
            and label.value_end > label.value_start
            and not re.match(r"无|暂无|待业|离职", folded[label.value_start :])
        ):
            if label.field == "employer" and employer is None:
                employer = _strip(folded, label.value_start, label.value_end)
            elif label.field == "title" and title is None:
                title = _first_turn(folded, label.value_start, label.value_end, entry.period)
    loose: list[tuple[int, int]] = []
    titles: list[tuple[int, int]] = []
    for s, e in entry.header:
        pos = s
        latin = sum(c.isascii() and c.isalpha() for c in folded[s:e]) > 0.6 * max(1, len(folded[s:e].replace(" ", "")))
        for match in (_LATIN_PIECE if latin else _PIECE).finditer(folded, s, e):
            a, b = match.start(), match.end()
            if title and s <= title[0] and re.search(r"[:;]|--", folded[title[1] : a]):
                break  # 电商运营：店铺活动、直播排期
            if a < pos or any(
                x.start <= a < x.value_end and x.field not in ("period", "employer", "title") for x in labels
            ):
                continue
            a, b = _strip(folded, a, b)
            if number := _ORDINAL.match(folded, a, b):
                a = number.end()
            dash = folded.find("--", a, b)
            if dash > a + 1 and title is None and not _title_at_end(lex, folded, a, dash):
                behind = _strip(folded, dash, b)  # 重庆三峡银行网络金融部——产品经理岗
                if behind[1] - behind[0] >= 2 and _title_at_end(lex, folded, *behind):
                    title = behind
            b = dash if dash > a + 1 else b  # 渠道总监——高校、产业园渠道拓展
            if (
                b - a < 2
                or re.fullmatch(r"[a-z]?\d+(?:\.\d+)*", folded[a:b])
                or _NOT_PIECE.fullmatch(folded, a, b)
                or any(a <= x.start < b for x in labels)
                or _CAPTION.match(folded, a, e)
            ):
                continue
            if titles and _DUTY.match(folded, a, b) and (employer or a > titles[0][1]):
                continue  # 产品助理 18.07-19.12 负责产品需求
            if _WISHED.search(folded[a:b].split("(")[0]):
                continue  # 应聘UI设计师: a wish in a job's line is no title
            if latin and (post := _AT.match(folded, a, b)) and _title_at_end(lex, folded, *post.span(1)):
                employer, title = employer or post.span(2), title or post.span(1)
                continue
            if folded[b : b + 1] == "[" and folded[b + 1 : b + 2].isdigit() and folded[a:b].isascii():
                continue  # job[0] = …
            quoted = _QUOTE_END.match(folded, a, b) if folded[a - 1 : a] in tuple('“"「《『') else None
            if quoted and employer is None and _title_at_end(lex, folded, quoted.end(), b):
                employer, title = quoted.span(1), title or _prose_title(lex, folded, quoted.end(), b)
                continue  # “捷渡”充电宝渠道经理
            if _RANK.match(folded, a, b) and "," not in folded[a:b] and _title_at_end(lex, folded, a, b):
                titles.append((a, b))
                title = title or (a, b)
                continue  # 高级金融产品经理, 资深界面与交互设计师
            a = _employer_start(folded, a, b)
            parted = _split_at_verb(lex, folded, a, b)
            if parted and not _NOT_NAME.search(folded[slice(*parted[0])]):
                if employer is None or parted[0] == employer:
                    employer, title = parted[0], title or parted[1]
                else:
                    title = title or parted[1]
                continue
            stop = _employer_end(lex, folded, a, b)
            if stop is not None and "、" in folded[a:stop] and _title_at_end(lex, folded, a, b):
                stop = None  # 品牌策划、抖音号运营
            if stop is not None:
                rest = (stop, b)
                strip = _STRIP_TITLE.match(folded[stop:b])
                if strip:
                    rest = (stop + strip.end(), b)
                if rest[1] - rest[0] >= 2 and _title_at_end(lex, folded, *rest):
                    if employer is None:
                        employer, title = (a, stop), title or rest
                    continue
                if _AT_WORK.fullmatch(folded, stop, b):
                    employer = employer or (a, stop)
                    continue
                if (
                    stop < b
                    and _title_at_end(lex, folded, a, b)
                    and title is None
                    and not _strong_employer(lex, folded, a, b)
                ):
                    title = (a, b)
                    continue
                if employer is None and not _NOT_NAME.search(folded[a:b]) and _names_itself(folded, stop, b):
                    employer = (a, b) if not strip else (a, stop)
                elif not _DEPARTMENT.search(folded[a:b]):
                    loose.append((a, b))
                continue
            strip = _STRIP_TITLE.match(folded[a:b])
            if strip and b - a - strip.end() >= 2:
                a += strip.end()
            if _title_at_end(lex, folded, a, b):
                titles.append((a, b))
                if title and folded[title[1] : a] == " " and folded[a - 2].isascii() and not folded[a].isascii():
                    title = (title[0], b)  # BD manager 商务拓展经理
                title = title or (a, b)
                continue
            if _DEPARTMENT.search(folded[a:b]):
                continue
            if not re.search(r"[,;:。]", _CAPTION.sub("", folded[s:a].lstrip(" ,:;"))) or (
                latin and title and s <= title[0] < a
            ):
                loose.append((a, b))
            elif employer and title is None and re.fullmatch(r"\s*,\s*", folded[employer[1] : a]):
                loose.append((a, b))  # 江城饭店，打荷、上杂
    if (
        employer is None
        and len(titles) > 1
        and (lex.employers.first(folded, *titles[0]) or _trade_then_person(folded, titles[0], titles[1]))
        and not _RANK.match(folded, *titles[0])
        and not folded[titles[0][0]].isascii()
    ):
        employer, title = titles[0], titles[1]  # 木棉基金销售　金融产品设计师
    if employer is not None:
        bracket = re.search(r"\s*[(\[][^()\[\]]*\d{4}|\s+\d{4}", folded[slice(*employer)])
        if bracket and bracket.start() >= 2:
            employer = (employer[0], employer[0] + bracket.start())
    lists = [
        x for x in loose if x[1] - x[0] <= 14 and re.fullmatch(r"[^、,]{2,6}(?:、[^、,]{2,6})+", folded[slice(*x)])
    ]
    loose = [x for x in loose if not _NOT_NAME.search(folded[slice(*x)])]
    loose.sort(key=lambda x: folded[x[0] - 1 : x[0]] in tuple("[【〖") and folded[x[1] : x[1] + 1] in tuple("]】〗"))
    if (
        employer is None
        and title is not None
        and (entry.section not in ("project", "campus", "training", "award") or _INTERN.search(folded, *title))
    ):
        employer = next((x for x in loose if x[0] != title[0] and not _PROJECT.search(folded[slice(*x)])), None)
    elif title is None and employer is not None and (loose or lists) and entry.section in ("work", "internship"):
        title = next((x for x in [*loose, *lists] if x[1] - x[0] <= 16), None)
    elif employer is None and title is None and len(loose) >= 1 and entry.section in ("work", "internship"):
        employer = loose[0]
        title = loose[1] if len(loose) > 1 else None
    elif employer is None and title is None and entry.section in ("", "work") and (only := _placeholder(folded, entry)):
        employer = only
    employer = _real_name(lex, folded, entry.header, employer)
    employer, title = _from_bracket(lex, folded, employer, title)
    if employer is not None and _SAME.fullmatch(folded, *employer):
        employer = None  # 同一家公司: the entry before it says which
    if entry.section == "internship" and title and not names_title(lex, folded, *title):
        title = None
    if title is None and employer is not None:  # 某三甲医院，内科、外科轮转实习
        trainee = next((m for s, e in entry.header if (m := _TRAINEE.search(folded, s, e))), None)
        title = trainee.span() if trainee else None
    return _Names(employer and _strip(folded, *employer), title and _without_tail(folded, *title))


_AT = re.compile(r"([^@]{2,40}?) (?:at|@) (.{2,})$")  # product manager at sunny pay


_PERSON = re.compile(r"(?:[员师岗长]|经理|主管|总监|助理|专员|顾问|主任|代表|负责人)$")


def _trade_then_person(folded: str, first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Whether of two title-like names the first is a firm's trade, the second a post: 印象树品牌设计 / 网页设计师."""
    return (
        first[1] - first[0] >= 5
        and not _PERSON.search(folded[slice(*first)])
        and bool(_PERSON.search(folded[slice(*second)]))
        and "、" not in folded[slice(*first)]
    )


_QUOTE_END = re.compile(r"([^“”\"「」《》『』\n]{2,12})[”\"」》』]")
_RANK = re.compile(r"(?:高级|资深|初级|中级|首席|助理|副总|见习)(?=[\u4e00-\u9fffa-z])")


# the first words of what was done, as they stand behind title and date
_DUTY = re.compile(
    r"负责|参与|主导|协助|配合|完成|统筹|整理|维护|管理(?=[^员岗师])|撰写|组织|推进|开展|销售(?=[^员经主总代顾助专])|设计(?=[^师员总主])"
)


# words with a colon that name no employer: 之前：成都地铁 站务员, 职务变化：见习客户经理（20.07至20.12）
_CAPTION = re.compile(
    r"(?:(?:再|更)?(?:之|以|此)前|再?往前|更?早(?:先|前|期)?|最早|最初|起初|后来|之后|随后|如今|现在|目前|当前|眼下|最近|(?:先后|历任|担任|所任)?(?:岗位|职务|职位)?(?:变化|变动|沿革|调整|经历)?|"
    r"时[间段]|起止|阶段|身份|事项|内容|说明|备注|地点|日期|期间|性质|类型|去向|状态|角色)[ ]?:"
)


def _from_bracket(
    lex: Lexicon, folded: str, employer: tuple[int, int] | None, title: tuple[int, int] | None
) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """What an employer's bracket says: a title (海棠数据有限公司（数据分析师）), or its size and kind, which are no name."""
    if employer is None or (match := _BRACKET.search(folded, *employer)) is None:
        return employer, title
    if title is None and _title_at_end(lex, folded, *match.span(1)):
        return (employer[0], match.start()), match.span(1)
    if re.search(r"\d+人|民营|国企|上市|合资|外资|私营|年\d*个?月?$", match[1]):
        return (employer[0], match.start()), title
    return employer, title


_BRACKET = re.compile(r"(?<=..)\s*[(\[]([^()\[\]]{2,24})[)\]]$")
_ROLE_TAIL = re.compile(r"(?<=..)(?:一职|一岗|等?职务|等职|(?<=岗)位|的?工作)$")


def _without_tail(folded: str, a: int, b: int) -> tuple[int, int]:
    """A title without the words that close it: 客户经理一职."""
    tail = _ROLE_TAIL.search(folded, a, b)
    return _strip(folded, a, tail.start() if tail else b)


_SAME = re.compile(
    r"(?:还是|还在|仍是|仍在|在)?(?:同|同一|这|该|原|本)(?:一?[家个])?(?:公司|单位|店|集团|联社|企业|行|部门)?(?:的.*)?|同上(?:\(.*)?"
)
_CALLED = re.compile(r"(?:叫做?|名为|名叫|就是)[《“\"「『]([^《》“”\"「」『』\n]{2,14})[》”\"」』]")


_WISHED = re.compile(r"应聘|求职|意向|希望|期望|想做|想当|有意|拟任")


_INNER_QUOTE = re.compile(r"[“\"「《]([^“”\"「」《》\n]{2,14})[”\"」》]?$")
_NAMED_IN_BRACKET = re.compile(r"\s*\(([^()\n]{2,24})\)")


def _real_name(
    lex: Lexicon, folded: str, header: Sequence[tuple[int, int]], employer: tuple[int, int] | None
) -> tuple[int, int] | None:
    """The name that a bracket or 叫 gives to an employer first described: 一家小贷公司（虚舟小额贷款有限公司）."""
    called = next((m for s, e in header if (m := _CALLED.search(folded, s, e))), None)
    if called:
        return called.span(1)
    if (
        employer is not None
        and (name := _INNER_QUOTE.search(folded, *employer))
        and folded[employer[0]] != name[0][0]
        and folded[name.end(1) : name.end(1) + 1] in tuple('”"」》')
    ):
        return name.span(1)  # 一家家装公司“木语家居”
    if employer is None or not re.search(r"一家|某|本地|下面|当地", folded[slice(*employer)].split("(")[0]):
        return employer
    inside = folded.find("(", *employer)
    bracket = _NAMED_IN_BRACKET.match(folded, inside if inside > 0 else employer[1])
    if bracket and names_employer(lex, folded, *bracket.span(1)) and "," not in bracket[1]:
        return bracket.span(1)
    return employer


def _placeholder(folded: str, entry: Entry) -> tuple[int, int] | None:
    """An employer named by one character (甲、乙、A), when the entry's header holds nothing else."""
    for s, e in entry.header:
        if match := re.compile(r"[\s|,:]*([甲乙丙丁戊己庚辛壬癸a-z])[\s|,;。]*$").match(folded, s, e):
            return match.span(1)
    return None


_TRAINEE = re.compile(r"(?:暑期|寒假|暑假|毕业|短期|顶岗|管培)?实习(?:生)?")


def _names_itself(folded: str, stop: int, end: int) -> bool:
    """Whether what follows an employer's name in the same piece still belongs to it: a branch, department or bracket."""
    rest = folded[stop:end]
    return (
        not rest
        or bool(re.match(r"\(", rest))
        or bool(
            re.search(r"(?:部|处|室|中心|组|科|线|店|站|厂|院|分部|项目|平台|总部|机构|行|社|所|局|会|团|队)\)?$", rest)
        )
        or len(rest) <= 3
    )


def _strong_employer(lex: Lexicon, folded: str, s: int, e: int) -> bool:
    return bool(
        re.search(r"公司|集团|银行|支行|分行|信用社|事务所|医院|学校|大学|酒店", folded[s:e])
    ) and not _title_at_end(lex, folded, s, e)


# bullets, boxes, arrows, circled numbers: ▌湖南晨光报业, ├ 七里海银行, ①东莞银行
_MARK = re.compile(r"[·•*\u2190-\u21ff\u2460-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")


def _strip(folded: str, a: int, b: int) -> tuple[int, int]:
    while a < b and (folded[a] in "-—~:,、。.(《\"'“_ @" or _MARK.match(folded[a])):
        a += 1
    while b > a and folded[b - 1] in "-—~:,、。.》\"'”_ ":
        b -= 1
    if b > a and folded[b - 1] == ")" and "(" not in folded[a:b]:
        b -= 1
    return a, b


def _kind(folded: str, entry_section: str, header: str) -> JobKind:
    trainee = _INTERN.search(re.sub(r"实习律师(?=、)", "", header))  # 实习律师、专职律师: a stage of the trade
    if trainee or entry_section == "internship" or entry_section == "campus":
        return JobKind.INTERN
    if _FREE.search(header):
        return JobKind.FREELANCE
    if _PART.search(header):
        return JobKind.PART_TIME
    return JobKind.FULL_TIME


@dataclass(frozen=True, slots=True)
class Draft:
    """A job before its months are counted, with the flags of its dates."""

    job: Job
    flags: tuple[str, ...]
    intervals: Interval


def find_jobs(
    resume: ResumeText,
    lex: Lexicon,
    sections: Sequence[Section],
    labels: Sequence[Label],
    entries: Sequence[Entry],
    education: Sequence[Education],
    as_of: dt.date,
    found: Mapping[str, DomainHits],
    periods: Sequence[DateRange],
    both_ends: bool = True,
) -> tuple[tuple[Draft, ...], tuple[Notice, ...]]:
    """All jobs in text order, with flags for a person: reversed, impossible, future and open-ended dates.

    ``entries`` are the dated entries that are no study; ``periods`` are all periods of the text.
    """
    folded = resume.folded
    study = [x for item in education for x in item.evidence]
    spells_of_study = [item.period.evidence for item in education if item.period]
    worked = any(s.kind == "work" for s in sections)
    begins = [r.at for r in periods]
    starts = [
        at
        for _, at, to in find_points(folded)
        if _MOVES.search(folded, to, to + 24) and not ((n := bisect_right(begins, at)) and at < periods[n - 1].to)
    ]
    drafts: list[Draft] = []
    notices: list[Notice] = []
    for entry in entries:
        if entry.section in _NO_JOBS and not (
            (entry.section == "campus" and _works_outside(lex, folded, entry))
            or (entry.section == "project" and not worked and _named_post(folded, entry, labels))
        ):
            continue
        idle = _idle("\n".join(folded[s:e] for s, e in entry.header))
        if (
            idle
            and not _FREE.search(folded, entry.start, entry.end)
            and not any(names_employer(lex, folded, s, e) for s, e in entry.header)
        ):
            continue
        if _PROJECT_TIMES.search(folded, *_line_around(folded, entry.period.at, entry.period.to)):
            continue
        if any(x.start <= entry.period.at < x.end for x in spells_of_study) and _dates_a_study(
            lex, folded, entry.period
        ):
            continue
        names = _names(resume, lex, entry, labels)
        header = "\n".join(folded[s:e] for s, e in entry.header)
        if any(_STUDIES.search(folded, s, e) for s, e in entry.header):
            continue  # 某某大学工商管理专业学习
        nameless = names.employer is None and names.title is None
        if nameless and _FREE.search(header) and entry.section in ("", "work"):
            first = next((m for s, e in entry.header if (m := _PIECE.search(folded, s, e))), None)
            names = _Names(None, _strip(folded, *first.span()) if first else None)
        elif nameless and (
            entry.section not in ("work", "internship") or not header.strip() or _PROJECT.search(header)
        ):
            continue
        if entry.section in ("certificate", "award", "hobby", "skills") and names.employer is None:
            continue  # 2018.07-2021.07 注册会计师（有效期）
        told = header if names.title is None else header.split(folded[slice(*names.title)])[0]
        if names.employer is None and _PROJECT.search(told) and drafts:
            continue
        if (
            _VOLUNTEER.search(header)
            and not _ELSEWHERE.search(header)
            and (entry.section not in ("work", "internship") or _VOLUNTEER.match(header.lstrip(" -*·")))
        ):
            continue
        entry = _until_next(folded, entry, starts)
        for period, turn in _turns(lex, folded, entry, names):
            drafts.append(
                _draft(
                    resume,
                    lex,
                    entry.section,
                    period,
                    entry.header,
                    turn,
                    entry.start,
                    entry.end,
                    as_of,
                    found,
                    both_ends,
                )
            )
    drafts = _without_clients(folded, drafts)
    drafts = [_with_told_end(folded, d, as_of, both_ends) for d in drafts]
    drafts += _from_prose(resume, lex, sections, drafts, study, as_of, found, periods, both_ends)
    unread = _unread(resume, lex, sections, labels, drafts, education, periods, as_of, both_ends)
    drafts = drafts or _undated(resume, lex, sections, as_of, found)
    drafts = sorted((_with_called(resume, _without_denied(folded, d)) for d in drafts), key=lambda d: d.job.start)
    drafts = _settle_open_ends(_inherit(lex, drafts), as_of, both_ends)
    drafts = sorted([*drafts, *unread], key=lambda d: d.job.start)
    for draft in drafts:
        notices += _date_notices(draft, as_of)
    return tuple(drafts), tuple(notices)


def _dates_a_study(lex: Lexicon, folded: str, period: DateRange) -> bool:
    """Whether the part of a sentence around a period tells of a study alone, though a job follows in the same line:
    2016年9月到2020年7月在某大学念设计,2020年8月进了某公司….
    """
    a = max([max(0, period.at - 40), *(m.end() for m in PART_END.finditer(folded, max(0, period.at - 40), period.at))])
    stop = PART_END.search(folded, period.to, period.to + 60)
    b = stop.start() if stop else period.to
    if names_employer(lex, folded, a, b) or not _AT_SCHOOL.search(folded, a, b):
        return False
    return lex.schools.first(folded, a, b) is not None or lex.school_words.any_in(folded[a:b])


_AT_SCHOOL = re.compile(r"[读念学](?![校院])|本科|大专|专科|硕士|研究生|学士")


def _turns(lex: Lexicon, folded: str, entry: Entry, names: _Names) -> list[tuple[DateRange, _Names]]:
    """An entry, parted where its header tells of a new title: 产品助理 → 2018.04起 产品经理."""
    whole = entry.period
    for s, e in entry.header:
        for since in find_ranges(folded, s, e):
            piece = _PIECE.search(folded, since.to, e)
            bracketed = folded.count("(", s, since.at) > folded.count(")", s, since.at)
            if whole.start is None or since.start is None or piece is None or bracketed or not is_since(folded, since):
                continue
            inside = whole.start < since.start and (whole.ongoing or (whole.end or whole.start) > since.start)
            if inside and names.title and names.title[1] <= since.at and _title_at_end(lex, folded, *piece.span()):
                before = replace(whole, end=since.start, ongoing=False)
                return [(before, names), (replace(whole, start=since.start), _Names(names.employer, piece.span()))]
    if names.title and whole.start and (turn := _LATER_TITLE.match(folded, names.title[1])):
        # 职位：柜员，2017年1月转客户经理
        date = next((d for d, at, _ in find_points(folded, *turn.span(1)) if d.month), None)
        inside = date is not None and whole.start < date and (whole.ongoing or (whole.end or whole.start) > date)
        if date is not None and inside and _title_at_end(lex, folded, *turn.span(2)):
            return [
                (replace(whole, end=_month_before(date), ongoing=False), names),
                (replace(whole, start=date), _Names(names.employer, turn.span(2))),
            ]
    return [(whole, names)]


_LATER_TITLE = re.compile(
    r"[ ]?[,;(][ ]?((?:19|20)\d\d[年./-][ ]?\d{1,2}月?)[ ]?起?(?:转岗为?|转任|转为|转|升任|升为|升|晋升为?|调任|改任|任)([\u4e00-\u9fffa-z]{2,10})"
)
_NEVER_FINANCE = re.compile(
    r"(?:没有?|无|未曾?|不曾|从未|尚无)(?:任何|过)?(?:碰过|接触过?|做过|从事过?|有过)?[^,。;:\n]{0,2}(?:银行|金融)[^,。;:\n]{0,4}(?:经历|经验|业务|背景|从业|工作)"
)
_NEVER_MANAGER = re.compile(r"(?:没有?|未曾?|不曾|从未|从没)(?:当|做|任|担任)过?(?:任何)?产品经理")
_FINANCE = re.compile(r"银行|金融|金服|支付|保险|基金|证券|信托|租赁|贷|理财|财富|资产|bank|financ|fund|insur|pay")


@lru_cache(maxsize=4)
def _never(folded: str) -> tuple[bool, bool]:
    """Whether a text says that its writer never worked in finance, and never as a product manager."""
    return bool(_NEVER_FINANCE.search(folded)), bool(_NEVER_MANAGER.search(folded))


def _without_denied(folded: str, draft: Draft) -> Draft:
    """A job without the guesses that the writer rules out himself (没碰过银行业务, 没当过产品经理); what is certain stays."""
    never_finance, never_manager = _never(folded)
    if not (never_finance or never_manager):
        return draft
    job = draft.job
    gone: set[str] = set()
    if never_finance and not _FINANCE.search(fold(job.employer + job.title)):
        gone |= {"financial_product_manager", "financial_product_design"}
    if never_manager and "产品经理" not in fold(job.title):
        gone.add("financial_product_manager")
    if not gone & set(job.possible_domains) or not job.employer:
        return draft
    return replace(draft, job=replace(job, possible_domains=tuple(d for d in job.possible_domains if d not in gone)))


_FIRM_CALLED = re.compile(
    r"(?:公司|店|厂|单位|品牌|平台|工作室|企业)(?:名字)?叫做?[“\"「『《]?([^“”\"「」『』《》,。;\n]{2,14})"
)


def _with_called(resume: ResumeText, draft: Draft) -> Draft:
    """A job whose firm is named behind it: 在一家酒水经销商做区域渠道经理，公司叫巴酉酒业."""
    job = draft.job
    if job.employer and not re.search(r"商$|一家|某", job.employer):
        return draft
    named = _FIRM_CALLED.search(resume.folded, job.start, min(job.end, max(e.end for e in job.evidence) + 60))
    if named is None:
        return draft
    quote = resume.evidence(*named.span(1))
    return replace(
        draft,
        job=replace(job, employer=quote.text, evidence=tuple(sorted({*job.evidence, quote}, key=lambda q: q.start))),
    )


def _without_clients(folded: str, drafts: Sequence[Draft]) -> list[Draft]:
    """Leave out the commissions listed under freelance work (客户：2020.04–2021.02 某App改版): they are no employers."""
    free = [d for d in drafts if d.job.kind is JobKind.FREELANCE]
    return [
        d
        for d in drafts
        if not any(
            d is not f
            and f.job.start < d.job.start
            and _encloses(f.intervals, d.intervals)
            and f.intervals != d.intervals
            and (
                _COMMISSION.search(folded, f.job.start, min(d.job.start, f.job.start + 300))
                or _CONTRACTED.search(folded, d.job.start, min(d.job.end, d.job.start + 200))
            )
            for f in free
        )
    ]


_COMMISSION = re.compile(r"(?:客户|甲方|项目|作品|案例|接过的?活|合作方?|委托)[^\n]{0,6}:")
_CONTRACTED = re.compile(r"乙方|按项目结算|外包|按单结算")


def _with_told_end(folded: str, draft: Draft, as_of: dt.date, both_ends: bool) -> Draft:
    """An open beginning gets the end that its own sentences tell: 2022年1月起…，到2025年9月因搬迁而离职."""
    period = draft.job.period
    if period is None or "open_end" not in draft.flags or period.start is None:
        return draft
    at = period.evidence.end
    for date, s, e in find_points(folded, at, min(draft.job.end, at + 260)):
        leaves = _END_CUE.search(folded, e, e + 16)
        if date >= period.start and (_UNTIL.search(folded[max(at, s - 8) : s]) or leaves):
            flags = tuple(f for f in draft.flags if f != "open_end")
            return Draft(
                replace(draft.job, period=replace(period, end=date)),
                flags,
                interval(period.start, date, False, as_of, flags, both_ends),
            )
    return draft


def _until_next(folded: str, entry: Entry, starts: Sequence[int]) -> Entry:
    """An entry cut where a later sentence tells of the next job (2022年1月转入…): its words are no duties of this one."""
    head = max([entry.period.to, *(e for _, e in entry.header)])
    n = bisect_right(starts, head)
    if n < len(starts) and starts[n] < entry.end and re.search(r"[。;\n]", folded[head : starts[n]]):
        return replace(entry, end=starts[n])
    return entry


def _named_post(folded: str, entry: Entry, labels: Sequence[Label]) -> bool:
    """Whether an entry's header labels a post (岗位1 大堂经理), in a resume that is one table under 项目 | 内容."""
    return any(
        x.field == "title" and s <= x.start < e and folded.startswith(("岗位", "职位", "职务"), x.start)
        for x in labels
        for s, e in entry.header
    )


def _works_outside(lex: Lexicon, folded: str, entry: Entry) -> bool:
    """Whether an entry among campus activities is an internship or a post in a firm: …有限公司 产品设计实习生."""
    header = " ".join(folded[s:e] for s, e in entry.header)
    return bool(_INTERN.search(header) or re.search(r"公司|银行|支行|集团", header)) and any(
        lex.titles.first(folded, s, e) for s, e in entry.header
    )


_STUDIES = re.compile(
    r"在[^,。;\n]{0,14}(?:大学|学院|学校)[学读](?![校院生历术科工位期])|(?:大学|学院|学校)[^,。;\n]{0,20}(?:学习|就读|读书|求学|攻读|进修)\s*$"
)


def teaches(folded: str, entry: Entry) -> bool:
    """Whether an entry tells of work at a school, not of study: 在某某小学担任语文教师，带过四届毕业班."""
    return any(
        _TEACHES.search(folded, s, e) or _TEACHER.search(_BRACKETS.sub("", folded[s:e])) for s, e in entry.header
    )


# 兰州某中学 数学教师
_TEACHER = re.compile(
    r"(?:大学|学院|学校|中学|小学|高中|幼儿园)\S{0,8}[\s,|/]+[\u4e00-\u9fff]{0,8}(?:教师|老师|讲师|辅导员|班主任|教练|教务员?|校长|园长|校医|保安|干事|助教)\s*$"
)
_BRACKETS = re.compile(r"\([^()\n]*\)")
_TEACHES = re.compile(
    r"(?:担任|任(?!务)|当|做)[^,。;]{0,12}(?:教师|老师|讲师|辅导员|班主任|教练|教务|校长|园长)|任教|执教|教书|(?:大学|学院|学校|中学|小学|幼儿园)[里内]?教(?![育学务授室师])"
)


def _told_until(folded: str, job: Job) -> int:
    """Where an entry stops telling of its job: at its end, or, in a paragraph of prose, where the sentence ends that
    names the job, for the prose behind it may tell of the next.
    """
    last = max(e.end for e in job.evidence)
    start = folded.rfind("\n", 0, last) + 1
    end = folded.find("\n", last)
    if not re.search(r"[。,]", folded[start : len(folded) if end < 0 else end]):
        return job.end
    stop = re.compile(r"[。;\n]").search(folded, last)
    return min(stop.start() if stop else job.end, job.end)


def _draft(
    resume: ResumeText,
    lex: Lexicon,
    section: str,
    period: DateRange,
    header: Sequence[tuple[int, int]],
    names: _Names,
    start: int,
    end: int,
    as_of: dt.date,
    found: Mapping[str, DomainHits],
    both_ends: bool,
) -> Draft:
    folded = resume.folded
    text = "\n".join(folded[s:e] for s, e in header)
    verdicts = judge_job(resume, lex, JobSpans(names.title, names.employer, tuple(header), (start, end)), found)
    quotes = {resume.evidence(period.at, period.to)}
    for piece in (names.employer, names.title):
        if piece:
            quotes.add(resume.evidence(*piece))
    job = Job(
        employer=resume.evidence(*names.employer).text if names.employer else "",
        title=resume.evidence(*names.title).text if names.title else "",
        kind=_kind(folded, section, text),
        period=Period(period.start, period.end, period.ongoing, resume.evidence(period.at, period.to)),
        start=start,
        end=end,
        evidence=tuple(sorted(quotes, key=lambda q: q.start)),
        domains=tuple(v.domain for v in verdicts if v.certain),
        possible_domains=tuple(v.domain for v in verdicts if not v.certain),
        domain_evidence={v.domain: v.evidence for v in verdicts},
    )
    whole = interval(period.start, period.end, period.ongoing, as_of, period.flags, both_ends)
    if job.kind is JobKind.INTERN and section not in _INTERNS and (_TAKEN_ON.search(folded, start, end)):
        # how many of the months came after it is not told: they may count, and do not surely
        possible = tuple(dict.fromkeys((*job.domains, *job.possible_domains)))
        job = replace(job, kind=JobKind.FULL_TIME, domains=(), possible_domains=possible)
        return Draft(job, period.flags, Interval(None, whole.outer))
    return Draft(job, period.flags, whole)


_INTERNS = frozenset({"internship", "campus", "education"})
# an internship that became a post: 实习柜员，2013年转正; not the offer of one
_TAKEN_ON = re.compile(
    r"(?<!未)(?<!没)(?<!不)(?<!待)(?:转正|转为正式|正式录用|留用)(?!机会|offer|答辩|资格|名额|通知|考核|率|评)"
)


# --- prose --------------------------------------------------------------------------------------------------------

_START_CUE = re.compile(
    r"进入|进了?|加入|入职|入行|入司|去了?|转(?!正|化|岗后|账)|回到|成了|就职|任职|供职|调到|调至|调任|调入|转到|转至|转岗|跳槽|来到|开始|起(?!草)|担任|升任|晋升|提拔|到[\u4e00-\u9fff]{2,20}(?:公司|银行|支行|分行)|在[\u4e00-\u9fff]{2,24}(?:公司|银行|支行|分行|集团)|做|任|从事|换到|改成|改任|同一家|joined|started"
)
_MOVES = re.compile(
    r"进入|进了|加入|入职|去了|转到|转入|转至|跳槽|来到|回到|调到|调入|调至|换到|开始在|就职|任职于|joined"
)
_END_CUE = re.compile(
    r"离职|离任|卸任|离开|辞职|辞去|结束|退伍|转业|为止|下岗|合同到期|倒闭|解散|清盘|没了|关张|歇业|被裁|裁员|散伙|关门|停业|注销|离行|离司|left"
)
_UNTIL = re.compile(r"(?:干到|做到|工作到|任职到|直到|一直到|到|至|截至)\s*$")
_STILL = re.compile(r"至今|现在|目前|现任|仍|迄今|到现在")


def _from_prose(
    resume: ResumeText,
    lex: Lexicon,
    sections: Sequence[Section],
    told: Sequence[Draft],
    study: Sequence[Evidence],
    as_of: dt.date,
    found: Mapping[str, DomainHits],
    periods: Sequence[DateRange],
    both_ends: bool,
) -> list[Draft]:
    """Jobs told in sentences with single dates: 二〇一八年八月进入贵阳银行做柜员，一直干到二〇二一年十二月。"""
    folded = resume.folded
    drafts: list[Draft] = []
    ranges = [(r.at, r.to) for r in periods if not is_since(folded, r)]
    spells = [d.intervals.outer for d in told if d.intervals.outer]
    covered = [(d.job.start, _told_until(folded, d.job)) for d in told]
    current: _Open | None = None
    begins = [s for s, _ in ranges]
    free = [p for p in find_points(folded) if not (n := bisect_right(begins, p[1])) or p[1] >= ranges[n - 1][1]]
    if not free:
        return []
    places = [p[1] for p in free]

    def close(end: PartialDate | None, to: int, ongoing: bool = False, inferred: bool = False) -> None:
        nonlocal current
        if current is None:
            return
        flags = ("inferred_end",) if inferred else (() if end or ongoing else ("open_end",))
        period = DateRange(current.date, end, ongoing, current.at, current.to, flags)
        names, start = current.names, current.start
        header = tuple(x for x in (names.employer, names.title) if x)
        draft = _draft(resume, lex, "work", period, header, names, start, to, as_of, found, both_ends)
        drafts.append(draft)
        if draft.intervals.outer:
            spells.append(draft.intervals.outer)
        current = None

    last: PartialDate | None = None
    for a, b, stop in _clauses(folded, max(folded.rfind(c, 0, places[0]) for c in "\n。;") + 1):
        if current is None and a > places[-1] + _RELATIVE_REACH:
            break
        kind = section_at(sections, a)
        if kind not in ("", "work", "basic", "self", "other", "wish") or any(
            s <= a < e or s < b <= e for s, e in covered
        ):
            continue
        stop = min(stop, b + 160)
        points = free[bisect_left(places, a) : bisect_left(places, b)]
        points += _relative_points(folded, a, b, last)
        for date, s, e in points:
            if date.year < 1970 or date.year > as_of.year:
                continue
            last = date
            before, after = folded[max(a, s - 8) : s], folded[e : min(stop, e + 30)]
            start_cue, end_cue = _START_CUE.search(after), _END_CUE.search(after)
            if _UNTIL.search(before) or (end_cue and not (start_cue and start_cue.start() < end_cue.start())):
                close(date, b)
            elif (follows := _RELATIVE_DATE.search(after[:16])) and not (
                start_cue and start_cue.start() < follows.start()
            ):
                continue  # 毕业于2016年，那年七月进了…: the month tells of the beginning
            elif (start_cue or _timeline(lex, folded, a, s, e)) and (
                not _SCHOOLING.search(after[:12]) or _works_after(lex, folded, e, stop)
            ):
                if (
                    current is None
                    and any(x.start <= s < x.end for x in study)
                    and not re.search(r"公司|银行|集团|支行|分行|科技|传媒|小学|中学", folded[e:stop])
                ):
                    continue
                names = _prose_names(resume, lex, e, stop)
                if names.employer is None and names_employer(lex, folded, (lead := _sentence_start(folded, s)), s):
                    names = _Names(
                        _prose_names(resume, lex, lead, s).employer, names.title
                    )  # 某银行，2018.07起，先当柜员
                within = any(first <= earliest(date) < end for first, end in spells)
                if names.employer is None and (within or names.title is None):
                    continue  # 2020年起担任班主任: a turn within the job
                if current is not None and _PART.search(folded, e, b):
                    # 2020年底起也在朋友店里兼职: work beside the job, which goes on
                    period = DateRange(date, None, False, s, e, ("open_end",))
                    header = tuple(x for x in (names.employer, names.title) if x)
                    side = _draft(resume, lex, "work", period, header, names, a, b, as_of, found, both_ends)
                    drafts.append(replace(side, job=replace(side.job, kind=JobKind.PART_TIME)))
                    continue
                if current is not None:
                    names = _Names(names.employer or current.names.employer, names.title)
                    later = earliest(date) > earliest(current.date)  # a list with the latest first infers no end
                    close(_month_before(date) if later else None, a, inferred=later)
                current = _Open(date, s, e, a, names, stop)
        if current is not None and not points:
            if a - current.last > 260:
                close(None, a)
                continue
            if current.names.title is None:
                extra = _prose_names(resume, lex, a, b)
                current = replace(current, names=_Names(current.names.employer or extra.employer, extra.title))
        if current is not None and _STILL.search(folded, a, b):
            close(None, b, ongoing=True)
    close(None, len(folded))
    return drafts


def _sentence_start(folded: str, at: int) -> int:
    """Where the sentence around ``at`` begins, 60 characters back at the most."""
    low = max(0, at - 60)
    return max([low, *(low + m.end() for m in re.finditer(r"[。;!?\n]", folded[low:at]))])


def _undated(
    resume: ResumeText, lex: Lexicon, sections: Sequence[Section], as_of: dt.date, found: Mapping[str, DomainHits]
) -> list[Draft]:
    """Jobs of a resume that dates none of them: clauses that name an employer and what was done there."""
    folded = resume.folded
    drafts: list[Draft] = []
    for a, b, stop in _clauses(folded):
        if section_at(sections, a) not in ("", "work") or (drafts and a < drafts[-1].job.end):
            continue
        named = _employer_end(lex, folded, a, b)
        if named is None or not names_employer(lex, folded, a, named) or about_others(lex, folded, named):
            continue
        end = min(stop, b + 40)
        names = _prose_names(resume, lex, a, end)
        if not names.employer or not names.title or names.employer[0] >= b or _WISHED.search(folded, a, end):
            continue
        if is_negated(lex, folded, names.employer[0]):
            continue
        at = names.employer[0]
        when = DateRange(None, None, False, at, at)
        header = (names.employer, names.title)
        draft = _draft(resume, lex, "work", when, header, names, a, max(end, names.title[1]), as_of, found, True)
        quotes = tuple(q for q in draft.job.evidence if q.text)
        drafts.append(replace(draft, job=replace(draft.job, period=None, evidence=quotes)))
    return drafts


# --- work that was not understood ---------------------------------------------------------------------------------

# sections whose dates tell of no work
_NO_WORK_DATES = frozenset({*_NO_JOBS, "certificate", "award", "training", "hobby", "internship"})
_NO_WORK_LINE = re.compile(
    r"大学|学院|学校|高中|中学|小学|培训|进修|交换|毕业|入学|就读|攻读|学历|学位|证书?\b|资格|考试|有效|获|奖|荣誉|项目|课题|论文|专利|竞赛|大赛|"
    r"university|college|school|bachelor|master|degree|exam|award|volunteer|志愿|出生|生日"
)
_SCHOOL_LINE = re.compile(r"(?:大学|学院|学校)[^\n]*(?:本科|大专|专科|硕士|博士|学士|统招)|项目.{0,3}时间|学历|学制")
# work, though of none of the domains
_ELSEWHERE = re.compile(
    r"当兵|入伍|服役|复员|退伍|退役|转业|部队|武警|解放军|汽车连|农家乐|务农|种地|养殖|摆摊|开店|小吃|网约车|送外卖|快递|带货车|货车|工地|进厂|打零工"
)
_MANY = 200  # dates looked at: no resume of one person holds more
_UNREAD_MONTHS = 3  # a shorter gap between what was understood is as likely a slip of the pen


def _unread(
    resume: ResumeText,
    lex: Lexicon,
    sections: Sequence[Section],
    labels: Sequence[Label],
    told: Sequence[Draft],
    education: Sequence[Education],
    periods: Sequence[DateRange],
    as_of: dt.date,
    both_ends: bool,
) -> list[Draft]:
    """Periods that no entry took in, though nothing says that they were no work: work perhaps, and of any domain.

    They may count (never surely do), so that a job in a layout not understood leads to 待核实 and never to 不符合.
    """
    folded = resume.folded
    known = [d.intervals.outer for d in told if d.intervals.outer]
    known += [
        x
        for e in education
        if e.period and (x := interval(e.period.start, e.period.end, e.period.ongoing, as_of).outer)
    ]
    quoted = [(q.start, q.end) for d in told for q in d.job.evidence] + [
        (q.start, q.end) for e in education for q in e.evidence
    ]
    others = frozenset({"birth", "graduated", "studied", "school", "degree", "major", "certificate"})
    drafts = []
    for period in periods[:_MANY]:
        outer = interval(period.start, period.end, period.ongoing, as_of, period.flags, both_ends).outer
        if outer is None or section_at(sections, period.at) in _NO_WORK_DATES or is_since(folded, period):
            continue
        if union_months([*known, outer]) - union_months(known) < _UNREAD_MONTHS:
            continue
        if any(s < period.to and period.at < e for s, e in quoted):
            continue
        if any(x.start <= period.at < x.value_end and x.field in others for x in labels):
            continue
        a, b = _line_around(folded, period.at, period.to)
        line = folded[a:b]
        four = re.search(r"年|(?:19|20)\d\d", folded[period.at : period.to])
        loose = four is None and folded[a : period.at].strip(" -*·•")  # 达标率 98.5-99.2
        works = names_employer(lex, folded, a, b) or names_title(lex, folded, a, b)
        if (
            loose
            or _STUDIES.search(line)
            or _SCHOOL_LINE.search(line)
            or _idle(line)
            or (_NO_WORK_LINE.search(line) and not works)
            or about_others(lex, folded, period.at)
        ):
            continue
        quote = resume.evidence(period.at, period.to)
        elsewhere = bool(_ELSEWHERE.search(line)) or other_trade(line)
        domains = () if elsewhere else domain_words().domains
        job = Job(
            employer="",
            title="",
            kind=JobKind.FULL_TIME,
            period=Period(period.start, period.end, period.ongoing, quote),
            start=a,
            end=b,
            evidence=(quote,),
            domains=(),
            possible_domains=domains,
            domain_evidence=dict.fromkeys(domains, (quote,)),
        )
        whole = interval(period.start, period.end, period.ongoing, as_of, period.flags, both_ends)
        drafts.append(Draft(job, period.flags, whole if elsewhere else Interval(None, outer)))
        known.append(outer)
    return drafts + _unread_points(resume, lex, sections, known, quoted, periods, as_of)


_LEFT = re.compile(r"(?:一直|直)?(?:干|做|工作|待)?(?:到|至)了?\s*$|离开|离职|辞职")
_TO_WORK = re.compile(
    r"分配|入职|加入|进入|进了|考进|考入(?!大学)|调|跳槽|转到|转入|去了|来到|就职|任职|供职|担任|从事|当上?了?|做|任|joined|since|worked"
)


def _unread_points(
    resume: ResumeText,
    lex: Lexicon,
    sections: Sequence[Section],
    known: Sequence[tuple[int, int]],
    quoted: Sequence[tuple[int, int]],
    periods: Sequence[DateRange],
    as_of: dt.date,
) -> list[Draft]:
    """Single dates of beginning or leaving a job, in months that nothing understood covers: that gap may be work."""
    folded = resume.folded
    now = month_of(as_of) + 1
    spells = sorted(known)
    drafts: list[Draft] = []
    whole = [(r.at, r.to) for r in periods if not is_since(folded, r)]
    for date, at, to in islice(find_points(folded), _MANY):
        month = latest(date)
        if date.year < 1980 or month >= now or any(a <= month < b for a, b in spells):
            continue
        if not date.month and "年" not in folded[at : to + 1]:
            continue
        if (
            re.search(r"^[^。\n]{0,8}(?:生[于人,。)]|出生)|^\s?生", folded[to : to + 12])
            or "生" in folded[max(0, at - 5) : at]
        ):
            continue
        if any(a <= at < b for a, b in (*whole, *quoted)) or section_at(sections, at) in (*_NO_WORK_DATES, "wish"):
            continue
        a, b = _line_around(folded, at, to)
        stop = _FULL_STOPS.search(folded, to, b)
        b = min(stop.start() if stop else b, to + 40)
        a = max(a, at - 12)
        leaves = bool(_LEFT.search(folded, a, at)) or bool(_END_CUE.search(folded, to, to + 12))
        comes = bool(_TO_WORK.search(folded, to, b)) and (
            names_employer(lex, folded, to, b) or names_title(lex, folded, to, b)
        )
        comes = comes or bool(re.search(r"(?:since|joined)\s*$", folded[a:at])) or _timeline(lex, folded, a, at, to)
        line = folded[slice(*_line_around(folded, at, to))]
        if leaves and not comes and any(a - 2 <= month <= b + 1 for a, b in spells):
            continue
        if not (leaves or comes) or _idle(folded[to:b]) or _STUDIES.search(line) or about_others(lex, folded, at):
            continue
        if _SCHOOL_LINE.search(line) and not names_employer(lex, folded, to, b):
            continue
        first = max((e for _, e in spells if e <= month), default=month - 12) if leaves and not comes else month
        last = month + 1 if leaves and not comes else min((s for s, _ in spells if s > month), default=now)
        if last - first < _UNREAD_MONTHS:
            continue
        quote = resume.evidence(at, to)
        domains = () if _ELSEWHERE.search(line) or other_trade(line) else domain_words().domains
        job = Job(
            employer="",
            title="",
            kind=JobKind.FULL_TIME,
            period=Period(date, None, False, quote),
            start=at,
            end=to,
            evidence=(quote,),
            domains=(),
            possible_domains=domains,
            domain_evidence=dict.fromkeys(domains, (quote,)),
        )
        drafts.append(Draft(job, ("open_end",), Interval(None, (first, last))))
        spells.append((first, last))
    return drafts


def _line_around(folded: str, start: int, end: int) -> tuple[int, int]:
    """The line, or in a long one the sentence, that a span stands in; at most 300 characters to either side."""
    low, high = max(0, start - 300), min(len(folded), end + 300)
    a = max(low, folded.rfind("\n", low, start) + 1)
    b = folded.find("\n", end, high)
    b = high if b < 0 else b
    if b - a > 80:
        a = max([a, *(a + m.end() for m in _FULL_STOPS.finditer(folded[a:start]))])
        stop = _FULL_STOPS.search(folded, end, b)
        b = stop.start() if stop else b
    return a, b


_FULL_STOPS = re.compile(r"[。;!?]")


@dataclass(frozen=True, slots=True)
class _Open:
    """A job whose end is not told yet: its first date with offsets, where its clause starts and its sentence ends."""

    date: PartialDate
    at: int
    to: int
    start: int
    names: _Names
    last: int


_SCHOOLING = re.compile(
    r"^\s*(?:日|号)?生|毕业(?!后)|考入|出生|生(?:于|人)|入学|取得|获得|考取|就读|攻读|报到|离校|拿到"
)


_AFTER_SCHOOL = re.compile(r"毕业[^。;\n]{0,6}?(?:后|,|就|便|即|分配|进|入|到|去)")


def _works_after(lex: Lexicon, folded: str, start: int, stop: int) -> bool:
    """Whether a graduation goes on to a first employer in its sentence: 2014年7月毕业分配到农行万州分行当柜员."""
    match = _AFTER_SCHOOL.search(folded, start, min(stop, start + 20))
    return (
        match is not None
        and names_employer(lex, folded, match.end(), stop)
        and bool(re.search(r"[进入到去在]", folded[match.end() - 1 : stop]))
    )


def _timeline(lex: Lexicon, folded: str, start: int, at: int, to: int) -> bool:
    """Whether a line begins with its only date and names employer and title behind it: 2018.07 ┬ 某某公司 设计师."""
    end = folded.find("\n", to)
    end = len(folded) if end < 0 else end
    return (
        not folded[start:at].strip(" -*•·|")
        and folded[max(0, start - 1) : start] in ("", "\n")
        and end - to <= 60
        and names_employer(lex, folded, to, end)
        and names_title(lex, folded, to, end)
    )


def _month_before(date: PartialDate) -> PartialDate:
    if not date.month:
        return PartialDate(date.year)
    return PartialDate(date.year - 1, 12) if date.month == 1 else PartialDate(date.year, date.month - 1)


_STOP = re.compile(r"[。;!?\n]|\.(?=[\u4e00-\u9fff])|$")


def _clauses(folded: str, start: int = 0) -> Iterable[tuple[int, int, int]]:
    """Parts of sentences between commas from ``start`` on, each with the end of its sentence."""
    for sentence in _STOP.finditer(folded, start):
        pos = start
        while (comma := folded.find(",", pos, sentence.start())) >= 0:
            if comma > pos:
                yield pos, comma, sentence.start()
            pos = comma + 1
        if sentence.start() > pos:
            yield pos, sentence.start(), sentence.start()
        start = sentence.end()


_RELATIVE_REACH = 40  # characters behind the last date in which 同年七月 may follow
_RELATIVE_DATE = re.compile(
    r"(?P<which>同年|当年|那年|次年|第二年|翌年)(?:的)?\s*(?P<m>\d{1,2}|十[一二]?|[一二三四五六七八九])\s*月"
    r"|(?P<same>同月|当月)(?=[进入转任到去在])"
)
# a month of the year named before it in the same line: 2013年6月，毕业；7月，进《渝商周刊》
_BARE_MONTH = re.compile(r"\s*(?P<m>\d{1,2}|十[一二]?|[一二三四五六七八九])\s?月(?=,?[进入转任到去在加])")


def _relative_points(folded: str, a: int, b: int, last: PartialDate | None) -> list[tuple[PartialDate, int, int]]:
    """Months named after a year mentioned before: 毕业那年七月, 次年三月, 同月."""
    if last is None:
        return []
    found = []
    matches = list(_RELATIVE_DATE.finditer(folded, a, b))
    bare = _BARE_MONTH.match(folded, a) if folded[max(0, a - 1) : a] in (";", ",", "。") else None
    for match in matches or ([bare] if bare else []):
        groups = match.groupdict()
        month = last.month if groups.get("same") else chinese_month(match["m"])
        later = groups.get("which") in ("次年", "第二年", "翌年")
        if 1 <= month <= 12:
            found.append((PartialDate(last.year + later, month), match.start(), match.end()))
    return found


_NAMED_WITHIN = 400  # characters of a sentence in which its names are looked for


def _prose_names(resume: ResumeText, lex: Lexicon, s: int, e: int) -> _Names:
    """Employer and title in the clauses of a sentence: the first employer, and the first title with or behind it."""
    folded = resume.folded
    e = min(e, s + _NAMED_WITHIN)
    employer: tuple[int, int] | None = None
    title: tuple[int, int] | None = None
    for clause_match in _CLAUSE.finditer(folded, s, e):
        a, b = _strip(folded, *clause_match.span())
        if folded[a : a + 1] in (")", "】") and b - a > 2:
            a += 1
        if tail := _TILL_NOW.search(folded, a, b):
            b = tail.start()
        if b - a < 2:
            continue
        if (
            employer is None
            and (joined := _JOINED.match(folded, a, b))
            and names_employer(lex, folded, *joined.span(1))
        ):
            employer = joined.span(1)
            continue
        stop = _employer_end(lex, folded, a, b) if employer is None else None
        if employer is None:
            quoted = _QUOTED_NAME.search(folded, a, b)
            if quoted and (stop is None or stop <= quoted.start()):
                employer = quoted.span(1)
                a = quoted.end()
            elif stop is not None and stop - (start := _employer_start(folded, a, stop)) <= 30:
                parted = _split_at_verb(lex, folded, start, b)
                employer = _real_name(lex, folded, ((a, b),), (start, parted[0][1] if parted else stop))
                a = max(stop, employer[1]) if employer else stop
            elif parted := _split_at_verb(lex, folded, _employer_start(folded, a, b), b):
                known = parted[0][1] - parted[0][0] >= 3 and parted[0][0] > a
                return _Names(_strip(folded, *parted[0]) if known else None, _without_tail(folded, *parted[1]))
            elif bare := _BARE_NAME.match(folded, a, b):
                employer = bare.span(1)
                a = employer[1]
        title = _prose_title(lex, folded, a, b)
        if title:
            break
    if employer is not None and _SAME.fullmatch(folded, *employer):
        employer = None
    if employer is not None and (there := _THERE.match(folded, *employer)):
        employer = _named_before(lex, folded, there.start())
    if now := _PRESENT_TITLE.search(folded, s, e):  # 从渠道专员做起，现在是渠道拓展经理
        title = now.span(1) if _title_at_end(lex, folded, *now.span(1)) else title
    return _Names(employer and _strip(folded, *employer), title and _without_tail(folded, *title))


_THERE = re.compile(r"那里|那儿|这里|该行|该公司|该企业|这家(?:银行|公司)")


def _named_before(lex: Lexicon, folded: str, at: int) -> tuple[int, int] | None:
    """The last employer named in the sentences before ``at``: …集中在一处：兰州黄河银行。我在那里做…"""
    found = None
    for a, b, _ in _clauses(folded[:at], max(0, at - 80)):
        a = (
            max([a, *(m.end() for m in re.finditer(":", folded[a:b]))])
            if ":" not in folded[a:b]
            else folded.rfind(":", a, b) + 1
        )
        stop = _employer_end(lex, folded, a, b)
        if stop is not None and names_employer(lex, folded, a, stop):
            found = (_employer_start(folded, a, stop), stop)
    return found


_JOINED = re.compile(r"(?:入行|入司|入职|入社|到岗|加入|入局)\(([^()\n]{3,24})\)")  # 入行（桂林银行南宁分行）
_TILL_NOW = re.compile(r"(?:一直)?(?:干|做)?(?:至今|迄今|到现在|到今天|至现在|到目前)$")
# a name without any telling word right behind a verb that an employer follows: 进了北京大风车视频网
_BARE_NAME = re.compile(
    r"(?:进了|加入了?|入职了?|就职于|任职于|跳槽[到至]|转[到至])([\u4e00-\u9fffa-z]{2,14})(?<!行业)(?<!领域)(?<!阶段)(?<!岗位)(?<!工作)(?<!开发)(?<!团队)(?<!部门)$"
)
_PRESENT_TITLE = re.compile(r"(?:现在是|现任|现为|目前是|目前任|后任|职位改成|职位改为|职务改为)([^,。;\n]{2,14})")


_CLAUSE = re.compile(r"[^,;、。]+(?:、[^,;、。]+)*")
_QUOTED_NAME = re.compile(
    r"(?:进入?|去|到|在|叫|入|加盟)了?[^,。;]{0,8}?[《“\"「『]([\u4e00-\u9fffa-z0-9 ]{2,12})[》”\"」』]"
)


_TITLE_SUFFIX = re.compile(r"[员师岗长]")
_BEFORE_TITLE = re.compile(
    r"担任|任职|(?<![主责信])任|做|从事|当|为|是|转岗|升任|晋升为?|的|到|至|里|在|名|个|年|成为|改做|转做|转|从|了"
)


def _prose_title(lex: Lexicon, folded: str, s: int, e: int) -> tuple[int, int] | None:
    """A title in a clause, with the words before it up to a verb and the title words right behind it (信审|专员)."""
    hits = list(lex.titles.scan(folded, s, e))
    if hits and hits[0].term == "岗" and folded[hits[0].start - 1] in "转换调":
        del hits[0]  # 转岗客户经理
    if not hits:
        return None
    begin, end = hits[0].start, hits[0].end
    for hit in hits[1:]:
        if hit.start > end:
            break
        end = hit.end
    prefix = re.search(r"[\u4e00-\u9fffa-z]{0,8}$", folded[s:begin])
    lead = begin - len(prefix[0]) if prefix else begin
    start = lead + max((m.end() for m in _BEFORE_TITLE.finditer(folded[lead:begin])), default=0)
    if suffix := _TITLE_SUFFIX.match(folded, end, e):
        end = suffix.end()
    if end < e <= start + 16 and _title_at_end(lex, folded, start, e):
        end = e  # 品牌与社群运营主管
    verb = [m.end() for m in _VERB.finditer(folded, start, end) if end - m.end() >= 2]
    start = verb[-1] if verb else start  # 在运营管理部当运营专员
    return (start, end) if end - start >= 2 else None


# --- putting jobs together ----------------------------------------------------------------------------------------


# a part of an employer named before it: 某某支行, 零售金融部
_SUB_UNIT = re.compile(r"^.{0,8}(?:支行|分行|总行|网点|营业部|分公司|事业部|部|中心)$")


_OWN = re.compile(r"合伙|创业|自己|老家|义务|个体|摆摊|网约车")


def _inherit(lex: Lexicon, drafts: Sequence[Draft]) -> list[Draft]:
    """Titles within one employer: an entry without employer inside an earlier entry's period takes its employer, and
    the enclosing entry gives way for those months.
    """
    result: list[Draft] = []
    for draft in drafts:
        job = draft.job
        unit = bool(_SUB_UNIT.search(fold(job.employer))) and not any(
            len(h.term) > 2 for h in lex.institutions.scan(fold(job.employer))
        )
        own_business = any(_OWN.search(d.text) for d in job.evidence) or _OWN.search(job.title)
        if (not job.employer or unit) and result and draft.intervals.outer and job.kind is not JobKind.FREELANCE:
            holder = next(
                (d for d in reversed(result) if d.job.employer and _encloses(d.intervals, draft.intervals)), None
            )
            if holder is None and result[-1].job.employer and not own_business and _adjacent(result[-1], draft):
                holder = result[-1] if not unit or _same_bank(result[-1].job, job) else None
            if holder is not None:
                same_kind = job.kind if job.kind is not JobKind.FULL_TIME else holder.job.kind
                domains, possible, quotes = job.domains, job.possible_domains, dict(job.domain_evidence)
                if "banking" in holder.job.domains and "banking" not in domains:
                    domains = (*domains, "banking")
                    quotes["banking"] = holder.job.domain_evidence["banking"]
                draft = replace(
                    draft,
                    job=replace(
                        job,
                        employer=holder.job.employer + (job.employer if unit else ""),
                        kind=same_kind,
                        domains=domains,
                        possible_domains=possible,
                        domain_evidence=quotes,
                    ),
                )
        result.append(draft)
    return _without_containers(result)


def _without_containers(drafts: Sequence[Draft]) -> list[Draft]:
    """Give up entries whose months the posts listed inside them cover; two that enclose each other do not both go."""
    order = sorted(range(len(drafts)), key=lambda i: drafts[i].job.employer)
    names = [drafts[i].job.employer for i in order]
    gone: set[int] = set()
    kept = list(drafts)
    within: dict[str, list[int]] = {}  # an employer, and its entries and those of its units; none where all dates agree
    for name in set(names) - {""}:
        first = bisect_left(names, name)
        group = [order[k] for k in takewhile(lambda k: names[k].startswith(name), range(first, len(names)))]  # noqa: B023
        within[name] = group if len({drafts[i].intervals for i in group}) > 1 else []
    for n, d in enumerate(drafts):
        group = within.get(d.job.employer, [])
        inner = [drafts[i] for i in group if i != n and i not in gone and _encloses(d.intervals, drafts[i].intervals)]
        if not any(
            x.job.start >= d.job.start and d.intervals != x.intervals and not (d.job.title and not x.job.title)
            for x in inner
        ):
            continue
        if span(x.intervals for x in inner) == span([d.intervals]):
            gone.add(n)
            continue
        # no month may be lost: the enclosing entry stays, but only for what every title within it counts for
        shared = tuple(x for x in d.job.domains if x == "banking" or all(x in i.job.domains for i in inner))
        rest = (*d.job.possible_domains, *(x for x in d.job.domains if x not in shared))
        kept[n] = replace(d, job=replace(d.job, domains=shared, possible_domains=tuple(dict.fromkeys(rest))))
    return [d for n, d in enumerate(kept) if n not in gone]


def _same_bank(before: Job, job: Job) -> bool:
    """Whether a unit without a bank's name (总行电子银行部, 渝中支行) may be one of the bank worked for before."""
    return "banking" in before.domains and bool(re.match(r".{0,4}(?:总行|分行|支行|网点|营业部)", fold(job.employer)))


def _encloses(outer: Interval, inner: Interval) -> bool:
    return bool(outer.outer and inner.outer and outer.outer[0] <= inner.outer[0] and inner.outer[1] <= outer.outer[1])


def _adjacent(before: Draft, after: Draft) -> bool:
    a, b = before.intervals.outer, after.intervals.outer
    return bool(a and b and (abs(a[1] - b[0]) <= 1 or abs(b[1] - a[0]) <= 1)) and bool(after.job.title)


_BESIDE_A_JOB = frozenset({JobKind.PART_TIME, JobKind.FREELANCE})


def _around(drafts: Sequence[Draft], turn: Draft, month: int) -> tuple[int, int] | None:
    """The months of the job with an employer and an end that a month lies in, other than ``turn``."""
    return next(
        (
            x.intervals.outer
            for x in drafts
            if x is not turn
            and x.job.employer
            and x.intervals.outer
            and x.job.period
            and (x.job.period.end or x.job.period.ongoing)
            and x.intervals.outer[0] <= month < x.intervals.outer[1]
        ),
        None,
    )


def _settle_open_ends(drafts: Sequence[Draft], as_of: dt.date, both_ends: bool) -> list[Draft]:
    """An end that is not stated: ongoing only for the latest job, and flagged (B074); else until the next job begins."""
    # a job beside another ends none
    main = [
        d.job.period.start for d in drafts if d.job.period and d.job.period.start and d.job.kind not in _BESIDE_A_JOB
    ]
    begins = sorted(map(earliest, main))
    latest_start = max(map(latest, main), default=None)
    settled = []
    for d in drafts:
        period = d.job.period
        if period and period.end is None and not period.ongoing and period.start is not None:
            start = latest(period.start)
            later = bisect_right(begins, start)
            host = None if d.job.employer else _around(drafts, d, earliest(period.start))
            if host is not None:  # 2018.07-2021.06 甲乙银行 … 2019年起担任团支书: a turn ends with its job
                d = replace(d, intervals=Interval(None, (earliest(period.start), host[1])))
            elif later < len(begins):
                d = replace(d, intervals=Interval((start, start + 1), (earliest(period.start), begins[later] + 1)))
            elif start == latest_start:
                d = replace(
                    d,
                    job=replace(d.job, period=replace(period, ongoing=True)),
                    intervals=interval(period.start, None, True, as_of, (), both_ends),
                )
        settled.append(d)
    return settled


_FLAG_TEXT = {
    "reversed": ("reversed_dates", "起止颠倒：结束早于开始，未计入年限，请核实。"),
    "impossible_month": ("impossible_date", "日期有误（月份不存在），只按年份看待，请核实。"),
    "open_end": ("open_end", "结束时间未注明，请核实。"),
    "inferred_end": ("inferred_end", "结束时间按下一段经历推定，请核实。"),
}


def _date_notices(draft: Draft, as_of: dt.date) -> list[Notice]:
    period = draft.job.period
    if period is None:
        return []
    notices = [Notice(*_FLAG_TEXT[f], (period.evidence,)) for f in draft.flags if f in _FLAG_TEXT]
    if period.start is not None and earliest(period.start) > month_of(as_of):
        notices.append(Notice("future_dates", "经历开始于截止日之后，未计入年限。", (period.evidence,)))
    elif period.end is not None and earliest(period.end) > month_of(as_of):
        notices.append(Notice("future_dates", "结束日期晚于截止日，只计到截止日。", (period.evidence,)))
    return notices


# --- months -------------------------------------------------------------------------------------------------------


def counts(job: Job, counted_kinds: Iterable[str]) -> bool:
    """Whether a job's kind counts as work experience (policy: counting.counted_kinds)."""
    return job.kind.value in counted_kinds


def total_months(drafts: Sequence[Draft], counted_kinds: Sequence[str]) -> Fact[MonthSpan]:
    """Months of all counted jobs, overlaps once; absent when no job is dated."""
    dated = [d for d in drafts if d.intervals.outer and counts(d.job, counted_kinds)]
    return _months(dated)


def _months(dated: Sequence[Draft]) -> Fact[MonthSpan]:
    if not dated:
        return Fact()
    quotes = tuple(d.job.period.evidence for d in dated if d.job.period)
    doubtful = any(set(d.flags) & {"open_end", "inferred_end", "reversed", "impossible_month"} for d in dated)
    return Fact(span(d.intervals for d in dated), Basis.INFERRED if doubtful else Basis.STATED, quotes)


def domain_months(
    drafts: Sequence[Draft], counted_kinds: Sequence[str], possible: bool
) -> Mapping[str, Fact[MonthSpan]]:
    """Months per experience domain: jobs that count for certain, or with ``possible`` those that may count too."""
    months = {}
    for domain in domain_words().domains:
        dated = [
            d
            for d in drafts
            if d.intervals.outer
            and counts(d.job, counted_kinds)
            and (domain in d.job.domains or (possible and domain in d.job.possible_domains))
        ]
        if dated:
            months[domain] = _months(dated)
    return months


# --- stated totals ------------------------------------------------------------------------------------------------

_NUMBERS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "半": 0}
_N = r"\d{1,2}(?:\.\d)?|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]"


def _lacks(name: str) -> str:
    """What is short of a length (差两个月), under a group name."""
    return rf"(?:还|只|仅|就)?差(?!不多)(?:(?:不到|近)?(?P<{name}>{_N}|半)个?(?P<{name}u>月|年)|一点儿?|点儿?|几天)"


_STATED = re.compile(
    rf"(?=[还只仅就差不未没将快近接大约\d一二两三四五六七八九十])(?:{_lacks('lack')}(?:就|才|便|不)?(?:满|到|够|足)\s*|(?P<less>不足|不到|不满|未满|未到|不够|没到|将满|快满|快到|快|近|接近|将近|大约|大概|差不多|约)\s*)?(?P<n>{_N})\s*"
    r"(?P<plus>\+|余|多)?\s*(?:个)?年(?!级|代|生|毕业|前|后|度|[一二三四五六七八九十]班|制|龄段|(?![零又]?\d{1,2}\s*个?月)\d)(?P<half>半)?"
    rf"(?:\s*[零又]?\s*(?P<m>\d{{1,2}}|{_N})\s*个月)?(?P<more>以上|及以上|多|余|左右)?(?:{_lacks('short')}|(?P<under>不到|不足|未满|不满))?"
    r"|(?P<en>\d{1,2})\+?\s*(?:years?|yrs?)(?:'|’)?\s*(?:of\s)?",
)


@dataclass(frozen=True, slots=True)
class StatedYears:
    """A length of experience in the candidate's own words: months at least/at most, what it speaks of."""

    span: MonthSpan
    subject: str  # folded words around it
    vague: bool  # 近三年: two readings
    stay: bool  # 当了2年数据库开发工程师: the length of one job, not of all
    evidence: Evidence


def stated_years(
    resume: ResumeText, lex: Lexicon, sections: Sequence[Section], labels: Sequence[Label]
) -> tuple[StatedYears, ...]:
    """Lengths such as 3年以上金融产品经理经验、从事产品工作3年6个月、工作年限：5年 (self-stated, never counted from dates)."""
    folded = resume.folded
    found = []
    for match in _lengths(folded):
        kind = section_at(sections, match.start())
        if kind in ("advert", "family", "reference", "wish", "education", "project"):
            continue
        s, e = clause(folded, match.start())
        e = next((m.start() for m in re.finditer(r"[,、]", folded[match.end() : e])), e - match.end()) + match.end()
        before, after = (
            folded[max(s, match.start() - 16) : match.start()],
            folded[match.end() : min(e, match.end() + 24)],
        )
        labelled = any(x.field == "years" and x.value_start <= match.start() < x.value_end for x in labels)
        if labelled and (
            value := next(x for x in labels if x.field == "years" and x.value_start <= match.start() < x.value_end)
        ):
            before = ""
            after = folded[match.end() : value.value_end]
        about_work = (
            labelled
            or re.search(r"经验|经历|从业|工龄|experience", after[:22])
            or re.search(
                r"(?:从事|做|干|任|当|共|总共|共计|一共|合计)[^,。;]{0,14}$|(?:经验|从业|工作年限|工作)[^,。;]{0,6}$",
                before,
            )
        )
        if not about_work or about_others(lex, folded, match.start()) or is_negated(lex, folded, match.start(), 4):
            continue
        if _OTHERS_YEARS.match(folded, match.end()) or _WISHED_YEARS.search(
            folded, max(s, match.start() - 12), match.start()
        ):
            continue
        if re.search(r"岗位要求|任职|招聘|要求", folded[max(0, s - 12) : match.start()]) or (
            match.start() > 0 and folded[match.start() - 1].isdigit()
        ):
            continue
        if _IN_THERE.search(before) and (where := _named_before(lex, folded, s)) and "银行" in folded[slice(*where)]:
            after += " 银行工作"
        months = _months_of(match)
        if months is None or months > 50 * 12:
            continue
        less = match["less"] or match["under"] or ""
        lacks = _lacking(match)
        if lacks:
            bounds, vague = MonthSpan(max(0, months - lacks), max(0, months - lacks)), False
        elif less in _UNDER:
            bounds, vague = MonthSpan(max(0, months - 12), months - 1), False
        elif less:
            bounds, vague = MonthSpan(max(0, months - 12), months), True
        elif match["more"] in ("以上", "及以上", "多", "余") or match["plus"]:
            bounds, vague = (
                MonthSpan(months, months + 11 if match["more"] in ("多", "余") or match["plus"] else 600),
                False,
            )
        else:
            bounds, vague = MonthSpan(months, months), False
        found.append(
            StatedYears(
                bounds,
                before[-16:] + folded[match.start() : match.end()] + after,
                vague,
                bool(_STAY.search(before)),
                resume.evidence(match.start(), min(e, match.end() + len(after.rstrip()))),
            )
        )
    return tuple(found)


_YEARS = re.compile(r"年|y(?:ea)?rs?")
_LENGTH = 64  # characters that a stated length takes to either side of the word for years, at the most


def _lengths(folded: str) -> Iterator[re.Match[str]]:
    """The matches of ``_STATED``, looked for around words for years only."""
    start = end = 0
    for word in _YEARS.finditer(folded):
        if word.start() - _LENGTH > end:
            yield from _STATED.finditer(folded, start, end)
            start = word.start() - _LENGTH
        end = word.end() + _LENGTH
    yield from _STATED.finditer(folded, start, min(end, len(folded)))


# a demand or somebody else's years: 5年以上经验优先, 和5年经验的经理共事; and what is hoped for
_OTHERS_YEARS = re.compile(r"[^,。;\n]{0,24}(?:优先|者优|[为尤]佳|共事|为师|的(?:同事|前辈|候选人|应聘者|老师))")
_WISHED_YEARS = re.compile(r"(?:希望|想要?|目标|力争|争取|计划|期待|愿)[^,。;\n]{0,4}(?:成为|做|当|有|积累|达到)")
_IN_THERE = re.compile(r"在(?:那里|那儿|这里|该行|此)")
_STAY = re.compile(r"(?:当|做|干|待|呆|工作)了?(?:整整|整|近|约|差不多)?\s*$")
_UNDER = ("不足", "不到", "不满", "未满", "未到", "不够", "没到", "将满", "快满", "快到", "快")


def _lacking(match: re.Match[str]) -> int:
    """Months short of the years named (差两个月满3年, 三年差一点): at least one; 0 when nothing is said to lack."""
    for name in ("lack", "short"):
        if match[name]:
            number = 0.5 if match[name] == "半" else _number(match[name])
            return max(1, round(number * (12 if match[f"{name}u"] == "年" else 1)))
    return int("差" in match[0])


def _number(text: str) -> float:
    """A number up to 99 in digits or Chinese: 3.5, 两, 十二."""
    if re.fullmatch(r"[\d.]+", text):
        return float(text)
    tens, ten, ones = text.partition("十")
    if ten:
        return (_NUMBERS[tens] if tens else 1) * 10 + (_NUMBERS[ones] if ones else 0)
    return _NUMBERS[text]


def _months_of(match: re.Match[str]) -> int | None:
    if match["en"]:
        return int(match["en"]) * 12
    extra = round(_number(match["m"])) if match["m"] else 0
    return round(_number(match["n"]) * 12) + (6 if match["half"] else 0) + extra
