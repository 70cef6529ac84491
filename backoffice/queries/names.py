"""Reads of what rows are called: the debtors of cases, and the numbers, names and titles of rows of many tables.

Belongs here: names for lines that have room for no more. Not here: how several names become words (`views.names`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, cast, literal, select, union_all

from backoffice.models import CaseParty
from backoffice.models.states import PartyRole
from backoffice.queries.current import reading


@dataclass(frozen=True)
class TitleLeg:
    """Rows of one table to be named: what they are told apart by, the id and the title to read, and which rows."""

    key: str
    id: Any
    title: Any
    conditions: Sequence[ColumnElement[bool]]


def is_debtor_of(case_ids: Collection[int]) -> Sequence[ColumnElement[bool]]:
    """The conditions that a party is a debtor in one of these cases."""
    return [CaseParty.case_id.in_(case_ids), CaseParty.role == PartyRole.DEBTOR.value]


def debtors_of(case_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    """The names of the debtors of these cases that the scope shows, in the order in which they were entered."""
    if not case_ids:
        return {}
    columns = CaseParty.case_id, CaseParty.full_name
    statement = select(*columns).where(*is_debtor_of(case_ids)).order_by(CaseParty.id)
    found: dict[int, list[str]] = {}
    for case_id, name in reading().execute(statement):
        found.setdefault(case_id, []).append(name)
    return found


def titles_of(legs: Sequence[TitleLeg]) -> Mapping[tuple[str, int], Sequence[str]]:
    """The titles by key and id, from one statement; rows that the scope hides are left out."""
    if not legs:
        return {}
    found: dict[tuple[str, int], list[str]] = {}
    for key, row_id, title in reading().execute(union_all(*map(_leg, legs))):
        found.setdefault((key, row_id), []).append(title)
    return found


def _leg(leg: TitleLeg) -> Any:
    columns = literal(leg.key), cast(leg.id, BigInteger), cast(leg.title, String)
    return select(*columns).where(*leg.conditions)
