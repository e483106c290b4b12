"""Blind results: nothing that tells who it is in any output, everything else as it was."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jsonschema
import pyarrow.parquet as pq
import pytest

from matcher import Matcher, cli
from matcher.blinding import MASK, alias, blinded, labelled_values, masked, personal_spans
from matcher.knowledge import load_words
from matcher.presentation.json_ import dumps, result_to_dict
from matcher.schema import MatchResult
from matcher.text import fold
from tests.support import AS_OF, ROOT, evidence_of

DAY = ["--as-of", "2026-11-24"]
LABELS = [
    label
    for folder in ("resumes", "gold/a_dev", "gold/b_dev")
    for label in sorted((ROOT / "tests" / folder).glob("*.json"))
][::4]
SCHEMA = json.loads((ROOT / "docs" / "match.schema.json").read_text(encoding="utf-8"))


def secrets(label: Path) -> Iterator[re.Pattern[str]]:
    """What must not be seen: the name, the birth in every way of writing it, phones, mails, sex, an age."""
    fields = json.loads(label.read_text(encoding="utf-8"))["fields"]
    if fields["name"]:
        yield re.compile(r"\s*".join(map(re.escape, re.sub(r"\s", "", fields["name"]))))
    if fields["birth"] and len(fields["birth"]) >= 7:
        year, month = fields["birth"][:4], int(fields["birth"][5:7])
        yield re.compile(rf"{year}\s*[-./年]\s*0?{month}(?!\d)")
    yield re.compile(r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}|[\w.]+@[\w.]+")
    yield re.compile(r"(?<![\u4e00-\u9fff])[男女](?![\u4e00-\u9fff])|(?<!\d)[2-5]\d\s?岁(?!以)")


def seen(text: str, label: Path) -> list[str]:
    return [m[0] for p in secrets(label) for m in p.finditer(text)]


def blind(matcher: Matcher, path: Path) -> tuple[MatchResult, MatchResult]:
    result = matcher.match(path, k=None, as_of=AS_OF)
    return result, blinded(replace(result, name=alias(7)))


@pytest.mark.parametrize("label", LABELS, ids=lambda p: p.stem)
def test_nothing_personal_is_left(matcher: Matcher, label: Path) -> None:
    path = label.with_name(json.loads(label.read_text(encoding="utf-8"))["file"])
    before, after = blind(matcher, path)
    value = result_to_dict(after)
    assert seen(dumps(value), label) == []
    jsonschema.validate(value, SCHEMA)
    assert len(after.text) == len(before.text)
    assert all(e.text == after.text[e.start : e.end] for e in evidence_of(after.matches))
    # what the decision rests on is the same
    assert [(a.position_id, a.score, a.tier, [v.outcome for v in a.verdicts]) for a in after.matches] == [
        (a.position_id, a.score, a.tier, [v.outcome for v in a.verdicts]) for a in before.matches
    ]
    assert {a.position_id for a in after.matches} == {p.position_id for p in matcher.positions}


def test_the_search_sees_what_is_there(matcher: Matcher) -> None:
    label = ROOT / "tests" / "resumes" / "p01_clear.json"
    before, _ = blind(matcher, label.with_suffix(".docx"))
    assert len(seen(dumps(result_to_dict(before)), label)) >= 6


@pytest.mark.parametrize(
    ("text", "hidden", "kept"),
    [
        ("姓名：张试 性别：男\n籍贯：重庆 民族：苗族\n电话：13800000000", "张试 男 重庆 苗族 13800000000", "姓名 性别 籍贯"),
        ("张 试\n女 | 1992年5月生 | 138-0000-0000", "张 女 1992年5月 138-0000-0000", ""),
        ("姓名：张试\n张先生，微信：zhangshi_01，QQ：10000001", "张先生 zhangshi_01 10000001", "微信"),
        ("姓名：张试\n照片：张试.jpg\n作品：https://example.com/zhangshi", "张试.jpg example.com zhangshi", "作品"),
        ("姓名：张试\n年龄：34岁\n属虎，90后", "34 属虎 90后", "年龄"),
        ("姓名：张试\n出生日期：1992/05/17\n2015/07/01-2019/03/31 某某银行 产品经理", "1992/05/17", "2015/07/01 2019/03/31 产品经理"),
        ("Zhang Shi 张试\n电话 023-60000000", "Zhang 张试 60000000", "电话"),
        ("姓名：张试\n服务客户 2000000 人，男装频道运营，女性用户增长", "张试", "2000000 男装频道 女性用户"),
    ],
)  # fmt: skip
def test_what_is_hidden(matcher: Matcher, text: str, hidden: str, kept: str) -> None:
    result = matcher.match(text + "\n工作经历\n2015.07-2019.03 某某银行 产品经理", as_of=AS_OF)
    shown = masked(result.text, personal_spans(result))
    assert [w for w in hidden.split() if w in shown] == []
    assert [w for w in kept.split() if w not in shown] == []


def test_an_unknown_name_hides_the_lines_it_would_stand_on(matcher: Matcher) -> None:
    text = "铁某匠 // 十年\n------\n期望岗位：产品经理\n2015.07-2019.03 某某公司 产品经理"
    result = matcher.match(text, as_of=AS_OF)
    shown = masked(
        result.text,
        personal_spans(replace(result, candidate=replace(result.candidate, name=type(result.candidate.name)()))),
    )
    assert "铁某匠" not in shown
    assert "某某公司 产品经理" in shown


def test_masks_keep_lines_and_length() -> None:
    assert masked("张 试\n男", [(0, 3), (4, 5)]) == f"{MASK} {MASK}\n{MASK}"
    assert labelled_values(fold("性别：女 民族：汉"), load_words("personal_labels.txt")) == [(3, 4), (8, 9)]


# --- the doors ----------------------------------------------------------------------------------------------------

NAMES = ("p01_clear.docx", "p04_near.docx", "p05_clear.docx")


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """Files under their owners' names, and one that cannot be read."""
    folder = tmp_path_factory.mktemp("blind") / "pool"
    folder.mkdir()
    labels = [(ROOT / "tests" / "resumes" / n).with_suffix(".json") for n in NAMES]
    for label in labels:
        name = json.loads(label.read_text(encoding="utf-8"))["fields"]["name"]
        (folder / f"{name}的简历.docx").write_bytes(label.with_suffix(".docx").read_bytes())
    (folder / "某某坏了.txt").write_bytes(b"")
    return folder, labels


