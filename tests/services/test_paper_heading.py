"""What stands around a paper: the place of issue as Decree 30/2020 wants it written."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from backoffice import clock
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import AgencyName, EnforcementAgency
from backoffice.services.paper_heading import office_of
from tests.services.conftest import World


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Thi hành án dân sự tỉnh Đồng Tháp", "Đồng Tháp"),
        ("Thi hành án dân sự thành phố Cần Thơ", "Cần Thơ"),
        ("Thi hành án dân sự Thành phố Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
    ],
)
def test_place_bears_its_full_name_when_it_is_called_after_a_person(
    world: World, name: str, place: str
) -> None:
    with system_scope("set_up"):
        agency = db.session.scalars(
            select(EnforcementAgency).where(EnforcementAgency.code == world.agencies["C01"].code)
        ).one()
        agency.name = name
        db.session.execute(delete(AgencyName).where(AgencyName.agency_id == agency.id))
        db.session.commit()
        assert office_of(agency, clock.today()).place == place
