"""An agency at work for the tests of whole journeys: its people, the counter, a worker, a scheduler, a mail server.

Belongs here: what is there before a journey begins, and looking at what it left. Not here: browsers (`officer`,
`tests.citizens.browser`), the journeys.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import time, timedelta
from email.message import EmailMessage
from itertools import count, pairwise

from flask import Flask
from sqlalchemy import select

from backoffice import clock, create_app
from backoffice.access.actor import Actor
from backoffice.access.identity import actor_of
from backoffice.access.roles import Role
from backoffice.access.scope import leave_scope, system_scope
from backoffice.extensions import db
from backoffice.models import (
    EnforcementAgency,
    Notice,
    OfficialDocument,
    OnlineRequest,
    StaffMember,
    TransitionLog,
)
from backoffice.services.document_template import import_start_set
from backoffice.services.slot_plan import SlotPlan, plan_slots
from config import ROOT, Settings
from exports.papers import read_start_template
from jobs import queues
from tests import factories
from tests.citizens.browser import ANSWERS, Citizen
from tests.flows.officer import Officer
from tests.jobs import roles
from tests.jobs.helpers import wait_until
from tests.notices.mail_server import MailServer
from tests.services.signing import Signing
from tests.views.world import HASH

DESK = "Bộ phận một cửa"
NUMBER = "087184000999"
RECEIVED = "request_received"
_PERSONAL = ("applicant_name", "phone", "address", "content")
STAFF: dict[str, tuple[Role, ...]] = {
    "TC": (Role.COMPLAINTS_OFFICER, Role.CENTRAL_UNIT_HEAD),
    "C01": (Role.COMPLAINTS_OFFICER, Role.HEAD),
    "CC001": (
        Role.SUPPORT_OFFICER,
        Role.PROFESSIONAL_OFFICER,
        Role.EXAMINER,
        Role.SECRETARY,
        Role.ENFORCEMENT_OFFICER,
        Role.CLERK,
        Role.COMPLAINTS_OFFICER,
        Role.HEAD,
    ),
}


class Kept(logging.Handler):
    """Keeps every line of every logger."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.lines.append(self.format(record))


@dataclass
class House:
    """Everything that a journey needs; `key_id` is the key with which the head of CC001 signs."""

    settings: Settings
    post: MailServer
    staff: Flask
    counter: Flask
    people: dict[tuple[str, Role], int] = field(default_factory=dict)
    key_id: int = 0
    written: Kept = field(default_factory=Kept)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def citizen(self) -> Citizen:
        """A browser at an address of its own, so that each person has limits of their own."""
        client, number = self.counter.test_client(), next(self._numbers)
        client.environ_base["REMOTE_ADDR"] = f"10.9.{number // 250}.{number % 250 + 1}"
        return Citizen(client)

    def officer(self, role: Role, code: str = "CC001") -> Officer:
        """Somebody of an agency, signed in."""
        return Officer.signed_in(self.staff, username(code, role))

    def email(self) -> str:
        """An address that nobody else has."""
        return f"dan{next(self._numbers)}@example.vn"

    def filed(self, form: str, answers: dict[str, str] | None = None, agency: str = "CC001") -> Dossier:
        """A citizen's request, sent page by page."""
        citizen, email = self.citizen(), self.email()
        code = citizen.file(form, {"email": email, **(answers or {})}, agency)
        return Dossier(self, citizen, code, email, self.newest())

    def newest(self) -> int:
        """The request that came last."""
        with self.staff.app_context(), system_scope("set_up"):
            found = db.session.scalars(select(OnlineRequest.id).order_by(OnlineRequest.id.desc())).first()
            db.session.remove()
        assert found is not None
        return int(found)

    def stored(self, request_id: int) -> OnlineRequest:
        """A request as it stands in the database."""
        with self.staff.app_context(), system_scope("set_up"):
            found = db.session.get_one(OnlineRequest, request_id)
            db.session.refresh(found)
            db.session.expunge_all()
            db.session.remove()
        return found

    def history(self, request_id: int) -> list[str]:
        """The steps of a request as the log has them; each begins where the one before it ended."""
        with self.staff.app_context(), system_scope("set_up"):
            rows = db.session.scalars(
                select(TransitionLog)
                .where(TransitionLog.subject_type == "online_request", TransitionLog.subject_id == request_id)
                .order_by(TransitionLog.id)
            ).all()
            found = [(row.transition, row.from_state, row.to_state) for row in rows]
            db.session.remove()
        for (_before, _source, reached), (step, source, _target) in pairwise(found):
            assert source == reached, (step, found)
        return [step for step, _source, _target in found]

    def letters(self, address: str, *events: str) -> list[EmailMessage]:
        """The e-mails that came to an address, once as many came as the agency sent, which are these events."""
        with self.staff.app_context():
            wait_until(lambda: len(self._to(address)) >= len(events), f"{events} to {address}", 20)
        found = self._to(address)
        with self.staff.app_context(), system_scope("set_up"):
            rows = db.session.scalars(select(Notice).order_by(Notice.id)).all()
            keys = {row.public_key: row.event for row in rows}
            db.session.remove()
        named = [next(event for key, event in keys.items() if key in mail["Message-ID"]) for mail in found]
        assert sorted(named) == sorted(events)
        return sorted(found, key=lambda mail: list(keys).index(_key(mail, keys)))

    def wait_for_paper(self, paper_id: int, state: str) -> int:
        """Until a worker has brought a paper so far; its version then."""
        wanted = select(OfficialDocument.version).where(
            OfficialDocument.id == paper_id, OfficialDocument.state == state
        )
        with self.staff.app_context(), system_scope("jobs"):
            wait_until(lambda: db.session.scalar(wanted), f"paper {paper_id} is {state}")
            found = db.session.scalars(wanted).one()
            db.session.remove()
        return int(found)

    def said(self) -> list[str]:
        """Everything that processes wrote into their logs."""
        background = (self.settings.var_dir / "roles.log").read_text(errors="replace")
        return background.splitlines() + self.written.lines

    def _to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.post.taken() if mail["to"] == address]


