"""A request while a citizen writes it: begun, changed page by page, given files, thrown away, forgotten in time.

Belongs here: what a draft holds, and every change of its row. Not here: sealing (`draft_seal`), reading what was typed
(`workflow.request_values`), registering the request (`intake`), pages.

What was typed is kept as it was typed; whether it is right is asked each time. Whoever comes later than `LASTS` after
the last change finds nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.scope import NOTHING
from backoffice.errors import InvalidInputError, NotFoundError, OpenThadsError, StateError
from backoffice.models import RequestDraft, RequestDraftFile
from backoffice.queries.request_drafts import (
    close_draft_row,
    expired_drafts,
    files_of_draft,
    lock_draft,
)
from backoffice.services.document import MOST_FILES, file_row, let_file_go
from backoffice.services.document_intake import Accepted, Upload, take_in
from backoffice.services.document_vault import Vault
from backoffice.services.draft_seal import DraftKey
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.messages import N_

CITIZEN = Actor(None, "citizen", frozenset(), NOTHING)
LASTS = timedelta(hours=24)
# All pages of the longest form, filled to the brim, stay below this when they are sealed.
LARGEST_SEALED = 1_500_000
_SWEPT_AT_ONCE = 20


class DraftGoneError(NotFoundError):
    """There is no such draft for this browser: its time is over, it was thrown away, or it belongs to another."""

    code = "draft_gone"


class DraftChangedError(StateError):
    """The draft is not what it was when it was read: another page changed it, or threw it away."""

    code = "draft_changed"
    message = N_("This request was changed on another page meanwhile. Look at it once more, then send it.")


class DraftFullError(OpenThadsError):
    """More was typed than one request can hold."""

    code = "draft_full"
    message = N_("This is more text than one request can hold. Shorten it, or attach it as a file.")


@dataclass
class DraftFile:
    """A file that is attached to a draft: for which paper it stands, and what is known of it."""

    key: int
    paper: str
    kind: str
    title: str
    file_id: int
    name: str
    media_type: str
    size: int
    sha256: str
    is_scanned: bool


@dataclass
class Draft:
    """Everything a citizen has typed so far, by page and field; `receipt` when the request was sent.

    `search` holds how the agency was looked for, `done` the steps without fields that were passed, `lost_files` the
    names of files that the saved file could not carry. `stored` is the id and the version of its row as it was read.
    """

    form: str
    version: str
    locale: str = "vi"
    agency: str | None = None
    search: dict[str, str] = field(default_factory=dict)
    pages: dict[str, dict[str, str]] = field(default_factory=dict)
    people: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    files: list[DraftFile] = field(default_factory=list)
    resume_code: str = ""
    lost_files: list[str] = field(default_factory=list)
    receipt: dict[str, Any] | None = None
    stored: tuple[int, int] | None = None

    def record(self) -> dict[str, Any]:
        """The draft as plain values, which are the draft's own: for writing them down at once."""
        return {name: getattr(self, name) for name in _SEALED} | {
            "files": [vars(file) for file in self.files]
        }

    @classmethod
    def of(cls, record: dict[str, Any]) -> Draft:
        """The draft that `record` gave."""
        files = [DraftFile(**file) for file in record.pop("files", [])]
        return cls(**record, files=files)


# Everything but where it lies.
_SEALED = tuple(item.name for item in fields(Draft) if item.name != "stored")


def begin_draft(key: DraftKey, draft: Draft) -> None:
    """Keep a new draft; a few whose time is over go at the same time, so that they never pile up."""
    with unit_of_work(CITIZEN) as session:
        for old in expired_drafts(session, clock.now(), _SWEPT_AT_ONCE):
            _delete(session, old)
        sealed = key.seal(draft.record())
        session.add(RequestDraft(token=key.token, sealed=sealed, expires_at=clock.now() + LASTS))


def read_draft(key: DraftKey) -> Draft:
    """The draft of this browser. Raises DraftGoneError."""
    with unit_of_work(CITIZEN) as session:
        return _opened(key, lock_draft(session, key.token, is_for_change=False))


def is_as_read(key: DraftKey, draft: Draft) -> bool:
    """Whether the draft is still there as it was when it was read."""
    try:
        return read_draft(key).stored == draft.stored
    except DraftGoneError:
        return False


def change_draft(key: DraftKey, change: Callable[[Draft], None]) -> Draft:
    """Change the draft under its lock, so that two pages sent at once both count. Raises DraftGoneError, DraftFullError."""
    with unit_of_work(CITIZEN) as session:
        row = lock_draft(session, key.token, is_for_change=True)
        draft = _opened(key, row)
        if draft.receipt is None:
            change(draft)
            _keep(key, row, draft)
        return draft


