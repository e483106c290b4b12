"""Answers that are not results: RFC 9457 problems with a stable code, a Chinese and an English message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response

from matcher.presentation.json_ import dumps, unreadable_to_dict
from matcher.schema import Unreadable


@dataclass(eq=False)
class Problem(Exception):  # not frozen: raising sets attributes
    """An answer that is not a result (RFC 9457): ``code`` is stable, ``detail`` Chinese, ``more`` further members."""

    status: int
    code: str
    title: str
    detail: str
    detail_en: str
    more: Mapping[str, Any] | None = None

    def body(self) -> dict[str, Any]:
        """The members of the problem document."""
        return {
            "type": f"urn:resume-matcher:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "detail_en": self.detail_en,
            "code": self.code,
            **(self.more or {}),
        }

    def response(self) -> Response:
        """The problem as ``application/problem+json``."""
        return Response(dumps(self.body()), self.status, content_type="application/problem+json")


_HTTP_PROBLEMS = {
    400: ("bad_request", "请求有误", "请求的格式有误，无法处理。", "The request is malformed."),
    401: ("not_logged_in", "需要登录", "请先登录，或提供有效的接口令牌。", "Log in, or send a valid API token."),
    403: ("forbidden", "没有权限", "您的角色不能做这件事；请联系管理员。", "Your role does not allow this."),
    404: (
        "not_found",
        "没有这个地址",
        "没有这个地址或内容；请查看 README 中的接口说明。",
        "There is nothing at this address.",
    ),
    405: ("method_not_allowed", "方法不允许", "这个地址不支持该请求方法。", "This address does not take that method."),
    413: (
        "too_large",
        "内容过大",
        "上传的内容超过大小限制；请压缩图片、分批上传，或另存为较小的文件。",
        "The upload is above the size limit.",
    ),
    414: ("uri_too_long", "地址过长", "请求的地址过长。", "The address of the request is too long."),
    415: (
        "unsupported_media_type",
        "不支持的内容类型",
        "请用 multipart/form-data 上传文件，或用 application/json 提交文本。",
        "Send a file as multipart/form-data, or a text as application/json.",
    ),
    429: ("too_many_requests", "请求过于频繁", "请求过于频繁，请稍后再试。", "Too many requests; please try later."),
    431: ("headers_too_large", "请求头过大", "请求头过大。", "The headers of the request are too large."),
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


def field_error(field: str, detail: str, detail_en: str) -> dict[str, str]:
    """One wrong parameter, as ``invalid`` lists them."""
    return {"field": field, "detail": detail, "detail_en": detail_en}


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
    return Problem(422, first.code, "文件无法读取", first.reason, first.reason_en, {"unreadable": listed(problems)})


def listed(problems: Sequence[Unreadable]) -> list[dict[str, Any]]:
    """What could not be read: ``[{"file", "error"}]``."""
    return [{"file": p.name, "error": unreadable_to_dict(p)} for p in problems]
