"""What leaves and what comes back, without a server: headers, addresses, places, reports, calendar files, gateways."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from email import message_from_bytes
from email.policy import default

import pytest
from icalendar import Calendar

from backoffice import clock
from backoffice.services.notice_content import say, start_words
from backoffice.services.notice_gateway import GatewayError, check_gateway
from backoffice.workflow.notice import leaves_at
from backoffice.workflow.notice_events import EVENTS, NoticeEvent, sample_values
from backoffice.workflow.notice_text import fill, problems_of
from exports.bounces import Report, read_report
from exports.calendar_files import Appointment, DueDay, appointment_file, due_days_file
from exports.mail import AddressError, Letter, checked_address, message_bytes

NOW = datetime(2026, 9, 15, 8, 0, tzinfo=UTC)
KEY = "0123456789abcdef" * 2
HOSTILE = "x\r\nBcc: evil@example.vn\n\n<script>\x00\u202e{agency_name}" + "a" * 10_000


def mail_of(subject: str, lines: list[str]):  # type: ignore[no-untyped-def]
    letter = Letter(
        KEY, "no-reply@thads.test", "Cơ quan\r\nBcc: x", "a@example.vn", subject, [lines], "vi", NOW
    )
    return message_from_bytes(message_bytes(letter), policy=default)


def test_hostile_values_stay_text_when_a_message_is_made() -> None:
    for event in NoticeEvent:
        words = start_words()[event.value, "", "email", "vi"]
        said = say(words, event, "email", dict.fromkeys(EVENTS[event].places, HOSTILE))
        mail = mail_of(said.subject, [line for lines in said.paragraphs for line in lines])
        assert mail["Bcc"] is None
        assert sorted(mail.keys()).count("Subject") == 1
        assert len(str(mail["Subject"])) <= 200
        text = mail.get_body(("plain",)).get_content()
        assert "\u202e" not in text
        assert "\x00" not in text
        assert "<script>" not in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("a@b.vn,c@d.vn", "several"),
        ("a@b.vn (comment)", "decorated"),
        ("đ@b.vn", "letters"),
        ("a@địachỉ.vn", "letters"),
        ("a" * 65 + "@b.vn", "long"),
        ("a@localhost", "shape"),
        ("a\x00@b.vn", "shape"),
        ("@b.vn", "shape"),
    ],
)
def test_address_is_refused_with_its_reason_when_it_is_not_plain(address: str, code: str) -> None:
    with pytest.raises(AddressError, match=code):
        checked_address(address)


def test_every_start_text_uses_known_places_alone() -> None:
    found = [
        (key, problem.place)
        for key, words in start_words().items()
        for text, allowed in (
            (words.subject, EVENTS[NoticeEvent(key[0])].subject_places),
            (words.body, EVENTS[NoticeEvent(key[0])].places),
        )
        for problem in problems_of(text, allowed)
    ]
    assert found == []
    assert {key[0] for key in start_words()} == {event.value for event in NoticeEvent}


def test_template_is_refused_when_it_is_more_than_places() -> None:
    for text in ("{agency_name.__class__}", "{{agency_name}}", "{% if %}", "{0}", "{unknown}"):
        assert problems_of(text, {"agency_name"}), text
    assert fill("{a} {b}", {"a": "{b}"}) == "{b} …"


def test_line_is_left_out_when_its_values_are_missing() -> None:
    text = "Mời đến:\nLúc: {at}\nTại: {place}, {agency}, {address}\n{address}\n"
    assert fill(text, {"place": "Bàn 1", "agency": "CC001"}) == "Mời đến:\nTại: Bàn 1, CC001\n"
    assert fill(text, {"agency": "CC001"}) == "Mời đến:\nTại: …, CC001\n"
    assert fill("Kính gửi {name},", {"name": "Hòa"}) == "Kính gửi Hòa,"


def test_report_is_read_by_its_key_and_anything_else_is_none() -> None:
    report = (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: text/plain\r\n\r\nno\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mail.test\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <openthads-{KEY}@thads.test>\r\n\r\n--b--\r\n"
    )
    assert read_report(report.encode()) == Report(KEY, "failed", "5.1.1")
    for other in (
        b"",
        b"\x00\xff" * 100,
        b"Subject: hi\r\n\r\nopenthads-" + KEY.encode(),
        report[:120].encode(),
    ):
        assert read_report(other) is None


def test_report_is_none_when_it_is_made_to_hold_up_or_break_its_reader() -> None:
    report = (
        'Content-Type: multipart/report; boundary="b"\n{more}\n--b\nContent-Type: message/delivery-status\n\n'
        f"Original-Envelope-Id: {KEY}\n\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
    )
    assert read_report(report.format(more="").encode()) == Report(KEY, "failed", "5.1.1")
    long, folded = "X: " + "a=b;" * 2_500 + "\n", "X: a\n" + " a=b;\n" * 2_500
    for more in (long, folded, "X: a\n" * 60_000, "\n" + "--b\nContent-Type: a/b\n\n" * 300):
        assert read_report(report.format(more=more).encode()) is None
    for word in (
        "Content-Type: multipart/mixed; boundary=b{}\n\n--b{}\n",
        "content-type:\n message/rfc822\n\n",
    ):
        for depth in (11, 300, 3_000):
            deep = "".join(word.format(number, number) for number in range(depth))
            assert read_report((deep + report.format(more="")).encode()) is None
    assert read_report(report.format(more="").encode() + b"a\n" * 400_000) == Report(KEY, "failed", "5.1.1")


def test_appointment_file_says_the_same_meeting_when_it_moves_and_ends() -> None:
    made = {
        "starts_at": NOW,
        "ends_at": NOW.replace(hour=9),
        "title": "Hẹn " * 40,
        "place": "Phố; Mẫu, Hà Nội",
    }
    more = {"text": "x\r\nBEGIN:VEVENT", "organiser": 'A"B', "organiser_address": "a@b.vn", "written_at": NOW}
    for sequence, is_cancelled, method in ((0, False, "PUBLISH"), (2, True, "CANCEL")):
        raw = appointment_file(Appointment("u@x", sequence, is_cancelled=is_cancelled, **made, **more))  # type: ignore[arg-type]
        calendar = Calendar.from_ical(raw)
        (event,) = calendar.walk("VEVENT")
        assert (calendar["method"], event["uid"], event["sequence"]) == (method, "u@x", sequence)
        assert event["dtstart"].dt.isoformat() == "2026-09-15T15:00:00+07:00"
        assert event["location"] == "Phố; Mẫu, Hà Nội"
        assert max(len(line) for line in raw.split(b"\r\n")) <= 75


def test_due_days_are_whole_days_that_block_nothing() -> None:
    calendar = Calendar.from_ical(due_days_file([DueDay("u@x", date(2026, 9, 18), "Xác minh")], "Hạn", NOW))
    (event,) = calendar.walk("VEVENT")
    assert (event["dtstart"].dt, event["transp"]) == (date(2026, 9, 18), "TRANSPARENT")


def test_gateway_is_refused_when_it_could_read_files_run_programs_or_send_mail() -> None:
    for url in (
        "file:///etc/passwd",
        "syslog://",
        "dbus://",
        "mailto://a:b@c.vn",
        "json://plain.example",
        "x",
    ):
        with pytest.raises(GatewayError):
            check_gateway(url, "chat")
    with pytest.raises(GatewayError):
        check_gateway("jsons://gateway.example/", "sms")
    assert check_gateway("jsons://gateway.example/{to}", "sms")


@pytest.mark.parametrize(
    ("hour", "minute", "leaves"),
    [(20, 59, (15, 20, 59)), (21, 0, (16, 6, 30)), (6, 29, (15, 6, 30)), (6, 30, (15, 6, 30))],
)
def test_message_waits_until_the_quiet_hours_are_over(
    hour: int, minute: int, leaves: tuple[int, int, int]
) -> None:
    moment = leaves_at(datetime(2026, 9, 15, hour, minute, tzinfo=clock.VIETNAM), (time(21), time(6, 30)))
    assert (moment.day, moment.hour, moment.minute) == leaves


def test_subject_names_nobody_when_every_place_is_filled() -> None:
    for (event, _procedure, channel, locale), words in start_words().items():
        values = sample_values(NoticeEvent(event), locale)
        subject = say(words, event, channel, values).subject
        assert "Trần Thị Thử" not in subject
        assert "7K2M-9QX4" not in subject
