"""A message leaves through a real mail server, is tried again, given up or refused, and never in a request."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backoffice import clock
from backoffice.services import notice_delivery
from backoffice.services.notice_delivery import Answer, Result, claim, mark, settle
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.notice_events import NoticeEvent
from config import Settings
from tests.jobs import roles
from tests.notices.mail_server import MailServer
from tests.notices.messages import SYSTEM, leave, make_due, notice, outcomes, set_row, states

PATIENCE = timedelta(seconds=5)


def test_message_arrives_with_both_parts_when_a_worker_sends_it(office: Settings, post: MailServer) -> None:
    (key,) = leave("dan@example.vn")
    assert post.taken() == []
    roles.finish(office)
    (mail,) = post.taken()
    assert (mail["to"], mail["from"].addresses[0].addr_spec) == ("dan@example.vn", "no-reply@thads.test")
    assert mail.get_content_type() == "multipart/alternative"
    text = mail.get_body(("plain",)).get_content()
    assert "Mã số đăng ký trực tuyến: 7K2M-9QX4-T0AB-C" in text
    assert "7K2M" not in mail["subject"]
    assert "<p>" in mail.get_body(("html",)).get_content()
    row = notice(key)
    assert (row.state, row.attention, row.route, outcomes(key)) == ("sent", 0, "smtp", ["sent"])


def test_same_message_is_left_once_when_its_deed_is_done_again(office: Settings, post: MailServer) -> None:
    assert len(leave("dan@example.vn", key="1")) == 1
    assert leave("dan@example.vn", key="1") == []
    roles.finish(office)
    assert len(post.taken()) == 1


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("refused@example.vn", "smtp_550_5.1.1"),
        ("hai@example.vn, ba@example.vn", "address_several"),
        ("Ten <a@example.vn>", "address_decorated"),
        ("nguyễn@example.vn", "address_letters"),
        ("x\r\nBcc: y@example.vn", "address_decorated"),
        ("", "address_empty"),
    ],
)
def test_message_fails_at_once_when_its_address_cannot_be_served(
    office: Settings, post: MailServer, address: str, code: str
) -> None:
    (key,) = leave(address)
    roles.finish(office)
    row = notice(key)
    assert (row.state, row.attention, row.error_code) == ("failed", 2, code)
    assert post.taken() == []


@pytest.mark.parametrize(("address", "code"), [("later", "smtp_451_4.7.1"), ("full", "smtp_452_4.3.1")])
def test_message_is_tried_again_and_given_up_when_the_server_puts_it_off(
    office: Settings, address: str, code: str
) -> None:
    (key,) = leave(f"{address}@example.vn")
    roles.finish(office)
    row = notice(key)
    assert (row.state, row.error_code, row.handed_at) == ("queued", code, None)
    assert timedelta(seconds=30) < row.next_try_at - clock.now() <= timedelta(minutes=1)
    set_row(key, expires_at=clock.now() + timedelta(seconds=20))
    make_due(key)
    roles.finish(office)
    assert (notice(key).state, outcomes(key)) == ("failed", ["deferred", "deferred"])


def test_message_waits_for_the_server_when_nobody_answers(office: Settings, post: MailServer) -> None:
    post.kill()
    (key,) = leave("dan@example.vn")
    roles.finish(office)
    assert (notice(key).state, notice(key).error_code) == ("queued", "smtp_unreachable")
    post.start()
    make_due(key)
    roles.finish(office)
    assert (notice(key).state, len(post.taken())) == ("sent", 1)


def test_message_is_unconfirmed_and_not_repeated_when_the_answer_is_lost(
    office: Settings, post: MailServer
) -> None:
    (key,) = leave("silent@example.vn")
    roles.finish(office)
    roles.finish(office)
    row = notice(key)
    assert (row.state, row.attention, row.error_code) == ("unconfirmed", 2, "no_answer")
    assert len(post.taken()) == 1


def test_older_attempt_may_not_hand_over_when_a_newer_one_has_begun(office: Settings) -> None:
    (key,) = leave("dan@example.vn")
    first = claim(key, PATIENCE)
    second = claim(key, PATIENCE)
    assert isinstance(first, notice_delivery.Dispatch)
    assert isinstance(second, notice_delivery.Dispatch)
    assert (mark(first), mark(second), mark(second)) == (False, True, False)
    with unit_of_work(SYSTEM) as session:
        settle(session, first, Result(Answer.REFUSED, "late"))
        settle(session, second, Result(Answer.SENT))
    assert (notice(key).state, outcomes(key)) == ("sent", ["died", "sent"])


def test_late_answer_counts_when_somebody_gave_up_waiting(office: Settings) -> None:
    (key,) = leave("dan@example.vn")
    held = claim(key, PATIENCE)
    assert isinstance(held, notice_delivery.Dispatch)
    assert mark(held)
    assert isinstance(claim(key, PATIENCE), notice_delivery.Wait)
    assert claim(key, timedelta()) is None
    assert notice(key).state == "unconfirmed"
    with unit_of_work(SYSTEM) as session:
        settle(session, held, Result(Answer.SENT))
    assert (notice(key).state, outcomes(key)) == ("sent", ["sent"])


def test_message_fails_visibly_when_nothing_goes_on_with_it(office: Settings) -> None:
    (lost, held) = leave("a@example.vn", "b@example.vn")
    dispatch = claim(held, PATIENCE)
    assert isinstance(dispatch, notice_delivery.Dispatch)
    mark(dispatch)
    for key in (lost, held):
        set_row(key, message_id="0" * 32)
    assert notice_delivery.recover_stranded() == 2
    assert (notice(lost).error_code, notice(held).state) == ("gave_up", "unconfirmed")


def test_content_is_forgotten_and_cannot_be_sent_when_its_days_are_over(office: Settings) -> None:
    (old, young, waiting) = leave("a@example.vn", "b@example.vn", "c@example.vn")
    for key in (old, young):
        set_row(key, state="sent")
    for key in (old, waiting):
        set_row(key, created_at=clock.now() - timedelta(days=91))
    assert notice_delivery.forget_old(SYSTEM, 90) == 1
    assert (notice(old).sealed, notice(old).address_masked) == (None, "•••")
    assert notice(young).sealed
    assert notice(waiting).sealed


def test_stored_row_and_job_say_nothing_of_the_person_when_a_message_waits(office: Settings) -> None:
    (key,) = leave("tran.thi.thu@example.vn", event=NoticeEvent.REQUEST_REFUSED)
    row = notice(key)
    stored = " ".join(str(getattr(row, column.key)) for column in row.__table__.columns)
    for word in ("Trần", "tran.thi.thu", "7K2M"):
        assert word not in stored
    assert row.address_masked == "t•••@example.vn"
    assert states() == {"queued": 1}
