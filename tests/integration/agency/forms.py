"""Forms as a browser sends them: every field of the page's form as it stands, with what a person changes."""

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.test import TestResponse

from tests.integration.agency.browsing import BASE, Staff, check_page


def form_with(page: str, action: str) -> Element:
    """The page's form whose action ends with ``action``."""
    document = html5lib.parse(page, namespaceHTMLElements=False)
    found = [form for form in document.iter("form") if form.get("action", "").split("?")[0].endswith(action)]
    assert found, f"no form for {action}"
    return found[0]


def sends(staff: Staff, page: str, action: str, path: str = "", **changes: Any) -> TestResponse:
    """Send the form whose action ends with ``action``; lists and files among ``changes`` are fine.

    Names may be written with underscores for hyphens.
    """
    form = form_with(page, action)
    data: dict[str, Any] = {}
    for field in form.iter():
        name = field.get("name")
        if not name or field.get("disabled") is not None:
            continue
        if field.tag == "input" and field.get("type") in ("checkbox", "radio") and field.get("checked") is None:
            continue
        if field.tag == "select":
            options = list(field.iter("option"))
            chosen = [one for one in options if one.get("selected") is not None] or options
            data.setdefault(name, []).append(chosen[0].get("value"))
        elif field.tag == "textarea":
            data.setdefault(name, []).append(field.text or "")
        elif field.tag == "input" and field.get("type") != "file":
            data.setdefault(name, []).append(field.get("value", ""))
    data |= {name.replace("__", "-"): value for name, value in changes.items()}
    address = form.get("action", "")
    response = staff.client.post(
        address.removeprefix("/agency"), data=data, base_url=BASE, headers={"Accept": "text/html"}
    )
    if response.content_type.startswith("text/html") and response.status_code != 302:
        check_page(response, path or address.removeprefix("/agency"))
    return response
