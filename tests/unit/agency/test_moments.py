"""Times as officers write them."""

from datetime import UTC, datetime

import pytest

from analytics.campaigns.moments import local_text, read_moment
from survey_app.domain.errors import Malformed


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-02 09:00", datetime(2026, 11, 2, 4, 0, tzinfo=UTC)),
        ("2023-11-02 09:00", datetime(2023, 11, 2, 3, 0, tzinfo=UTC)),  # before the country chose UTC+5
        ("2026-11-02T09:00:00+05:00", datetime(2026, 11, 2, 4, 0, tzinfo=UTC)),
        ("2026-11-02T04:00:00Z", datetime(2026, 11, 2, 4, 0, tzinfo=UTC)),
    ],
)
def test_both_forms(text: str, utc: datetime) -> None:
    assert read_moment(text) == utc


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-11-02", "2026-11-02T09:00:00", "2026-13-02 09:00"])
def test_refused(text: str) -> None:
    with pytest.raises(Malformed, match="Asia/Almaty"):
        read_moment(text)


def test_printed_as_written() -> None:
    assert local_text(read_moment("2026-11-02 09:00")) == "2026-11-02 09:00"
