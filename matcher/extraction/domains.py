"""Which experience domains a job counts for: judged by its title, employer and duties (DESIGN decision 4).

Roles of data/experience_domains.csv: ``title`` counts for certain; ``title_if`` when a context word stands in employer,
title or duties; ``title_if_duty`` when a duty phrase does; ``title_if_both`` when both do; ``title_maybe`` never for
certain; ``exclude`` rules the title out. What is not certain is possible: a person must ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from matcher.extraction.lexicon import Lexicon
from matcher.knowledge import DATA_DIR, KnowledgeError, read_table
from matcher.schema import Evidence, ResumeText
from matcher.terms import Hit, TermIndex

_TITLE_ROLES = ("title", "title_if", "title_if_duty", "title_if_both", "title_maybe", "exclude")
_ROLES = (*_TITLE_ROLES, "context", "context_employer", "duty", "vague")
# Working beside the role is not the role (B159): the words before a duty phrase that make it another person's
_BESIDE = re.compile(r"(?:配合|协助|协同|支持|向|给|跟随|辅助|对接|汇报|带领|管理|招聘|培训)[^,。;\n]{0,4}$")


@dataclass(frozen=True, slots=True)
class DomainIndex:
    """One domain's words: titles with their role (longest wins), contexts, duties."""

    titles: TermIndex[str]
    context: TermIndex[str]
    context_employer: TermIndex[str]
    duty: TermIndex[str]


@lru_cache
def domain_indexes(data_dir: Path = DATA_DIR) -> tuple[Mapping[str, DomainIndex], TermIndex[str]]:
    """``(domain -> index, vague titles)``. Raises KnowledgeError for an unknown role, naming the row."""
    path = data_dir / "experience_domains.csv"
    rows: dict[str, list[tuple[str, str]]] = {}
    vague: list[tuple[str, str]] = []
    for line, row in read_table(path, ["domain", "role", "term"]):
        if row["role"] not in _ROLES or not row["term"]:
            raise KnowledgeError(f"{path.name}：第 {line} 行的 role“{row['role']}”或 term 无效；可用：{', '.join(_ROLES)} (bad row)")
        if row["role"] == "vague":
            vague.append((row["term"], row["term"]))
        else:
            rows.setdefault(row["domain"], []).append((row["term"], row["role"]))

    def index(pairs: Iterable[tuple[str, str]]) -> TermIndex[str]:
        return TermIndex(pairs)

    return {
        domain: DomainIndex(
            index((t, r) for t, r in pairs if r in _TITLE_ROLES),
            index((t, t) for t, r in pairs if r == "context"),
            index((t, t) for t, r in pairs if r == "context_employer"),
            index((t, t) for t, r in pairs if r == "duty"),
        )
        for domain, pairs in rows.items()
    }, TermIndex(vague)


@dataclass(frozen=True, slots=True)
class DomainVerdict:
    """Whether a job counts for a domain: certain or only possible, with the words that say so."""

    domain: str
    certain: bool
    evidence: tuple[Evidence, ...]


def bank_status(lex: Lexicon, employer: str) -> str:
    """``yes``, ``no`` or ``verify`` (possibly a bank) for a folded employer name; "" when nothing is known.

    The name or pattern that ends last decides (…银保监局 is no bank though it holds 银行).
    """
    best: tuple[int, int, str] | None = None  # (end, length, answer): the last word names the employer, the longest wins
    for hit in lex.institutions.scan(employer):
        best = max(best or (0, 0, ""), (hit.end, hit.end - hit.start, hit.value.counts_as_bank))
    for pattern, item in lex.institution_patterns:
        at, first = 0, -1
        for part in pattern.split("…"):
            at = employer.find(part, at)
            if at < 0:
                break
            first = at if first < 0 else first
            at += len(part)
        else:
            best = max(best or (0, 0, ""), (at, at - first, item.counts_as_bank))
    if best is not None:
        return best[2]
    return "yes" if re.search(r"[\u4e00-\u9fff]{1,}银行", employer) else ""


