"""A round, and in it a campaign for one body: the agency's request to the other offices to enrol."""

import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.campaigns.reading import Round, UnknownRound
from analytics.campaigns.terms import APPEAL_DAYS, CODE, LEAST_GROUP, LEAST_TURNOUT, LEGAL_BASIS, CampaignTerms
from analytics.methods import DEFAULT_METHOD
from analytics.models import CampaignRow, RoundRow
from analytics.office import AgencyOffice, signing_key
from survey_app.domain import signing
from survey_app.domain.documents import sign_document
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.manifest import Body, CampaignDraft, LocalisedText, QuestionnaireReference, Schedule, Visits
from survey_app.domain.questionnaire import Questionnaire
from survey_app.staff import journal
from survey_app.web.exchange import DRAFT
from survey_app.web.questionnaires import default_questionnaire

Wanted = tuple[Body, LocalisedText, CampaignTerms]


class RoundExists(PikirError):
    """There is a round with this code."""

    slug = "round-exists"


class CampaignExists(PikirError):
    """The body has a campaign in this round that is not void."""

    slug = "campaign-exists"


def create_round(office: AgencyOffice, code: str, title: str = "", *, actor: str = journal.COMMAND_LINE) -> Round:
    """A new round. Raises RoundExists, Malformed."""
    check_code("a round's code", code)
    with office.database.write() as session:
        if session.get(RoundRow, code) is not None:
            raise RoundExists(f"there is a round {code!r} already")
        session.add(RoundRow(code=code, title=title.strip()))
        journal.record(session, office.clock, actor, "create-round", code)
    return Round(code, title.strip())


def create_campaign(
    office: AgencyOffice,
    *,
    round: str,  # noqa: A002 (the glossary's word)
    body: Body,
    head: LocalisedText,
    visits: Visits,
    schedule: Schedule,
    kpi_method: str = DEFAULT_METHOD,
    minimum_group: int = LEAST_GROUP,
    minimum_turnout: int = LEAST_TURNOUT,
    appeal_days: int = APPEAL_DAYS,
    legal_basis: str = LEGAL_BASIS,
    questionnaire: Questionnaire | None = None,
    actor: str = journal.COMMAND_LINE,
) -> CampaignDraft:
    """A campaign of one body, with its signed draft in the exchange folder for the other offices to enrol.

    ``minimum_turnout`` is in percent, ``appeal_days`` in working days (point 25).
    Raises UnknownRound, CampaignExists, ScheduleInvalid, UnknownMethod, Malformed.
    """
    terms = CampaignTerms(visits, schedule, kpi_method, minimum_group, minimum_turnout, appeal_days, legal_basis)
    return create_campaigns(office, round, [(body, head, terms)], questionnaire=questionnaire, actor=actor)[0]


def create_campaigns(
    office: AgencyOffice,
    round: str,  # noqa: A002 (the glossary's word)
    wanted: Sequence[Wanted],
    *,
    questionnaire: Questionnaire | None = None,
    actor: str = journal.COMMAND_LINE,
) -> tuple[CampaignDraft, ...]:
    """A campaign for each (body, head's post, terms), all or none. Raises as create_campaign."""
    key = signing_key(office)
    reference = (questionnaire or default_questionnaire()).reference
    drafts = tuple(_draft(round, one, reference, signing.public_key_bytes(key)) for one in wanted)
    documents = {draft.campaign_id: sign_document(draft, key) for draft in drafts}
    with office.database.write() as session:
        if session.get(RoundRow, round) is None:
            raise UnknownRound(f"there is no round {round!r}; make it first with: pikir agency create-round {round}")
        for draft in drafts:
            _store(office, session, draft, documents[draft.campaign_id], actor)
        for campaign_id, document in documents.items():
            office.exchange.put_text(campaign_id, DRAFT, document)
    return drafts


def standing_campaign(session: Session, round_code: str, body_code: str) -> str | None:
    """The body's campaign in a round that is not void."""
    return session.scalars(
        select(CampaignRow.campaign_id).where(
            CampaignRow.round == round_code, CampaignRow.body == body_code, CampaignRow.void.is_(None)
        )
    ).first()


def _draft(round_code: str, wanted: Wanted, reference: QuestionnaireReference, agency_key: bytes) -> CampaignDraft:
    body, head, terms = wanted
    _check_names(body, head)
    return CampaignDraft(
        campaign_id=secrets.token_hex(16),
        round=round_code,
        body=body,
        head=head,
        legal_basis=terms.legal_basis,
        questionnaire=reference,
        kpi_method=terms.kpi_method,
        minimum_group=terms.minimum_group,
        minimum_turnout=terms.minimum_turnout,
        appeal_days=terms.appeal_days,
        visits=terms.visits,
        schedule=terms.schedule,
        agency_key=agency_key,
    )


def _store(office: AgencyOffice, session: Session, draft: CampaignDraft, document: str, actor: str) -> None:
    code = draft.body.code
    if (other := standing_campaign(session, draft.round, code)) is not None:
        raise CampaignExists(f"{code} has the campaign {other} in round {draft.round}; void that one first")
    session.add(CampaignRow(campaign_id=draft.campaign_id, round=draft.round, body=code, draft=document))
    session.flush()
    journal.record(session, office.clock, actor, "create-campaign", draft.campaign_id, round=draft.round, body=code)


def _check_names(body: Body, head: LocalisedText) -> None:
    check_code("a body's code", body.code)
    for what, text in (("the body's name", body.name), ("the head's post", head)):
        if not all(part.strip() for part in (text.kk, text.ru, text.en)):
            raise Malformed(f"{what} is needed in Kazakh, Russian and English")


def check_code(what: str, code: str) -> None:
    """Raise Malformed unless ``code`` can name a round or a body."""
    if not CODE.fullmatch(code):
        raise Malformed(f"{what} has 1 to 40 of: Latin letters, digits, '.', '_', '-'; not {code!r}")
