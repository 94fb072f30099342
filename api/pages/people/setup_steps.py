"""The way of a centre from nothing to its first booking: each step, and whether it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from api.pages.frame.layout import Look
from gadong.billing.services import holidays
from gadong.billing.services.prices import tariffs
from gadong.booking.domain.booking_filter import BookingFilter
from gadong.booking.services import booking_lists, timeline
from gadong.booking.services.rules import rulebook
from gadong.core.database import Pool
from gadong.core.domain.access import RIGHTS, Role
from gadong.machines.domain.observation import Observed, observed_at
from gadong.machines.services import observations
from gadong.metering.services import onboarding
from gadong.people.services import accounts, centres, legal_parties, members

#: The country's holidays come by themselves, the usual rules hold, and one person may be the staff.
OPTIONAL = {"/holidays", "/rules", "/centre#staff"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStep:
    """A step in the viewer's language, with the page on which it is done.

    The first booking needs no optional step.
    """

    label: str
    path: str
    is_done: bool
    is_optional: bool = False


def setup_steps(looking: Look, pool: Pool) -> list[SetupStep]:
    """Return the steps in their order.

    There are none once every step that is not optional is done, nor for who may not do them all.
    """
    centre, who, now = looking.need_centre(), looking.who, datetime.now(UTC)
    if not who.rights_at(centre.id) >= RIGHTS[Role.MANAGER]:
        return []
    history = centres.standing(pool, who, centre.id)
    hall = [s for s in timeline.seen(pool, who, centre=centre.id) if not s.machine.retired_at]
    known = observations.of_centre(pool, who, centre.id)
    is_heard = all(
        s.live is not None or observed_at(known.get(s.machine.id, ()), now) is not Observed.SIGNAL
        for s in hall
    )
    # A heard device waits on the desk to be bound; before that it needs a login.
    unknown = onboarding.unknown(pool, who, centre.id)
    devices = "/desk#todo-unknown" if unknown else "/centre#devices" if is_heard else "/devices/new"
    words, booked = looking.words, BookingFilter(centre=centre.id)
    steps = (
        (
            words.say("Say the address and the desk's telephone"),
            "/about",
            bool(history.contact.phone),
        ),
        (words.say("Say when the centre is open"), "/hours", bool(history.weeks)),
        (
            words.say("Look through the holidays"),
            "/holidays",
            bool(holidays.of_year(pool, who, centre.id, now.astimezone(centre.zone).year)),
        ),
        (words.say("Enter the machines and rooms"), "/register", bool(hall)),
        (words.say("Bind the devices of machines with signals"), devices, bool(hall) and is_heard),
        (words.say("Say how one books"), "/rules", rulebook.has_own(pool, who, centre.id)),
        (
            words.say("Publish a price table"),
            "/tariffs",
            any(t.published_at for t in tariffs.of_centre(pool, who, centre.id)),
        ),
        (
            words.say("Say who the centre is on its documents"),
            "/companies",
            bool(legal_parties.of_centre(pool, who, centre.id).registration_number),
        ),
        (
            words.say("Add who works here"),
            "/centre#staff",
            len(members.staff(pool, who, centre.id)) > 1,
        ),
        (
            words.say("Enter the companies, one by one or from a table"),
            "/company-import",
            bool(accounts.companies(pool, who, centre.id)),
        ),
        (
            words.say("Make the first booking"),
            "/calendar",
            bool(booking_lists.page_by_start(pool, who, booked, after=None, most=1)),
        ),
    )
    made = [
        SetupStep(label=label, path=path, is_done=done, is_optional=path in OPTIONAL)
        for label, path, done in steps
    ]
    return [] if all(step.is_done or step.is_optional for step in made) else made
