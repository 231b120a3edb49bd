"""Roles and actions of staff in words."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from survey_app.staff.account_news import AccountNews

ROLE_NAMES: Mapping[str, LazyString] = {
    "officer": _l("officer"),
    "analyst": _l("analyst"),
    "custodian": _l("custodian of a key share"),
    "personnel": _l("personnel officer"),
    "issuing": _l("issuing officer"),
    "auditor": _l("auditor"),
    "administrator": _l("administrator of accounts"),
}


def role_name(role: str) -> str:
    """A role for people."""
    return str(ROLE_NAMES.get(role, role))


_EVENTS: Mapping[str, LazyString] = {
    "add-staff": _l("New account %(login)s: %(role)s"),
    "change-role": _l("New role of %(login)s: %(role)s"),
    "enable-staff": _l("The account %(login)s was enabled again"),
    "reset-password": _l("New initial password for %(login)s"),
    "reset-second-factor": _l("The second factor of %(login)s was reset"),
    "bind-subject": _l("Another identity was bound to %(login)s, or taken from it"),
}


def account_event(news: AccountNews) -> str:
    """What was done to an account."""
    role = "" if news.role is None else role_name(news.role)
    return str(_EVENTS[news.action]) % {"login": news.login, "role": role}
