"""Countersignatures handed in at the console: a file for each body, each judged by itself."""

import io

from analytics.scoring import ScoringRecord
from survey_app.domain import signing
from survey_app.domain.documents import from_payload
from survey_app.staff import journal
from tests.integration.agency.browsing import Staff
from tests.integration.agency.custodians import IN_RECORD, People, altered
from tests.integration.agency.forms import sends

PATH = "/en/console/institutions"


class TestHandingIn:
    def test_each_file_is_taken_in_or_told_why_not(self, people: People, visitor: Staff) -> None:
        campaign = people.closed()
        people.found_institution()
        made = people.place / "made"
        people.succeed(*people.countersigning(campaign, "--output", made))
        (file,) = made.iterdir()
        good = file.read_bytes()
        visitor.sign_in()
        assert 'name="countersignatures"' not in visitor.page(PATH), "nobody is known whose word could be taken"
        people.is_trusted()

        early = hands_in(visitor, ("early.jws", good))
        assert "was not opened here yet" in early
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        forged, nonsense = ("forged.jws", altered(good.decode()).encode()), ("letter.jws", b"Dear colleagues")
        shown = hands_in(visitor, forged, (file.name, good), nonsense)

        assert (shown.count("taken in</strong>"), shown.count("not taken in</strong>")) == (3, 2)
        assert "signature does not hold" in shown
        assert "The file is no countersignature" in shown
        assert people.office.exchange.get(campaign, file.name) == good
        people.succeed("agency", "certify", campaign)
        record = people.office.exchange.get_text(campaign, "scoring-record.jws")
        assert from_payload(ScoringRecord, signing.peek(record)[1]).countersigned == IN_RECORD
        assert "not taken in" not in hands_in(visitor, (file.name, good)), "again changes nothing"

    def test_a_key_that_nobody_compared_counts_for_nothing(self, people: People, visitor: Staff) -> None:
        campaign = people.closed()
        people.found_institution()
        people.is_trusted()
        people.own = people.place / "another"
        people.found_institution()
        people.succeed("agency", "open", campaign, *people.sheets("Aigul", "Dana", "Yerlan"))
        made = people.place / "made"
        people.succeed(*people.countersigning(campaign, "--output", made))
        (file,) = made.iterdir()
        visitor.sign_in()

        assert "Its key is not known here" in hands_in(visitor, (file.name, file.read_bytes()))
        assert not people.office.exchange.has(campaign, file.name)
        with people.office.database.read() as session:
            actions = [row.action for row in journal.entries(session)]
        assert "accept-countersignatures" not in actions

    def test_without_a_file_the_page_says_so(self, people: People, visitor: Staff) -> None:
        people.found_institution()
        people.is_trusted()
        visitor.sign_in()
        answer = sends(visitor, visitor.page(PATH), "/countersignatures")
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text


def hands_in(staff: Staff, *files: tuple[str, bytes]) -> str:
    """The page that answers."""
    handed = [(io.BytesIO(data), name) for name, data in files]
    answer = sends(staff, staff.page(PATH), "/countersignatures", countersignatures=handed)
    assert answer.status_code == 200
    return answer.text
