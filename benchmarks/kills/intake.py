"""`python -m benchmarks.kills.intake --kills 300`: kill web processes while requests are sent, then look at what is there.

Three people at a time attach a paper of 50 KB and send their request, or send one whose paper is attached; the web
process is killed at a random moment meanwhile. Whoever got no answer tries again, as a person would. Not here: kills of
workers (`run`).
"""

from __future__ import annotations

import argparse
import http.client
import random
import signal
import sys
import threading
import time
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import psutil
from sqlalchemy import func, select

from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import (
    Document,
    Notice,
    OnlineRequest,
    OutboxMessage,
    RequestDraftFile,
    RequestParty,
    StoredFile,
    TransitionLog,
)
from backoffice.services.document_upkeep import sweep_files, verify_files
from backoffice.services.intake_lookup import LookUpRefusedError, look_up
from backoffice.services.transaction import unit_of_work
from backoffice.web import SERVICE_PREFIX
from benchmarks.counter import (
    NUMBER,
    Counter,
    Drafts,
    Line,
    address_of,
    paper,
    private_counter,
    serving,
    wait_for,
)
from benchmarks.measure import Figure
from tests.notices.messages import SYSTEM

_PEOPLE = 3
# About the time that attaching and sending take together on a busy machine, seconds.
_LONGEST = 0.6
_NEW_BROWSER_EVERY = 20
_NOBODY = "nobody"
_BROKEN = (OSError, http.client.HTTPException)


@dataclass
class Intake:
    """One run: what was killed, and every code that was shown, by the draft it belongs to."""

    counter: Counter
    port: int
    master: psutil.Process
    chance: random.Random
    hit: Tally[str] = field(default_factory=Tally)
    acknowledged: dict[str, str] = field(default_factory=dict)
    changed_codes: int = 0
    _now: dict[int, str] = field(default_factory=dict)

    def run(self, kills: int, began: float) -> None:
        """Kill so many web processes at their work; a kill that met nobody is not counted."""
        turn = 0
        while (done := self.hit.total() - self.hit[_NOBODY]) < kills:
            if turn % _NEW_BROWSER_EVERY == 0:
                drafts = Drafts(self.counter)
                print(f"# {time.monotonic() - began:5.0f} s {done} kills {dict(self.hit)}", flush=True)
            self._round(drafts, turn)
            turn += 1

    def _round(self, drafts: Drafts, number: int) -> None:
        people = []
        for place in range(_PEOPLE):
            raw = paper(self.chance)
            with_file = place > 0
            draft = drafts.make(raw if with_file else None)
            person = (drafts, draft, None if with_file else raw, number * _PEOPLE + place)
            people.append(threading.Thread(target=self._person, args=person))
        db.session.remove()
        for thread in people:
            thread.start()
        time.sleep(self.chance.uniform(0, _LONGEST))
        doing = sorted(self._now.values())
        for worker in self.master.children():
            with suppress(psutil.NoSuchProcess):
                worker.kill()
        self.hit[" and ".join(dict.fromkeys(doing)) or _NOBODY] += 1
        for thread in people:
            thread.join()

    def _person(self, drafts: Drafts, draft: str, raw: bytes | None, number: int) -> None:
        line = Line(self.port, drafts.cookie, address_of(number))
        base = f"{SERVICE_PREFIX}/ho-so/{draft}"
        if raw is not None:
            self._until_answered(line, "attaching", f"{base}/giay-to/", *drafts.attaching(raw))
        self._until_answered(line, "sending", f"{base}/kiem-tra/", drafts.sending())
        first = _code(self._until_answered(line, "reading", f"{base}/bien-nhan/"))
        again = _code(self._until_answered(line, "reading", f"{base}/bien-nhan/"))
        self.changed_codes += first != again
        self.acknowledged[draft] = first

    def _until_answered(self, line: Line, deed: str, path: str, body: bytes = b"", kind: str = "") -> str:
        """Try until the server answers; what it says. 400 says that the paper is attached already."""
        me, more = threading.get_ident(), (kind,) if kind else ()
        while True:
            self._now[me] = deed
            try:
                status, _place, text = line.ask("POST" if body else "GET", path, body, *more)
                assert status < 500 or status == 503, (deed, status, text[-400:])
                if status != 503:
                    return text
            except _BROKEN:
                wait_for(self.port)
            finally:
                self._now.pop(me, None)


