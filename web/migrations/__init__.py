"""Versions of the store's tables (alembic); ``migrate`` brings a store up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection, Engine

HERE = Path(__file__).resolve().parent


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings, without a file of their own."""
    config = Config()
    config.set_main_option("script_location", HERE.as_posix().replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the store to a revision, in one transaction; nothing happens when it is there already."""
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        command.upgrade(configuration(connection), revision)
