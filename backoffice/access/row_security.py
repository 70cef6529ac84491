"""The second lock: tells PostgreSQL the scope of each transaction, for its row-level security.

Belongs here: carrying the scope from the context to the server. Not here: the rule itself (`access.scope`), the
policies (`migrations.policies`), the rights of the roles (`queries.database_rights`). The statements of this module
go to the driver, because every statement of SQLAlchemy asks this module first. On SQLite nothing happens.

The scope is a setting of the transaction, so it is gone at its end, also in a pool. It is sent when the first
statement runs and again only when the scope has changed since, before the statement that needs it. Whoever may
see everything also takes the role `<role>_all`, which no policy binds, so that the indexes of searches serve: under a
policy they never do (docs/decisions/0007).
"""

from __future__ import annotations

import logging
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, event

from backoffice.access.scope import NOTHING, Scope, current_scope
from backoffice.models.enforcement_agency import ROOT_PATH

_log = logging.getLogger(__name__)
_SENT = "openthads.scope"
_ALL_ROLE = "openthads.all_role"
_SEND = "SELECT set_config('app.scope', %s, true)"
_SEND_WITH_ROLE = "SELECT set_config('app.scope', %s, true), set_config('role', %s, true)"
_UNDOES = "ROLLBACK TO SAVEPOINT"
_FIND_ALL_ROLE = (
    "SELECT rolname FROM pg_roles WHERE rolname = session_user || '_all' AND rolbypassrls "
    "AND pg_has_role(session_user, oid, 'MEMBER')"
)


def install(engine: Engine) -> None:
    """Let every statement of this engine run under the current scope; a second call adds nothing."""
    if engine.dialect.name != "postgresql" or event.contains(engine, "before_cursor_execute", _send_scope):
        return
    event.listen(engine, "connect", _find_all_role)
    event.listen(engine, "begin", _forget)
    # Undoing a part of a transaction also undoes what was set in it.
    event.listen(engine, "rollback_savepoint", _forget)
    event.listen(engine, "before_cursor_execute", _send_scope)


def setting_of(scope: Scope) -> str:
    """The scope as the policies read it: `*` and a system's name, or prefixes each followed by a comma.

    Raises ValueError for a prefix that would read as something else.
    """
    if scope.system is not None:
        return f"*{scope.system}"
    prefixes = scope.prefixes + scope.confidential
    if any("," in prefix or prefix.startswith("*") for prefix in prefixes):
        raise ValueError("a scope prefix is made of agency codes")
    return "".join(f"{prefix}," for prefix in prefixes)


def opening_statements(system: str) -> tuple[str, ...]:
    """What a connection of its own, such as an export's, runs first in its transaction to see everything."""
    take_role = f"SELECT set_config('role', rolname, true) FROM ({_FIND_ALL_ROLE}) AS found"  # noqa: S608 (our own)
    return (f"SELECT set_config('app.scope', '{setting_of(Scope(system=system))}', true)", take_role)


def _find_all_role(connection: Any, record: Any) -> None:
    """Once a connection: whether its role may take the one that sees everything."""
    found = connection.execute(_FIND_ALL_ROLE).fetchone()
    connection.rollback()
    record.info[_ALL_ROLE] = found[0] if found else None


def _forget(connection: Connection, *_names: Any) -> None:
    connection.info.pop(_SENT, None)


def _send_scope(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
    scope = current_scope()
    sent: Scope | None = connection.info.get(_SENT)
    if sent == scope or (sent is None and scope == NOTHING) or statement.startswith(_UNDOES):
        return
    role = connection.info.get(_ALL_ROLE)
    values = [setting_of(scope)]
    if role is not None:
        values.append(role if _sees_everything(scope) else "none")
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(_SEND if role is None else _SEND_WITH_ROLE, values, prepare=True)
    except psycopg.Error as error:
        # The statement that follows meets the same trouble, and SQLAlchemy knows what to do about it.
        _log.warning("the scope was not sent: %s", type(error).__name__)
    else:
        connection.info[_SENT] = scope


def _sees_everything(scope: Scope) -> bool:
    """Whether no row is hidden: a system scope, or the subtree of the one root. Signing in sees agencies only.

    From people of the root the session guard alone hides what is confidential, and so it does what somebody is barred
    from: a policy knows subtrees, and would cost them the indexes of their searches.
    """
    if scope.system is not None:
        return scope.system != "sign_in"
    return ROOT_PATH in scope.prefixes
