"""What statements and corrections say on paper, in Korean or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gadong.domain.access import SYSTEM, Caller
from gadong.domain.evidence import described, drawing
from gadong.domain.ids import CorrectionId, StatementId
from gadong.domain.party import Party, written
from gadong.domain.problem import NotFound
from gadong.domain.statement import Line, StatementState, Totals
from gadong.domain.tariff import Component
from gadong.domain.wording import COMPONENT_EN, COMPONENT_KO
from gadong.services import corrections as correcting
from gadong.services import printing
from gadong.services.documents import Document, document
from gadong.services.printing import Printed, print_
from gadong.services.statements import find
from gadong.store import corrections, money
from gadong.store.corrections import Correction
from gadong.store.database import Pool, transaction
from gadong.store.deliveries import Enclosure
from gadong.store.money import Statement
from gadong.store.values import canonical

KOREAN = {
    "statement": "이용내역서",
    "correction": "이용내역서 정정서",
    "draft": "초안",
    "void": "취소",
    "number": "번호",
    "month": "이용월",
    "issued": "발행",
    "due": "납부 기한",
    "supplier": "공급자",
    "customer": "공급받는자",
    "registration": "등록번호",
    "name": "상호",
    "representative": "성명",
    "address": "주소",
    "business": "업태·종목",
    "machine": "장비",
    "what": "구분",
    "how": "산출",
    "amount": "금액(원)",
    "was": "이전(원)",
    "now": "이후(원)",
    "lines": "이용 내역",
    "none": "이 달에는 청구할 이용이 없습니다.",
    "line_total": "합계(절사 전)",
    "truncation": "원단위 절사",
    "supply": "공급가액",
    "vat": "부가세",
    "total": "총액",
    "subsidy": "지원금",
    "payable": "납부할 금액",
    "evidence": "근거: 예약과 실제 가동",
    "legend": "위 띠는 예약, 아래 띠는 장비가 한 일입니다. 진한 칸 가동, 세로줄 준비·일시정지, ×무늬 고장, 점무늬 미확인. "
    "시각은 {zone} 기준.",
    "proof": "이 문서에는 같은 내용의 기계가독 파일(gadong.json)이 첨부되어 있고, 번호·다이제스트·연쇄값으로 센터가 "
    "언제든 다시 계산해 확인합니다.",
    "digest": "다이제스트",
    "chain": "연쇄값",
    "reason": "사유",
    "changes": "달라진 줄",
    "paid_before": "이전 납부액",
    "paid_now": "이후 납부액",
    "difference": "차액",
    "original": "원 내역서",
    "tax": "세금계산서: 착오 정정(01)이면 원 금액 −{was}원과 새 금액 {now}원 두 장, 공급가액 변동(02)이면 차액 {diff}원 한 장입니다. "
    "어느 것인지는 담당자·세무대리인이 정합니다.",
}
ENGLISH = {
    "statement": "Statement of use",
    "correction": "Correction of a statement",
    "draft": "DRAFT",
    "void": "VOID",
    "number": "Number",
    "month": "Month",
    "issued": "Issued",
    "due": "To be paid by",
    "supplier": "Supplier",
    "customer": "Customer",
    "registration": "Registration no.",
    "name": "Name",
    "representative": "Representative",
    "address": "Address",
    "business": "Business",
    "machine": "Machine",
    "what": "What",
    "how": "How it was reckoned",
    "amount": "Amount (KRW)",
    "was": "Before (KRW)",
    "now": "After (KRW)",
    "lines": "Lines",
    "none": "Nothing is charged for this month.",
    "line_total": "Lines together",
    "truncation": "Truncation",
    "supply": "Supply value",
    "vat": "VAT",
    "total": "Total",
    "subsidy": "Paid by",
    "payable": "To be paid",
    "evidence": "Evidence: booked beside what ran",
    "legend": "The upper band is what was booked, the lower what the machine did. Solid: ran; upright lines: set-up or paused; "
    "crosses: fault; dots: unknown. Times are {zone}.",
    "proof": "The same document is attached in machine-readable form (gadong.json). By its number, digest and chain the "
    "centre can compute and verify it again at any time.",
    "digest": "Digest",
    "chain": "Chain",
    "reason": "Reason",
    "changes": "Lines that changed",
    "paid_before": "To be paid before",
    "paid_now": "To be paid now",
    "difference": "Difference",
    "original": "Statement",
    "tax": "Tax invoice: for a mistake (01) two documents, −{was} and {now} won; for a changed amount (02) one of {diff} won. "
    "Which of them is the manager's or the accountant's to say.",
}


def statement_pdf(pool: Pool, who: Caller, statement_id: StatementId, language: str) -> tuple[str, bytes]:
    """A statement's name and its PDF; for those who may see it. A draft is marked as one and carries no number."""
    statement = find(pool, who, statement_id)
    return _name(statement), printed_statement(statement, language)


