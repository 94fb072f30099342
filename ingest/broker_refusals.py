"""Subscription to the broker's refusals, with one connection for the installation."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from threading import Event, Thread

from gadong.core.database import NOT_NOW, Pool
from gadong.machines.domain.broker_accounts import REFUSED_TOPIC
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.device_account import Attempt, attempt
from gadong.machines.services import device_accounts, ingestion
from ingest.broker_address import Broker, BrokerLogin, target
from ingest.connection import Connection, ConnectionLost

log = logging.getLogger(__name__)

TURN = 0.2
# A refusal is not urgent, and the broker keeps it meanwhile.
AGAIN_AFTER = 5.0


class Refusals:
    """A thread that records refusals.

    The thread never raises, because no bill depends on it.
    """

    def __init__(self, pool: Pool, broker: Broker, account: BrokerLogin) -> None:
        """Create the thread without starting it."""
        self._pool, self._broker, self._account = pool, broker, account
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="refusals", daemon=True)

    def start(self) -> None:
        """Start listening once the broker has the account; a second call does nothing."""
        if not self._thread.is_alive() and not self._stopping.is_set():
            self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with ingestion.owning_refusals(self._pool) as is_ours:
                    if is_ours:
                        self._listen()
                    else:
                        log.info("another ingest hears the refusals")
            except (ConnectionLost, *NOT_NOW) as trouble:
                log.info("refusals wait", extra={"reason": str(trouble)})
            except Exception:
                log.exception("refusals failed")
            self._stopping.wait(AGAIN_AFTER)

    def _listen(self) -> None:
        connection = Connection(target(self._broker, self._account))
        try:
            while connection.session_kept is None and not self._stopping.is_set():
                connection.turn(TURN)
            connection.subscribe([REFUSED_TOPIC])
            while not self._stopping.is_set():
                connection.turn(TURN)
                taken = connection.take()
                if taken:
                    device_accounts.refused(self._pool, list(_read(taken)))
                    connection.acknowledge(taken)
        finally:
            connection.close()


def _read(said: Sequence[BrokerMessage]) -> Iterator[Attempt]:
    for delivery in said:
        try:
            yield attempt(delivery.payload)
        except ValueError as trouble:
            log.warning("a refusal was not understood", extra={"reason": str(trouble)})
