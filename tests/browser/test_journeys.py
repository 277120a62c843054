"""The main job in a real browser: filed, approved and printed by separate people.

Every person has a browser of his own. The publicity window is run forward by the demo's button, as
a visitor of the demo would.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from approvals.rehearsal.filing import sample_pdf
from tests.browser.filing import file_application
from tests.browser.people import PHONE, Look, Person
from tests.browser.running import House

Hall = Callable[..., Person]


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("papers") / "材料（样张）.pdf"
    path.write_bytes(sample_pdf())
    return path


class Case:
    """One case going from desk to desk."""

    def __init__(self, person: Hall, number: str) -> None:
        self.person = person
        self.number = number

    def at_desk(self, username: str, look: Look | None = None) -> Person:
        """The person opens the task from his queue."""
        official = self.person(username, look) if look else self.person(username)
        official.visit("/tasks/")
        while official.page.get_by_role("link", name=self.number).count() == 0:
            following = official.page.get_by_role("link", name="下一页")
            assert following.count(), f"{username} does not find {self.number}: {official.text()}"
            following.click()
            official.page.wait_for_load_state()
        official.page.get_by_role("link", name=self.number).first.click()
        official.page.wait_for_load_state()
        return official

    def decided_by(
        self, username: str, outcome: str, text: str = "材料属实，同意。", **more: str
    ) -> None:
        official = self.at_desk(username)
        official.page.get_by_role("radio", name=outcome, exact=True).check()
        official.page.locator("[name=text]").fill(text)
        for name, value in more.items():
            official.page.locator(f"[name={name}]").fill(value)
        official.press("提交")
        assert official.sees("意见已提交"), official.text()
        official.leave()

    def experts_named_by(self, username: str, outcome: str = "受理") -> list[str]:
        official = self.at_desk(username)
        official.page.get_by_role("radio", name=outcome, exact=True).check()
        boxes = official.page.locator("[name=experts]")
        for place in range(3):
            boxes.nth(place).check()
        official.press("提交")
        assert official.sees("意见已提交"), official.text()
        official.leave()
        return []

    def publicity_over(self, username: str) -> None:
        official = self.at_desk(username)
        assert official.sees("公示期至")
        official.press("演示：快进至期满")
        official.leave()


def open_case(applicant: Person, number: str) -> None:
    """The applicant opens her case from her list."""
    applicant.visit("/applications/")
    row = applicant.page.locator("main tbody tr", has_text=number).first
    row.get_by_role("link").first.click()
    applicant.page.wait_for_load_state()


def printed(person: Hall, office: str, title: str) -> str:
    """The office finds the paper, prints it, and reads its number."""
    clerk = person(office)
    link = clerk.page.locator("main tbody tr", has_text=title).first.get_by_role("link").first
    for _second in range(60):  # the worker makes the paper after the signature, page by page
        clerk.visit("/print/")
        if link.count():
            break
        clerk.page.wait_for_timeout(1000)
    number = link.inner_text()
    link.click()
    clerk.page.wait_for_load_state()
    clerk.page.get_by_label("存档：本机关").fill("2")
    clerk.press("登记打印")
    assert clerk.sees("份号台账"), clerk.text()
    clerk.leave()
    return number


@pytest.mark.browser
def test_an_incubator_of_nanhu_is_recognised(person: Hall, house: House, paper: Path) -> None:
    applicant = person(house.named("jx_nanhu_incubator"))
    number = file_application(applicant, "jiaxing", "J03", "900001", paper)
    case = Case(person, number)
    case.decided_by("jx_nanhu_officer", "推荐")
    case.experts_named_by("jx_intake")
    case.decided_by("jx_economy_bureau_officer", "同意")
    case.decided_by("jx_natural_resources_bureau_officer", "同意")
    for place in (1, 2, 3):
        waiting = person(f"jx_expert{place}")
        waiting.visit("/tasks/")
        if waiting.page.get_by_role("link", name=number).count():
            case.decided_by(f"jx_expert{place}", "同意", score="88")
        waiting.leave()
    case.decided_by("jx_reviewer", "同意")
    case.publicity_over("jx_reviewer")
    case.decided_by("jx_bureau_leader", "签发", "同意签发。")
    open_case(applicant, number)
    assert applicant.sees("已办结（准予）")
    found = re.search(r"嘉科认示〔20\d\d〕\d+号", applicant.text())
    assert found is not None, applicant.text()
    assert printed(person, "jx_printing_office", "900001").startswith("嘉科认示〔")


@pytest.mark.browser
def test_a_seed_fund_award_with_a_correction_on_the_way(
    person: Hall, house: House, paper: Path
) -> None:
    applicant = person(house.named("jx_nanhu_incubator"))
    number = file_application(applicant, "jiaxing", "J09", "900002", paper)
    case = Case(person, number)
    county = case.at_desk("jx_nanhu_officer")
    county.page.get_by_role("radio", name="退回补正", exact=True).check()
    county.page.locator("[name=text]").fill("名称与认定文件不一致。")
    county.page.locator("summary", has_text="退回申请人的事项").click()
    county.page.locator("[name=problem-field-incubator_name]").fill("请按认定文件填写全称。")
    county.press("提交")
    assert county.sees("意见已提交"), county.text()
    county.leave()
    open_case(applicant, number)
    applicant.page.locator("main a[href$='/correct/']").first.click()
    applicant.page.wait_for_load_state()
    assert applicant.sees("请按认定文件填写全称")
    applicant.page.locator("[name=incubator_name]").fill("样例科技企业孵化器（全称）")
    applicant.press("提交补正")
    case.decided_by("jx_nanhu_officer", "推荐")
    case.decided_by("jx_intake", "受理")
    case.decided_by("jx_local_finance_office_officer", "同意")
    case.decided_by("jx_development_reform_officer", "无意见")
    case.decided_by("jx_finance_officer", "同意")
    case.decided_by("jx_reviewer", "同意")
    case.publicity_over("jx_reviewer")
    case.decided_by("jx_finance_leader", "会签", "同意会签。")
    case.decided_by("jx_bureau_leader", "签发", "同意签发。")
    case.decided_by(
        "jx_finance_officer", "已拨付", "", paid_on="2026-11-20", payment_serial="P900002"
    )
    open_case(applicant, number)
    assert applicant.sees("774000.00")
    assert applicant.sees("已办结（准予）")


@pytest.mark.browser
def test_a_voucher_claim_in_mudanjiang_with_a_reviewer_on_the_phone(
    person: Hall, house: House, paper: Path
) -> None:
    applicant = person(house.named("mdj_aimin_enterprise"))
    number = file_application(applicant, "mudanjiang", "MV", "900003", paper)
    case = Case(person, number)
    officer = case.at_desk("mdj_aimin_officer", PHONE)
    assert not officer.scrolls_sideways()
    officer.page.get_by_role("radio", name="推荐", exact=True).check()
    officer.press("提交")
    assert officer.sees("意见已提交"), officer.text()
    case.decided_by("mdj_intake", "受理")
    case.decided_by("mdj_reviewer", "同意")
    case.decided_by("mdj_finance_officer", "同意")
    case.publicity_over("mdj_reviewer")
    case.decided_by("mdj_finance_leader", "会签", "同意会签。")
    case.decided_by("mdj_bureau_leader", "签发", "同意签发。")
    open_case(applicant, number)
    assert applicant.sees("15000.00")


@pytest.mark.browser
def test_two_people_submit_at_once_and_the_second_is_told(
    person: Hall, house: House, paper: Path
) -> None:
    applicant = person(house.named("jx_nanhu_incubator"))
    number = file_application(applicant, "jiaxing", "J09", "900004", paper)
    case = Case(person, number)
    first = case.at_desk("jx_nanhu_officer")
    second = case.at_desk("jx_nanhu_leader")
    for official in (first, second):
        official.page.get_by_role("radio", name="推荐", exact=True).check()
        official.page.locator("[name=text]").fill("同意推荐。")
    first.press("提交")
    second.press("提交")
    assert first.sees("意见已提交")
    assert second.sees("该任务已由"), second.text()
    assert re.search(r"于20\d\d-\d\d-\d\d \d\d:\d\d办理", second.text())
