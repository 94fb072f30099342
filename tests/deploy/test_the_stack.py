"""The private stack: only this machine can reach it, and its servers are not root's."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import psycopg
import pytest

from deploy.stack import choice, root
from deploy.stack.memory import MemoryPostgres
from deploy.stack.servers import free_port, new_password
from gadong.core.domain.ids import new_id
from tests.conftest import Stack, private_broker, private_postgres

LOOPBACK = "0100007F"  # 127.0.0.1 as /proc/net/tcp writes it
LISTENING = "0A"


def _listens_on(pid: int) -> set[str]:
    """The addresses on which a process listens, as the kernel shows them."""
    sockets = set()
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        target = str(fd.readlink())
        if target.startswith("socket:["):
            sockets.add(target.removeprefix("socket:[").removesuffix("]"))
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and fields[9] in sockets:
                found.add(fields[1].split(":")[0])
    return found


@pytest.mark.servers
def test_the_servers_listen_on_loopback_only_and_are_nobody_special(stack: Stack) -> None:
    if stack.root is None or os.geteuid() != 0:
        pytest.skip("needs the private stack, and root to look into its processes")
    with private_broker(stack.root) as broker, private_postgres(stack.root) as postgres:
        pids = [
            broker.pid(),
            int(Path(f"{stack.root}{postgres.data}/postmaster.pid").read_text().split()[0]),
        ]
        for pid in pids:
            assert pid is not None
            assert _listens_on(pid) == {LOOPBACK}
            assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_a_server_gets_no_port_that_an_outgoing_connection_may_take() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert all(port < first for port in (free_port() for _ in range(50)))


def test_an_unfinished_root_is_removed_without_what_is_mounted_in_it(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount")
    machine, unfinished = tmp_path / "this machine", tmp_path / "root unfinished"
    for each in (machine / "sub", unfinished / "dev", unfinished / "etc"):
        each.mkdir(parents=True)
    (machine / "sub/own").write_text("of this machine")
    # A mount of the same file system, which `rm --one-file-system` alone goes into.
    mount = ["mount", "--bind", str(machine), str(unfinished / "dev")]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    root.remove(unfinished)
    assert not unfinished.exists()
    assert (machine / "sub/own").read_text() == "of this machine"
    root.remove(unfinished)


@pytest.mark.servers
def test_only_the_tests_own_database_waits_for_no_disk(stack: Stack) -> None:
    if stack.root is None:
        pytest.skip("needs the private stack")
    with private_postgres(stack.root) as durable:
        for url, setting in ((durable.url, "on"), (stack.database_url, "off")):
            with psycopg.connect(url) as connection:
                assert connection.execute("show fsync").fetchall() == [(setting,)]


@pytest.mark.servers
def test_starting_twice_is_starting_once(stack: Stack) -> None:
    if stack.root is None:
        pytest.skip("needs the private stack")
    with private_broker(stack.root) as broker:
        before = broker.pid()
        broker.start()
        assert broker.pid() == before


def test_a_port_that_another_checkout_took_is_chosen_anew_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "STACK", tmp_path)
    first = choice.kept_settings()
    second = choice.with_another_port("tests_port")
    assert second["tests_port"] != first["tests_port"]
    assert choice.kept_settings() == second
    assert {**second, "tests_port": first["tests_port"]} == first
    assert (tmp_path / "settings").stat().st_mode & 0o077 == 0


def test_servers_whose_ports_another_checkout_took_get_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "STACK", tmp_path)
    # Ports of our own: those of this checkout's `make run` may be in use.
    for name in choice.PORTS:
        choice.with_another_port(name)
    first = choice.kept_settings()
    with socket.create_server(("127.0.0.1", int(first["programs_port"]))):
        postgres, mosquitto = choice.servers_at_free_ports(tmp_path)
    second = choice.kept_settings()
    changed = {name for name in second if second[name] != first[name]}
    assert changed == {"programs_port"}
    assert postgres.port == int(first["postgres_port"])
    assert mosquitto.programs_port == int(second["programs_port"])


@pytest.mark.servers
def test_a_server_in_memory_leaves_nothing_on_the_disk(stack: Stack) -> None:
    if stack.root is None:
        pytest.skip("needs the private stack")
    home = f"/srv/gadong/test-{new_id().hex[-12:]}"
    server = MemoryPostgres(stack.root, home, free_port(), new_password(), is_durable=False)
    assert not server.is_running()
    server.start()
    try:
        assert server.is_running()
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("create table kept ()")
            server.start()  # it runs, so this changes nothing
            assert connection.execute("select 1 from pg_class where relname = 'kept'").fetchall()
        assert not list(Path(f"{stack.root}{home}").iterdir())
    finally:
        server.stop()
        server.remove()
    assert not server.is_running()
    assert not list(Path(f"{stack.root}/srv/gadong/run").glob(f"{Path(home).name}*"))
    assert home not in Path("/proc/mounts").read_text()
