"""What the database roles may do: the rights of the application's role, and what is wrong with those it has.

Belongs here: SQL about roles, rights and policies of PostgreSQL. Not here: the policies of the scope (migrations),
sending the scope (`access.row_security`). Role names are quoted by the driver; table names are our own.
"""

from __future__ import annotations

from psycopg import sql
from sqlalchemy import Connection, text

from backoffice.models.base import Model

ALL_SUFFIX = "_all"
_VERSIONS = "alembic_version"


class RoleError(ValueError):
    """A role is missing or not as it must be; the message says what an administrator has to run."""


def scoped_tables() -> dict[str, str]:
    """The column that carries the path, by table."""
    return {
        mapper.class_.__tablename__: mapper.class_.__scope_path__
        for mapper in Model.registry.mappers
        if hasattr(mapper.class_, "__scope_path__")
    }


def append_only_tables() -> set[str]:
    """The tables whose rows are written once: their models say `__append_only__`."""
    return {
        mapper.class_.__tablename__
        for mapper in Model.registry.mappers
        if getattr(mapper.class_, "__append_only__", False)
    }


def grant_rights(connection: Connection, role: str) -> int:
    """Give the role, and the one that sees everything, exactly the rights the application needs.

    Run as the owner of the tables, in a transaction of the caller. Returns how many tables there are. Raises
    RoleError when a role is missing or is the owner itself.
    """
    _require_roles(connection, role)
    stored = _tables(connection)
    for receiver in (role, role + ALL_SUFFIX):
        _run(connection, "GRANT USAGE ON SCHEMA public TO {role}", receiver)
        _run(connection, "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}", receiver)
        for table in stored:
            _run(connection, "REVOKE ALL ON {table} FROM {role}", receiver, table)
            _run(
                connection, f"GRANT {', '.join(_rights_on(table))} ON {{table}} TO {{role}}", receiver, table
            )
    return len(stored)


def problems_of_role(connection: Connection) -> list[str]:
    """Why the connected role must not serve an installation with real data, in sentences; empty when it may.

    On SQLite there are no roles, and nothing to say.
    """
    if connection.dialect.name != "postgresql":
        return []
    found = [sentence for question, sentence in _QUESTIONS if connection.scalar(text(question))]
    found += [f"Table {table} is not protected by row-level security." for table in _unprotected(connection)]
    if wrong := _wrong_rights(connection):
        found.append(
            "The database role has too many or too few rights on tables: run “flask --app backoffice database "
            f"grant”. They are: {', '.join(wrong)}."
        )
    return found


_QUESTIONS = (
    (
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user",
        "The database role is a superuser or may bypass row-level security.",
    ),
    (
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p', 'S', 'v') AND pg_has_role(session_user, relowner, 'MEMBER')",
        "The database role owns tables, or is a member of the role that owns them.",
    ),
    (
        "SELECT has_schema_privilege(session_user, 'public', 'CREATE') "
        "OR has_database_privilege(session_user, current_database(), 'CREATE')",
        "The database role may create tables or schemas.",
    ),
    (
        "SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = session_user || '_all' AND rolbypassrls "
        "AND NOT rolsuper AND NOT rolcanlogin AND pg_has_role(session_user, oid, 'MEMBER'))",
        "The database role has no companion (the same name and “_all”: NOLOGIN, BYPASSRLS, no superuser): without "
        "it, searches of the whole country would read every row.",
    ),
)


MARK_SEARCHES = "ALTER FUNCTION pg_catalog.textlike(text, text) LEAKPROOF;"


def searches_are_marked(connection: Connection) -> bool:
    """Whether searches by a piece of a name use their index also under a policy; True on SQLite, which has none."""
    if connection.dialect.name != "postgresql":
        return True
    marked = text(
        "SELECT proleakproof FROM pg_proc WHERE oid = 'pg_catalog.textlike(text, text)'::regprocedure"
    )
    return bool(connection.scalar(marked))


def _require_roles(connection: Connection, role: str) -> None:
    owner = connection.scalar(text("SELECT current_user"))
    if role == owner:
        raise RoleError(f"{role} owns the tables. The application needs a role of its own.")
    known = text("SELECT rolname FROM pg_roles WHERE rolname IN (:role, :everything)")
    names = {"role": role, "everything": role + ALL_SUFFIX}
    if len(connection.scalars(known, names).all()) < len(names):
        raise RoleError(
            f"The roles {role} and {role}{ALL_SUFFIX} must exist. As an administrator of the server run: "
            f"CREATE ROLE {role} LOGIN NOINHERIT PASSWORD '…'; CREATE ROLE {role}{ALL_SUFFIX} NOLOGIN BYPASSRLS; "
            f"GRANT {role}{ALL_SUFFIX} TO {role};"
        )


def _rights_on(table: str) -> tuple[str, ...]:
    if table == _VERSIONS:
        return ("SELECT",)
    if table in append_only_tables():
        return ("SELECT", "INSERT")
    return ("SELECT", "INSERT", "UPDATE", "DELETE")


def _tables(connection: Connection) -> list[str]:
    """The tables of the product that the database has."""
    stored = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
    return sorted(set(stored) & {*Model.metadata.tables, _VERSIONS})


def _unprotected(connection: Connection) -> list[str]:
    forced = text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relrowsecurity AND relforcerowsecurity"
    )
    return sorted(set(scoped_tables()) - set(connection.scalars(forced)))


def _wrong_rights(connection: Connection) -> list[str]:
    """Tables on which the role or its companion has a right too many or too few."""
    asked = text(
        "SELECT tablename, ARRAY(SELECT kind FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) "
        "AS kind WHERE has_table_privilege(rolname, tablename::text, kind)) FROM pg_roles, pg_tables "
        "WHERE rolname IN (session_user, session_user || '_all') AND schemaname = 'public'"
    )
    stored = set(_tables(connection))
    return sorted(
        {
            table
            for table, rights in connection.execute(asked)
            if table in stored and set(rights) != set(_rights_on(table))
        }
    )


def _run(connection: Connection, statement: str, role: str, table: str = "") -> None:
    composed = sql.SQL(statement).format(role=sql.Identifier(role), table=sql.Identifier(table))
    driver = connection.connection.driver_connection
    connection.exec_driver_sql(composed.as_string(driver))
