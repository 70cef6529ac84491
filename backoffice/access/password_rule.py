"""The password rule (R81, with a longer minimum), as a pure check for every way a password comes in.

Not here: hashing and former passwords (`services.password`), who may set a password (`services.staff_member`).
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable

from backoffice.errors import InvalidInputError
from backoffice.workflow.messages import N_
from config import ROOT
from exports.text import fold_ascii

MINIMUM_LENGTH = 12
# scrypt work grows with the input: without an end a long password is a way to keep a server busy.
MAXIMUM_LENGTH = 128
_FEWEST_LETTERS = 4
_COMMON = frozenset(
    line
    for line in (ROOT / "backoffice" / "data" / "common_passwords.txt")
    .read_text(encoding="utf-8")
    .splitlines()
    if line and not line.startswith("#")
)
# What people write instead of letters, and think that nobody else does.
_DISGUISES = str.maketrans(
    {"@": "a", "4": "a", "3": "e", "0": "o", "1": "i", "!": "i", "$": "s", "5": "s", "7": "t"}
)

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
_TOO_COMMON = N_("This password is one of the first that others would try. Use several words of your own.")
_OWN_NAME = N_("Do not use your user name in the password.")


def password_faults(password: str, username: str = "") -> list[str]:
    """The sentences (message ids) that say what is wrong with a password; empty when it may be used."""
    faults = [message for holds, message in _RULES if not holds(password)]
    if username and username.lower() in password.lower():
        faults.append(_OWN_NAME)
    if len(password) >= MINIMUM_LENGTH and _is_common(password):
        faults.append(_TOO_COMMON)
    return faults


def _is_common(password: str) -> bool:
    """Whether only a common word, or fewer than four different letters, is left without digits and signs."""
    folded = fold_ascii(password)
    plain = {_letters(password), _letters(folded), _letters(password.lower().translate(_DISGUISES))}
    # A sign at the end is mostly a sign: "Password!!!!" must not pass as "passwordiiii".
    bare = password.lower().rstrip("!@#$%^&*()0123456789.?-_+=")
    plain.add(_letters(bare.translate(_DISGUISES)))
    # Letters of other scripts leave nothing here; they are not on anybody's list of common words.
    return any(word in _COMMON or len(set(word)) < _FEWEST_LETTERS for word in plain if word)


def _letters(text: str) -> str:
    return "".join(sign for sign in fold_ascii(text) if "a" <= sign <= "z")


def new_password() -> str:
    """A random password that fits the rule and is easy to copy from paper: four groups, no look-alike signs."""
    groups = ["".join(secrets.choice(_CLEAR) for _ in range(4)) for _ in range(3)]
    return f"{secrets.choice(_CLEAR.upper())}{groups[0]}-{groups[1]}-{groups[2]}{secrets.choice(_DIGITS)}"


# Without l and o, which are read as 1 and 0.
_CLEAR = "abcdefghjkmnpqrstuvwxyz"
_DIGITS = "23456789"


def check_password(password: str, username: str = "") -> None:
    """Refuse a password that breaks the rule; raises InvalidInputError for the first fault."""
    for fault in password_faults(password, username):
        raise InvalidInputError("password", fault)
