"""The embedded server says nothing about itself and writes nothing about those who come."""

import socket
import threading
from contextlib import contextmanager

import pytest
import urllib3

from survey_app.web import server

SECRET = "canary-7f3a"


def application(environ, start_response):
    if environ["PATH_INFO"].startswith("/broken"):
        raise ValueError(environ["QUERY_STRING"])
    length = int(environ.get("CONTENT_LENGTH") or 0)
    environ["wsgi.input"].read(length)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"here"]


@contextmanager
def serving():
    listening = server.listen(application, 0)
    thread = threading.Thread(target=listening.run)
    thread.start()
    try:
        yield listening
    finally:
        listening.close()
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture
def pool():
    with urllib3.PoolManager(retries=False) as pool:
        yield pool


def test_does_not_name_itself(pool):
    with serving() as listening:
        answer = pool.request("GET", f"http://127.0.0.1:{listening.port}/")

    assert (answer.status, answer.data) == (200, b"here")
    assert "Server" not in answer.headers
    assert "Via" not in answer.headers


def test_writes_no_path_address_or_agent_when_something_breaks(pool, capfd):
    with serving() as listening:
        url = f"http://127.0.0.1:{listening.port}/broken-{SECRET}?q={SECRET}"
        answer = pool.request("GET", url, headers={"User-Agent": SECRET, "X-Forwarded-For": SECRET})

    written = "".join(capfd.readouterr())
    assert answer.status == 500
    assert SECRET.encode() not in answer.data
    assert "ValueError" in written
    assert SECRET not in written
    assert "127.0.0.1" not in written


def test_refuses_a_body_that_is_too_large(pool):
    with serving() as listening:
        answer = pool.request("POST", f"http://127.0.0.1:{listening.port}/", body=b"x" * (server.LARGEST_BODY + 1))

    assert answer.status == 413


def test_a_busy_port_is_told_in_words():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(server.PortBusy, match=f"port {port} is in use"):
            server.listen(application, port)
        with pytest.raises(server.PortBusy):
            server.require_free(port)


def test_a_port_that_was_just_left_can_be_taken_again(pool):
    with serving() as listening:
        port = listening.port
        pool.request("GET", f"http://127.0.0.1:{port}/")

    server.require_free(port)
