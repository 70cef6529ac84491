"""Redis and the mail server are down: citizens file, look up and answer, officers work on, and every letter goes later.

Not here: kills of workers and brokers while they work (`tests/jobs`, `tests/notices`), of web processes (`test_kills`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from backoffice import clock, create_app
from backoffice.access.roles import Role
from backoffice.access.scope import leave_scope, system_scope
from backoffice.extensions import db
from backoffice.models import Notice, OnlineRequest, OutboxMessage
from config import Settings
from tests import factories
from tests.citizens.browser import Citizen
from tests.flows.officer import Officer
from tests.jobs import roles
from tests.jobs.helpers import MortalRedis
from tests.notices.mail_server import MailServer, mail_server
from tests.notices.messages import with_mail
from tests.views.world import HASH

NUMBER = "087184000999"
ADDRESS = "hoa@example.vn"


class Standstill:
    """An installation whose Redis and mail server can be ended and started again; counter and desk are open."""

    def __init__(self, settings: Settings, redis: MortalRedis, post: MailServer) -> None:
        self.settings, self.redis, self.post = settings, redis, post
        self.counter, self.staff = create_app("public", settings), create_app("staff", settings)
        with self.counter.app_context():
            factories.make_roles()
            factories.load_law()
            desk = factories.make_staff(factories.make_tree()["CC001"], Role.SUPPORT_OFFICER, username="desk")
            with system_scope("set_up"):
                desk.password = HASH
                db.session.commit()
            db.session.remove()

    def end(self) -> None:
        """Nothing answers any more."""
        self.redis.kill()
        self.post.kill()

    def begin(self) -> None:
        """Both answer again; everything that Redis held is lost. What is due is done."""
        self.redis.start()
        self.post.start()
        with self.counter.app_context(), system_scope("set_up"):
            for message in db.session.scalars(select(OutboxMessage)):
                message.not_before = clock.now()
            db.session.commit()
            db.session.remove()
        roles.finish(self.settings)

    def request(self) -> tuple[int, str, int]:
        """Id, state and version of the only request."""
        with self.counter.app_context(), system_scope("set_up"):
            row = db.session.scalars(select(OnlineRequest)).one()
            found = (row.id, row.state, row.version)
            db.session.remove()
        return found

    def events(self) -> list[tuple[str, str]]:
        """Every letter with its state, in order."""
        with self.counter.app_context(), system_scope("set_up"):
            found = [(row.event, row.state) for row in db.session.scalars(select(Notice).order_by(Notice.id))]
            db.session.remove()
        return found


@pytest.fixture
def standstill(settings: Settings, tmp_path: Path) -> Iterator[Standstill]:
    """Nothing answers from the beginning."""
    redis = MortalRedis()
    with mail_server(tmp_path / "post") as post:
        made = Standstill(with_mail(replace(settings, redis_url=redis.url, sweep_after=2), post), redis, post)
        made.end()
        yield made
        redis.kill()
        leave_scope()
        for app in (made.counter, made.staff):
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def test_letters_arrive_later_when_everything_was_filed_and_answered_without_redis_and_mail(
    standstill: Standstill,
) -> None:
    citizen = Citizen(standstill.counter.test_client())
    code = citizen.file("feedback", {"email": ADDRESS})
    key, state, _version = standstill.request()
    assert state == "submitted"
    officer = Officer.signed_in(standstill.staff, "desk")
    officer.open(f"/requests/show/{key}")
    officer.press(f"/requests/step/{key}/receive")
    officer.open(f"/requests/form/{key}/guide")
    officer.press(f"/requests/form/{key}/guide", text="Gửi đến Tòa án nhân dân.", sending="email")
    citizen.open("/tra-cuu/")
    citizen.send({"code": code, "identity_number": NUMBER})
    assert "Gửi đến Tòa án nhân dân." in citizen.answer.text
    assert standstill.request()[1] == "guided"
    waiting = standstill.events()
    assert [state for _event, state in waiting] == ["queued"] * len(waiting)
    assert standstill.post.taken() == []
    standstill.begin()
    assert standstill.events() == [(event, "sent") for event, _state in waiting]
    mails = [mail for mail in standstill.post.taken() if mail["to"] == ADDRESS]
    assert len(mails) == 2
    assert sum(code in mail.get_body(("plain",)).get_content() for mail in mails) == 1  # type: ignore[union-attr]


def test_nobody_meets_a_fault_when_redis_is_lost_between_two_pages(standstill: Standstill) -> None:
    standstill.redis.start()
    citizen = Citizen(standstill.counter.test_client())
    citizen.go_to_check("feedback", {"email": ADDRESS})
    standstill.redis.kill()
    citizen.send({"declared": "yes", "go": "send"})
    assert citizen.code()
    citizen.open("/tra-cuu/")
    statuses = {citizen.send({"code": "AAAA", "identity_number": "1"}).status_code for _try in range(25)}
    # Tries count in memory instead.
    assert statuses == {404, 429}
