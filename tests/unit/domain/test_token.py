"""The token's bytes, what binds it, and its form in transit."""

import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from survey_app.domain import base64url, blind_rsa, token
from survey_app.domain.errors import Malformed

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture(scope="module")
def holder_point(holder_key) -> bytes:
    return token.holder_key_bytes(holder_key)


def flipped(data: bytes, position: int) -> bytes:
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


class TestBytes:
    def test_the_message(self, campaign_id, holder_point):
        expected = b"pikir/token/1\x00" + bytes.fromhex(campaign_id) + hashlib.sha256(holder_point).digest()

        assert token.token_message(campaign_id, holder_point) == expected
        assert len(expected) == 62

    def test_widths(self, drawn_token, holder_point):
        assert len(drawn_token.input_msg) == 94
        assert len(drawn_token.signature) == 384
        assert len(drawn_token.holder_private_key) == 32
        assert len(holder_point) == 65

    def test_the_spent_key(self, drawn_token):
        assert token.token_hash(drawn_token.input_msg) == hashlib.sha256(drawn_token.input_msg).digest()


class TestVerify:
    def test_a_drawn_token(self, drawn_token, holder_point, blind_signer, campaign_id):
        token.verify_token(
            campaign_id, drawn_token.input_msg, drawn_token.signature, holder_point, blind_signer.public_key
        )

    @pytest.mark.parametrize("position", [0, 31, 32, 45, 46, 61, 62, 93])
    def test_each_part_of_the_message_is_bound(self, drawn_token, holder_point, blind_signer, campaign_id, position):
        with pytest.raises(token.TokenInvalid):
            token.verify_token(
                campaign_id,
                flipped(drawn_token.input_msg, position),
                drawn_token.signature,
                holder_point,
                blind_signer.public_key,
            )

    @pytest.mark.parametrize("change", [lambda m: m[:-1], lambda m: m + b"\x00", lambda m: b"\x00" + m, lambda _: b""])
    def test_another_length_of_message(self, drawn_token, holder_point, blind_signer, campaign_id, change):
        with pytest.raises(token.TokenInvalid):
            token.verify_token(
                campaign_id,
                change(drawn_token.input_msg),
                drawn_token.signature,
                holder_point,
                blind_signer.public_key,
            )

    @pytest.mark.parametrize(
        "change", [lambda s: flipped(s, 0), lambda s: flipped(s, 383), lambda s: s[:-1], lambda _: b""]
    )
    def test_another_signature(self, drawn_token, holder_point, blind_signer, campaign_id, change):
        with pytest.raises(token.TokenInvalid, match="not signed by the issuer"):
            token.verify_token(
                campaign_id,
                drawn_token.input_msg,
                change(drawn_token.signature),
                holder_point,
                blind_signer.public_key,
            )

    def test_another_campaign(self, drawn_token, holder_point, blind_signer):
        with pytest.raises(token.TokenInvalid, match="another campaign"):
            token.verify_token(
                "00" * 16, drawn_token.input_msg, drawn_token.signature, holder_point, blind_signer.public_key
            )

    def test_another_holder(self, drawn_token, blind_signer, campaign_id):
        other = token.holder_key_bytes(token.new_holder_key())

        with pytest.raises(token.TokenInvalid, match="another holder"):
            token.verify_token(
                campaign_id, drawn_token.input_msg, drawn_token.signature, other, blind_signer.public_key
            )

    def test_another_issuer(self, drawn_token, holder_point, campaign_id):
        other = blind_rsa.generate_key().public_key()

        with pytest.raises(token.TokenInvalid, match="not signed by the issuer"):
            token.verify_token(campaign_id, drawn_token.input_msg, drawn_token.signature, holder_point, other)


