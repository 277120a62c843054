"""Two doors: who enters where, what a person at the wrong one reads, and who is shut out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

import clock
from journal.selectors import entries
from organizations.doors import Door, doors_of
from organizations.roles import Role

pytestmark = pytest.mark.django_db

APPLICANT, STAFF = "/login/applicant/", "/login/staff/"


@pytest.fixture
def people(city, hire, incubator):
    """One person for every way in."""
    hire("qiming", ("applicant", incubator.organ))
    hire("nanhu", ("county_officer", city.north))
    hire("labour", ("department_officer", city.labour))
    hire("expert", ("expert", city.experts))


@pytest.fixture
def knock(client, password, people):
    """knock(door, username) posts the form of a door."""

    def post(door, username, given=None, **fields):
        sent = {"username": username, "password": password if given is None else given}
        return client.post(door, {**sent, **fields})

    return post


def inside(client):
    return "_auth_user_id" in client.session


def said(answer):
    return answer.content.decode()


def test_the_first_page_offers_both_doors(client, db):
    page = said(client.get("/login/?next=/applications/"))
    for words in ("领军人才企业/孵化机构登录", "管理用户登录", "/login/staff/?next=/applications/"):
        assert words in page


def test_an_applicant_enters_by_his_door(client, knock):
    answer = knock(APPLICANT, "qiming")
    assert (answer.status_code, answer.url) == (302, "/")
    assert inside(client)
    entry = entries("system").last()
    assert (entry.verb, entry.actor_name) == ("logged_in", "qiming姓名")
    assert entry.data == {"doors": ["applicant"]}


@pytest.mark.parametrize(
    ("username", "place"), [("nanhu", "county"), ("labour", "department"), ("expert", "other")]
)
def test_staff_enter_by_the_other_door_with_the_right_choice(client, knock, username, place):
    assert knock(STAFF, username, place=place).status_code == 302
    assert inside(client)


@pytest.mark.parametrize(
    ("door", "username", "place", "sentence"),
    [
        (APPLICANT, "nanhu", "", "请从“管理用户登录”进入，并选择“县（市、区）及赛区”"),
        (STAFF, "qiming", "county", "请从“领军人才企业/孵化机构登录”进入"),
        (STAFF, "nanhu", "other", "该账号不属于“其他”，请改选“县（市、区）及赛区”后登录"),
    ],
)
def test_a_person_at_the_wrong_door_is_told_the_right_one(
    client, knock, door, username, place, sentence
):
    answer = knock(door, username, place=place)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert not inside(client)


@pytest.mark.parametrize("door", [APPLICANT, STAFF])
@pytest.mark.parametrize(("username", "given"), [("", ""), ("qiming", ""), ("", "x")])
def test_an_empty_name_or_password_gets_the_seeds_sentence(client, knock, door, username, given):
    page = said(knock(door, username, given, place="county"))
    assert page.count("用户名和密码不能为空") == 1
    assert not inside(client)


def test_what_was_typed_is_kept_but_never_the_password(knock):
    page = said(knock(APPLICANT, "qiming", "wrong-secret"))
    assert 'value="qiming"' in page
    assert "wrong-secret" not in page


def test_no_account_and_a_wrong_password_and_a_closed_account_sound_alike(
    client, knock, hire, password
):
    closed = hire("closed")
    closed.is_active = False
    closed.save()
    answers = [
        knock(APPLICANT, "nobody"),
        knock(APPLICANT, "qiming", "wrong"),
        knock(APPLICANT, "closed"),
    ]
    assert all("用户名或者密码不正确" in said(answer) for answer in answers)
    assert "nanhu" not in said(knock(APPLICANT, "nanhu", "wrong")).replace('value="nanhu"', "")


def test_the_wrong_door_is_not_spoken_of_before_the_password(knock):
    assert "管理用户登录”进入" not in said(knock(APPLICANT, "nanhu", "wrong"))


def test_five_wrong_guesses_close_the_door(client, knock):
    for _guess in range(5):
        answer = knock(APPLICANT, "qiming", "wrong")
    assert answer.status_code == 429
    assert "登录已暂停" in said(answer)
    assert knock(APPLICANT, "qiming").status_code == 429
    assert not inside(client)
    assert knock(STAFF, "nanhu", place="county").status_code == 302


def test_the_way_goes_on_to_the_page_one_wanted_and_never_abroad(client, knock):
    assert knock(APPLICANT, "qiming", next="/applications/").url == "/applications/"
    client.logout()
    assert knock(APPLICANT, "qiming", next="https://evil.example/").url == "/"


def test_somebody_inside_is_not_asked_again(client, knock):
    knock(APPLICANT, "qiming")
    for door in ("/login/", APPLICANT, STAFF):
        assert client.get(door).status_code == 302


def test_the_session_changes_its_number_at_the_door(client, knock):
    client.get(APPLICANT)
    session = client.session
    session["visited"] = True
    session.save()
    before = client.session.session_key
    client.cookies["sessionid"] = before
    knock(APPLICANT, "qiming")
    assert client.session.session_key != before


def test_one_leaves_by_post_only(client, knock):
    knock(APPLICANT, "qiming")
    assert client.get("/logout/").status_code == 405
    assert inside(client)
    assert client.post("/logout/").url == "/login/"
    assert not inside(client)
    assert entries("system").last().verb == "logged_out"


def test_a_new_password_ends_the_other_sessions(client, knock, password):
    knock(APPLICANT, "qiming")
    other = type(client)()
    other.cookies["sessionid"] = client.cookies["sessionid"].value
    sent = {
        "old_password": password,
        "new_password1": "Zhuhai-8812",
        "new_password2": "Zhuhai-8812",
    }
    assert client.post("/password/", {**sent, "new_password2": "x"}).status_code == 422
    assert client.post("/password/", sent).status_code == 302
    assert client.get("/password/").status_code == 200
    assert other.get("/password/").url.startswith("/login/")
    assert entries("system").last().verb == "password_changed"


def test_a_form_without_its_token_is_refused(db):
    assert Client(enforce_csrf_checks=True).post(APPLICANT, {}).status_code == 403


def test_the_language_is_switched_by_post(client, db):
    answer = client.post("/language/", {"language": "en", "next": "/login/"})
    assert (answer.status_code, answer.url) == (302, "/login/")


def test_the_demo_accounts_are_shown_in_the_demonstration_only(client, city, hire, settings):
    hire("demo_expert", ("expert", city.experts), is_demo=True)
    hire("real_expert", ("expert", city.experts))
    settings.DEMO_MODE = False
    assert "demo_expert" not in said(client.get(STAFF))
    settings.DEMO_MODE = True
    page = said(client.get(STAFF))
    assert "demo_expert" in page
    assert "real_expert" not in page
    assert "demo_expert" not in said(client.get(APPLICANT))


def test_every_role_has_a_door():
    assert {doors_of([role]) for role in Role} == {frozenset({door}) for door in Door}
    assert doors_of([]) == {Door.OTHER}
    assert doors_of(["agent", "expert"]) == {Door.APPLICANT, Door.OTHER}


def test_the_names_of_the_addresses_stay(db):
    assert reverse("log_in") == "/login/"
    assert reverse("log_out") == "/logout/"


def test_staff_who_do_not_say_where_they_belong_enter_too(client, knock):
    assert knock(STAFF, "nanhu").status_code == 302


def test_an_applicant_does_not_enter_by_the_staff_door_without_a_choice(client, knock, settings):
    assert "领军人才企业" in said(knock(STAFF, "qiming"))


def test_a_person_at_work_is_not_logged_out(client, knock):
    """The session is renewed at a page, but not written at every page."""
    assert knock(STAFF, "nanhu", place="county").status_code == 302
    client.get("/")
    touched = client.session["touched"]
    with clock.at(clock.now() + timedelta(minutes=2)):
        client.get("/")
    assert client.session["touched"] == touched
    with clock.at(clock.now() + timedelta(minutes=6)):
        client.get("/")
    assert client.session["touched"] > touched
