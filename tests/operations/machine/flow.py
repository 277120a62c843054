"""The diagram of the machine: county → acceptance → (department panel ‖ site check) → bureau.

One version a voting rule; only the panel's attributes differ. The applicant's two corrections hang
on the county's and the intake's answers, as in the shipped flows.
"""

from __future__ import annotations

from fractions import Fraction

from tests.operations.machine.model.law import MODES, Rule
from tests.workflows.diagrams import diagram

WORKDAYS = {"calendar": "workdays"}


def key_of(mode: str) -> str:
    return f"machine_{mode}"


def source(mode: str) -> str:
    rule = MODES[mode]
    return diagram(
        {
            "start": {},
            "county_review": {"role": "county", "outcomes": "recommend return reject", "phase": "county_review", "due": "P5D", **WORKDAYS},
            "county_result": {"kind": "exclusiveGateway"},
            "correction": {"outcomes": "resubmit", "phase": "correction", "role": "applicant"},
            "correction_overdue": {"kind": "boundaryEvent", "attached_to": "correction", "timer": "P10D", **WORKDAYS},
            "intake": {"role": "intake", "outcomes": "accept return not_accept", "phase": "intake", "due": "P5D", **WORKDAYS},
            "intake_overdue": {"kind": "boundaryEvent", "attached_to": "intake", "timer": "P5D", **WORKDAYS},
            "intake_result": {"kind": "exclusiveGateway"},
            "intake_correction": {"outcomes": "resubmit", "phase": "correction", "role": "applicant"},
            "intake_correction_overdue": {"kind": "boundaryEvent", "attached_to": "intake_correction", "timer": "P10D", **WORKDAYS},
            "accept_case": {"kind": "serviceTask", "handler": "accept_case"},
            "deem_accepted": {"kind": "serviceTask", "handler": "deem_accepted"},
            "accepted": {"kind": "exclusiveGateway"},
            "split": {"kind": "parallelGateway"},
            "panel": {"role": "department", "organ": "dept", "holder": "=item", "outcomes": "approve reject abstain", "phase": "dept_review",
                      "result": "panel_said", "due": "P10D", **WORKDAYS, "multi": _multi(rule)},
            "site": {"role": "county", "outcomes": "agree disagree", "phase": "dept_review", "due": "P5D", **WORKDAYS},
            "join": {"kind": "parallelGateway"},
            "propose": {"role": "reviewer", "outcomes": "approve reject", "result": "verdict", "phase": "proposed", "exclude": "county_review", "due": "P5D", **WORKDAYS},
            "sign": {"role": "bureau_leader", "outcomes": "sign return", "phase": "signing", "exclude": "propose", "document": "decision", "due": "P5D", **WORKDAYS},
            "sign_result": {"kind": "exclusiveGateway"},
            "decided": {"kind": "exclusiveGateway"},
            "end_yes": {"verdict": "approved", "phase": "done_yes"},
            "end_no": {"verdict": "refused", "phase": "done_no"},
            "end_not_accepted": {"verdict": "not_accepted", "phase": "not_accepted"},
            "end_lapsed": {"verdict": "lapsed", "phase": "lapsed"},
        },
        [
            ("start", "county_review"), ("county_review", "county_result"),
            ("county_result", "correction", {"outcome": "return"}), ("county_result", "intake", {"outcome": "recommend"}),
            ("county_result", "end_no", {"default": True}),
            ("correction", "county_review"), ("correction_overdue", "end_lapsed"),
            ("intake", "intake_result"), ("intake_overdue", "deem_accepted"),
            ("intake_result", "accept_case", {"outcome": "accept"}), ("intake_result", "intake_correction", {"outcome": "return"}),
            ("intake_result", "end_not_accepted", {"default": True}),
            ("intake_correction", "intake"), ("intake_correction_overdue", "end_lapsed"),
            ("accept_case", "accepted"), ("deem_accepted", "accepted"), ("accepted", "split"),
            ("split", "panel"), ("split", "site"), ("panel", "join"), ("site", "join"),
            ("join", "propose"), ("propose", "sign"), ("sign", "sign_result"),
            ("sign_result", "propose", {"outcome": "return"}), ("sign_result", "decided", {"default": True}),
            ("decided", "end_yes", '=verdict = "approve"'), ("decided", "end_no", {"default": True}),
        ],
        lanes={
            "l_applicant": {"nodes": ["start", "correction", "intake_correction"], "role": "applicant"},
            "l_county": {"nodes": ["county_review", "site"], "role": "county", "scope": "county"},
            "l_department": {"nodes": ["panel"], "role": "department", "scope": "city"},
            "l_bureau": {"nodes": ["intake", "propose", "sign"], "role": "bureau", "scope": "city"},
        },
        key=key_of(mode),
    )  # fmt: skip


def _multi(rule: Rule) -> dict[str, object]:
    given: dict[str, object] = {
        "collection": "departments",
        "mode": rule.mode,
        "minQuorum": rule.least,
    }
    if rule.mode == "SEQUENCE":
        given["sequential"] = True
    if rule.mode == "ANY" or rule.on_reject != "first":
        given["onReject"] = rule.on_reject
    if rule.mode == "QUORUM":
        given["need"] = _need(rule)
    if rule.weights:
        given["weight"] = f"={_weight(rule)}"
    return given


def _weight(rule: Rule) -> str:
    told = "1"
    for person, weight in rule.weights:
        told = f'if item = "{person}" then {weight} else {told}'
    return told


def _need(rule: Rule) -> str:
    kind, numerator, denominator = rule.need
    if kind == "count":
        return str(numerator)
    share = Fraction(numerator, denominator)
    return f">{share}" if kind == "more_than" else str(share)
