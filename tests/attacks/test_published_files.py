"""An outsider who collects every published file of every round, in every form, and puts them together.

In `make test` the rounds are small and made without envelopes; `make verify` attacks a whole demonstration too, and
there also as somebody who knows exactly who answered (which the test learns by opening the batches).
"""

import itertools
import os
import re
from dataclasses import dataclass, replace

import numpy as np
import pytest

import config
import pikir
from analytics.agency_app import create_agency_app
from analytics.api_tokens import add_api_token
from analytics.attacker.outside import Outside, read_outside
from analytics.attacker.outside_groups import exposed_groups
from analytics.attacker.outside_totals import exposed_totals
from analytics.campaigns import custody, publication
from analytics.campaigns.certified import all_certified_in_round
from analytics.campaigns.reading import find_campaign, rounds
from analytics.evidence import Evidence
from analytics.figures import GroupCell
from analytics.models import ReleaseRow, ScoringRecordRow
from analytics.office import AgencyOffice, open_agency, signing_key, staff_desk
from analytics.opening import count_batch
from analytics.protection import hidden_by_mark
from analytics.release import supersede
from analytics.scoring import make_record
from benchmarks.rounds import ENVIRON, build_rounds
from config import agency_config
from simulation.plan import make_plan
from survey_app.domain.documents import format_time, sign_document
from survey_app.staff.accounts import add_staff
from survey_app.web import demonstration
from survey_app.web.clock import system_clock
from survey_app.web.exchange import BATCH
from survey_app.web.settings import Settings
from tests.attacks.published import QUESTIONNAIRE, Facts, text_of
from tests.clock import FakeClock
from tests.integration.agency.browsing import LOGIN, PASSWORD, Staff
from tests.property.test_protection_properties import Outsider

LONG = os.environ.get("PIKIR_VERIFY") == "1"
WORDS_IN_PDF = {"0.1"}  # "rounded outward to 0.1"
CHECKS = 60


@dataclass
class Collected:
    """An agency, and everything that it hands out."""

    office: AgencyOffice
    facts: Facts
    pdfs: dict[str, bytes]

    def by_campaign(self):
        """Releases of each campaign, the first first."""
        ordered = sorted(self.facts.releases, key=lambda name: (name.split("/")[0], int(name.split("/")[1])))
        groups = itertools.groupby(ordered, key=lambda name: name.split("/")[0])
        return {campaign: [self.facts.releases[name] for name in names] for campaign, names in groups}


def collect(office: AgencyOffice, browser: Staff) -> Collected:
    """Every file over HTTP: records over REST, documents, reports and data packages of every Release and round."""
    facts, pdfs = Facts(), {}
    bearer = {"Authorization": f"Bearer {add_api_token(office, 'outsider')}"}
    for known in rounds(office):
        entries = all_certified_in_round(office, known.code)
        if not entries:
            continue
        path = f"/api/v1/rounds/{known.code}/scoring-records"
        facts.read_records("rest", browser.client.get(path, headers=bearer).text)
        places = [f"rounds/{known.code}", *(f"{e.release.campaign_id}/{e.number}" for e in entries)]
        for place in places:
            facts.read_package("package", got(browser, f"{place}.zip"))
            facts.read_workbook("xlsx", got(browser, f"{place}.xlsx"))
        for place in places[1:] if LONG else places[-1:]:
            pdfs[place] = got(browser, f"{place}.pdf")
    for path in sorted((office.exchange.folder).glob("*/release*.jws")):
        number = re.search(r"-(\d+)", path.name)
        latest = max(int(name.split("/")[1]) for name in facts.releases if name.startswith(path.parent.name))
        facts.read_jws("exchange", f"{path.parent.name}/{number[1] if number else latest}", path.read_text())
    return Collected(office, facts, pdfs)


def got(browser: Staff, path: str) -> bytes:
    answer = browser.get(f"/en/reports/{path}")
    assert answer.status_code == 200, path
    return answer.data


