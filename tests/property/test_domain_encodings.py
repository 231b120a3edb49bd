"""Encodings: one text for one value, a fixed width, and nothing lost on the way."""

import json
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain import base64url, batch, keyfile, token
from survey_app.domain.answers import Answers, AnswersInvalid, decode_answers, encode_answers
from survey_app.domain.errors import Malformed

ALPHABET = string.ascii_letters + string.digits + "-_"


def octets(length: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=length, max_size=length)


campaign_ids = octets(16).map(bytes.hex)
envelopes = st.builds(batch.Envelope, octets(94), octets(384), octets(65), octets(64), octets(145))
tokens = st.builds(token.Token, campaign_ids, octets(32), octets(94), octets(384), octets(32))


class TestBase64url:
    @given(st.binary(max_size=100))
    def test_round_trip(self, data):
        assert base64url.decode(base64url.encode(data)) == data
        assert base64url.decode(base64url.encode(data), len(data)) == data

    @given(st.binary(max_size=100))
    def test_the_alphabet(self, data):
        assert set(base64url.encode(data)) <= set(ALPHABET)

    @given(st.text(alphabet=ALPHABET, max_size=12) | st.text(max_size=12))
    def test_whatever_is_accepted_is_the_only_text_of_its_value(self, text):
        try:
            data = base64url.decode(text)
        except Malformed:
            return
        assert base64url.encode(data) == text


class TestAnswers:
    @given(data=st.data())
    def test_round_trip_in_a_fixed_width(self, questionnaire, data):
        positions = data.draw(st.tuples(*(st.integers(0, len(q.options)) for q in questionnaire.questions)))

        plaintext = encode_answers(questionnaire, Answers(positions))

        assert len(plaintext) == 64
        assert decode_answers(questionnaire, plaintext) == Answers(positions)

    @given(plaintext=st.binary(max_size=70) | octets(64) | octets(14).map(lambda d: (b"\x01" + d).ljust(64, b"\x00")))
    def test_whatever_decodes_has_one_encoding(self, questionnaire, plaintext):
        try:
            answers = decode_answers(questionnaire, plaintext)
        except AnswersInvalid:
            return
        assert encode_answers(questionnaire, answers) == plaintext


class TestToken:
    @given(tokens)
    def test_round_trip(self, value):
        text = token.pack_token(value)

        assert len(text) == 744
        assert token.unpack_token(text) == value

    @given(st.text(alphabet=ALPHABET, min_size=740, max_size=748))
    def test_whatever_unpacks_has_one_text(self, text):
        try:
            value = token.unpack_token(text)
        except Malformed:
            return
        assert token.pack_token(value) == text


class TestBatch:
    @given(campaign_ids, st.lists(envelopes, max_size=4, unique_by=lambda e: e.input_msg))
    def test_round_trip_in_any_order(self, campaign_id, rows):
        data = batch.pack_batch(campaign_id, rows)

        assert len(data) == 30 + 752 * len(rows)
        assert batch.pack_batch(campaign_id, rows[::-1]) == data
        named, unpacked = batch.unpack_batch(data)
        assert (named, list(unpacked)) == (campaign_id, sorted(rows, key=lambda e: e.token_hash))

    @given(campaign_ids, st.lists(envelopes, min_size=2, max_size=4, unique_by=lambda e: e.input_msg), st.data())
    def test_only_the_sorted_order_is_a_batch(self, campaign_id, rows, data):
        ordered = sorted(rows, key=lambda e: e.token_hash)
        turn = data.draw(st.integers(1, len(rows) - 1))
        turned = [batch.pack_batch(campaign_id, [row])[30:] for row in ordered[turn:] + ordered[:turn]]

        with pytest.raises(Malformed):
            batch.unpack_batch(batch.pack_batch(campaign_id, []) + b"".join(turned))

    @given(campaign_ids, envelopes, octets(145))
    def test_a_token_is_in_a_batch_once(self, campaign_id, row, sealed):
        with pytest.raises(Malformed):
            batch.unpack_batch(batch.pack_batch(campaign_id, [row, replace(row, sealed=sealed)]))


class TestKeyFile:
    WRAPPING_KEY = keyfile.WrappingKey(bytes(16), bytes(range(32)))

    @given(st.binary(max_size=200), st.text(max_size=20))
    def test_round_trip(self, secret, label):
        assert keyfile.unwrap(keyfile.wrap(secret, label, self.WRAPPING_KEY), label, self.WRAPPING_KEY) == secret

    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner)
                | st.dictionaries(st.sampled_from(["format", "label", "kdf", "nonce", "ciphertext"]), inner)
            ),
        )
    )
    def test_any_other_json_is_malformed(self, document):
        with pytest.raises(Malformed):
            keyfile.unwrap(json.dumps(document).encode(), "label", self.WRAPPING_KEY)
