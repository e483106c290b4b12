"""Logging in and out, invitations, tokens, CSRF, limits."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web import auth, store
from web.service import Service

from .conftest import PASSWORD, People


def log_in(client: FlaskClient, name: str = "招聘甲", password: str = PASSWORD) -> Any:
    return client.post("/api/v1/session", json={"name": name, "password": password})


def csrf(app: Flask, client: FlaskClient) -> dict[str, str]:
    """The header that a page's script sends."""
    with client.session_transaction() as session:
        given = dict(session)
    with app.test_request_context():
        from flask import session as inside
        from flask_wtf.csrf import generate_csrf

        inside.update(given)
        token = generate_csrf()
        made = dict(inside)
    with client.session_transaction() as session:
        session.update(made)
    return {"X-CSRFToken": token}


@pytest.fixture
def browser(app: Flask, people: People) -> FlaskClient:
    """招聘甲, logged in."""
    client = app.test_client()
    assert log_in(client).status_code == 201
    return client


def test_a_session_begins_and_ends(app: Flask, browser: FlaskClient) -> None:
    assert browser.get("/api/v1/me").get_json()["name"] == "招聘甲"
    cookie = browser.get_cookie("matcher")
    assert cookie is not None
    assert browser.delete("/api/v1/session", headers=csrf(app, browser)).status_code == 204
    assert browser.get("/api/v1/me").status_code == 401
    copied = app.test_client()
    copied.set_cookie("matcher", cookie.value)
    assert copied.get("/api/v1/me").status_code == 401  # a copy of the cookie has ended too


def test_the_cookie_is_for_this_site_only(make_app: Callable[..., Flask], people: People) -> None:
    for tls in (False, True):
        made = log_in(make_app(TLS=tls).test_client()).headers["Set-Cookie"]
        assert "HttpOnly" in made
        assert "SameSite=Lax" in made
        assert ("Secure" in made) is tls


@pytest.mark.parametrize(
    ("name", "password"),
    [("招聘甲", "wrong"), ("没有此人", PASSWORD), ("招聘甲", PASSWORD + " "), ("招聘甲\0", PASSWORD + "x")],
)
def test_a_wrong_password_and_an_unknown_name_look_the_same(
    name: str, password: str, app: Flask, people: People
) -> None:
    answer = log_in(app.test_client(), name, password)
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (401, "wrong_password")
    assert "Set-Cookie" not in answer.headers


def test_guessing_ends_after_some_attempts(make_app: Callable[..., Flask], people: People) -> None:
    app = make_app(LOGIN_ATTEMPTS=3)
    answers = [log_in(app.test_client(), password=f"guess {i}") for i in range(3)]
    assert [a.status_code for a in answers] == [401] * 3
    for _ in range(2):  # in another process too: it is in the store
        answer = log_in(make_app(LOGIN_ATTEMPTS=3).test_client())
        assert (answer.status_code, answer.get_json(force=True)["code"]) == (429, "too_many_attempts")
    assert log_in(app.test_client(), "招聘乙").status_code == 201


def test_requests_are_limited_for_each_user(make_app: Callable[..., Flask], people: People) -> None:
    app = make_app(RATE_LIMIT="3 per minute")
    auth.limiter.reset()
    asked = [app.test_client().get("/api/v1/me", headers=people.headers("招聘甲")) for _ in range(4)]
    assert [a.status_code for a in asked] == [200, 200, 200, 429]
    assert asked[-1].get_json(force=True)["code"] == "too_many_requests"
    assert 1 <= int(asked[-1].headers["Retry-After"]) <= 60
    assert app.test_client().get("/api/v1/me", headers=people.headers("招聘乙")).status_code == 200
    auth.limiter.reset()


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "bearer rm_x", "Basic YTpi"])
def test_a_wrong_token_is_nobody(header: str, app: Flask, people: People) -> None:
    answer = app.test_client().get("/api/v1/me", headers={"Authorization": header})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_tokens_are_ones_own(app: Flask, people: People) -> None:
    client, mine, other = app.test_client(), people.headers("招聘甲"), people.headers("招聘乙")
    made = client.post("/api/v1/tokens", json={"label": "招聘系统", "days": 5}, headers=mine).get_json()
    new = {"Authorization": f"Bearer {made['secret']}"}
    assert client.get("/api/v1/me", headers=new).get_json()["name"] == "招聘甲"
    shown = client.get("/api/v1/tokens", headers=mine).get_json()["items"]
    assert [t["label"] for t in shown] == ["test", "招聘系统"]
    assert "secret" not in shown[0]
    assert client.delete(f"/api/v1/tokens/{made['id']}", headers=other).status_code == 404
    assert client.delete(f"/api/v1/tokens/{made['id']}", headers=mine).status_code == 204
    assert client.get("/api/v1/me", headers=new).status_code == 401


def test_an_invited_person_becomes_a_user(app: Flask, people: People) -> None:
    client = app.test_client()
    asked = {"role": "recruiter", "team": "零售"}
    secret = client.post("/api/v1/invitations", json=asked, headers=people.headers("管理员甲")).get_json()["secret"]

    def accept(**changes: str) -> Any:
        body = {"secret": secret, "name": "新同事", "password": "a long password 1", **changes}
        return client.post("/api/v1/invitations/accept", json=body)

    for changes, code in (
        ({"password": "short"}, "weak_password"),
        ({"password": "aaaaaaaaaaaa"}, "weak_password"),
        ({"password": "新同事新同事 12345"}, "weak_password"),
        ({"name": "招聘甲"}, "name_taken"),
        ({"name": " "}, "bad_name"),
        ({"secret": "x"}, "bad_invitation"),
    ):
        assert accept(**changes).get_json(force=True)["code"] == code
    made = accept()
    assert (made.status_code, made.get_json()["role"], made.get_json()["team"]) == (201, "recruiter", "零售")
    assert accept(name="再一位").get_json(force=True)["code"] == "bad_invitation"
    assert log_in(client, "新同事", "a long password 1").status_code == 201


