"""The tables of the real procedures: every state × step × permission, both laws, guards and legal bases."""

import itertools
from datetime import date
from types import SimpleNamespace

import pytest

from backoffice.models.states import (
    CaseOrigin,
    CaseState,
    DebtorRecordState,
    DecisionState,
    ExportRunState,
    NonEnforceableState,
)
from backoffice.workflow.debtor_record import REQUIRED_FIELDS
from backoffice.workflow.enforcement_case import verification_rule
from backoffice.workflow.errors import (
    GuardRefusedError,
    ReasonRequiredError,
    TransitionNotAllowedError,
    TransitionNotFoundError,
    TransitionNotPermittedError,
    WorkflowNotFoundError,
)
from backoffice.workflow.permissions import Permission
from backoffice.workflow.registry import WORKFLOWS

LAST_OLD, NEW = date(2026, 6, 30), date(2026, 7, 1)
ALL = frozenset(permission.value for permission in Permission)
FLOWS = [flow for name in WORKFLOWS.names for flow in WORKFLOWS.versions(name)]
BY_FLOW = pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: f"{flow.name}-{flow.version}")
COMPLETE = {
    "origin": CaseOrigin.EX_OFFICIO.value,
    "decision_number": "12/QĐ-CTHADS",
    "decided_on": NEW,
    "ground_code": "2026_a",
    "full_name": "Nguyễn Văn Mẫu",
    "address": "Xã Mẫu, tỉnh Mẫu",
    "judgment_number": "1/2026/DS-ST",
    "judgment_on": NEW,
    "court_name": "Tòa án nhân dân khu vực 1",
    "enforcement_decision_number": "3/QĐ-CTHADS",
    "enforcement_decision_on": NEW,
    "obligation_code": "fine",
    "reason_code": "2026_a",
    "channel": "desk",
    "case_id": None,
    "duplicate_of_id": None,
    "is_confidential": True,
    "may_still_answer": False,
    "state": "submitted",
    "handed_over_way": None,
    "handed_over_on": None,
    "reopening_asked_on": None,
    "archive_asked_on": None,
    "archive_released_on": None,
}
# What a step's own guard asks for beside a complete subject.
NEEDED = {
    "return_request": {"origin": "on_request"},
    "unmerge": {"duplicate_of_id": 2},
    "hand_out": {"state": "returned", "handed_over_way": "desk"},
    "keep_closed": {"reopening_asked_on": NEW},
    "release_archive": {"archive_asked_on": NEW},
    "keep_archive": {"archive_asked_on": NEW},
}


def subject(**changes):
    return SimpleNamespace(**(COMPLETE | changes))


def subject_of(step):
    return subject(**NEEDED.get(step.name, {}))


def flow_on(name, on):
    return WORKFLOWS.version(name, on)


@BY_FLOW
def test_every_step_is_taken_or_refused_rightly_for_every_state_and_permission(flow):
    for step, state, permission in itertools.product(flow.transitions, flow.states, Permission):
        held = frozenset({permission.value})
        permitted = permission is step.permission or (step.by_system and permission is Permission.SYSTEM)
        one = subject_of(step)
        offered = step in flow.available(state.value, held, one)
        assert offered is (permitted and state in step.sources)
        if offered:
            assert flow.check(step.name, state.value, held, one, reason="vì") is step
            continue
        refusal = TransitionNotAllowedError if permitted else TransitionNotPermittedError
        with pytest.raises(refusal):
            flow.check(step.name, state.value, held, one, reason="vì")


@BY_FLOW
def test_steps_refuse_when_a_needed_reason_is_missing(flow):
    for step in flow.transitions:
        one = subject_of(step)
        if step.reason_required:
            with pytest.raises(ReasonRequiredError):
                flow.check(step.name, step.sources[0], ALL, one)
        else:
            assert flow.check(step.name, step.sources[0], ALL, one) is step


@BY_FLOW
def test_opening_refuses_when_its_permission_is_missing(flow):
    assert flow.check_opening({flow.opening.permission}) is flow.opening
    others = ALL - {flow.opening.permission} - ({"system"} if flow.opening.by_system else set())
    with pytest.raises(TransitionNotPermittedError):
        flow.check_opening(others)


