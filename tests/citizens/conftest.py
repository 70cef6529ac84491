"""The public counter for tests: the application of citizens with agencies and the law, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from backoffice import create_app
from backoffice.access.scope import leave_scope
from backoffice.extensions import db
from config import Settings
from scripts.compile_translations import compile_all
from tests import factories
from tests.citizens.browser import Citizen


@pytest.fixture(scope="session", autouse=True)
def translations() -> None:
    """The catalogs as programs read them."""
    compile_all()


@pytest.fixture
def counter(settings: Settings) -> Iterator[Flask]:
    """The citizens' application with a small tree of agencies, the legal rules and the calendar."""
    app = create_app("public", settings)
    with app.app_context():
        factories.make_tree()
        factories.load_law()
    yield app
    leave_scope()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def citizen(counter: Flask) -> Citizen:
    """A browser that has been nowhere yet."""
    return Citizen(counter.test_client())


@pytest.fixture
def another(counter: Flask) -> Callable[[], Citizen]:
    """Further browsers."""
    return lambda: Citizen(counter.test_client())
