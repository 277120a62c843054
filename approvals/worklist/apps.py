"""Registration of the worklist slice."""

from django.apps import AppConfig


class WorklistConfig(AppConfig):
    name = "approvals.worklist"
    verbose_name = "待办"

    def ready(self) -> None:
        from approvals.operations import retracting
        from approvals.reviews import desk
        from approvals.worklist import following
        from approvals.worklist.bulk import deciding, running, services
        from jobs import registry

        registry.register(services.JOB, running.work, detached=True)
        retracting.register_bulk(deciding.decided_at)
        desk.register_way_on(following.address_after)
