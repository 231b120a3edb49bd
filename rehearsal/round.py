"""A whole round as its people live it, on three hosts: officers in the two consoles, respondents on the public pages.

The collector has no console: its steps, and fetching documents, are commands as a timer runs them. On purpose go wrong:
a roster that is late, an address that mail does not reach, a close before its time, an institution that would open
alone, a custodian who has lost his share, somebody in whose name another has drawn.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from rehearsal import setting
from rehearsal.agency import Agency, Custodian
from rehearsal.browser import text_of
from rehearsal.hosts import Host, Hosts, types
from rehearsal.issuer import Issuer
from rehearsal.ledger import Ledger, StepFailed
from rehearsal.post import Post
from rehearsal.second_institution import SecondInstitution
from rehearsal.setting import DAY, NOW, WINDOWS, Body
from simulation.crowd import Crowd, Dispute, Draw, Errand, Submission
from simulation.opinions import mood_of, one_persons_answers
from survey_app.domain.questionnaire import Questionnaire

if TYPE_CHECKING:
    from survey_app.domain.token import Token

ROUND = "2026"
TYPED_BY_DANA = "known to dana alone"
HOUR = timedelta(hours=1)
REMINDED = WINDOWS[0] + 3 * DAY + HOUR  # an hour after the first that the page proposes
APPEALS_OVER = WINDOWS[3] + 40 * DAY


@dataclass
class Round:
    """``late`` is the body whose roster comes a day after the others'; ``mailed`` the one invited by e-mail.

    ``theirs`` are the custodians of the agency, of whom two are needed, ``others`` those of the second institution, of
    whom one is needed: three of five, and neither institution alone.
    """

    hosts: Hosts
    bodies: Sequence[Body]
    questionnaire: Questionnaire
    ledger: Ledger
    random: Random
    post: Post
    campaigns: dict[str, str] = field(init=False, default_factory=dict)
    tokens: "dict[str, list[Token]]" = field(init=False, default_factory=dict)
    agency: Agency = field(init=False)
    issuer: Issuer = field(init=False)
    second: SecondInstitution = field(init=False)
    theirs: tuple[Custodian, ...] = field(init=False)
    others: tuple[Custodian, ...] = field(init=False)

    @property
    def mailed(self) -> Body:
        return self.bodies[0]

    @property
    def late(self) -> Body:
        return self.bodies[-1]

    def is_staffed(self) -> None:
        """Everybody who works on the round has an account; those of the second institution come from outside."""
        folder = self.hosts.agency.instance.parent
        self.agency, self.issuer = Agency(self.hosts, self.ledger, ROUND), Issuer(self.hosts, self.ledger)
        self.second = SecondInstitution(folder / "second")
        media = folder / "media"
        self.theirs = (
            self.agency.custodian("chingiz", media / "chingiz"),
            self.agency.custodian("dana", media / "dana", TYPED_BY_DANA),
            self.agency.custodian("erlan", media / "erlan"),
        )
        self.others = tuple(self.agency.custodian(login, self.second.machine / login) for login in ("gulnar", "zhanar"))
        self.issuer.invites_personnel(self.bodies)

    def is_set_up(self) -> None:
        """The round with its bodies and register; one key for all, split between the institutions; the second known."""
        self.agency.begins_round()
        self.campaigns = self.agency.adds_bodies(setting.bodies_csv(self.bodies), setting.terms())
        self.agency.hands_in_register(setting.staffing_csv(self.bodies))
        self.agency.makes_split_key(self._all(), {"agency": (2, self.theirs), "ombudsman": (1, self.others)})
        self.agency.trusts(self.second.card, self.second.key)

    def is_enrolled(self) -> None:
        """Every roster but one is there; that campaign cannot be announced, and the others need not wait."""
        agency, issuer, collector = self.hosts.all
        _pull(issuer, collector)
        collector.succeeds("enrol", self.campaigns[self.mailed.code])  # the first: a person compares the agency's key
        collector.succeeds("steps-due")
        for body in self.bodies:
            if body is not self.late:
                self._uploads(body)
        if len(self.bodies) > 1:
            self.issuer.does_first("enrol", self.campaigns[self.mailed.code])
        self.issuer.does_all("enrol")
        _pull(agency)
        foreseen = self.agency.dry_run("announce", self._all())
        self.ledger.incident("a late roster", foreseen[setting.name_of(self.late)])
        self.agency.does("announce", [self.campaigns[body.code] for body in self.bodies if body is not self.late])
        self.hosts.set_clocks(NOW + DAY)
        self._uploads(self.late)
        self.issuer.does_first("enrol", self.campaigns[self.late.code])
        _pull(agency)
        self.agency.does("announce", [self.campaigns[self.late.code]])
        _pull(issuer, collector)
        self._all_done(self.issuer.does_all("accept"))
        collector.succeeds("steps-due")

    def is_invited(self) -> None:
        """One body by e-mail, of which one address is wrong and is corrected."""
        campaign = self.campaigns[self.mailed.code]
        page = self.issuer.sends_invitations(campaign)
        reference = setting.reference(self.mailed, 2)
        self.ledger.incident("a bounced mail", " ".join(text_of(cell) for cell in page.row(reference)[:-1]))
        right = f"right-{self.post.refused}"
        self.issuer.corrects_address(self.mailed, campaign, reference, right)
        if self.post.received[right] != 1 or len(self.post.received) != self.mailed.servants:
            raise StepFailed(f"mail reached {len(self.post.received)} of {self.mailed.servants}")

    def is_drawn(self, crowd: Crowd) -> None:
        """Those who take part draw; one says that it was not he who drew. M is published.

        A reminder's hour comes while the issuer's server is down: it goes out when the server is up again.
        """
        links = {body.code: self.issuer.takes_links(self.campaigns[body.code]) for body in self.bodies[1:]}
        links[self.mailed.code] = list(self.post.links.values())
        self.hosts.set_clocks(WINDOWS[0] + HOUR)
        chosen = [
            (body, link)
            for body in self.bodies
            for link in self.random.sample(links[body.code], round(body.turnout * body.servants))
        ]
        self.tokens = {body.code: [] for body in self.bodies}
        for number, token in crowd.run([Draw(link) for _, link in chosen]):
            if token is not None:
                self.tokens[chosen[number][0].code].append(token)
        list(crowd.run([Dispute(chosen[0][1])]))
        campaign = self.campaigns[self.mailed.code]
        self.ledger.incident("a dispute", self.issuer.disputes(campaign))
        self.hosts.issuer.goes_down()
        self.hosts.set_clocks(REMINDED)
        self.hosts.issuer.goes_up()
        self.hosts.issuer.is_up()
        self.issuer.sees_reminder(campaign)
        if set(self.post.received.values()) != {2}:
            raise StepFailed(f"not everybody was reminded: {self.post.received}")
        self.hosts.set_clocks(WINDOWS[1] + HOUR)
        self._all_done(self.issuer.does_all("publish"))
        _pull(self.hosts.collector)
        self.hosts.collector.succeeds("steps-due")
        self.ledger.figures["messages sent"] = self.post.received.total()
        self.ledger.figures["tokens drawn (M)"] = sum(map(len, self.tokens.values()))

    def is_answered(self, crowd: Crowd) -> None:
        """Everybody who has drawn answers, a day later."""
        self.hosts.set_clocks(WINDOWS[2] + DAY)
        errands: list[Errand] = []
        for body in self.bodies:
            mood = mood_of(self.questionnaire, body.mood, self.random)
            errands += [
                Submission(self.hosts.collector.url, token, one_persons_answers(self.questionnaire, mood, self.random))
                for token in self.tokens[body.code]
            ]
        self.random.shuffle(errands)
        list(crowd.run(errands))

    def is_closed(self) -> None:
        """A close before its time is refused; then every batch is frozen and fetched by the agency."""
        agency, _, collector = self.hosts.all
        self.hosts.set_clocks(WINDOWS[3] - HOUR)
        campaign = self.campaigns[self.mailed.code]
        self.ledger.incident("a refused close at the collector", _refusal(collector, "close", campaign))
        self.ledger.incident("a refused close at the issuer", self.issuer.is_refused("close", campaign))
        self.hosts.set_clocks(WINDOWS[3] + HOUR)
        collector.succeeds("steps-due")
        self._all_done(self.issuer.does_all("close"))
        _pull(agency)
        received = sum(one["K"] for one in collector.gets("status"))
        if received != self.ledger.figures["tokens drawn (M)"]:
            raise StepFailed(f"{received} responses were received of {self.ledger.figures['tokens drawn (M)']}")
        self.ledger.figures["responses received (K)"] = received

    def is_opened(self) -> None:
        """The agency cannot open alone, and one of its custodians has lost his share; with the others' it begins."""
        lost, *present = self.theirs
        left = lost.share.read_bytes()[:200]
        lost.share.unlink()
        self.agency.begins_opening()
        self.ledger.incident("a lost share", self.agency.brings(lost, left).problem)
        for custodian in present:
            waiting = self.agency.brings(custodian)
        self.ledger.incident("too few custodians", waiting.texts("govuk-summary-list")[0])
        self.agency.waits_for_opening(self.agency.brings(self.others[0]))

    def is_countersigned(self) -> None:
        """The second institution opens every batch again, on its own machine, and gets the same."""
        agency = self.hosts.agency
        custodians = (*self.theirs[1:], self.others[1])
        signed = []
        for campaign in self._all():
            folder = agency.instance / "exchange" / campaign
            key_file = next(agency.instance.glob(f"keys/agency/sealing-{campaign}.*"))
            signed.append(self.second.countersigns(folder, key_file, custodians))
        self.agency.takes_in([(file.name, file.read_bytes()) for file in signed])
        self.ledger.figures["countersignatures"] = len(signed)

    def is_certified(self) -> None:
        """Each body's figures, then those of the round as a whole."""
        self.agency.does("certify", self._all())
        self.agency.certifies_round()
        _pull(self.hosts.collector)

    def is_verified(self) -> None:
        """Anybody's check of every campaign's folder, of the round's and of both journals; each is countersigned."""
        exchange = self.hosts.agency.instance / "exchange"
        checks = [_verify(exchange / campaign, "--countersigner", self.second.key) for campaign in self._all()]
        if not all("countersigner-key" in one for one in checks):
            raise StepFailed("not every campaign is countersigned")
        checks.append(_verify(exchange / "rounds" / ROUND))
        for host in (self.hosts.agency, self.hosts.issuer):
            journal = host.instance / "journal.jsonl"
            host.succeeds("export-journal", str(journal))
            checks.append(_verify(journal))
            self.ledger.figures[f"entries in the {host.role}'s journal"] = len(journal.read_bytes().splitlines())
        self.ledger.figures["public claims verified"] = sum(map(len, checks))

    def is_archived(self) -> None:
        """After the time for appeals: two officers at the agency, the others by the command that a timer runs."""
        agency, issuer, collector = self.hosts.all
        self.hosts.set_clocks(APPEALS_OVER)
        self.agency.archives_what_is_due(len(self.campaigns))
        _pull(issuer, collector)
        issuer.succeeds("archive-due")
        collector.succeeds("archive-due")
        _pull(agency)
        states = self.agency.states()
        if states != ["archived"] * len(self.campaigns):
            raise StepFailed(f"not everything is archived: {states}")
        self.ledger.figures["campaigns archived"] = len(states)

    def _uploads(self, body: Body) -> None:
        self.issuer.uploads_roster(body, setting.roster_of(body, self.bodies.index(body)))

    def _all(self) -> list[str]:
        return [self.campaigns[body.code] for body in self.bodies]

    def _all_done(self, campaigns: int) -> None:
        if campaigns != len(self.campaigns):
            raise StepFailed(f"done for {campaigns} of {len(self.campaigns)} campaigns")


def _pull(*hosts: Host) -> None:
    for host in hosts:
        host.succeeds("pull")


def _verify(folder: Path, *words: str) -> list[str]:
    """What was checked and found right. Raises StepFailed if anything was found wrong."""
    report = json.loads(types("verify", str(folder), *words, "--json").stdout)
    if not report["passed"]:
        raise StepFailed(str([one for one in report["checks"] if one["status"] == "failed"]))
    return [one["check"] for one in report["checks"] if one["status"] == "ok"]


def _refusal(host: Host, *words: str) -> str:
    """What a step that must be refused says."""
    result = host.types(*words)
    if result.exit_code == 0:
        raise StepFailed(f"{host.role} {' '.join(words)} was not refused")
    return str(result.exception) or result.output
