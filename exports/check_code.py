"""The code on every official document, by which anybody can check it: made, read as people type it, written.

Here: the code and the key that stands for it in public, so that the back office, the register and the check page
cannot differ (`site/assets/javascripts/check-code.js` does the same arithmetic). Not here: which document has
which code, the register (`schemas/issued_documents.json`), its shards (`exports.check_shards`).

A code is 15 random characters of Crockford's alphabet (75 bits) and one check character. It is kept without
separators in capitals and written in four groups. Why so long, and why the public sees only a key made from it:
`docs/decisions/0010-anyone-can-check.md`.
"""

import hashlib
import re
import secrets

from exports.text import clean_text

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_CHARACTERS = 15
LENGTH = RANDOM_CHARACTERS + 1
GROUP = 4
_BITS = 5

KEY_SALT = b"openthads document check 1"
KEY_ROUNDS = 20_000
KEY_BYTES = 16

_LONGEST_TYPED = 100
_SEPARATORS = re.compile(r"[\s._\-\u00b7\u2010-\u2015\u2212]")
# What people take for another sign: O is no letter of the alphabet, nor are I, L and U.
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
_FIELD_POLYNOMIAL = 0b100101


def new_check_code() -> str:
    """A code that nobody can guess, 16 characters without separators."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return body + check_character(body)


def code_from(digest: bytes) -> str:
    """The code that a secret sum stands for: its first 75 bits. Raises ValueError for a sum that is too short."""
    if len(digest) * 8 < RANDOM_CHARACTERS * _BITS:
        raise ValueError("too few bytes for a code")
    number = int.from_bytes(digest, "big") >> (len(digest) * 8 - RANDOM_CHARACTERS * _BITS)
    body = "".join(
        ALPHABET[number >> (_BITS * place) & len(ALPHABET) - 1]
        for place in reversed(range(RANDOM_CHARACTERS))
    )
    return body + check_character(body)


def check_character(body: str) -> str:
    """The last character of the code whose 15 random ones are given.

    The characters are numbers of the field of 32 elements, weighted by 2⁰, 2¹, 2² … from the end, and the sum of
    all is nought. The weights are unequal and none is nought, so every single wrong character is found, every two
    characters in each other's place, neighbours or not, and a doubled character that is mistaken for another.
    Raises `KeyError` for a character outside the alphabet.
    """
    total = 0
    for sign in body:
        total = _doubled(total ^ _VALUES[sign])
    return ALPHABET[total]


def read_check_code(text: str) -> str | None:
    """The code in a text as somebody typed it, or None when it cannot be one.

    Small letters, blanks, dashes and dots are allowed anywhere; O is read as 0, I and L as 1, U as V.
    """
    if len(text) > _LONGEST_TYPED:
        return None
    code = _SEPARATORS.sub("", clean_text(text)).upper().translate(_MISREAD)
    if len(code) != LENGTH or not _VALUES.keys() >= set(code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def written(code: str) -> str:
    """The code as it stands on paper and in the address of the QR code: `7K3M-Q9TX-40VB-WZ8V`."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def check_key(code: str) -> str:
    """What stands for a code in public: 32 hexadecimal digits from which the code cannot be found.

    Slow on purpose (some milliseconds), so that trying codes against the published keys stays hopeless.
    """
    return hashlib.pbkdf2_hmac("sha256", code.encode(), KEY_SALT, KEY_ROUNDS, KEY_BYTES).hex()


def check_url(site_url: str, code: str) -> str:
    """The address in the QR code. The code is a fragment, which browsers never send: no server log holds it."""
    return f"{site_url.rstrip('/')}/kiem-tra/#{written(code)}"


def _doubled(value: int) -> int:
    """Twice a number of the field of 32 elements."""
    value <<= 1
    return value ^ _FIELD_POLYNOMIAL if value > 31 else value
