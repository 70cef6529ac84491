"""The short code on every paper, by which anybody can look it up: made, checked, and written in groups.

Belongs here: the code itself, so that the back office and the public pages cannot differ. Not here: which paper
has which code.

A code is 12 random characters of Crockford's alphabet (60 bits) and one check character (Luhn modulo 32), which
finds every single mistyped character and nearly every pair of neighbours in the wrong order.
"""

from __future__ import annotations

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
RANDOM_CHARACTERS = 12
LENGTH = RANDOM_CHARACTERS + 1
# What people take for another character, as in Crockford's rules.
_MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", "u": "v"})


def new_check_code() -> str:
    """A code that nobody can guess."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The last character of the code that begins so. Raises ValueError for a character outside the alphabet."""
    total = 0
    for place, character in enumerate(reversed(body)):
        worth = ALPHABET.index(character) * (1 if place % 2 else 2)
        total += worth // 32 + worth % 32
    return ALPHABET[-total % 32]


def read_check_code(text: str) -> str | None:
    """The code in a text as somebody typed it, or None when it cannot be one."""
    typed = "".join(character for character in text.lower() if character not in " -\u2013\u00a0")
    code = typed.translate(_MISREAD)
    if len(code) != LENGTH or set(code) - set(ALPHABET):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def written(code: str) -> str:
    """The code as it stands on paper: `4K7M-9QRT-XW2PA`."""
    upper = code.upper()
    return f"{upper[:4]}-{upper[4:8]}-{upper[8:]}"
