"""Keys for the heads of a demonstration, from an authority of its own that the demonstration alone trusts.

Everything lies in the data folder, never in the project. Not here: the authority (`demo_authority`), accounts (`users`).
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from backoffice import clock
from backoffice.access.identity import actor_of
from backoffice.access.password_rule import new_password
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.queries.staff import staff_named
from backoffice.sample.demo_authority import MARK, DemoAuthority, Wanted
from backoffice.sample.users import DEMO_USERS, LOGINS, read_logins, write_logins
from backoffice.services.agency_directory import agency_name_today
from backoffice.services.document_vault import Vault
from backoffice.services.signing_key import add_own_key
from config import Settings

KEY_PASSPHRASE = "key_passphrase"  # noqa: S105 (the name of a field)
_DAYS = timedelta(days=365)


def renew_authority(settings: Settings) -> DemoAuthority:
    """The authority of the demonstration, made when there is none, with certificates and fresh lists for all to read."""
    authority = _kept(settings.var_dir / "demo-signing" / "authority.pem")
    folder = settings.signing.trust_dir
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in {**authority.certificates(), **authority.lists(clock.now())}.items():
        (folder / f"demo-{name}").write_bytes(data)
    return authority


def make_keys(settings: Settings) -> int:
    """Give every head of the demonstration a key; the passphrase stands beside the log-in. Returns how many."""
    authority, logins = renew_authority(settings), read_logins(settings.var_dir / LOGINS)
    made = 0
    for user in DEMO_USERS:
        login = logins.get(user.username)
        if Role.HEAD in user.roles and login is not None and KEY_PASSPHRASE not in login:
            passphrase = new_password()
            # The file first, as with log-ins: a key whose passphrase nobody knows would be lost.
            login[KEY_PASSPHRASE] = passphrase
            write_logins(settings.var_dir / LOGINS, logins)
            _give_key(settings, authority, user.username, passphrase)
            made += 1
    return made


def _give_key(settings: Settings, authority: DemoAuthority, username: str, passphrase: str) -> None:
    with system_scope("set_up"):
        person = staff_named(db.session(), username)
        if person is None:
            return
        actor, organisation = actor_of(person), agency_name_today(person.agency)
    days = (clock.now() - timedelta(hours=1), clock.now() + _DAYS)
    holder = authority.issue(Wanted(f"{MARK} {actor.name}", organisation, days, rsa_bits=2048))
    data = holder.pkcs12(passphrase, authority.chain)
    add_own_key(actor, data, passphrase, Vault.of(settings.documents), settings.signing)


def _kept(path: Path) -> DemoAuthority:
    if path.exists():
        return DemoAuthority.restore(path.read_bytes())
    authority = DemoAuthority.make(clock.now())
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(authority.store())
    return authority
