"""Fixtures of a published package and a built site, shared by the tests of the site and of the browser.

Not here: rows and packages (`sample.py`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.site.sample import (
    build_site,
    issued_documents,
    many_records,
    named_records,
    record,
    write_debtors,
    write_documents,
    write_statistics,
)


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages: a document in every state, 3,000 records, one name with 300 bearers, twelve months of figures."""
    root = tmp_path_factory.mktemp("packages")
    crowd = [
        record(800_000 + index, full_name="Lê Thị Lan", agency_code="CC001" if index % 3 else "CC250")
        for index in range(300)
    ]
    write_debtors(root, [*many_records(3000), *crowd, *named_records()])
    write_statistics(root)
    write_documents(root, issued_documents())
    return root


@pytest.fixture(scope="session")
def site(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    target = tmp_path_factory.mktemp("site") / "out"
    done = build_site(packages, target)
    assert done.returncode == 0, done.stdout + done.stderr
    return target
