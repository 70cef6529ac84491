"""Conditions on rows that wait for somebody: given back, differing from their decision, not yet taken down.

Not here: what is due by a day (`views.queue_filters`), counting (`queries.work_counts`).
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from backoffice.models import (
    CaseParty,
    DebtorRecord,
    EnforcementCase,
    EnforcementDecision,
    EnforcementObligation,
    ExportRun,
    NonEnforceableDecision,
    OnlineRequest,
    StaffMember,
    TransitionLog,
    UpkeepRun,
)
from backoffice.models.request_states import HandoverWay, RequestState
from backoffice.models.states import DebtorRecordState, ExportRunState, NonEnforceableState
from backoffice.queries.agencies import ended_agencies
from backoffice.workflow.online_request import OPEN_STATES


def is_given_back(officer_ids: Collection[int]) -> ColumnElement[bool]:
    """Records that were returned to draft, of cases that are given to one of these officers."""
    returned = select(TransitionLog.subject_id).where(
        TransitionLog.subject_type == DebtorRecord.__tablename__,
        TransitionLog.subject_id == DebtorRecord.id,
        TransitionLog.transition == "return_to_draft",
    )
    own = (
        select(NonEnforceableDecision.id)
        .join(EnforcementCase, EnforcementCase.id == NonEnforceableDecision.case_id)
        .where(EnforcementCase.officer_id.in_(officer_ids))
    )
    return (
        (DebtorRecord.state == DebtorRecordState.DRAFT.value)
        & DebtorRecord.decision_id.in_(own)
        & returned.exists()
    )


def differs_from_decision() -> ColumnElement[bool]:
    """Public records that no longer say what their decision and its case say, or whose decision is not in force."""
    decision, case, debtor = NonEnforceableDecision, EnforcementCase, CaseParty
    enforcement, obligation = EnforcementDecision, EnforcementObligation
    amount = func.coalesce(obligation.outstanding_amount_vnd, obligation.amount_vnd)
    pairs = (
        (DebtorRecord.full_name, debtor.full_name),
        (DebtorRecord.address, debtor.address),
        (DebtorRecord.judgment_number, case.judgment_number),
        (DebtorRecord.judgment_on, case.judgment_on),
        (DebtorRecord.court_name, case.court_name),
        (DebtorRecord.enforcement_decision_number, enforcement.decision_number),
        (DebtorRecord.enforcement_decision_on, enforcement.decided_on),
        (DebtorRecord.obligation_code, obligation.obligation_code),
        (DebtorRecord.obligation_amount_vnd, amount),
        (DebtorRecord.reason_code, decision.ground_code),
    )
    changed = or_(
        decision.state != NonEnforceableState.SIGNED.value,
        *(kept.is_distinct_from(said) for kept, said in pairs),
    )
    differing = (
        select(decision.id)
        .join(case, case.id == decision.case_id)
        .join(debtor, debtor.id == decision.debtor_id)
        .join(enforcement, enforcement.id == decision.enforcement_decision_id)
        .join(obligation, obligation.id == decision.obligation_id)
        .where(decision.id == DebtorRecord.decision_id, changed)
    )
    return (DebtorRecord.state == DebtorRecordState.PUBLISHED.value) & differing.exists()


def is_to_be_collected() -> ColumnElement[bool]:
    """Results of requests that lie at the desk until their applicants come for them."""
    lies = OnlineRequest.handed_over_way == HandoverWay.DESK.value
    return and_(lies, OnlineRequest.handed_over_on.is_(None))


def waits_for_archive() -> ColumnElement[bool]:
    """Requests whose examination waits for the head's consent to take a file out of the archive."""
    asked = OnlineRequest.archive_asked_on.is_not(None)
    examined = OnlineRequest.state == RequestState.IN_EXAMINATION.value
    return and_(examined, asked, OnlineRequest.archive_released_on.is_(None))


def asks_to_reopen() -> ColumnElement[bool]:
    """Closed requests whose applicants asked to take them up again, and wait for the answer."""
    return OnlineRequest.reopening_asked_on.is_not(None)


def is_left_alone() -> ColumnElement[bool]:
    """Merged requests that nobody answers any more, since the one that they are treated with has ended.

    Where both are of one applicant, the outcome of the other holds for both, unless it was taken back.
    """
    other = aliased(OnlineRequest)
    is_unanswered = or_(
        other.state == RequestState.WITHDRAWN.value, other.identity_key != OnlineRequest.identity_key
    )
    ended = select(other.id).where(
        other.id == OnlineRequest.duplicate_of_id, other.state.not_in(OPEN_STATES), is_unanswered
    )
    return and_(OnlineRequest.duplicate_of_id.is_not(None), ended.exists())


def is_still_in_the_package() -> ColumnElement[bool]:
    """Records whose publication has ended, but which no export has removed from what was published."""
    return (DebtorRecord.state == DebtorRecordState.WITHDRAWN.value) & DebtorRecord.taken_down_at.is_(None)


def is_failed_and_not_repaired() -> ColumnElement[bool]:
    """Failed runs after which no run of the same package ended well."""
    later = aliased(ExportRun)
    ended_well = (ExportRunState.PUBLISHED.value, ExportRunState.UNCHANGED.value)
    repaired = select(later.id).where(
        later.package_name == ExportRun.package_name, later.id > ExportRun.id, later.state.in_(ended_well)
    )
    return (ExportRun.state == ExportRunState.FAILED.value) & ~repaired.exists()


def is_bad_upkeep_and_not_mended() -> ColumnElement[bool]:
    """Runs of upkeep that found faults or were not done, after which no run of the same upkeep was good."""
    later = aliased(UpkeepRun)
    mended = select(later.id).where(
        later.upkeep == UpkeepRun.upkeep, later.id > UpkeepRun.id, later.is_bad.is_(False)
    )
    return UpkeepRun.is_bad.is_(True) & ~mended.exists()


def is_account_to_look_at() -> ColumnElement[bool]:
    """Open accounts without a role, or of an agency that has ended: somebody must say what they may do."""
    unclear: ColumnElement[bool] = or_(~StaffMember.roles.any(), StaffMember.agency_id.in_(ended_agencies()))
    return and_(StaffMember.active.is_(True), unclear)
