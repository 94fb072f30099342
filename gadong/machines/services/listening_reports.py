"""Reports that sessions still listen, written together for all centres once a second."""

from __future__ import annotations

import logging
from threading import Event, Lock, Thread
from time import monotonic

from gadong.core.database import NOT_NOW, Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import CentreId
from gadong.machines.domain.listening import ListeningReport
from gadong.machines.store import broker_sessions

log = logging.getLogger(__name__)

# A session reports every five seconds (LISTENING_SHOWN_EVERY), and an absence begins at ten.
WRITTEN_EVERY = 1.0


class ListeningReports:
    """The reports that are not written yet, with the thread that writes them.

    A report is written with the instant at which the session made it. One of a session that has
    ended since is never written: it would hide the outage.
    """

    def __init__(self, pool: Pool) -> None:
        """Create it without a report; start() begins to write."""
        self._pool = pool
        self._reports: dict[CentreId, tuple[float, str, int]] = {}
        # Held while reports are written, so that none is written after it was withdrawn.
        self._lock = Lock()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="listening reports", daemon=True)

    def start(self) -> None:
        """Start to write."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what is not written yet is not needed any more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def report(self, centre_id: CentreId, *, detail: str, dropped: int) -> None:
        """Report that the centre's session listens now."""
        with self._lock:
            self._reports[centre_id] = monotonic(), detail, dropped

    def withdraw(self, centre_id: CentreId) -> None:
        """Forget the report of a session that has ended."""
        with self._lock:
            self._reports.pop(centre_id, None)

    def write(self) -> int:
        """Write the reports and return their number; they stay where the database is away."""
        with self._lock:
            now = monotonic()
            written = [
                ListeningReport(centre_id=centre, age=now - at, detail=detail, dropped=dropped)
                for centre, (at, detail, dropped) in self._reports.items()
            ]
            if written:
                with transaction(self._pool, SYSTEM) as tx:
                    broker_sessions.report_listening(tx, written)
                self._reports.clear()
        return len(written)

    def _run(self) -> None:
        while not self._stopping.wait(WRITTEN_EVERY):
            try:
                self.write()
            except NOT_NOW as trouble:
                log.warning("reports of listening wait", extra={"reason": str(trouble)})
