"""The HTTP door: ``create_app`` parses a request, calls the pipeline and returns; no rule lives here.

``POST /api/v1/match``     a resume (multipart ``file``, or JSON ``{"text", "top_k", "as_of"}``) to its best positions
``GET  /api/v1/positions`` the positions: the words of the notice beside the columns that rules read
``GET  /healthz``          ready, and with which model
``/``                      a page for a person: drop a file or paste a text

Errors are RFC 9457 problems with a Chinese and an English message. Uploads are read in worker processes with limits, so
that a hostile file ends its reader and not the server. Nothing of a resume is stored or logged.
"""

from __future__ import annotations

import argparse
import datetime as dt
import ipaddress
import json
import logging
import os
import re
import signal
import sys
import threading
import time
import traceback
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, render_template, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import HTTPException

from matcher.knowledge import KnowledgeError
from matcher.pipeline import Matcher, match_resume, normalised, top
from matcher.presentation import html_
from matcher.presentation.json_ import dumps, position_to_dict, result_to_dict, unreadable_to_dict
from matcher.reading import Document, Limits, Source, read_sandboxed
from matcher.schema import MatchResult, Unreadable
from matcher.scoring import ModelError
from matcher.text import to_resume

log = logging.getLogger("service")
page = Blueprint("page", __name__)
api = Blueprint("api", __name__, url_prefix="/api/v1")

_DEFAULT_TOP = 3
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATES = (dt.date(2000, 1, 1), dt.date(2100, 12, 31))  # an as_of outside is a slip of the pen
_MAX_TEXT = Limits().max_characters
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


# --- problems -----------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Problem(Exception):  # not frozen: raising sets attributes
    """An answer that is not a result (RFC 9457): ``code`` is stable, ``detail`` Chinese, ``more`` further members."""

    status: int
    code: str
    title: str
    detail: str
    detail_en: str
    more: Mapping[str, Any] | None = None

    def response(self) -> Response:
        """The problem as ``application/problem+json``."""
        body = {
            "type": f"urn:resume-matcher:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "detail_en": self.detail_en,
            "code": self.code,
            **(self.more or {}),
        }
        return Response(dumps(body), self.status, content_type="application/problem+json")


_HTTP_PROBLEMS = {
    400: ("bad_request", "请求有误", "请求的格式有误，无法处理。", "The request is malformed."),
    404: (
        "not_found",
        "没有这个地址",
        "没有这个地址；请查看 README 中的接口说明。",
        "There is nothing at this address.",
    ),
    405: ("method_not_allowed", "方法不允许", "这个地址不支持该请求方法。", "This address does not take that method."),
    413: (
        "too_large",
        "内容过大",
        "上传的内容超过大小限制；请压缩图片或另存为较小的文件。",
        "The upload is above the size limit.",
    ),
    415: (
        "unsupported_media_type",
        "不支持的内容类型",
        "请用 multipart/form-data 上传文件，或用 application/json 提交文本。",
        "Send a file as multipart/form-data, or a text as application/json.",
    ),
    500: (
        "internal_error",
        "内部错误",
        "处理时出现内部错误，已记录（不含简历内容）。",
        "An internal error; it is logged without resume content.",
    ),
    503: (
        "busy",
        "服务繁忙",
        "正在读取的文件过多，请稍后再试。",
        "Too many files are being read; please try again shortly.",
    ),
}


def http_problem(status: int) -> Problem:
    """The problem for a plain HTTP status."""
    code, title, detail, detail_en = _HTTP_PROBLEMS.get(
        status, ("http_error", "请求未能处理", "请求未能处理。", "The request could not be handled.")
    )
    return Problem(status, code, title, detail, detail_en)


def invalid(errors: Sequence[Mapping[str, str]]) -> Problem:
    """400 with one entry for each wrong parameter."""
    return Problem(
        400,
        "invalid_parameters",
        "参数有误",
        "；".join(e["detail"] for e in errors),
        "; ".join(e["detail_en"] for e in errors),
        {"errors": list(errors)},
    )


def unreadable(problems: Sequence[Unreadable]) -> Problem:
    """422: nothing in the upload could be read; the first reason leads, all are listed."""
    first = problems[0]
    more = {"unreadable": _listed(problems)}
    return Problem(422, first.code, "文件无法读取", first.reason, first.reason_en, more)


def _listed(problems: Sequence[Unreadable]) -> list[dict[str, Any]]:
    return [{"file": p.name, "error": unreadable_to_dict(p)} for p in problems]


# --- parameters ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Query:
    """What to match against: how many positions, and the date that ages and years are counted to."""

    top_k: int
    as_of: dt.date


