"""Sealing holds for any answers and opens in no other place; checked with the second implementation of RFC 9180."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain import sealing
from tests.unit.domain import rfc9180

SCALAR = 0x317F915DB7BC629C48FE765587897E01E282D3E8445F79F27F65D031A88082B2
KEY = ec.derive_private_key(SCALAR, ec.SECP256R1())
plaintexts = st.binary(min_size=64, max_size=64)
campaign_ids = st.binary(min_size=16, max_size=16).map(bytes.hex)
token_hashes = st.binary(min_size=32, max_size=32)


@given(plaintexts, campaign_ids, token_hashes)
def test_both_implementations_read_each_other(plaintext, campaign_id, token_hash):
    info = sealing.sealing_info(campaign_id, token_hash)
    ours = sealing.seal(KEY.public_key(), info, plaintext)
    theirs = rfc9180.seal(KEY.public_key(), info, plaintext, ephemeral=ec.generate_private_key(ec.SECP256R1()))

    assert len(ours) == len(theirs) == 145
    assert rfc9180.open_sealed(KEY, info, ours) == plaintext
    assert sealing.open_sealed(KEY, info, theirs) == plaintext


@given(plaintexts, campaign_ids, token_hashes, st.integers(0, 144), st.integers(1, 255))
def test_any_altered_byte_is_found(plaintext, campaign_id, token_hash, position, change):
    info = sealing.sealing_info(campaign_id, token_hash)
    altered = bytearray(sealing.seal(KEY.public_key(), info, plaintext))
    altered[position] ^= change

    with pytest.raises(sealing.CannotOpen):
        sealing.open_sealed(KEY, info, bytes(altered))


@given(st.binary(max_size=200))
def test_other_bytes_do_not_open(sealed):
    with pytest.raises(sealing.CannotOpen):
        sealing.open_sealed(KEY, b"info", sealed)
