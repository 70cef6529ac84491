"""Instances of the extensions, without behaviour; `create_app` binds them to one application."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask_appbuilder.models.sqla.base import SQLA
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from sqlalchemy import Engine, NullPool, create_engine, event

from config import Settings


class Database(SQLA):  # type: ignore[misc]
    """The database of one application, with SQLite told to behave like a server."""

    def prepare_engine(self) -> None:
        """Switch on foreign keys, write-ahead logging and patience on each SQLite connection."""
        if self.engine.dialect.name == "sqlite" and not event.contains(
            self.engine, "connect", _prepare_sqlite
        ):
            event.listen(self.engine, "connect", _prepare_sqlite)


def owner_engine(settings: Settings) -> Engine:
    """PostgreSQL under the role that owns the tables, for migrations and rights; keeps no connection open.

    The owner, too, sees only the rows that a scope opens, so it names one.
    """
    options = {"options": "-c app.scope=*migrations"}
    return create_engine(settings.migration_database_url, poolclass=NullPool, connect_args=options)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


db = Database()
migrate = Migrate()
csrf = CSRFProtect()
