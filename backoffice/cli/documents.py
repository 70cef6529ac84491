"""Commands on the store of documents: verify, sweep, keys, scan."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from backoffice.access.actor import Actor
from backoffice.cli.words import one_sentence
from backoffice.services.document_crypto import add_master_key
from backoffice.services.document_upkeep import (
    STALE_AFTER,
    rewrap_keys,
    scan_waiting,
    sweep_files,
    verify_files,
)
from backoffice.services.document_vault import Vault
from backoffice.services.request_draft import sweep_drafts
from config import DocumentSettings

group = AppGroup(
    "documents", help="Attached files: damage, keys, waiting scans.", short_help="Attached files."
)

_SYSTEM = Actor.system("documents")
_WORDS = {
    "damaged": "is damaged: restore it from a backup, or attach the same file again",
    "missing": "is missing: restore it from a backup, or attach the same file again",
    "no_key": "is under a master key that is not in the file of keys",
    "orphan": "belongs to no document: the next sweep removes it",
}


@group.command("verify")
def verify() -> None:
    """Read every stored file and compare it with the database; exits with 1 when anything is wrong."""
    with one_sentence():
        findings = verify_files(_SYSTEM, _vault())
    for finding in findings:
        click.echo(f"{finding.address} {_WORDS[finding.code]}.")
    click.echo(f"Problems: {len(findings)}.")
    sys.exit(1 if findings else 0)


@group.command("sweep")
@click.option(
    "--older-than",
    default=STALE_AFTER,
    show_default=True,
    type=click.IntRange(min=60),
    help="Seconds; younger files may belong to an upload that goes on.",
)
def sweep(older_than: int) -> None:
    """Remove requests that citizens never sent, files that no document names and what unfinished uploads left.

    Run it once a day.
    """
    with one_sentence():
        drafts = sweep_drafts()
        removed = sweep_files(_SYSTEM, _vault(), older_than)
    click.echo(f"Removed: {removed}. Requests never sent: {drafts}.")


@group.command("new-key")
def new_key() -> None:
    """Add a new master key to the file of keys; then run “documents rotate”."""
    click.echo(
        f"New master key {add_master_key(_settings().keys_file)}. Back up {_settings().keys_file} now."
    )


@group.command("rotate")
def rotate() -> None:
    """Put the keys of all files and the contents of messages and citizens' requests under the newest master key; the
    files stay as they are. Exits with 1 when something does not open under any key."""
    with one_sentence():
        done = rewrap_keys(_SYSTEM, _vault())
    kept = f"files {done.files}, messages {done.messages}, requests {done.requests}"
    click.echo(f"Put under the newest master key: {kept}.")
    if done.shut:
        click.echo(f"Left as they were, because no key opens them: {done.shut}. Keep the old keys.")
    sys.exit(1 if done.shut else 0)


@group.command("scan")
def scan() -> None:
    """Scan documents that were held back because the virus scanner did not answer."""
    with one_sentence():
        done = scan_waiting(_SYSTEM, _vault())
    click.echo(f"Released: {done.released}, erased: {done.erased}.")


def _settings() -> DocumentSettings:
    settings: DocumentSettings = current_app.config["OPENTHADS"].documents
    return settings


def _vault() -> Vault:
    return Vault.of(_settings())
