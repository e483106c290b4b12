"""The HTTP interface, ``/api/v1``: every view parses a request, calls one function and returns. openapi.py describes it."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Blueprint, Response, current_app, render_template, request, url_for

from matcher.presentation.json_ import dumps, position_to_dict, result_to_dict
from matcher.schema import Outcome, Tier
from web import auth, metrics, openapi, store
from web.auth import asking, limiter, needs
from web.matching import (
    MAX_TEXT,
    display_name,
    match_file,
    match_text,
    note,
    parse_date,
    parse_query,
    plain_name,
    split,
    unknown_fields,
)
from web.problems import Problem, field_error, http_problem, invalid, listed, unreadable
from web.service import current
from web.store import Entry, Export, Feedback, File, Page, Pool, Token, User

root = Blueprint("root", __name__)
api = Blueprint("api", __name__, url_prefix="/api/v1")

T = TypeVar("T")
Json = dict[str, Any]
_PER_PAGE_MOST = 200
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_ID = re.compile(r"[0-9a-f]{1,32}")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# --- small helpers ------------------------------------------------------------------------------------------------


def _answer(value: object, status: int = 200, **headers: str) -> Response:
    answer = Response(dumps(value), status, content_type="application/json")
    answer.headers.update({k.replace("_", "-"): v for k, v in headers.items()})
    return answer


def _time(time: dt.datetime) -> str:
    return time.isoformat(timespec="milliseconds") + "Z"


def _body(*known: str) -> tuple[Json, list[dict[str, str]]]:
    """The JSON object that was sent, and errors for members that nobody knows."""
    if request.mimetype != "application/json":
        raise http_problem(415)
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise Problem(400, "bad_json", "JSON 有误", "请求体不是合法的 JSON。", "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise Problem(400, "bad_json", "JSON 有误", "请求体应为 JSON 对象。", "The body must be a JSON object.")
    return body, unknown_fields(body, known)


def _text(body: Mapping[str, Any], name: str, most: int, errors: list[dict[str, str]], least: int = 1) -> str:
    """A required text on one line, of ``least`` to ``most`` characters."""
    value = body.get(name)
    text = plain_name(value) if isinstance(value, str) else ""
    if not least <= len(text) <= most:
        errors.append(
            field_error(name, f"{name} 应为 {least} 到 {most} 字", f"{name} must have {least} to {most} characters")
        )
    return text


def _integer(
    value: Any, name: str, low: int, high: int, default: int, errors: list[dict[str, str]], digits: bool = False
) -> int:
    """An integer in ``low..high``; from a query its digits."""
    if value is None or (digits and value == ""):
        return default
    if digits and isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    errors.append(
        field_error(name, f"{name} 应为 {low} 到 {high} 的整数", f"{name} must be an integer from {low} to {high}")
    )
    return default


def _one_of(value: Any, name: str, allowed: tuple[str, ...], default: str, errors: list[dict[str, str]]) -> str:
    if value in (None, ""):
        return default
    if isinstance(value, str) and value in allowed:
        return value
    errors.append(
        field_error(name, f"{name} 应为 {'、'.join(allowed)} 之一", f"{name} must be one of {', '.join(allowed)}")
    )
    return default


def _paging(errors: list[dict[str, str]], *known: str) -> tuple[int, int]:
    errors += unknown_fields(request.args, {"page", "per_page", *known})
    page = _integer(request.args.get("page"), "page", 1, 1_000_000, 1, errors, digits=True)
    return page, _integer(request.args.get("per_page"), "per_page", 1, _PER_PAGE_MOST, 50, errors, digits=True)


def _checked(errors: list[dict[str, str]]) -> None:
    if errors:
        raise invalid(errors)


def _page(found: Page[T], show: Callable[[T], Json]) -> Json:
    return {
        "items": [show(item) for item in found.items],
        "total": found.total,
        "page": found.page,
        "per_page": found.per_page,
        "pages": found.pages,
    }


def _pool(pool_id: str) -> Pool:
    if not _ID.fullmatch(pool_id):
        raise store.Missing
    return store.pool(current().engine, asking(), pool_id)


def _nothing_else() -> None:
    """No query parameters where none are known."""
    _checked(unknown_fields(request.args, ()))


# --- values as JSON -----------------------------------------------------------------------------------------------


def pool_to_dict(pool: Pool) -> Json:
    """A pool with its progress."""
    return {
        "id": pool.id,
        "name": pool.name,
        "team": pool.team,
        "as_of": pool.as_of.isoformat(),
        "status": pool.status,
        "files": {**pool.counts, "total": pool.total},
        "candidates": pool.candidates,
        "unreadable": pool.unreadable,
        "created_by": pool.created_by,
        "created_at": _time(pool.created_at),
        "expires_at": _time(pool.expires_at),
    }


def _file(file: File) -> Json:
    return {
        "id": file.id,
        "name": file.name,
        "size": file.size,
        "status": file.status,
        "added_at": _time(file.added_at),
    }


def _entry(entry: Entry) -> Json:
    return {
        "candidate_id": entry.candidate_id,
        "name": entry.name or None,
        "file": entry.file,
        "source": entry.source,
        "position_id": entry.position_id,
        "score": round(entry.score, 2) + 0.0,
        "tier": entry.tier,
        "verdicts": dict(entry.outcomes),
        "computed": {"tier": entry.computed_tier, "verdicts": dict(entry.computed_outcomes)},
        "overridden": entry.overridden,
    }


def _feedback(item: Feedback) -> Json:
    return {
        "id": item.id,
        "candidate_id": item.candidate_id,
        "position_id": item.position_id,
        "rule": item.rule,
        "computed": item.computed,
        "value": item.value,
        "reason": item.reason,
        "by": item.by,
        "at": _time(item.at),
    }


def _export(pool: Pool, found: Export | None) -> Json:
    """The state of a pool's export; ``href`` once there is something to download."""
    if found is None:
        names = ("id", "requested_by", "requested_at", "finished_at", "candidates", "size", "error", "href")
        return {"status": "none", **dict.fromkeys(names)}
    failed = {"code": found.code, "reason": found.reason, "reason_en": found.reason_en}
    return {
        "status": found.status,
        "id": found.id,
        "requested_by": found.requested_by,
        "requested_at": _time(found.requested_at),
        "finished_at": _time(found.finished_at) if found.finished_at else None,
        "candidates": found.candidates,
        "size": found.size,
        "error": failed if found.status == "failed" else None,
        "href": url_for("api.export", pool_id=pool.id) if found.status == "done" else None,
    }


def _user(user: User) -> Json:
    return {"id": user.id, "name": user.name, "role": user.role, "team": user.team, "active": user.active}


def _token(token: Token) -> Json:
    return {
        "id": token.id,
        "label": token.label,
        "created_at": _time(token.created_at),
        "expires_at": _time(token.expires_at),
    }


# --- health -------------------------------------------------------------------------------------------------------


@root.get("/healthz")
@needs(None)
def health() -> Response:
    """Alive: the model is loaded."""
    model = current().matcher.ranker.info
    names = ("version", "data_hash", "program", "knowledge_hash", "policy_hash")  # as every result says them
    return _answer({"status": "ok", "model": {name: getattr(model, name) for name in names}})


@root.get("/readyz")
@needs(None)
def ready() -> Response:
    """Ready: the store answers too."""
    try:
        store.waiting(current().engine)
    except Exception:
        raise Problem(503, "not_ready", "尚未就绪", "数据库没有应答。", "The store does not answer.") from None
    return _answer({"status": "ready"})


@root.get("/metrics")
@needs("admin")
def metrics_() -> Response:
    """Prometheus metrics."""
    service = current()
    waiting = store.waiting(service.engine) if store.exists(service.raw_engine) else 0
    body, kind = metrics.exposition(waiting, service.matcher.ranker.info.version)
    return Response(body, content_type=kind)


# --- match --------------------------------------------------------------------------------------------------------


