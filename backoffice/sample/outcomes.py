"""How invented cases end: with a public record of the debtor, or in one of the many other ways.

Not here: the common rows of a case (`cases`), the days of a record (`history`).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from backoffice.models.debtor_record import CROCKFORD
from backoffice.models.states import CaseState, DebtorRecordState, NonEnforceableState
from backoffice.sample.cases import Case, CaseMaker, End
from backoffice.sample.columns import Batch
from backoffice.sample.duties import ground_code
from backoffice.sample.history import SHOWN_DAYS, RecordLife
from backoffice.sample.pools import pick, weighted_pool
from backoffice.workflow.events import StartEvent
from exports.text import number_key

# A record needs at least the voluntary period and a verification before it.
LEAST_DAYS_TO_DECISION = 25
_YEAR = 365
_LEDGER_SHARE, _RETURNED_SHARE = 0.45, 0.2
# Of young cases under verification: how many have a decision that waits for its signature.
_DRAFTED_SHARE = 0.3
_UNKNOWN_ADDRESS = frozenset({"2015_c", "2026_c"})

_YOUNG = (
    (12, weighted_pool({CaseState.ACCEPTED: 5, CaseState.ASSIGNED: 5}, 10)),
    (30, weighted_pool({CaseState.ASSIGNED: 4, CaseState.VOLUNTARY_PERIOD: 6}, 10)),
    (70, weighted_pool({CaseState.VOLUNTARY_PERIOD: 3, CaseState.VERIFYING: 7}, 10)),
)
_RUNNING = weighted_pool(
    {CaseState.ENFORCING: 60, CaseState.VERIFYING: 22, CaseState.POSTPONED: 10, CaseState.SUSPENDED: 8}, 100
)
_ENDED = weighted_pool({CaseState.COMPLETED: 80, CaseState.TERMINATED: 13, CaseState.DELEGATED: 7}, 100)
_MEAN_DAYS_TO_END = 260


@dataclass(frozen=True, slots=True)
class Finding:
    """That a debtor does not yet have the conditions: decided when, on what ground, and what followed."""

    decided_on: int
    ground: str
    life: RecordLife


def add_debtor_case(maker: CaseMaker, batch: Batch, share: float) -> None:
    """A case whose debtor does not yet have the conditions, with the decision and the public record."""
    world, rng = maker.world, batch.rng
    accepted_on = maker.accepted_on(share, world.as_of - LEAST_DAYS_TO_DECISION)
    case = maker.open_case(batch, accepted_on, share)
    is_shown = world.is_shown(case.place)
    if is_shown and world.is_newest(share):
        decided_on = world.days.working_before(world.as_of - rng.randint(0, SHOWN_DAYS))
    else:
        decided_on = _decision_day(maker, rng, accepted_on)
    rule_set = world.periods.rule("non_enforceable.decide", decided_on).rule_set
    finding = Finding(
        decided_on, ground_code(rng, case.duty, rule_set), maker.histories.life(rng, decided_on)
    )
    _add_record(maker, batch, case, _add_decision(maker, batch, case, finding), finding)
    maker.close_case(batch, case, _debtor_case_end(maker, rng, case, finding))


def add_other_case(maker: CaseMaker, batch: Batch, share: float) -> None:
    """A case without a public record: running, performed, terminated or delegated."""
    world, rng = maker.world, batch.rng
    case = maker.open_case(batch, maker.accepted_on(share, world.as_of), share)
    age = world.as_of - case.accepted_on
    young = next((pool for days, pool in _YOUNG if age <= days), None)
    if young is not None:
        state = pick(rng, young)
        if state == CaseState.VERIFYING and rng.random() < _DRAFTED_SHARE:
            _draft_decision(maker, batch, case)
        maker.close_case(batch, case, End(state))
        return
    ended_on = case.accepted_on + 20 + int(rng.expovariate(1 / _MEAN_DAYS_TO_END))
    if ended_on < world.as_of:
        ended_on = min(world.days.working(ended_on), world.as_of)
        maker.close_case(batch, case, End(pick(rng, _ENDED), ended_on))
    else:
        maker.close_case(batch, case, End(pick(rng, _RUNNING)))


def public_id(rng: Random) -> str:
    """16 characters of the alphabet of real public ids, drawn from the seed."""
    bits = rng.getrandbits(80)
    return "".join([CROCKFORD[bits >> shift & 31] for shift in range(0, 80, 5)])


def _decision_day(maker: CaseMaker, rng: Random, accepted_on: int) -> int:
    """The day of the decision: some months after acceptance, and never after the day of reference."""
    world = maker.world
    usual = accepted_on + LEAST_DAYS_TO_DECISION - 4 + int(rng.lognormvariate(4.6, 0.9))
    if usual <= world.as_of - 3:
        return world.days.working_before(usual)
    room = world.as_of - accepted_on - 14
    return world.days.working_before(accepted_on + 14 + int(rng.random() * (room + 1)))


def _add_decision(maker: CaseMaker, batch: Batch, case: Case, finding: Finding) -> int:
    is_cancelled = finding.life.state == DebtorRecordState.CANCELLED
    state = NonEnforceableState.WITHDRAWN if is_cancelled else NonEnforceableState.SIGNED
    return _decision_row(maker, batch, case, finding, state)


def _draft_decision(maker: CaseMaker, batch: Batch, case: Case) -> None:
    """A decision that waits for the head's signature, of the last days."""
    world = maker.world
    on = world.days.working_before(world.as_of - batch.rng.randint(0, 4))
    rule_set = world.periods.rule("non_enforceable.decide", on).rule_set
    finding = Finding(on, ground_code(batch.rng, case.duty, rule_set), RecordLife())
    _decision_row(maker, batch, case, finding, NonEnforceableState.DRAFTED)


