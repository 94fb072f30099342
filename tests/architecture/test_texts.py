"""Sentences for users lie in the texts' folder, in Korean and English."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

import pytest

from gadong.texts.catalogue import FURTHER, sentences_in
from gadong.texts.refusals import PROBLEMS
from tests.support.architecture.modules import ROOT, modules

PROGRAMS = ("api", "deploy", "gadong", "ingest", "scheduler")
TEXTS = ROOT / "gadong/texts"
HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
#: Arguments whose values describe the API and the command line to programmers, in English. Examples
#: are Korean data; a description names a Korean paper by its own name.
DESCRIPTIONS = frozenset({"examples", "description", "help"})
#: Modules that read or store Korean without saying a sentence to users, each with its reason.
EXCEPTIONS: Mapping[str, str] = {
    "deploy/package/trial.py": "the answers of a trial installation: names of its data",
    "deploy/run.py": "greets before the packages that hold the texts are installed",
    "gadong/billing/domain/bank/bank_table.py": "days, amounts and directions that banks write",
    "gadong/billing/domain/bank/payer_name.py": "forms of companies in names are left out",
    "gadong/cli/demonstration.py": "names of the demonstration's data",
    "gadong/cli/demonstration_hall.py": "names of the demonstration's data",
    "gadong/cli/demonstration_instruments.py": "names of the demonstration's data",
    "gadong/dialects/domain/formats/plain.py": "a unit that devices send",
    "gadong/metering/domain/use_table.py": "dates and times that people write are read",
    "gadong/people/domain/imports/company_row.py": "forms of companies in names are left out",
    "gadong/people/services/passwords.py": "a word that passwords must not consist of",
}


def described(tree: ast.Module) -> set[int]:
    """Return the constants that are docstrings, or describe an interface, by their identity."""
    found: set[int] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            found |= {id(x.value) for x in body if isinstance(x, ast.Expr)}
        if isinstance(node, ast.keyword) and node.arg in DESCRIPTIONS:
            found |= {id(inner) for inner in ast.walk(node.value)}
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "typer.Argument":
            found |= {id(inner) for inner in ast.walk(node)}
    return found


def korean(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each constant of a module that has a Korean letter."""
    left_out = described(tree)
    for node in ast.walk(tree):
        if id(node) in left_out or not isinstance(node, ast.Constant):
            continue
        if isinstance(node.value, str) and HANGUL.search(node.value):
            yield node.lineno, node.value


def test_korean_for_users_lies_with_the_texts_alone() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text[:60]}"
        for path, tree in modules(*PROGRAMS)
        if not path.is_relative_to(TEXTS) and str(path.relative_to(ROOT)) not in EXCEPTIONS
        for line, text in korean(tree)
    ]
    assert found == []


@pytest.mark.parametrize("path", EXCEPTIONS)
def test_an_exception_is_still_needed(path: str) -> None:
    assert list(korean(ast.parse((ROOT / path).read_text())))


def test_a_sentence_is_found_in_code_and_not_in_a_docstring_or_an_example() -> None:
    text = '''"""가동률."""
A = Field(examples=["문을 닫음"], description="정")
B: dict[str, str] = {"a": f"예약 {A}"}
def c() -> str:
    """운영일지."""
    return "고장"
'''
    assert sorted(korean(ast.parse(text))) == [(3, "예약 "), (6, "고장")]


def problem_codes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the code of each problem that a module raises by a code of its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem":
            named = [k.value for k in node.keywords if k.arg == "code"]
            for code in [*node.args[:1], *named]:
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield node.lineno, code.value


def test_every_code_of_a_problem_has_a_sentence() -> None:
    codes = {
        code: f"{path.relative_to(ROOT)}:{line}"
        for path, tree in modules("gadong")
        for line, code in problem_codes(tree)
    }
    assert {code: place for code, place in codes.items() if code not in PROBLEMS} == {}
    # Quotas name their codes as they call what they have in common.
    rules = sorted((ROOT / "gadong/booking/domain/rules").glob("*.py"))
    texts = "".join(path.read_text() for path in rules)
    named = set(re.findall(r'"(booking\.[a-z_]+)"', texts))
    assert len(named) > 30
    assert named - set(PROBLEMS) == set()


def test_a_code_is_found_by_its_name_and_by_its_place() -> None:
    text = 'A = Problem(code="a.b", limit=1)\nB = Problem("c.d")\nC = Problem(code=x)\n'
    assert list(problem_codes(ast.parse(text))) == [(1, "a.b"), (2, "c.d")]