def judge_job(
    resume: ResumeText,
    lex: Lexicon,
    title: tuple[int, int] | None,
    employer: tuple[int, int] | None,
    header: tuple[tuple[int, int], ...],
    duties: tuple[int, int],
    data_dir: Path = DATA_DIR,
) -> tuple[DomainVerdict, ...]:
    """Judge one job against every domain. Spans are offsets into the resume; duties end the entry."""
    folded = resume.folded
    indexes, vague = domain_indexes(data_dir)
    if title and (bracket := re.search(r"(?<=.)\([^()]*\)?$", folded[slice(*title)])):
        title = (title[0], title[0] + bracket.start())  # 金融产品经理（网络金融部）
    title_text = folded[slice(*title)] if title else ""
    is_vague = not title_text or (hit := vague.first(title_text)) is not None and len(hit.term) >= len(title_text) - 2
    bank = bank_status(lex, folded[slice(*employer)]) if employer else ""
    verdicts = []
    for domain, index in indexes.items():
        if domain == "banking":
            if employer and bank in ("yes", "verify"):
                evidence = (resume.evidence(*employer),)
                verdicts.append(DomainVerdict(domain, bank == "yes", evidence))
            elif bank in ("", "no") and (posted := _POSTED.search(folded, *_stretch(header, duties))):
                verdicts.append(DomainVerdict(domain, False, (resume.evidence(*posted.span()),)))
            elif not employer and title and index.titles.first(folded, *title):
                verdicts.append(DomainVerdict(domain, False, (resume.evidence(*title),)))
            elif is_vague and any(True for _ in _duties(index, folded, duties)) and bank != "no":
                first = next(_duties(index, folded, duties))
                verdicts.append(DomainVerdict(domain, False, (resume.evidence(first.start, first.end),)))
            continue
        hits = list(index.titles.scan(folded, *title)) if title else []
        roles = {h.value: h for h in hits}
        if "exclude" in roles and "title" not in roles:
            continue
        context = next(
            (h for span in (*header, duties) if (h := index.context.first(folded, *span))), None
        ) or next((h for span in ((employer,) if employer else header) if (h := index.context_employer.first(folded, *span))), None)
        if context is None and bank == "yes" and employer and domain in ("financial_product_manager", "financial_product_design", "account_manager"):
            context = Hit("银行", "银行", *employer)
        found_duties = list(_duties(index, folded, duties))
        duty = found_duties[0] if found_duties else None
        certain: list[Hit[str]] = []
        if "title" in roles:
            certain = [roles["title"]]
        elif "title_if" in roles and context:
            certain = [roles["title_if"], context]
        elif "title_if_duty" in roles and duty:
            certain = [roles["title_if_duty"], duty]
        elif "title_if_both" in roles and duty and context:
            certain = [roles["title_if_both"], context, duty]
        if certain:
            verdicts.append(DomainVerdict(domain, True, _quotes(resume, certain)))
        elif roles.keys() & {"title_if", "title_if_duty", "title_if_both", "title_maybe"}:
            verdicts.append(DomainVerdict(domain, False, _quotes(resume, [h for r, h in roles.items() if r != "exclude"][:1])))
        elif duty and (is_vague or len({h.term for h in found_duties}) >= 2):
            verdicts.append(DomainVerdict(domain, False, _quotes(resume, found_duties[:2])))
    return tuple(verdicts)


# outsourced staff on a bank's premises: whether that is 银行机构从业 is for a person to say
_POSTED = re.compile(r"(?:驻场|派驻|外派|外包|派遣)[^。\n]{0,16}(?:银行|支行|分行|信用社)|(?:银行|支行|分行|信用卡中心)[^。\n]{0,16}(?:驻场|派驻|外包|派遣)")


def _stretch(header: tuple[tuple[int, int], ...], duties: tuple[int, int]) -> tuple[int, int]:
    return min([duties[0], *(s for s, _ in header)]), duties[1]


def _duties(index: DomainIndex, folded: str, span: tuple[int, int]) -> Iterator[Hit[str]]:
    return (h for h in index.duty.scan(folded, *span) if not _BESIDE.search(folded, max(span[0], h.start - 8), h.start))


def _quotes(resume: ResumeText, hits: Iterable[Hit[str]]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(resume.evidence(h.start, h.end) for h in hits))
