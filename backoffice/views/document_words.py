"""Words of documents: states, kinds, what became of a removed file. Not here: words of other tables (`words`)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from backoffice.views.words import Word

DOCUMENT_STATES: Mapping[str, Word] = {
    "stored": _l("Stored"),
    "quarantined": _l("Waiting for the virus scan"),
    "removed": _l("Removed"),
}
DOCUMENT_KINDS: Mapping[str, Word] = {
    "judgment": _l("Judgment or court decision"),
    "decision": _l("Decision of the agency"),
    "request": _l("Request"),
    "minutes": _l("Minutes"),
    "verification": _l("Verification of conditions"),
    "payment": _l("Payment paper"),
    "letter": _l("Letter or notice"),
    "identity": _l("Identity paper"),
    "other": _l("Other paper"),
}
REMOVAL_RULES: Mapping[str, Word] = {"kept": _l("Kept under lock"), "erased": _l("Erased")}
