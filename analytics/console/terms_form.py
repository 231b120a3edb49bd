"""The form for a campaign's terms, as it was filled in and as it is understood."""

from collections.abc import Mapping
from typing import cast

from analytics.campaigns import terms
from analytics.campaigns.moments import read_wall_clock
from analytics.campaigns.terms import CampaignTerms
from analytics.console.errors import FieldUnusable
from analytics.methods import DEFAULT_METHOD
from survey_app.domain.errors import Malformed
from survey_app.domain.manifest import LANGUAGES, LocalisedText, Schedule, Visits

TIMES = ("issuance_opens", "issuance_closes", "collection_opens", "collection_closes")
FIELDS = ("visits", *TIMES, "kpi_method", "minimum_group", "minimum_turnout", "appeal_days", "legal_basis")
HEADS = tuple(f"head_{language}" for language in LANGUAGES)
_POST = LocalisedText("Аппарат басшысы", "Руководитель аппарата", "Head of the apparatus")
DEFAULTS: Mapping[str, str] = {
    "visits": "two",
    "kpi_method": DEFAULT_METHOD,
    "minimum_group": str(terms.LEAST_GROUP),
    "minimum_turnout": str(terms.LEAST_TURNOUT),
    "appeal_days": str(terms.APPEAL_DAYS),
    "legal_basis": terms.LEGAL_BASIS,
    **{name: _POST[name[-2:]] for name in HEADS},
}


def filled(form: Mapping[str, str]) -> dict[str, str]:
    """What the fields show: what was sent, or the defaults."""
    return {name: form.get(name, DEFAULTS.get(name, "")) for name in (*FIELDS, *HEADS)}


def read_terms(form: Mapping[str, str]) -> CampaignTerms:
    """The terms that a form says. Raises FieldUnusable, ScheduleInvalid, UnknownMethod, Malformed."""
    times = []
    for name in TIMES:
        try:
            times.append(read_wall_clock(form.get(name, "")))
        except Malformed as error:
            raise FieldUnusable(name) from error
    if form.get("visits") not in ("two", "single"):
        raise FieldUnusable("visits")
    return CampaignTerms(
        visits=cast("Visits", form["visits"]),
        schedule=Schedule(*times),
        kpi_method=form.get("kpi_method", ""),
        minimum_group=_number(form, "minimum_group", terms.LEAST_GROUP, 1000),
        minimum_turnout=_number(form, "minimum_turnout", 0, 100),
        appeal_days=_number(form, "appeal_days", 1, 100),
        legal_basis=form.get("legal_basis", "").strip() or terms.LEGAL_BASIS,
    )


def read_head(form: Mapping[str, str]) -> LocalisedText:
    """The post that is assessed, in three languages, any of which may be empty."""
    return LocalisedText(*(form.get(name, "").strip() for name in HEADS))


def _number(form: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = form.get(name, "").strip()
    if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
        raise FieldUnusable(name)
    return int(text)
