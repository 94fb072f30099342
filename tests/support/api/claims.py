"""A final claim of a statement, for callers who ask for it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256

from gadong.billing.domain.claims.payer_lines import PayerLine, ProgrammePayer
from gadong.billing.domain.claims.programme_claim import (
    ClaimedDocument,
    FinalClaim,
    ProgrammeClaim,
)
from gadong.billing.store import programme_claims
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.document import canonical, plain
from gadong.core.domain.ids import StatementId, new_id
from tests.support.world import World

OF = ProgrammePayer(programme="바우처", payer="경남")


def kept_claim(world: World, statement_id: StatementId) -> FinalClaim:
    """Keep a claim of 1,000 won of a statement."""
    line = PayerLine(
        day=None, machine_name="", label_ko="", label_en="", pct=None, supply=1000, amount=1000
    )
    content = ProgrammeClaim(
        centre=world.centre.slug,
        centre_name=world.centre.name,
        zone=world.centre.zone_name,
        of=OF,
        since="2026-01",
        until="2026-01",
        documents=(
            ClaimedDocument(
                statement_id=statement_id,
                part="",
                number="1",
                company_name="회사",
                registration_number="",
                month="2026-01",
                issued_on=date(2026, 2, 1),
                lines=(line,),
            ),
        ),
        number="claim-1",
    )
    claim = FinalClaim(
        id=new_id(),
        centre_id=world.centre.id,
        year=2026,
        sequence=1,
        number=content.number,
        programme=OF.programme,
        payer=OF.payer,
        since=content.since,
        until=content.until,
        amount=content.amount,
        document=plain(content),
        document_digest=sha256(canonical(content)).digest(),
        due_on=date(2026, 2, 15),
        made_by=world.manager.person_id,
        made_at=datetime(2026, 2, 1, tzinfo=UTC),
    )
    with transaction(world.pool, SYSTEM) as tx:
        programme_claims.insert(tx, claim, content)
    return claim
