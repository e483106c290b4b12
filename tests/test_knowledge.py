"""Loaders name the file and the row of what they reject."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matcher.extraction.domains import domain_words
from matcher.extraction.lexicon import lexicon
from matcher.knowledge import (
    DATA_DIR,
    KnowledgeError,
    data_hash,
    load_common_requirements,
    load_headings,
    load_ocr_confusions,
    load_policy,
    load_positions,
    load_radicals,
    load_words,
    read_table,
)

HEADER = (
    "position_id,title,responsibilities,education,competencies,experience,age,preferred_conditions,waiver,min_degree,"
    "full_time,majors,majors_open,min_years,experience_domains,max_age,preferred,waivable,needs_portfolio"
)
ROW = "{id},客户岗,职责,学历,能力,经验,年龄,优先,放宽,本科,yes,管理,yes,3,banking,35,,yes,no"


def positions(folder: Path, *rows: str, header: str = HEADER) -> Path:
    (folder / "positions.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


def test_good_positions(tmp_path: Path) -> None:
    found = load_positions(positions(tmp_path, ROW.format(id=1), ROW.format(id=2)))
    assert [p.position_id for p in found] == [1, 2]
    assert found[0].majors == ("管理",)


def test_no_age_limit_is_allowed(tmp_path: Path) -> None:
    (found,) = load_positions(positions(tmp_path, ROW.format(id=1).replace(",35,", ",,")))
    assert found.max_age is None


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([ROW.format(id="一")], ["第 2 行", "position_id", "一"]),
        ([ROW.format(id=1), ROW.format(id=2).replace("本科", "学士后")], ["第 3 行", "min_degree", "学士后"]),
        ([ROW.format(id=1).replace("yes,管理", "是,管理")], ["第 2 行", "full_time", "是"]),
        ([ROW.format(id=1).replace(",3,banking", ",三,banking")], ["第 2 行", "min_years", "三"]),
        ([ROW.format(id=1).replace(",35,", ",卅五,")], ["第 2 行", "max_age"]),
        ([ROW.format(id=1).replace("客户岗", "")], ["第 2 行", "title"]),
        ([ROW.format(id=1), ROW.format(id=1)], ["第 3 行", "重复", "1"]),
        ([ROW.format(id=1) + ",多余"], ["第 2 行", "列数"]),
        (["1,客户岗"], ["第 2 行", "列数"]),
        ([], ["没有任何岗位"]),
    ],
)
def test_bad_positions(tmp_path: Path, rows: list[str], named: list[str]) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load_positions(positions(tmp_path, *rows))
    for piece in ["positions.csv", *named]:
        assert piece in str(caught.value)


def test_row_numbers_are_those_of_the_file(tmp_path: Path) -> None:
    """A cell of several lines does not shift the number that an editor shows for the row's end."""
    tall = ROW.format(id=1).replace("职责", '"职责一\n职责二"')
    with pytest.raises(KnowledgeError, match=r"第 4 行"):
        load_positions(positions(tmp_path, tall, ROW.format(id="x")))


def test_missing_columns_are_named(tmp_path: Path) -> None:
    header = HEADER.replace("min_years,", "").replace(",waivable", "")
    with pytest.raises(KnowledgeError, match=r"positions\.csv.*min_years, waivable"):
        load_positions(positions(tmp_path, header=header))


LOADERS: list[tuple[str, Callable[[Path], Any]]] = [
    ("positions.csv", load_positions),
    ("common_requirements.csv", load_common_requirements),
    ("policy.toml", load_policy),
    ("headings.csv", load_headings),
    ("cjk_radicals.csv", load_radicals),
    ("ocr_confusions.csv", load_ocr_confusions),
    ("negations.txt", lambda folder: load_words("negations.txt", folder)),
    ("degrees.csv", lexicon),
    ("experience_domains.csv", domain_words),
]


@pytest.mark.parametrize(("name", "load"), LOADERS, ids=[n for n, _ in LOADERS])
def test_missing_file(tmp_path: Path, name: str, load: Callable[[Path], Any]) -> None:
    with pytest.raises(KnowledgeError, match=name.replace(".", r"\.") + r".*file not found"):
        load(tmp_path)


