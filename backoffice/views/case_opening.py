"""The page that opens a case. Not here: its fields (`forms.case_intake`), what opening means (`services.case_intake`).

Rows of parties and obligations are added by buttons that send the form and show it again: no script is needed, and
nothing is saved before the last button.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.errors import InvalidInputError, OpenThadsError
from backoffice.forms.case_intake import OBLIGATION, PARTY, CaseIntakeForm, ObligationRow, PartyRow
from backoffice.models import EnforcementCase
from backoffice.models.states import CaseOrigin, ObligationCode, PartyKind, PartyRole
from backoffice.queries.cases import cases_of_judgment
from backoffice.services.agency_directory import sees_one_agency
from backoffice.services.case_intake import NewCase, NewObligation, NewParty, open_case
from backoffice.views.bad_query import BadQueryError
from backoffice.views.errors import sentence
from backoffice.views.listing import refuse_unknown
from backoffice.views.words import OBLIGATIONS, ORIGINS, PARTY_KINDS, PARTY_ROLES


class CaseOpeningMixin:
    """Adds the form that opens a case; the screen names `add` among its routes."""

    endpoint: str
    render_template: Any
    url_of: Any

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        """Show the form, with one row more when that was asked for; else open the case and show it."""
        refuse_unknown(request.args, set())
        if request.method != "POST":
            return self._add_page(_form(None))
        more = request.form.get("more")
        if more is not None:
            return self._one_more(more)
        form = _form(request.form)
        if not form.validate():
            return self._add_page(form, 400)
        similar = cases_of_judgment(form.judgment_number.data, form.judgment_on.data)
        if similar and request.form.get("is_another") != "yes":
            return self._add_page(form, 409, similar=similar)
        try:
            case = open_case(current_actor(), _new_case(form))
        except InvalidInputError as error:
            form.add_error(error.field, sentence(error))
        except OpenThadsError as error:
            form.add_error("", sentence(error))
        else:
            flash(_("The case is open."), "good")
            return redirect(self.url_of(case.id))
        return self._add_page(form, 400)

    def reshow_add(self, typed: MultiDict[str, str], note: str) -> Response:
        """The form filled with what was typed before the session ended; nothing is saved."""
        return self._add_page(_form(typed), note=note)

    def _one_more(self, kind: str) -> Response:
        if kind not in {PARTY, OBLIGATION}:
            raise BadQueryError("more")
        form = _form(request.form)
        row = form.add_row(kind)
        _offer(form)
        if row is not None:
            # Whoever asked for a row goes on typing in it, and not from the top of the page.
            next(iter(row)).render_kw = {"autofocus": True}
        note = "" if row else str(_("A case has no more rows than these. Add the others on its page later."))
        return self._add_page(form, note=note, new_row=row)

    def _add_page(
        self,
        form: CaseIntakeForm,
        status: int = 200,
        note: str = "",
        similar: Sequence[EnforcementCase] = (),
        **more: Any,
    ) -> Response:
        page = self.render_template(
            "case_add.html",
            title=_l("Open a case"),
            view=self,
            form=form,
            note=note,
            similar=similar,
            address=url_for(f"{self.endpoint}.add"),
            is_one_agency=sees_one_agency(),
            **{"new_row": None, **more},
        )
        return make_response(page, status)


def _form(typed: MultiDict[str, str] | None) -> CaseIntakeForm:
    """The form with what was typed, or ready to be typed into: of the own agency, accepted today."""
    form = CaseIntakeForm(typed, agency_id=current_user.agency_id, accepted_on=clock.today())
    if typed is None or sees_one_agency():
        # Where there is no choice, the field is not on the page.
        form.agency_id.process_data(current_user.agency_id)
        form.agency_id.raw_data = [str(current_user.agency_id)]
        form.agency_id.process_errors = []
    _offer(form)
    return form


def _offer(form: CaseIntakeForm) -> None:
    form.offer(ORIGINS, PARTY_ROLES, PARTY_KINDS, OBLIGATIONS)


def _new_case(form: CaseIntakeForm) -> NewCase:
    rows = [row for _name, row in form.counted()]
    return NewCase(
        **{**form.values(), "origin": CaseOrigin(form.origin.data)},
        parties=[_party(row) for row in rows if isinstance(row, PartyRow)],
        obligations=[_obligation(form, row) for row in rows if isinstance(row, ObligationRow)],
    )


def _party(row: PartyRow) -> NewParty:
    return NewParty(
        role=PartyRole(row.role.data),
        kind=PartyKind(row.kind.data),
        full_name=row.full_name.data,
        address=row.address.data,
        identity_number=row.identity_number.data or None,
        birth_on=row.birth_on.data,
        phone=row.phone.data or None,
    )


def _obligation(form: CaseIntakeForm, row: ObligationRow) -> NewObligation:
    debtor = form.debtor_of(row)
    return NewObligation(
        # The form has been validated, so there is one.
        debtor_index=-1 if debtor is None else debtor,
        obligation_code=ObligationCode(str(row.obligation_code.data)),
        amount_vnd=row.amount_vnd.data,
        description=row.description.data or None,
    )
