"""The access tables: every kind of caller, the sign of an answer, and the rules that every row
obeys.
`tests/access/operations.txt` and `tests/access/pages.txt` are made by asking and read by people.
`GADONG_WRITE_ACCESS=1` writes them anew; `GADONG_WRITE_ACCESS=new` asks only what has no row yet,
in a minute instead of several. Look at the difference before it is committed.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from httpx2 import Response

from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Right, Role
from gadong.core.domain.ids import CentreId, PersonId
from gadong.people.services import accounts, members, service_accounts
from gadong.people.services.accounts import OPERATOR
from gadong.texts.catalogue import refusal
from gadong.texts.refusals import TITLES
from tests.support.api.access import COOKIE, STAFF, Stage
from tests.support.world import PASSWORD, registration_number

TABLES = Path(__file__).resolve().parents[1] / "access"
LEGEND = """\
Each row is asked as every kind of caller, on things that belong to one company at one centre.
"other" callers are of another company of that centre, "far" ones of another centre. The agency's
people see the figures of that centre and enter it nowhere. The program and the limited token have
one right each, money.see and report.see; the whole token is a manager's.

  +  done or shown
  v  refused for the values alone
  l  log in first
  s  a session of one's own is wanted: no token, no program
  -  forbidden: an insider without the right
  .  there is no such thing, as for anybody outside
"""
ROOT = Path(__file__).resolve().parents[2]


def _words(error: str, code: str) -> tuple[str, ...]:
    """Return every sentence, in both languages, with which our code raises an error."""
    found = set(TITLES[code])
    for path in (ROOT / "gadong").rglob("*.py"):
        if f"{error}(" not in (source := path.read_text()):
            continue
        for node in ast.walk(ast.parse(source)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == error
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                said = str(node.args[0].value)
                found |= {said, refusal(said) or said}
    return tuple(sorted(found))


# A page says beside its forms, and not by its status, what was refused.
FORBIDDEN = _words("Forbidden", "forbidden")
ABSENT = _words("NotFound", "not_found")
SESSION = _words("SessionNeeded", "session_needed")
#: The kinds of caller to whom the thing of a row is never theirs.
OUTSIDE = ("nobody", "ended session")
FAR = ("far owner", "far member", *(f"far {role}" for role in STAFF))
OTHERS = ("other member", "other owner")
CALLERS = (
    *OUTSIDE,
    "limited token",
    "whole token",
    "program",
    "member",
    "owner",
    *STAFF,
    "administrator",
    *OTHERS,
    *FAR,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One operation or page, and the sign of the answer to each kind of caller."""

    name: str
    signs: Mapping[str, str]

    @property
    def method(self) -> str:
        """GET, POST and so on."""
        return self.name.split()[0]

    @property
    def path(self) -> str:
        """The path with the names of its parameters."""
        return self.name.split()[1]


def callers(found: Stage) -> dict[str, dict[str, str]]:
    """Return the headers of one caller of every kind, in the order of the table's columns."""
    pool, now = found.world.pool, datetime.now(UTC)
    centre = found.world.centre.id
    with transaction(pool, SYSTEM) as tx:
        row = tx.execute(
            "select centre_id from centre_staff where person_id = %s", [found.people["elsewhere"]]
        ).fetchone()
    assert row is not None
    far = CentreId(row["centre_id"])
    far_company = accounts.create_company(
        pool,
        OPERATOR,
        centre=far,
        name="먼 회사",
        registration_number=registration_number(20),
        category="general",
        since=date(2026, 1, 1),
    )

    def cookie(person: PersonId) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={accounts.open_session(pool, person, now=now)}"}

    def person(name: str, **what: Any) -> dict[str, str]:
        email = f"{name.replace(' ', '-')}@matrix.example"
        made = members.create_person(
            pool, OPERATOR, email=email, name=name, password=PASSWORD, **what
        )
        return cookie(made.id)

    def token(rights: tuple[Right, ...] | None) -> dict[str, str]:
        with transaction(pool, SYSTEM) as tx:
            made, _ = accounts.issue_token(
                tx,
                found.people["manager"],
                name="x",
                lifetime=timedelta(days=1),
                rights=rights,
                now=now,
            )
        return {"Authorization": f"Bearer {made}"}

    with transaction(pool, SYSTEM) as tx:
        # A slow computer asks everybody for longer than a proof lasts.
        tx.execute(
            "update credentials set proven_at = proven_at + interval '1 day' where proven_at is "
            "not null"
        )
    now += timedelta(days=1)
    ended = cookie(found.people["manager"])
    with transaction(pool, SYSTEM) as tx:
        # This session's row.
        digest = accounts._digest(ended["Cookie"].partition("=")[2])  # noqa: SLF001
        tx.execute("update credentials set revoked_at = now() where digest = %s", [digest])
    program = service_accounts.make(
        pool,
        OPERATOR,
        centre,
        name="ERP",
        rights=[Right.MONEY_SEE],
        lifetime=timedelta(days=1),
        now=now,
    )
    return {
        "nobody": {},
        "ended session": ended,
        "limited token": token((Right.REPORT_SEE,)),
        "whole token": token(None),
        "program": {"Authorization": f"Bearer {program.token}"},
        "member": found.headers("member"),
        "owner": found.headers("owner"),
        **{name: found.headers(name) for name in STAFF},
        # Of all centres a page shows an administrator the one that was chosen.
        "administrator": {
            "Cookie": f"{found.headers('administrator')['Cookie']}; "
            f"gadong_centre={found.world.centre.slug}"
        },
        "other member": person("other member", company=found.world.companies[1].id),
        "other owner": found.headers("stranger"),
        "far owner": person("far owner", company=far_company.id),
        "far member": person("far member", company=far_company.id),
        **{f"far {name}": person(f"far {name}", centre=far, roles={Role(name)}) for name in STAFF},
    }


