"""Requests of citizens: every role × step × state × scope in every version, and how versions follow each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from backoffice.access.actor import Actor
from backoffice.access.policy import permissions_of
from backoffice.access.roles import Role
from backoffice.access.scope import Scope
from backoffice.models.request_states import RequestFamily, RequestState
from backoffice.services.transition import available_steps
from backoffice.workflow.engine import Workflow
from backoffice.workflow.errors import (
    GuardRefusedError,
    ReasonRequiredError,
    TransitionNotAllowedError,
    TransitionNotFoundError,
    TransitionNotPermittedError,
)
from backoffice.workflow.online_request import DRAFT, LAW, OPEN_STATES, PROCESS, VALIDITY, workflow_name
from backoffice.workflow.registry import WORKFLOWS

OWN, FOREIGN = "TC.C01.CC001.", "TC.C01.CC002."
# Written by hand from the duties of the roles (R18 to R38, R78), so that a slip in the policy shows here.
DESK = {Role.SUPPORT_OFFICER, Role.COMPLAINTS_OFFICER}
EXAMINERS = {
    Role.PROFESSIONAL_OFFICER,
    Role.EXAMINER,
    Role.SECRETARY,
    Role.ENFORCEMENT_OFFICER,
    Role.COMPLAINTS_OFFICER,
}
LEADERS = {Role.HEAD, Role.CENTRAL_UNIT_HEAD}
WHO: dict[str, set[Role]] = {
    **dict.fromkeys(("receive", "ask_supplement", "answer_supplement", "guide", "refuse", "withdraw"), DESK),
    **dict.fromkeys(("accept", "accept_with_appointment", "accept_with_originals"), DESK),
    **dict.fromkeys(("compare_originals", "compare_drafted", "ask_originals", "return_result"), DESK),
    **dict.fromkeys(("reopen", "classify", "announce", "merge", "unmerge"), DESK),
    **dict.fromkeys(("hand_out", "ask_reopening", "keep_closed"), DESK),
    **dict.fromkeys(("submit_draft", "propose_reply", "propose_transfer", "propose_filing"), EXAMINERS),
    "ask_archive": EXAMINERS,
    **dict.fromkeys(("release_archive", "keep_archive"), LEADERS),
    **dict.fromkeys(("assign", "assign_examiner", "hand_over", "sign", "rework", "file"), LEADERS),
    "take_decision": set(),
    **dict.fromkeys(("bar_officer", "admit_officer"), LEADERS | {Role.COMPLAINTS_OFFICER}),
}
# Steps that answer what was done before, and are not offered without it.
UNDOING = {"unmerge", "keep_closed", "release_archive", "keep_archive"}
FLOWS = [flow for family in RequestFamily for flow in WORKFLOWS.versions(workflow_name(family.value))]
BY_FLOW = pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: f"{flow.name}-{flow.version}")


def someone(role: Role, path: str = OWN) -> Actor:
    """A person with the role who sees one agency."""
    return Actor(1, role.value, permissions_of([role.value]), Scope((path,)))


def request(flow: Workflow, state: str, channel: str = "desk", merged: int | None = None) -> Any:
    """A request in a state, as the steps see it; `merged` is the one with which it is treated together.

    Its result, if there is one, lies at the desk.
    """
    row = {"workflow_name": flow.name, "agency_path": OWN, "state": state, "channel": channel}
    more = {"case_id": None, "duplicate_of_id": merged, "is_confidential": True, "may_still_answer": False}
    lying = {"handed_over_way": "desk", "handed_over_on": None, "reopening_asked_on": None}
    archive = {"archive_asked_on": None, "archive_released_on": None}
    return SimpleNamespace(__tablename__="online_request", **row, **more, **lying, **archive)


def refusals(flow: Workflow) -> Iterator[tuple[str, ...]]:
    """Every combination that does not come out as the table of duties says."""
    for step, state, role in product(flow.transitions, flow.states, Role):
        expected = _expected(flow, step.name, state, role)
        one = request(flow, state, merged=1 if step.name == "unmerge" else None)
        one.reopening_asked_on = VALIDITY[LAW][0] if step.name == "keep_closed" else None
        one.archive_asked_on = VALIDITY[LAW][0] if step.name in ("release_archive", "keep_archive") else None
        try:
            flow.check(step.name, state.value, someone(role).permissions, one, reason="vì")
            seen = "taken"
        except TransitionNotPermittedError:
            seen = "not permitted"
        except TransitionNotAllowedError:
            seen = "wrong state"
        if seen != expected:
            yield flow.version, step.name, state.value, role.value, seen


def _expected(flow: Workflow, name: str, state: RequestState, role: Role) -> str:
    if role not in WHO[name]:
        return "not permitted"
    return "taken" if state in flow.find(name).sources else "wrong state"


@BY_FLOW
def test_every_step_is_refused_when_role_or_state_does_not_fit(flow: Workflow) -> None:
    assert list(refusals(flow)) == []


@BY_FLOW
def test_no_step_is_offered_when_the_request_belongs_to_another_agency(flow: Workflow) -> None:
    with time_machine.travel(flow.valid_from, tick=False):
        for state, role in product(flow.states, Role):
            one = request(flow, state.value)
            assert available_steps(someone(role, FOREIGN), one) == ()
            offered = {step.name for step in available_steps(someone(role), one)}
            assert offered == {
                step.name
                for step in flow.transitions
                if state in step.sources and role in WHO[step.name] and step.name not in UNDOING
            }


@BY_FLOW
def test_every_open_request_can_go_on_when_a_new_version_begins(flow: Workflow) -> None:
    leaving = {
        source
        for step in flow.transitions
        if step.target is not None and step.name not in ("withdraw", "hand_over")
        for source in step.sources
    }
    reachable = {
        state
        for other in WORKFLOWS.versions(flow.name)
        if other.valid_from <= flow.valid_from
        for state in set(other.states) - other.unused
    }
    assert [state for state in OPEN_STATES & reachable if state not in leaving] == []


@pytest.mark.parametrize("family", RequestFamily)
def test_versions_meet_when_the_process_or_the_law_changed(family: RequestFamily) -> None:
    versions = WORKFLOWS.versions(workflow_name(family.value))
    assert [flow.version for flow in versions] == [DRAFT, PROCESS, LAW]
    for before, after in pairwise(versions):
        assert before.valid_to is not None
        assert (after.valid_from - before.valid_to).days == 1


def path(family: str, version: str, *names: str) -> list[str]:
    """The states through which the steps lead; each must be possible where it is taken."""
    flow = WORKFLOWS.version(workflow_name(family), VALIDITY[version][0])
    state, found = flow.initial.value, []
    for name in names:
        step = flow.find(name)
        assert state in step.sources, f"{name} from {state}"
        state = step.target_from(state)
        found.append(state)
    return found


@pytest.mark.parametrize(
    ("family", "version", "steps"),
    [
        ("enforcement", DRAFT, "receive accept submit_draft compare_drafted sign return_result"),
        ("enforcement", PROCESS, "receive accept compare_originals submit_draft sign return_result"),
        ("enforcement", PROCESS, "receive accept_with_originals submit_draft sign return_result"),
        ("enforcement", LAW, "receive accept submit_draft sign return_result"),
        ("enforcement", LAW, "receive accept_with_appointment compare_originals take_decision return_result"),
        ("confirmation", DRAFT, "receive accept submit_draft compare_drafted sign return_result"),
        ("confirmation", PROCESS, "receive accept submit_draft compare_drafted sign return_result"),
        ("confirmation", LAW, "receive accept submit_draft sign return_result"),
        ("feedback", DRAFT, "receive classify assign propose_reply announce sign return_result"),
        ("feedback", PROCESS, "receive classify assign propose_transfer sign return_result"),
        ("feedback", LAW, "receive ask_supplement answer_supplement classify assign propose_filing rework "
         "propose_reply sign return_result"),
        ("one_stop", LAW, "receive accept assign_examiner submit_draft rework submit_draft sign return_result"),
    ],
)  # fmt: skip
def test_result_is_returned_when_the_steps_of_the_process_follow_each_other(
    family: str, version: str, steps: str
) -> None:
    assert path(family, version, *steps.split())[-1] == RequestState.RETURNED


@pytest.mark.parametrize("version", [DRAFT, PROCESS, LAW])
def test_petition_is_filed_without_reply_when_the_leader_agrees(version: str) -> None:
    assert path("feedback", version, "receive", "classify", "assign", "propose_filing", "file")[-1] == "filed"


@pytest.mark.parametrize(
    ("family", "version", "name"),
    [
        ("enforcement", DRAFT, "compare_originals"),
        ("enforcement", DRAFT, "accept_with_originals"),
        ("enforcement", PROCESS, "accept_with_appointment"),
        ("confirmation", LAW, "classify"),
        ("feedback", LAW, "refuse"),
        ("one_stop", LAW, "take_decision"),
    ],
)
def test_step_does_not_exist_when_the_version_or_the_family_has_none(
    family: str, version: str, name: str
) -> None:
    flow = WORKFLOWS.version(workflow_name(family), VALIDITY[version][0])
    with pytest.raises(TransitionNotFoundError):
        flow.find(name)


@pytest.mark.parametrize("state", [RequestState.GUIDED, RequestState.REFUSED, RequestState.WITHDRAWN])
def test_closed_request_is_reopened_when_a_reason_is_given(state: RequestState) -> None:
    flow = WORKFLOWS.version("online_request.enforcement", VALIDITY[LAW][0])
    desk = someone(Role.SUPPORT_OFFICER).permissions
    one = request(flow, state.value)
    assert flow.check("reopen", state.value, desk, one, reason="vì").target is RequestState.RECEIVED
    with pytest.raises(TransitionNotAllowedError):
        flow.check("reopen", "returned", desk, one, reason="vì")


def test_originals_are_not_noted_when_the_request_came_without_paper() -> None:
    flow = WORKFLOWS.version("online_request.enforcement", VALIDITY[PROCESS][0])
    desk = someone(Role.SUPPORT_OFFICER).permissions
    with pytest.raises(GuardRefusedError, match="without paper"):
        flow.check("accept_with_originals", "received", desk, request(flow, "received", "online"))


def test_citizen_takes_only_the_own_steps_when_at_the_public_counter() -> None:
    citizen = frozenset({"system"})
    for flow in FLOWS:
        own = {step.name for step in flow.transitions if step.is_permitted(citizen)}
        assert own <= {"answer_supplement", "withdraw", "ask_reopening", "take_decision"}


@BY_FLOW
def test_merged_request_takes_no_step_but_being_separated_or_withdrawn(flow: Workflow) -> None:
    with time_machine.travel(flow.valid_from, tick=False):
        for state, role in product(flow.states, Role):
            offered = {
                step.name for step in available_steps(someone(role), request(flow, state.value, merged=1))
            }
            may = {"unmerge", "withdraw"} if role in DESK else set()
            assert offered - {"bar_officer", "admit_officer"} == {
                name for name in may if state in flow.find(name).sources
            }


@BY_FLOW
def test_request_is_not_merged_when_a_case_came_from_it_or_no_reason_is_given(flow: Workflow) -> None:
    desk, one = someone(Role.SUPPORT_OFFICER).permissions, request(flow, "received")
    with pytest.raises(ReasonRequiredError):
        flow.check("merge", "received", desk, one, reason=" ")
    one.case_id = 5
    with pytest.raises(GuardRefusedError, match="A case was opened"):
        flow.check("merge", "received", desk, one, reason="vì")
    with pytest.raises(GuardRefusedError, match="not treated together"):
        flow.check("unmerge", "received", desk, one, reason="vì")
