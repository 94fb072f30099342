"""Requirement of an operation: any one of some rights and conditions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gadong.core.domain.access import Right


class AccessCondition(StrEnum):
    """A condition other than a role's right that permits an operation."""

    ANYBODY = "anybody"  # also who is not logged in
    SELF = "self"  # anybody logged in, about their own things alone
    WHOLE = "whole"  # likewise, by anything but a limited token
    # A person in a session of theirs, about their own account; no token, no program.
    ACCOUNT = "account"
    PROVEN = "proven"  # likewise, who gave their password or passkey within ten minutes
    ENTRY = "entry"  # anybody who may enter the centre
    COMPANY = "company"  # anybody of the company
    OWNER = "owner"  # an owner of the company
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Need:
    """Rights and conditions, any one of which suffices."""

    rights: frozenset[Right] = frozenset()
    standings: frozenset[AccessCondition] = frozenset()

    def written(self) -> list[str]:
        """Return the need as the description shows it."""
        return sorted(self.standings) + sorted(self.rights)


def need(*any_of: Right | AccessCondition) -> Need:
    """Return the need that any one of the given rights and conditions meets."""
    return Need(
        frozenset(x for x in any_of if isinstance(x, Right)),
        frozenset(x for x in any_of if isinstance(x, AccessCondition)),
    )


ANYBODY, SELF = need(AccessCondition.ANYBODY), need(AccessCondition.SELF)
ENTRY = need(AccessCondition.ENTRY)
ACCOUNT, PROVEN = need(AccessCondition.ACCOUNT), need(AccessCondition.PROVEN)
ADMINISTRATOR = need(AccessCondition.ADMINISTRATOR)
FLOOR_SEE, FLOOR_WORK = need(Right.FLOOR_SEE), need(Right.FLOOR_WORK)
DESK_WORK, RULES_WORK = need(Right.DESK_WORK), need(Right.RULES_WORK)
MONEY_SEE, MONEY_WORK = need(Right.MONEY_SEE), need(Right.MONEY_WORK)
PEOPLE_WORK, REPORT_SEE = need(Right.PEOPLE_WORK), need(Right.REPORT_SEE)
BOOKING = need(AccessCondition.COMPANY, Right.DESK_WORK)
BOOKING_SEE = need(AccessCondition.COMPANY, Right.DESK_SEE)
STATEMENT = need(AccessCondition.COMPANY, Right.MONEY_SEE)
PARTY = need(AccessCondition.COMPANY, Right.PEOPLE_SEE, Right.MONEY_SEE)
NAMING = need(AccessCondition.OWNER, Right.PEOPLE_WORK)
