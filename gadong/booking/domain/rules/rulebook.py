"""The choice between several settings of a rule.

A setting stands at a level: the installation, a centre, a kind of machine, a machine, or a
membership tier. A tier is a company's category at the centre. The nearest setting
wins; of two at one level, the one in force from the later instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from gadong.booking.domain.rules.contradictions import UncheckedRules, contradictions
from gadong.booking.domain.rules.limits import Contradiction, Rules
from gadong.booking.domain.rules.parameter import Parameter
from gadong.booking.domain.rules.parameters import PARAMETERS
from gadong.booking.domain.usage import AttributionLimits
from gadong.core.domain.ids import CentreId, MachineId


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A parameter's value from an instant on, at a level: what is None is not narrowed to."""

    parameter: str
    value: Any
    centre_id: CentreId | None = None
    kind: str | None = None
    machine_id: MachineId | None = None
    tier: str | None = None
    effective_from: datetime
    recorded_at: datetime
    reason: str = ""

    @property
    def level(self) -> str:
        """Return the name of the level it stands at."""
        if self.tier is not None:
            return "tier"
        if self.machine_id is not None:
            return "machine"
        if self.kind is not None:
            return "kind"
        return "centre" if self.centre_id is not None else "installation"

    @property
    def nearness(self) -> tuple[bool, bool, bool, bool, datetime, datetime]:
        """Return the sort key of a setting; the greater of two is in force."""
        return (
            self.tier is not None,
            self.machine_id is not None,
            self.kind is not None,
            self.centre_id is not None,
            self.effective_from,
            self.recorded_at,
        )

    def concerns(self, subject: RuleSubject) -> bool:
        """Return whether the setting stands at a level that the subject is in."""
        return (
            self.centre_id in {None, subject.centre_id}
            and self.kind in {None, subject.kind}
            and self.machine_id in {None, subject.machine_id}
            and self.tier in {None, subject.tier}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSubject:
    """The subject of a rule's value: a machine, and the tier of the person who asks, if any."""

    centre_id: CentreId
    kind: str
    machine_id: MachineId | None
    tier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """A parameter's value and the setting it comes from; None is the default."""

    parameter: Parameter
    value: Any
    setting: Setting | None


def in_force(settings: Iterable[Setting], subject: RuleSubject, at: datetime) -> dict[str, InForce]:
    """Return every parameter's value for the subject at the instant, and where it comes from."""
    nearest: dict[str, Setting] = {}
    for setting in settings:
        if (
            setting.effective_from <= at
            and setting.concerns(subject)
            and setting.parameter in PARAMETERS
        ):
            standing = nearest.get(setting.parameter)
            if standing is None or setting.nearness > standing.nearness:
                nearest[setting.parameter] = setting
    return {
        name: InForce(
            parameter=parameter,
            value=nearest[name].value if name in nearest else parameter.default_of(subject.kind),
            setting=nearest.get(name),
        )
        for name, parameter in PARAMETERS.items()
    }


def rules(values: Mapping[str, InForce]) -> Rules:
    """Return the rules that these values make; ValueError where they contradict each other."""
    return Rules(**_read(values, Rules))


def contradicting(values: Mapping[str, InForce]) -> list[Contradiction]:
    """Return what of these values contradicts itself."""
    return contradictions(UncheckedRules(**_read(values, UncheckedRules)))


def limits(values: Mapping[str, InForce]) -> AttributionLimits:
    """Return the limits of attribution that these values make."""
    return AttributionLimits(**_read(values, AttributionLimits))


def _read(values: Mapping[str, InForce], into: type) -> dict[str, Any]:
    wanted = {f.name for f in fields(into)}
    return {
        v.parameter.attribute: v.parameter.read(v.value)
        for v in values.values()
        if v.parameter.attribute in wanted
    }


def instants(settings: Sequence[Setting], since: datetime) -> list[datetime]:
    """Return the instant itself and every later one at which a setting begins to count."""
    return sorted({since, *(s.effective_from for s in settings if s.effective_from > since)})
