"""From evidence to draft Release: what is counted, what is rejected and why, and what stops an opening."""

from dataclasses import replace

import pytest

from analytics.envelopes import open_envelopes
from analytics.evidence import BatchMismatch, CountsImplausible, EvidenceInconsistent, FingerprintMismatch, RootMismatch
from analytics.methods import UnknownMethod
from analytics.opening import QuestionnaireMismatch, WrongSealingKey, open_campaign
from analytics.release import read_release, release_bytes, supersede
from survey_app.domain import blind_rsa, token
from survey_app.domain.batch import Board, unpack_batch
from survey_app.domain.documents import from_payload, read_document, sign_document
from survey_app.domain.errors import Malformed
from survey_app.domain.manifest import DrawnStatement
from survey_app.domain.sealing import generate_sealing_key, sealing_key_bytes
from survey_app.domain.signing import SignatureInvalid, fingerprint, peek
from tests.builders import (
    envelope_of,
    make_campaign,
    make_envelope,
    office_keys,
    three_questions,
)
from tests.certified import open_built

MIXED = [(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)] * 8 + [(3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4)] * 4


@pytest.fixture(scope="module")
def campaign():
    return make_campaign(MIXED, eligible=15, drawn=13)


def test_a_release_says_what_was_answered(campaign):
    release = open_built(campaign)
    assert (release.eligible, release.drawn, release.received, release.n) == (15, 13, 12, 12)
    assert (release.turnout, release.standing, release.flags) == ("80.00", "official", ())
    assert (release.pinned.percent, release.pinned.fraction) == ("66.67", "2/3")
    assert {(t.favourable, t.unfavourable) for t in release.totals} == {(8, 4)}
    assert release.manifest == fingerprint(campaign.manifest_jws)
    assert release.board == fingerprint(campaign.board_jws)


def test_opening_twice_gives_the_same_bytes_whatever_the_batch_was_packed_from(campaign):
    again = campaign.with_envelopes(reversed(campaign.envelopes))
    assert release_bytes(open_built(campaign)) == release_bytes(open_built(again))


def test_a_release_survives_its_json(campaign):
    release = open_built(campaign)
    assert read_release(release_bytes(release)) == release


