"""Deeds on the public record of a debtor without conditions: draft, approve, publish, amend, take down.

The public fields are a copy of the case's rows, cleaned and checked; staff correct the case, never the copy, so
that both always tell the same. Not here: making the packages (`jobs.publication`), the decision itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import InvalidInputError, StateError
from backoffice.models import DebtorRecord, EnforcementCase, NonEnforceableDecision
from backoffice.models.states import DebtorRecordState, NonEnforceableState
from backoffice.queries.cases import ENDED, WITHOUT_CONDITIONS
from backoffice.queries.debtor_records import UNPUBLISHED, open_records
from backoffice.services.notice_hooks import tell_published, tell_withdrawal_due
from backoffice.services.public_fields import check_ground, decision_of, differences, public_fields
from backoffice.services.rows import check_version, load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition, open_subject
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import N_


def draft_record(session: Session, actor: Actor, decision: NonEnforceableDecision) -> DebtorRecord:
    """Make the draft of the public record of a decision that was just signed, with its legal deadline.

    `publish_due_on` follows the rule in force on the day of the decision.
    """
    record = DebtorRecord(
        decision_id=decision.id,
        agency_id=decision.agency_id,
        agency_path=decision.agency_path,
        is_sample=decision.is_sample,
    )
    _copy(record, decision)
    taken = open_subject(session, actor, record, on=decision.decided_on)
    record.publish_due_on = taken.due_on
    session.flush()
    return record


def approve_debtor_record(
    actor: Actor, record_id: int, *, expected_version: int, reason: str | None = None
) -> DebtorRecord:
    """Let the head agree to what will be published. Raises StateError when the case says something else now."""
    with unit_of_work(actor) as session:
        record = _take(
            session, actor, record_id, Step("approve", reason=reason, expected_version=expected_version)
        )
        _require_current(session, record)
        return record


def return_debtor_record_to_draft(
    actor: Actor, record_id: int, *, expected_version: int, reason: str | None = None
) -> DebtorRecord:
    """Take the agreement back; the draft gets a fresh copy of the case."""
    with unit_of_work(actor) as session:
        record = _take(
            session,
            actor,
            record_id,
            Step("return_to_draft", reason=reason, expected_version=expected_version),
        )
        _copy(record, decision_of(session, record))
        return record


def publish_debtor_record(
    actor: Actor, record_id: int, *, expected_version: int, reason: str | None = None
) -> DebtorRecord:
    """Make the record public with the next export, which is asked for in the same transaction.

    Raises StateError when the case has changed since the head agreed.
    """
    today = clock.today()
    with unit_of_work(actor) as session:
        changes = {"published_on": today, "updated_on": today}
        record = _take(
            session,
            actor,
            record_id,
            Step("publish", reason=reason, expected_version=expected_version, changes=changes),
        )
        _require_current(session, record)
        tell_published(session, record)
        return record


def cancel_debtor_record(
    actor: Actor, record_id: int, *, expected_version: int, reason: str | None = None
) -> DebtorRecord:
    """Drop a record that was never published; needs a reason."""
    with unit_of_work(actor) as session:
        return _take(
            session, actor, record_id, Step("cancel", reason=reason, expected_version=expected_version)
        )


def note_change(
    actor: Actor,
    record_id: int,
    *,
    expected_version: int,
    reason: str | None = None,
    on: date | None = None,
) -> DebtorRecord:
    """Note that public data has changed on a day: the legal time for publishing the change runs from it.

    Raises InvalidInputError for a day in the future or before the record was published.
    """
    with unit_of_work(actor) as session:
        record = load_row(session, DebtorRecord, record_id)
        _note_change(session, actor, record, Step("note_change", on, reason, expected_version))
        _require_public_on(record, on)
        return record


def amend_debtor_record(
    actor: Actor, record_id: int, *, expected_version: int, reason: str | None = None
) -> DebtorRecord:
    """Publish the change: take a new copy of the case's data and ask for an export.

    Raises StateError when nothing differs from what is public.
    """
    with unit_of_work(actor) as session:
        record = load_row(session, DebtorRecord, record_id)
        if not differences(session, record):
            raise StateError(N_("Nothing has changed since this record was published."))
        changes = {"updated_on": clock.today(), "amend_due_on": None}
        step = Step("amend", reason=reason, expected_version=expected_version, changes=changes)
        apply_transition(session, actor, record, step)
        _copy(record, decision_of(session, record))
        return record


def order_withdrawal(
    actor: Actor,
    record_id: int,
    *,
    expected_version: int,
    reason: str | None = None,
    on: date | None = None,
) -> DebtorRecord:
    """Start the legal time for taking a published record down, counted from the day the obligation was met.

    Raises InvalidInputError for a day in the future or before the record was published.
    """
    with unit_of_work(actor) as session:
        record = load_row(session, DebtorRecord, record_id)
        causes = (StartEvent.OBLIGATION_FULFILLED,)
        _order_withdrawal(
            session, actor, record, Step("order_withdrawal", on, reason, expected_version, causes)
        )
        _require_public_on(record, on)
        return record


def keep_debtor_record_published(
    actor: Actor, record_id: int, *, expected_version: int, reason: str | None = None
) -> DebtorRecord:
    """Undo an ordered take-down that was a mistake.

    Raises StateError when its decision is no longer in force, or its case has ended or is enforced again: a
    decision to continue enforcement is a reason for taking down (Circular 04/2023 Art. 6.2; Decree 152/2026
    Art. 23.2).
    """
    with unit_of_work(actor) as session:
        changes = {"withdraw_due_on": None}
        step = Step("keep_published", reason=reason, expected_version=expected_version, changes=changes)
        record = _take(session, actor, record_id, step)
        if decision_of(session, record).state != NonEnforceableState.SIGNED.value:
            raise StateError(N_("The decision is no longer in force, so the record must be taken down."))
        if _running_case(session, record).state not in WITHOUT_CONDITIONS:
            raise StateError(N_("Enforcement of this case goes on, so the record must be taken down."))
        return record


def withdraw_debtor_record(
    actor: Actor, record_id: int, *, expected_version: int, reason: str | None = None
) -> DebtorRecord:
    """Take the record down; the job that removes it from every published version leaves with the transaction."""
    with unit_of_work(actor) as session:
        changes = {"withdrawn_on": clock.today(), "amend_due_on": None}
        return _take(
            session,
            actor,
            record_id,
            Step("withdraw", reason=reason, expected_version=expected_version, changes=changes),
        )


def end_publication(
    session: Session,
    actor: Actor,
    decisions: Iterable[NonEnforceableDecision],
    cause: StartEvent,
    on: date,
    reason: str,
) -> int:
    """End the publication of these decisions' records: drafts are cancelled, public ones become due.

    The deadline counts from the day of the cause under the rule of that day. Returns how many records it met.
    """
    records = open_records([decision.id for decision in decisions])
    for record in records:
        if record.state in UNPUBLISHED:
            apply_transition(session, actor, record, Step("cancel", reason=reason))
        elif record.state == DebtorRecordState.PUBLISHED.value:
            # The law before 1 July 2026 knows a withdrawn decision only through the enforcement that goes on.
            causes = (cause, StartEvent.ENFORCEMENT_CONTINUED)
            _order_withdrawal(session, actor, record, Step("order_withdrawal", on, reason, causes=causes))
    return len(records)


def follow_change(session: Session, actor: Actor, records: Iterable[DebtorRecord], on: date) -> None:
    """Let open records follow a correction of their case: drafts are copied anew, public ones become due.

    An approved record stays what the head approved, and `publish_debtor_record` refuses it until it is returned.
    """
    for record in records:
        if not differences(session, record):
            continue
        if record.state == DebtorRecordState.DRAFT.value:
            check_version(session, record, record.version)
            _copy(record, decision_of(session, record))
            write_log(session, actor, record, LogEntry("refresh", record.state, from_state=record.state))
        elif record.state == DebtorRecordState.PUBLISHED.value:
            _note_change(session, actor, record, Step("note_change", on))


def _take(session: Session, actor: Actor, record_id: int, step: Step) -> DebtorRecord:
    """Load a record within the actor's scope and take one step on it."""
    record = load_row(session, DebtorRecord, record_id)
    apply_transition(session, actor, record, step)
    return record


