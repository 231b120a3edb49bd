"""Scoring records as other systems pull them: every one that was ever certified, for what it is now."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from analytics.campaigns.certified import Certified, all_certified_in_round
from analytics.campaigns.second_institutions import files_of
from analytics.custody.countersigning import opened_sha256
from analytics.office import AgencyOffice
from survey_app.domain import base64url, signing
from survey_app.domain.documents import format_time
from survey_app.domain.errors import Malformed, PikirError

Status = Literal["current", "superseded", "void"]
STATUSES: tuple[Status, ...] = ("current", "superseded", "void")
MOST_ON_A_PAGE = 200

Place = tuple[str, str, int]


class UnknownScoringRecord(PikirError):
    """No certified scoring record is there."""

    slug = "unknown-scoring-record"


@dataclass(frozen=True)
class Page:
    """Some records in the order of their certification, and the cursor of the page after, if there is one."""

    records: tuple[Certified, ...]
    next_cursor: str | None


def records_page(
    office: AgencyOffice,
    round_code: str,
    *,
    limit: int,
    cursor: str | None = None,
    body: str | None = None,
    status: str | None = None,
) -> Page:
    """At most ``limit`` records of a round after ``cursor``. Raises Malformed for another limit, status or cursor.

    Records keep their order for good, newly certified ones come last, so that no page repeats or leaves out any.
    """
    if not 1 <= limit <= MOST_ON_A_PAGE:
        raise Malformed(f"a page has 1 to {MOST_ON_A_PAGE} records")
    if status is not None and status not in STATUSES:
        raise Malformed(f"a status is one of {', '.join(STATUSES)}")
    after = None if cursor is None else _read_cursor(cursor)
    wanted = [
        record
        for record in _records(office, round_code)
        if (after is None or _place(record) > after)
        and body in (None, record.release.body.code)
        and status in (None, status_of(record))
    ]
    page = wanted[:limit]
    return Page(tuple(page), _cursor(page[-1]) if len(wanted) > limit else None)


def one_record(office: AgencyOffice, round_code: str, campaign_id: str, number: int) -> Certified:
    """The record of Release ``number`` of a campaign. Raises UnknownScoringRecord."""
    for record in _records(office, round_code):
        if (record.release.campaign_id, record.number) == (campaign_id, number):
            return record
    raise UnknownScoringRecord(f"round {round_code} has no scoring record {campaign_id}/{number}")


def status_of(record: Certified) -> Status:
    """What a record is now: a void one is void, superseded or not."""
    if record.void_reason is not None:
        return "void"
    return "superseded" if record.superseded_by is not None else "current"


def record_json(office: AgencyOffice, record: Certified) -> Mapping[str, Any]:
    """A record as it is served: what became of it, its payload, and the signed texts by which all can be checked."""
    jws = str(record.record_jws)
    return {
        "id": f"{record.release.campaign_id}/{record.number}",
        "status": status_of(record),
        "superseded_by": None
        if record.superseded_by is None
        else f"{record.release.campaign_id}/{record.superseded_by}",
        "void_reason": record.void_reason,
        "certified": format_time(record.certified),
        "record": json.loads(signing.peek(jws)[1]),
        "jws": jws,
        "countersignatures": countersignatures(office, record),
    }


def countersignatures(office: AgencyOffice, record: Certified) -> list[str]:
    """What second institutions signed about the record's Release, as compact JWS."""
    release = record.release
    with office.database.read() as session:
        found = files_of(session, release.campaign_id, opened_sha256(release).hex())
    return [data.decode("ascii") for data in found.values()]


def _records(office: AgencyOffice, round_code: str) -> Sequence[Certified]:
    """In the order of certification; a Release without a KPI has no record."""
    found = all_certified_in_round(office, round_code)
    return sorted((record for record in found if record.record_jws is not None), key=_place)


def _place(record: Certified) -> Place:
    return format_time(record.certified), record.release.campaign_id, record.number


def _cursor(record: Certified) -> str:
    return base64url.encode(json.dumps(_place(record), separators=(",", ":")).encode())


def _read_cursor(text: str) -> Place:
    try:
        moment, campaign_id, number = json.loads(base64url.decode(text))
    except (ValueError, TypeError, RecursionError) as error:
        raise Malformed("not a cursor of this list") from error
    if (type(moment), type(campaign_id), type(number)) != (str, str, int):
        raise Malformed("not a cursor of this list")
    return moment, campaign_id, number
