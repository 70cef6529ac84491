"""Confidential requests: who sees them and everything about them, and who does not, under both locks."""

from __future__ import annotations

from io import BytesIO
from itertools import product
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import Role as StoredRole
from sqlalchemy import func, select

from backoffice.access.actor import Actor
from backoffice.access.identity import actor_of
from backoffice.access.policy import permissions_of
from backoffice.access.roles import Role
from backoffice.access.scope import Scope, scoped_classes, system_scope, use_scope
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError, ScopeError
from backoffice.extensions import db
from backoffice.models import (
    Document,
    DocumentOpening,
    Notice,
    OnlineRequest,
    RequestMessage,
    RequestParty,
    RowChange,
    StaffMember,
    TransitionLog,
)
from backoffice.models.confidence import MARK, may_be_confidential
from backoffice.models.request_states import RequestChannel
from backoffice.models.states import DocumentKind
from backoffice.services.citizen_request import view_request, withdraw_request
from backoffice.services.desk_entry import DeskEntry, key_in
from backoffice.services.document import open_document
from backoffice.services.document_intake import Upload
from backoffice.services.document_vault import Vault
from backoffice.services.intake import Attachment, register_request
from backoffice.services.intake_lookup import look_up
from backoffice.services.online_request import Classification, classify, guide, receive
from backoffice.services.request_examination import admit, assign, bar, hand_over, propose
from backoffice.services.request_letters import Reply
from backoffice.workflow.errors import GuardRefusedError
from tests.documents.zoo import pdf
from tests.requests import NUMBER, answers, received, registered, seen, sending, stored
from tests.services.conftest import World

DENOUNCED = Classification("denunciation", is_eligible=True, competence="own", people_count=1)
# Roles of the agency that handle no denunciation by themselves.
OTHERS = [
    role
    for role in Role
    if "online_request.confidential" not in permissions_of([role.value]) and role is not Role.EXPORT_OPERATOR
]
HANDLERS = (Role.HEAD, Role.COMPLAINTS_OFFICER)
CLASSES = sorted((cls for cls in scoped_classes() if may_be_confidential(cls)), key=lambda cls: cls.__name__)


def anew(actor: Actor) -> Actor:
    """The person as the next page finds it."""
    with system_scope("set_up"):
        person = db.session.get_one(StaffMember, actor.user_id)
        db.session.refresh(person)
    return actor_of(person)


def seen_of(actor: Actor, number: int) -> dict[str, int]:
    """How many rows about the request this person finds, by table."""
    about = {
        OnlineRequest: OnlineRequest.id == number,
        RequestParty: RequestParty.request_id == number,
        RequestMessage: RequestMessage.request_id == number,
        Document: Document.subject_id == number,
        DocumentOpening: DocumentOpening.id > 0,
        Notice: Notice.subject_id == number,
        TransitionLog: (TransitionLog.subject_type == "online_request")
        & (TransitionLog.subject_id == number),
        RowChange: (RowChange.subject_type == "online_request") & (RowChange.subject_id == number),
    }
    with use_scope(actor.scope):
        found = {
            cls.__name__: db.session.scalar(select(func.count(cls.id)).where(rule)) or 0
            for cls, rule in about.items()
        }
    return {name: count for name, count in found.items() if count}


@pytest.fixture
def denunciation(world: World, vault: Vault) -> int:
    """A denunciation with a paper that the unit for complaints opened, answered and written about."""
    paper = Attachment(Upload("don.pdf", BytesIO(pdf())), DocumentKind.OTHER)
    number = registered(world.agencies["CC001"], vault, "denunciation", attachments=(paper,)).request_id
    officer = world.actor(Role.COMPLAINTS_OFFICER)
    receive(officer, seen(number))
    with system_scope("set_up"):
        document = db.session.scalars(select(Document).where(Document.subject_id == number)).one().id
    open_document(officer, document, "127.0.0.1", vault)
    guide(officer, seen(number), Reply("Mời ông bà đến làm việc."))
    return number


