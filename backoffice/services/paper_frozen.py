"""The values of a paper, frozen when it is drafted: written into the encrypted store, read back for each rendering.

Belongs here: the form in which values are kept, and the paper made of them. Not here: where the values come from
(`paper_data`, `paper_heading`), the states of a paper (`official_document`).
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Protocol

from backoffice.models import OfficialDocument
from backoffice.models.states import OfficialDocumentKind
from backoffice.services.document_vault import Kept, Vault
from backoffice.services.paper_heading import Office, Signer
from backoffice.workflow.official_document import SERIES
from exports.check_code import check_url, written
from exports.papers import Heading, Paper, SignatureBlock, fill_line


@dataclass(frozen=True)
class Frozen:
    """Everything that a paper says beside its template, its number and its date."""

    data: Mapping[str, object]
    office: Office
    signer: Signer

    def to_bytes(self) -> bytes:
        """The values as they are kept, the same for the same values."""
        kept = {
            "data": {name: _plain(value) for name, value in self.data.items()},
            "office": asdict(self.office),
            "signer": asdict(self.signer),
        }
        return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, text: bytes) -> Frozen:
        """The values that `to_bytes` wrote."""
        kept = json.loads(text)
        data = {name: _rich(value) for name, value in kept["data"].items()}
        return cls(data, Office(**kept["office"]), Signer(**kept["signer"]))


def keep_frozen(vault: Vault, frozen: Frozen) -> Kept:
    """Write the values into the encrypted store. Raises StoreFullError."""
    return keep_bytes(vault, frozen.to_bytes())


def keep_bytes(vault: Vault, content: bytes) -> Kept:
    """Write a file into the encrypted store. Raises StoreFullError."""
    return vault.keep(io.BytesIO(content), hashlib.sha256(content).hexdigest())


def read_frozen(vault: Vault, paper: OfficialDocument) -> Frozen:
    """The values of a paper. Raises FileMissingError, FileDamagedError, KeyMissingError."""
    return Frozen.from_bytes(b"".join(vault.open(paper.data_file)))


class TemplateWords(Protocol):
    """What a paper takes of its template: a stored edition, or a text that somebody is still writing."""

    @property
    def kind(self) -> Any: ...
    @property
    def body(self) -> Any: ...
    @property
    def heading(self) -> Any: ...
    @property
    def abstract(self) -> Any: ...
    @property
    def recipients(self) -> Any: ...
    @property
    def signer_position(self) -> Any: ...


class PaperMarks(Protocol):
    """What a paper takes of its row: number, symbol, day and code."""

    @property
    def symbol(self) -> Any: ...
    @property
    def issued_on(self) -> Any: ...
    @property
    def number(self) -> Any: ...
    @property
    def check_code(self) -> Any: ...


def paper_of(template: TemplateWords, frozen: Frozen, document: PaperMarks | None, site_url: str) -> Paper:
    """The paper as the renderer wants it; without a document of its own it bears no number, date or code.

    Raises PaperError for a value that the abstract or a recipient needs and that is missing.
    """
    kind = OfficialDocumentKind(template.kind)
    lines = {**frozen.data, "issued_on": document.issued_on if document else None}
    number = document.number.number if document is not None and document.number is not None else None
    code = document.check_code if document is not None and document.issued_on else None
    is_form = kind not in SERIES
    signer = (
        SignatureBlock("", template.signer_position, str(frozen.data.get("requester_name") or ""))
        if is_form
        else SignatureBlock(frozen.signer.authority, frozen.signer.position, frozen.signer.name)
    )
    return Paper(
        kind=template.kind,
        body=template.body,
        data=dict(frozen.data),
        heading=Heading(
            parent_agency=frozen.office.parent,
            agency=frozen.office.name,
            number=number,
            symbol=(document.symbol or "") if document is not None else "",
            place=frozen.office.place,
            issued_on=document.issued_on if document is not None else None,
            title=template.heading,
            abstract=fill_line(template.kind, template.abstract, lines) or None,
        ),
        recipients=tuple(
            filled
            for line in template.recipients.splitlines()
            if (filled := fill_line(template.kind, line, lines))
        ),
        signature=signer,
        check_url=check_url(site_url, code) if code and site_url else None,
        check_code=written(code) if code and site_url else None,
    )


def _plain(value: object) -> Any:
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, list):
        return [{name: _plain(item) for name, item in row.items()} for row in value]
    return value


def _rich(value: Any) -> object:
    if isinstance(value, dict):
        return date.fromisoformat(value["date"])
    if isinstance(value, list):
        return [{name: _rich(item) for name, item in row.items()} for row in value]
    return value
