"""Network addresses that the programs may call, by a rule: none may reach what only this host
reaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

# Networks whose addresses carry another address inside: NAT64, 6to4, Teredo, IPv4-compatible.
DISGUISED = tuple(
    ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)


def is_public(address: str) -> bool:
    """Return whether an address is a public unicast one that contains no other address."""
    ip = ip_address(address.partition("%")[0])
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in DISGUISED)


@dataclass(frozen=True, slots=True)
class DeviceNetworks:
    """The networks in which devices that are their own broker are called.

    Without named networks any unicast address is one, except this host's own, link-local ones
    (clouds serve credentials there), and those that carry another address inside.
    `is_host_included` adds this host's own, for development on one machine.
    """

    named: tuple[IPv4Network | IPv6Network, ...] = ()
    is_host_included: bool = False

    def permit(self, address: str) -> bool:
        """Return whether a device at the address may be called."""
        ip = _plain(address)
        if self.named:
            return any(ip in network for network in self.named)
        if ip.is_loopback:
            return self.is_host_included
        is_special = ip.is_multicast or ip.is_unspecified or ip.is_link_local or ip.is_reserved
        return not is_special and not any(ip in network for network in DISGUISED)


#: The rule without a setting.
ANY_DEVICES = DeviceNetworks()


def networks(names: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the networks of a list by commas; raise ValueError for anything else."""
    return tuple(ip_network(part.strip()) for part in names.split(",") if part.strip())


def _plain(address: str) -> IPv4Address | IPv6Address:
    """Return an address without its zone; an IPv4 address in IPv6 notation counts as IPv4."""
    ip = ip_address(address.partition("%")[0])
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip
