"""Rosters from workbooks with columns of one's own, and corrections until they are frozen."""

import io
from collections.abc import Sequence

import pytest
import xlsxwriter
from click.testing import CliRunner

from survey_app.domain.merkle import tree_root
from survey_app.identity.cli import issuer
from survey_app.identity.enrolment import enrol
from survey_app.identity.errors import ColumnsUnclear, NoUpload, StepOutOfOrder, UnknownEntry
from survey_app.identity.invitations import derive_code, invitation_key_label, roster_leaf
from survey_app.identity.models import RosterEntryRow
from survey_app.identity.office import IssuerOffice
from survey_app.identity.roster import import_roster, replace_roster
from survey_app.identity.roster_edit import add_entry, change_entry, remove_entry, roster_page
from survey_app.identity.roster_rows import RosterRow, RowRefused
from survey_app.identity.roster_table import (
    Choice,
    check_table,
    drop_upload,
    find_upload,
    keep_upload,
    propose_choice,
    remember_choice,
)
from survey_app.web.settings import Settings
from survey_app.web.spreadsheet import read_spreadsheet
from tests.integration.issuer.offices import World, roster_csv


@pytest.fixture
def drafted(world: World, campaign_id: str) -> str:
    world.agency.drafts(campaign_id)
    return campaign_id


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


def references(office: IssuerOffice, campaign_id: str) -> list[str]:
    return [entry.reference for entry in roster_page(office, campaign_id, most=10).entries]


class TestTables:
    HEADING = ("ФИО", "Таб. №", "Почта служебная", "Язык переписки")
    ROWS = (
        HEADING,
        ("А. Б.", 1001, "one@body.kz", "казахский"),
        ("В. Г.", "=1+1", "x@body.kz", ""),
        ("Д.", 1003, "", "русский"),
    )

    def test_the_columns_chosen_are_taken_and_a_formula_is_no_value(self):
        table = read_spreadsheet(workbook(self.ROWS), "roster.xlsx")
        checked = check_table(table, Choice({"reference": 1, "email": 2, "language": 3}))

        assert checked.rows == (RosterRow("1001", "one@body.kz", "kk"), RosterRow("1003", None, "ru"))
        ((line, reason),) = [(row.line, row.reason) for row in checked.bad_rows]
        assert line == 3
        assert "formula" in reason
        assert checked.left_out == ("ФИО",)

    def test_a_formula_in_a_column_that_is_left_out_does_no_harm(self):
        table = read_spreadsheet(b"no;reference\n=A1;P-1\n", "roster.csv")

        assert check_table(table, Choice({"reference": 1})).rows == (RosterRow("P-1", None, "kk"),)

    def test_a_table_without_heading(self):
        table = read_spreadsheet(b"one@body.kz,P-1\ntwo@body.kz,P-2\n", "roster.csv")

        checked = check_table(table, Choice({"reference": 1, "email": 0}, has_heading=False))
        assert [row.reference for row in checked.rows] == ["P-1", "P-2"]

    @pytest.mark.parametrize("places", [{}, {"email": 1}, {"reference": 1, "email": 1}])
    def test_an_unclear_choice_is_refused(self, places):
        table = read_spreadsheet(workbook(self.ROWS), "roster.xlsx")

        with pytest.raises(ColumnsUnclear):
            check_table(table, Choice(places))

    def test_a_body_is_proposed_what_it_chose_last_even_if_columns_moved(self, office):
        table = read_spreadsheet(workbook(self.ROWS), "roster.xlsx")
        assert "reference" not in propose_choice(office, "min-water", table).places
        remember_choice(office, "min-water", table, Choice({"reference": 1, "email": 2, "language": 3}))

        moved = read_spreadsheet(workbook([tuple(reversed(row)) for row in self.ROWS]), "roster.xlsx")
        assert propose_choice(office, "min-water", moved).places == {"reference": 2, "email": 1, "language": 0}
        assert "reference" not in propose_choice(office, "min-fire", moved).places, "each body has its own"

    def test_well_known_headings_are_proposed_by_themselves(self, office):
        table = read_spreadsheet("№;Электрондық пошта;Табель нөмірі\n1;a@b.kz;P-1\n".encode(), "roster.csv")

        assert propose_choice(office, "min-water", table).places == {"reference": 2, "email": 1}

    def test_an_upload_waits_until_it_is_taken_over_or_withdrawn(self, office, drafted):
        table = read_spreadsheet(workbook(self.ROWS), "roster.xlsx")
        keep_upload(office, drafted, table)
        assert find_upload(office, drafted) == table

        drop_upload(office, drafted)
        with pytest.raises(NoUpload):
            find_upload(office, drafted)
        keep_upload(office, drafted, table)
        replace_roster(office, drafted, [RosterRow("P-1", None, "kk")])
        with pytest.raises(NoUpload):
            find_upload(office, drafted)

    def test_a_workbook_on_the_command_line(self, world, office, drafted, tmp_path):
        file = tmp_path / "roster.xlsx"
        file.write_bytes(workbook([("номер", "почта"), ("P-1", "a@b.kz"), ("P-1", "c@d.kz"), ("P-2", "=1")]))
        settings = Settings(world.instance, world.environ, world.clock)

        refused = CliRunner().invoke(issuer, ["import-roster", drafted, str(file)], obj=settings)
        taken = CliRunner().invoke(issuer, ["import-roster", drafted, str(file), "--skip-bad"], obj=settings)

        assert "line 3: the same reference as in line 2" in str(refused.exception)
        assert "line 4: a cell holds a formula" in str(refused.exception)
        assert taken.exit_code == 0
        assert references(office, drafted) == ["P-1"]


