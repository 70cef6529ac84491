"""Make the virtual environment of the project from its lock, with nothing but the standard library.

Here: choosing a Python, making `.venv`, installing a lock with its hashes, saying plainly what went wrong.
Not here: system packages (`scripts/system_packages.py`), the demonstration (`backoffice/cli/demo.py`).
Runs on any Python from 3.6 on, far enough to say which Python is needed; so no newer syntax in this file.
"""

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = (3, 11), (3, 14)
LIMITS = f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}"
LOCKS = {"base": "requirements.lock", "dev": "requirements-dev.lock"}
STAMP = "openthads-stamp.json"
MARKER = "openthads-unfinished"
AGAIN = "then run the same command again."
KNOWN_TROUBLES = (
    (
        r"No space left on device|Disk quota exceeded|File too large",
        f"The disk is full: free about 1 GB (`df -h .` shows the room), {AGAIN}",
    ),
    (
        r"DO NOT MATCH THE HASHES",
        "A fetched package differs from the lock, so nothing of it was used: ask whoever runs your package "
        f"mirror, {AGAIN}",
    ),
    (
        r"name resolution|NewConnectionError|ConnectTimeout|ProxyError|unreachable|Connection refused",
        f"The packages could not be fetched: check the network or pip's proxy settings, {AGAIN}",
    ),
    (
        r"No matching distribution found|Could not find a version",
        f"Your package mirror lacks a locked package for this Python: name another Python {LIMITS} with "
        f"PYTHON=/path/to/python3, {AGAIN}",
    ),
    (
        r"Permission denied|Read-only file system",
        f"The project folder cannot be written: copy the project to a folder that is yours, {AGAIN}",
    ),
)


class SetUpError(Exception):
    """Something the person at the keyboard can mend; the text is one sentence that says how."""


