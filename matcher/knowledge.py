"""Loads and checks ``data/*``: the only reader of the domain's knowledge.

Every loader names the file and the row of what it rejects, in words an HR officer can act on.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from matcher.schema import Degree, Position

T = TypeVar("T")

DATA_DIR = Path(__file__).resolve().parent.parent / "data"
NOTICES_DIR = DATA_DIR.parent / "notices"

# A folder with this file is a notice's: what it does not hold itself is read from data/, except what only a notice has.
NOTICE_FILE = "notice.toml"
_NOTICES_OWN = frozenset({"positions.csv", "common_requirements.csv", "position_terms.csv", "learned_weights.csv"})


class KnowledgeError(ValueError):
    """A data file is missing or a row in it is wrong; the message names file, row and mend."""


def notice_dir(name: str) -> Path:
    """The folder of the notice called ``name`` (notices/NAME). Raises KnowledgeError when there is none."""
    folder = NOTICES_DIR / name
    if folder.parent != NOTICES_DIR or not (folder / NOTICE_FILE).is_file():
        there = sorted(f.parent.name for f in NOTICES_DIR.glob(f"*/{NOTICE_FILE}"))
        known = "、".join(there) or "还没有"
        raise KnowledgeError(
            f"没有名为“{name}”的公告（现有：{known}）；先运行 python -m matcher positions import 公告文件 --out notices/{name}"
            f" (no such notice)"
        )
    return folder


def data_file(data_dir: Path, name: str) -> Path:
    """Where ``name`` is read from: ``data_dir``, or ``data/`` when that is a notice's folder without a copy of its own."""
    own = data_dir / name
    if name in _NOTICES_OWN or own.is_file() or not (data_dir / NOTICE_FILE).is_file():
        return own
    return DATA_DIR / name


