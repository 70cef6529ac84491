"""Commands on background work: look at it, push it, try a given-up message again, ask for a site build."""

from __future__ import annotations

import sys
import time

import click
from flask import current_app
from flask.cli import AppGroup

from backoffice.access.actor import Actor
from backoffice.cli.words import one_sentence
from backoffice.queries.outbox import failed_messages, message_counts
from backoffice.services.outbox import retry_message
from backoffice.services.site_build import order_site_build
from backoffice.services.transaction import unit_of_work

SYSTEM = Actor.system("jobs")

group = AppGroup("jobs", help="Background work.", short_help="Background work.")


@group.command("status")
def status() -> None:
    """Show the messages of the outbox by state, those given up, and the queues in Redis. Exit code 1 when some
    were given up or Redis does not answer."""
    from redis.exceptions import RedisError  # noqa: PLC0415
    from rq import Worker  # noqa: PLC0415

    from jobs.broker import find_broker  # noqa: PLC0415
    from jobs.queues import QUEUES, connect, queue_of  # noqa: PLC0415

    with one_sentence(), unit_of_work(SYSTEM) as session:
        counts, failed = message_counts(session), list(failed_messages(session))
        click.echo("Messages: " + ", ".join(f"{state} {count:,}" for state, count in counts.items()))
        for row in failed:
            click.echo(f"  given up: {row.id} {row.job} after {row.attempts} attempts: {row.last_error}")
    try:
        with connect(find_broker(current_app.config["OPENTHADS"])) as connection:
            lengths = {name: len(queue_of(connection, name)) for name in QUEUES}
            click.echo("Queues: " + ", ".join(f"{name} {length:,}" for name, length in lengths.items()))
            click.echo(f"Workers: {Worker.count(connection=connection)}")
    except (RedisError, OSError) as error:
        click.echo(f"Redis does not answer ({type(error).__name__}); messages wait in the database.")
        sys.exit(1)
    sys.exit(1 if failed else 0)


@group.command("relay")
@click.option("--once", is_flag=True, help="Send what is due now and end.")
def relay(once: bool) -> None:
    """Send the messages that are due to Redis. The scheduler does this all the time; this is for watching it."""
    from redis.exceptions import RedisError  # noqa: PLC0415

    from jobs.broker import find_broker  # noqa: PLC0415
    from jobs.outbox import relay_once  # noqa: PLC0415
    from jobs.queues import connect  # noqa: PLC0415

    settings = find_broker(current_app.config["OPENTHADS"])
    with connect(settings) as connection:
        while True:
            try:
                with one_sentence():
                    click.echo(f"Sent: {relay_once(settings, connection)}")
            except (RedisError, OSError) as error:
                name = type(error).__name__
                click.echo(f"Redis does not answer ({name}); nothing was sent and nothing is lost.")
                if once:
                    sys.exit(1)
            if once:
                return
            time.sleep(1)


@group.command("retry")
@click.argument("message")
def retry(message: str) -> None:
    """Let the given-up MESSAGE (its id from `jobs status`) try again."""
    with one_sentence():
        retry_message(SYSTEM, message)
    click.echo("It will be sent again.")


@group.command("site")
def site() -> None:
    """Ask for a build of the public site from the published packages; a worker builds it."""
    with one_sentence():
        sent = order_site_build(SYSTEM)
    click.echo("Queued." if sent else "A site build waits already.")
