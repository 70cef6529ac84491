"""Transitions as data: what a step is, which steps a state offers, and why one is refused.

Belongs here: the shape of a workflow, its checks when defined, and the choice of a version by date.
Does not belong here: the tables themselves (one module a noun), writing states and history (services).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, cast

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

Guard = Callable[[Any], Line | None]


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """A legal rule that depends on the subject: `choose` returns one of `codes`."""

    codes: tuple[str, ...]
    choose: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Transition:
    """One step: from where, to where, who may, under which rule, and what it sets running.

    `target` None leaves the state as it is. `guard` looks at the subject and returns the sentence of refusal,
    or None when all is well. `legal_basis` and `deadline_rule` are codes of legal rules; the deadline counts
    from one of `start_events`. `other_deadline_rules` may stand in for `deadline_rule` where the facts of the
    case call for it; the service knows them. `by_system` lets machines take a step that people may take too. `notifies`
    names the messages that leave with the step.
    """

    name: str
    label: str
    sources: tuple[StrEnum, ...]
    target: StrEnum | None
    permission: Permission
    legal_basis: str | RuleChoice | None = None
    guard: Guard | None = None
    deadline_rule: str | None = None
    other_deadline_rules: tuple[str, ...] = ()
    start_events: tuple[StartEvent, ...] = ()
    notifies: tuple[str, ...] = ()
    reason_required: bool = False
    by_system: bool = False

    def is_permitted(self, permissions: Collection[str]) -> bool:
        """Return whether one of the permissions allows the step."""
        return self.permission in permissions or (self.by_system and Permission.SYSTEM in permissions)

    def basis_for(self, subject: Any) -> str | None:
        """Return the code of the rule on which the step rests for this subject."""
        return (
            self.legal_basis.choose(subject) if isinstance(self.legal_basis, RuleChoice) else self.legal_basis
        )

    def basis_codes(self) -> tuple[str, ...]:
        """Return the codes of all rules on which the step may rest."""
        if isinstance(self.legal_basis, RuleChoice):
            return self.legal_basis.codes
        return (self.legal_basis,) if self.legal_basis else ()

    def target_from(self, state: str) -> str:
        """Return the state after the step when it starts in `state`."""
        return state if self.target is None else self.target.value


@dataclass(frozen=True, slots=True)
class Workflow:
    """One version of a procedure: its states, its opening and its steps, valid from one day to another.

    `opening` is the step that makes the record; it has no sources. `unused` are states that this version does
    not reach, because another version does. Raises WorkflowDefinitionError when the table contradicts itself.
    """

    name: str
    version: str
    valid_from: date
    valid_to: date | None
    states: type[StrEnum]
    opening: Transition
    transitions: tuple[Transition, ...]
    unused: frozenset[StrEnum] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        for detail in _contradictions(self):
            raise WorkflowDefinitionError(workflow=f"{self.name} {self.version}", detail=detail)

    @property
    def initial(self) -> StrEnum:
        """The state in which a record begins."""
        return cast(StrEnum, self.opening.target)

    def find(self, name: str) -> Transition:
        """Return the step of this name; raises TransitionNotFoundError."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise TransitionNotFoundError(workflow=self.name, transition=name)

    def available(
        self, state: str, permissions: Collection[str], subject: Any = None
    ) -> tuple[Transition, ...]:
        """Return the steps that this state, these permissions and the subject allow: the buttons to show."""
        return tuple(
            transition
            for transition in self.transitions
            if state in transition.sources
            and transition.is_permitted(permissions)
            and (transition.guard is None or transition.guard(subject) is None)
        )

    def check(
        self,
        name: str,
        state: str,
        permissions: Collection[str],
        subject: Any = None,
        *,
        reason: str | None = None,
    ) -> Transition:
        """Return the step if it may be taken now.

        Raises, in this order: TransitionNotFoundError, TransitionNotPermittedError, TransitionNotAllowedError
        (wrong state), ReasonRequiredError, GuardRefusedError with the guard's own sentence.
        """
        transition = self.find(name)
        self._require_permission(transition, permissions)
        if state not in transition.sources:
            raise TransitionNotAllowedError(workflow=self.name, transition=name, state=str(state))
        if transition.reason_required and not (reason or "").strip():
            raise ReasonRequiredError(workflow=self.name, transition=name)
        self._ask_guard(transition, subject)
        return transition

    def check_opening(self, permissions: Collection[str], subject: Any = None) -> Transition:
        """Return the opening step if a record may be made; raises as `check` does."""
        self._require_permission(self.opening, permissions)
        self._ask_guard(self.opening, subject)
        return self.opening

    def check_constraint_values(self) -> tuple[str, ...]:
        """Return the values that the state column may hold, in the order of the enum."""
        return tuple(state.value for state in self.states)

    def final_states(self) -> tuple[StrEnum, ...]:
        """Return the states that are used and that no step leaves for another one."""
        left = {
            source
            for transition in self.transitions
            for source in transition.sources
            if transition.target_from(source) != source.value
        }
        return tuple(state for state in self.states if state not in left and state not in self.unused)

    def to_mermaid(self) -> str:
        """Return the table as a Mermaid state diagram, for the documentation."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial.value} : {self.opening.name}"]
        lines += [
            f"    {source.value} --> {transition.target_from(source)} : {transition.name}"
            for transition in self.transitions
            for source in transition.sources
        ]
        return "\n".join(lines + [f"    {state.value} --> [*]" for state in self.final_states()]) + "\n"

    def _require_permission(self, transition: Transition, permissions: Collection[str]) -> None:
        if not transition.is_permitted(permissions):
            raise TransitionNotPermittedError(
                workflow=self.name, transition=transition.name, permission=transition.permission.value
            )

    def _ask_guard(self, transition: Transition, subject: Any) -> None:
        refusal = transition.guard(subject) if transition.guard else None
        if refusal is not None:
            raise GuardRefusedError(
                refusal.message, workflow=self.name, transition=transition.name, **refusal.params
            )


class WorkflowRegistry:
    """All versions of all workflows, found by name and day.

    Raises WorkflowDefinitionError when versions of one name overlap, leave a gap or differ in their states.
    """

    def __init__(self, workflows: Iterable[Workflow]) -> None:
        self._by_name: dict[str, list[Workflow]] = {}
        for workflow in sorted(workflows, key=lambda workflow: (workflow.name, workflow.valid_from)):
            self._by_name.setdefault(workflow.name, []).append(workflow)
        for versions in self._by_name.values():
            for before, after in pairwise(versions):
                _check_succession(before, after)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all workflows."""
        return tuple(self._by_name)

    def in_force(self, noun: str, on: date) -> tuple[Workflow, ...]:
        """Return the versions in force of a table's workflow, of all where its rows go different ways."""
        names = (name for name in self._by_name if name == noun or name.startswith(f"{noun}."))
        return tuple(self.version(name, on) for name in names)

    def versions(self, name: str) -> tuple[Workflow, ...]:
        """Return all versions of a workflow, oldest first; empty when the name is unknown."""
        return tuple(self._by_name.get(name, ()))

    def version(self, name: str, on: date) -> Workflow:
        """Return the version in force on the day; raises WorkflowNotFoundError when there is none.

        A record that was opened under an older version goes on under the one in force on the day of the step:
        steps taken before are not taken again (Law 106/2025 article 116.3 and 116.4).
        """
        for workflow in self._by_name.get(name, ()):
            if workflow.valid_from <= on and (workflow.valid_to is None or on <= workflow.valid_to):
                return workflow
        raise WorkflowNotFoundError(workflow=name, on=on.isoformat())


