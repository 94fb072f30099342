"""Connections to devices that are their own broker.

Each device has a thread and a connection of its own, so that one that sleeps delays no other.
"""

from __future__ import annotations

import logging
import socket
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event, Thread
from time import monotonic

from gadong.core.domain.ids import SourceId
from gadong.core.domain.network_address import DeviceNetworks
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import Endpoint
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Source
from ingest.broker_address import device_target
from ingest.connection import Connection, ConnectionLost

log = logging.getLogger(__name__)

TURN = 0.2
BACK_OFF_FIRST, BACK_OFF_MOST = 1.0, 60.0
# A stream that is silent for this long on an open socket has stalled; a request revives it
# (docs/reference/signals.md#bambu-streams).
SILENT_AFTER = 60.0
# A weak printer must not be asked for its full state more often.
ASK_EVERY = 300.0
# Ten minutes of a report a second, while the database is away. The newest are kept, and the state
# is asked for again.
WAITING_LIMIT = 600


Secrets = Callable[[], Mapping[SourceId, Mapping[str, str]]]


class DeviceLinks:
    """The links to a centre's devices that are their own broker.

    `secrets` returns each device's login, and `devices_at` permits the addresses that are called.
    """

    def __init__(self, secrets: Secrets, devices_at: DeviceNetworks) -> None:
        """Begin with none."""
        self._secrets, self._devices_at = secrets, devices_at
        self._links: dict[SourceId, DeviceLink] = {}

    def follow(self, sources: Sequence[Source]) -> None:
        """Connect to devices that are their own broker, anew where that changed, and leave those
        that are bound no more.
        """
        wanted = {s.id: s for s in sources if DIALECTS[s.dialect].secrets}
        secrets = self._secrets() if wanted else {}
        endpoints = {
            s.id: DIALECTS[s.dialect].endpoint(s.base, {**s.options, **secrets.get(s.id, {})})
            for s in wanted.values()
        }
        for source_id, link in list(self._links.items()):
            if wanted.get(source_id) != link.source or link.endpoint != endpoints.get(source_id):
                self._links.pop(source_id).stop()
        for source_id, endpoint in endpoints.items():
            if endpoint and source_id not in self._links:
                self._links[source_id] = DeviceLink(wanted[source_id], endpoint, self._devices_at)

    def ask(self, source_id: SourceId) -> bool:
        """Have a device say everything again; False where it is not its own broker."""
        link = self._links.get(source_id)
        if link:
            link.ask()
        return link is not None

    def take(self) -> list[BrokerMessage]:
        """Return what all delivered since the last time."""
        return [delivery for link in self._links.values() for delivery in link.take()]

    def waiting(self) -> int:
        """Return how many deliveries wait to be taken."""
        return sum(link.waiting() for link in self._links.values())

    @property
    def has_links(self) -> bool:
        """Return whether there is a device that is its own broker."""
        return bool(self._links)

    def stop(self) -> None:
        """End all links."""
        while self._links:
            self._links.popitem()[1].stop()


class DeviceLink:
    """A lasting connection to one device, with the deliveries that were not taken yet."""

    def __init__(self, source: Source, endpoint: Endpoint, devices_at: DeviceNetworks) -> None:
        """Start the thread; never raise for a device that is away."""
        self.source, self._devices_at = source, devices_at
        self.endpoint = endpoint
        self._waiting: deque[BrokerMessage] = deque(maxlen=WAITING_LIMIT)
        self._stopping = Event()
        self._packet = 0
        self._asked: float | None = None
        self._is_wanted = Event()
        self._thread = Thread(target=self._run, name=f"device {source.base}", daemon=True)
        self._thread.start()

    def take(self) -> list[BrokerMessage]:
        """Return the deliveries since the last call."""
        taken = []
        while self._waiting:
            taken.append(self._waiting.popleft())
        return taken

    def waiting(self) -> int:
        """Return the number of deliveries that wait to be taken."""
        return len(self._waiting)

    def ask(self) -> None:
        """Request the device's full state as soon as it may be asked."""
        self._is_wanted.set()

    def stop(self) -> None:
        """End the connection, and wait until the thread has ended."""
        self._stopping.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        wait, was_up = BACK_OFF_FIRST, True
        while not self._stopping.is_set():
            try:
                # The name is resolved once, so that the connection goes to the checked address.
                address = permitted(self.endpoint, self._devices_at)
                found = replace(self.endpoint, host=address)
                connection = Connection(device_target(found, f"gadong-{self.source.id.hex[:12]}"))
                wait, was_up = self._listen(connection, wait), True
            except (ConnectionLost, OSError) as trouble:
                if was_up:  # once, not every minute of a night in which the printer is off
                    log.warning(
                        "device away", extra={"source": str(self.source.id), "reason": str(trouble)}
                    )
                    self._report_link("down")
                was_up = False
            self._stopping.wait(wait)
            wait = min(wait * 2, BACK_OFF_MOST)

    def _listen(self, connection: Connection, wait: float) -> float:
        """Receive from one connection until it ends or is stopped; return the next back-off."""
        try:
            while connection.session_kept is None and not self._stopping.is_set():
                connection.turn(TURN)
            connection.subscribe(self.endpoint.filters)
            self._report_link("up")
            self._ask(connection)
            received_at = monotonic()
            while not self._stopping.is_set():
                connection.turn(TURN)
                delivered = connection.take()
                if delivered:
                    received_at, wait = monotonic(), BACK_OFF_FIRST
                self._waiting.extend(delivered)
                if monotonic() - received_at > 2 * SILENT_AFTER:
                    raise ConnectionLost("the device was silent although it was asked")
                if monotonic() - received_at > SILENT_AFTER or self._is_wanted.is_set():
                    self._ask(connection)
        finally:
            connection.close()
        return wait

    def _ask(self, connection: Connection) -> None:
        if self._asked is not None and monotonic() - self._asked < ASK_EVERY:
            return
        self._is_wanted.clear()
        self._asked = monotonic()
        for question in DIALECTS[self.source.dialect].questions(
            self.source.base, self.source.options
        ):
            connection.publish(question.topic, question.payload, qos=0)

    def _report_link(self, word: str) -> None:
        """Deliver whether the device is connected, as a message of the connection itself."""
        self._packet += 1
        self._waiting.append(
            BrokerMessage(
                topic=self.endpoint.link_topic,
                payload=word.encode(),
                qos=0,
                retained=False,
                is_repeated=False,
                packet=self._packet,
                received_at=datetime.now(UTC),
            )
        )


def permitted(endpoint: Endpoint, devices_at: DeviceNetworks) -> str:
    """Return an address of the device; raise ConnectionLost if one of them may not be called."""
    try:
        found = socket.getaddrinfo(endpoint.host, endpoint.port, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as trouble:
        raise ConnectionLost(f"{endpoint.host}: {trouble}") from trouble
    addresses = sorted({str(info[4][0]) for info in found}, key=lambda a: (":" in a, a))
    if refused := [address for address in addresses if not devices_at.permit(address)]:
        raise ConnectionLost(
            f"{endpoint.host} is {refused[0]}, outside of the devices' networks "
            "(GADONG_DEVICE_NETWORKS)"
        )
    return addresses[0]
