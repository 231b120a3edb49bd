"""The issuer's pages: each fetched page is checked for its title, language, headers and markup."""

import json
import re
from datetime import timedelta
from hashlib import sha256

import html5lib
import pytest
from flask.testing import FlaskClient

from tests.integration.issuer.conftest import Announced
from tests.integration.issuer.offices import TWO_VISITS, World

LANGUAGES = ("kk", "ru", "en")


def fetch(client: FlaskClient, path: str, status: int = 200) -> str:
    """The page's text; it is valid HTML in the language of its path, and comes with the anonymous side's headers."""
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == status
    assert response.content_type == "text/html; charset=utf-8"
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "form-action 'none'" in policy
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in response.headers
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    document = parser.parse(response.text)
    assert parser.errors == []
    assert document.get("lang") == path.split("/")[1]
    assert document.findtext("head/title").strip()
    assert not re.search(r"<(?!a )[^>]*\s(?:src|href)=\"(?:https?:)?//", response.text), "only links lead elsewhere"
    return response.text


def page_data(page: str) -> dict[str, object]:
    return json.loads(re.search(r'<script type="application/json" id="page-data">(.*?)</script>', page, re.DOTALL)[1])


def section_of(page: str, step: str) -> str:
    return page.partition(f'data-step="{step}"')[2].partition("</section>")[0]


def test_the_root_leads_to_the_readers_language(app):
    client = app.test_client()

    assert client.get("/").headers["Location"] == "/kk/"
    assert client.get("/", headers={"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"}).headers["Location"] == "/ru/"
    assert client.get("/", headers={"Accept-Language": "de"}).headers["Location"] == "/kk/"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_home_lists_announced_campaigns(announced: Announced, lang):
    page = fetch(announced.app.test_client(), f"/{lang}/")

    assert {"kk": "Су министрлігі", "ru": "Министерство воды", "en": "Ministry of Water"}[lang] in page


def test_home_without_campaigns(app):
    fetch(app.test_client(), "/kk/")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_drawing_page_tells_the_client_what_it_needs(announced: Announced, lang):
    client, campaign_id = announced.app.test_client(), announced.campaign_id
    fingerprint = announced.invitations[0].link.rpartition(".")[2]

    data = page_data(fetch(client, f"/{lang}/c/{campaign_id}/draw"))

    assert data["campaign_id"] == campaign_id
    assert data["fingerprint"] == fingerprint
    assert data["state"] == "issuing"
    script = data["api"].pop("blinding")
    assert sha256(client.get(script).data).hexdigest()[:12] == script.partition("?v=")[2]
    assert data["api"] == {
        name: f"/c/{campaign_id}/{name}" for name in ("manifest", "issue", "status", "contest", "drawn")
    }


def test_its_state_follows_the_clock(world: World, announced: Announced):
    moments = {
        TWO_VISITS.issuance_opens - timedelta(seconds=1): "before",
        TWO_VISITS.issuance_opens: "issuing",
        TWO_VISITS.issuance_closes: "after",
        TWO_VISITS.collection_closes: "after",
    }
    at_collector = f"/ru/c/{announced.campaign_id}"
    for moment, state in moments.items():
        world.clock.now = moment
        page = fetch(announced.app.test_client(), f"/ru/c/{announced.campaign_id}/draw")
        assert page_data(page)["state"] == state
        after = section_of(page, "after")
        is_over = moment >= TWO_VISITS.collection_closes
        assert (f'{at_collector}/board"' in after, f'{at_collector}"' in after) == (is_over, not is_over), "a way on"
        home = fetch(announced.app.test_client(), "/ru/")
        assert ("<details" in home) == (state == "after"), "what has ended is folded"

    world.agency.voids(announced.campaign_id)
    page = fetch(announced.app.test_client(), f"/ru/c/{announced.campaign_id}/draw")
    assert page_data(page)["state"] == "void"
    assert f'{at_collector}/board"' in section_of(page, "void"), "the reason stands there"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unknown_campaign_gets_a_page_that_helps(app, lang):
    page = fetch(app.test_client(), f"/{lang}/c/{'f' * 32}/draw", status=404)

    assert {"kk": "Шақыру", "ru": "приглашени", "en": "invitation"}[lang].lower() in page.lower()


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("kk", "Бұл шақыру коды осы сауалнамада белгісіз"),
        ("ru", "Этот код приглашения неизвестен в этом опросе"),
        ("en", "This invitation code is not known for this survey"),
    ],
)
def test_a_refusal_speaks_the_pages_language(announced: Announced, language, title):
    person = announced.respondents[0]
    answer = person.posts("status", {"code": "A" * 26}, **{"Accept-Language": language})

    assert json.loads(answer.data)["title"] == title


def test_behind_a_path_the_addresses_follow(announced: Announced):
    """Given all offices on one host, when the issuer is at /issuer, then its client talks to /issuer."""
    page = announced.app.test_client().get(
        f"/kk/c/{announced.campaign_id}/draw", environ_overrides={"SCRIPT_NAME": "/issuer"}
    )

    assert page_data(page.text)["api"]["issue"] == f"/issuer/c/{announced.campaign_id}/issue"
