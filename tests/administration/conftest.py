"""A case that a fault has parked: its next step found no office."""

from __future__ import annotations

from datetime import timedelta

import pytest

import clock
from approvals.applications.models import Application
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Statement
from organizations.models import Organ, User
from organizations.roles import Role
from tests.people import Town, key
from workflows.models import Task

RECOMMEND = Statement("recommend", text="材料属实，同意推荐。")


def close_the_bureau(town: Town) -> None:
    """The science bureau has ended and nobody succeeds it."""
    ended = clock.today() - timedelta(days=1)
    Organ.objects.filter(city=town.city.key, key="science_bureau").update(valid_to=ended)


def reopen_the_bureau(town: Town) -> None:
    Organ.objects.filter(city=town.city.key, key="science_bureau").update(valid_to=None)


def recommend(town: Town, case: Application):
    task = Task.objects.get(process=case.process, element="county_review", is_open=True)
    return decide_task(
        task.pk,
        actor=town.user("nanhu_officer"),
        key=key(),
        expected_version=1,
        statement=RECOMMEND,
    )


@pytest.fixture
def parked(jiaxing: Town) -> Application:
    """Recommended by the county; the bureau that should accept it is gone, then back again."""
    case = jiaxing.filed("recognition", "nanhu")
    close_the_bureau(jiaxing)
    recommend(jiaxing, case)
    reopen_the_bureau(jiaxing)
    return Application.objects.select_related("process", "applicant").get(pk=case.pk)


@pytest.fixture
def second_flow_admin(jiaxing: Town) -> User:
    return jiaxing.cast.person("jx_flow_admin_b", jiaxing.organ("science_bureau"), Role.FLOW_ADMIN)
