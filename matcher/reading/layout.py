"""Geometry-free layout shared by the readers: table cells to lines, labels beside their values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from matcher.knowledge import DATA_DIR, load_headings, load_words, read_table
from matcher.text import fold

_HAN = "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_OR_MARK = _HAN + "，。、；：！？（）《》“”‘’—…【】"
_LABELLED = re.compile(r"^[^：:\n]{1,10}[：:]\s*\S")
_DATE = re.compile(r"(?:19|20)\d\d\s*(?:[年./\-—–~～至]|$)")
_WRITTEN_YEAR = re.compile(r"[一二][〇○零九][〇○零一二三四五六七八九]{2}年")
_ANY_LABEL = re.compile(r"^[^\W\d][^：:，。,;；\t\n]{0,11}[：:]\s*$")
_LIST_MARK = re.compile(r"^\s*(?:[•·●■◆▶►▪◇○□★☆➢✓√\-*]|[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.、．])")
_TIME_WORDS = ("时间", "日期", "起止", "年月", "年限")
_PERSON_WORDS = frozenset({"姓名", "中文姓名", "应聘者", "应聘者姓名", "候选人", "name"})
_KIN_WORDS = frozenset({"称谓", "关系", "与本人关系", "与应聘者关系", "亲属姓名", "证明人"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell, merged cells once; ``text`` may hold several lines. ``continued``: covered by the cell above."""

    text: str
    continued: bool = False


def compact(text: str) -> str:
    """A label as it is looked up: NFKC, simplified, no white space, no marks around it (``姓　　名：`` is ``姓名``)."""
    folded = fold(unicodedata.normalize("NFKC", text))
    return re.sub(r"\s+", "", folded).strip(":*·•●■◆▶▌【】〖〗[]()<>《》「」|_-—#")


@lru_cache
def _labels() -> frozenset[str]:
    rows = (row for _, row in read_table(DATA_DIR / "labels.csv", ["label", "field"]))
    known = {row["label"] for row in rows if row["field"] != "family"}  # 父亲 stands in a column of its own
    return frozenset(compact(word) for word in known.union(load_words("form_labels.txt"))) - {""}


@lru_cache
def _headings() -> frozenset[str]:
    return frozenset(compact(word) for word in load_headings()) - _labels()


def is_field_label(text: str) -> bool:
    """Whether a short text names a field of a form, alone: ``学 历``, ``姓名：`` (data/form_labels.txt, labels.csv)."""
    if len(text) > 40 or not text:
        return False
    return _label_key(text) in _labels() or bool(_ANY_LABEL.match(text) and not is_heading(text))


def _label_key(text: str) -> str:
    """Drop an explaining bracket: ``姓名（中文）``, ``学历(最高)``."""
    key = compact(text)
    return key if key in _labels() else compact(re.sub(r"[(（][^)）]*[)）]", "", text))


def is_heading(text: str) -> bool:
    """Whether a short text is a section's heading alone: ``工作经历``, ``二、教育背景 EDUCATION`` (headings.csv)."""
    if len(text) > 40:
        return False
    whole = compact(text)
    if whole not in _headings():
        whole = compact(re.sub(r"[(（][^()（）]{1,12}[)）]\s*[：:]?\s*$", "", text))  # 【工作经历】（5年）
    key = re.sub(r"^(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.．)）]", "", whole)
    han = re.sub(rf"[^{_HAN}]", "", key)
    mixed = bool(han) and han != key and key.replace(han, "").isascii()
    return bool(key) and (key in _headings() or (mixed and han in _headings()))


def opens_section(text: str) -> bool:
    """Like ``is_heading``, also for words that are a label in a form: 联系方式, 专业技能."""
    return is_heading(text) or (len(text) <= 20 and compact(text) in _all_headings())


@lru_cache
def _all_headings() -> frozenset[str]:
    return frozenset(compact(word) for word in load_headings())


def is_label(text: str) -> bool:
    """A field's label or a section's heading."""
    return is_field_label(text) or is_heading(text)


def is_date_like(text: str) -> bool:
    """Whether a short text is a date or a range of dates and nothing else."""
    return bool(_DATE.search(text)) and not re.sub(r"[\d\s年月日至今./\-—–~～现在]", "", text).strip("()（）|")


