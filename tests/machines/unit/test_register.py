"""The machine register: what an entry may hold, and the table in a centre's own columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gadong.machines.domain.observation import Observed
from gadong.machines.domain.register import (
    CalibrationRecord,
    DueDate,
    Funding,
    Registered,
    RegisterEntry,
    Subject,
    due_dates,
)
from gadong.machines.domain.register_fields import (
    FIELDS,
    PLAIN,
    Column,
    FieldChange,
    RegisterSearch,
    Standing,
    changes,
    columns_of,
    search,
    table_of,
)

ENTRY = RegisterEntry(
    model="Crysta 574",
    nfec_number="NFEC-2026-01-000001",
    price=100,
    funding={Funding.NATIONAL: 70, Funding.OWN: 30},
    in_service_from=date(2026, 3, 2),
    calibrations=(
        CalibrationRecord(done_on=date(2026, 3, 1), due_on=date(2027, 3, 1), certificate="C-2"),
        CalibrationRecord(done_on=date(2025, 3, 1), due_on=date(2026, 3, 1), certificate="C-1"),
    ),
)
ROW = Registered(slug="cmm-1", name_ko="측정기", name_en="CMM", kind="cmm", entry=ENTRY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": -1},
        {"price": 100, "funding": {Funding.OWN: 99}},
        {"price": 100, "funding": {Funding.OWN: 101}},
        {"funding": {Funding.OWN: -1}},
        {"in_service_from": date(2026, 3, 2), "in_service_until": date(2026, 3, 2)},
    ],
)
def test_an_entry_that_contradicts_itself_is_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"negative|add up|after"):
        RegisterEntry(**wrong)


def test_a_calibration_is_due_after_it_was_done() -> None:
    with pytest.raises(ValueError, match="due after"):
        CalibrationRecord(done_on=date(2026, 3, 1), due_on=date(2026, 3, 1))
    assert CalibrationRecord(done_on=date(2026, 3, 1), due_on=date(2026, 3, 2)).certificate == ""


def test_the_plain_table_has_every_field_and_the_last_calibration() -> None:
    heads, row = table_of([ROW], PLAIN)
    shown = dict(zip(heads, row, strict=True))
    assert len(heads) == len(FIELDS)
    assert (shown["장비명"], shown["모델"], shown["NFEC 등록번호"]) == (
        "측정기",
        "Crysta 574",
        "NFEC-2026-01-000001",
    )
    assert (shown["국비(원)"], shown["도비(원)"], shown["자부담(원)"]) == ("70", "", "30")
    assert (shown["검교정일"], shown["차기 검교정일"], shown["검교정 성적서"]) == (
        "2026-03-01",
        "2027-03-01",
        "C-2",
    )


def test_a_centres_own_columns_stand_in_its_order_and_may_be_empty() -> None:
    columns = [
        Column(heading="비고", field=None),
        Column(heading="규격", field="model"),
        Column(heading="명칭", field="name_ko"),
    ]
    assert table_of([ROW], columns) == [["비고", "규격", "명칭"], ["", "Crysta 574", "측정기"]]


def row(slug: str, **entry: Any) -> Registered:
    """Return a machine of the list."""
    return Registered(
        slug=slug, name_ko=slug, name_en=slug, kind="mill", entry=RegisterEntry(**entry)
    )


TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("days", "is_overdue", "is_soon"),
    [(-1, True, False), (0, False, True), (29, False, True), (30, False, True), (31, False, False)],
)
def test_a_due_date_is_overdue_or_soon(days: int, is_overdue: bool, is_soon: bool) -> None:
    entry = RegisterEntry(insured_until=TODAY + timedelta(days=days))
    (due,) = due_dates(entry, TODAY)
    assert (due.is_overdue(TODAY), due.is_soon(TODAY)) == (is_overdue, is_soon)


@pytest.mark.parametrize(("ends_in", "count"), [(-1, 0), (0, 0), (1, 1)])
def test_a_machine_out_of_service_has_no_due_dates(ends_in: int, count: int) -> None:
    machine = row("a", insured_until=TODAY, in_service_until=TODAY + timedelta(days=ends_in))
    assert len(due_dates(machine.entry, TODAY)) == count
    assert machine.is_in_service(TODAY) is bool(count)


def test_only_the_last_calibration_is_due_and_the_earliest_due_date_comes_first() -> None:
    entry = replace(ENTRY, insured_until=date(2026, 12, 31))
    assert due_dates(entry, TODAY) == [
        DueDate(subject=Subject.INSURANCE, due_on=date(2026, 12, 31)),
        DueDate(subject=Subject.CALIBRATION, due_on=date(2027, 3, 1)),
    ]
    assert not replace(row("a", insured_until=TODAY), is_retired=True).due_dates(TODAY)


def test_a_search_finds_every_word_and_counts_digits_as_numbers() -> None:
    rows = [
        row("mill-10", maker="Hurco", place="2층"),
        row("mill-2", maker="HURCO", place="1층", in_service_until=TODAY),
        row("mill-1", maker="Doosan", insured_until=TODAY + timedelta(days=30)),
    ]

    def slugs(**wanted: Any) -> list[str]:
        return [r.slug for r in search(rows, RegisterSearch(**wanted), today=TODAY)]

    assert slugs() == ["mill-1", "mill-2", "mill-10"]
    assert slugs(text="hurco") == ["mill-2", "mill-10"]
    assert slugs(text="hurco 2층") == ["mill-10"]
    assert slugs(kind="press") == []
    assert slugs(order="place") == ["mill-2", "mill-10", "mill-1"]
    assert slugs(standing=Standing.IN_SERVICE) == ["mill-1", "mill-10"]
    assert slugs(standing=Standing.OUT_OF_SERVICE) == ["mill-2"]
    assert slugs(standing=Standing.DUE) == ["mill-1"]


def test_service_and_observation_stand_in_the_table() -> None:
    entry = replace(ENTRY, serviced_on=date(2026, 5, 1), service_hours=500, service_days=180)
    row = replace(ROW, entry=entry, observed=Observed.LEDGER)
    names = ("serviced_on", "service_hours", "service_days", "observed")
    _, cells = table_of([row], [Column(heading=name, field=name) for name in names])
    assert cells == ["2026-05-01", "500", "180", "장부"]
    assert search([row], RegisterSearch(text="장부"), today=date(2026, 6, 1)) == [row]
    assert search([ROW], RegisterSearch(text="장부"), today=date(2026, 6, 1)) == []


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_a_forms_first_line_is_read_and_known_headings_are_mapped(mark: str) -> None:
    header = mark.join(["연번", " 장비명 ", '"NFEC등록번호"', "Maker", ""])
    assert columns_of(header + "\r\n") == [
        Column(heading="연번", field=None),
        Column(heading="장비명", field="name_ko"),
        Column(heading="NFEC등록번호", field="nfec_number"),
        Column(heading="Maker", field="maker"),
    ]
    assert columns_of("  ") == []


def test_a_history_says_which_fields_were_written_anew() -> None:
    first = ENTRY.calibrations[1]
    later = replace(ENTRY, place="측정실", funding={}, calibrations=(first,))
    assert changes(ENTRY, ENTRY) == []
    assert changes(ENTRY, later) == [
        FieldChange(field="funding_national", before="70", after=""),
        FieldChange(field="funding_own", before="30", after=""),
        FieldChange(field="place", before="", after="측정실"),
        FieldChange(
            field="calibrations",
            before="2025-03-01 C-1 (~ 2026-03-01), 2026-03-01 C-2 (~ 2027-03-01)",
            after="2025-03-01 C-1 (~ 2026-03-01)",
        ),
    ]
