"""Staff of the agencies in scope: who they are, their accounts and roles. Not here: the own account (`account`)."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from backoffice.access.actor import Actor
from backoffice.access.identity import current_actor
from backoffice.access.policy import roles_grantable_by
from backoffice.access.roles import Role
from backoffice.errors import InvalidInputError, NotFoundError
from backoffice.forms.base import StaffForm
from backoffice.forms.staff_member import RolesForm, StaffAddForm, StaffEditForm
from backoffice.models import StaffMember
from backoffice.services.staff_interface import StaffInterface, in_scope, may_change
from backoffice.services.staff_member import (
    Issued,
    NewStaff,
    StaffChange,
    edit_staff,
    issue_account,
    set_roles,
)
from backoffice.views import queue_filters
from backoffice.views.absence import AbsenceView
from backoffice.views.account_deeds import DEEDS
from backoffice.views.actions import read_step
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.editing import AddMixin, EditMixin
from backoffice.views.errors import sentence
from backoffice.views.filters import TextFilter
from backoffice.views.listing import refuse_unknown
from backoffice.views.row_forms import Page, RowForm, form_page, take_form
from backoffice.views.staff_filters import AgencyOfStaffFilter, OpenFilter, RoleFilter
from backoffice.views.words import ROLES


def _change(actor: Actor, row: StaffMember, values: dict[str, Any], version: int) -> StaffMember:
    opinion = values.pop("opinion")
    return edit_staff(actor, row.id, StaffChange(**values), expected_version=version, opinion=opinion)


def _save_roles(actor: Actor, row: StaffMember, values: dict[str, Any], version: int) -> StaffMember:
    roles = frozenset(map(Role, values["roles"]))
    return set_roles(actor, row.id, roles, expected_version=version, opinion=values["opinion"])


def _offer_roles(form: StaffForm, _row: Any = None) -> None:
    may = roles_grantable_by(current_actor())
    form["roles"].choices = [(role.value, ROLES[role.value]) for role in Role if role in may]


ROLES_FORM = RowForm(_l("Change roles"), RolesForm, _save_roles, prepare=_offer_roles)


class StaffView(AddMixin, EditMixin, ScopedModelView):
    """Who works with the system in my agency and those below it, with the accounts that I may change."""

    route_base = "/staff"
    datamodel = StaffInterface(StaffMember, change=_change)
    include_route_methods = frozenset({"list", "show", "edit", "add", "roles", "account"})
    list_template = "staff_list.html"
    show_template = "staff_member.html"
    form, create_form = StaffEditForm, StaffAddForm
    add_title = _l("New account")
    list_title = _l("Staff")
    show_title = _l("Staff member")
    edit_title = _l("Change an account")
    list_columns = ("full_name", "username", "roles", "agency", "is_active", "last_sign_in_at")
    show_fieldsets = (
        (_l("Person"), {"fields": ["full_name", "username", "email", "agency", "roles"]}),
        (
            _l("Account"),
            {"fields": ["is_active", "last_sign_in_at", "fail_login_count", "must_change_password"]},
        ),
    )
    order_columns = ("username", "id")
    base_order = ("username", "asc")
    list_filters = (
        TextFilter("q", _l("Name or user name"), ("last_name", "first_name", "username")),
        RoleFilter("role", _l("Roles"), ("roles",), choices=ROLES),
        OpenFilter("open", _l("Account"), ("active",), choices={"yes": _l("Open"), "no": _l("Closed")}),
        AgencyOfStaffFilter("agency", _l("Agency, with those below it"), ("agency_id",)),
        queue_filters.to_look_at,
    )
    has_history = True
    tabs = ((AbsenceView, "member"),)

    def base_conditions(self) -> list[ColumnElement[bool]]:
        """Only people of agencies in scope."""
        return [in_scope()]

    def cell(self, row: StaffMember, column: str) -> Cell:
        """The whole name, roles as words, whether the account is open."""
        if column == "full_name":
            return Cell(row.get_full_name())
        if column == "is_active":
            return Cell(_("Open"), "badge", "good") if row.active else Cell(_("Closed"), "badge", "bad")
        if column == "must_change_password":
            return Cell(_("Yes") if row.must_change_password else _("No"))
        return cell(row, column)

    def title_of(self, row: StaffMember) -> str:
        """The person's name."""
        return row.get_full_name()

    @expose("/add", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def add(self) -> Any:
        """Make an account; the one-time password is shown once."""
        refuse_unknown(request.args, set())
        form = self.new_form(request.form if request.method == "POST" else None)
        if request.method != "POST":
            return self._add_page(form)
        try:
            if form.validate():
                values = form.values()
                opinion, roles = values.pop("opinion"), frozenset(map(Role, values.pop("roles")))
                new = NewStaff(**values, password="", roles=roles)
                return self._issued(issue_account(current_actor(), new, opinion=opinion))
        except InvalidInputError as error:
            form.add_error(error.field, sentence(error))
        except NotFoundError:
            form.add_error("agency_code", _("There is no agency with this code in your area."))
        return self._add_page(form, 400)

    def new_form(self, typed: MultiDict[str, str] | None) -> StaffForm:
        """The form of a new account, with the roles that may be given."""
        form = StaffAddForm(typed)
        _offer_roles(form)
        return form

    @expose("/duties/<int:pk>", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def roles(self, pk: int) -> Any:
        """Give the person exactly the ticked roles, of those the administrator may give."""
        refuse_unknown(request.args, set())
        row = self.datamodel.find(pk)
        return take_form(self, row, ROLES_FORM, url_for(f"{self.endpoint}.roles", pk=pk))

    def reshow_roles(self, typed: MultiDict[str, str], note: str, pk: int) -> Response:
        """The form filled with what was typed before the session ended; nothing is saved."""
        row = self.datamodel.find(pk)
        page = Page(url_for(f"{self.endpoint}.roles", pk=pk), note=note)
        return form_page(self, row, ROLES_FORM, ROLES_FORM.filled(row, typed), page)

    @expose("/account/<int:pk>/<string:deed>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def account(self, pk: int, deed: str) -> Any:
        """Open or close the account, end its sessions, or give a one-time password, which is shown once."""
        row = self.datamodel.find(pk)
        if deed not in DEEDS:
            raise NotFoundError
        try:
            done = DEEDS[deed](current_actor(), pk, read_step())
        except InvalidInputError as error:
            typed = {"name": deed, "sentence": sentence(error), "reason": request.form.get("reason", "")}
            return make_response(self._shown(row, refused=typed), 400)
        if isinstance(done, Issued):
            return self._issued(done)
        flash(_("Done."), "good")
        return redirect(self.url_of(pk))

    def _shown(self, row: StaffMember, **more: Any) -> str:
        hands_over = self.appbuilder.sm.has_access("can_index", "ReassignmentView")
        changes = may_change(current_actor(), row)
        return super()._shown(row, may_change=changes, hands_over=hands_over, **more)

    def _issued(self, issued: Issued) -> Any:
        title = _("One-time password")
        page = self.render_template(
            "staff_password.html", title=title, view=self, row=issued.member, password=issued.password
        )
        return make_response(page)
