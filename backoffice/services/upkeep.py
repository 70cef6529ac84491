"""Upkeep that is done by schedule or by a button: asking for it, doing it, keeping what came of it.

Not here: when it is due (`schedule`), what looking, sweeping and scanning are (`document_upkeep`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import NotFoundError, StateError
from backoffice.models import UpkeepRun
from backoffice.queries.documents import count_files
from backoffice.queries.outbox import open_messages
from backoffice.services.document_upkeep import scan_waiting, sweep_files, verify_files
from backoffice.services.document_vault import Vault
from backoffice.services.request_draft import sweep_drafts
from backoffice.services.transaction import send, unit_of_work
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from config import Settings

JOB = "upkeep.run"
MOST_FAULTS = 100
_KEPT = timedelta(days=180)
# Young files without a row belong to an upload that goes on, old ones to the next sweep: neither is damage.
_NO_FAULT = "orphan"


@dataclass(frozen=True)
class Outcome:
    """What came of a run: figures by name, pairs of code and address, and why it was not done, as a code."""

    counts: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[tuple[str, str], ...] = ()
    error: str | None = None


def request_upkeep(session: Session, name: str, **ids: Any) -> str | None:
    """Leave a run in the outbox; None when one waits or works already. `ids` are `slot_id` and `member_id`."""
    if any(message.arguments["name"] == name for message in open_messages(session, JOB)):
        return None
    return send(session, JOB, queue="export", name=name, **ids)


def ask_for_upkeep(actor: Actor, name: str) -> None:
    """Have it done now. Raises NotPermittedError, NotFoundError, StateError when it is waiting or working already."""
    require(actor, Permission.SCHEDULE_EDIT, Permission.SYSTEM)
    if name not in UPKEEPS:
        raise NotFoundError
    with unit_of_work(actor) as session:
        if request_upkeep(session, name, member_id=actor.user_id) is None:
            raise StateError(N_("This upkeep is waiting or working already. Look again in a while."))


def do_upkeep(actor: Actor, name: str, settings: Settings) -> Outcome:
    """Do it, outside of any transaction. Raises KeyMissingError, ScannerDownError, OSError."""
    return _DEEDS[name](actor, Vault.of(settings.documents))


def note_upkeep(
    session: Session, arguments: Mapping[str, Any], started_at: datetime, outcome: Outcome
) -> UpkeepRun:
    """Keep what came of a run, and forget the runs of half a year ago."""
    run = UpkeepRun(
        upkeep=str(arguments["name"]),
        slot_id=arguments.get("slot_id"),
        requested_by_id=arguments.get("member_id"),
        started_at=started_at,
        counts=dict(outcome.counts),
        faults=[list(fault) for fault in outcome.faults[:MOST_FAULTS]],
        fault_count=len(outcome.faults),
        is_bad=bool(outcome.faults) or outcome.error is not None,
        error_code=outcome.error,
    )
    session.add(run)
    old = delete(UpkeepRun).where(UpkeepRun.finished_at < clock.now() - _KEPT)
    session.execute(old, execution_options={"synchronize_session": False})
    session.flush()
    return run


def _verify(actor: Actor, vault: Vault) -> Outcome:
    with unit_of_work(actor) as session:
        files = count_files(session)
    found = verify_files(actor, vault)
    faults = tuple((finding.code, finding.address) for finding in found if finding.code != _NO_FAULT)
    return Outcome({"files": files, **Counter(finding.code for finding in found)}, faults)


def _sweep(actor: Actor, vault: Vault) -> Outcome:
    # Drafts first: the files that only they held are swept with them.
    return Outcome({"removed": sweep_drafts() + sweep_files(actor, vault)})


def _scan(actor: Actor, vault: Vault) -> Outcome:
    done = scan_waiting(actor, vault)
    return Outcome({"released": done.released, "erased": done.erased})


_DEEDS: Mapping[str, Callable[[Actor, Vault], Outcome]] = {
    "document_verify": _verify,
    "document_sweep": _sweep,
    "document_scan": _scan,
}
UPKEEPS = tuple(_DEEDS)
