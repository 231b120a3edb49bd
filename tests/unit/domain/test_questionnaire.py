"""The official questionnaire against its sources, a small one of our own, and malformed files."""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from survey_app.domain.answers import Answers, AnswersInvalid, decode_answers, encode_answers
from survey_app.domain.errors import Malformed
from survey_app.domain.questionnaire import Questionnaire, parse_questionnaire
from tests.conftest import QUESTIONNAIRE

DATA = Path(__file__).parents[2] / "data"
SOURCE = json.loads((DATA / "questionnaire_appendix7.json").read_text(encoding="utf-8"))
ORDER = (DATA / "order13.txt").read_text(encoding="utf-8").splitlines()
LANGUAGES = ("kk", "ru", "en")


class TestAgainstItsSource:
    @pytest.fixture
    def pairs(self, questionnaire):
        return list(zip(questionnaire.questions, SOURCE["questions"], strict=True))

    def test_every_question_in_every_language(self, pairs):
        for question, source in pairs:
            assert {language: question.text[language] for language in LANGUAGES} == {
                language: source[language] for language in LANGUAGES
            }

    def test_every_option_in_every_language(self, pairs):
        for question, source in pairs:
            for option, source_option in zip(question.options, source["options"], strict=True):
                assert option.code == source_option["code"]
                assert option.text.kk == source_option["kk"]
                assert option.text.ru == source_option.get("ru_display", source_option["ru"])
                assert option.text.en == source_option["en"]

    def test_numbers_kinds_and_names(self, pairs):
        for question, source in pairs:
            assert (question.id, question.number, question.kind) == (source["id"], source["number"], source["kind"])
            assert question.name == source.get("name", source.get("variable"))

    def test_blocks(self, questionnaire):
        members = {key: [q.id for q in questionnaire.members(key)] for key in questionnaire.blocks}

        assert members == SOURCE["blocks"]
        for key, titles in SOURCE["block_titles"].items():
            assert questionnaire.blocks[key].ru == titles["ru"]
            assert questionnaire.blocks[key].kk == titles["kk"]

    def test_preamble_and_edition(self, questionnaire):
        assert all(questionnaire.preamble[language] == SOURCE["preamble"][language] for language in LANGUAGES)
        assert (questionnaire.id, questionnaire.version) == (SOURCE["instrument"], SOURCE["version"])
        assert questionnaire.source == SOURCE["source"]["order"]


class TestAgainstTheOrder:
    """Order No. 13, Appendix 7, in the wording of 28.07.2025."""

    def test_it_is_the_edition_that_the_source_names(self):
        assert hashlib.sha256((DATA / "order13.txt").read_bytes()).hexdigest() == SOURCE["source"]["seed_sha256"]

    @pytest.fixture
    def appendix(self) -> list[str]:
        first, last = SOURCE["source"]["lines"]
        return [line.strip() for line in ORDER[first - 1 : last] if line.strip()]

    def test_the_appendix_holds_our_text_and_nothing_else(self, questionnaire, appendix):
        """Line by line: nothing is added, left out, or in another order."""
        expected = [questionnaire.preamble.ru]
        for question in questionnaire.questions:
            expected.append(f"{question.number}. {question.text.ru}")
            expected += [option.official.get("ru", option.text.ru) for option in question.options]

        assert [re.sub(r"\s+", " ", line) for line in appendix] == expected

    def test_the_one_correction(self, questionnaire):
        """Question 9, option 3 doubles a word; it is shown corrected, and the official wording is kept beside it."""
        corrected = [
            (question.number, position, option)
            for question in questionnaire.questions
            for position, option in enumerate(question.options, 1)
            if option.official
        ]

        [(number, position, option)] = corrected
        assert (number, position) == (9, 3)
        assert option.text.ru == "Скорее неблагоприятный морально-психологический климат"
        assert dict(option.official) == {"ru": "Скорее неблагоприятный морально морально-психологический климат"}


def test_its_shape(questionnaire):
    assert len(questionnaire.questions) == 14
    assert [q.number for q in questionnaire.substantive] == list(range(1, 12))
    assert [q.number for q in questionnaire.demographic] == [12, 13, 14]
    assert [q.name for q in questionnaire.demographic] == ["sex", "position", "tenure"]


def test_the_reference_pins_the_bytes(questionnaire):
    data = QUESTIONNAIRE.read_bytes()

    assert questionnaire.reference.sha256 == hashlib.sha256(data).digest()
    assert parse_questionnaire(data + b"\n").reference.sha256 != questionnaire.reference.sha256


def text(name: str) -> dict[str, str]:
    return {language: f"{name} {language}" for language in LANGUAGES}


def options(*codes: str) -> list[dict]:
    return [{"code": code, "text": text(code)} for code in codes]


