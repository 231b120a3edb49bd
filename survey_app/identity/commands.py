"""What the issuer's commands share: the office."""

import functools
from collections.abc import Callable
from typing import Any

import click

from config import issuer_config
from survey_app.identity import closing
from survey_app.identity.office import IssuerOffice, open_issuer, staff_desk
from survey_app.staff import journal
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
            closing.finish(office)
            closing.close_due(office)
            command(office, *args, **kwargs)
        finally:
            office.database.dispose()

    return run


def note(office: IssuerOffice, action: str, campaign_id: str, **details: str | int) -> None:
    """Write to the journal what was done here. Never a reference, an address or a code."""
    with office.database.write() as session:
        journal.record(session, office.clock, journal.COMMAND_LINE, action, campaign_id, **details)


def with_desk(command: Command) -> Command:
    """Give the command the issuer's staff desk as its first argument."""

    @with_office
    @functools.wraps(command)
    def run(office: IssuerOffice, *args: Any, **kwargs: Any) -> None:
        command(staff_desk(office), *args, **kwargs)

    return run
