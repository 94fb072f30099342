"""References lead somewhere: paths, headings, decision records and modules that texts name
exist.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("api", "bench", "deploy", "docs", "gadong", "ingest", "scheduler", "tests")
READ = {".py", ".sql", ".md", ".toml", ".html", ".js"}
#: The comments of a language; all of a Markdown page is read.
COMMENTS = {
    ".sql": re.compile(r"--[^\n]*"),
    ".toml": re.compile(r"#[^\n]*"),
    ".html": re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL),
    ".js": re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL),
}
SECTION_SIGN = "\N{SECTION SIGN}"
#: A document by its name and the number of its section: a heading is named by its anchor instead.
NUMBERED = re.compile(
    r"\b(?:billing|centres|codebases|design|ecosystem|house|korean|operations|pages|peers"
    r"|performance|reliability|signals|style)"
    r"(?:\.md,? (?:section |chapter )?\d|,? (?:section |chapter )\d|(?:\.md)?,? \d+\.\d)",
    re.IGNORECASE,
)
RECORDS = re.compile(r"\bADRs? (\d+(?:(?:, | and )\d+)*)")
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]+)\)")
DOCUMENT = re.compile(r"(?<![\w/.-])docs/[\w./-]*(?:#[\w-]+)?")
PATH = re.compile(
    r"(?<![\w/.:<>{}*$~%@-])[\w-][\w./-]*\.(?:py|sql|md|toml|html|js)\b(?![\w/(<{*]|\.\w)"
)
MODULE = re.compile(r"(?<![\w/.-])gadong(?:\.[a-z]\w*)+")
#: Files that a text names and the repository does not hold, and why.
ELSEWHERE = {
    "Node.js": "the runtime",
    "gadong.example": "the demonstration's domain of addresses",
    "gadong.json": "the attachment of a printed statement",
}


def _files() -> Iterator[Path]:
    yield from sorted(p for p in ROOT.glob("*") if p.suffix in {".md", ".toml"})
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*")):
            if path.suffix in READ and path != Path(__file__):
                yield path


@cache
def _held() -> frozenset[str]:
    """Return every path of the repository, and each of its ends: `a/b/c.py`, `b/c.py`, `c.py`."""
    roots = [p for p in ROOT.iterdir() if p.is_file()]
    within = [p for place in (*PLACES, ".ci", "requirements") for p in (ROOT / place).rglob("*")]
    parts = [p.relative_to(ROOT).parts for p in (*roots, *within) if p.is_file()]
    return frozenset("/".join(names[i:]) for names in parts for i in range(len(names)))


@cache
def _anchors(page: Path) -> frozenset[str]:
    """Return the anchors of a page's headings, as GitHub and the site builder make them."""
    headings = re.findall(r"^#+ +(.+?)\s*$", page.read_text(), re.MULTILINE)
    plain = (re.sub(r"[^\w\s-]", "", heading.lower()) for heading in headings)
    return frozenset(re.sub(r"\s+", "-", heading.strip()) for heading in plain)


def _prose(path: Path, text: str) -> str:
    """Return the comments and docstrings of a file; of a Markdown page all of it."""
    if path.suffix == ".py":
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        comments = [t.string for t in tokens if t.type == tokenize.COMMENT]
        owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        nodes = [n for n in ast.walk(ast.parse(text)) if isinstance(n, owners)]
        return "\n".join([*comments, *(ast.get_docstring(n) or "" for n in nodes)])
    comment = COMMENTS.get(path.suffix)
    return "\n".join(comment.findall(text)) if comment else text


@cache
def _is_module(dotted: str) -> bool:
    """Say whether a dotted name is a module, or a name that its module writes."""
    place = ROOT
    names = dotted.split(".")
    for index, name in enumerate(names):
        if (place / name).is_dir():
            place = place / name
            continue
        module = (place / name).with_suffix(".py")
        rest = names[index + 1 :]
        if not module.is_file():
            module, rest = place / "__init__.py", names[index:]
        return module.is_file() and all(re.search(rf"\b{n}\b", module.read_text()) for n in rest)
    return True


def _leads(target: str, base: Path) -> bool:
    """Say whether `path#anchor`, read from a folder, is a file and one of its headings."""
    name, _, anchor = target.partition("#")
    page = (base / name).resolve()
    if not page.exists():
        return False
    return not anchor or (page.is_file() and anchor in _anchors(page))


def _unknown(prose: str) -> list[str]:
    """Return the numbered documents, paths and modules of a text that the repository lacks."""
    bare = LINK.sub("]", re.sub(r"\bhttps?://\S+", "", prose))
    lost = [p for p in PATH.findall(bare) if p not in _held() and p not in ELSEWHERE]
    modules = [m for m in MODULE.findall(bare) if m not in ELSEWHERE and not _is_module(m)]
    return [*NUMBERED.findall(prose), *lost, *modules]


