"""A plain Python viewflow Flow beside the compiled ones: viewflow itself, nothing patched."""

from __future__ import annotations

from typing import Any

import pytest
from viewflow import this
from viewflow.workflow import STATUS, flow
from viewflow.workflow.flow import views
from viewflow.workflow.models import Process as PlainProcess
from viewflow.workflow.models import Task as PlainTask

from tests.workflows.diagrams import diagram
from tests.workflows.playing import Played, released
from workflows import flows
from workflows.models import Task

pytestmark = pytest.mark.django_db


@flows.register
class PlainApproval(flow.Flow):
    """Written by hand, as viewflow's own manual shows it."""

    process_class = PlainProcess

    start = flow.StartHandle(this.note_start).Next(this.approve)
    approve = flow.View(views.UpdateProcessView.as_view(fields=[])).Next(this.ask)
    ask = (
        flow.If(lambda activation: activation.process.data["fits"]).Then(this.record).Else(this.end)
    )
    record = flow.Function(this.note).Next(this.end)
    end = flow.End()

    def note_start(self, activation: Any, **data: Any) -> Any:
        activation.process.data = dict(data)
        return activation.process

    def note(self, activation: Any) -> None:
        activation.process.data["recorded"] = True
        activation.process.save()


def opened(process: Any) -> list[Any]:
    return list(PlainTask.objects.filter(process=process, status__in=[STATUS.NEW, STATUS.ASSIGNED]))


@pytest.mark.parametrize("fits", [True, False])
def test_a_plain_flow_runs_its_course_beside_a_compiled_one(
    fits: bool, django_user_model: Any, rf: Any
) -> None:
    released(diagram({"start": {}, "a": {"role": "county"}, "end": {}}, [("start", "a"), ("a", "end")], key="beside"))  # fmt: skip
    compiled_case = Played("beside")
    process = PlainApproval.start.run(fits=fits)
    (task,) = opened(process)
    assert task.flow_task is PlainApproval.approve
    flows.forget()
    assert PlainProcess.objects.get(pk=process.pk).flow_class is PlainApproval, "read back by name"
    clerk = django_user_model.objects.create(username="clerk", name="clerk")
    with task.activation() as activation:
        activation.assign(clerk)
        activation.start(rf.post("/"))
        activation.execute()
    process.refresh_from_db()
    assert process.status == "DONE"
    assert process.data.get("recorded", False) is fits
    assert compiled_case.open == ["a"], "the compiled case has not moved"
    compiled_case.do("a")
    assert compiled_case.status == "DONE"


def test_a_name_belongs_to_one_flow() -> None:
    assert flows.register(PlainApproval) is PlainApproval
    for name in ("PlainApproval", "beside_v1"):
        with pytest.raises(ValueError, match="another flow"):
            flows.register(type(name, (flow.Flow,), {}))


def test_our_queue_does_not_show_what_a_plain_flow_waits_for() -> None:
    process = PlainApproval.start.run(fits=True)
    assert opened(process)
    assert not Task.objects.exists()
