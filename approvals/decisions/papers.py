"""Papers beside the decision: the publicity before it (D07), certificate and plaque with it."""

from __future__ import annotations

from typing import Any

from django.utils import translation

import clock
from approvals.applications.models import Application
from approvals.applications.services.locking import locked
from approvals.decisions.fields import PUBLICITY, CaseFile, case_file, course
from approvals.decisions.models import Decision
from approvals.notices.composing import CHINESE
from approvals.notices.services.issuing import Order, issue_for_case
from organizations.models import User
from workflows.models import Task
from workflows.operations import Step


@translation.override(CHINESE)
def publicity(application: Application, step: Step, by: User | None) -> None:
    """公示, when the case comes to its publicity step; no query after any other act."""
    opened = next((task for task in step.opened if _is_public(task)), None)
    if opened is None:
        return
    case = locked(application.pk)
    file = case_file(case, ())
    facts = _publicity_facts(file)
    if facts is None:
        return
    key = "publicity_funds" if case.program.content.get("amount") else "publicity"
    issue_for_case(case, Order(key, facts, about=f"publicity:{opened.pk}"), by=by)


def _is_public(task: Task) -> bool:
    attributes = task.flow_task.element.attributes
    return bool(task.is_open and attributes.get("phase") == PUBLICITY)


def _publicity_facts(file: CaseFile) -> dict[str, Any] | None:
    """None where no term runs: nothing would be public for any time."""
    if file.window is None:
        return None
    case, content = file.application, file.application.program.content
    term = content["publicity"]
    county = case.county.short_name if case.county else "市直"
    facts = {
        "review_route": course(file)["review_route"],
        "publicity": (
            file.window.opened.astimezone(clock.BEIJING).date(),
            file.window.last_day,
        ),
        "publicity_days": f"{term['days']}{'个工作日' if term['unit'] == 'workdays' else '日'}",
        "objection_contact": file.city.vocabulary.get("objection", file.city.name),
    }
    if content.get("amount"):
        payee = ["1", county, case.applicant.name, f"{case.amount or 0:.2f}"]
        return facts | {"amount": case.amount or 0, "payees": [payee]}
    given = standing(case)
    named = f"{case.applicant.name}（{given['holder']}）"
    shown = {name: given[name] for name in ("holder", "standing", "verb")}
    return facts | shown | {"entrants": [["1", county, named]]}


def standing(case: Application) -> dict[str, str]:
    """What a recognition gives and how it is called: the program's `grants`."""
    granted = case.program.content.get("grants", {})
    return {
        "holder": str(case.data.get(granted.get("holder", ""), "") or case.applicant.name),
        "standing": granted.get("title", case.program.title),
        "verb": granted.get("verb", "认定"),
        "level": granted.get("level_label", "市级"),
        "validity": granted.get("validity", "长期有效"),
    }


def certificate_and_plaque(decision: Decision) -> None:
    """证书 and 牌匾, numbered in the transaction of the decision that gives the standing."""
    case = decision.application
    facts = {
        **standing(case),
        "decision_number": decision.document.number,
        "decided_on": decision.document.date,
    }
    for key in ("certificate", "plaque"):
        order = Order(key, facts, about=decision.about)
        issue_for_case(case, order, by=decision.signed_by)
