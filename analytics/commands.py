"""What the agency's commands share: the office, times, secrets, JSON."""

import functools
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from analytics.campaigns.moments import read_moment
from analytics.office import AgencyOffice, open_agency, staff_desk
from config import agency_config
from survey_app.domain.errors import Malformed
from survey_app.web.settings import Settings

Command = TypeVar("Command", bound=Callable[..., None])
PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the passphrase from the first line of this file instead of asking.",
)
OUTPUT = click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder for the files.  [default: the current one]",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class Moment(click.ParamType[datetime]):
    """A time on the command line."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Raises click's usage error for what is no time."""
        try:
            return value if isinstance(value, datetime) else read_moment(value)
        except Malformed as error:
            self.fail(str(error), param, ctx)


def with_office(command: Command) -> Command:
    """Give a command the agency's office as its first argument, and close it afterwards."""

    @click.pass_obj
    @functools.wraps(command)
    def run(settings: Settings, *args: Any, **kwargs: Any) -> None:
        office = open_agency(agency_config(settings.instance, settings.environ), settings.clock)
        try:
            command(office, *args, **kwargs)
        finally:
            office.database.dispose()

    return cast("Command", run)


def with_desk(command: Command) -> Command:
    """Give a command the agency's staff desk as its first argument."""

    @with_office
    @functools.wraps(command)
    def run(office: AgencyOffice, *args: Any, **kwargs: Any) -> None:
        command(staff_desk(office), *args, **kwargs)

    return cast("Command", run)


def passphrase(file: Path | None, *, confirm: bool = False) -> str:
    """The sealing key's passphrase, from a file or asked for."""
    if file is not None:
        return first_line(file)
    return str(click.prompt("Passphrase of the sealing key", hide_input=True, confirmation_prompt=confirm))


def first_line(file: Path) -> str:
    """A secret kept in a file."""
    return file.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")


def print_json(value: object) -> None:
    """JSON for other programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))
