"""Searching and sorting: the same rows as Python's `in`, and an index under every order and search."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import inspect, select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import DebtorRecord, EnforcementAgency
from backoffice.views.base import ScopedModelView
from backoffice.views.filters import NameFilter
from exports.text import fold_ascii
from tests import factories
from tests.views.world import World, username

FAMILIES = ("Nguyễn", "Trần", "Lê", "Đặng", "Hoàng", "Huỳnh", "Ông", "Ưng")
MIDDLES = ("Văn", "Thị", "Đức", "Thị Thu", "A%B", "C_D")
GIVEN = ("Hòa", "Hoà", "Hoa", "Ánh", "Ân", "Quyết", "Yến", "Đạt", "Nghĩa", "Thủy")
TYPED = (
    *(
        "hoa",
        "hòa",
        "HOÀ",
        "nguyen",
        "ngu",
        "đ",
        "d",
        "dang hoa",
        "hoa dang",
        "ang",
        "thi thu",
        "%",
        "_",
        "a%b",
    ),
    *("c_d", "\\", "a", "o", "ho a", "ưng", "ung", "quyết ông", "zz", "'", '"', "--", "nghi", "ye n", "t h"),
)


@pytest.fixture(scope="module")
def named(read_world: World) -> dict[int, str]:
    """Two hundred records with random names, by id."""
    rng = random.Random(6)
    with read_world.app.app_context(), system_scope("set_up"):
        agency = db.session.query(EnforcementAgency).filter_by(code="CC002").one()
        decision = factories.make_non_enforceable(factories.make_file(agency))
        rows = [
            _named_record(decision, " ".join((rng.choice(FAMILIES), rng.choice(MIDDLES), rng.choice(GIVEN))))
            for _number in range(200)
        ]
        db.session.add_all(rows)
        db.session.commit()
        found = {row.id: row.full_name for row in db.session.scalars(select(DebtorRecord)).all()}
        db.session.remove()
    return found


def _named_record(decision: object, name: str) -> DebtorRecord:
    first = db.session.scalars(select(DebtorRecord).order_by(DebtorRecord.id)).first()
    assert first is not None
    copied = {
        column.key: getattr(first, column.key)
        for column in inspect(DebtorRecord).column_attrs
        if column.key not in {"id", "public_id", "full_name", "name_fold", "name_sort"}
    }
    own = {"decision_id": decision.id, "agency_id": decision.agency_id, "agency_path": decision.agency_path}  # type: ignore[attr-defined]
    return DebtorRecord(**{**copied, **own, "full_name": name})


def test_search_finds_what_python_finds_when_names_are_random(
    read_world: World, named: dict[int, str]
) -> None:
    search = NameFilter("q", "", ("name_fold",))
    with read_world.app.app_context(), system_scope("jobs"):
        for typed in TYPED:
            words = fold_ascii(typed).split()
            expected = {
                key
                for key, name in named.items()
                if words and all(word in fold_ascii(name) for word in words)
            }
            condition = search.condition(DebtorRecord, typed)
            assert set(db.session.scalars(select(DebtorRecord.id).where(condition))) == expected, typed
        db.session.remove()


def screens(world: World) -> Iterator[ScopedModelView]:
    """Every screen over a table."""
    views = world.app.appbuilder.baseviews  # type: ignore[attr-defined]
    return (view for view in views if isinstance(view, ScopedModelView))


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
def test_no_order_is_offered_without_an_index(read_world: World) -> None:
    missing = []
    with read_world.app.app_context():
        reflected = inspect(db.engine)
        for view in screens(read_world):
            table = view.datamodel.obj.__tablename__
            indexes = [(item["column_names"], bool(item["unique"])) for item in reflected.get_indexes(table)]
            indexes += [(item["column_names"], True) for item in reflected.get_unique_constraints(table)]
            for column in view.order_columns:
                fits = [
                    names
                    for names, unique in indexes
                    if names == [column, "id"] or (unique and names == [column])
                ]
                if column != "id" and not fits:
                    missing.append((type(view).__name__, column))
    assert missing == []


def test_pieces_of_names_and_numbers_have_an_index_on_postgresql(read_world: World) -> None:
    with read_world.app.app_context():
        if db.engine.dialect.name == "sqlite":
            assert not [
                item
                for item in inspect(db.engine).get_indexes("debtor_record")
                if "trgm" in str(item["name"])
            ]
            return
        for view in screens(read_world):
            table = view.datamodel.obj.__tablename__
            searched = {
                column
                for item in view.list_filters
                if isinstance(item, NameFilter)
                for column in item.columns
            }
            names = {
                column
                for item in inspect(db.engine).get_indexes(table)
                if str(item["name"]).startswith("trgm_")
                for column in item["column_names"]
            }
            assert searched - {"name"} <= names | ({"name_fold"} if table == "ab_user" else set()), table


ADDRESSES = (
    "/debtor-records/",
    "/cases/",
    "/parties/",
    "/enforcement-decisions/",
    "/non-enforceable-decisions/",
)


@pytest.fixture(scope="module")
def head(read_world: World) -> FlaskClient:
    """A head of one agency."""
    return read_world.client(username("CC002", Role.HEAD))


@pytest.mark.parametrize("address", ADDRESSES)
def test_largest_page_stays_small_and_writes_no_cookie(
    named: dict[int, str], head: FlaskClient, address: str
) -> None:
    assert len(named) >= 200
    answer = head.get(f"{address}list/?size=100")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert len(answer.data) < 300_000
