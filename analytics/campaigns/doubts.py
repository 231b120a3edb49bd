"""A document that lies in the exchange folder and cannot be accepted."""

from dataclasses import dataclass

from survey_app.domain.errors import PikirError


@dataclass(frozen=True)
class Doubt:
    """Which file, and why; as text in English, for operators."""

    document: str
    error: PikirError

    def __str__(self) -> str:
        return f"{self.document}: {self.error}"
