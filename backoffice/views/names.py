"""What rows are called where a line has no room for more: debtors of a case, the subject of an entry of the history.

Not here: reading the names (`queries.names`), cells of columns (`cells`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import String, cast

from backoffice.models import (
    CalendarOverride,
    CaseParty,
    DebtorRecord,
    Document,
    DocumentNumber,
    DocumentTemplate,
    EnforcementAgency,
    EnforcementCase,
    EnforcementDecision,
    NonEnforceableDecision,
    OfficialDocument,
    OnlineRequest,
    StaffMember,
    TransitionLog,
)
from backoffice.queries.names import TitleLeg, debtors_of, is_debtor_of, titles_of
from backoffice.views.notice_words import PROCEDURE_WORDS
from backoffice.views.request_words import REQUEST_STATES

# The column that people know a row by; rows of other tables keep their number alone.
_TITLES: Mapping[str, Any] = {
    "ab_user": StaffMember.last_name + " " + StaffMember.first_name,
    "calendar_override": CalendarOverride.name,
    "case_party": CaseParty.full_name,
    "debtor_record": DebtorRecord.full_name,
    "document": Document.title,
    "document_number": cast(DocumentNumber.number, String) + "/" + DocumentNumber.symbol,
    "document_template": DocumentTemplate.title_vi,
    "enforcement_agency": EnforcementAgency.name,
    "enforcement_case": EnforcementCase.case_number,
    "enforcement_decision": EnforcementDecision.decision_number,
    "non_enforceable_decision": NonEnforceableDecision.decision_number,
    "official_document": OfficialDocument.title,
    "online_request": OnlineRequest.request_number,
}
_DEBTOR = "debtor"


def first_and_others(names: Sequence[str]) -> str:
    """The first name, and how many there are beside it; empty for none."""
    if len(names) < 2:
        return names[0] if names else ""
    if len(names) == 2:
        return str(_("%(name)s and 1 other", name=names[0]))
    return str(_("%(name)s and %(count)s others", name=names[0], count=len(names) - 1))


def case_id_of(row: Any) -> int | None:
    """The case that a row is, or belongs to."""
    found: int | None = row.id if isinstance(row, EnforcementCase) else getattr(row, "case_id", None)
    return found


def debtors_by_row(rows: Iterable[Any]) -> Mapping[int, str]:
    """By the row's id, who the debtors of its case are; rows of no case are left out."""
    cases = {row.id: case_id for row in rows if (case_id := case_id_of(row)) is not None}
    named = debtors_of(set(cases.values()))
    return {key: first_and_others(named[case_id]) for key, case_id in cases.items() if case_id in named}


def applicants_by_row(rows: Iterable[Any]) -> Mapping[int, str]:
    """By the row's id, who sent it and under which procedure, of the rows that are requests of citizens."""
    sent = [row for row in rows if isinstance(row, OnlineRequest)]
    return {row.id: f"{row.applicant_name} · {PROCEDURE_WORDS[row.procedure]}" for row in sent}


def states_by_row(rows: Iterable[Any]) -> Mapping[int, str]:
    """By the row's id, where it stands, of the rows that are requests of citizens."""
    return {row.id: str(REQUEST_STATES[row.state]) for row in rows if isinstance(row, OnlineRequest)}


def screen_of(table: str) -> Any:
    """The screen whose pages show rows of this table to the person; None when there is none to open."""
    may = current_app.appbuilder.sm.has_access  # type: ignore[attr-defined]
    for view in current_app.appbuilder.baseviews:  # type: ignore[attr-defined]
        model = getattr(getattr(view, "datamodel", None), "obj", None)
        if getattr(model, "__tablename__", None) == table and "show" in view.include_route_methods:
            return view if may("can_show", view.class_permission_name) else None
    return None


def subject_names(entries: Iterable[TransitionLog]) -> Mapping[tuple[str, int], str]:
    """By table and id, what the subjects of these entries are called, from one statement.

    Named are rows in scope of screens that the person may open; of a case its debtors too.
    """
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        wanted.setdefault(entry.subject_type, set()).add(entry.subject_id)
    legs = []
    for table, ids in wanted.items():
        view = screen_of(table) if table in _TITLES else None
        if view is not None:
            model = view.datamodel.obj
            legs.append(
                TitleLeg(table, model.id, _TITLES[table], [model.id.in_(ids), *view.base_conditions()])
            )
            if model is EnforcementCase:
                legs.append(TitleLeg(_DEBTOR, CaseParty.case_id, CaseParty.full_name, is_debtor_of(ids)))
    found = titles_of(legs)
    return {
        (table, key): " – ".join([*titles, *_debtors(found, table, key)])
        for (table, key), titles in found.items()
        if table != _DEBTOR
    }


def _debtors(found: Mapping[tuple[str, int], Sequence[str]], table: str, key: int) -> list[str]:
    names = found.get((_DEBTOR, key), ()) if table == EnforcementCase.__tablename__ else ()
    return [first_and_others(names)] if names else []
