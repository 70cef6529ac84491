"""`make demo` as a newcomer meets it: from nothing to published packages and a site, served, stopped, started again."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from config import ROOT
from tests.conftest import free_port

# Not one of our settings: the demonstration hands those on by name only.
MARK = "TEST_RUN_MARK"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A folder with a space in its name, the C locale, no home, and a mark that every process inherits."""
    folder = tmp_path_factory.mktemp("a demo")
    kept = {key: os.environ[key] for key in ("PATH",) if key in os.environ}
    wishes = {"DEBTORS": "150", "SEED": "4", "LC_ALL": "C", "HOME": "/nonexistent", "PYTHONUTF8": "1"}
    places = {"OPENTHADS_VAR_DIR": str(folder / "var"), "OPENTHADS_BUILD_DIR": str(folder / "build")}
    return {**kept, **wishes, **places, MARK: uuid.uuid4().hex}


def marked_processes(environment: dict[str, str]) -> Iterator[psutil.Process]:
    """Every living process that was started, by whomever, with the mark of these tests."""
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == environment[MARK] and process.status() != psutil.STATUS_ZOMBIE:
                yield process
        except psutil.Error:
            continue


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def demo(environment: dict[str, str]) -> Iterator[Start]:
    """Starts demonstrations; whatever a failed test leaves is ended."""
    started: list[subprocess.Popen[str]] = []

    def start(**wishes: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.demo"],
            cwd=ROOT,
            env={**environment, **wishes},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=60)


def wait_until_gone(environment: dict[str, str], seconds: float = 30) -> list[str]:
    """The marked processes that still live after some time."""
    end = time.monotonic() + seconds
    while (left := [process.name() for process in marked_processes(environment)]) and time.monotonic() < end:
        time.sleep(0.2)
    return left


def wait_until_there(environment: dict[str, str], count: int, seconds: float = 60) -> bool:
    """Whether so many marked processes live, at the latest after some time."""
    end = time.monotonic() + seconds
    while len(list(marked_processes(environment))) < count and time.monotonic() < end:
        time.sleep(0.2)
    return len(list(marked_processes(environment))) >= count


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What the process said up to a line with these words."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def test_everything_is_built_and_nothing_runs_on_when_not_serving(
    environment: dict[str, str], demo: Start
) -> None:
    done = demo(SERVE="0")
    said, _ = done.communicate(timeout=300)
    assert done.returncode == 0, said
    build, var = Path(environment["OPENTHADS_BUILD_DIR"]), Path(environment["OPENTHADS_VAR_DIR"])
    descriptor = json.loads((build / "packages/debtors/current/datapackage.json").read_text(encoding="utf-8"))
    assert descriptor["sample"] is True
    assert (build / "packages/statistics/current/datapackage.json").exists()
    assert "Dữ liệu mẫu" in (build / "site/index.html").read_text(encoding="utf-8")
    assert (var / "demo-logins.json").stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(var / "openthads.sqlite")) as database:
        triggers = database.execute("SELECT DISTINCT triggered_by FROM export_run WHERE slot_id IS NOT NULL")
        assert triggers.fetchall() == [("schedule",)]
        assert database.execute("SELECT count(*) FROM debtor_record").fetchone() == (150,)
        papers = "SELECT count(*), sum(file_id IS NOT NULL) FROM official_document WHERE state = "
        # One of an agency's file, and the result that the third code opens.
        assert database.execute(papers + "'signed'").fetchone() == (2, 2)
        waiting = database.execute(papers + "'prepared'").fetchone()
        assert waiting[0] == waiting[1] > 0
    assert wait_until_gone(environment) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_site_and_screens_are_served_and_all_ends_when_asked(
    environment: dict[str, str], demo: Start, number: signal.Signals
) -> None:
    port = free_port()
    process = demo(PORT=str(port))
    said = read_until(process, "Stop with Ctrl-C")
    assert f"http://127.0.0.1:{port}/backoffice/" in said
    assert re.search(r"quantri\.tw +\S{12,}", said)
    # One paper is signed, and its address to check is the one that is served.
    assert re.search(rf"Check a paper +http://127\.0\.0\.1:{port}/kiem-tra/#[0-9A-Z-]{{16,}}", said)
    for path, word in (("/", "Thi hành án"), ("/backoffice/", "<form"), ("/healthz", "ok")):
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as response:
            assert word in response.read().decode()
    second = subprocess.run(
        [sys.executable, "-m", "scripts.demo"],
        cwd=ROOT,
        env={**environment, "PORT": str(free_port())},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert second.returncode == 1
    assert "already runs in this folder" in second.stdout
    process.send_signal(number)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0, rest
    assert wait_until_gone(environment, seconds=10) == []


def test_nothing_is_left_behind_when_the_demonstration_is_killed(
    environment: dict[str, str], demo: Start
) -> None:
    process = demo(PORT=str(free_port()))
    read_until(process, "Stop with Ctrl-C")
    # The demonstration, the supervisor with broker, worker and scheduler, and the web server with its worker.
    assert wait_until_there(environment, 7)
    process.kill()
    process.communicate(timeout=30)
    assert wait_until_gone(environment) == []
