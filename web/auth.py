"""Who asks and what they may: roles, sessions, API tokens, invitations, passwords; CSRF and rate limits.

A view says what it needs with ``@needs(role)``; one that says nothing is for admins only. Without users the service is in
local mode: it listens on this machine only, and whoever sits here may do everything.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import argon2
from flask import Flask, Response, current_app, g, redirect, request, session
from flask_limiter import Limiter
from flask_wtf.csrf import CSRFError, CSRFProtect

from web import store
from web.matching import plain_name
from web.problems import Problem, http_problem
from web.service import Service, current
from web.store import Refused, User

LOCAL = User(None, "本机", "admin", "本机")  # the person at this machine, when there are no users
_READING = ("GET", "HEAD", "OPTIONS")
_ATTEMPTS_MINUTES = 15
_PASSWORD_LEAST = 10
_hasher = argon2.PasswordHasher()

csrf = CSRFProtect()
View = TypeVar("View", bound=Callable[..., Any])


def needs(role: str | None) -> Callable[[View], View]:
    """What a view needs: a role or more (``viewer``, ``recruiter``, ``admin``); None: nothing, it is public."""

    def mark(view: View) -> View:
        view.needs = role  # type: ignore[attr-defined]
        return view

    return mark


def without_token(view: View) -> View:
    """A form that changes nothing on the server: it needs no CSRF token."""
    view.without_token = True  # type: ignore[attr-defined]
    return view


def _rate_key() -> str:
    user = current_user()
    return f"user:{user.id}" if user else f"address:{request.remote_addr}"


limiter = Limiter(
    key_func=_rate_key,
    default_limits=[lambda: current_app.config["RATE_LIMIT"]],
    storage_uri="memory://",  # each web process counts for itself; wrong passwords are counted in the store
    headers_enabled=False,
)


@limiter.request_filter
def _not_limited() -> bool:
    return local_mode() or request.endpoint in ("static", "root.health", "root.ready")


# --- who ----------------------------------------------------------------------------------------------------------


def local_mode() -> bool:
    """No users: no login. Looked up at most once a second; once there were users, it never comes back."""
    if current_app.config["LOGIN"] == "always":
        return False
    service = current()
    seen, at = service.users_seen
    if not seen and time.monotonic() - at > 1.0:
        seen = store.has_users(service.raw_engine)
        service.users_seen = (seen, time.monotonic())
    return not seen


def current_user() -> User | None:
    """Who asks; None when not logged in."""
    if "user" not in g:
        g.user = _find_user()
    found: User | None = g.user
    return found


def _find_user() -> User | None:
    g.by_token = False
    if local_mode():
        return LOCAL
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        g.by_token = True
        return store.user_of_token(current().engine, "api", secret.strip())
    secret = session.get("secret", "")
    return store.user_of_token(current().engine, "session", secret) if secret else None


def asking() -> User:
    """Who asks, for views that need a role. Raises the 401 problem when nobody is logged in."""
    user = current_user()
    if user is None:
        raise http_problem(401)
    return user


def _enforce() -> Response | None:
    """Before every view: where the request comes from, who sent it, and whether the view is for them."""
    if request.endpoint is None:
        return None  # 404 and 405
    _same_site()
    view = current_app.view_functions[request.endpoint]
    role = None if request.endpoint == "static" else getattr(view, "needs", "admin")
    if role is not None:
        user = current_user()
        if user is None:
            if request.blueprint == "page" and request.method in _READING and not request.headers.get("Authorization"):
                return _to_log_in()
            raise http_problem(401)
        if not user.may(role):
            raise http_problem(403)
    if request.method not in _READING and not getattr(view, "without_token", False):
        by_cookie = request.blueprint == "page" or not (g.get("by_token") or local_mode() or role is None)
        if by_cookie:
            csrf.protect()
    return None


def _same_site() -> None:
    """Refuse what another site's page makes a browser send: without a login there is no cookie that could be missing."""
    if request.method in _READING:
        return
    origin = request.headers.get("Origin")
    strange = origin is not None and urlsplit(origin).netloc != request.host
    if strange or request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise Problem(
            403, "cross_site", "跨站请求", "拒绝来自其他网站的请求。", "Requests from other sites are refused."
        )


def _to_log_in() -> Response:
    target = request.full_path.rstrip("?") if request.method == "GET" else "/"
    answer = redirect("/login" if target == "/" else f"/login?next={quote(target, safe='/')}", 303)
    assert isinstance(answer, Response)
    return answer


def csrf_problem(_: CSRFError) -> Problem:
    """A form without its token, or with an old one."""
    return Problem(
        400,
        "csrf",
        "表单已过期",
        "表单已过期或不完整；请刷新页面后重试。",
        "The form is too old or incomplete; reload the page and try again.",
    )


def set_up(app: Flask) -> None:
    """Hang the checks onto the application, before every view."""
    app.config.setdefault("WTF_CSRF_CHECK_DEFAULT", False)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)  # needs a Referer, which our policy does not send
    csrf.init_app(app)
    app.before_request(_enforce)
    limiter.init_app(app)
    app.context_processor(lambda: {"user": current_user(), "local_mode": local_mode()})


