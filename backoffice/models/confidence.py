"""Confidential rows: those about a denunciation, or about a complaint that names an officer.

Their path does not lie in the tree of agencies but beside it, under a mark: `!TC.C01.CC001.0f3a….`, the agency's path
and a key of the request. So nobody's scope reaches them by standing above them, neither in the session guard nor in
the policies of PostgreSQL, on whichever screen, and everything that is made about such a request takes its path over.
Whoever handles them has a scope that names the mark (`access.identity`). Not here: which requests are confidential, who
was given or refused one (`services.request_confidence`).
"""

from __future__ import annotations

from typing import Any

MARK = "!"
_DOT = "."
KEY_LENGTH = 12


def confidential_path(agency_path: str, public_key: str) -> str:
    """The path of everything about one confidential request to the agency."""
    return f"{MARK}{open_path(agency_path)}{public_key[:KEY_LENGTH]}{_DOT}"


def is_confidential(path: str) -> bool:
    """Whether rows with this path are confidential."""
    return path.startswith(MARK)


def open_path(path: str) -> str:
    """The path of the agency that a row belongs to, of an open row its own."""
    if not is_confidential(path):
        return path
    agency, _dot, _key = path.removeprefix(MARK).removesuffix(_DOT).rpartition(_DOT)
    return agency + _DOT


def path_at(path: str, agency_path: str) -> str:
    """The path that a row about one with `path` has in an agency, confidential like it."""
    if not is_confidential(path):
        return agency_path
    return confidential_path(agency_path, path.removesuffix(_DOT).rpartition(_DOT)[2])


def confidential_below(prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """The prefixes of what is confidential in these subtrees."""
    return tuple(MARK + prefix for prefix in prefixes)


def may_be_confidential(cls: type[Any]) -> bool:
    """Whether rows of this class may be about a confidential request."""
    return bool(getattr(cls, "__may_be_confidential__", False))
