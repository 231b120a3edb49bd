"""Rosters of bodies that do not exist: a reference, for some an address nobody has, a language."""

import csv
import io
from random import Random

from simulation.plan import PlannedCampaign

HAS_EMAIL, READS_KAZAKH = 0.7, 0.6


def make_roster(campaign: PlannedCampaign, random: Random) -> bytes:
    """A CSV file (reference, email, language) with one row for each eligible servant."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("reference", "email", "language"))
    for number in range(1, campaign.eligible + 1):
        reference = f"{campaign.body.code}-{number:04d}"
        email = f"{reference}@pikir.example" if random.random() < HAS_EMAIL else ""
        rows.writerow((reference, email, "kk" if random.random() < READS_KAZAKH else "ru"))
    return out.getvalue().encode()
