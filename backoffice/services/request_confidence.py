"""Requests that only those who handle them may know of: which they are, who sees them, who never does.

Belongs here: denunciations, complaints that name an officer, petitions that turn out to be one of them. Not here: the
paths by which everything about them is kept apart (`models.confidence`), the lock that reads the paths (`access`).

The head of an agency, the head of the unit for complaints and its officers see them by their role; whoever is in
charge, examines, or took the paper in at the desk sees the one request; whoever it is about sees nothing of it. Names
are compared as people write them, without marks: a namesake is barred with the person, until others admit the namesake.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError
from backoffice.extensions import db
from backoffice.models import (
    Document,
    Notice,
    NoticeAttempt,
    OfficialDocument,
    OnlineRequest,
    RequestMessage,
    RequestParty,
    RequestReader,
)
from backoffice.models.confidence import confidential_path, open_path
from backoffice.queries.online_requests import readers_of
from backoffice.queries.staff import colleagues_above
from backoffice.services.procedures import procedure_book
from backoffice.workflow.messages import N_
from backoffice.workflow.procedures import Confidentiality
from exports.text import fold_ascii

# Kinds of petition that are kept from those whom they are about, however the citizen called them.
CONFIDENTIAL_KINDS = frozenset({"denunciation"})
_ABOUT = ("concerned_person", "concerned_position")
_NAMES = (*_ABOUT, "concerned")
_WORD = re.compile(r"[a-z0-9]+")
_HEAD = "head"
# People write what somebody is as often as the name; a deputy is not the head.
_LEADS = re.compile(
    r"(?<!pho )(?<!pho chi )\b(chi cuc truong|cuc truong|truong phong|thu truong|chap hanh vien truong|truong thi hanh an)\b"
)


def is_confidential_matter(request: OnlineRequest, declared: Mapping[str, str]) -> bool:
    """Whether what was declared makes the request one that only those who handle it may know of."""
    rule = procedure_book().procedure(request.procedure, request.received_on).confidential
    return rule is Confidentiality.ALWAYS or (
        rule is Confidentiality.NAMED and any(declared.get(name) for name in _ABOUT)
    )


def keep_apart(request: OnlineRequest, declared: Mapping[str, str]) -> None:
    """Give a request that is not stored yet the path that its matter asks for."""
    if is_confidential_matter(request, declared):
        request.agency_path = confidential_path(request.agency_path, request.public_key)


def widened(actor: Actor, request: OnlineRequest) -> Actor:
    """The actor, who also sees this one confidential request: for the deed that takes it in or makes it one."""
    if not request.is_confidential:
        return actor
    return replace(
        actor, scope=replace(actor.scope, confidential=(*actor.scope.confidential, request.agency_path))
    )


def open_readings(
    session: Session, actor: Actor, request: OnlineRequest, declared: Mapping[str, str]
) -> None:
    """Note with a new confidential request who it is about, and who took it in at the desk."""
    if not request.is_confidential:
        return
    barred = _concerned(session, request, declared)
    _note(session, request, barred, is_barred=True)
    if actor.user_id is not None:
        _note(session, request, {actor.user_id} - barred, is_barred=False)


def as_given(actor: Actor, request_id: int) -> Actor:
    """The actor, who also sees this request where it was given just now: a scope is read when a page begins."""
    path = db.session.scalar(
        select(RequestReader.path).where(
            RequestReader.request_id == request_id,
            RequestReader.member_id == actor.user_id,
            RequestReader.is_barred.is_(False),
        )
    )
    more = () if path is None else (path,)
    return replace(actor, scope=replace(actor.scope, confidential=actor.scope.confidential + more))


def settle_readings(session: Session, request: OnlineRequest) -> None:
    """Let those who are in charge now see a confidential request, and those who were no longer."""
    if not request.is_confidential:
        return
    wanted = {key for key in (request.handler_id, request.examiner_id) if key is not None}
    found = readers_of(session, request.id)
    for reader in found:
        if not reader.is_barred and reader.member_id not in wanted:
            session.delete(reader)
    _note(session, request, wanted - {reader.member_id for reader in found}, is_barred=False)


def require_not_barred(session: Session, request: OnlineRequest, member_id: int) -> None:
    """Refuse to give a request to somebody whom it is about. Raises InvalidInputError."""
    if request.is_confidential and any(
        reader.is_barred for reader in readers_of(session, request.id) if reader.member_id == member_id
    ):
        raise InvalidInputError(
            "officer_id", N_("This officer is barred from the request. Choose another one.")
        )


def bar_member(session: Session, request: OnlineRequest, member_id: int) -> None:
    """Let somebody see nothing more of a confidential request. Raises InvalidInputError for whoever is in charge."""
    if member_id in (request.handler_id, request.examiner_id):
        raise InvalidInputError(
            "officer_id", N_("This officer is in charge of the request. Give it to another one first.")
        )
    session.execute(
        delete(RequestReader).where(
            RequestReader.request_id == request.id, RequestReader.member_id == member_id
        )
    )
    _note(session, request, {member_id}, is_barred=True)


def admit_member(session: Session, request: OnlineRequest, member_id: int) -> None:
    """Take a bar off, where a namesake was barred. Raises InvalidInputError for somebody who is not barred."""
    found = [reader for reader in readers_of(session, request.id) if reader.member_id == member_id]
    if not any(reader.is_barred for reader in found):
        raise InvalidInputError("officer_id", N_("This officer is not barred from the request."))
    for reader in found:
        session.delete(reader)
    session.flush()


def make_confidential(session: Session, request: OnlineRequest, declared: Mapping[str, str]) -> None:
    """Keep an open request apart from now on, with its papers and letters; those in charge go on seeing it.

    What the history said before stays where it is: it is never edited, and names nobody who wrote or is written about.
    """
    if request.is_confidential:
        return
    path = confidential_path(request.agency_path, request.public_key)
    letters = select(Notice.id).where(*_is_about(Notice, request))
    with system_scope("intake"):
        for statement in (
            update(RequestParty).where(RequestParty.request_id == request.id),
            update(RequestMessage).where(RequestMessage.request_id == request.id),
            update(NoticeAttempt).where(NoticeAttempt.notice_id.in_(letters)),
            *(
                update(other).where(*_is_about(other, request))
                for other in (Document, OfficialDocument, Notice)
            ),
        ):
            session.execute(
                statement.values(agency_path=path), execution_options={"synchronize_session": False}
            )
        request.agency_path = path
        session.flush()
    _note(session, request, _concerned(session, request, declared), is_barred=True)
    settle_readings(session, request)


def _is_about(other: Any, request: OnlineRequest) -> tuple[Any, ...]:
    return other.subject_type == request.__tablename__, other.subject_id == request.id


def _concerned(session: Session, request: OnlineRequest, declared: Mapping[str, str]) -> set[int]:
    """The people of this agency and of those above whom the request names, by name or as the head."""
    told = " ".join(_WORD.findall(fold_ascii(" ".join(declared.get(name, "") for name in _NAMES))))
    leads = _LEADS.search(told) is not None
    session.flush()
    # Whoever is above the agency may be the one, although the deed does not reach so far.
    with system_scope("sign_in"):
        people = colleagues_above(session, open_path(request.agency_path))
    return {
        member.id
        for member in people
        if f" {member.name_fold} " in f" {told} "
        or (
            leads
            and member.agency_id == request.agency_id
            and any(role.name == _HEAD for role in member.roles)
        )
    }


def _note(session: Session, request: OnlineRequest, members: Iterable[int], *, is_barred: bool) -> None:
    for member_id in sorted(members):
        session.add(
            RequestReader(
                request_id=request.id, member_id=member_id, path=request.agency_path, is_barred=is_barred
            )
        )
    session.flush()
