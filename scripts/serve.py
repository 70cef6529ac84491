"""`make serve`: the site and the staff screens with the settings of the environment, until Ctrl-C.

Not here: invented data (`make demo`), background work (`make worker`), a production server in front (docs).
"""

from __future__ import annotations

import os
import sys

from config import SettingError, load_settings
from scripts.demo.options import DemoError, check_port, read_options


def main() -> int:
    """Replace this process by the web server; comes back only when a setting cannot be used."""
    try:
        port = read_options({"PORT": os.environ.get("PORT", "")}).port
        check_port(port)
        load_settings()
    except (DemoError, SettingError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    command = ["gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8"]
    # No proxy may set the path for us: the address of the staff screens is ours to decide.
    command += ["--forwarder-headers", "", "--no-control-socket", "backoffice.web:create_web()"]
    print(
        f"Public site http://127.0.0.1:{port}/   staff screens http://127.0.0.1:{port}/backoffice/",
        flush=True,
    )
    return os.execv(sys.executable, [sys.executable, "-m", *command])  # noqa: S606 (our own program)


if __name__ == "__main__":
    sys.exit(main())
