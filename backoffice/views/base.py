"""The base of every staff screen over a table: list and show, scoped, with explicit columns.

Belongs here: what all screens do alike. Not here: forms (`editing`), columns of one screen, kinds of filters.
A screen is a class with lists of columns; it keeps nothing of a request on itself, because all requests share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import g, redirect, request, url_for
from flask_appbuilder import ModelView, expose, has_access
from sqlalchemy import ColumnElement
from werkzeug.datastructures import MultiDict

from backoffice.services.interface import ServiceInterface
from backoffice.services.paging import check_order
from backoffice.views import actions
from backoffice.views.addresses import show_address
from backoffice.views.cells import Cell, cell
from backoffice.views.filters import ListFilter
from backoffice.views.history import history_lines
from backoffice.views.history_page import HistoryMixin
from backoffice.views.labels import LABELS
from backoffice.views.listing import ListShape, read_list_request, refuse_unknown
from backoffice.views.past import tables
from backoffice.views.related import TABS_AT_ONCE, one_tab, tabs_of
from backoffice.views.row_forms import offered_forms
from backoffice.views.saved_filters import default_address
from backoffice.views.tables import facts_of, table_of


class ScopedModelView(HistoryMixin, ModelView):
    """One table as screens. Subclasses name their columns; a column that is not named is never shown or sorted by.

    `order_columns` are columns with an index; `sort_by` says which of them a listed column sorts by.
    `export_columns` are columns that only the list's file has, after the listed ones.
    `tabs` are other screens whose rows belong to a shown row, each with the filter that selects them.
    """

    datamodel: ServiceInterface
    include_route_methods = frozenset({"list", "show"})
    list_template = "list.html"
    show_template = "show.html"

    list_filters: Sequence[ListFilter] = ()
    sort_by: ClassVar[dict[str, str]] = {}
    export_columns: Sequence[str] = ()
    tabs: ClassVar[tuple[tuple[type[ScopedModelView], str], ...]] = ()
    # What a tab is called here, where the name of its list says too little; and tabs that appear only with rows.
    tab_titles: ClassVar[dict[str, Any]] = {}
    tabs_with_rows: frozenset[str] = frozenset()
    tabs_at_once = TABS_AT_ONCE
    # Facts that are left out of a row's page while they have no value: most rows never get one.
    quiet_when_empty: frozenset[str] = frozenset()
    intro: Any = ""
    # What a list without rows tells people to do; without it only that there is nothing.
    empty_text: Any = ""
    has_history = False

    def __init__(self, **kwargs: Any) -> None:
        for name in ("list_columns", "order_columns", "base_order"):
            if not getattr(self, name):
                raise ValueError(f"{type(self).__name__} must name its {name}")
        unknown = {*self.list_columns, *(self.show_columns or ()), *self.export_columns} - LABELS.keys()
        if unknown:
            raise ValueError(f"{type(self).__name__} shows columns without a label: {sorted(unknown)}")
        self.search_columns = sorted({column for item in self.list_filters for column in item.columns})
        # No column is set by the framework: forms hand their values to services (`editing`).
        self.add_columns = self.edit_columns = ["id"]
        self.shape = ListShape(
            self.datamodel.obj, self.list_filters, self.order_columns, self.base_order, self.usual_filters
        )
        for column in self.order_columns:
            check_order(self.datamodel.obj, column)
        if "show" in self.include_route_methods and self.datamodel.obj.__tablename__ in tables():
            self.include_route_methods = frozenset({*self.include_route_methods, "history"})
        super().__init__(**kwargs)

    @property
    def _filters(self) -> Any:
        """The framework's filters, one object a request: on the shared screen they would mix people's searches."""
        key = f"filters_{type(self).__name__}"
        if key not in g:
            setattr(g, key, self.datamodel.get_filters(self.search_columns))
        return g.get(key)

    @_filters.setter
    def _filters(self, _value: Any) -> None:
        """Ignored: the framework sets filters on the screen itself."""

    def _init_forms(self) -> None:
        """Make none of the framework's forms: they offer every related row and set fields of the row directly."""

    @classmethod
    def is_offered(cls) -> bool:
        """Whether this installation has the screen at all; the menu leaves it out otherwise."""
        return True

    def base_conditions(self) -> list[ColumnElement[bool]]:
        """Conditions that every row of this screen fits, beside the scope that the session adds."""
        return []

    def usual_filters(self) -> dict[str, str]:
        """What the list is filtered by as long as its address says nothing; `filter=none` asks for all rows."""
        return {}

    @expose("/list/")
    @has_access
    def list(self) -> Any:
        """One page of rows, filtered and sorted as the address says; without a word of it, as the person chose."""
        usual = None if request.args else default_address(self)
        if usual is not None:
            return redirect(usual)
        wanted = read_list_request(request.args or MultiDict(self.usual_filters()), self.shape)
        page = self.datamodel.page(wanted.page_request(self.base_conditions()), self.list_columns)
        self.read_names(page.rows)
        table = table_of(self, page.rows)
        return self.render_template(
            self.list_template, title=self.list_title, view=self, wanted=wanted, page=page, table=table
        )

    @expose("/show/<int:pk>")
    @has_access
    def show(self, pk: int) -> Any:
        """One row with its related rows, its history and the steps that may be taken now; `tab` asks for one tab."""
        refuse_unknown(request.args, {"tab"})
        if "tab" in request.args:
            tab = one_tab(self, self.datamodel.find(pk), request.args["tab"])
            return self.render_template("tab_part.html", tab=tab, view=self)
        return self._shown(self.datamodel.find(pk, self.show_columns))

    def cell(self, row: Any, column: str) -> Cell:
        """What a column of a row shows; a screen with a column of its own answers for that one."""
        return cell(row, column)

    def read_names(self, rows: Sequence[Any]) -> None:
        """Read at once what cells of these rows will name; a screen whose columns know it needs nothing."""

    def url_of(self, pk: int) -> str:
        """The address of a row's own page, or of the list where rows have none."""
        if "show" in self.include_route_methods:
            return show_address(self.endpoint, pk)
        return url_for(f"{self.endpoint}.list")

    def title_of(self, row: Any) -> str:
        """The heading of a row's page: what it is, and which."""
        return f"{self.show_title} {row}"

    def short_title(self, row: Any) -> str:
        """Which row it is, for the heading of its form, whose label says already what is done."""
        return str(row)

    def may_edit(self, _row: Any) -> bool:
        """Whether the row's own state allows its form, for the button on its page; the service decides."""
        return True

    def adding_under(self, _row: Any) -> tuple[Any, str] | None:
        """The words and the address of the form that adds a row of this screen under another, if there is one."""
        return None

    def _shown(self, row: Any, **more: Any) -> str:
        page: str = self.render_template(
            self.show_template,
            title=self.title_of(row),
            view=self,
            row=row,
            groups=facts_of(self, row),
            tabs=tabs_of(self, row),
            # A second screen over a table shows its rows without the buttons of the first.
            steps=actions.steps_for(row) if "step" in self.include_route_methods else [],
            forms=offered_forms(self, row),
            history=history_lines(self.datamodel.history(row)) if self.has_history else None,
            **more,
        )
        return page
