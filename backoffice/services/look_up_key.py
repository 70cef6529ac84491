"""Sums of codes and identity numbers, under a key that lies outside the database.

Whoever reads the database alone can neither find a code nor try the twelve digits of an ID against it. Not here: who
may look what up (`intake_lookup`), the form of a code (`exports.check_code`).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from backoffice.errors import InvalidInputError
from backoffice.services.declared import identity_form
from backoffice.workflow.messages import N_
from config import Settings, make_key_file
from exports.check_code import code_from, read_check_code

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,128}")
FILE_NAME = "look-up-key"


@dataclass(frozen=True)
class LookUpKeys:
    """Makes the sums. The key must never change: with another one no code that was given out would be found."""

    key: bytes

    @classmethod
    def load(cls, path: Path) -> LookUpKeys:
        """Read the key, 64 hexadecimal digits; it is made when there is no file."""
        if not path.exists():
            make_key_file(path)
        return cls(bytes.fromhex(path.read_text(encoding="ascii").strip()))

    def new_code(self, client_token: str) -> str:
        """The registration code of a sending: the same for the same token, and known to nobody without the key."""
        return code_from(self._sum("new code", client_token))

    def code_key(self, text: str) -> str:
        """What stands for a code in the database; whatever was typed has one, so that each try takes the same time."""
        return self._sum("code", read_check_code(text) or text[:100]).hex()

    def identity_key(self, text: str) -> str:
        """What stands for an identity number in the database, however it was typed."""
        return self._sum("identity", identity_form(text[:100])).hex()

    def client_key(self, client_token: str) -> str:
        """What stands for a sending in the database. Raises InvalidInputError for a token of another form."""
        if not _TOKEN.fullmatch(client_token):
            raise InvalidInputError(
                "form", N_("This form is incomplete. Open it again and send it once more.")
            )
        return self._sum("client", client_token).hex()

    def _sum(self, purpose: str, text: str) -> bytes:
        message = f"openthads {purpose}\0{text}".encode("utf-8", "replace")
        return hmac.new(self.key, message, hashlib.sha256).digest()


def look_up_keys() -> LookUpKeys:
    """The keys of this installation, beside the master keys of its documents."""
    settings: Settings = current_app.config["OPENTHADS"]
    return LookUpKeys.load(settings.documents.keys_file.with_name(FILE_NAME))
