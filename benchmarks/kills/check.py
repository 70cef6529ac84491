"""What must hold after the kills: numbers, papers, signatures, messages, passphrases. Not here: the kills (`run`).

Every figure counts faults, so its goal is 0; those without a goal say how much was done.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from sqlalchemy import select

from backoffice import clock
from backoffice.models import (
    DocumentNumber,
    DocumentNumberBook,
    DocumentSignature,
    Notice,
    NoticeAttempt,
    OfficialDocument,
    OutboxMessage,
    TransitionLog,
)
from backoffice.services.document_upkeep import sweep_files, verify_files
from backoffice.services.paper_frozen import paper_of, read_frozen
from backoffice.services.transaction import unit_of_work
from benchmarks.cluster import program
from benchmarks.measure import Figure
from benchmarks.office import Office
from exports.mail import KEY
from exports.papers import render_pdf
from exports.signatures import validate
from jobs import queues
from jobs.tasks import erase_old_secrets
from tests.notices.messages import SYSTEM
from tests.signatures.parts import PASSPHRASE

_MADE_AGAIN_EVERY = 10
_USED_UP = 3_600.0


def figures(office: Office) -> Iterator[Figure]:
    """Look at everything. The processes have ended."""
    yield from _numbers()
    yield from _papers(office)
    yield from _store(office)
    yield from _messages(office)
    yield from _passphrases(office)


def _numbers() -> Iterator[Figure]:
    with unit_of_work(SYSTEM) as session:
        books = session.scalars(select(DocumentNumberBook)).all()
        rows = session.scalars(select(DocumentNumber)).all()
        bearers = Counter(session.scalars(select(OfficialDocument.number_id)))
        given: dict[tuple[int, str, int], list[int]] = {}
        for row in rows:
            given.setdefault((row.agency_id, row.series, row.year), []).append(row.number)
        gaps = doubles = 0
        for book in books:
            found = given.pop((book.agency_id, book.series, book.year), [])
            gaps += len(set(range(1, book.last_number + 1)) ^ set(found))
            doubles += len(found) - len(set(found))
        idle = [row for row in rows if bearers[row.id] != 1 or row.state == "reserved"]
        silent = [row for row in rows if row.state == "cancelled" and not row.reason]
    yield Figure("kills.numbers.given", len(rows), "", note=f"{len(books)} registers")
    yield Figure("kills.numbers.gaps", gaps + len(given), "", 0)
    yield Figure("kills.numbers.doubles", doubles, "", 0)
    yield Figure("kills.numbers.without_one_paper", len(idle), "", 0, note="or left reserved")
    yield Figure("kills.numbers.cancelled_without_reason", len(silent), "", 0)


def _papers(office: Office) -> Iterator[Figure]:
    half = invalid = different = again = twice = 0
    trust = office.signing.authority.trust
    with unit_of_work(SYSTEM) as session:
        papers = session.scalars(select(OfficialDocument).order_by(OfficialDocument.id)).all()
        signatures = {row.official_document_id: row for row in session.scalars(select(DocumentSignature))}
        log = select(TransitionLog.subject_id, TransitionLog.transition).where(
            TransitionLog.subject_type == "official_document"
        )
        steps = Counter((row.subject_id, row.transition) for row in session.execute(log))
        for paper in papers:
            pdf = _bytes(office, paper)
            half += pdf is None
            twice += any(
                steps[paper.id, step] > 1 for step in ("issue", "finish_rendering", "sign", "cancel")
            )
            if pdf is not None and paper.state == "signed":
                reports = validate(pdf, trust, clock.now())
                invalid += len(reports) != 1 or not reports[0].is_valid or paper.id not in signatures
            if pdf is not None and paper.id % _MADE_AGAIN_EVERY == 0:
                again += 1
                fresh = render_pdf(
                    paper_of(
                        paper.template, read_frozen(office.vault, paper), paper, office.settings.site_url
                    )
                )
                row = signatures.get(paper.id)
                different += hashlib.sha256(fresh).hexdigest() != (row.sha256_before if row else paper.sha256)
    states = Counter(paper.state for paper in papers)
    yield Figure("kills.papers", len(papers), "", note=str(dict(states)))
    yield Figure(
        "kills.papers.half", half, "", 0, note="not readable whole, other sha256, other number on it"
    )
    yield Figure("kills.papers.step_twice", twice, "", 0)
    yield Figure("kills.papers.other_bytes", different, "", 0, note=f"{again} made again")
    yield Figure("kills.signatures", len(signatures), "")
    yield Figure("kills.signatures.not_valid", invalid, "", 0)
    stray = sum(states[name] for name in states if name not in ("signed", "cancelled"))
    wrong = len(signatures) - states["signed"]
    yield Figure("kills.papers.not_ended", stray + abs(wrong), "", 0)


def _bytes(office: Office, paper: OfficialDocument) -> bytes | None:
    """The file of a paper, None when it is not whole or not the paper's."""
    try:
        pdf = b"".join(office.vault.open(paper.file))
        with pikepdf.open(io.BytesIO(pdf)) as document:
            pages = len(document.pages)
    except Exception:
        return None
    done = subprocess.run(["pdftotext", "-l", "1", "-", "-"], input=pdf, capture_output=True, check=True)
    said = " ".join(done.stdout.decode().split())
    is_whole = pages and hashlib.sha256(pdf).hexdigest() == paper.sha256
    # One digit is written with a nought before it.
    borne = f"Số: {paper.number.number:02d}/{paper.symbol}"
    return pdf if is_whole and borne in said else None


