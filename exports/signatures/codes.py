"""The words of signing and validation: levels, checks with machine codes, what a certificate says.

Not here: how any of them is found out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from asn1crypto import x509


class SigningError(Exception):
    """A document cannot be signed, or a key not be used; `code` says why and is meant to be translated."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Level(StrEnum):
    """Levels of PAdES (ETSI EN 319 142-1), each including the one before."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


class Outcome(StrEnum):
    """How a check ended. A note does not make a signature invalid."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


class Check(StrEnum):
    """What is looked at in a signature, in the order in which it is shown."""

    INTEGRITY = "integrity"
    COVERAGE = "coverage"
    CHAIN = "chain"
    VALIDITY = "validity"
    REVOCATION = "revocation"
    TIME_STAMP = "time_stamp"


# Every code that a check may end with. Whoever shows findings has a sentence for each.
CODES: dict[Check, dict[str, Outcome]] = {
    Check.INTEGRITY: {"intact": Outcome.GOOD, "altered": Outcome.BAD, "unreadable": Outcome.BAD},
    Check.COVERAGE: {
        "whole_file": Outcome.GOOD,
        "kept_valid": Outcome.GOOD,
        "signed_again": Outcome.NOTE,
        "appended": Outcome.BAD,
    },
    Check.CHAIN: {
        "trusted": Outcome.GOOD,
        "untrusted": Outcome.BAD,
        "chain_broken": Outcome.BAD,
        "wrong_usage": Outcome.BAD,
    },
    Check.VALIDITY: {"in_force": Outcome.GOOD, "expired": Outcome.BAD, "not_yet_valid": Outcome.BAD},
    Check.REVOCATION: {
        "not_revoked": Outcome.GOOD,
        "revocation_unknown": Outcome.NOTE,
        "revoked_since": Outcome.NOTE,
        "revoked": Outcome.BAD,
        "authority_revoked": Outcome.BAD,
    },
    Check.TIME_STAMP: {
        "time_stamped": Outcome.GOOD,
        "time_claimed": Outcome.NOTE,
        "time_stamp_bad": Outcome.BAD,
    },
}

# Every code of SigningError.
SIGNING_CODES = (
    "wrong_passphrase",
    "key_file_unreadable",
    "key_file_without_key",
    "key_file_without_certificate",
    "key_mismatch",
    "key_too_short",
    "token_missing",
    "token_key_missing",
    "token_locked",
    "token_failed",
    "untrusted",
    "chain_broken",
    "wrong_usage",
    "expired",
    "not_yet_valid",
    "revoked",
    "authority_revoked",
    "time_stamp_failed",
    "already_signed",
    "document_unreadable",
    "renderer_missing",
)


@dataclass(frozen=True)
class Finding:
    """How one check ended."""

    check: Check
    code: str

    @property
    def outcome(self) -> Outcome:
        """Good, bad, or worth a note."""
        return CODES[self.check][self.code]


@dataclass(frozen=True)
class CertificateFacts:
    """What a certificate says. The names are as they are written on it; `serial` is hexadecimal."""

    subject: str
    common_name: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    sha256: str

    @classmethod
    def of(cls, certificate: x509.Certificate) -> CertificateFacts:
        """Read a certificate."""
        return cls(
            subject=_readable(certificate.subject),
            common_name=str(certificate.subject.native.get("common_name") or ""),
            issuer=_readable(certificate.issuer),
            serial=f"{certificate.serial_number:x}",
            not_before=certificate.not_valid_before,
            not_after=certificate.not_valid_after,
            sha256=certificate.sha256.hex(),
        )


@dataclass(frozen=True)
class SignatureReport:
    """What is known of one signature. `signed_at` is the time stamp's when there is one that holds, else claimed."""

    field_name: str
    certificate: CertificateFacts | None
    chain: tuple[CertificateFacts, ...]
    signed_at: datetime | None
    level: Level
    findings: tuple[Finding, ...]

    @property
    def is_valid(self) -> bool:
        """Whether no check ended badly."""
        return all(finding.outcome != Outcome.BAD for finding in self.findings)

    def code(self, check: Check) -> str:
        """The code of one check; empty when it was not reached."""
        return next((finding.code for finding in self.findings if finding.check == check), "")


def _readable(name: x509.Name) -> str:
    """The parts of a name, the person first: `Nguyễn Văn A, Cục Thi hành án, VN`."""
    parts: list[str] = []
    for value in name.native.values():
        parts += [str(part) for part in (value if isinstance(value, list) else [value])]
    return ", ".join(reversed(parts))[:500]
