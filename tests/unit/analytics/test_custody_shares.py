"""Splitting a secret among custodians: who can put it together, and what everybody else is told."""

import itertools
import math

import pytest
from shamir_mnemonic import combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from analytics.custody import share_file
from analytics.custody.errors import (
    PlanInvalid,
    ShareDamaged,
    ShareForeign,
    ShareNotGenuine,
    ShareRepeated,
    SharesMissing,
)
from analytics.custody.plan import Group, describe, make_plan
from analytics.custody.shares import combine, fingerprint_of, sample_subsets, split_secret
from survey_app.domain import keyfile
from survey_app.domain.keyfile import WrongPassphrase

SECRET = bytes(range(32))
FINGERPRINT = fingerprint_of(SECRET)
FIVE = ("Aigul", "Bolat", "Dana", "Yerlan", "Zarina")
THREE_OF_FIVE = (Group("agency", 3, FIVE),)
TWO_INSTITUTIONS = (Group("agency", 2, ("Aigul", "Bolat", "Dana")), Group("ombudsman", 1, ("Ivan", "Olga")))


@pytest.fixture
def shares():
    return split_secret(SECRET, THREE_OF_FIVE)


def changed(share, **fields):
    return share.__class__(**{**vars(share), **fields})


class TestOneInstitution:
    def test_any_three_of_five_give_the_secret(self, shares):
        for three in itertools.combinations(shares, 3):
            assert combine(three, THREE_OF_FIVE, FINGERPRINT) == SECRET

    def test_more_than_needed_is_fine(self, shares):
        assert combine(shares, THREE_OF_FIVE, FINGERPRINT) == SECRET

    def test_the_words_are_slip_39(self, shares):
        """Any other program of that standard gets the same secret out of them."""
        assert combine_mnemonics([share.words for share in shares[1:4]]) == SECRET
        assert {len(share.words.split()) for share in shares} == {33}

    @pytest.mark.parametrize("count", [0, 1, 2])
    def test_too_few_are_told_how_many_and_whom_to_ask(self, shares, count):
        with pytest.raises(SharesMissing) as refused:
            combine(shares[:count], THREE_OF_FIVE, FINGERPRINT)
        text = str(refused.value)
        assert "3 of 5 of agency" in text
        assert f"{3 - count} more of agency" in text
        assert all((name in text) == (name in FIVE[count:]) for name in FIVE)

    def test_one_share_given_twice_counts_once(self, shares):
        with pytest.raises(ShareRepeated, match="Aigul was given twice"):
            combine([shares[0], shares[0], shares[1]], THREE_OF_FIVE, FINGERPRINT)

    def test_the_same_words_under_another_name_count_once(self, shares):
        with pytest.raises(ShareRepeated, match="Dana has the number of that of Aigul"):
            combine([shares[0], shares[1], changed(shares[2], words=shares[0].words)], THREE_OF_FIVE, FINGERPRINT)

    def test_a_share_of_another_secret_is_named(self, shares):
        foreign = split_secret(bytes(32), THREE_OF_FIVE)[2]
        with pytest.raises(ShareForeign, match=f"Dana belongs to the secret {fingerprint_of(bytes(32))}"):
            combine([*shares[:2], foreign], THREE_OF_FIVE, FINGERPRINT)

    def test_words_of_another_split_under_the_right_heading(self, shares):
        foreign = split_secret(bytes(32), THREE_OF_FIVE)[2]
        with pytest.raises(ShareForeign, match="Dana and of Aigul"):
            combine([*shares[:2], changed(shares[2], words=foreign.words)], THREE_OF_FIVE, FINGERPRINT)

    @pytest.mark.parametrize("place", [0, 5, 20, 32])
    def test_a_wrong_word_is_noticed(self, shares, place):
        words = shares[2].words.split()
        words[place] = next(word for word in WORDLIST if word != words[place])
        with pytest.raises(ShareDamaged, match="Dana is damaged"):
            combine([*shares[:2], changed(shares[2], words=" ".join(words))], THREE_OF_FIVE, FINGERPRINT)

    def test_a_word_that_is_none_and_a_missing_word(self, shares):
        words = shares[2].words.split()
        for wrong in (["thisisnoword", *words[1:]], words[:-1], []):
            with pytest.raises(ShareDamaged, match="Dana"):
                combine([*shares[:2], changed(shares[2], words=" ".join(wrong))], THREE_OF_FIVE, FINGERPRINT)


