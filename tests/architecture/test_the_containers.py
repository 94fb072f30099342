"""The containers are of named bases, and hold nothing that they do not need."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # it brings no types

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
#: What a server writes beside its volume.
WRITES = {
    "db": ["/tmp"],  # noqa: S108  # of the container
    "broker": ["/tmp", "/srv/gadong/conf/mosquitto.d:mode=1777"],  # noqa: S108  # likewise
    "proxy": ["/tmp"],  # noqa: S108  # likewise
}
#: Ports that devices and people come by, all with TLS; every other stays on this computer.
OPEN_PORTS = {("broker", "8883"), ("proxy", "8080"), ("proxy", "8443")}


def test_every_base_image_is_named_by_its_digest() -> None:
    bases = re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)
    assert len(bases) == 6
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
        "proxy": ["caddy"],
    }


def test_every_container_is_read_only_and_has_no_capability() -> None:
    programs = {"migrate", "api", "ingest", "scheduler"}
    assert set(SERVICES) == {"db", "keys", "broker", "proxy", *programs}
    # One hands the broker its key, and ends: it may change owners, and reaches no network.
    assert SERVICES["keys"]["cap_add"] == ["CHOWN", "DAC_OVERRIDE", "FOWNER"]
    assert SERVICES["keys"]["network_mode"] == "none"
    for name, service in SERVICES.items():
        assert name == "keys" or "cap_add" not in service, name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
        assert service.get("tmpfs", []) == WRITES.get(name, []), name


def test_nothing_but_tls_is_published_beyond_this_computer() -> None:
    ports = [(name, port) for name, s in SERVICES.items() for port in s.get("ports", [])]
    beyond = {
        (name, port.rpartition(":")[2]) for name, port in ports if not port.startswith("127.0.0.1:")
    }
    assert beyond == OPEN_PORTS
    assert len(ports) == 4 + len(OPEN_PORTS)
    assert "listener %s %s" in (script := (DEPLOY / "containers/broker.sh").read_text())
    assert "certfile" in script[script.index("8883") - 200 :], "8883 has a certificate"


def test_a_password_that_is_missing_stops_everything_before_it_starts() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    used = re.findall(r"\$\{(GADONG_\w*(?:PASSWORD|SECRET))\b([^}]*)\}", text)
    needed = {name for name, _ in used if name != "GADONG_OIDC_CLIENT_SECRET"}
    assert needed == {
        "GADONG_DATABASE_PASSWORD",
        "GADONG_MOSQUITTO_PASSWORD",
        "GADONG_POSTGRES_PASSWORD",
        "GADONG_SECRET",
    }
    for name, otherwise in used:
        assert otherwise.startswith(":?") or name == "GADONG_OIDC_CLIENT_SECRET", name


def test_every_container_has_limits_a_bounded_log_and_a_check() -> None:
    for name, service in SERVICES.items():
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}, name
        if name in {"keys", "migrate"}:
            continue  # they end by themselves
        assert {"mem_limit", "pids_limit", "healthcheck"} <= set(service), name
    for program in ("ingest", "scheduler"):
        assert SERVICES[program]["healthcheck"]["test"] == ["CMD", "gadong", "health", program]
    assert "readyz?program=api" in SERVICES["api"]["healthcheck"]["test"][-1]


def test_the_broker_reads_its_key_from_a_copy_of_its_own() -> None:
    script = (DEPLOY / "containers/keys.sh").read_text()
    assert "install -o mosquitto -g mosquitto -m 400" in script
    assert "tls:/srv/gadong/tls" in SERVICES["keys"]["volumes"]
    assert "tls:/srv/gadong/tls:ro" in SERVICES["broker"]["volumes"]
    assert SERVICES["broker"]["depends_on"] == {
        "keys": {"condition": "service_completed_successfully", "required": False}
    }


def test_the_api_believes_the_proxy_of_this_file_alone() -> None:
    (network,) = COMPOSE["networks"]["default"]["ipam"]["config"]
    proxies = SERVICES["api"]["environment"]["GADONG_TRUSTED_PROXIES"]
    assert proxies == "${GADONG_TRUSTED_PROXIES:-" + network["subnet"] + "}"
    assert "reverse_proxy api:8000" in (DEPLOY / "containers/Caddyfile").read_text()


@pytest.mark.parametrize("name", ["containers/Caddyfile", "package/gadong-setup"])
def test_a_proxy_compresses_styles_and_scripts_and_no_page(name: str) -> None:
    text = (DEPLOY / name).read_text()
    assert re.findall(r"^\s*encode (.*)$", text, re.MULTILINE) == ["/static/* zstd gzip"]


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
