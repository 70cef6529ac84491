"""When things happened: days of cases, and the life of each public record within its legal deadlines.

Most records were published in time, some late; some were amended, taken down or cancelled; the newest still wait
for approval or publication, a few of them beyond the deadline. Not here: writing rows (`rows`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from backoffice.models.states import DebtorRecordState
from backoffice.sample.days import Days, Periods
from backoffice.workflow.events import StartEvent

PUBLISH, AMEND, WITHDRAW = "publication.publish", "publication.amend", "publication.withdraw"
# Of records that should be public by now: how many wait, by working days since the deadline.
_OVERDUE_SHARES = ((10, 0.06), (60, 0.005))
_LATE_SHARE = 0.05
_CANCELLED_SHARE = 0.006
_AMENDED_SHARE = 0.07
# In agencies with demonstration accounts somebody looks at the work of the day: let there be some.
SHOWN_DAYS, _SHOWN_WAITING, _SHOWN_WITHDRAWALS = 10, 0.6, 0.03
# A debtor who has nothing seldom comes to means: a quarter of the records is taken down within five years.
_MEAN_DAYS_TO_WITHDRAWAL = 6_500


@dataclass(slots=True)
class Step:
    """One transition of a record on one day."""

    transition: str
    from_state: str | None
    to_state: str
    on: int
    rule: str | None = None
    reason: str | None = None
    event: StartEvent | None = None


@dataclass(slots=True)
class RecordLife:
    """What became of one public record until the day of reference; days as ordinals."""

    state: str = DebtorRecordState.DRAFT
    publish_due_on: int = 0
    published_on: int | None = None
    updated_on: int | None = None
    withdrawn_on: int | None = None
    amend_due_on: int | None = None
    withdraw_due_on: int | None = None
    cause: StartEvent | None = None
    steps: list[Step] = field(default_factory=list)

    def move(self, step: Step) -> None:
        """Add a step and take over its state."""
        self.steps.append(step)
        self.state = step.to_state


class Histories:
    """Makes days and lives up to `as_of`, the day of reference."""

    def __init__(self, days: Days, periods: Periods, as_of: int) -> None:
        self._days, self._periods, self._as_of = days, periods, as_of

    def life(self, rng: Random, decided_on: int, *, is_shown: bool = False) -> RecordLife:
        """The life of the record of a decision signed on this day; more of those that are shown still wait."""
        life = RecordLife(publish_due_on=self._periods.due(PUBLISH, decided_on))
        draft = DebtorRecordState.DRAFT.value
        life.move(Step("draft", None, draft, decided_on, PUBLISH, event=StartEvent.NON_ENFORCEABLE_SIGNED))
        if rng.random() < _CANCELLED_SHARE:
            self._cancel(rng, life, decided_on)
            return life
        published_on = self._publication_day(rng, decided_on, life.publish_due_on)
        if is_shown and self._as_of - decided_on <= SHOWN_DAYS and rng.random() < _SHOWN_WAITING:
            published_on = None
        approved_on = min(published_on or self._as_of, self._days.after(decided_on, rng.randint(0, 3)))
        if approved_on <= self._as_of and (published_on is not None or rng.random() < 0.5):
            life.move(Step("approve", draft, DebtorRecordState.APPROVED.value, approved_on, PUBLISH))
        if published_on is not None:
            self._publish(rng, life, published_on)
            if is_shown and life.cause is None and rng.random() < _SHOWN_WITHDRAWALS:
                event_on = self._days.working_before(self._as_of - rng.randint(0, 5))
                if event_on > life.steps[-1].on:
                    self._withdraw(rng, life, event_on, waits=True)
        return life

    def _publication_day(self, rng: Random, decided_on: int, due_on: int) -> int | None:
        """The day of publication, or None when the record is not public yet."""
        overdue = self._days.between(due_on, self._as_of)
        if rng.random() < next((share for days, share in _OVERDUE_SHARES if 0 < overdue <= days), 0.0):
            return None
        late = rng.random() < _LATE_SHARE
        day = self._days.after(due_on, rng.randint(1, 12)) if late else None
        if day is None:
            in_time = self._days.between(decided_on, due_on)
            day = self._days.after(decided_on, rng.randint(1, max(1, in_time)))
        return day if day <= self._as_of else None

    def _cancel(self, rng: Random, life: RecordLife, decided_on: int) -> None:
        on = self._days.after(decided_on, rng.randint(1, 3))
        if on <= self._as_of:
            cancelled = DebtorRecordState.CANCELLED.value
            life.move(
                Step("cancel", life.state, cancelled, on, reason="Thu hồi quyết định trước khi công khai")
            )

    def _publish(self, rng: Random, life: RecordLife, on: int) -> None:
        published = DebtorRecordState.PUBLISHED.value
        life.published_on = life.updated_on = on
        life.move(Step("publish", DebtorRecordState.APPROVED.value, published, on, PUBLISH))
        wait = int(rng.expovariate(1 / _MEAN_DAYS_TO_WITHDRAWAL)) + 20
        event_on = self._days.working(on + wait) if on + wait < self._as_of else None
        self._amend(rng, life, on, min(event_on or self._as_of, self._as_of))
        if event_on is not None and event_on <= self._as_of:
            self._withdraw(rng, life, event_on)

    def _amend(self, rng: Random, life: RecordLife, on: int, until: int) -> None:
        if rng.random() >= _AMENDED_SHARE or until - on < 15:
            return
        noted_on = self._days.working(on + 2 + int(rng.random() * (until - on - 14)))
        amended_on = self._days.after(noted_on, rng.randint(1, 3))
        published = DebtorRecordState.PUBLISHED.value
        life.move(
            Step("note_change", published, published, noted_on, AMEND, event=StartEvent.CHANGE_DETERMINED)
        )
        if amended_on > until:
            life.amend_due_on = self._periods.due(AMEND, noted_on)
            return
        life.move(Step("amend", published, published, amended_on, AMEND))
        life.updated_on = amended_on

    def _withdraw(self, rng: Random, life: RecordLife, event_on: int, *, waits: bool = False) -> None:
        chance = rng.random()
        if chance < 0.62:
            cause, reason = StartEvent.OBLIGATION_FULFILLED, "Đã thi hành xong nghĩa vụ"
        elif chance < 0.75:
            cause, reason = StartEvent.TERMINATION_DECIDED, "Có quyết định đình chỉ thi hành án"
        else:
            cause, reason = StartEvent.ENFORCEMENT_CONTINUED, "Có quyết định tiếp tục thi hành án"
        life.cause = cause
        life.amend_due_on = None
        due_state = DebtorRecordState.WITHDRAWAL_DUE.value
        life.move(Step("order_withdrawal", life.state, due_state, event_on, WITHDRAW, event=cause))
        life.withdraw_due_on = self._periods.due(WITHDRAW, event_on)
        in_time = self._days.between(event_on, life.withdraw_due_on)
        late = rng.random() < _LATE_SHARE
        wait = in_time + rng.randint(1, 8) if late else rng.randint(0, max(0, in_time))
        withdrawn_on = self._days.after(event_on, wait)
        if withdrawn_on <= self._as_of and not waits:
            withdrawn = DebtorRecordState.WITHDRAWN.value
            life.move(Step("withdraw", due_state, withdrawn, withdrawn_on, WITHDRAW, reason=reason))
            life.withdrawn_on = withdrawn_on
