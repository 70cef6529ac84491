"""Two provinces with their districts, every text of every row marked with its agency, and one person a role.

Not here: fixtures. A marker such as `Ω-CC002-Ω` in an answer says which agency's row it came from; searches use
other spellings, so that a form that repeats what was typed does not look like a leak.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.security import generate_password_hash

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import (
    CalendarOverride,
    EnforcementAgency,
    EnforcementDecision,
    ExportRun,
    ExportSchedule,
    LegalRule,
    StaffMember,
    TransitionLog,
    UpkeepRun,
)
from tests import factories
from tests.side_rows import make_side_rows

PASSWORD = "Mật-khẩu 2026 Dài"
# One cheap hash for all: signing in is tested, not the cost of a hash.
HASH = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")
MARKER = re.compile(r"Ω-([A-Z0-9]+)-Ω")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def marked(code: str, text: str = "") -> str:
    """A text that says to which agency its row belongs."""
    return f"{text} Ω-{code}-Ω".strip()


@dataclass
class World:
    """The ids of what was made: rows by (agency code, screen), people by user name."""

    app: Flask
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    shared: dict[str, int] = field(default_factory=dict)

    def client(self, username: str | None = None, address: str = "127.0.0.1") -> FlaskClient:
        """A browser of its own; signed in through the form when a user name is given."""
        client = self.app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        if username is not None:
            page = client.get("/login/")
            values = {"username": username, "password": PASSWORD, "csrf_token": token_of(page.text)}
            answer = client.post("/login/", data=values)
            assert answer.status_code == 302, answer.text[-2000:]
        return client


def token_of(page: str) -> str:
    """The token that the page's forms carry."""
    found = TOKEN.search(page)
    assert found, "the page has no form"
    return found.group(1)


def without_tokens(page: str) -> str:
    """The page without its tokens, which hold the second, the nonce of its scripts, which is another each time, and
    the address the language form goes back to.
    """
    return re.sub(r'(name="(csrf_token|next)" value|data-csrf|script nonce)="[^"]*"', "", page)


def foreign_markers(page: str, own: set[str]) -> set[str]:
    """The agencies outside `own` whose marks stand in the page."""
    return set(MARKER.findall(page)) - own


def build_world(app: Flask) -> World:
    """Make everything in the application's empty database."""
    world = World(app)
    with app.app_context():
        agencies = factories.make_tree()
        factories.make_roles()
        factories.load_law()
        for agency in agencies.values():
            agency_rows(world, agency)
        for code, roles in PEOPLE.items():
            for role in roles:
                person(world, agencies[code], role)
        shared_rows(world)
        db.session.remove()
    return world


PEOPLE: dict[str, tuple[Role, ...]] = {
    "TC": (
        Role.NATIONAL_ADMINISTRATOR,
        Role.CENTRAL_OFFICER,
        Role.CENTRAL_UNIT_HEAD,
        Role.EXPORT_OPERATOR,
        Role.INSPECTOR,
    ),
    "C01": (Role.HEAD, Role.AGENCY_ADMINISTRATOR, Role.EXAMINER, Role.COMPLAINTS_OFFICER, Role.INSPECTOR),
    "CC001": (
        Role.ENFORCEMENT_OFFICER,
        Role.HEAD,
        Role.MONITORING_OFFICER,
        Role.AGENCY_ADMINISTRATOR,
        Role.SUPPORT_OFFICER,
        Role.PROFESSIONAL_OFFICER,
        Role.SECRETARY,
        Role.CLERK,
    ),
    "CC002": (Role.HEAD,),
    "CC288": (Role.HEAD, Role.ENFORCEMENT_OFFICER),
}
SUBTREES = {
    "TC": {"TC", "C01", "C30", "CC001", "CC002", "CC288"},
    "C01": {"C01", "CC001", "CC002"},
    "CC001": {"CC001"},
    "CC002": {"CC002"},
    "CC288": {"CC288"},
}


def username(code: str, role: Role) -> str:
    """The user name of the person of this agency and role."""
    return f"{code.lower()}.{role.value}"[:32]


def person(world: World, agency: EnforcementAgency, role: Role) -> None:
    """One person with a real password and a marked name."""
    member = factories.make_staff(agency, role, username=username(agency.code, role))
    with system_scope("set_up"):
        member.password, member.last_name = HASH, marked(agency.code, "Lê Thị")
        db.session.commit()
        world.people[member.username] = member.id


