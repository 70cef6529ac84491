"""The rows that every invented case has: the case, its parties, the obligation, the enforcement decision, the history.

Not here: writing to the database (`store`), how a case ends (`outcomes`), and the choice of names, places, duties
and days.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from random import Random

from backoffice.models.states import CaseOrigin, CaseState, DecisionState, PartyKind, PartyRole
from backoffice.sample.columns import Batch
from backoffice.sample.days import Days, Periods
from backoffice.sample.duties import Duty, amount_vnd, any_duty, judgment_number, organisation_share
from backoffice.sample.history import Histories, Step
from backoffice.sample.names import Name, bank_name, organisation_name, person_name
from backoffice.sample.places import Place
from backoffice.sample.pools import pick
from backoffice.workflow.calendar import WorkingCalendar
from backoffice.workflow.deadlines import compute_deadline
from backoffice.workflow.events import StartEvent
from backoffice.workflow.registry import WORKFLOWS
from exports.text import number_key

_FEMALE_SHARE, _OLDER_SHARE, _BANK_SHARE, _PART_PAID_SHARE = 0.34, 0.45, 0.3, 0.15
# In the newest slice: how many cases go to agencies with demonstration accounts, so that these have work to show.
_SHOWN_SHARE = 0.25
_UNSIGNED_SHARE = 0.5
# Later years have more cases: the share of cases accepted before the part t of the whole time is t to the 1/0.6.
_GROWTH = 0.6
# No province has this code, so no identity number of the sample can belong to a living person.
NO_PROVINCE = "000"
NOBODY = (None, None)


@dataclass(frozen=True, slots=True)
class World:
    """What every case is made from. `starts_on`, `as_of` and `reform_on` are ordinals.

    `staff` gives the officer and the head of an agency, where it has accounts. `newest_share` is the part of the
    cases, from the end, of which agencies with accounts get more than theirs.
    """

    places: Sequence[Place]
    days: Days
    periods: Periods
    calendar: WorkingCalendar
    starts_on: int
    as_of: int
    reform_on: int
    staff: Mapping[int, tuple[int | None, int | None]]
    newest_share: float = 0.01

    def is_shown(self, place: Place) -> bool:
        """Whether the agency has demonstration accounts, so that somebody will look at its work of the day."""
        return place.agency_id in self.staff

    def is_newest(self, share: float) -> bool:
        """Whether the case stands among the newest."""
        return share > 1 - self.newest_share


@dataclass(frozen=True, slots=True)
class Party:
    """A person or organisation of a case."""

    name: Name
    kind: PartyKind
    address: str
    identity_number: str | None = None
    birth_on: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case and the ids of its rows."""

    id: int
    place: Place
    duty: Duty
    accepted_on: int
    decision_number: str
    judgment_number: str
    judgment_on: int
    court: str
    amount: int | None
    outstanding: int | None
    debtor: Party
    debtor_id: int
    obligation_id: int
    decision_id: int


@dataclass(frozen=True, slots=True)
class End:
    """Where a case stands: the day it ended, or the day by which the debtor's means must be verified."""

    state: CaseState
    ended_on: int | None = None
    verify_on: str | None = None


