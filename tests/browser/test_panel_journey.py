"""A case with everything that happens on the way, by the pages alone: five experts and a 3/5 rule, one
leaves in mid-step, one delegates, two fields go back to the applicant on her phone, the
reviewer reads the difference, the bureau signs, and the clock explains every day.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.filing import file_application
from tests.browser.people import DESK, PHONE, Hall, Look, Person
from tests.browser.running import ROOT, House, copy, manage
from tests.browser.test_journeys import Case, open_case, paper

__all__ = ["paper"]
pytestmark = pytest.mark.browser

PANEL = range(1, 6)
LEAVES, VOTES = 2, (1, 3, 4)
ASKS, ASKED = 3, 7
RELIANCE = """
relies_on:
  county_review: [area]
  intake: [area]
  department_opinion: [area]
  expert_opinion: [area]
"""
"""Policy data: these opinions rest on the premises; a director's name does not shake them."""


def three_fifths(policies: Path) -> None:
    """The city's next version: a 3/5 rule, and what each opinion rests on."""
    flow = policies / "jiaxing" / "flows" / "recognition.bpmn"
    drawn = flow.read_text("utf-8")
    assert 'approval:need="2/3"' in drawn
    drawn = drawn.replace('approval:need="2/3"', 'approval:need="3/5"')
    flow.write_text(re.sub(r'(approval:version=")(\d+)', _next, drawn), "utf-8")
    forms = policies / "jiaxing" / "task_forms" / "panel.yaml"
    forms.write_text(forms.read_text("utf-8").replace("三分之二以上", "五分之三以上"), "utf-8")
    program = policies / "jiaxing" / "programs" / "J03.yaml"
    written = re.sub(r"(\nversion: )(\d+)", _next, program.read_text("utf-8"))
    program.write_text(written + RELIANCE, "utf-8")


def _next(version: re.Match[str]) -> str:
    return f"{version[1]}{int(version[2]) + 1}"