@api.post("/match")
@needs("viewer")
def match() -> Response:
    """One resume: its match object. A file that holds several: ``{"results": [match…], "unreadable": [reason…]}``."""
    most = len(current().matcher.positions)
    errors: list[dict[str, str]] = []
    if request.mimetype == "application/json":
        body, _ = _body()
        query = parse_query(body, most, ("text",), errors)
        text = body.get("text")
        if not isinstance(text, str):
            errors.append(field_error("text", "缺少简历文本 text", "text, the resume as a string, is missing"))
        elif len(text) > MAX_TEXT:
            errors.append(field_error("text", f"text 超过 {MAX_TEXT} 字", f"text has more than {MAX_TEXT} characters"))
        _checked(errors)
        result = match_text(str(text), query)
        note(1, ())
        return _answer(result_to_dict(result))
    if request.mimetype == "multipart/form-data":
        query = parse_query({k: v.strip() for k, v in request.form.items()}, most, (), errors)
        files = request.files.getlist("file")
        if len(files) != 1 or len(request.files) != 1:
            errors.append(
                field_error("file", "应有且只有一个 file 文件", "exactly one file, in the part named file, is expected")
            )
        _checked(errors)
        results, problems = split(match_file(files[0], query))
        note(len(results), problems)
        if not results:
            raise unreadable(problems)
        if len(results) == 1 and not problems:
            return _answer(result_to_dict(results[0]))
        return _answer(
            {
                "results": [{"file": r.name, **result_to_dict(r)} for r in results],
                "unreadable": listed(problems),
            }
        )
    raise http_problem(415)


@api.get("/positions")
@needs("viewer")
def positions() -> Response:
    """Every position: the words of the notice beside the columns that rules read."""
    return _answer({"positions": [position_to_dict(p) for p in current().matcher.positions]})


# --- pools --------------------------------------------------------------------------------------------------------


@api.get("/pools")
@needs("viewer")
def list_pools() -> Response:
    """The team's pools, newest first."""
    errors: list[dict[str, str]] = []
    page, per_page = _paging(errors)
    _checked(errors)
    return _answer(_page(store.pools(current().engine, asking(), page, per_page), pool_to_dict))


@api.post("/pools")
@needs("recruiter")
def create_pool() -> Response:
    """A new pool; with an ``Idempotency-Key`` that was used before, the pool made then."""
    body, errors = _body("name", "as_of", "keep_days")
    name = _text(body, "name", 100, errors)
    as_of = parse_date(body.get("as_of"), "as_of", errors) or dt.date.today()
    keep = _integer(body.get("keep_days"), "keep_days", 1, 3650, current_app.config["KEEP_DAYS"], errors)
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        errors.append(
            field_error("Idempotency-Key", "Idempotency-Key 应为 1 到 200 个可见 ASCII 字符", "Idempotency-Key: 1 to 200 visible ASCII characters")
        )  # fmt: skip
    _checked(errors)
    pool, new = store.create_pool(current().engine, asking(), name, as_of, keep, key)
    where = url_for("api.get_pool", pool_id=pool.id)
    replayed = {} if new else {"Idempotency_Replayed": "true"}
    return _answer(pool_to_dict(pool), 201, Location=where, **replayed)


@api.get("/pools/<pool_id>")
@needs("viewer")
def get_pool(pool_id: str) -> Response:
    """A pool with its progress."""
    return _answer(pool_to_dict(_pool(pool_id)))


@api.delete("/pools/<pool_id>")
@needs("recruiter")
def delete_pool(pool_id: str) -> Response:
    """Remove a pool with all its files, texts and results."""
    service = current()
    store.delete_pool(service.engine, asking(), _pool(pool_id), service.files)
    return Response(status=204)


@api.post("/pools/<pool_id>/cancel")
@needs("recruiter")
def cancel_pool(pool_id: str) -> Response:
    """Stop reading; what is done stays."""
    return _answer(pool_to_dict(store.cancel_pool(current().engine, asking(), _pool(pool_id))))


