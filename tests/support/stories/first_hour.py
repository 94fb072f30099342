"""The first hour of a centre in a browser: each step of its list, by links and forms alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from gadong.core.database import Pool
from gadong.core.domain.access import Role
from gadong.people.services import accounts, members
from gadong.people.services.accounts import OPERATOR
from tests.support.world import PASSWORD, registration_number

KST = ZoneInfo("Asia/Seoul")
MANAGER = "manager@first.example"
HALL = (
    ("3차원 측정기", "cmm-1", "cmm", "ledger"),
    ("3D 프린터", "printer-1", "3d-printer", "ledger"),
    ("멀티미디어실", "media-1", "room", "neither"),
)
FIRMS = (
    "기업명\t사업자번호\t담당자\t전화번호\n"
    f"한빛정밀\t{registration_number(0)}\t이한빛\t010-1234-5678\n"
    f"대야금형\t{registration_number(1)}\t\t\n"
)
#: Called on each page that is worth a look, with the name of its step.
Look = Callable[[str], None]


def nothing_but_a_manager(pool: Pool) -> None:
    """Make a centre and its manager, as the two commands of the README do."""
    centre = accounts.create_centre(pool, OPERATOR, slug="first", name="첫 소공인 센터")
    members.create_person(
        pool,
        OPERATOR,
        email=MANAGER,
        name="김담당",
        password=PASSWORD,
        centre=centre.id,
        roles={Role.MANAGER},
    )


@dataclass(frozen=True, slots=True)
class FirstHour:
    """A manager's browser, which follows the list of steps of the centre's page."""

    page: Page
    look: Look = lambda _: None

    def play(self) -> None:
        """Do every step of the list, in its order."""
        for step in (
            self.contact,
            self.hours,
            self.holidays,
            self.machines,
            self.devices,
            self.rules,
            self.prices,
            self.papers,
            self.staff,
            self.firms,
            self.booking,
        ):
            step()

    def contact(self) -> None:
        """Write the centre's address and telephone."""
        self._follow("센터 주소와 안내 전화번호")
        self.page.fill("#address", "경기도 시흥시 공단1대로 1")
        self.page.fill("#phone", "031-310-0000")
        self._keep(self.page.locator("form[action='/about']"))
        self._is_done("센터 주소와 안내 전화번호")

    def hours(self) -> None:
        """Close at half past five on Fridays, on the grid of the week."""
        self._follow("운영시간")
        self.page.get_by_label("금 닫는 시각").first.fill("17:30")
        self._keep(self.page.locator("form", has=self.page.locator("#grid-since")))
        expect(self.page.locator("main")).to_contain_text("금 09:00-17:30")
        self._is_done("운영시간")

    def holidays(self) -> None:
        """Enter the day on which the centre was founded."""
        self._follow("공휴일")
        self.page.fill("#day", f"{datetime.now(KST).year}-12-30")
        self.page.fill("#name", "개원 기념일")
        self._keep(self.page.locator("form[action='/holidays']"))
        expect(self.page.locator("main")).to_contain_text("개원 기념일")
        self._is_done("공휴일")

    def machines(self) -> None:
        """Register two machines and a room."""
        self._follow("장비와 공간")
        for name, slug, kind, observed in HALL:
            self.page.fill("#add-ko", name)
            self.page.fill("#add-slug", slug)
            self.page.fill("#add-kind", kind)
            self.page.select_option("#add-observed", observed)
            self._keep(self.page.locator("#add"))
            # Registered, one writes down what is known, or goes on with the next one.
            self.page.locator("main a[href='/register']").first.click()
            expect(self.page.locator("main")).to_contain_text(name)
        self._is_done("장비와 공간")

    def devices(self) -> None:
        """Make a login for a gateway that comes later, though no machine waits for one."""
        self._is_done("기기 연결")
        self._follow("기기 연결")
        form = self.page.locator("form[action='/centre/devices']")
        self.page.locator("details", has=form).locator("summary").first.click()
        form.locator("#device").fill("작업장 게이트웨이")
        form.locator("#topics").fill("first/gateway")
        self._keep(form)
        expect(self.page.get_by_role("status").first).to_contain_text("비밀번호")

    def rules(self) -> None:
        """Let a booking last for four hours at most."""
        self._follow("예약 규칙")
        self.page.locator("main a[href^='/rules/longest_minutes']").first.click()
        self.page.fill("#value", "240")
        self.page.fill("#reason", "여럿이 함께 쓰도록")
        self._keep(self.page.locator("form[action^='/rules/']"))
        self._is_done("예약 규칙")

    def prices(self) -> None:
        """Publish a price table from a template."""
        self._follow("사용료표")
        self.page.locator("main a[href='/tariffs/new?template=by_booking']").click()
        for number, won in enumerate(("30000", "12000", "10000")):
            self.page.fill(f"[name='items.{number}.rate_per_hour']", won)
        self._keep(self.page.locator("form.sheet"))
        self._keep(self.page.locator("form[action$='/publish']"))
        self._is_done("사용료표")

    def papers(self) -> None:
        """Write who the centre is on its documents."""
        self._follow("문서에 적을")
        self.page.fill("#own-number", registration_number(2))
        self.page.fill("#own-name", "첫 소공인 센터")
        self._keep(self.page.locator("form[action='/companies/centre']"))
        self._is_done("문서에 적을")

    def staff(self) -> None:
        """Add a technician."""
        self._follow("직원")
        form = self.page.locator("form[action='/centre/staff']")
        form.locator("#who").fill("박기술")
        form.locator("#mail").fill("tech@first.example")
        form.locator("#first").fill(PASSWORD)
        form.locator("#role").select_option("technician")
        self._keep(form)
        expect(self.page.locator("main")).to_contain_text("박기술")
        self._is_done("직원")

    def firms(self) -> None:
        """Enter firms from a table, after looking at every row."""
        self._follow("기업을 하나씩")
        self.page.fill("#text", FIRMS)
        self.page.locator("main button[value='preview']").click()
        self.look("firms-rows")
        self.page.locator("main button[value='keep']").click()
        expect(self.page.locator("main")).to_contain_text("한빛정밀")
        self._is_done("기업을 하나씩")

    def booking(self) -> None:
        """Book two hours of next week for somebody who telephoned."""
        self._follow("첫 예약")
        monday = datetime.now(KST) + timedelta(days=7 - datetime.now(KST).weekday())
        self.page.locator("main a[href*='/machines/cmm-1/book']").first.click()
        self.page.select_option("#company", label="한빛정밀")
        self.page.fill("#person-name", "이한빛")
        self.page.fill("#start", f"{monday:%Y-%m-%d}T10:00")
        self.page.locator("#quote").get_by_text(re.compile("원")).first.wait_for()
        self._keep(self.page.locator("#booking"), "예약하기")
        expect(self.page.locator("main")).to_contain_text("3차원 측정기")
        self.page.goto(f"{self._site()}/centre")
        expect(self.page.locator("#steps")).to_have_count(0)
        self.look("centre-done")

    def _site(self) -> str:
        return re.sub(r"(https?://[^/]+).*", r"\1", self.page.url)

    def _follow(self, step: str) -> None:
        """Go to the centre's page, and follow a step of its list."""
        self.page.goto(f"{self._site()}/centre")
        self.look(f"before-{step}")
        self.page.locator("section[aria-labelledby='steps'] a", has_text=step).click()
        expect(self.page.locator("main h1")).to_be_visible()
        self.look(step)

    def _keep(self, form: Locator, name: str | re.Pattern[str] = re.compile(".")) -> None:
        """Press a form's button, and be refused nothing."""
        form.get_by_role("button", name=name).last.click()
        self.page.wait_for_load_state("load")
        expect(self.page.locator("main [role='alert']")).to_have_count(0)

    def _is_done(self, step: str) -> None:
        """Go back to the centre's page, where the step is ticked."""
        self.look(f"{step}-done")
        self.page.goto(f"{self._site()}/centre")
        steps = self.page.locator("section[aria-labelledby='steps'] li", has_text=step)
        expect(steps.first).to_contain_text("✓")
