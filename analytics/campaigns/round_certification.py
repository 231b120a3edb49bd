"""Certifying a round: the figures of all its bodies together are signed and handed out; they never change again."""

from analytics.campaigns.certification import ReasonMissing, ReasonUnexpected
from analytics.campaigns.certified_rounds import certified_rows, verified
from analytics.campaigns.publication import publish_round, set_round_aside
from analytics.campaigns.round_openings import last_round_release
from analytics.campaigns.round_reading import read_standing
from analytics.campaigns.round_state import RoundStep, require_round
from analytics.campaigns.state import NotAsAgreed
from analytics.models import RoundReleaseRow
from analytics.office import AgencyOffice, signing_key
from analytics.round_release import RoundRelease, read_round_release, require_published_once, supersede_round
from survey_app.domain import signing
from survey_app.domain.documents import format_time, sign_document
from survey_app.staff import journal


def certify_round(
    office: AgencyOffice,
    round_code: str,
    *,
    reason: str | None = None,
    opened: str | None = None,
    actor: str = journal.COMMAND_LINE,
) -> RoundRelease:
    """Sign the draft RoundRelease, keep it, and put it into the exchange folder's place for the round.

    Every body in it must be certified with the Release that it was attacked together with. ``reason`` says why it
    supersedes the RoundRelease certified before; only then it is given, and then it must be. ``opened`` is the SHA-256
    (hex) of the draft that two officers agreed on, if they did. Raises UnknownRound, StepOutOfOrder, ReasonMissing,
    ReasonUnexpected, NotAttackedTogether, NotAsAgreed.
    """
    with office.database.write() as session:
        require_round(RoundStep.CERTIFY, read_standing(office, session, round_code).situation)
        key = signing_key(office)
        draft = last_round_release(session, round_code)
        if draft is None or draft.draft is None:
            raise AssertionError("the situation allows certifying without a draft")
        if opened is not None and draft.opened_sha256 != opened:
            raise NotAsAgreed("the draft is not the one that two officers agreed on")
        earlier = certified_rows(session, round_code)
        release = _final(read_round_release(draft.draft.encode()), earlier, (reason or "").strip())
        draft.jws, draft.draft, draft.reason = sign_document(release, key), None, release.reason
        draft.certified = format_time(office.clock())
        journal.record(
            session,
            office.clock,
            actor,
            RoundStep.CERTIFY,
            round_code,
            release=signing.fingerprint(draft.jws).hex(),
            reason=release.reason or "",
        )
        if earlier:
            set_round_aside(office.exchange, round_code, earlier[-1].number, str(earlier[-1].jws))
        publish_round(office.exchange, round_code, draft.jws)
    return release


def _final(draft: RoundRelease, earlier: list[RoundReleaseRow], reason: str) -> RoundRelease:
    if not earlier:
        if reason:
            raise ReasonUnexpected("these are the first figures of the round: they supersede nothing, give no reason")
        return draft
    if not reason:
        raise ReasonMissing("certified figures of a round are superseded only with a reason (--reason)")
    require_published_once(draft, [verified(str(row.jws)) for row in earlier])
    return supersede_round(draft, signing.fingerprint(str(earlier[-1].jws)), reason)
