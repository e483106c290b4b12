"""What a running service has at hand: settings, the matcher, the store."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.engine import Engine

from matcher.pipeline import Matcher
from web.store import open_engine


class Service:
    """Settings, matcher and store of one application. The store opens, and is brought up to date, at its first use:
    matching alone leaves no trace on disk.
    """

    def __init__(self, settings: Mapping[str, Any], matcher: Matcher) -> None:
        self.settings = settings
        self.matcher = matcher
        self.home = Path(settings["HOME"])
        self.files = self.home / "files"
        self.users_seen = (False, -1e9)  # whether there are users, and when that was looked up

    @cached_property
    def raw_engine(self) -> Engine:
        """The engine, without looking whether there is a store."""
        return open_engine(self.settings["DATABASE"])

    @cached_property
    def engine(self) -> Engine:
        """The engine of a store that is there and up to date."""
        from web.migrations import migrate

        self.files.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(self.home / "migrate.lock"):
            url = self.raw_engine.url
            if url.get_backend_name() == "sqlite" and url.database:
                # Made here, for its owner only; SQLite gives its log the same rights.
                os.close(os.open(url.database, os.O_RDWR | os.O_CREAT, 0o600))
            migrate(self.raw_engine)
        return self.raw_engine

    def secret_key(self, make: bool = False) -> str:
        """The key that signs cookies, from the data folder. Not there: made (``make``), or one for this process only."""
        path = self.home / "secret.key"
        if make and not path.exists():
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            with contextlib.suppress(FileExistsError):
                handle = os.open(path.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with open(handle, "w") as out:
                    out.write(secrets.token_hex(32))
                os.link(path.with_suffix(".new"), path)  # whole, and the first one wins
            path.with_suffix(".new").unlink(missing_ok=True)
        return path.read_text().strip() if path.exists() else secrets.token_hex(32)

    def forked(self) -> None:
        """In a child process: connections of the parent are the parent's."""
        if "raw_engine" in self.__dict__:
            self.raw_engine.dispose(close=False)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Only one process at a time; the lock goes with the process, however it ends."""
    import fcntl

    with open(path, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def current() -> Service:
    """The service of the running application."""
    found: Service = current_app.extensions["service"]
    return found
