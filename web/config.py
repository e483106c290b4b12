"""Settings: defaults, then a TOML file (``MATCHER_CONFIG``), then ``MATCHER_…`` in the environment, then the caller's.

``SETTINGS`` is the one list of them; docs/service.md shows it (a test holds the two together).
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PREFIX = "MATCHER_"
_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")


class ConfigError(ValueError):
    """A setting that is unknown or malformed; the message names it, in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name (``MATCHER_<name>`` in the environment), default and what it means."""

    name: str
    default: Any
    meaning: str
    kind: type = str


SETTINGS = (
    Setting("HOME", "", "数据文件夹（数据库、上传的文件、密钥）；默认 $XDG_DATA_HOME/resume-matcher"),
    Setting("DATABASE", "", "数据库地址；默认 HOME 下的 SQLite，PostgreSQL 如 postgresql+pg8000://hr@127.0.0.1/hr"),
    Setting("DATA_DIR", "", "岗位与规则数据的文件夹；默认自带的 data/"),
    Setting("MODELS_DIR", "", "模型文件夹；默认自带的 models/"),
    Setting("LOGIN", "auto", "auto：有用户后才要登录；always：一律要登录（监听非本机地址时总是如此）"),
    Setting("TLS", False, "在 HTTPS 之后运行：Cookie 加 Secure，并发送 HSTS", bool),
    Setting("PROXIES", 0, "前面有几层可信的反向代理（决定采信几层 X-Forwarded-*）", int),
    Setting(
        "TRUSTED_HOSTS", [], "可用来访问本服务的主机名，逗号分隔；本机的名称（localhost、127.0.0.1）总是可用", list
    ),
    Setting("SESSION_HOURS", 12.0, "登录后多少小时需重新登录", float),
    Setting(
        "RATE_LIMIT", "600 per minute", "每个用户（未登录时每个地址）的请求上限，每个网页进程各自计数；本机模式不限"
    ),
    Setting("LOGIN_ATTEMPTS", 10, "同一账号 15 分钟内可输错几次密码", int),
    Setting("KEEP_DAYS", 180, "一批简历默认保存多少天，到期自动删除", int),
    Setting("MAX_CONTENT_LENGTH", 20 * 2**20, "一次请求的字节上限", int),
    Setting("POOL_REQUEST_BYTES", 200 * 2**20, "向一批简历上传时，一次请求的字节上限", int),
    Setting("POOL_FILES", 20_000, "一批简历最多多少个文件", int),
    Setting("MAX_FORM_MEMORY_SIZE", 4 * 2**20, "表单中文本字段的字节上限", int),
    Setting("MAX_FORM_PARTS", 16, "表单的字段数上限（批量上传时为 1000）", int),
    Setting("READ_SECONDS", 30.0, "读取一个文件的秒数上限", float),
    Setting("REQUEST_SECONDS", 60.0, "一次上传（压缩包可含多份）的秒数上限", float),
    Setting("MATCH_SECONDS", 60.0, "批量处理时，匹配一份简历的秒数上限", float),
    Setting("READ_SLOTS", os.cpu_count() or 1, "同时读取的上传数", int),
    Setting("READ_WAIT_SECONDS", 20.0, "等待读取名额的秒数，超过则答复 503", float),
    Setting("WEB_PROCESSES", 2, "网页进程数（模型载入一次后复制，内存共享）", int),
    Setting("WORKERS", 1, "批量处理的进程数；0 为不启动（由别处的 python -m web work 处理）", int),
    Setting("THREADS", 4, "每个网页进程的线程数", int),
)
_KNOWN = {s.name: s for s in SETTINGS}


def shown_default(setting: Setting) -> str:
    """A default as the guide shows it."""
    if setting.name == "READ_SLOTS":
        return "处理器数"
    return f"`{str(setting.default).lower()}`" if setting.default not in ("", []) else "—"


def _bad(name: str, value: object) -> ConfigError:
    return ConfigError(f"设置 {name} 的值有误 / setting {name} has a bad value: {str(value)[:60]}")


def _from_text(setting: Setting, text: str) -> Any:
    """A value of the environment: numbers and booleans in the usual spellings, lists as JSON or with commas."""
    try:
        if setting.kind is bool:
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}[
                text.strip().lower()
            ]
        if setting.kind is list:
            return json.loads(text) if text.startswith('["') else [t.strip() for t in text.split(",") if t.strip()]
        return setting.kind(text)
    except (ValueError, KeyError):
        raise _bad(setting.name, text) from None


def _from_toml(setting: Setting, value: object) -> Any:
    if setting.kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, setting.kind) or (setting.kind is int and isinstance(value, bool)):
        raise _bad(setting.name, value)
    return value


def _file(path: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as handle:
            found = tomllib.load(handle)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"无法读取配置文件 / cannot read the configuration file {path}: {error}") from None
    settings = {}
    for key, value in found.items():
        setting = _KNOWN.get(key.upper())
        if setting is None:
            raise ConfigError(f"配置文件 {path} 中没有 {key} 这项设置 / unknown setting {key} in {path}")
        settings[setting.name] = _from_toml(setting, value)
    return settings


def load(given: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """All settings by name; what ``given`` holds besides them (Flask's own) is kept. Raises ConfigError."""
    env = os.environ if environment is None else environment
    settings: dict[str, Any] = {s.name: s.default for s in SETTINGS}
    if env.get(PREFIX + "CONFIG"):
        settings |= _file(env[PREFIX + "CONFIG"])
    for setting in SETTINGS:
        if (text := env.get(PREFIX + setting.name)) is not None:
            settings[setting.name] = _from_text(setting, text)
    settings |= given or {}
    if settings["LOGIN"] not in ("auto", "always"):
        raise _bad("LOGIN", settings["LOGIN"])
    settings["TRUSTED_HOSTS"] = [*settings["TRUSTED_HOSTS"], *_THIS_MACHINE]  # the container's own health check, too
    home = settings["HOME"] or os.path.join(
        env.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share"), "resume-matcher"
    )
    settings["HOME"] = str(Path(home).absolute())
    settings["DATABASE"] = settings["DATABASE"] or f"sqlite:///{Path(settings['HOME'], 'service.db').as_posix()}"
    return settings
