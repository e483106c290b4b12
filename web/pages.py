"""The pages for people: drop a file or paste a text, see the best positions with their evidence."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from matcher.pipeline import Matcher
from matcher.presentation import html_
from web.auth import needs, without_token
from web.matching import DEFAULT_TOP, MAX_TEXT, match_file, match_text, note, parse_query, split
from web.problems import Problem, field_error, invalid

page = Blueprint("page", __name__)


def set_up(app: Any) -> None:
    """What templates may call."""
    app.jinja_env.globals.update(html_.HELPERS)


def show_problem(problem: Problem) -> Response:
    """A problem on a page of its own, for a person."""
    return _show(problem.status, problem=problem)


def _show(status: int = 200, **more: Any) -> Response:
    matcher: Matcher = current_app.extensions["matcher"]
    values = {"top_k": min(DEFAULT_TOP, len(matcher.positions)), "as_of": dt.date.today().isoformat(), "text": ""}
    form = {**values, **{k: v for k, v in more.pop("form", {}).items() if k in values}}
    body = render_template(
        "page.html",
        form=form,
        positions=matcher.positions,
        max_megabytes=current_app.config["MAX_CONTENT_LENGTH"] // 2**20,
        **{"results": [], "unreadable": [], "problem": None, **more},
    )
    return Response(body, status, content_type="text/html; charset=utf-8")


@page.get("/")
@needs("viewer")
def index() -> Response:
    """The empty page."""
    return _show()


@page.post("/")
@needs("viewer")
@without_token
def show_match() -> Response:
    """The page with the results of the dropped file or the pasted text; works without JavaScript."""
    form = {k: v.strip() for k, v in request.form.items()}
    errors: list[dict[str, str]] = []
    query = parse_query(form, len(current_app.extensions["matcher"].positions), ("text", "csrf_token"), errors)
    file, text = request.files.get("file"), form.get("text", "")
    has_file = file is not None and bool(file.filename)
    if not has_file and not text:
        errors.append(field_error("file", "请选择一个文件，或粘贴简历文本", "choose a file or paste a text"))
    if len(text) > MAX_TEXT:
        errors.append(field_error("text", f"文本超过 {MAX_TEXT} 字", f"text has more than {MAX_TEXT} characters"))
    if errors:
        return _show(400, problem=invalid(errors), form=form)
    found = match_file(file, query) if file is not None and has_file else [match_text(text, query)]
    results, problems = split(found)
    note(len(results), problems)
    status = 200 if results else 422
    views = [html_.view(r, i) for i, r in enumerate(results)]
    return _show(status, results=views, unreadable=problems, form=form)
