"""An appointment: booked, then kept or missed, or moved or cancelled before. Not here: slots (services)."""

from datetime import date

from backoffice.models.request_states import AppointmentState
from backoffice.workflow.engine import Transition, Workflow
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

NAME = "appointment"
_State, _BOOK = AppointmentState, Permission.APPOINTMENT_BOOK

WORKFLOW = Workflow(
    NAME,
    "1",
    date(2019, 1, 1),
    None,
    AppointmentState,
    Transition("book", N_("Book the appointment"), (), _State.BOOKED, _BOOK, by_system=True),
    (
        Transition("keep", N_("Note that the person came"), (_State.BOOKED,), _State.KEPT, _BOOK),
        Transition("miss", N_("Note that nobody came"), (_State.BOOKED,), _State.MISSED, _BOOK),
        Transition("take_back", N_("Undo the note"), (_State.KEPT, _State.MISSED), _State.BOOKED, _BOOK),
        Transition("move", N_("Move the appointment"), (_State.BOOKED,), _State.MOVED, _BOOK, by_system=True),
        Transition(
            "cancel", N_("Cancel the appointment"), (_State.BOOKED,), _State.CANCELLED, _BOOK, by_system=True
        ),
    ),
)

WORKFLOWS = (WORKFLOW,)
