"""A database with the tree, the rules and the calendar, ready for invented cases. Not here: the cases."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from backoffice.access.actor import Actor
from backoffice.services.enforcement_agency import import_agencies
from backoffice.services.legal_rule import import_rules
from backoffice.services.working_calendar import import_overrides
from config import ROOT, Settings

DATA = ROOT / "backoffice" / "data"


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one data file of the project."""
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Sample data are made by the owner of the tables: they move counters and remove rows of the log."""
    return replace(settings, database_url=settings.migration_database_url)


@pytest.fixture
def country(app: Flask) -> Iterator[Flask]:
    """The application inside its context, with the country's agencies and the law."""
    with app.app_context():
        actor = Actor.system("set_up")
        import_agencies(actor, rows_of("agencies.csv"))
        import_rules(actor, rows_of("legal_rules.csv"))
        import_overrides(actor, rows_of("calendar_overrides.csv"))
        yield app
