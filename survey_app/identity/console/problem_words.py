"""What the console's refusals mean, and what stopped the sending of mail; what to do next."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import ScheduleInvalid
from survey_app.domain.signing import SignatureInvalid
from survey_app.identity import errors
from survey_app.identity.mail.relay import TryLater
from survey_app.web.exchange import DocumentExists, DocumentMissing
from survey_app.web.postgresql import DatabaseBusy
from survey_app.web.problems import Problem

CONSOLE_PROBLEMS: Mapping[type[PikirError], Problem] = {
    errors.KeyChanged: Problem(
        409,
        _l("The document is under another key than the agency's"),
        _l("Nothing was changed. Ask the agency by telephone which key is theirs before you go on."),
    ),
    errors.DocumentChanged: Problem(
        409,
        _l("What was announced is not what was agreed"),
        _l("Nothing was accepted. Tell the agency: the campaign has to be announced again."),
    ),
    DocumentMissing: Problem(
        409,
        _l("A document of the agency is not here yet"),
        _l("It comes through the exchange folder. Try again when it has arrived."),
    ),
    errors.ClientMissing: Problem(
        503,
        _l("The script of the drawing page is not installed"),
        _l("Tell who runs this office's server. Nothing was changed."),
    ),
    errors.MailNotConfigured: Problem(
        409,
        _l("No mail server is set for this office"),
        _l("Use letters or the table of links, or have the mail server's settings made."),
    ),
    errors.StepOutOfOrder: Problem(
        409,
        _l("This step is not possible now"),
        _l("The campaign's page says what is possible and what is missing."),
    ),
    errors.SendingStopped: Problem(
        409,
        _l("An issuing officer stopped sending"),
        _l("Nothing was sent. The campaign's page of invitations says who did it, and has a button to go on."),
    ),
    errors.UnknownEntry: Problem(
        404,
        _l("No entry of the roster has this reference"),
        _l("It may have been changed meanwhile. Go back to the roster and look for it again."),
    ),
    SignatureInvalid: Problem(
        409,
        _l("A document's signature does not hold"),
        _l("Nothing was accepted. Ask the office that it comes from to hand it over again."),
    ),
    ScheduleInvalid: Problem(
        409,
        _l("The times in the agency's document are not in an order that is allowed"),
        _l("Nothing was accepted. Tell the agency: the campaign has to be announced again."),
    ),
    DocumentExists: Problem(
        409,
        _l("A document of this name is in the exchange folder already, and says something else"),
        _l("It was not overwritten. Find out who put it there before you go on."),
    ),
    DatabaseBusy: Problem(
        503,
        _l("The database is being read by somebody else, perhaps a backup"),
        _l("Nothing was changed. Do the step again in some minutes."),
    ),
}


def told(error: PikirError) -> str | None:
    """What happened and what to do, for a list; None if there is no text for it."""
    known = next((CONSOLE_PROBLEMS[kind] for kind in type(error).__mro__ if kind in CONSOLE_PROBLEMS), None)
    return None if known is None else f"{known.title}. {known.detail}"


_TROUBLE: Mapping[type[Exception], LazyString] = {
    errors.MailUnavailable: _l(
        "The mail server could not be reached. What waits stays queued; it is tried again every quarter of an hour."
    ),
    errors.MailRefused: _l(
        "The mail server refuses us: its certificate, our password, the sender or the number of messages. Ask those "
        "who run it; the settings are described in docs/operations.md. Nothing is lost."
    ),
    TryLater: _l(
        "The mail server asks to try some recipients again later. It is tried again every quarter of an hour."
    ),
}
_OTHER = _l("Sending stopped. What waits stays queued; it is tried again every quarter of an hour.")


def problem_title(name: str) -> str:
    """What an error of this name means, in a few words."""
    titles = {kind.slug: problem.title for kind, problem in CONSOLE_PROBLEMS.items()}
    titles[errors.StepOutOfOrder.slug] = _l("This step is not possible now")
    titles[errors.CampaignVoid.slug] = _l("The agency declared this campaign void.")
    return str(titles.get(name, _l("Something went wrong. Try this campaign alone.")))


def mail_trouble(problem: Exception) -> str:
    """One sentence or two."""
    return str(_TROUBLE.get(type(problem), _OTHER))