def read_table(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield ``(line number, row)`` of a UTF-8 CSV whose header holds at least ``columns``.

    Raises KnowledgeError when the file is missing, not UTF-8, lacks a column, or a row is too long or too short.
    """
    if not path.is_file():
        raise KnowledgeError(f"{path.name}：找不到文件；请从项目的 data/ 目录恢复 (file not found: {path})")
    try:
        handle = path.open(encoding="utf-8-sig", newline="")
        with handle:
            reader = csv.DictReader(handle, strict=True)
            header = reader.fieldnames or []
            lacking = [c for c in columns if c not in header]
            if lacking:
                raise KnowledgeError(f"{path.name}：缺少列 {', '.join(lacking)} (missing columns)")
            for row in reader:
                if None in row or None in row.values():
                    raise KnowledgeError(
                        f"{path.name}：第 {reader.line_num} 行的列数与表头不符 (wrong number of cells)"
                    )
                yield reader.line_num, {k: v.strip() for k, v in row.items()}
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"{path.name}：不是 UTF-8 编码；请另存为 UTF-8 CSV (not UTF-8)") from error
    except csv.Error as error:
        raise KnowledgeError(f"{path.name}：CSV 格式有误：{error} (bad CSV)") from error


def cell(path: Path, line: int, column: str, value: str, parse: Callable[[str], T]) -> T:
    """``parse(value)``; a KnowledgeError naming file, row and column when that fails."""
    try:
        return parse(value)
    except (ValueError, KeyError) as error:
        raise KnowledgeError(f"{path.name}：第 {line} 行“{column}”列的值“{value}”无效 (row {line}: {error})") from error


def _yes(value: str) -> bool:
    return {"yes": True, "no": False}[value]


def _list(value: str) -> tuple[str, ...]:
    return tuple(v for v in value.split("|") if v)


_POSITION_COLUMNS: dict[str, Callable[[str], Any]] = {
    "position_id": int,
    "title": str,
    "responsibilities": str,
    "education": str,
    "competencies": str,
    "experience": str,
    "age": str,
    "preferred_conditions": str,
    "waiver": str,
    "min_degree": Degree,
    "full_time": _yes,
    "majors": _list,
    "majors_open": _yes,
    "min_years": int,
    "experience_domains": _list,
    "max_age": lambda v: int(v) if v else None,
    "preferred": _list,
    "waivable": _yes,
    "needs_portfolio": _yes,
}


def _ages(value: str) -> tuple[tuple[Degree, int], ...]:
    """``硕士:30|博士:35``"""
    pairs = (item.split(":") for item in _list(value))
    return tuple((Degree(degree), int(cap)) for degree, cap in pairs)


# Columns that a notice's table may lack: few notices ask for them.
_OPTIONAL_COLUMNS: dict[str, Callable[[str], Any]] = {
    "born_from": lambda v: dt.date.fromisoformat(v) if v else None,
    "age_by_degree": _ages,
    "certificates": _list,
    "age_relaxed_to": lambda v: int(v) if v else None,
}


@lru_cache
def load_positions(data_dir: Path = DATA_DIR) -> tuple[Position, ...]:
    """The positions of ``positions.csv`` in file order. Raises KnowledgeError naming file and row."""
    path = data_dir / "positions.csv"
    common_file = data_dir / "common_requirements.csv"
    common = load_common_requirements(data_dir) if common_file.is_file() else ()
    positions: list[Position] = []
    for line, row in read_table(path, list(_POSITION_COLUMNS)):
        v = {c: cell(path, line, c, row[c], parse) for c, parse in _POSITION_COLUMNS.items()}
        v |= {c: cell(path, line, c, row.get(c, ""), parse) for c, parse in _OPTIONAL_COLUMNS.items()}
        if not v["title"]:
            raise KnowledgeError(f"{path.name}：第 {line} 行缺少岗位名称 title (row {line}: no title)")
        if any(p.position_id == v["position_id"] for p in positions):
            raise KnowledgeError(f"{path.name}：第 {line} 行的 position_id {v['position_id']} 重复 (duplicate id)")
        texts = {
            f"{c}_text": v.pop(c)
            for c in ("responsibilities", "education", "competencies", "experience", "age", "waiver")
        }
        positions.append(Position(**texts, preferred_text=v.pop("preferred_conditions"), common=common, **v))
    if not positions:
        raise KnowledgeError(f"{path.name}：没有任何岗位 (no positions)")
    return tuple(positions)


@lru_cache
def load_common_requirements(data_dir: Path = DATA_DIR) -> tuple[tuple[str, str], ...]:
    """``(text, rule)`` of the requirements common to all positions; ``rule`` is empty when none reads it."""
    path = data_dir / "common_requirements.csv"
    return tuple((row["text"], row["rule"]) for _, row in read_table(path, ["requirement_id", "text", "rule"]))


@lru_cache
def load_notice(data_dir: Path = DATA_DIR) -> dict[str, Any]:
    """``notice.toml`` of a notice's folder: ``title``, ``source`` and, when the notice says to which date ages and years
    are counted, ``as_of``; empty for data/ itself. Raises KnowledgeError when malformed."""
    path = data_dir / NOTICE_FILE
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}：格式有误：{error} (bad TOML)") from error
    if not isinstance(found.get("as_of", dt.date.min), dt.date):
        raise KnowledgeError(f"{path.name}：as_of 应写成 2026-11-24 这样，不加引号 (as_of is no date)")
    return found


@lru_cache
def load_policy(data_dir: Path = DATA_DIR) -> dict[str, Any]:
    """``policy.toml`` as nested dictionaries. Raises KnowledgeError when missing or malformed."""
    path = data_file(data_dir, "policy.toml")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise KnowledgeError(f"{path.name}：找不到文件 (file not found: {path})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}：格式有误：{error} (bad TOML)") from error


@lru_cache
def load_headings(data_dir: Path = DATA_DIR) -> dict[str, str]:
    """Section heading (lower case, simplified) to section kind."""
    return {row["heading"]: row["section"] for _, row in read_table(data_dir / "headings.csv", ["heading", "section"])}


@lru_cache
def load_radicals(data_dir: Path = DATA_DIR) -> dict[int, str]:
    """Code point of a CJK Radicals Supplement character to the character it stands for."""
    path = data_dir / "cjk_radicals.csv"
    return {ord(row["radical"]): row["character"] for _, row in read_table(path, ["radical", "character"])}


@lru_cache
def load_ocr_confusions(data_dir: Path = DATA_DIR) -> tuple[dict[str, str], dict[str, str]]:
    """Look-alike misreads: ``(anywhere, inside dates only)``, each seen to meant."""
    anywhere: dict[str, str] = {}
    in_dates: dict[str, str] = {}
    for _, row in read_table(data_dir / "ocr_confusions.csv", ["seen", "meant", "where"]):
        (in_dates if row["where"] == "date" else anywhere)[row["seen"]] = row["meant"]
    return anywhere, in_dates


@lru_cache
def load_words(name: str, data_dir: Path = DATA_DIR) -> tuple[str, ...]:
    """Words of a plain list file (one a line, ``#`` starts a comment), in file order; missing file: KnowledgeError."""
    path = data_file(data_dir, name)
    if not path.is_file():
        raise KnowledgeError(f"{name}：找不到文件 (file not found: {path})")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"{name}：不是 UTF-8 编码；请另存为 UTF-8 (not UTF-8)") from error
    lines = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return tuple(line for line in lines if line)


def data_hash(data_dir: Path, names: Sequence[str]) -> str:
    """SHA-256 over the named data files (names and bytes), hexadecimal."""
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(name.encode())
        digest.update(b"\0")
        digest.update(data_file(data_dir, name).read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()
