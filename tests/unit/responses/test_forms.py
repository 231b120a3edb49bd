"""The form is the questionnaire and nothing else."""

import json

import pytest
from flask import Flask

from survey_app.domain.questionnaire import Questionnaire, parse_questionnaire
from survey_app.responses.forms import QuestionnaireForm, questionnaire_form


def text(word: str) -> dict[str, str]:
    return {"kk": f"{word} kk", "ru": f"{word} ru", "en": f"{word} en"}


def own_questionnaire() -> Questionnaire:
    """Three questions with two, three and five options, one of them with an identifier that a form uses itself."""
    questions = [
        {"id": identifier, "kind": "substantive", "block": "b", "text": text(identifier)}
        | {"options": [{"code": str(n), "text": text(f"{identifier}-{n}")} for n in range(size)]}
        for identifier, size in (("data", 2), ("Q2", 3), ("errors", 5))
    ]
    document = {"format": "pikir-questionnaire/1", "id": "own", "version": "1", "source": "a test"}
    document |= {"preamble": text("p"), "blocks": {"b": text("b")}, "questions": questions}
    return parse_questionnaire(json.dumps(document).encode())


@pytest.fixture
def app() -> Flask:
    return Flask(__name__)


def make(app: Flask, questionnaire: Questionnaire, language: str) -> QuestionnaireForm:
    with app.test_request_context():
        return questionnaire_form(questionnaire, language)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_each_question_is_a_field_in_order(app: Flask, questionnaire: Questionnaire, language: str) -> None:
    form = make(app, questionnaire, language)
    assert [field.question for field in form.questions] == list(questionnaire.questions)
    assert len(list(form)) == 14, "no hidden field, no CSRF token"
    for field, question in zip(form.questions, questionnaire.questions, strict=True):
        assert field.label.text == question.text[language]
        expected = [(str(position), option.text[language]) for position, option in enumerate(question.options, 1)]
        assert [(option.data, option.label.text) for option in field] == expected


def test_another_questionnaire_gives_another_form(app: Flask) -> None:
    form = make(app, own_questionnaire(), "en")
    assert [field.name for field in form.questions] == ["q1", "q2", "q3"]
    assert [len(field.choices) for field in form.questions] == [2, 3, 5]
    last = list(form.questions[2])[4]
    assert (last.data, last.label.text) == ("5", "errors-4 en")


def test_nothing_is_preselected_or_remembered(app: Flask, questionnaire: Questionnaire) -> None:
    for field in make(app, questionnaire, "kk").questions:
        html = str(field())
        assert "checked" not in html
        assert html.count('autocomplete="off"') >= len(field.choices)


def test_answers_in_the_address_or_a_posted_form_are_not_read(app: Flask, questionnaire: Questionnaire) -> None:
    with app.test_request_context("/?q1=1", method="POST", data={"q1": "1"}):
        form = questionnaire_form(questionnaire, "kk")
        assert [field.data for field in form.questions] == [None] * 14