def correction_pdf(
    pool: Pool, who: Caller, statement_id: StatementId, correction_id: CorrectionId, language: str
) -> tuple[str, bytes]:
    """A correction's number and its PDF; for those who may see its statement."""
    statement = find(pool, who, statement_id)
    with transaction(pool, who.reach()) as tx:
        found = next((c for c in corrections.of_statement(tx, statement.id) if c.id == correction_id), None)
    if found is None:
        raise NotFound
    return found.number, printed_correction(found, document(statement), language)


def enclosed(pool: Pool, what: Enclosure) -> tuple[str, bytes] | None:
    """The document that goes with a mail and its file's name; None where it is there no more. For the scheduler."""
    with transaction(pool, SYSTEM) as tx:
        statement = money.statement(tx, what.statement_id)
        found = [c for c in corrections.of_statement(tx, what.statement_id) if c.number == what.correction]
    if statement is None or (what.correction and not found):
        return None
    if found:
        return f"{what.correction}.pdf", printed_correction(found[0], document(statement), what.language)
    return f"{_name(statement)}.pdf", printed_statement(statement, what.language)


def printed_statement(statement: Statement, language: str) -> bytes:
    """The statement's PDF, of nothing but what the statement holds."""
    words = _words(language)
    found = document(statement)
    zone = ZoneInfo(found.zone)
    drawings = {
        f"band-{number}.svg": drawing(e, zone, language).encode()
        for number, e in enumerate(found.evidence, start=1)
    }
    mark = {StatementState.ISSUED: "", StatementState.VOID: words["void"]}.get(
        statement.state, words["draft"]
    )
    parts: list[Mapping[str, Any]] = [
        printing.beside(_party(words, "supplier", found.supplier), _party(words, "customer", found.customer)),
        printing.pairs(
            "",
            [
                (words["number"], statement.number or words["draft"]),
                (words["month"], found.month),
                (words["issued"], _clock(statement.issued_at, zone)),
                (words["due"], statement.due_on.isoformat() if statement.due_on else ""),
            ],
        ),
        printing.heading(words["lines"]),
        _lines(words, found.lines, language) if found.lines else printing.note(words["none"]),
        printing.sums(_sums(words, found.totals)),
    ]
    if found.evidence:
        parts.append(printing.heading(words["evidence"]))
        parts += [
            printing.drawing(described(e, zone, language), name)
            for e, name in zip(found.evidence, drawings, strict=True)
        ]
        parts.append(printing.note(words["legend"].format(zone=found.zone)))
    parts += [printing.note(words["proof"]), printing.note(_proof(words, statement))]
    return print_(
        Printed(
            title=words["statement"],
            subtitle=f"{found.company_name} · {found.month}",
            author=found.supplier.name or found.centre_name,
            language=language,
            # Of the document, never of the printer: so that every print of it is the same.
            at=statement.issued_at or found.recorded_before,
            parts=parts,
            footer=f"{found.centre_name} · {statement.number or words['draft']}",
            watermark=mark,
            files=drawings,
            attached=_attached(found, words["statement"]),
        )
    )


