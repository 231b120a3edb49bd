"""What a check found. Texts are keys into analytics/data/verify_texts.json with values to fill in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from survey_app.domain.errors import Malformed, PikirError

Status = Literal["ok", "failed", "impossible"]
T = TypeVar("T")


class ClaimFalse(PikirError):
    """A claim of a document does not hold; ``message`` and ``values`` say which in the reader's language."""

    slug = "claim-false"

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(f"{message} {values}" if values else message)
        self.message = message
        self.values = values


@dataclass(frozen=True)
class Finding:
    """The result of one check, on one file where there are several of a kind (``subject``)."""

    check: str
    status: Status
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    subject: str | None = None


def ok(check: str, message: str = "ok", *, subject: str | None = None, **values: object) -> Finding:
    """The claim holds."""
    return Finding(check, "ok", message, values, subject)


def failed(check: str, error: PikirError, *, subject: str | None = None) -> Finding:
    """The claim does not hold."""
    if isinstance(error, ClaimFalse):
        return Finding(check, "failed", error.message, error.values, subject)
    return Finding(check, "failed", "error", {"error": str(error)}, subject)


def impossible(check: str, message: str, *, subject: str | None = None, **values: object) -> Finding:
    """Something that this check needs is not here."""
    return Finding(check, "impossible", message, values, subject)


def attempt(check: str, claim: Callable[[], T], *, subject: str | None = None) -> tuple[T | None, Finding]:
    """What ``claim`` returns with the finding that it held; None and why, if it raises.

    Besides PikirError that covers what garbage in a signed text field makes of arithmetic.
    """
    try:
        return claim(), ok(check, subject=subject)
    except PikirError as error:
        return None, failed(check, error, subject=subject)
    except (ValueError, ArithmeticError, LookupError, TypeError) as error:
        return None, failed(check, Malformed(repr(error)), subject=subject)


def require_equal(what: str, claimed: object, derived: object) -> None:
    """Raise ClaimFalse unless both are the same."""
    if claimed != derived:
        raise ClaimFalse("differs", what=what, claimed=_shown(claimed), derived=_shown(derived))


def _shown(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
