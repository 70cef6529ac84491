"""How figures are taken: CPU and peak memory of a program, CPU of a database server, one line a figure.

Not here: what is measured.
"""

import json
import os
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True)
class Run:
    """One run of a program: its own CPU seconds, those of the server meanwhile, its peak memory."""

    client_cpu: float
    server_cpu: float
    peak_mb: float
    output: str

    @property
    def cpu(self) -> float:
        """Both sides together."""
        return self.client_cpu + self.server_cpu


@dataclass(frozen=True)
class Figure:
    """One measured figure. `goal` None marks a figure that only explains another."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def passed(self) -> bool:
        """Whether the goal is met; a figure without a goal passes."""
        if self.goal is None:
            return True
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def line(self) -> str:
        """Name, value, goal, pass."""
        goal = "-" if self.goal is None else f"{'≥' if self.at_least else '≤'} {self.goal:g}"
        verdict = "-" if self.goal is None else ("pass" if self.passed else "MISS")
        value = f"{self.value:,.2f} {self.unit}"
        return f"{self.name:<46} {value:>16}   {goal:>8}   {verdict:<5} {self.note}".rstrip()


def run(command: Sequence[str], output: Path, server_pid: int | None, folder: Path) -> Run:
    """Run a program to its end with its output in a file. Raises CalledProcessError."""
    before = server_cpu(server_pid)
    with output.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, cwd=folder)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(
        usage.ru_utime + usage.ru_stime,
        server_cpu(server_pid) - before,
        usage.ru_maxrss / 1024,
        _tail(output),
    )


def server_cpu(pid: int | None) -> float:
    """CPU seconds so far of a PostgreSQL server with all its processes, also those that have ended."""
    if pid is None:
        return 0.0
    server = psutil.Process(pid)
    times = server.cpu_times()
    total = times.user + times.system + times.children_user + times.children_system
    for process in server.children():
        try:
            own = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += own.user + own.system
    return float(total)


def median(runs: Sequence[Run], part: str) -> float:
    """The median of one part (`cpu`, `client_cpu`, `server_cpu`, `peak_mb`) of several runs."""
    return statistics.median(getattr(single, part) for single in runs)


def told(single: Run) -> dict[str, Any]:
    """What a measured program says of itself: the JSON object in its last line."""
    values: dict[str, Any] = json.loads(single.output.strip().splitlines()[-1])
    return values


def _tail(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4_000))
        return file.read().decode(errors="replace")
