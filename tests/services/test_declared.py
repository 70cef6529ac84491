"""What single fields of a form cannot know by themselves: the checks over several of them."""

from __future__ import annotations

from datetime import date

import pytest

from backoffice.services.declared import FieldsRefusedError, check_declared
from tests.requests import answers
from tests.services.conftest import World

LAW, BEFORE = date(2026, 10, 5), date(2026, 6, 30)


@pytest.mark.parametrize("count", ["5", "6", "10", "11", "200"])
def test_representatives_are_asked_for_when_five_people_or_more_join(world: World, count: str) -> None:
    values = answers("feedback", people_count=count)
    with pytest.raises(FieldsRefusedError) as refused:
        check_declared("feedback", LAW, values)
    assert set(refused.value.refusals) == {"representatives"}
    found = check_declared("feedback", LAW, {**values, "representatives": "Ông Nguyễn Văn Mẫu"})
    assert found["people_count"] == count


@pytest.mark.parametrize("count", ["1", "4"])
def test_no_representatives_are_asked_for_when_fewer_people_join(world: World, count: str) -> None:
    assert "representatives" not in check_declared("feedback", LAW, answers("feedback", people_count=count))


def test_no_representatives_are_asked_for_when_the_law_of_the_day_names_none(world: World) -> None:
    values = answers("feedback", people_count="200")
    del values["birth_on"]
    assert check_declared("feedback", BEFORE, values)["people_count"] == "200"


@pytest.mark.parametrize("count", ["0", "-1", "1,5", "mười", "٣", "1000000000"])
def test_number_of_people_is_refused_when_it_is_none(world: World, count: str) -> None:
    with pytest.raises(FieldsRefusedError) as refused:
        check_declared("feedback", LAW, answers("feedback", people_count=count))
    assert "people_count" in refused.value.refusals