def _note_change(session: Session, actor: Actor, record: DebtorRecord, step: Step) -> None:
    taken = apply_transition(session, actor, record, step)
    if taken.due_on and (record.amend_due_on is None or taken.due_on < record.amend_due_on):
        record.amend_due_on = taken.due_on


def _order_withdrawal(session: Session, actor: Actor, record: DebtorRecord, step: Step) -> None:
    taken = apply_transition(session, actor, record, step)
    record.withdraw_due_on = taken.due_on
    record.amend_due_on = None
    session.flush()
    tell_withdrawal_due(session, record)


def _require_public_on(record: DebtorRecord, on: date | None) -> None:
    """Refuse a day on which the record was not public yet; checked last, so that role and state answer first."""
    if on is not None and record.published_on is not None and on < record.published_on:
        raise InvalidInputError(
            "on",
            N_("This day lies before the record was published on %(day)s."),
            day=f"{record.published_on:%d/%m/%Y}",
        )


def _running_case(session: Session, record: DebtorRecord) -> EnforcementCase:
    case = load_row(session, EnforcementCase, decision_of(session, record).case_id)
    if case.state in ENDED:
        raise StateError(N_("The case of this record has ended, so it cannot be public."))
    return case


def _require_current(session: Session, record: DebtorRecord) -> None:
    """Refuse approval and publication of what the case no longer says."""
    _running_case(session, record)
    decision = decision_of(session, record)
    check_ground("reason_code", decision.ground_code, decision.decided_on)
    if differences(session, record):
        raise StateError(
            N_("The case has changed since this record was drafted. Return it to draft and look at it again.")
        )


def _copy(record: DebtorRecord, decision: NonEnforceableDecision) -> None:
    check_ground("reason_code", decision.ground_code, decision.decided_on)
    for name, value in public_fields(decision).items():
        setattr(record, name, value)
