"""From the line to the mail: at once, after the night, in the digest; never twice, never lost."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from unittest import mock

import pytest
from django.core.mail import EmailMessage
from django.db import transaction

import clock
from approvals.notifications import delivery, services, wishes
from approvals.notifications.models import Delivery, DeliveryState, Mode, Notification
from approvals.notifications.selectors import proofs
from approvals.notifications.services import notify
from jobs.models import Job, State
from jobs.worker import run_due
from organizations.models import Membership
from tests.people import Town

pytestmark = pytest.mark.django_db

QUIET = (time(22), time(7))


def tell(*people, title: str = "待办：审核（A-1）", kind: str = "trial", **more) -> None:
    with transaction.atomic():
        notify(people, kind=kind, title=title, **more)


def test_a_mail_leaves_at_once_and_names_no_more_than_the_title(
    officer, morning, mailoutbox, settings
) -> None:
    tell(officer, body="申请人电话 13912345678", link="/tasks/1/")
    run_due()
    (mail,) = mailoutbox
    row = Notification.objects.get()
    assert mail.to == [officer.email]
    assert mail.subject == "待办：审核（A-1）"
    assert officer.name in mail.body
    assert f"{settings.PUBLIC_URL}/notifications/{row.pk}/" in mail.body
    assert "13912345678" not in mail.body
    assert Delivery.objects.get().sent_at == morning


def test_running_the_jobs_again_sends_nothing_more(officer, morning, mailoutbox) -> None:
    tell(officer)
    run_due()
    batch = str(Notification.objects.get().batch)
    for _again in range(2):
        delivery.deliver({"batch": batch})
        run_due()
        delivery.send({"notification": str(Notification.objects.get().pk), "channel": "mail"})
    assert len(mailoutbox) == 1


def test_a_mail_of_the_night_waits_for_seven_oclock_and_is_not_lost(
    officer, night, mailoutbox
) -> None:
    tell(officer)
    run_due()
    assert mailoutbox == []
    with clock.at(night + timedelta(hours=7, minutes=29)):
        run_due()
    assert mailoutbox == []
    with clock.at(night + timedelta(hours=7, minutes=30)):
        run_due()
    assert len(mailoutbox) == 1


def test_what_is_urgent_does_not_wait_for_the_morning(officer, night, mailoutbox) -> None:
    wishes.choose(officer, {"alarm": Mode.SITE}, QUIET)
    tell(officer, kind="alarm")
    run_due()
    assert len(mailoutbox) == 1


def test_who_reads_on_the_site_gets_no_mail(officer, colleague, morning, mailoutbox) -> None:
    wishes.choose(officer, {"trial": Mode.SITE}, QUIET)
    tell(officer, colleague)
    run_due()
    assert [mail.to for mail in mailoutbox] == [[colleague.email]]


def test_who_keeps_no_quiet_hours_gets_his_mail_at_night(officer, night, mailoutbox) -> None:
    wishes.choose(officer, {}, None)
    tell(officer)
    run_due()
    assert len(mailoutbox) == 1


def test_who_has_no_address_is_told_on_the_site(officer, morning, mailoutbox) -> None:
    officer.email = ""
    officer.save()
    tell(officer)
    run_due()
    assert mailoutbox == []
    assert not Delivery.objects.exists()


class TestDigest:
    @pytest.fixture(autouse=True)
    def _wants_a_digest(self, officer) -> None:
        wishes.choose(officer, {"trial": Mode.DIGEST}, QUIET)

    def test_the_lines_of_a_day_are_one_mail_at_half_past_eight(
        self, officer, morning, mailoutbox
    ) -> None:
        for title in ("甲（A-1）", "乙（A-2）"):
            tell(officer, title=title)
        run_due()
        assert mailoutbox == []
        with clock.at(datetime(2026, 11, 19, 8, 30, tzinfo=clock.BEIJING)):
            run_due()
        (mail,) = mailoutbox
        assert "甲（A-1）" in mail.body
        assert "乙（A-2）" in mail.body
        assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}

    def test_a_friday_evening_waits_for_monday(self, officer, mailoutbox) -> None:
        with clock.at(datetime(2026, 11, 20, 18, 0, tzinfo=clock.BEIJING)):
            tell(officer)
            run_due()
        planned = Delivery.objects.get().planned_at.astimezone(clock.BEIJING)
        assert planned.isoformat() == "2026-11-23T08:30:00+08:00"

    def test_what_was_read_meanwhile_is_left_out(self, officer, morning, mailoutbox) -> None:
        for title in ("甲", "乙"):
            tell(officer, title=title)
        run_due()
        services.read(officer, Notification.objects.get(title="甲").pk)
        with clock.at(morning + timedelta(days=1)):
            run_due()
        (mail,) = mailoutbox
        assert "乙" in mail.body
        assert "甲" not in mail.body
        assert Delivery.objects.get(notification__title="甲").state == DeliveryState.DROPPED

    def test_nothing_to_tell_is_no_mail(self, officer, morning, mailoutbox) -> None:
        tell(officer)
        run_due()
        services.mark_all_read(officer, up_to=Notification.objects.get().pk)
        with clock.at(morning + timedelta(days=1)):
            run_due()
        assert mailoutbox == []

    def test_a_long_list_is_cut_and_says_so(self, officer, morning, mailoutbox) -> None:
        for number in range(53):
            tell(officer, title=f"第{number:02}件")
        run_due()
        with clock.at(morning + timedelta(days=1)):
            run_due()
        assert "第49件" in mailoutbox[0].body
        assert "第50件" not in mailoutbox[0].body
        assert "另有 3 条" in mailoutbox[0].body


class TestFailure:
    def test_a_server_that_is_away_gets_the_mail_later(self, officer, morning, mailoutbox) -> None:
        tell(officer)
        with mock.patch.object(EmailMessage, "send", side_effect=SMTPServerDisconnected("gone")):
            run_due()
        found = Delivery.objects.get()
        assert (found.state, found.attempts) == (DeliveryState.WAITING, 1)
        with clock.at(morning + timedelta(minutes=5)):
            run_due()
        found.refresh_from_db()
        assert len(mailoutbox) == 1
        assert (found.state, found.failure) == (DeliveryState.SENT, "")

    def test_an_address_that_is_refused_is_not_tried_again_nor_told(self, officer, morning) -> None:
        tell(officer, key="proof")
        refusal = SMTPRecipientsRefused({officer.email: (550, b"no such user")})
        with mock.patch.object(EmailMessage, "send", side_effect=refusal):
            run_due()
        found = Delivery.objects.get()
        assert (found.state, found.failure) == (DeliveryState.FAILED, "SMTP 550")
        assert Job.objects.get(kind=delivery.SEND).state == State.DONE
        (proof,) = proofs(["proof"])["proof"]
        assert (proof.failure, proof.mailed_at, proof.delivered_at) == ("SMTP 550", None, None)

    def test_after_six_attempts_it_is_given_up_and_says_why(self, officer, morning) -> None:
        tell(officer)
        down = SMTPServerDisconnected(f"lost {officer.email}")
        with mock.patch.object(EmailMessage, "send", side_effect=down):
            for day in range(8):
                with clock.at(morning + timedelta(days=day)):
                    run_due()
        found = Delivery.objects.get()
        assert (found.state, found.attempts) == (DeliveryState.FAILED, 6)
        job = Job.objects.get(kind=delivery.SEND)
        assert job.state == State.DEAD
        assert officer.email not in job.last_error + found.failure

    def test_each_try_bears_the_same_message_number(self, officer, morning, mailoutbox) -> None:
        tell(officer)
        run_due()
        Delivery.objects.update(state=DeliveryState.WAITING)  # the mark was lost after the send
        delivery.send({"notification": str(Notification.objects.get().pk), "channel": "mail"})
        first, second = (mail.extra_headers["Message-ID"] for mail in mailoutbox)
        assert first == second


def test_reading_on_the_site_is_delivery_too(officer, morning) -> None:
    officer.email = ""
    officer.save()
    tell(officer, key="proof")
    services.read(officer, Notification.objects.get().pk)
    (proof,) = proofs(["proof"])["proof"]
    assert (proof.delivered_at, proof.read_at, proof.mailed_at) == (morning, morning, None)


def test_who_lost_sight_of_the_case_gets_no_mail_about_it(jiaxing: Town, mailoutbox) -> None:
    case, officer = jiaxing.filed("recognition", "nanhu"), jiaxing.user("nanhu_officer")
    officer.email = "officer@example.invalid"
    officer.save()
    Job.objects.all().delete()
    tell(officer, case=case.stream, kind="alarm")
    Membership.objects.filter(user=officer).delete()
    run_due()
    assert mailoutbox == []
    assert Delivery.objects.get(notification__kind="alarm").state == DeliveryState.DROPPED


class TestTasks:
    """The house's own first kind: a task that waits."""

    def test_the_office_is_told_and_the_line_goes_when_the_task_is_done(
        self, jiaxing: Town
    ) -> None:
        case = jiaxing.filed("recognition", "nanhu")
        run_due()
        officer, leader = jiaxing.user("nanhu_officer"), jiaxing.user("nanhu_leader")
        told = Notification.objects.filter(person__in=[officer, leader], case_id=case.pk)
        assert set(told.values_list("person__username", "read_at")) == {
            (officer.username, None),
            (leader.username, None),
        }
        assert case.number in told[0].title
        jiaxing.played_to(case, "intake")
        run_due()
        assert not told.filter(read_at=None).exists()
        intake = Notification.objects.filter(person=jiaxing.user("intake"), case_id=case.pk)
        assert intake.get().read_at is None
