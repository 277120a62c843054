"""The pages: what the bell says, what opening does, what one may choose."""

from __future__ import annotations

from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.notifications import kinds, selectors
from approvals.notifications.models import Mode, Notification
from approvals.notifications.services import notify
from approvals.notifications.wishes import Wishes, choose

pytestmark = pytest.mark.django_db

CENTRE, READ = "/notifications/", "/notifications/read/"
PREFERENCES = "/notifications/preferences/"


@pytest.fixture
def browser(client, officer):
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    return client


def told(person, *titles: str, kind: str = "trial", **more) -> list[Notification]:
    for title in titles:
        notify([person], kind=kind, title=title, **more)
    return list(Notification.objects.order_by("pk"))


def test_the_bell_counts_on_every_page_and_is_silent_at_none(browser, officer) -> None:
    def bell() -> str:
        text = browser.get("/programs/").content.decode()
        return text[text.index('href="/notifications/"') :][:200]

    assert "条未读" not in bell()
    told(officer, "甲", "乙")
    assert "2<span" in bell()


def test_a_stranger_has_no_bell_and_no_centre(client) -> None:
    assert CENTRE not in client.get("/programs/").content.decode()
    assert client.get(CENTRE).headers["Location"].startswith("/login/")


def test_opening_a_line_reads_it_and_leads_there(browser, officer) -> None:
    (row,) = told(officer, "待办", link="/programs/")
    answer = browser.get(f"/notifications/{row.pk}/")
    assert answer.headers["Location"] == "/programs/"
    row.refresh_from_db()
    assert row.read_at is not None


def test_a_line_without_a_link_shows_its_words(browser, officer) -> None:
    (row,) = told(officer, "标题", body="<b>正文</b>")
    text = browser.get(f"/notifications/{row.pk}/").content.decode()
    assert "&lt;b&gt;正文&lt;/b&gt;" in text


def test_another_persons_line_looks_like_none(browser, colleague) -> None:
    (row,) = told(colleague, "甲")
    hidden, missing = (browser.get(f"/notifications/{n}/") for n in (row.pk, 987_654_321))
    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
    assert hidden.status_code == 404


def test_chosen_lines_are_marked_and_no_others(browser, officer) -> None:
    first, second = told(officer, "甲", "乙")
    browser.post(READ, {"line": [first.pk, "x", "9" * 40]})
    assert [row.title for row in selectors.page(officer, unread_only=True).rows] == ["乙"]
    assert second.read_at is None


def test_all_means_all_of_the_kind_on_the_page(browser, officer) -> None:
    told(officer, "甲", "乙")
    told(officer, "警", kind="alarm")
    page = browser.get(f"{CENTRE}?kind=trial")
    posted = {"all": "1", "kind": "trial", "newest": page.context["newest"]}
    answer = browser.post(READ, posted)
    assert answer.headers["Location"] == f"{CENTRE}?kind=trial"
    assert [row.title for row in selectors.page(officer, unread_only=True).rows] == ["警"]


def test_a_kind_that_there_is_not_is_no_kind(browser, officer) -> None:
    (row,) = told(officer, "甲")
    answer = browser.post(READ, {"all": "1", "kind": "a\x00b", "newest": row.pk})
    assert answer.headers["Location"] == CENTRE


def test_the_list_is_filtered_and_nonsense_is_no_filter(browser, officer) -> None:
    told(officer, "甲")
    told(officer, "警", kind="alarm")

    def titles(query: str) -> set[str]:
        return {row.title for row in browser.get(CENTRE + query).context["rows"]}

    assert titles("?kind=alarm") == {"警"}
    assert titles("?kind=nonsense&after=nonsense") == {"甲", "警"}
    browser.post(READ, {"line": [Notification.objects.get(title="甲").pk]})
    assert titles("?unread=1") == {"警"}


def test_the_centre_costs_the_same_at_one_and_at_a_hundred_lines(browser, officer) -> None:
    def statements() -> int:
        browser.get(CENTRE)
        with CaptureQueriesContext(connection) as captured:
            browser.get(CENTRE)
        return len(captured)

    told(officer, "甲")
    alone = statements()
    told(officer, *(f"{number}" for number in range(99)))
    # session, user, positions, unread and read lines, bell
    assert (alone, statements()) == (6, 5)  # a full page of unread lines asks for no read ones


class TestPreferences:
    def posted(self, **change: str) -> dict[str, str]:
        choosable = [kind for kind in kinds.everything() if not kind.urgent]
        modes = {f"kind_{kind.name}": Mode.MAIL.value for kind in choosable}
        return {**modes, "quiet": "on", "begins": "21:00", "ends": "08:00", **change}

    def test_what_is_chosen_is_kept(self, browser, officer) -> None:
        answer = browser.post(PREFERENCES, self.posted(kind_trial="digest"))
        assert answer.status_code == 302
        wishes = Wishes([officer.pk])
        assert wishes.mode(officer.pk, kinds.known("trial")) == Mode.DIGEST
        assert wishes.quiet(officer.pk) == (time(21), time(8))
        form = browser.get(PREFERENCES).context["form"]
        assert form["kind_trial"].value() == Mode.DIGEST

    def test_quiet_hours_may_be_given_up(self, browser, officer) -> None:
        posted = self.posted()
        del posted["quiet"]
        browser.post(PREFERENCES, posted)
        assert Wishes([officer.pk]).quiet(officer.pk) is None

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"ends": "21:00"}, "ends"),
            ({"begins": "25:00"}, "begins"),
            ({"kind_trial": "pigeon"}, "kind_trial"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, browser, officer, change, field) -> None:
        answer = browser.post(PREFERENCES, self.posted(**change))
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {field}
        assert Wishes([officer.pk]).quiet(officer.pk) == (time(22), time(7))

    def test_urgent_kinds_offer_no_choice(self, browser, officer) -> None:
        form = browser.get(PREFERENCES).context["form"]
        assert "kind_alarm" not in form.fields
        choose(officer, {"alarm": Mode.SITE}, None)
        assert Wishes([officer.pk]).mode(officer.pk, kinds.known("alarm")) == Mode.MAIL
