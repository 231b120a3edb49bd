"""Rounds to look at: certified Releases of many bodies over several rounds, in an agency's database of their own.

Answers are simulated and counted, protected and attacked as in an opening; envelopes, which dashboards never see, are
left out. Everything is signed, so that pages check what they always check.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from analytics.campaigns.creation import create_campaign, create_round
from analytics.custody.countersigning import opened_sha256
from analytics.evidence import CheckedEvidence, Evidence
from analytics.models import CampaignRow, ReleaseRow, RoundReleaseRow, ScoringRecordRow
from analytics.office import AgencyOffice, open_agency, signing_key
from analytics.opening import OpenedBatch, count_responses, make_release
from analytics.release import Release
from analytics.round_opening import make_round_release
from analytics.round_protection import Part
from analytics.round_release import round_release_bytes
from analytics.scoring import NothingToScore, make_record
from analytics.tally import AnswerRows
from analytics.workers import Workers
from config import agency_config
from simulation.opinions import mood_of, one_persons_answers
from survey_app.domain import signing
from survey_app.domain.batch import Board, EnvelopeRows
from survey_app.domain.documents import format_time, from_payload, sign_document, to_payload
from survey_app.domain.manifest import (
    Body,
    CampaignDraft,
    CampaignManifest,
    ClientHashes,
    DrawnStatement,
    LocalisedText,
    Schedule,
)
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.sealing import generate_sealing_key, sealing_key_bytes
from survey_app.web.questionnaires import default_questionnaire

SECRET = "a secret for measuring only"  # noqa: S105 (guards nothing)
ENVIRON = {
    "PIKIR_AGENCY_PASSPHRASE": SECRET,
    "PIKIR_AGENCY_SECRET_KEY": SECRET,
    "PIKIR_AGENCY_REQUESTS_PER_SECOND": "100000",
}
LAST_ROUND = 2026
SIZES = (14, 25, 40, 60, 90, 120, 160, 220, 300, 420)
HEAD = LocalisedText("Аппарат басшысы", "Руководитель аппарата", "Head of the apparatus")


@dataclass(frozen=True)
class _Fielded:
    """One campaign to simulate: its draft's JSON, N, the share that responds, mood in logits, a seed."""

    draft: bytes
    eligible: int
    turnout: float
    level: float
    seed: int


def build_rounds(
    instance: Path,
    bodies: int,
    rounds: int,
    *,
    sizes: Sequence[int] = SIZES,
    processes: int = 2,
    together: bool = False,
) -> list[str]:
    """Certify ``bodies`` Releases in each of ``rounds`` rounds; gives the rounds' codes, the first first.

    With ``together`` the last round is certified as a whole, too.

    Bodies have about as many servants as ``sizes`` say, one after the other and again from the beginning.
    """
    codes = [str(LAST_ROUND - back) for back in reversed(range(rounds))]
    office = open_agency(agency_config(instance, ENVIRON), lambda: _autumn(codes[0]))
    fielded = list(_announce(office, codes, bodies, sizes))
    with Workers(processes) as workers:
        keys = [Ed25519PrivateKey.generate().private_bytes_raw() for _ in range(2)]
        key = signing_key(office).private_bytes_raw()
        done = sorted(workers.map(partial(_certify, keys=(key, *keys)), fielded))
        with office.database.write() as session:
            for _, (manifest, drawn, board, release, record) in done:
                read = from_payload(Release, signing.peek(release)[1])
                row = session.get_one(CampaignRow, read.campaign_id)
                sealing = from_payload(CampaignManifest, signing.peek(manifest)[1]).sealing_key
                row.sealing_key, row.manifest, row.drawn, row.board = sealing, manifest, drawn, board
                certified = format_time(_autumn(read.round) + timedelta(days=21))
                session.add(
                    ReleaseRow(
                        campaign_id=read.campaign_id,
                        number=1,
                        opened_sha256=opened_sha256(read).hex(),
                        jws=release,
                        certified=certified,
                    )
                )
                if record is not None:
                    session.flush()
                    session.add(ScoringRecordRow(campaign_id=read.campaign_id, number=1, jws=record))
            if together:
                session.flush()
                _certify_whole(session, office, codes[-1], fielded)
    office.database.dispose()
    return codes


