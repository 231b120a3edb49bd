"""No table of the identity side is forgotten when a campaign is archived."""

from survey_app.identity.archiving import KEPT, _tables
from survey_app.identity.models import Base

OF_BODIES_NOT_PEOPLE = {"column_choice"}


def test_every_table_is_emptied_or_holds_nobody():
    emptied = {table.name for table in _tables()}
    assert emptied >= {"roster_entry", "issuance", "dispute", "turnout_band", "mail_queue", "bounce", "roster_upload"}
    assert set(Base.metadata.tables) - emptied == KEPT | OF_BODIES_NOT_PEOPLE
