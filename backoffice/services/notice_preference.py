"""What staff want to be told, and how. Not here: what is told (`notice_hooks`), channels (`notice`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete

from backoffice.access.actor import Actor
from backoffice.errors import NotPermittedError
from backoffice.models import NoticePreference
from backoffice.models.notice_states import NoticeChannel
from backoffice.queries.notices import preferences_of
from backoffice.services.notice import staff_channels, wanted_channels
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.notice_events import EVENTS, NoticeEvent


@dataclass(frozen=True)
class Wish:
    """One event on one channel: whether it comes, and whether the person may say so."""

    event: NoticeEvent
    channel: NoticeChannel
    is_wanted: bool
    is_fixed: bool

    @property
    def name(self) -> str:
        """The name of its box in a form."""
        return f"{self.event.value}.{self.channel.value}"


def own_wishes(actor: Actor) -> Sequence[Sequence[Wish]]:
    """What the person is told: a line an event, a box a channel."""
    with unit_of_work(actor) as session:
        said = preferences_of(session, _own_id(actor))
    return [
        [
            Wish(event, channel, channel in wanted_channels(said, event), _is_fixed(event, channel))
            for channel in staff_channels()
        ]
        for event, rule in EVENTS.items()
        if rule.is_for_staff
    ]


def set_own_wishes(actor: Actor, names: Collection[str]) -> None:
    """Keep which boxes are ticked; those that are fixed stay as they are."""
    boxes = [wish for line in own_wishes(actor) for wish in line if not wish.is_fixed]
    with unit_of_work(actor) as session:
        member_id = _own_id(actor)
        session.execute(
            delete(NoticePreference).where(NoticePreference.member_id == member_id),
            execution_options={"synchronize_session": False},
        )
        for box in boxes:
            is_wanted = box.name in names
            if is_wanted != (box.channel in EVENTS[box.event].usual):
                row = NoticePreference(
                    member_id=member_id, event=box.event.value, channel=box.channel.value, is_wanted=is_wanted
                )
                session.add(row)


def _is_fixed(event: NoticeEvent, channel: NoticeChannel) -> bool:
    return EVENTS[event].is_required and channel == NoticeChannel.EMAIL


def _own_id(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotPermittedError
    return actor.user_id
