"""The printing desk from the list to the proof: without scripts, and by the keyboard alone."""

from __future__ import annotations

from tests.browser.people import DESK, Look, Person
from tests.browser.running import House

PLAIN = Look(scripts=False)


def unprinted(clerk: Person) -> str:
    """The number of a paper nobody has printed, ticked on its shelf."""
    clerk.visit("/print/?shelf=online&q=嘉科")
    clerk.page.locator("tbody input[name=document]").first.check()
    return clerk.page.locator("tbody a").first.inner_text()


def sealed(person, house: House, role: str, number: str, button: str) -> None:
    """The leader's or the keeper's part, on the page of seals."""
    keeper = person(house.holder(role)["username"], look=PLAIN)
    keeper.visit("/print/seals/")
    keeper.page.locator("tbody tr", has_text=number).locator("input[name=entry]").check()
    keeper.press(button)
    assert keeper.sees("1 件") or keeper.page.get_by_text("1 件").count()


def test_a_paper_is_printed_sealed_and_served_without_scripts(person, house: House) -> None:
    clerk = person(house.holder("printing_office")["username"], look=PLAIN)
    number = unprinted(clerk)
    clerk.press("按分发清单合并打印所选公文")
    assert clerk.sees("打印批次")
    clerk.follow(number)
    address = clerk.page.url
    clerk.press("申请用印")
    sealed(person, house, "bureau_leader", number, "批准用印")
    sealed(person, house, "seal_keeper", number, "登记已用印")
    clerk.visit(address)
    clerk.follow("交付或者邮寄")
    clerk.choose("当面")
    clerk.press("登记交付")
    assert clerk.sees("待回证")
    clerk.choose("已送达")
    clerk.fill("送达日期", clerk.page.get_by_label("送达日期").get_attribute("max") or "")
    clerk.fill("签收人", "张三")
    clerk.press("登记")
    assert clerk.sees("已送达")
    assert clerk.problems == []


def test_papers_are_ticked_and_printed_by_the_keyboard(person, house: House) -> None:
    clerk = person(house.holder("printing_office")["username"], look=DESK)
    clerk.visit("/print/?shelf=online")
    for key in ("j", "x", "j", "x"):
        clerk.page.keyboard.press(key)
    assert clerk.page.locator("[data-chosen]").first.inner_text() == "2"
    for _ in range(200):
        clerk.page.keyboard.press("Tab")
        if clerk.page.evaluate("document.activeElement.matches('.bulk-bar button')"):
            break
    clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_url("**/print/batches/*/")
    assert clerk.page.locator("main tbody tr").count() == 2
    assert clerk.problems == []
