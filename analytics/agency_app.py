"""The agency's application."""

from pathlib import Path

from flask import Flask
from flask_login import current_user

from analytics.console.desk import EXTENSION, make_console
from analytics.console.problems import CONSOLE_PROBLEMS, OTHERS
from analytics.console.refusals import doubted
from analytics.console.routes import console_pages
from analytics.office import READERS, open_agency, staff_desk
from analytics.views import dashboards, reports, score_sheet, scoring_api
from analytics.views.office import OFFICE
from analytics.views.problems import PROBLEMS
from analytics.views.second_institutions import countersigners
from config import AgencyConfig
from survey_app.staff.guard import STAFF, install_staff
from survey_app.staff.problems import STAFF_PROBLEMS
from survey_app.web import published
from survey_app.web.application import make_application
from survey_app.web.clock import Clock
from survey_app.web.uploads import install_uploads

PACKAGE = Path(__file__).parent


def create_agency_app(config: AgencyConfig, clock: Clock) -> Flask:
    """The agency as a WSGI application over its migrated database."""
    app = make_application(
        Flask,
        PACKAGE,
        demo=config.demo,
        requests_per_second=config.requests_per_second,
        form_action="self",
        problem_texts={**OTHERS, **STAFF_PROBLEMS, **PROBLEMS, **CONSOLE_PROBLEMS},
        parts=[STAFF],
    )
    office = open_agency(config, clock)
    app.extensions[OFFICE] = office
    app.extensions[EXTENSION] = make_console(clock)
    app.jinja_env.globals.update(countersigners=countersigners, figure_readers=READERS, doubted=doubted)
    install_uploads(app, lambda: bool(current_user.is_authenticated))
    install_staff(app, staff_desk(office))
    app.register_blueprint(dashboards.pages)
    app.register_blueprint(scoring_api.api)
    app.register_blueprint(reports.blueprint)
    app.register_blueprint(score_sheet.blueprint)
    app.register_blueprint(console_pages)
    app.register_blueprint(published.make_blueprint("agency", office.exchange))
    return app
