"""Words of papers, their templates and their numbers. Not here: words of other tables (`words`)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from backoffice.views.words import AGENCY_LEVELS, Word

PAPER_STATES: Mapping[str, Word] = {
    "drafted": _l("Draft"),
    "rendering": _l("File being made"),
    "render_failed": _l("File could not be made"),
    "prepared": _l("To be signed"),
    "signed": _l("Signed"),
    "replaced": _l("Replaced"),
    "withdrawn": _l("Withdrawn"),
    "cancelled": _l("Cancelled"),
}
PAPER_KINDS: Mapping[str, Word] = {
    "enforcement_request_form": _l("Form: request for enforcement"),
    "result_confirmation_form": _l("Form: request to confirm the result"),
    "feedback_form": _l("Form: feedback"),
    "complaint_form": _l("Form: complaint"),
    "denunciation_form": _l("Form: denunciation"),
    "officer_change_form": _l("Form: request to change the officer"),
    "coercion_cost_relief_form": _l("Form: relief from costs of coercion"),
    "enforcement_fee_relief_form": _l("Form: relief from enforcement fees"),
    "receipt_slip": _l("Receipt of a dossier with appointment"),
    "appointment_slip": _l("Appointment slip"),
    "guidance_slip": _l("Guidance slip on completing a dossier"),
    "acceptance_reply": _l("Reply 02-QT: dossier accepted"),
    "guidance_reply": _l("Reply 03-QT: guidance"),
    "refusal_reply": _l("Reply 04-QT: refusal"),
    "result_confirmation": _l("Confirmation of the result"),
    "enforcement_decision": _l("Enforcement decision"),
    "non_enforceable_decision": _l("Decision on not yet having conditions"),
    "feedback_reply": _l("Reply to feedback"),
    "transfer_letter": _l("Letter of transfer"),
    "commune_publication_notice": _l("Notice of publication to the commune"),
    "removal_proof": _l("Proof that a publication has ended"),
}
TEMPLATE_STATES: Mapping[str, Word] = {
    "drafted": _l("Draft"),
    "proposed": _l("Waiting for approval"),
    "approved": _l("Approved"),
    "retired": _l("Out of use"),
}
TEMPLATE_LEVELS: Mapping[str, Word] = {"any": _l("Every level"), **AGENCY_LEVELS}
SERIES: Mapping[str, Word] = {
    "enforcement_decision": _l("Enforcement decisions"),
    "non_enforceable_decision": _l("Decisions on not yet having conditions"),
    "letter": _l("Official letters and replies"),
    "notice": _l("Notices"),
    "confirmation": _l("Confirmations"),
    "slip": _l("Slips for applicants"),
}
NUMBER_STATES: Mapping[str, Word] = {
    "reserved": _l("Reserved"),
    "issued": _l("Issued"),
    "cancelled": _l("Cancelled"),
}
NUMBER_SOURCES: Mapping[str, Word] = {
    "register": _l("Given by the register"),
    "decision": _l("Taken over from the decision"),
}
PAPER_ERRORS: Mapping[str, Word] = {
    "paper_fault": _l(
        "A value does not fit the template. Take the paper back to draft and look at its values."
    ),
    "too_slow": _l(
        "The file takes too long to make: too much text or too many rows. Take the paper back to draft and shorten it."
    ),
    "renderer_missing": _l("No PDF can be made on this installation. Tell the technical administrator."),
    "worker_lost": _l("The program was stopped several times while it worked. Make the file again."),
    "render_error": _l("Something went wrong several times. Tell the technical administrator."),
}
