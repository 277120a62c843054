"""The one flow every engine runs: six human steps, an exclusive gateway, a split and a join."""

from __future__ import annotations

KEY = "benchmark_flow"
STEPS = {
    "county_review": ("county", "recommend"),
    "intake": ("intake", "accept"),
    "opinion_a": ("reviewer", "agree"),
    "opinion_b": ("reviewer", "agree"),
    "propose": ("reviewer", "approve"),
    "sign": ("bureau_leader", "sign"),
}
"""Human steps in the order they are done: role and outcome of each."""

_ARROWS = (
    ("start", "county_review"),
    ("county_review", "judge"),
    ("judge", "end_no"),
    ("judge", "intake"),
    ("intake", "split"),
    ("split", "opinion_a"),
    ("split", "opinion_b"),
    ("opinion_a", "join"),
    ("opinion_b", "join"),
    ("join", "propose"),
    ("propose", "sign"),
    ("sign", "end"),
)
_OTHERS = (
    '<startEvent id="start"/>',
    '<exclusiveGateway id="judge" default="judge_to_end_no"/>',
    '<parallelGateway id="split"/>',
    '<parallelGateway id="join"/>',
    '<endEvent id="end" approval:verdict="approved" approval:phase="done_yes"/>',
    '<endEvent id="end_no" approval:verdict="refused" approval:phase="done_no"/>',
)
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:approval="urn:approvals:bpmn:1"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' id="definitions" targetNamespace="urn:benchmark">'
    f'<process id="{KEY}" isExecutable="true" approval:key="{KEY}" approval:version="1">'
)


def source(condition: str = 'outcome = "recommend"') -> str:
    """The BPMN file; `condition` in the engine's own language (FEEL here, Python for a peer)."""
    parts = [_HEAD, *_OTHERS]
    parts += [
        f'<userTask id="{step}" name="{step}" approval:role="{role}" approval:phase="{step}"/>'
        for step, (role, _outcome) in STEPS.items()
    ]
    for begin, end in _ARROWS:
        test = ""
        if (begin, end) == ("judge", "intake"):
            text = condition.replace('"', "&quot;")
            test = f'<conditionExpression xsi:type="tFormalExpression">{text}</conditionExpression>'
        parts.append(
            f'<sequenceFlow id="{begin}_to_{end}" sourceRef="{begin}" targetRef="{end}">{test}'
            "</sequenceFlow>"
        )
    return "".join([*parts, "</process></definitions>"])