def _decision_row(
    maker: CaseMaker, batch: Batch, case: Case, finding: Finding, state: NonEnforceableState
) -> int:
    place, days, on = case.place, maker.world.days, finding.decided_on
    key = batch.next_id("non_enforceable_decision")
    moment = days.moment(batch.rng, on)
    head = None if state is NonEnforceableState.DRAFTED else maker.head_of(place)
    number = maker.decision_number("decision", place, on)
    row = (
        *(key, place.agency_id, place.path, case.id, case.debtor_id, case.decision_id, case.obligation_id),
        *(number, days.iso(on), finding.ground, head, state.value),
        *(1, 1, moment, moment, number_key(number)),
    )
    batch.add("non_enforceable_decision", row)
    return key


def _add_record(maker: CaseMaker, batch: Batch, case: Case, decision_id: int, finding: Finding) -> None:
    days, place, name, life = maker.world.days, case.place, case.debtor.name, finding.life
    key = batch.next_id("debtor_record")
    # Steps of one day follow each other: the hours are drawn first, then put in order.
    moments = sorted(days.moment(batch.rng, step.on) for step in life.steps)
    for step, moment in zip(life.steps, moments, strict=True):
        maker.log(batch, case, key, step, moment, is_open=step.transition in _open_steps(life))
    dates = (
        *(life.published_on, life.updated_on, life.withdrawn_on),
        *(life.publish_due_on, life.amend_due_on, life.withdraw_due_on),
    )
    batch.add(
        "debtor_record",
        (
            *(key, place.agency_id, place.path, public_id(batch.rng), decision_id, life.state, name.text),
            *(case.debtor.address, case.judgment_number, days.iso(case.judgment_on), case.court),
            *(case.decision_number, days.iso(case.accepted_on), case.duty.code.value, case.outstanding),
            *(finding.ground, *(days.iso(day) if day is not None else None for day in dates)),
            *(moments[-1] if life.withdrawn_on else None, name.fold, name.sort, 1, len(moments)),
            *(moments[0], moments[-1]),
        ),
    )


def _open_steps(life: RecordLife) -> tuple[str, ...]:
    """The steps whose deadline still runs; only for these the history keeps how it was counted."""
    if life.state in (DebtorRecordState.DRAFT, DebtorRecordState.APPROVED):
        return ("draft",)
    if life.state == DebtorRecordState.WITHDRAWAL_DUE:
        return ("order_withdrawal",)
    return ("note_change",) if life.amend_due_on else ()


def _debtor_case_end(maker: CaseMaker, rng: Random, case: Case, finding: Finding) -> End:
    life = finding.life
    event_on = next((step.on for step in life.steps if step.transition == "order_withdrawal"), None)
    if life.state == DebtorRecordState.CANCELLED or life.cause is StartEvent.ENFORCEMENT_CONTINUED:
        return End(CaseState.ENFORCING)
    if life.cause is StartEvent.OBLIGATION_FULFILLED:
        return End(CaseState.COMPLETED, event_on)
    if life.cause is StartEvent.TERMINATION_DECIDED:
        return End(CaseState.TERMINATED, event_on)
    return _waiting_end(maker, rng, case, finding)


def _waiting_end(maker: CaseMaker, rng: Random, case: Case, finding: Finding) -> End:
    """A case that still waits: after the legal time some move to the ledger, or the request goes back."""
    world = maker.world
    verify_on = _next_verification(maker, rng, finding)
    rule = world.periods.rule("ledger.age", world.as_of)
    begins = max(finding.decided_on + _YEAR * (rule.value or 0) + 10, rule.valid_from.toordinal())
    if begins >= world.as_of - 10:
        return End(CaseState.NON_ENFORCEABLE, verify_on=verify_on)
    if not case.duty.ex_officio and rng.random() < _RETURNED_SHARE:
        day = begins + int(rng.random() * (world.as_of - begins - 9))
        return End(CaseState.RETURNED, world.days.working_before(day))
    state = CaseState.SEPARATE_LEDGER if rng.random() < _LEDGER_SHARE else CaseState.NON_ENFORCEABLE
    return End(state, verify_on=verify_on)


def _next_verification(maker: CaseMaker, rng: Random, finding: Finding) -> str:
    """The next day on which the debtor's means must be verified; a few agencies are behind."""
    world = maker.world
    code = "verification.repeat_long" if finding.ground in _UNKNOWN_ADDRESS else "verification.repeat"
    interval = world.periods.months(code, world.as_of) * _YEAR // 12
    passed = (world.as_of - finding.decided_on) // interval
    behind = passed > 0 and rng.random() < 0.08
    day = finding.decided_on + interval * (passed if behind else passed + 1)
    return world.days.iso(world.days.working(day))
