"""Closed lists of values of citizens' requests and their appointments. Not here: those of other tables (`states`)."""

from enum import StrEnum


class RequestState(StrEnum):
    """Where a citizen's request stands.

    `supplement_asked` waits for the citizen, `awaiting_originals` for the originals before the examination, `drafted`
    for them, or for the citizen to be told, after it. `awaiting_filing` is a petition that shall be filed without
    action once its leader agrees. `signed` waits to be returned.
    """

    SUBMITTED = "submitted"
    RECEIVED = "received"
    SUPPLEMENT_ASKED = "supplement_asked"
    AWAITING_ORIGINALS = "awaiting_originals"
    AWAITING_ASSIGNMENT = "awaiting_assignment"
    IN_EXAMINATION = "in_examination"
    DRAFTED = "drafted"
    AWAITING_FILING = "awaiting_filing"
    AWAITING_SIGNATURE = "awaiting_signature"
    SIGNED = "signed"
    RETURNED = "returned"
    GUIDED = "guided"
    REFUSED = "refused"
    FILED = "filed"
    WITHDRAWN = "withdrawn"


class RequestFamily(StrEnum):
    """Procedures that go the same way through an agency."""

    ENFORCEMENT = "enforcement"
    CONFIRMATION = "confirmation"
    FEEDBACK = "feedback"
    ONE_STOP = "one_stop"


class RequestChannel(StrEnum):
    """How a request came: by this software, at the desk of the agency, or by post."""

    ONLINE = "online"
    DESK = "desk"
    POST = "post"


class RequestOutcome(StrEnum):
    """What came of a request."""

    GRANTED = "granted"
    REPLIED = "replied"
    TRANSFERRED = "transferred"
    FILED = "filed"
    GUIDED = "guided"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class HandoverWay(StrEnum):
    """How a result reaches the applicant: on the look-up page, in person at the desk, or by post."""

    ONLINE = "online"
    DESK = "desk"
    POST = "post"


class RequestMessageKind(StrEnum):
    """What agency and citizen wrote to each other about a request; the last three come from the citizen."""

    SUPPLEMENT = "supplement"
    ACCEPTANCE = "acceptance"
    GUIDANCE = "guidance"
    REFUSAL = "refusal"
    RESULT = "result"
    ANSWER = "answer"
    WITHDRAWAL = "withdrawal"
    REOPENING = "reopening"


class AppointmentState(StrEnum):
    """Where an appointment stands; only a booked one, or one that was kept or missed, holds its slot."""

    BOOKED = "booked"
    KEPT = "kept"
    MISSED = "missed"
    MOVED = "moved"
    CANCELLED = "cancelled"


class AppointmentPurpose(StrEnum):
    """Why somebody comes: with the originals, or for the result."""

    ORIGINALS = "originals"
    RESULT = "result"
