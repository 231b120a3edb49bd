"""The issuer's application."""

from pathlib import Path

from flask import Flask

from config import IssuerConfig
from survey_app.identity import office as offices
from survey_app.identity.closing import close_due, finish
from survey_app.identity.console.install import install_console
from survey_app.identity.console.problem_words import CONSOLE_PROBLEMS
from survey_app.identity.problems import PROBLEMS
from survey_app.identity.views import OFFICE, api, pages
from survey_app.staff.guard import STAFF, install_staff
from survey_app.staff.problems import STAFF_PROBLEMS
from survey_app.web import published
from survey_app.web.application import make_application
from survey_app.web.clock import Clock
from survey_app.web.security import AnonymousFlask

IDENTITY = Path(offices.__file__).parent


def create_issuer_app(config: IssuerConfig, clock: Clock) -> Flask:
    """Open the issuing office and serve it; what broke off is finished, and campaigns whose time is over are closed."""
    office = offices.open_issuer(config, clock)
    finish(office)
    close_due(office)
    app = make_application(
        AnonymousFlask,
        IDENTITY,
        demo=config.demo,
        requests_per_second=config.requests_per_second,
        form_action="none",
        problem_texts={**STAFF_PROBLEMS, **CONSOLE_PROBLEMS, **PROBLEMS},
        parts=[STAFF],
    )
    app.extensions[OFFICE] = office
    app.register_blueprint(api)
    app.register_blueprint(pages)
    app.register_blueprint(published.make_blueprint("issuer", office.exchange))
    install_console(app, office)
    install_staff(app, offices.staff_desk(office))
    return app