class CaseMaker:
    """Makes the common rows of every case; keeps the running numbers of each agency's register."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.histories = Histories(world.days, world.periods, world.as_of)
        self._edges = list(accumulate(place.weight for place in world.places))
        self._shown = tuple(place for place in world.places if world.is_shown(place))
        self._numbers: dict[tuple[int, str], int] = defaultdict(int)
        self._versions: dict[int, str] = {}
        self._deadlines: dict[tuple[str, int, str], str] = {}

    def accepted_on(self, share: float, last: int) -> int:
        """The working day on which this share of all cases had been accepted."""
        world = self.world
        day = world.starts_on + int((last - world.starts_on) * share**_GROWTH)
        return world.days.working_before(day)

    def open_case(self, batch: Batch, accepted_on: int, share: float) -> Case:
        """A case with its parties and obligation; `close_case` writes the rows of the case and its decision."""
        days, rng = self.world.days, batch.rng
        place = self._place(rng, share)
        duty = any_duty(rng)
        judgment_on = days.working(accepted_on - 12 - int(rng.lognormvariate(4.6, 0.9)) % 1500)
        court, stage = place.court(rng, after_reform=judgment_on >= self.world.reform_on)
        kind, year = pick(rng, duty.judgments), days.year(judgment_on)
        amount = amount_vnd(rng, duty, kind, year)
        case = Case(
            id=batch.next_id("enforcement_case"),
            place=place,
            duty=duty,
            accepted_on=accepted_on,
            decision_number=self.decision_number("decision", place, accepted_on),
            judgment_number=judgment_number(rng, kind, stage, year),
            judgment_on=judgment_on,
            court=court,
            amount=amount,
            outstanding=_outstanding(rng, amount),
            debtor=self._party(rng, place, accepted_on, organisations=organisation_share(duty, kind)),
            debtor_id=batch.next_id("case_party"),
            obligation_id=batch.next_id("enforcement_obligation"),
            decision_id=batch.next_id("enforcement_decision"),
        )
        self._add_parties(batch, case)
        self._add_obligation(batch, case)
        return case

    def _place(self, rng: Random, share: float) -> Place:
        if self._shown and self.world.is_newest(share) and rng.random() < _SHOWN_SHARE:
            return pick(rng, self._shown)
        return self.world.places[bisect_left(self._edges, rng.random() * self._edges[-1])]

    def close_case(self, batch: Batch, case: Case, end: End) -> None:
        """Write the rows of the case and of its decision, once its end is known."""
        self._add_decision(batch, case, end)
        days, place = self.world.days, case.place
        officer = (
            None if end.state == CaseState.ACCEPTED else self.world.staff.get(place.agency_id, NOBODY)[0]
        )
        year = days.year(case.accepted_on)
        number = f"{self.next_number('case', place, case.accepted_on)}/{year}/THA"
        origin = CaseOrigin.EX_OFFICIO if case.duty.ex_officio else CaseOrigin.ON_REQUEST
        opened = days.moment(batch.rng, case.accepted_on)
        closed = opened if end.ended_on is None else days.moment(batch.rng, end.ended_on)
        row = (
            *(case.id, place.agency_id, place.path, number, origin.value, end.state.value),
            *(case.judgment_number, days.iso(case.judgment_on), case.court, days.iso(case.accepted_on)),
            *(days.iso(end.ended_on) if end.ended_on else None, officer, end.verify_on, 1, 1, opened, closed),
            *(number_key(number), number_key(case.judgment_number)),
        )
        batch.add("enforcement_case", row)

    def next_number(self, register: str, place: Place, day: int) -> int:
        """The next running number of one register of an agency in the year of the day."""
        key = (place.agency_id, register + self.world.days.year(day))
        self._numbers[key] += 1
        return self._numbers[key]

    def decision_number(self, register: str, place: Place, day: int) -> str:
        """An official number such as 123/QĐ-CCTHADS."""
        suffix = place.decision_suffix(after_reform=day >= self.world.reform_on)
        return f"{self.next_number(register, place, day)}/{suffix}"

    def head_of(self, place: Place) -> int | None:
        """The account of the agency's head, who signs, where there is one."""
        return self.world.staff.get(place.agency_id, NOBODY)[1]

    def log(
        self, batch: Batch, case: Case, record_id: int, step: Step, moment: str, *, is_open: bool
    ) -> None:
        """Write the history row of one step of a record, taken at this moment.

        An open step keeps how its deadline was counted, for the screen that explains it.
        """
        world = self.world
        basis, deadline = None, None
        if step.rule:
            basis = world.periods.legal_basis(step.rule, step.on)
            deadline = self._deadline(step.rule, step.event, step.on) if is_open and step.event else None
        batch.add(
            "transition_log",
            (
                *(batch.next_id("transition_log"), case.place.agency_id, case.place.path),
                *("debtor_record", record_id, self._version(step.on), step.transition, step.from_state),
                *(step.to_state, self.head_of(case.place), moment, basis, step.reason, deadline),
            ),
        )

    def _party(self, rng: Random, place: Place, day: int, *, organisations: float) -> Party:
        address = place.address(rng, after_reform=day >= self.world.reform_on)
        if rng.random() < organisations:
            return Party(organisation_name(rng), PartyKind.ORGANISATION, address)
        female, older = rng.random() < _FEMALE_SHARE, rng.random() < _OLDER_SHARE
        age = rng.randint(45, 74) if older else rng.randint(20, 44)
        born = date.fromordinal(day - 4 * 365 - age * 365 - rng.randint(0, 364))
        century = (2 if born.year >= 2000 else 0) + female
        identity = f"{NO_PROVINCE}{century}{born.year % 100:02d}{rng.randint(0, 999_999):06d}"
        name = person_name(rng, place.province_code, female=female, older=older)
        return Party(name, PartyKind.PERSON, address, identity, born.isoformat())

    def _add_parties(self, batch: Batch, case: Case) -> None:
        rng, place = batch.rng, case.place
        moment = self.world.days.moment(rng, case.accepted_on)
        parties = [(case.debtor_id, PartyRole.DEBTOR, case.debtor)]
        if not case.duty.ex_officio:
            if rng.random() < _BANK_SHARE:
                address = place.address(rng, after_reform=case.accepted_on >= self.world.reform_on)
                creditor = Party(bank_name(rng), PartyKind.ORGANISATION, address)
            else:
                creditor = self._party(rng, place, case.accepted_on, organisations=0.05)
            parties.append((batch.next_id("case_party"), PartyRole.CREDITOR, creditor))
        for key, role, party in parties:
            batch.add(
                "case_party",
                (
                    *(key, place.agency_id, place.path, case.id, role.value, party.kind.value, *party.name),
                    *(party.address, party.identity_number, party.birth_on, 1, moment, moment),
                ),
            )

    def _add_obligation(self, batch: Batch, case: Case) -> None:
        moment = self.world.days.moment(batch.rng, case.accepted_on)
        row = (
            *(case.obligation_id, case.place.agency_id, case.place.path, case.id, case.debtor_id),
            *(case.duty.code.value, case.amount, case.outstanding, moment, moment),
        )
        batch.add("enforcement_obligation", row)

    def _add_decision(self, batch: Batch, case: Case, end: End) -> None:
        """The enforcement decision; of a case that was only just accepted it may still wait for its signature."""
        place, days = case.place, self.world.days
        moment = days.moment(batch.rng, case.accepted_on)
        waits = end.state == CaseState.ACCEPTED and batch.rng.random() < _UNSIGNED_SHARE
        state = DecisionState.DRAFTED if waits else DecisionState.SIGNED
        row = (
            *(case.decision_id, place.agency_id, place.path, case.id, case.decision_number),
            *(days.iso(case.accepted_on), None if waits else self.head_of(place), state.value, 1, 1),
            *(moment, moment, number_key(case.decision_number)),
        )
        batch.add("enforcement_decision", row)

    def _version(self, day: int) -> str:
        if day not in self._versions:
            self._versions[day] = WORKFLOWS.version("debtor_record", date.fromordinal(day)).version
        return self._versions[day]

    def _deadline(self, code: str, event: StartEvent, on: int) -> str:
        key = (code, on, event.value)
        if key not in self._deadlines:
            rule = self.world.periods.rule(code, on)
            deadline = compute_deadline(rule, event, date.fromordinal(on), self.world.calendar)
            self._deadlines[key] = json.dumps(deadline.as_record(), ensure_ascii=False)
        return self._deadlines[key]


def _outstanding(rng: Random, amount: int | None) -> int | None:
    if amount is None or rng.random() >= _PART_PAID_SHARE:
        return amount
    return int(amount * (0.2 + 0.75 * rng.random())) // 1000 * 1000
