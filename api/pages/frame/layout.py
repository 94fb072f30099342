"""The frame of a page: its viewer, language, surroundings and security headers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from api.identity import Connections, Who, caller, secret
from api.pages import stylesheet
from api.pages.frame import kept_refusal, kinds, navigation
from api.pages.frame.english_parts import with_english_parts
from api.pages.frame.labels.dialect_labels import DIALECT_NAMES
from api.pages.frame.texts import (
    ABOUT,
    ACTS,
    AGREEMENTS,
    BOOKINGS,
    OBJECTIONS,
    RESULTS,
    ROLES,
    STATEMENTS,
    STATES,
    STEPS,
    USAGE_MODES,
    Words,
)
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import AgreementNeeded, GadongError, NotFound, ProofNeeded
from gadong.machines.domain.machine import Machine
from gadong.operations.services import jobs
from gadong.people.domain.centre import Centre
from gadong.people.domain.company_category import category_names
from gadong.people.services import accounts, agreements
from gadong.texts.catalogue import FURTHER, LANGUAGES, TAGS, Language
from gadong.texts.charges import COMPONENTS
from gadong.texts.refusals import sentence

STATIC = Path(__file__).parents[1] / "static"
SEOUL = ZoneInfo("Asia/Seoul")
# Only our own files, no script or style inside a page; images may be data URLs, since Tabler's
# marks are.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src "
    "'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
# Paths open before acceptance of the agreements: reading them, language, own data, and logout.
WITHOUT_AGREEING = ("/agreements", "/look", "/logout", "/account")
THEMES = ("auto", "light", "dark")
YEAR = 366 * 86_400
SAID = "gadong_said"
# Browsers keep 4 KB a cookie.
MOST_SAID = 3500


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The viewer of a page, with the chosen centre."""

    who: Caller
    name: str
    words: Words
    centres: tuple[Centre, ...]
    companies: tuple[tuple[Any, str], ...]
    centre: Centre | None
    #: Notices that came since the viewer last looked at them.
    unseen: int = 0

    def may(self, right: Right, *others: Right) -> bool:
        """Return whether the viewer has one of the rights at the chosen centre.

        An agency has none: its right to figures counts wherever it oversees a centre.
        """
        if self.centre is None and self.who.oversees and Right.FIGURES_SEE in {right, *others}:
            return True
        return self.centre is not None and self.who.may(self.centre.id, right, *others)

    def need_centre(self) -> Centre:
        """Return the chosen centre; raise NotFound without one."""
        if self.centre is None:
            raise NotFound("You have nothing to do with any centre yet")
        return self.centre

    def need(self, right: Right, *others: Right) -> Centre:
        """Return the chosen centre if the viewer has one of the rights there."""
        centre = self.need_centre()
        self.who.need(centre.id, right, *others)
        return centre

    def at(self, centre_id: CentreId) -> Look:
        """Return the viewer at the centre of what the page shows, whichever is chosen."""
        centre = next((c for c in self.centres if c.id == centre_id), self.need_centre())
        return replace(self, centre=centre, words=replace(self.words, zone=centre.zone))


def language_of(request: Request) -> Language:
    """Return the chosen language, else the browser's, else Korean."""
    chosen = request.cookies.get("gadong_language", "")
    wanted = chosen or request.headers.get("accept-language", "")[:2].lower()
    return next((language for language in LANGUAGES if language == wanted), "ko")


def look(request: Request, who: Who, pool: Connections) -> Look:
    """Return the viewer of a page with name, centres and chosen centre.

    The agreements in force must have been accepted.
    """
    if not request.url.path.startswith(WITHOUT_AGREEING):
        agreements.need_accepted(pool, who)
    person, companies, centres = accounts.describe(pool, who)
    wanted = request.query_params.get("centre") or request.cookies.get("gadong_centre", "")
    chosen = next((c for c in centres if c.slug == wanted), centres[0] if centres else None)
    return Look(
        who=who,
        name=person.name,
        words=Words(language_of(request), chosen.zone if chosen else SEOUL),
        centres=tuple(centres),
        companies=tuple(companies),
        centre=chosen,
        unseen=jobs.unseen_notices(pool, who),
    )


Looking = Annotated[Look, Depends(look)]


async def proven(looking: Looking) -> Look:
    """Return the viewer, whose password or passkey was checked within the last minutes."""
    looking.who.need_proven(datetime.now(UTC))
    return looking


Proven = Annotated[Look, Depends(proven)]


@cache
def version_of(name: str) -> str:
    """Return a static file's version for its address, so that browsers keep it until it changes."""
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def static(name: str) -> str:
    """Return a static file's address."""
    return f"/static/{name}?v={version_of(name)}"


