"""Roles and actions of staff in words."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

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
