"""Every way an export can end badly has its own words for staff."""

from __future__ import annotations

import errno
from unicodedata import is_normalized

import pytest

from backoffice.services.run_report import TEXTS, outcome_report
from exports.versions import StorageError
from jobs.publication import CODES, code_of

RAISED = {code for _, code in CODES}
STORAGE = {StorageError(OSError(number, "x")).code for number in (errno.ENOSPC, errno.EIO, errno.EACCES)}
# Codes that no error of an attempt has: they are given by `export_run`, or stand for everything else.
GIVEN = {"worker_lost", "never_started", "unexpected"}


def test_every_code_has_its_own_words_when_an_attempt_fails() -> None:
    assert set(TEXTS) == RAISED | STORAGE | GIVEN
    assert len({words for pair in TEXTS.values() for words in pair}) == 2 * len(TEXTS)
    assert all(is_normalized("NFC", words) for pair in TEXTS.values() for words in pair)


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_report_is_not_valid_when_it_tells_of_a_failure(code: str) -> None:
    report = outcome_report("debtors", code)
    assert (report["valid"], report["problems"][0]["code"]) == (False, code)
    assert (report["problems"][0]["message_vi"], report["problems"][0]["message_en"]) == TEXTS[code]


def test_words_are_those_of_an_unexpected_error_when_the_code_is_unknown() -> None:
    assert code_of(RuntimeError("x")) == "unexpected"
    assert outcome_report("debtors", "other")["problems"][0]["code"] == "unexpected"
