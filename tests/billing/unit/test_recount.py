"""The second reckoning of issued documents: it agrees with what was issued, and with nothing that
was changed.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from gadong.billing.domain.recount import objections, plain_objections
from gadong.billing.domain.statement import Line, Totals
from gadong.core.domain.document import from_document
from tests.issued.restored import ENGINE_4


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
