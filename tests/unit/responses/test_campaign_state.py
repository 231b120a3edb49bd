"""Where a campaign stands for a respondent, by the clock and the documents."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from survey_app.domain import signing
from survey_app.domain.batch import Board
from survey_app.domain.documents import sign_document
from survey_app.domain.manifest import DrawnStatement
from survey_app.domain.questionnaire import Questionnaire
from survey_app.responses.campaign import Campaign
from tests.builders import OPENS, make_manifest, office_keys

COLLECTION_OPENS = OPENS + timedelta(days=1)
CLOSES = OPENS + timedelta(days=2)
TICK = timedelta(microseconds=1)


@pytest.fixture(scope="module")
def campaign(questionnaire: Questionnaire) -> Campaign:
    keys = office_keys()
    manifest = make_manifest(questionnaire, keys, eligible=20)
    document = sign_document(manifest, keys.agency)
    fingerprint = signing.fingerprint(document)
    drawn = DrawnStatement(manifest.campaign_id, fingerprint, 5, 0)
    return Campaign(manifest, document, fingerprint, keys.signer.public_key, drawn, None, None, is_void=False)


BOARD = Board("00" * 16, bytes(32), 20, 5, 0, bytes(32), bytes(32))


@pytest.mark.parametrize(
    ("moment", "changes", "state"),
    [
        (OPENS, {}, "before"),
        (COLLECTION_OPENS - TICK, {}, "before"),
        (COLLECTION_OPENS, {}, "collecting"),
        (COLLECTION_OPENS, {"drawn": None}, "before"),
        (CLOSES - TICK, {}, "collecting"),
        (CLOSES - TICK, {"board": BOARD}, "after"),
        (CLOSES, {}, "after"),
        (CLOSES, {"drawn": None}, "after"),
        (OPENS, {"is_void": True}, "void"),
        (CLOSES, {"is_void": True, "board": BOARD}, "void"),
    ],
)
def test_state(campaign: Campaign, moment: datetime, changes: dict[str, Any], state: str) -> None:
    assert replace(campaign, **changes).state(moment) == state


def test_a_single_visit_does_not_wait_for_m(campaign: Campaign) -> None:
    single = replace(campaign, manifest=replace(campaign.manifest, visits="single"), drawn=None)
    assert single.state(COLLECTION_OPENS) == "collecting"
