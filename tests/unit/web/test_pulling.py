"""What a pull takes from an office that is slow, broken, or worse; nothing but checked documents ever stays."""

import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import click
import pytest
from click.testing import CliRunner

import pikir
from config import ConfigurationError, collector_config
from survey_app.domain.errors import PikirError
from survey_app.web import pull_command, pulling, server
from survey_app.web.exchange import Exchange
from survey_app.web.pulling import PulledElsewhere, Puller, Wanted, pull
from survey_app.web.settings import Settings

CAMPAIGN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
GOOD, OTHER = b"a signed document", b"another signed document"


class NotSigned(PikirError):
    slug = "not-signed"


class Office:
    """Serves ``documents`` by name; ``answers`` are (status, body) to give first."""

    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {}
        self.answers: list[tuple[str, bytes]] = []
        self.asked: list[str] = []
        self.headers: dict[str, str] = {}
        self.declared: dict[str, str] = {}
        self.campaign = CAMPAIGN

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"].removeprefix("/exchange/")
        self.asked.append(path)
        if self.answers:
            status, body = self.answers.pop(0)
        elif path == "index.json":
            names = {name: hashlib.sha256(data).hexdigest() for name, data in self.documents.items()}
            status, body = (
                "200 OK",
                json.dumps({"format": "pikir-index/1", "campaigns": {self.campaign: names}}).encode(),
            )
        else:
            status, body = "200 OK", self.documents[path.removeprefix(f"{CAMPAIGN}/")]
        start_response(status, list(self.headers.items()))
        return [body]


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    listening = server.listen(office, 0)
    thread = threading.Thread(target=listening.run)
    thread.start()
    yield f"http://127.0.0.1:{listening.port}"
    listening.close()
    thread.join()


@pytest.fixture
def exchange(tmp_path) -> Exchange:
    return Exchange(tmp_path / "exchange")


@pytest.fixture
def puller(exchange: Exchange, address: str) -> Puller:
    return Puller(exchange, {"agency": address}, wanted_of("draft.jws"), lambda _seconds: None)


def wanted_of(*names: str, largest: int = 100):
    def check(data: bytes) -> None:
        if b"signed" not in data:
            raise NotSigned("its signature does not hold")

    def wanted(_source: str, _campaign: str, _offered: frozenset[str]) -> Iterator[Wanted]:
        yield from (Wanted(name, check, largest) for name in names)

    return wanted


def held(exchange: Exchange) -> dict[str, bytes]:
    """Every file under the folder, hidden ones too, but for the lock."""
    paths = [path for path in exchange.folder.rglob("*") if path.is_file() and path.name != pulling.LOCK]
    return {path.name: path.read_bytes() for path in paths}


def test_takes_what_holds_and_asks_for_it_once(office, puller, exchange):
    office.documents = {"draft.jws": GOOD}

    (first,), (second,) = pull(puller), pull(puller)

    assert (first.taken, second.taken) == ((f"{CAMPAIGN}/draft.jws",), ())
    assert held(exchange) == {"draft.jws": GOOD}
    assert office.asked == ["index.json", f"{CAMPAIGN}/draft.jws", "index.json"]


def test_what_does_not_hold_leaves_nothing(office, puller, exchange):
    office.documents = {"draft.jws": b"forged"}

    (result,) = pull(puller)

    assert held(exchange) == {}
    assert result.doubts == (f"{CAMPAIGN}/draft.jws of the agency was not taken: its signature does not hold",)


def test_what_is_there_is_never_replaced(office, puller, exchange):
    exchange.put(CAMPAIGN, "draft.jws", GOOD)
    office.documents = {"draft.jws": OTHER}

    (result,) = pull(puller)

    assert held(exchange) == {"draft.jws": GOOD}
    assert "another one is here already" in result.doubts[0]


def test_a_superseded_release_keeps_standing_under_its_number(office, puller, exchange, address):
    exchange.put(CAMPAIGN, "release.jws", GOOD)
    office.documents = {"release.jws": OTHER, "release-1.jws": GOOD}

    pull(Puller(exchange, {"agency": address}, wanted_of("release.jws", "release-1.jws")))

    assert held(exchange) == {"release.jws": OTHER, "release-1.jws": GOOD}


def test_a_forged_correction_moves_nothing(office, exchange, address):
    exchange.put(CAMPAIGN, "release.jws", GOOD)
    office.documents = {"release.jws": b"forged", "release-1.jws": GOOD}

    pull(Puller(exchange, {"agency": address}, wanted_of("release.jws")))

    assert held(exchange) == {"release.jws": GOOD}


def test_an_office_that_is_busy_is_asked_again(office, puller, exchange):
    office.documents = {"draft.jws": GOOD}
    office.answers = [("503 Service Unavailable", b""), ("429 Too Many Requests", b"")]

    (result,) = pull(puller)

    assert result.unreachable is None
    assert held(exchange) == {"draft.jws": GOOD}


