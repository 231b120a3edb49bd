"""The documented production on one machine: nginx and granian with the files of docs/deployment, but other places."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from survey_app.web import server
from tests.tree import ROOT

DEPLOYMENT = ROOT / "docs" / "deployment"
OFFICES = ("issuer", "collector", "agency")
ECHO = "echo"  # the collector's configuration before an application that tells what it was sent
START_SECONDS = 60
MAIN = """
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {logs}/error.log;
events {{}}
http {{
    access_log {logs}/access.log;
    gzip on;
    gzip_min_length 1;
    gzip_types *;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include sites-enabled/*.conf;
}}
"""


@dataclass(frozen=True)
class Front:
    """``tls`` and ``plain`` are nginx's ports by office, ``behind`` the servers'; ``folder`` holds every file."""

    folder: Path
    tls: Mapping[str, int]
    plain: Mapping[str, int]
    behind: Mapping[str, int]
    processes: Mapping[str, "subprocess.Popen[bytes]"]

    @property
    def certificate(self) -> Path:
        return self.folder / "tls" / "office.crt"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def asks(self, office: str, method: str, path: str, **more: object) -> urllib3.BaseHTTPResponse:
        """A request over TLS, the certificate checked; nothing is unpacked."""
        with urllib3.PoolManager(ca_certs=str(self.certificate), retries=False) as pool:
            url = f"https://127.0.0.1:{self.tls[office]}{path}"
            return pool.request(method, url, decode_content=False, **more)  # type: ignore[arg-type]

    def asks_behind(self, office: str, path: str) -> urllib3.BaseHTTPResponse:
        """The same straight from the server behind nginx."""
        url = f"http://127.0.0.1:{self.behind[office]}{path}"
        return urllib3.request("GET", url, retries=False, decode_content=False)


def find_nginx() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def front(folder: Path, nginx: str) -> Iterator[Front]:
    """Everything up; each office in a folder of its own."""
    named = (*OFFICES, ECHO)
    ports = iter(_free_ports(3 * len(named)))
    tls, plain, behind = ({office: next(ports) for office in named} for _ in range(3))
    for name in ("tls", "logs", "etc/sites-enabled", "etc/snippets"):
        (folder / name).mkdir(parents=True)
    _make_certificate(folder / "tls")
    shutil.copy(DEPLOYMENT / "nginx" / "pikir-office.conf", folder / "etc" / "snippets")
    for office in named:
        _write_site(folder, office, tls[office], plain[office], behind[office])
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "etc" / "nginx.conf").write_text(MAIN.format(user=user, folder=folder, logs=folder / "logs"))
    arguments = [
        nginx,
        "-p",
        str(folder),
        "-c",
        str(folder / "etc" / "nginx.conf"),
        "-e",
        str(folder / "logs/start.log"),
    ]
    subprocess.run([*arguments, "-t", "-q"], check=True)
    with ExitStack() as stack:
        stack.enter_context(_echoing(behind[ECHO]))
        processes = {office: stack.enter_context(_serving(office, folder, behind[office])) for office in OFFICES}
        stack.enter_context(_running([*arguments, "-g", "daemon off;"], folder / "logs" / "nginx.out", os.environ))
        for port in (*behind.values(), *tls.values()):
            _wait_for(port)
        yield Front(folder, tls, plain, behind, processes)


def exec_start(unit: str) -> list[str]:
    """The words of a unit's ExecStart."""
    text = (DEPLOYMENT / "systemd" / unit).read_text(encoding="utf-8")
    (line,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    return shlex.split(line)


def installed(text: str) -> str:
    """The documented places replaced by this checkout's."""
    return text.replace("/opt/pikir/.venv/bin", str(Path(sys.executable).parent)).replace("/opt/pikir", str(ROOT))


def _write_site(folder: Path, office: str, tls: int, plain: int, behind: int) -> None:
    source = "collector" if office == ECHO else office
    text = (DEPLOYMENT / "nginx" / f"pikir-{source}.conf").read_text(encoding="utf-8")
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 443 ", f"listen 127.0.0.1:{tls} ").replace("listen 80 ", f"listen 127.0.0.1:{plain} ")
    text = text.replace(f"/etc/pikir/tls/{source}", str(folder / "tls" / "office"))
    text = re.sub(r"http://127\.0\.0\.1:800[123];", f"http://127.0.0.1:{behind};", text)
    (folder / "etc" / "sites-enabled" / f"pikir-{office}.conf").write_text(text, encoding="utf-8")


@contextmanager
def _serving(office: str, folder: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """granian as the unit starts it; one worker is enough for all but the collector."""
    values = {"${PIKIR_PORT}": str(port), "${PIKIR_WORKERS}": "2" if office == "collector" else "1"}
    arguments = [values.get(word, installed(word)) for word in exec_start("pikir@.service")]
    secrets = {f"PIKIR_{office.upper()}_{name}": "a secret of these tests" for name in ("PASSPHRASE", "SECRET_KEY")}
    own = {
        "PIKIR_ROLE": office,
        "PIKIR_INSTANCE": str(folder / office),
        f"PIKIR_{office.upper()}_URL": f"https://{office}.example.kz",
        "PATH": os.environ["PATH"],
        **secrets,
    }
    with _running(arguments, folder / "logs" / f"{office}.log", own) as process:
        yield process


@contextmanager
def _running(arguments: list[str], log: Path, environ: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as output:
        process = subprocess.Popen(arguments, cwd=ROOT, env=dict(environ), stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def _echoing(port: int) -> Iterator[None]:
    """Tells in its answer which headers came."""

    def application(environ, start_response):
        environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "text/plain"), ("X-Own", "kept")])
        return [repr({key: value for key, value in environ.items() if key.startswith("HTTP_")}).encode()]

    listening = server.listen(application, port)
    thread = threading.Thread(target=listening.run)
    thread.start()
    try:
        yield
    finally:
        listening.close()
        thread.join()


def _make_certificate(folder: Path) -> None:
    """Self-signed, for the time of the test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "office.example.kz")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "office.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "office.key").write_bytes(private)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _wait_for(port: int) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port}")
