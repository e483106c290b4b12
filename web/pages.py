"""The pages that are not of one pool: match, positions, language, accounts. Pages of pools: web/pool_pages.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Response, current_app, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from matcher.presentation import html_
from matcher.presentation.words import flat
from matcher.schema import MatchResult, Unreadable
from matcher.screening import domain_names
from web import auth, pool_pages, store
from web.auth import asking, needs, without_token
from web.frame import LANGUAGE_COOKIE, draw, keep, kept, local_path, page, set_up, show_problem
from web.matching import DEFAULT_TOP, MAX_TEXT, Query, match_file, match_text, note, parse_query, split
from web.problems import Problem, field_error, invalid
from web.service import current
from web.texts import LANGUAGES

__all__ = ["page", "pool_pages", "set_up", "show_problem"]

_FILES = 10  # on the match page; more make a pool
_YEAR = 365 * 24 * 3600


# --- match --------------------------------------------------------------------------------------------------------


def _show(status: int = 200, **more: Any) -> Response:
    positions = current().matcher.positions
    values = {"top_k": min(DEFAULT_TOP, len(positions)), "as_of": dt.date.today().isoformat(), "text": ""}
    form = {**values, **{k: v for k, v in more.pop("form", {}).items() if k in values}}
    return draw(
        "match.html",
        status,
        area="match",
        form=form,
        positions=positions,
        max_files=_FILES,
        max_megabytes=current_app.config["MAX_CONTENT_LENGTH"] // 2**20,
        **{"results": [], "unreadable": [], "problem": None, "left_out": 0, **more},
    )


@page.get("/")
@needs("viewer")
def index() -> Response:
    """The empty page."""
    return _show()


@page.post("/")
@needs("viewer")
@without_token
def show_match() -> Response:
    """The results of the dropped files or the pasted text; nothing is stored. Works without JavaScript."""
    form: dict[str, str] = {}
    try:
        form = {k: v.strip() for k, v in request.form.items()}
        errors: list[dict[str, str]] = []
        query = parse_query(form, len(current().matcher.positions), ("text", "csrf_token"), errors)
        files, text = [f for f in request.files.getlist("file") if f.filename], form.get("text", "")
        if not files and not text:
            errors.append(field_error("file", "请选择一个文件，或粘贴简历文本", "choose a file or paste a text"))
        if len(files) > _FILES:
            errors.append(
                field_error(
                    "file", f"一次最多 {_FILES} 个文件；更多请建立简历池", f"at most {_FILES} files; make a pool"
                )
            )
        if len(text) > MAX_TEXT:
            errors.append(field_error("text", f"文本超过 {MAX_TEXT} 字", f"text has more than {MAX_TEXT} characters"))
        if errors:
            raise invalid(errors)
        results, problems = split(list(_found(files, text, query)))
    except Problem as problem:
        return _show(problem.status, problem=problem, form=form)
    note(len(results), problems)
    return _show(
        200 if results else 422,
        results=[html_.view(r, i) for i, r in enumerate(results[:_FILES])],
        left_out=max(0, len(results) - _FILES),
        unreadable=problems,
        form=form,
    )


def _found(files: Iterable[FileStorage], text: str, query: Query) -> Iterator[MatchResult | Unreadable]:
    for file in files:
        yield from match_file(file, query)
    if text:
        yield match_text(text, query)


# --- positions ----------------------------------------------------------------------------------------------------


@page.get("/positions")
@needs("viewer")
def positions() -> Response:
    """The notice's words beside the rules as read; policy and weights."""
    matcher = current().matcher
    weights = {k: matcher.ranker.weights[k] for k in ("score", "penalty")}
    return draw(
        "positions.html",
        area="positions",
        positions=matcher.positions,
        domains=domain_names(),
        policy=[(k, _plain(v)) for k, v in flat(matcher.policy)],
        weights=[(k, _plain(v)) for k, v in flat(weights)],
        model=matcher.ranker.info.version,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else value


# --- language -----------------------------------------------------------------------------------------------------


@page.get("/language")
@needs(None)
def language() -> AnyResponse:
    """Chinese or English from now on, and back to where the reader was."""
    answer = redirect(local_path(request.args.get("next", "/")), 303)
    to = request.args.get("to", "")
    if to in LANGUAGES:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        answer.set_cookie(LANGUAGE_COOKIE, to, max_age=_YEAR, httponly=True, samesite="Lax", secure=secure)
    return answer


# --- accounts -----------------------------------------------------------------------------------------------------


@page.get("/login")
@needs(None)
def login() -> AnyResponse:
    """The form; who is logged in already goes on."""
    target = local_path(request.args.get("next", "/"))
    if auth.current_user() is not None:
        return redirect(target, 303)
    return draw("login.html", next=target, name="")


@page.post("/login")
@auth.limiter.limit("30 per minute")
@needs(None)
def log_in() -> AnyResponse:
    """Starts a session. Wrong name and wrong password read the same."""
    target, name = local_path(request.args.get("next", "/")), request.form.get("name", "").strip()
    try:
        user = auth.log_in(name, request.form.get("password", ""))
    except Problem as problem:
        return draw("login.html", problem.status, next=target, name=name, problem=problem)
    if user is None:
        return draw("login.html", 401, next=target, name=name, wrong=True)
    return redirect(target, 303)


@page.post("/logout")
@needs("viewer")
def logout() -> AnyResponse:
    """Ends the session."""
    auth.log_out()
    return redirect(url_for("page.login"), 303)


@page.get("/invite/<secret>")
@needs(None)
def invitation(secret: str) -> Response:
    """Where an invited person chooses a name and a password."""
    return draw("invite.html", open=store.invitation_is_open(current().engine, secret), name="")


@page.post("/invite/<secret>")
@auth.limiter.limit("30 per minute")
@needs(None)
def accept_invitation(secret: str) -> AnyResponse:
    """Makes the account and starts its first session."""
    name = request.form.get("name", "").strip()
    try:
        user = auth.accept_invitation(secret, name, request.form.get("password", ""))
    except store.Refused as refused:
        still = store.invitation_is_open(current().engine, secret)
        problem = Problem(refused.status, refused.code, "不能这样做", refused.detail, refused.detail_en)
        return draw("invite.html", refused.status, open=still, name=name, problem=problem)
    auth.start_session(user)
    return redirect(url_for("page.index"), 303)


@page.get("/users")
@needs("admin")
def users() -> Response:
    """All users, and the form that invites one."""
    return draw(
        "users.html",
        area="users",
        found=store.list_users(current().engine),
        roles=store.ROLES,
        link=kept(),
    )


@page.post("/users/invite")
@needs("admin")
def invite_user() -> AnyResponse:
    """An invitation; its link is shown once, on the next page."""
    secret = auth.invite(asking(), request.form.get("role", ""), request.form.get("team", ""))
    keep(url_for("page.invitation", secret=secret, _external=True))
    return redirect(url_for("page.users"), 303)


@page.post("/users/<int:user_id>")
@needs("admin")
def change_user(user_id: int) -> AnyResponse:
    """Stops or reopens an account; its sessions and tokens end."""
    store.change_user(current().engine, asking(), user_id, active=request.form.get("active") == "yes")
    return redirect(url_for("page.users"), 303)
