"""The issuer has staff; its respondents must not notice: no cookie, no session, no form token, nothing read or kept."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from survey_app.domain.errors import Malformed
from survey_app.identity.office import staff_desk
from survey_app.staff.accounts import add_staff
from survey_app.staff.sessions import complete, open_session
from survey_app.staff.who import DESK
from tests.integration.issuer.conftest import Announced

BASE = "https://issuer.example"
PASSWORD = "a long password for tests"
HTML = {"Accept": "text/html"}


@pytest.fixture
def officer(announced: Announced) -> FlaskClient:
    """The browser of an issuing officer who is signed in."""
    desk = staff_desk(announced.office)
    add_staff(desk, "dana", "issuing", PASSWORD)
    secret = open_session(desk, "dana", "password", is_confirmed=True)
    complete(desk, secret)
    browser = announced.app.test_client()
    with browser.session_transaction("/en/account", base_url=BASE) as session:
        session["_user_id"] = secret
    assert browser.get("/en/account", base_url=BASE, headers=HTML).status_code == 200
    return browser


def respondents_requests(announced: Announced) -> list[tuple[str, str, dict[str, str] | None]]:
    campaign = announced.campaign_id
    code = announced.invitations[0].code
    return [
        *(("GET", path, None) for path in ("/", "/kk/", "/kk/nowhere", "/nowhere", "/static/pikir.css")),
        *(("GET", f"/ru/c/{campaign}/{page}", None) for page in ("draw", "stored", "lost")),
        *(("GET", f"/c/{campaign}/{document}", None) for document in ("manifest", "drawn")),
        ("POST", f"/c/{campaign}/status", {"code": code}),
        ("POST", f"/c/{campaign}/contest", {"code": code}),
        ("POST", f"/c/{campaign}/issue", {"code": code, "blinded_message": "AAAA"}),
        ("POST", f"/c/{campaign}/issue", {}),
    ]


def test_a_respondents_answer_is_the_same_with_and_without_a_staff_session(announced: Announced, officer: FlaskClient):
    asked: list[str] = []
    event.listen(announced.office.database.engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
    event.listen(
        announced.app.extensions[DESK].database.engine, "before_cursor_execute", lambda *seen: asked.append(seen[2])
    )
    stranger = announced.app.test_client()

    for method, path, body in respondents_requests(announced):
        answers = [
            browser.open(path, method=method, json=body, base_url=BASE, headers=HTML if body is None else {})
            for browser in (stranger, officer)
        ]
        if not path.endswith("/stored"):  # it shows an example that is made afresh
            assert answers[0].data == answers[1].data, path
        assert dict(answers[0].headers) == dict(answers[1].headers), path
        assert "Set-Cookie" not in answers[1].headers, path
        assert "Cookie" not in answers[1].headers.get("Vary", ""), path
        assert "form-action 'none'" in answers[1].headers["Content-Security-Policy"], path
        assert answers[0].status_code != 403, path
    assert [statement for statement in asked if "staff" in statement or "journal" in statement] == []


def test_staff_pages_have_the_cookie_the_token_and_their_own_policy(announced: Announced):
    browser = announced.app.test_client()
    response = browser.get("/en/sign-in", base_url=BASE, headers={**HTML, "Accept-Encoding": "gzip"})

    assert response.headers["Set-Cookie"].startswith("pikir_issuer=")
    assert "Content-Encoding" not in response.headers, "a compressed page would tell about its token"
    assert "form-action 'self'" in response.headers["Content-Security-Policy"]
    assert browser.post("/en/sign-in", data={"login": "dana"}, base_url=BASE).status_code == 400


def test_a_personnel_officer_is_of_named_bodies_and_nobody_else(announced: Announced):
    desk = staff_desk(announced.office)

    assert add_staff(desk, "p", "personnel", PASSWORD, bodies=["b", "a", "a"]).bodies == ("a", "b")
    for role, bodies in (("personnel", []), ("issuing", ["a"]), ("officer", [])):
        with pytest.raises(Malformed):
            add_staff(desk, "q", role, PASSWORD, bodies=bodies)
