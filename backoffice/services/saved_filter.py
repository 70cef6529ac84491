"""Filters that people keep: saved, shared inside the own agency, opened by default, changed, deleted.

Not here: reading and checking the parameters of a list (`views.listing`), the page (`views.saved_filters`).
Whoever may open a list may keep filters of it; nobody changes another person's filter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.access.screen_policy import permission_for
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError
from backoffice.models import EnforcementAgency, SavedFilter, StaffMember
from backoffice.models.saved_filter import NAME_LENGTH
from backoffice.services.rows import check_version
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.workflow.messages import N_
from exports.text import clean_text

MOST_FILTERS = 50
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class FilterInput:
    """What a person says of a filter: its name, and whether colleagues of the own agency may open it."""

    name: str
    is_shared: bool = False


def saved_filters(session: Session, actor: Actor, screen: str) -> Sequence[SavedFilter]:
    """The person's own filters of a screen and those shared in the own agency, in the order of their names."""
    own = select(StaffMember.agency_id).where(StaffMember.id == actor.user_id).scalar_subquery()
    visible = or_(
        SavedFilter.owner_id == actor.user_id, SavedFilter.is_shared & (SavedFilter.agency_id == own)
    )
    statement = (
        select(SavedFilter)
        .where(SavedFilter.screen == screen, visible)
        .options(joinedload(SavedFilter.owner).load_only(StaffMember.first_name, StaffMember.last_name))
        .order_by(SavedFilter.name, SavedFilter.id)
        .limit(4 * MOST_FILTERS)
    )
    found: Sequence[SavedFilter] = session.scalars(statement).all()
    return found


def default_parameters(
    session: Session, actor: Actor, screen: str, filter_id: int
) -> Mapping[str, Any] | None:
    """What the person's list opens with; None when the filter is gone or no longer open to the person."""
    found = (row for row in saved_filters(session, actor, screen) if row.id == filter_id)
    row = next(found, None)
    return None if row is None else row.parameters


def save_filter(actor: Actor, screen: str, given: FilterInput, parameters: Mapping[str, str]) -> SavedFilter:
    """Keep the parameters of a list under a name; the same name again takes the new parameters.

    Raises NotPermittedError for a screen the person may not open, InvalidInputError for the name or too many filters.
    """
    _require_list(actor, screen)
    with unit_of_work(actor) as session:
        name = _name(given.name)
        person, agency = _own_agency(session, actor)
        mine = select(SavedFilter).where(SavedFilter.owner_id == person.id, SavedFilter.screen == screen)
        kept = session.scalars(mine).all()
        row = next((item for item in kept if item.name == name), None)
        if row is None:
            if len(kept) >= MOST_FILTERS:
                raise InvalidInputError("name", N_("You have many saved filters: delete one first."))
            row = SavedFilter(
                owner_id=person.id, agency_id=agency.id, agency_path=agency.path, screen=screen, name=name
            )
            session.add(row)
        else:
            row.version += 1
        row.parameters, row.is_shared = dict(parameters), given.is_shared
        session.flush()
        _log(session, actor, row, "save_filter")
        return row


def change_filter(actor: Actor, filter_id: int, given: FilterInput, *, expected_version: int) -> SavedFilter:
    """Rename a filter, share it or keep it private. Raises ConflictError, NotFoundError, InvalidInputError."""
    with unit_of_work(actor) as session:
        row = _own_filter(session, actor, filter_id)
        name = _name(given.name)
        same = (
            SavedFilter.owner_id == row.owner_id,
            SavedFilter.screen == row.screen,
            SavedFilter.name == name,
        )
        if session.scalar(select(SavedFilter.id).where(*same, SavedFilter.id != row.id)) is not None:
            raise InvalidInputError("name", N_("You have another filter of this name."))
        values = {"name": name, "is_shared": given.is_shared}
        check_version(session, row, expected_version, values)
        _log(session, actor, row, "change_filter")
        return row


def delete_filter(actor: Actor, filter_id: int) -> str:
    """Forget a filter for good, for everybody it was shared with; returns its screen. Raises NotFoundError."""
    with unit_of_work(actor) as session:
        row = _own_filter(session, actor, filter_id)
        screen = row.screen
        _log(session, actor, row, "delete_filter")
        session.delete(row)
        return screen


def set_default_filter(actor: Actor, filter_id: int, *, is_default: bool) -> str:
    """Let the person's list open with this filter, or again with all rows; returns the screen. Raises NotFoundError.

    Also a colleague's shared filter may be the default; when it goes, the list opens with all rows again.
    """
    with unit_of_work(actor) as session:
        row = _load(session, filter_id)
        _require_list(actor, row.screen)
        if all(item.id != row.id for item in saved_filters(session, actor, row.screen)):
            raise NotFoundError
        person, _agency = _own_agency(session, actor)
        others = {screen: key for screen, key in person.default_filters.items() if screen != row.screen}
        person.default_filters = {**others, row.screen: row.id} if is_default else others
        return row.screen


def _require_list(actor: Actor, screen: str) -> None:
    permission = permission_for(screen, "can_list")
    if permission is None:
        raise NotFoundError
    require(actor, permission)


def _load(session: Session, filter_id: int) -> SavedFilter:
    if not 0 < filter_id <= _LARGEST_ID:
        raise NotFoundError
    row: SavedFilter | None = session.scalar(select(SavedFilter).where(SavedFilter.id == filter_id))
    if row is None:
        raise NotFoundError
    return row


def _own_filter(session: Session, actor: Actor, filter_id: int) -> SavedFilter:
    row = _load(session, filter_id)
    if row.owner_id != actor.user_id:
        raise NotFoundError
    return row


def _own_agency(session: Session, actor: Actor) -> tuple[StaffMember, EnforcementAgency]:
    found = session.execute(
        select(StaffMember, EnforcementAgency)
        .join(EnforcementAgency, EnforcementAgency.id == StaffMember.agency_id)
        .where(StaffMember.id == actor.user_id)
    ).first()
    if found is None:
        raise NotPermittedError
    return found[0], found[1]


def _name(text: str) -> str:
    name = clean_text(text)
    if not 1 <= len(name) <= NAME_LENGTH:
        raise InvalidInputError("name", N_("Write 1 to %(limit)s characters."), limit=NAME_LENGTH)
    return name


def _log(session: Session, actor: Actor, row: SavedFilter, deed: str) -> None:
    # Neither name nor parameters: they may hold a person's name.
    write_log(session, actor, row, LogEntry(deed, "shared" if row.is_shared else "private"))
