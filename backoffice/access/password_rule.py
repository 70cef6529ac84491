"""The password rule (R81, with a longer minimum), as a pure check for every way a password comes in.

Not here: hashing, and who may set a password.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from backoffice.errors import InvalidInputError
from backoffice.workflow.messages import N_

MINIMUM_LENGTH = 12
# scrypt work grows with the input: without an end a long password is a way to keep a server busy.
MAXIMUM_LENGTH = 128

_RULES: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda text: len(text) >= MINIMUM_LENGTH, N_("Use at least 12 characters.")),
    (lambda text: len(text) <= MAXIMUM_LENGTH, N_("Use at most 128 characters.")),
    (lambda text: any(character.isupper() for character in text), N_("Use at least one capital letter.")),
    (lambda text: any(character.islower() for character in text), N_("Use at least one small letter.")),
    (
        lambda text: any(not character.isalnum() and not character.isspace() for character in text),
        N_("Use at least one special character, for example ! or #."),
    ),
    (
        lambda text: not any(unicodedata.category(character) == "Cc" for character in text),
        N_("Do not use control characters."),
    ),
)
_OWN_NAME = N_("Do not use your user name in the password.")


def password_faults(password: str, username: str = "") -> list[str]:
    """The sentences (message ids) that say what is wrong with a password; empty when it may be used."""
    faults = [message for holds, message in _RULES if not holds(password)]
    if username and username.lower() in password.lower():
        faults.append(_OWN_NAME)
    return faults


def check_password(password: str, username: str = "") -> None:
    """Refuse a password that breaks the rule; raises InvalidInputError for the first fault."""
    for fault in password_faults(password, username):
        raise InvalidInputError("password", fault)
