"""Every route with everybody: nobody, each role, the other team. A route that this table does not know fails."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from flask import Flask

from matcher import Matcher
from matcher.schema import MatchResult
from web import store
from web.service import Service

from .conftest import PEOPLE, People, resume

ANYBODY, VIEWER, RECRUITER, ADMIN = None, "viewer", "recruiter", "admin"
NEEDED = {
    "static": ANYBODY,
    "root.health": ANYBODY,
    "root.ready": ANYBODY,
    "root.metrics_": ADMIN,
    "api.match": VIEWER,
    "api.positions": VIEWER,
    "api.list_pools": VIEWER,
    "api.create_pool": RECRUITER,
    "api.get_pool": VIEWER,
    "api.delete_pool": RECRUITER,
    "api.cancel_pool": RECRUITER,
    "api.resume_pool": RECRUITER,
    "api.list_files": VIEWER,
    "api.add_files": RECRUITER,
    "api.delete_file": RECRUITER,
    "api.download_file": VIEWER,
    "api.list_unreadable": VIEWER,
    "api.list_candidates": VIEWER,
    "api.list_shortlist": VIEWER,
    "api.get_candidate": VIEWER,
    "api.give_feedback": RECRUITER,
    "api.list_feedback": VIEWER,
    "api.ask_export": RECRUITER,
    "api.get_export": RECRUITER,
    "api.export": RECRUITER,
    "api.me": VIEWER,
    "api.change_password": VIEWER,
    "api.start_session": ANYBODY,
    "api.end_session": VIEWER,
    "api.invite": ADMIN,
    "api.accept_invitation": ANYBODY,
    "api.list_users": ADMIN,
    "api.change_user": ADMIN,
    "api.list_tokens": VIEWER,
    "api.make_token": VIEWER,
    "api.end_token": VIEWER,
    "api.list_audit": ADMIN,
    "api.description": ANYBODY,
    "api.docs": ANYBODY,
}
ROLES = {"viewer": 0, "recruiter": 1, "admin": 2}


@lru_cache
def _result() -> MatchResult:
    return Matcher.load().match(resume().decode(), None, dt.date(2026, 11, 24))


@pytest.fixture
def ids(service: Service, people: People) -> dict[str, Any]:
    """A pool of 零售 with one file and one candidate."""
    who = people.users["招聘甲"]
    pool = store.create_pool(service.engine, who, "春招", dt.date(2026, 11, 24), 30)[0]
    file, _ = store.add_file(service.engine, who, pool, service.files, "甲.txt", resume())
    claim = store.claim(service.engine, "w", 60)
    assert claim
    store.finish(service.engine, claim, [replace(_result(), name="甲.txt")])
    candidate = store.candidates(service.engine, pool).items[0].candidate_id
    return {
        "pool_id": pool.id,
        "file_id": file.id,
        "candidate_id": candidate,
        "position_id": 1,
        "user_id": people.users["查看乙"].id,
        "token_id": 999_999,
        "secret": "none",
        "filename": "none",
    }


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method, pattern of everything that is served."""
    found = [(r.endpoint, m, r.rule) for r in app.url_map.iter_rules() for m in sorted(r.methods or ())]
    return sorted(f for f in found if f[1] not in ("HEAD", "OPTIONS"))


def needed(app: Flask, endpoint: str) -> str | None:
    """What a route needs: by the table, or, for pages, by what they say themselves."""
    if endpoint in NEEDED:
        return NEEDED[endpoint]
    assert endpoint.startswith("page."), f"add {endpoint} to the table"
    view = app.view_functions[endpoint]
    assert hasattr(view, "needs"), f"{endpoint} does not say what it needs"
    role: str | None = view.needs
    return role


@pytest.mark.parametrize("name", [None, *PEOPLE])
def test_every_route_with_everybody(
    name: str | None, app: Flask, people: People, ids: dict[str, Any], service: Service
) -> None:
    wrong = []
    for endpoint, method, rule in routes(app):
        need = needed(app, endpoint)
        with app.test_request_context():
            adapter = app.url_map.bind("localhost")
            arguments = next(iter(app.url_map.iter_rules(endpoint))).arguments
            values = {k: ids.get(k, "x") for k in arguments}
            path = adapter.build(endpoint, values, method=method)
        if endpoint in ("api.delete_pool", "api.delete_file", "page.delete_pool") and name in ("招聘甲", "管理员甲"):
            continue  # may and does: below
        answer = app.test_client().open(path, method=method, headers=people.headers(name))
        status = answer.status_code
        answer.close()
        if need is None:
            right = status not in (401, 403)
        elif name is None:
            right = status == 401 or (status == 303 and answer.headers["Location"].startswith("/login"))
        elif ROLES[PEOPLE[name][0]] < ROLES[need]:
            right = status == 403
        elif "pool_id" in values and PEOPLE[name][1] != "零售" and PEOPLE[name][0] != "admin":
            # Forms of pages are refused for their missing token before the pool is looked for.
            right = status == 404 or (endpoint.startswith("page.") and method == "POST" and status == 400)
        else:
            right = status not in (401, 403, 405, 500) and not (status == 404 and "pool_id" in values)
        if not right:
            wrong.append((name, method, rule, need, status))
    assert wrong == []
    assert store.pool(service.engine, people.users["招聘甲"], ids["pool_id"]).candidates == 1


@pytest.mark.parametrize(("name", "status"), [("招聘乙", 404), ("查看甲", 403), ("招聘甲", 204), ("管理员甲", 204)])
@pytest.mark.parametrize("what", ["/files/{file_id}", ""])
def test_who_may_delete(
    what: str, name: str, status: int, app: Flask, people: People, ids: dict[str, Any], service: Service
) -> None:
    path = f"/api/v1/pools/{ids['pool_id']}" + what.format(**ids)
    assert app.test_client().delete(path, headers=people.headers(name)).status_code == status
    left = store.pools(service.engine, people.users["招聘甲"]).items
    gone = not left if not what else left[0].total == 0
    assert gone is (status == 204)


@pytest.mark.parametrize("name", ["招聘乙", "查看乙"])
def test_lists_hold_nothing_of_another_team(name: str, app: Flask, people: People, ids: dict[str, Any]) -> None:
    found = app.test_client().get("/api/v1/pools", headers=people.headers(name)).get_json()
    assert found == {"items": [], "total": 0, "page": 1, "per_page": 50, "pages": 1}


def test_a_file_of_one_pool_is_not_reached_through_another(
    app: Flask, people: People, ids: dict[str, Any], service: Service
) -> None:
    """Ids of another team's file and candidate in the path of one's own pool."""
    own = store.create_pool(service.engine, people.users["招聘乙"], "自己的", dt.date(2026, 11, 24), 30)[0]
    base = f"/api/v1/pools/{own.id}"
    client, headers = app.test_client(), people.headers("招聘乙")
    body = {"position_id": 1, "rule": "age", "value": "fails", "reason": "试"}
    answers = [
        client.get(f"{base}/files/{ids['file_id']}/content", headers=headers),
        client.delete(f"{base}/files/{ids['file_id']}", headers=headers),
        client.get(f"{base}/candidates/{ids['candidate_id']}", headers=headers),
        client.post(f"{base}/candidates/{ids['candidate_id']}/feedback", json=body, headers=headers),
    ]
    assert [a.status_code for a in answers] == [404] * 4


def test_a_view_that_says_nothing_is_for_admins(make_app: Any) -> None:
    app = make_app(LOGIN="always")
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert app.test_client().get("/forgotten").status_code == 401
