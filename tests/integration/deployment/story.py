"""The life of one campaign on three hosts, as its officers type it; what came of it is looked at by the tests."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from rehearsal.hosts import Hosts, three_hosts
from simulation.http import Web
from simulation.respondent import Respondent
from survey_app.domain import keyfile
from survey_app.domain.answers import Answers
from survey_app.domain.questionnaire import Questionnaire

PEOPLE = 6
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
MINUTES = timedelta(minutes=1)
AHEAD = {"agency": 6 * MINUTES, "issuer": -5 * MINUTES, "collector": 0 * MINUTES}
ISSUING, COLLECTING = NOW + timedelta(days=1), NOW + timedelta(days=3)
WINDOWS = (ISSUING, ISSUING + timedelta(days=1), COLLECTING, COLLECTING + timedelta(days=1))
# Certified on Friday, 6 November 2026: the tenth working day after it is Friday, 20 November.
LAST_DAY_OF_APPEALS = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
APPEALS_OVER = LAST_DAY_OF_APPEALS + timedelta(days=1)
CREATE = (
    *("create-campaign", "--round", "2026", "--body-code", "trial", "--visits", "two"),
    *("--body-name-kk", "Орган", "--body-name-ru", "Орган", "--body-name-en", "Body"),
    *("--head-kk", "Басшы", "--head-ru", "Руководитель", "--head-en", "Head"),
)


class Story:
    """Steps in their order; ``seen`` keeps what a later look could not find any more."""

    def __init__(self, hosts: Hosts, questionnaire: Questionnaire) -> None:
        self.hosts, self.questionnaire = hosts, questionnaire
        self.seen = SimpleNamespace()
        self.person = Respondent(Web())
        self.passphrase = hosts.agency.instance / "passphrase"
        self.passphrase.write_text("correct horse battery\n", encoding="ascii")

    def agency_drafts(self) -> None:
        self.hosts.agency.succeeds("create-round", "2026")
        options = ("--issuance-opens", "--issuance-closes", "--collection-opens", "--collection-closes")
        times = [word for pair in zip(options, (when.isoformat() for when in WINDOWS), strict=True) for word in pair]
        self.campaign_id = self.hosts.agency.gets(*CREATE, *times)["campaign_id"]
        self.hosts.agency.succeeds("keygen", self.campaign_id, "--passphrase-file", str(self.passphrase))

    def offices_enrol(self) -> None:
        roster = self.hosts.issuer.instance / "roster.csv"
        roster.write_text("\n".join(["reference", *(f"servant-{i}" for i in range(PEOPLE))]), encoding="utf-8")
        for host in (self.hosts.issuer, self.hosts.collector):
            host.succeeds("pull")
        self.hosts.issuer.succeeds("import-roster", self.campaign_id, str(roster))
        for host in (self.hosts.issuer, self.hosts.collector):
            host.succeeds("enrol", self.campaign_id)

    def agency_announces(self) -> None:
        self.hosts.agency.succeeds("pull")
        self.hosts.agency.succeeds("announce", self.campaign_id, "--eligible", str(PEOPLE))

    def offices_accept(self) -> None:
        for host in (self.hosts.issuer, self.hosts.collector):
            host.succeeds("pull")
            host.succeeds("accept", self.campaign_id)

    def people_draw(self) -> None:
        invited = self.hosts.issuer.succeeds("invitations", self.campaign_id, "--format", "json")
        links = [one["link"] for one in json.loads(invited)]
        self.hosts.set_clocks(ISSUING + timedelta(hours=1))
        self.tokens = [self.person.draws_token(link) for link in links[:-1]]

    def issuer_publishes_drawn(self) -> None:
        self.hosts.set_clocks(WINDOWS[1] + 10 * MINUTES)
        self.hosts.issuer.succeeds("publish-drawn", self.campaign_id)

    def collector_accepts_drawn(self) -> None:
        self.hosts.collector.succeeds("pull")
        self.hosts.collector.succeeds("accept-drawn", self.campaign_id)

    def people_answer(self) -> None:
        self.hosts.set_clocks(COLLECTING + timedelta(hours=1))
        sheet = Answers(tuple([1] * len(self.questionnaire.questions)))
        for token in self.tokens:
            self.person.submits(self.hosts.collector.url, token, self.questionnaire, sheet)

    def offices_close(self) -> None:
        self.hosts.set_clocks(WINDOWS[3] + 10 * MINUTES)
        for host in (self.hosts.collector, self.hosts.issuer):
            host.succeeds("close", self.campaign_id)

    def agency_certifies(self) -> None:
        self.hosts.agency.succeeds("pull")
        self.hosts.agency.succeeds("open", self.campaign_id, "--passphrase-file", str(self.passphrase))
        self.hosts.agency.succeeds("certify", self.campaign_id)

    def everything_up_to_figures(self) -> None:
        """The whole life until the agency has certified and the others have taken its Release."""
        for step in (self.agency_drafts, self.offices_enrol, self.agency_announces, self.offices_accept):
            step()
        for step in (self.people_draw, self.issuer_publishes_drawn, self.collector_accepts_drawn, self.people_answer):
            step()
        self.offices_close()
        self.agency_certifies()
        self.hosts.collector.succeeds("pull")

    def appeals_end(self) -> None:
        """Ten working days after the certification, and a day."""
        self.hosts.set_clocks(APPEALS_OVER)

    def everybody_archives(self) -> None:
        """The agency first; the others when they have seen its certificate."""
        self.hosts.agency.succeeds("archive-due")
        for host in (self.hosts.issuer, self.hosts.collector):
            host.succeeds("pull")
            host.succeeds("archive-due")
        self.hosts.agency.succeeds("pull")


@contextmanager
def story(folder: Path, questionnaire: Questionnaire, environ: Mapping[str, str]) -> Iterator[Story]:
    """Three hosts whose key files are cheap, and somebody to tell the story."""
    cost = keyfile.SCRYPT_N
    keyfile.SCRYPT_N = 2**10
    try:
        with three_hosts(folder, NOW, AHEAD, environ) as hosts:
            teller = Story(hosts, questionnaire)
            yield teller
            teller.person.web.close()
    finally:
        keyfile.SCRYPT_N = cost
