"""Forms on a row, declared by a screen: what a form is called, its fields, the service, to whom it is offered.

Belongs here: the declaration, and the way from what was typed to the service. Not here: routes (`editing`), the
comparison after a conflict (`conflicts`), fields (forms), what a change means (services).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from backoffice.access.actor import Actor
from backoffice.access.identity import current_actor
from backoffice.access.policy import require
from backoffice.errors import ConflictError, InvalidInputError, OpenThadsError, StateError
from backoffice.forms.base import StaffForm
from backoffice.services.rows import key_of
from backoffice.views.addresses import show_address
from backoffice.views.conflicts import Conflict, conflict_of, with_choices
from backoffice.views.errors import sentence
from backoffice.workflow.permissions import Permission

Save = Callable[[Actor, Any, dict[str, Any], int], Any]


def _itself(row: Any) -> Any:
    return row


def always(_row: Any) -> bool:
    """For every row."""
    return True


def _never(_row: Any) -> bool:
    return False


def _nothing(_form: StaffForm, _row: Any) -> None:
    """A form without choices needs nothing filled in."""


@dataclass(frozen=True)
class RowForm:
    """One form on a row.

    `save` takes (actor, row, values, version) and returns the row to open next. `permissions`: any of them lets a
    person see the form; empty where the route asks. `offered` says whether the row's state allows it now. `counted`
    is the row whose version guards the change. `prepare` fills in choices. `template` is the page of the form.
    `usual` says whether it is what is done with most rows in this state, which its button shows.
    """

    label: Any
    form: type[StaffForm]
    save: Save
    permissions: tuple[Permission, ...] = ()
    offered: Callable[[Any], bool] = lambda _row: True
    counted: Callable[[Any], Any] = _itself
    prepare: Callable[[StaffForm, Any], None] = _nothing
    intro: Any = ""
    button: Any = ""
    template: str = "edit.html"
    usual: Callable[[Any], bool] = _never

    def may(self, actor: Actor) -> bool:
        """Whether the person may see the form."""
        return not self.permissions or any(actor.may(item.value) for item in self.permissions)

    def filled(self, row: Any, typed: MultiDict[str, str] | None = None) -> StaffForm:
        """The form with the row's values, or with what was typed."""
        form = self.form(typed, obj=row) if typed is not None else self.form(None, obj=row)
        if typed is None:
            form.version.data = self.counted(row).version
        if self.prepare is _nothing:
            return form
        self.prepare(form, row)
        if typed is not None:
            # Choices are known only now: read what was typed again.
            form.process(typed, obj=row)
        return form


@dataclass(frozen=True)
class Page:
    """What the page of a form shows beside the form: the address it goes to, a conflict, a note."""

    address: str
    status: int = 200
    conflict: Conflict | None = None
    note: str = ""


def take_form(view: Any, row: Any, spec: RowForm, address: str) -> Response:
    """Show the form; on POST hand the values and the version that was seen to the service."""
    if spec.permissions:
        require(current_actor(), *spec.permissions)
    if request.method != "POST":
        return form_page(view, row, spec, spec.filled(row), Page(address))
    form = spec.filled(row, with_choices(request.form, spec.form.columns, lambda: spec.filled(row)))
    if not form.validate():
        return form_page(view, row, spec, form, Page(address, 400))
    try:
        done = spec.save(current_actor(), row, form.values(), form.version.data)
    except InvalidInputError as error:
        form.add_error(error.field, sentence(error))
    except OpenThadsError as error:
        fresh = view.datamodel.find(row.id, view.show_columns)
        if _is_overtaken(error, spec.counted(fresh), form.version.data):
            stopped = "" if isinstance(error, ConflictError) else sentence(error)
            conflict = replace(conflict_of(view, fresh, spec, form), stopped=stopped)
            return form_page(view, fresh, spec, form, Page(address, 409, conflict))
        form.add_error("", sentence(error))
    else:
        flash(_("Saved."), "good")
        return redirect(address_of(view, done))
    return form_page(view, view.datamodel.find(row.id, view.show_columns), spec, form, Page(address, 400))


def _is_overtaken(error: OpenThadsError, row: Any, seen: int) -> bool:
    """Whether somebody was faster: the row was changed, so that the deed met another one than was on the screen."""
    return isinstance(error, ConflictError) or (isinstance(error, StateError) and row.version != seen)


def form_page(view: Any, row: Any, spec: RowForm, form: StaffForm, page: Page) -> Response:
    """The page of a form, with what was typed."""
    text = view.render_template(
        spec.template,
        title=f"{spec.label}: {view.title_of(row) if spec.permissions else view.short_title(row)}",
        view=view,
        row=row,
        form=form,
        spec=spec,
        seen=page.conflict.version if page.conflict else form.version.data,
        page=page,
        conflict=page.conflict,
        back=view.url_of(row.id),
    )
    return make_response(text, page.status)


def address_of(view: Any, row: Any) -> str:
    """The page of a row on the screen that shows such rows; of this screen's own row on this screen."""
    # The commit has emptied the row; its id alone needs no further statement.
    table, key = row.__tablename__, key_of(row)
    for screen in (view, *view.appbuilder.baseviews):
        model = getattr(getattr(screen, "datamodel", None), "obj", None)
        if getattr(model, "__tablename__", None) == table and "show" in screen.include_route_methods:
            return show_address(screen.endpoint, key)
    found: str = view.url_of(key)
    return found


@dataclass(frozen=True)
class OfferedForm:
    """The button that opens a form; the usual one of them stands out."""

    name: str
    label: Any
    url: str
    is_usual: bool


def offered_forms(view: Any, row: Any) -> list[OfferedForm]:
    """The forms that the person may use on the row now; no more than one of them is the usual one."""
    if "row_form" not in view.include_route_methods:
        return []
    specs: Mapping[str, RowForm] = view.row_forms
    actor = current_actor()
    found = {name: spec for name, spec in specs.items() if spec.may(actor) and spec.offered(row)}
    usual = next((name for name, spec in found.items() if spec.usual(row)), "")
    return [
        OfferedForm(
            name,
            spec.label,
            url_for(f"{view.endpoint}.row_form", pk=row.id, name=name),
            is_usual=name == usual,
        )
        for name, spec in found.items()
    ]
