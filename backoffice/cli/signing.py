"""`flask signing`: keys on the operator's token. Not here: key files, which people add on their own page."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from backoffice.access.actor import Actor
from backoffice.errors import OpenThadsError
from backoffice.services.signing_key import TokenPlace
from backoffice.services.signing_key import add_token_key as enter

group = AppGroup("signing", help="Keys with which people sign papers.")


@group.command("add-token")
@click.argument("username")
@click.option("--token", required=True, help="Label of the token.")
@click.option("--key", required=True, help="Label of key and certificate on the token.")
@click.password_option("--pin", confirmation_prompt=False, help="PIN of the token; asked for when left out.")
def add_token(username: str, token: str, key: str, pin: str) -> None:
    """Enter a key on the PKCS#11 token for USERNAME; the PIN reads its certificate and is not kept."""
    settings = current_app.config["OPENTHADS"].signing
    try:
        made = enter(Actor.system("set_up"), username, TokenPlace(token, key), pin, settings)
    except OpenThadsError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Entered: {made.subject}, valid until {made.not_after:%d/%m/%Y}.")
