"""Changing a row through a form: the version that was seen travels with it, and a conflict loses no typed text.

Belongs here: the way from a form to a service. Not here: fields (forms), what a change means (services).
"""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, request
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from backoffice.access.identity import current_actor
from backoffice.errors import ConflictError, InvalidInputError, OpenThadsError
from backoffice.forms.base import StaffForm
from backoffice.views.errors import sentence
from backoffice.views.listing import refuse_unknown
from backoffice.views.tables import facts_of


class EditMixin:
    """Adds the form of a row; the screen names `edit` among its routes and the class of its form."""

    form: type[StaffForm]
    edit_template = "edit.html"
    edit_title: Any
    datamodel: Any
    show_columns: Any
    render_template: Any
    title_of: Any
    url_of: Any

    @expose("/edit/<int:pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: int) -> Any:
        """Show the form; on POST hand the values and the version that was seen to the service."""
        refuse_unknown(request.args, set())
        row = self.datamodel.find(pk, self.show_columns)
        if request.method != "POST":
            return self._form_page(row, self.form(obj=row))
        form = self.form(request.form)
        if not form.validate():
            return self._form_page(row, form, 400)
        try:
            self.datamodel.change(current_actor(), row, form.values(), form.version.data)
        except ConflictError as conflict:
            fresh = self.datamodel.find(pk, self.show_columns)
            return self._form_page(fresh, form, 409, conflict=conflict)
        except InvalidInputError as error:
            form.add_error(error.field, sentence(error))
            return self._form_page(row, form, 400)
        except OpenThadsError as error:
            form.add_error("", sentence(error))
            return self._form_page(row, form, 400)
        flash(_("Saved."), "good")
        return redirect(self.url_of(row.id))

    def _form_page(
        self, row: Any, form: StaffForm, status: int = 200, conflict: OpenThadsError | None = None
    ) -> Response:
        seen = form.version.data if conflict is None else row.version
        page = self.render_template(
            self.edit_template,
            title=f"{self.edit_title}: {row}",
            view=self,
            row=row,
            form=form,
            seen=seen,
            conflict=facts_of(self, row) if conflict else None,
        )
        return make_response(page, status)
