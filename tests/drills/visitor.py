"""A visitor of the demonstration who books, cancels, and looks at pages without a rest."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import httpx2

from gadong.cli.demonstration import LOGINS, PASSWORD

MEMBER, MANAGER = LOGINS["member of 한솔정밀"], LOGINS["manager"]
PAGES = ("/machines", "/floor", "/calendar", "/desk", "/reports", "/api/v1/machines")
MACHINES = ("printer-1", "printer-2", "mc-1", "cmm-1", "press-1", "room-1")
# The demonstration's people book some ten slots a day and would look every minute; this is more
# than ten times as often.
EVERY_SECONDS = 5.0
# Bookings reach so far ahead.
DAYS = 14


class Visitor:
    """A thread that asks the API until stopped, and counts the answers by their status."""

    def __init__(self, url: str) -> None:
        """Start asking."""
        self.answers: Counter[str] = Counter()
        self._url = url
        self._stopping = Event()
        self._thread = Thread(target=self._visit, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait for the last answer."""
        self._stopping.set()
        self._thread.join(60)

    def _visit(self) -> None:
        chance = random.Random(26)
        with (
            httpx2.Client(base_url=self._url, timeout=60) as member,
            httpx2.Client(base_url=self._url, timeout=60) as manager,
        ):
            while not self._stopping.wait(EVERY_SECONDS):
                for client, email in ((member, MEMBER), (manager, MANAGER)):
                    try:
                        self._ask(client, email, chance)
                    except httpx2.TransportError:
                        self.answers["unanswered"] += 1

    def _ask(self, client: httpx2.Client, email: str, chance: random.Random) -> None:
        if not client.cookies:
            self._count("login", client.post("/login", data={"email": email, "password": PASSWORD}))
        self._count("page", client.get(chance.choice(PAGES), headers={"accept": "text/html"}))
        if email != MEMBER:
            return
        day = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
        start = day + timedelta(hours=chance.randrange(24 * DAYS))
        booked = client.post(
            "/api/v1/bookings",
            json={
                "machine_slug": chance.choice(MACHINES),
                "start": start.isoformat(),
                "end": (start + timedelta(hours=1)).isoformat(),
            },
        )
        self._count("booking", booked)
        if booked.status_code == 201:
            number = booked.json()["id"]
            self._count("cancelling", client.post(f"/api/v1/bookings/{number}/cancel"))

    def _count(self, what: str, answer: httpx2.Response) -> None:
        self.answers[f"{what} {answer.status_code}"] += 1
