"""The JSON of a match against docs/match.schema.json, and its promises: offsets, sums, same bytes."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import Matcher
from matcher.pipeline import match_resume
from matcher.presentation.json_ import dumps, position_to_dict, result_to_dict, unreadable_to_dict
from matcher.reading import read_path
from matcher.schema import MatchResult, Unreadable
from matcher.text import to_resume
from tests.support import AS_OF, ROOT

SCHEMA = json.loads((ROOT / "docs" / "match.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
SAMPLES = [
    path
    for folder in ("resumes", "gold/a_dev", "gold/b_dev")
    for path in sorted((ROOT / "tests" / folder).iterdir())
    if path.suffix in (".txt", ".docx", ".pdf")
]


def result_of(matcher: Matcher, text: str, as_of: dt.date = AS_OF) -> MatchResult:
    return match_resume(to_resume(text), as_of, matcher.positions, matcher.policy, matcher.ranker)


def pieces(value: Any) -> Iterator[dict[str, Any]]:
    """Every piece of evidence anywhere in a JSON value."""
    if isinstance(value, dict):
        if set(value) == {"text", "start", "end"}:
            yield value
        for item in value.values():
            yield from pieces(item)
    elif isinstance(value, list):
        for item in value:
            yield from pieces(item)


def check(value: Any) -> None:
    """Valid by the schema; evidence is the text at its offsets; contributions add up; sex is not given out."""
    VALIDATOR.validate(value)
    assert all(value["text"][e["start"] : e["end"]] == e["text"] for e in pieces(value))
    for match in value["matches"]:
        assert sum(c["points"] for c in match["contributions"]) == pytest.approx(match["score"], abs=0.011)
    assert [m["rank"] for m in value["matches"]] == list(range(1, len(value["matches"]) + 1))
    assert "sex" not in value["candidate"]


def test_schema_is_sound() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["additionalProperties"] is False
    assert len(SAMPLES) >= 100


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_samples(matcher: Matcher, path: Path) -> None:
    result = matcher.match(path, k=None, as_of=AS_OF)
    value = json.loads(dumps(result_to_dict(result)))
    check(value)
    assert len(value["matches"]) == len(matcher.positions)
    assert value["text"] == result.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "本科",
        "姓名：\u0000王测试\u202e\ufeff 电话 13800000000",
        "王测试\n" * 500,
        "𠮷测试 1990年 🙂 本科 全日制 重庆大学 2008.09-2012.06 金融学 🙂",
        "=cmd|' /C calc'!A0\n[red]红[/red]\x1b[31m",
        "1992年5月出生，2010.09-2014.06 某某大学 本科；2014.07至今 某某公司 职员",
    ],
)
def test_odd_texts(matcher: Matcher, text: str) -> None:
    check(json.loads(dumps(result_to_dict(result_of(matcher, text)))))


def test_absent_fields(matcher: Matcher) -> None:
    candidate = result_to_dict(result_of(matcher, "这里没有任何个人信息"))["candidate"]
    lists = {"education", "jobs", "skills", "certificates"}
    assert candidate == {
        field: {"value": [] if field in lists else None, "basis": "absent", "evidence": []} for field in candidate
    }


def test_values_are_plain(matcher: Matcher, resumes: Path) -> None:
    candidate = result_to_dict(matcher.match(resumes / "p01_clear.docx", as_of=AS_OF))["candidate"]
    label = json.loads((resumes / "p01_clear.json").read_text(encoding="utf-8"))["fields"]
    for field in ("name", "birth", "age", "highest_degree", "full_time_bachelor"):
        assert candidate[field]["value"] == label[field]
    assert candidate["jobs"]["value"][0]["end"] == "至今"
    assert candidate["education"]["value"][0] == {
        "school": "重庆大学", "degree": "本科", "major": "金融学", "mode": "全日制",
        "start": "2010-09", "end": "2014-06", "finished": True, "overseas": False, "note": "",
    }  # fmt: skip
    months = candidate["total_months"]["value"]
    assert [months["low"], months["high"]] == label["total_months"]


def _set(*path: Any, to: Any) -> Callable[[Any], None]:
    def change(value: Any) -> None:
        for key in path[:-1]:
            value = value[key]
        value[path[-1]] = to

    return change


def _drop(*path: Any) -> Callable[[Any], None]:
    def change(value: Any) -> None:
        for key in path[:-1]:
            value = value[key]
        del value[path[-1]]

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("more", to=1),
        _drop("as_of"),
        _drop("text"),
        _set("as_of", to="2026/11/24"),
        _set("candidate", "sex", to={"value": "男", "basis": "stated", "evidence": []}),
        _drop("candidate", "name"),
        _set("candidate", "name", "note", to=""),
        _set("candidate", "name", "value", to=None),
        _set("candidate", "name", "basis", to="absent"),
        _set("candidate", "highest_degree", "value", to="学士"),
        _set("candidate", "total_months", "value", to=36),
        _set("candidate", "jobs", "value", 0, "end", to="now"),
        _set("matches", 0, "score", to=100.01),
        _set("matches", 0, "tier", to="first"),
        _set("matches", 0, "verdicts", 0, "verdict", to="maybe"),
        _set("matches", 0, "verdicts", 0, "rule", to="sex"),
        _set("matches", 0, "verdicts", 0, "reason", to=""),
        _set("matches", 0, "preferred", 0, "verdict", to="fails"),
        _drop("matches", 0, "verdicts", 0, "evidence", 0, "end"),
        _set("matches", 0, "contributions", 0, "weight", to=1),
        _set("warnings", to=["text"]),
        _drop("model", "version"),
        _drop("model", "program"),
        _set("model", "policy_hash", to="abc"),
    ],
)
def test_schema_is_strict(matcher: Matcher, resumes: Path, change: Callable[[Any], None]) -> None:
    value = json.loads(dumps(result_to_dict(matcher.match(resumes / "p01_clear.docx", as_of=AS_OF))))
    changed = copy.deepcopy(value)
    change(changed)
    VALIDATOR.validate(value)
    assert not VALIDATOR.is_valid(changed)


def test_same_input_same_bytes(resumes: Path) -> None:
    path = resumes / "p04_near.docx"
    first, second = (dumps(result_to_dict(Matcher.load().match(path, k=None, as_of=AS_OF))) for _ in range(2))
    assert first == second


def test_unreadable_line() -> None:
    (problem,) = read_path(ROOT / "no such file.pdf")
    assert isinstance(problem, Unreadable)
    line = {"file": problem.name, "error": unreadable_to_dict(problem)}
    jsonschema.Draft202012Validator({**SCHEMA["$defs"]["unreadable"], "$defs": SCHEMA["$defs"]}).validate(line)
    assert not VALIDATOR.is_valid(line)


def test_positions_are_plain(matcher: Matcher) -> None:
    values = json.loads(dumps([position_to_dict(p) for p in matcher.positions]))
    assert [v["position_id"] for v in values] == list(range(1, 11))
    assert [v["min_years"] for v in values] == [3, 3, 1, 3, 3, 3, 2, 3, 5, 3]
    assert [v["max_age"] for v in values] == [35, 35, 30, 35, 35, 35, 35, 35, 35, 35]
    assert all(v["full_time"] and v["waivable"] and v["min_degree"] == "本科" for v in values)


@given(st.text(st.characters(codec=None)))
def test_dumps_is_one_line_of_utf8(text: str) -> None:
    line = dumps({"text": text})
    assert len(line.splitlines()) == 1
    assert json.loads(line.encode()) == {"text": text}


def test_dumps_refuses_what_is_not_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        dumps(float("nan"))
