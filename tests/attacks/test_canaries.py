"""Marked secrets go through a whole campaign; afterwards every byte that the offices left anywhere is searched.

Each canary is looked for as raw bytes, hexadecimal, base64url and base64, in databases, in the journal files that
exist only during a transaction, in the exchange folder, in key folders and in all output. Each is allowed only where
the promise says that it is.
"""

import base64
import logging
import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import pytest
from sqlalchemy import Engine, event

from simulation.http import Web
from simulation.respondent import Respondent
from survey_app.domain import base64url
from survey_app.domain.answers import Answers, encode_answers
from survey_app.domain.token import token_hash
from survey_app.identity.invitations import parse_code
from survey_app.identity.mail import queue, sending
from survey_app.identity.mail.plan import INVITATION
from tests.mail_server import PASSWORD, mail_server
from tests.world import roster_lines, world

PEOPLE = 12
EMAIL = "canary-{}@mail.example.kz"
BOUNCE_TEXT = "no such canary here"
AGENT = "CanaryBrowser/7.7 (secret machine)"
ADDRESS = "203.0.113.77"
POSITIONS = (3, 2, 4, 1, 3, 2, 4, 1, 3, 2, 4, 2, 1, 3)


class MarkedWeb(Web):
    """A browser that gives itself away: an agent and a forwarded address in every request."""

    def _ask(self, method, url, body, headers, expect):
        marks = {"User-Agent": AGENT, "X-Forwarded-For": ADDRESS, "Forwarded": f"for={ADDRESS}", "X-Real-IP": ADDRESS}
        return super()._ask(method, url, body, {**headers, **marks}, expect)


