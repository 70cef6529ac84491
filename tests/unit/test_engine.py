"""The transition engine on a small invented procedure: what it offers, refuses and will not let be defined."""

from dataclasses import replace
from datetime import date
from enum import StrEnum

import pytest

from backoffice.errors import NotPermittedError, StateError
from backoffice.workflow.engine import Transition, Workflow, WorkflowRegistry
from backoffice.workflow.errors import (
    GuardRefusedError,
    ReasonRequiredError,
    TransitionNotAllowedError,
    TransitionNotFoundError,
    TransitionNotPermittedError,
    WorkflowDefinitionError,
    WorkflowNotFoundError,
)
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import Line
from backoffice.workflow.permissions import Permission


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    BROKEN = "broken"


class Dark(StrEnum):
    RED = "red"


def no_fog(road):
    return Line("There is %(what)s on the road.", {"what": "fog"}) if road == "foggy" else None


OPENING = Transition("install", "Install", (), Light.RED, Permission.CASE_OPEN)
GO = Transition("go", "Go", (Light.RED,), Light.GREEN, Permission.CASE_ASSIGN, guard=no_fog)
STOP = Transition("stop", "Stop", (Light.GREEN,), Light.RED, Permission.CASE_CLOSE, by_system=True)
POLISH = Transition("polish", "Polish", (Light.RED, Light.GREEN), None, Permission.CASE_ASSIGN)
SMASH = Transition(
    "smash", "Smash", (Light.RED, Light.GREEN), Light.BROKEN, Permission.CASE_CLOSE, reason_required=True
)
STEPS = (GO, STOP, POLISH, SMASH)
LIGHTS = Workflow("light", "1", date(2020, 1, 1), None, Light, OPENING, STEPS)
ALL = {permission.value for permission in Permission}


@pytest.mark.parametrize(
    ("state", "permissions", "road", "names"),
    [
        ("red", ALL, "clear", ["go", "polish", "smash"]),
        ("red", ALL, "foggy", ["polish", "smash"]),
        ("green", ALL, "foggy", ["stop", "polish", "smash"]),
        ("red", {"case.assign"}, "clear", ["go", "polish"]),
        ("green", {"system"}, "clear", ["stop"]),
        ("red", {"system"}, "clear", []),
        ("red", set(), "clear", []),
        ("broken", ALL, "clear", []),
        ("blue", ALL, "clear", []),
    ],
)
def test_available_offers_only_what_state_permission_and_guard_allow(state, permissions, road, names):
    assert [step.name for step in LIGHTS.available(state, permissions, road)] == names


def test_check_returns_the_step_when_all_is_well():
    assert LIGHTS.check("go", "red", {"case.assign"}, "clear") is GO
    assert LIGHTS.check("smash", "red", {"case.close"}, "clear", reason="storm") is SMASH
    assert LIGHTS.check_opening({"case.open"}) is OPENING
    assert LIGHTS.initial is Light.RED


def test_target_stays_the_same_when_a_step_names_none():
    assert POLISH.target_from("green") == "green"
    assert GO.target_from("red") == "green"


@pytest.mark.parametrize(
    ("call", "error", "code"),
    [
        (("fly", "red", ALL, "clear"), TransitionNotFoundError, "transition_not_found"),
        (("install", "red", ALL, "clear"), TransitionNotFoundError, "transition_not_found"),
        (("go", "red", {"case.close"}, "clear"), TransitionNotPermittedError, "transition_not_permitted"),
        (("go", "red", {"system"}, "clear"), TransitionNotPermittedError, "transition_not_permitted"),
        (("go", "green", set(), "clear"), TransitionNotPermittedError, "transition_not_permitted"),
        (("go", "green", ALL, "clear"), TransitionNotAllowedError, "transition_not_allowed"),
        (("go", "blue", ALL, "clear"), TransitionNotAllowedError, "transition_not_allowed"),
        (("go", "red", ALL, "foggy"), GuardRefusedError, "guard_refused"),
        (("smash", "red", ALL, "clear"), ReasonRequiredError, "reason_required"),
    ],
)
def test_check_refuses_with_its_own_error_when_a_condition_fails(call, error, code):
    with pytest.raises(error) as caught:
        LIGHTS.check(*call)
    assert caught.value.code == code
    assert caught.value.params["workflow"] == "light"
    assert caught.value.params["transition"] == call[0]


@pytest.mark.parametrize("reason", [None, "", "  \n"])
def test_check_refuses_when_the_reason_is_blank(reason):
    with pytest.raises(ReasonRequiredError):
        LIGHTS.check("smash", "red", ALL, "clear", reason=reason)


