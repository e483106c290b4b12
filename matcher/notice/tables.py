"""A notice's folder: positions.csv, common_requirements.csv, position_terms.csv, notice.toml, unread.csv."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from matcher.extraction.lexicon import lexicon
from matcher.knowledge import DATA_DIR, NOTICE_FILE, read_table
from matcher.notice.build import Imported
from matcher.schema import UNLISTED, Position
from matcher.text import fold

COLUMNS = (
    "position_id", "title", "responsibilities", "education", "competencies", "experience", "age",
    "preferred_conditions", "waiver", "min_degree", "full_time", "majors", "majors_open", "min_years",
    "experience_domains", "max_age", "preferred", "waivable", "needs_portfolio",
)  # fmt: skip
# Written only when a position of the notice has them.
OPTIONAL = ("born_from", "age_by_degree", "age_relaxed_to", "certificates")


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _row(p: Position) -> dict[str, str]:
    return {
        "position_id": str(p.position_id),
        "title": p.title,
        "responsibilities": p.responsibilities_text,
        "education": p.education_text,
        "competencies": p.competencies_text,
        "experience": p.experience_text,
        "age": p.age_text,
        "preferred_conditions": p.preferred_text,
        "waiver": p.waiver_text,
        "min_degree": p.min_degree.value,
        "full_time": _yes(p.full_time),
        "majors": "|".join(p.majors),
        "majors_open": _yes(p.majors_open),
        "min_years": str(p.min_years),
        "experience_domains": "|".join(p.experience_domains),
        "max_age": "" if p.max_age is None else str(p.max_age),
        "preferred": "|".join(p.preferred),
        "waivable": _yes(p.waivable),
        "needs_portfolio": _yes(p.needs_portfolio),
        "born_from": p.born_from.isoformat() if p.born_from else "",
        "age_by_degree": "|".join(f"{degree.value}:{cap}" for degree, cap in p.age_by_degree),
        "certificates": "|".join(p.certificates),
        "age_relaxed_to": "" if p.age_relaxed_to is None else str(p.age_relaxed_to),
    }


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def positions_csv(positions: Sequence[Position]) -> str:
    """``positions.csv`` of positions, as data/positions.csv is written."""
    rows = [_row(p) for p in positions]
    columns = (*COLUMNS, *(c for c in OPTIONAL if any(row[c] for row in rows)))
    return _csv(columns, ([row[c] for c in columns] for row in rows))


def common_csv(common: Iterable[tuple[str, str]]) -> str:
    """``common_requirements.csv``."""
    rows = ((str(i), text, rule) for i, (text, rule) in enumerate(common, start=1))
    return _csv(("requirement_id", "text", "rule"), rows)


def unread_csv(found: Imported) -> str:
    """``unread.csv``: everything that a person must look at or may want to."""
    order = {"unlawful": 0, "check": 1, "text": 2, "loose": 3}
    rows = sorted(found.unread, key=lambda u: order[u.kind])
    cells = ((u.kind, str(u.position_id), u.title, u.field, u.text, u.reason) for u in rows)
    return _csv(("kind", "position_id", "title", "field", "text", "reason"), cells)


def _toml_text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def notice_toml(title: str, source: str, as_of: dt.date | None) -> str:
    """``notice.toml``: what the notice is, and to which date it counts ages and years."""
    lines = [
        "# 这个文件夹是一份公告：这里没有的数据文件用 data/ 的。as_of 为年龄、年限的计算截止日，可改、可删。",
        f"title = {_toml_text(title)}",
        f"source = {_toml_text(source)}",
        *([f"as_of = {as_of.isoformat()}"] if as_of else []),
    ]
    return "\n".join(lines) + "\n"


def terms_csv(positions: Sequence[Position], data_dir: Path = DATA_DIR) -> str:
    """``position_terms.csv``, a draft for a person: each position's title, the titles of its domains, and the skills
    that its words name."""
    rows = [
        (str(p.position_id), field, term, weight, "由公告生成")
        for p in positions
        for field, term, weight in dict.fromkeys(_terms(p, data_dir))
    ]
    return _csv(("position_id", "field", "term", "weight", "note"), rows)


def _terms(position: Position, data_dir: Path) -> Iterator[tuple[str, str, str]]:
    seen: set[str] = set()
    title = re.sub(r"[(（].*?[)）]", "", fold(position.title)).strip()
    for piece in re.split(r"\s*[/|、·]\s*|(?<=[\u4e00-\u9fff])\s+|\s+(?=[\u4e00-\u9fff])", title):
        word = piece.removesuffix("岗位").removesuffix("岗").strip()
        if len(word) > 1 and word not in seen:
            seen.add(word)
            yield "title", word, "3"
    domains = set(position.experience_domains) - {UNLISTED}
    for _, row in read_table(data_dir / "experience_domains.csv", ["domain", "role", "term", "note"]):
        word = fold(row["term"])
        if row["domain"] in domains and row["role"] == "title" and word not in seen:
            seen.add(word)
            yield "title", word, "2"
    words = fold("\n".join((position.responsibilities_text, position.competencies_text, position.preferred_text)))
    for hit in lexicon().skills.scan(words):
        word = fold(hit.term)
        if word not in seen and len(word) > 1:
            seen.add(word)
            yield "tool", word, "2"


def write(found: Imported, folder: Path) -> None:
    """Write a notice's folder; what a person has changed there is overwritten (the command asks first)."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "positions.csv": positions_csv(found.positions),
        "common_requirements.csv": common_csv(found.common),
        "position_terms.csv": terms_csv(found.positions),
        "unread.csv": unread_csv(found),
        NOTICE_FILE: notice_toml(found.title, found.source, found.as_of),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
