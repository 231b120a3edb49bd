"""Opening a round: all its batches together, in memory, so that its figures and the bodies' are attacked as one.

Every body's Release is the same, byte for byte, as if its batch had been opened alone; one that is certified already
stands as it is. Several processes share the work; answers and counts pass between them through pipes and are never
written to disk.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric import ec

from analytics.disclosure import cell_of
from analytics.envelopes import Progress, sealing_key_der, sealing_key_from_der
from analytics.evidence import Evidence
from analytics.opening import OpenedBatch, count_batch
from analytics.protection import NONE_SUPERSEDED, Superseded, Terms
from analytics.release import Release, release_bytes, software_version, turnout_text
from analytics.round_protection import Part, RoundFigures, protect_round
from analytics.round_release import RoundBody, RoundRelease
from analytics.tally import counts_of
from analytics.timed_opening import make_timed
from analytics.workers import IN_THIS_PROCESS, Workers
from survey_app.domain import signing
from survey_app.domain.errors import PikirError
from survey_app.domain.questionnaire import Questionnaire

COMMON = ("round", "agency_key", "questionnaire", "method", "minimum_group")


class RoundInconsistent(PikirError):
    """Campaigns that cannot be opened as one round: other rounds, methods, questionnaires, or one of them twice."""

    slug = "round-inconsistent"


@dataclass(frozen=True)
class RoundOpening:
    """What comes out: a Release for each evidence, in the given order, and one of the round.

    Those that were settled before are given back as they are, the others are drafts. ``attack_milliseconds`` are for
    protecting each body's own figures and attacking them, None of those that were settled.
    """

    releases: tuple[Release, ...]
    round_release: RoundRelease
    attack_milliseconds: tuple[int | None, ...]


@dataclass(frozen=True)
class _Task:
    """What a worker needs for one body; the key as unencrypted DER, which never leaves memory."""

    evidence: Evidence
    sealing_key: bytes
    questionnaire: Questionnaire
    superseded: tuple[tuple[bytes, Release], ...]
    settled: Release | None


def open_round(
    evidences: Sequence[Evidence],
    sealing_keys: Sequence[ec.EllipticCurvePrivateKey],
    questionnaire: Questionnaire,
    *,
    processes: int = 1,
    progress: Progress | None = None,
    superseded: Mapping[int, Superseded] = MappingProxyType({}),
    superseded_rounds: Sequence[RoundRelease] = (),
    settled: Mapping[int, Release] = MappingProxyType({}),
) -> RoundOpening:
    """Open the batches of a round together; ``sealing_keys`` has one for each of ``evidences``.

    ``progress(done, total)`` counts bodies, then questions of the round. ``superseded`` are the Releases
    certified before, by index of the evidence and SHA-256 of their JWS; ``superseded_rounds`` those of the round.
    ``settled`` are certified Releases that stand for these very batches, by index: their figures are out, so they are
    what the round's are attacked with, and none is made again. Raises what open_campaign raises, and RoundInconsistent.
    """
    if not evidences or len(evidences) != len(sealing_keys):
        raise RoundInconsistent("a round is opened with its batches and one sealing key for each")
    tasks = [
        _Task(
            evidence,
            sealing_key_der(key),
            questionnaire,
            tuple(superseded.get(index, NONE_SUPERSEDED).items()),
            settled.get(index),
        )
        for index, (evidence, key) in enumerate(zip(evidences, sealing_keys, strict=True))
    ]
    total = len(tasks) + len(questionnaire.substantive)
    told = progress or (lambda _done, _total: None)
    parts: dict[int, Part] = {}
    times: dict[int, int | None] = {}
    with Workers(processes) as workers:
        largest_first = sorted(range(len(tasks)), key=lambda index: -len(evidences[index].batch))
        for place, (part, milliseconds) in workers.map(_open_one, [tasks[index] for index in largest_first]):
            parts[largest_first[place]], times[largest_first[place]] = part, milliseconds
            told(len(parts), total)
        ordered = [parts[index] for index in range(len(tasks))]
        round_release = make_round_release(
            ordered,
            questionnaire,
            superseded_rounds,
            workers=workers,
            progress=lambda done, _: told(len(tasks) + done, total),
        )
    return RoundOpening(
        tuple(part.releases[0] for part in ordered), round_release, tuple(times[index] for index in range(len(tasks)))
    )


def make_round_release(
    parts: Sequence[Part],
    questionnaire: Questionnaire,
    superseded: Sequence[RoundRelease] = (),
    *,
    workers: Workers = IN_THIS_PROCESS,
    progress: Progress | None = None,
) -> RoundRelease:
    """The second half: pool, protect, attack, publish. The order of ``parts`` makes no difference.

    ``progress(done, total)`` counts questions that were attacked. Raises RoundInconsistent.
    """
    _check_consistent([part.releases[0] for part in parts])
    first = parts[0].releases[0]
    every = sorted(parts, key=lambda part: part.campaign_id)
    pooled = [part for part in every if part.n >= first.minimum_group]
    terms = Terms(first.method, first.minimum_group, sum(part.releases[0].eligible for part in pooled))
    earlier = [release.figures for release in superseded]
    found = protect_round(questionnaire, pooled, terms, earlier, workers=workers, progress=progress)
    n = sum(part.n for part in pooled)
    return RoundRelease(
        round=first.round,
        agency_key=first.agency_key,
        questionnaire=first.questionnaire,
        method=first.method,
        minimum_group=first.minimum_group,
        bodies=tuple(_body(part, found, pooled=part.n >= first.minimum_group) for part in every),
        eligible=terms.eligible,
        received=sum(part.releases[0].received for part in pooled),
        n=n,
        turnout=turnout_text(n, terms.eligible),
        kpis=found.figures.kpis,
        totals=found.figures.totals,
        breakdowns=found.figures.breakdowns,
        drivers=found.figures.drivers,
        verdict=found.verdict,
        software=software_version(),
        supersedes=None,
        reason=None,
    )


def _open_one(task: _Task) -> tuple[Part, int | None]:
    """One body's work, in whichever process, and how long the attack took."""
    opened = count_batch(task.evidence, sealing_key_from_der(task.sealing_key), task.questionnaire)
    superseded = dict(task.superseded)
    if task.settled is not None:
        _check_settled(task.settled, opened)
        return Part(opened.counted, (task.settled, *superseded.values())), None
    timed = make_timed(opened, task.questionnaire, superseded)
    return Part(opened.counted, (timed.release, *superseded.values())), timed.attack_milliseconds


