"""The staff's pages of an office, as one blueprint."""

from flask import Blueprint

from survey_app.domain.documents import parse_time
from survey_app.staff.views import accounts, elsewhere, journal, profile, sign_in

staff_pages = Blueprint("staff", __name__)
staff_pages.add_app_template_filter(parse_time, "moment")

for routes in (sign_in.ROUTES, elsewhere.ROUTES, profile.ROUTES, accounts.ROUTES, journal.ROUTES):
    for path, name, view, methods in routes:
        staff_pages.add_url_rule(f"/<language:lang>/{path}", name, view, methods=methods)
