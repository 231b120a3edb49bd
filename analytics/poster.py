"""The poster that the agency prints: what is asked, when, what nobody can learn, and the campaign's fingerprint.

It must not be worth forging. It has no address to take part at, and says so: the only way in is each person's own
invitation. Its QR code holds the fingerprint as text and where the signed manifest lies, nothing to sign in to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from flask_babel import gettext as _

from analytics.campaigns.reading import Campaign
from analytics.campaigns.state import StepOutOfOrder
from analytics.office import AgencyOffice
from analytics.reports.speech import speaking
from analytics.reports.typesetting import typeset
from survey_app.domain.manifest import CampaignManifest
from survey_app.web.fingerprint import comparable_rows
from survey_app.web.languages import current_language, format_moment
from survey_app.web.qr import qr_picture

PaperSize = Literal["a4", "a3"]
NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Poster:
    """How a poster is printed: a page for each of ``languages``; an empty ``help_desk`` leaves a line to write on."""

    languages: Sequence[str] = ("kk", "ru")
    paper: PaperSize = "a4"
    help_desk: str = ""


def poster_pdf(office: AgencyOffice, campaign: Campaign, poster: Poster) -> bytes:
    """The poster of an announced campaign as PDF. Raises StepOutOfOrder before that, and once it is void."""
    manifest, fingerprint = campaign.manifest, campaign.fingerprint
    if manifest is None or fingerprint is None:
        raise StepOutOfOrder(
            "a poster shows the manifest's fingerprint. Allowed now: announce, once all have enrolled."
        )
    if campaign.void is not None:
        raise StepOutOfOrder("this campaign is void; nobody is to take part in it")
    rows = comparable_rows(fingerprint)
    picture = qr_picture(qr_text(office, manifest, rows))
    data = {
        "paper": poster.paper,
        "pages": [_page(office, manifest, language) for language in poster.languages],
        "fingerprint": rows,
        "qr": {"png": list(picture.png), "modules": picture.modules},
        "help": poster.help_desk,
    }
    return typeset("poster.typ", data, office.clock())


def qr_text(office: AgencyOffice, manifest: CampaignManifest, rows: Sequence[Sequence[str]]) -> str:
    """What a phone shows: the fingerprint in the same groups, and where to read what it is the fingerprint of."""
    head = f"Pikir {manifest.round} {manifest.body.code}"
    return "\n".join([head, *map(" ".join, rows), f"{office.config.url}/c/{manifest.campaign_id}/manifest"])


def _page(office: AgencyOffice, manifest: CampaignManifest, language: str) -> dict[str, Any]:
    with speaking(language):
        return {
            "language": current_language(),
            "name": _("Pikir"),
            "survey": _("Anonymous survey of civil servants"),
            "round": _("Round %(round)s", round=manifest.round),
            "body": manifest.body.name[language],
            "assessed": _("Assessed: %(post)s", post=manifest.head[language]),
            "demo": _("Demonstration.") + " " + _("Everything here is invented and counts for nothing.")
            if office.config.demo
            else None,
            "title": _("Say what you think. Nobody will know it was you"),
            **_dates(manifest),
            **_anonymity(manifest),
            **_comparison(),
            "way": _("Your only way in is your own invitation, by letter or e-mail."),
            "way_text": _(
                "This poster leads to no form. Whoever asks you for your code, on paper, by telephone or by e-mail, is "
                "not from us."
            ),
            "help": _("Help desk"),
            "printed": _("Printed by the authorised agency, %(host)s", host=urlsplit(office.config.url).netloc),
        }


def _dates(manifest: CampaignManifest) -> dict[str, Any]:
    schedule = manifest.schedule
    two = _("Two visits: drawing ends before answering begins, so the time of drawing tells nothing about an answer.")
    one = _("Single visit: drawing and answering overlap. Answer later, or from another network, to be safer.")
    return {
        "draw": {
            "title": _("1. Draw your token"),
            "window": _window(schedule.issuance_opens, schedule.issuance_closes),
        },
        "answer": {
            "title": _("2. Answer, in four minutes"),
            "window": _window(schedule.collection_opens, schedule.collection_closes),
        },
        "visits": two if manifest.visits == "two" else one,
    }


def _anonymity(manifest: CampaignManifest) -> dict[str, Any]:
    return {
        "nobody": _("What nobody can learn: who answered what"),
        "offices": [
            {
                "title": _("The issuer gives you a token"),
                "knows": _("Knows that you are invited."),
                "cannot": _("Cannot know which token is yours: it signs it blindly."),
            },
            {
                "title": _("The collector takes your sealed answers"),
                "knows": _("Knows that the token is valid and new."),
                "cannot": _("Cannot know whose it is or what is in the envelope."),
            },
            {
                "title": _("The agency opens all envelopes together"),
                "knows": _("Knows the totals, after the survey has closed."),
                "cannot": _("Cannot know who answered what."),
            },
        ],
        "promises": [
            _("Nobody sees any result before the survey has closed, the agency included."),
            _(
                "Figures of small groups are never shown: under %(least)s people, or where one could be worked out.",
                least=manifest.minimum_group,
            ),
            _("The issuer sees who has drawn a token, and deletes it when the survey closes."),
        ],
    }


def _comparison() -> dict[str, str]:
    return {
        "compare": _("Compare: it must be the same for everybody"),
        "compare_text": _(
            "These groups must stand in your letter and on the pages of both offices. If one differs, do not go on, "
            "and tell the help desk: somebody may be trying to recognise you."
        ),
        "qr_alt": _("QR code with the fingerprint as text and the address of the signed manifest"),
        "qr_text": _("The same groups as text, and where the signed manifest is. Leads to no form."),
    }


def _window(opens: datetime, closes: datetime) -> str:
    ends = {
        name: format_moment(moment).replace(" ", NO_BREAK) for name, moment in (("opens", opens), ("closes", closes))
    }
    return str(_("from %(opens)s to %(closes)s", **ends))
