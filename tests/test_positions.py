"""data/positions.csv: the notice word for word, and columns for rules that agree with those words."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from matcher.knowledge import DATA_DIR, load_common_requirements, load_positions, read_table
from matcher.majors import load_majors
from matcher.schema import Degree, Position
from matcher.screening import domain_names
from tests.support import ROOT

POSITIONS = load_positions()
EACH = pytest.mark.parametrize("position", POSITIONS, ids=lambda p: str(p.position_id))
NOTICE = Path(os.environ.get("MATCHER_NOTICE", ROOT.parent / "shared" / "seed" / "notice.txt"))


def test_ten_positions_in_the_notices_order() -> None:
    assert [p.position_id for p in POSITIONS] == list(range(1, 11))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("min_years", [3, 3, 1, 3, 3, 3, 2, 3, 5, 3]),
        ("max_age", [35, 35, 30, 35, 35, 35, 35, 35, 35, 35]),
        ("full_time", [True] * 10),
        ("waivable", [True] * 10),
        ("needs_portfolio", [n == 4 for n in range(1, 11)]),
        ("min_degree", [Degree.BACHELOR] * 10),
        (
            "experience_domains",
            [
                ("financial_product_manager",),
                ("financial_product_design",),
                ("internet_product_design",),
                ("ui_ux_design",),
                ("ebank_internet_operations",),
                ("database_or_analytics",),
                ("banking",),
                ("account_manager",),
                ("channel_expansion",),
                ("channel_expansion", "account_manager"),
            ],
        ),
    ],
)
def test_columns_as_the_issue_gives_them(column: str, values: list[object]) -> None:
    assert [getattr(p, column) for p in POSITIONS] == values


@EACH
def test_years_are_those_of_the_words(position: Position) -> None:
    assert re.findall(r"(\d+)年以上", position.experience_text) == [str(position.min_years)]


@EACH
def test_age_is_that_of_the_words(position: Position) -> None:
    assert re.findall(r"(\d+)岁以下", position.age_text) == [str(position.max_age)]


@EACH
def test_degree_and_mode_are_those_of_the_words(position: Position) -> None:
    assert re.search(r"全日制本科(?:及)?以上学历", position.education_text)
    assert position.full_time
    assert position.min_degree is Degree.BACHELOR


@EACH
def test_majors_are_those_of_the_words(position: Position) -> None:
    """Each listed group stands in the clause, in its order, and nothing of the clause is left over."""
    listed = position.education_text.split("学历，")[1]
    at = -1
    for major in position.majors:
        found = listed.find(major)
        assert found > at, (major, listed)
        at = found
    rest = listed
    for major in sorted(position.majors, key=len, reverse=True):
        rest = rest.replace(major, "", 1)
    assert not re.sub(r"[、类等相关专业；。]", "", rest), rest
    assert position.majors_open == ("等" in listed)


@EACH
def test_domains_are_those_of_the_words(position: Position) -> None:
    """The Chinese name of each domain, piece by piece, stands in the clause."""
    names = domain_names()
    for domain in position.experience_domains:
        pieces = re.split(r"或|及", names[domain].replace("从业", ""))
        assert all(piece in position.experience_text for piece in pieces), (names[domain], position.experience_text)


@EACH
def test_title_is_a_post(position: Position) -> None:
    assert position.title.endswith("岗")


@EACH
def test_waiver_and_portfolio_are_those_of_the_words(position: Position) -> None:
    assert position.waivable == ("可适当放宽" in position.waiver_text)
    assert position.needs_portfolio == ("请附相关作品" in position.preferred_text)
    assert position.preferred_text


@EACH
def test_keys_exist_in_the_other_tables(position: Position) -> None:
    domains = {row["domain"] for _, row in read_table(DATA_DIR / "experience_domains.csv", ["domain"])}
    groups = load_majors(DATA_DIR).groups
    assert set(position.experience_domains) <= domains
    assert set(position.majors) <= set(groups)
    assert set(position.preferred) <= {row["key"] for _, row in read_table(DATA_DIR / "preferred.csv", ["key"])}


def test_common_requirements() -> None:
    """Five of them; one is read by a rule."""
    common = load_common_requirements()
    assert len(common) == 5
    assert [rule for _, rule in common if rule] == ["kinship"]
    assert next(text for text, rule in common if rule == "kinship").startswith("符合我行近亲属回避")


@pytest.fixture(scope="module")
def notice() -> str:
    """The notice itself, which is not part of the repository."""
    if not NOTICE.is_file():
        pytest.skip(f"the notice is not here ({NOTICE}); set MATCHER_NOTICE to compare word for word")
    return NOTICE.read_text(encoding="utf-8")


def test_every_word_is_the_notices(notice: str) -> None:
    """The raw cells, unstripped, are parts of the notice in its order."""
    at = 0
    for _, row in read_table(DATA_DIR / "positions.csv", ["position_id"]):
        for column in ("title", "responsibilities", "education", "competencies", "experience", "age"):
            found = notice.find(row[column], at)
            assert found >= 0, (row["position_id"], column)
            at = found
        for column in ("preferred_conditions", "waiver"):
            assert row[column] in notice[at : at + 1500], (row["position_id"], column)


def test_nothing_of_the_notice_is_missing(notice: str) -> None:
    """Strike all our cells and the notice's own labels: only marks and numbers are left."""
    rest = notice
    cells = [c for p in POSITIONS for c in (p.title, p.responsibilities_text, p.education_text, p.competencies_text)]
    cells += [c for p in POSITIONS for c in (p.experience_text, p.age_text, p.preferred_text, p.waiver_text)]
    cells += [text for text, _ in load_common_requirements()]
    for cell in sorted(cells, key=len, reverse=True):
        rest = rest.replace(cell, "", 1)
    for label in (
        "重庆银行互联网金融部社会招聘岗位及要求",
        "应聘者基本要求",
        "各应聘岗位职责及应聘要求",
        "序号",
        "招聘岗位",
        "岗位职责",
        "岗位需求",
        "学历及专业：",
        "专业能力及素质：",
        "从业经验及资历：",
        "年龄：",
        "优先录用条件：",
    ):
        rest = rest.replace(label, "")
    assert not re.sub(r"[\s\d、，。；.一二]", "", rest)