def workbook_text(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        return "\n".join(re.sub(r"<[^>]*>", " ", book.read(n).decode("utf-8")) for n in book.namelist())


def test_rank_blind(pool: tuple[Path, list[Path]], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder, labels = pool
    out, lines, table, key = (tmp_path / n for n in ("a.xlsx", "a.jsonl", "a.parquet", "key.csv"))
    asked = ["rank", str(folder), "--blind", "--out", str(out), "--jsonl", str(lines), "--parquet", str(table)]
    assert cli.main([*asked, "--key", str(key), "--workers", "1", *DAY]) == cli.UNREAD
    told = capfd.readouterr()
    rows = pq.read_table(table).to_pylist()
    outputs = [told.out, told.err, workbook_text(out), lines.read_text(encoding="utf-8"), str(rows)]
    assert all("候选人 001" in o or "候选人 004" in o for o in outputs)
    for label in labels:
        name = json.loads(label.read_text(encoding="utf-8"))["fields"]["name"]
        assert [w for o in outputs for w in seen(o.replace(str(folder), ""), label)] == []
        assert [o for o in outputs if name in o] == []
    assert "某某坏了" not in "".join(outputs)
    owners = list(csv.DictReader(key.read_text(encoding="utf-8-sig").splitlines()))
    assert [o["number"] for o in owners] == [alias(n) for n in range(1, 5)]
    assert {o["file"] for o in owners} == {f.name for f in folder.iterdir()}
    assert key.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_match_blind(pool: tuple[Path, list[Path]], more: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    folder, labels = pool
    assert cli.main(["match", str(folder), "--blind", *more, *DAY]) == cli.UNREAD
    told = capfd.readouterr()
    assert "候选人 003" in told.out
    for label in labels:
        assert seen(told.out + told.err, label) == []


@pytest.mark.parametrize("more", [["--key", "k.csv"], ["--blind", "--key", "k.csv", "--resume"]])
def test_a_key_needs_a_whole_blind_run(more: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    asked = ["rank", str(tmp_path), "--out", str(tmp_path / "a.xlsx"), *more]
    assert cli.main([a.replace("k.csv", str(tmp_path / "k.csv")) for a in asked]) == cli.USAGE
    assert "--key" in capfd.readouterr().err
