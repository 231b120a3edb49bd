"""What the issuer's commands share: the office."""

import functools
from collections.abc import Callable
from typing import Any

import click

from config import issuer_config
from survey_app.identity import closing
from survey_app.identity.office import open_issuer
from survey_app.web.settings import Settings

Command = Callable[..., None]
campaign_argument = click.argument("campaign")


def with_office(command: Command) -> Command:
    """Give the command the issuer's office as its first argument, and close it afterwards."""

    @click.pass_obj
    @functools.wraps(command)
    def run(settings: Settings, *args: Any, **kwargs: Any) -> None:
        office = open_issuer(issuer_config(settings.instance, settings.environ), settings.clock)
        try:
            closing.close_due(office)
            command(office, *args, **kwargs)
        finally:
            office.database.dispose()

    return run
