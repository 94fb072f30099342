"""Requirements of every API operation: one table for the API's description and its tests.

The services decide; tests/api/test_access.py calls each operation as each role and compares.
"""

from __future__ import annotations

from collections.abc import Mapping

from api.v1.rights import desk, machines, money, people, reports, rules
from api.v1.rights.needs import AccessCondition, Need

#: In the order of the routes. Every path is below /api/v1.
NEEDS: Mapping[tuple[str, str], Need] = {
    **people.NEEDS,
    **machines.NEEDS,
    **desk.NEEDS,
    **rules.NEEDS,
    **money.NEEDS,
    **reports.NEEDS,
}

__all__ = ["NEEDS", "AccessCondition", "Need"]
