"""A person's rights over personal data (PIPA, articles 35 and 36): access and erasure.

The table of the data is docs/privacy.md.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.problem import Conflict, NotFound
from gadong.operations.store import privacy
from gadong.people.services.account_recovery import need_password
from gadong.people.store import account_administration, people


def known(pool: Pool, who: Caller, *, now: datetime) -> dict[str, Any]:
    """Return everything that is stored about the caller, by table; for the caller alone."""
    with transaction(pool, who.need_proven(now)) as tx:
        return privacy.known(tx, who.person_id)


def leave(pool: Pool, who: Caller, password: str) -> None:
    """Anonymise the caller and revoke all access; records required by law stay under a number.

    Raise Conflict while others depend on the person: future bookings, or a company or centre
    without another owner, manager or administrator.
    """
    permit = who.need_account()
    need_password(pool, who, password)
    with transaction(pool, permit) as tx:
        person = people.person(tx, who.person_id)
        if person is None:
            raise NotFound
        # Two who leave at once: the second one looks when the first is gone.
        for company in sorted(who.owns):
            people.lock_company(tx, company)
        for centre in sorted(who.works_at | who.oversees):
            people.lock_centre(tx, centre)
        if privacy.ahead(tx, who.person_id):
            raise Conflict("You have bookings to come; cancel them or hand them over first")
        if account_administration.administrators(tx) == [who.person_id]:
            raise Conflict("An installation has at least one administrator; make another one first")
        if left := privacy.sole(tx, who.person_id):
            raise Conflict(f"Nobody else speaks for {', '.join(left)}; name another first")
        privacy.leave(tx, who.person_id, person.email)
