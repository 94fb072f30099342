"""Money on the centre's bank account: import of its table, and whose each line is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, listing
from api.pages.frame.problem_page import reasons
from gadong.billing.domain.accounts.transfer import summed
from gadong.billing.domain.bank.bank_entry import EntryVerdict, SettlementKind
from gadong.billing.domain.bank.bank_match import MatchBasis
from gadong.billing.services.bank import bank_entries, bank_imports
from gadong.billing.services.bank.bank_imports import (
    LONGEST_ACCOUNT,
    BankImport,
    ReadBankTable,
)
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId, PaymentId, StatementId, TransferId
from gadong.core.domain.problem import Conflict, GadongError, Invalid, NotFound, Refused
from gadong.people.domain.imports.headed_table import UnreadableTable
from gadong.people.services.imports.company_imports import unreadable
from gadong.people.services.imports.uploaded_tables import rows_of, rows_of_text, text_of
from gadong.texts.headings import BANK_LINES as HEADINGS
from gadong.texts.refusals import sentence

router = APIRouter(include_in_schema=False)

VERDICTS: Mapping[EntryVerdict, str] = {
    EntryVerdict.NEW: "✓ new",
    EntryVerdict.KNOWN: "– here already",
    EntryVerdict.SIMILAR: "! looks like a line that is here",
    EntryVerdict.LEFT_OUT: "– no money came",
    EntryVerdict.FAULTY: "✕ to be corrected",
}
BASES: Mapping[MatchBasis, str] = {
    MatchBasis.NAME: "the name is the same",
    MatchBasis.PAYER: "this payer was the firm's before",
    MatchBasis.REPRESENTATIVE: "its representative's name",
    MatchBasis.PART_OF_NAME: "a part of the name is the same",
    MatchBasis.AMOUNT: "only the amount is the same",
}
KINDS: Mapping[SettlementKind, str] = {
    SettlementKind.ENTERED: "entered as a transfer",
    SettlementKind.LINKED: "had been entered by hand",
    SettlementKind.ASIDE: "set aside",
}
# Browsers keep a page of 1,000 rows light; faulty rows are always all shown.
MOST_SHOWN = 1000
# Below the largest body (api/app.py).
LONGEST_TEXT = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BankForm:
    """The form of an import: the table as text, and the choices beside it."""

    text: str = ""
    fields: Mapping[str, str] | None = None
    takes_similar: bool = False
    account: str = ""

    def table(self, *, keeps_good: bool) -> BankImport:
        """Return the import; raise UnreadableTable for a text that is none."""
        return BankImport(
            rows=rows_of_text(self.text),
            fields=self.fields,
            account=self.account,
            keeps_good=keeps_good,
            takes_similar=self.takes_similar,
        )


async def _filled(
    *,
    text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
    heading: Annotated[list[str] | None, Form()] = None,
    field: Annotated[list[str] | None, Form()] = None,
    takes_similar: Annotated[bool, Form()] = False,
    account: Annotated[str, Form(max_length=LONGEST_ACCOUNT)] = "",
) -> BankForm:
    fields = dict(zip(heading or [], field or [], strict=False))
    return BankForm(text=text, fields=fields or None, takes_similar=takes_similar, account=account)


Filled = Annotated[BankForm, Depends(_filled)]


@router.get("/bank")
def lines(request: Request, looking: Looking, pool: Connections, asked: ListAsked) -> HTMLResponse:
    """Show the lines that nobody has settled, with proposals, and those that are settled."""
    return _lines(request, looking, pool, asked=asked)


@router.get("/bank/import")
def form(request: Request, looking: Looking) -> HTMLResponse:
    """Show the form of an import."""
    looking.need(Right.MONEY_WORK)
    return _import(request, looking, BankForm())


@router.post("/bank/import")
def run(
    request: Request,
    looking: Looking,
    pool: Connections,
    filled: Filled,
    *,
    file: Annotated[UploadFile | None, File()] = None,
    do: Annotated[str, Form(pattern="^(preview|keep|keep_good)$")] = "preview",
) -> Response:
    """Show a bank's table row by row; then keep its new lines."""
    centre, now = looking.need(Right.MONEY_WORK), datetime.now(UTC)
    read: ReadBankTable | None = None
    try:
        if file is not None and file.size:
            filled = BankForm(text=text_of(rows_of(file.file.read())), account=filled.account)
        table = filled.table(keeps_good=do == "keep_good")
        read = bank_imports.preview(pool, looking.who, centre.id, table, now=now)
        if do == "preview":
            return _import(request, looking, filled, read=read)
        kept = bank_imports.keep(pool, looking.who, centre.id, table, now=now)
    except UnreadableTable as trouble:
        why = reasons(Refused([unreadable(trouble)]), looking.words)
        return _import(request, looking, filled, why=why)
    except GadongError as trouble:
        return _import(request, looking, filled, read=read, why=reasons(trouble, looking.words))
    count = sum(kept.counts[verdict] for verdict in table.kept)
    return go("/bank", said=looking.words.say("{n} lines of the bank are here now.", n=count))