def lunch() -> dict:
    """Three questions about something else entirely."""
    return {
        "format": "pikir-questionnaire/1",
        "id": "lunch",
        "version": "1",
        "source": "the canteen",
        "preamble": text("preamble"),
        "blocks": {"food": text("food")},
        "questions": [
            {
                "id": "taste",
                "kind": "substantive",
                "block": "food",
                "text": text("taste"),
                "options": options("y", "n"),
            },
            {
                "id": "price",
                "kind": "substantive",
                "block": "food",
                "text": text("price"),
                "options": options("a", "b", "c", "d", "e"),
            },
            {
                "id": "floor",
                "kind": "demographic",
                "name": "floor",
                "text": text("floor"),
                "options": options("1", "2"),
            },
        ],
    }


def parse(document: dict) -> Questionnaire:
    return parse_questionnaire(json.dumps(document).encode())


class TestThreeQuestions:
    """Nothing in the domain is hard-wired to fourteen."""

    @pytest.fixture
    def three(self) -> Questionnaire:
        return parse(lunch())

    def test_it_reads(self, three):
        assert [q.id for q in three.substantive] == ["taste", "price"]
        assert [q.name for q in three.demographic] == ["floor"]
        assert three.questions[1].text["kk"] == "price kk"
        assert [q.id for q in three.members("food")] == ["taste", "price"]

    def test_its_answers_have_the_same_64_bytes(self, three):
        plaintext = encode_answers(three, Answers((2, 5, 0)))

        assert plaintext == b"\x01\x02\x05\x00" + bytes(60)
        assert decode_answers(three, plaintext) == Answers((2, 5, 0))

    def test_its_options_are_its_own(self, three):
        with pytest.raises(AnswersInvalid):
            encode_answers(three, Answers((3, 1, 1)))

    def test_answers_of_the_official_one_do_not_fit(self, three, questionnaire):
        official = encode_answers(questionnaire, Answers((1,) * 14))

        with pytest.raises(AnswersInvalid):
            decode_answers(three, official)


def without(key):
    return lambda d: d.pop(key)


def question(number: int, **changes):
    return lambda d: d["questions"][number].update(changes)


MALFORMED = {
    "no format": without("format"),
    "another format": lambda d: d.update(format="pikir-questionnaire/2"),
    "no id": without("id"),
    "an id that is no text": lambda d: d.update(id=7),
    "a version that is no text": lambda d: d.update(version=1.0),
    "a source that is no text": lambda d: d.update(source=None),
    "no preamble": without("preamble"),
    "a preamble in two languages": lambda d: d["preamble"].pop("kk"),
    "blocks that are a list": lambda d: d.update(blocks=["food"]),
    "an empty block title": lambda d: d["blocks"]["food"].update(ru=""),
    "no questions": lambda d: d.update(questions=[]),
    "questions that are text": lambda d: d.update(questions="taste"),
    "no question that counts": lambda d: d.update(questions=d["questions"][2:]),
    "too many questions": lambda d: d.update(
        questions=[d["questions"][0] | {"id": f"q{number}"} for number in range(64)]
    ),
    "two questions with one id": question(1, id="taste"),
    "a question id that is no text": question(1, id=2),
    "an unknown kind": question(0, kind="open"),
    "an unknown block": question(0, block="drink"),
    "a question that counts, with a name": question(0, name="taste"),
    "a question about the respondent, with a block": question(2, block="food"),
    "a question about the respondent, with an unknown block": question(2, block="drink"),
    "a question about the respondent, without a name": lambda d: d["questions"][2].pop("name"),
    "a name that is no text": question(2, name=["floor"]),
    "a question without text": question(0, text={}),
    "a question whose text is a number": question(0, text={"kk": 1, "ru": 2, "en": 3}),
    "one option": question(0, options=options("y")),
    "no options": question(0, options=[]),
    "two options with one code": question(0, options=options("y", "y")),
    "an option code that is no text": question(0, options=[*options("y"), {"code": 1, "text": text("n")}]),
    "too many options": question(0, options=options(*map(str, range(256)))),
    "an official wording that is no text": question(0, options=[*options("y"), options("n")[0] | {"official": 5}]),
}


class TestMalformed:
    def test_the_sample_itself_is_well_formed(self):
        parse(lunch())

    @pytest.mark.parametrize("change", MALFORMED.values(), ids=MALFORMED.keys())
    def test_it_is_refused(self, change):
        document = lunch()
        change(document)

        with pytest.raises(Malformed):
            parse(document)

    @pytest.mark.parametrize("data", [b"", b"no json", b"\xff", b"[]", b"null", b"5", b"{}", b"[" * 100_000])
    def test_other_bytes(self, data):
        with pytest.raises(Malformed):
            parse_questionnaire(data)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (question(1, block="drink"), ["price", "block"]),
            (question(1, text={"kk": "x"}), ["price", "kk, ru, en"]),
            (question(0, options=options("y", "y")), ["taste", "options"]),
            (lambda d: d["blocks"]["food"].pop("en"), ["block food"]),
            (without("version"), ["version"]),
        ],
    )
    def test_the_message_says_what_is_wrong_where(self, change, words):
        document = lunch()
        change(document)

        with pytest.raises(Malformed) as caught:
            parse(document)

        assert all(word in str(caught.value) for word in words)


def test_option_codes_are_unique_within_each_question(questionnaire):
    for q in questionnaire.questions:
        assert max(Counter(option.code for option in q.options).values()) == 1