def agency_rows(world: World, agency: EnforcementAgency) -> None:
    """A row of every kind for one agency, each text marked."""
    code = agency.code
    officer = factories.make_staff(agency, Role.ENFORCEMENT_OFFICER, username=f"officer.{code.lower()}")
    with system_scope("set_up"):
        officer.last_name = marked(code, "Phạm")
        agency.name = marked(code, agency.name)
        agency.legal_basis = marked(code, "Luật")
        db.session.commit()
    file = marked_file(agency, officer)
    draft = factories.save(
        EnforcementDecision(
            agency_id=agency.id,
            agency_path=agency.path,
            case_id=file.case.id,
            decision_number=marked(code, "4/QĐ"),
            decided_on=clock.today(),
            state="drafted",
        )
    )
    decision = factories.make_non_enforceable(
        file, decision_number=marked(code, "5/QĐ"), signed_by_id=officer.id
    )
    record = factories.make_record(file, decision)
    waiting = factories.make_record(
        file, decision, state="approved", publish_due_on=clock.today() - timedelta(days=1)
    )
    log_row(agency, officer.id, "debtor_record", record.id)
    log_row(agency, officer.id, "enforcement_case", file.case.id)
    world.rows |= {
        (code, "AgencyView"): agency.id,
        (code, "CaseView"): file.case.id,
        (code, "PartyView"): file.debtor.id,
        (code, "ObligationView"): file.obligation.id,
        (code, "EnforcementDecisionView"): draft.id,
        (code, "NonEnforceableDecisionView"): decision.id,
        (code, "DebtorRecordView"): record.id,
        (code, "waiting"): waiting.id,
        (code, "StaffView"): officer.id,
    }
    side = make_side_rows(file.case, officer, marked(code))
    world.rows |= {(code, screen): key for screen, key in side.items()}


def marked_file(agency: EnforcementAgency, officer: StaffMember) -> factories.CaseFile:
    """A case of the agency with its debtor, obligation and decision, each text marked."""
    code = agency.code
    file = factories.make_file(
        agency,
        case_number=marked(code, "1/TL"),
        judgment_number=marked(code, "2/DS-ST"),
        court_name=marked(code, "Tòa án"),
        officer_id=officer.id,
    )
    with system_scope("set_up"):
        file.debtor.full_name = marked(code, "Nguyễn Văn Hòa")
        file.debtor.address = marked(code, "12 phố Đội Cấn")
        file.debtor.identity_number, file.debtor.phone = f"Ω-{code}-Ω", f"Ω-{code}-Ω"
        file.obligation.description = marked(code, "Trả nợ")
        file.decision.decision_number = marked(code, "3/QĐ")
        file.decision.signed_by_id = officer.id
        db.session.commit()
    return file


def log_row(agency: EnforcementAgency, actor_id: int, subject: str, subject_id: int) -> None:
    """One entry of the history."""
    factories.save(
        TransitionLog(
            agency_id=agency.id,
            agency_path=agency.path,
            subject_type=subject,
            subject_id=subject_id,
            workflow_version="2026",
            transition="publish" if subject == "debtor_record" else "start_verification",
            from_state=None,
            to_state="published" if subject == "debtor_record" else "verifying",
            actor_id=actor_id,
            at=clock.now(),
            legal_basis=marked(agency.code, "Điều 23"),
            reason=marked(agency.code, "Lý do"),
        )
    )


def shared_rows(world: World) -> None:
    """Rows that belong to the whole country: runs, schedules, a rule, a proposed day."""
    operator = world.people[username("TC", Role.EXPORT_OPERATOR)]
    run: dict[str, Any] = {"package_name": "debtors", "triggered_by": "button", "requested_by_id": operator}
    failed = factories.save(
        ExportRun(**run, state="failed", error_code="disk_full", report=REPORT, attempts=3)
    )
    moving = factories.save(ExportRun(**run, state="running", progress_done=500, progress_total=1234))
    schedule = factories.save(ExportSchedule(package_name="debtors", cron="0 2 * * *"))
    day = factories.save(
        CalendarOverride(
            day=clock.today() + timedelta(days=400),
            is_working=False,
            name="Ngày nghỉ bù",
            source="Thông báo 12",
            status="proposed",
        )
    )
    rule = db.session.query(LegalRule).order_by(LegalRule.id).first()
    assert rule is not None
    world.shared = {
        "ExportRunView": failed.id,
        "moving": moving.id,
        "ScheduleView": schedule.id,
        "UpkeepView": _upkeep_run().id,
        "CalendarView": day.id,
        "LegalRuleView": rule.id,
    }


def _upkeep_run() -> UpkeepRun:
    faults = [["damaged", "ab/cd"], ["missing", "ef/01"]]
    return factories.save(
        UpkeepRun(
            upkeep="document_verify",
            started_at=clock.now(),
            counts={"files": 1234, "damaged": 1, "missing": 1},
            faults=faults,
            fault_count=2,
            is_bad=True,
        )
    )


REPORT = {
    "package": "debtors",
    "valid": False,
    "problem_count": 12345,
    "problems": [
        {
            "resource": "debtor_records",
            "row": 17,
            "field": "address",
            "code": "required",
            "message_vi": "Ô bắt buộc nhưng để trống.",
            "message_en": "The cell is required but empty.",
            "value_shown": "",
        }
    ],
}
