"""Which language a visitor without one in the address gets."""

import pytest

from survey_app.web.application import make_application
from survey_app.web.languages import current_language
from survey_app.web.security import AnonymousFlask


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ru-RU, en;q=0.5", "ru"),
        ("en-GB,en;q=0.9,ru;q=0.8", "en"),
        ("de, kk-KZ;q=0.7, ru;q=0.9", "ru"),
        ("de", "kk"),
        ("*", "kk"),
        ("", "kk"),
    ],
)
def test_the_browsers_first_language_that_is_ours(tmp_path, header, language):
    app = make_application(
        AnonymousFlask, tmp_path, demo=False, requests_per_second=100, form_action="none", problem_texts={}
    )
    with app.test_request_context("/", headers={"Accept-Language": header}):
        assert current_language() == language


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_path_that_leads_nowhere_still_says_the_language(tmp_path, language):
    app = make_application(
        AnonymousFlask, tmp_path, demo=False, requests_per_second=100, form_action="none", problem_texts={}
    )
    with app.test_request_context(f"/{language}/no/such/page", headers={"Accept-Language": "de"}):
        assert current_language() == language