class Watcher:
    """Copies every file under a folder again and again, and before each commit of a database: what exists for a moment
    only, such as a journal, is caught as well.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._ended = folder, threading.Event()
        self.seen: dict[str, set[bytes]] = {}
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        event.listen(Engine, "commit", self._before_commit)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "commit", self._before_commit)
        self._ended.set()
        self._thread.join()
        self.look()

    def look(self) -> None:
        for path in self._folder.rglob("*"):
            try:
                content = path.read_bytes()
            except OSError:
                continue
            self.seen.setdefault(path.relative_to(self._folder).as_posix(), set()).add(content)

    def _before_commit(self, _connection: object) -> None:
        self.look()

    def _watch(self) -> None:
        while not self._ended.wait(0.002):
            self.look()


def _forms(secret: bytes) -> tuple[bytes, ...]:
    return (
        secret,
        secret.hex().encode(),
        secret.hex().upper().encode(),
        base64url.encode(secret).encode(),
        base64.b64encode(secret).rstrip(b"="),
        base64.b32encode(secret).rstrip(b"="),
    )


def _places(secret: bytes, files: Mapping[str, set[bytes]]) -> set[str]:
    """Names of the files that ever held the secret in any form."""
    forms = _forms(secret)
    return {name for name, versions in files.items() if any(form in content for content in versions for form in forms)}


def _side(name: str) -> str:
    """identity, responses or agency for a database with its journals; else the first folders of the path."""
    return name.partition(".")[0] if "/" not in name else "/".join(name.split("/")[:1])


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory, questionnaire):
    """All that a campaign left, and the secrets that went through it."""
    from tests.clock import FakeClock  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("canaries")
    output = logging.StreamHandler(stream := open(folder.with_suffix(".log"), "w+", encoding="utf-8"))  # noqa: PTH123, SIM115
    logging.getLogger().addHandler(output)
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # the mail server's own, which is not ours
    try:
        with (
            mail_server(tmp_path_factory.mktemp("mail")) as relay,
            world(folder, FakeClock(), questionnaire, relay.settings) as place,
            Watcher(folder) as watcher,
        ):
            relay.refusals = {EMAIL.format(0): f"550 5.1.1 {BOUNCE_TEXT}"}
            relay.breaks_after = 4
            campaign_id = place.agency_officer_drafts()
            place.offices_enrol(campaign_id, roster_lines(PEOPLE, EMAIL))
            place.agency_officer_announces(campaign_id)
            invited = place.issuing_officer_invites(campaign_id)
            mail_is_sent(place, campaign_id)
            place.issuing_opens()
            web = MarkedWeb()
            person = Respondent(web)
            tokens = [person.draws_token(invitation.link) for invitation in invited]
            watcher.look()
            before_close = {name: set(versions) for name, versions in watcher.seen.items()}
            place.issuing_officer_publishes_drawn(campaign_id)
            place.collecting_opens()
            answers = Answers(POSITIONS)
            for token in tokens:
                person.submits(place.collector_url, token, questionnaire, answers)
            place.offices_close(campaign_id)
            place.agency_officer_opens_and_certifies(campaign_id)
            web.close()
        stream.flush()
        yield {
            "files": watcher.seen,
            "last": {p.relative_to(folder).as_posix(): {p.read_bytes()} for p in folder.rglob("*") if p.is_file()},
            "before_close": before_close,
            "log": {"log": {Path(stream.name).read_bytes()}},
            "tokens": tokens,
            "codes": [parse_code(invitation.code) for invitation in invited],
            "mails": relay.received,
            "links": [invitation.link for invitation in invited],
            "plaintext": encode_answers(questionnaire, answers),
        }
    finally:
        logging.getLogger().removeHandler(output)
        stream.close()


def test_the_watch_saw_journal_files_and_the_databases(aftermath):
    names = aftermath["files"].keys()
    assert {"identity.sqlite", "responses.sqlite", "agency.sqlite"} <= names
    journals = {f"{side}.sqlite-journal" for side in ("identity", "responses", "agency")}
    assert journals <= names, "the search must include what exists only during a transaction"


def mail_is_sent(place, campaign_id):
    """To everybody, over a connection that breaks in the middle and with an address that is refused."""
    queue.begin(place.issuer, campaign_id, INVITATION)
    for _ in sending.send_mailing(place.issuer, campaign_id, INVITATION, sending.Pace(3, wait=lambda _seconds: None)):
        pass


def test_what_was_mailed_is_only_in_the_mail(aftermath):
    assert len(aftermath["mails"]) == PEOPLE - 1, "one was refused"
    said = b"".join(message.get_body(["plain"]).get_content().encode() for _, message in aftermath["mails"])
    assert sum(link.encode() in said for link in aftermath["links"]) == PEOPLE - 1
    for secret in (PASSWORD.encode(), BOUNCE_TEXT.encode(), *(link.encode() for link in aftermath["links"])):
        assert _places(secret, aftermath["files"]) == set()
        assert _places(secret, aftermath["log"]) == set()


def test_nothing_of_the_mailing_outlives_the_addresses(aftermath):
    """Given the last state of the database, then no table about mail has a row."""
    (identity,) = aftermath["last"]["identity.sqlite"]
    connection = sqlite3.connect(":memory:")
    connection.deserialize(identity)
    tables = ("mailing", "mail_queue", "mail_stop", "bounce", "roster_upload", "handout")
    assert [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables] == [0] * 6  # noqa: S608
    connection.close()


def test_address_and_agent_are_nowhere(aftermath):
    for mark in (AGENT.encode(), ADDRESS.encode()):
        assert _places(mark, aftermath["files"]) == set()
        assert _places(mark, aftermath["log"]) == set()


def test_invitation_codes_are_nowhere(aftermath):
    for code in aftermath["codes"]:
        assert _places(code, aftermath["files"]) == set()
        assert _places(code, aftermath["log"]) == set()


def test_tokens_are_only_on_the_responses_side_and_in_the_batch(aftermath):
    for token in aftermath["tokens"]:
        for part in (token.input_msg, token.signature, token_hash(token.input_msg)):
            sides = {_side(name) for name in _places(part, aftermath["files"])}
            assert sides <= {"responses", "exchange"}
            assert _places(part, aftermath["log"]) == set()
        in_exchange = {
            n.rsplit("/")[-1] for n in _places(token.input_msg, aftermath["files"]) if n.startswith("exchange")
        }
        assert in_exchange <= {"batch.bin"} | {n for n in in_exchange if n.startswith(".batch.bin.")}
        assert _places(token.holder_private_key, aftermath["files"]) == set(), "only the respondent has it"


def test_answers_are_nowhere(aftermath):
    row = bytes(POSITIONS)
    written_out = (
        ",".join(map(str, POSITIONS)).encode(),
        "".join(map(str, POSITIONS)).encode(),
        str(POSITIONS).encode(),
    )
    for form in (aftermath["plaintext"], row):
        assert _places(form, aftermath["files"]) == set()
        assert _places(form, aftermath["log"]) == set()
    for text in written_out:
        held = aftermath["files"] | aftermath["log"]
        assert not [name for name, versions in held.items() if any(text in content for content in versions)]


def test_roster_references_and_emails_are_only_on_the_identity_side(aftermath):
    for number in range(PEOPLE):
        email, reference = EMAIL.format(number).encode(), f"servant-{number:04d}".encode()
        for mark in (email, reference):
            assert {_side(name) for name in _places(mark, aftermath["files"])} == {"identity"}
            assert _places(mark, aftermath["log"]) == set()


def test_who_has_drawn_and_addresses_are_gone_from_the_identity_database_after_close(aftermath):
    names = {name: versions for name, versions in aftermath["last"].items() if _side(name) == "identity"}
    for number in range(PEOPLE):
        assert _places(EMAIL.format(number).encode(), names) == set()


def test_no_database_names_the_time_of_a_visit(aftermath):
    """The clock of the story stood at one moment while people drew and at another while they answered."""
    drawing, answering = b"2026-11-02 05:00", b"2026-11-05 05:00"
    for moment in (drawing, answering, drawing.replace(b" ", b"T"), answering.replace(b" ", b"T")):
        held = {n: v for n, v in aftermath["files"].items() if _side(n) in ("identity", "responses")}
        found = [name for name, versions in held.items() if any(moment in content for content in versions)]
        assert found == []
