"""Every route, every method, every kind of person: what the permission table says is what happens."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from organizations.models import Membership, User
from tests.house.routes import PAGE, ROUTES, About, Told, Who, permissions_page, route_names
from tests.house.visitors import ANONYMOUS, STRANGERS, Door, House, build

pytestmark = pytest.mark.django_db

SUCCESS = {200, 302, 422}
NOT_NOW = SUCCESS | {403, 404, 409}
CLIENTS = {
    csrf: Client(enforce_csrf_checks=csrf, raise_request_exception=False) for csrf in (True, False)
}
"""One for all people: a new one would load the middleware again at its first request."""
MISSING = 987_654_321
BEYOND = 10**30
"""A number no column can hold."""


OUR_PACKAGES = {"journal", "jobs", "organizations", "workflows", "documents", "approvals"}
TABLE = {name: route for name, route in ROUTES.items() if route.who is not Who.STAFF}
OBJECTS = {name: route for name, route in TABLE.items() if route.others is Told.NOT_FOUND}


@pytest.fixture(scope="module")
def house(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Built once for the module and rolled back behind it; each test rolls back to this."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build(tmp_path_factory.mktemp("house"))
        KNOWN.clear()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _files_of_the_house(
    _files_in_a_folder_of_the_test: None, request: pytest.FixtureRequest, settings: Any
) -> None:
    if "house" in request.fixturenames:
        folder: Path = request.getfixturevalue("house").folder
        settings.MEDIA_ROOT, settings.ARCHIVE_DIR = folder / "files", folder / "archive"


def ask(
    house: House, person: str, method: str, address: str, *, csrf: bool = False
) -> HttpResponse:
    """One request of one person; whatever it does is undone."""
    client = CLIENTS[csrf]
    client.cookies = SimpleCookie()
    if person != ANONYMOUS:
        client.cookies[settings.SESSION_COOKIE_NAME] = house.sessions[person]
    computer = f"10.0.0.{house.names.index(person) + 1}"
    with transaction.atomic():
        answer = client.generic(method, address, REMOTE_ADDR=computer)
        answer.body = answer.getvalue()
        transaction.set_rollback(True)
    return answer


@dataclass(frozen=True)
class Heard:
    """What an answer told: enough to compare two of them byte for byte."""

    status_code: int
    headers: dict[str, str]
    body: bytes
    """SHA-256 of its bytes."""


KNOWN: dict[tuple[str, str, str], Heard] = {}
"""By person, method and address: each request is undone, so to repeat it tells nothing new."""


def heard(house: House, person: str, method: str, address: str) -> Heard:
    """The same, asked once while the house stands."""
    asked = (person, method, address)
    if asked not in KNOWN:
        answer = ask(house, person, method, address)
        body = hashlib.sha256(answer.body).digest()
        KNOWN[asked] = Heard(answer.status_code, dict(answer.headers), body)
    return KNOWN[asked]


def outcome(answer: HttpResponse | Heard) -> str:
    """`login` when sent to the log-in, else the status."""
    location = answer.headers.get("Location", "")
    return "login" if location.startswith(settings.LOGIN_URL + "?") else str(answer.status_code)


def expected(house: House, name: str, person: str, method: str, door: Door) -> set[str]:
    """What the table says."""
    route = ROUTES[name]
    insiders = door.insiders
    if route.may(method) is not route.who:
        insiders = house.insiders(route.may(method), route.about)
    if person == "nanhu_leader" and method == "POST" and door.title == "open county task":
        return {"403", "404", "422"}
    if person in insiders:
        return {str(status) for status in (SUCCESS if door.fits else NOT_NOW)}
    if person == ANONYMOUS:
        return {"login"}
    if route.colleagues and person in house.insiders(route.colleagues, route.about):
        return {"403"} if door.fits else {"403", "404"}
    if route.about is About.PERSON and person == "flow_admin_of_another_city":
        return {"404"}
    return {route.others.value}


def test_every_route_is_in_the_table_and_none_that_is_gone() -> None:
    assert route_names() == set(ROUTES)


def test_every_row_says_what_it_is_for() -> None:
    assert all(route.sentence.endswith(".") for route in ROUTES.values())
    assert all(set(route.methods.split()) <= {"GET", "POST"} for route in ROUTES.values())


def test_the_printed_table_is_current() -> None:
    assert PAGE.read_text("utf-8") == permissions_page(), "run python -m tests.house.routes"


@pytest.mark.parametrize("name", TABLE)
def test_everybody_gets_what_the_table_says(house: House, name: str) -> None:
    surprises = []
    for door in house.doors(name):
        address = reverse(name, kwargs=door.kwargs)
        for person in house.names:
            for method in ROUTES[name].methods.split():
                wanted = expected(house, name, person, method, door)
                got = outcome(heard(house, person, method, address))
                if got not in wanted:
                    surprises.append(f"{person} {method} {door.title}: {got}, not {sorted(wanted)}")
    assert not surprises


@pytest.mark.parametrize("name", sorted(set(TABLE) - {"set_language"}))
def test_no_route_knows_another_method(house: House, name: str) -> None:
    """(Django's `set_language` answers any method with a redirect and acts on POST only.)"""
    door = house.doors(name)[0]
    address = reverse(name, kwargs=door.kwargs)
    others = {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(ROUTES[name].methods.split())
    for person in {ANONYMOUS, "xiuzhou_officer", min(door.insiders)}:
        for method in others:
            assert ask(house, person, method, address).status_code == 405, (person, method)


@pytest.mark.parametrize("name", [name for name, route in TABLE.items() if route.takes("POST")])
def test_a_post_without_its_token_is_refused(house: House, name: str) -> None:
    door = next((door for door in house.doors(name) if door.fits), house.doors(name)[0])
    for person in sorted(door.insiders)[:3]:
        answer = ask(house, person, "POST", reverse(name, kwargs=door.kwargs), csrf=True)
        assert answer.status_code == 403
        assert "csrf" in answer.templates[0].name


@pytest.mark.parametrize("name", OBJECTS)
def test_what_a_stranger_may_not_see_looks_like_what_does_not_exist(
    house: House, name: str
) -> None:
    method = ROUTES[name].methods.split()[0]
    for person in STRANGERS:
        for door in house.doors(name)[-2:]:
            hidden = heard(house, person, method, reverse(name, kwargs=door.kwargs))
            missing = heard(house, person, method, reverse(name, kwargs=elsewhere(door, MISSING)))
            assert hidden.status_code == missing.status_code == 404
            assert hidden.body == missing.body
            assert hidden.headers == missing.headers


def elsewhere(door: Door, number: int) -> dict[str, Any]:
    """The same address with a number that leads nowhere."""
    return {key: value if key == "section" else number for key, value in door.kwargs.items()}


@pytest.mark.parametrize("name", OBJECTS)
def test_a_number_beyond_every_column_is_missing_too(house: House, name: str) -> None:
    door = house.doors(name)[0]
    far = elsewhere(door, BEYOND)
    for person in {ANONYMOUS, *sorted(door.insiders)[:1]}:
        for method in ROUTES[name].methods.split():
            got = outcome(ask(house, person, method, reverse(name, kwargs=far)))
            assert got == ("login" if person == ANONYMOUS else "404")


def test_an_officer_of_xiuzhou_gets_404_for_a_nanhu_case_by_every_address(house: House) -> None:
    found = {
        f"{method} {reverse(name, kwargs=door.kwargs)}": status
        for name, route in OBJECTS.items()
        if route.about is not About.PROFILE
        for door in house.doors(name)
        for method in route.methods.split()
        if (
            status := heard(
                house, "xiuzhou_officer", method, reverse(name, kwargs=door.kwargs)
            ).status_code
        )
        != 404
    }
    assert not found
    case, paper = house.cases["running"], house.document
    for page in ("worklist:queue", "home", "applications:list"):
        shown = ask(house, "xiuzhou_officer", "GET", reverse(page)).body.decode()
        assert case.number not in shown
        assert case.applicant.name not in shown
        assert paper.number not in shown


def test_a_colleague_reads_a_task_that_is_taken_and_cannot_take_it(house: House) -> None:
    task, _insiders = house.tasks["open county"]
    assert ask(house, "nanhu_leader", "GET", f"/tasks/{task.pk}/").status_code == 200
    for act in ("claim", "release"):
        answer = ask(house, "nanhu_leader", "POST", f"/tasks/{task.pk}/{act}/")
        assert answer.status_code == 403


def test_ones_own_case_is_no_way_to_the_things_of_another(house: House) -> None:
    own = house.rival_draft.pk
    file = house.cases["decided"].attachments.order_by("pk").first().pk
    addresses = {
        "GET": [
            reverse("applications:download", args=[own, file]),
            reverse("decisions:paper", args=[own, house.decision.pk]),
        ],
        "POST": [reverse("applications:remove", args=[own, file])],
    }
    for method, several in addresses.items():
        for address in several:
            assert ask(house, "rival", method, address).status_code == 404


def test_a_right_that_ends_is_gone_with_the_next_request(house: House) -> None:
    """The leader's: the officer has taken the task himself."""
    task, _insiders = house.tasks["open county"]
    case = house.cases["running"]
    addresses = [f"/applications/{case.pk}/", f"/tasks/{task.pk}/"]
    assert [ask(house, "nanhu_leader", "GET", one).status_code for one in addresses] == [200, 200]
    with transaction.atomic():
        Membership.objects.filter(user=house.people["nanhu_leader"]).delete()
        after = [ask(house, "nanhu_leader", "GET", one).status_code for one in addresses]
        transaction.set_rollback(True)
    assert after == [404, 404]


def test_no_post_opens_the_back_stage(house: House) -> None:
    addresses = [reverse("admin:index"), reverse("admin:password_change"), "/backstage/nothing/"]
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        addresses += [reverse(f"{base}_changelist"), reverse(f"{base}_add")]
        addresses += [reverse(f"{base}_{act}", args=[1]) for act in ("change", "delete", "history")]
    for person, several in ((ANONYMOUS, addresses), ("system_admin", addresses)):
        for address in several:
            for method in ("GET", "POST"):
                answer = ask(house, person, method, address)
                assert answer.headers["Location"].startswith("/backstage/login/?"), address


def test_the_back_stage_reads_our_models_and_writes_none(house: House) -> None:
    ours = [
        model for model in admin.site._registry if model.__module__.split(".")[0] in OUR_PACKAGES
    ]
    assert ours
    superuser = User.objects.create(username="root", name="根", is_staff=True, is_superuser=True)
    house.enter("superuser", superuser)
    try:
        for model in ours:
            base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            assert ask(house, "superuser", "GET", reverse(f"{base}_changelist")).status_code == 200
            assert ask(house, "superuser", "POST", reverse(f"{base}_add")).status_code == 403
    finally:
        del house.people["superuser"]