def _error(field: str, detail: str, detail_en: str) -> dict[str, str]:
    return {"field": field, "detail": detail, "detail_en": detail_en}


def parse_query(values: Mapping[str, Any], most: int, known: Iterable[str], errors: list[dict[str, str]]) -> Query:
    """``top_k`` (1 to ``most``, an int or its digits) and ``as_of`` (YYYY-MM-DD); what is wrong goes to ``errors``."""
    for name in sorted(set(values) - {"top_k", "as_of", *known}):
        shown = name[:40]
        errors.append(_error(shown, f"不认识的参数 {shown}", f"unknown parameter {shown}"))
    top_k, as_of = values.get("top_k"), values.get("as_of")
    k = min(_DEFAULT_TOP, most)
    if isinstance(top_k, str) and re.fullmatch("[0-9]{1,3}", top_k):
        top_k = int(top_k)
    if top_k not in (None, ""):
        if isinstance(top_k, int) and not isinstance(top_k, bool) and 1 <= top_k <= most:
            k = top_k
        else:
            errors.append(
                _error("top_k", f"top_k 应为 1 到 {most} 的整数", f"top_k must be an integer from 1 to {most}")
            )
    date = dt.date.today()
    if as_of not in (None, ""):
        try:
            date = dt.date.fromisoformat(as_of if isinstance(as_of, str) and _DATE.fullmatch(as_of) else "")
            if not _DATES[0] <= date <= _DATES[1]:
                raise ValueError
        except ValueError:
            errors.append(_error("as_of", "as_of 应为日期，如 2026-11-24", "as_of must be a date such as 2026-11-24"))
    return Query(k, date)


def display_name(name: str | None) -> str:
    """An uploaded file's name for people to see: no folders, no control or direction marks; never used as a path."""
    return shown_name(re.split(r"[/\\]", name or "")[-1])


def shown_name(name: str) -> str:
    """A name without control and direction marks; a file inside an archive keeps its folders."""
    shown = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip()
    return shown[:200] if shown.strip(". ") else "未命名文件"


def _single(form: MultiDict[str, str]) -> dict[str, str]:
    return {k: v.strip() for k, v in form.items()}


