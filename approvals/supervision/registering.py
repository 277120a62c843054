"""What supervision adds to lower slices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from approvals.applications import panels
from approvals.notifications import kinds
from approvals.reviews import desk
from approvals.reviews import flags as published
from approvals.supervision import automatic, flags, orders, urging
from approvals.supervision.panels import status_panels, task_acts, task_cards


def register_all() -> None:
    """Called once at start-up."""
    kinds.register(urging.KIND, _("催办"))
    kinds.register(orders.KIND, _("督办"))
    kinds.register(orders.URGENT, _("红色督办"), urgent=True)
    kinds.register(flags.KIND, _("核查提示"))
    automatic.register_all()
    published.register(flags.flag)
    panels.register("supervision", status_panels)
    desk.register_cards(task_cards)
    desk.register_acts(task_acts)
