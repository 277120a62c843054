"""The frame of every page: navigation, elder switch and the pages for what went wrong."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.views import defaults

from approvals.context import frame, navigation
from approvals.display import switch_display
from organizations.models import Membership, Organ, User
from organizations.roles import Role


def asked_by(user: object, path: str = "/", **cookies: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user
    request.COOKIES.update(cookies)
    return request


@pytest.fixture
def holder(db):
    """holder(Role.INTAKE): somebody with exactly this post, at an organ made for the test."""

    def make(*roles: Role) -> User:
        user = User.objects.create(username="frame", name="框架测试员")
        organ = Organ.objects.create(
            city="jiaxing",
            key="frame_bureau",
            name="示例局",
            short_name="示例局",
            kind="science_bureau",
        )
        for role in roles:
            Membership.objects.create(user=user, organ=organ, role=role, valid_from="2020-01-01")
        return user

    return make


def labels(user: object) -> list[str]:
    return [link.label for link in frame(asked_by(user)).links]


def test_a_stranger_sees_only_public_places_and_costs_no_query(
    db, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        assert labels(AnonymousUser()) == ["申报项目", "公开核验"]


def test_a_logged_in_person_costs_one_query_and_only_when_a_page_is_drawn(
    holder, django_assert_num_queries
) -> None:
    user = holder(Role.INTAKE, Role.REVIEWER)
    with django_assert_num_queries(0):
        lazy = navigation(asked_by(user))["navigation"]
    with django_assert_num_queries(1):
        assert [lazy.links, lazy.posts, lazy.elder][1] == ("受理员", "审查员")


@pytest.mark.parametrize(
    ("role", "own"),
    [
        (Role.APPLICANT, ["我的申报"]),
        (Role.COUNTY_OFFICER, ["待办"]),
        (Role.EXPERT, ["待办"]),
        (Role.FINANCE_LEADER, ["待办", "会议", "公文"]),
        (Role.PRINTING_OFFICE, ["会议", "打印室", "文书模板"]),
        (Role.SYSTEM_ADMIN, ["系统管理"]),
        (Role.AUDIT_ADMIN, ["系统管理"]),
    ],
)
def test_everybody_sees_the_places_of_his_post_only(holder, role: Role, own: list[str]) -> None:
    assert [label for label in labels(holder(role)) if label not in {"申报项目", "公开核验"}] == own


def test_the_place_a_page_belongs_to_is_marked() -> None:
    links = frame(asked_by(AnonymousUser(), "/programs/jiaxing/J03/")).links
    assert [link.label for link in links if link.current] == ["申报项目"]


def test_the_elder_mode_follows_the_cookie() -> None:
    assert frame(asked_by(AnonymousUser(), elder="1")).elder
    assert not frame(asked_by(AnonymousUser(), elder="0")).elder


class TestElderSwitch:
    def test_it_remembers_the_wish_and_goes_back(self) -> None:
        answer = switch_display(
            RequestFactory().post("/display/", {"elder": "1", "next": "/tasks/"})
        )
        assert (answer.status_code, answer["Location"]) == (302, "/tasks/")
        assert answer.cookies["elder"].value == "1"

    def test_it_never_leads_to_another_house(self) -> None:
        for address in ("https://evil.invalid/", "//evil.invalid", "javascript:alert(1)"):
            answer = switch_display(RequestFactory().post("/display/", {"next": address}))
            assert answer["Location"] == "/"

    def test_a_link_cannot_switch(self) -> None:
        assert switch_display(RequestFactory().get("/display/")).status_code == 405


class TestWhatWentWrong:
    def test_a_strangers_case_and_a_missing_one_give_the_same_bytes(self) -> None:
        pages = {
            defaults.page_not_found(asked_by(AnonymousUser(), path), Http404(words)).content
            for path, words in (("/applications/1/", "exists"), ("/applications/999/", "does not"))
        }
        assert len(pages) == 1
        assert "没有找到这个页面" in pages.pop().decode()

    def test_a_refusal_says_its_reason(self) -> None:
        request = asked_by(AnonymousUser())
        page = defaults.permission_denied(request, PermissionDenied("您的岗位已于昨日到期"))
        assert "您的岗位已于昨日到期" in page.content.decode()

    def test_the_fault_page_needs_no_database_and_no_context(self) -> None:
        page = defaults.server_error(asked_by(AnonymousUser()))
        assert page.status_code == 500
        assert "已经保存的内容不受影响" in page.content.decode()

    @pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
    def test_every_such_page_offers_a_way_out_in_chinese(self, name: str) -> None:
        page = render_to_string(f"{name}.html")
        assert 'href="/"' in page
        assert "回到首页" in page
