"""A full disk: ingest stops listening, the broker keeps what comes, and nothing is lost."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.stack.root import as_root
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.domain.listening import Listening
from gadong.machines.store import broker_sessions
from gadong.operations.services import health
from tests.ingest.publisher import Publisher
from tests.support.waiting import until
from tests.support.world import World

SIZE = 1_000_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=1777", "none", str(place)]
    if subprocess.run(as_root(mount), capture_output=True, check=False).returncode:
        pytest.skip("this machine mounts no disk for a test")
    yield place
    subprocess.run(as_root(["umount", str(place)]), check=True)


def fill(disk: Path, percent: float) -> None:
    """Leave the rest free."""
    (disk / "data").write_bytes(b"\0" * int(SIZE * percent / 100))


def session(pool: Pool) -> Listening:
    """Return the state of the centre's session."""
    with transaction(pool, SYSTEM) as tx:
        (found,) = broker_sessions.listening(tx)
    return found


@pytest.fixture
def told(disk: Path) -> dict[str, object]:
    """Return where ingest sees the disk."""
    return {"data_directory": str(disk)}


@pytest.mark.servers
def test_ingest_stops_while_the_disk_is_full_and_goes_on_by_itself(
    disk: Path, world: World, pool: Pool, device: Publisher
) -> None:
    source = world.source(world.machine(), "gadong-json")
    fill(disk, 90)
    until(lambda: "% full" in (session(pool).detail or ""), what="ingest warns")
    assert session(pool).is_connected
    fill(disk, 97)
    until(lambda: not session(pool).is_connected, what="ingest stops listening")
    assert "the broker keeps what comes" in (session(pool).detail or "")
    assert _disk_part(pool, disk) == (False, "97 % used: make room")
    body = {"v": 1, "boot": "b1", "seq": 1, "at": datetime.now(UTC).isoformat(), "state": "running"}
    device.publish_all([(f"{source.base}/state", body)])
    fill(disk, 10)
    until(lambda: _stored(pool) > 0, what="what the broker kept is stored")
    assert session(pool).is_connected


def _stored(pool: Pool) -> int:
    with transaction(pool, SYSTEM) as tx:
        return len(many(tx, "select from messages"))


def _disk_part(pool: Pool, disk: Path) -> tuple[bool, str]:
    found = health.parts(pool, revision="", now=datetime.now(UTC), data_directory=str(disk))
    return next((part.is_ready, part.detail) for part in found if part.name == "disk")
