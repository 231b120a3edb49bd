"""The questionnaire as a form: made from data, nothing preselected, and nothing that a browser could send or remember.

There is no session, so there is nothing for a CSRF token to protect; answers never travel as a form.
"""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField

from survey_app.domain.questionnaire import Question, Questionnaire


class QuestionField(RadioField):  # type: ignore[misc]
    """One question in one language; choices have the option's position as value and its text as label."""

    def __init__(self, question: Question, language: str, **kwargs: Any) -> None:
        choices = {str(position): option.text[language] for position, option in enumerate(question.options, 1)}
        super().__init__(question.text[language], choices=choices, render_kw={"autocomplete": "off"}, **kwargs)
        self.question = question


class QuestionnaireForm(FlaskForm):  # type: ignore[misc]
    """The base of each rendered questionnaire."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """No CSRF token, which would need a session cookie."""

        csrf = False

    @property
    def questions(self) -> list[QuestionField]:
        """The fields in the questionnaire's order."""
        return [field for field in self if isinstance(field, QuestionField)]


def questionnaire_form(questionnaire: Questionnaire, language: str) -> QuestionnaireForm:
    """An empty form of ``questionnaire`` in ``language``; fields are named q1, q2, ... by their place."""
    fields = {f"q{question.number}": QuestionField(question, language) for question in questionnaire.questions}
    form: QuestionnaireForm = type("AnswersForm", (QuestionnaireForm,), fields)(formdata=None)
    return form
