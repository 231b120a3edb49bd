"""Invitations on paper: one page of A4 or one card of A6 for each person, with the code, the link as QR, the dates.

Whoever holds such a file can draw in anyone's name. It is made in memory, some hundred letters at a time, and each
part is written once, readable by the officer alone: no codes are left in temporary files, or in memory for long.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from survey_app.domain.manifest import LANGUAGES
from survey_app.identity.campaigns import find_active
from survey_app.identity.invitations import Invitation
from survey_app.identity.letter_texts import letter_texts
from survey_app.identity.office import AcceptedCampaign, IssuerOffice
from survey_app.web.exchange import write_durably
from survey_app.web.fingerprint import comparable_rows
from survey_app.web.qr import qr_picture
from survey_app.web.speech import speaking
from survey_app.web.typesetting import typeset

TEMPLATES = Path(__file__).parent / "typst"
TRANSLATIONS = Path(__file__).parent / "translations"
PEOPLE_A_FILE = 500
CODE_ROWS = ((0, 4, 8, 13), (13, 17, 21, 26))
Form = Literal["letters", "cards"]


@dataclass(frozen=True)
class Paper:
    """How invitations are printed. ``help_desk`` is a telephone number or an address; empty: a line to write on."""

    form: Form
    help_desk: str = ""


@dataclass(frozen=True)
class Part:
    """A file of letters that was written, and for how many people."""

    path: Path
    people: int


def write_letters(
    office: IssuerOffice, campaign_id: str, found: Sequence[Invitation], output: Path, paper: Paper
) -> Iterator[Part]:
    """Write the letters to ``output``, or to numbered files beside it if there are more than one file holds.

    Each file appears whole, with mode 0600. Raises UnknownCampaign, CampaignVoid.
    """
    campaign = find_active(office, campaign_id)
    count = math.ceil(len(found) / PEOPLE_A_FILE)
    for number in range(count):
        people = found[number * PEOPLE_A_FILE : (number + 1) * PEOPLE_A_FILE]
        path = output if count == 1 else output.with_name(f"{output.stem}-{number + 1:02}{output.suffix}")
        write_durably(path, letters_pdf(office, campaign, people, paper), 0o600)
        yield Part(path, len(people))


def letters_pdf(office: IssuerOffice, campaign: AcceptedCampaign, people: Sequence[Invitation], paper: Paper) -> bytes:
    """One PDF with the letters of ``people`` (one or more), each in its own language."""
    data = {
        "texts": {language: _texts(campaign, language) for language in LANGUAGES},
        "entries": [_entry(one) for one in people],
        "fingerprint": comparable_rows(campaign.fingerprint),
        "help": paper.help_desk,
        "demo": office.config.demo,
    }
    return typeset(TEMPLATES / f"{paper.form}.typ", data, office.clock(), tagged=False)


def code_rows(code: str) -> tuple[tuple[str, ...], ...]:
    """A code's 26 characters in two rows of three groups, as they are read and typed."""
    return tuple(tuple(code[start:end] for start, end in pairwise(cuts)) for cuts in CODE_ROWS)


def _texts(campaign: AcceptedCampaign, language: str) -> dict[str, str]:
    with speaking(language, TRANSLATIONS):
        return asdict(letter_texts(campaign.manifest))


def _entry(one: Invitation) -> dict[str, Any]:
    picture = qr_picture(one.link)
    return {
        "language": one.language,
        "reference": one.reference,
        "link": one.link,
        "code": code_rows(one.code),
        "qr": {"png": list(picture.png), "modules": picture.modules},
    }
