"""What the collector's commands share: the office."""

import functools
from collections.abc import Callable
from typing import Any

import click

from config import collector_config
from survey_app.responses.office import open_collector
from survey_app.web.settings import Settings

Command = Callable[..., None]


def with_office(command: Command) -> Command:
    """Give the command the collector's office as its first argument, and close it afterwards."""

    @click.pass_obj
    @functools.wraps(command)
    def run(settings: Settings, *args: Any, **kwargs: Any) -> None:
        office = open_collector(collector_config(settings.instance, settings.environ), settings.clock)
        try:
            command(office, *args, **kwargs)
        finally:
            office.database.dispose()

    return run
