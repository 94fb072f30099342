"""The routers of all pages, which the application includes."""

from __future__ import annotations

from api.pages.billing import evidence, month_closing, statement_actions, statements, tariffs
from api.pages.booking import (
    applications,
    booking_edits,
    booking_form,
    bookings,
    calendar,
    checklists,
    closures,
    equipment,
    ledger,
    live_floor,
    rulebook,
    sister_machines,
    technicians,
    time_picker,
    to_do,
    waiting,
)
from api.pages.machines import (
    at_machine,
    device_signals,
    limits,
    machine_register,
    machines,
    unknown_devices,
)
from api.pages.operations import checks
from api.pages.people import (
    account,
    account_administration,
    agreements,
    centre,
    companies,
    company_import,
    invitations,
    join_requests,
    login,
    login_methods,
    opening_hours,
    pledges,
)
from api.pages.reports import agency, figures, reports
from api.pages.training import courses, past_trainings

ROOMS = tuple(
    room.router
    for room in (
        login,
        account,
        account_administration,
        agreements,
        login_methods,
        join_requests,
        invitations,
        centre,
        machines,
        at_machine,
        machine_register,
        limits,
        unknown_devices,
        booking_form,
        time_picker,
        booking_edits,
        sister_machines,
        applications,
        waiting,
        technicians,
        equipment,
        bookings,
        calendar,
        statements,
        statement_actions,
        evidence,
        live_floor,
        to_do,
        month_closing,
        tariffs,
        rulebook,
        checklists,
        closures,
        ledger,
        opening_hours,
        figures,
        reports,
        agency,
        companies,
        company_import,
        pledges,
        courses,
        past_trainings,
        device_signals,
        checks,
    )
)
