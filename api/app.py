"""The application with its routes, limits and headers."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import monotonic

import anyio.to_thread
from fastapi import Depends, FastAPI, Request, Response
from prometheus_client import CollectorRegistry

from api import description, errors
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
from gadong.core.domain.problem import TooManyRequests
from gadong.core.domain.typed_number import whole_number
from gadong.core.named_locks import NamedLocks
from gadong.machines.domain.calibrations.certificate import MOST_BYTES as MOST_CERTIFICATE_BYTES
from gadong.machines.services.photos import MOST_BYTES
from gadong.migrations import revisions
from gadong.operations.services import program_metrics
from gadong.service_manager import say_alive
from gadong.settings import Settings

# A statement's decisions and a tariff are the largest bodies; they stay far below this.
BODY_LIMIT = 262_144
# A photo from a telephone is larger, and a form adds some bytes around it.
PHOTO = re.compile(r"/machines/[^/]+/photo")
# A sample's photo is in base64 through the API, and a form's part on the page.
SAMPLE = re.compile(r"(/api/v1)?/commissions/[^/]+/samples")
SAMPLE_LIMIT = MOST_BYTES * 4 // 3 + 10_000
PHOTO_LIMIT = MOST_BYTES + 10_000
# A checklist may bring three photos of a telephone, in base64 through the API.
CHECKLIST = re.compile(r"(/api/v1)?/machines/[^/]+/(checklists/(before|after)|checklist-answers)")
CHECKLIST_LIMIT = 4 * MOST_BYTES
# The API brings a calibration's certificate, or a file of commissioned work, in base64; a form adds
# some bytes around it.
CERTIFICATE = re.compile(
    r"/api/v1/machines/[^/]+/calibrations/[^/]+/certificate|/register/[^/]+/certificates"
    r"|(/api/v1)?/commissions/[^/]+/(files|reports)"
)
CERTIFICATE_LIMIT = MOST_CERTIFICATE_BYTES * 4 // 3 + 10_000
# A table of 5,000 companies has 900 kB of text; JSON carries it with escapes, or a file as base64.
TABLE = re.compile(
    r"/company-import|/(bank|approvals)/import"
    r"|/api/v1/centres/[^/]+/(company|bank|approval)-imports(/preview)?"
)
TABLE_LIMIT = 3_000_000


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
    app.middleware("http")(_bounded)
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


def _kept(request: Request) -> str:
    """Return the Cache-Control of an answer.

    Browsers keep a file or photo for ever if its address carries its digest, and nothing else.
    """
    path, is_fixed = request.url.path, "v" in request.query_params
    if is_fixed and path.startswith("/static/"):
        return f"public, max-age={layout.YEAR}, immutable"
    if is_fixed and PHOTO.fullmatch(path):
        return f"private, max-age={layout.YEAR}, immutable"
    return "no-store"


def _need_assets() -> None:
    """Raise RuntimeError if the pages' static files are missing."""
    if not (layout.STATIC / "vendor/tabler.min.css").exists():
        raise RuntimeError("the pages' files are missing; run: python -m deploy.assets")


def _refused_body(request: Request) -> Response | None:
    """Return the refusal of a body that is too large or whose length is not known."""
    if request.method not in {"POST", "PUT", "PATCH"}:
        return None
    length, most = request.headers.get("content-length"), _largest_body(request.url.path)
    if length is None and "transfer-encoding" in request.headers:
        return errors.answer("invalid", "Send a Content-Length", {}, status=411)
    if length is not None and whole_number(length, most) is None:
        return errors.answer("invalid", f"A body has at most {most} bytes", {}, status=413)
    return None


def _largest_body(path: str) -> int:
    """Return the number of bytes that a request to a path may bring."""
    if PHOTO.fullmatch(path):
        return PHOTO_LIMIT
    if SAMPLE.fullmatch(path):
        return SAMPLE_LIMIT
    if CERTIFICATE.fullmatch(path):
        return CERTIFICATE_LIMIT
    if TABLE.fullmatch(path):
        return TABLE_LIMIT
    return CHECKLIST_LIMIT if CHECKLIST.fullmatch(path) else BODY_LIMIT


async def _bounded(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Refuse bodies that are too large or of unknown length, and callers over their rate limit."""
    began = monotonic()
    if refused := _refused_body(request):
        response = refused
    elif wait := request.app.state.pace.wait(request):
        response = errors.respond(
            request, TooManyRequests(f"Wait {wait} seconds", retry_after=wait)
        )
    else:
        response = await call_next(request)
    request.app.state.metrics.answered(request, response.status_code, monotonic() - began)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = _kept(request)
    return response
