"""The built site as files: complete, strict, without a trace of what was taken down, friendly when it fails."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlparse

import pytest

from exports.site_procedures import KINDS
from exports.versions import take_down
from tests.site.reading import plain_files
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

GONE = {
    "full_name": "Ngô Độc Đáo Riêng",
    "address": "Ngõ Không Ai Biết 99",
    "judgment_number": "31337/2024/DS",
}
# The pages of citizens are served beside the site.
FILING = "/dich-vu/"
PAGES = sorted(
    path.relative_to(Path("site/vi")).with_suffix("").as_posix() for path in Path("site/vi").rglob("*.md")
)


class Links(HTMLParser):
    """Collects addresses, ids and inline code of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: set[str] = set()
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        plain = dict(attrs)
        self.found += [value for name in ("href", "src") if (value := plain.get(name))]
        self.ids |= {value for value in [plain.get("id")] if value}
        if tag == "script" and "src" not in plain and plain.get("type") != "application/json":
            self.inline.append("script")
        self.inline += [name for name in plain if name == "style" or name.startswith("on")]


def read_links(page: Path) -> Links:
    links = Links()
    links.feed(page.read_text(encoding="utf-8"))
    return links


def html_pages(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html"))


@pytest.mark.parametrize("language", ["", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_page_is_there_when_its_source_is_in_vietnamese(site: Path, page: str, language: str) -> None:
    folder = page.removesuffix("index").rstrip("/")
    text = (site / language / folder / "index.html").read_text(encoding="utf-8")
    assert f'<html lang="{language or "vi"}"' in text
    assert len(re.findall("<h1", text)) == 1


def test_every_procedure_has_a_page_that_leads_to_filing_when_built(site: Path) -> None:
    for root in ("", "en"):
        pages = [path for path in (site / root / "thu-tuc").glob("*/index.html")]
        assert len(pages) == len(KINDS) + 2
        for page in pages:
            text = page.read_text(encoding="utf-8")
            assert "dich-vu:" not in text
            assert (f'href="{FILING}nop-ho-so/"' in text) == (page.parent.name != "thong-ke")
    home = (site / "index.html").read_text(encoding="utf-8")
    assert f'href="{FILING}tra-cuu/"' in home
    hanoi = (site / "co-quan" / "c01" / "index.html").read_text(encoding="utf-8")
    assert f'href="{FILING}nop-ho-so/tai/C01/"' in hanoi
    assert f'href="{FILING}nop-ho-so/tai/CC001/"' in hanoi


def test_every_province_has_a_page_when_built(site: Path) -> None:
    for root in (site, site / "en"):
        assert len(list((root / "co-quan").glob("c*/index.html"))) == 63
    hanoi = (site / "co-quan" / "c01" / "index.html").read_text(encoding="utf-8")
    assert "Chi cục Thi hành án dân sự quận Ba Đình" in hanoi
    assert "CC250" in hanoi
    assert "tỉnh Hà Giang" not in hanoi


def test_no_page_prints_the_insides_of_the_program_when_built(site: Path) -> None:
    texts = {page: page.read_text(encoding="utf-8").replace("&lt;", "<") for page in html_pages(site)}
    traces = ("<built-in", " object at 0x", "<function")
    assert [page for page, text in texts.items() if any(trace in text for trace in traces)] == []


@pytest.mark.parametrize(("root", "words"), [("", "Giá trị: <code>"), ("en", "Values: <code>")])
def test_codes_have_their_labels_when_a_schema_lists_them(site: Path, root: str, words: str) -> None:
    text = (site / root / "du-lieu" / "index.html").read_text(encoding="utf-8")
    assert words in text
    assert f"<code>fine</code> ({'Fine' if root else 'Tiền phạt'})" in text


def test_no_link_is_broken_when_followed_from_any_page(site: Path) -> None:
    pages = {page: read_links(page) for page in html_pages(site)}
    broken = []
    for page, links in pages.items():
        base = f"http://host/{page.relative_to(site).as_posix()}"
        for address in links.found:
            target, fragment = urldefrag(urljoin(base, address))
            if urlparse(target).path.startswith(FILING):
                continue
            place = site / unquote(urlparse(target).path).lstrip("/")
            place = place / "index.html" if place.is_dir() else place
            known = pages[place].ids if place in pages else set()
            if not place.exists() or (fragment and "=" not in fragment and fragment not in known):
                broken.append((base, address))
    assert broken == []


def test_no_address_leaves_the_host_when_loading_pages(site: Path) -> None:
    outside = [
        (page.name, address)
        for page in html_pages(site)
        for address in read_links(page).found
        if urlparse(address).netloc
    ]
    styles = "".join(path.read_text(encoding="utf-8") for path in site.glob("assets/stylesheets/[fst]*.css"))
    assert outside == []
    assert re.findall(r"url\(\"?https?:", styles) == []


def test_no_page_has_inline_script_or_style_when_built(site: Path) -> None:
    assert [(page, read_links(page).inline) for page in html_pages(site) if read_links(page).inline] == []


def test_search_index_holds_guidance_only_when_built(site: Path) -> None:
    documents = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    text = json.dumps(documents, ensure_ascii=False)
    locations = {document["location"].split("#")[0] for document in documents}
    assert "huong-dan/thoi-han/" in locations
    assert not {place for place in locations if "co-quan" in place or "tra-cuu" in place}
    assert [row["full_name"] for row in named_records() if row["full_name"] in text] == []


def test_names_are_in_data_and_lookup_only_when_built(site: Path) -> None:
    name = named_records()[7]["full_name"].encode()
    holders = {path.relative_to(site).parts[0] for path, data in plain_files(site) if name in data}
    assert holders == {"lookup", "du-lieu"}


def test_robots_are_kept_out_when_pages_name_people(site: Path) -> None:
    rules = (site / "robots.txt").read_text(encoding="utf-8")
    assert "Disallow: /lookup/" in rules
    for root in (site, site / "en"):
        assert '<meta name="robots" content="noindex">' in (root / "tra-cuu/index.html").read_text("utf-8")
        assert 'name="robots"' not in (root / "index.html").read_text(encoding="utf-8")


def test_downloads_equal_the_package_when_built(site: Path, packages: Path) -> None:
    page = (site / "du-lieu" / "index.html").read_text(encoding="utf-8")
    for name in ("debtors", "statistics", "documents"):
        source = packages / name / "current"
        for path in sorted(source.rglob("*")):
            if path.is_file():
                target = site / "du-lieu" / name / path.relative_to(source)
                assert target.read_bytes() == path.read_bytes()
        for resource in json.loads((source / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
            assert resource["hash"].removeprefix("sha256:") in page
            assert resource["parquet"]["hash"].removeprefix("sha256:") in page
            assert f"{resource['rows']:,}".replace(",", ".") in page


def test_charts_speak_when_drawn(site: Path) -> None:
    page = (site / "thong-ke" / "index.html").read_text(encoding="utf-8")
    assert len(re.findall(r'<svg class="chart" role="img" aria-label="[^"]{30,}"', page)) == 4
    assert "var(--color-chart-1)" in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_sample_notice_stands_on_every_page_when_data_are_invented(site: Path) -> None:
    missing = [page for page in html_pages(site) if "sample-notice" not in page.read_text(encoding="utf-8")]
    assert missing == []


def test_sample_notice_is_gone_when_data_are_real(tmp_path: Path) -> None:
    write_debtors(tmp_path / "p", [record(1)], sample=False)
    write_statistics(tmp_path / "p", months=1, sample=False)
    write_documents(tmp_path / "p", sample=False)
    done = build_site(tmp_path / "p", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "sample-notice" not in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_build_fails_with_advice_when_no_package_is_there(tmp_path: Path) -> None:
    done = build_site(tmp_path / "none", tmp_path / "out")
    assert done.returncode != 0
    assert "make export" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_build_fails_with_advice_when_one_package_is_missing(packages: Path, tmp_path: Path) -> None:
    shutil.copytree(packages / "debtors", tmp_path / "debtors", symlinks=True)
    done = build_site(tmp_path, tmp_path / "out")
    assert done.returncode != 0
    assert "statistics" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_page_says_that_nothing_is_published_when_there_are_no_documents_yet(tmp_path: Path) -> None:
    write_debtors(tmp_path / "p", [record(1)])
    write_statistics(tmp_path / "p", months=1)
    done = build_site(tmp_path / "p", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    for folder, sentence in (("", "Chưa công bố danh mục văn bản."), ("en/", "No register of documents")):
        page = (tmp_path / "out" / folder / "kiem-tra" / "index.html").read_text(encoding="utf-8")
        assert sentence in page
        assert "check.js" not in page
        assert "check-form" not in page
        downloads = (tmp_path / "out" / folder / "du-lieu" / "index.html").read_text(encoding="utf-8")
        assert "issued_documents" not in downloads
    assert not (tmp_path / "out" / "check").exists()
    write_documents(tmp_path / "p", issued_documents())
    assert build_site(tmp_path / "p", tmp_path / "out").returncode == 0
    page = (tmp_path / "out" / "kiem-tra" / "index.html").read_text(encoding="utf-8")
    assert "check-none" not in page
    assert "check.js" in page


def test_taken_down_person_is_in_no_file_when_site_is_rebuilt(tmp_path: Path) -> None:
    gone = record(5, **GONE)
    write_debtors(tmp_path / "p", [*many_records(300)[10:], gone])
    write_statistics(tmp_path / "p", months=1)
    write_documents(tmp_path / "p")
    assert build_site(tmp_path / "p", tmp_path / "out").returncode == 0
    traces = [text.encode() for text in (*GONE.values(), gone["public_id"])]
    before = b"".join(data for _, data in plain_files(tmp_path / "out"))
    assert all(trace in before for trace in traces)
    take_down(tmp_path / "p", "debtors", gone["public_id"])
    assert build_site(tmp_path / "p", tmp_path / "out").returncode == 0
    left = [
        (path, trace) for path, data in plain_files(tmp_path / "out") for trace in traces if trace in data
    ]
    assert left == []
    assert len(list((tmp_path / "out" / "du-lieu" / "debtors" / "data").glob("*.parquet"))) == 2
