"""Checks of single settings: values of the example, addresses of other hosts and of the broker."""

from __future__ import annotations

from urllib.parse import urlsplit

from gadong.core.domain.broker_address import BrokerAddress, broker_address


def is_example(secret: str) -> bool:
    """Say whether a secret looks like one of a manual: its words,
    or a short piece again and again.
    """
    plain = secret.casefold()
    words = ("change-me", "changeme", "change_me", "secret", "password", "example", "gadong")
    is_repeated = bool(plain) and plain in (plain + plain)[1:-1]
    return is_repeated or any(word in plain for word in words)


def is_elsewhere(url: str, scheme: str = "") -> bool:
    """Say whether an address is of the scheme (any, where none is named) and of another host."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_here = host in {"", "localhost", "::1"} or host.startswith("127.")
    return not is_here and scheme in {"", parts.scheme}


def device_broker(given: str, pages: str, ours: str) -> BrokerAddress:
    """Return the broker's address as devices reach it.

    Without a given one, port 8883 of the pages' host; without that, the address that the programs
    use. ValueError for what is none.
    """
    host = urlsplit(pages).hostname or ""
    beside = f"mqtts://[{host}]" if ":" in host else f"mqtts://{host}"
    try:
        return broker_address(given or (beside if host else ours))
    except ValueError as trouble:
        raise ValueError(f"GADONG_MQTT_PUBLIC_URL: {trouble}") from trouble
