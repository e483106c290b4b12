"""Who may be the same person: the same phone or e-mail in two resumes. A note only; nobody is merged or dropped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from matcher.schema import MatchResult

# A mainland mobile number, however it is spaced: 138-0000-0000, +86 138 0000 0000, (86)13800000000 (B195).
_GAP = r"[ \t\-–—.·]{0,2}"
_MOBILE = re.compile(
    rf"(?<![\dA-Za-z])(?:[(（]?(?:\+|00)?86[)）]?[ \t\-–—]{{0,3}})?(1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}})(?![\dA-Za-z])"
)
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}", re.ASCII)
_IDENTITY = re.compile(r"(?<!\d)\d{6}(?:19|20)\d{9}[\dXx](?![\dA-Za-z])")
# A number on a line with one of these words belongs to somebody else.
_OTHERS = re.compile(
    r"证明人|推荐人|介绍人|紧急|家长|父亲|母亲|配偶|猎头|热线|客服|公司电话|单位电话|人事|referee|reference", re.I
)
# A contact in more resumes than this is a job board's or an agency's, not a person's.
_SHARED_BY_MOST = 10


def mask_contacts(text: str) -> str:
    """``text`` with mobile numbers, e-mails and identity numbers replaced by ``***``."""
    return _IDENTITY.sub("***", _EMAIL.sub("***", _MOBILE.sub("***", text)))


def contact_spans(text: str) -> list[tuple[int, int]]:
    """Where mobile numbers, e-mails and identity numbers stand in ``text``."""
    return sorted(m.span() for pattern in (_IDENTITY, _EMAIL, _MOBILE) for m in pattern.finditer(text))


def own_contacts(text: str) -> frozenset[str]:
    """Mobile numbers (11 digits) and e-mails (lower case) that look like the applicant's own, in one form each.

    Lines that speak of a referee, a relative or an office are passed over.
    """
    found: set[str] = set()
    for line in unicodedata.normalize("NFKC", text).splitlines():
        if _OTHERS.search(line):
            continue
        found.update(re.sub(r"\D", "", m.group(1)) for m in _MOBILE.finditer(line))
        found.update(m.group().lower() for m in _EMAIL.finditer(line))
    return frozenset(found)


def groups(contacts: Sequence[frozenset[str]]) -> dict[int, int]:
    """Index of a resume to its group number, from 1 in order of appearance; resumes that stand alone are left out.

    Sharing is passed on: A and B share a phone, B and C an e-mail: one group. A contact found in more than ten
    resumes groups nobody.
    """
    holders: dict[str, list[int]] = {}
    for index, own in enumerate(contacts):
        for contact in own:
            holders.setdefault(contact, []).append(index)
    parent = list(range(len(contacts)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for members in holders.values():
        if 2 <= len(members) <= _SHARED_BY_MOST:
            for other in members[1:]:
                a, b = sorted((root(members[0]), root(other)))
                parent[b] = a
    sizes: dict[int, int] = {}
    for i in range(len(contacts)):
        sizes[root(i)] = sizes.get(root(i), 0) + 1
    numbers: dict[int, int] = {}
    result: dict[int, int] = {}
    for i in range(len(contacts)):
        if sizes[root(i)] > 1:
            result[i] = numbers.setdefault(root(i), len(numbers) + 1)
    return result


def same_person_groups(results: Iterable[MatchResult]) -> dict[int, int]:
    """``groups`` of the results' own contacts: index in ``results`` to group number."""
    return groups([own_contacts(r.text) for r in results])
