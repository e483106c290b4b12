"""Which experience domains a job counts for: judged by its title, employer and duties (DESIGN decision 4).

Roles of data/experience_domains.csv: ``title`` counts for certain; ``title_if`` when a context word stands in employer,
title or duties; ``title_if_duty`` when a duty phrase does; ``title_if_both`` when both do; ``title_maybe`` never for
certain; ``exclude`` rules the title out. What is not certain is possible: a person must ask.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from matcher.extraction.lexicon import CLAUSE_REACH, Lexicon, about_others, clause, is_negated
from matcher.knowledge import DATA_DIR, KnowledgeError, load_words, read_table
from matcher.schema import Evidence, ResumeText
from matcher.terms import Hit, TermIndex, nested_terms

_TITLE_ROLES = ("title", "title_if", "title_if_duty", "title_if_both", "title_maybe", "exclude")
_ROLES = (*_TITLE_ROLES, "context", "context_employer", "duty", "vague")
# Working beside the role is not the role (B159): the words before a duty phrase that make it another person's
_BESIDE = re.compile(r"(?:配合|协助|协同|支持|向|给|跟随|辅助|对接|汇报|带领|管理|招聘|培训)[^,。;\n]{0,4}$")


class DomainHits(NamedTuple):
    """One domain's words found in a text, in order: titles with their role, contexts, duties."""

    titles: tuple[Hit[str], ...] = ()
    context: tuple[Hit[str], ...] = ()
    context_employer: tuple[Hit[str], ...] = ()
    duty: tuple[Hit[str], ...] = ()


_NO_HITS = DomainHits()


class _Part(NamedTuple):
    """A domain's word inside a term: its place there, its role, and which field of DomainHits it belongs to."""

    domain: str
    group: int
    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DomainWords:
    """All domains' words in one index: a term brings along the shorter terms of other domains inside it."""

    domains: tuple[str, ...]
    index: TermIndex[tuple[_Part, ...]]
    vague: TermIndex[str]

    def read(self, folded: str, start: int = 0, end: int | None = None) -> Mapping[str, DomainHits]:
        """The hits of each domain that has any in ``folded[start:end]``, in one pass. A term that crosses the edge is
        not seen, so the shorter ones inside are: …公司做金融｜产品经理.
        """
        found: dict[str, tuple[list[Hit[str]], ...]] = {}
        for at, _, parts, term in self.index.scan(folded, start, end):
            for domain, group, role, first, last in parts:
                groups = found.get(domain)
                if groups is None:
                    groups = found[domain] = ([], [], [], [])
                groups[group].append(Hit(at + first, at + last, role, term[first:last]))
        return {d: DomainHits(*map(tuple, found[d])) for d in self.domains if d in found} if found else {}


@lru_cache
def domain_words(data_dir: Path = DATA_DIR) -> DomainWords:
    """Load data/experience_domains.csv. Raises KnowledgeError for an unknown role, naming the row."""
    path = data_dir / "experience_domains.csv"
    rows: dict[str, list[tuple[str, str]]] = {}  # term -> (domain, role)
    domains: dict[str, None] = {}
    vague: list[tuple[str, str]] = []
    for line, row in read_table(path, ["domain", "role", "term"]):
        if row["role"] not in _ROLES or not row["term"]:
            raise KnowledgeError(
                f"{path.name}：第 {line} 行的 role“{row['role']}”或 term 无效；可用：{', '.join(_ROLES)} (bad row)"
            )
        if row["role"] == "vague":
            vague.append((row["term"], row["term"]))
            continue
        domains[row["domain"]] = None
        rows.setdefault(row["term"], []).append((row["domain"], row["role"]))
    nested = nested_terms(list(rows))
    index = {term: _parts(rows, inside) for term, inside in nested.items()}
    return DomainWords(tuple(domains), TermIndex(index.items()), TermIndex(vague))


