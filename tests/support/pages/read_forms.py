"""The forms of a page, as a browser without scripts would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

#: Fields in which nobody types, and fields that no page repeats.
NOT_TYPED = {"button", "hidden", "image", "reset", "submit"}
SECRET = {"file", "password"}


@dataclass
class FormField:
    """One field: its name, its kind, what it would send and what it offers."""

    name: str
    kind: str
    value: str = ""
    is_sent: bool = True
    options: list[str] = field(default_factory=list)

    @property
    def is_typed(self) -> bool:
        """Return whether a person fills it in and a page may repeat it."""
        return bool(self.name) and self.kind not in NOT_TYPED | SECRET


@dataclass
class PageForm:
    """A form with its address and its fields."""

    action: str
    method: str
    fields: list[FormField] = field(default_factory=list)

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Return what would be sent, without buttons."""
        return [(f.name, f.value) for f in self.fields if f.name and f.is_sent]


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[PageForm] = []
        self.form: PageForm | None = None
        self.inside: FormField | None = None
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            address = urlsplit(told.get("action") or self.path).path
            self.form = PageForm(address, told.get("method", "get").lower())
            self.forms.append(self.form)
        if self.form is None or "disabled" in told:
            return
        if tag == "input":
            kind = told.get("type", "text")
            is_tick = kind in {"checkbox", "radio"}
            one = FormField(told.get("name", ""), kind, told.get("value", "on" if is_tick else ""))
            one.is_sent = kind not in {"submit", "image", "button", "file"} and (
                not is_tick or "checked" in told
            )
            if told.get("autocomplete") == "one-time-code":
                one.kind = "password"
            self.form.fields.append(one)
        elif tag in {"textarea", "select"}:
            self.inside, self.words = FormField(told.get("name", ""), tag), []
            self.form.fields.append(self.inside)
        elif tag == "option" and self.inside is not None:
            self.words = []
            self.inside.options.append(told.get("value", ""))
            if "selected" in told or len(self.inside.options) == 1:
                self.inside.value = told.get("value", "")
        elif tag == "button" and told.get("type", "submit") == "submit":
            self.form.fields.append(
                FormField(told.get("name", ""), "submit", told.get("value", ""), is_sent=False)
            )

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "textarea" and self.inside is not None:
            self.inside.value = "".join(self.words).removeprefix("\n")
        if tag in {"textarea", "select"}:
            self.inside = None


def forms_of(html: str, path: str) -> list[PageForm]:
    """Return every form of a page that stands at `path`."""
    reader = _Reader(path)
    reader.feed(html)
    return reader.forms
