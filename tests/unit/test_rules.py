"""The shipped legal rules against the texts, their boundaries in time, and what a rule book refuses."""

from datetime import date, timedelta

import pytest

from backoffice.models.states import RuleKind, RuleUnit
from backoffice.workflow.errors import RuleDataError, RuleNotFoundError
from backoffice.workflow.rules import LegalRule, RuleBook, load_rule_rows

OLD, LAST_OLD, NEW = date(2015, 9, 1), date(2026, 6, 30), date(2026, 7, 1)
GROUNDS_2015 = ["2015_a", "2015_b", "2015_c"]
GROUNDS_2026 = ["2026_a", "2026_b", "2026_c", "2026_d", "2026_dd", "2026_e", "2026_g", "2026_h"]
W, D, M, Y = RuleUnit.WORKING_DAY, RuleUnit.DAY, RuleUnit.MONTH, RuleUnit.YEAR

NUMBERS = [
    ("limitation.request", (5, Y), (5, Y)),
    ("request.incomplete_notice", (1, W), (1, W)),
    ("request.refuse", (5, W), (5, W)),
    ("decision.on_request", (5, W), (5, W)),
    ("decision.ex_officio", (5, W), (5, W)),
    ("decision.bankruptcy", (3, W), (3, W)),
    ("decision.interim_measure", (None, RuleUnit.AT_ONCE), (None, RuleUnit.AT_ONCE)),
    ("case.file_open", None, (2, W)),
    ("voluntary_period", (10, D), (10, D)),
    ("verification.first", (10, D), (9, D)),
    ("document.notice", (3, W), (3, W)),
    ("decision.to_procuracy", (3, W), (3, W)),
    ("third_party.reply", (3, W), (3, W)),
    ("third_party.reply_creditor", (5, W), None),
    ("verification.delegated_registered", (30, D), (30, D)),
    ("verification.delegated_registered_complex", (45, D), (45, D)),
    ("verification.delegated_other", (15, D), (15, D)),
    ("verification.delegated_account", None, (None, RuleUnit.AT_ONCE)),
    ("verification.again", None, (5, W)),
    ("non_enforceable.decide", (5, W), (5, W)),
    ("verification.repeat", (6, M), (6, M)),
    ("verification.repeat_long", (12, M), (12, M)),
    ("verification.notify_creditor_after", (2, RuleUnit.COUNT), None),
    ("verification.new_information", (10, D), (10, D)),
    ("ledger.age", (1, Y), (2, Y)),
    ("ledger.age_long", (2, Y), None),
    ("ledger.verifications", (2, RuleUnit.COUNT), None),
    ("ledger.move", (3, W), None),
    ("publication.publish", (5, W), (5, W)),
    ("publication.commune_posting", (3, M), None),
    ("publication.amend", (3, W), (3, W)),
    ("publication.withdraw", (2, W), (3, W)),
    ("publication.withdraw_commune", (2, W), (2, W)),
    ("result.confirm", (5, W), (3, W)),
    ("complaint.accept_first", (5, W), (5, W)),
    ("complaint.accept_second", (5, W), (10, D)),
    ("complaint.decide_first", (15, D), (15, D)),
    ("complaint.decide_second", (30, D), (30, D)),
    ("complaint.decide_coercion_first", (30, D), (30, D)),
    ("complaint.decide_coercion_second", (45, D), (45, D)),
    ("complaint.decide_security", (5, W), (5, W)),
    ("complaint.complex_extension", None, (30, D)),
    ("denunciation.decide", None, (30, D)),
    ("denunciation.decide_complex", None, (60, D)),
    ("denunciation.decide_very_complex", None, (90, D)),
    ("feedback.handle", (5, W), (5, W)),
    ("feedback.representatives_small", None, (2, RuleUnit.COUNT)),
    ("feedback.representatives_large", None, (5, RuleUnit.COUNT)),
    ("decision.postpone", None, (5, W)),
    ("decision.suspend", None, (5, W)),
    ("decision.terminate", None, (5, W)),
    ("decision.delegate", None, (5, W)),
    ("decision.delegate_interim", None, (24, RuleUnit.HOUR)),
    ("payout.pay", None, (10, D)),
    ("payout.notify_return", None, (3, W)),
    ("procuracy.answer", None, (15, D)),
    ("exemption.minutes_age", (3, M), (3, M)),
    ("exemption.verify", (10, D), None),
    ("exemption.dossier", (5, W), None),
    ("exemption.procuracy_opinion", (15, D), None),
    ("exemption.supplement", (3, W), None),
    ("exemption.court_accept", (2, W), (2, W)),
    ("exemption.court_session", (20, D), (20, D)),
    ("exemption.court_send", (5, W), (5, W)),
    ("exemption.protest", None, (7, D)),
    ("exemption.protest_higher", None, (15, D)),
    ("exemption.per_year", (1, RuleUnit.COUNT), (1, RuleUnit.COUNT)),
]


