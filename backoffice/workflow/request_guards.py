"""When a step of a citizen's request is refused although role and state fit: pure looks at what is known of the row.

Not here: the steps (`request_steps`).
"""

from datetime import date
from typing import Protocol

from backoffice.models.request_states import HandoverWay, RequestChannel, RequestState
from backoffice.workflow.messages import N_, Line


class RequestFacts(Protocol):
    """What the steps ask about a request."""

    @property
    def channel(self) -> str: ...
    @property
    def case_id(self) -> int | None: ...
    @property
    def duplicate_of_id(self) -> int | None: ...

    @property
    def is_confidential(self) -> bool: ...
    @property
    def state(self) -> str: ...
    @property
    def handed_over_way(self) -> str | None: ...
    @property
    def handed_over_on(self) -> date | None: ...
    @property
    def reopening_asked_on(self) -> date | None: ...
    @property
    def archive_asked_on(self) -> date | None: ...
    @property
    def archive_released_on(self) -> date | None: ...
    @property
    def may_still_answer(self) -> bool: ...


def only_by_hand(request: RequestFacts) -> Line | None:
    """Refuse to note originals as received with the request where it came without paper."""
    if request.channel != RequestChannel.ONLINE:
        return None
    return Line(N_("This request came without paper: give an appointment for the originals first."))


def not_before_the_day(request: RequestFacts) -> Line | None:
    """Refuse to close a request with guidance while its applicant may still answer what was asked."""
    words = N_("The applicant was given time to complete this request, and it is not over yet.")
    return Line(words) if request.may_still_answer else None


def only_confidential(request: RequestFacts) -> Line | None:
    """Refuse to bar an officer from what every officer of the agency may see."""
    return None if request.is_confidential else Line(N_("This request is not confidential."))


def to_be_collected(request: RequestFacts) -> Line | None:
    """Refuse to note who took a result that does not lie at the desk."""
    lies = request.handed_over_way == HandoverWay.DESK and request.handed_over_on is None
    if lies and request.state == RequestState.RETURNED:
        return None
    return Line(N_("No result of this request lies at the desk to be collected."))


def not_asked_yet(request: RequestFacts) -> Line | None:
    """Refuse a second wish while the first one waits for its answer."""
    if request.reopening_asked_on is None:
        return None
    return Line(N_("You have asked already. The agency answers here."))


def asked_to_reopen(request: RequestFacts) -> Line | None:
    """Refuse to answer a wish that nobody has."""
    if request.reopening_asked_on is not None:
        return None
    return Line(N_("The applicant has not asked to take this request up again."))


def file_is_at_hand(request: RequestFacts) -> Line | None:
    """Refuse a draft while the file that it rests on lies in the archive and waits for the head's consent."""
    if not _is_locked(request):
        return None
    return Line(N_("The head has not let the archived file out yet."))


def file_not_asked(request: RequestFacts) -> Line | None:
    """Refuse to ask twice for the same file."""
    if request.archive_asked_on is None:
        return None
    return Line(N_("The archived file has been asked for already."))


def file_asked(request: RequestFacts) -> Line | None:
    """Refuse an answer where no file is asked for."""
    return None if _is_locked(request) else Line(N_("No archived file is asked for."))


def _is_locked(request: RequestFacts) -> bool:
    return request.archive_asked_on is not None and request.archive_released_on is None


def on_its_own(request: RequestFacts) -> Line | None:
    """Refuse a step on a request that is treated together with another one."""
    if request.duplicate_of_id is None:
        return None
    return Line(N_("This request is treated together with another one. Separate it first."))


def can_be_merged(request: RequestFacts) -> Line | None:
    """Refuse to merge what is merged already, or what a case was opened from."""
    if request.case_id is not None:
        return Line(N_("A case was opened from this request, so it is not merged with another one."))
    return on_its_own(request)


def is_merged(request: RequestFacts) -> Line | None:
    """Refuse to separate what stands on its own."""
    if request.duplicate_of_id is not None:
        return None
    return Line(N_("This request is not treated together with another one."))