@router.get("/bank/{bank_entry_id}")
def line(
    request: Request, looking: Looking, pool: Connections, bank_entry_id: UUID
) -> HTMLResponse:
    """Show an open line, with every firm that may have sent it."""
    centre = looking.need(Right.MONEY_WORK)
    found = bank_entries.of_centre(pool, looking.who, centre.id)
    one = next((one for one in found.open if one.entry.id == bank_entry_id), None)
    if one is None:
        raise NotFound("This line is settled already, or there is none")
    return page(
        request,
        looking,
        "billing/bank_entry.html",
        reasons=[],
        one=one,
        found=found,
        bases=BASES,
    )


@router.post("/bank/{bank_entry_id}/transfer")
def enter(
    request: Request,
    looking: Looking,
    pool: Connections,
    bank_entry_id: UUID,
    company: Annotated[UUID, Form()],
    statement: Annotated[list[UUID] | None, Form()] = None,
    part: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """Enter a line as a firm's transfer, for the statements that were proposed."""
    parts = zip(statement or [], part or [], strict=False)
    return _done(
        request,
        looking,
        pool,
        lambda: bank_entries.enter(
            pool,
            looking.who,
            bank_entry_id,
            CompanyId(company),
            to=summed((StatementId(one), won) for one, won in parts),
            now=datetime.now(UTC),
        ),
    )


@router.post("/bank/{bank_entry_id}/link")
def link(
    request: Request,
    looking: Looking,
    pool: Connections,
    bank_entry_id: UUID,
    transfer: Annotated[UUID | None, Form()] = None,
    payment: Annotated[UUID | None, Form()] = None,
) -> Response:
    """Say that a line is money that was entered by hand before."""
    return _done(
        request,
        looking,
        pool,
        lambda: bank_entries.link(
            pool,
            looking.who,
            bank_entry_id,
            transfer=TransferId(transfer) if transfer else None,
            payment=PaymentId(payment) if payment else None,
        ),
    )


@router.post("/bank/{bank_entry_id}/set-aside")
def set_aside(
    request: Request,
    looking: Looking,
    pool: Connections,
    bank_entry_id: UUID,
    reason: Annotated[str, Form(max_length=200)],
) -> Response:
    """Say that no firm owes a line's money."""
    return _done(
        request,
        looking,
        pool,
        lambda: bank_entries.set_aside(pool, looking.who, bank_entry_id, reason=reason),
    )


@router.post("/bank/{bank_entry_id}/reopen")
def reopen(
    request: Request,
    looking: Looking,
    pool: Connections,
    bank_entry_id: UUID,
    reason: Annotated[str, Form(max_length=200)],
) -> Response:
    """Take back what was said of a line."""
    return _done(
        request,
        looking,
        pool,
        lambda: bank_entries.reopen(pool, looking.who, bank_entry_id, reason=reason),
    )


def _done(request: Request, looking: Look, pool: Pool, work: Callable[[], object]) -> Response:
    """Do the work and go back to the lines, which say why where it was refused."""
    looking.need(Right.MONEY_WORK)
    try:
        work()
    except (Invalid, Conflict) as trouble:
        return _lines(request, looking, pool, why=reasons(trouble, looking.words))
    return go("/bank", said=looking.words.say("Entered."))


def _lines(
    request: Request,
    looking: Look,
    pool: Pool,
    *,
    asked: ListSearch | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre, asked = looking.need(Right.MONEY_SEE), asked or ListSearch()
    found = bank_entries.of_centre(pool, looking.who, centre.id)
    return page(
        request,
        looking,
        "billing/bank_entries.html",
        status=409 if why else 200,
        reasons=why or [],
        found=found,
        open_lines=listing(
            "/bank",
            found.open,
            asked.of(""),
            text=lambda one: f"{one.entry.line.payer} {one.entry.line.amount}",
        ),
        settled=listing(
            "/bank",
            found.settled,
            asked.of("settled"),
            text=lambda pair: f"{pair[0].line.payer} {pair[1].company_name}",
        ),
        bases=BASES,
        kinds=KINDS,
    )


def _import(
    request: Request,
    looking: Look,
    filled: BankForm,
    *,
    read: ReadBankTable | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    words = looking.words
    rows = read.rows if read else ()
    first = (EntryVerdict.FAULTY, EntryVerdict.SIMILAR)
    urgent = [row for row in rows if row.verdict in first]
    others = [row for row in rows if row.verdict not in first][:MOST_SHOWN]
    return page(
        request,
        looking,
        "billing/bank_import.html",
        status=409 if why else 200,
        reasons=why or [],
        filled=filled,
        longest_account=LONGEST_ACCOUNT,
        read=read,
        rows=[
            (
                row,
                words.say(VERDICTS[row.verdict]),
                [sentence(problem, words.language) for problem in row.problems],
            )
            for row in (*urgent, *others)
        ],
        left=len(rows) - len(urgent) - len(others),
        counts=read.counts if read else {},
        new_won=read.won(EntryVerdict.NEW) if read else 0,
        column_problems=[sentence(p, words.language) for p in (read.problems if read else ())],
        fields=[(name, words.either(*known[:2])) for name, known in HEADINGS.items()],
        chosen=list(read.fields.items()) if read else [],
    )