@api.post("/pools/<pool_id>/resume")
@needs("recruiter")
def resume_pool(pool_id: str) -> Response:
    """Go on after a cancellation."""
    return _answer(pool_to_dict(store.resume_pool(current().engine, asking(), _pool(pool_id))))


@api.get("/pools/<pool_id>/files")
@needs("viewer")
def list_files(pool_id: str) -> Response:
    """The uploads of a pool."""
    errors: list[dict[str, str]] = []
    page, per_page = _paging(errors, "status")
    statuses = ("queued", "working", "done", "cancelled")
    status = _one_of(request.args.get("status"), "status", statuses, "", errors)
    _checked(errors)
    return _answer(_page(store.files(current().engine, _pool(pool_id), page, per_page, status or None), _file))


@api.post("/pools/<pool_id>/files")
@needs("recruiter")
def add_files(pool_id: str) -> Response:
    """Uploads (multipart, any number of parts named ``file``) or one text (JSON ``{"text", "name"}``) into a pool."""
    pool = _pool(pool_id)
    added = add_uploads(pool)
    return _answer({"files": [{**_file(f), "duplicate": not new} for f, new in added]}, 201)


def add_uploads(pool: Pool) -> list[tuple[File, bool]]:
    """What this request uploads, stored in a pool: each file, and whether it is new there."""
    errors: list[dict[str, str]] = []
    if request.mimetype == "application/json":
        body, errors = _body("text", "name")
        text = body.get("text")
        if not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT:
            errors.append(
                field_error("text", f"text 应为 1 到 {MAX_TEXT} 字", f"text must have 1 to {MAX_TEXT} characters")
            )
        name = body.get("name", "粘贴的文本.txt")
        if not isinstance(name, str):
            errors.append(field_error("name", "name 应为文字", "name must be a string"))
        _checked(errors)
        given = [(str(name), str(text).encode("utf-8", "replace"))]
        return [_add(pool, name, data) for name, data in given]
    if request.mimetype != "multipart/form-data":
        raise http_problem(415)
    errors += unknown_fields(request.form, ("csrf_token",))
    uploads = [u for u in request.files.getlist("file") if u.filename]
    if not uploads or set(request.files) != {"file"}:
        errors.append(
            field_error("file", "应有至少一个 file 文件", "at least one file, in parts named file, is expected")
        )
    _checked(errors)
    added = []
    for upload in uploads:
        with contextlib.closing(upload.stream):
            added.append(_add(pool, upload.filename, upload.read()))
    return added


def _add(pool: Pool, name: str | None, data: bytes) -> tuple[File, bool]:
    service = current()
    most = service.settings["POOL_FILES"]
    return store.add_file(service.engine, asking(), pool, service.files, display_name(name), data, most)


@api.delete("/pools/<pool_id>/files/<file_id>")
@needs("recruiter")
def delete_file(pool_id: str, file_id: str) -> Response:
    """Remove one upload with everything that was read from it."""
    service = current()
    store.delete_file(service.engine, asking(), _pool(pool_id), file_id, service.files)
    return Response(status=204)


@api.get("/pools/<pool_id>/files/<file_id>/content")
@needs("viewer")
def download_file(pool_id: str, file_id: str) -> Response:
    """The upload as it came, to be saved, never shown by the browser."""
    service, pool = current(), _pool(pool_id)
    file = store.file(service.engine, pool, file_id)
    try:
        data = store.path_of(service.files, file.stored).read_bytes()
    except OSError:
        raise store.Missing from None
    store.record(service.engine, asking(), "download_file", pool.id, detail=f"file={file.id}")
    return attachment(data, file.name, "application/octet-stream")


def attachment(data: bytes, name: str, kind: str) -> Response:
    """Bytes to be saved under a name in any language (RFC 6266, B229)."""
    answer = Response(data, content_type=kind)
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"download\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return answer


@api.get("/pools/<pool_id>/unreadable")
@needs("viewer")
def list_unreadable(pool_id: str) -> Response:
    """What could not be read, and why."""
    errors: list[dict[str, str]] = []
    page, per_page = _paging(errors)
    _checked(errors)
    return _answer(
        _page(
            store.unreadable(current().engine, _pool(pool_id), page, per_page),
            lambda u: {
                "file_id": u.file_id,
                "file": u.source,
                "error": {"code": u.code, "reason": u.reason, "reason_en": u.reason_en},
            },
        )
    )


