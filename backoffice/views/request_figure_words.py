"""What the figures of requests, their groups and columns are called. Not here: words of requests (`request_words`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from backoffice.queries.request_figures import MONTH
from backoffice.views.notice_words import PROCEDURE_WORDS
from backoffice.views.request_words import FEEDBACK_KINDS, REQUEST_CHANNELS, REQUEST_OUTCOMES

MEASURE_WORDS: Mapping[str, Any] = {
    "submitted": _l("Submitted"),
    "received": _l("Taken into support"),
    "processed": _l("Settled"),
    "refused": _l("Of which refused"),
    "on_time": _l("In time"),
    "late": _l("Late"),
    "withdrawn": _l("Taken back by applicants"),
    "open": _l("Open at the end"),
    "pending": _l("Of which within time"),
    "overdue": _l("Of which overdue"),
}
DAY_WORDS: Mapping[str, Any] = {
    "median": _l("Half within (days)"),
    "p90": _l("Nine tenths within (days)"),
}
GROUP_WORDS: Mapping[str, Any] = {
    "agency": _l("Agency"),
    "procedure": _l("Procedure"),
    "officer": _l("Officer in charge"),
    "channel": _l("Channel"),
    MONTH: _l("Month"),
    "classification": _l("Kind of petition"),
    "outcome": _l("Outcome"),
}
NONE_WORDS: Mapping[str, Any] = {
    "officer": _l("Nobody yet"),
    "classification": _l("Not classified"),
    "outcome": _l("No outcome yet"),
}
CODE_WORDS: Mapping[str, Mapping[str, Any]] = {
    "procedure": PROCEDURE_WORDS,
    "channel": REQUEST_CHANNELS,
    "classification": FEEDBACK_KINDS,
    "outcome": REQUEST_OUTCOMES,
}