def _parts(rows: Mapping[str, list[tuple[str, str]]], inside: Sequence[tuple[str, int, int]]) -> tuple[_Part, ...]:
    """The parts of one term. Within a domain the longest title wins: 产品经理 in 医药产品经理 is dropped."""
    parts = [
        _Part(domain, DomainHits._fields.index("titles" if role in _TITLE_ROLES else role), role, start, end)
        for term, start, end in inside
        for domain, role in rows[term]
    ]
    return tuple(
        p
        for p in parts
        if p.role not in _TITLE_ROLES
        or not any(
            q.role in _TITLE_ROLES
            and q.domain == p.domain
            and q.start <= p.start
            and p.end <= q.end
            and q.end - q.start > p.end - p.start
            for q in parts
        )
    )


def _between(hits: tuple[Hit[str], ...], start: int, end: int) -> tuple[Hit[str], ...]:
    """The hits that begin in ``start..end``: a job needs its own, not the whole resume's."""
    if not hits:
        return hits
    first = bisect_left(hits, (start,))
    return hits[first : bisect_left(hits, (end,), first)]


def _together(*lists: tuple[Hit[str], ...]) -> tuple[Hit[str], ...]:
    """Hits of several readings in text order, each once."""
    found = {h for hits in lists for h in hits}
    return tuple(sorted(found, key=lambda h: (h.start, -h.end))) if found else ()


def within(hits: Sequence[Hit[str]], span: tuple[int, int]) -> list[Hit[str]]:
    """The hits that lie inside a span."""
    start, end = span
    return [h for h in hits if start <= h.start and h.end <= end]


@dataclass(frozen=True, slots=True)
class DomainVerdict:
    """Whether a job counts for a domain: certain or only possible, with the words that say so."""

    domain: str
    certain: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class JobSpans:
    """Where the parts of a job stand: offsets into the resume. ``entry`` covers header and duties."""

    title: tuple[int, int] | None
    employer: tuple[int, int] | None
    header: tuple[tuple[int, int], ...]
    entry: tuple[int, int]


def bank_status(lex: Lexicon, employer: str) -> str:
    """``yes``, ``no`` or ``verify`` (possibly a bank) for a folded employer name; "" when nothing is known.

    People sent to a bank by another employer first, then the longest known name (two-character names only at the
    start: 福建行政学院 is no 建行), then the patterns in file order.
    """
    sent = lex.institution_first.first(employer)
    if sent is not None:
        return sent.counts_as_bank
    employer = employer.split("(", 1)[0] or employer
    if employer.endswith(lex.institution_patterns.no_bank):
        return "no"  # 某某银行职工食堂
    names = [h for h in lex.institutions.scan(employer) if h.end - h.start > 2 or h.start == 0 or h.term.isascii()]
    if names:
        return max(names, key=lambda h: h.end - h.start).value.counts_as_bank
    known = lex.institution_patterns.first(employer)
    return known.counts_as_bank if known else ""


def judge_job(
    resume: ResumeText, lex: Lexicon, job: JobSpans, found: Mapping[str, DomainHits]
) -> tuple[DomainVerdict, ...]:
    """Judge one job against every domain (order of decision: data/README-domains.md).

    ``found`` is ``domain_words().read(resume.folded)``, shared by all jobs of the resume.
    """
    folded = resume.folded
    vague = domain_words().vague
    title = _core(folded, job.title)
    text = folded[slice(*title)] if title else ""
    elsewhere = bool(job.employer) and other_trade(folded[slice(*(job.employer or (0, 0)))])
    blank = not text or ((hit := vague.first(text)) is not None and hit.end - hit.start == len(text))
    silent = blank and not _tells_duties(folded, job)
    verdicts = []
    # a title and an employer are read on their own: a longer term across their edges would hide what they say
    readings = {span: domain_words().read(folded, *span) for span in (title, job.employer) if span}
    titles = readings[title] if title else found
    start = min([job.entry[0], *(s for s, _ in job.header)])
    end = max([job.entry[1], *(e for _, e in job.header)])
    for domain in domain_words().domains:
        everywhere = found.get(domain, _NO_HITS)
        own = [by_domain[domain] for by_domain in readings.values() if domain in by_domain]
        hits = _NO_HITS
        if own or everywhere is not _NO_HITS:
            named = titles.get(domain, _NO_HITS).titles
            duty = _together(_between(everywhere.duty, start, end), *[o.duty for o in own])
            hits = DomainHits(named if title else _between(named, start, end), duty=duty)
        other = elsewhere and domain not in _TRADED
        if domain == "banking":
            verdict = _bank(resume, lex, job, hits)
        elif hits.titles or hits.duty:
            context = _together(_between(everywhere.context, start, end), *[o.context for o in own])
            hits = DomainHits(hits.titles, context, _together(*[o.context_employer for o in own]), hits.duty)
            verdict = _domain(resume, job, title, hits, other)
        else:
            verdict = None
        if verdict is None and silent and domain != "banking" and not other:
            quotes = tuple(resume.evidence(*span) for span in (job.employer, title) if span)
            verdict = (False, quotes) if quotes else None
        if verdict is not None:
            verdicts.append(DomainVerdict(domain, *verdict))
    return tuple(verdicts)


