"""A device's account at the broker: which topics are its own, and which it hears."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from gadong.core.domain.ids import CentreId, SourceId
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.sparkplug_node import NAMESPACE
from gadong.dialects.domain.setup.guide import SetupGuide
from gadong.machines.domain.broker_accounts import MARKS
from gadong.machines.domain.machine import Source

# Shells, YAML and devices' consoles take these as they are; of a quote nobody knows.
CARRIED = re.compile(r"[A-Za-z0-9_./-]+")
#: Beginnings of topics that devices of every centre share; the next level names the centre.
OF_MANY = ("gadong/v1", "umati/v2", "umh/v1", "spBv1.0", "tele", "stat", "cmnd")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAccount:
    """One device's (or one gateway's) login.

    `publishes` are the beginnings of the topics that are its own, `hears` the filters it may
    subscribe to. The broker was told of its present state at `applied_at`. Until `paused_until` it
    rests, for having sent too much.
    """

    id: UUID
    centre_id: CentreId
    source_id: SourceId | None
    name: str
    username: str
    publishes: tuple[str, ...]
    hears: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None
    reason: str = ""
    applied_at: datetime | None = None
    paused_until: datetime | None = None

    def is_paused(self, at: datetime) -> bool:
        """Return whether the account is paused at the instant."""
        return self.paused_until is not None and at < self.paused_until


Act = Literal["publish", "subscribe"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A client's refused attempt, as the broker's plugin reports it (deploy/mosquitto/refused.c).

    `act` is publish or subscribe; a last will is a publication. `untold` counts the attempts left
    out before this one: repetitions within the minute, and those beyond the limit.
    """

    username: str
    act: Act
    topic: str
    address: str
    untold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One thing that a device tried on a day; an empty topic stands for many."""

    account_id: UUID
    act: Act
    topic: str
    address: str
    first_at: datetime
    last_at: datetime
    times: int


def attempt(payload: bytes) -> Attempt:
    """Read a report of the broker's plugin; ValueError for anything else."""
    match payload.decode(errors="replace").split("\0"):
        case ["1", ("publish" | "subscribe") as act, username, address, topic, untold, ""]:
            return Attempt(
                username=username, act=act, topic=topic, address=address, untold=int(untold)
            )
    raise ValueError("this is no refusal as the plugin tells it")


def topics_of(source: Source) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the topics that a bound device may publish and receive.

    It receives its own topics and those of its dialect's questions and orders. A node of Sparkplug
    publishes for all its devices, bound or not (`live_filters`), and subscribes to its host's
    state.
    """
    dialect = DIALECTS[source.dialect]
    publishes = (
        *source.prefixes,
        *source.shared,
        *dialect.live_filters(source.base, source.options),
    )
    asked = [q.topic for q in dialect.questions(source.base, source.options)]
    hears = {*hears_of(publishes), *(_around(topic, source.base) for topic in asked)}
    if dialect.partner is not None:
        hears |= {f"{NAMESPACE}/STATE/#", *(f"{topic}/#" for topic in _commands(source.base))}
    return publishes, tuple(sorted(hears))


def topics_of_guide(guide: SetupGuide, base: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the topics that a device may publish and receive which is set up by a guide.

    Nothing is bound yet. All below a gateway's base is its own.
    """
    dialect = DIALECTS[guide.dialect]
    publishes = (base,) if guide.is_gateway else dialect.prefixes(base, {})
    asked = [] if guide.is_gateway else dialect.questions(base, {})
    hears = {*hears_of(publishes), *(_around(q.topic, base) for q in asked)}
    return publishes, tuple(sorted(hears))


def base_of(guide: SetupGuide, publishes: tuple[str, ...]) -> str | None:
    """Return the base topic of a device that a guide set up.

    None where the topics do not fit, or where the guide's lines cannot carry them.
    """
    first = publishes[0]
    if not CARRIED.fullmatch(first):
        return None
    tails = (first, *(first.split("/", n)[-1] for n in range(1, first.count("/") + 1)))
    return next((base for base in tails if topics_of_guide(guide, base)[0] == publishes), None)


def level_of_centre(topic: str) -> str:
    """Return the level of a topic that names its centre, by the form that guides give topics.

    It is the centre's slug, or begins with the slug and a dash.
    """
    beginning = next((b for b in OF_MANY if topic.startswith(f"{b}/")), "")
    return topic.removeprefix(f"{beginning}/").split("/")[0]


def is_of_many(topic: str) -> bool:
    """Return whether devices of several centres may be below a topic."""
    return any(f"{beginning}/".startswith(f"{topic}/") for beginning in OF_MANY)


def reaches_marks(topic: str) -> bool:
    """Return whether a topic is at, above or below those on which ingest marks its hearing."""
    return f"{topic}/".startswith(MARKS) or MARKS.startswith(f"{topic}/")


def hears_of(publishes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the topics that a device receives if only its own are known: all below them.

    Gateways take orders there.
    """
    return tuple(topic if topic.endswith("#") else f"{topic}/#" for topic in publishes)


def _around(topic: str, base: str) -> str:
    """Return the filter of a device's commands: it subscribes to all of its own."""
    parent = topic.rpartition("/")[0]
    return f"{parent}/#" if base in parent else topic


def _commands(base: str) -> tuple[str, str]:
    """Return the topics of commands to a Sparkplug node and its devices (3.0, section 6.4)."""
    group, node = base.split("/")[:2]
    return f"{NAMESPACE}/{group}/NCMD/{node}", f"{NAMESPACE}/{group}/DCMD/{node}"
