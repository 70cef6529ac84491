"""Making the sample: the same seed, size and day of reference give the same rows on every database.

A slice of cases is one transaction, so a run that was killed goes on where it stopped: the slices before are made
again without being written, because the running numbers of the registers follow from them. Memory stays flat.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.errors import InvalidInputError, OpenThadsError
from backoffice.models import EnforcementAgency, StaffMember
from backoffice.queries.calendar import working_calendar
from backoffice.queries.rules import rule_book
from backoffice.sample import store
from backoffice.sample.cases import CaseMaker, World
from backoffice.sample.columns import COLUMNS, Batch
from backoffice.sample.days import Days, Periods
from backoffice.sample.outcomes import add_debtor_case, add_other_case
from backoffice.sample.places import places
from backoffice.services.transaction import unit_of_work
from config import ROOT

SUCCESSION = ROOT / "backoffice" / "data" / "province-succession-2025.csv"
STARTS_ON = date(2016, 1, 4)
# Judgments and deadlines reach beyond the days of cases, on both sides.
_YEARS_BEFORE, _YEARS_AFTER = 7, 3
_SLICE = 2_000
_MOST_OTHER_CASES = 60_000
_NEWEST_CASES = 120

OTHER_SAMPLE = "Sample data of another size or seed are there already. Remove them first: flask sample remove"

Progress = Callable[[int, int], None]


class SampleRefusedError(OpenThadsError):
    """Sample data would mix with something else; the message says what to do."""

    code = "sample_refused"


@dataclass(frozen=True)
class SampleOptions:
    """How much, from which seed, and as of which day. `cases` counts all cases; None chooses a fitting number."""

    debtors: int
    seed: int
    as_of: date
    cases: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.debtors <= 5_000_000:
            raise InvalidInputError("debtors", "The number of debtors must be from 1 to 5,000,000.")
        if self.cases is not None and not self.debtors <= self.cases <= 10_000_000:
            raise InvalidInputError("cases", "There must be at least as many cases as debtors.")
        if not date(2018, 1, 1) <= self.as_of <= date(2040, 1, 1):
            raise InvalidInputError("as_of", "The day of reference must be from 2018 to 2039.")

    @property
    def other_cases(self) -> int:
        """Cases without a public record, for the statistics; at national size nearly every case has one."""
        if self.cases is not None:
            return self.cases - self.debtors
        return min(self.debtors, _MOST_OTHER_CASES)

    @property
    def total(self) -> int:
        """All cases."""
        return self.debtors + self.other_cases

    @cached_property
    def slice_sizes(self) -> tuple[int, ...]:
        """How many cases each slice of time has."""
        slices = -(-self.total // _SLICE)
        return tuple(
            _share(self.debtors, slices, number) + _share(self.other_cases, slices, number)
            for number in range(slices)
        )


@dataclass(frozen=True)
class SampleSummary:
    """What a run did."""

    debtors: int
    cases: int
    written: int


def make_sample(options: SampleOptions, progress: Progress = lambda _done, _total: None) -> SampleSummary:
    """Fill the database with invented cases, or go on with a fill that was interrupted.

    Raises SampleRefusedError when real cases are there, when sample rows of another size or seed are there, or
    when the agencies and rules have not been imported.
    """
    actor = Actor.system("sample_data")
    with unit_of_work(actor) as session:
        existing = _checked_count(session, options)
        maker = CaseMaker(_world(session, options))
    written = done = 0
    for number, size in enumerate(options.slice_sizes):
        done += size
        written += _make_slice(actor, options, maker, number, is_there=done <= existing)
        progress(done, options.total)
    return SampleSummary(options.debtors, options.total, written)


def _make_slice(
    actor: Actor, options: SampleOptions, maker: CaseMaker, number: int, *, is_there: bool
) -> int:
    """Make one slice, and write it unless it is there; returns the cases written."""
    ids = dict.fromkeys(COLUMNS, 0)
    if not is_there:
        with unit_of_work(actor) as session:
            ids = store.last_ids(session)
    batch = _batch(options, maker, number, ids)
    with unit_of_work(actor) as session:
        if not is_there:
            store.write(session, batch)
            return options.slice_sizes[number]
        if number == 0 and not store.holds(session, batch):
            raise SampleRefusedError(OTHER_SAMPLE)
    return 0


def remove_sample(progress: Callable[[int], None] = lambda _count: None) -> int:
    """Remove all sample requests and cases with everything that hangs on them; returns how many cases there were."""
    removed = 0
    # First: a case may have come from a request.
    with unit_of_work(Actor.system("sample_data")) as session:
        store.remove_requests(session)
    while True:
        with unit_of_work(Actor.system("sample_data")) as session:
            step = store.remove_some(session)
        removed += step
        progress(removed)
        if not step:
            return removed


def _checked_count(session: Session, options: SampleOptions) -> int:
    """How many sample cases a run before this one has written; raises when they do not fit."""
    if store.has_real_cases(session):
        raise SampleRefusedError(
            "This database holds real cases. Invented data must never stand beside them."
        )
    existing = store.sample_count(session)
    if existing not in accumulate(options.slice_sizes, initial=0):
        raise SampleRefusedError(OTHER_SAMPLE)
    return existing


def _batch(options: SampleOptions, maker: CaseMaker, number: int, ids: dict[str, int]) -> Batch:
    """The rows of one slice of time, their ids going on from these."""
    slices = len(options.slice_sizes)
    batch = Batch(Random(f"{options.seed} {number}"), ids)  # noqa: S311 (invented data, not a secret)
    for add, count in ((add_debtor_case, options.debtors), (add_other_case, options.other_cases)):
        begins = count * number // slices
        for index in range(begins, begins + _share(count, slices, number)):
            add(maker, batch, (index + 0.5) / count)
    return batch


def _share(count: int, slices: int, number: int) -> int:
    """How many of `count` things fall into one of the slices; all shares together give the count."""
    return count * (number + 1) // slices - count * number // slices


def _world(session: Session, options: SampleOptions) -> World:
    as_of = options.as_of
    agencies = list(
        session.scalars(
            select(EnforcementAgency)
            .where(EnforcementAgency.valid_from.is_(None))
            .order_by(EnforcementAgency.code)
        )
    )
    with SUCCESSION.open(encoding="utf-8", newline="") as stream:
        succession = list(csv.DictReader(stream))
    book, calendar = rule_book(), working_calendar()
    if not agencies or not book.codes:
        raise SampleRefusedError(
            "Import the agencies and the rules first: flask agencies load, flask rules load"
        )
    days = Days(
        calendar,
        STARTS_ON.replace(year=STARTS_ON.year - _YEARS_BEFORE),
        as_of.replace(year=as_of.year + _YEARS_AFTER, day=1),
    )
    return World(
        places=places(agencies, succession),
        days=days,
        periods=Periods(book, days),
        calendar=calendar,
        starts_on=STARTS_ON.toordinal(),
        as_of=as_of.toordinal(),
        reform_on=date.fromisoformat(succession[0]["effective_date"]).toordinal(),
        staff=_staff(session),
        newest_share=min(1.0, max(0.01, _NEWEST_CASES / options.debtors)),
    )


def _staff(session: Session) -> dict[int, tuple[int | None, int | None]]:
    """The first officer and the head of each agency that has demonstration accounts."""
    found: dict[int, tuple[int | None, int | None]] = {}
    members = session.scalars(select(StaffMember).where(StaffMember.is_sample).order_by(StaffMember.id))
    for member in members:
        roles = {role.name for role in member.roles}
        officer, head = found.get(member.agency_id or 0, (None, None))
        if Role.ENFORCEMENT_OFFICER.value in roles:
            officer = officer or member.id
        if Role.HEAD.value in roles:
            head = head or member.id
        found[member.agency_id or 0] = (officer, head)
    return found
