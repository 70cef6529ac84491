"""What an operator asks of the published packages: are they whole, and may a record come back.

Not here: the commands that ask (`backoffice.cli.export`), the files themselves (`exports.versions`).
"""

from __future__ import annotations

from backoffice.errors import InvalidInputError
from backoffice.services.export_run import RunBusyError
from config import Settings
from exports.versions import PackageBusyError, lift_retraction, verify

_WAIT_SECONDS = 10.0


def damage(settings: Settings, package: str) -> list[str] | None:
    """What is not as it was published, in sentences; None when nothing was published yet."""
    if not (settings.packages_dir / package / "versions.json").exists():
        return None
    return verify(settings.packages_dir, package)


def lift(settings: Settings, public_id: str) -> None:
    """Let a record that was taken down by mistake return with the next export of `debtors`.

    Raises InvalidInputError when it was not taken down, RunBusyError while the package is being exported.
    """
    try:
        lifted = lift_retraction(settings.packages_dir, "debtors", public_id, _WAIT_SECONDS)
    except PackageBusyError as error:
        raise RunBusyError from error
    if not lifted:
        raise InvalidInputError("public_id", "This record was not taken down.")