def _certify_whole(session: Session, office: AgencyOffice, code: str, fielded: Sequence[_Fielded]) -> None:
    """The round's own figures, from the same answers counted again."""
    questionnaire, parts = default_questionnaire(), []
    for one in fielded:
        draft = from_payload(CampaignDraft, one.draft)
        if draft.round == code:
            jws = session.get_one(ReleaseRow, (draft.campaign_id, 1)).jws
            counted = count_responses(questionnaire, _answers(questionnaire, one), one.eligible)
            parts.append(Part(counted, (from_payload(Release, signing.peek(str(jws))[1]),)))
    release = make_round_release(parts, questionnaire)
    session.add(
        RoundReleaseRow(
            round=code,
            number=1,
            opened_sha256=hashlib.sha256(round_release_bytes(release)).hexdigest(),
            jws=sign_document(release, signing_key(office)),
            certified=format_time(_autumn(code) + timedelta(days=22)),
        )
    )


def _announce(office: AgencyOffice, codes: list[str], bodies: int, sizes: Sequence[int]) -> Iterator[_Fielded]:
    for round_index, code in enumerate(codes):
        opens = _autumn(code)
        create_round(office, code)
        for index in range(bodies):
            draft = create_campaign(
                office,
                round=code,
                body=_body(index),
                head=HEAD,
                visits="two",
                schedule=Schedule(*(opens + timedelta(days=days) for days in (0, 5, 7, 14))),
            )
            random = Random(f"{index}")  # noqa: S311
            eligible = sizes[index % len(sizes)] + random.randint(0, 9)
            level = random.gauss(0.9, 0.5) + 0.12 * round_index + Random(f"{index} {code}").gauss(0, 0.15)  # noqa: S311
            yield _Fielded(to_payload(draft), eligible, random.uniform(0.45, 0.95), level, 1000 * round_index + index)


def _certify(fielded: _Fielded, keys: tuple[bytes, bytes, bytes]) -> tuple[str, str, str, str, str | None]:
    """Manifest, drawn statement, board, Release and record of one campaign, signed; in a process of its own."""
    agency, issuer, collector = (Ed25519PrivateKey.from_private_bytes(key) for key in keys)
    questionnaire = default_questionnaire()
    rows = _answers(questionnaire, fielded)
    manifest = _manifest(from_payload(CampaignDraft, fielded.draft), fielded.eligible, issuer, collector)
    manifest_jws = sign_document(manifest, agency)
    fingerprint = signing.fingerprint(manifest_jws)
    drawn = DrawnStatement(manifest.campaign_id, fingerprint, min(fielded.eligible, len(rows) + 2), 0)
    nothing = hashlib.sha256(b"").digest()
    board = Board(manifest.campaign_id, fingerprint, fielded.eligible, drawn.drawn, len(rows), nothing, nothing)
    drawn_jws, board_jws = sign_document(drawn, issuer), sign_document(board, collector)
    opened = OpenedBatch(
        Evidence(manifest_jws, board_jws, drawn_jws, b""),
        CheckedEvidence(manifest, fingerprint, board, drawn, EnvelopeRows(b"")),
        count_responses(questionnaire, rows, fielded.eligible),
        {},
    )
    release = sign_document(make_release(opened, questionnaire), agency)
    try:
        record = sign_document(make_record(release), agency)
    except NothingToScore:
        record = None
    return manifest_jws, drawn_jws, board_jws, release, record


def _answers(questionnaire: Questionnaire, fielded: _Fielded) -> AnswerRows:
    random = Random(fielded.seed)  # noqa: S311
    mood = mood_of(questionnaire, fielded.level, random)
    people = range(round(fielded.eligible * fielded.turnout))
    return np.array([one_persons_answers(questionnaire, mood, random).positions for _ in people], dtype=np.uint8)


def _manifest(
    draft: CampaignDraft, eligible: int, issuer: Ed25519PrivateKey, collector: Ed25519PrivateKey
) -> CampaignManifest:
    common = {name: getattr(draft, name) for name in CampaignDraft.__dataclass_fields__ if name != "format"}
    some = hashlib.sha256(b"not looked at").digest()
    return CampaignManifest(
        **common,
        eligible=eligible,
        roster_commitment=some,
        issuer_key=some,
        sealing_key=sealing_key_bytes(generate_sealing_key().public_key()),
        issuer_statement_key=signing.public_key_bytes(issuer),
        collector_key=signing.public_key_bytes(collector),
        issuer_url="http://127.0.0.1/issuer",
        collector_url="http://127.0.0.1/collector",
        client=ClientHashes(some, some),
    )


def _body(index: int) -> Body:
    number = index + 1
    return Body(
        f"body-{number:02d}",
        LocalisedText(f"№ {number} сынақ комитеті", f"Комитет испытаний № {number}", f"Trial Committee No. {number}"),
    )


def _autumn(code: str) -> datetime:
    return datetime(int(code), 10, 5, 4, 0, tzinfo=UTC)