def verdict(answer: Response) -> str:
    """Return the table's sign for an answer."""
    asked = f"{answer.request.method} {answer.request.url}"
    if answer.status_code == 503 and asked.endswith("/readyz"):
        return "+"  # no scheduler runs here, and it says so
    assert answer.status_code < 500, f"{asked}: {answer.text[:300]}"
    going_to = answer.headers.get("location", "")
    if answer.status_code == 401 or going_to.startswith("/login?"):
        return "l"
    said, code = _refusal(answer)
    if answer.status_code < 400 and not said:
        return "+"
    if code == "session_needed" or any(words in said for words in SESSION):
        return "s"
    if answer.status_code == 403 or any(words in said for words in FORBIDDEN):
        return "-"
    if answer.status_code == 404 or any(words in said for words in ABSENT):
        return "."
    return "v"


def _refusal(answer: Response) -> tuple[str, str]:
    """Return the words and the code of a refusal.

    A page carries them itself or in a cookie for the next one.
    """
    kept = unquote(unquote(answer.headers.get("set-cookie", "")))
    if "wrong:" in kept:
        return kept, ""
    if answer.status_code < 400:
        return "", ""
    if "json" in answer.headers.get("content-type", ""):
        return "", answer.json().get("code", "")
    return answer.text, ""


def written(rows: Sequence[Row]) -> str:
    """Write the table: a column for each caller, whose name stands upright above it every thirty
    rows.
    """
    names = list(rows[0].signs)
    width, tall = max(len(row.name) for row in rows), max(len(name) for name in names)
    upright = [name.rjust(tall) for name in names]
    head = [
        " " * width + "  " + " ".join(name[row] for name in upright).rstrip() for row in range(tall)
    ]
    lines = [LEGEND]
    for number, row in enumerate(rows):
        if number % 30 == 0:
            lines += ["", *head, ""]
        lines.append(f"{row.name.ljust(width)}  {' '.join(row.signs.values())}".rstrip())
    return "\n".join([*lines, ""])


def kept_rows(name: str) -> list[Row]:
    """Return the rows of a table of the repository."""
    lines = (TABLES / name).read_text().splitlines()
    head = [line for line in lines if line.startswith(" " * 40)]
    tall = max(len(caller) for caller in CALLERS)
    assert _upright(head[:tall]) == list(CALLERS), "the table's columns are not the kinds of caller"
    found: list[Row] = []
    for line in lines:
        if re.match(r"(GET|POST|PUT|PATCH|DELETE) +/", line):
            method, path, *signs = line.split()
            found.append(Row(f"{method} {path}", dict(zip(CALLERS, signs, strict=True))))
    return found


def rows_to_keep(name: str) -> Mapping[str, Row]:
    """Return the rows that are not asked again: all that are there where only new ones are."""
    if os.environ.get("GADONG_WRITE_ACCESS") != "new":
        return {}
    return {row.name: row for row in kept_rows(name)}


def _upright(head: Sequence[str]) -> list[str]:
    width = max(len(line) for line in head)
    columns = ["".join(line.ljust(width)[at] for line in head).strip() for at in range(width)]
    return [column for column in columns if column]


def compare(name: str, rows: Sequence[Row]) -> None:
    """Fail where a row's answer is not the table's, a row is new, or one is gone."""
    if os.environ.get("GADONG_WRITE_ACCESS"):
        TABLES.mkdir(exist_ok=True)
        (TABLES / name).write_text(written(rows))
    # The rows alone: merged changes move the headings, which say nothing of an answer.
    answered, known = (
        [f"{row.name}  {' '.join(row.signs.values())}" for row in table]
        for table in (rows, kept_rows(name))
    )
    fresh = [line for line in answered if line not in known]
    gone = [line for line in known if line not in answered]
    assert list(rows[0].signs) == list(CALLERS)
    assert answered == known, "\n".join(["answered:", *fresh, "the table says:", *gone])


def broken_rules(
    rows: Sequence[Row],
    *,
    open_to_all: Mapping[str, str],
    own: Mapping[str, str],
    figures: Collection[str] = (),
) -> list[str]:
    """Return what no table may say, whatever was written into it.

    `open_to_all` names the rows that need no login, each with its reason. `own` names the rows that
    concern only the caller's own things or centre, each with its reason. `figures` names the rows
    that show sums of a centre alone. Every other row is about a thing that is not the outsiders'.
    """
    wrong: list[str] = []
    for row in rows:
        if row.name in open_to_all:
            continue
        done = {name for name, sign in row.signs.items() if sign in "+v"}
        wrong += [
            f"{row.name}: {name} is not logged in" for name in OUTSIDE if row.signs[name] != "l"
        ]
        if row.name in own:
            continue
        wrong += [f"{row.name}: {name} is of another centre" for name in FAR if name in done]
        if Role.AGENCY in done and row.name not in figures:
            wrong.append(f"{row.name}: an agency sees figures alone, and enters no centre")
        if not done:
            wrong.append(f"{row.name}: nobody at all is let in, so that its refusals show nothing")
    named = {row.name for row in rows}
    wrong += [f"{name} is excused and not there" for name in {*open_to_all, *own} - named]
    return wrong