def test_refusals_can_be_caught_as_those_of_the_back_office_when_shown():
    with pytest.raises(NotPermittedError):
        LIGHTS.check("go", "red", set(), "clear")
    with pytest.raises(StateError):
        LIGHTS.check("go", "green", ALL, "clear")
    with pytest.raises(GuardRefusedError, match="There is fog on the road"):
        LIGHTS.check("go", "red", ALL, "foggy")


def test_check_opening_refuses_when_permission_or_guard_fails():
    with pytest.raises(TransitionNotPermittedError):
        LIGHTS.check_opening({"case.assign"})
    guarded = replace(LIGHTS, opening=replace(OPENING, guard=no_fog))
    with pytest.raises(GuardRefusedError):
        guarded.check_opening(ALL, "foggy")


def test_constraint_values_and_final_states_follow_the_enum_when_listed():
    assert LIGHTS.check_constraint_values() == ("red", "green", "broken")
    assert LIGHTS.final_states() == (Light.BROKEN,)


def test_diagram_shows_opening_steps_and_ends_when_drawn():
    assert LIGHTS.to_mermaid() == (
        "stateDiagram-v2\n"
        "    [*] --> red : install\n"
        "    red --> green : go\n"
        "    green --> red : stop\n"
        "    red --> red : polish\n"
        "    green --> green : polish\n"
        "    red --> broken : smash\n"
        "    green --> broken : smash\n"
        "    broken --> [*]\n"
    )


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"transitions": (*STEPS, GO)}, "the step go is defined twice"),
        ({"transitions": (*STEPS, replace(GO, name="install"))}, "the step install is defined twice"),
        ({"transitions": (GO, STOP)}, "the state broken is not reached"),
        ({"unused": frozenset({Light.BROKEN})}, "the state broken is marked unused but reached"),
        ({"transitions": (*STEPS, replace(GO, name="x", target=Dark.RED))}, "unknown state red"),
        ({"transitions": (*STEPS, replace(GO, name="x", sources=(Dark.RED,)))}, "unknown state red"),
        ({"transitions": (*STEPS, replace(GO, name="x", sources=()))}, "starts nowhere"),
        ({"transitions": (*STEPS, replace(GO, name="x", sources=(Light.RED,) * 2))}, "names a source twice"),
        ({"transitions": (*STEPS, replace(GO, name="x", deadline_rule="a"))}, "needs both"),
        (
            {"transitions": (*STEPS, replace(GO, name="x", start_events=(StartEvent.GROUND_FOUND,)))},
            "needs both",
        ),
        ({"opening": replace(OPENING, target=None)}, "needs a target and no source"),
        ({"opening": replace(OPENING, sources=(Light.RED,))}, "needs a target and no source"),
    ],
)
def test_definition_refuses_when_the_table_contradicts_itself(changes, detail):
    with pytest.raises(WorkflowDefinitionError) as caught:
        replace(LIGHTS, **changes)
    assert detail in str(caught.value)


def test_unused_state_is_accepted_when_only_another_version_reaches_it():
    old = replace(LIGHTS, transitions=(GO, STOP), unused=frozenset({Light.BROKEN}))
    assert old.final_states() == ()


OLD = replace(LIGHTS, version="0", valid_from=date(2010, 1, 1), valid_to=date(2019, 12, 31))


def test_registry_gives_the_version_in_force_when_asked_around_the_border():
    registry = WorkflowRegistry([LIGHTS, OLD])
    assert registry.names == ("light",)
    assert [flow.version for flow in registry.versions("light")] == ["0", "1"]
    assert registry.version("light", date(2019, 12, 31)) is OLD
    assert registry.version("light", date(2020, 1, 1)) is LIGHTS


@pytest.mark.parametrize(("name", "on"), [("light", date(2009, 12, 31)), ("dark", date(2020, 1, 1))])
def test_registry_refuses_when_no_version_is_in_force(name, on):
    registry = WorkflowRegistry([LIGHTS, OLD])
    with pytest.raises(WorkflowNotFoundError):
        registry.version(name, on)


@pytest.mark.parametrize(
    "old",
    [
        replace(OLD, valid_to=date(2019, 12, 30)),
        replace(OLD, valid_to=date(2020, 1, 1)),
        replace(OLD, valid_to=None),
        replace(OLD, version="1"),
        Workflow("light", "0", OLD.valid_from, OLD.valid_to, Dark, replace(OPENING, target=Dark.RED), ()),
    ],
    ids=["gap", "overlap", "open-end", "same-name", "other-states"],
)
def test_registry_refuses_when_versions_do_not_meet(old):
    with pytest.raises(WorkflowDefinitionError):
        WorkflowRegistry([old, LIGHTS])