# domains whose work is done in any trade: a construction firm has account managers and channels, but no UI
_TRADED = frozenset({"account_manager", "channel_expansion"})
_FINANCE_OR_IT = re.compile(r"金融|银行|支付|科技|网络|互联网|信息|数据|软件|电商|保险|基金|证券|信托|租赁|小贷|理财")


@lru_cache
def _trades() -> TermIndex[str]:
    return TermIndex((w, w) for w in load_words("other_trades.txt"))


_OFFICE = re.compile(r"(?:局|厂|乡|镇|村|街道|委员会|政府|大队|支队)$")


def other_trade(employer: str) -> bool:
    """Whether an employer's name says another trade (建筑, 酒店, 小学), so that 项目经理 there is no product manager."""
    return bool(_trades().first(employer) or _OFFICE.search(employer)) and not _FINANCE_OR_IT.search(employer)


def _tells_duties(folded: str, job: JobSpans) -> bool:
    """Whether an entry says more than names and dates: some words behind its header, or a long header."""
    named = sum(b - a for a, b in (job.employer or (0, 0), job.title or (0, 0)))
    behind = max((b for _, b in job.header), default=job.entry[0])
    rest = _LETTERS.findall(folded, behind, min(job.entry[1], behind + 80))
    return sum(map(len, rest)) >= 5 or job.entry[1] - job.entry[0] - named > 36


_LETTERS = re.compile(r"[^\W\d_]+")


def _core(folded: str, title: tuple[int, int] | None) -> tuple[int, int] | None:
    """A title without the bracket behind it: 金融产品经理（网络金融部）."""
    if title and (bracket := re.search(r"(?<=.)\([^()]*\)?$", folded[slice(*title)])):
        return title[0], title[0] + bracket.start()
    return title


_Answer = tuple[bool, tuple[Evidence, ...]]
_CERTAIN_ROLES = ("title", "title_if", "title_if_duty", "title_if_both")


def _domain(
    resume: ResumeText, job: JobSpans, title: tuple[int, int] | None, found: DomainHits, elsewhere: bool
) -> _Answer | None:
    """``elsewhere``: the employer's trade is another, so that duty words alone make no guess (减速机厂 研发组长)."""
    folded = resume.folded
    hits = within(found.titles, title) if title else []
    if not hits:
        if elsewhere and title:
            return None
        duties = tuple(islice(_duties(found, folded, job.entry), 2))
        return (False, _quotes(resume, duties)) if duties else None
    roles = {h.value: h for h in hits}
    if "exclude" in roles:
        others = [h for h in hits if h.value != "exclude"]
        return (False, _quotes(resume, others[:1])) if others else None
    helper = any(folded.startswith("助理", h.end) for h in hits)
    if "title_maybe" not in roles and not helper:
        for role in _CERTAIN_ROLES:
            if role in roles and None not in (proof := _proof(role, folded, job, found)):
                return True, _quotes(resume, [roles[role], *(h for h in proof if h)])
    return False, _quotes(resume, hits[:1])


