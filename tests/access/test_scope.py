"""The guard of visibility on both databases: reads, writes, bulk statements, raw statements, no scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session, aliased, joinedload

from backoffice.access.scope import NOTHING, Scope, current_scope, scoped_classes, system_scope, use_scope
from backoffice.errors import ScopeError
from backoffice.extensions import db
from backoffice.models import CaseParty, EnforcementAgency, EnforcementCase, StaffMember

A, B = Scope(("TC.C01.A.",)), Scope(("TC.C01.B.",))


def _case(agency: EnforcementAgency, number: str) -> EnforcementCase:
    return EnforcementCase(
        case_number=number,
        origin="on_request",
        state="accepted",
        judgment_number="1/2026/DS-ST",
        judgment_on=date(2026, 1, 5),
        court_name="Tòa án nhân dân khu vực 1",
        accepted_on=date(2026, 1, 6),
        agency_id=agency.id,
        agency_path=agency.path,
    )


def _party(case: EnforcementCase, name: str) -> CaseParty:
    return CaseParty(
        role="debtor",
        kind="person",
        full_name=name,
        address="x",
        case_id=case.id,
        agency_id=case.agency_id,
        agency_path=case.agency_path,
    )


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Two agencies, A and AB whose code begins like A's, and B; each with one case and one debtor."""
    with app.app_context():
        with system_scope("set_up"):
            root = EnforcementAgency(code="TC", name="TC", level="national", path="TC.")
            province = EnforcementAgency(
                code="C01", name="C01", level="provincial", path="TC.C01.", parent=root
            )
            rows = [
                EnforcementAgency(
                    code=code, name=code, level="district", path=f"TC.C01.{code}.", parent=province
                )
                for code in ("A", "AB", "B")
            ]
            db.session.add_all(rows)
            db.session.flush()
            cases = [_case(agency, f"case-{agency.code}") for agency in rows]
            db.session.add_all(cases)
            db.session.flush()
            db.session.add_all([_party(case, f"Người {case.case_number}") for case in cases])
            db.session.commit()
        db.session.expunge_all()
        yield db.session()
        db.session.rollback()


def _numbers(session: Session) -> list[str]:
    return sorted(session.scalars(select(EnforcementCase.case_number)).all())


def test_reading_returns_nothing_when_no_scope_is_set(session: Session) -> None:
    assert current_scope() is NOTHING
    assert _numbers(session) == []
    assert session.scalar(select(func.count()).select_from(EnforcementCase)) == 0
    assert session.get(EnforcementCase, 1) is None


def test_reading_returns_only_own_subtree_when_a_code_is_a_prefix_of_another(session: Session) -> None:
    with use_scope(A):
        assert _numbers(session) == ["case-A"]
    with use_scope(Scope(("TC.C01.",))):
        assert _numbers(session) == ["case-A", "case-AB", "case-B"]


def test_aliases_joins_and_loaders_stay_in_scope_when_the_statement_is_complex(session: Session) -> None:
    with use_scope(A):
        other = aliased(EnforcementCase)
        assert session.scalars(select(other.case_number)).all() == ["case-A"]
        joined = select(CaseParty.full_name, EnforcementCase.case_number).join(EnforcementCase)
        assert session.execute(joined).all() == [("Người case-A", "case-A")]
        exists = select(EnforcementAgency.code).where(
            select(EnforcementCase.id).where(EnforcementCase.agency_id == EnforcementAgency.id).exists()
        )
        assert session.scalars(exists).all() == ["A"]
        case = (
            session.scalars(select(EnforcementCase).options(joinedload(EnforcementCase.parties)))
            .unique()
            .one()
        )
        assert [party.full_name for party in case.parties] == ["Người case-A"]


def test_legacy_queries_stay_in_scope(session: Session) -> None:
    with use_scope(B):
        assert session.query(EnforcementCase).count() == 1
        assert session.query(EnforcementCase).filter_by(case_number="case-A").first() is None


def test_bulk_update_and_delete_leave_foreign_rows(session: Session) -> None:
    with use_scope(A):
        assert session.execute(update(EnforcementCase).values(court_name="changed")).rowcount == 1
        assert session.execute(delete(CaseParty)).rowcount == 1
        session.commit()
    with system_scope("set_up"):
        changed = select(EnforcementCase.case_number).where(EnforcementCase.court_name == "changed")
        assert session.scalars(changed).all() == ["case-A"]
        assert session.scalar(select(func.count()).select_from(CaseParty)) == 2


