"""Words of handing work over: kinds of work, what a row is called. Not here: the pages (`reassignment`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from backoffice.views.notice_words import PROCEDURE_WORDS

WORK_WORDS: Mapping[str, Any] = {
    "support": _l("Requests supported"),
    "examination": _l("Requests examined"),
    "cases": _l("Cases in charge"),
}
# The screen of each kind of rows that may be given away.
SCREENS_OF: Mapping[str, str] = {"online_request": "OnlineRequestView", "enforcement_case": "CaseView"}


def titles_of(row: Any) -> str:
    """What a row is called: a request by number, applicant and procedure, a case by its number."""
    if row.__tablename__ != "online_request":
        return str(row)
    procedure = PROCEDURE_WORDS.get(row.procedure, row.procedure)
    return f"{row.request_number} · {row.applicant_name} · {procedure}"