def _json_body() -> dict[str, Any]:
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise Problem(400, "bad_json", "JSON 有误", "请求体不是合法的 JSON。", "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise Problem(400, "bad_json", "JSON 有误", "请求体应为 JSON 对象。", "The body must be a JSON object.")
    return body


# --- matching -----------------------------------------------------------------------------------------------------


def _match_text(text: str, query: Query) -> MatchResult:
    # Not Matcher.match: there a text that names a file is read from disk.
    matcher: Matcher = current_app.extensions["matcher"]
    resume = to_resume(text.encode("utf-8", "replace").decode())
    return top(match_resume(resume, query.as_of, matcher.positions, matcher.policy, matcher.ranker), query.top_k)


def _documents(file: FileStorage) -> Iterator[Document | Unreadable]:
    """What is inside an upload, read in a worker; at most so many uploads are read at the same time."""
    slots: threading.BoundedSemaphore = current_app.extensions["read_slots"]
    if not slots.acquire(timeout=current_app.config["READ_WAIT_SECONDS"]):
        raise http_problem(503)
    try:
        end = time.monotonic() + current_app.config["REQUEST_SECONDS"]
        name = display_name(file.filename)
        for item in read_sandboxed(Source(file.read(), name), current_app.extensions["limits"]):
            yield item
            if time.monotonic() > end:
                yield Unreadable(
                    name,
                    "timeout",
                    "文件内容过多，其余部分未读取；请分批上传或用命令行处理。",
                    "The upload holds too much; the rest was not read. Please split it, or use the command line.",
                )
                return
    finally:
        slots.release()


def _match_file(file: FileStorage, query: Query) -> list[MatchResult | Unreadable]:
    matcher: Matcher = current_app.extensions["matcher"]
    found: list[MatchResult | Unreadable] = []
    for item in _documents(file):
        if isinstance(item, Unreadable):
            found.append(replace(item, name=shown_name(item.name)))
        else:
            result = match_resume(normalised(item), query.as_of, matcher.positions, matcher.policy, matcher.ranker)
            found.append(replace(top(result, query.top_k), name=shown_name(result.name)))
    return found


def _split(found: Sequence[MatchResult | Unreadable]) -> tuple[list[MatchResult], list[Unreadable]]:
    results = [f for f in found if isinstance(f, MatchResult)]
    return results, [f for f in found if isinstance(f, Unreadable)]


def _note(results: int, problems: Sequence[Unreadable]) -> None:
    """One line a request: counts and reason codes, nothing of the resume."""
    milliseconds = (time.monotonic() - g.start) * 1000
    codes = ",".join(sorted({p.code for p in problems})) or "-"
    log.info("matched=%d unreadable=%d codes=%s ms=%.0f", results, len(problems), codes, milliseconds)


# --- API ----------------------------------------------------------------------------------------------------------


def _answer(value: object) -> Response:
    return Response(dumps(value), content_type="application/json")


@api.post("/match")
def match() -> Response:
    """One resume: its match object. A file that holds several: ``{"results": [match…], "unreadable": [reason…]}``."""
    most = len(current_app.extensions["matcher"].positions)
    errors: list[dict[str, str]] = []
    if request.mimetype == "application/json":
        body = _json_body()
        query = parse_query(body, most, ("text",), errors)
        text = body.get("text")
        if not isinstance(text, str):
            errors.append(_error("text", "缺少简历文本 text", "text, the resume as a string, is missing"))
        elif len(text) > _MAX_TEXT:
            errors.append(_error("text", f"text 超过 {_MAX_TEXT} 字", f"text has more than {_MAX_TEXT} characters"))
        if errors:
            raise invalid(errors)
        result = _match_text(str(text), query)
        _note(1, ())
        return _answer(result_to_dict(result))
    if request.mimetype == "multipart/form-data":
        query = parse_query(_single(request.form), most, (), errors)
        files = request.files.getlist("file")
        if len(files) != 1 or len(request.files) != 1:
            errors.append(
                _error("file", "应有且只有一个 file 文件", "exactly one file, in the part named file, is expected")
            )
        if errors:
            raise invalid(errors)
        results, problems = _split(_match_file(files[0], query))
        _note(len(results), problems)
        if not results:
            raise unreadable(problems)
        if len(results) == 1 and not problems:
            return _answer(result_to_dict(results[0]))
        return _answer(
            {
                "results": [{"file": r.name, **result_to_dict(r)} for r in results],
                "unreadable": _listed(problems),
            }
        )
    raise http_problem(415)


@api.get("/positions")
def positions() -> Response:
    """Every position: the words of the notice beside the columns that rules read."""
    return _answer({"positions": [position_to_dict(p) for p in current_app.extensions["matcher"].positions]})


@page.get("/healthz")
def health() -> Response:
    """Ready: the model is loaded."""
    model = current_app.extensions["matcher"].ranker.info
    return _answer({"status": "ok", "model": {"version": model.version, "data_hash": model.data_hash}})


# --- page ---------------------------------------------------------------------------------------------------------


def _show(status: int = 200, **more: Any) -> Response:
    matcher: Matcher = current_app.extensions["matcher"]
    values = {"top_k": min(_DEFAULT_TOP, len(matcher.positions)), "as_of": dt.date.today().isoformat(), "text": ""}
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
def index() -> Response:
    """The empty page."""
    return _show()


@page.post("/")
def show_match() -> Response:
    """The page with the results of the dropped file or the pasted text; works without JavaScript."""
    form = _single(request.form)
    errors: list[dict[str, str]] = []
    query = parse_query(form, len(current_app.extensions["matcher"].positions), ("text",), errors)
    file, text = request.files.get("file"), form.get("text", "")
    has_file = file is not None and bool(file.filename)
    if not has_file and not text:
        errors.append(_error("file", "请选择一个文件，或粘贴简历文本", "choose a file or paste a text"))
    if len(text) > _MAX_TEXT:
        errors.append(_error("text", f"文本超过 {_MAX_TEXT} 字", f"text has more than {_MAX_TEXT} characters"))
    if errors:
        return _show(400, problem=invalid(errors), form=form)
    found = _match_file(file, query) if file is not None and has_file else [_match_text(text, query)]
    results, problems = _split(found)
    _note(len(results), problems)
    status = 200 if results else 422
    views = [html_.view(r, i) for i, r in enumerate(results)]
    return _show(status, results=views, unreadable=problems, form=form)


# --- the application ----------------------------------------------------------------------------------------------


def _handle(error: Exception) -> Response:
    """Every error as a problem; a person who sent the form sees it on the page."""
    headers: Mapping[str, str] = {}
    if isinstance(error, Problem):
        problem = error
    elif isinstance(error, HTTPException) and error.code is not None:
        if error.code < 400:  # a redirect of the router
            return Response(status=error.code, headers=dict(error.get_headers()))
        problem = http_problem(error.code)
        headers = {k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")}
    else:
        # The message and the values of an exception may hold a resume's words: only where it happened is logged.
        where = " < ".join(
            f"{os.path.basename(f.filename)}:{f.lineno}" for f in reversed(traceback.extract_tb(error.__traceback__))
        )
        log.error("%s at %s", type(error).__name__, where)
        problem = http_problem(500)
    on_page = request.endpoint == "page.show_match"
    response = _show(problem.status, problem=problem) if on_page else problem.response()
    if problem.status == 503:
        response.headers["Retry-After"] = "5"
    response.headers.extend(headers)
    return response


def _start_clock() -> None:
    g.start = time.monotonic()


def _harden(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers[name] = value
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The application, with the model loaded: the first request is as quick as the second.

    ``config`` goes before the environment (``MATCHER_…``), which goes before these defaults: ``MAX_CONTENT_LENGTH``
    (bytes of a request), ``TRUSTED_HOSTS`` (names that the service is reached by), ``DATA_DIR`` and ``MODELS_DIR``
    (another employer's folders), ``READ_SECONDS`` (one file in its worker), ``REQUEST_SECONDS`` (all files of one
    upload), ``READ_SLOTS`` (uploads read at the same time), ``READ_WAIT_SECONDS`` (before 503).
    Raises KnowledgeError or ModelError when data or model cannot be loaded.
    """
    app = Flask(__name__, template_folder="web/templates", static_folder="web/static")
    app.config.from_mapping(
        MAX_CONTENT_LENGTH=20 * 2**20,
        MAX_FORM_MEMORY_SIZE=4 * 2**20,
        MAX_FORM_PARTS=16,
        TRUSTED_HOSTS=["localhost", "127.0.0.1", "[::1]"],
        DATA_DIR=None,
        MODELS_DIR=None,
        READ_SECONDS=30.0,
        REQUEST_SECONDS=60.0,
        READ_SLOTS=os.cpu_count() or 1,
        READ_WAIT_SECONDS=20.0,
    )
    app.config.from_prefixed_env("MATCHER")
    app.config.from_mapping(config or {})
    matcher = Matcher.load(app.config["DATA_DIR"], app.config["MODELS_DIR"])
    app.extensions["matcher"] = matcher
    app.extensions["limits"] = Limits(max_items=200, max_total_bytes=100 * 2**20, seconds=app.config["READ_SECONDS"])
    app.extensions["read_slots"] = threading.BoundedSemaphore(app.config["READ_SLOTS"])
    for _ in matcher.rank([to_resume("姓名：甲测试\n本科 金融学\n2018.01-2020.12 某银行 产品经理")]):
        pass  # word lists and the segmenter's dictionary load here, not in the first request (B246)
    app.jinja_env.globals.update(html_.HELPERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(page)
    app.register_blueprint(api)
    app.register_error_handler(Exception, _handle)
    app.before_request(_start_clock)
    app.after_request(_harden)
    return app


def is_loopback(host: str) -> bool:
    """Whether an address is this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def run(host: str = "127.0.0.1", port: int = 8000, threads: int = 4, config: Mapping[str, Any] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; 0 when stopped, 1 when it cannot start. Port 0 takes a free one and says which."""
    from waitress import create_server

    if not is_loopback(host):
        print(
            f"{host} 不是本机地址；本服务没有登录，只在本机监听。需要对外时请在前面放置带认证的反向代理。\n"
            "Not a loopback address: the service has no login. Put a proxy with authentication in front of it.",
            file=sys.stderr,
        )
        return 1
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        app = create_app(config)
        server = create_server(
            app,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            # Above it waitress refuses by the stated length alone; a little above ours, so that ours is a problem JSON.
            max_request_body_size=2 * app.config["MAX_CONTENT_LENGTH"],
            channel_timeout=60,
        )
    except (KnowledgeError, ModelError, OSError) as error:
        print(f"无法启动 / cannot start: {error}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"http://{host}:{server.effective_port}/", flush=True)
    server.run()  # ends its tasks on SystemExit and KeyboardInterrupt
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """``python service.py [--host H] [--port P] [--threads N]``."""
    parser = argparse.ArgumentParser(description="HTTP 服务与网页 / the HTTP service and its page")
    parser.add_argument("--host", default="127.0.0.1", help="本机地址（默认 127.0.0.1）")
    parser.add_argument("--port", type=int, default=8000, help="端口（默认 8000；0 为任一空闲端口）")
    parser.add_argument("--threads", type=int, default=4, help="线程数（默认 4）")
    options = parser.parse_args(arguments)
    return run(options.host, options.port, options.threads)


if __name__ == "__main__":
    sys.exit(main())
