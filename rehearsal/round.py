"""A whole round as its officers live it, on three hosts: every step is a command of theirs or a person's request.

On purpose go wrong: a roster that is late, an address that mail does not reach, a close before its time, an opening
with too few custodians, a custodian who has lost his share, somebody in whose name another has drawn.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from rehearsal import setting
from rehearsal.hosts import Host, Hosts, StepFailed, types
from rehearsal.ledger import Ledger
from rehearsal.post import Post
from rehearsal.setting import DAY, NOW, WINDOWS, Body
from simulation.crowd import Crowd, Dispute, Draw, Errand, Submission
from simulation.opinions import mood_of, one_persons_answers
from survey_app.domain.questionnaire import Questionnaire

if TYPE_CHECKING:
    from survey_app.domain.token import Token

ROUND = "2026"
CUSTODIANS = ("Aigerim", "Bolat", "Chingiz", "Dana", "Erlan")
LOST = "Chingiz"
HOUR = timedelta(hours=1)
APPEALS_OVER = WINDOWS[3] + 40 * DAY


class Round:
    """``late`` is the body whose roster comes a day after the others'; ``mailed`` the one invited by e-mail."""

    def __init__(
        self, hosts: Hosts, bodies: Sequence[Body], questionnaire: Questionnaire, ledger: Ledger, random: Random
    ) -> None:
        self.hosts, self.bodies, self.questionnaire = hosts, bodies, questionnaire
        self.ledger, self.random = ledger, random
        self.mailed, self.late = bodies[0], bodies[-1]
        self.campaigns: dict[str, str] = {}
        self.tokens: dict[str, list[Token]] = {}
        self.shares = hosts.agency.instance / "shares"
        self.second = hosts.agency.instance.parent / "second"

    def is_set_up(self) -> None:
        """The round is drafted in bulk, its keys made and split; a custodian loses his share at once."""
        agency = self.hosts.agency
        agency.succeeds("create-round", ROUND)
        table = self._file(agency, "bodies.csv", setting.bodies_csv(self.bodies))
        agency.succeeds("create-campaigns", table, "--round", ROUND, "--visits", "two", *setting.times())
        register = self._file(agency, "staffing.csv", setting.staffing_csv(self.bodies))
        agency.succeeds("import-staffing", register, "--round", ROUND)
        self.campaigns = {one["body"]: one["campaign_id"] for one in agency.gets("status")}
        names = ",".join(CUSTODIANS)
        split = ("--split", "3/5", "--custodians", names, "--shares", str(self.shares))
        agency.succeeds("keygen", *self._all(), *split)
        self._share(LOST).unlink()
        self.ledger.incident("a custodian lost his share", LOST)
        self._second("keygen", str(self.second), *self._own(), *_three("--name", "Омбудсмен"))
        agency.succeeds("trust-countersigner", str(self.second / "countersigner.jws"), "--yes")

    def is_enrolled(self) -> None:
        """Every roster but one is there; that campaign cannot be announced, and the others need not wait."""
        agency, issuer, collector = self.hosts.all
        self._pull(issuer, collector)
        for body in self.bodies:
            collector.succeeds("enrol", self.campaigns[body.code])
            if body is not self.late:
                self._roster(body)
        self._pull(agency)
        self._each(agency, "announce", [body for body in self.bodies if body is not self.late])
        self.ledger.incident("a late roster", _refusal(agency, "announce", self.campaigns[self.late.code]))
        self.hosts.set_clocks(NOW + DAY)
        self._roster(self.late)
        self._pull(agency)
        self._each(agency, "announce", [self.late])
        self._pull(issuer, collector)
        for host in (issuer, collector):
            self._each(host, "accept", self.bodies)

    def is_invited(self, post: Post) -> None:
        """One body by e-mail, of which one bounces and is corrected; the others by lists for letters."""
        issuer, campaign = self.hosts.issuer, self.campaigns[self.mailed.code]
        issuer.succeeds("send-invitations", campaign)
        (bounced,) = issuer.gets("bounces", campaign)
        self.ledger.incident("a bounced mail", f"{bounced['email']}: {bounced['status']}")
        right = f"right-{post.refused}"
        issuer.succeeds("correct-address", campaign, bounced["reference"], right)
        issuer.succeeds("send-invitations", campaign)
        if post.received[right] != 1 or len(post.received) != self.mailed.servants:
            raise StepFailed(f"mail reached {len(post.received)} of {self.mailed.servants}")
        self.ledger.figures["messages sent"] = post.received.total()

    def is_drawn(self, crowd: Crowd) -> None:
        """Those who take part draw; one says that it was not he who drew. Then M is published and fetched."""
        links = {body.code: self._links(body) for body in self.bodies}
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
        self.ledger.incident("a dispute", f"one of {chosen[0][0].code} says that somebody else drew in his name")
        self.hosts.set_clocks(WINDOWS[1] + HOUR)
        self._each(self.hosts.issuer, "publish-drawn", self.bodies)
        self._pull(self.hosts.collector)
        self._each(self.hosts.collector, "accept-drawn", self.bodies)
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
        agency, issuer, collector = self.hosts.all
        self.hosts.set_clocks(WINDOWS[3] - HOUR)
        self.ledger.incident("a refused close", _refusal(collector, "close", self.campaigns[self.mailed.code]))
        self.hosts.set_clocks(WINDOWS[3] + HOUR)
        self._each(collector, "close", self.bodies)
        self._each(issuer, "close", self.bodies)
        self._pull(agency)

    def is_opened(self) -> None:
        """Two custodians are too few; three of the four who have their shares open all batches together."""
        agency = self.hosts.agency
        two = [word for name in CUSTODIANS[:2] for word in ("--share", str(self._share(name)))]
        self.ledger.incident("too few custodians", _refusal(agency, "open-round", ROUND, *two))
        agency.succeeds("open-round", ROUND, *self._three_shares())

    def is_countersigned(self) -> None:
        """A second institution opens one batch again and gets the same."""
        campaign = self.campaigns[self.late.code]
        folder = self.hosts.agency.instance / "exchange" / campaign
        key = next(self.hosts.agency.instance.glob(f"keys/agency/sealing-{campaign}.*"))
        own = ("--own", str(self.second), *self._own())
        self._second("sign", str(folder), *own, "--key", str(key), *self._three_shares())

    def is_certified(self) -> None:
        self._each(self.hosts.agency, "certify", self.bodies)
        self.hosts.agency.succeeds("certify-round", ROUND)
        self._pull(self.hosts.collector)

    def is_verified(self) -> None:
        """Anybody's check of every campaign's folder at the agency."""
        checks = 0
        for campaign in self._all():
            result = types("verify", str(self.hosts.agency.instance / "exchange" / campaign), "--json")
            report = json.loads(result.stdout)
            if not report["passed"]:
                raise StepFailed(str([one for one in report["checks"] if one["status"] == "failed"]))
            checks += sum(one["status"] == "ok" for one in report["checks"])
        self.ledger.figures["public claims verified"] = checks

    def is_archived(self) -> None:
        """After the time for appeals, by the commands that a timer runs."""
        agency, issuer, collector = self.hosts.all
        self.hosts.set_clocks(APPEALS_OVER)
        agency.succeeds("archive-due")
        self._pull(issuer, collector)
        issuer.succeeds("archive-due")
        collector.succeeds("archive-due")
        self._pull(agency)
        states = [one["state"] for one in agency.gets("status")]
        if set(states) != {"archived"}:
            raise StepFailed(f"not everything is archived: {states}")
        self.ledger.figures["campaigns archived"] = len(states)

    def _roster(self, body: Body) -> None:
        issuer, campaign = self.hosts.issuer, self.campaigns[body.code]
        issuer.succeeds("import-roster", campaign, self._file(issuer, "roster.csv", setting.roster_csv(body)))
        issuer.succeeds("enrol", campaign)

    def _links(self, body: Body) -> list[str]:
        listed = self.hosts.issuer.succeeds("invitations", self.campaigns[body.code], "--format", "json")
        return [str(one["link"]) for one in json.loads(listed)]

    def _all(self) -> list[str]:
        return [self.campaigns[body.code] for body in self.bodies]

    def _each(self, host: Host, command: str, bodies: Iterable[Body]) -> None:
        for body in bodies:
            host.succeeds(command, self.campaigns[body.code])

    def _pull(self, *hosts: Host) -> None:
        for host in hosts:
            host.succeeds("pull")

    def _share(self, name: str) -> Path:
        (found,) = self.shares.glob(f"*{name}*")
        return found

    def _three_shares(self) -> list[str]:
        present = [name for name in CUSTODIANS if name != LOST][-3:]
        return [word for name in present for word in ("--share", str(self._share(name)))]

    def _own(self) -> tuple[str, str]:
        return "--own-passphrase-file", self._file(
            self.hosts.agency, "second-passphrase", b"the second institution's\n"
        )

    def _second(self, *words: str) -> None:
        result = types("countersign", *words)
        if result.exit_code != 0:
            raise StepFailed(f"countersign {words[0]}: {result.output} {result.exception}")

    def _file(self, host: Host, name: str, data: bytes) -> str:
        path = host.instance / name
        path.write_bytes(data)
        return str(path)


def _refusal(host: Host, *words: str) -> str:
    """What a step that must be refused says."""
    result = host.types(*words)
    if result.exit_code == 0:
        raise StepFailed(f"{host.role} {' '.join(words)} was not refused")
    return str(result.exception) or result.output


def _three(option: str, text: str) -> list[str]:
    return [word for language in ("kk", "ru", "en") for word in (f"{option}-{language}", text)]
