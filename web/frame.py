"""What all pages share: the blueprint, the language, the words, and how a page is drawn."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, render_template, request, session
from markupsafe import Markup

from web.problems import Problem
from web.texts import LANGUAGES, domain_word, text

page = Blueprint("page", __name__)

LANGUAGE_COOKIE = "language"
_LOST_BULLET = re.compile(r"(?m)^[ \t]*l(?=[\u4e00-\u9fff])")
_ZH = Markup(' lang="zh-CN"')  # words that stay Chinese on an English page say so to a screen reader


def language() -> str:
    """The page's language: Chinese unless the reader chose English."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def say(key: str, **values: object) -> str:
    """Words of web/texts.csv in the page's language."""
    return text(language(), key, None, **values)


def local_path(target: str) -> str:
    """``target`` when it is a path on this server, else the start page: a link must not lead away."""
    parts = urlsplit(target)
    outside = parts.scheme or parts.netloc or not target.startswith("/") or "\\" in target or not target.isprintable()
    return "/" if outside or target.startswith("//") else target


def _page_link(number: int) -> str:
    """This address with another page number."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k != "page"]
    return "?" + urlencode([*kept, ("page", number)])


@page.app_context_processor
def _words() -> dict[str, object]:
    chosen = language()
    return {
        "lang": chosen,
        "zh": _ZH if chosen != "zh" else "",
        "t": partial(text, chosen),
        "w": partial(domain_word, chosen),
        "day": _day,
        "page_link": _page_link,
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
        "area": "",
    }


@page.app_template_filter("bullets")
def bullets(words: str) -> str:
    """The notice with its bullets: they were marks of a symbol font, of which only the letter l is left."""
    return _LOST_BULLET.sub("• ", words)


def _day(moment: dt.datetime | dt.date) -> str:
    """A day; times of the store are UTC and the reader is in China or wherever this machine is."""
    if isinstance(moment, dt.datetime):
        moment = moment.replace(tzinfo=dt.UTC).astimezone()
    return moment.strftime("%Y-%m-%d")


def draw(template: str, status: int = 200, **values: Any) -> Response:
    """A page."""
    return Response(render_template(template, **values), status, content_type="text/html; charset=utf-8")


def keep(message: str) -> None:
    """Words for the next page that this browser opens: what has just been done."""
    session["said"] = message


def kept() -> str:
    """The words that ``keep`` kept, once."""
    found: str = session.pop("said", "") if "said" in session else ""
    return found


def show_problem(problem: Problem) -> Response:
    """A problem as a page of its own, for a person."""
    return draw("problem.html", problem.status, problem=problem)


def set_up(app: Any) -> None:
    """Nothing is left to do for the application: what templates call comes with the blueprint."""
