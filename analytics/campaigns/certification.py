"""Certifying: the draft Release is signed and handed out with its scoring record; from then on it never changes."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from analytics.campaigns import publication, second_institutions
from analytics.campaigns.certified_rounds import is_in_a_round
from analytics.campaigns.openings import certified_releases, last_release
from analytics.campaigns.reading import campaign_row, read_campaign
from analytics.campaigns.state import NotAsAgreed, Step, require
from analytics.models import ReleaseRow, ScoringRecordRow
from analytics.office import AgencyOffice, signing_key
from analytics.release import Release, read_release, require_attacked, supersede
from analytics.round_release import require_no_more
from analytics.scoring import NothingToScore, make_record
from survey_app.domain import signing
from survey_app.domain.documents import format_time, sign_document
from survey_app.domain.errors import PikirError
from survey_app.staff import journal


class ReasonMissing(PikirError):
    """Superseding a certified Release, or declaring a campaign void, needs a reason."""

    slug = "reason-missing"


class ReasonUnexpected(PikirError):
    """A first Release supersedes nothing, so there is nothing to give a reason for."""

    slug = "reason-unexpected"


def certify(
    office: AgencyOffice,
    campaign_id: str,
    *,
    reason: str | None = None,
    opened: str | None = None,
    actor: str = journal.COMMAND_LINE,
) -> Release:
    """Sign the draft Release and its scoring record, keep both, and put them into the exchange folder.

    ``reason`` says why it supersedes the Release certified before; only then it is given, and then it must be.
    Where nobody's response counts there is no KPI and no record. Once the round as a whole is certified, a correction
    shows nothing that was hidden before: the round's figures were not attacked together with it. ``opened`` is the
    SHA-256 (hex) of the draft that two officers agreed on, if they did. Raises StepOutOfOrder, ReasonMissing,
    ReasonUnexpected, NotAttackedTogether, NotAsAgreed.
    """
    with office.database.write() as session:
        row = campaign_row(session, campaign_id)
        require(Step.CERTIFY, read_campaign(office, session, row).situation)
        key = signing_key(office)
        draft = last_release(session, campaign_id)
        if draft is None or draft.draft is None:
            raise AssertionError("the situation allows certifying without a draft")
        if opened is not None and draft.opened_sha256 != opened:
            raise NotAsAgreed("the draft is not the one that two officers agreed on")
        second_institutions.take_in(office, session, campaign_id)
        countersigned = second_institutions.record_text(session, campaign_id, draft.opened_sha256)
        previous = session.get(ReleaseRow, (campaign_id, draft.number - 1))
        release = _final_release(read_release(draft.draft.encode()), previous, reason)
        before = certified_releases(session, campaign_id)
        for digest, earlier in before.items():
            require_attacked(release, digest, earlier)
        if before and is_in_a_round(session, row.round, campaign_id):
            require_no_more(release.figures, [earlier.figures for earlier in before.values()])
        draft.jws, draft.draft, draft.reason = sign_document(release, key), None, release.reason
        draft.certified = format_time(office.clock())
        record = _make_record(session, draft, key, countersigned)
        journal.record(
            session,
            office.clock,
            actor,
            Step.CERTIFY,
            campaign_id,
            release=signing.fingerprint(draft.jws).hex(),
            reason=release.reason or "",
        )
        if previous is not None:
            superseded = session.get(ScoringRecordRow, (campaign_id, previous.number))
            publication.set_aside(
                office.exchange,
                campaign_id,
                previous.number,
                str(previous.jws),
                None if superseded is None else superseded.jws,
            )
        publication.publish(office.exchange, campaign_id, draft.jws, record)
    return release


def _final_release(draft: Release, previous: ReleaseRow | None, reason: str | None) -> Release:
    reason = (reason or "").strip()
    if previous is None or previous.jws is None:
        if reason:
            raise ReasonUnexpected("this is the first Release of the campaign: it supersedes nothing, give no reason")
        return draft
    if not reason:
        raise ReasonMissing("a certified Release is superseded only with a reason (--reason)")
    return supersede(draft, signing.fingerprint(previous.jws), reason)


def _make_record(
    session: Session, release: ReleaseRow, key: Ed25519PrivateKey, countersigned: str | None
) -> str | None:
    """The signed record, stored; None without a KPI."""
    try:
        record = make_record(str(release.jws), countersigned)
    except NothingToScore:
        return None
    jws = sign_document(record, key)
    session.flush()
    session.add(ScoringRecordRow(campaign_id=release.campaign_id, number=release.number, jws=jws))
    return jws
