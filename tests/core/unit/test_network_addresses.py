"""Addresses at which a device that is its own broker may be called."""

from __future__ import annotations

import pytest

from gadong.core.domain.network_address import DeviceNetworks, networks


@pytest.mark.parametrize(
    ("address", "is_permitted"),
    [
        ("192.168.20.7", True),
        ("10.0.0.1", True),
        ("fd00::7", True),
        ("203.0.113.9", True),
        ("126.255.255.255", True),
        ("127.0.0.1", False),
        ("127.255.255.255", False),
        ("128.0.0.1", True),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:192.168.20.7", True),
        ("169.253.255.255", True),
        ("169.254.0.0", False),
        ("169.254.169.254", False),
        ("169.254.255.255", False),
        ("169.255.0.0", True),
        ("fe80::1%eth0", False),
        ("0.0.0.0", False),  # noqa: S104  # the unspecified address, which nothing listens at here
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_without_a_rule_no_device_is_this_host_or_a_clouds_own(
    address: str, is_permitted: bool
) -> None:
    assert DeviceNetworks().permit(address) is is_permitted


def test_a_rule_names_the_networks_and_nothing_else() -> None:
    rule = DeviceNetworks(networks("192.168.20.0/24, fd00:20::/32"))
    assert [rule.permit(f"192.168.{last}") for last in ("19.255", "20.0", "20.255", "21.0")] == [
        False,
        True,
        True,
        False,
    ]
    assert rule.permit("fd00:20::1")
    assert not rule.permit("fd00:21::1")
    assert not rule.permit("127.0.0.1")
    # This host is permitted by name.
    assert DeviceNetworks(networks("127.0.0.1/32")).permit("127.0.0.1")
    assert DeviceNetworks(is_host_included=True).permit("127.0.0.1")


@pytest.mark.parametrize("names", ["printers", "192.168.20.0/33", "192.168.20.7/24"])
def test_a_rule_that_is_none_is_refused(names: str) -> None:
    with pytest.raises(ValueError, match=r"network|host bits"):
        networks(names)