def test_the_catalogues_of_languages_lie_with_the_texts() -> None:
    inside = [p for place in PROGRAMS for p in (ROOT / place).rglob("*.po")]
    names = sorted(p.relative_to(TEXTS).as_posix() for p in inside)
    assert names == ["ko.po", *(f"{language}.po" for language in sorted(FURTHER))]


#: An English word or phrase, not a name in a programmer's notation.
ENGLISH = re.compile(r"[A-Za-z]+([ ,'-]+[A-Za-z]+)*")
#: Names that both languages write alike: a dialect's.
NAMES = frozenset({"mapper"})
Functions = ast.FunctionDef | ast.AsyncFunctionDef


def sentence(text: ast.JoinedStr) -> str:
    """Return a text as the catalogue has it, with {} for each of its figures."""
    return "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in text.values)


def figures(text: ast.JoinedStr) -> list[ast.expr]:
    return [v.value for v in text.values if isinstance(v, ast.FormattedValue)]


def english_in(value: ast.AST) -> list[str]:
    """Return the English words that a figure's expression gives."""
    chosen = [value]
    if isinstance(value, ast.BoolOp):
        chosen = [*value.values]
    if isinstance(value, ast.IfExp):
        chosen = [value.body, value.orelse]
    texts = [c.value for c in chosen if isinstance(c, ast.Constant) and isinstance(c.value, str)]
    return [text for text in texts if ENGLISH.fullmatch(text) and text not in NAMES]


def english_figures(trees: list[ast.Module], sentences: Collection[str]) -> set[tuple[str, str]]:
    """Return the sentences that our code fills with an English word, and the word.

    It stands in the sentence itself, or a caller of the function that says the sentence gives it.
    """
    found: set[tuple[str, str]] = set()
    filled: dict[str, list[tuple[str, int, str]]] = {}
    nodes = [node for tree in trees for node in ast.walk(tree)]
    for function in (node for node in nodes if isinstance(node, Functions)):
        arguments = [a.arg for a in function.args.args]
        places = {name: place for place, name in enumerate(arguments)}
        places |= {a.arg: len(arguments) for a in function.args.kwonlyargs}
        for text in (inner for inner in ast.walk(function) if isinstance(inner, ast.JoinedStr)):
            if sentence(text) not in sentences:
                continue
            for figure in figures(text):
                found |= {(sentence(text), word) for word in english_in(figure)}
                if isinstance(figure, ast.Name) and figure.id in places:
                    given = figure.id, places[figure.id], sentence(text)
                    filled.setdefault(function.name, []).append(given)
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        for name, place, said in filled.get(ast.unparse(call.func).rpartition(".")[2], []):
            values = [*call.args[place : place + 1]]
            values += [k.value for k in call.keywords if k.arg == name]
            found |= {(said, word) for value in values for word in english_in(value)}
    return found


def test_no_sentence_is_filled_with_an_english_word_of_our_own() -> None:
    """The Korean sentence would have it too: passwords이(가)."""
    trees = [tree for _, tree in modules("api", "gadong")]
    assert english_figures(trees, sentences_in("ko").keys()) == set()


def test_an_english_figure_is_found_in_its_sentence_and_at_the_call() -> None:
    text = """
def need(secret: str, derived: str) -> None:
    raise Conflict(f"{derived} are derived from it")
def known(goods: str) -> str:
    return f"It has {goods or 'none'}"
need(secret, "passwords")
secrets.need("a", derived="codes of one time")
need(secret, name)
"""
    known = {"{} are derived from it", "It has {}"}
    assert english_figures([ast.parse(text)], known) == {
        ("{} are derived from it", "passwords"),
        ("{} are derived from it", "codes of one time"),
        ("It has {}", "none"),
    }
    assert english_figures([ast.parse(text)], set()) == set()


@pytest.mark.parametrize("language", ["ko", *sorted(FURTHER)])
def test_no_sentence_stands_twice_in_a_catalogue(language: str) -> None:
    # Of two translations the later would count, and nobody would see the other's mending.
    text = (TEXTS / f"{language}.po").read_text().replace('"\n"', "")
    found = Counter(re.findall(r'^(?:msgctxt ".*"\n)?msgid ".+"$', text, re.MULTILINE))
    assert [entry for entry, times in found.items() if times > 1] == []
