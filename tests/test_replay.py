"""Stored results made again: the same bytes, or what differs and what moved by it."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import pytest

from matcher import Matcher, cli
from matcher.comparison import moves
from matcher.extraction.jobs import _FLAG_TEXT
from matcher.presentation.json_ import dumps, result_to_dict
from matcher.provenance import knowledge_hash, policy_hash, program
from matcher.replay import FROM_TEXT, ReplayError, replay, stored_results
from tests.support import AS_OF, ROOT

RESUMES = ROOT / "tests" / "resumes"
DAY = ["--as-of", "2026-11-24"]
Json = dict[str, Any]


@pytest.fixture(scope="module")
def stored(matcher: Matcher) -> Json:
    """A result as it was stored."""
    value: Json = json.loads(dumps(result_to_dict(matcher.match(RESUMES / "p01_near.pdf", k=None, as_of=AS_OF))))
    return value


SAMPLES = [p for p in sorted(RESUMES.iterdir()) if p.suffix in (".docx", ".pdf", ".txt")][::3]
SAMPLES += [ROOT / "tests" / "gold" / "a_dev" / "a017.txt"]  # with an identity number, which is hidden
SAMPLES += sorted((ROOT / "tests" / "gold" / "a_dev").glob("*.txt"))[::6]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
@pytest.mark.parametrize("k", [None, 3])
def test_same_bytes(matcher: Matcher, path: Path, k: int | None) -> None:
    value = result_to_dict(matcher.match(path, k=k, as_of=AS_OF))
    for own in (dumps(value, 2) + "\n", dumps({"file": path.name, **value}) + "\n"):
        ((read, text),) = stored_results(own.encode())
        found = replay(read, text, matcher)
        assert found.exact
        assert found.same
        assert (found.made_with, found.moved, found.fields, found.warnings, found.text) == ((), (), (), (), False)


def test_another_policy(matcher: Matcher, stored: Json) -> None:
    policy = {**matcher.policy, "tiers": {**matcher.policy["tiers"], "priority_min": 99.5, "reserve_min": 99.0}}
    info = changed(matcher.ranker.info, policy_hash="0" * 64)
    found = replay(stored, dumps(stored) + "\n", Matcher(matcher.positions, policy, changed(matcher.ranker, info=info)))
    assert not found.exact
    assert not found.same
    assert [(d.what, d.after) for d in found.made_with] == [("policy_hash", "0" * 64)]
    called = [m["position_id"] for m in stored["matches"] if m["tier"] in ("priority", "verify", "waiver")]
    assert [m.position_id for m in found.moved] == called
    assert {(m.tier_after, m.before == m.after, m.parts) for m in found.moved} == {("reserve", True, ())}


def test_another_model(matcher: Matcher, stored: Json) -> None:
    weights = {**matcher.ranker.weights, "score": {**matcher.ranker.weights["score"], "major": 0.0}}
    info = changed(matcher.ranker.info, version="9.9.9", data_hash="1" * 64)
    other = changed(matcher, ranker=changed(matcher.ranker, weights=weights, info=info))
    found = replay(stored, dumps(stored) + "\n", other)
    assert [d.what for d in found.made_with] == ["version", "data_hash"]
    first = next(m for m in found.moved if m.position_id == stored["matches"][0]["position_id"])
    assert first.before != first.after
    assert "major" in {p.feature for p in first.parts}
    # less of a score, and what had been proposed for a waiver no longer is
    assert [(v.rule, v.before, v.after) for v in first.verdicts] == [("experience", "waivable", "fails")]


def test_an_older_program_is_told_apart_though_nothing_moved(matcher: Matcher, stored: Json) -> None:
    older = {**stored, "model": {"version": stored["model"]["version"], "data_hash": stored["model"]["data_hash"]}}
    found = replay(older, dumps(older) + "\n", matcher)
    assert found.same
    assert not found.exact
    assert [(d.what, d.before) for d in found.made_with] == [
        ("program", ""),
        ("policy_hash", ""),
        ("knowledge_hash", ""),
    ]


def _text(value: Json) -> None:
    value["text"] = value["text"].replace("全日制", "非全日制").replace("统招", "自考")


def _verdict(value: Json) -> None:
    value["matches"][0]["verdicts"][0]["verdict"] = "fails"


def _warning(value: Json) -> None:
    value["warnings"].append({"code": "open_end", "message": "从前提示过，现在不提示。", "evidence": []})


def _reason(value: Json) -> None:
    value["matches"][0]["verdicts"][0]["reason"] += "。"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_text, {"moved", "fields"}),
        (_verdict, {"moved"}),
        (_warning, {"warnings"}),
        (_reason, set()),
    ],
)
def test_what_differs_is_told(matcher: Matcher, stored: Json, change: Callable[[Json], None], told: set[str]) -> None:
    value = json.loads(dumps(stored))
    change(value)
    found = replay(value, dumps(value) + "\n", matcher)
    assert not found.same
    assert {name for name in ("moved", "fields", "warnings") if getattr(found, name)} >= told
    if not told:
        assert (found.moved, found.fields, found.warnings) == ((), (), ())


def test_what_the_reader_had_said_is_kept(matcher: Matcher, stored: Json) -> None:
    said = {"code": "hidden_text", "message": "有隐藏文字。", "evidence": []}
    value = {**stored, "warnings": [said, *stored["warnings"]]}
    assert replay(value, dumps(value) + "\n", matcher).exact


def test_the_list_of_warnings_from_text_is_the_programs() -> None:
    files = [
        *(ROOT / "matcher" / "extraction").glob("*.py"),
        ROOT / "matcher" / "text.py",
        ROOT / "matcher" / "pipeline.py",
    ]
    calls = [n for f in files for n in ast.walk(ast.parse(f.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    made = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "Notice"]
    codes = {c.args[0].value for c in made if isinstance(c.args[0], ast.Constant)}
    starred = [c for c in made if isinstance(c.args[0], ast.Starred)]
    assert len(starred) == 1  # the flags of periods
    codes |= {code for code, _ in _FLAG_TEXT.values()}
    # told while the text is repaired, which is done once
    assert codes - {"struck_out_text", "ocr_repair"} == FROM_TEXT


def test_moves_between_lists_of_different_length(stored: Json) -> None:
    shorter = {**stored, "matches": stored["matches"][1:]}
    (gone,) = moves(stored, shorter)
    (come,) = moves(shorter, stored)
    assert (gone.after, gone.tier_after, come.before, come.tier_before) == (None, "", None, "")
    assert gone.position_id == come.position_id == stored["matches"][0]["position_id"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\xff\xfe{", "UTF-8"),
        (b"not json", "第 1 行"),
        (b"[1, 2]", "匹配结果"),
        (b'{"as_of": "2026-11-24"}', "匹配结果"),
    ],
)
def test_what_is_no_result(data: bytes, word: str) -> None:
    with pytest.raises(ReplayError, match=word):
        list(stored_results(data))


def test_the_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.txt").write_bytes(b"")
    files = [str(RESUMES / "p01_clear.docx"), str(tmp_path / "bad.txt"), str(RESUMES / "p02_clear.pdf")]
    assert cli.main(["match", *files, "--json", *DAY]) == cli.UNREAD
    saved = tmp_path / "all.jsonl"
    saved.write_text(capfd.readouterr().out, encoding="utf-8")
    assert cli.main(["replay", str(saved)]) == cli.DONE
    told = capfd.readouterr().out
    assert told.count("逐字节相同") == 2
    lines = saved.read_text(encoding="utf-8").splitlines()
    value = json.loads(lines[0])
    value["matches"][0]["score"] -= 1
    value["model"]["policy_hash"] = "0" * 64
    saved.write_text(dumps(value), encoding="utf-8")
    assert cli.main(["replay", str(saved)]) == cli.UNREAD
    told = capfd.readouterr().out
    assert "筛选口径" in told
    assert value["matches"][0]["title"] in told
    assert value["candidate"]["name"]["value"] not in told


def test_a_blind_result_cannot_be_made_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["match", str(RESUMES / "p01_clear.docx"), "--json", "--blind", *DAY]) == cli.DONE
    saved = tmp_path / "blind.json"
    saved.write_text(capfd.readouterr().out, encoding="utf-8")
    assert cli.main(["replay", str(saved)]) == cli.USAGE
    assert "遮蔽" in capfd.readouterr().err


def test_fingerprints_follow_what_they_name(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for file in (ROOT / "data").iterdir():
        (data / file.name).write_bytes(file.read_bytes())
    assert (knowledge_hash(data), policy_hash(data)) == (knowledge_hash(), policy_hash())
    other = tmp_path / "other"
    other.mkdir()
    for file in data.iterdir():
        (other / file.name).write_bytes(file.read_bytes() + (b"\n" if file.name == "policy.toml" else b""))
    assert policy_hash(other) != policy_hash()
    assert knowledge_hash(other) != knowledge_hash()
    code = tmp_path / "code"
    code.mkdir()
    (code / "a.py").write_text("x = 1\n", encoding="utf-8")
    again = tmp_path / "again"
    again.mkdir()
    (again / "a.py").write_text("x = 2\n", encoding="utf-8")
    assert program(code) != program(again)
