"""Envelopes, their leaves, and the frozen batch."""

import hashlib
from dataclasses import fields, replace

import pytest

from survey_app.domain import batch, token
from survey_app.domain.errors import Malformed
from survey_app.domain.merkle import leaf_hash, node_hash
from survey_app.domain.token import HolderSignatureInvalid, TokenInvalid

WIDTHS = {"input_msg": 94, "signature": 384, "holder_key": 65, "holder_signature": 64, "sealed": 145}


def flipped(data: bytes, position: int) -> bytes:
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


def made_up(number: int) -> batch.Envelope:
    """An envelope of the right widths; nothing in it verifies."""
    return batch.Envelope(*(hashlib.shake_256(f"{number} {name}".encode()).digest(w) for name, w in WIDTHS.items()))


@pytest.fixture(scope="module")
def ordered() -> list[batch.Envelope]:
    return sorted(map(made_up, range(5)), key=lambda e: hashlib.sha256(e.input_msg).digest())


class TestEnvelope:
    def test_widths(self, envelope):
        assert {f.name: len(getattr(envelope, f.name)) for f in fields(envelope)} == WIDTHS
        assert batch.ENVELOPE_BYTES == 752

    def test_the_leaf(self, envelope):
        token_hash = hashlib.sha256(envelope.input_msg).digest()

        assert envelope.token_hash == token_hash
        assert envelope.leaf == token_hash + hashlib.sha256(envelope.sealed).digest()
        assert len(envelope.leaf) == 64

    def test_what_the_holder_signs(self, envelope, campaign_id):
        expected = (
            b"pikir/submission/1\x00"
            + bytes.fromhex(campaign_id)
            + hashlib.sha256(envelope.input_msg).digest()
            + hashlib.sha256(envelope.sealed).digest()
        )

        assert batch.submission_message(campaign_id, envelope.token_hash, envelope.sealed) == expected


class TestVerify:
    @pytest.fixture
    def verify(self, campaign_id, blind_signer):
        def verify(envelope: batch.Envelope) -> None:
            batch.verify_envelope(campaign_id, envelope, blind_signer.public_key)

        return verify

    def test_an_honest_one(self, envelope, verify):
        verify(envelope)

    @pytest.mark.parametrize(
        ("field", "error"),
        [
            ("input_msg", TokenInvalid),
            ("signature", TokenInvalid),
            ("holder_key", TokenInvalid),
            ("holder_signature", HolderSignatureInvalid),
            ("sealed", HolderSignatureInvalid),
        ],
    )
    @pytest.mark.parametrize("position", [0, 30, 60])
    def test_an_altered_field(self, envelope, verify, field, error, position):
        altered = replace(envelope, **{field: flipped(getattr(envelope, field), position)})

        with pytest.raises(error):
            verify(altered)

    @pytest.mark.parametrize("field", WIDTHS)
    @pytest.mark.parametrize("change", [lambda d: d[:-1], lambda d: d + b"\x00", lambda _: b""])
    def test_a_field_of_another_width(self, envelope, verify, field, change):
        altered = replace(envelope, **{field: change(getattr(envelope, field))})

        with pytest.raises(Malformed):
            verify(altered)

    def test_another_campaign(self, envelope, blind_signer):
        with pytest.raises(TokenInvalid):
            batch.verify_envelope("ff" * 16, envelope, blind_signer.public_key)

    def test_somebody_elses_sealed_response(self, envelope, campaign_id, verify):
        """A collector who swaps what is sealed cannot sign for the holder."""
        stranger = token.new_holder_key()
        sealed = envelope.sealed[::-1]
        message = batch.submission_message(campaign_id, envelope.token_hash, sealed)

        with pytest.raises(HolderSignatureInvalid):
            verify(replace(envelope, sealed=sealed, holder_signature=token.sign_as_holder(stranger, message)))


class TestFile:
    def test_round_trip(self, ordered, campaign_id):
        named, envelopes = batch.unpack_batch(batch.pack_batch(campaign_id, ordered))

        assert (named, list(envelopes), len(envelopes)) == (campaign_id, ordered, 5)

    def test_in_chunks(self, ordered, campaign_id):
        _, envelopes = batch.unpack_batch(batch.pack_batch(campaign_id, ordered))

        assert [list(chunk) for chunk in envelopes.chunks(2)] == [ordered[:2], ordered[2:4], ordered[4:]]

    def test_the_bytes(self, ordered, campaign_id):
        rows = b"".join(e.input_msg + e.signature + e.holder_key + e.holder_signature + e.sealed for e in ordered)

        assert batch.pack_batch(campaign_id, ordered) == b"pikir-batch/1\n" + bytes.fromhex(campaign_id) + rows

    def test_the_order_of_arrival_leaves_no_trace(self, ordered, campaign_id):
        assert batch.pack_batch(campaign_id, ordered[::-1]) == batch.pack_batch(campaign_id, ordered)

    def test_nobody_answered(self, campaign_id):
        named, envelopes = batch.unpack_batch(batch.pack_batch(campaign_id, []))

        assert (named, list(envelopes), len(envelopes)) == (campaign_id, [], 0)

    @pytest.mark.parametrize("cut", [1, 64, 751, 752 * 5 + 1, 752 * 5 + 16, 752 * 5 + 29])
    def test_a_file_cut_short(self, ordered, campaign_id, cut):
        with pytest.raises(Malformed):
            batch.unpack_batch(batch.pack_batch(campaign_id, ordered)[:-cut])

    def test_a_file_with_something_added(self, ordered, campaign_id):
        with pytest.raises(Malformed):
            batch.unpack_batch(batch.pack_batch(campaign_id, ordered) + b"\n")

    def test_another_format(self, ordered, campaign_id):
        with pytest.raises(Malformed):
            batch.unpack_batch(batch.pack_batch(campaign_id, ordered).replace(b"batch/1", b"batch/2", 1))

    def test_an_unsorted_file(self, ordered, campaign_id):
        head = b"pikir-batch/1\n" + bytes.fromhex(campaign_id)
        first, second = (batch.pack_batch(campaign_id, [e])[len(head) :] for e in ordered[:2])

        with pytest.raises(Malformed, match="sorted"):
            batch.unpack_batch(head + second + first)

    def test_a_token_used_twice(self, ordered, campaign_id):
        again = replace(ordered[0], sealed=ordered[1].sealed)

        with pytest.raises(Malformed, match="sorted"):
            batch.unpack_batch(batch.pack_batch(campaign_id, [*ordered, again]))


class TestBoard:
    def test_the_root_is_over_the_sorted_leaves(self):
        a, b, c = (leaf_hash(bytes([i]) * 64) for i in (1, 2, 3))
        expected = node_hash(node_hash(a, b), c)

        assert batch.board_root([b"\x03" * 64, b"\x01" * 64, b"\x02" * 64]) == expected

    def test_the_root_of_nothing(self):
        assert batch.board_root([]) == hashlib.sha256(b"").digest()
