"""Nobody's words are forgotten: what a page says in English it says in Korean."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

from api.pages import bookings, fields, meanings, parameters, reports, words

ROOT = Path(__file__).resolve().parents[2] / "api/pages"


def said() -> Iterator[str]:
    """Every English text of the pages: in the templates, in the modules, and in the tables of words."""
    templates = extract_from_dir(
        str(ROOT / "templates"), method_map=[("**.html", "jinja2.ext:babel_extract")], keywords={"_": None}
    )
    yield from (str(message) for _, _, message, _, _ in templates)
    library = ROOT.parents[1] / "gadong"
    # The pages hand on what the services, the store and the API's own reading of values refuse.
    refusing = [
        *library.glob("services/*.py"),
        *library.glob("store/*.py"),
        *ROOT.parent.glob("schemas/*.py"),
        library / "domain/calibration.py",
        library / "domain/course.py",
        library / "domain/tariff.py",
        library / "domain/terms.py",
    ]
    for path in (*ROOT.glob("*.py"), *refusing):
        # Texts that a module hands on before they are said stand in it as they are.
        yield from (
            node.value
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value in words.catalogue()
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
    for table in (
        words.BOOKINGS,
        words.STATEMENTS,
        words.OBJECTIONS,
        words.ROLES,
        words.ACTS,
        words.ABOUT,
        words.RESULTS,
        words.AGREEMENTS,
        meanings.CHANNELS,
        meanings.SAID,
        meanings.REASONS,
        fields.FIELDS,
        fields.VALUES,
        parameters.NAMES,
        parameters.WORDS,
        parameters.LEVELS,
        parameters.AFTER,
        parameters.HINTS,
        reports.DENOMINATORS,
    ):
        yield from table.values()
    yield from (name for _, name in words.STATES.values())
    yield from (text for _, text in bookings.PLAIN.values())


def test_every_text_is_there_in_korean_and_none_is_left_over() -> None:
    assert set(said()) == set(words.catalogue())


def test_a_translation_has_the_same_figures() -> None:
    for english, korean in words.catalogue().items():
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", korean)), english


def test_a_translation_is_korean() -> None:
    same = {english for english, korean in words.catalogue().items() if not re.search("[가-힣]", korean)}
    assert same == set()
