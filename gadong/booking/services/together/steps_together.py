"""One step on several bookings: on all of them, or on none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.booking_request import FreeSlot
from gadong.booking.services.evaluation import refuse
from gadong.booking.services.together import waiting_groups
from gadong.core.database import Tx
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import BookingId, MachineId
from gadong.core.domain.problem import Problem, Refused
from gadong.machines.domain.machine import Machine, of_machine

Step = Callable[[Tx, Machine, Booking], Booking]
#: Returns the step from the booking that is named, and from the ids that wait for a manager because
#: another machine of their group does.
StepFrom = Callable[[Booking, Collection[BookingId]], Step]


def whole(
    tx: Tx, hall: Mapping[MachineId, Machine], step_from: StepFrom, before: Sequence[Booking]
) -> list[Booking]:
    """Do the step on each booking; where one machine of a group waits for a manager, all wait.

    The machines' rules say only after the step which of them asks for approval.
    """
    origin = before[0]
    try:
        with tx.transaction():
            after = _each(tx, hall, step_from(origin, ()), before)
            _need_one_answer(before, after)
            return after
    except _SplitGroup as split:
        return _each(tx, hall, step_from(origin, split.ids), before)


def _each(
    tx: Tx, hall: Mapping[MachineId, Machine], step: Step, before: Sequence[Booking]
) -> list[Booking]:
    """Do the step on each booking; raise Refused with the problems of all."""
    if len(before) == 1:
        return [step(tx, hall[before[0].machine_id], before[0])]
    problems: list[Problem] = []
    choices: list[FreeSlot] = []
    done_: dict[BookingId, Booking] = {}
    waiting = list(before)
    while waiting:
        late: list[Booking] = []
        for booking in waiting:
            machine = hall[booking.machine_id]
            try:
                with tx.transaction():
                    done_[booking.id] = step(tx, machine, booking)
            except Refused as refused:
                late.append(booking)
                problems += [_of_part(p, machine, booking) for p in refused.problems]
                choices += [c for c in refused.alternatives if isinstance(c, FreeSlot)]
        # A date that goes where the next one stands goes once that has gone: as long as any went,
        # try again.
        if late and len(late) < len(waiting):
            problems, choices, waiting = [], [], late
            continue
        break
    if problems:
        refuse(problems, choices)
    return [done_[booking.id] for booking in before]


def _of_part(problem: Problem, machine: Machine, booking: Booking) -> Problem:
    details = {
        **problem.details,
        **of_machine(machine),
        "start": write_instant(booking.period.start),
    }
    known = problem.spoken.names if problem.spoken else {}
    names = {**known, machine.slug: (machine.name_ko, machine.name_en)}
    return replace(problem, details=details).saying(names=names)


def _need_one_answer(before: Sequence[Booking], after: Sequence[Booking]) -> None:
    """Raise _SplitGroup where one machine of a group would wait and another would not."""
    if standing := waiting_groups.would_stand(before, after):
        raise _SplitGroup(standing)


class _SplitGroup(Exception):  # it ends a first try, and reaches nobody
    """Some machines of a group would stand while others wait; `ids` are those that would stand."""

    def __init__(self, ids: Collection[BookingId]) -> None:
        """Say which would stand."""
        super().__init__()
        self.ids = ids
