"""Pictures: a bearable number of pixels, readable to the last line, nothing hidden behind them."""

from __future__ import annotations

from typing import BinaryIO

from PIL import Image, ImageFile, JpegImagePlugin, MpoImagePlugin, PngImagePlugin  # noqa: F401 - loaded ahead

from jobs.filechecks.tail import carries_foreign_marks, hides_archive
from jobs.filechecks.verdict import Limits, RefusedError

_FORMATS = {"jpg": ("JPEG",), "jpeg": ("JPEG",), "png": ("PNG",)}
# Loads the readers now: later the process may open no file.
Image.init()


def check(stream: BinaryIO, extension: str, limits: Limits) -> None:
    """Raise RefusedError for a picture that is too large, cut off, or also something else."""
    Image.MAX_IMAGE_PIXELS = None
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    formats = _FORMATS[extension]
    try:
        with Image.open(stream, formats=formats) as picture:
            _check_size(picture.size, limits)
            picture.verify()
        stream.seek(0)
        with Image.open(stream, formats=formats) as picture:
            picture.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise RefusedError("broken") from error
    if hides_archive(stream) or carries_foreign_marks(stream):
        raise RefusedError("two_in_one")


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width * height > limits.image_pixels:
        raise RefusedError(
            "too_many_pixels", width=width, height=height, limit=limits.image_pixels // 1_000_000
        )
