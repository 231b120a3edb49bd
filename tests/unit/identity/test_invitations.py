"""Codes and leaves to the byte; the expected values were computed with `openssl dgst` and coreutils' `base32`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.identity.errors import CodeMalformed
from survey_app.identity.invitation_list import as_csv, as_json
from survey_app.identity.invitations import (
    Invitation,
    derive_code,
    format_code,
    hash_code,
    new_invitation_key,
    parse_code,
    roster_leaf,
)

KEY = bytes(range(32))
ENTRY = "00112233445566778899aabbccddeeff"
CODE = bytes.fromhex("aab7d7fb23d3984c894a6b2c3b0c58c4")
CODE_TEXT = "VK35P6ZD2OMEZCKKNMWDWDCYYQ"


def test_a_code_is_derived_from_key_campaign_and_entry(campaign_id):
    assert derive_code(KEY, campaign_id, ENTRY) == CODE
    assert derive_code(KEY, campaign_id, ENTRY[::-1]) != CODE
    assert derive_code(KEY, "f" * 32, ENTRY) != CODE
    assert derive_code(new_invitation_key(), campaign_id, ENTRY) != CODE


def test_its_text_its_hash_and_its_leaf():
    assert format_code(CODE) == CODE_TEXT
    assert parse_code(CODE_TEXT) == parse_code(CODE_TEXT.lower()) == CODE
    assert hash_code(CODE).hex() == "9cbb781e39cf8f20bef365c265abf1823bb96acd308aed30e267eccd841c6b8f"
    assert roster_leaf(CODE, "Ә-17").hex() == "e6132aee3bac6713497e3d0a100dbc7326f2e530e77724ec76136670d51cb716"


@given(st.binary(min_size=16, max_size=16))
def test_a_code_survives_its_text(code):
    text = format_code(code)

    assert len(text) == 26
    assert parse_code(text) == code


@given(st.text(min_size=20, max_size=30))
def test_no_two_texts_are_one_code(text):
    try:
        code = parse_code(text)
    except CodeMalformed:
        return
    assert format_code(code) == text.upper()


@pytest.mark.parametrize(
    "text",
    ["", CODE_TEXT[:-1], CODE_TEXT + "A", CODE_TEXT[:-1] + "R", " " + CODE_TEXT[1:], CODE_TEXT[:-1] + "=", "ſ" * 26],
)
def test_anything_else_is_no_code(text):
    with pytest.raises(CodeMalformed):
        parse_code(text)


def test_a_list_for_a_spreadsheet_holds_no_formula():
    invitation = Invitation(
        '=HYPERLINK("x";1)', "+7@body.example", "kk", CODE_TEXT, "https://issuer.example/kk/c/1/draw"
    )

    header, line = as_csv([invitation]).splitlines()

    assert header == "reference,email,language,link"
    assert line == '"\'=HYPERLINK(""x"";1)",\'+7@body.example,kk,https://issuer.example/kk/c/1/draw'
    assert '"=HYPERLINK(' in as_json([invitation])
