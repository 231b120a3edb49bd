"""`pikir issuer letters` and `mail-text`: what people get who are invited."""

from pathlib import Path
from typing import cast

import click
from rich.console import Console
from rich.progress import Progress

from survey_app.domain.manifest import LANGUAGES
from survey_app.identity.commands import campaign_argument, note, with_office
from survey_app.identity.handouts import count_handout
from survey_app.identity.invitation_mail import PLACEHOLDER, mail_texts
from survey_app.identity.invitations import invitations
from survey_app.identity.letters import Form, Paper, write_letters
from survey_app.identity.office import IssuerOffice

help_desk_option = click.option(
    "--help-desk", default="", help="Telephone number or address of the help desk.  [default: a line to write on]"
)


@click.command()
@campaign_argument
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The PDF file.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["letters", "cards"]),
    default="letters",
    show_default=True,
    help="A page of A4 for a window envelope, or cards of A6, four a sheet.",
)
@click.option("--language", type=click.Choice(LANGUAGES), help="For all.  [default: each person's own, by the roster]")
@help_desk_option
@with_office
def letters(
    office: IssuerOffice, campaign: str, *, output: Path, form: str, language: str | None, help_desk: str
) -> None:
    """Print an invitation on paper for everyone on the roster of CAMPAIGN, as PDF.

    Each holds the link as a QR code, the code and the fingerprint: a secret of one person. The files are readable by
    you alone; delete them when they are printed. More than 500 people make several files with numbers in their names.
    """
    found = invitations(office, campaign, language)
    times = count_handout(office, campaign, "letters")
    note(office, "take-letters", campaign, people=len(found), form=form, who="all", times=times)
    paper = Paper(cast("Form", form), help_desk)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Typesetting", total=len(found))
        for part in write_letters(office, campaign, found, output, paper):
            bar.update(task, advance=part.people)
            bar.console.print(f"Wrote {part.people} invitations to {part.path}.", highlight=False, soft_wrap=True)
    click.echo("Whoever has these files can draw in anyone's name: delete them when they are printed.", err=True)


@click.command("mail-text")
@campaign_argument
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder for the files.  [default: the current one]",
)
@help_desk_option
@with_office
def mail_text(office: IssuerOffice, campaign: str, output: Path, help_desk: str) -> None:
    """Write the e-mail invitation to CAMPAIGN as text and HTML in three languages, for a mail merge.

    Nothing in these files is secret: where the personal link belongs they have a placeholder, which the mail merge
    fills from the column `link` of `pikir issuer invitations`. The subject is the first line of the text.
    """
    output.mkdir(parents=True, exist_ok=True)
    for name, content in mail_texts(office, campaign, help_desk).items():
        (output / name).write_text(content, encoding="utf-8")
        click.echo(output / name)
    click.echo(f"Put each person's link where {PLACEHOLDER} stands.", err=True)
