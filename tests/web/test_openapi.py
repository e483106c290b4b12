"""The description is the interface: every route, every role, every answer; schemathesis looks for what is not."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from web import openapi, worker
from web.service import Service

from .test_api import new_pool, upload
from .test_roles import NEEDED


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document()


def described(document: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {
        (method.upper(), path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(document).validate()
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    named = set(re.findall(r"'#/components/schemas/(\w+)'", str(document)))
    assert named - set(document["components"]["schemas"]) == set()


def test_every_route_is_described_and_nothing_else(app: Flask, document: dict[str, Any]) -> None:
    routes = {
        (m, re.sub(r"<(?:int:)?(\w+)>", r"{\1}", r.rule.removeprefix("/api/v1"))): r.endpoint
        for r in app.url_map.iter_rules()
        for m in r.methods or ()
        if r.rule.startswith("/api/v1") and m not in ("HEAD", "OPTIONS")
    }
    found = described(document)
    assert set(routes) == set(found)
    roles = {key: operation["x-role"] for key, operation in found.items()}
    assert roles == {key: NEEDED[endpoint] or "-" for key, endpoint in routes.items()}


def test_the_page_is_local_and_shows_every_operation(client: FlaskClient, document: dict[str, Any]) -> None:
    answer = client.get("/api/v1/docs")
    page = lxml.html.fromstring(answer.text)
    assert len(page.xpath("//section")) == len(described(document))
    files = [*page.xpath("//@src"), *page.xpath("//link/@href")]
    assert files
    for file in files:
        with client.get(file) as found:
            assert (found.status_code, file.startswith("/static/")) == (200, True)
    assert not page.xpath("//script | //*[@style]")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {h[1:] for h in page.xpath("//nav//@href")} <= set(ids)
    assert client.get("/api/v1/openapi.json").get_json() == document


# --- answers to made-up requests ----------------------------------------------------------------------------------

_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
_OPERATIONS = sorted(described(openapi.document()))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, empty_store: Any, matcher: Any) -> Any:
    """An application with a pool in it, and the ids to reach it by."""
    import shutil

    from web.app import create_app

    home = tmp_path_factory.mktemp("made")
    shutil.copy(empty_store, home / "service.db")
    app = create_app({"HOME": str(home)}, matcher)
    service: Service = app.extensions["service"]
    client = app.test_client()
    path = new_pool(client)
    upload(client, path, ("甲.txt", "姓名：甲测试\n本科 金融学".encode()), ("空.pdf", b""))
    while worker.work_once(service.engine, service, "w"):
        pass
    ids = {
        "pool_id": path.rsplit("/", 1)[1],
        "file_id": client.get(f"{path}/files").get_json()["items"][0]["id"],
        "candidate_id": client.get(f"{path}/candidates").get_json()["items"][0]["candidate_id"],
    }
    yield app, ids
    service.raw_engine.dispose()


@pytest.mark.parametrize("ids_are", ["real", "made up"])
@pytest.mark.parametrize(("method", "path"), _OPERATIONS)
def test_schemathesis_finds_nothing(method: str, path: str, ids_are: str, made: Any) -> None:
    """Valid and invalid requests of every operation: no 500, only answers that are described."""
    app, ids = made
    if ids_are == "real" and (method == "DELETE" or "pool_id" not in path):
        return
    schema = schemathesis.openapi.from_dict(openapi.document())
    schema.app = app
    operation = schema[path.replace("/api/v1", "")][method]

    def check(case: schemathesis.Case) -> None:
        if ids_are == "real":
            case.path_parameters = {**(case.path_parameters or {}), **{k: v for k, v in ids.items() if k in path}}
        case.call_and_validate(checks=_CHECKS)

    for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
        run(operation.as_strategy(generation_mode=mode), check)


def run(strategy: Any, check: Callable[[schemathesis.Case], None]) -> None:
    from hypothesis import given
    from hypothesis.errors import Unsatisfiable

    limits = settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with contextlib.suppress(Unsatisfiable):  # nothing of an operation without parameters can be wrong
        limits(given(case=strategy)(lambda case: check(case)))()
