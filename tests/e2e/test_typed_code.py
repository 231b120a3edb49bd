"""Without a camera the code of a letter is typed: as people type, compared with the paper, nothing sent before."""

import re

import pytest
from playwright.sync_api import expect

from survey_app.domain.token import unpack_token
from survey_app.web.fingerprint import comparable_rows
from tests.e2e.journey import step

pytestmark = [pytest.mark.browser, pytest.mark.crypto]

FAULTS = {
    "": "Type the code from your letter",
    "ABCD EFGH 234": "these are 11",
    "ABCD " * 7: "these are 28",
    "ABCD EFGH IJ9LM NOPQ RSTU VW?YA": "does not occur in a code: 9",
    "ФЫВА ПРОЛ ДЖЭЯЧ СМИТ ЬБЮЙ ЦУКЕН": "Switch the keyboard to English",
    "ABCD EFGH IJKLM NOPQ RSTU VWXYZ": "never ends with Z",
    "https://issuer.example/kk/c/0/draw#ABCD": "This link is not whole",
    f"https://issuer.example/kk/c/{'0' * 32}/draw#{'A' * 26}.{'0' * 64}": "This link is for another survey",
}


@pytest.fixture
def posted(page):
    """Addresses to which this page has sent something."""
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    return sent


@pytest.fixture
def letter(page, link):
    """The drawing page opened without a link; (code, fingerprint) that stand in the letter."""
    page.goto(link.partition("#")[0])
    step(page, "nolink").wait_for()
    return re.fullmatch(r".*#(\w{26})\.(\w{64})", link).groups()


def types(page, code, field="#typed-code"):
    page.locator(field).fill(code)
    page.locator(field).press("Enter")


def as_people_type(code):
    """In small letters, with hyphens; O as nought, I as one, B as eight; C, E and K on a Cyrillic keyboard."""
    meant = code.lower().translate(str.maketrans("oibcek", "018сек"))
    return f" {meant[:4]}-{meant[4:8]} – {meant[8:13]}. {meant[13:]}"


def test_a_code_is_taken_as_it_was_meant(page, place, letter, posted):
    code, fingerprint = letter
    types(page, as_people_type(code))
    step(page, "compare").wait_for()
    rows = page.locator("#compare-rows li").all_inner_texts()
    assert [tuple(row.split()) for row in rows] == list(comparable_rows(bytes.fromhex(fingerprint)))
    page.locator('[data-do="same"]').click()
    step(page, "start").wait_for()
    assert posted == [], "nothing is sent before the button is pressed"
    page.locator('[data-do="draw"]').click()
    step(page, "drawn").wait_for()
    token = unpack_token(page.locator('[data-do="carry"]').get_attribute("href").partition("#")[2])
    assert (token.campaign_id, token.fingerprint.hex()) == (place.campaign_id, fingerprint)


def test_what_is_wrong_with_a_code_is_said(page, letter, posted):
    for typed, said in FAULTS.items():
        types(page, typed)
        expect(page.locator("#typed-code-problem")).to_contain_text(said)
        expect(page.locator("#typed-code")).to_be_focused()
    types(page, letter[0])
    step(page, "compare").wait_for()
    expect(page.locator("#typed-code-problem")).to_be_hidden()
    assert posted == []


def test_a_letter_with_another_fingerprint_stops_everything(page, letter, posted):
    types(page, letter[0])
    page.locator('[data-do="differ"]').click()
    expect(step(page, "problem")).to_contain_text("not the survey that your letter names")
    page.reload()
    step(page, "nolink").wait_for()
    expect(page.locator("#token-standing")).to_have_attribute("data-standing", "none")
    assert posted == []


def test_a_code_that_the_office_does_not_know_may_be_mended(page, letter):
    code = letter[0]
    types(page, ("A" if code[0] != "A" else "B") + code[1:])
    page.locator('[data-do="same"]').click()
    page.locator('[data-do="draw"]').click()
    expect(page.locator("#typed-code-problem")).to_contain_text("look alike")
    expect(page.locator("#typed-code")).to_have_value(re.compile(code[1:]))
    types(page, code)
    page.locator('[data-do="same"]').click()
    page.locator('[data-do="draw"]').click()
    step(page, "drawn").wait_for()


def test_a_code_typed_again_finds_what_this_device_has_begun(page, new_link, link, letter):
    """Given tokens of two people on one device, a code leads each to his own, in a new tab as well."""
    carried = {}
    for own in (link, new_link("en")):
        types(page, own)  # a link that is pasted brings its fingerprint with it
        page.locator('[data-do="draw"]').click()
        step(page, "drawn").wait_for()
        carried[own] = page.locator('[data-do="carry"]').get_attribute("href")
        step(page, "drawn").locator('[data-do="retype"]').click()
    tab = page.context.new_page()
    tab.goto(link.partition("#")[0])
    types(tab, link.partition("#")[2][:26].lower())
    step(tab, "drawn").wait_for()
    assert tab.locator('[data-do="carry"]').get_attribute("href") == carried[link]


def test_ones_name_is_asked_about_with_a_typed_code(page, place, letter):
    step(page, "nolink").locator('[data-do="ask-name"]').click()
    types(page, "ABCD", field="#code")
    expect(page.locator("#code-problem")).to_contain_text("these are 4")
    types(page, "A" * 26, field="#code")
    expect(page.locator("#code-problem")).to_contain_text("does not know this code")
    types(page, as_people_type(letter[0]), field="#code")
    root = place.issuer.memory.accepted[place.campaign_id].manifest.roster_commitment.hex()
    page.locator("#roster-proof summary").click()
    expect(page.locator("#roster-path li").last).to_have_text(root)


def test_a_link_that_was_cut_off_leads_to_the_field(page, link):
    page.goto(link[:-7])
    step(page, "problem").get_by_role("link", name="Type the code from your letter").click()
    step(page, "nolink").wait_for()