class TestCorrections:
    @pytest.fixture
    def campaign(self, office, drafted) -> str:
        import_roster(office, drafted, roster_csv(3))
        return drafted

    def test_entries_are_added_changed_and_removed(self, office, campaign):
        add_entry(office, campaign, reference=" P-004 ", email="", language="ru")
        change_entry(office, campaign, "P-002", reference="P-2", email="New@body.example", language="")
        remove_entry(office, campaign, "P-001")

        assert roster_page(office, campaign).entries == (
            RosterRow("P-003", "servant3@body.example", "kk"),
            RosterRow("P-004", None, "ru"),
            RosterRow("P-2", "New@body.example", "kk"),
        )

    @pytest.mark.parametrize(
        ("reference", "email", "says"),
        [
            ("p-002", "", "same reference"),
            ("P-9", "SERVANT2@body.example", "same address"),
            ("", "", "missing"),
            ("P-9", "nowhere", "e-mail"),
        ],
    )
    def test_what_a_file_could_not_say_nobody_can_type(self, office, campaign, reference, email, says):
        with pytest.raises(RowRefused, match=says):
            add_entry(office, campaign, reference=reference, email=email, language="kk")
        with pytest.raises(RowRefused, match=says):
            change_entry(office, campaign, "P-001", reference=reference, email=email, language="kk")
        assert references(office, campaign) == ["P-001", "P-002", "P-003"]

    def test_an_entry_that_is_gone_is_not_changed(self, office, campaign):
        for step in (
            lambda: remove_entry(office, campaign, "P-9"),
            lambda: change_entry(office, campaign, "P-9", reference="P-1", email="", language="kk"),
        ):
            with pytest.raises(UnknownEntry):
                step()

    def test_looking_up_finds_reference_and_address(self, office, campaign):
        found = roster_page(office, campaign, "servant2")
        assert ([entry.reference for entry in found.entries], found.fitting, found.count) == (["P-002"], 1, 3)
        assert roster_page(office, campaign, "p-00", start=1, most=1).entries[0].reference == "P-002"
        assert roster_page(office, campaign, "%").fitting == 0

    def test_enrolling_freezes_all_of_it_and_counts_what_was_corrected(self, world, office, campaign):
        add_entry(office, campaign, reference="P-004", email="", language="ru")
        keep_upload(office, campaign, read_spreadsheet(b"reference\nP-1\n", "r.csv"))
        world.provides_blind_key(office, campaign)
        enrolment = enrol(office, campaign)

        key = office.keys.load(invitation_key_label(campaign))
        with office.database.read() as session:
            rows = session.query(RosterEntryRow).all()
        leaves = sorted(roster_leaf(derive_code(key, campaign, row.entry_id), row.reference) for row in rows)
        assert (enrolment.eligible, enrolment.roster_commitment) == (4, tree_root(leaves))
        for step in (
            lambda: add_entry(office, campaign, reference="P-5", email="", language="kk"),
            lambda: change_entry(office, campaign, "P-001", reference="P-1", email="", language="kk"),
            lambda: remove_entry(office, campaign, "P-001"),
            lambda: keep_upload(office, campaign, read_spreadsheet(b"reference\nP-1\n", "r.csv")),
        ):
            with pytest.raises(StepOutOfOrder, match="frozen"):
                step()
        with pytest.raises(NoUpload):
            find_upload(office, campaign)
