"""Refusals of the console itself; every other one comes from the step that an officer asked for."""

from survey_app.domain.errors import Malformed


class NothingChosen(Malformed):
    """A step was asked for without a campaign."""

    slug = "nothing-chosen"


class CodeMistyped(Malformed):
    """What cannot be undone is confirmed by typing the body's code."""

    slug = "code-mistyped"


class NotCompared(Malformed):
    """An institution's key counts only when each officer has compared it by another way."""

    slug = "not-compared"


class PassphraseUnusable(Malformed):
    """The two passphrases differ, or they are too short."""

    slug = "passphrase-unusable"


class FieldUnusable(Malformed):
    """A field of a form does not hold what it should; ``field`` is its name."""

    slug = "field-unusable"

    def __init__(self, field: str) -> None:
        super().__init__(f"the field {field} is empty or unusable")
        self.field = field


class NothingDue(Malformed):
    """Figures were to be deleted, but none is old enough."""

    slug = "nothing-due"
