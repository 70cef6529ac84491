"""The job of documents: erasing the bytes of a file when the deed that gave them up has committed.

Not here: what is given up, and why (`backoffice.services.document`).
"""

from __future__ import annotations

from flask import current_app

from backoffice.access.actor import Actor
from backoffice.services import outbox
from backoffice.services.document_upkeep import erase_unused
from backoffice.services.document_vault import Vault
from backoffice.services.outbox import Message
from config import Settings

SYSTEM = Actor.system("documents")


def erase(message: Message) -> None:
    """Remove the bytes at the address; doing it twice changes nothing."""
    settings: Settings = current_app.config["OPENTHADS"]
    vault, address = Vault.of(settings.documents), str(message.arguments["address"])
    outbox.run_once(SYSTEM, message.id, lambda session: erase_unused(session, vault, address))
