"""A round, and in it a campaign for one body: the agency's request to the other offices to enrol."""

import re
import secrets

from sqlalchemy import select

from analytics import journal
from analytics.campaigns.reading import Round, UnknownRound
from analytics.methods import DEFAULT_METHOD, method_named
from analytics.models import CampaignRow, RoundRow
from analytics.office import AgencyOffice, signing_key
from survey_app.domain import signing
from survey_app.domain.documents import sign_document
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.manifest import Body, CampaignDraft, LocalisedText, Schedule, Visits
from survey_app.domain.questionnaire import Questionnaire
from survey_app.web.exchange import DRAFT
from survey_app.web.questionnaires import default_questionnaire

LEGAL_BASIS = (
    "Приказ от 16.01.2018 № 13 (рег. № 16299) в редакции от 28.07.2025 № 121; Методика оценки корпуса «А»: "
    "подпункт 3) пункта 8, пункты 16–21, приложения 3, 5 и 7"
)
LEAST_GROUP = 10
LEAST_TURNOUT = 50
APPEAL_DAYS = 10
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class RoundExists(PikirError):
    """There is a round with this code."""

    slug = "round-exists"


class CampaignExists(PikirError):
    """The body has a campaign in this round that is not void."""

    slug = "campaign-exists"


def create_round(office: AgencyOffice, code: str, title: str = "", *, actor: str = journal.COMMAND_LINE) -> Round:
    """A new round. Raises RoundExists, Malformed."""
    _check_code("a round's code", code)
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
    _check_names(body, head)
    _check_settings(kpi_method, minimum_group, minimum_turnout, appeal_days)
    key = signing_key(office)
    draft = CampaignDraft(
        campaign_id=secrets.token_hex(16),
        round=round,
        body=body,
        head=head,
        legal_basis=legal_basis,
        questionnaire=(questionnaire or default_questionnaire()).reference,
        kpi_method=kpi_method,
        minimum_group=minimum_group,
        minimum_turnout=minimum_turnout,
        appeal_days=appeal_days,
        visits=visits,
        schedule=schedule,
        agency_key=signing.public_key_bytes(key),
    )
    document = sign_document(draft, key)
    with office.database.write() as session:
        if session.get(RoundRow, round) is None:
            raise UnknownRound(f"there is no round {round!r}; make it first with: pikir agency create-round {round}")
        standing = select(CampaignRow.campaign_id).where(
            CampaignRow.round == round, CampaignRow.body == body.code, CampaignRow.void.is_(None)
        )
        if (other := session.scalars(standing).first()) is not None:
            raise CampaignExists(f"{body.code} has the campaign {other} in round {round}; void that one first")
        session.add(CampaignRow(campaign_id=draft.campaign_id, round=round, body=body.code, draft=document))
        journal.record(session, office.clock, actor, "create-campaign", draft.campaign_id, round=round, body=body.code)
        office.exchange.put_text(draft.campaign_id, DRAFT, document)
    return draft


def _check_names(body: Body, head: LocalisedText) -> None:
    _check_code("a body's code", body.code)
    for what, text in (("the body's name", body.name), ("the head's post", head)):
        if not all(part.strip() for part in (text.kk, text.ru, text.en)):
            raise Malformed(f"{what} is needed in Kazakh, Russian and English")


def _check_settings(kpi_method: str, minimum_group: int, minimum_turnout: int, appeal_days: int) -> None:
    method_named(kpi_method)
    if minimum_group < LEAST_GROUP:
        raise Malformed(f"the minimum group cannot be below {LEAST_GROUP}: smaller groups expose people")
    if not 0 <= minimum_turnout <= 100:  # noqa: PLR2004 (percent)
        raise Malformed("the minimum turnout is in percent, from 0 to 100")
    if appeal_days < 1:
        raise Malformed("the appeal period has at least one working day")


def _check_code(what: str, code: str) -> None:
    if not _CODE.fullmatch(code):
        raise Malformed(f"{what} has 1 to 40 of: Latin letters, digits, '.', '_', '-'; not {code!r}")
