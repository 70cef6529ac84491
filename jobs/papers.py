"""The job of papers: an id in, the file of the paper in the store and on its row.

Here: one attempt and what its errors mean. Not here: what stands on a paper (`backoffice.services`), the layout
(`exports.papers`), which only this process loads.
"""

from __future__ import annotations

import contextlib

from flask import current_app
from rq.timeouts import JobTimeoutException

from backoffice.services import outbox, paper_rendering
from backoffice.services.document_vault import Vault
from backoffice.services.outbox import Message
from backoffice.services.paper_frozen import keep_bytes
from backoffice.services.paper_rendering import SYSTEM
from config import Settings
from exports.papers import PaperError, RendererMissingError, render_pdf, warm_up

MOST_ATTEMPTS = 5


def render(message: Message) -> None:
    """Make the file of one paper; doing it twice makes the same bytes and names them once.

    A fault of the template or of a value, or a paper that takes too long, ends the attempts at once: another one would
    meet it again. Any other error is told to the queue, which tries again a few times.
    """
    paper_id = int(message.arguments["paper_id"])
    if message.attempts > MOST_ATTEMPTS:
        # So many processes died over it that the next one would, too.
        _give_up(message, paper_id, "worker_lost")
        return
    settings: Settings = current_app.config["OPENTHADS"]
    vault = Vault.of(settings.documents)
    try:
        order = paper_rendering.rendering_order(paper_id, vault, settings.site_url)
        pdf = render_pdf(order.paper) if order is not None else b""
    except (PaperError, RendererMissingError, JobTimeoutException) as error:
        _give_up(message, paper_id, _code_of(error))
        return
    except Exception:
        if message.attempts < MOST_ATTEMPTS:
            raise
        _give_up(message, paper_id, "render_error")
        return
    if order is None:
        outbox.run_once(SYSTEM, message.id, lambda _session: None)
        return
    kept = keep_bytes(vault, pdf)
    outbox.run_once(
        SYSTEM,
        message.id,
        lambda session: paper_rendering.finish_rendering(session, order, kept, vault),
    )


def get_ready() -> None:
    """Load the renderer into the worker, before the process of its first paper.

    Each paper is made in a process of its own that ends with it, so nothing that the renderer keeps piles up; loading
    it there would cost several times what the paper costs.
    """
    with contextlib.suppress(RendererMissingError):
        # Each job says so itself.
        warm_up()


def _give_up(message: Message, paper_id: int, code: str) -> None:
    outbox.run_once(
        SYSTEM, message.id, lambda session: paper_rendering.fail_rendering(session, paper_id, code)
    )


def _code_of(error: Exception) -> str:
    if isinstance(error, JobTimeoutException):
        return "too_slow"
    return "renderer_missing" if isinstance(error, RendererMissingError) else "paper_fault"
