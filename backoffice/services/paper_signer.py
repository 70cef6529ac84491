"""The signer who is printed on a paper, beside the person who is about to sign it.

A paper that names one person and bears the signature of another is worth nothing. Belongs here: comparing the two.
Not here: choosing the signer when a paper is drafted (`official_document`), signing (`document_signature`).
"""

from __future__ import annotations

from backoffice.errors import StateError
from backoffice.services.paper_heading import Signer, position_of
from backoffice.workflow.messages import N_
from exports.text import fold_tones, text_sort_key


def refuse_other_name(printed: Signer, name: str) -> None:
    """Refuse a person whose name is not the printed one. Raises StateError that says what to do instead."""
    if not printed.name:
        raise StateError(
            N_("No name of a signer is printed on this paper. Cancel it and draft it anew with your name.")
        )
    if not _are_same(printed.name, name):
        raise StateError(
            N_(
                "This paper is printed for the signature of “%(printed)s”, and you are %(name)s. Have the named "
                "person sign it, or cancel it and draft it anew in your name."
            ),
            printed=printed.name,
            name=name,
        )


def usual_position_beside(printed: Signer, agency_name: str) -> str | None:
    """What the head of the agency is called, when the paper prints something else; nobody keeps people's titles."""
    usual = position_of(agency_name)
    return usual if printed.authority or not _are_same(printed.position, usual) else None


def _are_same(one: str, other: str) -> bool:
    """Whether two texts are one for a reader: `hòa` is `hoà`, and capitals do not matter; tones and letters do."""
    return (fold_tones(one), text_sort_key(one)) == (fold_tones(other), text_sort_key(other))
