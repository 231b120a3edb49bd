"""A token goes from device to device: as a file, as a QR code on a screen, as a photograph of it; and the script that
reads photographs is the one that the bundle names."""

import pytest
from playwright.sync_api import expect

from tests.e2e.journey import PATIENCE, draws, questionnaire_address, step

pytestmark = pytest.mark.browser


@pytest.fixture
def other_device(chromium):
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture(params=["none", "rotate(8deg)", "perspective(900px) rotateY(14deg)"])
def photo(request, page, link, tmp_path):
    """The QR code on the screen, straight or somewhat tilted, with the page around it."""
    page.set_viewport_size({"width": 900, "height": 900})
    draws(page, link)
    page.locator("summary").filter(has_text="QR").click()
    page.locator("#token-qr").evaluate(
        "(element, tilt) => { element.style.padding = '60px'; element.firstChild.style.transform = tilt }",
        request.param,
    )
    page.locator("#token-qr").screenshot(path=tmp_path / "photo.png")
    return tmp_path / "photo.png"


def test_a_photograph_of_the_token(other_device, place, photo):
    other_device.goto(questionnaire_address(place))
    other_device.locator("#token-picture").set_input_files(photo)
    step(other_device, "intro").wait_for()


def test_a_token_file_from_another_device(page, other_device, place, link, tmp_path):
    draws(page, link)
    with page.expect_download() as downloading:
        page.locator('[data-do="save"]').click()
    downloading.value.save_as(tmp_path / "token.json")
    other_device.goto(questionnaire_address(place))
    other_device.locator("#token-file").set_input_files(tmp_path / "token.json")
    step(other_device, "intro").wait_for()
    expect(other_device.locator("#token-standing")).to_have_attribute("data-standing", "answering")


def test_another_reader_of_pictures_is_not_run(page, place, tmp_path):
    """Given a changed qr-reader.js, the browser refuses it: its hash is in the bundle, which is in the manifest."""

    def change(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + ";globalThis.wasRun = true;")

    page.route("**/qr-reader.js*", change)
    page.goto(questionnaire_address(place))
    page.screenshot(path=tmp_path / "some.png")
    page.locator("#token-picture").set_input_files(tmp_path / "some.png")
    step(page, "problem").wait_for()
    assert page.evaluate("globalThis.wasRun") is None
