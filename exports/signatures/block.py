"""What the visible block of a signature says, and how large it is. Not here: drawing it (`drawing`), its place (`place`)."""

from __future__ import annotations

from dataclasses import dataclass

# Points. The layout of the papers leaves this much room below the place that it names.
BLOCK_WIDTH, BLOCK_HEIGHT = 226, 74


@dataclass(frozen=True)
class Block:
    """Who signed: name, position and agency as they stand on the document. Empty parts are left out."""

    name: str
    position: str
    agency: str
