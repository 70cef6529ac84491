"""A trial message to an operator's own address, to see whether the settings of the mail server are right."""

from __future__ import annotations

from uuid import uuid4

from backoffice import clock
from backoffice.models.notice_states import NoticeChannel
from backoffice.services.notice_content import Said
from backoffice.services.notice_delivery import Answer, Dispatch
from backoffice.services.notice_seal import Content
from backoffice.services.notice_smtp import send_email
from backoffice.workflow.notice_events import NoticeEvent
from config import NoticeSettings


def send_trial(settings: NoticeSettings, address: str) -> str:
    """Send at once and say in a sentence what came of it; nothing is kept."""
    if not settings.smtp_host:
        return "No mail server is set up: name it in OPENTHADS_SMTP_HOST."
    said = Said(
        "OpenTHADS: thư thử",
        [["Thư này chỉ để kiểm tra máy chủ thư.", "This message tests the mail server."]],
    )
    dispatch = Dispatch(
        0,
        1,
        NoticeEvent.TASK_FINISHED,
        NoticeChannel.EMAIL.value,
        "vi",
        uuid4().hex,
        clock.now(),
        Content(address, {}),
        said,
    )
    result = send_email(settings, dispatch, lambda: True)
    if result.answer is Answer.SENT:
        return "The mail server took the message."
    return f"The mail server did not take the message: {result.code}."
