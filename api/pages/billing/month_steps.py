"""The four steps of a month's close, and the page that settles each obstacle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from api.pages.frame.layout import Look
from api.pages.frame.texts import Words
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import StatementState
from gadong.billing.domain.statement_receipt import StatementReader, first_reading
from gadong.billing.services import statement_blockers, statement_readings, statements
from gadong.billing.services.statement_document import month_named
from gadong.billing.services.statements import Opened
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.problem import Conflict, Problem

REVIEW = "statement.in_review"
#: Statements that may be approved.
OPEN = frozenset({StatementState.DRAFT, StatementState.CHECKING})


def issue(pool: Pool, looking: Look, statement: Statement, month: Opened | None) -> Statement:
    """Issue one of a month; where another of them drew on its programme, as is known by now."""
    now = datetime.now(UTC)
    try:
        return statements.issue(
            pool, looking.who, statement.id, close_early=False, now=now, opened=month
        )
    except Conflict as trouble:
        if month is None or "programme" not in trouble.figures:
            raise
        return statements.issue(pool, looking.who, statement.id, close_early=False, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """A statement of the month, what stands in its way, and which of that a manager may accept.

    `readers` are its company's people who were told of its issue, or have opened it.
    """

    statement: Statement
    blockers: tuple[Problem, ...]
    readers: Sequence[StatementReader] = ()

    @property
    def read_at(self) -> datetime | None:
        """Return the instant at which its company first opened it, or None."""
        return first_reading(self.readers)

    @property
    def told(self) -> int:
        """Return the number of its company's people who were told of its issue."""
        return sum(r.told_at is not None for r in self.readers)

    @property
    def acceptable(self) -> list[str]:
        """Return the codes of what no wait will settle."""
        return sorted({b.code for b in self.blockers} & statement_blockers.ACCEPTABLE - {REVIEW})

    @property
    def is_in_review(self) -> bool:
        """Return whether its company still has time to check it."""
        return any(b.code == REVIEW for b in self.blockers)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthStep:
    """A step of the close: its state's name and count, its text, and its one button.

    `working` is said while the button's action lasts.
    """

    name: str
    count: int
    text: str
    action: str
    button: str
    working: str
    is_next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyToIssue:
    """The statements that can be approved and issued at once, and their sum as it is confirmed."""

    statements: tuple[Statement, ...]

    @property
    def total(self) -> int:
        """Return the sum of the statements' totals."""
        return sum(s.total for s in self.statements)

    def is_as_confirmed(self, count: int, total: int) -> bool:
        """Return whether these are the statements that a manager has confirmed."""
        return (len(self.statements), self.total) == (count, total)


def closing_of(rows: Sequence[MonthRow]) -> ReadyToIssue | None:
    """Return what could be approved and issued at once; None where no draft is free for it."""
    free = [r.statement for r in rows if r.statement.state in OPEN and not r.blockers]
    approved = [r.statement for r in rows if r.statement.state is StatementState.APPROVED]
    return ReadyToIssue(statements=(*free, *approved)) if free else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlingLink:
    """A link to the page where an obstacle is settled. Its name is to be translated."""

    href: str
    name: str


def of_rows(words: Words, rows: Sequence[MonthRow]) -> tuple[MonthStep, ...]:
    """Return the close's steps, with at most one that comes next."""
    counts = {state: sum(r.statement.state is state for r in rows) for state in StatementState}
    blocked = sum(bool(r.blockers) for r in rows)
    ready = counts[StatementState.APPROVED]
    total = sum(r.statement.total for r in rows if r.statement.state is StatementState.APPROVED)
    if blocked:
        approval = words.say("{n} cannot be approved yet; the list below says why.", n=blocked)
    else:
        approval = words.say("Nothing blocks a draft.")
    if ready:
        issue = words.say(
            "{n} statements, {won} in all. Issuing gives each its number and sends it to its "
            "company."
            " It cannot be undone.",
            n=ready,
            won=words.won(total),
        )
    else:
        issue = words.say("None is approved yet.")
    check = words.say("Companies check their drafts for 5 days and may object.")
    draft = words.say(
        "Computed from bookings, signals and decisions. It can be done again at any time."
    )
    coming = _next_step(counts)
    drafts, checked = counts[StatementState.DRAFT], counts[StatementState.CHECKING]
    at_work = {"show": drafts, "approve": drafts + checked, "issue": ready}
    computing = words.say("Computing the drafts of all companies. This can take a minute.")
    return tuple(
        MonthStep(
            name=words.say(name),
            count=counts[state],
            text=text,
            action=action,
            button=words.say(button),
            working=words.say("Processing {n} statements. Please wait.", n=at_work[action])
            if action in at_work
            else computing,
            is_next=action == coming,
        )
        for state, name, text, action, button in (
            (StatementState.DRAFT, "Drafts", draft, "draft", "Compute all drafts anew"),
            (
                StatementState.CHECKING,
                "Being checked",
                check,
                "show",
                "Show the drafts to their companies for 5 days",
            ),
            (
                StatementState.APPROVED,
                "Approved",
                approval,
                "approve",
                "Approve all that nothing blocks",
            ),
            (StatementState.ISSUED, "Issued", issue, "issue", "Issue all that are approved"),
        )
    )


def _next_step(counts: dict[StatementState, int]) -> str | None:
    """Return the action that comes next, by the statement that is furthest behind."""
    if not any(counts.values()):
        return "draft"
    return next(
        (
            action
            for state, action in (
                (StatementState.DRAFT, "show"),
                (StatementState.CHECKING, "approve"),
                (StatementState.APPROVED, "issue"),
            )
            if counts[state]
        ),
        None,
    )


def is_running(looking: Look, month: str) -> bool:
    """Return whether the month is not over at the centre."""
    return month_named(month) >= Month.of(datetime.now(UTC), looking.need_centre().zone)


def rows_of(looking: Look, pool: Pool, found: Sequence[Statement]) -> list[MonthRow]:
    """Return the statements with their obstacles and readers."""
    who, centre = looking.who, looking.need_centre()
    standing = statement_blockers.of_statements(pool, who, found, now=datetime.now(UTC))
    readers = statement_readings.of_statements(pool, who, centre.id, found)
    return [
        MonthRow(statement=s, blockers=standing[s.id], readers=readers.get(s.id, ())) for s in found
    ]


def settling_links(
    problem: Problem, statement: Statement, looking: Look
) -> tuple[SettlingLink, ...]:
    """Return the pages that settle an obstacle and that the viewer may open."""
    if problem.code == REVIEW:
        return ()
    pages = {
        "statement.no_rate": ("/tariffs", "Set the price", Right.RULES_SEE),
        "statement.unattributed": (
            f"/desk?month={statement.month}#todo-ghosts",
            "Decide who used it",
            Right.MONEY_SEE,
        ),
        "statement.unlogged": ("/ledger", "Write the use down", Right.DESK_WORK),
        "statement.proof_expired": (
            f"/companies/{statement.company_id}",
            "Record a proof",
            Right.PEOPLE_SEE,
        ),
    }
    own = (f"/statements/{statement.id}", "Look at its lines", Right.MONEY_SEE)
    href, name, right = pages.get(problem.code, own)
    return (SettlingLink(href=href, name=name),) if looking.may(right) else ()
