"""Every address of the staff screens with every value that its places may take, for walks over all of them.

A route with a place that is not named here fails the walk: whoever adds one says which values it takes.
Not here: what is expected of the answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from flask import Flask
from werkzeug.routing import Rule

from tests.views.world import World

STATIC = frozenset({"static", "shared.static"})
# Ends the session of whoever walks, so that all answers after it would be refusals.
ENDS_SESSION = frozenset({"SignInView.logout"})
# Rows of the world have ids from 1 up to this one; the last is of nobody.
LARGEST_ID = 13
NOBODY = 987_654
_SCREENS = ("CaseView", "DebtorRecordView", "NoSuchView")
# The values of the places that are words, by the name of the place, the route or its screen.
WORDS: dict[str, tuple[str, ...]] = {
    "package": ("debtors", "other"),
    "UpkeepView.run": ("document_sweep", "other"),
    "subject": ("enforcement_case", "debtor_record", "online_request", "ab_user"),
    "deed": ("end-sessions", "password", "close", "open", "other"),
    "ChoicesView": ("agencies", "officers", "staff", "cases", "examiners", "desk", "other"),
    "SavedFilterView": _SCREENS,
    "TaskView": _SCREENS,
    "DeskView": ("receipt", "guidance", "other"),
    "OnlineRequestView.step": ("receive", "reopen", "unmerge", "other"),
    "OnlineRequestView.row_form": ("supplement", "assign", "return", "merge", "other"),
    "AbsenceView.row_form": ("end", "other"),
    "AppointmentView": ("keep", "miss", "take_back", "other"),
    "AppointmentSlotView.switch": ("close", "open", "other"),
    "CaseView.step": ("start_verification", "assign", "other"),
    "CaseView.row_form": ("assign", "draft_decision", "other"),
    "LegalRuleView": ("succeed", "other"),
    "SurveyQuestionView": ("succeed", "retire", "other"),
    "PartyView": ("correct", "other"),
    "ObligationView": ("correct", "other"),
    "NoticeView": ("resend", "cancel", "settle", "other"),
    "MailboxView": ("1", "other"),
    "DocumentView": ("remove", "erase", "other"),
    "EnforcementDecisionView": ("sign", "withdraw", "other"),
    "NonEnforceableDecisionView": ("sign", "withdraw", "other"),
    "kind": ("transfer_letter", "removal_proof", "other"),
    "OfficialDocumentView": ("issue", "cancel", "other"),
    "DocumentNumberView": ("cancel", "other"),
    "DocumentTemplateView": ("approve", "other"),
    "DebtorRecordView": ("approve", "publish", "withdraw", "note_change", "other"),
}
# A parameter of a list and what people write there; most lists refuse most of them.
FILTERS: dict[str, tuple[str, ...]] = {
    "q": ("nguyen van hoa", "omega", "1", "zz", "Ω", "%", "le thi"),
    "number": ("3", "ds", "Ω"),
    "state": ("published", "verifying", "drafted", "failed", "no_such_state"),
    "agency": ("CC001", "CC002", "C30", "TC", "ZZ9"),
    "under": ("C01", "CC288"),
    "case": ("1", "2", "3", "4", "5", "6", "7"),
    "decision": ("1", "2", "5", "6", "11"),
    "officer": ("1", "2", "3", "9"),
    "parent": ("1", "2", "3"),
    "publish_due": ("overdue", "soon"),
    "withdraw_due": ("overdue", "soon"),
    "published_from": ("01/01/2020",),
    "published_to": ("31/12/2030",),
    "reason": ("2015_a", "2026_dd"),
    "role": ("debtor", "head"),
    "origin": ("on_request",),
    "size": ("1", "50", "100", "1000000"),
}
ORDERS = (
    "id",
    "name_sort",
    "publish_due_on",
    "published_on",
    "username",
    "path",
    "accepted_on",
    "agency_path",
)


def rules(app: Flask, method: str) -> list[Rule]:
    """The routes that take a method, styles and the end of the session left out."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and rule.endpoint not in STATIC | ENDS_SESSION
    ]


def addresses(rule: Rule, ids: range | tuple[int, ...]) -> Iterator[str]:
    """The addresses of a route: every id in its number places, every word in its word places."""
    names = sorted(rule.arguments)
    kinds = [rule._converters[name].__class__.__name__ for name in names]
    values = [
        [str(key) for key in ids] if kind == "IntegerConverter" else list(words_of(rule, name))
        for name, kind in zip(names, kinds, strict=True)
    ]
    for chosen in product(*values):
        yield _filled(rule, dict(zip(names, chosen, strict=True)))


def words_of(rule: Rule, name: str) -> tuple[str, ...]:
    """The words that one place of a route takes; the first is one that exists."""
    keys = (name, rule.endpoint, rule.endpoint.partition(".")[0])
    return next(WORDS[key] for key in keys if key in WORDS)


def filtered(app: Flask) -> Iterator[str]:
    """Every list with every filter and order above."""
    for rule in rules(app, "GET"):
        if not str(rule).endswith("/list/"):
            continue
        yield from (f"{rule}?{name}={value}" for name, values in FILTERS.items() for value in values)
        yield from (f"{rule}?order={column}&direction={way}" for column in ORDERS for way in ("asc", "desc"))


def own_ids(world: World, code: str) -> dict[str, int]:
    """An id of a row that people of an agency see, by the name of its screen."""
    own = {screen: key for (agency, screen), key in world.rows.items() if agency == code}
    return {**world.shared, **own}


def _filled(rule: Rule, values: dict[str, str]) -> str:
    built = rule.build({name: _typed(rule, name, value) for name, value in values.items()})
    assert built is not None, rule
    return built[1]


def _typed(rule: Rule, name: str, value: str) -> object:
    return int(value) if rule._converters[name].__class__.__name__ == "IntegerConverter" else value
