"""The issuer's and the collector's rows of a finished campaign, side by side: every pairing is equally possible.

The attacker here has more than both databases: the blinded messages and blind signatures as they crossed the wire,
and the issuer's private key.
"""

import hashlib

import gmpy2
import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key
from sqlalchemy import select

from simulation import respondent as simulated
from survey_app.domain import base64url
from survey_app.identity.enrolment import blind_key_label
from survey_app.identity.models import IssuanceRow
from survey_app.responses.models import ResponseRow
from tests.world import roster_lines, world

PEOPLE = 6


class WireTap(simulated.Web):
    """The attacker's ear on the way to the issuer."""

    heard: list[tuple[bytes, bytes]]

    def post(self, url, fields, *, expect):
        answer = super().post(url, fields, expect=expect)
        if url.endswith("/issue"):
            self.heard.append(
                (base64url.decode(fields["blinded_message"]), base64url.decode(answer["blind_signature"]))
            )
        return answer


@pytest.mark.crypto
def test_every_issuance_and_token_pair_is_explained_by_exactly_one_blinding_factor(tmp_path, clock, questionnaire):
    with world(tmp_path, clock, questionnaire) as place:
        tap = WireTap()
        tap.heard = []
        campaign_id = place.agency_officer_drafts()
        place.offices_enrol(campaign_id, roster_lines(PEOPLE))
        place.agency_officer_announces(campaign_id)
        private = load_der_private_key(place.issuer.keys.load(blind_key_label(campaign_id)), password=None)
        links = [invitation.link for invitation in place.issuing_officer_invites(campaign_id)]
        place.issuing_opens()
        tokens = [simulated.Respondent(tap).draws_token(link) for link in links]
        with place.issuer.database.read() as session:
            issued = set(session.scalars(select(IssuanceRow.blinded_hash)))
        place.issuing_officer_publishes_drawn(campaign_id)
        place.collecting_opens()
        for token in tokens:
            place.respondent_answers(token, [1] * 14)
        place.offices_close(campaign_id)
        with place.collector.database.read() as session:
            redeemed = [(row.input_msg, row.signature) for row in session.scalars(select(ResponseRow))]
        tap.close()

    assert {hashlib.sha256(blinded).digest() for blinded, _ in tap.heard} == issued
    assert len(redeemed) == len(tap.heard) == PEOPLE

    numbers = private.private_numbers()
    n, e, d = numbers.public_numbers.n, numbers.public_numbers.e, numbers.d
    factors = set()
    for blinded, blind_signature in tap.heard:
        for _, signature in redeemed:
            encoded = gmpy2.powmod(
                int.from_bytes(signature), e, n
            )  # the PSS encoding that was blinded, if this pair is one
            factor = gmpy2.powmod(int.from_bytes(blinded) * gmpy2.invert(encoded, n) % n, d, n)
            # r -> r^e is a bijection modulo n, so this factor is the only one that fits, and it fits:
            assert encoded * gmpy2.powmod(factor, e, n) % n == int.from_bytes(blinded)
            assert int.from_bytes(signature) * factor % n == int.from_bytes(blind_signature)
            factors.add(factor)
    assert len(factors) == PEOPLE**2, "each pair has its own factor: none is singled out"
