"""The second lock: what PostgreSQL shows and accepts by itself, without the guard of the session.

Statements go past the product, on the connection of the application's role, as a forgotten path would send them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from backoffice import create_app
from backoffice.access import row_security
from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import Scope, enter_scope, leave_scope, remove_guard, system_scope, use_scope
from backoffice.errors import InvalidInputError
from backoffice.extensions import db
from backoffice.models import EnforcementCase, TransitionLog
from backoffice.queries.database_rights import (
    MARK_SEARCHES,
    append_only_tables,
    problems_of_role,
    scoped_tables,
)
from backoffice.services.database_rights import database_advice, database_problems, grant_database_rights
from backoffice.services.transaction import unit_of_work
from config import Settings
from jobs.packages import snapshot
from tests import factories
from tests.conftest import APPLICATION, OWNER, make_settings
from tests.side_rows import make_side_rows

OWN, NEIGHBOUR = "TC.C01.CC001.", "TC.C01.CC002."
LOG_ROW = (
    "INSERT INTO transition_log (subject_type, subject_id, workflow_version, transition, to_state, at, agency_id, "
    "agency_path) SELECT 'x', 1, '2026', 'x', 'x', now(), id, path FROM enforcement_agency WHERE path = '{path}'"
)


@dataclass
class Bare:
    """A connection of a role, past the product."""

    connection: psycopg.Connection[Any]

    def scope(self, setting: str) -> None:
        """Set the scope of the transaction as the product does."""
        self.connection.execute("SELECT set_config('app.scope', %s, true)", (setting,))

    def count(self, table: str) -> int:
        """How many rows of the table are visible."""
        row = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[arg-type]
        return int(row[0]) if row else 0


@pytest.fixture
def database_kind() -> str:
    """Row-level security is PostgreSQL's alone."""
    return "postgresql"


@pytest.fixture
def filled(app: Flask) -> Iterator[Flask]:
    """Two neighbouring offices with a case, papers, a record and a line of history each; the context is open."""
    with app.app_context():
        agencies = factories.make_tree()
        for code in ("CC001", "CC002"):
            with system_scope("set_up"):
                file = factories.make_file(agencies[code])
                factories.make_record(file, factories.make_non_enforceable(file))
                make_side_rows(file.case, factories.make_staff(agencies[code], Role.ENFORCEMENT_OFFICER))
                db.session.execute(text(LOG_ROW.format(path=agencies[code].path)))
                db.session.commit()
        db.session.remove()
        yield app
        db.session.remove()
        leave_scope()


@pytest.fixture
def bare(filled: Flask, settings: Settings) -> Iterator[Bare]:
    """The application's role, past the product."""
    with psycopg.connect(settings.database_url.replace("+psycopg", "")) as connection:
        yield Bare(connection)
        connection.rollback()


@pytest.fixture
def unguarded(filled: Flask) -> Iterator[Flask]:
    """The product without the guard of the session."""
    remove_guard(db.session)
    return filled


def test_no_row_is_seen_when_no_scope_is_set(bare: Bare) -> None:
    assert {table: bare.count(table) for table in scoped_tables()} == dict.fromkeys(scoped_tables(), 0)
    bare.scope("*jobs")
    assert all(bare.count(table) for table in scoped_tables())


@pytest.mark.parametrize("setting", ["", ",", ".", "*", "TC", ",,", "%", "TC.C02.,", "tc.,", "'", "*sign_in"])
def test_no_case_is_seen_when_the_setting_is_strange(bare: Bare, setting: str) -> None:
    bare.scope(setting)
    assert bare.count("enforcement_case") == 0


def test_only_agencies_are_seen_when_somebody_signs_in(bare: Bare) -> None:
    bare.scope("*sign_in")
    seen = {table for table in scoped_tables() if bare.count(table)}
    assert seen == {"enforcement_agency"}
    changed = bare.connection.execute("UPDATE enforcement_agency SET name = 'x'")
    assert changed.rowcount == 0


def test_own_rows_alone_are_seen_when_a_scope_is_set(bare: Bare) -> None:
    bare.scope(f"{OWN},")
    for table, column in scoped_tables().items():
        paths = bare.connection.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall()  # type: ignore[arg-type]
        assert paths == [(OWN,)], table
    bare.scope(f"{OWN},{NEIGHBOUR},")
    assert bare.count("enforcement_case") == 2


