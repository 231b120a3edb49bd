"""nginx and granian as docs/deployment says: what passes, what is refused, and what is written down: nothing.

nginx' main configuration is like Debian's: with logs and compression switched on, which the offices' own must undo.
"""

import gzip
import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from rehearsal.hosts import Host
from tests.integration.deployment.proxied import DEPLOYMENT, ECHO, OFFICES, Front, find_nginx, front, installed

pytestmark = pytest.mark.proxy
CANARY = "canary-4711"
CAMPAIGN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
SECURITY = (
    *("Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "Cross-Origin-Opener-Policy"),
    *("Cross-Origin-Resource-Policy", "Permissions-Policy", "Cache-Control"),
)


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Front]:
    nginx = find_nginx()
    if nginx is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    with front(tmp_path_factory.mktemp("front"), nginx) as found:
        yield found


@pytest.mark.parametrize("office", OFFICES)
def test_each_office_answers_over_tls_with_its_own_headers(served: Front, office: str) -> None:
    path = "/en/" if office != "agency" else "/en/sign-in"
    answer, behind = served.asks(office, "GET", path), served.asks_behind(office, path)
    assert (answer.status, answer.data) == (behind.status, behind.data) if office != "agency" else answer.status == 200
    assert {name: answer.headers[name] for name in SECURITY} == {name: behind.headers[name] for name in SECURITY}
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert answer.headers.get("Server", "nginx") == "nginx"


@pytest.mark.parametrize("office", OFFICES)
def test_refusals_carry_the_same_headers(served: Front, office: str) -> None:
    answer = served.asks(office, "GET", "/nowhere")
    assert answer.status == 404
    assert "Strict-Transport-Security" in answer.headers
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("office", OFFICES)
def test_plain_http_leads_to_tls(served: Front, office: str) -> None:
    answer = urllib3.request("GET", f"http://127.0.0.1:{served.plain[office]}/kk/x?y", redirect=False, retries=False)
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{office}.example.kz/kk/x?y")


@pytest.mark.parametrize(
    ("office", "path", "size"),
    [
        ("collector", f"/c/{CAMPAIGN}/responses", 64 * 1024),
        ("issuer", f"/c/{CAMPAIGN}/issue", 64 * 1024),
        ("issuer", "/", 5 * 1024 * 1024),
        ("agency", "/", 5 * 1024 * 1024),
    ],
)
def test_bodies_have_a_limit(served: Front, office: str, path: str, size: int) -> None:
    assert served.asks(office, "POST", path, body=bytes(size + 1)).status == 413
    assert served.asks(office, "POST", path, body=b"{}").status in (400, 403, 404, 405)


def test_answers_to_submissions_are_never_compressed(served: Front) -> None:
    """Though nginx.conf compresses everything: a receipt's size must say nothing."""
    headers = {"Accept-Encoding": "gzip", "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
    fields = dict.fromkeys(("token", "signature", "holder_key", "holder_signature", "sealed"), "AAAA")
    body = json.dumps(fields).encode()
    answer = served.asks("collector", "POST", f"/c/{CAMPAIGN}/responses", body=body, headers=headers)
    assert answer.status == 404  # a status that nginx would compress
    assert "Content-Encoding" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_the_offices_own_compression_passes_once(served: Front) -> None:
    answer = served.asks("collector", "GET", "/en/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"<html" in gzip.decompress(answer.data)


def test_the_office_learns_no_address(served: Front) -> None:
    forged = {"X-Forwarded-For": "203.0.113.77", "X-Real-IP": "203.0.113.77", "Forwarded": "for=203.0.113.77"}
    answer = served.asks(ECHO, "GET", "/", headers={**forged, "Via": "1.1 203.0.113.77"})
    assert "203.0.113.77" not in answer.data.decode()
    assert "FORWARDED" not in answer.data.decode()
    assert "REAL_IP" not in answer.data.decode()
    assert answer.headers["X-Own"] == "kept"


def test_a_visit_cannot_be_resumed(served: Front) -> None:
    """A session that is resumed would join two visits of one person."""
    import ssl  # noqa: PLC0415

    context = ssl.create_default_context(cafile=str(served.certificate))
    context.check_hostname = False
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    reused = []
    session = None
    for _ in range(2):
        with (
            socket.create_connection(("127.0.0.1", served.tls["collector"])) as raw,
            context.wrap_socket(raw, session=session) as wrapped,
        ):
            reused.append(wrapped.session_reused)
            session = wrapped.session
    assert reused == [False, False]


def test_documents_are_pulled_over_tls(served: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the system's authorities, which SSL_CERT_FILE can name; an office that they do not know is not believed."""
    draft = served.folder / "agency" / "exchange" / CAMPAIGN / "draft.jws"
    draft.parent.mkdir(parents=True)
    draft.write_bytes(b"unsigned")
    environ = {
        "PIKIR_COLLECTOR_PASSPHRASE": "a secret of these tests",
        "PIKIR_AGENCY_ADDRESS": f"https://127.0.0.1:{served.tls['agency']}",
    }
    host = Host("collector", served.folder / "puller", 0, environ, ahead=None)  # type: ignore[arg-type]
    host.instance.mkdir()
    monkeypatch.setattr("survey_app.web.source.FIRST_PAUSE", 0.0)
    monkeypatch.setenv("SSL_CERT_FILE", str(served.certificate))
    believed = host.types("pull")
    monkeypatch.setenv("SSL_CERT_FILE", str(served.folder / "nothing"))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    doubted = host.types("pull")
    assert "draft.jws of the agency was not taken: not a compact JWS" in believed.output
    assert "does not answer: SSLError" in doubted.output
    assert host.has(CAMPAIGN) == set()


def test_the_collector_runs_in_two_processes(served: Front) -> None:
    main = served.processes["collector"].pid
    children = Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii").split()
    assert len(children) >= 2


def test_nothing_is_written_down(served: Front) -> None:
    """Not by nginx, whose main configuration logs, and not by granian: no address, agent, path or time."""
    for office in OFFICES:
        served.asks(office, "GET", f"/{CANARY}?{CANARY}", headers={"User-Agent": CANARY})
        with socket.create_connection(("127.0.0.1", served.tls[office])) as raw:
            raw.sendall(b"GET /" + CANARY.encode() + b" HTTP/1.1\r\n\r\n")  # no TLS where TLS is due
            raw.recv(1000)
        with socket.create_connection(("127.0.0.1", served.plain[office])) as raw:
            raw.sendall(CANARY.encode() + b"\r\n\r\n")
            raw.recv(1000)
    written = {path.name: path.read_text(encoding="utf-8") for path in served.logs.iterdir()}
    assert {"access.log", "error.log", "issuer.log", "collector.log", "agency.log"} <= set(written)
    assert written["access.log"] == ""
    for text in written.values():
        assert CANARY not in text
        assert "127.0.0.1" not in text
        assert not re.search(r"\d\d:\d\d:\d\d", text)
    leftovers = [path for folder in ("body", "proxy") for path in (served.folder / folder).rglob("*") if path.is_file()]
    assert leftovers == []


@pytest.mark.parametrize("unit", sorted(path.name for path in (DEPLOYMENT / "systemd").iterdir()))
def test_systemd_understands_the_units(unit: str, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")
    for path in (DEPLOYMENT / "systemd").iterdir():
        (tmp_path / path.name).write_text(installed(path.read_text(encoding="utf-8")), encoding="utf-8")
    checked = subprocess.run([program, "verify", str(tmp_path / unit)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
