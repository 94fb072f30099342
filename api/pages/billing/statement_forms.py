"""Forms of a statement's page, which keep what was typed where they are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from api.identity import Connections
from api.pages.billing.statements import statement_page
from api.pages.frame.layout import Look, Looking, go
from api.pages.frame.problem_page import reasons
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statements
from gadong.core.database import Pool
from gadong.core.domain.ids import StatementId
from gadong.core.domain.problem import GadongError


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementForm:
    """A form of a statement's page as it was sent.

    `typed` has its fields, and under `form` the last part of the address that it was sent to.
    """

    request: Request
    looking: Look
    pool: Pool
    typed: Mapping[str, str]

    def done(self, statement_id: UUID, work: Callable[[], None], said: str) -> Response:
        """Do the work and lead to the statement, or show it with the reasons and the form filled
        as it was.
        """
        try:
            work()
        except GadongError as trouble:
            why = reasons(trouble, self.looking.words)
            of = StatementId(statement_id)
            return statement_page(
                self.request, self.looking, self.pool, of, why=why, typed=self.typed
            )
        return go(f"/statements/{statement_id}", said=self.looking.words.say(said))

    def settled(self, statement_id: UUID, work: Callable[[Statement], None], said: str) -> Response:
        """Do the work on a statement of a centre whose money the sender works with."""
        statement = statements.managed(self.pool, self.looking.who, StatementId(statement_id))
        return self.done(statement_id, lambda: work(statement), said)


async def statement_form(request: Request, looking: Looking, pool: Connections) -> StatementForm:
    """Return the form that was sent to a statement's page."""
    fields = (await request.form()).multi_items()
    typed = {name: value for name, value in fields if isinstance(value, str)}
    typed["form"] = request.url.path.rpartition("/")[2]
    return StatementForm(request=request, looking=looking, pool=pool, typed=typed)


SentForm = Annotated[StatementForm, Depends(statement_form)]
