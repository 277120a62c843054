"""The flow diagram in a real browser: drawn by the viewer under our strict CSP, readable by keys and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route

from tests.browser.people import DESK, PHONE, Hall, Look, Person
from tests.browser.running import House

TALL = Look(width=375, height=2400)
READY = "[data-flow][data-ready]"
WINDOW = """() => {
  const box = (node) => node.getBoundingClientRect();
  const [mark, frame] = [box(document.querySelector('.bjs-powered-by')), box(document.querySelector('.flow-window'))];
  const drawing = box(document.querySelector('.flow-scroll'));
  return mark.width > 20 && mark.top >= drawing.bottom - 1 && mark.bottom <= frame.bottom && mark.right <= frame.right;
}"""
SEEN = """() => {
  const frame = document.querySelector('.flow-scroll').getBoundingClientRect();
  const shape = document.querySelector('.djs-shape.flow-live .djs-visual').getBoundingClientRect();
  return shape.left >= frame.left && shape.right <= frame.right && shape.top >= frame.top && shape.bottom <= frame.bottom;
}"""


@pytest.fixture
def reader(person: Hall, house: House):
    """reader(look): somebody of the offices with a running case before him."""

    def enter(look: Look = DESK) -> Person:
        for role in ("intake", "reviewer", "county_officer", "finance_officer"):
            officer = person(house.holder(role)["username"], look)
            officer.visit("/tasks/")
            waiting = officer.page.locator("main table.list a[href^='/tasks/']")
            if waiting.count():
                officer.visit(str(waiting.first.get_attribute("href")))
                return officer
        raise AssertionError("no office of the demo has anything to do")

    return enter


def let_through(somebody: Person, held: list[Route]) -> None:
    """The request that was held back, as soon as the browser has told of it (ten seconds at most)."""
    for _ in range(500):
        if held:
            break
        somebody.page.wait_for_timeout(20)
    held[0].continue_()


def drawn(somebody: Person) -> Person:
    somebody.page.locator("[data-flow]").scroll_into_view_if_needed()
    somebody.page.wait_for_selector(READY)
    return somebody


@pytest.mark.parametrize("look", [DESK, PHONE], ids=str)
def test_the_viewer_draws_the_case_and_shows_the_live_step(reader, look: Look) -> None:
    officer = drawn(reader(look))
    assert officer.problems == []
    assert officer.page.locator("svg.flow-diagram").is_hidden()
    assert officer.page.locator(".djs-shape.flow-live").count() >= 1
    assert officer.page.evaluate(SEEN)
    assert officer.page.evaluate(WINDOW), "the mark of bpmn.io must be in full sight"
    assert not officer.scrolls_sideways()


@pytest.mark.parametrize("look", [DESK, PHONE, TALL], ids=lambda look: f"{look.height}px high")
def test_the_page_stays_still_while_the_viewer_opens(reader, look: Look) -> None:
    """On the phone the form stands below the drawing: a page that moved took the press from it. In
    a tall window the drawing has its own height, and the viewer's is another."""
    officer = reader(look)
    held: list[Route] = []
    officer.page.route("**/flow.json", lambda route: held.append(route))
    officer.page.reload()
    with officer.page.expect_request("**/flow.json"):
        officer.page.locator("[data-flow]").scroll_into_view_if_needed()
    place = officer.page.locator("aside").last
    place.scroll_into_view_if_needed()
    before = place.bounding_box()
    let_through(officer, held)
    officer.page.wait_for_selector(READY)
    assert place.bounding_box() == before
    assert officer.moved() == 0


@pytest.mark.parametrize("look", [DESK, PHONE], ids=str)
def test_the_page_stays_still_when_its_scripts_come_late(reader, look: Look) -> None:
    """A slow line: the page is painted before the scripts are there, with the room of their tools."""
    officer = reader(look)
    held: list[Route] = []
    officer.page.route("**/approvals*.js", lambda route: held.append(route))
    officer.page.goto(officer.page.url, wait_until="commit")
    officer.page.locator(".flow-window").scroll_into_view_if_needed()
    before = officer.page.locator(".flow-window").bounding_box()
    let_through(officer, held)
    officer.page.wait_for_selector(READY)
    assert officer.page.locator(".flow-window").bounding_box() == before
    assert officer.moved() == 0


def test_a_step_tells_who_and_when_by_key_and_by_click(reader) -> None:
    officer = drawn(reader())
    facts = officer.page.locator("[data-flow-step]")
    live = officer.page.locator(".djs-shape.flow-live.flow-told").first
    assert str(live.get_attribute("aria-label")).startswith("环节 ")
    live.focus()
    officer.page.keyboard.press("Enter")
    assert "办理单位" in facts.inner_text()
    assert "开始时间" in facts.inner_text()
    officer.page.locator(".djs-shape.flow-done.flow-told .djs-hit").first.click(force=True)
    assert "已完成" in facts.inner_text()
    assert officer.problems == []


def test_zooming_keeps_the_page_still(reader) -> None:
    officer = drawn(reader(PHONE))
    width = "document.querySelector('.flow-stage').offsetWidth"
    before = officer.page.evaluate(width)
    officer.press("放大")
    assert officer.page.evaluate(width) > before
    officer.press("适应窗口")
    assert officer.page.evaluate(width) == before
    assert not officer.scrolls_sideways()


def test_without_scripts_the_drawing_and_the_table_stay(reader) -> None:
    officer = reader(Look(scripts=False))
    assert officer.page.locator("svg.flow-diagram").is_visible()
    officer.page.locator(".flow-visits summary").click()
    assert "开始时间" in officer.page.locator(".flow-visits").inner_text()


def test_when_the_document_is_missing_the_drawing_stays(reader) -> None:
    officer = reader()
    officer.page.route("**/flow.json", lambda route: route.abort())
    officer.page.reload()
    officer.page.locator("[data-flow]").scroll_into_view_if_needed()
    officer.page.wait_for_selector("[data-flow][data-failed]")
    assert officer.page.locator("svg.flow-diagram").is_visible()