def test_passwords_are_kept_as_argon2(service: Service, people: People) -> None:
    found = store.user_and_password(service.engine, "招聘甲")
    assert found
    assert re.fullmatch(r"\$argon2id\$v=19\$m=\d{5,},t=\d,p=\d\$.+", found[1])


def test_a_password_is_changed_by_who_knows_it(app: Flask, people: People, browser: FlaskClient) -> None:
    def change(old: str, new: str) -> Any:
        return browser.put("/api/v1/me/password", json={"old": old, "new": new}, headers=csrf(app, browser))

    assert change("wrong", "another password 2").get_json(force=True)["code"] == "wrong_password"
    assert change(PASSWORD, "short").get_json(force=True)["code"] == "weak_password"
    assert change(PASSWORD, "another password 2").status_code == 204
    assert browser.get("/api/v1/me").status_code == 401
    assert app.test_client().get("/api/v1/me", headers=people.headers("招聘甲")).status_code == 401
    assert log_in(browser).status_code == 401
    assert log_in(browser, password="another password 2").status_code == 201


def test_a_page_that_needs_a_login_comes_back_to_it(app: Flask, people: People) -> None:
    answer = app.test_client().get("/?a=1&b=//evil.example.com")
    assert answer.headers["Location"] == "/login?next=/%3Fa%3D1%26b%3D//evil.example.com"


def test_an_admin_changes_a_user_and_the_session_ends(app: Flask, people: People, browser: FlaskClient) -> None:
    user, admin = people.users["招聘甲"].id, people.headers("管理员甲")
    answer = app.test_client().patch(f"/api/v1/users/{user}", json={"team": "科技", "role": "viewer"}, headers=admin)
    assert (answer.get_json()["team"], answer.get_json()["role"]) == ("科技", "viewer")
    assert browser.get("/api/v1/me").status_code == 401
    assert log_in(browser).status_code == 201
    app.test_client().patch(f"/api/v1/users/{user}", json={"active": False}, headers=admin)
    assert log_in(app.test_client()).status_code == 401
    me = people.users["管理员甲"].id
    last = app.test_client().patch(f"/api/v1/users/{me}", json={"role": "viewer"}, headers=admin)
    assert (last.status_code, last.get_json(force=True)["code"]) == (409, "last_admin")


# --- requests of other sites --------------------------------------------------------------------------------------


def test_a_cookie_alone_changes_nothing(app: Flask, browser: FlaskClient) -> None:
    answer = browser.post("/api/v1/pools", json={"name": "春招"})
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (400, "csrf")
    token = csrf(app, browser)
    assert browser.post("/api/v1/pools", json={"name": "春招"}, headers=token).status_code == 201
    strange = csrf(app, app.test_client())
    assert browser.post("/api/v1/pools", json={"name": "春招"}, headers=strange).status_code == 400


def test_a_token_of_a_program_needs_no_other(app: Flask, people: People) -> None:
    answer = app.test_client().post("/api/v1/pools", json={"name": "春招"}, headers=people.headers("招聘甲"))
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "http://localhost"}, 201),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Origin": "http://evil.example.com"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_without_a_login_other_sites_are_refused(headers: dict[str, str], status: int, client: FlaskClient) -> None:
    answer = client.post("/api/v1/pools", json={"name": "春招"}, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert answer.get_json(force=True)["code"] == "cross_site"


# --- local mode ---------------------------------------------------------------------------------------------------


def test_without_users_there_is_no_login(client: FlaskClient) -> None:
    assert client.get("/api/v1/me").get_json() == {
        "id": None,
        "name": "本机",
        "role": "admin",
        "team": "本机",
        "active": True,
    }
    assert log_in(client).status_code == 401
    for path, body in (("/api/v1/tokens", {"label": "x"}), ("/api/v1/invitations", {"role": "viewer", "team": "甲"})):
        assert client.post(path, json=body).get_json(force=True)["code"] == "local_mode"


def test_the_first_user_ends_local_mode(app: Flask, service: Service) -> None:
    client = app.test_client()
    assert client.get("/api/v1/pools").status_code == 200
    store.add_user(service.engine, "test", "管理员", "hash", "admin", "总行")
    service.users_seen = (False, -1e9)  # it is looked up at most once a second
    assert client.get("/api/v1/pools").status_code == 401
    page = client.get("/")
    assert (page.status_code, page.headers["Location"]) == (303, "/login")


def test_always_means_always(make_app: Callable[..., Flask]) -> None:
    client = make_app(LOGIN="always").test_client()
    assert client.get("/api/v1/positions").status_code == 401
    assert client.get("/healthz").status_code == 200


def test_a_session_may_send_many_files_at_once(app: Flask, browser: FlaskClient) -> None:
    """The check of the token reads the form first: it must know that many parts may come."""
    headers = csrf(app, browser)
    pool = browser.post("/api/v1/pools", json={"name": "春招"}, headers=headers).get_json()["id"]
    files = [(io.BytesIO(f"第 {i} 份".encode()), f"{i}.txt") for i in range(40)]
    answer = browser.post(f"/api/v1/pools/{pool}/files", data={"file": files, "csrf_token": headers["X-CSRFToken"]})
    assert (answer.status_code, len(answer.get_json()["files"])) == (201, 40)
