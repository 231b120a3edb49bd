"""What the agency takes from the issuer and the collector: enrolments, M, board, batch, certificates of archiving."""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy.orm import Session

from analytics.campaigns.enrolments import check_collector_enrolment, check_issuer_enrolment
from analytics.campaigns.reading import Campaign, UnknownCampaign, find_campaign
from analytics.evidence import BatchMismatch, read_board, read_drawn
from analytics.office import AgencyOffice, signing_key
from survey_app.domain.archive import OfficeName, read_archive
from survey_app.domain.batch import BATCH_MAGIC, ENVELOPE_BYTES
from survey_app.domain.manifest import CampaignDraft, CampaignManifest
from survey_app.domain.signing import fingerprint
from survey_app.web import exchange as folder
from survey_app.web.asking import sign_request
from survey_app.web.pulling import Puller, Wanted, read_text

BATCH_HEADER = len(BATCH_MAGIC) + 16


def make_puller(office: AgencyOffice) -> Puller:
    """The agency as one that pulls."""
    return Puller(office.exchange, office.config.sources, partial(wanted, office))


def wanted(office: AgencyOffice, source: str, campaign_id: str, _offered: frozenset[str]) -> Iterator[Wanted]:
    """Of the agency's own campaigns, in the order in which each can be checked."""
    try:
        campaign = find_campaign(office, campaign_id)
    except UnknownCampaign:
        return
    by = _from_issuer if source == "issuer" else _from_collector
    yield from by(office, campaign)


def _from_issuer(office: AgencyOffice, campaign: Campaign) -> Iterator[Wanted]:
    yield Wanted(folder.ISSUER_ENROLMENT, _enrolment(office, campaign.draft, check_issuer_enrolment))
    if (manifest := campaign.manifest) is not None:
        yield Wanted(folder.DRAWN, lambda data: read_drawn(read_text(data), manifest, _fingerprint(campaign)))
        yield _archive("issuer", campaign.campaign_id, manifest.issuer_statement_key)


def _from_collector(office: AgencyOffice, campaign: Campaign) -> Iterator[Wanted]:
    yield Wanted(folder.COLLECTOR_ENROLMENT, _enrolment(office, campaign.draft, check_collector_enrolment))
    if (manifest := campaign.manifest) is None:
        return
    yield Wanted(folder.BOARD, lambda data: read_board(read_text(data), manifest, _fingerprint(campaign)))
    if (batch := _batch(office, campaign.campaign_id, manifest)) is not None:
        yield batch
    yield _archive("collector", campaign.campaign_id, manifest.collector_key)


def _batch(office: AgencyOffice, campaign_id: str, manifest: CampaignManifest) -> Wanted | None:
    """The batch of an accepted board: its size and hash are known before it is asked for."""
    board_text = find_campaign(office, campaign_id).board
    if board_text is None or office.exchange.has(campaign_id, folder.ARCHIVES["agency"]):
        return None
    board = read_board(board_text, manifest, _fingerprint(find_campaign(office, campaign_id)))

    def check(data: bytes) -> None:
        if hashlib.sha256(data).digest() != board.batch:
            raise BatchMismatch("the batch file's hash is not the board's")

    def headers() -> dict[str, str]:
        return sign_request(campaign_id, folder.BATCH, manifest.collector_url, signing_key(office), office.clock)

    return Wanted(folder.BATCH, check, BATCH_HEADER + board.received * ENVELOPE_BYTES, headers)


def _archive(office: OfficeName, campaign_id: str, key: bytes) -> Wanted:
    return Wanted(folder.ARCHIVES[office], lambda data: read_archive(read_text(data), office, campaign_id, key))


def _enrolment(
    office: AgencyOffice, draft: CampaignDraft, check: Callable[[Session, str, CampaignDraft], object]
) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        with office.database.read() as session:
            check(session, read_text(data), draft)

    return run


def _fingerprint(campaign: Campaign) -> bytes:
    return fingerprint(str(campaign.manifest_jws))
