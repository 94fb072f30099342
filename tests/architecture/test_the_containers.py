"""The containers are of named bases, and hold nothing that they do not need."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # it brings no types

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
SERVICES: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
#: What a server writes beside its volume.
WRITES = {
    "db": ["/tmp"],  # noqa: S108  # of the container
    "broker": ["/tmp", "/srv/gadong/conf/mosquitto.d:mode=1777"],  # noqa: S108  # likewise
}


def test_every_base_image_is_named_by_its_digest() -> None:
    bases = re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)
    assert len(bases) == 5
    assert [
        base for base in bases if not re.fullmatch(r"[\w.:/-]+@sha256:[0-9a-f]{64}", base)
    ] == []


def test_no_image_runs_as_root() -> None:
    stages = re.split(r"^FROM ", CONTAINERFILE, flags=re.MULTILINE)[1:]
    users = {
        name[1]: re.findall(r"^USER (\S+)", stage, re.MULTILINE)
        for stage in stages
        if (name := re.match(r"\S+ AS (\w+)", stage))
    }
    # The other two stages compile and fetch; no container is made of them.
    assert {name: user for name, user in users.items() if name not in {"plugin", "assets"}} == {
        "db": ["postgres"],
        "broker": ["mosquitto"],
        "program": ["gadong"],
    }


def test_every_container_is_read_only_and_has_no_capability() -> None:
    assert set(SERVICES) == {"db", "broker", "migrate", "api", "ingest", "scheduler"}
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
        assert service.get("tmpfs", []) == WRITES.get(name, []), name


def test_nothing_is_published_beyond_this_computer() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(ports) == 4
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_servers_get_no_port_that_an_outgoing_connection_may_take() -> None:
    ports = [
        int(p)
        for s in SERVICES.values()
        for x in s.get("ports", [])
        for p in re.findall(r":-?(\d{4,5})", x)
    ]
    assert ports
    assert max(ports) < 32768  # from here on Linux takes ports for connections


def test_no_file_names_one_kind_of_processor() -> None:
    names = re.compile(r"x86_64|amd64|aarch64|arm64|i386")
    files = [
        path
        for path in DEPLOY.rglob("*")
        if path.suffix in {".conf", ".sh", ".service", ".yaml", ".c"}
    ]
    assert files
    assert [
        str(path) for path in [*files, DEPLOY / "Containerfile"] if names.search(path.read_text())
    ] == []


def test_programs_use_the_brokers_own_listener() -> None:
    for name in ("api", "ingest", "scheduler"):
        environment = SERVICES[name]["environment"]
        assert environment["GADONG_MQTT_URL"] == "mqtt://broker:1884"
        assert environment["GADONG_MQTT_ADMIN_URL"].endswith("@broker:1884")
    script = (DEPLOY / "containers/broker.sh").read_text()
    assert script.index("GADONG_PROGRAMS_PORT:-1884") < script.index("GADONG_PORT:-1883")
