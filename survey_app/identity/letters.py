"""Invitations on paper: one page of A4 or one card of A6 for each person, with the code, the link as QR, the dates.

Whoever holds such a file can draw in anyone's name. It is made in memory, some hundred letters at a time, and each
part is written once, readable by the officer alone: no codes are left in temporary files.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
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
PROCESSES = 2
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

    Each file appears whole, with mode 0600. Each is set in a process of its own, because the typesetter remembers
    all that it ever set. Raises UnknownCampaign, CampaignVoid.
    """
    words = common_words(office, find_active(office, campaign_id), paper)
    parts = [found[start : start + PEOPLE_A_FILE] for start in range(0, len(found), PEOPLE_A_FILE)]
    work = partial(letters_pdf, words, form=paper.form, moment=office.clock())
    with ThreadPoolExecutor(PROCESSES) as waiting:
        done = map(work, parts) if len(parts) == 1 else waiting.map(partial(_apart, work), parts)
        for number, pdf in enumerate(done, start=1):
            name = output.name if len(parts) == 1 else f"{output.stem}-{number:02}{output.suffix}"
            write_durably(output.with_name(name), pdf, 0o600)
            yield Part(output.with_name(name), len(parts[number - 1]))


def set_apart(office: IssuerOffice, campaign: AcceptedCampaign, people: Sequence[Invitation], paper: Paper) -> bytes:
    """One PDF with the letters of ``people``, set in a process of its own that forgets them."""
    words = common_words(office, campaign, paper)
    return _apart(partial(letters_pdf, words, form=paper.form, moment=office.clock()), people)


def _apart(work: Callable[[Sequence[Invitation]], bytes], people: Sequence[Invitation]) -> bytes:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, people).result()


def common_words(office: IssuerOffice, campaign: AcceptedCampaign, paper: Paper) -> dict[str, Any]:
    """What all letters of a campaign say, in each language."""
    return {
        "texts": {language: _texts(campaign, language) for language in LANGUAGES},
        "fingerprint": comparable_rows(campaign.fingerprint),
        "help": paper.help_desk,
        "demo": office.config.demo,
    }


def letters_pdf(words: Mapping[str, Any], people: Sequence[Invitation], *, form: Form, moment: datetime) -> bytes:
    """One PDF with the letters of ``people`` (one or more), each in its own language."""
    data = {**words, "entries": [_entry(one) for one in people]}
    return typeset(TEMPLATES / f"{form}.typ", data, moment, tagged=False)


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
        "code": code_rows(one.code),
        "qr": {"png": list(picture.png), "modules": picture.modules},
    }
