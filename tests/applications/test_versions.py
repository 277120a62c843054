"""Versions of the material: frozen at every submission, compared by whoever may read the case."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from approvals.applications.changes import between_for
from approvals.applications.models import MaterialVersion
from approvals.applications.versions import changed_since, earliest_visible, versions_of
from tests.applications.mending import answers, asks
from tests.people import Town
from workflows.models import Task

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def case(jiaxing: Town):
    return jiaxing.filed("recognition", "nanhu")


@pytest.fixture
def mended(jiaxing: Town, case):
    asks(case, "county_review", jiaxing.user("nanhu_officer"), "staff", "services")
    text = case.data["services"].replace("三家投资机构", "五家投资机构")
    return answers(jiaxing, case, staff="9", services=text)


def test_filing_freezes_the_first_version_with_the_hash_of_every_file(case) -> None:
    (first,) = case.versions.all()
    assert (first.version, first.cause, first.data) == (1, "filed", case.data)
    assert first.by == case.created_by
    files = {(row["slot"], row["sha256"]) for row in first.attachments}
    assert files == set(case.attachments.values_list("slot", "sha256"))


def test_a_resubmission_freezes_the_next_and_the_first_stays(case, mended) -> None:
    first, second = mended.versions.all()
    assert (first.data["staff"], second.data["staff"]) == ("8", "9")
    assert second.cause == "corrected"
    assert changed_since(mended, 1) == {"staff", "services"}
    assert changed_since(mended, 2) == frozenset()


def test_a_frozen_version_is_never_changed(case) -> None:
    first = case.versions.get()
    first.data = {}
    with pytest.raises(TypeError):
        first.save()
    with pytest.raises(TypeError):
        first.delete()


def test_a_count_without_a_row_means_the_nearest_below(mended) -> None:
    found = versions_of(mended)
    assert found.at(9).version == 2
    assert found.at(0).version == 1


def page_of(client, person, case, **asked):
    client.force_login(person, BACKEND)
    return client.get(reverse("applications:versions", args=[case.pk]), asked)


def test_readers_compare_any_two_versions_and_strangers_find_nothing(
    jiaxing: Town, mended, client
) -> None:
    for person in (jiaxing.user("nanhu_officer"), jiaxing.cast.member_of(mended.applicant)):
        page = page_of(client, person, mended, **{"from": "1", "to": "2"})
        text = page.content.decode()
        assert "专职人员总数" in text
        assert "<del>8 名</del>" in text
        assert "<ins>9 名</ins>" in text
        assert "原为" in text
        assert "改为" in text
    for name in ("xiuzhou_officer", "reviewer", "tax_bureau_officer"):
        assert page_of(client, jiaxing.user(name), mended).status_code == 404, name


def test_numbers_that_make_no_sense_show_the_first_and_the_last(
    jiaxing: Town, mended, client
) -> None:
    officer = jiaxing.user("nanhu_officer")
    for asked in (
        {},
        {"from": "x", "to": "²"},
        {"from": "0", "to": "99999"},
        {"from": "2", "to": "1"},
    ):
        page = page_of(client, officer, mended, **asked)
        assert page.status_code == 200
        shown = page.context["changes"]
        assert (shown.before.version, shown.after.version) == (1, 2), asked


def test_one_version_is_nothing_to_compare(jiaxing: Town, case, client) -> None:
    page = page_of(client, jiaxing.user("nanhu_officer"), case)
    assert "没有可以比较的内容" in page.content.decode()


def test_a_draft_has_no_versions(jiaxing: Town, client) -> None:
    draft = jiaxing.draft("recognition", "nanhu")
    assert page_of(client, jiaxing.cast.member_of(draft.applicant), draft).status_code == 404


def test_an_expert_looks_back_to_his_own_seat_and_no_further(jiaxing: Town, mended) -> None:
    task = jiaxing.played_to(mended, "expert_opinion")
    expert = Task.objects.get(pk=task.pk).owner
    found = versions_of(mended)
    assert earliest_visible(expert, found) == 2
    assert earliest_visible(jiaxing.user("nanhu_officer"), found) == 1
    shown = between_for(mended, expert, 1, 2)
    assert [row.version for row in shown.rows] == [2]
    assert not shown.changes


def test_the_versions_page_costs_the_same_at_two_versions_and_at_a_hundred(
    jiaxing: Town, mended, client, django_assert_num_queries
) -> None:
    officer = jiaxing.user("nanhu_officer")
    page_of(client, officer, mended)
    address = reverse("applications:versions", args=[mended.pk])
    with django_assert_num_queries(COST) as few:
        client.get(address)
    last = mended.versions.last()
    for number in range(3, 101):
        MaterialVersion.objects.create(
            application=mended,
            version=number,
            cause="slip",
            data=last.data,
            attachments=last.attachments,
            at=last.at,
        )
    with django_assert_num_queries(COST) as many:
        client.get(address)
    assert len(few) == len(many)


COST = 8
"""Session, user, the case by its rights, positions, versions, the bell."""


def test_the_migration_finds_the_versions_of_cases_that_were_there_before(
    jiaxing: Town, mended
) -> None:
    kept = {row.version: (row.data, row.attachments) for row in mended.versions.all()}
    connection.cursor().execute("DELETE FROM applications_materialversion")
    mended.corrections.update(version=1)
    executor = MigrationExecutor(connection)
    migration = executor.loader.get_migration("applications", "0003_versions_of_existing_cases")
    state = executor.loader.project_state(("applications", "0003_versions_of_existing_cases"))
    migration.operations[0].code(state.apps, None)
    found = {row.version: (row.data, row.attachments) for row in mended.versions.all()}
    assert found == kept
    assert [row.version for row in mended.corrections.all()] == [1]
