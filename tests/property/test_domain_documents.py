"""Documents made at random: in and out of JSON and JWS unchanged, and refused when anything in them changes."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain import documents, signing
from survey_app.domain.batch import Board, Receipt
from survey_app.domain.errors import Malformed
from survey_app.domain.manifest import (
    CampaignDraft,
    CampaignManifest,
    CollectorEnrolment,
    DrawnStatement,
    IssuerEnrolment,
    Schedule,
    VoidStatement,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_KEY = signing.public_key_bytes(KEY)
campaign_ids = st.binary(min_size=16, max_size=16).map(bytes.hex)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda t: t.replace(microsecond=0, tzinfo=UTC))  # noqa: DTZ001
spans = st.integers(1, 10**7).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    start = draw(moments)
    times = [start]
    for _ in range(3):
        times.append(times[-1] + draw(spans))
    return Schedule(*times)


def built(kind: type) -> st.SearchStrategy:
    known = {"campaign_id": campaign_ids, "schedule": schedules()}
    return st.builds(kind, **{name: known[name] for name in kind.__annotations__ if name in known})


any_document = st.one_of(
    *map(
        built,
        [
            CampaignDraft,
            CampaignManifest,
            IssuerEnrolment,
            CollectorEnrolment,
            DrawnStatement,
            VoidStatement,
            Receipt,
            Board,
        ],
    )
)


@given(any_document)
def test_round_trip(document):
    text = documents.sign_document(document, KEY)

    assert documents.read_document(type(document), text, PUBLIC_KEY) == document
    assert text.isascii()
    assert not set(text) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@given(any_document, st.data())
def test_a_changed_character_is_found(document, data):
    text = documents.sign_document(document, KEY)
    position = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.characters(codec="ascii").filter(lambda c: c != text[position]))

    with pytest.raises((Malformed, signing.SignatureInvalid)):
        documents.read_document(type(document), text[:position] + character + text[position + 1 :], PUBLIC_KEY)


@given(any_document, any_document)
def test_different_documents_have_different_fingerprints(first, second):
    same = documents.sign_document(first, KEY) == documents.sign_document(second, KEY)

    assert same == (first == second and type(first) is type(second))


@given(st.text() | st.binary().map(repr))
def test_other_text_is_no_document(text):
    with pytest.raises((Malformed, signing.SignatureInvalid)):
        documents.read_document(VoidStatement, text, PUBLIC_KEY)


@given(moments, st.integers(-14 * 60, 14 * 60))
def test_times_survive_any_zone(moment, minutes):
    text = (moment + timedelta(minutes=minutes)).replace(tzinfo=None).isoformat()
    sign, offset = ("+" if minutes >= 0 else "-"), divmod(abs(minutes), 60)

    assert documents.parse_time(f"{text}{sign}{offset[0]:02}:{offset[1]:02}") == moment
    assert documents.parse_time(documents.format_time(moment)) == moment
