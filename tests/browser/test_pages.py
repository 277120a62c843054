"""Every page every role can reach: answers, is accessible, fits a phone, speaks Chinese."""

import pytest

from organizations.roles import Role
from tests.browser.people import DESK, PHONE, Hall, Look, Person
from tests.browser.running import House
from tests.browser.walk import shape, untranslated, walk


@pytest.fixture(scope="session")
def seen() -> set[str]:
    """Shapes of pages that some person has already looked at in this run."""
    return set()


@pytest.fixture
def holder(person, house: House):
    """holder("intake"): the demo's person with this role, or a skip when the demo has none."""

    def enter(role: str, look: Look = DESK) -> Person:
        usernames = [one["username"] for one in house.accounts if one["role"] == role]
        if not usernames:
            pytest.skip(f"the demo has nobody with the role {role}")
        return person(usernames[0], look)

    return enter


def complaints(person: Person, seen: set[str], role: str = "") -> dict[str, tuple[str, ...]]:
    return {found.address: found.faults for found in walk(person, seen, role) if found.faults}


def test_a_stranger_finds_nothing_wrong(visitor, seen: set[str]) -> None:
    assert complaints(visitor(), seen) == {}


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_every_page_of_the_role_is_in_order(holder, role: str, seen: set[str]) -> None:
    assert complaints(holder(role), seen, role) == {}


@pytest.mark.parametrize("role", ["applicant", "county_officer", "department_officer", "archive"])
def test_the_other_citys_people_enter_by_each_door(person: Hall, house: House, role: str) -> None:
    """One of each door; the other roles' tests enter as people of the first city."""
    somebody = person(house.holder(role, "mudanjiang")["username"])
    assert somebody.page.locator("details.account").count() == 1


def test_the_language_switch_speaks_english_and_back(visitor) -> None:
    guest = visitor()
    guest.visit("/programs/")
    guest.page.get_by_role("button", name="English").click()
    assert guest.page.locator("html").get_attribute("lang") == "en"
    assert guest.page.locator(".brand").inner_text() != "科技孵化认定审批平台"
    guest.page.get_by_role("button", name="中文").click()
    assert guest.page.locator(".brand").inner_text() == "科技孵化认定审批平台"


def test_the_elder_switch_works_without_scripts(visitor) -> None:
    guest = visitor(Look(scripts=False))
    guest.visit("/programs/")
    guest.page.get_by_role("button", name="大字版").click()
    assert guest.page.locator("html.elder").count() == 1
    assert guest.page.url.endswith("/programs/")


def test_logging_out_ends_the_session(holder) -> None:
    officer = holder("intake", PHONE)
    officer.logout()
    officer.visit("/tasks/")
    assert "/login/" in officer.page.url


def test_a_strangers_case_looks_like_a_missing_one(holder) -> None:
    """Of the demo's first cases most are not his: each answers as one that was never filed."""
    applicant = holder("applicant")
    missing = applicant.context.request.get(f"/applications/{10**8}/")
    answers = [applicant.context.request.get(f"/applications/{pk}/") for pk in range(1, 9)]
    foreign = [answer for answer in answers if answer.status != 200]
    assert len(foreign) >= 4
    assert {(answer.status, answer.body()) for answer in foreign} == {(404, missing.body())}


def test_no_page_is_heavy(visitor, house: House) -> None:
    """Page budget: 150 KB and 8 requests for everything a first visit loads."""
    guest = visitor()
    sizes: list[int] = []
    guest.page.on("response", lambda answer: sizes.append(len(answer.body())))
    guest.visit("/programs/")
    guest.page.wait_for_load_state("networkidle")
    assert len(sizes) <= 8
    assert sum(sizes) <= 150 * 1024


class TestTheWalkItself:
    def test_numbers_and_codes_make_no_new_shape(self) -> None:
        assert shape("/applications/12/files/7/") == shape("/applications/3/files/1/?x=1")
        assert shape("/programs/jiaxing/J03/") == shape("/programs/mudanjiang/M02/")

    def test_it_hears_english_but_no_codes(self) -> None:
        assert untranslated(
            ["待办 Inbox", "JX-J03-2026-0001", "jx_intake", "PDF 下载", "a@b.invalid"]
        ) == ["Inbox"]
