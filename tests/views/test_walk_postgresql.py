"""The canary walk on PostgreSQL, under both locks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.views.conftest import make_world
from tests.views.walk_cases import (
    test_walk_changes_nothing_foreign_when_every_button_is_pressed,
    test_walk_shows_nothing_foreign_when_every_filter_is_tried,
    test_walk_shows_nothing_foreign_when_every_page_is_opened,
)
from tests.views.world import World

__all__ = [
    "test_walk_changes_nothing_foreign_when_every_button_is_pressed",
    "test_walk_shows_nothing_foreign_when_every_filter_is_tried",
    "test_walk_shows_nothing_foreign_when_every_page_is_opened",
]


@pytest.fixture(scope="module")
def walk_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world of its own: walking presses buttons."""
    yield from make_world(request, tmp_path_factory.mktemp("walk"), "postgresql")