def starts_item(line: str) -> bool:
    """Whether a line opens something new: a list mark, a date, a label, a heading."""
    return opens_known(line) or bool(re.match(r"^\s*[^：:，。,.]{1,10}[：:]", line))


def opens_known(line: str) -> bool:
    """Like ``starts_item``, but only known words are labels: ``个道理：`` may be the rest of a sentence."""
    head = line.strip()[:14]
    if not head or _LIST_MARK.match(head) or _DATE.match(head) or is_heading(line):
        return True
    if re.match(r"^[【〖][^】〗]{2,10}[】〗]", head):
        return True
    label = re.match(r"^[^：:，。,.]{1,10}[：:]", head)
    return bool(label and (compact(label[0]) in _labels() or compact(label[0]) in _all_headings()))


def glue(left: str, right: str) -> str:
    """Join two pieces of one sentence: no blank beside a Chinese character, one between Latin words."""
    left, right = left.rstrip(), right.lstrip()
    if not left or not right:
        return left + right
    if re.search(rf"[{_HAN_OR_MARK}]$", left) or re.match(rf"[{_HAN_OR_MARK}]", right):
        return left + right
    if left.endswith("-") and len(left) > 1 and left[-2].isalpha() and right[0].islower():
        return left + right  # well-known|ly cut words keep their hyphen: a lost hyphen cannot be put back
    if left[-1] in "-–—~～/@_" or right[0] in "-–—~～/.@_,;:)" or (left[-1].isdigit() and right[0].isdigit()):
        return left + right
    if left[-1] == "." and (right[0].isdigit() or right[0].islower()):
        return left + right  # 2019.|01, example.|com
    return f"{left} {right}"


def one_line(text: str) -> str:
    """A cell's lines as one line."""
    line = ""
    for part in text.split("\n"):
        line = glue(line, part) if part.strip() else line
    return line.strip()


def _clean(text: str) -> str:
    lines = [line.strip() for line in text.split("\n")]
    kept = [line for line in lines if line]
    if 2 <= len(kept) <= 6 and is_label("".join(kept)) and not any(is_label(line) for line in kept):
        return "".join(kept)  # 工/作/经/历 written downwards, or wrapped in a narrow cell
    return "\n".join(kept)


def _pairs(texts: Sequence[str]) -> list[str] | None:
    """``label：value`` lines of a row whose cells alternate; None when the row is not of that kind."""
    lines: list[str] = []
    found = False
    i = 0
    while i < len(texts):
        text = texts[i]
        following = texts[i + 1] if i + 1 < len(texts) else None
        if text and is_label(text) and following is not None and not (following and is_label(following)):
            value, i = following, i + 2
            # a spacer cell between label and value: 姓名 | (empty) | 王测试
            if not value and i < len(texts) and texts[i] and not is_label(texts[i]) and not _LABELLED.match(texts[i]):
                value, i = texts[i], i + 1
            lines += label_value(text, value)
            found = True
            continue
        if text:
            lines.append(f"{_tidy_label(text)}：" if is_field_label(text) else text)
        i += 1
    return lines if found else None


def _tidy_label(text: str) -> str:
    """A label for people: white space between its characters removed, closing colon dropped."""
    label = text.replace("\n", "").strip().rstrip("：:")
    return re.sub(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])", "", label)


def label_value(label: str, value: str) -> list[str]:
    """``姓名：王测试``; a heading, or a value of several lines, stands above its content."""
    name = _tidy_label(label)
    value = value.strip()
    if not value:
        return [name] if is_heading(label) else [f"{name}："]
    if is_heading(label) or (opens_section(label) and _is_section_body(value)):
        return [name, *value.split("\n")]
    if "\n" in value and len(value) <= 40 and not any(starts_item(line) for line in value.split("\n")[1:]):
        value = one_line(value)
    first, *rest = value.split("\n")
    return [f"{name}：{first}", *rest]


def _is_section_body(value: str) -> bool:
    """Whether a value is what stands under a heading: 工作经验 may be a form's ``5年`` or a career of several lines."""
    dated = bool(_DATE.search(value) or _WRITTEN_YEAR.search(value))
    return (dated and len(value) > 20) or ("\n" in value and (dated or len(value) > 40))


