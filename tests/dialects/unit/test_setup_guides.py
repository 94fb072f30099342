"""The lines that are typed into a device: read as the device reads them, and as the documents show
them.
"""

from __future__ import annotations

import json
import re
from configparser import ConfigParser
from dataclasses import replace
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # it brings no types

from gadong.dialects.domain.setup import GUIDES
from gadong.dialects.domain.setup.guide import DeviceLogin
from tests.support.architecture.modules import ROOT

SECRET = "sesame-0"  # a test's


def connection(guide: str, *, is_encrypted: bool = True) -> DeviceLogin:
    return DeviceLogin(
        host="gadong.example",
        port=8883 if is_encrypted else 1883,
        is_encrypted=is_encrypted,
        username="d-0123456789ab",
        password=SECRET,
        base=GUIDES[guide].base("mullae", "plug-7"),
    )


def lines(guide: str, *, is_encrypted: bool = True) -> str:
    return GUIDES[guide].lines(connection(guide, is_encrypted=is_encrypted))


@pytest.mark.parametrize("guide", sorted(GUIDES))
@pytest.mark.parametrize("is_encrypted", [True, False])
def test_the_lines_name_the_whole_connection(guide: str, *, is_encrypted: bool) -> None:
    text = lines(guide, is_encrypted=is_encrypted)
    to = connection(guide, is_encrypted=is_encrypted)
    for value in (to.host, str(to.port), to.username, to.password):
        assert value in text
    # A gateway of umati writes its base in two parts.
    assert all(level in text for level in to.base.split("/"))
    told = re.search(r"(?i)authority|tls|user_ca|SetOption103|certificate", text)
    assert bool(told) is is_encrypted


@pytest.mark.parametrize("is_encrypted", [True, False])
def test_a_console_of_one_line_takes_tasmotas_commands(*, is_encrypted: bool) -> None:
    text = lines("tasmota", is_encrypted=is_encrypted)
    assert text.startswith("Backlog ")
    assert text.count("Backlog") == 1
    assert len(text.splitlines()) == 1
    # A plug's queue holds thirty commands.
    assert text.count(";") < 30


def test_tasmota_takes_them_command_by_command() -> None:
    commands = dict(
        part.strip().split(" ", 1) for part in lines("tasmota").removeprefix("Backlog ").split(";")
    )
    assert commands["MqttHost"] == "gadong.example"
    assert commands["MqttPort"] == "8883"
    assert commands["MqttUser"] == "d-0123456789ab"
    assert commands["MqttPassword"] == SECRET
    assert commands["Topic"] == "mullae-plug-7"
    assert commands["FullTopic"] == "%prefix%/%topic%/"
    assert commands["SetOption103"] == "1"
    assert "SetOption103" not in lines("tasmota", is_encrypted=False)


def test_a_shelly_takes_one_call() -> None:
    call, again = lines("shelly").splitlines()
    body = re.fullmatch(r"curl -d '(.*)' http://SHELLY/rpc/MQTT.SetConfig", call)
    assert body is not None
    config = json.loads(body[1])["config"]
    assert config["server"] == "gadong.example:8883"
    assert (config["user"], config["pass"]) == ("d-0123456789ab", SECRET)
    assert config["topic_prefix"] == "mullae-plug-7"
    assert config["ssl_ca"] == "user_ca.pem"
    assert again == "curl -d '{}' http://SHELLY/rpc/Shelly.Reboot"
    plain = lines("shelly", is_encrypted=False).splitlines()[0]
    assert '"ssl_ca": null' in plain


@pytest.mark.parametrize(
    ("guide", "expected"),
    [
        (
            "zigbee2mqtt",
            {
                "mqtt": {
                    "server": "mqtts://gadong.example:8883",
                    "user": "d-0123456789ab",
                    "password": SECRET,
                    "base_topic": "mullae-plug-7",
                    "ca": "/app/data/authority.crt",
                },
                "availability": {"enabled": True},
            },
        ),
        (
            "octoprint",
            {
                "plugins": {
                    "mqtt": {
                        "broker": {
                            "url": "gadong.example",
                            "port": 8883,
                            "username": "d-0123456789ab",
                            "password": SECRET,
                            "tls": {"ca_certs": "/etc/gadong/authority.crt"},
                        },
                        "publish": {
                            "baseTopic": "mullae/plug-7/",
                            "eventActive": True,
                            "progressActive": True,
                        },
                    }
                }
            },
        ),
    ],
)
def test_programs_take_them_as_yaml(guide: str, expected: dict[str, Any]) -> None:
    assert yaml.safe_load(lines(guide)) == expected