def _code(page: str) -> str:
    return page.split('id="code">')[1].split("<", maxsplit=1)[0]


def figures(run: Intake) -> Iterator[Figure]:
    """Look at everything. The web process has ended."""
    codes = list(run.acknowledged.values())
    found = [_found(code) for code in codes]
    yield Figure("kills.intake.codes", len(codes), "", note="shown to the people who sent")
    yield Figure("kills.intake.codes_lost", found.count(None), "", 0)
    yield Figure("kills.intake.codes_twice", len(codes) - len(set(codes)), "", 0)
    yield Figure("kills.intake.codes_changed", run.changed_codes, "", 0, note="between two looks")
    with unit_of_work(SYSTEM) as session:
        made = set(session.scalars(select(OnlineRequest.id)))
        yield Figure("kills.intake.requests_not_acknowledged", len(made - set(found)), "", 0)
        whole = [_is_whole(run.counter, request_id) for request_id in made]
        yield Figure("kills.intake.half_requests", whole.count(False), "", 0, note="log, paper, letter")
        left = session.scalar(select(func.count(RequestDraftFile.id))) or 0
        yield Figure("kills.intake.papers_left_with_drafts", left, "", 0)
    swept = sweep_files(SYSTEM, run.counter.vault, -1.0)
    yield Figure("kills.intake.files_swept", swept, "", note="of attachings that were cut")
    yield Figure("kills.intake.files_damaged", len(verify_files(SYSTEM, run.counter.vault)), "", 0)


def _found(code: str) -> int | None:
    try:
        return look_up(code, NUMBER).request_id
    except LookUpRefusedError:
        return None


def _is_whole(counter: Counter, request_id: int) -> bool:
    """One entry of the history, both parties, one paper that can be read, one letter that waits to be sent."""
    with system_scope("set_up"):
        own = {"subject_type": "online_request", "subject_id": request_id}
        log = db.session.query(TransitionLog.transition).filter_by(**own).all()
        parties = db.session.query(RequestParty).filter_by(request_id=request_id).count()
        papers = db.session.query(Document).filter_by(**own).all()
        letters = db.session.query(Notice).filter_by(**own).all()
        files = [db.session.get(StoredFile, one.file_id) for one in papers]
        waiting = [db.session.get(OutboxMessage, one.message_id) for one in letters]
        return (
            [name for (name,) in log] == ["register"]
            and parties == 2
            and len(files) == 1
            and all(file is not None and counter.vault.is_whole(file) for file in files)
            and len(waiting) == 1
            and all(waiting)
        )


def main() -> int:
    """Exit with 1 when something is not as it must be."""
    parser = argparse.ArgumentParser(description="Web processes killed while citizens send requests.")
    parser.add_argument(
        "--kills", type=int, default=300, help="how often the web process is killed (default 300)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the moments and the papers (default 1)")
    options = parser.parse_args()
    # Ended from outside, it takes its servers with it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(1))
    began = time.monotonic()
    with private_counter() as counter:
        command = ("--preload", "--threads", "4")
        with serving(counter.settings, "benchmarks.counter:preloaded()", *command) as (master, port):
            run = Intake(counter, port, master, random.Random(options.seed))
            run.run(options.kills, began)
        beside = run.hit.pop(_NOBODY, 0)
        hits = ", ".join(f"{count} {doing}" for doing, count in run.hit.most_common())
        note = f"{hits}; beside them {beside} that met nobody"
        found = [Figure("kills.intake.web_processes", run.hit.total(), "", note=note), *figures(run)]
    for figure in found:
        print(figure.line())
    print(f"# {time.monotonic() - began:.0f} s")
    return int(not all(figure.passed for figure in found))


if __name__ == "__main__":
    sys.exit(main())
