"""A printer that is its own broker: reached over TLS, believed by its certificate's name, and away
when it sleeps.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from tempfile import NamedTemporaryFile

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from deploy.stack.root import run_inside
from deploy.stack.servers import MOSQUITTO_USER, Mosquitto, answers, free_port, write_inside
from gadong.core.database import Pool
from gadong.core.services.sealing import Keyring
from gadong.machines.domain.machine import Source
from gadong.machines.services import ingestion
from ingest.supervisor import Supervisor
from tests.conftest import Stack, private_broker
from tests.support.gateway import let_go
from tests.support.ingest.printer import ACCESS_CODE, SERIAL, Maker
from tests.support.ingest.sparkplug import said
from tests.support.waiting import until
from tests.support.world import World


class Printer:
    """A printer's broker, and the printer itself as a client of it that answers pushall."""

    def __init__(self, port: int, authority: Maker) -> None:
        """Connect to the printer's own broker."""
        self.port, self.asked = port, 0
        self._client = Client(CallbackAPIVersion.VERSION2)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=authority.pem)
        context.check_hostname = False
        self._client.tls_set_context(context)
        self._client.username_pw_set("bblp", ACCESS_CODE)
        self._client.on_connect = lambda client, *_: client.subscribe(f"device/{SERIAL}/request")
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def report(self, **fields: object) -> None:
        """Say something."""
        body = {"print": {"command": "push_status", "msg": 1, **fields}}
        self._client.publish(f"device/{SERIAL}/report", json.dumps(body))

    def close(self) -> None:
        """Go to sleep."""
        let_go(self._client)

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        if json.loads(message.payload)["pushing"]["command"] == "pushall":
            self.asked += 1
            self.report(
                msg=0,
                gcode_state="RUNNING",
                subtask_name="jig",
                mc_percent=40,
                mc_remaining_time=12,
            )


@pytest.fixture
def authority() -> Maker:
    """Return the signer of printers' certificates."""
    return Maker.made()


@pytest.fixture
def broker(stack: Stack, authority: Maker) -> Iterator[tuple[Mosquitto, int]]:
    """A broker with a printer's listener: TLS, a certificate with the serial's name, one user."""
    assert stack.root
    port = free_port()
    with private_broker(stack.root) as made:
        made.stop()
        key, chain = authority.issue(SERIAL)
        home = f"{made.home}.d"
        write_inside(stack.root, f"{home}/key.pem", key)
        write_inside(stack.root, f"{home}/chain.pem", chain)
        command = ["mosquitto_passwd", "-b", "-c", f"{made.home}/users", "bblp", ACCESS_CODE]
        run_inside(stack.root, MOSQUITTO_USER, command)
        listener = (
            f"listener {port} 127.0.0.1\ncertfile {home}/chain.pem\nkeyfile {home}/key.pem\n"
            f"allow_anonymous false\npassword_file {made.home}/users\n"
        )
        own = f"pid_file {made.home}/pid\nlog_dest file {made.home}/mosquitto.log\n"
        write_inside(stack.root, f"{made.home}.conf", own + listener)
        run_inside(
            stack.root, MOSQUITTO_USER, ["/usr/sbin/mosquitto", "-d", "-c", f"{made.home}.conf"]
        )
        # It says that it runs before it listens.
        assert answers(port, within=20), f"see {stack.root}{made.home}/mosquitto.log"
        yield made, port


@pytest.fixture
def printer(broker: tuple[Mosquitto, int], authority: Maker) -> Iterator[Printer]:
    """The printer, switched on."""
    made = Printer(broker[1], authority)
    yield made
    made.close()


def bound(world: World, stack: Stack, port: int, authority: Maker, serial: str = SERIAL) -> Source:
    """A source that connects to the printer."""
    options = {
        "host": "127.0.0.1",
        "port": str(port),
        "access_code": ACCESS_CODE,
        "authority": authority.pem,
    }
    keys = Keyring((stack.secret,))
    return world.source(
        world.machine(), "bambu", base=f"device/{serial}", options=options, keys=keys
    )


@pytest.mark.servers
def test_a_printer_is_asked_for_its_state_and_heard(
    world: World,
    stack: Stack,
    pool: Pool,
    ingest: Supervisor,
    printer: Printer,
    broker: tuple[Mosquitto, int],
    authority: Maker,
) -> None:
    source = bound(world, stack, printer.port, authority)
    until(
        lambda: ("activity", "running") in said(pool, source),
        what="the whole state is asked for and read",
    )
    assert ("job", "jig") in said(pool, source)
    assert printer.asked == 1
    printer.report(gcode_state="FINISH")
    until(lambda: ("job_result", "done") in said(pool, source), what="a delta is read")
    broker[0].stop()
    until(
        lambda: said(pool, source)[-1] == ("link", "down"),
        what="a printer that is gone is known to be",
    )
    assert ingestion.is_heard(pool, world.manager, source), (
        "and the centre's other devices are heard all the while"
    )


@pytest.mark.servers
def test_a_printer_with_anothers_certificate_hears_no_password(
    world: World, stack: Stack, pool: Pool, ingest: Supervisor, printer: Printer, authority: Maker
) -> None:
    source = bound(world, stack, printer.port, authority, serial="00M00OTHER000002")
    until(lambda: said(pool, source) == [("link", "down")], what="the connection is refused by us")
    other = Maker.made()
    stranger = bound(world, stack, printer.port, other, serial=SERIAL)
    until(
        lambda: said(pool, stranger) == [("link", "down")],
        what="a stranger's signature is refused too",
    )
    assert printer.asked == 0


def test_such_an_authority_is_not_to_the_letter_of_the_rules(authority: Maker) -> None:
    context = ssl.create_default_context(cadata=authority.pem)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    key, chain = authority.issue(SERIAL)
    # The version of OpenSSL decides the first deviation that is named.
    assert _handshake(context, key, chain) != ""
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    assert _handshake(context, key, chain) == ""


def _handshake(client: ssl.SSLContext, key: str, chain: str) -> str:
    """Shake hands in memory; why the client does not believe the server, or nothing."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with NamedTemporaryFile("w") as file:
        file.write(key + chain)
        file.flush()
        server.load_cert_chain(file.name)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = (
        client.wrap_bio(there, back, server_hostname=SERIAL),
        server.wrap_bio(back, there, server_side=True),
    )
    for _ in range(4):
        for side in sides:
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as trouble:
                return trouble.verify_message
    return ""
