"""Nobody's words are forgotten: what a page says in English it says in Korean."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

from api.pages.billing import company_accounts
from api.pages.booking import bookings
from api.pages.frame import rule_questions, texts
from api.pages.frame.labels import (
    dialect_labels,
    field_labels,
    parameter_labels,
    signal_labels,
)
from api.pages.reports import reports
from api.pages.satisfaction import answers
from gadong.texts.catalogue import refusal, sentences_in

ROOT = Path(__file__).resolve().parents[2] / "api/pages"


#: What is raised at people, in a sentence.
REFUSALS = {"Invalid", "Conflict", "NotFound", "Forbidden", "GadongError"}


def _sentence(node: ast.expr) -> str | None:
    """A literal's text; {} stands for each figure inside it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
    return None


def said() -> Iterator[str]:
    """Every English text of the pages: in the templates, in the modules, and in the tables of
    words.
    """
    templates = extract_from_dir(
        str(ROOT), method_map=[("**.html", "jinja2.ext:babel_extract")], keywords={"_": None}
    )
    # A template may continue a text on its next line.
    yield from (" ".join(str(message).split()) for _, _, message, _, _ in templates)
    library = ROOT.parents[1] / "gadong"
    # The pages hand on what the services, the store and the API's own reading of values refuse.
    refusing = [
        *library.glob("*/services/**/*.py"),
        *library.glob("*/store/**/*.py"),
        *library.glob("core/*.py"),
        *ROOT.parent.glob("v1/**/*schemas.py"),
        library / "core/domain/access.py",
        library / "metering/domain/calibration.py",
        library / "core/domain/name.py",
        library / "people/domain/centre_contact.py",
        library / "people/domain/email_address.py",
        library / "people/domain/phone_number.py",
        library / "people/domain/company_profile.py",
        library / "people/domain/payer.py",
        library / "people/domain/resident_number.py",
        library / "machines/domain/calibrations/certificate.py",
        library / "machines/domain/upkeep.py",
        library / "billing/domain/cash_receipt.py",
        library / "billing/domain/accounts/transfer.py",
        library / "billing/domain/counters/counter_use.py",
        library / "billing/domain/claims/programme_claim.py",
        library / "notices/domain/program_address.py",
        library / "notices/domain/push_message.py",
        library / "satisfaction/domain/questionnaire.py",
        library / "training/domain/course.py",
        library / "training/domain/guidance.py",
        library / "stays/domain/tenancy.py",
        library / "stays/domain/tenancy_notice.py",
        library / "commissions/domain/commission.py",
        library / "commissions/domain/commission_offer.py",
        library / "booking/domain/rules/limits.py",
        library / "booking/domain/rules/contradictions.py",
        library / "billing/domain/tariff.py",
        library / "billing/domain/rate_terms.py",
        library / "billing/domain/tariff_terms.py",
        library / "billing/domain/subsidy.py",
        library / "machines/domain/shared_device.py",
    ]
    for path in (*ROOT.glob("**/*.py"), *refusing):
        # Texts that a module hands on before they are said stand in it as they are.
        yield from (
            said
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant | ast.JoinedStr)
            and (said := _sentence(node)) in sentences_in("ko")
            and said
        )
        yield from (
            node.args[0].value
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "say"
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        )
    for path in (*ROOT.glob("**/*.py"), *refusing, library / "core/domain/secret.py"):
        yield from (
            said
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Raise)
            and isinstance(node.exc, ast.Call)
            and isinstance(node.exc.func, ast.Name)
            and node.exc.func.id in REFUSALS
            and node.exc.args
            for said in [_sentence(node.exc.args[0])]
            # These only combine texts of others.
            if said and re.search("[a-z]{2}", said)
        )
    for table in (
        texts.BOOKINGS,
        texts.STATEMENTS,
        texts.STEPS,
        texts.OBJECTIONS,
        texts.ROLES,
        texts.ACTS,
        texts.ABOUT,
        texts.RESULTS,
        texts.AGREEMENTS,
        signal_labels.CHANNELS,
        signal_labels.SAID,
        signal_labels.REASONS,
        dialect_labels.TRANSLATED,
        field_labels.FIELDS,
        field_labels.VALUES,
        parameter_labels.NAMES,
        parameter_labels.WORDS,
        parameter_labels.LEVELS,
        parameter_labels.AFTER,
        parameter_labels.HINTS,
        reports.DENOMINATORS,
        answers.SCALE,
        company_accounts.AGES,
    ):
        yield from table.values()
    for group, questions in rule_questions.QUESTIONS.items():
        yield from (group, *questions.values())
    yield from (name for _, name in texts.STATES.values())
    yield from (text for _, text in bookings.PLAIN.values())


def test_every_text_is_there_in_korean_and_none_is_left_over() -> None:
    assert set(said()) == set(sentences_in("ko"))


def test_a_translation_has_the_same_figures() -> None:
    for english, korean in sentences_in("ko").items():
        named = r"\{[a-z]\w*\}"
        assert set(re.findall(named, english)) == set(re.findall(named, korean)), english


def test_a_translation_is_korean() -> None:
    same = {
        english
        for english, korean in sentences_in("ko").items()
        if not re.search("[가-힣]", korean)
    }
    assert same == set()


def test_a_refusal_with_figures_is_said_in_korean_around_them() -> None:
    assert refusal("A photo has at most 12 MB") == "사진은 최대 12MB입니다"
    assert (
        refusal("PLA is counted in g, not mL")
        == "PLA의 단위는 g입니다. mL(으)로는 적을 수 없습니다"
    )
    assert refusal("There is no such company") == "그런 기업이 없습니다"
    assert refusal("Something else") is None
    for english, korean in sentences_in("ko").items():
        figures = [f"<{n}>" for n in range(english.count("{}"))]
        assert not figures or all(f in korean.format(*figures) for f in figures), english
