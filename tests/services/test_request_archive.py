"""The archived file of an ended case: asked for by the examiner, let out or kept by the head, and by nobody else."""

from __future__ import annotations

from datetime import date

import pytest

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, NotFoundError
from backoffice.extensions import db
from backoffice.models import TransitionLog
from backoffice.services.document_vault import Vault
from backoffice.services.online_request import Seen, accept
from backoffice.services.request_archive import ask_archive, keep_archive, release_archive
from backoffice.services.request_examination import submit_draft
from backoffice.services.request_letters import Reply
from backoffice.workflow.errors import (
    GuardRefusedError,
    ReasonRequiredError,
    TransitionNotAllowedError,
    TransitionNotFoundError,
    TransitionNotPermittedError,
)
from tests.requests import received, seen, stored
from tests.services.conftest import World

QUIET = Reply("Hồ sơ hợp lệ.", by_email=False)
FILE = "Hồ sơ 12/2019, kho số 2, đã thi hành xong."
TODAY = date(2026, 10, 5)


@pytest.fixture
def secretary(world: World) -> Actor:
    """Who examines."""
    return world.actor(Role.SECRETARY)


def examined(world: World, vault: Vault, procedure: str = "result_confirmation") -> int:
    """A request in the professional unit."""
    desk = world.actor(Role.SUPPORT_OFFICER)
    number = received(world, vault, desk, procedure)
    accept(desk, seen(number), QUIET)
    return number


def days(number: int) -> tuple[date | None, date | None]:
    """When the file was asked for, and when it was let out."""
    row = stored(number)
    return row.archive_asked_on, row.archive_released_on


def test_draft_waits_for_the_head_when_the_file_lies_in_the_archive(
    world: World, vault: Vault, secretary: Actor
) -> None:
    number = examined(world, vault)
    due_on = stored(number).due_on
    ask_archive(secretary, seen(number), FILE)
    assert (days(number), stored(number).due_on) == ((TODAY, None), due_on)
    with pytest.raises(GuardRefusedError, match="not let the archived file out"):
        submit_draft(secretary, seen(number))
    with pytest.raises(GuardRefusedError, match="asked for already"):
        ask_archive(secretary, seen(number), FILE)
    release_archive(world.head(), seen(number))
    assert days(number) == (TODAY, TODAY)
    submit_draft(secretary, seen(number))
    assert stored(number).state == "awaiting_signature"
    with system_scope("set_up"):
        log = db.session.query(TransitionLog).filter_by(transition="ask_archive").one()
        assert (log.reason, log.actor_id) == (FILE, secretary.user_id)


def test_file_may_be_asked_for_again_when_the_head_left_it_there(
    world: World, vault: Vault, secretary: Actor
) -> None:
    number, head = examined(world, vault), world.head()
    ask_archive(secretary, seen(number), FILE)
    with pytest.raises(ReasonRequiredError):
        keep_archive(head, seen(number), " ")
    keep_archive(head, seen(number), "Nêu rõ số hồ sơ.")
    assert days(number) == (None, None)
    ask_archive(secretary, seen(number), FILE)
    assert days(number) == (TODAY, None)


def test_answer_is_refused_when_no_file_is_asked_for(world: World, vault: Vault, secretary: Actor) -> None:
    number, head = examined(world, vault), world.head()
    with pytest.raises(ReasonRequiredError):
        ask_archive(secretary, seen(number), "")
    for answer in (
        lambda: release_archive(head, seen(number)),
        lambda: keep_archive(head, seen(number), "Vì"),
    ):
        with pytest.raises(GuardRefusedError, match="No archived file"):
            answer()
    submit_draft(secretary, seen(number))
    with pytest.raises(TransitionNotAllowedError):
        ask_archive(secretary, seen(number), FILE)


def test_file_stays_in_the_archive_when_person_scope_or_version_does_not_fit(
    world: World, vault: Vault, secretary: Actor
) -> None:
    number, head = examined(world, vault), world.head()
    before = seen(number)
    ask_archive(secretary, before, FILE)
    for other in (secretary, world.actor(Role.SUPPORT_OFFICER), world.clerk()):
        with pytest.raises(TransitionNotPermittedError):
            release_archive(other, seen(number))
    with pytest.raises(NotFoundError):
        release_archive(world.head("CC002"), seen(number))
    with pytest.raises(ConflictError):
        release_archive(head, Seen(number, before.version))
    assert days(number) == (TODAY, None)


def test_no_file_is_asked_for_when_the_procedure_is_no_confirmation(
    world: World, vault: Vault, secretary: Actor
) -> None:
    number = examined(world, vault, "officer_change")
    with pytest.raises(TransitionNotFoundError):
        ask_archive(secretary, seen(number), FILE)
