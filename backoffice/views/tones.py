"""The colour of each state's badge. Not here: what a state is called (`words`)."""

from __future__ import annotations

from collections.abc import Mapping

# The colour of a state's badge; a state that is not named here is neutral.
TONES: Mapping[str, str] = {
    "signed": "good",
    "prepared": "wait",
    "rendering": "busy",
    "render_failed": "bad",
    "reserved": "wait",
    "issued": "good",
    "stored": "good",
    "quarantined": "wait",
    "published": "good",
    "completed": "good",
    "confirmed": "good",
    "finished": "good",
    "done": "good",
    "refused": "bad",
    "pending": "wait",
    "approved": "wait",
    "proposed": "wait",
    "drafted": "wait",
    "draft": "wait",
    "queued": "wait",
    "running": "busy",
    "publishing": "busy",
    "verifying": "busy",
    "enforcing": "busy",
    "voluntary_period": "busy",
    "withdrawal_due": "bad",
    "failed": "bad",
    "sent": "good",
    "sending": "busy",
    "unconfirmed": "bad",
    "bounced": "bad",
    "booked": "wait",
    "kept": "good",
    "missed": "bad",
    "non_enforceable": "note",
    "separate_ledger": "note",
}
# Where the same code means something else.
_TONES_OF: Mapping[tuple[str, str], str] = {("DocumentTemplate", "approved"): "good"}


def tone_of(table: str, state: str) -> str:
    """The colour of a state of this class of rows."""
    return _TONES_OF.get((table, state)) or TONES.get(state, "plain")
