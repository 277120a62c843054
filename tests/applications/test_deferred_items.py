"""What was promised is handed in, or its term runs out or is extended (容缺受理)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import clock
from approvals.applications import services
from approvals.applications.errors import NotAllowedError, WrongStateError
from approvals.applications.models import Application, CreditNote
from approvals.applications.selectors import filed_attachments
from approvals.applications.services import curing
from jobs.worker import run_due
from journal.models import Entry
from tests.applications.deferring import (
    accepted_with_deferred,
    hand_in,
    submitted,
    titles,
)
from tests.applications.filing import upload
from tests.applications.mending import (
    the_day_after_workdays,
    workdays_later,
)
from tests.applications.policies import drafted
from tests.people import Town, key
from workflows.calendar import add_workdays
from workflows.errors import NotVisible
from workflows.models import Task

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def accepted(jiaxing: Town) -> Application:
    return accepted_with_deferred(jiaxing)


# handing in


def test_the_applicant_hands_in_on_his_status_page(
    jiaxing: Town, accepted: Application, client
) -> None:
    applicant = jiaxing.cast.member_of(accepted.applicant)
    client.force_login(applicant, BACKEND)
    page = client.get(f"/applications/{accepted.pk}/").content.decode()
    assert 'id="files-finance"' in page
    assert "目前不需要您做任何事" not in page
    files = f"/applications/{accepted.pk}/files/"
    done = client.post(files, {"slot": "finance", "files": upload("报表.pdf")})
    assert done.headers["Location"] == f"/applications/{accepted.pk}/"
    assert "报表.pdf" not in {file.name for file in filed_attachments(accepted)}
    page = client.get(f"/applications/{accepted.pk}/").content.decode()
    assert "提交补齐的材料" in page
    client.post(f"/applications/{accepted.pk}/deferred/hand-in/", {"key": key(), "version": "1"})
    accepted.refresh_from_db()
    assert accepted.deferred_items.get().cured_version == accepted.version == 2
    assert "报表.pdf" in {file.name for file in filed_attachments(accepted)}
    assert accepted.versions.last().cause == "deferred"
    assert any("已补齐" in title for title in titles(jiaxing.user("intake")))


def test_nothing_uploaded_is_nothing_handed_in(jiaxing: Town, accepted: Application) -> None:
    by = jiaxing.cast.member_of(accepted.applicant)
    with pytest.raises(WrongStateError) as refused:
        curing.hand_in(accepted, actor=by, key=key(), expected_version=1)
    assert refused.value.code == "nothing_uploaded"


def test_a_rival_and_an_official_hand_nothing_in(jiaxing: Town, accepted: Application) -> None:
    with pytest.raises(NotVisible):
        curing.hand_in(
            accepted, actor=jiaxing.user("xiuzhou_officer"), key=key(), expected_version=1
        )
    with pytest.raises(NotAllowedError):
        curing.hand_in(accepted, actor=jiaxing.user("intake"), key=key(), expected_version=1)


def test_only_the_deferred_slot_is_open(jiaxing: Town, accepted: Application) -> None:
    by = jiaxing.cast.member_of(accepted.applicant)
    with pytest.raises(WrongStateError):
        services.attach(accepted, slot="licence", upload=upload("换.pdf"), by=by)


# the end of the term


def test_an_overdue_item_cancels_the_acceptance_and_is_noted(
    jiaxing: Town, accepted: Application
) -> None:
    with the_day_after_workdays(10):
        accepted.refresh_from_db()
        assert accepted.verdict == "not_accepted"
        assert accepted.phase == "not_accepted"
    assert not Task.objects.filter(process=accepted.process_id, is_open=True).exists()
    assert accepted.deferred_items.get().cancelled_at is not None
    assert CreditNote.objects.get().applicant == accepted.applicant
    organ = f"organ:{accepted.applicant.city}/{accepted.applicant.key}"
    assert Entry.objects.filter(stream__key=organ, verb="credit_note").count() == 1
    assert Entry.objects.filter(stream__key=accepted.stream, verb="acceptance_cancelled").exists()
    assert any(
        "受理已撤销" in title for title in titles(jiaxing.cast.member_of(accepted.applicant))
    )


def test_a_minute_before_midnight_it_still_stands(jiaxing: Town, accepted: Application) -> None:
    last = accepted.deferred_items.get().due_on
    with clock.at(clock.now().replace(year=last.year, month=last.month, day=last.day, hour=23)):
        run_due()
    accepted.refresh_from_db()
    assert not accepted.is_closed


def test_what_was_handed_in_in_time_is_left_alone(jiaxing: Town, accepted: Application) -> None:
    with workdays_later(9):
        hand_in(jiaxing, accepted)
    with the_day_after_workdays(10):
        accepted.refresh_from_db()
    assert not accepted.is_closed
    assert not CreditNote.objects.exists()


def test_who_broke_a_promise_gets_no_second_one(jiaxing: Town, accepted: Application) -> None:
    with the_day_after_workdays(10):
        program = accepted.program
        second = drafted(jiaxing, program, without="finance")
        with pytest.raises(WrongStateError) as refused:
            submitted(jiaxing, second)
        assert refused.value.code == "credit_hold"
    with clock.at(clock.now() + timedelta(days=400)):
        submitted_later = CreditNote.objects.filter(holds_until__gte=clock.today())
        assert not submitted_later.exists()


def extend(case: Application, by, **options):
    item = case.deferred_items.get()
    return curing.extend_deferred(
        item.pk,
        actor=by,
        key=options.get("with_key") or key(),
        expected_version=options.get("version", 1),
        due_on=options.get("due_on") or add_workdays(item.due_on, 5).day,
        reason=options.get("reason", "台风停工停产"),
        ground=options.get("ground", "force_majeure"),
    )


def test_a_supervisor_extends_for_force_majeure_and_the_old_job_finds_nothing(
    jiaxing: Town, accepted: Application
) -> None:
    extend(accepted, jiaxing.user("discipline"))
    with the_day_after_workdays(10):
        accepted.refresh_from_db()
        assert not accepted.is_closed
    with the_day_after_workdays(15):
        accepted.refresh_from_db()
        assert accepted.verdict == "not_accepted"
    entry = Entry.objects.get(stream__key=accepted.stream, verb="deferred_extended")
    assert entry.data["ground"] == "force_majeure"
    assert any("延长" in title for title in titles(jiaxing.cast.member_of(accepted.applicant)))


def test_nobody_else_extends_and_for_nothing_else(jiaxing: Town, accepted: Application) -> None:
    with pytest.raises(NotAllowedError):
        extend(accepted, jiaxing.user("intake"))
    with pytest.raises(NotVisible):
        extend(accepted, jiaxing.user("xiuzhou_officer"))
    supervisor = jiaxing.user("discipline")
    for options, code in (
        ({"ground": "busy"}, "only_force_majeure"),
        ({"reason": " "}, "reason_missing"),
        ({"due_on": date(2020, 1, 6)}, "not_later"),
    ):
        with pytest.raises(WrongStateError) as refused:
            extend(accepted, supervisor, **options)
        assert refused.value.code == code
    extend(accepted, supervisor)
    with pytest.raises(WrongStateError) as again:
        extend(accepted, supervisor)
    assert again.value.code == "already_extended"


def test_the_supervisors_page_extends_and_keeps_what_was_typed(
    jiaxing: Town, accepted: Application, client
) -> None:
    client.force_login(jiaxing.user("discipline"), BACKEND)
    address = f"/applications/{accepted.pk}/deferred/"
    assert "批准延期" in client.get(address).content.decode()
    item = accepted.deferred_items.get()
    posted = {"item": item.pk, "version": "1", "key": key(), "reason": "台风停工停产一周"}
    refused = client.post(f"{address}extend/", posted | {"due_on": "2020-01-06"})
    assert refused.status_code == 422
    assert "台风停工停产一周" in refused.content.decode()
    due = add_workdays(item.due_on, 5).day.isoformat()
    assert client.post(f"{address}extend/", posted | {"due_on": due}).status_code == 302
    item.refresh_from_db()
    assert item.due_on.isoformat() == due
    client.force_login(jiaxing.user("intake"), BACKEND)
    assert "批准延期" not in client.get(address).content.decode()
    assert client.post(f"{address}extend/", posted | {"due_on": due}).status_code == 403
