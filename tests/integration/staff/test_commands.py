"""Accounts and the journal on the command line, the same for both offices that have staff."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import pikir
from analytics.verify_cli import verify
from tests.integration.staff.conftest import SECRET
from tests.integration.staff.people import PASSWORD

ROLES = {"agency": "analyst", "issuer": "issuing"}
SETTINGS = [f"PIKIR_{office}_{name}" for office in ("AGENCY", "ISSUER") for name in ("PASSPHRASE", "SECRET_KEY")]


@pytest.fixture(params=ROLES)
def office(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in SETTINGS:
        monkeypatch.setenv(name, SECRET)
    monkeypatch.setenv("PIKIR_INSTANCE", str(tmp_path / "instance"))
    return request.param


def run(office: str, *words: str, typed: str | None = None, refused: bool = False) -> Result:
    result = CliRunner().invoke(pikir.main, [office, *words], input=typed)
    assert (result.exit_code != 0) == refused, result.output
    return result


def test_an_accounts_life(office: str, tmp_path: Path) -> None:
    role = ROLES[office]
    assert (
        "can sign in as"
        in run(office, "add-staff", "Aigerim", "--role", role, typed=f"{PASSWORD}\n{PASSWORD}\n").stdout
    )
    password = run(office, "add-staff", "bolat", "--role", "auditor", "--invite").stdout.strip()
    assert len(password) == 19
    assert run(office, "reset-password", "bolat").stdout.strip() != password
    run(office, "change-role", "bolat", "--role", role)
    run(office, "disable-staff", "bolat")
    listed = {one["login"]: one for one in json.loads(run(office, "list-staff", "--json").stdout)}
    assert listed["bolat"]["role"] == role
    assert listed["bolat"]["notes"] == {"disabled": True, "invited": True, "with_second_factor": False}
    assert listed["aigerim"]["notes"] == {"disabled": False, "invited": False, "with_second_factor": False}
    assert f"bolat  {role}  disabled  invited" in run(office, "list-staff").stdout
    run(office, "enable-staff", "bolat")
    run(office, "reset-second-factor", "bolat")
    run(office, "bind-subject", "aigerim", "oidc:1")
    for words in (
        ("add-staff", "aigerim", "--role", role, "--invite"),
        ("bind-subject", "bolat", "oidc:1"),
        ("bind-subject", "bolat", "somebody"),
        ("disable-staff", "nobody"),
        ("add-staff", "x y", "--role", role, "--invite"),
    ):
        assert run(office, *words, refused=True).stdout == ""

    file = tmp_path / "journal.jsonl"
    said = run(office, "export-journal", str(file)).stdout
    assert file.stat().st_mode & 0o777 == 0o600
    accepted = CliRunner().invoke(verify, [str(file)])
    assert accepted.exit_code == 0
    assert said.split()[-1] in accepted.output
    entries = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [entry["action"] for entry in entries] == [
        "add-staff",
        "add-staff",
        "reset-password",
        "change-role",
        "disable-staff",
        "enable-staff",
        "reset-second-factor",
        "bind-subject",
        "export-journal",
    ]
    assert PASSWORD not in file.read_text(encoding="utf-8")
