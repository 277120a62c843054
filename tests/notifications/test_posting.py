"""SMS and webhook against a real server on loopback: signed, repeated, never doubled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

import clock
from approvals.notifications import delivery
from approvals.notifications.channels import in_use
from approvals.notifications.checks import channels_are_safe
from approvals.notifications.models import Delivery, DeliveryState, Notification
from approvals.notifications.services import notify
from approvals.notifications.signing import WINDOW, sign, verify
from jobs.models import Job, State
from jobs.worker import run_due
from tests.notifications.gateway import Gateway

pytestmark = pytest.mark.django_db

SECRET = "a secret of the two houses"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    server = made.start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def webhook(gateway: Gateway, settings) -> Gateway:
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = gateway.url, SECRET
    return gateway


@pytest.fixture
def sms(gateway: Gateway, settings) -> Gateway:
    settings.SMS_URL, settings.SMS_SECRET = gateway.url, SECRET
    return gateway


def state(channel: str) -> tuple[str, str]:
    found = Delivery.objects.get(channel=channel)
    return found.state, found.failure


def test_only_mail_goes_out_where_nothing_is_set() -> None:
    assert [channel.name for channel in in_use()] == ["mail"]


def test_the_webhook_gets_account_kind_title_and_address_signed(
    officer, morning, webhook: Gateway
) -> None:
    notify([officer], kind="trial", title="待办：审核（A-1）", body="电话 13912345678")
    run_due()
    (post,) = webhook.posts
    row = Notification.objects.get()
    assert post.content == {
        "id": f"notification-{row.pk}-webhook",
        "account": officer.username,
        "kind": "trial",
        "title": "待办：审核（A-1）",
        "url": f"http://127.0.0.1:8000/notifications/{row.pk}/",
    }
    assert post.headers["Idempotency-Key"] == post.content["id"]
    assert verify(SECRET, post.headers, post.body, at=int(morning.timestamp()))
    assert state("webhook") == (DeliveryState.SENT, "")


def test_an_sms_goes_for_what_is_urgent_and_for_nothing_else(officer, night, sms: Gateway) -> None:
    notify([officer], kind="trial", title="平常")
    notify([officer], kind="alarm", title="红色督办（A-1）", body="电话 13912345678")
    run_due()
    (post,) = sms.posts
    assert post.content["to"] == officer.phone
    assert post.content["text"] == "红色督办（A-1）"
    assert "13912345678" not in post.body.decode()


@pytest.mark.parametrize("answer", [500, 503, 429, 408, None])
def test_what_may_pass_is_repeated_with_the_same_key(
    officer, morning, webhook: Gateway, answer: int | None
) -> None:
    webhook.answers = [answer, answer]
    notify([officer], kind="trial", title="甲")
    for minutes in (0, 2, 10):
        with clock.at(morning + timedelta(minutes=minutes)):
            run_due()
    assert len(webhook.posts) == 3
    assert len({post.headers["Idempotency-Key"] for post in webhook.posts}) == 1
    assert len({post.headers["X-Timestamp"] for post in webhook.posts}) == 3
    assert state("webhook") == (DeliveryState.SENT, "")


@pytest.mark.parametrize("answer", [400, 401, 404, 302])
def test_what_is_refused_is_given_up_at_once(
    officer, morning, webhook: Gateway, answer: int
) -> None:
    webhook.answers = [answer]
    notify([officer], kind="trial", title="甲")
    run_due()
    with clock.at(morning + timedelta(days=1)):
        run_due()
    assert len(webhook.posts) == 1  # a redirect is not followed
    assert state("webhook") == (DeliveryState.FAILED, f"HTTP {answer}")


def test_a_server_that_is_not_there_is_tried_again(officer, morning, settings) -> None:
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = "http://127.0.0.1:9/", SECRET
    notify([officer], kind="trial", title="甲")
    run_due()
    job = Job.objects.get(kind=delivery.SEND, key__endswith=":webhook")
    assert (job.state, state("webhook")[0]) == (State.WAITING, DeliveryState.WAITING)
    assert state("webhook")[1] == "URLError"


def test_a_mail_that_fails_does_not_hold_the_webhook_back(
    officer, morning, webhook: Gateway, settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    notify([officer], kind="trial", title="甲")
    run_due()
    assert state("webhook")[0] == DeliveryState.SENT
    assert state("mail")[0] == DeliveryState.WAITING


def test_a_crash_between_post_and_mark_counts_once_at_the_provider(
    officer, morning, webhook: Gateway
) -> None:
    notify([officer], kind="trial", title="甲")
    run_due()
    Delivery.objects.filter(channel="webhook").update(state=DeliveryState.WAITING)
    delivery.send({"notification": str(Notification.objects.get().pk), "channel": "webhook"})
    assert len(webhook.posts) == 2
    assert len(webhook.accepted) == 1


def test_a_channel_that_was_switched_off_meanwhile_is_dropped(
    officer, morning, webhook: Gateway, settings
) -> None:
    webhook.answers = [503]
    notify([officer], kind="trial", title="甲")
    run_due()
    settings.WEBHOOK_URL = ""
    with clock.at(morning + timedelta(minutes=5)):
        run_due()
    assert state("webhook")[0] == DeliveryState.DROPPED


class TestSignature:
    BODY = '{"title": "待办"}'.encode()
    AT = 1_790_000_000

    def headers(self) -> dict[str, str]:
        return sign(SECRET, self.BODY, at=self.AT)

    def test_a_known_value(self) -> None:
        """Computed with openssl: printf '1.{}' | openssl dgst -sha256 -hmac key."""
        assert sign("key", b"{}", at=1)["X-Signature"] == (
            "sha256=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224"
        )

    def test_an_untouched_message_passes(self) -> None:
        assert verify(SECRET, self.headers(), self.BODY, at=self.AT)

    @pytest.mark.parametrize(
        ("late", "passes"), [(WINDOW, True), (WINDOW + 1, False), (-WINDOW - 1, False)]
    )
    def test_an_old_message_is_a_replay(self, late: int, passes: bool) -> None:
        assert verify(SECRET, self.headers(), self.BODY, at=self.AT + late) is passes

    def test_another_body_time_or_secret_fails(self) -> None:
        headers = self.headers()
        assert not verify(SECRET, headers, self.BODY + b" ", at=self.AT)
        assert not verify("another secret of others", headers, self.BODY, at=self.AT)
        assert not verify(
            SECRET, {**headers, "X-Timestamp": str(self.AT + 1)}, self.BODY, at=self.AT
        )

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"X-Timestamp": "x"},
            {"X-Timestamp": "1" * 30},
            {"X-Timestamp": "1790000000", "X-Signature": "签"},
        ],
    )
    def test_nonsense_fails(self, headers: dict[str, str]) -> None:
        assert not verify(SECRET, headers, self.BODY, at=self.AT)


@pytest.mark.parametrize(
    ("url", "secret", "problems"),
    [
        ("", "", 0),
        ("https://gateway.example.invalid/sms", SECRET, 0),
        ("http://127.0.0.1:9/", SECRET, 0),
        ("http://gateway.example.invalid/", SECRET, 1),
        ("file:///etc/passwd", SECRET, 1),
        ("https://gateway.example.invalid/", "short", 1),
        ("ftp://gateway.example.invalid/", "", 2),
    ],
)
def test_an_open_or_unsigned_channel_stops_the_start(settings, url, secret, problems) -> None:
    settings.SMS_URL, settings.SMS_SECRET = url, secret
    assert len(channels_are_safe(None)) == problems
