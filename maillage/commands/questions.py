"""What visitors asked for and nothing answered."""

from contextlib import closing
from datetime import UTC, datetime

import click

from maillage.terminal.context import Settings
from registry.state import NodeState


@click.command()
@click.option("--forget", is_flag=True, help="Forget all of them.")
@click.pass_obj
def unanswered(settings: Settings, forget: bool) -> None:
    """Print the words of questions that found nothing in thirty days, and how often, as TSV.

    They are kept without who asked, where or when; the setting `unanswered` keeps none.
    """
    with closing(NodeState(settings.load())) as state:
        if forget:
            count = state.unanswered.forget()
            settings.notify("{count} forgotten", count=count)
            return
        for question in state.unanswered.questions(datetime.now(UTC).date()):
            click.echo(f"{question.times}\t{question.words}")
