"""The address of a document to check, which the demonstration prints once something is signed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from config import Settings
from scripts.demo.data import code_to_check
from tests.conftest import make_settings


@pytest.fixture
def demo(tmp_path: Path) -> Settings:
    """A database with the columns that are asked for, and no rows."""
    path = tmp_path / "demo.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE official_document (id INTEGER, check_code TEXT, state TEXT)")
    return make_settings(f"sqlite:///{path}", tmp_path)


def add(demo: Settings, *rows: tuple[int, str, str]) -> None:
    with closing(sqlite3.connect(demo.database_url.removeprefix("sqlite:///"))) as connection, connection:
        connection.executemany("INSERT INTO official_document VALUES (?, ?, ?)", rows)


def test_no_document_is_named_when_nothing_is_signed(demo: Settings) -> None:
    add(demo, (1, "DRAFT", "drafted"), (2, "READY", "prepared"), (3, "GONE", "cancelled"))
    assert code_to_check(demo) is None


def test_valid_document_is_named_when_others_were_withdrawn_before(demo: Settings) -> None:
    add(demo, (1, "OLD", "withdrawn"), (2, "GOOD", "signed"))
    assert code_to_check(demo) == "GOOD"


def test_withdrawn_document_is_named_when_there_is_no_other(demo: Settings) -> None:
    add(demo, (1, "OLD", "withdrawn"))
    assert code_to_check(demo) == "OLD"