def close_draft(session: Session, key: DraftKey, draft: Draft, receipt: dict[str, Any]) -> None:
    """Note in the transaction of the sending that this very draft was sent: it holds its files no longer.

    What was typed stays to be printed until the draft's time is over. Raises DraftChangedError, and then nothing may
    be sent: what somebody changed meanwhile was not checked.
    """
    if draft.stored is None:
        raise DraftChangedError
    sealed = key.seal(draft.record() | {"receipt": receipt})
    if not close_draft_row(session, draft.stored, sealed, clock.now() + LASTS):
        raise DraftChangedError


def finish_draft(key: DraftKey, receipt: dict[str, Any]) -> Draft:
    """Note that the request was sent before: the draft holds its files no longer, and cannot be changed any more.

    Raises DraftGoneError.
    """
    with unit_of_work(CITIZEN) as session:
        row = lock_draft(session, key.token, is_for_change=True)
        draft = _opened(key, row)
        if draft.receipt is None:
            draft.receipt = receipt
            _let_go(session, files_of_draft(session, _there(row).id))
            _keep(key, row, draft)
        return draft


def discard_draft(key: DraftKey) -> None:
    """Throw the draft and its files away; nothing happens when it is gone already."""
    with unit_of_work(CITIZEN) as session:
        row = lock_draft(session, key.token, is_for_change=True)
        if row is not None:
            _delete(session, row)


def add_draft_files(
    key: DraftKey, paper: tuple[str, str], title: str, uploads: Sequence[Upload], vault: Vault
) -> Draft:
    """Attach files for one paper (its name and kind of document), all or none.

    Raises DraftGoneError, InvalidInputError, FilesRefusedError with a reason for each bad file, StoreFullError.
    """
    draft = read_draft(key)
    if not 0 < len(uploads) <= MOST_FILES - len(draft.files):
        raise InvalidInputError("files", N_("One request takes at most %(limit)s files."), limit=MOST_FILES)
    taken = take_in(uploads, {file.sha256 for file in draft.files}, vault, archives=False)
    with unit_of_work(CITIZEN) as session:
        row = lock_draft(session, key.token, is_for_change=True)
        draft = _opened(key, row)
        for file, stored in taken:
            file_id = file_row(session, stored, vault)
            held = RequestDraftFile(draft_id=_there(row).id, file_id=file_id)
            session.add(held)
            session.flush()
            draft.files.append(_draft_file(held, paper, title, file))
        _keep(key, row, draft)
        return draft


def remove_draft_file(key: DraftKey, file_key: int) -> Draft:
    """Take one file off again. Raises DraftGoneError; a file that is gone already stays gone."""
    with unit_of_work(CITIZEN) as session:
        row = lock_draft(session, key.token, is_for_change=True)
        draft = _opened(key, row)
        gone = [file for file in draft.files if file.key == file_key]
        draft.files = [file for file in draft.files if file.key != file_key]
        held = [item for item in files_of_draft(session, _there(row).id) if gone and item.id == file_key]
        _let_go(session, held)
        _keep(key, row, draft)
        return draft


def sweep_drafts(limit: int = 1000) -> int:
    """Delete drafts whose time is over, with their files; how many."""
    with unit_of_work(CITIZEN) as session:
        old = expired_drafts(session, clock.now(), limit)
        for row in old:
            _delete(session, row)
        return len(old)


def _draft_file(held: RequestDraftFile, paper: tuple[str, str], title: str, file: Accepted) -> DraftFile:
    return DraftFile(
        key=held.id,
        paper=paper[0],
        kind=paper[1],
        title=title,
        file_id=held.file_id,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        is_scanned=file.is_scanned,
    )


def _opened(key: DraftKey, row: RequestDraft | None) -> Draft:
    if row is None or row.expires_at <= clock.now():
        raise DraftGoneError
    try:
        draft = Draft.of(key.open(row.sealed))
    except (InvalidTag, ValueError, TypeError) as error:
        raise DraftGoneError from error
    draft.stored = (row.id, row.version)
    return draft


def _there(row: RequestDraft | None) -> RequestDraft:
    if row is None:
        raise DraftGoneError
    return row


def _keep(key: DraftKey, row: RequestDraft | None, draft: Draft) -> None:
    record = draft.record()
    sealed = key.seal(record)
    if len(sealed) > LARGEST_SEALED:
        raise DraftFullError
    kept = _there(row)
    kept.sealed, kept.expires_at = sealed, clock.now() + LASTS


def _delete(session: Session, row: RequestDraft) -> None:
    _let_go(session, files_of_draft(session, row.id))
    session.delete(row)
    session.flush()


def _let_go(session: Session, held: Sequence[RequestDraftFile]) -> None:
    for item in held:
        session.delete(item)
    session.flush()
    for file_id in {item.file_id for item in held}:
        let_file_go(session, file_id)
