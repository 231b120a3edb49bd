"""Every term of a report with its definition: the last pages of a printed one, a sheet of a workbook."""

from analytics.release import Release
from analytics.views import definitions as source

Definitions = tuple[tuple[str, str], ...]
ONLY_ON_SCREENS = frozenset({"difference", "median"})


def definitions(release: Release) -> Definitions:
    """Terms in the order in which a reader meets them; limits are those of this Release."""
    found = source.definitions(release.method, release.minimum_group, release.minimum_turnout)
    return tuple((definition.term, definition.text) for definition in found if definition.anchor not in ONLY_ON_SCREENS)
