"""Commands on roles and accounts: bring the framework's roles in line with the policy, make the first accounts."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.cli.words import one_sentence
from backoffice.services.staff_member import NewStaff, create_staff, sync_access

group = AppGroup("access", help="Roles and accounts of staff.", short_help="Roles and accounts.")


@group.command("sync")
def sync() -> None:
    """Make the roles of the policy and give each exactly its grants; run once after every update."""
    appbuilder = current_app.extensions["appbuilder"]
    with one_sentence():
        changes = sync_access(Actor.system("set_up"), appbuilder)
    click.echo(f"Roles: {changes.added} grants added, {changes.removed} removed.")


@group.command("create-staff")
@click.argument("username")
@click.option("--family-name", required=True, help="Family and middle names.")
@click.option("--given-name", required=True, help="Given name.")
@click.option("--email", required=True, help="Official e-mail address.")
@click.option("--agency", "agency_code", required=True, help="Code of the agency, for example TC or C01.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="A role; give the option once a role.",
)
@click.password_option(help="Asked for when left out, so that it stays out of the shell's history.")
def create(username: str, roles: tuple[str, ...], **texts: str) -> None:
    """Make an account for USERNAME; how the first national administrator comes to be."""
    new = NewStaff(
        username=username,
        family_name=texts["family_name"],
        given_name=texts["given_name"],
        email=texts["email"],
        password=texts["password"],
        agency_code=texts["agency_code"],
        roles=frozenset(map(Role, roles)),
    )
    with one_sentence():
        member = create_staff(Actor.system("set_up"), new)
    click.echo(f"Account {member.username} is ready.")
