"""Connections to PostgreSQL: which statements stay prepared, for whom their plans serve, what a dead one does."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, select

from backoffice.access.scope import Scope, use_scope
from backoffice.errors import NotFoundError
from backoffice.extensions import db
from backoffice.models import EnforcementCase
from backoffice.services.interface import ServiceInterface
from backoffice.services.rows import load_row
from tests import factories

OWN, NEIGHBOUR, ALL = "TC.C01.CC001.", "TC.C01.CC002.", "TC."


@pytest.fixture
def database_kind() -> str:
    """SQLite prepares nothing."""
    return "postgresql"


@pytest.fixture
def cases(app: Flask) -> dict[str, int]:
    """A case of each of two districts, by path."""
    with app.app_context():
        agencies = factories.make_tree()
        found = {
            path: factories.make_file(agencies[code]).case.id
            for path, code in ((OWN, "CC001"), (NEIGHBOUR, "CC002"))
        }
        db.session.remove()
    return found


def prepared(engine: Engine) -> list[str]:
    """The statements that the connection of the pool which is used next holds prepared."""
    with engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT statement FROM pg_prepared_statements").scalars())


def find(app: Flask, prefix: str, key: int) -> Any:
    """The case as a screen reads it, in a transaction of its own that ends with a rollback."""
    with app.app_context(), use_scope(Scope((prefix,))):
        try:
            return ServiceInterface(EnforcementCase).find(key).id
        finally:
            db.session.remove()


def test_statement_by_key_stays_prepared_when_its_transaction_was_rolled_back(
    app: Flask, cases: dict[str, int]
) -> None:
    with app.app_context():
        for _turn in range(6):
            find(app, OWN, cases[OWN])
        # The pool hands its connections out in turn.
        for _turn in range(3):
            assert any("FROM enforcement_case" in statement for statement in prepared(db.engine))


def test_other_statements_are_never_prepared_when_they_run_often(app: Flask, cases: dict[str, int]) -> None:
    statement = select(EnforcementCase).where(EnforcementCase.case_number.like("%"))
    with app.app_context():
        for _ in range(8):
            with use_scope(Scope((ALL,))):
                assert len(db.session.scalars(statement).all()) == len(cases)
            db.session.remove()
        assert not any("LIKE" in kept for kept in prepared(db.engine))


def test_rows_stay_hidden_when_a_prepared_statement_served_a_wider_scope(
    app: Flask, cases: dict[str, int]
) -> None:
    for _turn in range(8):
        assert find(app, ALL, cases[NEIGHBOUR]) == cases[NEIGHBOUR]
        assert find(app, OWN, cases[OWN]) == cases[OWN]
        with pytest.raises(NotFoundError):
            find(app, OWN, cases[NEIGHBOUR])
        with pytest.raises(NotFoundError):
            find(app, NEIGHBOUR, cases[OWN])


def test_row_is_read_when_the_server_has_ended_every_connection(
    app: Flask, settings: Any, cases: dict[str, int]
) -> None:
    find(app, OWN, cases[OWN])
    with psycopg.connect(settings.database_url.replace("+psycopg", ""), autocommit=True) as another:
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        ended = another.execute(f"{query} AND pid <> pg_backend_pid()").fetchall()
    assert ended
    assert find(app, OWN, cases[OWN]) == cases[OWN]


def test_failed_transaction_is_over_when_the_connection_comes_back(app: Flask, cases: dict[str, int]) -> None:
    with app.app_context():
        with use_scope(Scope((OWN,))), pytest.raises(NotFoundError):
            load_row(db.session(), EnforcementCase, cases[NEIGHBOUR])
        with db.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            with pytest.raises(psycopg.Error):
                driver.execute("SELECT 1 / 0")
        db.session.remove()
    assert find(app, OWN, cases[OWN]) == cases[OWN]
