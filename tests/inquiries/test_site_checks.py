"""The record of a visit: at least two people, honest dates, pictures that are pictures."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

import clock
from approvals.applications.errors import WrongStateError
from approvals.applications.models import Application
from approvals.inquiries import services
from approvals.inquiries.models import SiteCheck
from approvals.inquiries.models.site_check import RecordChanged
from approvals.inquiries.services.site_checks import Visit
from organizations.models import User
from tests.people import Town, key
from workflows.models import Task


@pytest.fixture
def case(jiaxing: Town) -> Application:
    return jiaxing.filed("recognition", "nanhu")


@pytest.fixture
def task(jiaxing: Town, case: Application) -> Task:
    return jiaxing.played_to(case, "county_review")


@pytest.fixture
def officer(jiaxing: Town) -> User:
    return jiaxing.user("nanhu_officer")


def visit(**changes: object) -> Visit:
    given = {
        "checked_on": clock.today(),
        "place": "南湖区孵化园",
        "checkers": ("王一", "李二"),
        "present": "张三",
        "findings": (),
        "conclusion": "场地与申报相符。",
    }
    return Visit(**{**given, **changes})


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "red").save(out, "PNG")
    return SimpleUploadedFile("现场.png", out.getvalue(), "image/png")


def posted(case: Application, **changes: object) -> dict[str, object]:
    return {
        "key": key(),
        "version": 1,
        "checked_on": clock.today().isoformat(),
        "place": "南湖区孵化园",
        "checkers": "王一、李二",
        "present": "张三",
        "conclusion": "场地与申报相符。",
        **changes,
    }


def test_a_visit_is_recorded_once_and_for_good(task: Task, officer: User) -> None:
    given = {"actor": officer, "key": key(), "expected_version": 1, "visit": visit()}
    check = services.record_site_check(task.pk, **given)
    assert services.record_site_check(task.pk, **given) == check
    assert SiteCheck.objects.count() == 1
    with pytest.raises(RecordChanged):
        check.save()
    with pytest.raises(RecordChanged):
        check.delete()


@pytest.mark.parametrize(
    "wrong",
    [
        {"checkers": ("王一",)},
        {"checkers": ("王一", "王一")},
        {"days": 1},
        {"days": -400},
    ],
)
def test_one_man_tomorrow_and_before_the_filing_are_refused(
    task: Task, officer: User, wrong: dict[str, object]
) -> None:
    days = wrong.pop("days", 0)
    day = clock.today() + timedelta(days=days)
    with pytest.raises(WrongStateError):
        services.record_site_check(
            task.pk,
            actor=officer,
            key=key(),
            expected_version=1,
            visit=visit(checked_on=day, **wrong),
        )
    assert not SiteCheck.objects.exists()


def test_photographs_are_kept_shown_to_offices_and_not_to_the_applicant(
    jiaxing: Town, case: Application, task: Task, officer: User
) -> None:
    client = Client()
    client.force_login(officer)
    answer = client.post(f"/tasks/{task.pk}/site-check/", {**posted(case), "photos": [picture()]})
    assert answer.status_code == 302, answer.content.decode()
    photo = SiteCheck.objects.get().photos.get()
    address = f"/applications/{case.pk}/photos/{photo.pk}/"
    shown = client.get(address)
    assert shown.status_code == 200
    assert shown["Content-Type"] == "image/png"
    assert address in client.get(f"/tasks/{task.pk}/").content.decode()
    client.force_login(jiaxing.cast.member_of(case.applicant))
    assert client.get(address).status_code == 404


def test_a_text_that_calls_itself_a_picture_is_refused_and_nothing_typed_is_lost(
    case: Application, task: Task, officer: User
) -> None:
    client = Client()
    client.force_login(officer)
    fake = SimpleUploadedFile("现场.png", b"no picture at all", "image/png")
    answer = client.post(f"/tasks/{task.pk}/site-check/", {**posted(case), "photos": [fake]})
    assert answer.status_code == 422
    assert "场地与申报相符" in answer.content.decode()
    assert not SiteCheck.objects.exists()


def test_what_differs_from_the_application_must_be_told(
    case: Application, task: Task, officer: User
) -> None:
    condition = case.program.content["conditions"][0]["id"]
    client = Client()
    client.force_login(officer)
    differs = posted(case, **{f"met-{condition}": "no"})
    assert client.post(f"/tasks/{task.pk}/site-check/", differs).status_code == 422
    told = {**differs, f"remark-{condition}": "实测 4,800 平方米。"}
    assert client.post(f"/tasks/{task.pk}/site-check/", told).status_code == 302
    finding = SiteCheck.objects.get().findings[0]
    assert (finding["met"], finding["remark"]) == (False, "实测 4,800 平方米。")
