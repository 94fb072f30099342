"""The routers of all pages, which the application includes."""

from __future__ import annotations

from api.pages.billing import (
    billing_now,
    cash_receipts,
    company_accounts,
    evidence,
    month_closing,
    statement_actions,
    statement_list,
    statements,
    tariffs,
)
from api.pages.booking import (
    applications,
    booking_edits,
    booking_form,
    booking_list,
    bookings,
    calendar,
    closures,
    equipment,
    live_floor,
    quotation,
    sister_machines,
    technicians,
    time_picker,
    to_do,
    waiting,
)
from api.pages.booking.rules import rulebook
from api.pages.booking.safety import checklists
from api.pages.booking.shares import cost_shares
from api.pages.booking.use_log import ledger, ledger_entries
from api.pages.booking.week import week
from api.pages.commissions import commission, commission_files, commission_samples, commissions
from api.pages.frame import offline
from api.pages.machines import (
    at_machine,
    certificates,
    device_signals,
    device_wizard,
    favourites,
    limits,
    machine_register,
    machines,
    register_columns,
    unknown_devices,
    upkeep,
)
from api.pages.notices import push
from api.pages.operations import checks, styles
from api.pages.people import (
    about,
    account,
    account_administration,
    agreements,
    centre,
    companies,
    company,
    company_import,
    company_profile,
    invitations,
    join_requests,
    login,
    login_methods,
    opening_hours,
    payers,
    pledges,
)
from api.pages.reports import agency, figures, reports, survey
from api.pages.satisfaction import answers, questions
from api.pages.stays import storage, tenancies
from api.pages.training import courses, guidance, past_trainings

ROOMS = tuple(
    room.router
    for room in (
        login,
        offline,
        account,
        push,
        account_administration,
        agreements,
        answers,
        questions,
        billing_now,
        company_accounts,
        login_methods,
        join_requests,
        invitations,
        centre,
        about,
        machines,
        favourites,
        at_machine,
        machine_register,
        certificates,
        register_columns,
        upkeep,
        limits,
        unknown_devices,
        device_wizard,
        booking_form,
        quotation,
        time_picker,
        booking_edits,
        sister_machines,
        cost_shares,
        applications,
        waiting,
        technicians,
        equipment,
        booking_list,
        bookings,
        calendar,
        week,
        statement_list,
        statements,
        statement_actions,
        cash_receipts,
        evidence,
        live_floor,
        to_do,
        month_closing,
        tariffs,
        rulebook,
        checklists,
        closures,
        ledger,
        ledger_entries,
        opening_hours,
        figures,
        reports,
        survey,
        agency,
        companies,
        company,
        payers,
        company_import,
        company_profile,
        pledges,
        courses,
        guidance,
        tenancies,
        storage,
        commissions,
        commission_files,
        commission_samples,
        commission,
        past_trainings,
        device_signals,
        checks,
        styles,
    )
)
