"""`pikir agency create-campaign`: everything that a manifest fixes, as options."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import click

from analytics.campaigns import creation, terms
from analytics.campaigns.moments import EXAMPLE
from analytics.commands import JSON, Moment, print_json, with_office
from analytics.methods import DEFAULT_METHOD, METHODS
from analytics.office import AgencyOffice
from survey_app.domain.manifest import Body, LocalisedText, Schedule, Visits

Command = TypeVar("Command", bound=Callable[..., Any])
_TERMS = (
    click.option(
        "--visits",
        type=click.Choice(["two", "single"]),
        default="two",
        show_default=True,
        help="two: issuing ends before collecting begins. single: both at once; simpler, protects less.",
    ),
    click.option("--issuance-opens", type=Moment(), required=True, help=f"RFC 3339, or '{EXAMPLE}' (Asia/Almaty)."),
    click.option(
        "--issuance-closes", type=Moment(), required=True, help="The same; tokens are drawn before this time."
    ),
    click.option(
        "--collection-opens", type=Moment(), required=True, help="The same; responses are taken from this time."
    ),
    click.option(
        "--collection-closes", type=Moment(), required=True, help="The same; responses are taken before this time."
    ),
    click.option(
        "--kpi-method",
        type=click.Choice(list(METHODS)),
        default=DEFAULT_METHOD,
        show_default=True,
        help="How answers become the KPI; fixed before anyone answers.",
    ),
    click.option(
        "--minimum-group",
        type=int,
        default=terms.LEAST_GROUP,
        show_default=True,
        help="Fewer responses than this give no official figures and no totals.",
    ),
    click.option(
        "--minimum-turnout",
        type=int,
        default=terms.LEAST_TURNOUT,
        show_default=True,
        help="Percent of those eligible that makes a KPI official.",
    ),
    click.option(
        "--appeal-days",
        type=int,
        default=terms.APPEAL_DAYS,
        show_default=True,
        help="Working days in which the result can be appealed (point 25).",
    ),
    click.option(
        "--legal-basis", default=terms.LEGAL_BASIS, help="Points of the law.  [default: those of Order No. 13]"
    ),
)


def term_options(command: Command) -> Command:
    """The options that fix a campaign's terms, the same for one body and for many."""
    for option in reversed(_TERMS):
        command = option(command)
    return command


@click.command("create-campaign")
@click.option("--round", "round_code", required=True, help="Code of the round.")
@click.option("--body-code", required=True, help="Short stable name of the body, such as min-water.")
@click.option("--body-name-kk", required=True, help="The body's name in Kazakh.")
@click.option("--body-name-ru", required=True, help="The body's name in Russian.")
@click.option("--body-name-en", required=True, help="The body's name in English.")
@click.option("--head-kk", required=True, help="The assessed head's post (not the name) in Kazakh.")
@click.option("--head-ru", required=True, help="The same in Russian.")
@click.option("--head-en", required=True, help="The same in English.")
@term_options
@JSON
@with_office
def create_campaign(office: AgencyOffice, as_json: bool, **options: Any) -> None:
    """Draft a campaign for one body and ask the other offices, through the exchange folder, to enrol."""
    body = Body(options["body_code"], _text(options, "body_name"))
    wanted = [(body, _text(options, "head"), terms_of(options))]
    draft = creation.create_campaigns(office, options["round_code"], wanted)[0]
    if as_json:
        print_json({"campaign_id": draft.campaign_id, "round": draft.round, "body": draft.body.code})
        return
    click.echo(f"Campaign {draft.campaign_id} drafted for {draft.body.code} in round {draft.round}.")
    click.echo("Next: `pikir issuer import-roster` and `enrol`, `pikir collector enrol`, `pikir agency keygen`.")


def _text(options: dict[str, Any], name: str) -> LocalisedText:
    return LocalisedText(*(options[f"{name}_{language}"] for language in ("kk", "ru", "en")))


def terms_of(options: dict[str, Any]) -> terms.CampaignTerms:
    """The terms that these options say. Raises ScheduleInvalid, Malformed."""
    return terms.CampaignTerms(
        visits=cast("Visits", options["visits"]),
        schedule=Schedule(
            *(options[f"{what}_{end}"] for what in ("issuance", "collection") for end in ("opens", "closes"))
        ),
        kpi_method=options["kpi_method"],
        minimum_group=options["minimum_group"],
        minimum_turnout=options["minimum_turnout"],
        appeal_days=options["appeal_days"],
        legal_basis=options["legal_basis"],
    )
