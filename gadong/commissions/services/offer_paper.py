"""The quotation (견적서) that is a commission's offer, as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from gadong.billing.services.documents import pdf, pdf_parts
from gadong.commissions.domain.commission import Commission
from gadong.commissions.domain.commission_offer import KeptOffer, offers_of
from gadong.commissions.services.steps import seen, site
from gadong.commissions.store import commissions
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.problem import NotFound
from gadong.people.domain.centre import Centre
from gadong.people.domain.legal_party import Party
from gadong.people.store import legal_parties, people
from gadong.texts.documents import UNITS, paper_words_of


def offer_paper(
    pool: Pool, who: Caller, commission_id: UUID, offer_id: UUID, language: str
) -> tuple[str, bytes]:
    """Return an offer's number and its PDF, for the commission's company and the centre's desk.

    It names both sides as they were when the offer was made.
    """
    with transaction(pool, who.reach()) as tx:
        found = seen(tx, who, commission_id)
        steps = commissions.events(tx, [found.id])[found.id]
        offer = next((o for o in offers_of(found.number, steps) if o.id == offer_id), None)
        if offer is None:
            raise NotFound("This commission has no such offer")
        made_at = next(step.recorded_at for step in steps if step.id == offer.id)
        centre = site(tx, found.centre_id)
        supplier, customer = _parties(tx, centre, found, recorded_before=made_at)
    return offer.number, _printed(
        found, offer, centre, language, supplier=supplier, customer=customer
    )


def _parties(
    tx: Tx, centre: Centre, found: Commission, *, recorded_before: Any
) -> tuple[Party, Party]:
    company = people.company(tx, found.company_id)
    if company is None:
        raise NotFound
    supplier, customer = (
        legal_parties.latest(tx, centre.id, of, recorded_before=recorded_before) or Party(name=name)
        for of, name in ((None, centre.name), (company.id, company.name))
    )
    return replace(supplier, name=supplier.name or centre.name), replace(
        customer,
        name=customer.name or company.name,
        registration_number=company.registration_number,
    )


def _printed(
    found: Commission,
    offer: KeptOffer,
    centre: Centre,
    language: str,
    *,
    supplier: Party,
    customer: Party,
) -> bytes:
    words = paper_words_of(language)
    parts: list[Mapping[str, Any]] = [
        pdf.paragraph(words["to"].format(name=customer.name)),
        pdf_parts.parties(words, supplier, customer),
        pdf.pairs("", _head(words, found, offer, centre.zone)),
        _items(words, offer, language),
        pdf.sums(_sums(words, offer)),
        *([pdf.note(words["holds_tax"])] if offer.holds_tax else []),
        *([pdf.note(words["after_relief"])] if offer.has_relief else []),
        pdf.note(words["offer_basis"]),
        *([pdf.paragraph(offer.words)] if offer.words else []),
        pdf.paragraph(words["proposes"]),
        pdf.signatures([(words["supplier"], supplier.name, words["seal"])]),
    ]
    return pdf.print_(
        pdf.Printed(
            title=words["quotation"],
            subtitle=f"{customer.name} · {offer.number}",
            author=supplier.name,
            language=language,
            at=offer.offered_at,
            parts=parts,
            footer=f"{centre.name} · {offer.number}",
        )
    )


def _head(
    words: Mapping[str, str], found: Commission, offer: KeptOffer, zone: ZoneInfo
) -> list[tuple[str, str]]:
    prepayment = f"{pdf_parts.won(offer.prepayment)}" if offer.prepayment else ""
    return [
        (words["number"], offer.number),
        (words["subject"], found.subject),
        (words["quoted_on"], offer.offered_at.astimezone(zone).date().isoformat()),
        (words["valid_until"], offer.valid_until.isoformat() if offer.valid_until else ""),
        (words["ready_by"], offer.due_on.isoformat()),
        (words["prepayment"], prepayment),
    ]


def _items(words: Mapping[str, str], offer: KeptOffer, language: str) -> dict[str, Any]:
    rows = []
    for item in offer.items:
        unit = UNITS[item.measure]
        quantity = pdf_parts.money(Fraction(item.quantity))
        price = None if item.price is None else Fraction(item.price)
        rows.append(
            [
                item.name_en if language == "en" else item.name_ko,
                f"{quantity} {unit.en if language == 'en' else unit.ko}",
                pdf_parts.money(price),
                pdf_parts.won(item.amount),
            ]
        )
    head = [words[name] for name in ("item", "quantity", "price", "amount")]
    return pdf.table(head, rows, align="lrrr", widths=[1, 0, 0, 0])


def _sums(words: Mapping[str, str], offer: KeptOffer) -> list[tuple[str, str, bool]]:
    optional = (("truncation", offer.truncation), ("subsidy", -offer.subsidy))
    cut, paid = [(words[n], pdf_parts.won(won), False) for n, won in optional]
    return [
        *([cut] if offer.truncation else []),
        (words["supply"], pdf_parts.won(offer.supply), False),
        (words["vat"], pdf_parts.won(offer.vat), False),
        *([paid] if offer.subsidy else []),
        (words["quoted"], pdf_parts.won(offer.payable), True),
    ]
