"""The embedded server: waitress with limits, without a name, and with a log that holds no address, path or time.

Four threads for two cores: while one waits for the disk or computes a modular power (both let go of the interpreter),
another works; write transactions take turns anyway. Buffers stay in memory: neither a request nor a response goes
through a temporary file.
"""

import errno
import gc
import logging
import signal
import socket
from typing import TYPE_CHECKING, Any, NoReturn

from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.server import create_server  # type: ignore[import-untyped]

from survey_app.domain.errors import PikirError
from survey_app.web.log_format import BareFormatter

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"
THREADS = 4
LARGEST_BODY = 64 * 1024
LARGEST_UPLOAD = 5 * 1024 * 1024
BUFFER = 8 * 1024 * 1024
MOST_CONNECTIONS = 500
IDLE_SECONDS = 30


class PortBusy(PikirError):
    """Another program listens on the port that was asked for."""

    slug = "port-busy"


class Server:
    """A bound port. ``port`` is the real one, also where 0 was asked for."""

    def __init__(self, waitress_server: Any) -> None:
        self._server = waitress_server
        self.port = int(waitress_server.effective_port)

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM, or until another thread calls ``close``."""
        gc.collect()
        gc.freeze()  # what was loaded stays: the collector need not walk over it while somebody waits for a page
        self._server.run()
        wasyncore.close_all(self._server._map)  # noqa: SLF001

    def close(self) -> None:
        """End ``run`` from another thread once requests that have begun are answered."""
        self._server.task_dispatcher.shutdown()
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._server._map))  # noqa: SLF001


def listen(
    application: "WSGIApplication",
    port: int,
    *,
    threads: int = THREADS,
    largest_body: int = LARGEST_BODY,
) -> Server:
    """Bind ``port`` (0 for any free one); connections wait until ``run``. Raises PortBusy.

    ``largest_body`` bytes are taken in before an application is asked; LARGEST_UPLOAD where staff hand in files.
    """
    _log_without_traces()
    server = create_server(
        application,
        sockets=[_bind(port)],
        threads=threads,
        ident=None,
        max_request_body_size=largest_body,
        inbuf_overflow=BUFFER,
        outbuf_overflow=BUFFER,
        connection_limit=MOST_CONNECTIONS,
        channel_timeout=IDLE_SECONDS,
        clear_untrusted_proxy_headers=True,
        expose_tracebacks=False,
        asyncore_use_poll=True,
    )
    return Server(server)


def require_free(port: int) -> None:
    """Raise PortBusy if something listens on ``port``, so that nobody waits long only to hear of it."""
    _bind(port).close()


def end_on_sigterm() -> None:
    """Let SIGTERM end the process in order, as control-C does."""
    signal.signal(signal.SIGTERM, _leave)


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortBusy(f"port {port} is in use: stop the program that uses it, or choose another port") from error
    return listener


def _leave(*_: object) -> NoReturn:
    raise SystemExit(0)


def _log_without_traces() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(BareFormatter())
    logger = logging.getLogger("waitress")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
