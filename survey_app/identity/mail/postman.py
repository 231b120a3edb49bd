"""The thread that sends mail while officers look at pages: woken by them, it sends all that waits and goes to sleep.

Nothing depends on it: what it has not sent waits in the queue for the next time, or for `pikir issuer send-mail`.
"""

import threading
from dataclasses import dataclass, field

from survey_app.domain.errors import PikirError
from survey_app.identity.errors import MailUnderWay
from survey_app.identity.mail.sending import Pace, send_all
from survey_app.identity.office import IssuerOffice


@dataclass
class Postman:
    """At most one thread a process. ``problem`` is what stopped the last one, or None."""

    office: IssuerOffice
    pace: Pace | None = None
    problem: PikirError | None = None
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_asked: bool = False

    def wake(self) -> None:
        """Send all that waits; if that is being done already, look again afterwards."""
        with self._lock:
            self._is_asked = True
            if self._thread is None:
                self.problem = None
                self._thread = threading.Thread(target=self._work, name="postman", daemon=True)
                self._thread.start()

    @property
    def is_at_work(self) -> bool:
        """Whether this process is sending."""
        return self._thread is not None

    def join(self) -> None:
        """Wait until it sleeps."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _work(self) -> None:
        while self._is_wanted():
            try:
                for _ in send_all(self.office, self.pace):
                    pass
            except MailUnderWay:
                pass  # another process of this office does it
            except PikirError as error:
                self.problem = error

    def _is_wanted(self) -> bool:
        """Whether somebody asked since the last look; else the thread ends."""
        with self._lock:
            if self._is_asked and self.problem is None:
                self._is_asked = False
                return True
            self._thread = None
            return False