@BY_FLOW
def test_rules_that_steps_name_are_in_force_as_long_as_the_version(flow, book):
    days = [flow.valid_from, flow.valid_to or date(2031, 1, 1)]
    for step, on in itertools.product((flow.opening, *flow.transitions), days):
        assert all(book.rule(code, on) for code in step.basis_codes())
        assert step.basis_for(subject(case=subject())) in (*step.basis_codes(), None)
        rules = (step.deadline_rule, *step.other_deadline_rules) if step.deadline_rule else ()
        assert all(set(step.start_events) <= set(book.rule(rule, on).start_events) for rule in rules)


@BY_FLOW
def test_final_states_offer_no_step_that_leaves_them_when_everything_is_permitted(flow):
    assert flow.final_states()
    for state in flow.final_states():
        assert all(step.target_from(state) == state.value for step in flow.available(state, ALL, subject()))


@BY_FLOW
def test_names_fit_the_history_columns(flow):
    steps = (flow.opening, *flow.transitions)
    assert all(len(step.name) <= 40 and step.label for step in steps)
    assert all(len(value) <= 24 for value in flow.check_constraint_values())
    assert len(flow.version) <= 16
    assert flow.to_mermaid().count("-->") == 1 + len(flow.final_states()) + sum(
        len(step.sources) for step in flow.transitions
    )


@pytest.mark.parametrize(
    ("name", "initial", "final"),
    [
        (
            "enforcement_case",
            CaseState.ACCEPTED,
            {CaseState.DELEGATED, CaseState.COMPLETED, CaseState.TERMINATED, CaseState.RETURNED},
        ),
        ("enforcement_decision", DecisionState.DRAFTED, {DecisionState.WITHDRAWN, DecisionState.DISCARDED}),
        (
            "non_enforceable_decision",
            NonEnforceableState.DRAFTED,
            {
                NonEnforceableState.WITHDRAWN,
                NonEnforceableState.SUPERSEDED,
                NonEnforceableState.DISCARDED,
            },
        ),
        (
            "debtor_record",
            DebtorRecordState.DRAFT,
            {DebtorRecordState.WITHDRAWN, DebtorRecordState.CANCELLED},
        ),
        (
            "export_run",
            ExportRunState.QUEUED,
            {ExportRunState.PUBLISHED, ExportRunState.UNCHANGED, ExportRunState.CANCELLED},
        ),
    ],
)
def test_workflow_begins_and_ends_where_the_field_says(name, initial, final):
    flow = flow_on(name, NEW)
    assert flow.initial is initial
    assert set(flow.final_states()) == final


def test_machine_steps_refuse_when_a_person_holds_every_other_permission():
    flow = flow_on("export_run", NEW)
    machine_steps = [step for step in flow.transitions if step.permission is Permission.SYSTEM]
    assert [step.name for step in machine_steps] == [
        "start",
        "begin_publishing",
        "publish",
        "find_unchanged",
        "fail",
    ]
    for step in machine_steps:
        with pytest.raises(TransitionNotPermittedError):
            flow.check(step.name, step.sources[0], ALL - {"system"}, reason="vì")


def test_failed_run_goes_back_to_the_queue_when_retried_by_person_or_machine():
    flow = flow_on("export_run", NEW)
    for held in ({"export.run"}, {"system"}):
        assert flow.check("retry", "failed", held).target is ExportRunState.QUEUED
    with pytest.raises(TransitionNotAllowedError):
        flow.check("retry", "published", {"system"})


@pytest.mark.parametrize("on", [LAST_OLD, NEW])
@pytest.mark.parametrize("origin", CaseOrigin)
def test_opening_rests_on_the_rule_of_the_origin_when_either_law_holds(origin, on, book):
    case = subject(origin=origin.value)
    rests_on = {flow_on("enforcement_case", on).opening.basis_for(case)}
    decision = flow_on("enforcement_decision", on)
    rests_on |= {step.basis_for(subject(case=case)) for step in (decision.opening, decision.find("sign"))}
    assert rests_on == {f"decision.{origin.value}"}
    others = {f"decision.{other.value}" for other in CaseOrigin} - rests_on
    assert book.rule(rests_on.pop(), on).article != book.rule(others.pop(), on).article


