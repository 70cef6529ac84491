"""What a connection to PostgreSQL spares the server: parsing the same statement anew, and being asked if it is there.

Belongs here: which statements stay prepared, how a transaction ends, how a dead connection is noticed. Not here:
statements, the scope of a transaction (`access.row_security`). On SQLite nothing happens.

Statements marked with PREPARED, and inserts of one row, are parsed and planned once a connection. Mark only
statements that find rows by a key: the plan is made without their values, which is wrong for lists and searches.
"""

from __future__ import annotations

import select
import time
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import ExecuteStyle
from sqlalchemy.exc import DisconnectionError

_MARK: Final = "openthads_prepared"
PREPARED: Final = {_MARK: True}
# Also says that the statement is the same object each time, so that what is worked out about it may be kept.
MADE_ONCE: Final = "openthads_made_once"
KEPT: Final = {**PREPARED, MADE_ONCE: True}
_RETURNED_AT = "openthads.returned_at"
_OPEN = (TransactionStatus.INTRANS, TransactionStatus.INERROR)
# A connection that lay still this long is asked with a round trip; one that was just used only by its socket.
_ASK_AFTER_SECONDS = 30.0


def install(engine: Engine) -> None:
    """Let the connections of this engine work so; a second call adds nothing."""
    if engine.dialect.name != "postgresql" or event.contains(engine, "do_execute", _execute):
        return
    event.listen(engine, "do_execute", _execute)
    event.listen(engine, "rollback", _roll_back)
    event.listen(engine, "checkin", _note_return)
    event.listen(engine, "checkout", _refuse_dead)


def _execute(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    """Run a statement that stays prepared; others are left to SQLAlchemy."""
    if context is None or not (context.execution_options.get(_MARK) or _is_one_insert(context)):
        return False
    cursor.execute(statement, parameters, prepare=True)
    return True


def _is_one_insert(context: Any) -> bool:
    return bool(context.isinsert) and context.execute_style is ExecuteStyle.EXECUTE


def _roll_back(connection: Connection) -> None:
    """End the transaction past the driver, which at each rollback throws its prepared statements away.

    It must, because a rollback may undo the making of a table; this application makes none. Every page that only
    reads ends with a rollback.
    """
    _end(connection.connection.driver_connection)


def _end(driver: Any) -> None:
    if driver is not None and not driver.closed and driver.pgconn.transaction_status in _OPEN:
        driver.pgconn.exec_(b"ROLLBACK")


def _note_return(_driver: Any, record: Any) -> None:
    record.info[_RETURNED_AT] = time.monotonic()


def _refuse_dead(driver: Any, record: Any, _fairy: Any) -> None:
    """Raise DisconnectionError for a connection that the server has closed: the pool opens another.

    A server that ends a connection says so on it: then there is something to read where nothing was asked.
    """
    returned_at = record.info.get(_RETURNED_AT)
    if returned_at is None:
        return
    try:
        waiting = select.poll()
        waiting.register(driver.pgconn.socket, select.POLLIN)
        if waiting.poll(0):
            raise DisconnectionError
        if time.monotonic() - returned_at > _ASK_AFTER_SECONDS:
            driver.execute("SELECT 1")
            _end(driver)
    except psycopg.Error as error:
        raise DisconnectionError from error
