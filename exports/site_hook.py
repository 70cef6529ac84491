"""MkDocs hook of the public site: hands the packages to the templates and adds generated pages and files.

Here: glue between MkDocs events and `exports.catalog`, `exports.site_pages`, `exports.lookup`,
`exports.check_shards`. Not here: any knowledge of figures, records or HTML.
"""

# ruff: noqa: E402 - the path must be set right before our own modules are imported
from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# MkDocs puts this folder first on the path while it loads a hook; here `statistics` would hide the standard
# module. The project's root in its place lets the imports below be the ordinary ones.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

import material  # type: ignore[import-untyped]
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files

from exports import site_format
from exports.catalog import Catalog, PackageMissingError, load_catalog, publish_downloads
from exports.check_shards import build_check
from exports.lookup import build_lookup
from exports.site_pages import downloads, key_figures, national_charts, page_of, province_tables
from exports.site_procedures import Procedure, load_procedures
from exports.site_support import Support, load_support
from exports.text import fold_ascii

PACKAGES_DIR = "OPENTHADS_PACKAGES_DIR"
DEFAULT_PACKAGES_DIR = "build/packages"
DOWNLOADS = "du-lieu"
LOOKUP = "lookup"
CHECK = "check"
# In the pages of `site/` a link with this scheme leads to the pages of citizens, wherever they are served.
FILING_SCHEME = "dich-vu:"
_FILING_ADDRESS = re.compile(r"(/|https?://[^\s\"'<>/]+/)([A-Za-z0-9_.~-]+/)*")

log = logging.getLogger("mkdocs.plugins.openthads")


class _State:
    """What the build that runs has read: the packages, the procedures, and the words of the page frame by language."""

    catalog: Catalog
    support: Support
    procedures: list[Procedure]
    filing: str
    strings: dict[str, Any]


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Load the packages once a build, or stop with a sentence that says what to do."""
    root = Path(os.environ.get(PACKAGES_DIR, DEFAULT_PACKAGES_DIR))
    try:
        _State.catalog = load_catalog(root)
    except PackageMissingError as missing:
        raise PluginError(
            f"No published package of: {missing} (looked in {root}). The site is built from the published "
            "packages: run `make export` first. / Chưa có gói dữ liệu đã công bố: hãy chạy `make export` trước."
        ) from None
    # The law of the day on which the figures were published.
    _State.procedures = load_procedures(_State.catalog.statistics.published_at[:10])
    _State.support = load_support(_State.catalog.statistics)
    _State.filing = _filing_address(str(config.extra["filing_url"]))
    strings = Path(config.docs_dir) / "strings.json"
    _State.strings = json.loads(strings.read_text(encoding="utf-8"))
    config.mdx_configs.setdefault("toc", {})["slugify"] = lambda text, sign: fold_ascii(text).replace(
        " ", sign
    )
    styles = Path(material.__file__).parent / "templates" / "assets" / "stylesheets"
    config.extra["theme_css"] = f"assets/stylesheets/{next(styles.glob('main.*.min.css')).name}"
    return config


def on_env(env: Any, config: MkDocsConfig, files: Files) -> Any:  # noqa: ARG001 - MkDocs passes by name
    """Escape by default: names from the data never become markup. Numbers follow the language built."""
    env.autoescape = True
    env.filters.update(site_format.filters(_language(config)))
    return env


@event_priority(-110)  # after the languages plugin, which only knows files on disk
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add one page a province and one a procedure in the language being built."""
    language = _language(config)
    for agency in _State.catalog.provinces:
        head = {"title": agency.name, "template": "province.html", "province": agency.code}
        files.append(_generated(config, page_of(agency), head))
    for procedure in _State.procedures:
        head = {
            "title": procedure.title[language],
            "description": procedure.summary[language],
            "template": "procedure.html",
            "procedure": procedure.form,
        }
        files.append(_generated(config, procedure.page, head))
    return files


