"""Every list that grows with a centre has pages: each page is opened where there is much of all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

from fastapi.testclient import TestClient

from api.pages.frame.listing import ROWS
from tests.support.page_fixtures import Visit
from tests.support.pages.long_lists import MANY, crowd
from tests.support.pages.pages import text_of
from tests.support.pages.routes import routes
from tests.support.world import World

#: Elements whose children are chosen or drawn and not read one below the other.
CHOSEN = {"head", "select", "datalist", "fieldset", "svg"}
#: Elements that a page has beside the rows of a list: other forms, a sum.
BESIDE = 5
#: Elements of HTML without an end.
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
QUERIES = {
    "/ledger": "?day={day}",
    "/upkeep": "?month={month}",
    "/month": "?month={month}",
    "/reports": "?month={month}",
}
#: Pages that show all of something on purpose, with the reason.
WHOLE: Mapping[str, str] = {
    "/floor": "a screen on the wall shows the whole hall",
    "/qr-codes": "sheets that are printed and cut",
    "/reports": "a report of all machines, read and printed as one",
}


class Longest(HTMLParser):
    """The longest run of children of one kind that an element of a page has."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, dict[str, int]]] = [("", {})]
        self.found: dict[str, int] = {}

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        """Count the element as a child, unless it is chosen from or drawn."""
        parent, counts = self._open[-1]
        if not CHOSEN & {name for name, _ in self._open}:
            counts[tag] = counts.get(tag, 0) + 1
            name = f"{parent} of {tag}"
            self.found[name] = max(self.found.get(name, 0), counts[tag])
        if tag not in VOID:
            self._open.append((tag, {}))

    def handle_endtag(self, tag: str) -> None:
        """Leave the element, and what was left open in it."""
        if tag in (name for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass


def long_runs(html: str) -> Iterator[str]:
    """Yield what of a page is longer than a page of a list."""
    reader = Longest()
    reader.feed(html)
    yield from (f"{name}: {count}" for name, count in reader.found.items() if count > ROWS + BESIDE)


def opened(client: TestClient, ids: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of every page that the manager may see."""
    for route in routes():
        where = re.sub(r"\{(\w+)(:\w+)?\}", lambda name: ids.get(name[1], "none"), route.path)
        if "GET" in (route.methods or ()):
            answer = client.get(where + QUERIES.get(route.path, "").format(**ids))
            if answer.status_code == 200 and "html" in answer.headers["content-type"]:
                yield route.path, answer.text


def test_every_list_that_grows_has_pages_and_a_search_of_its_own(
    visit: Visit, world: World
) -> None:
    manager = visit(None)
    ids = crowd(world, manager)
    seen = dict(opened(manager, ids))
    assert set(WHOLE) <= set(seen)
    faults = [
        f"{path}: {run}"
        for path, html in seen.items()
        if path not in WHOLE
        for run in long_runs(html)
    ]
    assert not faults, "\n".join(faults)

    def found(where: str, name: str) -> list[int]:
        answer = manager.get(where.format(**ids))
        assert answer.status_code == 200, where
        text = text_of(answer.text)
        return sorted({int(n) for n in re.findall(rf"{name} (\d+)\b", text)})

    assert found("/ledger?day={day}&q=이용 59", "이용") == [59]
    assert found("/upkeep?month={month}&q=소음 58", "소음")[-1] == 58
    # A search is one list's own: the others of its page stay whole.
    staff = "/centre?list=staff&q=staff 57"
    assert (found(staff, "staff"), found(staff, "장치")) == ([57], list(range(ROWS)))
    assert found("/centre?list=devices&page=2", "장치") == list(range(ROWS, MANY))
    person = "/companies/{company_id}?list=people&q=member-7@"
    assert manager.get(person.format(**ids)).text.count("<li>member ") == 1
    for long in ("/notices?page=2", "/machines?page=2&minutes=60", "/calendar?page=2"):
        assert "2쪽 가운데 2쪽" in text_of(manager.get(long).text), long