@dataclass
class Dossier:
    """One request with the citizen who sent it, the code on the receipt, and the address that letters go to."""

    house: House
    citizen: Citizen
    code: str
    email: str
    id: int

    def state(self) -> str:
        """What the citizen reads of its state, after looking it up with code and number."""
        self.citizen.open("/tra-cuu/")
        self.citizen.send({"code": self.code, "identity_number": NUMBER})
        assert self.citizen.path == "/ho-so-cua-toi/", self.citizen.faults()
        found = self.citizen.page.select_one(".state")
        assert found is not None
        return found.get_text(strip=True)

    def decide(self, officer: Officer) -> str:
        """Draft the decision in the case of the request; where it stands."""
        case = self.house.stored(self.id).case_id
        officer.open(f"/cases/form/{case}/draft")
        answer = officer.press(f"/cases/form/{case}/draft", decision_number=f"{self.id}/QĐ-CCTHADS")
        return str(answer.location)

    def check_log(self, *steps: str) -> None:
        """The log holds these steps in this order, and no log file anything of the person."""
        assert self.house.history(self.id) == list(steps)
        personal = (self.code, self.email, NUMBER, *(ANSWERS[name] for name in _PERSONAL))
        assert [line for line in self.house.said() if any(own in line for own in personal)] == []

    def check_letters(self, *events: str) -> list[str]:
        """These letters came, the code in the first alone, nothing of the person in a subject; their texts."""
        mails = self.house.letters(self.email, *events)
        texts = [mail.get_body(("plain",)).get_content() for mail in mails]  # type: ignore[union-attr]
        assert [self.code in text for text in texts] == [event == RECEIVED for event in events]
        for mail, text in zip(mails, texts, strict=True):
            # No word of a letter is missing.
            assert "…" not in text
            for own in (self.code, self.code.replace("-", ""), ANSWERS["applicant_name"]):
                assert own not in mail["subject"]
        return texts


def _key(mail: EmailMessage, keys: dict[str, str]) -> str:
    return next(key for key in keys if key in mail["Message-ID"])


def username(code: str, role: Role) -> str:
    """How somebody signs in."""
    return f"{code.lower()}.{role.value}"[:32]


@contextmanager
def working_house(settings: Settings, post: MailServer) -> Iterator[House]:
    """A house whose worker and scheduler run until the block ends."""
    signing = Signing.make(settings)
    house = House(settings, post, create_app("staff", settings), create_app("public", settings))
    house.staff.config["AUTH_RATE_LIMIT"] = "10000 per hour"
    with house.staff.app_context():
        _furnish(house, signing)
        db.session.remove()
    logging.getLogger().addHandler(house.written)
    with queues.connect(settings) as redis:
        redis.flushall()
    processes = [roles.start(settings, role) for role in ("worker", "scheduler")]
    try:
        yield house
    finally:
        for process in processes:
            process.kill()
            process.join()
        logging.getLogger().removeHandler(house.written)
        leave_scope()
        for app in (house.staff, house.counter):
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def _furnish(house: House, signing: Signing) -> None:
    factories.make_roles()
    factories.load_law()
    agencies = factories.make_tree()
    folder = ROOT / "backoffice" / "data" / "document_templates"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    import_start_set(Actor.system("set_up"), [read_start_template(text) for text in texts])
    for code, duties in STAFF.items():
        for role in duties:
            house.people[code, role] = _person(agencies[code], role)
    desk = _actor(house, "CC001", Role.SUPPORT_OFFICER)
    house.key_id = signing.add_key(_actor(house, "CC001", Role.HEAD)).id
    with system_scope("set_up"):
        agency_id = agencies["CC001"].id
    first = clock.today() + timedelta(days=1)
    plan_slots(
        desk, SlotPlan(agency_id, DESK, first, first + timedelta(days=20), time(8), time(11), minutes=30)
    )


def _person(agency: EnforcementAgency, role: Role) -> int:
    member = factories.make_staff(agency, role, username=username(agency.code, role))
    with system_scope("set_up"):
        member.password = HASH
        db.session.commit()
        return member.id


def _actor(house: House, code: str, role: Role) -> Actor:
    with system_scope("set_up"):
        return actor_of(db.session.get_one(StaffMember, house.people[code, role]))
