"""Search, order and pages of a list: one mechanism for every page that shows many of a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query

from gadong.core.domain.natural_order import matches, natural_key
from gadong.machines.domain.machine import Machine

T = TypeVar("T")

#: Rows of a page: a screen and a half at 1440, so that 1,000 companies stay quick to read.
ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSearch:
    """The search, the order and the page that somebody asks a list for.

    `name` says which list of a page with several; the page's first list needs none.
    """

    text: str = ""
    order: str = ""
    page: int = 1
    name: str = ""

    def of(self, name: str) -> ListSearch:
        """Return what is asked of the named list: nothing, where another list was meant."""
        return self if self.name == name else ListSearch(name=name)


async def _asked(
    q: Annotated[str, Query(max_length=100)] = "",
    order: Annotated[str, Query(max_length=30)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    name: Annotated[str, Query(alias="list", max_length=30)] = "",
) -> ListSearch:
    return ListSearch(text=q.strip(), order=order, page=page, name=name)


ListAsked = Annotated[ListSearch, Depends(_asked)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[T]):
    """One page of a list: its rows, and the figures and choices beside them.

    `found` are the rows that the search finds, of `total`. `orders` are the labels of the orders.
    `kept` are the page's other choices, which its addresses keep.
    """

    path: str
    asked: ListSearch
    rows: Sequence[T]
    found: int
    total: int
    page: int
    pages: int
    orders: Mapping[str, str]
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_long(self) -> bool:
        """Return whether the list is searched or has several pages."""
        return self.total > ROWS or bool(self.asked.text)

    @property
    def unsearched(self) -> str:
        """Return the address of the whole list, with the page's other choices."""
        query = f"?{urlencode(self.kept)}" if self.kept else ""
        return f"{self.path}{query}{self.place}"

    def address(self, page: int) -> str:
        """Return the address of another page of the same search and order."""
        values = {
            **self.kept,
            "list": self.asked.name,
            "q": self.asked.text,
            "order": self.asked.order,
            "page": page,
        }
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{self.path}?{query}{self.place}"

    @property
    def place(self) -> str:
        """Return the list's own place on a page with several, as an address ends with it."""
        return f"#{self.asked.name}" if self.asked.name else ""


def listing(
    path: str,
    items: Sequence[T],
    asked: ListSearch,
    *,
    text: Callable[[T], str],
    orders: Mapping[str, tuple[str, Callable[[T], str]]] | None = None,
    kept: Mapping[str, str] | None = None,
) -> Listing[T]:
    """Return the asked page of items whose searched `text` has the words of the search.

    `orders` have the label and the sorted text of each order; the first is the usual one. A number
    in a name sorts by its value. Without `orders` the items stay as they came. A page beyond the
    last is the last.
    """
    orders = orders or {}
    order = asked.order if asked.order in orders else next(iter(orders), "")
    found = [item for item in items if matches(text(item), asked.text)]
    if order:
        found.sort(key=lambda item: natural_key(orders[order][1](item)))
    labels = {name: label for name, (label, _) in orders.items()}
    shown = page_of(path, found, replace(asked, order=order), total=len(items))
    return replace(shown, orders=labels, kept=kept or {})


def machine_text(machine: Machine | None) -> str:
    """Return the text by which searches find a machine."""
    return f"{machine.name_ko} {machine.name_en} {machine.slug}" if machine else ""


def page_of(path: str, found: Sequence[T], asked: ListSearch, *, total: int) -> Listing[T]:
    """Return the asked page of items that were searched for and ordered already, of `total`."""
    pages = max(1, -(-len(found) // ROWS))
    page = min(asked.page, pages)
    return Listing(
        path=path,
        asked=replace(asked, page=page),
        rows=found[(page - 1) * ROWS : page * ROWS],
        found=len(found),
        total=total,
        page=page,
        pages=pages,
        orders={},
    )
