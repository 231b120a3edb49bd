"""The fixed-width encoding, byte by byte, and each reason for which a plaintext is rejected."""

from dataclasses import replace

import pytest

from survey_app.domain.answers import Answers, AnswersInvalid, decode_answers, encode_answers

FILLED = Answers((1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 0, 1, 2, 3))
PLAINTEXT = bytes.fromhex("01 0102030401020304 010200 010203") + bytes(49)


@pytest.fixture(scope="module")
def sheet(questionnaire):
    """The official questionnaire's shape fits FILLED: its first questions have three options."""
    assert [len(q.options) for q in questionnaire.questions] == [3, 3, *[4] * 9, 2, 2, 3]
    return questionnaire


def test_the_bytes_of_the_protocol(sheet):
    assert encode_answers(sheet, FILLED) == PLAINTEXT
    assert decode_answers(sheet, PLAINTEXT) == FILLED


def test_blank_everywhere(sheet):
    assert encode_answers(sheet, Answers((0,) * 14)) == b"\x01" + bytes(63)


@pytest.mark.parametrize(
    ("reason", "plaintext"),
    [
        ("plaintext-length", PLAINTEXT[:-1]),
        ("plaintext-length", PLAINTEXT + b"\x00"),
        ("plaintext-length", b""),
        ("plaintext-version", b"\x00" + PLAINTEXT[1:]),
        ("plaintext-version", b"\x02" + PLAINTEXT[1:]),
        ("unknown-option", b"\x01\x04" + PLAINTEXT[2:]),
        ("unknown-option", b"\x01\xff" + PLAINTEXT[2:]),
        ("unknown-option", PLAINTEXT[:14] + b"\x04" + bytes(49)),
        ("plaintext-padding", PLAINTEXT[:15] + b"\x01" + bytes(48)),
        ("plaintext-padding", PLAINTEXT[:-1] + b"\x01"),
    ],
)
def test_reasons(sheet, reason, plaintext):
    with pytest.raises(AnswersInvalid) as caught:
        decode_answers(sheet, plaintext)

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("reason", "positions"),
    [
        ("plaintext-length", ()),
        ("plaintext-length", (1,) * 13),
        ("plaintext-length", (1,) * 15),
        ("unknown-option", (4,) + (1,) * 13),
        ("unknown-option", (-1,) + (1,) * 13),
        ("unknown-option", (1,) * 11 + (1, 3, 1)),
        ("unknown-option", (256,) + (1,) * 13),
    ],
)
def test_what_cannot_be_encoded(sheet, reason, positions):
    with pytest.raises(AnswersInvalid) as caught:
        encode_answers(sheet, Answers(positions))

    assert caught.value.reason == reason


def test_the_longest_questionnaire_fills_the_plaintext_exactly(sheet):
    first = sheet.questions[0]
    longest = replace(sheet, questions=tuple(replace(first, id=f"q{i}", number=i) for i in range(1, 64)))

    plaintext = encode_answers(longest, Answers((3,) * 63))

    assert plaintext == b"\x01" + b"\x03" * 63
    assert decode_answers(longest, plaintext) == Answers((3,) * 63)
