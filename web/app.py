"""The application: blueprints, headers, problems, request ids, logs. Views parse, call and return; no rule lives here."""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import secrets
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from matcher.pipeline import Matcher
from matcher.reading import Limits
from matcher.text import to_resume
from web import api, auth, config, metrics, pages, store
from web.problems import Problem, http_problem
from web.service import Service

log = logging.getLogger("service")

_ROOT = Path(__file__).resolve().parent
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers send "Origin: null" with forms
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def _problem(error: Exception) -> Problem:
    """Any error as a problem; one that nobody foresaw is logged by kind and place only."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, store.Missing):
        return http_problem(404)
    if isinstance(error, store.Refused):
        return Problem(error.status, error.code, "不能这样做", error.detail, error.detail_en)
    if isinstance(error, CSRFError):
        return auth.csrf_problem(error)
    if isinstance(error, HTTPException) and error.code is not None:
        return http_problem(error.code)
    # The message and the values of an exception may hold a resume's words: only where it happened is logged.
    where = " < ".join(
        f"{os.path.basename(f.filename)}:{f.lineno}" for f in reversed(traceback.extract_tb(error.__traceback__))
    )
    log.error("%s at %s", type(error).__name__, where)
    return http_problem(500)


def _handle(error: Exception) -> Response:
    """Every error as a problem; a person on a page sees it there."""
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:  # a redirect of the router
        return Response(status=error.code, headers=dict(error.get_headers()))
    problem = _problem(error)
    response = pages.show_problem(problem) if request.blueprint == "page" else problem.response()
    if isinstance(error, HTTPException):
        response.headers.extend({k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")})
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if problem.status == 503:
        response.headers["Retry-After"] = "5"
    if isinstance(error, RateLimitExceeded) and (limit := auth.limiter.current_limit) is not None:
        response.headers["Retry-After"] = str(max(1, int(limit.reset_at - time.time())))
    return response


def _begin() -> None:
    g.start = time.monotonic()
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _room_for_uploads(endpoint: str | None, _: dict[str, Any] | None) -> None:
    """Many files come into a pool in one request; this must be known before the check of its token reads the form."""
    if endpoint in ("page.upload", "api.add_files") and request.mimetype == "multipart/form-data":
        request.max_content_length = current_app.config["POOL_REQUEST_BYTES"]
        request.max_form_parts = 1000


def _end(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers[name] = value
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    response.headers["X-Request-Id"] = g.request_id
    route = request.url_rule.rule if request.url_rule else "-"
    seconds = time.monotonic() - g.start
    metrics.answered(route, request.method, response.status_code, seconds)
    if route != "/healthz":
        log.info("%s %s %d %.0f ms", request.method, route, response.status_code, seconds * 1000)
    return response


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, message, request id and user number. No names, no addresses, no texts."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if g:
            line["request"] = g.get("request_id")
            if g.get("user") is not None:
                line["user"] = g.user.id
        if record.exc_info and record.exc_info[0] is not None:  # never the message of an exception
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def create_app(settings: Mapping[str, Any] | None = None, matcher: Matcher | None = None) -> Flask:
    """The application, with the model loaded: the first request is as quick as the second.

    ``settings`` go before the environment and the file (``web.config.SETTINGS`` lists them). Nothing is written to disk
    before a view needs the store. ``matcher`` is one that is loaded already. Raises ConfigError, and KnowledgeError or ModelError when data or model cannot be
    loaded.
    """
    app = Flask("service", root_path=str(_ROOT), template_folder="templates", static_folder="static")
    app.config.from_mapping(config.load(settings))
    if matcher is None:
        matcher = Matcher.load(app.config["DATA_DIR"] or None, app.config["MODELS_DIR"] or None)
    service = Service(app.config, matcher)
    app.config.setdefault("SECRET_KEY", None)
    app.secret_key = app.config["SECRET_KEY"] or service.secret_key()
    app.config.update(
        SESSION_COOKIE_NAME="matcher",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=app.config["TLS"],
    )
    app.extensions["service"] = service
    app.extensions["matcher"] = matcher
    app.extensions["limits"] = Limits(max_items=200, max_total_bytes=100 * 2**20, seconds=app.config["READ_SECONDS"])
    app.extensions["read_slots"] = threading.BoundedSemaphore(app.config["READ_SLOTS"])
    for _ in matcher.rank([to_resume("姓名：甲测试\n本科 金融学\n2018.01-2020.12 某银行 产品经理")]):
        pass  # word lists and the segmenter's dictionary load here, not in the first request (B246)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    pages.set_up(app)
    app.url_value_preprocessor(_room_for_uploads)
    app.before_request(_begin)
    auth.set_up(app)
    app.register_blueprint(pages.page)
    app.register_blueprint(api.root)
    app.register_blueprint(api.api)
    app.register_error_handler(Exception, _handle)
    app.after_request(_end)
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """``python service.py [--host H] [--port P] [--threads N]``: the page, the interface and the worker."""
    from web.serve import run

    parser = argparse.ArgumentParser(description="HTTP 服务与网页 / the HTTP service and its pages")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1，只限本机）")
    parser.add_argument("--port", type=int, default=8000, help="端口（默认 8000；0 为任一空闲端口）")
    parser.add_argument("--threads", type=int, default=None, help="每个进程的线程数")
    options = parser.parse_args(arguments)
    settings = {} if options.threads is None else {"THREADS": options.threads}
    return run(options.host, options.port, config=settings)


if __name__ == "__main__":
    sys.exit(main())