def test_nothing_of_a_denunciation_is_found_when_the_role_does_not_handle_it(
    world: World, denunciation: int
) -> None:
    for role, agency in product(OTHERS, ("CC001", "C01", "TC")):
        assert seen_of(anew(world.actor(role, agency)), denunciation) == {}, (role, agency)


@pytest.mark.parametrize("role", HANDLERS)
def test_everything_of_a_denunciation_is_found_when_the_role_handles_it(
    world: World, denunciation: int, role: Role
) -> None:
    found = seen_of(anew(world.actor(role)), denunciation)
    assert set(found) == {
        "OnlineRequest", "RequestMessage", "Document", "DocumentOpening", "Notice", "TransitionLog", "RowChange"
    }  # fmt: skip
    assert seen_of(anew(world.actor(role, "CC002")), denunciation) == {}


def test_every_row_about_a_denunciation_lies_beside_the_tree(world: World, denunciation: int) -> None:
    path = stored(denunciation).agency_path
    assert path.startswith(f"{MARK}TC.C01.CC001.")
    with system_scope("set_up"):
        for cls in CLASSES:
            paths = set(db.session.scalars(select(cls.agency_path)))
            assert paths <= {path}, cls.__name__
    with use_scope(Scope(("TC.",))):
        assert [cls.__name__ for cls in CLASSES if db.session.scalar(select(func.count(cls.id)))] == []


def test_request_is_open_when_it_denounces_nobody(world: World, vault: Vault) -> None:
    for procedure in ("feedback", "complaint", "officer_change", "enforcement_request"):
        number = registered(world.agencies["CC001"], vault, procedure).request_id
        assert not stored(number).is_confidential
        assert seen_of(anew(world.actor(Role.CLERK)), number)["OnlineRequest"] == 1
    values = answers("complaint", concerned_person="Phạm Văn Thử")
    number = registered(world.agencies["CC001"], vault, "complaint", values=values).request_id
    assert stored(number).is_confidential
    assert seen_of(anew(world.actor(Role.CLERK)), number) == {}


def named(world: World, role: Role, family: str, given: str, agency: str = "CC001") -> Actor:
    """A person of this name."""
    actor = world.actor(role, agency)
    with system_scope("set_up"):
        person = db.session.get_one(StaffMember, actor.user_id)
        person.last_name, person.first_name = family, given
        db.session.commit()
    return actor


@pytest.mark.parametrize(
    "told",
    ["Lê Văn Mẫu", "ông LE VAN MAU, Chi cục trưởng", "Mẫu, chi cục trưởng", "Thủ trưởng cơ quan"],
)
def test_head_sees_nothing_when_the_denunciation_is_about_the_head(
    world: World, vault: Vault, told: str
) -> None:
    head = named(world, Role.HEAD, "Lê Văn", "Mẫu")
    values = answers("denunciation", concerned_person=told)
    number = registered(world.agencies["CC001"], vault, "denunciation", values=values).request_id
    assert seen_of(anew(head), number) == {}
    assert seen_of(anew(world.actor(Role.COMPLAINTS_OFFICER)), number)["OnlineRequest"] == 1
    above = anew(world.head("C01"))
    with pytest.raises(InvalidInputError, match="barred"):
        hand_over(above, seen(number), _examiner_named_alike(world))
    with pytest.raises(NotFoundError):
        hand_over(anew(head), seen(number), head.user_id or 0)


def _examiner_named_alike(world: World) -> int:
    """The head as somebody of the desk, too."""
    with system_scope("set_up"):
        found = db.session.scalars(select(StaffMember).where(StaffMember.first_name == "Mẫu")).unique().one()
        desk = next(role for role in _roles() if role.name == Role.SUPPORT_OFFICER.value)
        found.roles.append(desk)
        db.session.commit()
        return found.id


