"""A small world for stories over all offices: three offices in one process behind a real server, people over HTTP."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import config
import wsgi
from analytics.campaigns import announcing, certification, creation, custody, openings
from analytics.office import AgencyOffice, open_agency
from simulation.http import Web
from simulation.respondent import Respondent
from survey_app.domain.answers import Answers
from survey_app.domain.manifest import Body, LocalisedText, Schedule, Visits
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.token import Token
from survey_app.identity import acceptance, closing, roster
from survey_app.identity import enrolment as issuing
from survey_app.identity.invitations import Invitation, invitations
from survey_app.identity.office import IssuerOffice, open_issuer
from survey_app.responses import batch, enrolment
from survey_app.responses.office import CollectorOffice, open_collector
from survey_app.web import server
from survey_app.web.settings import Settings
from tests.clock import FakeClock

PASSPHRASE = "a passphrase that only this test knows"
SERVANT = "servant-{:04d}"


@dataclass
class World:
    """Everybody and everything. ``base_url`` is where all three offices answer; ``clock`` is theirs.

    ``application.application`` is what the server runs; a test may put something before it.
    """

    instance: Path
    clock: FakeClock
    base_url: str
    agency: AgencyOffice
    issuer: IssuerOffice
    collector: CollectorOffice
    questionnaire: Questionnaire
    respondent: Respondent
    application: "_HeldApplication"
    schedule: Schedule = field(init=False)

    @property
    def collector_url(self) -> str:
        return f"{self.base_url}/collector"

    def agency_officer_drafts(self, visits: Visits = "two") -> str:
        """A campaign whose windows begin in an hour."""
        start, day = self.clock() + timedelta(hours=1), timedelta(days=1)
        starts = (0, 2, 3, 5) if visits == "two" else (0, 5, 0, 5)
        self.schedule = Schedule(*(start + offset * day for offset in starts))
        names = LocalisedText("Сынақ органы", "Пробный орган", "Trial body")
        post = LocalisedText("Аппарат басшысы", "Руководитель аппарата", "Head of the apparatus")
        creation.create_round(self.agency, "2026")
        draft = creation.create_campaign(
            self.agency,
            round="2026",
            body=Body("trial", names),
            head=post,
            visits=visits,
            schedule=self.schedule,
        )
        return draft.campaign_id

    def offices_enrol(self, campaign_id: str, servants: Sequence[str]) -> None:
        """The roster is imported: lines of ``reference,email,language``."""
        roster.import_roster(self.issuer, campaign_id, "\n".join(["reference,email,language", *servants]).encode())
        issuing.enrol(self.issuer, campaign_id)
        enrolment.enrol(self.collector, campaign_id)

    def agency_officer_announces(self, campaign_id: str) -> None:
        custody.keygen(self.agency, [campaign_id], passphrase=PASSPHRASE)
        announcing.announce(self.agency, campaign_id)
        acceptance.accept(self.issuer, campaign_id)
        enrolment.accept(self.collector, campaign_id)

    def issuing_officer_invites(self, campaign_id: str) -> list[Invitation]:
        return invitations(self.issuer, campaign_id)

    def issuing_opens(self) -> None:
        self.clock.now = self.schedule.issuance_opens

    def issuing_officer_publishes_drawn(self, campaign_id: str) -> None:
        self.clock.now = max(self.schedule.issuance_closes, self.clock.now)
        closing.publish_drawn(self.issuer, campaign_id)
        enrolment.accept_drawn(self.collector, campaign_id)

    def collecting_opens(self) -> None:
        self.clock.now = self.schedule.collection_opens

    def respondent_answers(self, token: Token, positions: Sequence[int]) -> str:
        return self.respondent.submits(self.collector_url, token, self.questionnaire, Answers(tuple(positions)))

    def offices_close(self, campaign_id: str) -> None:
        self.clock.now = self.schedule.collection_closes
        batch.close(self.collector, campaign_id)
        closing.close(self.issuer, campaign_id)

    def agency_officer_opens_and_certifies(self, campaign_id: str) -> None:
        openings.open_campaign_batch(self.agency, campaign_id, PASSPHRASE)
        certification.certify(self.agency, campaign_id)


def roster_lines(count: int, email: str = "") -> list[str]:
    """``count`` servants, every language in turn."""
    return [f"{SERVANT.format(i)},{email.format(i)},{('kk', 'ru', 'en')[i % 3]}" for i in range(count)]


@contextmanager
def world(
    instance: Path, clock: FakeClock, questionnaire: Questionnaire, environ: Mapping[str, str] | None = None
) -> Iterator[World]:
    """Open the three offices under ``instance`` and serve them on a free port of the loopback interface.

    ``environ`` has further settings (PIKIR_*), such as other databases.
    """
    config.mark_as_demo(instance)
    held = _HeldApplication()
    listening = server.listen(held, 0)
    thread = threading.Thread(target=listening.run)
    web = Web()
    settings = Settings(instance, {"PIKIR_PORT": str(listening.port), **(environ or {})}, clock)
    place = settings.instance, settings.environ
    agency = open_agency(config.agency_config(*place), clock)
    issuer = open_issuer(config.issuer_config(*place), clock)
    collector = open_collector(config.collector_config(*place), clock)
    held.application = wsgi.make_application("all", settings)
    thread.start()
    try:
        base_url = f"http://127.0.0.1:{listening.port}"
        yield World(instance, clock, base_url, agency, issuer, collector, questionnaire, Respondent(web), held)
    finally:
        web.close()
        listening.close()
        thread.join()
        for office in (agency, issuer, collector, *_served_offices(held.application)):
            office.database.dispose()


def _served_offices(application):
    """The offices that the server opened for itself."""
    kept = [part for app in application.mounts.values() for part in app.extensions.values()]
    return [part for part in kept if isinstance(part, IssuerOffice | CollectorOffice | AgencyOffice)]


class _HeldApplication:
    """Lets the port be bound (and so known) before the offices that name it in their documents are made."""

    def __init__(self) -> None:
        self.application = None

    def __call__(self, environ, start_response):
        return self.application(environ, start_response)
