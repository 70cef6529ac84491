"""The words of one message: which version of a template speaks, and what it says with the message's values.

Belongs here: choosing and filling. Not here: editing templates (`notice_template`), the shape of an e-mail
(`exports.mail`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from backoffice.models import Notice, NoticeTemplate
from backoffice.models.notice_states import NoticeChannel
from backoffice.queries.notices import templates_in_use
from backoffice.services.notice_seal import Content
from backoffice.workflow.notice_events import EVENTS, NoticeEvent
from backoffice.workflow.notice_text import fill, paragraphs, shortened
from config import ROOT
from exports.text import clean_text

START_SET = ROOT / "backoffice" / "data" / "notice_templates"
_LONGEST_SMS = 612
_DOT_IN_WORD = re.compile(r"\.(?=\w)")


@dataclass(frozen=True)
class Words:
    """One version of subject and body; `template_id` is empty for the words that come with the product."""

    subject: str
    body: str
    template_id: int | None = None


@dataclass(frozen=True)
class Said:
    """What a message says: subject, and lines by paragraph."""

    subject: str
    paragraphs: Sequence[Sequence[str]]


def words_of(session: Session, notice: Notice) -> Words:
    """The version that was used before, else the one in use for procedure, channel and language, else the start set."""
    if notice.template is not None:
        return _of_row(notice.template)
    rows = templates_in_use(session, notice.event, notice.channel)
    for procedure, locale in _choices(notice.procedure, notice.locale):
        for row in rows:
            if (row.procedure, row.locale) == (procedure, locale):
                return _of_row(row)
    return start_words_for(notice.event, notice.procedure, notice.channel, notice.locale)


def start_words_for(event: str, procedure: str, channel: str, locale: str) -> Words:
    """The words that come with the product; those for e-mail serve the chat. Raises LookupError for none."""
    written = NoticeChannel.EMAIL.value if channel == NoticeChannel.CHAT else channel
    for named, tongue in _choices(procedure, locale):
        found = start_words().get((event, named, written, tongue))
        if found is not None:
            return found
    raise LookupError(f"no words for {event} by {channel}")


def say(words: Words, event: str, channel: str, values: Mapping[str, str]) -> Said:
    """Fill the words. Lines and signs of values that could break a header or hide something are gone by then."""
    clean = {name: shortened(_cleaned(name, value)) for name, value in values.items()}
    allowed = EVENTS[NoticeEvent(event)].subject_places
    subject = fill(words.subject, {name: value for name, value in clean.items() if name in allowed})
    body = fill(words.body, clean)
    if channel == NoticeChannel.SMS:
        body = shortened(clean_text(body), _LONGEST_SMS)
    return Said(clean_text(subject), paragraphs(body))


def text_of(said: Said) -> str:
    """The lines as one text, for channels without parts."""
    return "\n\n".join("\n".join(lines) for lines in said.paragraphs)


def said_by(session: Session, notice: Notice, content: Content) -> Said:
    """What this message says, or said."""
    return say(words_of(session, notice), notice.event, notice.channel, content.values)


@cache
def start_words() -> Mapping[tuple[str, str, str, str], Words]:
    """The words that come with the product, by event, procedure, channel and language."""
    found = {}
    for path in sorted(START_SET.glob("*.txt")):
        event, procedure, channel, locale = path.stem.split(".")
        key = (event, "" if procedure == "any" else procedure, channel, locale)
        found[key] = _read(path)
    return found


def _read(path: Path) -> Words:
    """A file: the subject in the first line, an empty line, the body."""
    subject, _line, body = path.read_text(encoding="utf-8").partition("\n")
    return Words(subject.strip(), body.strip() + "\n")


def _of_row(row: NoticeTemplate) -> Words:
    return Words(row.subject, row.body, row.id)


def _choices(procedure: str, locale: str) -> list[tuple[str, str]]:
    """The best first: words of the procedure before those for all, the wanted language before Vietnamese."""
    found = [(name, tongue) for tongue in (locale, "vi") for name in (procedure, "")]
    return list(dict.fromkeys(found))


def _cleaned(name: str, value: str) -> str:
    """A value in one line; a list of work keeps its lines."""
    if name == "work_lines":
        return "\n".join(clean_text(line) for line in value.splitlines())
    # Citizens write their names themselves: a letter of the agency shall not lead to a page that one of them names.
    return _DOT_IN_WORD.sub(". ", clean_text(value)) if name == "recipient_name" else clean_text(value)
