"""The routes of forms: changing a row, forms on a row, making a row.

Belongs here: which address shows which form. Not here: the way from a form to a service (`row_forms`), fields
(forms), what a change means (services).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import flash, make_response, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from backoffice.access.identity import current_actor
from backoffice.access.policy import require
from backoffice.errors import InvalidInputError, NotFoundError, OpenThadsError
from backoffice.forms.base import StaffForm
from backoffice.views.errors import sentence
from backoffice.views.listing import refuse_unknown
from backoffice.views.row_forms import Page, RowForm, address_of, form_page, take_form


class EditMixin:
    """Adds the form of a row; the screen names `edit` among its routes and the class of its form."""

    form: type[StaffForm]
    edit_title: Any
    datamodel: Any
    show_columns: Any
    endpoint: str

    @expose("/edit/<int:pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: int) -> Any:
        """Change the row, with the version that was seen."""
        refuse_unknown(request.args, set())
        row = self.datamodel.find(pk, self.show_columns)
        return take_form(self, row, self._edit_form(), url_for(f"{self.endpoint}.edit", pk=pk))

    def reshow_edit(self, typed: MultiDict[str, str], note: str, pk: int) -> Response:
        """The form filled with what was typed before the session ended; nothing is saved."""
        row = self.datamodel.find(pk, self.show_columns)
        spec = self._edit_form()
        page = Page(url_for(f"{self.endpoint}.edit", pk=pk), note=note)
        return form_page(self, row, spec, spec.filled(row, typed), page)

    def _edit_form(self) -> RowForm:
        return RowForm(self.edit_title, self.form, self.datamodel.change)


class RowFormMixin:
    """Adds the forms that a screen declares in `row_forms`: deeds that need more than a reason and a day."""

    row_forms: ClassVar[Mapping[str, RowForm]] = {}
    datamodel: Any
    show_columns: Any
    endpoint: str

    @expose("/form/<int:pk>/<string:name>", methods=["GET", "POST"])
    @has_access
    @permission_name("act")
    def row_form(self, pk: int, name: str) -> Any:
        """One of the forms, for people whose roles allow the deed."""
        refuse_unknown(request.args, set())
        row, spec = self._row_and_form(pk, name)
        return take_form(self, row, spec, url_for(f"{self.endpoint}.row_form", pk=pk, name=name))

    def reshow_row_form(self, typed: MultiDict[str, str], note: str, pk: int, name: str) -> Response:
        """The form filled with what was typed before the session ended; nothing is saved."""
        row, spec = self._row_and_form(pk, name)
        require(current_actor(), *spec.permissions)
        page = Page(url_for(f"{self.endpoint}.row_form", pk=pk, name=name), note=note)
        return form_page(self, row, spec, spec.filled(row, typed), page)

    def _row_and_form(self, pk: int, name: str) -> tuple[Any, RowForm]:
        spec = self.row_forms.get(name)
        if spec is None:
            raise NotFoundError
        return self.datamodel.find(pk, self.show_columns), spec


class AddMixin:
    """Adds the form that makes a row; the screen names `add` among its routes, and `create_form`."""

    create_form: type[StaffForm]
    add_title: Any
    datamodel: Any
    endpoint: str
    render_template: Any

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        """Show the form; on POST hand the values to the service and open the new row."""
        refuse_unknown(request.args, set())
        form = self.new_form(request.form if request.method == "POST" else None)
        if request.method != "POST":
            return self._add_page(form)
        if not form.validate():
            return self._add_page(form, 400)
        try:
            row = self.datamodel.create(current_actor(), form.values())
        except InvalidInputError as error:
            form.add_error(error.field, sentence(error))
        except OpenThadsError as error:
            form.add_error("", sentence(error))
        else:
            flash(_("Saved."), "good")
            return redirect(address_of(self, row))
        return self._add_page(form, 400)

    def reshow_add(self, typed: MultiDict[str, str], note: str) -> Response:
        """The form filled with what was typed before the session ended; nothing is saved."""
        return self._add_page(self.new_form(typed), note=note)

    def new_form(self, typed: MultiDict[str, str] | None) -> StaffForm:
        """The empty form, or the form with what was typed; a screen with choices fills them in."""
        return self.create_form(typed)

    def _add_page(self, form: StaffForm, status: int = 200, note: str = "") -> Response:
        page = self.render_template(
            "edit.html",
            title=self.add_title,
            view=self,
            row=None,
            form=form,
            spec=None,
            seen=0,
            conflict=None,
            page=Page(url_for(f"{self.endpoint}.add"), status, note=note),
            back=url_for(f"{self.endpoint}.list"),
        )
        return make_response(page, status)