def _roles() -> Any:
    return db.session.scalars(select(StoredRole)).all()


@pytest.mark.parametrize("told", ["Lê Văn Thử", "Phó Chi cục trưởng", "một cán bộ"])
def test_head_handles_a_denunciation_when_it_is_about_somebody_else(
    world: World, vault: Vault, told: str
) -> None:
    head = named(world, Role.HEAD, "Lê Văn", "Mẫu")
    values = answers("denunciation", concerned_person=told)
    number = registered(world.agencies["CC001"], vault, "denunciation", values=values).request_id
    assert seen_of(anew(head), number)["OnlineRequest"] == 1


def test_officer_sees_the_one_denunciation_when_it_is_given_to_the_officer(
    world: World, vault: Vault
) -> None:
    first = registered(world.agencies["CC001"], vault, "denunciation").request_id
    other = registered(world.agencies["CC001"], vault, "denunciation").request_id
    desk, examiner, head = (world.actor(role) for role in (Role.SUPPORT_OFFICER, Role.EXAMINER, Role.HEAD))
    with pytest.raises(NotFoundError):
        receive(anew(desk), seen(first))
    hand_over(anew(head), seen(first), desk.user_id or 0)
    receive(anew(desk), seen(first))
    classify(anew(desk), seen(first), DENOUNCED)
    assign(anew(head), seen(first), examiner.user_id or 0)
    assert "OnlineRequest" in seen_of(anew(desk), first)
    propose(anew(examiner), seen(first), "propose_reply")
    assert seen_of(anew(examiner), other) == seen_of(anew(desk), other) == {}
    hand_over(anew(head), seen(first), world.actor(Role.SUPPORT_OFFICER).user_id or 0)
    assert seen_of(anew(desk), first) == {}


def test_petition_is_kept_apart_when_it_is_classified_as_a_denunciation(world: World, vault: Vault) -> None:
    desk, clerk = world.actor(Role.SUPPORT_OFFICER), world.actor(Role.CLERK)
    paper = Attachment(Upload("don.pdf", BytesIO(pdf())), DocumentKind.OTHER)
    number = registered(world.agencies["CC001"], vault, "feedback", attachments=(paper,)).request_id
    receive(desk, seen(number))
    assert {"OnlineRequest", "Document", "Notice"} <= set(seen_of(anew(clerk), number))
    classify(desk, seen(number), DENOUNCED)
    assert set(seen_of(anew(clerk), number)) <= {"TransitionLog", "RowChange"}
    assert {"OnlineRequest", "Document", "Notice"} <= set(seen_of(anew(desk), number))
    assert {"OnlineRequest", "Document", "Notice"} <= set(seen_of(anew(world.head()), number))


def test_whoever_keyed_a_denunciation_in_sees_it_until_another_officer_takes_it(
    world: World, vault: Vault
) -> None:
    desk = world.actor(Role.SUPPORT_OFFICER)
    new = sending(world.agencies["CC001"], "denunciation", channel=RequestChannel.DESK)
    number = register_request(new, vault, actor=desk).request_id
    assert "OnlineRequest" in seen_of(anew(desk), number)
    assert seen_of(anew(world.actor(Role.SUPPORT_OFFICER)), number) == {}
    receive(anew(world.actor(Role.COMPLAINTS_OFFICER)), seen(number))
    assert seen_of(anew(desk), number) == {}


def test_denunciation_is_taken_up_at_the_desk_when_its_officer_keys_it_in(world: World, vault: Vault) -> None:
    desk = world.actor(Role.SUPPORT_OFFICER)
    new = sending(world.agencies["CC001"], "denunciation", channel=RequestChannel.DESK)
    number = key_in(desk, DeskEntry(new), vault).request_id
    assert stored(number).handler_id == desk.user_id
    assert "OnlineRequest" in seen_of(anew(desk), number)
    assert seen_of(anew(world.actor(Role.CLERK)), number) == {}


def test_officer_is_barred_when_those_in_charge_find_whom_it_is_about(world: World, vault: Vault) -> None:
    officer, head = world.actor(Role.COMPLAINTS_OFFICER), world.head()
    number = registered(world.agencies["CC001"], vault, "denunciation").request_id
    receive(anew(officer), seen(number))
    bar(anew(officer), seen(number), head.user_id or 0)
    assert seen_of(anew(head), number) == {}
    with pytest.raises(InvalidInputError):
        bar(anew(officer), seen(number), officer.user_id or 0)
    with pytest.raises(NotFoundError):
        bar(anew(head), seen(number), officer.user_id or 0)
    open_one = received(world, vault, world.actor(Role.SUPPORT_OFFICER), "feedback")
    with pytest.raises(NotPermittedError):
        bar(anew(world.actor(Role.SUPPORT_OFFICER)), seen(open_one), head.user_id or 0)
    with pytest.raises(GuardRefusedError):
        bar(anew(officer), seen(open_one), head.user_id or 0)


def test_officer_in_charge_is_not_barred_before_somebody_else_has_the_request(
    world: World, vault: Vault
) -> None:
    officer = world.actor(Role.COMPLAINTS_OFFICER)
    number = registered(world.agencies["CC001"], vault, "denunciation").request_id
    receive(anew(officer), seen(number))
    with pytest.raises(InvalidInputError, match="in charge"):
        bar(anew(world.head()), seen(number), officer.user_id or 0)


def test_given_request_stays_behind_when_the_officer_moves_to_another_agency(
    world: World, vault: Vault
) -> None:
    desk = world.actor(Role.SUPPORT_OFFICER)
    number = registered(world.agencies["CC001"], vault, "denunciation").request_id
    hand_over(anew(world.head()), seen(number), desk.user_id or 0)
    with system_scope("set_up"):
        db.session.get_one(StaffMember, desk.user_id).agency_id = world.agencies["CC002"].id
        db.session.commit()
    assert seen_of(anew(desk), number) == {}


def test_applicant_follows_the_denunciation_when_code_and_number_are_right(
    world: World, vault: Vault
) -> None:
    receipt = registered(world.agencies["CC001"], vault, "denunciation")
    access = look_up(receipt.code, NUMBER)
    assert view_request(access).declared["concerned_person"] == "Lê Văn Mẫu"
    other = registered(world.agencies["CC001"], vault, "denunciation").request_id
    with use_scope(access.actor.scope):
        assert db.session.scalars(select(OnlineRequest.id)).all() == [receipt.request_id]
    withdraw_request(access, "")
    assert stored(receipt.request_id).state == "withdrawn"
    assert stored(other).state == "submitted"


def test_path_of_a_denunciation_is_refused_when_it_is_that_of_another_agency(world: World) -> None:
    agency = world.agencies["CC002"]
    with use_scope(Scope(("TC.",), None, ("!TC.",))):
        own = {"agency_id": agency.id, "agency_path": "!TC.C01.CC001.0123456789ab."}
        db.session.add(RequestParty(**own, request_id=1, role="debtor", kind="person", full_name="Mẫu"))
        with pytest.raises(ScopeError):
            db.session.flush()


def test_namesake_is_admitted_when_others_know_that_it_is_somebody_else(world: World, vault: Vault) -> None:
    head, officer = named(world, Role.HEAD, "Lê Văn", "Mẫu"), world.actor(Role.COMPLAINTS_OFFICER)
    number = registered(world.agencies["CC001"], vault, "denunciation").request_id
    assert seen_of(anew(head), number) == {}
    with pytest.raises(NotFoundError):
        admit(anew(head), seen(number), head.user_id or 0)
    with pytest.raises(InvalidInputError, match="not barred"):
        admit(anew(officer), seen(number), officer.user_id or 0)
    admit(anew(officer), seen(number), head.user_id or 0)
    assert "OnlineRequest" in seen_of(anew(head), number)
