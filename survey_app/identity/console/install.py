"""Puts the console into the issuer's application."""

from flask import Flask
from flask_login import current_user

from survey_app.identity.console import (
    address_pages,
    column_pages,
    freezing_pages,
    mail_pages,
    paper_pages,
    proposal_pages,
    roster_pages,
    steps,
    together,
)
from survey_app.identity.console.access import ROSTER_KEEPERS
from survey_app.identity.console.pages import console
from survey_app.identity.console.postmen import install_postman
from survey_app.identity.office import IssuerOffice
from survey_app.web.uploads import install_uploads

PAGES = (
    *(roster_pages, column_pages, mail_pages, address_pages, paper_pages),
    *(steps, together, freezing_pages, proposal_pages),
)


def install_console(app: Flask, office: IssuerOffice) -> None:
    """Register the pages. To be called before ``install_staff``, whose form protection reads what is uploaded."""
    install_postman(app, office)
    freezing_pages.install_freezer(app, office)
    install_uploads(app, _may_upload)
    app.register_blueprint(console)


def _may_upload() -> bool:
    return bool(current_user.is_authenticated and current_user.role in ROSTER_KEEPERS)
