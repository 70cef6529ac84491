"""Signing a document: one PAdES signature, at the highest level that key, time stamp and lists allow.

Not here: keys (`keys`), trust (`trust`), the place (`place`), validation.
"""

from __future__ import annotations

import hashlib
import importlib
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509
from pkcs11.exceptions import PKCS11Error
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.api import CAdESSignedAttrSpec
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field, enumerate_sig_fields
from pyhanko.sign.general import SigningError as LibraryError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.stamp import StaticStampStyle

from exports.signatures.block import BLOCK_HEIGHT, BLOCK_WIDTH, Block
from exports.signatures.codes import CertificateFacts, Level, SigningError
from exports.signatures.keys import Key, certificate_of, opened
from exports.signatures.place import add_tag, find_box
from exports.signatures.trust import Judgement, Trust, judge_async, require_good
from exports.signatures.waiting import finished

FIELD = "Signature1"
PLACE = "signature"
_ORDER = tuple(Level)


@dataclass(frozen=True)
class Options:
    """How to sign. `most` is the highest level wanted; without time stamps it is always B-B.

    Without `block` the signature cannot be seen on the page. `signed_at` is aware.
    """

    signed_at: datetime
    block: Block | None = None
    trust: Trust = field(default_factory=Trust)
    time_stamps: TimeStamper | None = None
    most: Level = Level.B_LTA
    place: str = PLACE


@dataclass(frozen=True)
class Signed:
    """A signed document: its bytes and their sum, the level that was reached, and the certificate."""

    pdf: bytes
    sha256: str
    level: Level
    certificate: CertificateFacts


class _BlockContent(PdfContent):
    """The drawn block as content of the signature's appearance."""

    def __init__(self, page: bytes) -> None:
        super().__init__(box=BoxConstraints(width=BLOCK_WIDTH, height=BLOCK_HEIGHT))
        self.page = page

    def render(self) -> bytes:
        """Bring the page in as a form."""
        form = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self.page)))
        self.resources.xobject["/Block"] = form
        return b"/Block Do"


def sign(pdf: bytes, key: Key, options: Options) -> Signed:
    """Sign a document that bears no signature yet; its own bytes stay the beginning of the new ones.

    Raises SigningError with a code: the key cannot be opened, the certificate is not good today, the time-stamp
    server does not answer, the document is signed already or cannot be read.
    """
    with opened(key) as signer:
        return finished(lambda: _sign(pdf, signer, options))


async def _sign(pdf: bytes, signer: Signer, options: Options) -> Signed:
    certificate = certificate_of(signer)
    trust = options.trust.with_more(signer.cert_registry)
    judged = await judge_async(certificate, trust, options.signed_at)
    require_good(judged)
    level = _level(options, judged)
    try:
        data = await _embedded(pdf, signer, options, level, trust)
    except PKCS11Error as error:
        raise SigningError("token_failed") from error
    except (TimestampRequestError, OSError) as error:
        raise SigningError("time_stamp_failed") from error
    except (PdfError, LibraryError, ValueError) as error:
        raise SigningError("document_unreadable") from error
    return Signed(data, hashlib.sha256(data).hexdigest(), level, CertificateFacts.of(certificate))


def _level(options: Options, judged: Judgement) -> Level:
    if options.time_stamps is None:
        return Level.B_B
    reachable = Level.B_LTA if judged.is_known_unrevoked else Level.B_T
    return min(options.most, reachable, key=_ORDER.index)


async def _embedded(pdf: bytes, signer: Signer, options: Options, level: Level, trust: Trust) -> bytes:
    """The document with the signature in it, as the library's own `async_sign_pdf` does it, at a given moment."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    if next(enumerate_sig_fields(writer.prev, filled_status=True), None) is not None:
        raise SigningError("already_signed")
    _add_field(writer, options)
    pdf_signer = PdfSigner(
        _metadata(signer.signing_cert, options, level, trust),
        signer,
        timestamper=options.time_stamps if level != Level.B_B else None,
        stamp_style=_style(options),
    )
    session = pdf_signer.init_signing_session(writer, existing_fields_only=True)
    session.system_time = options.signed_at
    validation = await session.perform_presign_validation(writer)
    reserved = await session.estimate_signature_container_size(validation)
    prepared = session.prepare_tbs_document(validation, bytes_reserved=reserved)
    output = BytesIO()
    digest, _ = prepared.digest_tbs_document(output=output)
    attributes = PdfCMSSignedAttributes(
        signing_time=options.signed_at, cades_signed_attrs=CAdESSignedAttrSpec()
    )
    after = await prepared.perform_signature(digest.document_digest, attributes)
    await after.post_signature_processing(output)
    return output.getvalue()


def _metadata(certificate: Any, options: Options, level: Level, trust: Trust) -> PdfSignatureMetadata:
    lasting = level in {Level.B_LT, Level.B_LTA}
    return PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        name=options.block.name if options.block else None,
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=lasting,
        use_pades_lta=level == Level.B_LTA,
        validation_context=trust.context(options.signed_at, "soft-fail") if lasting else None,
        signer_key_usage=_usage(certificate),
    )


def _usage(certificate: x509.Certificate) -> set[str]:
    """Ask for what the certificate has of the two usages for documents; it was judged before."""
    return {"digital_signature", "non_repudiation"}.intersection(
        certificate.key_usage_value.native if certificate.key_usage_value else ()
    )


def _style(options: Options) -> StaticStampStyle | None:
    if options.block is None:
        return None
    content = _BlockContent(_drawn(options.block, options.signed_at))
    whole = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, Margins.uniform(0))
    return StaticStampStyle(
        background=content, background_layout=whole, background_opacity=1.0, border_width=0
    )


def _add_field(writer: IncrementalPdfFileWriter, options: Options) -> None:
    box = find_box(writer, options.place)
    named = f"Chữ ký số của {options.block.name}" if options.block else "Chữ ký số"
    corners = box.corners if options.block else None
    append_signature_field(
        writer, SigFieldSpec(FIELD, on_page=box.page, box=corners, readable_field_name=named)
    )
    page, _ = writer.find_page_for_modification(box.page)
    fields = writer.root["/AcroForm"]["/Fields"]
    add_tag(writer, fields.raw_get(len(fields) - 1), page)


def _drawn(block: Block, signed_at: datetime) -> bytes:
    """The block as a page; the renderer is loaded here, in the process that signs. Raises SigningError without it."""
    try:
        drawing = importlib.import_module("exports.signatures.drawing")
    except OSError as error:
        raise SigningError("renderer_missing") from error
    page: bytes = drawing.draw(block, signed_at)
    return page