class TestHolder:
    MESSAGE = b"what the holder signs"

    def test_the_scalar_restores_the_key(self, holder_key, holder_point):
        restored = token.holder_key_from_scalar(token.holder_scalar(holder_key))

        assert token.holder_key_bytes(restored) == holder_point

    @pytest.mark.parametrize("scalar", [0, P256_ORDER, P256_ORDER + 1, 2**256 - 1])
    def test_a_scalar_outside_the_group(self, scalar):
        with pytest.raises(Malformed):
            token.holder_key_from_scalar(scalar.to_bytes(32))

    def test_a_signature(self, holder_key, holder_point):
        signature = token.sign_as_holder(holder_key, self.MESSAGE)

        assert len(signature) == 64
        token.verify_holder_signature(holder_point, self.MESSAGE, signature)

    def test_a_signature_is_plain_ecdsa_with_sha_256(self, holder_key):
        """r || s, as WebCrypto gives it; verified here by DER and the library alone."""
        signature = token.sign_as_holder(holder_key, self.MESSAGE)
        der = utils.encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))

        holder_key.public_key().verify(der, self.MESSAGE, ec.ECDSA(hashes.SHA256()))

    @pytest.mark.parametrize("position", [0, 31, 32, 63])
    def test_an_altered_signature(self, holder_key, holder_point, position):
        signature = token.sign_as_holder(holder_key, self.MESSAGE)

        with pytest.raises(token.HolderSignatureInvalid):
            token.verify_holder_signature(holder_point, self.MESSAGE, flipped(signature, position))

    @pytest.mark.parametrize("signature", [bytes(64), b"\xff" * 64, b"\x00" * 63 + b"\x01"])
    def test_degenerate_values(self, holder_point, signature):
        with pytest.raises(token.HolderSignatureInvalid):
            token.verify_holder_signature(holder_point, self.MESSAGE, signature)

    def test_another_message(self, holder_key, holder_point):
        with pytest.raises(token.HolderSignatureInvalid):
            token.verify_holder_signature(holder_point, b"", token.sign_as_holder(holder_key, self.MESSAGE))

    @pytest.mark.parametrize("length", [0, 63, 65])
    def test_another_length(self, holder_point, length):
        with pytest.raises(Malformed):
            token.verify_holder_signature(holder_point, self.MESSAGE, b"\x01" * length)

    @pytest.mark.parametrize("point", [b"", b"\x00", b"\x04" + bytes(64), b"\x04" + b"\xff" * 64, b"\x05" * 65])
    def test_what_is_no_point(self, point):
        with pytest.raises(Malformed):
            token.verify_holder_signature(point, self.MESSAGE, b"\x01" * 64)

    def test_a_compressed_point(self, holder_key):
        compressed = holder_key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

        with pytest.raises(Malformed):
            token.verify_holder_signature(compressed, self.MESSAGE, token.sign_as_holder(holder_key, self.MESSAGE))


class TestTransit:
    def test_round_trip(self, drawn_token):
        assert token.unpack_token(token.pack_token(drawn_token)) == drawn_token

    def test_the_text(self, drawn_token):
        data = base64url.decode(token.pack_token(drawn_token), 558)

        assert len(token.pack_token(drawn_token)) == 744
        assert data == (
            bytes.fromhex(drawn_token.campaign_id)
            + drawn_token.fingerprint
            + drawn_token.input_msg
            + drawn_token.signature
            + drawn_token.holder_private_key
        )

    @pytest.mark.parametrize("change", [lambda t: "", lambda t: t[:-1], lambda t: t[:-4], lambda t: t + "AAAA"])
    def test_another_length(self, drawn_token, change):
        with pytest.raises(Malformed):
            token.unpack_token(change(token.pack_token(drawn_token)))

    @pytest.mark.parametrize("text", ["!" * 744, "ж" * 744, "A" * 743 + "="])
    def test_other_characters(self, text):
        with pytest.raises(Malformed):
            token.unpack_token(text)

    @pytest.mark.parametrize("field", ["campaign_id", "fingerprint", "input_msg", "signature", "holder_private_key"])
    def test_a_field_of_another_width_is_not_packed(self, drawn_token, field):
        cut = getattr(drawn_token, field)[:-2]

        with pytest.raises(Malformed):
            token.pack_token(replace(drawn_token, **{field: cut}))
