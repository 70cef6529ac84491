"""Importing and editing legal rules: idempotent, by the national administrator, never a book with holes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from backoffice.extensions import db
from backoffice.models import LegalRule, TransitionLog
from backoffice.queries.deadlines import deadline_from
from backoffice.queries.rules import ground_codes, rule_book
from backoffice.services.legal_rule import RuleChange, edit_rule, import_rules, succeed_rule
from backoffice.workflow.errors import RuleDataError, RuleNotFoundError
from backoffice.workflow.events import StartEvent
from tests import factories
from tests.factories import SYSTEM, rows_of


def _rule(code: str, rule_set: str) -> LegalRule:
    statement = select(LegalRule).where(LegalRule.code == code, LegalRule.rule_set == rule_set)
    return db.session.scalars(statement).one()


def _history() -> list[tuple[str, str, str]]:
    with system_scope("set_up"):
        rows = db.session.scalars(select(TransitionLog).where(TransitionLog.subject_type == "legal_rule"))
        return [(row.transition, row.to_state, row.reason or "") for row in rows]


def test_import_rules_changes_nothing_when_run_again(world):
    rows = rows_of("legal_rules.csv")
    assert import_rules(SYSTEM, rows).unchanged == len(rows)
    assert db.session.scalar(select(func.count()).select_from(LegalRule)) == len(rows)


def test_import_rules_follows_the_file_but_keeps_edits_when_rows_differ(world):
    mended, edited = _rule("publication.amend", "2026"), _rule("publication.publish", "2026")
    factories.save(mended).title_vi = "tên cũ"
    db.session.commit()
    edit_rule(
        world.administrator(), edited.id, RuleChange(title_vi="Tên mới"), expected_version=1, reason="sửa"
    )
    summary = import_rules(SYSTEM, rows_of("legal_rules.csv"))
    assert (summary.changed, summary.kept, summary.added) == (1, 1, 0)
    assert _rule("publication.amend", "2026").title_vi != "tên cũ"
    assert _rule("publication.publish", "2026").title_vi == "Tên mới"


def test_import_rules_changes_nothing_when_a_row_is_wrong(world):
    good = rows_of("legal_rules.csv")[0]
    wrong = (
        good | {"valid_from": "2026-06-30", "valid_to": ""},
        good | {"code": "new.rule", "kind": "deadline", "unit": "working_day", "value": ""},
        good | {"code": "x" * 81},
        good | {"code": "new.rule", "title_vi": ""},
    )
    before = db.session.scalar(select(func.count()).select_from(LegalRule))
    for row in wrong:
        with pytest.raises((RuleDataError, InvalidInputError)):
            import_rules(SYSTEM, [row])
    assert db.session.scalar(select(func.count()).select_from(LegalRule)) == before


def test_rule_book_knows_both_sets_when_asked_around_the_change(world):
    book = rule_book()
    assert book.rule("publication.withdraw", date(2026, 6, 30)).value == 2
    assert book.rule("publication.withdraw", date(2026, 7, 1)).value == 3
    assert ground_codes(date(2026, 6, 30)) == ("2015_a", "2015_b", "2015_c")
    assert len(ground_codes(date(2026, 7, 1))) == 8
    assert ground_codes(date(2015, 8, 31)) == ()
    with pytest.raises(RuleNotFoundError):
        book.rule("publication.withdraw", date(2015, 8, 31))


def test_deadline_follows_the_vectors_when_computed_from_the_stored_law(world):
    vectors = {
        date(2025, 4, 24): date(2025, 5, 5),
        date(2025, 12, 31): date(2026, 1, 9),
        date(2026, 8, 27): date(2026, 9, 8),
    }
    event = StartEvent.NON_ENFORCEABLE_SIGNED
    found = {day: deadline_from("publication.publish", day, event).due_on for day in vectors}
    assert found == vectors


def test_edit_rule_changes_the_rule_and_the_history_when_the_administrator_edits(world):
    rule = _rule("publication.publish", "2026")
    change = RuleChange(value=4, article=" Điều 23  khoản 1 ")
    edit_rule(world.administrator(), rule.id, change, expected_version=1, reason="Thông tư mới")
    stored = _rule("publication.publish", "2026")
    assert (stored.value, stored.article, stored.version) == (4, "Điều 23 khoản 1", 2)
    assert _history() == [("edit", "v2", "publication.publish: Thông tư mới")]


def test_edit_rule_refuses_when_version_input_or_book_does_not_fit(world):
    rule, admin = _rule("publication.publish", "2026"), world.administrator()
    wrong = (
        (ConflictError, RuleChange(value=4), 7, "lý do"),
        (RuleDataError, RuleChange(value=0), 1, "lý do"),
        (RuleDataError, RuleChange(valid_from=date(2026, 6, 30)), 1, "lý do"),
        (RuleDataError, RuleChange(valid_from=date(2026, 7, 2)), 1, "lý do"),
        (InvalidInputError, RuleChange(title_vi="  "), 1, "lý do"),
        (InvalidInputError, RuleChange(law="x" * 121), 1, "lý do"),
        (InvalidInputError, RuleChange(value=4), 1, " "),
    )
    for error, change, version, reason in wrong:
        with pytest.raises(error):
            edit_rule(admin, rule.id, change, expected_version=version, reason=reason)
    with pytest.raises(NotFoundError):
        edit_rule(admin, 10**9, RuleChange(value=4), expected_version=1, reason="lý do")
    stored = _rule("publication.publish", "2026")
    assert (stored.value, stored.version, stored.valid_from) == (5, 1, date(2026, 7, 1))
    assert _history() == []


def test_edit_rule_refuses_when_the_role_does_not_allow_it(world):
    rule = _rule("publication.publish", "2026")
    for role in set(Role) - {Role.NATIONAL_ADMINISTRATOR}:
        with pytest.raises(NotPermittedError):
            edit_rule(world.actor(role, "TC"), rule.id, RuleChange(value=1), expected_version=1, reason="x")
    assert _rule("publication.publish", "2026").value == 5


def test_succeed_rule_counts_by_the_new_number_from_its_day_when_a_law_changes(world):
    rule = _rule("publication.publish", "2026")
    day = date(2027, 1, 1)
    succeed_rule(
        world.administrator(), rule.id, day, RuleChange(value=7), expected_version=1, reason="luật mới"
    )
    book = rule_book()
    assert book.rule("publication.publish", date(2026, 12, 31)).value == 5
    assert (book.rule("publication.publish", day).value, book.rule("publication.publish", day).rule_set) == (
        7,
        "2027",
    )
    assert _history() == [("succeed", "v1", "publication.publish: luật mới")]


def test_succeed_rule_refuses_when_the_day_is_outside_the_old_rule(world):
    rule, admin = _rule("publication.publish", "2015"), world.administrator()
    for day in (date(2015, 9, 1), date(2015, 8, 31), date(2026, 7, 1)):
        with pytest.raises(InvalidInputError) as refusal:
            succeed_rule(admin, rule.id, day, RuleChange(value=7), expected_version=1, reason="x")
        assert refusal.value.field == "valid_from"
    assert rule_book().rule("publication.publish", date(2026, 6, 30)).value == 5