def test_foreign_rows_stay_when_a_raw_statement_changes_or_deletes_them(bare: Bare) -> None:
    bare.scope(f"{OWN},")
    for statement in (
        f"UPDATE enforcement_case SET court_name = 'x' WHERE agency_path = '{NEIGHBOUR}'",
        f"UPDATE debtor_record SET full_name = 'x' WHERE agency_path <> '{OWN}'",
        f"DELETE FROM enforcement_obligation WHERE agency_path = '{NEIGHBOUR}'",
    ):
        assert bare.connection.execute(statement).rowcount == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "statement",
    [
        LOG_ROW.format(path=OWN).replace("path FROM", f"'{NEIGHBOUR}' FROM"),
        f"UPDATE enforcement_case SET agency_path = '{NEIGHBOUR}' WHERE agency_path = '{OWN}'",
        "UPDATE enforcement_agency SET path = 'TC.C01.CC002.X.'",
    ],
)
def test_row_is_refused_when_it_would_lie_outside_the_scope(bare: Bare, statement: str) -> None:
    bare.scope(f"{OWN},")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        bare.connection.execute(statement)  # type: ignore[arg-type]


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_scope_is_gone_when_the_transaction_has_ended(bare: Bare, ending: str) -> None:
    bare.scope("*jobs")
    assert bare.count("enforcement_case") == 2
    getattr(bare.connection, ending)()
    assert bare.count("enforcement_case") == 0


def _visible() -> int:
    return db.session.scalar(select(func.count()).select_from(EnforcementCase)) or 0


def _role() -> str:
    return str(db.session.scalar(text("SELECT current_user")))


def test_scope_of_the_context_reaches_the_database_when_the_guard_is_off(unguarded: Flask) -> None:
    assert _visible() == 0
    with use_scope(Scope((OWN,))):
        assert _visible() == 1
        with use_scope(Scope(("TC.C01.",))):
            assert _visible() == 2
            with use_scope(Scope()):
                assert _visible() == 0
            with system_scope("jobs"):
                assert (_visible(), _role()) == (2, f"{APPLICATION}_all")
        assert (_visible(), _role()) == (1, APPLICATION)
    assert _visible() == 0


def test_scope_of_the_root_takes_the_role_without_policies(unguarded: Flask) -> None:
    with use_scope(Scope(("TC.",))):
        assert (_visible(), _role()) == (2, f"{APPLICATION}_all")
    with system_scope("sign_in"):
        assert (_visible(), _role()) == (0, APPLICATION)


def test_scope_does_not_stay_on_a_connection_when_the_pool_gives_it_to_another(unguarded: Flask) -> None:
    with system_scope("jobs"):
        assert _visible() == 2
    db.session.rollback()
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM enforcement_case")) == 0
        assert connection.scalar(text("SELECT current_user")) == APPLICATION


def test_scope_is_sent_again_when_a_part_of_the_transaction_is_undone(unguarded: Flask) -> None:
    with use_scope(Scope((OWN,))):
        assert _visible() == 1
        part = db.session.begin_nested()
        with system_scope("jobs"):
            assert _visible() == 2
        part.rollback()
        assert _visible() == 1
        with pytest.raises(DBAPIError), db.session.begin_nested(), system_scope("jobs"):
            db.session.execute(text("SELECT 1 / 0"))
        assert _visible() == 1


def test_foreign_row_is_refused_by_the_database_when_the_guard_is_off(unguarded: Flask) -> None:
    with system_scope("set_up"):
        foreign = db.session.scalars(select(EnforcementCase).filter_by(agency_path=NEIGHBOUR)).one()
        log = TransitionLog(
            subject_type="enforcement_case", subject_id=foreign.id, workflow_version="2026", transition="x",
            to_state="x", at=foreign.created_at, agency_id=foreign.agency_id, agency_path=foreign.agency_path,
        )  # fmt: skip
        db.session.rollback()
    nobody = Actor(None, "nobody", frozenset(), Scope((OWN,)))
    with pytest.raises(DBAPIError, match="row-level security"), unit_of_work(nobody) as session:
        session.add(log)


def test_scope_prefix_is_refused_when_it_reads_as_something_else() -> None:
    for prefix in ("*jobs.", "TC.,TC.C01."):
        with pytest.raises(ValueError, match="agency codes"):
            row_security.setting_of(Scope((prefix,)))


