"""RFC 4648's own vectors, and the one text that each value has."""

import pytest

from survey_app.domain import base64url
from survey_app.domain.errors import Malformed

RFC_4648_SECTION_10 = {
    b"": "",
    b"f": "Zg",
    b"fo": "Zm8",
    b"foo": "Zm9v",
    b"foob": "Zm9vYg",
    b"fooba": "Zm9vYmE",
    b"foobar": "Zm9vYmFy",
    b"\xfb\xff": "-_8",
}


@pytest.mark.parametrize(("data", "text"), RFC_4648_SECTION_10.items())
def test_vectors(data, text):
    assert base64url.encode(data) == text
    assert base64url.decode(text) == data


@pytest.mark.parametrize(
    "text",
    [
        "Zg==",  # padded
        "Zh",  # unused bits that are not zero
        "Zm9",
        "Z",  # no whole byte
        "+/8",  # the other alphabet
        "-/8",
        "Zm 8",
        "Zm8\n",
        "Zm8.",
        "Zмö",
        "\x00\x00",
        "=",
        "====",
    ],
)
def test_any_other_text_is_refused(text):
    with pytest.raises(Malformed):
        base64url.decode(text)


@pytest.mark.parametrize("value", [None, 5, b"Zg", ["Zg"], {"Zg": 1}])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(Malformed):
        base64url.decode(value)


@pytest.mark.parametrize("length", [0, 2, 4])
def test_another_length_than_asked_for_is_refused(length):
    with pytest.raises(Malformed, match=f"expected {length} bytes"):
        base64url.decode("Zm9v", length)


def test_the_length_asked_for():
    assert base64url.decode("Zm9v", 3) == b"foo"
