"""A notice's folder checked and explained: what each rule is, in plain Chinese, and where words and columns differ."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matcher.knowledge import (
    DATA_DIR,
    KnowledgeError,
    cell,
    load_common_requirements,
    load_notice,
    load_positions,
    read_table,
)
from matcher.lawfulness import unlawful, unlawful_clauses
from matcher.notice.rules import place_major, read_age, read_education, read_experience
from matcher.schema import UNLISTED, Degree, Position
from matcher.screening import domain_names, listed_group


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong or doubtful in a folder. ``row`` is the line in the file as an editor counts it; 0: whole file.

    ``severe``: screening would not work or would judge wrongly; else a person should look.
    """

    file: str
    row: int
    message: str
    severe: bool


def explain(position: Position) -> str:
    """Every rule of a position in one line of Chinese."""
    parts = [_degree(position), _majors(position), _experience(position), _age(position)]
    if position.needs_portfolio:
        parts.append("需附作品（未附判待核实）")
    if position.certificates:
        parts.append(f"证书：{'或'.join(position.certificates)}（未见判待核实）")
    if any(rule == "kinship" for _, rule in position.common):
        parts.append("近亲属回避（面试时询问）")
    if position.preferred_text:
        wished = " ".join(position.preferred_text.split()).rstrip("；。")
        judged = "" if position.preferred else "（由人判断）"
        parts.append(f"优先：{wished}{'（含法律不允许的条件，未作规则）' if unlawful(wished) else judged}")
    parts.append("特别优秀者可放宽（只作建议）" if position.waivable else "不设放宽")
    return f"{position.position_id} {position.title}：{'；'.join(p.rstrip('；。') for p in parts)}"


def _degree(p: Position) -> str:
    mode = "全日制" if p.full_time else ""
    return (
        f"{mode}{p.min_degree.value}及以上"
        if p.min_degree is not Degree.SECONDARY
        else f"学历不限{'，' + mode if mode else ''}"
    )


def _majors(p: Position) -> str:
    if not p.majors:
        return "专业：不限"
    listed = "、".join(p.majors)
    return f"专业：{listed}等相关专业（开放）" if p.majors_open else f"专业：{listed}（限所列）"


def _experience(p: Position) -> str:
    if not p.min_years:
        return "经验：不限"
    names = domain_names()
    known = "或".join(names[d] for d in p.experience_domains if d != UNLISTED)
    if not p.experience_domains:
        return f"经验：任何工作{p.min_years}年以上"
    if UNLISTED in p.experience_domains:
        known = f"{known}或公告原文所写领域" if known else "公告原文所写领域"
        return f"经验：{known}{p.min_years}年以上（领域由人核对）"
    return f"经验：{known}{p.min_years}年以上"


def _age(p: Position) -> str:
    if p.max_age is None and p.born_from is None:
        return "年龄：不限"
    parts = [f"{p.max_age}周岁及以下"] if p.max_age is not None else []
    if p.born_from:
        parts.append(f"{p.born_from.year}年{p.born_from.month}月{p.born_from.day}日以后出生")
    parts += [f"{degree.value}及以上放宽至{cap}周岁" for degree, cap in p.age_by_degree]
    if p.age_relaxed_to is not None:
        parts.append(f"另有条件可放宽至{p.age_relaxed_to}周岁（待核实）")
    return f"年龄：{'，'.join(parts)}"


# --- checking -----------------------------------------------------------------------------------------------------


def rows_of(folder: Path) -> dict[int, int]:
    """Position id to the line of positions.csv where its row begins; rows that cannot be read are not there."""
    path = folder / "positions.csv"
    found: dict[int, int] = {}
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        before = 1
        for row in reader:
            text = (row.get("position_id") or "").strip()
            if text.isdigit():
                found.setdefault(int(text), before + 1)
            before = reader.line_num
    return found


