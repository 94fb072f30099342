"""The places of the pages: a rail in groups on a desk, a bar of four on a telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gadong.core.domain.access import Right

DESK = (Right.DESK_SEE, Right.MONEY_SEE, Right.FLOOR_SEE)


class Viewer(Protocol):
    """The part of a viewer on which the places depend."""

    def may(self, right: Right, *others: Right) -> bool:
        """Return whether the viewer has one of the rights at the chosen centre."""


@dataclass(frozen=True, slots=True)
class MenuPlace:
    """A page that is reached from every page: its address, its English name and its icon.

    It is shown to who has one of the rights; without any it is everybody's.
    """

    href: str
    name: str
    icon: str
    rights: tuple[Right, ...] = ()

    def is_at(self, path: str) -> bool:
        """Return whether a page belongs to the place."""
        return path == self.href or path.startswith(f"{self.href}/")


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """Places under one heading; the first group has none."""

    name: str
    places: tuple[MenuPlace, ...]


MACHINES = MenuPlace("/machines", "Machines", "printer")
CALENDAR = MenuPlace("/calendar", "Calendar", "calendar")
BOOKINGS = MenuPlace("/bookings", "Bookings", "calendar-event")
STATEMENTS = MenuPlace("/statements", "Statements", "receipt")
PRICES = MenuPlace("/tariffs", "Prices", "tag")
AGENCY = MenuPlace("/agency", "Centres in figures", "building", (Right.FIGURES_SEE,))
COURSES = MenuPlace("/courses", "Courses", "school")
GUIDANCE = MenuPlace("/guidance", "Guidance", "users")
TENANCIES = MenuPlace("/tenancies", "Tenancies", "building")
STORAGE = MenuPlace("/storage", "Storage", "box")
COMMISSIONS = MenuPlace("/commissions", "Commissioned work", "ruler-measure")
ABOUT = MenuPlace("/about", "About the centre", "building")

STAFF_GROUPS: Sequence[MenuGroup] = (
    MenuGroup("", (MenuPlace("/desk", "To do", "layout-dashboard", DESK),)),
    MenuGroup(
        "On the floor",
        (
            MenuPlace("/floor", "Floor", "activity", (Right.HALL_SEE, Right.FLOOR_SEE)),
            CALENDAR,
            BOOKINGS,
            MACHINES,
            COMMISSIONS,
            MenuPlace("/checklists", "Checklists", "scan", (Right.DESK_SEE,)),
            MenuPlace("/limits", "Limits and alarms", "wave-sine", (Right.FLOOR_SEE,)),
            MenuPlace("/ledger", "Ledger of use", "notebook", (Right.DESK_SEE,)),
            MenuPlace("/counters", "Page counters", "printer", (Right.DESK_SEE,)),
            MenuPlace("/storage", "Storage", "box", (Right.DESK_SEE,)),
            MenuPlace("/technicians", "Technicians", "user-cog", (Right.DESK_SEE,)),
            MenuPlace("/equipment", "Counted equipment", "tools", (Right.DESK_SEE,)),
            MenuPlace("/closures", "Closures and maintenance", "door", (Right.DESK_SEE,)),
            MenuPlace("/upkeep", "Maintenance log", "tool", (Right.REPORT_SEE, Right.FLOOR_SEE)),
        ),
    ),
    MenuGroup(
        "Money",
        (
            MenuPlace("/month", "Monthly close", "calendar-check", (Right.MONEY_SEE,)),
            STATEMENTS,
            MenuPlace("/tenancies", "Tenancies", "building", (Right.MONEY_SEE,)),
            MenuPlace("/reports", "Reports", "chart-bar", (Right.REPORT_SEE,)),
            AGENCY,
        ),
    ),
    MenuGroup(
        "Settings",
        (
            MenuPlace("/companies", "Companies and people", "building", (Right.PEOPLE_SEE,)),
            PRICES,
            COURSES,
            GUIDANCE,
            MenuPlace("/pledges", "Pledges", "shield-lock", (Right.DESK_SEE, Right.RULES_SEE)),
            MenuPlace("/rules", "Rules", "adjustments", (Right.RULES_SEE,)),
            MenuPlace("/hours", "Opening hours", "clock", (Right.RULES_SEE,)),
            MenuPlace("/checks", "State of the service", "heartbeat", (Right.FLOOR_SEE,)),
            MenuPlace(
                "/centre",
                "Centre",
                "settings",
                (Right.STAFF_WORK, Right.FLOOR_WORK, Right.AUDIT_SEE),
            ),
        ),
    ),
)
MEMBER_GROUPS: Sequence[MenuGroup] = (
    MenuGroup(
        "",
        (
            MACHINES,
            CALENDAR,
            BOOKINGS,
            COMMISSIONS,
            STATEMENTS,
            PRICES,
            COURSES,
            GUIDANCE,
            TENANCIES,
            STORAGE,
            ABOUT,
        ),
    ),
)
#: An agency enters no centre.
AGENCY_GROUPS: Sequence[MenuGroup] = (MenuGroup("", (AGENCY,)),)
#: Everybody's bar on a telephone; a fifth button opens all the rest.
BAR: Sequence[MenuPlace] = (
    MACHINES,
    BOOKINGS,
    MenuPlace("/at", "At the machine", "qrcode"),
    STATEMENTS,
)


def groups(viewer: Viewer) -> list[MenuGroup]:
    """Return the groups of places that a viewer has, without empty ones."""
    is_staff = viewer.may(Right.HALL_SEE, *DESK)
    others = AGENCY_GROUPS if viewer.may(Right.FIGURES_SEE) else MEMBER_GROUPS
    found = [
        MenuGroup(
            group.name, tuple(p for p in group.places if not p.rights or viewer.may(*p.rights))
        )
        for group in (STAFF_GROUPS if is_staff else others)
    ]
    return [group for group in found if group.places]
