"""The beginning of a case's way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from workflows.cases import World, execution, run_through
from workflows.errors import UnknownFlow
from workflows.execution import Execution
from workflows.flow import ApprovalFlow
from workflows.flows import compiled
from workflows.models import Process
from workflows.operations.acts import journalled, step_of
from workflows.values import plain
from workflows.versions import newest

if TYPE_CHECKING:
    from organizations.models import Organ, User


@transaction.atomic
def start(
    flow_key: str,
    *,
    city: str,
    county: Organ | None,
    party: Organ | None,
    by: User,
    data: Mapping[str, Any],
    on: date | None = None,
    journal_stream: str = "",
    facts: Mapping[str, Any] | None = None,
    world: World | None = None,
) -> Process:
    """Starts the newest version valid on the day (`on`, default today) with the variables `data`.

    `journal_stream` (`case:<application pk>`) receives one entry an act, `facts` go into this one.
    """
    version = newest(flow_key, on or clock.today())
    if version is None:
        raise UnknownFlow(_("流程“%s”没有当日有效的版本，请联系流程管理员。") % flow_key)
    flow_class = compiled(version.class_name)
    process: Process = Process.objects.create(
        flow_class=flow_class,
        created=clock.now(),
        city=city,
        county=county,
        party=party,
        started_by=by,
        data={name: plain(value) for name, value in data.items()},
        journal_stream=journal_stream,
    )

    def enter(run: Execution) -> None:
        run.send(_first(flow_class), via="", parent=None)

    around = world or World()
    run = run_through(execution(process, [], around), enter, around)
    journalled(
        step_of(run, None), "start_process", by, {"flow": version.class_name, **(facts or {})}
    )
    return process


def _first(flow_class: type[ApprovalFlow]) -> Any:
    return flow_class.start_of(flow_class.model.id)