def test_log_cannot_be_changed_when_it_is_written(bare: Bare) -> None:
    assert "transition_log" in append_only_tables()
    for statement in (
        "UPDATE transition_log SET reason = 'x'",
        "DELETE FROM transition_log",
        "TRUNCATE transition_log",
    ):
        bare.scope("*jobs")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            bare.connection.execute(statement)
        bare.connection.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.x (id integer)",
        "ALTER TABLE enforcement_case DISABLE ROW LEVEL SECURITY",
        "DROP POLICY scope ON enforcement_case",
        "UPDATE alembic_version SET version_num = 'x'",
        f"SET ROLE {OWNER}",
        "CREATE ROLE x",
    ],
)
def test_application_role_is_refused_when_it_changes_the_lock(bare: Bare, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        bare.connection.execute(statement)  # type: ignore[arg-type]


def test_every_scoped_table_is_protected_and_the_role_is_as_it_must_be(filled: Flask) -> None:
    assert len(scoped_tables()) >= 8
    assert database_problems() == []


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("ALTER TABLE enforcement_case NO FORCE ROW LEVEL SECURITY", "enforcement_case is not protected"),
        (f"ALTER TABLE enforcement_case OWNER TO {APPLICATION}", "owns tables"),
        (f"GRANT UPDATE ON transition_log TO {APPLICATION}", "too many or too few rights"),
        (f"REVOKE INSERT ON enforcement_case FROM {APPLICATION}", "too many or too few rights"),
        (f"GRANT CREATE ON SCHEMA public TO {APPLICATION}", "may create"),
    ],
)
def test_role_is_found_wanting_when_something_is_wrong_with_it(
    filled: Flask, settings: Settings, postgres_cluster: str, statement: str, word: str
) -> None:
    name = settings.database_url.rpartition("/")[2]
    with psycopg.connect(postgres_cluster.rsplit("/", 1)[0] + f"/{name}", autocommit=True) as superuser:
        superuser.execute(statement)  # type: ignore[arg-type]
    assert [sentence for sentence in database_problems() if word in sentence]


def test_role_is_found_wanting_when_it_is_the_owner_or_a_superuser(
    filled: Flask, settings: Settings, postgres_cluster: str
) -> None:
    name = settings.database_url.rpartition("/")[2]
    for address, word in (
        (settings.migration_database_url, "owns tables"),
        (
            postgres_cluster.replace("postgresql:", "postgresql+psycopg:").rsplit("/", 1)[0] + f"/{name}",
            "superuser",
        ),
    ):
        engine = create_engine(address, poolclass=NullPool)
        with engine.connect() as connection:
            assert [sentence for sentence in problems_of_role(connection) if word in sentence]


@pytest.mark.parametrize("role", [OWNER, "nobody_of_this_name"])
def test_rights_are_not_given_when_the_role_owns_the_tables_or_is_missing(
    filled: Flask, settings: Settings, role: str
) -> None:
    with pytest.raises(InvalidInputError):
        grant_database_rights(settings, role)


def test_rights_come_back_when_they_are_given_again(filled: Flask, settings: Settings) -> None:
    with psycopg.connect(settings.migration_database_url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APPLICATION}")
    assert len(database_problems()) == 1
    assert grant_database_rights(settings) > 20
    assert database_problems() == []


def test_administrator_is_told_the_statement_when_searches_are_not_marked(
    filled: Flask, settings: Settings, postgres_cluster: str
) -> None:
    assert "ALTER FUNCTION pg_catalog.textlike(text, text) LEAKPROOF;" in database_advice()[0]
    runner = filled.test_cli_runner()
    checked, granted = runner.invoke(args=["database", "check"]), runner.invoke(args=["database", "grant"])
    assert (checked.exit_code, granted.exit_code) == (0, 0)
    assert "LEAKPROOF" in checked.output
    assert "LEAKPROOF" in granted.output
    name = settings.database_url.rpartition("/")[2]
    with psycopg.connect(postgres_cluster.rsplit("/", 1)[0] + f"/{name}", autocommit=True) as superuser:
        superuser.execute(MARK_SEARCHES)
    assert database_advice() == []
    assert "LEAKPROOF" not in runner.invoke(args=["database", "check"]).output


def test_nothing_is_asked_of_roles_when_the_database_is_sqlite(sqlite_template: Any, tmp_path: Any) -> None:
    settings = make_settings(f"sqlite:///{sqlite_template}", tmp_path)
    app = create_app("public", settings)
    with app.app_context():
        assert database_problems() == []
        assert database_advice() == []
        with pytest.raises(InvalidInputError):
            grant_database_rights(settings)
        db.engine.dispose()


def test_export_sees_every_agency_when_it_opens_a_snapshot_by_name(filled: Flask, settings: Settings) -> None:
    enter_scope(Scope((OWN,)))
    with snapshot(settings) as source:
        assert list(source.rows("SELECT count(*) FROM enforcement_case")) == [(2,)]
        assert list(source.rows("SELECT current_user::text")) == [(f"{APPLICATION}_all",)]
