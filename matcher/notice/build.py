"""Positions from a notice's words: which clause says what, the rules it gives, and what is left for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.lawfulness import unlawful
from matcher.notice.blocks import (
    Block,
    Pieces,
    Words,
    broken_table,
    kind_of,
    pieces_of,
    read_words,
    sort_sentences,
    split_labels,
)
from matcher.notice.rules import (
    SHARED,
    Leftover,
    Rules,
    hard_words,
    read_age,
    read_as_of,
    read_rules,
    says,
    split_waiver,
)
from matcher.notice.sources import Grid, NoticeError, Part, read_parts
from matcher.schema import Position


@dataclass(frozen=True, slots=True)
class Unread:
    """Something of a notice for a person. ``kind``: check (a condition that no rule holds), unlawful (law forbids it),
    text (only matched as text), loose (belongs to no position). ``position_id`` 0 is the whole notice."""

    position_id: int
    title: str
    field: str
    text: str
    reason: str
    kind: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A notice read: positions with rules, requirements common to all, what is left, and to which date ages count."""

    title: str
    positions: tuple[Position, ...]
    common: tuple[tuple[str, str], ...]
    unread: tuple[Unread, ...]
    as_of: dt.date | None
    source: str = ""


_FIELDS = ("responsibilities", "education", "competencies", "experience", "age", "preferred", "waiver")
_CHECKED = ("education", "competencies", "experience", "age", "preferred", "waiver")


def import_notice(path: Path) -> Imported:
    """Read a notice's file. Raises NoticeError when it cannot be read or names no position."""
    parts = read_parts(path)
    for part in parts:
        if not any(isinstance(piece, Grid) for piece in pieces_of(part)) and (heads := broken_table(part)):
            raise NoticeError(
                f"{path.name}：文件里的表格（{heads}）没有单元格，无法对齐；请改用 Word、Excel 或网页原件"
                " (its table has no cells: use the Word, Excel or web original)"
            )
    found = build(read_words(parts), parts)
    if not found.positions:
        raise NoticeError(
            f"{path.name}：没有找到岗位；请确认文件里有“岗位名称”或岗位标题，以及职责或任职要求 (no position was found)"
        )
    return Imported(found.title, found.positions, found.common, found.unread, found.as_of, path.name)


def build(words: Words, parts: Sequence[Part] = ()) -> Imported:
    """Positions and leftovers of a notice's words; ``parts`` are searched for the date that ages are counted to."""
    common = tuple((text, "kinship" if says("kinship", text) else "") for text in words.common)
    shared = _joined(piece for text, _ in common for piece in sort_sentences(text, ""))
    numbers = [block.number for block in words.blocks]
    numbered = None not in numbers and len(set(numbers)) == len(numbers)
    positions: list[Position] = []
    unread: list[Unread] = []
    titles = _titles(words.blocks)
    for at, (block, title) in enumerate(zip(words.blocks, titles, strict=True), start=1):
        number = block.number if numbered and block.number is not None else at
        position, left = _position(number, title, block, shared, common)
        positions.append(position)
        unread += left
    for text, rule in common:
        left_over = hard_words([("common", text)])
        unread += [Unread(0, "共同要求", "common", w.text, w.reason, "check") for w in left_over]
        if not rule and not left_over and not read_as_of(text) and not any(k for k, _ in sort_sentences(text, "")):
            unread.append(Unread(0, "共同要求", "common", text, "不作规则，由人判断", "text"))
        unread += _unlawful(0, "共同要求", "common", text)
    everything = "\n".join(_text(part) for part in parts)
    dates = read_as_of(everything)
    if len(dates) > 1:
        shown = "、".join(str(day) for day in dates)
        unread.append(Unread(0, "", "as_of", shown, "有几个计算截止日；请在 notice.toml 写明 as_of", "check"))
    unread += [Unread(0, "", "", line, "不属于任何岗位的文字", "loose") for line in words.loose]
    return Imported(words.title, tuple(positions), common, tuple(unread), dates[0] if len(dates) == 1 else None)


def _text(part: Part) -> str:
    return "\n".join(c.text for row in part.rows for c in row) if isinstance(part, Grid) else part


def _titles(blocks: Sequence[Block]) -> list[str]:
    """Titles, with the department where several positions are called the same."""
    titles = [block.title for block in blocks]
    full = []
    for block, title in zip(blocks, titles, strict=True):
        place = next((words for field, words in block.cells if field == "department"), "")
        same = titles.count(title) > 1 and place
        full.append(f"{title}（{' '.join(place.split())}）" if same else title)
    return full


def _joined(pieces: Iterable[tuple[str, str]], mark: str = "\n") -> dict[str, str]:
    """Words by field, in order; pieces of one field joined."""
    found: dict[str, list[str]] = {}
    for field, words in pieces:
        found.setdefault(field, []).append(words)
    return {field: mark.join(words) for field, words in found.items()}


def _pieces(block: Block) -> Pieces:
    """A position's words by field: requirements split at their labels, or sentence by sentence where they have none."""
    pieces: list[tuple[str, str]] = []
    for field, words in block.cells:
        if field not in ("requirements", "other", ""):
            pieces += _labelled(field, words)
            continue
        default = "competencies" if field else "responsibilities"
        for name, text in split_labels(words):
            if name in ("requirements", "other"):
                pieces += sort_sentences(text, "competencies")
            else:
                pieces += sort_sentences(text, default) if not name else _labelled(name, text)
    return tuple(pieces)


