"""Taking one step of a workflow: scope, permission, state, reason, guard, version; then history and messages.

Every state change of a row that belongs to an agency goes through here, so that no state ever changes without
its history. Not here: the tables of steps (`workflow`), what else a deed changes (the service of the noun).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import in_file_of
from backoffice.errors import InvalidInputError
from backoffice.queries.calendar import working_calendar
from backoffice.queries.deadlines import deadline_from
from backoffice.queries.rules import rule_book
from backoffice.services.rows import check_version, key_of, load_row
from backoffice.services.standing_in import acted_for
from backoffice.services.transaction import send
from backoffice.services.transition_log import LogEntry, clean_reason, write_log
from backoffice.workflow.calendar import WorkingCalendar
from backoffice.workflow.deadlines import Deadline
from backoffice.workflow.engine import Transition, Workflow
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import N_
from backoffice.workflow.registry import WORKFLOWS
from backoffice.workflow.rules import RuleBook


@dataclass(frozen=True)
class Step:
    """A step that somebody wants to take.

    `on` is the day of the event that the step records (today when empty): its rules apply and its deadline
    counts from it. `causes` are names of that event, the best first: rule sets name it differently.
    `expected_version` is the version the person saw. `changes` are columns written together with the state.
    `deadline_rule` is one of the step's other rules, where the facts call for it.
    """

    name: str
    on: date | None = None
    reason: str | None = None
    expected_version: int | None = None
    causes: tuple[StartEvent, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    deadline_rule: str | None = None


@dataclass(frozen=True)
class Taken:
    """A step that was taken, with the deadline that it set running, if any, and the rules and days it was taken by.

    `calendar` is None where no day was counted.
    """

    transition: Transition
    deadline: Deadline | None
    book: RuleBook
    calendar: WorkingCalendar | None = None

    @property
    def due_on(self) -> date | None:
        """The last day of the deadline."""
        return self.deadline.due_on if self.deadline else None


@dataclass(frozen=True)
class Start:
    """What the first step of a new row sets before it is written; `rules` are read together with those of the step."""

    rules: tuple[str, ...]
    follow: Callable[[Taken], None]


# Messages of the tables that a job listens to. The others are kept in the tables for the notices of later
# screens; a message without a listener leaves nothing in the outbox.
_LISTENERS: dict[str, tuple[str, str]] = {
    "debtor_record.withdrawn": ("publication.take_down", "urgent"),
}
# The package that shows what has changed, which is exported anew.
_PUBLISHED_IN: dict[str, str] = {
    "debtor_record.published": "debtors",
    "debtor_record.amended": "debtors",
    "official_document.signed": "documents",
    "official_document.replaced": "documents",
    "official_document.withdrawn": "documents",
}


def apply_transition(session: Session, actor: Actor, subject: Any, step: Step) -> Taken:
    """Take a step of the subject's workflow, in the transaction that is open.

    Raises NotFoundError outside the actor's scope, NotPermittedError, StateError, ReasonRequiredError and
    GuardRefusedError as the table says, ConflictError when the row has changed, InvalidInputError for a day
    in the future.
    """
    load_row(session, type(subject), key_of(subject))
    workflow = _workflow(subject)
    day = _day(step.on)
    reason = clean_reason(step.reason)
    allowed = _rights(actor, subject)
    transition = workflow.check(step.name, subject.state, allowed, subject, reason=reason)
    basis, rule = transition.basis_for(subject), _deadline_rule(transition, step)
    book = _book(basis, rule)
    calendar = working_calendar() if rule else None
    deadline = _deadline(rule, day, (*step.causes, *transition.start_events), book, calendar)
    before, after = subject.state, transition.target_from(subject.state)
    # Asked before the step, which may give the row to somebody else.
    absent = acted_for(actor, subject, transition.permission)
    session.flush()
    expected = subject.version if step.expected_version is None else step.expected_version
    check_version(session, subject, expected, {"state": after, **step.changes})
    entry = LogEntry(
        transition.name,
        after,
        from_state=before,
        workflow_version=workflow.version,
        legal_basis=_citation(basis, day, book),
        reason=reason,
        deadline=deadline.as_explained_record() if deadline else None,
        acted_for=absent,
    )
    write_log(session, actor, subject, entry)
    _notify(session, transition, subject)
    return Taken(transition, deadline, book, calendar)


def open_subject(
    session: Session, actor: Actor, subject: Any, *, on: date | None = None, start: Start | None = None
) -> Taken:
    """Add a new row in the first state of its workflow, with its first history row.

    Raises NotPermittedError, GuardRefusedError, ScopeError for another agency, InvalidInputError for a day in
    the future.
    """
    workflow = _workflow(subject)
    day = _day(on)
    transition = workflow.check_opening(_rights(actor, subject), subject)
    basis, rule = transition.basis_for(subject), transition.deadline_rule
    book = _book(basis, rule, *(start.rules if start else ()))
    calendar = working_calendar() if rule or (start and start.rules) else None
    deadline = _deadline(rule, day, transition.start_events, book, calendar)
    subject.state = workflow.initial.value
    taken = Taken(transition, deadline, book, calendar)
    if start is not None:
        start.follow(taken)
    session.add(subject)
    session.flush()
    entry = LogEntry(
        transition.name,
        subject.state,
        workflow_version=workflow.version,
        legal_basis=_citation(basis, day, book),
        deadline=deadline.as_explained_record() if deadline else None,
    )
    write_log(session, actor, subject, entry)
    _notify(session, transition, subject)
    return taken


def available_steps(actor: Actor, subject: Any) -> tuple[Transition, ...]:
    """The steps that the actor may take now: the buttons to show. The deed checks again.

    A row that belongs to no agency is everybody's whose role allows the step.
    """
    path = getattr(subject, "agency_path", None)
    if path is not None and not actor.scope.covers(path):
        return ()
    return _workflow(subject).available(subject.state, _rights(actor, subject), subject)


def _rights(actor: Actor, subject: Any) -> frozenset[str]:
    """What the actor may do with the row, which may belong to the file of another one."""
    return in_file_of(actor, getattr(subject, "subject_type", None)).permissions


def _deadline_rule(transition: Transition, step: Step) -> str | None:
    """The rule of the deadline; one that the step's table does not offer is a fault of the program."""
    if step.deadline_rule in (None, transition.deadline_rule):
        return transition.deadline_rule
    if step.deadline_rule not in transition.other_deadline_rules:
        raise ValueError(f"{transition.name} does not offer {step.deadline_rule}")
    return step.deadline_rule