@pytest.mark.parametrize(
    "statement",
    [
        select(EnforcementCase.__table__),
        select(func.count()).select_from(EnforcementCase.__table__),
        text("SELECT case_number FROM enforcement_case"),
        update(EnforcementCase.__table__).values(court_name="x"),
        delete(CaseParty.__table__),
        select(StaffMember.__table__.c.id).where(
            StaffMember.__table__.c.agency_id.in_(select(EnforcementCase.__table__.c.agency_id))
        ),
        update(EnforcementCase).values(agency_path="TC.C01.B."),
        update(EnforcementCase).values(agency_id=5),
        update(CaseParty).values(case_id=3),
        insert(EnforcementCase).values(case_number="x"),
        select(EnforcementCase).from_statement(text("SELECT * FROM enforcement_case")),
        select(EnforcementCase).from_statement(select(EnforcementCase.__table__)),
        select(StaffMember.id, EnforcementCase.__table__.c.case_number),
        select(
            EnforcementAgency.code,
            select(func.max(EnforcementCase.__table__.c.case_number)).scalar_subquery(),
        ),
        select(EnforcementAgency.code).join(
            EnforcementCase.__table__, EnforcementCase.__table__.c.agency_id == EnforcementAgency.id
        ),
        select(EnforcementAgency.code, EnforcementCase.__table__.alias().c.case_number),
        select(EnforcementAgency.code).where(
            EnforcementAgency.id.in_(select(EnforcementCase.__table__.c.agency_id))
        ),
        select(EnforcementAgency.code).where(text("1 = 1")),
    ],
    ids=lambda statement: str(statement)[:40],
)
def test_statement_is_refused_when_it_cannot_be_narrowed(session: Session, statement: object) -> None:
    with use_scope(A), pytest.raises(ScopeError):
        session.execute(statement)  # type: ignore[call-overload]
    with pytest.raises(ScopeError):
        session.execute(statement)  # type: ignore[call-overload]


def test_writing_is_refused_when_a_row_is_moved_to_another_agency(session: Session) -> None:
    with use_scope(A):
        case = session.scalars(select(EnforcementCase)).one()
        case.agency_id, case.agency_path = 5, "TC.C01.B."
        with pytest.raises(ScopeError):
            session.flush()


def test_writing_is_refused_when_the_path_is_not_that_of_the_agency(session: Session) -> None:
    with use_scope(A):
        case = session.scalars(select(EnforcementCase)).one()
        case.agency_id = 5
        with pytest.raises(ScopeError):
            session.flush()


def test_adding_is_refused_when_the_row_points_to_a_foreign_case(session: Session) -> None:
    with use_scope(A):
        own = session.scalars(select(EnforcementCase)).one()
        party = _party(own, "Người mới")
        party.case_id = 3
        session.add(party)
        with pytest.raises(ScopeError):
            session.flush()


def test_writing_is_refused_when_the_key_of_a_loaded_relation_is_changed(session: Session) -> None:
    with use_scope(A):
        party = session.scalars(select(CaseParty)).one()
        assert party.case.case_number == "case-A"
        party.case_id = 3
        with pytest.raises(ScopeError):
            session.flush()


def test_adding_is_refused_when_no_scope_is_set(session: Session) -> None:
    with use_scope(A):
        own = session.scalars(select(EnforcementCase)).one()
    session.add(_party(own, "Người mới"))
    with pytest.raises(ScopeError):
        session.flush()


def test_deleting_is_refused_when_the_row_was_loaded_under_a_wider_scope(session: Session) -> None:
    with system_scope("set_up"):
        foreign = session.scalars(select(CaseParty).where(CaseParty.case_id == 3)).one()
    with use_scope(A):
        session.delete(foreign)
        with pytest.raises(ScopeError):
            session.flush()


def test_adding_works_when_everything_is_in_scope(session: Session) -> None:
    with use_scope(A):
        own = session.scalars(select(EnforcementCase)).one()
        session.add(_party(own, "Nguyễn  Văn\u200b Hòa"))
        session.commit()
        added = session.scalars(select(CaseParty).where(CaseParty.name_fold == "nguyen van hoa")).one()
        assert added.full_name == "Nguyễn Văn Hòa"


def test_every_table_with_an_agency_is_guarded() -> None:
    guarded = {cls.__tablename__ for cls in scoped_classes()}
    assert guarded >= {
        "enforcement_agency",
        "enforcement_case",
        "case_party",
        "enforcement_obligation",
        "enforcement_decision",
        "non_enforceable_decision",
        "debtor_record",
        "transition_log",
    }


def test_scope_is_refused_when_a_prefix_has_no_end() -> None:
    with pytest.raises(ValueError, match="dot"), use_scope(Scope(("TC.C01",))):
        pass


def test_system_scope_is_refused_when_its_name_is_unknown() -> None:
    with pytest.raises(ValueError, match="unknown"), system_scope("anything"):
        pass
