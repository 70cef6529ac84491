"""States and kinds of keys and signatures. Not here: those of other tables (`states`)."""

from enum import StrEnum


class SigningKeyKind(StrEnum):
    """Where a person's key lies: in a file that the person gave, or on a token that the operator set up."""

    FILE = "file"
    TOKEN = "token"  # noqa: S105 (a kind of key)


class SigningKeyState(StrEnum):
    """Whether a key may be used; a removed one keeps what its certificate said."""

    ACTIVE = "active"
    REMOVED = "removed"


class SignatureWay(StrEnum):
    """How a paper was signed: with a certificate, or by hand on the print that was then scanned."""

    ELECTRONIC = "electronic"
    PAPER = "paper"


class SignatureLevel(StrEnum):
    """Levels of PAdES (ETSI EN 319 142-1), each including the one before."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"
