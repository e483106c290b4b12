"""One file that holds several applicants' resumes is several documents (B191); in doubt it stays one, with a notice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from matcher.knowledge import load_headings
from matcher.reading.base import Document
from matcher.reading.layout import compact
from matcher.schema import Notice

_NAME = re.compile(
    r"(?:(?<=^)|(?<=[\n\t\f|｜；;]))[ \u3000•*#]*"
    r"(?:姓[ \u3000\t]*名|应聘者姓名|候选人|[Nn]ame|NAME)[ \u3000\t]*[：:\t][ \u3000\t]*"
    r"(?P<name>[\u3400-\u9fff]{1,4}(?:·[\u3400-\u9fff]{1,6})?(?![\u3400-\u9fff])"
    r"|[A-Z][A-Za-z'-]+(?:[ ,]+[A-Z][A-Za-z'-]+){0,2})"
)
_TITLE = re.compile(
    r"(?m)^[ \t\u3000#*•=\-—【]*(?:[\u3400-\u9fff]{0,4}的?(?:个人|求职|应聘)?简历|个人履历"
    r"|RESUME|Resume|CURRICULUM VITAE|Curriculum Vitae)[】 \t\u3000=\-—]*$"
)
_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_DEGREE = re.compile(
    r"博士|硕士|研究生|本科|学士|大专|专科|高中|中专|[Bb]achelor|[Mm]aster|\bMBA\b|Ph\.?D|\bB\.?(?:A|S|Sc)\b"
)
_PERIOD = re.compile(
    r"(?:19|20)\d\d\s*[年./-]\s*\d{0,2}\s*月?\s*[-–—~～至到]+\s*(?:(?:19|20)\d\d|至今|今|现在|[Pp]resent)"
)
_SCHOOL = re.compile(r"[\u3400-\u9fff]{2,}(?:大学|学院|学校)|University|College")
_OTHERS = re.compile(
    r"称谓|关系|父亲|母亲|配偶|妻子|丈夫|子女|儿子|女儿|证明人|推荐人|联系人|介绍人|亲属|导师|上级|同事"
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the text that one name governs."""

    name: str
    start: int
    end: int
    text: str

    @property
    def contacts(self) -> frozenset[str]:
        """Phones and mail addresses in it."""
        phones = {"".join(m.groups()) for m in _PHONE.finditer(self.text)}
        return frozenset(phones | {m[0].lower() for m in _MAIL.finditer(self.text)})

    @property
    def stands_alone(self) -> bool:
        """Whether it holds schooling or work of its own."""
        return bool(_DEGREE.search(self.text) or _PERIOD.search(self.text) or _SCHOOL.search(self.text))


def _in_others_section(text: str, at: int) -> bool:
    """Whether the last heading before ``at`` opens a part about family or referees."""
    headings = load_headings()
    for line in reversed(text[:at].split("\n")[-40:]):
        kind = (
            headings.get(compact(re.sub(r"^[一二三四五六七八九十\d]+[、.．]", "", line.strip())))
            if len(line) <= 20
            else None
        )
        if kind is not None:
            return kind in ("family", "reference")
    return False


def _is_other_person(text: str, found: re.Match[str]) -> bool:
    """A relative, referee or colleague: said on the same line, on the lines beside it, or by the section's heading."""
    start = text.rfind("\n", 0, found.start("name")) + 1
    before = text.rfind("\n", 0, max(start - 1, 0)) + 1
    end = text.find("\n", found.end())
    after = text.find("\n", end + 1) if end >= 0 else -1
    near = text[before : len(text) if after < 0 else after]
    own = near[: 0 if start == before else start - before]
    line_and_next = near[len(own) :]
    return bool(
        _OTHERS.search(line_and_next) or (len(own.strip()) <= 12 and _OTHERS.search(own))
    ) or _in_others_section(text, start)


def _named(text: str) -> list[_Part]:
    """Parts by their name labels; labels that repeat the name before (page headers) cut nothing."""
    marks: list[tuple[str, int]] = []
    for found in _NAME.finditer(text):
        name = re.sub(r"\s+", " ", found["name"]).strip()
        if "\ufffd" in name or _is_other_person(text, found) or (marks and marks[-1][0] == name):
            continue
        marks.append((name, _cut_before(text, found.start("name"))))
    return _parts(text, marks)


def _titled(text: str) -> list[_Part]:
    """Parts by their titles (个人简历)."""
    return _parts(text, [(str(i), m.start()) for i, m in enumerate(_TITLE.finditer(text))])


def _parts(text: str, marks: Sequence[tuple[str, int]]) -> list[_Part]:
    starts = [0, *(at for _, at in marks[1:])]
    ends = [*starts[1:], len(text)]
    return [_Part(name, a, b, text[a:b]) for (name, _), a, b in zip(marks, starts, ends, strict=True)] if marks else []


def _cut_before(text: str, at: int) -> int:
    """Start of the line of a name, or of the title lines right above it (个人简历, 基本信息), which belong to it."""
    start = text.rfind("\n", 0, at) + 1
    headings = load_headings()
    while start > 0:
        above = text.rfind("\n", 0, start - 1) + 1
        line = text[above : start - 1].strip()
        if line and not _TITLE.match(line) and headings.get(compact(line)) != "basic":
            break
        start = above
    return start


def _are_different(parts: Sequence[_Part]) -> bool:
    """Different people for certain: no shared phone or mail, no Chinese name that may be another's in Latin letters."""
    contacts = [part.contacts for part in parts]
    for i, mine in enumerate(contacts):
        if any(mine & other for other in contacts[i + 1 :]):
            return False
    latin = [part.name.isascii() for part in parts]
    return len(set(latin)) == 1 or all(contacts)


def split_people(document: Document) -> tuple[Document, ...]:
    """The applicants of a document, in order: one document each, or the document itself.

    Split only when every part has a different name at a label of its own, schooling or work of its own, and no phone or
    address in common with another. A repeated name, a resume in two languages, relatives, referees and colleagues split
    nothing. Each split document carries a notice ``several_people``; a suspicion that is not certain adds
    ``several_people_suspected`` and changes nothing else.
    """
    text = document.text
    if "\f" in text:  # a page break ends a line
        text = text.replace("\f", "\n")
        document = replace(document, text=text)
    parts = _named(text)
    names = [part.name for part in parts]
    if len(parts) >= 2:
        whole = not any(n.code == "broken_bytes" for n in document.notices)  # a broken byte makes one name two
        if whole and len(set(names)) == len(names) and all(p.stands_alone for p in parts) and _are_different(parts):
            return _split(document, parts)
        if _are_different(parts):
            return (_suspected(document),)
        return (document,)
    titled = _titled(text)
    if len(titled) >= 2 and all(part.contacts and part.stands_alone for part in titled):
        return _split(document, titled) if _are_different(titled) else (document,)
    if len(titled) >= 2 and len({p for part in titled for p in part.contacts if p.isdigit()}) >= 2:
        return (_suspected(document),)
    return (document,)


def _split(document: Document, parts: Sequence[_Part]) -> tuple[Document, ...]:
    note = Notice("several_people", f"一个文件含 {len(parts)} 人的简历，已按人拆分；请核对。")
    return tuple(
        Document(part.text.strip("\n"), f"{document.name}#{i}", (*document.notices, note))
        for i, part in enumerate(parts, 1)
        if part.text.strip()
    )


def _suspected(document: Document) -> Document:
    note = Notice("several_people_suspected", "文件中可能有不止一人的简历，未拆分；请人工核对。")
    return replace(document, notices=(*document.notices, note))
