"""`python -m scripts.demo`: the steps of a demonstration in order. Not here: how a step is done."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import sys
import time
from types import FrameType
from typing import NoReturn
from urllib.error import URLError
from urllib.request import urlopen

from flask import Flask
from rich.console import Console
from sqlalchemy.exc import OperationalError

from backoffice import clock, create_app
from backoffice.sample.demo_signing import KEY_PASSPHRASE, renew_authority
from backoffice.sample.users import LOGINS, read_logins
from backoffice.services.intake import LOOK_UP_PATH
from config import PREFIX, SettingError, Settings, load_settings
from exports.check_code import check_url
from scripts.demo import data, follow
from scripts.demo.options import DemoError, Options, check_port, check_room, only_one, read_options
from scripts.demo.processes import Processes
from scripts.demo.state import begin

_KEPT = ("VAR_DIR", "BUILD_DIR", "SECRET_KEY", "SECRET_KEY_FILE")
_START_SECONDS = 60.0
_DISK_FULL = "The disk is full: free some room, then run make demo again; it goes on where it stopped."

_TO_TRY = {
    "supplement_asked": "answer what the agency asks for",
    "awaiting_originals": "move the appointment",
    "returned": "see the result",
}


def main() -> int:
    """Run the demonstration; returns the exit code."""
    # No markup and no guessing of colours by words: file names and numbers stay as they are.
    console = Console(highlight=False, soft_wrap=True)
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _end)
        options = read_options(os.environ)
        environment = _environment(options)
        settings = load_settings(environment)
        with only_one(settings.var_dir):
            _demonstrate(options, settings, environment, console)
    except (DemoError, SettingError) as error:
        console.print(str(error), markup=False)
        return 1
    except KeyboardInterrupt:
        console.print("\nStopped; every process of the demonstration has ended. make demo goes on from here.")
        return 0
    except (OSError, OperationalError, sqlite3.Error) as error:
        if not _is_disk_full(error):
            raise
        console.print(_DISK_FULL)
        return 1
    return 0


def _environment(options: Options) -> dict[str, str]:
    """The environment of every process: the demonstration's own settings, never those of a real installation."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    for name in _KEPT:
        if PREFIX + name in os.environ:
            kept[PREFIX + name] = os.environ[PREFIX + name]
    address = f"http://127.0.0.1:{options.port}"
    own = {PREFIX + "SAMPLE": "1", PREFIX + "BASE_URL": address, PREFIX + "SITE_URL": address}
    return {**kept, **own, "PYTHONUTF8": "1"}


def _demonstrate(options: Options, settings: Settings, environment: dict[str, str], console: Console) -> None:
    if options.serve:
        check_port(options.port)
    os.environ.clear()
    os.environ.update(environment)
    app = _prepare(options, settings, console)
    with Processes(settings.var_dir / "log", environment) as processes:
        jobs = ["-m", "jobs", "all", "--broker", "--parent", str(os.getpid())]
        processes.start("jobs", [sys.executable, *jobs])
        if data.code_to_check(settings) is None:
            app = app or create_app("staff", settings)
            follow.sign_a_paper(app, settings, processes, console)
        was_published = follow.is_published(settings)
        if not (was_published and options.serve):
            app = app or create_app("public", settings)
            follow.follow(app, settings, processes, console)
        if not options.serve:
            console.print(f"Packages: {settings.packages_dir}\nSite: {settings.site_dir}", markup=False)
            return
        _serve(options, settings, processes, console)
        if was_published:
            follow.refresh_site(create_app("public", settings))
        while True:
            processes.check()
            time.sleep(1)


def _prepare(options: Options, settings: Settings, console: Console) -> Flask | None:
    """Bring the database to where it is asked for; the application is returned when one had to be made for it."""
    state, said = begin(settings, options, clock.today())
    if said:
        console.print(said)
    if not state.is_filled:
        check_room(settings.var_dir, options.debtors)
    if not (state.is_migrated and data.is_current(settings)):
        state = data.migrate(settings, state)
    console.print("  ✓ Database")
    # Lists of revoked certificates grow old.
    renew_authority(settings)
    if state.is_filled:
        return None
    app = create_app("staff", settings)
    data.fill(app, settings, state, console)
    return app


def _serve(options: Options, settings: Settings, processes: Processes, console: Console) -> None:
    """Start the web server and say where everything is, once it answers."""
    address = f"127.0.0.1:{options.port}"
    command = [sys.executable, "-m", "gunicorn", "--bind", address, "--workers", "1", "--threads", "8"]
    command += ["--forwarder-headers", "", "--no-control-socket", "backoffice.web:create_web()"]
    processes.start("web", command)
    end = time.monotonic() + _START_SECONDS
    while not _answers(f"http://{address}/healthz"):
        processes.check()
        if time.monotonic() > end:
            raise DemoError(f"The web server does not answer; see {settings.var_dir / 'log' / 'web.log'}.")
        time.sleep(0.2)
    _tell(address, settings, console)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as response:  # noqa: S310 (our own address)
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def _tell(address: str, settings: Settings, console: Console) -> None:
    console.print(f"\nPublic site     http://{address}/")
    code = data.code_to_check(settings)
    if code:
        console.print(f"Check a paper   {check_url(f'http://{address}', code)}", markup=False)
    console.print(f"File online     http://{address}/dich-vu/")
    console.print(f"Look up a file  http://{address}{LOOK_UP_PATH}")
    console.print(f"Staff screens   http://{address}/backoffice/")
    console.print(f"Sent messages   http://{address}/backoffice/mailbox/list/")
    console.print(f"Packages        {settings.packages_dir}", markup=False)
    console.print(f"Background log  {settings.var_dir / 'log' / 'jobs.log'}\n", markup=False)
    # Plain lines instead of a table: they can be copied whole, however narrow the window.
    logins = read_logins(settings.var_dir / LOGINS)
    for login in logins.values():
        who = f"{login['agency_code']:<6} {login['role_vi']} · {login['role_en']}"
        console.print(f"{login['username']:<17} {login['password']:<15} {who}", markup=False)
    console.print(
        "\nHeads sign under “Văn bản chờ ký” (Papers to sign) with these passphrases of their DEMO keys:"
    )
    for login in logins.values():
        if KEY_PASSPHRASE in login:
            console.print(f"{login['username']:<17} {login[KEY_PASSPHRASE]}", markup=False)
    _tell_codes(settings, console)
    console.print("\nAll people are invented. Stop with Ctrl-C.")


def _tell_codes(settings: Settings, console: Console) -> None:
    """The codes that a visitor may try, with the number that goes with each."""
    found = data.read_to_try(settings)
    if found:
        console.print("\nCodes to look up, each with the applicant's number:")
    for entry in found:
        console.print(
            f"{entry['code']:<22} {entry['identity_number']}  {_TO_TRY[entry['state']]}", markup=False
        )


def _is_disk_full(error: Exception) -> bool:
    return getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
