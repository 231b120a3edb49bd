"""The collector's application."""

from flask import Flask

from config import CollectorConfig
from survey_app.responses import views
from survey_app.responses.office import PACKAGE, open_collector
from survey_app.responses.problems import PROBLEMS
from survey_app.web import published
from survey_app.web.application import make_application
from survey_app.web.clock import Clock
from survey_app.web.security import AnonymousFlask


def create_collector_app(config: CollectorConfig, clock: Clock) -> Flask:
    """The collector as a WSGI application over its migrated database."""
    app = make_application(
        AnonymousFlask,
        PACKAGE,
        demo=config.demo,
        requests_per_second=config.requests_per_second,
        form_action="none",
        problem_texts=PROBLEMS,
    )
    office = open_collector(config, clock)
    app.extensions[views.OFFICE] = office
    app.register_blueprint(views.pages)
    app.register_blueprint(views.api)
    app.register_blueprint(published.make_blueprint("collector", office.exchange, views.refuse_all_but_the_agency))
    return app
