"""The rule book of a centre as one company sees it: read once, asked for many machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.rules.rulebook import RuleSubject, Setting, in_force, limits, rules
from gadong.booking.domain.usage import AttributionLimits
from gadong.booking.store import rulebook
from gadong.core.database import END_OF_TIME, Tx, once
from gadong.core.domain.ids import CentreId, CompanyId, MachineId
from gadong.core.domain.problem import Invalid, NotFound
from gadong.machines.domain.machine import Machine
from gadong.people.domain.centre import Centre
from gadong.people.store import company_categories, people


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A centre's rule book as it is now, for one company: read once, asked for many machines."""

    centre: Centre
    settings: Sequence[Setting]
    tier: str | None = None
    # The machines that some setting names.
    named: frozenset[MachineId] = frozenset()
    # Rules that were resolved already, by machine (None: by kind alone), tier and how many settings
    # had come into force.
    _resolved: dict[tuple[object, ...], Rules] = field(
        default_factory=dict, repr=False, compare=False
    )

    def subject(self, machine: Machine) -> RuleSubject:
        """Return the machine and the company's tier, as settings are looked up."""
        return RuleSubject(
            centre_id=machine.centre_id, kind=machine.kind, machine_id=machine.id, tier=self.tier
        )

    def rules(self, machine: Machine, at: datetime) -> Rules:
        """Return the machine's rules for the company at the instant."""
        stage = sum(s.effective_from <= at for s in self.settings)
        # Machines of one kind that no setting names have the same rules.
        own = machine.id if machine.id in self.named else None
        key = (own, machine.kind, self.tier, stage)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(machine, at)
        return self._resolved[key]

    def _resolve(self, machine: Machine, at: datetime) -> Rules:
        try:
            return rules(in_force(self.settings, self.subject(machine), at))
        except ValueError as trouble:
            # Settings are checked when they are made; a later release's defaults may still
            # contradict old ones.
            raise Invalid(
                f"The rules of {machine.slug} contradict each other: {trouble}"
            ) from trouble

    @property
    def knows_applications(self) -> bool:
        """Return whether any machine's time was ever applied for."""
        return any(s.parameter == "application_days" for s in self.settings)

    def may_count_kind(self, machine: Machine) -> bool:
        """Return whether quotas count the machine's kind for any company, at any instant."""
        return any(
            s.parameter == "quota_scope"
            and s.value == "kind"
            and s.kind in {None, machine.kind}
            and s.machine_id in {None, machine.id}
            for s in self.settings
        )

    def books_directly(self, machine: Machine, at: datetime) -> bool:
        """Return whether the company's category says that no applications concern it."""
        if self.tier is None or not self.knows_applications:
            return False
        said = in_force(self.settings, self.subject(machine), at)["application_days"]
        return said.value is None and said.setting is not None and said.setting.level == "tier"

    def limits(self, machine: Machine, at: datetime) -> AttributionLimits:
        """Return the machine's limits of attribution at the instant; those are nobody's tier."""
        return limits(in_force(self.settings, replace(self.subject(machine), tier=None), at))


def book(tx: Tx, centre_id: CentreId, company_id: CompanyId | None = None, *, at: datetime) -> Book:
    """Return the centre's rule book, for a company's tier at the instant."""
    known = once(tx, ("book", centre_id), lambda: _read_book(tx, centre_id))
    if company_id is None:
        return known
    said = company_categories.of_company(tx, centre_id, company_id, recorded_before=END_OF_TIME)
    return replace(known, tier=said.on(at.astimezone(known.centre.zone).date()))


def _read_book(tx: Tx, centre_id: CentreId) -> Book:
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    settings = rulebook.settings(tx, centre_id, recorded_before=END_OF_TIME)
    named = frozenset(s.machine_id for s in settings if s.machine_id)
    return Book(centre=centre, settings=settings, named=named)
