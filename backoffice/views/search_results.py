"""The results of the search as the page shows them: groups by screen, links, the one row that fits exactly.

Not here: what is searched (`search_sources`), the page and its parameters (`search`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from backoffice.models import EnforcementAgency
from backoffice.queries.names import debtors_of
from backoffice.queries.search import SHOWN, Hit, Leg, agencies_named
from backoffice.services.identity_search import FoundParty
from backoffice.views.cells import Cell
from backoffice.views.day_work import list_address, screens_by_name
from backoffice.views.days import read_day
from backoffice.views.formats import day
from backoffice.views.names import first_and_others
from backoffice.views.search_sources import SOURCES, Source, Typed
from backoffice.views.tones import TONES

Agencies = Mapping[int, EnforcementAgency]
Screens = Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """One row that was found, as the page shows it."""

    text: str
    detail: str
    badge: Cell | None
    agency: str
    url: str | None


@dataclass(frozen=True)
class Group:
    """The rows of one screen; `more_url` opens the list of all, where there are more and the list can find them."""

    title: Any
    results: Sequence[Result]
    is_more: bool
    more_url: str | None


def legs_of(wanted: Typed, screens: Screens) -> list[Leg]:
    """What to ask the database: the sources that the text fits, of the screens that the person may open."""
    legs = []
    for source in SOURCES:
        fit = source.fit(wanted) if source.screen in screens else None
        if fit is not None:
            conditions = [*screens[source.screen].base_conditions(), fit.condition]
            shown = (source.title, source.detail, source.model.state if source.states else None)
            order = {"exact": fit.exact, "order": fit.order, "case": source.case}
            legs.append(Leg(source.key, source.model, conditions, *shown, **order))
    return legs


def with_debtors(found: Sequence[Hit]) -> list[Hit]:
    """The rows with the debtors of their cases, read in one statement."""
    named = debtors_of({hit.case_id for hit in found if hit.case_id is not None})
    return [replace(hit, debtors=first_and_others(named.get(hit.case_id or 0, ()))) for hit in found]


def only_exact(found: Sequence[Hit], wanted: Typed, agencies: Agencies, screens: Screens) -> str | None:
    """The page of the one row whose number or code is exactly what was typed; None when there are several."""
    screen_of = {source.key: source.screen for source in SOURCES}
    rows = {(screen_of[hit.key], hit.id) for hit in found if hit.is_exact}
    code = wanted.text.upper()
    rows |= {("AgencyView", agency.id) for agency in agencies.values() if agency.code == code}
    rows = {(screen, key) for screen, key in rows if screen in screens}
    return url_for(f"{(only := rows.pop())[0]}.show", pk=only[1]) if len(rows) == 1 else None


def groups_of(wanted: Typed, found: Sequence[Hit], agencies: Agencies, screens: Screens) -> list[Group]:
    """The results by screen, in the order of the sources; agencies last."""
    groups = [_group(screen, wanted, found, agencies, screens[screen]) for screen in _screens_of(found)]
    named = agencies_named(agencies, wanted.text) if "AgencyView" in screens else []
    if named:
        view = screens["AgencyView"]
        lines = [Result(each.name, each.code, None, "", view.url_of(each.id)) for each in named[:SHOWN]]
        groups.append(Group(view.list_title, lines, len(named) > SHOWN, None))
    return groups


def party_group(found: Sequence[FoundParty], agencies: Agencies) -> Group:
    """The parties that an identity number found."""
    lines = [
        Result(
            party.full_name,
            party.address,
            None,
            _name(party.agency_id, agencies),
            url_for("PartyView.show", pk=party.id),
        )
        for party in found
    ]
    return Group(screens_by_name()["PartyView"].list_title, lines, False, None)


def _screens_of(found: Sequence[Hit]) -> list[str]:
    keys = {hit.key for hit in found}
    return list(dict.fromkeys(source.screen for source in SOURCES if source.key in keys))


def _group(screen: str, wanted: Typed, found: Sequence[Hit], agencies: Agencies, view: Any) -> Group:
    sources = {source.key: source for source in SOURCES if source.screen == screen}
    # A case found by its own number and by its judgment's is one case.
    rows = list({hit.id: hit for hit in reversed(found) if hit.key in sources}.values())[::-1]
    results = [_result(hit, sources[hit.key], view, agencies) for hit in rows[:SHOWN]]
    name = sources[rows[0].key].more
    more = list_address(screen, {name: wanted.text}) if name and len(rows) > SHOWN else None
    return Group(view.list_title, results, len(rows) > SHOWN, more)


def _result(hit: Hit, source: Source, view: Any, agencies: Agencies) -> Result:
    badge = None
    if source.states and hit.state:
        badge = Cell(str(source.states.get(hit.state, hit.state)), "badge", TONES.get(hit.state, "plain"))
    has_page = "show" in view.include_route_methods
    url = view.url_of(hit.id) if has_page else list_address(source.screen, {"q": hit.detail})
    written = read_day(hit.detail)
    parts = (hit.debtors, day(written) if written else hit.detail)
    detail = " · ".join(part for part in parts if part)
    return Result(hit.title, detail, badge, _name(hit.agency_id, agencies), url)


def _name(agency_id: int | None, agencies: Agencies) -> str:
    """The agency of a row; nothing for people who see one agency only."""
    agency = agencies.get(agency_id) if agency_id and len(agencies) > 1 else None
    return agency.name if agency else ""
