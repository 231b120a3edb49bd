"""What codes in tables mean, in the reader's language."""

from collections.abc import Mapping

from flask_babel import gettext as _

from analytics.methods import METHODS
from analytics.views import wording
from analytics.views.codes import ATTACKS, CELLS


def hidden() -> Mapping[str, str]:
    """Why a figure is hidden."""
    return {name: wording.cell_reason(name) for name in CELLS}


def statuses() -> Mapping[str, str]:
    """What became of a Release, a body's or a round's."""
    return {
        "current": _("stands"),
        "superseded": _("superseded"),
        "void": _("void"),
        "outdated": _("outdated"),
    }


def parts() -> Mapping[str, str]:
    """Whether a body's answers are in the figures of a round."""
    return {name: str(text) for name, text in wording.ROUND_PARTS.items()}


def changes() -> Mapping[str, str]:
    """What has happened to a body since the round was certified."""
    return {name: str(text) for name, text in wording.ROUND_CHANGES.items()}


def standings() -> Mapping[str, str]:
    """Official or provisional."""
    return {name: wording.standing(name) for name in ("official", "provisional")}


def visits() -> Mapping[str, str]:
    """How drawing and answering were kept apart."""
    return {"two": _("two visits"), "single": _("single visit")}


def methods() -> Mapping[str, str]:
    """KPI methods by name and identifier."""
    return {name: wording.method(name) for name in METHODS}


def verdicts() -> Mapping[str, str]:
    """What came of the attack on a Release before it was certified."""
    return {name: wording.attack(name) for name in ATTACKS}
