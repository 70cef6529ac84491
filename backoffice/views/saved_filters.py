"""The saved filters of a list: a page of them, and the forms that keep, change, share and delete one.

Not here: what may be done with them (`services.saved_filter`), reading a list's parameters (`listing`).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from flask import current_app, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from backoffice.access.identity import current_actor
from backoffice.errors import NotFoundError, NotPermittedError
from backoffice.extensions import db
from backoffice.models.saved_filter import NAME_LENGTH
from backoffice.services import saved_filter
from backoffice.services.saved_filter import FilterInput
from backoffice.views.actions import read_step
from backoffice.views.bad_query import BadQueryError
from backoffice.views.listing import read_list_request, refuse_unknown

_LONGEST_QUERY = 4_000


class SavedFilterView(BaseView):
    """Filters that the signed-in person kept, or colleagues of the own agency share."""

    route_base = "/saved-filters"
    default_view = "of"

    @expose("/of/<string:name>")
    @has_access
    @permission_name("show")
    def of(self, name: str) -> Any:
        """The filters of one screen; `part=1` asks for the list alone, for the page's script."""
        refuse_unknown(request.args, {"part"})
        if request.args.get("part", "1") != "1":
            raise BadQueryError("part")
        screen = screen_of(name)
        rows = saved_filter.saved_filters(db.session(), current_actor(), name)
        return self.render_template(
            "saved_filters_part.html" if request.args else "saved_filters.html",
            title=_l("Saved filters"),
            screen=screen,
            own=[row for row in rows if row.owner_id == current_user.id],
            shared=[row for row in rows if row.owner_id != current_user.id],
            default_id=current_user.default_filters.get(name),
            name_length=NAME_LENGTH,
        )

    @expose("/save/<string:name>", methods=["POST"])
    @has_access
    @permission_name("show")
    def save(self, name: str) -> Any:
        """Keep the filters of a list as its address says them, and go back to that list."""
        screen = screen_of(name)
        wanted = read_list_request(_query(), screen.shape)
        saved_filter.save_filter(current_actor(), name, _given(), wanted.saved())
        flash(_("Saved."), "good")
        return redirect(url_for(f"{screen.endpoint}.list", **wanted.address()))

    @expose("/change/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("show")
    def change(self, pk: int) -> Any:
        """Rename one of the own filters, share it or keep it private."""
        row = saved_filter.change_filter(current_actor(), pk, _given(), expected_version=read_step().version)
        return self._back(row.screen, _("Saved."))

    @expose("/delete/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("show")
    def delete(self, pk: int) -> Any:
        """Forget one of the own filters."""
        return self._back(saved_filter.delete_filter(current_actor(), pk), _("The filter was deleted."))

    @expose("/default/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("show")
    def default(self, pk: int) -> Any:
        """Let the list open with this filter, or no longer."""
        is_default = request.form.get("is_default") == "yes"
        screen = saved_filter.set_default_filter(current_actor(), pk, is_default=is_default)
        return self._back(screen, _("Saved."))

    def _back(self, screen: str, message: str) -> Any:
        flash(message, "good")
        return redirect(url_for(f"{type(self).__name__}.of", name=screen))


def screen_of(name: str) -> Any:
    """The screen of that name with a list that the person may open. Raises NotFoundError, NotPermittedError."""
    builder = current_app.appbuilder  # type: ignore[attr-defined]
    found = (view for view in builder.baseviews if type(view).__name__ == name and hasattr(view, "shape"))
    screen = next(found, None)
    if screen is None:
        raise NotFoundError
    if not builder.sm.has_access("can_list", screen.class_permission_name):
        raise NotPermittedError
    return screen


def default_address(screen: Any) -> str | None:
    """The address that the person's list opens with instead of all rows; None without one that can be read."""
    name = type(screen).__name__
    key = current_user.default_filters.get(name)
    if key is None:
        return None
    parameters = saved_filter.default_parameters(db.session(), current_actor(), name, key)
    if not parameters:
        return None
    try:
        wanted = read_list_request(MultiDict(parameters), screen.shape)
    except BadQueryError:
        # The list has changed since the filter was kept.
        return None
    return url_for(f"{screen.endpoint}.list", **wanted.address())


def _given() -> FilterInput:
    return FilterInput(request.form.get("name", "")[:500], request.form.get("is_shared") == "yes")


def _query() -> MultiDict[str, str]:
    """The parameters of the list that the form came from. Raises BadQueryError when they cannot be read."""
    text = request.form.get("query", "")
    if len(text) > _LONGEST_QUERY or not text.isprintable():
        raise BadQueryError("query")
    try:
        return MultiDict(parse_qsl(text, strict_parsing=bool(text), max_num_fields=40))
    except ValueError:
        raise BadQueryError("query") from None
