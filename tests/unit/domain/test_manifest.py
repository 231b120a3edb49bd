"""A campaign's windows, and the identifiers and texts of its documents."""

from dataclasses import replace
from datetime import timedelta

import pytest

from survey_app.domain.errors import Malformed
from survey_app.domain.manifest import (
    LocalisedText,
    Schedule,
    ScheduleInvalid,
    check_campaign_id,
    check_schedule,
)
from tests.unit.domain.examples import DRAFT, SCHEDULE

SECOND = timedelta(seconds=1)


class TestWindows:
    """Half-open: a window is open at its first instant and closed at its last."""

    def test_issuing(self):
        assert not SCHEDULE.is_issuing(SCHEDULE.issuance_opens - SECOND)
        assert SCHEDULE.is_issuing(SCHEDULE.issuance_opens)
        assert SCHEDULE.is_issuing(SCHEDULE.issuance_closes - SECOND)
        assert not SCHEDULE.is_issuing(SCHEDULE.issuance_closes)

    def test_collecting(self):
        assert not SCHEDULE.is_collecting(SCHEDULE.collection_opens - SECOND)
        assert SCHEDULE.is_collecting(SCHEDULE.collection_opens)
        assert SCHEDULE.is_collecting(SCHEDULE.collection_closes - SECOND)
        assert not SCHEDULE.is_collecting(SCHEDULE.collection_closes)


class TestSchedule:
    @pytest.mark.parametrize("visits", ["two", "single"])
    def test_one_window_after_the_other(self, visits):
        check_schedule(SCHEDULE, visits)

    def test_two_visits_may_touch(self):
        check_schedule(replace(SCHEDULE, collection_opens=SCHEDULE.issuance_closes), "two")

    def test_two_visits_must_not_overlap(self):
        with pytest.raises(ScheduleInvalid):
            check_schedule(replace(SCHEDULE, collection_opens=SCHEDULE.issuance_closes - SECOND), "two")

    def test_a_single_visit_overlaps(self):
        overlapping = replace(SCHEDULE, collection_opens=SCHEDULE.issuance_opens)

        check_schedule(overlapping, "single")
        with pytest.raises(ScheduleInvalid):
            check_schedule(overlapping, "two")

    @pytest.mark.parametrize("visits", ["two", "single"])
    @pytest.mark.parametrize(
        "changes",
        [
            {"issuance_opens": SCHEDULE.issuance_closes},
            {"issuance_opens": SCHEDULE.issuance_closes + SECOND},
            {"collection_closes": SCHEDULE.collection_opens},
            {"collection_opens": SCHEDULE.collection_closes + SECOND},
        ],
    )
    def test_a_window_is_open_for_a_while(self, visits, changes):
        with pytest.raises(ScheduleInvalid):
            check_schedule(replace(SCHEDULE, **changes), visits)

    def test_a_token_drawn_last_can_still_be_used(self):
        with pytest.raises(ScheduleInvalid, match="collecting must not close before issuing"):
            check_schedule(
                Schedule(
                    issuance_opens=SCHEDULE.issuance_opens,
                    issuance_closes=SCHEDULE.collection_closes + SECOND,
                    collection_opens=SCHEDULE.issuance_opens,
                    collection_closes=SCHEDULE.collection_closes,
                ),
                "single",
            )

    def test_no_document_can_hold_a_wrong_one(self):
        with pytest.raises(ScheduleInvalid):
            replace(DRAFT, schedule=replace(SCHEDULE, collection_opens=SCHEDULE.issuance_opens))


class TestCampaignIdentifier:
    def test_32_digits(self):
        assert check_campaign_id("0f1e2d3c4b5a69788796a5b4c3d2e1f0") == "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

    @pytest.mark.parametrize("text", ["", "0" * 31, "0" * 33, "F" * 32, "g" * 32, "0" * 32 + "\n", "٠" * 32])
    def test_anything_else(self, text):
        with pytest.raises(Malformed):
            check_campaign_id(text)


class TestLocalisedText:
    TEXT = LocalisedText("пікір", "мнение", "opinion")

    @pytest.mark.parametrize(("language", "text"), [("kk", "пікір"), ("ru", "мнение"), ("en", "opinion")])
    def test_by_language(self, language, text):
        assert self.TEXT[language] == text

    @pytest.mark.parametrize("language", ["de", "", "__class__", "KK"])
    def test_another_language(self, language):
        with pytest.raises(KeyError):
            self.TEXT[language]
