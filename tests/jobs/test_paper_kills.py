"""A worker killed in the middle of making papers, and of signing them: every paper once, whole, with its own number.

Not here: three hundred such deaths (`benchmarks/kills`), messages (`tests/notices`).
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import (
    BackgroundTask,
    EnforcementAgency,
    OfficialDocument,
    OutboxMessage,
    TransitionLog,
)
from backoffice.services.document_upkeep import sweep_files, verify_files
from backoffice.services.document_vault import Vault
from backoffice.services.official_document import issue_paper, prepare_paper
from backoffice.services.signing_batch import SigningOrder, request_signing
from backoffice.services.transaction import unit_of_work
from config import Settings
from exports.signatures import validate
from tests import factories
from tests.exports.hostile_text import copied
from tests.jobs.helpers import MortalRedis, Watched, running_app, wait_until
from tests.jobs.roles import SYSTEM
from tests.jobs.test_kills import Victims
from tests.services.papers import add_templates, numbers, stored, transfer
from tests.services.signing import Signing, signature
from tests.signatures.parts import PASSPHRASE

PAPERS, KILLS = 4, 2


@pytest.fixture
def victims(settings: Settings, mortal_redis: MortalRedis) -> Iterator[Victims]:
    """A worker to kill, in a database with agencies, law and roles."""
    group = Victims(replace(settings, redis_url=mortal_redis.url, sweep_after=2))
    with running_app(group.settings):
        factories.make_roles()
        factories.load_law()
        factories.make_tree()
        yield group
        group.end()


def agency() -> EnforcementAgency:
    """The agency of these papers."""
    with system_scope("set_up"):
        found: EnforcementAgency = db.session.scalars(select(EnforcementAgency).filter_by(code="CC001")).one()
        return found


def test_papers_are_made_once_and_whole_when_the_worker_is_killed_while_it_makes_them(
    victims: Victims, database_kind: str
) -> None:
    vault, here = Vault.of(victims.settings.documents), agency()
    officer, clerk = (
        factories.make_actor(here, Role.ENFORCEMENT_OFFICER),
        factories.make_actor(here, Role.CLERK),
    )
    add_templates()
    case = factories.make_case(here)
    with system_scope("set_up"):
        case_id = case.id
    papers = [prepare_paper(officer, transfer(case_id), vault).id for _ in range(PAPERS)]
    for paper_id in papers:
        issue_paper(clerk, paper_id)
    kill_at("paper.render", victims, random.Random(database_kind))
    wait_until(lambda: states() == {"prepared": PAPERS}, f"all papers made: {states()}", 60)
    assert numbers() == [(number, "issued") for number in range(1, PAPERS + 1)]
    for paper_id in papers:
        paper = stored(paper_id)
        assert f"số:{paper.number.number:02d}/" in copied(b"".join(vault.open(paper.file)))
        assert steps(paper_id) == {"prepare": 1, "issue": 1, "finish_rendering": 1}
    assert was_cut("paper.render")
    assert only_whole_files(vault)


def test_papers_are_signed_once_and_the_passphrase_is_gone_when_the_worker_is_killed_while_it_signs(
    victims: Victims, database_kind: str
) -> None:
    signing, here = Signing.make(victims.settings), agency()
    head = factories.make_actor(here, Role.HEAD)
    key, papers = signing.add_key(head), [signing.paper(here) for _ in range(PAPERS)]
    with system_scope("set_up"):
        ids, key_id = [paper.id for paper in papers], key.id
    order = SigningOrder(key_id, PASSPHRASE, [(paper_id, 1) for paper_id in ids])
    task_id = request_signing(head, order, victims.settings).id
    kill_at("task.run", victims, random.Random(database_kind))
    wait_until(lambda: task_state(task_id) == "finished", f"all papers signed: {states()}", 60)
    assert states() == {"signed": PAPERS}
    for paper_id in ids:
        reports = validate(signing.bytes_of(paper_id), signing.authority.trust, clock.now())
        assert [report.is_valid for report in reports] == [True]
        assert signature(paper_id) is not None
        assert steps(paper_id)["sign"] == 1
    assert was_cut("task.run")
    assert only_whole_files(signing.vault)
    sealed = victims.settings.documents.folder / "sealed"
    wait_until(lambda: not list(sealed.glob("*")), "the passphrase is gone", 10)


def kill_at(job: str, victims: Victims, chance: random.Random) -> None:
    """Kill the worker a few times at a random moment of this job; another one is there afterwards."""
    watched = Watched(victims.settings)
    for _ in range(KILLS):
        victims.revive()
        end = time.monotonic() + 30
        while (watched.job_of(victims.processes["worker"].pid) or ("",))[0] != job and time.monotonic() < end:
            # Short: a paper takes little longer than a tenth of a second.
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.04))
        victims.kill("worker")
    victims.revive()


def states() -> Counter[str]:
    """How many papers are in each state."""
    with unit_of_work(SYSTEM) as session:
        return Counter(session.scalars(select(OfficialDocument.state)))


def steps(paper_id: int) -> Counter[str]:
    """How often each step was taken on a paper."""
    about = (TransitionLog.subject_type == "official_document", TransitionLog.subject_id == paper_id)
    with unit_of_work(SYSTEM) as session:
        return Counter(session.scalars(select(TransitionLog.transition).where(*about)))


def task_state(task_id: int) -> str:
    """The state of a task as stored."""
    with unit_of_work(SYSTEM) as session:
        return str(session.scalar(select(BackgroundTask.state).where(BackgroundTask.id == task_id)))


def was_cut(job: str) -> bool:
    """Whether a kill did hit such a job: it needed another attempt."""
    with unit_of_work(SYSTEM) as session:
        again = select(OutboxMessage.id).where(OutboxMessage.job == job, OutboxMessage.attempts > 1)
        return session.scalar(again.limit(1)) is not None


def only_whole_files(vault: Vault) -> bool:
    """Whether every file is whole, and the sweep finds everything that a cut deed left."""
    sweep_files(SYSTEM, vault, -1.0)
    return verify_files(SYSTEM, vault) == []
