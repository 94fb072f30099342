"""Firms proposed for a bank's line: by name, by an earlier payer, by an exact sum."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.accounts.company_account import AccountItem
from gadong.billing.domain.accounts.transfer import need_allotted
from gadong.billing.domain.bank.bank_entry import BankLine
from gadong.billing.domain.bank.bank_match import (
    MOST_PROPOSALS,
    Debtor,
    MatchBasis,
    Proposal,
    exact_parts,
    proposals,
)
from gadong.billing.domain.bank.entered_money import EnteredMoney, entered_before
from gadong.billing.domain.bank.payer_name import compared, is_part
from gadong.core.domain.ids import CompanyId, new_id
from tests.support.billing.company_accounts import ITEMS, item

DAY = date(2026, 11, 2)


def line(payer: str, amount: int = 66_000) -> BankLine:
    return BankLine(came_on=DAY, amount=amount, payer=payer)


def debtor(name: str, *items: AccountItem, **more: object) -> Debtor:
    made = Debtor(company_id=CompanyId(new_id()), name=name, items=items)
    return replace(made, **more)  # type: ignore[arg-type]  # fields by name


def brief(found: list[Proposal]) -> list[tuple[str, MatchBasis, bool]]:
    return [(one.company_name, one.basis, one.is_exact) for one in found]


@pytest.mark.parametrize(
    "written",
    [
        "㈜한솔정밀",
        "(주)한솔정밀",
        "주식회사 한솔정밀",
        "한솔 정밀(주)",
        "한솔정밀",
        "（주）한솔정밀",
    ],
)
def test_a_name_is_compared_without_the_kind_of_company(written: str) -> None:
    assert compared(written) == "한솔정밀"


def test_a_name_that_is_nothing_but_a_kind_stays() -> None:
    assert compared("주식회사") == "주식회사"
    assert compared("(주)") == "주"
    assert compared("ABC Co.") == compared("abc co")


def test_a_part_has_two_letters_or_more() -> None:
    assert is_part("한솔", "한솔정밀")
    assert is_part("한솔정밀11월", "한솔정밀")
    assert not is_part("한", "한솔정밀")
    assert not is_part("", "한솔정밀")


def test_a_name_goes_before_an_amount_and_what_is_surer_before_what_is_not() -> None:
    firms = [
        debtor("가 같은금액", item(66_000)),
        debtor("나 한솔정밀 제2공장", item(66_000)),
        debtor("다 대표자", item(1_000), representative="한솔정밀"),
        debtor("라 알던 이름", item(1_000), payers=["㈜ 한솔정밀"]),
        debtor("주식회사 한솔정밀", item(1_000)),
    ]
    found = proposals(line("한솔정밀"), firms)
    assert brief(found) == [
        ("주식회사 한솔정밀", MatchBasis.NAME, False),
        ("라 알던 이름", MatchBasis.PAYER, False),
        ("다 대표자", MatchBasis.REPRESENTATIVE, False),
    ]
    assert len(found) == MOST_PROPOSALS
    assert brief(proposals(line("한솔정밀"), firms[:2])) == [
        ("나 한솔정밀 제2공장", MatchBasis.PART_OF_NAME, True),
        ("가 같은금액", MatchBasis.AMOUNT, True),
    ]


def test_of_two_of_one_name_the_exact_one_and_then_the_older_debt_is_first() -> None:
    inexact = debtor("한솔", item(1_000, days_late=90))
    exact = debtor("(주)한솔", item(66_000))
    older = debtor("㈜한솔", item(66_000, days_late=60))
    found = proposals(line("한솔"), [inexact, exact, older])
    assert [one.company_id for one in found] == [
        older.company_id,
        exact.company_id,
        inexact.company_id,
    ]


def test_an_amount_alone_is_one_statement_or_all_that_is_owed() -> None:
    three = [item(10_000, days_late=30), item(20_000, days_late=20), item(40_000)]
    firm = debtor("두리", *three)
    assert [len(proposals(line("아무", won), [firm])) for won in (40_000, 70_000)] == [1, 1]
    # A sum of two of three may be chance; with the name it is a proposal.
    assert proposals(line("아무", 50_000), [firm]) == []
    (named,) = proposals(line("두리", 50_000), [firm])
    assert named.is_exact
    assert dict(named.parts) == {three[0].statement_id: 10_000, three[2].statement_id: 40_000}


def test_what_is_more_than_owed_is_a_credit_and_a_firm_without_debts_pays_ahead() -> None:
    owing, free = debtor("한솔", item(66_000)), debtor("두리")
    (found,) = proposals(line("한솔", 66_001), [owing])
    assert (sum(found.parts.values()), found.rest, found.is_exact) == (66_000, 1, False)
    (ahead,) = proposals(line("㈜두리", 500_000), [free])
    assert (dict(ahead.parts), ahead.rest) == ({}, 500_000)
    assert proposals(line("", 66_000), [free]) == []


def test_an_exact_sum_is_one_then_the_oldest_in_a_row_then_the_fewest() -> None:
    items = [item(30_000), item(30_000), item(60_000), item(90_000)]
    ids = [one.statement_id for one in items]
    assert exact_parts(items, 60_000) == {ids[2]: 60_000}
    assert exact_parts(items, 120_000) == {ids[0]: 30_000, ids[1]: 30_000, ids[2]: 60_000}
    assert exact_parts(items, 150_000) == {ids[2]: 60_000, ids[3]: 90_000}
    assert exact_parts(items, 210_000) == {one.statement_id: one.open for one in items}
    assert exact_parts(items, 100_000) is None
    assert exact_parts([], 1) is None


@given(ITEMS, st.integers(1, 50_000_000))
def test_a_proposal_allots_no_more_than_came_and_than_is_open(
    items: list[AccountItem], amount: int
) -> None:
    for found in proposals(line("두리", amount), [debtor("두리", *items)]):
        assert sum(found.parts.values()) + found.rest == amount
        assert found.rest >= 0
        need_allotted(items, amount, found.parts)
        if found.is_exact:
            assert found.rest == 0


@pytest.mark.parametrize(("days", "is_found"), [(-5, False), (-4, True), (4, True), (5, False)])
def test_money_entered_by_hand_is_of_the_amount_and_of_a_day_near(
    days: int, *, is_found: bool
) -> None:
    money = EnteredMoney(
        company_id=CompanyId(new_id()),
        company_name="한솔",
        amount=66_000,
        paid_on=DAY + timedelta(days=days),
    )
    assert bool(entered_before(line("한솔"), [money])) is is_found
    assert entered_before(line("한솔", 66_001), [money]) == []
