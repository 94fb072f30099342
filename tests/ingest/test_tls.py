"""A broker that proves who it is by a private authority made with one command."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from typer.testing import CliRunner

from deploy.stack.root import as_root
from deploy.stack.servers import Mosquitto, free_port, write_inside
from gadong.cli import app
from gadong.core.database import Pool, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.services import ingestion
from gadong.settings import Settings
from ingest.broker_address import Broker, Proof
from ingest.supervisor import Supervisor
from tests.conftest import Stack, private_broker
from tests.support.gateway import gateway
from tests.support.waiting import until
from tests.support.world import World


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A private authority, and a certificate for this computer's loopback."""
    directory = tmp_path / "tls"
    for _ in range(2):  # the second time renews the certificate under the same authority
        named = ["localhost", "127.0.0.1", "--device", "ingest", "--device", "d-mill"]
        done = CliRunner().invoke(app, ["authority", str(directory), *named])
        assert done.exit_code == 0, done.output
    for name in ("authority", "server", "ingest", "d-mill"):
        assert (directory / f"{name}.key").stat().st_mode & 0o777 == 0o600
    return directory


@pytest.fixture
def secured(stack: Stack, made: Path) -> Iterator[tuple[Mosquitto, int]]:
    """A broker with a listener that speaks TLS beside the plain one, and that one's port."""
    if stack.root is None:
        pytest.skip("needs the private stack: this test sets a broker up")
    with private_broker(stack.root) as broker:
        port, own = free_port(), f"{broker.home}.d"
        for name in ("server.key", "server.crt"):
            write_inside(
                broker.root,
                f"{own}/{name}",
                (made / name).read_text(),
                owner="mosquitto",
                mode="600",
            )
        conf = f"listener {port} 127.0.0.1\nuse_username_as_clientid true\n"
        conf += f"certfile {own}/server.crt\nkeyfile {own}/server.key\ntls_version tlsv1.2\n"
        write_inside(broker.root, f"{own}/tls.conf", conf)
        broker.stop()
        broker.start()
        yield broker, port


@pytest.fixture
def demanding(secured: tuple[Mosquitto, int], made: Path) -> tuple[Mosquitto, int]:
    """The same broker with a listener that takes whom the authority signed and nobody else."""
    broker, _ = secured
    port, own = free_port(), f"{broker.home}.d"
    write_inside(broker.root, f"{own}/authority.crt", (made / "authority.crt").read_text())
    conf = f"listener {port} 127.0.0.1\nuse_username_as_clientid true\n"
    conf += f"certfile {own}/server.crt\nkeyfile {own}/server.key\ntls_version tlsv1.2\n"
    conf += f"cafile {own}/authority.crt\nrequire_certificate true\n"
    write_inside(broker.root, f"{own}/demanding.conf", conf)
    broker.stop()
    broker.start()
    return broker, port


@contextmanager
def ingesting(pool: Pool, told: Settings) -> Iterator[None]:
    """Ingest, as long as the block lasts."""
    supervisor = Supervisor(pool, told)
    thread = Thread(target=supervisor.run)
    thread.start()
    try:
        yield
    finally:
        supervisor.stopping.set()
        thread.join(20)


def reached(made: Path, broker: Mosquitto, port: int, **more: str) -> dict[str, str]:
    """The settings by which the broker is reached over TLS."""
    admin = urlsplit(broker.admin_url)
    return {
        "mqtt_url": f"mqtts://localhost:{port}",
        "mqtt_admin_url": f"mqtts://{admin.username}:{admin.password}@localhost:{port}",
        "mqtt_authority": str(made / "authority.crt"),
        **more,
    }


def is_let_in(client: Client, port: int) -> bool:
    """Return whether the broker accepts the connection."""
    answers: list[bool] = []
    client.on_connect = lambda *a: answers.append(not a[3].is_failure)
    try:
        client.connect("localhost", port)
        while not answers:
            if client.loop(1.0) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                return False
    except OSError:
        return False
    return answers[0]


