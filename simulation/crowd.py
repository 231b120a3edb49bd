"""Many respondents at once, in processes of their own: they share nothing with the offices but the network."""

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass

from simulation.http import Web
from simulation.respondent import Respondent
from survey_app.domain.answers import Answers
from survey_app.domain.questionnaire import Questionnaire, parse_questionnaire
from survey_app.domain.token import Token

PORTION = 16


@dataclass(frozen=True)
class Draw:
    """Somebody is to draw a token with this link."""

    link: str


@dataclass(frozen=True)
class Submission:
    """Somebody is to send these answers under this token."""

    collector_url: str
    token: Token
    answers: Answers


@dataclass(frozen=True)
class Dispute:
    """Somebody is to say that another has drawn in his name."""

    link: str


Errand = Draw | Submission | Dispute


class Crowd:
    """Runs errands in ``processes``, each with ``threads`` people at a time."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def run(self, errands: Sequence[Errand]) -> Iterator[tuple[int, Token | None]]:
        """Each errand's number with the token, if it was a draw, as they are done. Raises what went wrong."""
        numbered = list(enumerate(errands))
        portions = [numbered[start : start + PORTION] for start in range(0, len(numbered), PORTION)]
        for future in as_completed([self._pool.submit(_run_portion, portion) for portion in portions]):
            yield from future.result()


@contextmanager
def gather_crowd(
    questionnaire: bytes, reached_at: Mapping[str, str], *, processes: int = 2, threads: int = 4
) -> Iterator[Crowd]:
    """A crowd that knows the questionnaire (its file's bytes) and where the offices answer for their public origins."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _arrive, (questionnaire, dict(reached_at), threads)) as pool:
        try:
            yield Crowd(pool)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


@dataclass(frozen=True)
class _Place:
    questionnaire: Questionnaire
    respondent: Respondent
    people: ThreadPoolExecutor


_places: list[_Place] = []


def _arrive(questionnaire: bytes, reached_at: Mapping[str, str], threads: int) -> None:
    respondent = Respondent(Web(reached_at, connections=threads))
    _places.append(_Place(parse_questionnaire(questionnaire), respondent, ThreadPoolExecutor(threads)))


def _run_portion(portion: Sequence[tuple[int, Errand]]) -> list[tuple[int, Token | None]]:
    place = _places[-1]
    return list(place.people.map(lambda numbered: (numbered[0], _run(place, numbered[1])), portion))


def _run(place: _Place, errand: Errand) -> Token | None:
    if isinstance(errand, Draw):
        return place.respondent.draws_token(errand.link)
    if isinstance(errand, Submission):
        place.respondent.submits(errand.collector_url, errand.token, place.questionnaire, errand.answers)
    else:
        place.respondent.contests(errand.link)
    return None
