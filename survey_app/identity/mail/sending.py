"""Sending what is queued: a few messages at a time, not faster than the mail server wants them, until all is sent.

Whatever breaks, the queue holds who has still to get the message; calling again goes on there, and never sends again
what the mail server accepted (see handover).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

from survey_app.identity.errors import (
    CampaignVoid,
    MailNotConfigured,
    MailRefused,
    MailUnavailable,
    MailUnderWay,
    SendingStopped,
    StepOutOfOrder,
)
from survey_app.identity.mail.handover import note_accepted, put_back, set_unclear_apart, take_in_hand
from survey_app.identity.mail.messages import Writer
from survey_app.identity.mail.queue import (
    Recipient,
    begin,
    due_reminders,
    recipients,
    settle,
    waiting_entries,
    waiting_mailings,
)
from survey_app.identity.mail.relay import RecipientRefused, Relay, TryLater, connected
from survey_app.identity.office import IssuerOffice
from survey_app.identity.turns import turn
from survey_app.web.keystore import KeyMissing

SUSPICIOUS = 10  # so many refusals in a row, and nobody reached, are about us
_PASSED_OVER = (StepOutOfOrder, CampaignVoid, SendingStopped)
Said = TypeVar("Said")


@dataclass(frozen=True)
class Pace:
    """How patiently: messages noted together, first wait in seconds (doubled up to the longest), how many waits."""

    together: int = 20
    first_wait: float = 2.0
    longest_wait: float = 300.0
    most_waits: int = 8
    wait: Callable[[float], object] = field(default=time.sleep)


class Rhythm:
    """How one run sends, over all its mailings: not faster than ``per_minute`` allows, and with growing waits."""

    def __init__(self, pace: Pace) -> None:
        self.together = pace.together
        self._pace, self._waits, self._last = pace, 0, 0.0

    def keep(self, per_minute: int) -> None:
        """Wait until the next message may go."""
        early = self._last + 60 / per_minute - time.monotonic()
        self._pace.wait(max(early, 0))
        self._last = time.monotonic()

    def note_accepted(self) -> None:
        """It goes on: waits are short again."""
        self._waits = 0

    def persist(self, turn: Callable[[], Iterator[Said]]) -> Iterator[Said]:
        """Take turns until one leaves nobody, with a wait after each that does; all that they say.

        Raises MailUnavailable and TryLater, after waiting in vain.
        """
        while True:
            try:
                yield from turn()
            except (MailUnavailable, TryLater):
                if self._waits >= self._pace.most_waits:
                    raise
                self._pace.wait(min(self._pace.first_wait * 2**self._waits, self._pace.longest_wait))
                self._waits += 1
            else:
                return


class Sending:
    """One mailing being sent."""

    def __init__(self, office: IssuerOffice, campaign_id: str, number: int, rhythm: Rhythm) -> None:
        if office.config.mail is None:
            raise MailNotConfigured("no mail server is set: PIKIR_ISSUER_SMTP_HOST and its companions")
        self._office, self._mailing, self._rhythm = office, (campaign_id, number), rhythm
        self._config = office.config.mail
        self._writer = Writer(office, campaign_id, number, self._config.sender)

    def try_each(self) -> Iterator[int]:
        """Try each who waits once, over one connection; after each few messages, how many wait still.

        Raises TryLater (some are left), MailUnavailable, MailRefused, StepOutOfOrder (issuing is over), CampaignVoid,
        SendingStopped.
        """
        set_unclear_apart(self._office, *self._mailing)
        waiting = waiting_entries(self._office, *self._mailing)
        if not waiting:
            return
        left = len(waiting)
        with connected(self._config) as relay:
            for start in range(0, len(waiting), self._rhythm.together):
                chosen = waiting[start : start + self._rhythm.together]
                left = self._send(relay, recipients(self._office, *self._mailing, chosen))
                yield left
        if left:
            raise TryLater(f"the mail server asks to try {left} recipients again later")

    def _send(self, relay: Relay, batch: list[Recipient]) -> int:
        """Send to these, and note whom mail does not reach; how many wait still."""
        bounced: dict[str, str] = {}
        try:
            for one in batch:
                try:
                    self._reach(relay, one)
                except RecipientRefused as refused:
                    bounced[one.entry_id] = refused.status
                except TryLater:
                    continue
            if len(bounced) == len(batch) >= SUSPICIOUS:
                statuses = ", ".join(sorted(set(bounced.values())))
                bounced.clear()
                raise MailRefused(f"the mail server refuses every recipient ({statuses}): it may not relay for us")
        finally:
            left = settle(self._office, *self._mailing, bounced)
        return left

    def _reach(self, relay: Relay, one: Recipient) -> None:
        """One message. Raises RecipientRefused, TryLater, MailUnavailable, MailRefused, SendingStopped."""
        self._rhythm.keep(self._config.per_minute)
        message = self._writer.write(one, self._office.clock())
        relay.offer(one.email)
        try:
            is_ours = take_in_hand(self._office, *self._mailing, one.entry_id)
        except SendingStopped:
            relay.withdraw()
            raise
        if not is_ours:
            relay.withdraw()
            return
        try:
            relay.hand_over(message)
        except (RecipientRefused, TryLater, MailUnavailable, MailRefused):
            put_back(self._office, *self._mailing, one.entry_id)
            raise
        note_accepted(self._office, *self._mailing, one.entry_id)
        self._rhythm.note_accepted()


@contextmanager
def sole_sender(office: IssuerOffice) -> Iterator[None]:
    """Nobody else of this office sends meanwhile, in any thread or process of this host. Raises MailUnderWay."""
    with turn(office, "sending") as is_ours:
        if not is_ours:
            raise MailUnderWay("mail is being sent already; it goes on by itself")
        yield


def send_mailing(office: IssuerOffice, campaign_id: str, number: int, pace: Pace | None = None) -> Iterator[int]:
    """Send one mailing that has begun; yields how many wait still.

    Whom the mail server wants to try later has another turn when all others had theirs. Raises MailNotConfigured,
    MailUnderWay, MailUnavailable, TryLater, MailRefused, StepOutOfOrder, CampaignVoid, SendingStopped, KeyMissing.
    """
    rhythm = Rhythm(pace or Pace())
    with sole_sender(office):
        yield from rhythm.persist(Sending(office, campaign_id, number, rhythm).try_each)


def send_all(
    office: IssuerOffice, pace: Pace | None = None, note_begun: Callable[[str, int, int], None] | None = None
) -> Iterator[tuple[str, int, int]]:
    """Begin the reminders that are due, and send all that waits; yields (campaign, number, how many wait still).

    A full mailbox or a missing key of one campaign holds up no other: each has its turn before any is tried again. A
    mailing that must stop (issuing is over, the campaign is void, an officer stopped it) is passed over.
    ``note_begun`` is told of each reminder that begins: campaign, number, people. Raises MailNotConfigured,
    MailUnderWay, MailUnavailable, TryLater, MailRefused, KeyMissing.
    """
    rhythm, failed = Rhythm(pace or Pace()), dict[tuple[str, int], KeyMissing]()
    with sole_sender(office):
        yield from rhythm.persist(lambda: _give_turns(office, rhythm, note_begun, failed))
    for error in failed.values():
        raise error


def is_sending(office: IssuerOffice) -> bool:
    """Whether mail is being sent just now."""
    try:
        with sole_sender(office):
            return False
    except MailUnderWay:
        return True


def _give_turns(
    office: IssuerOffice,
    rhythm: Rhythm,
    note_begun: Callable[[str, int, int], None] | None,
    failed: dict[tuple[str, int], KeyMissing],
) -> Iterator[tuple[str, int, int]]:
    """Begin what is due, then try each mailing once but those that ``failed``, and note which do."""
    _begin_due(office, note_begun)
    later: TryLater | None = None
    for mailing in waiting_mailings(office):
        if mailing in failed:
            continue
        try:
            for left in Sending(office, *mailing, rhythm).try_each():
                yield *mailing, left
        except _PASSED_OVER:
            continue
        except TryLater as error:
            later = error
        except KeyMissing as error:
            failed[mailing] = error
    if later is not None:
        raise later


def _begin_due(office: IssuerOffice, note_begun: Callable[[str, int, int], None] | None) -> None:
    for campaign_id, number in due_reminders(office):
        with suppress(*_PASSED_OVER):
            people = begin(office, campaign_id, number)
            if note_begun is not None:
                note_begun(campaign_id, number, people)
