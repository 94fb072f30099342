"""The tower of wings: whose tables a wing's SQL names, how large a folder is,
and a page for each.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from tests.support.architecture.wings import FLOORS

ROOT = Path(__file__).resolve().parents[2]
TABLES = tomllib.loads(Path(__file__).with_name("tables.toml").read_text())
OWNERS = {table: wing for wing, tables in TABLES.items() for table in tables}
WINGS = sorted(p.parent.name for p in (ROOT / "gadong").glob("*/README.md"))
#: Tables above that a wing's SQL reads all the same, and why.
EXCEPTIONS = {
    # People who have booked at a centre are known to it, though neither staff nor of its companies.
    ("people/people", "bookings"),
    # A debt that is long due is a condition of booking; the ledger of what is owed is billing's.
    ("booking/payment_standing", "corrections"),
    ("booking/payment_standing", "payments"),
    ("booking/payment_standing", "statements"),
    ("booking/payment_standing", "transfers"),
}


def test_the_floors_are_those_that_the_import_rules_hold() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(c["layers"] for c in contracts if c["name"].startswith("Three programs"))
    ruled = [re.findall(r"gadong\.(\w+)", line) for line in reversed(layers[1:])]
    assert {wing: floor for floor, wings in enumerate(ruled) for wing in wings} == FLOORS
    assert sorted(FLOORS) == WINGS


def test_every_table_has_one_owner(pool: Pool) -> None:
    with transaction(pool, SYSTEM) as tx:
        rows = many(
            tx,
            "select table_name as name from information_schema.tables"
            " where table_schema = 'public' and table_name <> 'alembic_version'",
        )
    assert {row["name"] for row in rows} == set(OWNERS)


def test_sql_names_the_tables_of_its_own_wing_and_of_those_below() -> None:
    foreign = set()
    for path in (ROOT / "gadong").glob("*/store/**/*.sql"):
        wing = path.relative_to(ROOT / "gadong").parts[0]
        statements = re.sub(r"--.*", "", path.read_text())
        named = re.findall(
            r"\b(?:from|join|into|update|using|copy)\s+(?:only\s+)?(\w+)", statements
        )
        foreign |= {
            (f"{wing}/{path.stem}", table)
            for table in named
            if (owner := OWNERS.get(table)) and owner != wing and FLOORS[owner] >= FLOORS[wing]
        }
    assert foreign == EXCEPTIONS


@pytest.mark.parametrize("wing", WINGS)
def test_a_wings_page_says_what_it_owns_and_what_must_never_happen(wing: str) -> None:
    text = (ROOT / f"gadong/{wing}/README.md").read_text()
    for heading in ("**Owns.**", "**Does not own.**", "**Must never happen.**"):
        assert heading in text
    assert 17 <= len(text.splitlines()) <= 40
    modules = {p.name for p in (ROOT / f"gadong/{wing}").rglob("*.py")}
    for name in re.findall(r"`(?:domain|store|services)/(\w+\.py)`", text):
        assert name in modules, name


def test_no_folder_of_modules_outgrows_a_glance() -> None:
    """Count modules in each folder of the library and the programs.

    Formats of devices may be more.
    """
    crowded = {
        str(folder.relative_to(ROOT)): count
        for place in ("gadong", "api", "ingest", "scheduler")
        for folder in (p for p in (ROOT / place).rglob("*") if p.is_dir())
        if (count := sum(1 for p in folder.glob("*.py") if p.name != "__init__.py")) > 20
        and folder.name not in {"formats", "versions"}
    }
    assert crowded == {}