def _book(*codes: str | None) -> RuleBook:
    """The rules that the step needs."""
    wanted = {code for code in codes if code}
    return rule_book(*sorted(wanted)) if wanted else RuleBook(())


def _workflow(subject: Any) -> Workflow:
    """The version in force today: steps go on under the law of the day on which they are taken.

    Rows of one table that go different ways say by themselves which workflow is theirs.
    """
    return WORKFLOWS.version(getattr(subject, "workflow_name", subject.__tablename__), clock.today())


def _day(on: date | None) -> date:
    today = clock.today()
    if on is not None and on > today:
        raise InvalidInputError("on", N_("This day lies in the future."))
    return on or today


def _deadline(
    rule: str | None,
    day: date,
    events: tuple[StartEvent, ...],
    book: RuleBook,
    calendar: WorkingCalendar | None,
) -> Deadline | None:
    return None if rule is None else deadline_from(rule, day, *events, book=book, calendar=calendar)


def _citation(basis: str | None, day: date, book: RuleBook) -> str | None:
    """The article and law behind the step, as they are cited on paper."""
    rule = book.find(basis, day) if basis else None
    return f"{rule.article}, {rule.law}"[:200] if rule else None


def _notify(session: Session, transition: Transition, subject: Any) -> None:
    for message in transition.notifies:
        if message in _PUBLISHED_IN:
            send(session, "export.request", queue="default", package=_PUBLISHED_IN[message])
        elif message in _LISTENERS:
            job, queue = _LISTENERS[message]
            send(session, job, queue=queue, record_id=subject.id)
