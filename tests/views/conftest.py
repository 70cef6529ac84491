"""Worlds for the tests of the screens: one for reading, shared by a module; one that a test may change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from backoffice import create_app
from backoffice.access.scope import install_guard, leave_scope, remove_guard
from backoffice.extensions import db
from scripts.compile_translations import compile_all
from tests.conftest import database_of, make_settings
from tests.views.world import World, build_world


@pytest.fixture(scope="session", autouse=True)
def translations() -> None:
    """The catalogs as programs read them."""
    compile_all()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def read_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world on each database, made once a module, for tests that change nothing."""
    yield from make_world(request, tmp_path_factory.mktemp("world"), str(request.param))


@pytest.fixture(scope="module")
def unguarded_world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A world on PostgreSQL without the guard of the session: what is hidden, the database hides by itself."""
    for world in make_world(request, tmp_path_factory.mktemp("unguarded"), "postgresql"):
        remove_guard(db.session)
        yield world
        install_guard(db.session)


@pytest.fixture(scope="module")
def light_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world on SQLite alone, for what does not depend on the database."""
    yield from make_world(request, tmp_path_factory.mktemp("light"), "sqlite")


@pytest.fixture
def world(app: Flask) -> World:
    """A world of one test, on each database, to be changed."""
    return build_world(app)


def make_world(request: pytest.FixtureRequest, folder: Path, kind: str) -> Iterator[World]:
    """A world on a fresh database of the kind, taken down again after use."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "world.sqlite")
        app = create_app("all", make_settings(f"sqlite:///{folder / 'world.sqlite'}", folder))
        yield build_world(app)
        _close(app)
        return
    cluster: str = request.getfixturevalue("postgres_cluster")
    template: str = request.getfixturevalue("postgres_template")
    with database_of(cluster, template) as url:
        app = create_app("all", make_settings(url, folder))
        yield build_world(app)
        _close(app)


def _close(app: Flask) -> None:
    leave_scope()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