def _row(texts: Sequence[str]) -> list[str]:
    """A row without labels: short cells side by side, long ones below one another."""
    cells = [text for text in texts if text]
    if not cells:
        return []
    if all(_LABELLED.match(cell) and "\n" not in cell for cell in cells):
        return cells
    if len(cells) == 2 and is_heading(cells[0]):
        return label_value(cells[0], cells[1])
    single = [cell for cell in cells if "\n" not in cell]
    if len(single) == len(cells):
        return ["\t".join(cells)]
    if len(cells) >= 2 and len(single) == len(cells) - 1 and "\n" in cells[-1] and all(len(c) <= 40 for c in single):
        first, *rest = cells[-1].split("\n")
        if is_heading(first):
            return ["\t".join(single), first, *rest]
        return ["\t".join([*single, first]), *rest]
    return [line for cell in cells for line in cell.split("\n")]


def _data_row(texts: Sequence[str]) -> list[str]:
    """A row under a header: one line; a long description follows it."""
    short: list[str] = []
    below: list[str] = []
    for text in texts:
        if "\n" in text and len(text) > 60:
            below += text.split("\n")
        elif text:
            short.append(one_line(text))
    return (["\t".join(short)] if short else []) + below


def table_lines(rows: Iterable[Sequence[Cell]]) -> list[str]:
    """Lines of a table in reading order.

    Label/value cells become ``label：value`` lines, a header row and its rows become tab-separated lines, a person's
    one-row table becomes ``label：value`` lines, and cells used for page layout follow one another. No cell is lost,
    none is written twice.
    """
    table = [[Cell(_clean(c.text), c.continued) for c in row] for row in rows]
    lines: list[str] = []
    i = 0
    while i < len(table):
        texts = [c.text for c in table[i] if not c.continued]
        side, header = _split_side(texts)
        body = _body(table, i, header) if _is_header(header) else []
        if body:
            if side:
                lines.append(_tidy_label(side))
            lines += _headed(header, body)
            i += 1 + len(body)
            continue
        if any(texts):
            pairs = _pairs(texts)
            lines += _row(texts) if pairs is None else pairs
        i += 1
    return lines


def _split_side(texts: Sequence[str]) -> tuple[str, Sequence[str]]:
    """A section's name merged down the left edge stands before the header: 工作经历 | 起止时间 | 单位 | 职务."""
    if len(texts) >= 3 and is_heading(texts[0]) and all(t and is_label(t) for t in texts[1:]):
        return texts[0], texts[1:]
    return "", texts


def _is_header(texts: Sequence[str]) -> bool:
    filled = [t for t in texts if t]
    return len(filled) >= 2 and all(is_label(t) for t in filled)


def _body(table: Sequence[Sequence[Cell]], at: int, header: Sequence[str]) -> list[list[str]]:
    """The rows below a header: as many cells, none of them labels in a label's place."""
    body: list[list[str]] = []
    for row in table[at + 1 :]:
        texts = [c.text for c in row if not c.continued]
        labels = [t for t in texts if t and is_field_label(t)]
        if len(texts) != len(header) or len(labels) >= 2 or (texts and texts[0] and is_label(texts[0])):
            break
        body.append(texts)
    return body


def _headed(header: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    keys = {compact(h) for h in header if h}
    filled = [row for row in body if any(row)]
    one_person = len(filled) == 1 and bool(keys & _PERSON_WORDS) and not keys & _KIN_WORDS
    if one_person and not any(word in key for key in keys for word in _TIME_WORDS[:3]):
        return [
            line for label, value in zip(header, filled[0], strict=True) if label for line in label_value(label, value)
        ]
    lines = ["\t".join(_tidy_label(h) for h in header if h)]
    for row in filled:
        lines += _data_row(row)
    return lines


def row_lines(texts: Sequence[str]) -> list[str]:
    """Lines of one row of texts that stand side by side: ``label：value`` where they alternate, else one line."""
    cells = [_clean(text) for text in texts if text.strip()]
    return _pairs(cells) or _row(cells)


def tidy_lines(lines: Iterable[str]) -> str:
    """Lines as text: trailing blanks off, no more than one empty line in a row, none at the ends."""
    text = "\n".join(re.sub(r"[ \t\u00a0]+$", "", line) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