def _contradictions(workflow: Workflow) -> Iterable[str]:
    steps = (workflow.opening, *workflow.transitions)
    names = [step.name for step in steps]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"the step {name} is defined twice"
    if workflow.opening.target is None or workflow.opening.sources:
        yield "the opening needs a target and no source"
    for step in steps:
        yield from _step_contradictions(step, workflow)
    reached = _reached(workflow)
    for state in workflow.states:
        if (state in reached) is (state in workflow.unused):
            yield f"the state {state.value} is {'marked unused but reached' if state in reached else 'not reached'}"


def _step_contradictions(step: Transition, workflow: Workflow) -> Iterable[str]:
    for state in (*step.sources, *([step.target] if step.target else [])):
        if not isinstance(state, workflow.states):
            yield f"the step {step.name} names the unknown state {state}"
    if not step.sources and step is not workflow.opening:
        yield f"the step {step.name} starts nowhere"
    if len(set(step.sources)) != len(step.sources):
        yield f"the step {step.name} names a source twice"
    if bool(step.deadline_rule) is not bool(step.start_events):
        yield f"the step {step.name} needs both a deadline rule and its start events, or neither"


def _reached(workflow: Workflow) -> set[StrEnum]:
    reached = {workflow.opening.target} if workflow.opening.target else set()
    while True:
        more = {
            step.target for step in workflow.transitions if step.target and reached.intersection(step.sources)
        }
        if more <= reached:
            return reached
        reached |= more


def _check_succession(before: Workflow, after: Workflow) -> None:
    if before.valid_to is None or before.valid_to + timedelta(days=1) != after.valid_from:
        raise WorkflowDefinitionError(
            workflow=before.name, detail=f"versions {before.version} and {after.version} do not meet"
        )
    if before.states is not after.states or before.version == after.version:
        raise WorkflowDefinitionError(
            workflow=before.name, detail="versions must share their states and differ in name"
        )
