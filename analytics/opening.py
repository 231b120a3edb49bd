"""The opening: batch and sealing key in, draft Release out; one computation in memory.

Decrypted answers, counts and pair counts live only as this function's local variables. Nothing is written or
logged, and the Release depends on nothing but the evidence, so that a second institution gets the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from cryptography.hazmat.primitives.asymmetric import ec

from analytics.drivers import count_moments
from analytics.envelopes import Progress, open_envelopes
from analytics.evidence import CheckedEvidence, Evidence, check_evidence
from analytics.groups import count_groups
from analytics.kpi import compute_kpis
from analytics.methods import method_named
from analytics.protection import NONE_SUPERSEDED, Counted, Superseded, Terms, protect_and_attack
from analytics.release import Release, campaign_flags, is_official, software_version, sorted_counts, turnout_text
from analytics.tally import AnswerRows, count_answers
from survey_app.domain import sealing, signing
from survey_app.domain.errors import PikirError
from survey_app.domain.questionnaire import Questionnaire


class QuestionnaireMismatch(PikirError):
    """The questionnaire at hand is not the one that the manifest fixed."""

    slug = "questionnaire-mismatch"


class WrongSealingKey(PikirError):
    """The private key at hand does not belong to the manifest's sealing key."""

    slug = "wrong-sealing-key"


@dataclass(frozen=True, eq=False)
class OpenedBatch:
    """A campaign's checked documents and what its batch holds, counted; exists in memory only."""

    evidence: Evidence
    checked: CheckedEvidence
    counted: Counted
    rejected: Mapping[str, int]


def open_campaign(
    evidence: Evidence,
    sealing_key: ec.EllipticCurvePrivateKey,
    questionnaire: Questionnaire,
    *,
    processes: int = 1,
    progress: Progress | None = None,
    superseded: Superseded = NONE_SUPERSEDED,
) -> Release:
    """Check the evidence, open and count the batch, protect the figures and attack them.

    Envelopes are opened in up to ``processes`` processes; ``progress(done, total)`` is told how many are done. A bad
    one is rejected by reason and the rest goes on. ``superseded`` are the Releases certified before, by the SHA-256 of
    their JWS, which this one would correct: the figures of all must withstand the attack together. Raises what
    check_evidence raises, QuestionnaireMismatch, WrongSealingKey, UnknownMethod.
    """
    opened = count_batch(evidence, sealing_key, questionnaire, processes=processes, progress=progress)
    return make_release(opened, questionnaire, superseded)


def count_batch(
    evidence: Evidence,
    sealing_key: ec.EllipticCurvePrivateKey,
    questionnaire: Questionnaire,
    *,
    processes: int = 1,
    progress: Progress | None = None,
) -> OpenedBatch:
    """The first half of an opening: check, open, count. Raises as open_campaign."""
    checked = check_evidence(evidence)
    manifest = checked.manifest
    if questionnaire.reference != manifest.questionnaire:
        raise QuestionnaireMismatch("this is not the questionnaire that the manifest fixed")
    if sealing.sealing_key_bytes(sealing_key.public_key()) != manifest.sealing_key:
        raise WrongSealingKey("this private key does not belong to the manifest's sealing key")
    method_named(manifest.kpi_method)
    opened = open_envelopes(
        manifest.campaign_id,
        checked.envelopes,
        manifest.issuer_key,
        sealing_key,
        questionnaire,
        processes=processes,
        progress=progress,
    )
    rows = np.frombuffer(opened.answers, dtype=np.uint8).reshape(-1, len(questionnaire.questions))
    return OpenedBatch(evidence, checked, count_responses(questionnaire, rows, manifest.eligible), opened.rejected)


def count_responses(questionnaire: Questionnaire, rows: AnswerRows, eligible: int) -> Counted:
    """Everything that is counted of answers: shape (responses, questions), option positions from 1, 0 for blank.

    Raises MoreResponsesThanEligible.
    """
    tally = count_answers(questionnaire, rows)
    return Counted(
        tally,
        count_groups(questionnaire, rows),
        count_moments(questionnaire, rows),
        compute_kpis(questionnaire, tally, eligible),
    )


def make_release(
    opened: OpenedBatch, questionnaire: Questionnaire, superseded: Superseded = NONE_SUPERSEDED
) -> Release:
    """The second half of an opening: protect, attack, publish."""
    checked, tally = opened.checked, opened.counted.tally
    manifest, board, drawn = checked.manifest, checked.board, checked.drawn
    terms = Terms(manifest.kpi_method, manifest.minimum_group, manifest.eligible)
    figures, verdict = protect_and_attack(questionnaire, opened.counted, terms, superseded, board.root)
    official = is_official(tally.n, manifest.eligible, manifest.minimum_group, manifest.minimum_turnout)
    return Release(
        campaign_id=manifest.campaign_id,
        round=manifest.round,
        body=manifest.body,
        head=manifest.head,
        agency_key=manifest.agency_key,
        manifest=checked.fingerprint,
        questionnaire=manifest.questionnaire,
        method=manifest.kpi_method,
        minimum_group=manifest.minimum_group,
        minimum_turnout=manifest.minimum_turnout,
        visits=manifest.visits,
        eligible=manifest.eligible,
        drawn=None if drawn is None else drawn.drawn,
        disputes=None if drawn is None else drawn.disputes,
        received=board.received,
        n=tally.n,
        unusable=tally.unusable,
        rejected=sorted_counts(opened.rejected),
        turnout=turnout_text(tally.n, manifest.eligible),
        standing="official" if official else "provisional",
        flags=campaign_flags(manifest.visits, drawn is not None),
        kpis=figures.kpis,
        totals=figures.totals,
        breakdowns=figures.breakdowns,
        drivers=figures.drivers,
        verdict=verdict,
        root=board.root,
        board=signing.fingerprint(opened.evidence.board),
        countersigned=None,
        software=software_version(),
        supersedes=None,
        reason=None,
    )
