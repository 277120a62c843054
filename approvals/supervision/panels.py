"""What supervision shows on pages of lower slices: status page, task page."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.applications.panels import Panel
from approvals.applications.rights import FILING_ROLES
from approvals.applications.selectors import is_own
from approvals.applications.views.frame import new_key
from approvals.reviews.desk import Act, Card
from approvals.supervision.models import Side
from approvals.supervision.selectors import order_rows, urge_lines
from approvals.supervision.sight import visible_orders
from approvals.supervision.urging import open_tasks, refusal_for_applicant, side_of
from organizations.models import User
from workflows.models import Task

_ORDER = 60


def status_panels(application: Application, user: User) -> Sequence[Panel]:
    """Urging for the applicant; urging and orders for the offices."""
    if application.process_id is None:
        return []
    if is_own(user, application):
        return _for_applicant(application)
    return _for_office(application, user)


def _for_applicant(application: Application) -> list[Panel]:
    lines = [line for line in urge_lines(application) if line.urge.side == Side.APPLICANT]
    if application.is_closed and not lines:
        return []
    tasks = [] if application.is_closed else open_tasks(application)
    refusal = refusal_for_applicant(application, tasks)
    context = {
        "lines": lines,
        "refusal": refusal,
        "closed": application.is_closed,
        "url": reverse("supervision:urge_case", args=[application.pk]),
        "key": new_key(),
        "version": _version(application),
    }
    return [Panel(_("催办"), "supervision/applicant_panel.html", context, _ORDER)]


def _for_office(application: Application, user: User) -> list[Panel]:
    orders = visible_orders(user).filter(application=application)
    rows = order_rows(list(orders.select_related("organ", "application", "issuer")))
    side = None if application.is_closed else side_of(user, application)
    lines = urge_lines(application) if side is not None else []
    seats = [task for task in open_tasks(application) if task.role not in FILING_ROLES]
    if not rows and side is None:
        return []
    context = {
        "rows": rows,
        "lines": lines,
        "seats": seats if side is not None else [],
        "new_url": f"{reverse('supervision:new')}?case={application.pk}"
        if side is Side.SUPERVISOR
        else "",
    }
    return [Panel(_("催办和督办"), "supervision/office_panel.html", context, _ORDER)]


def task_cards(application: Application, task: Task, user: User) -> Sequence[Card]:
    """What the holder of the seat was reminded of, and what he must answer."""
    orders = visible_orders(user).filter(application=application, closed_at=None)
    rows = order_rows(list(orders.select_related("organ", "application", "issuer")))
    urges = list(application.urges.filter(task=task).select_related("by").order_by("-at")[:3])
    if not rows and not urges:
        return []
    context = {"rows": rows, "urges": urges}
    return [Card(_("催办和督办"), "supervision/task_card.html", context, order=20)]


def task_acts(application: Application, task: Task, user: User) -> Sequence[Act]:
    """Remind the holder; issue an order."""
    if not task.is_open or application.is_closed:
        return []
    side = side_of(user, application)
    acts = []
    if side is not None and task.owner_id != user.pk and task.role not in FILING_ROLES:
        acts.append(Act(_("催办"), reverse("supervision:urge_seat", args=[task.pk]), order=70))
    if side is Side.SUPERVISOR:
        address = f"{reverse('supervision:new')}?case={application.pk}"
        acts.append(Act(_("发出督办"), address, order=71))
    return acts


def _version(application: Application) -> int:
    process = application.process
    return process.material_version if process is not None else application.version
