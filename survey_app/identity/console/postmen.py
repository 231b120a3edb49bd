"""The postman of this process: made with the application, awake from its start, woken by officers."""

from typing import cast

from flask import Flask, current_app

from survey_app.identity.mail.postman import Postman
from survey_app.identity.office import IssuerOffice

_POSTMAN = "pikir-postman"


def install_postman(app: Flask, office: IssuerOffice) -> None:
    """Give the application a postman, who goes on at once with what an earlier process left in the queue."""
    app.extensions[_POSTMAN] = made = Postman(office)
    if office.config.mail is not None:
        made.wake()


def postman() -> Postman:
    """The one of the application that answers this request."""
    return cast("Postman", current_app.extensions[_POSTMAN])
