"""Asking a time-stamp server (RFC 3161) at the one address that the operator has named.

Not here: whether there is one, and what is done without.
"""

from __future__ import annotations

import asyncio
import time
from http.client import HTTPException, HTTPResponse
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

LARGEST_ANSWER = 256 * 1024
_PORTION = 16 * 1024


class _StayHere(HTTPRedirectHandler):
    """The named address answers itself or not at all."""

    def redirect_request(self, *_given: object) -> None:
        return None


class HttpTimeStamps(TimeStamper):
    """A time-stamp server behind an http or https address; `seconds` is how long each of its steps may take."""

    def __init__(self, address: str, seconds: float = 10) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        if not address.startswith(("http://", "https://")):
            raise ValueError("the address of a time-stamp server begins with http:// or https://")
        self.address, self.seconds = address, seconds

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Send one question. Raises OSError when there is no usable answer."""
        return await asyncio.to_thread(self._ask, req.dump())

    def _ask(self, question: bytes) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        request = Request(self.address, data=question, headers=headers)  # noqa: S310 (checked above)
        ends_at = time.monotonic() + self.seconds
        try:
            with build_opener(_StayHere()).open(request, timeout=self.seconds) as answer:
                body = _read(answer, ends_at)
        except HTTPError as error:
            # The error holds the answer, and the answer the connection: else both stay open until they are collected.
            error.close()
            raise OSError("the time-stamp server refuses") from error
        except (URLError, HTTPException) as error:
            raise OSError("the time-stamp server does not answer") from error
        if len(body) > LARGEST_ANSWER:
            raise OSError("the answer of the time-stamp server is too large")
        try:
            found = tsp.TimeStampResp.load(body)
            # Parts are read when first asked for: ask now, so that nonsense is told as what it is.
            found.native  # noqa: B018
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise OSError("the time-stamp server answers nonsense") from error
        return found


def _read(answer: HTTPResponse, ends_at: float) -> bytes:
    """The whole answer; the time of one read counts for each byte, so all of them are counted here."""
    body = b""
    while len(body) <= LARGEST_ANSWER:
        if time.monotonic() > ends_at:
            raise OSError("the time-stamp server is too slow")
        piece = answer.read1(_PORTION)
        if not piece:
            break
        body += piece
    return body
