"""A bank's table through the API: imported once, proposed, and settled once by a person."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import Invalid
from tests.support.api_fixtures import LogIn
from tests.support.billing.transfers import V1, Money, issued, money
from tests.support.world import World, nobody_may

__all__ = ["issued", "money"]  # pytest finds fixtures by their names here

HEADED = "거래일시,보낸분,적요,출금액,입금액,잔액"


class Bank:
    """The bank of the firm's centre, as its manager works with it."""

    def __init__(self, money: Money, world: World) -> None:
        self.money, self.client, self.world = money, money.client, world
        self.path = f"{V1}/centres/{world.centre.id}"

    def table(self, *rows: tuple[str, int]) -> str:
        """Return a table of today's lines: payer and won."""
        lines = [f"{self.money.day} 10:00:0{n},{p},,,{won}," for n, (p, won) in enumerate(rows)]
        return "\n".join([HEADED, *lines])

    def send(self, text: str, *, status: int = 201, **more: Any) -> Any:
        answer = self.client.post(f"{self.path}/bank-imports", json={"text": text, **more})
        assert answer.status_code == status, answer.text
        return answer.json()

    def lines(self, state: str = "open") -> list[Any]:
        found = self.client.get(f"{self.path}/bank-entries", params={"state": state})
        assert found.status_code == 200, found.text
        return list(found.json()["items"])

    def say(self, line: Any, act: str, **body: Any) -> int:
        path = f"{V1}/bank-entries/{line['id']}/{act}"
        return self.client.post(path, json=body).status_code

    def enter(self, line: Any, **body: Any) -> int:
        company = str(self.world.companies[0].id)
        return self.say(line, "transfer", **{"company": company, **body})


@pytest.fixture
def bank(money: Money, world: World) -> Bank:
    return Bank(money, world)


def need_laws(pool: Pool) -> None:
    """Assert that each line is settled at most once, by a transfer of its own amount."""
    standing = """
        select s.entry_id, e.amount, t.amount as sent
        from bank_settlements s
        join bank_entries e on e.id = s.entry_id
        left join transfers t on t.id = s.transfer_id
        where s.reverses is null
          and not exists (select from bank_settlements r where r.reverses = s.id)
          and not exists (select from transfers r where r.reverses = s.transfer_id)
    """
    with transaction(pool, SYSTEM) as tx:
        rows = many(tx, standing)
    assert len({row["entry_id"] for row in rows}) == len(rows)
    assert all(row["sent"] in {None, row["amount"]} for row in rows)


def test_the_same_file_twice_imports_nothing_twice_and_a_longer_one_the_rest(bank: Bank) -> None:
    name = bank.world.companies[0].name
    two = bank.table((name, 66_000), ("이자", 12))
    assert bank.send(two)["counts"]["new"] == 2
    again = bank.send(two)
    assert (again["counts"]["new"], again["counts"]["known"]) == (0, 2)
    content = f"{two}\n{bank.money.day} 11:00:00,{name},,,66000,".encode("cp949")
    path = f"{bank.path}/bank-imports"
    sent = bank.client.post(path, json={"file": base64.b64encode(content).decode()})
    assert sent.json()["counts"] == {
        "new": 1, "known": 2, "similar": 0, "left_out": 0, "faulty": 0,
    }  # fmt: skip
    assert [line["amount"] for line in bank.lines()] == [66_000, 12, 66_000]
    assert bank.money.open == [66_000, 66_000], "an import pays nothing"


def test_a_preview_keeps_nothing_and_a_faulty_row_refuses_all_unless_left_out(bank: Bank) -> None:
    text = f"{bank.table(('한솔', 1))}\n언젠가,한솔,,,5,"
    path = f"{bank.path}/bank-imports"
    shown = bank.client.post(f"{path}/preview", json={"text": text}).json()
    assert [row["verdict"] for row in shown["items"]] == ["new", "faulty"]
    assert bank.lines() == []
    (problem,) = bank.send(text, status=422)["problems"]
    assert (problem["code"], problem["details"]) == (
        "bank_table.day",
        {"line": 3, "column": "거래일시"},
    )
    assert bank.lines() == []
    assert bank.send(text, keeps_good=True)["counts"] == {
        "new": 1, "known": 0, "similar": 0, "left_out": 0, "faulty": 1,
    }  # fmt: skip
    assert len(bank.lines()) == 1


