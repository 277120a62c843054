"""Where a reviewer is led after a decision: the next task of the list he came from."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from approvals.worklist import listing
from approvals.worklist.wishes import wishes_of
from organizations.models import User
from workflows.models import Task
from workflows.queue import Mark


def address_after(request: HttpRequest, task: Task) -> str:
    """The next task, or the list when the person wishes so or nothing waits there."""
    if not isinstance(request.user, User):
        return reverse("worklist:queue")
    found = listing.kept(request, request.user)
    back = reverse("worklist:queue") + (f"?{found.query}" if found.query else "")
    if found.is_done or not wishes_of(request.user).opens_next:
        return back
    following = found.next_after(Mark(task.due_at, task.pk))
    if following is None:
        messages.info(request, _("“%s”里没有其他待办了。") % found.tab.label)
        return back
    told = _("这是“%(view)s”的下一件。") % {"view": found.tab.label}
    messages.info(request, format_html('{} <a href="{}">{}</a>', told, back, _("返回列表")))
    return reverse("reviews:task", args=[following.pk])
