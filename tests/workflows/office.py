"""A small city with real organs, posts and people for the tests of the operations."""

from __future__ import annotations

from datetime import date
from itertools import count
from types import SimpleNamespace
from typing import Any

from organizations.accounts import appoint, create_account
from organizations.applicants import register_applicant
from organizations.credit_code import check_digit
from organizations.kinds import Kind
from organizations.models import Organ
from tests.workflows.diagrams import diagram
from tests.workflows.playing import released
from workflows import operations

CITY = "flowcity"
_keys = count(1)


def organ(key: str, kind: str) -> Organ:
    return Organ.objects.create(city=CITY, key=key, name=f"示例{key}", short_name=key, kind=kind)


def person(username: str, *posts: tuple[str, Organ]) -> Any:
    user = create_account(username=username, password=None, name=username, by=None)
    for role, where in posts:
        appoint(user, where, role, by=None, valid_from=date(2020, 1, 1))
    return user


def applicant(name: str, county: Organ, body: str) -> Organ:
    return register_applicant(
        city=CITY, name=name, credit_code=body + check_digit(body), kind="enterprise", county=county, by=None,
        legal_representative="王启明",
    ).organ  # fmt: skip


FLOW = diagram(
    {
        "start": {},
        "county_review": {"outcomes": "recommend return reject", "phase": "county_review", "due": "P5D"},
        "late": {"kind": "boundaryEvent", "attached_to": "county_review", "timer": "P5D", "calendar": "workdays", "interrupting": False},
        "remind": {"kind": "task"},
        "end_reminded": {},
        "decide": {"kind": "exclusiveGateway"},
        "correction": {"outcomes": "resubmit", "assign": "starter"},
        "propose": {"outcomes": "approve reject", "role": "reviewer", "exclude": "county_review"},
        "sign": {"outcomes": "sign return", "role": "bureau_leader", "exclude": "propose"},
        "end": {"verdict": "approved", "phase": "done_yes"},
        "end_no": {"verdict": "refused", "phase": "done_no"},
    },
    [
        ("start", "county_review"), ("county_review", "decide"), ("decide", "correction", {"outcome": "return"}),
        ("decide", "propose", {"outcome": "recommend"}), ("decide", "end_no", {"default": True}),
        ("correction", "county_review"), ("propose", "sign"), ("sign", "end"),
        ("late", "remind"), ("remind", "end_reminded"),
    ],
    lanes={
        "l_applicant": {"nodes": ["start", "correction"], "role": "applicant"},
        "l_county": {"nodes": ["county_review", "decide", "late", "remind", "end_reminded", "end_no"], "role": "county", "scope": "county"},
        "l_bureau": {"nodes": ["propose", "sign", "end"], "role": "bureau", "scope": "city"},
    },
    key="office_flow",
).replace('approval:due="P5D"', 'approval:due="P5D" approval:calendar="workdays"')  # fmt: skip


def furnished() -> SimpleNamespace:
    """Two counties, a bureau, two applicants, and their people; the flow is loaded."""
    north, south, bureau = (
        organ("north", Kind.COUNTY),
        organ("south", Kind.COUNTY),
        organ("bureau", Kind.SCIENCE_BUREAU),
    )
    firm, rival = (
        applicant("甲公司", north, "91330402MA28A0000"),
        applicant("乙公司", north, "91330402MA28B0000"),
    )
    released(FLOW, city=CITY)
    return SimpleNamespace(
        north=north, south=south, bureau=bureau, firm=firm, rival=rival,
        filer=person("filer", ("applicant", firm)), rival_filer=person("rival_filer", ("applicant", rival)),
        officer=person("officer", ("county_officer", north)), colleague=person("colleague", ("county_leader", north)),
        stranger=person("stranger", ("county_officer", south)), reviewer=person("reviewer", ("reviewer", bureau)),
        leader=person("leader", ("bureau_leader", bureau), ("reviewer", bureau)),
    )  # fmt: skip


def started(city: SimpleNamespace, n: int = 1, **data: Any) -> Any:
    return operations.start(
        "office_flow", city=CITY, county=city.north, party=city.firm, by=city.filer, data=data,
        journal_stream=f"case:{n}",
    )  # fmt: skip


def open_task(process: Any, element: str) -> Any:
    return process.task_set.get(element=element, is_open=True)


def decide(
    task: Any, actor: Any, outcome: str, *, key: str = "", version: int = 1, **data: Any
) -> Any:
    """begin and finish, as approvals does them (inside the test's transaction)."""
    act = operations.begin(
        task.pk,
        actor=actor,
        key=key or f"key-{next(_keys)}",
        expected_version=version,
        payload={"outcome": outcome, **data},
    )
    return operations.finish(act, outcome, data)
