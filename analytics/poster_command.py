"""`pikir agency poster`."""

from pathlib import Path
from typing import cast

import click

from analytics.campaigns.reading import find_campaign
from analytics.commands import with_office
from analytics.office import AgencyOffice
from analytics.poster import PaperSize, Poster, poster_pdf
from survey_app.domain.manifest import LANGUAGES
from survey_app.web.exchange import write_durably


@click.command()
@click.argument("campaign")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The PDF file.")
@click.option(
    "--language",
    "languages",
    type=click.Choice(LANGUAGES),
    multiple=True,
    default=("kk", "ru"),
    show_default=True,
    help="A page in this language; can be given several times.",
)
@click.option("--paper", type=click.Choice(["a4", "a3"]), default="a4", show_default=True, help="Size of the paper.")
@click.option("--help-desk", default="", help="Telephone number or address.  [default: a line to write on]")
@with_office
def poster(
    office: AgencyOffice, campaign: str, *, output: Path, languages: tuple[str, ...], paper: str, help_desk: str
) -> None:
    """Print the poster of the announced CAMPAIGN, as PDF, to be put up in the body by the agency.

    It shows the dates, what nobody can learn, and the fingerprint that everybody compares with his invitation. Its QR
    code holds the fingerprint and the manifest's address; there is no way to the survey on it.
    """
    pdf = poster_pdf(office, find_campaign(office, campaign), Poster(languages, cast("PaperSize", paper), help_desk))
    write_durably(output, pdf)
    click.echo(f"Wrote {output}.")