# --- results ------------------------------------------------------------------------------------------------------


def list_query(errors: list[dict[str, str]]) -> Json:
    """The arguments of the lists of candidates: page, order, filters."""
    page, per_page = _paging(errors, "sort", "tier", "verdict")
    sorts = (*store.SORTS, *(f"-{s}" for s in store.SORTS))
    sort = _one_of(request.args.get("sort"), "sort", sorts, "rank", errors)
    tiers = [_one_of(t, "tier", tuple(Tier), "", errors) for t in request.args.getlist("tier")]
    verdicts = [_verdict(v, errors) for v in request.args.getlist("verdict")]
    return {
        "page": page,
        "per_page": per_page,
        "sort": sort,
        "tiers": [t for t in tiers if t],
        "verdicts": [v for v in verdicts if v],
    }


def _verdict(text: str, errors: list[dict[str, str]]) -> tuple[str, str] | None:
    """``rule:outcome``, such as ``experience:unknown``."""
    if not text:
        return None
    rule, _, outcome = text.partition(":")
    if rule in openapi.RULES and outcome in tuple(Outcome):
        return rule, outcome
    errors.append(
        field_error("verdict", "verdict 应写成 experience:unknown 这样", "verdict must be like experience:unknown")
    )
    return None


@api.get("/pools/<pool_id>/candidates")
@needs("viewer")
def list_candidates(pool_id: str) -> Response:
    """Every candidate once, at the best position."""
    errors: list[dict[str, str]] = []
    query = list_query(errors)
    _checked(errors)
    service, pool = current(), _pool(pool_id)
    store.record(service.engine, asking(), "list_candidates", pool.id)
    return _answer(_page(store.candidates(service.engine, pool, **query), _entry))


@api.get("/pools/<pool_id>/positions/<int:position_id>/candidates")
@needs("viewer")
def list_shortlist(pool_id: str, position_id: int) -> Response:
    """The shortlist of a position."""
    errors: list[dict[str, str]] = []
    query = list_query(errors)
    _checked(errors)
    service, pool = current(), _pool(pool_id)
    if position_id not in {p.position_id for p in service.matcher.positions}:
        raise store.Missing
    store.record(service.engine, asking(), "list_candidates", pool.id, position_id=position_id)
    return _answer(_page(store.shortlist(service.engine, pool, position_id, **query), _entry))


@api.get("/pools/<pool_id>/candidates/<candidate_id>")
@needs("viewer")
def get_candidate(pool_id: str, candidate_id: str) -> Response:
    """One candidate: the match object as shown, what was computed, and what people said."""
    service, pool = current(), _pool(pool_id)
    found = store.candidate(service.engine, pool, candidate_id, service.matcher.policy)
    store.record(service.engine, asking(), "view_candidate", pool.id, found.id)
    computed = [
        {"position_id": a.position_id, "tier": a.tier.value, "verdicts": {v.rule: v.outcome.value for v in a.verdicts}}
        for a in found.computed.matches
    ]
    return _answer(
        {
            "id": found.id,
            "file_id": found.file_id,
            "file": found.file,
            "source": found.source,
            "result": result_to_dict(found.result),
            "computed": computed,
            "feedback": [_feedback(f) for f in found.feedback],
        }
    )


@api.post("/pools/<pool_id>/candidates/<candidate_id>/feedback")
@needs("recruiter")
def give_feedback(pool_id: str, candidate_id: str) -> Response:
    """Override a verdict or a tier, with a reason."""
    pool = _pool(pool_id)
    body, errors = _body("position_id", "rule", "value", "reason")
    position_id = _integer(body.get("position_id"), "position_id", 1, 1_000_000, 0, errors)
    if not position_id and not errors:
        errors.append(field_error("position_id", "缺少 position_id", "position_id is missing"))
    rule = body.get("rule")
    if rule is not None:
        rule = _one_of(rule if rule != "" else "?", "rule", openapi.RULES, "", errors)
    value = _one_of(body.get("value") or "?", "value", tuple(Tier) if rule is None else tuple(Outcome), "", errors)
    reason = _text(body, "reason", 500, errors)
    _checked(errors)
    service = current()
    policy = service.matcher.policy
    said = store.give_feedback(service.engine, asking(), pool, candidate_id, position_id, rule, value, reason, policy)
    return _answer(_feedback(said), 201)


