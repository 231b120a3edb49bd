"""`pull` on each office's command line: once, every so often, or beside a server. What it says bears no time."""

import threading
from collections.abc import Callable

import click
from sqlalchemy.exc import SQLAlchemyError

from config import ADDRESSES, ConfigurationError
from survey_app.domain.errors import PikirError
from survey_app.web.pulling import Pulled, Puller, pull

LEAST_SECONDS = 5
NEVER = threading.Event()
EVERY = click.option(
    "--every", metavar="SECONDS", type=click.IntRange(min=LEAST_SECONDS), help="Go on, with a pause between two pulls."
)


def run(puller: Puller, every: int | None, is_over: Callable[[float], bool] = NEVER.wait) -> None:
    """Pull and say what came; without ``every`` exit with 1 if an office did not answer or something was refused.

    ``is_over`` waits so many seconds, and says whether to end.
    """
    _require_sources(puller)
    while True:
        is_whole = _pull_once(puller)
        if every is None:
            if not is_whole:
                raise click.exceptions.Exit(1)
            return
        if is_over(every):
            return


def run_meanwhile(puller: Puller, seconds: int, is_over: Callable[[float], bool] = NEVER.wait) -> threading.Thread:
    """The same for as long as the process lives. Raises ConfigurationError without sources."""
    _require_sources(puller)
    thread = threading.Thread(
        target=run, args=(puller, max(seconds, LEAST_SECONDS), is_over), daemon=True, name="pulling"
    )
    thread.start()
    return thread


def _require_sources(puller: Puller) -> None:
    if not puller.sources:
        names = " or ".join(ADDRESSES.values())
        raise ConfigurationError(f"no other office's address is set, so there is nobody to pull from: {names}")


def _pull_once(puller: Puller) -> bool:
    """Whether every office answered and nothing was refused."""
    try:
        results = pull(puller)
    except (PikirError, OSError, SQLAlchemyError) as error:
        said = str(error) if isinstance(error, PikirError | OSError) else type(error).__name__
        click.echo(f"Nothing was pulled: {said}", err=True)
        return False
    for result in results:
        _say(result)
    return not any(result.doubts or result.unreachable for result in results)


def _say(result: Pulled) -> None:
    for name in result.taken:
        click.echo(f"Took {name} from the {result.office}.")
    for doubt in result.doubts:
        click.echo(doubt, err=True)
    if result.unreachable is not None:
        click.echo(f"{result.unreachable}. What was taken stays; the rest comes with a later pull.", err=True)