@pytest.mark.servers
def test_where_certificates_are_demanded_a_password_alone_opens_nothing(
    world: World,
    pool: Pool,
    stack: Stack,
    settings: Callable[..., Settings],
    demanding: tuple[Mosquitto, int],
    made: Path,
    tmp_path: Path,
) -> None:
    broker, port = demanding
    source = world.source(world.machine("mill-1"), "gadong-json")
    own = {"mqtt_certificate": str(made / "ingest.crt"), "mqtt_key": str(made / "ingest.key")}
    other = tmp_path / "other"
    CliRunner().invoke(app, ["authority", str(other), "localhost", "--device", "d-mill"])
    login = gateway(broker.admin_url, stack.secret)
    with ingesting(pool, settings(**reached(made, broker, port, **own))):
        until(lambda: ingestion.is_heard(pool, world.manager, source), what="ingest listens")
        opened: dict[str, bool] = {}
        for who, signer in (("nobody", None), ("another's", other), ("ours", made)):
            device = Client(
                CallbackAPIVersion.VERSION2, protocol=MQTTv5, reconnect_on_failure=False
            )
            device.username_pw_set(*login)
            proof = (
                (str(signer / "d-mill.crt"), str(signer / "d-mill.key")) if signer else (None, None)
            )
            device.tls_set(str(made / "authority.crt"), *proof)
            opened[who] = is_let_in(device, port)
            device.disconnect()
            device.loop(0.1)
        assert opened == {"nobody": False, "another's": False, "ours": True}


@pytest.mark.parametrize("name", ["../x", "", "server", "a/b", "-x"])
def test_a_clients_name_is_no_way_out_of_the_directory(name: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["authority", str(tmp_path / "tls"), "localhost", f"--device={name}"]
    )
    assert done.exit_code == 2
    assert not (tmp_path / "tls").exists()


def test_a_copy_without_the_authoritys_key_gets_no_other_authority(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["authority", str(tmp_path / "own"), "a.lan"]).exit_code == 0
    copy = tmp_path / "copy"
    copy.mkdir()
    given = (tmp_path / "own/authority.crt").read_text()
    (copy / "authority.crt").write_text(given)
    done = CliRunner().invoke(app, ["authority", str(copy), "a.lan", "b.lan"])
    assert done.exit_code == 2
    assert (copy / "authority.crt").read_text() == given
    assert not (copy / "server.crt").exists()


@pytest.mark.servers
def test_ingest_and_devices_speak_to_whom_the_authority_signed(
    world: World,
    pool: Pool,
    stack: Stack,
    settings: Callable[..., Settings],
    secured: tuple[Mosquitto, int],
    made: Path,
) -> None:
    broker, port = secured
    source = world.source(world.machine("mill-1"), "gadong-json")
    with ingesting(pool, settings(**reached(made, broker, port))):
        until(lambda: ingestion.is_heard(pool, world.manager, source), what="ingest listens")
        device = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        device.username_pw_set(*gateway(broker.admin_url, stack.secret))
        device.tls_set(str(made / "authority.crt"))
        device.connect("localhost", port)
        device.loop_start()
        base = f"gadong/v1/{world.centre.slug}/mill-1"
        word = {"boot": "b", "seq": 1, "at": datetime.now(UTC).isoformat(), "state": "idle"}
        device.publish(f"{base}/state", json.dumps(word), qos=1)
        until(lambda: stored(pool) == 1, what="its word arrives")
        device.disconnect()
        device.loop_stop()


@pytest.mark.servers
def test_a_broker_that_another_signed_is_refused(
    secured: tuple[Mosquitto, int], tmp_path: Path
) -> None:
    _, port = secured
    other = tmp_path / "other"
    CliRunner().invoke(app, ["authority", str(other), "localhost"])
    context = Broker(f"mqtts://localhost:{port}", Proof(str(other / "authority.crt"))).tls
    assert context is not None
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="localhost")


@pytest.mark.servers
def test_nobody_has_the_broker_negotiate_again_and_again(
    secured: tuple[Mosquitto, int], stack: Stack, made: Path
) -> None:
    broker, port = secured
    # R on a line of its own asks for it, where the protocol knows that at all (TLS 1.2).
    asks = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_2"]
    done = subprocess.run(
        as_root(["chroot", str(broker.root), *asks]),
        input=b"R\n",
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert b"RENEGOTIATING" in done.stdout + done.stderr
    assert b"no renegotiation" in done.stderr
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5, reconnect_on_failure=False)
    client.username_pw_set(*gateway(broker.admin_url, stack.secret))
    client.tls_set(str(made / "authority.crt"))
    assert is_let_in(client, port), "the broker is there for others"
    client.disconnect()
    client.loop(0.1)


def stored(pool: Pool) -> int:
    """Count the stored messages."""
    with transaction(pool, SYSTEM) as tx:
        row = one(tx, "select count(*) as n from messages")
    return row["n"] if row else 0
