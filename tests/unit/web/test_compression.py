"""Respondents' pages go out compressed; a compressed answer says the same."""

import gzip

from flask import Response

from survey_app.web.application import make_application
from survey_app.web.security import AnonymousFlask


def _application(tmp_path):
    app = make_application(
        AnonymousFlask, tmp_path, demo=False, requests_per_second=100, form_action="none", problem_texts={}
    )
    app.add_url_rule("/long", view_func=lambda: Response("тест " * 500, mimetype="text/html"), endpoint="long")
    app.add_url_rule("/short", view_func=lambda: Response("тест", mimetype="text/html"), endpoint="short")
    return app


def test_a_long_page_is_compressed_for_who_takes_it(tmp_path):
    client = _application(tmp_path).test_client()

    compressed = client.get("/long", headers={"Accept-Encoding": "gzip, br"})
    plain = client.get("/long")

    assert compressed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.data) == plain.data
    assert len(compressed.data) == int(compressed.headers["Content-Length"]) < len(plain.data)
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_a_short_page_is_not_worth_it(tmp_path):
    answer = _application(tmp_path).test_client().get("/short", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in answer.headers
