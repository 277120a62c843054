"""What a reviewer is shown of what changed, and which earlier opinions still stand (B8)."""

from __future__ import annotations

import pytest

from approvals.applications import services
from approvals.reviews.models import Opinion
from approvals.reviews.selectors import bases_of
from tests.applications.mending import answers, asks, waiting
from tests.applications.policies import deferring, drafted
from tests.people import Town, key

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def mended(jiaxing: Town):
    case = jiaxing.filed("recognition", "nanhu")
    asks(case, "county_review", jiaxing.user("nanhu_officer"), "staff", "mentors")
    return answers(jiaxing, case, staff="9", mentors="15")


def shown(client, person, task):
    client.force_login(person, BACKEND)
    return client.get(f"/tasks/{task.pk}/")


def test_before_anything_changed_there_is_no_card(jiaxing: Town, client) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    page = shown(client, jiaxing.user("nanhu_officer"), waiting(case, "county_review"))
    assert page.context["changes"] is None
    assert "以来的变化" not in page.content.decode()


def test_who_returned_it_sees_what_changed_since_his_own_opinion(
    jiaxing: Town, mended, client
) -> None:
    page = shown(client, jiaxing.user("nanhu_officer"), waiting(mended, "county_review"))
    text = page.content.decode()
    assert "自您上次意见以来的变化" in text
    assert "<del>8 名</del>" in text
    assert "<ins>9 名</ins>" in text
    assert {change.key for change in page.context["changes"].changes} == {"staff", "mentors"}


def test_who_says_something_for_the_first_time_sees_what_changed_since_filing(
    jiaxing: Town, mended, client
) -> None:
    jiaxing.played_to(mended, "intake")
    page = shown(client, jiaxing.user("intake"), waiting(mended, "intake"))
    assert "自提交以来的变化" in page.content.decode()
    assert not page.context["changes"].since_own


def test_what_was_mended_before_his_last_opinion_is_not_shown_again(
    jiaxing: Town, mended, client
) -> None:
    officer = jiaxing.user("nanhu_officer")
    asks(mended, "county_review", officer, "staff")
    answers(jiaxing, mended, staff="10")
    page = shown(client, officer, waiting(mended, "county_review"))
    assert [change.key for change in page.context["changes"].changes] == ["staff"]
    assert (page.context["changes"].before.version, page.context["changes"].after.version) == (2, 3)


def test_the_check_after_a_resubmission_is_limited_to_what_it_brought_in(
    jiaxing: Town, mended, client
) -> None:
    page = shown(client, jiaxing.user("nanhu_officer"), waiting(mended, "county_review"))
    assert page.context["recheck"].labels == ("专职人员总数", "创业导师")
    assert "只能针对补正后新出现的内容" in page.content.decode()


def relying(jiaxing: Town):
    """Departments rely on the area and the lease; everybody else on everything."""
    program = deferring(jiaxing, relies_on={"department_opinion": ["area", "premises"]})
    draft = drafted(jiaxing, program)
    case = jiaxing_submit(jiaxing, draft)
    jiaxing.played_to(case, "propose")
    return case


def jiaxing_submit(jiaxing: Town, draft):
    return services.submit(draft, by=jiaxing.cast.member_of(draft.applicant), key=key())


def standing(case) -> dict[str, set[bool]]:
    found: dict[str, set[bool]] = {}
    opinions = list(Opinion.objects.filter(application=case))
    bases = bases_of(case, opinions)
    for opinion in opinions:
        if opinion.pk in bases:
            found.setdefault(opinion.step, set()).add(bases[opinion.pk].stands)
    return found


def test_opinions_that_relied_on_unchanged_fields_only_stay_valid(jiaxing: Town, client) -> None:
    case = relying(jiaxing)
    asks(case, "propose", jiaxing.user("reviewer"), "mentors")
    answers(jiaxing, case, mentors="15")
    case.refresh_from_db()
    assert standing(case) == {
        "county_review": {False},
        "intake": {False},
        "department_opinion": {True},
        "expert_opinion": {False},
        "propose": {False},
    }
    page = shown(client, jiaxing.user("intake"), waiting(case, "intake")).content.decode()
    assert "所依据内容未变，意见仍有效" in page
    assert "所依据内容已变化：创业导师" in page


def test_opinions_that_relied_on_the_changed_field_are_named_with_it(jiaxing: Town) -> None:
    case = relying(jiaxing)
    asks(case, "propose", jiaxing.user("reviewer"), "area")
    answers(jiaxing, case, area="6300.00")
    case.refresh_from_db()
    assert standing(case)["department_opinion"] == {False}


def test_the_task_page_of_renewed_material_costs_the_same_at_two_versions_and_at_forty(
    jiaxing: Town, mended, client, django_assert_max_num_queries
) -> None:
    officer, task = jiaxing.user("nanhu_officer"), waiting(mended, "county_review")
    shown(client, officer, task)
    with django_assert_max_num_queries(60) as few:
        client.get(f"/tasks/{task.pk}/")
    last = mended.versions.last()
    for number in range(3, 41):
        type(last).objects.create(
            application=mended,
            version=number,
            cause="slip",
            data=last.data,
            attachments=last.attachments,
            at=last.at,
        )
    with django_assert_max_num_queries(60) as many:
        client.get(f"/tasks/{task.pk}/")
    assert len(few) == len(many)