@pytest.mark.parametrize(
    ("guide", "where", "after"),
    [
        ("zigbee2mqtt", ("mqtt", "base_topic"), ""),
        ("esphome", ("mqtt", "topic_prefix"), ""),
        ("octoprint", ("plugins", "mqtt", "publish", "baseTopic"), "/"),
    ],
)
@pytest.mark.parametrize("base", ["2024", "true", "1.5"])
def test_a_topic_stays_a_text_in_yaml(
    guide: str, where: tuple[str, ...], after: str, base: str
) -> None:
    told: Any = yaml.safe_load(GUIDES[guide].lines(replace(connection(guide), base=base)))
    for key in where:
        told = told[key]
    assert told == f"{base}{after}"


def test_esphome_takes_them_as_yaml_with_the_authoritys_text() -> None:
    told = yaml.safe_load(lines("esphome"))["mqtt"]
    assert (told["broker"], told["port"]) == ("gadong.example", 8883)
    assert told["topic_prefix"] == "mullae-plug-7"
    assert told["discovery"] is False
    assert told["certificate_authority"].startswith("-----BEGIN CERTIFICATE-----\n")


def test_moonraker_takes_them_as_its_configuration() -> None:
    read = ConfigParser(interpolation=None)
    read.read_string(lines("moonraker"))
    told = dict(read["mqtt"])
    assert (told["address"], told["port"]) == ("gadong.example", "8883")
    assert read.getboolean("mqtt", "enable_tls")
    assert "enable_tls" not in lines("moonraker", is_encrypted=False)
    assert told["instance_name"] == "mullae-plug-7"
    assert told["status_objects"].split() == [
        "webhooks",
        "print_stats",
        "virtual_sdcard=progress,is_active",
    ]


def test_an_agent_of_mtconnect_publishes_all_below_its_own_topic() -> None:
    topics = dict(re.findall(r"(\w+Topic) = (\S+)", lines("mtconnect")))
    assert set(topics) == {
        "CurrentTopic",
        "SampleTopic",
        "ProbeTopic",
        "AssetTopic",
        "MqttLastWillTopic",
    }
    assert all(topic.startswith("mullae/plug-7/") for topic in topics.values())
    # The dialect reads the will there.
    assert topics["MqttLastWillTopic"] == "mullae/plug-7/Probe/[device]/Availability"


def test_the_gateway_of_umati_takes_them_as_json() -> None:
    told = json.loads("{" + lines("umati") + "}")["Mqtt"]
    assert told["Prefix"] == "umati/v2"
    assert told["ClientId"] == "mullae/plug-7"
    assert told["Protocol"] == "tls"
    plain = json.loads("{" + lines("umati", is_encrypted=False) + "}")["Mqtt"]
    assert plain["Protocol"] == "tcp"
    assert "CaCertPath" not in plain


@pytest.mark.parametrize(
    ("host", "url"),
    [("gadong.example", "mqtts://gadong.example:8883"), ("fd00::7", "mqtts://[fd00::7]:8883")],
)
def test_an_address_is_written_in_one_piece(host: str, url: str) -> None:
    assert replace(connection("tasmota"), host=host).url == url


@pytest.mark.parametrize("guide", sorted(set(GUIDES) - {"other"}))
def test_the_documents_show_the_same_lines(guide: str) -> None:
    shown = replace(connection(guide), password="PASSWORD")
    page = (ROOT / f"docs/dialects/{GUIDES[guide].dialect}.md").read_text()
    assert f"```\n{GUIDES[guide].lines(shown)}\n```" in page
