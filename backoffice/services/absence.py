"""Absences of staff: plan one with its deputy, end one early. Who may for whom, and which deputy will do.

Everybody enters the own absence; heads and administrators enter those of others. A deputy gets no right by it.
Not here: in whose place somebody acts (`standing_in`), giving work to others for good (`reassignment`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import permissions_of, require
from backoffice.errors import InvalidInputError, NotFoundError, StateError
from backoffice.models import Absence, EnforcementAgency, StaffMember
from backoffice.models.absence import AbsenceReason
from backoffice.queries.absences import overlapping
from backoffice.queries.staff import colleagues_of
from backoffice.services.notice_hooks import tell_absence, vietnamese_day
from backoffice.services.rows import check_version, load_row
from backoffice.services.standing_in import BOUND_WORK
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.services.turns import take_turn
from backoffice.workflow.messages import N_
from backoffice.workflow.notice_events import NoticeEvent
from backoffice.workflow.permissions import Permission

# Longer ones are no absence: the work is then given to somebody else for good.
LONGEST = timedelta(days=731)
# So late an absence may still be entered, for somebody who fell ill.
EARLIEST = timedelta(days=31)


@dataclass(frozen=True)
class NewAbsence:
    """An absence to be entered: its first and last day, who stands in, its kind of reason.

    With `passes_on` the deputy of the deputy stands in while the deputy is away too.
    """

    from_on: date
    to_on: date
    deputy_id: int
    reason_kind: str
    passes_on: bool = False


@dataclass(frozen=True)
class Planned:
    """An absence that was entered, and the absences of others that have no deputy on some of its days now."""

    absence: Absence
    left_alone: tuple[Absence, ...] = ()


def plan_absence(actor: Actor, member_id: int, new: NewAbsence) -> Planned:
    """Enter an absence, the own one or, as head or administrator, that of somebody in scope; tell deputy and head.

    Raises NotPermittedError, NotFoundError for a person out of scope, InvalidInputError for days that cannot be or
    overlap with another absence, for a deputy of another agency, one whose roles do not allow the same work, one
    who is away too, or one for whom this person stands in.
    """
    if member_id != actor.user_id:
        require(actor, Permission.ABSENCE_PLAN)
    _check_values(member_id, new)
    with unit_of_work(actor) as session:
        member, agency = _person(session, member_id)
        deputy = _deputy(session, member, new.deputy_id)
        # Whoever enters something of the same two people waits, so that two do not name each other at once.
        for person_id in sorted((member.id, deputy.id)):
            take_turn(session, person_id)
        _check_free(session, member_id, new)
        _check_chain(session, member, new)
        absence = _add(session, actor, member_id, agency, new)
        write_log(session, actor, absence, LogEntry("plan_absence", "planned"))
        tell_absence(session, NoticeEvent.ABSENCE_PLANNED, absence, actor.user_id)
        return Planned(absence, _left_alone(session, absence))


def end_early(actor: Actor, absence_id: int, *, expected_version: int) -> Absence:
    """Let the person be back today; an absence that has not begun, or begins today, is taken back whole.

    Raises NotFoundError, also for the absence of somebody else without the permission, StateError when it is over,
    ConflictError.
    """
    today = clock.today()
    with unit_of_work(actor) as session:
        absence = load_row(session, Absence, absence_id)
        if absence.member_id != actor.user_id and not actor.may(Permission.ABSENCE_PLAN):
            raise NotFoundError
        if not may_end(absence, today):
            raise StateError(N_("This absence is over already."))
        changes: dict[str, Any]
        if absence.from_on >= today:
            deed, changes = "cancel_absence", {"cancelled_at": clock.now()}
        else:
            deed, changes = "end_absence", {"to_on": today - timedelta(days=1)}
        check_version(session, absence, expected_version, changes)
        write_log(session, actor, absence, LogEntry(deed, "ended", from_state="planned"))
        tell_absence(session, NoticeEvent.ABSENCE_ENDED, absence, actor.user_id)
        return absence


def member_to_plan(actor: Actor, member_id: int) -> tuple[StaffMember, list[StaffMember]]:
    """A person whose absence the actor may enter, and the colleagues who could stand in.

    Raises NotPermittedError, NotFoundError for a person out of scope.
    """
    if member_id != actor.user_id:
        require(actor, Permission.ABSENCE_PLAN)
    with unit_of_work(actor) as session:
        member, agency = _person(session, member_id)
        return member, [person for person in colleagues_of(agency.id) if _will_do(person, member)]


def may_end(absence: Absence, today: date) -> bool:
    """Whether there is anything left of it to end."""
    return absence.cancelled_at is None and absence.to_on >= today


def work_of(member: StaffMember) -> frozenset[str]:
    """The work given to one person that this person's roles allow: what a deputy must be allowed too."""
    return permissions_of(role.name for role in member.roles) & frozenset(BOUND_WORK)


