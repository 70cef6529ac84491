"""A small world for the deeds: tree, law and roles, on a fixed Monday under the law of 2026."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from backoffice import create_app
from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, OutboxMessage, RowChange, TransitionLog
from backoffice.models.base import Model
from backoffice.services.changed_rows import keeps_changes, kept_columns, kept_lists, member_names
from backoffice.services.document_vault import Vault
from backoffice.services.row_change import storable
from config import Settings
from tests import factories
from tests.conftest import OWNER, database_of, make_settings
from tests.services.papers import add_templates

MONDAY = "2026-10-05 09:00+07:00"
TABLES = (factories.load_law, factories.make_tree, factories.make_roles)


@dataclass
class World:
    """What a deed's test needs: agencies by code, and people of them by role."""

    agencies: dict[str, EnforcementAgency]

    def actor(self, role: Role, agency: str = "CC001") -> Actor:
        """A new person with the role in the agency."""
        return factories.make_actor(self.agencies[agency], role)

    def head(self, agency: str = "CC001") -> Actor:
        """The head of the agency."""
        return self.actor(Role.HEAD, agency)

    def officer(self, agency: str = "CC001") -> Actor:
        """An enforcement officer of the agency."""
        return self.actor(Role.ENFORCEMENT_OFFICER, agency)

    def clerk(self, agency: str = "CC001") -> Actor:
        """A records clerk of the agency, who gives numbers."""
        return self.actor(Role.CLERK, agency)

    def administrator(self) -> Actor:
        """The national administrator."""
        return self.actor(Role.NATIONAL_ADMINISTRATOR, "TC")


def holes_in_history() -> list[str]:
    """Rows whose stored values are not what their kept changes lead to: checked after every test of a deed."""
    found: list[str] = []
    with system_scope("set_up"):
        last: dict[tuple[str, int], dict[str, Any]] = {}
        versions: dict[tuple[str, int], int] = {}
        made: set[tuple[str, int]] = set()
        for change in db.session.scalars(select(RowChange).order_by(RowChange.id)):
            key = (change.subject_type, change.subject_id)
            last.setdefault(key, {}).update({name: new for name, (_old, new) in change.changes.items()})
            versions[key] = max(versions.get(key, 1), change.version or 1)
            made |= {key} if change.is_creation else set()
        for cls in (mapper.class_ for mapper in Model.registry.mappers if keeps_changes(mapper.class_)):
            for row in db.session.scalars(select(cls)):
                key = (cls.__tablename__, row.id)
                names = kept_columns(cls) if key in made else last.get(key, {})
                lists = kept_lists(cls)
                now = {
                    name: member_names(getattr(row, name)) if name in lists else storable(getattr(row, name))
                    for name in names
                }
                found += [f"{key} {name}" for name in names if now[name] != last[key].get(name)]
                found += [f"{key} version"] * (getattr(row, "version", 1) > versions.get(key, 1))
    return found


def _fill(settings: Settings) -> None:
    app = create_app("all", settings)
    with app.app_context():
        for load in TABLES:
            load()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def lawful_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with tree, law and roles, to copy."""
    folder = tmp_path_factory.mktemp("lawful")
    shutil.copy(sqlite_template, folder / "lawful.sqlite")
    _fill(make_settings(f"sqlite:///{folder / 'lawful.sqlite'}", folder))
    return folder / "lawful.sqlite"


@pytest.fixture(scope="session")
def lawful_postgres(
    postgres_cluster: str, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The name of a PostgreSQL database with tree, law and roles, to copy."""
    name = f"lawful_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_cluster, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {postgres_template}")
    url = postgres_cluster.rsplit("/", 1)[0] + f"/{name}"
    _fill(make_settings(url, tmp_path_factory.mktemp("lawful")))
    return name


@pytest.fixture
def lawful_settings(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path, postgres_cluster: str
) -> Iterator[Settings]:
    """Settings with a fresh copy of the prepared database of the kind under test."""
    if database_kind == "sqlite":
        shutil.copy(request.getfixturevalue("lawful_sqlite"), tmp_path / "world.sqlite")
        yield make_settings(f"sqlite:///{tmp_path / 'world.sqlite'}", tmp_path)
        return
    template: str = request.getfixturevalue("lawful_postgres")
    with database_of(postgres_cluster, template) as url:
        yield make_settings(url, tmp_path)


@pytest.fixture
def world(lawful_settings: Settings) -> Iterator[World]:
    """The small world, in an application context, on MONDAY."""
    app: Flask = create_app("all", lawful_settings)
    with time_machine.travel(MONDAY, tick=False), app.app_context():
        with system_scope("set_up"):
            agencies = {agency.code: agency for agency in db.session.scalars(select(EnforcementAgency))}
        yield World(agencies)
        db.session.remove()
        assert holes_in_history() == []
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def vault(lawful_settings: Settings) -> Vault:
    """The vault of the test's own folder."""
    return Vault.of(lawful_settings.documents)


@pytest.fixture
def case_id(world: World) -> int:
    """A case of CC001, with the templates of papers."""
    add_templates("enforcement_decision.2026")
    return factories.make_file(world.agencies["CC001"]).case.id


@pytest.fixture
def log_of() -> Callable[[Any], list[TransitionLog]]:
    """The stored history of a row, oldest first."""

    def read(row: Any) -> list[TransitionLog]:
        with system_scope("set_up"):
            statement = select(TransitionLog).where(
                TransitionLog.subject_type == row.__tablename__, TransitionLog.subject_id == row.id
            )
            return list(db.session.scalars(statement.order_by(TransitionLog.id)))

    return read


@pytest.fixture
def outbox() -> Callable[[], list[tuple[str, str, str]]]:
    """The stored messages as (job, queue, arguments in JSON), oldest first."""

    def read() -> list[tuple[str, str, str]]:
        rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at))
        return [(row.job, row.queue, json.dumps(row.arguments)) for row in rows]

    return read


@pytest.fixture
def desk(world: World) -> Actor:
    """A support officer."""
    return world.actor(Role.SUPPORT_OFFICER)
