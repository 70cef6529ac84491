"""Runs as a process that dies or runs out of room while it writes a file into the store.

Words: the folder, then `endless` (writes until it is killed) or a number of bytes that a file may have at most.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from pathlib import Path

from backoffice.services.document_crypto import new_data_key, seal
from backoffice.services.document_store import FolderStore, StoreFullError


def endless() -> Iterator[bytes]:
    """Pieces for ever; the first ones are announced."""
    number = 0
    while True:
        number += 1
        if number == 20:
            print("writing", flush=True)
        yield b"x" * 65_536


def main() -> int:
    """0 when the refusal was the one for a full disk."""
    store, word = FolderStore(Path(sys.argv[1])), sys.argv[2]
    if word == "endless":
        store.put(seal(new_data_key(), endless()))
        return 1
    most = int(word)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    try:
        store.put(seal(new_data_key(), [b"x" * (most * 2)]))
    except StoreFullError:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