# Labelled words may hold another kind of condition (学历要求：本科以上，35岁以下): then it goes to its own field.
_MIXED = frozenset({"education", "competencies", "experience", "age"})


def _labelled(field: str, words: str) -> Pieces:
    if field in _MIXED:
        pieces = sort_sentences(words, field)
        if any(kind != field for kind, _ in pieces):
            return pieces
    return ((field, words),)


def _position(
    number: int, title: str, block: Block, shared: dict[str, str], common: tuple[tuple[str, str], ...]
) -> tuple[Position, list[Unread]]:
    own = _joined(_pieces(block))
    degree, major = own.get("degree", ""), own.get("major", "")
    texts = {field: own.get(field, "") for field in _FIELDS}
    columns = "；".join(line.strip(" ；;") for t in (degree, major) for line in t.split("\n") if line.strip(" ；;"))
    if columns:
        texts["education"] = "；".join(t for t in (columns, texts["education"]) if t)
    texts["preferred"], waiver = split_waiver(texts["preferred"])
    texts["waiver"] = "\n".join(t for t in (texts["waiver"], waiver) if t)
    _share(texts, shared)
    school = texts["education"].removeprefix(columns).lstrip("；") if major else texts["education"]
    rules = read_rules(
        f"{degree}；{school}" if major and not school.startswith(SHARED) else degree + school if major else school,
        texts["experience"],
        texts["age"],
        texts["preferred"],
        texts["waiver"],
        majors=major,
        competencies=texts["competencies"],
    )
    position = _with_rules(number, title, texts, rules, common)
    return position, _left(position, own, rules)


def _share(texts: dict[str, str], shared: dict[str, str]) -> None:
    """What all positions share stands where a position says nothing of its own: its own words win."""
    education, own = shared.get("education", ""), texts["education"]
    no_degree = not any(says(rule, own) for rule in ("degree", "no_degree"))
    mode_said = any(says(rule, own) for rule in ("full_time", "part_time", "study_mode_free", "no_degree"))
    if education and (no_degree or (says("full_time", education) and not mode_said)):
        texts["education"] = f"{own}{SHARED}{education}" if own else education
    own_age, age = read_age(texts["age"]), shared.get("age", "")
    if (
        texts["age"]
        and age
        and own_age.max_age is None
        and own_age.born_from is None
        and not says("no_age", texts["age"])
    ):
        texts["age"] += SHARED + age  # the position only relaxes what holds for all
    for field in ("experience", "age", "waiver"):
        texts[field] = texts[field] or shared.get(field, "")


def _with_rules(
    number: int, title: str, texts: dict[str, str], rules: Rules, common: tuple[tuple[str, str], ...]
) -> Position:
    return Position(
        position_id=number,
        title=title,
        responsibilities_text=texts["responsibilities"],
        education_text=texts["education"],
        competencies_text=texts["competencies"],
        experience_text=texts["experience"],
        age_text=texts["age"],
        preferred_text=texts["preferred"],
        waiver_text=texts["waiver"],
        min_degree=rules.min_degree,
        full_time=rules.full_time,
        majors=rules.majors,
        majors_open=rules.majors_open,
        min_years=rules.min_years,
        experience_domains=rules.experience_domains,
        max_age=rules.max_age,
        preferred=rules.preferred,
        waivable=rules.waivable,
        needs_portfolio=rules.needs_portfolio,
        born_from=rules.born_from,
        age_by_degree=rules.age_by_degree,
        age_relaxed_to=rules.age_relaxed_to,
        certificates=rules.certificates,
        common=common,
    )


def _left(position: Position, own: dict[str, str], rules: Rules) -> list[Unread]:
    """Everything of a position that no rule holds."""
    at, title = position.position_id, position.title
    found: list[Leftover] = list(rules.leftovers)
    seen = {w.text for w in found}
    found += [
        w for w in hard_words([(f, own.get(f, "")) for f in ("competencies", "experience")]) if w.text not in seen
    ]
    unread = [Unread(at, title, w.field, w.text, w.reason, "check") for w in found]
    if position.preferred_text and not position.preferred:
        reason = "优先条件没有辨认办法（data/preferred.csv）；不影响资格，由人判断"
        unread.append(Unread(at, title, "preferred", position.preferred_text, reason, "text"))
    if position.competencies_text:
        reason = "能力素质：不作硬性规则，作为文字参与匹配"
        unread.append(Unread(at, title, "competencies", position.competencies_text, reason, "text"))
    for field in _CHECKED:
        unread += _unlawful(at, title, field, getattr(position, f"{field}_text"))
    sex = own.get("sex", "")
    if sex and kind_of(sex) == "" and (found_sex := unlawful(f"性别：{sex}")):
        law = found_sex[0]
        unread.append(Unread(at, title, "sex", sex, f"法律不允许的条件，未作规则：{law.law}；{law.mend}", "unlawful"))
    return unread


def _unlawful(number: int, title: str, field: str, text: str) -> list[Unread]:
    return [
        Unread(number, title, field, law.words, f"法律不允许的条件，未作规则：{law.law}；{law.mend}", "unlawful")
        for law in unlawful(text)
    ]
