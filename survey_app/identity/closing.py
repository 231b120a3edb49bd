"""The end of issuing and of the campaign: M is signed, and what could tell who took part is destroyed.

What remains when is written down in docs/decisions/0002-what-the-issuer-keeps.md.
"""

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import Session

from survey_app.domain import documents
from survey_app.domain.manifest import DrawnStatement
from survey_app.identity.campaigns import find_accepted, is_void, require_not_void, require_row
from survey_app.identity.enrolment import blind_key_label, forget_signer, load_statement_key
from survey_app.identity.errors import DrawnNotPublished, StepOutOfOrder
from survey_app.identity.invitations import invitation_key_label
from survey_app.identity.mail.queue import forget_mail
from survey_app.identity.models import (
    BounceRow,
    CampaignRow,
    DisputeRow,
    HandoutRow,
    IssuanceRow,
    MailingRow,
    MailQueueRow,
    RosterEntryRow,
    TurnoutBandRow,
)
from survey_app.identity.office import AcceptedCampaign, IssuerOffice
from survey_app.identity.standing import count_disputes
from survey_app.identity.turnout import count_drawn
from survey_app.web import exchange as folder

_TABLES_OF_PEOPLE = tuple(
    row.__tablename__
    for row in (RosterEntryRow, IssuanceRow, DisputeRow, TurnoutBandRow, MailingRow, MailQueueRow, BounceRow)
)


def publish_drawn(office: IssuerOffice, campaign_id: str) -> DrawnStatement:
    """Sign M and the number of disputes, and put drawn.jws into the exchange folder. Again: the same statement.

    Destroys the invitation key and the blind-signing key, e-mail addresses with all that is known of mailings, and the
    turnout band: from now on nobody can derive a code or sign a token. Until collecting closes there remain, for
    ``status``: each entry's reference, language, SHA-256 of the code, leaf, and whether it has drawn (SHA-256 of the
    blinded message) or is disputed.
    Raises StepOutOfOrder (before issuing closes), CampaignVoid.
    """
    require_not_void(office, campaign_id)
    campaign = _require_accepted(office, campaign_id)
    closes = campaign.manifest.schedule.issuance_closes
    if office.clock() < closes:
        raise StepOutOfOrder(
            f"issuing closes at {documents.format_time(closes)}; M can be published from then on. "
            "Until then people draw: see pikir issuer turnout"
        )
    with office.database.write(erasing=_TABLES_OF_PEOPLE) as session:
        document = _sign_drawn(office, campaign, session)
    office.exchange.put_text(campaign_id, folder.DRAWN, document)
    _destroy_keys(office, campaign_id)
    return documents.read_document(DrawnStatement, document, campaign.manifest.issuer_statement_key)


def drawn_document(office: IssuerOffice, campaign_id: str) -> str:
    """The signed statement of M as a compact JWS. Raises UnknownCampaign, DrawnNotPublished."""
    find_accepted(office, campaign_id)
    with office.database.read() as session:
        document = session.get_one(CampaignRow, campaign_id).drawn
    if document is None:
        raise DrawnNotPublished("the number of tokens drawn is published after issuing closes")
    return document


def close(office: IssuerOffice, campaign_id: str) -> None:
    """After collecting closes: delete who has drawn, the disputes, addresses and code hashes. Again: nothing new.

    There remain reference, language and leaf (the roster, for checking N and its commitment), and public documents.
    Raises StepOutOfOrder (too early, or M not published), UnknownCampaign.
    """
    campaign = find_accepted(office, campaign_id)
    closes = campaign.manifest.schedule.collection_closes
    if office.clock() < closes:
        raise StepOutOfOrder(f"collecting closes at {documents.format_time(closes)}; the campaign can be closed then")
    needs_no_count = is_void(office, campaign_id)
    with office.database.write(erasing=_TABLES_OF_PEOPLE) as session:
        row = session.get_one(CampaignRow, campaign_id, with_for_update=True)
        if row.drawn is None and not needs_no_count:
            raise StepOutOfOrder("M is not published yet, and closing deletes what it is counted from: publish-drawn")
        entries = select(RosterEntryRow.entry_id).where(RosterEntryRow.campaign_id == campaign_id)
        session.execute(delete(IssuanceRow).where(IssuanceRow.entry_id.in_(entries)))
        session.execute(delete(DisputeRow).where(DisputeRow.entry_id.in_(entries)))
        _forget(session, campaign_id, {"email": None, "code_hash": None})
    _destroy_keys(office, campaign_id)


def close_due(office: IssuerOffice) -> None:
    """Close every campaign that can be closed; done whenever the office starts, so that none is forgotten."""
    with office.database.read() as session:
        rows = session.scalars(select(CampaignRow).where(CampaignRow.manifest.is_not(None), _keeps_records())).all()
    for row in rows:
        closes = find_accepted(office, row.campaign_id).manifest.schedule.collection_closes
        if office.clock() >= closes and (row.drawn is not None or is_void(office, row.campaign_id)):
            close(office, row.campaign_id)


def finish(office: IssuerOffice) -> None:
    """Do what a process left undone that died after signing: put what is signed into the folder, destroy the keys.

    Done whenever the office starts: to the officers these steps count as done.
    """
    chosen = select(CampaignRow).where(CampaignRow.enrolment.is_not(None), CampaignRow.archive.is_(None))
    with office.database.read() as session:
        rows = session.scalars(chosen).all()
    for row in rows:
        for name, document in ((folder.ISSUER_ENROLMENT, row.enrolment), (folder.DRAWN, row.drawn)):
            if document is not None and not office.exchange.has(row.campaign_id, name):
                office.exchange.put_text(row.campaign_id, name, document)
        if row.drawn is not None:
            _destroy_keys(office, row.campaign_id)


def _sign_drawn(office: IssuerOffice, campaign: AcceptedCampaign, session: Session) -> str:
    row = session.get_one(CampaignRow, campaign.campaign_id, with_for_update=True)
    if row.drawn is None:
        statement = DrawnStatement(
            campaign_id=campaign.campaign_id,
            manifest=campaign.fingerprint,
            drawn=count_drawn(session, campaign.campaign_id),
            disputes=count_disputes(session, campaign.campaign_id),
        )
        row.drawn = documents.sign_document(statement, load_statement_key(office))
        session.flush()
        _forget(session, campaign.campaign_id, {"email": None})
    return row.drawn


def _keeps_records() -> ColumnElement[bool]:
    return exists().where(RosterEntryRow.campaign_id == CampaignRow.campaign_id, RosterEntryRow.code_hash.is_not(None))


def _forget(session: Session, campaign_id: str, values: dict[str, None]) -> None:
    session.execute(update(RosterEntryRow).where(RosterEntryRow.campaign_id == campaign_id).values(values))
    forget_mail(session, campaign_id)
    session.execute(delete(HandoutRow).where(HandoutRow.campaign_id == campaign_id))
    session.execute(delete(TurnoutBandRow).where(TurnoutBandRow.campaign_id == campaign_id))


def _destroy_keys(office: IssuerOffice, campaign_id: str) -> None:
    forget_signer(office, campaign_id)
    office.keys.destroy(invitation_key_label(campaign_id))
    office.keys.destroy(blind_key_label(campaign_id))


def _require_accepted(office: IssuerOffice, campaign_id: str) -> AcceptedCampaign:
    with office.database.read() as session:
        if require_row(session, campaign_id).manifest is None:
            raise StepOutOfOrder("this office has accepted no manifest of the campaign: pikir issuer accept")
    return find_accepted(office, campaign_id)
