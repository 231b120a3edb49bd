"""Every number on every page comes from the payload of a signed Release, or follows from such payloads alone.

Payloads are read as plain JSON and everything derived from them is derived here again, by other means.
"""

import json
import math
import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from analytics.agency_app import create_agency_app
from analytics.campaigns.certified import all_certified_in_round
from analytics.campaigns.certified_rounds import present_round
from analytics.office import open_agency, staff_desk
from benchmarks.rounds import ENVIRON, build_rounds
from config import agency_config
from survey_app.domain import signing
from survey_app.staff.accounts import add_staff
from tests.builders import official_questionnaire
from tests.clock import FakeClock
from tests.economy import less_stretched
from tests.integration.agency.browsing import LOGIN, PASSWORD, Staff, numbers_in

LANGUAGES = ("kk", "ru", "en")
BODIES = ("body-01", "body-02", "body-03", "body-04")
SIZES = (9, 20, 70, 400)
ABOUT_BODY = ("", "/questions", "/groups", "/drivers", "/trend")
Payload = dict[str, Any]
# In sentences, not figures: Appendix 5, 95 %, rounds, and the limits that a page's own text names.
WORDS = {"5", "95", "2025", "2026"}
LIMITS = {"": set(), "/questions": {"50"}, "/groups": set(), "/drivers": {"100"}, "/trend": set()}


class World:
    """Two rounds of four bodies behind a browser that is signed in, and their Releases' payloads."""

    def __init__(self, instance: Path) -> None:
        with less_stretched():
            self.rounds = build_rounds(instance, len(BODIES), 2, sizes=SIZES, processes=1, together=True)
        config = replace(agency_config(instance, ENVIRON), second_factor_required=False)
        clock = FakeClock()
        office = open_agency(config, clock)
        add_staff(staff_desk(office), LOGIN, "analyst", PASSWORD)
        self.payloads = {
            (code, found.release.body.code): json.loads(signing.peek(found.jws)[1])
            for code in self.rounds
            for found in all_certified_in_round(office, code)
        }
        self.whole = json.loads(signing.peek(present_round(office, "2026").jws)[1])
        self.staff = Staff(create_agency_app(config, clock).test_client())
        self.staff.sign_in()

    def page(self, path: str) -> str:
        return self.staff.page(path)

    def of_round(self, code: str) -> list[Payload]:
        return [payload for (known, _), payload in self.payloads.items() if known == code]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("rounds"))


