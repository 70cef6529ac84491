"""Judging the signatures of a document: is it whole, is it all, who signed, when, and may the certificate be believed.

Not here: sentences for people; each finding bears a code. Nothing is fetched: lists of revoked certificates come
from the document and from the operator's folder.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.errors import NoDSSFoundError, SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import collect_embedded_signatures

from exports.signatures.codes import CertificateFacts, Check, Finding, Level, SignatureReport
from exports.signatures.trust import USAGE, Trust, judge_async
from exports.signatures.waiting import finished

_TIME_STAMP = "/DocTimeStamp"
# What goes wrong in foreign bytes is anything; all of it means that they cannot be read.
_UNREADABLE = (
    PdfError, CMSExtractionError, SignatureValidationError, ValueError, TypeError, KeyError, IndexError,
    AttributeError, RuntimeError, OSError,
)  # fmt: skip


def validate(pdf: bytes, trust: Trust, now: datetime) -> tuple[SignatureReport, ...]:
    """A report of each signature, in the order in which they were made; empty for an unsigned document.

    A document that cannot be read gives one report whose integrity is `unreadable`.
    """
    return finished(lambda: _validate(pdf, trust, now))


async def _validate(pdf: bytes, trust: Trust, now: datetime) -> tuple[SignatureReport, ...]:
    try:
        reader = PdfFileReader(BytesIO(pdf))
        embedded = collect_embedded_signatures(reader)
    except _UNREADABLE:
        return (_unreadable(""),)
    trust, has_lists = _with_own(reader, trust)
    stamps = [each for each in embedded if each.sig_object_type == _TIME_STAMP]
    people = [each for each in embedded if each.sig_object_type != _TIME_STAMP]
    reports = [
        await _report(each, trust, now, is_last=number == len(people))
        for number, each in enumerate(people, 1)
    ]
    is_archived = bool(stamps) and all([await _stamp_holds(each, trust, now) for each in stamps])
    return tuple(_levelled(report, has_lists=has_lists, is_archived=is_archived) for report in reports)


def _with_own(reader: PdfFileReader, trust: Trust) -> tuple[Trust, bool]:
    """The trust, with certificates and lists that the document brings along."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return trust, False
    except _UNREADABLE:
        return trust, False
    context = store.as_validation_context({"trust_roots": list(trust.roots), "allow_fetching": False})
    more = trust.with_more(store.load_certs(), context.crls, context.ocsps)
    return more, bool(context.crls or context.ocsps)


async def _report(
    each: EmbeddedPdfSignature, trust: Trust, now: datetime, *, is_last: bool
) -> SignatureReport:
    try:
        return await _judged(each, trust, now, is_last=is_last)
    except _UNREADABLE:
        return _unreadable(each.field_name)


async def _judged(
    each: EmbeddedPdfSignature, trust: Trust, now: datetime, *, is_last: bool
) -> SignatureReport:
    trust = trust.with_more(each.other_embedded_certs)
    claimed = each.self_reported_timestamp or now
    status = await async_validate_pdf_signature(
        each, trust.context(claimed, "none"), key_usage_settings=USAGE
    )
    stamp = status.timestamp_validity
    time, signed_at = _time(stamp, claimed)
    whole = status.intact and status.valid
    judged = await judge_async(status.signing_cert, trust, signed_at, now)
    findings = (
        Finding(Check.INTEGRITY, "intact" if whole else "altered"),
        Finding(Check.COVERAGE, _coverage(status, is_last=is_last)),
        *judged.findings,
        Finding(Check.TIME_STAMP, time),
    )
    return SignatureReport(
        field_name=each.field_name,
        certificate=CertificateFacts.of(status.signing_cert),
        chain=tuple(CertificateFacts.of(certificate) for certificate in judged.path),
        signed_at=signed_at,
        level=Level.B_T if time == "time_stamped" else Level.B_B,
        findings=findings,
    )


def _time(stamp: Any, claimed: datetime) -> tuple[str, datetime]:
    """The code of the time, and the moment that counts."""
    if stamp is None:
        return "time_claimed", claimed
    if stamp.intact and stamp.valid and stamp.trusted:
        return "time_stamped", stamp.timestamp
    return "time_stamp_bad", claimed


def _coverage(status: Any, *, is_last: bool) -> str:
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return "whole_file"
    if status.coverage != SignatureCoverageLevel.ENTIRE_REVISION or not isinstance(
        status.diff_result, DiffResult
    ):
        return "appended"
    level = status.diff_result.modification_level
    if level == ModificationLevel.LTA_UPDATES:
        return "kept_valid"
    # Somebody else signed after; that signature covers what was added.
    return "signed_again" if level == ModificationLevel.FORM_FILLING and not is_last else "appended"


async def _stamp_holds(each: EmbeddedPdfSignature, trust: Trust, now: datetime) -> bool:
    try:
        status = await async_validate_pdf_timestamp(each, trust.context(now, "none"))
    except _UNREADABLE:
        return False
    return bool(status.intact and status.valid and status.trusted)


def _levelled(report: SignatureReport, *, has_lists: bool, is_archived: bool) -> SignatureReport:
    if report.level != Level.B_T or not has_lists:
        return report
    return replace(report, level=Level.B_LTA if is_archived else Level.B_LT)


def _unreadable(field_name: str) -> SignatureReport:
    finding = Finding(Check.INTEGRITY, "unreadable")
    return SignatureReport(field_name, None, (), None, Level.B_B, (finding,))
