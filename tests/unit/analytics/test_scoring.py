"""The ScoringRecord: a function of the certified Release, with a range and never a score."""

import csv
import io
import json
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from analytics.record_files import jws_in_csv, jws_in_json, jws_in_xlsx, record_csv, record_json, record_xlsx
from analytics.scoring import NothingToScore, ScoringRecord, make_record
from analytics.workbook import add_sheet, new_workbook, write
from survey_app.domain.documents import read_document, sign_document
from survey_app.domain.errors import Malformed
from survey_app.domain.manifest import Body, LocalisedText
from survey_app.domain.signing import SignatureInvalid, fingerprint
from tests.builders import make_campaign, office_keys
from tests.certified import open_built

MIXED = [(1,) * 11] * 8 + [(3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4)] * 4


def certified(rows=MIXED, **options):
    campaign = make_campaign(rows, eligible=15, **options)
    return sign_document(open_built(campaign), campaign.keys.agency)


@pytest.fixture(scope="module")
def release_jws():
    return certified()


def test_the_record_of_a_release(release_jws):
    record = make_record(release_jws)
    assert (record.fact, record.realisation_percent, record.unit, record.plan) == ("66.67", "66.67", "%", "100")
    assert (record.numerator, record.denominator) == (2, 3)
    assert (record.row, record.score_range, record.score_low, record.score_high) == (
        "65-69,99",
        "3,25-3,49",
        "3.25",
        "3.49",
    )
    assert (record.second_method, record.second_value) == ("mean_score/1", "66.67")
    assert (record.n, record.eligible, record.turnout, record.standing) == (12, 15, "80.00", "official")
    assert record.release == fingerprint(release_jws)
    assert record.countersigned is None
    assert record.indicator.ru.startswith("Удовлетворенность государственных служащих условиями труда")


def test_no_field_holds_a_chosen_score():
    assert not {"score", "mark", "grade"} & set(ScoringRecord.__dataclass_fields__)


def test_the_record_of_a_small_body_carries_the_row_and_no_percentage():
    record = make_record(certified(MIXED[3:]))
    assert record.score_range == "2,75-2,99"
    withheld = ("fact", "realisation_percent", "numerator", "denominator", "second_value", "interval", "logical_bounds")
    assert [getattr(record, name) for name in withheld] == [None] * len(withheld)


def test_flags_of_campaign_and_kpi_are_on_the_record():
    record = make_record(certified(drawn=None, visits="single"))
    assert record.flags[:2] == ("single_visit", "drawn_not_stated")
    assert record.visits == "single"


def test_the_second_method_of_mean_score_is_the_default():
    assert make_record(certified(kpi_method="mean_score/1")).second_method == "fav_share/1"


def test_nobody_gives_no_record():
    with pytest.raises(NothingToScore):
        make_record(certified([]))


def test_an_unsigned_release_gives_no_record(release_jws):
    with pytest.raises((SignatureInvalid, Malformed)):
        make_record(release_jws[:-8] + "AAAAAAAA")


def signed_record(release_jws):
    return sign_document(make_record(release_jws), office_keys().agency)


def test_json_is_the_payload_and_the_signed_text(release_jws):
    jws = signed_record(release_jws)
    document = json.loads(record_json(jws))
    assert document["jws"] == jws == jws_in_json(record_json(jws))
    assert (document["format"], document["fact"], document["score_range"]) == (
        "pikir-scoring/1",
        "66.67",
        "3,25-3,49",
    )
    record = read_document(ScoringRecord, document["jws"], office_keys().agency.public_key().public_bytes_raw())
    assert record == make_record(release_jws)


def test_csv_is_one_row_that_a_spreadsheet_reads(release_jws):
    jws = signed_record(release_jws)
    data = record_csv(jws)
    assert data.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert (row["body_name_ru"], row["fact"], row["score_range"]) == ("Министерство воды", "66.67", "3,25-3,49")
    assert (row["numerator"], row["stable"], row["rejected"]) == ("2", "false", "")
    assert row["jws"] == jws == jws_in_csv(data)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start):
    hostile = LocalisedText(*(f'{start}HYPERLINK("x"),"quoted"' for _ in range(3)))
    jws = signed_record(certified(body=Body("=1+1", hostile), head=hostile, round=f"{start}2026"))
    (row,) = csv.DictReader(io.StringIO(record_csv(jws).decode("utf-8-sig"), newline=""))
    assert row["body_name_kk"] == "'" + hostile.kk
    assert row["body_code"] == "'=1+1"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"jws": 1}', b"jws\r\n", b"\xff"])
def test_other_files_carry_no_record(data):
    with pytest.raises(Malformed):
        jws_in_json(data)
    with pytest.raises(Malformed):
        jws_in_csv(data)


def cells(data):
    """Field to value, and the sheet's formulas, as another library reads them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheet = book.get_sheet_by_index(0)
    return dict(sheet.to_python()), zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")


def test_the_workbook_has_real_numbers_and_the_signed_text(release_jws):
    jws = signed_record(release_jws)
    data = record_xlsx(jws)
    fields, _ = cells(data)
    assert (fields["fact"], fields["n"], fields["score_low"], fields["plan"]) == (66.67, 12, 3.25, 100)
    assert (fields["row"], fields["body_name_kk"]) == ("65-69,99", "Су министрлігі")
    assert fields["jws"] == jws == jws_in_xlsx(data)
    assert record_xlsx(jws) == data


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "http://", "{="])
def test_no_cell_of_the_workbook_is_a_formula_or_a_link(start):
    hostile = LocalisedText(*(f'{start}HYPERLINK("x"),"quoted"' for _ in range(3)))
    fields, xml = cells(record_xlsx(signed_record(certified(body=Body("=1+1", hostile), head=hostile))))
    assert fields["body_name_kk"].lstrip() == hostile.kk.lstrip()
    assert fields["body_code"] == "=1+1"
    assert b"<f>" not in xml
    assert b"hyperlink" not in xml


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"{}"])
def test_other_files_carry_no_record_in_a_workbook(data):
    with pytest.raises(Malformed):
        jws_in_xlsx(data)


def test_a_workbook_of_something_else_carries_no_record():
    with new_workbook("other") as written:
        write(add_sheet(written.workbook, "a: sheet / with [signs]"), 0, 0, "text")
    with pytest.raises(Malformed):
        jws_in_xlsx(written.data)
