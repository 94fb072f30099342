"""Names of the companies on pages of stays."""

from __future__ import annotations

from collections.abc import Mapping

from api.pages.frame.layout import Look
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId
from gadong.people.services import accounts


def company_names(looking: Look, pool: Pool) -> Mapping[CompanyId, str]:
    """Return the viewer's own companies, and a centre's for its desk and who sees its money."""
    found = dict(looking.companies)
    if looking.may(Right.DESK_SEE, Right.MONEY_SEE):
        centre = looking.need_centre()
        found |= {c.id: c.name for c in accounts.companies(pool, looking.who, centre.id)}
    return found
