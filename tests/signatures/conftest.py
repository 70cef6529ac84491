"""Fixtures for tests of signatures. Not here: how the parts are made (`parts`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from exports.signatures import TokenKey
from tests.signatures.parts import World, document, make_token


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.make(tmp_path / "trust")


@pytest.fixture(scope="session")
def paper() -> bytes:
    return document()


@pytest.fixture(scope="session")
def token_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World.make(tmp_path_factory.mktemp("token-trust"))


@pytest.fixture(scope="session")
def token(tmp_path_factory: pytest.TempPathFactory, token_world: World) -> TokenKey:
    return make_token(tmp_path_factory.mktemp("token"), token_world)
