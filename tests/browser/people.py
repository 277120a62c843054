"""A person at a browser: the words journeys are told in.

officer = person("jx_nanhu_officer")
officer.visit("/tasks/")
officer.follow("JX-J03-2026-0001")
officer.choose("推荐")
officer.fill("意见", "材料齐全")
officer.press("提交意见")
assert officer.sees("已推荐")
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Dialog,
    Locator,
    Page,
    Request,
    Response,
)

from organizations.doors import Door, door_of


@dataclass(frozen=True)
class Look:
    """How a person's screen is set."""

    width: int = 1280
    height: int = 900
    scheme: str = "light"
    elder: bool = False
    scripts: bool = True

    def __str__(self) -> str:
        words = (self.scheme, "elder" if self.elder else "", "" if self.scripts else "no scripts")
        return f"{self.width}px " + " ".join(word for word in words if word)


DESK = Look()
PHONE = Look(width=375, height=812)


@dataclass
class Person:
    """One person, one browser context: cookies and storage of nobody else."""

    browser: Browser
    origin: str
    look: Look = DESK
    problems: list[str] = field(default_factory=list)
    agrees: bool = True
    asked: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(
            base_url=self.origin,
            viewport={"width": self.look.width, "height": self.look.height},
            color_scheme=self.look.scheme,
            java_script_enabled=self.look.scripts,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        if self.look.elder:
            self.context.add_cookies([{"name": "elder", "value": "1", "url": self.origin}])
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._heard)
        self.page.on("dialog", self._answer)
        self.page.on("pageerror", lambda error: self.problems.append(f"{self.page.url}: {error}"))

    def _answer(self, dialog: Dialog) -> None:
        """Every question of the page is kept; it is agreed to unless the test says otherwise."""
        self.asked.append(dialog.message)
        self.questions.append(dialog.type)
        if self.agrees:
            dialog.accept()
        else:
            dialog.dismiss()

    def _heard(self, message: Any) -> None:
        """Console errors count, except the browser's echo of an answer a test asked for (404 …)."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(f"{self.page.url}: {message.text}")

    def login(self, account: dict[str, str]) -> "Person":
        """Enters by the door of his kind; `account` is a row of `manage.py demo_accounts --json`."""
        door = door_of(account["role"])
        self.visit(f"/login/{'applicant' if door == Door.APPLICANT else 'staff'}/")
        if door != Door.APPLICANT:
            self.page.locator(f"main [name=place][value={door.value}]").check()
        self.page.locator("main [name=username]").fill(account["username"])
        self.page.locator("main [name=password]").fill(account["password"])
        self.page.locator("main form button").first.click()
        self.page.wait_for_load_state()
        assert "/login/" not in self.page.url, self.text()
        return self

    def logout(self) -> None:
        self.page.locator("details.account summary").click()
        self.page.locator("form[action='/logout/'] button").click()

    def visit(self, address: str) -> Response:
        answer = self.page.goto(address)
        assert answer is not None
        return answer

    def follow(self, words: str) -> None:
        """Clicks the link with these words in the page's content."""
        self.page.locator("main").get_by_role("link", name=words).first.click()
        self.page.wait_for_load_state()

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label).first.fill(value)

    def choose(self, label: str, option: str | None = None) -> None:
        """Ticks a radio button or check-box by its words, or picks the option of a list."""
        if option is None:
            self.page.get_by_label(label, exact=True).first.check()
        else:
            self.page.get_by_label(label).first.select_option(label=option)

    def attach(self, label: str, *files: Path) -> None:
        self.page.get_by_label(label).first.set_input_files([str(file) for file in files])

    def press(self, words: str) -> None:
        """Presses a button and waits for the page that answers; confirms when asked.

        A click returns before the form has left: only the answer's end says that the page at hand
        is the new one.
        """
        # a diagram's steps are buttons to a screen reader: only a form's are meant
        named = self.page.get_by_role("button", name=words)
        button = named.and_(self.page.locator("button")).first
        if self.agrees and button.evaluate(SENDS):
            with self.page.expect_event("response", self._is_answer) as told:
                button.click()
            told.value.finished()
        else:
            button.click()
        self.page.wait_for_load_state()

    def _leaves(self, request: Request) -> bool:
        return request.is_navigation_request() and request.frame == self.page.main_frame

    def _is_answer(self, response: Response) -> bool:
        """The last one of a form's redirects, in the window itself."""
        return self._leaves(response.request) and not 300 <= response.status < 400

    submit = press

    def sees(self, words: str) -> bool:
        return words in self.text()

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def rows(self) -> Locator:
        return self.page.locator("main table.list tbody tr")

    def scrolls_sideways(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))

    def moved(self) -> float:
        """How far what was in sight moved by itself since the page came: the browser's layout shift."""
        return float(self.page.evaluate(SHIFTS))

    def sticking_out(self) -> str:
        """What reaches beyond the right edge of the window: the tightest elements."""
        return str(
            self.page.evaluate(
                "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right"
                " > innerWidth + 1).slice(-3).map(e => e.tagName + '.' + e.className + '#' + e.id)"
            )
        )

    def leave(self) -> None:
        self.context.close()


SENDS = """button => button.type === 'submit' && button.form !== null && !button.form.target
  && button.form.method !== 'dialog' && !button.matches('[hx-post], [hx-get]')
  && (button.formNoValidate || button.form.noValidate || button.form.matches(':valid'))"""
"""Whether a click lets the browser send the form and go to the answer."""

SHIFTS = """() => new Promise((told) => {
  let moved = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => { moved += one.value; }))
    .observe({ type: 'layout-shift', buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => told(moved))));
})"""

Hall = Callable[..., Person]
"""What the fixtures `visitor` and `person` are: they let somebody in."""
