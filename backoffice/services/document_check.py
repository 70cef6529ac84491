"""Judging an uploaded file: its name, its size, and what the judging process (`jobs.filechecks`) finds inside.

Belongs here: clean file names, starting that process and ending it in time, and the sentence for each refusal. Not
here: reading foreign formats (`jobs.filechecks`), storing (`document`).
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from typing import Any, BinaryIO

from backoffice.errors import InvalidInputError
from backoffice.workflow.messages import N_
from config import MEGABYTE, ROOT, DocumentSettings
from exports.text import clean_text

log = logging.getLogger(__name__)

ARCHIVES = frozenset({"zip", "rar"})
_LONGEST_NAME = 150
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
# Files that are judged at the same time in one process of ours; further ones wait for their turn.
_TURNS = threading.BoundedSemaphore(2)
_WAIT = 60

REFUSALS: Mapping[str, str] = {
    "empty": N_("The file is empty. Choose the file again, or save it again first."),
    "too_large": N_("The file is larger than %(limit)s MB. Scan it with a lower resolution or split it."),
    "type_not_accepted": N_("This type of file is not accepted. Save it as PDF, JPG, PNG, Word or Excel."),
    "archive_not_here": N_(
        "Archives (.zip, .rar) are accepted with debtor records only. Attach the files one by one."
    ),
    "content_differs": N_(
        "The content is not a %(extension)s file. Open it in its program and save it again."
    ),
    "web_page": N_("The file is a web page, not a document. Print it to PDF and attach that."),
    "two_in_one": N_(
        "Another file is hidden inside this file. Print or save it again as a plain PDF or picture."
    ),
    "encrypted": N_("The file is protected by a password. Remove the password and attach it again."),
    "broken": N_("The file is damaged or incomplete. Scan or save it again."),
    "too_heavy": N_("The file is too complicated to be checked. Print it to PDF and attach that."),
    "pdf_script": N_("The PDF contains a script. Print it to PDF again and attach that copy."),
    "pdf_launch": N_("The PDF wants to start a program. Print it to PDF again and attach that copy."),
    "pdf_form": N_("The PDF is a form with a program inside. Print it to PDF and attach that copy."),
    "carries_files": N_("Another file is embedded in this file. Take it out and attach it separately."),
    "no_pages": N_("The PDF has no pages. Scan or save it again."),
    "too_many_pages": N_("The PDF has %(count)s pages; at most %(limit)s are accepted. Split it."),
    "too_many_pixels": N_(
        "The picture has %(width)s × %(height)s points; at most %(limit)s million are accepted. Use a lower resolution."
    ),
    "macros": N_("The file contains macros. Save it without macros (.docx, .xlsx) or as PDF."),
    "outside_links": N_("The file fetches content from other places. Break the links or save it as PDF."),
    "archive_empty": N_("The archive is empty."),
    "archive_entries": N_("The archive holds more than %(limit)s files. Split it."),
    "archive_size": N_("Unpacked, the archive is larger than %(limit)s MB. Split it."),
    "archive_ratio": N_(
        "The archive grows more than %(limit)s-fold when unpacked. Attach the files one by one."
    ),
    "archive_path": N_("The archive contains names or links that lead out of its folder. Pack it again."),
    "archive_nested": N_("The archive contains another archive. Unpack that one and pack its files."),
    "archive_type": N_("The archive contains a file of a type that is not accepted: %(name)s."),
    "archive_volumes": N_("The archive is one part of several. Pack the files into one archive."),
    "infected": N_("The virus scanner found harmful content. The file was not stored."),
    "busy": N_("Too many files are being checked at this moment. Try again in a minute."),
}


def refusal(code: str, params: Mapping[str, Any] | None = None) -> InvalidInputError:
    """The refusal of a file with its sentence."""
    return InvalidInputError("files", REFUSALS.get(code, REFUSALS["broken"]), **dict(params or {}))


def clean_name(given: str) -> str:
    """The name as it is kept: the last part of a path, without signs that hide, command or cut; never empty.

    It is shown and offered as the name of a download, and is never a path of ours.
    """
    last = clean_text(given.replace("\\", "/").rsplit("/", 1)[-1]).translate(_FORBIDDEN).strip(". ")
    stem, dot, extension = last.rpartition(".")
    if not dot:
        stem, extension = last, ""
    extension = extension[:10]
    if stem.lower().split(".")[0].strip() in _DEVICES:
        stem = f"_{stem}"
    stem = _shorten(stem, _LONGEST_NAME - len(extension) - 1).rstrip(". ") or "tai-lieu"
    return f"{stem}.{extension}" if extension else stem


def media_type_of(stream: BinaryIO, name: str, settings: DocumentSettings, *, archives: bool) -> str:
    """The media type of an acceptable file; raises InvalidInputError with the reason for any other."""
    size = stream.seek(0, 2)
    if size == 0:
        raise refusal("empty")
    if size > settings.upload_bytes:
        raise refusal("too_large", {"limit": settings.upload_bytes // MEGABYTE})
    _stem, dot, extension = name.rpartition(".")
    extension = extension.lower() if dot else ""
    if extension in ARCHIVES and not archives:
        raise refusal("archive_not_here")
    verdict = _judge(stream, extension, settings)
    if verdict["code"]:
        raise refusal(verdict["code"], verdict["params"])
    media_type: str = verdict["media_type"]
    return media_type


def _judge(stream: BinaryIO, extension: str, settings: DocumentSettings) -> dict[str, Any]:
    """The verdict of the judging process; one that dies, hangs or answers nonsense has met a file too heavy."""
    if not _TURNS.acquire(timeout=_WAIT):
        raise refusal("busy")
    stream.seek(0)
    command = [sys.executable, "-m", "jobs.filechecks", extension, json.dumps(_limits(settings))]
    # The process inherits the file and nothing else: no variables, for they may hold secrets, no other files.
    quiet = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    try:
        with tempfile.TemporaryFile() as answer:
            subprocess.run(
                command,
                stdin=stream,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env=quiet,
                timeout=settings.check_seconds * 2,
                check=True,
            )
            answer.seek(0)
            verdict: dict[str, Any] = json.loads(answer.read(64 * 1024))
    except (subprocess.SubprocessError, ValueError) as error:
        log.warning("a file could not be judged: %s", type(error).__name__)
        return {"code": "too_heavy", "params": {}}
    finally:
        _TURNS.release()
    return verdict


def _limits(settings: DocumentSettings) -> dict[str, int]:
    return {
        "image_pixels": settings.image_pixels,
        "pdf_pages": settings.pdf_pages,
        "archive_ratio": settings.archive_ratio,
        "archive_bytes": settings.archive_bytes,
        "archive_entries": settings.archive_entries,
        "memory_bytes": settings.check_memory_bytes,
        "seconds": settings.check_seconds,
    }


def _shorten(text: str, most: int) -> str:
    """At most so many bytes of UTF-8, cut between letters: Vietnamese letters take up to three each."""
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")
