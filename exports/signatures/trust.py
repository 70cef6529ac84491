"""Whom to believe: roots, authorities and lists of revoked certificates from a folder, and the judgement of a certificate.

Belongs here: reading the folder, the path to a root, validity, revocation. Not here: the signature itself, fetching
anything: what an installation knows lies in its folder.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import crl, ocsp, pem, x509
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    InsufficientRevinfoError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath

from exports.signatures.codes import CertificateFacts, Check, Finding, Outcome, SigningError
from exports.signatures.keys import Key, certificate_of, opened
from exports.signatures.waiting import finished

# Either is used for signing documents; some authorities set one, some both.
USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
_CERTIFICATES = (".pem", ".crt", ".cer", ".der")


@dataclass(frozen=True)
class Trust:
    """Certificates and lists in hand. A certificate signed by itself is a root, every other one an authority."""

    roots: tuple[x509.Certificate, ...] = ()
    authorities: tuple[x509.Certificate, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()

    def with_more(
        self,
        authorities: Iterable[x509.Certificate] = (),
        crls: Iterable[crl.CertificateList] = (),
        ocsps: Iterable[ocsp.OCSPResponse] = (),
    ) -> Trust:
        """The same roots, with what a document brings along."""
        return replace(
            self,
            authorities=(*self.authorities, *authorities),
            crls=(*self.crls, *crls),
            ocsps=(*self.ocsps, *ocsps),
        )

    def context(self, moment: datetime, revocation: str) -> ValidationContext:
        """What the library needs; `revocation` is `none`, `soft-fail` or `require`. Nothing is fetched."""
        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=list(self.authorities),
            crls=list(self.crls),
            ocsps=list(self.ocsps),
            moment=moment,
            revocation_mode=revocation,
            retroactive_revinfo=True,
            allow_fetching=False,
        )


@dataclass(frozen=True)
class Judgement:
    """Chain, validity and revocation of a certificate at a moment."""

    findings: tuple[Finding, ...]
    path: tuple[x509.Certificate, ...] = field(default=())

    @property
    def first_fault(self) -> str:
        """The code of the first check that ended badly; empty when none did."""
        return next((found.code for found in self.findings if found.outcome == Outcome.BAD), "")

    @property
    def is_known_unrevoked(self) -> bool:
        """Whether every certificate of the chain is known not to be revoked."""
        return any(found.code == "not_revoked" for found in self.findings)


def load_trust(folder: Path | None) -> Trust:
    """Read every certificate, list (`.crl`) and answer (`.ocsp`) in a folder and the folders in it.

    A file that cannot be read is left out: one damaged list must not keep the others from being used.
    """
    certificates: list[x509.Certificate] = []
    crls: list[crl.CertificateList] = []
    ocsps: list[ocsp.OCSPResponse] = []
    for path in sorted(folder.rglob("*")) if folder and folder.is_dir() else ():
        if path.suffix in _CERTIFICATES:
            certificates += _loaded(x509.Certificate, path)
        elif path.suffix == ".crl":
            crls += _loaded(crl.CertificateList, path)
        elif path.suffix == ".ocsp":
            ocsps += _loaded(ocsp.OCSPResponse, path)
    roots = [certificate for certificate in certificates if certificate.self_signed != "no"]
    others = [certificate for certificate in certificates if certificate.self_signed == "no"]
    return Trust(tuple(roots), tuple(others), tuple(crls), tuple(ocsps))


def judge_key(key: Key, trust: Trust, at: datetime) -> tuple[CertificateFacts, Judgement]:
    """Open a key and judge its certificate. Raises SigningError when it cannot be opened."""
    with opened(key) as signer:
        certificate = certificate_of(signer)
        judged = judge(certificate, trust.with_more(signer.cert_registry), at)
        return CertificateFacts.of(certificate), judged


def judge(
    certificate: x509.Certificate, trust: Trust, at: datetime, now: datetime | None = None
) -> Judgement:
    """Judge a certificate as it was at a moment, with what is known of it now."""
    return finished(lambda: judge_async(certificate, trust, at, now))


async def judge_async(
    certificate: x509.Certificate, trust: Trust, at: datetime, now: datetime | None = None
) -> Judgement:
    """As `judge`, within a loop that runs already."""
    validity = _validity(certificate, at)
    # The chain is judged within the certificate's own days, so that one fault is not told as two.
    moment = min(max(at, certificate.not_valid_before), certificate.not_valid_after)
    try:
        path = await _path(certificate, trust.context(moment, "none"))
    except PathBuildingError:
        return Judgement((Finding(Check.CHAIN, "untrusted"), validity))
    except ValidationError:
        code = "untrusted" if certificate.self_signed != "no" else "chain_broken"
        return Judgement((Finding(Check.CHAIN, code), validity))
    chain = Finding(Check.CHAIN, "trusted" if _may_sign(certificate) else "wrong_usage")
    revocation = await _revocation(certificate, trust, moment, now)
    return Judgement((chain, validity, revocation), tuple(path.iter_certs(include_root=True)))


async def _path(certificate: x509.Certificate, context: ValidationContext) -> ValidationPath:
    return await CertificateValidator(certificate, validation_context=context).async_validate_path()


async def _revocation(
    certificate: x509.Certificate, trust: Trust, moment: datetime, now: datetime | None
) -> Finding:
    code = await _revoked_at(certificate, trust, moment)
    if code != "not_revoked":
        return Finding(Check.REVOCATION, code)
    later = min(max(now or moment, moment), certificate.not_valid_after)
    if later > moment and await _revoked_at(certificate, trust, later) in {"revoked", "authority_revoked"}:
        code = "revoked_since"
    return Finding(Check.REVOCATION, code)


async def _revoked_at(certificate: x509.Certificate, trust: Trust, moment: datetime) -> str:
    if not trust.crls and not trust.ocsps:
        return "revocation_unknown"
    try:
        await _path(certificate, trust.context(moment, "require"))
    except RevokedError as error:
        return "revoked" if error.is_ee_cert else "authority_revoked"
    except (InsufficientRevinfoError, ValidationError):
        return "revocation_unknown"
    return "not_revoked"


def _validity(certificate: x509.Certificate, at: datetime) -> Finding:
    code = "in_force"
    if at < certificate.not_valid_before:
        code = "not_yet_valid"
    elif at > certificate.not_valid_after:
        code = "expired"
    return Finding(Check.VALIDITY, code)


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        USAGE.validate(certificate)
    except ValidationError:
        return False
    return not certificate.ca


def _loaded(kind: Any, path: Path) -> list[Any]:
    """The objects in a file, whether PEM or DER; none when it cannot be read."""
    try:
        data = path.read_bytes()
        raw = [body for _, _, body in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        found = [kind.load(body, strict=True) for body in raw]
        for each in found:
            # Objects are read when first asked for: ask now.
            each.native  # noqa: B018
    except (OSError, ValueError, TypeError):
        return []
    return found


def require_good(judged: Judgement) -> None:
    """Raise SigningError with the first fault of a certificate, if it has one."""
    if judged.first_fault:
        raise SigningError(judged.first_fault)
