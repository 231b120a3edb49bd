"""What an observer of the collector's answers and of sealed responses can tell apart: nothing."""

import pytest
import urllib3

from survey_app.responses.models import ResponseRow
from tests.world import roster_lines, world


@pytest.mark.crypto
def test_no_cookie_and_equal_lengths(tmp_path, clock, questionnaire):
    with world(tmp_path, clock, questionnaire) as place:
        campaign_id = place.agency_officer_drafts("single")
        place.offices_enrol(campaign_id, roster_lines(4))
        place.agency_officer_announces(campaign_id)
        links = [invitation.link for invitation in place.issuing_officer_invites(campaign_id)]
        place.issuing_opens()
        sheets = ([0] * 14, [1] * 14, [3, 3, *[4] * 9, 2, 2, 3], [1] + [0] * 13)
        receipts = [
            place.respondent_answers(place.respondent.draws_token(link), sheet)
            for link, sheet in zip(links, sheets, strict=True)
        ]
        with place.collector.database.read() as session:
            lengths = {len(row.sealed) for row in session.query(ResponseRow)}
        pool = urllib3.PoolManager()
        paths = ["kk/", f"kk/c/{campaign_id}", f"ru/c/{campaign_id}/board", f"c/{campaign_id}/manifest"]
        paths += [f"c/{campaign_id}/board.json", "nowhere", "static/pikir.css", "static/collector.js"]
        answers = [pool.request("GET", f"{place.collector_url}/{path}", retries=False) for path in paths]
        answers.append(
            pool.request("POST", f"{place.collector_url}/c/{campaign_id}/responses", body=b"x", retries=False)
        )
        pool.clear()

    assert lengths == {145}
    assert len({len(receipt) for receipt in receipts}) == 1
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert "Server" not in answer.headers
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
