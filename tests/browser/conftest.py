"""Browser tests: `house` is the running application, `person("jx_intake")` somebody logged in to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import launch
from tests.browser.people import DESK, Hall, Look, Person
from tests.browser.running import House, copy, prepare
from tests.databases import Copies, Files


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, closed when the last browser test is over. Playwright keeps an event loop running in
    this thread, which Django takes for asynchronous code: without the variable every database test
    beside it would fail.
    """
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as environment:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, django_db_setup: None, copies: Copies
) -> Path:
    """The demo city, made once for all processes of this run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "prepared-house"
    return prepare(folder, copies.filled if isinstance(copies, Files) else None)


@pytest.fixture(scope="package")
def house(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    running = copy(prepared, tmp_path_factory.mktemp("running") / "house")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def visitor(browser: Browser, house: House) -> Iterator[Hall]:
    """visitor(look=PHONE): somebody who has not logged in."""
    present: list[Person] = []

    def enter(look: Look = DESK) -> Person:
        present.append(Person(browser, house.origin, look))
        return present[-1]

    yield enter
    for one in present:
        one.leave()


@pytest.fixture
def person(visitor: Hall, house: House) -> Hall:
    """person("jx_intake", look=PHONE): the demo's account, logged in by its own door."""

    def enter(username: str, look: Look = DESK) -> Person:
        return visitor(look).login(house.account(username))

    return enter