def _dead(path: Path, text: str) -> list[str]:
    """Return the references of a text that lead nowhere."""
    found = [SECTION_SIGN] * text.count(SECTION_SIGN)
    for numbers in RECORDS.findall(text):
        for number in re.findall(r"\d+", numbers):
            if not list((ROOT / "docs/adr").glob(f"{int(number):04d}-*.md")):
                found.append(f"ADR {number}")
    documents = (m.rstrip(".") for m in DOCUMENT.findall(text))
    found += [d for d in documents if not _leads(d, ROOT)]
    if path.suffix == ".md":
        for target in LINK.findall(text):
            base = path if target.startswith("#") else path.parent
            if not _leads(target, base):
                found.append(target)
    # Parsing is slow, so that only a file with something to find is parsed.
    if _unknown(text):
        found += _unknown(_prose(path, text))
    return list(dict.fromkeys(found))


def test_every_reference_leads_somewhere() -> None:
    dead = {
        str(path.relative_to(ROOT)): found
        for path in _files()
        if (found := _dead(path, path.read_text()))
    }
    assert dead == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gadong/core/domain/ids.py", f"# RFC 9562 {SECTION_SIGN}5.7"),
        ("gadong/core/domain/ids.py", "# see billing 4.4"),
        ("gadong/core/domain/ids.py", '"""As in signals.md, section 3."""'),
        ("gadong/core/domain/ids.py", "# see ADR 9999"),
        ("gadong/core/domain/ids.py", "# see ADRs 1 and 9999"),
        ("gadong/core/domain/ids.py", "# docs/reference/nothing.md"),
        ("gadong/core/domain/ids.py", "# docs/reference/billing.md#nothing"),
        ("gadong/core/domain/ids.py", "# core/domain/nothing.py"),
        ("gadong/core/domain/ids.py", '"""gadong.core.domain.nothing"""'),
        ("gadong/core/domain/ids.py", "# style.md limits positionals"),
        ("gadong/core/store/people.sql", "-- see nothing.sql"),
        ("pyproject.toml", "# docs/nothing.md"),
        ("docs/overview.md", "[here](nothing.md)"),
        ("docs/overview.md", "[here](glossary.md#nothing)"),
        ("docs/overview.md", "[here](#nothing)"),
        ("docs/overview.md", "`booking/domain/nothing.py`"),
        ("api/pages/nothing.html", "{# pages/nothing.js #}"),
        ("api/pages/nothing.js", "// pages/nothing.html"),
    ],
)
def test_a_reference_that_leads_nowhere_is_found(name: str, text: str) -> None:
    assert len(_dead(ROOT / name, text)) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gadong/core/domain/ids.py", "# docs/reference/billing.md#no-shows, ADR 27"),
        ("gadong/core/domain/ids.py", '"""gadong.core.domain.ids, core/domain/ids.py, ids.py"""'),
        ("docs/overview.md", "[words](glossary.md#words) and [up](../README.md)"),
    ],
)
def test_a_reference_that_leads_somewhere_passes(name: str, text: str) -> None:
    assert _dead(ROOT / name, text) == []


def test_every_decision_record_bears_its_date_and_status() -> None:
    form = re.compile(r"Date: (\d{4}-\d{2}-\d{2})\. Status: (?:accepted|superseded by (\d+))\.")
    records = sorted((ROOT / "docs/adr").glob("*.md"))
    numbers = [int(record.name[:4]) for record in records]
    twins = sorted({n for n in numbers if numbers.count(n) > 1})
    assert twins == [], "two records of one number: give the later one the next that is free"
    for record, number in zip(records, numbers, strict=True):
        title, blank, line = record.read_text().split("\n")[:3]
        assert title.startswith(f"# {number}. "), record.name
        assert not blank, record.name
        match = form.fullmatch(line)
        assert match, (
            f"{record.name}: its third line is to be"
            " `Date: YYYY-MM-DD. Status: accepted.` or `… Status: superseded by N.`"
        )
        date.fromisoformat(match[1])
        assert match[2] is None or int(match[2]) in numbers, record.name


def _cells(row: str) -> int:
    return len(re.split(r"(?<!\\)\|", row.strip().strip("|")))


def test_every_table_of_the_docs_is_whole() -> None:
    broken: list[str] = []
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for block in re.findall(r"(?:^\|.*\n?)+", page.read_text(), re.MULTILINE):
            header, *rest = block.strip("\n").split("\n")
            is_ruled = bool(rest) and re.fullmatch(r"\|(?: *:?-+:? *\|)+", rest[0]) is not None
            if not is_ruled or any(_cells(row) != _cells(header) for row in rest):
                broken.append(f"{page.relative_to(ROOT)}: {header}")
    assert broken == []
