"""The administrator's commands: ``python -m web serve | work | migrate | create-admin | invite | backup | restore | expire``."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from web import auth, backup, config, store
from web.service import Service


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command: 0 when done, 1 when it could not be, 2 for wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        return code
    except (store.Refused, backup.BackupError) as error:
        detail = f"{error.detail} {error.detail_en}" if isinstance(error, store.Refused) else str(error)
        print(f"错误 error: {detail}", file=sys.stderr)
    except (config.ConfigError, OSError) as error:
        print(f"错误 error: {error}", file=sys.stderr)
    except SQLAlchemyError as error:
        print(f"数据库错误 database error: {type(error).__name__}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m web", description="服务的管理命令 / commands for the administrator"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    serve = command("serve", _serve, "启动网页、接口与批量处理 / pages, interface and worker")
    serve.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1，只限本机）")
    serve.add_argument("--port", type=int, default=8000)
    command("work", _work, "只启动批量处理 / the worker alone")
    command("migrate", _migrate, "把数据库升级到当前版本 / bring the store up to date")
    admin = command("create-admin", _create_admin, "建立管理员；密码从终端或 MATCHER_PASSWORD 读取 / make an admin")
    admin.add_argument("name", help="用户名 user name")
    admin.add_argument("--team", default="招聘", help="团队 team（默认 招聘）")
    secret = command("set-password", _set_password, "给用户设新密码（忘记密码时）/ a new password for somebody")
    secret.add_argument("name")
    invite = command("invite", _invite, "邀请一位用户，打印一次性链接 / invite somebody: prints a link for one use")
    invite.add_argument("role", choices=store.ROLES)
    invite.add_argument("--team", default="招聘")
    invite.add_argument("--days", type=int, default=7)
    save = command("backup", _backup, "备份到一个文件 / everything into one file")
    save.add_argument("file", type=Path)
    load = command("restore", _restore, "从备份恢复到空的数据库 / from a backup into an empty store")
    load.add_argument("file", type=Path)
    command("expire", _expire, "删除到期的批次 / delete the pools whose time is over")
    return parser


def _service() -> Service:
    """The service without its matcher: enough for the store."""
    return Service(config.load(), None)  # type: ignore[arg-type]


def _serve(options: argparse.Namespace) -> int:
    from web.serve import run

    return run(options.host, options.port)


def _work(_: argparse.Namespace) -> int:
    from matcher.pipeline import Matcher
    from web.serve import log_as_json
    from web.worker import supervise

    settings = config.load()
    log_as_json()
    service = Service(settings, Matcher.load(settings["DATA_DIR"] or None, settings["MODELS_DIR"] or None))
    service.engine.dispose()
    supervise(service)
    return 0


def _migrate(_: argparse.Namespace) -> int:
    engine = _service().engine
    print(f"已是当前版本 up to date: {engine.url.render_as_string(hide_password=True)}")
    return 0


def _password() -> str:
    return os.environ.get("MATCHER_PASSWORD") or getpass.getpass("密码 password: ")


def _set_password(options: argparse.Namespace) -> int:
    engine = _service().engine
    found = store.user_and_password(engine, options.name)
    if found is None:
        raise store.Refused("no_user", "没有这个用户。", "There is no such user.")
    store.set_password(engine, found[0], auth.hash_password(options.name, _password()))
    print(f"已设新密码 password set: {options.name}")
    return 0


def _create_admin(options: argparse.Namespace) -> int:
    password = _password()
    name = auth.check_name(options.name)
    service = _service()
    service.secret_key(make=True)
    store.add_user(service.engine, "command line", name, auth.hash_password(name, password), "admin", options.team)
    print(f"已建立管理员 admin made: {name}")
    return 0


def _invite(options: argparse.Namespace) -> int:
    secret = auth.invite("command line", options.role, options.team, options.days, _service())
    print(f"/invite/{secret}")
    return 0


def _backup(options: argparse.Namespace) -> int:
    service = _service()
    rows, files = backup.save(service.engine, service.files, options.file)
    print(f"已备份 saved: {options.file}（{rows} 行 rows，{files} 个文件 files）")
    return 0


def _restore(options: argparse.Namespace) -> int:
    service = _service()
    rows, files = backup.restore(service.engine, service.files, options.file)
    print(f"已恢复 restored: {rows} 行 rows，{files} 个文件 files")
    return 0


def _expire(_: argparse.Namespace) -> int:
    service = _service()
    done = store.expire(service.engine, service.files)
    store.purge(service.engine, service.files)
    store.expire_exports(service.engine)
    store.sweep_exports(service.engine, service.files)
    print(f"已删除到期批次 expired pools deleted: {done}")
    return 0