def test_pauses_grow_and_end(office, exchange, address):
    pauses: list[float] = []
    office.answers = [("503 Service Unavailable", b"")] * 9

    (result,) = pull(Puller(exchange, {"agency": address}, wanted_of("draft.jws"), pauses.append))

    assert "does not answer: status 503" in str(result.unreachable)
    assert pauses == [0.5, 1.0, 2.0]


def test_a_document_larger_than_allowed_is_refused(office, exchange, address):
    office.documents = {"draft.jws": b"signed" * 50}

    (result,) = pull(Puller(exchange, {"agency": address}, wanted_of("draft.jws", largest=299)))

    assert held(exchange) == {}
    assert "is larger than 299 bytes" in result.doubts[0]


def test_a_refusal_is_told_with_the_offices_own_words(office, puller):
    office.documents = {"draft.jws": GOOD}
    index = json.dumps({"format": "pikir-index/1", "campaigns": {CAMPAIGN: {"draft.jws": "00"}}}).encode()
    office.answers = [("200 OK", index), ("403 Forbidden", json.dumps({"title": "For others"}).encode())]

    (result,) = pull(puller)

    assert "answers 403" in result.doubts[0]
    assert result.doubts[0].endswith("For others")


@pytest.mark.parametrize(
    "index",
    [
        b"<html>",
        b"{}",
        b'{"format": "pikir-index/2", "campaigns": {}}',
        b'{"format": "pikir-index/1", "campaigns": {"../../etc": {"draft.jws": "00"}}}',
        b'{"format": "pikir-index/1", "campaigns": [1]}',
        b"[" * 5000,
    ],
)
def test_what_is_no_index_is_refused(office, puller, exchange, index):
    office.answers = [("200 OK", index)]

    (result,) = pull(puller)

    assert len(result.doubts) == 1
    assert held(exchange) == {}


@pytest.mark.parametrize("status", ["301 Moved", "302 Found"])
def test_no_redirect_is_followed(office, puller, status):
    office.headers = {"Location": "http://127.0.0.1:1/elsewhere"}
    office.answers = [(status, b"")]

    (result,) = pull(puller)

    assert f"answers {status[:3]}" in result.doubts[0]


def test_a_connection_that_breaks_off_leaves_nothing(exchange):
    """The office promises 1000 bytes and sends 10, each time."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        index = json.dumps({"format": "pikir-index/1", "campaigns": {CAMPAIGN: {"draft.jws": "00"}}}).encode()

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    is_index = b"index.json" in connection.recv(4096)
                    body, length = (index, len(index)) if is_index else (b"signed doc", 1000)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length + body)

        threading.Thread(target=serve, daemon=True).start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"

        (result,) = pull(Puller(exchange, {"agency": address}, wanted_of("draft.jws", largest=5000), lambda _: None))
        listener.shutdown(socket.SHUT_RDWR)

    assert "does not answer" in str(result.unreachable)
    assert held(exchange) == {}


def test_one_office_down_does_not_hold_up_the_other(office, exchange, address):
    office.documents = {"draft.jws": GOOD}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"

        down, up = pull(Puller(exchange, {"issuer": nobody, "agency": address}, wanted_of("draft.jws"), lambda _: None))

    assert down.unreachable is not None
    assert up.taken == (f"{CAMPAIGN}/draft.jws",)


def test_two_pulls_into_one_folder_do_not_mix(puller, exchange):
    with pulling._alone(exchange), pytest.raises(PulledElsewhere):
        pull(puller)


def test_beside_a_server_it_pulls_again_and_again(office, puller, exchange):
    office.documents = {"draft.jws": GOOD}
    pauses: list[float] = []

    def is_over(seconds: float) -> bool:
        pauses.append(seconds)
        office.documents["manifest.jws"] = OTHER
        return len(pauses) == 2

    again = replace(puller, wanted=wanted_of("draft.jws", "manifest.jws"))
    pull_command.run_meanwhile(again, 60, is_over).join(20)

    assert pauses == [60, 60]
    assert held(exchange) == {"draft.jws": GOOD, "manifest.jws": OTHER}


def test_without_an_address_the_command_says_which_setting_is_missing(tmp_path, clock):
    environ = {"PIKIR_COLLECTOR_PASSPHRASE": "a passphrase of these tests"}
    group = pikir.main.get_command(click.Context(pikir.main), "collector")

    result = CliRunner().invoke(group, ["pull"], obj=Settings(tmp_path, environ, clock))

    assert isinstance(result.exception, ConfigurationError)
    assert "PIKIR_AGENCY_ADDRESS" in str(result.exception)


@pytest.mark.parametrize("address", ["agency.example", "ftp://agency.example", "http://", "http://[", "http://a/?x"])
def test_an_address_that_is_none_is_refused_at_the_start(tmp_path, address):
    environ = {"PIKIR_COLLECTOR_PASSPHRASE": "a passphrase of these tests", "PIKIR_AGENCY_ADDRESS": address}

    with pytest.raises(ConfigurationError, match="PIKIR_AGENCY_ADDRESS must be an address"):
        collector_config(tmp_path, environ)
