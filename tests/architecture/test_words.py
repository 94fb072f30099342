"""The English of docstrings and comments: subjects and verbs first."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from tests.support.architecture.modules import ROOT, modules

PLACES = ("api", "bench", "deploy", "docs", "gadong", "ingest", "scheduler", "tests")
QUESTION = re.compile(
    r"(what|who|whose|whom|where|how|whether|which|when|why|whatever|whoever|wherever)\b",
    re.IGNORECASE,
)
# The bound of a sentence in the house's style: an engineer reads it once.
LONGEST_SENTENCE = 25
PARAGRAPH = re.compile(r"\n\s*[-*] |\n\s*\n")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
NAMED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def docstrings(tree: ast.Module) -> list[str]:
    """Return the docstrings of a module, of its classes and of its functions."""
    return [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, NAMED)]


def begins_with_a_question(tree: ast.Module) -> list[str]:
    """Return the docstrings of a module that begin with a question word."""
    return [text.splitlines()[0] for text in docstrings(tree) if QUESTION.match(text)]


def test_no_docstring_begins_with_a_question_word() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {text}"
        for path, t in modules(*PLACES)
        for text in begins_with_a_question(t)
    ]
    assert found == []


def comments(text: str) -> list[str]:
    """Return the comments of a module by their first lines."""
    found: list[str] = []
    last = -1
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        stands_alone = token.line.strip().startswith("#")
        if not (stands_alone and token.start[0] == last + 1):
            found.append(token.string.lstrip("# "))
        last = token.start[0] if stands_alone else -1
    return found


def test_no_comment_begins_with_a_question_word() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {comment}"
        for place in PLACES
        for path in sorted((ROOT / place).rglob("*.py"))
        # Taking a module apart is slow, and two of five have no comment.
        if "#" in (text := path.read_text())
        for comment in comments(text)
        if QUESTION.match(comment) and not comment.lower().startswith("when ")
    ]
    assert found == []


def test_a_comment_is_read_from_its_first_line() -> None:
    text = "# Whose it is,\n# what it is.\nx = 1  # how it is\ny = 2\n# It is.\n"
    assert comments(text) == ["Whose it is,", "how it is", "It is."]


def test_a_question_word_is_found_wherever_a_docstring_stands() -> None:
    text = (
        '"""How it runs."""\nclass A:\n    """A value."""\n    def b(self):\n        """Whose it '
        'is."""\n'
    )
    assert begins_with_a_question(ast.parse(text)) == ["How it runs.", "Whose it is."]


def long_sentences(tree: ast.Module) -> list[str]:
    """Return the sentences of a module's docstrings that have too many words.

    A paragraph and an item of a list end a sentence too.
    """
    return [
        sentence
        for text in docstrings(tree)
        for paragraph in PARAGRAPH.split(text)
        for sentence in SENTENCE_END.split(" ".join(paragraph.split()))
        if len(sentence.split()) > LONGEST_SENTENCE
    ]


def test_a_docstring_sentence_has_at_most_25_words() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {len(sentence.split())} words: {sentence}"
        for path, t in modules(*PLACES)
        for sentence in long_sentences(t)
    ]
    assert found == []


def test_a_long_sentence_is_found_in_any_paragraph_and_item() -> None:
    longest, too_long = " ".join(["word"] * 25), " ".join(["word"] * 26)
    text = (
        f'"""{longest}. {longest}!\n{longest}?\n\n{longest}\n\n- {longest}\n- {longest}\n"""\n'
        f'class A:\n    """A. {too_long}. B."""\n    def b(self):\n'
        f'        """B.\n\n        - {too_long}\n        - C\n        """\n'
    )
    assert long_sentences(ast.parse(text)) == [f"{too_long}.", too_long]


def named_types(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """Yield the names of a module's classes and of its other types, and whether it is a class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name, True
    for node in tree.body:
        # An alias of a type, such as a form's field, is a name in capital and small letters.
        if isinstance(node, ast.Assign):
            yield from (
                (target.id, False)
                for target in node.targets
                if isinstance(target, ast.Name) and re.match("[A-Z][a-z]", target.id)
            )


def test_one_class_name_has_one_meaning() -> None:
    places: dict[str, list[str]] = {}
    classes: set[str] = set()
    for path, tree in modules(*PLACES):
        if path.relative_to(ROOT).parts[0] == "tests":
            continue
        for name, is_class in named_types(tree):
            places.setdefault(name, []).append(str(path.relative_to(ROOT)))
            classes |= {name} if is_class else set()
    assert {n: found for n, found in places.items() if n in classes and len(found) > 1} == {}


def test_a_class_and_an_alias_are_found_by_their_names() -> None:
    text = "A1 = 1\nText = Annotated[str, 1]\nclass Page:\n    class Row:\n        x = 1\n"
    assert sorted(named_types(ast.parse(text))) == [("Page", True), ("Row", True), ("Text", False)]
