"""The style page: every component in every light, at desk and phone."""

import mimetypes
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Route

from tests.browser import axe, gallery
from tests.browser.people import Look, Person

ORIGIN = "http://style.invalid"
STATIC = Path(settings.BASE_DIR) / "static"
LOOKS = [
    Look(width, scheme=scheme, elder=elder)
    for width in (1280, 375)
    for scheme, elder in (("light", False), ("dark", False), ("light", True))
]
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'"


def answer(route: Route, *, elder: bool, sent: list[str]) -> None:
    """Serves the style page and the static files to the browser, with the house's own policy."""
    path = route.request.url.removeprefix(ORIGIN).split("?")[0]
    if path.startswith("/static/"):
        found = finders.find(path.removeprefix("/static/"))
        route.fulfill(path=str(found), content_type=mimetypes.guess_type(str(found))[0])
        return
    if path != "/gallery/":
        sent.append(route.request.post_data or "")
        route.fulfill(status=204)
        return
    route.fulfill(
        body=gallery.page(elder=elder),
        content_type="text/html; charset=utf-8",
        headers={"content-security-policy": POLICY},
    )


@pytest.fixture
def sent() -> list[str]:
    """What the style page's forms have sent."""
    return []


def reading(browser: Browser, look: Look, sent: list[str]) -> Iterator[Person]:
    """Somebody with the style page before him; what its forms send lands in `sent`."""
    person = Person(browser, ORIGIN, look)
    person.page.route("**/*", lambda route: answer(route, elder=look.elder, sent=sent))
    person.visit("/gallery/")
    yield person
    person.leave()


@pytest.fixture
def reader(browser: Browser, sent: list[str]) -> Iterator[Person]:
    yield from reading(browser, Look(), sent)


@pytest.fixture(scope="class")
def onlooker(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Person]:
    """Looks and touches nothing: one page for all tests of a light."""
    yield from reading(browser, request.param, [])


@pytest.mark.parametrize("onlooker", LOOKS, indirect=True, ids=str)
class TestInEveryLight:
    def test_axe_has_no_objection(self, onlooker: Person) -> None:
        assert axe.violations(onlooker.page, ("minor", "moderate", "serious", "critical")) == []

    def test_nothing_scrolls_sideways(self, onlooker: Person) -> None:
        assert not onlooker.scrolls_sideways()

    def test_the_policy_blocks_nothing_and_scripts_run(self, onlooker: Person) -> None:
        assert onlooker.problems == []
        assert onlooker.page.evaluate("document.documentElement.classList.contains('scripted')")

    def test_targets_are_large_enough(self, onlooker: Person) -> None:
        """44 px, 60 in the elder mode (MIIT 适老化 rules), for what is not a link inside text."""
        least = 60 if onlooker.look.elder else 44
        small = onlooker.page.evaluate(
            """least => [...document.querySelectorAll('button, .button, .nav a, .tabs a, select, .choice, .check label')]
              .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < least - .5)
              .map(e => e.outerHTML.slice(0, 90))""",
            least,
        )
        assert small == []


def test_without_scripts_the_page_is_whole(browser: Browser, sent: list[str]) -> None:
    reader = Person(browser, ORIGIN, Look(scripts=False))
    reader.page.route("**/*", lambda route: answer(route, elder=False, sent=sent))
    reader.visit("/gallery/")
    assert reader.page.locator("main input:visible").count() > 5
    assert not reader.page.get_by_role("button", name="打印本页").is_visible()
    reader.leave()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(reader: Person) -> None:
    assert reader.page.evaluate("document.activeElement.className") == "error-summary"
    reader.page.get_by_role("link", name="孵化场地面积").click()
    assert reader.page.evaluate("document.activeElement.id") == "id_area"


def test_the_queue_is_worked_by_keys(reader: Person) -> None:
    reader.page.locator("h1").click()
    for key in ("j", "j", "x"):
        reader.page.keyboard.press(key)
    assert reader.page.locator("tr.at a").inner_text() == "JX-J03-2026-0001"
    assert reader.page.locator("[data-chosen]").inner_text() == "1"
    reader.page.keyboard.press("k")
    reader.page.keyboard.press("Enter")
    assert reader.page.url.endswith("#task-JX-J03-2026-0000")


def test_keys_typed_into_a_field_stay_there(reader: Person) -> None:
    reader.page.locator("#q").fill("")
    reader.page.locator("#q").press_sequentially("jxk")
    assert reader.page.locator("#q").input_value() == "jxk"
    assert reader.page.locator("tr.at").count() == 0


def test_select_all_counts_what_is_chosen(reader: Person) -> None:
    reader.page.locator("[data-select-all]").check()
    assert reader.page.locator("[data-chosen]").inner_text() == "5"


def test_a_weighty_act_asks_first(reader: Person, sent: list[str]) -> None:
    reader.agrees = False
    reader.page.get_by_role("button", name="批量退回").click()
    assert reader.asked == ["确定批量退回所选事项吗？"]
    assert sent == []


def test_a_second_click_while_the_answer_is_awaited_sends_nothing(
    reader: Person, sent: list[str]
) -> None:
    button = reader.page.get_by_role("button", name="保存并继续")
    with reader.page.expect_response("**/gallery/sent/"):
        button.click()
    button.click()
    reader.page.evaluate("fetch('/gallery/afterwards/', {method: 'POST', body: 'afterwards'})")
    assert len(sent) == 2
    assert sent[1] == "afterwards"


def test_unsaved_entries_are_not_left_in_silence(reader: Person) -> None:
    reader.page.locator("#id_remarks").press_sequentially("新")
    with reader.page.expect_event("close"):
        reader.page.close(run_before_unload=True)
    assert reader.questions == ["beforeunload"]


def test_the_elder_switch_keeps_what_is_typed(reader: Person) -> None:
    reader.page.locator("#id_remarks").fill("写了一半")
    reader.page.get_by_role("button", name="大字版").click()
    assert reader.page.evaluate("getComputedStyle(document.body).fontSize") == "20px"
    assert reader.page.locator("#id_remarks").input_value() == "写了一半"
    assert {one["name"]: one["value"] for one in reader.context.cookies()}["elder"] == "1"


def test_the_budgets_hold() -> None:
    assert (STATIC / "approvals.css").stat().st_size <= 25 * 1024
    assert (STATIC / "approvals.js").stat().st_size <= 15 * 1024