@pytest.mark.parametrize(
    ("grounds", "months"),
    [({"2026_c"}, 12), ({"2015_c"}, 12), ({"2026_a"}, 6), ({"2026_a", "2026_c"}, 6), ((), 6)],
)
def test_verification_repeats_after_a_year_only_when_no_address_is_known(grounds, months, book):
    assert book.rule(verification_rule(grounds), NEW).value == months


def test_request_cannot_be_returned_when_the_old_law_still_holds():
    old = flow_on("enforcement_case", LAST_OLD)
    with pytest.raises(TransitionNotFoundError):
        old.check("return_request", "non_enforceable", ALL, subject(origin="on_request"))
    assert old.unused == {CaseState.RETURNED}
    for origin in CaseOrigin:
        assert old.check("move_to_ledger", "non_enforceable", ALL, subject(origin=origin.value))


@pytest.mark.parametrize(
    ("origin", "taken", "refused"),
    [("ex_officio", "move_to_ledger", "return_request"), ("on_request", "return_request", "move_to_ledger")],
)
def test_origin_decides_between_ledger_and_return_when_the_new_law_holds(origin, taken, refused):
    flow = flow_on("enforcement_case", NEW)
    case = subject(origin=origin)
    assert flow.check(taken, "non_enforceable", ALL, case).name == taken
    with pytest.raises(GuardRefusedError) as caught:
        flow.check(refused, "non_enforceable", ALL, case)
    assert "ex officio" in caught.value.message
    assert refused not in {step.name for step in flow.available("non_enforceable", ALL, case)}


@pytest.mark.parametrize("blank", [{"decision_number": ""}, {"decision_number": None}, {"decided_on": None}])
@pytest.mark.parametrize("name", ["enforcement_decision", "non_enforceable_decision"])
def test_decision_cannot_be_signed_when_number_or_date_is_missing(name, blank):
    with pytest.raises(GuardRefusedError, match="number and date"):
        flow_on(name, NEW).check("sign", "drafted", ALL, subject(**blank))


def test_decision_cannot_be_signed_when_the_ground_is_missing():
    with pytest.raises(GuardRefusedError, match="ground"):
        flow_on("non_enforceable_decision", NEW).check("sign", "drafted", ALL, subject(ground_code=None))


@pytest.mark.parametrize("field", REQUIRED_FIELDS)
@pytest.mark.parametrize(
    ("step", "state"), [("approve", "draft"), ("publish", "approved"), ("amend", "published")]
)
def test_record_is_not_published_when_a_public_field_is_missing(step, state, field):
    with pytest.raises(GuardRefusedError) as caught:
        flow_on("debtor_record", NEW).check(
            step, state, ALL, subject(**{field: " " if "name" in field else None})
        )
    assert caught.value.params["fields"] == field


def test_take_down_counts_from_every_event_of_the_rule_when_either_law_holds(book):
    for on in (LAST_OLD, NEW):
        step = flow_on("debtor_record", on).find("order_withdrawal")
        assert set(step.start_events) == set(book.rule("publication.withdraw", on).start_events)


def test_withdrawn_decision_starts_the_take_down_only_when_the_new_law_holds():
    old, new = (flow_on("non_enforceable_decision", on).find("withdraw") for on in (LAST_OLD, NEW))
    assert (old.deadline_rule, old.start_events) == (None, ())
    assert (new.deadline_rule, new.start_events) == ("publication.withdraw", ("non_enforceable_withdrawn",))


def test_record_is_visible_until_withdrawn_when_the_take_down_is_running():
    flow = flow_on("debtor_record", NEW)
    assert flow.check("order_withdrawal", "published", {"system"}).target is DebtorRecordState.WITHDRAWAL_DUE
    assert flow.find("withdraw").sources == (DebtorRecordState.PUBLISHED, DebtorRecordState.WITHDRAWAL_DUE)
    with pytest.raises(TransitionNotAllowedError):
        flow.check("amend", "withdrawn", ALL, subject())


def test_registry_refuses_when_the_day_lies_before_every_law():
    with pytest.raises(WorkflowNotFoundError):
        flow_on("enforcement_case", date(2015, 8, 31))
