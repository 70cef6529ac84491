"""What the judgement of a file looks like: accepted with its media type, or refused with a code and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What a file may have at most; the units stand in the names."""

    image_pixels: int = 80_000_000
    pdf_pages: int = 3_000
    archive_ratio: int = 100
    archive_bytes: int = 200 * MEBIBYTE
    archive_entries: int = 1_000
    memory_bytes: int = 1_024 * MEBIBYTE
    seconds: int = 30


class RefusedError(Exception):
    """The file is not accepted; `code` says why, `params` hold figures and names for the sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, object] = params


@dataclass(frozen=True)
class Verdict:
    """Accepted when `code` is empty; then `media_type` says as what."""

    media_type: str = ""
    code: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
