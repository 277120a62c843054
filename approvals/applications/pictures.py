"""The diagram of a case as an SVG drawn on the server: what is done, what is live."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

from approvals.applications.models import Application
from workflows.bpmn.model import ProcessModel
from workflows.bpmn.svg import draw
from workflows.models import LIVE, Task


def diagram(application: Application) -> SafeString | None:
    """The picture of the flow version this case runs on; None for a draft. One query.

    The writer escapes every label and emits no script or style, so the text is safe to embed.
    """
    if application.process is None:
        return None
    model: ProcessModel = application.process.flow_class.model
    rows = Task.objects.filter(process_id=application.process_id).values_list("element", "status")
    live: set[str] = set()
    done: set[str] = set()
    for element, state in rows:
        (live if state in LIVE else done).add(element)
    picture = draw(model, live=frozenset(live), done=frozenset(done - live))
    return mark_safe(picture)  # noqa: S308 - our own writer's markup, labels escaped there
