"""What must not face others is refused before anything is opened."""

from __future__ import annotations

import pytest

from gadong.services.telling import Undeliverable
from gadong.settings import Settings
from scheduler.carriers import need_public

SECRET = "0123456789abcdef"  # a test's


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "GADONG_SECRET"),
        ({"secret": "short"}, "GADONG_SECRET"),
        ({"secret": SECRET, "insecure_cookies": True, "http_host": "0.0.0.0"}, "GADONG_INSECURE_COOKIES"),  # noqa: S104
    ],
)
def test_what_is_not_secure_is_refused(
    told: dict[str, object], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GADONG_SECRET", "GADONG_INSECURE_COOKIES"):
        monkeypatch.delenv(name, raising=False)
    settings = Settings.model_validate({"database_url": "postgresql://nobody@localhost/none", **told})
    with pytest.raises(ValueError, match=words):
        settings.need_secure()


@pytest.mark.parametrize(
    "told",
    [{"secret": SECRET, "http_host": "0.0.0.0"}, {"insecure_cookies": True}],  # noqa: S104
)
def test_what_is_secure_or_alone_is_not(told: dict[str, object]) -> None:
    Settings.model_validate({"database_url": "postgresql://nobody@localhost/none", **told}).need_secure()


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
