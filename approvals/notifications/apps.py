"""Registration of the notifications slice."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "approvals.notifications"
    verbose_name = "通知"

    def ready(self) -> None:
        from django.core.checks import register

        from approvals.notifications import delivery, digests, services
        from approvals.notifications.checks import channels_are_safe
        from jobs import registry

        register(channels_are_safe)
        registry.register(services.DELIVER, delivery.deliver)
        registry.register(delivery.SEND, delivery.send, detached=True)
        registry.register(delivery.DIGEST, digests.send_digest, detached=True)