def test_the_world_has_every_kind_of_figure(world: World) -> None:
    latest = {payload["body"]["code"]: payload for payload in world.of_round("2026")}
    assert {t["hidden"] for t in latest["body-01"]["totals"]} == {"small_body"}
    assert any(t["options"] for t in latest["body-04"]["totals"])
    assert latest["body-04"]["drivers"] is not None
    marks = {c["hidden"] for p in latest.values() for g in p["breakdowns"] for c in g["cells"]}
    assert marks >= {None, "small_group", "protected"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("part", ABOUT_BODY)
@pytest.mark.parametrize("body", BODIES)
def test_pages_about_a_body(world: World, lang: str, part: str, body: str) -> None:
    payload = world.payloads["2026", body]
    page = world.page(f"/{lang}/rounds/2026/{body}{part}")
    known = figures_of(payload) | LIMITS[part]
    if part == "/trend":
        past = [world.payloads[code, body] for code in world.rounds]
        known |= {text for other in past for text in figures_of(other)}
        known |= {"26", "09", "00"}  # when they were certified
        known |= differences(past[1], past[0])
    if part == "/questions":
        known |= {str(sum(total["hidden"] is not None for total in payload["totals"]))}
    assert unknown(page, lang, known) == set()
    check_chart_numbers(page, [payload, *(world.payloads[code, body] for code in world.rounds)])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_about_a_round(world: World, lang: str) -> None:
    payloads = world.of_round("2026")
    known = {text for payload in payloads for text in figures_of(payload)}
    ranks = {str(place) for place in range(1, len(BODIES) + 1)}
    overview = world.page(f"/{lang}/rounds/2026")
    assert unknown(overview, lang, known | ranks | kpis_of(world.whole)) == set()
    check_chart_numbers(overview, payloads)
    turnout = world.page(f"/{lang}/turnout/2026")
    parts = {share(p[name], p["eligible"]) for p in payloads for name in ("drawn", "received")}
    assert unknown(turnout, lang, known | parts | {"50"}) == set()
    assert {localised(str(p[name]), lang) for p in payloads for name in ("drawn", "received", "n")} <= numbers_in(
        turnout
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_about_all_bodies_together(world: World, lang: str) -> None:
    """Its numbers, and how many responses each body has; and nothing else."""
    page = world.page(f"/{lang}/national/2026")
    bodies = world.whole["bodies"]
    numbers = {q.id: str(q.number) for q in official_questionnaire().questions}
    apart = {numbers[name] for body in bodies for name in (*body["not_in_totals"], *body["not_in_breakdowns"])}
    counts = {str(sum(body["pooled"] is which for body in bodies)) for which in (True, False)}
    known = figures_of(world.whole) | {str(payload["n"]) for payload in world.of_round("2026")} | apart | counts
    assert world.whole["drivers"] is not None
    assert unknown(page, lang, known | {"50", "100"}) == set()
    check_chart_numbers(page, [world.whole])
    shown = {localised(text, lang) for kpi in world.whole["kpis"] for text in [kpi["percent"]] if text}
    assert shown <= numbers_in(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_matrix_cell_by_cell(world: World, lang: str) -> None:
    page = world.page(f"/{lang}/matrix/2026")
    payloads = {payload["body"]["name"][lang]: payload for payload in world.of_round("2026")}
    by_question = list(zip(*([favourable(t) for t in p["totals"]] for p in payloads.values()), strict=True))
    shown = [[share_ for share_ in column if share_ is not None] for column in by_question]
    medians = [median(column) if len(column) >= 3 else None for column in shown]
    rows = re.findall(r"<tr>.*?</tr>", page[page.index("<tbody>") : page.index("</tbody>")], re.DOTALL)
    assert len(rows) == len(payloads)
    for row in rows:
        payload = next(payload for name, payload in payloads.items() if f">{name}</a>" in row)
        cells = re.findall(r"<td.*?</td>", row, re.DOTALL)
        for cell, total, middle in zip(cells, payload["totals"], medians, strict=True):
            part = favourable(total)
            told = re.sub(r"<[^>]+>", " ", cell).split()
            if part is None:
                assert "ag-away--hidden" in cell
                continue
            assert told[0] == localised(tenths(100 * part), lang)
            if middle is not None:
                assert told[-1] == localised(signed(100 * (part - middle)), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_two_bodies(world: World, lang: str) -> None:
    first, second = world.payloads["2026", "body-04"], world.payloads["2026", "body-03"]
    page = world.page(f"/{lang}/comparison/2026?first=body-04&second=body-03")
    known = figures_of(first) | figures_of(second) | differences(first, second)
    assert unknown(page, lang, known) == set()
    small = world.page(f"/{lang}/comparison/2026?first=body-04&second=body-01")
    assert 'id="verdict"' not in small
    same = world.page(f"/{lang}/comparison/2026?first=body-04&second=body-04")
    assert 'id="verdict"' not in same


@pytest.mark.parametrize("path", ["definitions", "matrix/1999", "rounds/2026/nobody/groups"])
def test_other_places(world: World, path: str) -> None:
    world.staff.page(f"/en/{path}", status=200 if path == "definitions" else 404)


def test_every_figure_leads_to_its_definition(world: World) -> None:
    anchors = set(re.findall(r'<div id="([\w-]+)"', world.page("/en/definitions")))
    places = [f"rounds/2026/body-04{part}" for part in ABOUT_BODY]
    places += [
        "rounds/2026",
        "national/2026",
        "matrix/2026",
        "turnout/2026",
        "comparison/2026?first=body-04&second=body-03",
    ]
    for place in places:
        page = world.page(f"/en/{place}")
        linked = set(re.findall(r'href="/agency/en/definitions#([\w-]+)"', page))
        assert linked, place
        assert linked <= anchors, place


def unknown(page: str, lang: str, known: set[str]) -> set[str]:
    """Numbers of a page that are none of the ``known`` ones; the questionnaire's and the bodies' names left out."""
    questionnaire = official_questionnaire()
    for number in range(len(BODIES), 0, -1):
        for name in (f"№ {number} сынақ комитеті", f"Комитет испытаний № {number}", f"Trial Committee No. {number}"):
            page = page.replace(name, "")
    for question in questionnaire.questions:
        text = question.text[lang]
        for written in (f"{question.number}. {text}", f'{question.number}<span class="govuk-visually-hidden">. {text}'):
            page = page.replace(written, "")
        for option in question.options:
            page = page.replace(option.text[lang], "")
    return numbers_in(page) - {localised(text, lang) for text in known} - WORDS


def kpis_of(payload: Payload) -> set[str]:
    """A payload's percentages with their intervals."""
    kpis = [kpi for kpi in payload["kpis"] if kpi["percent"] is not None]
    return {text for kpi in kpis for text in (kpi["percent"], kpi["interval"]["low"], kpi["interval"]["high"])}


def figures_of(payload: Payload) -> set[str]:
    """Every number of a payload as English text, with the shares and row edges that are the same figures."""
    texts = [payload.get(n) for n in ("eligible", "drawn", "disputes", "received", "n", "unusable")]
    texts += [payload["minimum_group"], payload.get("minimum_turnout"), payload["turnout"]]
    texts += payload.get("rejected", {}).values()
    texts += [payload["verdict"]["worst_margin"], *payload["verdict"]["hidden"].values()]
    for kpi in payload["kpis"]:
        texts += [kpi["percent"], *(kpi["fraction"] or "").split("/")[:1]]
        for bounds in (kpi["interval"], kpi["logical_bounds"]):
            texts += [] if bounds is None else [bounds["low"], bounds["high"]]
        texts += [edge.replace(",", ".") for edge in kpi["row"].split("-")]
        texts += [f"{Decimal(edge.replace(',', '.')):.2f}" for edge in kpi["score_range"].split("-")]
    cells = [*payload["totals"], *(cell for group in payload["breakdowns"] for cell in group["cells"])]
    for cell in cells:
        texts += [cell["favourable"], cell["unfavourable"], cell["base"], *(cell.get("options") or ())]
        if cell["base"]:
            texts += [share(cell[side], cell["base"]) for side in ("favourable", "unfavourable")]
    if payload["drivers"] is not None:
        texts += [payload["drivers"]["explained"], *(d["importance"] for d in payload["drivers"]["importances"])]
    return {str(text) for text in texts if text is not None} | gaps(payload)


def gaps(payload: Payload) -> set[str]:
    """What the mean score makes of the answers, by hand: see test_dashboards."""
    shown = {kpi["method"]: kpi["percent"] for kpi in payload["kpis"]}
    if None in (shown.get("mean_score/1"), shown.get("fav_share/1")):
        return set()
    found = {str(abs(Decimal(shown["mean_score/1"]) - Decimal(shown["fav_share/1"])))}
    if any(total["options"] is None for total in payload["totals"]):
        return found
    totals = payload["totals"]
    mild = [Fraction(-t["options"][1], 3 * t["base"]) if len(t["options"]) == 4 else Fraction(0) for t in totals]
    rest = [Fraction(t["options"][-2], (3 if len(t["options"]) == 4 else 2) * t["base"]) for t in totals]
    return found | {tenths(abs(100 * sum(parts) / len(totals))) for parts in (mild, rest)}


def differences(first: Payload, second: Payload) -> set[str]:
    """Numbers (without signs) of the difference by each method, from the formula in plain floating point.

    A bound may be one tenth further out than the plain one, for what the published values were rounded from.
    """
    found: set[str] = set()
    others = {kpi["method"]: kpi for kpi in second["kpis"]}
    for one in first["kpis"]:
        other = others.get(one["method"])
        if other is None or one["percent"] is None or other["percent"] is None:
            continue
        p, q = float(one["percent"]), float(other["percent"])
        (l1, u1), (l2, u2) = (tuple(map(float, (k["interval"]["low"], k["interval"]["high"]))) for k in (one, other))
        found.add(str(abs(Decimal(one["percent"]) - Decimal(other["percent"]))))
        low = math.floor(10 * (p - q - math.hypot(p - l1, u2 - q)) + 1e-6)
        high = math.ceil(10 * (p - q + math.hypot(u1 - p, q - l2)) - 1e-6)
        found |= {f"{abs(edge) / 10:.1f}" for edge in (low, low - 1, high, high + 1)}
        a, b = one["logical_bounds"], other["logical_bounds"]
        edges = (Decimal(a["low"]) - Decimal(b["high"]), Decimal(a["high"]) - Decimal(b["low"]))
        found |= {str(abs(edge)) for edge in edges}
    return found


def check_chart_numbers(page: str, payloads: list[Payload]) -> None:
    """Every position in a page's charts is a published percentage, share, importance or row of Appendix 5."""
    known: list[float] = []
    for payload in payloads:
        known += [float(text) for text in figures_of(payload) if re.fullmatch(r"\d+(\.\d+)?", text)]
        cells = [*payload["totals"], *(cell for group in payload["breakdowns"] for cell in group["cells"])]
        for cell in cells:
            counts = [cell["favourable"], cell["unfavourable"], *(cell.get("options") or ())]
            known += [100 * count / cell["base"] for count in counts if cell["base"]]
        known += [
            float(kpi["row"].split("-")[0].replace(",", ".")) + 2.5 * k for kpi in payload["kpis"] for k in (1, 2)
        ]
    for chart in re.findall(r'<script type="application/json" class="chart"[^>]*>(.*?)</script>', page, re.DOTALL):
        for trace in json.loads(chart)["data"]:
            for value in trace["x"]:
                if isinstance(value, int | float):
                    assert any(abs(abs(value) - figure) < 1e-6 for figure in known), value


def favourable(total: Payload) -> Fraction | None:
    return Fraction(total["favourable"], total["base"]) if total["base"] else None


def share(part: int, whole: int) -> str:
    return tenths(Fraction(100 * part, whole))


def tenths(value: Fraction) -> str:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))


def signed(value: Fraction) -> str:
    text = tenths(abs(value))
    return text if text == "0.0" else ("+" if value > 0 else "\N{MINUS SIGN}") + text


def localised(text: str, lang: str) -> str:
    return text if lang == "en" else text.replace(".", ",")
