"""A device that is its own broker is called inside of the devices' networks alone."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from gadong.core.domain.ids import CentreId, MachineId, SourceId, new_id
from gadong.core.domain.network_address import DeviceNetworks, networks
from gadong.dialects.domain.formats.reading import Endpoint
from gadong.machines.domain.machine import Source
from gadong.machines.domain.source_reading import Metering
from ingest.connection import ConnectionLost
from ingest.device_broker import DeviceLink, permitted
from tests.support.ingest.printer import ACCESS_CODE, SERIAL, Maker
from tests.support.waiting import until


@pytest.fixture
def service() -> Iterator[socket.socket]:
    """A service of this host that nobody outside is to reach."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def endpoint(host: str, port: int) -> Endpoint:
    """A printer's broker, as a manager may bind it."""
    return Endpoint(
        host=host,
        port=port,
        username="bblp",
        password=ACCESS_CODE,
        common_name=SERIAL,
        authority=Maker.made().pem,
        filters=(f"device/{SERIAL}/report",),
        link_topic=f"device/{SERIAL}/link",
    )


def source() -> Source:
    """The binding of that printer."""
    source_id = SourceId(new_id())
    return Source(
        id=source_id,
        centre_id=CentreId(new_id()),
        machine_id=MachineId(new_id()),
        dialect="bambu",
        base=f"device/{SERIAL}",
        prefixes=(f"device/{SERIAL}",),
        metering=Metering(source_id=source_id),
        options={},
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1"])
def test_no_binding_reaches_a_service_of_this_host(service: socket.socket, host: str) -> None:
    link = DeviceLink(source(), endpoint(host, service.getsockname()[1]), DeviceNetworks())
    words: list[bytes] = []

    def is_reported() -> bool:
        words.extend(delivery.payload for delivery in link.take())
        return bool(words)

    until(is_reported, what="the link is reported")
    link.stop()
    assert words == [b"down"]
    with pytest.raises(BlockingIOError):
        service.accept()


def test_a_permitted_network_is_called_by_the_address_that_was_checked(
    service: socket.socket,
) -> None:
    rule = DeviceNetworks(networks("127.0.0.0/8"))
    assert permitted(endpoint("127.0.0.1", service.getsockname()[1]), rule) == "127.0.0.1"
    link = DeviceLink(source(), endpoint("127.0.0.1", service.getsockname()[1]), rule)
    until(lambda: is_called(service), what="the device is called")
    link.stop()


@pytest.mark.parametrize("host", ["169.254.169.254", "0.0.0.0"])  # noqa: S104  # likewise
def test_a_host_that_may_not_be_called_is_named(host: str) -> None:
    with pytest.raises(ConnectionLost, match=host):
        permitted(endpoint(host, 8883), DeviceNetworks())


def is_called(service: socket.socket) -> bool:
    """Return whether somebody connected."""
    try:
        connection, _ = service.accept()
    except BlockingIOError:
        return False
    connection.close()
    return True