class TestForgery:
    @pytest.fixture
    def forged(self, shares):
        """Well-formed words of Dana's number with other contents: the checksum of SLIP-39 is no secret."""
        from shamir_mnemonic.share import Share as Slip39  # noqa: PLC0415

        read = Slip39.from_mnemonic(shares[2].words)
        other = Slip39(**{**vars(read), "value": bytes(32)})
        return changed(shares[2], words=other.mnemonic())

    def test_among_just_enough_it_is_refused(self, shares, forged):
        with pytest.raises(ShareNotGenuine, match="Aigul, Bolat, Dana"):
            combine([*shares[:2], forged], THREE_OF_FIVE, FINGERPRINT)

    @pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 0, 1, 3), (3, 1, 2, 0)])
    def test_among_more_than_enough_it_is_found(self, shares, forged, order):
        given = [forged if index == 2 else shares[index] for index in order]
        with pytest.raises(ShareNotGenuine, match="the share of Dana is not genuine, the others are"):
            combine(given, THREE_OF_FIVE, FINGERPRINT)


class TestTwoInstitutions:
    @pytest.fixture
    def made(self):
        return {share.custodian: share for share in split_secret(SECRET, TWO_INSTITUTIONS)}

    @pytest.mark.parametrize(
        "names", ["Aigul Bolat Ivan", "Bolat Dana Olga", "Olga Dana Aigul", "Aigul Bolat Ivan Olga"]
    )
    def test_both_together_open(self, made, names):
        given = [made[name] for name in names.split()]
        assert combine(given, TWO_INSTITUTIONS, FINGERPRINT) == SECRET

    @pytest.mark.parametrize(
        ("names", "missing"),
        [
            ("Aigul Bolat Dana", "1 more of ombudsman (0 of 1 are here; ask Ivan, Olga)"),
            ("Ivan Olga", "2 more of agency (0 of 2 are here; ask Aigul, Bolat, Dana)"),
            ("Aigul Olga", "1 more of agency (1 of 2 are here; ask Bolat, Dana)"),
        ],
    )
    def test_neither_alone(self, made, names, missing):
        with pytest.raises(SharesMissing) as refused:
            combine([made[name] for name in names.split()], TWO_INSTITUTIONS, FINGERPRINT)
        assert missing in str(refused.value)

    def test_where_one_suffices_each_holds_the_same_words(self, made):
        assert made["Ivan"].words == made["Olga"].words
        with pytest.raises(ShareRepeated):
            combine([made["Ivan"], made["Ivan"], made["Aigul"], made["Bolat"]], TWO_INSTITUTIONS, FINGERPRINT)

    def test_a_share_of_a_split_among_others(self, made):
        (other,) = generate_mnemonics(1, [(2, 3)], SECRET)
        with pytest.raises(ShareForeign, match="other institutions"):
            combine([changed(made["Aigul"], words=other[0])], TWO_INSTITUTIONS, FINGERPRINT)