@api.get("/pools/<pool_id>/feedback")
@needs("viewer")
def list_feedback(pool_id: str) -> Response:
    """Every override of a pool, oldest first."""
    _nothing_else()
    return _answer({"items": [_feedback(f) for f in store.history(current().engine, _pool(pool_id))]})


@api.post("/pools/<pool_id>/export")
@needs("recruiter")
def ask_export(pool_id: str) -> Response:
    """Have the workbook of a pool made; where to ask how far it is stands in ``Location``."""
    pool = _pool(pool_id)
    found = store.ask_export(current().engine, asking(), pool)
    return _answer(_export(pool, found), 202, Location=url_for("api.get_export", pool_id=pool.id))


@api.get("/pools/<pool_id>/export")
@needs("recruiter")
def get_export(pool_id: str) -> Response:
    """Whether the workbook of a pool is there, on its way, or failed, and why."""
    pool = _pool(pool_id)
    return _answer(_export(pool, store.export(current().engine, pool)))


@api.get("/pools/<pool_id>/export.xlsx")
@needs("recruiter")
def export(pool_id: str) -> Response:
    """The workbook of a pool, when it was made and the pool has not changed since."""
    return workbook(_pool(pool_id))


def workbook(pool: Pool) -> Response:
    """The workbook that was made of a pool, to be saved under the pool's name."""
    service = current()
    data = store.read_export(service.engine, asking(), pool, service.files)
    return attachment(data, f"{pool.name} 匹配结果.xlsx", _XLSX)


# --- people -------------------------------------------------------------------------------------------------------


def _real(user: User) -> User:
    """Accounts mean nothing in local mode."""
    if user.id is None:
        raise store.Refused(
            "local_mode", "本机模式没有账号；请先用 python -m web create-admin 建立管理员。",
            "There are no accounts in local mode; run python -m web create-admin first.",
        )  # fmt: skip
    return user


@api.get("/me")
@needs("viewer")
def me() -> Response:
    """Who asks."""
    return _answer(_user(asking()))


@api.put("/me/password")
@limiter.limit("30 per minute")
@needs("viewer")
def change_password() -> Response:
    """Another password: ``{"old", "new"}``; every session and token of the user ends."""
    body, errors = _body("old", "new")
    old, new = body.get("old"), body.get("new")
    if not all(isinstance(v, str) and 0 < len(v) <= 200 for v in (old, new)):
        errors.append(field_error("new", "应有 old 与 new", "old and new are expected"))
    _checked(errors)
    auth.change_password(_real(asking()), str(old), str(new))
    return Response(status=204)


@api.post("/session")
@limiter.limit("30 per minute")
@needs(None)
def start_session() -> Response:
    """Log in: ``{"name", "password"}``; the answer sets the session cookie."""
    body, errors = _body("name", "password")
    name, password = body.get("name"), body.get("password")
    if not isinstance(name, str) or not isinstance(password, str) or not name or len(name) > 200 or len(password) > 200:
        errors.append(field_error("name", "应有 name 与 password", "name and password are expected"))
    _checked(errors)
    user = None if auth.local_mode() else auth.log_in(str(name), str(password))
    if user is None:
        raise Problem(401, "wrong_password", "登录失败", "用户名或密码不正确。", "Wrong user name or password.")
    return _answer(_user(user), 201)


@api.delete("/session")
@needs("viewer")
def end_session() -> Response:
    """Log out."""
    auth.log_out()
    return Response(status=204)


