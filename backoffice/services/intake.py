"""Taking in a request: checked, kept with its files, given a code and a day, in one transaction; once a sending.

Belongs here: the one door for citizens' forms and for the desk. Not here: what is declared (`declared`), looking it up
later (`intake_lookup`), what officers do with it (`online_request`).

The code is made from the token of the sending under a key outside the database. So the same sending gives the same
code however often it comes, and the code need not be kept: neither a broken line nor a killed process can lose it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.access.scope import Scope, system_scope
from backoffice.errors import InvalidInputError
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, OnlineRequest, RequestParty
from backoffice.models.confidence import is_confidential, open_path
from backoffice.models.request_states import RequestChannel
from backoffice.models.states import DocumentKind, PartyKind, PartyRole
from backoffice.queries.online_requests import request_by_client_key
from backoffice.services.declared import check_declared
from backoffice.services.document import MOST_FILES, Details, HeldFile, attach_file, attach_held
from backoffice.services.document_intake import Accepted, Upload, take_in
from backoffice.services.document_vault import Kept, Vault
from backoffice.services.look_up_key import LookUpKeys, look_up_keys
from backoffice.services.notice import Letter, Recipient, notice_settings, notify
from backoffice.services.notice_hooks import vietnamese_day
from backoffice.services.procedures import procedure_book
from backoffice.services.request_clock import set_clocks
from backoffice.services.request_confidence import keep_apart, open_readings, widened
from backoffice.services.request_seal import seal
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Start, open_subject
from backoffice.workflow.messages import N_, Line, Name
from backoffice.workflow.notice_events import NoticeEvent
from backoffice.workflow.online_request import workflow_name
from backoffice.workflow.permissions import Permission
from backoffice.workflow.registry import WORKFLOWS
from backoffice.workflow.request_deadlines import total_rule
from exports.check_code import written

LOOK_UP_PATH = "/dich-vu/tra-cuu/"
_LOCALES = frozenset({"vi", "en"})


@dataclass(frozen=True)
class Attachment:
    """A file that comes with a request, and what it is; without a title it bears the name of the file."""

    upload: Upload
    kind: DocumentKind
    title: str = ""


@dataclass(frozen=True)
class HeldAttachment:
    """A file that was attached before the request was sent, and what it is."""

    file: HeldFile
    kind: DocumentKind
    title: str = ""


@dataclass(frozen=True)
class NewRequest:
    """A request as it comes in.

    `values` are the answers by field name, as typed. `client_token` is made with the empty form, 32 characters that
    nobody can guess: it makes the request once. `held` are files that lie in the store already. `received_on` is the
    day on which the agency had it, where that is not today: every clock and every field is of that day.
    """

    procedure: str
    agency_id: int
    values: Mapping[str, str]
    client_token: str
    locale: str = "vi"
    channel: RequestChannel = RequestChannel.ONLINE
    attachments: Sequence[Attachment] = field(default=())
    held: Sequence[HeldAttachment] = field(default=())
    received_on: date | None = None

    @property
    def day(self) -> date:
        """The day on which the agency had it."""
        return self.received_on or clock.today()


@dataclass(frozen=True)
class Receipt:
    """What the applicant is told: the code in groups, when it came, by which day and why.

    `is_repeat` says that this sending was here before and nothing new was made.
    """

    code: str
    request_id: int
    request_number: str
    procedure: Name
    agency_name: str
    received_at: datetime
    due_on: date | None
    explanation: tuple[Line, ...]
    is_repeat: bool = False


Also = Callable[[Session, Receipt], None]


def citizen_of(path: str) -> Actor:
    """Whoever is at the public counter of one agency: a machine of the system that sees only this agency.

    `path` is that of the agency or of one confidential request to it, which is then the only one to be seen.
    """
    seen = (path,) if is_confidential(path) else ()
    return Actor(None, "citizen", frozenset({Permission.SYSTEM.value}), Scope((open_path(path),), None, seen))


def register_request(
    new: NewRequest, vault: Vault, *, actor: Actor | None = None, also: Also | None = None
) -> Receipt:
    """Take a request in with its files, and leave the letter of receipt; without an actor it comes from the public.

    `also` is done in the same transaction, with the receipt, when the request is new.
    The same sending gives the same receipt. Raises InvalidInputError for the agency or the form, FieldsRefusedError,
    FilesRefusedError, StoreFullError; NotPermittedError for an officer who keys nothing in.
    """
    keys = look_up_keys()
    client_key, agency = keys.client_key(new.client_token), _agency(new.agency_id)
    who = actor or citizen_of(agency.path)
    require(who, Permission.ONLINE_REQUEST_ENTER, Permission.SYSTEM)
    repeated = _repeated(new, keys, client_key)
    if repeated is not None:
        return repeated
    if len(new.attachments) + len(new.held) > MOST_FILES:
        raise InvalidInputError("files", N_("Choose from 1 to %(limit)s files."), limit=MOST_FILES)
    declared = check_declared(new.procedure, new.day, new.values)
    files = [attachment.upload for attachment in new.attachments]
    taken = take_in(files, set(), vault, archives=False) if files else []
    try:
        coming = _Coming(new, agency, declared, keys, keys.new_code(new.client_token))
        return _written(who, coming, taken, vault, also or _nothing_more)
    except IntegrityError:
        # The same sending came twice at the same moment, and the other one was first.
        repeated = _repeated(new, keys, client_key)
        if repeated is None:
            raise
        return repeated


def _agency(agency_id: int) -> EnforcementAgency:
    """The agency, which must exist today."""
    with system_scope("intake"):
        agency: EnforcementAgency | None = db.session.scalar(
            select(EnforcementAgency).where(EnforcementAgency.id == agency_id)
        )
        if agency is None or not agency.is_valid_on(clock.today()):
            raise InvalidInputError("agency_id", N_("Choose an agency of the list."))
        return agency


def _repeated(new: NewRequest, keys: LookUpKeys, client_key: str) -> Receipt | None:
    """The receipt of an earlier sending with this token. A token that served something else is refused."""
    with system_scope("intake"):
        request = request_by_client_key(db.session(), client_key)
        if request is None:
            return None
        identity = keys.identity_key(new.values.get("identity_number", ""))
        same = (request.procedure, request.agency_id, request.identity_key)
        if same != (new.procedure, new.agency_id, identity):
            raise InvalidInputError(
                "form",
                N_("This form was sent already, with other answers. Begin a new one for another request."),
            )
        return _receipt(request, request.agency.name, keys.new_code(new.client_token), is_repeat=True)


@dataclass(frozen=True)
class _Coming:
    """A request that was checked, on its way into the database."""

    new: NewRequest
    agency: EnforcementAgency
    declared: Mapping[str, str]
    keys: LookUpKeys
    code: str


def _nothing_more(_session: Session, _receipt: Receipt) -> None:
    """What most sendings do beside."""


def _written(
    actor: Actor, coming: _Coming, taken: Sequence[tuple[Accepted, Kept]], vault: Vault, also: Also
) -> Receipt:
    request, day = _request(coming), coming.new.day
    keep_apart(request, coming.declared)
    with unit_of_work(widened(actor, request)) as session:
        open_subject(session, actor, request, on=day, start=_start(request, coming.declared, day))
        for attachment, file in zip(coming.new.attachments, taken, strict=True):
            details = Details(attachment.title, attachment.kind.value, is_sensitive=True)
            attach_file(session, actor, request, file, details, vault)
        for held in coming.new.held:
            details = Details(held.title, held.kind.value, is_sensitive=True)
            attach_held(session, actor, request, held.file, details)
        session.add_all(_parties(request, coming.declared, coming.keys))
        open_readings(session, actor, request, coming.declared)
        _tell(session, request, coming)
        session.flush()
        receipt = _receipt(request, coming.agency.name, coming.code)
        also(session, receipt)
        return receipt


def _start(request: OnlineRequest, declared: Mapping[str, str], day: date) -> Start:
    """What its registering sets running, so that the row is written once."""
    version = request.workflow_version
    total = total_rule(request.procedure, request.family, version, "register", declared)
    return Start(
        (total[0],) if total else (), lambda taken: set_clocks(request, taken, version, declared, day)
    )


def _request(coming: _Coming) -> OnlineRequest:
    new, keys = coming.new, coming.keys
    on = new.day
    family = procedure_book().procedure(new.procedure, on).family.value
    request = OnlineRequest(
        # The seal is bound to it, so it must be there before the row is.
        public_key=uuid4().hex,
        agency_id=coming.agency.id,
        agency_path=coming.agency.path,
        procedure=new.procedure,
        family=family,
        channel=new.channel.value,
        workflow_version=WORKFLOWS.version(workflow_name(family), on).version,
        received_at=_moment(new),
        code_key=keys.code_key(coming.code),
        code_ending=coming.code[-2:],
        client_key=keys.client_key(new.client_token),
        identity_key=keys.identity_key(coming.declared["identity_number"]),
        applicant_name=coming.declared["applicant_name"],
        locale=new.locale if new.locale in _LOCALES else "vi",
        pauses=[],
    )
    seal(request, coming.declared)
    return request


def _moment(new: NewRequest) -> datetime:
    """When it came; of an earlier day only the day is known, and its noon stands for it."""
    if new.day == clock.today():
        return clock.now()
    return datetime.combine(new.day, time(12), clock.VIETNAM)


def _parties(request: OnlineRequest, declared: Mapping[str, str], keys: LookUpKeys) -> list[RequestParty]:
    """The people whom the request names, so that they can be found."""
    kinds = {"debtor": declared.get("debtor_kind", PartyKind.PERSON)}
    return [
        RequestParty(
            agency_id=request.agency_id,
            agency_path=request.agency_path,
            request_id=request.id,
            role=role.value,
            kind=kinds.get(role.value, PartyKind.PERSON),
            full_name=declared[f"{role}_name"],
            identity_key=keys.identity_key(number)
            if (number := declared.get(f"{role}_identity_number"))
            else None,
        )
        for role in (PartyRole.CREDITOR, PartyRole.DEBTOR)
        if f"{role}_name" in declared
    ]


def _tell(session: Session, request: OnlineRequest, coming: _Coming) -> None:
    """Leave the letter of receipt (R12) for whoever gave an address."""
    address = coming.declared.get("email")
    if address is None:
        return
    title = procedure_book().procedure(request.procedure, request.received_on).title
    values = {
        "agency_name": coming.agency.name,
        "recipient_name": request.applicant_name,
        "request_code": written(coming.code),
        "procedure_name": title.in_language(request.locale),
        "received_on": vietnamese_day(request.received_on),
        "link": f"{notice_settings().base_url}{LOOK_UP_PATH}",
    }
    # Nothing can have the key of a request that is made only now.
    letter = Letter(request, values, f"{request.public_key}:received", request.procedure, is_first=True)
    notify(session, NoticeEvent.REQUEST_RECEIVED, Recipient(address, locale=request.locale), letter)


def _receipt(request: OnlineRequest, agency_name: str, code: str, *, is_repeat: bool = False) -> Receipt:
    kept = request.total_deadline or request.deadline
    lines = tuple(Line.from_record(line) for line in kept["explanation"]) if kept else ()
    return Receipt(
        code=written(code),
        request_id=request.id,
        request_number=request.request_number,
        procedure=procedure_book().procedure(request.procedure, request.received_on).title,
        agency_name=agency_name,
        received_at=request.received_at,
        due_on=request.total_due_on or request.due_on,
        explanation=lines,
        is_repeat=is_repeat,
    )
