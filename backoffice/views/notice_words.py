"""Words of messages: states, channels, events, procedures, what went wrong. Not here: words of other tables."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice.views.words import Word
from backoffice.workflow.notice_events import EVENTS, PROCEDURES

NOTICE_STATES: Mapping[str, Word] = {
    "queued": _l("Waiting to be sent"),
    "sending": _l("Being sent"),
    "sent": _l("Sent"),
    "unconfirmed": _l("Handed over, not confirmed"),
    "failed": _l("Failed"),
    "bounced": _l("Returned by the mail server"),
    "cancelled": _l("Not sent"),
}
CHANNELS: Mapping[str, Word] = {"email": _l("E-mail"), "sms": _l("SMS"), "chat": _l("Chat")}
LOCALES: Mapping[str, Word] = {"vi": _l("Vietnamese"), "en": _l("English")}
NOTICE_EVENTS: Mapping[str, Word] = {event.value: _l(rule.title) for event, rule in EVENTS.items()}
PROCEDURE_WORDS: Mapping[str, Word] = {
    "": _l("Every procedure"),
    **{name: _l(title) for name, title in PROCEDURES.items()},
}
ATTEMPT_OUTCOMES: Mapping[str, Word] = {
    "started": _l("Under way"),
    "sent": _l("Sent"),
    "deferred": _l("Put off"),
    "refused": _l("Refused"),
    "unconfirmed": _l("No answer"),
    "died": _l("Cut off before anything left"),
}
_CODES: Mapping[str, Word] = {
    "address_empty": _l("There is no address."),
    "address_several": _l("Several addresses stand in place of one."),
    "address_decorated": _l("The address has a name, brackets or spaces."),
    "address_letters": _l("The address has letters to which we cannot send."),
    "address_long": _l("The address is too long."),
    "address_shape": _l("The address is not whole."),
    "no_server": _l("No mail server is set up."),
    "no_answer": _l("The line broke before the mail server answered."),
    "process_died": _l("The program ended before the answer was kept."),
    "smtp_unreachable": _l("The mail server does not answer."),
    "smtp_sign_in": _l("The mail server refuses our sign-in."),
    "smtp_security": _l("The line to the mail server cannot be secured."),
    "gateway_settings": _l("The gateway is not set up, or its address cannot be used."),
    "gateway_refused": _l("The gateway did not take the message."),
    "too_late": _l("Its last day was over."),
    "forgotten": _l("Its content was deleted after its time."),
    "gave_up": _l("Every attempt ended too early."),
}


def reason(code: str | None) -> str:
    """Why a message did not leave, in words; the code of a mail server's answer as it stands."""
    if not code:
        return ""
    if code.startswith("smtp_") and code not in _CODES:
        return str(_("The mail server answered %(code)s.", code=code.removeprefix("smtp_").replace("_", " ")))
    if code.startswith("returned"):
        return str(_("It came back (%(code)s).", code=code.removeprefix("returned_") or "–"))
    return str(_CODES.get(code, code))