@pytest.fixture(scope="module")
def bureau(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of its own, whose pack is one version further."""
    folder = tmp_path_factory.mktemp("panel")
    running = copy(prepared, folder / "house")
    policies = Path(shutil.copytree(ROOT / "policies", folder / "policies"))
    three_fifths(policies)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("POLICIES_DIR", str(policies))
        manage(running.folder, "load_packs", "jiaxing")
        running.start()
    yield running
    running.stop()


@pytest.fixture
def enter(browser: Browser, bureau: House) -> Iterator[Hall]:
    """enter("jx_intake", PHONE): logged in at that house; every browser is closed at the end."""
    present: list[Person] = []

    def somebody(username: str, look: Look = DESK) -> Person:
        present.append(Person(browser, bureau.origin, look))
        return present[-1].login(bureau.account(username))

    yield somebody
    found = [problem for one in present for problem in one.problems]
    for one in present:
        one.leave()
    assert not found


def people(house: House, *usernames: str) -> dict[str, tuple[int, str]]:
    """Number and name of accounts, from the file."""
    marks = ",".join("?" * len(usernames))
    with sqlite3.connect(house.folder / "house.sqlite3") as file:
        rows = file.execute(
            f"SELECT username, id, name FROM organizations_user WHERE username IN ({marks})",
            usernames,
        )
        return {username: (number, name) for username, number, name in rows}


def accepted_with_five(case: Case, house: House) -> None:
    clerk = case.at_desk("jx_intake")
    clerk.page.get_by_role("radio", name="受理", exact=True).check()
    for number, _name in people(house, *(f"jx_expert{n}" for n in PANEL)).values():
        clerk.page.locator(f"[name=experts][value='{number}']").check()
    clerk.press("提交")
    assert clerk.sees("意见已提交"), clerk.text()


def delegated(case: Case, house: House, expert: str, colleague: str) -> None:
    """The expert asks one of the pool, who answers; the vote is still the expert's own."""
    asking = case.at_desk(expert)
    asking.follow("委派")
    on_the_panel = [
        name for _number, name in people(house, *(f"jx_expert{n}" for n in PANEL)).values()
    ]
    offered = asking.page.locator("main").inner_text()
    assert not [name for name in on_the_panel if name in offered], offered
    asking.page.get_by_role("radio", name=people(house, colleague)[colleague][1]).check()
    asking.page.locator("[name=reason]").fill("孵化面积如何认定？")
    asking.press("确定委派")
    assert asking.sees("已委派"), asking.text()
    answering = case.at_desk(colleague)
    assert not answering.sees(people(house, expert)[expert][1]), "who asks is not told"
    answering.page.get_by_role("radio", name="答复", exact=True).check()
    answering.page.locator("[name=text]").fill("按租赁合同和现场测量取低者。")
    answering.press("提交")
    assert answering.sees("意见已提交"), answering.text()
    concluding = case.at_desk(expert)
    assert concluding.sees("按租赁合同和现场测量取低者。"), concluding.text()


def leaves_the_panel(case: Case, username: str) -> None:
    """He opens his seat, says why, and is told nothing any more."""
    expert = case.at_desk(username)
    seat = expert.page.url
    expert.follow("申请本人回避")
    expert.page.locator("[name=reason]").fill("曾在该单位任职。")
    expert.press("确定申请本人回避")
    assert expert.sees("您已回避") or "您已回避" in expert.page.content(), expert.text()
    answer = expert.visit(seat)
    assert answer.status == 404
    expert.visit("/tasks/")
    assert not expert.sees(case.number)


def returned_for_two_fields(case: Case) -> None:
    reviewer = case.at_desk("jx_reviewer")
    reviewer.page.locator("main a[href$='/acts/return/']").click()
    reviewer.page.wait_for_load_state()
    reviewer.page.locator("[name=target][value=intake_correction]").check()
    reviewer.page.locator("[name=mode][value=resume]").check()
    reviewer.page.locator("summary", has_text="需要修改的事项").click()
    reviewer.page.locator("[name=problem-field-head_name]").fill("与任命文件不一致。")
    reviewer.page.locator("[name=problem-field-mentors]").fill("请按聘书填写人数。")
    reviewer.page.locator("[name=reason]").fill("两处填报与附件不符。")
    reviewer.press("确定退回")
    assert reviewer.sees("已退回"), reviewer.text()


def corrected_on_the_phone(applicant: Person, number: str) -> None:
    """Only the two fields can be changed."""
    open_case(applicant, number)
    applicant.page.locator("main a[href$='/correct/']").first.click()
    applicant.page.wait_for_load_state()
    assert applicant.sees("与任命文件不一致。"), applicant.text()
    controls = applicant.page.locator("main form [name]:not([type=hidden]):not(button)")
    names = set(controls.evaluate_all("nodes => nodes.map(node => node.name)"))
    assert names == {"head_name", "mentors"}
    assert not applicant.scrolls_sideways()
    applicant.page.locator("[name=head_name]").fill("样例负责人")
    applicant.page.locator("[name=mentors]").fill("15")
    applicant.press("提交修改")
    assert not applicant.sees("仍需完善"), applicant.text()


def reads_what_changed(reviewer: Person) -> None:
    card = reviewer.page.locator("section.changes-card")
    assert "共 2 项变化" in card.inner_text(), card.inner_text()
    was = card.locator("del").all_inner_texts()
    now = card.locator("ins").all_inner_texts()
    assert any("12" in text for text in was), was
    assert any("15" in text for text in now), now
    assert any("负责" in text for text in now), now


def explained(reader: Person, case_page: str) -> None:
    """The clock page: every day from the first to the last has its reason, and the last is due."""
    reader.visit(case_page)
    reader.follow("逐日查看期限")
    cells = reader.page.locator("td.clock-day[title]")
    told = cells.evaluate_all(
        "nodes => nodes.map(n => [n.querySelector('time').dateTime, n.title, n.innerText, n.className])"
    )
    days = [date.fromisoformat(day) for day, *_rest in told]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))], "no day is left out"
    assert all(title.strip() for _day, title, _text, _class in told)
    counted = [int(n) for _d, _t, text, _c in told for n in re.findall(r"第(\d+)日", text)]
    assert counted == list(range(1, len(counted) + 1)), counted
    assert [text for _d, _t, text, mark in told if "due-day" in mark], "the last day is marked"
    assert any("周末" in text for _d, _t, text, _c in told)
    assert reader.page.locator("ul.because li").count() >= 1


def test_five_experts_a_recusal_a_delegation_and_a_return_for_two_fields(
    enter: Hall, bureau: House, paper: Path
) -> None:
    firm = bureau.named("jx_nanhu_incubator")
    number = file_application(enter(firm), "jiaxing", "J03", "900011", paper)
    case = Case(enter, number)
    case.decided_by("jx_nanhu_officer", "推荐")
    accepted_with_five(case, bureau)
    case.decided_by("jx_economy_bureau_officer", "同意")
    case.decided_by("jx_natural_resources_bureau_officer", "同意")
    leaves_the_panel(case, f"jx_expert{LEAVES}")
    assert case.at_desk("jx_expert1").sees("五分之三以上同意为通过")
    delegated(case, bureau, f"jx_expert{ASKS}", f"jx_expert{ASKED}")
    for expert in VOTES:
        case.decided_by(f"jx_expert{expert}", "同意", score="88")
    late = enter("jx_expert5")
    late.visit("/tasks/")
    assert not late.sees(number), "three of five are enough: nobody asks the fifth"
    returned_for_two_fields(case)
    phone = enter(firm, PHONE)
    corrected_on_the_phone(phone, number)
    reviewer = case.at_desk("jx_reviewer")
    reads_what_changed(reviewer)
    open_case(phone, number)
    explained(enter(firm), phone.page.url)
    case.decided_by("jx_reviewer", "同意")
    case.publicity_over("jx_reviewer")
    case.decided_by("jx_bureau_leader", "签发", "同意签发。")
    open_case(phone, number)
    assert phone.sees("已办结（准予）"), phone.text()
    drawn = phone.page.request.get(f"{phone.page.url}flow.bpmn").text()
    assert 'approval:need="3/5"' in drawn, "the case ran on the city's next version"
    assert not phone.scrolls_sideways()
