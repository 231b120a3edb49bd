"""Refusals that reach a page of the console from no form of its own."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from analytics.console.memory import NotInMemory
from analytics.console.refusals import REFUSALS
from survey_app.domain.errors import Malformed, PikirError
from survey_app.web.problems import Problem

OTHERS: Mapping[type[PikirError], Problem] = {
    kind: Problem(409, _l("This cannot be done"), text) for kind, text in REFUSALS.items() if kind is not Malformed
}
"""What a page without a form of its own says of the refusals that the console's forms explain."""

CONSOLE_PROBLEMS: Mapping[type[PikirError], Problem] = {
    NotInMemory: Problem(
        404,
        _l("This is not kept any more"),
        _l("Its time was over, it ended, or the server was restarted. Go to the round and begin again."),
    ),
}