def _proof(role: str, folded: str, job: JobSpans, found: DomainHits) -> tuple[Hit[str] | None, ...]:
    """What a title of a role needs beside it; None where it is missing."""
    proof: tuple[Hit[str] | None, ...] = ()
    if role in ("title_if", "title_if_both"):
        proof += (_context(folded, job, found),)
    if role in ("title_if_duty", "title_if_both"):
        proof += (next(_duties(found, folded, job.entry), None),)
    return proof


def _context(folded: str, job: JobSpans, found: DomainHits) -> Hit[str] | None:
    """A context word in employer, title or duties; the broad ones (银行, 支付) only in employer or title."""
    for span in (*job.header, job.entry):
        for hit in within(found.context, span):
            if not _is_wish(folded, hit.start):
                return hit
    named = [span for span in (job.employer, job.title) if span]
    return next((hit for span in named for hit in within(found.context_employer, span)), None)


def _bank(resume: ResumeText, lex: Lexicon, job: JobSpans, found: DomainHits) -> _Answer | None:
    """银行机构从业: the employer decides; staff sent to a bank and unnamed employers are for a person to judge."""
    folded = resume.folded
    answer = bank_status(lex, folded[slice(*job.employer)]) if job.employer else ""
    if job.employer and answer in ("yes", "verify"):
        posted = _posted(folded, job.header[0][0] if job.header else job.entry[0], job.entry[1])
        certain = answer == "yes" and not (posted and re.search(r"外包|派遣|外派", posted[0]))
        return certain, (resume.evidence(*job.employer),)
    posted = _posted(folded, *job.entry)
    if posted:
        return False, (resume.evidence(*posted.span()),)
    if job.employer is None and job.title and any(h.value != "exclude" for h in within(found.titles, job.title)):
        return False, (resume.evidence(*job.title),)
    if (
        job.employer is None
        and job.title
        and (near := _BANK_NAMED.search(folded, max(0, job.entry[0] - 80), job.entry[0] + 60))
    ):
        return False, (resume.evidence(*near.span()),)
    if answer != "no" and job.employer is None and (duty := next(_duties(found, folded, job.entry), None)):
        return False, (resume.evidence(duty.start, duty.end),)
    return None


# a bank named around a post whose employer was not read: it may be where the post was
_BANK_NAMED = re.compile(r"(?<![贵本我])(?:银行(?![业卡从家])|农商行|信用社|[支分]行)")
_AT_A_BANK = re.compile(
    r"(?:在|进了?|进入|加入|入职|任职于|就职于|供职于|转到?|调到)(?!贵)[^,。;\n]{1,16}(?:银行|支行|分行|信用社|农商行)(?![业家])"
)
# a title alone in the head line is a wish or a label; a claim has a verb, an employer or a length of time before it
_CLAIM = re.compile(r"(?:任|做|当|从事|干|转到?|作为|成为|成了|进|加入|岗位|职位|职务|在|公司|银行|年)[^。;\n]{0,24}$")


def mentions(
    lex: Lexicon, folded: str, domain: str, found: DomainHits, spans: Iterable[tuple[int, int]]
) -> Iterator[Hit[str]]:
    """Titles of a domain that the candidate claims within spans: not negated, not wished for, not somebody else's."""
    if domain == "banking":
        for start, end in spans:
            for match in _AT_A_BANK.finditer(folded, start, end):
                hit = Hit(*match.span(), "banking", match[0])
                if not (
                    _is_wish(folded, hit.start)
                    or about_others(lex, folded, hit.start)
                    or is_negated(lex, folded, hit.start)
                ):
                    yield hit
        return
    for start, end in spans:
        for hit in within(found.titles, (start, end)):
            before = folded[max(start, hit.start - 8) : hit.start]
            if hit.value not in _CERTAIN_ROLES or _BESIDE.search(before):
                continue
            if not _CLAIM.search(folded, max(start, hit.start - 28), hit.start):
                continue
            if not (
                is_negated(lex, folded, hit.start, 8)
                or _is_wish(folded, hit.start)
                or about_others(lex, folded, hit.start)
                or _denied(folded, hit.start, hit.end)
                or (_POST.match(folded, hit.end) and not _AT_POST.search(before))
            ):
                yield hit


