"""`pikir agency add-api-token` and its kin: programs that may pull scoring records."""

import click

from analytics.api_tokens import add_api_token, api_tokens, revoke_api_token
from analytics.commands import JSON, print_json, with_office
from analytics.office import AgencyOffice


@click.command("add-api-token")
@click.argument("name")
@with_office
def add_token(office: AgencyOffice, name: str) -> None:
    """Let the program NAME pull scoring records. Its token is shown once and cannot be shown again."""
    click.echo(add_api_token(office, name))
    click.echo(
        "Only its SHA-256 is stored. Hand it over safely; take it back with: pikir agency revoke-api-token", err=True
    )


@click.command("revoke-api-token")
@click.argument("name")
@with_office
def revoke_token(office: AgencyOffice, name: str) -> None:
    """Take the token of the program NAME back, from this moment on."""
    revoke_api_token(office, name)
    click.echo(f"The token {name} opens nothing any more.")


@click.command("list-api-tokens")
@JSON
@with_office
def list_tokens(office: AgencyOffice, as_json: bool) -> None:
    """List the programs that have a token, and since when."""
    tokens = api_tokens(office)
    if as_json:
        print_json([{"name": token.name, "created": token.created} for token in tokens])
        return
    for token in tokens:
        click.echo(f"{token.name}  since {token.created}")
