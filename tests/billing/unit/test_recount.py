"""The second reckoning of issued documents: it agrees with what was issued, and with nothing that
was changed.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gadong.billing.domain.correction import CorrectionDocument, Direction, difference
from gadong.billing.domain.recount import (
    correction_objections,
    full_objections,
    objections,
    plain_objections,
)
from gadong.billing.domain.statement import Line, Totals
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff_terms import TaxType, VatMode
from gadong.billing.services.statement_document import Document, reckon
from gadong.core.domain.document import from_document
from tests.issued.restored import ENGINE_4
from tests.oracle import engine
from tests.oracle.cases import MILL, at, floor, slot, tariff, world
from tests.oracle.world import Firm, Proof, Sale


def documents() -> dict[str, tuple[tuple[Line, ...], Totals]]:
    """Every document of the dump: its lines and sums."""
    found = {}
    for block in gzip.decompress(ENGINE_4.read_bytes()).decode().split("\\.\n"):
        head, _, rows = block.partition(";\n")
        if not head.startswith("copy ") or head.split()[1] not in {"statements", "corrections"}:
            continue
        columns = head[head.index("(") + 1 : head.index(")")].split(", ")
        for row in rows.splitlines():
            told = dict(zip(columns, row.split("\t"), strict=True))
            said = json.loads(told["document"].replace("\\\\", "\\"))
            sums = said["totals"] if "totals" in said else said["now"]
            found[told["number"]] = (
                from_document(tuple[Line, ...], said["lines"]),
                from_document(Totals, sums),
            )
    return found


DOCUMENTS = documents()
LINES = [(n, i) for n, (lines, _) in sorted(DOCUMENTS.items()) for i in range(len(lines))]


@pytest.mark.parametrize("number", sorted(DOCUMENTS))
def test_what_was_issued_follows_from_its_own_traces(number: str) -> None:
    lines, sums = DOCUMENTS[number]
    assert objections(lines, sums) == plain_objections(lines, sums) == []


@pytest.mark.parametrize("off", [-1, 1])
@pytest.mark.parametrize(("number", "index"), LINES)
def test_one_won_more_or_less_on_any_line_is_found(number: str, index: int, off: int) -> None:
    lines, sums = DOCUMENTS[number]
    charge = lines[index].charge
    wrong = replace(lines[index], charge=replace(charge, amount=charge.amount + off))
    # The sum follows the line, so that the line alone gives it away.
    assert objections(
        (*lines[:index], wrong, *lines[index + 1 :]), replace(sums, lines=sums.lines + off)
    )


@pytest.mark.parametrize("field", ["lines", "supply", "vat", "total", "truncation", "taxable"])
@pytest.mark.parametrize("number", sorted(DOCUMENTS))
def test_one_won_more_in_any_sum_is_found(number: str, field: str) -> None:
    lines, sums = DOCUMENTS[number]
    assert plain_objections(lines, replace(sums, **{field: getattr(sums, field) + 1}))


def newer(vat: VatMode, unit: int = 1, *programmes: Subsidy) -> Document:
    """Return the document of two hours for 60,000 won, and of an exempt sale of 30,000."""
    terms = replace(tariff(MILL), vat=vat, document_unit=unit, subsidies=programmes)
    ever = date(2026, 1, 1)
    firm = Firm(name="A", extras=tuple(Proof(name=p.name, since=ever) for p in programmes))
    sales = (
        Sale(company="A", at=at("13:00"), amount=30_000, is_taxable=False),
        Sale(company="A", at=at("13:01"), amount=1_239),
    )
    hall = floor(("10:00", "12:00"), slots=(slot("A", "10:00", "12:00"),))
    made = world((terms,), hall, firms=(firm,), sales=sales)
    return reckon(engine.inputs_of(made, firm)).document


CITY = Subsidy(
    name="voucher", payer="City", pct=Decimal(50), monthly_cap=1_000_000, covers=("time",)
)
STATE = Subsidy(name="state", payer="State", pct=Decimal(30), monthly_cap=5_000, covers=("other",))
NEWER = {
    "beside": newer(VatMode.EXCLUSIVE),
    "within, in tens": newer(VatMode.INCLUSIVE, 10),
    "in hundreds, a programme": newer(VatMode.EXCLUSIVE, 100, CITY),
    "within, two programmes and a cap": newer(VatMode.INCLUSIVE, 1, CITY, STATE),
}


@pytest.mark.parametrize("name", NEWER)
def test_a_newer_document_follows_from_its_own_lines(name: str) -> None:
    made = NEWER[name]
    assert (len(made.lines), made.totals.exempt) == (3, 30_000)
    assert full_objections(made.lines, made.totals) == []


@pytest.mark.parametrize("off", [-1, 1])
@pytest.mark.parametrize(
    "field",
    [
        "lines",
        "supply",
        "vat",
        "total",
        "truncation",
        "taxable",
        "exempt",
        "out_of_scope",
        "subsidy",
    ],
)
@pytest.mark.parametrize("name", NEWER)
def test_one_won_more_in_any_sum_of_a_newer_document_is_found(
    name: str, field: str, off: int
) -> None:
    made = NEWER[name]
    wrong = replace(made.totals, **{field: getattr(made.totals, field) + off})
    assert full_objections(made.lines, wrong)


@pytest.mark.parametrize(
    "changed",
    [
        {"vat": 0, "supply": 97_362, "total": 97_362},
        {"supply": 10, "vat": 1, "total": 11},
        {"truncation": -5_000, "supply": 86_239, "total": 92_362},
        {"taxable": 30_000, "exempt": 61_239},
        {"subsidy": 97_362},
    ],
    ids=["no tax", "eleven won", "truncated by much", "taxed otherwise", "nobody's share"],
)
def test_sums_that_agree_with_each_other_and_not_with_the_lines_are_found(
    changed: dict[str, Any],
) -> None:
    made = NEWER["beside"]
    assert (made.totals.supply, made.totals.vat) == (91_239, 6_123)
    assert full_objections(made.lines, replace(made.totals, **changed))


def test_another_tax_type_on_every_line_is_found() -> None:
    made = NEWER["beside"]
    exempt = tuple(
        replace(x, charge=replace(x.charge, tax_type=TaxType.EXEMPT)) for x in made.lines
    )
    assert full_objections(exempt, made.totals)


@pytest.mark.parametrize("field", ["eligible", "amount", "limit"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_programmes_part_is_of_the_lines_that_it_covers(field: str, place: int) -> None:
    """One figure of a share is a won more, and the subsidy with it."""
    made = NEWER["within, two programmes and a cap"]
    shares = made.totals.shares
    # Without the tax that they hold, both come to 1 won more than the supply, so one has 1 less.
    assert [(s.programme, s.eligible, s.amount) for s in shares] == [
        ("state", 31_127, 5_000),
        ("voucher", 54_545, 27_272),
    ]
    more = replace(shares[place], **{field: getattr(shares[place], field) + 1})
    changed = (*shares[:place], more, *shares[place + 1 :])
    wrong = replace(made.totals, shares=changed, subsidy=sum(s.amount for s in changed))
    assert full_objections(made.lines, wrong)


def test_a_programme_that_covers_no_line_has_no_share() -> None:
    made = NEWER["in hundreds, a programme"]
    other = replace(made.totals.shares[0], programme="state")
    wrong = replace(made.totals, shares=(other,), programme="state")
    assert full_objections(made.lines, wrong)
    assert full_objections(made.lines, replace(made.totals, payer="State"))


def corrected(was: Document, now: Document) -> CorrectionDocument:
    """Return the correction of one document by another."""
    found = difference(was.lines, was.totals, now.lines, now.totals)
    return CorrectionDocument(
        statement="seoul-202611-0001",
        number="seoul-202611-0001-C01",
        company_name="A",
        registration_number="",
        month="2026-11",
        currency="KRW",
        reason="나중에 온 신호",
        direction=found.direction,
        changes=found.changes,
        was=found.was,
        now=found.now,
        difference=found.amount,
        recorded_before=engine.BEYOND,
        engine_version="11",
        lines=now.lines,
    )


BEFORE = NEWER["beside"]
PAID = newer(VatMode.EXCLUSIVE, 1, CITY)
CHEAPER = reckon(
    engine.inputs_of(
        world(tariff(MILL), floor(("10:00", "11:00"), slots=(slot("A", "10:00", "12:00"),))),
        Firm(name="A"),
    )
).document


@pytest.mark.parametrize("now", [BEFORE, PAID, CHEAPER], ids=["same", "paid", "cheaper"])
def test_a_correction_follows_from_the_document_before_it(now: Document) -> None:
    for was, later in ((BEFORE, now), (now, BEFORE)):
        said = corrected(was, later)
        assert list(correction_objections(said, was.lines, was.totals)) == []


def test_a_correction_that_says_another_change_than_it_makes_is_found() -> None:
    said = corrected(BEFORE, CHEAPER)
    assert (said.difference, len(said.changes)) == (33_000 - 97_362, 3)
    first, *others = said.changes
    for wrong in (
        replace(said, difference=said.difference - 90_000),
        replace(said, was=replace(said.was, total=said.was.total + 1, vat=said.was.vat + 1)),
        replace(
            said,
            was=replace(said.was, total=said.was.total + 1),
            difference=said.difference - 1,
        ),
        replace(said, direction=Direction.DEBIT),
        replace(said, changes=tuple(others)),
        replace(said, changes=(replace(first, now=0), *others)),
        replace(said, changes=(replace(first, was=1), *others)),
    ):
        assert list(correction_objections(wrong, BEFORE.lines, BEFORE.totals))
    # Of another document, it would be another change.
    assert list(correction_objections(said, PAID.lines, PAID.totals))


def test_a_payer_pays_no_more_than_all_of_it() -> None:
    lines, sums = DOCUMENTS["berlin-202610-0001"]
    assert objections(lines, replace(sums, subsidy=sums.total)) == []
    assert objections(lines, replace(sums, subsidy=sums.total + 1))


def test_a_changed_rate_or_percentage_is_found() -> None:
    lines, sums = DOCUMENTS["seoul-202610-0001"]
    for index, line in enumerate(lines):
        trace = line.charge.trace
        if not trace.parts or trace.waived:
            continue
        part = trace.parts[0]
        for changed in (
            replace(part, seconds=part.seconds + 60),
            replace(part, rate_per_hour=part.rate_per_hour + 100),
            replace(part, pct=part.pct + Decimal(1)),
        ):
            told = replace(trace, parts=(changed, *trace.parts[1:]))
            wrong = replace(line, charge=replace(line.charge, trace=told))
            assert objections((*lines[:index], wrong, *lines[index + 1 :]), sums)
