"""The invitation as an e-mail: plain text, and HTML that loads nothing and tracks nothing."""

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from flask_babel import gettext as _
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from survey_app.domain.manifest import LANGUAGES
from survey_app.identity.campaigns import find_active
from survey_app.identity.letter_texts import letter_texts
from survey_app.identity.letters import TRANSLATIONS
from survey_app.identity.office import AcceptedCampaign, IssuerOffice
from survey_app.web.fingerprint import comparable_rows
from survey_app.web.speech import speaking

TEMPLATES = Path(__file__).parent / "templates"
PLACEHOLDER = "{link}"


@dataclass(frozen=True)
class Mail:
    """One e-mail's contents."""

    subject: str
    text: str
    html: str


def invitation_mail(
    campaign: AcceptedCampaign,
    language: str,
    link: str,
    help_desk: str = "",
    *,
    demo: bool,
    is_reminder: bool = False,
) -> Mail:
    """The invitation in ``language`` with one person's ``link``; or the reminder, which says why everybody gets it."""
    with speaking(language, TRANSLATIONS):
        words = asdict(letter_texts(campaign.manifest)) | {
            "subject": _("Reminder: your invitation to the anonymous survey of civil servants")
            if is_reminder
            else _("Your invitation to the anonymous survey of civil servants"),
            "reminder": _(
                "This reminder goes to everyone on the roster, on a day that was fixed before. Nobody looks who has "
                "already drawn a token. If you have, you need not do anything more until answering opens."
            )
            if is_reminder
            else "",
            "own_link": _("Your personal link"),
            "open": _("Open it on any computer or phone. It takes a minute."),
            "unasked": _("Nobody will ask you for this link by telephone or e-mail. Do not pass this message on."),
        }
    rows = [" ".join(row) for row in comparable_rows(campaign.fingerprint)]
    said = {**words, "lang": language, "link": link, "fingerprint": rows, "help_desk": help_desk, "is_demo": demo}
    text = _environment().get_template("invitation_mail.txt").render(said)
    return Mail(words["subject"], text, _environment().get_template("invitation_mail.html").render(said))


def mail_texts(office: IssuerOffice, campaign_id: str, help_desk: str = "") -> dict[str, str]:
    """Files for a mail merge by their names: two a language, with PLACEHOLDER for the link, the subject on top.

    Raises UnknownCampaign, CampaignVoid.
    """
    campaign = find_active(office, campaign_id)
    files = {}
    for language in LANGUAGES:
        mail = invitation_mail(campaign, language, PLACEHOLDER, help_desk, demo=office.config.demo)
        files[f"invitation-{language}.txt"] = f"{mail.subject}\n\n{mail.text}"
        files[f"invitation-{language}.html"] = mail.html
    return files


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
