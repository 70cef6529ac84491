"""Upkeep in words: what it is called, its figures, faults of files, and why a run was not done.

Not here: doing it (`services.upkeep`), the page (`upkeep`).
"""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from backoffice.views.words import Word

UPKEEPS: Mapping[str, Word] = {
    "document_verify": _l("Check of all stored files"),
    "document_sweep": _l("Removal of files that belong to nothing"),
    "document_scan": _l("Virus scan of documents that wait"),
}
COUNTS: Mapping[str, Word] = {
    "files": _l("Files checked"),
    "damaged": _l("Damaged"),
    "missing": _l("Missing"),
    "no_key": _l("Without a key"),
    "orphan": _l("Of no document"),
    "removed": _l("Removed"),
    "released": _l("Released"),
    "erased": _l("Infected and erased"),
}
FAULTS: Mapping[str, Word] = {
    "damaged": _l("The file is damaged: restore it from a backup, or attach the same file again."),
    "missing": _l("The file is missing: restore it from a backup, or attach the same file again."),
    "no_key": _l("The file is under a master key that is not in the file of keys: put that key back."),
}
_WAITING = _l("A document that waits for the scan has no whole file. Run the check of all stored files.")
ERRORS: Mapping[str, Word] = {
    "scanner_down": _l("The virus scanner does not answer."),
    "key_missing": _l("The file of master keys cannot be used."),
    "disk_full": _l("The disk is full."),
    "disk_error": _l("The folder of stored files cannot be read or written."),
    "file_missing": _WAITING,
    "file_damaged": _WAITING,
    "timed_out": _l("The run took longer than a job may. Raise OPENTHADS_JOB_TIMEOUT."),
}
UNEXPECTED = _l("The run ended with an unexpected error. Look into the log of the worker.")
