"""Fixtures of the tests of whole journeys: one house for a module, on PostgreSQL, with all its processes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from scripts.compile_translations import compile_all
from tests.conftest import database_of, make_settings
from tests.flows.house import House, working_house
from tests.notices.mail_server import mail_server
from tests.notices.messages import with_mail


@pytest.fixture(scope="session", autouse=True)
def translations() -> None:
    """The catalogs as programs read them."""
    compile_all()


@pytest.fixture(scope="module")
def house(
    postgres_cluster: str, postgres_template: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """An agency at work."""
    folder = tmp_path_factory.mktemp("house")
    with database_of(postgres_cluster, postgres_template) as url, mail_server(folder / "post") as post:
        settings = replace(with_mail(make_settings(url, folder, redis_url), post), sweep_after=2)
        with working_house(settings, post) as made:
            yield made
