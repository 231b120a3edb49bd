"""Who has countersigned what a page shows."""

from analytics.campaigns.second_institutions import institutions_of
from analytics.release import Release
from analytics.views.office import office
from survey_app.web.languages import current_language


def countersigners(release: Release) -> list[str]:
    """Names of the institutions that countersigned this Release, in the reader's language."""
    return [name[current_language()] for name in institutions_of(office(), release)]