def correct(office: AgencyOffice, code: str, body: str) -> str:
    """Supersede a body's Release by one that hides one more cell's group; gives the campaign."""
    (entry,) = (e for e in all_certified_in_round(office, code) if e.release.body.code == body)
    release = entry.release
    shown = [(g.variable, c.question) for g in release.breakdowns for c in g.cells if c.base is not None]
    variable, question = shown[0]
    groups = tuple(
        replace(group, cells=tuple(_hide(cell) if cell.question == question else cell for cell in group.cells))
        if group.variable == variable
        else group
        for group in release.breakdowns
    )
    fewer = replace(release, breakdowns=groups)
    verdict = replace(release.verdict, together=(entry.sha256,), hidden=hidden_by_mark(fewer.figures))
    corrected = supersede(replace(fewer, verdict=verdict), entry.sha256, "one group was shown too many")
    key = signing_key(office)
    jws = sign_document(corrected, key)
    with office.database.write() as session:
        session.add(
            ReleaseRow(
                campaign_id=release.campaign_id,
                number=entry.number + 1,
                opened_sha256="0" * 64,
                jws=jws,
                certified=format_time(office.clock()),
                reason=corrected.reason,
            )
        )
        session.flush()
        record = sign_document(make_record(jws), key)
        session.add(ScoringRecordRow(campaign_id=release.campaign_id, number=entry.number + 1, jws=record))
    publication.set_aside(office.exchange, release.campaign_id, entry.number, entry.jws, entry.record_jws)
    publication.publish(office.exchange, release.campaign_id, jws, record)
    return release.campaign_id


def _hide(cell: GroupCell) -> GroupCell:
    return cell if cell.hidden else GroupCell(cell.question, "protected", None, None, None)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Two rounds of four bodies, one of which was corrected."""
    instance = tmp_path_factory.mktemp("published")
    build_rounds(instance, 4, 2, sizes=(9, 25, 45, 70), processes=1)
    settings, clock = without_second_factor(agency_config(instance, ENVIRON)), FakeClock()
    office = open_agency(settings, clock)
    correct(office, "2026", "body-04")
    add_staff(staff_desk(office), LOGIN, "analyst", PASSWORD)
    browser = Staff(create_agency_app(settings, clock).test_client())
    browser.sign_in()
    return collect(office, browser)


def without_second_factor(settings):
    return replace(settings, second_factor_required=False)


def attack(collected: Collected):
    """Everything that can be proved from the files: by campaign, over all of its Releases."""
    for campaign, releases in collected.by_campaign().items():
        last = releases[-1]
        known = Outside(
            QUESTIONNAIRE, [release.figures for release in releases], last.n, last.eligible, last.minimum_group
        )
        published = read_outside(known)
        for exposure in (*exposed_totals(known, published), *exposed_groups(known, published)):
            yield campaign, exposure


def check(collected: Collected) -> None:
    """No form tells more than another, and all together expose nobody."""
    facts = collected.facts
    assert facts.contradictions == {}
    assert {len(releases) for releases in collected.by_campaign().values()} >= {1}
    counts = {place for place in facts.told if len(place) > 2 or place[1] in {q.id for q in QUESTIONNAIRE.substantive}}
    signed = facts.told_by("package jws") | facts.told_by("exchange")
    assert set(facts.told) <= signed, "some file says what no signed Release does"
    assert counts <= facts.told_by("package csv")
    assert {place for place in counts if len(place) != 3} <= facts.told_by("xlsx")
    assert facts.told_by("rest") <= signed
    known = facts.numbers() | published_numbers(collected)
    for place, pdf in collected.pdfs.items():
        decimals = set(re.findall(r"(?<![\w.,])\d+\.\d(?![\w.])", text_of(pdf)))
        assert decimals - known - WORDS_IN_PDF == set(), place
    assert list(attack(collected)) == []


def published_numbers(collected: Collected) -> set[str]:
    """Bounds of intervals, which are figures too."""
    kpis = [figure for release in collected.facts.releases.values() for figure in release.kpis]
    bounds = [bounds for figure in kpis for bounds in (figure.interval, figure.logical_bounds) if bounds]
    return {edge for one in bounds for edge in (one.low, one.high)}


def test_nothing_falls(small: Collected):
    assert 2 in {len(releases) for releases in small.by_campaign().values()}
    assert len(small.facts.told) > 100
    check(small)


def test_the_same_attack_finds_what_breaks_the_rules(small: Collected):
    """The positive control: a cell of the correction that neither Release shows by itself."""
    (releases,) = (r for r in small.by_campaign().values() if len(r) == 2)
    broken = leaked(releases[0])
    facts = Facts()
    facts.releases = {"x/1": releases[0], "x/2": broken}
    assert list(attack(Collected(small.office, facts, {})))


def leaked(release):
    """The same, but one total is shown as the Release's shown levels and three more people who agree."""
    for group in release.breakdowns:
        for cell in group.cells:
            rest = rest_of(release, group.variable, cell.question)
            if cell.hidden and rest:
                changed = replace(cell, hidden=None, favourable=rest[0], unfavourable=rest[1] - 2, base=sum(rest) - 2)
                cells = tuple(changed if c is cell else c for c in group.cells)
                groups = tuple(replace(group, cells=cells) if g is group else g for g in release.breakdowns)
                return replace(release, breakdowns=groups)
    raise AssertionError("no hidden level beside shown ones")


