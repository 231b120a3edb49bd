"""A command line whose parts are imported when they are used, and which tells every refusal in one line."""

import importlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import click

from config import ConfigurationError
from survey_app.domain.errors import PikirError


class Lazy(NamedTuple):
    """Where a command is, and what it is for (so that listing it imports nothing)."""

    module: str
    attribute: str
    help: str


class LazyGroup(click.Group):
    """A group with commands of its own and others, ``lazy``, by name."""

    def __init__(self, *args: Any, lazy: Mapping[str, Lazy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The lazy ones first, in their order."""
        return [*self._lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        place = self._lazy[cmd_name]
        command = getattr(importlib.import_module(place.module), place.attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{place.module}.{place.attribute} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        own = [(name, self.commands[name].get_short_help_str(90)) for name in super().list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([*((name, place.help) for name, place in self._lazy.items()), *own])

    def invoke(self, ctx: click.Context) -> Any:
        """Run; a refusal becomes ``Error: …`` on standard error and exit code 1."""
        try:
            return super().invoke(ctx)
        except (PikirError, ConfigurationError) as error:
            raise click.ClickException(str(error)) from error