@cache
def icon(name: str) -> Markup:
    """Return an icon as a drawing in the page, which no reader is told of: a word stands beside
    it.
    """
    drawn = (STATIC / "vendor/icons" / f"{name}.svg").read_text()
    inside = drawn[drawn.index(">", drawn.index("<svg")) + 1 : drawn.rindex("</svg>")]
    return Markup(  # noqa: S704  # a file of our own
        '<svg class="icon" aria-hidden="true" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        f' stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{inside}</svg>'
    )


@cache
def templates() -> Environment:
    """Return the templates.

    A value is escaped unless it is Markup, and a missing name is an error.
    """
    made = Environment(
        loader=PackageLoader("api.pages", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    made.globals.update(
        static=static,
        icon=icon,
        kind_icon=kinds.kind_icon,
        navigation=navigation,
        stylesheet=f"/static/{stylesheet.NAME}?v={stylesheet.version()}",
        LANGUAGES=LANGUAGES,
        TAGS=TAGS,
        COMPONENTS=COMPONENTS,
        STATES=STATES,
        BOOKINGS=BOOKINGS,
        USAGE_MODES=USAGE_MODES,
        STATEMENTS=STATEMENTS,
        STEPS=STEPS,
        OBJECTIONS=OBJECTIONS,
        ROLES=ROLES,
        ACTS=ACTS,
        RESULTS=RESULTS,
        AGREEMENTS=AGREEMENTS,
        ABOUT=ABOUT,
        DIALECT_NAMES=DIALECT_NAMES,
    )
    made.filters["path"] = lambda text: quote(str(text), safe="")
    return made


def render(template: str, words: Words, **told: object) -> str:
    """Return a template's text in a language."""

    def told_problem(problem: Any) -> str:
        return sentence(problem, words.language)

    def named(machine: Machine) -> str:
        return words.either(machine.name_ko, machine.name_en)

    def kind_name(kind: str) -> str:
        return kinds.kind_name(words, kind)

    def category_name(category: str) -> str:
        return words.either(*category_names(category))

    found = templates().get_template(template)
    text = found.render(
        _=words.marked,
        w=words,
        told=told_problem,
        named=named,
        kind_name=kind_name,
        category_name=category_name,
        **told,
    )
    return with_english_parts(text) if words.language in FURTHER else text


def page(
    request: Request,
    looking: Look | Words | None,
    template: str,
    *,
    status: int = 200,
    **told: object,
) -> HTMLResponse:
    """Return a whole page in its frame.

    Without a viewer it is in the words given, or in the browser's language.
    """
    viewer = looking if isinstance(looking, Look) else None
    spoken = viewer.words if viewer else looking
    words = spoken if isinstance(spoken, Words) else Words(language_of(request), SEOUL)
    theme = request.cookies.get("gadong_theme", "auto")
    kind, _, said = unquote(request.cookies.get(SAID, "")).partition(":")
    refused = kept_refusal.of(request)
    text = render(
        template,
        words,
        look=viewer,
        path=request.url.path,
        here=address_of(request),
        theme=theme if theme in THEMES else "auto",
        **{
            "done": said if kind == "done" else "",
            "wrong": said if kind == "wrong" else refused.sentence if refused else "",
            **told,
        },
    )
    answer = HTMLResponse(
        text, status_code=status, headers={"Content-Security-Policy": POLICY, **HARDENING}
    )
    if said:
        answer.delete_cookie(SAID, path="/")
    return answer


HARDENING = {
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Cookie, Accept-Language",
}


def address_of(request: Request) -> str:
    """Return the path and query that was asked for."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


# The same words for an address that is known and for a new one.
PERSON_ADDED = (
    "Added. Tell them their password; somebody who has an account keeps its own and is asked "
    "by mail."
)


def go(to: str, *, said: str = "", wrong: str = "") -> RedirectResponse:
    """Redirect to a page that shows a message once.

    The message is in a cookie, so that no link can put text into a page.
    """
    answer = RedirectResponse(to, status_code=303)
    if said or wrong:
        told = quote(f"wrong:{wrong}" if wrong else f"done:{said}")
        answer.set_cookie(
            SAID, told[:MOST_SAID], max_age=60, httponly=True, samesite="lax", path="/"
        )
    return answer


def own_path(wanted: str) -> str:
    """Return a path of this site, or the front page for anything else.

    No link can therefore lead to another site.
    """
    parts = urlsplit(wanted)
    is_ours = (
        not parts.scheme
        and not parts.netloc
        and wanted.startswith("/")
        and not wanted.startswith("//")
    )
    return wanted if is_ours and "\\" not in wanted else "/"


def optional(request: Request, pool: Connections) -> Look | None:
    """Return the viewer of a page that is open to everybody, or None without a login."""
    try:
        return look(request, caller(request, secret(request)), pool)
    except ProofNeeded:
        raise  # they are somebody, and are led to their account
    except AgreementNeeded:
        raise  # likewise, to what they are to accept
    except GadongError:
        return None
