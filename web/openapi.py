"""The interface described (OpenAPI 3.1): what ``/api/v1`` takes and answers. A test holds it against the routes."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from matcher import __version__
from matcher.schema import Outcome, Tier

Json = dict[str, Any]

RULES = ("min_degree", "full_time", "major", "experience", "age", "kinship", "portfolio", "certificate")
_MATCH_SCHEMA = Path(__file__).resolve().parent.parent / "docs" / "match.schema.json"
_ROLES = ["viewer", "recruiter", "admin"]
_SORTS = [f"{turned}{sort}" for sort in ("rank", "score", "name", "added") for turned in ("", "-")]
_FILE_STATES = ["queued", "working", "done", "cancelled"]
_WORD = r"[^\s\x00-\x1f\x7f]"  # a text must hold something to see
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# --- pieces -------------------------------------------------------------------------------------------------------


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: str, **properties: Json) -> Json:
    """An object with these members and no others; ``required``: their names, or ``*`` for all."""
    names = list(properties) if required == "*" else required.split()
    return {"type": "object", "additionalProperties": False, "required": names, "properties": properties}


def _list_of(items: Json) -> Json:
    return {"type": "array", "items": items}


def _page_of(items: Json) -> Json:
    return _object("*", items=_list_of(items), total=_COUNT, page=_COUNT, per_page=_COUNT, pages=_COUNT)


def _text(least: int, most: int, **more: Any) -> Json:
    return {"type": "string", "minLength": least, "maxLength": most, **more}


def _enum(values: Any) -> Json:
    return {"type": "string", "enum": [str(v) for v in values]}


def _or_null(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _answer(text: str, schema: Json | None = None, kind: str = "application/json") -> Json:
    return {"description": text, **({"content": {kind: {"schema": schema}}} if schema is not None else {})}


def _query(name: str, schema: Json, text: str, several: bool = False) -> Json:
    found = {"name": name, "in": "query", "required": False, "description": text}
    return {**found, "schema": _list_of(schema) if several else schema, **({"explode": True} if several else {})}


_STRING = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_BOOLEAN = {"type": "boolean"}
_TIME = {"type": "string", "format": "date-time"}
_DATE = {"type": "string", "format": "date", "pattern": r"^20\d\d-\d\d-\d\d$"}
_ID = {"type": "string", "pattern": "^[0-9a-f]{24}$"}
_RULE = _enum(RULES)
_OUTCOMES = {"type": "object", "additionalProperties": _enum(Outcome)}
_ERROR = _object("*", code=_STRING, reason=_STRING, reason_en=_STRING)
_PAGING = [
    _query("page", {"type": "integer", "minimum": 1, "maximum": 1_000_000}, "第几页，从 1 起"),
    _query("per_page", {"type": "integer", "minimum": 1, "maximum": 200}, "每页几条"),
]
_LISTING = [
    *_PAGING,
    _query("sort", _enum(_SORTS), "次序：rank 档次与得分、score、name、added；加 - 为倒序"),
    _query("tier", _enum(Tier), "只看这些档次", several=True),
    _query(
        "verdict",
        {"type": "string", "pattern": f"^({'|'.join(RULES)}):({'|'.join(Outcome)})$"},
        "只看这项结论，如 experience:unknown；几项须同时成立",
        several=True,
    ),
]


def _schemas() -> dict[str, Json]:
    match, parts = _match_schemas()
    verdict = _object("*", id=_ID, candidate_id=_ID, position_id=_COUNT, rule=_or_null(_RULE), computed=_STRING,
                      value=_STRING, reason=_STRING, by=_STRING, at=_TIME)  # fmt: skip
    candidate = _object("*", id=_ID, file_id=_ID, file=_STRING, source=_STRING, result=_ref("Match"),
                        computed=_list_of(_object("*", position_id=_COUNT, tier=_enum(Tier), verdicts=_OUTCOMES)),
                        feedback=_list_of(_ref("Feedback")))  # fmt: skip
    return {
        "Problem": {
            "type": "object",
            "description": "RFC 9457",
            "required": ["type", "title", "status", "detail", "detail_en", "code"],
            "properties": {
                "type": {"type": "string", "format": "uri"},
                "title": _STRING,
                "status": {"type": "integer"},
                "detail": {**_STRING, "description": "中文"},
                "detail_en": {**_STRING, "description": "English"},
                "code": {**_STRING, "description": "stable"},
                "errors": _list_of(_object("*", field=_STRING, detail=_STRING, detail_en=_STRING)),
                "unreadable": _list_of(_object("*", file=_STRING, error=_ERROR)),
            },
        },
        "Match": match,
        **parts,
        "Matches": _object(
            "*",
            results=_list_of(_ref("Match")),
            unreadable=_list_of(_object("*", file=_STRING, error=_ERROR)),
        ),
        "Position": {"type": "object", "required": ["position_id", "title", "responsibilities", "experience", "majors"]},
        "Pool": _object("*", id=_ID, name=_STRING, team=_STRING, as_of=_DATE,
                        status=_enum(("empty", "working", "done", "cancelled")),
                        files=_object("*", **dict.fromkeys((*_FILE_STATES, "total"), _COUNT)),
                        candidates=_COUNT, unreadable=_COUNT, created_by=_STRING, created_at=_TIME, expires_at=_TIME),
        "File": _object("id name size status added_at", id=_ID, name=_STRING, size=_COUNT, status=_enum(_FILE_STATES),
                        added_at=_TIME, duplicate=_BOOLEAN),
        "Unreadable": _object("*", file_id=_ID, file=_STRING, error=_ERROR),
        "Entry": _object("*", candidate_id=_ID, name=_or_null(_STRING), file=_STRING, source=_STRING,
                         position_id=_COUNT, score={"type": "number", "minimum": 0, "maximum": 100}, tier=_enum(Tier),
                         verdicts=_OUTCOMES, computed=_object("*", tier=_enum(Tier), verdicts=_OUTCOMES),
                         overridden=_BOOLEAN),
        "Export": _object("*", status=_enum(("none", "queued", "working", "done", "failed", "stale")), id=_or_null(_ID),
                          requested_by=_or_null(_STRING), requested_at=_or_null(_TIME), finished_at=_or_null(_TIME),
                          candidates=_or_null(_COUNT), size=_or_null(_COUNT), error=_or_null(_ERROR),
                          href=_or_null(_STRING)),
        "Feedback": verdict,
        "Candidate": candidate,
        "User": _object("*", id=_or_null(_COUNT), name=_STRING, role=_enum(_ROLES), team=_STRING, active=_BOOLEAN),
        "Token": _object("id label created_at expires_at", id=_COUNT, label=_STRING, created_at=_TIME,
                         expires_at=_TIME, secret=_STRING),
        "Audit": _object("*", at=_TIME, by=_STRING, action=_STRING, pool_id=_or_null(_STRING),
                         candidate_id=_or_null(_STRING), position_id=_or_null(_COUNT), detail=_STRING),
    }  # fmt: skip


def _match_schemas() -> tuple[Json, dict[str, Json]]:
    """docs/match.schema.json as components: its parts get names of their own."""
    text = _MATCH_SCHEMA.read_text(encoding="utf-8").replace('"#/$defs/', '"#/components/schemas/Match_')
    found: Json = json.loads(text)
    parts = {f"Match_{name}": schema for name, schema in found.pop("$defs", {}).items()}
    return {k: v for k, v in found.items() if not k.startswith("$")}, parts


# --- operations ---------------------------------------------------------------------------------------------------


def _operation(
    needs: str | None,
    summary: str,
    answers: dict[str, Json],
    body: Json | None = None,
    parameters: list[Json] | None = None,
    errors: str = "",
    **more: Any,
) -> Json:
    """One operation. ``errors``: statuses of problems besides those that any operation may answer."""
    statuses = {"400", "429", "500", *errors.split()} | ({"401", "403"} if needs else set())
    if body is not None:
        statuses |= {"413", "415"}
    problems = {s: {"$ref": "#/components/responses/Problem"} for s in sorted(statuses)}
    found: Json = {"summary": summary, "responses": {**answers, **problems}, "x-role": needs or "-"}
    if needs is None:
        found["security"] = [{}]
    if body is not None:
        found["requestBody"] = {"required": True, "content": body}
    if parameters:
        found["parameters"] = parameters
    return {**found, **more}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _form(**properties: Json) -> Json:
    schema = {"type": "object", "additionalProperties": False, "required": ["file"], "properties": properties}
    return {"multipart/form-data": {"schema": schema}}


def _path(name: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _paths() -> dict[str, Json]:
    top_k = {"type": "integer", "minimum": 1, "maximum": 10}
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    text = {"type": "string", "maxLength": 400_000}
    pool, gone = _answer("一批简历", _ref("Pool")), _answer("完成")
    pool_id, file_id, candidate_id = (_path(n, _ID) for n in ("pool_id", "file_id", "candidate_id"))
    number = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
    of_pool = {"parameters": [pool_id]}
    feedback = _object(
        "position_id value reason",
        position_id={"type": "integer", "minimum": 1, "maximum": 1_000_000},
        rule=_or_null(_RULE),
        value=_enum((*Outcome, *Tier)),
        reason=_text(1, 500, pattern=_WORD),
    )
    key = {"name": "Idempotency-Key", "in": "header", "required": False, "description": "同一键只建一批",
           "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,200}$"}}  # fmt: skip
    entries = {"200": _answer("候选人，分页", _page_of(_ref("Entry")))}
    return {
        "/match": {
            "post": _operation(
                "viewer",
                "一份简历最合适的岗位 / one resume to its best positions",
                {"200": _answer("匹配结果", {"anyOf": [_ref("Match"), _ref("Matches")]})},
                {
                    **_json(_object("text", text=text, top_k=_or_null(top_k), as_of=_or_null(_DATE))),
                    **_form(file=file, top_k=top_k, as_of=_DATE),
                },
                errors="422 503",
            )
        },
        "/positions": {
            "get": _operation(
                "viewer",
                "岗位 / the positions",
                {"200": _answer("岗位", _object("*", positions=_list_of(_ref("Position"))))},
            )
        },
        "/pools": {
            "get": _operation(
                "viewer", "各批简历 / pools", {"200": _answer("分页", _page_of(_ref("Pool")))}, None, _PAGING
            ),
            "post": _operation(
                "recruiter",
                "新建一批 / create a pool",
                {"201": pool},
                _json(
                    _object(
                        "name",
                        name=_text(1, 100, pattern=_WORD),
                        as_of=_or_null(_DATE),
                        keep_days=_or_null({"type": "integer", "minimum": 1, "maximum": 3650}),
                    )
                ),
                [key],
                "422",
            ),
        },
        "/pools/{pool_id}": {
            **of_pool,
            "get": _operation("viewer", "进度 / progress", {"200": pool}, errors="404"),
            "delete": _operation("recruiter", "删除全部 / delete all of it", {"204": gone}, errors="404"),
        },
        "/pools/{pool_id}/cancel": {
            **of_pool,
            "post": _operation("recruiter", "停止 / stop", {"200": pool}, errors="404"),
        },
        "/pools/{pool_id}/resume": {
            **of_pool,
            "post": _operation("recruiter", "继续 / go on", {"200": pool}, errors="404"),
        },
        "/pools/{pool_id}/files": {
            **of_pool,
            "get": _operation(
                "viewer",
                "上传的文件 / uploads",
                {"200": _answer("分页", _page_of(_ref("File")))},
                None,
                [*_PAGING, _query("status", _enum(_FILE_STATES), "只看这个状态")],
                "404",
            ),
            "post": _operation(
                "recruiter",
                "上传 / upload",
                {"201": _answer("收到的文件", _object("*", files=_list_of(_ref("File"))))},
                {
                    **_json(_object("text", text={**text, "minLength": 1, "pattern": r"\S"}, name=_STRING)),
                    **_form(file={"type": "array", "items": file, "minItems": 1}),
                },
                errors="404 409",
            ),
        },
        "/pools/{pool_id}/files/{file_id}": {
            "parameters": [pool_id, file_id],
            "delete": _operation("recruiter", "删除一个文件及其结果 / delete one", {"204": gone}, errors="404"),
        },
        "/pools/{pool_id}/files/{file_id}/content": {
            "parameters": [pool_id, file_id],
            "get": _operation(
                "viewer",
                "下载原文件 / download",
                {"200": _answer("文件", {}, "application/octet-stream")},
                errors="404",
            ),
        },
        "/pools/{pool_id}/unreadable": {
            **of_pool,
            "get": _operation(
                "viewer",
                "无法读取的 / unreadable",
                {"200": _answer("分页", _page_of(_ref("Unreadable")))},
                None,
                _PAGING,
                "404",
            ),
        },
        "/pools/{pool_id}/candidates": {
            **of_pool,
            "get": _operation("viewer", "候选人，各列其最合适的岗位 / candidates", entries, None, _LISTING, "404"),
        },
        "/pools/{pool_id}/positions/{position_id}/candidates": {
            "parameters": [pool_id, _path("position_id", {**number, "maximum": 1000})],
            "get": _operation("viewer", "一个岗位的名单 / shortlist", entries, None, _LISTING, "404"),
        },
        "/pools/{pool_id}/candidates/{candidate_id}": {
            "parameters": [pool_id, candidate_id],
            "get": _operation(
                "viewer", "一位候选人 / one candidate", {"200": _answer("结果", _ref("Candidate"))}, errors="404"
            ),
        },
        "/pools/{pool_id}/candidates/{candidate_id}/feedback": {
            "parameters": [pool_id, candidate_id],
            "post": _operation(
                "recruiter",
                "改判（须写理由）/ override, with a reason",
                {"201": _answer("改判", _ref("Feedback"))},
                _json(feedback),
                errors="404 422",
            ),
        },
        "/pools/{pool_id}/feedback": {
            **of_pool,
            "get": _operation(
                "viewer",
                "改判记录 / overrides",
                {"200": _answer("改判", _object("*", items=_list_of(_ref("Feedback"))))},
                errors="404",
            ),
        },
        "/pools/{pool_id}/export": {
            **of_pool,
            "post": _operation(
                "recruiter",
                "请后台生成 Excel；之后查询 Location 所指的地址 / have the workbook made, then poll Location",
                {"202": {**_answer("已受理", _ref("Export")), "headers": {"Location": {"schema": _STRING}}}},
                errors="404",
            ),
            "get": _operation(
                "recruiter",
                "Excel 生成得怎样：done 时 href 可下载；stale 为名单有变化，须重新生成 / how far the workbook is",
                {"200": _answer("状态", _ref("Export"))},
                errors="404",
            ),
        },
        "/pools/{pool_id}/export.xlsx": {
            **of_pool,
            "get": _operation(
                "recruiter",
                "下载 Excel；没有生成或已失效时 409 / the workbook, 409 when there is none",
                {"200": _answer("工作簿", {}, _XLSX)},
                errors="404 409",
            ),
        },
        "/me": {"get": _operation("viewer", "我是谁 / who asks", {"200": _answer("用户", _ref("User"))})},
        "/me/password": {
            "put": _operation(
                "viewer",
                "改密码 / change one's password",
                {"204": gone},
                _json(_object("*", old=_text(1, 200), new=_text(1, 200))),
                errors="409 422",
            )
        },
        "/session": {
            "post": _operation(
                None,
                "登录 / log in",
                {"201": _answer("用户；设置 Cookie", _ref("User"))},
                _json(_object("*", name=_text(1, 200), password=_text(1, 200))),
                errors="401",
            ),
            "delete": _operation("viewer", "退出 / log out", {"204": gone}),
        },
        "/invitations": {
            "post": _operation(
                "admin",
                "邀请 / invite",
                {"201": _answer("口令只显示一次", _object("*", secret=_STRING, role=_enum(_ROLES), team=_STRING))},
                _json(
                    _object(
                        "role team",
                        role=_enum(_ROLES),
                        team=_text(1, 40, pattern=_WORD),
                        days=_or_null({"type": "integer", "minimum": 1, "maximum": 30}),
                    )
                ),
                errors="409",
            )
        },
        "/invitations/accept": {
            "post": _operation(
                None,
                "接受邀请 / accept an invitation",
                {"201": _answer("用户", _ref("User"))},
                _json(_object("*", secret=_text(1, 200), name=_text(1, 200), password=_text(1, 200))),
                errors="409 422",
            )
        },
        "/users": {
            "get": _operation(
                "admin", "用户 / users", {"200": _answer("用户", _object("*", items=_list_of(_ref("User"))))}
            )
        },
        "/users/{user_id}": {
            "parameters": [_path("user_id", number)],
            "patch": _operation(
                "admin",
                "改角色、团队、停用 / change a user",
                {"200": _answer("用户", _ref("User"))},
                _json(
                    _object(
                        "",
                        role=_or_null(_enum(_ROLES)),
                        team=_text(1, 40, pattern=_WORD),
                        active=_or_null(_BOOLEAN),
                    )
                ),
                errors="404 409",
            ),
        },
        "/tokens": {
            "get": _operation(
                "viewer",
                "我的接口令牌 / own tokens",
                {"200": _answer("令牌", _object("*", items=_list_of(_ref("Token"))))},
                errors="409",
            ),
            "post": _operation(
                "viewer",
                "新令牌 / new token",
                {"201": _answer("口令只显示一次", _ref("Token"))},
                _json(
                    _object(
                        "label",
                        label=_text(1, 100, pattern=_WORD),
                        days=_or_null({"type": "integer", "minimum": 1, "maximum": 366}),
                    )
                ),
                errors="409",
            ),
        },
        "/tokens/{token_id}": {
            "parameters": [_path("token_id", number)],
            "delete": _operation("viewer", "停用令牌 / end a token", {"204": gone}, errors="404 409"),
        },
        "/audit": {
            "get": _operation(
                "admin",
                "谁看过、改过、导出、删除过什么 / audit log",
                {"200": _answer("分页", _page_of(_ref("Audit")))},
                None,
                [*_PAGING, _query("action", _text(1, 40), "只看这类"), _query("pool_id", _ID, "只看这批")],
            )
        },
        "/openapi.json": {"get": _operation(None, "本说明 / this description", {"200": _answer("OpenAPI 3.1", {})})},
        "/docs": {"get": _operation(None, "本说明的网页 / as a page", {"200": _answer("网页", {}, "text/html")})},
    }


@lru_cache
def document() -> Json:
    """The OpenAPI document."""
    problem = _answer("出错 / problem", _ref("Problem"), "application/problem+json")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "简历岗位匹配 / resume matcher",
            "version": __version__,
            "description": "x-role：所需角色（viewer < recruiter < admin；- 为公开）。没有用户时（本机模式）不需登录。"
            "带 Cookie 的修改请求须有 X-CSRFToken；用接口令牌（Bearer）则不需。",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}, {"cookie": []}, {}],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "responses": {"Problem": problem},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "matcher"},
            },
        },
    }


def operations() -> list[Json]:
    """Every operation as the page shows it."""
    doc = document()
    found = []
    for path, item in doc["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            answers = []
            for status, answer in operation["responses"].items():
                full = doc["components"]["responses"]["Problem"] if "$ref" in answer else answer
                kinds = [
                    (kind, content["schema"].get("$ref", "").rsplit("/", 1)[-1])
                    for kind, content in full.get("content", {}).items()
                ]
                answers.append((status, full["description"], kinds))
            found.append(
                {
                    "id": f"{method}{path.replace('/', '-').replace('{', '').replace('}', '')}",
                    "method": method.upper(),
                    "path": path,
                    "summary": operation["summary"],
                    "role": operation["x-role"],
                    "parameters": [*item.get("parameters", ()), *operation.get("parameters", ())],
                    "body": list(operation.get("requestBody", {}).get("content", {}).items()),
                    "answers": answers,
                }
            )
    return found