@api.post("/invitations")
@needs("admin")
def invite() -> Response:
    """Invite somebody: the answer holds the secret, once."""
    body, errors = _body("role", "team", "days")
    role = _one_of(body.get("role") or "?", "role", store.ROLES, "", errors)
    team = _text(body, "team", 40, errors)
    days = _integer(body.get("days"), "days", 1, 30, 7, errors)
    _checked(errors)
    return _answer({"secret": auth.invite(_real(asking()), role, team, days), "role": role, "team": team}, 201)


@api.post("/invitations/accept")
@limiter.limit("30 per minute")
@needs(None)
def accept_invitation() -> Response:
    """Become a user: ``{"secret", "name", "password"}``."""
    body, errors = _body("secret", "name", "password")
    values = [body.get(k) for k in ("secret", "name", "password")]
    if not all(isinstance(v, str) and 0 < len(v) <= 200 for v in values):
        errors.append(field_error("secret", "应有 secret、name、password", "secret, name and password are expected"))
    _checked(errors)
    return _answer(_user(auth.accept_invitation(*map(str, values))), 201)


@api.get("/users")
@needs("admin")
def list_users() -> Response:
    """All users."""
    _nothing_else()
    return _answer({"items": [_user(u) for u in store.list_users(current().engine)]})


@api.patch("/users/<int:user_id>")
@needs("admin")
def change_user(user_id: int) -> Response:
    """Another role, team or standing; the user's sessions and tokens end."""
    body, errors = _body("role", "team", "active")
    role = _one_of(body.get("role"), "role", store.ROLES, "", errors)
    team = _text(body, "team", 40, errors) if "team" in body else None
    active = body.get("active")
    if active is not None and not isinstance(active, bool):
        errors.append(field_error("active", "active 应为 true 或 false", "active must be true or false"))
    _checked(errors)
    if user_id > 2**31:
        raise store.Missing
    return _answer(_user(store.change_user(current().engine, _real(asking()), user_id, role or None, team, active)))


@api.get("/tokens")
@needs("viewer")
def list_tokens() -> Response:
    """One's own API tokens."""
    _nothing_else()
    return _answer({"items": [_token(t) for t in store.api_tokens(current().engine, _real(asking()))]})


@api.post("/tokens")
@needs("viewer")
def make_token() -> Response:
    """A new API token with one's own rights: the answer holds the secret, once."""
    body, errors = _body("label", "days")
    label = _text(body, "label", 100, errors)
    days = _integer(body.get("days"), "days", 1, 366, 90, errors)
    _checked(errors)
    secret, token = auth.make_token(_real(asking()), label, days)
    return _answer({**_token(token), "secret": secret}, 201)


@api.delete("/tokens/<int:token_id>")
@needs("viewer")
def end_token(token_id: int) -> Response:
    """End one of one's own API tokens."""
    if token_id > 2**31:
        raise store.Missing
    store.end_token(current().engine, _real(asking()), token_id)
    return Response(status=204)


@api.get("/audit")
@needs("admin")
def list_audit() -> Response:
    """Who saw, overrode, exported and deleted what; newest first."""
    errors: list[dict[str, str]] = []
    page, per_page = _paging(errors, "action", "pool_id")
    action, pool_id = request.args.get("action"), request.args.get("pool_id")
    _checked(errors)
    found = store.audit(current().engine, page, per_page, action, pool_id)
    return _answer(
        _page(
            found,
            lambda a: {
                "at": _time(a.at),
                "by": a.by,
                "action": a.action,
                "pool_id": a.pool_id,
                "candidate_id": a.candidate_id,
                "position_id": a.position_id,
                "detail": a.detail,
            },
        )
    )


# --- description --------------------------------------------------------------------------------------------------


@api.get("/openapi.json")
@needs(None)
def description() -> Response:
    """This interface as OpenAPI 3.1."""
    return _answer(openapi.document())


@api.get("/docs")
@needs(None)
def docs() -> Response:
    """The description for people; everything local."""
    body = render_template("docs.html", doc=openapi.document(), operations=openapi.operations())
    return Response(body, content_type="text/html; charset=utf-8")
