"""What was done to accounts lately, for those who approve proposals: a made-up second officer must not go unnoticed.

It is read from the journal, which whoever administers accounts cannot change. Accounts that only ever were limited to
bodies are left out: they approve nothing, and there are many.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.domain.documents import format_time, parse_time
from survey_app.staff.deciders import CHANGES
from survey_app.staff.desk import ADMINISTRATOR, AUDITOR, StaffDesk
from survey_app.staff.models import JournalRow

SHOWN_FOR = timedelta(days=14)
_GRANTS = ("add-staff", "change-role")


@dataclass(frozen=True)
class AccountNews:
    """One entry of the journal: ``actor`` did ``action`` to the account ``login``; ``role`` is what was granted."""

    moment: datetime
    actor: str
    action: str
    login: str
    role: str | None


def readers(desk: StaffDesk) -> frozenset[str]:
    """The roles that are told."""
    return desk.deciders | {AUDITOR, ADMINISTRATOR}


def account_news(desk: StaffDesk) -> tuple[AccountNews, ...]:
    """Accounts made, enabled, reset, bound or given a role in the last fourteen days, the newest first."""
    recent = select(JournalRow).where(
        JournalRow.action.in_(CHANGES), JournalRow.moment > format_time(desk.clock() - SHOWN_FOR)
    )
    with desk.database.read() as session:
        rows = session.scalars(recent.order_by(JournalRow.number.desc())).all()
        told = _ever_more_than_limited(session, desk) if rows else frozenset()
        return tuple(_as_news(row) for row in rows if row.subject in told)


def _ever_more_than_limited(session: Session, desk: StaffDesk) -> frozenset[str]:
    """Whoever was granted another role once: giving it back for a limited one hides nothing."""
    grants = session.scalars(select(JournalRow).where(JournalRow.action.in_(_GRANTS)))
    return frozenset(row.subject for row in grants if json.loads(row.details).get("role") not in desk.limited)


def _as_news(row: JournalRow) -> AccountNews:
    return AccountNews(parse_time(row.moment), row.actor, row.action, row.subject, json.loads(row.details).get("role"))
