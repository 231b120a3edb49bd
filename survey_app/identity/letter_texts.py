"""What a letter or an e-mail says to a person who is invited, in the language that is being spoken."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _

from survey_app.domain.manifest import CampaignManifest
from survey_app.web.languages import current_language, format_moment

NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class LetterTexts:
    """The words of a letter, in one language; nothing in them is personal."""

    name: str
    survey: str
    round: str
    sender: str
    personal: str
    body: str
    demo: str
    title: str
    intro: str
    draw: str
    draw_text: str
    draw_window: str
    answer: str
    answer_text: str
    answer_window: str
    single_visit: str
    receipt: str
    receipt_text: str
    scan: str
    code: str
    secret: str
    qr_alt: str
    compare: str
    compare_text: str
    dispute: str
    dispute_text: str
    lost: str
    lost_text: str
    help: str
    typing: str
    typing_text: str


def letter_texts(manifest: CampaignManifest) -> LetterTexts:
    """The words for one campaign; speak (survey_app.web.speech) the reader's language around the call."""
    schedule = manifest.schedule
    return LetterTexts(
        name=_("Pikir"),
        survey=_("Anonymous survey of civil servants"),
        round=_("Round %(round)s", round=manifest.round),
        sender=_("Issuer of tokens, %(host)s", host=urlsplit(manifest.issuer_url).netloc),
        personal=_("Personal"),
        body=manifest.body.name[current_language()],
        demo=_("Demonstration.") + " " + _("Everything here is invented and counts for nothing."),
        title=_("Say what you think. Nobody will know it was you"),
        intro=_(
            "You are invited to the official survey of civil servants about working conditions in your state body. "
            "It takes about four minutes. First you draw a token: the anonymous right to answer once."
        ),
        draw=_("Draw your token"),
        draw_text=_(
            "Point your phone's camera at the code on the right, or open the address below in any browser and type "
            "your code. It takes a minute."
        ),
        draw_window=_window(schedule.issuance_opens, schedule.issuance_closes),
        answer=_("Answer the questions"),
        answer_text=_answering(manifest),
        single_visit=_answering(manifest) if manifest.visits == "single" else "",
        answer_window=_window(schedule.collection_opens, schedule.collection_closes),
        receipt=_("Keep the receipt"),
        receipt_text=_(
            "With it you can check, after the survey has closed, that your envelope was counted. It proves that you "
            "took part, never what you answered."
        ),
        scan=_("Point your phone's camera at this code."),
        code=_("Your code"),
        secret=_(
            "For you alone: whoever has this code can draw in your place. Nobody will ask you for it by telephone or "
            "e-mail."
        ),
        qr_alt=_("QR code with your personal link"),
        compare=_("Compare before you draw"),
        compare_text=_(
            "These groups must be the same in your colleagues' letters, on the agency's poster and on the page that "
            "opens. If they differ, do not draw, and tell the help desk: somebody may be trying to recognise you."
        ),
        dispute=_("If somebody drew in your name"),
        dispute_text=_(
            "Choose “Has someone drawn in my name?” on the page, and report it before %(closes)s. The number of such "
            "reports is published; your name is not.",
            closes=format_moment(schedule.issuance_closes),
        ),
        lost=_("If something is lost"),
        lost_text=_(
            "A lost letter can be sent again until drawing closes. A lost token cannot be replaced: nobody knows which "
            "one is yours."
        ),
        help=_("Help desk"),
        typing=_("Without a camera"),
        typing_text=_(
            "Open %(address)s in any browser, choose your state body and type your code.",
            address=f"{manifest.issuer_url.rstrip('/')}/{current_language()}/",
        ),
    )


def _window(opens: datetime, closes: datetime) -> str:
    """Lines break between the two moments, not inside one."""
    return str(_("from %(opens)s to %(closes)s", opens=_unbroken(opens), closes=_unbroken(closes)))


def _unbroken(moment: datetime) -> str:
    return format_moment(moment).replace(" ", NO_BREAK)


def _answering(manifest: CampaignManifest) -> str:
    if manifest.visits == "single":
        text = _(
            "Single visit: drawing and answering overlap. You can answer at once; answering later, or from another "
            "network, protects you better."
        )
    else:
        text = _(
            "Open the same link on the same device, or take the token with you as a file or on your phone. So the time "
            "of drawing says nothing about the time of answering."
        )
    return str(text)