class TestPlans:
    def test_from_a_command_line(self):
        assert make_plan("3/5", (), ",".join(FIVE)) == THREE_OF_FIVE
        groups = make_plan(None, ("agency:2/3", "ombudsman:1/2"), "Aigul, Bolat, Dana, Ivan, Olga")
        assert groups == TWO_INSTITUTIONS
        assert describe(groups) == "2 of 3 of agency and 1 of 2 of ombudsman"

    @pytest.mark.parametrize(
        ("split", "groups", "custodians"),
        [
            (None, (), "A,B"),
            ("2/2", ("agency:2/2",), "A,B"),
            ("3/2", (), "A,B"),
            ("0/2", (), "A,B"),
            ("2/3", (), "A,B"),
            ("2/2", (), "A,A"),
            ("1/2", (), "A,B"),
            ("2/17", (), ",".join(map(chr, range(65, 82)))),
            ("two of three", (), "A,B,C"),
            (None, ("agency",), "A,B"),
            (None, ("agency:2/2", "agency:1/1"), "A,B,C"),
            ("2/2", (), "A,B\nWords: x"),
        ],
    )
    def test_impossible_ones(self, split, groups, custodians):
        with pytest.raises(PlanInvalid):
            make_plan(split, groups, custodians)

    def test_a_rehearsal_tries_all_sets_or_a_sample_with_everybody_in_it(self, shares):
        assert len(set(sample_subsets(shares, THREE_OF_FIVE, 60))) == math.comb(5, 3)
        many = (Group("agency", 8, tuple(f"a{i}" for i in range(16))), Group("second", 3, tuple("bcdefg")))
        made = split_secret(SECRET, many)
        sample = sample_subsets(made, many, 30)
        assert len(sample) == 30
        assert {share for subset in sample for share in subset} == set(made)
        assert all(combine(subset, many, FINGERPRINT) == SECRET for subset in sample[:5])


class TestFiles:
    CAMPAIGNS = (("00112233445566778899aabbccddeeff", "min-water"), ("ff" * 16, "min-roads"))

    @pytest.fixture(autouse=True)
    def cheap_scrypt(self, monkeypatch):
        monkeypatch.setattr(keyfile, "SCRYPT_N", 2**10)

    def nobody(self, custodian):
        raise AssertionError(f"{custodian} was asked for a passphrase")

    def test_a_printed_share_can_be_read_again(self, shares):
        text = share_file.write(shares[1], "2026", self.CAMPAIGNS, None)
        assert share_file.read(text, self.nobody) == shares[1]
        for expected in ("2026", "Bolat", "2 of 5", "3 of 5 of agency", *(one[0] for one in self.CAMPAIGNS)):
            assert expected in text
        assert max(map(len, text.splitlines())) <= 90

    def test_typed_in_again_without_numbers_in_capitals_and_other_lines(self, shares):
        text = share_file.write(shares[1], "2026", self.CAMPAIGNS, None)
        head = text.split("Words:")[0]
        words = shares[1].words.upper().split()
        typed = head + "Words:\r\n" + "\r\n".join(" ".join(words[i : i + 7]) for i in range(0, 33, 7))
        assert share_file.read(typed.replace("\r\n", "\n").replace("\n", "\r\n"), self.nobody) == shares[1]

    def test_under_a_custodians_own_passphrase(self, shares):
        text = share_file.write(shares[1], "2026", self.CAMPAIGNS, "my own passphrase")
        assert not set(shares[1].words.split()) & set(text.split("Words:")[1].split("\n\n")[0].split())
        assert share_file.read(text, {"Bolat": "my own passphrase"}.__getitem__) == shares[1]
        with pytest.raises(WrongPassphrase, match="Bolat"):
            share_file.read(text, lambda _: "another passphrase")

    def test_a_protected_share_cannot_pass_for_another_number(self, shares):
        text = share_file.write(shares[1], "2026", self.CAMPAIGNS, "my own passphrase")
        with pytest.raises((ShareDamaged, WrongPassphrase)):
            share_file.read(text.replace("2 of 5", "3 of 5", 1), lambda _: "my own passphrase")

    @pytest.mark.parametrize("cut", ["Words:", "Secret:", "Custodian:", "Share:", "pikir-share/1"])
    def test_a_text_that_lost_a_part(self, shares, cut):
        text = share_file.write(shares[1], "2026", self.CAMPAIGNS, None).replace(cut, "")
        with pytest.raises(ShareDamaged):
            share_file.read(text, self.nobody)

    def test_file_names_say_whose_they_are(self, shares):
        named = changed(shares[1], custodian="Әсем / Ж.")
        assert share_file.file_name(named) == f"share-{FINGERPRINT[:8]}-agency-2-Әсем-Ж.txt"
