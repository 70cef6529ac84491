"""One step of a workflow: the whole table of role, step, state and scope, and what a step leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from itertools import product
from threading import Barrier
from typing import Any

import pytest
import time_machine
from flask import current_app

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError
from backoffice.extensions import db
from backoffice.models import EnforcementCase
from backoffice.services.rows import load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition, available_steps
from backoffice.workflow.engine import Workflow
from backoffice.workflow.errors import (
    GuardRefusedError,
    ReasonRequiredError,
    TransitionNotAllowedError,
    TransitionNotPermittedError,
)
from backoffice.workflow.registry import WORKFLOWS
from tests import factories

NOUNS = ("enforcement_case", "enforcement_decision", "non_enforceable_decision", "debtor_record")
# Written by hand from the duties of the roles (R48, R52 to R54), so that a slip in the policy shows here.
OFFICER_STEPS = {
    "enforcement_case": {"start_voluntary_period", "start_verification", "enforce", "record_verification"},
    "enforcement_decision": {"discard"},
    "non_enforceable_decision": {"discard"},
    "debtor_record": {"note_change"},
}
DRAFTERS = {
    (Role.PROFESSIONAL_OFFICER, "enforcement_decision", "discard"),
    (Role.EXAMINER, "enforcement_decision", "discard"),
    (Role.SECRETARY, "enforcement_decision", "discard"),
    (Role.SECRETARY, "debtor_record", "note_change"),
}


def _may(role: Role, noun: str, step: str) -> bool:
    if role is Role.HEAD:
        return True
    if role is Role.ENFORCEMENT_OFFICER:
        return step in OFFICER_STEPS[noun]
    return (role, noun, step) in DRAFTERS


def _outcome(actor: Actor, row: Any, name: str) -> str:
    """What happens when the actor takes the step."""
    errors = {
        NotFoundError: "hidden",
        TransitionNotPermittedError: "not permitted",
        TransitionNotAllowedError: "wrong state",
        GuardRefusedError: "guard",
    }
    try:
        with unit_of_work(actor) as session:
            apply_transition(session, actor, row, Step(name, reason="lý do"))
            return "taken"
    except tuple(errors) as error:
        return errors[type(error)]


def _undone(row: Any, take: Callable[[], str]) -> str:
    savepoint = db.session.begin_nested()
    seen = take()
    savepoint.rollback()
    db.session.expire(row)
    return seen


def _differences(workflow: Workflow, row: Any, people: dict[tuple[Role, bool], Actor]) -> Iterator[Any]:
    """Every combination that does not come out as expected, over all states, steps, roles and both scopes."""
    for state in workflow.states:
        row.state = state.value
        db.session.flush()
        for step, ((role, own), actor) in product(workflow.transitions, people.items()):
            expected = _expected(workflow, state.value, step.name, role, own)
            take = partial(_outcome, actor, row, step.name)
            seen = _undone(row, take) if expected == "taken" else take()
            if seen != expected:
                yield workflow.version, state.value, step.name, role.value, own, seen


def _expected(workflow: Workflow, state: str, name: str, role: Role, own: bool) -> str:
    if not own:
        return "hidden"
    if not _may(role, workflow.name, name):
        return "not permitted"
    if state not in workflow.find(name).sources:
        return "wrong state"
    # The case under test was opened ex officio: there is no request to return.
    return "guard" if name == "return_request" else "taken"


@pytest.mark.parametrize("noun", NOUNS)
def test_every_step_is_refused_when_role_state_or_scope_does_not_fit(world, noun):
    file = factories.make_file(world.agencies["CC001"], origin="ex_officio")
    decision = factories.make_non_enforceable(file)
    record = factories.make_record(file, decision)
    row = dict(zip(NOUNS, (file.case, file.decision, decision, record), strict=True))[noun]
    people = {
        (role, own): world.actor(role, "CC001" if own else "CC002") for role in Role for own in (True, False)
    }
    wrong: list[Any] = []
    # The steps run inside an open unit of work, so that each can be undone.
    with unit_of_work(factories.SYSTEM):
        for workflow in WORKFLOWS.versions(noun):
            with time_machine.travel(max(workflow.valid_from, date(2026, 6, 15)), tick=False):
                wrong += _differences(workflow, row, people)
    assert wrong == []


def test_apply_transition_writes_the_history_with_the_law_when_taken(world, log_of):
    file = factories.make_file(world.agencies["CC001"])
    head = world.head()
    with unit_of_work(head) as session:
        apply_transition(
            session, head, file.case, Step("terminate", on=date(2026, 10, 2), reason=" vì  lý do ")
        )
    (row,) = log_of(file.case)
    assert (row.transition, row.from_state, row.to_state) == ("terminate", "verifying", "terminated")
    assert (row.actor_id, row.reason, row.workflow_version) == (head.user_id, "vì lý do", "2026")
    assert row.agency_path == "TC.C01.CC001."
    assert "106/2025/QH15" in row.legal_basis
    assert row.deadline["rule_code"] == "publication.withdraw"
    assert (row.deadline["started_on"], row.deadline["due_on"]) == ("2026-10-02", "2026-10-07")
    assert (file.case.state, file.case.version) == ("terminated", 2)


def test_apply_transition_follows_the_workflow_of_the_day_when_the_law_changed(world, log_of):
    officer = world.officer()
    for today, version in (("2026-06-30", "2015"), ("2026-07-01", "2026"), ("2026-07-02", "2026")):
        file = factories.make_file(world.agencies["CC001"], state="assigned")
        with time_machine.travel(f"{today} 10:00+07:00", tick=False), unit_of_work(officer) as session:
            apply_transition(session, officer, file.case, Step("start_verification"))
        assert [row.workflow_version for row in log_of(file.case)] == [version]


def test_apply_transition_refuses_when_the_row_has_another_version(world, log_of):
    file = factories.make_file(world.agencies["CC001"])
    head = world.head()
    with pytest.raises(ConflictError), unit_of_work(head) as session:
        apply_transition(session, head, file.case, Step("enforce", expected_version=7))
    db.session.expire_all()
    assert (file.case.state, file.case.version) == ("verifying", 1)
    assert log_of(file.case) == []


def test_apply_transition_refuses_the_second_when_two_people_saw_the_same_version(world, log_of):
    file = factories.make_file(world.agencies["CC001"])
    head, officer = world.head(), world.officer()
    with unit_of_work(officer) as session:
        apply_transition(session, officer, file.case, Step("enforce", expected_version=1))
    with pytest.raises(ConflictError), unit_of_work(head) as session:
        apply_transition(session, head, file.case, Step("postpone", reason="ốm", expected_version=1))
    assert [row.transition for row in log_of(file.case)] == ["enforce"]


def test_apply_transition_refuses_when_the_day_lies_in_the_future(world, log_of):
    file = factories.make_file(world.agencies["CC001"])
    head = world.head()
    with pytest.raises(InvalidInputError) as refusal, unit_of_work(head) as session:
        apply_transition(session, head, file.case, Step("complete", on=date(2026, 10, 6)))
    assert refusal.value.field == "on"
    assert log_of(file.case) == []


def test_apply_transition_refuses_when_the_reason_is_missing_or_too_long(world):
    file = factories.make_file(world.agencies["CC001"])
    head = world.head()
    for reason in (None, "", " \u200b \t"):
        with pytest.raises(ReasonRequiredError), unit_of_work(head) as session:
            apply_transition(session, head, file.case, Step("suspend", reason=reason))
    with pytest.raises(InvalidInputError) as refusal, unit_of_work(head) as session:
        apply_transition(session, head, file.case, Step("suspend", reason="a" * 2001))
    assert refusal.value.field == "reason"


def test_available_steps_are_those_of_role_and_scope_when_asked(world):
    file = factories.make_file(world.agencies["CC001"], state="assigned")
    with system_scope("set_up"):
        names = {step.name for step in available_steps(world.officer(), file.case)}
        assert names == {"start_voluntary_period", "start_verification"}
        assert available_steps(world.head("CC002"), file.case) == ()
        assert available_steps(world.administrator(), file.case) == ()


def test_apply_transition_is_taken_once_when_two_people_press_at_the_same_moment(world, log_of):
    file = factories.make_file(world.agencies["CC001"])
    people = [world.head(), world.head()]
    case_id, app, together = file.case.id, current_app._get_current_object(), Barrier(2, timeout=30)

    def press(actor: Actor) -> str:
        with app.app_context():
            try:
                with unit_of_work(actor) as session:
                    case = load_row(session, EnforcementCase, case_id)
                    together.wait()
                    apply_transition(session, actor, case, Step("enforce", expected_version=1))
            except ConflictError:
                return "refused"
            finally:
                db.session.remove()
        return "taken"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(press, people)) == ["refused", "taken"]
    db.session.expire_all()
    assert (file.case.state, file.case.version) == ("enforcing", 2)
    assert [row.transition for row in log_of(file.case)] == ["enforce"]