_AT_POST = re.compile(r"(?:从事|担任|任|做|现为|在)[^,。;\n]{0,6}$")
# outsourced staff on a bank's premises: whether that is 银行机构从业 is for a person to say
_POSTED = re.compile(
    r"(?:驻场|派驻|外派|外包|派遣)[^。\n]{0,16}(?:银行|支行|分行|信用社)|(?:银行|支行|分行|信用卡中心)[^。\n]{0,16}(?:驻场|派驻|外包|派遣)"
)
_SENT = re.compile(r"驻场|派驻|外派|外包|派遣")


def _posted(folded: str, start: int, end: int) -> re.Match[str] | None:
    """The first words in a span that send somebody to a bank."""
    return _POSTED.search(folded, start, end) if _SENT.search(folded, start, end) else None


_WISH = re.compile(
    r"应聘|应征|求职意向|希望|诚求|贵行|贵司|期望|意向|想做|想去|想投|有意|(?:报名|申请|报考|竞聘|拟聘|目标|志愿)[^,。;\n]{0,2}岗?位?|志愿|\btarget|apply|seeking|sought"
)
# a post named as the bank names its own, before any job: 商务拓展岗
_POST = re.compile(r"[\u4e00-\u9fff]{0,4}岗(?![前上中])")
# what the writer says not to have done: behind a caption (不足：…, 没做过：…), or with the verb at the end (…我统统没做过)
_DISCLAIMED = re.compile(
    r"[^\w\n]*(?:[一-龥]{0,3}(?:没有?|未|不)(?:做过|干过|碰过|接触过?|当过|会|懂|擅长|能做|熟悉)[^:\n,。]{0,5}|不足|短板|弱项|缺点|(?:not good at|no experience|never))[^\w\n]*(?:[: \t]|$)"
)
_DENIED_BEHIND = re.compile(
    r"[^。;!?\n]{0,40}?(?:统统|都|均|一概|一样都|从来?|我)(?:没|未|不)(?:有)?(?:做|干|懂|会|碰|接触|任|当)"
)
_QUOTED_ADVERT = re.compile(r"[ \t]*>[^\n]{0,120}?(?:以上|优先|相关|经验者)")
_AMONG = re.compile(r"(?:客户|同事|朋友|同学|团队|小组|家人|部门)(?:中|里|原|另)?(?:有|设)[^。;\n]{0,24}$")


def _is_wish(folded: str, at: int) -> bool:
    """Whether the sentence around ``at`` speaks of a wish (希望应聘贵行…): wishes are no work."""
    if not any(a - CLAUSE_REACH < at < b + CLAUSE_REACH for a, b in _wishes(folded)):
        return False
    start, end = clause(folded, at)
    return bool(_WISH.search(folded, start, end))


@lru_cache(maxsize=4)
def _wishes(folded: str) -> tuple[tuple[int, int], ...]:
    """Where a text speaks of wishes at all: every word found in it asks."""
    return tuple(match.span() for match in _WISH.finditer(folded))


def _denied(folded: str, at: int, end: int) -> bool:
    """Whether a word at ``at..end`` stands where the writer tells what he has not done, or among what others are."""
    line = folded.rfind("\n", 0, at) + 1
    return bool(
        _DISCLAIMED.match(folded, line, at)
        or _QUOTED_ADVERT.match(folded, line)
        or _DENIED_BEHIND.match(folded, end)
        or _AMONG.search(folded, max(line, at - 40), at)
    )


def _duties(found: DomainHits, folded: str, span: tuple[int, int]) -> Iterator[Hit[str]]:
    """Duty phrases of one's own work: not beside another's role, not negated, not a wish."""
    for hit in within(found.duty, span):
        before = folded[max(span[0], hit.start - 8) : hit.start]
        if (
            not _BESIDE.search(before)
            and not re.search(r"(?:不|未|没有|没|无)[^,。;\n]{0,3}$", before)
            and not _is_wish(folded, hit.start)
            and not _denied(folded, hit.start, hit.end)
        ):
            yield hit


def _quotes(resume: ResumeText, hits: Iterable[Hit[str]]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(resume.evidence(h.start, h.end) for h in hits))
