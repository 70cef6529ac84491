"""Playing an invented request: registered, checked, examined and signed by the real services, as if on those days.

Not here: which requests there are (`request_stories`), making them all (`requests`).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

import pikepdf

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.extensions import db
from backoffice.models import AppointmentSlot, OnlineRequest
from backoffice.models.request_states import RequestChannel, RequestFamily, RequestState
from backoffice.models.states import DocumentKind
from backoffice.queries.appointments import free_slots
from backoffice.sample.places import Place
from backoffice.sample.request_answers import answers, procedure_of
from backoffice.sample.request_stories import Story, can_come
from backoffice.services import online_request as desk
from backoffice.services import request_examination as unit
from backoffice.services.appointment import note_visit
from backoffice.services.citizen_request import answer_supplement, choose_time, withdraw_request
from backoffice.services.document_intake import Upload
from backoffice.services.document_vault import Vault
from backoffice.services.intake import Attachment, NewRequest, register_request
from backoffice.services.intake_lookup import CitizenAccess
from backoffice.services.online_request import Classification, Seen
from backoffice.services.request_letters import Reply
from backoffice.services.request_return import Handover, return_result

_S = RequestState
_COMES, _SOON = timedelta(days=30), timedelta(days=7)
# So long after the time of an appointment the desk has noted what came of it.
_LATER = timedelta(minutes=15)
# Every so manieth dossier is the second officer's.
_OF_THE_SECOND = 4
# Minutes after midnight of the first deed of a day, and between one and the next.
_FIRST, _STEP = 8 * 60, 45

_SUPPLEMENT = "Đề nghị ông/bà gửi thêm bản chụp rõ nét bản án, quyết định (đủ các trang) và giấy tờ tùy thân."
_ANSWER = "Tôi gửi bổ sung đủ các trang của bản án và ảnh chụp căn cước."
_ACCEPTED = "Hồ sơ đầy đủ, hợp lệ. Cơ quan đã tiếp nhận để giải quyết."
_INVITED = "Hồ sơ hợp lệ. Mời ông/bà mang bản chính giấy tờ đến đối chiếu theo lịch hẹn."
_GUIDED = (
    "Nội dung này thuộc thẩm quyền của cơ quan khác. Ông/bà gửi đơn đến Ủy ban nhân dân phường nơi cư trú."
)
_REFUSED = "Vụ việc không thuộc thẩm quyền của cơ quan này."
_RESULT = "Kết quả đã được ký. Ông/bà tra cứu bằng mã số đăng ký, hoặc nhận tại Bộ phận một cửa."
_WITHDRAWN = "Hai bên đã tự thỏa thuận, tôi xin rút hồ sơ."


@dataclass(frozen=True)
class Cast:
    """Who acts in an agency: at its desk, in its professional unit, as its head; and whose id an assignment needs."""

    desk: Actor
    examiner: Actor
    head: Actor
    examiner_id: int


@dataclass(frozen=True)
class Stage:
    """Where a story is played: its agency, the place people live, who acts, and the working days, the newest last."""

    agency_id: int
    agency_path: str
    place: Place
    cast: Cast
    trusted: Cast
    days: tuple[date, ...]
    vault: Vault
    second: Actor | None = None

    def cast_of(self, matter: str, number: int = 0) -> Cast:
        """Who acts on a matter: denunciations are seen by those for complaints and by the head alone.

        Where the desk has a second officer, that one has some of the numbers.
        """
        if matter == "denunciation":
            return self.trusted
        if self.second is None or number % _OF_THE_SECOND != 1:
            return self.cast
        return replace(self.cast, desk=self.second)


class Player:
    """One story on its way; each deed happens at its moment."""

    def __init__(self, seed: int, story: Story, stage: Stage) -> None:
        self.story, self.stage, self.cast = story, stage, stage.cast_of(story.matter, story.number)
        self.rng = Random(f"{seed} request {story.number}")  # noqa: S311 (invented data, not a secret)
        self.token = token_of(seed, story.number)
        self._day, self._steps = story.days_ago, 0
        # When the applicant comes, or should have come, where that is past.
        self._visit: datetime | None = None

    def play(self) -> bool:
        """Make the request and lead it as far as the story goes; False when it was made before."""
        with clock.as_if(self._moment()):
            receipt = register_request(self._new(), self.stage.vault)
        if receipt.is_repeat:
            return False
        request = db.session.get_one(OnlineRequest, receipt.request_id)
        request.is_sample = True
        while request.state != self.story.target and self._wait(request.state):
            with clock.as_if(self._moment()):
                self._next(request)
            # Under the scope of all: the next one to act may not see what is still on its way.
            db.session.flush()
        if self.story.is_missed and self._visit is not None:
            self._miss(request, self._visit)
        if request.state == _S.SIGNED and self.story.number % 2:
            self._come(request)
        if request.case is not None:
            request.case.is_sample = True
        db.session.flush()
        return True

    def _moment(self) -> datetime:
        """When the next deed happens: never before the one before it, and on a visit when the person is there."""
        if self._visit is not None:
            arrived, self._visit = self._visit + _LATER, None
            self._steps = max(self._steps, (arrived.hour * 60 + arrived.minute - _FIRST) // _STEP + 1)
            return arrived
        minutes = _FIRST + _STEP * self._steps + self.rng.randint(0, 30)
        day = self.stage.days[-1 - self._day]
        self._steps += 1
        return datetime.combine(day, time(minutes // 60, minutes % 60), clock.VIETNAM)

    def _wait(self, state: str) -> bool:
        """Let days pass before the next deed; False when it would lie in the future."""
        if self._visit is not None:
            self._day = len(self.stage.days) - 1 - self.stage.days.index(self._visit.date())
            return True
        # Whoever is asked to complete something takes a day at least, so that the clocks stand still for one.
        least = int(state == _S.SUPPLEMENT_ASKED)
        self._day -= self.rng.randint(least, max(least, self.story.slowest))
        return self._day >= 0

    def _new(self) -> NewRequest:
        story, on = self.story, clock.today()
        found = answers(self.rng, self.stage.place, story.matter, on, with_address=story.with_address)
        channel = RequestChannel.DESK if story.is_at_desk else RequestChannel.ONLINE
        files = (
            [Attachment(Upload("ban-an.pdf", io.BytesIO(_PAPER)), DocumentKind.JUDGMENT, "Bản án (bản chụp)")]
            if story.with_papers
            else []
        )
        matter = procedure_of(story.matter)
        return NewRequest(matter, self.stage.agency_id, found, self.token, channel=channel, attachments=files)

    def _next(self, request: OnlineRequest) -> None:
        _DEEDS[RequestState(request.state)](self, request)

    def _seen(self, request: OnlineRequest) -> Seen:
        return Seen(request.id, request.version)

    def _reply(self, text: str) -> Reply:
        return Reply(text, by_email=self.story.with_address)

    def _access(self, request: OnlineRequest) -> CitizenAccess:
        return CitizenAccess(request.id, request.agency_path)

    def _receive(self, request: OnlineRequest) -> None:
        if self.story.target is _S.WITHDRAWN:
            withdraw_request(self._access(request), _WITHDRAWN)
        else:
            desk.receive(self.cast.desk, self._seen(request))

    def _check(self, request: OnlineRequest) -> None:
        """What the desk answers: it asks for more, guides, refuses, classifies or accepts."""
        who, seen, target = self.cast.desk, self._seen(request), self.story.target
        if target is _S.SUPPLEMENT_ASKED or (self.story.is_completed and not request.pauses):
            desk.ask_supplement(who, seen, self._reply(_SUPPLEMENT), clock.today() + timedelta(days=15))
        elif target is _S.GUIDED:
            desk.guide(who, seen, self._reply(_GUIDED))
        elif target is _S.REFUSED:
            desk.refuse(who, seen, desk.NO_COMPETENCE, self._reply(_REFUSED))
        elif request.family == RequestFamily.FEEDBACK:
            desk.classify(who, seen, Classification(_kind(request), True, "own", 1))
        else:
            self._accept(request)

    def _accept(self, request: OnlineRequest) -> None:
        who, seen = self.cast.desk, self._seen(request)
        past = self._past_slots(request)
        if past:
            chosen = past[self.rng.randrange(min(len(past), 4))]
            self._visit = chosen.starts_at
            desk.accept(who, seen, self._reply(_INVITED), slot_id=chosen.id, name="accept_with_appointment")
            return
        if self.story.target is not _S.AWAITING_ORIGINALS:
            desk.accept(who, seen, self._reply(_ACCEPTED))
            return
        slots = free_slots(db.session(), request.agency_id, clock.now(), clock.now() + _COMES)
        slot = slots[self.rng.randrange(min(len(slots), 24))].id if slots else None
        desk.accept(who, seen, self._reply(_INVITED), slot_id=slot, name="accept_with_appointment")

    def _past_slots(self, request: OnlineRequest) -> Sequence[AppointmentSlot]:
        """Times that are past by now, for some of those who have brought their originals or did not come."""
        story = self.story
        has_come = story.target is not _S.AWAITING_ORIGINALS and can_come(story.matter) and story.number % 2
        if not (has_come or story.is_missed):
            return ()
        until = datetime.combine(self.stage.days[-1], time.max, clock.VIETNAM)
        return free_slots(db.session(), request.agency_id, clock.now(), min(until, clock.now() + _SOON))

    def _miss(self, request: OnlineRequest, visit: datetime) -> None:
        """Nobody came; one of them has another time by now."""
        with clock.as_if(visit + _LATER):
            note_visit(self.cast.desk, request.id, came=False)
        db.session.flush()
        if self.story.matter == "enforcement_request":
            self._come(request)

    def _complete(self, request: OnlineRequest) -> None:
        answer_supplement(self._access(request), _ANSWER, (), self.stage.vault)

    def _compare(self, request: OnlineRequest) -> None:
        desk.compare_originals(self.cast.desk, self._seen(request))

    def _assign(self, request: OnlineRequest) -> None:
        unit.assign(self.cast.head, self._seen(request), self.cast.examiner_id)

    def _examine(self, request: OnlineRequest) -> None:
        who, seen = self.cast.examiner, self._seen(request)
        if request.family != RequestFamily.FEEDBACK:
            unit.submit_draft(who, seen)
        elif self.story.target in (_S.AWAITING_FILING, _S.FILED):
            unit.propose(who, seen, "propose_filing")
        else:
            unit.propose(who, seen, self.rng.choice(("propose_reply", "propose_reply", "propose_transfer")))

    def _approve(self, request: OnlineRequest) -> None:
        unit.approve(self.cast.head, self._seen(request))

    def _return(self, request: OnlineRequest) -> None:
        return_result(self.cast.desk, self._seen(request), Handover(reply=self._reply(_RESULT)))

    def _come(self, request: OnlineRequest) -> None:
        """The applicant chooses a time of the coming days."""
        slots = free_slots(db.session(), request.agency_id, clock.now(), clock.now() + _COMES)
        if slots:
            choose_time(self._access(request), slots[self.rng.randrange(min(len(slots), 24))].id)


def token_of(seed: int, number: int) -> str:
    """The token with which a request of the sample is sent: the same for the same seed, so that it is made once."""
    return f"sample-request-{seed:012d}-{number:08d}"


def _kind(request: OnlineRequest) -> str:
    return request.procedure if request.procedure in desk.FEEDBACK_KINDS else "reflection"


def _sample_paper() -> bytes:
    """A page that says it is none: the same bytes each time."""
    pdf, out = pikepdf.new(), io.BytesIO()
    page = pdf.add_blank_page(page_size=(420, 595))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
    page.obj.Contents = pdf.make_stream(b"BT /F1 20 Tf 60 480 Td (DU LIEU MAU - SAMPLE, NOT A PAPER) Tj ET")
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


_PAPER = _sample_paper()
_DEEDS: Mapping[RequestState, Callable[[Player, OnlineRequest], None]] = {
    _S.SUBMITTED: Player._receive,
    _S.RECEIVED: Player._check,
    _S.SUPPLEMENT_ASKED: Player._complete,
    _S.AWAITING_ORIGINALS: Player._compare,
    _S.AWAITING_ASSIGNMENT: Player._assign,
    _S.IN_EXAMINATION: Player._examine,
    _S.DRAFTED: Player._compare,
    _S.AWAITING_SIGNATURE: Player._approve,
    _S.AWAITING_FILING: Player._approve,
    _S.SIGNED: Player._return,
}
