"""An opening with how long the attack took: a figure of the machine, so it is kept beside the Release, never in it."""

import time
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

from analytics.envelopes import Progress
from analytics.evidence import Evidence
from analytics.opening import OpenedBatch, count_batch, make_release
from analytics.protection import NONE_SUPERSEDED, Superseded
from analytics.release import Release
from survey_app.domain.questionnaire import Questionnaire


@dataclass(frozen=True)
class TimedRelease:
    """What came out of an opening; ``attack_milliseconds`` for protecting the figures and attacking them."""

    release: Release
    attack_milliseconds: int


def open_timed(
    evidence: Evidence,
    sealing_key: ec.EllipticCurvePrivateKey,
    questionnaire: Questionnaire,
    *,
    processes: int = 1,
    progress: Progress | None = None,
    superseded: Superseded = NONE_SUPERSEDED,
) -> TimedRelease:
    """The same as open_campaign. Raises what it raises."""
    opened = count_batch(evidence, sealing_key, questionnaire, processes=processes, progress=progress)
    return make_timed(opened, questionnaire, superseded)


def make_timed(opened: OpenedBatch, questionnaire: Questionnaire, superseded: Superseded) -> TimedRelease:
    """The same as make_release."""
    started = time.perf_counter()
    release = make_release(opened, questionnaire, superseded)
    return TimedRelease(release, round(1000 * (time.perf_counter() - started)))
