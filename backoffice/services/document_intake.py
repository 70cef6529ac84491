"""Taking files in: a copy of each is judged, scanned and put into the store, all or none.

Not here: who may attach what to which row (`document`), reading foreign formats (`document_check`).
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO, cast

from backoffice.errors import InvalidInputError, OpenThadsError
from backoffice.services.document_check import clean_name, media_type_of, refusal
from backoffice.services.document_store import refusing_full_disk
from backoffice.services.document_vault import Kept, Vault, pieces_of
from backoffice.services.virus_scan import ScannerDownError, is_clean
from backoffice.workflow.messages import N_


class FilesRefusedError(OpenThadsError):
    """Some files cannot be accepted, and so none was stored; `refusals` pairs each name with its reason."""

    code = "files_refused"
    message = N_("Nothing was stored. Correct or leave out the files named here and choose all files again.")

    def __init__(self, refusals: Sequence[tuple[str, OpenThadsError]]) -> None:
        super().__init__()
        self.refusals = refusals


@dataclass(frozen=True)
class Upload:
    """One file as it came: the name that was given, and its bytes."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True)
class Accepted:
    """A file that was judged and may be stored."""

    name: str
    media_type: str
    sha256: str
    size: int
    stream: BinaryIO
    is_scanned: bool


def take_in(
    uploads: Sequence[Upload], known: set[str], vault: Vault, *, archives: bool
) -> list[tuple[Accepted, Kept]]:
    """Judge and store the files; `known` are sums that are attached already. Needs no transaction.

    Raises FilesRefusedError, StoreFullError; then nothing is left in the store.
    """
    with ExitStack() as spools:
        accepted = _accept_all(uploads, known, vault, spools, archives=archives)
        return list(zip(accepted, _keep_all(accepted, vault), strict=True))


def _accept_all(
    uploads: Sequence[Upload], known: set[str], vault: Vault, spools: ExitStack, *, archives: bool
) -> list[Accepted]:
    accepted: list[Accepted] = []
    refused: list[tuple[str, OpenThadsError]] = []
    sums = set(known)
    for upload in uploads:
        name = clean_name(upload.name)
        try:
            file = _accept(name, upload.stream, vault, spools, archives=archives)
            if file.sha256 in sums:
                raise InvalidInputError("files", N_("This very file is attached here already."))
        except InvalidInputError as error:
            refused.append((name, error))
        else:
            sums.add(file.sha256)
            accepted.append(file)
    if refused:
        raise FilesRefusedError(refused)
    return accepted


def _accept(name: str, stream: BinaryIO, vault: Vault, spools: ExitStack, *, archives: bool) -> Accepted:
    """Judge a copy without a name on the disk, which is gone with this process, and stays the same meanwhile."""
    spool = cast(BinaryIO, spools.enter_context(tempfile.TemporaryFile()))  # noqa: SIM115 - closed by `spools`
    digest = hashlib.sha256()
    with refusing_full_disk():
        for piece in pieces_of(stream):
            digest.update(piece)
            spool.write(piece)
            if spool.tell() > vault.settings.upload_bytes:
                break
        spool.flush()
    media_type = media_type_of(spool, name, vault.settings, archives=archives)
    size, is_scanned = spool.seek(0, 2), _scan(spool, vault.settings.scanner)
    return Accepted(name, media_type, digest.hexdigest(), size, spool, is_scanned)


def _scan(stream: BinaryIO, scanner: str) -> bool:
    """Whether the scanner has seen the file; without a scanner there is nothing to wait for."""
    try:
        if scanner and not is_clean(scanner, stream):
            raise refusal("infected")
    except ScannerDownError:
        return False
    return True


def _keep_all(accepted: Sequence[Accepted], vault: Vault) -> list[Kept]:
    kept: list[Kept] = []
    try:
        for file in accepted:
            kept.append(vault.keep(file.stream, file.sha256))
    except BaseException:
        for stored in kept:
            vault.store.remove(stored.address)
        raise
    return kept