def version_of(python):
    """Return (major, minor) of a Python, or None when it does not run."""
    code = "import sys; print('%d %d' % sys.version_info[:2])"
    try:
        text = subprocess.check_output([str(python), "-c", code], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(int(part) for part in text.split())


def choose_python(wanted, own=sys.version_info[:2], search=shutil.which):
    """Return the path of a supported Python: the one asked for, else this one, else the newest in PATH.

    Raises SetUpError when the one asked for, or every one, is unsupported.
    """
    if wanted:
        path = search(wanted) or wanted
        found = version_of(path)
        if found is None:
            raise SetUpError(f"PYTHON={wanted} does not run: give the path of a Python {LIMITS}.")
        if not OLDEST <= found <= NEWEST:
            raise SetUpError(
                f"PYTHON={wanted} is Python {found[0]}.{found[1]}: give the path of a Python {LIMITS}."
            )
        return path
    if OLDEST <= own <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        path = search(f"python3.{minor}")
        if path and version_of(path) == (3, minor):
            return path
    raise SetUpError(
        f"OpenTHADS needs Python {LIMITS} and python3 here is {own[0]}.{own[1]}: install one of them, or name "
        "it with PYTHON=/path/to/python3."
    )


def read_stamp(venv):
    """Return what the last finished set-up of this environment left; empty when there was none."""
    try:
        stamp = json.loads((venv / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    # A copied or moved folder still names its old place in its programs.
    return stamp if stamp.get("path") == str(venv) else {}


def lock_digest(kind):
    """Return the digest of one lock file."""
    return hashlib.sha256((ROOT / LOCKS[kind]).read_bytes()).hexdigest()


def is_ready(venv, kind):
    """Whether the environment already holds this lock; the development lock includes the other."""
    if (venv / MARKER).exists() or version_of(venv / "bin/python") is None:
        return False
    held = read_stamp(venv).get("locks", {})
    wanted = {kind, "dev"}
    return any(held.get(name) == lock_digest(name) for name in wanted)


def make_venv(venv, python):
    """Make the environment; a half-made or broken one is thrown away first.

    The marker stands from before the first file until the stamp is written, so a kill at any moment is seen.
    """
    found = version_of(venv / "bin/python")
    if found and OLDEST <= found <= NEWEST and not (venv / MARKER).exists():
        (venv / MARKER).touch()
        return
    if venv.is_dir():
        say(f"The environment {venv.name} is unfinished or broken: making it again.")
        shutil.rmtree(str(venv))
    venv.mkdir(parents=True)
    (venv / MARKER).touch()
    version = "{}.{}".format(*version_of(python))
    say(f"Making the environment with Python {version} ...")
    if run_quietly([python, "-m", "venv", str(venv)]) == 0:
        return
    # Debian parts ensurepip from Python; an environment without pip needs a pip from outside.
    bare = run_quietly([python, "-m", "venv", "--clear", "--without-pip", str(venv)])
    (venv / MARKER).touch()
    if bare or outside_pip(python) is None:
        raise SetUpError(
            f"This Python cannot make an environment with pip: install the package python{version}-venv (or "
            "python3-venv), or name another Python with PYTHON=/path/to/python3."
        )


def outside_pip(python):
    """Return the start of a pip command that can install into another environment, or None."""
    try:
        text = subprocess.check_output([python, "-m", "pip", "--version"], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.match(rb"pip (\d+)\.(\d+)", text)
    return [python, "-m", "pip", "--python"] if found and tuple(map(int, found.groups())) >= (22, 3) else None


def run_quietly(command):
    """Run a command without output; return its exit code."""
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def pip_command(venv, python):
    """Return the pip to install with: the environment's own, else one from outside."""
    own = str(venv / "bin/python")
    if run_quietly([own, "-m", "pip", "--version"]) == 0:
        return [own, "-m", "pip"]
    outside = outside_pip(python)
    if outside is None:
        raise SetUpError(f"The environment has no pip: remove the folder {venv.name}, {AGAIN}")
    return [*outside, own]


def install(venv, python, kind):
    """Install one lock with its hashes, showing how far it is; raises SetUpError with a clear sentence."""
    lock = ROOT / LOCKS[kind]
    total = len(re.findall(r"^[A-Za-z0-9]", lock.read_text(encoding="utf-8"), re.MULTILINE))
    options = ["install", "--require-hashes", "--no-input", "--no-deps", "-r", str(lock)]
    environment = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONNOUSERSITE="1", PYTHONUTF8="1")
    log = venv / "install.log"
    with log.open("w", encoding="utf-8") as kept:
        process = subprocess.Popen(
            pip_command(venv, python) + options,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=str(ROOT),
        )
        try:
            last_lines = follow(process.stdout, kept, total)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.wait() != 0:
        raise SetUpError(explain("".join(last_lines), f"the reason is at the end of {log}"))


def follow(output, kept, total):
    """Copy pip's words to the log, show progress, and return the last lines."""
    lines, seen = [], 0
    for raw in output:
        line = raw.decode("utf-8", "replace")
        kept.write(line)
        kept.flush()
        lines = [*lines, line][-60:]
        match = re.match(r"(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9_.-]+)", line)
        if match:
            seen += 1
            progress(f"  package {min(seen, total):3d} of {total}  {match.group(1)}", plain=seen % 25 == 0)
        elif line.startswith("Installing collected"):
            progress(f"  unpacking {total} packages, this takes a minute ...", plain=True)
    if sys.stdout.isatty():
        sys.stdout.write("\r\x1b[K")
    return lines


def explain(text, otherwise):
    """Return one sentence for what pip or the system said."""
    for pattern, sentence in KNOWN_TROUBLES:
        if re.search(pattern, text):
            return sentence
    return f"The set-up failed: {otherwise}."


def progress(text, plain):
    """Show a passing line on a terminal, and elsewhere a line now and then."""
    if sys.stdout.isatty():
        sys.stdout.write("\r\x1b[K" + text[:100])
        sys.stdout.flush()
    elif plain:
        say(text)


def say(text):
    """Print one line at once."""
    print(text)
    sys.stdout.flush()


@contextlib.contextmanager
def only_one():
    """Hold the folder's set-up lock; raises SetUpError when another set-up holds it."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var/set-up.lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SetUpError("Another set-up is running in this folder: wait until it has ended.") from None
        yield


def set_up(venv, kind):
    """Bring the environment to the lock; does nothing when it is there already."""
    if is_ready(venv, kind):
        return
    with only_one():
        locks = read_stamp(venv).get("locks", {})
        python = choose_python(os.environ.get("PYTHON"))
        make_venv(venv, python)
        say(f"Installing the locked packages ({LOCKS[kind]}) ...")
        install(venv, python, kind)
        locks[kind] = lock_digest(kind)
        (venv / STAMP).write_text(json.dumps({"locks": locks, "path": str(venv)}), encoding="utf-8")
        (venv / MARKER).unlink()
        say("The environment is ready.")


def main():
    """Read the arguments, set up, and turn every foreseen trouble into one sentence."""
    parser = argparse.ArgumentParser(description="Make .venv from the lock.")
    parser.add_argument("kind", choices=sorted(LOCKS), help="base: to run; dev: to test and change as well")
    parser.add_argument("--venv", default=".venv", help="the folder of the environment")
    arguments = parser.parse_args()
    try:
        set_up(ROOT / arguments.venv, arguments.kind)
    except SetUpError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(explain(str(error), str(error)))
    except KeyboardInterrupt:
        sys.exit("\nStopped. The same command goes on from here.")


if __name__ == "__main__":
    main()
