"""`pikir verify` on a scoring record's XLSX file alone."""

import io
import zipfile

import pytest

from analytics.record_files import record_xlsx
from analytics.verify import verify_path
from survey_app.domain import signing
from tests.builders import make_campaign, office_keys, official_questionnaire
from tests.certified import certified_files

ROWS = [(1,) * 11] * 8 + [(3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4)] * 4


@pytest.fixture(scope="module")
def workbook():
    return record_xlsx(certified_files(make_campaign(ROWS, eligible=15))["scoring-record.jws"].decode())


def report_on(path, key=None):
    key = key or signing.public_key_bytes(office_keys().agency)
    return verify_path(path, official_questionnaire(), agency_key=key)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_it_is_accepted_however_a_library_compresses_it(workbook, tmp_path, method):
    path = tmp_path / "record.xlsx"
    path.write_bytes(repacked(workbook, method))
    report = report_on(path)
    assert report.passed
    assert {"record", "record-xlsx", "record-figures"} <= {finding.check for finding in report.findings}
    assert not report_on(path, bytes(32)).passed


def test_a_changed_cell_is_found(workbook, tmp_path):
    path = tmp_path / "record.xlsx"
    path.write_bytes(repacked(workbook, zipfile.ZIP_DEFLATED, b">66.67<", b">76.67<"))
    assert {f.check for f in report_on(path).findings if f.status == "failed"} == {"record-xlsx"}


def repacked(data, method, *change):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", method) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        assert not change or any(change[0] in part for part in parts.values())
        for name, part in parts.items():
            new.writestr(name, part.replace(*change) if change else part)
    return out.getvalue()
