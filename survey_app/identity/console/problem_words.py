"""What the console's refusals mean, and what stopped the sending of mail; what to do next."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from survey_app.domain.errors import PikirError
from survey_app.identity import errors
from survey_app.identity.mail.relay import TryLater
from survey_app.web.exchange import DocumentMissing
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
    DatabaseBusy: Problem(
        503,
        _l("The database is being read by somebody else, perhaps a backup"),
        _l("Nothing was changed. Do the step again in some minutes."),
    ),
}

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


def mail_trouble(problem: Exception) -> str:
    """One sentence or two."""
    return str(_TROUBLE.get(type(problem), _OTHER))