@pytest.mark.parametrize(("code", "old", "new"), NUMBERS, ids=[row[0] for row in NUMBERS])
def test_number_of_the_law_holds_on_each_side_when_the_law_changes(book, code, old, new):
    for on, expected in ((LAST_OLD, old), (NEW, new)):
        found = book.find(code, on)
        assert (found and (found.value, found.unit)) == expected


@pytest.mark.parametrize(
    ("on", "grounds"),
    [(OLD, GROUNDS_2015), (LAST_OLD, GROUNDS_2015), (NEW, GROUNDS_2026), (date(2030, 1, 1), GROUNDS_2026)],
)
def test_grounds_are_those_of_the_law_in_force_when_asked_for_a_day(book, on, grounds):
    assert [rule.code for rule in book.rules(RuleKind.GROUND, on)] == grounds


def test_no_rule_of_the_new_set_is_in_force_when_the_old_law_still_holds(book):
    for kind in RuleKind:
        assert {rule.rule_set for rule in book.rules(kind, LAST_OLD)} == {"2015"}
        assert {rule.rule_set for rule in book.rules(kind, NEW)} == {"2026"}
        assert book.rules(kind, OLD - timedelta(days=1)) == ()


def test_rule_sets_meet_without_gap_when_every_row_is_looked_at(rules):
    followed = {(rule.code, rule.valid_from - timedelta(days=1)) for rule in rules}
    for rule in rules:
        if rule.rule_set == "2015":
            assert rule.valid_from >= OLD
            # An internal process may have replaced another while the same law held.
            assert rule.valid_to == LAST_OLD or (rule.code, rule.valid_to) in followed | {
                ("support.total", date(2020, 11, 10))
            }
        else:
            assert (rule.valid_from, rule.valid_to) == (NEW, None)


@pytest.mark.parametrize("on", [OLD, LAST_OLD, NEW])
def test_public_fields_cover_exactly_the_published_columns_when_joined(book, on):
    columns = [column for rule in book.rules(RuleKind.FIELD, on) for column in rule.parameters["columns"]]
    assert len(book.rules(RuleKind.FIELD, on)) == 6
    assert columns == [
        "full_name",
        "address",
        "judgment_number",
        "judgment_on",
        "court_name",
        "enforcement_decision_number",
        "enforcement_decision_on",
        "obligation_code",
        "obligation_amount_vnd",
        "reason_code",
    ]


def test_ledger_outcome_returns_requests_only_when_the_new_law_holds(book):
    old, new = (book.rule("ledger.outcome", on).parameters for on in (LAST_OLD, NEW))
    assert old == {"ex_officio": "separate_ledger", "on_request": "separate_ledger"}
    assert new == {"ex_officio": "separate_ledger", "on_request": "returned"}


def test_withdrawal_of_the_decision_starts_the_take_down_only_when_the_new_law_holds(book):
    old, new = (book.rule("publication.withdraw", on).start_events for on in (LAST_OLD, NEW))
    assert "non_enforceable_withdrawn" not in old
    assert set(new) - set(old) == {"non_enforceable_withdrawn"}


def bounds(rule):
    p = rule.parameters
    return p["years_min"], p.get("min_vnd"), p.get("min_inclusive"), p.get("max_vnd"), p.get("max_inclusive")


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("exemption.unpaid_low", LAST_OLD, (5, None, None, 2_000_000, False)),
        ("exemption.unpaid_high", LAST_OLD, (10, 2_000_000, True, 5_000_000, False)),
        ("exemption.part_paid_low", LAST_OLD, (5, None, None, 5_000_000, False)),
        ("exemption.part_paid_high", LAST_OLD, (10, 5_000_000, True, 10_000_000, False)),
        ("reduction.low", LAST_OLD, (5, 10_000_000, True, 100_000_000, True)),
        ("reduction.high", LAST_OLD, (10, 100_000_000, False, None, None)),
        ("exemption.remaining_low", NEW, (5, None, None, 5_000_000, False)),
        ("exemption.remaining_high", NEW, (10, 5_000_000, True, 10_000_000, True)),
        ("reduction.low", NEW, (5, 5_000_000, True, 100_000_000, True)),
        ("reduction.high", NEW, (10, 100_000_000, False, None, None)),
    ],
)
def test_money_thresholds_keep_their_signs_when_the_law_says_under_or_up_to(book, code, on, expected):
    assert bounds(book.rule(code, on)) == expected


