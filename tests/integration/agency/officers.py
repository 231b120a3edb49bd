"""Two officers at the agency's console, and what tests of it share."""

import time
from dataclasses import dataclass

from analytics.campaigns.reading import campaigns
from analytics.office import AgencyOffice
from tests.integration.agency.browsing import LOGIN, Staff
from tests.integration.agency.forms import sends
from tests.integration.agency.partners import PASSPHRASE

TIMES = {
    "issuance_opens": "2026-11-03T09:00",
    "issuance_closes": "2026-11-08T18:00",
    "collection_opens": "2026-11-09T09:00",
    "collection_closes": "2026-11-16T18:00",
}
SECOND = "bolat"


@dataclass
class Officers:
    """Two officers, each with a browser; the console's own way through a step."""

    first: Staff
    second: Staff

    def round_page(self, round_code: str = "2026", lang: str = "en") -> str:
        return self.first.page(f"/{lang}/console/rounds/{round_code}")

    def sees_dry_run(self, step: str, chosen: list[str], round_code: str = "2026") -> str:
        page = self.round_page(round_code)
        response = sends(self.first, page, "/dry-run", campaign=chosen, step=step)
        assert response.status_code == 200
        return response.text

    def proposes(self, step: str, chosen: list[str], round_code: str = "2026", **more: str) -> str:
        """The path of the proposal."""
        response = sends(self.first, self.sees_dry_run(step, chosen, round_code), "/propose", **more)
        assert response.status_code == 302, response.text
        return response.location.removeprefix("/agency")

    def approves(self, path: str, **more: str):
        return sends(self.second, self.second.page(path), path, **more)

    def sign_in_again(self) -> None:
        """Two weeks later."""
        self.first.sign_in(LOGIN)
        self.second.sign_in(SECOND)

    def first_makes_key(self, campaign_id: str) -> None:
        page = self.sees_dry_run("keygen", [campaign_id])
        made = sends(self.first, page, "/keys/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
        assert made.status_code == 302


def ids(office: AgencyOffice) -> dict[str, str]:
    return {one.draft.body.code: one.campaign_id for one in campaigns(office)}


def waits_for_opening(staff: Staff, path: str) -> str:
    for _ in range(600):
        if staff.get(f"{path}/progress").json["ended"]:
            return staff.page(path)
        time.sleep(0.05)
    raise AssertionError("the opening does not end")