def rest_of(release, variable, question):
    """What the shown levels of a variable leave of a question, if there are both shown and hidden ones."""
    cells = [c for g in release.breakdowns if g.variable == variable for c in g.cells if c.question == question]
    total = next(t for t in release.totals if t.question == question)
    shown = [c for c in cells if c.base is not None]
    if total.base is None or not shown or len(shown) == len(cells):
        return None
    rest = total.favourable - sum(c.favourable for c in shown), total.unfavourable - sum(c.unfavourable for c in shown)
    return rest if rest[1] >= 3 else None


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Collected:
    instance = tmp_path_factory.mktemp("demonstration") / "instance"
    settings = Settings(instance, {}, system_clock)
    pikir.build_demo(settings, 8765, make_plan(system_clock()))
    environ = demonstration.environment(instance, {})
    agency = without_second_factor(agency_config(instance, environ))
    office = open_agency(agency, system_clock)
    code = next(known.code for known in rounds(office) if all_certified_in_round(office, known.code))
    largest = max(all_certified_in_round(office, code), key=lambda entry: entry.release.n)
    correct(office, code, largest.release.body.code)
    add_staff(staff_desk(office), LOGIN, "analyst", PASSWORD)
    browser = Staff(create_agency_app(agency, system_clock).test_client())
    browser.sign_in()
    return collect(office, browser)


class TestWholeDemonstration:
    """Takes minutes, so only `make verify` collects it."""

    __test__ = LONG

    def test_nothing_falls_from_files_alone(self, demo: Collected) -> None:
        assert len(demo.by_campaign()) > 20
        check(demo)

    def test_nobody_falls_to_who_knows_who_answered(self, demo: Collected) -> None:
        random = np.random.default_rng(4)
        keys = custody.sealing_keys(demo.office, config.DEMO_SECRET)
        for campaign_id, releases in demo.by_campaign().items():
            people = composition(demo.office, campaign_id, keys)
            shown = [total.question for total in releases[-1].totals if total.base is not None]
            cases = [(q, group) for q in shown for group in Insider(*people, releases, q).groups()]
            for case in random.permutation(len(cases))[:CHECKS]:
                question, members = cases[case]
                insider = Insider(*people, releases, question)
                size = int(insider.sizes[members].sum())
                for answer in (0, 1):
                    most = insider.bound(members, answer, 1)
                    assert most >= min(3, size), (campaign_id, question)
                    if size < 10:
                        assert most - insider.bound(members, answer, -1) >= min(3, size), (campaign_id, question)


def composition(office, campaign_id, keys):
    """(levels, sizes) of those whose responses count."""
    campaign = find_campaign(office, campaign_id)
    batch = office.exchange.get(campaign_id, BATCH)
    evidence = Evidence(str(campaign.manifest_jws), str(campaign.board), campaign.drawn, batch)
    table = count_batch(evidence, custody.unlock(office, campaign_id, keys), QUESTIONNAIRE).counted.table
    return table.levels, table.sizes


class Insider(Outsider):
    """Knows how many of each kind answered, and reads every Release of the campaign about one question."""

    def __init__(self, strata, sizes, releases, question):
        self.strata, self.sizes, self.rows, self.values = strata, sizes, [], []
        for stratum, size in enumerate(sizes):
            self.learn(np.arange(len(sizes)) == stratum, (0, 1, 2), size)
        for release in releases:
            self.read_release(release.figures, question)
