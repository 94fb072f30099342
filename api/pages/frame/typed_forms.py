"""Forms drawn from a type of the domain: each field of a manager's document as inputs, and back.

An input's name is its path in the document (items.0.windows.1.pct). A list shows one more row than
it holds. A row is ignored if all its initially empty inputs are empty, and deleted if it is ticked.
Durations are written in minutes, or as minutes and seconds (1:40).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import UnionType
from typing import Any, TypeGuard, get_args, get_origin, get_type_hints

from msgspec import UNSET, UnsetType
from starlette.datastructures import FormData

from gadong.core.domain.document import plain

# No centre's price table has as many rows, and browsers and proxies limit a form's size.
MOST_ROWS = 200
DROP = "drop"
# Far more than any price has. Without a limit ten characters (1e99999999) would be a number whose
# digits take minutes to reckon.
MOST_DIGITS = 30
# A document's first fields identify it.
NAMING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class InputChoice:
    """One of the values that an input may have."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One field of a form.

    `kind` is text, number, minutes, date, time, choice or choices; `values` are its texts.
    """

    path: str
    name: str
    kind: str
    values: tuple[str, ...]
    choices: tuple[InputChoice, ...]
    is_required: bool
    is_default: bool

    @property
    def value(self) -> str:
        """Return the value of an input that holds one."""
        return self.values[0] if self.values else ""

    @property
    def read(self) -> str:
        """Return the values as they are read: labels for choices, and grouped thousands."""
        labels = {c.value: c.label for c in self.choices}
        return ", ".join(
            labels.get(v) or (_grouped(v) if self.kind == "number" else v) for v in self.values
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """One document of a list, or the only one of a group."""

    path: str
    parts: tuple[Input | Group, ...]
    is_new: bool = False

    @property
    def heads(self) -> list[Input]:
        """Return the inputs that distinguish the row: its first fields and its required ones."""
        filled = [(n, p) for n, p in enumerate(self.parts) if isinstance(p, Input) and p.values]
        return [p for n, p in filled if p.is_required or n < NAMING]

    @property
    def is_lacking(self) -> bool:
        """Return whether something that may not be empty is not written yet."""
        return any(isinstance(p, Input) and p.is_required and not p.value for p in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A document within a document, or a list of them."""

    path: str
    name: str
    rows: tuple[FormRow, ...]
    is_list: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An input whose text is no number, is no whole seconds, or is empty although required."""

    name: str
    text: str


class AsWritten(str):
    """A text that could not be read and is shown again as it was written."""

    __slots__ = ()


Choices = Mapping[str, Sequence[InputChoice]]


def draw(
    kind: type, given: Mapping[str, Any], choices: Choices, *, path: str = "", is_new: bool = False
) -> FormRow:
    """Return the inputs of a type for a document in JSON's own types; missing fields are defaults.

    `choices` has the choices of fields whose type does not define them, by `Type.field` or by
    field.
    """
    return FormRow(
        path=path,
        parts=tuple(_part(kind, f, given, choices, path) for f in fields(kind)),
        is_new=is_new,
    )


def _part(
    owner: type, field: Field[Any], given: Mapping[str, Any], choices: Choices, path: str
) -> Input | Group:
    name, way = f"{owner.__name__}.{field.name}", f"{path}.{field.name}" if path else field.name
    inner, is_list = _inner(get_type_hints(owner)[field.name])
    default = _default(field)
    value = given.get(field.name, None if default is MISSING else default)
    if _is_document(inner):
        rows: list[FormRow]
        if is_list:
            rows = [draw(inner, v, choices, path=f"{way}.{n}") for n, v in enumerate(value or ())]
            rows.append(draw(inner, {}, choices, path=f"{way}.{len(rows)}", is_new=True))
        else:
            rows = [draw(inner, value or {}, choices, path=way)]
        return Group(path=way, name=name, rows=tuple(rows), is_list=is_list)
    held = [] if value is None else value if is_list else [value]
    of_type = choices.get("bool") if inner is bool else None
    offered = choices.get(name) or choices.get(field.name) or of_type or _members(inner)
    sort = _kind(inner, field.name, is_list=is_list, is_closed=bool(offered))
    return Input(
        path=way,
        name=name,
        kind=sort,
        values=tuple(_written(v, sort) for v in held),
        choices=tuple(offered),
        is_required=default is MISSING,
        is_default=default is not MISSING and value == default,
    )


def worded(kind: type) -> Iterator[tuple[str, type[StrEnum]]]:
    """Yield the name and type of every field, at any depth, that holds an enumeration."""
    for field in fields(kind):
        inner, _ = _inner(get_type_hints(kind)[field.name])
        if _is_document(inner):
            yield from worded(inner)
        elif isinstance(inner, type) and issubclass(inner, StrEnum):
            yield f"{kind.__name__}.{field.name}", inner


def read(kind: type, form: FormData, *, path: str = "") -> tuple[dict[str, Any], list[Unread]]:
    """Return a form's document in JSON's own types, and the inputs that could not be read."""
    found: dict[str, Any] = {}
    unread: list[Unread] = []
    hints = get_type_hints(kind)
    for field in fields(kind):
        name, way = f"{kind.__name__}.{field.name}", f"{path}.{field.name}" if path else field.name
        inner, is_list = _inner(hints[field.name])
        if _is_document(inner):
            read_ = [
                read(inner, form, path=p) for p in (_rows(inner, form, way) if is_list else [way])
            ]
            if read_ or field.default is not UNSET:
                found[field.name] = [each for each, _ in read_] if is_list else read_[0][0]
            unread += [u for _, more in read_ for u in more]
            continue
        texts = [str(t).strip() for t in form.getlist(way) if str(t).strip()]
        values = []
        for text in texts:
            try:
                values.append(_value(text, inner, field.name))
            except (ValueError, InvalidOperation):
                values.append(AsWritten(text))
                unread.append(Unread(name=name, text=text))
        if is_list:
            found[field.name] = values
        elif values:
            found[field.name] = values[0]
        elif _default(field) is MISSING:
            unread.append(Unread(name=name, text=""))
    return found, unread


def _rows(kind: type, form: FormData, path: str) -> Iterator[str]:
    """Yield the paths of a list's rows that hold a value and were not ticked for deletion."""
    heads = {key[len(path) + 1 :].split(".", 1)[0] for key in form if key.startswith(f"{path}.")}
    for head in sorted((h for h in heads if h.isdecimal()), key=int)[:MOST_ROWS]:
        way = f"{path}.{head}"
        if f"{way}.{DROP}" not in form and _holds_something(kind, form, way):
            yield way


