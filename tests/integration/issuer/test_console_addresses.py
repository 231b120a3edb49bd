"""Addresses that mail does not reach: a personnel officer sees her own body's, an issuing officer changes them."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from survey_app.identity.invitations import Invitation, invitations
from survey_app.identity.mail.bounces import bounced, take_report
from survey_app.identity.mail.plan import INVITATION, mailings
from survey_app.identity.mail.queue import begin
from tests.integration.issuer.console import OTHER, OWN, Console, make_console
from tests.integration.issuer.offices import FIRE, TWO_VISITS, Respondent
from tests.mail_server import MailServer

PEOPLE = 12
LOST = ("servant3@body.example", "servant7@body.example")


@pytest.fixture
def console(tmp_path, blind_signing_key, server: MailServer) -> Iterator[Console]:
    """The body's campaign is announced; two of its addresses came back as failures."""
    made = make_console(tmp_path / "issuer", blind_signing_key, server)
    made.world.announces_campaign(made.office, OWN, PEOPLE)
    take_report(made.office, OWN, "\n".join(LOST).encode())
    yield made
    made.office.database.dispose()


def table_of(page: str) -> str:
    (body,) = re.findall(r"<tbody.*?</tbody>", page, re.DOTALL)
    return body


def rows_of(page: str) -> list[str]:
    """Cells of the table, as text."""
    return re.findall(r"<(?:th|td)[^>]*>\s*([^<\s][^<]*?)\s*</(?:th|td)>", table_of(page))


def test_they_are_named_by_reference_and_address_and_nothing_else(console: Console):
    assert "Addresses that mail does not reach: 2" in console.personnel.reads(f"c/{OWN}")
    page = console.personnel.reads(f"c/{OWN}/addresses")

    assert rows_of(page) == ["P-003", LOST[0], "P-007", LOST[1]]
    assert "listed" not in page, "nor what a mail server said of it"


def test_who_of_them_has_drawn_changes_nothing_on_the_page(console: Console):
    console.world.clock.now = TWO_VISITS.issuance_opens
    before = plain(console.signs_in("personnel", "before").reads(f"c/{OWN}/addresses"))
    drawer = next(one for one in invitations(console.office, OWN) if one.email == LOST[0])
    draws(console, drawer)

    assert plain(console.signs_in("personnel", "after").reads(f"c/{OWN}/addresses")) == before
    assert drawer.code not in before


def test_a_corrected_address_gets_the_invitation_from_the_queue(console: Console, server: MailServer):
    begin(console.office, OWN, INVITATION)
    taken = console.issuing.posts(f"c/{OWN}/addresses", reference="P-003", email="right@body.example")
    assert taken.status_code == 303
    assert taken.location.endswith(f"c/{OWN}/invitations#bounces")
    console.app.extensions["pikir-postman"].join()

    (message,) = server.messages_to("right@body.example")
    link = next(one.link for one in invitations(console.office, OWN) if one.reference == "P-003")
    assert link in message.get_body(["plain"]).get_content()
    assert [one.reference for one in bounced(console.office, OWN)] == ["P-007"]
    assert mailings(console.office, OWN)[0].waiting == 0
    assert console.journal()[-1] == ("issuing", "correct-address", {})


def test_an_address_that_mail_reaches_or_that_another_person_has_is_refused(console: Console):
    for reference, email in (("P-001", "thief@body.example"), ("P-003", "servant1@body.example")):
        refused = console.issuing.posts(f"c/{OWN}/addresses", reference=reference, email=email)
        assert refused.status_code == 409
        assert "Only an address that mail does not reach can be changed" in refused.get_data(as_text=True)
    nonsense = console.issuing.posts(f"c/{OWN}/addresses", reference="P-003", email="nowhere")
    assert nonsense.status_code == 400
    assert "not an e-mail address" in nonsense.get_data(as_text=True)
    assert 'value="nowhere"' in nonsense.get_data(as_text=True), "what was typed is kept"
    assert len(bounced(console.office, OWN)) == 2


def test_the_personnel_officer_changes_none_since_the_link_would_tell_who_has_drawn(console: Console):
    assert "<input" not in table_of(console.personnel.reads(f"c/{OWN}/addresses"))
    refused = console.personnel.posts(f"c/{OWN}/addresses", reference="P-003", email="her-own@body.example")

    assert refused.status_code == 403
    assert [one.email for one in bounced(console.office, OWN)] == list(LOST)


def test_another_bodys_are_not_there(console: Console):
    console.world.agency.drafts(OTHER, body=FIRE)

    assert console.personnel.gets(f"c/{OTHER}/addresses").status_code == 404


def test_the_page_ends_when_drawing_ends(console: Console):
    console.world.clock.now = TWO_VISITS.issuance_closes + timedelta(minutes=1)
    officer = console.signs_in("personnel", "late")

    assert officer.gets(f"c/{OWN}/addresses").status_code == 409
    assert "Addresses that mail does not reach" not in officer.reads(f"c/{OWN}")


def plain(page: str) -> str:
    """The page without what differs for each browser."""
    return re.sub(r'name="csrf_token" value="[^"]+"|before|after', "", page)


def draws(console: Console, one: Invitation) -> None:
    key = console.world.blind_signing_key.public_key()
    person = Respondent(console.app.test_client(), OWN, one.code, key)
    assert person.draws(person.prepares()[1].message).status_code == 200