def test_progress_reaches_the_total(campaign):
    seen = []
    open_campaign(
        campaign.evidence,
        campaign.keys.sealing,
        campaign.questionnaire,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[0] == (0, 12)
    assert seen[-1] == (12, 12)


def test_several_processes_open_the_same(campaign):
    bad = replace(campaign.envelopes[4], holder_signature=campaign.envelopes[5].holder_signature)
    rows = campaign.with_envelopes([*campaign.envelopes[:4], bad, *campaign.envelopes[5:]])
    _, envelopes = unpack_batch(rows.batch)

    def opened(processes):
        return open_envelopes(
            campaign.manifest.campaign_id,
            envelopes,
            campaign.manifest.issuer_key,
            campaign.keys.sealing,
            campaign.questionnaire,
            processes=processes,
            at_once=2,
        )

    found = opened(3)
    assert found == opened(1)
    assert found.rejected == {"holder-signature-invalid": 1}
    assert len(found.answers) == 11 * 14


def test_another_questionnaire_is_counted_the_same_way():
    campaign = make_campaign(
        [(1, 1, 1, 1)] * 6 + [(2, 3, 2, 4)] * 6, eligible=12, questionnaire=three_questions(), kpi_method="block_fav/1"
    )
    release = open_built(campaign)
    assert (release.pinned.percent, release.pinned.fraction) == ("50.00", "1/2")
    assert [total.question for total in release.totals] == ["two", "three", "four"]


def test_bad_envelopes_are_rejected_by_reason_and_the_rest_goes_on(campaign):
    manifest, keys, questionnaire = campaign.manifest, campaign.keys, campaign.questionnaire
    good = [make_envelope(manifest, keys, questionnaire, row) for row in MIXED]
    other_token, other_holder, blank = (make_envelope(manifest, keys, questionnaire, ()) for _ in range(3))
    foreign = make_campaign([MIXED[0]], eligible=1, campaign_id="ff" * 16).envelopes[0]
    bad = [
        replace(other_token, signature=good[0].signature),
        replace(other_holder, sealed=good[0].sealed),
        foreign,
        off_curve(manifest, keys, blank),
        envelope_of(manifest, keys, bytes([2]) + bytes(63)),
        envelope_of(manifest, keys, bytes([1, 4]) + bytes(62)),
        envelope_of(manifest, keys, bytes([1]) + bytes(62) + b"\x07"),
        make_envelope(manifest, keys, questionnaire, (1, 1, 1, 1, 1)),
        blank,
    ]
    release = open_built(make_like(campaign, [*good, *bad], eligible=30))
    assert release.rejected == {
        "holder-signature-invalid": 1,
        "malformed": 1,
        "plaintext-padding": 1,
        "plaintext-version": 1,
        "token-invalid": 2,
        "unknown-option": 1,
    }
    assert (release.received, release.n, release.unusable) == (21, 12, 2)
    assert release.pinned.fraction == "2/3"


def off_curve(manifest, keys, envelope):
    """A valid token for a holder key that is no point of the curve."""
    holder_key = b"\x04" + bytes(64)
    input_msg = blind_rsa.prepare(token.token_message(manifest.campaign_id, holder_key))
    blinded = blind_rsa.blind(keys.signer.public_key, input_msg)
    blind_signature = keys.signer.blind_sign(blinded.message)
    signature = blind_rsa.finalize(keys.signer.public_key, input_msg, blind_signature, blinded.inverse)
    return replace(envelope, input_msg=input_msg, signature=signature, holder_key=holder_key)


def make_like(campaign, envelopes, *, eligible):
    """The same campaign with room for more people, closed over other envelopes."""
    manifest = replace(campaign.manifest, eligible=eligible)
    jws = sign_document(manifest, campaign.keys.agency)
    drawn = DrawnStatement(manifest.campaign_id, fingerprint(jws), eligible, 0)
    changed = replace(
        campaign, manifest=manifest, manifest_jws=jws, drawn_jws=sign_document(drawn, campaign.keys.issuer)
    )
    return changed.with_envelopes(envelopes)


def test_an_envelope_sealed_for_another_key_cannot_be_opened(campaign):
    elsewhere = replace(campaign.keys, sealing=generate_sealing_key())
    other_manifest = replace(campaign.manifest, sealing_key=sealing_key_bytes(elsewhere.sealing.public_key()))
    stranger = make_envelope(other_manifest, elsewhere, campaign.questionnaire, MIXED[0])
    release = open_built(make_like(campaign, [*campaign.envelopes, stranger], eligible=30))
    assert release.rejected == {"cannot-open": 1}


def test_a_small_body_gets_its_row_only():
    release = open_built(make_campaign(MIXED[3:], eligible=12))
    assert (release.n, release.standing) == (9, "provisional")
    assert release.pinned.percent is None
    assert release.pinned.row == "55-59,99"
    assert {total.hidden for total in release.totals} == {"small_body"}


def test_nobody_answered():
    release = open_built(make_campaign([], eligible=12))
    assert (release.n, release.kpis, release.pinned, release.turnout) == (0, (), None, "0.00")


def test_low_turnout_is_provisional():
    assert open_built(make_campaign(MIXED, eligible=25)).standing == "provisional"
    assert open_built(make_campaign(MIXED, eligible=24)).standing == "official"


def test_a_single_visit_and_an_unstated_m_are_flagged():
    campaign = make_campaign(MIXED, eligible=15, drawn=None, visits="single")
    assert open_built(campaign).flags == ("single_visit", "drawn_not_stated")


def test_a_correction_names_what_it_corrects_and_why(campaign):
    release = open_built(campaign)
    corrected = supersede(release, b"\x01" * 32, " counted anew ")
    assert (corrected.supersedes, corrected.reason) == (b"\x01" * 32, "counted anew")
    with pytest.raises(Malformed):
        supersede(release, b"\x01" * 32, " ")


def test_the_wrong_key_opens_nothing(campaign):
    with pytest.raises(WrongSealingKey):
        open_campaign(campaign.evidence, generate_sealing_key(), campaign.questionnaire)


def test_the_wrong_questionnaire_counts_nothing(campaign):
    with pytest.raises(QuestionnaireMismatch):
        open_campaign(campaign.evidence, campaign.keys.sealing, three_questions())


def test_an_unknown_method_counts_nothing():
    with pytest.raises(UnknownMethod):
        open_built(make_campaign(MIXED, eligible=15, kpi_method="fav_share/9"))


def resigned_board(campaign, **changes):
    board = replace(from_payload(Board, peek(campaign.board_jws)[1]), **changes)
    return replace(campaign, board_jws=sign_document(board, campaign.keys.collector))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"manifest": bytes(32)}, FingerprintMismatch),
        ({"campaign_id": "ab" * 16}, FingerprintMismatch),
        ({"batch": bytes(32)}, BatchMismatch),
        ({"root": bytes(32)}, RootMismatch),
        ({"received": 11}, BatchMismatch),
        ({"received": 14}, CountsImplausible),
        ({"eligible": 16}, CountsImplausible),
        ({"drawn": 14}, CountsImplausible),
    ],
)
def test_a_board_that_does_not_fit_stops_the_opening(campaign, changes, error):
    with pytest.raises(error):
        open_built(resigned_board(campaign, **changes))


def test_more_tokens_than_people_stop_the_opening():
    with pytest.raises(CountsImplausible):
        open_built(make_campaign(MIXED, eligible=15, drawn=16))


def test_a_missing_drawn_statement_stops_the_opening(campaign):
    with pytest.raises(EvidenceInconsistent):
        open_built(replace(campaign, drawn_jws=None))


def test_documents_must_be_signed_by_the_right_office(campaign):
    by_agency = sign_document(
        read_document(Board, campaign.board_jws, campaign.manifest.collector_key), office_keys().agency
    )
    with pytest.raises(SignatureInvalid):
        open_built(replace(campaign, board_jws=by_agency))


def test_the_batch_of_another_campaign_is_refused(campaign):
    other = make_campaign(MIXED, eligible=15, drawn=13, campaign_id="cd" * 16)
    with pytest.raises(BatchMismatch):
        open_built(replace(campaign, batch=other.batch))
