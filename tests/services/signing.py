"""What tests of signing share: an authority, heads with keys, papers that wait, doing what a worker would do now.

Not here: the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import (
    DocumentSignature,
    EnforcementAgency,
    OfficialDocument,
    OutboxMessage,
    SigningKey,
)
from backoffice.sample.demo_authority import Wanted
from backoffice.services.document import file_row
from backoffice.services.document_signature import (
    SignedPaper,
    finish_signing,
    make_signed,
    read_unsigned,
)
from backoffice.services.document_vault import Vault
from backoffice.services.paper_frozen import Frozen, keep_bytes, keep_frozen
from backoffice.services.paper_heading import Office, Signer
from backoffice.services.signing_key import add_own_key, opened_key
from backoffice.services.transaction import unit_of_work
from config import Settings
from exports.signatures import FileKey
from jobs.registry import FUNCTIONS, perform
from tests import factories
from tests.services.papers import stored
from tests.side_rows import paper_template
from tests.signatures.parts import PASSPHRASE, document
from tests.signatures.parts import World as Authority

PERSON = "Trần Thị Hòa"
SIGNER = Signer("", "CHI CỤC TRƯỞNG", PERSON)
SYSTEM = Actor.system("papers")


@dataclass
class Signing:
    """The parts of an installation in which people sign."""

    settings: Settings
    vault: Vault
    authority: Authority

    @classmethod
    def make(cls, settings: Settings) -> Signing:
        """An authority that the installation trusts."""
        authority = Authority.make(settings.signing.trust_dir, PERSON, clock.now())
        return cls(settings, Vault.of(settings.documents), authority)

    def key_file(self, **wanted: Any) -> FileKey:
        """A new key file of the authority for the person of the tests."""
        days = (clock.now() - timedelta(days=1), clock.now() + timedelta(days=365))
        values = {"name": f"DEMO {PERSON}", "organisation": "THADS", "days": days, **wanted}
        return self.authority.key_of(self.authority.authority.issue(Wanted(**values)))

    def add_key(self, actor: Actor) -> SigningKey:
        """A key of the person in the installation."""
        file = self.key_file()
        return add_own_key(actor, file.pkcs12, PASSPHRASE, self.vault, self.settings.signing)

    def paper(
        self, agency: EnforcementAgency, drafter: Actor | None = None, **values: Any
    ) -> OfficialDocument:
        """A paper with a file that waits to be signed."""
        subject_id = values.pop("subject_id", None)
        frozen = Frozen({}, Office(None, agency.name, "Hà Nội"), values.pop("signer", SIGNER))
        if subject_id is None:
            with system_scope("set_up"):
                subject_id = factories.make_case(agency).id
        with unit_of_work(SYSTEM) as session:
            pdf = document(pages=1, text=f"Văn bản {subject_id} {values.get('title', '')}")
            kept = keep_bytes(self.vault, pdf)
            file_id = file_row(session, kept, self.vault)
            data_file_id = file_row(session, keep_frozen(self.vault, frozen), self.vault)
        own = {"agency_id": agency.id, "agency_path": agency.path}
        given = {
            "kind": "transfer_letter",
            "subject_type": "enforcement_case",
            "title": "Công văn",
            **values,
        }
        paper = OfficialDocument(
            **own,
            subject_id=subject_id,
            template_id=paper_template(given["kind"]).id,
            state="prepared",
            issued_on=clock.today(),
            file_id=file_id,
            data_file_id=data_file_id,
            sha256=kept.sha256,
            prepared_by_id=drafter.user_id if drafter else None,
            **given,
        )
        key = factories.save(paper)
        with system_scope("set_up"):
            return stored(key.id)

    def sign(
        self, actor: Actor, paper: OfficialDocument, key: SigningKey, version: int | None = None
    ) -> OfficialDocument:
        """Sign one paper here and now."""
        return finish_signing(actor, self.signed(actor, paper, key, version), self.vault)

    def signed(
        self, actor: Actor, paper: OfficialDocument, key: SigningKey, version: int | None = None
    ) -> SignedPaper:
        """The signed file of a paper, which no row names yet."""
        unsigned = read_unsigned(actor, paper.id, version or paper.version, self.vault)
        opened = opened_key(actor, key.id, PASSPHRASE, self.vault, self.settings.signing)
        return make_signed(unsigned, opened, self.vault, self.settings.signing)

    def bytes_of(self, paper_id: int) -> bytes:
        """The file of a paper as it is now."""
        paper = stored(paper_id)
        with system_scope("set_up"):
            return b"".join(self.vault.open(paper.file))


def signature(paper_id: int) -> DocumentSignature | None:
    """The signature of a paper as stored."""
    with system_scope("set_up"):
        db.session.expire_all()
        statement = select(DocumentSignature).where(DocumentSignature.official_document_id == paper_id)
        return db.session.scalars(statement).one_or_none()


def work() -> int:
    """Do every task that waits in the outbox, as a worker would; how many there were."""
    with system_scope("set_up"):
        waiting = select(OutboxMessage.id).where(
            OutboxMessage.job == "task.run", OutboxMessage.state == "pending"
        )
        found = db.session.scalars(waiting).all()
        db.session.rollback()
    for message_id in found:
        perform(FUNCTIONS["task.run"], "task.run", message_id)
    return len(found)


def head(agency: EnforcementAgency) -> Actor:
    """A new head of the agency."""
    return factories.make_actor(agency, Role.HEAD)
