"""One address for all: the site as it lies on disk, the staff screens behind their prefix, nothing outside."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from werkzeug.test import Client

from backoffice.web import create_counter, create_web, site_application
from config import ROOT, Settings
from tests.conftest import make_settings


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site behind a link, as a build leaves it."""
    _version(tmp_path, "one", "Trang một")
    link = tmp_path / "site"
    link.symlink_to("versions/one")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    return link


def _version(folder: Path, name: str, text: str) -> None:
    version = folder / "versions" / name
    (version / "tra-cuu").mkdir(parents=True)
    (version / "en").mkdir()
    (version / "index.html").write_text(f"<p>{text}</p>", encoding="utf-8")
    (version / "tra-cuu" / "index.html").write_text("<p>Tra cứu</p>", encoding="utf-8")
    (version / "404.html").write_text("<p>Không có trang này</p>", encoding="utf-8")
    (version / "en" / "404.html").write_text("<p>No such page</p>", encoding="utf-8")
    (version / "shard.json.gz").write_bytes(gzip.compress(b"{}"))
    (version / "data.json").write_text("{}", encoding="utf-8")
    (version / "data.json.gz").write_bytes(gzip.compress(b"{}"))
    for name_, content in (("a.css", "p{}"), ("a.js", "1"), ("a.csv", "a\n1\n"), ("a.svg", "<svg/>")):
        (version / name_).write_text(content, encoding="utf-8")
    (version / "a.parquet").write_bytes(b"PAR1")
    (version / "a.woff2").write_bytes(b"wOF2")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/tra-cuu/", "text/html; charset=utf-8"),
        ("/a.css", "text/css; charset=utf-8"),
        ("/a.js", "text/javascript; charset=utf-8"),
        ("/a.csv", "text/csv; charset=utf-8"),
        ("/a.svg", "image/svg+xml"),
        ("/a.woff2", "font/woff2"),
        ("/data.json", "application/json"),
        ("/a.parquet", "application/vnd.apache.parquet"),
        ("/shard.json.gz", "application/gzip"),
        ("/data.json.gz", "application/gzip"),
    ],
)
def test_file_has_its_type_and_no_encoding_when_it_is_asked_for(site: Path, path: str, kind: str) -> None:
    answer = Client(site_application(site)).get(path, headers={"Accept-Encoding": "gzip, br"}, buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == kind
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    head = Client(site_application(site)).head(path)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(answer.data)))


@pytest.mark.parametrize(
    "path",
    [
        "/secret.txt",
        "/../secret.txt",
        "/tra-cuu/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..\\secret.txt",
        "//secret.txt",
        "/\0",
        "/nosuch/",
        "/" + "a" * 256,
        "/tra-cuu/" + "a" * 4096,
        "/versions/one/index.html",
    ],
)
def test_path_is_not_found_when_it_leaves_the_site_or_names_nothing(site: Path, path: str) -> None:
    answer = Client(site_application(site)).get(path)
    assert answer.status_code in {404, 308, 302}
    assert b"secret" not in answer.data
    if answer.status_code == 404:
        assert "Không có trang này" in answer.text


def test_missing_page_is_told_in_english_when_it_lies_under_the_english_part(site: Path) -> None:
    assert "No such page" in Client(site_application(site)).get("/en/nosuch").text


@pytest.mark.parametrize(("path", "method", "status"), [("/healthz/x", "GET", 404), ("/healthz", "PUT", 405)])
def test_health_answers_only_its_own_address(web: Client, path: str, method: str, status: int) -> None:
    assert web.open(path, method=method).status_code == status


def test_site_allows_only_its_own_scripts(site: Path) -> None:
    policy = Client(site_application(site)).head("/").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_site_only_reads(site: Path, method: str) -> None:
    assert Client(site_application(site)).open("/", method=method).status_code == 405
    assert Client(site_application(site)).open("/nosuch", method=method).status_code == 405


def test_new_version_is_served_at_once_when_the_link_is_swapped(site: Path) -> None:
    client = Client(site_application(site))
    assert "Trang một" in client.get("/", buffered=True).text
    _version(site.parent, "two", "Trang hai")
    fresh = site.parent / "fresh"
    fresh.symlink_to("versions/two")
    fresh.replace(site)
    assert "Trang hai" in client.get("/", buffered=True).text


def test_plain_page_says_so_when_no_site_is_built(tmp_path: Path) -> None:
    answer = Client(site_application(tmp_path / "site")).get("/")
    assert answer.status_code == 503
    assert "chưa được tạo" in answer.text
    assert Client(site_application(tmp_path / "site")).get("/tra-cuu/").status_code == 503


@pytest.fixture(scope="module")
def web(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """The whole address on an empty database."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "web.sqlite").write_bytes(sqlite_template.read_bytes())
    settings: Settings = make_settings(f"sqlite:///{folder / 'web.sqlite'}", folder)
    return Client(create_web(settings))


def test_staff_screens_answer_behind_their_prefix(web: Client) -> None:
    answer = web.get("/backoffice/")
    assert answer.location == "/backoffice/login/?next=/backoffice/"
    page = web.get(answer.location).text
    assert 'href="/backoffice/static/staff.css?v=' in page
    assert web.get("/backoffice/static/staff.css", buffered=True).status_code == 200
    assert web.get("/backoffice/shared/stylesheets/tokens.css", buffered=True).status_code == 200
    assert web.get("/backoffice/nosuch").status_code == 404


@pytest.mark.parametrize(
    "path", ["/login/", "/cases/list/", "/static/staff.css", "/dich-vu/login/", "/dich-vu/cases/list/"]
)
def test_staff_screens_do_not_answer_outside_their_prefix(web: Client, path: str) -> None:
    assert web.get(path).status_code in {404, 503}


def test_citizens_pages_answer_behind_their_prefix_with_a_cookie_of_their_own(web: Client) -> None:
    answer = web.get("/dich-vu/")
    assert answer.status_code == 200
    assert 'href="/dich-vu/static/public.css?v=' in answer.text
    assert web.get_cookie("openthads-dich-vu") is not None
    assert web.get("/dich-vu/shared/stylesheets/tokens.css", buffered=True).status_code == 200
    assert web.get("/dich-vu").status_code in {200, 308}


def test_counter_serves_citizens_alone_when_it_has_processes_of_its_own(
    sqlite_template: Path, tmp_path: Path
) -> None:
    (tmp_path / "web.sqlite").write_bytes(sqlite_template.read_bytes())
    counter = Client(create_counter(make_settings(f"sqlite:///{tmp_path / 'web.sqlite'}", tmp_path)))
    assert counter.get("/dich-vu/").status_code == 200
    assert counter.get("/healthz").status_code == 200
    for path in ("/", "/backoffice/", "/backoffice/login/", "/login/"):
        assert counter.get(path).status_code == 404


def test_health_is_told_without_a_database(web: Client) -> None:
    answer = web.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_staff_static_files_stay_inside_their_folders(web: Client) -> None:
    for path in (
        "/backoffice/static/../web.py",
        "/backoffice/shared/../../config.py",
        "/backoffice/static/%2e%2e/web.py",
    ):
        answer = web.get(path)
        assert answer.status_code in {400, 404}, path
        assert b"import" not in answer.data


def test_gunicorn_can_start_the_address() -> None:
    command = [sys.executable, "-m", "gunicorn", "--check-config", "backoffice.web:create_web()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
