"""The search over everything: one box, results by kind, a number that is exactly one row opens it.

Not here: what is searched (`search_sources`), how results look (`search_results`), identity numbers
(`services.identity_search`). An identity number never stands in an address: it is searched by POST alone, and a GET with
one is answered without searching.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import redirect, request
from flask_appbuilder import BaseView, expose, has_access
from flask_babel import lazy_gettext as _l

from backoffice.access.identity import current_actor
from backoffice.queries.search import agencies_in_scope, hits
from backoffice.services.identity_search import find_by_identity_number
from backoffice.views.bad_query import BadQueryError
from backoffice.views.day_work import screens_by_name
from backoffice.views.listing import refuse_unknown
from backoffice.views.search_results import Group, groups_of, legs_of, only_exact, party_group, with_debtors
from backoffice.views.search_sources import LONGEST, Typed, identity_number, typed

_NOTHING = Typed("", (), "")


class SearchView(BaseView):
    """Finds cases, decisions, people, agencies and staff in the person's scope."""

    route_base = ""
    default_view = "search"

    @expose("/search", methods=["GET", "POST"])
    @has_access
    def search(self) -> Any:
        """The page, with the results of what was typed; by POST also of an identity number."""
        is_form = request.method == "POST"
        refuse_unknown(request.args, set() if is_form else {"q"})
        text = (request.form if is_form else request.args).get("q", "")
        if len(text) > LONGEST:
            raise BadQueryError("q")
        number = identity_number(text)
        if number is not None:
            return self._identity(number) if is_form else self._page(_NOTHING, [], is_hint=True)
        wanted = typed(text)
        if not wanted.is_searchable:
            return self._page(wanted, [])
        agencies = agencies_in_scope()
        screens = self._open_screens()
        found = hits(legs_of(wanted, screens))
        target = only_exact(found, wanted, agencies, screens)
        if target:
            return redirect(target)
        return self._page(wanted, groups_of(wanted, with_debtors(found), agencies, screens))

    def _identity(self, number: str) -> str:
        """Parties with this identity number, for those who may open a party's page; the number is not shown again."""
        if not self._may_identify():
            return self._page(_NOTHING, [], is_hint=True)
        found = find_by_identity_number(current_actor(), number)
        groups = [party_group(found, agencies_in_scope())] if found else []
        return self._page(_NOTHING, groups, is_done=True)

    def _may_identify(self) -> bool:
        allowed: bool = self.appbuilder.sm.has_access("can_show", "PartyView")
        return allowed

    def _page(self, wanted: Typed, groups: Sequence[Group], **state: bool) -> str:
        page: str = self.render_template(
            "search.html",
            title=_l("Search"),
            wanted=wanted,
            groups=groups,
            may_identify=self._may_identify(),
            **state,
        )
        return page

    def _open_screens(self) -> dict[str, Any]:
        """The screens whose list the person may open: nothing else is searched."""
        may = self.appbuilder.sm.has_access
        return {name: view for name, view in screens_by_name().items() if may("can_list", name)}
