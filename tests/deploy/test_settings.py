"""Insecure settings: refused before anything is opened."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from gadong.core.domain.broker_address import BrokerAddress
from gadong.notices.services.notice_delivery import Undeliverable
from gadong.settings import Settings
from scheduler.outbound import need_public

SECRET = "0123456789abcdef"  # a test's


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "GADONG_SECRET"),
        ({"secret": "short"}, "GADONG_SECRET"),
        (
            {"secret": SECRET, "insecure_cookies": True, "http_host": "0.0.0.0"},  # noqa: S104
            "GADONG_INSECURE_COOKIES",
        ),
        ({"secret": SECRET, "public_url": "https://gadong.example"}, "GADONG_TRUSTED_PROXIES"),
        ({"secret": "change-me-change-me"}, "GADONG_INSECURE_SECRET=1"),
        ({"secret": "abcdabcdabcdabcdabcd"}, "GADONG_INSECURE_SECRET=1"),
        ({"secret": SECRET, "public_url": "http://gadong.example"}, "GADONG_INSECURE_PUBLIC_URL=1"),
        (
            {"secret": SECRET, "mqtt_url": "mqtt://u:p@broker.example:1883"},
            "GADONG_INSECURE_MQTT=1",
        ),
        ({"secret": SECRET, "mqtt_admin_url": "mqtt://10.0.0.7"}, "GADONG_INSECURE_MQTT=1"),
        (
            {"secret": SECRET, "database_url": "postgresql://u@db.example/x?sslmode=disable"},
            "GADONG_INSECURE_DATABASE=1",
        ),
        ({"secret": SECRET, "smtp_url": "smtp://mail.example:587"}, "GADONG_INSECURE_SMTP=1"),
        (
            {
                "secret": SECRET,
                "public_url": "https://gadong.example",
                "trusted_proxies": "the proxy",
            },
            "no address and no network",
        ),
    ],
)
def test_what_is_not_secure_is_refused(
    told: dict[str, object], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GADONG_SECRET", "GADONG_INSECURE_COOKIES", "GADONG_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    settings = Settings.model_validate(
        {"database_url": "postgresql://nobody@localhost/none", **told}
    )
    with pytest.raises(ValueError, match=words):
        settings.need_secure()


@pytest.mark.parametrize(
    "told",
    [
        {"secret": SECRET, "http_host": "0.0.0.0"},  # noqa: S104
        {"insecure_cookies": True},
        {
            "insecure_cookies": True,
            "secret": "change-me-change-me",
            "mqtt_url": "mqtt://broker.example",
        },
        {"secret": "change-me-change-me", "insecure_secret": True},
        {"secret": SECRET, "public_url": "http://gadong.example", "insecure_public_url": True},
        {"secret": SECRET, "public_url": "http://127.0.0.1:8000"},
        {"secret": SECRET, "mqtt_url": "mqtt://broker.example", "insecure_mqtt": True},
        {
            "secret": SECRET,
            "mqtt_url": "mqtts://broker.example",
            "smtp_url": "smtps://mail.example",
        },
        {"secret": SECRET, "smtp_url": "smtp+starttls://mail.example:587"},
        {"secret": SECRET, "smtp_url": "smtp://127.0.0.1:25"},
        {"secret": SECRET, "smtp_url": "smtp://mail.example", "insecure_smtp": True},
        {"secret": SECRET, "database_url": "postgresql://u@127.0.0.1/x?sslmode=disable"},
        {
            "secret": SECRET,
            "database_url": "postgresql://u@db.example/x?sslmode=disable",
            "insecure_database": True,
        },
        {
            "secret": SECRET,
            "public_url": "https://x.example",
            "trusted_proxies": "127.0.0.1, 10.1.0.0/16",
        },
    ],
)
def test_what_is_secure_or_alone_is_not(told: dict[str, object]) -> None:
    Settings.model_validate(
        {"database_url": "postgresql://nobody@localhost/none", **told}
    ).need_secure()


@pytest.mark.parametrize(
    ("told", "may"),
    [
        ({"secret": SECRET}, False),
        ({"insecure_cookies": True}, True),
        ({"insecure_seed": True}, True),
    ],
)
def test_known_passwords_are_for_development(told: dict[str, object], may: bool) -> None:
    settings = Settings.model_validate(
        {"database_url": "postgresql://nobody@localhost/none", **told}
    )
    if may:
        settings.need_seedable()
    else:
        with pytest.raises(ValueError, match="GADONG_INSECURE_SEED=1"):
            settings.need_seedable()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.7",
        "192.168.1.1",
        "169.254.169.254",
        "::1",
        "fd00::1",
        "0.0.0.0",  # noqa: S104
        "2130706433",
    ],
)
def test_a_webhook_is_no_way_in(host: str) -> None:
    with pytest.raises(Undeliverable):
        need_public(host)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("-m", "api"), "GADONG_INSECURE_SECRET=1"),
        (("-m", "ingest"), "GADONG_INSECURE_SECRET=1"),
        (("-m", "scheduler"), "GADONG_INSECURE_SECRET=1"),
        (("-c", "from gadong.cli import main; main()", "seed"), "GADONG_INSECURE_SEED=1"),
    ],
)
def test_no_program_starts_with_what_is_refused(command: tuple[str, ...], words: str) -> None:
    told = {
        # Nothing listens there: a program that asked for it first would say other words.
        "GADONG_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "GADONG_SECRET": "change-me-change-me",
    }
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GADONG_")}
    done = subprocess.run(
        [sys.executable, *command],
        env={**clean, **told},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert words in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ({}, BrokerAddress("127.0.0.1", 1883, is_encrypted=False)),
        (
            {"mqtt_url": "mqtt://u:p@broker.lan:11883"},
            BrokerAddress("broker.lan", 11883, is_encrypted=False),
        ),
        (
            {"public_url": "https://gadong.example:8443/"},
            BrokerAddress("gadong.example", 8883, is_encrypted=True),
        ),
        ({"public_url": "http://[::1]:8000"}, BrokerAddress("::1", 8883, is_encrypted=True)),
        (
            {"public_url": "https://gadong.example", "mqtt_public_url": "mqtts://broker.example"},
            BrokerAddress("broker.example", 8883, is_encrypted=True),
        ),
        (
            {"mqtt_public_url": "mqtt://10.0.0.7:2883"},
            BrokerAddress("10.0.0.7", 2883, is_encrypted=False),
        ),
    ],
)
def test_devices_are_told_where_the_broker_is(
    told: dict[str, object], address: BrokerAddress
) -> None:
    settings = Settings.model_validate(
        {"database_url": "postgresql://nobody@localhost/none", **told}
    )
    assert settings.device_broker == address


@pytest.mark.parametrize("url", ["gadong.example:8883", "https://gadong.example", "mqtts://"])
def test_an_address_that_no_device_can_take_stops_the_programs(url: str) -> None:
    settings = Settings.model_validate(
        {
            "database_url": "postgresql://nobody@localhost/none",
            "secret": SECRET,
            "mqtt_public_url": url,
        }
    )
    with pytest.raises(ValueError, match="GADONG_MQTT_PUBLIC_URL"):
        settings.need_secure()
