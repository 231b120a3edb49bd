"""`pikir verify` on a round: signed, consistent, and made of what its bodies have published; or not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import pikir
from analytics.campaigns.certified_rounds import present_round
from analytics.campaigns.voiding import void
from analytics.office import AgencyOffice, signing_key
from analytics.round_release import RoundRelease
from survey_app.domain import base64url, signing
from survey_app.domain.documents import sign_document
from tests.clock import FakeClock
from tests.integration.agency.conftest import agency_at, copied
from tests.integration.agency.partners import SCHEDULE


@pytest.fixture
def office(tmp_path: Path, round_world: Path, clock: FakeClock, environ: dict[str, str]) -> Iterator[AgencyOffice]:
    clock.now = SCHEDULE.collection_closes
    opened = agency_at(copied(round_world, tmp_path / "instance"), environ, clock)
    yield opened
    opened.database.dispose()


@pytest.fixture
def folder(office: AgencyOffice) -> Path:
    return office.exchange.round_path("2026", "round-release.jws").parent


def verified(path: Path, *options: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """Exit status, and by check its status and detail."""
    result = CliRunner().invoke(pikir.main, ["verify", str(path), "--json", *options])
    report: dict[str, Any] = json.loads(result.stdout)
    return result.exit_code, {one["check"]: (one["status"], one["detail"]) for one in report["checks"]}


def put(office: AgencyOffice, folder: Path, release: RoundRelease) -> None:
    """Signed by the agency, whatever it says."""
    (folder / "round-release.jws").write_text(sign_document(release, signing_key(office)), encoding="ascii")


def test_a_whole_round_holds(office: AgencyOffice, folder: Path) -> None:
    key = base64url.encode(signing.public_key_bytes(signing_key(office)))
    status, found = verified(folder, "--agency-key", key)
    assert status == 0
    assert {check for check, (state, _) in found.items() if state == "ok"} == {
        *("agency-key", "round-release", "round-sums", "release-score", "release-disclosure"),
        *("release-kpi", "round-bodies", "round-totals"),
    }
    assert verified(folder, "--agency-key", base64url.encode(bytes(32)))[0] == 1


def test_the_document_alone_says_what_it_could_not_check(folder: Path, tmp_path: Path) -> None:
    alone = tmp_path / "elsewhere.jws"
    alone.write_bytes((folder / "round-release.jws").read_bytes())
    status, found = verified(alone)
    assert status == 0
    assert found["round-bodies"][0] == "impossible"
    assert verified(alone, "--campaigns", str(folder.parent.parent))[1]["round-totals"][0] == "ok"


def test_a_sum_that_is_none(office: AgencyOffice, folder: Path) -> None:
    """One more answer on each side of a question of which both bodies show theirs."""
    release = present_round(office, "2026").release
    first = release.totals[0]
    wrong = replace(first, favourable=first.favourable + 1, base=first.base + 1, options=None)
    put(office, folder, replace(release, totals=(wrong, *release.totals[1:])))
    status, found = verified(folder)
    assert status == 1
    assert found["round-release"][0] == "ok"
    assert "failed" in (found["round-totals"][0], found["release-kpi"][0])


def test_another_board_or_body(office: AgencyOffice, folder: Path) -> None:
    release = present_round(office, "2026").release
    one = replace(release.bodies[0], board=bytes(32))
    put(office, folder, replace(release, bodies=(one, *release.bodies[1:])))
    assert verified(folder)[1]["round-bodies"][0] == "failed"
    missing = replace(release.bodies[0], campaign_id="0" * 32)
    put(office, folder, replace(release, bodies=(missing, *release.bodies[1:])))
    assert verified(folder)[1]["round-totals"][0] == "impossible"


def test_a_changed_byte(folder: Path) -> None:
    document = folder / "round-release.jws"
    text = document.read_text("ascii")
    document.write_text(text[:-5] + ("A" if text[-5] != "A" else "B") + text[-4:], encoding="ascii")
    status, found = verified(folder)
    assert (status, found["round-release"][0]) == (1, "failed")


def test_a_body_that_is_void_since(office: AgencyOffice, folder: Path) -> None:
    body = next(body for body in present_round(office, "2026").release.bodies if body.code == "middling")
    void(office, body.campaign_id, "Fourteen ghosts on the roster.")
    status, found = verified(folder)
    assert status == 0
    assert found["round-outdated"] == ("ok", "middling")


def test_figures_published_beside_others(office: AgencyOffice, folder: Path) -> None:
    """The second shows one question less: their difference is nobody's business."""
    first = present_round(office, "2026")
    (folder / "round-release.jws").rename(folder / "round-release-1.jws")
    hidden = replace(
        first.release.totals[0], hidden="protected", favourable=None, unfavourable=None, base=None, options=None
    )
    second = replace(first.release, supersedes=first.sha256, reason="again", totals=(hidden, *first.release.totals[1:]))
    put(office, folder, second)
    assert verified(folder)[1]["supersession"][0] == "failed"
    put(office, folder, replace(first.release, supersedes=first.sha256, reason="again"))
    assert verified(folder)[1]["supersession"][0] == "ok"
