"""Roster files as people save them, and what is said about lines that cannot be taken."""

import pytest

from survey_app.identity.errors import RosterUnreadable
from survey_app.identity.roster_file import RosterFile, parse_roster
from survey_app.identity.roster_rows import RosterRow


def reasons(file: RosterFile) -> tuple[tuple[int, str], ...]:
    return tuple((row.line, row.reason) for row in file.bad_rows)


@pytest.mark.parametrize(
    "text",
    [
        "reference;email;language\nP-1;a@b.kz;ru\nP-2;;\n",
        "reference,email,language\nP-1,a@b.kz,ru\nP-2,,\n",
        "\ufeffreference;email;language\r\nP-1;a@b.kz;ru\r\nP-2;;\r\n",
        "Reference;E-Mail;LANGUAGE\nP-1;a@b.kz;RU\nP-2;;kk\n",
        "нөмір;пошта;тіл\nP-1;a@b.kz;ru\nP-2;;\n",
        "Табель нөмірі;Электрондық пошта;Тілі\nP-1;a@b.kz;ru\nP-2;;\n",
        "Табельный номер,Электронная почта,Язык\nP-1,a@b.kz,ru\nP-2\n",
        "язык;номер;почта\nru; P-1 ;a@b.kz\n;P-2;\n",
        '"reference";"email";"language"\n"P-1";"a@b.kz";"ru"\n\n;;\nP-2\n',
        "reference;email;language\rP-1;a@b.kz;ru\rP-2\r",
    ],
)
def test_ways_to_write_the_same_roster(text):
    file = parse_roster(text.encode())

    assert file.rows == (RosterRow("P-1", "a@b.kz", "ru"), RosterRow("P-2", None, "kk"))
    assert file.bad_rows == ()
    assert file.ignored_columns == ()


def test_a_reference_is_enough():
    assert parse_roster("reference\n=1\nӘ-2".encode()).rows == (
        RosterRow("=1", None, "kk"),
        RosterRow("Ә-2", None, "kk"),
    )


def test_a_reference_may_hold_the_delimiter_in_quotes():
    assert parse_roster(b'reference,email\n"P,1",a@b.kz\n').rows == (RosterRow("P,1", "a@b.kz", "kk"),)


def test_columns_that_nothing_needs_are_named_and_left_out():
    file = parse_roster("ФИО;номер;Отдел\nИванов;P-1;Учёт\n".encode())

    assert file.rows == (RosterRow("P-1", None, "kk"),)
    assert file.ignored_columns == ("ФИО", "Отдел")


def test_letters_composed_in_two_ways_are_one_reference():
    file = parse_roster("reference\nй-1\nи\u0306-1\n".encode())

    assert reasons(file) == ((3, "the same reference as in line 2"),)


def test_every_bad_line_is_listed_with_its_number_and_reason():
    lines = [
        "reference;email;language",
        "P-1;one@body.kz;kk",  # 2
        ";two@body.kz;kk",  # 3
        "p-1;three@body.kz;kk",  # 4
        "P-4;ONE@body.kz;kk",  # 5
        "P-5;not an address;kk",  # 6
        "P-6;six@body;kk",  # 7
        "P-7;seven@body.kz;de",  # 8
        "P" * 101 + ";eight@body.kz;kk",  # 9
        "P-9;" + "n" * 250 + "@b.kz;kk",  # 10
        "P-\x0710;ten@body.kz;kk",  # 11
        "P-\u202e11;eleven@body.kz;kk",  # 12
        '"P-\n12";twelve@body.kz;kk',  # 13 and 14
        "P-13;thirteen@body.kz;kk;extra",  # 15
        "P-14;fourteen@body.kz;kk;",  # 16: an empty cell more is harmless
        "P-15;a@b@body.kz;kk",  # 17
        "P-16;<sixteen@body.kz>;kk",  # 18
        "P-17;=?utf-8?q??=@body.kz;kk",  # 19: a mail header would read another address, or none, into it
    ]
    file = parse_roster("\n".join(lines).encode())

    assert [row.reference for row in file.rows] == ["P-1", "P-14"]
    assert reasons(file) == (
        (3, "the reference is missing"),
        (4, "the same reference as in line 2"),
        (5, "the same address as in line 2"),
        (6, "the address is not an e-mail address"),
        (7, "the address is not an e-mail address"),
        (8, "the language is none of kk, ru, en"),
        (9, "the reference is longer than 100 characters"),
        (10, "the address is not an e-mail address"),
        (11, "it contains a control character"),
        (12, "it contains a control character"),
        (13, "it contains a control character"),
        (15, "it has 4 cells, but the header has 3"),
        (17, "the address is not an e-mail address"),
        (18, "the address is not an e-mail address"),
        (19, "the address is not an e-mail address"),
    )


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        ("нөмір;пошта\n".encode("utf-16"), "UTF-16"),
        ("номер;почта\nФ-1;a@b.kz\n".encode("cp1251"), "Windows-1251"),
        (b"P-1;a@b.kz;kk\n", "header"),
        (b"email;language\na@b.kz;kk\n", "header"),
        ("reference;номер\n1;2\n".encode(), "two columns"),
        (b'reference\n"P-1\nP-2\n', "quotation"),
        (b"reference\n" + b"P" * (16 * 1024 * 1024), "larger"),
    ],
)
def test_what_is_no_roster_file_is_refused_with_advice(data, says):
    with pytest.raises(RosterUnreadable, match=says):
        parse_roster(data)


def test_a_wrong_encoding_names_the_line():
    with pytest.raises(RosterUnreadable, match="line 3"):
        parse_roster(b"reference\nP-1\n" + "Ф-2".encode("cp1251"))
