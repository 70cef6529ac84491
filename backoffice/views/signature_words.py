"""What the checks of a signature found, in words. Not here: why something was not signed (`services.signing_words`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from backoffice.views.words import Word
from exports.signatures import Check, Finding, Outcome

CHECKS: Mapping[str, Word] = {
    "integrity": _l("Integrity"),
    "coverage": _l("Whole file"),
    "chain": _l("Authority"),
    "validity": _l("Validity"),
    "revocation": _l("Revocation"),
    "time_stamp": _l("Time"),
}
FINDINGS: Mapping[str, Word] = {
    "intact": _l("Nothing has been changed since it was signed."),
    "altered": _l("The content was changed after it was signed."),
    "unreadable": _l("The signature cannot be read."),
    "whole_file": _l("The signature covers the whole file."),
    "kept_valid": _l("The signature covers the document; only proofs for long keeping were added."),
    "signed_again": _l("Somebody else signed after; that signature covers the rest."),
    "appended": _l("Something was added to the file after it was signed."),
    "trusted": _l("The certificate comes from an authority that this installation trusts."),
    "untrusted": _l("The authority of the certificate is not among the trusted ones."),
    "chain_broken": _l("The chain from the certificate to a trusted authority is broken."),
    "wrong_usage": _l("The certificate is not meant for signing documents."),
    "in_force": _l("The certificate was valid when it was used."),
    "expired": _l("The certificate had expired when it was used."),
    "not_yet_valid": _l("The certificate was not valid yet when it was used."),
    "not_revoked": _l("The certificate was not revoked."),
    "revocation_unknown": _l(
        "It is not known whether the certificate was revoked: there is no current list."
    ),
    "revoked_since": _l("The certificate was revoked later; the signature from before stays valid."),
    "revoked": _l("The certificate had been revoked when it was used."),
    "authority_revoked": _l("The authority of the certificate had been revoked."),
    "time_stamped": _l("A time-stamp server confirms the time of signing."),
    "time_claimed": _l("The time of signing is that of this server, without a time stamp."),
    "time_stamp_bad": _l("The time stamp cannot be believed."),
}
_TONES: Mapping[Outcome, str] = {Outcome.GOOD: "good", Outcome.NOTE: "wait", Outcome.BAD: "bad"}
VERDICTS: Mapping[Outcome, Word] = {
    Outcome.GOOD: _l("Good"),
    Outcome.NOTE: _l("Note"),
    Outcome.BAD: _l("Bad"),
}


@dataclass(frozen=True)
class FindingLine:
    """One check ready to show."""

    check: Word
    sentence: Word
    verdict: Word
    tone: str


def finding_lines(findings: Sequence[Sequence[str]] | None) -> list[FindingLine]:
    """The kept findings in words; what a later version no longer knows is left out."""
    lines = []
    for check, code in findings or ():
        if check in CHECKS and code in FINDINGS:
            outcome = Finding(Check(check), code).outcome
            lines.append(FindingLine(CHECKS[check], FINDINGS[code], VERDICTS[outcome], _TONES[outcome]))
    return lines


def is_valid(findings: Sequence[Sequence[str]] | None) -> bool:
    """Whether no kept finding is bad."""
    return all(Finding(Check(check), code).outcome != Outcome.BAD for check, code in findings or ())