def _check_settled(release: Release, opened: OpenedBatch) -> None:
    """A certified Release says what its batch does, as far as it shows it. Raises RoundInconsistent."""
    counts = counts_of(opened.counted.tally)
    claims = [
        (release.manifest, opened.checked.fingerprint),
        (release.board, signing.fingerprint(opened.evidence.board)),
        (release.n, opened.counted.tally.n),
        *(
            (figure.percent, f"{opened.counted.kpis[figure.method].percent:.2f}")
            for figure in release.kpis
            if figure.percent
        ),
    ]
    for total in release.totals:
        if total.hidden is None:
            cell = cell_of(counts[total.question])
            claims.append(((total.favourable, total.unfavourable), (cell.favourable, cell.unfavourable)))
    if any(claimed != counted for claimed, counted in claims):
        raise RoundInconsistent(
            f"the certified Release of {release.body.code} does not say what its batch does; find out why, and open it "
            f"again first: pikir agency open {release.campaign_id}"
        )


def _body(part: Part, found: RoundFigures, *, pooled: bool) -> RoundBody:
    release = part.releases[0]
    return RoundBody(
        release.campaign_id,
        release.body.code,
        release.manifest,
        release.board,
        hashlib.sha256(release_bytes(replace(release, supersedes=None, reason=None))).digest(),
        pooled,
        _questions(found.left_out.totals, release.campaign_id),
        _questions(found.left_out.cells, release.campaign_id),
    )


def _questions(left_out: Iterable[tuple[str, str]], campaign_id: str) -> tuple[str, ...]:
    return tuple(sorted(question for campaign, question in left_out if campaign == campaign_id))


def _check_consistent(releases: Sequence[Release]) -> None:
    if len({release.campaign_id for release in releases}) < len(releases):
        raise RoundInconsistent("a campaign is part of a round once")
    for name in COMMON:
        if len({getattr(release, name) for release in releases}) > 1:
            raise RoundInconsistent(f"the campaigns of a round share one {name}")