def _check_values(member_id: int, new: NewAbsence) -> None:
    today = clock.today()
    if new.to_on < new.from_on:
        raise InvalidInputError("to_on", N_("The last day lies before the first."))
    if new.to_on < today:
        raise InvalidInputError("to_on", N_("This absence would be over already."))
    if new.from_on < today - EARLIEST:
        raise InvalidInputError(
            "from_on", N_("An absence may begin %(days)s days ago at the earliest."), days=EARLIEST.days
        )
    if new.to_on - new.from_on > LONGEST:
        raise InvalidInputError(
            "to_on", N_("For so long a time give the work to somebody else for good instead.")
        )
    if new.reason_kind not in {kind.value for kind in AbsenceReason}:
        raise InvalidInputError("reason_kind", N_("Choose one of the list."))
    if new.deputy_id == member_id:
        raise InvalidInputError("deputy_id", N_("Nobody stands in for themself."))


def _person(session: Session, member_id: int) -> tuple[StaffMember, EnforcementAgency]:
    """The person with the agency; raises NotFoundError when that lies outside the present scope."""
    statement = (
        select(StaffMember, EnforcementAgency)
        .join(EnforcementAgency, EnforcementAgency.id == StaffMember.agency_id)
        .where(StaffMember.id == member_id)
    )
    found = session.execute(statement).first()
    if found is None:
        raise NotFoundError
    return found[0], found[1]


def _deputy(session: Session, member: StaffMember, deputy_id: int) -> StaffMember:
    found = session.get(StaffMember, deputy_id, populate_existing=True)
    if found is None or not _will_do(found, member):
        raise InvalidInputError(
            "deputy_id", N_("Choose an active colleague of the same agency whose roles allow the same work.")
        )
    return found


def _will_do(deputy: StaffMember, member: StaffMember) -> bool:
    is_here = bool(deputy.active) and deputy.agency_id == member.agency_id and deputy.id != member.id
    return is_here and work_of(member) <= work_of(deputy)


def _check_free(session: Session, member_id: int, new: NewAbsence) -> None:
    for other in overlapping(session, Absence.member_id == member_id, new.from_on, new.to_on):
        raise InvalidInputError(
            "from_on", N_("There is an absence from %(first)s to %(last)s already."), **_days(other)
        )


def _check_chain(session: Session, member: StaffMember, new: NewAbsence) -> None:
    """Refuse a deputy who is away too, unless the deputy's own deputy was allowed and will do."""
    for other in overlapping(session, Absence.member_id == new.deputy_id, new.from_on, new.to_on):
        if other.deputy_id == member.id:
            raise InvalidInputError(
                "deputy_id",
                N_(
                    "This colleague is away from %(first)s to %(last)s, with the same person as deputy: "
                    "nobody would be there. Choose somebody else."
                ),
                **_days(other),
            )
        if not new.passes_on:
            raise InvalidInputError(
                "deputy_id",
                N_(
                    "This colleague is away from %(first)s to %(last)s. Choose somebody else, "
                    "or let the colleague's own deputy stand in on these days."
                ),
                **_days(other),
            )
        _check_next(session, member, other, new)


def _check_next(session: Session, member: StaffMember, other: Absence, new: NewAbsence) -> None:
    """The deputy's own deputy must be able to do the work and be there; nobody further on is asked."""
    following = session.get_one(StaffMember, other.deputy_id)
    first, last = max(other.from_on, new.from_on), min(other.to_on, new.to_on)
    is_away = bool(overlapping(session, Absence.member_id == following.id, first, last))
    if is_away or not _will_do(following, member):
        raise InvalidInputError(
            "deputy_id",
            N_("The colleague's own deputy is away too, or may not do this work. Choose somebody else."),
        )


def _add(
    session: Session, actor: Actor, member_id: int, agency: EnforcementAgency, new: NewAbsence
) -> Absence:
    absence = Absence(
        agency_id=agency.id,
        agency_path=agency.path,
        member_id=member_id,
        deputy_id=new.deputy_id,
        from_on=new.from_on,
        to_on=new.to_on,
        reason_kind=new.reason_kind,
        passes_on=new.passes_on,
        made_by_id=actor.user_id,
    )
    session.add(absence)
    session.flush()
    return absence


def _left_alone(session: Session, absence: Absence) -> tuple[Absence, ...]:
    """The absences in which the person should have stood in on these days, without leave to pass it on."""
    mine = overlapping(session, Absence.deputy_id == absence.member_id, absence.from_on, absence.to_on)
    return tuple(other for other in mine if not other.passes_on)


def _days(absence: Absence) -> dict[str, str]:
    return {"first": vietnamese_day(absence.from_on), "last": vietnamese_day(absence.to_on)}
