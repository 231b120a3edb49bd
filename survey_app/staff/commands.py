"""`pikir agency add-staff` and its kin, the same for each office that has staff."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from survey_app.staff import accounts, journal
from survey_app.staff.desk import StaffDesk
from survey_app.staff.journal_files import as_csv, as_json_lines
from survey_app.staff.passwords import LEAST_CHARACTERS
from survey_app.web.exchange import write_durably

Command = Callable[..., None]
_BODIES = click.option(
    "--body", "bodies", multiple=True, help="A body that a personnel officer is limited to; repeat it."
)


def staff_commands(with_desk: Callable[[Command], Command], roles: Sequence[str]) -> tuple[click.Command, ...]:
    """The commands; ``with_desk`` gives each the office's desk as its first argument."""
    return (
        _add_staff(with_desk, roles),
        _list_staff(with_desk),
        _change_role(with_desk, roles),
        *(_change(with_desk, *named) for named in _CHANGES),
        _reset_password(with_desk),
        _bind_subject(with_desk),
        _export_journal(with_desk),
    )


def _add_staff(with_desk: Callable[[Command], Command], roles: Sequence[str]) -> click.Command:
    @click.command("add-staff")
    @click.argument("login")
    @click.option("--role", type=click.Choice(roles), required=True, help="What the account may do.")
    @_BODIES
    @click.option("--invite", is_flag=True, help="Print an initial password, to be changed at the first sign-in.")
    @click.option(
        "--password-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Read the password from the first line of this file instead of asking.",
    )
    @with_desk
    def add_staff(
        desk: StaffDesk, login: str, role: str, bodies: tuple[str, ...], *, invite: bool, password_file: Path | None
    ) -> None:
        """Give LOGIN an account of this office; the password is asked for."""
        if invite:
            _hand_over(login, accounts.invite(desk, login, role, bodies=bodies))
            return
        account = accounts.add_staff(desk, login, role, _password(password_file), bodies=bodies)
        click.echo(f"{account.login} can sign in as {account.role}.")

    return add_staff


def _list_staff(with_desk: Callable[[Command], Command]) -> click.Command:
    @click.command("list-staff")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @with_desk
    def list_staff(desk: StaffDesk, as_json: bool) -> None:
        """List the accounts of this office."""
        found = accounts.accounts(desk)
        if as_json:
            click.echo(json.dumps([_described(one) for one in found], ensure_ascii=False, indent=1))
            return
        for one in found:
            notes = [name.replace("_", " ") for name, is_so in _described(one)["notes"].items() if is_so]
            click.echo("  ".join([one.login, one.role, *one.bodies, *notes]))

    return list_staff


def _change_role(with_desk: Callable[[Command], Command], roles: Sequence[str]) -> click.Command:
    @click.command("change-role")
    @click.argument("login")
    @click.option("--role", type=click.Choice(roles), required=True, help="What the account may do from now on.")
    @_BODIES
    @with_desk
    def change_role(desk: StaffDesk, login: str, role: str, bodies: tuple[str, ...]) -> None:
        """Give the account LOGIN another role or other bodies; it is signed out."""
        account = accounts.change_role(desk, login, role, bodies=bodies)
        click.echo(" ".join([account.login, "is", account.role, *account.bodies]))

    return change_role


def _change(
    with_desk: Callable[[Command], Command], name: str, change: Callable[[StaffDesk, str], None], text: str, done: str
) -> click.Command:
    @click.command(name, help=text)
    @click.argument("login")
    @with_desk
    def run(desk: StaffDesk, login: str) -> None:
        change(desk, login)
        click.echo(done.format(login=login))

    return run


def _reset_password(with_desk: Callable[[Command], Command]) -> click.Command:
    @click.command("reset-password")
    @click.argument("login")
    @with_desk
    def reset_password(desk: StaffDesk, login: str) -> None:
        """Print a new initial password for LOGIN; the account is signed out."""
        _hand_over(login, accounts.reset_password(desk, login))

    return reset_password


def _bind_subject(with_desk: Callable[[Command], Command]) -> click.Command:
    @click.command("bind-subject")
    @click.argument("login")
    @click.argument("subject")
    @with_desk
    def bind_subject(desk: StaffDesk, login: str, subject: str) -> None:
        """Let LOGIN sign in as SUBJECT of an identity provider or of a certificate ("" takes it back)."""
        accounts.bind_subject(desk, login, subject or None)
        click.echo(f"{login} is {subject}." if subject else f"{login} is bound to nothing.")

    return bind_subject


def _export_journal(with_desk: Callable[[Command], Command]) -> click.Command:
    @click.command("export-journal")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    @with_desk
    def export_journal(desk: StaffDesk, file: Path) -> None:
        """Write the journal of this office to FILE: JSON lines (`pikir verify` checks them), or CSV if it ends so."""
        with desk.database.write() as session:
            journal.record(session, desk.clock, journal.COMMAND_LINE, "export-journal", desk.office)
            rows = journal.entries(session)
            content = as_csv(rows) if file.suffix == ".csv" else as_json_lines(rows)
        write_durably(file, content.encode(), 0o600)
        click.echo(f"Wrote {len(rows)} entries. The last hash is {rows[-1].sha256}")

    return export_journal


_CHANGES: tuple[tuple[str, Callable[[StaffDesk, str], None], str, str], ...] = (
    (
        "disable-staff",
        accounts.disable,
        "Let nobody sign in as LOGIN any more; the account is signed out.",
        "{login} cannot sign in any more.",
    ),
    ("enable-staff", accounts.enable, "Undo `disable-staff` for LOGIN.", "{login} can sign in again."),
    (
        "reset-second-factor",
        accounts.reset_second_factor,
        "Forget the app, passkeys and recovery codes of LOGIN; the next sign-in sets up new ones.",
        "{login} sets up a new second factor at the next sign-in.",
    ),
)


def _password(file: Path | None) -> str:
    if file is not None:
        return file.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
    text = f"Password ({LEAST_CHARACTERS} characters or more)"
    return str(click.prompt(text, hide_input=True, confirmation_prompt=True))


def _hand_over(login: str, password: str) -> None:
    click.echo(password)
    click.echo(f"Hand it to {login} safely: it is valid for seven days and changed at the first sign-in.", err=True)


def _described(account: accounts.Account) -> dict[str, Any]:
    notes = {
        "disabled": account.is_disabled,
        "invited": account.must_change,
        "with_second_factor": account.has_second_factor,
    }
    return {"login": account.login, "role": account.role, "bodies": list(account.bodies), "notes": notes}
