"""Every error that a page of staff can show says in Kazakh, Russian and English what to do: no class is forgotten."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import analytics
import survey_app
from analytics.console.refusals import LATE, REFUSALS, known_text
from analytics.views.problems import PROBLEMS as AGENCY_PROBLEMS
from survey_app.domain.errors import PikirError
from survey_app.identity.console.problem_words import CONSOLE_PROBLEMS
from survey_app.identity.problems import PROBLEMS as ISSUER_PROBLEMS
from survey_app.staff.problems import STAFF_PROBLEMS
from survey_app.web.languages import install_languages
from survey_app.web.problems import COMMON

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = "only commands meet it"
MEMBERS = "respondents' pages only"
COUNTED = "counted or caught where it is raised"
FORM = "the form that it belongs to says it"
TIMER = "offices that fetch from each other, by a timer"
MAIL = "the page of the mailing says it"
START = "a server does not start then"

BOTH = {
    "AnswersInvalid": COUNTED,
    "ArchiveWrong": COUNTED,
    "BlindSignatureInvalid": COUNTED,
    "BuiltElsewhere": START,
    "CannotOpen": COUNTED,
    "CommitInterrupted": MEMBERS,
    "DatabaseUnreachable": START,
    "DocumentDiffers": TIMER,
    "HolderSignatureInvalid": COUNTED,
    "InclusionProofInvalid": COMMANDS,
    "InitialPasswordExpired": FORM,
    "JournalBroken": "the journal's own page says it",
    "NoDemonstration": START,
    "NotSignedIn": "leads to the sign-in",
    "PortBusy": START,
    "PulledElsewhere": TIMER,
    "RequestRefused": TIMER,
    "SecondFactorRefused": FORM,
    "SignInRefused": FORM,
    "SigningFault": "nothing is signed; a fault of the machine",
    "SourceRefused": TIMER,
    "SourceUnreachable": TIMER,
    "SpreadsheetBusy": FORM,
    "SpreadsheetDamaged": FORM,
    "SpreadsheetEmpty": FORM,
    "SpreadsheetEncoding": FORM,
    "SpreadsheetRefused": FORM,
    "SpreadsheetTooLarge": FORM,
    "SpreadsheetUnsupported": FORM,
    "StorageUnsuitable": START,
    "TokenInvalid": COUNTED,
}
AGENCY = BOTH | {
    "AnswerFileInvalid": COMMANDS,
    "ApiTokenExists": COMMANDS,
    "ClaimFalse": COMMANDS,
    "ColumnsUnknown": "names the columns",
    "CrossSiteRequest": MEMBERS,
    "FieldMissing": FORM,
    "FileExists": COMMANDS,
    "NotANumber": FORM,
    "NotRecognised": COMMANDS,
    "PlanNotPositive": FORM,
    "ReopenedDiffers": COMMANDS,
    "RowRefused": FORM,
    "ScoreAboveCeiling": FORM,
    "ScoreNotInSteps": FORM,
    "ScoreOutsideRange": FORM,
    "ScoreRefused": FORM,
    "SheetIncomplete": FORM,
    "TextUnfit": FORM,
    "UnknownApiToken": COMMANDS,
}
ISSUER = BOTH | {
    "AlreadyArchived": COMMANDS,
    "ColumnsUnclear": FORM,
    "FileMissing": FORM,
    "KeyExists": COMMANDS,
    "MailRefused": MAIL,
    "MailUnavailable": MAIL,
    "MailUnderWay": MAIL,
    "NoUpload": FORM,
    "ReasonNeeded": FORM,
    "RecipientRefused": COUNTED,
    "ReportUnreadable": FORM,
    "RosterUnreadable": FORM,
    "RowRefused": FORM,
    "TryLater": COUNTED,
    "UnknownQuestionnaire": "the issuer reads no questionnaire",
    "WrongPassphrase": START,
}


def every_error(*packages: str) -> list[type[PikirError]]:
    """Every class of refusal that these packages define."""
    for package in (analytics, survey_app):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name:
                importlib.import_module(module.name)
    found = {one for one in _below(PikirError) if one.__module__.startswith(packages)}
    return sorted(found, key=lambda one: (one.__module__, one.__name__))


def _below(kind: type[PikirError]) -> Iterator[type[PikirError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def told_by_the_agency(kind: type[PikirError]) -> bool:
    return known_text(kind) is not None or any(one in AGENCY_PROBLEMS or one in STAFF_PROBLEMS for one in kind.__mro__)


def told_by_the_issuer(kind: type[PikirError]) -> bool:
    known = {**STAFF_PROBLEMS, **CONSOLE_PROBLEMS, **ISSUER_PROBLEMS, **COMMON}
    return any(one in known for one in kind.__mro__)


SHARED = ("survey_app.domain", "survey_app.web", "survey_app.staff")
OFFICES = {
    "agency": (("analytics", *SHARED), told_by_the_agency, AGENCY),
    "issuer": (("survey_app.identity", *SHARED), told_by_the_issuer, ISSUER),
}


@pytest.mark.parametrize("office", OFFICES)
def test_every_refusal_has_a_text_or_a_reason_why_no_page_shows_it(office: str) -> None:
    packages, is_told, elsewhere = OFFICES[office]
    errors = every_error(*packages)
    untold = [one.__name__ for one in errors if not is_told(one)]
    assert sorted(set(untold) - set(elsewhere)) == [], "give them a text that says what to do"
    assert sorted(set(elsewhere) - set(untold)) == [], "these have a text, or are gone"


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize(
    ("folder", "texts"),
    [
        ("analytics", [*REFUSALS.values(), *LATE.values()]),
        ("survey_app/staff", [text for one in STAFF_PROBLEMS.values() for text in (one.title, one.detail)]),
        ("survey_app/identity", [text for one in CONSOLE_PROBLEMS.values() for text in (one.title, one.detail)]),
    ],
)
def test_texts_are_translated(folder: str, texts: list[object], language: str) -> None:
    app = Flask("texts")
    install_languages(app, [ROOT / folder / "translations"])
    with app.test_request_context("/en/"):
        english = [str(text) for text in texts]
    with app.test_request_context(f"/{language}/"):
        assert [text for text, original in zip(texts, english, strict=True) if str(text) == original] == []