def _holds_something(kind: type, form: FormData, path: str) -> bool:
    hints = get_type_hints(kind)
    for field in fields(kind):
        inner, _ = _inner(hints[field.name])
        starts_empty = _default(field) in (MISSING, None, "", [])
        if starts_empty and not _is_document(inner) and any(form.getlist(f"{path}.{field.name}")):
            return True
    return False


def _inner(hint: Any) -> tuple[Any, bool]:
    """Return a field's inner type, and whether it holds many.

    tuple[X, ...] and X | None are both of X, and so is what may be unset.
    """
    if isinstance(hint, UnionType):
        (hint,) = (a for a in get_args(hint) if a not in {type(None), UnsetType})
    if get_origin(hint) is tuple:
        return get_args(hint)[0], True
    return hint, False


def _is_document(inner: Any) -> TypeGuard[type]:
    return is_dataclass(inner)


def _default(field: Field[Any]) -> Any:
    if field.default is UNSET:
        return None
    return MISSING if field.default is MISSING else plain(field.default)


def _members(kind: Any) -> tuple[InputChoice, ...]:
    """Return the choices of an enumeration, or none for another type."""
    if kind is bool:
        return tuple(InputChoice(value=v, label=v) for v in ("yes", "no"))
    is_words = isinstance(kind, type) and issubclass(kind, StrEnum)
    return tuple(InputChoice(value=w.value, label=w.value) for w in kind) if is_words else ()


def _is_length(name: str) -> bool:
    return name == "seconds" or name.endswith("_seconds")


def _kind(inner: Any, name: str, *, is_list: bool, is_closed: bool) -> str:
    if is_closed:
        return "choices" if is_list else "choice"
    if _is_length(name):
        return "minutes"
    return {int: "number", Decimal: "number", date: "date", time: "time"}.get(inner, "text")


def _written(value: Any, kind: str) -> str:
    if isinstance(value, AsWritten):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "minutes":
        minutes, seconds = divmod(value, 60)
        return f"{minutes}:{seconds:02}" if seconds else str(minutes)
    return str(value)[:5] if kind == "time" else str(value)


def _grouped(text: str) -> str:
    return text if isinstance(text, AsWritten) else f"{Decimal(text):,f}"


def _value(text: str, inner: Any, name: str) -> Any:
    """Return a text's value in JSON's types.

    Raise ValueError or InvalidOperation if it has none.
    """
    if inner is bool:
        return text == "yes"
    if inner not in (int, Decimal):
        return f"{text}:00" if inner is time and len(text) == len("00:00") else text
    whole, colon, seconds = text.replace(",", "").partition(":")
    figure = _figure(whole)
    if colon and not _is_length(name):
        raise ValueError(text)
    if _is_length(name):
        figure = figure * 60 + (_figure(seconds) if colon else 0)
    if inner is Decimal:
        return str(figure)
    if figure != int(figure):
        raise ValueError(text)
    return int(figure)


def _figure(text: str) -> Decimal:
    """Return a number of at most MOST_DIGITS digits before the point and as many after it.

    Raise ValueError or InvalidOperation for another text.
    """
    figure = Decimal(text)
    if not figure.is_finite() or not -MOST_DIGITS <= figure.adjusted() < MOST_DIGITS:
        raise ValueError(text)
    return figure
