"""A quotation (견적서) for wished bookings, as PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from gadong.billing.services.documents import pdf, pdf_parts
from gadong.billing.services.prices import quotes
from gadong.billing.services.prices.quotes import Estimate
from gadong.booking.services.bookings import Request
from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.document import canonical
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.people.domain.centre import Centre
from gadong.people.domain.legal_party import Party
from gadong.people.store import legal_parties, people
from gadong.texts.documents import paper_words_of

#: A price of next year's tariff is nobody's to promise.
MOST_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedUse:
    """A wished use with its price, used whole."""

    machines: tuple[str, ...]
    period: Period
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The content of a quotation. Whole won: `supply` and `vat` are those of each use together."""

    centre_name: str
    company_name: str
    supplier: Party
    customer: Party
    quoted_on: date
    valid_until: date
    uses: tuple[QuotedUse, ...]
    supply: int
    vat: int
    subsidy: int
    payable: int

    @property
    def number(self) -> str:
        """Return a number that follows from the content alone."""
        return f"Q-{self.quoted_on:%Y%m%d}-{sha256(canonical(self)).hexdigest()[:6].upper()}"


def quotation(
    pool: Pool,
    who: Caller,
    wishes: Sequence[Request],
    *,
    valid_until: date,
    language: str,
    now: datetime,
) -> tuple[str, bytes]:
    """Return the number and the PDF of a quotation for wishes of one company at one centre.

    It holds no time: what a booking rule refuses has its price all the same. Conflict where no
    published tariff prices a machine on its day.
    """
    first = wishes[0]
    if len({(w.machine.centre_id, w.company) for w in wishes}) > 1:
        raise Invalid("A quotation is for one company at one centre", field="wishes")
    uses = [_quoted(pool, who, wish, language, now=now) for wish in wishes]
    with transaction(pool, who.reach()) as tx:
        centre, made = _made(tx, first, uses, valid_until, now=now)
    today = made.quoted_on
    if not today <= valid_until <= today + timedelta(days=MOST_DAYS):
        raise Invalid(
            f"A quotation is valid from today on, for {MOST_DAYS} days at most",
            field="valid_until",
            limit=MOST_DAYS,
        )
    return made.number, _printed(made, centre.zone, language, at=now)


def _quoted(pool: Pool, who: Caller, wish: Request, language: str, *, now: datetime) -> QuotedUse:
    found = quotes.quote(pool, who, wish, now=now)
    if found.used is None:
        raise Conflict("No published tariff prices this machine on that day")
    every = [wish.machine, *wish.also]
    return QuotedUse(
        machines=tuple(m.name_en if language == "en" else m.name_ko for m in every),
        period=wish.period,
        estimate=found.used,
    )


def _made(
    tx: Tx, first: Request, uses: Sequence[QuotedUse], valid_until: date, *, now: datetime
) -> tuple[Centre, Quotation]:
    centre_id = first.machine.centre_id
    centre, company = people.centre(tx, centre_id), people.company(tx, first.company)
    if centre is None or company is None:
        raise NotFound
    supplier, customer = (
        legal_parties.latest(tx, centre_id, of, recorded_before=END_OF_TIME) or Party(name=name)
        for of, name in ((None, centre.name), (company.id, company.name))
    )
    sums = [use.estimate.totals for use in uses]
    return centre, Quotation(
        centre_name=centre.name,
        company_name=company.name,
        supplier=supplier,
        customer=replace(
            customer,
            name=customer.name or company.name,
            registration_number=company.registration_number,
        ),
        quoted_on=now.astimezone(centre.zone).date(),
        valid_until=valid_until,
        uses=tuple(uses),
        supply=sum(s.supply for s in sums),
        vat=sum(s.vat for s in sums),
        subsidy=sum(s.subsidy for s in sums),
        payable=sum(s.payable for s in sums),
    )


def _printed(made: Quotation, zone: ZoneInfo, language: str, *, at: datetime) -> bytes:
    words = paper_words_of(language)
    centre = made.supplier.name or made.centre_name
    rows, notes = [], []
    for use in made.uses:
        totals = use.estimate.totals
        when = (
            f"{pdf_parts.clock(use.period.start, zone)} – {pdf_parts.clock(use.period.end, zone)}"
        )
        rows.append(
            [", ".join(use.machines), when, *map(pdf_parts.won, (totals.supply, totals.vat))]
        )
        notes.append(" ".join(x.en if language == "en" else x.ko for x in use.estimate.lines))
    head = [words["machine"], words["when"], words["supply"], words["vat"]]
    sums = [
        (words["supply"], pdf_parts.won(made.supply), False),
        (words["vat"], pdf_parts.won(made.vat), False),
        *([(words["subsidy"], pdf_parts.won(-made.subsidy), False)] if made.subsidy else []),
        (words["quoted"], pdf_parts.won(made.payable), True),
    ]
    parts: list[Mapping[str, Any]] = [
        pdf.paragraph(words["to"].format(name=made.company_name)),
        pdf_parts.parties(words, made.supplier, made.customer),
        pdf.pairs(
            "",
            [
                (words["number"], made.number),
                (words["quoted_on"], made.quoted_on.isoformat()),
                (words["valid_until"], made.valid_until.isoformat()),
            ],
        ),
        pdf.table(head, rows, align="llrr", widths=[1, 0, 0, 0], notes=notes),
        pdf.sums(sums),
        pdf.note(words["basis"]),
        pdf.paragraph(words["proposes"]),
        pdf.signatures([(words["supplier"], centre, words["seal"])]),
    ]
    return pdf.print_(
        pdf.Printed(
            title=words["quotation"],
            subtitle=f"{made.company_name} · {made.number}",
            author=centre,
            language=language,
            at=at,
            parts=parts,
            footer=f"{made.centre_name} · {made.number}",
        )
    )
