"""The process that judges: the file on standard input, the extension and the limits as arguments, JSON as answer.

The limits are set before anything of the file is read. After the reading module is loaded the process can open no
file any more: whatever a broken reader is talked into, it has only the bytes it was given.
"""

from __future__ import annotations

import codecs
import importlib
import json
import resource
import sys
import warnings
from typing import BinaryIO

from jobs.filechecks.kinds import HEAD_SIZE, KINDS, require_kind
from jobs.filechecks.verdict import Limits, RefusedError, Verdict

_ANSWER_BYTES = 64 * 1024
# What the readers look up only when they meet it.
_CODECS = ("cp437", "cp1252", "latin-1", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "idna")
_MODULES = {"pdf": "pdf", "jpeg": "image", "png": "image", "ole": "old_office", "zip": "zipped", "rar": "rar"}


def main() -> int:
    """Judge standard input; the answer is one line of JSON, and the exit code 0 for every verdict."""
    extension, limits = sys.argv[1], Limits(**json.loads(sys.argv[2]))
    restrain(limits)
    verdict = judge(sys.stdin.buffer, extension, limits)
    answer = {"media_type": verdict.media_type, "code": verdict.code, "params": dict(verdict.params)}
    sys.stdout.write(json.dumps(answer))
    return 0


def restrain(limits: Limits) -> None:
    """Bound memory, processor time, written bytes and processes of this process for good."""
    bounds = (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, _ANSWER_BYTES),
        (resource.RLIMIT_CORE, 0),
    )
    for name, most in bounds:
        resource.setrlimit(name, (most, most))


def judge(stream: BinaryIO, extension: str, limits: Limits) -> Verdict:
    """The verdict on one file; every way in which reading can fail becomes a refusal."""
    warnings.simplefilter("ignore")
    try:
        kind = require_kind(extension, stream.read(HEAD_SIZE))
        stream.seek(0)
        module = importlib.import_module(f"jobs.filechecks.{_MODULES[kind.family]}")
        _open_nothing_more()
        module.check(stream, extension, limits)
    except RefusedError as error:
        return Verdict(code=error.code, params=error.params)
    except MemoryError:
        return Verdict(code="too_heavy")
    except ImportError:
        raise  # a fault of the installation, not of the file
    except Exception:
        # Foreign bytes raise anything in foreign readers; each is the same refusal.
        return Verdict(code="broken")
    return Verdict(media_type=KINDS[extension].media_type)


def _open_nothing_more() -> None:
    for name in _CODECS:
        codecs.lookup(name)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
