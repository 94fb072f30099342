"""The demonstration: a metal centre and an instrument centre, which share a firm."""

from __future__ import annotations

from datetime import UTC, datetime

from gadong.billing.services import statement_drafts
from gadong.cli import demonstration
from gadong.core.database import Pool
from gadong.core.domain.calendar import Month
from gadong.machines.domain.observation import Observed, observed_at
from gadong.machines.services import machines, observations
from gadong.people.services import accounts, consents
from gadong.people.services.accounts import OPERATOR


def test_two_centres_share_a_firm_and_the_instruments_have_a_ledger(pool: Pool) -> None:
    assert demonstration.seed(pool, "")
    assert not demonstration.seed(pool, ""), "a second time changes nothing"
    metal, instruments = sorted(accounts.every_centre(pool), key=lambda c: c.slug)
    assert (metal.slug, instruments.slug) == ("mullae", "siheung")
    one, two = (
        {c.name: c.id for c in accounts.companies(pool, OPERATOR, centre.id)}
        for centre in (metal, instruments)
    )
    assert (sorted(one), sorted(two)) == (["대성금형", "한솔정밀"], ["한솔정밀"])
    assert one["한솔정밀"] == two["한솔정밀"]
    assert consents.of_centre(pool, OPERATOR, instruments.id) == []
    said = observations.of_centre(pool, OPERATOR, instruments.id)
    now = datetime.now(UTC)
    for machine, declared in said.items():
        assert observed_at(declared, now) is not Observed.SIGNAL
        assert machines.sources(pool, OPERATOR, machines.find_by_id(pool, OPERATOR, machine)) == []
    assert len(said) == 4

    # 90 min at 10,000, an hour at 20,000, two at 30,000 and a room for two at 10,000, half of each:
    # 7,500 + 10,000 + 30,000 + 10,000, in the month of each day.
    month = Month.of(now, instruments.zone)
    drafts = [
        statement_drafts.draft(
            pool, OPERATOR, centre=instruments.id, company=two["한솔정밀"], month=str(each)
        )
        for each in (month.previous, month)
    ]
    assert [blocker for draft in drafts for blocker in draft.blockers] == []
    assert sum(draft.document["totals"]["supply"] for draft in drafts) == 57_500
