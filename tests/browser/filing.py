"""An applicant at the browser: fills every page of a program's form, hands in files, submits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from tests.browser.people import Person

NUMBER = re.compile(r"[A-Z]+-[A-Za-z0-9]+-20\d\d-\d{4}")
POLICIES = Path(__file__).resolve().parents[2] / "policies"


def answers(city: str, code: str, serial: str) -> dict[str, Any]:
    """The pack's sample answers, as text."""
    sample = yaml.load(
        (POLICIES / city / "samples" / f"{code}.yaml").read_text("utf-8"), yaml.BaseLoader
    )
    return _numbered(sample["answers"], serial)


def _numbered(value: Any, serial: str) -> Any:
    if isinstance(value, dict):
        return {key: _numbered(entry, serial) for key, entry in value.items()}
    if isinstance(value, list):
        return [_numbered(entry, serial) for entry in value]
    return value.replace("{n}", serial)


def enter(person: Person, name: str, value: Any) -> None:
    """Types, ticks or picks, whatever the question is."""
    control = person.page.locator(f"main [name='{name}']")
    if control.count() == 0:
        return
    kind = control.first.evaluate("node => node.tagName + ':' + node.type")
    if isinstance(value, list):
        for entry in value:
            person.page.locator(f"main [name='{name}'][value='{entry}']").check()
    elif kind.startswith("SELECT"):
        control.first.select_option(value)
    else:
        control.first.fill(value)


def fill_section(person: Person, given: dict[str, Any]) -> None:
    """The questions of this page; the rows of a table one by one."""
    for key, value in given.items():
        table = isinstance(value, list) and bool(value) and isinstance(value[0], dict)
        if table and person.page.locator(f"main [name='{key}-rows']").count():
            fill_table(person, key, value)
        elif not table:
            enter(person, key, value)


def fill_table(person: Person, key: str, rows: list[dict[str, str]]) -> None:
    """Adds rows by the page's own button, as without JavaScript."""
    for number, row in enumerate(rows):
        first = next(iter(row))
        if person.page.locator(f"main [name='{key}-{number}-{first}']").count() == 0:
            person.page.locator(f"main button[name=add_row][value='{key}']").click()
            person.page.wait_for_load_state()
        for column, cell in row.items():
            enter(person, f"{key}-{number}-{column}", cell)


def file_application(person: Person, city: str, code: str, serial: str, paper: Path) -> str:
    """From the guide to the receipt; answers the application's number."""
    person.visit(f"/programs/{city}/{code}/")
    person.page.locator(f"main a[href='/applications/new/{city}/{code}/']").first.click()
    person.press("新建草稿")
    given = answers(city, code, serial)
    while "/edit/" in person.page.url:
        here = person.page.url
        fill_section(person, given)
        person.page.locator("main .actions button[value=continue]").click()
        person.page.wait_for_load_state()
        assert person.page.url != here, person.text()
    for slot in _required_slots(person):
        person.page.locator(f"#files-{slot}").set_input_files(str(paper))
        person.page.locator(f"#slot_{slot} button", has_text="上传").click()
        person.page.wait_for_load_state()
    person.follow("继续：核对并提交")
    person.page.locator("#declared").check()
    person.press("提交申请")
    found = NUMBER.search(person.text())
    assert found is not None, person.text()
    return found.group()


def _required_slots(person: Person) -> list[str]:
    return [
        (section.get_attribute("id") or "").removeprefix("slot_")
        for section in person.page.locator("main section[id^=slot_]").all()
        if "选填" not in section.inner_text()
    ]