def test_columns_are_chosen_once_and_kept_for_two_banks(bank: Bank) -> None:
    day = bank.money.day
    first, second = f"언제,누가,얼마\n{day},가,5", f"일시,이름표,들어옴\n{day},나,6"
    assert bank.send(first, status=422)["problems"][0]["code"] == "company_table.heading_missing"
    bank.send(first, fields={"언제": "day", "누가": "payer", "얼마": "came"})
    bank.send(second, fields={"일시": "day", "이름표": "payer", "들어옴": "came"})
    assert bank.send(first.replace(",5", ",7"))["counts"]["new"] == 1
    assert bank.send(second.replace(",6", ",8"))["counts"]["new"] == 1
    wrong = bank.client.post(
        f"{bank.path}/bank-imports", json={"text": first, "fields": {"언제": "가짜"}}
    )
    assert (wrong.status_code, wrong.json()["field"]) == (422, "fields")


def test_what_looks_like_a_line_that_is_here_is_taken_in_only_where_asked(bank: Bank) -> None:
    bank.send(bank.table(("한솔", 5)))
    untimed = f"{HEADED}\n{bank.money.day},한솔,,,5,"
    assert bank.send(untimed)["counts"]["similar"] == 1
    assert len(bank.lines()) == 1
    bank.send(untimed, takes_similar=True)
    assert len(bank.lines()) == 2


def test_equal_lines_of_two_accounts_are_two_where_they_are_named(bank: Bank) -> None:
    """The firm pays the same sum to either account on one day, and the banks say no time."""
    text = f"{HEADED}\n{bank.money.day},한솔,,,5,"
    for verdict in ("new", "known"):
        for account in ("농협 1", " 국민  2 "):
            assert bank.send(text, account=account)["counts"][verdict] == 1
    assert [line["account"] for line in bank.lines()] == ["농협 1", "국민 2"]
    assert bank.send(text)["counts"]["similar"] == 1, "an account that nobody names may be either"
    assert len(bank.lines()) == 2
    refused = bank.client.post(
        f"{bank.path}/bank-imports", json={"text": text, "account": "\u0007"}
    )
    assert (refused.status_code, refused.json()["field"]) == (422, "account")


def test_one_line_pays_several_statements_as_proposed_and_only_once(
    bank: Bank, pool: Pool, issued: list[Statement]
) -> None:
    bank.send(bank.table((f"(주) {bank.world.companies[0].name}", 132_000), ("누군지", 7)))
    line, unknown = bank.lines()
    (proposal,) = line["proposals"]
    assert (proposal["basis"], proposal["is_exact"], proposal["rest"]) == ("name", True, 0)
    assert [part["statement"] for part in proposal["to"]] == [str(s.id) for s in issued]
    assert unknown["proposals"] == []
    assert bank.enter(line, to=proposal["to"]) == 201
    assert (bank.money.open, bank.money.account["held"]) == ([0, 0], 0)
    assert bank.enter(line) == 409
    assert [one["amount"] for one in bank.lines()] == [7], "what matches nothing stays listed"
    (done,) = bank.lines("settled")
    assert done["settlement"]["kind"] == "entered"
    assert bank.say(done, "reopen", reason="x") == 409
    need_laws(pool)


def test_a_transfer_that_is_taken_back_opens_its_line_again(bank: Bank, pool: Pool) -> None:
    bank.send(bank.table((bank.world.companies[0].name, 70_000)))
    (line,) = bank.lines()
    assert (line["proposals"][0]["is_exact"], line["proposals"][0]["rest"]) == (False, 0)
    assert bank.enter(line) == 201
    assert bank.money.open == [0, 62_000]
    (done,) = bank.lines("settled")
    assert bank.money.undo(done["settlement"]["transfer"]) == 201
    assert (bank.lines("settled"), bank.money.open) == ([], [66_000, 66_000])
    (again,) = bank.lines()
    assert bank.enter(again) == 201
    assert bank.money.open == [0, 62_000]
    need_laws(pool)


def test_a_payer_that_a_person_confirmed_is_known_the_next_time(bank: Bank) -> None:
    bank.send(bank.table(("김사장", 66_000)))
    assert bank.enter(bank.lines()[0]) == 201
    bank.send(bank.table(("다른", 1), ("김사장", 5)))
    proposed = {line["payer"]: [p["basis"] for p in line["proposals"]] for line in bank.lines()}
    assert proposed == {"다른": [], "김사장": ["payer"]}


