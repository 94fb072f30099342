"""The places that each person's pages lead to, and the drawings beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.pages.frame.kinds import KINDS, OTHER
from api.pages.frame.navigation import BAR, MEMBER_GROUPS, STAFF_GROUPS, groups
from deploy.assets.__main__ import ICONS
from gadong.core.domain.access import RIGHTS, Right, Role

PAGES = Path(__file__).resolve().parents[2] / "api/pages"


class Person:
    """A viewer with the rights of a role, or with none at the centre."""

    def __init__(self, role: Role | None) -> None:
        """Take the rights of the role."""
        self.rights = RIGHTS[role] if role else frozenset[Right]()

    def may(self, right: Right, *others: Right) -> bool:
        """Return whether one of the rights is the role's."""
        return bool(self.rights & {right, *others})


def addresses(role: Role | None) -> set[str]:
    """Return the addresses of all places of a role."""
    return {place.href for group in groups(Person(role)) for place in group.places}


def test_members_see_nothing_of_the_staffs_places() -> None:
    assert addresses(None) == {
        *("/machines", "/calendar", "/bookings", "/statements", "/tariffs", "/courses"),
        *("/commissions", "/storage", "/tenancies"),
        *("/guidance", "/about"),
    }


@pytest.mark.parametrize(
    ("role", "there", "hidden"),
    [
        (Role.MANAGER, {"/desk", "/floor", "/month", "/rules", "/centre"}, set()),
        (Role.TECHNICIAN, {"/desk", "/floor", "/technicians"}, {"/month", "/rules", "/reports"}),
        (Role.ACCOUNTANT, {"/desk", "/month", "/reports"}, {"/floor", "/ledger", "/centre"}),
        (Role.KIOSK, {"/floor"}, {"/desk", "/month", "/companies", "/centre"}),
        (Role.AGENCY, {"/agency"}, {"/machines", "/bookings", "/desk", "/companies", "/floor"}),
    ],
)
def test_a_role_sees_the_places_of_its_rights(
    role: Role, there: set[str], hidden: set[str]
) -> None:
    found = addresses(role)
    assert there <= found
    assert not hidden & found


def test_no_group_is_empty_and_only_the_first_has_no_heading() -> None:
    for role in (None, *Role):
        found = groups(Person(role))
        assert all(group.places for group in found)
        assert [g.name for g in found].count("") <= 1


def test_a_place_is_current_on_its_own_pages_alone() -> None:
    bookings = BAR[1]
    assert [bookings.is_at(p) for p in ("/bookings", "/bookings/1", "/bookingsx", "/book")] == [
        *(True, True, False, False)
    ]


def test_every_icon_is_fetched_and_none_in_vain() -> None:
    named = {p.icon for g in (*STAFF_GROUPS, *MEMBER_GROUPS) for p in g.places}
    named |= {p.icon for p in BAR} | {icon for _, icon in KINDS.values()} | {OTHER}
    text = "".join(path.read_text() for path in PAGES.glob("**/*.html"))
    named |= set(re.findall(r'\bicon\("([a-z0-9-]+)"\)', text))
    assert named == set(ICONS)
