"""The words of messages: bringing in the start set, and making a new version that is used from then on.

Not here: filling words with values (`notice_content`), the language of places (`workflow.notice_text`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import InvalidInputError
from backoffice.models import NoticeTemplate
from backoffice.models.notice import BODY_LENGTH, SUBJECT_LENGTH
from backoffice.models.notice_states import NoticeChannel
from backoffice.queries.agencies import national_agency
from backoffice.queries.notices import latest_revision
from backoffice.services.notice_content import Said, Words, say, start_words
from backoffice.services.rows import check_version, load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.workflow.messages import N_
from backoffice.workflow.notice_events import EVENTS, NoticeEvent, sample_values
from backoffice.workflow.notice_text import problems_of
from backoffice.workflow.permissions import Permission
from exports.text import clean_text


def load_start_set(actor: Actor) -> int:
    """Bring in the words that come with the product where there are none yet; returns how many. Edited ones stay."""
    require(actor, Permission.SYSTEM, Permission.NOTICE_TEMPLATE_EDIT)
    with unit_of_work(actor) as session:
        known = set(
            session.execute(
                select(
                    NoticeTemplate.event,
                    NoticeTemplate.procedure,
                    NoticeTemplate.channel,
                    NoticeTemplate.locale,
                )
            ).tuples()
        )
        missing = [(key, words) for key, words in start_words().items() if key not in known]
        for (event, procedure, channel, locale), words in missing:
            session.add(
                NoticeTemplate(
                    event=event,
                    procedure=procedure,
                    channel=channel,
                    locale=locale,
                    subject=words.subject,
                    body=words.body,
                    revision=1,
                    is_in_use=True,
                )
            )
        session.flush()
        return len(missing)


def revise_template(
    actor: Actor, template_id: int, subject: str, body: str, *, expected_version: int
) -> NoticeTemplate:
    """Make the next version of the words and use it from now on; the old one stays as it was.

    An old version may be taken up again in this way. Raises NotPermittedError, NotFoundError, ConflictError,
    InvalidInputError for the field at fault.
    """
    require(actor, Permission.NOTICE_TEMPLATE_EDIT)
    with unit_of_work(actor) as session:
        old = load_row(session, NoticeTemplate, template_id)
        words = checked_words(old.event, old.channel, subject, body)
        check_version(session, old, expected_version)
        for row in _in_use(session, old):
            row.is_in_use = False
        session.flush()
        new = NoticeTemplate(
            event=old.event,
            procedure=old.procedure,
            channel=old.channel,
            locale=old.locale,
            subject=words.subject,
            body=words.body,
            revision=latest_revision(session, old) + 1,
            is_in_use=True,
        )
        session.add(new)
        session.flush()
        owner = national_agency()
        if owner is not None:
            write_log(session, actor, new, LogEntry("revise", "in_use"), owner=owner)
        return new


def checked_words(event: str, channel: str, subject: str, body: str) -> Words:
    """The words as they are kept. Raises InvalidInputError for an empty or long text, or an unknown place."""
    rule, is_email = EVENTS[NoticeEvent(event)], channel == NoticeChannel.EMAIL
    found = Words(clean_text(subject), clean_lines(body))
    if is_email and not found.subject:
        raise InvalidInputError("subject", N_("This field must be filled in."))
    for field, text, limit, allowed in (
        ("subject", found.subject, SUBJECT_LENGTH, rule.subject_places),
        ("body", found.body, BODY_LENGTH, rule.places),
    ):
        if len(text) > limit:
            raise InvalidInputError(field, N_("Use at most %(limit)s characters."), limit=limit)
        for problem in problems_of(text, allowed):
            raise InvalidInputError(field, problem.message, place=problem.place)
    if not found.body.strip():
        raise InvalidInputError("body", N_("This field must be filled in."))
    return found


def preview(event: str, channel: str, locale: str, words: Words) -> Said:
    """What the words say with invented values."""
    return say(words, event, channel, sample_values(NoticeEvent(event), locale))


def clean_lines(text: str) -> str:
    """The text line by line without signs that nobody sees; empty lines stay, at most one after another."""
    lines = [clean_text(line) for line in unicodedata.normalize("NFC", text).splitlines()]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip("\n") + "\n"


def _in_use(session: Session, like: NoticeTemplate) -> Iterator[NoticeTemplate]:
    yield from session.scalars(
        select(NoticeTemplate).where(
            NoticeTemplate.event == like.event,
            NoticeTemplate.procedure == like.procedure,
            NoticeTemplate.channel == like.channel,
            NoticeTemplate.locale == like.locale,
            NoticeTemplate.is_in_use.is_(True),
        )
    )
