"""Money that a correction leaves paid too much: set off, paid back, and drawn by itself."""

from __future__ import annotations

from typing import Any

import pytest

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services.proof import verification
from gadong.booking.store import payment_standing
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from tests.support.billing.lines_by_their_own_day import at
from tests.support.billing.transfers import V1, Money, issued, money
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

__all__ = ["issued", "money"]  # pytest finds fixtures by their names here


class Corrected(Money):
    """The account, whose later statement is paid and corrected."""

    def __init__(self, money: Money, world: World, issued: list[Statement]) -> None:
        super().__init__(money.client, world)
        self.world, (self.earlier, self.later) = world, issued

    def line(self, supply: int) -> str:
        """Enter an own line of the later statement's month; return its id."""
        body = {
            "centre": str(self.world.centre.id),
            "company": str(self.world.companies[0].id),
            "at": at(self.world, 12, 15).isoformat(),
            "amount": supply,
            "tax_type": "taxable_10",
            "reason": "조정",
        }
        made = self.client.post(f"{V1}/lines", json=body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def correct(self, difference: int) -> None:
        """Issue the later statement's difference, which is so many won."""
        path = f"{V1}/statements/{self.later.id}"
        found = self.client.get(f"{path}/difference").json()
        assert found["difference"] == difference
        body = {"digest": found["digest"], "reason": "조정"}
        assert self.client.post(f"{path}/corrections", json=body).status_code == 201

    def corrected(self, supply: int) -> None:
        """Correct the later statement by a line and its tax."""
        self.line(supply)
        self.correct(supply * 11 // 10)

    def pays(self, amount: int, *, how: str = "transfer", **more: Any) -> str:
        """Pay the later statement; return the id of what was entered."""
        if how == "transfer":
            to = [{"statement": str(self.later.id), "amount": amount}]
            return str(self.came(amount, to=to)["id"])
        body = {"amount": amount, "paid_on": self.day, "note": "현금", **more}
        made = self.client.post(f"{V1}/statements/{self.later.id}/payments", json=body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    @property
    def credit(self) -> tuple[int, int]:
        """Return what was paid too much for statements, and what is held besides."""
        account = self.account
        assert account["balance"] == account["owed"] - account["credit"] - account["held"]
        return account["credit"], account["held"]

    def need_refused(self, limit: int) -> None:
        """Assert that one won more than the credit is neither set off nor paid back."""
        path = f"{V1}/statements/{self.earlier.id}/set-offs"
        body: dict[str, Any] = {"amount": limit + 1}
        for sent in (path, f"{self.path}/refunds"):
            answer = self.client.post(sent, json=body)
            assert (answer.status_code, answer.json()["limit"]) == (422, limit), answer.text
            body = {**body, "paid_on": self.day, "note": "기업은행"}

    def need_laws(self, pool: Pool) -> None:
        """Assert that all that came is a payment, a refund or held, and the documents hold."""
        with transaction(pool, SYSTEM) as tx:
            sums = many(
                tx,
                "select (select coalesce(sum(amount), 0) from transfers) as kept,"
                " (select coalesce(sum(amount), 0) from payments"
                " where transfer_id is not null) as paid",
            )[0]
        assert sums["kept"] - sums["paid"] == self.account["held"]
        checked = verification.verify(pool, self.world.manager)
        assert checked
        assert not any(one.differences for one in checked)


@pytest.fixture
def paid(money: Money, world: World, issued: list[Statement]) -> Corrected:
    return Corrected(money, world, issued)


@pytest.mark.parametrize("how", ["transfer", "payment"])
@pytest.mark.parametrize(("came", "credit"), [(66_000, 22_000), (50_000, 6_000), (44_000, 0)])
def test_what_was_paid_too_much_is_set_off_and_paid_back(
    came: int, credit: int, how: str, paid: Corrected, pool: Pool
) -> None:
    paid.pays(came, how=how)
    paid.corrected(-20_000)
    assert (paid.open, paid.credit) == ([66_000, 0], (credit, 0))
    paid.need_refused(credit)
    if credit:
        assert paid.off(paid.earlier, 5_000) == 204
        # The part that nobody has drawn stays where it is.
        assert (paid.open, paid.credit) == ([61_000, 0], (credit - 5_000, 0))
        assert paid.back(credit - 5_000) == 204
        assert (paid.open, paid.credit) == ([61_000, 0], (0, 0))
        later = paid.account["statements"][1]
        assert (later["payable"], later["paid"]) == (44_000, 44_000)
        paid.need_refused(0)
    paid.need_laws(pool)


def test_what_is_held_is_drawn_before_what_was_paid_too_much(paid: Corrected, pool: Pool) -> None:
    paid.came(76_000, to=[{"statement": str(paid.later.id), "amount": 66_000}])
    paid.corrected(-20_000)
    assert paid.credit == (22_000, 10_000)
    assert (paid.off(paid.earlier, 10_000), paid.credit) == (204, (22_000, 0))
    assert (paid.off(paid.earlier, 21_000), paid.credit) == (204, (1_000, 0))
    assert paid.open == [35_000, 0]
    paid.need_laws(pool)


def test_each_of_several_corrections_adds_to_the_credit(paid: Corrected, pool: Pool) -> None:
    paid.pays(30_000)
    paid.pays(36_000, how="payment")
    paid.corrected(-20_000)
    assert paid.back(1_000) == 204
    paid.corrected(-30_000)
    assert (paid.open, paid.credit) == ([66_000, 0], (54_000, 0))
    paid.need_refused(54_000)
    assert paid.off(paid.earlier, 54_000) == 204
    assert (paid.open, paid.credit) == ([12_000, 0], (0, 0))
    assert paid.account["statements"][1]["paid"] == 11_000
    paid.need_laws(pool)


@pytest.mark.parametrize("drawn", [0, 21_999, 22_000])
def test_a_correction_that_is_taken_back_by_another_takes_its_credit(
    drawn: int, paid: Corrected, pool: Pool
) -> None:
    paid.pays(66_000)
    line = paid.line(-20_000)
    paid.correct(-22_000)
    if drawn:
        assert paid.off(paid.earlier, drawn) == 204
    undo = paid.client.post(f"{V1}/entries/{line}/reverse", json={"reason": "착오"})
    assert undo.status_code == 201
    paid.correct(22_000)
    assert (paid.open, paid.credit) == ([66_000 - drawn, drawn], (0, 0))
    paid.need_refused(0)
    paid.need_laws(pool)


def test_a_debit_takes_of_the_credit_before_the_firm_owes(paid: Corrected) -> None:
    paid.pays(66_000)
    paid.corrected(-20_000)
    paid.corrected(15_000)
    assert (paid.open, paid.credit) == ([66_000, 0], (5_500, 0))
    paid.need_refused(5_500)
    paid.corrected(10_000)
    assert (paid.open, paid.credit) == ([66_000, 5_500], (0, 0))


def test_a_correction_is_set_off_by_itself_where_the_firm_asked(
    paid: Corrected, pool: Pool
) -> None:
    paid.pays(66_000)
    asked = {"is_automatic": True, "asked": "paper"}
    assert paid.client.post(f"{paid.path}/credit-orders", json=asked).status_code == 201
    paid.corrected(-20_000)
    assert (paid.open, paid.credit) == ([44_000, 0], (0, 0))
    paid.need_laws(pool)


def test_a_transfer_whose_credit_was_set_off_is_taken_back_whole(
    paid: Corrected, pool: Pool
) -> None:
    sent = paid.pays(66_000)
    paid.corrected(-20_000)
    assert paid.off(paid.earlier, 22_000) == 204
    assert paid.undo(sent) == 201
    assert (paid.open, paid.credit) == ([66_000, 44_000], (0, 0))
    paid.need_laws(pool)


def test_the_line_of_the_bank_stays_settled_by_the_money_that_it_is(
    paid: Corrected, pool: Pool
) -> None:
    payment = paid.pays(66_000, how="payment")
    centre = f"{V1}/centres/{paid.world.centre.id}"
    text = f"거래일시,보낸분,적요,출금액,입금액,잔액\n{paid.day} 10:00:00,회사,,,66000,"
    assert paid.client.post(f"{centre}/bank-imports", json={"text": text}).status_code == 201
    (line,) = paid.client.get(f"{centre}/bank-entries").json()["items"]
    linked = paid.client.post(f"{V1}/bank-entries/{line['id']}/link", json={"payment": payment})
    assert linked.status_code == 204, linked.text
    paid.corrected(-20_000)
    assert paid.back(22_000) == 204
    assert paid.client.get(f"{centre}/bank-entries").json()["items"] == []
    (root,) = [t for t in paid.account["transfers"] if not t["is_refund"]]
    assert root["amount"] == 66_000
    paid.need_laws(pool)


def test_what_was_written_off_is_nobodys_credit(paid: Corrected) -> None:
    paid.came(44_000, to=[{"statement": str(paid.earlier.id), "amount": 44_000}])
    paid.pays(66_000, how="payment", is_written_off=True, note="폐업")
    paid.corrected(-20_000)
    assert (paid.open, paid.credit) == ([22_000, 0], (0, 0))
    paid.need_refused(0)
    with transaction(paid.world.pool, SYSTEM) as tx:
        due = payment_standing.oldest_due(tx, paid.world.centre.id, paid.earlier.company_id)
    assert due == paid.earlier.due_on


def test_the_page_offers_the_credit_of_a_correction(paid: Corrected, visit: Visit) -> None:
    paid.pays(66_000)
    paid.corrected(-20_000)
    boss, page = visit(None), f"/receivables/{paid.world.companies[0].id}"
    shown = boss.get(page).text
    assert f'action="{page}/set-off"' in shown
    assert shown.count('max="22000"') == 2
    sent = {"statement": str(paid.earlier.id), "amount": "22001"}
    refused = boss.post(f"{page}/set-off", data=sent)
    assert (refused.status_code, "예치금은 22,000원" in text_of(refused.text)) == (409, True)
    assert boss.post(f"{page}/set-off", data={**sent, "amount": "22000"}).status_code == 303
    assert (paid.open, paid.credit) == ([44_000, 0], (0, 0))
