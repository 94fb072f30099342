"""The application with its routes and what stands before them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import Depends, FastAPI
from prometheus_client import CollectorRegistry

from api import description, errors
from api.bounds import Bounds
from api.live import Floor
from api.locations import Locations
from api.metrics import ApiMetrics
from api.pages import stylesheet
from api.pages.frame import layout
from api.pages.frame.refused_forms import RefusedForms
from api.pages.frame.routers import ROOMS
from api.preconditions import Preconditions
from api.rate_limit import RequestPace
from api.repetitions import Repetitions
from api.request_ids import RequestIds
from api.routes_by_word import RoutesByWord
from api.static_files import PackedFiles
from api.v1.billing import (
    approval_imports,
    bank_entries,
    billing_now,
    company_accounts,
    corrections,
    customer_check,
    evidence,
    programme_budgets,
    programme_claims,
    quotations,
    sales,
    statement_files,
    statements,
)
from api.v1.billing.counters import counter_uses
from api.v1.booking import (
    approvals,
    booking_changes,
    bookings,
    logged_uses,
    rulebook,
    staff_calls,
    technicians,
    waiting_list,
)
from api.v1.booking.applications import applications
from api.v1.booking.centre_calendar import agenda, calendar_feeds, closures
from api.v1.booking.displaced import sister_machines
from api.v1.booking.equipment import equipment
from api.v1.booking.safety import checklists
from api.v1.booking.shares import cost_shares
from api.v1.commissions import (
    commission_assignments,
    commission_files,
    commission_queue,
    commission_samples,
    commissions,
)
from api.v1.interlock import interlocks
from api.v1.known_parameters import need_known_parameters
from api.v1.machines import (
    decisions,
    devices,
    energy,
    inbox,
    limits,
    machines,
    register,
    sources,
    upkeep,
)
from api.v1.notices import notices, text_messages
from api.v1.operations import audit, system
from api.v1.people import (
    account_administration,
    agreements,
    centres,
    companies,
    company_imports,
    company_people,
    consents,
    join_requests,
    legal_parties,
    passkeys,
    people,
    phone_numbers,
    pledges,
    service_accounts,
)
from api.v1.people.payers import company_profiles
from api.v1.reports import reports, survey
from api.v1.satisfaction import satisfaction
from api.v1.stays import lots, tenancies
from api.v1.training import courses, guidance, trainings
from gadong.core.database import open_pool
from gadong.core.named_locks import NamedLocks
from gadong.migrations import revisions
from gadong.operations.services import program_metrics
from gadong.service_manager import say_alive
from gadong.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """Return the application with its own connections, which close with it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        told: Settings = app.state.settings
        # As many threads as connections: a thread without a connection would only wait for one.
        anyio.to_thread.current_default_thread_limiter().total_tokens = told.database_connections
        app.state.pool = open_pool(told.database_url, size=told.database_connections, name="api")
        app.state.floor = Floor(told.database_url)
        app.state.locks = NamedLocks(told.database_url)
        app.state.registry = found = program_metrics.registry(app.state.pool)
        app.state.metrics = ApiMetrics(found)
        watching = [app.state.floor.listen(), app.state.metrics.watch_loop(), say_alive()]
        tasks = [asyncio.create_task(one) for one in watching]
        with program_metrics.serving(*told.metrics_at("api"), found):
            yield
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        app.state.locks.close()
        app.state.pool.close()

    app = FastAPI(
        title="Gadong",
        version="1",
        description=description.WORDS,
        lifespan=lifespan,
        docs_url=None,  # its pages load scripts from elsewhere; /openapi.json is complete
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.revision = revisions()[-1]
    errors.install(app)
    app.add_middleware(RefusedForms)
    app.add_middleware(Preconditions)
    app.add_middleware(Locations)
    app.add_middleware(Repetitions)
    app.add_middleware(Bounds)
    app.add_middleware(RequestIds)
    app.state.pace = RequestPace()
    app.state.metrics = ApiMetrics(CollectorRegistry())  # until the application has a pool
    app.include_router(system.probes)
    app.include_router(calendar_feeds.public, responses=errors.RESPONSES)
    for routes in (
        people,
        company_imports,
        company_people,
        phone_numbers,
        passkeys,
        account_administration,
        join_requests,
        consents,
        agreements,
        pledges,
        service_accounts,
        courses,
        trainings,
        guidance,
        tenancies,
        lots,
        commissions,
        commission_files,
        commission_samples,
        commission_queue,
        commission_assignments,
        staff_calls,
        machines,
        decisions,
        limits,
        checklists,
        register,
        rulebook,
        sources,
        inbox,
        energy,
        devices,
        centres,
        closures,
        logged_uses,
        bookings,
        booking_changes,
        approvals,
        sister_machines,
        cost_shares,
        applications,
        waiting_list,
        technicians,
        equipment,
        agenda,
        calendar_feeds,
        interlocks,
        statements,
        statement_files,
        counter_uses,
        billing_now,
        company_accounts,
        approval_imports,
        bank_entries,
        reports,
        survey,
        satisfaction,
        customer_check,
        corrections,
        evidence,
        quotations,
        legal_parties,
        companies,
        company_profiles,
        upkeep,
        sales,
        programme_budgets,
        programme_claims,
        notices,
        text_messages,
        audit,
        system,
    ):
        app.include_router(
            routes.router,
            prefix="/api/v1",
            responses=errors.RESPONSES,
            dependencies=[Depends(need_known_parameters)],
        )
    for room in ROOMS:
        app.include_router(room)
    _need_assets()
    styles = {stylesheet.NAME: stylesheet.stylesheet}
    app.mount("/static", PackedFiles(directory=layout.STATIC, styles=styles), name="static")
    app.router.middleware_stack = RoutesByWord(app.router)
    description.describe(app)
    return app


def _need_assets() -> None:
    """Raise RuntimeError if the pages' static files are missing."""
    if not (layout.STATIC / "vendor/tabler.min.css").exists():
        raise RuntimeError("the pages' files are missing; run: python -m deploy.assets")
