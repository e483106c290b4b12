"""One match, four doors, one JSON: Python, the command line, HTTP with a text, HTTP with a file."""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker

import service
from matcher import Matcher
from matcher.presentation.json_ import dumps, result_to_dict

SAMPLES = ["p06_clear.txt", "p03_near.txt", "p05_trap.txt", "p01_clear.docx", "p04_near.docx", "p08_clear.pdf"]
Json = dict[str, Any]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return service.create_app().test_client()


@pytest.fixture(scope="module")
def schema(root: Path) -> Draft202012Validator:
    described = json.loads((root / "docs" / "match.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(described)
    return Draft202012Validator(described, format_checker=FormatChecker())


def from_python(matcher: Matcher, what: str | Path, as_of: dt.date) -> Json:
    found: Json = json.loads(dumps(result_to_dict(matcher.match(what, k=3, as_of=as_of))))
    return found


def command_line(root: Path, files: Sequence[str], as_of: dt.date, given: bytes | None = None) -> list[Json]:
    """One object for one file; one object a line, with the file's name, for several."""
    command = [sys.executable, "-m", "matcher", "match", *files, "--json", "--top", "3", "--as-of", as_of.isoformat()]
    done = subprocess.run(command, cwd=root, input=given, capture_output=True, check=True)
    return [json.loads(done.stdout)] if len(files) == 1 else [json.loads(line) for line in done.stdout.splitlines()]


def from_http_file(client: FlaskClient, file: Path, as_of: dt.date) -> Json:
    parts = {"file": (io.BytesIO(file.read_bytes()), file.name), "top_k": "3", "as_of": as_of.isoformat()}
    found: Json = client.post("/api/v1/match", data=parts, content_type="multipart/form-data").get_json()
    return found


def from_http_text(client: FlaskClient, text: str, as_of: dt.date) -> Json:
    body = {"text": text, "top_k": 3, "as_of": as_of.isoformat()}
    found: Json = client.post("/api/v1/match", json=body).get_json()
    return found


def checked(found: Json, schema: Draft202012Validator) -> Json:
    """Valid, and every piece of evidence is the text it points at."""
    assert [e.message for e in schema.iter_errors(found)] == []
    pieces = list(evidence(found))
    assert pieces
    assert [p for p in pieces if found["text"][p["start"] : p["end"]] != p["text"]] == []
    return found


def evidence(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"text", "start", "end"}:
            yield value
        else:
            for inner in value.values():
                yield from evidence(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from evidence(inner)


@pytest.fixture(scope="module")
def printed(root: Path, resumes: Path, as_of: dt.date) -> dict[str, Json]:
    """What the command line prints of the samples, by file name."""
    lines = command_line(root, [str(resumes / name) for name in SAMPLES], as_of)
    return {Path(line.pop("file")).name: line for line in lines}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_gives_the_same_through_each_door(
    name: str,
    matcher: Matcher,
    printed: dict[str, Json],
    client: FlaskClient,
    schema: Draft202012Validator,
    resumes: Path,
    as_of: dt.date,
) -> None:
    found = checked(from_python(matcher, resumes / name, as_of), schema)
    assert printed[name] == found
    assert from_http_file(client, resumes / name, as_of) == found


def test_a_text_gives_the_same_through_each_door(
    matcher: Matcher, client: FlaskClient, schema: Draft202012Validator, root: Path, resumes: Path, as_of: dt.date
) -> None:
    text = matcher.match(resumes / "p07_trap.docx", as_of=as_of).text
    found = checked(from_python(matcher, text, as_of), schema)
    assert command_line(root, ["-"], as_of, text.encode()) == [found]
    assert from_http_text(client, text, as_of) == found


def test_a_utf8_file_and_its_text_are_one(matcher: Matcher, resumes: Path, as_of: dt.date) -> None:
    file = resumes / "p06_clear.txt"
    assert from_python(matcher, file, as_of) == from_python(matcher, file.read_text(encoding="utf-8"), as_of)
