"""Only an office's own pages may send something in a respondent's name."""

from urllib.parse import urlsplit

from flask import request

from survey_app.domain.errors import PikirError


class CrossSiteRequest(PikirError):
    """A page of another site tried to draw, to ask or to submit."""

    slug = "cross-site"


def refuse_other_sites(own_url: str) -> None:
    """Raise CrossSiteRequest by Sec-Fetch-Site, else by Origin; a client that sends neither is no browser.

    ``own_url`` is the office's public address.
    """
    site, origin, own = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin"), urlsplit(own_url)
    is_own = site in ("same-origin", "none") if site is not None else origin in (None, f"{own.scheme}://{own.netloc}")
    if not is_own:
        raise CrossSiteRequest("this must come from the office's own page")
