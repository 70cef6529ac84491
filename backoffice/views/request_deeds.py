"""Steps of a request and of its appointments that need no more than a reason, each with its service.

Not here: forms (`request_forms`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from backoffice.access.actor import Actor
from backoffice.services import (
    appointment,
    online_request,
    request_archive,
    request_examination,
    request_merge,
)
from backoffice.services.online_request import Seen
from backoffice.views.deed import Deed


def _plain(service: Callable[..., Any], *more: Any) -> Deed:
    """A service that takes the person and what was seen."""

    def take(actor: Actor, pk: int, *, expected_version: int, reason: str | None = None) -> Any:  # noqa: ARG001
        return service(actor, Seen(pk, expected_version), *more)

    return Deed(take)


def _with_reason(service: Callable[..., Any]) -> Deed:
    def take(actor: Actor, pk: int, *, expected_version: int, reason: str | None = None) -> Any:
        return service(actor, Seen(pk, expected_version), reason or "")

    return Deed(take)


_PROPOSALS = ("propose_reply", "propose_transfer", "propose_filing")

REQUEST_DEEDS: Mapping[tuple[str, str], Deed] = {
    ("online_request", "receive"): _plain(online_request.receive),
    ("online_request", "compare_originals"): _plain(online_request.compare_originals),
    ("online_request", "compare_drafted"): _plain(online_request.compare_originals),
    ("online_request", "submit_draft"): _plain(request_examination.submit_draft),
    **{("online_request", name): _plain(request_examination.propose, name) for name in _PROPOSALS},
    ("online_request", "sign"): _plain(request_examination.approve),
    ("online_request", "file"): _plain(request_examination.approve),
    ("online_request", "rework"): _with_reason(request_examination.order_rework),
    ("online_request", "ask_archive"): _with_reason(request_archive.ask_archive),
    ("online_request", "release_archive"): _plain(request_archive.release_archive),
    ("online_request", "keep_archive"): _with_reason(request_archive.keep_archive),
    ("appointment", "keep"): Deed(appointment.keep_appointment),
    ("appointment", "miss"): Deed(appointment.miss_appointment),
    ("appointment", "take_back"): Deed(appointment.take_note_back),
    ("online_request", "unmerge"): _with_reason(request_merge.unmerge),
    ("online_request", "reopen"): _with_reason(online_request.reopen),
}
