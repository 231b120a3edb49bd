"""The thread of an issuer's server that sends mail: what waits at its start, what officers ask for, reminders.

It looks into the queue when it begins, when it is woken, and every minute; so a mailing goes on after a restart, and a
reminder goes out at its hour without anybody. Several processes may have one each: the office's lock lets one send.
"""

import threading
from dataclasses import dataclass, field, replace
from multiprocessing.util import Finalize

from survey_app.identity.errors import MailRefused, MailUnderWay
from survey_app.identity.mail.queue import due_reminders, waiting_mailings
from survey_app.identity.mail.sending import Pace, send_all
from survey_app.identity.office import IssuerOffice
from survey_app.staff import journal

SERVER = "server"  # who began a reminder, in the journal


class Resting(Exception):
    """The process ends: the message that the mail server has is noted, and no other is begun."""


@dataclass
class Postman:
    """At most one thread a process. ``problem`` is what stopped it, or None; times are in seconds.

    A mail server that could not be reached is tried again after ``after_trouble``; one that refuses us only when an
    officer asks, or the server starts, because a wrong password that is sent again and again gets an account locked.
    """

    office: IssuerOffice
    pace: Pace = field(default_factory=Pace)
    look_again: float = 60.0
    after_trouble: float = 900.0
    problem: Exception | None = None
    _thread: threading.Thread | None = None
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _rests: threading.Event = field(default_factory=threading.Event)
    _is_asked: bool = False
    _is_busy: bool = False

    def wake(self) -> None:
        """Send all that waits; if that is being done already, look again afterwards."""
        with self._changed:
            if self._rests.is_set():
                return
            self._is_asked, self.problem = True, None
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="postman", daemon=True)
                self._thread.start()
                Finalize(None, self.rest, exitpriority=0)
            self._changed.notify_all()

    @property
    def is_at_work(self) -> bool:
        """Whether this process is sending, or about to."""
        return self._is_asked or self._is_busy

    def join(self) -> None:
        """Wait until all is done that was asked for."""
        with self._changed:
            self._changed.wait_for(lambda: not self.is_at_work)

    def rest(self, seconds: float = 25.0) -> None:
        """End, once the message that is with the mail server now is answered and noted, for which it waits so long."""
        self._rests.set()
        with self._changed:
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(seconds)

    def _work(self) -> None:
        while not self._rests.is_set():
            with self._changed:
                self._is_busy, self._is_asked = self._is_asked, False
            try:
                self._send()
            finally:
                with self._changed:
                    self._is_busy = False
                    self._changed.notify_all()
                    self._changed.wait_for(lambda: self._is_asked or self._rests.is_set(), self._pause())

    def _pause(self) -> float | None:
        """How long to wait before looking again; None: until somebody asks."""
        if isinstance(self.problem, MailRefused):
            return None
        return self.look_again if self.problem is None else self.after_trouble

    def _send(self) -> None:
        try:
            if waiting_mailings(self.office) or due_reminders(self.office):
                self._is_busy = True
                for _ in send_all(self.office, replace(self.pace, wait=self._wait), self._note_begun):
                    pass
            self.problem = None
        except (MailUnderWay, Resting):
            pass  # another process of this office does it, or goes on with it after a restart
        except Exception as error:  # noqa: BLE001 (the thread must not end, nor its trace quote an address in the log)
            self.problem = error

    def _wait(self, seconds: float) -> None:
        """As the pace says, but not into the process' end."""
        if self._rests.wait(seconds):
            raise Resting("this process ends; what waits stays queued")

    def _note_begun(self, campaign_id: str, number: int, people: int) -> None:
        with self.office.database.write() as session:
            journal.record(session, self.office.clock, SERVER, "send-mail", campaign_id, mailing=number, people=people)
