"""A guide: the settings by which one kind of device reaches the broker, as lines to type in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLogin:
    """Everything by which a device logs in to the broker and publishes below its own topic.

    An empty password stands for one that is no longer shown.
    """

    host: str
    port: int
    is_encrypted: bool
    username: str
    password: str
    base: str

    @property
    def url(self) -> str:
        """Return the broker's address for programs that take it in one piece."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'mqtts' if self.is_encrypted else 'mqtt'}://{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupGuide:
    """The settings of one kind of device.

    `dialect` reads it. `base` proposes its base topic from the centre's and the device's short
    names. `lines` are typed into it. `is_gateway`: the topics of what is behind it are not known
    before it speaks, so that all below its base are its own.
    """

    name: str
    dialect: str
    base: Callable[[str, str], str]
    lines: Callable[[DeviceLogin], str]
    is_gateway: bool = False


def one_level(centre: str, device: str) -> str:
    """Propose a base of one level, for devices whose topic has a single one."""
    return f"{centre}-{device}"


def below_the_centre(centre: str, device: str) -> str:
    """Propose a base below the centre's short name."""
    return f"{centre}/{device}"
