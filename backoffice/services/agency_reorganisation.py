"""Applying a reorganisation of the agencies: close the old ones, name their successors, move nobody's history.

The 63 provinces became 34 on 1 July 2025: each old provincial agency and all its district offices end the day
before, and the agency of the new province succeeds them. Rows keep the agency that acted; the scope follows the
successor links. Not here: importing agencies, opening regional rooms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.access.scope import Scope
from backoffice.errors import InvalidInputError, NotFoundError
from backoffice.models import EnforcementAgency, StaffMember
from backoffice.models.enforcement_agency import PATH_END
from backoffice.models.states import AgencyLevel
from backoffice.queries.agencies import national_agency, valid_on
from backoffice.services.agency_directory import forget_agency_directory
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from exports.text import clean_text, fold_ascii

COLUMNS = ("old_code", "old_name", "new_code", "new_name", "effective_date")
CITY, PROVINCE = "Thành phố ", "Tỉnh "
# Centrally run cities since 1 January 2025; files often leave their prefix out.
CENTRALLY_RUN_CITIES = frozenset({"Hà Nội", "Hải Phòng", "Huế", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ"})


@dataclass(frozen=True)
class Succession:
    """One line of the file: the province with `old_code` became part of the province with `new_code`."""

    line: int
    old_code: str
    old_name: str
    new_code: str
    new_name: str
    effective_on: date

    @property
    def successor_code(self) -> str:
        """The code of the agency that succeeds."""
        return f"P{self.new_code}"

    @property
    def successor_name(self) -> str:
        """The name of the agency that succeeds, with the right word before the province."""
        bare = self.new_name.removeprefix(CITY).removeprefix(PROVINCE)
        kind = "thành phố" if bare in CENTRALLY_RUN_CITIES or self.new_name.startswith(CITY) else "tỉnh"
        return f"Thi hành án dân sự {kind} {bare}"


@dataclass(frozen=True)
class Closing:
    """A provincial agency that ends, with the number of district offices that end with it."""

    agency_id: int
    code: str
    path: str
    successor_code: str
    district_count: int


@dataclass(frozen=True)
class ReorganisationPlan:
    """What a reorganisation does, or has done when it `is_applied`; staff are counted, not named."""

    on: date
    successors: dict[str, Succession]
    closings: tuple[Closing, ...]
    moved_staff_count: int
    staying_staff_count: int
    is_applied: bool = field(default=False)

    @property
    def district_count(self) -> int:
        """How many district offices end."""
        return sum(closing.district_count for closing in self.closings)


def plan_reorganisation(actor: Actor, rows: Iterable[Mapping[str, str]], on: date) -> ReorganisationPlan:
    """Read the file and say what would happen, without a change.

    Raises InvalidInputError with the line at fault: columns missing, a date other than `on`, an old province
    that is unknown, named twice or missing, a successor that is itself succeeded, or one named two ways.
    """
    require(actor, Permission.SYSTEM, Permission.AGENCY_REORGANISE)
    with unit_of_work(actor) as session:
        return _plan(session, [_parse(line, row) for line, row in enumerate(rows, start=2)], on)


def reorganise_agencies(
    actor: Actor, rows: Iterable[Mapping[str, str]], on: date, *, legal_basis: str | None = None
) -> ReorganisationPlan:
    """Apply the file in one transaction; a second time changes nothing.

    Staff of a closed provincial agency move to its successor; staff of district offices stay, for a person to
    assign them. Raises InvalidInputError as `plan_reorganisation` does, and changes nothing then.
    """
    require(actor, Permission.SYSTEM, Permission.AGENCY_REORGANISE)
    with unit_of_work(actor) as session:
        plan = _plan(session, [_parse(line, row) for line, row in enumerate(rows, start=2)], on)
        if plan.is_applied:
            return plan
        root = national_agency()
        if root is None:
            raise NotFoundError
        ids = _add_successors(session, root, plan, legal_basis)
        for closing in plan.closings:
            _close(session, closing, ids[closing.successor_code], on)
        summary = f"{len(plan.closings)} + {plan.district_count} → {len(plan.successors)} ({on.isoformat()})"
        entry = LogEntry("reorganise", "reorganised", reason=summary, legal_basis=legal_basis)
        write_log(session, actor, root, entry, owner=root)
    forget_agency_directory()
    return plan


def _parse(line: int, row: Mapping[str, str]) -> Succession:
    texts = {column: clean_text(row.get(column) or "") for column in COLUMNS}
    if not all(texts.values()):
        missing = next(column for column in COLUMNS if not texts[column])
        raise _refused(line, N_("the column %(column)s is missing or empty"), column=missing)
    try:
        effective_on = date.fromisoformat(texts["effective_date"])
    except ValueError as error:
        raise _refused(line, N_("the date must be in the form 2025-07-01")) from error
    if len(texts["new_name"]) > 150 or not (texts["new_code"].isdecimal() and len(texts["new_code"]) == 2):
        raise _refused(line, N_("a new province needs a code of two digits and a name"))
    return Succession(
        line, texts["old_code"], texts["old_name"], texts["new_code"], texts["new_name"], effective_on
    )


def _plan(session: Session, rows: list[Succession], on: date) -> ReorganisationPlan:
    old = _provincial_agencies(session, on - timedelta(days=1))
    _check_file(rows, on)
    _check_old_provinces(rows, old)
    successors = {row.successor_code: row for row in rows}
    closings = tuple(_closing(session, old[row.old_code], row.successor_code, on) for row in rows)
    return ReorganisationPlan(
        on=on,
        successors=successors,
        closings=closings,
        moved_staff_count=_staff_count(session, closings, AgencyLevel.PROVINCIAL),
        staying_staff_count=_staff_count(session, closings, AgencyLevel.DISTRICT),
        is_applied=_is_applied(session, successors, closings, on),
    )


def _provincial_agencies(session: Session, day: date) -> dict[str, EnforcementAgency]:
    """The provincial agencies that exist on the day, by province code."""
    statement = select(EnforcementAgency).where(
        EnforcementAgency.level == AgencyLevel.PROVINCIAL.value, valid_on(day)
    )
    return {agency.province_code or "": agency for agency in session.scalars(statement)}


def _check_file(rows: list[Succession], on: date) -> None:
    seen: dict[str, Succession] = {}
    names: dict[str, str] = {}
    for row in rows:
        if row.effective_on != on:
            raise _refused(row.line, N_("the date differs from the day of the reorganisation"))
        if row.old_code in seen:
            raise _refused(row.line, N_("the old province %(code)s is named twice"), code=row.old_code)
        if names.setdefault(row.new_code, row.new_name) != row.new_name:
            raise _refused(row.line, N_("the new province %(code)s has two names"), code=row.new_code)
        seen[row.old_code] = row
    for row in rows:
        following = seen.get(row.new_code)
        if following is not None and following.new_code != row.new_code:
            raise _refused(
                row.line, N_("the new province %(code)s is itself succeeded in this file"), code=row.new_code
            )


def _check_old_provinces(rows: list[Succession], old: Mapping[str, EnforcementAgency]) -> None:
    for row in rows:
        agency = old.get(row.old_code)
        if agency is None:
            raise _refused(row.line, N_("the old province %(code)s is unknown"), code=row.old_code)
        if not fold_ascii(agency.name).endswith(fold_ascii(row.old_name)):
            raise _refused(
                row.line, N_("the old name does not fit the agency %(agency)s"), agency=agency.code
            )
    missing = sorted(old.keys() - {row.old_code for row in rows})
    if missing:
        raise InvalidInputError(
            "file",
            N_("The file leaves out the province %(code)s (%(count)s in all)."),
            code=missing[0],
            count=len(missing),
        )


def _closing(session: Session, agency: EnforcementAgency, successor_code: str, on: date) -> Closing:
    count = session.scalar(
        select(func.count()).select_from(EnforcementAgency).where(_ending(agency.path, on))
    )
    return Closing(agency.id, agency.code, agency.path, successor_code, (count or 1) - 1)


def _ending(path: str, on: date) -> ColumnElement[bool]:
    """The agencies of a subtree that exist until the day before."""
    return Scope((path,)).criterion(EnforcementAgency.path) & valid_on(on - timedelta(days=1))


def _staff_count(session: Session, closings: Iterable[Closing], level: AgencyLevel) -> int:
    of_closing = or_(*(Scope((closing.path,)).criterion(EnforcementAgency.path) for closing in closings))
    statement = (
        select(func.count())
        .select_from(StaffMember)
        .join(EnforcementAgency, EnforcementAgency.id == StaffMember.agency_id)
        .where(of_closing, EnforcementAgency.level == level.value)
    )
    return session.scalar(statement) or 0


def _is_applied(
    session: Session, successors: Mapping[str, Succession], closings: Iterable[Closing], on: date
) -> bool:
    """Whether the file is in force already; raises InvalidInputError when another one took its codes."""
    statement = select(EnforcementAgency).where(EnforcementAgency.code.in_(successors))
    existing = {agency.code: agency for agency in session.scalars(statement)}
    if not existing:
        return False
    linked = {
        row.code: row.successor
        for row in session.execute(
            select(EnforcementAgency.code, _SUCCESSOR.code.label("successor")).join(
                _SUCCESSOR, _SUCCESSOR.id == EnforcementAgency.successor_id
            )
        )
    }
    same = all(
        (agency := existing.get(code)) is not None
        and (agency.name, agency.valid_from) == (row.successor_name, on)
        for code, row in successors.items()
    ) and all(linked.get(closing.code) == closing.successor_code for closing in closings)
    if not same:
        code = min(existing)
        raise InvalidInputError(
            "file", N_("Another reorganisation has already used the agency code %(code)s."), code=code
        )
    return True


_SUCCESSOR = aliased(EnforcementAgency)


def _add_successors(
    session: Session, root: EnforcementAgency, plan: ReorganisationPlan, legal_basis: str | None
) -> dict[str, int]:
    agencies = [
        EnforcementAgency(
            code=code,
            name=row.successor_name,
            level=AgencyLevel.PROVINCIAL.value,
            parent=root,
            path=root.path + code + PATH_END,
            province_code=row.new_code,
            valid_from=plan.on,
            legal_basis=legal_basis,
        )
        for code, row in plan.successors.items()
    ]
    session.add_all(agencies)
    session.flush()
    return {agency.code: agency.id for agency in agencies}


def _close(session: Session, closing: Closing, successor_id: int, on: date) -> None:
    session.execute(
        update(EnforcementAgency)
        .where(_ending(closing.path, on))
        .values(valid_to=on - timedelta(days=1), successor_id=successor_id)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(StaffMember)
        .where(StaffMember.agency_id == closing.agency_id)
        .values(agency_id=successor_id)
        .execution_options(synchronize_session=False)
    )
    # The rows were changed behind the session's back; whoever reads next must see them as they are.
    session.expire_all()


def _refused(line: int, detail: str, **params: object) -> InvalidInputError:
    return InvalidInputError("file", N_("Line %(line)s: %(detail)s."), line=line, detail=detail % params)
