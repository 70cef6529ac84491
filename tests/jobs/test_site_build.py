"""The site is shown by one pointer: a failed build changes nothing, old sites go, a purge leaves only the new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from backoffice.models import OutboxMessage
from backoffice.services import site_build
from backoffice.services.export_run import PACKAGES
from backoffice.services.transaction import unit_of_work
from config import Settings
from jobs.packages import build
from jobs.site import SiteBuildError, build_site
from tests.jobs import rows
from tests.jobs.roles import SYSTEM


@pytest.fixture
def database_kind() -> str:
    """Nothing here depends on the database: the packages are the same bytes from both."""
    return "sqlite"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A site of one page with MkDocs' own theme."""
    folder = tmp_path / "sources"
    (folder / "site").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text("site_name: Test\ndocs_dir: site\ntheme: mkdocs\nplugins: []\n")
    write(folder, "first")
    return folder


def write(sources: Path, text: str) -> None:
    (sources / "site" / "index.md").write_text(f"# Page\n\n{text}\n")


@pytest.fixture
def packaged(ready: Settings) -> Settings:
    """All packages published."""
    rows.add_records(3)
    for name in PACKAGES:
        build(ready, name)
    return ready


def versions(settings: Settings) -> set[str]:
    return {path.name for path in (settings.build_dir / "site-versions").iterdir() if path.is_dir()}


def page(settings: Settings) -> str:
    return (settings.site_dir / "index.html").read_text(encoding="utf-8")


def test_site_is_not_built_when_a_package_is_missing(ready: Settings, sources: Path) -> None:
    result = build_site(ready, sources=sources)
    assert (result.version, result.changed) == (None, False)
    assert not ready.site_dir.exists()


def test_site_is_built_before_documents_were_ever_published_and_again_after(
    ready: Settings, sources: Path
) -> None:
    rows.add_records(3)
    build(ready, "debtors")
    assert build_site(ready, sources=sources).version is None
    build(ready, "statistics")
    before = build_site(ready, sources=sources)
    assert before.changed
    build(ready, "documents")
    after = build_site(ready, sources=sources)
    assert after.changed
    assert after.version != before.version


def test_site_changes_by_pointer_and_keeps_the_one_before(packaged: Settings, sources: Path) -> None:
    first = build_site(packaged, sources=sources)
    assert first.changed
    assert not build_site(packaged, sources=sources).changed
    assert packaged.site_dir.is_symlink()
    shown = []
    for text in ("second", "third"):
        write(sources, text)
        shown.append(build_site(packaged, sources=sources).version)
        assert text in page(packaged)
    assert versions(packaged) == set(shown)


def test_failed_build_leaves_the_site_as_it_was(packaged: Settings, sources: Path) -> None:
    build_site(packaged, sources=sources)
    before = versions(packaged)
    (sources / "site" / "index.md").write_text("[broken](missing.md)")
    with pytest.raises(SiteBuildError):
        build_site(packaged, sources=sources)
    assert "first" in page(packaged)
    assert before <= versions(packaged)
    write(sources, "mended")
    build_site(packaged, sources=sources)
    assert "mended" in page(packaged)
    assert not (packaged.build_dir / "site-versions" / ".stage").exists()


def test_purge_leaves_only_the_new_site(packaged: Settings, sources: Path) -> None:
    build_site(packaged, sources=sources)
    write(sources, "second")
    result = build_site(packaged, purge=True, sources=sources)
    assert versions(packaged) == {result.version}


def test_site_built_by_hand_is_replaced(packaged: Settings, sources: Path) -> None:
    packaged.site_dir.mkdir()
    (packaged.site_dir / "index.html").write_text("by hand")
    assert build_site(packaged, sources=sources).changed
    assert "first" in page(packaged)


def test_site_build_is_asked_for_once_but_never_merged_with_a_purge(ready: Settings) -> None:
    with unit_of_work(SYSTEM) as session:
        assert site_build.request_site_build(session) is not None
        assert site_build.request_site_build(session) is None
        assert site_build.request_site_build(session, purged_record=7) is not None
        arguments = [message.arguments for message in session.query(OutboxMessage)]
    assert sorted(arguments, key=str) == [{"purge": 0}, {"purge": 1, "record_id": 7}]