@pytest.mark.parametrize(("name", "load"), LOADERS, ids=[n for n, _ in LOADERS])
def test_not_utf8(tmp_path: Path, name: str, load: Callable[[Path], Any]) -> None:
    text = (DATA_DIR / name).read_text(encoding="utf-8")
    (tmp_path / name).write_bytes(text.encode("utf-8") + "\n词".encode("gb18030"))
    with pytest.raises(KnowledgeError, match=name.replace(".", r"\.")):
        load(tmp_path)


@pytest.mark.parametrize("name", [n for n, _ in LOADERS if n.endswith(".csv")])
def test_empty_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    load = dict(LOADERS)[name]
    with pytest.raises(KnowledgeError, match=r"missing columns"):
        load(tmp_path)


def test_broken_quotes(tmp_path: Path) -> None:
    (tmp_path / "headings.csv").write_text('heading,section\n"工作经历,work\n', encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"headings\.csv"):
        load_headings(tmp_path)


def test_bad_policy(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("[age\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"policy\.toml.*line 1"):
        load_policy(tmp_path)


def test_bad_domain_role(tmp_path: Path) -> None:
    shutil.copy(DATA_DIR / "experience_domains.csv", tmp_path)
    with (tmp_path / "experience_domains.csv").open("a", encoding="utf-8") as handle:
        columns = (DATA_DIR / "experience_domains.csv").read_text(encoding="utf-8").split("\n")[0].split(",")
        wrong = {"domain": "banking", "role": "titel", "term": "柜员"}
        handle.write(",".join(wrong.get(c, "") for c in columns) + "\n")
    lines = (tmp_path / "experience_domains.csv").read_text(encoding="utf-8").count("\n")
    with pytest.raises(KnowledgeError, match=rf"experience_domains\.csv：第 {lines} 行.*titel"):
        domain_words(tmp_path)


LEXICON_FILES = [
    ("degrees.csv", "term,degree\n学土,本科\n大砖,大砖\n", "大砖"),
    ("study_modes.csv", "term,mode\n全天制,全天制\n", "全天制"),
]


@pytest.mark.parametrize(("name", "content", "value"), LEXICON_FILES, ids=[n for n, _, _ in LEXICON_FILES])
def test_bad_cell_in_a_word_list(tmp_path: Path, name: str, content: str, value: str) -> None:
    """A degree or mode that does not exist is named with its file, not raised as a bare ValueError."""
    folder = tmp_path / "data"
    shutil.copytree(DATA_DIR, folder)
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        lexicon(folder)
    assert name in str(caught.value)
    assert value in str(caught.value)


def test_byte_order_mark_and_spaces_are_harmless(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("\ufeffheading,section\n 工作经历 , work \n".encode())
    assert list(read_table(tmp_path / "a.csv", ["heading"])) == [(2, {"heading": "工作经历", "section": "work"})]


def test_comments_in_word_lists(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("# 说明\n无 # 否定\n\n没有\n", encoding="utf-8")
    assert load_words("words.txt", tmp_path) == ("无", "没有")


def test_every_table_of_the_project_reads() -> None:
    """UTF-8, a header, no ragged row, LF line ends."""
    for path in sorted(DATA_DIR.glob("*.csv")):
        assert b"\r" not in path.read_bytes(), path.name
        assert list(read_table(path, [])), path.name


def test_hash_knows_names_and_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("甲", encoding="utf-8")
    (tmp_path / "b.txt").write_text("甲", encoding="utf-8")
    one = data_hash(tmp_path, ["a.txt"])
    assert one != data_hash(tmp_path, ["b.txt"])
    assert data_hash(tmp_path, ["a.txt", "b.txt"]) == data_hash(tmp_path, ["b.txt", "a.txt"])
    (tmp_path / "a.txt").write_text("乙", encoding="utf-8")
    assert data_hash(tmp_path, ["a.txt"]) != one
