"""A page whose form stands as it was sent, so that a refusal loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import urlsplit

Fields = Collection[tuple[str, str]]
Attributes = Mapping[str, str | None]
# Buttons do something, hidden fields are the page's own, and no page repeats a secret or a file.
NOT_FILLED = {"button", "file", "hidden", "image", "password", "reset", "submit"}
TICKED = {"checkbox", "radio"}


def refilled(html: str, *, path: str, sent_to: str, sent: Fields, wrong: Collection[str]) -> str:
    """Return a page of `path` with the form that was sent to an address filled as it was sent.

    The fields in `wrong` are marked, and the first one of them has the focus. Return nothing where
    the page has no such form.
    """
    reader = _FormReader(path)
    reader.feed(html)
    reader.close()
    forms = [form for form in reader.forms if sent_to in form.addresses]
    if not forms:
        return ""
    # Rows of a list have a form each to one address. Their hidden fields tell them apart.
    form = max(forms, key=lambda f: len(f.hidden & set(sent)) - len(f.hidden - set(sent)))
    edits = sorted([*_edits(form, sent, wrong), *reader.addresses])
    inner = [html[one.end : other.start] for one, other in pairwise(edits)]
    parts = [html[: edits[0].start]] if edits else [html]
    for edit, rest in zip(edits, [*inner, html[edits[-1].end :]] if edits else [], strict=True):
        parts += [edit.text, rest]
    return "".join(parts)


@dataclass(frozen=True, slots=True, order=True)
class _Edit:
    """A stretch of the page, and the text that replaces it."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class _Tag:
    """A start tag and its place."""

    name: str
    attributes: dict[str, str | None]
    start: int
    end: int

    def changed(self, **changes: str | bool | None) -> _Edit:
        """Return the tag with other attributes; False removes one."""
        kept = {**self.attributes, **changes}
        text = "".join(
            f" {name}" if value in (None, True) else f' {name}="{escape(str(value))}"'
            for name, value in kept.items()
            if value is not False
        )
        return _Edit(self.start, self.end, f"<{self.name}{text}>")


@dataclass(slots=True)
class _FormField:
    """An input, a select with its options, or a text area with the end of its text."""

    tag: _Tag
    options: list[tuple[_Tag, str]] = field(default_factory=list)
    text_end: int = 0

    @property
    def name(self) -> str:
        return self.tag.attributes.get("name") or ""

    @property
    def kind(self) -> str:
        return (self.tag.attributes.get("type") or "text").lower()


@dataclass(slots=True)
class _Form:
    """A form: its address and its buttons', its fields, and the folded parts around it."""

    addresses: set[str]
    folds: list[_Tag]
    fields: list[_FormField] = field(default_factory=list)

    @property
    def hidden(self) -> set[tuple[str, str]]:
        """Return the names and values of the hidden fields."""
        return {
            (f.name, f.tag.attributes.get("value") or "") for f in self.fields if f.kind == "hidden"
        }


class _FormReader(HTMLParser):
    """Reads the posted forms of a page; `addresses` are links and forms that lean on its own."""

    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[_Form] = []
        self.addresses: list[_Edit] = []
        self._path = path
        self._lines: list[int] = []
        self._folds: list[_Tag] = []
        self._form: _Form | None = None
        self._field: _FormField | None = None
        self._option: _Tag | None = None
        self._text: list[str] = []

    def feed(self, data: str) -> None:
        """Read the whole page."""
        self._lines = [0]
        for line in data.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        super().feed(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms, their fields and what folds."""
        start = self._at()
        found = _Tag(tag, dict(attrs), start, start + len(self.get_starttag_text() or ""))
        self._note_address(found)
        if tag == "details":
            self._folds.append(found)
        elif tag == "form":
            action = urlsplit(found.attributes.get("action") or self._path).path
            self._form = _Form({action}, list(self._folds))
            if (found.attributes.get("method") or "get").lower() == "post":
                self.forms.append(self._form)
        elif self._form is not None and found.attributes.get("formaction"):
            self._form.addresses.add(urlsplit(found.attributes["formaction"] or "").path)
        elif self._form is not None and tag in {"input", "select", "textarea"}:
            self._field = _FormField(found)
            self._form.fields.append(self._field)
        elif tag == "option" and self._field is not None:
            self._end_option()
            self._option, self._text = found, []

    def handle_endtag(self, tag: str) -> None:
        """End what a start tag began."""
        if tag == "details" and self._folds:
            self._folds.pop()
        elif tag == "form":
            self._form = None
        elif tag == "textarea" and self._field is not None:
            self._field.text_end = self._at()
        if tag in {"option", "select"}:
            self._end_option()

    def handle_data(self, data: str) -> None:
        """Collect the words of an option, which are its value where it has no other."""
        if self._option is not None:
            self._text.append(data)

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _end_option(self) -> None:
        if self._option is not None and self._field is not None:
            words = " ".join("".join(self._text).split())
            value = self._option.attributes.get("value")
            self._field.options.append((self._option, words if value is None else value))
        self._option = None

    def _note_address(self, tag: _Tag) -> None:
        """Write the page's own path where an address leaves it out."""
        name = "action" if tag.name == "form" else "href"
        given = tag.attributes.get(name)
        if (tag.name == "form" and not given and tag.attributes.get("method") != "dialog") or (
            tag.name == "a" and (given or "").startswith("?")
        ):
            self.addresses.append(tag.changed(**{name: f"{self._path}{given or ''}"}))


def _edits(form: _Form, sent: Fields, wrong: Collection[str]) -> Iterator[_Edit]:
    """Yield the changes of a form's fields, and unfold what it stands in."""
    for fold in form.folds:
        yield fold.changed(open=None)
    left: dict[str, list[str]] = {}
    for name, value in sent:
        left.setdefault(name, []).append(value)
    is_first = True
    for one in form.fields:
        marks: dict[str, str | bool | None] = {}
        if one.name in wrong and one.kind not in {"hidden", "submit"}:
            marks = {"aria-invalid": "true"} | ({"autofocus": None} if is_first else {})
            is_first = False
        yield from _filled(one, left, marks)


def _filled(
    one: _FormField, left: Mapping[str, list[str]], marks: Mapping[str, str | bool | None]
) -> Iterable[_Edit]:
    """Return the changes of one field; several fields of a name take its values in their order."""
    values = left.get(one.name, [])
    tag = one.tag
    if tag.name == "select":
        taken = values if "multiple" in tag.attributes else values[:1]
        if "multiple" not in tag.attributes:
            del values[:1]
        is_offered = any(value in taken for _, value in one.options)
        picked = [
            option.changed(selected=None if value in taken else False)
            for option, value in one.options
            if is_offered
        ]
        return [*([tag.changed(**marks)] if marks else []), *picked]
    if tag.name == "textarea":
        head = [tag.changed(**marks)] if marks else []
        if not values:
            return head
        # A browser drops the line break that follows the tag.
        return [*head, _Edit(tag.end, one.text_end, f"\n{escape(values.pop(0))}")]
    if one.kind in TICKED:
        is_ticked = (tag.attributes.get("value") or "on") in values
        return [tag.changed(checked=None if is_ticked else False, **marks)]
    if one.kind in NOT_FILLED or tag.attributes.get("autocomplete") == "one-time-code":
        return []
    if not values:
        return [tag.changed(**marks)] if marks else []
    return [tag.changed(value=values.pop(0), **marks)]
