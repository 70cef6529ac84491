"""Commands on the satisfaction survey: the start set of questions."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from backoffice.access.actor import Actor
from backoffice.cli.words import one_sentence
from backoffice.services.survey_question import load_start_questions

group = AppGroup(
    "survey", help="Questions to citizens whose requests have ended.", short_help="Satisfaction survey."
)


@group.command("load")
def load() -> None:
    """Bring in the questions that come with the product where there are none yet; changed ones are kept."""
    with one_sentence():
        count = load_start_questions(Actor.system("set_up"))
    click.echo(f"Survey questions: {count} added.")
