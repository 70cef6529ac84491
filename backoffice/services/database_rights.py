"""Giving the application's database role its rights, as the role that owns the tables.

The deed of an operator at set-up and after each update, never of a screen. It runs on a connection of the owner, in
a transaction of its own beside every session. Not here: the rights themselves (`queries.database_rights`).
"""

from __future__ import annotations

from sqlalchemy.engine import make_url

from backoffice.errors import InvalidInputError
from backoffice.extensions import db, owner_engine
from backoffice.queries import database_rights
from backoffice.workflow.messages import N_
from config import Settings


def grant_database_rights(settings: Settings, role: str | None = None) -> int:
    """Give the role its rights; without a name the role of OPENTHADS_DATABASE_URL. Returns the number of tables.

    Raises InvalidInputError on SQLite, which has no roles, and when a role is missing or owns the tables.
    """
    name = role or make_url(settings.database_url).username
    if settings.is_sqlite or name is None:
        raise InvalidInputError("role", N_("Only PostgreSQL has roles, and the address must name one."))
    try:
        with owner_engine(settings).begin() as connection:
            return database_rights.grant_rights(connection, name)
    except database_rights.RoleError as error:
        raise InvalidInputError("role", str(error)) from error


def database_problems() -> list[str]:
    """What is wrong with the role this process connects as, in sentences; nothing on SQLite."""
    with db.engine.connect() as connection:
        return database_rights.problems_of_role(connection)


def database_advice() -> list[str]:
    """What an administrator of the server may still do; unlike a problem, nothing is unsafe without it."""
    with db.engine.connect() as connection:
        if database_rights.searches_are_marked(connection):
            return []
    return [
        "Searches by a piece of a name read all rows of a province, and its index only for the whole country. A "
        f"superuser may change that in this database, once and again after restoring it: {database_rights.MARK_SEARCHES}"
    ]