def test_reduction_is_capped_when_the_remainder_is_large(book):
    for on in (LAST_OLD, NEW):
        assert book.rule("reduction.low", on).parameters["share_max"] == "1/4"
        high = book.rule("reduction.high", on).parameters
        assert (high["share_max"], high["amount_max_vnd"]) == ("1/5", 50_000_000)


def test_every_rule_fits_its_columns_and_cites_its_article(rules):
    for rule in rules:
        assert len(rule.code) <= 80
        assert len(rule.law) <= 120
        assert len(rule.article) <= 80
        assert rule.article.startswith(("Điều ", "Quy trình ", "Phần "))
        assert rule.title_vi != rule.title_en
        assert rule.title.in_language("vi") == rule.title_vi
        assert rule.title.in_language("en") == rule.title_en


@pytest.mark.parametrize(
    ("code", "on"),
    [
        ("case.file_open", LAST_OLD),
        ("ledger.move", NEW),
        ("publication.publish", OLD - timedelta(days=1)),
        ("request.incomplete_notice", date(2020, 11, 10)),
        ("no.such_rule", NEW),
    ],
)
def test_rule_refuses_when_none_is_in_force(book, code, on):
    with pytest.raises(RuleNotFoundError) as caught:
        book.rule(code, on)
    assert caught.value.params == {"rule": code, "on": on.isoformat()}


def make(**changes):
    values = {
        "code": "x",
        "rule_set": "2026",
        "kind": RuleKind.DEADLINE,
        "value": 5,
        "unit": W,
        "article": "Điều 1",
        "law": "Luật",
        "valid_from": NEW,
        "valid_to": None,
        "title_vi": "Việc",
        "title_en": "Deed",
        "parameters": {"start_events": ["ground_found"]},
    }
    return LegalRule(**(values | changes))


BEFORE = {"rule_set": "2015", "valid_from": OLD, "valid_to": LAST_OLD}


def test_rule_book_takes_rows_in_any_order_when_they_follow_each_other():
    book = RuleBook([make(value=3), make(**BEFORE)])
    assert [book.rule("x", on).value for on in (OLD, LAST_OLD, NEW)] == [5, 5, 3]
    assert book.codes == {"x"}


@pytest.mark.parametrize(
    "rows",
    [
        [make(), make()],
        [make(**BEFORE | {"valid_to": NEW}), make()],
        [make(**BEFORE | {"valid_to": None}), make()],
        [make(**BEFORE | {"valid_to": LAST_OLD - timedelta(days=1)}), make()],
        [make(**BEFORE), make(kind=RuleKind.INTERVAL)],
        [make(valid_to=LAST_OLD)],
        [make(value=None)],
        [make(value=0)],
        [make(value=-3)],
        [make(unit=RuleUnit.AT_ONCE)],
        [make(unit=RuleUnit.VND)],
        [make(parameters={})],
        [make(parameters={"start_events": ["full_moon"]})],
        [make(kind=RuleKind.GROUND, unit=RuleUnit.NONE)],
        [make(kind="wish")],
        [make(unit="fortnight")],
    ],
    ids=[
        "same-row-twice",
        "overlap",
        "open-end-followed",
        "gap",
        "kind-changes",
        "ends-before-it-begins",
        "no-value",
        "zero",
        "negative",
        "value-at-once",
        "money-as-period",
        "no-start-event",
        "unknown-start-event",
        "ground-with-value",
        "unknown-kind",
        "unknown-unit",
    ],
)
def test_rule_book_refuses_when_rows_contradict_each_other_or_themselves(rows):
    with pytest.raises(RuleDataError):
        RuleBook(rows)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("code", " "),
        ("kind", "wish"),
        ("value", "năm"),
        ("value", "5.5"),
        ("unit", "fortnight"),
        ("law", ""),
        ("article", ""),
        ("valid_from", "01/07/2026"),
        ("valid_from", ""),
        ("valid_to", "never"),
        ("title_vi", ""),
        ("title_en", ""),
        ("parameters", "{"),
        ("parameters", "[]"),
    ],
)
def test_load_rule_rows_refuses_when_a_cell_cannot_be_read(rule_rows, column, cell):
    with pytest.raises(RuleDataError):
        load_rule_rows([rule_rows[0] | {column: cell}])


def test_load_rule_rows_refuses_when_a_column_is_missing(rule_rows):
    for column in rule_rows[0]:
        with pytest.raises(RuleDataError):
            load_rule_rows([{key: cell for key, cell in rule_rows[0].items() if key != column}])


def test_load_rule_rows_refuses_when_the_file_repeats_a_row(rule_rows):
    with pytest.raises(RuleDataError, match="two rows"):
        load_rule_rows([*rule_rows, rule_rows[-1]])
