"""The floors of a wing."""

from __future__ import annotations

#: The floor of each wing, from the ground; wings of one floor do not know each other.
FLOORS = {
    wing: floor
    for floor, wings in enumerate(
        (
            ("core",),
            ("texts",),
            ("people", "dialects"),
            ("machines",),
            ("metering",),
            ("booking", "stays"),
            ("billing", "interlock", "satisfaction"),
            ("training", "commissions", "notices"),
            ("reports",),
            ("operations",),
        )
    )
    for wing in wings
}
