"""The shipped rules and calendar, read once for all unit tests."""

import csv
from pathlib import Path

import pytest

from backoffice.workflow.calendar import WorkingCalendar, load_override_rows
from backoffice.workflow.rules import RuleBook, load_rule_rows

DATA = Path(__file__).parents[2] / "backoffice" / "data"


def read_rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def rows():
    return load_override_rows(read_rows("calendar_overrides.csv"))


@pytest.fixture(scope="session")
def calendar(rows):
    return WorkingCalendar(rows)


@pytest.fixture(scope="session")
def rule_rows():
    return read_rows("legal_rules.csv")


@pytest.fixture(scope="session")
def rules(rule_rows):
    return load_rule_rows(rule_rows)


@pytest.fixture(scope="session")
def book(rules):
    return RuleBook(rules)