def printed_correction(correction: Correction, of: Document, language: str) -> bytes:
    """The correction's PDF, of nothing but what it and its statement's document hold."""
    words, zone = _words(language), ZoneInfo(of.zone)
    said = correcting.read(correction)
    parts: list[Mapping[str, Any]] = [
        printing.pairs(
            "",
            [
                (words["number"], said.number),
                (words["original"], said.statement),
                (words["customer"], said.company_name),
                (words["registration"], written(said.registration_number)),
                (words["month"], said.month),
                (words["issued"], _clock(correction.issued_at, zone)),
                (words["reason"], said.reason),
            ],
        ),
        printing.heading(words["changes"]),
        printing.table(
            [words["machine"], words["how"], words["was"], words["now"]],
            [
                [c.line.machine_name, _sentence(c.line, language), _won(c.was), _won(c.now)]
                for c in said.changes
            ],
            align="llrr",
            widths=[0, 1, 0, 0],
        ),
        printing.sums(
            [
                (words["paid_before"], _won(said.was.payable), False),
                (words["paid_now"], _won(said.now.payable), False),
                (words["difference"], _won(said.difference), True),
            ]
        ),
        printing.note(
            words["tax"].format(
                was=_won(said.was.total), now=_won(said.now.total), diff=_won(said.now.total - said.was.total)
            )
        ),
        printing.note(words["proof"]),
    ]
    return print_(
        Printed(
            title=words["correction"],
            subtitle=f"{said.company_name} · {said.month}",
            author=of.supplier.name or of.centre_name,
            language=language,
            at=correction.issued_at,
            parts=parts,
            footer=f"{of.centre_name} · {said.number}",
            attached=_attached(said, words["correction"]),
        )
    )


def _name(statement: Statement) -> str:
    return statement.number or f"draft-{statement.month}"


def _words(language: str) -> Mapping[str, str]:
    return ENGLISH if language == "en" else KOREAN


def _party(words: Mapping[str, str], role: str, party: Party) -> dict[str, Any]:
    business = "·".join(x for x in (party.business_type, party.business_item) if x)
    number = written(party.registration_number) + (f" ({party.branch})" if party.branch else "")
    return printing.pairs(
        words[role],
        [
            (words["registration"], number),
            (words["name"], party.name),
            (words["representative"], party.representative),
            (words["address"], party.address),
            (words["business"], business),
        ],
    )


def _lines(words: Mapping[str, str], lines: Sequence[Line], language: str) -> dict[str, Any]:
    names: Mapping[Component, str] = COMPONENT_EN if language == "en" else COMPONENT_KO
    rows = [
        [
            line.machine_name
            + (f"\n{line.charge.trace.registration}" if line.charge.trace.registration else ""),
            names[line.charge.component],
            _sentence(line, language),
            _won(line.charge.amount),
        ]
        for line in lines
    ]
    head = [words["machine"], words["what"], words["how"], words["amount"]]
    return printing.table(head, rows, align="lllr", widths=[0, 0, 1, 0])


def _sentence(line: Line, language: str) -> str:
    return line.sentence_en if language == "en" else line.sentence_ko


def _sums(words: Mapping[str, str], of: Totals) -> list[tuple[str, str, bool]]:
    rows = [(words[name], _won(value), False) for name, value in (("line_total", of.lines),)]
    if of.truncation:
        rows.append((words["truncation"], _won(of.truncation), False))
    rows += [
        (words["supply"], _won(of.supply), False),
        (words["vat"], _won(of.vat), False),
        (words["total"], _won(of.total), not of.subsidy),
    ]
    if of.subsidy:
        rows.append((f"{words['subsidy']} ({of.payer})", _won(-of.subsidy), False))
        rows.append((words["payable"], _won(of.payable), True))
    return rows


def _proof(words: Mapping[str, str], statement: Statement) -> str:
    proof = f"{words['digest']} {statement.document_digest.hex()}"
    return proof + (f" · {words['chain']} {statement.chain_hash.hex()}" if statement.chain_hash else "")


def _attached(said: object, about: str) -> dict[str, tuple[str, str, bytes]]:
    return {"gadong.json": ("application/json", about, canonical(said))}


def _clock(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M} {at.astimezone(zone):%Z}" if at else ""


def _won(amount: int | None) -> str:
    return "–" if amount is None else f"{amount:,}".replace("-", "−")
