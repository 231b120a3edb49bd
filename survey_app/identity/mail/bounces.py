"""Addresses that mail does not reach: as the mail server said at once, and as reports say that came back later."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey_app.identity.campaigns import find_active
from survey_app.identity.errors import ReportUnreadable, UnknownEntry
from survey_app.identity.inserting import insert_once
from survey_app.identity.mail.plan import INVITATION
from survey_app.identity.mail.queue import UNCLEAR, note_bounce
from survey_app.identity.models import LONGEST_EMAIL, BounceRow, MailingRow, MailQueueRow, RosterEntryRow
from survey_app.identity.office import IssuerOffice
from survey_app.identity.roster_rows import check_entry

MOST_BYTES = 16 * 1024 * 1024
LISTED = "listed"
MOST_PARTS = 100  # fields "Content-Type" in one message: parts in parts without end take time without end
_WORD = re.compile(r"[^\s,;:<>()\[\]\"\\]+")
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\]+\.[^\s@,;:<>()\[\]\"\\]+")
_STATUS = re.compile(r"5\.\d{1,3}\.\d{1,3}")
_REPORT = "message/delivery-status"


@dataclass(frozen=True)
class Bounced:
    """Mail does not reach ``reference`` at ``email``; ``status`` is a mail server's code, "listed" or "unclear"."""

    reference: str
    email: str
    status: str

    @property
    def is_unclear(self) -> bool:
        """Whether the server stopped while this message was being handed over: it may have arrived."""
        return self.status == UNCLEAR


@dataclass(frozen=True)
class Reported:
    """How reading a report went: bounces that are new, that were known, and addresses that are not on the roster."""

    new: int
    known: int
    foreign: int


def bounced(office: IssuerOffice, campaign_id: str) -> list[Bounced]:
    """Who cannot be reached by mail, by reference."""
    wanted = (
        select(RosterEntryRow.reference, RosterEntryRow.email, BounceRow.status)
        .join(BounceRow, BounceRow.entry_id == RosterEntryRow.entry_id)
        .where(RosterEntryRow.campaign_id == campaign_id)
    )
    with office.database.read() as session:
        found = session.execute(wanted).all()
    return sorted((Bounced(row.reference, row.email or "", row.status) for row in found), key=lambda one: one.reference)


def take_report(office: IssuerOffice, campaign_id: str, data: bytes) -> Reported:
    """Note the failures that a file reports: reports of delivery (RFC 3464) as .eml or mbox, or a list of addresses.

    Raises ReportUnreadable, UnknownCampaign, CampaignVoid.
    """
    failures = dict(read_report(data))
    find_active(office, campaign_id)
    with office.database.write() as session:
        entries = _entries_by_address(session, campaign_id)
        on_roster = {entries[address]: status for address, status in failures.items() if address in entries}
        new = sum(note_bounce(session, entry_id, status) for entry_id, status in on_roster.items())
    return Reported(new, len(on_roster) - new, len(failures) - len(on_roster))


def correct_address(office: IssuerOffice, campaign_id: str, reference: str, email: str) -> None:
    """Give somebody whom mail does not reach another address, and queue the invitation for it if that has gone out.

    Who is listed as unclear can be given the same address again. Neither N nor the roster's commitment says anything
    of addresses, so they stay. Raises UnknownEntry (none, or mail reaches it), RowRefused (no address),
    UnknownCampaign, CampaignVoid.
    """
    find_active(office, campaign_id)
    checked = check_entry(reference, email, "")
    with office.database.write() as session:
        entry = session.scalars(
            select(RosterEntryRow)
            .join(BounceRow, BounceRow.entry_id == RosterEntryRow.entry_id)
            .where(RosterEntryRow.campaign_id == campaign_id, RosterEntryRow.reference == checked.reference)
        ).one_or_none()
        if entry is None or checked.email is None:
            raise UnknownEntry("only an address that mail does not reach can be changed once the roster is frozen")
        if _entries_by_address(session, campaign_id).get(checked.email.casefold(), entry.entry_id) != entry.entry_id:
            raise UnknownEntry("another entry of this roster has the same address")
        entry.email = checked.email
        session.execute(delete(BounceRow).where(BounceRow.entry_id == entry.entry_id))
        invitation = session.get(MailingRow, (campaign_id, INVITATION))
        if invitation is not None and invitation.total is not None:
            place = {"campaign_id": campaign_id, "number": INVITATION, "entry_id": entry.entry_id}
            insert_once(session, MailQueueRow, place)


def read_report(data: bytes) -> Iterator[tuple[str, str]]:
    """(address in lower case, status) of each failure that a file reports. Raises ReportUnreadable."""
    if len(data) > MOST_BYTES:
        raise ReportUnreadable(f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB: split it")
    found = list(_failures(data)) if _REPORT.encode() in data.lower() else list(_listed(data))
    if not found:
        raise ReportUnreadable(
            "no failed delivery was found. Save the reports as .eml or mbox, or make a text file with an address a line"
        )
    yield from found


def _failures(data: bytes) -> Iterator[tuple[str, str]]:
    for one in re.split(rb"(?m)^From .*\r?\n", data):
        if one.strip() and one.lower().count(b"content-type") <= MOST_PARTS:
            for part in message_from_bytes(one, policy=policy.compat32).walk():
                if part.get_content_type() == _REPORT and part.is_multipart():
                    yield from (failure for group in part.get_payload() for failure in _failure(group))


def _failure(group: Message | str) -> Iterator[tuple[str, str]]:
    """The failure in one group of fields; the first group, about the server, and delays have none."""
    if isinstance(group, str) or str(group.get("Action", "")).strip().lower() != "failed":
        return
    status = _STATUS.search(str(group.get("Status", "")))
    for name in ("Original-Recipient", "Final-Recipient"):
        address = str(group.get(name, "")).partition(";")[2].strip()
        if _is_address(address):
            yield address.casefold(), status[0] if status else "5.0.0"
            return


def _listed(data: bytes) -> Iterator[tuple[str, str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReportUnreadable("the file is not in UTF-8. Save it as text in UTF-8, an address a line") from error
    return ((word.casefold(), LISTED) for word in _WORD.findall(text) if _is_address(word))


def _is_address(text: str) -> bool:
    """The length first: what is much longer would be tried in very many ways."""
    return len(text) <= LONGEST_EMAIL and _ADDRESS.fullmatch(text) is not None


def _entries_by_address(session: Session, campaign_id: str) -> dict[str, str]:
    found = session.execute(
        select(RosterEntryRow.email, RosterEntryRow.entry_id).where(
            RosterEntryRow.campaign_id == campaign_id, RosterEntryRow.email.is_not(None)
        )
    )
    return {str(email).casefold(): entry_id for email, entry_id in found}
