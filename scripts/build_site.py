"""`make site`: build the public site from the published packages, here and now.

Not here: the build itself (`jobs.site`), which workers use too.
"""

from __future__ import annotations

import logging
import sys

from backoffice.errors import OpenThadsError
from config import load_settings
from jobs.site import build_site


def main() -> int:
    """Build the site; exit code 1 with a sentence when data are missing or the pages are refused."""
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    settings = load_settings()
    try:
        result = build_site(settings)
    except OpenThadsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if result.version is None:
        sys.stderr.write("No packages are published yet: run make export first.\n")
        return 1
    print(f"{settings.site_dir}: {'built' if result.changed else 'was up to date'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