def _generated(config: MkDocsConfig, page: str, head: Mapping[str, str]) -> File:
    """A page that has no source on disk."""
    language = _language(config)
    prefix = "" if _is_default(config) else f"{language}/"
    content = f"---\n{json.dumps(head, ensure_ascii=False)}\n---\n"
    file = File.generated(config, f"{language}/{page.rstrip('/')}.md", content=content)
    file.dest_uri = f"{prefix}{page}index.html"
    file.url = f"{prefix}{page}"
    return file


def on_page_content(html: str, page: Any, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Lead links to the pages of citizens to where this installation serves them."""
    return html.replace(f'href="{FILING_SCHEME}', f'href="{_State.filing}')


def on_page_context(context: Any, page: Any, config: MkDocsConfig, nav: Any) -> Any:  # noqa: ARG001
    """Give every template the catalog and what its own page shows."""
    language = _language(config)
    context.update(_shared(config, page.url))
    template = page.meta.get("template")
    if template == "home.html":
        context["key_figures"] = key_figures(_State.catalog)
    if template == "statistics.html":
        context["charts"] = national_charts(_State.catalog, language)
    if template == "downloads.html":
        context["packages"] = downloads(_State.catalog, language)
    if template == "province.html":
        context["province"] = province_tables(_State.catalog, page.meta["province"], language)
    if template == "procedure.html":
        found = {procedure.form: procedure for procedure in _State.procedures}
        context["procedure"] = found[page.meta["procedure"]]
    return context


def on_template_context(context: Any, template_name: str, config: MkDocsConfig) -> Any:  # noqa: ARG001
    """The same for pages without a source, such as 404."""
    context.update(_shared(config, ""))
    return context


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Keep the first 404 page, which speaks both languages; other builds would write over it."""
    return output_content if _is_default(config) or template_name != "404.html" else ""


@event_priority(100)  # before the languages plugin builds the other languages inside this event
def on_post_build(config: MkDocsConfig) -> None:
    """Write the look-up, the check files and the downloads beside the pages, once."""
    if not _is_default(config):
        return
    site, catalog = Path(config.site_dir), _State.catalog
    summary = build_lookup(catalog.debtors.directory, site / LOOKUP)
    log.info("Look-up: %s records in %s files, %s bytes", summary.records, summary.files, summary.bytes)
    if catalog.documents is None:
        log.info("Check: no register of documents is published yet")
    else:
        checked = build_check(catalog.documents.directory, site / CHECK)
        log.info("Check: %s documents in %s files, %s bytes", checked.documents, checked.files, checked.bytes)
    publish_downloads(catalog, site / DOWNLOADS)


def _filing_address(text: str) -> str:
    """Where the pages of citizens are: a path of this host or a whole address. Raises PluginError for anything else."""
    address = text if text.endswith("/") else f"{text}/"
    if not _FILING_ADDRESS.fullmatch(address):
        raise PluginError(
            "OPENTHADS_FILING_URL must be a path such as /dich-vu/ or an address such as https://host/dich-vu/."
        )
    return address


def _language(config: MkDocsConfig) -> str:
    languages: Any = config.plugins["i18n"]
    return str(languages.current_language or "vi")


def _is_default(config: MkDocsConfig) -> bool:
    languages: Any = config.plugins["i18n"]
    return bool(languages.is_default_language_build)


def _shared(config: MkDocsConfig, url: str) -> dict[str, Any]:
    language = _language(config)
    path = url.removeprefix("./").removeprefix("en/") if language == "en" else url.removeprefix("./")
    return {
        "catalog": _State.catalog,
        "support": _State.support,
        "procedures": _State.procedures,
        "filing": _State.filing,
        "language": language,
        "S": _State.strings[language],
        "root": "" if language == "vi" else f"{language}/",
        "alternates": {"vi": path or ".", "en": f"en/{path}"},
    }