def test_money_that_was_entered_by_hand_is_found_and_not_entered_twice(
    bank: Bank, pool: Pool, issued: list[Statement]
) -> None:
    bank.money.came(66_000)
    statement = f"{V1}/statements/{issued[1].id}/payments"
    paid = {"amount": 66_000, "paid_on": bank.money.day, "note": ""}
    assert bank.client.post(statement, json=paid).status_code == 201
    bank.send(bank.table(("누구", 66_000), ("또", 66_000), ("남", 66_001)))
    first, second, other = bank.lines()
    assert [len(line["entered"]) for line in (first, second, other)] == [2, 2, 0]
    by_hand = next(one["transfer"] for one in first["entered"] if one["transfer"])
    payment = next(one["payment"] for one in first["entered"] if one["payment"])
    assert bank.say(other, "link", transfer=by_hand) == 409, "it is of another amount"
    assert bank.say(first, "link") == 422
    assert bank.say(first, "link", transfer=by_hand, payment=payment) == 422
    assert bank.say(first, "link", transfer=by_hand) == 204
    assert bank.say(second, "link", transfer=by_hand) == 409, "it is the other line's"
    assert bank.say(second, "link", payment=payment) == 204
    assert (bank.money.open, bank.money.account["held"]) == ([0, 0], 0)
    assert bank.say(first, "reopen", reason="다른 돈") == 204
    assert [line["id"] for line in bank.lines()] == [first["id"], other["id"]]
    assert bank.money.open == [0, 0], "an unlinked transfer stays"
    need_laws(pool)


def test_a_line_that_no_firm_owes_is_set_aside_and_opened_again(bank: Bank) -> None:
    bank.send(bank.table(("예금이자", 12)))
    (line,) = bank.lines()
    assert bank.say(line, "set-aside", reason=" ") == 422
    assert bank.say(line, "set-aside", reason="이자") == 204
    assert bank.say(line, "set-aside", reason="이자") == 409
    assert bank.enter(line) == 409
    assert bank.lines("settled")[0]["settlement"]["reason"] == "이자"
    assert bank.say(line, "reopen", reason="확인") == 204
    assert bank.say(line, "reopen", reason="확인") == 409
    assert bank.enter(bank.lines()[0]) == 201


def test_the_database_refuses_a_line_twice_and_other_money(bank: Bank, pool: Pool) -> None:
    bank.send(bank.table(("가", 66_000), ("나", 5)))
    line, other = bank.lines()
    assert bank.enter(line) == 201
    insert = (
        "insert into bank_settlements (id, centre_id, entry_id, kind, transfer_id, reason,"
        " recorded_by, recorded_at) select gen_random_uuid(), centre_id, %s, 'linked', id, '',"
        " recorded_by, now() from transfers limit 1"
    )
    for entry in (line, other):
        with pytest.raises(Invalid) as told, transaction(pool, SYSTEM) as tx:
            tx.execute(insert, [entry["id"]])
        assert told.value.figures["constraint"] == "bank_entries_settled_once"
    with pytest.raises(psycopg.errors.UniqueViolation), transaction(pool, SYSTEM) as tx:
        tx.execute(
            "insert into bank_entries select gen_random_uuid(), centre_id, came_on, came_at,"
            " amount, payer, memo, balance, digest, recorded_by, now() from bank_entries"
        )
    nobody_may(pool, "update bank_entries set amount = 1")
    nobody_may(pool, "delete from bank_settlements")


def test_a_day_to_come_and_an_old_one_and_pages(bank: Bank) -> None:
    tomorrow = (date.fromisoformat(bank.money.day) + timedelta(days=1)).isoformat()
    assert bank.send(f"{HEADED}\n{tomorrow},가,,,1,", status=422)["problems"]
    bank.send(bank.table(("가", 1), ("나", 2), ("다", 3)))
    path = f"{bank.path}/bank-entries"
    page = bank.client.get(path, params={"limit": 2}).json()
    rest = bank.client.get(path, params={"limit": 2, "cursor": page["next"]}).json()
    assert [x["amount"] for x in [*page["items"], *rest["items"]]] == [1, 2, 3]
    assert rest["next"] is None


def test_firms_and_outsiders_see_and_settle_no_line(
    bank: Bank, world: World, bearer: LogIn, client: TestClient
) -> None:
    bank.send(bank.table((world.companies[0].name, 5)))
    (line,) = bank.lines()
    del client.headers["authorization"]
    other = World.made(world.pool)
    world.emails[other.manager.person_id] = other.manager_email
    company = {"company": str(world.companies[0].id)}
    for who in (bearer(world.member(world.companies[0])), bearer(other.manager)):
        assert client.get(f"{bank.path}/bank-entries", headers=who).status_code in {403, 404}
        path = f"{V1}/bank-entries/{line['id']}"
        for act, body in (
            ("transfer", company),
            ("link", {"transfer": line["id"]}),
            ("set-aside", {"reason": "x"}),
            ("reopen", {"reason": "x"}),
        ):
            assert client.post(f"{path}/{act}", json=body, headers=who).status_code == 404, act
