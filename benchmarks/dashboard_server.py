"""Serves an agency that benchmarks.rounds built: `python -m benchmarks.dashboard_server FOLDER` prints its address."""

import sys
from dataclasses import replace
from pathlib import Path

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from analytics.agency_app import create_agency_app
from analytics.office import open_agency, staff_desk
from benchmarks.dashboards import LOGIN, PASSWORD
from benchmarks.rounds import ENVIRON
from config import agency_config
from survey_app.staff.accounts import add_staff
from survey_app.web import server
from survey_app.web.clock import system_clock


def main() -> None:
    """Until it is ended."""
    config = replace(agency_config(Path(sys.argv[1]), ENVIRON), second_factor_required=False)
    office = open_agency(config, system_clock)
    add_staff(staff_desk(office), LOGIN, "analyst", PASSWORD)
    office.database.dispose()
    application = DispatcherMiddleware(Response("", 404), {"/agency": create_agency_app(config, system_clock)})
    listening = server.listen(application, 0)
    print(f"http://127.0.0.1:{listening.port}/agency", flush=True)
    listening.run()


if __name__ == "__main__":
    main()
