"""All issued documents of a month in one file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID
from zipfile import ZipFile, ZipInfo

from gadong.billing.domain.kept_correction import Correction
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import StatementState
from gadong.billing.services.corrections import read
from gadong.billing.services.documents.correction_pdf import printed_correction
from gadong.billing.services.documents.spreadsheets import table
from gadong.billing.services.documents.statement_pdf import printed_statement
from gadong.billing.services.statement_document import document, month_named
from gadong.billing.store import corrections, statements
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import NotFound
from gadong.core.store import audit
from gadong.people.store import people
from gadong.texts.sheets import ARCHIVE, ARCHIVE_STATES, READ_FOR, korean

PAGE = 100
PAPERS = (StatementState.ISSUED, StatementState.VOID)
#: Characters that a file's name cannot have on some computer.
FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))
# The earliest that a zip file can say, so that the same documents give the same bytes.
UNDATED = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPaper:
    """An issued statement with its corrections."""

    statement: Statement
    corrections: Sequence[Correction]


def archive(
    pool: Pool, who: Caller, centre_id: CentreId, month: str, language: str
) -> tuple[str, Iterator[bytes]]:
    """Return a file's name and its bytes, made as they are read; for who sees the centre's money.

    A thousand statements take minutes to print, and whoever waits sees how far it is.
    """
    permit = who.need(centre_id, Right.MONEY_SEE)
    wanted = str(month_named(month))
    with transaction(pool, permit) as tx:
        centre = people.centre(tx, centre_id)
        if centre is None:
            raise NotFound
        papers = _papers(tx, centre_id, wanted)
        if not papers:
            raise NotFound("No document of this month is issued yet")
        audit.read(
            tx, "party_profiles", wanted, why=READ_FOR["statements"].in_both, centre_id=centre_id
        )
    return f"{centre.slug}-{wanted}", _zipped(papers, language)


def _papers(tx: Tx, centre_id: CentreId, month: str) -> list[MonthPaper]:
    """Return the month's issued statements by their numbers."""
    found: list[Statement] = []
    before: UUID | None = None
    while part := statements.statement_page(
        tx,
        centre_ids={centre_id},
        company_ids=frozenset(),
        centre=centre_id,
        company=None,
        states=[state.value for state in PAPERS],
        month=month,
        before=before,
        most=PAGE,
    ):
        found += part
        before = part[-1].id
    return [
        MonthPaper(statement=s, corrections=corrections.of_statement(tx, s.id))
        for s in sorted(found, key=lambda s: s.number or "")
    ]


def _zipped(papers: Sequence[MonthPaper], language: str) -> Iterator[bytes]:
    """Yield a zip file, paper by paper."""
    out = _Parts()
    with ZipFile(out, "w") as file:
        file.writestr(_entry("list.csv"), _list(papers))
        for paper in papers:
            statement = paper.statement
            named = statement.company_name.translate(FORBIDDEN)
            file.writestr(
                _entry(f"{statement.number} {named}.pdf"), printed_statement(statement, language)
            )
            yield out.taken()
            for made in paper.corrections:
                printed = printed_correction(made, document(statement), language)
                file.writestr(_entry(f"{made.number} {named}.pdf"), printed)
                yield out.taken()
    yield out.taken()


def _entry(name: str) -> ZipInfo:
    return ZipInfo(name, date_time=UNDATED)


def _list(papers: Sequence[MonthPaper]) -> bytes:
    """Return the papers as a table that spreadsheets open, in their columns' Korean names."""
    rows = [row for paper in papers for row in _rows(paper)]
    return table([korean(ARCHIVE), *rows]).encode()


def _rows(paper: MonthPaper) -> Iterator[tuple[object, ...]]:
    """Yield a statement, and each correction with what it changes, so that the sums are the
    month's. Nothing is owed of a void one.
    """
    statement = paper.statement
    is_void = statement.state is StatementState.VOID
    said = document(statement).totals
    sums = (0, 0) if is_void else (said.total, said.payable)
    state = ARCHIVE_STATES["void" if is_void else "issued"].ko
    yield (statement.number, statement.company_name, state, *sums)
    for made in paper.corrections:
        found = read(made)
        change = (found.now.total - found.was.total, found.now.payable - found.was.payable)
        yield (made.number, statement.company_name, ARCHIVE_STATES["correction"].ko, *change)


class _Parts(io.RawIOBase):
    """A place to write a file whose bytes are taken away while it grows."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """Return that it is written to."""
        return True

    def write(self, data: object, /) -> int:
        """Keep the bytes until they are taken."""
        kept = bytes(memoryview(data))  # type: ignore[arg-type]  # zipfile writes buffers
        self._parts.append(kept)
        return len(kept)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole
