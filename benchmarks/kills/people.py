"""What people do while workers die: draft, ask for numbers, sign, cancel, write messages, start lost work again.

Nothing here is killed: a person whose browser lost the answer looks at the list and goes on. Not here: the kills
(`run`), what must hold afterwards (`check`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from backoffice.errors import OpenThadsError, StateError
from backoffice.extensions import db
from backoffice.models import BackgroundTask, OfficialDocument
from backoffice.models.states import OfficialDocumentKind, OfficialDocumentState, TaskKind
from backoffice.services.background_task import TaskOrder, request_task
from backoffice.services.official_document import (
    PaperOrder,
    cancel_paper,
    issue_paper,
    prepare_paper,
    render_again,
)
from backoffice.services.signing_batch import SigningOrder, request_signing
from backoffice.services.transaction import unit_of_work
from benchmarks.office import Desk, Office
from tests.notices.messages import SYSTEM, leave
from tests.signatures.parts import PASSPHRASE

State = OfficialDocumentState
SCREEN = "OfficialDocumentView"
REASON = "Ghi nhầm người nhận."
_OPEN_TASKS = ("queued", "running")


@dataclass
class People:
    """Everybody of the offices; a message id of each task they asked for, by what it does."""

    office: Office
    chance: random.Random
    letters: int = 0
    drafts: int = 0
    tasks: dict[str, str] = field(default_factory=dict)

    def draft(self, desk: Desk, count: int) -> None:
        """Draft letters about the cases of a desk."""
        for _ in range(count):
            self.drafts += 1
            order = PaperOrder(
                OfficialDocumentKind.TRANSFER_LETTER,
                "enforcement_case",
                self.chance.choice(desk.cases),
                _values(self.drafts, self.chance),
            )
            prepare_paper(desk.officer, order, self.office.vault)

    def ask_for_numbers(self, desk: Desk, most: int) -> bool:
        """Have the drafts of a desk numbered by a worker; one of them meanwhile by the clerk's own hand."""
        rows = papers(desk, State.DRAFTED)[:most]
        if len(rows) < 2 or self._is_busy(desk.clerk.user_id):
            return False
        order = TaskOrder(TaskKind.STEPS, SCREEN, {"step": "issue", "language": "vi"})
        task = request_task(desk.clerk, order, rows[1:])
        self.tasks[task.message_id] = "number"
        issue_paper(desk.clerk, rows[0][0])
        return True

    def sign(self, desk: Desk, most: int) -> bool:
        """Have the prepared papers of a desk signed by a worker; now and then one is cancelled instead."""
        rows = papers(desk, State.PREPARED)[:most]
        if rows and self.chance.random() < 0.1:
            cancel_paper(desk.clerk, rows.pop()[0], reason=REASON)
        if not rows or self._is_busy(desk.head.user_id):
            return False
        order = SigningOrder(desk.key_id, PASSPHRASE, rows)
        self.tasks[request_signing(desk.head, order, self.office.settings).message_id] = "sign"
        return True

    def write(self, count: int) -> None:
        """Leave messages to people who have nothing else to do with this."""
        numbers = range(self.letters, self.letters + count)
        leave(*(f"nguoi{number}@example.vn" for number in numbers))
        self.letters += count

    def look_after(self, desk: Desk) -> None:
        """Have papers made again whose file could not be made because workers died too often."""
        for paper_id, version in papers(desk, State.RENDER_FAILED):
            render_again(desk.clerk, paper_id, expected_version=version)

    def go_on(self, desk: Desk) -> None:
        """Do with every paper of the desk what comes next."""
        try:
            self.look_after(desk)
            self.ask_for_numbers(desk, 100)
            for paper_id, version in papers(desk, State.DRAFTED)[:1]:
                issue_paper(desk.clerk, paper_id, expected_version=version)
            self.sign(desk, 100)
        except (StateError, OpenThadsError):
            # A worker was faster: the next look shows what is left.
            db.session.rollback()

    def _is_busy(self, person: int | None) -> bool:
        with unit_of_work(SYSTEM) as session:
            mine = (BackgroundTask.requested_by_id == person, BackgroundTask.state.in_(_OPEN_TASKS))
            return session.scalar(select(BackgroundTask.id).where(*mine).limit(1)) is not None


def papers(desk: Desk, *states: OfficialDocumentState) -> list[tuple[int, int]]:
    """Ids and versions of the papers of a desk in one of these states, in order."""
    with unit_of_work(SYSTEM) as session:
        wanted = select(OfficialDocument.id, OfficialDocument.version).where(
            OfficialDocument.agency_path == desk.head.scope.prefixes[0],
            OfficialDocument.state.in_([state.value for state in states]),
        )
        return [(found.id, found.version) for found in session.execute(wanted.order_by(OfficialDocument.id))]


def counts(desks: Sequence[Desk]) -> dict[str, int]:
    """How many papers are in each state."""
    return {state.value: sum(len(papers(desk, state)) for desk in desks) for state in State}


def _values(number: int, chance: random.Random) -> dict[str, object]:
    return {
        "receiving_agency": f"Ủy ban nhân dân phường Thử {number}",
        "sender_name": f"Trần Thị Hòa {number}",
        "sender_address": f"Số {number}, phố Thử",
        "petition_type": "đơn kiến nghị",
        "subject": "việc cấp giấy chứng nhận. " * chance.randint(1, 40),
        "received_on": date(2026, 10, 1 + number % 28),
        "reason": "không thuộc thẩm quyền",
    }
