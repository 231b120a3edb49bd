"""Terms have one source: the definitions page, the reports and docs/methodology.md say the same, under one anchor."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from analytics.methods import METHODS
from analytics.views.definitions import Definition, definitions
from survey_app.web.languages import install_languages

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(params=["kk", "ru", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """A request in this language."""
    app = Flask("terms")
    install_languages(app, [ROOT / "analytics" / "translations"])
    with app.test_request_context(f"/{request.param}/"):
        yield request.param


@pytest.fixture
def terms(language: str) -> tuple[Definition, ...]:
    return definitions("fav_share/1", 10, 50)


def test_each_term_has_its_own_anchor_and_a_text(terms: tuple[Definition, ...]) -> None:
    anchors = [term.anchor for term in terms]
    assert len(set(anchors)) == len(anchors)
    assert all(term.term and term.text for term in terms)
    assert {f"method-{name.replace('/', '-')}" for name in METHODS} <= set(anchors)


def test_the_methodology_has_the_same_terms(terms: tuple[Definition, ...], language: str) -> None:
    methodology = (ROOT / "docs" / "methodology.md").read_text(encoding="utf-8")
    if language == "en":
        for term in terms:
            assert f'<a id="{term.anchor}"></a>**{term.term}.** {term.text}\n' in methodology, term.anchor