def check(folder: Path = DATA_DIR) -> tuple[tuple[Position, ...], tuple[Problem, ...]]:
    """The positions of a notice's folder and everything wrong or doubtful in it. Never raises for bad files."""
    try:
        positions = load_positions(folder)
        load_notice(folder)
        load_common_requirements(folder)
    except KnowledgeError as error:
        return (), (Problem("positions.csv", 0, str(error), True),)
    rows = rows_of(folder)
    problems = [p for position in positions for p in _check(position, rows.get(position.position_id, 0))]
    problems += _check_terms(folder, {p.position_id for p in positions})
    for found in unlawful_clauses(positions, (text for text, _ in load_common_requirements(folder))):
        file = "positions.csv" if found.position_id else "common_requirements.csv"
        message = f"“{found.clause}”含法律不允许的条件（{found.found.law}），未作规则；{found.found.mend}"
        problems.append(Problem(file, rows.get(found.position_id, 0), message, False))
    return positions, tuple(dict.fromkeys(problems))


def _check(p: Position, row: int) -> Iterator[Problem]:
    def wrong(message: str, severe: bool = True) -> Problem:
        return Problem("positions.csv", row, message, severe)

    names = domain_names()
    for domain in p.experience_domains:
        if domain not in names and domain != UNLISTED:
            yield wrong(f"experience_domains 的“{domain}”不在 data/domain_names.csv 中")
    for name in p.majors:
        if listed_group(name) is None:
            yield wrong(f"专业“{name}”不在专业目录中：所有应聘者的专业都判待核实", severe=False)
    known = {line["key"] for _, line in read_table(DATA_DIR / "preferred.csv", ["key"])}
    for key in p.preferred:
        if key not in known:
            yield wrong(f"preferred 的“{key}”不在 data/preferred.csv 中")
    held = {line["certificate"] for _, line in read_table(DATA_DIR / "certificates.csv", ["certificate"])}
    for name in p.certificates:
        if name not in held:
            yield wrong(f"certificates 的“{name}”不在 data/certificates.csv 中")
    if p.min_years < 0 or p.min_years > 40:
        yield wrong(f"min_years 为 {p.min_years}，应在 0 至 40 之间")
    if p.max_age is not None and not 16 <= p.max_age <= 70:
        yield wrong(f"max_age 为 {p.max_age}，应在 16 至 70 之间")
    for message in _differences(p):
        yield wrong(message, severe=False)


def _differences(p: Position) -> Iterator[str]:
    """Where the rule columns are stricter or looser than the notice's own words."""
    school, work, ages = read_education(p.education_text), read_experience(p.experience_text), read_age(p.age_text)
    if p.education_text and school.min_degree is not p.min_degree:
        yield f"min_degree 为“{p.min_degree.value}”，原文“{p.education_text}”读作“{school.min_degree.value}”"
    if p.education_text and school.full_time != p.full_time:
        yield f"full_time 为 {'yes' if p.full_time else 'no'}，与原文“{p.education_text}”不一致"
    if work.min_years != p.min_years:
        yield f"min_years 为 {p.min_years}，原文“{p.experience_text}”读作 {work.min_years} 年"
    elif work.min_years and set(work.domains) != set(p.experience_domains):
        read = "、".join(work.domains) or "任何工作"
        yield f"experience_domains 为“{'、'.join(p.experience_domains) or '任何工作'}”，原文“{p.experience_text}”读作“{read}”"
    if (
        ages.max_age != p.max_age
        or ages.born_from != p.born_from
        or ages.by_degree != p.age_by_degree
        or ages.relaxed_to != p.age_relaxed_to
    ):
        yield f"年龄规则（{_age(p)}）与原文“{p.age_text}”不一致"
    for name in p.majors:
        words = p.education_text
        if name not in words and not any(name in place_major(w) for w in _words(words)) and name not in school.majors:
            yield f"majors 的“{name}”不在原文“{words}”中"


def _words(text: str) -> list[str]:
    return [w for w in text.replace("，", "、").replace("；", "、").split("、") if w]


def _check_terms(folder: Path, ids: set[int]) -> Iterator[Problem]:
    """position_terms.csv names positions that exist."""
    path = folder / "position_terms.csv"
    if not path.is_file():
        return
    try:
        for line, row in read_table(path, ["position_id", "field", "term", "weight", "note"]):
            if cell(path, line, "position_id", row["position_id"], int) not in {0, *ids}:
                yield Problem(path.name, line, f"position_id {row['position_id']} 不在 positions.csv 中", True)
    except KnowledgeError as error:
        yield Problem(path.name, 0, str(error), True)