def _store(office: Office) -> Iterator[Figure]:
    found = Counter(finding.code for finding in verify_files(SYSTEM, office.vault))
    orphans = found.pop("orphan", 0)
    yield Figure("kills.files.damaged_or_missing", sum(found.values()), "", 0)
    swept = sweep_files(SYSTEM, office.vault, -1.0)
    yield Figure("kills.files.without_a_row", orphans, "", note=f"deeds cut short; the sweep removed {swept}")
    yield Figure("kills.files.left_after_sweep", len(verify_files(SYSTEM, office.vault)), "", 0)


def _messages(office: Office) -> Iterator[Figure]:
    arrived = Counter(
        found[1] for mail in office.post.taken() if (found := KEY.search(str(mail["Message-ID"])))
    )
    with unit_of_work(SYSTEM) as session:
        known = {row.public_key: row.state for row in session.scalars(select(Notice))}
        cut = session.scalars(select(NoticeAttempt.outcome).where(NoticeAttempt.outcome == "died")).all()
        again = Counter(session.scalars(select(OutboxMessage.job).where(OutboxMessage.attempts > 1)))
    unsure = [key for key, state in known.items() if state == "unconfirmed"]
    lost = [key for key, state in known.items() if state == "sent" and not arrived[key]]
    other = [key for key, state in known.items() if state not in ("sent", "unconfirmed")]
    missing = [key for key in unsure if not arrived[key]]
    yield Figure("kills.messages", len(known), "", note=f"{len(cut)} attempts cut before the hand-over")
    yield Figure("kills.messages.twice", sum(count > 1 for count in arrived.values()), "", 0)
    yield Figure("kills.messages.said_sent_not_arrived", len(lost), "", 0)
    yield Figure("kills.messages.neither_sent_nor_unconfirmed", len(other), "", 0)
    yield Figure(
        "kills.messages.unconfirmed", len(unsure), "", note=f"{len(missing)} of them had not arrived"
    )
    note = ", ".join(f"{count} {job}" for job, count in sorted(again.items()))
    yield Figure("kills.jobs.begun_again", sum(again.values()), "", note=note)


def _passphrases(office: Office) -> Iterator[Figure]:
    folder = office.settings.documents.folder / "sealed"
    waiting = list(folder.glob("*"))
    for path in waiting:
        # As the scheduler finds them a good while later, but before their own time is over.
        os.utime(path, (time.time() - 120, time.time() - 120))
    erased = erase_old_secrets(office.settings)
    note = f"{erased} left by dead workers and erased by the scheduler's round"
    yield Figure("kills.passphrases.left", len(list(folder.glob("*"))), "", 0, note=note)
    dump = subprocess.run([program("pg_dump"), office.owner_dsn], capture_output=True, check=True).stdout
    places = {"database": dump, "redis": _redis(office), **_files(office.settings.var_dir)}
    secret = PASSPHRASE.encode()
    escaped = PASSPHRASE.encode("unicode_escape")
    bad = [name for name, content in places.items() if secret in content or escaped in content.lower()]
    note = f"{len(places)} places read {' '.join(bad)}".strip()
    yield Figure("kills.passphrases.readable_anywhere", len(bad), "", 0, note=note)


def _redis(office: Office) -> bytes:
    with queues.connect(office.settings) as connection:
        return b"".join(connection.dump(key) or b"" for key in connection.scan_iter())


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
