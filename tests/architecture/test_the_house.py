"""The house stays in order: names, imports, statements, docs."""

from __future__ import annotations

import re
from importlib.metadata import packages_distributions
from pathlib import Path

import psycopg
import pytest

from gadong.billing.domain.charge import Charge
from gadong.booking.domain.booking import TRANSITIONS
from gadong.core.database import Pool
from gadong.core.domain.access import RIGHTS, Right, Role
from gadong.core.store import queries
from gadong.dialects.domain.formats import DIALECTS
from gadong.operations.services.archiving import ArchivePlan
from scheduler.timetable import timetable
from tests.support.world import World

ROOT = Path(__file__).resolve().parents[2]
MODULES_WITH_SQL = sorted(p.with_suffix(".py") for p in (ROOT / "gadong").glob("*/store/**/*.sql"))


@pytest.mark.parametrize("name", ["api", "ingest", "scheduler", "gadong"])
def test_the_generic_names_resolve_to_this_distribution(name: str) -> None:
    assert packages_distributions()[name] == ["gadong"]
    assert Path(__import__(name).__file__ or "").is_relative_to(ROOT)


def _prepared(statement: str) -> str:
    """The statement with psycopg's placeholders as PostgreSQL's,
    each of which may be of any type.
    """
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    for number, name in enumerate(names, 1):
        statement = statement.replace(f"%({name})s", f"${number}")
    return statement.replace("%%", "%")


def test_every_statement_is_understood_by_the_database(pool: Pool) -> None:
    refused: list[str] = []
    for module in MODULES_WITH_SQL:
        for name, statement in queries.statements(str(module)).items():
            if statement.startswith(("copy", "do ")):
                continue  # COPY and DDL cannot be prepared; the tests of the batch run them
            with pool.connection() as tx:
                if module.stem == "messages":
                    tx.execute(queries.statements(str(module))["stage"])
                try:
                    tx.execute(f"prepare checked as {_prepared(statement)}".encode())
                    tx.execute("deallocate checked")
                except psycopg.Error as trouble:
                    refused.append(f"{module.stem}.{name}: {trouble}")
                tx.rollback()
    assert refused == []


def test_every_statement_is_used() -> None:
    for module in MODULES_WITH_SQL:
        source = module.read_text()
        unused = [n for n in queries.statements(str(module)) if f'"{n}"' not in source]
        assert unused == [], module


def test_the_booking_table_in_the_docs_is_the_one_in_the_code() -> None:
    text = (ROOT / "docs/booking.md").read_text()
    rows = set(re.findall(r"^\| `(\w+)` \| `(\w+)` \| `(\w+)` \|$", text, re.MULTILINE))
    assert rows == {(before, action, after) for (before, action), after in TRANSITIONS.items()}


def test_every_dialect_has_its_page() -> None:
    pages = {p.stem for p in (ROOT / "docs/dialects").glob("*.md")}
    assert set(DIALECTS) <= pages


def test_the_timetable_in_the_docs_names_every_job(pool: Pool) -> None:
    text = (ROOT / "docs/operators.md").read_text()
    World.made(pool)
    jobs = list(timetable(pool, plan=ArchivePlan(directory=ROOT, months=6)))
    assert len(jobs) == 14
    for job in jobs:
        name = f"{job.name.rsplit(' ', 1)[0]} <centre>" if " " in job.name else job.name
        assert f"| `{name}` |" in text


def test_no_module_outgrows_its_idea() -> None:
    places = ("api", "ingest", "scheduler", "gadong", "deploy")
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for place in places
        for path in (ROOT / place).rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > 346
    ]
    assert long == []


#: Lines over 100 characters that are left, by language. The numbers only fall.
LONG_LINES = {"py": 0, "html": 0, "sql": 0, "css": 0, "js": 0}


@pytest.mark.parametrize("language", LONG_LINES)
def test_long_lines_become_fewer(language: str) -> None:
    places = ("api", "bench", "deploy", "docs", "gadong", "ingest", "scheduler", "tests")
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for place in places
        for path in (ROOT / place).rglob(f"*.{language}")
        if "vendor" not in path.parts and "node_modules" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 100
    ]
    assert len(long) <= LONG_LINES[language], long[:50]


def test_no_test_imports_from_another_test() -> None:
    """Steps that several test modules share lie in tests/support."""
    wrong = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in (*(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py"))
        for line in path.read_text().splitlines()
        if re.match(r"from tests\.\S*test_\w+ import|from tests\S* import .*\btest_", line)
    ]
    assert wrong == []


def test_the_roles_in_the_docs_are_those_in_the_code() -> None:
    text = (ROOT / "docs/security.md").read_text()
    head, *rows = re.findall(r"^\| (?:right|`[a-z.]+`) \|.*\|$", text, re.MULTILINE)
    roles = [Role(name) for name in re.findall(r"`(\w+)`", head)]
    told = {
        (Right(cells[0].strip("`")), role)
        for row in rows
        for cells in [[c.strip() for c in row.strip("|").split("|")]]
        for role, mark in zip(roles, cells[1:], strict=True)
        if mark == "✓"
    }
    assert told == {(right, role) for role, rights in RIGHTS.items() for right in rights}


def test_the_tests_that_the_security_table_names_are_there() -> None:
    text = (ROOT / "docs/security.md").read_text()
    written = " ".join(p.read_text() for p in (ROOT / "tests").rglob("test_*.py"))
    for name in re.findall(r"\b(test_\w+)`", text):
        assert f"def {name}(" in written or list((ROOT / "tests").rglob(f"{name}.py")), name
    for path in re.findall(r"`(tests/[\w/]+(?:\.py)?)", text):
        assert (ROOT / path).exists(), path


def test_only_an_access_check_makes_a_permit() -> None:
    makers = {
        str(path.relative_to(ROOT))
        for place in ("api", "ingest", "scheduler", "gadong")
        for path in (ROOT / place).rglob("*.py")
        if re.search(r"\b(Permit\(|replace\(.*permit)", path.read_text())
    }
    assert makers == {"gadong/core/domain/access.py"}


def test_money_is_never_a_float() -> None:
    assert Charge.__annotations__["amount"] == "int"
    for path in (ROOT / "gadong").glob("*/domain/**/*.py"):
        if path.stem in {"rating", "money", "statement", "tariff"}:
            assert "float" not in path.read_text().replace("never floats", ""), path
