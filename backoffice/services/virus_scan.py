"""Asking a virus scanner (clamd) over its socket: the INSTREAM command, and nothing else of its protocol.

Not here: what happens to a file that could not be scanned (`document`).
"""

from __future__ import annotations

import socket
import struct
from typing import BinaryIO

from backoffice.errors import OpenThadsError
from backoffice.workflow.messages import N_

_CHUNK = 256 * 1024
_TIMEOUT = 20
_LONGEST_ANSWER = 4096


class ScannerDownError(OpenThadsError):
    """The scanner did not answer, or not with a verdict."""

    code = "scanner_down"
    message = N_("The virus scanner does not answer.")


def is_clean(address: str, stream: BinaryIO) -> bool:
    """Whether the scanner at `unix:/path` or `tcp:host:port` finds nothing. Raises ScannerDownError."""
    stream.seek(0)
    try:
        with _connect(address) as connection:
            connection.sendall(b"zINSTREAM\0")
            while chunk := stream.read(_CHUNK):
                connection.sendall(struct.pack(">I", len(chunk)) + chunk)
            connection.sendall(struct.pack(">I", 0))
            answer = _answer(connection)
    except OSError as error:
        raise ScannerDownError from error
    if answer.endswith("FOUND"):
        return False
    if answer != "stream: OK":
        raise ScannerDownError
    return True


def _connect(address: str) -> socket.socket:
    kind, _, place = address.partition(":")
    if kind == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(_TIMEOUT)
        try:
            connection.connect(place)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = place.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=_TIMEOUT)


def _answer(connection: socket.socket) -> str:
    kept = b""
    while len(kept) < _LONGEST_ANSWER and not kept.endswith(b"\0"):
        chunk = connection.recv(_LONGEST_ANSWER)
        if not chunk:
            break
        kept += chunk
    return kept.rstrip(b"\0\n").decode("utf-8", "replace")
