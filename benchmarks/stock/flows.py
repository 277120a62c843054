"""Six human steps, one exclusive gateway, one parallel split and join, in viewflow's own words."""

from __future__ import annotations

from typing import Any

from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.models import Process, Task


def recommended(activation: Any) -> bool:
    """The gateway's condition."""
    return bool(activation.process.data.get("outcome") == "recommend")


class BenchmarkFlow(flow.Flow):
    """Views are never shown here; the acts are done through their activations."""

    process_class = Process
    task_class = Task

    start = flow.StartHandle().Next(this.county_review)
    county_review = flow.View(None).Next(this.judge)
    judge = flow.If(recommended).Then(this.intake).Else(this.end_no)
    intake = flow.View(None).Next(this.split)
    split = flow.Split().Next(this.opinion_a).Next(this.opinion_b)
    opinion_a = flow.View(None).Next(this.join)
    opinion_b = flow.View(None).Next(this.join)
    join = flow.Join().Next(this.propose)
    propose = flow.View(None).Next(this.sign)
    sign = flow.View(None).Next(this.end)
    end = flow.End()
    end_no = flow.End()
