"""`pikir agency report`: everything published about a campaign or a round, as files."""

from pathlib import Path

import click

from analytics.campaigns.certified import certified_of_campaign
from analytics.campaigns.publication import write_files
from analytics.campaigns.reading import find_campaign
from analytics.commands import OUTPUT, with_office
from analytics.office import AgencyOffice
from analytics.reports.contents import Contents, body_contents, round_contents
from analytics.reports.files import all_files
from analytics.views.selection import NothingCertified
from survey_app.domain.manifest import LANGUAGES


@click.command("report")
@click.argument("campaign", required=False)
@click.option("--round", "round_code", help="Instead of CAMPAIGN: the report on all bodies of this round.")
@OUTPUT
@click.option(
    "--lang",
    "languages",
    type=click.Choice(LANGUAGES),
    multiple=True,
    default=LANGUAGES,
    help="Language of PDF and XLSX; can be given several times.  [default: all]",
)
@with_office
def report(
    office: AgencyOffice, campaign: str | None, round_code: str | None, output: Path, languages: tuple[str, ...]
) -> None:
    """Write the report on the certified Release of CAMPAIGN: PDF and XLSX, and a data package (ZIP)."""
    if (campaign is None) == (round_code is None):
        raise click.UsageError("give a CAMPAIGN or --round")
    contents = _of_campaign(office, str(campaign)) if round_code is None else round_contents(office, round_code)
    for path in write_files(output, all_files(contents, languages)):
        click.echo(path)


def _of_campaign(office: AgencyOffice, campaign_id: str) -> Contents:
    """The latest certified Release. Raises UnknownCampaign, NothingCertified."""
    find_campaign(office, campaign_id)
    found = certified_of_campaign(office, campaign_id)
    if not found:
        raise NothingCertified(f"nothing of campaign {campaign_id} is certified yet")
    return body_contents(office, campaign_id, found[-1].number)