# --- log in and out -----------------------------------------------------------------------------------------------


def check_password(name: str, password: str) -> tuple[str, str] | None:
    """What is wrong with a new password, in Chinese and English; None when it will do."""
    if len(password) < _PASSWORD_LEAST or len(password) > 200:
        return f"密码至少 {_PASSWORD_LEAST} 个字符。", f"A password has at least {_PASSWORD_LEAST} characters."
    if len(set(password)) < 5 or name.lower() in password.lower():
        return "密码过于简单，或含有用户名。", "The password is too simple, or holds the user name."
    return None


def hash_password(name: str, password: str) -> str:
    """The argon2 hash of a new password. Raises Refused for one that is too weak."""
    if wrong := check_password(name, password):
        raise Refused("weak_password", *wrong, 422)
    return _hasher.hash(password)


def check_name(name: str) -> str:
    """A user's name as it is kept. Raises Refused when it cannot be one."""
    name = plain_name(name)
    if not 2 <= len(name) <= 40:
        raise Refused("bad_name", "用户名应为 2 到 40 个字符。", "A user name has 2 to 40 characters.", 422)
    return name


@lru_cache
def _nobody() -> str:
    """A hash that is checked for unknown names, so that they take as long as known ones."""
    return _hasher.hash(secrets.token_hex(8))


def verify(service: Service, name: str, password: str) -> User | None:
    """The user whose name and password these are. Raises the 429 problem after too many wrong ones."""
    engine = service.engine
    since = store.now() - dt.timedelta(minutes=_ATTEMPTS_MINUTES)
    subject = f"log_in:{store.hashed(name)[:16]}"  # what is typed for a name may be a password
    if store.count_recent(engine, "log_in_failed", subject, since) >= service.settings["LOGIN_ATTEMPTS"]:
        raise Problem(
            429,
            "too_many_attempts",
            "尝试次数过多",
            f"密码输错次数过多，请 {_ATTEMPTS_MINUTES} 分钟后再试。",
            f"Too many wrong passwords; try again in {_ATTEMPTS_MINUTES} minutes.",
        )
    found = store.user_and_password(engine, name)
    try:
        _hasher.verify(found[1] if found else _nobody(), password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        found = None
    if found is None:
        store.record(engine, subject, "log_in_failed")
        return None
    return found[0]


def log_in(name: str, password: str) -> User | None:
    """Start a session; None when name or password are wrong. Raises the 429 problem after too many wrong ones."""
    service = current()
    user = verify(service, plain_name(name), password)
    if user is not None:
        start_session(user)
    return user


def start_session(user: User) -> None:
    """A new session of a user who has shown who they are."""
    service = current()
    secret = secrets.token_urlsafe(32)
    ends = store.now() + dt.timedelta(hours=service.settings["SESSION_HOURS"])
    store.add_token(service.engine, user, "session", secret, "", ends)
    session.clear()  # a new CSRF token too
    session["secret"] = secret
    g.user = user


def log_out() -> None:
    """End the session, also for a copy of its cookie."""
    user, secret = current_user(), session.pop("secret", "")
    session.clear()
    if user is not None and secret:
        with contextlib.suppress(store.Missing):
            store.end_token(current().engine, user, secret=secret)
    g.user = None


def invite(who: User | str, role: str, team: str, days: int = 7, service: Service | None = None) -> str:
    """The secret of an invitation, shown once: whoever opens ``/invite/<secret>`` chooses name and password."""
    service = service or current()
    team = plain_name(team)
    if role not in store.ROLES or not 1 <= len(team) <= 40:
        raise Refused("bad_invitation", "角色或团队有误。", "The role or the team is wrong.", 422)
    secret = secrets.token_urlsafe(24)
    by = who if isinstance(who, str) else who.name
    store.add_invitation(service.engine, by, secret, role, team, store.now() + dt.timedelta(days=days))
    return secret


def accept_invitation(secret: str, name: str, password: str) -> User:
    """Become a user. Raises Refused: invitation unknown, used or too old; name taken; password too weak."""
    name = check_name(name)
    return store.accept_invitation(current().engine, secret, name, hash_password(name, password))


def change_password(user: User, old: str, new: str) -> None:
    """A new password for one who knows the old one; every session and token ends. Raises Refused."""
    service = current()
    if verify(service, user.name, old) is None:
        raise Refused("wrong_password", "原密码不正确。", "The old password is wrong.", 422)
    store.set_password(service.engine, user, hash_password(user.name, new))


def make_token(user: User, label: str, days: int) -> tuple[str, store.Token]:
    """An API token: its secret, shown once, and its entry in the list."""
    secret = "rm_" + secrets.token_urlsafe(32)
    ends = store.now() + dt.timedelta(days=days)
    return secret, store.add_token(current().engine, user, "api", secret, plain_name(label)[:100], ends)
