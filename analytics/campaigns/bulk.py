"""Campaigns for many bodies at once: what would be created, to look at, then exactly that, all or none."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from analytics.campaigns.body_file import TIMES, BodyFile, BodyRow
from analytics.campaigns.calendar_checks import CalendarWarning, calendar_warnings
from analytics.campaigns.creation import create_campaigns, standing_campaign
from analytics.campaigns.hand_ins import BadRow, Reason
from analytics.campaigns.reading import find_round
from analytics.campaigns.terms import CampaignTerms
from analytics.office import AgencyOffice
from survey_app.domain.documents import format_time
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.manifest import Body, CampaignDraft, LocalisedText, ScheduleInvalid
from survey_app.staff import journal

COLUMNS = ("visits", *TIMES, "kpi_method", "minimum_group", "minimum_turnout")


class PreviewOutdated(PikirError):
    """What would be created now is not what was looked at: another officer was at work, or time has passed."""

    slug = "preview-outdated"


@dataclass(frozen=True)
class PlannedCampaign:
    """A campaign that would be created; ``differs`` names the terms that are exceptions of this body."""

    line: int
    body: Body
    head: LocalisedText
    terms: CampaignTerms
    differs: tuple[str, ...]
    warnings: tuple[CalendarWarning, ...]


@dataclass(frozen=True)
class Preview:
    """Campaigns that would be created, and rows of which none would be, with the reason."""

    round: str
    planned: tuple[PlannedCampaign, ...]
    refused: tuple[BadRow, ...]
    ignored_columns: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what would be created."""
        return hashlib.sha256(json.dumps([_fields(one) for one in self.planned]).encode()).hexdigest()


def preview_campaigns(office: AgencyOffice, round_code: str, terms: CampaignTerms, file: BodyFile) -> Preview:
    """What create_planned would do with these rows, changing nothing. Raises UnknownRound."""
    find_round(office, round_code)
    planned: list[PlannedCampaign] = []
    refused = list(file.bad_rows)
    with office.database.read() as session:
        for row in file.rows:
            if standing_campaign(session, round_code, row.body.code) is not None:
                refused.append(BadRow(row.line, Reason.EXISTS, row.body.code))
                continue
            try:
                planned.append(_plan(office, terms, row))
            except (ScheduleInvalid, Malformed) as error:
                refused.append(BadRow(row.line, Reason.SCHEDULE, str(error)))
    return Preview(round_code, tuple(planned), tuple(sorted(refused, key=_line)), file.ignored_columns)


def create_planned(
    office: AgencyOffice, preview: Preview, digest: str, *, actor: str = journal.COMMAND_LINE
) -> tuple[CampaignDraft, ...]:
    """Create the campaigns of a preview, all or none; ``digest`` is of the preview that somebody looked at.

    Raises PreviewOutdated, and what create_campaigns raises.
    """
    if preview.digest != digest or not preview.planned:
        raise PreviewOutdated("what would be created is no longer what the preview showed; look at it again")
    wanted = [(one.body, one.head, one.terms) for one in preview.planned]
    return create_campaigns(office, preview.round, wanted, actor=actor)


def all_warnings(planned: Sequence[PlannedCampaign]) -> dict[CalendarWarning, tuple[str, ...]]:
    """Each warning once, with the codes of the bodies that it concerns."""
    found: dict[CalendarWarning, tuple[str, ...]] = {}
    for one in planned:
        for warning in one.warnings:
            found[warning] = (*found.get(warning, ()), one.body.code)
    return found


def _plan(office: AgencyOffice, terms: CampaignTerms, row: BodyRow) -> PlannedCampaign:
    schedule: Any = {name: value for name, value in row.exceptions.items() if name in TIMES}
    others: Any = {name: value for name, value in row.exceptions.items() if name not in TIMES}
    own = replace(terms, schedule=replace(terms.schedule, **schedule), **others)
    differs = tuple(name for name in COLUMNS if _term(own, name) != _term(terms, name))
    warnings = calendar_warnings(own.schedule, own.visits, office.clock())
    return PlannedCampaign(row.line, row.body, row.head, own, differs, warnings)


def _term(terms: CampaignTerms, name: str) -> object:
    return getattr(terms.schedule if name in TIMES else terms, name)


def _fields(one: PlannedCampaign) -> list[object]:
    terms = {name: _term(one.terms, name) for name in COLUMNS if name not in TIMES}
    times = [format_time(getattr(one.terms.schedule, name)) for name in TIMES]
    more = [one.terms.appeal_days, one.terms.legal_basis]
    return [one.body.code, vars(one.body.name), vars(one.head), terms, times, more]


def _line(row: BadRow) -> int:
    return row.line
