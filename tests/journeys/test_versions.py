"""A second version of a flow arrives while a case runs: the case ends on its own."""

from __future__ import annotations

import clock
from approvals.rehearsal import play
from approvals.rehearsal.choices import Plan
from tests.people import Town
from workflows import flows, releases, timers
from workflows.bpmn import Bindings
from workflows.models import FlowVersion, Process

SHIPPED = 2
"""The version of the flow in policies/."""


def second_version(key: str) -> None:
    """The same diagram as the next version with another name of a step, released today."""
    first = FlowVersion.objects.get(key=key, version=SHIPPED)
    source = first.source.replace(f'version="{SHIPPED}"', f'version="{SHIPPED + 1}"')
    source = source.replace('name="受理"', 'name="受理审查（第二版）"', 1)
    releases.load([(first.file, source.encode())], city=first.city, bindings=Bindings(), by=None)


def test_a_running_case_ends_on_its_own_version_and_a_new_one_takes_the_second(
    jiaxing: Town,
) -> None:
    old = jiaxing.filed("recognition", "nanhu")
    second_version(old.program.flow_key)
    new = jiaxing.filed("recognition", "xiuzhou", name="b")
    try:
        task = jiaxing.played_to(new, "intake")
        assert task.title == "受理审查（第二版）"
        assert jiaxing.played_to(old, "intake").title == "受理"
        window = jiaxing.played_to(old, "publicity")
        timer = timers.armed(window)
        with clock.at(timer.scheduled):
            timers.fire(timer.pk)
        jiaxing.played_to(old, "sign")
        while play.next_act(old, Plan()) is not None:
            pass
        process = Process.objects.get(pk=old.process_id)
        assert process.flow_class.__name__ == f"jiaxing_recognition_v{SHIPPED}"
        assert process.verdict == "approved"
    finally:
        flows.forget()
